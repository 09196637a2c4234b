"""A learner of whom something is stored: what the refusals are tried on."""

import psycopg
import pytest

from tests.record.support import Learner, change_module, uid


@pytest.fixture
def stored(db: psycopg.Connection) -> Learner:
    """One activity (id 1), a spend (2), a grant (3); word_race is inactive."""
    learner = Learner(db, "3")
    learner.run("addition_facts", 6, 6, 30, id=uid(1))
    learner.spend(1, id=uid(2))
    learner.grant(10, id=uid(3))
    change_module(db, "word_race", active=False)
    return learner
