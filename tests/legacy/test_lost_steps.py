"""Whatever step of the move is lost, with its session or its server: the next call does it anew."""

import psycopg
import pytest


def lose(move, call):
    """A step whose session ends before its commit."""
    with psycopg.connect(move.database.dsn) as doomed:
        answer = doomed.execute(call).fetchone()[0]
        move.db.execute("SELECT pg_terminate_backend(%s, 10000)", [doomed.info.backend_pid])
        try:
            doomed.commit()
        except psycopg.OperationalError:
            return answer
    raise AssertionError("the session lived on")


def to_the_end(move, call):
    """All steps, each of them lost once before it is done."""
    steps = []
    while True:
        lost = lose(move, call)
        done = move.db.execute(call).fetchone()[0]
        assert done["step"] == lost["step"]
        steps.append(done["step"])
        if not done["more"]:
            return steps


@pytest.mark.parametrize("document", ["json", "jsonb"])
def test_every_step_from_the_cutover_to_the_end(moved, document):
    move = moved("verified", document)
    undisturbed = moved("verified", document)
    assert "cut over" in to_the_end(move, "SELECT hg_legacy_cutover_step(true)")
    undisturbed.steps("hg_legacy_cutover_step", True)
    assert move.documents() == undisturbed.documents()
    move.columns_agree()
    move.proven()
    documents = move.known(move.documents())
    assert to_the_end(move, "SELECT hg_legacy_rollback_step()")[-1] == "rolled back"
    move.finish()
    move.check()
    again = move.documents("hidden_grade_asset_next")
    assert {user: again[user] for user in documents} == documents
    move.verify()
    to_the_end(move, "SELECT hg_legacy_cutover_step(true)")
    assert to_the_end(move, "SELECT hg_legacy_finalize_step(true)")[-1] == "dropped columns"
    move.proven()


def test_every_step_of_letting_an_import_go(moved):
    move = moved("verified")
    assert to_the_end(move, "SELECT hg_legacy_rollback_step()")[-1] == "import let go"
    assert move.state == "pending"
    move.finish()
    move.check()
