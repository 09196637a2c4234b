"""A database whose learners are in partitions, one for the tests that commit nothing there."""

import secrets
from collections.abc import Iterator

import psycopg
import pytest
from pytest_postgresql.executors import NoopExecutor

from tests.conftest import PREFIX, new_database
from tests.support.database import Database
from tools.database import Cluster

from .shards import split


@pytest.fixture(scope="session")
def split_database(cluster: Cluster, template: NoopExecutor) -> Iterator[Database]:
    name = f"{PREFIX}split_{secrets.token_hex(3)}"
    with new_database(cluster, name, template.template_dbname) as made:
        split(made.dsn)
        yield made


@pytest.fixture
def split_db(split_database: Database) -> Iterator[psycopg.Connection]:
    """A session there; what it does is rolled back."""
    with psycopg.connect(split_database.dsn) as connection:
        connection.execute("SELECT")
        yield connection
        connection.rollback()
