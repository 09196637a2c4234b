"""Plays a history through the database and through the model, and compares after every step."""

import contextlib
import dataclasses
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from tests.support import users

from . import operations as op
from .days import ONE_DAY
from .document import copied
from .product import ModelError, Product
from .strategies import NOBODY, THE_LEARNER, BadCall

REASON = "a test"
MICROSECOND = timedelta(microseconds=1)

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
    "p_activities": "jsonb", "p_on_error": "text", "p_dry_run": "boolean", "p_limit": "int",
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


def without_clock(document: dict) -> dict:
    """A document less what of the calls themselves is in it: when an override was, and by whom."""
    masked = copied(document)
    for block in masked["modules"].values():
        if block["progress"]["mastery_override"] is not None:
            block["progress"]["mastery_override"] |= {"at": None, "by": None}
    return masked


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


def again_of(again: op.Again, records: list[op.Record]) -> op.Record:
    """The earlier activity as it is sent once more."""
    record = records[again.number % len(records)]
    if not again.changed:
        return record
    correct = record.correct + (1 if record.correct < record.questions else -1)
    return dataclasses.replace(record, correct=correct)


def item_of(user: object, record: op.Record, occurred_at: datetime | None) -> dict:
    """An activity as an item of hg_record_activities, without what it need not say."""
    item = {
        "user_id": user, "activity_id": str(op.identifier(record.number)),
        "module": record.module, "questions": record.questions, "correct": record.correct,
        "seconds": record.seconds, "run_type": record.run_type,
        "occurred_at": occurred_at and occurred_at.isoformat(), "details": record.details,
    }  # fmt: skip
    defaults = {"seconds": None, "run_type": "token_run", "occurred_at": None, "details": {}}
    return {key: value for key, value in item.items() if value != defaults.get(key, item)}


def changed_item(item: dict, changes: dict) -> dict:
    """An item with keys changed, or taken away."""
    changed = {**item, **changes}
    return {key: value for key, value in changed.items() if value != op.REMOVED}


class DisagreementError(AssertionError):
    """The database and the model do not say the same."""


class Answer:
    """What a call returned, or how it failed; of many activities, because of which item."""

    def __init__(
        self, value: Any = None, sqlstate: str | None = None, message: str = "",
        detail: str | None = None, hint: str | None = None, ordinal: int | None = None,
    ) -> None:  # fmt: skip
        self.value = value
        self.sqlstate = sqlstate
        self.message = message
        self.detail = detail
        self.hint = hint
        self.ordinal = ordinal

    def __repr__(self) -> str:
        return f"{self.sqlstate}: {self.message}" if self.sqlstate else repr(self.value)


class Playback:
    """One learner in a transaction that the caller rolls back, and the same in the model."""

    def __init__(
        self, connection: psycopg.Connection, session_zone: str = "UTC", date_style: str = "ISO"
    ) -> None:
        self.connection = connection
        self.verifying = True
        self.product = Product()
        self.user: Any = None
        self.occurred: list[datetime] = []
        self.records: list[op.Record] = []
        self.moved: list[UUID] = []
        self.reversals: dict[UUID, dict] = {}
        self.keeping = False
        self.kept: list[tuple[datetime, dict | None]] = []
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
            about = error.diag
            return Answer(
                sqlstate=error.sqlstate, message=about.message_primary,
                detail=about.message_detail, hint=about.message_hint,
            )  # fmt: skip

    def call(self, function: str, **arguments: object) -> Answer:
        """Calls a function of the API by its arguments' names."""
        return self._call("SELECT {}({})", function, arguments)

    def rows(self, function: str, **arguments: object) -> Answer:
        """Calls a function that returns rows: a list of them, each an object."""
        query = "SELECT coalesce(jsonb_agg(to_jsonb(r) ORDER BY r), '[]') FROM {}({}) AS r"
        return self._call(query, function, arguments)

    def _call(self, query: str, function: str, arguments: dict) -> Answer:
        parts, values = [], []
        for name, value in arguments.items():
            cast = sql.SQL("::" + TYPES[name]) if name in TYPES else sql.SQL("")
            parts.append(sql.SQL("{} => %s").format(sql.Identifier(name)) + cast)
            values.append(json.dumps(value) if isinstance(value, (dict, list)) else value)
        return self.ask(
            sql.SQL(query).format(sql.Identifier(function), sql.SQL(", ").join(parts)), values
        )

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

    def add_learner(self, grade: str | None, start: dict | None = None) -> None:
        """A learner on both sides; `start` changes the skeleton by dotted path."""
        document = None
        if start:
            document = changed_document(self.product.skeleton(grade), start, self.clock())
        self.user = self._one(
            "INSERT INTO users (grade, hidden_grade_asset) VALUES (%s, %s) RETURNING to_jsonb(id)",
            [grade, document and Jsonb(document)],
        )
        self.product.add_learner(self.user, grade, document)
        self.steps.append(f"a learner of grade {grade!r} with {start!r}")
        self._compare_documents()

    @contextlib.contextmanager
    def branch(self) -> Iterator[None]:
        """What happens in the block did not happen, after it."""
        product, lists = self.product.copied(), ("occurred", "records", "moved", "steps")
        kept = {name: list(getattr(self, name)) for name in lists}
        kept["reversals"] = dict(self.reversals)
        with self.connection.transaction(force_rollback=True):
            yield
        self.product = product
        vars(self).update(kept)

    def _model(self, method: str, *arguments: object, **named: object) -> Answer:
        try:
            return Answer(getattr(self.product, method)(*arguments, **named))
        except ModelError as error:
            return Answer(sqlstate=error.sqlstate, ordinal=error.ordinal)

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
        if self.verifying:
            self.verify()
        if self.keeping:
            self._keep(copied(model))

    def verify(self) -> None:
        """The ledger proves the document."""
        wrong = self._one("SELECT array_agg(v::text) FROM hg_verify(%s) AS v", [self.user])
        if wrong is not None:
            self._disagree("hg_verify", wrong)

    def _keep(self, document: dict) -> None:
        """What was stored until just before the newest recording, at it, and what is now."""
        recorded_at = self.recorded_at()
        last, before = self.kept[-1] if self.kept else (None, None)
        if last is None or recorded_at > last:
            self.kept += [(recorded_at - MICROSECOND, before), (recorded_at, document)]
        self.kept.append((self.clock(), document))

    def check_past(self) -> None:
        """hg_as_of at every instant of which the document was kept."""
        for at, document in self.kept:
            answer = self.call("hg_as_of", p_user_id=self.user, p_at=at)
            lines = differences(document, answer.value)
            if answer.sqlstate or lines:
                self._disagree(f"hg_as_of {at.isoformat()}", [repr(answer.sqlstate), *lines])

    # ------------------------------------------------------------ operations

    def play(self, history: op.History) -> None:
        """The whole history; raises DisagreementError at the first difference."""
        self.begin(history)
        for operation in history.operations:
            self.step(operation)

    def begin(self, history: op.History) -> None:
        """What comes before a history's operations."""
        for operation in history.setup:
            self.step(operation)
        self.add_learner(history.grade, history.start)

    def step(self, operation: op.Operation) -> Answer | None:
        """One operation on both sides, and what is compared after it; what the database said."""
        self.steps.append(repr(operation))
        answer = getattr(self, f"_{type(operation).__name__}")(operation)
        if self.user is not None:
            self._compare_documents()
        return answer

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
        record = again_of(again, self.records)
        occurred_at = op.resolve(again.when, self.clock(), self.occurred)
        self._record(record, occurred_at, record.details)

    def _Batch(self, batch: op.Batch) -> None:  # noqa: N802
        clock, occurred, records, items = self.clock(), list(self.occurred), list(self.records), []
        for item in batch.items:
            changes = item.changes if isinstance(item, op.Spoilt) else {}
            record = item.record if isinstance(item, op.Spoilt) else item
            if isinstance(record, op.Again):
                if not records:
                    continue
                when = record.when
                record = again_of(record, records)
            else:
                when = record.when
                record = dataclasses.replace(record, details=self._with_current_step(record))
                records.append(record)
            occurred_at = op.resolve(when, clock, occurred)
            if occurred_at is not None:
                occurred.append(occurred_at)
            items.append(changed_item(item_of(self.user, record, occurred_at), changes))
        self.steps[-1] += f" at {clock.isoformat()}: {items}"
        answer = self.rows("hg_record_activities", p_activities=items, p_on_error=batch.on_error)
        stored = self._stored(answer.value or [])
        now = self.recorded_at() if stored else self.clock()
        model = self._model("record_activities", now, items, batch.on_error)
        if self._compare("hg_record_activities", model, answer):
            self.occurred += [receipt["occurred_at"] for receipt in stored.values()]
            by_id = {op.identifier(record.number): record for record in reversed(records)}
            self.records += [by_id[activity_id] for activity_id in stored]
        elif not (answer.detail or "").startswith(f"Item {model.ordinal}: "):
            self._disagree("the DETAIL", [f"model: item {model.ordinal}", repr(answer.detail)])

    def _stored(self, rows: list[dict]) -> dict[UUID, dict]:
        """The receipts of what a batch has stored; the rows come to be like the model's."""
        stored = {}
        for row in rows:
            if row.pop("error_message") is None and row["error_code"] is not None:
                self._disagree("an error without a message", [repr(row)])
            receipt = row["receipt"]
            if receipt is not None:
                receipt["occurred_at"] = instant(receipt["occurred_at"])
                if not receipt["replayed"]:
                    stored[UUID(row["activity_id"])] = receipt
        return stored

    def _Reverse(self, reverse: op.Reverse) -> Answer:  # noqa: N802
        ids = {
            "earlier": [op.identifier(record.number) for record in self.records],
            "tokens": self.moved,
            "numbered": [],
        }[reverse.kind]
        activity_id = ids[reverse.number % len(ids)] if ids else op.identifier(reverse.number)
        self.steps[-1] += f": {activity_id}"
        answer = self.call(
            "hg_reverse_activity", p_user_id=self.user, p_activity_id=activity_id, p_reason=REASON
        )
        model = self._model("reverse_activity", self._now(answer), self.user, activity_id, REASON)
        if answer.value is not None:
            first = self.reversals.setdefault(activity_id, answer.value)
            if answer.value not in (first, {**first, "replayed": True}):
                self._disagree("the replay of a reversal", [repr(first), repr(answer)])
            # Its id is the database's to choose.
            answer.value = {key: value for key, value in answer.value.items() if key != "id"}
        self._compare("hg_reverse_activity", model, answer)
        return answer

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

    def _Spend(self, spend: op.Spend) -> Answer:  # noqa: N802
        return self._tokens("spend", spend)

    def _Grant(self, grant: op.Grant) -> Answer:  # noqa: N802
        return self._tokens("grant", grant)

    def _tokens(self, kind: str, operation: op.Spend | op.Grant) -> Answer:
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
            self.moved.append(entry_id)
        self._compare(f"hg_{kind}_tokens", model, answer)
        return answer

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
        days = [
            day if isinstance(day, date) else clock.date() + day * ONE_DAY
            for day in (pause.first, pause.last)
        ]
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

    def _Reevaluate(self, judged: op.Reevaluate) -> None:  # noqa: N802
        self._ChangeModule(op.ChangeModule(judged.module, judged.changes))
        for dry_run in (True, False):
            answer = self.rows("hg_reevaluate", p_module=judged.module, p_dry_run=dry_run)
            now = self._now(answer)
            model = self._model("reevaluate", now, judged.module, dry_run)
            if model.value is not None:
                names = ("user_id", "mastery_before", "mastery_after")
                model.value = [dict(zip(names, flip, strict=True)) for flip in model.value]
            self._compare(f"hg_reevaluate, dry run {dry_run}", model, answer)

    def _ForgetSnapshots(self, forget: op.ForgetSnapshots) -> None:  # noqa: N802
        if forget.rebuild:
            answer = self.call("hg_rebuild", p_user_id=self.user)
            document = Answer(self.product.learners[self.user].document())
            self._compare("hg_rebuild", document, answer)
        else:
            self.connection.execute(
                "DELETE FROM hg_snapshots AS s WHERE s.user_id = %s", [self.user]
            )

    def snapshots(self) -> int:
        """How many snapshots there are of the learner."""
        return self._one("SELECT count(*) FROM hg_snapshots AS s WHERE s.user_id = %s", [self.user])

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
        for name in sorted({record.module for record in self.records}):
            self._explain(name)

    def _explain(self, name: str) -> None:
        if name not in self.product.learners[self.user].state().document["modules"]:
            return
        answer = self.call("hg_explain", p_user_id=self.user, p_module=name)
        if answer.value is not None:
            answer.value = {key: answer.value[key] for key in ("mastery_level", "last_moves")}
            for move in answer.value["last_moves"]:
                move["occurred_at"] = instant(move["occurred_at"])
        self._compare(f"hg_explain of {name}", self._model("explain", self.user, name), answer)

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
        people = {THE_LEARNER: self.user, NOBODY: users.NOBODY}
        arguments = {
            name: people.get(value, value) if isinstance(value, str) else value
            for name, value in bad.arguments.items()
        }
        if isinstance(arguments.get("p_value"), (int, float)):
            arguments["p_value"] = json.dumps(arguments["p_value"])
        answer = self.call(bad.function, **arguments)
        assert answer.sqlstate == bad.sqlstate, f"{bad}: {answer!r}"
        assert self.state() == before, f"{bad} changed something"
