"""hg_record_activity: the local day of an activity, by zone, clock changes and day_start_hour."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from .skeleton import SKELETON
from .support import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    UTC,
    Learner,
    changed,
    clock_changes,
    instant,
    set_setting,
)

NEW_YORK, KIRITIMATI, HONOLULU = "America/New_York", "Pacific/Kiritimati", "Pacific/Honolulu"


@pytest.fixture
def in_zone(db, new):
    """Makes learners who have had a zone from the beginning; the window is a year."""
    set_setting(db, "late_window_days", 365)
    return lambda zone, **stats: new(
        document=changed(
            SKELETON,
            {f"global_stats.{key}": value for key, value in ({"time_zone": zone} | stats).items()},
        )
    )


def past(learner: Learner, zone: str, days: int, hour: int, minute: int = 0) -> datetime:
    """A local time of day, some local days ago."""
    local = learner.clock.astimezone(ZoneInfo(zone)).replace(tzinfo=None) - days * DAY
    local = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def day_of(at: datetime, zone: str, start_hour: int = 0) -> str:
    """The calendar's day of an instant: local wall time less some hours."""
    local = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return (local - timedelta(hours=start_hour)).date().isoformat()


def word(learner: Learner, at: datetime) -> dict:
    return learner.run("word_race", 1, 1, at=at)


# ---------------------------------------------------------------- zones


@pytest.mark.parametrize(
    "zone", [NEW_YORK, KIRITIMATI, HONOLULU, "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"]
)
def test_the_day_turns_at_local_midnight(in_zone, zone):
    learner = in_zone(zone)
    midnight = past(learner, zone, 5, 0)
    before, after = word(learner, midnight - SECOND), word(learner, midnight)
    assert before["local_day"] == day_of(midnight - SECOND, zone)
    assert after["local_day"] == day_of(midnight, zone)
    assert before["local_day"] < after["local_day"]
    assert (after["streak"], after["streak_days"]) == ("extended", 2)
    assert word(learner, midnight + 23 * HOUR)["local_day"] == after["local_day"]
    assert learner.stats["activity_date"] == after["local_day"]


def test_one_instant_has_another_day_in_kiritimati_than_in_honolulu(in_zone):
    east, west = in_zone(KIRITIMATI), in_zone(HONOLULU)
    at = east.noon(3).replace(hour=10, minute=30)
    days = [word(learner, at)["local_day"] for learner in (east, west)]
    assert days == [(at + DAY).date().isoformat(), at.date().isoformat()]


def test_the_installations_default_zone_is_utc(learner):
    midnight = learner.noon(3) - 12 * HOUR
    assert word(learner, midnight - SECOND)["local_day"] == day_of(midnight - DAY, "UTC")
    assert word(learner, midnight)["local_day"] == day_of(midnight, "UTC")


def test_a_learner_without_a_zone_follows_the_default(db, new):
    set_setting(db, "default_time_zone", KIRITIMATI)
    learner = new()
    at = learner.noon(3)
    assert word(learner, at)["local_day"] == day_of(at, KIRITIMATI)
    assert learner.stats["time_zone"] is None


def test_a_learners_own_zone_wins_over_the_default(db, in_zone):
    learner = in_zone(HONOLULU)
    set_setting(db, "default_time_zone", KIRITIMATI)
    at = learner.noon(3)
    assert word(learner, at)["local_day"] == day_of(at, HONOLULU)


# ---------------------------------------------------------------- clock changes


@pytest.mark.parametrize("zone", [NEW_YORK, "America/Santiago", "Europe/Berlin"])
@pytest.mark.parametrize("hour", [0, 1, 2, 3, 4])
def test_on_days_of_23_and_25_hours_the_calendar_decides(db, in_zone, zone, hour):
    """Two changes a year; around each, the ends and the starts of the days before and after."""
    set_setting(db, "day_start_hour", hour)
    learner = in_zone(zone)
    changes = clock_changes(learner.clock, zone)
    assert changes
    for change in changes:
        moments = [
            change + n * HOUR + shift
            for n in (-27, -26, -25, -24, -23, -4, -3, -2, -1, 0, 1, 2, 3, 4, 21, 22, 23, 24, 25)
            for shift in (-SECOND, 0 * SECOND)
        ]
        for at in moments:
            assert word(learner, at)["local_day"] == day_of(at, zone, hour), at


def test_a_streak_goes_on_over_both_clock_changes(in_zone):
    learner = in_zone(NEW_YORK)
    for change in clock_changes(learner.clock, NEW_YORK):
        local = change.astimezone(ZoneInfo(NEW_YORK)).replace(tzinfo=None)
        words = []
        for n in (-2, -1, 0, 1, 2):
            late_evening = (local + n * DAY).replace(hour=23, minute=59, second=59)
            at = late_evening.replace(tzinfo=ZoneInfo(NEW_YORK)).astimezone(UTC)
            words.append(word(learner, at)["streak"])
        assert words[1:] == ["extended"] * 4


# ---------------------------------------------------------------- day_start_hour


@pytest.mark.parametrize("hour", [0, 1, 3, 12])
def test_the_day_starts_at_day_start_hour(db, in_zone, hour):
    set_setting(db, "day_start_hour", hour)
    learner = in_zone("Europe/Berlin")
    start = past(learner, "Europe/Berlin", 5, hour)
    calendar_day = start.astimezone(ZoneInfo("Europe/Berlin")).date()
    before = word(learner, start - SECOND)
    after = word(learner, start)
    assert before["local_day"] == (calendar_day - DAY).isoformat()
    assert after["local_day"] == calendar_day.isoformat()
    assert after["streak"] == "extended"


# ---------------------------------------------------------------- never backward


def test_the_folds_day_never_runs_backward(db, learner):
    set_setting(db, "default_time_zone", KIRITIMATI)
    at = learner.noon(3)
    first = word(learner, at)
    learner.run("addition_facts", 6, 6, 60, at=at + MINUTE)
    set_setting(db, "default_time_zone", HONOLULU)
    receipt = learner.run("addition_facts", 6, 6, 60, at=at + 2 * MINUTE)
    assert first["local_day"] == day_of(at, KIRITIMATI)
    assert receipt["local_day"] == day_of(at, HONOLULU) < first["local_day"]
    assert receipt["streak"] == "unchanged"
    stats = learner.stats
    assert stats["activity_date"] == first["local_day"]
    assert (stats["daily_tokens"], stats["daily_time_spent"], stats["streak_days"]) == (20, 120, 1)


def test_an_activitys_own_day_is_stored_and_never_recomputed(db, learner):
    at = learner.noon(3)
    receipt = word(learner, at)
    set_setting(db, "default_time_zone", KIRITIMATI)
    word(learner, at - 3 * HOUR)
    assert [e["local_day"] for e in learner.entries("activity")] == [
        receipt["local_day"], day_of(at - 3 * HOUR, KIRITIMATI),
    ]  # fmt: skip
    assert learner.stats["activity_date"] == day_of(at - 3 * HOUR, KIRITIMATI)


def test_the_daily_keys_belong_to_the_greatest_day_so_far(db, learner):
    """The cap too: a day that runs backward pays from the day the fold is at."""
    set_setting(db, "daily_token_cap", 12)
    set_setting(db, "default_time_zone", KIRITIMATI)
    learner.run("addition_facts", 6, 6, at=learner.noon(3))
    set_setting(db, "default_time_zone", HONOLULU)
    receipt = learner.run("addition_facts", 6, 6, at=learner.noon(3) + MINUTE)
    assert (receipt["tokens_awarded"], receipt["daily_tokens"]) == (2, 12)


# ---------------------------------------------------------------- a change of zone that waits


def waiting(in_zone, since: datetime, after: str | None = KIRITIMATI) -> Learner:
    """A learner in Honolulu for whom another zone waits since some instant in the past."""
    return in_zone(HONOLULU, time_zone_next=after, time_zone_next_from=instant(since))


def test_a_waiting_zone_is_in_force_from_its_instant_on(in_zone, learner):
    since = learner.noon(4).replace(hour=10)
    waiter = waiting(in_zone, since)
    before = word(waiter, since - SECOND)
    assert before["local_day"] == day_of(since - SECOND, HONOLULU)
    assert waiter.stats["time_zone"] == HONOLULU
    assert waiter.stats["time_zone_next"] == KIRITIMATI
    after = word(waiter, since)
    assert after["local_day"] == day_of(since, KIRITIMATI)
    stats = waiter.stats
    assert (stats["time_zone"], stats["time_zone_next"], stats["time_zone_next_from"]) == (
        KIRITIMATI, None, None,
    )  # fmt: skip


def test_a_waiting_return_to_the_default(in_zone, learner):
    since = learner.noon(4).replace(hour=10)
    waiter = waiting(in_zone, since, None)
    receipt = word(waiter, since + HOUR)
    assert receipt["local_day"] == day_of(since + HOUR, "UTC")
    assert waiter.stats["time_zone"] is None
    assert waiter.stats["time_zone_next_from"] is None


def test_a_late_arrival_from_before_the_change_has_the_old_zones_day(in_zone, learner):
    since = learner.noon(4).replace(hour=10)
    waiter = waiting(in_zone, since)
    word(waiter, since + HOUR)
    receipt = word(waiter, since - HOUR)
    assert receipt["local_day"] == day_of(since - HOUR, HONOLULU)
    assert waiter.stats["time_zone"] == KIRITIMATI


def test_practice_too_brings_a_waiting_zone_into_force(in_zone, learner):
    since = learner.noon(4).replace(hour=10)
    waiter = waiting(in_zone, since)
    waiter.practise("word_race", at=since + HOUR)
    assert waiter.stats["time_zone"] == KIRITIMATI
