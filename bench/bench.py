"""Measure the product's speed against its goals: tables, a picture, and a file to keep.

    python -m bench.bench [--quick] [--only S1,S4] [--learners N] [--rounds N] [--seconds N]
                          [--growth N]

Every figure is a ratio of two things measured in turn within one run. The server is one of the
bench's own, thrown away at the end (PG_BINDIR chooses its programs); with DATABASE_URL it is that
server, in a database of the bench's own. A whole run is kept in bench/results/; a run of some parts
(--only) is only shown.
"""

import argparse
import contextlib
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import cached_property

from rich.console import Console

from bench import (
    application,
    bulk,
    floor,
    growth,
    leaderboard,
    machine,
    moving,
    reading,
    replaced,
    report,
    wal,
)
from bench.learners import PLAYED, Population, Sample, Tell, populate
from bench.part import Line, Part, Sheet
from bench.rounds import Cell, Effort
from tools import migrate


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    sample: Sample
    clients: tuple[int, ...] = (1, 2, 8)
    synchronous_commit: tuple[bool, ...] = (True, False)
    rounds: int = 5
    seconds: int = 3
    wal_activities: int = 10_000
    moved: int = 5_000
    # S6's learners, few and many; None: as many as the disk has room for, to a million.
    few: int = growth.FEW
    growth: int | None = None
    judged: bool = True
    # The parts to measure; none named: all.
    only: frozenset[str] = frozenset()

    @property
    def cells(self) -> list[Cell]:
        return [Cell(count, mode) for count in self.clients for mode in self.synchronous_commit]

    @property
    def effort(self) -> Effort:
        return Effort(self.cells, self.rounds, self.seconds)

    @property
    def short(self) -> Effort:
        """For what differs less from round to round."""
        return replace(self.effort, rounds=min(self.rounds, 3))

    @property
    def whole(self) -> bool:
        return not self.only or self.only == set(PARTS)


FULL = Plan(Sample(learners=100_000, histories=280, veterans=14, returning=14_000))
QUICK = Plan(
    Sample(learners=2_000, histories=14, veterans=1, returning=200, sessions=20),
    clients=(2,),
    synchronous_commit=(False,),
    rounds=1,
    seconds=1,
    wal_activities=1_000,
    moved=300,
    few=140,
    growth=1_400,
    judged=False,
)


class Run:
    """One run: what its parts share is made when the first of them asks, and goes at the end."""

    def __init__(
        self, target: machine.Target, plan: Plan, tell: Tell, stack: contextlib.ExitStack
    ) -> None:
        self.target, self.plan, self.tell, self.stack = target, plan, tell, stack
        self.facts = machine.facts(target)
        self.workload: dict[str, str] = {}

    @cached_property
    def learners(self) -> tuple[Population, wal.Sizes]:
        """The learners, and the sizes of what they have before anything is measured."""
        sample = self.plan.sample
        population = populate(self.target.dsn, sample, self.tell)
        self.tell("sizes")
        sizes = wal.measure_sizes(self.target, population)
        self.workload |= {
            "learners": f"{population.learners:,}",
            "distinct histories": f"{sample.histories}, of {sample.sessions} activities on average",
            "modules played": f"{PLAYED} of {len(population.catalog)}",
            "stored document": f"{sizes.typical:,.0f} bytes, mean",
        }
        return population, sizes

    @property
    def population(self) -> Population:
        return self.learners[0]

    def s1(self) -> Part:
        return floor.s1(self.target, self.population, self.plan.effort)

    def s2(self) -> Part:
        return application.s2(self.target, self.population, self.plan.effort)

    def s3(self) -> Part:
        return replaced.s3(self.target, self.population, self.plan.effort)

    def s4(self) -> Part:
        lz4 = self.facts["document compression"] == "lz4"
        return wal.s4(self.target, *self.learners, lz4, self.plan.wal_activities)

    def s5(self) -> Part:
        return bulk.s5(self.target, self.population, self.plan.short)

    @cached_property
    def few(self) -> growth.Made:
        plan = self.plan
        return self.stack.enter_context(
            growth.few_learners(self.target, plan.few, plan.sample.histories, self.tell)
        )

    @cached_property
    def many(self) -> growth.Made:
        learners = self.plan.growth or growth.affordable(self.target)
        return self.stack.enter_context(growth.many_learners(self.few, learners, self.tell))

    def s6(self) -> Part:
        plan, few, many = self.plan, self.few, self.many
        with growth.few_learners(
            self.target, plan.few, plan.sample.histories, self.tell, growth.WIDE
        ) as wide:
            return growth.s6(self.target, few, wide, many, plan.short)

    def s7(self) -> Part:
        return reading.s7(self.target, self.population, self.plan.short)

    def s8(self) -> Part:
        """After S6, whose many learners these are."""
        return leaderboard_part(leaderboard.s8(*self.many, self.tell))

    def s9(self) -> Part:
        return moving.s9(self.target, self.plan.moved, self.plan.rounds, self.tell)


def leaderboard_part(found: leaderboard.Leaderboard) -> Part:
    def line(what: str, unit: str, goal: float, measured: float) -> Line:
        return Line("S8", what, unit, goal, measured, lower=True)

    active = f"one learner in {leaderboard.ACTIVE} was active"
    rows = [
        [f"{what}, s", f"{value:.1f}"]
        for what, value in (
            ("the first refresh", found.first_refresh),
            ("a refresh that looks at everybody", found.full_refresh),
            (f"a refresh after {active}", found.refresh),
            ("a refresh with nothing new", found.nothing_new),
        )
    ]
    rows.append(["the slowest session beside refreshes, ms", f"{found.slowest_write_ms:,.0f}"])
    rows.append(["the slowest without one, ms", f"{found.slowest_write_alone_ms:,.0f}"])
    return Part(
        "S8",
        [
            line("hg_leaderboard", "ms", 5, found.leaderboard_ms),
            line("hg_percentile", "ms", 5, found.percentile_ms),
            line(f"the refresh, {active}", "s", 10, found.refresh),
            line("seen to wait for a lock meanwhile", "sessions", 0, found.lock_waits),
        ],
        [Sheet(f"S8: the leaderboard of {found.learners:,} learners", ("what", "measured"), rows)],
        asdict(found),
    )


# In the order in which they run: what makes databases of its own comes after what shares one.
PARTS: dict[str, Callable[[Run], Part]] = {
    "S1": Run.s1,
    "S2": Run.s2,
    "S3": Run.s3,
    "S5": Run.s5,
    "S7": Run.s7,
    "S4": Run.s4,
    "S6": Run.s6,
    "S8": Run.s8,
    "S9": Run.s9,
}


def run(target: machine.Target, plan: Plan, tell: Tell) -> report.Measured:
    """All that is wanted, one part after the other: nothing else runs meanwhile."""
    parts = []
    with contextlib.ExitStack() as stack:
        made = Run(target, plan, tell, stack)
        for name, part in PARTS.items():
            if plan.whole or name in plan.only:
                tell(name)
                parts.append(part(made))
    parts.sort(key=lambda part: part.target)
    workload = made.workload | {
        "rounds": f"{plan.rounds} a cell (S5 to S7: {plan.short.rounds}), {plan.seconds} s for "
        "each side, in turn",
        "figures": "the median of a cell's rounds, the median over the cells",
    }
    return report.Measured(made.facts, workload, parts, "" if plan.judged else "too small to judge")


def positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not 1 or more")
    return value


def names_of_parts(text: str) -> frozenset[str]:
    names = frozenset(text.upper().split(","))
    if not names <= set(PARTS):
        raise argparse.ArgumentTypeError(f"{text}: there are {', '.join(PARTS)}")
    return names


def read_plan(arguments: list[str]) -> Plan:
    parser = argparse.ArgumentParser(prog="bench.bench", description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="small: does it run, and about how")
    parser.add_argument("--only", type=names_of_parts, help="these parts, as in S1,S4")
    parser.add_argument("--learners", type=positive, help="how many learners")
    parser.add_argument("--rounds", type=positive, help="rounds in each cell")
    parser.add_argument("--seconds", type=positive, help="seconds of each side in a round")
    parser.add_argument("--growth", type=positive, help="how many learners S6 grows to")
    given = parser.parse_args(arguments)
    start = QUICK if given.quick else FULL
    return replace(
        start,
        sample=replace(start.sample, learners=given.learners or start.sample.learners),
        rounds=given.rounds or start.rounds,
        seconds=given.seconds or start.seconds,
        growth=given.growth or start.growth,
        only=given.only or start.only,
    )


def main(arguments: list[str]) -> int:
    plan = read_plan(arguments)
    console = Console(highlight=False)

    def bench() -> None:
        with machine.open_target() as target, console.status("starting") as status:
            measured = run(target, plan, status.update)
        report.show(measured, console)
        if plan.judged and plan.whole:
            console.print(report.kept_text(report.keep_goals(measured)))

    return migrate.exit_status(bench, "interrupted; nothing was kept")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
