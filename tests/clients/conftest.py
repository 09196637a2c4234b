"""A learner and an application's login that has the role hg_app and nothing else."""

import os
import secrets
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from tests.support.database import ROOT, Database, new_learner

CLIENTS = ROOT / "examples" / "clients"

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def learner(database: Database) -> Any:
    return new_learner(database.connect(), "3")


@pytest.fixture
def login(database: Database) -> Iterator[str]:
    """A role that logs in, as an application's; roles are the cluster's, so it goes again."""
    owner, name = database.connect(), f"client_{secrets.token_hex(4)}"
    role = sql.Identifier(name)
    owner.execute(sql.SQL("CREATE ROLE {} LOGIN").format(role))
    owner.execute(sql.SQL("GRANT hg_app TO {}").format(role))
    owner.execute(sql.SQL("GRANT SELECT (id, grade) ON users TO {}").format(role))
    yield name
    owner.execute(sql.SQL("DROP OWNED BY {}").format(role))
    owner.execute(sql.SQL("DROP ROLE {}").format(role))


def url(dsn: str, user: str) -> str:
    """The form that every client reads: the socket's folder is an argument of the query."""
    parts = conninfo_to_dict(dsn, user=user)
    asked = f"host={parts['host']}&port={parts.get('port', 5432)}"
    return f"postgresql://{parts['user']}@/{parts['dbname']}?{asked}"


@pytest.fixture
def run(database: Database, login: str) -> Run:
    """Run a command as the application; what it says."""

    def done(*command: str | Path, check: bool = True) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {"DATABASE_URL": url(database.dsn, login)}
        finished = subprocess.run(
            [str(part) for part in command],
            env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert not check or finished.returncode == 0, finished.stdout + finished.stderr
        return finished

    return done


def recorded(owner: psycopg.Connection) -> list[tuple]:
    """What clients have left in the ledger."""
    return owner.execute(
        "SELECT l.kind::text, l.module, l.questions, l.correct, l.seconds "
        "FROM hg_ledger AS l WHERE l.kind <> 'skeleton' ORDER BY l.ledger_id"
    ).fetchall()
