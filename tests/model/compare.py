"""Plays a history through the database and through the model, and compares after every step."""

import dataclasses
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from . import operations as op
from .document import copied
from .product import ModelError, Product
from .strategies import NOBODY, THE_LEARNER, BadCall

REASON = "a test"

# The catalog's columns, by the model's names.
COLUMNS = {
    "active": "active", "size": "full_questions", "min_questions": "min_questions",
    "good_percent": "good_percent", "up": "up_after", "down": "down_after",
    "mastery": "mastery_rule", "policy": "mastery_policy",
    "up_questions": "difficulty_up_questions", "down_questions": "difficulty_down_questions",
    "reset_questions": "difficulty_reset_questions",
}  # fmt: skip

# The types of the API's arguments, where a literal does not tell them.
TYPES = {
    "p_activity_id": "uuid", "p_spend_id": "uuid", "p_grant_id": "uuid", "p_module": "text",
    "p_questions": "int", "p_correct": "int", "p_seconds": "int", "p_run_type": "text",
    "p_occurred_at": "timestamptz", "p_details": "jsonb", "p_amount": "int",
    "p_reason": "text", "p_difficulty": "int", "p_time_zone": "text", "p_mastery": "boolean",
    "p_from": "date", "p_to": "date", "p_name": "text", "p_value": "jsonb", "p_at": "timestamptz",
}  # fmt: skip


def differences(model: object, stored: object, path: str = "") -> list[str]:
    """Where two JSON values differ, a line for each path."""
    if isinstance(model, dict) and isinstance(stored, dict):
        lines = []
        for key in sorted(model.keys() | stored.keys()):
            here = f"{path}.{key}"
            if key not in stored:
                lines.append(f"{here}: model {model[key]!r}, database: no such key")
            elif key not in model:
                lines.append(f"{here}: model: no such key, database {stored[key]!r}")
            else:
                lines += differences(model[key], stored[key], here)
        return lines
    if isinstance(model, list) and isinstance(stored, list) and len(model) == len(stored):
        pairs = enumerate(zip(model, stored, strict=True))
        return [line for n, (m, s) in pairs for line in differences(m, s, f"{path}[{n}]")]
    same_kind = isinstance(model, bool) == isinstance(stored, bool)
    if same_kind and model == stored:
        return []
    return [f"{path or '.'}: model {model!r}, database {stored!r}"]


def instant(text: str) -> datetime:
    """The instant of a receipt or of to_jsonb()."""
    return datetime.fromisoformat(text).astimezone(UTC)


def changed_document(document: dict, changes: dict, clock: datetime) -> dict:
    """A copy of a document with keys changed by dotted path; those of absent blocks are not."""
    changed = copied(document)
    for path, value in changes.items():
        *parents, key = path.split(".")
        section = changed
        if parents[:1] == ["modules"] and len(parents) > 1 and parents[1] not in section["modules"]:
            continue
        for parent in parents:
            section = section[parent]
        if value == op.REMOVED:
            del section[key]
        elif isinstance(value, op.DaysAgo):
            section[key] = (clock - timedelta(days=value.days)).strftime(value.pattern)
        else:
            section[key] = value
    return changed


class DisagreementError(AssertionError):
    """The database and the model do not say the same."""


class Answer:
    """What a call returned, or the SQLSTATE it failed with."""

    def __init__(self, value: Any = None, sqlstate: str | None = None, message: str = "") -> None:
        self.value = value
        self.sqlstate = sqlstate
        self.message = message

    def __repr__(self) -> str:
        return f"{self.sqlstate}: {self.message}" if self.sqlstate else repr(self.value)


class Playback:
    """One learner in a transaction that the caller rolls back, and the same in the model."""

    def __init__(
        self, connection: psycopg.Connection, session_zone: str = "UTC", date_style: str = "ISO"
    ) -> None:
        self.connection = connection
        self.product = Product()
        self.user: Any = None
        self.occurred: list[datetime] = []
        self.records: list[op.Record] = []
        self.steps: list[str] = []
        connection.execute(
            "SELECT set_config('TimeZone', %s, true), set_config('DateStyle', %s, true)",
            [session_zone, date_style],
        )
        self.by = self._one("SELECT session_user::text")

    # ------------------------------------------------------------ the database's side

    def _one(self, query: Any, parameters: Any = ()) -> Any:
        return self.connection.execute(query, parameters).fetchone()[0]

    def clock(self) -> datetime:
        """The server's clock, now."""
        # As JSON: its instants do not follow the session's DateStyle.
        return instant(self._one("SELECT to_jsonb(clock_timestamp())"))

    def ask(self, query: Any, parameters: Any = ()) -> Answer:
        """Runs a statement that may fail, in a savepoint."""
        try:
            with self.connection.transaction():
                cursor = self.connection.execute(query, parameters)
                return Answer(cursor.fetchone()[0] if cursor.description else None)
        except psycopg.Error as error:
            return Answer(sqlstate=error.sqlstate, message=str(error))

    def call(self, function: str, **arguments: object) -> Answer:
        """Calls a function of the API by its arguments' names."""
        parts, values = [], []
        for name, value in arguments.items():
            cast = sql.SQL("::" + TYPES[name]) if name in TYPES else sql.SQL("")
            parts.append(sql.SQL("{} => %s").format(sql.Identifier(name)) + cast)
            values.append(json.dumps(value) if isinstance(value, dict) else value)
        query = sql.SQL("SELECT {}({})").format(sql.Identifier(function), sql.SQL(", ").join(parts))
        return self.ask(query, values)

    def stored_document(self) -> dict:
        """The column as it is."""
        return self._one("SELECT u.hidden_grade_asset FROM users AS u WHERE u.id = %s", [self.user])

    def recorded_at(self) -> datetime:
        """The clock of the learner's newest ledger row."""
        return instant(
            self._one(
                "SELECT to_jsonb(l.recorded_at) FROM hg_ledger AS l WHERE l.user_id = %s"
                " ORDER BY l.ledger_id DESC LIMIT 1",
                [self.user],
            )
        )

    def _now(self, answer: Answer) -> datetime:
        """The instant of a call: its ledger row's, or the clock if it made none."""
        return self.clock() if answer.sqlstate else self.recorded_at()

    # ------------------------------------------------------------ both sides

    def add_learner(self, grade: str | None) -> None:
        """A learner on both sides."""
        self.user = self._one("INSERT INTO users (grade) VALUES (%s) RETURNING id", [grade])
        self.product.add_learner(self.user, grade)
        self.steps.append(f"a learner of grade {grade!r}")
        self._compare_documents()

    def _model(self, method: str, *arguments: object, **named: object) -> Answer:
        try:
            return Answer(getattr(self.product, method)(*arguments, **named))
        except ModelError as error:
            return Answer(sqlstate=error.sqlstate)

    def _disagree(self, what: str, lines: list[str]) -> None:
        steps = "\n".join(f"  {n}. {step}" for n, step in enumerate(self.steps))
        found = "\n".join(f"  {line}" for line in lines)
        raise DisagreementError(f"{what}, after\n{steps}\n{found}")

    def _compare(self, what: str, model: Answer, stored: Answer) -> bool:
        """Compares errors, then values; says whether both sides answered."""
        if model.sqlstate != stored.sqlstate:
            self._disagree(what, [f"model {model!r}", f"database {stored!r}"])
        if model.sqlstate is None and model.value is not None:
            lines = differences(model.value, stored.value)
            if lines:
                self._disagree(what, lines)
        return model.sqlstate is None

    def _compare_documents(self) -> None:
        model = self.product.learners[self.user].state().document
        lines = differences(model, self.stored_document())
        if lines:
            self._disagree("the stored document", lines)

    # ------------------------------------------------------------ operations

    def play(self, history: op.History) -> None:
        """The whole history; raises DisagreementError at the first difference."""
        for operation in history.setup:
            self.step(operation)
        self.add_learner(history.grade)
        for operation in history.operations:
            self.step(operation)

    def step(self, operation: op.Operation) -> None:
        """One operation on both sides, and what is compared after it."""
        self.steps.append(repr(operation))
        getattr(self, f"_{type(operation).__name__}")(operation)
        if self.user is not None:
            self._compare_documents()

    def _with_current_step(self, record: op.Record) -> dict:
        details = copied(record.details)
        if details.get("fact_type") == op.CURRENT_STEP:
            blocks = self.product.learners[self.user].state().document["modules"]
            block = blocks.get(record.module, {"progress": {"current_step": None}})
            types = self.product.catalog[record.module].types
            details["fact_type"] = types[block["progress"]["current_step"] or 0]
        return details

    def _Record(self, record: op.Record) -> None:  # noqa: N802
        details = self._with_current_step(record)
        clock = self.clock()
        occurred_at = op.resolve(record.when, clock, self.occurred)
        self.steps[-1] += f" at {clock.isoformat()}: {occurred_at}"
        if self._record(record, occurred_at, details):
            self.records.append(op.Record(**{**vars(record), "details": details}))

    def _Again(self, again: op.Again) -> None:  # noqa: N802
        if not self.records:
            return
        record = self.records[again.number % len(self.records)]
        if again.changed:
            correct = record.correct + (1 if record.correct < record.questions else -1)
            record = op.Record(**{**vars(record), "correct": correct})
        occurred_at = op.resolve(again.when, self.clock(), self.occurred)
        self._record(record, occurred_at, record.details)

    def _record(self, record: op.Record, occurred_at: datetime | None, details: dict) -> bool:
        activity_id = op.identifier(record.number)
        answer = self.call(
            "hg_record_activity",
            p_user_id=self.user, p_activity_id=activity_id, p_module=record.module,
            p_questions=record.questions, p_correct=record.correct, p_seconds=record.seconds,
            p_run_type=record.run_type, p_occurred_at=occurred_at, p_details=details,
        )  # fmt: skip
        if answer.value is not None:
            stored_at = instant(answer.value["occurred_at"])
            answer.value["occurred_at"] = stored_at
            if not answer.value["replayed"]:
                self.occurred.append(stored_at)
        model = self._model(
            "record_activity", self._now(answer), self.user, activity_id, record.module,
            record.questions, record.correct, record.seconds, record.run_type, occurred_at,
            details,
        )  # fmt: skip
        return self._compare("hg_record_activity", model, answer)

    def _Spend(self, spend: op.Spend) -> None:  # noqa: N802
        self._tokens("spend", spend)

    def _Grant(self, grant: op.Grant) -> None:  # noqa: N802
        self._tokens("grant", grant)

    def _tokens(self, kind: str, operation: op.Spend | op.Grant) -> None:
        entry_id = op.identifier(operation.number)
        identity = {f"p_{kind}_id": entry_id}
        answer = self.call(
            f"hg_{kind}_tokens", p_user_id=self.user, **identity,
            p_amount=operation.amount, p_reason=operation.reason,
        )  # fmt: skip
        model = self._model(
            f"{kind}_tokens", self._now(answer), self.user, entry_id, operation.amount,
            operation.reason,
        )  # fmt: skip
        if answer.value is not None and model.value is not None:
            # The rest of this receipt is the database's to choose.
            answer.value = {key: answer.value.get(key, "no such key") for key in model.value}
        self._compare(f"hg_{kind}_tokens", model, answer)

    def _SetDifficulty(self, change: op.SetDifficulty) -> None:  # noqa: N802
        answer = self.call(
            "hg_set_preferred_difficulty", p_user_id=self.user, p_module=change.module,
            p_difficulty=change.difficulty,
        )  # fmt: skip
        model = self._model(
            "set_preferred_difficulty", self._now(answer), self.user, change.module,
            change.difficulty,
        )  # fmt: skip
        self._compare("hg_set_preferred_difficulty", model, answer)

    def _SetZone(self, change: op.SetZone) -> None:  # noqa: N802
        answer = self.call("hg_set_time_zone", p_user_id=self.user, p_time_zone=change.zone)
        model = self._model("set_time_zone", self._now(answer), self.user, change.zone)
        self._compare("hg_set_time_zone", model, answer)

    def _SetMastery(self, change: op.SetMastery) -> None:  # noqa: N802
        answer = self.call(
            "hg_set_mastery", p_user_id=self.user, p_module=change.module,
            p_mastery=change.value, p_reason=REASON,
        )  # fmt: skip
        model = self._model(
            "set_mastery", self._now(answer), self.user, change.module, change.value, REASON,
            self.by,
        )  # fmt: skip
        self._compare("hg_set_mastery", model, answer)

    def _ResetModule(self, reset: op.ResetModule) -> None:  # noqa: N802
        answer = self.call(
            "hg_reset_module", p_user_id=self.user, p_module=reset.module, p_reason=REASON
        )
        model = self._model("reset_module", self._now(answer), self.user, reset.module, REASON)
        self._compare("hg_reset_module", model, answer)

    def _SetPause(self, pause: op.SetPause) -> None:  # noqa: N802
        clock = self.clock()
        days = [clock.date() + timedelta(days=n) for n in (pause.first, pause.last)]
        user = {} if pause.everybody else {"p_user_id": self.user}
        answer = self.call("hg_set_pause", p_from=days[0], p_to=days[1], **user)
        model = self._model("set_pause", clock, *days, None if pause.everybody else self.user)
        self._compare("hg_set_pause", model, answer)

    def _SetSetting(self, change: op.SetSetting) -> None:  # noqa: N802
        answer = self.call("hg_set_setting", p_name=change.name, p_value=Jsonb(change.value))
        model = self._model("set_setting", change.name, change.value)
        self._compare("hg_set_setting", model, answer)

    def _ChangeModule(self, change: op.ChangeModule) -> None:  # noqa: N802
        for name, value in change.changes.items():
            value = Jsonb(value) if isinstance(value, dict) else value
            self.connection.execute(
                sql.SQL("UPDATE hg_modules SET {} = %s WHERE module = %s").format(
                    sql.Identifier(COLUMNS[name])
                ),
                [value, change.module],
            )
        self.product.change_module(change.module, **change.changes)

    def _AddModule(self, new: op.AddModule) -> None:  # noqa: N802
        if new.name in self.product.catalog:
            return
        self.connection.execute(
            "INSERT INTO hg_modules SELECT (jsonb_populate_record(m, %s)).*"
            " FROM hg_modules AS m WHERE m.module = %s",
            [Jsonb({"module": new.name, "aliases": []}), new.like],
        )
        row = dataclasses.replace(self.product.catalog[new.like], name=new.name)
        self.product.add_module(row)

    def _SetGrade(self, change: op.SetGrade) -> None:  # noqa: N802
        self.connection.execute(
            "UPDATE users SET grade = %s WHERE id = %s", [change.grade, self.user]
        )
        self.product.learners[self.user].grade = change.grade

    def _WriteDocument(self, write: op.WriteDocument) -> None:  # noqa: N802
        before = self.stored_document()
        changed = changed_document(before, write.changes, self.clock())
        if changed == before:
            return
        answer = self.write(changed)
        model = self._model("write_document", self.user, self._now(answer), changed)
        self._compare("the direct write", model, answer)

    def write(self, document: object) -> Answer:
        """A direct UPDATE of the column."""
        return self.ask(
            "UPDATE users SET hidden_grade_asset = %s WHERE id = %s", [Jsonb(document), self.user]
        )

    def _Read(self, read: op.Read) -> None:  # noqa: N802
        at = self.clock() + timedelta(seconds=read.seconds)
        self.steps[-1] += f" at {at.isoformat()}"
        answer = self.call("hg_document", p_user_id=self.user, p_at=at)
        self._compare("hg_document", self._model("read_document", self.user, at), answer)
        answer = self.call("hg_streak", p_user_id=self.user, p_at=at)
        if answer.value is not None and answer.value["expires_at"] is not None:
            answer.value["expires_at"] = instant(answer.value["expires_at"])
        model = self._model("read_streak", self.user, at)
        if self.product.learners[self.user].checkpoint is not None:
            # What the days before a direct write were, the document alone cannot tell.
            for side in (model, answer):
                side.value = side.value and {**side.value, "days": None}
        self._compare("hg_streak", model, answer)

    # ------------------------------------------------------------ bad calls

    def state(self) -> tuple:
        """All a call could have changed."""
        return self.connection.execute(
            "SELECT u.hidden_grade_asset,"
            " (SELECT count(*) FROM hg_ledger AS l),"
            " (SELECT jsonb_agg(s ORDER BY s.name) FROM hg_settings AS s)"
            " FROM users AS u WHERE u.id = %s",
            [self.user],
        ).fetchone()

    def refuses(self, bad: BadCall) -> None:
        """The database refuses the call as it must, and nothing at all has changed."""
        before = self.state()
        people = {THE_LEARNER: self.user, NOBODY: -1}
        arguments = {
            name: people.get(value, value) if isinstance(value, str) else value
            for name, value in bad.arguments.items()
        }
        if isinstance(arguments.get("p_value"), (int, float)):
            arguments["p_value"] = json.dumps(arguments["p_value"])
        answer = self.call(bad.function, **arguments)
        assert answer.sqlstate == bad.sqlstate, f"{bad}: {answer!r}"
        assert self.state() == before, f"{bad} changed something"
