"""examples/openai_worker.py as a process: each kind of failure, kills, two at once, its ways."""

import json
import signal
from collections import Counter
from collections.abc import Callable

import pytest

from examples.openai_worker import told_to_wait
from tests.support.database import Database, wait_for
from tests.worker.openai_server import Server
from tests.worker.support import KEY, Process, School

Start = Callable[..., Process]
EMPTY = {"source": None, "strengths": [], "learning_patterns": {}, "datetime_generated": None}
# What each answer is refused with, by the database or by the worker.
FAILURES = {
    "refusal": "refusal: ",
    "truncated": "truncated: ",
    "invalid_json": "invalid_json: ",
    "wrong_schema": "schema: ",
    "invented_figure": "number: ",
    "invented_text": "number: ",
    "no_json": "invalid_json: ",
    "zero_byte": "invalid_json: ",
    "not_utf8": "response: ",
    "endless": "response: more than 1000000 bytes",
    "429": "http 429 rate_limit_exceeded",
    "429 without a time": "http 429 insufficient_quota",
    "500": "http 500 server_error",
    "400": "http 400 invalid_request_error",
    "401": "http 401 invalid_api_key",
    "hang": "timeout: no answer within 0.5 s",
    "drip": "timeout: no answer within 0.5 s",
    "reset": "connection: ",
    "cut_off": "connection: ",
}
STOPS = {"401"}


def run(start: Start, *arguments: str) -> Process:
    """A worker until nothing is ready any more."""
    process = start("--once", *arguments)
    assert process.end() == 0, process.printed()
    return process


def assert_untouched(school: School) -> None:
    analysis = school.analysis()
    assert {key: analysis[key] for key in EMPTY} == EMPTY


# ---------------------------------------------------------------- answers


def test_a_good_answer_reaches_the_document(school: School, server: Server, start: Start) -> None:
    school.request("global")
    run(start)
    assert school.states() == ["done"] and len(server.received) == 1
    analysis = school.analysis()
    assert analysis["source"] == "openai" and analysis["model"] == "gpt-4o-mini-2024-07-18"
    assert analysis["learning_patterns"]["summary"] == "The learner works steadily."


def test_every_scope_has_its_place(school: School, server: Server, start: Start) -> None:
    school.db.execute(
        "SELECT hg_record_activity(%s, gen_random_uuid(), 'division_facts', 12, 10, 70)",
        [school.learners[0]],
    )
    school.request("global", "cross_module", "multiplication_facts")
    run(start)
    assert school.states() == ["done"] * 3
    (document,) = school.db.execute("SELECT u.hidden_grade_asset FROM users AS u").fetchone()
    for section in (
        document["ai_analytics"],
        document["cross_module_analytics"]["ai_analytics"],
        document["modules"]["multiplication_facts"]["ai_analytics"],
    ):
        assert section["source"] == "openai"
    assert document["modules"]["division_facts"]["ai_analytics"] is None


@pytest.mark.parametrize("kind", FAILURES)
def test_no_bad_answer_reaches_a_document(
    kind: str, school: School, server: Server, start: Start
) -> None:
    school.request("global")
    server.then(kind)
    process = start("--once", "--timeout", "0.5" if kind in ("hang", "drip") else "30")
    assert process.end() == (1 if kind in STOPS else 0), process.printed()
    (job,) = school.jobs()
    assert job["problem"].startswith(FAILURES[kind])
    assert (job["state"], job["attempt"]) == ("pending", 1)
    assert_untouched(school)


def test_the_next_attempt_is_as_good_as_a_first(
    school: School, server: Server, start: Start
) -> None:
    school.request("global")
    server.then("invented_text")
    process = start("--poll", "0.05")
    wait_for(lambda: [job["problem"] for job in school.jobs()] != [None])
    assert_untouched(school)
    school.make_ready()
    wait_for(lambda: school.states() == ["done"])
    assert school.jobs()[0]["attempt"] == len(server.received) == 2
    assert process.popen.poll() is None


def test_attempts_end_and_the_rules_fill_what_is_missing(
    school: School, server: Server, start: Start
) -> None:
    school.set("ai_max_attempts", 1)
    school.request("global")
    server.then("refusal")
    run(start)
    assert school.states() == ["dead"]
    assert school.analysis()["source"] == "rules"


def test_what_is_unchanged_is_not_asked_twice(school: School, server: Server, start: Start) -> None:
    school.request("global")
    run(start)
    assert school.request("global") == [None]
    school.record(school.learners)
    assert school.request("global") != [None]
    run(start)
    assert len(server.received) == 2


# ---------------------------------------------------------------- what leaves


def test_the_request_is_sent_as_the_database_made_it(
    database: Database, school: School, server: Server, start: Start
) -> None:
    school.request("global")
    looking = database.connect(role="hg_ai_worker", autocommit=False)
    _, _, _, made = looking.execute("SELECT * FROM hg_claim_ai_jobs('a look')").fetchone()
    looking.rollback()
    run(start)
    (received,) = server.received
    # Only the pseudonym is another: there is a new one for each claim.
    assert received.path == "/v1/chat/completions"
    assert received.body.pop("user") != made.pop("user")
    assert received.body == made


def test_nothing_of_the_surroundings_is_sent(
    school: School, server: Server, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/of-whoever-runs-the-tests")
    school.request("global")
    run(start)
    (received,) = server.received
    assert received.headers["authorization"] == f"Bearer {KEY}"
    assert "of-whoever-runs-the-tests" not in str(received)


def test_an_input_is_kept_while_it_is_needed(school: School, server: Server, start: Start) -> None:
    school.request("global")
    assert school.jobs()[0]["input"] is None
    server.then("hang", "refusal")
    process = start("--poll", "0.05")
    wait_for(lambda: server.received)
    sent = server.received[0].body["messages"][-1]["content"]
    assert school.jobs()[0]["input"] == json.loads(sent)
    server.released.set()
    wait_for(lambda: school.states() == ["done"])
    assert school.jobs()[0]["input"] is None
    school.record(school.learners)
    school.request("global")
    wait_for(lambda: [job["problem"] for job in school.jobs()][-1:] != [None])
    assert [job["input"] for job in school.jobs()] == [None, None]
    assert process.popen.poll() is None


def test_a_server_of_ones_own_needs_no_key(school: School, server: Server, start: Start) -> None:
    school.request("global")
    assert start("--once", OPENAI_API_KEY="").end() == 0
    assert server.received[0].headers["authorization"] == "Bearer none"


def test_the_log_has_no_key_and_nothing_of_a_learner(
    school: School, server: Server, start: Start
) -> None:
    school.request("global")
    server.then("401")
    process = start("--once")
    process.end()
    printed = process.printed()
    assert "http 401 invalid_api_key" in printed
    assert KEY not in printed and "canary" not in printed and "multiplication" not in printed


# ---------------------------------------------------------------- leases


def test_a_killed_workers_job_is_done_by_another(
    school: School, server: Server, start: Start
) -> None:
    school.request("global")
    server.then("hang")
    first = start()
    wait_for(lambda: server.received)
    first.kill()
    run(start)
    assert school.states() == ["claimed"] and len(server.received) == 1
    school.make_ready()
    run(start)
    (job,) = school.jobs()
    assert (job["state"], job["attempt"]) == ("done", 2)
    assert school.analysis()["source"] == "openai"


def test_an_answer_that_comes_after_the_lease_changes_nothing(
    school: School, server: Server, start: Start
) -> None:
    school.request("global")
    server.then("hang")
    # With one call at a time it does not come for its own job again.
    slow = start("--name", "slow", "--concurrency", "1")
    wait_for(lambda: server.received)
    school.make_ready()
    run(start, "--name", "quick")
    stored = school.analysis()
    server.released.set()
    wait_for(lambda: "not ours any more" in slow.printed())
    assert school.analysis() == stored
    (job,) = school.jobs()
    assert (job["state"], job["worker"], job["attempt"]) == ("done", "quick", 2)
    assert slow.popen.poll() is None


def test_an_erased_learners_answer_goes_nowhere(
    school: School, server: Server, start: Start
) -> None:
    school.request("global")
    server.then("hang")
    process = start()
    wait_for(lambda: server.received)
    school.db.execute("DELETE FROM users AS u WHERE u.id = %s", [school.learners[0]])
    server.released.set()
    wait_for(lambda: "not ours any more" in process.printed())
    for table in ("hg_ai_jobs", "hg_ai_analyses", "hg_ai_usage"):
        assert school.db.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


# ---------------------------------------------------------------- nobody waits


def test_no_learner_waits_while_the_server_hangs(
    database: Database, school: School, server: Server, start: Start
) -> None:
    school.request("global", "cross_module", "multiplication_facts")
    server.always = "hang"
    process = start()
    wait_for(lambda: len(server.received) == school.states().count("claimed") > 1)
    assert process.sessions(school.db) == [("idle", None)]

    application = database.connect(role="hg_app")
    application.execute("SET lock_timeout = '10ms'")
    learner = school.learners[0]
    for query in (
        "SELECT hg_record_activity(%s, gen_random_uuid(), 'multiplication_facts', 12, 12, 60)",
        "SELECT hg_spend_tokens(%s, gen_random_uuid(), 1, 'a pencil')",
        "SELECT hg_request_ai_analytics(%s)",
        "SELECT hg_request_ai_analytics(%s, 'multiplication_facts', true)",
        "SELECT hg_fill_analytics_by_rules(%s)",
        "SELECT hg_reset_module(%s, 'multiplication_facts', 'again')",
    ):
        application.execute(query, [learner])
    school.db.execute("SET lock_timeout = '10ms'")
    school.db.execute("DELETE FROM users AS u WHERE u.id = %s", [learner])


def test_a_learner_whom_the_application_holds_keeps_no_other_waiting(
    database: Database, server: Server, start: Start
) -> None:
    school = School(database, learners=4)
    school.request("global")
    application = database.connect(autocommit=False)
    held = school.learners[0]
    application.execute("SELECT FROM users AS u WHERE u.id = %s FOR NO KEY UPDATE", [held])
    start("--concurrency", "2", "--poll", "0.05")
    wait_for(lambda: school.states() == ["claimed", "done", "done", "done"])
    application.commit()
    wait_for(lambda: school.states() == ["done"] * 4)
    assert len(server.received) == 4


def test_two_workers_do_a_thousand_jobs_once_each(
    database: Database, server: Server, start: Start
) -> None:
    school = School(database, learners=1000)
    jobs = school.request("global")
    server.always = "hang"
    workers = [start("--once", "--concurrency", "4") for _ in range(2)]
    # Neither can hold more than four: both are at work.
    wait_for(lambda: len(server.received) == 8)
    server.released.set()
    assert [worker.end() for worker in workers] == [0, 0]

    assert len(server.received) == 1000
    assert len({received.body["user"] for received in server.received}) == 1000
    assert [job["job_id"] for job in school.jobs()] == sorted(jobs)
    assert Counter((job["state"], job["attempt"]) for job in school.jobs()) == {("done", 1): 1000}
    assert len({job["worker"] for job in school.jobs()}) == 2
    filled = school.db.execute(
        "SELECT u.hidden_grade_asset #>> '{ai_analytics,source}', count(*) "
        "FROM users AS u GROUP BY 1"
    )
    assert filled.fetchall() == [("openai", 1000)]


# ---------------------------------------------------------------- pace


def test_after_a_429_it_waits_as_long_as_it_is_told(
    database: Database, server: Server, start: Start
) -> None:
    school = School(database, learners=3)
    school.request("global")
    server.then("429")
    run(start, "--concurrency", "1")
    assert len(server.received) == 1
    # The job of the 429 waits for the two hours that the server asks for, not for the backoff.
    waits = school.db.execute(
        "SELECT j.state, j.attempt, j.ready_at > clock_timestamp() + interval '110 minutes' "
        "FROM hg_ai_jobs AS j ORDER BY j.attempt DESC"
    ).fetchall()
    assert waits == [("pending", 1, True), ("pending", 0, False), ("pending", 0, False)]


def test_after_a_500_it_goes_on_with_the_others(
    database: Database, server: Server, start: Start
) -> None:
    school = School(database, learners=3)
    school.request("global")
    server.then("500")
    run(start, "--concurrency", "1")
    assert sorted(school.states()) == ["done", "done", "pending"]


def test_it_has_no_more_calls_at_a_time_than_it_may(
    database: Database, server: Server, start: Start
) -> None:
    school = School(database, learners=6)
    school.request("global")
    server.always = "hang"
    process = start("--concurrency", "2", "--poll", "0.05")
    wait_for(lambda: len(server.received) == 2)
    assert school.states().count("claimed") == 2
    server.released.set()
    wait_for(lambda: school.states() == ["done"] * 6)
    assert process.popen.poll() is None


# ---------------------------------------------------------------- its ways


def test_what_comes_later_is_found(school: School, server: Server, start: Start) -> None:
    process = start("--poll", "0.05")
    wait_for(lambda: process.sessions(school.db))
    school.request("global")
    wait_for(lambda: school.states() == ["done"])


@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_stop_it_finishes_what_it_has(
    signal_number: signal.Signals, database: Database, server: Server, start: Start
) -> None:
    school = School(database, learners=2)
    school.request("global")
    server.always = "hang"
    process = start("--concurrency", "1")
    wait_for(lambda: server.received)
    process.send(signal_number)
    wait_for(lambda: "stopping" in process.printed())
    server.released.set()
    assert process.end() == 0
    assert sorted(school.states()) == ["done", "pending"] and len(server.received) == 1


def test_asked_twice_it_gives_back_what_it_has(
    school: School, server: Server, start: Start
) -> None:
    school.request("global")
    server.always = "hang"
    process = start()
    wait_for(lambda: server.received)
    process.send(signal.SIGTERM)
    wait_for(lambda: "stopping" in process.printed())
    process.send(signal.SIGTERM)
    assert process.end() == 0
    (job,) = school.jobs()
    assert (job["state"], job["problem"]) == ("pending", "the worker was stopped")


def test_after_its_grace_it_gives_back_what_it_has(
    school: School, server: Server, start: Start
) -> None:
    school.request("global")
    server.always = "hang"
    process = start("--grace", "0")
    wait_for(lambda: server.received)
    process.send(signal.SIGTERM)
    assert process.end() == 0
    assert school.jobs()[0]["problem"] == "the worker was stopped"


def test_a_lost_session_does_not_lose_the_answer(
    school: School, server: Server, start: Start
) -> None:
    school.request("global")
    server.then("hang")
    process = start()
    wait_for(lambda: server.received)
    process.end_sessions(school.db)
    wait_for(lambda: process.sessions(school.db) == [])
    server.released.set()
    wait_for(lambda: school.states() == ["done"])
    assert len(server.received) == 1


def test_an_error_of_the_queue_does_not_end_it(
    database: Database, school: School, server: Server, start: Start
) -> None:
    school.db.execute("REVOKE EXECUTE ON FUNCTION hg_claim_ai_jobs FROM hg_ai_worker")
    school.request("global")
    process = start("--poll", "0.05")
    wait_for(lambda: "no jobs can be had: permission denied" in process.printed())
    school.db.execute("GRANT EXECUTE ON FUNCTION hg_claim_ai_jobs TO hg_ai_worker")
    wait_for(lambda: school.states() == ["done"])
    assert start("--once", DATABASE_URL="host=/nonexistent").end() == 1


@pytest.mark.parametrize(
    ("missing", "status"),
    [({"DATABASE_URL": ""}, 2), ({"OPENAI_BASE_URL": "", "OPENAI_API_KEY": ""}, 2)],
)
def test_without_its_variables_it_says_so(
    missing: dict[str, str], status: int, start: Start
) -> None:
    process = start(**missing)
    assert process.end() == status
    assert all(name in process.printed() for name in missing)


@pytest.mark.parametrize(
    "arguments", [("--concurrency", "0"), ("--timeout", "nan"), ("--poll", "-1")]
)
def test_arguments_out_of_range_are_refused(arguments: tuple[str, str], start: Start) -> None:
    process = start(*arguments)
    assert process.end() == 2 and arguments[0] in process.printed()


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "20"}, 20),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "-3"}, 0),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after-ms": "1500", "retry-after": "2"}, 1.5),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0),
    ],
)
def test_retry_after_is_read(headers: dict[str, str], seconds: float | None) -> None:
    assert told_to_wait(headers) == seconds
