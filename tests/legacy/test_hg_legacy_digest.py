"""hg_legacy_digest: one text that two imports of the same data share, and that tells any other."""

import re
from typing import Any

import psycopg
import pytest

from tests.legacy.moving import Move


@pytest.fixture
def move(moved: Any) -> Move:
    return moved("imported", "jsonb")


def digest(move: Move) -> str:
    return move.db.execute("SELECT hg_legacy_digest()").fetchone()[0]


def test_it_is_a_sha256_in_hex(move):
    assert re.fullmatch("[0-9a-f]{64}", digest(move))


def test_it_is_the_same_while_nothing_changes(move):
    before = digest(move)
    move.db.execute("SET TimeZone = 'Pacific/Kiritimati'; SET extra_float_digits = 0")
    assert digest(move) == before


def test_two_imports_of_the_same_data_are_equal(moved):
    one, two = moved("pending", "json"), moved("pending", "json")
    one.finish()
    two.db.execute("UPDATE hg_legacy_run SET batch = 1")
    two.finish()
    assert one.instant != two.instant
    assert digest(one) == digest(two)


def test_building_again_what_did_not_change_leaves_it(move):
    before = digest(move)
    move.db.execute("UPDATE users SET tokens = tokens")
    move.finish()
    assert digest(move) == before


def test_any_change_of_any_document_changes_it(move):
    seen = {digest(move)}
    learners = [
        row[0]
        for row in move.db.execute(
            "SELECT u.id FROM users AS u WHERE u.hidden_grade_asset_next IS NOT NULL ORDER BY u.id"
        )
    ]
    for learner in (learners[0], learners[len(learners) // 2], learners[-1]):
        move.db.execute(
            "UPDATE users SET hidden_grade_asset_next = hidden_grade_asset_next || '{\"x\": 1}'"
            " WHERE id = %s",
            [learner],
        )
        seen.add(digest(move))
    assert len(seen) == 4


def test_documents_that_change_places_change_it(move):
    before = digest(move)
    first, second = move.db.execute(
        "SELECT (array_agg(u.id ORDER BY u.id))[1:2] FROM users AS u"
        " WHERE u.hidden_grade_asset_next IS NOT NULL"
    ).fetchone()[0]
    move.db.execute(
        "UPDATE users AS u SET hidden_grade_asset_next = o.hidden_grade_asset_next"
        " FROM users AS o WHERE (u.id, o.id) IN ((%s, %s), (%s, %s))",
        [first, second, second, first],
    )
    assert digest(move) != before


def test_after_the_cutover_it_is_that_of_the_checkpoints(moved):
    move = moved("cut_over", "jsonb")
    before = digest(move)
    move.db.execute("UPDATE users SET tokens = tokens + 5")
    assert digest(move) == before
    move.db.execute("SET session_replication_role = replica")
    move.db.execute(
        "UPDATE hg_ledger SET document = document || '{\"x\": 1}' WHERE kind = 'import'"
    )
    assert digest(move) != before


def test_the_cutover_does_not_change_it(moved):
    move = moved("verified", "jsonb")
    before = digest(move)
    move.steps("hg_legacy_cutover_step", True)
    assert move.state == "cut_over"
    assert digest(move) == before


def test_without_an_import_it_is_refused(moved):
    said = moved("pending", "jsonb").refused("SELECT hg_legacy_digest()")
    assert (said.sqlstate, said.message_primary) == ("55000", "there is no import to verify")


def test_it_is_the_owner_s(move):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        move.database.connect(role="hg_app").execute("SELECT hg_legacy_digest()")
