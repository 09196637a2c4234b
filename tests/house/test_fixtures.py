"""The fixtures that all tests stand on."""

import psycopg
import pytest

from tests.support.database import Database, as_role, new_learner, wait_for, wait_for_lock


@pytest.mark.parametrize("turn", ["first", "second"])
def test_what_is_done_on_db_is_gone_afterwards(db: psycopg.Connection, turn: str) -> None:
    new_learner(db)
    assert db.execute("SELECT count(*) FROM users").fetchone() == (1,)


def test_db_does_not_commit(db: psycopg.Connection) -> None:
    with pytest.raises(AssertionError, match="takes `database`"):
        db.commit()
    with db.transaction():
        new_learner(db)
    db.rollback()
    assert db.execute("SELECT count(*) FROM users").fetchone() == (0,)
    db.execute("SELECT")


def test_a_database_is_this_tests_own(database: Database) -> None:
    connection = database.connect()
    assert connection.info.dbname == database.name
    new_learner(connection, "3")
    assert database.connect().execute("SELECT grade FROM users").fetchall() == [("3",)]


def test_a_database_is_fresh(database: Database) -> None:
    assert database.connect().execute("SELECT count(*) FROM users").fetchone() == (0,)


def test_an_empty_database_has_nothing_of_ours(empty_database: Database) -> None:
    found = empty_database.connect().execute("SELECT to_regclass('hg_installation')").fetchone()
    assert found == (None,)


def test_roles(db: psycopg.Connection, database: Database) -> None:
    before = db.execute("SELECT current_user").fetchone()
    with as_role(db, "hg_app"):
        assert db.execute("SELECT current_user").fetchone() == ("hg_app",)
    assert db.execute("SELECT current_user").fetchone() == before
    other = database.connect(role="hg_reader")
    assert other.execute("SELECT current_user").fetchone() == ("hg_reader",)


def test_waiting_for_a_lock(database: Database) -> None:
    watcher = database.connect()
    holder = database.connect(autocommit=False)
    waiter = database.connect(autocommit=False)
    holder.execute("LOCK TABLE users")
    waiter.execute("SELECT")
    waiter.pgconn.send_query(b"LOCK TABLE users")
    wait_for_lock(watcher, waiter.info.backend_pid)
    with pytest.raises(TimeoutError):
        wait_for_lock(watcher, holder.info.backend_pid, timeout=0.05)


def test_waiting_ends() -> None:
    with pytest.raises(TimeoutError, match="not true within"):
        wait_for(lambda: False, timeout=0.05)
    assert wait_for(lambda: 7) == 7
