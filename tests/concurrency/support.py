"""Sessions that call at the same time."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import psycopg

from tests.support.database import Database

WORKERS = 8


def together(
    database: Database, work: Callable[[psycopg.Connection, int], Any], workers: int = WORKERS
) -> list[Any]:
    """What each of several sessions returned; all begin at the same moment."""
    connections = [database.connect() for _ in range(workers)]
    barrier = threading.Barrier(workers)

    def run(number: int) -> Any:
        barrier.wait()
        return work(connections[number], number)

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(run, range(workers)))


class Waiting:
    """A call in another session, which the caller lets go on."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self._pool = ThreadPoolExecutor(1)
        self._future: Future = self._pool.submit(work)

    def result(self) -> Any:
        try:
            return self._future.result(timeout=60)
        finally:
            self._pool.shutdown()


def outcome(call: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    """What a call returned, or the SQLSTATE it failed with."""
    try:
        return call(*arguments, **named)
    except psycopg.Error as error:
        return error.sqlstate
