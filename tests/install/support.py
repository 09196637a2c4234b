"""Installing without settling, and settling step by step."""

from collections.abc import Iterator
from pathlib import Path

import psycopg

from tests.support.database import ROOT, Database
from tools import migrate as installer
from tools.loader import Project, execute_source
from tools.loader import Source as File

# What users looked like before: the types that occur, and what each id is made of.
ID_TYPES = {
    "integer": "i",
    "bigint": "i * 10000000000",
    "uuid": "gen_random_uuid()",
    "text": "'learner ' || i",
}


def old_users(
    connection: psycopg.Connection, rows: int, id_type: str = "integer", columns: str = ""
) -> None:
    """An application's table users with rows; columns are written as in CREATE TABLE."""
    connection.execute(
        f"CREATE TABLE users (id {id_type} PRIMARY KEY, username text NOT NULL, grade text, "
        f"note integer NOT NULL DEFAULT 0{columns})"
    )
    connection.execute(
        f"INSERT INTO users (id, username, grade) SELECT {ID_TYPES[id_type]}, 'user ' || i, "
        f"(ARRAY['K', '3', '7', NULL])[i %% 4 + 1] FROM generate_series(1, %s) AS i",
        [rows],
    )


def install(database: Database, settle: bool = True, root: Path = ROOT) -> psycopg.Connection:
    """Install as make migrate does, its last part only if asked for; a session in its schema."""
    stages = installer.settle
    if not settle:
        installer.settle = lambda connection: None
    try:
        installer.up(database.dsn, Project(root))
    finally:
        installer.settle = stages
    return session(database)


def session(database: Database, lock_timeout: str = "10s") -> psycopg.Connection:
    return database.connect(options=f"-c search_path=public,pg_temp -c lock_timeout={lock_timeout}")


def step(connection: psycopg.Connection) -> tuple[str, int, bool]:
    rows = connection.execute(
        "SELECT s.step, s.rows_done, s.more FROM hg__settle() AS s"
    ).fetchall()
    assert len(rows) == 1
    return rows[0]


def steps(connection: psycopg.Connection) -> Iterator[tuple[str, int]]:
    """Step by step until nothing is left, each its own transaction."""
    more = True
    while more:
        name, rows, more = step(connection)
        yield name, rows


def settle(connection: psycopg.Connection) -> list[str]:
    """All steps; each name once, in order."""
    return list(dict.fromkeys(name for name, _ in steps(connection)))


def uninstall(connection: psycopg.Connection) -> None:
    path = ROOT / "sql" / "uninstall.sql"
    with connection.transaction():
        execute_source(connection, File(path.name, path.read_text("utf-8")))


def table_of_users(connection: psycopg.Connection) -> list[tuple]:
    """Everything about the table: its rows, where each stands and who wrote it, its definition."""
    rows = connection.execute(
        "SELECT u.ctid::text, u.xmin::text, row_to_json(u)::text FROM users AS u ORDER BY u.ctid"
    ).fetchall()
    definition = connection.execute(
        """
        SELECT 'relation', c.relfilenode::text, c.reloptions::text, c.relacl::text
        FROM pg_class AS c WHERE c.oid = 'users'::regclass
        UNION ALL
        SELECT 'column', a.attname::text, format_type(a.atttypid, a.atttypmod),
            concat_ws(' ', a.attnotnull, a.attcompression, a.attstorage, a.attnum)
        FROM pg_attribute AS a WHERE a.attrelid = 'users'::regclass AND a.attnum > 0
        UNION ALL
        SELECT 'constraint', c.conname::text, pg_get_constraintdef(c.oid), NULL
        FROM pg_constraint AS c WHERE c.conrelid = 'users'::regclass
        UNION ALL
        SELECT 'trigger', t.tgname::text, pg_get_triggerdef(t.oid), t.tgenabled::text
        FROM pg_trigger AS t WHERE t.tgrelid = 'users'::regclass
        ORDER BY 1, 2
        """
    ).fetchall()
    return [*rows, *definition]


def state(connection: psycopg.Connection) -> tuple[str | None, bool, bool]:
    return connection.execute(
        "SELECT i.state, i.live, i.settled FROM hg_installation AS i"
    ).fetchone()


def assert_settled(connection: psycopg.Connection) -> None:
    """Every learner has the skeleton of the grade and one checkpoint that gives it; nothing else
    is left over."""
    assert state(connection) == ("none", True, True)
    wrong = connection.execute(
        """
        SELECT u.id FROM users AS u
        LEFT JOIN hg_ledger AS l ON l.user_id = u.id
        WHERE u.hidden_grade_asset IS DISTINCT FROM hg__skeleton(1, hg__grade_number(u.grade))
        OR (l.kind, l.occurred_at, l.rules_version) IS DISTINCT FROM
            ROW('skeleton'::hg_entry_kind, '-infinity'::timestamptz, 1)
        OR l.user_grade IS DISTINCT FROM hg__grade_number(u.grade) OR l.document IS NOT NULL
        """
    ).fetchall()
    assert wrong == []
    counts = connection.execute(
        "SELECT (SELECT count(*) FROM users) = (SELECT count(*) FROM hg_ledger), "
        "a.attnotnull, format_type(a.atttypid, a.atttypmod), "
        "(SELECT count(*) FROM pg_constraint AS c WHERE c.conrelid = a.attrelid "
        "AND c.contype = 'c'), (SELECT count(*) FROM pg_trigger AS t WHERE t.tgrelid = a.attrelid "
        "AND NOT t.tgisinternal) FROM pg_attribute AS a "
        "WHERE a.attrelid = 'users'::regclass AND a.attname = 'hidden_grade_asset'"
    ).fetchone()
    assert counts == (True, True, "jsonb", 0, 6)
