"""Sessions at instants that hurt, and what their receipts say, worked out by hand.

A journey: a zone, the hour at which its days start, and for each instant (UTC) the local day, the
streak's word and its length. A last microsecond stands before a first one wherever a day turns.
"""

from dataclasses import dataclass

Step = tuple[str, str, str, int]


@dataclass(frozen=True)
class Journey:
    """Where and when a learner plays, and what comes of it."""

    zone: str
    steps: list[Step]
    hour: int = 0

    @property
    def moments(self) -> list[str]:
        return [step[0] for step in self.steps]

    @property
    def days(self) -> list[str]:
        return [step[1] for step in self.steps]

    @property
    def told(self) -> list[tuple[str, str, int]]:
        return [step[1:] for step in self.steps]


JOURNEYS = {
    # 10 March has 23 hours, from 00:00 EST (05:00Z) to 00:00 EDT (04:00Z); 02:00 is 03:00.
    "New York, spring": Journey("America/New_York", [
        ("2024-03-10 04:59:59.999999", "2024-03-09", "started", 1),
        ("2024-03-10 05:00", "2024-03-10", "extended", 2),
        ("2024-03-10 06:59:59.999999", "2024-03-10", "unchanged", 2),
        ("2024-03-10 07:00", "2024-03-10", "unchanged", 2),
        ("2024-03-11 03:59:59.999999", "2024-03-10", "unchanged", 2),
        ("2024-03-11 04:00", "2024-03-11", "extended", 3),
        ("2024-03-12 03:59:59.999999", "2024-03-11", "unchanged", 3),
        ("2024-03-12 04:00", "2024-03-12", "extended", 4),
    ]),
    # 3 November has 25 hours, from 04:00Z to 05:00Z; 01:30 comes twice.
    "New York, autumn": Journey("America/New_York", [
        ("2024-11-03 03:59:59.999999", "2024-11-02", "started", 1),
        ("2024-11-03 04:00", "2024-11-03", "extended", 2),
        ("2024-11-03 05:30", "2024-11-03", "unchanged", 2),
        ("2024-11-03 06:30", "2024-11-03", "unchanged", 2),
        ("2024-11-04 04:59:59.999999", "2024-11-03", "unchanged", 2),
        ("2024-11-04 05:00", "2024-11-04", "extended", 3),
        ("2024-11-05 05:00", "2024-11-05", "extended", 4),
    ]),
    # 6 October has 23.5 hours: 02:00 (+10:30) is 02:30 (+11).
    "Lord Howe, spring": Journey("Australia/Lord_Howe", [
        ("2024-10-05 13:29:59.999999", "2024-10-05", "started", 1),
        ("2024-10-05 13:30", "2024-10-06", "extended", 2),
        ("2024-10-05 15:30", "2024-10-06", "unchanged", 2),
        ("2024-10-06 12:59:59.999999", "2024-10-06", "unchanged", 2),
        ("2024-10-06 13:00", "2024-10-07", "extended", 3),
    ]),
    # 7 April has 24.5 hours: 02:00 (+11) is 01:30 (+10:30).
    "Lord Howe, autumn": Journey("Australia/Lord_Howe", [
        ("2024-04-06 12:59:59.999999", "2024-04-06", "started", 1),
        ("2024-04-06 13:00", "2024-04-07", "extended", 2),
        ("2024-04-06 14:45", "2024-04-07", "unchanged", 2),
        ("2024-04-06 15:15", "2024-04-07", "unchanged", 2),
        ("2024-04-07 13:29:59.999999", "2024-04-07", "unchanged", 2),
        ("2024-04-07 13:30", "2024-04-08", "extended", 3),
    ]),
    # The hour at which the day starts is not shown: it starts at 02:30.
    "Lord Howe from 2 o'clock, spring": Journey("Australia/Lord_Howe", [
        ("2024-10-05 15:29:59.999999", "2024-10-05", "started", 1),
        ("2024-10-05 15:30", "2024-10-06", "extended", 2),
        ("2024-10-06 14:59:59.999999", "2024-10-06", "unchanged", 2),
        ("2024-10-06 15:00", "2024-10-07", "extended", 3),
    ], hour=2),
    # The clock is a moment short of 02:00 twice, the first time at 15:00Z.
    "Lord Howe from 2 o'clock, autumn": Journey("Australia/Lord_Howe", [
        ("2024-04-06 14:59:59.999999", "2024-04-06", "started", 1),
        ("2024-04-06 15:00", "2024-04-06", "unchanged", 1),
        ("2024-04-06 15:29:59.999999", "2024-04-06", "unchanged", 1),
        ("2024-04-06 15:30", "2024-04-07", "extended", 2),
    ], hour=2),
    # 4 November has no midnight: it begins at 01:00, which is 03:00Z.
    "Sao Paulo, spring": Journey("America/Sao_Paulo", [
        ("2018-11-04 02:59:59.999999", "2018-11-03", "started", 1),
        ("2018-11-04 03:00", "2018-11-04", "extended", 2),
        ("2018-11-05 01:59:59.999999", "2018-11-04", "unchanged", 2),
        ("2018-11-05 02:00", "2018-11-05", "extended", 3),
    ]),
    "Sao Paulo from 1 o'clock, spring": Journey("America/Sao_Paulo", [
        ("2018-11-04 02:59:59.999999", "2018-11-03", "started", 1),
        ("2018-11-04 03:00", "2018-11-04", "extended", 2),
        ("2018-11-05 02:59:59.999999", "2018-11-04", "unchanged", 2),
        ("2018-11-05 03:00", "2018-11-05", "extended", 3),
    ], hour=1),
    # At the midnight that ends 17 February it is 23:00 again.
    "Sao Paulo, autumn": Journey("America/Sao_Paulo", [
        ("2018-02-17 02:00", "2018-02-17", "started", 1),
        ("2018-02-18 01:59:59.999999", "2018-02-17", "unchanged", 1),
        ("2018-02-18 02:00", "2018-02-17", "unchanged", 1),
        ("2018-02-18 02:59:59.999999", "2018-02-17", "unchanged", 1),
        ("2018-02-18 03:00", "2018-02-18", "extended", 2),
    ]),
    # 30 December is not in the calendar there, and so cannot be played: it is missed.
    "Apia, over a day that is none": Journey("Pacific/Apia", [
        ("2011-12-29 09:59:59.999999", "2011-12-28", "started", 1),
        ("2011-12-29 10:00", "2011-12-29", "extended", 2),
        ("2011-12-30 09:59:59.999999", "2011-12-29", "unchanged", 2),
        ("2011-12-30 10:00", "2011-12-31", "restarted", 1),
        ("2011-12-31 10:00", "2012-01-01", "extended", 2),
    ]),
    # What is before four o'clock on the 31st belongs to the 30th, which so has four hours.
    "Apia from 4 o'clock": Journey("Pacific/Apia", [
        ("2011-12-30 09:59:59.999999", "2011-12-29", "started", 1),
        ("2011-12-30 10:00", "2011-12-30", "extended", 2),
        ("2011-12-30 13:59:59.999999", "2011-12-30", "unchanged", 2),
        ("2011-12-30 14:00", "2011-12-31", "extended", 3),
    ], hour=4),
    # Midnight comes twice on 3 November (04:00Z, 05:00Z), and not at all on 10 March.
    "Havana, autumn": Journey("America/Havana", [
        ("2024-11-03 03:59:59.999999", "2024-11-02", "started", 1),
        ("2024-11-03 04:00", "2024-11-03", "extended", 2),
        ("2024-11-03 05:00", "2024-11-03", "unchanged", 2),
        ("2024-11-04 04:59:59.999999", "2024-11-03", "unchanged", 2),
        ("2024-11-04 05:00", "2024-11-04", "extended", 3),
    ]),
    "Havana, spring": Journey("America/Havana", [
        ("2024-03-10 04:59:59.999999", "2024-03-09", "started", 1),
        ("2024-03-10 05:00", "2024-03-10", "extended", 2),
        ("2024-03-11 03:59:59.999999", "2024-03-10", "unchanged", 2),
        ("2024-03-11 04:00", "2024-03-11", "extended", 3),
    ]),
    # At 00:01 on 7 November it is 23:01 on the 6th again: own days run backward, the fold's does
    # not.
    "St John's, autumn": Journey("America/St_Johns", [
        ("2010-11-07 02:29:59.999999", "2010-11-06", "started", 1),
        ("2010-11-07 02:30", "2010-11-07", "extended", 2),
        ("2010-11-07 02:31", "2010-11-06", "unchanged", 2),
        ("2010-11-07 03:29:59.999999", "2010-11-06", "unchanged", 2),
        ("2010-11-07 03:30", "2010-11-07", "unchanged", 2),
        ("2010-11-08 03:29:59.999999", "2010-11-07", "unchanged", 2),
        ("2010-11-08 03:30", "2010-11-08", "extended", 3),
    ]),
    # Two hours come twice there, and the day starts in the middle of them, at 02:00.
    "Troll from 2 o'clock, autumn": Journey("Antarctica/Troll", [
        ("2024-10-26 23:59:59.999999", "2024-10-26", "started", 1),
        ("2024-10-27 00:00", "2024-10-27", "extended", 2),
        ("2024-10-27 01:00", "2024-10-26", "unchanged", 2),
        ("2024-10-27 01:59:59.999999", "2024-10-26", "unchanged", 2),
        ("2024-10-27 02:00", "2024-10-27", "unchanged", 2),
        ("2024-10-28 01:59:59.999999", "2024-10-27", "unchanged", 2),
        ("2024-10-28 02:00", "2024-10-28", "extended", 3),
    ], hour=2),
    # +5:45, and a leap day.
    "Kathmandu, leap day": Journey("Asia/Kathmandu", [
        ("2024-02-28 18:14:59.999999", "2024-02-28", "started", 1),
        ("2024-02-28 18:15", "2024-02-29", "extended", 2),
        ("2024-02-29 18:14:59.999999", "2024-02-29", "unchanged", 2),
        ("2024-02-29 18:15", "2024-03-01", "extended", 3),
    ]),
    # The year 1986 began at 00:15 there, with the change from +5:30.
    "Kathmandu, new year 1986": Journey("Asia/Kathmandu", [
        ("1985-12-31 18:29:59.999999", "1985-12-31", "started", 1),
        ("1985-12-31 18:30", "1986-01-01", "extended", 2),
        ("1986-01-01 18:14:59.999999", "1986-01-01", "unchanged", 2),
        ("1986-01-01 18:15", "1986-01-02", "extended", 3),
    ]),
    "Kiritimati, new year": Journey("Pacific/Kiritimati", [
        ("2023-12-31 09:59:59.999999", "2023-12-31", "started", 1),
        ("2023-12-31 10:00", "2024-01-01", "extended", 2),
        ("2024-01-01 09:59:59.999999", "2024-01-01", "unchanged", 2),
    ]),
    "noon to noon, leap day": Journey("UTC", [
        ("2024-02-29 11:59:59.999999", "2024-02-28", "started", 1),
        ("2024-02-29 12:00", "2024-02-29", "extended", 2),
        ("2024-03-01 11:59:59.999999", "2024-02-29", "unchanged", 2),
        ("2024-03-01 12:00", "2024-03-01", "extended", 3),
    ], hour=12),
    "leap day left out": Journey("UTC", [
        ("2024-02-28 12:00", "2024-02-28", "started", 1),
        ("2024-03-01 12:00", "2024-03-01", "restarted", 1),
    ]),
    "no leap day in 2023": Journey("UTC", [
        ("2023-02-28 12:00", "2023-02-28", "started", 1),
        ("2023-03-01 12:00", "2023-03-01", "extended", 2),
    ]),
    "no leap day in 1900": Journey("UTC", [
        ("1900-02-28 12:00", "1900-02-28", "started", 1),
        ("1900-03-01 12:00", "1900-03-01", "extended", 2),
    ]),
    "leap day in 2000": Journey("UTC", [
        ("2000-02-28 12:00", "2000-02-28", "started", 1),
        ("2000-02-29 12:00", "2000-02-29", "extended", 2),
        ("2000-03-01 12:00", "2000-03-01", "extended", 3),
    ]),
}  # fmt: skip
