"""make checkver: it notices each way in which the version can disagree."""

import gzip
import shutil
from pathlib import Path

import pytest

from tests.support.database import ROOT
from tests.support.project import edit
from tools.checkver import check, entries, parts, previous_bundle
from tools.dist import main as dist
from tools.loader import Project

VERSION = Project(ROOT).version
PREVIOUS = entries(ROOT)[1][0]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """What the version stands in, and what the bundle is made of."""
    for name in ("functions", "triggers", "sql", "migrations", "tests/release/previous"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in ("pyproject.toml", "CHANGELOG.md"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def only(root: Path, words: str) -> bool:
    """Whether it says just one thing, and that."""
    found = check(root)
    return len(found) == 1 and words in found[0]


def release(root: Path) -> None:
    """The version to come is released today."""
    path = root / "CHANGELOG.md"
    text = path.read_text("utf-8")
    path.write_text(text.replace("- unreleased", "- 2999-12-31", 1), "utf-8")


def test_this_project() -> None:
    assert check(ROOT) == []


def test_another_version_in_pyproject(copy: Path) -> None:
    edit(copy, "pyproject.toml", f'version = "{VERSION}"', 'version = "99.0.0"')
    assert only(copy, f"CHANGELOG.md: begins with {VERSION}, pyproject.toml has 99.0.0")


@pytest.mark.parametrize("version", ["1.2", "1.02.3", "v1.2.3", "1.2.3-", "1.2.3.4"])
def test_no_semantic_version(copy: Path, version: str) -> None:
    edit(copy, "pyproject.toml", f'version = "{VERSION}"', f'version = "{version}"')
    assert only(copy, f"{version} is no semantic version")


def test_versions_in_order() -> None:
    order = ["0.9.10", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta.2",
             "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.1", "1.10.0"]  # fmt: skip
    found = [parts(version) for version in order]
    assert None not in found
    assert sorted(found) == found


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (f"## {PREVIOUS} - ", "## 99.0.0 - ", f"CHANGELOG.md: {VERSION} stands above 99.0.0"),
        (f"## {PREVIOUS} - 2", f"## {PREVIOUS} - x", f"{PREVIOUS} has neither a date"),
        (f"## {PREVIOUS} - ", f"## {PREVIOUS}x - ", f"{PREVIOUS}x is no semantic version"),
    ],
)
def test_a_changelog_that_makes_no_sense(copy: Path, old: str, new: str, said: str) -> None:
    edit(copy, "CHANGELOG.md", old, new)
    assert said in "\n".join(check(copy))


def test_an_empty_changelog(copy: Path) -> None:
    (copy / "CHANGELOG.md").write_text("# Changelog\n")
    assert only(copy, "has no entry")


def test_days_that_run_backwards(copy: Path) -> None:
    path = copy / "CHANGELOG.md"
    path.write_text(path.read_text("utf-8").replace("- unreleased", "- 1999-12-31", 1), "utf-8")
    assert f"CHANGELOG.md: {VERSION} is older than {PREVIOUS}" in check(copy)


def test_a_release_lists_all_its_migrations(copy: Path) -> None:
    release(copy)
    assert only(copy, "python -m tools.frozen add")
    shutil.copy(
        copy / "migrations" / "0001_installation.sql", copy / "migrations" / "0999_later.sql"
    )
    assert "0999_later.sql" in check(copy)[0]


def test_a_list_that_is_ahead_of_the_releases(copy: Path) -> None:
    with open(copy / "migrations" / "released.sha256", "a") as file:
        file.write(f"{'0' * 64}  0998_soon.sql\n")
    assert only(copy, "lists what no release has: 0998_soon.sql")


def test_a_list_that_is_not_what_was_released(copy: Path) -> None:
    path = copy / "migrations" / "released.sha256"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if "0005_ledger.sql" not in line))
    assert any(f"does not list the migrations of {PREVIOUS}" in said for said in check(copy))


def test_the_last_release_is_kept(copy: Path) -> None:
    previous_bundle(copy, PREVIOUS).unlink()
    assert only(copy, f"is missing, the bundle of {PREVIOUS}")


def test_another_bundle_is_kept_in_its_place(copy: Path) -> None:
    path = previous_bundle(copy, PREVIOUS)
    with gzip.open(path, "rt", encoding="utf-8") as file:
        text = file.read()
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.write(text.replace(f"code_version = '{PREVIOUS}'", "code_version = '0.0.9'"))
    assert only(copy, f"is of 0.0.9, {PREVIOUS}, not {PREVIOUS}")


def test_a_released_bundle_that_is_stale(copy: Path) -> None:
    path = copy / "dist" / f"hidden-grade-asset-{VERSION}.sql"
    assert dist(["--project", str(copy), "--output", str(path)]) == 0
    release(copy)
    assert not any("dist/" in said for said in check(copy))
    path.write_text(path.read_text("utf-8") + "-- more\n", "utf-8")
    assert any("is not what the sources give" in said for said in check(copy))
