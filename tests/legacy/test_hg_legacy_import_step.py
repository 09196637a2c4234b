"""hg_legacy_import_step: one step of the import, its options, and what it gives way to."""

import json
import re

import psycopg
import pytest
from psycopg import errors

from tests.support.database import as_role, migrate, wait_for
from tools.throwaway import throwaway

KEYS = {"step", "learners", "done", "total", "more", "wait_ms", "reason", "quarantined", "dirty"}


def test_the_steps_in_their_order(pending):
    answers = pending.steps()
    assert all(answer.keys() == KEYS for answer in answers)
    steps = list(dict.fromkeys(answer["step"] for answer in answers))
    assert steps == [
        "marks on users", "marks on concept_mastery", "marks on subject_mastery",
        "marks on subject_difficulty_history", "marks on user_progress", "marks on ai_analytics",
        "marks on module_history", "staging column", "begun", "sweep", "changed learners",
    ]  # fmt: skip
    last = answers[-1]
    assert (last["done"], last["total"], last["dirty"]) == (60, 60, 0)
    assert last["quarantined"] > 0
    assert all((answer["wait_ms"], answer["reason"]) == (0, None) for answer in answers)
    assert [answer["more"] for answer in answers] == [True] * (len(answers) - 1) + [False]
    assert sum(answer["learners"] for answer in answers) == 60
    assert pending.state == "imported"
    pending.check()


def sweep(pending, **options) -> list[int]:
    """How many learners each step of the sweep built."""
    return [a["learners"] for a in pending.steps(**options) if a["step"] == "sweep"]


def test_a_batch_of_a_fixed_size(pending):
    assert sweep(pending, batch=25) == [25, 25, 10, 0]
    pending.check()


def test_the_batch_grows_while_it_is_quick(pending):
    assert sweep(pending, target_ms=10000) == [10, 20, 30, 0]
    assert pending.db.execute("SELECT batch FROM hg_legacy_run").fetchone() == (40,)


def test_the_batch_shrinks_where_it_is_slow(pending):
    counts = sweep(pending, target_ms=1)
    assert counts[0] == 10 and set(counts[1:-2]) == {4}
    pending.check()


def test_a_batch_that_was_not_full_does_not_grow(imported):
    imported.db.execute("UPDATE hg_legacy_run SET batch = 100")
    imported.db.execute("UPDATE users SET tokens = 3 WHERE id = 1")
    assert imported.step(target_ms=10000)["learners"] == 1
    assert imported.db.execute("SELECT batch FROM hg_legacy_run").fetchone() == (100,)


DOMAINS = [
    ({"batch": 0}, "batch", "batch is a whole number from 1 to 10000."),
    ({"batch": 10001}, "batch", "batch is a whole number from 1 to 10000."),
    ({"batch": 1.5}, "batch", "batch is a whole number from 1 to 10000."),
    ({"batch": "10"}, "batch", "batch is a whole number from 1 to 10000."),
    ({"batch": None}, "batch", "batch is a whole number from 1 to 10000."),
    ({"target_ms": 0}, "target_ms", "target_ms is a number from 1 to 10000."),
    ({"max_transaction_seconds": -1}, "max_transaction_seconds",
     "max_transaction_seconds is a number from 0 to 86400."),
    ({"max_lag_seconds": True}, "max_lag_seconds", "max_lag_seconds is a number from 0 to 86400."),
]  # fmt: skip


@pytest.mark.parametrize(("options", "name", "hint"), DOMAINS, ids=str)
def test_options_out_of_their_domain(db, options, name, hint):
    with pytest.raises(errors.InvalidParameterValue) as caught:
        db.execute("SELECT hg_legacy_import_step(%s)", [json.dumps(options)])
    assert caught.value.diag.message_primary == f"invalid argument p_options.{name}"
    assert caught.value.diag.message_detail.startswith(f"p_options.{name} is ")
    assert caught.value.diag.message_hint == hint


@pytest.mark.parametrize("options", [None, "[]", '"batch"', "null", '{"Batch": 1}', '{"x": 1}'])
def test_what_is_no_option(db, options):
    with pytest.raises(errors.InvalidParameterValue) as caught:
        db.execute("SELECT hg_legacy_import_step(%s)", [options])
    assert caught.value.diag.message_primary == "invalid argument p_options"
    assert caught.value.diag.message_hint in (
        "Options are an object.",
        "Options are batch, target_ms, max_transaction_seconds and max_lag_seconds.",
    )


@pytest.mark.parametrize("state", ["none", "cut_over", "finalized", None])
def test_other_states_refuse(db, state):
    db.execute("UPDATE hg_installation SET state = %s", [state])
    with pytest.raises(errors.ObjectNotInPrerequisiteState) as caught:
        db.execute("SELECT hg_legacy_import_step()")
    assert caught.value.diag.message_primary == "there is nothing to import"
    assert (
        caught.value.diag.message_detail
        == f"The state of the installation is {state or 'unknown'}."
    )
    assert caught.value.diag.message_hint.startswith("An import is for an installation that is ")


def test_it_is_the_owner_s(db):
    for role in ("hg_app", "hg_reader", "hg_ai_worker"):
        with as_role(db, role), pytest.raises(errors.InsufficientPrivilege), db.transaction():
            db.execute("SELECT hg_legacy_import_step()")


# ---------------------------------------------------------------- giving way


def test_beside_a_long_transaction_it_goes_on_slowly(pending):
    other = pending.database.connect(autocommit=False)
    other.execute("SELECT")
    pid = other.info.backend_pid
    answers = pending.steps(batch=40, max_transaction_seconds=0)
    built = [answer for answer in answers if answer["step"] == "sweep"]
    assert [answer["learners"] for answer in built] == [10] * 6 + [0]
    for answer in built:
        assert answer["wait_ms"] > 0
        assert re.fullmatch(
            rf"a transaction has been open for \d+ s \(pid {pid}\)", answer["reason"]
        )
    assert pending.state == "imported"
    pending.check()


def test_a_transaction_that_is_open_for_a_moment_is_none(pending):
    other = pending.database.connect(autocommit=False)
    other.execute("SELECT")
    assert {answer["reason"] for answer in pending.steps()} == {None}


def busy(connection: psycopg.Connection, *limits: float) -> str | None:
    return connection.execute("SELECT hg__legacy_busy(%s, %s)", limits).fetchone()[0]


def test_prepared_transactions_and_standbys_are_seen():
    settings = {"max_prepared_transactions": "2", "wal_level": "replica", "max_wal_senders": "4"}
    with throwaway(settings) as primary, psycopg.connect(
        primary.cluster.dsn(), autocommit=True
    ) as db:  # fmt: skip
        if not (primary.binaries / "pg_basebackup").exists():
            pytest.skip(f"{primary.binaries} has no pg_basebackup: set PG_BINDIR")
        migrate(primary.cluster.dsn())
        db.execute("BEGIN; INSERT INTO users (grade) VALUES ('1'); PREPARE TRANSACTION 'left'")
        assert re.fullmatch(
            r"a prepared transaction has been open for \d+ s \(left\)", busy(db, 0, 86400)
        )
        assert busy(db, 86400, 86400) is None
        db.execute("ROLLBACK PREPARED 'left'")
        with throwaway(settings, standby_of=primary.cluster) as made, psycopg.connect(
            made.cluster.dsn(), autocommit=True
        ) as standby:  # fmt: skip
            # How far it was behind is known of what it replays after the pause.
            standby.execute("SELECT pg_wal_replay_pause()")
            db.execute("INSERT INTO users (grade) VALUES ('1')")
            (at,) = db.execute("SELECT pg_current_wal_insert_lsn()").fetchone()
            for position in ("receive", "replay"):
                asked = f"SELECT pg_last_wal_{position}_lsn() >= %s"
                wait_for(lambda asked=asked: standby.execute(asked, [at]).fetchone()[0])
                standby.execute("SELECT pg_wal_replay_resume()")
            assert re.fullmatch(r"a standby is \d+ s behind", wait_for(lambda: busy(db, 86400, 0)))
            assert busy(db, 86400, 86400) is None


def test_another_session_at_work_is_waited_for_without_a_lock(pending):
    first = pending.database.connect(autocommit=False)
    pending.batch(first)
    answer = pending.step()
    assert (answer["step"], answer["learners"], answer["more"]) == ("waiting", 0, True)
    assert answer["reason"] == "another session is at work on the import"
    assert answer["wait_ms"] > 0
    first.commit()
    assert pending.step()["step"] == "marks on concept_mastery"


def test_a_table_in_use_can_be_tried_again(pending):
    other = pending.database.connect(autocommit=False)
    other.execute("UPDATE users SET tokens = 5 WHERE id = 1")
    pending.db.execute("SET lock_timeout = '20ms'")
    with pytest.raises(errors.LockNotAvailable):
        pending.step()
    other.rollback()
    assert pending.step()["step"] == "marks on users"


@pytest.mark.parametrize("batch", [1, 2, 1000])
def test_learners_who_are_held_come_with_the_next_import(pending, batch):
    pending.begin()
    other = pending.database.connect(autocommit=False)
    other.execute("SELECT FROM users WHERE id IN (2, 3, 5, 59) FOR UPDATE")
    last = pending.steps(batch=batch)[-1]
    assert (last["more"], last["dirty"]) == (False, 4)
    assert pending.state == "imported"
    other.rollback()
    assert pending.steps(batch=batch)[-1]["dirty"] == 0
    pending.check()


def test_one_who_is_held_keeps_nobody_else_waiting(imported):
    other = imported.database.connect(autocommit=False)
    other.execute("SELECT FROM users WHERE id IN (2, 3) FOR UPDATE")
    for learner in (2, 3, 4):
        imported.db.execute(
            "INSERT INTO user_progress (user_id, category, score) VALUES (%s, 'x', 1)", [learner]
        )
    answers = imported.steps(batch=1)
    assert sum(answer["learners"] for answer in answers) == 1
    assert answers[-1]["dirty"] == 2
    other.rollback()
    imported.steps()
    imported.check()


def test_everybody_again_after_a_truncate(imported):
    imported.db.execute("TRUNCATE user_progress")
    answers = imported.steps(batch=25)
    assert sum(answer["learners"] for answer in answers) == 60
    assert answers[-1]["done"] == 60
    imported.check()
