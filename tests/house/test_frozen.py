"""Released migrations are frozen."""

from pathlib import Path

import pytest

from tools.frozen import add, check


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("0001_a.sql", "0001_a.rollback.sql", "0002_b.sql", "0002_b.rollback.sql"):
        (tmp_path / name).write_text(f"SELECT '{name}';\n")
    add(tmp_path)
    return tmp_path


def test_what_is_released_passes_as_it_was(folder: Path) -> None:
    assert check(folder) == []
    assert add(folder) == []


def test_nothing_is_frozen_before_the_first_release(tmp_path: Path) -> None:
    (tmp_path / "0001_a.sql").write_text("SELECT 1;\n")
    assert check(tmp_path) == []


@pytest.mark.parametrize("name", ["0001_a.sql", "0002_b.rollback.sql"])
def test_a_changed_text_is_found(folder: Path, name: str) -> None:
    (folder / name).write_text("SELECT 'changed';\n")
    assert check(folder) == [
        f"migrations/{name}: is released and must not change; write a new migration"
    ]


def test_a_removed_file_is_found(folder: Path) -> None:
    (folder / "0001_a.sql").unlink()
    assert check(folder) == ["migrations/0001_a.sql: is released and must not be removed"]


def test_new_ones_come_after_the_released(folder: Path) -> None:
    (folder / "0003_c.sql").write_text("SELECT 3;\n")
    assert check(folder) == []
    (folder / "0002_c.sql").write_text("SELECT 2;\n")
    assert check(folder) == ["migrations/0002_c.sql: comes before 0002_b.sql, which is released"]


def test_a_release_adds_only_what_is_new(folder: Path) -> None:
    (folder / "0003_c.sql").write_text("SELECT 3;\n")
    assert add(folder) == ["0003_c.sql"]
    assert check(folder) == []
