"""The bench measures what it says it measures. How quick anything is, is not tested."""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
import pytest
from rich.console import Console

from bench import (
    application,
    bench,
    bulk,
    chart,
    floor,
    growth,
    ledger,
    machine,
    pgbench,
    reading,
    replaced,
    report,
    soak,
    wal,
)
from bench.clients import Draw, against_each_other, record
from bench.learners import PLAYED, Population, Sample, populate
from bench.part import Line
from bench.rounds import Cell, Effort, Outcome, measure, overall

CELL = Cell(clients=2, synchronous_commit=False)
EFFORT = Effort([CELL], rounds=1, seconds=1)
SAMPLE = Sample(learners=56, histories=14, veterans=1, returning=28, sessions=8)
UNSAFE = {"fsync": "off", "synchronous_commit": "off", "shared_buffers": "32MB"}


@dataclass(frozen=True)
class Disk:
    free: int


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
def fresh(target: machine.Target) -> Iterator[machine.Target]:
    """A database without learners."""
    with machine.new_database(target.dsn) as dsn:
        machine.install(dsn)
        yield replace(target, dsn=dsn)


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
    found = pgbench.in_turn(
        EFFORT,
        pgbench.Side(target, floor.floor_scripts(population)),
        pgbench.Side(target, pgbench.activity_scripts(population)),
    )
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
    floor.first_of_day(target, population, rounds=1)
    words = session.execute(
        "SELECT l.streak::text, count(*) FROM hg_ledger AS l WHERE l.ledger_id > %s GROUP BY 1",
        [last],
    ).fetchall()
    assert words == [("extended", len(population.returning))]


def test_s2_runs_both_sides(
    target: machine.Target, session: psycopg.Connection, population: Population
) -> None:
    before = activities(session)
    part = application.s2(target, population, replace(EFFORT, seconds=0.2))
    assert part.lines[0].measured > 0
    assert activities(session) > before
    history, problems = session.execute(
        "SELECT (SELECT count(*) FROM application_history), "
        "count(hg__document_problem(u.hidden_grade_asset)) FROM users AS u"
    ).fetchone()
    assert history > before
    assert problems == 0


REPLACED = """
SELECT
    (SELECT sum(u.questions_answered) FROM replaced.users AS u),
    (SELECT sum(p.completed_questions) FROM replaced.user_progress AS p),
    (SELECT sum(s.total_attempts) FROM replaced.subject_mastery AS s),
    (SELECT sum(h.questions_total) FROM replaced.module_history AS h)
"""


@pytest.fixture(scope="module")
def tables(target: machine.Target, population: Population) -> None:
    replaced.install(target)


@pytest.mark.usefixtures("tables")
def test_s3_counts_a_session_in_every_table(
    target: machine.Target, session: psycopg.Connection, population: Population
) -> None:
    before = session.execute(REPLACED).fetchone()
    assert len(set(before)) == 1
    found = replaced.against_tables(target, population, EFFORT, by_question=False)
    assert found[0].base[0] > 0 and found[0].product[0] > 0
    after = session.execute(REPLACED).fetchone()
    assert len(set(after)) == 1 and after[0] > before[0]


@pytest.mark.usefixtures("tables")
def test_s3_may_keep_every_question(session: psycopg.Connection) -> None:
    call = "SELECT replaced.record_session(1, 'algebra', 'algebra', '{a,b}', 5, 5, 60, 'test', %s)"
    counted = "SELECT count(*) FROM replaced.subject_difficulty_history"
    before = session.execute(counted).fetchone()[0]
    receipt = session.execute(call, [True]).fetchone()[0]
    assert receipt["tokens_awarded"] == 9 and receipt["score"] == 100
    assert session.execute(counted).fetchone()[0] == before + 5
    again = session.execute(call, [False]).fetchone()[0]
    assert again["tokens"] == receipt["tokens"] + 9
    assert session.execute(counted).fetchone()[0] == before + 6


def test_s5_records_many_in_a_call(
    target: machine.Target, session: psycopg.Connection, population: Population
) -> None:
    before = activities(session)
    draw = Draw(range(1, population.learners + 1), population.catalog, seed=1)
    recorded = bulk.record_many(session, draw)
    assert recorded == bulk.EACH * population.learners
    assert activities(session) == before + recorded
    found = against_each_other(
        target, population, replace(EFFORT, seconds=0.1), record, bulk.record_many
    )
    assert found[0].base[0] > 0 and found[0].product[0] > 0


def test_s7_reads_a_document_either_way(target: machine.Target, population: Population) -> None:
    part = reading.s7(target, population, EFFORT)
    assert [line.what.split()[0] for line in part.lines] == ["hg_document", "hg_streak"]
    assert all(line.measured > 0 for line in part.lines)


def test_s4_accounts_for_all_wal(target: machine.Target, population: Population) -> None:
    both = wal.measure_both(target, population, 60)
    product, bare = both.product, both.floor
    assert product.parts[wal.UPDATE] > product.document / 2
    assert product.parts["ledger, the row"] > 100
    assert product.full_pages == bare.full_pages == 0
    assert product.parts[wal.REST] < product.whole / 10
    assert 0 < product.hot_share <= 1
    # The floor writes its row and a commit, nothing else, and fires no trigger.
    assert bare.parts["ledger, the row"] == bare.parts["ledger, the indexes"] == 0
    assert bare.parts[wal.LOCK] < product.parts[wal.LOCK]


def test_what_the_floor_writes_too_is_not_beside_the_update() -> None:
    parts = dict.fromkeys([*(name for name, _ in wal.PARTS), wal.REST], 0.0)
    mine = wal.Wal(1, parts | {wal.UPDATE: 3000, wal.LOCK: 108, wal.PRUNING: 40, "commit": 34},
                   0, 3000, 1)  # fmt: skip
    bare = wal.Wal(1, parts | {wal.UPDATE: 900, wal.LOCK: 54, wal.PRUNING: 60, "commit": 34},
                   0, 3000, 1)  # fmt: skip
    both = wal.Both(mine, bare)
    assert both.update == 3000 + 54 + 40
    assert both.beside_update == 54 + 34


def test_s6_grows_by_copies_and_by_modules(fresh: machine.Target) -> None:
    with growth.few_learners(fresh, 40, 40, silent, modules=growth.WIDE) as few:
        population = few[1]
        assert len(population.catalog) == growth.WIDE
        assert population.learners == 40
        with growth.many_learners(few, 120, silent) as (grown, more):
            assert more.learners == 120
            with psycopg.connect(grown.dsn) as connection:
                learners, blocks, played = connection.execute(
                    "SELECT count(DISTINCT u.id), count(*) / count(DISTINCT u.id), "
                    "count(*) FILTER (WHERE (m.block #>> '{progress,sessions_completed}') <> '0') "
                    "/ count(DISTINCT u.id) FROM users AS u, "
                    "jsonb_each(u.hidden_grade_asset -> 'modules') AS m (module, block)"
                ).fetchone()
            assert (learners, blocks, played) == (120, growth.WIDE, PLAYED)
            part = growth.compare("more", 0.8, EFFORT, few, (grown, more))
    assert part.lines[0].measured > 0


def test_growth_takes_what_the_disk_has_room_for(
    target: machine.Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    for free, learners in ((0, growth.FEW), (growth.SPARE + 10**10, 310_000), (10**13, 1_000_000)):
        monkeypatch.setattr(growth.shutil, "disk_usage", lambda _, free=free: Disk(free))
        assert growth.affordable(target) == learners
    assert growth.affordable(replace(target, wal=None)) == 10 * growth.FEW


def test_waldump_report_is_split_by_type() -> None:
    text = """\
Type                      N      (%)     Record size      (%)    FPI size      (%)   Combined
----                      -      ---     -----------      ---    --------      ---   --------
Heap/HOT_UPDATE          10 ( 50.00)            3000 ( 75.00)        1000 (100.00)   4000 ( 80.00)
Heap/INSERT+INIT         10 ( 50.00)            1000 ( 25.00)           0 (  0.00)   1000 ( 20.00)
                   --------                --------                --------        --------
Total                    20                     4000 [80.00%]        1000 [20.00%]   5000 [100%]
"""
    parts, full_pages = wal.split(text, transactions=10)
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
    line = Line("S0", "anything", "ratio", 0.35, measured, lower=lower)
    assert line.met is met
    assert report.bar(line).count("█") == filled
    assert replace(line, reason="no lz4").met is None


LINES = [
    Line("S1", "a ratio", "ratio", 0.35, 0.2, spread=(0.1, 0.5)),
    Line("S4", "some bytes", "bytes", 450, 400, lower=True),
    Line("S8", "nothing measured", "ms", 5, None, lower=True),
    Line("S8", "none of it", "sessions", 0, 0, lower=True),
]


def test_the_picture_names_every_figure_and_its_goal(tmp_path: Path) -> None:
    chart.draw_goals(LINES, {"server": "PostgreSQL 15.0"}, tmp_path / "goals.svg")
    drawn = (tmp_path / "goals.svg").read_text()
    for text in ("S1  a ratio", "0.20  (goal &gt;= 0.35)", "400 bytes  (goal &lt;= 450 bytes)",
                 "S8  nothing measured", "PostgreSQL 15.0"):  # fmt: skip
        assert text in drawn
    chart.draw_goals(LINES, {"server": "PostgreSQL 15.0"}, tmp_path / "again.svg")
    assert (tmp_path / "again.svg").read_text() == drawn


def test_the_whole_run_is_shown_and_kept(fresh: machine.Target, tmp_path: Path) -> None:
    plan = replace(
        bench.QUICK,
        sample=replace(SAMPLE, learners=28),
        clients=(1,),
        wal_activities=20,
        moved=20,
        few=28,
        growth=56,
    )
    measured = bench.run(fresh, plan, silent)
    assert [part.target for part in measured.parts] == [f"S{number}" for number in range(1, 10)]
    console = Console(record=True, width=120, file=io.StringIO())
    report.show(measured, console)
    shown = console.export_text()
    assert all(line.what in shown for line in measured.lines)
    assert "too small to judge" in shown
    paths = report.keep_goals(measured, tmp_path / "results")
    assert [path.name for path in paths] == ["latest.md", "latest.json", "latest.svg"]
    kept = json.loads(paths[1].read_text())
    assert [goal["met"] for goal in kept["goals"]] == [None] * len(measured.lines)
    assert kept["S1"]["against one UPDATE of one counter"][0]["product"][0] > 0
    assert kept["S8"]["lock_waits"] == 0
    assert all(f"| S{number} |" in paths[0].read_text() for number in range(1, 10))


def test_a_run_of_some_parts_makes_what_they_need(fresh: machine.Target) -> None:
    plan = replace(bench.QUICK, only=frozenset({"S9"}), moved=20)
    measured = bench.run(fresh, plan, silent)
    assert [part.target for part in measured.parts] == ["S9"]
    with psycopg.connect(fresh.dsn) as connection:
        assert connection.execute("SELECT count(*) FROM users").fetchone() == (0,)


def test_the_plan_is_read_from_the_command_line() -> None:
    assert bench.read_plan([]) == bench.FULL
    assert bench.read_plan(["--quick", "--rounds", "3"]) == replace(bench.QUICK, rounds=3)
    assert bench.read_plan(["--only", "s1,S4"]).only == {"S1", "S4"}
    assert bench.read_plan(["--growth", "5000"]).growth == 5000
    assert len(bench.FULL.cells) == 6
    for wrong in (["--learners", "0"], ["--only", "S10"]):
        with pytest.raises(SystemExit):
            bench.read_plan(wrong)


def test_a_long_load_is_watched(fresh: machine.Target, tmp_path: Path) -> None:
    minutes = 0.1
    measured, moments = soak.run(fresh, replace(SAMPLE, veterans=0), minutes, silent, every=1)
    assert len(moments) >= 4
    assert moments[-1].seen.updates > moments[0].seen.updates
    assert measured.lines[0].measured > 0
    assert measured.lines[0].met is None
    found = soak.medians(moments, minutes)

    def draw(path: Path) -> None:
        chart.draw_load(moments, found, measured.lines[0], path)

    paths = report.keep(measured, "soak", draw, tmp_path)
    assert "too short to judge" in paths[0].read_text()
    assert len(json.loads(paths[1].read_text())["load"]["moments"]) == len(moments)
    assert "autovacuum of users" in paths[2].read_text()


def test_a_long_load_is_judged_by_its_ends() -> None:
    seen = soak.Seen(*range(9))
    moments = [
        soak.Moment(n / 6, 1000 if n <= 90 else 800, 1.0, 0, 0, 0, seen) for n in range(1, 181)
    ]
    assert soak.windows(30) == ((2, 7), (25, 30))
    assert soak.windows(6) == ((1, 3.5), (3.5, 6))
    line = soak.verdict(moments, 30)
    assert line.measured == 0.8
    assert line.met is False
    assert len(soak.by_minute(moments).rows) == 30


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
