"""S4: the WAL of one activity, the share of HOT updates, and the sizes of what is stored.

pg_waldump counts the records between two positions by type. In this workload each type belongs to
one thing: an UPDATE in the heap is the learner's row, an INSERT is the ledger's.
"""

import dataclasses
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from bench.learners import Population
from bench.machine import Target
from bench.pgbench import Scripts, run_pgbench
from bench.rounds import Cell
from tools import server

# So few learners that each is recorded for many times: the steady state of a page.
LEARNERS = 420
CELL = Cell(clients=1, synchronous_commit=False)

PARTS = (
    ("users, the new document", re.compile(r"Heap/(HOT_)?UPDATE")),
    ("users, the lock", re.compile(r"Heap/LOCK")),
    ("users, pruning", re.compile(r"Heap2/PRUNE")),
    ("ledger, the row", re.compile(r"Heap2?/(MULTI_)?INSERT")),
    ("ledger, the indexes", re.compile(r"Btree/")),
    ("commit", re.compile(r"Transaction/COMMIT")),
)
REST = "all else"
# Type, count, and the bytes of records with what they carry of full pages.
LINE = re.compile(
    r"^(?P<type>\w+/[\w+]+)\s+(?P<count>\d+) \(\s*[\d.]+\)\s+\d+ \(\s*[\d.]+\)"
    r"\s+(?P<full_pages>\d+) \(\s*[\d.]+\)\s+(?P<bytes>\d+) \("
)


@dataclass(frozen=True)
class Wal:
    """Bytes per activity, by part, and what the whole was taken from."""

    activities: int
    parts: dict[str, float]
    full_pages: float
    document: float
    hot_share: float

    @property
    def update(self) -> float:
        return self.parts[PARTS[0][0]]

    @property
    def whole(self) -> float:
        return sum(self.parts.values())

    @property
    def beside_update(self) -> float:
        return self.whole - self.update


@dataclass(frozen=True)
class Sizes:
    """Stored bytes: of the many the mean document, the largest and the largest row of users; the
    largest of the veterans."""

    typical: float
    document: int
    row: int
    veterans: int
    veterans_row: int
    veterans_of_all: int


def updates(connection: psycopg.Connection) -> tuple[int, int]:
    return connection.execute(
        "SELECT s.n_tup_upd, s.n_tup_hot_upd FROM pg_stat_user_tables AS s "
        "WHERE s.relid = 'users'::regclass"
    ).fetchone()


def wait_for_updates(connection: psycopg.Connection, wanted: int) -> tuple[int, int]:
    """The counters of users once they have come to an update in number wanted."""
    deadline = time.monotonic() + 30
    while (counted := updates(connection))[0] < wanted:
        if time.monotonic() > deadline:
            raise server.ServerError(f"{counted[0]} updates of users counted, not {wanted}")
        time.sleep(0.05)
    return counted


def waldump(target: Target, start: str, end: str) -> str:
    done = subprocess.run(
        [
            str(target.waldump),
            "--stats=record",
            f"--path={target.wal}",
            f"--start={start}",
            f"--end={end}",
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=server.clean_environment(),
    )
    if done.returncode != 0:
        raise server.ServerError(f"pg_waldump failed:\n{done.stderr.strip()}")
    return done.stdout


def read_stats(report: str) -> Iterator[tuple[str, int, int]]:
    """Type, bytes and bytes of full pages, for every type of record that occurred."""
    for line in report.splitlines():
        found = LINE.match(line)
        if found is not None:
            yield found["type"], int(found["bytes"]), int(found["full_pages"])


def split(report: str, activities: int) -> tuple[dict[str, float], float]:
    """Bytes per activity by part, and of full pages among them."""
    parts = dict.fromkeys([*(name for name, _ in PARTS), REST], 0.0)
    full = 0.0
    for kind, size, full_pages in read_stats(report):
        name = next((name for name, pattern in PARTS if pattern.match(kind)), REST)
        parts[name] += size / activities
        full += full_pages / activities
    return parts, full


def position(connection: psycopg.Connection) -> str:
    return connection.execute("SELECT pg_current_wal_insert_lsn()").fetchone()[0]


def measure_wal(target: Target, population: Population, activities: int) -> Wal:
    """Record activities in the steady state and look at the WAL they made."""
    size = len(population.catalog)
    few = min(population.learners, LEARNERS // size * size)
    fewer = dataclasses.replace(population, learners=few)
    with (
        tempfile.TemporaryDirectory() as folder,
        psycopg.connect(target.dsn, autocommit=True) as connection,
    ):
        connection.execute("ALTER SYSTEM SET full_page_writes = off")
        connection.execute("SELECT pg_reload_conf()")
        scripts = Scripts(Path(folder), fewer).activities
        run_pgbench(target, CELL, scripts, [f"--transactions={activities // 2}"])
        # A session's counters are in the view after it has ended.
        before = wait_for_updates(connection, activities // 2)
        start = position(connection)
        run_pgbench(target, CELL, scripts, [f"--transactions={activities}"])
        end = position(connection)
        # What is read has to be on disk first.
        connection.execute("SELECT pg_switch_wal()")
        after = wait_for_updates(connection, before[0] + activities)
        document = connection.execute(
            "SELECT avg(pg_column_size(u.hidden_grade_asset)) FROM users AS u WHERE u.id <= %s",
            [few],
        ).fetchone()[0]
    parts, full_pages = split(waldump(target, start, end), activities)
    hot_share = (after[1] - before[1]) / (after[0] - before[0])
    return Wal(activities, parts, full_pages, float(document), hot_share)


def measure_sizes(target: Target, population: Population) -> Sizes:
    """Look at what is stored; those who have played all modules are measured apart."""
    some, whole = population.veterans, population.veterans_of_all
    with psycopg.connect(target.dsn) as connection:
        return Sizes(
            *connection.execute(
                "SELECT avg(s.document) FILTER (WHERE s.id < %(some)s)::float, "
                "max(s.document) FILTER (WHERE s.id < %(some)s), "
                "max(s.whole) FILTER (WHERE s.id < %(some)s), "
                "max(s.document) FILTER (WHERE s.id >= %(some)s AND s.id < %(whole)s), "
                "max(s.whole) FILTER (WHERE s.id >= %(some)s AND s.id < %(whole)s), "
                "max(s.document) FILTER (WHERE s.id >= %(whole)s) "
                "FROM (SELECT u.id, pg_column_size(u) AS whole, "
                "pg_column_size(u.hidden_grade_asset) AS document FROM users AS u) AS s",
                {"some": some.start, "whole": whole.start},
            ).fetchone()
        )
