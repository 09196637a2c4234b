"""Databases for tests: clones of a migrated template, empty ones, and who connects to them."""

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from tests.support.users import create_users
from tools import migrate as installer
from tools.loader import Project

ROOT = Path(__file__).resolve().parents[2]
Found = TypeVar("Found")


class Database:
    """A database of one test; its connections are closed when the test ends."""

    def __init__(self, dsn: str, name: str) -> None:
        self.dsn = dsn
        self.name = name
        self._open = contextlib.ExitStack()

    def connect(
        self,
        user: str | None = None,
        role: str | None = None,
        autocommit: bool = True,
        **parameters: Any,
    ) -> psycopg.Connection:
        """Another session: as user it logs in, as role it is SET ROLE after the login."""
        if user is not None:
            parameters["user"] = user
        connection = psycopg.connect(make_conninfo(self.dsn, **parameters), autocommit=True)
        self._open.callback(connection.close)
        if role is not None:
            connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
        connection.autocommit = autocommit
        return connection

    def close(self) -> None:
        self._open.close()


class RolledBack(psycopg.Connection):
    """A connection that all tests of a worker share: what they do must not stay."""

    def commit(self) -> None:
        raise AssertionError("the fixture db is rolled back: a test that commits takes `database`")


def migrate(dsn: str, root: Path = ROOT) -> None:
    """Install as make migrate does, over the users of the application where there are some."""
    with psycopg.connect(dsn) as connection:
        if connection.execute("SELECT to_regclass('users')").fetchone() == (None,):
            create_users(connection)
    installer.up(dsn, Project(root))


def new_learner(connection: psycopg.Connection, grade: str | None = None) -> Any:
    """A row in users; its id as JSON has it."""
    return connection.execute(
        "INSERT INTO users (grade) VALUES (%s) RETURNING to_jsonb(id)", [grade]
    ).fetchone()[0]


@contextlib.contextmanager
def as_role(connection: psycopg.Connection, role: str) -> Iterator[psycopg.Connection]:
    """Be a role for the block; after an error inside, the transaction's end resets it."""
    before = connection.execute("SELECT current_setting('role')").fetchone()[0]
    connection.execute("SELECT set_config('role', %s, false)", [role])
    try:
        yield connection
    finally:
        if connection.info.transaction_status != psycopg.pq.TransactionStatus.INERROR:
            connection.execute("SELECT set_config('role', %s, false)", [before])


def wait_for(condition: Callable[[], Found], timeout: float = 30.0) -> Found:
    """Poll until the condition is truthy, and return what it was."""
    deadline = time.monotonic() + timeout
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > deadline:
            raise TimeoutError(f"not true within {timeout:g} s: {condition}")
        time.sleep(0.01)


def wait_for_lock(connection: psycopg.Connection, pid: int, timeout: float = 30.0) -> None:
    """Wait until the session of that process waits for a lock. The connection autocommits."""
    wait_for(
        lambda: (
            connection.execute(
                "SELECT FROM pg_stat_activity AS a WHERE a.pid = %s AND a.wait_event_type = 'Lock'",
                [pid],
            ).fetchone()
            is not None
        ),
        timeout,
    )
