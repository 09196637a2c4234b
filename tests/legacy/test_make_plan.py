"""make plan as a process: for people and for machines, before and after make migrate."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tests.house.support import environment
from tests.legacy import shapes
from tests.legacy.schema import Legacy, create
from tests.support.database import ROOT, Database, migrate, wait_for

COMMAND = [sys.executable, "-m", "tools.plan"]
LEARNERS = 60
KINDS = {"stdin": subprocess.DEVNULL, "text": True, "cwd": ROOT}


def run(dsn: str, **extra: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        COMMAND, env=environment(dsn, **extra), capture_output=True, timeout=120, **KINDS
    )


def planned(dsn: str, **extra: str) -> dict:
    """What the command tells machines: nothing but JSON."""
    done = run(dsn, FORMAT="json", **extra)
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def catalogs(db: psycopg.Connection) -> list[tuple]:
    """Every row of the catalogs that a statement could leave something in."""
    names = (
        "pg_namespace", "pg_proc", "pg_type", "pg_attribute", "pg_constraint",
        "pg_index", "pg_trigger", "pg_rewrite", "pg_depend", "pg_description", "pg_default_acl",
    )  # fmt: skip
    found = [
        (name, row)
        for name in names
        for (row,) in db.execute(f"SELECT t::text FROM {name} AS t ORDER BY 1").fetchall()
    ]
    # The statistics in pg_class change by themselves.
    return (
        found
        + db.execute(
            "SELECT c.oid, c.relname, c.relfilenode, c.relacl::text FROM pg_class AS c ORDER BY 1"
        ).fetchall()
    )


@pytest.fixture
def legacy(empty_database: Database) -> Database:
    """A database of the older application, in which nothing of ours is installed."""
    db = empty_database.connect()
    create(db, Legacy())
    shapes.load(db, LEARNERS)
    return empty_database


def test_for_people(legacy):
    done = subprocess.run(
        ["make", "plan"], env=environment(legacy.dsn), capture_output=True, timeout=300, **KINDS
    )
    assert done.returncode == 0, done.stderr
    for words in (
        "Nothing has been changed.", "Not installed; the state would be: pending.",
        f"users: {LEARNERS} learners", "id of type integer",
        "subject_difficulty_history", "Shapes of documents", "What merges",
        "subject_mastery.next_grade_unlocked", "unused: NULL in every row",
        "promoting twice", "TRUNCATE", "1000 ms", "an estimate", "Next: make migrate.",
    ):  # fmt: skip
        assert words in done.stdout, words
    # Shapes that nobody has are not worth a line.
    assert "a true or false" not in done.stdout


def test_before_migrate_it_tells_the_same_as_after(legacy):
    before = planned(legacy.dsn)
    assert before["state"]["installed"] is False
    assert before["next"]["command"] == "make migrate"
    migrate(legacy.dsn)
    after = planned(legacy.dsn)
    assert (after["state"]["state"], after["next"]["command"]) == ("pending", "make import")
    db = legacy.connect()
    assert after == db.execute("SELECT hg_legacy_plan()").fetchone()[0]
    same = ("tables", "users", "merges", "no_home", "warnings", "limits", "locks", "time", "space")
    assert {key: before[key] for key in same} == {key: after[key] for key in same}
    assert list(before) == list(after)


@pytest.mark.parametrize("installed", [False, True])
def test_it_leaves_no_trace(legacy, installed):
    if installed:
        migrate(legacy.dsn)
    db = legacy.connect()
    before = catalogs(db)
    rows = "SELECT md5(string_agg(u::text, '' ORDER BY u.id)) FROM users AS u"
    users = db.execute(rows).fetchone()
    for form in ("", "table", "json"):
        assert run(legacy.dsn, FORMAT=form).returncode == 0
    assert catalogs(db) == before
    assert db.execute(rows).fetchone() == users


def test_a_catalog_that_people_changed_counts(legacy):
    migrate(legacy.dsn)
    db = legacy.connect()
    shapes.copy_rows(
        db, Legacy(), "module_history",
        [Legacy().stored("module_history", {"id": 10**9, "user_id": 1, "module_name": "geometry"})],
    )  # fmt: skip

    def unknown() -> dict:
        tables = planned(legacy.dsn)["tables"]
        return next(t for t in tables if t["table"] == "module_history")["unknown_modules"]

    assert "geometry" in unknown()
    db.execute("UPDATE hg_modules SET aliases = '{geometry}' WHERE module = 'word_race'")
    assert "geometry" not in unknown()


def test_an_older_installation_without_the_function(legacy):
    migrate(legacy.dsn)
    db = legacy.connect()
    whole = planned(legacy.dsn)
    db.execute("DROP FUNCTION hg_legacy_plan()")
    before = catalogs(db)
    assert planned(legacy.dsn) == whole
    assert catalogs(db) == before


def test_without_anything_legacy(empty_database):
    db = empty_database.connect()
    plan = planned(empty_database.dsn)
    assert (plan["users"]["found"], plan["next"]["state"]) == (False, "none")
    assert "no table users" in run(empty_database.dsn).stdout
    db.execute("CREATE TABLE users (id uuid PRIMARY KEY, name text)")
    db.execute("INSERT INTO users VALUES (gen_random_uuid(), 'somebody')")
    plan = planned(empty_database.dsn)
    assert (plan["users"]["id_type"], plan["users"]["rows"]) == ("uuid", 1)
    assert plan["next"] == {
        "state": "none", "command": "make migrate",
        "note": "there is nothing to move: the API is live at once",
    }  # fmt: skip
    done = run(empty_database.dsn)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Not found: concept_mastery" in done.stdout


def test_tables_without_users(empty_database):
    db = empty_database.connect()
    db.execute("CREATE TABLE user_progress (id integer, user_id integer, score integer)")
    db.execute("INSERT INTO user_progress VALUES (1, 7, 5), (2, NULL, 5)")
    table = next(t for t in planned(empty_database.dsn)["tables"] if t["table"] == "user_progress")
    assert (table["rows"], table["orphans"], table["without_user"]) == (2, 1, 1)


def test_in_another_schema(empty_database):
    db = empty_database.connect()
    db.execute("CREATE SCHEMA school; SET search_path = school")
    create(db, Legacy())
    shapes.load(db, LEARNERS)
    dsn = make_conninfo(empty_database.dsn, options="-c search_path=school,public")
    plan = planned(dsn)
    assert (plan["state"]["schema"], plan["users"]["rows"]) == ("school", LEARNERS)


# --- Who may, and what is in the way -------------------------------------------------------------


@pytest.fixture
def owner(legacy: Database) -> Iterator[str]:
    """The tables' owner, who is nothing else; how to connect as that role."""
    db = legacy.connect()
    name = f"{legacy.name}_owner"
    db.execute(f"CREATE ROLE {name} LOGIN NOSUPERUSER")
    for (table,) in db.execute(
        "SELECT c.oid::regclass::text FROM pg_class AS c "
        "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'"
    ).fetchall():
        db.execute(f"ALTER TABLE {table} OWNER TO {name}")
    yield name
    db.execute(f"REASSIGN OWNED BY {name} TO CURRENT_USER; DROP OWNED BY {name}; DROP ROLE {name}")


def test_the_owner_of_the_tables_may(legacy, owner):
    dsn = make_conninfo(legacy.dsn, options=f"-c role={owner}")
    before = catalogs(legacy.connect())
    assert planned(dsn)["users"]["rows"] == LEARNERS
    assert catalogs(legacy.connect()) == before


def test_without_the_right_to_temporary_objects_it_says_what_to_do(legacy, owner):
    legacy.connect().execute(f"REVOKE TEMPORARY ON DATABASE {legacy.name} FROM public")
    done = run(make_conninfo(legacy.dsn, options=f"-c role={owner}"))
    assert done.returncode == 1
    assert f'GRANT TEMPORARY ON DATABASE "{legacy.name}" TO {owner}' in done.stderr


def test_a_format_that_is_none(legacy):
    done = run(legacy.dsn, FORMAT="xml")
    assert (done.returncode, done.stdout) == (2, "")
    assert "FORMAT is json or table, not 'xml'" in done.stderr


def test_nobody_to_connect_to():
    assert run("host=/nowhere").returncode == 1


def test_it_gives_way_to_a_lock_and_holds_none_meanwhile(legacy):
    holder = legacy.connect(autocommit=False)
    holder.execute("LOCK TABLE users IN ACCESS EXCLUSIVE MODE")
    db = legacy.connect()
    process = subprocess.Popen(
        COMMAND, env=environment(legacy.dsn, FORMAT="json"), stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, **KINDS,
    )  # fmt: skip
    try:
        told = process.stderr.readline()
        assert "trying again" in told
        # Between two attempts its session is idle, with nothing locked.
        wait_for(
            lambda: (
                db.execute(
                    "SELECT FROM pg_stat_activity AS a WHERE a.datname = current_database() "
                    "AND a.application_name = 'hidden-grade-asset' AND a.state = 'idle' "
                    "AND NOT EXISTS (SELECT FROM pg_locks AS l WHERE l.pid = a.pid "
                    "AND l.locktype = 'relation')"
                ).fetchone()
                is not None
            )
        )
        holder.rollback()
        out, _ = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0
    assert json.loads(out)["users"]["rows"] == LEARNERS


def test_a_lock_that_stays_is_refused_in_the_end(legacy):
    holder = legacy.connect(autocommit=False)
    holder.execute("LOCK TABLE users IN ACCESS EXCLUSIVE MODE")
    done = run(legacy.dsn, HG_LOCK_PATIENCE="0")
    assert done.returncode == 1
    assert "other sessions held the locks" in done.stderr


def listen() -> None:
    """A job in the background would ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def test_interrupted_it_says_that_nothing_has_been_changed(legacy):
    holder = legacy.connect(autocommit=False)
    holder.execute("LOCK TABLE users IN ACCESS EXCLUSIVE MODE")
    before = catalogs(holder)
    process = subprocess.Popen(
        COMMAND, env=environment(legacy.dsn, FORMAT="json"), stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, preexec_fn=listen, **KINDS,
    )  # fmt: skip
    try:
        process.stderr.readline()
        os.kill(process.pid, signal.SIGINT)
        _, error = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 130
    assert "nothing has been changed" in error
    assert catalogs(holder) == before
