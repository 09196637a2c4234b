"""Databases at each stage of the move: made once, cloned for every test."""

import contextlib
import secrets
from collections.abc import Callable, Iterator

import pytest

from tests.conftest import PREFIX, new_database
from tests.legacy.importing import imported, pending  # noqa: F401 (fixtures)
from tests.legacy.moving import Move
from tests.legacy.schema import Legacy
from tools.database import Cluster

STAGES = ("pending", "imported", "verified", "cut_over")


def advance(move: Move, stage: str) -> None:
    """Take a pending move to a stage."""
    if stage == "imported":
        move.finish()
    elif stage == "verified":
        move.finish()
        assert move.verify()["differences"] == 0, move.differences()
    elif stage == "cut_over":
        move.cut_over()


@pytest.fixture(scope="session")
def stages(cluster: Cluster) -> Iterator[Callable[[str, str], str]]:
    """Names of databases that were taken to a stage; nobody is connected to them."""
    made: dict[tuple[str, str], str] = {}
    with contextlib.ExitStack() as stack:

        def stage_of(stage: str, document: str) -> str:
            key = (stage, document)
            if key not in made:
                name = f"{PREFIX}{stage}_{secrets.token_hex(3)}"
                database = stack.enter_context(new_database(cluster, name, None))
                advance(Move(database, Legacy(document=document)), stage)
                database.close()
                made[key] = name
            return made[key]

        yield stage_of


@pytest.fixture
def moved(
    cluster: Cluster, stages: Callable[[str, str], str]
) -> Iterator[Callable[[str, str], Move]]:
    """A move at a stage, in a database of the test's own."""
    with contextlib.ExitStack() as stack:

        def at(stage: str, document: str = "json") -> Move:
            name = f"{PREFIX}clone_{secrets.token_hex(3)}"
            database = stack.enter_context(new_database(cluster, name, stages(stage, document)))
            return Move.opened(database, Legacy(document=document))

        yield at
