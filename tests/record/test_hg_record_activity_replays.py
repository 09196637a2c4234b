"""hg_record_activity: the same id again."""

import psycopg
import pytest

from .support import HOUR, call, change_module, set_setting, uid

CALL = {
    "p_activity_id": uid(1), "p_module": "math_rush_addition", "p_questions": 24, "p_correct": 20,
    "p_seconds": 60, "p_run_type": "token_run",
    "p_details": {"fact_type": "Adding 0 and 1", "note": [1, {"a": None}]},
}  # fmt: skip


def record(learner, **changes):
    return learner.call("hg_record_activity", **(CALL | changes))


def digest(learner):
    return learner.document, learner.entries()


@pytest.fixture
def recorded(learner):
    """A learner with one recorded session; `receipt` is what was issued."""
    learner.receipt = record(learner, p_occurred_at=learner.noon(2))
    return learner


def test_the_same_content_returns_the_stored_receipt_and_changes_nothing(recorded):
    before = digest(recorded)
    for _ in range(3):
        assert record(recorded, p_occurred_at=recorded.noon(2)) == {
            **recorded.receipt, "replayed": True,
        }  # fmt: skip
        assert digest(recorded) == before


def test_the_receipt_is_as_issued_whatever_came_after(recorded):
    for _ in range(3):
        recorded.run("math_rush_addition", 24, 24, 60, fact_type="Adding 0 and 1")
    recorded.run("addition_facts", 6, 6, at=recorded.noon(2) - HOUR)
    recorded.grant(500)
    recorded.reset("math_rush_addition")
    recorded.write(global_stats__longest_streak_days=50)
    assert record(recorded, p_occurred_at=None) == {**recorded.receipt, "replayed": True}


@pytest.mark.parametrize("warning", ["clock_ahead", "late", "too_late", None])
def test_warnings_too_are_as_issued(learner, warning):
    learner.run("word_race", 1, 1)
    at = {"clock_ahead": learner.clock + HOUR, "late": learner.noon(2),
          "too_late": learner.ago(days=40), None: None}[warning]  # fmt: skip
    issued = learner.run("addition_facts", 6, 6, id=uid(1), at=at)
    assert issued["warnings"] == ([warning] if warning else [])
    assert learner.run("addition_facts", 6, 6, id=uid(1)) == {**issued, "replayed": True}


@pytest.mark.parametrize("run_type", ["token_run", "test", "practice"])
def test_every_kind_of_run_is_replayed(learner, run_type):
    issued = learner.run("addition_facts", 6, 6, run_type=run_type, id=uid(1), grade_level=6)
    again = learner.run("addition_facts", 6, 6, run_type=run_type, id=uid(1), grade_level=6)
    assert again == {**issued, "replayed": True}


def test_occurred_at_is_not_content(recorded):
    for at in (None, recorded.noon(5), recorded.ago(days=300), recorded.clock + HOUR):
        receipt = record(recorded, p_occurred_at=at)
        assert receipt == {**recorded.receipt, "replayed": True}


def test_the_order_of_keys_in_details_is_not_content(recorded):
    details = dict(reversed(CALL["p_details"].items()))
    assert record(recorded, p_details=details)["replayed"] is True


@pytest.mark.parametrize(
    "change",
    [
        {"p_module": "math_rush_subtraction", "p_details": {}},
        {"p_questions": 25}, {"p_correct": 21}, {"p_seconds": 61}, {"p_seconds": None},
        {"p_seconds": 0}, {"p_run_type": "test"}, {"p_run_type": "practice"},
        {"p_details": {}}, {"p_details": {"fact_type": "Adding 0 and 1"}},
        {"p_details": {"fact_type": "Adding 2", "note": [1, {"a": None}]}},
        {"p_details": {**CALL["p_details"], "more": None}},
    ],
    ids=str,
)  # fmt: skip
def test_other_content_is_lg409_and_changes_nothing(db, recorded, change):
    before = digest(recorded)
    with pytest.raises(psycopg.Error) as error, db.transaction():
        record(recorded, p_occurred_at=recorded.noon(2), **change)
    assert error.value.sqlstate == "LG409"
    assert digest(recorded) == before


def test_seconds_null_is_content_like_any_other(db, learner):
    learner.run("word_race", 1, 1, id=uid(1))
    assert learner.run("word_race", 1, 1, id=uid(1))["replayed"] is True
    with pytest.raises(psycopg.Error) as error, db.transaction():
        learner.run("word_race", 1, 1, 0, id=uid(1))
    assert error.value.sqlstate == "LG409"


def test_a_replay_is_recognised_before_the_module_is_looked_at(db, recorded):
    change_module(db, "math_rush_addition", active=False)
    assert record(recorded) == {**recorded.receipt, "replayed": True}
    with pytest.raises(psycopg.Error) as error, db.transaction():
        record(recorded, p_activity_id=uid(2))
    assert error.value.sqlstate == "LG405"


def test_a_replay_is_recognised_though_its_details_would_be_refused_today(db, recorded):
    """The catalog has dropped the type since."""
    change_module(db, "math_rush_addition", fact_types=["Adding 2", "Adding 3"], fast_seconds=50)
    assert record(recorded) == {**recorded.receipt, "replayed": True}


def test_an_unknown_module_with_an_id_in_use_is_lg409_before_lg405(db, recorded):
    with pytest.raises(psycopg.Error) as error, db.transaction():
        record(recorded, p_module="no_such_module", p_details={})
    assert error.value.sqlstate == "LG409"


def test_the_same_id_of_another_learner_is_another_activity(new):
    one, other = new(), new()
    assert record(one)["replayed"] is False
    assert record(other)["replayed"] is False
    assert one.document["global_stats"]["tokens"] == other.document["global_stats"]["tokens"] == 12


@pytest.mark.parametrize(
    "use",
    [
        lambda learner: learner.grant(5, id=uid(1)),
        lambda learner: (learner.grant(5), learner.spend(5, id=uid(1))),
    ],
    ids=["grant", "spend"],
)
def test_an_id_of_a_grant_or_a_spend_is_in_use(db, learner, use):
    use(learner)
    with pytest.raises(psycopg.Error) as error, db.transaction():
        record(learner)
    assert error.value.sqlstate == "LG409"


def test_a_replay_under_other_settings_and_zones(db, recorded):
    set_setting(db, "day_start_hour", 12)
    set_setting(db, "default_time_zone", "Pacific/Kiritimati")
    set_setting(db, "late_window_days", 0)
    recorded.set_zone("Pacific/Honolulu")
    assert record(recorded) == {**recorded.receipt, "replayed": True}


def test_details_left_out_and_empty_are_the_same(learner):
    arguments = {key: value for key, value in CALL.items() if key != "p_details"}
    call(learner.db, "hg_record_activity", p_user_id=learner.id, **arguments)
    assert record(learner, p_details={})["replayed"] is True
