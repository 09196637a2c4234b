"""S4: the WAL of one activity, the share of HOT updates, and the sizes of what is stored.

pg_waldump counts the records between two positions by type. In this workload each type belongs to
one thing: an UPDATE in the heap is the learner's row, an INSERT is the ledger's.

"The users UPDATE" is what S1's floor writes for the same row: the record of the UPDATE, the LOCK
record that the UPDATE itself writes (a row beyond 2 kB goes by TOAST's code, which lets go of the
page for a moment), and the pruning of the page. So the floor's WAL is taken in the same way in the
same run, on a copy of the rows without triggers: where a table has one BEFORE UPDATE, each UPDATE
writes a LOCK record more, whether it fires or not. "Beside it" is all else that an activity writes:
LOCK and pruning records beyond the floor's, the ledger, and the commit.
"""

import dataclasses
import re
import subprocess
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import psycopg

from bench.floor import floor_scripts
from bench.learners import Population
from bench.machine import Target, without_full_pages
from bench.part import Line, Part, Sheet
from bench.pgbench import Scripts, activity_scripts, run_pgbench, written
from bench.rounds import Cell
from tools import server

# So few learners that each is recorded for many times: the steady state of a page.
LEARNERS = 420
BARE = "bench_bare_users"
CELL = Cell(clients=1, synchronous_commit=False)

UPDATE, LOCK, PRUNING = "users, the new document", "users, locks", "users, pruning"
PARTS = (
    (UPDATE, re.compile(r"Heap/(HOT_)?UPDATE")),
    (LOCK, re.compile(r"Heap/LOCK")),
    (PRUNING, re.compile(r"Heap2/PRUNE")),
    ("ledger, the row", re.compile(r"Heap2?/(MULTI_)?INSERT")),
    ("ledger, the indexes", re.compile(r"Btree/")),
    ("commit", re.compile(r"Transaction/COMMIT")),
)
REST = "all else"
# Type, count, and the bytes of records with what they carry of full pages.
LINE = re.compile(
    r"^(?P<type>\w+/[\w+]+)\s+(?P<count>\d+) \(\s*[\d.]+\)\s+\d+ \(\s*[\d.]+\)"
    r"\s+(?P<full_pages>\d+) \(\s*[\d.]+\)\s+(?P<bytes>\d+) \("
)


@dataclass(frozen=True)
class Wal:
    """Bytes per transaction, by part, and what goes with them."""

    transactions: int
    parts: dict[str, float]
    full_pages: float
    document: float
    hot_share: float

    @property
    def whole(self) -> float:
        return sum(self.parts.values())


@dataclass(frozen=True)
class Both:
    """An activity and the floor."""

    product: Wal
    floor: Wal

    @property
    def update(self) -> float:
        """The users UPDATE: what the floor has as well."""
        own = (min(self.product.parts[name], self.floor.parts[name]) for name in (LOCK, PRUNING))
        return self.product.parts[UPDATE] + sum(own)

    @property
    def beside_update(self) -> float:
        return self.product.whole - self.update


@dataclass(frozen=True)
class Sizes:
    """Stored bytes: of the many the mean document, the largest and the largest row of users; the
    largest of the veterans."""

    typical: float
    document: int
    row: int
    veterans: int
    veterans_row: int
    veterans_of_all: int


def updates(connection: psycopg.Connection, table: str) -> tuple[int, int]:
    return connection.execute(
        "SELECT s.n_tup_upd, s.n_tup_hot_upd FROM pg_stat_user_tables AS s "
        "WHERE s.relid = %s::regclass",
        [table],
    ).fetchone()


def wait_for_updates(connection: psycopg.Connection, table: str, wanted: int) -> tuple[int, int]:
    """The counters of a table once they have come to an update in number wanted."""
    deadline = time.monotonic() + 30
    while (counted := updates(connection, table))[0] < wanted:
        if time.monotonic() > deadline:
            raise server.ServerError(f"{counted[0]} updates of {table} counted, not {wanted}")
        time.sleep(0.05)
    return counted


def waldump(target: Target, start: str, end: str) -> str:
    done = subprocess.run(
        [
            str(target.waldump),
            "--stats=record",
            f"--path={target.wal}",
            f"--start={start}",
            f"--end={end}",
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=server.clean_environment(),
    )
    if done.returncode != 0:
        raise server.ServerError(f"pg_waldump failed:\n{done.stderr.strip()}")
    return done.stdout


def read_stats(report: str) -> Iterator[tuple[str, int, int]]:
    """Type, bytes and bytes of full pages, for every type of record that occurred."""
    for line in report.splitlines():
        found = LINE.match(line)
        if found is not None:
            yield found["type"], int(found["bytes"]), int(found["full_pages"])


def split(report: str, transactions: int) -> tuple[dict[str, float], float]:
    """Bytes per transaction by part, and of full pages among them."""
    parts = dict.fromkeys([*(name for name, _ in PARTS), REST], 0.0)
    full = 0.0
    for kind, size, full_pages in read_stats(report):
        name = next((name for name, pattern in PARTS if pattern.match(kind)), REST)
        parts[name] += size / transactions
        full += full_pages / transactions
    return parts, full


def position(connection: psycopg.Connection) -> str:
    return connection.execute("SELECT pg_current_wal_insert_lsn()").fetchone()[0]


def copy_bare(target: Target, learners: int) -> None:
    """The first learners once more, laid out as users is, and nothing attached."""
    with psycopg.connect(target.dsn) as connection:
        connection.execute(f"CREATE TABLE {BARE} (LIKE users INCLUDING ALL)")
        options = connection.execute(
            "SELECT array_to_string(c.reloptions, ', ') FROM pg_class AS c "
            "WHERE c.oid = 'users'::regclass"
        ).fetchone()[0]
        if options:
            connection.execute(f"ALTER TABLE {BARE} SET ({options})")
        connection.execute(
            f"INSERT INTO {BARE} SELECT u.* FROM users AS u WHERE u.id <= %s ORDER BY u.id",
            [learners],
        )


def measure_wal(
    target: Target, table: str, scripts: Scripts, learners: int, transactions: int
) -> Wal:
    """Run scripts over the first learners until they are in the steady state, then look."""
    with (
        written(scripts) as files,
        psycopg.connect(target.dsn, autocommit=True) as connection,
    ):
        begun = updates(connection, table)[0]
        run_pgbench(target, CELL, files, [f"--transactions={transactions // 2}"])
        # A session's counters are in the view after it has ended.
        before = wait_for_updates(connection, table, begun + transactions // 2)
        start = position(connection)
        run_pgbench(target, CELL, files, [f"--transactions={transactions}"])
        end = position(connection)
        # What is read has to be on disk first.
        connection.execute("SELECT pg_switch_wal()")
        after = wait_for_updates(connection, table, before[0] + transactions)
        document = connection.execute(
            f"SELECT avg(pg_column_size(u.hidden_grade_asset)) FROM {table} AS u WHERE u.id <= %s",
            [learners],
        ).fetchone()[0]
    parts, full_pages = split(waldump(target, start, end), transactions)
    hot_share = (after[1] - before[1]) / (after[0] - before[0])
    return Wal(transactions, parts, full_pages, float(document), hot_share)


def measure_both(target: Target, population: Population, transactions: int) -> Both:
    size = len(population.catalog)
    few = min(population.learners, LEARNERS // size * size)
    fewer = dataclasses.replace(population, learners=few)
    copy_bare(target, few)
    with without_full_pages(target):
        floor = measure_wal(target, BARE, floor_scripts(fewer, BARE), few, transactions)
        product = measure_wal(target, "users", activity_scripts(fewer), few, transactions)
    return Both(product, floor)


def measure_sizes(target: Target, population: Population) -> Sizes:
    """Look at what is stored; those who have played all modules are measured apart."""
    some, whole = population.veterans, population.veterans_of_all
    with psycopg.connect(target.dsn) as connection:
        return Sizes(
            *connection.execute(
                "SELECT avg(s.document) FILTER (WHERE s.id < %(some)s)::float, "
                "max(s.document) FILTER (WHERE s.id < %(some)s), "
                "max(s.whole) FILTER (WHERE s.id < %(some)s), "
                "max(s.document) FILTER (WHERE s.id >= %(some)s AND s.id < %(whole)s), "
                "max(s.whole) FILTER (WHERE s.id >= %(some)s AND s.id < %(whole)s), "
                "max(s.document) FILTER (WHERE s.id >= %(whole)s) "
                "FROM (SELECT u.id, pg_column_size(u) AS whole, "
                "pg_column_size(u.hidden_grade_asset) AS document FROM users AS u) AS s",
                {"some": some.start, "whole": whole.start},
            ).fetchone()
        )


# --- Against the goals -----------------------------------------------------------------------


def wal_lines(both: Both | None) -> list[Line]:
    reason = "" if both is not None else "its WAL is out of reach"
    wal = both and both.product
    rows = (
        ("WAL beside the users UPDATE", "bytes", 450, both and both.beside_update, True),
        ("WAL of the users UPDATE / document", "ratio", 1.15,
         both and both.update / wal.document, True),
        ("HOT updates of users", "percent", 99, wal and 100 * wal.hot_share, False),
    )  # fmt: skip
    return [
        Line("S4", what, unit, goal, measured, lower=lower, reason=reason)
        for what, unit, goal, measured, lower in rows
    ]


def size_lines(sizes: Sizes, lz4: bool) -> list[Line]:
    reason = "" if lz4 else "the server has no lz4"
    rows = (
        ("largest document, 8 played", 3800, sizes.document),
        ("the same after 320 activities", 3800, sizes.veterans),
        ("largest document, all played", 4500, sizes.veterans_of_all),
        ("largest row of users, 8 played", 4080, sizes.row),
        ("row of users after 320 activities", 4080, sizes.veterans_row),
    )
    return [
        Line("S4", what, "bytes", goal, measured, lower=True, reason=reason)
        for what, goal, measured in rows
    ]


def wal_sheet(both: Both) -> Sheet:
    product, floor = both.product, both.floor

    def row(name: str, mine: float, theirs: float) -> list[str]:
        return [name, f"{mine:,.0f}", f"{theirs:,.0f}"]

    names = [name for name, _ in PARTS] + [REST]
    rows = [row(name, product.parts[name], floor.parts[name]) for name in names]
    rows.append(row("whole", product.whole, floor.whole))
    rows.append(row("of it full pages", product.full_pages, floor.full_pages))
    rows.append(row("compare: the stored document, mean", product.document, floor.document))
    rows.append(["of the whole: the users UPDATE", f"{both.update:,.0f}", ""])
    rows.append(["of the whole: beside it", f"{both.beside_update:,.0f}", ""])
    return Sheet(
        "S4: bytes of WAL per transaction, by type of record (pg_waldump over "
        f"{product.transactions:,} of each, full_page_writes off)",
        ("part", "activity", "S1's floor"),
        rows,
    )


def s4(target: Target, population: Population, sizes: Sizes, lz4: bool, transactions: int) -> Part:
    both = None if target.wal is None else measure_both(target, population, transactions)
    return Part(
        "S4",
        wal_lines(both) + size_lines(sizes, lz4),
        [] if both is None else [wal_sheet(both)],
        {"wal": both and asdict(both), "sizes": asdict(sizes)},
    )
