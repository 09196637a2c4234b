"""Analyses and learners at the same time: no learner waits for a worker, no job goes out twice."""

import pytest

from tests.ai import queue
from tests.record.support import Learner
from tests.support.database import Database, wait_for_lock

from .support import Waiting, outcome, together


@pytest.fixture
def owner(database: Database):
    db = database.connect()
    queue.enable(db, every_sessions=1, debounce_minutes=0)
    return db


def test_a_claim_that_is_not_committed_holds_up_nobody(database, owner):
    learner = queue.played(owner)
    worker = database.connect(role="hg_ai_worker", autocommit=False)
    taken = queue.claim(worker, limit=100)
    assert {job.scope for job in taken} == {"global", "algebra", "measurement", "cross_module"}
    # Every lock that the learner's transaction would wait for ends it here.
    owner.execute("SET lock_timeout = '1ms'")
    learner.run("algebra", 5, 5, 40)
    learner.call("hg_fill_analytics_by_rules")
    assert queue.request(learner, p_force=True) in {job.job_id for job in taken}
    worker.rollback()
    assert len(queue.claim(owner, limit=100)) == 4


def test_a_request_does_not_wait_for_who_takes_its_job(database, owner):
    queue.enable(owner, every_sessions=1000)
    learner = queue.played(owner)
    job_id = queue.request(learner)
    worker = database.connect(role="hg_ai_worker", autocommit=False)
    queue.claim(worker)
    owner.execute("SET lock_timeout = '1ms'")
    assert queue.request(learner) == job_id
    worker.rollback()


def test_two_workers_get_different_jobs(database, owner):
    learners = [queue.played(owner, sessions=1) for _ in range(25)]
    given = together(
        database, lambda db, number: queue.claim(db, f"w{number}", limit=100), workers=2
    )
    numbers = [job.job_id for jobs in given for job in jobs]
    assert len(numbers) == len(set(numbers)) == 4 * len(learners)


def test_the_budget_holds_among_many_workers(database, owner):
    queue.enable(owner, daily_calls=30)
    for _ in range(20):
        queue.played(owner, sessions=1)
    given = together(database, lambda db, number: queue.claim(db, f"w{number}", limit=20))
    assert sum(len(jobs) for jobs in given) == 30
    assert owner.execute("SELECT calls FROM hg_ai_days").fetchone() == (30,)


def test_an_answer_waits_for_the_learner_not_the_other_way_round(database, owner):
    learner = queue.played(owner)
    (job,) = queue.claim(owner)
    session = database.connect(autocommit=False)
    session.execute("SELECT FROM users WHERE id = %s FOR NO KEY UPDATE", [learner.id])
    worker = database.connect()
    waiting = Waiting(lambda: queue.complete(worker, job, queue.answer(job)))
    wait_for_lock(owner, worker.info.backend_pid)
    session.commit()
    assert waiting.result()["state"] == "done"
    assert queue.verified(learner)


def test_a_learner_who_is_held_holds_up_no_other_s_answer(database, owner):
    held, other = queue.played(owner), queue.played(owner)
    jobs = {queue.stored(owner, job)["user_id"]: job for job in queue.claim(owner, limit=100)}
    session = database.connect(autocommit=False)
    session.execute("SELECT FROM users WHERE id = %s FOR NO KEY UPDATE", [held.id])
    worker = database.connect()
    waiting = Waiting(lambda: queue.complete(worker, jobs[held.id], queue.answer(jobs[held.id])))
    wait_for_lock(owner, worker.info.backend_pid)
    owner.execute("SET lock_timeout = '1ms'")
    assert queue.complete(owner, jobs[other.id], queue.answer(jobs[other.id]))["state"] == "done"
    queue.played(owner, sessions=1)
    assert queue.claim(owner, "w2", limit=100)
    session.commit()
    assert waiting.result()["state"] == "done"


def test_an_answer_and_the_end_of_its_learner(database, owner):
    """Whichever comes first, nobody deadlocks and nothing is left."""
    for _ in range(10):
        learner = queue.played(owner, sessions=1)
        jobs = queue.claim(owner, limit=100)

        def work(db, number, learner=learner, jobs=jobs):
            if number == 0:
                db.execute("DELETE FROM users WHERE id = %s", [learner.id])
                return None
            return [outcome(queue.complete, db, job, queue.answer(job)) for job in jobs]

        _, results = together(database, work, workers=2)
        assert all(r == "LG404" or r["state"] == "done" for r in results), results
        for table in ("hg_ai_jobs", "hg_ai_usage", "hg_ai_analyses"):
            assert owner.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


def test_the_same_delivery_from_two_sessions(database, owner):
    learner = queue.played(owner)
    (job,) = queue.claim(owner)
    results = together(
        database, lambda db, number: outcome(queue.complete, db, job, queue.answer(job)), workers=4
    )
    assert any(result == {"state": "done", "reason": None} for result in results)
    assert all(r == "LG423" or r["state"] == "done" for r in results), results
    counted = "SELECT count(*) FROM hg_ai_usage WHERE user_id = %s"
    assert owner.execute(counted, [learner.id]).fetchone() == (1,)
    assert owner.execute("SELECT prompt_tokens FROM hg_ai_spent").fetchall() == [(900,)]


def test_sessions_while_answers_come_in(database, owner):
    """Nothing of either is lost."""
    learner = Learner(owner, "3")
    learner.run("algebra", 5, 4, 60)

    def work(db, number):
        if number == 0:
            query = "SELECT hg_record_activity(%s, gen_random_uuid(), 'algebra', 5, 4, 60)"
            return [db.execute(query, [learner.id]).fetchone() for _ in range(40)]
        done = 0
        for _ in range(40):
            for job in queue.claim(db, f"w{number}", limit=2):
                result = queue.complete(db, job, queue.answer(job), f"w{number}")
                done += result["state"] == "done"
        return done

    _, *done = together(database, work, workers=3)
    assert sum(done) > 0
    document = learner.document
    assert document["global_stats"]["total_sessions_completed"] == 41
    assert document["ai_analytics"]["source"] == "openai"
    assert queue.verified(learner)
