"""make migrate: installing, again and again, in every order, interrupted and side by side."""

import random
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from tests.house.support import installation, run, schema_of, start
from tests.support.database import Database, wait_for
from tests.support.project import UNDO_USERS, change, edit
from tools import migrate


def installed(database: Database) -> bool:
    connection = database.connect()
    return connection.execute("SELECT to_regclass('hg_installation') IS NOT NULL").fetchone()[0]


def test_installs_and_finds_it_done_the_second_time(
    empty_database: Database, project: Path
) -> None:
    first = run(project, "up", empty_database.dsn)
    assert first.returncode == 0, first.stderr
    assert "applied 0003_ledger" in first.stdout
    assert "loaded, 3 functions" in first.stdout
    schema = schema_of(empty_database.connect())
    second = run(project, "up", empty_database.dsn)
    assert second.returncode == 0, second.stderr
    assert "nothing to apply" in second.stdout
    assert "already loaded" in second.stdout
    assert schema_of(empty_database.connect()) == schema


def test_remembers_what_it_loaded(empty_database: Database, project: Path) -> None:
    run(project, "up", empty_database.dsn)
    code_hash, functions, id_type = installation(empty_database)
    assert len(code_hash) == 64
    assert functions == ["hg__fill()", "hg__settle()", "hg_count_entries(integer)"]
    assert id_type == "integer"


def test_settles_until_nothing_is_left(empty_database: Database, project: Path) -> None:
    done = run(project, "up", empty_database.dsn)
    assert "filling: 15 rows" in done.stdout
    left = empty_database.connect().execute("SELECT left_to_do FROM hg_installation").fetchone()
    assert left == (0,)


def test_yoyos_own_command_agrees(empty_database: Database, project: Path) -> None:
    run(project, "up", empty_database.dsn)
    rows = empty_database.connect().execute(
        "SELECT migration_id, operation FROM _yoyo_log ORDER BY created_at_utc"
    )
    names = ("0001_installation", "0002_users", "0003_ledger")
    assert rows.fetchall() == [(name, "apply") for name in names]


def test_loads_again_when_a_text_changes(empty_database: Database, project: Path) -> None:
    run(project, "up", empty_database.dsn)
    edit(project, "functions/read/hg_count_entries.sql", "count(*)", "count(*) + 1000")
    done = run(project, "up", empty_database.dsn)
    assert "loaded, 3 functions" in done.stdout
    found = empty_database.connect().execute("SELECT hg_count_entries(1)").fetchone()
    assert found == (1000,)


def test_loads_again_when_a_function_is_missing(empty_database: Database, project: Path) -> None:
    run(project, "up", empty_database.dsn)
    empty_database.connect().execute("DROP FUNCTION hg_count_entries")
    assert "loaded, 3 functions" in run(project, "up", empty_database.dsn).stdout
    assert empty_database.connect().execute("SELECT hg_count_entries(1)").fetchone() == (0,)


def test_drops_functions_that_left_the_manifest(empty_database: Database, project: Path) -> None:
    run(project, "up", empty_database.dsn)
    edit(project, "sql/manifest.sql", "\\ir ../functions/read/hg_count_entries.sql\n", "")
    run(project, "up", empty_database.dsn)
    connection = empty_database.connect()
    gone = connection.execute("SELECT to_regproc('hg_count_entries')").fetchone()
    assert gone == (None,)
    assert installation(empty_database)[1] == ["hg__fill()", "hg__settle()"]


def test_an_argument_may_get_another_name(empty_database: Database, project: Path) -> None:
    run(project, "up", empty_database.dsn)
    edit(project, "functions/read/hg_count_entries.sql", "p_user_id", "p_learner_id")
    done = run(project, "up", empty_database.dsn)
    assert done.returncode == 0, done.stderr
    found = empty_database.connect().execute("SELECT hg_count_entries(p_learner_id => 1)")
    assert found.fetchone() == (0,)


def test_a_view_on_a_dropped_function_stops_the_load(
    empty_database: Database, project: Path
) -> None:
    run(project, "up", empty_database.dsn)
    connection = empty_database.connect()
    connection.execute("CREATE VIEW report AS SELECT hg_count_entries(1)")
    before = schema_of(connection)
    edit(project, "sql/manifest.sql", "\\ir ../functions/read/hg_count_entries.sql\n", "")
    done = run(project, "up", empty_database.dsn)
    assert done.returncode == 1
    assert "view report depends on function hg_count_entries" in done.stderr
    assert schema_of(connection) == before


def test_grants_of_a_dba_survive(empty_database: Database, project: Path) -> None:
    run(project, "up", empty_database.dsn)
    connection = empty_database.connect()
    role = f"{empty_database.name}_clerk"
    connection.execute(f"CREATE ROLE {role}")
    try:
        connection.execute(f"GRANT EXECUTE ON FUNCTION hg_count_entries TO {role}")
        connection.execute("ALTER TABLE users ALTER id TYPE bigint")
        done = run(project, "up", empty_database.dsn)
        assert done.returncode == 0, done.stderr
        may = connection.execute(
            "SELECT has_function_privilege(%s, 'hg_count_entries(bigint)', 'EXECUTE'), "
            "has_function_privilege('public', 'hg_count_entries(bigint)', 'EXECUTE')",
            [role],
        ).fetchone()
        assert may == (True, False)
    finally:
        connection.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")


def test_follows_a_change_of_the_type_of_users_id(empty_database: Database, project: Path) -> None:
    run(project, "up", empty_database.dsn)
    connection = empty_database.connect()
    connection.execute("INSERT INTO users (id) VALUES (7)")
    connection.execute("INSERT INTO hg_ledger VALUES (7, 'activity')")
    connection.execute("ALTER TABLE users ALTER id TYPE bigint")
    done = run(project, "up", empty_database.dsn)
    assert done.returncode == 0, done.stderr
    assert installation(empty_database)[1:] == (
        ["hg__fill()", "hg__settle()", "hg_count_entries(bigint)"],
        "bigint",
    )
    column = connection.execute(
        "SELECT format_type(atttypid, NULL) FROM pg_attribute "
        "WHERE attrelid = 'hg_ledger'::regclass AND attname = 'user_id'"
    ).fetchone()
    assert column == ("bigint",)
    connection.execute("INSERT INTO users (id) VALUES (5000000000)")
    assert connection.execute("SELECT hg_count_entries(7)").fetchone() == (1,)
    assert connection.execute("SELECT hg_count_entries(5000000000)").fetchone() == (0,)


def test_an_error_names_file_and_line_and_changes_nothing(
    empty_database: Database, project: Path
) -> None:
    run(project, "up", empty_database.dsn)
    before = schema_of(empty_database.connect())
    edit(project, "triggers/hg__fill.sql", "BEFORE INSERT ON users", "BEFORE INSERT ON nowhere")
    done = run(project, "up", empty_database.dsn)
    assert done.returncode == 1
    assert "triggers/hg__fill.sql" in done.stderr
    assert 'relation "nowhere" does not exist' in done.stderr
    assert "Traceback" not in done.stderr
    assert schema_of(empty_database.connect()) == before


def test_a_failing_migration_leaves_nothing_of_itself(
    empty_database: Database, project: Path
) -> None:
    edit(project, "migrations/0003_ledger.sql", "CREATE INDEX", "SELECT 1 / 0;\nCREATE INDEX")
    done = run(project, "up", empty_database.dsn)
    assert done.returncode == 1
    assert "migration 0003_ledger, apply" in done.stderr
    connection = empty_database.connect()
    assert connection.execute("SELECT to_regclass('hg_ledger')").fetchone() == (None,)
    edit(project, "migrations/0003_ledger.sql", "SELECT 1 / 0;\n", "")
    assert run(project, "up", empty_database.dsn).returncode == 0


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("\\ir ../triggers/hg__fill.sql", "\\ir ../triggers/none.sql", "there is no file"),
        ("-- Triggers.", "SELECT 1;", "neither a comment nor \\ir FILE"),
        ("-- Triggers.", "\\ir ../triggers/hg__fill.sql", "is listed twice"),
    ],
)
def test_a_wrong_manifest_is_refused(
    empty_database: Database, project: Path, old: str, new: str, message: str
) -> None:
    edit(project, "sql/manifest.sql", old, new)
    done = run(project, "up", empty_database.dsn)
    assert done.returncode == 1
    assert message in done.stderr


def test_a_migration_outside_a_transaction_is_refused(
    empty_database: Database, project: Path
) -> None:
    edit(
        project,
        "migrations/0003_ledger.sql",
        "CREATE TABLE",
        "-- transactional: false\nCREATE TABLE",
    )
    done = run(project, "up", empty_database.dsn)
    assert done.returncode == 1
    assert "0003_ledger: a migration has to be one transaction" in done.stderr


# --- Where ---------------------------------------------------------------------------------


def test_every_form_of_a_connection_string(empty_database: Database, project: Path) -> None:
    facts = conninfo_to_dict(empty_database.dsn)
    socket = str(facts["host"]).replace("/", "%2F")
    password = f":{facts['password']}" if facts.get("password") else ""
    rest = f"{facts['user']}{password}@{socket}:{facts['port']}/{facts['dbname']}"
    for url in (
        empty_database.dsn,
        f"postgres://{rest}",
        f"postgresql://{rest}",
        f"postgresql://{rest}?application_name=a%20name&options=-c%20work_mem%3D8MB",
    ):
        done = run(project, "up", url)
        assert done.returncode == 0, (url, done.stderr)


def test_installs_into_the_schema_of_users(empty_database: Database, project: Path) -> None:
    connection = empty_database.connect()
    connection.execute('CREATE SCHEMA "The School"; CREATE TABLE "The School".users (id int)')
    connection.execute(
        f'ALTER DATABASE {empty_database.name} SET search_path = "The School", public'
    )
    done = run(project, "up", empty_database.dsn)
    assert done.returncode == 0, done.stderr
    where = connection.execute(
        "SELECT DISTINCT relnamespace::regnamespace::text FROM pg_class WHERE relname LIKE 'hg\\_%'"
    )
    assert where.fetchall() == [('"The School"',)]
    found = empty_database.connect().execute("SELECT hg_count_entries(1)").fetchone()
    assert found == (0,)
    assert run(project, "rollback", empty_database.dsn).returncode == 0


def test_hg_schema_says_where_when_there_is_no_users(
    empty_database: Database, project: Path
) -> None:
    connection = empty_database.connect()
    connection.execute("CREATE SCHEMA school")
    missing = run(project, "up", empty_database.dsn, HG_SCHEMA="nowhere")
    assert missing.returncode == 1
    assert "there is no schema nowhere" in missing.stderr
    done = run(project, "up", empty_database.dsn, HG_SCHEMA="school")
    assert done.returncode == 0, done.stderr
    found = connection.execute("SELECT to_regclass('school.hg_ledger') IS NOT NULL").fetchone()
    assert found == (True,)


def test_hg_schema_that_contradicts_is_refused(empty_database: Database, project: Path) -> None:
    connection = empty_database.connect()
    connection.execute("CREATE SCHEMA school; CREATE TABLE users (id int)")
    done = run(project, "up", empty_database.dsn, HG_SCHEMA="school")
    assert done.returncode == 2
    assert "finds users in public" in done.stderr
    assert not installed(empty_database)


def test_nobody_listens(project: Path) -> None:
    done = run(project, "up", "host=/nonexistent dbname=x")
    assert done.returncode == 1
    assert "cannot connect to the database" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unreadable_url(project: Path) -> None:
    done = run(project, "up", "this is no connection string")
    assert done.returncode == 1
    assert "DATABASE_URL cannot be read" in done.stderr


# --- Who -----------------------------------------------------------------------------------


@pytest.fixture
def clerk(empty_database: Database) -> Iterator[str]:
    """A role that may create objects but no roles."""
    role = f"{empty_database.name}_clerk"
    connection = empty_database.connect()
    connection.execute(f"CREATE ROLE {role} LOGIN NOCREATEROLE")
    connection.execute(f"GRANT CREATE ON SCHEMA public TO {role}")
    yield role
    connection.execute(f"DROP OWNED BY {role} CASCADE; DROP ROLE {role}")


def as_user(database: Database, role: str) -> str:
    return psycopg.conninfo.make_conninfo(database.dsn, user=role)


def test_missing_roles_are_named_and_nothing_is_changed(
    empty_database: Database,
    clerk: str,
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture,
) -> None:
    # Roles are the cluster's, and other tests need the real ones: others are wanted here.
    monkeypatch.setattr(migrate, "ROLES", (clerk, "hg_test_nobody", "hg_test_no_one"))
    monkeypatch.setenv("DATABASE_URL", as_user(empty_database, clerk))
    assert migrate.main(["--project", str(project), "up"]) == 1
    told = capsys.readouterr().err
    assert "  CREATE ROLE hg_test_nobody NOLOGIN;\n  CREATE ROLE hg_test_no_one NOLOGIN;\n" in told
    assert "Nothing has been changed" in told
    assert f"CREATE ROLE {clerk}" not in told
    assert schema_of(empty_database.connect()) == []


def test_an_ordinary_owner_installs(empty_database: Database, clerk: str, project: Path) -> None:
    for name in ("hg_app", "hg_reader", "hg_ai_worker"):
        empty_database.connect().execute(
            f"DO $$ BEGIN CREATE ROLE {name}; EXCEPTION WHEN duplicate_object THEN NULL; END $$"
        )
    dsn = as_user(empty_database, clerk)
    done = run(project, "up", dsn)
    assert done.returncode == 0, done.stderr
    assert run(project, "rollback", dsn).returncode == 0
    assert schema_of(empty_database.connect()) == []


def test_somebody_elses_users_are_refused(
    empty_database: Database, clerk: str, project: Path
) -> None:
    empty_database.connect().execute("CREATE TABLE users (id int)")
    done = run(project, "up", as_user(empty_database, clerk))
    assert done.returncode == 1
    assert "does not own the table public.users" in done.stderr
    assert not installed(empty_database)


def test_a_schema_one_may_not_create_in_is_refused(
    empty_database: Database, clerk: str, project: Path
) -> None:
    connection = empty_database.connect()
    connection.execute(f"REVOKE CREATE ON SCHEMA public FROM public, {clerk}")
    done = run(project, "up", as_user(empty_database, clerk))
    assert done.returncode == 1
    assert f"GRANT USAGE, CREATE ON SCHEMA public TO {clerk};" in done.stderr
    assert not installed(empty_database)


# --- Side by side, interrupted, in the way -------------------------------------------------


def test_eight_installers_at_once(empty_database: Database, project: Path) -> None:
    processes = [start(project, "up", empty_database.dsn) for _ in range(8)]
    outputs = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0] * 8, outputs
    assert sum("applied 0001" in output for output, _ in outputs) == 1
    assert sum("loaded, 3 functions" in output for output, _ in outputs) == 1


@pytest.mark.parametrize(
    "name",
    [
        "migrations/0001_installation.sql",
        "migrations/0003_ledger.sql",
        "functions/read/hg_count_entries.sql",
        "functions/ops/hg__settle.sql",
    ],
)
def test_killed_in_the_middle_of_a_stage(
    empty_database: Database, project: Path, name: str
) -> None:
    whole = (project / name).read_text()
    if name.endswith("hg__settle.sql"):
        edit(project, name, "BEGIN\n", "BEGIN\n    PERFORM pg_sleep(600);\n")
    else:
        change(project, name, whole + "SELECT pg_sleep(600);\n")
    connection = empty_database.connect()
    asleep = "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = %s"
    process = start(project, "up", empty_database.dsn)
    wait_for(lambda: connection.execute(asleep, [empty_database.name]).fetchone())
    process.kill()
    process.communicate()
    change(project, name, whole)
    check_finishes(empty_database, project)


def test_killed_at_random_it_goes_on_where_it_was(empty_database: Database, project: Path) -> None:
    """kill -9 at a dozen moments, each a little later than the one before."""
    for moment in range(12):
        process = start(project, "up", empty_database.dsn)
        try:
            process.communicate(timeout=0.15 + moment * 0.03 + random.uniform(0, 0.03))
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
    check_finishes(empty_database, project)


def check_finishes(database: Database, project: Path) -> None:
    """Running it again does all that was left, and nothing twice."""
    done = run(project, "up", database.dsn)
    assert done.returncode == 0, done.stderr
    connection = database.connect()
    rows = connection.execute("SELECT migration_id FROM _yoyo_migration ORDER BY 1").fetchall()
    assert rows == [("0001_installation",), ("0002_users",), ("0003_ledger",)]
    functions = ["hg__fill()", "hg__settle()", "hg_count_entries(integer)"]
    assert installation(database)[1] == functions
    assert connection.execute("SELECT left_to_do FROM hg_installation").fetchone() == (0,)


def test_gives_way_to_who_holds_a_lock(empty_database: Database, project: Path) -> None:
    """With a blocking session there, nobody else waits behind it, and the work is done after it."""
    setup = empty_database.connect()
    setup.execute("CREATE TABLE users (id int PRIMARY KEY, name text)")
    setup.execute("INSERT INTO users SELECT g FROM generate_series(1, 10) AS g")
    blocker = empty_database.connect(autocommit=False)
    blocker.execute("UPDATE users SET name = 'held' WHERE id = 1")
    process = start(project, "up", empty_database.dsn)
    # The server's own measure of a wait. Behind a queue that does not give way it is for ever;
    # how short it is (100 ms) is measured where nothing else runs, by make bench-import.
    probe = empty_database.connect(options="-c lock_timeout=2s")
    for _ in range(300):
        probe.execute("UPDATE users SET name = 'probed' WHERE id = 2")
        time.sleep(0.005)
    attempts = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'hidden-grade-asset'"
    assert process.poll() is None
    assert setup.execute(attempts).fetchone()[0] >= 2
    blocker.rollback()
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert "a table is in use; trying again" in output
    assert output.count("trying again") <= 3, output


def test_patience_ends(empty_database: Database, project: Path) -> None:
    setup = empty_database.connect()
    setup.execute("CREATE TABLE users (id int PRIMARY KEY)")
    blocker = empty_database.connect(autocommit=False, application_name="the one in the way")
    blocker.execute("LOCK TABLE users IN SHARE MODE")
    done = run(project, "up", empty_database.dsn, HG_LOCK_PATIENCE="0.5")
    assert done.returncode == 1
    assert "held the locks it needs for 0.5 s" in done.stderr
    assert "the one in the way" in done.stderr
    blocker.rollback()
    assert run(project, "up", empty_database.dsn).returncode == 0


@pytest.mark.parametrize("text", ["soon", "-1", "inf", "nan"])
def test_patience_is_a_number(empty_database: Database, project: Path, text: str) -> None:
    blocker = empty_database.connect(autocommit=False)
    blocker.execute("CREATE TABLE users (id int PRIMARY KEY)")
    done = run(project, "up", empty_database.dsn, HG_LOCK_PATIENCE=text)
    assert done.returncode == 2
    assert "HG_LOCK_PATIENCE" in done.stderr


# --- Status and undoing --------------------------------------------------------------------


def test_status_before_and_after(empty_database: Database, project: Path) -> None:
    before = run(project, "status", empty_database.dsn)
    assert before.returncode == 0, before.stderr
    assert "not installed" in before.stdout
    assert schema_of(empty_database.connect()) == []
    run(project, "up", empty_database.dsn)
    empty_database.connect().execute(
        "CREATE FUNCTION hg_status() RETURNS jsonb LANGUAGE sql "
        "RETURN jsonb_build_object('state', 'none', 'code_version', '0.0.9')"
    )
    change(project, "migrations/0004_more.sql", "SELECT 1;\n")
    after = run(project, "status", empty_database.dsn)
    assert after.returncode == 0, after.stderr
    for text in ("version 0.0.9", "make migrate", "pending migration: 0004_more"):
        assert text in after.stdout


def test_undoing_leaves_what_was_there(empty_database: Database, project: Path) -> None:
    connection = empty_database.connect()
    connection.execute("CREATE TABLE users (id int PRIMARY KEY, name text)")
    connection.execute("INSERT INTO users VALUES (1, 'kept')")
    before = schema_of(connection)
    assert run(project, "up", empty_database.dsn).returncode == 0
    assert schema_of(connection) != before
    done = run(project, "rollback", empty_database.dsn)
    assert done.returncode == 0, done.stderr
    assert "DROP ROLE hg_app" in done.stdout
    assert schema_of(connection) == before
    assert connection.execute("SELECT * FROM users").fetchall() == [(1, "kept")]
    again = run(project, "rollback", empty_database.dsn)
    assert again.returncode == 0
    assert "nothing to undo" in again.stdout
    assert run(project, "up", empty_database.dsn).returncode == 0


@pytest.mark.parametrize(
    ("statement", "loss"),
    [
        ("INSERT INTO hg_ledger VALUES (1, 'activity')", "1 rows of the ledger"),
        ('UPDATE users SET hidden_grade_asset = \'{"last_active": "x"}\'', "1 documents"),
    ],
)
def test_undoing_asks_before_it_destroys(
    empty_database: Database, project: Path, statement: str, loss: str
) -> None:
    connection = empty_database.connect()
    connection.execute("CREATE TABLE users (id int PRIMARY KEY, name text)")
    run(project, "up", empty_database.dsn)
    connection.execute("INSERT INTO users VALUES (1)")
    connection.execute("INSERT INTO hg_ledger VALUES (1, 'skeleton')")
    connection.execute(statement)
    before = schema_of(connection)
    asked = run(project, "rollback", empty_database.dsn)
    assert asked.returncode == 2
    assert loss in asked.stderr
    assert "CONFIRM=yes" in asked.stderr
    assert schema_of(connection) == before
    assert run(project, "rollback", empty_database.dsn, CONFIRM="yes").returncode == 0
    assert connection.execute("SELECT count(*) FROM users").fetchone() == (1,)


def test_undoing_asks_before_it_drops_its_own_users(
    empty_database: Database, project: Path
) -> None:
    run(project, "up", empty_database.dsn)
    empty_database.connect().execute("INSERT INTO users (name) VALUES ('a'), ('b')")
    asked = run(project, "rollback", empty_database.dsn)
    assert asked.returncode == 2
    assert "2 rows of users, which the installation created" in asked.stderr
    assert run(project, "rollback", empty_database.dsn, CONFIRM="yes").returncode == 0
    assert schema_of(empty_database.connect()) == []


def test_undoing_can_be_killed_and_run_again(empty_database: Database, project: Path) -> None:
    change(
        project,
        "migrations/0002_users.rollback.sql",
        UNDO_USERS + "SELECT pg_sleep(600);\n",
    )
    run(project, "up", empty_database.dsn)
    connection = empty_database.connect()
    asleep = "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = %s"
    process = start(project, "rollback", empty_database.dsn)
    wait_for(lambda: connection.execute(asleep, [empty_database.name]).fetchone())
    process.kill()
    process.communicate()
    change(project, "migrations/0002_users.rollback.sql", UNDO_USERS)
    done = run(project, "rollback", empty_database.dsn)
    assert done.returncode == 0, done.stderr
    assert schema_of(connection) == []


def test_somebody_elses_migrations_stay(empty_database: Database, project: Path) -> None:
    run(project, "up", empty_database.dsn)
    connection = empty_database.connect()
    connection.execute("INSERT INTO _yoyo_migration VALUES ('x', 'their_own', now())")
    assert run(project, "rollback", empty_database.dsn).returncode == 0
    rows = connection.execute("SELECT migration_id FROM _yoyo_migration").fetchall()
    assert rows == [("their_own",)]
