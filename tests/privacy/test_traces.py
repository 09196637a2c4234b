"""Nothing of ours keeps a trace of a learner who was erased; an export tells of every table."""

import psycopg
import pytest

from tests.conftest import PARTITIONED

from .everywhere import NOBODYS, Everywhere, tables


@pytest.fixture
def everywhere(db: psycopg.Connection) -> Everywhere:
    return Everywhere(db)


def by_erasing(everywhere: Everywhere) -> None:
    everywhere.learner.call("hg_erase_learner", p_reason="asked for")


def by_deleting(everywhere: Everywhere) -> None:
    everywhere.db.execute("DELETE FROM users WHERE id = %s", [everywhere.id])


def by_truncating(everywhere: Everywhere) -> None:
    everywhere.db.execute("TRUNCATE users")


def test_every_table_is_nobodys_or_has_something_of_the_learner(everywhere):
    assert everywhere.traces().keys() == tables(everywhere.db) - NOBODYS.keys()


def test_the_tables_that_are_nobodys_exist(db):
    assert NOBODYS.keys() <= tables(db)


def test_the_marks_are_found_where_they_were_put(everywhere):
    found = everywhere.traces()
    assert found["hg_ledger"] == set(everywhere.marks())
    assert set.union(*found.values()) == set(everywhere.marks())


def test_after_an_erasure_only_the_new_baseline_knows_the_learner(everywhere):
    by_erasing(everywhere)
    assert everywhere.traces() == {"hg_ledger": {str(everywhere.id)}}
    assert [entry["kind"] for entry in everywhere.learner.entries()] == ["skeleton"]
    assert everywhere.learner.entries()[0]["document"] is None
    assert everywhere.learner.verify() == []
    text = str(everywhere.learner.document)
    assert [mark for mark in everywhere.marks() if mark in text] == []


@pytest.mark.parametrize("gone", [by_deleting, by_truncating])
def test_after_the_row_in_users_has_gone_nothing_knows_the_learner(everywhere, gone):
    gone(everywhere)
    assert everywhere.traces() == {}


def test_a_table_that_is_added_is_erased_and_exported_with_the_others(everywhere):
    everywhere.db.execute(
        "CREATE TABLE hg_added AS SELECT l.user_id, 'new' AS what FROM hg_ledger AS l"
    )
    exported = everywhere.learner.call("hg_export_learner")
    assert exported["tables"]["hg_added"][0] == {"what": "new"}
    by_erasing(everywhere)
    assert everywhere.db.execute("SELECT count(*) FROM hg_added").fetchone() == (0,)


def test_an_export_tells_of_every_table_that_has_something(everywhere):
    exported = everywhere.learner.call("hg_export_learner")
    told = exported["tables"].keys()
    if exported["history"]:
        told |= {"hg_ledger"}
    if exported["snapshots"]["rows"]:
        told |= {"hg_snapshots"}
    assert told == everywhere.traces().keys()


def test_an_export_tells_every_row(everywhere):
    exported = everywhere.learner.call("hg_export_learner")
    for table, rows in exported["tables"].items():
        count = everywhere.db.execute(
            f"SELECT count(*) FROM {table} WHERE user_id::text = %s", [str(everywhere.id)]
        ).fetchone()
        assert count == (len(rows),), table
    assert len(exported["history"]) == len(everywhere.learner.entries())
    assert exported["snapshots"]["rows"] == len(everywhere.learner.snapshots())


def test_an_export_says_what_every_column_means(everywhere):
    exported = everywhere.learner.call("hg_export_learner")
    about = exported["about"]["columns_of"]
    assert about.keys() == exported["tables"].keys()
    for table, rows in exported["tables"].items():
        # The stand-in for partitions leaves the comments of the tables themselves behind.
        assert about[table]["about"] or PARTITIONED, table
        assert about[table]["columns"].keys() == rows[0].keys(), table
        assert all(about[table]["columns"].values()), table


def test_every_table_can_be_deleted_from_where_it_is_published(db):
    rows = db.execute(
        "SELECT t.o_table::text FROM hg__learner_tables() AS t "
        "JOIN pg_class AS c ON c.oid = t.o_table WHERE c.relreplident <> 'f' AND NOT EXISTS ("
        "    SELECT FROM pg_index AS i WHERE i.indrelid = c.oid AND i.indisprimary)"
    )
    assert rows.fetchall() == []
