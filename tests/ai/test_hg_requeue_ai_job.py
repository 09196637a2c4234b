"""hg_requeue_ai_job: dead jobs get their attempts again."""

import pytest
from psycopg import errors

from tests.record.support import Learner
from tests.support.database import as_role

from . import queue


@pytest.fixture
def learner(db) -> Learner:
    queue.enable(db, max_attempts=1)
    return queue.played(db)


@pytest.fixture
def dead(learner) -> queue.Job:
    queue.request(learner)
    (job,) = queue.claim(learner.db)
    queue.fail(learner.db, job)
    return job


def requeue(learner: Learner, job_id: int | None) -> dict:
    return learner.db.execute("SELECT hg_requeue_ai_job(%s)", [job_id]).fetchone()[0]


def test_it_begins_anew(learner, dead):
    assert requeue(learner, dead.job_id) == {"job_id": dead.job_id, "state": "pending"}
    (job,) = queue.claim(learner.db)
    assert (job.job_id, job.attempt) == (dead.job_id, 1)
    assert queue.complete(learner.db, job, queue.answer(job))["state"] == "done"
    assert queue.section(learner)["source"] == "openai"


def test_every_answer_is_counted(learner, dead):
    requeue(learner, dead.job_id)
    (job,) = queue.claim(learner.db)
    queue.complete(learner.db, job, {})
    requeue(learner, dead.job_id)
    (job,) = queue.claim(learner.db)
    queue.complete(learner.db, job, queue.answer(job))
    outcomes = learner.db.execute(
        "SELECT attempt, outcome FROM hg_ai_usage ORDER BY answered_at"
    ).fetchall()
    assert [attempt for attempt, _ in outcomes] == [1, 1]
    assert outcomes[1] == (1, "done")


def test_where_a_new_one_has_been_made_since_that_goes_on(learner, dead):
    job_id = queue.request(learner)
    assert requeue(learner, dead.job_id) == {"job_id": job_id, "state": "pending"}
    assert queue.stored(learner.db, dead)["state"] == "dead"


def test_only_dead_ones(learner):
    job_id = queue.request(learner)
    with pytest.raises(errors.ObjectNotInPrerequisiteState) as caught:
        requeue(learner, job_id)
    error = caught.value.diag
    assert error.message_primary == "the AI job is not dead"
    assert error.message_detail == f"Job {job_id} is pending."
    assert "hg_request_ai_analytics" in error.message_hint


@pytest.mark.parametrize(("job_id", "code"), [(None, "22023"), (-1, "LG404")])
def test_refusals(learner, job_id, code):
    with pytest.raises(errors.DatabaseError) as caught:
        requeue(learner, job_id)
    assert caught.value.sqlstate == code


def test_not_while_a_move_is_pending(learner):
    learner.db.execute("UPDATE hg_installation SET state = 'pending'")
    with pytest.raises(errors.ObjectNotInPrerequisiteState):
        requeue(learner, 1)


@pytest.mark.parametrize("role", ["hg_app", "hg_reader", "hg_ai_worker"])
def test_it_is_the_owner_s_to_grant(learner, dead, role):
    with (
        as_role(learner.db, role),
        pytest.raises(errors.InsufficientPrivilege),
        learner.db.transaction(),
    ):
        requeue(learner, dead.job_id)
    learner.db.execute(f"GRANT EXECUTE ON FUNCTION hg_requeue_ai_job TO {role}")
    with as_role(learner.db, role):
        assert requeue(learner, dead.job_id)["state"] == "pending"
