"""The views that stand where the older tables stood: what the old application sees."""

import psycopg
import pytest

from tests.support.database import Database, as_role

from . import old_application
from .analytics import TEXTS, analytics_of_row
from .case import EARLIEST, Case, number_of_id
from .reading import instant_of
from .schema import REPLACED, Legacy
from .views import ONE, CutOver

SCHEMAS = {
    "json": Legacy(),
    "jsonb": Legacy(
        document="jsonb",
        types={"ai_analytics.learning_patterns": "jsonb", "ai_analytics.strengths": "jsonb"},
    ),
    "uuid": Legacy(users_id="uuid", document=None),
    "bigint": Legacy(users_id="integer", user_id="bigint"),
    "less": Legacy(
        without=frozenset({
            "user_progress", "ai_analytics.strengths", "ai_analytics.analysis_date",
            "ai_analytics.engagement_analysis", "concept_mastery.needs_review",
        }),
        types={"subject_mastery.difficulty_level": "smallint", "ai_analytics.strengths": "json"},
    ),
    "no levels": Legacy(
        without=frozenset({"subject_mastery.difficulty_level", "ai_analytics.generated_at"})
    ),
}  # fmt: skip


@pytest.fixture(params=SCHEMAS)
def cut(empty_database: Database, request: pytest.FixtureRequest) -> CutOver:
    made = CutOver(empty_database, SCHEMAS[request.param])
    made.cut()
    return made


def test_the_old_application_sees_no_difference(cut):
    connection = cut.database.connect(autocommit=False)
    role = f"old_application_{cut.database.name}"
    with old_application.a_role(cut.db, role):
        on_views = old_application.run(connection, role, cut.one, cut.two)
        connection.rollback()
        cut.push_back()
        cut.bring_back()
        on_tables = old_application.run(connection, role, cut.one, cut.two)
        connection.rollback()
    assert on_views == on_tables
    failed = {found for found in on_views.values() if isinstance(found, str)}
    if cut.legacy.types or cut.legacy.without:
        # What is no array or not there fails on both sides.
        assert failed <= {"22P02", "42883", "42703", "42P01", "26000"}
        assert sum(isinstance(found, list) for found in on_views.values()) > 100
    else:
        assert failed == set()


def rows_of(db: psycopg.Connection, table: str) -> list[dict]:
    """Rows by their ids, json as Python has it."""
    with db.cursor(row_factory=psycopg.rows.dict_row) as cursor:
        return cursor.execute(f"SELECT * FROM {table} ORDER BY id").fetchall()


def expected_level(legacy: Legacy, row: dict, documents: dict[str, dict]) -> object:
    module = {
        "fractions": "fractions_puzzle", "decimals": "decimal_defender",
        "ratios": "ratios_proportions", "measurement": "measurement", "algebra": "algebra",
    } | {
        name: f"{name}_facts" for name in ("addition", "subtraction", "multiplication", "division")
    }  # fmt: skip
    document = documents.get(str(row["user_id"])) or {"modules": {}}
    block = document["modules"].get(module.get(row["subject"]))
    return block["progress"]["preferred_difficulty"] if block else row["difficulty_level"]


@pytest.mark.parametrize("document", ["json", "jsonb"])
def test_levels_are_the_documents_and_all_else_is_the_tables(empty_database, document):
    cut = CutOver(empty_database, Legacy(document=document))
    before = {table: rows_of(cut.db, table) for table in REPLACED}
    cut.cut()
    documents = dict(cut.db.execute("SELECT u.id::text, u.hidden_grade_asset FROM users AS u"))
    for table in REPLACED:
        if table != "ai_analytics":
            for row in before[table]:
                if table == "subject_mastery":
                    row["difficulty_level"] = expected_level(cut.legacy, row, documents)
            assert rows_of(cut.db, table) == before[table]


def newest_rows(rows: list[dict]) -> dict[str, int]:
    """The ids of the learners' newest rows."""

    def age(row: dict) -> tuple:
        at = instant_of(row["generated_at"]) or instant_of(row["analysis_date"])
        return at or EARLIEST, number_of_id(row)

    newest: dict[str, dict] = {}
    for row in rows:
        user = str(row["user_id"])
        if user not in newest or age(row) > age(newest[user]):
            newest[user] = row
    return {user: row["id"] for user, row in newest.items()}


def test_the_newest_analysis_says_what_the_document_says(empty_database):
    cut = CutOver(empty_database, Legacy(), 300)
    # Without the learners whose JSON jsonb cannot hold.
    as_json = (
        "SELECT to_jsonb(t) FROM ai_analytics{} AS t WHERE t.user_id NOT IN (SELECT o.user_id"
        " FROM ai_analytics_set_aside AS o WHERE o.user_id IS NOT NULL"
        r" AND o.learning_patterns::text ~ '\\u') ORDER BY t.id"
    )
    cut.cut()
    shown = {row["id"]: row for (row,) in cut.db.execute(as_json.format(""))}
    stored = [row for (row,) in cut.db.execute(as_json.format("_set_aside"))]
    documents = dict(cut.db.execute("SELECT u.id::text, u.hidden_grade_asset FROM users AS u"))
    newest = newest_rows(stored)
    unlike = 0
    for row in stored:
        found, document = shown[row["id"]], documents.get(str(row["user_id"]))
        if document is None or newest[str(row["user_id"])] != row["id"]:
            assert found == row
            continue
        section = document["ai_analytics"]
        case = Case({"user": {"id": 0}}, EARLIEST, {}, {})
        # What is shown reads as what the document says, and where the row says it, is the row's.
        read, own = analytics_of_row(case, found), analytics_of_row(case, row)
        assert {key: read[key] for key in TEXTS} == {key: section[key] for key in TEXTS}
        assert read["datetime_generated"] == section["datetime_generated"]
        assert read["analysis_date"] == section["analysis_date"]
        for column, value in row.items():
            if column in ("learning_patterns", "engagement_analysis"):
                if isinstance(value, dict) or section[column]:
                    assert found[column] == section[column]
                else:
                    assert found[column] == value
            elif own == section:
                assert found[column] == value
        unlike += own != section
    assert len(newest) > 50
    assert unlike > 0


def test_user_ids_of_another_type_are_read_as_the_import_reads_them(empty_database):
    cut = CutOver(empty_database, Legacy(users_id="integer", user_id="text"))
    cut.cut()
    wrong = cut.db.execute(
        "SELECT t.id FROM subject_mastery AS t JOIN users AS u"
        " ON u.id = hg__legacy_user_id(t.user_id) WHERE t.subject = 'algebra'"
        " AND t.difficulty_level::text IS DISTINCT FROM"
        " u.hidden_grade_asset #>> '{modules,algebra,progress,preferred_difficulty}'"
    ).fetchall()
    assert wrong == []
    cut.db.execute(
        "INSERT INTO subject_mastery (user_id, subject, difficulty_level)"
        " VALUES (%s, 'algebra', 4)",
        [f" 00{ONE} "],
    )
    assert cut.difficulty(ONE) == 4
    cut.db.execute(
        "INSERT INTO ai_analytics (user_id, generated_at, strengths)"
        " VALUES (%s, '2026-02-02', '{x}')",
        [f"+{ONE}"],
    )
    assert cut.section(ONE)["strengths"] == ["x"]
    assert cut.verified()


@pytest.fixture
def plain(empty_database: Database) -> CutOver:
    made = CutOver(empty_database, Legacy(), 20)
    made.cut()
    return made


@pytest.mark.parametrize("table", ["subject_mastery", "ai_analytics"])
def test_a_learners_rows_are_found_by_the_index(plain, table):
    if table == "subject_mastery":
        plain.db.execute("CREATE INDEX by_learner ON subject_mastery_set_aside (user_id)")
    plain.db.execute("SET enable_seqscan = off; SET enable_bitmapscan = off")
    text = "\n".join(
        line for (line,) in plain.db.execute(f"EXPLAIN SELECT * FROM {table} WHERE user_id = 5")
    )
    # The cutover made the other one.
    assert "by_learner on" in text
    assert "Seq Scan" not in text


def test_who_reads_needs_no_right_but_on_the_view(plain):
    with old_application.a_role(plain.db, f"reader_{plain.database.name}") as role:
        plain.db.execute(f"REVOKE ALL ON users FROM {role}")
        with as_role(plain.db, role):
            for table in REPLACED:
                assert plain.db.execute(f"SELECT * FROM {table}").fetchall()
            for table in ("users", "subject_mastery_set_aside", "hg_ledger"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    plain.db.execute(f"SELECT FROM {table}")
            plain.db.execute("UPDATE subject_mastery SET difficulty_level = 5 WHERE user_id = 3")
            plain.db.execute(
                "INSERT INTO ai_analytics (user_id, strengths) VALUES (%s, '{x}')", [plain.one]
            )
    assert plain.verified()


def test_a_quarantined_learner_reads_and_writes_the_table(plain):
    (number,) = plain.db.execute(
        "INSERT INTO users (id, username) VALUES (70001, 'without') RETURNING id"
    ).fetchone()
    plain.db.execute("ALTER TABLE users DISABLE TRIGGER USER")
    plain.db.execute("UPDATE users SET hidden_grade_asset = NULL WHERE id = %s", [number])
    plain.db.execute("ALTER TABLE users ENABLE TRIGGER USER")
    rows = plain.db.execute(
        "INSERT INTO ai_analytics (user_id, strengths) VALUES (%s, '{x}') RETURNING strengths",
        [number],
    ).fetchall()
    assert rows == [(["x"],)]
    plain.db.execute("DELETE FROM ai_analytics WHERE user_id = %s", [number])
