"""S1 by pgbench: hg_record_activity against one UPDATE of one counter in the same column."""

import json
import random
import re
import statistics
import subprocess
import tempfile
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from bench.learners import PLAYED, Module, Population, token_run
from bench.machine import Target
from bench.rounds import Cell, Outcome, measure
from tools import server

FLOOR = """\
\\set learner random(1, {learners})
\\set tokens random(0, 1000)
UPDATE users SET hidden_grade_asset =
    jsonb_set(hidden_grade_asset, '{{global_stats,tokens}}', to_jsonb(:tokens::integer))
    WHERE id = :learner;
"""
# A learner plays the modules at the places learner, learner + 1, ... of the catalog: of those who
# play this one, any.
ACTIVITY = """\
\\set place ({place} - random(0, {played} - 1) + {size}) % {size}
\\set learner {size} * random(0, {turns} - 1) + :place
\\set learner CASE WHEN :learner = 0 THEN {learners} ELSE :learner END
\\set correct random({least}, {questions})
\\set seconds random(20, 240)
SELECT hg_record_activity(
    :learner, gen_random_uuid(), '{module}', {questions}, :correct, :seconds, 'token_run', NULL,
    '{details}'
);
"""
# Each of the returning once: the first activity of a day computes more.
FIRST_OF_DAY = """\
\\set correct random(6, 10)
\\set seconds random(20, 240)
SELECT hg_record_activity(
    n, gen_random_uuid(), (ARRAY[{modules}])[1 + n % {size}], 10, :correct, :seconds
) FROM nextval('bench_returning') AS n;
"""
PROGRESS = re.compile(r"^progress: [0-9.]+ s, ([0-9.]+) tps", re.MULTILINE)
RATE = re.compile(r"^tps = ([0-9.]+)", re.MULTILINE)


def activity_script(place: int, module: Module, population: Population) -> str:
    details = token_run(module, place, random.Random(place)).details
    return ACTIVITY.format(
        size=len(population.catalog),
        turns=population.learners // len(population.catalog),
        place=place,
        played=PLAYED,
        learners=population.learners,
        least=module.full_questions * 6 // 10,
        questions=module.full_questions,
        module=module.name,
        details=json.dumps(details).replace("'", "''"),
    )


def run_pgbench(target: Target, cell: Cell, scripts: list[Path], arguments: list[str]) -> str:
    """Run scripts, each as often as the others; what pgbench says."""
    parameters = conninfo_to_dict(target.dsn)
    environment = server.clean_environment() | {"PGOPTIONS": cell.options}
    password = parameters.pop("password", None)
    if password is not None:
        environment["PGPASSWORD"] = str(password)
    command = [str(target.pgbench), "--no-vacuum", "--protocol=prepared", *arguments]
    command += [f"--client={cell.clients}", f"--jobs={min(cell.clients, 2)}"]
    command += [f"--file={script}" for script in scripts]
    done = subprocess.run(
        [*command, make_conninfo(**parameters)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=environment,
    )
    if done.returncode != 0:
        raise server.ServerError(f"pgbench failed:\n{done.stderr.strip()}")
    return done.stderr + done.stdout


class Scripts:
    """The scripts of both sides, in a folder of their own."""

    def __init__(self, folder: Path, population: Population) -> None:
        self.floor = [folder / "floor.sql"]
        self.floor[0].write_text(FLOOR.format(learners=population.learners), "utf-8")
        self.activities = []
        for place, module in enumerate(population.catalog):
            path = folder / f"{module.name}.sql"
            path.write_text(activity_script(place, module, population), "utf-8")
            self.activities.append(path)
        self.first_of_day = [folder / "first_of_day.sql"]
        modules = ", ".join(f"'{module.name}'" for module in population.catalog)
        self.first_of_day[0].write_text(
            FIRST_OF_DAY.format(modules=modules, size=len(population.catalog)), "utf-8"
        )


def rate(target: Target, cell: Cell, scripts: list[Path], seconds: int) -> float:
    """Transactions per second; the first second is not counted if there are more.

    Every run has new sessions, which compile functions and plan statements at first.
    """
    options = [f"--time={seconds}", "--progress=1"]
    said = run_pgbench(target, cell, scripts, options)
    by_second = [float(tps) for tps in PROGRESS.findall(said)]
    if len(by_second) < 2:
        return float(RATE.search(said)[1])
    return statistics.fmean(by_second[1:])


def rate_of(target: Target, cell: Cell, scripts: list[Path], transactions: int) -> float:
    """Transactions per second of so many."""
    said = run_pgbench(target, cell, scripts, [f"--transactions={transactions}"])
    return float(RATE.search(said)[1])


def against_floor(
    target: Target, population: Population, cells: list[Cell], rounds: int, seconds: int
) -> list[Outcome]:
    with tempfile.TemporaryDirectory() as folder:
        scripts = Scripts(Path(folder), population)
        return [
            measure(
                cell,
                rounds,
                lambda cell=cell: rate(target, cell, scripts.floor, seconds),
                lambda cell=cell: rate(target, cell, scripts.activities, seconds),
            )
            for cell in cells
        ]


def first_of_day(target: Target, population: Population, rounds: int) -> Outcome:
    """The same with learners who have not played today, so many that none comes twice."""
    cell = Cell(clients=1, synchronous_commit=False)
    each = len(population.returning) // rounds
    with tempfile.TemporaryDirectory() as folder:
        scripts = Scripts(Path(folder), population)
        with psycopg.connect(target.dsn) as connection:
            connection.execute(
                sql.SQL("CREATE SEQUENCE bench_returning START {}").format(
                    population.returning.start
                )
            )
        return measure(
            cell,
            rounds,
            lambda: rate_of(target, cell, scripts.floor, each),
            lambda: rate_of(target, cell, scripts.first_of_day, each),
        )
