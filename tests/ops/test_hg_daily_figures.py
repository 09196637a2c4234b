"""hg_daily_figures and hg_v_daily: what was practised on each of the last days."""

import psycopg

from tests.ops.support import execute_as_monitor, school
from tests.support.database import Database


def test_days(db: psycopg.Connection) -> None:
    busy, *_ = school(db)
    rows = execute_as_monitor(db, "SELECT * FROM hg_v_daily ORDER BY local_day")
    two, one = (busy.noon(n).date() for n in (2, 1))
    paid = {
        day: sum(
            entry["tokens_awarded"] for entry in busy.entries("activity")
            if entry["local_day"] == day.isoformat()
        )
        for day in (two, one)
    }  # fmt: skip
    assert rows == [
        {"local_day": two, "sessions": 3, "learners": 1, "questions": 30, "correct": 27,
         "seconds": 180, "tokens": paid[two], "accuracy_percent": 90},
        {"local_day": one, "sessions": 5, "learners": 2, "questions": 50, "correct": 34,
         "seconds": 270, "tokens": rows[1]["tokens"], "accuracy_percent": 68},
    ]  # fmt: skip
    assert rows[1]["tokens"] >= paid[one] > 0


def test_days_look_at_new_rows_only(database: Database) -> None:
    """The plan is a way through the index by instant where there is much."""
    db = database.connect()
    school(db)
    columns = [
        name for (name,) in db.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = 'hg_ledger'::regclass "
            "AND attnum > 0 AND attname NOT IN ('ledger_id', 'id', 'recorded_at')"
        )
    ]  # fmt: skip
    db.execute(
        f"INSERT INTO hg_ledger (id, recorded_at, {', '.join(columns)}) "
        f"SELECT gen_random_uuid(), now() - (60000 - n) * interval '1 hour', {', '.join(columns)} "
        "FROM hg_ledger, generate_series(1, 4000) AS n WHERE kind = 'activity' ORDER BY n"
    )
    db.execute("VACUUM (ANALYZE) hg_ledger")
    plan = db.execute(
        "EXPLAIN SELECT count(*) FROM hg_ledger AS l WHERE l.recorded_at >= now() - interval "
        "'9 days'"
    ).fetchall()
    assert "hg_ledger_by_instant" in str(plan)
