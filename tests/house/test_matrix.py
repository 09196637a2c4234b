"""make test-on, test-matrix, test-ids: every place has its turn, and a failure is not lost."""

from pathlib import Path

import pytest

from tools import matrix, server

# A command that fails in one place, and tells which server and which ids it was given.
SPY = """
import os, sys
seen = os.environ.get("PG_BINDIR"), os.environ.get("HG_TEST_ID")
open(sys.argv[1], "a").write(f"{seen}\\n")
sys.exit(seen == ("/of-15", "uuid"))
"""


@pytest.fixture
def seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the command writes; of version 16 there is no server."""

    def programs(version: str) -> Path:
        if version == "16":
            raise server.ServerError("no PostgreSQL 16 found")
        return Path(f"/of-{version}")

    monkeypatch.setattr(matrix, "programs", programs)
    monkeypatch.delenv("PG_BINDIR", raising=False)
    monkeypatch.delenv("HG_TEST_ID", raising=False)
    return tmp_path / "seen"


def run(places: str, seen: Path) -> int:
    return matrix.main([places, "-c", SPY, str(seen)])


def test_each_place_has_its_server_and_its_ids(seen: Path) -> None:
    assert run("14,:text,18:int", seen) == 0
    assert seen.read_text().splitlines() == [
        "('/of-14', None)",
        "(None, 'text')",
        "('/of-18', 'int')",
    ]


def test_after_a_failure_the_others_have_their_turn(
    seen: Path, capsys: pytest.CaptureFixture
) -> None:
    assert run("15:uuid,16,17", seen) == 1
    assert seen.read_text().splitlines() == ["('/of-15', 'uuid')", "('/of-17', None)"]
    told = capsys.readouterr()
    assert [line.split() for line in told.out.splitlines()[-3:]] == [
        ["PostgreSQL", "15,", "uuid", "ids", "failed,", "0", "min"],
        ["PostgreSQL", "16", "no", "server"],
        ["PostgreSQL", "17", "passed,", "0", "min"],
    ]
    assert "no PostgreSQL 16 found" in told.err


@pytest.mark.parametrize("places", ["", "13", ":", "15:number", "15:", "14,,15", "int"])
def test_no_such_place_is_refused_before_anything_runs(seen: Path, places: str) -> None:
    assert run(places, seen) == 2
    assert not seen.exists()


def test_without_a_place_it_says_how() -> None:
    assert matrix.main([]) == 2
