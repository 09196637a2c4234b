"""hg_v_daily, hg_v_modules, hg_v_health: what a dashboard asks each minute."""

import psycopg
import pytest
from psycopg import errors

from tests.ops.support import execute_as_monitor, school
from tests.support.database import Database, as_role

VIEWS = ("hg_v_ai_queue", "hg_v_daily", "hg_v_health", "hg_v_modules")


def test_health(database: Database) -> None:
    # Its own database: in a shared one, room that others left may be all that a sample sees.
    db = database.connect(autocommit=False)
    school(db)
    status = db.execute("SELECT hg_status()").fetchone()[0]
    row = execute_as_monitor(db, "SELECT * FROM hg_v_health")[0]
    assert row["code_version"] == status["code_version"]
    assert row["learners"] == status["users"]["learners"]
    assert (row["state"], row["live"], row["level"]) == ("none", True, "ok")
    assert (row["warnings"], row["first_warning"]) == (0, None)
    assert (row["sampled"], row["differing"]) == (min(20, row["learners"]), 0)


@pytest.mark.parametrize(
    ("harm", "level", "words"),
    [
        ("UPDATE hg_standings_marks SET as_of = as_of - interval '2 days'", "look", "leaderboard"),
        ("DROP INDEX hg_ledger_rare", "bad", "hg_ledger_rare"),
    ],
)
def test_health_is_the_gravest(database: Database, harm: str, level: str, words: str) -> None:
    db = database.connect(autocommit=False)
    db.execute("SELECT hg_refresh_leaderboard()")
    db.execute(harm)
    row = execute_as_monitor(db, "SELECT * FROM hg_v_health")[0]
    assert (row["level"], row["warnings"]) == (level, 1)
    assert words in row["first_warning"]


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("role", ["hg_app", "hg_reader", "hg_ai_worker"])
def test_they_are_the_owners_to_grant(db: psycopg.Connection, role: str, view: str) -> None:
    with as_role(db, role), pytest.raises(errors.InsufficientPrivilege), db.transaction():
        db.execute(f"SELECT * FROM {view}")


def test_they_name_nobody(db: psycopg.Connection) -> None:
    """No column of an id or a document, and every one is explained."""
    columns = db.execute(
        "SELECT c.relname, a.attname, format_type(a.atttypid, NULL), "
        "col_description(c.oid, a.attnum) FROM pg_class AS c "
        "JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 "
        "WHERE c.relname LIKE 'hg\\_v\\_%' AND c.relkind = 'v'"
    ).fetchall()
    assert {view for view, *_ in columns} == set(VIEWS)
    for view, column, kind, comment in columns:
        assert kind in ("bigint", "integer", "numeric", "text", "boolean", "date"), (view, column)
        assert "user" not in column or column == "users_bytes"
        assert comment, (view, column)


def test_they_hold_no_column_of_users(db: psycopg.Connection) -> None:
    """Whoever owns users can give its columns other types beside them."""
    db.execute("ALTER TABLE users ALTER username TYPE varchar(99)")
    held = db.execute(
        "SELECT DISTINCT r.ev_class::regclass::text FROM pg_depend AS d "
        "JOIN pg_rewrite AS r ON r.oid = d.objid WHERE d.refobjid = 'users'::regclass"
    ).fetchall()
    assert held == []


@pytest.mark.parametrize("view", VIEWS)
def test_they_answer_in_a_read_only_session(database: Database, view: str) -> None:
    school(database.connect())
    reader = database.connect(options="-c default_transaction_read_only=on")
    assert reader.execute(f"SELECT * FROM {view}").fetchall() != []
