"""The little school of docs/migrating.md: five learners of the older application."""

from random import Random

import psycopg

from tests.legacy.drafts import (
    Draft,
    Learner,
    add_analysis,
    add_concept,
    add_session,
    add_subject,
    ordinary_document,
    ordinary_user,
)
from tests.legacy.schema import TABLES, JsonText, Legacy, advance_ids, copy_rows, create

LEGACY = Legacy(document="json")
LEARNERS = 5
UNREADABLE = 4
ORPHAN = 999


def learner(number: int) -> Learner:
    """One of the learners: nothing odd but what the page shows."""
    rng = Random(number)
    draft = Draft(number, LEGACY, "school", rng, document=ordinary_document(rng))
    draft.user = ordinary_user(draft)
    add_session(draft, "algebra")
    if number == 1:
        add_subject(draft, "algebra", 4)
        add_subject(draft, "fractions", 1, downgraded=True)
        draft.add("user_progress", category="addition", level=3, score=420, completed_questions=60)
        add_analysis(draft)
    elif number == 2:
        add_concept(draft)
    elif number == UNREADABLE:
        draft.document["note"] = "a\x00b"
    return draft.finished(frozenset())


def build(connection: psycopg.Connection) -> None:
    """Make the older tables and fill them."""
    create(connection, LEGACY)
    learners = [learner(number) for number in range(1, LEARNERS + 1)]
    users = [
        LEGACY.stored("users", one.user) | {"hidden_grade_asset": JsonText(one.document)}
        for one in learners
    ]
    copy_rows(connection, LEGACY, "users", users)
    for table in TABLES:
        rows = [LEGACY.stored(table, row) for one in learners for row in one.rows[table]]
        if table == "concept_mastery":
            gone = dict(rows[0], id=ORPHAN, user_id=ORPHAN)
            rows.append(gone)
        copy_rows(connection, LEGACY, table, rows)
    advance_ids(connection, LEGACY)
