"""The legacy schema and its learners: every shape, the same from the same seed, stored as told."""

import json
from collections import Counter
from decimal import Decimal

import psycopg
import pytest

from . import expected
from .drafts import NOT_SHOWN, readable
from .reading import plain
from .schema import REPLACED, TABLES, Legacy, create, stored_rows
from .shapes import SHAPES, Learner, learner, learners, load, orphans, shapes_that_fit

VARIANTS = {
    "as_found": Legacy(),
    "jsonb": Legacy(document="jsonb"),
    "bigint": Legacy(users_id="bigint", document="jsonb"),
    "uuid": Legacy(users_id="uuid"),
    "text": Legacy(users_id="text"),
    "user_id_text": Legacy(user_id="text"),
    "user_id_bigint": Legacy(user_id="bigint"),
    "uuid_as_text": Legacy(users_id="uuid", user_id="text"),
    "no_document": Legacy(document=None),
    "backups": Legacy(backups=frozenset(REPLACED)),
    "parts_missing": Legacy(
        without=frozenset(
            ("user_progress", "module_history", "users.tokens", "users.grade", "ai_analytics.id",
             "users.last_active", "subject_mastery.last_practiced")
        )
    ),
    "other_types": Legacy(
        types={
            "users.tokens": "text", "users.streak_days": "bigint", "users.grade": "varchar(20)",
            "subject_mastery.difficulty_level": "text",
        }
    ),
}  # fmt: skip


def everybody(legacy: Legacy) -> list[Learner]:
    return list(learners(len(SHAPES) + 20, seed="shapes", legacy=legacy))


@pytest.fixture
def connection(empty_database) -> psycopg.Connection:
    return empty_database.connect()


def test_every_shape_occurs_among_the_first_learners():
    seen = set()
    for legacy in (Legacy(), Legacy(user_id="text")):
        for one in learners(len(SHAPES), legacy=legacy):
            seen |= one.shapes
    assert seen == SHAPES.keys()


def test_of_the_first_learners_each_has_one_shape_in_turn():
    names = shapes_that_fit(Legacy())
    for one in learners(len(names)):
        assert one.shapes == {names[one.number - 1]}


def test_later_learners_mix_them():
    counts = Counter(len(one.shapes) for one in learners(len(SHAPES) + 200))
    assert {0, 1, 2, 3, 4}.issubset(counts)


def test_the_same_seed_gives_the_same_learners_one_by_one():
    some = everybody(Legacy())
    assert [learner(one.number, "shapes", Legacy()) for one in reversed(some)] == some[::-1]
    assert everybody(Legacy()) == some
    assert [learner(one.number, "another") for one in some] != some


def test_some_documents_are_identical():
    texts = Counter(one.document for one in learners(4000) if "template_document" in one.shapes)
    assert len(texts) == 3 and min(texts.values()) > 1


def test_unreadable_documents_are_those_of_the_shapes_that_say_so():
    for one in everybody(Legacy()):
        if one.document is not None:
            unreadable = any(name.startswith("unreadable_") for name in one.shapes)
            assert expected.is_readable(one.document) != unreadable, one.shapes


@pytest.mark.parametrize("name", VARIANTS)
def test_what_is_loaded_is_what_the_learners_say(connection, name):
    legacy = VARIANTS[name]
    some = everybody(legacy)
    create(connection, legacy)
    counts = load(connection, len(some), "shapes", legacy)
    assert counts == Counter(shape for one in some for shape in one.shapes)
    check_tables(connection, legacy)
    users = {row["id"]: row for row in stored_rows(connection, legacy, "users")}
    tables = {
        table: list(stored_rows(connection, legacy, table))
        for table in (*REPLACED, "module_history")
        if legacy.has(table)
    }
    for one in some:
        told = one.source(legacy)
        shown = {k: v for k, v in users.pop(told["user"]["id"]).items() if k not in NOT_SHOWN}
        assert readable(shown) == told["user"]
        for table in tables:
            keys = {legacy.reference(one.number)} | {row["user_id"] for row in told[table]}
            rows = [readable(row) for row in tables[table] if row["user_id"] in keys]
            assert in_any_order(rows) == in_any_order(told[table])
    assert users == {}
    strays = Counter(table for table, _ in orphans(legacy))
    for table in tables:
        told = sum(len(one.source(legacy)[table]) for one in some)
        assert len(tables[table]) == told + strays[table]


def check_tables(connection: psycopg.Connection, legacy: Legacy) -> None:
    """Each table is there under its name, with its columns, or is missing."""
    columns = dict(
        connection.execute(
            "SELECT table_name, array_agg(column_name::text) FROM information_schema.columns"
            " WHERE table_schema = 'public' GROUP BY table_name"
        ).fetchall()
    )
    assert columns.keys() == {
        legacy.stored_name(table) for table in ("users", *TABLES) if legacy.has(table)
    }
    for table in ("users", *TABLES):
        if legacy.has(table):
            assert set(columns[legacy.stored_name(table)]) == legacy.columns(table).keys()


def in_any_order(rows: list[dict]) -> list[str]:
    return sorted(json.dumps(row, sort_keys=True) for row in rows)


@pytest.mark.parametrize("kind", ["json", "jsonb"])
def test_documents_are_stored_as_they_are(connection, kind):
    legacy = Legacy(document=kind)
    some = everybody(legacy)
    create(connection, legacy)
    load(connection, len(some), "shapes", legacy)
    rows = connection.execute("SELECT id, hidden_grade_asset::text FROM users").fetchall()
    stored = dict(rows)
    assert stored.keys() == {one.number for one in some}
    for one in some:
        if kind == "json" or one.document is None:
            assert stored[one.number] == one.document
        else:
            assert same(stored[one.number], one.document), one.shapes


def same(text: str, other: str) -> bool:
    """Whether two JSON texts say the same, however they write their numbers."""
    return plain(json.loads(text, parse_float=Decimal)) == plain(
        json.loads(other, parse_float=Decimal)
    )


def test_jsonb_refuses_exactly_what_the_oracle_calls_unreadable(connection):
    for one in everybody(Legacy()):
        if one.document is None:
            continue
        try:
            connection.execute("SELECT %s::jsonb IS NULL", [one.document])
            held = True
        except psycopg.DataError:
            held = False
        assert held == expected.is_readable(one.document), one.shapes


def test_new_rows_get_ids_of_their_own(connection):
    create(connection, Legacy())
    load(connection, 30)
    new = connection.execute(
        "INSERT INTO users (username) VALUES ('new') RETURNING id, tokens, hidden_grade_asset"
    ).fetchone()
    assert new == (31, 0, None)
    connection.execute("INSERT INTO concept_mastery (user_id) VALUES (31)")


def test_orphans_belong_to_nobody():
    for legacy in VARIANTS.values():
        keys = {legacy.reference(one.number) for one in learners(50, legacy=legacy)}
        strays = orphans(legacy)
        assert {table for table, _ in strays} == TABLES.keys()
        assert all(row["user_id"] not in keys for _, row in strays)
