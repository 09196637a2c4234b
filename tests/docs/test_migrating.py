"""docs/migrating.md is walked from its top to its end on the little school: what it shows is so."""

import re
import subprocess
import sys
from dataclasses import dataclass

import psycopg
import pytest

from tests.docs import old_school
from tests.docs.pages import ROOT, Block, mask, run_psql
from tests.house.support import environment
from tests.support.database import Database

PAGE = ROOT / "docs" / "migrating.md"
VARIABLES = ("BATCH", "FORMAT", "ALLOW_QUARANTINE", "CONFIRM", "COLUMNS", "HG_LOCK_PATIENCE")
VARYING = (
    ("<digest>", r"\b[0-9a-f]{64}\b"),
    ("<size>", r"\b\d+(?:\.\d+)? (?:bytes|kB|MB|GB)\b"),
    ("PostgreSQL <version>", r"PostgreSQL \d+(?:\.\d+)?\b(?: \([^)]*\))?"),
    ("Makefile:<line>", r"Makefile:\d+"),
    ("<functions> functions", r"\d+ functions"),
)


@dataclass(frozen=True)
class Step:
    """What the page tells its reader to do, and what that shows; None: whatever it shows."""

    line: int
    text: str
    shown: str | None
    is_make: bool

    def __str__(self) -> str:
        return f"migrating.md:{self.line}"


def steps() -> list[Step]:
    """Each block of the page that is run: ```sql, and ```text that begins with `$ make`."""
    text = PAGE.read_text("utf-8")
    fences = list(re.finditer(r"^( *)```(\w*)\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL))
    found = []
    for place, fence in enumerate(fences):
        line = text.count("\n", 0, fence.start()) + 1
        body = "".join(one.removeprefix(fence[1]) for one in fence[3].splitlines(keepends=True))
        if fence[2] == "text" and body.startswith("$ make "):
            command, _, shown = body.partition("\n")
            found.append(Step(line, command.removeprefix("$ "), shown, True))
        elif fence[2] == "sql":
            after = fences[place + 1] if place + 1 < len(fences) else None
            answers = (
                after is not None
                and after[2] == "text"
                and not after[3].startswith("$ ")
                and not text[fence.end() : after.start()].strip()
            )
            found.append(Step(line, body, after[3] if answers else None, False))
    return found


def do(step: Step, database: Database) -> str:
    """What a step prints."""
    if not step.is_make:
        return run_psql(Block(PAGE, step.line, step.text, step.shown, False), database.dsn)
    # As from a shell of its own, also where a make runs the tests.
    surrounding = re.compile("MAKE.*|MFLAGS|LINES|" + "|".join(VARIABLES))
    kept = environment(database.dsn).items()
    done = subprocess.run(
        ["make", f"PYTHON={sys.executable}", *step.text.split()[1:]],
        cwd=ROOT,
        env={name: text for name, text in kept if not surrounding.fullmatch(name)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    failed = step.shown is not None and "make: ***" in step.shown
    assert done.returncode == (2 if failed else 0), f"{step}: {step.text}\n{done.stdout}"
    return done.stdout.replace(database.name, "school")


def words(text: str) -> str:
    """The text without what varies and without its layout, which follows widths."""
    for name, pattern in VARYING:
        text = re.sub(pattern, name, text)
    return " ".join(re.sub("[─━]+", " ", mask(text)).split())


def agrees(shown: str, printed: str) -> bool:
    """Whether the output is what the page shows; a line `...` there stands for any lines."""
    parts = [re.escape(words(part)) for part in re.split(r"^\.\.\.$", shown, flags=re.MULTILINE)]
    return re.fullmatch(r"(?:.* |)".join(f"{part} ?" if part else "" for part in parts),
                        f"{words(printed)} ") is not None  # fmt: skip


def test_the_way_goes_as_the_page_says(empty_database: Database) -> None:
    with psycopg.connect(empty_database.dsn, autocommit=True) as connection:
        old_school.build(connection)
    for step in steps():
        printed = do(step, empty_database)
        if step.shown is not None and step.is_make:
            assert agrees(step.shown, printed), f"{step}: {step.text}\n{printed}"
        elif step.shown is not None:
            assert mask(printed) == mask(step.shown), f"{step}\n{printed}"


def test_every_command_of_the_move_is_shown() -> None:
    shown = {step.text.split()[1] for step in steps() if step.is_make}
    makefile = (ROOT / "Makefile").read_text("utf-8")
    moves = set(re.findall(r"^([a-z]+): ## move in: ", makefile, re.MULTILINE))
    assert len(moves) == 9 and moves <= shown


def test_the_messages_it_explains_are_ours() -> None:
    sources = [*(ROOT / "tools").glob("*.py"), *(ROOT / "functions").rglob("*.sql")]
    text = "".join(path.read_text("utf-8") for path in sources)
    # A message may go over several lines of its source.
    text = re.sub(r"""["']\s*\n\s*f?["']""", "", text)
    page = PAGE.read_text("utf-8")
    section = page[page.index("## When something goes wrong") :]
    cells = re.findall(r"^\| (`.*?) \|", section[: section.index("**Killed**")], re.MULTILINE)
    assert len(cells) > 10
    for cell in cells:
        for message in re.findall(r"`([^`]+)`", cell):
            theirs = r"\w{5}|cannot drop .*|must be owner of .*|could not extend file .*"
            assert re.fullmatch(theirs, message) or message in text, message


def test_exit_statuses_are_those_of_the_driver() -> None:
    listed = re.findall(r"^\| (\d+) \|", PAGE.read_text("utf-8"), re.MULTILINE)
    driver = (ROOT / "tools" / "legacy.py").read_text("utf-8")
    status = re.search(r"Exit status: (.*)\.", driver)[1]
    assert listed == re.findall(r"\d+", status)


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        ("one\ntwo\n", "one two", True),
        ("one\n...\nthree\n", "one\ntwo\nthree\n", True),
        ("one\n...\nthree\n", "one\nthree\n", True),
        ("...\nthree\n", "one\ntwo\nthree\n", True),
        ("one\n...\n", "one\ntwo\n", True),
        ("one\n...\nthree\n", "one\ntwo\nthirteen three four\n", False),
        ("one\n", "one\ntwo\n", False),
        ("two\n...\n", "one\ntwo\n", False),
        ("80 kB, 6 rows\n", "9.5 MB, 6 rows\n", True),
        ("80 kB, 6 rows\n", "80 kB, 7 rows\n", False),
    ],
)
def test_a_difference_is_seen(shown: str, printed: str, same: bool) -> None:
    assert agrees(shown, printed) is same
