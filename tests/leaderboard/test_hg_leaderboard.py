"""hg_leaderboard: ranks with ties, streaks as true, who is left out."""

import pytest
from psycopg import sql

from tests.errors.support import check_words, refused
from tests.record.support import DAY, Learner, set_setting
from tests.support.database import as_role, new_learner

from .support import METRICS, board, refresh


def with_tokens(db, *amounts):
    """Learners with so many tokens, in the order of their ids."""
    learners = [Learner(db) for _ in amounts]
    for learner, amount in zip(learners, amounts, strict=True):
        if amount:
            learner.grant(amount)
    return learners


def add_column(db, *learners):
    """A column of administrators, the setting that names it, and who is one."""
    db.execute("ALTER TABLE users ADD COLUMN is_admin boolean")
    set_setting(db, "leaderboard_exclude_column", "is_admin")
    make_admin(db, *learners)


def make_admin(db, *learners, value=True):
    db.execute(
        "UPDATE users SET is_admin = %s WHERE id = ANY (%s)", [value, [one.id for one in learners]]
    )


# ---------------------------------------------------------------- ranks


def test_learners_with_the_same_value_share_a_rank_and_the_next_counts_them(db):
    a, b, c, d, e = with_tokens(db, 7, 9, 7, 9, 1)
    refresh(db)
    expected = [(1, b.id, 9), (1, d.id, 9), (3, a.id, 7), (3, c.id, 7), (5, e.id, 1)]
    assert sorted(board(db)) == sorted(expected)


def test_each_metric_is_the_key_of_its_name(db):
    learner = Learner(db)
    learner.run("addition_facts", 6, 5)
    learner.spend(2)
    refresh(db)
    found = {metric: board(db, metric) for metric in METRICS}
    assert found == {
        "tokens": [(1, learner.id, 3)],
        "total_tokens_earned": [(1, learner.id, 5)],
        "streak_days": [(1, learner.id, 1)],
        "total_correct_answers": [(1, learner.id, 5)],
    }


def test_twenty_by_tokens_unless_asked_otherwise(db):
    learners = with_tokens(db, *range(30))
    as_of = refresh(db)
    rows = db.execute(
        "SELECT b.rank, to_jsonb(b.user_id), b.value, b.as_of FROM hg_leaderboard() AS b"
    )
    assert rows.fetchall() == [(n, learners[30 - n].id, 30 - n, as_of) for n in range(1, 21)]


@pytest.mark.parametrize("limit", [1, 2, 999, 1000])
def test_so_many_rows_as_asked_for(db, limit):
    for _ in range(1100):
        new_learner(db)
    refresh(db)
    rows = board(db, limit=limit)
    assert len(rows) == limit
    assert {rank for rank, _, _ in rows} == {1}


def test_nothing_before_the_first_refresh(db):
    with_tokens(db, 5)
    assert board(db) == []


def test_it_is_of_the_refresh_not_of_now(db):
    (learner,) = with_tokens(db, 5)
    as_of = refresh(db)
    learner.grant(10)
    new_learner(db)
    assert board(db) == [(1, learner.id, 5)]
    shown = "SELECT DISTINCT b.as_of FROM hg_leaderboard() AS b"
    assert db.execute(shown).fetchall() == [(as_of,)]
    later = refresh(db)
    assert later > as_of
    assert board(db, limit=1) == [(1, learner.id, 15)]
    assert db.execute(shown).fetchall() == [(later,)]


# ---------------------------------------------------------------- streaks


def test_a_broken_streak_is_0_although_the_document_has_another(db):
    broken, kept = Learner(db), Learner(db)
    for days in (5, 4):
        broken.run("addition_facts", 6, 6, at=broken.noon(days))
    kept.run("addition_facts", 6, 6, at=kept.noon(1))
    assert broken.stats["streak_days"] == 2
    refresh(db)
    assert board(db, "streak_days") == [(1, kept.id, 1), (2, broken.id, 0)]


def test_freezes_and_pauses_keep_a_streak(db):
    set_setting(db, "streak_freeze_max", 9)
    set_setting(db, "streak_freeze_initial", 9)
    frozen = Learner(db)
    frozen.run("addition_facts", 6, 6, at=frozen.noon(5))
    set_setting(db, "streak_freeze_initial", 0)
    lost = Learner(db)
    lost.run("addition_facts", 6, 6, at=lost.noon(5))
    refresh(db)
    assert board(db, "streak_days") == [(1, frozen.id, 1), (2, lost.id, 0)]


@pytest.mark.parametrize("weekdays", [[1, 2, 3, 4, 5, 6, 7], None])
def test_a_change_of_the_weekdays_is_a_change_of_streaks(db, weekdays):
    """The day missed need not be one that is scheduled, by the rules in force now."""
    learner = Learner(db)
    learner.run("addition_facts", 6, 6, at=learner.noon(2))
    missed = (learner.clock - DAY).isoweekday()
    refresh(db)
    assert board(db, "streak_days") == [(1, learner.id, 0)]
    set_setting(db, "streak_weekdays", weekdays or [day for day in range(1, 8) if day != missed])
    refresh(db)
    assert board(db, "streak_days") == [(1, learner.id, 0 if weekdays else 1)]


# ---------------------------------------------------------------- who is left out


def test_who_is_excluded_has_no_rank_and_takes_none(db):
    first, second, third = with_tokens(db, 9, 8, 7)
    add_column(db, first)
    refresh(db)
    assert board(db) == [(1, second.id, 8), (2, third.id, 7)]


def test_the_column_alone_decides_at_the_next_refresh(db):
    """No activity of theirs, no row in the ledger."""
    first, second = with_tokens(db, 9, 8)
    add_column(db)
    refresh(db)
    make_admin(db, first)
    refresh(db)
    assert board(db) == [(1, second.id, 8)]
    make_admin(db, first, value=False)
    make_admin(db, second)
    refresh(db)
    assert board(db) == [(1, first.id, 9)]
    make_admin(db, second, value=None)
    refresh(db)
    assert board(db) == [(1, first.id, 9), (2, second.id, 8)]


@pytest.mark.parametrize("change", ["setting", "column"])
def test_without_the_setting_or_the_column_everybody_has_a_rank(db, change):
    first, second = with_tokens(db, 9, 8)
    add_column(db, first)
    refresh(db)
    if change == "setting":
        set_setting(db, "leaderboard_exclude_column", None)
    else:
        db.execute("ALTER TABLE users DROP COLUMN is_admin")
    refresh(db)
    assert board(db) == [(1, first.id, 9), (2, second.id, 8)]


def test_the_column_may_have_any_name(db):
    first, second = with_tokens(db, 9, 8)
    name = 'Is "it" an %I?'
    column = sql.Identifier(name)
    db.execute(sql.SQL("ALTER TABLE users ADD COLUMN {} boolean").format(column))
    set_setting(db, "leaderboard_exclude_column", name)
    db.execute(sql.SQL("UPDATE users SET {} = id = {}").format(column, first.id))
    refresh(db)
    assert board(db) == [(1, second.id, 8)]


def test_who_is_deleted_is_gone_at_once_and_the_ranks_of_others_stay(db):
    first, second, third = with_tokens(db, 9, 8, 7)
    refresh(db)
    db.execute("DELETE FROM users WHERE id = %s", [second.id])
    assert board(db) == [(1, first.id, 9), (3, third.id, 7)]
    refresh(db)
    assert board(db) == [(1, first.id, 9), (2, third.id, 7)]


def test_the_limit_counts_who_is_shown(db):
    first, second, _ = with_tokens(db, 9, 8, 7)
    refresh(db)
    db.execute("DELETE FROM users WHERE id = %s", [first.id])
    assert board(db, limit=1) == [(2, second.id, 8)]


# ---------------------------------------------------------------- refusals and rights

BAD = [("p_limit", value) for value in (None, 0, -1, 1001, 2147483647)] + [
    ("p_metric", value) for value in (None, "", "TOKENS", "tokens ", "daily_tokens", "value")
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_null_or_out_of_domain_is_22023_and_names_the_argument(db, name, value):
    refresh(db)
    given = {"p_limit": 5, "p_metric": "tokens"} | {name: value}
    diagnostic = refused(
        db,
        lambda: db.execute("SELECT * FROM hg_leaderboard(%(p_limit)s, %(p_metric)s)", given),
    )
    assert diagnostic.sqlstate == "22023"
    assert diagnostic.message_primary == f"invalid argument {name}"
    check_words(diagnostic)


def test_while_an_import_is_pending_it_is_55000(db):
    refresh(db)
    db.execute("UPDATE hg_installation SET state = 'imported'")
    diagnostic = refused(db, lambda: board(db))
    assert diagnostic.sqlstate == "55000"


@pytest.mark.parametrize("role", ["hg_app", "hg_reader"])
def test_who_reads_needs_no_right_on_any_table(db, role):
    (learner,) = with_tokens(db, 5)
    refresh(db)
    with as_role(db, role):
        assert board(db) == [(1, learner.id, 5)]
