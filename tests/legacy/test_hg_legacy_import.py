"""hg_legacy_import: the whole import as a procedure, each step committed."""

import threading
from contextlib import contextmanager

import psycopg
import pytest
from psycopg import errors
from psycopg.types.json import Jsonb

from tests.support.database import as_role, wait_for


class Call(threading.Thread):
    """CALL hg_legacy_import() in a session of its own, with what it says."""

    def __init__(self, database, options=None):
        super().__init__(daemon=True)
        self.connection = database.connect()
        self.options = Jsonb(options or {})
        self.notices: list[str] = []
        self.error: psycopg.Error | None = None
        self.connection.add_notice_handler(lambda n: self.notices.append(n.message_primary))

    def run(self):
        try:
            self.connection.execute("CALL hg_legacy_import(%s)", [self.options])
        except psycopg.Error as error:
            self.error = error

    def sleeps(self, db) -> bool:
        row = db.execute(
            "SELECT a.wait_event FROM pg_stat_activity AS a WHERE a.pid = %s",
            [self.connection.info.backend_pid],
        ).fetchone()
        return row == ("PgSleep",)

    def finish(self):
        self.join(60)
        assert not self.is_alive() and self.error is None, self.error


@contextmanager
def calling(pending, **options):
    call = Call(pending.database, options)
    call.start()
    yield call
    call.finish()


def test_it_builds_everybody_and_can_be_called_again(pending):
    for _ in range(2):
        with calling(pending, batch=7) as call:
            pass
        assert pending.state == "imported"
        assert call.notices[-1].startswith("changed learners, 60 of about 60 learners, ")
        pending.check()


def test_each_step_is_committed(pending):
    # A transaction that stays open makes it slow; what it has done so far is there for all.
    other = pending.database.connect(autocommit=False)
    other.execute("SELECT")
    with calling(pending, batch=1, max_transaction_seconds=0) as call:
        wait_for(
            lambda: pending.db.execute(
                "SELECT 1 FROM hg_legacy_run AS r WHERE r.learners > 0"
            ).fetchone()
        )
        assert pending.state == "importing"
        other.rollback()
    assert any("a transaction has been open" in text for text in call.notices)
    pending.check()


def test_it_waits_while_it_is_paused(pending):
    pending.db.execute("SELECT hg_legacy_pause()")
    with calling(pending) as call:
        wait_for(lambda: call.sleeps(pending.db))
        assert pending.state == "pending"
        assert call.notices == ["paused: paused, until make resume or hg_legacy_resume()"]
        pending.db.execute("SELECT hg_legacy_resume()")
    pending.check()


def test_it_tries_again_where_a_table_is_in_use(pending):
    other = pending.database.connect(autocommit=False)
    other.execute("LOCK TABLE user_progress IN ROW EXCLUSIVE MODE")
    with calling(pending) as call:
        wait_for(lambda: any(text.startswith("locked: ") for text in call.notices))
        assert not pending.db.execute(
            "SELECT FROM pg_trigger AS t WHERE t.tgrelid = 'user_progress'::regclass"
        ).fetchall()
        # It is asleep by now or gives way in a moment: the writer is never kept waiting.
        pending.db.execute("INSERT INTO user_progress (user_id, category) VALUES (1, 'x')")
        other.rollback()
    assert "locked: a table is in use: canceling statement due to lock timeout" in call.notices
    pending.check()


def test_two_at_once(pending):
    with calling(pending, batch=3), calling(pending, batch=3):
        pass
    assert pending.state == "imported"
    pending.check()


def test_not_inside_a_transaction(pending):
    connection = pending.database.connect(autocommit=False)
    with pytest.raises(errors.InvalidTransactionTermination):
        connection.execute("CALL hg_legacy_import()")


def test_errors_are_those_of_the_step(database):
    connection = database.connect()
    with pytest.raises(errors.ObjectNotInPrerequisiteState):
        connection.execute("CALL hg_legacy_import()")
    with pytest.raises(errors.InvalidParameterValue):
        connection.execute("CALL hg_legacy_import('{\"batch\": 0}')")


def test_it_is_the_owner_s(db):
    with as_role(db, "hg_app"), pytest.raises(errors.InsufficientPrivilege):
        db.execute("CALL hg_legacy_import()")


# ---------------------------------------------------------------- between steps


def rest(db, told, **answer):
    """hg__legacy_rest after an answer, and what it said."""
    said = []

    def handler(notice):
        said.append(notice.message_primary)

    db.add_notice_handler(handler)
    whole = {"step": "sweep", "learners": 1, "more": True} | answer
    try:
        told = db.execute(
            "SELECT hg__legacy_rest(%s, %s)", [Jsonb(whole), told and Jsonb(told)]
        ).fetchone()[0]
    finally:
        db.remove_notice_handler(handler)
    return told, said


def test_it_speaks_every_few_seconds_and_when_the_reason_changes(db):
    told, said = rest(db, None)
    assert said == []
    told, said = rest(db, told | {"at": told["at"] - 6}, done=5, total=9, dirty=2)
    assert said == ["sweep, 5 of about 9 learners, 2 changes to be built"]
    told, said = rest(db, told, reason="slow for 60 s")
    assert said == ["sweep: slow for 60 s"]
    assert rest(db, told, reason="slow for 61 s")[1] == []
    assert rest(db, told, step="paused", reason="paused")[1] == ["paused: paused"]


def test_patience_ends(db):
    told, _ = rest(db, None, step="locked", reason="a table is in use")
    assert rest(db, told, step="sweep")[0]["locked_since"] is None
    with pytest.raises(errors.LockNotAvailable) as caught, db.transaction():
        rest(db, told | {"locked_since": told["locked_since"] - 301}, step="locked", reason="x")
    diagnostic = caught.value.diag
    assert diagnostic.message_primary == "other sessions hold the locks that are needed"
    assert diagnostic.message_detail == "It was tried for 300 seconds."
    assert diagnostic.message_hint.startswith("What is done stays: ")
