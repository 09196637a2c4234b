"""hg_record_activity: the rush modules' lists of fact types."""

import pytest

from tests.model.catalog import PROGRESSIONS

from .support import call, uid

ADDITION = PROGRESSIONS["addition"]
MODULE = "math_rush_addition"


def rush(learner, fact_type, correct, questions=24, module=MODULE, **others):
    """A session in a type: its receipt and (attempt_good, attempt_bad, step, types)."""
    receipt = learner.run(module, questions, correct, 60, fact_type=fact_type, **others)
    progress = learner.progress(module)
    return receipt, (
        progress["attempt_good"], progress["attempt_bad"], progress["current_step"],
        progress["types_complete"],
    )  # fmt: skip


def test_a_good_session_counts_1_and_two_complete_the_type(learner):
    _, state = rush(learner, ADDITION[0], 20)
    assert state == (1, 0, 0, [])
    receipt, state = rush(learner, ADDITION[0], 23)
    assert state == (0, 0, 1, [ADDITION[0]])
    assert receipt["level_change"] == 0


def test_perfect_counts_2(learner):
    assert rush(learner, ADDITION[0], 24)[1] == (0, 0, 1, [ADDITION[0]])


def test_perfect_wants_a_full_session(learner):
    assert rush(learner, ADDITION[0], 12, 12)[1] == (1, 0, 0, [])


def test_good_and_then_perfect_is_3_and_completes_one_type_only(learner):
    rush(learner, ADDITION[0], 20)
    assert rush(learner, ADDITION[0], 24)[1] == (0, 0, 1, [ADDITION[0]])


def test_below_80_sets_attempt_good_to_0_and_counts_bad(learner):
    rush(learner, ADDITION[0], 20)
    assert rush(learner, ADDITION[0], 19)[1] == (0, 1, 0, [])
    assert rush(learner, ADDITION[0], 0)[1] == (0, 2, 0, [])
    assert rush(learner, ADDITION[0], 20)[1] == (1, 0, 0, [])


def test_both_counters_reset_with_a_type(learner):
    rush(learner, ADDITION[0], 0)
    assert rush(learner, ADDITION[0], 24)[1] == (0, 0, 1, [ADDITION[0]])


def test_bad_sessions_never_take_a_type_away(learner):
    rush(learner, ADDITION[0], 24)
    for n in range(1, 7):
        assert rush(learner, ADDITION[1], 0)[1] == (0, n, 1, [ADDITION[0]])


@pytest.mark.parametrize("other", [ADDITION[1], ADDITION[12]])
@pytest.mark.parametrize("correct", [0, 20, 24])
def test_another_type_than_the_current_leaves_the_counters_alone(learner, other, correct):
    rush(learner, ADDITION[0], 20)
    receipt, state = rush(learner, other, correct)
    assert state == (1, 0, 0, [])
    assert receipt["good"] is (correct >= 20)
    progress = learner.progress(MODULE)
    assert progress["sessions_completed"] == 2
    assert progress["streak_current"] == (2 if correct >= 20 else 0)
    assert progress["recent_results"] == ("11" if correct >= 20 else "10")
    assert receipt["tokens_awarded"] == {0: 0, 20: 12, 24: 32}[correct]


def test_a_type_that_is_complete_leaves_the_counters_alone(learner):
    rush(learner, ADDITION[0], 24)
    rush(learner, ADDITION[1], 20)
    assert rush(learner, ADDITION[0], 24)[1] == (1, 0, 1, [ADDITION[0]])


@pytest.mark.parametrize("correct", [0, 20, 24])
def test_without_fact_type_the_session_does_not_progress(learner, correct):
    rush(learner, ADDITION[0], 20)
    learner.run(MODULE, 24, correct)
    progress = learner.progress(MODULE)
    assert (progress["attempt_good"], progress["attempt_bad"]) == (1, 0)
    assert progress["types_complete"] == []


@pytest.mark.parametrize("correct", [0, 11])
def test_with_fewer_than_12_questions_nothing_progresses(learner, correct):
    rush(learner, ADDITION[0], 20)
    assert rush(learner, ADDITION[0], correct, 11)[1] == (1, 0, 0, [])


@pytest.mark.parametrize("operation", PROGRESSIONS)
def test_the_whole_list_in_its_order_and_then_mastered(learner, operation):
    module, types = f"math_rush_{operation}", PROGRESSIONS[operation]
    for step, fact_type in enumerate(types):
        assert learner.progress(module)["current_step"] == step
        receipt, state = rush(learner, fact_type, 24, module=module)
        last = step == len(types) - 1
        assert state == (0, 0, None if last else step + 1, list(types[: step + 1]))
        assert receipt["mastery_level"] is last
        assert receipt["mastery_changed"] is last
        assert receipt["tokens_awarded"] == 32, "what masters by attempts pays no bonus"
    before = learner.progress(module)
    rush(learner, types[-1], 24, module=module)
    after = learner.progress(module)
    assert after["types_complete"] == before["types_complete"]
    assert after["current_step"] is None
    assert (after["attempt_good"], after["attempt_bad"]) == (0, 0)
    learner.run(module, 24, 20)
    learner.run(module, 24, 0)
    after = learner.progress(module)
    assert (after["attempt_good"], after["attempt_bad"]) == (0, 0), "no type, none is due"


def test_types_complete_stand_in_list_order_and_the_step_passes_over_them(learner):
    learner.test(MODULE, 24, 20, types_correct=[ADDITION[4], ADDITION[1], ADDITION[2]])
    progress = learner.progress(MODULE)
    assert progress["types_complete"] == [ADDITION[1], ADDITION[2], ADDITION[4]]
    assert progress["current_step"] == 0
    assert rush(learner, ADDITION[0], 24)[1] == (0, 0, 3, [*ADDITION[:3], ADDITION[4]])
    assert rush(learner, ADDITION[3], 24)[1] == (0, 0, 5, list(ADDITION[:5]))


# ---------------------------------------------------------------- auto-skip

SKIPPED = {"multiplication": 2, "division": 1, "addition": 0, "subtraction": 0}


@pytest.mark.parametrize("operation", PROGRESSIONS)
@pytest.mark.parametrize("grade", ["6", "7", "12", "5", "K", "0", "x", "", None])
def test_above_grade_5_the_first_types_are_skipped(new, operation, grade):
    module, types = f"math_rush_{operation}", PROGRESSIONS[operation]
    skipped = SKIPPED[operation] if grade in ("6", "7", "12") else 0
    learner = new(grade)
    assert learner.progress(module)["current_step"] == skipped
    _, state = rush(learner, types[skipped], 24, module=module)
    assert state == (0, 0, skipped + 1, [types[skipped]])


def test_a_session_in_a_skipped_type_leaves_the_counters_alone(new):
    learner = new("6")
    types = PROGRESSIONS["division"]
    assert rush(learner, types[0], 24, module="math_rush_division")[1] == (0, 0, 1, [])


def test_a_skipped_type_counts_as_complete_for_mastery(new):
    learner, types = new("6"), PROGRESSIONS["division"]
    receipts = [
        rush(learner, fact_type, 24, module="math_rush_division")[0] for fact_type in types[1:]
    ]
    assert [receipt["mastery_changed"] for receipt in receipts] == [False] * 11 + [True]
    progress = learner.progress("math_rush_division")
    assert progress["types_complete"] == list(types[1:])
    assert (progress["current_step"], progress["mastery_level"]) == (None, True)


def test_the_grade_is_stored_with_each_activity(db, new):
    """Late arrivals fold anew what came after: by the grade of each, not by today's."""
    learner, types = new("3"), PROGRESSIONS["division"]
    rush(learner, types[0], 20, module="math_rush_division", at=learner.noon(3))
    db.execute("UPDATE users SET grade = '6' WHERE id = %s", [learner.id])
    rush(learner, types[1], 20, module="math_rush_division", at=learner.noon(2))
    progress = learner.progress("math_rush_division")
    assert (progress["current_step"], progress["attempt_good"]) == (2, 0)
    assert progress["types_complete"] == [types[1]]
    before = learner.progress("math_rush_division")
    learner.run("word_race", 1, 1, at=learner.noon(4))
    assert learner.progress("math_rush_division") == before
    assert [e["user_grade"] for e in learner.entries("activity")] == [3, 6, 6]


@pytest.mark.parametrize(("grade", "stored"), [("K", 0), ("4", 4), ("x", None), (None, None)])
def test_the_stored_grade_is_a_number_k_is_0(new, grade, stored):
    learner = new(grade)
    learner.run("word_race", 1, 1)
    assert learner.entries("activity")[0]["user_grade"] == stored


def test_outside_an_activity_todays_grade_counts(db, new):
    """A reset sets current_step by the grade of that moment."""
    learner = new("3")
    rush(learner, PROGRESSIONS["division"][0], 24, module="math_rush_division")
    db.execute("UPDATE users SET grade = '6' WHERE id = %s", [learner.id])
    learner.reset("math_rush_division")
    progress = learner.progress("math_rush_division")
    assert (progress["types_complete"], progress["current_step"]) == ([], 1)
    db.execute("UPDATE users SET grade = '5' WHERE id = %s", [learner.id])
    learner.reset("math_rush_division")
    assert learner.progress("math_rush_division")["current_step"] == 0


# ---------------------------------------------------------------- what progression reads


def test_a_fact_type_is_nothing_to_a_module_without_a_list(learner):
    assert learner.run("word_race", 5, 5, fact_type="Adding 2")["good"] is True


def test_a_practice_in_the_current_type_does_not_progress(learner):
    learner.practise(MODULE, 24, 24, fact_type=ADDITION[0])
    progress = learner.progress(MODULE)
    assert (progress["types_complete"], progress["attempt_good"]) == ([], 0)


def test_a_test_with_a_fact_type_does_not_progress_by_attempts(learner):
    learner.test(MODULE, 24, 24, fact_type=ADDITION[0])
    assert learner.progress(MODULE)["types_complete"] == []


def test_keys_no_rule_knows_are_kept_in_the_ledger(learner):
    details = {"fact_type": ADDITION[0], "note": {"level": [1, None, True, "é"]}}
    call(
        learner.db, "hg_record_activity", p_user_id=learner.id, p_activity_id=uid(1),
        p_module=MODULE, p_questions=24, p_correct=24, p_details=details,
    )  # fmt: skip
    assert learner.entries("activity")[0]["details"] == details
