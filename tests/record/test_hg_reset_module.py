"""hg_reset_module: the block back to its start, except what was earned."""

import pytest

from .skeleton import STARTS, block
from .support import change_module, difference

KEPT = ("tokens_earned", "test_rewarded", "mastered_at")


@pytest.mark.parametrize("module", STARTS)
def test_the_block_is_back_at_its_start_except_what_is_kept(learner, module):
    learner.run(module, 30, 30, 50)
    learner.test(module, 30, 30, seconds=40, grade_level=3)
    learner.practise(module, seconds=10)
    learner.set_mastery(module, True)
    learner.set_difficulty(module, 5)
    before = learner.document
    receipt = learner.reset(module)
    expected = block(module)
    old = before["modules"][module]["progress"]
    expected["progress"] |= {key: old[key] for key in KEPT}
    assert learner.block(module) == expected
    assert receipt["grade_level"] == expected["grade_level"]
    assert receipt["mastery_level"] is False
    assert receipt["preferred_difficulty"] == expected["progress"]["preferred_difficulty"]
    outside = {path for path in difference(before, learner.document)
               if not path.startswith(f"modules.{module}.")}  # fmt: skip
    assert outside <= {"global_stats.fastest_category", "global_stats.highest_score_category"}


def test_balances_and_totals_stay(learner):
    learner.run("addition_facts", 6, 6, 30)
    learner.spend(4)
    before = learner.stats
    receipt = learner.reset("addition_facts")
    after = learner.stats
    for key in ("tokens", "total_tokens_earned", "total_tokens_spent", "daily_tokens",
                "streak_days", "activity_date", "total_sessions_completed", "total_time_spent",
                "total_questions_answered", "total_correct_answers", "last_active",
                "last_module"):  # fmt: skip
        assert after[key] == before[key], key
    assert (receipt["tokens"], receipt["total_tokens_earned"]) == (6, 10)


def test_timestamp_and_mastery_override_are_null(learner):
    learner.run("word_race", 1, 1)
    learner.set_mastery("word_race", True)
    learner.reset("word_race")
    progress = learner.progress("word_race")
    assert (progress["timestamp"], progress["mastery_override"]) == (None, None)
    assert progress["mastery_level"] is False


def test_under_the_policy_live_mastery_goes_too(db, learner):
    change_module(db, "word_race", mastery_policy="live")
    learner.run("word_race", 30, 30)
    assert learner.reset("word_race")["mastery_level"] is False
    assert learner.progress("word_race")["mastered_at"] is not None


def test_without_a_session_nothing_is_mastered_latched_or_not(learner):
    """Never with zero sessions; the first one shows that it was mastered before."""
    learner.run("word_race", 30, 30)
    assert learner.reset("word_race")["mastery_level"] is False
    receipt = learner.run("word_race", 1, 0)
    assert (receipt["mastery_level"], receipt["mastery_changed"]) == (True, True)


def test_unknown_keys_are_kept(learner):
    learner.write(
        modules__word_race__note="kept", modules__word_race__progress__note={"deep": [1]},
        modules__word_race__progress__lesson=4,
    )  # fmt: skip
    learner.reset("word_race")
    assert learner.block("word_race")["note"] == "kept"
    assert learner.progress("word_race")["note"] == {"deep": [1]}
    assert learner.progress("word_race")["lesson"] is None


def test_it_starts_anew_from_there(learner):
    for _ in range(5):
        learner.run("addition_facts", 6, 6)
    learner.reset("addition_facts")
    receipts = [learner.run("addition_facts", 6, 6) for _ in range(4)]
    assert [receipt["level_change"] for receipt in receipts] == [0, 0, 0, 1]
    progress = learner.progress("addition_facts")
    assert (progress["sessions_completed"], progress["tokens_earned"]) == (4, 90)


def test_its_start_is_that_of_todays_catalog(db, learner):
    learner.run("addition_facts", 6, 6)
    change_module(db, "addition_facts", grade_start=3, start_difficulty=4, start_lesson=7)
    learner.reset("addition_facts")
    progress = learner.progress("addition_facts")
    assert learner.block("addition_facts")["grade_level"] == 3
    assert (progress["preferred_difficulty"], progress["lesson"]) == (4, 7)


def test_other_modules_are_left_alone(learner):
    learner.run("algebra", 5, 5)
    learner.run("word_race", 1, 1)
    before = learner.block("algebra")
    learner.reset("word_race")
    assert learner.block("algebra") == before


def test_each_call_is_a_row_with_who_when_and_why(learner):
    learner.reset("word_race", "asked for it")
    (entry,) = learner.entries("reset")
    assert entry["details"]["reason"] == "asked for it"
    assert entry["recorded_by"]
    assert entry["module"] == "word_race"


def test_pairs_and_history_stay(learner):
    learner.run("algebra", 5, 5)
    learner.run("word_race", 1, 1)
    before = learner.cross
    learner.reset("word_race")
    assert learner.cross == before


def test_the_receipt_has_the_common_keys(learner):
    receipt = learner.reset("word_race")
    assert receipt.keys() >= {"id", "replayed", "kind", "tokens", "total_tokens_earned"}
    assert (receipt["replayed"], receipt["kind"]) == (False, "reset")
