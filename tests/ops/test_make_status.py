"""make status: one screen that a person reads at night, or JSON; and its exit status."""

import json

import psycopg
import pytest
from rich.console import Console

from tests.house.support import run
from tests.ops.support import school
from tests.support.database import ROOT, Database, migrate
from tools import status
from tools.loader import Project


def lines(database: Database, expected: int = 0, **environment: str) -> list[str]:
    done = run(ROOT, "status", database.dsn, **environment)
    assert done.returncode == expected, done.stderr
    return [line.rstrip() for line in done.stdout.splitlines()]


def marks(printed: list[str]) -> dict[str, str]:
    """Concern: OK, LOOK or BAD."""
    found = (line.split() for line in printed if line[:1].isalpha())
    return {words[0]: words[1] for words in found if words[1] in ("OK", "LOOK", "BAD")}


def test_all_is_well(database: Database) -> None:
    school(database.connect())
    printed = lines(database, COLUMNS="80")
    assert set(marks(printed)) == set(status.LINES)
    assert set(marks(printed).values()) == {"OK"}
    assert "What to do:" not in printed
    assert len(printed) <= 24
    assert max(map(len, printed)) <= 80
    text = " ".join(" ".join(printed).split())
    assert f"installation OK {Project(ROOT).version}, state none" in text
    assert "3 learners, 0 without a document; 3 compared with their ledgers" in text
    assert "settings as shipped" in text


def test_a_bad_night(database: Database) -> None:
    db = database.connect()
    school(db)
    db.execute("SELECT hg_refresh_leaderboard()")
    db.execute("SELECT hg_set_setting('day_start_hour', '4')")
    db.execute(
        "UPDATE hg_standings_marks SET as_of = as_of - interval '2 days';"
        "DROP INDEX hg_ledger_rare; DROP FUNCTION hg_explain;"
        "ALTER TABLE users DISABLE TRIGGER USER; UPDATE users SET hidden_grade_asset = "
        "jsonb_set(hidden_grade_asset, '{global_stats,tokens}', '9')"
    )
    printed = lines(database, 1, COLUMNS="80")
    assert marks(printed) == {
        "installation": "BAD", "functions": "BAD", "documents": "BAD", "users": "OK",
        "ledger": "OK", "leaderboard": "LOOK", "analyses": "OK", "move": "OK",
    }  # fmt: skip
    assert "What to do:" in printed
    assert len(printed) <= 40
    text = " ".join(" ".join(printed).split())
    assert "day_start_hour 4 (0)" in text
    assert "SELECT hg_rebuild(user_id) mends one" in text
    assert text.index("hg_rebuild") < text.index("the leaderboard is of")


def test_what_can_wait_is_no_failure(database: Database) -> None:
    database.connect().execute("GRANT UPDATE ON users TO hg_app")
    printed = lines(database)
    assert marks(printed)["users"] == "LOOK"
    assert any("REVOKE UPDATE" in line for line in printed)


@pytest.mark.parametrize(("harm", "expected"), [("SELECT", 0), ("DROP INDEX hg_ledger_rare", 1)])
def test_json(database: Database, harm: str, expected: int) -> None:
    db = database.connect()
    db.execute(harm)
    found = json.loads("\n".join(lines(database, expected, FORMAT="json")))
    assert found.pop("pending_migrations") == []
    asked = db.execute("SELECT hg_status()").fetchone()[0]
    assert set(found) == set(asked)
    assert found["concerns"] == asked["concerns"]


def test_a_migration_that_waits(database: Database) -> None:
    database.connect().execute("DELETE FROM _yoyo_migration WHERE migration_id LIKE '0011%'")
    printed = lines(database)
    assert any("pending migration: 0011_operating: make migrate" in line for line in printed)


def test_while_the_older_application_is_the_truth(empty_database: Database) -> None:
    db = empty_database.connect()
    db.execute("CREATE TABLE users (id integer PRIMARY KEY, grade text)")
    db.execute("INSERT INTO users VALUES (1)")
    db.execute("CREATE TABLE user_progress (id integer)")
    migrate(empty_database.dsn)
    printed = lines(empty_database)
    assert marks(printed)["move"] == "LOOK"
    assert "pending: 0 built" in " ".join(printed)


def test_the_screen_of_a_large_school(db: psycopg.Connection) -> None:
    """Figures of any size keep it on one screen."""
    facts = db.execute("SELECT hg_status()").fetchone()[0]
    facts["users"] |= {"learners": 12_345_678, "exact": False, "bytes": 987_654_321_098,
                       "hot_share": 0.9876}  # fmt: skip
    facts["ledger"] |= {"rows": 9_876_543_210, "bytes": 98_765_432_109_876, "retention_days": 730}
    facts["oldest_transaction"] = {"seconds": 93_600, "pid": 1, "prepared": None}
    facts["leaderboard"] = {"as_of": "x", "age_seconds": 300, "learners": 12_345_678}
    facts["ai"] |= {"enabled": True, "ready": 123_456}
    console = Console(width=80, height=40, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    with console.file:
        status.show(console, facts, [])
    text = console.export_text()
    assert len(text.splitlines()) <= 24
    said = " ".join(text.split())
    for words in ("about 12,345,678 learners", "988 GB", "98.8 %", "99 TB", "kept 730 days",
                  "26 h", "5 min old", "123,456 ready"):  # fmt: skip
        assert words in said, words
