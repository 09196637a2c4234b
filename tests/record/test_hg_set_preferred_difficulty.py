"""hg_set_preferred_difficulty: set by a person; the counters begin again."""

import pytest

from .support import MINUTE, difference


@pytest.mark.parametrize("difficulty", [1, 2, 3, 4, 5])
def test_1_to_5_can_be_set(learner, difficulty):
    receipt = learner.set_difficulty("word_race", difficulty)
    assert learner.progress("word_race")["preferred_difficulty"] == difficulty
    assert receipt["preferred_difficulty"] == difficulty
    assert (receipt["replayed"], receipt["tokens"]) == (False, 0)
    assert receipt.keys() >= {"id", "kind", "total_tokens_earned"}


@pytest.mark.parametrize("difficulty", [3, 5])
def test_the_two_counters_reset_also_when_it_stays(learner, difficulty):
    learner.run("word_race", 29, 29)
    before = learner.document
    learner.set_difficulty("word_race", difficulty)
    progress = learner.progress("word_race")
    assert (progress["recent_questions"], progress["recent_correct"]) == (0, 0)
    moved = difference(before, learner.document)
    assert moved <= {
        f"modules.word_race.progress.{key}"
        for key in ("preferred_difficulty", "recent_questions", "recent_correct")
    }
    receipt = learner.run("word_race", 1, 1)
    assert receipt["preferred_difficulty"] == difficulty
    assert learner.progress("word_race")["recent_questions"] == 1


def test_it_moves_on_from_where_it_was_set(learner):
    learner.set_difficulty("word_race", 1)
    assert learner.run("word_race", 30, 30)["preferred_difficulty"] == 2


def test_every_call_is_a_row_of_the_ledger(learner):
    learner.set_difficulty("word_race", 5)
    learner.set_difficulty("word_race", 5)
    entries = learner.entries("preferred_difficulty")
    assert [entry["module"] for entry in entries] == ["word_race"] * 2
    assert all(entry["recorded_by"] for entry in entries)
    assert entries[0]["id"] != entries[1]["id"]


def test_other_modules_are_left_alone(learner):
    learner.run("algebra", 10, 10)
    before = learner.block("algebra")
    learner.set_difficulty("word_race", 5)
    assert learner.block("algebra") == before


def test_timestamp_is_of_activities_not_of_persons(learner):
    """The instant of the activity that last changed this block."""
    learner.set_difficulty("word_race", 5)
    assert learner.progress("word_race")["timestamp"] is None


def test_an_activity_a_little_ahead_counts_after_it(learner):
    learner.run("word_race", 29, 29, at=learner.clock + 4 * MINUTE)
    receipt = learner.set_difficulty("word_race", 5)
    progress = learner.progress("word_race")
    assert (progress["preferred_difficulty"], progress["recent_questions"]) == (5, 29)
    assert receipt["preferred_difficulty"] == 5
