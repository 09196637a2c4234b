"""Distribute an installation over the nodes of Citus: sql/citus_prepare.sql, then sql/citus.sql.

    python -m tools.citus

Both run in one transaction, so it is done whole or not at all, and writers of users wait until the
rows have been copied; docs/scaling.md says how to go there online.
"""

import contextlib
import os
import sys

import psycopg

from tools import database
from tools.loader import Source, execute_source
from tools.migrate import exists, exit_status, find_schema, say
from tools.server import ROOT
from tools.session import Refused, connect, only_installer, use_schema, worker

SCRIPTS = ("sql/citus_prepare.sql", "sql/citus.sql")


def run_scripts(connection: psycopg.Connection) -> None:
    """What is not distributed yet, in one transaction."""
    with connection.transaction():
        for name in SCRIPTS:
            execute_source(connection, Source(name, (ROOT / name).read_text("utf-8")))


def distribute(url: str | None) -> None:
    if url is None:
        raise Refused("not installed: no server of this checkout runs (make migrate starts one)")
    with contextlib.closing(connect(url)) as connection:
        schema = find_schema(connection)
        use_schema(connection, schema)
        if not exists(connection, "regclass", "hg_installation"):
            raise Refused("not installed (make migrate installs)")
    if os.environ.get("CONFIRM") != "yes":
        raise Refused(
            "distributing takes the triggers off users, and holds up its writers until every row "
            "has been copied to its node. Read docs/scaling.md, then say CONFIRM=yes. Nothing has "
            "been changed.",
            2,
        )
    with only_installer(url, say), contextlib.closing(worker(url, schema)) as working:
        run_scripts(working)
    say("distributed: SELECT * FROM citus_tables shows where what is")


def main() -> int:
    return exit_status(lambda: distribute(database.running_database_url()), "interrupted")


if __name__ == "__main__":
    sys.exit(main())
