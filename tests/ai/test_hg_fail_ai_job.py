"""hg_fail_ai_job: backoff, and the end of it."""

from datetime import timedelta

import pytest
from psycopg import errors

from tests.record.support import Learner
from tests.support.database import as_role

from . import queue


@pytest.fixture
def learner(db) -> Learner:
    queue.enable(db)
    return queue.played(db)


def wait(learner: Learner, job: queue.Job) -> timedelta:
    """How long the job still waits, in whole seconds."""
    left = learner.db.execute(
        "SELECT j.ready_at - clock_timestamp() FROM hg_ai_jobs AS j WHERE j.job_id = %s",
        [job.job_id],
    ).fetchone()[0]
    return timedelta(seconds=round(left.total_seconds()))


def test_the_wait_doubles(learner):
    queue.request(learner)
    for seconds in (60, 120, 240, 480):
        (job,) = queue.claim(learner.db)
        result = queue.fail(learner.db, job, "HTTP 500")
        assert (result["state"], result["reason"]) == ("retry", "HTTP 500")
        assert wait(learner, job) == timedelta(seconds=seconds)
        ready = learner.db.execute(
            "SELECT ready_at = %s::timestamptz FROM hg_ai_jobs WHERE job_id = %s",
            [result["ready_at"], job.job_id],
        )
        assert ready.fetchone() == (True,)
        assert queue.stored(learner.db, job)["input"] is None
        queue.later(learner.db, seconds=seconds + 1)


def test_a_day_at_most(learner):
    queue.enable(learner.db, max_attempts=100, backoff_seconds=80000)
    queue.request(learner)
    for _ in range(25):
        (job,) = queue.claim(learner.db)
        queue.fail(learner.db, job)
        assert wait(learner, job) <= timedelta(days=1)
        queue.later(learner.db, days=1, seconds=1)


@pytest.mark.parametrize(
    ("asked", "waited"),
    [
        (timedelta(minutes=10), timedelta(minutes=10)),
        (timedelta(seconds=20), timedelta(minutes=1)),
        (timedelta(0), timedelta(minutes=1)),
        (None, timedelta(minutes=1)),
    ],
)
def test_the_provider_s_time_where_it_is_longer(learner, asked, waited):
    queue.request(learner)
    (job,) = queue.claim(learner.db)
    queue.fail(learner.db, job, "HTTP 429", p_retry_after=asked)
    assert wait(learner, job) == waited


def test_given_up_after_the_last_attempt(learner):
    queue.enable(learner.db, max_attempts=2)
    queue.request(learner)
    (job,) = queue.claim(learner.db)
    queue.fail(learner.db, job)
    queue.later(learner.db, minutes=2)
    (job,) = queue.claim(learner.db)
    assert queue.fail(learner.db, job, "x" * 2000) == {
        "state": "dead",
        "reason": "x" * 1000,
        "ready_at": None,
    }
    assert queue.section(learner)["source"] == "rules"
    assert queue.claim(learner.db) == []


def test_only_its_worker_s(learner):
    queue.request(learner)
    (job,) = queue.claim(learner.db)
    with pytest.raises(errors.DatabaseError) as caught, learner.db.transaction():
        queue.fail(learner.db, job, p_worker="w2")
    assert caught.value.sqlstate == "LG423"
    queue.fail(learner.db, job)
    with pytest.raises(errors.DatabaseError) as caught:
        queue.fail(learner.db, job)
    assert caught.value.sqlstate == "LG423"
    assert f"Job {job.job_id} is pending, last held by 'w1'" in caught.value.diag.message_detail


@pytest.mark.parametrize(
    ("arguments", "argument"),
    [
        ([None, "x", "w1", None], "p_job_id"),
        ([1, None, "w1", None], "p_error"),
        ([1, "x", None, None], "p_worker"),
        ([1, "x", "w1", "-1 second"], "p_retry_after"),
        ([1, "x", "w1", "8 days"], "p_retry_after"),
    ],
)
def test_bad_arguments(db, arguments, argument):
    with pytest.raises(errors.InvalidParameterValue) as caught:
        db.execute("SELECT hg_fail_ai_job(%s, %s, %s, %s)", arguments)
    assert caught.value.diag.message_primary == f"invalid argument {argument}"


def test_unknown(db):
    with pytest.raises(errors.DatabaseError) as caught:
        db.execute("SELECT hg_fail_ai_job(-1, 'x', 'w1')")
    assert caught.value.sqlstate == "LG404"


def test_not_while_a_move_is_pending(db):
    db.execute("UPDATE hg_installation SET state = 'pending'")
    with pytest.raises(errors.ObjectNotInPrerequisiteState):
        db.execute("SELECT hg_fail_ai_job(1, 'x', 'w1')")


def test_with_the_rights_of_a_worker(learner):
    queue.request(learner)
    with as_role(learner.db, "hg_ai_worker"):
        (job,) = queue.claim(learner.db)
        assert queue.fail(learner.db, job)["state"] == "retry"


@pytest.mark.parametrize("role", ["hg_app", "hg_reader"])
def test_workers_only(db, role):
    with as_role(db, role), pytest.raises(errors.InsufficientPrivilege):
        db.execute("SELECT hg_fail_ai_job(1, 'x', 'w1')")
