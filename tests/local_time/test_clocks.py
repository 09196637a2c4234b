"""Clocks that are ahead, behind, wrong or still, to the microsecond."""

from itertools import permutations

import pytest
from psycopg import sql

from tests.local_time.support import utc
from tests.record.support import DAY, MINUTE, SECOND, difference, set_setting, uid

MICROSECOND = SECOND / 1_000_000

# ---------------------------------------------------------------- ahead


@pytest.mark.parametrize(
    ("ahead", "occurred_at", "warnings"),
    [
        (MICROSECOND, "2024-01-10T23:57:00.000001Z", []),
        (5 * MINUTE - MICROSECOND, "2024-01-11T00:01:59.999999Z", []),
        (5 * MINUTE, "2024-01-11T00:02:00.000000Z", []),
        (5 * MINUTE + MICROSECOND, "2024-01-10T23:57:00.000000Z", ["clock_ahead"]),
        (3650 * DAY, "2024-01-10T23:57:00.000000Z", ["clock_ahead"]),
    ],
)
def test_five_minutes_ahead_are_taken_as_given(clock, living, ahead, occurred_at, warnings):
    """Beyond that it is now, and now's day: here the day before."""
    learner = living("UTC")
    now = clock.set("2024-01-10 23:57")
    receipt = learner.run("word_race", 1, 1, at=now + ahead)
    assert (receipt["occurred_at"], receipt["warnings"]) == (occurred_at, warnings)
    assert receipt["local_day"] == learner.stats["activity_date"] == occurred_at[:10]


def test_an_instant_ahead_may_be_of_tomorrow(clock, committing):
    """Then tomorrow has come for the streak; today's own still go to today."""
    learner = committing("America/New_York")
    set_setting(learner.db, "daily_token_cap", 15)
    # The 10th has 23 hours there: its last minutes.
    assert learner.earns("2024-03-11 03:57") == (10, 10)
    ahead = learner.run("addition_facts", 6, 6, at=utc("2024-03-11 04:01"))
    assert (ahead["local_day"], ahead["streak"], ahead["tokens_awarded"]) == (
        "2024-03-11", "extended", 10,
    )  # fmt: skip
    assert learner.call("hg_streak")["status"] == "done_today"
    clock.set("2024-03-11 03:58")
    late = learner.run("addition_facts", 6, 6)
    assert (late["local_day"], late["warnings"]) == ("2024-03-10", ["late"])
    # 5 is what the 10th had left; the 11th has its 10 as before.
    assert (late["tokens_awarded"], late["daily_tokens"], late["tokens"]) == (5, 10, 25)
    assert learner.plays("2024-03-11 04:02") == [("2024-03-11", "unchanged", 2)]


def test_what_a_person_changes_stands_before_an_activity_ahead(clock, living):
    learner = living("UTC")
    learner.plays("2024-01-10 12:00")
    clock.set("2024-01-10 23:57")
    learner.run("word_race", 1, 1, at=utc("2024-01-11 00:02"))
    # Seen from the clock Los Angeles' next day is the 11th, and later than UTC's.
    assert learner.moves("2024-01-10 23:58", "America/Los_Angeles") == "2024-01-11T08:00:00Z"
    learner.set_difficulty("word_race", 5)
    learner.grant(10)
    assert learner.plays("2024-01-11 07:59:59.999999", "2024-01-11 08:00", "2024-01-12 08:00") == [
        ("2024-01-11", "unchanged", 2), ("2024-01-11", "unchanged", 2),
        ("2024-01-12", "extended", 3),
    ]  # fmt: skip


# ---------------------------------------------------------------- behind


@pytest.mark.parametrize(
    ("window", "edge"),
    [
        (0, "2024-03-15 12:00"),
        (1, "2024-03-14 12:00"),
        # Days of 24 hours, over 29 February and New York's clock change.
        (30, "2024-02-14 12:00"),
        (365, "2023-03-16 12:00"),
    ],
)
@pytest.mark.parametrize("session_zone", ["UTC", "America/New_York"])
def test_too_late_is_older_than_the_window_to_the_microsecond(
    world, clock, living, window, edge, session_zone
):
    set_setting(world, "late_window_days", window)
    world.execute(sql.SQL("SET TimeZone = {}").format(session_zone))
    learner = living("America/New_York")
    clock.set("2024-03-15 12:00")
    older = learner.run("addition_facts", 6, 6, at=utc(edge) - MICROSECOND)
    assert (older["warnings"], older["streak_days"]) == (["too_late"], 0)
    at_edge = learner.run("addition_facts", 6, 6, at=utc(edge))
    assert (at_edge["warnings"], at_edge["streak"]) == ([], "started")
    assert learner.progress("addition_facts")["attempt_good"] == 1


def test_the_verdict_stays_when_time_goes_on(clock, living):
    """Within the window when it came: a retry, and folding again, years later, say the same."""
    learner = living("UTC")
    clock.set("2024-03-15 12:00")
    receipt = learner.run("word_race", 1, 1, at=utc("2024-02-14 12:00"), id=uid(1))
    assert receipt["warnings"] == []
    clock.set("2031-03-15 12:00")
    assert learner.run("word_race", 1, 1, id=uid(1)) == receipt | {"replayed": True}
    assert learner.plays("2031-03-15 12:00") == [("2031-03-15", "restarted", 1)]
    assert learner.stats["longest_streak_days"] == 1


# ---------------------------------------------------------------- wrong, and set right


def test_a_clock_set_back_makes_what_comes_then_late(clock, committing):
    """By a day: the fold's day stays where it was, and the streak is that of the calendar."""
    learner = committing("UTC")
    learner.plays("2024-06-09 12:00", "2024-06-11 12:00")
    clock.set("2024-06-10 12:00")
    receipt = learner.run("word_race", 1, 1)
    assert (receipt["local_day"], receipt["warnings"]) == ("2024-06-10", ["late"])
    assert (receipt["streak"], receipt["streak_days"]) == ("extended", 3)
    assert learner.stats["activity_date"] == "2024-06-11"
    # now() is before last_active, and is taken as that.
    streak = learner.call("hg_streak")
    assert (streak["status"], streak["streak_days"]) == ("done_today", 3)
    assert learner.call("hg_document")["global_stats"]["streak_days"] == 3


def test_a_clock_years_ahead_and_set_right(clock, living):
    """What was recorded meanwhile is the latest for good; the days before it count as they come."""
    learner = living("UTC")
    learner.plays("2024-06-09 12:00", "2042-06-10 12:00")
    for day, streak_days in ((10, 2), (11, 3)):
        clock.set(f"2024-06-{day} 12:00")
        receipt = learner.run("addition_facts", 6, 6)
        assert receipt["local_day"] == f"2024-06-{day}"
        assert (receipt["streak"], receipt["warnings"]) == ("extended", ["late"])
        stats = learner.stats
        assert (stats["longest_streak_days"], stats["streak_days"]) == (streak_days, 1)
    assert learner.stats["activity_date"] == "2042-06-10"
    learner.grant(5)
    learner.set_zone("Asia/Kathmandu")
    assert learner.stats["tokens"] == 25


# ---------------------------------------------------------------- standing still


def test_one_microsecond_is_ordered_by_the_id(world, clock, living):
    """Without an instant of their own, at a clock that stands still, in any order of arrival."""
    set_setting(world, "daily_token_cap", 12)
    sessions = [(1, "algebra", 5), (2, "addition_facts", 6), (3, "word_race", 1)]
    documents = []
    for order in permutations(sessions):
        learner = living("UTC")
        clock.set("2024-02-29 23:59:59.999999")
        for number, module, questions in order:
            receipt = learner.run(module, questions, questions, id=uid(number))
            assert receipt["occurred_at"] == "2024-02-29T23:59:59.999999Z"
            assert (receipt["local_day"], receipt["warnings"]) == ("2024-02-29", [])
        documents.append(learner.document)
        assert learner.stats["last_module"] == "word_race"
        # algebra's 8 come first, then 4 of addition's 10.
        assert learner.stats["daily_tokens"] == 12
        assert learner.progress("algebra")["tokens_earned"] == 8
    assert all(difference(documents[0], document) == set() for document in documents)


def test_all_kinds_of_changes_at_one_microsecond(clock, living):
    """Nothing is lost, and the ledger folds to the same."""
    learner = living("UTC")
    clock.set("2024-02-29 12:00:00.5")
    learner.run("addition_facts", 6, 6)
    learner.grant(5)
    learner.spend(3)
    learner.set_difficulty("addition_facts", 4)
    learner.set_zone("Pacific/Kiritimati")
    learner.set_mastery("addition_facts", True)
    learner.run("word_race", 1, 1)
    stats = learner.stats
    assert (stats["tokens"], stats["total_sessions_completed"]) == (12, 2)
    assert (stats["time_zone_next"], stats["time_zone_next_from"]) == (
        "Pacific/Kiritimati", "2024-03-01T10:00:00Z",
    )  # fmt: skip
    assert learner.progress("addition_facts")["preferred_difficulty"] == 4
    assert learner.progress("addition_facts")["mastery_level"] is True


# ---------------------------------------------------------------- the server's clock steps back


def test_who_speaks_last_is_heard_last(clock, living):
    """Whatever the server's clock says: it was set back between the two changes."""
    learner = living("UTC")
    learner.plays("2024-01-10 12:00")
    clock.set("2024-01-10 12:00:02")
    learner.set_difficulty("algebra", 2)
    learner.set_mastery("algebra", True)
    learner.set_zone("Asia/Tokyo")
    clock.set("2024-01-10 12:00:01")
    assert learner.set_difficulty("algebra", 4)["preferred_difficulty"] == 4
    assert learner.set_mastery("algebra", None)["mastery_level"] is False
    assert learner.set_zone("Europe/Berlin")["time_zone_next"] == "Europe/Berlin"
    assert learner.progress("algebra")["preferred_difficulty"] == 4
    assert learner.progress("algebra")["mastery_override"] is None


def test_changes_of_one_microsecond_keep_their_order(clock, living):
    learner = living("UTC")
    clock.set("2024-01-10 12:00")
    for difficulty in (1, 5, 2, 4, 3):
        learner.set_difficulty("algebra", difficulty)
    assert learner.progress("algebra")["preferred_difficulty"] == 3
