"""The bench's pictures, as SVG: figures against their goals, and a long load over time."""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.part import Line

# Texts stay texts, so that a picture can be searched; the same run draws the same file.
STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "bench",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "sans-serif"],
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#e4e4e4",
    "axes.axisbelow": True,
}
COLOURS = {True: "#2e8b57", False: "#c0392b", None: "#9a9a9a"}
NAMES = {True: "met", False: "missed", None: "not judged"}
BLUE, ORANGE, GREY = "#1f5a99", "#d9822b", "#555555"
# Shares of a goal that are shown; what is farther out ends at the edge.
WORST, BEST = 1 / 8, 8
TICKS = {1 / 8: "1/8", 1 / 4: "1/4", 1 / 2: "1/2", 1: "goal", 2: "2", 4: "4", 8: "8"}
WIDTH = 11
# A legend over its panel, on the left.
ABOVE = {"loc": "lower left", "bbox_to_anchor": (0, 1), "ncols": 3, "frameon": False}


@contextmanager
def picture(path: Path, height: float) -> Iterator[Figure]:
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        yield figure
        figure.savefig(path, format="svg", metadata={"Date": None})


def place(share: float) -> float:
    """Where a share of the goal stands on an axis on which twice as good is one step."""
    return math.log2(min(max(share, WORST), BEST))


def about(facts: dict[str, str]) -> str:
    """The machine in one line."""
    wanted = ("server", "processor", "processors", "memory")
    return "; ".join(f"{name}: {facts[name]}" for name in wanted if name in facts)


# --- S1 to S9 --------------------------------------------------------------------------------


def draw_line(axes: Axes, line: Line, height: float) -> None:
    """A bar from the goal to the figure; a thin one where its cells lie."""
    goal = f"goal {line.goal_text}"
    if line.measured is None:
        axes.text(0.05, height, f"not measured ({goal})", va="center", color=GREY)
        return
    at = place(line.share(line.measured))
    axes.barh(height, at, height=0.62, color=COLOURS[line.met])
    if line.spread is not None:
        cells = [place(line.share(value)) for value in line.spread]
        axes.plot(cells, [height, height], color=GREY, linewidth=1, marker="|")
    axes.text(
        1.01,
        height,
        f"{line.measured_text}  ({goal})",
        va="center",
        color=COLOURS[line.met],
        transform=axes.get_yaxis_transform(),
    )


def draw_goals(lines: list[Line], facts: dict[str, str], path: Path) -> None:
    """Every figure as its share of the goal, the better the farther to the right."""
    with picture(path, 1.6 + 0.32 * len(lines)) as figure:
        figure.suptitle("Measured, as a share of the goal", fontsize=13, fontweight="bold")
        axes = figure.add_subplot()
        axes.set_title(about(facts), fontsize=8, color=GREY)
        heights = range(len(lines), 0, -1)
        for line, height in zip(lines, heights, strict=True):
            draw_line(axes, line, height)
        axes.set_yticks(list(heights), [f"{line.target}  {line.what}" for line in lines])
        axes.set_ylim(0.4, len(lines) + 0.6)
        axes.set_xlim(place(WORST), place(BEST))
        axes.set_xticks([place(share) for share in TICKS], TICKS.values())
        axes.set_xlabel(
            "times as good as the goal asks for (each step twice as good); "
            "thin lines: from the worst to the best cell of clients and synchronous_commit"
        )
        axes.axvline(0, color="black", linewidth=1)
        for met in dict.fromkeys(line.met for line in lines):
            axes.bar(0, 0, color=COLOURS[met], label=NAMES[met])
        figure.legend(loc="outside lower right", ncols=3, frameon=False)


# --- A long load -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Median:
    """The rate in the middle of some minutes."""

    first: float
    last: float
    rate: float


def draw_rates(axes: Axes, moments: Sequence, medians: list[Median], goal: float) -> None:
    minutes = [one.minute for one in moments]
    axes.plot(minutes, [one.rate for one in moments], color=BLUE, linewidth=1.2)
    axes.set_ylabel("sessions a second")
    axes.set_ylim(bottom=0)
    for one in medians:
        axes.axvspan(one.first, one.last, color=BLUE, alpha=0.07, linewidth=0)
        axes.plot([one.first, one.last], [one.rate, one.rate], color=ORANGE, linewidth=2)
        middle = (one.first + one.last) / 2
        # Below all rates, where nothing crosses it.
        axes.text(middle, 0, f"median {one.rate:,.0f}", ha="center", va="bottom")
    least = goal * medians[0].rate
    axes.axhline(least, color=GREY, linestyle="--", linewidth=1)
    axes.text(0, 0.85 * least, f" - - - {goal:g} of the first median", color=GREY, fontsize=8)


def draw_hot(axes: Axes, moments: Sequence) -> None:
    known = [one for one in moments if one.hot_share is not None]
    axes.plot([one.minute for one in known], [100 * one.hot_share for one in known], color=BLUE)
    axes.set_ylabel("HOT, %")
    least = min((100 * one.hot_share for one in known), default=100)
    axes.set_ylim(min(98, least - 1), 100.2)


def draw_sizes(axes: Axes, moments: Sequence) -> None:
    minutes = [one.minute for one in moments]
    tables = (("users", "users", BLUE), ("ledger", "ledger, with its indexes", ORANGE))
    for name, label, colour in tables:
        sizes = [getattr(one.seen, f"{name}_bytes") / 1024**2 for one in moments]
        axes.plot(minutes, sizes, color=colour, label=label)
    axes.set_ylabel("size, MB")
    axes.set_ylim(bottom=0)
    axes.legend(**ABOVE)


def draw_dead(axes: Axes, moments: Sequence) -> None:
    """Dead rows of users, and when something was cleaned up or written out."""
    axes.plot([one.minute for one in moments], [one.seen.users_dead for one in moments], color=BLUE)
    axes.set_ylabel("dead rows of users")
    axes.set_ylim(bottom=0)
    events = (
        ("users_vacuums", "autovacuum of users", "v", BLUE),
        ("ledger_vacuums", "autovacuum of the ledger", "v", ORANGE),
        ("checkpoints", "checkpoint", "|", GREY),
    )
    for place_up, (name, label, marker, colour) in enumerate(events):
        at = [one.minute for one in moments if getattr(one, name)]
        axes.plot(
            at,
            [1 - 0.06 * place_up] * len(at),
            marker,
            color=colour,
            label=f"{label} ({sum(getattr(one, name) for one in moments)})",
            transform=axes.get_xaxis_transform(),
            clip_on=False,
        )
    axes.legend(**ABOVE)
    axes.set_xlabel("minutes")


def draw_load(moments: Sequence, medians: list[Median], line: Line, path: Path) -> None:
    """Throughput, HOT share, sizes and dead rows over a run; medians: what the verdict compares."""
    with picture(path, 9.5) as figure:
        figure.suptitle(
            f"A long load: {line.what}: {line.measured_text} (goal {line.goal_text})",
            fontsize=13,
            fontweight="bold",
        )
        rates, hot, sizes, dead = figure.subplots(4, sharex=True, height_ratios=(3, 1.3, 2, 2))
        rates.set_xlim(0, moments[-1].minute)
        draw_rates(rates, moments, medians, line.goal)
        draw_hot(hot, moments)
        draw_sizes(sizes, moments)
        draw_dead(dead, moments)
