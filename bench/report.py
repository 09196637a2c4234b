"""A run, as tables for a person, and as markdown, JSON and a picture to keep."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from bench import chart
from bench.part import Line, Part, Sheet

RESULTS = Path(__file__).parent / "results"
BAR = 30
COLOURS = {True: "green", False: "red", None: "yellow"}
GOALS_HEAD = ("", "what", "goal", "measured", "cells", "met?")
BARS_TITLE = "Against the goals (|), the longer the better"


@dataclass(frozen=True)
class Measured:
    """Everything of one run."""

    facts: dict[str, str]
    workload: dict[str, str]
    parts: list[Part]
    # Why no figure of this run is a verdict; empty where they are.
    unjudged: str = ""
    title: str = "The bench's last run"

    @cached_property
    def lines(self) -> list[Line]:
        found = [line for part in self.parts for line in part.lines]
        return [replace(line, reason=self.unjudged or line.reason) for line in found]

    @property
    def sheets(self) -> list[Sheet]:
        return [sheet for part in self.parts for sheet in part.sheets]


def goal_row(line: Line) -> list[str]:
    return [
        *(line.target, line.what, line.goal_text, line.measured_text),
        *(line.spread_text, line.verdict),
    ]


def bar(line: Line) -> str:
    """The goal is the bar's middle: what is better fills more than half of it."""
    if line.measured is None:
        return ""
    filled = round(max(0.0, min(2.0, line.share(line.measured))) * BAR / 2)
    cells = ["█" if place < filled else "·" for place in range(BAR)]
    cells.insert(BAR // 2, "|")
    return "".join(cells)


def reasons(lines: list[Line]) -> list[str]:
    """Why some figures are no verdicts."""
    why: dict[str, list[str]] = {}
    for line in lines:
        if line.reason:
            why.setdefault(line.reason, []).append(f"{line.target} {line.what}")
    return [
        f"Not judged: {reason}" + ("" if len(whats) == len(lines) else f" ({', '.join(whats)})")
        for reason, whats in why.items()
    ]


# --- On the terminal -------------------------------------------------------------------------


def table(head: tuple[str, ...], rows: list[list[str | Text]]) -> Table:
    made = Table(*head, box=box.SIMPLE_HEAD)
    for column in made.columns[1:]:
        column.justify = "right"
    for row in rows:
        made.add_row(*row)
    return made


def goals_table(lines: list[Line]) -> Table:
    made = table(
        GOALS_HEAD,
        [[*goal_row(line)[:-1], Text(line.verdict, COLOURS[line.met])] for line in lines],
    )
    made.columns[1].justify = "left"
    return made


def bars(lines: list[Line]) -> Table:
    """Every figure as a bar, whatever its unit."""
    made = Table(box=None, show_header=False)
    for line in lines:
        made.add_row(line.target, line.what, Text(bar(line), COLOURS[line.met]))
    return made


def facts_text(facts: dict[str, str]) -> Text:
    return Text("; ".join(f"{name}: {value}" for name, value in facts.items()), "dim")


def screen(measured: Measured) -> RenderableType:
    shown: list[RenderableType] = [
        facts_text(measured.facts),
        facts_text(measured.workload),
        Text(),
    ]
    for sheet in measured.sheets:
        shown += [Text(sheet.title, "bold"), table(sheet.head, sheet.rows)]
    shown += [Text("Goals", "bold"), goals_table(measured.lines)]
    shown += [Text(BARS_TITLE, "bold"), bars(measured.lines), Text()]
    return Group(*shown, *reasons(measured.lines))


def show(measured: Measured, console: Console) -> None:
    console.print(screen(measured))


# --- To keep ---------------------------------------------------------------------------------


def markdown_table(titles: tuple[str, ...], rows: list) -> list[str]:
    return [
        "| " + " | ".join(titles) + " |",
        "|" + "---|" * len(titles),
        *("| " + " | ".join(str(value) for value in row) + " |" for row in rows),
        "",
    ]


def markdown(measured: Measured) -> str:
    lines = measured.lines
    text = [f"# {measured.title}", ""]
    text += markdown_table(GOALS_HEAD, [goal_row(line) for line in lines])
    width = max(len(line.what) for line in lines)
    drawn = [f"{line.target} {line.what:<{width}} {bar(line)}" for line in lines]
    text += [f"{BARS_TITLE}:", "", "```", *drawn, "```", ""]
    text += reasons(lines)
    for sheet in measured.sheets:
        text += [f"## {sheet.title}", "", *markdown_table(sheet.head, sheet.rows)]
    text += ["## Where and how", ""]
    text += [f"- {name}: {value}" for name, value in (measured.facts | measured.workload).items()]
    return "\n".join(text) + "\n"


def as_json(measured: Measured) -> str:
    content = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "facts": measured.facts,
        "workload": measured.workload,
        "goals": [asdict(line) | {"met": line.met} for line in measured.lines],
    } | {part.target: part.raw for part in measured.parts}
    return json.dumps(content, indent=2) + "\n"


def keep(
    measured: Measured, name: str, draw: Callable[[Path], None], folder: Path = RESULTS
) -> list[Path]:
    """The run in three files, the last of them a picture."""
    folder.mkdir(exist_ok=True)
    texts, machines, drawn = (folder / f"{name}{kind}" for kind in (".md", ".json", ".svg"))
    texts.write_text(markdown(measured), "utf-8")
    machines.write_text(as_json(measured), "utf-8")
    draw(drawn)
    return [texts, machines, drawn]


def keep_goals(measured: Measured, folder: Path = RESULTS) -> list[Path]:
    def draw(path: Path) -> None:
        chart.draw_goals(measured.lines, measured.facts, path)

    return keep(measured, "latest", draw, folder)


def kept_text(paths: list[Path]) -> str:
    return f"kept in {paths[0].parent}: {', '.join(path.name for path in paths)}"
