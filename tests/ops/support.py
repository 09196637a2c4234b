"""A small school, for what looks at the whole."""

import psycopg

from tests.record.support import Learner


def school(connection: psycopg.Connection) -> list[Learner]:
    """One who practised on several days, one of whom a session was taken back, one who is new."""
    busy, few, new = (Learner(connection, grade) for grade in ("3", "K", None))
    for days in (2, 1):
        for _ in range(3):
            busy.run("algebra", 10, 9, 60, at=busy.noon(days))
    busy.run("measurement", 10, 5, 60, at=busy.noon(1))
    busy.run("algebra", 10, 10, 60, at=busy.noon(30))
    few.run("algebra", 10, 2, 30, at=few.noon(1))
    few.run("algebra", 10, 8, 30, at=few.noon(1))
    few.reverse(few.entries("activity")[-1]["id"])
    return [busy, few, new]


def execute_as_monitor(connection: psycopg.Connection, query: str) -> list[dict]:
    """What a role sees that has just the grants of docs/operating.md."""
    connection.execute(
        """
        CREATE ROLE hg_test_monitor;
        GRANT SELECT ON hg_v_health, hg_v_daily, hg_v_modules, hg_v_ai_queue TO hg_test_monitor;
        GRANT EXECUTE ON FUNCTION hg_status, hg_daily_figures, hg_module_figures
        TO hg_test_monitor;
        SET LOCAL ROLE hg_test_monitor
        """
    )
    try:
        with connection.transaction(), connection.cursor(row_factory=psycopg.rows.dict_row) as rows:
            return rows.execute(query).fetchall()
    finally:
        connection.execute("RESET ROLE; DROP OWNED BY hg_test_monitor; DROP ROLE hg_test_monitor")
