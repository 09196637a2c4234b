"""What a number of learners asks of machines: the arithmetic of docs/scaling.md, in one place.

    python -m bench.capacity [--NAME VALUE ...]

prints the tables of that page as Markdown. Every figure follows from the costs of one activity,
which were measured, and from what is assumed about learners and machines; each is an option.
"""

import argparse
import math
import sys
from dataclasses import dataclass, field, fields

LEARNERS = (1_000_000, 10_000_000, 100_000_000)


def given(default: float, text: str) -> float:
    return field(default=default, metadata={"text": text})


@dataclass(frozen=True)
class Costs:
    """Measured, one activity at a time (bench/results/latest.md), a learner at rest, a row."""

    cpu_us: float = given(600, "CPU of one hg_record_activity, microseconds")
    read_us: float = given(400, "CPU of one hg_document or hg_streak, microseconds")
    wal_bytes: float = given(4205, "WAL of one activity, bytes, without full pages")
    page_bytes: float = given(8192, "a page, and what one learner takes of users, bytes")
    ledger_bytes: float = given(279, "an activity in hg_ledger, its indexes included, bytes")


@dataclass(frozen=True)
class Assumed:
    """About learners, schools and machines."""

    active_share: float = given(0.5, "share of the learners who play on a day")
    sessions: float = given(10, "sessions of one who plays, a day")
    reads: float = given(1, "reads for each session")
    busiest_hour: float = given(0.2, "share of the day's sessions in its busiest hour")
    busiest_second: float = given(2, "the busiest second of that hour over its mean")
    full_pages: float = given(3, "pages logged whole for a learner's sessions of a day")
    call_ms: float = given(3, "a connection's time for one call, commit and network, milliseconds")
    days_a_year: float = given(250, "days of play a year")
    retention_days: float = given(90, "days of play that the ledger keeps")
    cores: float = given(32, "cores of one machine")
    busy_share: float = given(0.5, "share of them to use at the peak")
    wal_mb_s: float = given(100, "WAL one machine writes and ships for hours, MB a second")
    storage_tb: float = given(4, "storage of one machine to fill, TB")


@dataclass(frozen=True)
class Need:
    """What so many learners ask for."""

    learners: int
    costs: Costs
    assumed: Assumed

    @property
    def activities(self) -> float:
        """A day."""
        return self.learners * self.assumed.active_share * self.assumed.sessions

    @property
    def peak(self) -> float:
        """Activities a second."""
        hour = self.activities * self.assumed.busiest_hour / 3600
        return hour * self.assumed.busiest_second

    @property
    def cores(self) -> float:
        """Busy at the peak."""
        each = self.costs.cpu_us + self.assumed.reads * self.costs.read_us
        return self.peak * each / 1e6

    @property
    def wal(self) -> float:
        """Bytes of one activity, full pages included."""
        full = self.assumed.full_pages * self.costs.page_bytes
        return self.costs.wal_bytes + full / self.assumed.sessions

    @property
    def wal_a_second(self) -> float:
        return self.peak * self.wal

    @property
    def wal_a_day(self) -> float:
        return self.activities * self.wal

    @property
    def users(self) -> float:
        return self.learners * self.costs.page_bytes

    @property
    def ledger_a_day(self) -> float:
        return self.activities * self.costs.ledger_bytes

    @property
    def ledger_a_year(self) -> float:
        return self.ledger_a_day * self.assumed.days_a_year

    @property
    def stored(self) -> float:
        return self.users + self.ledger_a_day * self.assumed.retention_days

    @property
    def connections(self) -> float:
        """Busy at the peak."""
        calls = self.peak * (1 + self.assumed.reads)
        return calls * self.assumed.call_ms / 1000

    @property
    def machines(self) -> int:
        """By what runs out first."""
        by_cores = self.cores / (self.assumed.cores * self.assumed.busy_share)
        by_wal = self.wal_a_second / (self.assumed.wal_mb_s * 1e6)
        by_storage = self.stored / (self.assumed.storage_tb * 1e12)
        return max(1, math.ceil(max(by_cores, by_wal, by_storage)))

    @property
    def freeze_days(self) -> float:
        """Days in which one machine uses up 200 million transactions, an activity each."""
        return 200e6 / (self.activities / self.machines)

    @property
    def shards(self) -> int:
        """So that machines can be doubled twice before a shard has to be split; 0: none."""
        return 0 if self.machines == 1 else 2 ** math.ceil(math.log2(8 * self.machines))


ROWS = (
    ("activities a day", "activities"),
    ("activities a second, at the peak", "peak"),
    ("cores busy at the peak", "cores"),
    ("WAL at the peak, MB a second", "wal_a_second"),
    ("WAL a day, GB", "wal_a_day"),
    ("`users`, GB", "users"),
    ("`hg_ledger`, GB a day", "ledger_a_day"),
    ("`hg_ledger`, TB a year, kept whole", "ledger_a_year"),
    ("stored, with the retention, TB", "stored"),
    ("connections busy at the peak", "connections"),
    ("machines", "machines"),
    ("shards", "shards"),
    ("days until a freeze is due, each machine", "freeze_days"),
)
UNITS = {"MB": 1e6, "GB": 1e9, "TB": 1e12}


def shown(title: str, value: float) -> str:
    """A figure as the page shows it: whole, or with one decimal where it is small."""
    for unit, size in UNITS.items():
        if f" {unit}" in title:
            value /= size
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:,.1f}"


def markdown(rows: list[list[str]]) -> str:
    head, *body = rows
    lines = [head, ["---"] * len(head), *body]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def needs_table(costs: Costs, assumed: Assumed) -> str:
    needs = [Need(learners, costs, assumed) for learners in LEARNERS]
    rows = [["learners", *(f"{need.learners:,}" for need in needs)]]
    rows += [
        [title, *(shown(title, getattr(need, name)) for need in needs)] for title, name in ROWS
    ]
    return markdown(rows)


def inputs_table(*inputs: Costs | Assumed) -> str:
    rows = [["name", "is", "value"]]
    for one in inputs:
        rows += [
            [f"`{item.name}`", item.metadata["text"], f"{getattr(one, item.name):,g}"]
            for item in fields(one)
        ]
    return markdown(rows)


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="bench.capacity", description=__doc__.split("\n")[0])
    for kind in (Costs, Assumed):
        for item in fields(kind):
            parser.add_argument(
                f"--{item.name}", type=float, default=item.default, help=item.metadata["text"]
            )
    options = vars(parser.parse_args(arguments))
    costs, assumed = (
        kind(**{item.name: options[item.name] for item in fields(kind)})
        for kind in (Costs, Assumed)
    )
    print(inputs_table(costs, assumed))
    print(needs_table(costs, assumed), end="")


if __name__ == "__main__":
    main(sys.argv[1:])
