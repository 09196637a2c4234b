"""Call it from SQLAlchemy 2: in one transaction with what the application itself writes.

    python examples/clients/with_sqlalchemy.py LEARNER

DATABASE_URL names the database and a login with the role hg_app. A file to copy from.
"""

import json
import os
import sys
import uuid

from sqlalchemy import Integer, bindparam, create_engine, exc, func, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.schema import FetchedValue


class Base(DeclarativeBase):
    pass


class Learner(Base):
    """The document is the database's to write: it is loaded when asked for, and never sent."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    grade: Mapped[str | None]
    hidden_grade_asset: Mapped[dict] = mapped_column(
        JSONB, server_default=FetchedValue(), server_onupdate=FetchedValue(), deferred=True
    )


# The names of the arguments are part of the contract; by name, what has a default can be left out.
RECORD = (
    text(
        "SELECT hg_record_activity("
        "p_user_id => :learner, p_activity_id => :id, p_module => :module, "
        "p_questions => :questions, p_correct => :correct, p_seconds => :seconds) AS receipt"
    )
    .bindparams(bindparam("questions", type_=Integer), bindparam("correct", type_=Integer))
    .columns(receipt=JSONB)
)


def record(session: Session, learner: int, **played: object) -> dict:
    """Part of the session's transaction: what it pays commits with it, or not at all."""
    return session.scalars(RECORD, {"learner": learner, **played}).one()


def tokens_of(session: Session, learner: int) -> int:
    """One figure, without the whole document on the wire."""
    document = func.hg_document(learner, type_=JSONB)
    return session.scalar(select(document["global_stats"]["tokens"].as_integer()))


def main(learner: int) -> None:
    url = os.environ["DATABASE_URL"].replace("postgres://", "postgresql://", 1)
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
    played = {
        "id": uuid.uuid4(), "module": "addition_facts", "questions": 6, "correct": 6, "seconds": 41
    }  # fmt: skip
    for _ in range(2):
        with Session(engine) as session, session.begin():
            receipt = record(session, learner, **played)
        print(json.dumps({key: receipt[key] for key in ("replayed", "tokens_awarded", "tokens")}))

    with Session(engine) as session, session.begin():
        paid = session.scalar(
            func.hg_spend_tokens(
                learner, uuid.uuid4(), 4, "a hat for the avatar", type_=JSONB
            ).select()
        )
        print(json.dumps({"paid": paid["amount"], "tokens": tokens_of(session, learner)}))

    with Session(engine) as session:
        try:
            session.execute(func.hg_spend_tokens(learner, uuid.uuid4(), 1000, "a castle").select())
        except exc.DBAPIError as error:
            # The driver's own error has SQLSTATE and what the server said.
            if error.orig.sqlstate != "LG402":
                raise
            said = error.orig.diag
            print(json.dumps({"refused": said.message_primary, "why": said.message_detail}))
            session.rollback()
        streak = session.scalar(func.hg_streak(learner, type_=JSONB).select())
        print(json.dumps({"streak_days": streak["streak_days"], "status": streak["status"]}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
