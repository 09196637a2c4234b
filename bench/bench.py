"""Measure the product's speed against its goals: a table, and a file to keep.

    python -m bench.bench [--quick] [--learners N] [--rounds N] [--seconds N]

Every figure is a ratio of two things measured in turn within one run. The server is one of the
bench's own, thrown away at the end (PG_BINDIR chooses its programs); with DATABASE_URL it is that
server, in a database of the bench's own.
"""

import argparse
import sys
from dataclasses import dataclass, replace

from rich.console import Console

from bench import application, machine, moving, pgbench, report, wal
from bench.learners import PLAYED, Sample, Tell, populate
from bench.rounds import Cell
from tools import migrate


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    sample: Sample
    clients: tuple[int, ...] = (1, 2, 8)
    synchronous_commit: tuple[bool, ...] = (True, False)
    rounds: int = 7
    seconds: int = 3
    wal_activities: int = 10_000
    moved: int = 5_000
    judged: bool = True

    @property
    def cells(self) -> list[Cell]:
        return [Cell(count, mode) for count in self.clients for mode in self.synchronous_commit]


FULL = Plan(Sample(learners=100_000, histories=280, veterans=14, returning=14_000))
QUICK = Plan(
    Sample(learners=2_000, histories=14, veterans=1, returning=200),
    rounds=1,
    seconds=1,
    wal_activities=1_000,
    moved=300,
    judged=False,
)


def run(target: machine.Target, plan: Plan, tell: Tell) -> report.Measured:
    """All measurements, one after the other: nothing else runs meanwhile."""
    facts = machine.facts(target)
    population = populate(target.dsn, plan.sample, tell)
    tell("sizes")
    sizes = wal.measure_sizes(target, population)
    tell("S1: against the floor")
    floor = pgbench.against_floor(target, population, plan.cells, plan.rounds, plan.seconds)
    first_of_day = pgbench.first_of_day(target, population, plan.rounds)
    tell("S2: against the application")
    others = application.against_application(
        target, population, plan.cells, plan.rounds, plan.seconds
    )
    tell("S4: WAL")
    log = None
    if target.wal is not None:
        log = wal.measure_wal(target, population, plan.wal_activities)
    tell("S9: the import")
    moved = moving.s9(target, plan.moved, plan.rounds, tell)
    workload = {
        "learners": f"{population.learners:,}",
        "distinct histories": f"{plan.sample.histories}, of {plan.sample.sessions} activities on "
        "average",
        "modules played": f"{PLAYED} of {len(population.catalog)}",
        "stored document": f"{sizes.typical:,.0f} bytes, mean",
        "rounds": f"{plan.rounds} a cell, {plan.seconds} s for each side, in turn",
        "figures": "the median of a cell's rounds, the median over the cells",
    }
    unjudged = "" if plan.judged else "too small to judge"
    return report.Measured(
        facts, workload, floor, others, first_of_day, log, sizes, moved, unjudged
    )


def positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not 1 or more")
    return value


def read_plan(arguments: list[str]) -> Plan:
    parser = argparse.ArgumentParser(prog="bench.bench", description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="small: does it run, and about how")
    parser.add_argument("--learners", type=positive, help="how many learners")
    parser.add_argument("--rounds", type=positive, help="rounds in each cell")
    parser.add_argument("--seconds", type=positive, help="seconds of each side in a round")
    given = parser.parse_args(arguments)
    start = QUICK if given.quick else FULL
    return replace(
        start,
        sample=replace(start.sample, learners=given.learners or start.sample.learners),
        rounds=given.rounds or start.rounds,
        seconds=given.seconds or start.seconds,
    )


def main(arguments: list[str]) -> int:
    plan = read_plan(arguments)
    console = Console(highlight=False)

    def bench() -> None:
        with machine.open_target() as target, console.status("starting") as status:
            measured = run(target, plan, status.update)
        report.show(measured, console)
        if plan.judged:
            report.keep(measured)
            console.print("kept in bench/results/latest.md and latest.json")

    return migrate.exit_status(bench, "interrupted; nothing was kept")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
