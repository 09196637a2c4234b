"""The schema the product replaces, in an empty database, whole or with parts missing."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

import psycopg
from psycopg import sql

# Types as found; what follows a type in the first table is its constraint or default.
USERS = {
    "id": "",
    "username": "text NOT NULL UNIQUE",
    "password": "text",
    "email": "text",
    "is_admin": "boolean DEFAULT false",
    "grade": "text",
    "last_grade_advancement": "timestamp",
    "tokens": "integer DEFAULT 0",
    "streak_days": "integer DEFAULT 0",
    "last_active": "timestamp DEFAULT now()",
    "display_name": "text",
    "initials": "text",
    "student_id": "text",
    "daily_tokens_earned": "integer DEFAULT 0",
    "questions_answered": "integer DEFAULT 0",
    "correct_answers": "integer DEFAULT 0",
    "daily_engagement_minutes": "integer DEFAULT 0",
    "avatar_items": "json",
    "last_daily_challenge": "text",
    "daily_challenge_streak": "integer",
    "completed_challenges": "text[]",
    "story_progress": "json",
    "fastest_category": "text",
    "highest_score_category": "text",
    "learning_style": "text",
    "strength_concepts": "text[]",
    "weakness_concepts": "text[]",
    "interests": "text[]",
    "reset_password_token": "text",
    "reset_password_expires": "timestamp",
    "preferred_difficulty": "integer DEFAULT 1",
    "hidden_grade_asset": "",
}
KEY = {"id": "serial PRIMARY KEY", "user_id": ""}
ATTEMPTS = {"total_attempts": "integer", "correct_attempts": "integer"}

# The five tables that go.
REPLACED = {
    "concept_mastery": KEY | {"concept": "text", "grade": "text"} | ATTEMPTS | {
        "last_practiced": "timestamp", "mastery_level": "integer", "needs_review": "boolean",
    },
    "subject_mastery": KEY | {"subject": "text", "grade": "text"} | ATTEMPTS | {
        "last_practiced": "timestamp", "mastery_level": "integer", "is_unlocked": "boolean",
        "next_grade_unlocked": "boolean", "downgraded": "boolean", "difficulty_level": "integer",
        "upgrade_eligible": "boolean", "downgrade_eligible": "boolean",
        "recent_30_attempts": "integer", "recent_30_correct": "integer",
        "recent_20_attempts": "integer", "recent_20_correct": "integer",
    },
    "subject_difficulty_history": KEY | {
        "subject": "text", "grade": "text", "is_correct": "boolean", "timestamp": "timestamp",
        "difficulty_level": "integer", "question_id": "integer",
    },
    "user_progress": KEY | {
        "category": "text", "level": "integer", "score": "integer",
        "completed_questions": "integer",
    },
    "ai_analytics": KEY | {
        "analysis_date": "timestamp", "learning_patterns": "json", "recommendations": "text",
        "strengths": "text[]", "areas_for_improvement": "text[]", "engagement_analysis": "json",
        "suggested_activities": "text[]", "learning_style": "text", "strength_concepts": "text[]",
        "weakness_concepts": "text[]", "recommended_activities": "text[]",
        "generated_at": "timestamp",
    },
}  # fmt: skip

# What the owner keeps.
KEPT = {
    "module_history": KEY | {
        "module_name": "text", "run_type": "text", "final_score": "integer",
        "questions_total": "integer", "questions_correct": "integer",
        "time_spent_seconds": "integer", "completed_at": "timestamp",
        "difficulty_level": "integer", "grade_level": "text", "tokens_earned": "integer",
    },
    "leaderboard": KEY | {"score": "integer", "updated_at": "timestamp"},
    "recommendations": KEY | {
        "module_name": "text", "reason": "text", "created_at": "timestamp",
    },
}  # fmt: skip
TABLES = REPLACED | KEPT

ID_TYPES = {
    "integer": "serial PRIMARY KEY",
    "bigint": "bigserial PRIMARY KEY",
    "uuid": "uuid PRIMARY KEY DEFAULT gen_random_uuid()",
    "text": "text PRIMARY KEY",
}


@dataclass(frozen=True)
class Legacy:
    """Which of the schemas that occur.

    users_id, user_id: the types of users.id and of user_id in the tables (None: the same).
    document: the type of hidden_grade_asset, None where there is no such column.
    without: tables, and columns as "table.column", that are missing.
    backups: tables that were dropped and live on as <table>_backup.
    types: other types of columns, by "table.column".
    """

    users_id: str = "integer"
    user_id: str | None = None
    document: str | None = "json"
    without: frozenset[str] = frozenset()
    backups: frozenset[str] = frozenset()
    types: dict[str, str] = field(default_factory=dict, hash=False)

    def has(self, table: str) -> bool:
        return table not in self.without

    def stored_name(self, table: str) -> str:
        """The name under which the table is found."""
        return f"{table}_backup" if table in self.backups else table

    def columns(self, table: str) -> dict[str, str]:
        """The columns of a table that are there, with their types."""
        columns = dict(USERS if table == "users" else TABLES[table])
        if table == "users":
            columns["id"] = ID_TYPES[self.users_id]
            columns["hidden_grade_asset"] = self.document
            if self.document is None:
                del columns["hidden_grade_asset"]
        else:
            columns["user_id"] = self.user_id or self.users_id
        for name in columns:
            columns[name] = self.types.get(f"{table}.{name}", columns[name])
        return {
            name: kind for name, kind in columns.items() if f"{table}.{name}" not in self.without
        }

    def key(self, number: int) -> int | str:
        """The users.id of a learner, as JSON has it."""
        match self.users_id:
            case "bigint":
                return number + 2**33
            case "uuid":
                return str(UUID(int=number + 2**100))
            case "text":
                return f"learner {number}"
        return number

    def reference(self, number: int) -> int | str:
        """The user_id that stands for a learner in the tables, as JSON has it."""
        key = self.key(number)
        return str(key) if (self.user_id or self.users_id) == "text" else key

    def stored(self, table: str, row: dict) -> dict:
        """A row as the table holds it and to_jsonb shows it: no more columns, and their types."""
        return {
            name: as_text(row.get(name)) if kind.split()[0] == "text" else row.get(name)
            for name, kind in self.columns(table).items()
        }


def as_text(value: object) -> str | None:
    """A value in a column of type text."""
    if isinstance(value, bool):
        return str(value).lower()
    return value if value is None else str(value)


def create(connection: psycopg.Connection, legacy: Legacy | None = None) -> None:
    """Creates users and the tables."""
    legacy = legacy or Legacy()
    for table in ("users", *TABLES):
        if legacy.has(table):
            columns = ", ".join(f"{name} {kind}" for name, kind in legacy.columns(table).items())
            connection.execute(f"CREATE TABLE {legacy.stored_name(table)} ({columns})")


class JsonText(str):
    """JSON written already."""


def _copied(value: object, kind: str) -> object:
    """A value as COPY takes it; JSON in ASCII, so that it may hold what jsonb cannot."""
    if kind in ("json", "jsonb") and value is not None and not isinstance(value, JsonText):
        return json.dumps(value)
    return value


def copy_rows(
    connection: psycopg.Connection, legacy: Legacy, table: str, rows: Iterable[dict]
) -> None:
    """Fills a table with rows that Legacy.stored() gave."""
    columns = legacy.columns(table)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(legacy.stored_name(table)), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([_copied(row[name], kind) for name, kind in columns.items()])


def advance_ids(connection: psycopg.Connection, legacy: Legacy) -> None:
    """Moves the sequences of the ids past the rows."""
    for table in ("users", *TABLES):
        if legacy.has(table) and "serial" in legacy.columns(table).get("id", ""):
            name = legacy.stored_name(table)
            connection.execute(
                f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), max(t.id)) FROM {name} AS t"
            )


def stored_rows(connection: psycopg.Connection, legacy: Legacy, table: str) -> Iterator[dict]:
    """The rows of a table as to_json shows them, by id where there is one."""
    order = "t.id" if "id" in legacy.columns(table) else "t.ctid"
    for (text,) in connection.execute(
        f"SELECT to_json(t)::text FROM {legacy.stored_name(table)} AS t ORDER BY {order}"
    ):
        yield json.loads(text)
