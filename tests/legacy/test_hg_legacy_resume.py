"""hg_legacy_resume: a paused import goes on where it was."""

import pytest
from psycopg import errors

from tests.support.database import as_role


def resume(connection) -> dict:
    return connection.execute("SELECT hg_legacy_resume()").fetchone()[0]


def test_it_goes_on_where_it_was(pending):
    pending.until(20)
    pending.db.execute("SELECT hg_legacy_pause()")
    assert pending.step()["done"] == 20
    assert resume(pending.db) == {"paused": False, "state": "importing"}
    assert pending.step(batch=10)["done"] == 30
    pending.steps()
    pending.check()


def test_what_is_not_paused_may_be_resumed(db):
    assert resume(db) == {"paused": False, "state": "none"}


def test_it_is_the_owner_s(db):
    with as_role(db, "hg_app"), pytest.raises(errors.InsufficientPrivilege):
        resume(db)
