"""What comes closest to shards on one server: users and every table of learners in hash partitions.

A statement that on Citus would go to one shard touches one partition here.
"""

import psycopg
from psycopg import sql

from tests.support.database import ROOT, migrate
from tools.loader import Source, execute_source
from tools.session import use_schema

from .support import DISTRIBUTED

PARTS = 4
# Tests of the API that look at how a table itself is stored, by its pages or statistics.
OF_WHOLE_TABLES = {
    "test_each_document_is_written_once",
    "test_it_counts",
    "test_every_trigger_of_the_installation_is_watched",
    "test_large_table_is_estimated",
    "test_a_sequence_behind_its_table_is_warned_of",
    "test_a_sequence_behind_a_row_in_the_midst_of_the_table_is_warned_of",
}


def split(dsn: str, parts: int = PARTS) -> None:
    """Make an installation without learners one of partitioned tables."""
    with psycopg.connect(dsn) as connection:
        use_schema(connection, "public")
        name = "sql/uninstall.sql"
        execute_source(connection, Source(name, (ROOT / name).read_text("utf-8")))
        for table in sorted(DISTRIBUTED):
            partition(connection, table, "id" if table == "users" else "user_id", parts)
    migrate(dsn)


def partition(connection: psycopg.Connection, table: str, key: str, parts: int) -> None:
    """The same table once more, empty, in partitions, in the first one's place."""
    names = {"table": sql.Identifier(table), "key": sql.Identifier(key)}
    connection.execute(
        sql.SQL(
            "CREATE TABLE hg_split (LIKE {table} INCLUDING ALL) PARTITION BY HASH ({key})"
        ).format(**names)
    )
    for number in range(parts):
        connection.execute(
            sql.SQL(
                "CREATE TABLE {part} PARTITION OF hg_split "
                "FOR VALUES WITH (MODULUS {parts}, REMAINDER {number})"
            ).format(
                part=sql.Identifier(f"{table}_{number}"),
                parts=sql.Literal(parts),
                number=sql.Literal(number),
            )
        )
    connection.execute(sql.SQL("DROP TABLE {table}").format(**names))
    connection.execute(sql.SQL("ALTER TABLE hg_split RENAME TO {table}").format(**names))


COUNTS = """
SELECT p.parentrelid::regclass::text, right(s.relname, 1)::integer,
    s.seq_scan + coalesce(s.idx_scan, 0) + s.n_tup_ins + s.n_tup_upd + s.n_tup_del
FROM pg_stat_xact_user_tables AS s
CROSS JOIN unnest(%s::text[]) AS t (name)
CROSS JOIN LATERAL pg_partition_tree(t.name::regclass) AS p
WHERE p.relid = s.relid AND p.isleaf
"""


class Touched:
    """The partitions that the session reads or writes in a block, by table."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection
        self.parts: dict[str, set[int]] = {}

    def counts(self) -> dict[tuple[str, int], int]:
        rows = self.connection.execute(COUNTS, [sorted(DISTRIBUTED)])
        return {(table, number): count for table, number, count in rows}

    def __enter__(self) -> "Touched":
        self._before = self.counts()
        return self

    def __exit__(self, *_: object) -> None:
        for (table, number), count in self.counts().items():
            if count != self._before.get((table, number), 0):
                self.parts.setdefault(table, set()).add(number)


def shard_of(connection: psycopg.Connection, learner: object) -> int:
    """The partition that holds a learner."""
    name = connection.execute(
        "SELECT right(u.tableoid::regclass::text, 1) FROM users AS u WHERE u.id = %s", [learner]
    ).fetchone()[0]
    return int(name)
