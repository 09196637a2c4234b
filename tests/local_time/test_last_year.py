"""The clock changes of the last year by the real clock, where nobody may set one."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.record.support import DAY, HOUR, MINUTE, SECOND, UTC, set_setting

MICROSECOND = SECOND / 1_000_000


def offset(at: datetime, zone: str) -> timedelta:
    return at.astimezone(ZoneInfo(zone)).utcoffset()


def changes(now: datetime, zone: str) -> list[datetime]:
    """When the zone's clocks changed in the last 350 days, to the half hour."""
    start = now.replace(minute=0, second=0, microsecond=0)
    times = [start - n * 30 * MINUTE for n in range(2 * 24 * 350, 2 * 24 * 3, -1)]
    return [at for at in times if offset(at, zone) != offset(at - SECOND, zone)]


def day_of(at: datetime, zone: str, hour: int) -> date:
    """The calendar's day of an instant: local wall time less some hours."""
    return (at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) - hour * HOUR).date()


def turns(first: datetime, zone: str, hour: int) -> list[datetime]:
    """The instants of five days, to the half hour, at which another day comes."""
    times = [first + n * 30 * MINUTE for n in range(1, 2 * 24 * 5)]
    return [at for at in times
            if day_of(at, zone, hour) != day_of(at - MICROSECOND, zone, hour)]  # fmt: skip


# Clocks change by half an hour, two hours, one; a day that starts at 2 starts where they do.
@pytest.mark.parametrize(
    ("zone", "hour"),
    [
        ("Australia/Lord_Howe", 0), ("Australia/Lord_Howe", 2), ("Antarctica/Troll", 2),
        ("America/New_York", 12),
    ],
)  # fmt: skip
def test_a_streak_over_the_clock_changes_of_the_last_year(db, new, zone, hour):
    """The last microsecond of each day and the first of the next."""
    set_setting(db, "late_window_days", 365)
    set_setting(db, "day_start_hour", hour)
    found = changes(new().clock.astimezone(UTC), zone)
    assert found
    for change in found:
        learner, latest, streak_days = new(zone), date.min, 0
        for turn in turns(change - 2 * DAY, zone, hour):
            for at in (turn - MICROSECOND, turn):
                day = day_of(at, zone, hour)
                receipt = learner.run("word_race", 1, 1, at=at)
                assert (receipt["local_day"], receipt["warnings"]) == (day.isoformat(), [])
                if day > latest:
                    latest = day
                    streak_days += 1
                assert receipt["streak_days"] == streak_days
        assert learner.stats["activity_date"] == latest.isoformat()
        assert streak_days >= 5
