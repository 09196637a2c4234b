"""hg_grant_tokens: grants, exactly once, cut at the range only."""

import psycopg
import pytest

from .support import INT_MAX, difference, set_setting, uid


def fails(learner, sqlstate, *arguments, **named):
    before = learner.document, learner.entries()
    with pytest.raises(psycopg.Error) as error, learner.db.transaction():
        learner.grant(*arguments, **named)
    assert error.value.sqlstate == sqlstate
    assert (learner.document, learner.entries()) == before


def test_a_grant_raises_total_tokens_earned_and_the_balance_only(learner):
    learner.run("addition_facts", 6, 6)
    before = learner.document
    receipt = learner.grant(90, id=uid(9))
    after = learner.document
    assert difference(before, after) == {
        "global_stats.tokens", "global_stats.total_tokens_earned",
    }  # fmt: skip
    assert after["global_stats"]["tokens"] == 100
    assert (receipt["id"], receipt["replayed"], receipt["kind"]) == (str(uid(9)), False, "grant")
    assert (receipt["tokens"], receipt["total_tokens_earned"]) == (100, 100)


def test_grants_raise_no_daily_tokens_and_are_not_capped(db, learner):
    set_setting(db, "daily_token_cap", 3)
    learner.run("addition_facts", 6, 6)
    learner.grant(50)
    assert learner.stats["daily_tokens"] == 3
    assert learner.stats["tokens"] == 53
    assert learner.run("addition_facts", 6, 6)["tokens_awarded"] == 0


def test_a_grant_before_any_activity(learner):
    assert learner.grant(5)["tokens"] == 5
    assert learner.stats["activity_date"] is None
    assert learner.stats["last_active"] is None


@pytest.mark.parametrize(("left", "granted"), [(10, 10), (9, 9), (0, 0)])
def test_what_would_leave_the_range_is_cut(learner, left, granted):
    learner.write(
        global_stats__total_tokens_earned=INT_MAX - left, global_stats__tokens=INT_MAX - left
    )
    receipt = learner.grant(10)
    assert receipt["total_tokens_earned"] == INT_MAX - left + granted
    assert receipt["capped_by"] == (None if granted == 10 else "range")
    assert learner.stats["tokens"] == INT_MAX - left + granted


def test_a_debt_is_paid_first(learner):
    learner.write(
        global_stats__total_tokens_earned=10, global_stats__total_tokens_spent=25,
        global_stats__tokens=0,
    )  # fmt: skip
    assert [learner.grant(10)["tokens"] for _ in range(3)] == [0, 5, 15]


def test_the_same_grant_again_is_a_replay(learner):
    receipt = learner.grant(5, id=uid(1), reason="a prize")
    learner.spend(4)
    before = learner.document, learner.entries()
    assert learner.grant(5, id=uid(1), reason="a prize") == {**receipt, "replayed": True}
    assert (learner.document, learner.entries()) == before


@pytest.mark.parametrize(
    "again", [{"amount": 6, "reason": "a prize"}, {"amount": 5, "reason": "a gift"}], ids=str
)
def test_the_same_id_with_other_content_is_lg409(learner, again):
    learner.grant(5, id=uid(1), reason="a prize")
    fails(learner, "LG409", again["amount"], id=uid(1), reason=again["reason"])


def test_an_id_of_an_activity_or_a_spend_is_in_use(learner):
    learner.run("addition_facts", 6, 6, id=uid(1))
    learner.spend(5, id=uid(2))
    fails(learner, "LG409", 5, id=uid(1))
    fails(learner, "LG409", 5, id=uid(2), reason="a hat")


def test_the_same_id_of_another_learner_is_another_grant(new):
    one, other = new(), new()
    assert one.grant(5, id=uid(1))["replayed"] is False
    assert other.grant(6, id=uid(1))["replayed"] is False


def test_who_when_and_why_stand_in_the_ledger(learner):
    learner.grant(5, reason="won the race")
    (entry,) = learner.entries("grant")
    assert entry["recorded_by"] == learner.db.execute("SELECT session_user::text").fetchone()[0]
    assert entry["details"]["reason"] == "won the race"
    assert entry["occurred_at"] == entry["recorded_at"]


def test_session_user_is_who_logged_in_not_the_role(database):
    connection = database.connect(role="hg_app")
    user = database.connect()
    learner_id = user.execute("INSERT INTO users (grade) VALUES ('3') RETURNING id").fetchone()[0]
    connection.execute("SELECT hg_grant_tokens(%s, %s, 5, 'a gift')", [learner_id, uid(1)])
    recorded_by, session_user = user.execute(
        "SELECT l.recorded_by, session_user::text FROM hg_ledger AS l WHERE l.kind = 'grant'"
    ).fetchone()
    assert recorded_by == session_user != "hg_app"
