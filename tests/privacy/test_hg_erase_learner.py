"""hg_erase_learner: everything goes, the learner begins anew, a tombstone without a name stays."""

import uuid

import psycopg
import pytest

from tests.ai import queue
from tests.concurrency.support import Waiting
from tests.leaderboard.support import board, refresh
from tests.record.support import Learner, call, uid
from tests.support.database import as_role, wait_for_lock
from tests.support.users import NOBODY

REASON = "the parents asked for it"


def erase(learner: Learner, reason: str = REASON) -> dict:
    return learner.call("hg_erase_learner", p_reason=reason)


def tombstones(db: psycopg.Connection) -> list[dict]:
    return [row for (row,) in db.execute("SELECT to_jsonb(t) FROM hg_tombstones AS t")]


@pytest.fixture
def learner(db) -> Learner:
    """Two sessions, a purchase, a zone, an override, a key of the application's own."""
    learner = Learner(db, "5")
    learner.run("addition_facts", 6, 6, 30, at=learner.noon(2))
    learner.run("algebra", 5, 5, 40, at=learner.noon(1))
    learner.spend(3)
    learner.set_zone("Europe/Berlin")
    learner.set_mastery("measurement", True, "said by heart")
    learner.write(nickname="Zaphod")
    return learner


def test_the_document_is_that_of_a_new_learner(learner):
    fresh = Learner(learner.db, "5")
    assert erase(learner)["erased"] is True
    assert learner.document == fresh.document
    assert learner.document["global_stats"]["time_zone"] is None
    assert [entry["kind"] for entry in learner.entries()] == ["skeleton"]
    assert learner.verify() == []


def test_the_receipt_counts_what_went(learner):
    rows = erase(learner)["rows"]
    # Two sessions, a purchase, a zone, an override, a direct write; not the baseline.
    assert rows["hg_ledger"] == 6
    assert rows["users"] == 1
    assert {table: number for table, number in rows.items() if number} == {
        "hg_ledger": 6, "users": 1,
    }  # fmt: skip
    known = learner.db.execute("SELECT t.o_table::text FROM hg__learner_tables() AS t")
    assert rows.keys() == {table for (table,) in known} | {"users"}


def test_a_tombstone_says_when_who_and_why_and_of_nobody(learner):
    rows = erase(learner)["rows"]
    (tombstone,) = tombstones(learner.db)
    today = learner.db.execute("SELECT to_jsonb((now() AT TIME ZONE 'UTC')::date)").fetchone()[0]
    del tombstone["tombstone_id"]
    assert tombstone == {
        "erased_on": today, "erased_by": "postgres", "cause": "erased", "reason": REASON,
        "learners": 1, "rows_deleted": rows,
    }  # fmt: skip


def test_erasing_again_finds_nothing_and_leaves_no_second_tombstone(learner):
    erase(learner)
    again = erase(learner)
    assert again["erased"] is False
    assert set(again["rows"].values()) == {0}
    assert len(tombstones(learner.db)) == 1
    assert learner.verify() == []


def test_a_learner_without_anything_leaves_no_tombstone(db):
    assert erase(Learner(db))["erased"] is False
    assert tombstones(db) == []


def test_the_learner_goes_on(learner):
    erase(learner)
    receipt = learner.run("addition_facts", 6, 6, 30)
    assert (receipt["tokens"], receipt["streak"]) == (10, "started")
    assert learner.verify() == []
    learner.assert_folds()


def test_an_id_from_before_counts_anew(learner):
    first = uid(10**9 + 1)
    assert learner.run("addition_facts", 6, 6, 30, id=first)["replayed"] is True
    erase(learner)
    assert learner.run("addition_facts", 6, 6, 30, id=first)["replayed"] is False


def test_the_others_stay_as_they_are(learner):
    other = Learner(learner.db, "5")
    other.run("algebra", 5, 5, 40)
    before = other.document, other.entries()
    erase(learner)
    assert (other.document, other.entries()) == before


def test_the_leaderboard_forgets_and_ranks_again(learner):
    other = Learner(learner.db)
    other.run("decimal_defender", 5, 4)
    refresh(learner.db)
    assert {str(one) for _, one, _ in board(learner.db)} == {str(other.id), str(learner.id)}
    erase(learner)
    assert [str(one) for _, one, _ in board(learner.db)] == [str(other.id)]
    refresh(learner.db)
    assert {str(one): value for _, one, value in board(learner.db)} == {
        str(other.id): 16,
        str(learner.id): 0,
    }


def test_a_worker_who_has_the_job_is_told_that_there_is_none(db):
    learner = queue.played(db)
    queue.enable(db)
    queue.request(learner)
    (job,) = queue.claim(db)
    assert erase(learner)["rows"]["hg_ai_jobs"] == 1
    with pytest.raises(psycopg.Error) as error, db.transaction():
        queue.complete(db, job, queue.answer(job))
    assert error.value.sqlstate == "LG404"
    assert learner.document["ai_analytics"]["source"] is None


# ---------------------------------------------------------------- the reason


@pytest.mark.parametrize("shape", ["{}", "learner {}", "no. {}!", "({}) asked", "of #{}."])
def test_a_reason_that_holds_the_id_is_refused(learner, shape):
    with pytest.raises(psycopg.Error) as error, learner.db.transaction():
        erase(learner, shape.format(learner.id))
    assert error.value.sqlstate == "22023"
    assert error.value.diag.message_primary == "invalid argument p_reason"
    assert "kept after the learner is erased" in error.value.diag.message_hint
    assert tombstones(learner.db) == []


def test_a_number_in_which_the_id_happens_to_stand_is_no_id(learner):
    assert erase(learner, f"ticket 9{learner.id}9")["erased"] is True


# ---------------------------------------------------------------- deleting the row


def test_deleting_the_row_leaves_a_tombstone_without_a_reason(learner):
    learner.db.execute("DELETE FROM users WHERE id = %s", [learner.id])
    (tombstone,) = tombstones(learner.db)
    assert (tombstone["cause"], tombstone["reason"], tombstone["learners"]) == ("deleted", None, 1)
    # The baseline went, too.
    assert tombstone["rows_deleted"]["hg_ledger"] == 7


def test_truncating_users_leaves_one_for_all(learner):
    others = learner.db.execute("SELECT count(*) FROM users").fetchone()[0]
    learner.db.execute("TRUNCATE users")
    (tombstone,) = tombstones(learner.db)
    assert (tombstone["cause"], tombstone["learners"]) == ("truncated", others)
    left = learner.db.execute("SELECT count(*) FROM hg_ledger").fetchone()
    assert left == (0,)


# ---------------------------------------------------------------- who may, when, at once


@pytest.mark.parametrize("role", ["hg_app", "hg_reader", "hg_ai_worker"])
def test_only_the_owner_may(learner, role):
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        learner.db.transaction(),
        as_role(learner.db, role),
    ):
        erase(learner)


def test_unknown_is_lg404_after_a_bad_reason(db):
    for reason, code in (("", "22023"), (REASON, "LG404")):
        with pytest.raises(psycopg.Error) as error, db.transaction():
            call(db, "hg_erase_learner", p_user_id=NOBODY, p_reason=reason)
        assert error.value.sqlstate == code


def test_an_activity_waits_for_the_erasure_and_is_of_the_new_ledger(database):
    learner = Learner(database.connect(), "3")
    learner.run("algebra", 5, 5)
    eraser = database.connect(autocommit=False)
    call(eraser, "hg_erase_learner", p_user_id=learner.id, p_reason=REASON)
    session = database.connect()
    later = Waiting(
        lambda: Learner.known(session, learner.id).run("algebra", 5, 5, id=uuid.uuid4())
    )
    wait_for_lock(database.connect(), session.info.backend_pid)
    eraser.commit()
    assert later.result()["tokens"] == 8
    assert [entry["kind"] for entry in learner.entries()] == ["skeleton", "activity"]
    assert learner.verify() == []


def test_the_erasure_waits_for_an_activity_and_takes_it_along(database):
    learner = Learner(database.connect(), "3")
    player = database.connect(autocommit=False)
    Learner.known(player, learner.id).run("algebra", 5, 5)
    session = database.connect()
    later = Waiting(
        lambda: call(session, "hg_erase_learner", p_user_id=learner.id, p_reason=REASON)
    )
    wait_for_lock(database.connect(), session.info.backend_pid)
    player.commit()
    assert later.result()["rows"]["hg_ledger"] == 1
    assert [entry["kind"] for entry in learner.entries()] == ["skeleton"]
    assert learner.verify() == []
