"""Inputs of analyses made by hand, what OpenAI could answer to them, and what is made of that."""

import json
import re
from decimal import Decimal
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

KEYS = {
    "learning_patterns", "strengths", "areas_for_improvement", "engagement_analysis",
    "suggested_activities", "weaknesses",
}  # fmt: skip
READ = {"model": "gpt-4o-mini-2024-07-18", "prompt_tokens": 1234, "completion_tokens": 321}
FINDINGS = ("learning_patterns", "engagement_analysis")
HABITS = {
    "window_days": 28, "sessions": 9, "active_days": 5, "questions_per_session": 11.3333,
    "seconds_per_question": 5.4, "morning": 0.2222, "afternoon": 0.7778, "evening": 0, "night": 0,
    "usual_time": "afternoon", "accuracy_recent": 0.8, "accuracy_before": 0.6833, "trend": "up",
}  # fmt: skip
TOTALS = {
    "sessions": 41, "questions": 467, "correct": 389, "accuracy": 0.833, "minutes": 63,
    "streak_days": 3, "longest_streak_days": 6, "modules_tried": 4, "modules_mastered": 1,
}  # fmt: skip


def module(sessions: int, questions: int, correct: int, **others: Any) -> dict:
    return {
        "grade_level": 0, "sessions": sessions, "questions": questions, "correct": correct,
        "accuracy": round(correct / questions, 4), "mastered": False, "preferred_difficulty": 3,
        "recent_good": 4, "recent_sessions": 10, **others,
    }  # fmt: skip


def concept(questions: int, correct: int, strength: int, **others: Any) -> dict:
    return {
        "questions": questions, "correct": correct, "accuracy": round(correct / questions, 4),
        "consistency": 0.7, "mastered": False, "modules": 1, "strength": strength, **others,
    }  # fmt: skip


MODULES = {
    "addition_facts": module(17, 204, 198, mastered=True),
    "measurement": module(12, 96, 53, grade_level=2),
    "math_rush_addition": module(10, 150, 121, grade_level=None),
    "word_race": module(2, 17, 17),
}
GLOBAL = {
    "scope": "global", "grade_band": "3-5", "totals": TOTALS, "habits": HABITS, "modules": MODULES,
    "concepts": {
        "addition": concept(354, 319, 91), "speed": concept(150, 121, 74),
        "measurement": concept(96, 53, 38), "data analysis": concept(96, 53, 38),
        "word_race": concept(17, 17, 66),
    },
}  # fmt: skip
MODULE = {
    "scope": "measurement", "grade_band": "K-2", "habits": {**HABITS, "seconds_per_question": None},
    "module": {
        **MODULES["measurement"],
        "conditions": [
            {"name": "accuracy.questions", "value": 96, "needed": 30, "holds": True},
            {"name": "accuracy.percent", "value": 55.2083, "needed": 85, "holds": False},
        ],
    },
    "concepts": {name: GLOBAL["concepts"][name] for name in ("measurement", "data analysis")},
}  # fmt: skip
CROSS = {
    "scope": "cross_module", "grade_band": None, "totals": TOTALS, "modules": MODULES,
    "pairs": {
        "addition_facts>measurement": {
            "count": 8, "good": 6, "questions": 64, "correct": 43, "success_rate": 0.75,
            "accuracy": 0.6719, "lift": 0.1198, "lift_low": 0.0117, "lift_high": 0.2174,
            "pattern": "helps",
        },
        "measurement>addition_facts": {
            "count": 7, "good": 5, "questions": 84, "correct": 79, "success_rate": 0.7143,
            "accuracy": 0.9405, "lift": -0.0301, "lift_low": -0.0902, "lift_high": 0.0136,
            "pattern": None,
        },
    },
    "bridge_concepts": {
        "addition": {
            "modules": ["addition_facts", "math_rush_addition"], "questions": 354, "correct": 319,
            "accuracy": 0.9011, "mastered": False,
        },
    },
    "next_module": {"module": "fractions_puzzle", "reason": "new"},
}  # fmt: skip
INPUTS = {"global": GLOBAL, "measurement": MODULE, "cross_module": CROSS}
NAMES = {
    "global": ("addition", "measurement", "word_race"),
    "measurement": ("data analysis", "measurement", "measurement"),
    "cross_module": ("addition_facts>measurement", "measurement", "addition"),
}
FIGURES = {
    "global": ("totals.accuracy", 0.833, "habits.sessions", 9),
    "measurement": ("module.accuracy", 0.5521, "habits.sessions", 9),
    "cross_module": ("pairs.addition_facts>measurement.lift", 0.1198, "totals.sessions", 41),
}


def widest(letter: str = "m") -> dict[str, dict]:
    """Inputs as large as hg__ai_metrics makes them, every name as long as a catalog allows."""
    names = [f"{letter}{n:02}".ljust(63, letter) for n in range(20)]
    shares = {"accuracy": 0.8765, "consistency": 0.7654}
    counts = dict.fromkeys(["questions", "correct"], 2147483647)
    modules = dict.fromkeys(names, module(2147483647, 2147483647, 2147483646, **shares))
    concepts = {
        f"{letter}{n:02}".ljust(40, letter): concept(2147483647, 2147483646, 100, **shares)
        for n in range(40)
    }
    totals = dict.fromkeys(TOTALS, 2147483647)
    pair = CROSS["pairs"]["addition_facts>measurement"] | counts
    return {
        "global": GLOBAL | {"totals": totals, "modules": modules, "concepts": concepts},
        names[0]: MODULE
        | {
            "scope": names[0],
            "concepts": dict(list(concepts.items())[:10]),
            "module": MODULE["module"] | {"conditions": MODULE["module"]["conditions"] * 6},
        },
        "cross_module": CROSS
        | {
            "totals": totals,
            "modules": modules,
            "pairs": dict.fromkeys([f"{a}>{b}" for a in names[:3] for b in names[4:8]], pair),
            "bridge_concepts": dict.fromkeys(
                list(concepts)[:20], CROSS["bridge_concepts"]["addition"] | {"modules": names[:4]}
            ),
            "next_module": {"module": "n" * 63, "reason": "new"},
        },
    }


def answer(scope: str, **changes: Any) -> dict:
    """A good answer about INPUTS[scope], some keys of it others."""
    strength, weakness, _ = NAMES[scope]
    name, figure, other_name, other = FIGURES[scope]
    return {
        "learning_patterns": {
            "summary": f"Steady work in {strength}, with {figure * 100:.2f}% in the last weeks.",
            "figures": [{"name": name, "value": figure}],
        },
        "engagement_analysis": {
            "summary": f"There were {other} sessions, some of them short.",
            "figures": [{"name": other_name, "value": other}],
        },
        "strengths": [strength],
        "weaknesses": [weakness],
        "areas_for_improvement": [
            {"module": "measurement", "text": "Accuracy is 55.21% in 96 questions."}
        ],
        "suggested_activities": [
            {
                "module": "measurement", "activity": "Play a short run.",
                "reason": "53 of 96 answers were correct.",
            }
        ],
        **changes,
    }  # fmt: skip


def changed(value: Any, path: str, new: Any) -> Any:
    """A copy with one place changed: keys and places joined by dots."""
    value = json.loads(json.dumps(value))
    *parents, key = [int(part) if part.isdigit() else part for part in path.split(".")]
    place = value
    for parent in parents:
        place = place[parent]
    place[key] = new
    return value


def response(content: Any, **changes: Any) -> dict:
    """A response body whose message has this content: a text, or what is sent as JSON."""
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    choice = {
        "index": 0, "finish_reason": "stop",
        "message": {"role": "assistant", "content": text, "refusal": None},
    }  # fmt: skip
    return {
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1700000000,
        "model": "gpt-4o-mini-2024-07-18", "choices": [choice],
        "usage": {"prompt_tokens": 1234, "completion_tokens": 321, "total_tokens": 1555},
        **changes,
    }  # fmt: skip


def verdict(db: psycopg.Connection, scope: str, given: Any, body: Any) -> dict:
    """What hg__ai_verdict makes of a response body: its OUT arguments less o_."""
    row = db.execute(
        "SELECT to_jsonb(v) FROM hg__ai_verdict(%s, %s, %s) AS v",
        [scope, Jsonb(given), None if body is None else Jsonb(body)],
    ).fetchone()[0]
    return {key.removeprefix("o_"): value for key, value in row.items()}


def problem(db: psycopg.Connection, content: Any, scope: str = "global") -> str | None:
    """Why an answer about INPUTS[scope] is refused; None: it is not. It costs all the same."""
    made = verdict(db, scope, INPUTS[scope], response(content))
    assert (made["answer"] is None) == (made["problem"] is not None)
    assert {key: made[key] for key in READ} == READ
    return made["problem"]


def schema_of(db: psycopg.Connection, scope: str, given: dict) -> dict:
    return db.execute("SELECT hg__ai_schema(%s, %s)", [scope, Jsonb(given)]).fetchone()[0]


def resolved(schema: dict, shared: dict) -> dict:
    """A part of a schema, or what it refers to."""
    return shared[schema["$ref"].removeprefix("#/$defs/")] if "$ref" in schema else schema


def at_path(given: dict, name: str) -> Any:
    """What an input has at the path of a figure; names of its entries may have dots."""
    place: Any = given
    while name:
        if isinstance(place, list):
            place = {entry["name"]: entry for entry in place}
        key = max((key for key in place if name == key or name.startswith(f"{key}.")), key=len)
        place, name = place[key], name[len(key) + 1 :]
    return place


def shares(given: Any, key: str = "") -> list[Decimal]:
    """The figures of an input that are shares of something."""
    if isinstance(given, dict):
        return [share for name, value in given.items() for share in shares(value, name)]
    names = ("accuracy", "consistency", "rate", "lift", "morning", "afternoon", "evening", "night")
    if isinstance(given, int | float) and any(name in key for name in names):
        return [Decimal(str(given))]
    return []


def numbers(given: Any) -> set[Decimal]:
    """All numbers of an input."""
    if isinstance(given, dict):
        return set().union(*map(numbers, given.values()))
    if isinstance(given, list):
        return set().union(*map(numbers, given))
    if isinstance(given, bool) or not isinstance(given, int | float):
        return set()
    return {Decimal(str(given))}


def breaks_storage(stored: Any) -> str | None:
    """Where a stored analysis is not of the shape every reader of the document relies on."""
    if not isinstance(stored, dict) or set(stored) != KEYS:
        return "keys"
    for key in FINDINGS:
        finding = stored[key]
        if not isinstance(finding, dict) or set(finding) != {"summary", "figures"}:
            return key
        if not isinstance(finding["summary"], str) or not isinstance(finding["figures"], dict):
            return key
        for figure in finding["figures"].values():
            if isinstance(figure, bool) or not isinstance(figure, int | float):
                return key
    for key in KEYS - set(FINDINGS):
        if not isinstance(stored[key], list) or len(stored[key]) > 5:
            return key
        if not all(isinstance(entry, str) and entry.strip() for entry in stored[key]):
            return key
    if set(stored["strengths"]) & set(stored["weaknesses"]):
        return "overlap"
    return next((text for text in texts(stored) if re.search(r"[\x00-\x1f\x7f<]", text)), None)


def texts(value: Any) -> list[str]:
    """All strings in it, keys too."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for key, inner in value.items() for text in [key, *texts(inner)]]
    return [text for inner in value for text in texts(inner)] if isinstance(value, list) else []
