"""What is measured for a target: figures against their goals, the tables behind them, raw rates."""

import math
import statistics
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

from bench.rounds import Outcome, overall

CELL_TITLES = ("clients", "sync. commit", "other, /s", "product, /s", "ratio", "rounds")


@dataclass(frozen=True)
class Line:
    """One goal and what was measured; lower: less is better."""

    target: str
    what: str
    unit: str
    goal: float
    measured: float | None
    lower: bool = False
    # Why a figure is no verdict, or was not measured.
    reason: str = ""
    # The least and the greatest figure of a cell, where there are several.
    spread: tuple[float, float] | None = None

    @property
    def met(self) -> bool | None:
        if self.measured is None or self.reason:
            return None
        return self.measured <= self.goal if self.lower else self.measured >= self.goal

    @property
    def verdict(self) -> str:
        return "-" if self.met is None else "yes" if self.met else "no"

    def share(self, measured: float) -> float:
        """How a figure stands to the goal: 1 meets it, and more is better whatever the unit."""
        better, worse = (self.goal, measured) if self.lower else (measured, self.goal)
        return better / worse if worse else math.inf

    @property
    def goal_text(self) -> str:
        return f"{'<=' if self.lower else '>='} {number(self.goal, self.unit)}"

    @property
    def measured_text(self) -> str:
        return number(self.measured, self.unit)

    @property
    def spread_text(self) -> str:
        return "" if self.spread is None else spread_text(self.spread)


def number(value: float | None, unit: str) -> str:
    match unit:
        case _ if value is None:
            return "-"
        case "ratio":
            return f"{value:.2f}"
        case "percent":
            return f"{value:.1f} %"
        case "ms" | "s":
            return f"{value:,.2f} {unit}" if value < 1 else f"{value:,.1f} {unit}"
        case _:
            return f"{value:,.0f} {unit}"


def spread_text(values: Iterable[float]) -> str:
    found = list(values)
    return f"{min(found):.2f}-{max(found):.2f}"


@dataclass(frozen=True)
class Sheet:
    """A table as it is shown: the first column says what a row is."""

    title: str
    head: tuple[str, ...]
    rows: list[list[str]]


@dataclass(frozen=True)
class Part:
    """All of one target; raw is what goes into the file for machines."""

    target: str
    lines: list[Line]
    sheets: list[Sheet]
    raw: dict[str, object] = field(default_factory=dict)


def cell_row(outcome: Outcome) -> list[str]:
    return [
        str(outcome.cell.clients),
        "on" if outcome.cell.synchronous_commit else "off",
        f"{statistics.median(outcome.base):,.0f}",
        f"{statistics.median(outcome.product):,.0f}",
        f"{outcome.ratio:.2f}",
        spread_text(outcome.ratios),
    ]


def cells_sheet(title: str, outcomes: list[Outcome], head: tuple[str, ...] = CELL_TITLES) -> Sheet:
    return Sheet(title, head, [cell_row(outcome) for outcome in outcomes])


def ratio_line(target: str, what: str, goal: float, outcomes: list[Outcome]) -> Line:
    ratios = [outcome.ratio for outcome in outcomes]
    spread = (min(ratios), max(ratios))
    return Line(target, what, "ratio", goal, overall(outcomes), spread=spread)


def raw_rates(outcomes: list[Outcome]) -> list[dict]:
    return [asdict(outcome) | {"ratio": outcome.ratio} for outcome in outcomes]


def compared(
    target: str,
    what: str,
    goal: float,
    how: str,
    outcomes: list[Outcome],
    sides: tuple[str, str] = ("other", "product"),
) -> Part:
    """A part that is one ratio: both sides in turn, in cells. how: the tool, the unit of rates."""
    head = (*CELL_TITLES[:2], *(f"{side}, /s" for side in sides), *CELL_TITLES[4:])
    return Part(
        target,
        [ratio_line(target, what, goal, outcomes)],
        [cells_sheet(f"{target}: {what} ({how})", outcomes, head)],
        {what: raw_rates(outcomes)},
    )


def unjudged(target: str, what: str, how: str, outcomes: list[Outcome]) -> Part:
    """What is worth knowing beside a goal."""
    sheet = cells_sheet(f"{target}, not judged: {what} ({how})", outcomes)
    return Part(target, [], [sheet], {what: raw_rates(outcomes)})


def together(first: Part, *others: Part) -> Part:
    """One part of several that belong to one target."""
    parts = (first, *others)
    raw: dict[str, object] = {}
    for part in parts:
        raw |= part.raw
    return Part(
        first.target,
        [line for part in parts for line in part.lines],
        [sheet for part in parts for sheet in part.sheets],
        raw,
    )
