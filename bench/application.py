"""S2 by psycopg: hg_record_activity against what an application would do correctly by itself.

Correctly: it locks the learner, changes the document in Python, writes it back whole, and leaves a
row of history whose key makes the session count once. BEGIN goes by itself: to send it along with
the SELECT in psycopg's pipeline mode cost the client more than the round trip it saved.
"""

import contextlib
import multiprocessing
import random
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection as Pipe

import psycopg
from psycopg.types.json import Jsonb

from bench.learners import PLAYED, Module, Population, Session, played_by, token_run
from bench.machine import Target
from bench.rounds import Cell, Outcome, measure

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
RECORD = "SELECT hg_record_activity(%s, %s, %s, %s, %s, %s, %s, NULL, %s)"
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


def by_product(connection: psycopg.Connection, learner: int, session: Session) -> dict:
    return connection.execute(
        RECORD,
        [
            learner,
            uuid.uuid4(),
            session.module,
            session.questions,
            session.correct,
            session.seconds,
            session.run_type,
            Jsonb(session.details),
        ],
        prepare=True,
    ).fetchone()[0]


def by_application(connection: psycopg.Connection, learner: int, session: Session) -> int:
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
    return tokens


SIDES: dict[str, Callable] = {"product": by_product, "application": by_application}


# --- The client processes --------------------------------------------------------------------


@dataclass(frozen=True)
class Task:
    side: str
    seconds: float
    synchronous_commit: bool


def draw(learners: int, catalog: list[Module], chance: random.Random) -> tuple[int, Session]:
    learner = chance.randint(1, learners)
    module = chance.choice(played_by(learner, catalog, PLAYED))
    return learner, token_run(module, chance.randint(0, 4), chance)


def client(pipe: Pipe, dsn: str, learners: int, catalog: list[Module], seed: int) -> None:
    """A client process: carries out tasks from its pipe, answers with its rate; None ends it."""
    chance = random.Random(seed)
    with psycopg.connect(dsn, autocommit=True) as connection:
        # As the writers of the product do for themselves: no trigger runs on either side.
        connection.execute("SET hg.writing = on")
        pipe.send(None)
        while (task := pipe.recv()) is not None:
            commit = "on" if task.synchronous_commit else "off"
            connection.execute(f"SET synchronous_commit = {commit}")
            run = SIDES[task.side]
            done, start = 0, time.perf_counter()
            end = start + task.seconds
            while time.perf_counter() < end:
                run(connection, *draw(learners, catalog, chance))
                done += 1
            pipe.send(done / (time.perf_counter() - start))


class Clients:
    """Client processes that stay for all cells."""

    def __init__(self, dsn: str, population: Population, count: int) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipes: list[Pipe] = []
        self.processes = []
        for number in range(count):
            ours, theirs = context.Pipe()
            arguments = (theirs, dsn, population.learners, population.catalog, number)
            process = context.Process(target=client, args=arguments, daemon=True)
            process.start()
            theirs.close()
            self.pipes.append(ours)
            self.processes.append(process)
        for pipe in self.pipes:
            pipe.recv()

    def rate(self, cell: Cell, side: str, seconds: float) -> float:
        """Transactions per second of all clients of a cell together."""
        used = self.pipes[: cell.clients]
        for pipe in used:
            pipe.send(Task(side, seconds, cell.synchronous_commit))
        return sum(pipe.recv() for pipe in used)

    def close(self) -> None:
        for pipe in self.pipes:
            with contextlib.suppress(BrokenPipeError):
                pipe.send(None)
        for process in self.processes:
            process.join()


@contextlib.contextmanager
def clients(dsn: str, population: Population, count: int) -> Iterator[Clients]:
    made = Clients(dsn, population, count)
    try:
        yield made
    finally:
        made.close()


def against_application(
    target: Target, population: Population, cells: list[Cell], rounds: int, seconds: float
) -> list[Outcome]:
    with psycopg.connect(target.dsn) as connection:
        connection.execute(HISTORY)
    with clients(target.dsn, population, max(cell.clients for cell in cells)) as made:
        # Statements are prepared and caches filled before anything counts.
        for side in SIDES:
            made.rate(max(cells, key=lambda cell: cell.clients), side, min(seconds, 1.0))
        return [
            measure(
                cell,
                rounds,
                lambda cell=cell: made.rate(cell, "application", seconds),
                lambda cell=cell: made.rate(cell, "product", seconds),
            )
            for cell in cells
        ]
