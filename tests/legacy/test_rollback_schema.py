"""Undoing the installation in the middle of the move: refused, until there is one truth again."""

import os
import subprocess
import sys

import pytest

from tools import server


def undo(dsn: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tools.migrate", "rollback"],
        cwd=server.ROOT,
        env=os.environ | {"DATABASE_URL": dsn, "CONFIRM": "yes"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("stage", ["imported", "cut_over"])
def test_refused_between_two_truths(moved, stage):
    move = moved(stage)
    before = move.documents()
    done = undo(move.database.dsn)
    assert done.returncode == 1
    assert done.stderr.startswith(f"error: the move from the older tables is {stage}. Run make")
    assert move.state == stage
    assert move.documents() == before


@pytest.mark.parametrize("ending", ["rolled back", "finalized"])
def test_done_at_either_end(moved, ending):
    move = moved("imported" if ending == "rolled back" else "cut_over")
    if ending == "rolled back":
        move.roll_back()
    else:
        move.steps("hg_legacy_finalize_step")
    before = move.documents()
    done = undo(move.database.dsn)
    assert done.returncode == 0, done.stderr
    assert move.documents() == before
    assert move.refused("SELECT hg_version()").sqlstate == "42883"
    assert move.db.execute(
        "SELECT count(*) FROM pg_trigger AS t WHERE t.tgrelid = 'users'::regclass"
        " AND NOT t.tgisinternal"
    ).fetchone() == (0,)
    move.db.execute("UPDATE users SET tokens = tokens + 1")
