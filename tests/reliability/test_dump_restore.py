"""pg_dump and what comes back: the same documents, ledgers, rules, grants, and it goes on."""

import re

import psycopg
import pytest

from tests.errors.support import dump
from tests.support.database import Database, migrate

from .history import History, assert_goes_on, contents, documents, verify
from .support import Programs, emptying


@pytest.fixture
def history(database: Database) -> History:
    return History(database.connect()).go_on()


@pytest.fixture
def programs(history: History) -> Programs:
    return Programs(history.db.info.server_version)


def restored(database: Database, history: History) -> psycopg.Connection:
    """The copy, once it holds what the original holds."""
    connection = database.connect()
    assert documents(connection) == documents(history.db)
    assert dump(connection) == dump(history.db)
    assert verify(connection) == []
    return connection


def test_a_custom_dump_brings_everything_back(
    database, empty_database, history, programs, tmp_path
):
    file = tmp_path / "dump"
    programs.run("pg_dump", database.dsn, "--format=custom", "--file", file)
    programs.run("pg_restore", empty_database.dsn, "--exit-on-error", "--single-transaction", file)
    assert_whole(restored(empty_database, history), database, empty_database, history, programs)


def test_a_plain_dump_brings_everything_back(database, empty_database, history, programs):
    programs.execute(empty_database.dsn, programs.dump(database.dsn))
    assert_whole(restored(empty_database, history), database, empty_database, history, programs)


def schema(programs: Programs, database: Database) -> str:
    """What pg_dump says of all that is no data; not the names and parentheses of its own making."""
    text = programs.dump(database.dsn, "--schema-only")
    return re.sub(r"CONSTRAINT \w+_not_null\d* |[()]", "", text)


def assert_whole(connection, database, copy, history, programs):
    """Functions, triggers, grants, comments and storage are the same, and stay so."""
    wanted = schema(programs, database)
    for part in ("CREATE TRIGGER users_guard_document", "TO hg_app", "fillfactor", "BEGIN ATOMIC"):
        assert part in wanted
    assert schema(programs, copy) == wanted
    migrate(copy.dsn)
    assert schema(programs, copy) == wanted
    assert_goes_on(connection, history)


def test_data_alone_go_into_a_migrated_database_once_it_is_emptied(
    database, empty_database, history, programs
):
    migrate(empty_database.dsn)
    connection = empty_database.connect()
    data = programs.dump(
        database.dsn, "--data-only", "--disable-triggers", "--exclude-table=*yoyo*"
    )
    programs.execute(empty_database.dsn, emptying(connection) + data)
    assert contents(connection) == contents(history.db)
    assert documents(connection) == documents(history.db)
    assert verify(connection) == []
    migrate(empty_database.dsn)
    assert_goes_on(connection, history)
