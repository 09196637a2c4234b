"""hg_percentile: the share of the others who have strictly less."""

from bisect import bisect_left
from decimal import ROUND_HALF_UP, Decimal

import pytest

from tests.errors.support import check_words, refused
from tests.record.support import Learner
from tests.support.database import as_role, new_learner
from tests.support.users import NOBODY, SQL_TYPE

from .support import METRICS, board, percentile, refresh
from .test_hg_leaderboard import add_column, make_admin, with_tokens


def shares(db, learners, metric="tokens"):
    return [percentile(db, learner.id, metric) for learner in learners]


def test_strictly_below_and_without_oneself(db):
    learners = with_tokens(db, 0, 3, 3, 8, 9)
    refresh(db)
    assert shares(db, learners) == [0, 25, 25, 75, 100]


def test_one_decimal_halves_away_from_zero(db):
    learners = with_tokens(db, 1, 2, 3, 4)
    refresh(db)
    assert [str(share) for share in shares(db, learners)] == ["0.0", "33.3", "66.7", "100.0"]
    others = with_tokens(db, *[0] * 13)
    refresh(db)
    # 13 of 16 are 81.25.
    assert [str(share) for share in shares(db, [learners[0], others[0]])] == ["81.3", "0.0"]


def test_all_alike_are_ahead_of_nobody(db):
    learners = with_tokens(db, 4, 4, 4)
    refresh(db)
    assert shares(db, learners) == [0, 0, 0]


@pytest.mark.parametrize("metric", METRICS)
def test_every_metric(db, metric):
    first, second, third = (Learner(db) for _ in range(3))
    for learner, days in [(second, (1,)), (third, (2, 1))]:
        for day in days:
            learner.run("addition_facts", 6, 6, at=learner.noon(day))
    refresh(db)
    assert shares(db, [first, second, third], metric) == [0, 50, 100]


def test_tokens_unless_asked_otherwise(db):
    first, second = with_tokens(db, 1, 2)
    first.run("word_race", 1, 1)
    refresh(db)
    assert db.execute("SELECT hg_percentile(%s)", [second.id]).fetchone() == (Decimal("100.0"),)


@pytest.mark.parametrize(
    "runs",
    [
        [(1, 1300)], [(450, 1), (1, 450), (850, 1), (1, 50)], [(1200, 1), (1, 1)],
        [(1, 399), (2, 1), (400, 1), (399, 1)], [(400, 1), (400, 1), (400, 1)],
        [(401, 1), (1, 400)],
    ],
    ids=str,
)  # fmt: skip
def test_more_figures_than_a_row_holds(db, runs):
    """A row holds 400. Runs: so many learners have the same figure, so many times."""
    amounts = []
    for length, times in runs:
        for _ in range(times):
            amounts += [max(amounts, default=0) + 1] * length
    ids = [
        user_id for (user_id,) in db.execute(
            "INSERT INTO users (grade) SELECT '3' FROM generate_series(1, %s) RETURNING id",
            [len(amounts)],
        )
    ]  # fmt: skip
    db.execute(
        "SELECT count(hg_grant_tokens(g.id, gen_random_uuid(), g.amount, 'a gift'))"
        f" FROM unnest(%s::{SQL_TYPE}[], %s::integer[]) AS g (id, amount)",
        [ids, amounts],
    )
    refresh(db)
    shares = dict(
        db.execute(
            f"SELECT u.id, hg_percentile(u.id) FROM unnest(%s::{SQL_TYPE}[]) AS u (id)", [ids]
        )
    )
    others = len(amounts) - 1
    for user_id, amount in zip(ids, amounts, strict=True):
        below = Decimal(100 * bisect_left(amounts, amount)) / others
        assert shares[user_id] == below.quantize(Decimal("0.1"), ROUND_HALF_UP)


def test_a_broken_streak_is_behind_any_that_holds(db):
    broken, kept = Learner(db), Learner(db)
    for days in (5, 4):
        broken.run("addition_facts", 6, 6, at=broken.noon(days))
    kept.run("addition_facts", 6, 6, at=kept.noon(1))
    refresh(db)
    assert shares(db, [broken, kept], "streak_days") == [0, 100]


def test_it_is_of_the_refresh_that_the_leaderboard_is_of(db):
    first, second = with_tokens(db, 1, 2)
    refresh(db)
    first.grant(100)
    assert shares(db, [first, second]) == [0, 100]
    refresh(db)
    assert shares(db, [first, second]) == [100, 0]


# ---------------------------------------------------------------- where nothing can be said


def test_before_the_first_refresh_it_is_null(db):
    assert shares(db, with_tokens(db, 1, 2)) == [None, None]


def test_who_joined_after_the_refresh_has_none_yet(db):
    learners = with_tokens(db, 1, 2)
    refresh(db)
    learners += with_tokens(db, 3)
    assert shares(db, learners) == [0, 100, None]
    refresh(db)
    assert shares(db, learners) == [0, 50, 100]


def test_without_anybody_else_it_is_null(db):
    (learner,) = with_tokens(db, 5)
    refresh(db)
    assert percentile(db, learner.id) is None
    assert board(db) == [(1, learner.id, 5)]


def test_who_is_excluded_has_none_and_counts_in_none(db):
    admin, first, second = with_tokens(db, 0, 1, 2)
    add_column(db, admin)
    refresh(db)
    assert shares(db, [admin, first, second]) == [None, 0, 100]
    make_admin(db, admin, value=False)
    refresh(db)
    assert shares(db, [admin, first, second]) == [0, 50, 100]


def test_who_was_deleted_counts_until_the_next_refresh(db):
    first, second, third = with_tokens(db, 1, 2, 3)
    refresh(db)
    db.execute("DELETE FROM users WHERE id = %s", [first.id])
    assert shares(db, [second, third]) == [50, 100]
    refresh(db)
    assert shares(db, [second, third]) == [0, 100]


# ---------------------------------------------------------------- refusals and rights


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_unknown_learner_is_lg404(db, when):
    (gone,) = with_tokens(db, 5)
    if when == "after":
        refresh(db)
    db.execute("DELETE FROM users WHERE id = %s", [gone.id])
    for user_id in (NOBODY, gone.id):
        diagnostic = refused(db, lambda user_id=user_id: percentile(db, user_id))
        assert diagnostic.sqlstate == "LG404"
        assert str(user_id) in diagnostic.message_detail
        check_words(diagnostic)


BAD = [("p_user_id", None)] + [
    ("p_metric", value) for value in (None, "", "TOKENS", "tokens ", "daily_tokens")
]


@pytest.mark.parametrize(("name", "value"), BAD)
@pytest.mark.parametrize("known", [True, False])
def test_null_or_out_of_domain_is_22023_before_anything_else(db, name, value, known):
    given = {
        "p_user_id": new_learner(db) if known else NOBODY, "p_metric": "tokens", name: value,
    }  # fmt: skip
    diagnostic = refused(
        db, lambda: db.execute("SELECT hg_percentile(%(p_user_id)s, %(p_metric)s)", given)
    )
    assert diagnostic.sqlstate == "22023"
    assert diagnostic.message_primary == f"invalid argument {name}"
    check_words(diagnostic)


def test_while_an_import_is_pending_it_is_55000(db):
    (learner,) = with_tokens(db, 5)
    db.execute("UPDATE hg_installation SET state = 'imported'")
    assert refused(db, lambda: percentile(db, learner.id)).sqlstate == "55000"


@pytest.mark.parametrize("role", ["hg_app", "hg_reader"])
def test_who_reads_needs_no_right_on_any_table(db, role):
    learners = with_tokens(db, 1, 2)
    refresh(db)
    with as_role(db, role):
        assert shares(db, learners) == [0, 100]
