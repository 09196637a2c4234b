"""How values of old documents and columns are read: odd ones are mended, and each is noted."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import NamedTuple

INT_MAX = 2147483647

# jsonb holds a number as numeric: so many digits before and after the point.
MOST_DIGITS = 131072
MOST_DECIMALS = 16383
NOT_IN_JSONB = re.compile("[\0\ud800-\udfff]")

# Choice: a text is a number when it is written plainly, a sign and a fraction at most.
NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")

# Choice: of ISO 8601 the extended calendar form, a space for the T allowed, a day alone (its
# midnight) too; all else, basic form, week dates and numbers of seconds, counts as no date.
DATE = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]+))?)?"
    r"(Z|([+-])([0-9]{2})(?::?([0-9]{2}))?)?)?",
    re.ASCII,
)


def plain(value: object) -> object:
    """JSON as json.loads reads it, whole numbers without a fraction."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


class Entry(NamedTuple):
    """One archived row or value.

    reason is a category, for a value inside a document followed by its path: "negative: a.b".
    """

    source: str
    source_id: str | None
    reason: str
    data: object

    @property
    def category(self) -> str:
        return self.reason.partition(":")[0]


@dataclass
class Reader:
    """Reads the values of one source, a document or a column, and notes what it mends."""

    source: str
    source_id: str
    entries: list[Entry] = field(default_factory=list)
    texts_are_odd: bool = True

    def note(self, category: str, path: str, value: object) -> None:
        reason = f"{category}: {path}" if path else category
        entry = Entry(self.source, self.source_id, reason, plain(value))
        # A value that two decisions look at is mended once.
        if entry not in self.entries:
            self.entries.append(entry)

    def number(
        self, value: object, path: str = "", low: int = 0, high: int = INT_MAX
    ) -> int | None:
        """Fractions cut, negatives 0, too large ones cut; None for what is no number."""
        if value is None:
            return None
        exact = exact_number(value)
        if exact is None:
            self.note("unreadable", path, value)
            return None
        whole = int(exact)
        taken = min(max(whole, low), high)
        if whole < 0:
            self.note("negative", path, value)
        elif whole > INT_MAX:
            self.note("too_large", path, value)
        elif taken != whole:
            self.note("range", path, value)
        elif exact != whole:
            self.note("fraction", path, value)
        # Choice: a number that was a text is a repair, too.
        elif isinstance(value, str) and self.texts_are_odd:
            self.note("text", path, value)
        return taken

    def boolean(self, value: object, path: str) -> bool | None:
        """True and false, as texts too; all else counts as missing."""
        if value is None or isinstance(value, bool):
            return value
        # Choice: a boolean that was a text is a repair like a number that was one.
        known = {"true": True, "false": False}.get(_word(value))
        self.note("unreadable" if known is None else "text", path, value)
        return known

    def instant(self, value: object, path: str = "") -> datetime | None:
        """An ISO 8601 date, without a zone in UTC; all else counts as missing."""
        if value is None:
            return None
        instant = instant_of(value)
        if instant is None:
            self.note("no_date", path, value)
        return instant

    def object(self, value: object, path: str) -> dict | None:
        """What is no object counts as missing."""
        if value is None or isinstance(value, dict):
            return value
        self.note("no_object", path, value)
        return None

    def array(self, value: object, path: str) -> list | None:
        """What is no array counts as missing."""
        return self.of_type(list, value, path)

    def string(self, value: object, path: str) -> str | None:
        return self.of_type(str, value, path)

    def of_type(self, kind: type, value: object, path: str) -> object:
        if value is None or isinstance(value, kind):
            return value
        self.note("unreadable", path, value)
        return None

    def at_most(self, value: int, most: int, path: str) -> int:
        """Correct answers are cut to the questions."""
        if value > most:
            self.note("more_correct", path, value)
        return min(value, most)


def _word(value: object) -> str | None:
    return value.strip(" ").lower() if isinstance(value, str) else None


def exact_number(value: object) -> Decimal | None:
    """The number that a JSON number or a text stands for."""
    if isinstance(value, str):
        text = value.strip(" ")
        return Decimal(text) if NUMBER.fullmatch(text) else None
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return Decimal(value)
    return None


def instant_of(value: object) -> datetime | None:
    """The instant that an ISO 8601 text stands for, cut to microseconds."""
    found = DATE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(found[n] or 0) for n in range(1, 7))
    microsecond = int((found[7] or "")[:6].ljust(6, "0"))
    offset = timedelta(hours=int(found[10] or 0), minutes=int(found[11] or 0))
    if int(found[11] or 0) > 59 or offset >= timedelta(hours=16):
        return None
    zone = timezone(-offset if found[9] == "-" else offset)
    try:
        local = datetime(year, month, day, hour, minute, second, microsecond, zone)
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def is_mastered(value: object) -> bool:
    """A legacy true: true, "true", "mastered"."""
    # Choice: texts in any case, with blanks around them.
    return value is True or _word(value) in ("true", "mastered")


def jsonb_can_hold(value: object) -> bool:
    r"""Says whether a JSON value, read with every pair kept, can become jsonb: no \u0000, no lone
    surrogate, no number beyond numeric."""
    if isinstance(value, str):
        return NOT_IN_JSONB.search(value) is None
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list | tuple):
        return all(map(jsonb_can_hold, value))
    if isinstance(value, Decimal) and value:
        return value.adjusted() < MOST_DIGITS and -value.as_tuple().exponent <= MOST_DECIMALS
    return True
