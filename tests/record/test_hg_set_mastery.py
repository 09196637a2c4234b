"""hg_set_mastery: a person's override, and lifting it."""

import pytest

from .support import change_module, difference, instant, server_clock

OVERRIDE = "modules.word_race.progress.mastery_override"
LEVEL = "modules.word_race.progress.mastery_level"


@pytest.mark.parametrize("value", [True, False])
def test_an_override_is_stored_with_who_when_and_why(db, learner, value):
    before, start = learner.document, server_clock(db)
    receipt = learner.set_mastery("word_race", value, "oral exam")
    override = learner.progress("word_race")["mastery_override"]
    assert override == {
        "value": value, "by": db.execute("SELECT session_user::text").fetchone()[0],
        "at": override["at"], "reason": "oral exam",
    }  # fmt: skip
    assert instant(start) <= override["at"] <= instant(server_clock(db))
    assert learner.progress("word_race")["mastery_level"] is value
    assert receipt["mastery_level"] is value
    assert receipt["mastery_override"] == override
    moved = difference(before, learner.document)
    assert moved == ({OVERRIDE, LEVEL} if value else {OVERRIDE})


def test_an_override_does_not_set_mastered_at(learner):
    learner.set_mastery("word_race", True)
    assert learner.progress("word_race")["mastered_at"] is None


def test_it_wins_over_the_rule_until_it_is_lifted(learner):
    learner.run("word_race", 30, 30)
    learner.set_mastery("word_race", False)
    assert learner.progress("word_race")["mastery_level"] is False
    assert learner.run("word_race", 10, 10)["mastery_level"] is False
    learner.set_mastery("word_race", None)
    assert learner.progress("word_race")["mastery_level"] is True
    assert learner.progress("word_race")["mastery_override"] is None


@pytest.mark.parametrize("policy", ["latched", "live"])
def test_lifted_the_rule_speaks_as_if_it_had_never_been(db, learner, policy):
    change_module(db, "word_race", mastery_policy=policy)
    learner.run("word_race", 5, 5)
    before = learner.document
    learner.set_mastery("word_race", True)
    receipt = learner.set_mastery("word_race", None, "by mistake")
    assert learner.document == before
    assert (receipt["mastery_level"], receipt["mastery_override"]) == (False, None)


@pytest.mark.parametrize(("policy", "level"), [("latched", True), ("live", False)])
def test_lifted_the_policy_speaks_too(db, learner, policy, level):
    change_module(db, "word_race", mastery_policy=policy)
    learner.run("word_race", 30, 30)
    learner.set_mastery("word_race", False)
    learner.run("word_race", 30, 0)
    assert learner.set_mastery("word_race", None)["mastery_level"] is level


def test_an_override_replaces_another(learner):
    learner.set_mastery("word_race", True, "one")
    learner.set_mastery("word_race", False, "two")
    override = learner.progress("word_race")["mastery_override"]
    assert (override["value"], override["reason"]) == (False, "two")


def test_lifting_what_is_not_there_changes_nothing_but_the_ledger(learner):
    before = learner.document
    learner.set_mastery("word_race", None)
    assert learner.document == before
    assert len(learner.entries("mastery")) == 1


def test_an_override_is_of_one_module_and_one_learner(new):
    learner, other = new(), new()
    learner.set_mastery("word_race", True)
    assert learner.progress("algebra")["mastery_level"] is False
    assert other.progress("word_race")["mastery_level"] is False


def test_without_an_activity_a_person_may_still_say_mastered(learner):
    assert learner.set_mastery("algebra", True)["mastery_level"] is True


def test_it_survives_late_arrivals(learner):
    learner.run("word_race", 30, 30)
    learner.set_mastery("word_race", False)
    learner.run("word_race", 30, 30, at=learner.noon(2))
    progress = learner.progress("word_race")
    assert (progress["mastery_level"], progress["mastered_at"]) == (
        False, instant(learner.noon(2)),
    )  # fmt: skip


def test_the_reason_stands_in_the_ledger_also_when_lifted(learner):
    learner.set_mastery("word_race", True, "one")
    learner.set_mastery("word_race", None, "two")
    assert [e["details"]["reason"] for e in learner.entries("mastery")] == ["one", "two"]
    assert all(entry["recorded_by"] for entry in learner.entries("mastery"))


def test_the_receipt_has_the_common_keys(learner):
    receipt = learner.set_mastery("word_race", True)
    assert receipt.keys() >= {"id", "replayed", "kind", "tokens", "total_tokens_earned"}
    assert (receipt["replayed"], receipt["kind"]) == (False, "mastery")
