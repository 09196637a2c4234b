"""hg_record_activity: late and too late arrivals; any order of arrival gives the same document."""

from itertools import permutations

import pytest

from tests.model.catalog import PROGRESSIONS

from .support import DAY, HOUR, MINUTE, SECOND, clock_changes, difference, instant, set_setting, uid

MICROSECOND = SECOND / 1_000_000

# ---------------------------------------------------------------- warnings


def test_late_is_earlier_than_the_last_activity(learner):
    at = learner.noon(2)
    assert learner.run("word_race", 1, 1, at=at)["warnings"] == []
    assert learner.run("word_race", 1, 1, at=at + SECOND)["warnings"] == []
    assert learner.run("word_race", 1, 1, at=at)["warnings"] == ["late"]
    assert learner.run("word_race", 1, 1, at=at + SECOND)["warnings"] == []


def test_lateness_is_judged_on_exact_instants(learner):
    at = learner.noon(2) + SECOND / 2
    learner.run("word_race", 1, 1, at=at)
    receipt = learner.run("word_race", 1, 1, at=at - MICROSECOND)
    assert receipt["warnings"] == ["late"]
    assert learner.run("word_race", 1, 1, at=at + MICROSECOND)["warnings"] == []
    learner.grant(5)
    assert learner.run("word_race", 1, 1, at=at + 2 * MICROSECOND)["warnings"] == []
    assert learner.run("word_race", 1, 1, at=at + MICROSECOND)["warnings"] == ["late"]


@pytest.mark.parametrize(
    "before",
    [
        lambda learner: learner.grant(5),
        lambda learner: learner.set_zone("Europe/Berlin"),
        lambda learner: learner.set_difficulty("algebra", 2),
        lambda learner: learner.set_mastery("algebra", True),
        lambda learner: learner.reset("algebra"),
        lambda learner: learner.pause(learner.clock.date(), learner.clock.date() + DAY),
    ],
    ids=["grant", "zone", "difficulty", "mastery", "reset", "pause"],
)
def test_earlier_than_what_is_no_activity_is_not_late(learner, before):
    before(learner)
    receipt = learner.run("addition_facts", 6, 6, at=learner.noon(3))
    assert receipt["warnings"] == []
    assert (receipt["streak"], receipt["tokens_awarded"]) == ("started", 10)
    (entry,) = learner.entries("activity")
    assert entry["late"] is False


def test_an_activity_from_before_a_direct_write_is_not_late_without_others(learner):
    learner.write(note="written")
    receipt = learner.run("addition_facts", 6, 6, at=learner.noon(3))
    assert receipt["warnings"] == []


def test_too_late_is_the_only_warning_then(learner):
    learner.run("word_race", 1, 1)
    receipt = learner.run("word_race", 1, 1, at=learner.ago(days=30, seconds=60))
    assert receipt["warnings"] == ["too_late"]


@pytest.mark.parametrize("days", [30, 7, 0, 365])
def test_too_late_is_older_than_the_window(db, learner, days):
    if days != 30:
        set_setting(db, "late_window_days", days)
    inside = learner.ago(days=days, seconds=-60)
    assert learner.run("word_race", 1, 1, at=inside)["warnings"] == []
    outside = learner.ago(days=days, seconds=1)
    assert learner.run("word_race", 1, 1, at=outside)["warnings"] == ["too_late"]


@pytest.mark.parametrize("zone", ["America/New_York", "UTC"])
def test_the_windows_days_have_24_hours_in_every_session(db, learner, zone):
    changed = clock_changes(learner.clock, "America/New_York")[-1]
    days = (learner.clock - changed).days + 10
    set_setting(db, "late_window_days", days)
    db.execute("SELECT set_config('TimeZone', %s, true)", [zone])
    inside, outside = learner.ago(days=days, minutes=-30), learner.ago(days=days, minutes=30)
    assert learner.run("word_race", 1, 1, at=inside)["warnings"] == []
    assert learner.run("word_race", 1, 1, at=outside)["warnings"] == ["too_late"]


def test_the_clock_itself_is_never_too_late(db, learner):
    set_setting(db, "late_window_days", 0)
    assert learner.run("word_race", 1, 1)["warnings"] == []


def test_the_verdict_is_stored_and_a_wider_window_does_not_change_it(db, learner):
    learner.run("addition_facts", 6, 6, at=learner.ago(days=40))
    set_setting(db, "late_window_days", 365)
    learner.run("addition_facts", 6, 6, at=learner.ago(days=50))
    assert learner.progress("addition_facts")["attempt_good"] == 1
    again = [entry["too_late"] for entry in learner.entries("activity")]
    assert again == [True, False]


# ---------------------------------------------------------------- a late arrival's place


def test_a_late_arrival_takes_its_place_in_the_attempts(learner):
    """good good good [bad] good: the fourth good one no longer moves the grade."""
    at = learner.noon(3)
    for n in (0, 1, 2, 4):
        learner.run("addition_facts", 6, 6, at=at + n * HOUR)
    assert learner.block("addition_facts")["grade_level"] == 2
    receipt = learner.run("addition_facts", 6, 0, at=at + 3 * HOUR)
    assert (receipt["level_change"], receipt["grade_level"]) == (0, 1)
    progress = learner.progress("addition_facts")
    assert (progress["attempt_good"], progress["attempt_bad"]) == (1, 0)
    assert progress["recent_results"] == "11101"
    assert progress["streak_current"] == 1


def test_level_change_and_mastery_changed_are_those_of_its_place(learner):
    at = learner.noon(3)
    learner.run("word_race", 20, 16, at=at)
    for n in (1, 2, 4):
        learner.run("addition_facts", 6, 6, at=at + n * HOUR)
    for n in (5, 6, 7, 8):
        learner.run("addition_facts", 6, 0, at=at + n * HOUR)
    learner.run("word_race", 40, 32, at=at + 9 * HOUR)
    receipt = learner.run("addition_facts", 6, 6, at=at + 3 * HOUR)
    # The fourth good one, at hour 4, moves up; the bad ones move down again.
    assert (receipt["level_change"], receipt["grade_level"]) == (0, 1)
    receipt = learner.run("addition_facts", 6, 6, at=at + 3 * HOUR + MINUTE)
    assert (receipt["level_change"], receipt["grade_level"]) == (1, 1)
    receipt = learner.run("word_race", 10, 8, at=at + HOUR)
    assert (receipt["mastery_changed"], receipt["mastery_level"]) == (True, True)
    assert learner.progress("word_race")["mastered_at"] == instant(at + HOUR)


def test_all_other_figures_are_the_documents_after_the_call(learner):
    at = learner.noon(4)
    learner.run("word_race", 20, 20, at=at)
    learner.run("addition_facts", 6, 6, at=at + DAY)
    learner.run("addition_facts", 6, 6, at=at + 2 * DAY)
    receipt = learner.run("word_race", 10, 10, at=at + HOUR)
    stats = learner.stats
    assert (receipt["tokens"], receipt["daily_tokens"], receipt["streak_days"]) == (20, 10, 3)
    assert (stats["tokens"], stats["daily_tokens"], stats["streak_days"]) == (20, 10, 3)
    assert receipt["preferred_difficulty"] == 4
    assert receipt["streak"] == "unchanged"
    assert receipt["local_day"] == at.date().isoformat()


def test_one_instant_is_ordered_by_the_id(new):
    at, documents = None, []
    for order in permutations([(1, 6), (2, 0), (3, 6)]):
        learner = new()
        at = at or learner.noon(2)
        for number, correct in order:
            learner.run("addition_facts", 6, correct, at=at, id=uid(number))
        documents.append(learner.document)
        assert learner.progress("addition_facts")["recent_results"] == "101"
    assert all(document == documents[0] for document in documents)


def test_latest_instants_stay_when_something_earlier_arrives(learner):
    learner.run("word_race", 1, 1, at=learner.noon(2))
    learner.run("algebra", 5, 5, at=learner.noon(3))
    stats = learner.stats
    assert (stats["last_active"], stats["last_module"]) == (instant(learner.noon(2)), "word_race")
    assert stats["activity_date"] == learner.noon(2).date().isoformat()


def test_a_late_arrival_stands_before_what_a_person_changed_later(learner):
    learner.run("addition_facts", 6, 6, at=learner.noon(3))
    learner.set_difficulty("addition_facts", 4)
    learner.run("addition_facts", 30, 30, at=learner.noon(2))
    progress = learner.progress("addition_facts")
    assert (progress["preferred_difficulty"], progress["recent_questions"]) == (4, 0)


def test_a_late_arrival_before_a_reset_is_reset_too(learner):
    for n in range(3):
        learner.run("addition_facts", 6, 6, at=learner.noon(3) + n * HOUR)
    learner.reset("addition_facts")
    receipt = learner.run("addition_facts", 6, 6, at=learner.noon(2))
    assert (receipt["level_change"], receipt["grade_level"]) == (1, 1)
    progress = learner.progress("addition_facts")
    assert (progress["sessions_completed"], progress["tokens_earned"]) == (0, 40)
    assert learner.stats["total_sessions_completed"] == 4


# ---------------------------------------------------------------- too late

EXCLUDED_STATS = ("daily_tokens", "streak_days", "longest_streak_days", "streak_freezes",
                  "activity_date", "daily_time_spent", "daily_engagement_minutes",
                  "last_module")  # fmt: skip
EXCLUDED_PROGRESS = ("attempt_good", "attempt_bad", "streak_current", "streak_best",
                     "recent_results", "types_complete", "current_step")  # fmt: skip


def test_too_late_counts_all_except_levels_streaks_days_and_pairs(db, learner):
    set_setting(db, "daily_token_cap", 12)
    learner.run("word_race", 1, 1, at=learner.noon(3))
    for n in range(3):
        learner.run("addition_facts", 6, 6, 40, at=learner.noon(2) + n * HOUR)
    before = learner.document
    receipt = learner.run("addition_facts", 20, 20, 30, at=learner.ago(days=100))
    after = learner.document
    assert receipt["tokens_requested"] == receipt["tokens_awarded"] == 24
    assert receipt["capped_by"] is None
    assert receipt["level_change"] == 0
    for key in EXCLUDED_STATS:
        assert after["global_stats"][key] == before["global_stats"][key], key
    old, progress = (d["modules"]["addition_facts"]["progress"] for d in (before, after))
    for key in EXCLUDED_PROGRESS:
        assert progress[key] == old[key], key
    assert (
        after["cross_module_analytics"]["learning_patterns_between_modules"]
        == (before["cross_module_analytics"]["learning_patterns_between_modules"])
    )
    stats = after["global_stats"]
    assert stats["tokens"] == stats["total_tokens_earned"] == 12 + 24
    assert stats["total_sessions_completed"] == 5
    assert stats["total_questions_answered"] == 39
    assert stats["total_correct_answers"] == 39
    assert stats["total_time_spent"] == 150
    assert stats["last_active"] == before["global_stats"]["last_active"]
    assert progress["sessions_completed"] == 4
    assert progress["total_questions_answered"] == progress["correct_answers"] == 38
    assert progress["time_spent_total"] == 150
    assert progress["best_time"] == 30
    assert progress["tokens_earned"] == 12 + 24
    assert progress["preferred_difficulty"] == old["preferred_difficulty"] + 1
    assert progress["last_played"] == old["last_played"]


def test_a_too_late_bad_session_breaks_nothing(learner):
    for n in range(3):
        learner.run("addition_facts", 6, 6, at=learner.noon(2) + n * HOUR)
    learner.run("addition_facts", 6, 0, at=learner.ago(days=40))
    progress = learner.progress("addition_facts")
    assert (progress["attempt_good"], progress["attempt_bad"]) == (3, 0)
    assert (progress["streak_current"], progress["recent_results"]) == (3, "111")
    assert learner.run("addition_facts", 6, 6)["level_change"] == 1


def test_a_too_late_session_alone(learner):
    at = learner.ago(days=40)
    receipt = learner.run("addition_facts", 6, 6, 50, at=at)
    stats, progress = learner.stats, learner.progress("addition_facts")
    assert (receipt["tokens"], receipt["streak_days"], receipt["daily_tokens"]) == (10, 0, 0)
    assert (stats["activity_date"], stats["last_module"]) == (None, None)
    assert (stats["daily_time_spent"], stats["total_time_spent"]) == (0, 50)
    assert stats["last_active"] == progress["last_played"] == instant(at)
    assert (progress["best_score"], progress["attempt_good"]) == (100, 0)


def test_a_too_late_progression_does_not_progress(learner):
    fact_type = PROGRESSIONS["addition"][0]
    learner.run("math_rush_addition", 24, 24, 60, at=learner.ago(days=40), fact_type=fact_type)
    progress = learner.progress("math_rush_addition")
    assert (progress["types_complete"], progress["current_step"]) == ([], 0)
    assert progress["best_time"] == 60


def test_a_too_late_facts_test_sets_no_grade_but_is_paid(learner):
    receipt = learner.test("addition_facts", 6, 6, at=learner.ago(days=40), grade_level=5)
    assert (receipt["tokens_awarded"], receipt["grade_level"]) == (15, 1)
    assert learner.progress("addition_facts")["test_rewarded"] is True
    assert learner.test("addition_facts", 6, 6, grade_level=5)["tokens_awarded"] == 0


def test_a_too_late_rush_test_sets_no_types_but_is_paid(learner):
    types = list(PROGRESSIONS["addition"])
    learner.test("math_rush_addition", 24, 24, types_correct=types[:3])
    receipt = learner.test(
        "math_rush_addition", 24, 24, at=learner.ago(days=40), types_correct=types
    )
    assert receipt["tokens_awarded"] == 8
    assert learner.progress("math_rush_addition")["types_complete"] == types[:3]


def test_a_too_late_practice_counts_its_time(learner):
    learner.practise("word_race", seconds=70, at=learner.ago(days=40))
    stats = learner.stats
    assert (stats["total_time_spent"], stats["daily_time_spent"], stats["streak_days"]) == (
        70, 0, 0,
    )  # fmt: skip


def test_too_late_counts_towards_accuracy_and_mastery(learner):
    receipt = learner.run("word_race", 30, 30, at=learner.ago(days=40))
    assert (receipt["mastery_level"], receipt["mastery_changed"]) == (True, True)
    assert learner.progress("word_race")["mastered_at"] == instant(learner.ago(days=40))


def test_too_late_counts_for_the_categories(learner):
    learner.run("word_race", 10, 10, 100, at=learner.ago(days=40))
    assert learner.stats["fastest_category"] == "word_race"
    assert learner.stats["highest_score_category"] == "word_race"


# ---------------------------------------------------------------- any order of arrival

DIVISION = PROGRESSIONS["division"]


def arrive(learner, sessions, order):
    """Sessions by their index in this order; what repeats is a replay."""
    seen = set()
    for index in order:
        hours, module, questions, correct, others = sessions[index]
        receipt = learner.run(
            module, questions, correct, at=learner.noon(6) + hours * HOUR, id=uid(index + 1),
            **others,
        )  # fmt: skip
        assert receipt["replayed"] is (index in seen)
        seen.add(index)
    return learner.document


HISTORIES = {
    "attempts, the cap and a tie": [
        (0, "addition_facts", 6, 6, {"seconds": 30}),
        (1, "addition_facts", 6, 0, {}),
        (1, "addition_facts", 6, 6, {"seconds": 20}),
        (26, "addition_facts", 6, 6, {"run_type": "test", "grade_level": 6}),
        (26, "addition_facts", 6, 6, {}),
    ],
    "streak days, freezes and practices": [
        (0, "word_race", 10, 10, {"seconds": 100}),
        (24, "word_race", 30, 15, {"run_type": "practice", "seconds": 50}),
        (72, "word_race", 30, 24, {}),
        (96, "algebra", 5, 5, {"seconds": 600}),
    ],
    "progression, tests and mastery": [
        (0, "math_rush_division", 24, 20, {"fact_type": DIVISION[0]}),
        (2, "math_rush_division", 24, 24, {"fact_type": DIVISION[1]}),
        (3, "math_rush_division", 24, 24, {"run_type": "test", "types_correct": list(DIVISION)}),
        (30, "math_rush_division", 24, 12,
         {"run_type": "test", "types_correct": list(DIVISION), "types_wrong": [DIVISION[0]]}),
    ],
    "pairs and categories": [
        (0, "algebra", 10, 8, {"seconds": 100}),
        (1, "word_race", 10, 8, {"seconds": 100}),
        (25, "word_race", 20, 20, {"seconds": 40}),
        (26, "measurement", 10, 9, {"seconds": 70}),
    ],
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", HISTORIES)
def test_every_order_of_arrival_gives_the_same_document(db, new, name):
    sessions = HISTORIES[name]
    set_setting(db, "daily_token_cap", 25)
    set_setting(db, "streak_freeze_max", 2)
    set_setting(db, "streak_freeze_initial", 1)
    set_setting(db, "streak_freeze_every_days", 3)
    expected = arrive(new("6"), sessions, range(len(sessions)))
    assert expected["global_stats"]["total_sessions_completed"] >= 3
    for order in permutations(range(len(sessions))):
        found = arrive(new("6"), sessions, order)
        assert difference(expected, found) == set(), order


@pytest.mark.parametrize("order", [(0, 0, 1, 1, 2, 3, 4, 0), (4, 4, 3, 2, 4, 1, 0, 0, 3)])
def test_duplicates_in_any_order_change_nothing(new, order):
    sessions = HISTORIES["attempts, the cap and a tie"]
    expected = arrive(new(), sessions, range(5))
    assert arrive(new(), sessions, order) == expected
