"""A streaming standby: it reads as the primary does, refuses to write, and takes over."""

import uuid
from collections.abc import Iterator

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.record.support import call, server_clock
from tests.support.database import migrate, wait_for
from tools.throwaway import Throwaway, throwaway

from .history import History, assert_goes_on, documents, readings, verify
from .support import wait_for_replay

PRIMARY = {"wal_level": "replica", "max_wal_senders": "4", "synchronous_commit": "on"}
ACTIVITY = {"activity_id": str(uuid.UUID(int=9**20)), "module": "algebra", "questions": 5,
            "correct": 5}  # fmt: skip


@pytest.fixture
def primary() -> Iterator[Throwaway]:
    with throwaway(PRIMARY) as made:
        if not (made.binaries / "pg_basebackup").exists():
            pytest.skip(f"{made.binaries} has no pg_basebackup: set PG_BINDIR")
        migrate(made.cluster.dsn())
        yield made


def connect(made: Throwaway) -> psycopg.Connection:
    return psycopg.connect(made.cluster.dsn(), autocommit=True)


def writers(history: History) -> dict[str, dict]:
    """A good call of every function that writes."""
    one = {"p_user_id": history.learners[1].id}
    known = history.learners[0].entries("activity")[0]["id"]
    here = {**one, "p_module": "algebra", "p_reason": "why"}
    tokens = {"p_amount": 1, "p_reason": "why"}
    day = (history.learners[0].clock.date()).replace(year=2999)
    return {
        "hg_record_activity": one | {f"p_{name}": value for name, value in ACTIVITY.items()},
        "hg_record_activities": {"p_activities": Jsonb([ACTIVITY | {"user_id": one["p_user_id"]}])},
        "hg_spend_tokens": {**one, **tokens, "p_spend_id": history.next_id()},
        "hg_grant_tokens": {**one, **tokens, "p_grant_id": history.next_id()},
        "hg_set_preferred_difficulty": {**one, "p_module": "algebra", "p_difficulty": 2},
        "hg_set_time_zone": {**one, "p_time_zone": "UTC"},
        "hg_set_mastery": {**here, "p_mastery": False},
        "hg_reset_module": here,
        "hg_set_pause": {**one, "p_from": day, "p_to": day},
        "hg_reverse_activity": {"p_user_id": history.learners[0].id, "p_activity_id": known,
                                "p_reason": "why"},
        "hg_set_setting": {"p_name": "day_start_hour", "p_value": Jsonb(3)},
        "hg_rebuild": one,
        "hg_refresh_leaderboard": {},
        "hg_reevaluate": {"p_module": "measurement", "p_dry_run": False},
    }  # fmt: skip


def reading(connection: psycopg.Connection) -> set[str]:
    """Every public function that says that it only reads; those that move in are of before."""
    return {
        name for (name,) in connection.execute(
            "SELECT p.proname FROM pg_proc AS p WHERE p.provolatile <> 'v'"
            " AND p.proname ~ '^hg_[a-z]' AND p.proname !~ '^hg_legacy_'"
        )
    }  # fmt: skip


def assert_refuses_to_write(standby: psycopg.Connection, calls: dict[str, dict]) -> None:
    """25006, as PostgreSQL itself says it."""
    for function, arguments in calls.items():
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            call(standby, function, **arguments)
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        standby.execute("UPDATE users SET grade = '4'")


def test_a_standby_reads_the_same_refuses_to_write_and_takes_over(primary):
    with connect(primary) as owner:
        history = History(owner)
        with throwaway(standby_of=primary.cluster) as made, connect(made) as standby:
            assert standby.execute("SELECT pg_is_in_recovery()").fetchone() == (True,)
            # What comes by streaming; at its end a rule that has mastery to judge anew.
            history.go_on()
            owner.execute(
                "UPDATE hg_modules SET mastery_rule = %s WHERE module = 'measurement'",
                [Jsonb({"accuracy": {"min_questions": 1, "percent": 1}})],
            )
            wait_for_replay(owner)
            at = server_clock(owner)
            said = readings(standby, at)
            assert said == readings(owner, at)
            assert said["hg_verify",] == []
            assert {function for function, *_ in said} == reading(owner)
            assert documents(standby) == documents(owner)
            calls = writers(history)
            assert_refuses_to_write(standby, calls)

            primary.close()
            assert standby.execute("SELECT pg_promote()").fetchone() == (True,)
            wait_for(lambda: not standby.execute("SELECT pg_is_in_recovery()").fetchone()[0])
            assert verify(standby) == []
            for function, arguments in calls.items():
                call(standby, function, **arguments)
            assert_goes_on(standby, history)
