"""The commands of the move as processes, and what the old application may do."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from tests.legacy.schema import TABLES
from tests.support.database import ROOT, Database

VARIABLES = ("BATCH", "ALLOW_QUARANTINE", "CONFIRM", "COLUMNS")


def environment(dsn: str, **variables: str) -> dict[str, str]:
    kept = {name: text for name, text in os.environ.items() if name not in VARIABLES}
    return kept | {"DATABASE_URL": dsn, "PYTHONPATH": str(ROOT)} | variables


def start(command: str, dsn: str, **variables: str) -> subprocess.Popen:
    """A command that runs beside the test; wait for it with communicate()."""
    return subprocess.Popen(
        [sys.executable, "-m", "tools.legacy", command],
        cwd=ROOT,
        env=environment(dsn, **variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(command: str, dsn: str, **variables: str) -> subprocess.CompletedProcess:
    """A command to its end."""
    process = start(command, dsn, **variables)
    said, wrong = process.communicate(timeout=120)
    return subprocess.CompletedProcess(process.args, process.returncode, said, wrong)


@contextmanager
def old_application(database: Database, name: str = "old_application") -> Iterator[str]:
    """A role with rights on the old tables and none on ours."""
    owner = database.connect()
    role = f"{database.name}_{name}"
    owner.execute(f"CREATE ROLE {role}")
    try:
        for table in ("users", *TABLES):
            owner.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {role}")
            (sequence,) = owner.execute(
                "SELECT pg_get_serial_sequence(%s, 'id')", [table]
            ).fetchone()
            owner.execute(f"GRANT USAGE ON SEQUENCE {sequence} TO {role}")
        yield role
    finally:
        owner.execute(f"DROP OWNED BY {role}")
        owner.execute(f"DROP ROLE {role}")


def sessions(connection: psycopg.Connection) -> list[int]:
    """The processes of the server that work for a command in this database."""
    rows = connection.execute(
        "SELECT a.pid FROM pg_stat_activity AS a WHERE a.datname = current_database() "
        "AND a.application_name = 'hidden-grade-asset'"
    ).fetchall()
    return [pid for (pid,) in rows]
