"""Local days, rest days, and the instants at which days begin."""

import bisect
import functools
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

ONE_DAY = timedelta(days=1)
ONE_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Pause:
    """Days that are never missed; `user` None is for all learners."""

    first: date
    last: date
    user: object = None


@functools.cache
def _zone_names() -> set[str]:
    return available_timezones()


def zone_is_valid(name: object) -> bool:
    """Says whether a name is a zone this product takes."""
    if name == "UTC":
        return True
    return (
        isinstance(name, str)
        and "/" in name
        and not name.startswith(("posix/", "right/", "Etc/"))
        and name in _zone_names()
    )


def local_day(instant: datetime, zone: str, day_start_hour: int) -> date:
    """The local day of an instant: the wall clock less the hour at which a day begins."""
    wall = instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return (wall - timedelta(hours=day_start_hour)).date()


def day_start(day: date, zone: str, day_start_hour: int) -> datetime:
    """The first instant of a local day.

    An hour that the wall clock shows twice begins the day the first time it is shown; one that
    it skips, at the skip: local_day() leaves no other choice.
    """
    wall = datetime.combine(day, time(day_start_hour))
    begins = wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    if begins.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall:
        return begins
    # Skipped: the clocks change at a whole second of the day before it.
    seconds = range(24 * 3600)
    change = bisect.bisect_left(
        seconds,
        True,
        key=lambda n: local_day(begins - ONE_DAY + n * ONE_SECOND, zone, day_start_hour) >= day,
    )
    return begins - ONE_DAY + change * ONE_SECOND


def is_scheduled(day: date, settings: dict) -> bool:
    """Says whether the weekday is one on which the learner is expected."""
    return day.isoweekday() in settings["streak_weekdays"]


def is_paused(day: date, pauses: tuple[Pause, ...], user: object) -> bool:
    """Says whether a pause for this learner, or for all, holds the day."""
    return any(pause.first <= day <= pause.last and pause.user in (None, user) for pause in pauses)


@dataclass(frozen=True)
class Calendar:
    """One learner's rest days: the weekday mask and the pauses."""

    settings: dict
    pauses: tuple[Pause, ...]
    user: object

    def rests(self, day: date) -> bool:
        """Says whether the day cannot be missed."""
        return not is_scheduled(day, self.settings) or is_paused(day, self.pauses, self.user)

    def missed(self, after: date, before: date) -> list[date]:
        """The days strictly between two days that count as missed."""
        days = (after + n * ONE_DAY for n in range(1, (before - after).days))
        return [day for day in days if not self.rests(day)]
