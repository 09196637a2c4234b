"""Move in from the older tables, step by step.

    python -m tools.legacy import | pause | resume | verify | cutover | rollback | finalize | purge

Each step is a short transaction of the database's own functions; between steps this can be
interrupted, killed, and run again: it goes on where it was. Variables: BATCH (import),
ALLOW_QUARANTINE=yes (cutover), CONFIRM=yes (finalize, purge), COLUMNS=yes (finalize).
Exit status: 0 done, 1 differences or refused, 2 usage, 130 interrupted.
"""

import contextlib
import json
import os
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from types import FrameType

import psycopg
from psycopg.types.json import Jsonb
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from tools import database
from tools.migrate import exists, exit_status, explain, find_schema, out, say
from tools.session import (
    Refused,
    connect,
    patience,
    poll_lock,
    retried,
    set_lock_timeout,
    use_schema,
)

TELL_SECONDS = 3.0
SHOWN_DIFFERENCES = 20
# The third of the project's advisory locks: who builds indexes for the import.
INDEX_KEY = 0x6867_0003


class Stop:
    """Ctrl-C: the first ends the work after the step that is running, the second at once."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        signal.signal(signal.SIGINT, self.ask)

    def ask(self, number: int, frame: FrameType | None) -> None:
        if self.asked.is_set():
            raise KeyboardInterrupt
        self.asked.set()

    def check(self) -> None:
        if self.asked.is_set():
            raise KeyboardInterrupt

    def wait(self, seconds: float) -> None:
        self.asked.wait(seconds)
        self.check()


# --- What is shown ---------------------------------------------------------------------------


class Shown:
    """The course of a command: a bar on a terminal, else a line every few seconds."""

    def __init__(self, bar: Progress | None) -> None:
        self.bar = bar
        self.task = None
        self.first: tuple[float, int] | None = None
        self.told = time.monotonic()
        self.reason: str | None = None
        self.by_step: Counter[str] = Counter()

    def step(self, answer: dict) -> None:
        """One step's answer."""
        self.by_step[answer["step"]] += answer["learners"]
        done, total = answer.get("done", self.by_step.total()), answer.get("total")
        now = time.monotonic()
        if self.first is None:
            self.first = (now, done)
        rate = (done - self.first[1]) / max(now - self.first[0], 0.001)
        self.tell_reason(answer)
        if self.bar is not None:
            self.draw(answer["step"], done, total, rate)
        elif now - self.told >= TELL_SECONDS:
            self.told = now
            say(line_of(answer, done, total, rate))

    def tell_reason(self, answer: dict) -> None:
        """Why it is slow or waits, when that begins."""
        kind = answer["step"] if answer.get("reason") else None
        if kind is not None and kind != self.reason:
            say(f"{kind}: {answer['reason']}")
        self.reason = kind

    def draw(self, step: str, done: int, total: int | None, rate: float) -> None:
        if self.task is None:
            self.task = self.bar.add_task(step, completed=done, total=total, rate="")
        self.bar.update(
            self.task, description=step, completed=done, total=total, rate=f"{rate:,.0f}/s"
        )


def line_of(answer: dict, done: int, total: int | None, rate: float) -> str:
    """A step's answer as a line."""
    parts = [f"{answer['step']}: {done:,}" + (f" of about {total:,}" if total else "")]
    if rate >= 1:
        parts.append(f"{rate:,.0f} learners a second")
        if total:
            parts.append(f"about {max(total - done, 0) / rate:,.0f} s left")
    parts += counts_of(answer)
    return ", ".join(parts)


def counts_of(answer: dict) -> list[str]:
    """What remains beside the learners that are built."""
    names = {"quarantined": "in quarantine", "dirty": "changes to be built"}
    return [f"{answer[key]:,} {text}" for key, text in names.items() if answer.get(key)]


@contextlib.contextmanager
def showing() -> Iterator[Shown]:
    if not out.is_terminal:
        yield Shown(None)
        return
    columns = (
        TextColumn("{task.description}"), BarColumn(),
        TextColumn("{task.completed:,.0f} learners"), TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=out, transient=True) as bar:
        yield Shown(bar)


# --- Sessions and steps ----------------------------------------------------------------------


@contextlib.contextmanager
def session(function: str) -> Iterator[psycopg.Connection]:
    """The one session of a command, on an installation that has its function."""
    url = database.running_database_url()
    if url is None:
        raise Refused("not installed: no server of this checkout runs (make migrate starts one)")
    with contextlib.closing(connect(url)) as connection:
        use_schema(connection, find_schema(connection))
        if not exists(connection, "regclass", "hg_installation"):
            raise Refused("not installed (make migrate installs)")
        if not exists(connection, "regproc", function):
            raise Refused("the installation is older, or has not finished: run make migrate")
        try:
            yield connection
        except psycopg.errors.InvalidParameterValue as error:
            raise Refused(explain(error), 2) from error
        except psycopg.OperationalError as error:
            if not connection.closed:
                raise
            raise Refused(
                f"the connection to the database was lost: {str(error).strip()}\n"
                "What was done stays; run it again, it goes on where it was."
            ) from error


def value(connection: psycopg.Connection, query: str, *arguments: object) -> object:
    return connection.execute(query, arguments).fetchone()[0]


def state_of(connection: psycopg.Connection) -> str | None:
    return value(connection, "SELECT i.state FROM hg_installation AS i")


def run_steps(connection: psycopg.Connection, stop: Stop, call: str, *arguments: object) -> dict:
    """Steps, each a transaction, until there is no more; the last one's answer."""

    def attempt() -> dict:
        stop.check()
        with connection.transaction():
            set_lock_timeout(connection)
            return value(connection, f"SELECT {call}", *arguments)

    with showing() as shown:
        while True:
            answer = retried(attempt, call.split("(")[0], connection, say)
            shown.step(answer)
            if not answer["more"]:
                return answer | {"learners": shown.by_step.total(), "by_step": shown.by_step}
            stop.wait(answer.get("wait_ms", 0) / 1000)


def says_yes(name: str) -> bool:
    """A variable that is yes, or not given."""
    text = os.environ.get(name, "")
    if name == "COLUMNS" and text.isdigit():
        return False  # a shell's, the width of its terminal
    if text not in ("", "yes", "no"):
        raise Refused(f"{name} is yes or not given, not {text!r}", 2)
    return text == "yes"


def require_confirm(what: str) -> None:
    if not says_yes("CONFIRM"):
        raise Refused(f"{what} Make a backup, then say CONFIRM=yes. Nothing has been changed.", 2)


# --- The commands ----------------------------------------------------------------------------


def import_all(stop: Stop) -> int:
    options = {}
    batch = os.environ.get("BATCH", "")
    if batch:
        if not (batch.isascii() and batch.isdigit() and int(batch) > 0):
            raise Refused(f"BATCH is a positive number of learners, not {batch!r}", 2)
        options["batch"] = int(batch)
    with session("hg_legacy_import_step") as connection:
        build_indexes(connection, stop)
        answer = run_steps(connection, stop, "hg_legacy_import_step(%s)", Jsonb(options))
        told = [f"{answer['learners']:,} learners built", *counts_of(answer)]
        say(f"imported: {', '.join(told)}. Next: make verify")
    return 0


def build_indexes(connection: psycopg.Connection, stop: Stop) -> None:
    """Indexes on user_id where a legacy table has none, without keeping anybody from writing."""

    def statements() -> list[str]:
        rows = connection.execute("SELECT s FROM hg__legacy_index_statements() AS s (s)")
        return [row[0] for row in rows]

    if not statements():
        return
    poll_lock(connection, INDEX_KEY, say, "another session builds indexes: waiting for it")
    try:
        # A build waits for open transactions; nobody waits for it meanwhile.
        limit = patience()
        deadline = time.monotonic() + limit
        for statement in statements():
            stop.check()
            say(f"a table without an index on user_id: {statement}")
            milliseconds = max(round((deadline - time.monotonic()) * 1000), 100)
            try:
                connection.execute(f"SET lock_timeout = {milliseconds}")
                connection.execute(statement.encode())
            except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
                say(
                    f"given up after {limit:g} s of other sessions' transactions "
                    "(HG_LOCK_PATIENCE): the import goes on without it, slowly"
                )
    finally:
        if not connection.closed:
            connection.execute("SET lock_timeout = 0")
            connection.execute("SELECT pg_catalog.pg_advisory_unlock(%s)", [INDEX_KEY])


def pause(stop: Stop) -> int:
    with session("hg_legacy_pause") as connection:
        state = value(connection, "SELECT hg_legacy_pause()")["state"]
    say(f"paused in state {state}: an import waits from its next step on. Next: make resume")
    return 0


def resume(stop: Stop) -> int:
    with session("hg_legacy_resume") as connection:
        state = value(connection, "SELECT hg_legacy_resume()")["state"]
    say(
        f"resumed in state {state}: an import that waits goes on. Next: make import, unless one "
        "is running"
    )
    return 0


def verify(stop: Stop) -> int:
    with session("hg_legacy_verify_step") as connection:
        answer = run_steps(connection, stop, "hg_legacy_verify_step()")
        built = answer["by_step"].get("changed learners", 0)
        if built:
            say(f"{built:,} changed learners were built first")
        if answer.get("dirty"):
            say(f"{answer['dirty']:,} learners are changing just now and were not compared")
        number = differences(connection, "hg_legacy_differences", "staged")
        after = state_of(connection) == "cut_over"
        if after:
            # The steps compared the frozen sources with what was imported; since then there is
            # the ledger.
            number += differences(connection, "hg_verify()", "stored")
    told = (
        f"{answer.get('done', answer['learners']):,} learners verified, digest {answer['digest']}"
    )
    if number:
        if not after:
            say(
                "Was an older table or column altered or dropped since the import? Then make "
                "rollback and make import take it in as it is now."
            )
        say(f"unclean: {told}, {number:,} differences. Next: see what they are, then make verify")
        return 1
    later = "make finalize CONFIRM=yes, when nothing needs the older tables any more"
    say(f"clean: {told}. Next: {later if after else 'make cutover'}")
    return 0


def differences(connection: psycopg.Connection, source: str, column: str) -> int:
    """Show the first differences; how many there are."""
    rows = connection.execute(
        f"SELECT d.user_id, d.path, d.{column}, d.expected, count(*) OVER () FROM {source} AS d "
        "ORDER BY d.user_id, d.path LIMIT %s",
        [SHOWN_DIFFERENCES],
    ).fetchall()
    if not rows:
        return 0
    number = rows[0][-1]
    table = Table("learner", "path", column, "expected", title=f"{number:,} differences")
    for row in rows:
        table.add_row(
            *("" if value is None else json.dumps(value, default=str) for value in row[:4])
        )
    out.print(table)
    if number > len(rows):
        say(f"... and {number - len(rows):,} more: SELECT * FROM {source}")
    return number


def cutover(stop: Stop) -> int:
    allow = says_yes("ALLOW_QUARANTINE")
    with session("hg_legacy_cutover_step") as connection:
        run_steps(connection, stop, "hg_legacy_cutover_step(%s)", allow)
        state = state_of(connection)
    say(
        f"{state}: the document is the truth now. Next: make verify; make rollback leads back, "
        "make finalize CONFIRM=yes drops what was set aside"
    )
    return 0


def rollback(stop: Stop) -> int:
    with session("hg_legacy_rollback_step") as connection:
        run_steps(connection, stop, "hg_legacy_rollback_step()")
        state = state_of(connection)
    say(f"rolled back: the older tables are the truth, the state is {state}. Next: make import")
    return 0


def finalize(stop: Stop) -> int:
    columns = says_yes("COLUMNS")
    require_confirm(
        "finalize drops the older tables that were set aside, their views, and the old document"
        + (" with the columns of users that the document replaces." if columns else ".")
    )
    with session("hg_legacy_finalize_step") as connection:
        run_steps(connection, stop, "hg_legacy_finalize_step(%s)", columns)
    say(
        "finalized: there is no way back. Next: make purge CONFIRM=yes when nobody needs the "
        "archive any more"
    )
    return 0


def purge(stop: Stop) -> int:
    require_confirm("purge deletes the archive of all that the import dropped, merged or repaired.")
    with session("hg_legacy_purge") as connection:
        answer = value(connection, "SELECT hg_legacy_purge()")
        after = state_of(connection) == "finalized"
    told = ", ".join(f"{key} {number}" for key, number in answer.items())
    later = "nothing, the move is over" if after else "make finalize CONFIRM=yes"
    say(f"purged: {told}. Next: {later}")
    return 0


COMMANDS: dict[str, Callable[[Stop], int]] = {
    "import": import_all, "pause": pause, "resume": resume, "verify": verify, "cutover": cutover,
    "rollback": rollback, "finalize": finalize, "purge": purge,
}  # fmt: skip


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in COMMANDS:
        print(__doc__, file=sys.stderr)
        return 2
    command = arguments[0]
    done = 0

    def act() -> None:
        nonlocal done
        done = COMMANDS[command](Stop())

    return (
        exit_status(
            act, f"interrupted after a step. What is done stays; make {command} goes on from there"
        )
        or done
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
