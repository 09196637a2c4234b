"""Let go of what is kept for a time, ledger rows and jobs: hg_prune() until there is nothing more.

    python -m tools.prune

Each call is a transaction of its own and ends after a moment, so nobody waits for long; it can be
interrupted and run again at any time.
"""

import contextlib
import sys

from tools import database
from tools.migrate import exit_status, find_schema, out, say
from tools.session import Refused, connect, use_schema


def prune(url: str | None) -> None:
    """All batches, one after the other."""
    if url is None:
        raise Refused("not installed: no server of this checkout runs (make migrate starts one)")
    with contextlib.closing(connect(url)) as connection:
        use_schema(connection, find_schema(connection))
        learners = rows = jobs = 0
        after = None
        with out.status("pruning") as shown:
            while True:
                answer = connection.execute("SELECT hg_prune(%s)", [after]).fetchone()[0]
                learners, rows = learners + answer["learners"], rows + answer["rows"]
                jobs += answer["ai_jobs"]
                after = answer["after"]
                shown.update(f"{learners:,} learners, {rows:,} rows gone")
                if after is None:
                    break
    if jobs:
        say(f"{jobs:,} jobs of analyses gone that ended longer ago than ai_retention_days")
    if answer["horizon"] is None:
        say("nothing to do: the setting ledger_retention_days is null, the ledger is kept for ever")
    else:
        say(f"{learners:,} learners looked at, {rows:,} rows from before {answer['horizon']} gone")


def main() -> int:
    return exit_status(
        lambda: prune(database.running_database_url()), "interrupted; run it again to go on"
    )


if __name__ == "__main__":
    sys.exit(main())
