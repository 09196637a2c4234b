"""Sessions of the installer: one installer at a time, and no lock waited for longer than 50 ms."""

import contextlib
import os
import random
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import psycopg
from psycopg import sql

# Whoever waits for a table lock makes everybody who comes later wait too. So each attempt waits
# this long at most, gives way, and is made again.
LOCK_TIMEOUT = "50ms"
DEFAULT_PATIENCE = 300.0
# Two keys of the database's advisory locks, the project's own: 'hg' and what they guard.
INSTALLER_KEY = 0x6867_0001
WORKER_KEY = 0x6867_0002

Result = TypeVar("Result")
Say = Callable[[str], None]


class Refused(Exception):
    """What was asked cannot be done now; the text says why and what to do."""

    def __init__(self, text: str, status: int = 1) -> None:
        super().__init__(text)
        self.status = status


def patience() -> float:
    """Seconds of patience for locks, from HG_LOCK_PATIENCE."""
    text = os.environ.get("HG_LOCK_PATIENCE")
    if not text:
        return DEFAULT_PATIENCE
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise Refused(f"HG_LOCK_PATIENCE is a number of seconds from 0 on, not {text!r}", 2)
    return seconds


def connect(url: str) -> psycopg.Connection:
    """A session whose settings do not depend on what the role or database has set."""
    try:
        connection = psycopg.connect(
            url, autocommit=True, fallback_application_name="hidden-grade-asset"
        )
    except psycopg.OperationalError as error:
        raise Refused(f"cannot connect to the database: {str(error).strip()}") from error
    except psycopg.ProgrammingError as error:
        raise Refused(f"the connection string cannot be read: {str(error).strip()}", 2) from error
    connection.execute(
        "SET statement_timeout = 0; SET lock_timeout = 0; SET client_min_messages = warning; "
        "SET idle_in_transaction_session_timeout = 0; SET default_transaction_read_only = off; "
        "SET default_transaction_isolation = 'read committed'; SET check_function_bodies = on"
    )
    return connection


def use_schema(connection: psycopg.Connection, schema: str) -> None:
    """Resolve names in the installation's schema; temporary tables come last, not first."""
    path = sql.SQL("SET search_path = {}, pg_temp").format(sql.Identifier(schema))
    connection.execute(path)


def worker(url: str, schema: str) -> psycopg.Connection:
    """A session that changes the database; its successor can see that it is still there."""
    connection = connect(url)
    connection.execute("SELECT pg_catalog.pg_advisory_lock_shared(%s)", [WORKER_KEY])
    use_schema(connection, schema)
    return connection


def poll_lock(connection: psycopg.Connection, key: int, say: Say, text: str) -> None:
    """Take an advisory lock without waiting inside a statement.

    A statement that waits holds a snapshot, and a CREATE INDEX CONCURRENTLY elsewhere would wait
    for that.
    """
    told = False
    while True:
        row = connection.execute("SELECT pg_catalog.pg_try_advisory_lock(%s)", [key]).fetchone()
        if row[0]:
            return
        if not told:
            say(text)
            told = True
        time.sleep(random.uniform(0.05, 0.2))


def end_orphans(connection: psycopg.Connection) -> None:
    """End the statements that killed installers left running; called by the only living one."""
    # Another role's sessions may be out of reach; those are waited for.
    with contextlib.suppress(psycopg.errors.InsufficientPrivilege):
        connection.execute(
            "SELECT pg_catalog.pg_terminate_backend(l.pid) FROM pg_catalog.pg_locks AS l "
            "JOIN pg_catalog.pg_database AS d ON d.oid = l.database "
            "WHERE d.datname = current_database() AND l.locktype = 'advisory' AND l.objsubid = 1 "
            "AND l.classid = 0 AND l.objid = %s",
            [WORKER_KEY],
        )


@contextlib.contextmanager
def only_installer(url: str, say: Say) -> Iterator[psycopg.Connection]:
    """Be the only installer in this database until the block ends."""
    with contextlib.closing(connect(url)) as connection:
        poll_lock(connection, INSTALLER_KEY, say, "another make is at work here: waiting for it")
        end_orphans(connection)
        poll_lock(connection, WORKER_KEY, say, "waiting for what an interrupted make left running")
        connection.execute("SELECT pg_catalog.pg_advisory_unlock(%s)", [WORKER_KEY])
        yield connection


def set_lock_timeout(connection: psycopg.Connection) -> None:
    """Within a transaction: wait briefly for each lock until its end."""
    connection.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")


def retried(
    attempt: Callable[[], Result], what: str, connection: psycopg.Connection, say: Say
) -> Result:
    """Make attempts, each a whole transaction, until one is not in anybody's way."""
    limit = patience()
    deadline = time.monotonic() + limit
    told = False
    while True:
        try:
            return attempt()
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected) as error:
            if time.monotonic() >= deadline:
                raise Refused(
                    f"{what}: other sessions held the locks it needs for {limit:g} s "
                    "(HG_LOCK_PATIENCE). What is done so far stays; run it again."
                    + longest_transactions(connection)
                ) from error
        if not told:
            say(
                f"{what}: a table is in use; trying again in moments when it is free, "
                f"for up to {limit:g} s (HG_LOCK_PATIENCE)"
            )
            told = True
        # Long against the 50 ms, so that those who queued behind the attempt get through.
        time.sleep(random.uniform(0.1, 0.4))


def longest_transactions(connection: psycopg.Connection) -> str:
    """Who has been in a transaction longest: most likely whoever is in the way."""
    rows = connection.execute(
        "SELECT a.pid, coalesce(a.usename, ''), coalesce(a.application_name, ''), "
        "coalesce(a.state, ''), date_trunc('second', clock_timestamp() - a.xact_start) "
        "FROM pg_catalog.pg_stat_activity AS a WHERE a.datname = current_database() "
        "AND a.pid <> pg_backend_pid() AND a.xact_start IS NOT NULL ORDER BY a.xact_start LIMIT 3"
    ).fetchall()
    lines = [
        f"\n  process {pid}, role {role}, {application or 'unnamed'}, {state}, open for {age}"
        for pid, role, application, state, age in rows
    ]
    return "\nThe longest open transactions:" + "".join(lines) if lines else ""
