"""What the bundle refuses, and how it says so: nothing has been changed then."""

import contextlib
from collections.abc import Iterator

import pytest
from psycopg.conninfo import make_conninfo

from tests.release.support import psql, run, table_of_users, this_bundle
from tests.support.database import Database
from tools import session
from tools.throwaway import throwaway


def refused(database: Database, text: str | None = None, **environment: str) -> str:
    """The error the bundle ends with; it leaves nothing."""
    count = "SELECT count(*) FROM pg_class WHERE relname LIKE 'hg\\_%'"
    with contextlib.closing(database.connect()) as connection:
        before = connection.execute(count).fetchone()
        done = psql(database, text or this_bundle(), **environment)
        assert done.returncode == 3, done.stdout
        assert connection.execute(count).fetchone() == before
    assert "DETAIL:" in done.stderr and "HINT:" in done.stderr
    return done.stderr


def test_a_server_that_is_too_old(empty_database: Database) -> None:
    constant = "c_server CONSTANT integer := "
    text = this_bundle().replace(f"{constant}14", f"{constant}99")
    assert "PostgreSQL 99 or newer is needed" in refused(empty_database, text)


def test_a_standby() -> None:
    settings = {"wal_level": "replica", "max_wal_senders": "4", "synchronous_commit": "on"}
    with throwaway(settings) as primary:
        if not (primary.binaries / "pg_basebackup").exists():
            pytest.skip(f"{primary.binaries} has no pg_basebackup: set PG_BINDIR")
        with throwaway(standby_of=primary.cluster) as standby:
            database = Database(standby.cluster.dsn(), "postgres")
            assert "this server is a standby" in refused(database)
            database.close()


def test_users_that_is_a_view(empty_database: Database) -> None:
    empty_database.connect().execute("CREATE VIEW users AS SELECT 1 AS id")
    assert "public.users is not a table" in refused(empty_database)


def test_users_without_an_id(empty_database: Database) -> None:
    empty_database.connect().execute("CREATE TABLE users (number integer)")
    done = psql(empty_database, this_bundle())
    assert done.returncode == 3
    assert "id" in done.stderr
    count = "SELECT count(*) FROM pg_class WHERE relname LIKE 'hg\\_%'"
    assert empty_database.connect().execute(count).fetchone() == (0,)


def test_two_schemas(empty_database: Database) -> None:
    empty_database.connect().execute("CREATE SCHEMA school; CREATE TABLE users (id integer)")
    told = refused(empty_database, PGOPTIONS="-c hg.schema=school")
    assert "hg.schema and the search_path contradict each other" in told
    assert "the table users is in public" in told


def test_a_schema_that_is_not_there(empty_database: Database) -> None:
    told = refused(empty_database, PGOPTIONS="-c hg.schema=nowhere")
    assert "there is no schema nowhere" in told


@pytest.fixture
def clerk(empty_database: Database) -> Iterator[str]:
    """A role that may log in, and nothing else."""
    role = f"{empty_database.name}_clerk"
    connection = empty_database.connect()
    connection.execute(f"CREATE ROLE {role} LOGIN NOCREATEROLE")
    connection.execute("REVOKE CREATE ON SCHEMA public FROM public")
    yield role
    connection.execute(f"DROP OWNED BY {role} CASCADE; DROP ROLE {role}")


def as_user(database: Database, role: str) -> Database:
    return Database(make_conninfo(database.dsn, user=role), database.name)


def test_a_schema_one_may_not_create_in(empty_database: Database, clerk: str) -> None:
    told = refused(as_user(empty_database, clerk))
    assert f"GRANT USAGE, CREATE ON SCHEMA public TO {clerk};" in told


def test_somebody_elses_users(empty_database: Database, clerk: str) -> None:
    connection = empty_database.connect()
    table_of_users(connection, "integer", 1)
    connection.execute(f"GRANT ALL ON SCHEMA public TO {clerk}")
    told = refused(as_user(empty_database, clerk))
    assert f"role {clerk} does not own the table public.users" in told


def test_roles_that_are_missing(empty_database: Database, clerk: str) -> None:
    empty_database.connect().execute(f"GRANT ALL ON SCHEMA public TO {clerk}")
    # Roles are the cluster's, and other tests need the real ones: others are wanted here.
    text = this_bundle().replace("'{hg_app,hg_reader,hg_ai_worker}'", "'{hg_test_a,hg_test_b}'")
    told = refused(as_user(empty_database, clerk), text)
    assert f"roles are missing, and {clerk} may not create roles" in told
    assert "CREATE ROLE hg_test_a NOLOGIN; CREATE ROLE hg_test_b NOLOGIN;" in told


def test_roles_are_made_by_who_may(empty_database: Database) -> None:
    role = f"{empty_database.name}_new"
    connection = empty_database.connect()
    text = this_bundle().replace(
        "'{hg_app,hg_reader,hg_ai_worker}'", f"'{{hg_app,hg_reader,hg_ai_worker,{role}}}'"
    )
    try:
        run(empty_database, text)
        found = "SELECT rolcanlogin FROM pg_roles WHERE rolname = %s"
        assert connection.execute(found, [role]).fetchone() == (False,)
    finally:
        connection.execute(f"DROP ROLE IF EXISTS {role}")


def test_an_ordinary_owner_installs(empty_database: Database, clerk: str) -> None:
    connection = empty_database.connect()
    run(empty_database, "DO $$ BEGIN CREATE ROLE hg_app; CREATE ROLE hg_reader; CREATE ROLE "
        "hg_ai_worker; EXCEPTION WHEN duplicate_object THEN NULL; END $$")  # fmt: skip
    connection.execute(f"GRANT ALL ON SCHEMA public TO {clerk}")
    for _ in range(2):
        said = run(as_user(empty_database, clerk), this_bundle())
        assert "is installed in schema public." in said


@pytest.mark.parametrize("key", [session.INSTALLER_KEY, session.WORKER_KEY])
def test_another_installer_at_work(empty_database: Database, key: int) -> None:
    holder = empty_database.connect()
    holder.execute("SELECT pg_advisory_lock(%s)", [key])
    told = refused(empty_database, PGOPTIONS="-c hg.lock_patience=0")
    assert "another installation is at work in this database" in told
    holder.execute("SELECT pg_advisory_unlock(%s)", [key])
    run(empty_database, this_bundle())


def test_a_table_in_use(empty_database: Database) -> None:
    connection = empty_database.connect()
    table_of_users(connection, "integer", 1)
    blocker = empty_database.connect(autocommit=False)
    blocker.execute("SELECT FROM users")
    told = refused(empty_database, PGOPTIONS="-c hg.lock_patience=0")
    assert "other sessions hold locks that this needs" in told
    assert "users IN ACCESS EXCLUSIVE MODE" in told
    blocker.rollback()
    run(empty_database, this_bundle())


def test_books_of_another_version(empty_database: Database) -> None:
    connection = empty_database.connect()
    connection.execute("CREATE TABLE _yoyo_migration (id text, ctime timestamp)")
    told = refused(empty_database)
    assert "the tables of yoyo in schema public are of another version" in told
