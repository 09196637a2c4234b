"""S6 by pgbench: hg_record_activity with many learners over few, and with a wide catalog.

Few and many learners have the same documents: the many are copies, made by INSERT ... SELECT. In
the wide catalog most of the modules come twice or three times, under other names; its learners play
eight of them too, but each document has a block for every module. Checkpoints follow the making, so
that no pages are left to be written, and the WAL has no full pages: with a million learners nearly
every activity would be the first change of its page since the checkpoint, with few learners
none; how often checkpoints come is a setting and not growth.
"""

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import replace

import psycopg
from psycopg.conninfo import conninfo_to_dict

from bench import machine
from bench.learners import Population, Sample, Tell, grow, populate
from bench.machine import Target, without_full_pages
from bench.part import Part, compared, together
from bench.pgbench import Side, activity_scripts, in_turn
from bench.rounds import Effort

FEW = 10_000
MANY = 1_000_000
WIDE = 40
# In a learner's history, on average: documents are full early, and a ledger is not read here.
SESSIONS = 16
# What a learner takes while being made: documents, ledger, indexes, and their WAL.
BYTES = 32_000
# Left free for whoever else uses the disk.
SPARE = 10 * machine.GIB
WIDEN = """
INSERT INTO hg_modules ({columns})
SELECT {values}
FROM hg_modules AS m
CROSS JOIN generate_series(2, 9) AS n
WHERE m.active
ORDER BY n, m.module
LIMIT greatest(0, %s - (SELECT count(*) FROM hg_modules AS m WHERE m.active))
"""


def affordable(target: Target) -> int:
    """How many learners the disk has room for, a million at most."""
    if target.wal is None:
        return 10 * FEW
    free = shutil.disk_usage(target.wal).free - SPARE
    return max(FEW, min(MANY, free // BYTES // FEW * FEW))


def widen(connection: psycopg.Connection, modules: int) -> None:
    """More modules by copying those there are; what a module is called by is its own."""
    columns = [
        name
        for (name,) in connection.execute(
            "SELECT a.attname FROM pg_attribute AS a WHERE a.attrelid = 'hg_modules'::regclass "
            "AND a.attnum > 0 AND NOT a.attisdropped AND a.attname <> 'version'"
        )
    ]
    own = {"module": "m.module || '_' || n", "aliases": "'{}'"}
    values = ", ".join(own.get(name, f"m.{name}") for name in columns)
    connection.execute(WIDEN.format(columns=", ".join(columns), values=values), [modules])


def settle(target: Target) -> None:
    """Let what was made be written before anything is measured."""
    with psycopg.connect(target.dsn, autocommit=True) as connection:
        connection.execute("CHECKPOINT")


Made = tuple[Target, Population]


@contextlib.contextmanager
def few_learners(
    target: Target, learners: int, histories: int, tell: Tell, modules: int = 0
) -> Iterator[Made]:
    """A database of their own, with so many modules where the catalog that ships has fewer."""
    sample = Sample(learners, histories, sessions=SESSIONS)
    with machine.new_database(target.dsn) as dsn:
        machine.install(dsn)
        with psycopg.connect(dsn, autocommit=True) as connection:
            widen(connection, modules)
        yield replace(target, dsn=dsn), populate(dsn, sample, tell)


@contextlib.contextmanager
def many_learners(few: Made, learners: int, tell: Tell) -> Iterator[Made]:
    """The few, and copies of them."""
    target, population = few
    template = conninfo_to_dict(target.dsn)["dbname"]
    with machine.new_database(target.dsn, template) as dsn:
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute("SET synchronous_commit = off")
            grown = grow(connection, population, learners, tell)
        yield replace(target, dsn=dsn), grown


def side(made: Made) -> Side:
    target, population = made
    return Side(target, activity_scripts(population))


def compare(what: str, goal: float, effort: Effort, base: Made, product: Made) -> Part:
    settle(base[0])
    outcomes = in_turn(effort, side(base), side(product))
    return compared("S6", what, goal, "pgbench", outcomes, ("less", "more"))


def s6(target: Target, few: Made, wide: Made, many: Made, effort: Effort) -> Part:
    learners, grown = (f"{made[1].learners:,}" for made in (few, many))
    modules = f"{len(wide[1].catalog)} modules over {len(few[1].catalog)}, {learners} learners"
    with without_full_pages(target):
        return together(
            compare(f"{grown} learners over {learners}", 0.8, effort, few, many),
            compare(modules, 0.6, effort, few, wide),
        )
