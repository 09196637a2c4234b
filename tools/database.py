"""The database the commands work on: DATABASE_URL, else one on this checkout's own server.

python -m tools.database url | psql [ARGUMENTS]
"""

import contextlib
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tools import server

DATABASE = "app"


@dataclass(frozen=True)
class Cluster:
    """How to reach a server; the names are those pytest-postgresql asks for."""

    host: str
    port: int = 5432
    user: str = server.SUPERUSER
    password: str | None = None
    options: str = ""
    maintenance_dbname: str = "postgres"
    template_dbname: str | None = None

    def dsn(self, dbname: str | None = None) -> str:
        return make_conninfo(
            host=self.host,
            port=self.port,
            user=self.user,
            password=self.password,
            dbname=dbname or self.maintenance_dbname,
        )


def wait_until_ready(dsn: str, log: Path, process: subprocess.Popen | None = None) -> None:
    """Wait until the server answers, or say why it never will."""
    deadline = time.monotonic() + server.START_SECONDS
    while True:
        try:
            psycopg.connect(dsn, connect_timeout=5).close()
            return
        except psycopg.OperationalError as error:
            ended = process is not None and process.poll() is not None
            if ended or time.monotonic() > deadline:
                raise server.ServerError(
                    f"the server did not start: {error}\n{server.tail(log)}"
                ) from error
        time.sleep(0.05)


def own_database() -> str:
    """The database on this checkout's own server, which is started and given one as needed."""
    lasting = server.ensure_running()
    cluster = Cluster(host=str(lasting.socket))
    wait_until_ready(cluster.dsn(), lasting.log)
    with psycopg.connect(cluster.dsn(), autocommit=True) as connection:
        known = connection.execute(
            "SELECT 1 FROM pg_catalog.pg_database WHERE datname = %s", [DATABASE]
        ).fetchone()
        if known is None:
            # Another make may be making it at this moment: then it is there all the same.
            with contextlib.suppress(
                psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation
            ):
                connection.execute(f"CREATE DATABASE {DATABASE} TEMPLATE template0")
    return cluster.dsn(DATABASE)


def given_url() -> str | None:
    """DATABASE_URL, checked; None when there is none."""
    url = os.environ.get("DATABASE_URL")
    if not url:
        return None
    try:
        conninfo_to_dict(url)
    except psycopg.ProgrammingError as error:
        raise server.ServerError(f"DATABASE_URL cannot be read: {error}".strip()) from error
    return url


def database_url() -> str:
    return given_url() or own_database()


def running_database_url() -> str | None:
    """Like database_url, but starts and makes nothing; None when no server runs."""
    given = given_url()
    if given is not None:
        return given
    for lasting in server.lasting_servers():
        if lasting.process() is not None:
            return Cluster(host=str(lasting.socket)).dsn(DATABASE)
    return None


def find_psql() -> str:
    """The psql on the PATH when the server is somebody else's, else the one beside the server."""
    on_path = shutil.which("psql")
    if on_path is not None and given_url() is not None:
        return on_path
    for folder, _ in server.binary_folders():
        if os.access(folder / "psql", os.X_OK):
            return str(folder / "psql")
    if on_path is not None:
        return on_path
    raise server.ServerError("no psql found. Debian, Ubuntu: apt-get install postgresql-client")


def open_psql(url: str, arguments: list[str]) -> None:
    """Become psql; a password goes by the environment, where other accounts cannot read it."""
    parameters = conninfo_to_dict(url)
    password = parameters.pop("password", None)
    environment = dict(os.environ)
    if password is not None:
        environment["PGPASSWORD"] = str(password)
    program = find_psql()
    os.execve(program, [program, "--dbname", make_conninfo(**parameters), *arguments], environment)


def main(arguments: list[str]) -> None:
    try:
        match arguments:
            case ["url"]:
                print(database_url())
            case ["psql", *rest]:
                open_psql(database_url(), rest)
            case _:
                print(__doc__, file=sys.stderr)
                sys.exit(2)
    except server.ServerError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
