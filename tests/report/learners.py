"""Learners for the pages: a busy one, a class, and one whose every text is hostile."""

import random
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from tests.record.support import MINUTE, Learner

MODULES = [
    "addition_facts", "subtraction_facts", "algebra", "math_rush_multiplication", "measurement",
    "decimal_defender", "fractions_puzzle", "word_race", "ratios_proportions",
]  # fmt: skip
HOSTILE = "<script>alert(1)</script>\"'& \x07\u202e{}<!-- ]]> " + "W" * 60
TEXTS = ("strengths", "weaknesses", "areas_for_improvement", "suggested_activities")


def play(learner: Learner, seed: int, days: list[int], skill: int = 8, modules=MODULES) -> Learner:
    """Three sessions on each of these days ago, 10 questions each but in word_race."""
    chance = random.Random(seed)
    items = [
        learner.item(
            chance.choice(modules), 10, min(10, chance.randint(skill - 3, skill + 3)),
            chance.randint(30, 400), at=learner.noon(day) + n * MINUTE,
        )
        for day in days for n in range(3)
    ]  # fmt: skip
    learner.db.execute("SELECT FROM hg_record_activities(%s)", [Jsonb(items)])
    return learner


def busy(db: psycopg.Connection, seed: int = 1) -> Learner:
    """Two months of diligence with gaps, gifts, a reversal, an override and a practice."""
    days = [day for day in range(62, 0, -1) if day not in (3, 9, 10, 31)]
    learner = play(Learner(db, "5"), seed, days)
    learner.practise("algebra", seconds=50)
    learner.grant(1500)
    learner.spend(30)
    learner.set_mastery("algebra", True)
    newest = [e for e in learner.entries("activity") if e["run_type"] == "token_run"][-1]
    learner.reverse(newest["id"])
    return learner


def name(learner: Learner, **columns: str) -> None:
    """Columns of users that an application may have, and what they hold for a learner."""
    for column, text in columns.items():
        learner.db.execute(f"ALTER TABLE users ADD COLUMN IF NOT EXISTS {column} text")
        learner.db.execute(f"UPDATE users SET {column} = %s WHERE id = %s", [text, learner.id])


def analysis(text: str, source: str = "openai", **others: Any) -> dict:
    """A section that holds a text wherever one can stand."""
    finding = {"summary": text, "figures": {}}
    return {
        "analysis_date": "2026-01-31", "datetime_generated": "2026-01-31T09:00:00Z",
        "learning_patterns": finding, "engagement_analysis": finding, "source": source,
        "model": text[:60] if source == "openai" else None, "stale": True,
        **{list_: [text] for list_ in TEXTS},
    } | others  # fmt: skip


def hostile(db: psycopg.Connection, text: str = HOSTILE) -> Learner:
    """A busy learner of whom every text that people or a model wrote is the given one."""
    learner = busy(db)
    document = learner.document
    document["ai_analytics"] |= analysis(text)
    for block in document["modules"].values():
        block["progress"]["concepts"] = text
    document["modules"][text] = {"progress": "not ours"}
    learner.write_document(document)
    learner.set_mastery("decimal_defender", False, text)
    name(learner, display_name=text)
    return learner
