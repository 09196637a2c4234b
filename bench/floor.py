"""S1 by pgbench: hg_record_activity against one UPDATE of one counter in the same column.

The floor is the least that any design with one document does: it reads and writes the document of
the same rows by the same key, and knows no rule and keeps no history.
"""

import psycopg
from psycopg import sql

from bench.learners import Population
from bench.machine import Target
from bench.part import Part, compared, together, unjudged
from bench.pgbench import Scripts, Side, activity_scripts, in_turn, rate_of, written
from bench.rounds import Cell, Effort, Outcome, measure

FLOOR = """\
\\set learner random(1, {learners})
\\set tokens random(0, 1000)
UPDATE {table} SET hidden_grade_asset =
    jsonb_set(hidden_grade_asset, '{{global_stats,tokens}}', to_jsonb(:tokens::integer))
    WHERE id = :learner;
"""
# Each of the returning once: the first activity of a day computes more.
FIRST_OF_DAY = """\
\\set correct random(6, 10)
\\set seconds random(20, 240)
SELECT hg_record_activity(
    n, gen_random_uuid(), (ARRAY[{modules}])[1 + n % {size}], 10, :correct, :seconds
) FROM nextval('bench_returning') AS n;
"""
DAY = "the first activity of a learner's day, which computes more"


def floor_scripts(population: Population, table: str = "users") -> Scripts:
    return {"floor": FLOOR.format(learners=population.learners, table=table)}


def first_of_day_scripts(population: Population) -> Scripts:
    modules = ", ".join(f"'{module.name}'" for module in population.catalog)
    text = FIRST_OF_DAY.format(modules=modules, size=len(population.catalog))
    return {"first_of_day": text}


def first_of_day(target: Target, population: Population, rounds: int) -> Outcome:
    """The same with learners who have not played today, so many that none comes twice."""
    cell = Cell(clients=1, synchronous_commit=False)
    each = len(population.returning) // rounds
    with psycopg.connect(target.dsn) as connection:
        connection.execute(
            sql.SQL("CREATE SEQUENCE bench_returning START {}").format(population.returning.start)
        )
    with (
        written(floor_scripts(population)) as floor,
        written(first_of_day_scripts(population)) as first,
    ):
        return measure(
            cell,
            rounds,
            lambda: rate_of(target, floor, each, cell),
            lambda: rate_of(target, first, each, cell),
        )


def s1(target: Target, population: Population, effort: Effort) -> Part:
    floor = Side(target, floor_scripts(population))
    outcomes = in_turn(effort, floor, Side(target, activity_scripts(population)))
    part = compared("S1", "against one UPDATE of one counter", 0.35, "pgbench", outcomes)
    returned = first_of_day(target, population, effort.rounds)
    return together(part, unjudged("S1", DAY, "pgbench", [returned]))
