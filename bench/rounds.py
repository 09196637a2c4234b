"""Cells and rounds: both sides measured in turn, so that noise of the machine hits both."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

Rate = Callable[[], float]
RateOfCell = Callable[["Cell"], float]


@dataclass(frozen=True)
class Cell:
    """One combination of clients and synchronous_commit."""

    clients: int
    synchronous_commit: bool

    @property
    def options(self) -> str:
        """What the sessions of this cell are started with.

        hg.writing is what hg_ functions set for themselves: with it the guard of direct writes
        stays silent for the other side too.
        """
        commit = "on" if self.synchronous_commit else "off"
        return f"-c synchronous_commit={commit} -c hg.writing=on"


@dataclass(frozen=True)
class Effort:
    """How much of a comparison is measured: cells, rounds in each, seconds of each side."""

    cells: list[Cell]
    rounds: int
    seconds: int


@dataclass
class Outcome:
    """The rates of both sides in a cell, round by round, in transactions per second."""

    cell: Cell
    base: list[float] = field(default_factory=list)
    product: list[float] = field(default_factory=list)

    @property
    def ratios(self) -> list[float]:
        return [mine / theirs for mine, theirs in zip(self.product, self.base, strict=True)]

    @property
    def ratio(self) -> float:
        return statistics.median(self.ratios)


def measure(cell: Cell, rounds: int, base: Rate, product: Rate) -> Outcome:
    """Run both sides in turn; who goes first changes from round to round."""
    outcome = Outcome(cell)
    for number in range(rounds):
        if number % 2 == 0:
            outcome.base.append(base())
            outcome.product.append(product())
        else:
            outcome.product.append(product())
            outcome.base.append(base())
    return outcome


def measure_cells(effort: Effort, base: RateOfCell, product: RateOfCell) -> list[Outcome]:
    return [
        measure(cell, effort.rounds, partial(base, cell), partial(product, cell))
        for cell in effort.cells
    ]


def overall(outcomes: list[Outcome]) -> float:
    """The figure of a target: the median over its cells."""
    return statistics.median(outcome.ratio for outcome in outcomes)
