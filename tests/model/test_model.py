"""The model against figures that the rules state, and examples worked out by hand."""

import copy
import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from uuid import UUID

import pytest

from tests.support.users import NOBODY, given_id

from .catalog import MODULES, PROGRESSIONS
from .days import Pause, day_start, local_day, zone_is_valid
from .document import INT_MAX, round4
from .product import ModelError, Product

NOW = datetime(2026, 3, 20, 12, 0, 0, tzinfo=UTC)  # a Friday
DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
LEARNER = "learner"


class Play:
    """A product with one learner, and activities with as few words as possible."""

    def __init__(self, grade: str | None = None, **settings: object) -> None:
        self.product = Product()
        for name, value in settings.items():
            self.product.set_setting(name, value)
        self.product.add_learner(LEARNER, grade)
        self.ids = itertools.count(1)

    def run(
        self, module: str, questions: int, correct: int, at: datetime = NOW, **more: object
    ) -> dict:
        arguments = {
            "now": max(NOW, at),
            "activity_id": UUID(int=next(self.ids)),
            "occurred_at": at,
            **more,
        }
        return self.product.record_activity(
            user=LEARNER, module=module, questions=questions, correct=correct, **arguments
        )

    @property
    def document(self) -> dict:
        return self.product.learners[LEARNER].document()

    @property
    def stats(self) -> dict:
        return self.document["global_stats"]

    def progress(self, module: str) -> dict:
        return self.document["modules"][module]["progress"]

    def refused(self, sqlstate: str, call: str, **arguments: object) -> None:
        with pytest.raises(ModelError) as refusal:
            getattr(self.product, call)(**arguments)
        assert refusal.value.sqlstate == sqlstate


def at(day: str, clock: str = "12:00:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}+00:00")


# ---------------------------------------------------------------- catalog and skeleton


def test_catalog_has_the_fourteen_modules():
    assert len(MODULES) == 14
    assert {name: len(types) for name, types in PROGRESSIONS.items()} == {
        "addition": 13, "subtraction": 12, "multiplication": 15, "division": 13,
    }  # fmt: skip


def test_all_blocks_of_the_skeleton_have_the_same_keys():
    blocks = Play().document["modules"].values()
    assert len({frozenset(block["progress"]) for block in blocks}) == 1
    assert len(next(iter(blocks))["progress"]) == 26


@pytest.mark.parametrize(
    ("grade", "multiplication", "division", "addition"),
    [
        (None, 0, 0, 0), ("K", 0, 0, 0), ("5", 0, 0, 0), ("6", 2, 1, 0), ("12", 2, 1, 0),
        ("x", 0, 0, 0),
    ],
)  # fmt: skip
def test_skeleton_skips_types_by_grade(grade, multiplication, division, addition):
    play = Play(grade)
    assert play.progress("math_rush_multiplication")["current_step"] == multiplication
    assert play.progress("math_rush_division")["current_step"] == division
    assert play.progress("math_rush_addition")["current_step"] == addition
    assert play.progress("math_rush_multiplication")["types_complete"] == []
    assert play.progress("algebra")["current_step"] is None


# ---------------------------------------------------------------- tokens of a session


@pytest.mark.parametrize(
    ("module", "questions", "correct", "seconds", "details", "tokens"),
    [
        ("math_rush_addition", 24, 24, 60, {}, 32),
        ("math_rush_addition", 24, 24, 61, {}, 23),
        ("math_rush_addition", 24, 24, 90, {}, 23),
        ("math_rush_addition", 24, 24, None, {}, 23),
        ("math_rush_addition", 24, 24, 60, {"time_limit": 90}, 23),
        ("math_rush_addition", 24, 24, 300, {"time_limit": 60}, 32),
        ("math_rush_addition", 24, 20, 60, {}, 12),
        ("math_rush_addition", 1, 1, 60, {}, 0),
        ("addition_facts", 6, 6, None, {}, 10),
        ("addition_facts", 6, 5, None, {}, 5),
        ("addition_facts", 5, 5, None, {}, 5),
        ("fractions_puzzle", 10, 10, None, {}, 16),
        ("fractions_puzzle", 10, 9, None, {}, 3),
        ("decimal_defender", 5, 5, None, {}, 35),
        ("decimal_defender", 5, 4, None, {}, 16),
        ("ratios_proportions", 5, 5, None, {}, 25),
        ("measurement", 5, 5, None, {}, 8),
        ("measurement", 5, 4, None, {}, 5),
        ("measurement", 5, 3, None, {}, 0),
        ("measurement", 4, 4, None, {}, 0),
        ("algebra", 10, 8, None, {}, 5),
        ("word_race", 40, 40, None, {}, 0),
    ],
)
def test_tokens_of_a_token_run(module, questions, correct, seconds, details, tokens):
    play = Play()
    receipt = play.run(module, questions, correct, seconds=seconds, details=details)
    assert receipt["tokens_awarded"] == receipt["tokens_requested"] == tokens
    assert play.stats["tokens"] == play.stats["daily_tokens"] == tokens
    assert play.progress(module)["tokens_earned"] == tokens


def test_score_rounds_halves_up_and_the_verdict_does_not_use_it():
    play = Play()
    receipt = play.run("word_race", 200, 159)
    assert (receipt["score"], receipt["good"]) == (80, False)
    assert play.run("word_race", 1000, 5)["score"] == 1


def test_too_few_questions_are_neither_good_nor_bad():
    play = Play()
    play.run("addition_facts", 6, 6)
    receipt = play.run("addition_facts", 5, 0)
    progress = play.progress("addition_facts")
    assert receipt["good"] is None
    assert (progress["attempt_good"], progress["attempt_bad"]) == (1, 0)
    assert (progress["streak_current"], progress["recent_results"]) == (1, "1")
    assert progress["total_questions_answered"] == 11


def test_practice_counts_for_the_day_only():
    play = Play()
    receipt = play.run("addition_facts", 6, 6, seconds=130, run_type="practice")
    assert (receipt["good"], receipt["tokens_awarded"], receipt["streak"]) == (None, 0, "started")
    stats, progress = play.stats, play.progress("addition_facts")
    assert stats["total_time_spent"] == stats["daily_time_spent"] == 130
    assert stats["daily_engagement_minutes"] == 2
    assert (stats["streak_days"], stats["activity_date"]) == (1, "2026-03-20")
    assert stats["last_module"] is None
    assert stats["total_questions_answered"] == stats["total_sessions_completed"] == 0
    assert progress["last_played"] == progress["timestamp"] == "2026-03-20T12:00:00Z"
    assert progress["time_spent_total"] == progress["sessions_completed"] == 0
    assert progress["best_time"] is None


# ---------------------------------------------------------------- levels and progressions


def test_four_good_in_a_row_move_a_facts_module_up():
    play = Play()
    changes = [play.run("addition_facts", 6, 5)["level_change"] for _ in range(4)]
    assert changes == [0, 0, 0, 1]
    assert play.document["modules"]["addition_facts"]["grade_level"] == 2
    assert play.progress("addition_facts")["attempt_good"] == 0


def test_at_the_bottom_nothing_moves_and_the_counter_grows():
    play = Play()
    changes = [play.run("measurement", 5, 0)["level_change"] for _ in range(4)]
    assert changes == [0, 0, 0, 0]
    assert play.document["modules"]["measurement"]["grade_level"] == 2
    assert play.progress("measurement")["attempt_bad"] == 4


def test_top_level_masters_a_module_once_the_counter_is_full_at_the_top():
    play = Play()
    receipts = [play.run("algebra", 5, 4) for _ in range(9)]
    assert [receipt["level_change"] for receipt in receipts] == [0, 0, 1, 0, 0, 1, 0, 0, 0]
    assert [receipt["mastery_level"] for receipt in receipts] == [False] * 8 + [True]
    assert receipts[-1]["mastery_changed"]
    assert play.run("algebra", 5, 0)["mastery_level"]  # latched
    assert play.progress("algebra")["mastered_at"] == "2026-03-20T12:00:00Z"


def test_rush_progression():
    play = Play()
    name, types = "math_rush_addition", PROGRESSIONS["addition"]
    play.run(name, 24, 23, details={"fact_type": types[1]})  # not the current one
    assert play.progress(name)["attempt_good"] == 0
    play.run(name, 24, 10, details={"fact_type": types[0]})
    assert play.progress(name)["attempt_bad"] == 1
    play.run(name, 24, 20, details={"fact_type": types[0]})
    assert (play.progress(name)["attempt_good"], play.progress(name)["attempt_bad"]) == (1, 0)
    play.run(name, 11, 11, details={"fact_type": types[0]})  # too few
    assert play.progress(name)["attempt_good"] == 1
    play.run(name, 24, 24, details={"fact_type": types[0]})
    progress = play.progress(name)
    assert progress["types_complete"] == [types[0]]
    assert (progress["attempt_good"], progress["current_step"]) == (0, 1)


def test_rush_progression_after_skipped_types():
    play = Play("7")
    name, types = "math_rush_multiplication", PROGRESSIONS["multiplication"]
    play.run(name, 24, 24, details={"fact_type": types[0]})
    assert play.progress(name)["types_complete"] == []
    play.run(name, 24, 24, details={"fact_type": types[2]})
    assert play.progress(name)["types_complete"] == [types[2]]
    assert play.progress(name)["current_step"] == 3


# ---------------------------------------------------------------- assessments


def test_assessment_of_a_facts_module_pays_once_even_after_a_reset():
    play = Play()
    play.run("division_facts", 6, 6)
    first = play.run("division_facts", 6, 0, run_type="test", details={"grade_level": 0})
    assert (first["tokens_awarded"], first["grade_level"], first["level_change"]) == (15, 0, 0)
    progress = play.progress("division_facts")
    assert (progress["attempt_good"], progress["attempt_bad"]) == (0, 0)
    assert progress["test_taken"]
    assert progress["test_rewarded"]
    play.product.reset_module(NOW + TICK, LEARNER, "division_facts", "again")
    progress = play.progress("division_facts")
    assert (progress["test_taken"], progress["test_rewarded"]) == (False, True)
    assert progress["tokens_earned"] == 25
    assert play.document["modules"]["division_facts"]["grade_level"] == 3
    again = play.run("division_facts", 6, 6, at=NOW + timedelta(seconds=1), run_type="test",
                     details={"grade_level": 4})  # fmt: skip
    assert again["tokens_awarded"] == 0


def test_assessment_of_a_rush_module():
    play = Play("8")
    name, types = "math_rush_division", PROGRESSIONS["division"]
    details = {"types_correct": [types[3], types[1]], "types_wrong": [types[3]]}
    receipt = play.run(name, 20, 11, run_type="test", details=details)
    assert receipt["tokens_awarded"] == 3
    assert play.progress(name)["types_complete"] == [types[0], types[1]]
    assert play.progress(name)["current_step"] == 2
    everything = {"types_correct": list(reversed(types))}
    receipt = play.run(name, 20, 20, run_type="test", details=everything)
    assert (receipt["tokens_awarded"], receipt["mastery_changed"]) == (56, True)
    assert play.progress(name)["types_complete"] == list(types)
    assert play.progress(name)["current_step"] is None
    play.product.reset_module(NOW + TICK, LEARNER, name, "again")
    receipt = play.run(name, 20, 20, at=NOW + timedelta(seconds=1), run_type="test",
                       details=everything)  # fmt: skip
    assert receipt["tokens_awarded"] == 6


def test_assessment_of_any_other_module_pays_nothing():
    play = Play()
    assert play.run("fractions_puzzle", 10, 10, run_type="test")["tokens_awarded"] == 0
    assert play.progress("fractions_puzzle")["test_taken"]
    assert not play.progress("fractions_puzzle")["test_rewarded"]


# ---------------------------------------------------------------- mastery


def test_accuracy_and_the_override():
    play = Play()
    assert not play.run("decimal_defender", 29, 29)["mastery_level"]
    assert play.run("decimal_defender", 1, 0)["mastery_level"]
    play.product.set_mastery(NOW + TICK, LEARNER, "decimal_defender", False, "no", "teacher")
    assert not play.progress("decimal_defender")["mastery_level"]
    assert play.progress("decimal_defender")["mastery_override"]["by"] == "teacher"
    play.product.set_mastery(NOW + 2 * TICK, LEARNER, "decimal_defender", None, "yes", "teacher")
    assert play.progress("decimal_defender")["mastery_level"]


def test_live_policy_follows_the_rule_both_ways_and_remembers_the_first_time():
    play = Play()
    play.product.change_module("word_race", policy="live")
    assert play.run("word_race", 30, 24)["mastery_level"]
    receipt = play.run("word_race", 1, 0, at=NOW + DAY)
    assert (receipt["mastery_level"], receipt["mastery_changed"]) == (False, True)
    assert play.progress("word_race")["mastered_at"] == "2026-03-20T12:00:00Z"


def test_never_mastered_without_anything_done():
    play = Play()
    play.run("word_race", 30, 30)
    play.product.reset_module(NOW + TICK, LEARNER, "word_race", "again")
    assert play.progress("word_race")["mastered_at"] is not None
    assert not play.progress("word_race")["mastery_level"]


@pytest.mark.parametrize(
    ("rule", "verdicts"),
    [
        ({"in_a_row": {"n": 2}}, [False, True, True, True]),
        ({"m_of_n": {"m": 2, "n": 3}}, [False, True, True, False]),
        ({"score": {"percent": 100}}, [False, True, True, True]),
        (
            {"all": [{"in_a_row": {"n": 2}}, {"m_of_n": {"m": 2, "n": 3}}]},
            [False, True, True, False],
        ),
        ({"any": [{"score": {"percent": 90}}, {"in_a_row": {"n": 3}}]}, [True, True, True, True]),
        ({"jsonpath": {"expr": "$.progress.sessions_completed >= 3"}}, [False, False, True, True]),
    ],
)  # fmt: skip
def test_mastery_forms(rule, verdicts):
    play = Play()
    play.product.change_module("word_race", policy="live", mastery=rule)
    scores = [90, 100, 0, 0]
    assert [play.run("word_race", 100, correct)["mastery_level"] for correct in scores] == verdicts


# ---------------------------------------------------------------- difficulty and best marks


def test_difficulty_moves_by_questions():
    play = Play()
    assert play.run("word_race", 29, 29)["preferred_difficulty"] == 3
    assert play.run("word_race", 1, 0)["preferred_difficulty"] == 4
    assert play.progress("word_race")["recent_questions"] == 0
    assert play.run("word_race", 20, 10)["preferred_difficulty"] == 3
    assert play.run("word_race", 59, 40)["preferred_difficulty"] == 3
    assert play.progress("word_race")["recent_questions"] == 59
    play.run("word_race", 1, 1)
    assert play.progress("word_race")["recent_questions"] == 0
    play.product.set_preferred_difficulty(NOW + TICK, LEARNER, "word_race", 5)
    assert play.run("word_race", 40, 40, at=NOW + DAY)["preferred_difficulty"] == 5
    assert play.progress("word_race")["recent_questions"] == 0


def test_best_marks_are_those_of_full_sessions():
    play = Play()
    play.run("addition_facts", 5, 5, seconds=5)
    play.run("addition_facts", 6, 4, seconds=7)
    play.run("addition_facts", 6, 5, seconds=90)
    play.run("addition_facts", 6, 5)
    progress = play.progress("addition_facts")
    assert (progress["best_score"], progress["best_time"]) == (83, 90)
    assert progress["time_spent_total"] == 102


def test_categories():
    play = Play()
    play.run("word_race", 9, 9, seconds=1)
    assert play.stats["fastest_category"] is None
    play.run("decimal_defender", 10, 5)
    assert play.stats["fastest_category"] is None
    assert play.stats["highest_score_category"] == "decimal_defender"
    play.run("algebra", 10, 5, seconds=50)
    assert play.stats["fastest_category"] == "algebra"
    assert play.stats["highest_score_category"] == "algebra"


# ---------------------------------------------------------------- caps and balances


def test_daily_cap_cuts_in_order_of_occurrence():
    play = Play(daily_token_cap=12)
    later = play.run("addition_facts", 6, 6, at=at("2026-03-20", "11:00:00"))
    assert (later["tokens_awarded"], later["capped_by"]) == (10, None)
    earlier = play.run("decimal_defender", 5, 4, at=at("2026-03-20", "10:00:00"))
    assert (earlier["tokens_awarded"], earlier["tokens_requested"]) == (12, 16)
    assert (earlier["capped_by"], earlier["warnings"]) == ("daily_token_cap", ["late"])
    assert (earlier["tokens"], earlier["daily_tokens"]) == (12, 12)
    assert play.progress("addition_facts")["tokens_earned"] == 0


def test_the_range_cuts_what_is_earned():
    play = Play()
    document = play.document
    document["global_stats"]["total_tokens_earned"] = INT_MAX - 3
    document["global_stats"]["tokens"] = INT_MAX - 3
    play.product.write_document(LEARNER, NOW, document)
    receipt = play.run("addition_facts", 6, 6, at=NOW + DAY)
    assert (receipt["tokens_awarded"], receipt["capped_by"]) == (3, "range")
    assert receipt["tokens"] == INT_MAX


def test_spending_needs_the_balance_and_is_done_once():
    play = Play()
    grant, spend = UUID(int=100), UUID(int=101)
    call = {"now": NOW, "user": LEARNER, "reason": "why"}
    assert play.product.grant_tokens(**call, grant_id=grant, amount=5)["tokens"] == 5
    play.refused("LG402", "spend_tokens", **call, spend_id=spend, amount=6)
    assert play.product.spend_tokens(**call, spend_id=spend, amount=5)["tokens"] == 0
    again = play.product.spend_tokens(**call, spend_id=spend, amount=5)
    assert (again["tokens"], again["replayed"]) == (0, True)
    play.refused("LG409", "spend_tokens", **call, spend_id=spend, amount=4)
    play.refused("LG409", "spend_tokens", **call, spend_id=grant, amount=5)
    assert play.stats["total_tokens_earned"] == play.stats["total_tokens_spent"] == 5
    assert play.stats["daily_tokens"] == 0


# ---------------------------------------------------------------- streaks


def words(play: Play, days: list[str]) -> list[tuple[str, int]]:
    receipts = [play.run("word_race", 1, 1, at=at(day)) for day in days]
    return [(receipt["streak"], receipt["streak_days"]) for receipt in receipts]


def test_streak_by_days():
    days = ["2026-03-10", "2026-03-10", "2026-03-11", "2026-03-13", "2026-03-14"]
    assert words(Play(), days) == [
        ("started", 1), ("unchanged", 1), ("extended", 2), ("restarted", 1), ("extended", 2),
    ]  # fmt: skip


def test_weekends_off():
    # 2026-03-13 is a Friday.
    days = ["2026-03-12", "2026-03-13", "2026-03-14", "2026-03-16", "2026-03-18"]
    assert words(Play(streak_weekdays=[1, 2, 3, 4, 5]), days) == [
        ("started", 1), ("extended", 2), ("unchanged", 2), ("extended", 3), ("restarted", 1),
    ]  # fmt: skip


def test_pauses_count_by_date():
    play = Play()
    play.product.pauses = (Pause(date(2026, 3, 11), date(2026, 3, 13)),)
    days = ["2026-03-10", "2026-03-12", "2026-03-14", "2026-03-16"]
    assert words(play, days) == [
        ("started", 1), ("unchanged", 1), ("extended", 2), ("restarted", 1),
    ]  # fmt: skip


def test_freezes_cover_all_missed_days_or_none():
    play = Play(streak_freeze_max=2, streak_freeze_initial=1, streak_freeze_every_days=3)
    days = ["2026-03-01", "2026-03-03", "2026-03-04", "2026-03-05", "2026-03-08"]
    assert words(play, days) == [
        ("started", 1), ("frozen", 2), ("extended", 3), ("extended", 4), ("restarted", 1),
    ]  # fmt: skip
    assert play.stats["streak_freezes"] == 1  # used on the 2nd, gained at 3, not enough for two
    assert play.stats["longest_streak_days"] == 4


def test_read_time_truth():
    play = Play()
    play.run("addition_facts", 6, 6, at=at("2026-03-10"), seconds=60)
    read = play.product.read_document
    stats = read(LEARNER, at("2026-03-10", "23:59:59"))["global_stats"]
    assert (stats["streak_days"], stats["daily_tokens"]) == (1, 10)
    stats = read(LEARNER, at("2026-03-11", "23:59:59"))["global_stats"]
    assert (stats["streak_days"], stats["daily_tokens"]) == (1, 0)
    assert (stats["daily_time_spent"], stats["daily_engagement_minutes"]) == (0, 0)
    stats = read(LEARNER, at("2026-03-12", "00:00:00"))["global_stats"]
    assert (stats["streak_days"], stats["activity_date"]) == (0, "2026-03-10")
    play.refused("22023", "read_document", user=LEARNER, at=at("2026-03-10", "11:59:59"))


def test_reading_a_streak():
    play = Play(streak_weekdays=[1, 2, 3, 4, 5], streak_freeze_max=1, streak_freeze_initial=1)
    assert play.product.read_streak(LEARNER, NOW)["status"] == "none"
    play.run("word_race", 1, 1, at=at("2026-03-12"))  # a Thursday
    seen = {day: play.product.read_streak(LEARNER, at(f"2026-03-{day}")) for day in range(12, 19)}
    assert {day: streak["status"] for day, streak in seen.items()} == {
        12: "done_today", 13: "at_risk", 14: "frozen", 15: "frozen", 16: "frozen",
        17: "broken", 18: "broken",
    }  # fmt: skip
    assert seen[12]["expires_at"] == seen[16]["expires_at"] == at("2026-03-17", "00:00:00")
    assert seen[17]["expires_at"] is None
    states = [day["state"] for day in seen[18]["days"]]
    assert states[-8:] == [
        "before", "active", "missed", "unscheduled", "unscheduled", "missed", "missed", "open",
    ]  # fmt: skip
    assert len(states) == 60


# ---------------------------------------------------------------- zones


@pytest.mark.parametrize(
    ("name", "valid"),
    [
        ("America/New_York", True), ("UTC", True), ("US/Eastern", True),
        ("america/new_york", False), ("EST", False), ("FOO5", False), ("UTC+8", False),
        ("Etc/GMT+8", False), ("posix/Europe/Berlin", False), ("Europe/Nowhere", False),
        ("", False), (None, False),
    ],
)  # fmt: skip
def test_zone_names(name, valid):
    assert zone_is_valid(name) is valid


def test_days_begin_where_local_day_turns():
    for zone, hour in itertools.product(
        ("America/New_York", "Europe/Berlin", "America/Havana", "Africa/Cairo", "Asia/Beirut",
         "Australia/Lord_Howe", "America/Santiago", "Pacific/Kiritimati", "UTC"),
        (0, 1, 2, 3, 12),
    ):  # fmt: skip
        for n in range(365):
            day = date(2026, 1, 1) + n * DAY
            start = day_start(day, zone, hour)
            assert local_day(start, zone, hour) == day, (zone, hour, day)
            before = start - timedelta(seconds=1)
            assert local_day(before, zone, hour) == day - DAY, (zone, hour, day)


def test_the_local_day_of_a_learner_with_a_zone_and_a_later_start():
    play = Play(day_start_hour=4)
    play.product.set_time_zone(NOW, LEARNER, "America/New_York")
    assert play.stats["time_zone"] == "America/New_York"  # no activity yet: at once
    # The clocks went forward on 2026-03-08: 04:00 is 08:00 UTC by then.
    receipts = [
        play.run("word_race", 1, 1, at=instant, now=NOW + DAY)
        for instant in (NOW + timedelta(hours=20) - timedelta(seconds=1), NOW + timedelta(hours=20))
    ]
    assert [r["local_day"] for r in receipts] == ["2026-03-20", "2026-03-21"]


def test_a_change_of_zone_waits_for_the_later_day():
    play = Play()
    play.run("word_race", 1, 1, at=NOW)
    play.product.set_time_zone(NOW + timedelta(minutes=1), LEARNER, "Asia/Tokyo")
    assert play.stats["time_zone"] is None
    assert play.stats["time_zone_next"] == "Asia/Tokyo"
    # Tokyo's next day begins at 15:00 UTC, the installation's at midnight.
    assert play.stats["time_zone_next_from"] == "2026-03-21T00:00:00Z"
    early = play.run("word_race", 1, 1, at=at("2026-03-20", "23:59:59"))
    assert (early["local_day"], play.stats["time_zone"]) == ("2026-03-20", None)
    play.product.set_time_zone(at("2026-03-20", "23:59:59"), LEARNER, "America/New_York")
    assert play.stats["time_zone_next_from"] == "2026-03-21T04:00:00Z"
    receipt = play.run("word_race", 1, 1, at=at("2026-03-21", "04:00:00"))
    assert (receipt["local_day"], receipt["streak"]) == ("2026-03-21", "extended")
    assert play.stats["time_zone"] == "America/New_York"
    assert play.stats["time_zone_next_from"] is None


def test_the_day_of_the_fold_never_runs_backward():
    play = Play(default_time_zone="Pacific/Kiritimati")
    first = play.run("addition_facts", 6, 6, at=NOW)
    play.product.set_setting("default_time_zone", "UTC")
    second = play.run("addition_facts", 6, 6, at=NOW + timedelta(hours=1))
    assert (first["local_day"], second["local_day"]) == ("2026-03-21", "2026-03-20")
    assert (second["streak"], second["daily_tokens"]) == ("unchanged", 20)
    assert play.stats["activity_date"] == "2026-03-21"


# ---------------------------------------------------------------- late arrivals


def test_warnings():
    play = Play()
    ahead = play.run("word_race", 1, 1, at=NOW + timedelta(minutes=6), now=NOW)
    assert (ahead["warnings"], ahead["occurred_at"]) == (["clock_ahead"], NOW)
    within = play.run("word_race", 1, 1, at=NOW + timedelta(minutes=5), now=NOW)
    assert (within["warnings"], within["occurred_at"]) == ([], NOW + timedelta(minutes=5))
    both = play.run("word_race", 1, 1, at=NOW + timedelta(minutes=6), now=NOW)
    assert both["warnings"] == ["clock_ahead", "late"]
    assert play.run("word_race", 1, 1, at=NOW - 30 * DAY)["warnings"] == ["late"]
    older = NOW - 30 * DAY - timedelta(microseconds=1)
    assert play.run("word_race", 1, 1, at=older)["warnings"] == ["too_late"]


def test_too_late_counts_in_all_but_levels_days_and_results():
    play = Play(daily_token_cap=1)
    old = NOW - 31 * DAY
    receipt = play.run("addition_facts", 6, 6, at=old, seconds=30)
    assert (receipt["tokens_awarded"], receipt["streak"]) == (10, "unchanged")
    stats, progress = play.stats, play.progress("addition_facts")
    assert (stats["tokens"], stats["daily_tokens"], stats["streak_days"]) == (10, 0, 0)
    assert (stats["activity_date"], stats["daily_time_spent"]) == (None, 0)
    assert (stats["last_module"], stats["total_time_spent"]) == (None, 30)
    assert stats["last_active"] == "2026-02-17T12:00:00Z"
    assert (progress["attempt_good"], progress["streak_current"]) == (0, 0)
    assert (progress["best_score"], progress["best_time"]) == (100, 30)
    assert progress["recent_results"] == ""
    assert progress["recent_questions"] == 6
    play.run("addition_facts", 6, 6, at=old, run_type="test", details={"grade_level": 5})
    progress = play.progress("addition_facts")
    assert progress["test_taken"]
    assert progress["test_rewarded"]
    assert progress["tokens_earned"] == 25
    assert play.document["modules"]["addition_facts"]["grade_level"] == 1


def test_any_order_of_arrival_gives_the_same_document():
    sessions = [
        ("addition_facts", 6, 6, "2026-03-10"), ("addition_facts", 6, 2, "2026-03-11"),
        ("algebra", 5, 5, "2026-03-11"), ("word_race", 30, 30, "2026-03-13"),
    ]  # fmt: skip
    documents = []
    for order in itertools.permutations(range(len(sessions))):
        play = Play(daily_token_cap=9)
        for index in order:
            module, questions, correct, day = sessions[index]
            play.run(module, questions, correct, at=at(day), activity_id=UUID(int=index))
        documents.append(play.document)
    assert all(document == documents[0] for document in documents)
    assert documents[0]["global_stats"]["tokens"] == 9 + 9 + 0
    pairs = documents[0]["cross_module_analytics"]["learning_patterns_between_modules"]
    assert set(pairs) == {"addition_facts>algebra", "algebra>word_race"}


def test_a_late_receipt_tells_of_its_place_and_of_the_document():
    play = Play()
    play.run("word_race", 1, 1, at=at("2026-03-12"))
    receipt = play.run("word_race", 1, 1, at=at("2026-03-11"))
    assert (receipt["streak"], receipt["streak_days"]) == ("started", 2)
    assert receipt["local_day"] == "2026-03-11"
    receipt = play.run("word_race", 1, 1, at=at("2026-03-13", "00:00:00"))
    assert (receipt["streak"], receipt["streak_days"]) == ("extended", 3)


def test_what_occurred_before_a_checkpoint_is_folded_just_after_it():
    play = Play(daily_token_cap=5)
    play.run("addition_facts", 6, 6, at=at("2026-03-15"))
    play.product.write_document(LEARNER, at("2026-03-18"), play.document)
    earlier = play.run("addition_facts", 6, 6, at=at("2026-03-14"))
    assert (earlier["tokens_awarded"], earlier["streak"]) == (10, "unchanged")
    assert play.stats["activity_date"] == "2026-03-15"
    assert (play.stats["daily_tokens"], play.stats["last_active"]) == (5, "2026-03-15T12:00:00Z")
    between = play.run("addition_facts", 6, 6, at=at("2026-03-16"))
    assert (between["tokens_awarded"], between["streak"]) == (10, "extended")
    assert (play.stats["activity_date"], play.stats["daily_tokens"]) == ("2026-03-16", 10)


# ---------------------------------------------------------------- cross-module


def test_pairs_and_what_is_derived():
    play = Play()
    for module, correct in (("algebra", 5), ("word_race", 4), ("algebra", 3), ("word_race", 5)):
        play.run(module, 5, correct, at=at("2026-03-10"))
    play.run("decimal_defender", 6, 2, at=at("2026-03-11"))
    section = play.document["cross_module_analytics"]
    assert section["learning_patterns_between_modules"] == {
        "algebra>word_race": {"count": 2, "good": 2, "questions": 10, "correct": 9},
        "word_race>algebra": {"count": 1, "good": 0, "questions": 5, "correct": 3},
        "word_race>decimal_defender": {"count": 1, "good": 0, "questions": 6, "correct": 2},
    }
    assert section["module_transition_success_rate"]["algebra>word_race"] == 1
    assert section["preferred_learning_sequence"] == [
        "algebra", "word_race", "decimal_defender",
    ]  # fmt: skip
    assert section["cross_concept_mastery"] == {
        "algebra": {"accuracy": 0.8, "mastered": False},
        "exponents": {"accuracy": 0.8, "mastered": False},
        "decimals": {"accuracy": 0.3333, "mastered": False},
    }
    play.run("decimal_defender", 6, 6, at=at("2026-03-11", "13:00:00"))
    stored = play.document["cross_module_analytics"]["cross_concept_mastery"]
    assert stored["decimals"]["accuracy"] == 0.3333  # as of the day's first activity
    live = play.product.read_document(LEARNER, at("2026-03-11", "13:00:00"))
    section = live["cross_module_analytics"]
    assert section["cross_concept_mastery"]["decimals"]["accuracy"] == 0.6667
    pair = section["learning_patterns_between_modules"]["word_race>decimal_defender"]
    assert pair["lift"] == -0.3333


def test_the_ninth_pair_drives_out_the_least():
    play = Play()
    names = sorted(MODULES)
    for name in names[:9]:
        play.run(name, 6, 6)
    play.run(names[7], 6, 6)
    pairs = play.document["cross_module_analytics"]["learning_patterns_between_modules"]
    assert len(pairs) == 8
    assert f"{names[8]}>{names[7]}" in pairs
    assert f"{names[7]}>{names[8]}" not in pairs  # of eight with one each, the last by name


def test_ratios_round_halves_away_from_zero():
    assert round4(Fraction(1, 20000)) == 0.0001
    assert round4(Fraction(-1, 20000)) == -0.0001
    assert round4(Fraction(2, 3)) == 0.6667


# ---------------------------------------------------------------- exactly once, and errors


def test_a_replay_changes_nothing_and_needs_no_module():
    play = Play()
    one = UUID(int=77)
    first = play.run("word_race", 3, 3, activity_id=one)
    before = copy.deepcopy(play.document)
    play.product.change_module("word_race", active=False)
    again = play.run("word_race", 3, 3, activity_id=one, at=NOW - DAY)
    assert again == {**first, "replayed": True}
    assert play.document == before
    arguments = {"now": NOW, "user": LEARNER, "module": "word_race", "questions": 3}
    play.refused("LG409", "record_activity", **arguments, activity_id=one, correct=2)
    play.refused("LG405", "record_activity", **arguments, activity_id=UUID(int=78), correct=2)
    play.refused(
        "LG404", "record_activity", **{**arguments, "user": "?"}, activity_id=one, correct=2
    )


@pytest.mark.parametrize(
    ("module", "run_type", "details"),
    [
        ("math_rush_addition", "token_run", {"time_limit": 75}),
        ("math_rush_addition", "token_run", {"fact_type": "Adding 99"}),
        ("math_rush_addition", "test", {"types_correct": ["Divide by 2"]}),
        ("math_rush_addition", "test", {"types_wrong": "Adding 2"}),
        ("addition_facts", "test", {}),
        ("addition_facts", "test", {"grade_level": 7}),
        ("addition_facts", "test", {"grade_level": True}),
        ("addition_facts", "token_run", [1]),
        ("addition_facts", "token_run", {"note": "x" * 4096}),
        ("addition_facts", "quiz", {}),
    ],
)
def test_details_out_of_their_domain(module, run_type, details):
    Play().refused(
        "22023", "record_activity", now=NOW, user=LEARNER, activity_id=UUID(int=1),
        module=module, questions=6, correct=6, run_type=run_type, details=details,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("day_start_hour", 13), ("late_window_days", 366), ("daily_token_cap", -1),
        ("streak_weekdays", []), ("streak_weekdays", [0]), ("default_time_zone", "EST"),
        ("streak_freeze_initial", 1), ("no_such_setting", 1), (None, 1),
    ],
)  # fmt: skip
def test_settings_out_of_their_domain(name, value):
    Play().refused("22023", "set_setting", name=name, value=value)


def test_a_pause_begins_today_at_the_earliest():
    play = Play()
    today = NOW.date()
    play.product.set_pause(NOW, today, today)
    play.refused("22023", "set_pause", now=NOW, first=today - DAY, last=today)
    play.refused("22023", "set_pause", now=NOW, first=today + DAY, last=today)
    play.refused("LG404", "set_pause", now=NOW, first=today, last=today, user="?")


def _without(document: dict) -> None:
    del document["global_stats"]["tokens"]


def _negative(document: dict) -> None:
    document["modules"]["algebra"]["progress"]["attempt_bad"] = -1


def _too_many_correct(document: dict) -> None:
    document["modules"]["algebra"]["progress"]["correct_answers"] = 1


def _no_object(document: dict) -> None:
    document["cross_module_analytics"] = []


def _no_zone(document: dict) -> None:
    document["global_stats"]["time_zone"] = "FOO5"


@pytest.mark.parametrize("spoil", [_without, _negative, _too_many_correct, _no_object, _no_zone])
def test_a_malformed_document_is_refused(spoil):
    play = Play()
    document = play.document
    spoil(document)
    play.refused("LG422", "write_document", user=LEARNER, now=NOW, document=document)


def test_a_direct_write_keeps_unknown_keys_and_recomputes_mastery():
    play = Play()
    document = play.document
    document["note"] = "kept"
    document["modules"]["word_race"]["progress"].update(
        mastery_level=False, sessions_completed=2, total_questions_answered=40, correct_answers=40
    )
    del document["modules"]["algebra"]
    play.product.write_document(LEARNER, NOW, document)
    assert play.document["note"] == "kept"
    assert play.progress("word_race")["mastery_level"]
    assert "algebra" in play.document["modules"]


# ---------------------------------------------------------------- reversals


ONE, TWO, THREE = (UUID(int=n) for n in (901, 902, 903))


def reverse(play: Play, activity_id: UUID, now: datetime = NOW + DAY) -> dict:
    return play.product.reverse_activity(now, LEARNER, activity_id, "wrong learner")


def test_a_reversal_takes_an_activity_out_of_the_history():
    play = Play(daily_token_cap=12)
    play.run("addition_facts", 6, 6, at=at("2026-03-19"))
    before = play.document
    first = play.run("addition_facts", 6, 6, at=at("2026-03-20", "10:00:00"), activity_id=ONE)
    second = play.run("decimal_defender", 5, 4, at=at("2026-03-20", "11:00:00"), activity_id=TWO)
    assert (first["tokens_awarded"], second["tokens_awarded"]) == (10, 2)
    receipt = reverse(play, ONE)
    # The day's cap of 12 is the other's now: 22 were earned before and 22 are.
    assert (receipt["tokens_reversed"], receipt["tokens"]) == (0, 22)
    assert (receipt["module"], receipt["kind"], receipt["streak_days"]) == (
        "addition_facts", "reversal", 2,
    )  # fmt: skip
    assert play.progress("decimal_defender")["tokens_earned"] == 12
    assert reverse(play, TWO)["tokens_reversed"] == 12
    assert play.document == before


def test_a_reversed_activity_is_known_still():
    play = Play()
    first = play.run("word_race", 3, 3, activity_id=ONE)
    receipt = reverse(play, ONE)
    assert reverse(play, ONE, NOW + 2 * DAY) == {**receipt, "replayed": True}
    again = play.run("word_race", 3, 3, activity_id=ONE)
    assert again == {**first, "replayed": True, "reversed": True}
    assert play.stats["total_sessions_completed"] == 0
    call = {"now": NOW, "user": LEARNER}
    play.refused("LG409", "record_activity", **call, activity_id=ONE, module="word_race",
                 questions=3, correct=2)  # fmt: skip
    play.refused("LG409", "grant_tokens", **call, grant_id=ONE, amount=1, reason="why")


def test_what_cannot_be_reversed():
    play = Play()
    play.run("word_race", 3, 3, activity_id=ONE)
    play.run("word_race", 3, 3, activity_id=TWO)
    call = {"now": NOW + DAY, "user": LEARNER, "reason": "why"}
    play.product.grant_tokens(**call, grant_id=THREE, amount=1)
    play.refused("LG404", "reverse_activity", **call, activity_id=THREE)
    play.refused("LG404", "reverse_activity", **call, activity_id=UUID(int=904))
    play.refused("LG404", "reverse_activity", **{**call, "user": "?"}, activity_id=ONE)
    for reason in (None, "", " ", "x" * 501):
        play.refused("22023", "reverse_activity", **{**call, "reason": reason}, activity_id=ONE)
    receipt = reverse(play, ONE)
    play.product.write_document(LEARNER, NOW + 2 * DAY, play.document)
    play.refused("55000", "reverse_activity", **call, activity_id=TWO)
    assert reverse(play, ONE) == {**receipt, "replayed": True}


def test_tokens_that_were_spent_already_become_a_debt():
    play = Play()
    play.run("addition_facts", 6, 6, activity_id=ONE)
    play.product.spend_tokens(NOW + TICK, LEARNER, TWO, 8, "hat")
    receipt = reverse(play, ONE)
    assert (receipt["tokens_reversed"], receipt["tokens"]) == (10, 0)
    assert (play.stats["total_tokens_earned"], play.stats["total_tokens_spent"]) == (0, 8)
    assert play.run("addition_facts", 6, 6, at=NOW + 2 * DAY)["tokens"] == 2


def test_a_reversed_activity_is_not_the_last_one():
    play = Play()
    play.run("word_race", 1, 1, at=at("2026-03-19"))
    play.run("word_race", 1, 1, at=at("2026-03-20"), activity_id=ONE)
    assert play.run("word_race", 1, 1, at=at("2026-03-19", "18:00:00"))["warnings"] == ["late"]
    reverse(play, ONE)
    assert play.run("word_race", 1, 1, at=at("2026-03-19", "18:00:01"))["warnings"] == []
    assert play.stats["last_active"] == "2026-03-19T18:00:01Z"


def test_a_reversed_day_is_missed():
    play = Play()
    for day, activity_id in (("2026-03-18", ONE), ("2026-03-19", TWO), ("2026-03-20", THREE)):
        play.run("word_race", 1, 1, at=at(day), activity_id=activity_id)
    assert reverse(play, TWO)["streak_days"] == 1
    days = play.product.read_streak(LEARNER, NOW)["days"]
    assert [day["state"] for day in days[-3:]] == ["active", "missed", "active"]


def test_modules_join_at_a_reversal():
    play = Play()
    play.run("word_race", 1, 1, activity_id=ONE)
    play.product.add_module(replace(MODULES["word_race"], name="spelling_bee"))
    assert "spelling_bee" not in play.document["modules"]
    reverse(play, ONE)
    assert play.progress("spelling_bee")["sessions_completed"] == 0


def test_last_moves_are_those_of_activities_that_stand():
    play = Play()
    play.product.change_module("addition_facts", up=1)
    play.run("addition_facts", 6, 6, activity_id=ONE)
    play.run("addition_facts", 6, 4)
    play.run("addition_facts", 6, 6, activity_id=TWO, at=NOW + TICK)
    play.run("addition_facts", 6, 0, activity_id=THREE, at=NOW + 2 * TICK, run_type="test",
             details={"grade_level": 0})  # fmt: skip
    moves = play.product.explain(LEARNER, "addition_facts")["last_moves"]
    assert [(m["activity_id"], m["level_change"], m["grade_level"]) for m in moves] == [
        (str(THREE), 0, 0), (str(TWO), 1, 3), (str(ONE), 1, 2),
    ]  # fmt: skip
    reverse(play, TWO)
    moves = play.product.explain(LEARNER, "addition_facts")["last_moves"]
    assert [m["activity_id"] for m in moves] == [str(THREE), str(ONE)]


def test_a_zone_set_at_once_after_a_reversal_ends_the_one_that_waits():
    play = Play()
    play.run("word_race", 1, 1, activity_id=ONE)
    play.product.set_time_zone(NOW + TICK, LEARNER, "Asia/Tokyo")
    reverse(play, ONE, NOW + 2 * TICK)
    assert play.stats["time_zone_next"] == "Asia/Tokyo"
    play.product.set_time_zone(NOW + 3 * TICK, LEARNER, "America/New_York")
    assert (play.stats["time_zone"], play.stats["time_zone_next"]) == ("America/New_York", None)
    late = play.run("word_race", 1, 1, at=at("2026-03-10", "03:59:59"))
    assert late["local_day"] == "2026-03-09"


# ---------------------------------------------------------------- judged anew


def test_mastery_is_judged_anew_by_the_rules_in_force():
    play = Play()
    play.run("word_race", 20, 20)
    judge = play.product.reevaluate
    assert judge(NOW + DAY, "word_race", dry_run=False) == []
    play.product.change_module(
        "word_race", mastery={"accuracy": {"min_questions": 20, "percent": 80}}
    )
    assert judge(NOW + DAY, "word_race") == [(LEARNER, False, True)]
    assert not play.progress("word_race")["mastery_level"]
    assert judge(NOW + DAY, "word_race", dry_run=False) == [(LEARNER, False, True)]
    assert play.progress("word_race")["mastered_at"] == "2026-03-21T12:00:00Z"
    assert judge(NOW + DAY, "word_race", dry_run=False) == []
    # Latched: once reached it stays, until the policy says otherwise.
    play.product.change_module("word_race", mastery={"score": {"percent": 100}})
    play.run("word_race", 20, 0, at=NOW + 2 * DAY)
    play.product.change_module("word_race", mastery={"in_a_row": {"n": 2}})
    assert judge(NOW + 3 * DAY, "word_race", dry_run=False) == []
    play.product.change_module("word_race", policy="live")
    assert judge(NOW + 3 * DAY, "word_race", dry_run=False) == [(LEARNER, True, False)]
    assert play.progress("word_race")["mastered_at"] == "2026-03-21T12:00:00Z"


def test_an_override_is_not_judged_anew():
    play = Play()
    play.run("word_race", 20, 20)
    play.product.set_mastery(NOW + TICK, LEARNER, "word_race", False, "no", "teacher")
    play.product.change_module("word_race", mastery={"score": {"percent": 100}})
    assert play.product.reevaluate(NOW + DAY, "word_race", dry_run=False) == []
    play.refused("LG405", "reevaluate", now=NOW, name="spelling_bee")


# ---------------------------------------------------------------- many in one call


WHO = given_id(7)


def item(number: int, **changes: object) -> dict:
    return {
        "user_id": WHO, "activity_id": str(UUID(int=number)), "module": "addition_facts",
        "questions": 6, "correct": 6, **changes,
    }  # fmt: skip


def several() -> Product:
    product = Product()
    product.add_learner(WHO)
    return product


def test_many_are_recorded_in_their_order():
    product = several()
    product.set_setting("daily_token_cap", 15)
    day = at("2026-03-19").isoformat()
    rows = product.record_activities(
        NOW, [item(1), item(2), item(3, occurred_at=day), item(1), item(2, correct=5)], "skip"
    )
    assert [row["ordinal"] for row in rows] == [1, 2, 3, 4, 5]
    assert [row["error_code"] for row in rows] == [None] * 4 + ["LG409"]
    receipts = [row["receipt"] for row in rows[:4]]
    assert [receipt["occurred_at"] - NOW for receipt in receipts] == [
        TICK, 2 * TICK, -DAY, TICK,
    ]  # fmt: skip
    assert [receipt["tokens_awarded"] for receipt in receipts] == [10, 5, 10, 10]
    assert [receipt["tokens"] for receipt in receipts] == [10, 15, 25, 10]
    assert [receipt["warnings"] for receipt in receipts] == [[], [], ["late"], []]
    assert [receipt["replayed"] for receipt in receipts] == [False] * 3 + [True]
    assert product.learners[WHO].document()["global_stats"]["total_sessions_completed"] == 3


@pytest.mark.parametrize(
    ("changes", "sqlstate", "whose"),
    [
        ({"questions": 0}, "22023", (WHO, str(UUID(int=2)))),
        ({"questions": "six"}, "22023", (WHO, str(UUID(int=2)))),
        ({"seconds": True}, "22023", (WHO, str(UUID(int=2)))),
        ({"details": None}, "22023", (WHO, str(UUID(int=2)))),
        ({"occurred_at": "noon"}, "22023", (WHO, str(UUID(int=2)))),
        ({"p_module": "x"}, "22023", (None, None)),
        ({"user_id": []}, "22023", (None, None)),
        ({"user_id": None}, "22023", (None, str(UUID(int=2)))),
        ({"activity_id": "x"}, "22023", (WHO, None)),
        ({"module": "spelling_bee"}, "LG405", (WHO, str(UUID(int=2)))),
        ({"user_id": NOBODY}, "LG404", (NOBODY, str(UUID(int=2)))),
    ],
)
def test_a_bad_one_among_many(changes, sqlstate, whose):
    items = [item(1), item(2, **changes), item(3)]
    product = several()
    rows = product.record_activities(NOW, items, "skip")
    assert [row["error_code"] for row in rows] == [None, sqlstate, None]
    assert (rows[1]["user_id"], rows[1]["activity_id"]) == whose
    assert product.learners[WHO].document()["global_stats"]["tokens"] == 20

    product = several()
    with pytest.raises(ModelError) as refusal:
        product.record_activities(NOW, items)
    assert (refusal.value.sqlstate, refusal.value.ordinal) == (sqlstate, 2)
    assert product.learners[WHO].document()["global_stats"]["tokens"] == 0
    assert product.record_activities(NOW, items[:1])[0]["receipt"]["replayed"] is False
