"""What going to several machines rests on: keys, types, and what a function about a learner reads.

Looked up in the catalog of an installation and in the text of its functions, so that a table, a key
or a statement that would not do is met when it is written, not when somebody distributes.
"""

import re

import psycopg
import pytest

from .support import (
    DISTRIBUTED,
    REFERENCE,
    TEXT,
    calls,
    code,
    delegated,
    distribute,
    reached,
    recorded_calls,
    stand_in,
    statements,
    tables_of,
)

# Functions about one learner that run where they are called, and why.
CALLED_WHERE_THEY_ARE = {
    "hg_cross_module": "reads hg_modules",
    "hg_erase_learner": "erases what the coordinator keeps, too, and leaves its tombstone there",
    "hg_export_learner": "tells what the coordinator keeps, too",
    "hg_fill_analytics_by_rules": "reads hg_settings",
    "hg_legacy_document": "moving in is over before",
    "hg_legacy_retry": "moving in is over before",
    "hg_legacy_verify": "moving in is over before",
    "hg_percentile": "reads what the refresh keeps, of all learners",
    "hg_rebuild": "tells the leaderboard, which is kept in one place",
    "hg_report": "reads hg_modules",
    "hg_request_ai_analytics": "reads hg_settings; the queue is for one machine",
    "hg_verify": "of one learner, or of all",
}
# What a delegated function can come to call, but never on a node: without a learner, or with
# analyses switched on, which a distributed installation refuses.
NEVER_ON_A_NODE = frozenset({"hg__publish_rules", "hg__ai_note"})


@pytest.fixture
def distributed(db: psycopg.Connection) -> psycopg.Connection:
    stand_in(db)
    distribute(db)
    return db


def keyed_tables(db: psycopg.Connection) -> dict[str, str]:
    """The tables of ours with a column user_id, and its type."""
    rows = db.execute(
        "SELECT c.relname, format_type(a.atttypid, a.atttypmod) FROM pg_class AS c "
        "INNER JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'user_id' "
        "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') "
        "AND c.relname LIKE 'hg\\_%' ORDER BY 1"
    )
    return dict(rows.fetchall())


def unique_keys(db: psycopg.Connection, table: str) -> list[list[str]]:
    rows = db.execute(
        "SELECT array_agg(a.attname::text ORDER BY k.place) FROM pg_index AS i "
        "CROSS JOIN unnest(i.indkey::smallint[]) WITH ORDINALITY AS k (attnum, place) "
        "INNER JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.attnum "
        "WHERE i.indrelid = %s::regclass AND (i.indisunique OR i.indisexclusion) "
        "AND k.place <= i.indnkeyatts GROUP BY i.indexrelid",
        [table],
    )
    return [row[0] for row in rows]


@pytest.mark.parametrize("table", sorted(DISTRIBUTED))
def test_every_unique_key_of_a_learners_table_begins_with_the_learner(
    db: psycopg.Connection, table: str
) -> None:
    keys = unique_keys(db, table)
    assert keys, f"{table} has no key"
    assert {key[0] for key in keys} == {"id" if table == "users" else "user_id"}


def test_the_learners_id_has_one_type(db: psycopg.Connection) -> None:
    (of_users,) = db.execute(
        "SELECT format_type(a.atttypid, a.atttypmod) FROM pg_attribute AS a "
        "WHERE a.attrelid = 'users'::regclass AND a.attname = 'id'"
    ).fetchone()
    # An orphan's may be no id at all, so the archive of the move, which stays at home, has texts.
    others = {table: kind for table, kind in keyed_tables(db).items() if kind != of_users}
    assert others == ({} if of_users == "text" else {"hg_legacy_archive": "text"})


def test_a_table_with_learners_is_distributed_or_said_not_to_be(
    db: psycopg.Connection,
) -> None:
    """Those that stay on the coordinator are of the move and of the leaderboard."""
    staying = keyed_tables(db).keys() - DISTRIBUTED
    assert {name for name in staying if not re.match("hg_(legacy|standings)", name)} == set()


def test_there_is_no_foreign_key(db: psycopg.Connection) -> None:
    rows = db.execute("SELECT c.conname FROM pg_constraint AS c WHERE c.contype = 'f'")
    assert rows.fetchall() == []


def test_every_function_about_a_learner_is_delegated_or_has_a_reason(
    distributed: psycopg.Connection,
) -> None:
    rows = distributed.execute(
        "SELECT DISTINCT p.proname FROM pg_proc AS p "
        "WHERE p.pronamespace = 'public'::regnamespace AND p.proname ~ '^hg_[a-z]' "
        "AND 'p_user_id' = ANY (p.proargnames)"
    )
    about_a_learner = {row[0] for row in rows}
    there = delegated(distributed)
    assert there <= about_a_learner
    assert about_a_learner - there == CALLED_WHERE_THEY_ARE.keys() & about_a_learner
    assert not there & CALLED_WHERE_THEY_ARE.keys()


def test_only_the_catalog_keeps_triggers(distributed: psycopg.Connection) -> None:
    rows = distributed.execute(
        "SELECT DISTINCT t.tgrelid::regclass::text FROM pg_trigger AS t WHERE NOT t.tgisinternal"
    )
    assert {row[0] for row in rows} == {"hg_modules", "hg_settings"}


def on_the_nodes(db: psycopg.Connection) -> set[str]:
    """All that can be called on a node: the delegated functions and what they call."""
    found: set[str] = set()
    for name in delegated(db):
        found |= reached(name, but=NEVER_ON_A_NODE)
    return found


def test_what_runs_on_a_node_is_there(distributed: psycopg.Connection) -> None:
    made = {
        argument.partition("(")[0]
        for argument, _, _ in recorded_calls(distributed, "create_distributed_function")
    }
    assert on_the_nodes(distributed) - made == set()


def test_what_runs_on_a_node_reads_what_is_there(distributed: psycopg.Connection) -> None:
    wrong = {
        (name, table)
        for name in on_the_nodes(distributed)
        for table in tables_of(code()[name]) - DISTRIBUTED - REFERENCE
    }
    assert wrong == set()


def test_what_runs_on_a_node_declares_nothing_of_other_tables(
    distributed: psycopg.Connection,
) -> None:
    """A variable of a row's type needs the table, too."""
    known = DISTRIBUTED | REFERENCE
    tables = {
        row[0]
        for row in distributed.execute(
            "SELECT c.relname FROM pg_class AS c WHERE c.relnamespace = 'public'::regnamespace "
            "AND c.relkind IN ('r', 'p', 'v') AND c.relname LIKE 'hg\\_%'"
        )
    } - known
    wrong = set()
    for name in on_the_nodes(distributed):
        text = TEXT.sub("''", code()[name])
        wrong |= {(name, table) for table in tables if re.search(rf"\b{table}\b", text)}
    assert wrong == set()


def reads_learners(name: str) -> bool:
    return any(tables_of(code()[one]) & DISTRIBUTED for one in reached(name))


def shard_problems(name: str) -> set[tuple[str, str]]:
    """What a shard could not run: it has no way to other shards, and rows of a type of its own."""
    found = set()
    for statement in statements(name):
        if tables_of(statement) & DISTRIBUTED:
            found |= {(name, call) for call in calls(name, statement) if reads_learners(call)}
        for table, alias in re.findall(r"\b(?:FROM|JOIN)\s+(\w+)\s+AS\s+(\w+)", statement):
            whole = rf"\bhg__\w+\s*\((?:[^()]*,\s*)?{alias}\s*[,)]"
            if table in DISTRIBUTED | REFERENCE and re.search(whole, statement):
                found.add((name, "whole row"))
    return found


def test_a_statement_about_a_learner_calls_nothing_that_asks_again(
    distributed: psycopg.Connection,
) -> None:
    found = set().union(*(shard_problems(name) for name in on_the_nodes(distributed)))
    assert found == set()


def test_a_statement_that_a_shard_could_not_run_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    text = (
        "CREATE FUNCTION hg__bad() AS $x$ BEGIN SELECT l.id FROM hg_ledger AS l "
        "WHERE l.id <> ALL (hg__reversed(p)) AND hg__repeats(l, p); END $x$"
    )
    monkeypatch.setitem(code(), "hg__bad", text)
    assert shard_problems("hg__bad") == {("hg__bad", "hg__reversed"), ("hg__bad", "whole row")}


def test_a_lock_is_of_one_learner(distributed: psycopg.Connection) -> None:
    """FOR UPDATE over several shards is refused."""
    locks = [
        (name, statement)
        for name in on_the_nodes(distributed)
        for statement in statements(name)
        if re.search(r"\bFOR (?:NO KEY )?UPDATE\b", statement)
        and tables_of(statement) & DISTRIBUTED
    ]
    assert len(locks) >= 2
    assert [name for name, text in locks if not re.search(r"u\.id = p_", text)] == []
