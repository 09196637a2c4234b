"""Measure the move from the older tables: import, verify, cutover, and who waits meanwhile.

    python -m bench.moving [--quick] [--learners N] [--rounds N]

S9: the import against one bare INSERT ... SELECT that builds the same documents (bench/bare.sql),
without archive, ledger, locks or repairs. Both run in turn, each time on a fresh copy of the same
older database, on a server of the bench's own (PG_BINDIR chooses its programs; with DATABASE_URL
it is that server).
"""

import argparse
import contextlib
import json
import os
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from psycopg.types.json import Jsonb
from rich.console import Console
from rich.table import Table

from bench import machine
from bench.learners import Tell
from bench.part import Part, compared
from bench.report import RESULTS, markdown_table
from bench.rounds import Cell, Outcome, measure, overall
from tools import migrate
from tools.loader import Project
from tools.server import ROOT

FOLDER = Path(__file__).parent
BARE = (FOLDER / "bare.sql").read_text("utf-8")
OLDER_TABLES = (FOLDER / "legacy_tables.sql").read_text("utf-8")
TABLES = (
    "concept_mastery", "subject_mastery", "subject_difficulty_history", "user_progress",
    "ai_analytics", "module_history",
)  # fmt: skip
ORIGINALS = 500
CHUNK = 20_000
GOAL = 0.3
LARGE = 1000
# One session, commits as they come.
CELL = Cell(clients=1, synchronous_commit=True)
PROBE_EVERY = 0.005


# --- The older application's database --------------------------------------------------------


def copied_columns(connection: psycopg.Connection, table: str, own: str) -> sql.Composable:
    rows = connection.execute(
        "SELECT a.attname FROM pg_attribute AS a WHERE a.attrelid = %s::regclass "
        "AND a.attnum > 0 AND a.attname NOT IN ('id', 'username', %s) ORDER BY a.attnum",
        [table, own],
    )
    return sql.SQL(", ").join(sql.Identifier("o", name) for (name,) in rows)


def copy_rows(connection: psycopg.Connection, table: str, originals: int, span: range) -> None:
    """The rows of the originals once more, for other learners."""
    own = "id" if table == "users" else "user_id"
    columns = copied_columns(connection, table, own)
    connection.execute(
        sql.SQL(
            "INSERT INTO {table} ({names}, {own}{more}) SELECT {columns}, n{value} "
            "FROM generate_series({first}, {last}) AS n "
            "JOIN {table} AS o ON o.{own} = 1 + (n - 1) % {size} ORDER BY o.id / {size}, n"
        ).format(
            table=sql.Identifier(table),
            own=sql.Identifier(own),
            names=sql.SQL(columns.as_string(connection).replace('"o".', "")),
            columns=columns,
            more=sql.SQL(", username" if table == "users" else ""),
            value=sql.SQL(", 'learner' || n" if table == "users" else ""),
            first=span.start,
            last=span.stop - 1,
            size=originals,
        )
    )


def fill(connection: psycopg.Connection, learners: int, tell: Tell) -> None:
    """The older tables, and so many learners in them."""
    originals = min(learners, ORIGINALS)
    connection.execute("SET synchronous_commit = off")
    connection.execute("SELECT set_config('bench.originals', %s, false)", [str(originals)])
    connection.execute(OLDER_TABLES)
    connection.execute((FOLDER / "legacy.sql").read_text("utf-8"))
    for first in range(originals + 1, learners + 1, CHUNK):
        span = range(first, min(first + CHUNK, learners + 1))
        tell(f"older data of {span.stop - 1:,} of {learners:,} learners")
        for table in ("users", *TABLES):
            copy_rows(connection, table, originals, span)
    tell("indexes")
    for table in TABLES:
        connection.execute(sql.SQL("CREATE INDEX ON {} (user_id)").format(sql.Identifier(table)))
    connection.execute("SELECT setval('users_id_seq', %s)", [learners])
    connection.execute("VACUUM (ANALYZE)")


@contextlib.contextmanager
def older_database(dsn: str, learners: int, tell: Tell) -> Iterator[str]:
    """A database with so many learners, and the product installed over it."""
    with machine.new_database(dsn) as made:
        with psycopg.connect(made, autocommit=True) as connection:
            fill(connection, learners, tell)
        with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
            migrate.up(made, Project(ROOT))
        yield made


# --- The two sides ---------------------------------------------------------------------------


def steps(connection: psycopg.Connection, function: str, *arguments: object) -> Iterator[dict]:
    """The answers of a step function until there is no more to do; each step is a transaction."""
    call = f"SELECT {function}({', '.join(['%s'] * len(arguments))})"
    while True:
        answer = connection.execute(call, arguments).fetchone()[0]
        yield answer
        if not answer["more"]:
            return
        time.sleep((answer.get("wait_ms") or 0) / 1000)


def seconds_of(work: Callable[[], object]) -> float:
    before = time.perf_counter()
    work()
    return time.perf_counter() - before


def run_import(connection: psycopg.Connection, options: dict) -> None:
    for _ in steps(connection, "hg_legacy_import_step", Jsonb(options)):
        pass


def run_bare(connection: psycopg.Connection) -> None:
    """The statement, with what speeds it up: memory for its sorts, and no compiling.

    Its documents are compressed as the import's are.
    """
    connection.execute("CREATE TABLE bare (id integer PRIMARY KEY, document jsonb)")
    with connection.transaction():
        connection.execute("SET LOCAL work_mem = '256MB'")
        connection.execute("SET LOCAL jit = off")
        connection.execute(
            "SELECT set_config(s.name, 'lz4', true) FROM pg_settings AS s "
            "WHERE s.name = 'default_toast_compression' AND 'lz4' = ANY (s.enumvals)"
        )
        connection.execute(BARE)


@dataclass(frozen=True)
class Population:
    """An older database to be copied, on the server of dsn."""

    dsn: str
    original: str
    learners: int

    def copy(self) -> contextlib.AbstractContextManager[str]:
        return machine.new_database(self.dsn, template=conninfo_to_dict(self.original)["dbname"])

    def rate(self, work: Callable[[psycopg.Connection], object]) -> float:
        """Learners a second, on a fresh copy."""
        with self.copy() as dsn, psycopg.connect(dsn, autocommit=True) as connection:
            return self.learners / seconds_of(lambda: work(connection))


@contextlib.contextmanager
def population(dsn: str, learners: int, tell: Tell) -> Iterator[Population]:
    with older_database(dsn, learners, tell) as original:
        yield Population(dsn, original, learners)


def against_bare(found: Population, rounds: int, options: dict | None = None) -> Outcome:
    """The import with its own options against the bare statement, in turn."""
    return measure(
        CELL,
        rounds,
        lambda: found.rate(run_bare),
        lambda: found.rate(lambda connection: run_import(connection, options or {})),
    )


def s9(target: machine.Target, learners: int, rounds: int, tell: Tell) -> Part:
    """The import as everybody gets it, for the table of all goals."""
    with population(target.dsn, learners, tell) as found:
        outcome = against_bare(found, rounds)
    what = "import against one bare INSERT"
    return compared("S9", what, GOAL, f"{learners:,} learners", [outcome], ("bare", "import"))


# --- The steps that follow -------------------------------------------------------------------


@dataclass(frozen=True)
class Rates:
    """Learners a second."""

    verify: float
    columns: float


def measure_steps(found: Population) -> Rates:
    """What verifying and the cutover's equalising of the columns take."""
    with found.copy() as dsn, psycopg.connect(dsn, autocommit=True) as connection:
        run_import(connection, {"batch": LARGE})
        last = {}

        def verify() -> None:
            for answer in steps(connection, "hg_legacy_verify_step"):
                last.update(answer)

        verifying = seconds_of(verify)
        if last["differences"]:
            raise RuntimeError(f"the verification found {last['differences']} differences")

        def make_equal() -> None:
            for answer in steps(connection, "hg_legacy_cutover_step"):
                if answer["step"] != "columns":
                    return

        columns = seconds_of(make_equal)
        return Rates(found.learners / verifying, found.learners / columns)


# --- Who waits -------------------------------------------------------------------------------


class Beside:
    """A thread with a session of its own that runs until the block ends."""

    def __init__(self, dsn: str, work: Callable[[psycopg.Connection, threading.Event], None]):
        self.dsn, self.work = dsn, work
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.error: psycopg.Error | None = None

    def run(self) -> None:
        try:
            with psycopg.connect(self.dsn, autocommit=True) as connection:
                self.work(connection, self.ended)
        except psycopg.Error as error:
            self.error = error

    def __enter__(self) -> "Beside":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self.thread.join()
        if self.error is not None:
            raise self.error


class Probe:
    """One-row UPDATEs of users, every 5 ms: of anybody, and of the learner whose turn is next."""

    UPDATE = """
        UPDATE users AS u SET display_name = u.display_name
        WHERE u.id = (SELECT coalesce(r.after_id::integer, 0) FROM hg_legacy_run AS r) + %s
    """
    ANYBODY = "UPDATE users AS u SET display_name = u.display_name WHERE u.id = %s"

    def __init__(self, learners: int) -> None:
        self.learners = learners
        self.waits: list[float] = []

    def __call__(self, connection: psycopg.Connection, ended: threading.Event) -> None:
        number = 0
        while not ended.wait(PROBE_EVERY):
            number += 1
            before = time.perf_counter()
            if number % 2:
                connection.execute(self.UPDATE, [1 + number % 16])
            else:
                connection.execute(self.ANYBODY, [1 + number * 7919 % self.learners])
            self.waits.append((time.perf_counter() - before) * 1000)


def idler(hold: float) -> Callable[[psycopg.Connection, threading.Event], None]:
    """A session that reads a table that goes, and leaves its transaction open for a while."""

    def work(connection: psycopg.Connection, ended: threading.Event) -> None:
        while not ended.is_set():
            with connection.transaction():
                connection.execute("SELECT FROM subject_mastery LIMIT 1")
                ended.wait(hold)
            ended.wait(hold / 4)

    return work


@dataclass(frozen=True)
class Waits:
    """Milliseconds that one-row UPDATEs of users took during a command, and how long that ran."""

    command: str
    limit: float | None
    seconds: float
    median: float
    late: float
    longest: float


def waits_during(
    dsn: str, learners: int, hold: float, command: str, limit: float | None,
    work: Callable[[], object],
) -> Waits:  # fmt: skip
    probe = Probe(learners)
    with Beside(dsn, idler(hold)), Beside(dsn, probe):
        seconds = seconds_of(work)
    waits = sorted(probe.waits or [0.0])
    return Waits(
        command, limit, seconds, statistics.median(waits), waits[len(waits) * 99 // 100], waits[-1]
    )


def measure_waits(found: Population, hold: float) -> list[Waits]:
    """The whole way there and back with both sessions beside it."""
    with found.copy() as dsn, psycopg.connect(dsn, autocommit=True) as connection:

        def procedure(name: str) -> Callable[[], object]:
            return lambda: connection.execute(f"CALL {name}()")

        def verify() -> None:
            for _ in steps(connection, "hg_legacy_verify_step"):
                pass

        commands = (
            ("nothing", None, lambda: time.sleep(2 * hold)),
            ("import", 100, procedure("hg_legacy_import")),
            ("verify", 100, verify),
            ("cutover", 1000, procedure("hg_legacy_cutover")),
            ("rollback", 1000, procedure("hg_legacy_rollback")),
        )
        return [
            waits_during(dsn, found.learners, hold, name, limit, work)
            for name, limit, work in commands
        ]


# --- What is shown and kept ------------------------------------------------------------------


@dataclass(frozen=True)
class Measured:
    learners: int
    facts: dict[str, str]
    default: Outcome
    large: Outcome
    rates: Rates
    waits: list[Waits]

    @property
    def tables(self) -> list[list[list[str]]]:
        """Rows of text, the titles first."""
        rows = [["S9: the import", "bare, /s", "import, /s", "ratio", "rounds", "goal", "met?"]]
        for name, outcome in (("default options", self.default), (f"batch {LARGE}", self.large)):
            ratio = overall([outcome])
            rows.append([
                name, f"{statistics.median(outcome.base):,.0f}",
                f"{statistics.median(outcome.product):,.0f}", f"{ratio:.2f}",
                f"{min(outcome.ratios):.2f}-{max(outcome.ratios):.2f}", f">= {GOAL}",
                "yes" if ratio >= GOAL else "no",
            ])  # fmt: skip
        return [
            rows,
            [
                ["then", "learners a second"],
                ["verify", f"{self.rates.verify:,.0f}"],
                ["cutover: columns made equal", f"{self.rates.columns:,.0f}"],
            ],
            [
                ["one-row UPDATE during", "ran, s", "median, ms", "99 %", "longest", "limit"],
                *(
                    [
                        one.command, f"{one.seconds:,.1f}", f"{one.median:.1f}", f"{one.late:.1f}",
                        f"{one.longest:.0f}", "-" if one.limit is None else f"{one.limit:,.0f}",
                    ]
                    for one in self.waits
                ),
            ],
        ]  # fmt: skip

    @property
    def about(self) -> dict[str, str]:
        return {"learners": f"{self.learners:,}"} | self.facts


def run(target: machine.Target, learners: int, rounds: int, hold: float, tell: Tell) -> Measured:
    facts = machine.facts(target)
    with population(target.dsn, learners, tell) as found:
        tell("S9: the import against the bare statement")
        default = against_bare(found, rounds)
        large = against_bare(found, rounds, {"batch": LARGE})
        tell("verify and cutover")
        rates = measure_steps(found)
        tell("who waits")
        waits = measure_waits(found, hold)
    return Measured(learners, facts, default, large, rates, waits)


def show(measured: Measured, console: Console) -> None:
    for rows in measured.tables:
        shown = Table(*rows[0])
        for column in shown.columns[1:]:
            column.justify = "right"
        for row in rows[1:]:
            shown.add_row(*row)
        console.print(shown)


def keep(measured: Measured, folder: Path = RESULTS) -> None:
    folder.mkdir(exist_ok=True)
    lines = ["# Moving in, measured", ""]
    for rows in measured.tables:
        lines += markdown_table(tuple(rows[0]), rows[1:])
    lines += [f"- {name}: {value}" for name, value in measured.about.items()]
    (folder / "moving.md").write_text("\n".join(lines) + "\n", "utf-8")
    (folder / "moving.json").write_text(json.dumps(asdict(measured), indent=2) + "\n", "utf-8")


def read_plan(arguments: list[str]) -> tuple[int, int, float, bool]:
    """Learners, rounds, how long the idle transaction lasts, whether it is worth keeping."""
    parser = argparse.ArgumentParser(prog="bench.moving", description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="small: does it run, and about how")
    parser.add_argument("--learners", type=int, help="how many learners")
    parser.add_argument("--rounds", type=int, help="rounds of both sides")
    given = parser.parse_args(arguments)
    return (
        given.learners or (500 if given.quick else 10_000),
        given.rounds or (1 if given.quick else 3),
        0.2 if given.quick else 2.0,
        not given.quick,
    )


def main(arguments: list[str]) -> int:
    learners, rounds, hold, kept = read_plan(arguments)
    console = Console(highlight=False)

    def bench() -> None:
        with machine.open_target() as target, console.status("starting") as status:
            measured = run(target, learners, rounds, hold, status.update)
        show(measured, console)
        if kept:
            keep(measured)
            console.print("kept in bench/results/moving.md and moving.json")

    return migrate.exit_status(bench, "interrupted; nothing was kept")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
