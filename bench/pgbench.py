"""pgbench with prepared statements: the scripts that record, and both sides of a comparison."""

import contextlib
import json
import random
import re
import statistics
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from bench.learners import PLAYED, Module, Population, token_run
from bench.machine import Target
from bench.rounds import Cell, Effort, Outcome, measure_cells
from tools import server

# The text of each script by its name; pgbench runs each as often as the others.
Scripts = dict[str, str]

# A learner plays the modules at the places learner, learner + 1, ... of the catalog: of those who
# play this one, any.
LEARNER = """\
\\set place ({place} - random(0, {played} - 1) + {size}) % {size}
\\set learner {size} * random(0, {turns} - 1) + :place
\\set learner CASE WHEN :learner = 0 THEN {learners} ELSE :learner END
\\set correct random({least}, {questions})
\\set seconds random(20, 240)
"""
ACTIVITY = """\
SELECT hg_record_activity(
    :learner, gen_random_uuid(), '{module}', {questions}, :correct, :seconds, 'token_run', NULL,
    '{details}'
);
"""
# Seconds since the start, and transactions per second since the last report.
PROGRESS = re.compile(r"^progress: ([0-9.]+) s, ([0-9.]+) tps", re.MULTILINE)
RATE = re.compile(r"^tps = ([0-9.]+)", re.MULTILINE)


# The statement that records a session of a module with these details.
Call = Callable[[Module, dict], str]


def session_scripts(population: Population, call: Call) -> Scripts:
    """A script for each module: a learner who plays it, a session, and the call that records it."""
    size = len(population.catalog)

    def script(place: int, module: Module) -> str:
        start = LEARNER.format(
            size=size,
            turns=population.learners // size,
            place=place,
            played=PLAYED,
            learners=population.learners,
            least=module.full_questions * 6 // 10,
            questions=module.full_questions,
        )
        return start + call(module, token_run(module, place, random.Random(place)).details)

    return {module.name: script(place, module) for place, module in enumerate(population.catalog)}


def activity_call(module: Module, details: dict) -> str:
    return ACTIVITY.format(
        module=module.name,
        questions=module.full_questions,
        details=json.dumps(details).replace("'", "''"),
    )


def activity_scripts(population: Population) -> Scripts:
    return session_scripts(population, activity_call)


@contextlib.contextmanager
def written(scripts: Scripts) -> Iterator[list[Path]]:
    """The scripts as files, until the block ends."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, f"{name}.sql") for name in scripts]
        for path, text in zip(paths, scripts.values(), strict=True):
            path.write_text(text, "utf-8")
        yield paths


def command(target: Target, cell: Cell, files: list[Path], arguments: list[str]) -> list[str]:
    parameters = conninfo_to_dict(target.dsn)
    parameters.pop("password", None)
    made = [str(target.pgbench), "--no-vacuum", "--protocol=prepared", *arguments]
    made += [f"--client={cell.clients}", f"--jobs={min(cell.clients, 2)}"]
    return [*made, *(f"--file={path}" for path in files), make_conninfo(**parameters)]


def environment(target: Target, cell: Cell) -> dict[str, str]:
    password = conninfo_to_dict(target.dsn).get("password")
    secret = {} if password is None else {"PGPASSWORD": str(password)}
    return server.clean_environment() | {"PGOPTIONS": cell.options} | secret


def run_pgbench(target: Target, cell: Cell, files: list[Path], arguments: list[str]) -> str:
    """Run the scripts; what pgbench says."""
    done = subprocess.run(
        command(target, cell, files, arguments),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=environment(target, cell),
    )
    if done.returncode != 0:
        raise server.ServerError(f"pgbench failed:\n{done.stderr.strip()}")
    return done.stderr + done.stdout


def rate(target: Target, files: list[Path], seconds: int, cell: Cell) -> float:
    """Transactions per second; the first second is not counted if there are more.

    Every run has new sessions, which compile functions and plan statements at first.
    """
    said = run_pgbench(target, cell, files, [f"--time={seconds}", "--progress=1"])
    by_second = [float(tps) for _, tps in PROGRESS.findall(said)]
    if len(by_second) < 2:
        return float(RATE.search(said)[1])
    return statistics.fmean(by_second[1:])


def rate_of(target: Target, files: list[Path], transactions: int, cell: Cell) -> float:
    """Transactions per second of so many."""
    said = run_pgbench(target, cell, files, [f"--transactions={transactions}"])
    return float(RATE.search(said)[1])


@dataclass(frozen=True)
class Side:
    """What one side of a comparison runs, and where."""

    target: Target
    scripts: Scripts


def in_turn(effort: Effort, base: Side, product: Side) -> list[Outcome]:
    """Both sides in every cell."""
    with written(base.scripts) as base_files, written(product.scripts) as product_files:
        return measure_cells(
            effort,
            partial(rate, base.target, base_files, effort.seconds),
            partial(rate, product.target, product_files, effort.seconds),
        )
