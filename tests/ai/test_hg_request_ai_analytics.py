"""hg_request_ai_analytics: who gets a job, and who none."""

import pytest
from psycopg import errors

from tests.record.support import Learner
from tests.support.database import as_role
from tests.support.users import NOBODY

from . import queue


@pytest.fixture
def learner(db) -> Learner:
    queue.enable(db)
    return queue.played(db)


@pytest.mark.parametrize("scope", ["global", "algebra", "cross_module"])
def test_a_job_that_is_ready_at_once(learner, scope):
    job_id = queue.request(learner, scope)
    assert queue.jobs(learner) == [(scope, "pending", "requested")]
    (job,) = queue.claim(learner.db)
    assert (job.job_id, job.scope, job.attempt) == (job_id, scope, 1)


def test_the_same_job_while_it_has_not_ended(learner):
    job_id = queue.request(learner)
    assert queue.request(learner) == job_id
    queue.claim(learner.db)
    assert queue.request(learner, p_force=True) == job_id
    assert queue.request(learner, "algebra") != job_id
    assert len(queue.jobs(learner)) == 2


def test_a_job_that_waits_for_more_sessions_waits_no_longer(db):
    queue.enable(db, every_sessions=6)
    learner = queue.played(db)
    made = {scope: reason for scope, _, reason in queue.jobs(learner)}
    assert made["global"] == "sessions"
    assert queue.claim(db) == []
    job_id = queue.request(learner)
    (job,) = queue.claim(db, limit=10)
    assert (job.job_id, job.scope) == (job_id, "global")


def test_a_backoff_is_waited_for(learner):
    job_id = queue.request(learner)
    (job,) = queue.claim(learner.db)
    queue.fail(learner.db, job)
    assert queue.request(learner) == job_id
    assert queue.claim(learner.db) == []


def test_nothing_new_nothing_asked(learner):
    queue.request(learner)
    (job,) = queue.claim(learner.db)
    queue.complete(learner.db, job, queue.answer(job))
    assert queue.request(learner) is None
    assert queue.request(learner, p_force=True) is not None
    (job,) = queue.claim(learner.db)
    queue.complete(learner.db, job, queue.answer(job))
    learner.run("algebra", 5, 5, 50)
    assert queue.request(learner) is not None


def test_the_rules_filling_is_no_answer(learner):
    learner.call("hg_fill_analytics_by_rules")
    assert queue.request(learner) is not None


@pytest.mark.parametrize("scope", ["global", "algebra", "cross_module"])
def test_without_a_session_there_is_nothing_to_ask(db, scope):
    queue.enable(db)
    learner = Learner(db)
    learner.practise("algebra")
    assert queue.request(learner, scope, p_force=True) is None
    assert queue.jobs(learner) == []


def test_not_before_somebody_says_so(db):
    learner = queue.played(db)
    assert queue.request(learner, p_force=True) is None
    assert queue.jobs(learner) == []


@pytest.mark.parametrize("consent", [None, False])
def test_without_consent_no_job(db, consent):
    db.execute("ALTER TABLE users ADD may_analyse boolean")
    queue.enable(db, consent_column="may_analyse")
    learner = queue.played(db, sessions=10)
    assert queue.jobs(learner) == []
    db.execute("UPDATE users SET may_analyse = %s", [consent])
    assert queue.request(learner, p_force=True) is None
    db.execute("UPDATE users SET may_analyse = true")
    assert queue.request(learner) is not None


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE users DROP may_analyse",
        "ALTER TABLE users ALTER may_analyse TYPE text USING may_analyse::text",
    ],
)
def test_a_consent_that_cannot_be_read_is_none(db, change):
    db.execute("ALTER TABLE users ADD may_analyse boolean DEFAULT true")
    queue.enable(db, consent_column="may_analyse", every_sessions=1)
    db.execute(change)
    learner = queue.played(db)
    assert queue.request(learner) is None
    assert queue.jobs(learner) == []


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ({"p_user_id": None}, "22023", "invalid argument p_user_id"),
        ({"p_scope": None}, "22023", "invalid argument p_scope"),
        ({"p_force": None}, "22023", "invalid argument p_force"),
        ({"p_user_id": NOBODY}, "LG404", "unknown learner"),
        ({"p_user_id": NOBODY, "p_scope": "no_module"}, "LG404", "unknown learner"),
        ({"p_scope": "no_module"}, "LG405", "unknown or inactive module"),
        ({"p_scope": ""}, "LG405", "unknown or inactive module"),
    ],
)
def test_refusals(learner, arguments, code, message):
    arguments = {"p_user_id": learner.id, "p_scope": "global", "p_force": False} | arguments
    with pytest.raises(errors.Error) as caught:
        learner.db.execute(
            "SELECT hg_request_ai_analytics(%(p_user_id)s, %(p_scope)s, %(p_force)s)", arguments
        )
    assert (caught.value.sqlstate, caught.value.diag.message_primary) == (code, message)
    assert caught.value.diag.message_detail
    assert caught.value.diag.message_hint


def test_an_inactive_module(learner):
    learner.db.execute("UPDATE hg_modules SET active = false WHERE module = 'algebra'")
    with pytest.raises(errors.DatabaseError) as caught:
        queue.request(learner, "algebra")
    assert caught.value.sqlstate == "LG405"


def test_not_while_a_move_is_pending(learner):
    learner.db.execute("UPDATE hg_installation SET state = 'pending'")
    with pytest.raises(errors.ObjectNotInPrerequisiteState):
        queue.request(learner)


@pytest.mark.parametrize("role", ["hg_reader", "hg_ai_worker"])
def test_applications_only(learner, role):
    with as_role(learner.db, role), pytest.raises(errors.InsufficientPrivilege):
        queue.request(learner)


def test_with_the_rights_of_an_application(learner):
    with as_role(learner.db, "hg_app"):
        assert queue.request(learner) is not None
        with pytest.raises(errors.InsufficientPrivilege):
            learner.db.execute("SELECT FROM hg_ai_jobs")
