"""Columns of users that do not fit: refused before the move, or led past."""

import psycopg
import pytest

from tests.legacy.moving import Move
from tests.legacy.schema import Legacy, create
from tests.support.database import Database, migrate

STEP = "SELECT hg_legacy_import_step()"
NOT_NOW = ("55000", "this cannot be done now")


def begun(database: Database, legacy: Legacy, statement: str) -> Move:
    """An installation over learners that a statement makes."""
    db = database.connect()
    create(db, legacy)
    db.execute(statement)
    migrate(database.dsn)
    return Move.opened(database, legacy)


def refusal(move: Move, call: str) -> tuple:
    diag = move.refused(call)
    assert (diag.sqlstate, diag.message_primary) == NOT_NOW
    return diag.message_detail, diag.message_hint


NUMBERS = "and cannot hold numbers to 2147483647."
NAMES = "and cannot hold a module's name, up to 63 characters."


@pytest.mark.parametrize(
    ("column", "kind", "shown", "problem", "remedy"),
    [
        ("questions_answered", "smallint", "smallint", NUMBERS, "TYPE integer"),
        ("tokens", "numeric(6)", "numeric(6,0)", NUMBERS, "TYPE integer"),
        ("daily_tokens_earned", "real", "real", NUMBERS, "TYPE integer"),
        ("streak_days", "varchar(5)", "character varying(5)", NUMBERS, "TYPE text"),
        ("correct_answers", "boolean", "boolean", NUMBERS, "TYPE integer"),
        ("fastest_category", "varchar(10)", "character varying(10)", NAMES, "TYPE text"),
        ("last_active", "varchar(4)", "character varying(4)", "and cannot hold an instant.",
         "TYPE text"),
    ],
)  # fmt: skip
def test_a_type_that_is_too_small_is_refused_before_the_import(
    empty_database, column, kind, shown, problem, remedy
):
    """Mended as the HINT says, the whole way is free."""
    move = begun(
        empty_database,
        Legacy(types={f"users.{column}": kind}),
        "INSERT INTO users (username, hidden_grade_asset)"
        """ VALUES ('a', '{"global_stats": {"total_questions_answered": 100000}}')""",
    )
    assert refusal(move, STEP) == (
        f"users.{column} is of type {shown}, {problem}",
        f"Run ALTER TABLE users ALTER COLUMN {column} {remedy}; then make import.",
    )
    move.db.execute(f"ALTER TABLE users ALTER COLUMN {column} {remedy} USING NULL")
    move.cut_over()
    move.proven()


def test_a_category_that_must_not_be_missing_is_refused(empty_database):
    kind = "text NOT NULL DEFAULT ''"
    move = begun(
        empty_database,
        Legacy(types={"users.highest_score_category": kind}),
        "INSERT INTO users (username, tokens) VALUES ('a', 5)",
    )
    assert refusal(move, STEP) == (
        "users.highest_score_category is NOT NULL, and there may be no such category.",
        "Run ALTER TABLE users ALTER COLUMN highest_score_category DROP NOT NULL;"
        " then make import.",
    )


@pytest.mark.parametrize("kind", ["bigint", "numeric", "numeric(10)", "text", "varchar(10)"])
def test_a_type_that_is_large_enough_is_taken(empty_database, kind):
    move = Move(empty_database, Legacy(types={"users.tokens": kind}), 5)
    move.cut_over()
    move.proven()


def test_a_column_that_came_after_the_import_is_refused_at_the_cutover(empty_database):
    move = Move(empty_database, Legacy(without=frozenset({"users.fastest_category"})), 5)
    move.finish()
    assert move.verify()["differences"] == 0
    move.db.execute("ALTER TABLE users ADD COLUMN fastest_category varchar(10)")
    assert refusal(move, "SELECT hg_legacy_cutover_step(true)") == (
        f"users.fastest_category is of type character varying(10), {NAMES}",
        "Run make rollback, then ALTER TABLE users ALTER COLUMN fastest_category TYPE text;"
        " then make import.",
    )
    assert move.state == "imported"


# ---------------------------------------------------------------- the document's own column


@pytest.fixture(params=["json NOT NULL", "jsonb NOT NULL DEFAULT '{}'", "jsonb NOT NULL"])
def required(request, empty_database) -> Move:
    """The older application must give a document with each learner, and always does."""
    return begun(
        empty_database,
        Legacy(document=request.param),
        "INSERT INTO users (username, hidden_grade_asset) VALUES ('a', '{}'), ('b', '{}')",
    )


COLUMN = """
SELECT a.attnotnull, pg_get_expr(d.adbin, d.adrelid) FROM pg_attribute AS a
LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attrelid = 'users'::regclass AND a.attname = 'hidden_grade_asset'
"""


def test_a_document_column_that_demands_a_value_asks_nobody_after_the_cutover(required):
    before = required.db.execute(COLUMN).fetchone()
    assert before[0]
    required.cut_over()
    required.db.execute("INSERT INTO users (username, tokens) VALUES ('new', 5)")
    assert required.verify()["differences"] == 0
    required.proven()
    required.roll_back()
    assert required.db.execute(COLUMN).fetchone() == before
    tokens = {d["global_stats"]["tokens"] for d in required.documents().values()}
    assert tokens == {0, 5}
    required.cut_over()
    required.db.execute("INSERT INTO users (username) VALUES ('newer')")
    required.steps("hg_legacy_finalize_step")
    required.db.execute("INSERT INTO users (username) VALUES ('newest')")
    required.proven()


OTHER_TYPE = (
    "0A000", "users.hidden_grade_asset is neither json nor jsonb", "It is of type text.",
    "Run ALTER TABLE users ALTER COLUMN hidden_grade_asset TYPE json USING"
    " hidden_grade_asset::json, once every value in it is JSON, and then this again.",
)  # fmt: skip


@pytest.mark.parametrize("learners", [0, 2])
def test_a_document_of_another_type_is_refused_at_the_installation(empty_database, learners):
    db = empty_database.connect()
    create(db, Legacy(document="text"))
    db.execute(
        "INSERT INTO users (username, hidden_grade_asset)"
        """ SELECT n::text, '{"modules": {}}' FROM generate_series(1, %s) AS n""",
        [learners],
    )
    with pytest.raises(psycopg.errors.FeatureNotSupported) as caught:
        migrate(empty_database.dsn)
    diag = caught.value.diag
    assert (
        diag.sqlstate, diag.message_primary, diag.message_detail, diag.message_hint
    ) == OTHER_TYPE  # fmt: skip
    db.execute(
        "ALTER TABLE users ALTER COLUMN hidden_grade_asset TYPE json USING hidden_grade_asset::json"
    )
    migrate(empty_database.dsn)
    assert db.execute("SELECT i.state FROM hg_installation AS i").fetchone() == (
        "pending" if learners else "none",
    )


def test_a_document_of_another_type_is_refused_at_the_import(moved):
    move = moved("pending")
    move.db.execute("ALTER TABLE users ALTER COLUMN hidden_grade_asset TYPE text")
    diag = move.refused(STEP)
    assert (
        diag.sqlstate, diag.message_primary, diag.message_detail, diag.message_hint
    ) == OTHER_TYPE  # fmt: skip
