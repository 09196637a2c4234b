"""S5 by psycopg: hg_record_activities against hg_record_activity, in activities per second.

A call has 1,000 sessions of 250 learners, as a school's devices send them after a day without a
network. One by one, the same client sends each in a call and a transaction of its own, one after
the other. Both wait for every receipt.
"""

import uuid

import psycopg
from psycopg.types.json import Jsonb

from bench.clients import Draw, against_each_other, record
from bench.learners import Population
from bench.machine import Target
from bench.part import Part, compared
from bench.rounds import Effort

LEARNERS = 250
EACH = 4
RECORD = "SELECT ordinal, activity_id, receipt FROM hg_record_activities(%s)"


def item(learner: int, draw: Draw) -> dict:
    session = draw.session(learner)
    return {
        "user_id": learner,
        "activity_id": str(uuid.uuid4()),
        "module": session.module,
        "questions": session.questions,
        "correct": session.correct,
        "seconds": session.seconds,
        "run_type": session.run_type,
        "details": session.details,
    }


def record_many(connection: psycopg.Connection, draw: Draw) -> int:
    """One call; the sessions of a learner do not stand together."""
    learners = draw.some(LEARNERS)
    items = [item(learner, draw) for _ in range(EACH) for learner in learners]
    return len(connection.execute(RECORD, [Jsonb(items)], prepare=True).fetchall())


def s5(target: Target, population: Population, effort: Effort) -> Part:
    outcomes = against_each_other(target, population, effort, record, record_many)
    what = f"{EACH * LEARNERS:,} activities a call, against one by one"
    return compared("S5", what, 3, "psycopg, activities", outcomes, ("one by one", "in bulk"))
