"""The bench measures what it says it measures. How quick anything is, is not tested."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from rich.console import Console

from bench import application, bench, ledger, machine, pgbench, report, wal
from bench.learners import PLAYED, Population, Sample, populate
from bench.rounds import Cell, Outcome, measure, overall

CELL = Cell(clients=2, synchronous_commit=False)
SAMPLE = Sample(learners=56, histories=14, veterans=1, returning=28, sessions=8)
UNSAFE = {"fsync": "off", "synchronous_commit": "off", "shared_buffers": "32MB"}


def silent(_: str) -> None:
    """Nobody watches."""


@pytest.fixture(scope="module")
def target() -> Iterator[machine.Target]:
    with machine.own_target(UNSAFE) as made:
        yield made


@pytest.fixture(scope="module")
def population(target: machine.Target) -> Population:
    return populate(target.dsn, SAMPLE, silent)


@pytest.fixture
def session(target: machine.Target) -> Iterator[psycopg.Connection]:
    with psycopg.connect(target.dsn, autocommit=True) as connection:
        yield connection


def activities(connection: psycopg.Connection) -> int:
    return connection.execute(
        "SELECT count(*) FROM hg_ledger AS l WHERE l.kind = 'activity'"
    ).fetchone()[0]


def test_copies_are_their_originals(session: psycopg.Connection, population: Population) -> None:
    assert population.learners == 56
    same, ledgers = session.execute(
        "SELECT bool_and(c.hidden_grade_asset = o.hidden_grade_asset), "
        "bool_and((SELECT count(*) FROM hg_ledger AS l WHERE l.user_id = c.id) "
        "= (SELECT count(*) FROM hg_ledger AS l WHERE l.user_id = o.id)) "
        "FROM users AS c JOIN users AS o ON o.id = 1 + (c.id - 1) %% 14 WHERE c.id <= %s",
        [population.learners],
    ).fetchone()
    assert same and ledgers


def test_documents_are_of_real_size(
    session: psycopg.Connection, target: machine.Target, population: Population
) -> None:
    played = dict(
        session.execute(
            "SELECT u.id, count(*) FROM users AS u, "
            "jsonb_each(u.hidden_grade_asset -> 'modules') AS m (module, block) "
            "WHERE (m.block #>> '{progress,sessions_completed}')::integer > 0 GROUP BY u.id"
        ).fetchall()
    )
    assert {played[learner] for learner in range(1, population.learners + 1)} == {PLAYED}
    assert played[population.veterans_of_all.start] == len(population.catalog)
    pairs, beside = session.execute(
        "SELECT min((SELECT count(*) FROM jsonb_object_keys(u.hidden_grade_asset "
        "#> '{cross_module_analytics,learning_patterns_between_modules}'))), "
        "max(pg_column_size(u) - pg_column_size(u.hidden_grade_asset)) FROM users AS u"
    ).fetchone()
    assert pairs > 0
    assert 200 <= beside <= 260
    sizes = wal.measure_sizes(target, population)
    assert sizes.document < sizes.row < sizes.document + 300
    assert sizes.veterans < sizes.veterans_row < sizes.veterans + 300
    assert sizes.typical <= sizes.document
    assert sizes.typical < sizes.veterans < sizes.veterans_of_all


def test_s1_runs_both_sides(
    target: machine.Target, session: psycopg.Connection, population: Population
) -> None:
    before = activities(session)
    found = pgbench.against_floor(target, population, [CELL], rounds=1, seconds=1)
    assert activities(session) > before
    assert len(found) == 1 and found[0].base[0] > 0 and found[0].product[0] > 0
    # The floor changes the counter alone: neither a checkpoint nor a recomputed document.
    kinds = session.execute("SELECT DISTINCT l.kind::text FROM hg_ledger AS l").fetchall()
    assert {kind for (kind,) in kinds} == {"skeleton", "activity"}


def test_pgbench_learners_play_their_own_modules(
    session: psycopg.Connection, population: Population
) -> None:
    """The scripts pick learners by place in the catalog: nobody plays a ninth module."""
    most = session.execute(
        "SELECT max(p.played) FROM (SELECT count(DISTINCT l.module) AS played "
        "FROM hg_ledger AS l WHERE l.user_id <= %s GROUP BY l.user_id) AS p",
        [population.learners],
    ).fetchone()[0]
    assert most == PLAYED


def test_returning_learners_begin_a_day(
    target: machine.Target, session: psycopg.Connection, population: Population
) -> None:
    last = session.execute("SELECT max(l.ledger_id) FROM hg_ledger AS l").fetchone()[0]
    pgbench.first_of_day(target, population, rounds=1)
    words = session.execute(
        "SELECT l.streak::text, count(*) FROM hg_ledger AS l WHERE l.ledger_id > %s GROUP BY 1",
        [last],
    ).fetchall()
    assert words == [("extended", len(population.returning))]


def test_s2_runs_both_sides(
    target: machine.Target, session: psycopg.Connection, population: Population
) -> None:
    before = activities(session)
    found = application.against_application(target, population, [CELL], rounds=1, seconds=0.2)
    assert activities(session) > before
    assert found[0].base[0] > 0 and found[0].product[0] > 0
    history, problems = session.execute(
        "SELECT (SELECT count(*) FROM application_history), "
        "count(hg__document_problem(u.hidden_grade_asset)) FROM users AS u"
    ).fetchone()
    assert history > 0
    assert problems == 0


def test_s4_accounts_for_all_wal(target: machine.Target, population: Population) -> None:
    found = wal.measure_wal(target, population, 60)
    assert found.update > found.document / 2
    assert found.parts["ledger, the row"] > 100
    assert found.full_pages == 0
    assert found.parts[wal.REST] < found.whole / 10
    assert 0 < found.hot_share <= 1


def test_waldump_report_is_split_by_type() -> None:
    text = """\
Type                      N      (%)     Record size      (%)    FPI size      (%)   Combined
----                      -      ---     -----------      ---    --------      ---   --------
Heap/HOT_UPDATE          10 ( 50.00)            3000 ( 75.00)        1000 (100.00)   4000 ( 80.00)
Heap/INSERT+INIT         10 ( 50.00)            1000 ( 25.00)           0 (  0.00)   1000 ( 20.00)
                   --------                --------                --------        --------
Total                    20                     4000 [80.00%]        1000 [20.00%]   5000 [100%]
"""
    parts, full_pages = wal.split(text, activities=10)
    assert parts["users, the new document"] == 400
    assert parts["ledger, the row"] == 100
    assert sum(parts.values()) == 500
    assert full_pages == 100


def test_sides_take_turns() -> None:
    order = []
    rates = {"floor": [10.0, 20.0, 40.0], "product": [5.0, 5.0, 30.0]}

    def side(name: str) -> float:
        order.append(name)
        return rates[name][order.count(name) - 1]

    found = measure(CELL, 3, lambda: side("floor"), lambda: side("product"))
    assert order == ["floor", "product", "product", "floor", "floor", "product"]
    assert found.ratios == [0.5, 0.25, 0.75]
    assert found.ratio == 0.5
    assert overall([found, Outcome(CELL, [1.0], [0.1]), Outcome(CELL, [1.0], [9.0])]) == 0.5


@pytest.mark.parametrize(
    ("measured", "lower", "met", "filled"),
    [
        (0.35, False, True, 15),
        (0.34, False, False, 15),
        (0.7, False, True, 30),
        (0.7, True, False, 8),
    ],
)
def test_a_goal_is_met_or_not(measured: float, lower: bool, met: bool, filled: int) -> None:
    line = report.Line("S0", "anything", "ratio", 0.35, measured, lower=lower)
    assert line.met is met
    assert line.bar.count("█") == filled
    assert replace(line, reason="no lz4").met is None


def test_the_whole_run_is_shown_and_kept(target: machine.Target, tmp_path: Path) -> None:
    plan = replace(
        bench.QUICK,
        sample=replace(SAMPLE, learners=28),
        clients=(1,),
        synchronous_commit=(False,),
        wal_activities=20,
        moved=20,
    )
    with machine.new_database(target.dsn) as dsn:
        machine.install(dsn)
        measured = bench.run(replace(target, dsn=dsn), plan, silent)
    console = Console(record=True, width=80, file=io.StringIO())
    report.show(measured, console)
    shown = console.export_text()
    assert all(line.what in shown for line in measured.lines())
    assert "too small to judge" in shown
    report.keep(measured, tmp_path / "results")
    kept = json.loads((tmp_path / "results" / "latest.json").read_text())
    assert [goal["met"] for goal in kept["goals"]] == [None] * len(measured.lines())
    assert kept["S1"][0]["product"][0] > 0
    assert kept["S9"]["product"][0] > 0
    assert "| S1 |" in (tmp_path / "results" / "latest.md").read_text()


def test_the_plan_is_read_from_the_command_line() -> None:
    assert bench.read_plan([]) == bench.FULL
    assert bench.read_plan(["--quick", "--rounds", "3"]) == replace(bench.QUICK, rounds=3)
    assert len(bench.FULL.cells) == 6
    with pytest.raises(SystemExit):
        bench.read_plan(["--learners", "0"])


def test_the_ledger_is_measured_for_each_size(target: machine.Target) -> None:
    with machine.new_database(target.dsn) as dsn:
        machine.install(dsn)
        with ledger.prepared(dsn) as session:
            users = [ledger.fill(session, rows) for rows in (2, 5)]
            lines = list(ledger.measure(session, users, 1))
    assert len({line.what for line in lines}) == len(lines) == 9
    assert all(len(line.milliseconds) == 2 and min(line.milliseconds) > 0 for line in lines)
    rows = ledger.table([2, 5], lines)
    assert ledger.markdown(rows).count("\n") == len(lines) + 2
