"""hg__cross_interval: against the literature, and against floats."""

import random

import pytest

from . import cross_model


def sql_interval(db, *arguments):
    return db.execute("SELECT o_low, o_high FROM hg__cross_interval(%s, %s, %s, %s, %s, %s, %s)", [
        *arguments
    ]).fetchone()  # fmt: skip


def test_the_model_is_newcombe_s(monkeypatch):
    """Newcombe, Statistics in Medicine 17 (1998), table II, method 10: 56/70 less 48/80, 95 %."""
    monkeypatch.setattr(cross_model, "Z", 1.959964)
    low, high = cross_model.interval(56, 70, 70, 56 + 48, 70 + 80, 70 + 80)
    rest = 80 / 150
    assert (round(low / rest, 4), round(high / rest, 4)) == (0.0524, 0.3339)


def test_random_figures(db):
    chance = random.Random(5)
    for _ in range(500):
        questions, rest = chance.randint(1, 400), chance.randint(1, 400)
        correct, others = chance.randint(0, questions), chance.randint(0, rest)
        if chance.random() < 0.3:
            correct, others = chance.choice([0, questions]), chance.choice([0, rest])
        count, sessions = chance.randint(1, questions), chance.randint(1, rest)
        figures = (correct, questions, count, correct + others, questions + rest, count + sessions)
        found = sql_interval(db, *figures, 4)
        for one, other in zip(found, cross_model.interval(*figures), strict=True):
            assert float(one) == pytest.approx(other, abs=0.0000501)


@pytest.mark.parametrize(
    "figures",
    [
        (0, 0, 1, 5, 10, 2),
        (5, 10, 2, 5, 10, 2),
        (5, 10, 2, 3, 4, 1),
        (6, 10, 2, 5, 20, 4),
        (1, 10, 2, 15, 20, 4),
        (5, 10, 2, 0, 0, 0),
        (5, 10, 0, 8, 20, 2),
        (5, 10, 2, 8, 20, 2),
    ],
)
def test_without_a_part_or_a_rest_there_is_none(db, figures):
    assert sql_interval(db, *figures, 4) == (None, None)
    assert cross_model.interval(*figures) is None


def test_the_greatest_counters(db):
    low, high = sql_interval(db, 2**31 - 2, 2**31 - 2, 9, 2**31 - 2, 2**31 - 1, 10, 4)
    assert 0 <= low <= high


@pytest.mark.parametrize("steadiness", [None, 5.0, 0.7])
def test_chance_is_not_called_a_pattern(steadiness):
    """Learners of whom no module helps another, however much their sessions vary."""
    chance = random.Random(3)

    def answers(sessions: int) -> int:
        return sum(
            chance.random() < share
            for share in (
                0.75
                if steadiness is None
                else chance.betavariate(0.75 * steadiness, 0.25 * steadiness)
                for _ in range(sessions)
            )
            for _ in range(8)
        )

    patterns = 0
    for _ in range(2000):
        count, others = chance.randint(5, 30), chance.randint(5, 60)
        correct, rest = answers(count), answers(others)
        low, high = cross_model.interval(
            correct, 8 * count, count, correct + rest, 8 * (count + others), count + others
        )
        patterns += low > 0 or high < 0
    assert patterns <= 20
