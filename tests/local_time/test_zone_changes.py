"""Changes of zone, lived through: from when on, and that nobody gains or loses by them."""

import pytest

from tests.local_time.support import utc
from tests.record.support import HOUR, set_setting

LOS_ANGELES, NEW_YORK, TOKYO = "America/Los_Angeles", "America/New_York", "Asia/Tokyo"
HONOLULU, KIRITIMATI, PAGO = "Pacific/Honolulu", "Pacific/Kiritimati", "Pacific/Pago_Pago"
APIA, KATHMANDU = "Pacific/Apia", "Asia/Kathmandu"


# ---------------------------------------------------------------- from when on


@pytest.mark.parametrize(
    ("old", "new", "hour", "now", "in_force"),
    [
        # Both next days start at one instant.
        (HONOLULU, KIRITIMATI, 0, "2024-01-10 22:00", "2024-01-11T10:00:00Z"),
        (KIRITIMATI, HONOLULU, 0, "2024-01-10 22:00", "2024-01-11T10:00:00Z"),
        # One or two dates apart, as the hour is.
        (KIRITIMATI, PAGO, 0, "2024-01-10 22:00", "2024-01-11T11:00:00Z"),
        (KIRITIMATI, PAGO, 0, "2024-01-11 10:30", "2024-01-12T10:00:00Z"),
        (LOS_ANGELES, TOKYO, 0, "2024-01-10 12:00", "2024-01-11T08:00:00Z"),
        (LOS_ANGELES, TOKYO, 0, "2024-01-10 20:00", "2024-01-11T15:00:00Z"),
        (TOKYO, LOS_ANGELES, 0, "2024-01-10 20:00", "2024-01-11T15:00:00Z"),
        # Kathmandu's 29 February starts at 18:15Z of the 28th.
        ("UTC", KATHMANDU, 0, "2024-02-28 18:14:59.999999", "2024-02-29T00:00:00Z"),
        ("UTC", KATHMANDU, 0, "2024-02-28 18:15", "2024-02-29T18:15:00Z"),
        ("UTC", KATHMANDU, 6, "2024-02-29 00:14:59.999999", "2024-02-29T06:00:00Z"),
        ("UTC", KATHMANDU, 6, "2024-02-29 00:15", "2024-03-01T00:15:00Z"),
        # At midnight itself the next day is tomorrow.
        ("UTC", NEW_YORK, 0, "2024-01-11 04:59:59.999999", "2024-01-12T00:00:00Z"),
        ("UTC", NEW_YORK, 0, "2024-01-11 05:00", "2024-01-12T05:00:00Z"),
        # Days of 23 and 25 hours.
        (NEW_YORK, LOS_ANGELES, 0, "2024-03-10 12:00", "2024-03-11T07:00:00Z"),
        (NEW_YORK, "America/Chicago", 0, "2024-11-03 05:30", "2024-11-04T06:00:00Z"),
        # Days that begin at 01:00 and, from two o'clock on, at 02:30.
        ("UTC", "America/Sao_Paulo", 0, "2018-11-03 12:00", "2018-11-04T03:00:00Z"),
        ("Pacific/Auckland", "Australia/Lord_Howe", 2, "2024-10-05 12:00", "2024-10-05T15:30:00Z"),
        # The day after 29 December is the 31st.
        ("UTC", APIA, 0, "2011-12-29 12:00", "2011-12-30T10:00:00Z"),
        # From four o'clock on the 30th is the day after it, though it begins at midnight.
        ("UTC", APIA, 4, "2011-12-29 20:00", "2011-12-30T10:00:00Z"),
    ],
)
def test_a_change_is_in_force_from(world, living, old, new, hour, now, in_force):
    set_setting(world, "day_start_hour", hour)
    learner = living(old)
    learner.plays(now)
    assert learner.moves(now, new) == in_force
    stats = learner.stats
    assert (stats["time_zone"], stats["time_zone_next"]) == (old, new)
    learner.plays(in_force.removesuffix("Z"))
    stats = learner.stats
    assert (stats["time_zone"], stats["time_zone_next"]) == (new, None)


# ---------------------------------------------------------------- single moves


def test_east_by_17_hours_the_day_before_is_short(living):
    """The 11th is Los Angeles' from 08:00Z, and ends with Tokyo's 12th at 15:00Z."""
    learner = living(LOS_ANGELES)
    learner.plays("2024-01-10 19:00")
    learner.moves("2024-01-10 20:00", TOKYO)
    assert learner.plays(
        "2024-01-11 07:59:59.999999", "2024-01-11 08:00", "2024-01-11 14:59:59.999999",
        "2024-01-11 15:00", "2024-01-12 14:59:59.999999", "2024-01-12 15:00",
    ) == [
        ("2024-01-10", "unchanged", 1), ("2024-01-11", "extended", 2),
        ("2024-01-11", "unchanged", 2), ("2024-01-12", "extended", 3),
        ("2024-01-12", "unchanged", 3), ("2024-01-13", "extended", 4),
    ]  # fmt: skip


def test_west_by_17_hours_the_day_is_long(living):
    """The 11th is Tokyo's from 10 January 15:00Z, then Los Angeles' until 12 January 08:00Z."""
    learner = living(TOKYO)
    learner.plays("2024-01-10 19:00")
    learner.moves("2024-01-10 20:00", LOS_ANGELES)
    assert learner.plays(
        "2024-01-11 14:59:59.999999", "2024-01-11 15:00", "2024-01-12 07:59:59.999999",
        "2024-01-12 08:00", "2024-01-13 08:00",
    ) == [
        ("2024-01-11", "unchanged", 1), ("2024-01-11", "unchanged", 1),
        ("2024-01-11", "unchanged", 1), ("2024-01-12", "extended", 2),
        ("2024-01-13", "extended", 3),
    ]  # fmt: skip


def test_west_over_the_date_line_one_date_lasts_two_days_and_has_one_cap(world, living):
    set_setting(world, "daily_token_cap", 15)
    learner = living(KIRITIMATI)
    assert learner.earns("2024-01-10 10:00") == (10, 10)
    learner.moves("2024-01-10 22:00", HONOLULU)
    assert learner.earns("2024-01-11 09:59:59.999999") == (5, 15)
    # The 11th once more, all of it.
    assert learner.earns("2024-01-11 10:00") == (0, 15)
    assert learner.earns("2024-01-12 09:59:59.999999") == (0, 15)
    assert learner.stats["streak_days"] == 1
    assert learner.earns("2024-01-12 10:00") == (10, 10)
    assert learner.stats["streak_days"] == 2


def test_west_by_25_hours_own_days_run_backward_and_the_folds_does_not(world, living):
    """Kiritimati's 12th begins at 10:00Z; from 11:00Z on it is Pago Pago's 11th."""
    set_setting(world, "daily_token_cap", 15)
    learner = living(KIRITIMATI)
    assert learner.plays("2024-01-10 10:00") == [("2024-01-11", "started", 1)]
    learner.moves("2024-01-10 22:00", PAGO)
    assert learner.plays("2024-01-11 10:00") == [("2024-01-12", "extended", 2)]
    assert learner.earns("2024-01-11 10:59:59.999999") == (10, 10)
    assert learner.plays("2024-01-11 11:00") == [("2024-01-11", "unchanged", 2)]
    assert learner.stats["activity_date"] == "2024-01-12"
    assert learner.earns("2024-01-12 10:59:59.999999") == (5, 15)
    assert learner.plays("2024-01-12 11:00") == [("2024-01-12", "unchanged", 2)]
    assert learner.earns("2024-01-13 10:59:59.999999") == (0, 15)
    assert learner.plays("2024-01-13 11:00") == [("2024-01-13", "extended", 3)]
    assert learner.earns("2024-01-13 11:01") == (10, 10)


@pytest.mark.parametrize("freezes", [0, 1])
def test_east_over_the_date_line_a_date_is_left_out(living, freezes):
    """As for who crosses it: Honolulu's 10th ends where Kiritimati's 12th begins."""
    learner = living(HONOLULU, streak_freezes=freezes)
    learner.plays("2024-01-09 22:00", "2024-01-10 21:00")
    learner.moves("2024-01-10 22:00", KIRITIMATI)
    expected = ("frozen", 3) if freezes else ("restarted", 1)
    assert learner.plays("2024-01-11 09:59:59.999999", "2024-01-11 10:00") == [
        ("2024-01-10", "unchanged", 2), ("2024-01-12", *expected),
    ]  # fmt: skip


def test_into_the_zone_that_leaves_out_a_date(living):
    """UTC's 30 December is a day of ten hours, and Apia's 31st comes after it."""
    learner = living("UTC")
    learner.plays("2011-12-29 11:00")
    learner.moves("2011-12-29 12:00", APIA)
    assert learner.plays(
        "2011-12-29 23:59:59.999999", "2011-12-30 00:00", "2011-12-30 09:59:59.999999",
        "2011-12-30 10:00", "2011-12-31 10:00",
    ) == [
        ("2011-12-29", "unchanged", 1), ("2011-12-30", "extended", 2),
        ("2011-12-30", "unchanged", 2), ("2011-12-31", "extended", 3),
        ("2012-01-01", "extended", 4),
    ]  # fmt: skip


# ---------------------------------------------------------------- back and forth


def hours(first: str, last: str) -> list[str]:
    """Every full hour from one instant to another."""
    start, count = utc(first), (utc(last) - utc(first)) // HOUR
    return [f"{start + n * HOUR:%Y-%m-%d %H:%M:%S}" for n in range(count + 1)]


def test_back_and_forth_every_day_is_no_more_than_once_there(world, living):
    """Playing every hour from Los Angeles' 10th to Tokyo's 16th: seven dates, seven caps."""
    set_setting(world, "daily_token_cap", 25)
    learner = living(LOS_ANGELES)
    other = living(LOS_ANGELES)
    to = TOKYO
    days = set()
    for moment in hours("2024-01-10 08:00", "2024-01-15 23:00"):
        learner.earns(moment)
        days.add(learner.stats["activity_date"])
        if moment.endswith("20:00:00"):
            learner.moves(moment, to)
            to = LOS_ANGELES if to == TOKYO else TOKYO
        if moment == "2024-01-10 20:00:00":
            other.moves(moment, TOKYO)
        other.earns(moment)
    assert sorted(days) == [f"2024-01-{day}" for day in range(10, 17)]
    for each in (learner, other):
        stats = each.stats
        assert (stats["streak_days"], stats["activity_date"]) == (7, "2024-01-16")
        assert stats["total_tokens_earned"] == 7 * 25
    first, *rest = learner.entries("activity")
    assert first["streak"] == "started"
    assert {entry["streak"] for entry in rest} == {"extended", "unchanged"}


def test_over_the_date_line_and_back_again_and_again(world, living):
    """There and back between zones 25 hours apart: seven dates, as for who had stayed."""
    set_setting(world, "daily_token_cap", 25)
    learner = living(KIRITIMATI)
    to, starts = PAGO, {}
    for moment in hours("2024-01-10 10:00", "2024-01-17 09:00"):
        learner.earns(moment)
        starts.setdefault(learner.stats["activity_date"], moment[:16])
        if moment.endswith("22:00:00"):
            learner.moves(moment, to)
            to = PAGO if to == KIRITIMATI else KIRITIMATI
    # In force at 11:00Z each day: of two zones the later's next day.
    assert list(starts.items()) == [
        ("2024-01-11", "2024-01-10 10:00"), ("2024-01-12", "2024-01-11 10:00"),
        ("2024-01-13", "2024-01-12 11:00"), ("2024-01-14", "2024-01-13 10:00"),
        ("2024-01-15", "2024-01-14 11:00"), ("2024-01-16", "2024-01-15 10:00"),
        ("2024-01-17", "2024-01-16 11:00"),
    ]  # fmt: skip
    stats = learner.stats
    assert (stats["streak_days"], stats["total_tokens_earned"]) == (7, 7 * 25)


def test_a_change_taken_back_in_time_was_none(living):
    learner = living(NEW_YORK)
    learner.plays("2024-03-09 17:00")
    learner.moves("2024-03-09 18:00", KIRITIMATI)
    assert learner.moves("2024-03-10 04:59:59", NEW_YORK) is None
    assert learner.plays("2024-03-10 05:00", "2024-03-11 03:59:59.999999", "2024-03-11 04:00") == [
        ("2024-03-10", "extended", 2), ("2024-03-10", "unchanged", 2),
        ("2024-03-11", "extended", 3),
    ]  # fmt: skip
    assert learner.stats["time_zone"] == NEW_YORK


def test_a_change_put_off_every_day_is_never_in_force(living):
    """Each replaces the one that waits: the old zone's days go on."""
    learner = living(LOS_ANGELES)
    told = []
    for day in (10, 11, 12, 13):
        told += learner.plays(f"2024-01-{day} 12:00")
        learner.moves(f"2024-01-{day} 12:30", TOKYO)
        told += learner.plays(f"2024-01-{day + 1} 07:59:59")
        learner.moves(f"2024-01-{day + 1} 07:59:59.5", KATHMANDU)
    assert [step[0] for step in told] == [
        f"2024-01-{day}" for day in (10, 10, 11, 11, 12, 12, 13, 13)
    ]
    assert told[-1][2] == 4


def test_a_change_in_force_without_an_activity_since_is_where_the_next_starts(living):
    """In Tokyo since 11 January, though nothing was played there."""
    learner = living(LOS_ANGELES)
    learner.plays("2024-01-10 12:00")
    assert learner.moves("2024-01-10 12:30", TOKYO) == "2024-01-11T08:00:00Z"
    # Tokyo's next day is the 13th, Los Angeles' the 12th.
    assert learner.moves("2024-01-11 20:00", LOS_ANGELES) == "2024-01-12T15:00:00Z"
    assert learner.stats["time_zone"] == TOKYO
    assert learner.plays("2024-01-12 14:59:59.999999", "2024-01-12 15:00", "2024-01-13 08:00") == [
        ("2024-01-12", "restarted", 1), ("2024-01-12", "unchanged", 1),
        ("2024-01-13", "extended", 2),
    ]  # fmt: skip


# ---------------------------------------------------------------- late arrivals, other changes


def test_late_arrivals_around_a_change_have_the_days_of_their_zone(world, clock, living):
    """Los Angeles' short 11th, mended afterwards, with the cap of its own."""
    set_setting(world, "daily_token_cap", 15)
    learner = living(LOS_ANGELES)
    learner.earns("2024-01-10 19:00")
    learner.moves("2024-01-10 20:00", TOKYO)
    assert learner.plays("2024-01-11 15:00") == [("2024-01-12", "restarted", 1)]
    clock.set("2024-01-12 00:00")
    awarded = {}
    for at in ("2024-01-11 15:00", "2024-01-11 14:59:59.999999", "2024-01-11 07:59:59.999999"):
        receipt = learner.run("addition_facts", 6, 6, at=utc(at))
        awarded[receipt["local_day"]] = receipt["tokens_awarded"]
    assert awarded == {"2024-01-12": 10, "2024-01-11": 10, "2024-01-10": 5}
    stats = learner.stats
    assert (stats["streak_days"], stats["daily_tokens"], stats["total_tokens_earned"]) == (
        3, 10, 35,
    )  # fmt: skip


def test_after_a_too_late_activity_too_a_change_waits(clock, living):
    learner = living("UTC")
    clock.set("2024-06-01 12:00")
    assert learner.run("word_race", 1, 1, at=utc("2020-01-01"))["warnings"] == ["too_late"]
    assert learner.moves("2024-06-01 12:00", KATHMANDU) == "2024-06-02T00:00:00Z"


def test_another_default_zone_gives_no_second_day(world, living):
    """Nothing waits there: own days run backward and forward, the fold's day stays."""
    set_setting(world, "daily_token_cap", 15)
    set_setting(world, "default_time_zone", KIRITIMATI)
    learner = living()
    assert learner.plays("2024-01-10 12:00") == [("2024-01-11", "started", 1)]
    assert learner.earns("2024-01-10 12:01") == (10, 10)
    for minute, zone, day in (
        (2, HONOLULU, "2024-01-10"), (3, KIRITIMATI, "2024-01-11"), (4, "UTC", "2024-01-10"),
    ):  # fmt: skip
        set_setting(world, "default_time_zone", zone)
        assert learner.plays(f"2024-01-10 12:0{minute}") == [(day, "unchanged", 1)]
    assert learner.earns("2024-01-10 23:59:59.999999") == (5, 15)
    assert learner.earns("2024-01-11 23:59:59.999999") == (0, 15)
    assert learner.earns("2024-01-12 00:00") == (10, 10)
    assert learner.stats["streak_days"] == 2


def test_another_day_start_hour_gives_no_second_day(world, living):
    learner = living("UTC")
    assert learner.plays("2024-01-10 08:00") == [("2024-01-10", "started", 1)]
    set_setting(world, "day_start_hour", 12)
    assert learner.plays("2024-01-10 09:00", "2024-01-11 11:59:59.999999", "2024-01-11 12:00") == [
        ("2024-01-09", "unchanged", 1), ("2024-01-10", "unchanged", 1),
        ("2024-01-11", "extended", 2),
    ]  # fmt: skip
    assert learner.plays("2024-01-12 09:00") == [("2024-01-11", "unchanged", 2)]
    set_setting(world, "day_start_hour", 0)
    assert learner.plays("2024-01-12 09:01") == [("2024-01-12", "extended", 3)]
    set_setting(world, "day_start_hour", 12)
    assert learner.plays("2024-01-12 09:02", "2024-01-13 11:59:59.999999") == [
        ("2024-01-11", "unchanged", 3), ("2024-01-12", "unchanged", 3),
    ]  # fmt: skip
