"""Learners for the tests of reading: documents written directly, ledger rows, real sessions."""

from typing import Any
from uuid import uuid4

import psycopg
from psycopg.types.json import Jsonb

from tests.support.database import new_learner
from tests.support.users import NOBODY

__all__ = [
    "NOBODY",
    "change_block",
    "change_document",
    "change_stats",
    "new_learner",
    "remember_activity",
    "session",
    "stored",
    "value",
]


def value(connection: psycopg.Connection, query: str, *arguments: object) -> Any:
    """The one value of a query."""
    return connection.execute(query, arguments).fetchone()[0]


def stored(connection: psycopg.Connection, learner: Any) -> dict:
    """The document as it is stored."""
    return value(connection, "SELECT hidden_grade_asset FROM users WHERE id = %s", learner)


def change_document(
    connection: psycopg.Connection, learner: Any, path: list[str], new: object
) -> None:
    """A direct write of one place of the document."""
    connection.execute(
        "UPDATE users SET hidden_grade_asset = jsonb_set(hidden_grade_asset, %s, %s) WHERE id = %s",
        [path, Jsonb(new), learner],
    )


def change_stats(connection: psycopg.Connection, learner: Any, **changes: object) -> None:
    """A direct write of keys of global_stats."""
    changed = stored(connection, learner)["global_stats"] | changes
    change_document(connection, learner, ["global_stats"], changed)


def change_block(
    connection: psycopg.Connection,
    learner: Any,
    module: str,
    grade_level: int | None = None,
    **progress: object,
) -> None:
    """A direct write of keys of a module's progress, and of its grade."""
    block = stored(connection, learner)["modules"][module]
    block["progress"] |= progress
    if grade_level is not None:
        block["grade_level"] = grade_level
    change_document(connection, learner, ["modules", module], block)


def session(connection: psycopg.Connection, learner: Any, module: str, **arguments: Any) -> dict:
    """A session through the API; its receipt."""
    given = {"p_questions": 6, "p_correct": 6} | {f"p_{k}": v for k, v in arguments.items()}
    if isinstance(given.get("p_details"), dict):
        given["p_details"] = Jsonb(given["p_details"])
    names = ", ".join(f"{name} => %({name})s" for name in given)
    return connection.execute(
        f"SELECT hg_record_activity(%(user)s, %(id)s, %(module)s, {names})",
        given | {"user": learner, "id": uuid4(), "module": module},
    ).fetchone()[0]


def remember_activity(
    connection: psycopg.Connection,
    learner: Any,
    day: str,
    streak: str = "extended",
    too_late: bool = False,
) -> None:
    """A row of the ledger alone, on a day of any year: what a calendar of the past is made of."""
    connection.execute(
        """
        INSERT INTO hg_ledger (
            user_id, id, kind, occurred_at, recorded_at, rules_version, module, run_type,
            questions, correct, local_day, streak, late, too_late
        )
        SELECT %(user)s, gen_random_uuid(), 'activity', %(day)s::timestamp AT TIME ZONE 'UTC',
            now(), i.rules_version, 'algebra', 'token_run', 5, 5, %(day)s, %(streak)s, false,
            %(too_late)s
        FROM hg_installation AS i
        """,
        {"user": learner, "day": day, "streak": streak, "too_late": too_late},
    )
