"""A made-up school goes through the API, and then what became of one of its learners.

Its analysis is by arithmetic; with OPENAI_API_KEY or OPENAI_BASE_URL set, also by the worker.

    python -m examples.demo [--learners N] [--weeks N]

The database is DATABASE_URL, else one on this checkout's own server. A database in which an
application keeps its learners is left alone. It can be run again after any interruption: what is
there stays, what is missing is added.
"""

import argparse
import contextlib
import sys
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import date

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from examples import school
from examples.analyses import show_analyses
from examples.show import out, show_learner, show_next, show_school
from tools import database, migrate, server
from tools.loader import Project
from tools.session import Refused, connect, use_schema

CONNECTIONS = 3
DAYS_A_WEEK = 7
MOST_LEARNERS = 999
MOST_WEEKS = 16
# Within the window of 120 days the weeks that arrive at once count as if they had come in time.
SETTINGS = {"late_window_days": 120, "streak_freeze_max": 2, "streak_freeze_every_days": 7}

PLAYED = "EXISTS (SELECT FROM hg_ledger AS l WHERE l.user_id = u.id AND l.kind = 'activity')"
# In a module with a list of fact types a learner practises the type it has come to.
RECORD = """
SELECT hg_record_activity(
    p_user_id => %(user_id)s, p_activity_id => %(id)s, p_module => m.module,
    p_questions => %(questions)s, p_correct => %(correct)s, p_seconds => %(seconds)s,
    p_run_type => %(run_type)s,
    p_occurred_at => %(at)s::timestamp AT TIME ZONE %(time_zone)s,
    p_details => CASE
        WHEN cardinality(m.fact_types) > 0 AND %(run_type)s = 'token_run'
        THEN jsonb_strip_nulls(jsonb_build_object('fact_type', m.fact_types[
            1 + (hg_module(%(user_id)s, m.module) #>> '{progress,current_step}')::integer
        ]))
        ELSE %(details)s
    END
)
FROM hg_modules AS m WHERE m.module = %(module)s
"""
SPEND = """
SELECT hg_spend_tokens(%(user_id)s, %(id)s, 25, 'a hat for the avatar')
WHERE (hg_document(%(user_id)s) #>> '{global_stats,tokens}')::integer >= 25
"""
GRANT = "SELECT hg_grant_tokens(%(user_id)s, %(id)s, 50, 'won the class quiz')"
MOVE = "SELECT hg_set_time_zone(%(user_id)s, 'Europe/Paris')"
PAUSE = "SELECT hg_set_pause(%(today)s::date + 7, %(today)s::date + 20, %(user_id)s)"
OVERRIDE = "SELECT hg_set_mastery(%(user_id)s, 'addition_facts', true, 'oral exam passed')"

POLITELY = (
    "The demo makes up a school, and that belongs in a database of its own: unset DATABASE_URL, or "
    "let it name an empty database. Nothing has been changed."
)


@dataclass(frozen=True)
class Pupil:
    """A learner as the database knows it."""

    learner: school.Learner
    user_id: int
    time_zone: str
    today: date

    @property
    def parameters(self) -> dict:
        return {"user_id": self.user_id, "time_zone": self.time_zone, "today": self.today}


def refuse_strangers(url: str) -> None:
    """Stop before a made-up school joins an application's learners."""
    with contextlib.closing(open_session(url)) as connection:
        if not migrate.exists(connection, "regclass", "users"):
            return
        name = connection.info.dbname
        if not created_by_installation(connection):
            raise Refused(f"the table users of database {name} is an application's. {POLITELY}")
        strangers = connection.execute(
            "SELECT count(*) FROM users AS u WHERE (u.username ~ %s) IS NOT TRUE",
            [school.USERNAME],
        ).fetchone()[0]
        if strangers > 0 and database.given_url() is not None:
            raise Refused(f"database {name} has {strangers:,} learners of its own. {POLITELY}")


def created_by_installation(connection: psycopg.Connection) -> bool:
    """Whether users is the table that an empty database gets from make migrate."""
    if not migrate.exists(connection, "regclass", "hg_installation"):
        return False
    row = connection.execute("SELECT i.created_users FROM hg_installation AS i").fetchone()
    return row is not None and row[0]


def open_session(url: str) -> psycopg.Connection:
    connection = connect(url)
    use_schema(connection, migrate.find_schema(connection))
    return connection


def change_settings(connection: psycopg.Connection) -> None:
    """Let months of sessions arrive in one go, and freezes be earned."""
    for name, value in SETTINGS.items():
        connection.execute("SELECT hg_set_setting(%s, %s)", [name, Jsonb(value)])


def enrol(connection: psycopg.Connection, learners: list[school.Learner]) -> None:
    """Insert the learners that are missing.

    One with a zone of its own is inserted again with a document that says so: hg_set_time_zone
    would date the change after the sessions that are yet to come.
    """
    with connection.transaction():
        # Of two demos at once the second finds the learners of the first.
        connection.execute("LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE")
        known = {row[0] for row in connection.execute("SELECT u.username FROM users AS u")}
        for learner in learners:
            if learner.username not in known:
                enrol_one(connection, learner)


def enrol_one(connection: psycopg.Connection, learner: school.Learner) -> None:
    user_id, document = connection.execute(
        "INSERT INTO users (username, grade) VALUES (%s, %s) RETURNING id, hidden_grade_asset",
        [learner.username, learner.grade],
    ).fetchone()
    if learner.time_zone is None:
        return
    document["global_stats"]["time_zone"] = learner.time_zone
    connection.execute("DELETE FROM users AS u WHERE u.id = %s", [user_id])
    connection.execute(
        "INSERT INTO users (id, username, grade, hidden_grade_asset) VALUES (%s, %s, %s, %s)",
        [user_id, learner.username, learner.grade, Jsonb(document)],
    )


def read_modules(connection: psycopg.Connection) -> list[school.Module]:
    with connection.cursor(row_factory=class_row(school.Module)) as cursor:
        return cursor.execute(
            "SELECT m.module AS name, m.full_questions, m.grade_bottom, m.grade_top, "
            "m.fact_types, m.test_kind FROM hg_modules AS m WHERE m.active ORDER BY m.module"
        ).fetchall()


def waiting_pupils(connection: psycopg.Connection, learners: list[school.Learner]) -> list[Pupil]:
    """The learners of whom nothing is recorded yet, each with the date where it lives."""
    by_name = {learner.username: learner for learner in learners}
    rows = connection.execute(
        "SELECT u.username, u.id, z.zone, (now() AT TIME ZONE z.zone)::date FROM users AS u "
        "CROSS JOIN LATERAL (SELECT coalesce(u.hidden_grade_asset #>> "
        "'{global_stats,time_zone}', (SELECT s.value #>> '{}' FROM hg_settings AS s "
        "WHERE s.name = 'default_time_zone')) AS zone) AS z "
        f"WHERE u.username = ANY (%s) AND NOT {PLAYED} ORDER BY u.username",
        [list(by_name)],
    )
    return [Pupil(by_name[name], *facts) for name, *facts in rows]


def changes(pupil: Pupil) -> list[str]:
    """What people do, after the sessions, for some learners and the first."""
    number = pupil.learner.number
    wanted = {SPEND: number % 3 == 1, GRANT: number % 10 == 1, MOVE: number % 50 == 2}
    wanted |= {PAUSE: number % 40 == 3, OVERRIDE: number % 25 == 4}
    return [statement for statement, is_wanted in wanted.items() if is_wanted]


def record_history(
    connection: psycopg.Connection, pupil: Pupil, history: list[school.Session]
) -> int:
    """Record what a learner completed, and what people did for it, whole or not at all.

    Returns how many sessions that were.
    """
    with connection.transaction(), connection.cursor() as cursor:
        # Another demo may be at it, or have done it: look only once the learner is locked.
        cursor.execute(
            "SELECT FROM users AS u WHERE u.id = %(user_id)s FOR NO KEY UPDATE", pupil.parameters
        )
        played = cursor.execute(
            f"SELECT {PLAYED} FROM users AS u WHERE u.id = %(user_id)s", pupil.parameters
        ).fetchone()[0]
        if played:
            return 0
        cursor.executemany(
            RECORD,
            [
                pupil.parameters | vars(session) | {"details": Jsonb(session.details)}
                for session in history
            ],
        )
        for statement in changes(pupil):
            made = school.made_id(pupil.learner.username, statement)
            cursor.execute(statement, pupil.parameters | {"id": made})
    return len(history)


def record_all(url: str, histories: list[tuple[Pupil, list[school.Session]]]) -> None:
    """Everybody's sessions, over a few connections, with a bar that shows how far it is."""
    waiting = deque(histories)
    total = sum(len(history) for _, history in histories)
    columns = (TextColumn("sessions"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    begun = time.monotonic()

    def next_history() -> tuple[Pupil, list[school.Session]] | None:
        with contextlib.suppress(IndexError):
            return waiting.popleft()
        return None

    def work() -> int:
        recorded = 0
        with contextlib.closing(open_session(url)) as connection:
            for pupil, history in iter(next_history, None):
                recorded += record_history(connection, pupil, history)
                progress.advance(task, len(history))
        return recorded

    with (
        Progress(*columns, console=out, transient=True) as progress,
        ThreadPoolExecutor(CONNECTIONS) as pool,
    ):
        task = progress.add_task("sessions", total=total)
        try:
            workers = [pool.submit(work) for _ in range(CONNECTIONS)]
            recorded = sum(worker.result() for worker in as_completed(workers))
        finally:
            waiting.clear()  # After an error or Ctrl-C: finish the learner at hand, begin no other.
    seconds = time.monotonic() - begun
    migrate.say(f"{recorded:,} sessions of {len(histories)} learners recorded in {seconds:.1f} s")


def run(url: str, count: int, weeks: int) -> None:
    refuse_strangers(url)
    migrate.up(url, Project(server.ROOT))
    learners = school.enrol(count)
    with contextlib.closing(open_session(url)) as connection:
        change_settings(connection)
        enrol(connection, learners)
        modules = read_modules(connection)
        histories = [
            (pupil, school.sessions(pupil.learner, modules, DAYS_A_WEEK * weeks, pupil.today))
            for pupil in waiting_pupils(connection, learners)
        ]
        if histories:
            record_all(url, histories)
        else:
            migrate.say("the learners and their sessions are there already")
        show_school(connection, SETTINGS)
        show_learner(connection, learners[0])
        show_analyses(url, connection, learners[0])
        show_next(connection, learners[0])


def within(lowest: int, highest: int):
    """An argument that is an integer of a range."""

    def read(text: str) -> int:
        number = int(text)
        if not lowest <= number <= highest:
            raise argparse.ArgumentTypeError(f"from {lowest} to {highest}, not {number}")
        return number

    return read


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="examples.demo", description=__doc__.split("\n")[0])
    parser.add_argument("--learners", type=within(1, MOST_LEARNERS), default=300)
    parser.add_argument("--weeks", type=within(1, MOST_WEEKS), default=13)
    given = parser.parse_args(arguments)
    migrate.name_this_account()
    return migrate.exit_status(
        lambda: run(database.database_url(), given.learners, given.weeks),
        "interrupted; run it again to go on",
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
