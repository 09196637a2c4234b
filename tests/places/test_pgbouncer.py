"""Behind PgBouncer in transaction mode: many clients, few server connections, nothing left over."""

import json
import random
import re
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.concurrency.support import Waiting, outcome
from tests.record.support import DAY, Learner, call, rows, run_query, server_clock, set_setting, uid
from tests.reliability.load import Call, Client, expected_figures, stored_figures, stored_ids
from tests.roles.test_grants import GRANTED
from tests.support.database import migrate, wait_for
from tests.support.users import NOBODY
from tools.throwaway import Throwaway, throwaway

from .bouncer import Bouncer, program, version

APP, WORKER, READER, WRITER = "place_app", "place_worker", "place_reader", "place_writer"
OWNER = "postgres"
# Named with its schema: what others left in a search_path does not matter.
QUERY = "SELECT pg_catalog.to_jsonb(f) FROM public.{} AS f"
SERVERS, CLIENTS = 3, 24
# What PgBouncer prepares in every session, for whoever comes: docs/operating.md.
PREPARE = "PREPARE record AS SELECT hg_record_activity($1, $2, $3, $4, $5)"
PREPARES = version() >= (1, 21)

pytestmark = pytest.mark.skipif(
    program() is None,
    reason="pgbouncer is not installed (Debian, Ubuntu: apt-get install pgbouncer)",
)


@pytest.fixture(scope="module")
def place() -> Iterator[Throwaway]:
    """A server with an installation, an application's role and a worker's, with no more rights."""
    with throwaway() as made:
        migrate(made.cluster.dsn())
        with psycopg.connect(made.cluster.dsn(), autocommit=True) as owner:
            owner.execute(f"CREATE ROLE {APP} LOGIN IN ROLE hg_app")
            owner.execute(f"CREATE ROLE {WORKER} LOGIN IN ROLE hg_ai_worker")
            owner.execute(f"CREATE ROLE {READER} LOGIN IN ROLE hg_reader")
            owner.execute(f"CREATE ROLE {WRITER} LOGIN IN ROLE hg_app")
            owner.execute(f"GRANT SELECT, UPDATE (hidden_grade_asset) ON users TO {WRITER}")
            owner.execute(f"ALTER ROLE {READER} SET search_path TO reports, public")
        yield made


@pytest.fixture(scope="module")
def bouncer(place: Throwaway) -> Iterator[Bouncer]:
    """few: for many clients; one: a single server connection; prepared: with statements."""
    databases = {
        "few": f"pool_size={SERVERS}",
        "one": "pool_size=1",
        "prepared": f"pool_size=2 connect_query='{PREPARE}'",
    }
    settings = {"max_prepared_statements": 50} if PREPARES else {}
    made = Bouncer(place, [APP, WORKER, READER, WRITER, OWNER], databases, **settings)
    yield made
    made.close()


@pytest.fixture
def owner(place: Throwaway) -> Iterator[psycopg.Connection]:
    """A session on the server itself."""
    with psycopg.connect(place.cluster.dsn(), autocommit=True) as connection:
        yield connection


@pytest.fixture
def two(bouncer: Bouncer) -> Iterator[tuple[psycopg.Connection, psycopg.Connection]]:
    """Two clients who take turns on one server connection."""
    with bouncer.connect("one", OWNER) as first, bouncer.connect("one", OWNER) as second:
        assert backend(first) == backend(second)
        yield first, second


def backend(connection: psycopg.Connection) -> int:
    """The process of the server that answers this client, now."""
    return connection.execute("SELECT pg_backend_pid()").fetchone()[0]


def as_client(learner: Learner, connection: psycopg.Connection) -> Learner:
    """The same learner by another connection."""
    same = Learner.__new__(Learner)
    vars(same).update(vars(learner))
    same.db = connection
    return same


def learner_of(connection: psycopg.Connection, clock: datetime) -> Learner:
    """A new learner, who does everything at the same instants as others of this clock."""
    learner = Learner(connection, "3")
    learner.clock = clock
    return learner


# ---------------------------------------------------------------- every function


def writing(learner: Learner, ids: Iterator[uuid.UUID]) -> list[tuple[str, dict]]:
    """Calls of every function that an application may write with; errors and replays as well."""
    one = {"p_user_id": learner.id}
    day = learner.clock.date() + 9 * DAY
    first, spent, granted, gone = (next(ids) for _ in range(4))
    session = {**one, "p_activity_id": first, "p_module": "algebra", "p_questions": 5,
               "p_correct": 4, "p_seconds": 30, "p_occurred_at": learner.noon(2)}  # fmt: skip
    items = [
        learner.item("word_race", 1, 1, at=learner.noon(n), id=next(ids)) for n in (3, 1, 2)
    ]  # fmt: skip
    late = learner.item("algebra", 5, 5, at=learner.noon(9), id=gone)
    reason = {"p_reason": "why"}
    return [
        ("hg_record_activity", session),
        ("hg_record_activity", session),
        ("hg_record_activity", session | {"p_correct": 5}),
        ("hg_record_activity", session | {"p_correct": 6}),
        ("hg_record_activity", session | {"p_user_id": NOBODY}),
        ("hg_record_activities", {"p_activities": Jsonb([*items, late, items[0]])}),
        ("hg_record_activities", {"p_activities": Jsonb([items[0] | {"module": "x"}, late]),
                                  "p_on_error": "skip"}),
        ("hg_record_activities", {"p_activities": Jsonb([late, {}])}),
        ("hg_grant_tokens", {**one, **reason, "p_grant_id": granted, "p_amount": 40}),
        ("hg_spend_tokens", {**one, **reason, "p_spend_id": spent, "p_amount": 9}),
        ("hg_spend_tokens", {**one, **reason, "p_spend_id": spent, "p_amount": 9}),
        ("hg_spend_tokens", {**one, **reason, "p_spend_id": next(ids), "p_amount": 999}),
        ("hg_set_preferred_difficulty", {**one, "p_module": "algebra", "p_difficulty": 2}),
        ("hg_set_time_zone", {**one, "p_time_zone": "Pacific/Auckland"}),
        ("hg_set_mastery", {**one, **reason, "p_module": "algebra", "p_mastery": True}),
        ("hg_set_pause", {**one, "p_from": day, "p_to": day + DAY}),
        ("hg_reset_module", {**one, **reason, "p_module": "word_race"}),
        ("hg_reverse_activity", {**one, **reason, "p_activity_id": gone}),
        ("hg_reverse_activity", {**one, **reason, "p_activity_id": gone}),
        ("hg_request_ai_analytics", {**one, "p_scope": "global"}),
        ("hg_fill_analytics_by_rules", {**one, "p_scope": "algebra"}),
    ]  # fmt: skip


def reading(learner: Learner) -> list[tuple[str, dict]]:
    one = {"p_user_id": learner.id}
    calls = [
        ("hg_document", {**one, "p_at": learner.clock + DAY}),
        ("hg_document", {**one, "p_at": learner.ago(days=99)}),
        ("hg_module", {**one, "p_module": "algebra"}),
        ("hg_streak", {**one, "p_at": learner.clock + DAY}),
        ("hg_explain", {**one, "p_module": "algebra"}),
        ("hg_explain", {**one, "p_module": "global_stats.tokens"}),
        ("hg_as_of", {**one, "p_at": learner.clock + DAY}),
        ("hg_leaderboard", {}),
        ("hg_percentile", one),
        ("hg_report", one),
    ]
    there = {name for (name,) in learner.db.execute("SELECT p.proname FROM pg_proc AS p")}
    return [(function, arguments) for function, arguments in calls if function in there]


VARYING = re.compile(
    r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d[.\d]*(Z|[+-]\d\d:\d\d))?|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r'|"ledger_id": \d+|"(by|recorded_by)": "\w+"|"user_id": ("(\\.|[^"\\])*"|\d+)'
)


def steady(answer: Any) -> str:
    """An answer less whose it is, who asked, ids, and the clock."""
    return VARYING.sub("~", json.dumps(answer, sort_keys=True))


def told(connection: psycopg.Connection, function: str, **arguments: Any) -> str:
    """What a function says, or the SQLSTATE."""
    answer = outcome(run_query, connection, QUERY, function, **arguments)
    if isinstance(answer, psycopg.Cursor):
        answer = [row for (row,) in answer]
        if function == "hg_request_ai_analytics":
            answer = [job is not None for job in answer]
    return steady(answer)


def test_every_function_answers_as_without_it(bouncer, owner):
    ids = (uuid.UUID(int=10**30 + n) for n in range(1000))
    set_setting(owner, "ai_enabled", True)
    said, documents, clock = [], [], server_clock(owner)
    with bouncer.connect("few", APP) as client:
        for connection in (owner, client):
            learner = learner_of(owner, clock)
            said.append([
                (function, told(connection, function, **arguments))
                for function, arguments in [*writing(learner, ids), *reading(learner)]
            ])  # fmt: skip
            documents.append(steady(learner.document))
            assert learner.verify() == []
    set_setting(owner, "ai_enabled", False)
    assert said[0] == said[1]
    assert documents[0] == documents[1]
    there = {name for (name,) in owner.execute("SELECT p.proname FROM pg_proc AS p")}
    assert {function for function, _ in said[0]} == GRANTED["hg_app"] & there
    errors = {answer for _, answer in said[0] if re.fullmatch(r'"\w{5}"', answer)}
    assert errors == {'"22023"', '"LG402"', '"LG404"', '"LG409"'}


def test_a_worker_s_functions(bouncer, owner):
    set_setting(owner, "ai_enabled", True)
    learners = [Learner(owner, "3") for _ in range(2)]
    for learner in learners:
        learner.run("algebra", 5, 5)
    jobs = [learner.call("hg_request_ai_analytics", p_force=True) for learner in learners]
    with bouncer.connect("few", WORKER) as worker:
        claimed = rows(worker, "hg_claim_ai_jobs", p_worker="w", p_limit=100)
        assert {one["job_id"] for one in claimed} >= set(jobs)
        ended = [
            call(worker, "hg_fail_ai_job", p_job_id=jobs[0], p_error="no", p_worker="w"),
            call(worker, "hg_complete_ai_job", p_job_id=jobs[1], p_response=Jsonb({}),
                 p_worker="w"),
        ]  # fmt: skip
        assert [one["state"] for one in ended] == ["retry", "retry"]
        assert outcome(learner_read, worker, learners[0]) == "42501"
    set_setting(owner, "ai_enabled", False)


def learner_read(connection: psycopg.Connection, learner: Learner) -> Any:
    return call(connection, "hg_document", p_user_id=learner.id)


def test_the_application_has_the_rights_of_hg_app_alone(bouncer, owner):
    learner = Learner(owner)
    with bouncer.connect("few", APP) as client:
        as_client(learner, client).grant(5, id=uid(1))
        (entry,) = learner.entries("grant")
        assert entry["recorded_by"] == APP
        for statement in (
            "SELECT hidden_grade_asset FROM users", "SELECT count(*) FROM hg_ledger",
            "UPDATE users SET hidden_grade_asset = '{}'", "SELECT * FROM hg_verify()",
            "SELECT hg_set_setting('day_start_hour', '3')", "SELECT hg_rebuild(NULL)",
        ):  # fmt: skip
            assert outcome(client.execute, statement) == "42501", statement


# ---------------------------------------------------------------- many clients


class Child(Client):
    """Draws calls that an application may make."""

    def draw(self) -> Call:
        while not (call := super().draw()).arguments:
            pass
        return call


def test_many_clients_over_few_connections_lose_nothing(bouncer, owner):
    """Sessions, batches, spends, reversals, retries and errors, of the same few learners."""
    learners = [Learner(owner, "3") for _ in range(8)]
    for learner in learners:
        learner.grant(1_000_000)
    ids, clock, acknowledged = [learner.id for learner in learners], server_clock(owner), []

    def client(number: int) -> set[int]:
        child, backends = Child(random.Random(number), ids, clock, acknowledged), set()
        with bouncer.connect("few", APP) as connection:
            for n in range(20):
                made = child.draw()
                receipts = made.send(connection)
                acknowledged.append((made, receipts))
                if n % 4 == 0:
                    again = [{**r, "reversed": 0} for r in made.send(connection)]
                    assert again == [{**r, "reversed": 0, "replayed": True} for r in receipts]
                if n % 5 == 0:
                    query = "SELECT hg_record_activity(%s, %s, 'no such module', 5, 5)"
                    assert outcome(connection.execute, query, [ids[0], child.new_id()]) == "LG405"
                backends.add(backend(connection))
        return backends

    with ThreadPoolExecutor(CLIENTS) as pool:
        backends = set().union(*pool.map(client, range(CLIENTS)))
    # What was to be shown: they did share.
    assert len(backends) <= SERVERS < CLIENTS
    calls = [made for made, _ in acknowledged]
    stored = {key: n for key, n in stored_ids(owner).items() if key[0] in ids}
    assert stored == {key: 1 for made in calls for key in made.ids}
    wanted, figures = expected_figures(calls), stored_figures(owner)
    assert {id: figures[id] for id in ids} == {id: wanted.get(id, Counter()) for id in ids}
    for learner in learners:
        assert learner.verify() == []


def test_transactions_of_several_calls(bouncer, owner):
    """All or nothing, on one server connection; who waits for the learner waits for the whole."""
    learner = Learner(owner, "3")
    with bouncer.connect("few", APP) as first, bouncer.connect("few", APP) as second:
        here, there = as_client(learner, first), as_client(learner, second)
        with first.transaction():
            pid = backend(first)
            here.grant(50, id=uid(1))
            assert outcome(one_savepoint, here) == "LG402"
            here.spend(20, id=uid(2))
            assert backend(first) == pid != backend(second)
            assert there.call("hg_document")["global_stats"]["tokens"] == 0
        assert there.call("hg_document")["global_stats"]["tokens"] == 30
        with first.transaction(force_rollback=True):
            here.grant(1000, id=uid(3))
        assert learner.stats["tokens"] == 30
        assert there.grant(5, id=uid(3))["tokens"] == 35
    learner.assert_folds()


def one_savepoint(learner: Learner) -> None:
    with learner.db.transaction():
        learner.grant(1, id=uid(8))
        learner.spend(999, id=uid(9))


def test_two_clients_and_one_learner_take_turns(bouncer, owner):
    learner = Learner(owner, "3")
    with bouncer.connect("few", APP) as first, bouncer.connect("few", APP) as second:
        with first.transaction():
            as_client(learner, first).run("algebra", 5, 5, id=uid(1))
            waiting = Waiting(lambda: as_client(learner, second).run("algebra", 5, 5, id=uid(1)))
            wait_for(lambda: blocked(owner) == 1)
        assert waiting.result()["replayed"] is True
    assert learner.stats["total_sessions_completed"] == 1


def blocked(connection: psycopg.Connection) -> int:
    """How many sessions of the application wait for a lock."""
    return connection.execute(
        "SELECT count(*) FROM pg_stat_activity AS a"
        " WHERE a.usename = %s AND a.wait_event_type = 'Lock'",
        [APP],
    ).fetchone()[0]


# ---------------------------------------------------------------- nothing stays in a session

STATE = """
SELECT jsonb_build_object(
    'settings', (SELECT jsonb_object_agg(s.name, s.setting) FROM pg_settings AS s
        WHERE s.source = 'session' OR s.name IN ('search_path', 'role', 'TimeZone', 'DateStyle')),
    'writing', coalesce(current_setting('hg.writing', true), ''),
    'role', current_user,
    'temporary', (SELECT count(*) FROM pg_class AS c WHERE c.relnamespace = pg_my_temp_schema()),
    'locks', (SELECT count(*) FROM pg_locks AS l WHERE l.pid = pg_backend_pid()
        AND (l.locktype = 'advisory' OR l.mode LIKE '%Exclusive%') AND l.locktype <> 'virtualxid'),
    'prepared', (SELECT count(*) FROM pg_prepared_statements),
    'cursors', (SELECT count(*) FROM pg_cursors AS c WHERE c.name <> ''),
    'listening', (SELECT count(*) FROM pg_listening_channels())
)
"""


def state(connection: psycopg.Connection) -> dict:
    """What a session holds besides its data."""
    return connection.execute(STATE).fetchone()[0]


def test_no_call_leaves_anything_in_the_session(two, owner):
    first, second = two
    ids = (uuid.UUID(int=2 * 10**30 + n) for n in range(1000))
    learner = Learner(owner, "3")
    before = state(second)
    for function, arguments in [
        *writing(learner, ids), *reading(learner), ("hg_rebuild", {"p_user_id": learner.id}),
        ("hg_verify", {}), ("hg_reevaluate", {"p_module": "algebra", "p_dry_run": False}),
        ("hg_set_setting", {"p_name": "late_window_days", "p_value": Jsonb(30)}),
        ("hg_set_setting", {"p_name": "late_window_days", "p_value": Jsonb("x")}),
        ("hg_simulate_rule", {"p_module": "algebra", "p_rule": {"score": {"percent": 1}}}),
        ("hg_claim_ai_jobs", {"p_worker": "w"}), ("hg_prune", {}), ("hg_status", {}),
    ]:  # fmt: skip
        outcome(rows, first, function, **arguments)
        assert state(second) == before, (function, arguments)
    assert backend(first) == backend(second)


def test_the_next_client_s_direct_write_is_guarded(bouncer, owner):
    """Also when the one before set what only the functions set, for the session."""
    learner = Learner(owner, "3")
    with bouncer.connect("one", WRITER) as first, bouncer.connect("one", WRITER) as second:
        as_client(learner, first).run("algebra", 5, 5, id=uid(1))
        first.execute("SET hg.writing TO 'on'")
        same = as_client(learner, second)
        same.write(global_stats__longest_streak_days=7)
        with pytest.raises(psycopg.Error) as refused:
            same.write_document({"version": 1})
        assert second.execute("SHOW hg.writing").fetchone() == ("on",)
    assert refused.value.sqlstate == "LG422"
    (entry,) = learner.entries("direct_write")
    assert entry["recorded_by"] == WRITER


def test_what_others_left_changes_no_answer(two, owner):
    """Settings of a client stay for those after it: a schema's name before the function's helps."""
    first, second = two
    ids = (uuid.UUID(int=3 * 10**30 + n) for n in range(1000))
    said, clock = [], server_clock(owner)
    for left in ([], ["search_path TO pg_temp", "TimeZone TO 'Asia/Kathmandu'", "DateStyle TO DMY",
                      "IntervalStyle TO sql_standard", "extra_float_digits TO -10",
                      "hg.writing TO 'on'", "plan_cache_mode TO force_generic_plan"]):  # fmt: skip
        learner = learner_of(owner, clock)
        for setting in left:
            first.execute(f"SET {setting}")
        said.append([
            (function, told(second, function, **arguments))
            for function, arguments in [*writing(learner, ids), *reading(learner)]
        ] + [steady(learner.document)])  # fmt: skip
        assert learner.verify() == []
    first.execute("RESET ALL")
    assert said[0] == said[1]


# ---------------------------------------------------------------- prepared statements


@pytest.mark.skipif(PREPARES, reason="this PgBouncer knows prepared statements of the protocol")
def test_before_1_21_a_driver_s_prepared_statements_meet_those_of_others(two):
    """What psycopg does of itself from the fifth time on, and prepare_threshold=None prevents."""
    for client in two:
        client.prepare_threshold = 5
    first, second = two
    first.execute("SELECT 1", prepare=True)
    assert outcome(second.execute, "SELECT 2", prepare=True) == "42P05"
    first.execute("DEALLOCATE ALL")


def test_without_a_driver_s_prepared_statements_clients_do_not_meet(bouncer, owner):
    learner = Learner(owner, "3")
    clients = [bouncer.connect("one", APP) for _ in range(3)]
    for n in range(30):
        as_client(learner, clients[n % 3]).run("algebra", 5, 5, id=uid(100 + n))
    for client in clients:
        client.close()
    assert learner.stats["total_sessions_completed"] == 30


@pytest.mark.skipif(not PREPARES, reason="PgBouncer knows them from 1.21 on")
def test_from_1_21_on_a_driver_s_prepared_statements_go_with_the_client(bouncer, owner):
    learner = Learner(owner, "3")
    clients = [bouncer.connect("few", APP, prepare_threshold=0) for _ in range(3 * SERVERS)]
    for n in range(90):
        client = as_client(learner, clients[n % len(clients)])
        client.run("algebra", 5, 5, id=uid(200 + n))
        assert client.call("hg_document")["global_stats"]["total_sessions_completed"] == n + 1
    for client in clients:
        client.close()
    learner.assert_folds()


def test_statements_that_the_bouncer_prepares_are_everybody_s(bouncer, owner):
    """With connect_query; EXECUTE takes no parameters of the protocol, the client writes them."""
    learner = Learner(owner, "3")
    clients = [
        bouncer.connect("prepared", APP, cursor_factory=psycopg.ClientCursor) for _ in range(6)
    ]
    for n in range(30):
        (receipt,) = clients[n % 6].execute(
            "EXECUTE record (%s, %s, %s, %s, %s)", [learner.id, uid(300 + n // 2), "algebra", 5, 5]
        ).fetchone()  # fmt: skip
        assert receipt["replayed"] == (n % 2 == 1)
    for client in clients:
        client.close()
    assert learner.stats["total_sessions_completed"] == 15


# ---------------------------------------------------------------- what it does not let through


def test_a_search_path_is_the_role_s_not_the_connection_s(bouncer, owner):
    """PgBouncer does not hand on `options`; what the role has is there in every session."""
    learner = Learner(owner)
    with pytest.raises(psycopg.OperationalError, match="options"):
        bouncer.connect("few", READER, options="-c search_path=reports,public")
    with bouncer.connect("few", READER) as client:
        assert client.execute("SHOW search_path").fetchone() == ("reports, public",)
        assert call(client, "hg_document", p_user_id=learner.id) == learner.document
