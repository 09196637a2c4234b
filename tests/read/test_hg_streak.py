"""hg_streak: status, expiry and the calendar of 60 days."""

from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from psycopg import errors
from psycopg.types.json import Jsonb

from tests.record.support import HOUR, Learner, bulk, set_setting
from tests.support.database import Database, as_role

from .learners import (
    NOBODY,
    change_document,
    change_stats,
    new_learner,
    remember_activity,
    session,
    stored,
    value,
)

# A Friday.
LAST_DAY = "2024-05-10"


def read(db: psycopg.Connection, learner: object, at: object = None) -> dict:
    if at is None:
        return value(db, "SELECT hg_streak(%s)", learner)
    return value(db, "SELECT hg_streak(%s, %s)", learner, at)


def on_streak(db: psycopg.Connection, **changes: object) -> object:
    """A learner with five days of streak up to LAST_DAY."""
    learner = new_learner(db)
    change_stats(
        db, learner,
        **{
            "streak_days": 5, "longest_streak_days": 9, "activity_date": LAST_DAY,
            "last_active": f"{LAST_DAY}T12:00:00Z",
        } | changes,
    )  # fmt: skip
    return learner


def settings(db: psycopg.Connection, **wanted: object) -> None:
    for name, setting in wanted.items():
        db.execute("SELECT hg_set_setting(%s, %s)", [name, Jsonb(setting)])


def pause(db: psycopg.Connection, learner: object, first: str, last: str) -> None:
    """A pause as the ledger has it; the API takes none of the past."""
    db.execute(
        """
        INSERT INTO hg_ledger (
            user_id, id, kind, occurred_at, recorded_at, rules_version, details
        )
        SELECT %s, gen_random_uuid(), 'pause', now(), now(), i.rules_version, %s
        FROM hg_installation AS i
        """,
        [learner, Jsonb({"from": first, "to": last})],
    )


def test_new_learner(db):
    streak = read(db, new_learner(db), "2024-05-10T12:00:00Z")
    days = streak.pop("days")
    assert streak == {
        "streak_days": 0, "longest_streak_days": 0, "status": "none", "expires_at": None,
        "freezes": 0,
    }  # fmt: skip
    assert [each["state"] for each in days] == ["before"] * 59 + ["open"]
    assert [each["day"] for each in days] == [
        (date(2024, 5, 10) - timedelta(days=n)).isoformat() for n in reversed(range(60))
    ]


STATUS = {
    "today": ({}, {}, "2024-05-10T23:59:59Z", "done_today", "2024-05-12T00:00:00Z"),
    "yesterday": ({}, {}, "2024-05-11T00:00:00Z", "at_risk", "2024-05-12T00:00:00Z"),
    "a day missed": ({}, {}, "2024-05-12T00:00:00Z", "broken", None),
    "missed, a freeze held": (
        {"streak_freezes": 1}, {}, "2024-05-12T00:00:00Z", "frozen", "2024-05-13T00:00:00Z",
    ),
    "more missed than freezes held": (
        {"streak_freezes": 1}, {}, "2024-05-13T00:00:00Z", "broken", None,
    ),
    "none missed, freezes held": (
        {"streak_freezes": 2}, {}, "2024-05-11T09:00:00Z", "at_risk", "2024-05-14T00:00:00Z",
    ),
    "unscheduled week-end": (
        {}, {"streak_weekdays": [1, 2, 3, 4, 5]}, "2024-05-12T09:00:00Z", "resting",
        "2024-05-14T00:00:00Z",
    ),
    "Monday after it": (
        {}, {"streak_weekdays": [1, 2, 3, 4, 5]}, "2024-05-13T09:00:00Z", "at_risk",
        "2024-05-14T00:00:00Z",
    ),
    "freezes over unscheduled days": (
        {"streak_freezes": 2}, {"streak_weekdays": [3, 5]}, "2024-05-11T09:00:00Z", "resting",
        "2024-05-23T00:00:00Z",
    ),
    "day start at four": (
        {}, {"day_start_hour": 4}, "2024-05-12T03:59:59Z", "at_risk", "2024-05-12T04:00:00Z",
    ),
    "zone of the learner": (
        {"time_zone": "America/New_York"}, {}, "2024-05-12T03:59:59Z", "at_risk",
        "2024-05-12T04:00:00Z",
    ),
    "default zone": (
        {}, {"default_time_zone": "Asia/Tokyo"}, "2024-05-10T15:00:00Z", "at_risk",
        "2024-05-11T15:00:00Z",
    ),
    "a zone that waits, in force before the day ends": (
        {"time_zone_next": "America/New_York", "time_zone_next_from": "2024-05-11T04:00:00Z"},
        {}, "2024-05-11T01:00:00Z", "at_risk", "2024-05-12T04:00:00Z",
    ),
    "a zone that waits until the day's end": (
        {"time_zone": "America/New_York", "time_zone_next": "Asia/Tokyo",
         "time_zone_next_from": "2024-05-12T04:00:00Z"},
        {}, "2024-05-11T23:00:00Z", "at_risk", "2024-05-12T04:00:00Z",
    ),
    "a zone that waits beyond the end": (
        {"time_zone_next": "America/New_York", "time_zone_next_from": "2024-06-01T04:00:00Z"},
        {}, "2024-05-11T01:00:00Z", "at_risk", "2024-05-12T00:00:00Z",
    ),
    "back to the default zone": (
        {"time_zone": "America/New_York", "time_zone_next_from": "2024-05-11T04:00:00Z"},
        {"default_time_zone": "Europe/Berlin"}, "2024-05-11T05:00:00Z", "at_risk",
        "2024-05-11T22:00:00Z",
    ),
    "freezes for longer than the calendar goes": (
        {"streak_freezes": 2147483647}, {}, "2024-08-01T00:00:00Z", "frozen", None,
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "wanted", "at", "status", "expires_at"), STATUS.values(), ids=STATUS
)
def test_status_and_expiry(db, changes, wanted, at, status, expires_at):
    learner = on_streak(db, **changes)
    settings(db, **wanted)
    streak = read(db, learner, at)
    assert (streak["status"], streak["expires_at"]) == (status, expires_at)
    assert streak["streak_days"] == (0 if status == "broken" else 5)
    assert streak["longest_streak_days"] == 9
    assert streak["freezes"] == changes.get("streak_freezes", 0)


@pytest.mark.parametrize(("changes", "wanted", "at"), [case[:3] for case in STATUS.values()])
def test_streak_reads_zero_at_expiry_and_not_a_second_before(db, changes, wanted, at):
    """hg_document says the same as expires_at."""
    learner = on_streak(db, **changes)
    settings(db, **wanted)
    expires_at = read(db, learner, at)["expires_at"]
    if expires_at is None:
        at = "9999-12-31T00:00:00Z" if read(db, learner, at)["status"] == "broken" else at
        streak = value(db, "SELECT hg_document(%s, %s)", learner, at)["global_stats"]["streak_days"]
        assert streak == read(db, learner, at)["streak_days"]
        return
    for second, streak_days in ((-1, 5), (0, 0)):
        streak = value(
            db,
            "SELECT hg_document(%s, %s::timestamptz + %s * interval '1 second')",
            learner, expires_at, second,
        )["global_stats"]["streak_days"]  # fmt: skip
        assert streak == streak_days


@pytest.mark.parametrize(
    ("zone", "hour", "last_day", "expires_at"),
    [
        # the clock goes from 01:59 EST to 03:00 EDT on 2024-03-10, and back on 2024-11-03
        ("America/New_York", 0, "2024-03-09", "2024-03-11T04:00:00Z"),
        ("America/New_York", 2, "2024-03-08", "2024-03-10T07:00:00Z"),
        ("America/New_York", 0, "2024-11-02", "2024-11-04T05:00:00Z"),
        ("America/New_York", 0, "2024-11-01", "2024-11-03T04:00:00Z"),
        # midnight does not exist on 2024-03-31 in Beirut, nor 2011-12-30 in Apia
        ("Asia/Beirut", 0, "2024-03-29", "2024-03-30T22:00:00Z"),
        ("Pacific/Apia", 0, "2011-12-28", "2011-12-30T10:00:00Z"),
    ],
)
def test_expiry_where_clocks_change(db, zone, hour, last_day, expires_at):
    settings(db, day_start_hour=hour)
    learner = on_streak(
        db, time_zone=zone, activity_date=last_day, last_active=f"{last_day}T12:00:00Z"
    )
    assert read(db, learner, f"{last_day}T13:00:00Z")["expires_at"] == expires_at


def states(streak: dict) -> dict[str, str]:
    return {each["day"]: each["state"] for each in streak["days"]}


# A Monday three weeks before this one: the three weeks from it on are past.
TODAY = datetime.now(UTC).date()
MONDAY = TODAY - timedelta(days=TODAY.weekday() + 21)


def day(number: int) -> str:
    """The day this many days after MONDAY."""
    return (MONDAY + timedelta(days=number)).isoformat()


def play(db: psycopg.Connection, learner: object, *numbers: int) -> list[str]:
    """A session at noon of each day; the words of the receipts."""
    return [
        session(db, learner, "word_race", occurred_at=f"{day(number)}T12:00:00Z")["streak"]
        for number in numbers
    ]


def calendar(db: psycopg.Connection, learner: object, number: int) -> dict[int, str]:
    """The states since MONDAY - 2, as read at noon of a day."""
    got = states(read(db, learner, f"{day(number)}T12:00:00Z"))
    return {n: got[day(n)] for n in range(-2, number + 1)}


def test_calendar_of_a_streak_with_every_state(db):
    settings(db, streak_weekdays=[1, 2, 3, 4, 5], late_window_days=120)
    learner = new_learner(db)
    # Week 1 broke on Wednesday; week 2 began anew, a freeze it earned covered its Wednesday.
    assert play(db, learner, 0, 1, 3) == ["started", "extended", "restarted"]
    settings(db, streak_freeze_max=1, streak_freeze_every_days=2)
    assert play(db, learner, 7, 8, 10, 11) == ["restarted", "extended", "frozen", "extended"]
    pause(db, learner, day(15), day(16))
    assert calendar(db, learner, 17) == {
        -2: "before", -1: "before",
        0: "active", 1: "active", 2: "missed", 3: "active", 4: "missed",
        5: "unscheduled", 6: "unscheduled",
        7: "active", 8: "active", 9: "frozen", 10: "active", 11: "active",
        12: "unscheduled", 13: "unscheduled",
        14: "frozen", 15: "paused", 16: "paused", 17: "open",
    }  # fmt: skip
    # The next day Thursday was missed as well: two, and one freeze is held.
    later = calendar(db, learner, 18)
    assert (later[14], later[17], later[9]) == ("missed", "missed", "frozen")


def test_gap_of_an_earlier_streak_stays_frozen(db):
    settings(db, late_window_days=120, streak_freeze_max=1)
    settings(db, streak_freeze_initial=1)
    learner = new_learner(db)
    assert play(db, learner, 0, 2, 5, 9) == ["started", "frozen", "restarted", "restarted"]
    got = calendar(db, learner, 9)
    assert got[1] == "frozen"
    assert {got[n] for n in (3, 4, 6, 7, 8)} == {"missed"}


def test_gap_that_a_late_arrival_mended_is_frozen_though_no_receipt_says_so(db):
    """Recorded as restarted; the streak now counts the days before it, too."""
    settings(db, late_window_days=120, streak_freeze_max=1)
    settings(db, streak_freeze_initial=1)
    learner = new_learner(db)
    assert play(db, learner, 0, 3, 4) == ["started", "restarted", "extended"]
    assert play(db, learner, 1) == ["extended"]
    assert read(db, learner, f"{day(4)}T12:00:00Z")["streak_days"] == 4
    assert calendar(db, learner, 4)[2] == "frozen"


def test_gap_that_a_late_arrival_unmade_is_missed_though_its_receipt_says_frozen(db):
    """The only freeze goes to the earlier gap now."""
    settings(db, late_window_days=120, streak_freeze_max=1)
    settings(db, streak_freeze_initial=1)
    learner = new_learner(db)
    assert play(db, learner, 2, 4) == ["started", "frozen"]
    assert play(db, learner, 0) == ["started"]
    got = calendar(db, learner, 4)
    assert (got[1], got[3]) == ("frozen", "missed")


def test_a_pause_set_after_todays_session_changes_nothing_before_it(db):
    """The session counted when it was recorded: the streak goes no further back for it."""
    settings(db, late_window_days=120)
    learner = new_learner(db)
    first = value(db, "SELECT (clock_timestamp() AT TIME ZONE 'UTC')::date")
    today = (first - MONDAY).days
    assert play(db, learner, today - 9, today - 1) == ["started", "restarted"]
    session(db, learner, "word_race")
    db.execute("SELECT hg_set_pause(%s, %s, %s)", [first, first, learner])
    got = states(read(db, learner))
    assert {got[day(today - n)] for n in range(2, 9)} == {"missed"}


def test_streak_that_began_on_an_unscheduled_day(db):
    """It counts the Sunday it began on: what was missed before is no part of it."""
    settings(db, streak_weekdays=[1, 2, 3, 4, 5])
    learner = on_streak(db, streak_days=2, activity_date="2024-05-06")
    for day, word in {
        "2024-05-01": "started", "2024-05-05": "restarted", "2024-05-06": "extended",
    }.items():  # fmt: skip
        remember_activity(db, learner, day, word)
    got = states(read(db, learner, f"{LAST_DAY}T12:00:00Z"))
    assert (got["2024-05-02"], got["2024-05-03"]) == ("missed", "missed")


def test_activity_date_is_active_without_the_ledger(db):
    """A learner whose history was written, not recorded."""
    got = states(read(db, on_streak(db), "2024-05-11T12:00:00Z"))
    assert got[LAST_DAY] == "active"
    assert got["2024-05-09"] == "before"


def test_days_before_the_calendar_are_known(db):
    learner = on_streak(db, streak_days=1)
    remember_activity(db, learner, "2023-12-01", "started")
    got = states(read(db, learner, f"{LAST_DAY}T12:00:00Z"))
    assert got["2024-03-12"] == "missed"
    long_ago = states(read(db, learner, "2026-01-01T12:00:00Z"))
    assert list(long_ago.values()) == ["missed"] * 59 + ["open"]


def test_too_late_activities_make_no_day_active(db):
    learner = on_streak(db)
    remember_activity(db, learner, "2024-05-08", too_late=True)
    assert states(read(db, learner, f"{LAST_DAY}T12:00:00Z"))["2024-05-08"] == "before"


def test_today_paused_or_unscheduled_is_not_open(db):
    settings(db, streak_weekdays=[1, 2, 3, 4, 5])
    learner = on_streak(db)
    assert states(read(db, learner, "2024-05-11T12:00:00Z"))["2024-05-11"] == "unscheduled"
    pause(db, learner, "2024-05-11", "2024-05-13")
    assert states(read(db, learner, "2024-05-11T12:00:00Z"))["2024-05-11"] == "paused"
    streak = read(db, learner, "2024-05-13T12:00:00Z")
    assert (streak["status"], streak["expires_at"]) == ("resting", "2024-05-15T00:00:00Z")


def test_long_pauses_are_no_burden(db):
    settings(db, streak_weekdays=[7])
    learner = on_streak(db, streak_freezes=1000)
    pause(db, learner, "2024-05-12", "5000-01-01")
    pause(db, learner, "5000-01-20", "9990-12-31")
    streak = read(db, learner, "2100-01-01T00:00:00Z")
    assert (streak["status"], streak["streak_days"]) == ("resting", 5)
    # Two Sundays between the pauses, and fewer than a thousand after them.
    assert streak["expires_at"] is None


def test_nth_missed_day_agrees_with_counting_day_by_day(db):
    """The walk from pause to pause against the plain definition."""
    wrong = db.execute(
        """
        WITH cases AS (
            SELECT a.first_day, n.nth, w.weekdays, p.pauses
            FROM generate_series(date '2024-05-06', '2024-05-12', '1 day') AS a (first_day)
            CROSS JOIN generate_series(1, 12) AS n (nth)
            CROSS JOIN (
                VALUES ('{1,2,3,4,5,6,7}'::smallint[]), ('{7}'), ('{1,2,3,4,5}'), ('{3,6}')
            ) AS w (weekdays)
            CROSS JOIN (
                VALUES ('{}'::datemultirange), ('{[2024-05-08,2024-05-21)}'),
                ('{[2024-05-06,2024-05-07),[2024-05-13,2024-05-14),[2024-05-19,2024-06-30)}'),
                ('{(,2024-05-11)}')
            ) AS p (pauses)
        )
        SELECT c.*
        FROM cases AS c
        WHERE hg__nth_missed_day(c.first_day::date, c.nth, c.weekdays, c.pauses)
        IS DISTINCT FROM (
            SELECT d.day::date
            FROM generate_series(c.first_day + interval '1 day', '2024-12-31', '1 day') AS d (day)
            WHERE extract(ISODOW FROM d.day) = ANY (c.weekdays) AND NOT c.pauses @> d.day::date
            ORDER BY d.day
            OFFSET c.nth - 1
            LIMIT 1
        )
        """
    ).fetchall()
    assert wrong == []


def test_streak_through_the_api(db):
    """Sessions of this week, one day left out, a freeze held."""
    settings(db, streak_freeze_max=3, streak_freeze_every_days=2)
    learner = new_learner(db)
    now = value(db, "SELECT now()")
    for ago in (6, 5, 3, 2, 1):
        session(db, learner, "algebra", occurred_at=now - timedelta(days=ago))
    streak = read(db, learner)
    assert streak["status"] == "at_risk"
    assert streak["streak_days"] == stored(db, learner)["global_stats"]["streak_days"] == 5
    assert [each["state"] for each in streak["days"]][-8:] == [
        "before", "active", "active", "frozen", "active", "active", "active", "open",
    ]  # fmt: skip
    # From the last day, yesterday, on: today and as many days as freezes are held may be missed.
    today = now.astimezone(UTC).date()
    assert streak["expires_at"] == f"{today + timedelta(days=1 + streak['freezes'])}T00:00:00Z"
    session(db, learner, "algebra")
    assert read(db, learner)["status"] == "done_today"


def test_answer_does_not_depend_on_the_session(db):
    learner = on_streak(db, time_zone="Europe/Berlin")
    plain = read(db, learner, "2024-05-11T21:00:00Z")
    for setting in ("TimeZone = 'Pacific/Auckland'", "DateStyle = 'German'", "search_path = ''"):
        db.execute(f"SET LOCAL {setting}")
    assert value(db, "SELECT public.hg_streak(%s, '2024-05-11T21:00:00Z')", learner) == plain


@pytest.mark.parametrize("at", [None, "infinity", "-infinity", "10000-01-01T00:00:00Z"])
def test_instant_that_is_none_is_refused(db, at):
    learner = new_learner(db)
    with pytest.raises(errors.InvalidParameterValue):
        value(db, "SELECT hg_streak(%s, %s::timestamptz)", learner, at)


def test_instant_before_the_last_activity_is_refused(db):
    learner = on_streak(db)
    with pytest.raises(errors.InvalidParameterValue):
        read(db, learner, f"{LAST_DAY}T11:59:59Z")


def test_null_and_unknown_learner(db):
    with pytest.raises(errors.InvalidParameterValue), db.transaction():
        value(db, "SELECT hg_streak(NULL)")
    with pytest.raises(psycopg.Error) as refused:
        read(db, NOBODY)
    assert refused.value.sqlstate == "LG404"


def test_while_an_import_is_pending_nothing_is_read(db):
    learner = new_learner(db)
    db.execute("UPDATE hg_installation SET state = 'imported'")
    with pytest.raises(errors.ObjectNotInPrerequisiteState):
        read(db, learner)


def test_what_cannot_be_read_is_called_malformed(db):
    learner = on_streak(db)
    db.execute("ALTER TABLE users DISABLE TRIGGER USER")
    change_document(db, learner, ["global_stats", "activity_date"], "10 May 2024 or so")
    with pytest.raises(psycopg.Error) as refused:
        read(db, learner, f"{LAST_DAY}T12:00:00Z")
    assert refused.value.sqlstate == "LG422"
    assert refused.value.diag.message_detail.startswith("global_stats.activity_date:")


@pytest.mark.parametrize("role", ["hg_app", "hg_reader"])
def test_who_may_call_it(db, role):
    learner = new_learner(db)
    with as_role(db, role):
        assert read(db, learner)["status"] == "none"


def test_nobody_else_may_call_it(db):
    learner = new_learner(db)
    with as_role(db, "hg_ai_worker"), pytest.raises(errors.InsufficientPrivilege):
        read(db, learner)


def test_reads_in_a_read_only_transaction(database: Database):
    with database.connect() as writer:
        learner = new_learner(writer)
        session(writer, learner, "algebra")
    reader = database.connect(options="-c default_transaction_read_only=on")
    assert read(reader, learner)["status"] == "done_today"


def test_the_calendar_of_a_long_history_is_the_same_without_snapshots(db):
    for name, freezes in (("late_window_days", 365), ("streak_freeze_max", 3)):
        set_setting(db, name, freezes)
    set_setting(db, "streak_freeze_every_days", 2)
    learner = Learner(db)
    # Three a day for 300 days, every fifth day missed: each gap takes a freeze.
    bulk(db, [
        learner.item("word_race", 1, 1, at=learner.noon(days) + hour * HOUR)
        for days in range(300, 0, -1) if days % 5 for hour in range(3)
    ])  # fmt: skip
    taken = db.execute("SELECT count(*) FROM hg_snapshots WHERE user_id = %s", [learner.id])
    assert taken.fetchone()[0] == 2
    streak = learner.call("hg_streak")
    assert {day["state"] for day in streak["days"]} >= {"active", "frozen"}
    db.execute("DELETE FROM hg_snapshots")
    assert learner.call("hg_streak") == streak
