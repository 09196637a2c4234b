"""hg_legacy_pause: the import waits from its next step on."""

import threading

import pytest
from psycopg import errors

from tests.support.database import as_role, wait_for_lock


def pause(connection) -> dict:
    return connection.execute("SELECT hg_legacy_pause()").fetchone()[0]


def test_steps_do_nothing_while_paused(pending):
    pending.step()
    assert pause(pending.db) == {"paused": True, "state": "pending"}
    assert pause(pending.db) == {"paused": True, "state": "pending"}
    answer = pending.step()
    assert (answer["step"], answer["learners"], answer["more"]) == ("paused", 0, True)
    assert answer["reason"] == "paused, until make resume or hg_legacy_resume()"
    assert answer["wait_ms"] > 0


def test_it_waits_for_the_step_that_is_running_and_no_longer(pending):
    running = pending.database.connect(autocommit=False)
    pending.batch(running)
    other = pending.database.connect()
    answers = []
    thread = threading.Thread(target=lambda: answers.append(pause(other)))
    thread.start()
    wait_for_lock(pending.db, other.info.backend_pid)
    running.commit()
    thread.join(30)
    assert answers == [{"paused": True, "state": "pending"}]
    assert pending.step()["step"] == "paused"


def test_where_there_is_nothing_to_import(db):
    assert pause(db) == {"paused": True, "state": "none"}


def test_it_is_the_owner_s(db):
    with as_role(db, "hg_app"), pytest.raises(errors.InsufficientPrivilege):
        pause(db)
