"""Servers that are killed and followed, and the programs that dump and restore."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tests.support.database import wait_for
from tools import server
from tools.throwaway import Throwaway

# ---------------------------------------------------------------- kill -9


def processes() -> dict[int, tuple[int, str]]:
    """The processes of this machine: their parents and states."""
    told = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid=,stat="], capture_output=True, text=True, check=True
    )
    rows = [line.split() for line in told.stdout.splitlines()]
    return {int(pid): (int(parent), state) for pid, parent, state in rows}


def kill_server(made: Throwaway) -> None:
    """SIGKILL to the server and all its processes at once, none of which is left after it."""
    postmaster = made.server_pid
    # It starts no process while it is stopped.
    os.kill(postmaster, signal.SIGSTOP)
    family = [pid for pid, (parent, _) in processes().items() if parent == postmaster]
    for pid in [*family, postmaster]:
        os.kill(pid, signal.SIGKILL)

    def all_gone() -> bool:
        running = processes()
        return all(running.get(pid, (0, "Z"))[1].startswith("Z") for pid in [*family, postmaster])

    wait_for(all_gone)


# ---------------------------------------------------------------- copies


def own_tables(connection: psycopg.Connection) -> str:
    """users and the installation's tables, not those in which the installer keeps its notes."""
    return connection.execute(
        "SELECT string_agg(c.relname, ', ' ORDER BY c.relname) FROM pg_class AS c"
        " WHERE c.relkind IN ('r', 'p') AND (c.relname = 'users' OR c.relname LIKE 'hg\\_%')"
        " AND c.relnamespace = (SELECT u.relnamespace FROM pg_class AS u"
        " WHERE u.oid = 'users'::regclass)"
    ).fetchone()[0]


def emptying(connection: psycopg.Connection) -> str:
    """Takes out the rows that an installation begins with, to put another's in their place."""
    return (
        "SET LOCAL session_replication_role TO replica;"
        f" TRUNCATE {own_tables(connection)};"
        " SET LOCAL session_replication_role TO DEFAULT;"
    )


def wait_for_replay(primary: psycopg.Connection) -> None:
    """Wait until whoever follows this server has replayed all that is committed."""
    (target,) = primary.execute("SELECT pg_current_wal_flush_lsn()").fetchone()

    def replayed() -> bool:
        (all_have,) = primary.execute(
            "SELECT bool_and(r.replay_lsn >= %s) FROM pg_stat_replication AS r"
            " WHERE r.state = 'streaming'",
            [target],
        ).fetchone()
        return all_have

    wait_for(replayed)


# ---------------------------------------------------------------- dump and restore


def folders() -> Iterator[Path]:
    """Where the programs of PostgreSQL may be, those of the test's own server first."""
    yield from (folder for folder, _ in server.binary_folders())
    on_path = shutil.which("pg_dump")
    if on_path is not None:
        yield Path(on_path).resolve().parent
    yield from Path("/usr/lib/postgresql").glob("*/bin")


class Programs:
    """pg_dump, pg_restore and psql of the version of a server."""

    NAMES = ("pg_dump", "pg_restore", "psql")

    def __init__(self, version: int) -> None:
        major = version // 10000
        for folder in folders():
            if all((folder / name).exists() for name in self.NAMES):
                told = server.run([folder / "pg_dump", "--version"], server.Account()).stdout
                if f"(PostgreSQL) {major}." in told:
                    self.folder = folder
                    return
        pytest.skip(f"no {', '.join(self.NAMES)} of PostgreSQL {major} found: set PG_BINDIR")

    def run(self, name: str, dsn: str, *arguments: str | Path, text: str | None = None) -> str:
        """What a program writes; one that fails is an error."""
        parameters = conninfo_to_dict(dsn)
        password = parameters.pop("password", None)
        done = subprocess.run(
            [self.folder / name, "--dbname", make_conninfo(**parameters), *arguments],
            env=os.environ | ({"PGPASSWORD": password} if password else {}),
            input=text,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def dump(self, dsn: str, *options: str | Path) -> str:
        """What pg_dump writes, without the key that is another one in every dump."""
        text = self.run("pg_dump", dsn, *options)
        return re.sub(r"^\\(un)?restrict .*\n", "", text, flags=re.MULTILINE)

    def execute(self, dsn: str, script: str) -> None:
        """Run a script, all of it or nothing."""
        self.run(
            "psql", dsn, "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1",
            "--single-transaction", "--output=/dev/null", text=script,
        )  # fmt: skip
