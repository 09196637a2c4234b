"""Legacy data of 60 learners whose import is still to come, or done; step by step."""

from collections.abc import Callable
from typing import Any

import pytest
from psycopg.types.json import Jsonb

from tests.legacy.schema import Legacy
from tests.legacy.test_import import Import
from tests.support.database import Database


class Importing(Import):
    """A clone of an installation over a legacy database."""

    def __init__(self, database: Database, legacy: Legacy) -> None:
        self.database, self.legacy = database, legacy
        # Nothing here should wait long; better an error than a test that hangs.
        self.db = database.connect(options="-c lock_timeout=30s")

    def learner(self) -> int:
        """One who is not in quarantine."""
        return self.db.execute(
            "SELECT u.id FROM users AS u WHERE u.id NOT IN"
            " (SELECT q.user_id FROM hg_legacy_quarantine AS q) ORDER BY u.id LIMIT 1"
        ).fetchone()[0]

    def step(self, **options: Any) -> dict:
        query = "SELECT hg_legacy_import_step(%s)"
        return self.db.execute(query, [Jsonb(options)]).fetchone()[0]

    def steps(self, **options: Any) -> list[dict]:
        """All steps to the end; their answers."""
        answers = [self.step(**options)]
        while answers[-1]["more"]:
            answers.append(self.step(**options))
        return answers

    def begin(self) -> None:
        """All that takes locks on tables."""
        while self.state == "pending":
            self.step()

    def make_indexes(self) -> None:
        """Those that make import builds first, waiting for every open transaction."""
        rows = self.db.execute("SELECT hg__legacy_index_statements()").fetchall()
        for (statement,) in rows:
            self.db.execute(statement)

    def until(self, learners: int) -> None:
        """Steps until so many learners, of whole fives, are built."""
        while self.step(batch=5)["done"] < learners:
            pass


@pytest.fixture
def pending(moved: Callable) -> Importing:
    """Every import is still to come."""
    move = moved("pending")
    return Importing(move.database, move.legacy)


@pytest.fixture
def imported(pending: Importing) -> Importing:
    """The same, imported."""
    pending.steps()
    return pending
