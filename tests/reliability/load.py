"""Clients that record without a pause, and what must be stored of their calls."""

import random
import threading
import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

MODULES = ("addition_facts", "decimal_defender", "word_race", "fractions_puzzle", "algebra")
FIGURES = {
    "sessions": "total_sessions_completed",
    "questions": "total_questions_answered",
    "correct": "total_correct_answers",
    "seconds": "total_time_spent",
    "spent": "total_tokens_spent",
}


@dataclass(frozen=True)
class Call:
    """A statement that may be sent again, and what it stores: rows of the ledger."""

    query: str
    arguments: tuple
    activities: list[dict] = field(default_factory=list)
    spends: list[tuple[Any, str, int]] = field(default_factory=list)
    reverses: list[tuple[Any, str]] = field(default_factory=list)

    def send(self, connection: psycopg.Connection) -> list[dict]:
        """The receipts."""
        cursor = connection.execute(self.query, self.arguments)
        return [receipt for (receipt,) in cursor] if cursor.description else []

    @property
    def ids(self) -> set[tuple[Any, str]]:
        """The learners and the ids that it leaves in the ledger."""
        return {(a["user_id"], a["activity_id"]) for a in self.activities} | {
            (learner, id_) for learner, id_, _ in self.spends
        }


@dataclass
class Client:
    """Draws calls; which, is in its random numbers."""

    random: random.Random
    learners: list[Any]
    clock: datetime
    acknowledged: list[tuple[Call, list[dict]]]

    def draw(self) -> Call:
        kind = self.random.choices(
            (self.single, self.batch, self.spend, self.reversal, self.checkpoint),
            (60, 20, 10, 8, 2),
        )
        return kind[0]()

    def new_id(self) -> str:
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def activity(self) -> dict:
        questions = self.random.randint(1, 12)
        late = self.random.random() < 0.1
        days = self.random.uniform(0, 40)
        return {
            "user_id": self.random.choice(self.learners), "activity_id": self.new_id(),
            "module": self.random.choice(MODULES), "questions": questions,
            "correct": self.random.randint(0, questions), "seconds": self.random.randint(0, 90),
            "occurred_at": (self.clock - timedelta(days=days)).isoformat() if late else None,
        }  # fmt: skip

    def single(self) -> Call:
        one = self.activity()
        names = ", ".join(f"p_{name} => %s" for name in one)
        return Call(f"SELECT hg_record_activity({names})", tuple(one.values()), [one])

    def batch(self) -> Call:
        many = [self.activity() for _ in range(self.random.randint(2, 8))]
        mode = self.random.choice(["abort", "skip"])
        query = "SELECT b.receipt FROM hg_record_activities(%s, %s) AS b"
        return Call(query, (Jsonb(many), mode), many)

    def spend(self) -> Call:
        entry = (self.random.choice(self.learners), self.new_id(), self.random.randint(1, 9))
        return Call("SELECT hg_spend_tokens(%s, %s, %s, 'a hat')", entry, spends=[entry])

    def reversal(self) -> Call:
        """Of something acknowledged, by whichever client, perhaps reversed before."""
        known = [call for call, _ in self.acknowledged[-200:] if call.activities]
        if not known:
            return self.single()
        activity = self.random.choice(self.random.choice(known).activities)
        entry = (activity["user_id"], activity["activity_id"])
        query = "SELECT hg_reverse_activity(%s, %s, 'a mistake')"
        return Call(query, entry, reverses=[entry])

    def checkpoint(self) -> Call:
        """After it pages go to the WAL whole; a kill may come in the middle of it."""
        return Call("CHECKPOINT", ())


class Load:
    """Clients that send call after call until their server is gone."""

    def __init__(self, dsn: str, clients: list[Client]) -> None:
        self.dsn = dsn
        self.clients = clients
        self._threads = [threading.Thread(target=self._run, args=[c]) for c in clients]
        self._changed = threading.Condition()
        self._count = 0
        self.errors: list[BaseException] = []
        self.unanswered: list[Call] = []

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def wait_for(self, count: int) -> None:
        """Wait until that many calls are acknowledged."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._count >= count or self.errors, timeout=60)

    def join(self) -> None:
        """Wait until every client has met the end of its server; each had a call under way."""
        for thread in self._threads:
            thread.join(60)
        assert self.errors == []
        assert len(self.unanswered) == len(self.clients)

    def _run(self, client: Client) -> None:
        try:
            self.unanswered.append(self._send_until_gone(client))
        except BaseException as error:
            with self._changed:
                self.errors.append(error)
                self._changed.notify_all()

    def _send_until_gone(self, client: Client) -> Call:
        """The call that was not acknowledged."""
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            while True:
                call = client.draw()
                try:
                    receipts = call.send(connection)
                except psycopg.OperationalError:
                    # Anything but the loss of the connection is an error of the product.
                    if not connection.closed:
                        raise
                    return call
                with self._changed:
                    client.acknowledged.append((call, receipts))
                    self._count += 1
                    self._changed.notify_all()


def expected_figures(calls: list[Call]) -> dict[Any, Counter]:
    """The counters of each learner's document once these calls are stored."""
    activities = {(a["user_id"], a["activity_id"]): a for call in calls for a in call.activities}
    for call in calls:
        for entry in call.reverses:
            activities.pop(entry, None)
    figures: dict[Any, Counter] = {}
    for (learner, _), one in activities.items():
        counted = {name: one[name] for name in ("questions", "correct", "seconds")}
        figures.setdefault(learner, Counter()).update(counted | {"sessions": 1})
    for call in calls:
        for learner, _, amount in call.spends:
            figures.setdefault(learner, Counter()).update(spent=amount)
    return figures


def stored_figures(connection: psycopg.Connection) -> dict[Any, Counter]:
    """The counters of every learner's document."""
    rows = connection.execute(
        "SELECT to_jsonb(u.id), u.hidden_grade_asset -> 'global_stats' FROM users AS u"
    ).fetchall()
    return {
        learner: Counter({name: stats[key] for name, key in FIGURES.items()})
        for learner, stats in rows
    }


def stored_ids(connection: psycopg.Connection) -> Counter:
    """How often each activity or spend of a learner is in the ledger."""
    rows: list[tuple[Any, ...]] = connection.execute(
        "SELECT to_jsonb(l.user_id), l.id::text FROM hg_ledger AS l"
        " WHERE l.kind IN ('activity', 'spend')"
    ).fetchall()
    return Counter(rows)
