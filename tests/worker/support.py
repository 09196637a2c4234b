"""A worker's process, and the queue as its owner sees it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tests.support.database import ROOT, Database, wait_for
from tests.support.users import SQL_TYPE, in_order

PROGRAM = ROOT / "examples" / "openai_worker.py"
# What a process needs to start, and nothing of whoever runs the tests: no key, no proxy.
KEPT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TMPDIR")
KEY = "sk-a-key-of-the-tests"
OURS = "a.application_name = 'openai_worker' AND a.datname = current_database()"


def environment(**more: str) -> dict[str, str]:
    return {name: os.environ[name] for name in KEPT if name in os.environ} | more


def as_worker(dsn: str) -> str:
    """The same database, with the rights of hg_ai_worker and no other."""
    options = conninfo_to_dict(dsn).get("options") or ""
    return make_conninfo(dsn, options=f"{options} -c role=hg_ai_worker".strip())


class Process:
    """A worker that runs; -I keeps everything of this project out of its reach."""

    def __init__(self, dsn: str, url: str, log: Path, *arguments: str, **more: str) -> None:
        self.log = log
        given = {"DATABASE_URL": as_worker(dsn), "OPENAI_BASE_URL": url, "OPENAI_API_KEY": KEY}
        with log.open("w") as file:
            self.popen = subprocess.Popen(
                [sys.executable, "-I", str(PROGRAM), *arguments],
                env=environment(**given | more),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=file,
                cwd="/",
            )

    def printed(self) -> str:
        return self.log.read_text("utf-8")

    def send(self, signal_number: signal.Signals) -> None:
        self.popen.send_signal(signal_number)

    def end(self) -> int:
        """Wait for its end; its exit status."""
        return self.popen.wait(timeout=60)

    def kill(self) -> None:
        self.popen.kill()
        self.popen.wait()

    def sessions(self, connection: psycopg.Connection) -> list[tuple]:
        """Its sessions on the server: their state, and since when they are in a transaction."""
        return connection.execute(
            f"SELECT a.state, a.xact_start FROM pg_stat_activity AS a WHERE {OURS}"
        ).fetchall()

    def end_sessions(self, connection: psycopg.Connection) -> None:
        connection.execute(
            f"SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity AS a WHERE {OURS}"
        )


class School:
    """Learners with a session each, and AI switched on after it: no job but those asked for."""

    def __init__(self, database: Database, learners: int = 1) -> None:
        self.db = database.connect()
        self.learners = [
            learner for (learner,) in self.db.execute(
                "INSERT INTO users (username, grade) SELECT 'canary-' || n, '3' "
                "FROM generate_series(1, %s) AS n RETURNING to_jsonb(id)",
                [learners],
            )
        ]  # fmt: skip
        self.learners = in_order(self.db, self.learners)
        self.record(self.learners)
        for name, value in {"ai_enabled": True, "ai_backoff_seconds": 3600}.items():
            self.set(name, value)

    def set(self, name: str, value: object) -> None:
        self.db.execute("SELECT hg_set_setting(%s, %s)", [name, json.dumps(value)])

    def record(self, learners: list) -> None:
        self.db.execute(
            "SELECT hg_record_activity(i.id, gen_random_uuid(), 'multiplication_facts', 12, 9, 80) "
            f"FROM unnest(%s::{SQL_TYPE}[]) AS i (id)",
            [learners],
        )

    def request(self, *scopes: str) -> list[int]:
        """Jobs for every learner, in the order of their ids; their numbers."""
        rows = self.db.execute(
            "SELECT hg_request_ai_analytics(i.id, s.scope) "
            f"FROM unnest(%s::{SQL_TYPE}[]) AS i (id), unnest(%s::text[]) AS s (scope) "
            "ORDER BY i.id, s.scope",
            [self.learners, list(scopes or ("global",))],
        )
        return [job for (job,) in rows]

    def jobs(self) -> list[dict]:
        rows = self.db.execute("SELECT to_jsonb(j) FROM hg_ai_jobs AS j ORDER BY j.job_id")
        return [job for (job,) in rows]

    def states(self) -> list[str]:
        return [job["state"] for job in self.jobs()]

    def make_ready(self) -> None:
        """Let the time pass until backoffs and leases are over."""
        self.db.execute(
            "UPDATE hg_ai_jobs AS j SET ready_at = clock_timestamp() WHERE j.finished_at IS NULL"
        )

    def analysis(self, learner: object = None) -> dict:
        """The global section of a learner's document, by default the first one's."""
        return self.db.execute(
            "SELECT u.hidden_grade_asset -> 'ai_analytics' FROM users AS u WHERE u.id = %s",
            [self.learners[0] if learner is None else learner],
        ).fetchone()[0]

    def wait_until_claimed(self, count: int = 1) -> None:
        wait_for(lambda: self.states().count("claimed") == count)
