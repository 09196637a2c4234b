"""yoyo's migrations, each applied and marked in one transaction, so that kill -9 halves none."""

from typing import NamedTuple

import psycopg
from yoyo import read_migrations
from yoyo.backends.core.postgresql import PostgresqlPsycopgBackend
from yoyo.migrations import Migration, MigrationList, default_migration_table

from tools.loader import Project
from tools.session import Refused, Say, retried, set_lock_timeout, use_schema, worker

YOYO_TABLES = ("_yoyo_log", "_yoyo_version", default_migration_table, "yoyo_lock")


class Target(NamedTuple):
    """What yoyo calls the URI; it reads nothing of it but the database's name."""

    url: str
    schema: str
    database: str


class Backend(PostgresqlPsycopgBackend):
    """yoyo's backend on a connection string as psycopg reads it, in the installation's schema."""

    def connect(self, dburi: Target) -> psycopg.Connection:
        return worker(dburi.url, dburi.schema)

    def init_connection(self, connection: psycopg.Connection) -> None:
        use_schema(connection, self.uri.schema)


def open_backend(url: str, schema: str) -> Backend:
    """A backend whose own tables are up to date; only the one installer may call this."""
    backend = Backend(Target(url, schema, ""), default_migration_table)
    if backend.lock_table not in backend.list_tables():
        backend.create_lock_table()
    # We are the only installer: whoever wrote a row here has been killed.
    backend.break_lock()
    backend.ensure_internal_schema_updated()
    return backend


def read_all(project: Project) -> MigrationList:
    """The project's migrations; they must be transactional."""
    migrations = read_migrations(str(project.migrations).replace("[", "[[]"))
    for migration in migrations:
        migration.load()
        if not migration.use_transactions:
            raise Refused(f"{migration.id}: a migration has to be one transaction")
    return migrations


def applied_ids(connection: psycopg.Connection) -> set[str]:
    """The migrations marked as applied; changes nothing, also where yoyo has never been."""
    known = connection.execute("SELECT to_regclass(%s)", [default_migration_table]).fetchone()
    if known[0] is None:
        return set()
    rows = connection.execute(f"SELECT m.migration_id FROM {default_migration_table} AS m")
    return {row[0] for row in rows}


def pending(connection: psycopg.Connection, project: Project) -> list[str]:
    applied = applied_ids(connection)
    return [migration.id for migration in read_all(project) if migration.id not in applied]


def process(backend: Backend, migration: Migration, direction: str, say: Say) -> None:
    """Apply or roll back one migration together with its mark."""

    def attempt() -> None:
        with backend.transaction():
            set_lock_timeout(backend.connection)
            if direction == "apply":
                for step in migration.steps:
                    step.apply(backend)
                backend.log_migration(migration, "apply")
                backend.mark_one(migration, log=False)
            else:
                for step in reversed(migration.steps):
                    step.rollback(backend)
                backend.log_migration(migration, "rollback")
                backend.unmark_one(migration, log=False)

    try:
        retried(attempt, f"migration {migration.id}", backend.connection, say)
    except psycopg.Error as error:
        error.add_note(f"migration {migration.id}, {direction}")
        raise


def apply_all(backend: Backend, project: Project, say: Say) -> int:
    """Apply what is pending, in order; how many there were."""
    todo = backend.to_apply(read_all(project))
    for migration in todo:
        process(backend, migration, "apply", say)
        say(f"applied {migration.id}")
    return len(todo)


def rollback_all(backend: Backend, project: Project, say: Say) -> int:
    """Roll back what is applied, the last first; how many there were."""
    todo = backend.to_rollback(read_all(project))
    for migration in todo:
        process(backend, migration, "rollback", say)
        say(f"rolled back {migration.id}")
    return len(todo)


def drop_yoyo_tables(backend: Backend, project: Project, say: Say) -> None:
    """Remove yoyo's tables, unless an application's own migrations are in them too."""
    ours = [migration.id for migration in read_all(project)]
    others = backend.connection.execute(
        f"SELECT EXISTS (SELECT FROM {default_migration_table}) "
        "OR EXISTS (SELECT FROM _yoyo_log AS l WHERE NOT l.migration_id = ANY (%s))",
        [ours],
    ).fetchone()[0]
    if others:
        return

    def attempt() -> None:
        with backend.connection.transaction():
            set_lock_timeout(backend.connection)
            backend.connection.execute("DROP TABLE IF EXISTS " + ", ".join(YOYO_TABLES))

    retried(attempt, "removing yoyo's tables", backend.connection, say)
