"""A learner erased and exported on the way from the older tables."""

import pytest

from tests.record.support import call
from tests.support.database import as_role


def a_learner(move, older: str = "hidden_grade_asset") -> int:
    """One who has an older document, tokens, and something in the archive."""
    return move.db.execute(
        "SELECT u.id FROM users AS u INNER JOIN hg_legacy_archive AS a ON a.user_id = u.id::text"
        f" WHERE starts_with(u.{older}::text, '{{\"') AND u.tokens > 0"
        " AND NOT EXISTS (SELECT FROM hg_legacy_quarantine AS q WHERE q.user_id = u.id)"
        " ORDER BY u.id LIMIT 1"
    ).fetchone()[0]


def erase(move, learner: int) -> dict:
    return call(move.db, "hg_erase_learner", p_user_id=learner, p_reason="asked for")


def export(move, learner: int) -> dict:
    return call(move.db, "hg_export_learner", p_user_id=learner)


@pytest.mark.parametrize("document", ["json", "jsonb"])
def test_after_the_cutover_the_older_document_and_the_archive_go_too(moved, document):
    move = moved("cut_over", document)
    learner = a_learner(move, "hidden_grade_asset_old")
    others = move.db.execute(
        "SELECT count(*) FROM hg_legacy_archive WHERE user_id IS DISTINCT FROM %s",
        [str(learner)],
    ).fetchone()
    rows = erase(move, learner)["rows"]
    assert rows["hg_legacy_archive"] > 0
    assert rows["users"] == 2  # the document, and the older one that was set aside
    assert move.db.execute(
        "SELECT coalesce(hidden_grade_asset_old::text, '{}') FROM users WHERE id = %s", [learner]
    ).fetchone() == ("{}",)
    assert move.db.execute("SELECT count(*) FROM hg_legacy_archive").fetchone() == others
    move.columns_agree()
    assert erase(move, learner)["erased"] is False


def test_the_move_goes_on_after_an_erasure(moved):
    move = moved("cut_over")
    erase(move, a_learner(move, "hidden_grade_asset_old"))
    assert move.verify()["differences"] == 0, move.differences()
    move.proven()
    move.db.execute("CALL hg_legacy_finalize()")
    assert move.state == "finalized"
    move.proven()


def test_the_way_back_brings_an_erased_learner_back_empty(moved):
    move = moved("cut_over")
    learner = a_learner(move, "hidden_grade_asset_old")
    erase(move, learner)
    move.roll_back()
    tokens, document = move.db.execute(
        "SELECT tokens, hidden_grade_asset::jsonb FROM users WHERE id = %s", [learner]
    ).fetchone()
    assert tokens == 0
    assert document["global_stats"]["total_questions_answered"] == 0


def test_before_the_cutover_an_erasure_is_refused(moved):
    move = moved("imported")
    learner = a_learner(move)
    diag = move.refused("SELECT hg_erase_learner(%s, 'asked for')", learner)
    assert (diag.sqlstate, diag.message_primary) == ("55000", "a legacy import is pending")


@pytest.mark.parametrize("document", ["json", "jsonb"])
def test_before_the_cutover_an_export_tells_what_there_is(moved, document):
    move = moved("imported", document)
    learner = a_learner(move)
    exported = export(move, learner)
    assert exported["state"] == "imported"
    assert exported["document"] is not None
    assert exported["document_now"] is None
    staged = move.db.execute("SELECT hg_legacy_document(%s)", [learner]).fetchone()[0]
    assert exported["older_documents"]["hidden_grade_asset_next"] == staged
    assert [row["what"] for row in exported["history"]] == ["import"]
    assert exported["tables"]["hg_legacy_archive"]
    assert exported["profile"]["tokens"] is not None
    assert exported["profile"].keys() >= {"id", "grade", "streak_days"}


def test_an_export_tells_of_the_quarantine_and_of_what_jsonb_cannot_hold(moved):
    move = moved("imported")
    learner = move.db.execute(
        "SELECT q.user_id FROM hg_legacy_quarantine AS q ORDER BY 1 LIMIT 1"
    ).fetchone()[0]
    exported = export(move, learner)
    assert exported["tables"]["hg_legacy_quarantine"][0]["reason_code"] == "unreadable_json"
    assert isinstance(exported["document"], str)


def test_after_the_cutover_an_export_tells_the_older_document_too(moved):
    move = moved("cut_over")
    exported = export(move, a_learner(move, "hidden_grade_asset_old"))
    assert exported["older_documents"].keys() == {"hidden_grade_asset_old"}
    assert exported["document_now"] is not None


def test_only_the_owner_may(moved):
    move = moved("cut_over")
    with as_role(move.db, "hg_app"):
        assert move.refused("SELECT hg_export_learner(1)").sqlstate == "42501"
