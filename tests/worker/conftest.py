"""What the worker's tests share: the server, the learners, and workers that end with the test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.database import Database
from tests.worker.openai_server import Server, serving
from tests.worker.support import Process, School


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as made:
        yield made


@pytest.fixture
def school(database: Database) -> School:
    return School(database)


@pytest.fixture
def start(database: Database, server: Server, tmp_path: Path) -> Iterator[Callable[..., Process]]:
    """Start a worker with these arguments; what still runs when the test ends is killed."""
    made: list[Process] = []

    def begin(*arguments: str, **more: str) -> Process:
        log = tmp_path / f"worker-{len(made)}.log"
        made.append(Process(database.dsn, server.url, log, *arguments, **more))
        return made[-1]

    yield begin
    for process in made:
        process.kill()
