"""The way back as one call, for who has psql and no make."""

from tests.support.database import as_role


def test_after_and_before_the_cutover(moved):
    move = moved("cut_over")
    documents = move.known(move.documents())
    move.db.execute("CALL hg_legacy_rollback()")
    assert move.state == "imported"
    move.finish()
    again = move.documents("hidden_grade_asset_next")
    assert {user: again[user] for user in documents} == documents
    move.db.execute("CALL hg_legacy_rollback()")
    assert move.state == "pending"
    move.db.execute("CALL hg_legacy_rollback()")
    assert move.state == "pending"


def test_only_the_owner_may(moved):
    move = moved("cut_over")
    with as_role(move.db, "hg_app"):
        assert move.refused("CALL hg_legacy_rollback()").sqlstate == "42501"
