"""Check that the version is the same wherever it stands, and that it is a sensible one.

    python -m tools.checkver [FOLDER]

pyproject.toml has it; CHANGELOG.md, the bundle of make dist, what is kept of the last release
(tests/release/previous) and migrations/released.sha256 have to agree. Exit 1 when they do not.
"""

import datetime
import gzip
import itertools
import re
import sys
from pathlib import Path

from tools import frozen
from tools.dist import bundle
from tools.loader import Project
from tools.server import ROOT

SEMANTIC = re.compile(
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)"
    r"(?:-((?:0|[1-9]\d*|\d*[A-Za-z-][\dA-Za-z-]*)(?:\.(?:0|[1-9]\d*|\d*[A-Za-z-][\dA-Za-z-]*))*))?"
)
ENTRY = re.compile(r"^## (\S+) - (\S+)$", re.MULTILINE)
UNRELEASED = "unreleased"
MIGRATION = re.compile(r"^-- migration ([0-9a-f]{64}) (\S+)$", re.MULTILINE)
LOADED = re.compile(r"^-- hidden-grade-asset ([^\s:]+):|code_version = '([^']*)'", re.MULTILINE)


def parts(version: str) -> tuple | None:
    """A version as something to compare; None where it is no semantic version."""
    found = SEMANTIC.fullmatch(version)
    if found is None:
        return None
    numbers = tuple(int(number) for number in found.groups()[:3])
    # What comes before a release is less than it; numbers count, and are less than words.
    words = tuple(
        (0, int(word), "") if word.isdigit() else (1, 0, word)
        for word in (found[4] or "").split(".")
        if word
    )
    return (*numbers, found[4] is None, words)


def entries(root: Path) -> list[tuple[str, str]]:
    """(version, date or unreleased) of each entry of the changelog, from the top."""
    return ENTRY.findall((root / "CHANGELOG.md").read_text("utf-8"))


def previous_bundle(root: Path, version: str) -> Path:
    return root / "tests" / "release" / "previous" / f"hidden-grade-asset-{version}.sql.gz"


def is_day(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def check_changelog(version: str, found: list[tuple[str, str]]) -> list[str]:
    if not found:
        return ["CHANGELOG.md: has no entry '## VERSION - DATE'"]
    problems = []
    if found[0][0] != version:
        problems.append(f"CHANGELOG.md: begins with {found[0][0]}, pyproject.toml has {version}")
    for name, day in found:
        if parts(name) is None:
            problems.append(f"CHANGELOG.md: {name} is no semantic version")
        if not is_day(day) and (day != UNRELEASED or name != found[0][0]):
            problems.append(f"CHANGELOG.md: {name} has neither a date nor is it the one to come")
    for (newer, day), (older, day_before) in itertools.pairwise(found):
        if (parts(newer) or ()) <= (parts(older) or ()):
            problems.append(f"CHANGELOG.md: {newer} stands above {older}")
        if is_day(day) and is_day(day_before) and day < day_before:
            problems.append(f"CHANGELOG.md: {newer} is older than {older}")
    return problems


def check_released(root: Path, found: list[tuple[str, str]]) -> list[str]:
    """The frozen migrations are those of the last release, and its bundle is kept."""
    listed = {
        name: digest
        for name, digest in frozen.released(root / "migrations").items()
        if not name.endswith(".rollback.sql")
    }
    problems = []
    unlisted = sorted(
        path.name
        for path in (root / "migrations").glob("*.sql")
        if path.name not in listed and not path.name.endswith(".rollback.sql")
    )
    if found and found[0][1] != UNRELEASED and unlisted:
        problems.append(
            f"migrations/released.sha256: {found[0][0]} is released, and {', '.join(unlisted)} "
            "not listed: python -m tools.frozen add"
        )
    released = [version for version, day in found if day != UNRELEASED]
    # What is being released now is kept when the next version begins.
    before = [version for version in released if version != found[0][0]]
    if not before:
        return problems
    path = previous_bundle(root, before[0])
    if not path.is_file():
        return [*problems, f"{path.relative_to(root)}: is missing, the bundle of {before[0]}"]
    with gzip.open(path, "rt", encoding="utf-8") as file:
        text = file.read()
    problems += check_text(text, before[0], path.relative_to(root).as_posix())
    applied = {name: digest for digest, name in MIGRATION.findall(text)}
    if any(listed.get(name) != digest for name, digest in applied.items()):
        problems.append(
            f"migrations/released.sha256: does not list the migrations of {before[0]} as its "
            "bundle has them"
        )
    if found[0][1] == UNRELEASED and set(listed) - set(applied):
        problems.append(
            "migrations/released.sha256: lists what no release has: "
            + ", ".join(sorted(set(listed) - set(applied)))
        )
    return problems


def check_text(text: str, version: str, name: str) -> list[str]:
    """Whether a bundle says throughout that it is of the version."""
    said = {one or other for one, other in LOADED.findall(text)}
    if said == {version}:
        return []
    return [f"{name}: is of {', '.join(sorted(said)) or 'no version'}, not {version}"]


def check_bundle(root: Path, version: str, unreleased: bool) -> list[str]:
    """The bundle names the version; once released, one in dist/ is what the sources give."""
    text = bundle(Project(root))
    problems = check_text(text, version, "the bundle")
    path = root / "dist" / f"hidden-grade-asset-{version}.sql"
    if not unreleased and path.is_file() and path.read_text("utf-8") != text:
        problems.append(f"{path.relative_to(root)}: is not what the sources give: make dist")
    return problems


def check(root: Path) -> list[str]:
    """What does not agree."""
    version = Project(root).version
    if parts(version) is None:
        return [f"pyproject.toml: {version} is no semantic version (MAJOR.MINOR.PATCH)"]
    found = entries(root)
    return [
        *check_changelog(version, found),
        *check_released(root, found),
        *check_bundle(root, version, bool(found) and found[0][1] == UNRELEASED),
    ]


def main(arguments: list[str]) -> int:
    root = Path(arguments[0]).resolve() if arguments else ROOT
    problems = check(root)
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
