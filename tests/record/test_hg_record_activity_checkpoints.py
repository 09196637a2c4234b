"""hg_record_activity: what occurred before a checkpoint and arrives after it."""

from itertools import permutations

import pytest

from .skeleton import SKELETON
from .support import HOUR, MINUTE, changed, instant, set_setting, uid


def date_ago(learner, days: int) -> str:
    return learner.noon(days).date().isoformat()


@pytest.fixture
def written(learner):
    """A learner with a past, whose document was written by hand just now."""
    learner.run("addition_facts", 6, 6, 30, at=learner.noon(5))
    learner.run("word_race", 10, 10, 100, at=learner.noon(4))
    learner.write(modules__addition_facts__progress__attempt_good=3, note="by hand")
    return learner


def test_a_direct_write_is_a_row_of_the_ledger_with_the_document(written):
    (entry,) = written.entries("direct_write")
    assert entry["document"] == written.document
    assert entry["recorded_by"]
    assert written.document["note"] == "by hand"


def test_what_comes_after_a_direct_write_builds_on_it(written):
    receipt = written.run("addition_facts", 6, 6)
    assert receipt["level_change"] == 1
    assert receipt["warnings"] == []
    assert written.document["note"] == "by hand"


def test_what_occurred_before_it_is_folded_as_if_just_after_it(written):
    receipt = written.run("addition_facts", 6, 6, at=written.noon(6))
    assert (receipt["level_change"], receipt["grade_level"]) == (1, 2)
    assert receipt["warnings"] == ["late"]
    assert written.document["note"] == "by hand"
    assert written.stats["total_tokens_earned"] == 20


def test_with_its_own_instants(written):
    at = written.noon(6)
    written.run("algebra", 5, 5, at=at)
    progress = written.progress("algebra")
    assert progress["last_played"] == progress["timestamp"] == instant(at)
    assert written.stats["last_active"] == instant(written.noon(4))
    written.run("word_race", 20, 20, at=at + MINUTE)
    assert written.progress("word_race")["mastered_at"] == instant(at + MINUTE)
    assert written.progress("word_race")["last_played"] == instant(written.noon(4))


def test_uncapped(db, written):
    set_setting(db, "daily_token_cap", 4)
    receipt = written.run("addition_facts", 6, 6, at=written.noon(3))
    assert (receipt["tokens_awarded"], receipt["capped_by"]) == (10, None)
    receipt = written.run("addition_facts", 6, 6)
    assert (receipt["tokens_awarded"], receipt["capped_by"]) == (4, "daily_token_cap")


def test_on_its_own_day_where_that_is_later_than_activity_date(written):
    receipt = written.run("addition_facts", 6, 6, 50, at=written.noon(3))
    assert (receipt["streak"], receipt["streak_days"]) == ("extended", 3)
    stats = written.stats
    assert stats["activity_date"] == date_ago(written, 3)
    assert (stats["daily_tokens"], stats["daily_time_spent"]) == (10, 50)
    assert stats["last_active"] == instant(written.noon(3))


@pytest.mark.parametrize("days", [4, 5, 20])
def test_otherwise_without_effect_on_the_day(written, days):
    before = written.stats
    receipt = written.run("addition_facts", 6, 6, 50, at=written.noon(days) - HOUR)
    after = written.stats
    for key in ("activity_date", "daily_tokens", "daily_time_spent", "daily_engagement_minutes",
                "streak_days", "longest_streak_days"):  # fmt: skip
        assert after[key] == before[key], key
    assert receipt["streak"] == "unchanged"
    assert after["total_time_spent"] == before["total_time_spent"] + 50
    assert after["tokens"] == before["tokens"] + 10


def test_its_own_day_is_in_the_receipt(written):
    receipt = written.run("addition_facts", 6, 6, at=written.noon(20))
    assert receipt["local_day"] == date_ago(written, 20)


def test_several_are_ordered_by_occurrence_and_id(new):
    documents = []
    sessions = [(7, 1, 6), (6, 2, 0), (6, 3, 6), (3, 4, 6)]
    given = changed(SKELETON, {"global_stats.longest_streak_days": 2})
    for order in permutations(sessions):
        learner = new()
        learner.write_document(given)
        for days, number, correct in order:
            learner.run("addition_facts", 6, correct, at=learner.noon(days), id=uid(number))
        documents.append(learner.document)
        assert learner.progress("addition_facts")["recent_results"] == "1011"
    assert all(document == documents[0] for document in documents)


def test_before_a_checkpoint_and_after_it_in_any_order(new):
    documents = []
    for first_old in (True, False):
        learner = new()
        learner.write(modules__addition_facts__progress__attempt_good=2)
        soon = learner.clock + MINUTE
        if first_old:
            learner.run("addition_facts", 6, 6, at=learner.noon(2), id=uid(1))
        learner.run("addition_facts", 6, 0, at=soon, id=uid(2))
        if not first_old:
            learner.run("addition_facts", 6, 6, at=learner.noon(2), id=uid(1))
        documents.append(learner.document["modules"])
        assert learner.progress("addition_facts")["recent_results"] == "10"
    first, second = (d["addition_facts"]["progress"] for d in documents)
    assert (first["attempt_good"], first["attempt_bad"]) == (0, 1)
    assert (second["attempt_good"], second["attempt_bad"]) == (0, 1)


def test_the_latest_checkpoint_is_where_folding_begins(written):
    written.write(modules__addition_facts__progress__attempt_good=0)
    receipt = written.run("addition_facts", 6, 6, at=written.noon(6))
    assert receipt["level_change"] == 0
    assert len(written.entries("direct_write")) == 2


def test_a_document_given_in_the_insert_begins_before_all_time(new):
    given = changed(
        SKELETON,
        {
            "modules.addition_facts.progress.attempt_good": 3,
            "global_stats.total_tokens_earned": 7, "global_stats.tokens": 7,
        },
    )  # fmt: skip
    learner = new(document=given)
    receipt = learner.run("addition_facts", 6, 6, at=learner.noon(20))
    assert (receipt["level_change"], receipt["tokens"]) == (1, 17)
    assert (receipt["streak"], receipt["daily_tokens"]) == ("started", 10)
    receipt = learner.run("addition_facts", 6, 6, at=learner.noon(21))
    assert receipt["streak"] == "started"
    assert learner.stats["streak_days"] == 2


def test_a_given_document_capped_by_day_in_its_history(db, new):
    set_setting(db, "daily_token_cap", 12)
    learner = new(document=SKELETON)
    learner.run("addition_facts", 6, 6, at=learner.noon(20))
    receipt = learner.run("addition_facts", 6, 6, at=learner.noon(20) - HOUR)
    assert (receipt["tokens_awarded"], learner.stats["tokens"]) == (10, 12)


def test_changes_by_persons_before_a_checkpoint_are_in_it(learner):
    learner.grant(50)
    learner.write(global_stats__total_tokens_earned=60, global_stats__tokens=60)
    learner.run("addition_facts", 6, 6, at=learner.noon(2))
    assert learner.stats["total_tokens_earned"] == 70
    learner.spend(20)
    assert learner.stats["tokens"] == 50


def test_a_replay_from_before_the_checkpoint_is_recognised(written):
    before = written.document
    receipt = written.run(
        "addition_facts", 6, 6, 30, at=written.noon(5),
        id=written.entries("activity")[0]["id"],
    )  # fmt: skip
    assert receipt["replayed"] is True
    assert written.document == before
