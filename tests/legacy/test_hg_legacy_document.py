"""hg_legacy_document: the staged document as it is."""

import psycopg
import pytest
from psycopg import errors

from tests.support.database import as_role
from tests.support.users import NOBODY


def document(connection: psycopg.Connection, user_id: int | None) -> dict | None:
    return connection.execute("SELECT hg_legacy_document(%s)", [user_id]).fetchone()[0]


def test_it_is_what_the_oracle_says(imported):
    for user, one in imported.expected().items():
        assert document(imported.db, int(user)) == one.document
    (learner,) = imported.db.execute("SELECT min(user_id) FROM hg_legacy_quarantine").fetchone()
    assert document(imported.db, learner) is None


def test_it_is_as_it_was_built(imported):
    learner = imported.learner()
    before = document(imported.db, learner)
    imported.db.execute("UPDATE users SET tokens = 4321 WHERE id = %s", [learner])
    assert document(imported.db, learner) == before
    imported.steps()
    assert document(imported.db, learner)["global_stats"]["tokens"] == 4321


def test_before_its_turn_there_is_none(pending):
    pending.until(5)
    assert document(pending.db, 60) is None


def test_unknown_and_no_learner(imported):
    with pytest.raises(psycopg.Error) as caught:
        document(imported.db, -1)
    assert caught.value.sqlstate == "LG404"
    with pytest.raises(errors.InvalidParameterValue) as caught:
        document(imported.db, None)
    assert caught.value.diag.message_primary == "invalid argument p_user_id"


def test_it_is_the_owner_s(db):
    with as_role(db, "hg_reader"), pytest.raises(errors.InsufficientPrivilege):
        document(db, NOBODY)
