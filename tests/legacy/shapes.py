"""Learners of the replaced schema, in every shape that occurs, reproducible from a seed.

A shape is a function that gives a draft what its name says; each learner knows its shapes.
"""

import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from random import Random

import psycopg

from . import document_shapes, table_shapes  # noqa: F401 (they fill the list of shapes)
from .drafts import (
    Declined,
    Draft,
    Learner,
    add_analysis,
    add_concept,
    add_session,
    add_subject,
    ordinary_document,
    ordinary_rows,
    ordinary_user,
)
from .schema import TABLES, JsonText, Legacy, advance_ids, copy_rows
from .shape import SHAPES

# Orphans have ids that no learner's rows reach; a chunk of learners is in memory at a time.
ORPHAN_IDS = 2_000_000_000
CHUNK = 1000


def shapes_that_fit(legacy: Legacy) -> list[str]:
    """The shapes that a schema can hold."""
    return [
        name
        for name, shape in SHAPES.items()
        if not (shape.json_only and legacy.document != "json")
        and not (shape.of_document and legacy.document is None)
        and not (
            name == "user_ids_written_otherwise"
            and (legacy.user_id != "text" or legacy.users_id == "text")
        )
    ]


def chosen(rng: Random, number: int, names: list[str]) -> list[str]:
    """The shapes of a learner: the first learners have one each in turn, then any mixture."""
    if number <= len(names):
        return [names[number - 1]]
    some = rng.sample(names, rng.choice([0, 1, 2, 2, 3, 4, 6]))
    whole = [name for name in some if SHAPES[name].whole]
    # One shape may decide about the whole document, and then no other about parts of it.
    return [
        name for name in names
        if name in some and (not whole or name == whole[0] or not SHAPES[name].of_document)
    ]  # fmt: skip


def learner(number: int, seed: object = 0, legacy: Legacy | None = None) -> Learner:
    """The learner of a number, from 1, alone."""
    legacy = legacy or Legacy()
    rng = Random(f"{seed}/{number}")
    draft = Draft(number, legacy, seed, rng, document=ordinary_document(rng))
    draft.user = ordinary_user(draft)
    ordinary_rows(draft)
    given = set()
    for name in chosen(rng, number, shapes_that_fit(legacy)):
        try:
            SHAPES[name].give(draft)
        except Declined:
            continue
        given.add(name)
    if legacy.document is None:
        draft.document = None
    return draft.finished(frozenset(given))


def learners(count: int, seed: object = 0, legacy: Legacy | None = None) -> Iterator[Learner]:
    """Learners 1 to count."""
    return (learner(number, seed, legacy) for number in range(1, count + 1))


def orphans(legacy: Legacy, of_each_table: int = 3) -> list[tuple[str, dict]]:
    """Rows, by table, of learners that are gone, of nobody, and of what is no id."""
    strangers: list[object] = [legacy.reference(-n) for n in range(1, of_each_table + 1)]
    strangers.append(None)
    if (legacy.user_id or legacy.users_id) == "text":
        strangers += ["nobody", ""]
    result = []
    for table in TABLES:
        draft = Draft(0, legacy, 0, Random(table))
        for n, stranger in enumerate(strangers):
            row = ROW_OF.get(table, _bare_row)(draft, table)
            row |= {"id": ORPHAN_IDS + n, "user_id": stranger}
            result.append((table, row))
    return result


def _bare_row(draft: Draft, table: str) -> dict:
    return draft.add(table)


ROW_OF: dict[str, Callable[[Draft, str], dict]] = {
    "concept_mastery": lambda draft, _: add_concept(draft),
    "subject_mastery": lambda draft, _: add_subject(draft, "algebra", 4),
    "ai_analytics": lambda draft, _: add_analysis(draft),
    "module_history": lambda draft, _: add_session(draft, "algebra"),
}


def load(
    connection: psycopg.Connection, count: int, seed: object = 0, legacy: Legacy | None = None
) -> Counter[str]:
    """Fills a schema that create() made with learners and orphans; how many have each shape.

    The learners are not kept: learner(number, seed, legacy) gives each of them again.
    """
    legacy = legacy or Legacy()
    shapes: Counter[str] = Counter()
    everybody = learners(count, seed, legacy)
    while some := list(itertools.islice(everybody, CHUNK)):
        shapes.update(name for one in some for name in one.shapes)
        copy_rows(connection, legacy, "users", (user_row(one, legacy) for one in some))
        for table in TABLES:
            rows = (legacy.stored(table, row) for one in some for row in one.rows[table])
            if legacy.has(table):
                copy_rows(connection, legacy, table, rows)
    for table, row in orphans(legacy):
        if legacy.has(table):
            copy_rows(connection, legacy, table, [legacy.stored(table, row)])
    advance_ids(connection, legacy)
    return shapes


def user_row(one: Learner, legacy: Legacy) -> dict:
    """A row of users, the document in it."""
    document = None if one.document is None else JsonText(one.document)
    return legacy.stored("users", one.user | {"hidden_grade_asset": document})
