"""hg_record_activity: mastery_level by the rule's forms, the policies, overrides."""

import pytest

from tests.model.catalog import PROGRESSIONS

from .support import HOUR, change_module, instant

TOPS = {"addition_facts": (6, 6, 4), "subtraction_facts": (6, 6, 4),
        "multiplication_facts": (6, 6, 4), "division_facts": (6, 6, 4),
        "measurement": (5, 5, 3), "algebra": (5, 8, 3)}  # fmt: skip


def mastered(learner, module):
    return learner.progress(module)["mastery_level"]


# ---------------------------------------------------------------- the rules that ship


@pytest.mark.parametrize("module", TOPS)
def test_top_level_is_the_top_grade_and_the_up_threshold(learner, module):
    questions, top, up = TOPS[module]
    while learner.block(module)["grade_level"] < top:
        assert learner.run(module, questions, questions)["mastery_level"] is False
    assert learner.progress(module)["attempt_good"] == 0
    seen = [learner.run(module, questions, questions)["mastery_level"] for _ in range(up + 1)]
    assert seen == [False] * (up - 1) + [True, True]


@pytest.mark.parametrize("module", TOPS)
def test_attempt_good_below_the_top_grade_masters_nothing(learner, module):
    learner.write(**{f"modules__{module}__progress__attempt_good": 90})
    learner.write(**{f"modules__{module}__progress__sessions_completed": 90})
    assert mastered(learner, module) is False


@pytest.mark.parametrize(
    "module", ["fractions_puzzle", "decimal_defender", "ratios_proportions", "word_race"]
)
@pytest.mark.parametrize(
    ("questions", "correct", "holds"),
    [(29, 29, False), (30, 23, False), (30, 24, True), (31, 24, False), (100, 79, False),
     (100, 80, True)],
)  # fmt: skip
def test_accuracy_is_80_percent_of_30_questions(learner, module, questions, correct, holds):
    assert learner.run(module, questions, correct)["mastery_level"] is holds
    assert (learner.progress(module)["mastered_at"] is not None) is holds


def test_accuracy_is_over_all_sessions_tests_too_practices_not(learner):
    learner.run("word_race", 15, 15)
    learner.practise("word_race", 30, 30)
    assert mastered(learner, "word_race") is False
    assert learner.test("word_race", 15, 9)["mastery_level"] is True


def test_list_complete_is_every_type(learner):
    types = list(PROGRESSIONS["addition"])
    assert (
        learner.test("math_rush_addition", 24, 24, types_correct=types[:-1])["mastery_level"]
        is False
    )
    assert learner.run("math_rush_addition", 24, 24, fact_type=types[-1])["mastery_level"] is True


# ---------------------------------------------------------------- never without an activity

TRUE = {"jsonpath": {"expr": "$.progress.sessions_completed >= 0"}}


@pytest.mark.parametrize("policy", ["latched", "live"])
def test_never_with_zero_sessions_and_zero_questions_and_no_type(db, new, policy):
    change_module(db, "word_race", mastery_rule=TRUE, mastery_policy=policy)
    learner = new()
    assert mastered(learner, "word_race") is False
    assert learner.practise("word_race")["mastery_level"] is False
    assert learner.progress("word_race")["mastered_at"] is None
    assert learner.run("word_race", 1, 0)["mastery_level"] is True


def test_a_complete_type_is_enough_of_an_activity(db, learner):
    change_module(db, "math_rush_addition", mastery_rule=TRUE)
    learner.write(modules__math_rush_addition__progress__types_complete=["Adding 2"])
    assert mastered(learner, "math_rush_addition") is True


# ---------------------------------------------------------------- forms


def play(learner, corrects, module="decimal_defender"):
    """Sessions of five questions; mastery after each."""
    return [learner.run(module, 5, correct)["mastery_level"] for correct in corrects]


def rule(db, form, module="decimal_defender", policy="live"):
    change_module(db, module, mastery_rule=form, mastery_policy=policy)


def test_accuracy_with_other_parameters(db, learner):
    rule(db, {"accuracy": {"min_questions": 10, "percent": 50}})
    assert play(learner, [5, 0, 0, 5]) == [False, True, False, True]


def test_in_a_row_by_streak_current_or_streak_best(db, learner):
    rule(db, {"in_a_row": {"n": 3}})
    assert play(learner, [5, 4, 0, 5, 5, 5, 0, 0]) == [False] * 5 + [True] * 3


def test_m_of_n_fewer_than_n_results_will_do(db, learner):
    rule(db, {"m_of_n": {"m": 2, "n": 4}})
    assert play(learner, [5, 0, 5]) == [False, False, True]
    assert play(learner, [0, 0, 0]) == [True, False, False]
    assert play(learner, [5, 5]) == [False, True]


def test_m_of_n_over_the_last_n_only(db, learner):
    rule(db, {"m_of_n": {"m": 2, "n": 2}})
    assert play(learner, [5, 5, 0, 5, 5]) == [False, True, False, False, True]


def test_m_of_10(db, learner):
    rule(db, {"m_of_n": {"m": 9, "n": 10}})
    assert play(learner, [0] + [5] * 9) == [False] * 9 + [True]
    assert play(learner, [5, 0]) == [True, True]
    assert play(learner, [0]) == [False]


def test_score_is_best_score(db, learner):
    rule(db, {"score": {"percent": 80}})
    assert play(learner, [3, 4, 0]) == [False, True, True]


def test_list_complete_and_top_level_as_parts(db, learner):
    rule(db, {"any": [{"top_level": {}}, {"score": {"percent": 100}}]}, "addition_facts")
    assert learner.run("addition_facts", 6, 5)["mastery_level"] is False
    assert learner.run("addition_facts", 6, 6)["mastery_level"] is True


@pytest.mark.parametrize(
    ("combination", "expected"),
    [("all", [False, False, True, False]), ("any", [True, True, True, True])],
)
def test_all_and_any(db, learner, combination, expected):
    rule(db, {combination: [{"score": {"percent": 100}},
                            {"accuracy": {"min_questions": 15, "percent": 80}}]})  # fmt: skip
    assert play(learner, [5, 4, 3, 2]) == expected


def test_all_within_any(db, learner):
    rule(db, {"any": [
        {"all": [{"in_a_row": {"n": 2}}, {"score": {"percent": 100}}]}, {"in_a_row": {"n": 4}}
    ]})  # fmt: skip
    assert play(learner, [4, 4, 4, 4]) == [False, False, False, True]


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        ("$.progress.sessions_completed >= 2", [False, True, True]),
        ("$.progress.attempt_good >= $up", [False, False, False]),
        ("$.grade_level == $top && $.progress.streak_current >= 1", [True, False, True]),
        ("$.progress.total_questions_answered >= 3 * $size", [False, False, True]),
        ('$.progress.recent_results starts with "10"', [False, True, True]),
    ],
)
def test_jsonpath_is_a_predicate_over_the_block(db, learner, expr, expected):
    change_module(
        db, "decimal_defender", mastery_rule={"jsonpath": {"expr": expr}}, mastery_policy="live"
    )
    assert play(learner, [5, 0, 5]) == expected


def test_jsonpath_up_is_the_up_threshold(db, learner):
    change_module(
        db, "measurement", mastery_policy="live",
        mastery_rule={"jsonpath": {"expr": "$.progress.attempt_good + 1 == $up"}},
    )  # fmt: skip
    assert play(learner, [5, 5, 5], "measurement") == [False, True, False]


# ---------------------------------------------------------------- policies


def test_latched_stays_when_the_rule_no_longer_holds(learner):
    at = learner.noon(3)
    learner.run("word_race", 30, 24, at=at)
    receipt = learner.run("word_race", 30, 0, at=at + HOUR)
    assert (receipt["mastery_level"], receipt["mastery_changed"]) == (True, False)
    assert learner.progress("word_race")["mastered_at"] == instant(at)


def test_live_follows_the_rule_and_mastered_at_stays(db, learner):
    change_module(db, "word_race", mastery_policy="live")
    at = learner.noon(3)
    changes = [
        learner.run("word_race", 30, correct, at=at + n * HOUR)["mastery_changed"]
        for n, correct in enumerate([24, 0, 30, 30])
    ]
    assert changes == [True, True, False, False]
    assert mastered(learner, "word_race") is False
    assert learner.progress("word_race")["mastered_at"] == instant(at)


def test_a_learner_latched_before_the_policy_became_live(db, learner):
    learner.run("word_race", 30, 24)
    change_module(db, "word_race", mastery_policy="live")
    receipt = learner.run("word_race", 30, 0)
    assert (receipt["mastery_level"], receipt["mastery_changed"]) == (False, True)


def test_a_learner_once_mastered_when_the_policy_became_latched(db, learner):
    change_module(db, "word_race", mastery_policy="live")
    learner.run("word_race", 30, 24)
    assert learner.run("word_race", 30, 0)["mastery_level"] is False
    change_module(db, "word_race", mastery_policy="latched")
    assert learner.run("word_race", 1, 0)["mastery_level"] is True


# ---------------------------------------------------------------- overrides


def test_an_override_wins_over_the_rule_but_mastered_at_is_the_rules(learner):
    learner.set_mastery("word_race", False)
    at = learner.ago(hours=-0.01)
    receipt = learner.run("word_race", 30, 30, at=at)
    assert (receipt["mastery_level"], receipt["mastery_changed"]) == (False, False)
    assert learner.progress("word_race")["mastered_at"] == instant(at)
    learner.set_mastery("word_race", None)
    assert mastered(learner, "word_race") is True


def test_an_override_to_true_stays_through_bad_sessions(learner):
    learner.set_mastery("word_race", True)
    receipt = learner.run("word_race", 30, 0)
    assert (receipt["mastery_level"], receipt["mastery_changed"]) == (True, False)
    assert learner.progress("word_race")["mastered_at"] is None


def test_mastery_of_one_module_is_not_that_of_another(learner):
    learner.run("word_race", 30, 30)
    assert [m for m, block in learner.document["modules"].items()
            if block["progress"]["mastery_level"]] == ["word_race"]  # fmt: skip
