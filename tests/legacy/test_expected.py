"""The oracle against cases written by hand, one or more for each sentence of the decisions."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.model.catalog import MODULES, PROGRESSIONS
from tests.model.document import skeleton
from tests.model.wellformed import is_well_formed
from tests.record.support import changed, difference

from . import expected
from .reading import Entry
from .schema import Legacy
from .shapes import SHAPES, learners, orphans

IMPORTED_AT = datetime(2025, 7, 1, 12, 0, 0, 500000, tzinfo=UTC)
IMPORT = "2025-07-01T12:00:00Z"
EARLY, LATE = "2025-02-01T09:00:00.000Z", "2025-02-01T09:00:01.000Z"
SKELETON = skeleton(MODULES, expected.SETTINGS, None)
COUNTERS = {
    "sessions_completed": 1, "total_questions_answered": 10, "correct_answers": 8,
    "tokens_earned": 12,
}  # fmt: skip


class Made:
    """What becomes of a document, of columns of users, and of rows of the tables."""

    def __init__(
        self, document: Any = None, columns: dict | None = None, settings: dict | None = None,
        **tables: list[dict],
    ) -> None:  # fmt: skip
        source = {"user": {"id": 7, **(columns or {})}, **tables}
        for table, rows in tables.items():
            source[table] = [{"id": n, "user_id": 7, **row} for n, row in enumerate(rows, 1)]
        text = document if isinstance(document, str | None) else json.dumps(document)
        self.result = expected.of_text(
            source, text, IMPORTED_AT, expected.SETTINGS | (settings or {})
        )
        self.document = self.result.document
        self.reasons = [entry.reason for entry in self.result.archive]

    @property
    def stats(self) -> dict:
        return self.document["global_stats"]

    @property
    def cross(self) -> dict:
        return self.document["cross_module_analytics"]

    def progress(self, module: str) -> dict:
        return self.document["modules"][module]["progress"]

    def changes(self) -> dict:
        """Where it differs from the skeleton, with what is there."""
        result = {}
        for path in difference(SKELETON, self.document):
            value = self.document
            for key in path.split("."):
                value = value.get(key, "missing") if isinstance(value, dict) else value
            result[path] = value
        return result

    def entry(self, reason: str) -> Entry:
        """The one entry of that reason, or of that category."""
        (entry,) = (e for e in self.result.archive if reason in (e.reason, e.category))
        return entry


def block(module: str, block: dict | None = None, /, **progress: Any) -> Made:
    """What becomes of one block: its module level, and its progress."""
    return Made({"modules": {module: {**(block or {}), "progress": progress}}})


def stats(columns: dict | None = None, /, **keys: Any) -> dict:
    """The global_stats of a document that has these, and of columns."""
    return Made({"global_stats": keys}, columns).stats


# ---------------------------------------------------------------- documents that hold nothing


@pytest.mark.parametrize("document", [None, "{}", "[]", '"a"', '""', "17", "0.5", "true", "null"])
def test_a_document_without_anything_becomes_the_skeleton(document):
    made = Made(document)
    assert made.document == SKELETON
    archived = [] if document is None else [json.loads(document)]
    assert [entry.data for entry in made.result.archive] == archived
    assert not made.result.quarantined


def test_the_old_document_is_archived_whole_once():
    document = {"modules": {"algebra": 3}, "global_stats": {"tokens": 4}, "theme": [1.5]}
    whole = Made(document).entry("replaced")
    assert whole == Entry("users.hidden_grade_asset", "7", "replaced", document)


@pytest.mark.parametrize("value", [[1], "x", 5, False])
@pytest.mark.parametrize(
    "section", ["modules", "global_stats", "ai_analytics", "cross_module_analytics"]
)
def test_a_section_that_is_no_object_counts_as_missing(section, value):
    made = Made({section: value})
    assert made.document == SKELETON
    assert made.entry(f"no_object: {section}").data == value


@pytest.mark.parametrize("value", [[1], "x", 5, False])
def test_a_block_or_progress_that_is_no_object_counts_as_missing(value):
    made = Made({"modules": {"algebra": value, "word_race": {"progress": value, "mine": 1}}})
    assert made.changes() == {"modules.word_race.mine": 1}
    assert made.entry("no_object: modules.algebra").data == value
    assert made.entry("no_object: modules.word_race.progress").data == value


def test_null_is_missing_and_no_repair():
    made = Made({"modules": {"algebra": None}, "global_stats": None, "ai_analytics": None})
    assert made.document == SKELETON
    assert made.reasons == ["replaced"]


# ---------------------------------------------------------------- quarantine


@pytest.mark.parametrize(
    "document",
    [
        r'{"a": "\u0000"}', r'{"\u0000": 1}', r'{"a": "\ud800"}', r'{"a": ["x\udc00"]}',
        r'"\ud800\ud800"', r'{"a": "\u0000", "a": 1}', '{"a": 1e131072}', '{"a": 1e-16384}',
    ],
)  # fmt: skip
def test_only_a_document_that_cannot_become_jsonb_is_quarantined(document):
    result = Made(document, {"tokens": -1}, concept_mastery=[{}]).result
    assert result == expected.Expected(None, [], quarantined=True)


@pytest.mark.parametrize(
    "document",
    [r'{"a": "\ud83d\ude00"}', '{"a": 1e131071}', '{"a": 1e-16383}', '{"a": 0e200000}',
     r'{"a": "\\u0000"}', '{"a": 1, "a": 2}'],
)  # fmt: skip
def test_what_jsonb_can_hold_is_not(document):
    assert Made(document).document["a"] is not None


def test_of_double_keys_the_last_counts():
    made = Made('{"modules": {"algebra": {"progress": {"streak_best": 3, "streak_best": 4}}}}')
    assert made.progress("algebra")["streak_best"] == 4


def test_a_learner_in_quarantine_may_get_the_figures_of_the_columns():
    user = {
        "id": 7, "tokens": 40, "streak_days": 3, "daily_tokens_earned": 5,
        "questions_answered": 20, "correct_answers": 15, "daily_engagement_minutes": 2,
        "last_active": "2025-06-01T10:00:00",
    }  # fmt: skip
    source = {"user": user, "subject_mastery": [{"subject": "algebra", "difficulty_level": 5}]}
    assert expected.of_quarantined(source, IMPORTED_AT) == changed(
        SKELETON,
        {
            "global_stats.tokens": 40, "global_stats.total_tokens_earned": 40,
            "global_stats.streak_days": 3, "global_stats.longest_streak_days": 3,
            "global_stats.daily_tokens": 5, "global_stats.total_questions_answered": 20,
            "global_stats.total_correct_answers": 15, "global_stats.daily_engagement_minutes": 2,
            "global_stats.daily_time_spent": 120, "global_stats.activity_date": "2025-06-01",
            "global_stats.last_active": "2025-06-01T10:00:00Z",
        },
    )  # fmt: skip


# ---------------------------------------------------------------- balance and totals


def test_the_balance_is_the_column_s():
    made = stats({"tokens": 219}, tokens=900, total_tokens_earned=250)
    assert (made["tokens"], made["total_tokens_earned"], made["total_tokens_spent"]) == (
        219, 250, 31
    )  # fmt: skip


def test_a_balance_of_null_is_zero():
    made = stats({"tokens": None}, tokens=900, total_tokens_earned=250)
    assert (made["tokens"], made["total_tokens_spent"]) == (0, 250)


def test_without_the_column_the_balance_is_the_document_s():
    made = stats({}, tokens=90, total_tokens_earned=250)
    assert (made["tokens"], made["total_tokens_spent"]) == (90, 160)


@pytest.mark.parametrize(
    ("balance", "total", "module", "earned"), [(619, 474, 3, 619), (5, 474, 3, 474), (5, 7, 30, 30)]
)
def test_tokens_earned_are_the_greatest_of_balance_total_and_sum(balance, total, module, earned):
    made = Made(
        {"global_stats": {"total_tokens_earned": total},
         "modules": {"algebra": {"tokens_earned": module}}},
        {"tokens": balance},
    ).stats  # fmt: skip
    assert made["total_tokens_earned"] == earned
    assert made["total_tokens_spent"] == earned - balance
    assert made["tokens"] == balance


@pytest.mark.parametrize(
    ("column", "total", "module", "greatest"), [(50, 40, 30, 50), (40, 50, 30, 50), (3, 4, 50, 50)]
)
def test_questions_and_correct_are_the_greatest_of_column_total_and_sum(
    column, total, module, greatest
):
    made = Made(
        {"global_stats": {"total_questions_answered": total, "total_correct_answers": total},
         "modules": {"algebra": {"total_questions_answered": module, "correct_answers": module}}},
        {"questions_answered": column, "correct_answers": column},
    )  # fmt: skip
    assert made.stats["total_questions_answered"] == greatest
    assert made.stats["total_correct_answers"] == greatest
    lost = ["users.questions_answered", "users.correct_answers"] if column < greatest else []
    assert [e.source for e in made.result.archive if e.category == "merged"] == lost


def test_the_total_of_correct_answers_is_cut_to_the_questions():
    made = Made(None, {"questions_answered": 20, "correct_answers": 25})
    assert made.stats["total_correct_answers"] == 20
    assert made.entry("more_correct: global_stats.total_correct_answers").data == 25
    assert made.entry("merged") == Entry("users.correct_answers", "7", "merged", 25)


def test_total_sessions_are_the_sum():
    modules = {"algebra": {"sessions_completed": 2}, "word_race": {"sessions_completed": 3}}
    made = Made({"modules": modules, "global_stats": {"total_sessions_completed": 99}})
    assert made.stats["total_sessions_completed"] == 5


@pytest.mark.parametrize(("total", "module"), [(600, 30), (30, 600)])
def test_total_time_is_the_greatest_of_document_and_sum(total, module):
    modules = {"algebra": {"progress": {"time_spent_total": module}}}
    made = Made({"modules": modules, "global_stats": {"total_time_spent": total}})
    assert made.stats["total_time_spent"] == 600


def test_sums_are_cut_to_the_range():
    counters = {"tokens_earned": 2147483647, "sessions_completed": 2147483647}
    made = Made({"modules": {"algebra": {**counters, "progress": counters}, "word_race": counters}})
    assert made.progress("algebra")["tokens_earned"] == 2147483647
    assert made.stats["total_tokens_earned"] == 2147483647
    assert made.stats["total_sessions_completed"] == 2147483647


# ---------------------------------------------------------------- counters, and names of modules


def test_event_counters_of_both_places_add_up():
    made = block("addition_facts", COUNTERS, **dict.fromkeys(COUNTERS, 4))
    assert {key: made.progress("addition_facts")[key] for key in COUNTERS} == {
        "sessions_completed": 5, "total_questions_answered": 14, "correct_answers": 12,
        "tokens_earned": 16,
    }  # fmt: skip
    assert made.document["modules"]["addition_facts"].keys() == {
        "grade_level", "progress", "ai_analytics"
    }  # fmt: skip


def test_event_counters_of_both_names_add_up_and_all_else_is_of_the_catalog_s_name():
    other = {**COUNTERS, "grade_level": 5, "old": 1, "attempt_good": 3,
             "progress": {**COUNTERS, "best_score": 90, "concepts": "a"}}  # fmt: skip
    own = {"grade_level": 2, "progress": {"sessions_completed": 1, "best_score": 40}}
    made = Made({"modules": {"math_facts_addition": other, "addition_facts": own}})
    progress = made.progress("addition_facts")
    assert progress["sessions_completed"] == 3
    assert progress["total_questions_answered"] == 20
    assert (progress["best_score"], progress["concepts"], progress["attempt_good"]) == (
        40, "addition", 0
    )  # fmt: skip
    assert made.document["modules"]["addition_facts"]["grade_level"] == 2
    assert made.document["modules"].keys() == MODULES.keys()
    assert made.entry("other_name: modules.math_facts_addition").data == other


def test_the_catalog_s_name_goes_before_any_other():
    made = Made({"modules": {"word-race": {"old": 1}, "word_race": {"own": 1}}})
    assert made.changes() == {"modules.word_race.own": 1}


def test_of_two_names_the_one_that_is_an_object_serves():
    made = Made({"modules": {"math_facts_addition": {"grade_level": 4}, "addition_facts": []}})
    assert made.document["modules"]["addition_facts"]["grade_level"] == 4
    assert made.reasons == ["replaced", "no_object: modules.addition_facts"]


def test_of_several_old_names_the_first_alphabetically_serves():
    blocks = {f"decimal_defender_{skill}": {"progress": {"sessions_completed": 1, "skill": skill}}
              for skill in ("rounding", "adding", "comparing")}  # fmt: skip
    progress = Made({"modules": blocks}).progress("decimal_defender")
    assert (progress["sessions_completed"], progress["skill"]) == (3, "adding")


@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("math_facts_division", "division_facts"), ("math-facts-division", "division_facts"),
        ("division-facts", "division_facts"), ("math-rush-addition", "math_rush_addition"),
        ("measurement_mastery", "measurement"), ("measurement-mastery", "measurement"),
        ("decimal_defender_rounding", "decimal_defender"), ("word-race", "word_race"),
    ],
)  # fmt: skip
def test_aliases_are_renamed_with_all_they_hold(name, module):
    made = Made({"modules": {name: {"mine": 1, "progress": {"best_time": 33, "own": 2}}}})
    assert made.changes() == {
        f"modules.{module}.mine": 1, f"modules.{module}.progress.own": 2,
        f"modules.{module}.progress.best_time": 33,
    }  # fmt: skip
    assert made.reasons == ["replaced"]


def test_an_unknown_module_stays_untouched_and_counts_in_the_sums():
    rush = {
        "sessions_completed": "2", "total_questions_answered": 3.9, "correct_answers": -5,
        "tokens_earned": 1, "last_session_date": "soon",
        "progress": {"tokens_earned": 6, "correct_answers": 2, "time_spent_total": 77,
                     "concepts": ["speed"], "mastery_level": "beginner"},
    }  # fmt: skip
    made = Made({"modules": {"math_rush": rush, "logic": "soon"}}, {"tokens": 0})
    assert made.document["modules"]["math_rush"] == rush
    assert made.document["modules"]["logic"] == "soon"
    assert made.reasons == ["replaced"]
    totals = {key: made.stats[key] for key in made.stats if key.startswith("total_")}
    assert totals == {
        "total_tokens_earned": 7, "total_tokens_spent": 7, "total_questions_answered": 3,
        "total_correct_answers": 2, "total_sessions_completed": 2, "total_time_spent": 77,
    }  # fmt: skip


def test_an_unknown_module_is_no_category_and_in_no_sequence():
    progress = {"sessions_completed": 9, "total_questions_answered": 50, "correct_answers": 50,
                "time_spent_total": 50, "concepts": ["speed"]}  # fmt: skip
    made = Made({"modules": {"math_rush": {"progress": progress}}})
    assert made.stats["fastest_category"] is made.stats["highest_score_category"] is None
    assert made.cross == SKELETON["cross_module_analytics"]


# ---------------------------------------------------------------- grades and attempts


def grade(module: str, level: Any, own: Any, session: Any = None, assessment: Any = None) -> Any:
    """The grade of a block whose module level and progress have these."""
    made = block(
        module, {"grade_level": level, "last_session_date": session},
        grade_level=own, assessment_completed_date=assessment,
    )  # fmt: skip
    return made.document["modules"][module]["grade_level"]


@pytest.mark.parametrize(
    ("session", "assessment", "expected_grade"),
    [
        (LATE, EARLY, 2), (EARLY, LATE, 3), (EARLY, EARLY, 3), (None, None, 3), (EARLY, None, 2),
        (None, EARLY, 3), ("soon", EARLY, 3), (EARLY, 1738400400000, 2), ("x", "y", 3),
        ("2025-02-01T10:00:00+02:00", "2025-02-01T08:30:00", 3),
        ("2025-02-01T10:00:00+02:00", "2025-02-01T07:30:00", 2),
        ("2025-02-01T09:00:00.001Z", "2025-02-01T09:00:00Z", 2),
        ("2025-02-01T09:00:00.5Z", "2025-02-01T09:00:00.25Z", 2),
    ],
)  # fmt: skip
def test_the_grade_is_of_the_later_of_session_and_assessment(session, assessment, expected_grade):
    assert grade("addition_facts", 2, 3, session, assessment) == expected_grade


@pytest.mark.parametrize("missing", [None, "third", [], True])
def test_the_grade_is_the_only_one_there_is(missing):
    assert grade("addition_facts", missing, 3, LATE, EARLY) == 3
    assert grade("addition_facts", 2, missing, EARLY, LATE) == 2


def test_without_a_grade_it_is_the_catalog_s():
    assert grade("division_facts", None, None, LATE, EARLY) == 3


@pytest.mark.parametrize(
    ("module", "stored", "taken"),
    [
        ("addition_facts", "K", 0), ("addition_facts", " k ", 0), ("addition_facts", "4", 4),
        ("addition_facts", 7, 6), ("addition_facts", -1, 0), ("addition_facts", 2.9, 2),
        ("measurement", "K", 2), ("measurement", 9, 5), ("algebra", 3, 6), ("algebra", 12, 8),
        ("fractions_puzzle", 5, 3), ("math_rush_addition", 4, None),
        ("math_rush_addition", "K", None),
    ],
)  # fmt: skip
def test_k_is_0_and_a_grade_is_clamped_to_the_range_and_rush_is_null(module, stored, taken):
    assert grade(module, stored, None) == taken


def test_a_clamped_grade_is_a_repair_and_k_is_none():
    assert (
        block("algebra", {"grade_level": 3}).entry("range: modules.algebra.grade_level").data == 3
    )
    assert block("addition_facts", {"grade_level": "K"}).reasons == ["replaced"]
    assert block("math_rush_addition", {"grade_level": 3}).reasons == ["replaced"]


@pytest.mark.parametrize(
    ("session", "assessment", "taken"), [(LATE, EARLY, (3, 1)), (EARLY, LATE, (0, 2))]
)
def test_attempts_are_of_the_copy_the_grade_came_from(session, assessment, taken):
    made = block(
        "addition_facts",
        {"grade_level": 2, "last_session_date": session, "attempt_good": 3, "attempt_bad": 1},
        grade_level=3, assessment_completed_date=assessment, attempt_good=0, attempt_bad=2,
    ).progress("addition_facts")  # fmt: skip
    assert (made["attempt_good"], made["attempt_bad"]) == taken


def test_where_that_copy_has_no_attempts_they_are_of_the_other():
    made = block("measurement", {"grade_level": 3}, attempt_good=2, attempt_bad=0)
    assert made.progress("measurement")["attempt_good"] == 2
    made = block("addition_facts", {"attempt_bad": 2}, grade_level=3)
    assert made.progress("addition_facts")["attempt_bad"] == 2


def test_the_two_attempts_stay_together():
    made = block("measurement", {"grade_level": 3, "attempt_good": 1}, attempt_bad=2)
    progress = made.progress("measurement")
    assert (progress["attempt_good"], progress["attempt_bad"]) == (1, 0)


def test_in_rush_good_attempt_and_bad_attempt_are_live():
    made = block("math_rush_addition", good_attempt=1, bad_attempt=0, attempt_good=0, attempt_bad=2)
    progress = made.progress("math_rush_addition")
    assert (progress["attempt_good"], progress["attempt_bad"]) == (1, 0)
    assert "good_attempt" not in progress and "bad_attempt" not in progress


def test_in_rush_without_them_the_others_serve():
    progress = block("math_rush_addition", attempt_good=1).progress("math_rush_addition")
    assert (progress["attempt_good"], progress["attempt_bad"]) == (1, 0)


# ---------------------------------------------------------------- tests and dates


@pytest.mark.parametrize(
    ("progress", "taken", "rewarded"),
    [
        ({"test_taken": True}, True, True), ({"test_taken": False}, False, False),
        ({}, False, False),
        ({"assessment_completed_date": EARLY}, False, True),
        ({"assessment_completed_date": "soon"}, False, False),
        ({"test_taken": "true"}, True, True), ({"test_taken": 1}, False, False),
        ({"test_rewarded": True}, False, True),
    ],
)  # fmt: skip
def test_test_rewarded_is_test_taken_or_an_assessment_date(progress, taken, rewarded):
    made = block("addition_facts", **progress).progress("addition_facts")
    assert (made["test_taken"], made["test_rewarded"]) == (taken, rewarded)


@pytest.mark.parametrize(
    ("own", "session", "later"),
    [(EARLY, LATE, "2025-02-01T09:00:01Z"), (LATE, EARLY, "2025-02-01T09:00:01Z"),
     (EARLY, None, "2025-02-01T09:00:00Z"), (None, EARLY, "2025-02-01T09:00:00Z"),
     ("x", "y", None)],
)  # fmt: skip
def test_last_played_is_the_later_of_it_and_the_last_session(own, session, later):
    made = block("algebra", {"last_session_date": session}, last_played=own)
    assert made.progress("algebra")["last_played"] == later


def test_timestamp_is_its_own():
    made = block("algebra", {"last_session_date": LATE}, timestamp=EARLY).progress("algebra")
    assert made["timestamp"] == "2025-02-01T09:00:00Z"


@pytest.mark.parametrize("own", [None, "soon", 5])
def test_else_timestamp_is_the_latest_date_known(own):
    made = block(
        "algebra", {"last_session_date": EARLY}, timestamp=own, assessment_completed_date=LATE,
        last_played="2025-01-01",
    ).progress("algebra")  # fmt: skip
    assert made["timestamp"] == "2025-02-01T09:00:01Z"
    assert made["last_played"] == "2025-02-01T09:00:00Z"


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("2025-03-01T10:00:59.999Z", "2025-03-01T10:00:59Z"),
        ("2025-03-01T10:00:59.9999999Z", "2025-03-01T10:00:59Z"),
        ("2025-03-01T23:30:00-05:00", "2025-03-02T04:30:00Z"),
        ("2025-03-01T10:00+01", "2025-03-01T09:00:00Z"),
        ("2025-03-01T10:00:00", "2025-03-01T10:00:00Z"),
        ("2025-03-01 10:00:00", "2025-03-01T10:00:00Z"), ("2025-03-01", "2025-03-01T00:00:00Z"),
        ("2025-02-29", None), ("2025-13-01T00:00:00Z", None), ("2025-03-01T25:00:00Z", None),
        ("20250301", None), ("03/01/2025", None), ("Sat Mar 01 2025", None), ("", None),
        (1740823200000, None), (True, None), ({}, None), ("infinity", None),
        ("2025-03-01T10:00:00+99:00", None), ("9999-12-31T23:59:59-05:00", None),
    ],
)  # fmt: skip
def test_dates_are_iso_8601_without_a_zone_utc_all_else_is_missing(stored, read):
    made = block("algebra", timestamp=stored)
    assert made.progress("algebra")["timestamp"] == read
    noted = [] if read else ["no_date: modules.algebra.progress.timestamp"]
    assert made.reasons == ["replaced", *noted]


# ---------------------------------------------------------------- concepts, types, difficulty


@pytest.mark.parametrize(
    ("stored", "joined"),
    [
        (["speed", "memorization"], "speed, memorization"), ("a, b", "a, b"), ("a,b", "a, b"),
        (["speed", "", " x "], "speed, x"), ([], "fractions, ratios"), ("", "fractions, ratios"),
        (" ", "fractions, ratios"), (None, "fractions, ratios"), (7, "fractions, ratios"),
        ({"a": "b"}, "fractions, ratios"), (["speed", 3, None], "speed"),
    ],
)  # fmt: skip
def test_concepts_are_the_document_s_strings_joined_else_the_catalog_s(stored, joined):
    made = block("fractions_puzzle", concepts=stored)
    assert made.progress("fractions_puzzle")["concepts"] == joined


ADDING = PROGRESSIONS["addition"]


@pytest.mark.parametrize(
    ("stored", "kept", "step"),
    [
        (["Adding 2", "Adding 0 and 1"], list(ADDING[:2]), 2),
        (["Adding 2", "Adding 2"], ["Adding 2"], 0),
        (["Mixed 0–5", "Mixed 6—10", "Mixed 0-5"], ["Mixed 0-5", "Mixed 6-10"], 0),  # noqa: RUF001
        (["Mixed 0−5", "Mixed 6‑10"], ["Mixed 0-5", "Mixed 6-10"], 0),  # noqa: RUF001
        (list(ADDING), list(ADDING), None), ("Adding 2", [], 0), (None, [], 0), ({}, [], 0),
    ],
)  # fmt: skip
def test_types_complete_dashes_normalised_doubles_dropped_list_order(stored, kept, step):
    made = block("math_rush_addition", types_complete=stored).progress("math_rush_addition")
    assert (made["types_complete"], made["current_step"]) == (kept, step)


def test_unknown_types_are_archived():
    made = block("math_rush_addition", types_complete=["Adding 0 and 1", "Roots", None, "adding 2"])
    assert made.progress("math_rush_addition")["types_complete"] == ["Adding 0 and 1"]
    unknown = [entry.data for entry in made.result.archive if entry.category == "unknown_type"]
    assert unknown == ["Roots", None, "adding 2"]
    made = block("algebra", types_complete=["Adding 2"])
    assert made.progress("algebra")["types_complete"] == []
    assert made.entry("unknown_type: modules.algebra.progress.types_complete").data == "Adding 2"


def test_current_step_is_that_of_the_learner_s_grade():
    made = Made(None, {"grade": "7"})
    assert made.progress("math_rush_multiplication")["current_step"] == 2


@pytest.mark.parametrize(
    ("stored", "taken"),
    [(4, 4), (0, 1), (9, 5), (-2, 1), ("4", 4), (2.7, 2), (None, 3), ("hard", 3)],
)
def test_difficulty_is_the_document_s_cut_to_1_to_5_else_the_catalog_s(stored, taken):
    made = block("algebra", preferred_difficulty=stored).progress("algebra")
    assert made["preferred_difficulty"] == taken


def difficulty(module: str, *rows: tuple) -> int:
    """The difficulty by rows (subject, level, last_practiced) of subject_mastery."""
    names = ("subject", "difficulty_level", "last_practiced")
    made = Made(
        {"modules": {module: {"progress": {"preferred_difficulty": 4}}}},
        subject_mastery=[dict(zip(names, row, strict=True)) for row in rows],
    )
    return made.progress(module)["preferred_difficulty"]


DAY1, DAY2 = "2025-05-01T10:00:00", "2025-05-02T10:00:00"


@pytest.mark.parametrize(
    ("rows", "taken"),
    [
        ([("algebra", 2, DAY1)], 2), ([("algebra", 1, DAY1)], 4), ([("algebra", 6, DAY1)], 4),
        ([("algebra", None, DAY1)], 4), ([("algebra", 5, None)], 5), ([("algebra", "5", DAY1)], 5),
        ([("algebra", 2, DAY1), ("algebra", 3, DAY2)], 3),
        ([("algebra", 3, DAY2), ("algebra", 2, DAY1)], 3),
        ([("algebra", 3, DAY1), ("algebra", 1, DAY2)], 3),
        ([("algebra", 2, DAY1), ("algebra", 3, DAY1)], 3),
        ([("algebra", 2, DAY1), ("algebra", 3, None)], 2),
        ([("Algebra", 2, DAY1), ("geometry", 3, DAY1), (None, 5, DAY1)], 4),
    ],
)  # fmt: skip
def test_difficulty_is_of_the_newest_subject_row_with_2_to_5(rows, taken):
    assert difficulty("algebra", *rows) == taken


@pytest.mark.parametrize(
    ("subject", "module"),
    [
        ("addition", "addition_facts"), ("subtraction", "subtraction_facts"),
        ("multiplication", "multiplication_facts"), ("division", "division_facts"),
        ("fractions", "fractions_puzzle"), ("decimals", "decimal_defender"),
        ("ratios", "ratios_proportions"), ("measurement", "measurement"), ("algebra", "algebra"),
    ],
)  # fmt: skip
def test_subjects_belong_to_modules(subject, module):
    assert difficulty(module, (subject, 5, DAY1)) == 5


# ---------------------------------------------------------------- mastery


@pytest.mark.parametrize("value", [True, "true", "mastered", "Mastered"])
def test_a_legacy_true_stays(value):
    made = block("algebra", mastery_level=value, sessions_completed=1, last_played=EARLY)
    progress = made.progress("algebra")
    assert progress["mastery_level"] is True
    assert progress["mastered_at"] == "2025-02-01T09:00:00Z"


def test_mastered_at_is_last_played_else_the_import_s_instant():
    made = block("algebra", mastery_level=True, sessions_completed=1, timestamp=EARLY)
    assert made.progress("algebra")["mastered_at"] == IMPORT


@pytest.mark.parametrize("value", [False, None, "beginner", "false", "", 1, [], {"true": True}])
def test_other_values_leave_it_to_the_rule(value):
    made = block("word_race", mastery_level=value, sessions_completed=1)
    assert made.progress("word_race")["mastery_level"] is False
    assert made.progress("word_race")["mastered_at"] is None
    made = block(
        "word_race", {"total_questions_answered": 20, "correct_answers": 16},
        mastery_level=value, total_questions_answered=10, correct_answers=8, last_played=EARLY,
    )  # fmt: skip
    assert made.progress("word_race")["mastery_level"] is True
    assert made.progress("word_race")["mastered_at"] == "2025-02-01T09:00:00Z"


def test_a_mastered_at_that_is_there_stays():
    made = block(
        "algebra", mastery_level=True, sessions_completed=1, last_played=LATE, mastered_at=EARLY
    ).progress("algebra")
    assert (made["mastery_level"], made["mastered_at"]) == (True, "2025-02-01T09:00:00Z")


def test_the_rule_speaks_on_the_imported_figures():
    made = block("addition_facts", {"grade_level": 9}, attempt_good=4, total_questions_answered=6)
    assert made.progress("addition_facts")["mastery_level"] is True
    assert made.progress("addition_facts")["mastered_at"] == IMPORT
    made = block("math_rush_addition", types_complete=[*ADDING, "Roots"])
    assert made.progress("math_rush_addition")["mastery_level"] is True


def test_nothing_done_is_never_mastered():
    progress = block("algebra", mastery_level=True).progress("algebra")
    assert (progress["mastery_level"], progress["mastered_at"]) == (False, IMPORT)


# ---------------------------------------------------------------- columns


def test_the_streak_is_the_column_s_and_the_longest_the_greater():
    made = stats({"streak_days": 5}, streak_days=9, longest_streak_days=3)
    assert (made["streak_days"], made["longest_streak_days"]) == (5, 5)
    made = stats({"streak_days": 5}, longest_streak_days=12)
    assert (made["streak_days"], made["longest_streak_days"]) == (5, 12)


NULLS = dict.fromkeys(
    ("streak_days", "daily_tokens_earned", "daily_engagement_minutes", "last_active")
)


@pytest.mark.parametrize("columns", [{}, NULLS])
def test_without_a_column_or_with_null_the_document_s_figures_serve(columns):
    made = stats(
        columns, streak_days=9, daily_tokens_earned=4, daily_engagement_minutes=3,
        last_active=EARLY,
    )  # fmt: skip
    assert (made["streak_days"], made["daily_tokens"], made["daily_engagement_minutes"]) == (
        9,
        4,
        3,
    )
    assert made["last_active"] == "2025-02-01T09:00:00Z"


def test_columns_go_to_their_keys():
    made = stats(
        {"daily_tokens_earned": 14, "daily_engagement_minutes": 25,
         "last_active": "2025-06-01T10:00:00.75"},
        daily_tokens_earned=3, daily_engagement_minutes=2, last_active=EARLY,
    )  # fmt: skip
    assert (made["daily_tokens"], made["daily_engagement_minutes"]) == (14, 25)
    assert made["daily_time_spent"] == 1500
    assert made["last_active"] == "2025-06-01T10:00:00Z"


def test_odd_columns_are_mended_and_archived():
    made = Made(None, {"tokens": -50, "streak_days": -1, "last_active": "infinity"})
    assert made.document == SKELETON
    assert made.result.archive == [
        Entry("users.tokens", "7", "negative", -50),
        Entry("users.streak_days", "7", "negative", -1),
        Entry("users.last_active", "7", "no_date", "infinity"),
    ]


def test_a_column_of_type_text_is_read_as_a_number():
    made = Made(None, {"tokens": "12", "questions_answered": "x", "grade": 7})
    assert made.stats["tokens"] == 12
    assert made.result.archive == [Entry("users.questions_answered", "7", "unreadable", "x")]


def test_categories_are_computed_and_their_columns_archived():
    modules = {
        "algebra": {"progress": {"total_questions_answered": 10, "correct_answers": 9,
                                 "time_spent_total": 50}},
        "word_race": {"progress": {"total_questions_answered": 20, "correct_answers": 20}},
        "measurement": {"progress": {"total_questions_answered": 9, "correct_answers": 9,
                                     "time_spent_total": 1}},
    }  # fmt: skip
    made = Made({"modules": modules}, {"fastest_category": "x", "highest_score_category": ""})
    assert made.stats["fastest_category"] == "algebra"
    assert made.stats["highest_score_category"] == "word_race"
    assert made.result.archive[1:] == [
        Entry("users.fastest_category", "7", "computed", "x"),
        Entry("users.highest_score_category", "7", "computed", ""),
    ]


def test_preferred_difficulty_of_users_has_no_home():
    assert Made(None, {"preferred_difficulty": 1}).reasons == []
    made = Made(None, {"preferred_difficulty": 4})
    assert made.document == SKELETON
    assert made.result.archive == [Entry("users.preferred_difficulty", "7", "no_home", 4)]


# ---------------------------------------------------------------- module_history


def session(module: str, at: str | None, questions: Any = 10, correct: Any = 8, **row: Any) -> dict:
    return {
        "module_name": module, "completed_at": at, "questions_total": questions,
        "questions_correct": correct, "run_type": "token_run", **row,
    }  # fmt: skip


def played(*modules: str) -> Made:
    """What becomes of sessions a minute apart."""
    return Made(None, module_history=[session(m, f"2025-05-01T10:{n:02}:00")
                                      for n, m in enumerate(modules)])  # fmt: skip


def test_activity_date_is_the_local_day_of_the_last_row():
    rows = [session("algebra", "2025-06-01T22:30:00"), session("logic", "2025-06-01T23:30:00")]
    columns = {"last_active": "2025-06-05T00:00:00"}
    assert Made(None, columns, module_history=rows).stats["activity_date"] == "2025-06-01"
    settings = {"default_time_zone": "Europe/Berlin"}
    made = Made(None, columns, settings, module_history=rows)
    assert made.stats["activity_date"] == "2025-06-02"
    made = Made(None, columns, settings | {"day_start_hour": 4}, module_history=rows)
    assert made.stats["activity_date"] == "2025-06-01"


@pytest.mark.parametrize("rows", [[], [session("algebra", None)]])
def test_without_rows_it_is_that_of_last_active(rows):
    made = Made(None, {"last_active": "2025-06-05T23:59:59"}, module_history=rows)
    assert made.stats["activity_date"] == "2025-06-05"


def test_the_learner_s_own_zone_counts():
    made = Made(
        {"global_stats": {"time_zone": "Pacific/Auckland"}}, {"last_active": "2025-06-05T23:00:00"}
    )
    assert made.stats["activity_date"] == "2025-06-06"


def test_history_gives_last_module_and_last_played():
    made = played("algebra", "math-facts-addition", "logic")
    assert made.stats["last_module"] == "addition_facts"
    assert made.progress("algebra")["last_played"] == "2025-05-01T10:00:00Z"
    assert made.progress("algebra")["timestamp"] == "2025-05-01T10:00:00Z"
    assert made.progress("addition_facts")["last_played"] == "2025-05-01T10:01:00Z"


def test_history_gives_no_counters_tokens_or_streak():
    made = played("algebra", "word_race")
    assert set(made.changes()) == {
        "global_stats.activity_date", "global_stats.last_module",
        "modules.algebra.progress.last_played", "modules.algebra.progress.timestamp",
        "modules.word_race.progress.last_played", "modules.word_race.progress.timestamp",
        "cross_module_analytics.learning_patterns_between_modules.algebra>word_race",
        "cross_module_analytics.module_transition_success_rate.algebra>word_race",
    }  # fmt: skip
    assert made.reasons == []


def test_pairs_are_by_definition():
    rows = [
        session("algebra", "2025-05-01T10:00:00"),
        session("word_race", "2025-05-01T10:02:00", 10, 8),
        session("measurement_mastery", "2025-05-01T10:01:00", 5, 4, run_type="test"),
        session("math_rush", "2025-05-01T10:03:00"),
        session("word_race", "2025-05-01T10:04:00"),
        session("measurement", "2025-05-01T10:05:00", 4, 4),
        session("word_race", "2025-05-01T10:06:00", 10, 7),
    ]
    made = Made(None, module_history=rows)
    assert made.cross["learning_patterns_between_modules"] == {
        "algebra>measurement": {"count": 1, "good": 1, "questions": 5, "correct": 4},
        "measurement>word_race": {"count": 2, "good": 1, "questions": 20, "correct": 15},
        "word_race>measurement": {"count": 1, "good": 0, "questions": 4, "correct": 4},
    }
    assert made.cross["module_transition_success_rate"] == {
        "algebra>measurement": 1, "measurement>word_race": 0.5, "word_race>measurement": 0,
    }  # fmt: skip


def test_rows_of_one_instant_stand_by_id():
    rows = [session("algebra", DAY1), session("word_race", DAY1), session("measurement", DAY1)]
    made = Made(None, module_history=rows)
    assert list(made.cross["learning_patterns_between_modules"]) == [
        "algebra>word_race", "word_race>measurement"
    ]  # fmt: skip


def test_null_figures_are_neither_good_nor_bad_but_count():
    rows = [session("algebra", DAY1), session("word_race", DAY2, None, None, final_score=100)]
    made = Made(None, module_history=rows)
    assert made.cross["learning_patterns_between_modules"] == {
        "algebra>word_race": {"count": 1, "good": 0, "questions": 0, "correct": 0}
    }


def test_more_correct_than_questions_are_cut():
    rows = [session("algebra", DAY1), session("word_race", DAY2, 5, 9)]
    pairs = Made(None, module_history=rows).cross["learning_patterns_between_modules"]
    assert pairs["algebra>word_race"] == {"count": 1, "good": 1, "questions": 5, "correct": 5}


def test_a_ninth_pair_drives_the_rarest_out_of_ties_the_last():
    made = played(
        "addition_facts", "subtraction_facts", "addition_facts", "subtraction_facts",
        "multiplication_facts", "division_facts", "algebra", "measurement", "word_race",
        "fractions_puzzle", "decimal_defender",
    )  # fmt: skip
    pairs = made.cross["learning_patterns_between_modules"]
    assert {name: pair["count"] for name, pair in pairs.items()} == {
        "addition_facts>subtraction_facts": 2, "multiplication_facts>division_facts": 1,
        "division_facts>algebra": 1, "algebra>measurement": 1, "measurement>word_race": 1,
        "fractions_puzzle>decimal_defender": 1, "subtraction_facts>addition_facts": 1,
        "subtraction_facts>multiplication_facts": 1,
    }  # fmt: skip


def test_sequence_and_concepts_follow_the_counters():
    modules = {
        "algebra": {"progress": {**COUNTERS, "sessions_completed": 5, "concepts": "x, y"}},
        "word_race": {"progress": {**COUNTERS, "concepts": ["y"], "correct_answers": 5}},
        "measurement": {"progress": {"sessions_completed": 1}},
        "division_facts": {"progress": {"total_questions_answered": 3}},
    }
    rows = [session("algebra", DAY1), session("word_race", DAY2)]
    made = Made({"modules": modules}, module_history=rows)
    assert made.cross["preferred_learning_sequence"] == ["algebra", "word_race"]
    assert made.cross["cross_concept_mastery"] == {
        "x": {"accuracy": 0.8, "mastered": False}, "y": {"accuracy": 0.65, "mastered": False},
        "measurement": {"accuracy": None, "mastered": False},
        "data analysis": {"accuracy": None, "mastered": False},
    }  # fmt: skip


def test_what_the_document_says_across_modules_is_replaced():
    cross = {
        "cross_concept_mastery": [], "preferred_learning_sequence": "algebra", "mine": [1],
        "module_transition_success_rate": {"a>b": 1}, "learning_patterns_between_modules": {"a": 2},
    }  # fmt: skip
    made = Made({"cross_module_analytics": cross})
    assert made.changes() == {"cross_module_analytics.mine": [1]}


# ---------------------------------------------------------------- AI texts


def analysis(generated: Any, **columns: Any) -> dict:
    return {"analysis_date": None, "generated_at": generated, **columns}


def test_the_newest_row_counts_as_a_whole():
    rows = [
        analysis(DAY2, strengths=["new"]),
        analysis(DAY1, strengths=["old"], areas_for_improvement=["old"]),
        {"analysis_date": "2025-05-01T11:00:00", "generated_at": None, "strengths": ["older"]},
    ]
    made = Made(None, ai_analytics=rows)
    assert made.document["ai_analytics"] == {
        "analysis_date": None, "learning_patterns": {}, "strengths": ["new"],
        "areas_for_improvement": [], "engagement_analysis": {}, "suggested_activities": [],
        "weaknesses": [], "datetime_generated": "2025-05-02T10:00:00Z", "source": "legacy",
        "model": None, "stale": True,
    }  # fmt: skip
    assert made.reasons == ["merged", "older", "older"]


def test_rows_of_one_instant_are_newer_by_id_and_those_without_are_the_oldest():
    rows = [
        analysis(DAY1, strengths=["1"]),
        {"analysis_date": DAY1, "generated_at": None, "strengths": ["2"]},
        analysis(None, strengths=["3"]),
    ]
    section = Made(None, ai_analytics=rows).document["ai_analytics"]
    assert section["strengths"] == ["2"]
    assert section["analysis_date"] == "2025-05-01T10:00:00Z"
    assert section["datetime_generated"] is None


@pytest.mark.parametrize("empty", [None, [], [None], "missing"])
def test_empty_counts_as_missing_for_else(empty):
    row = analysis(
        DAY1, strengths=empty, strength_concepts=["a", None], weakness_concepts=["w"],
        suggested_activities=empty, recommended_activities=["r"], recommendations="x",
        learning_style="visual",
    )  # fmt: skip
    if empty == "missing":
        del row["strengths"], row["suggested_activities"]
    section = Made(None, ai_analytics=[row]).document["ai_analytics"]
    assert (section["strengths"], section["weaknesses"], section["suggested_activities"]) == (
        ["a"], ["w"], ["r"]
    )  # fmt: skip
    assert "recommendations" not in section and "learning_style" not in section


@pytest.mark.parametrize(
    ("dates", "row", "winner"),
    [
        ({"datetime_generated": EARLY}, "2025-02-01T08:59:59", "document"),
        ({"datetime_generated": EARLY}, "2025-02-01T09:00:00", "row"),
        ({"datetime_generated": EARLY}, "2025-02-01T09:00:01", "row"),
        ({"analysis_date": LATE}, "2025-02-01T09:00:00", "document"),
        ({"datetime_generated": EARLY, "analysis_date": LATE}, "2025-02-01T09:00:00", "row"),
        ({}, "2025-02-01T09:00:00", "row"), ({"datetime_generated": "x"}, None, "row"),
        ({"datetime_generated": EARLY}, None, "document"),
    ],
)  # fmt: skip
def test_a_newer_section_in_the_document_wins(dates, row, winner):
    made = Made(
        {"ai_analytics": {"strengths": ["document"], "mine": 1, **dates}},
        ai_analytics=[analysis(row, strengths=["row"])],
    )
    section = made.document["ai_analytics"]
    assert section["strengths"] == [winner]
    assert (section["source"], section["stale"], section["mine"]) == ("legacy", True, 1)


def test_a_section_without_a_row_stays_as_legacy_and_an_empty_one_is_none():
    made = Made({"ai_analytics": {"weaknesses": ["w"]}}).document["ai_analytics"]
    assert (made["weaknesses"], made["source"], made["stale"]) == (["w"], "legacy", True)
    empty = {"strengths": [], "learning_patterns": {}, "analysis_date": None}
    assert Made({"ai_analytics": empty}).document == SKELETON


def test_camel_case_keys_become_snake_case_at_any_depth():
    patterns = {
        "averageScore": 81, "average_score": 80, "timeOfDay": {"bestHour": [{"theHour": 9}]},
        "Monday": 3, "two words": 1, "userID": 5, "parseHTMLPage": None, "IDs": [1], "x2Y": 4,
    }  # fmt: skip
    snake = {
        "average_score": 80, "time_of_day": {"best_hour": [{"the_hour": 9}]}, "Monday": 3,
        "two words": 1, "user_id": 5, "parse_html_page": None, "IDs": [1], "x2_y": 4,
    }  # fmt: skip
    section = {"learning_patterns": patterns, "engagement_analysis": {"perWeek": patterns}}
    row = analysis(DAY1, **section)
    for made in (Made({"ai_analytics": section}), Made(None, ai_analytics=[row])):
        assert made.document["ai_analytics"]["learning_patterns"] == snake
        assert made.document["ai_analytics"]["engagement_analysis"] == {"per_week": snake}


def test_json_of_a_row_that_is_no_object_counts_as_missing():
    made = Made(None, ai_analytics=[analysis(DAY1, learning_patterns=[1])])
    assert made.document["ai_analytics"]["learning_patterns"] == {}
    assert made.entry("no_object").source == "ai_analytics"


def test_sections_of_modules_have_the_eleven_keys_or_are_null():
    sections = {
        "algebra": {"ai_analytics": {"strengths": ["s"], "mine": 1}},
        "word_race": {"ai_analytics": {}},
        "measurement": {"ai_analytics": "x"},
    }
    modules = Made({"modules": sections}).document["modules"]
    assert modules["algebra"]["ai_analytics"] == SKELETON["ai_analytics"] | {
        "strengths": ["s"], "mine": 1, "source": "legacy", "stale": True,
    }  # fmt: skip
    assert modules["word_race"]["ai_analytics"] is modules["measurement"]["ai_analytics"] is None


# ---------------------------------------------------------------- keys


def test_consumed_keys_are_gone():
    block = {**COUNTERS, "attempt_good": 1, "attempt_bad": 1, "last_session_date": EARLY}
    progress = {"grade_level": 2, "assessment_completed_date": EARLY, "good_attempt": 1,
                "bad_attempt": 1}  # fmt: skip
    made = Made(
        {
            "modules": {name: {**block, "progress": progress} for name in MODULES},
            "global_stats": {"daily_tokens_earned": 3, "last_sync": EARLY},
            "concept_mastery": [{"userId": 14}], "subject_mastery": {}, "user_progress": 5,
        }
    )  # fmt: skip
    assert made.document.keys() == SKELETON.keys()
    assert made.stats.keys() == SKELETON["global_stats"].keys()
    for name in MODULES:
        assert made.document["modules"][name].keys() == SKELETON["modules"][name].keys()
        assert made.progress(name).keys() == SKELETON["modules"][name]["progress"].keys()


def test_every_other_unknown_key_stays_where_it_is():
    unknown = {"größe": 10**30, "": [1.5, {"deepKey": None}]}
    made = Made(
        {
            **unknown, "global_stats": unknown, "ai_analytics": unknown,
            "cross_module_analytics": unknown,
            "modules": {"algebra": {**unknown, "progress": unknown}, **unknown},
        }
    )  # fmt: skip
    for place in (made.document, made.stats, made.document["ai_analytics"], made.cross,
                  made.document["modules"], made.document["modules"]["algebra"],
                  made.progress("algebra")):  # fmt: skip
        assert {key: place[key] for key in unknown} == unknown
    assert made.reasons == ["replaced"]


def test_unknown_keys_there_already_may_exceed_64_kb():
    assert Made({"diary": "x" * 70000}).document["diary"] == "x" * 70000


# ---------------------------------------------------------------- odd numbers


@pytest.mark.parametrize(
    ("stored", "taken", "reason"),
    [
        ("12", 12, "text"), (" 7 ", 7, "text"), ("8.9", 8, "fraction"), ("+3", 3, "text"),
        ("-4", 0, "negative"), (2.5, 2, "fraction"), (7.0, 7, None), (-1, 0, "negative"),
        (-0.5, 0, "fraction"), (-2.5, 0, "negative"), (2147483647, 2147483647, None),
        (2147483648, 2147483647, "too_large"), (10**400, 2147483647, "too_large"),
        ("99999999999", 2147483647, "too_large"), ("abc", 0, "unreadable"), ("", 0, "unreadable"),
        ("1e3", 0, "unreadable"), ("0x10", 0, "unreadable"), ("12,5", 0, "unreadable"),
        (True, 0, "unreadable"), ([], 0, "unreadable"), ({}, 0, "unreadable"), (None, 0, None),
        (5, 5, None),
    ],
)  # fmt: skip
def test_odd_numbers_are_mended_and_each_repair_archived(stored, taken, reason):
    made = block("algebra", time_spent_total=stored)
    assert made.progress("algebra")["time_spent_total"] == taken
    repairs = [entry for entry in made.result.archive if entry.category != "replaced"]
    path = "modules.algebra.progress.time_spent_total"
    source = "users.hidden_grade_asset"
    assert repairs == ([Entry(source, "7", f"{reason}: {path}", stored)] if reason else [])


def test_odd_numbers_of_both_places_are_mended_before_they_add_up():
    made = block("algebra", {"tokens_earned": -5}, tokens_earned=12.9)
    assert made.progress("algebra")["tokens_earned"] == 12
    assert made.reasons == [
        "replaced", "negative: modules.algebra.tokens_earned",
        "fraction: modules.algebra.progress.tokens_earned",
    ]  # fmt: skip


@pytest.mark.parametrize(("stored", "taken"), [(101, 100), (-1, 0), ("250", 100), (88, 88)])
def test_best_score_is_cut_to_0_to_100(stored, taken):
    assert block("algebra", best_score=stored).progress("algebra")["best_score"] == taken


def test_correct_answers_are_cut_to_the_questions_in_the_sum():
    made = block(
        "algebra", {"total_questions_answered": 6, "correct_answers": 2},
        total_questions_answered=4, correct_answers=6,
    )  # fmt: skip
    assert made.progress("algebra")["correct_answers"] == 8
    made = block("algebra", {"correct_answers": 2}, total_questions_answered=4, correct_answers=6)
    assert made.progress("algebra")["correct_answers"] == 4
    assert made.entry("more_correct: modules.algebra.progress.correct_answers").data == 8


def test_no_time_and_no_lesson_are_null_or_the_catalog_s():
    progress = block("algebra", best_time=None, lesson=None).progress("algebra")
    assert (progress["best_time"], progress["lesson"]) == (None, 1)
    progress = block("word_race", best_time="x", lesson=4).progress("word_race")
    assert (progress["best_time"], progress["lesson"]) == (None, 4)


# ---------------------------------------------------------------- after a rollback


OURS = {
    "version": 1,
    "global_stats": {
        "streak_freezes": 2, "activity_date": "2025-06-20", "time_zone": "Europe/Berlin",
        "time_zone_next": "America/New_York", "time_zone_next_from": "2025-06-21T04:00:00Z",
        "daily_time_spent": 1530, "last_module": "algebra", "longest_streak_days": 31,
    },
    "modules": {
        "algebra": {
            "progress": {
                **COUNTERS, "mastery_level": True, "mastered_at": None, "recent_results": "0110",
                "mastery_override": {"value": True, "by": "t", "at": IMPORT, "reason": "seen"},
                "recent_questions": 9, "recent_correct": 4, "test_rewarded": True,
            },
            "ai_analytics": SKELETON["ai_analytics"] | {"source": "openai", "model": "m"},
        },
    },
    "cross_module_analytics": {
        "learning_patterns_between_modules": {
            "word_race>algebra": {"count": 2, "good": 1, "questions": 9, "correct": 8}
        }
    },
}  # fmt: skip


def test_new_keys_that_a_rollback_left_are_taken_back():
    rows = [session("word_race", DAY1), session("measurement", DAY2)]
    columns = {"daily_engagement_minutes": 25}
    made = Made(OURS, columns, module_history=rows)
    assert difference(OURS["global_stats"], made.stats) & OURS["global_stats"].keys() == set()
    progress = OURS["modules"]["algebra"]["progress"]
    assert difference(progress, made.progress("algebra")) & progress.keys() == set()
    section = OURS["modules"]["algebra"]["ai_analytics"]
    assert made.document["modules"]["algebra"]["ai_analytics"] == section
    pairs = OURS["cross_module_analytics"]["learning_patterns_between_modules"]
    assert made.cross["learning_patterns_between_modules"] == pairs
    assert made.reasons == ["replaced"]


def test_a_document_that_was_never_ours_does_not_know_the_history_better():
    made = Made({**OURS, "version": 2}, module_history=[session("word_race", DAY1)])
    assert made.cross["learning_patterns_between_modules"] == {}
    assert made.stats["last_module"] == "word_race"


def test_new_keys_of_other_types_count_as_missing():
    made = Made(
        {
            "version": "1",
            "global_stats": {
                "streak_freezes": -1, "activity_date": "2025-6-1", "time_zone": "EST",
                "time_zone_next": "UTC", "time_zone_next_from": "soon", "last_module": ["x"],
            },
            "modules": {"algebra": {"progress": {
                "mastered_at": "soon", "recent_results": "012", "recent_questions": 3,
                "recent_correct": 5, "mastery_override": {"value": "yes"}, "test_rewarded": "no",
            }}},
        }
    )  # fmt: skip
    assert made.changes() == {
        "modules.algebra.progress.recent_questions": 3,
        "modules.algebra.progress.recent_correct": 3,
    }
    assert made.reasons.count("replaced") == 1 and len(made.reasons) == 10


def test_a_later_day_of_the_history_counts_after_a_rollback():
    made = Made(OURS, module_history=[session("algebra", "2025-06-22T10:00:00")])
    assert made.stats["activity_date"] == "2025-06-22"


# ---------------------------------------------------------------- the archive


def test_rows_without_a_home_are_archived_as_they_were():
    made = Made(
        None, concept_mastery=[{"concept": "c"}], user_progress=[{"level": 2}],
        subject_difficulty_history=[{"is_correct": True}], module_history=[session("x", DAY1)],
    )  # fmt: skip
    row = {"id": 1, "user_id": 7}
    assert made.result.archive == [
        Entry("concept_mastery", "1", "no_home", {**row, "concept": "c"}),
        Entry("subject_difficulty_history", "1", "no_home", {**row, "is_correct": True}),
        Entry("user_progress", "1", "no_home", {**row, "level": 2}),
    ]


def test_subject_rows_are_archived_with_what_has_no_home():
    rows = [
        {"subject": "algebra", "difficulty_level": 2, "last_practiced": DAY1},
        {"subject": "algebra", "difficulty_level": 3, "last_practiced": DAY2, "downgraded": True},
        {"subject": "ratios", "difficulty_level": 1, "recent_30_attempts": 5},
    ]
    made = Made(None, subject_mastery=rows)
    assert [(e.source_id, e.reason) for e in made.result.archive] == [
        ("1", "no_home"), ("2", "merged"), ("3", "no_home")
    ]  # fmt: skip
    assert made.result.archive[1].data["downgraded"] is True


def test_orphans_are_archived():
    rows = orphans(Legacy())
    entries = expected.of_orphans(rows)
    assert {entry.reason for entry in entries} == {"orphan"}
    assert [entry.source for entry in entries] == [table for table, _ in rows]


# ---------------------------------------------------------------- every shape there is


def has_the_skeleton_s_keys(document: dict) -> bool:
    return (
        document.keys() >= SKELETON.keys()
        and all(document[name].keys() >= SKELETON[name].keys() for name in expected.SECTIONS)
        and all(
            document["modules"][name]["progress"].keys() >= start["progress"].keys()
            for name, start in SKELETON["modules"].items()
        )
    )


def test_of_every_shape_comes_a_document_that_may_stand():
    everybody = list(learners(len(SHAPES) + 250, seed="the oracle"))
    for learner in everybody:
        result = expected.of_text(learner.source(Legacy()), learner.document, IMPORTED_AT)
        unreadable = any(name.startswith("unreadable_") for name in learner.shapes)
        assert result.quarantined == unreadable, learner.shapes
        if unreadable:
            continue
        document = result.document
        assert has_the_skeleton_s_keys(document), learner.shapes
        assert is_well_formed(document, set(MODULES)), learner.shapes
        stats = document["global_stats"]
        assert stats["total_tokens_earned"] - stats["total_tokens_spent"] == stats["tokens"]
        assert stats["longest_streak_days"] >= stats["streak_days"]
        json.dumps(document)
        json.dumps([entry.data for entry in result.archive])


def test_a_source_is_not_changed_by_what_is_made_of_it():
    for learner in learners(len(SHAPES), seed="a copy"):
        if learner.document is None or not expected.is_readable(learner.document):
            continue
        document = json.loads(learner.document, parse_float=Decimal)
        source = learner.source(Legacy()) | {"document": document}
        before = repr(source)
        first = expected.build(source, IMPORTED_AT)
        assert repr(source) == before
        assert expected.build(source, IMPORTED_AT) == first
