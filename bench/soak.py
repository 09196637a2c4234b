"""Measure whether throughput sinks under a long load: a picture, a table, and a verdict.

    python -m bench.soak [--minutes N] [--learners N]

Two clients record sessions without a pause on a server with autovacuum and checkpoints as they come
(PG_BINDIR chooses its programs; with DATABASE_URL it is that server and its settings), commits do
not wait for the disk. Every ten seconds it is written down how many sessions were recorded, which
share of the updates of users was HOT, how many dead rows there are, and how large the tables are.
The median of the last five minutes has to be 0.9 of that of minutes two to seven.
"""

import argparse
import math
import statistics
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial

import psycopg
from rich.console import Console

from bench import chart, machine, report
from bench.learners import Population, Sample, Tell, populate
from bench.part import Line, Part, Sheet
from bench.pgbench import PROGRESS, activity_scripts, command, environment, written
from bench.rounds import Cell
from tools import migrate, server

SETTINGS = {
    "autovacuum": "on",
    "checkpoint_timeout": "5min",
    "max_wal_size": "4GB",
}
CELL = Cell(clients=2, synchronous_commit=False)
EVERY = 10
GOAL = 0.9
# From here on the two windows are as long as they should be, and do not overlap.
JUDGED_MINUTES = 12
# Long enough for one report in each window.
SHORTEST = 0.5
MEGABYTE = 1024**2

LOOK = """
SELECT
    u.n_tup_upd, u.n_tup_hot_upd, u.n_dead_tup, l.n_dead_tup,
    pg_relation_size(u.relid), pg_total_relation_size(l.relid),
    u.autovacuum_count, l.autovacuum_count
FROM pg_stat_user_tables AS u, pg_stat_user_tables AS l
WHERE u.relid = 'users'::regclass AND l.relid = 'hg_ledger'::regclass
"""


@dataclass(frozen=True)
class Seen:
    """Counters of the server at one moment."""

    updates: int
    hot_updates: int
    users_dead: int
    ledger_dead: int
    users_bytes: int
    ledger_bytes: int
    users_vacuums: int
    ledger_vacuums: int
    checkpoints: int


@dataclass(frozen=True)
class Moment:
    """What happened since the moment before, and what there is now."""

    minute: float
    rate: float
    hot_share: float | None
    users_vacuums: int
    ledger_vacuums: int
    checkpoints: int
    seen: Seen


def look(connection: psycopg.Connection) -> Seen:
    counted = connection.execute(LOOK).fetchone()
    written = (
        "SELECT c.num_timed + c.num_requested FROM pg_stat_checkpointer AS c"
        if connection.info.server_version >= 170000
        else "SELECT b.checkpoints_timed + b.checkpoints_req FROM pg_stat_bgwriter AS b"
    )
    return Seen(*counted, connection.execute(written).fetchone()[0])


def moment(minute: float, rate: float, before: Seen, now: Seen) -> Moment:
    updates = now.updates - before.updates
    return Moment(
        minute,
        rate,
        (now.hot_updates - before.hot_updates) / updates if updates else None,
        now.users_vacuums - before.users_vacuums,
        now.ledger_vacuums - before.ledger_vacuums,
        now.checkpoints - before.checkpoints,
        now,
    )


def load(
    target: machine.Target, population: Population, seconds: int, every: int, tell: Tell
) -> Iterator[Moment]:
    """Record for so long; a moment whenever pgbench reports."""
    arguments = [f"--time={seconds}", f"--progress={every}"]
    with (
        written(activity_scripts(population)) as files,
        psycopg.connect(target.dsn, autocommit=True) as connection,
        subprocess.Popen(
            command(target, CELL, files, arguments),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(target, CELL),
        ) as running,
    ):
        before, said = look(connection), []
        try:
            for text in running.stderr:
                said.append(text)
                if (found := PROGRESS.match(text)) is not None:
                    now = look(connection)
                    yield moment(float(found[1]) / 60, float(found[2]), before, now)
                    before = now
                    tell(
                        f"{float(found[1]):,.0f} of {seconds:,} s: {float(found[2]):,.0f} a second"
                    )
        except BaseException:
            running.terminate()
            raise
    if running.returncode != 0:
        raise server.ServerError(f"pgbench failed:\n{''.join(said[-5:])}")


# --- The verdict -----------------------------------------------------------------------------


def windows(minutes: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """The minutes that are compared: 2 to 7 and the last 5, less where the run is shorter."""
    scale = min(1.0, minutes / JUDGED_MINUTES)
    return (2 * scale, 7 * scale), (minutes - 5 * scale, minutes)


def medians(moments: list[Moment], minutes: float) -> list[chart.Median]:
    # A report comes a little after its time.
    late = moments[0].minute / 2
    return [
        chart.Median(
            first,
            last,
            statistics.median(one.rate for one in moments if first < one.minute - late <= last),
        )
        for first, last in windows(minutes)
    ]


def verdict(moments: list[Moment], minutes: float) -> Line:
    early, late = (median.rate for median in medians(moments, minutes))
    return Line("load", "the end of the run over its start", "ratio", GOAL, late / early)


def by_minute(moments: list[Moment]) -> Sheet:
    """A row for each minute: rates and shares in the middle, sizes at its end, events summed."""
    rows = []
    for minute in range(math.ceil(moments[-1].minute)):
        here = [one for one in moments if minute < one.minute <= minute + 1]
        if here:
            shares = [one.hot_share for one in here if one.hot_share is not None]
            seen = here[-1].seen
            rows.append([
                str(minute + 1),
                f"{statistics.median(one.rate for one in here):,.0f}",
                f"{100 * statistics.median(shares or [0]):.1f}",
                f"{seen.users_dead:,}",
                f"{seen.users_bytes / MEGABYTE:,.0f}",
                f"{seen.ledger_bytes / MEGABYTE:,.0f}",
                str(sum(one.users_vacuums for one in here)),
                str(sum(one.ledger_vacuums for one in here)),
                str(sum(one.checkpoints for one in here)),
            ])  # fmt: skip
    head = (
        "minute", "sessions /s", "HOT %", "dead", "users MB", "ledger MB", "vacuums",
        "of ledger", "checkpoints",
    )  # fmt: skip
    return Sheet("Minute by minute: sessions, rows of users, sizes, autovacuums", head, rows)


def run(
    target: machine.Target, sample: Sample, minutes: float, tell: Tell, every: int = EVERY
) -> tuple[report.Measured, list[Moment]]:
    facts = machine.facts(target)
    population = populate(target.dsn, sample, tell)
    moments = list(load(target, population, round(60 * minutes), every, tell))
    recorded = moments[-1].seen.updates - moments[0].seen.updates
    workload = {
        "learners": f"{population.learners:,}",
        "clients": f"{CELL.clients}, synchronous_commit off",
        "minutes": f"{minutes:g}",
        "sessions recorded": f"{recorded:,}",
        "compared": "medians of minutes "
        + " and ".join(f"{first:.1f} to {last:.1f}" for first, last in windows(minutes)),
    }
    part = Part(
        "load",
        [verdict(moments, minutes)],
        [by_minute(moments)],
        {"moments": [asdict(one) for one in moments]},
    )
    unjudged = "" if minutes >= JUDGED_MINUTES else "too short to judge"
    return report.Measured(facts, workload, [part], unjudged, "A long load"), moments


def read_plan(arguments: list[str]) -> tuple[float, Sample]:
    parser = argparse.ArgumentParser(prog="bench.soak", description=__doc__.split("\n")[0])
    parser.add_argument("--minutes", type=float, default=30, help="how long, 30 by default")
    parser.add_argument("--learners", type=int, default=100_000, help="how many learners")
    given = parser.parse_args(arguments)
    if given.minutes < SHORTEST:
        parser.error(f"--minutes {given.minutes:g} is not {SHORTEST} or more")
    return given.minutes, Sample(given.learners, histories=280)


def main(arguments: list[str]) -> int:
    minutes, sample = read_plan(arguments)
    console = Console(highlight=False)

    def bench() -> None:
        with machine.open_target(SETTINGS) as target, console.status("starting") as status:
            measured, moments = run(target, sample, minutes, status.update)
        report.show(measured, console)
        draw = partial(chart.draw_load, moments, medians(moments, minutes), measured.lines[0])
        # A trial does not take a real run's place.
        name = "soak-short" if measured.unjudged else "soak"
        console.print(report.kept_text(report.keep(measured, name, draw)))

    return migrate.exit_status(bench, "interrupted; nothing was kept")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
