"""The installer on the real project: the application's table users stays the application's."""

import time

import psycopg
import pytest

from tests.house.support import run, schema_of, start
from tests.support.database import ROOT, Database

KEYS = {
    "integer": "generate_series(1, 300)",
    "bigint": "5000000000 + generate_series(1, 300)",
    "uuid": "gen_random_uuid() FROM generate_series(1, 300)",
    "text": "'learner ' || generate_series(1, 300)",
}


def make_users(connection: psycopg.Connection, key: str) -> None:
    """An application's own users, with learners."""
    connection.execute(f"CREATE TABLE users (id {key} PRIMARY KEY, email text, visits int)")
    connection.execute(f"INSERT INTO users (id) SELECT {KEYS[key]}")


@pytest.mark.parametrize("key", KEYS)
def test_installs_on_any_key_and_leaves_no_trace(empty_database: Database, key: str) -> None:
    connection = empty_database.connect()
    make_users(connection, key)
    before = schema_of(connection)
    options = "SELECT reloptions, relacl FROM pg_class WHERE relname = 'users'"
    storage = connection.execute(options).fetchall()
    for _ in range(2):
        done = run(ROOT, "up", empty_database.dsn)
        assert done.returncode == 0, done.stderr
    filled = "SELECT count(*), count(hidden_grade_asset) FROM users"
    assert connection.execute(filled).fetchone() == (300, 300)
    done = run(ROOT, "rollback", empty_database.dsn)
    assert done.returncode == 0, done.stderr
    assert schema_of(connection) == before
    assert connection.execute(options).fetchall() == storage
    assert connection.execute("SELECT count(*) FROM users").fetchone() == (300,)


def test_follows_users_id_from_int_to_bigint(empty_database: Database) -> None:
    connection = empty_database.connect()
    make_users(connection, "integer")
    assert run(ROOT, "up", empty_database.dsn).returncode == 0
    record = "SELECT hg_record_activity(%s, gen_random_uuid(), 'algebra', 10, 8) ->> 'replayed'"
    connection.execute(record, [1])
    connection.execute("ALTER TABLE users ALTER id TYPE bigint")
    done = run(ROOT, "up", empty_database.dsn)
    assert done.returncode == 0, done.stderr
    connection.execute("INSERT INTO users (id) VALUES (5000000000)")
    for learner in (1, 5000000000):
        assert connection.execute(record, [learner]).fetchone() == ("false",)
    sessions = (
        "SELECT hidden_grade_asset #>> '{global_stats,total_sessions_completed}' FROM users "
        "WHERE id = 1"
    )
    assert connection.execute(sessions).fetchone() == ("2",)


def test_nobody_waits_while_it_installs(empty_database: Database) -> None:
    """A blocking session is there for a while; one-row updates never wait behind it."""
    setup = empty_database.connect()
    make_users(setup, "integer")
    blocker = empty_database.connect(autocommit=False)
    blocker.execute("UPDATE users SET visits = 0 WHERE id = 1")
    process = start(ROOT, "up", empty_database.dsn)
    # As the server measures it: behind a queue that does not give way it would be for ever.
    probe = empty_database.connect(options="-c lock_timeout=2s")
    probed = 0
    deadline = time.monotonic() + 90
    while process.poll() is None and time.monotonic() < deadline:
        probe.execute("UPDATE users SET visits = 1 WHERE id = 2")
        probed += 1
        time.sleep(0.005)
        if probed == 200:
            blocker.rollback()
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert "trying again" in output
    assert probed > 200


def test_four_installers_at_once(empty_database: Database) -> None:
    make_users(empty_database.connect(), "uuid")
    processes = [start(ROOT, "up", empty_database.dsn) for _ in range(4)]
    outputs = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0] * 4, outputs
    assert sum("functions and triggers: loaded" in output for output, _ in outputs) == 1
