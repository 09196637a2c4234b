"""Call it from psycopg 3: a session, its retry, a purchase, and what goes wrong.

    python examples/clients/with_psycopg.py LEARNER

DATABASE_URL names the database and a login with the role hg_app. A file to copy from.
"""

import json
import os
import sys
import uuid
from dataclasses import dataclass
from typing import Any

import psycopg

# The connection broke, or the server gave up on the transaction: nobody knows whether it counted.
# The same call with the same id may be sent again; if it did count, the stored receipt comes back.
RETRY = ("08", "40", "57P01", "57P02", "57P03", "55P03")
ATTEMPTS = 3

RECORD = """
SELECT hg_record_activity(
    p_user_id => %(learner)s, p_activity_id => %(id)s, p_module => %(module)s,
    p_questions => %(questions)s, p_correct => %(correct)s, p_seconds => %(seconds)s
)
"""
SPEND = "SELECT hg_spend_tokens(%s, %s, %s, %s)"


@dataclass(frozen=True)
class Session:
    """What a learner did. The id is made with the session, not with the call that sends it."""

    id: uuid.UUID
    module: str
    questions: int
    correct: int
    seconds: int


def may_retry(error: psycopg.Error) -> bool:
    if error.sqlstate is None:
        return isinstance(error, psycopg.OperationalError)
    return error.sqlstate.startswith(RETRY)


def record(url: str, learner: Any, session: Session) -> dict:
    """The receipt. However often a retry sends it, the session counts once."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with psycopg.connect(url) as connection:
                return connection.execute(
                    RECORD, {"learner": learner} | session.__dict__
                ).fetchone()[0]
        except psycopg.Error as error:
            if attempt == ATTEMPTS or not may_retry(error):
                raise
    raise AssertionError("the last attempt returns or raises")


def buy(connection: psycopg.Connection, learner: Any, amount: int, what: str) -> dict | None:
    """What was paid, or None where the learner has too little; anything else is an error."""
    try:
        with connection.transaction():
            return connection.execute(SPEND, [learner, uuid.uuid4(), amount, what]).fetchone()[0]
    except psycopg.Error as error:
        if error.sqlstate != "LG402":
            raise
        print(json.dumps({"refused": error.diag.message_primary, "why": error.diag.message_detail}))
        return None


def main(learner: str) -> None:
    url = os.environ["DATABASE_URL"]
    session = Session(uuid.uuid4(), "addition_facts", questions=6, correct=6, seconds=41)
    for _ in range(2):
        receipt = record(url, learner, session)
        print(json.dumps({key: receipt[key] for key in ("replayed", "tokens_awarded", "tokens")}))

    with psycopg.connect(url) as connection:
        paid = buy(connection, learner, 4, "a hat for the avatar")
        print(json.dumps({"paid": paid["amount"], "tokens": paid["tokens"]}))
        buy(connection, learner, 1000, "a castle for the avatar")
        streak = connection.execute("SELECT hg_streak(%s)", [learner]).fetchone()[0]
        print(json.dumps({"streak_days": streak["streak_days"], "status": streak["status"]}))


if __name__ == "__main__":
    main(sys.argv[1])
