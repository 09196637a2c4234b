"""What a generated history is made of: calls, and when their activities occurred."""

import functools
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from .days import ONE_DAY, day_start, local_day

# Stands in `fact_type` for the type at the learner's current step.
CURRENT_STEP = "<the current step>"


def identifier(number: int) -> UUID:
    """An id whose order is that of its number."""
    return UUID(int=number << 96 | 0x4000_8000_0000_0000_0000)


# How long before the call the first of activities that come in their order occurred.
FIRST = timedelta(days=25)

# Stands in a direct write for a key that is taken away.
REMOVED = "<removed>"


# ---------------------------------------------------------------- instants


@dataclass(frozen=True)
class Now:
    """p_occurred_at NULL: the server's clock."""


@dataclass(frozen=True)
class At:
    """An instant that is known."""

    instant: datetime


@dataclass(frozen=True)
class Ago:
    """So many microseconds before the call; ahead of it where negative."""

    microseconds: int


@dataclass(frozen=True)
class SameAs:
    """The instant of an activity recorded earlier, moved by some microseconds."""

    number: int
    microseconds: int = 0


@dataclass(frozen=True)
class After:
    """So long after the latest activity, but no later than the call."""

    microseconds: int


@dataclass(frozen=True)
class DayStart:
    """The start of a local day in a zone, some days ago, moved by some microseconds."""

    zone: str
    days_ago: int
    hour: int
    microseconds: int


@dataclass(frozen=True)
class ClockChange:
    """The zone's latest change of the clocks before the call, moved by some seconds."""

    zone: str
    seconds: int


When = Now | At | Ago | SameAs | After | DayStart | ClockChange


@functools.lru_cache
def last_clock_change(zone: str, hour: datetime) -> datetime:
    """The last full hour at which the zone's offset changed; the given one, if none."""

    def offset(instant: datetime) -> timedelta:
        return instant.astimezone(ZoneInfo(zone)).utcoffset()

    for hours in range(24 * 366):
        change = hour - timedelta(hours=hours)
        if offset(change - timedelta(hours=1)) != offset(change):
            return change
    return hour


def resolve(when: When, clock: datetime, earlier: list[datetime]) -> datetime | None:
    """The instant to pass; `clock` was read before the call."""
    match when:
        case Now():
            return None
        case At(instant):
            return instant
        case Ago(microseconds):
            return clock - timedelta(microseconds=microseconds)
        case SameAs(number, microseconds):
            base = earlier[number % len(earlier)] if earlier else clock
            return base + timedelta(microseconds=microseconds)
        case After(microseconds):
            base = max(earlier, default=clock - FIRST)
            return min(base + timedelta(microseconds=microseconds), clock)
        case DayStart(zone, days_ago, hour, microseconds):
            day = local_day(clock, zone, hour) - days_ago * ONE_DAY
            return day_start(day, zone, hour) + timedelta(microseconds=microseconds)
        case ClockChange(zone, seconds):
            hour = clock.replace(minute=0, second=0, microsecond=0)
            return last_clock_change(zone, hour) + timedelta(seconds=seconds)


# ---------------------------------------------------------------- calls


@dataclass(frozen=True)
class Record:
    """hg_record_activity."""

    number: int
    module: str
    questions: int
    correct: int
    seconds: int | None = None
    run_type: str = "token_run"
    when: When = Now()
    details: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Again:
    """An earlier activity once more: the same, or with one correct answer less or more."""

    number: int
    changed: bool
    when: When = Now()


@dataclass(frozen=True)
class Spoilt:
    """An item of a batch with some of its keys changed, or REMOVED."""

    record: Record
    changes: dict


@dataclass(frozen=True)
class Batch:
    """hg_record_activities, all items of the one learner; on_error is 'abort' or 'skip'."""

    items: tuple[Record | Again | Spoilt, ...]
    on_error: str


@dataclass(frozen=True)
class Reverse:
    """hg_reverse_activity: of an earlier activity, of earlier tokens, of what has that number."""

    number: int
    kind: str = "earlier"


@dataclass(frozen=True)
class Spend:
    """hg_spend_tokens; an id of an earlier call where `number` repeats."""

    number: int
    amount: int
    reason: str = "hat"


@dataclass(frozen=True)
class Grant:
    """hg_grant_tokens."""

    number: int
    amount: int
    reason: str = "gift"


@dataclass(frozen=True)
class SetDifficulty:
    """hg_set_preferred_difficulty."""

    module: str
    difficulty: int


@dataclass(frozen=True)
class SetZone:
    """hg_set_time_zone."""

    zone: str


@dataclass(frozen=True)
class SetMastery:
    """hg_set_mastery."""

    module: str
    value: bool | None


@dataclass(frozen=True)
class ResetModule:
    """hg_reset_module."""

    module: str


@dataclass(frozen=True)
class SetPause:
    """hg_set_pause; days as such, or counted from today in UTC."""

    first: int | date
    last: int | date
    everybody: bool


@dataclass(frozen=True)
class SetSetting:
    """hg_set_setting."""

    name: str
    value: object


@dataclass(frozen=True)
class ChangeModule:
    """An UPDATE of the catalog, by the model's field names."""

    module: str
    changes: dict


@dataclass(frozen=True)
class Reevaluate:
    """The catalog changed, or not, and the module judged anew: looked at first, then for good."""

    module: str
    changes: dict


@dataclass(frozen=True)
class ForgetSnapshots:
    """The learner's rows of hg_snapshots deleted, by hg_rebuild or by hand."""

    rebuild: bool


@dataclass(frozen=True)
class AddModule:
    """An INSERT into the catalog: a module like another one."""

    name: str
    like: str


@dataclass(frozen=True)
class SetGrade:
    """An UPDATE of users.grade."""

    grade: str | None


@dataclass(frozen=True)
class DaysAgo:
    """A value of a direct write: the day, or its start, so many days before the call (UTC)."""

    days: int
    pattern: str = "%Y-%m-%d"


@dataclass(frozen=True)
class WriteDocument:
    """A direct UPDATE of the document: keys by dotted path, and their new values."""

    changes: dict


@dataclass(frozen=True)
class Read:
    """hg_document and hg_streak, some seconds after the last activity or the clock."""

    seconds: int


Operation = (
    Record | Again | Batch | Reverse | Spend | Grant | SetDifficulty | SetZone | SetMastery
    | ResetModule | SetPause | SetSetting | ChangeModule | Reevaluate | AddModule | SetGrade
    | WriteDocument | ForgetSnapshots | Read
)  # fmt: skip


@dataclass(frozen=True)
class History:
    """What is set before the learner exists, the learner's grade, and what happens then."""

    setup: list[Operation]
    grade: str | None
    operations: list[Operation]
    session_zone: str = "UTC"
    date_style: str = "ISO"
    # How the document that the learner begins with differs from the skeleton, by dotted path.
    start: dict = field(default_factory=dict)
