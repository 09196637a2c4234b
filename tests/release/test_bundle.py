"""The bundle of make dist: it leaves what make migrate leaves, again and in any order."""

import threading
from pathlib import Path

import psycopg
import pytest

from tests.release.catalog import catalog, differences
from tests.release.support import migrate, psql, run, table_of_users, this_bundle
from tests.support.database import ROOT, Database, wait_for_lock
from tools import dist

INSTALLED = "is installed in schema public.\n"


def rows_written(connection: psycopg.Connection) -> list[tuple]:
    """Every row of the catalogs and of our own tables, with who wrote it."""
    rows = []
    for table in ("pg_proc", "pg_class", "pg_trigger", "pg_attribute", "pg_constraint",
                  "hg_installation", "hg_settings", "hg_modules", "_yoyo_log", "_yoyo_migration",
                  "users", "hg_ledger"):  # fmt: skip
        rows += connection.execute(f"SELECT '{table}', t.ctid::text, t.xmin::text FROM {table} t")
    return sorted(rows)


@pytest.mark.parametrize("id_type", [None, "integer", "uuid", "text"])
def test_it_leaves_what_make_migrate_leaves(
    empty_database: Database, other_database: Database, id_type: str | None
) -> None:
    connections = [empty_database.connect(), other_database.connect()]
    if id_type is not None:
        for connection in connections:
            table_of_users(connection, id_type, 50)
    migrate(empty_database)
    assert run(other_database, this_bundle()).endswith(INSTALLED)
    one, other = map(catalog, connections)
    assert differences(one, other) == {}
    assert len(one["function"]) > 500
    assert len(one["document"]) == (0 if id_type is None else 50)


def test_again_it_changes_nothing(empty_database: Database) -> None:
    connection = empty_database.connect()
    table_of_users(connection, "integer", 10)
    run(empty_database, this_bundle())
    before = rows_written(connection)
    assert run(empty_database, this_bundle()).endswith(INSTALLED)
    assert rows_written(connection) == before


def test_make_migrate_finds_nothing_to_do_after_it(
    empty_database: Database, capsys: pytest.CaptureFixture
) -> None:
    run(empty_database, this_bundle())
    before = rows_written(empty_database.connect())
    capsys.readouterr()
    migrate(empty_database)
    told = capsys.readouterr().out
    assert "migrations: nothing to apply" in told
    assert "functions and triggers: already loaded" in told
    assert rows_written(empty_database.connect()) == before


def test_it_finds_nothing_to_do_after_make_migrate(database: Database) -> None:
    before = rows_written(database.connect())
    assert run(database, this_bundle()).endswith(INSTALLED)
    assert rows_written(database.connect()) == before


@pytest.mark.parametrize("autocommit", [True, False])
def test_a_console_sends_it_as_one_string(empty_database: Database, autocommit: bool) -> None:
    connection = empty_database.connect(autocommit=autocommit)
    said = []
    connection.add_notice_handler(lambda notice: said.append(notice.message_primary))
    connection.execute(this_bundle())
    assert said[-1].endswith("is installed in schema public.")
    assert connection.execute("SHOW search_path").fetchone() == ('"$user", public',)
    version = empty_database.connect().execute("SELECT hg_version()").fetchone()
    assert version == (dist.Project(ROOT).version,)


def test_inside_a_transaction_of_psql(empty_database: Database) -> None:
    assert run(empty_database, this_bundle(), "--single-transaction").endswith(INSTALLED)


def test_the_same_sources_give_the_same_bytes(tmp_path: Path) -> None:
    paths = [tmp_path / "a" / "one.sql", tmp_path / "two.sql"]
    for path in paths:
        assert dist.main(["--output", str(path)]) == 0
    assert paths[0].read_bytes() == paths[1].read_bytes() == this_bundle().encode()


def test_an_error_leaves_nothing(empty_database: Database) -> None:
    broken = this_bundle().replace("SELECT current_setting('hg.said')", "SELECT 1 / 0")
    done = psql(empty_database, broken)
    assert done.returncode == 3
    assert "division by zero" in done.stderr
    count = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    assert empty_database.connect().execute(count).fetchone() == (0,)


def test_many_learners_are_settled_by_the_statement_it_prints(
    empty_database: Database, other_database: Database
) -> None:
    connections = [empty_database.connect(), other_database.connect()]
    for connection in connections:
        table_of_users(connection, "integer", 1500)
    migrate(empty_database)
    printed = run(other_database, this_bundle())
    assert "every learner has" not in printed
    statement = printed[printed.index("DO $hg$") :]
    state = "SELECT i.state, i.settled FROM hg_installation AS i"
    assert connections[1].execute(state).fetchone() == (None, False)
    # Again it says the same, and does nothing else.
    assert run(other_database, this_bundle()) == printed
    connections[1].execute(statement)
    assert connections[1].execute(state).fetchone() == ("none", True)
    assert differences(*map(catalog, connections)) == {}
    assert run(other_database, this_bundle()).endswith(INSTALLED)


def test_the_printed_statement_waits_for_a_moment(empty_database: Database) -> None:
    connection = empty_database.connect()
    table_of_users(connection, "integer", 1001)
    statement = run(empty_database, this_bundle())
    statement = statement[statement.index("DO $hg$") :]
    blocker = empty_database.connect(autocommit=False)
    blocker.execute("LOCK TABLE users IN ROW EXCLUSIVE MODE")
    settling = threading.Thread(target=lambda: connection.execute(statement))
    settling.start()
    wait_for_lock(empty_database.connect(), connection.info.backend_pid)
    blocker.rollback()
    settling.join()
    settled = blocker.execute("SELECT i.settled FROM hg_installation AS i").fetchone()
    assert settled == (True,)


def test_progress_of_the_older_application_is_left_alone(empty_database: Database) -> None:
    connection = empty_database.connect()
    table_of_users(connection, "integer", 5)
    connection.execute("CREATE TABLE user_progress (id integer)")
    assert run(empty_database, this_bundle()).endswith(INSTALLED)
    assert run(empty_database, this_bundle()).endswith(INSTALLED)
    state = connection.execute("SELECT i.state FROM hg_installation AS i").fetchone()
    assert state == ("pending",)


def test_it_follows_users_id_to_another_type(empty_database: Database) -> None:
    connection = empty_database.connect()
    table_of_users(connection, "integer", 3)
    role = f"{empty_database.name}_clerk"
    run(empty_database, this_bundle())
    connection.execute(f"CREATE ROLE {role}")
    try:
        connection.execute(f"GRANT EXECUTE ON FUNCTION hg_verify TO {role} WITH GRANT OPTION")
        record = "SELECT hg_record_activity(%s, gen_random_uuid(), 'algebra', 10, 8) IS NOT NULL"
        connection.execute(record, [1])
        connection.execute("ALTER TABLE users ALTER id TYPE bigint")
        run(empty_database, this_bundle())
        connection.execute("INSERT INTO users (id, email) VALUES (5000000000, 'x')")
        for learner in (1, 5000000000):
            assert connection.execute(record, [learner]).fetchone() == (True,)
        may = "SELECT has_function_privilege(%s, 'hg_verify(bigint)', 'EXECUTE WITH GRANT OPTION')"
        assert connection.execute(may, [role]).fetchone() == (True,)
        gone = "SELECT to_regprocedure('hg_verify(integer)')"
        assert connection.execute(gone).fetchone() == (None,)
        archive = (
            "SELECT format_type(atttypid, NULL) FROM pg_attribute "
            "WHERE attrelid = 'hg_legacy_archive'::regclass AND attname = 'user_id'"
        )
        assert connection.execute(archive).fetchone() == ("text",)
        assert connection.execute("SELECT * FROM hg_verify()").fetchall() == []
    finally:
        connection.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")


def test_it_installs_into_the_schema_of_users(empty_database: Database) -> None:
    connection = empty_database.connect()
    connection.execute('CREATE SCHEMA "The School"; CREATE TABLE "The School".users (id int)')
    path = '-c search_path="The\\ School"'
    assert run(empty_database, this_bundle(), PGOPTIONS=path).endswith('schema "The School".\n')
    where = connection.execute(
        "SELECT DISTINCT relnamespace::regnamespace::text FROM pg_class WHERE relname LIKE 'hg\\_%'"
    )
    assert where.fetchall() == [('"The School"',)]


@pytest.mark.parametrize("option", ["-c hg.schema=school", "-c search_path=school"])
def test_where_there_is_no_users(empty_database: Database, option: str) -> None:
    connection = empty_database.connect()
    connection.execute("CREATE SCHEMA school")
    run(empty_database, this_bundle(), PGOPTIONS=option)
    made = connection.execute("SELECT to_regclass('school.hg_ledger') IS NOT NULL").fetchone()
    assert made == (True,)


def test_two_at_once(empty_database: Database) -> None:
    outcomes = []
    both = [
        threading.Thread(target=lambda: outcomes.append(run(empty_database, this_bundle())))
        for _ in range(2)
    ]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert [outcome.endswith(INSTALLED) for outcome in outcomes] == [True, True]
    applied = "SELECT count(*), count(DISTINCT l.migration_id) FROM _yoyo_log AS l"
    logged, different = empty_database.connect().execute(applied).fetchone()
    assert logged == different > 9
