"""examples/health.sql: one row for a monitor, in good states and in bad ones."""

import subprocess

import pytest

from tests.ops.support import school
from tests.support.database import ROOT, Database
from tools.database import find_psql

FILE = ROOT / "examples" / "health.sql"


def health(database: Database) -> subprocess.CompletedProcess:
    """As the file's own head says."""
    return subprocess.run(
        [find_psql(), "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set",
         "ON_ERROR_STOP=1", "--dbname", database.dsn, "--file", str(FILE)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )  # fmt: skip


def answer(database: Database) -> tuple[str, str, str]:
    """status, level, message."""
    done = health(database)
    assert done.returncode == 0, done.stderr
    status, level, message = done.stdout.rstrip("\n").split("|", 2)
    return status, level, message


def test_well(database: Database) -> None:
    db = database.connect()
    learners = school(db)
    version = db.execute("SELECT hg_version()").fetchone()[0]
    assert answer(database) == ("0", "ok", f"version {version}, {len(learners)} learners")


@pytest.mark.parametrize(
    ("harm", "status", "words"),
    [
        ("GRANT UPDATE ON users TO hg_app", "1", "REVOKE UPDATE ON users FROM hg_app"),
        ("DROP FUNCTION hg_explain", "2", "functions were dropped"),
        ("ALTER TABLE users DISABLE TRIGGER users_guard_document", "2", "users_guard_document"),
        ("UPDATE hg_installation SET state = 'importing'", "1", "until the cutover"),
        ("UPDATE hg_installation SET state = NULL", "2", "run make migrate again"),
        ("ALTER TABLE users DISABLE TRIGGER USER; UPDATE users SET hidden_grade_asset = "
         "jsonb_set(hidden_grade_asset, '{global_stats,tokens}', '9'); "
         "ALTER TABLE users ENABLE TRIGGER USER", "2", "SELECT hg_rebuild(user_id)"),
    ],
)  # fmt: skip
def test_ill(database: Database, harm: str, status: str, words: str) -> None:
    db = database.connect()
    school(db)
    db.execute(harm)
    found, level, message = answer(database)
    assert (found, level) == (status, {"1": "look", "2": "bad"}[status])
    assert words in message
    assert "\n" not in message


def test_several_ills(database: Database) -> None:
    db = database.connect()
    db.execute("GRANT UPDATE ON users TO hg_app; DROP INDEX hg_ledger_rare")
    status, _, message = answer(database)
    assert status == "2"
    assert "hg_ledger_rare" in message
    assert message.endswith("(and 1 more: make status)")


def test_nothing_is_installed(empty_database: Database) -> None:
    done = health(empty_database)
    assert (done.returncode, done.stdout) == (3, "")
    assert "hg_v_health" in done.stderr
