"""Let go of what is kept for a time, ledger rows, jobs and more: hg_prune() until nothing is left.

    python -m tools.prune

Each call is a transaction of its own and ends after a moment, so nobody waits for long; it can be
interrupted and run again at any time.
"""

import contextlib
import sys

from tools import database
from tools.migrate import exit_status, find_schema, out, say
from tools.session import Refused, connect, use_schema

# What else goes, by its name in the answer.
OTHERS = {
    "ai_jobs": "jobs of analyses gone that are older than ai_retention_days",
    "ai_analyses": "analyses gone from documents: too old, or without consent",
    "archive_rows": "rows of the archive of the move gone",
    "tombstones": "tombstones gone",
}


def prune(url: str | None) -> None:
    """All batches, one after the other."""
    if url is None:
        raise Refused("not installed: no server of this checkout runs (make migrate starts one)")
    with contextlib.closing(connect(url)) as connection:
        use_schema(connection, find_schema(connection))
        gone = dict.fromkeys(("rows", *OTHERS), 0)
        learners = 0
        after = None
        with out.status("pruning") as shown:
            while True:
                answer = connection.execute("SELECT hg_prune(%s)", [after]).fetchone()[0]
                learners += answer["learners"]
                for what in gone:
                    gone[what] += answer[what]
                after = answer["after"]
                shown.update(f"{learners:,} learners, {gone['rows']:,} rows gone")
                if after is None:
                    break
    for what, words in OTHERS.items():
        if gone[what]:
            say(f"{gone[what]:,} {words}")
    if answer["horizon"] is None:
        say("nothing to do: the setting ledger_retention_days is null, the ledger is kept for ever")
    else:
        say(
            f"{learners:,} learners looked at, {gone['rows']:,} rows from before"
            f" {answer['horizon']} gone"
        )


def main() -> int:
    return exit_status(
        lambda: prune(database.running_database_url()), "interrupted; run it again to go on"
    )


if __name__ == "__main__":
    sys.exit(main())
