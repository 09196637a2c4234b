"""S8: hg_leaderboard and hg_percentile, and the refresh that they answer from.

    python -m bench.leaderboard [--learners N] [--sessions N]

Learners with real-size documents; before each refresh one in twenty of them has been active since
the last one. Because copies share their figures, what the refresh keeps is first given other ones,
so that hardly two learners have the same: the most that has to be counted. While it is at work a
session records activities and another looks for anybody who waits for a lock.
"""

import argparse
import contextlib
import json
import os
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from uuid import uuid4

import psycopg
from psycopg.types.json import Jsonb
from rich.console import Console

from bench import machine
from bench.learners import Population, Sample, Tell, populate
from tools import migrate

ACTIVE = 20
ROUNDS = 3
CALLS = 2_000
CHUNK = 1_000
WATCH_EVERY = 0.005
# What a million learners leave in the WAL has to go while they are made.
SETTINGS = {"max_wal_size": "4GB", "checkpoint_timeout": "15min"}


@dataclass
class Watched:
    """What others had of it while something was going on: their latencies, and who waited."""

    writes: list[float] = field(default_factory=list)
    waiting: int = 0

    @property
    def slowest(self) -> float:
        return max(self.writes, default=0.0)


@dataclass(frozen=True)
class Leaderboard:
    """The figures of S8: calls in ms, refreshes in seconds."""

    learners: int
    document_bytes: int
    leaderboard_ms: float
    percentile_ms: float
    # Everybody: the first one, and one that finds what it keeps as it was.
    first_refresh: float
    full_refresh: float
    # One in ACTIVE of the learners.
    refresh: float
    nothing_new: float
    # Of who wrote meanwhile, in ms; and how often anybody was seen waiting for a lock.
    slowest_write_ms: float
    slowest_write_alone_ms: float
    lock_waits: int


@contextlib.contextmanager
def watched(dsn: str, learners: int) -> Iterator[Watched]:
    """Record activities, one after the other, and look who waits, until the block ends."""
    seen, done = Watched(), threading.Event()

    def write() -> None:
        with psycopg.connect(dsn, autocommit=True) as connection:
            number = 0
            while not done.is_set():
                number += 1
                started = time.perf_counter()
                record(connection, number * 7919 % learners + 1)
                seen.writes.append((time.perf_counter() - started) * 1000)

    def look() -> None:
        with psycopg.connect(dsn, autocommit=True) as connection:
            while not done.wait(WATCH_EVERY):
                (found,) = connection.execute(
                    "SELECT count(*) FROM pg_locks AS l WHERE NOT l.granted"
                ).fetchone()
                seen.waiting += found

    threads = [threading.Thread(target=write), threading.Thread(target=look)]
    for thread in threads:
        thread.start()
    try:
        yield seen
    finally:
        done.set()
        for thread in threads:
            thread.join()


def record(connection: psycopg.Connection, learner: int) -> None:
    connection.execute(
        "SELECT hg_record_activity(%s, %s, 'word_race', 1, 1, 9)", [learner, uuid4()]
    )


def be_active(connection: psycopg.Connection, learners: int, turn: int) -> None:
    """One session of one in ACTIVE of the learners."""
    ids = range(1 + turn % ACTIVE, learners + 1, ACTIVE)
    for start in range(0, len(ids), CHUNK):
        items = [
            {"user_id": one, "activity_id": str(uuid4()), "module": "decimal_defender",
             "questions": 5, "correct": 1 + (one + turn) % 5, "seconds": 40}
            for one in ids[start : start + CHUNK]
        ]  # fmt: skip
        connection.execute("SELECT count(*) FROM hg_record_activities(%s)", [Jsonb(items)])


def spread(connection: psycopg.Connection) -> None:
    """Figures of which hardly two are the same, where the next refresh finds them."""
    connection.execute(
        "UPDATE hg_standings SET tokens = (random() * 1e9)::integer,"
        " total_tokens_earned = (random() * 1e9)::integer,"
        " total_correct_answers = (random() * 1e9)::integer"
    )
    connection.execute("VACUUM (ANALYZE) hg_standings")


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def median_ms(connection: psycopg.Connection, query: str, learners: int) -> float:
    """Of prepared statements, each with another learner."""
    found = [
        seconds(lambda one=one: connection.execute(query, [one], prepare=True).fetchall())
        for one in (number * 7919 % learners + 1 for number in range(CALLS))
    ]
    return statistics.median(found) * 1000


def s8(target: machine.Target, population: Population, tell: Tell) -> Leaderboard:
    """Measure on learners who are there; their figures in the leaderboard are not theirs then."""
    learners = population.learners
    with psycopg.connect(target.dsn, autocommit=True) as connection:
        connection.execute("SET synchronous_commit = off")

        def refresh() -> float:
            return seconds(lambda: connection.execute("SELECT hg_refresh_leaderboard()"))

        tell("S8: writers alone")
        with watched(target.dsn, learners) as alone:
            time.sleep(2)
        tell("S8: everybody is read")
        with watched(target.dsn, learners) as seen:
            first = refresh()
            connection.execute("DELETE FROM hg_standings_marks")
            full = refresh()
            refresh()
        spread(connection)
        some, none = [], []
        for turn in range(ROUNDS):
            tell(f"S8: one in {ACTIVE} is active, {turn + 1} of {ROUNDS}")
            be_active(connection, learners, turn)
            with watched(target.dsn, learners) as during:
                some.append(refresh())
            seen.writes += during.writes
            seen.waiting += during.waiting
            none.append(refresh())
        tell("S8: reading")
        return Leaderboard(
            learners=learners,
            document_bytes=document_bytes(connection),
            leaderboard_ms=median_ms(
                connection, "SELECT * FROM hg_leaderboard(1 + %s %% 100)", learners
            ),
            percentile_ms=median_ms(connection, "SELECT hg_percentile(%s)", learners),
            first_refresh=first,
            full_refresh=full,
            refresh=statistics.median(some),
            nothing_new=statistics.median(none),
            slowest_write_ms=seen.slowest,
            slowest_write_alone_ms=alone.slowest,
            lock_waits=seen.waiting,
        )


def document_bytes(connection: psycopg.Connection) -> int:
    return connection.execute(
        "SELECT avg(pg_column_size(u.hidden_grade_asset))::integer FROM users AS u"
        " WHERE u.id <= 1000"
    ).fetchone()[0]


def run(learners: int, sessions: int, tell: Tell) -> Leaderboard:
    with machine.own_target(SETTINGS) as target:
        sample = Sample(learners=learners, histories=140, sessions=sessions)
        return s8(target, populate(target.dsn, sample, tell), tell)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bench.leaderboard", description=__doc__.split("\n")[0])
    parser.add_argument("--learners", type=int, default=100_000, help="how many learners")
    parser.add_argument("--sessions", type=int, default=40, help="activities of each, on average")
    given = parser.parse_args(arguments)
    console = Console(highlight=False)

    def bench() -> None:
        with console.status("starting") as status:
            found = run(given.learners, given.sessions, status.update)
        console.print(json.dumps(asdict(found), indent=2))

    return migrate.exit_status(bench, "interrupted")


if __name__ == "__main__":
    os.environ.pop("DATABASE_URL", None)
    sys.exit(main(sys.argv[1:]))
