"""sql/uninstall.sql: what it removes, what it leaves, and that it can be run again."""

import psycopg
import pytest

from tests.install.support import (
    assert_settled,
    install,
    old_users,
    settle,
    step,
    table_of_users,
    uninstall,
)
from tests.support.database import Database, new_learner


def left_over(connection: psycopg.Connection) -> list[tuple]:
    """Functions, triggers and CHECKs of ours."""
    return connection.execute(
        """
        SELECT p.oid::regprocedure::text FROM pg_proc AS p
        WHERE p.proname LIKE 'hg\\_%'
        UNION ALL
        SELECT t.tgname::text FROM pg_trigger AS t WHERE NOT t.tgisinternal
        UNION ALL
        SELECT c.conname::text FROM pg_constraint AS c
        WHERE c.conrelid = 'users'::regclass AND c.contype = 'c'
        """
    ).fetchall()


def definition(connection: psycopg.Connection) -> list[tuple]:
    return [row for row in table_of_users(connection) if row[0] in ("relation", "constraint")]


def test_it_removes_what_was_loaded_and_can_be_run_again(empty_database: Database) -> None:
    with empty_database.connect() as connection:
        old_users(connection, 50)
        before = definition(connection)
    connection = install(empty_database)
    assert left_over(connection)
    uninstall(connection)
    assert left_over(connection) == []
    documents = "SELECT count(u.hidden_grade_asset) FROM users AS u"
    assert connection.execute(documents).fetchone() == (50,)
    uninstall(connection)
    connection.execute("ALTER TABLE users ALTER COLUMN hidden_grade_asset DROP NOT NULL")
    assert definition(connection) == before


def test_installing_again_brings_all_of_it_back(empty_database: Database) -> None:
    connection = install(empty_database)
    new_learner(connection, "3")
    laid_out = definition(connection)
    uninstall(connection)
    connection = install(empty_database)
    assert_settled(connection)
    assert definition(connection) == laid_out
    assert step(connection) == ("settled", 0, False)


def test_an_owners_storage_options_stay(empty_database: Database) -> None:
    with empty_database.connect() as connection:
        old_users(connection, 5)
        connection.execute("ALTER TABLE users SET (fillfactor = 80, toast_tuple_target = 512)")
    connection = install(empty_database)
    uninstall(connection)
    found = connection.execute(
        "SELECT c.reloptions FROM pg_class AS c WHERE c.oid = 'users'::regclass"
    ).fetchone()[0]
    assert sorted(found) == ["fillfactor=80", "toast_tuple_target=512"]


@pytest.mark.parametrize("document_type", ["json", "jsonb"])
def test_after_every_step_of_settling(empty_database: Database, document_type: str) -> None:
    """However far the installation came, nothing of it stays, and it can begin again."""
    with empty_database.connect() as connection:
        old_users(connection, 30, columns=f", hidden_grade_asset {document_type}")
    done = 0
    more = True
    while more:
        connection = install(empty_database, settle=False)
        for _ in range(done + 1):
            more = step(connection)[2]
        uninstall(connection)
        assert left_over(connection) == []
        # Back to where nothing was installed.
        connection.execute("DELETE FROM hg_ledger")
        connection.execute("UPDATE hg_installation SET state = NULL, skeletons_after = NULL")
        connection.execute(
            "ALTER TABLE users DROP COLUMN hidden_grade_asset; "
            f"ALTER TABLE users ADD COLUMN hidden_grade_asset {document_type}"
        )
        done += 1
    assert done > 5
    connection = install(empty_database, settle=False)
    settle(connection)
    assert_settled(connection)


def test_where_nothing_is_installed_it_does_nothing(empty_database: Database) -> None:
    connection = empty_database.connect()
    uninstall(connection)
    old_users(connection, 3)
    before = table_of_users(connection)
    uninstall(connection)
    assert table_of_users(connection) == before
