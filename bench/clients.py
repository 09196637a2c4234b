"""Client processes with psycopg: what an application does, session by session."""

import contextlib
import multiprocessing
import random
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection as Pipe

import psycopg
from psycopg.types.json import Jsonb

from bench.learners import PLAYED, Module, Population, Session, played_by, token_run
from bench.machine import Target
from bench.rounds import Cell, Effort, Outcome, measure_cells

RECORD = "SELECT hg_record_activity(%s, %s, %s, %s, %s, %s, %s, NULL, %s)"


class Draw:
    """Chance: who plays next, and how it went. Each client has learners of its own."""

    def __init__(self, learners: range, catalog: list[Module], seed: int) -> None:
        self.learners, self.catalog = learners, catalog
        self.chance = random.Random(seed)

    def session(self, learner: int) -> Session:
        module = self.chance.choice(played_by(learner, self.catalog, PLAYED))
        return token_run(module, self.chance.randint(0, 4), self.chance)

    def one(self) -> tuple[int, Session]:
        learner = self.chance.choice(self.learners)
        return learner, self.session(learner)

    def some(self, count: int) -> list[int]:
        return self.chance.sample(self.learners, min(count, len(self.learners)))


# Records sessions over a connection; how many.
Work = Callable[[psycopg.Connection, Draw], int]


def record(connection: psycopg.Connection, draw: Draw) -> int:
    """One session by hg_record_activity."""
    learner, session = draw.one()
    connection.execute(
        RECORD,
        [
            learner,
            uuid.uuid4(),
            session.module,
            session.questions,
            session.correct,
            session.seconds,
            session.run_type,
            Jsonb(session.details),
        ],
        prepare=True,
    ).fetchone()
    return 1


@dataclass(frozen=True)
class Task:
    work: Work
    seconds: float
    synchronous_commit: bool


def client(pipe: Pipe, dsn: str, draw: Draw) -> None:
    """A client process: carries out tasks from its pipe, answers with its rate; None ends it."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        # As the writers of the product do for themselves: no trigger runs on either side.
        connection.execute("SET hg.writing = on")
        pipe.send(None)
        while (task := pipe.recv()) is not None:
            commit = "on" if task.synchronous_commit else "off"
            connection.execute(f"SET synchronous_commit = {commit}")
            done, start = 0, time.perf_counter()
            end = start + task.seconds
            while time.perf_counter() < end:
                done += task.work(connection, draw)
            pipe.send(done / (time.perf_counter() - start))


class Clients:
    """Client processes that stay for all cells."""

    def __init__(self, dsn: str, population: Population, count: int) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipes: list[Pipe] = []
        self.processes = []
        for number in range(count):
            ours, theirs = context.Pipe()
            own = range(1 + number, population.learners + 1, count)
            arguments = (theirs, dsn, Draw(own, population.catalog, number))
            process = context.Process(target=client, args=arguments, daemon=True)
            process.start()
            theirs.close()
            self.pipes.append(ours)
            self.processes.append(process)
        for pipe in self.pipes:
            pipe.recv()

    def rate(self, work: Work, seconds: float, cell: Cell) -> float:
        """Sessions per second of all clients of a cell together."""
        used = self.pipes[: cell.clients]
        for pipe in used:
            pipe.send(Task(work, seconds, cell.synchronous_commit))
        return sum(pipe.recv() for pipe in used)

    def close(self) -> None:
        for pipe in self.pipes:
            with contextlib.suppress(BrokenPipeError):
                pipe.send(None)
        for process in self.processes:
            process.join()


@contextlib.contextmanager
def clients(dsn: str, population: Population, count: int) -> Iterator[Clients]:
    made = Clients(dsn, population, count)
    try:
        yield made
    finally:
        made.close()


def against_each_other(
    target: Target, population: Population, effort: Effort, base: Work, product: Work
) -> list[Outcome]:
    most = max(effort.cells, key=lambda cell: cell.clients)
    with clients(target.dsn, population, most.clients) as made:
        # Statements are prepared and caches filled before anything counts.
        for work in (base, product):
            made.rate(work, min(effort.seconds, 1.0), most)
        return measure_cells(
            effort,
            partial(made.rate, base, effort.seconds),
            partial(made.rate, product, effort.seconds),
        )
