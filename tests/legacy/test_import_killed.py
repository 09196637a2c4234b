"""kill -9 of make import, or the end of its session, at any moment: the next one finishes it."""

import os
import random
import signal
import subprocess
from collections import Counter

import psycopg
import pytest

from tests.legacy.commands import run, sessions, start
from tests.legacy.importing import Importing
from tests.support.database import wait_for

KILLS = 10
SEED = int(os.environ.get("HG_TEST_SEED", random.randrange(10**9)))


def kill_process(process: subprocess.Popen, db: psycopg.Connection) -> int:
    process.send_signal(signal.SIGKILL)
    return -signal.SIGKILL


def end_session(process: subprocess.Popen, db: psycopg.Connection) -> int:
    for pid in sessions(db):
        db.execute("SELECT pg_terminate_backend(%s)", [pid])
    return 1


def reached(pending: Importing, steps: int, learners: int) -> bool:
    """Whether the import has come so far, by its triggers and then by the learners built."""
    marks, built = pending.db.execute(
        "SELECT (SELECT count(*) FROM pg_trigger AS t WHERE t.tgname = 'hg_legacy_mark'),"
        " r.learners FROM hg_legacy_run AS r"
    ).fetchone()
    return marks >= steps and built >= learners


def archive(pending: Importing) -> Counter:
    return Counter(
        pending.db.execute(
            "SELECT a.user_id, a.source, a.source_id, a.row_data, a.reason"
            " FROM hg_legacy_archive AS a"
        ).fetchall()
    )


def kinds(pending: Importing) -> Counter:
    rows = pending.db.execute("SELECT l.user_id, l.kind::text FROM hg_ledger AS l").fetchall()
    return Counter(rows)


@pytest.mark.parametrize("kill", [kill_process, end_session])
def test_killed_ten_times_it_is_as_if_it_had_not_been(pending, moved, kill):
    print(f"HG_TEST_SEED={SEED}")
    chance = random.Random(SEED)
    dsn = pending.database.dsn
    # Before the first learner too, while triggers and the column are being made.
    moments = [(chance.randint(0, 7), 0) for _ in range(3)]
    moments += [(7, learners) for learners in sorted(chance.sample(range(1, 56), KILLS - 3))]
    for moment in sorted(moments):
        process = start("import", dsn, BATCH=str(chance.randint(1, 3)))
        wait_for(lambda process=process: sessions(pending.db) or process.poll() is not None)
        wait_for(lambda moment=moment: reached(pending, *moment))
        status = kill(process, pending.db)
        process.communicate(timeout=60)
        assert process.returncode in (status, 0)
    assert run("import", dsn).returncode == 0
    assert pending.state == "imported"
    pending.check()

    undisturbed = Importing(moved("pending").database, pending.legacy)
    undisturbed.steps()
    assert archive(pending) == archive(undisturbed)
    assert kinds(pending) == kinds(undisturbed)
    assert set(kinds(pending).values()) == {1}
