"""On a real server with Citus: the installation is distributed, and the API does what it did.

CITUS_URL names a database of its own on a coordinator with at least one worker; nothing may be
installed there, and what these tests install they remove. Without it they are skipped. Nobody has
run them against a server yet.
"""

import os
from collections.abc import Iterator

import psycopg
import pytest

from tests.record.support import Learner, bulk, set_setting
from tests.support.database import migrate
from tools import migrate as installer
from tools.loader import Project
from tools.server import ROOT

from .support import DISTRIBUTED, REFERENCE, distribute

URL = os.environ.get("CITUS_URL")
pytestmark = pytest.mark.skipif(not URL, reason="CITUS_URL names no server with Citus")


@pytest.fixture(scope="module")
def installed() -> Iterator[str]:
    """Installed and distributed; gone afterwards."""
    with psycopg.connect(URL, autocommit=True) as connection:
        for table in ("users", "hg_installation"):
            found = connection.execute("SELECT to_regclass(%s)", [table]).fetchone()[0]
            assert found is None, f"the database of CITUS_URL has a table {table}"
    migrate(URL)
    with psycopg.connect(URL) as connection:
        distribute(connection)
    yield URL
    with psycopg.connect(URL, autocommit=True) as connection:
        distributed = "SELECT p.logicalrelid::text FROM pg_dist_partition AS p"
        for (table,) in connection.execute(distributed).fetchall():
            connection.execute("SELECT undistribute_table(%s::regclass)", [table])
        connection.execute("UPDATE hg_installation SET distributed = false")
    os.environ["CONFIRM"] = "yes"
    try:
        installer.rollback(URL, Project(ROOT))
    finally:
        del os.environ["CONFIRM"]


@pytest.fixture
def node(installed: str) -> Iterator[psycopg.Connection]:
    """A session on the coordinator, in which every statement is a transaction."""
    with psycopg.connect(installed, autocommit=True) as connection:
        yield connection


def test_every_table_is_where_it_belongs(node: psycopg.Connection) -> None:
    rows = node.execute(
        "SELECT p.partmethod::text, array_agg(p.logicalrelid::text), "
        "count(DISTINCT p.colocationid) FROM pg_dist_partition AS p GROUP BY 1"
    ).fetchall()
    found = {method: (set(tables), groups) for method, tables, groups in rows}
    assert found == {"h": (DISTRIBUTED, 1), "n": (REFERENCE, 1)}


def test_rows_are_on_workers(node: psycopg.Connection) -> None:
    learners = [Learner(node, "3") for _ in range(20)]
    for learner in learners:
        learner.run("algebra", 6, 6)
    rows = node.execute(
        "SELECT s.result::bigint FROM run_command_on_shards('hg_ledger', "
        "'SELECT count(*) FROM %s') AS s"
    ).fetchall()
    counts = [count for (count,) in rows]
    assert sum(counts) == node.execute("SELECT count(*) FROM hg_ledger").fetchone()[0]
    assert sum(count > 0 for count in counts) > 1


def test_a_session_is_recorded_by_the_learners_node(node: psycopg.Connection) -> None:
    learner = Learner(node, "3")
    said: list[str] = []
    node.add_notice_handler(lambda notice: said.append(notice.message_primary))
    node.execute("SET client_min_messages = debug1")
    learner.run("algebra", 6, 6)
    assert any("pushing down" in text and "not" not in text for text in said), said


def test_a_learners_life(node: psycopg.Connection) -> None:
    learner = Learner(node, "3")
    assert learner.document is None
    first = learner.run("algebra", 6, 6, at=learner.ago(hours=3))
    again = learner.run("algebra", 6, 6, id=first["activity_id"])
    assert again == first | {"replayed": True}
    assert "late" in learner.run("word_race", 5, 5, at=learner.ago(hours=4))["warnings"]
    learner.test("addition_facts", 10, 10, grade_level=2)
    learner.grant(100)
    learner.spend(7)
    learner.reverse(first["activity_id"])
    learner.set_zone("Asia/Tokyo")
    learner.set_mastery("algebra", True)
    learner.set_difficulty("algebra", 4)
    learner.reset("algebra")
    for reading in ("hg_document", "hg_streak"):
        assert learner.call(reading)
    assert learner.call("hg_module", p_module="algebra")
    assert learner.call("hg_explain", p_module="algebra")
    assert learner.verify() == []


@pytest.mark.parametrize("code", ["LG404", "LG405", "22023"])
def test_errors_come_through(node: psycopg.Connection, code: str) -> None:
    learner = Learner(node)
    if code == "LG404":
        learner.id = -1
    module = "no_module" if code == "LG405" else "algebra"
    with pytest.raises(psycopg.Error) as caught:
        learner.run(module, 6, 9 if code == "22023" else 6)
    assert caught.value.sqlstate == code


def test_calls_in_a_transaction_and_by_themselves_keep_one_order(node: psycopg.Connection) -> None:
    """In a transaction the coordinator runs them, by itself the worker."""
    learner = Learner(node)
    for amount in range(1, 9):
        if amount % 2:
            learner.grant(amount)
        else:
            with node.transaction():
                learner.grant(amount)
    learner.set_zone("Asia/Tokyo")
    learner.run("algebra", 6, 6)
    amounts = [entry["details"]["amount"] for entry in learner.entries("grant")]
    assert amounts == list(range(1, 9))
    assert learner.verify() == []


def test_what_is_rolled_back_never_was(node: psycopg.Connection) -> None:
    learner = Learner(node)
    learner.grant(5)
    with node.transaction(force_rollback=True):
        learner.grant(6)
    assert learner.stats["tokens"] == 5
    assert learner.verify() == []


def test_many_learners_at_once(node: psycopg.Connection) -> None:
    learners = [Learner(node) for _ in range(20)]
    items = [learner.item("algebra", 6, 6) for learner in learners for _ in range(2)]
    items.append(learners[0].item("no_module", 5, 5))
    answers = bulk(node, items, "skip")
    assert [answer["error_code"] for answer in answers] == [None] * 40 + ["LG405"]
    for learner in learners:
        assert learner.stats["total_sessions_completed"] == 2
        assert learner.verify() == []


def test_a_change_of_the_rules_is_on_every_node(node: psycopg.Connection) -> None:
    (before,) = node.execute(
        "SELECT value FROM hg_settings WHERE name = 'daily_token_cap'"
    ).fetchone()
    try:
        version = set_setting(node, "daily_token_cap", 5)["version"]
        learner = Learner(node)
        learner.run("algebra", 6, 6)
        assert learner.entries("activity")[0]["rules_version"] == version
        assert learner.verify() == []
    finally:
        set_setting(node, "daily_token_cap", before)


def test_it_can_be_run_again(node: psycopg.Connection) -> None:
    with node.transaction():
        distribute(node)
    migrate(URL)
