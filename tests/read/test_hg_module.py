"""hg_module: one block of the document."""

import psycopg
import pytest
from psycopg import errors

from tests.support.database import Database, as_role

from .learners import NOBODY, change_document, new_learner, session, value


def read(db: psycopg.Connection, learner: object, module: str | None) -> dict:
    return value(db, "SELECT hg_module(%s, %s)", learner, module)


def refused(db: psycopg.Connection, learner: object, module: str | None) -> str:
    with pytest.raises(psycopg.Error) as error, db.transaction():
        read(db, learner, module)
    assert error.value.diag.message_detail
    assert error.value.diag.message_hint
    return error.value.sqlstate


def test_it_is_the_block_of_the_document(db):
    learner = new_learner(db)
    session(db, learner, "algebra", correct=5)
    modules = value(db, "SELECT hg_document(%s)", learner)["modules"]
    assert {name: read(db, learner, name) for name in modules} == modules
    assert modules["algebra"]["progress"]["correct_answers"] == 5


def test_module_added_later(db):
    learner = new_learner(db)
    db.execute(
        """
        INSERT INTO hg_modules (module, start_difficulty, mastery_rule)
        VALUES ('sudoku', 4, '{"accuracy": {"min_questions": 1, "percent": 1}}')
        """
    )
    assert read(db, learner, "sudoku")["progress"]["preferred_difficulty"] == 4


def test_inactive_module_is_read_where_there_is_a_block(db):
    had = new_learner(db)
    db.execute("UPDATE hg_modules SET active = false WHERE module = 'algebra'")
    has_not = new_learner(db)
    assert read(db, had, "algebra")["grade_level"] == 6
    assert refused(db, has_not, "algebra") == "LG405"


def test_unknown_module_even_where_the_document_has_such_a_key(db):
    learner = new_learner(db)
    change_document(db, learner, ["modules", "chess"], {"mine": 1})
    assert refused(db, learner, "chess") == "LG405"
    assert refused(db, learner, "math_facts_addition") == "LG405"
    assert refused(db, learner, "Algebra") == "LG405"


def test_order_of_the_errors(db):
    learner = new_learner(db)
    assert refused(db, None, "chess") == "22023"
    assert refused(db, NOBODY, None) == "22023"
    assert refused(db, NOBODY, "chess") == "LG404"
    assert refused(db, learner, "chess") == "LG405"
    db.execute("UPDATE hg_installation SET state = 'pending'")
    assert refused(db, None, "chess") == "22023"
    assert refused(db, NOBODY, "chess") == "55000"


def test_document_without_modules_is_malformed(db):
    learner = new_learner(db)
    db.execute("ALTER TABLE users DISABLE TRIGGER USER")
    change_document(db, learner, ["modules"], [])
    assert refused(db, learner, "algebra") == "LG422"


@pytest.mark.parametrize("role", ["hg_app", "hg_reader"])
def test_who_may_call_it(db, role):
    learner = new_learner(db)
    with as_role(db, role):
        assert read(db, learner, "algebra")


def test_nobody_else_may_call_it(db):
    learner = new_learner(db)
    with as_role(db, "hg_ai_worker"), pytest.raises(errors.InsufficientPrivilege):
        read(db, learner, "algebra")


def test_reads_in_a_read_only_transaction(database: Database):
    learner = new_learner(database.connect())
    reader = database.connect(options="-c default_transaction_read_only=on")
    assert read(reader, learner, "word_race")["grade_level"] == 3
