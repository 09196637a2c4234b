"""A learner in a test: the API in short words, and what is stored after it."""

import copy
import json
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from tests.support.database import new_learner
from tests.support.users import in_order

UTC = ZoneInfo("UTC")
INT_MAX = 2147483647
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


def uid(number: int) -> UUID:
    """The id of a number: greater numbers have greater ids."""
    return UUID(int=number)


def instant(moment: datetime) -> str:
    """How a document writes an instant: UTC, cut to whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def run_query(connection: psycopg.Connection, query: str, function: str, **arguments: Any) -> Any:
    """A query of a function by its arguments' names; dicts go as jsonb."""
    named = sql.SQL(", ").join(
        sql.SQL("{} => %s").format(sql.Identifier(name)) for name in arguments
    )
    values = [Jsonb(value) if isinstance(value, dict) else value for value in arguments.values()]
    return connection.execute(
        sql.SQL(query).format(sql.SQL("{}({})").format(sql.Identifier(function), named)), values
    )


def call(connection: psycopg.Connection, function: str, **arguments: Any) -> Any:
    """What a function returns."""
    return run_query(connection, "SELECT {}", function, **arguments).fetchone()[0]


def rows(connection: psycopg.Connection, function: str, **arguments: Any) -> list[dict]:
    """What a function that returns a table returns."""
    found = run_query(connection, "SELECT to_jsonb(f) FROM {} AS f", function, **arguments)
    return [row for (row,) in found]


def bulk(connection: psycopg.Connection, items: Any, on_error: str = "abort") -> list[dict]:
    """hg_record_activities, its rows; see Learner.item."""
    return rows(connection, "hg_record_activities", p_activities=Jsonb(items), p_on_error=on_error)


def clock_changes(now: datetime, zone: str) -> list[datetime]:
    """The instants of the last year at which the zone's clocks changed, to the minute."""

    def offset(at: datetime) -> timedelta:
        return at.astimezone(ZoneInfo(zone)).utcoffset()

    start = now.replace(minute=0, second=0, microsecond=0)
    hours = [start - n * HOUR for n in range(24 * 360, 24, -1)]
    return [at for at in hours if offset(at) != offset(at - SECOND)]


def server_clock(connection: psycopg.Connection) -> datetime:
    """The server's clock, now."""
    return connection.execute("SELECT clock_timestamp()").fetchone()[0].astimezone(UTC)


def set_setting(connection: psycopg.Connection, name: str, value: Any) -> Any:
    """hg_set_setting with a Python value."""
    return call(connection, "hg_set_setting", p_name=name, p_value=Jsonb(value))


def change_module(connection: psycopg.Connection, module: str, **columns: Any) -> None:
    """An UPDATE of a catalog row."""
    sets = sql.SQL(", ").join(sql.SQL("{} = %s").format(sql.Identifier(name)) for name in columns)
    values = [Jsonb(value) if isinstance(value, dict) else value for value in columns.values()]
    connection.execute(
        sql.SQL("UPDATE hg_modules SET {} WHERE module = %s").format(sets), [*values, module]
    )


def add_module(connection: psycopg.Connection, module: str, **columns: Any) -> None:
    """A new catalog row: plain, any size, difficulty 3, unless columns say otherwise."""
    row = {
        "module": module, "start_difficulty": 3,
        "mastery_rule": {"accuracy": {"min_questions": 30, "percent": 80}}, **columns,
    }  # fmt: skip
    connection.execute(
        sql.SQL("INSERT INTO hg_modules ({}) VALUES ({})").format(
            sql.SQL(", ").join(map(sql.Identifier, row)),
            sql.SQL(", ").join([sql.Placeholder()] * len(row)),
        ),
        [Jsonb(value) if isinstance(value, dict) else value for value in row.values()],
    )


def changed(document: dict, changes: dict[str, Any]) -> dict:
    """A copy of a document with values changed by dotted path."""
    document = copy.deepcopy(document)
    for path, value in changes.items():
        *parents, key = path.split(".")
        section = document
        for parent in parents:
            section = section[parent]
        section[key] = value
    return document


def difference(before: Any, after: Any, path: str = "") -> set[str]:
    """The dotted paths at which two JSON values differ."""
    if isinstance(before, dict) and isinstance(after, dict):
        paths = set()
        for key in before.keys() | after.keys():
            here = f"{path}.{key}" if path else key
            if key not in before or key not in after:
                paths.add(here)
            else:
                paths |= difference(before[key], after[key], here)
        return paths
    return set() if json.dumps(before) == json.dumps(after) else {path}


class Learner:
    """One learner, by default the owner's connection to it; `clock` is when the test began."""

    def __init__(
        self, connection: psycopg.Connection, grade: str | None = None, document: dict | None = None
    ) -> None:
        self.start(connection)
        if document is None:
            self.id = new_learner(connection, grade)
        else:
            self.id = connection.execute(
                "INSERT INTO users (grade, hidden_grade_asset) VALUES (%s, %s)"
                " RETURNING to_jsonb(id)",
                [grade, Jsonb(document)],
            ).fetchone()[0]

    @classmethod
    def known(cls, connection: psycopg.Connection, id: Any) -> "Learner":
        """One who is there already."""
        learner = cls.__new__(cls)
        learner.id = id
        learner.start(connection)
        return learner

    def start(self, connection: psycopg.Connection) -> None:
        self.db = connection
        self.clock = server_clock(connection)
        self._ids = 10**9

    # ------------------------------------------------------------ when

    def ago(self, **units: float) -> datetime:
        """So long before the test began."""
        return self.clock - timedelta(**units)

    def noon(self, days: int) -> datetime:
        """12:00 UTC that many days before today, 1 or more, so that it is past."""
        return self.clock.replace(hour=12, minute=0, second=0, microsecond=0) - days * DAY

    # ------------------------------------------------------------ writing

    def call(self, function: str, **arguments: Any) -> Any:
        """A function about this learner."""
        return call(self.db, function, p_user_id=self.id, **arguments)

    def run(
        self, module: str, questions: int, correct: int, seconds: int | None = None, *,
        run_type: str = "token_run", at: datetime | None = None, id: UUID | None = None,
        **details: Any,
    ) -> dict:  # fmt: skip
        """A session; its receipt."""
        self._ids += 1
        return self.call(
            "hg_record_activity", p_activity_id=id or uid(self._ids), p_module=module,
            p_questions=questions, p_correct=correct, p_seconds=seconds, p_run_type=run_type,
            p_occurred_at=at, p_details=details,
        )  # fmt: skip

    def test(self, module: str, questions: int, correct: int, **others: Any) -> dict:
        """An assessment."""
        return self.run(module, questions, correct, run_type="test", **others)

    def practise(self, module: str, questions: int = 5, correct: int = 5, **others: Any) -> dict:
        """A practice."""
        return self.run(module, questions, correct, run_type="practice", **others)

    def days(self, *days_ago: int) -> list[dict]:
        """A word_race session at noon on each of these days; the receipts."""
        return [self.run("word_race", 1, 1, at=self.noon(n)) for n in days_ago]

    def item(
        self, module: str, questions: int, correct: int, seconds: int | None = None, *,
        run_type: str = "token_run", at: datetime | None = None, id: UUID | None = None,
        **details: Any,
    ) -> dict:  # fmt: skip
        """The session that `run` with these arguments would record, for `bulk`."""
        self._ids += 1
        return {
            "user_id": self.id, "activity_id": str(id or uid(self._ids)), "module": module,
            "questions": questions, "correct": correct, "seconds": seconds, "run_type": run_type,
            "occurred_at": at and at.isoformat(), "details": details,
        }  # fmt: skip

    def reverse(self, id: UUID, reason: str = "a mistake") -> dict:
        return self.call("hg_reverse_activity", p_activity_id=id, p_reason=reason)

    def grant(self, amount: int, id: UUID | None = None, reason: str = "a gift") -> dict:
        self._ids += 1
        return self.call(
            "hg_grant_tokens", p_grant_id=id or uid(self._ids), p_amount=amount, p_reason=reason
        )

    def spend(self, amount: int, id: UUID | None = None, reason: str = "a hat") -> dict:
        self._ids += 1
        return self.call(
            "hg_spend_tokens", p_spend_id=id or uid(self._ids), p_amount=amount, p_reason=reason
        )

    def set_zone(self, zone: str) -> dict:
        return self.call("hg_set_time_zone", p_time_zone=zone)

    def set_difficulty(self, module: str, difficulty: int) -> dict:
        return self.call("hg_set_preferred_difficulty", p_module=module, p_difficulty=difficulty)

    def set_mastery(self, module: str, value: bool | None, reason: str = "seen") -> dict:
        return self.call("hg_set_mastery", p_module=module, p_mastery=value, p_reason=reason)

    def reset(self, module: str, reason: str = "again") -> dict:
        return self.call("hg_reset_module", p_module=module, p_reason=reason)

    def pause(self, first: date, last: date) -> dict:
        return self.call("hg_set_pause", p_from=first, p_to=last)

    def write(self, **changes: Any) -> None:
        """A direct write of some paths, dots as two underscores."""
        paths = {name.replace("__", "."): value for name, value in changes.items()}
        self.write_document(changed(self.document, paths))

    def write_document(self, document: dict) -> None:
        self.db.execute(
            "UPDATE users SET hidden_grade_asset = %s WHERE id = %s", [Jsonb(document), self.id]
        )

    def tamper(self, document: Any) -> None:
        """What is stored, behind every trigger; as by a restore of half a dump."""
        with self.db.transaction():
            self.db.execute("SET LOCAL session_replication_role TO replica")
            self.write_document(document)
            self.db.execute("SET LOCAL session_replication_role TO origin")

    # ------------------------------------------------------------ what is stored

    @property
    def document(self) -> dict:
        return self.db.execute(
            "SELECT u.hidden_grade_asset FROM users AS u WHERE u.id = %s", [self.id]
        ).fetchone()[0]

    @property
    def stats(self) -> dict:
        return self.document["global_stats"]

    @property
    def cross(self) -> dict:
        return self.document["cross_module_analytics"]

    def block(self, module: str) -> dict:
        return self.document["modules"][module]

    def progress(self, module: str) -> dict:
        return self.block(module)["progress"]

    def entries(self, kind: str | None = None) -> list[dict]:
        """The ledger's rows of the learner in the order of recording."""
        rows = self.db.execute(
            "SELECT to_jsonb(l) FROM hg_ledger AS l"
            " WHERE l.user_id = %s AND coalesce(l.kind::text = %s, true) ORDER BY l.ledger_id",
            [self.id, kind],
        )
        return [row for (row,) in rows]

    def verify(self) -> list[tuple]:
        """Where hg_verify sees a difference: path, stored, expected."""
        found = rows(self.db, "hg_verify", p_user_id=self.id)
        assert all(row["user_id"] == self.id for row in found)
        return [(row["path"], row["stored"], row["expected"]) for row in found]

    def snapshots(self) -> list[dict]:
        """The snapshots of the learner in the order of their places."""
        found = self.db.execute(
            "SELECT to_jsonb(s) FROM hg_snapshots AS s WHERE s.user_id = %s"
            " ORDER BY s.occurred_at, s.id",
            [self.id],
        )
        return [row for (row,) in found]

    def folded(self) -> dict:
        """The document that the ledger gives."""
        return self.db.execute(
            "SELECT f.o_document FROM hg__fold_ledger(%s) AS f", [self.id]
        ).fetchone()[0]

    def assert_folds(self) -> None:
        """The document is the fold of its ledger, and its figures stay within their ranges."""
        stored = self.document
        assert difference(stored, self.folded()) == set()
        stats = stored["global_stats"]
        spendable = stats["total_tokens_earned"] - stats["total_tokens_spent"]
        assert stats["tokens"] == max(0, spendable)


def learners_in_order(
    connection: psycopg.Connection, count: int, grade: str | None = None
) -> list[Learner]:
    """Learners in the order of their ids, whatever that order is."""
    made = {learner.id: learner for learner in (Learner(connection, grade) for _ in range(count))}
    return [made[one] for one in in_order(connection, list(made))]
