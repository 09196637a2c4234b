"""hg_record_activity: streak_days, its words, freezes, the weekday mask, pauses."""

import pytest
from psycopg.types.json import Jsonb

from .support import DAY, HOUR, Learner, set_setting, uid

WORKDAYS = [1, 2, 3, 4, 5]
MON, TUE, WED, THU, FRI, SAT, SUN, NEXT_MON = range(1, 9)


def words(receipts: list[dict]) -> list[tuple]:
    return [(receipt["streak"], receipt["streak_days"]) for receipt in receipts]


def week(learner: Learner, *weekdays: int) -> list[tuple]:
    """A session on these days of a past week, 8 is the next Monday; words and streaks."""
    monday = learner.clock.isoweekday() - 1 + 14
    return words(learner.days(*(monday - (day - 1) for day in weekdays)))


def freezes(db, initial: int = 0, every: int = 0, most: int = 5) -> None:
    set_setting(db, "streak_freeze_max", most)
    set_setting(db, "streak_freeze_initial", initial)
    set_setting(db, "streak_freeze_every_days", every)


# ---------------------------------------------------------------- words


def test_started_extended_unchanged_restarted(learner):
    assert words(learner.days(9, 8, 7, 4, 3)) == [
        ("started", 1), ("extended", 2), ("extended", 3), ("restarted", 1), ("extended", 2),
    ]  # fmt: skip
    again = learner.run("word_race", 1, 1, at=learner.noon(3) + HOUR)
    assert words([again]) == [("unchanged", 2)]
    stats = learner.stats
    assert (stats["streak_days"], stats["longest_streak_days"]) == (2, 3)
    assert stats["activity_date"] == learner.noon(3).date().isoformat()


@pytest.mark.parametrize("gap", [2, 3, 10, 20])
def test_one_missed_day_is_enough_to_begin_again(learner, gap):
    assert words(learner.days(25, 24, 24 - gap)) == [
        ("started", 1), ("extended", 2), ("restarted", 1),
    ]  # fmt: skip


def test_days_are_of_the_calendar_not_24_hours(learner):
    first = learner.noon(5) - 12 * HOUR
    receipts = [learner.run("word_race", 1, 1, at=at)
                for at in (first, first + 47 * HOUR + 59 * HOUR / 60)]  # fmt: skip
    assert words(receipts) == [("started", 1), ("extended", 2)]


@pytest.mark.parametrize("run_type", ["token_run", "test", "practice"])
def test_every_run_counts_for_the_streak(learner, run_type):
    learner.days(3)
    receipt = learner.run("word_race", 1, 0, run_type=run_type, at=learner.noon(2))
    assert words([receipt]) == [("extended", 2)]


def test_the_longest_streak_stays(learner):
    learner.days(12, 11, 10, 9, 5, 4)
    assert learner.stats["longest_streak_days"] == 4
    learner.days(3, 2, 1)
    assert learner.stats["longest_streak_days"] == 5


def test_a_new_day_begins_daily_keys_anew(learner):
    learner.run("addition_facts", 6, 6, 90, at=learner.noon(3))
    learner.run("addition_facts", 6, 5, 50, at=learner.noon(2))
    stats = learner.stats
    assert (stats["daily_tokens"], stats["daily_time_spent"]) == (5, 50)
    assert stats["daily_engagement_minutes"] == 0


# ---------------------------------------------------------------- the weekday mask


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ((FRI, NEXT_MON), [("started", 1), ("extended", 2)]),
        ((THU, NEXT_MON), [("started", 1), ("restarted", 1)]),
        ((THU, FRI, SAT, SUN, NEXT_MON),
         [("started", 1), ("extended", 2), ("unchanged", 2), ("unchanged", 2), ("extended", 3)]),
        ((THU, SAT), [("started", 1), ("restarted", 1)]),
        ((SAT, SUN, NEXT_MON), [("started", 1), ("unchanged", 1), ("extended", 2)]),
        ((SAT, NEXT_MON), [("started", 1), ("extended", 2)]),
        ((MON, WED), [("started", 1), ("restarted", 1)]),
    ],
)  # fmt: skip
def test_unscheduled_days_are_not_missed_and_add_nothing(db, learner, days, expected):
    set_setting(db, "streak_weekdays", WORKDAYS)
    assert week(learner, *days) == expected


def test_an_unscheduled_day_is_an_activity_date_all_the_same(db, learner):
    set_setting(db, "streak_weekdays", WORKDAYS)
    week(learner, FRI, SAT)
    days_ago = learner.clock.isoweekday() - 1 + 14 - (SAT - 1)
    assert learner.stats["activity_date"] == learner.noon(days_ago).date().isoformat()


def test_a_mask_of_one_weekday(db, learner):
    set_setting(db, "streak_weekdays", [3])
    ago = learner.clock.isoweekday() - 3 + 7
    assert words(learner.days(ago + 14, ago + 7, ago)) == [
        ("started", 1), ("extended", 2), ("extended", 3),
    ]  # fmt: skip


# ---------------------------------------------------------------- freezes


def test_by_default_there_are_no_freezes(learner):
    learner.days(10, 9, 8, 7, 6, 5, 4, 3)
    assert learner.stats["streak_freezes"] == 0


@pytest.mark.parametrize(
    ("held", "missed", "word", "left"),
    [
        (1, 1, ("frozen", 3), 0), (2, 1, ("frozen", 3), 1), (2, 2, ("frozen", 3), 0),
        (2, 3, ("restarted", 1), 2), (1, 2, ("restarted", 1), 1), (3, 0, ("extended", 3), 3),
    ],
)  # fmt: skip
def test_a_freeze_covers_if_all_missed_days_can_be_covered(db, new, held, missed, word, left):
    freezes(db, initial=held)
    learner = new()
    assert learner.stats["streak_freezes"] == held
    assert words(learner.days(10, 9, 8 - missed))[-1] == word
    assert learner.stats["streak_freezes"] == left


def test_a_covered_gap_adds_one_day_for_the_day_itself_only(db, new):
    freezes(db, initial=5)
    learner = new()
    assert words(learner.days(10, 6)) == [("started", 1), ("frozen", 2)]


def test_only_scheduled_days_take_a_freeze(db, new):
    freezes(db, initial=1)
    set_setting(db, "streak_weekdays", WORKDAYS)
    learner = new()
    assert week(learner, THU, NEXT_MON) == [("started", 1), ("frozen", 2)]
    assert learner.stats["streak_freezes"] == 0


def test_a_freeze_before_an_unscheduled_day(db, new):
    freezes(db, initial=1)
    set_setting(db, "streak_weekdays", WORKDAYS)
    learner = new()
    assert week(learner, WED, THU, SAT, NEXT_MON) == [
        ("started", 1), ("extended", 2), ("frozen", 2), ("extended", 3),
    ]  # fmt: skip
    assert learner.stats["streak_freezes"] == 0


def test_a_freeze_is_earned_at_each_multiple_up_to_the_most(db, new):
    freezes(db, every=2, most=2)
    learner = new()
    held = []
    for n in range(12, 4, -1):
        learner.days(n)
        held.append(learner.stats["streak_freezes"])
    assert held == [0, 1, 1, 2, 2, 2, 2, 2]


def test_a_freeze_is_not_earned_again_while_the_streak_stands_at_the_multiple(db, new):
    freezes(db, every=2)
    set_setting(db, "streak_weekdays", WORKDAYS)
    learner = new()
    week(learner, THU, FRI, FRI, SAT, SUN)
    assert learner.stats["streak_freezes"] == 1


def test_a_frozen_day_that_reaches_a_multiple_earns_one(db, new):
    freezes(db, initial=1, every=3)
    learner = new()
    assert words(learner.days(10, 9, 7))[-1] == ("frozen", 3)
    assert learner.stats["streak_freezes"] == 1


def test_freezes_are_kept_when_the_streak_breaks_and_earned_again(db, new):
    freezes(db, every=2)
    learner = new()
    learner.days(15, 14, 10, 9)
    assert learner.stats["streak_freezes"] == 2


def test_settings_of_their_time_decide_about_a_day(db, new):
    """Each activity with the settings it was recorded under, also when folded again."""
    learner = new()
    learner.days(12, 11)
    freezes(db, every=1)
    learner.days(10)
    assert learner.stats["streak_freezes"] == 1
    freezes(db, every=0)
    learner.days(9)
    learner.run("word_race", 1, 1, at=learner.noon(11) + HOUR)
    stats = learner.stats
    assert (stats["streak_freezes"], stats["streak_days"]) == (1, 4)


# ---------------------------------------------------------------- pauses


def pause_earlier(learner: Learner, first: int, last: int) -> None:
    """A pause of this learner from days ago to days ago, as if it had been set in time."""
    days = {"from": learner.noon(first).date().isoformat(),
            "to": learner.noon(last).date().isoformat()}  # fmt: skip
    learner.db.execute(
        "INSERT INTO hg_ledger (user_id, id, kind, occurred_at, recorded_at, rules_version,"
        " recorded_by, details, receipt)"
        " SELECT %s, gen_random_uuid(), 'pause', c.now, c.now, i.rules_version, session_user, %s,"
        " '{}' FROM hg_installation AS i, clock_timestamp() AS c (now)",
        [learner.id, Jsonb(days)],
    )


def pause_all_earlier(learner: Learner, first: int, last: int) -> None:
    """A pause of all learners, as if it had been set in time."""
    learner.db.execute(
        "SELECT hg__publish_rules(jsonb_build_object('pause', jsonb_build_object('from', %s::date,"
        " 'to', %s::date)))",
        [learner.noon(first).date(), learner.noon(last).date()],
    )


@pytest.fixture(params=[pause_earlier, pause_all_earlier], ids=["one", "all"])
def pause(request):
    return request.param


def test_a_paused_day_is_not_missed(learner, pause):
    pause(learner, 9, 7)
    assert words(learner.days(11, 10, 6)) == [("started", 1), ("extended", 2), ("extended", 3)]


def test_both_ends_of_a_pause_are_paused_and_no_more(new, pause):
    learner = new()
    pause(learner, 9, 8)
    assert words(learner.days(10, 6))[-1] == ("restarted", 1), "day 7 is missed"
    learner = new()
    pause(learner, 9, 8)
    assert words(learner.days(11, 7))[-1] == ("restarted", 1), "day 10 is missed"


def test_a_paused_day_takes_no_freeze(db, new, pause):
    freezes(db, initial=1)
    learner = new()
    pause(learner, 9, 8)
    assert words(learner.days(10, 6))[-1] == ("frozen", 2)
    assert learner.stats["streak_freezes"] == 0


def test_an_activity_on_a_paused_day_adds_nothing_itself(learner, pause):
    pause(learner, 9, 8)
    assert words(learner.days(10, 9, 8, 7)) == [
        ("started", 1), ("unchanged", 1), ("unchanged", 1), ("extended", 2),
    ]  # fmt: skip


def test_an_activity_on_a_paused_day_after_a_missed_one_restarts(learner, pause):
    pause(learner, 8, 8)
    assert words(learner.days(12, 11, 10, 8)) == [
        ("started", 1), ("extended", 2), ("extended", 3), ("restarted", 1),
    ]  # fmt: skip


def test_a_first_activity_on_a_paused_day_is_1(learner, pause):
    pause(learner, 8, 8)
    assert words(learner.days(8)) == [("started", 1)]


def test_a_learners_pause_is_not_anothers(new):
    learner, other = new(), new()
    pause_earlier(learner, 9, 7)
    assert words(other.days(10, 6))[-1] == ("restarted", 1)


def test_several_pauses_add_up(learner):
    pause_earlier(learner, 9, 8)
    pause_all_earlier(learner, 8, 7)
    assert words(learner.days(10, 6))[-1] == ("extended", 2)


def test_a_pause_by_the_api_of_today_for_all_and_for_one(new):
    one, all_ = new(), new()
    today = one.clock.date()
    yesterday = (one.noon(1), all_.noon(1))
    one.run("word_race", 1, 1, at=yesterday[0])
    all_.run("word_race", 1, 1, at=yesterday[1])
    one.pause(today, today + 400 * DAY)
    assert words([one.run("word_race", 1, 1)])[0][0] == "unchanged"
    all_.db.execute("SELECT hg_set_pause(%s, %s)", [today, today + DAY])
    assert words([all_.run("word_race", 1, 1)])[0][0] == "unchanged"


# ---------------------------------------------------------------- late arrivals


def test_a_late_arrival_mends_the_streak(learner):
    learner.days(6, 5, 3, 2)
    assert (learner.stats["streak_days"], learner.stats["longest_streak_days"]) == (2, 2)
    receipt = learner.run("word_race", 1, 1, at=learner.noon(4))
    assert words([receipt]) == [("extended", 5)]
    assert receipt["warnings"] == ["late"]
    assert learner.stats["longest_streak_days"] == 5


def test_a_late_arrivals_word_is_that_of_its_place(learner):
    learner.days(6)
    early = learner.run("word_race", 1, 1, at=learner.noon(8))
    between = learner.run("word_race", 1, 1, at=learner.noon(8) + HOUR, id=uid(3))
    assert words([early, between]) == [("started", 1), ("unchanged", 1)]


def test_a_late_arrival_takes_or_saves_freezes(db, new):
    freezes(db, initial=1)
    learner = new()
    learner.days(6, 4)
    assert learner.stats["streak_freezes"] == 0
    learner.days(5)
    assert (learner.stats["streak_freezes"], learner.stats["streak_days"]) == (1, 3)
    learner.days(8)
    assert (learner.stats["streak_freezes"], learner.stats["streak_days"]) == (0, 4)
