"""A school of learners with every shape there is, from the plan to letting go.

HG_LEGACY_LEARNERS says how many; with 20,000 it takes some minutes.
"""

import os

import pytest

from tests.legacy import schema, shapes
from tests.legacy.moving import Move
from tests.legacy.schema import Legacy

LEARNERS = int(os.environ.get("HG_LEGACY_LEARNERS", "700"))


def keys(move, table):
    """The ids of a legacy table's rows, with their learners."""
    return {
        tuple(row)
        for row in move.db.execute(f"SELECT t.id::text, t.user_id::text FROM {table} AS t")
    }


def archived(move, table):
    """The rows of a legacy table that are archived whole, values that were mended aside."""
    return [
        tuple(row)
        for row in move.db.execute(
            "SELECT a.source_id, a.user_id FROM hg_legacy_archive AS a WHERE a.source = %s"
            " AND a.reason IN ('no_home', 'merged', 'older', 'orphan', 'quarantined')",
            [table],
        )
    ]


@pytest.mark.parametrize("document", ["json", "jsonb"])
def test_nothing_is_lost_on_the_way(empty_database, document):
    legacy = Legacy(document=document)
    move = Move(empty_database, legacy, LEARNERS)
    used = {name for one in shapes.learners(LEARNERS, 0, legacy) for name in one.shapes}
    assert used == set(shapes.shapes_that_fit(legacy))
    move.finish()
    move.check()
    answer = move.verify()
    assert (answer["differences"], answer["dirty"]) == (0, 0), move.differences()
    again = move.verify()
    assert again["digest"] == answer["digest"]

    unreadable = {
        user for user, one in move.expected().items() if one.quarantined
    }  # of what the oracle says
    quarantined = move.stored(
        "SELECT q.user_id::text, q.reason_code FROM hg_legacy_quarantine AS q"
    )
    assert quarantined == dict.fromkeys(unreadable, "unreadable_json")
    assert bool(unreadable) == (document == "json")
    for table in schema.REPLACED:
        # Those in quarantine keep their rows where they are until they are taken in.
        rows = {row for row in keys(move, table) if row[1] not in unreadable}
        found = archived(move, table)
        assert len(found) == len(set(found)), table
        assert set(found) == rows, table

    rows = {table: keys(move, table) for table in schema.REPLACED}
    move.steps("hg_legacy_cutover_step", True)
    move.columns_agree()
    move.proven()
    for table in schema.REPLACED:
        assert keys(move, table) == rows[table], table
        assert set(archived(move, table)) == rows[table], table
    assert move.verify()["differences"] == 0, move.differences()
    move.steps("hg_legacy_finalize_step", True)
    move.proven()
