"""hg__ai_metrics: the input of an analysis, against a second computation from the ledger."""

import json
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.model import strategies
from tests.model.catalog import MODULES
from tests.model.test_property import PROFILE, begin
from tests.record.support import (
    SECOND,
    Learner,
    add_module,
    bulk,
    change_module,
    set_setting,
    uid,
)  # fmt: skip

from . import metrics_model

SCOPES = ("global", "cross_module", *MODULES, "no_such_module")


def metrics(connection: psycopg.Connection, learner: Any, scope: str = "global") -> dict | None:
    """The input of the learner as stored."""
    return connection.execute(
        "SELECT hg__ai_metrics(u.id, %s, u.hidden_grade_asset) FROM users AS u WHERE u.id = %s",
        [scope, learner],
    ).fetchone()[0]


def assert_as_the_model(connection: psycopg.Connection, learner: Any) -> None:
    """The inputs of all scopes are what the rows of the ledger and the document give."""
    known = metrics_model.read(connection, learner, across=True)
    names = [row["module"] for row in known.catalog]
    for scope in ("global", "cross_module", *names, "no_such_module"):
        assert metrics(connection, learner, scope) == metrics_model.metrics(known, scope), scope


def words(value: object) -> set[str]:
    """Every text in a JSON value, keys too."""
    if isinstance(value, dict):
        return set(value).union(*map(words, value.values()))
    if isinstance(value, list):
        return set().union(*map(words, value))
    return {value} if isinstance(value, str) else set()


# ---------------------------------------------------------------- random histories


@settings(PROFILE, max_examples=60)
@given(
    history=st.one_of(strategies.histories(), strategies.climbs(), strategies.wanderings()),
)
def test_the_inputs_of_random_learners_are_the_model_s(db, history):
    playback = begin(db, history.session_zone, history.date_style)
    playback.verifying = False
    playback.play(history)
    assert_as_the_model(db, playback.user)


ZONES = st.sampled_from([None, *strategies.ZONES])
# Any minute of the last days, and those around the edges of days and of hours.
WHENS = st.builds(
    lambda hours, minutes: timedelta(hours=hours, minutes=minutes),
    st.integers(0, 24 * 33) | st.sampled_from([24 * n for n in range(26, 33)]),
    st.sampled_from([0, 0, 1, 30, 59]),
)
SESSIONS = st.tuples(
    st.sampled_from(["word_race", "algebra", "fractions_puzzle", "math_rush_addition"]),
    st.sampled_from([1, 5, 10, 24]),
    st.integers(0, 4).map(lambda quarters: quarters / 4),
    st.sampled_from([None, None, 0, 7, 60, 600]),
    st.sampled_from(["token_run"] * 4 + ["test", "practice"]),
    WHENS,
    st.sampled_from([False] * 6 + [True]),
)


@settings(PROFILE, max_examples=80)
@given(
    sessions=st.lists(SESSIONS, min_size=1, max_size=40),
    zones=st.tuples(ZONES, ZONES, ZONES),
    window=st.sampled_from([0, 7, 365]),
    hour=st.sampled_from([0, 4, 12]),
)
def test_the_inputs_of_long_lives_are_the_model_s(db, sessions, zones, window, hour):
    db.rollback()
    set_setting(db, "late_window_days", window)
    set_setting(db, "day_start_hour", hour)
    if zones[0] is not None:
        set_setting(db, "default_time_zone", zones[0])
    learner = Learner(db, grade="K")
    if zones[1] is not None:
        learner.set_zone(zones[1])
    midnight = learner.clock.replace(hour=0, minute=0, second=0, microsecond=0)
    bulk(db, [
        learner.item(
            module, questions, int(questions * share), seconds, run_type=run_type,
            at=midnight - when, id=uid(n),
        )
        for n, (module, questions, share, seconds, run_type, when, _) in enumerate(sessions, 1)
    ])  # fmt: skip
    if zones[2] is not None:
        learner.set_zone(zones[2])
    for n, (*_, reversed_) in enumerate(sessions, 1):
        if reversed_:
            learner.reverse(uid(n))
    assert_as_the_model(db, learner.id)


# ---------------------------------------------------------------- what is told


@pytest.fixture
def learner(db: psycopg.Connection) -> Learner:
    return Learner(db, grade="3")


def at_noon(learner: Learner, days: int, **others: Any) -> datetime:
    """12:00 UTC some days ago, with other hours, minutes."""
    return learner.noon(days).replace(**others)


def test_all_that_is_told_of_a_learner(db, learner):
    learner.run("word_race", 10, 4, 100, at=at_noon(learner, 29))
    learner.run("word_race", 10, 6, 100, at=at_noon(learner, 2))
    learner.run("word_race", 20, 17, 50, at=at_noon(learner, 1))
    learner.run("ratios_proportions", 5, 5, at=at_noon(learner, 1, hour=18))
    learner.practise("algebra", at=at_noon(learner, 1, hour=19))
    assert metrics(db, learner.id) == {
        "scope": "global",
        "grade_band": "3-5",
        "totals": {
            "sessions": 4, "questions": 45, "correct": 32, "accuracy": 0.7111, "minutes": 4,
            "streak_days": 2, "longest_streak_days": 2, "modules_tried": 2, "modules_mastered": 0,
        },
        "habits": {
            "window_days": 28, "sessions": 3, "active_days": 2, "questions_per_session": 11.7,
            "seconds_per_question": 5, "morning": 0, "afternoon": 0.6667, "evening": 0.3333,
            "night": 0, "usual_time": "afternoon", "accuracy_recent": 0.88,
            "accuracy_before": 0.6, "trend": "up",
        },
        "modules": {
            "word_race": {
                "grade_level": 3, "sessions": 3, "questions": 40, "correct": 27,
                "accuracy": 0.675, "mastered": False, "preferred_difficulty": 2,
                "recent_good": 1, "recent_sessions": 3, "concepts": ["word_race"],
            },
            "ratios_proportions": {
                "grade_level": 6, "sessions": 1, "questions": 5, "correct": 5,
                "accuracy": 1, "mastered": False, "preferred_difficulty": 3,
                "recent_good": 1, "recent_sessions": 1, "concepts": ["ratios", "proportions"],
            },
        },
        "concepts": {
            # (60 * 0.675 + 30 / 3) * 40 + 500, over 50
            "word_race": {
                "questions": 40, "correct": 27, "accuracy": 0.675, "consistency": 0.3333,
                "mastered": False, "modules": 1, "strength": 50,
            },
            # (60 + 30) * 5 + 500, over 15
            "ratios": (perfect := {
                "questions": 5, "correct": 5, "accuracy": 1, "consistency": 1,
                "mastered": False, "modules": 1, "strength": 63,
            }),
            "proportions": perfect,
        },
    }  # fmt: skip


def test_all_that_is_told_of_a_module(db, learner):
    learner.run("word_race", 10, 8, 100, at=at_noon(learner, 3))
    learner.run("ratios_proportions", 5, 3, 60, at=at_noon(learner, 2, hour=22))
    found = metrics(db, learner.id, "ratios_proportions")
    assert found.keys() == {"scope", "grade_band", "module", "habits", "concepts"}
    assert found["module"] == {
        "grade_level": 6, "sessions": 1, "questions": 5, "correct": 3, "accuracy": 0.6,
        "mastered": False, "preferred_difficulty": 3, "recent_good": 0, "recent_sessions": 1,
        "concepts": ["ratios", "proportions"],
        "correct_missing": 25, "good_sessions_missing": None,
        "conditions": [
            {"name": "accuracy.questions", "value": 5, "needed": 30, "holds": False},
            {"name": "accuracy.percent", "value": 60, "needed": 80, "holds": False},
        ],
    }  # fmt: skip
    assert (found["habits"]["sessions"], found["habits"]["night"]) == (1, 1)
    assert found["concepts"].keys() == {"ratios", "proportions"}


def test_nothing_is_told_where_nothing_was_scored(db, learner):
    learner.practise("algebra")
    assert {scope: metrics(db, learner.id, scope) for scope in SCOPES} == dict.fromkeys(SCOPES)
    learner.run("algebra", 5, 5, id=uid(1))
    assert metrics(db, learner.id) is not None
    assert metrics(db, learner.id, "algebra") is not None
    assert metrics(db, learner.id, "word_race") is None
    assert metrics(db, learner.id, "cross_module") is None
    learner.reverse(uid(1))
    assert {scope: metrics(db, learner.id, scope) for scope in SCOPES} == dict.fromkeys(SCOPES)


@pytest.mark.parametrize(
    ("grade", "band"),
    [
        ("K", "K-2"), ("0", "K-2"), ("2", "K-2"), ("2.5", "3-5"), ("3", "3-5"), ("5", "3-5"),
        ("6", "6-8"), ("8", "6-8"), ("9", "9-12"), ("12", "9-12"), ("13", None), ("", None),
        ("Miss Smith's", None), (None, None),
    ],
)  # fmt: skip
def test_of_the_grade_the_band_is_told(db, grade, band):
    learner = Learner(db, grade)
    learner.run("word_race", 5, 5)
    assert metrics(db, learner.id)["grade_band"] == band


def test_kindergarten_is_a_grade(db, learner):
    learner.test("addition_facts", 6, 6, grade_level=0)
    assert metrics(db, learner.id)["modules"]["addition_facts"]["grade_level"] == 0
    assert metrics(db, learner.id, "addition_facts")["module"]["grade_level"] == 0


def test_a_module_that_was_reset_is_untried_again(db, learner):
    learner.run("word_race", 5, 5)
    learner.run("algebra", 5, 5)
    learner.reset("algebra")
    found = metrics(db, learner.id)
    assert found["modules"].keys() == found["concepts"].keys() == {"word_race"}
    assert (found["totals"]["sessions"], found["totals"]["modules_tried"]) == (2, 1)
    assert metrics(db, learner.id, "algebra") is None


def test_an_inactive_module_is_told_of(db, learner):
    learner.run("algebra", 5, 5)
    change_module(db, "algebra", active=False)
    assert metrics(db, learner.id)["modules"].keys() == {"algebra"}
    assert metrics(db, learner.id, "algebra")["module"]["sessions"] == 1


# ---------------------------------------------------------------- figures, and the catalog's names

KNOWN_WORDS = {
    "scope", "grade_band", "totals", "habits", "modules", "concepts", "module", "sessions",
    "questions", "correct", "accuracy", "minutes", "streak_days", "longest_streak_days",
    "modules_tried", "modules_mastered", "window_days", "active_days", "questions_per_session",
    "seconds_per_question", "usual_time", "accuracy_recent", "accuracy_before", "trend",
    "grade_level", "mastered", "preferred_difficulty", "recent_good", "recent_sessions",
    "consistency", "strength", "correct_missing", "good_sessions_missing", "conditions", "name",
    "value", "needed", "holds", "morning", "afternoon", "evening", "night", "up", "down",
    "steady", "unknown", "global", "3-5", "accuracy.questions", "accuracy.percent",
    "top_level.grade_level", "top_level.attempt_good", "list_complete",
}  # fmt: skip


def test_names_are_the_catalog_s_and_texts_of_the_document_stay(db):
    document = Learner(db).document
    block = json.loads(json.dumps(document["modules"]["algebra"]))
    block["progress"] |= {
        "concepts": "Anna, lives in Bonn", "sessions_completed": 3, "types_complete": ["Anna"],
        "mastery_override": {
            "value": True, "by": "Anna", "at": "2020-01-01T00:00:00Z", "reason": "Anna"
        },
    }  # fmt: skip
    document["modules"] |= {"algebra": block, "anna_s_own": block, "math_rush": {"Anna": [1]}}
    learner = Learner(db, document=document)
    learner.run("word_race", 5, 5, note="Anna")
    for scope in ("global", "cross_module", "algebra", "word_race"):
        found = metrics(db, learner.id, scope)
        assert "anna" not in json.dumps(found).lower()
    assert metrics(db, learner.id)["modules"].keys() == {"algebra", "word_race"}
    assert metrics(db, learner.id)["concepts"].keys() == {"exponents", "algebra", "word_race"}
    assert metrics(db, learner.id, "anna_s_own") is None
    assert metrics(db, learner.id, "math_rush") is None


def test_every_word_is_known(db, learner):
    for n, module in enumerate(sorted(MODULES)):
        row = MODULES[module]
        learner.run(module, row.size or 5, row.size or 5, 50, at=learner.ago(days=20 - n))
    taught = {name for row in MODULES.values() for name in row.concepts.split(", ")}
    for scope in ("global", *MODULES):
        assert words(metrics(db, learner.id, scope)) <= KNOWN_WORDS | taught | MODULES.keys(), scope


def test_at_most_20_modules_and_40_concepts(db, learner):
    for n in range(23):
        add_module(db, f"extra_{n:02}", concepts=f"concept {n:02}, other {n:02}")
        learner.run(f"extra_{n:02}", 5 + n, 5, at=learner.ago(hours=n + 1))
    # One session each, so the last by name are left out; of the concepts those with least
    # questions, ties by name.
    learner.run("extra_22", 1, 1)
    found = metrics(db, learner.id)
    assert found["modules"].keys() == {f"extra_{n:02}" for n in (22, *range(19))}
    assert found["concepts"].keys() == {
        f"{what} {n:02}" for what in ("concept", "other") for n in range(3, 23)
    }
    assert found["totals"]["modules_tried"] == 23


def test_a_concept_named_as_a_module_is_pooled_with_it(db, learner):
    add_module(db, "words", concepts="word_race")
    learner.run("word_race", 5, 5)
    learner.run("words", 5, 4)
    concept = metrics(db, learner.id)["concepts"]["word_race"]
    assert (concept["modules"], concept["questions"], concept["correct"]) == (2, 10, 9)


# ---------------------------------------------------------------- the same for ever


def test_who_does_not_play_has_the_same_input_for_ever(db, learner):
    for n in range(1, 9):
        learner.run("word_race", 10, n, 7 * n, at=at_noon(learner, 40 * n))
    before = metrics(db, learner.id)
    assert before["habits"]["sessions"] == 1
    learner.grant(5)
    learner.practise("algebra")
    after = metrics(db, learner.id)
    # A practice counts for the day and nothing else.
    for name in ("streak_days", "longest_streak_days", "minutes"):
        after["totals"][name] = before["totals"][name]
    assert after == before


def test_no_clock_is_read(db):
    read = db.execute(
        r"""
        SELECT array_agg(p.proname) FROM pg_proc AS p
        WHERE p.proname ~ '^hg__ai_(metrics|by_rules|rules)'
        AND pg_get_functiondef(p.oid) ~* '\m(now *\(|\w+_timestamp|current_|local_?time|random)'
        """
    )
    assert read.fetchone()[0] is None


def test_nothing_of_the_session_shows(db, learner):
    learner.set_zone("America/New_York")
    learner.run("word_race", 10, 7, 33, at=at_noon(learner, 3))
    learner.run("algebra", 5, 2, at=at_noon(learner, 2, hour=23))
    before = [metrics(db, learner.id, scope) for scope in SCOPES]
    db.execute("SET LOCAL timezone TO 'Pacific/Kiritimati'")
    db.execute("SET LOCAL datestyle TO 'German'")
    db.execute("SET LOCAL lc_numeric TO 'C'")
    assert [metrics(db, learner.id, scope) for scope in SCOPES] == before


# ---------------------------------------------------------------- habits


@pytest.mark.parametrize(
    ("hour", "time"),
    [
        (0, "night"), (4, "night"), (5, "morning"), (11, "morning"), (12, "afternoon"),
        (16, "afternoon"), (17, "evening"), (20, "evening"), (21, "night"), (23, "night"),
    ],
)  # fmt: skip
def test_the_time_of_day_is_the_learner_s(db, learner, hour, time):
    learner.set_zone("Asia/Kathmandu")  # UTC+5:45, all year
    local = learner.noon(3).replace(hour=hour, minute=59)
    learner.run("word_race", 5, 5, at=local - timedelta(hours=5, minutes=45))
    habits = metrics(db, learner.id)["habits"]
    shares = {name: habits[name] for name in ("morning", "afternoon", "evening", "night")}
    assert shares == dict.fromkeys(shares, 0) | {time: 1}
    assert habits["usual_time"] == time


def test_of_times_as_usual_the_first_by_name_is_told(db, learner):
    for hour in (8, 14, 18, 22):
        learner.run("word_race", 5, 5, at=at_noon(learner, 2, hour=hour))
    assert metrics(db, learner.id)["habits"]["usual_time"] == "afternoon"
    learner.run("word_race", 5, 5, at=at_noon(learner, 1, hour=22))
    assert metrics(db, learner.id)["habits"]["usual_time"] == "night"


def test_the_window_is_28_days_up_to_the_last_session(db, learner):
    # As late as it can be on the day of the last one, and as early on the first day that counts.
    learner.run("word_race", 5, 5, at=at_noon(learner, 100, hour=23, minute=59))
    learner.run("word_race", 3, 3, at=at_noon(learner, 127, hour=0))
    learner.run("word_race", 1, 1, at=at_noon(learner, 127, hour=0) - SECOND)
    learner.practise("word_race", at=at_noon(learner, 1))
    habits = metrics(db, learner.id)["habits"]
    assert (habits["sessions"], habits["active_days"], habits["questions_per_session"]) == (2, 2, 4)


def test_a_window_of_a_module_ends_with_its_own_last_session(db, learner):
    learner.run("algebra", 5, 5, at=at_noon(learner, 60))
    learner.run("algebra", 5, 5, at=at_noon(learner, 61))
    learner.run("word_race", 5, 5, at=at_noon(learner, 1))
    assert metrics(db, learner.id, "algebra")["habits"]["active_days"] == 2
    assert metrics(db, learner.id)["habits"]["active_days"] == 1


def test_of_more_than_500_sessions_the_newest_are_told(db, learner):
    learner.run("word_race", 1000, 0, at=learner.ago(hours=30))
    bulk(db, [
        learner.item("word_race", 2, 1, at=learner.ago(minutes=n)) for n in range(500, 0, -1)
    ])  # fmt: skip
    habits = metrics(db, learner.id)["habits"]
    assert (habits["sessions"], habits["questions_per_session"]) == (500, 2)
    assert metrics(db, learner.id)["totals"]["sessions"] == 501


def test_reversed_sessions_are_in_no_habit(db, learner):
    learner.run("word_race", 5, 5, 10, at=at_noon(learner, 2), id=uid(1))
    before = metrics(db, learner.id)["habits"]
    learner.run("word_race", 9, 1, 500, at=at_noon(learner, 1, hour=22), id=uid(2))
    assert metrics(db, learner.id)["habits"] != before
    learner.reverse(uid(2))
    assert metrics(db, learner.id)["habits"] == before


def test_time_is_of_the_sessions_that_have_one(db, learner):
    learner.run("word_race", 10, 5, at=at_noon(learner, 2))
    assert metrics(db, learner.id)["habits"]["seconds_per_question"] is None
    learner.run("word_race", 4, 4, 6, at=at_noon(learner, 1))
    assert metrics(db, learner.id)["habits"]["seconds_per_question"] == 1.5


def test_totals_without_sessions_of_the_ledger(db):
    """As after an import, or when the ledger was pruned."""
    document = Learner(db).document
    document["global_stats"] |= {"total_sessions_completed": 7, "total_time_spent": 119}
    document["modules"]["algebra"]["progress"] |= {"sessions_completed": 7}
    learner = Learner(db, document=document)
    found = metrics(db, learner.id)
    unknown = {"window_days": 28, "sessions": 0, "active_days": 0, "trend": "unknown"}
    assert found["habits"] == dict.fromkeys(found["habits"]) | unknown
    assert (found["totals"]["accuracy"], found["totals"]["minutes"]) == (None, 1)
    assert found["concepts"]["algebra"] == {
        "questions": 0, "correct": 0, "accuracy": None, "consistency": None, "mastered": False,
        "modules": 1, "strength": 50,
    }  # fmt: skip
    assert_as_the_model(db, learner.id)


@pytest.mark.parametrize(
    ("recent", "before", "trend"),
    [
        ((10, "0.85"), (10, "0.8"), "up"),
        ((10, "0.8499"), (10, "0.8"), "steady"),
        ((10, "0.75"), (10, "0.8"), "down"),
        ((10, "0.7501"), (10, "0.8"), "steady"),
        ((9, "1"), (10, "0"), "unknown"),
        ((10, "1"), (9, "0"), "unknown"),
        ((10, "1"), (None, None), "unknown"),
        ((None, None), (None, None), "unknown"),
    ],
)
def test_trends(db, recent, before, trend):
    found = db.execute(
        "SELECT hg__ai_metrics_trend(%s::numeric, %s, %s::numeric, %s)",
        [recent[1], recent[0], before[1], before[0]],
    )
    assert found.fetchone()[0] == trend


def test_an_odd_session_is_in_the_newer_half(db, learner):
    for n, correct in ((5, 1), (4, 3), (3, 5)):
        learner.run("word_race", 5, correct, at=at_noon(learner, n))
    habits = metrics(db, learner.id)["habits"]
    assert (habits["accuracy_before"], habits["accuracy_recent"]) == (0.2, 0.8)


# ---------------------------------------------------------------- strength


@pytest.mark.parametrize(
    ("correct", "questions", "good", "recent", "mastered", "strength"),
    [
        (0, 0, 0, 0, False, 50),
        (0, 0, 0, 0, True, 50),
        (10, 10, 1, 1, False, 70),
        (10, 10, 1, 1, True, 75),
        (90, 90, 10, 10, False, 86),
        (0, 90, 0, 10, False, 5),
        (45, 90, 0, 0, False, 46),  # 45.5: accuracy stands for consistency
        (2147483647, 2147483647, 10, 10, True, 100),
    ],
)
def test_strength(db, correct, questions, good, recent, mastered, strength):
    found = db.execute(
        "SELECT hg__ai_metrics_strength(%s, %s, %s, %s, %s)",
        [correct, questions, good, recent, mastered],
    ).fetchone()[0]
    sums = Counter(questions=questions, correct=correct, recent_good=good, recent_sessions=recent)
    assert found == strength == metrics_model.strength(sums, mastered)


# ---------------------------------------------------------------- mastery, in figures


def rule(db: psycopg.Connection, form: dict, **columns: Any) -> None:
    change_module(db, "measurement", mastery_rule=form, mastery_policy="live", **columns)


JSONPATH = {"jsonpath": {"expr": '$.progress.recent_results starts with "11"'}}


@pytest.mark.parametrize(
    ("form", "correct_missing", "good_sessions_missing"),
    [
        ({"accuracy": {"min_questions": 30, "percent": 80}}, 15, None),
        ({"accuracy": {"min_questions": 11, "percent": 95}}, 65, None),
        ({"accuracy": {"min_questions": 11, "percent": 100}}, None, None),
        ({"top_level": {}}, None, 11),
        ({"in_a_row": {"n": 5}}, None, 4),
        ({"m_of_n": {"m": 3, "n": 4}}, None, 1),
        ({"score": {"percent": 100}}, None, None),
        (JSONPATH, None, None),
        ({"all": [{"in_a_row": {"n": 5}}, {"score": {"percent": 90}}]}, None, None),
    ],
)
def test_how_far_mastery_is(db, learner, form, correct_missing, good_sessions_missing):
    rule(db, form)
    for days, correct in ((3, 4), (2, 3), (1, 4)):
        learner.run("measurement", 5, correct, at=at_noon(learner, days))
    found = metrics(db, learner.id, "measurement")["module"]
    assert found["mastered"] is False
    assert found["correct_missing"] == correct_missing
    assert found["good_sessions_missing"] == good_sessions_missing
    assert_as_the_model(db, learner.id)


@pytest.mark.parametrize("form", [{"accuracy": {"min_questions": 5, "percent": 80}},
                                  {"in_a_row": {"n": 1}}])  # fmt: skip
@pytest.mark.parametrize("override", [None, True, False])
def test_nothing_is_missing_where_the_rule_holds_or_a_person_says_so(db, learner, form, override):
    rule(db, form)
    learner.run("measurement", 5, 4 if override is not True else 0)
    learner.set_mastery("measurement", override)
    found = metrics(db, learner.id, "measurement")["module"]
    assert found["mastered"] is (override is not False)
    assert (found["correct_missing"], found["good_sessions_missing"]) == (None, None)


def test_what_a_rule_needs_is_told_in_numbers_only(db, learner):
    rule(db, {"any": [JSONPATH, {"list_complete": {}}]}, fact_types=["Anna's", "other"])
    learner.run("measurement", 5, 5)
    assert metrics(db, learner.id, "measurement")["module"]["conditions"] == [
        {"name": "jsonpath", "value": None, "needed": None, "holds": False},
        {"name": "list_complete", "value": 0, "needed": 2, "holds": False},
    ]


def test_at_most_12_conditions(db, learner):
    rule(db, {"any": [{"in_a_row": {"n": n}} for n in range(2, 17)]})
    learner.run("measurement", 5, 5)
    found = metrics(db, learner.id, "measurement")["module"]["conditions"]
    assert [condition["needed"] for condition in found] == list(range(2, 14))


# ---------------------------------------------------------------- across modules


def test_all_that_is_told_across_modules(db, learner):
    for n in range(6):
        learner.run("addition_facts", 6, 6, at=learner.ago(hours=40 - 2 * n))
        learner.run("math_rush_addition", 24, 4 * n, at=learner.ago(hours=39 - 2 * n))
    told = metrics(db, learner.id, "cross_module")
    assert told.keys() == {
        "scope", "grade_band", "totals", "modules", "pairs", "bridge_concepts", "next_module"
    }  # fmt: skip
    assert "concepts" not in told["modules"]["addition_facts"]
    assert told["pairs"].keys() == {
        "addition_facts>math_rush_addition", "math_rush_addition>addition_facts"
    }  # fmt: skip
    assert told["pairs"]["addition_facts>math_rush_addition"].keys() == {
        "count", "good", "questions", "correct", "success_rate", "accuracy", "lift", "lift_low",
        "lift_high", "pattern",
    }  # fmt: skip
    assert told["pairs"]["addition_facts>math_rush_addition"]["count"] == 6
    assert told["bridge_concepts"] == {
        "addition": {
            "modules": ["addition_facts", "math_rush_addition"], "questions": 180, "correct": 96,
            "accuracy": 0.5333, "mastered": False,
        }
    }  # fmt: skip
    assert told["next_module"].keys() == {"module", "reason"}
    assert_as_the_model(db, learner.id)


def test_pairs_of_a_module_that_was_reset_are_not_told(db, learner):
    for module in ("word_race", "algebra", "measurement", "word_race"):
        learner.run(module, 5, 5)
    learner.reset("algebra")
    told = metrics(db, learner.id, "cross_module")
    assert told["pairs"].keys() == {"measurement>word_race"}
    assert told["modules"].keys() == {"measurement", "word_race"}
    learner.reset("measurement")
    assert metrics(db, learner.id, "cross_module") is None


def test_at_most_12_pairs_20_bridges_and_4_modules_of_one(db, learner):
    for n in range(5):
        add_module(
            db, f"extra_{n}", concepts=", ".join(f"concept {10 * (n % 2) + m}" for m in range(10))
        )
    add_module(db, "extra_5", concepts="concept 0, only here")
    # Each pair of two modules once, and two of them twice.
    walk = "0102030405121314152324253435450123"
    for n, name in enumerate(walk):
        learner.run(f"extra_{name}", 5, 5, at=learner.ago(hours=60 - n))
    told = metrics(db, learner.id, "cross_module")
    assert len(told["pairs"]) == 12
    assert len(told["bridge_concepts"]) == 20
    assert told["bridge_concepts"]["concept 0"]["modules"] == [
        "extra_0", "extra_2", "extra_4", "extra_5"
    ]  # fmt: skip
    assert_as_the_model(db, learner.id)
