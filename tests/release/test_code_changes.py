"""The bundle of a later version: functions that change, come, go, or are in use."""

from pathlib import Path

import pytest

from tests.house.support import installation, schema_of
from tests.house.support import run as make
from tests.release.support import psql, run
from tests.support.database import Database
from tests.support.project import edit, write_project
from tools.dist import bundle
from tools.loader import Project

FUNCTION = "functions/read/hg_count_entries.sql"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The folder of a small project, free to be changed."""
    return write_project(tmp_path / "project")


def install(database: Database, project: Path) -> None:
    """By the bundle of the project as it is now; make migrate then has nothing to do."""
    run(database, bundle(Project(project)))
    assert "already loaded" in make(project, "up", database.dsn).stdout


def count(database: Database, call: str = "hg_count_entries(1)") -> int:
    return database.connect().execute(f"SELECT {call}").fetchone()[0]


def test_a_text_that_changed(empty_database: Database, project: Path) -> None:
    install(empty_database, project)
    edit(project, FUNCTION, "count(*)", "count(*) + 1000")
    install(empty_database, project)
    assert count(empty_database) == 1000


def test_a_function_that_was_dropped(empty_database: Database, project: Path) -> None:
    install(empty_database, project)
    empty_database.connect().execute("DROP FUNCTION hg_count_entries")
    install(empty_database, project)
    assert count(empty_database) == 0


def test_a_function_that_left(empty_database: Database, project: Path) -> None:
    install(empty_database, project)
    edit(project, "sql/manifest.sql", f"\\ir ../{FUNCTION}\n", "")
    install(empty_database, project)
    assert installation(empty_database)[1] == ["hg__fill()", "hg__settle()"]
    gone = "SELECT to_regproc('hg_count_entries')"
    assert empty_database.connect().execute(gone).fetchone() == (None,)


@pytest.mark.parametrize(
    ("old", "new", "call"),
    [
        ("p_user_id", "p_learner", "hg_count_entries(p_learner => 1)"),
        ("users.id%TYPE)", "users.id%TYPE, p_more integer DEFAULT 0)", "hg_count_entries(1)"),
        ("RETURNS bigint", "RETURNS integer", "hg_count_entries(1)"),
    ],
)
def test_a_signature_that_changed_keeps_grants(
    empty_database: Database, project: Path, old: str, new: str, call: str
) -> None:
    edit(project, FUNCTION, "hg_count_entries(users.id%TYPE)", "hg_count_entries")
    install(empty_database, project)
    connection = empty_database.connect()
    role = f"{empty_database.name}_clerk"
    connection.execute(f"CREATE ROLE {role}")
    try:
        connection.execute(f"GRANT EXECUTE ON FUNCTION hg_count_entries TO {role}")
        edit(project, FUNCTION, old, new)
        install(empty_database, project)
        assert count(empty_database, call) == 0
        may = connection.execute(
            "SELECT count(*), bool_and(has_function_privilege(%s, p.oid, 'EXECUTE')), "
            "bool_or(has_function_privilege('public', p.oid, 'EXECUTE')) "
            "FROM pg_proc AS p WHERE p.proname = 'hg_count_entries'",
            [role],
        ).fetchone()
        assert may == (1, True, False)
    finally:
        connection.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")


def test_a_view_on_a_function_that_left(empty_database: Database, project: Path) -> None:
    install(empty_database, project)
    connection = empty_database.connect()
    connection.execute("CREATE VIEW report AS SELECT hg_count_entries(1)")
    before = schema_of(connection)
    edit(project, "sql/manifest.sql", f"\\ir ../{FUNCTION}\n", "")
    done = psql(empty_database, bundle(Project(project)))
    assert done.returncode == 3
    assert "view report depends on function hg_count_entries" in done.stderr
    assert schema_of(connection) == before


def test_an_error_in_a_file_is_shown_with_its_text(empty_database: Database, project: Path) -> None:
    install(empty_database, project)
    before = schema_of(empty_database.connect())
    edit(project, "triggers/hg__fill.sql", "BEFORE INSERT ON users", "BEFORE INSERT ON nowhere")
    done = psql(empty_database, bundle(Project(project)))
    assert done.returncode == 3
    assert 'relation "nowhere" does not exist' in done.stderr
    assert "CREATE OR REPLACE FUNCTION hg__fill()" in done.stderr
    assert schema_of(empty_database.connect()) == before
