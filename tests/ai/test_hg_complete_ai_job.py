"""hg_complete_ai_job: what becomes of an answer. What a bad one is: test_answers.py."""

import pytest
from psycopg import errors

from tests.record.support import Learner, difference
from tests.support.database import as_role
from tests.worker.answers import completion

from . import queue

SCOPES = ["global", "algebra", "cross_module"]


@pytest.fixture
def learner(db) -> Learner:
    queue.enable(db)
    return queue.played(db)


def usage(learner: Learner) -> list[tuple]:
    return learner.db.execute(
        "SELECT attempt, model, prompt_tokens, completion_tokens, outcome FROM hg_ai_usage"
        " WHERE user_id = %s ORDER BY answered_at",
        [learner.id],
    ).fetchall()


@pytest.mark.parametrize("scope", SCOPES)
def test_a_good_answer_fills_its_section_and_nothing_else(learner, scope):
    before = learner.document
    queue.request(learner, scope)
    (job,) = queue.claim(learner.db)
    assert queue.complete(learner.db, job, queue.answer(job)) == {"state": "done", "reason": None}
    section = queue.section(learner, scope)
    assert section.keys() == queue.SECTION_KEYS
    assert (section["source"], section["stale"]) == ("openai", False)
    assert section["model"] == "gpt-4o-mini-2024-07-18"
    assert section["analysis_date"] == section["datetime_generated"][:10]
    place = {
        "global": "ai_analytics",
        "algebra": "modules.algebra.ai_analytics",
        "cross_module": "cross_module_analytics.ai_analytics",
    }[scope]
    assert all(path.startswith(place) for path in difference(before, learner.document))
    assert queue.verified(learner)
    row = queue.stored(learner.db, job)
    assert (row["state"], row["input"], row["reserved_tokens"]) == ("done", None, None)
    assert usage(learner) == [(1, "gpt-4o-mini-2024-07-18", 900, 210, "done")]
    spent = "SELECT prompt_tokens, completion_tokens FROM hg_ai_spent"
    assert learner.db.execute(spent).fetchall() == [(900, 210)]
    assert learner.db.execute("SELECT calls FROM hg_ai_days").fetchall() == [(1,)]


def test_the_date_is_the_learner_s(learner):
    learner.db.execute("SELECT hg_set_setting('default_time_zone', '\"Pacific/Kiritimati\"')")
    queue.request(learner)
    (job,) = queue.claim(learner.db)
    queue.complete(learner.db, job, queue.answer(job))
    day = "SELECT (clock_timestamp() AT TIME ZONE 'Pacific/Kiritimati')::date::text"
    assert queue.section(learner)["analysis_date"] == learner.db.execute(day).fetchone()[0]


def test_keys_of_others_stay_in_the_section(learner):
    document = learner.document
    document["ai_analytics"]["seen_by"] = ["somebody"]
    learner.db.execute(
        "UPDATE users SET hidden_grade_asset = %s WHERE id = %s",
        [queue.Jsonb(document), learner.id],
    )
    queue.request(learner)
    (job,) = queue.claim(learner.db)
    queue.complete(learner.db, job, queue.answer(job))
    assert queue.section(learner)["seen_by"] == ["somebody"]


def test_the_document_goes_on_as_before(learner):
    queue.request(learner)
    (job,) = queue.claim(learner.db)
    queue.complete(learner.db, job, queue.answer(job))
    section = queue.section(learner)
    learner.run("algebra", 5, 5, 40)
    learner.run("algebra", 5, 5, 40, at=learner.ago(days=2))
    learner.call("hg_rebuild")
    assert queue.section(learner) == section
    assert queue.verified(learner)


def test_a_bad_answer_is_asked_for_again_and_costs_all_the_same(learner):
    before = learner.document
    queue.request(learner)
    (job,) = queue.claim(learner.db)
    result = queue.complete(
        learner.db, job, completion(job.request, None, refusal="I cannot help with that.")
    )
    assert result["state"] == "retry"
    assert result["reason"].startswith("refusal: ")
    assert learner.document == before
    row = queue.stored(learner.db, job)
    assert (row["state"], row["input"]) == ("pending", None)
    assert usage(learner) == [(1, "gpt-4o-mini-2024-07-18", 900, 210, result["reason"])]
    assert queue.claim(learner.db) == []
    queue.later(learner.db, seconds=61)
    (again,) = queue.claim(learner.db, "w2")
    assert (again.job_id, again.attempt) == (job.job_id, 2)


def test_after_the_last_attempt_the_rules_fill_it(learner):
    queue.enable(learner.db, max_attempts=1)
    queue.request(learner)
    (job,) = queue.claim(learner.db)
    result = queue.complete(learner.db, job, completion(job.request, "no JSON"))
    assert result["state"] == "dead"
    assert queue.stored(learner.db, job)["state"] == "dead"
    section = queue.section(learner)
    assert (section["source"], section["model"]) == ("rules", None)
    assert queue.verified(learner)


def test_the_same_delivery_again(learner):
    queue.request(learner)
    (job,) = queue.claim(learner.db)
    first = queue.complete(learner.db, job, queue.answer(job))
    before = learner.document
    assert queue.complete(learner.db, job, queue.answer(job)) == first
    assert learner.document == before
    assert len(usage(learner)) == 1


def test_the_same_bad_delivery_again(learner):
    queue.request(learner)
    (job,) = queue.claim(learner.db)
    first = queue.complete(learner.db, job, completion(job.request, "no JSON"))
    assert queue.complete(learner.db, job, completion(job.request, "no JSON")) == first
    assert len(usage(learner)) == 1


@pytest.mark.parametrize("worker", ["w2", "W1", ""])
def test_only_its_worker_s(learner, worker):
    queue.request(learner)
    (job,) = queue.claim(learner.db)
    before = learner.document
    with pytest.raises(errors.DatabaseError) as caught, learner.db.transaction():
        queue.complete(learner.db, job, queue.answer(job), worker)
    error = caught.value
    assert error.sqlstate == "LG423"
    assert error.diag.message_primary == "the AI job is not held by this worker"
    assert error.diag.message_detail == (
        f"Job {job.job_id} is claimed, last held by 'w1', and '{worker}' asks."
    )
    assert "lease" in error.diag.message_hint
    assert learner.document == before
    assert usage(learner) == []


def test_who_was_too_slow_has_lost_it(learner):
    queue.request(learner)
    (slow,) = queue.claim(learner.db)
    queue.later(learner.db, minutes=3)
    (quick,) = queue.claim(learner.db, "w2")
    with pytest.raises(errors.DatabaseError) as caught, learner.db.transaction():
        queue.complete(learner.db, slow, queue.answer(slow))
    assert caught.value.sqlstate == "LG423"
    assert queue.complete(learner.db, quick, queue.answer(quick), "w2")["state"] == "done"


def test_late_but_nobody_else_has_it(learner):
    queue.request(learner)
    (job,) = queue.claim(learner.db)
    queue.later(learner.db, minutes=30)
    assert queue.complete(learner.db, job, queue.answer(job))["state"] == "done"


def test_a_newer_analysis_is_not_overwritten(learner):
    queue.request(learner)
    (job,) = queue.claim(learner.db)
    learner.run("algebra", 5, 5, 40)
    newer = learner.call("hg_fill_analytics_by_rules")
    result = queue.complete(learner.db, job, queue.answer(job))
    assert result == {"state": "stale", "reason": "a newer analysis is there"}
    assert queue.section(learner) == newer
    assert queue.stored(learner.db, job)["state"] == "stale"
    assert usage(learner)[0][4] == "a newer analysis is there"


def test_nor_is_one_that_somebody_wrote_directly(learner):
    queue.request(learner)
    (job,) = queue.claim(learner.db)
    queue.later(learner.db, minutes=1)
    document = learner.document
    document["ai_analytics"] |= {
        "source": "legacy",
        "datetime_generated": learner.clock.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    learner.db.execute(
        "UPDATE users SET hidden_grade_asset = %s WHERE id = %s",
        [queue.Jsonb(document), learner.id],
    )
    assert queue.complete(learner.db, job, queue.answer(job))["state"] == "stale"
    assert queue.section(learner)["source"] == "legacy"


def test_a_newer_analysis_of_another_scope_does_not_matter(learner):
    queue.request(learner)
    (job,) = queue.claim(learner.db)
    learner.call("hg_fill_analytics_by_rules", p_scope="algebra")
    assert queue.complete(learner.db, job, queue.answer(job))["state"] == "done"


def test_a_consent_that_was_taken_back_meanwhile(learner):
    learner.db.execute("ALTER TABLE users ADD may_analyse boolean DEFAULT true")
    queue.enable(learner.db, consent_column="may_analyse")
    queue.request(learner)
    (job,) = queue.claim(learner.db)
    learner.db.execute("UPDATE users SET may_analyse = false")
    before = learner.document
    result = queue.complete(learner.db, job, queue.answer(job))
    assert result == {"state": "stale", "reason": "the consent was taken back"}
    assert learner.document == before


def test_a_document_does_not_grow_beyond_its_limit(learner):
    document = learner.document
    document["notes"] = "x" * (65500 - len(str(document)))
    while True:
        size = learner.db.execute(
            "SELECT octet_length(%s::jsonb::text)", [queue.Jsonb(document)]
        ).fetchone()[0]
        if 65300 <= size <= 65536:
            break
        document["notes"] = document["notes"][: 65500 - size] + "x" * max(0, 65500 - size)
        document["notes"] = "x" * (len(document["notes"]) + min(0, 65500 - size))
    learner.db.execute(
        "UPDATE users SET hidden_grade_asset = %s WHERE id = %s",
        [queue.Jsonb(document), learner.id],
    )
    queue.request(learner)
    (job,) = queue.claim(learner.db)
    before = learner.document
    result = queue.complete(learner.db, job, queue.answer(job))
    assert result == {"state": "dead", "reason": "the document would be larger than 64 kB"}
    assert learner.document == before


def test_a_learner_who_has_gone(learner):
    queue.request(learner)
    (job,) = queue.claim(learner.db)
    learner.db.execute("DELETE FROM users WHERE id = %s", [learner.id])
    with pytest.raises(errors.DatabaseError) as caught:
        queue.complete(learner.db, job, queue.answer(job))
    error = caught.value
    assert error.sqlstate == "LG404"
    assert error.diag.message_primary == "unknown AI job"
    assert error.diag.message_detail == f"There is no job {job.job_id}."
    assert "drop the answer" in error.diag.message_hint


@pytest.mark.parametrize(
    ("arguments", "argument"),
    [
        ([None, "{}", "w1"], "p_job_id"),
        ([1, None, "w1"], "p_response"),
        ([1, "{}", None], "p_worker"),
    ],
)
def test_bad_arguments(db, arguments, argument):
    with pytest.raises(errors.InvalidParameterValue) as caught:
        db.execute("SELECT hg_complete_ai_job(%s, %s, %s)", arguments)
    assert caught.value.diag.message_primary == f"invalid argument {argument}"


def test_not_while_a_move_is_pending(db):
    db.execute("UPDATE hg_installation SET state = 'pending'")
    with pytest.raises(errors.ObjectNotInPrerequisiteState):
        queue.complete(db, 1, {})


def test_with_the_rights_of_a_worker(learner):
    queue.request(learner)
    with as_role(learner.db, "hg_ai_worker"):
        (job,) = queue.claim(learner.db)
        assert queue.complete(learner.db, job, queue.answer(job))["state"] == "done"


@pytest.mark.parametrize("role", ["hg_app", "hg_reader"])
def test_workers_only(db, role):
    with as_role(db, role), pytest.raises(errors.InsufficientPrivilege):
        queue.complete(db, 1, {})
