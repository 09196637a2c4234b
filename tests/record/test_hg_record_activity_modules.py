"""hg_record_activity: the table of modules, line by line: tokens, levels, grades, lessons."""

import pytest

from .support import Learner

FACTS = ("addition_facts", "subtraction_facts", "multiplication_facts", "division_facts")
RUSHES = (
    "math_rush_addition", "math_rush_subtraction", "math_rush_multiplication",
    "math_rush_division",
)  # fmt: skip
LESSONS = ("measurement", "algebra")

# ---------------------------------------------------------------- tokens of a token_run

PER_CORRECT = [
    # questions, correct, tokens
    (6, 0, 0), (6, 1, 1), (6, 5, 5), (6, 6, 10), (7, 6, 6), (7, 7, 11), (20, 20, 24), (5, 5, 5),
    (1, 1, 1),
]  # fmt: skip


@pytest.mark.parametrize("module", FACTS)
@pytest.mark.parametrize(("questions", "correct", "tokens"), PER_CORRECT)
def test_facts_pay_1_per_correct_and_4_perfect(learner, module, questions, correct, tokens):
    receipt = learner.run(module, questions, correct)
    assert receipt["tokens_requested"] == receipt["tokens_awarded"] == tokens
    assert learner.progress(module)["tokens_earned"] == tokens
    assert learner.stats["tokens"] == tokens


RUSH = [
    # questions, correct, seconds, time_limit, tokens
    (24, 24, 60, None, 4 * 3 + 20),
    (24, 24, 90, None, 4 * 2 + 15),
    (24, 20, 60, None, 12),
    (24, 24, 61, None, 23),
    (24, 24, 0, None, 32),
    (24, 24, None, None, 23),
    (24, 24, 3600, None, 23),
    (24, 24, 3600, 60, 32),
    (24, 24, None, 60, 32),
    (24, 24, 10, 90, 23),
    (24, 23, 60, None, 12),
    (24, 19, 60, None, 9),
    (24, 19, 61, None, 6),
    (24, 4, 60, None, 0),
    (24, 5, 60, None, 3),
    (24, 0, 60, None, 0),
    (30, 30, 60, None, 38),
    (30, 30, 90, None, 27),
    (23, 23, 60, None, 12),
    (12, 12, 60, None, 6),
    (11, 11, 60, None, 6),
    (1, 1, 60, None, 0),
]  # fmt: skip


@pytest.mark.parametrize("module", RUSHES)
@pytest.mark.parametrize(("questions", "correct", "seconds", "limit", "tokens"), RUSH)
def test_rush_pays_by_band_per_5_correct_and_perfect(
    learner, module, questions, correct, seconds, limit, tokens
):
    details = {} if limit is None else {"time_limit": limit}
    receipt = learner.run(module, questions, correct, seconds, **details)
    assert receipt["tokens_awarded"] == tokens


@pytest.mark.parametrize(
    ("module", "questions", "correct", "tokens"),
    [
        # 3 per 5 correct, +10 perfect
        ("fractions_puzzle", 10, 4, 0), ("fractions_puzzle", 10, 5, 3),
        ("fractions_puzzle", 10, 9, 3), ("fractions_puzzle", 10, 10, 16),
        ("fractions_puzzle", 9, 9, 3), ("fractions_puzzle", 15, 15, 19),
        ("fractions_puzzle", 16, 15, 9),
        # 4 per correct, +15 perfect
        ("decimal_defender", 5, 0, 0), ("decimal_defender", 5, 4, 16),
        ("decimal_defender", 5, 5, 35), ("decimal_defender", 4, 4, 16),
        ("decimal_defender", 6, 6, 39),
        # 5 per correct
        ("ratios_proportions", 5, 0, 0), ("ratios_proportions", 5, 4, 20),
        ("ratios_proportions", 5, 5, 25), ("ratios_proportions", 4, 4, 20),
        # 5 when good, 8 instead when perfect
        ("measurement", 5, 3, 0), ("measurement", 5, 4, 5), ("measurement", 5, 5, 8),
        ("measurement", 10, 8, 5), ("measurement", 10, 10, 8), ("measurement", 4, 4, 0),
        ("algebra", 5, 3, 0), ("algebra", 5, 4, 5), ("algebra", 5, 5, 8), ("algebra", 4, 4, 0),
        # none
        ("word_race", 1, 1, 0), ("word_race", 24, 24, 0), ("word_race", 1000, 900, 0),
    ],
)  # fmt: skip
def test_tokens_of_the_other_modules(learner, module, questions, correct, tokens):
    assert learner.run(module, questions, correct)["tokens_awarded"] == tokens


def test_a_time_limit_is_nothing_to_modules_without_bands(learner):
    assert learner.run("addition_facts", 6, 6, 30, time_limit=75)["tokens_awarded"] == 10


# ---------------------------------------------------------------- level moves


def levels(learner: Learner, module: str, corrects: list[int], questions: int) -> list[tuple]:
    """After each session: grade, level_change, attempt_good, attempt_bad."""
    seen = []
    for correct in corrects:
        receipt = learner.run(module, questions, correct)
        progress = learner.progress(module)
        seen.append(
            (receipt["grade_level"], receipt["level_change"],
             progress["attempt_good"], progress["attempt_bad"])
        )  # fmt: skip
        assert learner.block(module)["grade_level"] == receipt["grade_level"]
    return seen


@pytest.mark.parametrize(
    ("module", "start"),
    [("addition_facts", 1), ("subtraction_facts", 1), ("multiplication_facts", 2),
     ("division_facts", 3)],
)  # fmt: skip
def test_facts_move_up_after_4_good_in_a_row(learner, module, start):
    assert levels(learner, module, [5, 6, 5, 5, 6], 6) == [
        (start, 0, 1, 0), (start, 0, 2, 0), (start, 0, 3, 0), (start + 1, 1, 0, 0),
        (start + 1, 0, 1, 0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("module", "start"),
    [("addition_facts", 1), ("subtraction_facts", 1), ("multiplication_facts", 2),
     ("division_facts", 3)],
)  # fmt: skip
def test_facts_move_down_after_4_bad(learner, module, start):
    assert levels(learner, module, [4, 0, 4, 4, 3], 6) == [
        (start, 0, 0, 1), (start, 0, 0, 2), (start, 0, 0, 3), (start - 1, -1, 0, 0),
        (start - 1, 0, 0, 1),
    ]  # fmt: skip


@pytest.mark.parametrize("module", [*FACTS, *LESSONS])
def test_good_and_bad_reverse_each_other(learner, module):
    questions = 6 if module in FACTS else 5
    moves = levels(learner, module, [questions, questions, 0, questions, 0, 0], questions)
    assert [move[2:] for move in moves] == [(1, 0), (2, 0), (0, 1), (1, 0), (0, 1), (0, 2)]


def test_at_the_top_nothing_moves_and_the_counter_keeps_growing(learner):
    learner.test("addition_facts", 6, 6, grade_level=6)
    assert levels(learner, "addition_facts", [6] * 6, 6) == [
        (6, 0, n, 0) for n in range(1, 7)
    ]  # fmt: skip
    assert levels(learner, "addition_facts", [0] * 4, 6)[-1] == (5, -1, 0, 0)


def test_at_the_bottom_nothing_moves_and_the_counter_keeps_growing(learner):
    learner.test("addition_facts", 6, 6, grade_level=0)
    assert levels(learner, "addition_facts", [0] * 6, 6) == [
        (0, 0, 0, n) for n in range(1, 7)
    ]  # fmt: skip


def test_grade_k_is_0_and_counts_like_any_other(learner):
    assert levels(learner, "addition_facts", [0] * 4, 6)[-1] == (0, -1, 0, 0)
    assert levels(learner, "addition_facts", [6] * 4, 6)[-1] == (1, 1, 0, 0)


@pytest.mark.parametrize(
    ("module", "bottom", "top", "start"), [("measurement", 2, 5, 2), ("algebra", 6, 8, 6)]
)
def test_measurement_and_algebra_move_after_3_within_their_grades(
    learner, module, bottom, top, start
):
    assert levels(learner, module, [4, 5, 4], 5) == [
        (start, 0, 1, 0), (start, 0, 2, 0), (start + 1, 1, 0, 0),
    ]  # fmt: skip
    assert levels(learner, module, [3, 0, 3], 5) == [
        (start + 1, 0, 0, 1), (start + 1, 0, 0, 2), (start, -1, 0, 0),
    ]  # fmt: skip
    assert start == bottom
    assert levels(learner, module, [0] * 4, 5) == [(start, 0, 0, n) for n in range(1, 5)]
    climb = levels(learner, module, [5] * 3 * (top - bottom), 5)
    assert climb[-1] == (top, 1, 0, 0)
    assert levels(learner, module, [5] * 4, 5) == [(top, 0, n, 0) for n in range(1, 5)]


@pytest.mark.parametrize("module", FACTS)
def test_facts_have_the_grades_0_to_6(learner, module):
    learner.test(module, 6, 6, grade_level=5)
    assert levels(learner, module, [6] * 8, 6)[-1] == (6, 0, 4, 0)
    learner.test(module, 6, 6, grade_level=1)
    assert levels(learner, module, [0] * 8, 6)[-1] == (0, 0, 0, 4)


@pytest.mark.parametrize(
    ("module", "grade"),
    [("fractions_puzzle", 3), ("decimal_defender", 4), ("ratios_proportions", 6),
     ("word_race", 3)],
)  # fmt: skip
@pytest.mark.parametrize("share", [0, 1])
def test_a_fixed_grade_does_not_move(learner, module, grade, share):
    for _ in range(6):
        receipt = learner.run(module, 10, 10 * share)
        assert (receipt["grade_level"], receipt["level_change"]) == (grade, 0)
    learner.test(module, 10, 10 * share, grade_level=5)
    assert learner.block(module)["grade_level"] == grade


@pytest.mark.parametrize("module", RUSHES)
@pytest.mark.parametrize("correct", [0, 24])
def test_a_rush_has_no_grade_and_moves_none(learner, module, correct):
    for _ in range(5):
        receipt = learner.run(module, 24, correct)
        assert (receipt["grade_level"], receipt["level_change"]) == (None, 0)


@pytest.mark.parametrize("correct", [0, 6])
def test_a_null_grade_never_moves(learner, correct):
    learner.write(modules__addition_facts__grade_level=None)
    for _ in range(5):
        receipt = learner.run("addition_facts", 6, correct)
        assert (receipt["grade_level"], receipt["level_change"]) == (None, 0)


def test_a_grade_set_by_hand_at_a_fixed_grade_stays(learner):
    learner.write(modules__word_race__grade_level=5, modules__algebra__progress__lesson=4)
    learner.run("word_race", 10, 10)
    learner.run("algebra", 5, 5)
    assert learner.block("word_race")["grade_level"] == 5
    assert learner.progress("algebra")["lesson"] == 4


@pytest.mark.parametrize(
    ("module", "lesson"),
    [("measurement", 1), ("algebra", 1), ("addition_facts", None), ("word_race", None)],
)
def test_lesson_is_set_at_the_start_and_no_session_changes_it(learner, module, lesson):
    for _ in range(4):
        learner.run(module, 6, 6)
    learner.practise(module)
    assert learner.progress(module)["lesson"] == lesson


def test_levels_of_modules_are_apart(learner):
    for _ in range(4):
        learner.run("addition_facts", 6, 6)
        learner.run("subtraction_facts", 6, 0)
    assert learner.block("addition_facts")["grade_level"] == 2
    assert learner.block("subtraction_facts")["grade_level"] == 0
    assert learner.block("division_facts")["grade_level"] == 3


def test_tests_move_no_level_by_attempts(learner):
    for _ in range(4):
        receipt = learner.test("measurement", 5, 5)
        assert receipt["level_change"] == 0
    assert learner.block("measurement")["grade_level"] == 2
    assert learner.progress("measurement")["attempt_good"] == 0
