"""hg_set_pause: for one learner in the ledger, for all as a version of the rules."""

import datetime
import uuid
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.concurrency.support import Waiting
from tests.support.database import Database, as_role, new_learner, wait_for_lock
from tests.support.users import NOBODY

DAY = datetime.timedelta(days=1)


def set_pause(db: psycopg.Connection, start: Any, end: Any, learner: Any = None) -> dict:
    return db.execute(
        "SELECT hg_set_pause(%s::date, %s::date, %s)", [start, end, learner]
    ).fetchone()[0]


def today(db: psycopg.Connection, zone: str = "UTC", hours: int = 0) -> datetime.date:
    return db.execute(
        "SELECT ((clock_timestamp() AT TIME ZONE %s) - %s * interval '1 hour')::date", [zone, hours]
    ).fetchone()[0]


def zone_where_the_date_is(db: psycopg.Connection, later: bool) -> str:
    """A zone where it is already tomorrow, or still yesterday; UTC at hours at which none is."""
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        difference = today(db, zone) - today(db)
        if difference == (DAY if later else -DAY):
            return zone
    return "UTC"


def test_for_one_learner_it_is_a_ledger_row(db: psycopg.Connection) -> None:
    learner = new_learner(db, "7")
    db.execute("SELECT hg_grant_tokens(%s, gen_random_uuid(), 30, 'a start')", [learner])
    before = db.execute(
        "SELECT u.hidden_grade_asset FROM users AS u WHERE u.id = %s", [learner]
    ).fetchone()
    first = today(db) + DAY
    receipt = set_pause(db, first, first + 3 * DAY, learner)
    row = db.execute(
        "SELECT l.id::text, l.kind::text, l.details, l.receipt, l.user_grade, l.rules_version, "
        "l.recorded_by = session_user, l.occurred_at = l.recorded_at, l.occurred_at > now() "
        "FROM hg_ledger AS l WHERE l.user_id = %s AND l.kind = 'pause'",
        [learner],
    ).fetchone()
    days = {"from": str(first), "to": str(first + 3 * DAY)}
    assert receipt == {
        **days,
        "id": row[0],
        "replayed": False,
        "kind": "pause",
        "tokens": 30,
        "total_tokens_earned": 30,
    }
    version = db.execute("SELECT i.rules_version FROM hg_installation AS i").fetchone()[0]
    assert row[1:] == ("pause", days, receipt, 7, version, True, True, True)
    pauses = db.execute("SELECT hg__learner_pauses(%s)::text", [learner]).fetchone()[0]
    assert pauses == f"{{[{first},{first + 4 * DAY})}}"
    after = db.execute(
        "SELECT u.hidden_grade_asset FROM users AS u WHERE u.id = %s", [learner]
    ).fetchone()
    assert after == before


def test_for_all_it_is_a_version_of_the_rules(db: psycopg.Connection) -> None:
    new_learner(db)
    entries = db.execute("SELECT count(*) FROM hg_ledger").fetchone()
    first = today(db) + DAY
    receipt = set_pause(db, first, first + DAY)
    days = {"from": str(first), "to": str(first + DAY)}
    version = db.execute("SELECT i.rules_version FROM hg_installation AS i").fetchone()[0]
    assert receipt == {
        **days, "id": version, "replayed": False, "kind": "pause", "version": version,
    }  # fmt: skip
    change = db.execute(
        "SELECT v.change FROM hg_rule_versions AS v WHERE v.version = %s", [version]
    ).fetchone()[0]
    assert change == {"pause": days}
    assert db.execute("SELECT count(*) FROM hg_ledger").fetchone() == entries

    # Pauses add up, and a later change of the rules carries them on.
    set_pause(db, first + 2 * DAY, first + 2 * DAY)
    set_pause(db, first + 10 * DAY, first + 10 * DAY)
    db.execute("UPDATE hg_modules SET good_percent = 70 WHERE module = 'algebra'")
    rows = db.execute(
        "SELECT DISTINCT r.pauses::text FROM hg_rules AS r JOIN hg_installation AS i "
        "ON i.rules_version = r.rules_version"
    ).fetchall()
    assert rows == [(f"{{[{first},{first + 3 * DAY}),[{first + 10 * DAY},{first + 11 * DAY})}}",)]
    earlier = db.execute(
        "SELECT DISTINCT r.pauses::text FROM hg_rules AS r WHERE r.rules_version = %s",
        [version - 1],
    ).fetchone()[0]
    assert earlier == "{}"


@pytest.mark.parametrize("whom", ["one", "all"])
@pytest.mark.parametrize(
    ("start", "end", "detail"),
    [
        (None, "2999-01-01", "p_from is null."),
        ("2999-01-01", None, "p_to is null."),
        ("infinity", "infinity", "p_from is 'infinity'."),
        ("-infinity", "2999-01-01", "p_from is '-infinity'."),
        ("2999-01-01", "infinity", "p_to is 'infinity'."),
        ("2999-01-02", "2999-01-01", "p_to is '2999-01-01'."),
        ("2999-01-02", "10000-01-01", "p_to is '10000-01-01'."),
        ("10000-01-01", "10000-01-01", "p_from is '10000-01-01'."),
        ("2020-01-01", "2999-01-01", "p_from is '2020-01-01'."),
    ],
)
def test_days_that_are_no_pause(
    db: psycopg.Connection, whom: str, start: str | None, end: str | None, detail: str
) -> None:
    learner = new_learner(db) if whom == "one" else None
    entries = db.execute("SELECT count(*) FROM hg_ledger").fetchone()
    version = db.execute("SELECT i.rules_version FROM hg_installation AS i").fetchone()
    with pytest.raises(psycopg.errors.InvalidParameterValue) as caught, db.transaction():
        set_pause(db, start, end, learner)
    assert caught.value.diag.message_detail == detail
    assert caught.value.diag.message_hint
    assert db.execute("SELECT count(*) FROM hg_ledger").fetchone() == entries
    assert db.execute("SELECT i.rules_version FROM hg_installation AS i").fetchone() == version


def test_arguments_are_looked_at_before_the_learner(db: psycopg.Connection) -> None:
    with pytest.raises(psycopg.errors.InvalidParameterValue), db.transaction():
        set_pause(db, "2020-01-01", "2020-01-01", NOBODY)
    with pytest.raises(psycopg.Error) as caught, db.transaction():
        set_pause(db, today(db) + DAY, today(db) + DAY, NOBODY)
    assert caught.value.sqlstate == "LG404"


@pytest.mark.parametrize("whom", ["one", "all"])
def test_today_counts_yesterday_does_not(db: psycopg.Connection, whom: str) -> None:
    learner = new_learner(db) if whom == "one" else None
    day = today(db)
    with pytest.raises(psycopg.errors.InvalidParameterValue), db.transaction():
        set_pause(db, day - DAY, day, learner)
    assert set_pause(db, day, day, learner)["from"] == str(day)


@pytest.mark.parametrize("later", [False, True])
def test_today_is_the_learners_own(db: psycopg.Connection, later: bool) -> None:
    """Across midnight from UTC, at every hour in one of the two: its today is allowed."""
    zone = zone_where_the_date_is(db, later)
    learner = new_learner(db)
    db.execute("SELECT hg_set_time_zone(%s, %s)", [learner, zone])
    day = today(db, zone)
    with pytest.raises(psycopg.errors.InvalidParameterValue), db.transaction():
        set_pause(db, day - DAY, day, learner)
    assert set_pause(db, day, day, learner)["from"] == str(day)


def test_a_waiting_zone_counts_from_its_own_instant(db: psycopg.Connection) -> None:
    """A document whose next zone has come into force without an activity since."""
    learner = new_learner(db)
    for time_zone_next_from, zone in [
        ("2020-01-01T00:00:00Z", "Pacific/Kiritimati"),
        ("2999-01-01T00:00:00Z", "Pacific/Pago_Pago"),
    ]:
        stats = {
            "time_zone": "Pacific/Pago_Pago",
            "time_zone_next": "Pacific/Kiritimati",
            "time_zone_next_from": time_zone_next_from,
        }
        db.execute(
            "UPDATE users SET hidden_grade_asset = jsonb_set(hidden_grade_asset, "
            "'{global_stats}', (hidden_grade_asset -> 'global_stats') || %s) WHERE id = %s",
            [Jsonb(stats), learner],
        )
        day = today(db, zone)
        with pytest.raises(psycopg.errors.InvalidParameterValue), db.transaction():
            set_pause(db, day - DAY, day, learner)
        assert set_pause(db, day, day, learner)["from"] == str(day)


def test_the_day_starts_when_the_setting_says(db: psycopg.Connection) -> None:
    hour = db.execute(
        "SELECT extract(HOUR FROM clock_timestamp() AT TIME ZONE 'UTC')::integer"
    ).fetchone()[0]
    # An hour for which it is still yesterday, where the setting's range has one.
    start = min(hour + 1, 12)
    db.execute("SELECT hg_set_setting('day_start_hour', %s)", [Jsonb(start)])
    day = today(db, hours=start)
    assert (day < today(db)) == (hour < 12)
    with pytest.raises(psycopg.errors.InvalidParameterValue), db.transaction():
        set_pause(db, day - DAY, day)
    assert set_pause(db, day, day)["from"] == str(day)


def test_the_day_is_written_the_same_whatever_the_session(db: psycopg.Connection) -> None:
    learner = new_learner(db)
    db.execute("SET LOCAL DateStyle = 'SQL, DMY'")
    db.execute("SET LOCAL TimeZone = 'Pacific/Kiritimati'")
    first = datetime.date(2999, 3, 4)
    receipt = set_pause(db, first.isoformat(), first.isoformat(), learner)
    assert (receipt["from"], receipt["to"]) == ("2999-03-04", "2999-03-04")
    set_pause(db, first.isoformat(), first.isoformat())
    db.execute("RESET DateStyle")
    pauses = db.execute(
        "SELECT DISTINCT r.pauses::text FROM hg_rules AS r JOIN hg_installation AS i "
        "ON i.rules_version = r.rules_version"
    ).fetchall()
    assert pauses == [("{[2999-03-04,2999-03-05)}",)]


def test_the_application_may_and_a_reader_may_not(db: psycopg.Connection) -> None:
    learner = new_learner(db)
    with as_role(db, "hg_app"):
        assert set_pause(db, "2999-01-01", "2999-01-01", learner)["replayed"] is False
        assert set_pause(db, "2999-01-01", "2999-01-01")["kind"] == "pause"
    for role in ("hg_reader", "hg_ai_worker"):
        with (
            as_role(db, role),
            pytest.raises(psycopg.errors.InsufficientPrivilege),
            db.transaction(),
        ):
            set_pause(db, "2999-01-01", "2999-01-01", learner)


def test_nothing_while_an_import_is_pending(db: psycopg.Connection) -> None:
    learner = new_learner(db)
    db.execute("UPDATE hg_installation SET state = 'pending'")
    for whom in (learner, None):
        with (
            pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState),
            db.transaction(),
        ):
            set_pause(db, "2999-01-01", "2999-01-01", whom)


def test_it_waits_for_the_learner_and_then_reads_the_clock(database: Database) -> None:
    here, there, watch = (database.connect() for _ in range(3))
    learner = new_learner(here)
    here.execute("BEGIN")
    here.execute("SELECT FROM users WHERE id = %s FOR NO KEY UPDATE", [learner])
    waiting = Waiting(lambda: set_pause(there, "2999-01-01", "2999-01-01", learner))
    wait_for_lock(watch, there.info.backend_pid)
    activity = uuid.uuid4()
    here.execute("SELECT hg_grant_tokens(%s, %s, 5, 'while it waits')", [learner, activity])
    here.execute("COMMIT")
    assert waiting.result()["tokens"] == 5
    in_order = watch.execute(
        "SELECT p.occurred_at > g.occurred_at FROM hg_ledger AS p JOIN hg_ledger AS g "
        "ON g.user_id = p.user_id AND g.kind = 'grant' WHERE p.kind = 'pause'"
    ).fetchone()
    assert in_order == (True,)
