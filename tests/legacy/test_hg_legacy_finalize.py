"""Letting go as one call, for who has psql and no make."""

from tests.support.database import as_role


def test_with_and_without_columns(moved):
    move = moved("cut_over")
    move.db.execute("CALL hg_legacy_finalize()")
    assert move.state == "finalized"
    assert move.db.execute("SELECT count(u.tokens) FROM users AS u").fetchone()[0] > 0
    move.db.execute("CALL hg_legacy_finalize(true)")
    assert move.refused("SELECT u.tokens FROM users AS u").sqlstate == "42703"
    move.proven()


def test_refusals_are_those_of_the_steps(moved):
    diag = moved("verified").refused("CALL hg_legacy_finalize()")
    assert (diag.sqlstate, diag.message_primary) == ("55000", "this cannot be done now")


def test_only_the_owner_may(moved):
    move = moved("cut_over")
    with as_role(move.db, "hg_app"):
        assert move.refused("CALL hg_legacy_finalize()").sqlstate == "42501"
