"""make citus: asks before it changes anything, and does all or nothing."""

import subprocess
import sys

import pytest

from tests.house.support import environment, run
from tests.install.support import uninstall
from tests.record.support import Learner
from tests.support.database import ROOT, Database, migrate

from .support import recorded_calls, stand_in


def make_citus(database: Database, **variables: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "tools.citus"],
        cwd=ROOT,
        env=environment(database.dsn, **variables),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )


def is_distributed(database: Database) -> bool:
    query = "SELECT i.distributed FROM hg_installation AS i"
    return database.connect().execute(query).fetchone()[0]


@pytest.mark.parametrize(
    ("variables", "status", "said"),
    [
        ({}, 2, "CONFIRM=yes"),
        ({"CONFIRM": "yes"}, 1, "this database has no Citus"),
    ],
)
def test_it_refuses_and_nothing_has_changed(
    database: Database, variables: dict[str, str], status: int, said: str
) -> None:
    done = make_citus(database, **variables)
    assert (done.returncode, said in done.stderr) == (status, True), done.stderr
    assert not is_distributed(database)


def test_where_nothing_is_installed_it_says_so(empty_database: Database) -> None:
    done = make_citus(empty_database, CONFIRM="yes")
    assert done.returncode == 1 and "not installed" in done.stderr


def test_an_error_half_way_takes_everything_back(database: Database) -> None:
    connection = database.connect()
    stand_in(connection)
    connection.execute("CREATE TABLE hg_forgotten (user_id bigint)")
    done = make_citus(database, CONFIRM="yes")
    assert done.returncode == 1 and "a table has no place on the nodes" in done.stderr
    assert not is_distributed(database)
    assert recorded_calls(connection, "create_reference_table") == []


def test_it_distributes_and_can_be_run_again(database: Database) -> None:
    connection = database.connect()
    stand_in(connection)
    for _ in range(2):
        done = make_citus(database, CONFIRM="yes")
        assert done.returncode == 0, done.stderr
        assert "distributed" in done.stdout
    assert is_distributed(database)
    assert len(recorded_calls(connection, "create_reference_table")) == 3


def test_the_installation_can_be_undone(database: Database) -> None:
    connection = database.connect()
    stand_in(connection)
    assert make_citus(database, CONFIRM="yes").returncode == 0
    # What undistribute_table would have done.
    connection.execute("TRUNCATE pg_dist_partition")
    connection.close()
    done = run(ROOT, "rollback", database.dsn, CONFIRM="yes")
    assert done.returncode == 0, done.stderr


def test_functions_that_were_unloaded_come_back(database: Database) -> None:
    connection = database.connect()
    stand_in(connection)
    assert make_citus(database, CONFIRM="yes").returncode == 0
    uninstall(connection)
    migrate(database.dsn)
    assert make_citus(database, CONFIRM="yes").returncode == 0
    learner = Learner(connection)
    learner.grant(3)
    assert learner.verify() == []
