"""Every pair of writers, each stopped midway, and a crowd of them: no deadlock, nothing lost."""

import contextlib
import itertools
import random
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.concurrency.support import together
from tests.record.support import Learner, call, change_module, learners_in_order, set_setting
from tests.support.database import Database, wait_for, wait_for_lock

from .history import verify

COUNT = 6
MIDDLE = 3
EASY = {"accuracy": {"min_questions": 1, "percent": 1}}
HARD = {"accuracy": {"min_questions": 1000, "percent": 100}}


class Writer:
    """A session, and learners in the order of their ids, whom it writes in any order."""

    def __init__(self, connection: psycopg.Connection, learners: list[Learner]) -> None:
        self.db = connection
        self.learners = learners
        self.random = random.Random(0)
        # Where it can be set: a deadlock is seen at once, not after a second.
        with contextlib.suppress(psycopg.errors.InsufficientPrivilege):
            connection.execute("SET deadlock_timeout TO '10ms'")

    @property
    def one(self) -> Any:
        return self.learners[MIDDLE].id

    def bulk(self, learners: list[Learner], days_ago: int | None = None) -> None:
        """Two sessions of each, in this order and then the other way round."""
        items = [
            {
                "user_id": learner.id, "activity_id": str(uuid.uuid4()), "module": "algebra",
                "questions": 5, "correct": 4,
                "occurred_at": days_ago and learner.noon(days_ago).isoformat(),
            }
            for learner in [*learners, *reversed(learners)]
        ]  # fmt: skip
        rows = self.db.execute(
            "SELECT b.error_code FROM hg_record_activities(%s) AS b", [Jsonb(items)]
        ).fetchall()
        assert rows == [(None,)] * len(items)

    def session(self) -> None:
        call(
            self.db, "hg_record_activity", p_user_id=self.one, p_activity_id=uuid.uuid4(),
            p_module="algebra", p_questions=5, p_correct=5,
        )  # fmt: skip

    def spend(self) -> None:
        call(
            self.db, "hg_spend_tokens", p_user_id=self.one, p_spend_id=uuid.uuid4(), p_amount=1,
            p_reason="a hat",
        )  # fmt: skip

    def reverse(self) -> None:
        call(
            self.db, "hg_reverse_activity", p_user_id=self.one, p_reason="a mistake",
            p_activity_id=self.learners[MIDDLE].entries("activity")[0]["id"],
        )  # fmt: skip

    def write(self) -> None:
        self.db.execute(
            "UPDATE users SET hidden_grade_asset = jsonb_set(hidden_grade_asset, '{seen}', %s)"
            " WHERE id = %s",
            [Jsonb(str(uuid.uuid4())), self.one],
        )

    def change_catalog(self) -> None:
        change_module(
            self.db, "algebra", tokens_when_good=self.random.randint(1, 1000),
            mastery_policy="live", mastery_rule=self.random.choice([EASY, HARD]),
        )  # fmt: skip

    def change_setting(self) -> None:
        set_setting(self.db, "daily_token_cap", self.random.randint(1, 1000))

    def pause_all(self) -> None:
        day = self.learners[0].clock.date().replace(year=2999)
        call(self.db, "hg_set_pause", p_from=day, p_to=day)


LEARNERS: dict[str, Callable[[Writer], None]] = {
    "bulk": lambda w: w.bulk(w.learners),
    "bulk, other order": lambda w: w.bulk(w.learners[::-1]),
    "bulk, late": lambda w: w.bulk(w.learners[::-1], days_ago=2),
    "session": Writer.session,
    "spend": Writer.spend,
    "reversal": Writer.reverse,
    "direct write": Writer.write,
    "rebuild": lambda w: call(w.db, "hg_rebuild", p_user_id=w.one),
    "reevaluation": lambda w: w.db.execute("SELECT hg_reevaluate('algebra', false)"),
}
RULES: dict[str, Callable[[Writer], None]] = {
    "catalog": Writer.change_catalog,
    "setting": Writer.change_setting,
    "pause for all": Writer.pause_all,
}
CALLS = LEARNERS | RULES
PAIRS = list(itertools.combinations_with_replacement(CALLS, 2))


@pytest.fixture
def learners(database: Database) -> list[Learner]:
    """Each has a session and tokens, and by now a mastery that waits to be judged anew."""
    owner = database.connect()
    made = learners_in_order(owner, COUNT, "3")
    for learner in made:
        learner.grant(1000)
        learner.run("algebra", 5, 5)
    change_module(owner, "algebra", mastery_rule=EASY)
    return made


@pytest.mark.parametrize(("first", "second"), PAIRS, ids=[" + ".join(pair) for pair in PAIRS])
def test_any_two_stopped_midway_both_finish(database, learners, first, second):
    """A third session holds one learner in the middle: they stop there, then both go on.

    Who changes the rules waits for no learner; two of those are stopped by the rules' own lock.
    """
    only_rules = {first, second} <= RULES.keys()
    held, whom = "SELECT FROM users WHERE id = %s FOR NO KEY UPDATE", [learners[MIDDLE].id]
    if only_rules:
        held, whom = "SELECT FROM hg_installation FOR UPDATE", []
    holder, monitor = database.connect(), database.connect()
    with ThreadPoolExecutor(2) as pool:
        with holder.transaction():
            holder.execute(held, whom)
            calls = []
            for name in (first, second):
                session = database.connect()
                calls.append(pool.submit(CALLS[name], Writer(session, learners)))
                if name in RULES and not only_rules:
                    wait_for(calls[-1].done)
                else:
                    wait_for_lock(monitor, session.info.backend_pid)
        for one in calls:
            one.result(timeout=60)
    assert verify(monitor) == []


def test_a_crowd_of_all_of_them_finishes(database, learners):
    def work(connection, number):
        writer = Writer(connection, learners)
        writer.random = random.Random(number)
        for _ in range(20):
            writer.learners = writer.random.sample(learners, COUNT)
            CALLS[writer.random.choice(list(CALLS.keys() - {"reversal"}))](writer)

    together(database, work)
    assert verify(learners[0].db) == []
