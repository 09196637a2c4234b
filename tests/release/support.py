"""Bundles, and running them as a DBA or a console would."""

import functools
import gzip
import os
import subprocess
from pathlib import Path

import psycopg

from tests.support.database import ROOT, Database
from tools import migrate as installer
from tools.database import find_psql
from tools.dist import bundle
from tools.loader import Project

PREVIOUS = ROOT / "tests" / "release" / "previous"


@functools.cache
def this_bundle() -> str:
    return bundle(Project(ROOT))


@functools.cache
def previous_bundle() -> str:
    """Of the release before this version."""
    with gzip.open(max(PREVIOUS.glob("*.sql.gz")), "rt", encoding="utf-8") as file:
        return file.read()


def psql(
    database: Database, text: str, *options: str, **environment: str
) -> subprocess.CompletedProcess:
    """psql on the database with the text as its input; it stops at the first error."""
    return subprocess.run(
        [find_psql(), "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--tuples-only",
         "--no-align", *options, "--dbname", database.dsn],
        input=text,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )  # fmt: skip


def run(database: Database, text: str, *options: str, **environment: str) -> str:
    """What psql prints of the text; it has to succeed."""
    done = psql(database, text, *options, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def migrate(database: Database, root: Path = ROOT) -> None:
    """What make migrate does, to the table users that is there or a new one."""
    installer.up(database.dsn, Project(root))


def table_of_users(connection: psycopg.Connection, id_type: str, rows: int) -> None:
    """An application's users; the same ids each time."""
    made = {"integer": "n", "uuid": "md5(n::text)::uuid", "text": "'o''learner ' || n"}[id_type]
    connection.execute(
        f"CREATE TABLE users (id {id_type} PRIMARY KEY, email text NOT NULL, grade text)"
    )
    connection.execute(
        f"INSERT INTO users SELECT {made}, 'user' || n, (ARRAY['K', '3', NULL])[n %% 3 + 1]"
        " FROM generate_series(1, %s) AS n",
        [rows],
    )
