"""Learners of the past: on the worker's server, and on one whose clock the tests set."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from tests.local_time.support import Clock, Living, clock_library, in_zone, server_with_clock
from tests.record.support import Learner
from tests.support.database import Database, RolledBack, migrate
from tools.database import Cluster
from tools.server import ServerError

TEMPLATE, SHARED, CLONE = "hg_time_template", "hg_time_shared", "hg_time_clone"
Makes = Callable[..., Living]


@pytest.fixture
def new(db: psycopg.Connection) -> Iterator[Callable[..., Learner]]:
    """Makes learners of a zone by the real clock; each document is its ledger's fold at the end."""
    made: list[Learner] = []

    def make(zone: str | None = None, **stats: Any) -> Learner:
        made.append(Learner(db, document=in_zone(zone, **stats)))
        return made[-1]

    yield make
    for learner in made:
        learner.assert_folds()


@pytest.fixture(scope="session")
def clocked() -> Iterator[tuple[Cluster, Clock]]:
    """A server with a clock of its own, and an installation to clone."""
    library = clock_library()
    if library is None:
        pytest.skip("libfaketime is not installed (Debian: apt-get install faketime)")
    with contextlib.ExitStack() as stack:
        try:
            cluster, clock = stack.enter_context(server_with_clock(library))
        except ServerError as error:
            pytest.skip(f"no server of our own to set the clock of: {error}")
        with psycopg.connect(cluster.dsn(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {TEMPLATE} TEMPLATE template0")
        migrate(cluster.dsn(TEMPLATE))
        yield cluster, clock


@pytest.fixture
def clock(clocked: tuple[Cluster, Clock]) -> Clock:
    """The clock of that server."""
    return clocked[1]


@contextlib.contextmanager
def clone(cluster: Cluster, name: str) -> Iterator[Database]:
    """A copy of the installation, dropped at the end of the block."""
    with psycopg.connect(cluster.dsn(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        try:
            with contextlib.closing(Database(cluster.dsn(name), name)) as made:
                yield made
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def shared_world(clocked: tuple[Cluster, Clock]) -> Iterator[Database]:
    """The database there on which most tests are rolled back."""
    with clone(clocked[0], SHARED) as made:
        yield made


@pytest.fixture
def world(shared_world: Database, clock: Clock) -> Iterator[psycopg.Connection]:
    """A session there in a transaction that is rolled back: now() stays in the year 2000."""
    clock.set("2000-01-01")
    with contextlib.closing(RolledBack.connect(shared_world.dsn)) as connection:
        # In a transaction from here on: `with world.transaction()` makes savepoints, not commits.
        connection.execute("SELECT")
        yield connection


@contextlib.contextmanager
def learners(connection: psycopg.Connection, clock: Clock) -> Iterator[Makes]:
    """Makes learners of a zone; each document is its ledger's fold at the end of the block."""
    made: list[Living] = []

    def make(zone: str | None = None, **stats: Any) -> Living:
        made.append(Living(connection, clock, document=in_zone(zone, **stats)))
        return made[-1]

    yield make
    for learner in made:
        learner.assert_folds()


@pytest.fixture
def living(world: psycopg.Connection, clock: Clock) -> Iterator[Makes]:
    """Makes learners in that transaction."""
    with learners(world, clock) as make:
        yield make


@pytest.fixture
def committing(clocked: tuple[Cluster, Clock]) -> Iterator[Makes]:
    """Makes learners whose every call is a transaction: for what asks for now()."""
    cluster, clock = clocked
    clock.set("2000-01-01")
    with clone(cluster, CLONE) as made, learners(made.connect(), clock) as make:
        yield make
