"""Tables step aside and come back: names, grants, defaults and all that hangs on them."""

import psycopg
import pytest

from tests.support.database import Database

from .schema import REPLACED, Legacy
from .views import CutOver

SNAPSHOT = """
WITH t AS (SELECT c.* FROM pg_class AS c WHERE c.relname = ANY (%s) AND c.relkind IN ('r', 'p'))
SELECT 'table', t.relname::text, t.oid::text, t.relkind::text, t.relacl::text, t.relowner::text,
    t.reloptions::text, obj_description(t.oid, 'pg_class') FROM t
UNION ALL
SELECT 'column', t.relname, a.attname, a.atttypid::regtype::text, a.attnum::text, a.attacl::text,
    pg_get_expr(d.adbin, d.adrelid), concat(a.attnotnull, a.attidentity, col_description(t.oid, a.attnum))
FROM t JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum > 0
LEFT JOIN pg_attrdef AS d ON d.adrelid = t.oid AND d.adnum = a.attnum
UNION ALL
SELECT 'index', t.relname, pg_get_indexdef(i.indexrelid), NULL, NULL, NULL, NULL, NULL
FROM t JOIN pg_index AS i ON i.indrelid = t.oid
UNION ALL
SELECT 'constraint', t.relname, c.conname, pg_get_constraintdef(c.oid), NULL, NULL, NULL, NULL
FROM t JOIN pg_constraint AS c ON c.conrelid = t.oid
UNION ALL
SELECT 'trigger', t.relname, g.tgname, pg_get_triggerdef(g.oid), NULL, NULL, NULL, NULL
FROM t JOIN pg_trigger AS g ON g.tgrelid = t.oid
UNION ALL
SELECT 'sequence', t.relname, d.objid::regclass::text, d.deptype::text, d.refobjsubid::text, NULL,
    NULL, NULL
FROM t JOIN pg_depend AS d ON d.refobjid = t.oid AND d.classid = 'pg_class'::regclass
    AND d.deptype IN ('a', 'i')
UNION ALL
SELECT 'type', t.relname, y.typname, y.oid::text, NULL, NULL, NULL, NULL
FROM t JOIN pg_type AS y ON y.oid = t.reltype
ORDER BY 1, 2, 3, 4, 5
"""  # noqa: E501
GRANTS = """
SELECT c.relname::text, '' AS on_column, x.grantee::regrole::text, x.privilege_type, x.is_grantable
FROM pg_class AS c, aclexplode(c.relacl) AS x
WHERE c.relname = ANY (%s) AND x.grantee <> c.relowner
UNION
SELECT c.relname::text, a.attname::text, x.grantee::regrole::text, x.privilege_type, x.is_grantable
FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid, aclexplode(a.attacl) AS x
WHERE c.relname = ANY (%s)
ORDER BY 1, 2, 3, 4
"""
NAMES = list(REPLACED)


@pytest.fixture
def installed(empty_database: Database) -> CutOver:
    return CutOver(empty_database, Legacy(), 5)


@pytest.fixture
def roles(installed):
    """Two roles of this test."""
    names = [f"{name}_{installed.database.name}" for name in ("ann", "bob")]
    for name in names:
        installed.db.execute(f"CREATE ROLE {name}")
    yield names
    for name in names:
        installed.db.execute(f"DROP OWNED BY {name}; DROP ROLE {name}")


def snapshot(db: psycopg.Connection) -> list[tuple]:
    return db.execute(SNAPSHOT, [NAMES]).fetchall()


def grants(db: psycopg.Connection) -> list[tuple]:
    return db.execute(GRANTS, [NAMES, NAMES]).fetchall()


def grant(db: psycopg.Connection, ann: str, bob: str) -> None:
    db.execute(f"""
        GRANT SELECT, INSERT ON subject_mastery TO {ann} WITH GRANT OPTION;
        GRANT SELECT ON ai_analytics TO PUBLIC;
        GRANT ALL ON concept_mastery TO {bob};
        GRANT UPDATE (difficulty_level, subject), SELECT (id) ON subject_mastery TO {bob};
        GRANT SELECT (score) ON user_progress TO PUBLIC;
        GRANT SELECT (level) ON user_progress TO {bob} WITH GRANT OPTION;
        SET ROLE {ann};
        GRANT SELECT ON subject_mastery TO {bob};
        RESET ROLE""")


def test_the_catalog_is_what_it_was_once_the_tables_are_back(installed, roles):
    grant(installed.db, *roles)
    installed.db.execute("""
        COMMENT ON TABLE user_progress IS 'it''s old'; COMMENT ON COLUMN user_progress.score IS 'x';
        ALTER TABLE user_progress ALTER score SET DEFAULT 7, ADD CHECK (score > -1000000);
        ALTER TABLE subject_mastery ALTER difficulty_level SET DEFAULT 3;
        CREATE UNIQUE INDEX odd ON concept_mastery (lower(concept), id) WHERE id > 5;
        ALTER TABLE ai_analytics DROP COLUMN recommendations""")
    installed.cut()
    installed.bring_back()
    before = snapshot(installed.db)
    assert {row[0] for row in before} == {
        "table", "column", "index", "constraint", "sequence", "type"
    }  # fmt: skip
    installed.set_aside()
    assert [row for row in snapshot(installed.db) if row[0] == "table"] == []
    installed.bring_back()
    assert snapshot(installed.db) == before


def test_a_view_has_the_tables_columns_defaults_and_comments(installed):
    def columns() -> list[tuple]:
        return installed.db.execute(
            "SELECT c.relname, a.attname, a.attnum, format_type(a.atttypid, a.atttypmod),"
            " pg_get_expr(d.adbin, d.adrelid), col_description(c.oid, a.attnum),"
            " obj_description(c.oid, 'pg_class')"
            " FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0"
            " LEFT JOIN pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum"
            " WHERE c.relname = ANY (%s) ORDER BY 1, 3",
            [NAMES],
        ).fetchall()

    installed.db.execute(
        "COMMENT ON TABLE user_progress IS 'it''s old'; COMMENT ON COLUMN user_progress.score"
        " IS 'x'; ALTER TABLE user_progress ALTER score SET DEFAULT 7;"
        " ALTER TABLE subject_mastery ALTER subject TYPE varchar(40)"
    )
    before = columns()
    installed.cut()
    assert columns() == before


def test_omitted_values_are_the_tables_defaults(installed):
    installed.db.execute(
        "ALTER TABLE user_progress ALTER score SET DEFAULT 7;"
        " ALTER TABLE subject_mastery ALTER difficulty_level SET DEFAULT 3,"
        " ALTER is_unlocked SET DEFAULT true"
    )
    installed.cut()
    level = installed.difficulty(50_001)
    assert installed.db.execute(
        "INSERT INTO user_progress (user_id) VALUES (1) RETURNING score"
    ).fetchone() == (7,)
    assert installed.db.execute(
        "INSERT INTO subject_mastery (user_id, subject) VALUES (50001, 'algebra')"
        " RETURNING difficulty_level, is_unlocked"
    ).fetchone() == (level, True)
    assert installed.db.execute(
        "SELECT t.difficulty_level FROM subject_mastery_set_aside AS t ORDER BY t.id DESC LIMIT 1"
    ).fetchone() == (3,)
    assert installed.difficulty(50_001) == level


def test_grants_go_to_the_view_and_come_back(installed, roles):
    ann, bob = roles
    grant(installed.db, ann, bob)
    installed.db.execute(f"ALTER DEFAULT PRIVILEGES GRANT DELETE ON TABLES TO {bob}")
    before = grants(installed.db)
    assert len(before) > 12
    installed.cut()
    assert grants(installed.db) == before
    installed.db.execute(f"""
        GRANT UPDATE ON user_progress TO {ann};
        GRANT SELECT (concept) ON concept_mastery TO {ann} WITH GRANT OPTION;
        REVOKE SELECT ON subject_mastery FROM {bob};
        REVOKE SELECT (score) ON user_progress FROM PUBLIC""")
    meanwhile = grants(installed.db)
    assert meanwhile != before
    installed.bring_back()
    assert grants(installed.db) == meanwhile


def test_the_tables_owner_may_do_everything_with_the_view(installed, roles):
    owner, _ = roles
    installed.db.execute(f"GRANT CREATE ON SCHEMA public TO {owner}")
    installed.db.execute(f"ALTER TABLE subject_mastery OWNER TO {owner}")
    installed.cut()
    with installed.db.transaction():
        installed.db.execute(f"SET LOCAL ROLE {owner}")
        installed.db.execute("UPDATE subject_mastery SET total_attempts = 1 WHERE user_id = 1")
        installed.db.execute("GRANT SELECT ON subject_mastery TO PUBLIC")
    installed.bring_back()
    assert installed.db.execute(
        "SELECT c.relowner::regrole::text, has_table_privilege('pg_monitor', c.oid, 'SELECT')"
        " FROM pg_class AS c WHERE c.relname = 'subject_mastery'"
    ).fetchone() == (owner, True)


def test_what_is_missing_or_a_backup_stays_as_it_is(empty_database):
    legacy = Legacy(
        without=frozenset({"user_progress"}), backups=frozenset({"concept_mastery"})
    )  # fmt: skip
    cut = CutOver(empty_database, legacy, 5)
    cut.cut()
    kinds = dict(
        cut.db.execute(
            "SELECT c.relname, c.relkind::text FROM pg_class AS c WHERE c.relname ~"
            " '^(user_progress|concept_mastery)' AND c.relkind IN ('r', 'v')"
        )
    )
    assert kinds == {"concept_mastery_backup": "r"}
    cut.bring_back()
    for table in REPLACED:
        cut.db.execute("SELECT hg__legacy_drop_aside(%s)", [table])
    assert cut.db.execute("SELECT FROM subject_mastery").fetchall()


def test_dropping_takes_view_and_table_and_nothing_else(installed):
    installed.cut()
    installed.db.execute("CREATE VIEW report AS SELECT t.score FROM user_progress AS t")
    installed.db.execute("CREATE VIEW old_report AS SELECT t.id FROM ai_analytics_set_aside AS t")
    for table in ("user_progress", "ai_analytics"):
        with pytest.raises(psycopg.errors.DependentObjectsStillExist, match="report"):
            installed.db.execute("SELECT hg__legacy_drop_aside(%s)", [table])
    assert installed.db.execute("SELECT FROM user_progress").fetchall()
    installed.db.execute("DROP VIEW report; DROP VIEW old_report")
    for table in REPLACED:
        installed.db.execute("SELECT hg__legacy_drop_aside(%s)", [table])
    assert installed.db.execute(
        "SELECT c.relname FROM pg_class AS c WHERE c.relname ~ %s",
        [f"^({'|'.join(REPLACED)})"],
    ).fetchall() == []  # fmt: skip


def test_a_table_with_row_security_is_refused(installed):
    installed.db.execute("ALTER TABLE subject_mastery ENABLE ROW LEVEL SECURITY")
    with pytest.raises(psycopg.errors.FeatureNotSupported) as caught:
        installed.cut()
    assert caught.value.diag.message_primary == "a table with row security cannot be set aside"
    assert caught.value.diag.message_detail == "Row security is enabled on subject_mastery."
    assert "DISABLE ROW LEVEL SECURITY" in caught.value.diag.message_hint


def test_a_partitioned_table_works_the_same(empty_database):
    cut = CutOver(empty_database, Legacy(), 30)
    for table in ("subject_mastery", "ai_analytics"):
        cut.db.execute(f"""
            ALTER TABLE {table} RENAME TO old_{table};
            CREATE TABLE {table} (LIKE old_{table} INCLUDING DEFAULTS) PARTITION BY HASH (user_id);
            CREATE TABLE {table}_0 PARTITION OF {table} FOR VALUES WITH (MODULUS 2, REMAINDER 0);
            CREATE TABLE {table}_1 PARTITION OF {table} FOR VALUES WITH (MODULUS 2, REMAINDER 1);
            INSERT INTO {table} SELECT * FROM old_{table};
            ALTER SEQUENCE {table}_id_seq OWNED BY {table}.id;
            DROP TABLE old_{table}""")
    cut.cut()
    for user in (cut.one, cut.two, *range(1, 12)):
        cut.db.execute(
            "UPDATE ai_analytics SET strengths = '{now}', generated_at = '2026-05-05'"
            " WHERE user_id = %s",
            [user],
        )
    assert cut.section(50_001)["strengths"] == ["now"]
    cut.db.execute("UPDATE ai_analytics SET user_id = %s WHERE user_id = %s", [cut.two, cut.one])
    assert cut.section(50_001)["strengths"] == []
    cut.db.execute("UPDATE subject_mastery SET difficulty_level = 5 WHERE subject = 'algebra'")
    assert cut.difficulty(50_001) == 5
    assert cut.verified()
    cut.push_back()
    cut.bring_back()
    assert cut.db.execute(
        "SELECT DISTINCT t.difficulty_level FROM subject_mastery AS t JOIN users AS u"
        " ON u.id = t.user_id WHERE t.subject = 'algebra'"
    ).fetchall() == [(5,)]
