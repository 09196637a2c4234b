"""hg_status: what it checks each time, and what it says when a check fails."""

import psycopg
import pytest

from tests.ops.support import school
from tests.record.support import set_setting
from tests.support.database import Database, migrate, wait_for


def status(db: psycopg.Connection) -> dict:
    return db.execute("SELECT hg_status()").fetchone()[0]


def concern(db: psycopg.Connection, name: str, words: str) -> str:
    """How grave it is; just one warning has the words, and others are not touched by it."""
    found = status(db)
    assert sum(words in warning for warning in found["warnings"]) == 1, found["warnings"]
    others = {one: level for one, level in found["concerns"].items() if one != name}
    assert set(others.values()) == {"ok"}, others
    return found["concerns"][name]


def test_all_is_well(database: Database) -> None:
    db = database.connect()
    learners = school(db)
    found = status(db)
    assert set(found["concerns"].values()) == {"ok"}
    assert found["verified"] == {"sampled": len(learners), "differing": 0}
    assert (found["functions"]["gone"], found["functions"]["changed"]) == ([], [])
    assert found["functions"]["loaded"] > 500


def test_a_document_that_differs(database: Database) -> None:
    # Its own database: in a shared one, room that others left may be all that a sample sees.
    db = database.connect()
    busy, *_ = school(db)
    document = busy.document
    document["global_stats"]["tokens"] += 1
    busy.tamper(document)
    assert concern(db, "documents", "differ from their ledgers") == "bad"
    assert status(db)["verified"]["differing"] == 1
    busy.call("hg_rebuild")
    assert status(db)["verified"]["differing"] == 0


def test_some_twenty_of_many(database: Database) -> None:
    db = database.connect()
    db.execute("INSERT INTO users (grade) SELECT '3' FROM generate_series(1, 500)")
    assert status(db)["verified"] == {"sampled": 20, "differing": 0}


def test_the_sample_is_another_each_time(database: Database) -> None:
    """One in twenty-five differs: a sample finds some or none, and not always as many."""
    db = database.connect()
    db.execute("INSERT INTO users (grade) SELECT '3' FROM generate_series(1, 500)")
    db.execute("ALTER TABLE users DISABLE TRIGGER USER")
    db.execute(
        "UPDATE users AS u SET hidden_grade_asset = jsonb_set(u.hidden_grade_asset, "
        "'{global_stats,tokens}', '5') WHERE u.id IN "
        "(SELECT v.id FROM users AS v ORDER BY v.id LIMIT 250)"
    )
    found = set()
    wait_for(lambda: found.add(status(db)["verified"]["differing"]) or len(found) > 2)


@pytest.mark.parametrize("state", ["pending", None])
def test_nothing_is_compared_before_the_api_is_live(db: psycopg.Connection, state) -> None:
    school(db)
    db.execute("UPDATE hg_installation SET state = %s", [state])
    assert status(db)["verified"] == {"sampled": 0, "differing": 0}


def test_a_function_changed_by_hand(database: Database) -> None:
    db = database.connect()
    db.execute(
        "CREATE OR REPLACE FUNCTION hg_version() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER"
        " AS 'SELECT NULL::text'"
    )
    assert status(db)["functions"]["changed"] == ["hg_version()"]
    assert concern(db, "functions", "not what was loaded (hg_version())") == "bad"
    migrate(database.dsn)
    assert status(db)["concerns"]["functions"] == "ok"
    assert db.execute("SELECT hg_version()").fetchone() != (None,)


@pytest.mark.parametrize(
    "setting",
    ["IntervalStyle = iso_8601", "DateStyle = 'SQL, DMY'", "quote_all_identifiers = on",
     "TimeZone = 'Asia/Kathmandu'", "extra_float_digits = -5", "search_path = pg_catalog, public",
     "bytea_output = escape"],
)  # fmt: skip
def test_a_session_of_another_style_sees_the_same(db: psycopg.Connection, setting: str) -> None:
    db.execute(f"SET LOCAL {setting}")
    found = status(db)["functions"]
    assert (found["gone"], found["changed"]) == ([], [])


def test_every_index_of_the_installation_is_watched(db: psycopg.Connection) -> None:
    """Also those that are added later: each one that is gone is named."""
    indexes = db.execute(
        "SELECT i.indexrelid::regclass::text, c.conname, i.indrelid::regclass::text "
        "FROM pg_index AS i LEFT JOIN pg_constraint AS c ON c.conindid = i.indexrelid "
        "JOIN pg_class AS t ON t.oid = i.indrelid WHERE t.relname LIKE 'hg\\_%'"
    ).fetchall()
    assert len(indexes) > 30
    for index, constraint, table in indexes:
        if constraint is None:
            db.execute(f"DROP INDEX {index}")
        else:
            db.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint} CASCADE")
    warning = next(text for text in status(db)["warnings"] if "indexes are missing" in text)
    named = warning[warning.index("(") + 1 : warning.index(")")].split(", ")
    assert sorted(named) == sorted(index for index, *_ in indexes)


def test_an_index_that_could_not_be_built(database: Database) -> None:
    # Here and below, its own database: the statistics of a shared one warn of others' updates.
    db = database.connect()
    db.execute(
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'hg_ledger_rare'::regclass"
    )
    assert concern(db, "installation", "missing or invalid (hg_ledger_rare)") == "bad"


def test_settings_and_what_they_were_shipped_with(db: psycopg.Connection) -> None:
    set_setting(db, "daily_token_cap", 120)
    set_setting(db, "day_start_hour", 4)
    found = status(db)
    assert found["settings_changed"] == {"daily_token_cap": 120, "day_start_hour": 4}
    assert found["settings_shipped"] == {"daily_token_cap": None, "day_start_hour": 0}
    set_setting(db, "day_start_hour", 0)
    assert status(db)["settings_shipped"]["day_start_hour"] == 0


def test_every_setting_has_what_it_was_shipped_with(db: psycopg.Connection) -> None:
    missing = db.execute("SELECT s.name FROM hg_settings AS s WHERE s.shipped IS NULL").fetchall()
    assert missing == []


def test_rows_that_vacuum_has_left(database: Database) -> None:
    writer = database.connect()
    writer.execute("ALTER TABLE users SET (autovacuum_enabled = off)")
    writer.execute("ALTER TABLE users DISABLE TRIGGER USER")
    writer.execute(
        "INSERT INTO users (hidden_grade_asset) SELECT '{}' FROM generate_series(1, 12000)"
    )
    writer.execute("DELETE FROM users")
    writer.execute("ALTER TABLE users ENABLE TRIGGER USER")
    # The statistics arrive when the session that made them ends.
    writer.close()
    db = database.connect()
    wait_for(lambda: status(db)["users"]["vacuum"]["dead_rows"] >= 10000)
    assert concern(db, "users", "of the rows of users are dead") == "look"
    db.execute("VACUUM users")
    wait_for(lambda: status(db)["users"]["vacuum"]["dead_rows"] < 10000)
    found = status(db)
    assert found["concerns"]["users"] == "ok"
    assert found["users"]["vacuum"]["vacuumed_at"] is not None


def test_the_transaction_that_keeps_vacuum_back(database: Database) -> None:
    holder = database.connect(autocommit=False)
    holder.execute("INSERT INTO users (grade) VALUES ('3')")
    db = database.connect()
    found = status(db)["oldest_transaction"]
    assert found["pid"] == holder.info.backend_pid
    assert (found["prepared"], found["seconds"] >= 0) == (None, True)
    holder.rollback()


def test_a_transaction_that_is_too_old_is_warned_of(db: psycopg.Connection) -> None:
    """What is asked for cannot be waited for: the check is given the answer."""
    for oldest, words in (
        ('{"seconds": 7265, "pid": 4711, "prepared": null}',
         "process 4711 has been open for 02:01:05"),
        ('{"seconds": 7265, "pid": null, "prepared": "x\'y"}', "'x''y' has been prepared for"),
    ):  # fmt: skip
        said = db.execute(
            "SELECT hg__status_warnings_checks(%s::jsonb)",
            [f'{{"oldest_transaction": {oldest}}}'],
        ).fetchone()[0]
        assert [(one["concern"], one["level"]) for one in said] == [("users", "look")]
        assert words in said[0]["text"]


def test_what_is_bad_comes_first(database: Database) -> None:
    db = database.connect()
    db.execute("SELECT hg_refresh_leaderboard()")
    db.execute("UPDATE hg_standings_marks SET as_of = as_of - interval '2 days'")
    db.execute("DROP INDEX hg_ledger_rare")
    db.execute("ALTER TABLE users DISABLE TRIGGER users_forget")
    found = status(db)
    order = ("users.users_forget", "hg_ledger_rare", "the leaderboard is of")
    assert [words in said for words, said in zip(order, found["warnings"], strict=True)] == [
        True
    ] * 3
    assert found["concerns"]["installation"] == "bad"
    assert found["concerns"]["leaderboard"] == "look"
