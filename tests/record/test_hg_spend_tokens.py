"""hg_spend_tokens: spends, exactly once, never more than the balance."""

import psycopg
import pytest

from .support import MINUTE, difference, uid

RECEIPT = {"id", "replayed", "kind", "tokens", "total_tokens_earned"}


def fails(learner, sqlstate, *arguments, **named):
    before = learner.document, learner.entries()
    with pytest.raises(psycopg.Error) as error, learner.db.transaction():
        learner.spend(*arguments, **named)
    assert error.value.sqlstate == sqlstate
    assert (learner.document, learner.entries()) == before


@pytest.fixture
def rich(learner):
    learner.grant(1_000_000)
    return learner


def test_a_spend_raises_total_tokens_spent_and_nothing_else(rich):
    before = rich.document
    receipt = rich.spend(300, id=uid(9))
    after = rich.document
    assert difference(before, after) == {
        "global_stats.tokens", "global_stats.total_tokens_spent",
    }  # fmt: skip
    assert after["global_stats"]["tokens"] == 999_700
    assert after["global_stats"]["total_tokens_spent"] == 300
    assert receipt.keys() >= RECEIPT
    assert (receipt["id"], receipt["replayed"], receipt["kind"]) == (str(uid(9)), False, "spend")
    assert (receipt["tokens"], receipt["total_tokens_earned"]) == (999_700, 1_000_000)
    assert receipt["total_tokens_spent"] == 300


@pytest.mark.parametrize("amount", [1, 1_000_000])
def test_1_to_1000000_can_be_spent(rich, amount):
    assert rich.spend(amount)["tokens"] == 1_000_000 - amount


def test_the_whole_balance_can_be_spent_and_no_more(learner):
    learner.grant(10)
    learner.spend(10)
    fails(learner, "LG402", 1)
    assert learner.stats["tokens"] == 0


def test_too_little_is_lg402_and_nothing_is_spent(learner):
    learner.run("addition_facts", 6, 6)
    fails(learner, "LG402", 11)
    assert learner.spend(10)["tokens"] == 0


def test_what_was_spent_before_does_not_count_twice(learner):
    learner.grant(10)
    learner.spend(6)
    fails(learner, "LG402", 5)
    learner.grant(1)
    assert learner.spend(5)["tokens"] == 0


def test_a_debt_leaves_nothing_to_spend(learner):
    learner.write(
        global_stats__total_tokens_earned=10, global_stats__total_tokens_spent=25,
        global_stats__tokens=0,
    )  # fmt: skip
    learner.grant(15)
    fails(learner, "LG402", 1)
    learner.grant(1)
    assert learner.spend(1)["tokens"] == 0


def test_the_same_spend_again_is_a_replay(rich):
    receipt = rich.spend(5, id=uid(1), reason="a hat")
    rich.spend(900)
    before = rich.document, rich.entries()
    assert rich.spend(5, id=uid(1), reason="a hat") == {**receipt, "replayed": True}
    assert (rich.document, rich.entries()) == before


def test_a_replay_needs_no_balance(learner):
    learner.grant(5)
    learner.spend(5, id=uid(1))
    assert learner.spend(5, id=uid(1))["replayed"] is True


@pytest.mark.parametrize(
    "again", [{"amount": 6, "reason": "a hat"}, {"amount": 5, "reason": "a cap"}], ids=str
)
def test_the_same_id_with_other_content_is_lg409(rich, again):
    rich.spend(5, id=uid(1), reason="a hat")
    fails(rich, "LG409", again["amount"], id=uid(1), reason=again["reason"])


def test_lg409_is_looked_at_before_the_balance(learner):
    learner.grant(5)
    learner.spend(5, id=uid(1))
    fails(learner, "LG409", 6, id=uid(1))


def test_an_id_of_an_activity_or_a_grant_is_in_use(rich):
    rich.run("addition_facts", 6, 6, id=uid(1))
    rich.grant(5, id=uid(2))
    fails(rich, "LG409", 5, id=uid(1))
    fails(rich, "LG409", 5, id=uid(2), reason="a gift")


def test_who_when_and_why_stand_in_the_ledger(rich):
    rich.spend(5, id=uid(1), reason="a hat for the avatar")
    (entry,) = rich.entries("spend")
    session_user = rich.db.execute("SELECT session_user::text").fetchone()[0]
    assert entry["recorded_by"] == session_user
    assert entry["occurred_at"] == entry["recorded_at"]
    assert entry["details"]["reason"] == "a hat for the avatar"
    assert entry["details"]["amount"] == 5


def test_an_activity_a_little_ahead_keeps_its_place_after_the_spend(rich):
    rich.run("addition_facts", 6, 6, at=rich.clock + 4 * MINUTE)
    receipt = rich.spend(10)
    assert receipt["tokens"] == rich.stats["tokens"] == 1_000_000


def test_the_spent_total_stays_within_its_range(learner):
    most = 2147483647
    learner.write(
        global_stats__total_tokens_earned=most, global_stats__total_tokens_spent=most - 5,
        global_stats__tokens=5,
    )  # fmt: skip
    assert learner.spend(5)["tokens"] == 0
    assert learner.stats["total_tokens_spent"] == most
    fails(learner, "LG402", 1)
