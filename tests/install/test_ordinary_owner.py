"""Installing and playing as an owner who is no superuser, as on managed services."""

from collections.abc import Iterator

import psycopg
import pytest

from tests.support.database import Database

from .support import assert_settled, install, old_users


@pytest.fixture
def owned(empty_database: Database) -> Iterator[Database]:
    """A database whose owner has no attribute but that; sessions act as the owner."""
    owner = f"{empty_database.name}_owner"
    superuser = empty_database.connect()
    for name in ("hg_app", "hg_reader", "hg_ai_worker"):
        superuser.execute(
            f"DO $$ BEGIN CREATE ROLE {name}; EXCEPTION WHEN duplicate_object THEN NULL; END $$"
        )
    superuser.execute(f"CREATE ROLE {owner} NOSUPERUSER NOCREATEROLE NOCREATEDB")
    superuser.execute(f"ALTER DATABASE {empty_database.name} OWNER TO {owner}")
    superuser.execute(f"GRANT CREATE ON SCHEMA public TO {owner}")
    database = Database(
        psycopg.conninfo.make_conninfo(empty_database.dsn, options=f"-c role={owner}"),
        empty_database.name,
    )
    yield database
    database.close()
    superuser.execute(f"ALTER DATABASE {empty_database.name} OWNER TO CURRENT_USER")
    superuser.execute(f"DROP OWNED BY {owner} CASCADE; DROP ROLE {owner}")


def as_owner(database: Database) -> psycopg.Connection:
    connection = database.connect()
    assert connection.execute("SELECT current_setting('is_superuser')").fetchone() == ("off",)
    return connection


def test_an_ordinary_owner_installs_and_plays(owned: Database) -> None:
    with as_owner(owned) as connection:
        old_users(connection, 3)
    install(owned)
    connection = as_owner(owned)
    assert_settled(connection)
    for call in (
        "hg_record_activity(1, gen_random_uuid(), 'algebra', 5, 5)",
        "hg_record_activity(1, gen_random_uuid(), 'algebra', 5, 5, 9, 'token_run', "
        "now() - interval '2 days')",
        "hg_grant_tokens(1, gen_random_uuid(), 5, 'a test')",
        "hg_spend_tokens(1, gen_random_uuid(), 5, 'a test')",
        "hg_set_preferred_difficulty(1, 'algebra', 2)",
        "hg_set_time_zone(1, 'Europe/Berlin')",
        "hg_set_mastery(1, 'algebra', true, 'a test')",
        "hg_set_pause(current_date + 2, current_date + 3, 1)",
        "hg_reset_module(1, 'algebra', 'a test')",
        "hg_set_setting('daily_token_cap', '100')",
        "hg_document(1)", "hg_module(1, 'algebra')", "hg_streak(1)", "hg_explain(1, 'algebra')",
        "hg_status()",
    ):  # fmt: skip
        connection.execute(f"SELECT {call}")
    assert connection.execute(
        "SELECT count(*) FROM hg_ledger WHERE user_id = 1 AND kind = 'direct_write'"
    ).fetchone() == (0,)
    # The owner's own writes still meet the guard.
    with pytest.raises(psycopg.Error) as refused:
        connection.execute("UPDATE users SET hidden_grade_asset = '{}' WHERE id = 1")
    assert refused.value.sqlstate == "LG422"
