"""S2 by psycopg: hg_record_activity against what an application would do correctly by itself.

Correctly: it locks the learner, changes the document in Python, writes it back whole, and leaves a
row of history whose key makes the session count once. BEGIN goes by itself: to send it along with
the SELECT in psycopg's pipeline mode cost the client more than the round trip it saved.
"""

import uuid
from datetime import UTC, datetime

import psycopg
from psycopg.types.json import Jsonb

from bench.clients import Draw, against_each_other, record
from bench.learners import Population, Session
from bench.machine import Target
from bench.part import Part, compared
from bench.rounds import Effort

HISTORY = """
CREATE TABLE application_history (
    id uuid PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES users (id),
    occurred_at timestamptz NOT NULL,
    module text NOT NULL,
    run_type text NOT NULL,
    questions integer NOT NULL,
    correct integer NOT NULL,
    seconds integer NOT NULL,
    tokens integer NOT NULL,
    details jsonb NOT NULL
)
"""
# It is as long as the product's ledger.
PAST = """
INSERT INTO application_history
SELECT
    l.id, l.user_id, l.occurred_at, l.module, l.run_type::text, l.questions, l.correct, l.seconds,
    l.tokens_awarded, coalesce(l.details, '{}')
FROM hg_ledger AS l WHERE l.kind = 'activity' ORDER BY l.occurred_at
"""
LOCK = "SELECT hidden_grade_asset FROM users WHERE id = %s FOR NO KEY UPDATE"
STORE = "UPDATE users SET hidden_grade_asset = %s WHERE id = %s"
APPEND = "INSERT INTO application_history VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"


# --- What the application computes -----------------------------------------------------------


def change_document(document: dict, session: Session, now: datetime) -> int:
    """Count a session in the document, in place; the tokens it earned."""
    stats = document["global_stats"]
    progress = document["modules"][session.module]["progress"]
    stamp = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    good = session.correct * 100 >= 80 * session.questions
    tokens = session.correct + (4 if session.correct == session.questions else 0)

    count_day(stats, session, now)
    stats["tokens"] += tokens
    stats["daily_tokens"] += tokens
    stats["total_tokens_earned"] += tokens
    stats["total_questions_answered"] += session.questions
    stats["total_correct_answers"] += session.correct
    stats["total_sessions_completed"] += 1
    stats["last_active"] = stamp
    if stats["last_module"] not in (None, session.module):
        count_pair(document, f"{stats['last_module']}>{session.module}", session, good)
    stats["last_module"] = session.module

    count_progress(progress, session, good, tokens)
    progress["timestamp"] = progress["last_played"] = stamp
    stats["fastest_category"], stats["highest_score_category"] = best_modules(document)
    return tokens


def count_day(stats: dict, session: Session, now: datetime) -> None:
    today = now.date().isoformat()
    if stats["activity_date"] is None or stats["activity_date"] < today:
        stats["activity_date"] = today
        stats["streak_days"] += 1
        stats["longest_streak_days"] = max(stats["longest_streak_days"], stats["streak_days"])
        stats["daily_tokens"] = stats["daily_time_spent"] = 0
    stats["total_time_spent"] += session.seconds
    stats["daily_time_spent"] += session.seconds
    stats["daily_engagement_minutes"] = stats["daily_time_spent"] // 60


def count_pair(document: dict, pair: str, session: Session, good: bool) -> None:
    pairs = document["cross_module_analytics"]["learning_patterns_between_modules"]
    if pair not in pairs and len(pairs) >= 8:
        del pairs[min(pairs, key=lambda name: pairs[name]["count"])]
    counts = pairs.setdefault(pair, {"count": 0, "good": 0, "questions": 0, "correct": 0})
    counts["count"] += 1
    counts["good"] += good
    counts["questions"] += session.questions
    counts["correct"] += session.correct


def count_progress(progress: dict, session: Session, good: bool, tokens: int) -> None:
    progress["sessions_completed"] += 1
    progress["total_questions_answered"] += session.questions
    progress["correct_answers"] += session.correct
    progress["tokens_earned"] += tokens
    progress["time_spent_total"] += session.seconds
    score = round(100 * session.correct / session.questions)
    progress["best_score"] = max(progress["best_score"], score)
    if good and (progress["best_time"] is None or session.seconds < progress["best_time"]):
        progress["best_time"] = session.seconds
    progress["attempt_good"] = progress["attempt_good"] + 1 if good else 0
    progress["attempt_bad"] = 0 if good else progress["attempt_bad"] + 1
    progress["streak_current"] = progress["streak_current"] + 1 if good else 0
    progress["streak_best"] = max(progress["streak_best"], progress["streak_current"])
    progress["recent_results"] = (progress["recent_results"] + str(int(good)))[-10:]
    progress["recent_questions"] += session.questions
    progress["recent_correct"] += session.correct
    if progress["recent_questions"] >= 60:
        progress["recent_questions"] = progress["recent_correct"] = 0


def best_modules(document: dict) -> tuple[str | None, str | None]:
    """The quickest and the most accurate of the modules with ten questions or more."""
    known = [
        (name, block["progress"])
        for name, block in document["modules"].items()
        if block["progress"]["total_questions_answered"] >= 10
    ]
    fastest = min(
        (
            (p["time_spent_total"] / p["total_questions_answered"], name)
            for name, p in known
            if p["time_spent_total"] > 0
        ),
        default=(0, None),
    )
    best = min(
        ((-p["correct_answers"] / p["total_questions_answered"], name) for name, p in known),
        default=(0, None),
    )
    return fastest[1], best[1]


# --- Both sides ------------------------------------------------------------------------------


def by_application(connection: psycopg.Connection, draw: Draw) -> int:
    learner, session = draw.one()
    connection.execute("BEGIN", prepare=True)
    document = connection.execute(LOCK, [learner], prepare=True).fetchone()[0]
    now = datetime.now(UTC)
    tokens = change_document(document, session, now)
    connection.execute(STORE, [Jsonb(document), learner], prepare=True)
    connection.execute(
        APPEND,
        [
            uuid.uuid4(),
            learner,
            now,
            session.module,
            session.run_type,
            session.questions,
            session.correct,
            session.seconds,
            tokens,
            Jsonb(session.details),
        ],
        prepare=True,
    )
    connection.execute("COMMIT", prepare=True)
    return 1


def s2(target: Target, population: Population, effort: Effort) -> Part:
    with psycopg.connect(target.dsn, autocommit=True) as connection:
        connection.execute(HISTORY)
        connection.execute(PAST)
        connection.execute("VACUUM (ANALYZE) application_history")
    outcomes = against_each_other(target, population, effort, by_application, record)
    return compared("S2", "against the application", 1.75, "psycopg", outcomes)
