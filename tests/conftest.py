"""One server for each worker, one migrated template in it, and databases cloned from that.

With DATABASE_URL the tests use that server: they make databases of their own there and drop them.
With HG_TEST_ID the template has ids of that type (tests/support/users.py).
"""

import os

# Before anything else: libpq would follow these wherever a test names no server.
GIVEN_URL = os.environ.pop("DATABASE_URL", None)
for _name in [name for name in os.environ if name.startswith("PG") and name != "PG_BINDIR"]:
    if _name != "PG_OS_USER":
        del os.environ[_name]
for _name in ("HG_SCHEMA", "HG_LOCK_PATIENCE", "CONFIRM"):
    os.environ.pop(_name, None)
# No test may ask the real OpenAI on somebody's account.
for _name in [name for name in os.environ if name.startswith("OPENAI_")]:
    del os.environ[_name]

import contextlib  # noqa: E402
import secrets  # noqa: E402
from collections.abc import Iterator  # noqa: E402

import psycopg  # noqa: E402
import pytest  # noqa: E402
from psycopg.conninfo import conninfo_to_dict, make_conninfo  # noqa: E402
from pytest_postgresql import factories  # noqa: E402
from pytest_postgresql.executors import NoopExecutor  # noqa: E402
from pytest_postgresql.janitor import DatabaseJanitor  # noqa: E402

from tests.citus.shards import OF_WHOLE_TABLES, split  # noqa: E402
from tests.support.database import Database, RolledBack, migrate  # noqa: E402
from tools.database import Cluster  # noqa: E402
from tools.throwaway import throwaway  # noqa: E402

# make test-partitioned: users and every table of learners in hash partitions.
PARTITIONED = os.environ.get("HG_TEST_PARTITIONED") == "yes"

# Nobody else's database can have this name, and no two runs share it.
PREFIX = f"hg_test_{secrets.token_hex(4)}_"


def given_cluster(url: str) -> Cluster:
    """The server of DATABASE_URL; what Cluster has no field for goes into the environment."""
    asked = conninfo_to_dict(url)
    with psycopg.connect(url) as connection:
        info = connection.info
        cluster = Cluster(info.host, info.port, info.user, info.password, "", info.dbname)
    fields = {"host", "hostaddr", "port", "user", "password", "options", "dbname"}
    for option in psycopg.pq.Conninfo.get_defaults():
        keyword = option.keyword.decode()
        if keyword in asked and keyword not in fields and option.envvar:
            os.environ[option.envvar.decode()] = str(asked[keyword])
    return cluster


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With partitions, what looks at how a table itself is stored has nothing to see."""
    if PARTITIONED:
        for item in items:
            if getattr(item, "originalname", item.name) in OF_WHOLE_TABLES:
                item.add_marker(pytest.mark.skip(reason="a partitioned table stores nothing"))


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """The server of this worker."""
    if GIVEN_URL:
        yield given_cluster(GIVEN_URL)
    else:
        with throwaway() as made:
            yield made.cluster


def load_template(host: str, port: int, user: str, dbname: str, password: str, **_: object) -> None:
    """Fill the template by what make migrate runs."""
    dsn = make_conninfo(host=host, port=port, user=user, dbname=dbname, password=password)
    migrate(dsn)
    # As PostgreSQL 15 and newer make it; before, hg_status rightly warns.
    with psycopg.connect(dsn) as connection:
        connection.execute("REVOKE CREATE ON SCHEMA public FROM public")
    if PARTITIONED:
        split(dsn)


template = factories.postgresql_noproc(dbname=PREFIX, depends_on="cluster", load=[load_template])
clone = factories.postgresql("template")


@contextlib.contextmanager
def new_database(cluster: Cluster, name: str, template_name: str | None) -> Iterator[Database]:
    """A database that is dropped at the end of the block."""
    janitor = DatabaseJanitor(
        user=cluster.user,
        host=cluster.host,
        port=cluster.port,
        password=cluster.password,
        dbname=name,
        template_dbname=template_name,
        maintenance_dbname=cluster.maintenance_dbname,
    )
    with janitor:
        made = Database(cluster.dsn(name), name)
        with contextlib.closing(made):
            yield made


@pytest.fixture
def database(cluster: Cluster, clone: psycopg.Connection) -> Iterator[Database]:
    """A fresh migrated database of this test's own: for what commits or needs several sessions."""
    name = clone.info.dbname
    clone.close()
    with contextlib.closing(Database(cluster.dsn(name), name)) as made:
        yield made


@pytest.fixture
def empty_database(cluster: Cluster) -> Iterator[Database]:
    """A fresh database without an installation."""
    with new_database(cluster, f"{PREFIX}empty_{secrets.token_hex(3)}", None) as made:
        yield made


@pytest.fixture(scope="session")
def shared_database(cluster: Cluster, template: NoopExecutor) -> Iterator[Database]:
    """The migrated database on which every test with `db` is rolled back."""
    name = f"{PREFIX}shared_{secrets.token_hex(3)}"
    with new_database(cluster, name, template.template_dbname) as made:
        yield made


@pytest.fixture(scope="session")
def _shared_connection(shared_database: Database) -> Iterator[list[RolledBack]]:
    """The connection behind `db`, in a list so that a broken one can be replaced."""
    held: list[RolledBack] = []
    yield held
    for connection in held:
        connection.close()


@pytest.fixture
def db(
    shared_database: Database, _shared_connection: list[RolledBack]
) -> Iterator[psycopg.Connection]:
    """A connection in a transaction that is rolled back after the test: fast, for the many."""
    if not _shared_connection or _shared_connection[0].closed:
        _shared_connection[:] = [RolledBack.connect(shared_database.dsn)]
    connection = _shared_connection[0]
    # In a transaction from here on: `with db.transaction()` makes savepoints, not commits.
    connection.execute("SELECT")
    yield connection
    if not connection.closed:
        connection.rollback()
