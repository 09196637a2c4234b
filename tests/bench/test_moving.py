"""The bench of the move compares like with like, and measures what it says."""

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from rich.console import Console

from bench import machine, moving
from bench.rounds import Outcome

UNSAFE = {"fsync": "off", "synchronous_commit": "off", "shared_buffers": "32MB"}
# A little more than once around the kinds of learners, with copies of some.
LEARNERS = 120


def silent(_: str) -> None:
    """Nobody watches."""


@pytest.fixture(scope="module")
def target() -> Iterator[machine.Target]:
    with machine.own_target(UNSAFE) as made:
        yield made


@pytest.fixture(scope="module")
def found(target: machine.Target) -> Iterator[moving.Population]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(moving, "ORIGINALS", 100)
        with moving.population(target.dsn, LEARNERS, silent) as made:
            yield made


@pytest.fixture(scope="module")
def imported(found: moving.Population) -> Iterator[psycopg.Connection]:
    """A copy in which both sides have run."""
    with found.copy() as dsn, psycopg.connect(dsn, autocommit=True) as connection:
        moving.run_import(connection, {})
        moving.run_bare(connection)
        yield connection


def test_the_bare_statement_builds_the_same_documents(imported: psycopg.Connection) -> None:
    same, staged, differing = imported.execute(
        "SELECT count(*) FILTER (WHERE b.document = u.hidden_grade_asset_next), "
        "count(u.hidden_grade_asset_next), "
        "array_agg(u.id) FILTER (WHERE b.document IS DISTINCT FROM u.hidden_grade_asset_next) "
        "FROM users AS u LEFT JOIN bare AS b ON b.id = u.id"
    ).fetchone()
    assert differing is None
    assert same == staged == LEARNERS


def test_the_staged_documents_are_what_the_core_says(imported: psycopg.Connection) -> None:
    """Nothing was left out of the run that is measured: the archive has every row."""
    assert imported.execute(
        "SELECT count(*) FROM users AS u "
        "WHERE hg_legacy_document(u.id) IS DISTINCT FROM u.hidden_grade_asset_next"
    ).fetchone() == (0,)
    for table in moving.TABLES[:-1]:
        kept, there = imported.execute(
            f"SELECT (SELECT count(*) FROM hg_legacy_archive AS a WHERE a.source = '{table}'), "
            f"(SELECT count(*) FROM {table})"
        ).fetchone()
        assert kept == there > 0


def test_copies_are_their_originals(imported: psycopg.Connection) -> None:
    """But for what the originals' instants depend on, nothing does."""
    assert imported.execute(
        "SELECT count(*) FROM users AS c JOIN users AS o ON o.id = 1 + (c.id - 1) % 100 "
        "WHERE c.hidden_grade_asset_next IS DISTINCT FROM o.hidden_grade_asset_next"
    ).fetchone() == (0,)


def test_the_older_data_are_of_real_size(imported: psycopg.Connection) -> None:
    size, rows, sessions, odd = imported.execute(
        "SELECT avg(length(u.hidden_grade_asset::text)), "
        "(SELECT count(*) FROM subject_mastery) / count(*), "
        "(SELECT count(*) FROM module_history) / count(*), "
        "(SELECT count(*) FROM hg_legacy_archive AS a WHERE a.reason LIKE 'text: %') "
        "FROM users AS u"
    ).fetchone()
    assert size > 5_000
    assert 6 <= rows <= 10 and sessions == 20
    assert odd > 0


def test_the_whole_run_is_shown_and_kept(target: machine.Target, tmp_path: Path) -> None:
    measured = moving.run(target, 40, 1, 0.05, silent)
    assert isinstance(measured.default, Outcome)
    assert min(measured.default.product + measured.large.product + measured.default.base) > 0
    assert min(measured.rates.verify, measured.rates.columns) > 0
    assert [one.command for one in measured.waits] == [
        "nothing", "import", "verify", "cutover", "rollback",
    ]  # fmt: skip
    assert all(one.longest >= one.median for one in measured.waits)
    console = Console(record=True, width=120)
    moving.show(measured, console)
    assert "default options" in console.export_text()
    moving.keep(measured, tmp_path / "results")
    assert "| cutover |" in (tmp_path / "results" / "moving.md").read_text()
    kept = json.loads((tmp_path / "results" / "moving.json").read_text())
    assert kept["learners"] == 40


def test_the_plan_is_read_from_the_command_line() -> None:
    assert moving.read_plan([]) == (10_000, 3, 2.0, True)
    assert moving.read_plan(["--quick", "--learners", "9"]) == (9, 1, 0.2, False)
