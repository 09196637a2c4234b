"""The page about scaling: its figures are the script's, its tables whole, its proofs are there."""

import re

import psycopg
import pytest

from bench import capacity
from tests.citus.support import DISTRIBUTED, REFERENCE
from tests.docs.pages import ROOT, table_rows
from tests.install.support import assert_settled, install
from tests.support.database import Database

PAGE = ROOT / "docs" / "scaling.md"


def test_the_figures_are_those_of_the_script(capsys: pytest.CaptureFixture) -> None:
    capacity.main([])
    inputs, needs = capsys.readouterr().out.split("\n\n")
    text = PAGE.read_text("utf-8")
    assert inputs in text and needs in text


def test_another_input_gives_other_figures(capsys: pytest.CaptureFixture) -> None:
    capacity.main(["--active_share", "1", "--cpu_us", "4000", "--read_us", "550"])
    doubled = capsys.readouterr().out
    assert "| activities a day | 10,000,000 | 100,000,000 | 1,000,000,000 |" in doubled
    assert "| cores busy at the peak | 5.1 | 51 | 506 |" in doubled


def test_machines_follow_what_runs_out_first() -> None:
    costs, plain = capacity.Costs(), capacity.Assumed()
    least = capacity.Need(10_000_000, costs, plain)
    assert (least.machines, least.shards) == (1, 0)
    for name in ("cores", "wal_mb_s", "storage_tb"):
        scarce = capacity.Assumed(**{name: getattr(plain, name) / 100})
        many = capacity.Need(10_000_000, costs, scarce)
        assert many.machines > 1 and many.shards >= 8 * many.machines, name


def test_the_partitioned_table_that_is_shown_can_be_installed_upon(
    empty_database: Database,
) -> None:
    blocks = re.findall(r"^```text\n(CREATE TABLE users \(.*?)^```$", PAGE.read_text(), re.M | re.S)
    assert len(blocks) == 1
    with empty_database.connect() as connection:
        connection.execute(blocks[0])
    connection = install(empty_database)
    assert_settled(connection)


def names(cell: str) -> set[str]:
    return set(re.findall(r"\b(?:users|hg_\w+)\b", cell))


def test_every_table_has_its_place(db: psycopg.Connection) -> None:
    rows = [names(table) for table, _ in table_rows(PAGE, "Several machines: Citus")]
    assert rows[:2] == [DISTRIBUTED, REFERENCE]
    at_home = rows[2] | rows[3]
    known = db.execute(
        "SELECT c.relname FROM pg_class AS c WHERE c.relnamespace = 'public'::regnamespace "
        "AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname ~ '^hg_'"
    )
    missing = {
        name
        for (name,) in known
        if name not in DISTRIBUTED | REFERENCE | at_home
        and not name.startswith(("hg_legacy_", "hg_standings"))
    }
    assert missing == set()


def test_every_trigger_of_users_is_spoken_of(db: psycopg.Connection) -> None:
    text = PAGE.read_text("utf-8")
    rows = db.execute(
        "SELECT t.tgname FROM pg_trigger AS t WHERE NOT t.tgisinternal "
        "AND t.tgrelid = 'users'::regclass"
    ).fetchall()
    assert len(rows) == 6
    assert [name for (name,) in rows if f"`{name}`" not in text] == []


def test_the_online_way_begins_with_the_tables_of_the_script() -> None:
    text = PAGE.read_text("utf-8")
    assert set(re.findall(r"create_reference_table\('(\w+)'\)", text)) == REFERENCE
    online = set(re.findall(r"create_distributed_table_concurrently\('(\w+)'", text))
    assert {"users", "hg_ledger", "hg_snapshots"} == online and online < DISTRIBUTED


def test_every_proof_is_there() -> None:
    files = re.findall(r"`(tests/[\w/]+\.py)`", PAGE.read_text("utf-8"))
    assert len(files) >= 4
    assert [name for name in files if not (ROOT / name).is_file()] == []
