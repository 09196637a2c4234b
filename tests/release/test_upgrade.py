"""From the release before this version up to it: everything is kept, nothing is left over."""

from collections.abc import Callable, Iterator

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.release.catalog import catalog, differences
from tests.release.support import migrate, previous_bundle, run, table_of_users, this_bundle
from tests.reliability.history import History, assert_goes_on, documents, verify
from tests.support.database import ROOT, Database, as_role
from tests.support.users import create_users
from tools import migrations
from tools.loader import Project

WAYS: dict[str, Callable[[Database], object]] = {
    "make migrate": migrate,
    "the bundle": lambda database: run(database, this_bundle()),
}
# A database that came up from an earlier version has more history, and says so.
HISTORY = {"rule version", "logged"}


def ledger(connection: psycopg.Connection) -> list[tuple]:
    return connection.execute("SELECT to_jsonb(l)::text FROM hg_ledger AS l ORDER BY 1").fetchall()


def settings(connection: psycopg.Connection) -> dict:
    return dict(connection.execute("SELECT s.name, s.value FROM hg_settings AS s").fetchall())


@pytest.fixture
def clerk(empty_database: Database) -> Iterator[str]:
    """A role to which the DBA has granted this and that."""
    role = f"{empty_database.name}_clerk"
    connection = empty_database.connect()
    connection.execute(f"CREATE ROLE {role}")
    yield role
    connection.execute(f"DROP OWNED BY {role} CASCADE; DROP ROLE {role}")


def a_past(connection: psycopg.Connection) -> History:
    """What was recorded under the earlier version, an analysis under way included."""
    history = History(connection).go_on()
    for name, value in (("ai_enabled", True), ("day_start_hour", 4)):
        connection.execute("SELECT hg_set_setting(%s, %s)", [name, Jsonb(value)])
    learner = history.learners[0].id
    asked = "SELECT hg_request_ai_analytics(u.id) FROM users AS u WHERE to_jsonb(u.id) = %s"
    assert connection.execute(asked, [Jsonb(learner)]).fetchone() != (None,)
    return history


@pytest.mark.parametrize("way", WAYS)
def test_a_past_is_kept(empty_database: Database, clerk: str, way: str) -> None:
    connection = empty_database.connect()
    create_users(connection)
    run(empty_database, previous_bundle())
    old_version = connection.execute("SELECT hg_version()").fetchone()[0]
    history = a_past(connection)
    connection.execute(f"GRANT EXECUTE ON FUNCTION hg_status, hg_verify TO {clerk}")
    connection.execute(f"GRANT SELECT ON hg_v_ai_queue, hg_ledger TO {clerk}")
    before = documents(connection), ledger(connection), settings(connection)
    jobs = connection.execute("SELECT q.state, q.scope FROM hg_ai_jobs AS q").fetchall()
    assert jobs != []

    WAYS[way](empty_database)

    connection = empty_database.connect()
    version = connection.execute("SELECT hg_version()").fetchone()[0]
    assert version == Project(ROOT).version != old_version
    kept = settings(connection)
    assert documents(connection) == before[0]
    assert ledger(connection) == before[1]
    assert {name: kept[name] for name in before[2]} == before[2]
    assert connection.execute("SELECT q.state, q.scope FROM hg_ai_jobs AS q").fetchall() == jobs
    assert verify(connection) == []
    with as_role(connection, clerk):
        status = connection.execute("SELECT hg_status()").fetchone()[0]
        assert connection.execute("SELECT count(*) FROM hg_verify()").fetchone() == (0,)
        connection.execute("SELECT FROM hg_v_ai_queue; SELECT FROM hg_ledger LIMIT 1")
    assert status["settings_changed"]["day_start_hour"] == 4
    assert status["settings_shipped"]["day_start_hour"] == 0
    assert "bad" not in status["concerns"].values()
    history.db = connection
    for learner in history.learners:
        learner.db = connection
    connection.execute("SELECT hg_set_setting('ai_enabled', 'false')")
    assert_goes_on(connection, history)


@pytest.mark.parametrize("id_type", [None, "integer", "uuid"])
@pytest.mark.parametrize("way", WAYS)
def test_the_catalogs_are_those_of_a_fresh_installation(
    empty_database: Database, other_database: Database, way: str, id_type: str | None
) -> None:
    connections = [empty_database.connect(), other_database.connect()]
    if id_type is not None:
        for connection in connections:
            table_of_users(connection, id_type, 20)
    run(empty_database, previous_bundle())
    WAYS[way](empty_database)
    migrate(other_database)
    # Later migrations append columns and settings; a fresh installation stamps all settings alike.
    stamp = "UPDATE {} SET version = 1 WHERE version = 0"
    for connection in connections:
        connection.execute("ALTER TABLE hg_settings DISABLE TRIGGER USER")
        connection.execute(stamp.format("hg_settings"))
        connection.execute("ALTER TABLE hg_settings ENABLE TRIGGER USER")
    assert set(differences(*map(catalog, connections))) <= HISTORY


@pytest.mark.parametrize("way", WAYS)
def test_the_other_way_finds_nothing_to_do(empty_database: Database, way: str) -> None:
    run(empty_database, previous_bundle())
    WAYS[way](empty_database)
    before = catalog(empty_database.connect())
    for other in WAYS.values():
        other(empty_database)
    assert catalog(empty_database.connect()) == before


def test_what_later_migrations_added_can_be_taken_back(empty_database: Database) -> None:
    """Each migration since the release has a way back to where the release was."""
    run(empty_database, previous_bundle())
    connection = empty_database.connect()

    def tables() -> list[tuple]:
        return connection.execute(
            "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) "
            "FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 "
            "AND NOT a.attisdropped WHERE c.relnamespace = 'public'::regnamespace "
            "AND c.relkind IN ('r', 'i') ORDER BY 1, 2"
        ).fetchall()

    before = tables()
    applied = migrations.applied_ids(connection)
    migrate(empty_database)
    later = migrations.applied_ids(connection) - applied
    assert later != set()
    with migrations.open_backend(empty_database.dsn, "public") as backend:
        for migration in reversed(migrations.read_all(Project(ROOT))):
            if migration.id in later:
                migrations.process(backend, migration, "rollback", print)
    assert tables() == before
    assert migrations.applied_ids(connection) == applied
    migrate(empty_database)
    assert migrations.applied_ids(connection) == applied | later
    assert connection.execute("SELECT count(*) FROM hg_settings").fetchone()[0] > 20


def test_the_previous_release_is_whole(empty_database: Database) -> None:
    """What is kept of it is what it was: it installs, and records."""
    run(empty_database, previous_bundle())
    connection = empty_database.connect()
    connection.execute("INSERT INTO users (grade) VALUES ('3')")
    record = "SELECT hg_record_activity(u.id, gen_random_uuid(), 'algebra', 10, 9) FROM users AS u"
    assert connection.execute(record).fetchone()[0]["good"] is True
    assert verify(connection) == []
