"""A subscriber: its documents and ledgers are the publisher's, and it can take over.

The installation's own rows are replicated as all others are, so the subscriber begins with the
tables alone: from a dump of the schema, or installed by make migrate and emptied.
"""

from collections.abc import Iterator

import psycopg
import pytest

from tests.record.support import set_setting
from tests.support.database import migrate, wait_for
from tests.support.users import SEQUENCE, number_of
from tools.throwaway import Throwaway, throwaway

from .history import History, assert_goes_on, contents, documents, verify
from .support import Programs, emptying, own_tables, wait_for_replay

PUBLISHER = {
    "wal_level": "logical",
    "synchronous_commit": "on",
    "max_wal_senders": "20",
    "max_replication_slots": "20",
}
ALL_TABLES_AT_ONCE = {
    "max_sync_workers_per_subscription": "12",
    "max_logical_replication_workers": "16",
    "max_worker_processes": "24",
    "wal_retrieve_retry_interval": "100ms",
}


@pytest.fixture
def publisher() -> Iterator[Throwaway]:
    with throwaway(PUBLISHER) as made:
        migrate(made.cluster.dsn())
        yield made


@pytest.fixture
def subscriber() -> Iterator[Throwaway]:
    with throwaway(ALL_TABLES_AT_ONCE) as made:
        yield made


def connect(made: Throwaway) -> psycopg.Connection:
    return psycopg.connect(made.cluster.dsn(), autocommit=True)


def tables_from_a_dump(publisher: Throwaway, subscriber: Throwaway) -> str:
    """Roles, then the schema; every table is published. What to publish."""
    with connect(subscriber) as connection:
        for role in ("hg_app", "hg_reader", "hg_ai_worker"):
            connection.execute(f"CREATE ROLE {role} NOLOGIN")
        programs = Programs(connection.info.server_version)
    script = programs.dump(publisher.cluster.dsn(), "--schema-only")
    programs.execute(subscriber.cluster.dsn(), script)
    return "ALL TABLES"


def tables_by_migrate(publisher: Throwaway, subscriber: Throwaway) -> str:
    """What was installed is emptied; the installer's own tables stay as they are."""
    migrate(subscriber.cluster.dsn())
    with connect(subscriber) as connection, connection.transaction():
        connection.execute(emptying(connection))
        return f"TABLE {own_tables(connection)}"


def subscribe(owner: psycopg.Connection, copy: psycopg.Connection, publisher: Throwaway) -> None:
    """Wait until what there was is copied."""
    copy.execute(f"CREATE SUBSCRIPTION hg CONNECTION '{publisher.cluster.dsn()}' PUBLICATION hg")
    wait_for(
        lambda: copy.execute(
            "SELECT bool_and(r.srsubstate = 'r') FROM pg_subscription_rel AS r"
        ).fetchone()[0],
        timeout=60,
    )
    wait_for_replay(owner)


def assert_equal(copy: psycopg.Connection, original: psycopg.Connection) -> None:
    """Row by row: no trigger has added a direct write, a version of the rules or a checkpoint."""
    assert documents(copy) == documents(original)
    assert contents(copy) == contents(original)
    assert verify(copy) == []


def take_over(copy: psycopg.Connection) -> None:
    """What a subscriber lacks is where the sequences are."""
    copy.execute("DROP SUBSCRIPTION hg")
    copy.execute(
        "SELECT setval(pg_get_serial_sequence('hg_ledger', 'ledger_id'),"
        " (SELECT max(l.ledger_id) FROM hg_ledger AS l))"
    )
    if SEQUENCE is not None:
        ids = [id for (id,) in copy.execute("SELECT u.id FROM users AS u")]
        copy.execute("SELECT setval(%s, %s)", [SEQUENCE, max(map(number_of, ids))])


@pytest.mark.parametrize("prepare", [tables_from_a_dump, tables_by_migrate])
def test_a_subscriber_is_the_same_and_can_take_over(publisher, subscriber, prepare):
    published = prepare(publisher, subscriber)
    with connect(publisher) as owner, connect(subscriber) as copy:
        history = History(owner)
        owner.execute(f"CREATE PUBLICATION hg FOR {published}")
        subscribe(owner, copy, publisher)
        assert_equal(copy, owner)

        history.go_on()
        set_setting(owner, "day_start_hour", 2)
        gone = history.learners.pop()
        owner.execute("DELETE FROM users WHERE id = %s", [gone.id])
        history.calls = [c for c in history.calls if c[1]["p_user_id"] != gone.id]
        wait_for_replay(owner)
        assert_equal(copy, owner)
        assert copy.execute(
            "SELECT count(*) FROM hg_ledger AS l WHERE l.kind = 'direct_write'"
        ).fetchone() == (2,)

        take_over(copy)
        assert_goes_on(copy, history)


def test_no_trigger_is_fired_by_what_is_replicated(db):
    """ENABLE ALWAYS or REPLICA would be."""
    states = db.execute(
        "SELECT DISTINCT t.tgenabled::text FROM pg_trigger AS t WHERE NOT t.tgisinternal"
    ).fetchall()
    assert states == [("O",)]
