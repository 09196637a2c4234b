"""S3 by pgbench: hg_record_activity against the design that is replaced, in one stored function.

What that function counts, and what it does not, stands at the head of bench/replaced.sql.
"""

from dataclasses import replace
from functools import partial
from pathlib import Path

import psycopg

from bench.learners import Module, Population
from bench.machine import Target
from bench.moving import OLDER_TABLES
from bench.part import Part, compared, together, unjudged
from bench.pgbench import Side, activity_scripts, in_turn, session_scripts
from bench.rounds import Cell, Effort, Outcome

REPLACED = (Path(__file__).parent / "replaced.sql").read_text("utf-8")
BY_QUESTION = "the same with a row of history for every question"
CALL = """\
SELECT replaced.record_session(
    :learner, '{module}', '{subject}', '{{{concepts}}}', {questions}, :correct, :seconds,
    'token_run', {by_question}
);
"""


def replaced_call(by_question: bool, module: Module, _: dict) -> str:
    concepts = [concept.strip() for concept in module.concepts.split(",") if concept.strip()]
    return CALL.format(
        module=module.name,
        subject=concepts[0] if concepts else module.name,
        concepts=",".join(f'"{concept}"' for concept in concepts),
        questions=module.full_questions,
        by_question=by_question,
    )


def install(target: Target) -> None:
    with psycopg.connect(target.dsn, autocommit=True) as connection:
        connection.execute("SET synchronous_commit = off")
        connection.execute("CREATE SCHEMA replaced")
        connection.execute("SET search_path = replaced")
        connection.execute(OLDER_TABLES)
        connection.execute("RESET search_path")
        connection.execute(REPLACED)
        connection.execute("VACUUM (ANALYZE)")


def against_tables(
    target: Target, population: Population, effort: Effort, by_question: bool
) -> list[Outcome]:
    call = partial(replaced_call, by_question)
    return in_turn(
        effort,
        Side(target, session_scripts(population, call)),
        Side(target, activity_scripts(population)),
    )


def s3(target: Target, population: Population, effort: Effort) -> Part:
    install(target)
    outcomes = against_tables(target, population, effort, by_question=False)
    part = compared("S3", "against the replaced tables", 0.7, "pgbench", outcomes)
    one = replace(effort, cells=[Cell(clients=1, synchronous_commit=False)])
    more = against_tables(target, population, one, by_question=True)
    return together(part, unjudged("S3", BY_QUESTION, "pgbench", more))
