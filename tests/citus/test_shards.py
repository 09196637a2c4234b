"""What is delegated to a learner's node stays there: it touches one partition, the learner's.

Every table of learners is in hash partitions here, which is as near to shards as one server comes.
"""

import psycopg
import pytest

from tests.record.support import HOUR, Learner, bulk, uid

from .shards import PARTS, Touched, shard_of
from .support import delegated, distribute, stand_in

FIRST = uid(1)


def played(db: psycopg.Connection) -> Learner:
    """A learner with a history, among others of every partition."""
    for _ in range(4 * PARTS):
        Learner(db, "3").run("algebra", 6, 5)
    learner = Learner(db, "3")
    learner.run("algebra", 6, 6, at=learner.ago(hours=5), id=FIRST)
    learner.test("addition_facts", 10, 9, at=learner.ago(hours=4), grade_level=2)
    learner.grant(50)
    return learner


def details(db: psycopg.Connection) -> dict[str, dict]:
    """The arguments of a call of each delegated function."""
    today = db.execute("SELECT current_date + 1").fetchone()[0]
    now = db.execute("SELECT clock_timestamp()").fetchone()[0]
    reason = {"p_reason": "a test"}
    module = {"p_module": "algebra"}
    amount = {"p_amount": 3, **reason}
    return {
        "hg_as_of": {"p_at": now},
        "hg_document": {},
        "hg_explain": module,
        "hg_grant_tokens": {"p_grant_id": uid(10), **amount},
        "hg_module": module,
        "hg_record_activity": {
            "p_activity_id": uid(11), "p_module": "algebra", "p_questions": 5, "p_correct": 5,
        },
        "hg_reset_module": module | reason,
        "hg_reverse_activity": {"p_activity_id": FIRST, **reason},
        "hg_set_mastery": module | reason | {"p_mastery": True},
        "hg_set_pause": {"p_from": today, "p_to": today},
        "hg_set_preferred_difficulty": module | {"p_difficulty": 4},
        "hg_set_time_zone": {"p_time_zone": "Asia/Tokyo"},
        "hg_spend_tokens": {"p_spend_id": uid(12), **amount},
        "hg_streak": {},
    }  # fmt: skip


def test_a_call_of_each_delegated_function_is_known(db: psycopg.Connection) -> None:
    stand_in(db)
    distribute(db)
    assert details(db).keys() == delegated(db)


# As a statement is planned for its values, and as it is planned for all values.
@pytest.mark.parametrize("plans", ["force_custom_plan", "force_generic_plan"])
def test_each_delegated_function_stays_with_its_learner(
    split_db: psycopg.Connection, plans: str
) -> None:
    learner = played(split_db)
    home = shard_of(split_db, learner.id)
    split_db.execute("SELECT set_config('plan_cache_mode', %s, true)", [plans])
    for function, arguments in details(split_db).items():
        with Touched(split_db) as touched:
            learner.call(function, **arguments)
        assert touched.parts, function
        wrong = {table: parts for table, parts in touched.parts.items() if parts != {home}}
        assert wrong == {}, function
    assert learner.verify() == []


@pytest.mark.parametrize(
    ("way", "late"), [("again", False), ("late", True), ("first", False), ("refused", False)]
)
def test_every_way_of_recording_stays_with_its_learner(
    split_db: psycopg.Connection, way: str, late: bool
) -> None:
    learner = played(split_db) if way != "first" else Learner(split_db, "7")
    home = shard_of(split_db, learner.id)
    with Touched(split_db) as touched:
        if way == "again":
            at = learner.entries("activity")[0]["occurred_at"]
            receipt = learner.run("algebra", 6, 6, at=at, id=FIRST)
            assert receipt["replayed"] is True
        elif way == "refused":
            with pytest.raises(psycopg.Error), split_db.transaction():
                learner.run("no_module", 6, 6)
        else:
            at = learner.clock - 6 * HOUR if late else None
            receipt = learner.run("addition_facts", 6, 6, at=at)
            assert ("late" in receipt["warnings"]) == late
    assert {number for parts in touched.parts.values() for number in parts} == {home}
    assert learner.verify() == []


def test_many_learners_are_recorded_where_they_are(split_db: psycopg.Connection) -> None:
    learners = [Learner(split_db) for _ in range(12)]
    homes = {shard_of(split_db, learner.id) for learner in learners}
    assert len(homes) > 1
    with Touched(split_db) as touched:
        answers = bulk(split_db, [learner.item("algebra", 6, 6) for learner in learners])
    assert [answer["error_code"] for answer in answers] == [None] * 12
    assert touched.parts["users"] >= homes
    assert [learner.verify() for learner in learners] == [[]] * 12
