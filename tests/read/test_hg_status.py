"""hg_status: how the installation is."""

import psycopg
import pytest
from psycopg import errors

from tests.support.database import Database, as_role, wait_for

from .learners import new_learner, session, value


def status(db: psycopg.Connection) -> dict:
    return value(db, "SELECT hg_status()")


def warned(db: psycopg.Connection, words: str) -> bool:
    """Whether one warning, and just one, has these words."""
    hits = [warning for warning in status(db)["warnings"] if words in warning]
    assert len(hits) < 2
    return bool(hits)


def test_fresh_installation(database):
    # Its own database: the statistics of a shared one count what other tests rolled back.
    db = database.connect()
    answer = status(db)
    assert answer["warnings"] == []
    assert (answer["state"], answer["live"], answer["settled"]) == ("none", True, True)
    assert (answer["modules"], answer["settings_changed"]) == (14, {})
    assert answer["code_version"] == value(db, "SELECT hg_version()")
    assert answer["rules_version"] == value(db, "SELECT rules_version FROM hg_installation")
    assert answer["server_version"] == value(db, "SHOW server_version")
    assert answer["users"]["column_type"] == "jsonb"
    assert answer["users"]["column_not_null"] is True


def test_it_counts(database):
    db = database.connect()
    for _ in range(3):
        session(db, new_learner(db), "algebra")
    db.execute("SELECT hg_set_setting('day_start_hour', '4')")
    answer = status(db)
    assert answer["users"]["learners"] == 3
    assert answer["users"]["without_document"] == 0
    assert answer["users"]["exact"] is True
    assert answer["settings_changed"] == {"day_start_hour": 4}
    first = "SELECT hg__exact_instant_text(min(recorded_at)) FROM hg_ledger"
    assert answer["ledger"]["oldest"] == value(db, first)
    assert answer["ledger"]["bytes"] == value(db, "SELECT pg_total_relation_size('hg_ledger')")


def test_documents_missing(db):
    learner = new_learner(db)
    new_learner(db)
    db.execute("ALTER TABLE users ALTER COLUMN hidden_grade_asset DROP NOT NULL")
    db.execute("ALTER TABLE users DISABLE TRIGGER USER")
    db.execute("UPDATE users SET hidden_grade_asset = NULL WHERE id = %s", [learner])
    assert status(db)["users"]["without_document"] == 1
    assert warned(db, "may be NULL")


@pytest.mark.parametrize("state", ["pending", "importing", "imported"])
def test_it_answers_while_an_import_is_pending(db, state):
    new_learner(db)
    db.execute("UPDATE hg_installation SET state = %s", [state])
    assert status(db)["live"] is False
    assert warned(db, "cutover")


@pytest.mark.parametrize("state", ["none", None])
def test_nothing_was_moved(db, state):
    db.execute("UPDATE hg_installation SET state = %s", [state])
    assert status(db)["legacy"] is None


def test_the_move_from_the_older_tables(db):
    db.execute("UPDATE hg_installation SET state = 'importing'")
    db.execute(
        "UPDATE hg_legacy_run SET started_at = '2026-01-02 03:04:05+00', learners = 500,"
        " batch = 40, busy = '00:00:02', verified_at = '2026-01-03 00:00:00+00'"
    )
    learner = new_learner(db)
    db.execute("INSERT INTO hg_legacy_dirty (user_id, everybody) VALUES (%s, false)", [learner])
    db.execute("INSERT INTO hg_legacy_differences (user_id, path) VALUES (%s, 'x')", [learner])
    legacy = status(db)["legacy"]
    rows = legacy.pop("archive_rows")
    assert rows is None or rows == 0
    assert legacy == {
        "started_at": "2026-01-02T03:04:05.000000Z", "finished_at": None, "learners": 500,
        "dirty": 1, "quarantined": 0, "paused": False, "batch": 40, "learners_per_second": 250,
        "verified_at": "2026-01-03T00:00:00.000000Z", "differences": 1, "cut_over_at": None,
        "ignored_writes": 0,
    }  # fmt: skip
    # While the import is at work there are always some.
    assert not warned(db, "changes since the import")
    db.execute("UPDATE hg_installation SET state = 'imported'")
    assert warned(db, "the old application has made 1 changes since the import")


def test_a_paused_import(db):
    db.execute("UPDATE hg_installation SET state = 'importing'")
    assert not warned(db, "paused")
    db.execute("SELECT hg_legacy_pause()")
    assert status(db)["legacy"]["paused"] is True
    assert warned(db, "the import is paused: make resume")


def test_learners_in_quarantine(db):
    db.execute("UPDATE hg_installation SET state = 'imported'")
    assert not warned(db, "quarantine")
    db.execute(
        "INSERT INTO hg_legacy_quarantine (user_id, quarantined_at, reason_code)"
        " VALUES (%s, now(), 'unreadable_json')",
        [new_learner(db)],
    )
    assert warned(db, "1 learners are in quarantine (hg_legacy_quarantine says why)")


def test_it_answers_with_the_old_json_column(database):
    db = database.connect()
    new_learner(db)
    for trigger in ("users_guard_document", "users_record_direct_write", "users_fill_document",
                    "users_record_start", "users_forget", "users_forget_all"):  # fmt: skip
        db.execute(f"DROP TRIGGER {trigger} ON users")
    db.execute("ALTER TABLE users ALTER COLUMN hidden_grade_asset TYPE json")
    db.execute("ALTER TABLE users ALTER COLUMN hidden_grade_asset DROP NOT NULL")
    db.execute("UPDATE hg_installation SET state = 'pending'")
    answer = status(db)
    assert answer["users"]["column_type"] == "json"
    assert answer["users"]["learners"] == 1
    # Triggers of users are not due yet.
    assert len(answer["warnings"]) == 1
    db.execute("UPDATE hg_installation SET state = 'none'")
    assert warned(db, "not jsonb")
    assert warned(db, "triggers are missing")


def test_unfinished_installation(db):
    db.execute("UPDATE hg_installation SET state = NULL")
    assert warned(db, "has not finished: run make migrate")


def test_schema_open_to_everybody(db):
    schema = value(db, "SELECT current_schema()")
    db.execute(f"GRANT CREATE ON SCHEMA {schema} TO PUBLIC")
    assert warned(db, f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC")


@pytest.mark.parametrize(
    ("table", "trigger"),
    [
        ("hg_ledger", "hg_ledger_append_only"),
        ("hg_modules", "hg_modules_publish"),
        ("hg_settings", "hg_settings_take"),
        ("users", "users_guard_document"),
        ("users", "users_forget_all"),
    ],
)
def test_trigger_disabled_or_gone(db, table, trigger):
    db.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
    assert warned(db, f"({table}.{trigger})")
    db.execute(f"DROP TRIGGER {trigger} ON {table}")
    assert warned(db, f"({table}.{trigger})")


def test_every_trigger_of_the_installation_is_watched(db):
    """Also those that are added later: each one that is disabled is named."""
    triggers = db.execute(
        """
        SELECT tgrelid::regclass::text, tgname FROM pg_trigger
        WHERE NOT tgisinternal AND (tgname LIKE 'hg\\_%' OR tgname LIKE 'users\\_%')
        """
    ).fetchall()
    for table, trigger in triggers:
        db.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
    for table, trigger in triggers:
        assert warned(db, f"{table}.{trigger}")


def test_function_dropped(db):
    db.execute("DROP FUNCTION hg_explain")
    assert warned(db, "hg_explain")


def test_users_id_of_another_type(db):
    db.execute("UPDATE hg_installation SET user_id_type = 'numeric'")
    assert warned(db, "run make migrate")
    assert warned(db, "made for numeric")


def test_role_that_may_write_the_column(db):
    db.execute("GRANT UPDATE (hidden_grade_asset) ON users TO hg_app")
    assert warned(db, "REVOKE UPDATE ON users FROM hg_app")


def test_updates_that_leave_their_page(database: Database):
    connection = database.connect()
    connection.execute("CREATE INDEX ON users ((hidden_grade_asset -> 'global_stats' -> 'tokens'))")
    connection.execute("ALTER TABLE users DISABLE TRIGGER USER")
    connection.execute(
        """
        INSERT INTO users (hidden_grade_asset)
        SELECT '{"global_stats": {"tokens": 0}}' FROM generate_series(1, 10000)
        """
    )
    connection.execute(
        "UPDATE users SET hidden_grade_asset = jsonb_build_object('global_stats', "
        "jsonb_build_object('tokens', id))"
    )
    connection.execute("ALTER TABLE users ENABLE TRIGGER USER")
    # The statistics arrive when the session that made them ends.
    connection.close()
    observer = database.connect()
    wait_for(lambda: status(observer)["users"]["updates"] >= 10000)
    assert status(observer)["users"]["hot_share"] < 0.9
    assert warned(observer, "HOT")


def test_large_table_is_estimated(database: Database):
    connection = database.connect()
    connection.execute("ALTER TABLE users DISABLE TRIGGER USER")
    connection.execute("ALTER TABLE users ALTER COLUMN hidden_grade_asset DROP NOT NULL")
    connection.execute("ALTER TABLE users SET (fillfactor = 10)")
    connection.execute(
        """
        INSERT INTO users (username, hidden_grade_asset)
        SELECT repeat('x', 1000), CASE WHEN n % 4 > 0 THEN '{}'::jsonb END
        FROM generate_series(1, 10100) AS n
        """
    )
    connection.execute("ANALYZE users")
    answer = status(connection)["users"]
    assert answer["exact"] is False
    assert answer["learners"] == 10100
    assert 2000 < answer["without_document"] < 3000


@pytest.mark.parametrize("role", ["hg_app", "hg_reader", "hg_ai_worker"])
def test_it_is_the_owners_to_grant(db, role):
    with as_role(db, role), pytest.raises(errors.InsufficientPrivilege), db.transaction():
        status(db)
    db.execute(f"GRANT EXECUTE ON FUNCTION hg_status TO {role}")
    with as_role(db, role):
        assert status(db)["state"] == "none"


def test_it_answers_in_a_read_only_transaction(database: Database):
    reader = database.connect(options="-c default_transaction_read_only=on")
    assert status(reader)["warnings"] == []


def test_a_sequence_behind_its_table_is_warned_of(database):
    # Its own database: in a shared one, room that others left may take the row far from the end.
    db = database.connect()
    learner = new_learner(db)
    session(db, learner, "algebra")
    assert not warned(db, "sequence")
    db.execute("ALTER TABLE hg_ledger ALTER ledger_id RESTART WITH 1")
    assert warned(db, "the sequence of hg_ledger.ledger_id is behind its rows")
    db.execute(
        "SELECT setval(pg_get_serial_sequence('hg_ledger', 'ledger_id'), max(ledger_id))"
        " FROM hg_ledger"
    )
    assert not warned(db, "sequence")


def test_a_sequence_behind_a_row_in_the_midst_of_the_table_is_warned_of(database):
    db = database.connect()
    learner = new_learner(db)
    session(db, learner, "algebra")
    columns = value(
        db,
        "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute"
        " WHERE attrelid = 'hg_ledger'::regclass AND attnum > 0"
        " AND attname NOT IN ('ledger_id', 'id')",
    )
    db.execute(
        f"INSERT INTO hg_ledger (id, {columns}) SELECT gen_random_uuid(), {columns}"
        " FROM hg_ledger, generate_series(1, 10000)"
    )
    assert value(db, "SELECT pg_relation_size('hg_ledger') / 8192") > 140
    db.execute("DELETE FROM hg_ledger WHERE ledger_id BETWEEN 2 AND 1000")
    db.execute("VACUUM (ANALYZE) hg_ledger")
    session(db, learner, "algebra")
    assert value(db, "SELECT (ctid::text::point)[0] FROM hg_ledger ORDER BY ledger_id DESC") < 12
    db.execute("ANALYZE hg_ledger")
    assert not warned(db, "sequence")
    db.execute(
        "SELECT setval(pg_get_serial_sequence('hg_ledger', 'ledger_id'), max(ledger_id) - 1)"
        " FROM hg_ledger"
    )
    assert warned(db, "the sequence of hg_ledger.ledger_id is behind its rows")


def test_the_leaderboard_and_its_age(db):
    assert status(db)["leaderboard"] is None
    as_of = value(db, "SELECT hg_refresh_leaderboard()")
    for _ in range(3):
        new_learner(db)
    answer = status(db)["leaderboard"]
    assert answer == {
        "as_of": value(db, "SELECT hg__exact_instant_text(%s)", as_of),
        "age_seconds": answer["age_seconds"],
        "learners": 0,
    }
    assert answer["age_seconds"] >= 0
    db.execute("SELECT hg_refresh_leaderboard()")
    assert status(db)["leaderboard"]["learners"] == 3
    assert not warned(db, "leaderboard")
    db.execute("UPDATE hg_standings_marks SET as_of = as_of - interval '25 hours'")
    assert status(db)["leaderboard"]["age_seconds"] >= 25 * 3600
    assert warned(db, "schedule hg_refresh_leaderboard()")


def test_a_column_of_the_excluded_that_has_gone(db):
    db.execute("ALTER TABLE users ADD COLUMN is_admin boolean")
    db.execute("SELECT hg_set_setting('leaderboard_exclude_column', '\"is_admin\"')")
    assert not warned(db, "leaderboard_exclude_column")
    db.execute("ALTER TABLE users DROP COLUMN is_admin")
    assert warned(db, "users has no boolean column is_admin, so everybody has a rank")
