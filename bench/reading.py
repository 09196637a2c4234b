"""S7 by pgbench: hg_document and hg_streak against a plain SELECT of the column by key.

The documents are those of learners who have played today or yesterday; whoever reads has all
fourteen modules and the figures that are computed live. A commit has nothing to wait for here, so
the cells differ in their clients only.
"""

from dataclasses import replace

from bench.learners import Population
from bench.machine import Target
from bench.part import Part, compared, together
from bench.pgbench import Scripts, Side, in_turn
from bench.rounds import Effort

READ = """\
\\set learner random(1, {learners})
SELECT {what};
"""
COLUMN = "u.hidden_grade_asset FROM users AS u WHERE u.id = :learner"
FUNCTIONS = ("hg_document", "hg_streak")


def read_scripts(population: Population, what: str) -> Scripts:
    return {"read": READ.format(learners=population.learners, what=what)}


def against_column(target: Target, population: Population, effort: Effort, function: str) -> Part:
    outcomes = in_turn(
        effort,
        Side(target, read_scripts(population, COLUMN)),
        Side(target, read_scripts(population, f"{function}(:learner)")),
    )
    what = f"{function} against a plain SELECT"
    return compared("S7", what, 0.6, "pgbench", outcomes, ("SELECT", function))


def s7(target: Target, population: Population, effort: Effort) -> Part:
    synchronous = effort.cells[0].synchronous_commit
    cells = [cell for cell in effort.cells if cell.synchronous_commit == synchronous]
    fewer = replace(effort, cells=cells)
    return together(*(against_column(target, population, fewer, name) for name in FUNCTIONS))
