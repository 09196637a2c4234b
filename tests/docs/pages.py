"""README and docs as data: their blocks, their tables, their links.

A block ```sql is run by psql. What follows it at once, with nothing but blank lines between, is
what it must print: ```text as psql prints it, ```json as the one value it prints, whatever its
layout. What varies from run to run (uuids, instants, days, who ran it) is masked on both sides
before they are compared.
"""

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.database import find_psql

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
VARYING = (
    ("<uuid>", re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")),
    ("<instant>", re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d)")),
    ("<day>", re.compile(r"\b\d{4}-\d\d-\d\d\b")),
    ("<role>", re.compile(r'(?<="by": ")\w+(?=")')),
)


@dataclass(frozen=True)
class Block:
    """A block of SQL and what it must print; None: whatever it prints."""

    page: Path
    line: int
    sql: str
    result: str | None
    is_json: bool

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def sql_blocks(page: Path) -> list[Block]:
    text = page.read_text("utf-8")
    fences = list(FENCE.finditer(text))
    blocks = []
    for place, fence in enumerate(fences):
        if fence[1] != "sql":
            continue
        follower = fences[place + 1] if place + 1 < len(fences) else None
        if follower is not None and (
            follower[1] not in ("text", "json") or text[fence.end() : follower.start()].strip()
        ):
            follower = None
        line = text.count("\n", 0, fence.start()) + 1
        result = follower[2] if follower else None
        blocks.append(Block(page, line, fence[2], result, bool(follower) and follower[1] == "json"))
    return blocks


def run_psql(block: Block, dsn: str) -> str:
    """What psql prints for the block, errors included; the bare value where JSON is expected."""
    options = ["--no-psqlrc", "--quiet", "--set", "SHOW_CONTEXT=never", "--pset", "pager=off"]
    if block.is_json:
        options += ["--tuples-only", "--no-align"]
    if block.result is None:
        options += ["--set", "ON_ERROR_STOP=1"]
    done = subprocess.run(
        [find_psql(), *options, "--dbname", dsn],
        input=block.sql,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, f"{block}:\n{done.stdout}"
    return done.stdout


def mask(text: str) -> str:
    """The text without what varies, and without what only fills a column to its width: an instant
    that ends in zeros is shorter."""
    for name, pattern in VARYING:
        text = pattern.sub(name, text)
    text = re.sub(r"([ -])\1+", r"\1", text)
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines())


def as_expected(block: Block, printed: str) -> tuple[object, object]:
    """What the page says and what was printed, both so that equal means equal."""
    if block.is_json:
        return json.loads(mask(block.result)), json.loads(mask(printed))
    return mask(block.result), mask(printed)


def prose(page: Path) -> str:
    """The page without its fenced blocks."""
    return FENCE.sub("", page.read_text("utf-8"))


def links(page: Path) -> list[str]:
    return LINK.findall(prose(page))


def anchors(page: Path) -> set[str]:
    """The anchors that the headings of a page give, as code hosts make them."""
    found = set()
    for heading in HEADING.findall(prose(page)):
        words = re.sub(r"[^\w\- ]", "", heading.strip().lower())
        found.add(words.replace(" ", "-"))
    return found


def table_rows(page: Path, heading: str) -> Iterator[list[str]]:
    """The cells of the first table under a heading, its head left out."""
    text = page.read_text("utf-8")
    section = re.search(rf"^#+ {re.escape(heading)}$(.*?)(?=^#|\Z)", text, re.M | re.S)
    assert section, f"{page.name} has no heading {heading}"
    rows = re.findall(r"^\|(.*)\|$", section[1], re.M)
    assert len(rows) > 2, f"{page.name}, {heading}: no table"
    for row in rows[2:]:
        yield [cell.strip().replace("`", "") for cell in re.split(r"(?<!\\)\|", row)]
