"""hg_record_activity: preferred_difficulty, counted in questions."""

import pytest

from .support import change_module


def state(learner, module="word_race"):
    progress = learner.progress(module)
    return (
        progress["preferred_difficulty"], progress["recent_questions"], progress["recent_correct"]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("sessions", "after"),
    [
        # 30 or more with 80 % or more: up
        ([(30, 24)], (4, 0, 0)), ([(29, 29)], (3, 29, 29)), ([(30, 23)], (3, 30, 23)),
        ([(10, 8), (10, 8), (10, 8)], (4, 0, 0)), ([(29, 23), (1, 1)], (4, 0, 0)),
        ([(31, 24)], (3, 31, 24)), ([(31, 24), (1, 1)], (3, 32, 25)), ([(35, 28)], (4, 0, 0)),
        ([(500, 500)], (4, 0, 0)),
        # 20 or more with 50 % or less: down
        ([(20, 10)], (2, 0, 0)), ([(19, 0)], (3, 19, 0)), ([(20, 11)], (3, 20, 11)),
        ([(10, 5), (10, 5)], (2, 0, 0)), ([(21, 11)], (3, 21, 11)), ([(21, 10)], (2, 0, 0)),
        ([(50, 25)], (2, 0, 0)),
        # at 60 questions the counters begin again
        ([(30, 18), (29, 18)], (3, 59, 36)), ([(30, 18), (30, 18)], (3, 0, 0)),
        ([(61, 40)], (3, 0, 0)), ([(60, 48)], (4, 0, 0)), ([(60, 30)], (2, 0, 0)),
        ([(30, 18), (30, 18), (5, 5)], (3, 5, 5)),
        # since it last moved
        ([(30, 30), (29, 29)], (4, 29, 29)), ([(30, 30), (30, 30)], (5, 0, 0)),
        ([(30, 30), (20, 10)], (3, 0, 0)),
        # at the limits where a move was due
        ([(30, 30)] * 3, (5, 0, 0)), ([(30, 30)] * 3 + [(7, 7)], (5, 7, 7)),
        ([(20, 0)] * 3, (1, 0, 0)), ([(20, 0)] * 3 + [(7, 7)], (1, 7, 7)),
    ],
)  # fmt: skip
def test_difficulty_after_sessions(learner, sessions, after):
    for questions, correct in sessions:
        receipt = learner.run("word_race", questions, correct)
    assert state(learner) == after
    assert receipt["preferred_difficulty"] == after[0]


def test_it_is_looked_at_after_each_session_not_at_the_thirtieth_question(learner):
    learner.run("word_race", 25, 15)
    learner.run("word_race", 30, 30)
    # 55 questions, 45 correct: 81.8 %
    assert state(learner) == (4, 0, 0)


def test_tests_count_practices_do_not(learner):
    learner.practise("word_race", 100, 100)
    assert state(learner) == (3, 0, 0)
    learner.test("word_race", 30, 30)
    assert state(learner) == (4, 0, 0)


def test_sessions_that_are_neither_good_nor_bad_count_their_questions(learner):
    for _ in range(5):
        learner.run("addition_facts", 5, 5)
    assert state(learner, "addition_facts") == (1, 25, 25)
    learner.run("addition_facts", 5, 5)
    assert state(learner, "addition_facts") == (2, 0, 0)


@pytest.mark.parametrize(
    ("module", "start"),
    [
        ("addition_facts", 1), ("subtraction_facts", 1), ("multiplication_facts", 2),
        ("division_facts", 3), ("math_rush_addition", 2), ("math_rush_subtraction", 2),
        ("math_rush_multiplication", 2), ("math_rush_division", 2), ("fractions_puzzle", 3),
        ("decimal_defender", 3), ("ratios_proportions", 3), ("measurement", 3), ("algebra", 3),
        ("word_race", 3),
    ],
)  # fmt: skip
def test_every_module_rises_and_falls_from_its_own_start(new, module, start):
    learner = new()
    assert learner.run(module, 30, 24)["preferred_difficulty"] == start + 1
    learner = new()
    assert learner.run(module, 20, 10)["preferred_difficulty"] == max(start - 1, 1)
    assert state(learner, module)[1:] == (0, 0)


@pytest.mark.parametrize(
    ("columns", "questions", "correct", "difficulty"),
    [
        ({"difficulty_up_questions": 10}, 10, 8, 4),
        ({"difficulty_up_percent": 60}, 30, 18, 4),
        ({"difficulty_down_questions": 5}, 5, 2, 2),
        ({"difficulty_down_percent": 70}, 20, 14, 2),
    ],
)
def test_thresholds_are_catalog_data(db, learner, columns, questions, correct, difficulty):
    change_module(db, "word_race", **columns)
    assert learner.run("word_race", questions, correct)["preferred_difficulty"] == difficulty


def test_the_number_at_which_the_count_begins_again_is_catalog_data(db, learner):
    change_module(db, "word_race", difficulty_reset_questions=40)
    learner.run("word_race", 39, 25)
    assert state(learner) == (3, 39, 25)
    learner.run("word_race", 1, 0)
    assert state(learner) == (3, 0, 0)
