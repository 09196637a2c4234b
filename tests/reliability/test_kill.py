"""kill -9 of the server under load: what was acknowledged is there, and exactly once."""

import os
import random
from collections import Counter

import psycopg

from tests.record.support import server_clock
from tests.support.database import migrate
from tools.throwaway import Throwaway, throwaway

from .history import verify
from .load import Call, Client, Load, expected_figures, stored_figures, stored_ids
from .support import kill_server

ROUNDS = 20
LEARNERS = 20
CLIENTS = 6
SAFE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
SEED = int(os.environ.get("HG_TEST_SEED", random.randrange(10**9)))


def assert_sound(connection: psycopg.Connection, calls: list[Call]) -> None:
    """Exactly these calls are stored, each once, and the documents say so."""
    assert stored_ids(connection) == Counter({id_: 1 for call in calls for id_ in call.ids})
    stored = stored_figures(connection)
    wanted = expected_figures(calls)
    assert stored == {learner: wanted.get(learner, Counter()) for learner in stored}
    assert verify(connection) == []


class Rounds:
    """What was sent so far, over all rounds."""

    def __init__(self, made: Throwaway) -> None:
        self.made = made
        self.random = random.Random(SEED)
        self.acknowledged: list[tuple[Call, list[dict]]] = []
        self.retried: list[Call] = []
        with self.connect() as connection:
            for name, value in SAFE.items():
                assert connection.execute(f"SHOW {name}").fetchone() == (value,)
            self.clock = server_clock(connection)
            self.learners = [
                learner for (learner,) in connection.execute(
                    "INSERT INTO users (grade) SELECT '3' FROM generate_series(1, %s)"
                    " RETURNING to_jsonb(id)",
                    [LEARNERS],
                )
            ]  # fmt: skip
            for learner in self.learners:
                connection.execute(
                    "SELECT hg_grant_tokens(%s, gen_random_uuid(), 100000, 'a start')", [learner]
                )

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(self.made.cluster.dsn(), autocommit=True)

    def one(self) -> None:
        """Load, kill, recovery, retries."""
        clients = [
            Client(random.Random(self.random.random()), self.learners, self.clock,
                   self.acknowledged)
            for _ in range(CLIENTS)
        ]  # fmt: skip
        load = Load(self.made.cluster.dsn(), clients)
        load.start()
        load.wait_for(self.random.randint(5, 80))
        kill_server(self.made)
        load.join()
        self.made.start_again()
        with self.connect() as connection:
            self.check_recovered(connection, load.unanswered)
            self.retry(connection, load.unanswered)
            assert_sound(connection, self.sent)

    @property
    def sent(self) -> list[Call]:
        return [call for call, _ in self.acknowledged] + self.retried

    def check_recovered(self, connection: psycopg.Connection, unanswered: list[Call]) -> None:
        """Of the calls without an answer each is there whole, or not at all."""
        stored = stored_ids(connection)
        survived = [call for call in unanswered if call.ids and call.ids <= stored.keys()]
        sent = self.sent + survived
        assert stored == Counter({id_: 1 for call in sent for id_ in call.ids})
        assert verify(connection) == []

    def retry(self, connection: psycopg.Connection, unanswered: list[Call]) -> None:
        """What was not acknowledged is sent again; the latest that was is a replay."""
        stored = stored_ids(connection)
        for call in unanswered:
            receipts = call.send(connection)
            if call.ids:
                was_there = call.ids <= stored.keys()
                assert [receipt["replayed"] for receipt in receipts] == [was_there] * len(receipts)
        self.retried += unanswered
        for call, receipts in self.acknowledged[-CLIENTS:]:
            again = [{k: v for k, v in r.items() if k != "reversed"} for r in call.send(connection)]
            assert again == [receipt | {"replayed": True} for receipt in receipts]


def test_20_kills_under_load_lose_nothing_and_repeat_nothing():
    print(f"HG_TEST_SEED={SEED}")
    with throwaway(SAFE) as made:
        migrate(made.cluster.dsn())
        rounds = Rounds(made)
        for _ in range(ROUNDS):
            rounds.one()
