"""Activities of several learners: all of them in one call, and the same calls one by one."""

import re
from typing import Any

from psycopg.types.json import Jsonb

from . import operations as op
from .compare import REASON, Answer, Playback, changed_document, changed_item, item_of
from .strategies import Bulk


def _refusal(answer: Answer, detail: str) -> tuple:
    """An error as it was raised, less the clock of what had the id first."""
    return answer.sqlstate, answer.message, re.sub("recorded at [^ ]+", "", detail), answer.hint


class Several:
    """Some learners in the database alone."""

    def __init__(self, playback: Playback, learners: list[tuple[str | None, dict]]) -> None:
        self.playback = playback
        self.connection = playback.connection
        self.users = [
            self._one(
                "INSERT INTO users (grade, hidden_grade_asset) VALUES (%s, %s)"
                " RETURNING to_jsonb(id)",
                [grade, Jsonb(changed_document(playback.product.skeleton(grade), start, None))],
            )
            for grade, start in learners
        ]
        # How many there were when what is stored was last looked at.
        self.snapshots = 0

    def _one(self, query: str, parameters: list) -> Any:
        return self.connection.execute(query, parameters).fetchone()[0]

    def _item(self, owner: int, item: op.Record | op.Spoilt) -> dict:
        record, changes = item, {}
        if isinstance(item, op.Spoilt):
            record, changes = item.record, item.changes
        return changed_item(item_of(self.users[owner], record, record.when.instant), changes)

    def _single(self, item: dict) -> Answer:
        arguments = {f"p_{name}": value for name, value in item.items()}
        return self.playback.call("hg_record_activity", **arguments)

    def prepare(self, prelude: list[tuple[int, op.Record | op.Reverse]]) -> None:
        """What the learners have done before, each call for itself; what is refused is not done."""
        for owner, operation in prelude:
            if isinstance(operation, op.Record):
                self._single(self._item(owner, operation))
            else:
                self.playback.call(
                    "hg_reverse_activity", p_user_id=self.users[owner],
                    p_activity_id=op.identifier(operation.number), p_reason=REASON,
                )  # fmt: skip

    def together(self, bulk: Bulk) -> tuple:
        """All in one call: what it said, and what is stored then."""
        items = [self._item(owner, item) for owner, item in bulk.items]
        with self.playback.branch():
            answer = self.playback.rows(
                "hg_record_activities", p_activities=items, p_on_error=bulk.on_error
            )
            said = answer.value if answer.sqlstate is None else _refusal(answer, answer.detail)
            return said, self._stored()

    def one_by_one(self, bulk: Bulk) -> tuple:
        """The same, said as hg_record_activities would say it."""
        rows = []
        with self.playback.branch():
            before = self._stored()
            for ordinal, (owner, item) in enumerate(bulk.items, 1):
                call = self._item(owner, item)
                answer = self._single(call)
                if answer.sqlstate is not None and bulk.on_error == "abort":
                    return _refusal(answer, f"Item {ordinal}: {answer.detail}"), before
                rows.append(
                    {
                        "ordinal": ordinal, "user_id": call["user_id"],
                        "activity_id": call["activity_id"], "receipt": answer.value,
                        "error_code": answer.sqlstate, "error_message": answer.message or None,
                    }
                )  # fmt: skip
            return rows, self._stored()

    def _stored(self) -> tuple:
        """Documents, ledger rows and what is wrong with snapshots: which places those are of is
        free, but a fold that goes on from one comes to what a fold of everything comes to. As far
        as no clock has a say in them."""
        users = [str(user) for user in self.users]
        documents = self._one(
            "SELECT jsonb_agg(u.hidden_grade_asset ORDER BY u.id) FROM users AS u"
            " WHERE u.id::text = ANY (%s)",
            [users],
        )
        ledger = self._one(
            "SELECT jsonb_agg(to_jsonb(l) - '{ledger_id,recorded_at}'::text[]"
            " ORDER BY l.user_id, l.ledger_id)"
            " FROM hg_ledger AS l WHERE l.user_id::text = ANY (%s)",
            [users],
        )
        self.snapshots = self._one(
            "SELECT count(*) FROM hg_snapshots AS s WHERE s.user_id::text = ANY (%s)", [users]
        )
        misleading = self._one(
            "SELECT jsonb_agg(to_jsonb(s)) FROM hg_snapshots AS s WHERE s.user_id::text = ANY (%s)"
            " AND (hg__fold_ledger(s.user_id, p_start => s)).o_document"
            " IS DISTINCT FROM (hg__fold_ledger(s.user_id)).o_document",
            [users],
        )
        return documents, ledger, misleading
