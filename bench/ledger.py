"""Measure what keeping the truth costs: late arrivals, reversals, rebuilding and verifying.

    python -m bench.ledger [--quick]

Learners with 10, 1,000 and 10,000 sessions of the last 360 days, spread evenly; each figure is the
median of several calls on a server of the bench's own (PG_BINDIR chooses its programs; with
DATABASE_URL it is that server). These are times of one machine and not goals: what counts is how
they grow with the ledger.
"""

import argparse
import json
import statistics
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from rich.console import Console
from rich.table import Table

from bench import machine
from bench.report import RESULTS
from tools import migrate

MODULES = (
    "addition_facts", "subtraction_facts", "multiplication_facts", "algebra", "measurement",
    "word_race", "decimal_defender", "math_rush_addition",
)  # fmt: skip
DAYS = 360
BATCH = 1000

NEW_LEARNER = """
INSERT INTO users (username, email, display_name, password_hash, grade, locale, created_at)
VALUES (gen_random_uuid(), '', '', '', '5', 'en', now())
RETURNING id
"""
FILL = """
SELECT count(*) FROM hg_record_activities((
    SELECT jsonb_agg(jsonb_build_object(
        'user_id', %(user)s::bigint, 'activity_id', gen_random_uuid(),
        'module', (%(modules)s::text[])[1 + (n * 7 / 3) %% 8], 'questions', 24,
        'correct', 10 + n * 5 %% 15, 'seconds', 45,
        'occurred_at', now() - %(days)s * (1 - n::float8 / (%(total)s + 1)) * interval '24 hours'
    ) ORDER BY n)
    FROM generate_series(%(first)s::int, %(last)s::int) AS g (n)
))
"""
RECORD = """
SELECT hg_record_activity(
    %s, %s, 'algebra', 5, 4, 60, 'token_run', clock_timestamp() - %s * interval '1 hour'
)
"""
REVERSE = "SELECT hg_reverse_activity(%s, %s, 'measured')"


@dataclass(frozen=True)
class Line:
    """One thing measured, for each size of ledger."""

    what: str
    milliseconds: list[float]


def median_of(
    times: int, work: Callable[..., object], prepare: Callable[[], tuple] = tuple
) -> float:
    """Milliseconds of one call; what it is given is prepared before the clock runs."""
    taken = []
    for _ in range(times):
        given = prepare()
        before = time.perf_counter()
        work(*given)
        taken.append((time.perf_counter() - before) * 1000)
    return statistics.median(taken)


def fill(connection: psycopg.Connection, rows: int) -> int:
    """A learner with so many sessions."""
    user = connection.execute(NEW_LEARNER).fetchone()[0]
    for first in range(1, rows + 1, BATCH):
        connection.execute(
            FILL,
            {"user": user, "modules": list(MODULES), "days": DAYS, "total": rows,
             "first": first, "last": min(rows, first + BATCH - 1)},
        )  # fmt: skip
    return user


def arrive(connection: psycopg.Connection, user: int, hours: float) -> uuid.UUID:
    """A session that occurred so long ago."""
    activity = uuid.uuid4()
    connection.execute(RECORD, [user, activity, hours])
    return activity


def measure(connection: psycopg.Connection, users: list[int], times: int) -> Iterator[Line]:
    """Everything, for each learner."""

    def each(what: str, work: Callable[[int], object]) -> Line:
        return Line(what, [median_of(times, lambda user=user: work(user)) for user in users])

    def call(sql: str) -> Callable[[int], object]:
        return lambda user: connection.execute(sql, [user]).fetchall()

    yield each("the next session", lambda user: arrive(connection, user, 0))
    # Into the history as it was filled: the sessions above are later than all of these.
    for name, hours in (("an hour", 1), ("a day", 24), ("30 days", 720), ("300 days", 7200)):
        yield each(f"late by {name}", lambda user, hours=hours: arrive(connection, user, hours))
    yield Line("reversal, of a day ago", [
        median_of(
            times,
            lambda *given: connection.execute(REVERSE, given),
            lambda user=user: (user, arrive(connection, user, 24)),
        )
        for user in users
    ])  # fmt: skip
    yield each("hg_verify, one learner", call("SELECT * FROM hg_verify(%s)"))
    yield each("hg_rebuild", call("SELECT hg_rebuild(%s)"))
    yield each("hg_as_of, before the last", call(
        "SELECT hg_as_of(%s, clock_timestamp() - interval '1 second')"))  # fmt: skip


def table(sizes: list[int], lines: list[Line]) -> list[list[str]]:
    head = ["milliseconds", *(f"{size:,} rows" for size in sizes)]
    return [head, *([line.what, *(f"{ms:,.1f}" for ms in line.milliseconds)] for line in lines)]


@contextmanager
def prepared(dsn: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("SELECT hg_set_setting('late_window_days', '365')")
        yield connection


def whole_school(connection: psycopg.Connection, learners: int, rows: int) -> list[list[str]]:
    """Verifying and rebuilding many learners: rows a second."""
    users = [fill(connection, rows) for _ in range(learners)]
    verify = median_of(3, lambda: connection.execute("SELECT * FROM hg_verify()").fetchall())
    found = connection.execute("SELECT count(*) FROM hg_verify()").fetchone()[0]
    if found:
        raise RuntimeError(f"hg_verify found {found} differences")
    total = connection.execute("SELECT count(*) FROM hg_ledger").fetchone()[0]
    everybody = connection.execute("SELECT count(*) FROM users").fetchone()[0]
    rebuild = median_of(3, lambda: [
        connection.execute("SELECT hg_rebuild(%s)", [user]) for user in users
    ])  # fmt: skip
    return [
        ["a second", "learners", "ledger rows"],
        ["hg_verify()", f"{everybody / verify * 1000:,.0f}", f"{total / verify * 1000:,.0f}"],
        [
            f"hg_rebuild, {rows} rows each", f"{learners / rebuild * 1000:,.0f}",
            f"{learners * rows / rebuild * 1000:,.0f}",
        ],
    ]  # fmt: skip


def show(console: Console, rows: list[list[str]]) -> None:
    shown = Table(*rows[0])
    for row in rows[1:]:
        shown.add_row(*row)
    console.print(shown)


def markdown(rows: list[list[str]]) -> str:
    lines = [f"| {' | '.join(row)} |" for row in rows]
    lines.insert(1, "|---" * len(rows[0]) + "|")
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bench.ledger", description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="small: does it run")
    quick = parser.parse_args(arguments).quick
    sizes = [10, 300] if quick else [10, 1_000, 10_000]
    console = Console(highlight=False)

    def bench() -> None:
        with machine.open_target() as target, prepared(target.dsn) as connection:
            with console.status("recording"):
                users = [fill(connection, size) for size in sizes]
            lines = list(measure(connection, users, 3 if quick else 9))
            school = whole_school(connection, 5 if quick else 300, 50)
            tables = [table(sizes, lines), school]
            facts = machine.facts(target)
        for rows in tables:
            show(console, rows)
        if not quick:
            text = "# The ledger, measured\n\n" + "\n".join(map(markdown, tables))
            text += "\n" + "\n".join(f"- {name}: {value}" for name, value in facts.items()) + "\n"
            (RESULTS / "ledger.md").write_text(text, "utf-8")
            (RESULTS / "ledger.json").write_text(
                json.dumps({"tables": tables, "facts": facts}, indent=2) + "\n", "utf-8"
            )
            console.print("kept in bench/results/ledger.md and ledger.json")

    return migrate.exit_status(bench, "interrupted; nothing was kept")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
