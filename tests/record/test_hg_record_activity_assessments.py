"""hg_record_activity: the three kinds of assessments."""

import pytest

from tests.model.catalog import PROGRESSIONS

from .support import change_module

FACTS = ("addition_facts", "subtraction_facts", "multiplication_facts", "division_facts")
OTHERS = ("fractions_puzzle", "decimal_defender", "ratios_proportions", "measurement", "algebra",
          "word_race")  # fmt: skip
DIVISION = PROGRESSIONS["division"]
RUSH = "math_rush_division"

# ---------------------------------------------------------------- facts


@pytest.mark.parametrize("module", FACTS)
@pytest.mark.parametrize("grade", range(7))
def test_grade_level_of_a_facts_test_becomes_the_grade(learner, module, grade):
    receipt = learner.test(module, 6, 3, grade_level=grade)
    assert (receipt["grade_level"], receipt["level_change"]) == (grade, 0)
    assert learner.block(module)["grade_level"] == grade
    assert learner.progress(module)["test_taken"] is True


@pytest.mark.parametrize("module", FACTS)
def test_the_first_facts_test_pays_15_and_the_next_ones_0(learner, module):
    paid = [learner.test(module, 6, n, grade_level=2)["tokens_awarded"] for n in (6, 6, 0)]
    assert paid == [15, 0, 0]
    assert learner.progress(module)["test_rewarded"] is True
    assert learner.progress(module)["tokens_earned"] == 15


def test_15_whatever_the_result(learner):
    assert learner.test("addition_facts", 6, 0, grade_level=0)["tokens_awarded"] == 15


def test_test_rewarded_remembers_across_a_reset(learner):
    learner.test("addition_facts", 6, 6, grade_level=2)
    learner.reset("addition_facts")
    progress = learner.progress("addition_facts")
    assert (progress["test_taken"], progress["test_rewarded"]) == (False, True)
    assert learner.test("addition_facts", 6, 6, grade_level=2)["tokens_awarded"] == 0
    assert learner.stats["total_tokens_earned"] == 15


def test_each_facts_module_pays_its_own_15(learner):
    for module in FACTS:
        assert learner.test(module, 6, 6, grade_level=1)["tokens_awarded"] == 15
    assert learner.stats["tokens"] == 60


def test_a_facts_test_resets_the_attempt_counters(learner):
    for correct in (6, 6, 6):
        learner.run("addition_facts", 6, correct)
    learner.test("addition_facts", 6, 6, grade_level=1)
    progress = learner.progress("addition_facts")
    assert (progress["attempt_good"], progress["attempt_bad"]) == (0, 0)
    learner.run("addition_facts", 6, 0)
    learner.test("addition_facts", 6, 0, grade_level=1)
    progress = learner.progress("addition_facts")
    assert (progress["attempt_good"], progress["attempt_bad"]) == (0, 0)


def test_a_short_facts_test_counts_all_the_same(learner):
    receipt = learner.test("addition_facts", 3, 1, grade_level=4)
    assert (receipt["grade_level"], receipt["tokens_awarded"]) == (4, 15)
    assert receipt["good"] is None


def test_the_15_are_cut_by_the_cap_and_still_paid_once(db, learner):
    db.execute("SELECT hg_set_setting('daily_token_cap', '4')")
    receipt = learner.test("addition_facts", 6, 6, at=learner.noon(2), grade_level=2)
    assert (receipt["tokens_requested"], receipt["tokens_awarded"]) == (15, 4)
    receipt = learner.test("addition_facts", 6, 6, at=learner.noon(1), grade_level=2)
    assert receipt["tokens_requested"] == 0


# ---------------------------------------------------------------- rush


def test_types_correct_minus_types_wrong_replace_what_was_there(learner):
    learner.test(RUSH, 24, 24, types_correct=list(DIVISION[:5]))
    assert learner.progress(RUSH)["types_complete"] == list(DIVISION[:5])
    learner.test(RUSH, 24, 24, types_correct=[DIVISION[3], DIVISION[6]])
    progress = learner.progress(RUSH)
    assert progress["types_complete"] == [DIVISION[3], DIVISION[6]]
    assert progress["current_step"] == 0
    assert progress["test_taken"] is True
    assert progress["test_rewarded"] is False


def test_wrong_beats_right(learner):
    learner.test(
        RUSH, 24, 24, types_correct=list(DIVISION[:3]), types_wrong=[DIVISION[1], DIVISION[9]]
    )
    progress = learner.progress(RUSH)
    assert progress["types_complete"] == [DIVISION[0], DIVISION[2]]
    assert progress["current_step"] == 1


def test_missing_lists_are_empty(learner):
    learner.test(RUSH, 24, 24, types_correct=list(DIVISION[:3]))
    learner.test(RUSH, 24, 24)
    assert learner.progress(RUSH)["types_complete"] == []
    learner.test(RUSH, 24, 24, types_correct=list(DIVISION[:3]))
    learner.test(RUSH, 24, 24, types_wrong=[DIVISION[0]])
    assert learner.progress(RUSH)["types_complete"] == []


def test_a_type_named_twice_stands_once(learner):
    learner.test(RUSH, 24, 24, types_correct=[DIVISION[2], DIVISION[0], DIVISION[2]])
    assert learner.progress(RUSH)["types_complete"] == [DIVISION[0], DIVISION[2]]


def test_an_assessment_stores_the_skipped_types(new):
    learner = new("6")
    learner.test("math_rush_multiplication", 24, 0)
    progress = learner.progress("math_rush_multiplication")
    assert progress["types_complete"] == ["Multiply by 0 and 1", "Multiply by 2"]
    assert progress["current_step"] == 2


def test_a_skipped_type_stays_complete_though_it_was_wrong(new):
    learner = new("6")
    learner.test(RUSH, 24, 0, types_correct=[DIVISION[2]], types_wrong=[DIVISION[0]])
    assert learner.progress(RUSH)["types_complete"] == [DIVISION[0], DIVISION[2]]


def test_a_learner_of_grade_5_skips_nothing(new):
    learner = new("5")
    learner.test(RUSH, 24, 0)
    assert learner.progress(RUSH)["types_complete"] == []


def test_what_was_stored_stays_when_the_grade_falls(db, new):
    learner = new("6")
    learner.test(RUSH, 24, 0)
    db.execute("UPDATE users SET grade = '4' WHERE id = %s", [learner.id])
    learner.run(RUSH, 24, 24, fact_type=DIVISION[1])
    assert learner.progress(RUSH)["types_complete"] == list(DIVISION[:2])


def test_a_rush_test_resets_the_attempt_counters(learner):
    learner.run(RUSH, 24, 20, fact_type=DIVISION[0])
    learner.test(RUSH, 24, 24)
    progress = learner.progress(RUSH)
    assert (progress["attempt_good"], progress["attempt_bad"]) == (0, 0)
    learner.run(RUSH, 24, 0, fact_type=DIVISION[0])
    learner.test(RUSH, 24, 0)
    assert learner.progress(RUSH)["attempt_bad"] == 0


@pytest.mark.parametrize(
    ("correct", "tokens"), [(0, 0), (2, 0), (3, 1), (23, 7), (24, 8), (25, 8), (100, 33)]
)
def test_a_rush_test_pays_1_per_3_correct(learner, correct, tokens):
    assert learner.test(RUSH, 100, correct)["tokens_awarded"] == tokens


def test_a_rush_test_pays_no_band_and_no_perfect_bonus(learner):
    assert learner.test(RUSH, 24, 24, seconds=30, time_limit=60)["tokens_awarded"] == 8


@pytest.mark.parametrize("operation", PROGRESSIONS)
def test_the_test_that_masters_pays_50_more_and_only_the_first_time(learner, operation):
    module, types = f"math_rush_{operation}", list(PROGRESSIONS[operation])
    receipt = learner.test(module, 30, 30, types_correct=types)
    assert receipt["tokens_awarded"] == 10 + 50
    assert receipt["mastery_level"] is receipt["mastery_changed"] is True
    progress = learner.progress(module)
    assert (progress["current_step"], progress["types_complete"]) == (None, types)
    assert progress["mastered_at"] is not None
    assert learner.test(module, 30, 30, types_correct=types)["tokens_awarded"] == 10
    learner.test(module, 30, 0)
    assert learner.test(module, 30, 30, types_correct=types)["tokens_awarded"] == 10


def test_50_are_not_paid_where_mastered_at_was_set(learner):
    for fact_type in DIVISION:
        learner.run(RUSH, 24, 24, fact_type=fact_type)
    assert learner.progress(RUSH)["mastered_at"] is not None
    learner.reset(RUSH)
    receipt = learner.test(RUSH, 30, 30, types_correct=list(DIVISION))
    assert receipt["tokens_awarded"] == 10


def test_50_are_not_paid_where_a_type_is_missing(learner):
    receipt = learner.test(RUSH, 30, 30, types_correct=list(DIVISION[1:]))
    assert receipt["tokens_awarded"] == 10
    assert receipt["mastery_level"] is False


def test_the_skipped_types_help_to_master_by_a_test(new):
    receipt = new("7").test(RUSH, 30, 30, types_correct=list(DIVISION[1:]))
    assert receipt["tokens_awarded"] == 60


def test_50_are_paid_under_the_policy_live_as_well_only_once(db, learner):
    change_module(db, RUSH, mastery_policy="live")
    assert learner.test(RUSH, 30, 30, types_correct=list(DIVISION))["tokens_awarded"] == 60
    receipt = learner.test(RUSH, 30, 30)
    assert (receipt["mastery_level"], receipt["mastery_changed"]) == (False, True)
    receipt = learner.test(RUSH, 30, 30, types_correct=list(DIVISION))
    assert (receipt["mastery_changed"], receipt["tokens_awarded"]) == (True, 10)


# ---------------------------------------------------------------- all others


@pytest.mark.parametrize("module", OTHERS)
def test_any_other_test_is_taken_and_pays_nothing(learner, module):
    receipt = learner.test(module, 10, 10, seconds=30)
    assert receipt["tokens_requested"] == 0
    progress = learner.progress(module)
    assert (progress["test_taken"], progress["test_rewarded"]) == (True, False)
    assert progress["tokens_earned"] == 0


@pytest.mark.parametrize("module", ["measurement", "algebra"])
def test_any_other_test_leaves_the_attempt_counters(learner, module):
    learner.run(module, 5, 5)
    learner.run(module, 5, 5)
    learner.test(module, 5, 0)
    assert learner.progress(module)["attempt_good"] == 2
    assert learner.run(module, 5, 5)["level_change"] == 1


# ---------------------------------------------------------------- like a token_run


def test_a_test_counts_like_a_token_run(learner):
    learner.run("word_race", 1, 1)
    receipt = learner.test("decimal_defender", 5, 4, seconds=40)
    progress, stats = learner.progress("decimal_defender"), learner.stats
    assert receipt["good"] is True
    assert progress["sessions_completed"] == 1
    assert (progress["total_questions_answered"], progress["correct_answers"]) == (5, 4)
    assert (progress["best_score"], progress["best_time"]) == (80, 40)
    assert (progress["recent_questions"], progress["recent_correct"]) == (5, 4)
    assert (progress["streak_current"], progress["recent_results"]) == (1, "1")
    assert progress["time_spent_total"] == 40
    assert stats["total_sessions_completed"] == 2
    assert (stats["total_questions_answered"], stats["total_correct_answers"]) == (6, 5)
    assert stats["last_module"] == "decimal_defender"
    assert learner.cross["learning_patterns_between_modules"] == {
        "word_race>decimal_defender": {"count": 1, "good": 1, "questions": 5, "correct": 4}
    }


def test_a_bad_test_breaks_streak_current(learner):
    learner.run("decimal_defender", 5, 5)
    learner.test("decimal_defender", 5, 1)
    progress = learner.progress("decimal_defender")
    assert (progress["streak_current"], progress["streak_best"]) == (0, 1)


@pytest.mark.parametrize("run_type", ["token_run", "practice"])
def test_only_a_test_sets_test_taken(learner, run_type):
    for module in ("addition_facts", RUSH, "algebra"):
        learner.run(module, 24, 24, run_type=run_type, grade_level=3, types_correct=[DIVISION[0]])
        progress = learner.progress(module)
        assert (progress["test_taken"], progress["types_complete"]) == (False, [])
    assert learner.block("addition_facts")["grade_level"] == 1
