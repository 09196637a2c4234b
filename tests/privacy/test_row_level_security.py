"""examples/row_level_security.sql: who reads one child or one class, whatever they try."""

import subprocess
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from tests.record.support import Learner, call
from tests.support.database import ROOT, Database, as_role
from tests.support.users import SQL_TYPE
from tools.database import find_psql

EXAMPLE = ROOT / "examples" / "row_level_security.sql"
PARENT, TEACHER = "hg_test_parent", "hg_test_teacher"
ROLES = (PARENT, TEACHER, "school_parents", "school_teachers")
OWN_FUNCTIONS = {"school_may_see", "my_child_document"}


class School:
    """Two children; the parent is responsible for the first, the teacher teaches him as well."""

    def __init__(self, database: Database) -> None:
        self.owner = database.connect()
        subprocess.run(
            [find_psql(), "--no-psqlrc", "--quiet", "--single-transaction",
             "--set", "ON_ERROR_STOP=1", "--file", EXAMPLE, "--dbname", database.dsn],
            check=True,
        )  # fmt: skip
        self.child, self.other = Learner(self.owner, "3"), Learner(self.owner, "3")
        for learner, name in ((self.child, "child"), (self.other, "other")):
            learner.run("algebra", 5, 5)
            self.owner.execute("UPDATE users SET username = %s WHERE id = %s", [name, learner.id])
        self.owner.execute(f"CREATE ROLE {PARENT} LOGIN IN ROLE school_parents")
        self.owner.execute(f"CREATE ROLE {TEACHER} LOGIN IN ROLE school_teachers")
        self.owner.execute("INSERT INTO school_guardians VALUES (%s, %s)", [PARENT, self.child.id])
        self.owner.execute(
            "INSERT INTO school_classes VALUES ('3a', %s, %s), ('3b', 'somebody else', %s)",
            [TEACHER, self.child.id, self.other.id],
        )
        self.parent = database.connect(user=PARENT)
        self.teacher = database.connect(user=TEACHER)


@pytest.fixture
def school(database: Database) -> Iterator[School]:
    connection = database.connect()

    def drop() -> None:
        for role in ROLES:
            if connection.execute("SELECT to_regrole(%s)", [role]).fetchone() != (None,):
                connection.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(role)))
                connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))

    drop()
    made = School(database)
    yield made
    made.parent.close()
    made.teacher.close()
    drop()


def refused(connection: psycopg.Connection, query: str, *arguments: object) -> str | None:
    """The SQLSTATE of what fails."""
    try:
        connection.execute(query, arguments)
    except psycopg.Error as error:
        return error.sqlstate
    return None


def document(connection: psycopg.Connection, learner: Learner) -> dict:
    return call(connection, "my_child_document", p_learner=learner.id)


@pytest.fixture(params=["parent", "teacher"])
def person(school: School, request: pytest.FixtureRequest) -> psycopg.Connection:
    return getattr(school, request.param)


def test_each_reads_the_own_learner(school, person):
    assert document(person, school.child) == school.child.call("hg_document")


def test_none_reads_another(school, person):
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="not your learner"):
        document(person, school.other)
    assert refused(person, "SELECT my_child_document(NULL)") == "42501"


def test_of_users_each_sees_the_own_row_and_the_columns_given(school, person):
    assert person.execute("SELECT to_jsonb(id), username, grade FROM users").fetchall() == [
        (school.child.id, "child", "3")
    ]
    assert refused(person, "SELECT hidden_grade_asset FROM users") == "42501"
    assert refused(person, "UPDATE users SET username = 'x'") == "42501"


def test_of_all_functions_here_each_may_call_these_two(school, person):
    found = person.execute(
        "SELECT p.proname, has_function_privilege(p.oid, 'EXECUTE') FROM pg_proc AS p"
        " WHERE p.pronamespace = 'public'::regnamespace"
    ).fetchall()
    assert len(found) > 100
    assert {name for name, may in found if may} == OWN_FUNCTIONS


def test_no_function_tells_a_parent_of_another_child(school):
    functions = school.parent.execute(
        "SELECT p.proname, ARRAY(SELECT format_type(t.oid, NULL)"
        " FROM unnest(p.proargtypes) WITH ORDINALITY AS t (oid, place) ORDER BY t.place),"
        " coalesce(array_position(p.proargnames, 'p_user_id'), 0) FROM pg_proc AS p"
        " WHERE p.pronamespace = 'public'::regnamespace AND p.prokind = 'f'"
        " AND p.prorettype <> 'trigger'::regtype AND p.proname ~ '^hg_'"
    ).fetchall()
    assert len(functions) > 100
    told = {}
    for name, types, place in functions:
        arguments = sql.SQL(", ").join(
            sql.SQL("{}::{}").format(
                sql.Literal(str(school.other.id)) if number == place else sql.SQL("NULL"),
                sql.SQL(kind),
            )
            for number, kind in enumerate(types, 1)
        )
        told[name] = refused(
            school.parent,
            sql.SQL("SELECT * FROM {}({})").format(sql.Identifier(name), arguments),
        )
    assert {name: state for name, state in told.items() if state != "42501"} == {}


def test_no_table_does_either(school, person):
    tables = person.execute(
        "SELECT c.relname FROM pg_class AS c WHERE c.relnamespace = 'public'::regnamespace"
        " AND c.relkind IN ('r', 'p', 'v') AND c.relname <> 'my_classes'"
    ).fetchall()
    states = {
        name: refused(person, sql.SQL("SELECT * FROM {}").format(sql.Identifier(name)))
        for (name,) in tables
    }
    assert set(states.values()) == {"42501"}


def test_a_table_of_the_same_name_does_not_help(school):
    school.parent.execute(
        f"CREATE TEMPORARY TABLE school_guardians (parent name, learner {SQL_TYPE})"
    )
    school.parent.execute(
        "INSERT INTO pg_temp.school_guardians VALUES (%s, %s)", [PARENT, school.other.id]
    )
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="not your learner"):
        document(school.parent, school.other)


def test_nobody_makes_themselves_a_guardian(school, person):
    statement = "INSERT INTO school_guardians VALUES (session_user, %s)"
    assert refused(person, statement, school.other.id) == "42501"


def test_a_teacher_sees_the_own_class(school):
    found = school.teacher.execute("SELECT class, username, document FROM my_classes").fetchall()
    assert found == [("3a", "child", school.child.call("hg_document"))]


def test_no_condition_looks_behind_the_view(school):
    """security_barrier: it would otherwise be tried on every row, being the cheaper one."""
    seen: list[str] = []
    school.teacher.add_notice_handler(lambda notice: seen.append(notice.message_primary))
    school.teacher.execute(
        "CREATE FUNCTION pg_temp.peep(p text) RETURNS boolean LANGUAGE plpgsql COST 0.0001"
        " AS $$BEGIN RAISE NOTICE '%', p; RETURN true; END$$"
    )
    school.teacher.execute("SELECT class FROM my_classes WHERE pg_temp.peep(username)")
    school.teacher.execute("SELECT id FROM users WHERE pg_temp.peep(username)")
    assert set(seen) == {"child"}


def test_who_is_taken_off_the_list_sees_nothing_from_then_on(school):
    school.owner.execute("DELETE FROM school_guardians")
    assert school.parent.execute("SELECT count(*) FROM users").fetchone() == (0,)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        document(school.parent, school.child)


def test_the_application_works_as_before(school):
    with as_role(school.owner, "hg_app"):
        assert school.other.run("algebra", 5, 5)["tokens"] == 16
        assert school.other.call("hg_document")["global_stats"]["tokens"] == 16
    assert school.other.verify() == []
