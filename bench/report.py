"""What was measured, as one table for a person, and as markdown and JSON to keep."""

import json
import statistics
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from bench.rounds import Outcome, overall
from bench.wal import PARTS, REST, Sizes, Wal

RESULTS = Path(__file__).parent / "results"
BAR = 30


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
    spread: str = ""

    @property
    def met(self) -> bool | None:
        if self.measured is None or self.reason:
            return None
        return self.measured <= self.goal if self.lower else self.measured >= self.goal

    @property
    def verdict(self) -> str:
        return "-" if self.met is None else "yes" if self.met else "no"

    @property
    def bar(self) -> str:
        """The goal is the bar's middle: what is better fills more than half of it."""
        if self.measured is None:
            return ""
        part = self.goal / self.measured if self.lower else self.measured / self.goal
        filled = round(max(0.0, min(2.0, part)) * BAR / 2)
        cells = ["█" if place < filled else "·" for place in range(BAR)]
        cells.insert(BAR // 2, "|")
        return "".join(cells)


def number(value: float | None, unit: str) -> str:
    match unit:
        case _ if value is None:
            return "-"
        case "ratio":
            return f"{value:.2f}"
        case "percent":
            return f"{value:.1f} %"
        case _:
            return f"{value:,.0f} {unit}"


def goal_text(line: Line) -> str:
    return f"{'<=' if line.lower else '>='} {number(line.goal, line.unit)}"


@dataclass(frozen=True)
class Measured:
    """Everything of one run; None: not measured."""

    facts: dict[str, str]
    workload: dict[str, str]
    floor: list[Outcome]
    application: list[Outcome]
    first_of_day: Outcome
    wal: Wal | None
    sizes: Sizes
    moved: Outcome
    # Why no figure of this run is a verdict; empty where they are.
    unjudged: str = ""

    @property
    def lz4(self) -> bool:
        return self.facts["document compression"] == "lz4"

    def lines(self) -> list[Line]:
        first, second, last = self.speed_lines()
        return [first, second, *self.wal_lines(), *self.size_lines(), last]

    def speed_lines(self) -> list[Line]:
        titles = (
            ("S1", "against one UPDATE of one counter", 0.35, self.floor),
            ("S2", "against the application", 1.75, self.application),
            ("S9", "import against one bare INSERT", 0.3, [self.moved]),
        )
        return [
            Line(
                *(target, what, "ratio", goal, overall(outcomes)),
                reason=self.unjudged,
                spread=spread(outcome.ratio for outcome in outcomes),
            )
            for target, what, goal, outcomes in titles
        ]

    def wal_lines(self) -> list[Line]:
        wal = self.wal
        reason = self.unjudged if wal is not None else "its WAL is out of reach"
        update = wal and wal.update / wal.document
        return [
            Line(
                *("S4", "WAL beside the users UPDATE", "bytes", 450, wal and wal.beside_update),
                lower=True,
                reason=reason,
            ),
            Line(
                *("S4", "WAL of the UPDATE / document", "ratio", 1.15, update),
                lower=True,
                reason=reason,
            ),
            Line(
                *("S4", "HOT updates of users", "percent", 99, wal and 100 * wal.hot_share),
                reason=reason,
            ),
        ]

    def size_lines(self) -> list[Line]:
        reason = self.unjudged or ("" if self.lz4 else "the server has no lz4")
        sizes = self.sizes
        rows = (
            ("largest document, 8 played", 3800, sizes.document),
            ("the same after 320 activities", 3800, sizes.veterans),
            ("largest document, all played", 4500, sizes.veterans_of_all),
            ("largest row of users, 8 played", 4080, sizes.row),
            ("the same after 320 activities", 4080, sizes.veterans_row),
        )
        return [
            Line("S4", what, "bytes", goal, measured, lower=True, reason=reason)
            for what, goal, measured in rows
        ]


def spread(values) -> str:
    found = list(values)
    return f"{min(found):.2f}-{max(found):.2f}"


# --- On the terminal -------------------------------------------------------------------------


COLOURS = {True: "green", False: "red", None: "yellow"}


def goals_table(lines: list[Line]) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("")
    table.add_column("what")
    for title in ("goal", "measured"):
        table.add_column(title, justify="right")
    table.add_column("met?")
    for line in lines:
        table.add_row(
            line.target,
            line.what,
            goal_text(line),
            number(line.measured, line.unit),
            Text(line.verdict, COLOURS[line.met]),
        )
    return table


def chart(lines: list[Line]) -> Table:
    """Every figure as a bar; the longer the better, whatever its unit."""
    table = Table(box=None, show_header=False)
    for line in lines:
        table.add_row(line.target, line.what, Text(line.bar, COLOURS[line.met]))
    return table


def reasons(lines: list[Line]) -> list[str]:
    """Why some figures are no verdicts."""
    why: dict[str, list[str]] = {}
    for line in lines:
        if line.reason:
            why.setdefault(line.reason, []).append(line.what)
    return [
        f"Not judged: {reason}" + ("" if len(whats) == len(lines) else f" ({', '.join(whats)})")
        for reason, whats in why.items()
    ]


def cell_rows(outcomes: list[Outcome]) -> list[list[str]]:
    return [
        [
            str(outcome.cell.clients),
            "on" if outcome.cell.synchronous_commit else "off",
            f"{statistics.median(outcome.base):,.0f}",
            f"{statistics.median(outcome.product):,.0f}",
            f"{outcome.ratio:.2f}",
            spread(outcome.ratios),
        ]
        for outcome in outcomes
    ]


CELL_TITLES = ("clients", "sync. commit", "other, /s", "product, /s", "ratio", "rounds")


def cells_table(outcomes: list[Outcome]) -> Table:
    table = Table(*CELL_TITLES, box=box.SIMPLE_HEAD)
    for column in table.columns:
        column.justify = "right"
    for row in cell_rows(outcomes):
        table.add_row(*row)
    return table


def wal_rows(wal: Wal) -> list[tuple[str, str]]:
    names = [name for name, _ in PARTS] + [REST]
    rows = [(name, f"{wal.parts[name]:,.0f}") for name in names]
    rows.append(("whole", f"{wal.whole:,.0f}"))
    rows.append(("of it full pages", f"{wal.full_pages:,.0f}"))
    rows.append(("beside: the stored document, mean", f"{wal.document:,.0f}"))
    return rows


def wal_title(wal: Wal) -> str:
    return (
        "S4: bytes of WAL per activity, by type of record "
        f"(pg_waldump over {wal.activities:,} activities, full_page_writes off)"
    )


def wal_table(wal: Wal) -> Table:
    table = Table("part", box=box.SIMPLE_HEAD)
    table.add_column("bytes", justify="right")
    for row in wal_rows(wal):
        table.add_row(*row)
    return table


def facts_text(facts: dict[str, str]) -> Text:
    return Text("; ".join(f"{name}: {value}" for name, value in facts.items()), "dim")


S1_TITLE = "S1: against one UPDATE of one counter (pgbench)"
DAY_TITLE = "S1, the first activity of a learner's day, which computes more (not judged)"
S2_TITLE = "S2: against the application (psycopg)"
S9_TITLE = "S9: the import against one bare INSERT ... SELECT, learners a second"


def speed_parts(measured: Measured) -> list[tuple[str, list[Outcome]]]:
    return [
        (S1_TITLE, measured.floor),
        (DAY_TITLE, [measured.first_of_day]),
        (S2_TITLE, measured.application),
        (S9_TITLE, [measured.moved]),
    ]


def screen(measured: Measured) -> RenderableType:
    lines = measured.lines()
    parts: list[RenderableType] = [
        facts_text(measured.facts),
        facts_text(measured.workload),
        Text(),
    ]
    for title, outcomes in speed_parts(measured):
        parts += [Text(title, "bold"), cells_table(outcomes)]
    if measured.wal is not None:
        parts += [Text(wal_title(measured.wal), "bold"), wal_table(measured.wal)]
    parts += [Text("Goals", "bold"), goals_table(lines)]
    parts += [Text("Against the goals (|), the longer the better", "bold"), chart(lines), Text()]
    return Group(*parts, *reasons(lines))


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
    lines = measured.lines()
    goals = [
        (
            *(line.target, line.what, goal_text(line), number(line.measured, line.unit)),
            *(line.spread, line.verdict),
        )
        for line in lines
    ]
    text = ["# The bench's last run", ""]
    text += markdown_table(("", "what", "goal", "measured", "cells", "met?"), goals)
    width = max(len(line.what) for line in lines)
    bars = [f"{line.target} {line.what:<{width}} {line.bar}" for line in lines]
    text += ["Against the goals (|), the longer the better:", "", "```", *bars, "```", ""]
    text += reasons(lines)
    for title, outcomes in speed_parts(measured):
        text += [f"## {title}", "", *markdown_table(CELL_TITLES, cell_rows(outcomes))]
    if measured.wal is not None:
        text += [f"## {wal_title(measured.wal)}", ""]
        text += markdown_table(("part", "bytes"), wal_rows(measured.wal))
    text += ["## Where and how", ""]
    text += [f"- {name}: {value}" for name, value in (measured.facts | measured.workload).items()]
    return "\n".join(text) + "\n"


def as_dict(outcome: Outcome) -> dict:
    return asdict(outcome) | {"ratio": outcome.ratio}


def as_json(measured: Measured) -> str:
    content = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "facts": measured.facts,
        "workload": measured.workload,
        "goals": [asdict(line) | {"met": line.met} for line in measured.lines()],
        "S1": [as_dict(outcome) for outcome in measured.floor],
        "S1_first_of_day": as_dict(measured.first_of_day),
        "S2": [as_dict(outcome) for outcome in measured.application],
        "S4": {"wal": measured.wal and asdict(measured.wal), "sizes": asdict(measured.sizes)},
        "S9": as_dict(measured.moved),
    }
    return json.dumps(content, indent=2) + "\n"


def keep(measured: Measured, folder: Path = RESULTS) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "latest.md").write_text(markdown(measured), "utf-8")
    (folder / "latest.json").write_text(as_json(measured), "utf-8")
