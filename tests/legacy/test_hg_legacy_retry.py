"""hg_legacy_retry: one learner is taken in again, at once."""

import threading

import psycopg
import pytest
from psycopg import errors

from tests.support.database import as_role, wait_for_lock
from tests.support.users import NOBODY


def retry(connection: psycopg.Connection, user_id: int | None) -> dict:
    return connection.execute("SELECT hg_legacy_retry(%s)", [user_id]).fetchone()[0]


def quarantined(imported) -> tuple[int, str]:
    return imported.db.execute(
        "SELECT q.user_id, q.detail FROM hg_legacy_quarantine AS q ORDER BY 1 LIMIT 1"
    ).fetchone()


def test_a_mended_document_comes_out_of_quarantine(imported):
    learner, detail = quarantined(imported)
    assert retry(imported.db, learner) == {
        "user_id": learner, "state": "quarantined", "detail": detail
    }  # fmt: skip
    imported.db.execute("UPDATE users SET hidden_grade_asset = '{}' WHERE id = %s", [learner])
    answer = retry(imported.db, learner)
    assert answer == {"user_id": learner, "state": "imported", "detail": None}
    assert imported.db.execute("SELECT count(*) FROM hg_legacy_dirty").fetchone() == (0,)
    imported.check()


def test_a_document_that_breaks_goes_into_quarantine(imported):
    learner = imported.learner()
    imported.db.execute(
        "UPDATE users SET hidden_grade_asset = %s WHERE id = %s", ['{"x": "\\u0000"}', learner]
    )
    answer = retry(imported.db, learner)
    assert answer["state"] == "quarantined" and answer["detail"]
    imported.check()


def test_anybody_may_be_built_again(imported):
    learner = imported.learner()
    imported.db.execute("UPDATE users SET tokens = 12345 WHERE id = %s", [learner])
    assert retry(imported.db, learner)["state"] == "imported"
    staged = imported.db.execute("SELECT hg_legacy_document(%s)", [learner]).fetchone()[0]
    assert staged["global_stats"]["tokens"] == 12345
    imported.check()


def test_it_waits_for_a_learner_who_is_held(imported):
    learner = imported.learner()
    holder = imported.database.connect(autocommit=False)
    holder.execute("UPDATE users SET tokens = 77 WHERE id = %s", [learner])
    other = imported.database.connect()
    answers = []
    thread = threading.Thread(target=lambda: answers.append(retry(other, learner)))
    thread.start()
    wait_for_lock(imported.db, other.info.backend_pid)
    # Meanwhile the import is not kept waiting.
    assert imported.step()["step"] == "changed learners"
    holder.commit()
    thread.join(30)
    assert [answer["state"] for answer in answers] == ["imported"]
    imported.check()


def test_while_it_is_importing(pending):
    pending.until(5)
    assert retry(pending.db, 60)["user_id"] == 60
    assert pending.db.execute("SELECT hg_legacy_document(60)").fetchone()[0] is not None
    pending.steps()
    pending.check()


@pytest.mark.parametrize(
    ("state", "hint"),
    [
        ("none", "The documents are the learners' own here: hg_document shows one."),
        ("pending", "Run make import, or CALL hg_legacy_import()."),
        ("cut_over", "The documents are the learners' own here: hg_document shows one."),
        ("finalized", "The documents are the learners' own here: hg_document shows one."),
    ],
)
@pytest.mark.parametrize("function", ["hg_legacy_retry", "hg_legacy_document"])
def test_other_states_refuse(db, function, state, hint):
    db.execute("UPDATE hg_installation SET state = %s", [state])
    with pytest.raises(errors.ObjectNotInPrerequisiteState) as caught:
        db.execute(f"SELECT {function}(%s)", [NOBODY])
    diagnostic = caught.value.diag
    assert diagnostic.message_primary == "there are no staged documents"
    assert diagnostic.message_detail == f"The state of the installation is {state}."
    assert diagnostic.message_hint == hint


def test_unknown_and_no_learner(imported):
    with pytest.raises(psycopg.Error) as caught:
        retry(imported.db, -1)
    assert caught.value.sqlstate == "LG404"
    with pytest.raises(errors.InvalidParameterValue) as caught:
        retry(imported.db, None)
    assert caught.value.diag.message_primary == "invalid argument p_user_id"
    assert caught.value.diag.message_hint == "Name a learner: users.id."


def test_it_is_the_owner_s(db):
    with as_role(db, "hg_app"), pytest.raises(errors.InsufficientPrivilege):
        retry(db, NOBODY)
