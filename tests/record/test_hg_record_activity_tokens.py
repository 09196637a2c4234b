"""hg_record_activity: balances, the daily cap, the range, debts."""

import pytest

from .support import DAY, HOUR, INT_MAX, set_setting, uid


def paid(receipt):
    return receipt["tokens_requested"], receipt["tokens_awarded"], receipt["capped_by"]


def test_an_award_raises_tokens_earned_the_days_and_the_modules(learner):
    learner.run("addition_facts", 6, 6, at=learner.noon(3))
    learner.run("decimal_defender", 5, 5, at=learner.noon(3) + HOUR)
    stats = learner.stats
    assert (stats["tokens"], stats["total_tokens_earned"], stats["daily_tokens"]) == (45, 45, 45)
    assert stats["total_tokens_spent"] == 0
    learner.run("addition_facts", 6, 5, at=learner.noon(2))
    stats = learner.stats
    assert (stats["tokens"], stats["total_tokens_earned"], stats["daily_tokens"]) == (50, 50, 5)
    assert learner.progress("addition_facts")["tokens_earned"] == 15
    assert learner.progress("decimal_defender")["tokens_earned"] == 35


def test_a_day_without_an_award_has_daily_tokens_0(learner):
    learner.run("addition_facts", 6, 6, at=learner.noon(3))
    assert learner.run("word_race", 1, 1, at=learner.noon(2))["daily_tokens"] == 0


# ---------------------------------------------------------------- the daily cap


def test_by_default_there_is_no_cap(learner):
    for n in range(30):
        learner.run("decimal_defender", 100, 100, at=learner.noon(2) + n * HOUR / 10)
    assert learner.stats["daily_tokens"] == 30 * 415


def test_the_award_is_cut_to_what_is_left_of_the_days_cap(db, learner):
    set_setting(db, "daily_token_cap", 12)
    noon = learner.noon(2)
    assert paid(learner.run("addition_facts", 6, 6, at=noon)) == (10, 10, None)
    assert paid(learner.run("addition_facts", 6, 6, at=noon + HOUR)) == (10, 2, "daily_token_cap")
    assert paid(learner.run("addition_facts", 6, 6, at=noon + 2 * HOUR)) == (
        10, 0, "daily_token_cap",
    )  # fmt: skip
    assert paid(learner.run("word_race", 1, 1, at=noon + 3 * HOUR)) == (0, 0, None)
    assert learner.stats["daily_tokens"] == learner.stats["tokens"] == 12
    assert learner.progress("addition_facts")["tokens_earned"] == 12
    assert paid(learner.run("addition_facts", 6, 6, at=noon + DAY)) == (10, 10, None)


def test_an_award_that_just_fits_is_not_capped(db, learner):
    set_setting(db, "daily_token_cap", 20)
    learner.run("addition_facts", 6, 6, at=learner.noon(2))
    receipt = learner.run("addition_facts", 6, 6, at=learner.noon(2) + HOUR)
    assert paid(receipt) == (10, 10, None)


def test_under_the_cap_progress_counts_in_full(db, learner):
    set_setting(db, "daily_token_cap", 0)
    for _ in range(4):
        receipt = learner.run("addition_facts", 6, 6)
    assert (receipt["level_change"], receipt["tokens"]) == (1, 0)
    assert learner.progress("addition_facts")["streak_current"] == 4
    assert learner.stats["total_sessions_completed"] == 4


def test_a_late_arrival_takes_the_cap_from_a_later_one(db, learner):
    set_setting(db, "daily_token_cap", 12)
    noon = learner.noon(2)
    learner.run("addition_facts", 6, 6, at=noon)
    learner.run("subtraction_facts", 6, 6, at=noon + HOUR)
    receipt = learner.run("division_facts", 6, 6, at=noon - HOUR)
    assert paid(receipt) == (10, 10, None)
    assert (receipt["tokens"], receipt["daily_tokens"]) == (12, 12)
    earned = {m: learner.progress(m)["tokens_earned"] for m in
              ("division_facts", "addition_facts", "subtraction_facts")}  # fmt: skip
    assert earned == {"division_facts": 10, "addition_facts": 2, "subtraction_facts": 0}


def test_receipts_already_issued_stay_as_issued(db, learner):
    set_setting(db, "daily_token_cap", 12)
    issued = learner.run("addition_facts", 6, 6, at=learner.noon(2), id=uid(1))
    learner.run("addition_facts", 6, 6, at=learner.noon(2) - HOUR)
    again = learner.run("addition_facts", 6, 6, at=learner.noon(2), id=uid(1))
    assert again == {**issued, "replayed": True}


def test_a_late_arrival_is_capped_by_its_own_day(db, learner):
    set_setting(db, "daily_token_cap", 12)
    learner.run("addition_facts", 6, 6, at=learner.noon(4))
    learner.run("addition_facts", 6, 5, at=learner.noon(2))
    receipt = learner.run("addition_facts", 6, 6, at=learner.noon(4) + HOUR)
    assert paid(receipt) == (10, 2, "daily_token_cap")
    assert learner.stats["daily_tokens"] == 5
    assert learner.stats["tokens"] == 17


def test_a_cap_set_during_the_day_counts_what_was_earned_before(db, learner):
    learner.run("addition_facts", 6, 6, at=learner.noon(2))
    set_setting(db, "daily_token_cap", 7)
    receipt = learner.run("addition_facts", 6, 6, at=learner.noon(2) + HOUR)
    assert paid(receipt) == (10, 0, "daily_token_cap")
    assert learner.stats["tokens"] == 10
    set_setting(db, "daily_token_cap", None)
    assert paid(learner.run("addition_facts", 6, 6, at=learner.noon(2) + 2 * HOUR))[1] == 10


def test_grants_are_not_capped_and_not_of_the_day(db, learner):
    set_setting(db, "daily_token_cap", 5)
    learner.run("addition_facts", 6, 6)
    learner.grant(100)
    stats = learner.stats
    assert (stats["tokens"], stats["daily_tokens"], stats["total_tokens_earned"]) == (105, 5, 105)


# ---------------------------------------------------------------- the range


@pytest.mark.parametrize(
    ("left", "award", "capped_by"),
    [(10, 10, None), (9, 9, "range"), (1, 1, "range"), (0, 0, "range"), (11, 10, None)],
)
def test_what_would_leave_the_integer_range_is_cut(learner, left, award, capped_by):
    learner.write(
        global_stats__total_tokens_earned=INT_MAX - left, global_stats__tokens=INT_MAX - left
    )
    receipt = learner.run("addition_facts", 6, 6)
    assert paid(receipt) == (10, award, capped_by)
    assert receipt["tokens"] == learner.stats["total_tokens_earned"] == INT_MAX - left + award


def test_the_cap_and_the_range_the_one_that_cuts_more_is_named(db, learner):
    set_setting(db, "daily_token_cap", 4)
    learner.write(global_stats__total_tokens_earned=INT_MAX - 2, global_stats__tokens=INT_MAX - 2)
    assert paid(learner.run("addition_facts", 6, 6)) == (10, 2, "range")
    assert paid(learner.run("addition_facts", 6, 6))[1] == 0


# ---------------------------------------------------------------- debts


def test_a_debt_is_paid_first_by_later_awards(learner):
    learner.write(
        global_stats__total_tokens_earned=10, global_stats__total_tokens_spent=25,
        global_stats__tokens=0,
    )  # fmt: skip
    tokens = [learner.run("addition_facts", 6, 6)["tokens"] for _ in range(3)]
    assert tokens == [0, 5, 15]
    stats = learner.stats
    assert (stats["total_tokens_earned"], stats["total_tokens_spent"]) == (40, 25)
    assert stats["daily_tokens"] == 30


def test_spending_does_not_touch_the_days_tokens(learner):
    learner.run("addition_facts", 6, 6)
    learner.spend(4)
    stats = learner.stats
    assert (stats["tokens"], stats["daily_tokens"], stats["total_tokens_spent"]) == (6, 10, 4)


def test_spends_and_grants_stand_among_late_arrivals(db, learner):
    learner.run("addition_facts", 6, 6)
    learner.spend(4)
    receipt = learner.run("decimal_defender", 5, 5, at=learner.noon(2))
    assert receipt["tokens"] == 41
    assert learner.stats["total_tokens_spent"] == 4
