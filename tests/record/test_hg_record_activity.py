"""hg_record_activity: what a session is, its receipt, and the counters it moves."""

import pytest

from .support import HOUR, MINUTE, SECOND, difference, instant, set_setting, uid

RECEIPT_KEYS = {
    "activity_id", "replayed", "module", "run_type", "occurred_at", "local_day", "score", "good",
    "tokens_awarded", "tokens_requested", "capped_by", "tokens", "daily_tokens", "streak_days",
    "streak", "grade_level", "level_change", "mastery_level", "mastery_changed",
    "preferred_difficulty", "warnings",
}  # fmt: skip

# ---------------------------------------------------------------- the receipt


def test_the_receipt_of_a_first_session(learner):
    at = learner.noon(2)
    receipt = learner.run("addition_facts", 6, 6, 45, at=at, id=uid(7))
    assert receipt == {
        "activity_id": str(uid(7)), "replayed": False, "module": "addition_facts",
        "run_type": "token_run", "occurred_at": receipt["occurred_at"],
        "local_day": at.date().isoformat(), "score": 100, "good": True, "tokens_awarded": 10,
        "tokens_requested": 10, "capped_by": None, "tokens": 10, "daily_tokens": 10,
        "streak_days": 1, "streak": "started", "grade_level": 1, "level_change": 0,
        "mastery_level": False, "mastery_changed": False, "preferred_difficulty": 1,
        "warnings": [],
    }  # fmt: skip


@pytest.mark.parametrize("run_type", ["token_run", "test", "practice"])
def test_every_receipt_has_the_same_keys(learner, run_type):
    receipt = learner.run("word_race", 1, 1, run_type=run_type)
    assert receipt.keys() == RECEIPT_KEYS
    assert receipt["run_type"] == run_type


def test_the_receipts_figures_are_the_documents_after_the_call(learner):
    learner.grant(100)
    learner.spend(30)
    for questions, correct in [(6, 6), (6, 1), (20, 20), (6, 5)]:
        receipt = learner.run("addition_facts", questions, correct)
        stats, block = learner.stats, learner.block("addition_facts")
        assert receipt["tokens"] == stats["tokens"]
        assert receipt["daily_tokens"] == stats["daily_tokens"]
        assert receipt["streak_days"] == stats["streak_days"]
        assert receipt["grade_level"] == block["grade_level"]
        assert receipt["mastery_level"] == block["progress"]["mastery_level"]
        assert receipt["preferred_difficulty"] == block["progress"]["preferred_difficulty"]


def test_without_occurred_at_the_clock_is_the_instant(db, learner):
    def clock():
        return db.execute("SELECT clock_timestamp()").fetchone()[0]

    before = clock()
    receipt = learner.run("word_race", 1, 1)
    occurred = db.execute("SELECT %s::timestamptz", [receipt["occurred_at"]]).fetchone()[0]
    assert before <= occurred <= clock()
    (entry,) = learner.entries("activity")
    assert entry["occurred_at"] == entry["recorded_at"]


def test_the_receipt_keeps_microseconds_the_document_cuts_them(db, learner):
    at = learner.noon(2).replace(second=59, microsecond=999_999)
    receipt = learner.run("word_race", 1, 1, at=at)
    occurred = db.execute("SELECT %s::timestamptz", [receipt["occurred_at"]]).fetchone()[0]
    assert occurred == at
    assert learner.stats["last_active"] == at.strftime("%Y-%m-%dT12:00:59Z")


# ---------------------------------------------------------------- score, full, perfect, good


@pytest.mark.parametrize(
    ("questions", "correct", "score"),
    [
        (8, 1, 13), (8, 3, 38), (8, 5, 63), (8, 7, 88), (3, 1, 33), (3, 2, 67), (200, 1, 1),
        (201, 1, 0), (200, 199, 100), (1000, 994, 99), (1000, 995, 100), (1, 0, 0), (1, 1, 100),
    ],
)  # fmt: skip
def test_score_is_percent_with_halves_up(learner, questions, correct, score):
    assert learner.run("word_race", questions, correct)["score"] == score
    assert learner.progress("word_race")["best_score"] == score


@pytest.mark.parametrize(
    ("questions", "correct", "good"),
    [(249, 199, False), (250, 200, True), (999, 799, False), (999, 800, True), (5, 4, True)],
)
def test_the_comparison_is_in_integers_not_by_the_rounded_score(learner, questions, correct, good):
    receipt = learner.run("word_race", questions, correct)
    assert receipt["score"] == 80
    assert receipt["good"] is good


@pytest.mark.parametrize(
    ("module", "size"),
    [
        ("addition_facts", 6), ("subtraction_facts", 6), ("multiplication_facts", 6),
        ("division_facts", 6), ("math_rush_addition", 24), ("math_rush_subtraction", 24),
        ("math_rush_multiplication", 24), ("math_rush_division", 24), ("fractions_puzzle", 10),
        ("decimal_defender", 5), ("ratios_proportions", 5), ("measurement", 5), ("algebra", 5),
        ("word_race", 1),
    ],
)  # fmt: skip
def test_full_is_the_modules_size_or_more(new, module, size):
    """best_score and best_time want a full session."""
    full, longer = new(), new()
    full.run(module, size, size, 50)
    longer.run(module, size + 1, size + 1, 50)
    for learner in (full, longer):
        assert learner.progress(module)["best_score"] == 100
        assert learner.progress(module)["best_time"] == 50
    if size > 1:
        short = new()
        short.run(module, size - 1, size - 1, 50)
        assert short.progress(module)["best_score"] == 0
        assert short.progress(module)["best_time"] is None


def test_1_of_1_in_a_run_of_24_is_not_perfect(learner):
    receipt = learner.run("math_rush_addition", 1, 1, 5)
    assert receipt["tokens_requested"] == 0
    assert receipt["good"] is None


@pytest.mark.parametrize(
    ("module", "min_questions"),
    [
        ("addition_facts", 6), ("subtraction_facts", 6), ("multiplication_facts", 6),
        ("division_facts", 6), ("math_rush_addition", 12), ("math_rush_subtraction", 12),
        ("math_rush_multiplication", 12), ("math_rush_division", 12), ("fractions_puzzle", 10),
        ("decimal_defender", 5), ("ratios_proportions", 5), ("measurement", 5), ("algebra", 5),
    ],
)  # fmt: skip
@pytest.mark.parametrize("right", [True, False])
def test_with_fewer_questions_it_is_neither_good_nor_bad(learner, module, min_questions, right):
    first = learner.run(module, min_questions, min_questions)
    before = learner.progress(module)
    assert first["good"] is True
    fewer = min_questions - 1
    receipt = learner.run(module, fewer, fewer if right else 0)
    after = learner.progress(module)
    assert receipt["good"] is None
    for key in ("attempt_good", "attempt_bad", "streak_current", "streak_best", "recent_results"):
        assert after[key] == before[key], key
    assert receipt["level_change"] == 0
    assert after["sessions_completed"] == 2
    assert after["total_questions_answered"] == min_questions + fewer


def test_word_race_is_good_or_bad_from_one_question_on(learner):
    assert learner.run("word_race", 1, 1)["good"] is True
    assert learner.run("word_race", 1, 0)["good"] is False


@pytest.mark.parametrize(
    ("module", "questions", "least"),
    [
        ("addition_facts", 6, 5), ("subtraction_facts", 6, 5), ("multiplication_facts", 6, 5),
        ("division_facts", 6, 5), ("math_rush_addition", 24, 20), ("math_rush_subtraction", 24, 20),
        ("math_rush_multiplication", 24, 20), ("math_rush_division", 24, 20),
        ("math_rush_addition", 12, 10), ("math_rush_addition", 15, 12),
        ("fractions_puzzle", 10, 8), ("decimal_defender", 5, 4), ("ratios_proportions", 5, 4),
        ("measurement", 5, 4), ("algebra", 5, 4), ("word_race", 5, 4),
    ],
)  # fmt: skip
def test_good_is_at_80_percent_and_bad_below(learner, module, questions, least):
    assert learner.run(module, questions, least)["good"] is True
    assert learner.run(module, questions, least - 1)["good"] is False


# ---------------------------------------------------------------- totals


def test_a_session_counts_in_all_totals(learner):
    at = learner.noon(2)
    learner.run("addition_facts", 6, 5, 100, at=at)
    learner.run("word_race", 20, 10, 50, at=at + MINUTE)
    learner.test("addition_facts", 8, 2, at=at + 2 * MINUTE, seconds=25, grade_level=2)
    stats = learner.stats
    assert stats["total_questions_answered"] == 34
    assert stats["total_correct_answers"] == 17
    assert stats["total_sessions_completed"] == 3
    assert stats["total_time_spent"] == 175
    assert stats["daily_time_spent"] == 175
    assert stats["daily_engagement_minutes"] == 2
    assert stats["last_active"] == instant(at + 2 * MINUTE)
    assert stats["last_module"] == "addition_facts"
    progress = learner.progress("addition_facts")
    assert progress["sessions_completed"] == 2
    assert progress["total_questions_answered"] == 14
    assert progress["correct_answers"] == 7
    assert progress["time_spent_total"] == 125
    assert progress["last_played"] == instant(at + 2 * MINUTE)
    assert progress["timestamp"] == instant(at + 2 * MINUTE)
    assert progress["tokens_earned"] == 20


@pytest.mark.parametrize(
    ("seconds", "minutes"), [(0, 0), (59, 0), (60, 1), (119, 1), (120, 2), (86400, 1440)]
)
def test_daily_engagement_minutes_are_whole_minutes_of_the_day(learner, seconds, minutes):
    learner.run("word_race", 1, 1, seconds)
    assert learner.stats["daily_time_spent"] == seconds
    assert learner.stats["daily_engagement_minutes"] == minutes


def test_minutes_are_of_the_days_sum_not_of_each_session(learner):
    learner.run("word_race", 1, 1, 59, at=learner.noon(2))
    learner.practise("word_race", 1, 1, seconds=61, at=learner.noon(2) + HOUR)
    assert learner.stats["daily_engagement_minutes"] == 2
    learner.run("word_race", 1, 1, 30, at=learner.noon(1))
    assert learner.stats["daily_time_spent"] == 30
    assert learner.stats["daily_engagement_minutes"] == 0
    assert learner.stats["total_time_spent"] == 150


# ---------------------------------------------------------------- best_score, best_time, streak


def test_best_score_is_the_highest_of_full_token_runs_and_tests(learner):
    learner.run("decimal_defender", 5, 3)
    assert learner.progress("decimal_defender")["best_score"] == 60
    learner.run("decimal_defender", 4, 4)
    assert learner.progress("decimal_defender")["best_score"] == 60
    learner.practise("decimal_defender", 5, 5)
    assert learner.progress("decimal_defender")["best_score"] == 60
    learner.test("decimal_defender", 5, 4)
    assert learner.progress("decimal_defender")["best_score"] == 80
    learner.run("decimal_defender", 5, 2)
    assert learner.progress("decimal_defender")["best_score"] == 80


def test_best_time_is_of_the_fastest_full_good_session(learner):
    def best_after(questions, correct, seconds, **others):
        learner.run("math_rush_addition", questions, correct, seconds, **others)
        return learner.progress("math_rush_addition")["best_time"]

    assert best_after(24, 19, 5) is None, "bad"
    assert best_after(12, 12, 5) is None, "not full"
    assert best_after(24, 24, 5, run_type="practice") is None, "a practice"
    assert best_after(24, 20, 80) == 80
    assert best_after(24, 24, None) == 80, "without seconds the key stays"
    assert best_after(24, 24, 85) == 80
    assert best_after(24, 21, 70, run_type="test") == 70
    assert best_after(24, 24, 0) == 0
    assert best_after(24, 24, None) == 0


def test_a_session_without_seconds_leaves_time_keys_alone(learner):
    learner.run("word_race", 10, 10, 40, at=learner.noon(2))
    before = learner.document
    learner.run("word_race", 10, 10, None, at=learner.noon(2) + HOUR)
    after = learner.document
    for key in ("total_time_spent", "daily_time_spent", "daily_engagement_minutes"):
        assert after["global_stats"][key] == before["global_stats"][key]
    for key in ("time_spent_total", "best_time"):
        assert learner.progress("word_race")[key] == 40


def test_streak_current_counts_good_sessions_in_a_row_and_streak_best_its_highest(learner):
    seen = []
    for correct in (5, 4, 5, 0, 5, 5, 5, 5, 3):
        learner.run("decimal_defender", 5, correct)
        progress = learner.progress("decimal_defender")
        seen.append((progress["streak_current"], progress["streak_best"]))
    assert seen == [(1, 1), (2, 2), (3, 3), (0, 3), (1, 3), (2, 3), (3, 3), (4, 4), (0, 4)]


def test_recent_results_are_the_last_ten_newest_last(learner):
    for correct in (5, 0, 5, 5, 5, 5, 5, 5, 5, 5):
        learner.run("decimal_defender", 5, correct)
    assert learner.progress("decimal_defender")["recent_results"] == "1011111111"
    learner.run("decimal_defender", 5, 1)
    assert learner.progress("decimal_defender")["recent_results"] == "0111111110"
    learner.test("decimal_defender", 5, 5)
    assert learner.progress("decimal_defender")["recent_results"] == "1111111101"


def test_recent_results_leave_out_practices_and_sessions_that_are_neither(learner):
    learner.run("decimal_defender", 5, 4)
    learner.practise("decimal_defender")
    learner.run("decimal_defender", 4, 0)
    assert learner.progress("decimal_defender")["recent_results"] == "1"


# ---------------------------------------------------------------- practice

PRACTICE_MOVES = {
    "global_stats.activity_date", "global_stats.streak_days", "global_stats.longest_streak_days",
    "global_stats.total_time_spent", "global_stats.daily_time_spent",
    "global_stats.daily_engagement_minutes", "global_stats.last_active",
    "global_stats.daily_tokens",
    "modules.addition_facts.progress.last_played", "modules.addition_facts.progress.timestamp",
}  # fmt: skip


@pytest.mark.parametrize("correct", [0, 60])
def test_practice_counts_for_the_day_and_moves_nothing_else(learner, correct):
    learner.run("addition_facts", 6, 6, 30, at=learner.noon(3))
    learner.run("word_race", 10, 10, 40, at=learner.noon(3) + HOUR)
    before = learner.document
    at = learner.noon(2)
    receipt = learner.practise("addition_facts", 60, correct, seconds=130, at=at)
    after = learner.document
    # The day's first activity also stores the derived figures of the pairs.
    moved = {p for p in difference(before, after) if not p.startswith("cross_module_analytics.")}
    assert moved == PRACTICE_MOVES
    assert receipt["good"] is None
    assert receipt["tokens_requested"] == receipt["tokens_awarded"] == 0
    assert receipt["level_change"] == 0
    assert receipt["streak"] == "extended"
    assert receipt["mastery_changed"] is False
    stats = after["global_stats"]
    assert stats["activity_date"] == at.date().isoformat()
    assert stats["streak_days"] == 2
    assert stats["total_time_spent"] == 200
    assert stats["daily_time_spent"] == 130
    assert stats["daily_engagement_minutes"] == 2
    assert stats["daily_tokens"] == 0
    assert stats["last_active"] == instant(at)
    assert stats["last_module"] == "word_race"
    assert after["modules"]["addition_facts"]["progress"]["last_played"] == instant(at)
    assert after["modules"]["addition_facts"]["progress"]["timestamp"] == instant(at)


def test_practice_is_no_predecessor_of_a_pair(learner):
    learner.run("addition_facts", 6, 6)
    learner.practise("word_race")
    learner.run("algebra", 5, 5)
    pairs = learner.cross["learning_patterns_between_modules"]
    assert pairs.keys() == {"addition_facts>algebra"}


def test_practice_needs_no_details_that_a_test_needs(learner):
    assert learner.practise("addition_facts")["tokens_awarded"] == 0


def test_practice_without_seconds_touches_the_day_only(learner):
    learner.practise("word_race")
    stats = learner.stats
    assert (stats["total_time_spent"], stats["streak_days"]) == (0, 1)


# ---------------------------------------------------------------- instants


def test_instants_are_the_latest_that_apply_never_the_clock(learner):
    late, early = learner.noon(2), learner.noon(4)
    learner.run("word_race", 1, 1, at=late)
    learner.run("word_race", 1, 1, at=early)
    learner.practise("algebra", at=early - HOUR)
    assert learner.stats["last_active"] == instant(late)
    assert learner.progress("word_race")["last_played"] == instant(late)
    assert learner.progress("word_race")["timestamp"] == instant(late)
    assert learner.progress("algebra")["last_played"] == instant(early - HOUR)
    assert learner.stats["last_module"] == "word_race"


def test_mastered_at_is_the_instant_of_the_activity_at_which_the_rule_was_first_true(learner):
    first = learner.noon(5)
    learner.run("word_race", 29, 29, at=first)
    assert learner.progress("word_race")["mastered_at"] is None
    receipt = learner.run("word_race", 1, 1, at=first + HOUR)
    assert receipt["mastery_level"] is receipt["mastery_changed"] is True
    assert learner.progress("word_race")["mastered_at"] == instant(first + HOUR)
    learner.run("word_race", 30, 30, at=first + 2 * HOUR)
    assert learner.progress("word_race")["mastered_at"] == instant(first + HOUR)


# ---------------------------------------------------------------- where it is kept


def test_one_ledger_row_with_what_was_sent(learner):
    at = learner.noon(2)
    learner.run("math_rush_addition", 24, 20, 61, at=at, id=uid(5), time_limit=60, note="kept")
    (entry,) = learner.entries("activity")
    assert entry["id"] == str(uid(5))
    assert (entry["questions"], entry["correct"], entry["seconds"]) == (24, 20, 61)
    assert entry["details"] == {"time_limit": 60, "note": "kept"}
    assert (entry["module"], entry["run_type"]) == ("math_rush_addition", "token_run")
    assert entry["local_day"] == at.date().isoformat()


def test_counters_stay_within_their_range(learner):
    most = 2147483647
    learner.write(
        global_stats__total_questions_answered=most - 1,
        global_stats__total_correct_answers=most - 1,
        global_stats__total_sessions_completed=most,
        global_stats__total_time_spent=most - 5,
        modules__word_race__progress__total_questions_answered=most - 1,
        modules__word_race__progress__correct_answers=most - 1,
        modules__word_race__progress__sessions_completed=most,
        modules__word_race__progress__time_spent_total=most - 5,
    )
    learner.run("word_race", 10, 10, 60)
    stats, progress = learner.stats, learner.progress("word_race")
    for key in ("total_questions_answered", "total_correct_answers", "total_sessions_completed",
                "total_time_spent"):  # fmt: skip
        assert stats[key] == most, key
    for key in ("total_questions_answered", "correct_answers", "sessions_completed",
                "time_spent_total"):  # fmt: skip
        assert progress[key] == most, key


def test_p_occurred_at_up_to_five_minutes_ahead_is_taken_as_it_is(learner):
    ahead = learner.clock + 4 * MINUTE
    receipt = learner.run("word_race", 1, 1, at=ahead)
    assert receipt["warnings"] == []
    assert learner.stats["last_active"] == instant(ahead)


def test_more_than_five_minutes_ahead_is_treated_as_now(db, learner):
    receipt = learner.run("word_race", 1, 1, at=learner.clock + 5 * MINUTE + 30 * SECOND)
    assert receipt["warnings"] == ["clock_ahead"]
    occurred = db.execute("SELECT %s::timestamptz", [receipt["occurred_at"]]).fetchone()[0]
    assert occurred - learner.clock < 5 * MINUTE
    assert learner.stats["last_active"] == instant(occurred)


def test_a_clock_ahead_after_an_activity_ahead_is_late_as_well(learner):
    learner.run("word_race", 1, 1, at=learner.clock + 4 * MINUTE)
    receipt = learner.run("word_race", 1, 1, at=learner.clock + HOUR)
    assert receipt["warnings"] == ["clock_ahead", "late"]


def test_an_activity_up_to_five_minutes_ahead_makes_the_next_one_late(learner):
    learner.run("word_race", 1, 1, at=learner.clock + 4 * MINUTE)
    receipt = learner.run("word_race", 1, 0)
    assert receipt["warnings"] == ["late"]
    assert learner.progress("word_race")["recent_results"] == "01"


def test_details_may_have_4_kb_and_no_more(learner):
    learner.run("word_race", 1, 1, note="x" * 4000)
    (entry,) = learner.entries("activity")
    assert entry["details"] == {"note": "x" * 4000}


def test_the_daily_cap_of_zero_pays_nothing(db, learner):
    set_setting(db, "daily_token_cap", 0)
    receipt = learner.run("addition_facts", 6, 6)
    assert (receipt["tokens_awarded"], receipt["tokens_requested"]) == (0, 10)
    assert receipt["capped_by"] == "daily_token_cap"
