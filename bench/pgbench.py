"""S1 by pgbench: hg_record_activity against one UPDATE of one counter in the same column."""

import json
import random
import re
import subprocess
import tempfile
from pathlib import Path

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
\\set learner {size} * random(0, {turns} - 1) + ({place} - random(0, {played} - 1) + {size}) % {size}
\\set learner CASE WHEN :learner = 0 THEN {learners} ELSE :learner END
\\set correct random({least}, {questions})
\\set seconds random(20, 240)
SELECT hg_record_activity(
    :learner, gen_random_uuid(), '{module}', {questions}, :correct, :seconds, 'token_run', NULL,
    '{details}'
);
"""
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
    """Run scripts, each as often as the others; what pgbench reports."""
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
    return done.stdout


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


def against_floor(
    target: Target, population: Population, cells: list[Cell], rounds: int, seconds: int
) -> list[Outcome]:
    with tempfile.TemporaryDirectory() as folder:
        scripts = Scripts(Path(folder), population)

        def rate(cell: Cell, files: list[Path]) -> float:
            report = run_pgbench(target, cell, files, [f"--time={seconds}"])
            return float(RATE.search(report)[1])

        return [
            measure(
                cell,
                rounds,
                lambda cell=cell: rate(cell, scripts.floor),
                lambda cell=cell: rate(cell, scripts.activities),
            )
            for cell in cells
        ]
