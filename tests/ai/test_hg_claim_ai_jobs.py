"""hg_claim_ai_jobs: who gets which job, and when."""

from datetime import timedelta

import pytest
from psycopg import errors

from tests.record.support import Learner, changed
from tests.support.database import as_role

from . import queue


@pytest.fixture
def learner(db) -> Learner:
    queue.enable(db)
    return queue.played(db)


def test_the_longest_ready_first_and_no_more_than_asked_for(learner):
    for scope in ("measurement", "global", "algebra"):
        queue.request(learner, scope)
    assert [job.scope for job in queue.claim(learner.db, limit=2)] == ["measurement", "global"]
    assert [job.scope for job in queue.claim(learner.db, "w2", limit=2)] == ["algebra"]
    assert queue.claim(learner.db, limit=2) == []


def test_the_request_is_a_whole_body(learner):
    queue.request(learner)
    (job,) = queue.claim(learner.db)
    assert job.request["model"] == "gpt-4o-mini"
    assert [message["role"] for message in job.request["messages"]] == ["system", "user"]
    assert job.request["response_format"]["json_schema"]["strict"] is True


def test_the_input_is_read_when_it_is_handed_out(learner):
    queue.request(learner)
    learner.run("algebra", 5, 5, 50)
    (job,) = queue.claim(learner.db)
    assert queue.stored(learner.db, job)["input"]["totals"]["sessions"] == 7


def test_each_attempt_has_another_pseudonym(learner):
    queue.request(learner)
    (first,) = queue.claim(learner.db)
    queue.later(learner.db, minutes=3)
    (second,) = queue.claim(learner.db, "w2")
    assert (first.job_id, second.attempt) == (second.job_id, 2)
    assert first.request["user"] != second.request["user"]
    assert first.request | {"user": ""} == second.request | {"user": ""}


def test_a_lease_that_is_not_over_is_respected(learner):
    queue.request(learner)
    (job,) = queue.claim(learner.db, lease=timedelta(seconds=30))
    queue.later(learner.db, seconds=29)
    assert queue.claim(learner.db, "w2") == []
    queue.later(learner.db, seconds=2)
    (rescued,) = queue.claim(learner.db, "w2")
    assert rescued.job_id == job.job_id


def test_a_worker_who_is_never_heard_of_uses_up_the_attempts(learner):
    queue.enable(learner.db, max_attempts=2)
    job_id = queue.request(learner)
    for attempt in (1, 2):
        (job,) = queue.claim(learner.db)
        assert job.attempt == attempt
        queue.later(learner.db, minutes=3)
    assert queue.claim(learner.db) == []
    row = queue.stored(learner.db, job_id)
    assert (row["state"], row["problem"]) == ("dead", "the worker was not heard of again")
    assert row["input"] is None


def test_unchanged_since_an_answer_nothing_is_handed_out(learner):
    queue.request(learner)
    (job,) = queue.claim(learner.db)
    queue.complete(learner.db, job, queue.answer(job))
    learner.db.execute(
        "INSERT INTO hg_ai_jobs (user_id, scope, state, reason, forced, requested_at, ready_at,"
        " attempt) VALUES (%s, 'global', 'pending', 'sessions', false, now(), now(), 0)",
        [learner.id],
    )
    assert queue.claim(learner.db) == []
    assert queue.jobs(learner)[1] == ("global", "skipped", "sessions")
    days = "SELECT calls FROM hg_ai_days"
    assert learner.db.execute(days).fetchall() == [(1,)]


def test_those_with_nothing_to_ask_are_passed_over(learner):
    """However many there are, who asks gets the one behind them."""
    idle = [Learner(learner.db) for _ in range(30)]
    for nobody in idle:
        learner.db.execute(
            "INSERT INTO hg_ai_jobs (user_id, scope, state, reason, forced, requested_at,"
            " ready_at, attempt) VALUES (%s, 'global', 'pending', 'days', false, now(), now(), 0)",
            [nobody.id],
        )
    queue.request(learner)
    (job,) = queue.claim(learner.db)
    assert queue.stored(learner.db, job)["user_id"] == learner.id
    assert {queue.jobs(nobody)[0][1] for nobody in idle} == {"skipped"}


def test_a_forced_job_is_handed_out_all_the_same(learner):
    queue.request(learner)
    (job,) = queue.claim(learner.db)
    queue.complete(learner.db, job, queue.answer(job))
    queue.request(learner, p_force=True)
    assert len(queue.claim(learner.db)) == 1


def test_a_consent_that_was_taken_back_ends_the_job(learner):
    learner.db.execute("ALTER TABLE users ADD may_analyse boolean DEFAULT true")
    queue.enable(learner.db, consent_column="may_analyse")
    job_id = queue.request(learner)
    learner.db.execute("UPDATE users SET may_analyse = false")
    assert queue.claim(learner.db) == []
    row = queue.stored(learner.db, job_id)
    assert (row["state"], row["problem"], row["input"]) == ("skipped", "no consent", None)


def test_switched_off_nothing_is_handed_out_and_nothing_lost(learner):
    queue.request(learner)
    queue.enable(learner.db, enabled=False)
    assert queue.claim(learner.db) == []
    queue.enable(learner.db)
    assert len(queue.claim(learner.db)) == 1


def test_a_document_that_cannot_be_read_does_not_stop_the_queue(learner):
    other = queue.played(learner.db)
    job_id = queue.request(learner)
    queue.request(other)
    document = learner.document
    broken = changed(document, {"global_stats": []})
    learner.db.execute("ALTER TABLE users DISABLE TRIGGER USER")
    learner.db.execute(
        "UPDATE users SET hidden_grade_asset = %s WHERE id = %s",
        [queue.Jsonb(broken), learner.id],
    )
    (job,) = queue.claim(learner.db)
    assert job.job_id != job_id
    row = queue.stored(learner.db, job_id)
    assert row["state"] == "dead"
    assert row["problem"].startswith("the document cannot be read: ")


def test_the_day_s_calls(learner):
    queue.enable(learner.db, daily_calls=2)
    for scope in ("measurement", "global", "algebra"):
        queue.request(learner, scope)
    assert len(queue.claim(learner.db, limit=5)) == 2
    assert queue.claim(learner.db) == []
    learner.db.execute("UPDATE hg_ai_days SET day = day - 1")
    assert [job.scope for job in queue.claim(learner.db)] == ["algebra"]


def test_the_day_s_tokens(learner):
    """What is out is set aside; what an answer used takes its place."""
    queue.request(learner)
    queue.request(learner, "algebra")
    (job,) = queue.claim(learner.db)
    reserved = queue.stored(learner.db, job)["reserved_tokens"]
    assert reserved > 1200
    queue.enable(learner.db, daily_tokens=reserved + 1200)
    assert queue.claim(learner.db) == []
    queue.complete(learner.db, job, queue.answer(job))
    used = "SELECT prompt_tokens + completion_tokens FROM hg_ai_spent"
    assert learner.db.execute(used).fetchone() == (1110,)
    queue.enable(learner.db, daily_tokens=1110 + reserved)
    assert [job.scope for job in queue.claim(learner.db)] == ["algebra"]


@pytest.mark.parametrize(
    ("arguments", "argument"),
    [
        ([None, 1, "1 minute"], "p_worker"),
        (["", 1, "1 minute"], "p_worker"),
        (["w" * 201, 1, "1 minute"], "p_worker"),
        (["w", None, "1 minute"], "p_limit"),
        (["w", 0, "1 minute"], "p_limit"),
        (["w", 101, "1 minute"], "p_limit"),
        (["w", 1, None], "p_lease"),
        (["w", 1, "0.9 seconds"], "p_lease"),
        (["w", 1, "1 day 1 second"], "p_lease"),
    ],
)
def test_bad_arguments(learner, arguments, argument):
    with pytest.raises(errors.InvalidParameterValue) as caught:
        learner.db.execute("SELECT hg_claim_ai_jobs(%s, %s, %s)", arguments)
    assert caught.value.diag.message_primary == f"invalid argument {argument}"


def test_not_while_a_move_is_pending(learner):
    learner.db.execute("UPDATE hg_installation SET state = 'pending'")
    with pytest.raises(errors.ObjectNotInPrerequisiteState):
        queue.claim(learner.db)


@pytest.mark.parametrize("role", ["hg_app", "hg_reader"])
def test_workers_only(learner, role):
    with as_role(learner.db, role), pytest.raises(errors.InsufficientPrivilege):
        queue.claim(learner.db)


def test_a_worker_sees_jobs_and_nothing_else(learner):
    queue.request(learner)
    with as_role(learner.db, "hg_ai_worker"):
        assert len(queue.claim(learner.db)) == 1
        for what in ("users", "hg_ai_jobs", "hg_ledger", "hg_settings"):
            with pytest.raises(errors.InsufficientPrivilege), learner.db.transaction():
                learner.db.execute(f"SELECT FROM {what}")
