"""hg_set_setting and the table hg_settings: domains, versions, what is refused."""

import json
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

DEFAULTS = {
    "default_time_zone": "UTC",
    "day_start_hour": 0,
    "daily_token_cap": None,
    "late_window_days": 30,
    "ledger_retention_days": None,
    "streak_weekdays": [1, 2, 3, 4, 5, 6, 7],
    "streak_freeze_initial": 0,
    "streak_freeze_every_days": 0,
    "streak_freeze_max": 0,
    "ai_enabled": False,
    "ai_consent_column": None,
    "ai_model": "gpt-4o-mini",
    "ai_temperature": 0.2,
    "ai_instructions": None,
    "ai_max_completion_tokens": 1200,
    "ai_every_sessions": 10,
    "ai_every_days": 7,
    "ai_after_mastery": True,
    "ai_debounce_minutes": 10,
    "ai_max_attempts": 8,
    "ai_backoff_seconds": 60,
    "ai_daily_calls": None,
    "ai_daily_tokens": None,
    "ai_retention_days": 90,
    "ai_analyses_retention_days": None,
    "archive_retention_days": None,
    "tombstone_retention_days": None,
    "access_log": False,
    "cohort_min_learners": 10,
    "leaderboard_exclude_column": None,
}
# Those that are no part of a version's rules: nothing that is recorded depends on them.
ASIDE = DEFAULTS.keys() & {
    "ledger_retention_days",
    "ai_consent_column",
    "ai_model",
    "ai_temperature",
    "ai_instructions",
    "ai_max_completion_tokens",
    "ai_max_attempts",
    "ai_backoff_seconds",
    "ai_daily_calls",
    "ai_daily_tokens",
    "ai_retention_days",
    "ai_analyses_retention_days",
    "archive_retention_days",
    "tombstone_retention_days",
    "cohort_min_learners",
    "leaderboard_exclude_column",
}


def set_setting(db: psycopg.Connection, name: str | None, value: Any) -> dict:
    """Set it; the value is JSON text, or None for SQL's NULL."""
    return db.execute("SELECT hg_set_setting(%s, %s::jsonb)", [name, value]).fetchone()[0]


def head(db: psycopg.Connection) -> int:
    return db.execute("SELECT i.rules_version FROM hg_installation AS i").fetchone()[0]


def in_force(db: psycopg.Connection, column: str) -> Any:
    """The values of a column under the version in force; all modules must agree."""
    rows = db.execute(
        f"SELECT DISTINCT r.{column} FROM hg_rules AS r "
        "JOIN hg_installation AS i ON i.rules_version = r.rules_version"
    ).fetchall()
    assert len(rows) == 1
    return rows[0][0]


def test_what_ships(db: psycopg.Connection) -> None:
    rows = db.execute("SELECT s.name, s.value FROM hg_settings AS s").fetchall()
    assert dict(rows) == DEFAULTS


@pytest.mark.parametrize(
    ("name", "value", "stored"),
    [
        ("default_time_zone", '"Europe/Berlin"', "Europe/Berlin"),
        ("default_time_zone", '"America/Argentina/Ushuaia"', "America/Argentina/Ushuaia"),
        ("day_start_hour", "12", 12),
        ("daily_token_cap", "0", 0),
        ("daily_token_cap", "2147483647", 2147483647),
        ("daily_token_cap", "150.0", 150),
        ("daily_token_cap", "1e2", 100),
        ("late_window_days", "365", 365),
        ("late_window_days", "0", 0),
        ("ledger_retention_days", "90", 90),
        ("ledger_retention_days", "36500", 36500),
        ("streak_weekdays", "[7, 1.0, 3]", [1, 3, 7]),
        ("streak_freeze_every_days", "7", 7),
        ("streak_freeze_max", "1000", 1000),
        ("ai_enabled", "true", True),
        ("ai_model", '"gpt-5"', "gpt-5"),
        ("ai_temperature", "null", None),
        ("ai_temperature", "0", 0),
        ("ai_temperature", "2", 2),
        ("ai_instructions", '"Be kind."', "Be kind."),
        ("ai_max_completion_tokens", "200", 200),
        ("ai_every_sessions", "1", 1),
        ("ai_every_days", "365", 365),
        ("ai_after_mastery", "false", False),
        ("ai_debounce_minutes", "0", 0),
        ("ai_max_attempts", "100", 100),
        ("ai_backoff_seconds", "86400", 86400),
        ("ai_daily_calls", "0", 0),
        ("ai_daily_tokens", "2147483647", 2147483647),
        ("ai_retention_days", "1", 1),
        ("ai_analyses_retention_days", "1", 1),
        ("archive_retention_days", "30", 30),
        ("tombstone_retention_days", "36500", 36500),
        ("access_log", "true", True),
        ("cohort_min_learners", "5", 5),
    ],
)
def test_a_value_of_the_domain_is_stored(
    db: psycopg.Connection, name: str, value: str, stored: Any
) -> None:
    before = head(db)
    receipt = set_setting(db, name, value)
    assert receipt == {
        "id": before + 1,
        "replayed": False,
        "kind": "setting",
        "name": name,
        "value": stored,
        "previous": DEFAULTS[name],
        "version": before + 1,
    }
    row = db.execute(
        "SELECT s.value::text, s.version FROM hg_settings AS s WHERE s.name = %s", [name]
    ).fetchone()
    # As text: 150.0 would be equal, but could not be read as an integer.
    assert row == (json.dumps(stored), before + 1)
    if name not in ASIDE:
        assert in_force(db, name) == stored


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("default_time_zone", '"europe/berlin"'),
        ("default_time_zone", '"EST"'),
        ("default_time_zone", '"FOO5"'),
        ("default_time_zone", '"UTC+8"'),
        ("default_time_zone", '"utc"'),
        ("default_time_zone", '"Etc/UTC"'),
        ("default_time_zone", '"posix/Europe/Berlin"'),
        ("default_time_zone", '"right/Europe/Berlin"'),
        ("default_time_zone", '"Europe/Nowhere"'),
        ("default_time_zone", '""'),
        ("default_time_zone", "null"),
        ("default_time_zone", "1"),
        ("default_time_zone", '["UTC"]'),
        ("day_start_hour", "13"),
        ("day_start_hour", "-1"),
        ("day_start_hour", "0.5"),
        ("day_start_hour", '"4"'),
        ("day_start_hour", "null"),
        ("daily_token_cap", "-1"),
        ("daily_token_cap", "2147483648"),
        ("daily_token_cap", "1e400"),
        ("daily_token_cap", "false"),
        ("daily_token_cap", "[]"),
        ("late_window_days", "366"),
        ("late_window_days", "null"),
        ("ledger_retention_days", "89"),
        ("ledger_retention_days", "0"),
        ("ledger_retention_days", "36501"),
        ("ledger_retention_days", '"90"'),
        ("streak_weekdays", "[]"),
        ("streak_weekdays", "[1, 1]"),
        ("streak_weekdays", "[0]"),
        ("streak_weekdays", "[8]"),
        ("streak_weekdays", "[1.5]"),
        ("streak_weekdays", '["1"]'),
        ("streak_weekdays", "[[1]]"),
        ("streak_weekdays", "[null]"),
        ("streak_weekdays", "1"),
        ("streak_weekdays", '{"1": 1}'),
        ("streak_weekdays", "null"),
        ("streak_freeze_initial", "-1"),
        ("streak_freeze_initial", "1001"),
        # Above streak_freeze_max, which is 0.
        ("streak_freeze_initial", "1"),
        ("streak_freeze_every_days", "-7"),
        ("streak_freeze_max", "1001"),
        ("ai_enabled", "1"),
        ("ai_enabled", '"true"'),
        ("ai_enabled", "null"),
        ("ai_consent_column", '"grade"'),
        ("ai_consent_column", '"no_such_column"'),
        ("ai_consent_column", "true"),
        ("leaderboard_exclude_column", '"grade"'),
        ("leaderboard_exclude_column", '"no_such_column"'),
        ("leaderboard_exclude_column", "true"),
        ("ai_model", '""'),
        ("ai_model", "null"),
        ("ai_model", json.dumps("x" * 101)),
        ("ai_temperature", "-0.1"),
        ("ai_temperature", "2.1"),
        ("ai_temperature", '"0.2"'),
        ("ai_instructions", '""'),
        ("ai_instructions", "1"),
        ("ai_instructions", json.dumps("x" * 4001)),
        ("ai_max_completion_tokens", "199"),
        ("ai_max_completion_tokens", "16001"),
        ("ai_every_sessions", "0"),
        ("ai_every_days", "366"),
        ("ai_after_mastery", "null"),
        ("ai_debounce_minutes", "1441"),
        ("ai_max_attempts", "0"),
        ("ai_backoff_seconds", "0"),
        ("ai_daily_calls", "-1"),
        ("ai_daily_tokens", "1.5"),
        ("ai_retention_days", "0"),
        ("ai_analyses_retention_days", "0"),
        ("archive_retention_days", "36501"),
        ("tombstone_retention_days", "1.5"),
        ("access_log", "null"),
        ("access_log", '"true"'),
        ("cohort_min_learners", "4"),
    ],
)
def test_a_value_outside_the_domain_is_refused(
    db: psycopg.Connection, name: str, value: str
) -> None:
    before = head(db)
    for statement, arguments in [
        ("SELECT hg_set_setting(%s, %s::jsonb)", [name, value]),
        ("UPDATE hg_settings SET value = %s::jsonb WHERE name = %s", [value, name]),
    ]:
        with (
            pytest.raises(psycopg.errors.InvalidParameterValue) as caught,
            db.transaction(),
        ):
            db.execute(statement, arguments)
        error = caught.value.diag
        assert error.message_primary == f"the setting {name} is out of its domain"
        assert error.message_detail.startswith(f"{name} is ")
        assert error.message_hint.startswith("The domain: ")
    assert head(db) == before


@pytest.mark.parametrize(
    ("name", "value", "detail"),
    [
        (None, "1", "p_name is null."),
        ("ai_enabled", None, "p_value is null."),
        ("no_such_setting", "1", 'name is "no_such_setting".'),
        ("AI_ENABLED", "true", 'name is "AI_ENABLED".'),
    ],
)
def test_names_and_nulls(
    db: psycopg.Connection, name: str | None, value: str | None, detail: str
) -> None:
    with pytest.raises(psycopg.errors.InvalidParameterValue) as caught:
        set_setting(db, name, value)
    assert caught.value.diag.message_detail == detail
    assert caught.value.diag.message_hint


def test_rows_are_kept_longer_than_late_ones_are_waited_for(db: psycopg.Connection) -> None:
    set_setting(db, "late_window_days", "120")
    for name, value in (("ledger_retention_days", "120"), ("ledger_retention_days", "100")):
        with pytest.raises(psycopg.errors.InvalidParameterValue) as caught, db.transaction():
            set_setting(db, name, value)
        diag = caught.value.diag
        assert diag.message_primary == "the setting ledger_retention_days is out of its domain"
        assert diag.message_detail == f"ledger_retention_days is {value}, late_window_days is 120."
    set_setting(db, "ledger_retention_days", "121")
    with pytest.raises(psycopg.errors.InvalidParameterValue), db.transaction():
        set_setting(db, "late_window_days", "121")
    set_setting(db, "ledger_retention_days", "null")
    set_setting(db, "late_window_days", "365")


def test_the_same_value_makes_no_version(db: psycopg.Connection) -> None:
    first = set_setting(db, "daily_token_cap", "100")
    set_setting(db, "late_window_days", "7")
    before = head(db)
    assert set_setting(db, "daily_token_cap", "100.0") == {**first, "previous": 100}
    assert head(db) == before


def test_a_version_says_what_changed(db: psycopg.Connection) -> None:
    version = set_setting(db, "daily_token_cap", "100")["version"]
    row = db.execute(
        "SELECT v.change, v.recorded_by = session_user, v.recorded_at > now() "
        "FROM hg_rule_versions AS v WHERE v.version = %s",
        [version],
    ).fetchone()
    assert row == ({"settings": {"daily_token_cap": 100}}, True, True)
    # What was recorded before keeps its rules.
    caps = db.execute(
        "SELECT DISTINCT r.rules_version, r.daily_token_cap FROM hg_rules AS r "
        "WHERE r.rules_version >= %s ORDER BY 1",
        [version - 1],
    ).fetchall()
    assert caps == [(version - 1, None), (version, 100)]


def test_freezes_fit_together_in_every_order(db: psycopg.Connection) -> None:
    set_setting(db, "streak_freeze_max", "5")
    set_setting(db, "streak_freeze_initial", "3")
    with pytest.raises(psycopg.errors.InvalidParameterValue) as caught, db.transaction():
        set_setting(db, "streak_freeze_max", "2")
    assert caught.value.diag.message_detail == "streak_freeze_initial is 3, streak_freeze_max is 2."
    # Both at once are judged together, and are one version.
    before = head(db)
    db.execute(
        "UPDATE hg_settings SET value = '9' "
        "WHERE name IN ('streak_freeze_initial', 'streak_freeze_max')"
    )
    assert head(db) == before + 1
    assert in_force(db, "streak_freeze_initial") == in_force(db, "streak_freeze_max") == 9


def test_a_consent_column_is_a_boolean_column_of_users(db: psycopg.Connection) -> None:
    db.execute("ALTER TABLE users ADD COLUMN may_analyse boolean")
    assert set_setting(db, "ai_consent_column", '"may_analyse"')["value"] == "may_analyse"
    assert set_setting(db, "ai_consent_column", "null")["previous"] == "may_analyse"


def test_a_comment_changes_without_a_version(db: psycopg.Connection) -> None:
    before = head(db)
    db.execute("UPDATE hg_settings SET comment = 'Our own words.' WHERE name = 'ai_enabled'")
    row = db.execute(
        "SELECT s.comment, s.version FROM hg_settings AS s WHERE s.name = 'ai_enabled'"
    ).fetchone()
    assert row == ("Our own words.", 1)
    assert head(db) == before


@pytest.mark.parametrize(
    ("statement", "condition"),
    [
        ("DELETE FROM hg_settings WHERE name = 'ai_enabled'", psycopg.errors.RestrictViolation),
        ("TRUNCATE hg_settings", psycopg.errors.RestrictViolation),
        (
            "UPDATE hg_settings SET name = 'ai' WHERE name = 'ai_enabled'",
            psycopg.errors.RestrictViolation,
        ),
        (
            "INSERT INTO hg_settings (name, value, comment) VALUES ('mine', '1', '')",
            psycopg.errors.InvalidParameterValue,
        ),
    ],
)
def test_settings_are_neither_added_nor_removed_nor_renamed(
    db: psycopg.Connection, statement: str, condition: type[psycopg.Error]
) -> None:
    before = head(db)
    with pytest.raises(condition) as caught, db.transaction():
        db.execute(statement)
    assert caught.value.diag.message_detail
    assert caught.value.diag.message_hint
    assert head(db) == before


@pytest.mark.parametrize("role", ["hg_app", "hg_reader", "hg_ai_worker"])
def test_only_the_owner_may(db: psycopg.Connection, role: str) -> None:
    with db.transaction(force_rollback=True):
        db.execute(f"SET LOCAL ROLE {role}")
        with pytest.raises(psycopg.errors.InsufficientPrivilege), db.transaction():
            set_setting(db, "daily_token_cap", "100")


def test_whom_the_owner_lets_needs_nothing_else(db: psycopg.Connection) -> None:
    db.execute("GRANT EXECUTE ON FUNCTION hg_set_setting TO hg_app")
    db.execute("SET LOCAL ROLE hg_app")
    assert set_setting(db, "daily_token_cap", "100")["value"] == 100
    with pytest.raises(psycopg.errors.InsufficientPrivilege), db.transaction():
        db.execute("UPDATE hg_settings SET value = %s", [Jsonb(None)])
