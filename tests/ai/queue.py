"""The queue of analyses in short words."""

import json
from datetime import timedelta
from typing import Any, NamedTuple

import psycopg
from psycopg.types.json import Jsonb

from tests.record.support import Learner, set_setting
from tests.worker.answers import completion, good

ANALYTIC_KEYS = {
    "learning_patterns",
    "strengths",
    "areas_for_improvement",
    "engagement_analysis",
    "suggested_activities",
    "weaknesses",
}
SECTION_KEYS = ANALYTIC_KEYS | {
    "analysis_date",
    "datetime_generated",
    "source",
    "model",
    "stale",
}


class Job(NamedTuple):
    """A job as a worker gets it."""

    job_id: int
    scope: str
    attempt: int
    request: dict


def enable(db: psycopg.Connection, **settings: Any) -> None:
    """Analyses may be requested; other settings by their names less ai_."""
    for name, value in ({"enabled": True} | settings).items():
        set_setting(db, f"ai_{name}", value)


def request(learner: Learner, scope: str = "global", **others: Any) -> int | None:
    return learner.call("hg_request_ai_analytics", p_scope=scope, **others)


def claim(
    db: psycopg.Connection,
    worker: str = "w1",
    limit: int = 1,
    lease: timedelta = timedelta(minutes=2),
) -> list[Job]:
    rows = db.execute("SELECT * FROM hg_claim_ai_jobs(%s, %s, %s)", [worker, limit, lease])
    return [Job(*row) for row in rows]


def complete(db: psycopg.Connection, job: Job | int, body: Any, worker: str = "w1") -> dict:
    job_id = job if isinstance(job, int) else job.job_id
    return db.execute(
        "SELECT hg_complete_ai_job(%s, %s, %s)", [job_id, Jsonb(body), worker]
    ).fetchone()[0]


def answer(job: Job) -> dict:
    """A good answer's body."""
    return completion(job.request, content=good_text(job))


def good_text(job: Job) -> str:
    return json.dumps(good(job.request))


def fail(db: psycopg.Connection, job: Job, error: str = "HTTP 500", **others: Any) -> dict:
    arguments = {"p_worker": "w1"} | others
    names = ", ".join(f"{name} => %({name})s" for name in arguments)
    return db.execute(
        f"SELECT hg_fail_ai_job(%(p_job_id)s, %(p_error)s, {names})",
        arguments | {"p_job_id": job.job_id, "p_error": error},
    ).fetchone()[0]


def stored(db: psycopg.Connection, job: Job | int) -> dict:
    """The job's row."""
    job_id = job if isinstance(job, int) else job.job_id
    found = db.execute("SELECT to_jsonb(j) FROM hg_ai_jobs AS j WHERE j.job_id = %s", [job_id])
    return found.fetchone()[0]


def jobs(learner: Learner) -> list[tuple[str, str, str]]:
    """The learner's jobs: scope, state, reason, in the order of their making."""
    return learner.db.execute(
        "SELECT j.scope, j.state::text, j.reason FROM hg_ai_jobs AS j WHERE j.user_id = %s"
        " ORDER BY j.job_id",
        [learner.id],
    ).fetchall()


def section(learner: Learner, scope: str = "global") -> dict | None:
    """The analysis that stands in the learner's document."""
    document = learner.db.execute(
        "SELECT hidden_grade_asset FROM users WHERE id = %s", [learner.id]
    ).fetchone()[0]
    if scope == "global":
        return document["ai_analytics"]
    if scope == "cross_module":
        return document["cross_module_analytics"]["ai_analytics"]
    return document["modules"][scope]["ai_analytics"]


def later(db: psycopg.Connection, **units: float) -> None:
    """As if so much time had passed for all jobs and analyses."""
    gone = timedelta(**units)
    db.execute(
        "UPDATE hg_ai_jobs SET requested_at = requested_at - %(gone)s,"
        " ready_at = ready_at - %(gone)s, finished_at = finished_at - %(gone)s,"
        " input_at = input_at - %(gone)s",
        {"gone": gone},
    )
    db.execute(
        "UPDATE hg_ai_analyses SET input_at = input_at - %(gone)s,"
        " answered_at = answered_at - %(gone)s",
        {"gone": gone},
    )
    db.execute("UPDATE hg_ai_usage SET answered_at = answered_at - %(gone)s", {"gone": gone})


def played(db: psycopg.Connection, sessions: int = 3, **others: Any) -> Learner:
    """A learner with some sessions in two modules."""
    learner = Learner(db, "3", **others)
    for number in range(sessions):
        learner.run("algebra", 5, 4, 60, at=learner.ago(hours=2 * sessions - 2 * number))
        learner.run("measurement", 5, 2, 90, at=learner.ago(hours=2 * sessions - 2 * number - 1))
    return learner


def verified(learner: Learner) -> bool:
    return not learner.db.execute("SELECT FROM hg_verify(%s)", [learner.id]).fetchall()
