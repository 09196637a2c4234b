"""The cutover as one call, for who has psql and no make."""

import psycopg
import pytest

from tests.support.database import as_role, wait_for


def test_it_is_done_when_it_returns(moved):
    move = moved("verified")
    move.db.execute("CALL hg_legacy_cutover(true)")
    assert move.state == "cut_over"
    assert move.db.execute("SELECT i.settled FROM hg_installation AS i").fetchone() == (True,)
    move.columns_agree()
    move.proven()


def test_it_tries_again_while_somebody_is_in_the_way(moved):
    move = moved("verified")
    blocker, caller = move.database.connect(), move.database.connect()
    notices = []
    caller.add_notice_handler(lambda diag: notices.append(diag.message_primary))
    blocker.execute("BEGIN; SELECT count(*) FROM subject_mastery")
    caller.pgconn.send_query(b"CALL hg_legacy_cutover(true)")

    def told() -> bool:
        caller.pgconn.consume_input()
        caller.pgconn.is_busy()
        return any(notice.startswith("locked: ") for notice in notices)

    wait_for(told)
    blocker.execute("COMMIT")
    while caller.pgconn.get_result() is not None:
        pass
    assert move.state == "cut_over"


def test_refusals_are_those_of_the_steps(moved):
    move = moved("imported")
    diag = move.refused("CALL hg_legacy_cutover()")
    assert (diag.sqlstate, diag.message_detail) == ("55000", "The import has not been verified.")


def test_not_inside_a_transaction(moved):
    move = moved("verified")
    with pytest.raises(psycopg.errors.InvalidTransactionTermination):
        move.db.execute("BEGIN; CALL hg_legacy_cutover(true)")
    move.db.execute("ROLLBACK")
    assert move.state == "imported"


def test_only_the_owner_may(moved):
    move = moved("verified")
    with as_role(move.db, "hg_app"):
        assert move.refused("CALL hg_legacy_cutover()").sqlstate == "42501"
