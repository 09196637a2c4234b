"""hg_prune: the ledger's beginning moves forward, and no document is another one for it."""

import random
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

import psycopg
import pytest
from psycopg import errors

from tests.record.support import DAY, Learner, learners_in_order, set_setting, uid
from tests.support.database import as_role

ANCIENT = timedelta(days=200)


def prune(db: psycopg.Connection, **arguments) -> dict:
    """All batches of hg_prune; the sum of their rows under "rows"."""
    named = ", ".join(f"{name} => %({name})s" for name in arguments)
    total, after = 0, None
    while True:
        answer = db.execute(
            "SELECT hg_prune(p_after => %(after)s" + (", " + named if named else "") + ")",
            {"after": after, **arguments},
        ).fetchone()[0]
        total, after = total + answer["rows"], answer["after"]
        if after is None:
            return {**answer, "rows": total}


def nth(number: int) -> UUID:
    """The id that a Learner gives its n-th activity, spend or grant."""
    return uid(10**9 + number)


@contextmanager
def rewriting(db: psycopg.Connection):
    """The ledger can be changed: only here, to make it look old."""
    db.execute("SET LOCAL session_replication_role = replica")
    yield
    db.execute("SET LOCAL session_replication_role = origin")


def age(learner: Learner, by: timedelta = ANCIENT) -> None:
    """All that was recorded so far was recorded so long before."""
    with rewriting(learner.db):
        learner.db.execute(
            "UPDATE hg_ledger SET recorded_at = recorded_at - %(by)s,"
            " occurred_at = occurred_at - %(by)s,"
            " local_day = local_day - extract(day FROM %(by)s)::int WHERE user_id = %(user)s",
            {"by": by, "user": learner.id},
        )
        learner.db.execute("DELETE FROM hg_snapshots WHERE user_id = %s", [learner.id])
    learner.db.execute("SELECT hg_rebuild(%s)", [learner.id])


def verified(learner: Learner) -> bool:
    rows = learner.db.execute("SELECT FROM hg_verify(%s)", [learner.id]).fetchall()
    return not rows


def prune_at(learner: Learner, horizon: datetime) -> int:
    """One learner pruned as of a horizon of the test's choice; the rows that went."""
    return learner.db.execute("SELECT hg__prune_learner(%s, %s)", [learner.id, horizon]).fetchone()[
        0
    ]


def clock(db: psycopg.Connection) -> datetime:
    return db.execute("SELECT clock_timestamp()").fetchone()[0]


@pytest.fixture
def old(db) -> Learner:
    """A learner who played 220 to 200 days ago, and the day before yesterday."""
    learner = Learner(db, "5")
    for days in range(20, 0, -1):
        learner.run("addition_facts", 6, 6, 30, at=learner.noon(days))
    learner.spend(15)
    age(learner)
    learner.run("algebra", 5, 5, 40, at=learner.noon(2))
    return learner


def test_kept_for_ever_unless_the_setting_says_otherwise(old):
    before = old.entries()
    assert prune(old.db) == {
        "horizon": None,
        "learners": 0,
        "rows": 0,
        "ai_jobs": 0,
        "ai_analyses": 0,
        "archive_rows": 0,
        "tombstones": 0,
        "after": None,
    }
    assert old.entries() == before


def test_old_rows_become_one_checkpoint_and_the_document_stays(old):
    before = old.document
    set_setting(old.db, "ledger_retention_days", 90)
    answer = prune(old.db)
    # 20 sessions, a spend and the skeleton went, a checkpoint came.
    assert answer["rows"] == 21
    assert [entry["kind"] for entry in old.entries()] == ["retention", "activity"]
    assert old.document == before
    assert old.folded() == before
    assert verified(old)
    assert prune(old.db)["rows"] == 0


def test_the_checkpoint_stands_where_the_first_one_stood(old):
    first = old.entries()[0]["ledger_id"]
    last = old.entries()[-2]
    set_setting(old.db, "ledger_retention_days", 90)
    prune(old.db)
    checkpoint = old.entries()[0]
    assert checkpoint["ledger_id"] == first
    assert checkpoint["occurred_at"] == last["occurred_at"]
    assert checkpoint["recorded_by"] == "postgres"


def test_life_goes_on_after_it_as_if_it_had_not_been(old):
    twin = Learner(old.db, "5")
    for days in range(20, 0, -1):
        twin.run("addition_facts", 6, 6, 30, at=twin.noon(days))
    twin.spend(15)
    age(twin)
    twin.run("algebra", 5, 5, 40, at=twin.noon(2))
    set_setting(old.db, "ledger_retention_days", 90)
    prune_at(old, clock(old.db) - 90 * DAY)
    for learner in (old, twin):
        learner.run("algebra", 5, 3, 40, at=learner.noon(1))
        learner.run("word_race", 5, 5, at=learner.noon(3))
        learner.reverse(nth(22))
        learner.assert_folds()
    assert old.document == twin.document
    assert old.entries()[0]["kind"] == "retention"
    assert twin.entries()[0]["kind"] == "skeleton"


def test_ids_are_refused_as_long_as_their_rows_are_kept(old):
    set_setting(old.db, "ledger_retention_days", 90)
    prune(old.db)
    again = old.run("algebra", 5, 5, 40, id=nth(22))
    assert again["replayed"] is True
    with pytest.raises(psycopg.DatabaseError) as caught, old.db.transaction():
        old.run("algebra", 5, 4, 40, id=nth(22))
    assert caught.value.sqlstate == "LG409"
    # Beyond the horizon the id is a new one.
    assert old.run("addition_facts", 6, 6, 30, id=nth(1))["replayed"] is False


def test_what_was_recorded_since_keeps_all_after_its_place(old):
    # Recorded today, it occurred among the old ones: they are still needed in their order.
    old.run("addition_facts", 6, 0, 30, at=old.noon(210))
    set_setting(old.db, "ledger_retention_days", 90)
    before = old.document
    prune(old.db)
    kinds = [entry["kind"] for entry in old.entries()]
    # Noon 210 days ago: the ten of 220 to 211 days ago went, that of the same instant may.
    assert kinds[0] == "retention"
    assert 11 <= kinds.count("activity") <= 13
    assert old.document == before
    assert verified(old)


def test_an_activity_reversed_since_keeps_its_place_too(old):
    old.reverse(nth(11))
    set_setting(old.db, "ledger_retention_days", 90)
    before = old.document
    prune(old.db)
    assert old.entries("activity")[0]["id"] == str(nth(11))
    assert old.document == before
    assert verified(old)
    again = old.run("addition_facts", 6, 6, 30, id=nth(11))
    assert (again["replayed"], again["reversed"]) == (True, True)


def test_a_reversal_goes_with_what_it_reverses(db):
    learner = Learner(db)
    learner.run("algebra", 5, 5)
    learner.run("algebra", 5, 5)
    learner.reverse(nth(1))
    age(learner)
    set_setting(db, "ledger_retention_days", 90)
    before = learner.document
    prune(db)
    assert [entry["kind"] for entry in learner.entries()] == ["retention"]
    assert learner.document == before
    assert verified(learner)


def test_only_reversed_activities(db):
    learner = Learner(db)
    learner.run("algebra", 5, 5)
    learner.reverse(nth(1))
    age(learner)
    set_setting(db, "ledger_retention_days", 90)
    prune(db)
    assert learner.progress("algebra")["sessions_completed"] == 0
    assert verified(learner)


def test_pauses_stay(db):
    learner = Learner(db)
    learner.run("algebra", 5, 5)
    today = learner.clock.date()
    learner.pause(today, today + 400 * DAY)
    age(learner)
    learner.run("algebra", 5, 5, at=learner.noon(3))
    before = learner.document
    set_setting(db, "ledger_retention_days", 90)
    prune(db)
    assert [entry["kind"] for entry in learner.entries()] == ["retention", "pause", "activity"]
    assert learner.document == before
    assert verified(learner)
    learner.run("algebra", 5, 5)
    assert learner.stats["streak_days"] == before["global_stats"]["streak_days"]
    learner.assert_folds()


def test_segments_before_a_direct_write_go_whole(db):
    learner = Learner(db)
    learner.run("algebra", 5, 5)
    learner.write(global_stats__streak_freezes=3)
    learner.run("algebra", 5, 4)
    age(learner)
    learner.write(global_stats__streak_freezes=5)
    learner.run("algebra", 5, 5)
    before = learner.document
    set_setting(db, "ledger_retention_days", 90)
    prune(db)
    kinds = [entry["kind"] for entry in learner.entries()]
    assert kinds == ["retention", "direct_write", "activity"]
    assert learner.document == before
    assert verified(learner)


def test_the_past_is_told_from_the_checkpoint_on(old):
    at = old.clock - 100 * DAY
    then = old.call("hg_as_of", p_at=at)
    set_setting(old.db, "ledger_retention_days", 90)
    prune(old.db)
    assert old.call("hg_as_of", p_at=at) == then
    with pytest.raises(errors.InvalidParameterValue) as caught:
        old.call("hg_as_of", p_at=at - 110 * DAY)
    assert caught.value.diag.message_hint.startswith("The ledger tells of this learner since ")


def test_the_calendar_still_knows_that_there_was_an_earlier_day(old):
    days = old.call("hg_streak")["days"]
    set_setting(old.db, "ledger_retention_days", 90)
    prune(old.db)
    assert old.call("hg_streak")["days"] == days
    assert days[0]["state"] == "missed"


def test_learners_in_batches(db):
    """A call ends at its limit, or at its time: one learner it looks at in any case."""
    learners = learners_in_order(db, 5)
    for learner in learners:
        learner.run("algebra", 5, 5)
        age(learner)
    set_setting(db, "ledger_retention_days", 90)
    seen = rows = 0
    after = None
    while True:
        answer = db.execute("SELECT hg_prune(p_limit => 2, p_after => %s)", [after]).fetchone()[0]
        assert 1 <= answer["learners"] <= 2
        seen, rows = seen + answer["learners"], rows + answer["rows"]
        after = answer["after"]
        if after is None:
            break
        assert after == learners[seen - 1].id
    assert (seen, rows) == (5, 5)


def test_a_held_learner_is_left_for_the_next_time(database):
    db = database.connect(autocommit=False)
    held, free = Learner(db), Learner(db)
    for learner in (held, free):
        learner.run("algebra", 5, 5)
        age(learner)
    set_setting(db, "ledger_retention_days", 90)
    db.commit()
    other = database.connect(autocommit=False)
    other.execute("SELECT FROM users WHERE id = %s FOR NO KEY UPDATE", [held.id])
    assert prune(db)["rows"] == 1
    db.commit()
    other.rollback()
    assert prune(db)["rows"] == 1


@pytest.mark.parametrize("limit", [None, 0, -1, 100_001])
def test_bad_limits(db, limit):
    with pytest.raises(errors.InvalidParameterValue) as caught:
        db.execute("SELECT hg_prune(p_limit => %s)", [limit])
    assert caught.value.diag.message_primary == "invalid argument p_limit"
    assert caught.value.diag.message_hint == "A limit is 1 to 100,000 learners."


def test_it_is_the_owner_s(db):
    with as_role(db, "hg_app"), pytest.raises(errors.InsufficientPrivilege):
        db.execute("SELECT hg_prune()")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_random_histories_are_the_same_with_and_without(db, seed):
    # The twin is never pruned. Nothing arrives that occurred before the pruned one's beginning.
    chance = random.Random(seed)
    set_setting(db, "streak_freeze_max", 3)
    set_setting(db, "streak_freeze_every_days", 2)
    set_setting(db, "daily_token_cap", 25)
    pruned, twin = Learner(db, "6"), Learner(db, "6")
    begin = pruned.clock - 28 * DAY
    recorded: list[int] = []

    def act(number: int, earliest: datetime) -> None:
        kind = chance.random()
        module = chance.choice(["addition_facts", "algebra", "math_rush_division", "word_race"])
        correct, at = chance.randint(0, 6), earliest + chance.random() * (twin.clock - earliest)
        for learner in (pruned, twin):
            if kind < 0.75:
                learner.run(module, 6, correct, 30, at=at, id=uid(number))
            elif kind < 0.85 and recorded:
                learner.reverse(uid(recorded[number % len(recorded)]))
            elif kind < 0.9:
                learner.grant(7, id=uid(number))
            elif kind < 0.95:
                learner.set_zone(["Europe/Berlin", "Asia/Tokyo"][number % 2])
            else:
                learner.set_difficulty(module, 1 + number % 5)
        if kind < 0.75:
            recorded.append(number)

    for number in range(1, 26):
        act(number, begin)
    horizon = clock(db)
    begin = pruned.clock - 10 * DAY
    for number in range(26, 34):
        act(number, begin)
    # Reversals of what went are refused, so from here on only what stays can be reversed.
    assert prune_at(pruned, horizon) >= 0
    kept = {entry["id"] for entry in pruned.entries("activity")}
    recorded[:] = [number for number in recorded if str(uid(number)) in kept]
    for number in range(34, 44):
        act(number, begin)
        assert verified(pruned)
    first = pruned.entries()[0]
    assert first["kind"] in ("retention", "skeleton")
    for key in ("global_stats", "modules", "cross_module_analytics"):
        assert pruned.document[key] == twin.document[key]
