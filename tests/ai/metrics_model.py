"""The input of an analysis a second time, from the rows of the ledger and the document."""

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from types import SimpleNamespace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg

from tests.model.mastery import JSONPATHS

WINDOW_DAYS, WINDOW_SESSIONS = 28, 500
MOST_MODULES, MOST_CONCEPTS, MOST_CONDITIONS, MOST_PAIRS = 20, 40, 12, 12
MOST_BRIDGES, MOST_BRIDGED = 20, 4


@dataclass(frozen=True)
class Known:
    """All that an input may depend on."""

    grade: str | None
    document: dict
    ledger: list[dict]
    catalog: list[dict]
    default_time_zone: str
    cross: dict | None = None


def read(connection: psycopg.Connection, learner: Any, across: bool = False) -> Known:
    """What the database knows of a learner; `across`: hg_cross_module's answer, too."""

    def one(query: str, *arguments: object) -> Any:
        return connection.execute(query, arguments).fetchone()[0]

    return Known(
        grade=one("SELECT grade FROM users WHERE id = %s", learner),
        document=one("SELECT hidden_grade_asset FROM users WHERE id = %s", learner),
        ledger=one(
            "SELECT jsonb_agg(to_jsonb(l) - 'document') FROM hg_ledger AS l WHERE user_id = %s",
            learner,
        ),
        catalog=one("SELECT jsonb_agg(to_jsonb(m)) FROM hg_modules AS m"),
        default_time_zone=one("SELECT value FROM hg_settings WHERE name = 'default_time_zone'"),
        cross=one("SELECT hg_cross_module(%s)", learner) if across else None,
    )


def ratio(part: int, whole: int, decimals: int = 4) -> float | None:
    """So many decimals, halves up; None of nothing."""
    if not whole:
        return None
    unit = 10**decimals
    return float(Fraction(math.floor(Fraction(part, whole) * unit + Fraction(1, 2)), unit))


def metrics(known: Known, scope: str) -> dict | None:
    """hg__ai_metrics."""
    tried = tried_modules(known)
    if scope not in ("global", "cross_module"):
        tried = {name: figures for name, figures in tried.items() if name == scope}
    if len(tried) < (2 if scope == "cross_module" else 1):
        return None
    found = {"scope": scope, "grade_band": grade_band(known.grade)}
    match scope:
        case "global":
            return found | {
                "totals": totals(known, tried), "habits": habits(known, None),
                "modules": most_played(tried), "concepts": concepts(tried),
            }  # fmt: skip
        case "cross_module":
            return found | {
                "totals": totals(known, tried), "modules": without_concepts(most_played(tried)),
                **across(known, tried),
            }  # fmt: skip
    return found | {
        "module": tried[scope] | mastery(known, scope), "habits": habits(known, scope),
        "concepts": concepts(tried),
    }  # fmt: skip


def grade_band(grade: str | None) -> str | None:
    """The band of a grade; K is 0, a part of a grade counts as the next one."""
    text = (grade or "").strip(" ").upper()
    try:
        number = 0 if text == "K" else math.ceil(Fraction(text))
    except ValueError:
        return None
    for band, grades in (("K-2", range(3)), ("3-5", range(3, 6)), ("6-8", range(6, 9))):
        if number in grades:
            return band
    return "9-12" if number in range(9, 13) else None


# ---------------------------------------------------------------- modules and concepts


def tried_modules(known: Known) -> dict[str, dict]:
    """The figures of every module of the catalog that has a scored session."""
    found = {}
    for row in known.catalog:
        block = known.document["modules"].get(row["module"])
        if block is None or block["progress"]["sessions_completed"] == 0:
            continue
        progress = block["progress"]
        questions, correct = progress["total_questions_answered"], progress["correct_answers"]
        found[row["module"]] = {
            "grade_level": block["grade_level"],
            "sessions": progress["sessions_completed"],
            "questions": questions, "correct": correct, "accuracy": ratio(correct, questions),
            "mastered": progress["mastery_level"],
            "preferred_difficulty": progress["preferred_difficulty"],
            "recent_good": progress["recent_results"].count("1"),
            "recent_sessions": len(progress["recent_results"]),
            "concepts": row["concepts"].split(", ") if row["concepts"] else [row["module"]],
        }  # fmt: skip
    return found


def most_played(tried: dict[str, dict]) -> dict[str, dict]:
    """The modules with the most sessions."""
    names = sorted(tried, key=lambda name: (-tried[name]["sessions"], name.encode()))
    return {name: tried[name] for name in names[:MOST_MODULES]}


def without_concepts(modules: dict[str, dict]) -> dict[str, dict]:
    """Across modules their concepts are told as bridges only."""
    return {
        name: {key: value for key, value in figures.items() if key != "concepts"}
        for name, figures in modules.items()
    }


def concepts(tried: dict[str, dict]) -> dict[str, dict]:
    """What the tried modules teach, pooled."""
    teaching = defaultdict(list)
    for figures in tried.values():
        for concept in figures["concepts"]:
            teaching[concept].append(figures)
    found = {}
    for concept, modules in teaching.items():
        sums = Counter()
        for figures in modules:
            for name in ("questions", "correct", "recent_good", "recent_sessions"):
                sums[name] += figures[name]
        mastered = all(figures["mastered"] for figures in modules)
        found[concept] = {
            "questions": sums["questions"], "correct": sums["correct"],
            "accuracy": ratio(sums["correct"], sums["questions"]),
            "consistency": ratio(sums["recent_good"], sums["recent_sessions"]),
            "mastered": mastered, "modules": len(modules), "strength": strength(sums, mastered),
        }  # fmt: skip
    most = sorted(found, key=lambda concept: (-found[concept]["questions"], concept.encode()))
    return {concept: found[concept] for concept in most[:MOST_CONCEPTS]}


def strength(sums: Counter, mastered: bool) -> int:
    """Points for accuracy, consistency and mastery, between ten questions' worth of 50."""
    questions = sums["questions"]
    if not questions:
        return 50
    accuracy = Fraction(sums["correct"], questions)
    consistency = accuracy
    if sums["recent_sessions"]:
        consistency = Fraction(sums["recent_good"], sums["recent_sessions"])
    points = 60 * accuracy + 30 * consistency + 10 * mastered
    return math.floor((points * questions + 50 * 10) / (questions + 10) + Fraction(1, 2))


def totals(known: Known, tried: dict[str, dict]) -> dict:
    """global_stats as stored, and the count of modules."""
    stats = known.document["global_stats"]
    questions, correct = stats["total_questions_answered"], stats["total_correct_answers"]
    return {
        "sessions": stats["total_sessions_completed"], "questions": questions, "correct": correct,
        "accuracy": ratio(correct, questions), "minutes": stats["total_time_spent"] // 60,
        "streak_days": stats["streak_days"], "longest_streak_days": stats["longest_streak_days"],
        "modules_tried": len(tried),
        "modules_mastered": sum(figures["mastered"] for figures in tried.values()),
    }  # fmt: skip


# ---------------------------------------------------------------- habits


def window(known: Known, module: str | None) -> list[dict]:
    """The scored sessions that count, the newest first."""
    undone = {row["details"]["activity_id"] for row in known.ledger if row["kind"] == "reversal"}
    sessions = [
        row
        | {
            "at": datetime.fromisoformat(row["occurred_at"]),
            "day": date.fromisoformat(row["local_day"]),
        }
        for row in known.ledger
        if row["kind"] == "activity" and row["run_type"] in ("token_run", "test")
        and row["id"] not in undone and module in (None, row["module"])
    ]  # fmt: skip
    sessions.sort(key=lambda row: (row["at"], UUID(row["id"])), reverse=True)
    if not sessions:
        return []
    first = sessions[0]["day"] - timedelta(days=WINDOW_DAYS - 1)
    return [row for row in sessions if row["day"] >= first][:WINDOW_SESSIONS]


def time_of_day(known: Known, at: datetime) -> str:
    """Morning, afternoon, evening or night by the learner's clock."""
    stats = known.document["global_stats"]
    zone, changes = stats["time_zone"], stats["time_zone_next_from"]
    if changes is not None and at >= datetime.fromisoformat(changes):
        zone = stats["time_zone_next"]
    hour = at.astimezone(ZoneInfo(zone or known.default_time_zone)).hour
    for name, hours in (
        ("morning", range(5, 12)), ("afternoon", range(12, 17)), ("evening", range(17, 21)),
    ):  # fmt: skip
        if hour in hours:
            return name
    return "night"


def habits(known: Known, module: str | None) -> dict:
    """When and how the learner plays."""
    sessions = window(known, module)
    times = Counter(time_of_day(known, row["at"]) for row in sessions)
    timed = [row for row in sessions if row["seconds"] is not None]
    newer = sessions[: len(sessions) - len(sessions) // 2]
    older = sessions[len(newer) :]

    def total(rows: list[dict], name: str) -> int:
        return sum(row[name] for row in rows)

    recent, before = (
        ratio(total(rows, "correct"), total(rows, "questions")) for rows in (newer, older)
    )
    trend = "unknown"
    if total(newer, "questions") >= 10 and total(older, "questions") >= 10:
        points = round(recent * 10000) - round(before * 10000)
        trend = "up" if points >= 500 else "down" if points <= -500 else "steady"
    return {
        "window_days": WINDOW_DAYS, "sessions": len(sessions),
        "active_days": len({row["day"] for row in sessions}),
        "questions_per_session": ratio(total(sessions, "questions"), len(sessions), 1),
        "seconds_per_question": ratio(total(timed, "seconds"), total(timed, "questions"), 1),
        **{
            name: ratio(times[name], len(sessions))
            for name in ("morning", "afternoon", "evening", "night")
        },
        "usual_time": min(times, key=lambda name: (-times[name], name), default=None),
        "accuracy_recent": recent, "accuracy_before": before, "trend": trend,
    }  # fmt: skip


# ---------------------------------------------------------------- mastery


def mastery(known: Known, module: str) -> dict:
    """How far a module is from mastery, in figures."""
    (row,) = (row for row in known.catalog if row["module"] == module)
    block = known.document["modules"][module]
    rule = row["mastery_rule"]
    closed = block["progress"]["mastery_level"] or holds(known, row, block, rule)
    return {
        "correct_missing": None if closed else correct_missing(block, rule),
        "good_sessions_missing": None if closed else good_sessions_missing(row, block, rule),
        "conditions": conditions(known, row, block, rule)[:MOST_CONDITIONS],
    }


def types_done(known: Known, row: dict, block: dict) -> list[str]:
    """The fact types that count as complete."""
    done = set(block["progress"]["types_complete"])
    above = row["auto_skip_above_grade"]
    grade = (known.grade or "").strip()
    if above is not None and grade.isdecimal() and int(grade) > above:
        done |= set(row["auto_skip_types"])
    return [name for name in row["fact_types"] if name in done]


def holds(known: Known, row: dict, block: dict, rule: dict) -> bool:
    """Whether a rule is true on a block."""
    ((form, needs),) = rule.items()
    if form in ("all", "any"):
        return {"all": all, "any": any}[form](holds(known, row, block, part) for part in needs)
    return all(part["holds"] for part in conditions(known, row, block, rule))


def conditions(known: Known, row: dict, block: dict, rule: dict) -> list[dict]:
    """The parts of a rule with the learner's figures."""
    ((form, needs),) = rule.items()
    has = block["progress"]
    if form in ("all", "any"):
        return [each for part in needs for each in conditions(known, row, block, part)]

    def condition(name: str, value: object, needed: object, held: bool) -> dict:
        return {"name": name, "value": value, "needed": needed, "holds": held}

    questions, correct = has["total_questions_answered"], has["correct_answers"]
    grade, top, good, up = (
        block["grade_level"], row["grade_top"], has["attempt_good"], row["up_after"],
    )  # fmt: skip
    done = len(types_done(known, row, block))
    match form:
        case "accuracy":
            asked, percent = needs["min_questions"], needs["percent"]
            return [
                condition("accuracy.questions", questions, asked, questions >= asked),
                condition(
                    "accuracy.percent", ratio(correct * 100, questions), percent,
                    questions >= 1 and correct * 100 >= percent * questions,
                ),
            ]  # fmt: skip
        case "top_level":
            return [
                condition("top_level.grade_level", grade, top, grade == top),
                condition("top_level.attempt_good", good, up, good >= up),
            ]
        case "list_complete":
            return [condition(form, done, len(row["fact_types"]), done == len(row["fact_types"]))]
        case "in_a_row":
            longest = max(has["streak_current"], has["streak_best"])
            return [condition(form, longest, needs["n"], longest >= needs["n"])]
        case "m_of_n":
            lately = has["recent_results"][-needs["n"] :].count("1")
            return [condition(form, lately, needs["m"], lately >= needs["m"])]
        case "score":
            best = has["best_score"]
            return [condition(form, best, needs["percent"], best >= needs["percent"])]
    names = SimpleNamespace(grade_max=top, up=up, size=row["full_questions"])
    return [condition(form, None, None, JSONPATHS[needs["expr"]](block, names))]


def correct_missing(block: dict, rule: dict) -> int | None:
    """The least number of correct answers, and no wrong one, after which the accuracy is there."""
    needs = rule.get("accuracy")
    if needs is None:
        return None
    questions = block["progress"]["total_questions_answered"]
    wrong = questions - block["progress"]["correct_answers"]
    if needs["percent"] == 100 and wrong:
        return None
    # So many questions there must be in all, for these wrong ones to be few enough.
    enough = math.ceil(Fraction(100 * wrong, 100 - needs["percent"])) if wrong else 0
    return max(enough, needs["min_questions"]) - questions


def good_sessions_missing(row: dict, block: dict, rule: dict) -> int | None:
    """How many good sessions, one after the other, would do: they are played."""
    ((form, needs),) = rule.items()
    grade, good = block["grade_level"], block["progress"]["attempt_good"]
    results, current = block["progress"]["recent_results"], block["progress"]["streak_current"]
    if form not in ("in_a_row", "m_of_n", "top_level"):
        return None
    if form == "in_a_row":
        return needs["n"] - current
    if form == "top_level" and (
        row["level_moves"] != "grade" or grade is None or grade > row["grade_top"]
    ):
        return None
    for played in range(1, 5000):
        good, results = good + 1, results + "1"
        if form == "m_of_n" and results[-needs["n"] :].count("1") >= needs["m"]:
            return played
        if form == "top_level":
            if grade < row["grade_top"] and good >= row["up_after"]:
                grade, good = grade + 1, 0
            elif grade == row["grade_top"] and good >= row["up_after"]:
                return played
    raise AssertionError(f"{form} is not reached")


# ---------------------------------------------------------------- across modules


def across(known: Known, tried: dict[str, dict]) -> dict:
    """What of hg_cross_module's answer is told; its figures are proved by its own tests."""
    pairs = [p for p in known.cross["pairs"] if p["from"] in tried and p["to"] in tried]
    pairs.sort(key=lambda pair: (-pair["count"], pair["pair"].encode()))
    bridges = sorted(
        known.cross["bridge_concepts"], key=lambda c: (-c["questions"], c["concept"].encode())
    )
    return {
        "pairs": {
            pair["pair"]: {k: v for k, v in pair.items() if k not in ("pair", "from", "to")}
            for pair in pairs[:MOST_PAIRS]
        },
        "bridge_concepts": {
            bridge["concept"]: {k: v for k, v in bridge.items() if k != "concept"}
            | {"modules": bridge["modules"][:MOST_BRIDGED]}
            for bridge in bridges[:MOST_BRIDGES]
        },
        "next_module": known.cross["next_module"]
        and {key: known.cross["next_module"][key] for key in ("module", "reason")},
    }
