"""The streak's calendar: weeks over the year's end, days that are none, and when it reads 0."""

import pytest
from psycopg import errors

from tests.local_time.support import utc
from tests.record.support import DAY, SECOND, set_setting

WORKDAYS, WEEKEND, MONDAYS = [1, 2, 3, 4, 5], [6, 7], [1]
MICROSECOND = SECOND / 1_000_000

# ---------------------------------------------------------------- the week of the year's end


@pytest.mark.parametrize(
    ("weekdays", "steps"),
    [
        # 2020 has a week 53: Monday 28 December to Sunday 3 January.
        (WORKDAYS, [("2020-12-31", "started", 1), ("2021-01-01", "extended", 2),
                    ("2021-01-04", "extended", 3)]),
        (WORKDAYS, [("2020-12-31", "started", 1), ("2021-01-04", "restarted", 1)]),
        (WEEKEND, [("2020-12-27", "started", 1), ("2021-01-02", "extended", 2),
                   ("2021-01-03", "extended", 3), ("2021-01-09", "extended", 4)]),
        (WEEKEND, [("2020-12-27", "started", 1), ("2021-01-02", "extended", 2),
                   ("2021-01-09", "restarted", 1)]),
        (MONDAYS, [("2020-12-21", "started", 1), ("2020-12-28", "extended", 2),
                   ("2021-01-01", "unchanged", 2), ("2021-01-04", "extended", 3)]),
        (MONDAYS, [("2020-12-21", "started", 1), ("2021-01-04", "restarted", 1)]),
        # Week 1 of 2026 begins on Monday, 29 December 2025, and 2026 has a week 53 as well.
        (MONDAYS, [("2025-12-22", "started", 1), ("2025-12-29", "extended", 2),
                   ("2026-01-05", "extended", 3)]),
        (MONDAYS, [("2026-12-21", "started", 1), ("2026-12-28", "extended", 2),
                   ("2027-01-04", "extended", 3)]),
        (WEEKEND, [("2026-12-27", "started", 1), ("2027-01-02", "extended", 2),
                   ("2027-01-03", "extended", 3), ("2027-01-10", "restarted", 1)]),
        (WORKDAYS, [("2026-12-31", "started", 1), ("2027-01-01", "extended", 2),
                    ("2027-01-03", "unchanged", 2), ("2027-01-04", "extended", 3)]),
    ],
)  # fmt: skip
def test_weekdays_go_on_over_the_years_end(world, living, weekdays, steps):
    set_setting(world, "streak_weekdays", weekdays)
    learner = living("UTC")
    assert learner.plays(*(f"{day} 12:00" for day, _, _ in steps)) == steps


# ---------------------------------------------------------------- a day that is none


@pytest.mark.parametrize(
    ("rest", "expected"),
    [("pause", ("extended", 3)), ("unscheduled", ("extended", 3)), ("freeze", ("frozen", 3))],
)
def test_a_day_that_is_none_rests_like_any_other(world, living, rest, expected):
    """30 December 2011, a Friday, is not in Apia's calendar; paused in time it is not missed."""
    learner = living("Pacific/Apia", streak_freezes=1 if rest == "freeze" else 0)
    if rest == "unscheduled":
        set_setting(world, "streak_weekdays", [1, 2, 3, 4, 6, 7])
    learner.plays("2011-12-29 09:00", "2011-12-30 09:00")
    if rest == "pause":
        learner.pause(utc("2011-12-30").date(), utc("2011-12-30").date())
    assert learner.plays("2011-12-30 10:00") == [("2011-12-31", *expected)]


def test_a_pause_from_today_on_is_from_the_learners_today_on(world, clock, living):
    """At 10:00Z it is the 31st in Apia, and no longer the 29th."""
    learner = living("Pacific/Apia")
    clock.set("2011-12-30 09:59:59.999999")
    learner.pause(utc("2011-12-29").date(), utc("2011-12-29").date())
    clock.set("2011-12-30 10:00")
    with pytest.raises(errors.InvalidParameterValue), world.transaction():
        learner.pause(utc("2011-12-30").date(), utc("2011-12-31").date())
    learner.pause(utc("2011-12-31").date(), utc("2011-12-31").date())


# ---------------------------------------------------------------- when it reads 0

EXPIRIES = {
    # The day after the last one can be played until it ends.
    "Lord Howe, spring": ("Australia/Lord_Howe", 0, "2024-10-05", "2024-10-06T13:00:00Z"),
    "Lord Howe, autumn": ("Australia/Lord_Howe", 0, "2024-04-06", "2024-04-07T13:30:00Z"),
    "Lord Howe from 2, spring": ("Australia/Lord_Howe", 2, "2024-10-04", "2024-10-05T15:30:00Z"),
    "Lord Howe from 2, autumn": ("Australia/Lord_Howe", 2, "2024-04-05", "2024-04-06T15:30:00Z"),
    "Sao Paulo, spring": ("America/Sao_Paulo", 0, "2018-11-02", "2018-11-04T03:00:00Z"),
    "Sao Paulo from 1, spring": ("America/Sao_Paulo", 1, "2018-11-02", "2018-11-04T03:00:00Z"),
    "Sao Paulo, autumn": ("America/Sao_Paulo", 0, "2018-02-16", "2018-02-18T03:00:00Z"),
    "Havana, autumn": ("America/Havana", 0, "2024-11-01", "2024-11-03T04:00:00Z"),
    # The day starts in the middle of hours that are not shown: 01:00 is 03:00 at 01:00Z, 00:01 is
    # 01:01 at 03:31Z, and the end of 29 December is the start of the 31st at 10:00Z.
    "Troll from 2, spring": ("Antarctica/Troll", 2, "2024-03-29", "2024-03-31T01:00:00Z"),
    "St John's from 1, spring": ("America/St_Johns", 1, "2011-03-11", "2011-03-13T03:31:00Z"),
    "Apia from 4, day before": ("Pacific/Apia", 4, "2011-12-28", "2011-12-30T10:00:00Z"),
    "Apia from 4": ("Pacific/Apia", 4, "2011-12-29", "2011-12-30T14:00:00Z"),
    # The only day after the 29th that could be played is the 31st: too late.
    "Apia, the day before none": ("Pacific/Apia", 0, "2011-12-29", "2011-12-30T10:00:00Z"),
    "Kathmandu, leap day": ("Asia/Kathmandu", 0, "2024-02-28", "2024-02-29T18:15:00Z"),
    "no leap day": ("UTC", 0, "2023-02-28", "2023-03-02T00:00:00Z"),
    "no leap day in 2100": ("UTC", 12, "2100-02-28", "2100-03-02T12:00:00Z"),
    "to the end of the last year but a day": ("UTC", 0, "9999-12-29", "9999-12-31T00:00:00Z"),
}


@pytest.mark.parametrize(("zone", "hour", "last", "expires_at"), EXPIRIES.values(), ids=EXPIRIES)
def test_a_streak_reads_0_from_expiry_on(db, new, zone, hour, last, expires_at):
    set_setting(db, "day_start_hour", hour)
    learner = new(
        zone, streak_days=5, longest_streak_days=5, activity_date=last, daily_tokens=7,
        last_active=f"{last}T00:00:00Z",
    )  # fmt: skip
    end = utc(expires_at.removesuffix("Z"))
    streak = learner.call("hg_streak", p_at=end - MICROSECOND)
    assert (streak["streak_days"], streak["expires_at"]) == (5, expires_at)
    assert streak["status"] in ("at_risk", "done_today")
    broken = learner.call("hg_streak", p_at=end)
    assert (broken["streak_days"], broken["status"], broken["expires_at"]) == (0, "broken", None)
    for at, streak_days in ((end - MICROSECOND, 5), (end, 0)):
        stats = learner.call("hg_document", p_at=at)["global_stats"]
        assert stats["streak_days"] == streak_days


@pytest.mark.parametrize("hour", range(13))
def test_every_day_start_hour_around_new_yorks_clock_changes(db, new, hour):
    """10 March begins at 07:00Z at the latest for hours up to 3, of which 2 is not shown;
    3 November with daylight time up to one o'clock."""
    set_setting(db, "day_start_hour", hour)
    starts = {
        "2024-03-10": hour + 5 if hour < 3 else hour + 4,
        "2024-11-03": hour + 4 if hour < 2 else hour + 5,
    }
    for day, utc_hour in starts.items():
        learner = new("America/New_York")
        start, before = utc(f"{day} {utc_hour:02}:00"), (utc(day) - DAY).date().isoformat()
        receipts = [learner.run("word_race", 1, 1, at=at) for at in (start - MICROSECOND, start)]
        assert [receipt["local_day"] for receipt in receipts] == [before, day]
        last = (utc(day) - 2 * DAY).date().isoformat()
        reader = new(
            "America/New_York", streak_days=1, longest_streak_days=1, activity_date=last,
            last_active=f"{last}T16:00:00Z",
        )  # fmt: skip
        expires_at = reader.call("hg_streak", p_at=start - MICROSECOND)["expires_at"]
        assert utc(expires_at.removesuffix("Z")) == start


def test_a_streak_expires_while_nobody_writes(clock, committing):
    """By the server's own clock, hg_document and hg_streak asked for now."""
    learner = committing("America/Sao_Paulo")
    learner.plays("2018-11-01 12:00")
    learner.earns("2018-11-02 12:00")
    stored = learner.document
    for moment, streak_days, tokens, status in (
        ("2018-11-03 02:59:59.999999", 2, 10, "done_today"),
        ("2018-11-03 03:00", 2, 0, "at_risk"),
        ("2018-11-04 02:59:59.999999", 2, 0, "at_risk"),
        ("2018-11-04 03:00", 0, 0, "broken"),
    ):
        clock.set(moment)
        streak = learner.call("hg_streak")
        assert (streak["streak_days"], streak["status"]) == (streak_days, status)
        stats = learner.call("hg_document")["global_stats"]
        assert (stats["streak_days"], stats["daily_tokens"]) == (streak_days, tokens)
    assert learner.document == stored


# ---------------------------------------------------------------- the ends of the calendar


def test_the_first_instant_of_the_year_1(new):
    learner = new("UTC")
    receipt = learner.run("word_race", 1, 1, at=utc("0001-01-01"))
    assert receipt["occurred_at"] == "0001-01-01T00:00:00.000000Z"
    assert (receipt["local_day"], receipt["warnings"]) == ("0001-01-01", ["too_late"])
    assert learner.stats["last_active"] == "0001-01-01T00:00:00Z"
    later = learner.run("word_race", 1, 1)
    assert (later["streak"], later["streak_days"]) == ("started", 1)


def test_a_streak_of_the_year_1(new):
    learner = new(
        "UTC", streak_days=1, longest_streak_days=1, activity_date="0001-03-01",
        last_active="0001-03-01T00:00:00Z",
    )  # fmt: skip
    streak = learner.call("hg_streak", p_at=utc("0001-03-02 23:59:59"))
    assert (streak["status"], streak["expires_at"]) == ("at_risk", "0001-03-03T00:00:00Z")
    # Of the sixty days up to 2 March, in a year of 28 in February.
    assert streak["days"][0]["day"] == "0001-01-02"
    assert learner.call("hg_streak")["status"] == "broken"


@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
def test_the_last_instant_of_the_year_9999(new, zone):
    learner = new(zone)
    learner.run("word_race", 1, 1)
    at = utc("9999-12-31 23:59:59.999999")
    streak = learner.call("hg_streak", p_at=at)
    assert (streak["streak_days"], streak["status"], streak["expires_at"]) == (0, "broken", None)
    days = streak["days"]
    assert (len(days), days[-1]) == (60, {"day": "9999-12-31", "state": "open"})
    assert {each["state"] for each in days[:-1]} == {"missed"}
    stats = learner.call("hg_document", p_at=at)["global_stats"]
    assert (stats["streak_days"], stats["longest_streak_days"]) == (0, 1)


def test_a_pause_until_the_year_9999_keeps_the_streak(new):
    learner = new("UTC")
    receipt = learner.run("word_race", 1, 1)
    today = utc(receipt["local_day"]).date()
    learner.pause(today, today.replace(year=9999, month=12, day=30))
    streak = learner.call("hg_streak", p_at=utc("9999-12-31 12:00"))
    assert (streak["streak_days"], streak["status"]) == (1, "at_risk")
