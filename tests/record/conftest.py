"""Learners whose documents are held against their ledgers when a test ends."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from .support import Learner


@pytest.fixture
def new(db: psycopg.Connection) -> Iterator[Callable[..., Learner]]:
    """Makes learners; each document must be the fold of its ledger at the test's end."""
    made: list[Learner] = []

    def make(grade: str | None = None, **others: Any) -> Learner:
        made.append(Learner(db, grade, **others))
        return made[-1]

    yield make
    if db.info.transaction_status == psycopg.pq.TransactionStatus.INTRANS:
        for learner in made:
            learner.assert_folds()


@pytest.fixture
def learner(new: Callable[..., Learner]) -> Learner:
    """A new learner without a grade."""
    return new()
