"""hg__ai_by_rules: an analysis by arithmetic alone, of real inputs and of drawn ones."""

import json
import re
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from tests.model import strategies
from tests.model.catalog import MODULES
from tests.model.test_property import PROFILE, begin

from .answers import response, verdict
from .metrics_model import concepts, most_played, ratio, without_concepts
from .test_metrics import metrics

LISTS = ("strengths", "weaknesses", "areas_for_improvement", "suggested_activities")
FINDINGS = ("learning_patterns", "engagement_analysis")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?%?")


def by_rules(connection: psycopg.Connection, scope: str, told: dict | None) -> dict | None:
    """The analysis of an input."""
    return connection.execute(
        "SELECT hg__ai_by_rules(%s, %s)", [scope, told and Jsonb(told)]
    ).fetchone()[0]


# ---------------------------------------------------------------- what holds of every analysis


def numbers(value: object) -> set[Decimal]:
    """Every number in a JSON value."""
    if isinstance(value, dict):
        return set().union(*map(numbers, value.values()))
    if isinstance(value, list):
        return set().union(*map(numbers, value))
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return {Decimal(str(value))} if is_number else set()


def names(told: dict) -> list[str]:
    """What an analysis may name, the longest first."""
    found = {*MODULES, told["scope"], *told.get("concepts", {}), *told.get("modules", {})}
    found |= set(told.get("bridge_concepts", {}))
    return sorted(found, key=len, reverse=True)


def assert_plain(text: str, told: dict) -> None:
    """A sentence in plain characters, with no number that the input has not."""
    assert text == " ".join(text.split()) and text.endswith(".")
    for name in names(told):
        text = text.replace(name, "N")
    assert re.fullmatch(r"[A-Za-z0-9 .,;:()%-]+", text), text
    known = numbers(told)
    percents = {number * 100 for number in known}
    for number in NUMBER.findall(text):
        allowed = percents if number.endswith("%") else known
        assert Decimal(number.rstrip("%")) in allowed, text


def assert_sound(scope: str, told: dict, answer: dict) -> None:
    """The six keys in their shape, about what the input has and nothing else."""
    assert answer.keys() == {*LISTS, *FINDINGS}
    large = scope in ("global", "cross_module")
    for key in LISTS:
        assert len(answer[key]) <= (5 if large else 3)
        assert len(set(answer[key])) == len(answer[key])
    for key in FINDINGS:
        assert answer[key].keys() == {"summary", "figures"}
        assert_plain(answer[key]["summary"], told)
        assert len(answer[key]["summary"]) <= (400 if large else 240)
        assert len(answer[key]["figures"]) <= (10 if large else 6)
        for path, figure in answer[key]["figures"].items():
            place: Any = told
            for part in path.split("."):
                place = place[part]
            assert place == figure and numbers(figure), path
    for text in answer["areas_for_improvement"] + answer["suggested_activities"]:
        assert_plain(text, told)
        assert len(text) <= 160
    assert answer["suggested_activities"] or scope == "cross_module"

    assert not set(answer["strengths"]) & set(answer["weaknesses"])
    for name in answer["strengths"] + answer["weaknesses"]:
        if scope == "cross_module" and name in told["pairs"]:
            assert told["pairs"][name]["pattern"] in ("helps", "hinders")
            continue
        figures = told["bridge_concepts" if scope == "cross_module" else "concepts"][name]
        assert figures["questions"] >= 10
        assert name in answer["strengths"] or not figures["mastered"]


@settings(PROFILE, max_examples=40)
@given(history=st.one_of(strategies.climbs(), strategies.wanderings()))
def test_analyses_of_random_learners(db, history):
    playback = begin(db, history.session_zone, history.date_style)
    playback.verifying = False
    playback.play(history)
    for scope in ("global", "cross_module", *playback.product.catalog):
        told = metrics(db, playback.user, scope)
        if told is not None:
            answer = by_rules(db, scope, told)
            assert_sound(scope, told, answer)
            assert_as_openai_may(db, told, answer)
            assert by_rules(db, scope, told) == answer


def assert_as_openai_may(connection: psycopg.Connection, told: dict, answer: dict) -> None:
    """What the rules say, OpenAI could have said: it passes the same checks."""
    module = min(told.get("modules", {told["scope"]: None}))
    said = answer | {
        "areas_for_improvement": [
            {"module": module, "text": text} for text in answer["areas_for_improvement"]
        ],
        "suggested_activities": [
            {"module": module, "activity": "Play.", "reason": text}
            for text in answer["suggested_activities"]
        ],
    }
    for key in FINDINGS:
        figures = [
            {"name": name, "value": figure} for name, figure in answer[key]["figures"].items()
        ]
        said[key] = {"summary": answer[key]["summary"], "figures": figures}
    taken = verdict(connection, told["scope"], told, response(said))
    assert taken["problem"] is None
    for key in (*FINDINGS, "strengths", "weaknesses"):
        assert taken["answer"][key] == answer[key]


COUNTS = st.sampled_from([0, 1, 5, 9, 10, 11, 37, 100, 2147483647])
SHARES = st.sampled_from([0, 0.3, 0.45, 0.5, 0.59, 0.6, 0.79, 0.8, 0.9, 1])


@st.composite
def figures_of(draw: st.DrawFn, module: str) -> dict:
    """Figures that a tried module can have."""
    questions, recent = draw(COUNTS), draw(st.integers(0, 10))
    correct = int(questions * draw(SHARES))
    taught = MODULES[module].concepts
    return {
        "grade_level": draw(st.sampled_from([None, 0, 3])),
        "sessions": draw(COUNTS.filter(bool)), "questions": questions, "correct": correct,
        "accuracy": ratio(correct, questions), "mastered": draw(st.booleans()),
        "preferred_difficulty": draw(st.integers(1, 5)),
        "recent_good": draw(st.integers(0, recent)), "recent_sessions": recent,
        "concepts": taught.split(", ") if taught else [module],
    }  # fmt: skip


@st.composite
def habits_of(draw: st.DrawFn) -> dict:
    """Habits, or those of nobody."""
    found = {"window_days": 28, "sessions": 0, "active_days": 0, "trend": "unknown"}
    shares = ("morning", "afternoon", "evening", "night")
    halves = ("accuracy_recent", "accuracy_before")
    others = (
        "questions_per_session", "seconds_per_question", *shares, "usual_time", *halves
    )  # fmt: skip
    found |= dict.fromkeys(others)
    if draw(st.booleans()):
        usual = draw(st.sampled_from(shares))
        found |= dict.fromkeys(shares, 0.1)
        found |= {usual: 0.7, "usual_time": usual, "questions_per_session": 6.8421}
        found |= {"sessions": draw(st.sampled_from([1, 2, 500])), "active_days": 1}
        found["seconds_per_question"] = draw(st.sampled_from([None, 0, 4.5]))
        found["trend"] = draw(st.sampled_from(["up", "down", "steady", "unknown"]))
        found["accuracy_recent"] = 0.8571
        if found["trend"] != "unknown" or draw(st.booleans()):
            found["accuracy_before"] = 0.8
    return found


@st.composite
def tried_of(draw: st.DrawFn, least: int = 1) -> dict[str, dict]:
    drawn = draw(st.lists(st.sampled_from(sorted(MODULES)), min_size=least, unique=True))
    return {name: draw(figures_of(name)) for name in drawn}


@st.composite
def totals_of(draw: st.DrawFn, tried: dict) -> dict:
    questions = draw(COUNTS)
    correct = int(questions * draw(SHARES))
    return {
        "sessions": draw(COUNTS), "questions": questions, "correct": correct,
        "accuracy": ratio(correct, questions), "minutes": draw(COUNTS),
        "streak_days": draw(COUNTS), "longest_streak_days": draw(COUNTS),
        "modules_tried": len(tried), "modules_mastered": sum(f["mastered"] for f in tried.values()),
    }  # fmt: skip


@st.composite
def global_inputs(draw: st.DrawFn) -> dict:
    tried = draw(tried_of())
    return {
        "scope": "global", "grade_band": None, "totals": draw(totals_of(tried)),
        "habits": draw(habits_of()), "modules": most_played(tried), "concepts": concepts(tried),
    }  # fmt: skip


CONDITIONS = st.fixed_dictionaries({
    "name": st.sampled_from([
        "accuracy.questions", "accuracy.percent", "top_level.grade_level", "in_a_row", "score",
        "top_level.attempt_good", "list_complete", "m_of_n", "jsonpath",
    ]),
    "value": st.sampled_from([None, 0, 4, 85.7143]), "needed": st.sampled_from([None, 5, 80]),
    "holds": st.booleans(),
})  # fmt: skip


@st.composite
def module_inputs(draw: st.DrawFn) -> dict:
    name = draw(st.sampled_from(sorted(MODULES)))
    figures = draw(figures_of(name))
    missing = st.sampled_from([None, None, 1, 20, 50, 51, 212600881053])
    return {
        "scope": name, "grade_band": "K-2", "habits": draw(habits_of()),
        "module": figures | {
            "correct_missing": draw(missing), "good_sessions_missing": draw(missing),
            "conditions": draw(st.lists(CONDITIONS, min_size=1, max_size=3)),
        },
        "concepts": concepts({name: figures}),
    }  # fmt: skip


@st.composite
def pairs_of(draw: st.DrawFn, tried: list[str]) -> dict:
    found = {}
    for pair in draw(st.lists(st.permutations(tried).map(lambda p: ">".join(p[:2])), max_size=12)):
        pattern = draw(st.sampled_from([None, "helps", "hinders"]))
        lift = draw(st.sampled_from([0.25, 0.1, 0.0123])) * (-1 if pattern == "hinders" else 1)
        known = pattern or draw(st.booleans())
        found[pair] = {
            "count": draw(st.integers(1, 99)), "good": 1, "questions": 40, "correct": 20,
            "success_rate": 0.6667, "accuracy": 0.5, "pattern": pattern,
            "lift": lift if known else None, "lift_low": -0.3 if known else None,
            "lift_high": 0.4 if known else None,
        }  # fmt: skip
    return found


@st.composite
def cross_inputs(draw: st.DrawFn) -> dict:
    tried = draw(tried_of(least=2))
    bridges = {
        name: {key: figures[key] for key in ("questions", "correct", "accuracy", "mastered")}
        | {"modules": [module for module in tried if name in tried[module]["concepts"]]}
        for name, figures in concepts(tried).items() if figures["modules"] > 1
    }  # fmt: skip
    next_module = st.fixed_dictionaries({
        "module": st.sampled_from([*tried, "algebra"]),
        "reason": st.sampled_from(["helps", "finish", "review", "new"]),
    })  # fmt: skip
    return {
        "scope": "cross_module", "grade_band": None, "totals": draw(totals_of(tried)),
        "modules": without_concepts(most_played(tried)), "pairs": draw(pairs_of(sorted(tried))),
        "bridge_concepts": bridges, "next_module": draw(st.none() | next_module),
    }  # fmt: skip


@settings(PROFILE, max_examples=200)
@given(told=global_inputs() | module_inputs() | cross_inputs())
def test_analyses_of_drawn_inputs(db, told):
    answer = by_rules(db, told["scope"], told)
    assert_sound(told["scope"], told, answer)
    assert_as_openai_may(db, told, answer)


def test_nothing_is_said_of_nothing(db):
    for scope in ("global", "cross_module", "algebra"):
        assert by_rules(db, scope, None) is None


# ---------------------------------------------------------------- word for word


def concept(strength: int, questions: int = 40, mastered: bool = False, **others: Any) -> dict:
    return {
        "questions": questions, "correct": 18, "accuracy": 0.45, "consistency": 0.3,
        "mastered": mastered, "modules": 1, "strength": strength, **others,
    }  # fmt: skip


def module(*taught: str, **others: Any) -> dict:
    return {
        "grade_level": 3, "sessions": 4, "questions": 40, "correct": 18, "accuracy": 0.45,
        "mastered": False, "preferred_difficulty": 2, "recent_good": 1, "recent_sessions": 4,
        "concepts": list(taught), **others,
    }  # fmt: skip


HABITS = {
    "window_days": 28, "sessions": 38, "active_days": 13, "questions_per_session": 6.8421,
    "seconds_per_question": 5.9688, "morning": 0.1, "afternoon": 0.6, "evening": 0.2,
    "night": 0.1, "usual_time": "afternoon", "accuracy_recent": 0.7419,
    "accuracy_before": 0.8, "trend": "down",
}  # fmt: skip
TOTALS = {
    "sessions": 38, "questions": 260, "correct": 184, "accuracy": 0.7077, "minutes": 19,
    "streak_days": 1, "longest_streak_days": 12, "modules_tried": 3, "modules_mastered": 1,
}  # fmt: skip
GLOBAL = {
    "scope": "global", "grade_band": "3-5", "totals": TOTALS, "habits": HABITS,
    "modules": {
        "fractions_puzzle": module("fractions", "ratios"),
        "ratios_proportions": module("ratios", "proportions", accuracy=0.5),
        "addition_facts": module("addition", recent_good=4, recent_sessions=5),
    },
    "concepts": {
        "fractions": concept(31), "ratios": concept(30), "proportions": concept(64),
        "addition": concept(90, 1),
        "subtraction": concept(65), "division": concept(80, mastered=True),
    },
}  # fmt: skip


def test_all_that_is_said_of_a_learner(db):
    assert by_rules(db, "global", GLOBAL) == {
        "learning_patterns": {
            "summary": "70.77% of 260 questions correct in 38 sessions. 3 modules tried, 1 of them "
            "mastered. Accuracy is going down: 74.19% in the newer of the recent sessions, "
            "80% in the older ones.",
            "figures": {
                "totals.accuracy": 0.7077, "totals.questions": 260, "totals.sessions": 38,
                "totals.modules_tried": 3, "totals.modules_mastered": 1,
                "habits.accuracy_recent": 0.7419, "habits.accuracy_before": 0.8,
            },
        },
        "engagement_analysis": {
            "summary": "In the 28 days up to the last session: 38 sessions on 13 days. Questions "
            "per session: 6.8421. Seconds per question: 5.9688. Mostly in the afternoon (60% of "
            "the sessions). Streak when last played: 1 day; the longest: 12 days. Time in all: 19 "
            "minutes.",
            "figures": {
                "habits.sessions": 38, "habits.active_days": 13,
                "habits.questions_per_session": 6.8421, "habits.seconds_per_question": 5.9688,
                "habits.afternoon": 0.6, "totals.streak_days": 1,
                "totals.longest_streak_days": 12, "totals.minutes": 19,
            },
        },
        "strengths": ["division", "subtraction"],
        "weaknesses": ["ratios", "fractions"],
        "areas_for_improvement": [
            "Accuracy is going down: 74.19% in the newer of the recent sessions, 80% in the older "
            "ones.",
            "ratios is weak: 45% of 40 questions correct, 30% of the latest results good.",
            "fractions is weak: 45% of 40 questions correct, 30% of the latest results good.",
            "proportions is on its way: 45% of 40 questions correct, 30% of the latest results "
            "good.",
        ],
        "suggested_activities": [
            # Both weak concepts; it is the weaker of the two that teach ratios.
            "Practise ratios in fractions_puzzle at difficulty 2: 45% of 40 questions are correct "
            "so far.",
            "Go on with addition_facts towards mastery: 4 good among the last 5 results.",
        ],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("only", "said"),
    [
        (
            {"a": module(questions=9, recent_good=0)},
            "Play more of a: 9 questions so far say little.",
        ),
        (
            {"a": module(), "b": module(sessions=5, questions=10)},
            "Go on with b: 45% of 10 questions are correct so far, and it is not mastered yet.",
        ),
        (
            {"a": module(mastered=True)},
            "Begin a module that has not been tried: those tried are mastered.",
        ),
        # Three good results are not yet something to go on with, and four of six are too few.
        (
            {"a": module(recent_good=2, recent_sessions=2), "b": module(recent_sessions=6)},
            "Go on with a: 45% of 40 questions are correct so far, and it is not mastered yet.",
        ),
    ],
)
def test_there_is_always_something_to_do(db, only, said):
    told = GLOBAL | {"modules": only, "concepts": {}}
    assert by_rules(db, "global", told)["suggested_activities"] == [said]


def test_without_single_sessions_no_habit_is_made_up(db):
    habits = dict.fromkeys(HABITS) | {
        "window_days": 28, "sessions": 0, "active_days": 0, "trend": "unknown"
    }  # fmt: skip
    told = GLOBAL | {"habits": habits, "totals": TOTALS | {"questions": 0, "accuracy": None}}
    answer = by_rules(db, "global", told)
    assert answer["learning_patterns"]["summary"] == (
        "38 sessions, of which no questions are known. 3 modules tried, 1 of them mastered. There "
        "is too little recent play to see a trend."
    )
    assert answer["engagement_analysis"]["summary"] == (
        "When and how long each session was is not known. Streak when last played: 1 day; the "
        "longest: 12 days. Time in all: 19 minutes."
    )


@pytest.mark.parametrize(
    ("strength", "questions", "mastered", "where"),
    [
        (65, 10, False, "strengths"), (64, 10, False, None), (50, 10, False, None),
        (49, 10, False, "weaknesses"), (0, 9, False, None), (100, 9, True, None),
        (0, 10, True, None), (65, 10, True, "strengths"),
    ],
)  # fmt: skip
def test_what_is_strong_and_what_is_weak(db, strength, questions, mastered, where):
    told = GLOBAL | {"concepts": {"ratios": concept(strength, questions, mastered)}}
    answer = by_rules(db, "global", told)
    found = {key for key in ("strengths", "weaknesses") if answer[key] == ["ratios"]}
    assert found == ({where} if where else set())


def test_the_five_strongest_and_the_five_weakest_are_named(db):
    strong = {f"s{n}": concept(90 + n) for n in range(7)} | {"more": concept(95, 41)}
    weak = {f"w{n}": concept(10 + n) for n in range(7)}
    answer = by_rules(db, "global", GLOBAL | {"concepts": strong | weak})
    # Of two as strong, the one with more questions.
    assert answer["strengths"] == ["s6", "more", "s5", "s4", "s3"]
    assert answer["weaknesses"] == ["w0", "w1", "w2", "w3", "w4"]
    answer = by_rules(db, "word_race", {
        "scope": "word_race", "module": module() | {"conditions": []}, "habits": HABITS,
        "concepts": strong,
    })  # fmt: skip
    assert answer["strengths"] == ["s6", "more", "s5"]


# ---------------------------------------------------------------- of one module


def analysis(db: psycopg.Connection, **figures: Any) -> dict:
    told = {
        "scope": "measurement", "grade_band": None, "habits": HABITS,
        "module": module("measurement") | {
            "correct_missing": None, "good_sessions_missing": None, "conditions": [],
        } | figures,
        "concepts": {"measurement": concept(30)},
    }  # fmt: skip
    return by_rules(db, "measurement", told)


def test_all_that_is_said_of_a_module(db):
    answer = analysis(db, correct_missing=12)
    assert answer["learning_patterns"] == {
        "summary": "45% of 40 questions correct in 4 sessions. The module is not mastered yet. 1 "
        "good among the last 4 results. Accuracy is going down: 74.19% in the newer of the recent "
        "sessions, 80% in the older ones.",
        "figures": {
            "module.accuracy": 0.45, "module.questions": 40, "module.recent_good": 1,
            "module.recent_sessions": 4, "habits.accuracy_recent": 0.7419,
            "habits.accuracy_before": 0.8,
        },
    }  # fmt: skip
    assert answer["engagement_analysis"]["summary"] == (
        "In the 28 days up to the last session: 38 sessions on 13 days. Questions per session: "
        "6.8421. Seconds per question: 5.9688. Mostly in the afternoon (60% of the sessions)."
    )
    assert answer["weaknesses"] == ["measurement"]
    assert answer["suggested_activities"] == [
        "Go on with measurement: 12 correct answers in a row would master it.",
        "Try a difficulty below 2: only 45% of 40 questions are correct.",
    ]


def condition(name: str, value: object, needed: object, holds: bool = False) -> dict:
    return {"name": name, "value": value, "needed": needed, "holds": holds}


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        ({"mastered": True}, "Keep measurement fresh with a session now and then: it is mastered, "
         "and 60% of 40 questions are correct."),
        ({"good_sessions_missing": 1}, "Go on with measurement: 1 good session in a row would "
         "master it."),
        ({"correct_missing": 51, "conditions": [condition("accuracy.percent", 60, 80)]},
         "Go on with measurement: mastery needs percent correct: 80, now 60."),
        ({"conditions": [condition("accuracy.questions", 40, 30, True),
                         condition("jsonpath", None, None), condition("list_complete", 3, 13)]},
         "Go on with measurement: mastery needs complete fact types: 13, now 3."),
        ({"conditions": [condition("jsonpath", None, None)]},
         "Go on with measurement: 60% of 40 questions are correct so far."),
        ({"questions": 1}, "Play more of measurement: 1 question so far say little."),
    ],
)  # fmt: skip
def test_what_a_module_needs(db, figures, said):
    assert analysis(db, accuracy=0.6, **figures)["suggested_activities"] == [said]


@pytest.mark.parametrize(
    ("accuracy", "difficulty", "questions", "word"),
    [
        (0.4999, 2, 10, "below"), (0.4999, 1, 10, None), (0.5, 2, 10, None),
        (0.8999, 2, 10, None), (0.9, 4, 10, "above"), (0.9, 5, 10, None), (0.9, 4, 9, None),
    ],
)  # fmt: skip
def test_another_difficulty(db, accuracy, difficulty, questions, word):
    figures = {"accuracy": accuracy, "preferred_difficulty": difficulty, "questions": questions}
    said = analysis(db, **figures)["suggested_activities"][1:]
    assert [text.split()[3] for text in said] == ([word] if word else [])


# ---------------------------------------------------------------- across modules


def pair(count: int, lift: float | None = None, pattern: str | None = None) -> dict:
    low, high = (None, None) if lift is None else (round(lift - 0.1, 4), round(lift + 0.1, 4))
    return {
        "count": count, "good": 3, "questions": 40, "correct": 24, "success_rate": 0.75,
        "accuracy": 0.6, "lift": lift, "lift_low": low, "lift_high": high, "pattern": pattern,
    }  # fmt: skip


def bridge(accuracy: float, questions: int = 40, mastered: bool = False) -> dict:
    return {
        "modules": ["a", "b", "c"], "questions": questions, "correct": 1, "accuracy": accuracy,
        "mastered": mastered,
    }  # fmt: skip


CROSS = {
    "scope": "cross_module", "grade_band": None, "totals": TOTALS,
    "modules": {"a": module(), "b": module(sessions=11), "c": module()},
    "pairs": {
        "a>b": pair(12), "b>a": pair(8, 0.2, "helps"), "b>c": pair(7, 0.3, "helps"),
        "c>a": pair(9, -0.25, "hinders"),
    },
    "bridge_concepts": {
        "ratios": bridge(0.59), "speed": bridge(0.8), "few": bridge(0, 9),
        "done": bridge(0.1, mastered=True), "middling": bridge(0.6),
    },
    "next_module": {"module": "b", "reason": "finish"},
}  # fmt: skip


def test_all_that_is_said_across_modules(db):
    assert by_rules(db, "cross_module", CROSS) == {
        "learning_patterns": {
            "summary": "Most often from a to b: 12 times, 75% of them good. c goes better after b, "
            "lift 0.3 (0.2 to 0.4). a goes worse after c, lift -0.25 (-0.35 to -0.15).",
            "figures": {
                "pairs.a>b.count": 12, "pairs.a>b.success_rate": 0.75,
                "pairs.b>c.count": 7, "pairs.b>c.success_rate": 0.75, "pairs.b>c.lift": 0.3,
                "pairs.c>a.count": 9, "pairs.c>a.success_rate": 0.75, "pairs.c>a.lift": -0.25,
            },
        },
        "engagement_analysis": {
            "summary": "38 sessions and 19 minutes in all; 3 modules tried, 1 of them mastered. "
            "Most played: b with 11 sessions.",
            "figures": {
                "totals.sessions": 38, "totals.minutes": 19, "totals.modules_tried": 3,
                "totals.modules_mastered": 1,
            },
        },
        "strengths": ["b>c", "b>a", "speed"],
        "weaknesses": ["c>a", "ratios"],
        "areas_for_improvement": [
            "a goes worse after c, lift -0.25 (-0.35 to -0.15).",
            "ratios, in a and b, is weak: 59% of 40 questions correct.",
        ],
        "suggested_activities": [
            "Play b next: it is on its way to mastery, with 45% of 40 questions correct.",
            "Play b, then c: c goes better after b, lift 0.3 (0.2 to 0.4).",
            "Play b, then a: a goes better after b, lift 0.2 (0.1 to 0.3).",
        ],
    }  # fmt: skip


def test_noise_is_called_noise(db):
    summary = by_rules(db, "cross_module", CROSS | {"pairs": {"a>b": pair(1, 0.4)}})
    assert summary["learning_patterns"]["summary"] == (
        "Most often from a to b: 1 time, 75% of them good. No way from one module to another makes "
        "a difference beyond chance."
    )
    nothing = CROSS | {"pairs": {}, "bridge_concepts": {}, "next_module": None}
    answer = by_rules(db, "cross_module", nothing)
    assert answer["learning_patterns"] == {
        "summary": "No way from one module to another is known yet.", "figures": {}
    }  # fmt: skip
    assert [answer[key] for key in LISTS] == [[], [], [], []]


@pytest.mark.parametrize(
    ("module", "reason", "why"),
    [
        ("a", "helps", "it goes better right after the module played last"),
        ("a", "review", "it is mastered, but the latest results are not good, 1 good among the "
         "last 4 results"),
        ("z", "review", "it is mastered, but the latest results are not good"),
        ("z", "finish", "it is on its way to mastery"),
        ("z", "new", "it has not been tried yet"),
    ],
)  # fmt: skip
def test_the_module_to_play_next(db, module, reason, why):
    told = CROSS | {"next_module": {"module": module, "reason": reason}}
    said = by_rules(db, "cross_module", told)["suggested_activities"]
    assert said[0] == f"Play {module} next: {why}."


def test_every_analysis_is_json_of_plain_texts(db):
    for told in (GLOBAL, CROSS):
        answer = by_rules(db, told["scope"], told)
        assert all(isinstance(text, str) for key in LISTS for text in answer[key])
        assert "null" not in json.dumps(answer)
