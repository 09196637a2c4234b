"""Several sessions, one learner: nothing is lost, nothing counts twice."""

import uuid

import psycopg
import pytest

from tests.record.support import Learner, server_clock, uid
from tests.support.database import wait_for_lock
from tests.support.users import SQL_TYPE

from .support import WORKERS, Waiting, outcome, together

CALLS = 4_000


@pytest.fixture
def learner(database):
    return Learner(database.connect(), "3")


def as_session(learner: Learner, connection: psycopg.Connection) -> Learner:
    """The same learner through another session."""
    other = Learner.__new__(Learner)
    other.__dict__ |= learner.__dict__ | {"db": connection}
    return other


def test_8_writers_4000_sessions_4000_counted(database, learner):
    def work(connection, _):
        session = as_session(learner, connection)
        return [
            session.run("decimal_defender", 5, 4, 1, id=uuid.uuid4())
            for _ in range(CALLS // WORKERS)
        ]

    receipts = [receipt for part in together(database, work) for receipt in part]
    stats, progress = learner.stats, learner.progress("decimal_defender")
    assert stats["total_sessions_completed"] == CALLS
    assert stats["total_questions_answered"] == 5 * CALLS
    assert stats["total_correct_answers"] == 4 * CALLS
    assert stats["total_time_spent"] == CALLS
    assert stats["tokens"] == stats["total_tokens_earned"] == 16 * CALLS
    assert (progress["sessions_completed"], progress["tokens_earned"]) == (CALLS, 16 * CALLS)
    assert progress["streak_current"] == progress["streak_best"] == CALLS
    assert len(receipts) == len({receipt["activity_id"] for receipt in receipts}) == CALLS
    assert sorted(receipt["tokens"] for receipt in receipts) == [
        16 * n for n in range(1, CALLS + 1)
    ]  # fmt: skip
    assert all(receipt["warnings"] == [] and not receipt["replayed"] for receipt in receipts)
    rows, in_order = learner.db.execute(
        "SELECT count(*), bool_and(l.in_order) FROM ("
        " SELECT l.occurred_at > lag(l.occurred_at, 1, '-infinity') OVER (ORDER BY l.ledger_id)"
        " FROM hg_ledger AS l WHERE l.user_id = %s AND l.kind = 'activity') AS l (in_order)",
        [learner.id],
    ).fetchone()
    assert (rows, in_order) == (CALLS, True)
    learner.assert_folds()


@pytest.mark.parametrize("history", ["none", "some"])
@pytest.mark.parametrize(
    "repeat",
    [
        lambda session: session.run("addition_facts", 6, 6, 30, id=uid(1)),
        lambda session: session.run("addition_facts", 6, 6, 30, id=uid(1), at=session.noon(2)),
        lambda session: session.grant(5, id=uid(1)),
    ],
    ids=["session", "late session", "grant"],
)
def test_the_same_id_from_8_sessions_has_one_effect(database, learner, repeat, history):
    if history == "some":
        learner.run("word_race", 1, 1)
    before = learner.stats["total_tokens_earned"], len(learner.entries())
    receipts = together(database, lambda c, _: repeat(as_session(learner, c)))
    assert sorted(receipt.pop("replayed") for receipt in receipts) == [False] + [True] * 7
    assert all(receipt == receipts[0] for receipt in receipts)
    assert len(learner.entries()) == before[1] + 1
    earned = receipts[0]["tokens"]
    assert learner.stats["total_tokens_earned"] == before[0] + earned
    learner.assert_folds()


def test_the_same_spend_from_8_sessions_is_spent_once(database, learner):
    learner.grant(100)
    receipts = together(database, lambda c, _: as_session(learner, c).spend(60, id=uid(1)))
    assert sorted(receipt["replayed"] for receipt in receipts) == [False] + [True] * 7
    assert learner.stats["tokens"] == 40


def test_one_id_for_different_content_at_once_is_one_effect_and_lg409(database, learner):
    results = together(
        database,
        lambda c, n: outcome(
            lambda: as_session(learner, c).run("addition_facts", 6, n % 7, id=uid(1))["replayed"]
        ),
    )
    # 0 and 7 send the same content.
    assert results.count(False) == 1
    assert results.count("LG409") + results.count(True) == 7
    assert results.count(True) <= 1
    assert learner.stats["total_sessions_completed"] == 1


def test_spend_races_never_overdraw(database, learner):
    learner.grant(100)

    def work(connection, _):
        session = as_session(learner, connection)
        return [outcome(lambda: session.spend(7, id=uuid.uuid4())["kind"]) for _ in range(10)]

    results = [result for part in together(database, work) for result in part]
    assert results.count("spend") == 14
    assert results.count("LG402") == 8 * 10 - 14
    stats = learner.stats
    assert (stats["tokens"], stats["total_tokens_spent"]) == (2, 98)
    assert len(learner.entries("spend")) == 14
    learner.assert_folds()


def test_arrivals_in_any_order_at_once_give_one_document(database, learner):
    sessions = [(n, ("addition_facts", "word_race", "algebra")[n % 3], n % 7) for n in range(40)]

    def play(session, n, module, correct):
        session.run(module, 6, correct, 10 * n, at=learner.noon(10 - n // 5), id=uid(n + 1))

    alone = Learner(learner.db, "3")
    alone.clock = learner.clock
    for n, module, correct in sessions:
        play(alone, n, module, correct)
    together(
        database,
        lambda c, worker: [
            play(as_session(learner, c), *session) for session in sessions[::-1][worker::WORKERS]
        ],
    )
    assert learner.document == alone.document
    learner.assert_folds()


# ---------------------------------------------------------------- the row lock

WRITERS = {
    "record": lambda session: session.run("addition_facts", 6, 6, id=uid(2)),
    "record late": lambda session: session.run("algebra", 5, 5, id=uid(2), at=session.noon(2)),
    "spend": lambda session: session.spend(1, id=uid(2)),
    "grant": lambda session: session.grant(1, id=uid(2)),
    "difficulty": lambda session: session.set_difficulty("algebra", 4),
    "zone": lambda session: session.set_zone("Europe/Berlin"),
    "mastery": lambda session: session.set_mastery("algebra", True),
    "reset": lambda session: session.reset("algebra"),
    "pause": lambda session: session.pause(session.clock.date(), session.clock.date()),
}  # fmt: skip


@pytest.mark.parametrize("writer", WRITERS.values(), ids=WRITERS.keys())
def test_a_second_writer_waits_and_reads_the_clock_after_the_lock(database, learner, writer):
    learner.grant(10)
    first, second, monitor = (database.connect() for _ in range(3))
    with first.transaction():
        as_session(learner, first).run("word_race", 1, 1, id=uid(1))
        waiting = Waiting(lambda: writer(as_session(learner, second)))
        wait_for_lock(monitor, second.info.backend_pid)
        released = server_clock(monitor)
    waiting.result()
    entry = learner.entries()[-1]
    assert entry["kind"] != "activity" or entry["id"] == str(uid(2))
    recorded = monitor.execute("SELECT %s::timestamptz", [entry["recorded_at"]]).fetchone()[0]
    assert recorded > released
    learner.assert_folds()


def test_the_instant_of_the_second_is_after_the_first_committed(database, learner):
    first, second, monitor = (database.connect() for _ in range(3))
    with first.transaction():
        one = as_session(learner, first).run("addition_facts", 6, 6, id=uid(1))
        waiting = Waiting(
            lambda: as_session(learner, second).run("addition_facts", 6, 0, id=uid(2))
        )
        wait_for_lock(monitor, second.info.backend_pid)
    other = waiting.result()
    assert other["warnings"] == []
    assert other["occurred_at"] > one["occurred_at"]
    assert learner.progress("addition_facts")["recent_results"] == "10"


def test_a_second_writer_goes_on_where_the_first_rolled_back(database, learner):
    first, second, monitor = (database.connect() for _ in range(3))
    with first.transaction(force_rollback=True):
        as_session(learner, first).run("addition_facts", 6, 6, id=uid(1))
        waiting = Waiting(
            lambda: as_session(learner, second).run("addition_facts", 6, 6, id=uid(1))
        )
        wait_for_lock(monitor, second.info.backend_pid)
    assert waiting.result()["replayed"] is False
    assert learner.stats["tokens"] == 10


def test_other_learners_do_not_wait(database, learner):
    other = Learner(learner.db)
    first, second = (database.connect() for _ in range(2))
    with first.transaction():
        as_session(learner, first).run("addition_facts", 6, 6)
        second.execute("SET lock_timeout TO '1ms'")
        assert as_session(other, second).run("addition_facts", 6, 6)["tokens"] == 10


def test_readers_do_not_wait(database, learner):
    first, second = (database.connect() for _ in range(2))
    with first.transaction():
        as_session(learner, first).run("addition_facts", 6, 6)
        second.execute("SET lock_timeout TO '1ms'")
        document = as_session(learner, second).call("hg_document")
        assert document["global_stats"]["tokens"] == 0


def test_a_foreign_key_to_the_learner_does_not_wait(database, learner):
    """The lock is that of an UPDATE that leaves the key alone."""
    first, second = (database.connect() for _ in range(2))
    learner.db.execute(f"CREATE TABLE orders (user_id {SQL_TYPE} REFERENCES users)")
    with first.transaction():
        as_session(learner, first).run("addition_facts", 6, 6)
        second.execute("SET lock_timeout TO '1ms'")
        second.execute("INSERT INTO orders VALUES (%s)", [learner.id])


# ---------------------------------------------------------------- other isolation levels


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
@pytest.mark.parametrize("writer", WRITERS.values(), ids=WRITERS.keys())
def test_an_older_snapshot_is_40001_and_loses_nothing(database, learner, writer, level):
    learner.grant(10)
    first, second = (database.connect() for _ in range(2))
    session = as_session(learner, second)
    second.execute(f"BEGIN ISOLATION LEVEL {level}")
    second.execute("SELECT count(*) FROM users")
    as_session(learner, first).run("word_race", 1, 1, id=uid(1))
    before = learner.document, learner.entries()
    assert outcome(writer, session) == "40001"
    second.execute("ROLLBACK")
    assert (learner.document, learner.entries()) == before
    second.execute(f"BEGIN ISOLATION LEVEL {level}")
    writer(session)
    second.execute("COMMIT")
    assert len(learner.entries()) == len(before[1]) + 1
    learner.assert_folds()


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_repeatable_read_writers_that_retry_lose_nothing(database, learner, level):
    def work(connection, worker):
        connection.execute(f"SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL {level}")
        session = as_session(learner, connection)
        for n in range(25):
            id = uid(1000 * worker + n + 1)
            while outcome(session.run, "ratios_proportions", 5, 5, id=id) == "40001":
                pass

    together(database, work, 4)
    assert learner.stats["total_sessions_completed"] == 100
    assert learner.stats["tokens"] == 2500
    learner.assert_folds()
