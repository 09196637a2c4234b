"""A learner with some of everything in the ledger, and damages to a document."""

import copy
from typing import Any

from psycopg.types.json import Jsonb

from tests.record.support import HOUR, Learner, uid

FIRST, LATE, TAKEN_BACK = uid(1), uid(2), uid(3)
MISSING = "<missing>"
CHECKPOINTS = "l.kind IN ('skeleton', 'direct_write', 'import', 'retention')"


def play(learner: Learner) -> Learner:
    """Every kind of row that the API writes."""
    learner.run("addition_facts", 6, 6, 30, at=learner.noon(4), id=FIRST)
    learner.run("algebra", 5, 4, 60, at=learner.noon(3))
    learner.run("word_race", 30, 30, 90, at=learner.noon(2))
    learner.test(
        "math_rush_addition", 24, 20, at=learner.noon(2) + HOUR, types_correct=["Adding 2"]
    )
    learner.practise("measurement", seconds=70, at=learner.noon(1))
    learner.run("addition_facts", 6, 0, at=learner.noon(3) + HOUR, id=LATE)
    learner.run("algebra", 5, 5, at=learner.ago(days=50))
    learner.grant(20)
    learner.spend(5)
    learner.set_difficulty("algebra", 5)
    learner.set_mastery("measurement", True)
    learner.set_zone("Europe/Berlin")
    learner.pause(learner.clock.date(), learner.clock.date())
    learner.reset("word_race")
    learner.run("decimal_defender", 5, 5, id=TAKEN_BACK)
    learner.reverse(TAKEN_BACK)
    return learner


def damaged(document: Any, path: str, value: Any) -> Any:
    """A copy with another value at a dotted path; MISSING: without that key."""
    document = copy.deepcopy(document)
    *parents, key = path.split(".")
    section = document
    for parent in parents:
        section = section[parent]
    if value == MISSING:
        del section[key]
    else:
        section[key] = value
    return document


def at(document: Any, path: str) -> Any:
    """What stands at a dotted path, None: nothing."""
    for key in path.split("."):
        document = document.get(key) if isinstance(document, dict) else None
    return document


FACTS, RUSH = "modules.addition_facts", "modules.math_rush_addition.progress"
CROSS = "cross_module_analytics"
PAIRS = f"{CROSS}.learning_patterns_between_modules"
# A path that is wrong and what stands there; hg_verify has to name exactly that path.
DAMAGES = [
    ("version", 7),
    ("version", MISSING),
    ("global_stats", []),
    ("global_stats", MISSING),
    ("global_stats.tokens", 99999),
    ("global_stats.tokens", MISSING),
    ("global_stats.streak_days", "three"),
    ("global_stats.time_zone_next", None),
    ("global_stats.activity_date", "2001-02-03"),
    ("global_stats.last_module", "word_race"),
    ("modules", None),
    ("modules", MISSING),
    (FACTS, "gone"),
    (FACTS, MISSING),
    (f"{FACTS}.grade_level", 6),
    (f"{FACTS}.progress", None),
    (f"{FACTS}.progress.correct_answers", 5),
    (f"{FACTS}.progress.correct_answers", "6"),
    (f"{FACTS}.progress.correct_answers", MISSING),
    (f"{FACTS}.progress.mastery_level", True),
    ("modules.word_race.progress.mastered_at", None),
    ("modules.measurement.progress.mastery_override", None),
    ("modules.measurement.progress.mastery_override.value", False),
    (f"{RUSH}.types_complete", []),
    (f"{RUSH}.types_complete", ["Adding 2", "Adding 2"]),
    (PAIRS, 1),
    (f"{PAIRS}.addition_facts>algebra", MISSING),
    (f"{PAIRS}.addition_facts>algebra.count", 2),
    (f"{PAIRS}.algebra>measurement", {"count": 1, "good": 1, "questions": 5, "correct": 5}),
    (CROSS, []),
    (f"{CROSS}.preferred_learning_sequence", ["algebra"]),
    (f"{CROSS}.cross_concept_mastery", MISSING),
    (f"{CROSS}.ai_analytics", 5),
    ("modules.algebra.ai_analytics", "no section"),
    ("modules.algebra.ai_analytics", MISSING),
    ("ai_analytics", "no section"),
    ("ai_analytics", MISSING),
    ("ai_analytics.weaknesses", MISSING),
]
# In the place of the document: then there is one row, with the empty path.
WHOLES = [[], [1], "x", 5, True, None]

# What no fold can go on from, in a checkpoint.
UNFOLDABLE = [{}, [], "x", None, {"version": 1, "global_stats": 5, "modules": {}}]


def store_nothing(learner: Learner) -> None:
    """NULL for a document, as before the column was filled."""
    learner.db.execute("ALTER TABLE users ALTER COLUMN hidden_grade_asset DROP NOT NULL")
    with learner.db.transaction():
        learner.db.execute("SET LOCAL session_replication_role TO replica")
        learner.db.execute("UPDATE users SET hidden_grade_asset = NULL WHERE id = %s", [learner.id])
        learner.db.execute("SET LOCAL session_replication_role TO origin")


def forget(learner: Learner, condition: str = "true") -> int:
    """Ledger rows of the learner deleted by the owner; how many."""
    return learner.db.execute(
        f"DELETE FROM hg_ledger AS l WHERE l.user_id = %s AND {condition}", [learner.id]
    ).rowcount


def add_checkpoint(learner: Learner, document: Any, kind: str = "direct_write") -> None:
    """A checkpoint written into the ledger by hand."""
    learner.db.execute(
        "INSERT INTO hg_ledger (user_id, id, kind, occurred_at, recorded_at, rules_version,"
        " document) SELECT %s, gen_random_uuid(), %s, c.at, c.at, i.rules_version, %s"
        " FROM hg_installation AS i, clock_timestamp() AS c (at)",
        [learner.id, kind, Jsonb(document)],
    )
