"""hg_refresh_leaderboard: all that was committed, of one instant, and nobody waits."""

import random
from uuid import uuid4

import psycopg
import pytest
from psycopg import errors

from tests.install.support import ID_TYPES, install, old_users
from tests.record.support import DAY, Learner, bulk, changed, set_setting, uid
from tests.support.database import as_role, new_learner

from .support import (
    assert_true,
    board,
    figures,
    kept,
    percentile,
    read_everybody,
    refresh,
    written,
)

# A wait of any kind is an error soon, and not a test that hangs.
HASTY = {"options": "-c lock_timeout=200ms"}


def as_session(learner, connection):
    """The same learner through another session."""
    other = Learner.__new__(Learner)
    other.__dict__ |= learner.__dict__ | {"db": connection}
    return other


def unseen(learner, tokens):
    """Give the stored document other figures behind every trigger: the ledger knows nothing."""
    learner.tamper(changed(learner.document, {"global_stats.tokens": tokens}))


def value_of(connection, learner):
    """The learner's tokens as the leaderboard has them; None: it does not know the learner."""
    return next((value for _, user, value in board(connection) if user == learner.id), None)


# ---------------------------------------------------------------- any history


class History:
    """Learners to whom all kinds of things happen."""

    def __init__(self, db: psycopg.Connection, seed: int) -> None:
        self.db = db
        self.chance = random.Random(seed)
        self.admins: set[int] = set()
        db.execute("ALTER TABLE users ADD COLUMN is_admin boolean NOT NULL DEFAULT false")
        set_setting(db, "leaderboard_exclude_column", "is_admin")
        set_setting(db, "streak_freeze_max", 2)
        self.learners = [Learner(db) for _ in range(6)]
        self.done: list[tuple[Learner, object]] = []

    def something(self) -> None:
        learner = self.chance.choice(self.learners)
        self.chance.choice([
            self.play, self.play, self.play, self.play, self.play_many, self.grant, self.spend,
            self.reverse, self.pause, self.zone, self.write, self.rebuild, self.reset, self.join,
            self.leave, self.administer, self.rules,
        ])(learner)  # fmt: skip

    def play(self, learner: Learner) -> None:
        id, at = uuid4(), learner.ago(hours=self.chance.randrange(1, 200))
        learner.run("addition_facts", 6, self.chance.randrange(7), id=id, at=at)
        self.done.append((learner, id))

    def play_many(self, _: Learner) -> None:
        bulk(self.db, [
            one.item("algebra", 5, self.chance.randrange(6), at=one.ago(days=n), id=uuid4())
            for n, one in enumerate(self.learners)
        ])  # fmt: skip

    def grant(self, learner: Learner) -> None:
        learner.grant(self.chance.randrange(1, 9))

    def spend(self, learner: Learner) -> None:
        if learner.stats["tokens"]:
            learner.spend(self.chance.randint(1, learner.stats["tokens"]))

    def reverse(self, _: Learner) -> None:
        if self.done:
            learner, id = self.done.pop(self.chance.randrange(len(self.done)))
            learner.reverse(id)

    def pause(self, learner: Learner) -> None:
        today = learner.clock.date() + DAY
        learner.pause(today, today + self.chance.randrange(3) * DAY)

    def zone(self, learner: Learner) -> None:
        learner.set_zone(self.chance.choice(["Asia/Tokyo", "America/Lima", "UTC", "default"]))

    def write(self, learner: Learner) -> None:
        learner.write(global_stats__streak_days=self.chance.randrange(9))
        # What is part of a checkpoint cannot be taken back.
        self.done = [(one, id) for one, id in self.done if one is not learner]

    def rebuild(self, learner: Learner) -> None:
        unseen(learner, 999)
        learner.call("hg_rebuild")

    def reset(self, learner: Learner) -> None:
        learner.reset("addition_facts")

    def join(self, _: Learner) -> None:
        self.learners.append(Learner(self.db))

    def leave(self, learner: Learner) -> None:
        if len(self.learners) > 3:
            self.learners.remove(learner)
            self.admins.discard(learner.id)
            self.done = [(one, id) for one, id in self.done if one is not learner]
            self.db.execute("DELETE FROM users WHERE id = %s", [learner.id])

    def administer(self, learner: Learner) -> None:
        self.admins ^= {learner.id}
        self.db.execute("UPDATE users SET is_admin = NOT is_admin WHERE id = %s", [learner.id])

    def rules(self, _: Learner) -> None:
        name, values = self.chance.choice([
            ("streak_weekdays", [[1, 2, 3, 4, 5], [1, 2, 3, 4, 5, 6, 7]]),
            ("default_time_zone", ["UTC", "Pacific/Auckland"]), ("day_start_hour", [0, 4]),
            ("streak_freeze_every_days", [0, 2]), ("daily_token_cap", [None, 12]),
        ])  # fmt: skip
        set_setting(self.db, name, self.chance.choice(values))


@pytest.mark.parametrize("seed", range(6))
def test_after_any_history_it_is_what_the_documents_say(database, seed):
    """Whoever reads who changed since knows what who reads everybody knows."""
    history = History(database.connect(), seed)
    for _ in range(12):
        for _ in range(history.chance.randrange(8)):
            history.something()
        as_of = refresh(history.db)
        assert_true(history.db, as_of, history.admins)
        since = kept(history.db)
        read_everybody(history.db)
        assert kept(history.db) == since
        assert board(history.db) == sorted(board(history.db))


# ---------------------------------------------------------------- what it reads


def test_it_reads_who_changed_and_nobody_else(database):
    db = database.connect()
    idle, busy = Learner(db), Learner(db)
    refresh(db)
    unseen(idle, 500)
    busy.grant(3)
    refresh(db)
    assert (value_of(db, idle), value_of(db, busy)) == (0, 3)
    before = written(db)
    refresh(db)
    assert written(db) == before
    assert before[idle.id] < before[busy.id]
    read_everybody(db)
    assert value_of(db, idle) == 500


def test_a_rebuilt_document_is_read_again(database):
    db = database.connect()
    learner = Learner(db)
    learner.grant(5)
    unseen(learner, 900)
    refresh(db)
    assert value_of(db, learner) == 900
    learner.call("hg_rebuild")
    refresh(db)
    assert value_of(db, learner) == 5
    assert db.execute("SELECT count(*) FROM hg_standings_due").fetchone() == (0,)


@pytest.mark.parametrize(
    "change", ["pause", "streak_weekdays", "default_time_zone", "day_start_hour"]
)
def test_everybody_is_read_when_streaks_are_read_otherwise(database, change):
    db = database.connect()
    learner = Learner(db)
    refresh(db)
    unseen(learner, 500)
    set_setting(db, "daily_token_cap", 20)
    refresh(db)
    assert value_of(db, learner) == 0
    if change == "pause":
        day = learner.clock.date() + 2 * DAY
        db.execute("SELECT hg_set_pause(%s, %s)", [day, day])
    else:
        values = {"streak_weekdays": [1], "default_time_zone": "Asia/Tokyo", "day_start_hour": 3}
        set_setting(db, change, values[change])
    refresh(db)
    assert value_of(db, learner) == 500


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE hg_legacy_run SET cut_over_at = now()",
        "SELECT setval(pg_get_serial_sequence('hg_ledger', 'ledger_id'), 1)",
    ],
)
def test_everybody_is_read_when_the_ledger_does_not_tell_who_changed(database, change):
    db = database.connect()
    learner = Learner(db)
    learner.grant(1)
    refresh(db)
    unseen(learner, 500)
    db.execute(change)
    refresh(db)
    assert value_of(db, learner) == 500


MALFORMED = [
    {"global_stats.tokens": "many"}, {"global_stats.tokens": -1}, {"global_stats.tokens": 10**12},
    {"global_stats.tokens": None}, {"global_stats.tokens": [5]}, {"global_stats": None},
    {"global_stats": 7},
]  # fmt: skip


@pytest.mark.parametrize("changes", MALFORMED, ids=str)
def test_a_malformed_document_is_passed_over(database, changes):
    db = database.connect()
    learner, other = Learner(db), Learner(db)
    for one in (learner, other):
        one.grant(5)
    refresh(db)
    learner.tamper(changed(learner.document, changes))
    other.grant(4)
    read_everybody(db)
    assert board(db) == [(1, other.id, 9), (2, learner.id, 5)]


@pytest.mark.parametrize("key", ["activity_date", "time_zone", "streak_freezes"])
def test_a_malformed_streak_is_none(database, key):
    db = database.connect()
    learner = Learner(db)
    learner.run("addition_facts", 6, 6)
    learner.tamper(changed(learner.document, {f"global_stats.{key}": "nonsense"}))
    read_everybody(db)
    assert board(db, "streak_days") == [(1, learner.id, 0)]


# ---------------------------------------------------------------- transactions under way


@pytest.mark.parametrize("known", [True, False], ids=["a later refresh", "the first refresh"])
def test_what_is_committed_later_is_in_the_next_one(database, known):
    """However many refreshes there were while its transaction was open, and whoever else wrote."""
    db = database.connect(**HASTY)
    learner, other = Learner(db), Learner(db)
    if known:
        refresh(db)
    slow = database.connect(autocommit=False)
    as_session(learner, slow).grant(7)
    for n in range(1, 4):
        other.grant(1)
        refresh(db)
        assert (value_of(db, learner), value_of(db, other)) == (0, n)
    slow.commit()
    refresh(db)
    assert value_of(db, learner) == 7
    # From here on nobody needs to be read for its sake.
    before = written(db)
    unseen(other, 500)
    for _ in range(2):
        refresh(db)
    assert (written(db), value_of(db, other)) == (before, 3)


def test_transactions_that_overlap_like_tiles(database):
    """There is always one open when a refresh reads."""
    db = database.connect(**HASTY)
    learners = [Learner(db) for _ in range(5)]
    refresh(db)
    sessions = [database.connect(autocommit=False) for _ in learners]
    as_session(learners[0], sessions[0]).grant(1)
    for n in range(1, 5):
        as_session(learners[n], sessions[n]).grant(1)
        refresh(db)
        sessions[n - 1].commit()
        refresh(db)
        assert [value_of(db, one) for one in learners] == [1] * n + [0] * (5 - n)
    sessions[4].commit()
    refresh(db)
    assert [value_of(db, one) for one in learners] == [1] * 5


def test_what_was_rolled_back_never_was(database):
    db = database.connect()
    learner = Learner(db)
    slow = database.connect(autocommit=False)
    as_session(learner, slow).grant(7)
    refresh(db)
    slow.rollback()
    refresh(db)
    assert value_of(db, learner) == 0


def test_in_one_transaction_with_what_it_reads(database):
    db = database.connect(autocommit=False)
    learner = Learner(db)
    learner.grant(1)
    refresh(db)
    learner.grant(2)
    assert value_of(db, learner) == 1
    refresh(db)
    assert value_of(db, learner) == 3
    learner.grant(3)
    db.commit()
    refresh(db)
    assert value_of(db, learner) == 6


def test_a_refresh_that_is_rolled_back_leaves_the_last_one(database):
    db = database.connect()
    learner = Learner(db)
    as_of = refresh(db)
    learner.grant(5)
    with db.transaction(force_rollback=True):
        assert refresh(db) > as_of
        assert value_of(db, learner) == 5
    assert value_of(db, learner) == 0
    refresh(db)
    assert value_of(db, learner) == 5


def test_all_of_it_is_of_as_of(database):
    """In a transaction that sees one instant, that is the instant."""
    db = database.connect()
    learner = Learner(db)
    early = database.connect(autocommit=False)
    early.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    began = early.execute("SELECT transaction_timestamp()").fetchone()[0]
    learner.grant(5)
    assert refresh(early) == began
    early.commit()
    assert value_of(db, learner) == 0
    assert refresh(db) > began
    assert value_of(db, learner) == 5


# ---------------------------------------------------------------- nobody waits


def test_writers_and_readers_do_not_wait_for_it(database):
    db = database.connect(**HASTY)
    learner, other = Learner(db), Learner(db)
    learner.grant(1)
    refresh(db)
    learner.grant(1)
    refreshing = database.connect(autocommit=False)
    refresh(refreshing)
    learner.grant(1)
    learner.run("addition_facts", 6, 6)
    learner.write(global_stats__streak_days=4)
    new_learner(db)
    assert (value_of(db, learner), percentile(db, learner.id)) == (1, 100)
    db.execute("DELETE FROM users WHERE id = %s", [other.id])
    refreshing.commit()
    refresh(db)
    assert value_of(db, learner) == learner.stats["tokens"]


def test_it_does_not_wait_for_a_learner_who_is_held(database):
    db = database.connect(**HASTY)
    learner = Learner(db)
    learner.grant(1)
    holder = database.connect(autocommit=False)
    holder.execute("SELECT FROM users WHERE id = %s FOR UPDATE", [learner.id])
    refresh(db)
    learner_there = as_session(learner, holder)
    learner_there.grant(4)
    refresh(db)
    assert value_of(db, learner) == 1
    holder.commit()
    refresh(db)
    assert value_of(db, learner) == 5


def test_a_second_one_at_the_same_time_returns_the_last_instant(database):
    db = database.connect(**HASTY)
    learner = Learner(db)
    refreshing = database.connect(autocommit=False)
    first = refresh(refreshing)
    assert refresh(db) is None
    assert board(db) == []
    refreshing.commit()
    learner.grant(5)
    second = refresh(refreshing)
    assert second > first
    assert refresh(db) == first
    assert value_of(db, learner) == 0
    refreshing.commit()
    assert refresh(db) > second


# ---------------------------------------------------------------- who is deleted


def everywhere(connection, learner):
    """The tables of the leaderboard that know a learner."""
    return [
        table
        for table in ("hg_standings", "hg_standings_top", "hg_standings_due")
        if connection.execute(f"SELECT 1 FROM {table} WHERE user_id = %s", [learner.id]).fetchone()
    ]


def test_who_is_deleted_leaves_nothing_behind_at_once(database):
    db = database.connect()
    learner, _ = Learner(db), Learner(db)
    learner.grant(5)
    refresh(db)
    assert everywhere(db, learner) == ["hg_standings", "hg_standings_top"]
    db.execute("DELETE FROM users WHERE id = %s", [learner.id])
    assert everywhere(db, learner) == []


@pytest.mark.parametrize("first", [True, False])
def test_deleted_while_a_refresh_reads(database, first):
    """The deletion is open; the refresh still sees the learner, whom it does not know yet."""
    db = database.connect(**HASTY)
    if not first:
        refresh(db)
    learner, other = Learner(db), Learner(db)
    deleting = database.connect(autocommit=False)
    deleting.execute("DELETE FROM users WHERE id = %s", [learner.id])
    for _ in range(2):
        refresh(db)
        assert value_of(db, learner) == 0
    deleting.commit()
    assert [user for _, user, _ in board(db)] == [other.id]
    refresh(db)
    assert everywhere(db, learner) == []
    assert percentile(db, other.id) is None


def test_deleted_while_a_refresh_holds_the_row(database):
    db = database.connect(**HASTY)
    learner, other = Learner(db), Learner(db)
    refresh(db)
    learner.grant(5)
    refreshing = database.connect(autocommit=False)
    refresh(refreshing)
    db.execute("DELETE FROM users WHERE id = %s", [learner.id])
    refreshing.commit()
    assert board(db) == [(2, other.id, 0)]
    refresh(db)
    assert everywhere(db, learner) == []
    assert board(db) == [(1, other.id, 0)]


def test_truncated_users_leave_nothing(database):
    db = database.connect()
    learner = Learner(db)
    refresh(db)
    db.execute("TRUNCATE users")
    assert everywhere(db, learner) == []
    assert board(db) == []
    refresh(db)
    assert board(db) == []


# ---------------------------------------------------------------- where it runs


@pytest.mark.parametrize("id_type", ID_TYPES)
def test_every_type_of_key(empty_database, id_type):
    db = empty_database.connect()
    old_users(db, 40, id_type)
    db = install(empty_database)
    ids = [user_id for (user_id,) in db.execute("SELECT id FROM users ORDER BY id")]
    refresh(db)
    for number, user_id in enumerate(ids[:9]):
        db.execute(
            "SELECT hg_grant_tokens(%s, %s, %s, 'a gift')", [user_id, uid(1), 3 + number // 2]
        )
    as_of = refresh(db)
    assert_true(db, as_of)
    db.execute("DELETE FROM users WHERE id = %s", [ids[8]])
    assert_true(db, refresh(db))
    assert len(figures(db, as_of)) == 39


def test_without_a_learner_there_is_nobody(db):
    assert refresh(db) is not None
    assert board(db) == []


def test_while_an_import_is_pending_it_is_55000(db):
    db.execute("UPDATE hg_installation SET state = 'imported'")
    with pytest.raises(errors.ObjectNotInPrerequisiteState):
        refresh(db)


def test_it_can_be_granted_to_who_schedules_it(database):
    db = database.connect()
    learner = Learner(db)
    learner.grant(5)
    db.execute("CREATE ROLE hg_test_scheduler")
    try:
        with as_role(db, "hg_test_scheduler"), pytest.raises(errors.InsufficientPrivilege):
            refresh(db)
        db.execute("GRANT EXECUTE ON FUNCTION hg_refresh_leaderboard TO hg_test_scheduler")
        with as_role(db, "hg_test_scheduler"):
            refresh(db)
        assert value_of(db, learner) == 5
    finally:
        db.execute("DROP OWNED BY hg_test_scheduler")
        db.execute("DROP ROLE hg_test_scheduler")


def test_the_row_of_an_activity_changes_no_index_on_users(db):
    """What the leaderboard keeps costs the write path nothing: HOT updates stay possible."""
    indexed = db.execute(
        "SELECT a.attname FROM pg_index AS i, pg_attribute AS a"
        " WHERE i.indrelid = 'users'::regclass AND a.attrelid = i.indrelid"
        " AND a.attnum = ANY (i.indkey::smallint[])"
    ).fetchall()
    assert indexed == [("id",)]
