"""Jobs that sessions make by the settings, inside the learner's transaction."""

import psycopg
import pytest

from tests.record.support import Learner, bulk

from . import queue


def open_scopes(learner: Learner) -> dict[str, str]:
    return {
        scope: reason
        for scope, state, reason in queue.jobs(learner)
        if state in ("pending", "claimed")
    }


def answer_all(learner: Learner) -> None:
    """Every waiting job is answered."""
    queue.later(learner.db, minutes=11)
    for job in queue.claim(learner.db, limit=100):
        assert queue.complete(learner.db, job, queue.answer(job))["state"] == "done"


@pytest.fixture
def learner(db) -> Learner:
    queue.enable(db, every_sessions=4, after_mastery=False)
    return Learner(db, "3")


def test_after_so_many_sessions(learner):
    for number in range(1, 4):
        learner.run("algebra", 5, 4, 60)
        assert open_scopes(learner) == {}, number
    learner.run("algebra", 5, 4, 60)
    assert open_scopes(learner) == {"global": "sessions", "algebra": "sessions"}
    answer_all(learner)
    for _ in range(3):
        learner.run("algebra", 5, 4, 60)
    assert open_scopes(learner) == {}
    assert queue.section(learner)["stale"] is False
    learner.run("measurement", 5, 4, 60)
    assert open_scopes(learner) == {"global": "sessions", "cross_module": "sessions"}
    assert queue.section(learner)["stale"] is True
    assert queue.section(learner, "algebra")["stale"] is False


def test_it_stays_due_until_it_is_answered(learner):
    for _ in range(9):
        learner.run("algebra", 5, 4, 60)
    assert len(queue.jobs(learner)) == 2
    learner.db.execute("DELETE FROM hg_ai_jobs")
    learner.run("algebra", 5, 4, 60)
    assert open_scopes(learner) == {"global": "sessions", "algebra": "sessions"}


def test_after_so_many_days_with_the_next_session(learner):
    for _ in range(4):
        learner.run("algebra", 5, 4, 60)
    answer_all(learner)
    queue.later(learner.db, days=7)
    assert open_scopes(learner) == {}
    learner.run("algebra", 5, 4, 60)
    assert open_scopes(learner) == {"global": "days", "algebra": "days"}


def test_after_a_change_of_mastery(learner):
    queue.enable(learner.db, after_mastery=True)
    learner.db.execute(
        "UPDATE hg_modules SET mastery_rule = '{\"in_a_row\": {\"n\": 2}}' WHERE module = 'algebra'"
    )
    learner.run("algebra", 5, 5, 60)
    assert open_scopes(learner) == {}
    assert learner.run("algebra", 5, 5, 60)["mastery_changed"] is True
    assert open_scopes(learner) == {"global": "mastery", "algebra": "mastery"}


def test_a_row_of_sessions_is_one_job(learner):
    for _ in range(4):
        learner.run("algebra", 5, 4, 60)
    assert queue.claim(learner.db) == []
    queue.later(learner.db, minutes=9)
    learner.run("algebra", 5, 4, 60)
    assert queue.claim(learner.db, limit=10) == []
    queue.later(learner.db, minutes=2)
    assert len(queue.claim(learner.db, limit=10)) == 2


def test_practice_makes_none(learner):
    for _ in range(3):
        learner.run("algebra", 5, 4, 60)
    learner.practise("algebra")
    assert open_scopes(learner) == {}


def test_a_retry_makes_none(learner):
    ids = [learner.run("algebra", 5, 4, 60)["activity_id"] for _ in range(4)]
    learner.db.execute("DELETE FROM hg_ai_jobs")
    assert learner.run("algebra", 5, 4, 60, id=ids[0])["replayed"] is True
    assert queue.jobs(learner) == []


def test_in_bulk_as_one_by_one(learner):
    other = Learner(learner.db, "3")
    for _ in range(5):
        other.run("algebra", 5, 4, 60)
    bulk(learner.db, [learner.item("algebra", 5, 4, 60) for _ in range(5)])
    assert (
        open_scopes(learner)
        == open_scopes(other)
        == {
            "global": "sessions",
            "algebra": "sessions",
        }
    )


def test_a_reset_module_counts_from_there(learner):
    for _ in range(4):
        learner.run("algebra", 5, 4, 60)
    answer_all(learner)
    learner.call("hg_reset_module", p_module="algebra", p_reason="a new year")
    for _ in range(3):
        learner.run("algebra", 5, 4, 60)
    assert "algebra" not in open_scopes(learner)
    learner.run("algebra", 5, 4, 60)
    assert open_scopes(learner)["algebra"] == "sessions"


def test_switched_off_no_job_and_no_look(db):
    learner = Learner(db)
    for _ in range(12):
        learner.run("algebra", 5, 4, 60)
    assert queue.jobs(learner) == []


def test_whoever_is_deleted_leaves_nothing(learner):
    for _ in range(4):
        learner.run("algebra", 5, 4, 60)
    answer_all(learner)
    tables = ("hg_ai_jobs", "hg_ai_usage", "hg_ai_analyses")
    for table in tables:
        assert learner.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] > 0
    learner.db.execute("DELETE FROM users WHERE id = %s", [learner.id])
    for table in tables:
        assert learner.db.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table
    # The day's budget is nobody's.
    assert learner.db.execute("SELECT calls FROM hg_ai_days").fetchone()[0] == 2


def test_the_same_after_truncate(database):
    db = database.connect()
    queue.enable(db)
    queue.request(queue.played(db))
    db.execute("TRUNCATE users")
    assert db.execute("SELECT count(*) FROM hg_ai_jobs").fetchone() == (0,)


def test_finished_jobs_are_kept_for_a_time(learner):
    for _ in range(4):
        learner.run("algebra", 5, 4, 60)
    answer_all(learner)
    queue.request(learner, p_force=True)
    queue.later(learner.db, days=89)
    assert prune(learner.db)["ai_jobs"] == 0
    queue.later(learner.db, days=2)
    assert prune(learner.db)["ai_jobs"] == 2
    assert [state for _, state, _ in queue.jobs(learner)] == ["pending"]
    assert learner.db.execute("SELECT count(*) FROM hg_ai_usage").fetchone() == (0,)
    assert learner.db.execute("SELECT count(*) FROM hg_ai_analyses").fetchone() == (2,)


def prune(db: psycopg.Connection) -> dict:
    return db.execute("SELECT hg_prune()").fetchone()[0]


def test_the_queue_in_one_row(learner):
    def health() -> dict:
        return learner.db.execute("SELECT to_jsonb(q) FROM hg_v_ai_queue AS q").fetchone()[0]

    queue.enable(learner.db, daily_calls=5, max_attempts=1)
    assert health() == {
        "pending": 0, "ready": 0, "claimed": 0, "expired": 0, "dead": 0, "ended_24h": 0,
        "oldest_ready_seconds": None, "calls_today": 0, "prompt_tokens_today": 0,
        "completion_tokens_today": 0, "calls_left": 5, "tokens_left": None,
    }  # fmt: skip
    for _ in range(4):
        learner.run("algebra", 5, 4, 60)
    assert (health()["pending"], health()["ready"]) == (2, 0)
    queue.later(learner.db, minutes=20)
    assert (health()["ready"], health()["oldest_ready_seconds"] >= 600) == (2, True)
    first, second = queue.claim(learner.db, limit=2)
    queue.complete(learner.db, first, queue.answer(first))
    queue.fail(learner.db, second)
    assert health() | {"oldest_ready_seconds": 0} == {
        "pending": 0, "ready": 0, "claimed": 0, "expired": 0, "dead": 1, "ended_24h": 2,
        "oldest_ready_seconds": 0, "calls_today": 2, "prompt_tokens_today": 900,
        "completion_tokens_today": 210, "calls_left": 3, "tokens_left": None,
    }  # fmt: skip
    queue.request(learner, p_force=True)
    (job,) = queue.claim(learner.db)
    reserved = queue.stored(learner.db, job)["reserved_tokens"]
    queue.enable(learner.db, daily_tokens=100000)
    assert health()["tokens_left"] == 100000 - 1110 - reserved
    queue.later(learner.db, minutes=3)
    assert (health()["claimed"], health()["expired"], health()["ready"]) == (1, 1, 1)


def test_what_the_status_warns_of(learner):
    def warnings() -> str:
        found = learner.db.execute("SELECT hg_status() -> 'warnings'").fetchone()[0]
        return "\n".join(text for text in found if "analyses" in text)

    queue.enable(learner.db, max_attempts=1, daily_calls=1)
    for _ in range(4):
        learner.run("algebra", 5, 4, 60)
    assert warnings() == ""
    queue.later(learner.db, hours=2)
    assert warnings().startswith("analyses have been waiting for more than an hour: start a worker")
    (job,) = queue.claim(learner.db)
    assert warnings() == (
        "analyses wait for the next day: ai_daily_calls or ai_daily_tokens are used up"
    )
    queue.fail(learner.db, job)
    assert warnings().startswith("1 analyses were given up (hg_ai_jobs.problem says why)")
    queue.enable(learner.db, enabled=False)
    assert "waiting" not in warnings()
    assert "wait for" not in warnings()
