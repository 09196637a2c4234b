"""The learners that are measured: histories that were really recorded, copied to many learners."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import psycopg
from psycopg import sql

PLAYED = 8
CHUNK = 10_000
# Histories stay within the window in which an activity counts in full. They end today, so that the
# day has begun for the learner, or a day earlier.
HISTORY_DAYS = 25
UNTIL_NOW = timedelta(minutes=30)
UNTIL_YESTERDAY = UNTIL_NOW + timedelta(days=1)

# What stands in the row of a learner beside the document.
PROFILE = """
    SELECT n, 'learner' || n, 'learner' || n || '@school.example', 'Learner number ' || n,
        '$argon2id$v=19$m=65536,t=3,p=4$' || left(repeat(md5(n::text), 3), 66),
        (ARRAY['K', '1', '2', '3', '4', '5', '6', '7'])[1 + n %% 8], 'en-US',
        now() - interval '300 days', now()
"""
COLUMNS = (
    "id, username, email, display_name, password_hash, grade, locale, created_at, last_login_at"
)

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Module:
    name: str
    full_questions: int
    fact_types: list[str]
    slow_seconds: int | None
    test_kind: str
    grade_top: int | None
    concepts: str


@dataclass(frozen=True)
class Session:
    """The arguments of hg_record_activity, in their order, less learner and activity_id."""

    module: str
    questions: int
    correct: int
    seconds: int
    run_type: str
    details: dict


def read_catalog(connection: psycopg.Connection) -> list[Module]:
    rows = connection.execute(
        "SELECT m.module, coalesce(m.full_questions, 10), m.fact_types, m.slow_seconds, "
        "m.test_kind, m.grade_top, m.concepts FROM hg_modules AS m WHERE m.active ORDER BY m.module"
    )
    return [Module(*row) for row in rows]


def played_by(learner: int, catalog: list[Module], count: int = PLAYED) -> list[Module]:
    """The modules a learner plays: a window of the catalog that moves with the learner."""
    return [catalog[(learner + step) % len(catalog)] for step in range(count)]


def token_run(module: Module, step: int, chance: random.Random) -> Session:
    """A session of real size: mostly right, sometimes perfect, of the module's own length."""
    missed = int(module.full_questions * 0.6 * chance.random() ** 3)
    details = {}
    if module.fact_types:
        details = {"fact_type": module.fact_types[step % len(module.fact_types)]}
        if module.slow_seconds is not None:
            details["time_limit"] = module.slow_seconds
    questions = module.full_questions
    seconds = chance.randint(20, 240)
    return Session(module.name, questions, questions - missed, seconds, "token_run", details)


def placement_test(module: Module, chance: random.Random) -> Session:
    """The assessment that places a learner in a module."""
    details: dict = {}
    if module.test_kind == "grade":
        details = {"grade_level": chance.randint(1, module.grade_top)}
    elif module.test_kind == "types":
        known = chance.randint(0, len(module.fact_types) // 2)
        details = {"types_correct": module.fact_types[:known]}
    questions = module.full_questions
    return Session(module.name, questions, chance.randint(0, questions), 180, "test", details)


def record(
    connection: psycopg.Connection, learner: int, session: Session, occurred_at: datetime
) -> None:
    connection.execute(
        "SELECT hg_record_activity(%s, gen_random_uuid(), %s, %s, %s, %s, %s, %s, %s)",
        [
            learner,
            session.module,
            session.questions,
            session.correct,
            session.seconds,
            session.run_type,
            occurred_at,
            json.dumps(session.details),
        ],
    )


def current_step(connection: psycopg.Connection, learner: int, module: Module) -> int:
    return connection.execute(
        "SELECT coalesce((u.hidden_grade_asset #>> %s)::integer, 0) FROM users AS u "
        "WHERE u.id = %s",
        [["modules", module.name, "progress", "current_step"], learner],
    ).fetchone()[0]


def play(
    connection: psycopg.Connection,
    learner: int,
    modules: list[Module],
    sessions: int,
    ago: timedelta = UNTIL_NOW,
) -> None:
    """Record a history: a test in every third module, then sessions in all of them."""
    chance = random.Random(learner)
    gap = timedelta(days=HISTORY_DAYS) / sessions
    end = datetime.now(UTC) - ago
    for number in range(sessions):
        module = modules[number] if number < len(modules) else chance.choice(modules)
        if number < len(modules) and number % 3 == 0:
            session = placement_test(module, chance)
        else:
            step = current_step(connection, learner, module) if module.fact_types else 0
            session = token_run(module, step, chance)
        record(connection, learner, session, end - gap * (sessions - 1 - number))


def keep_the_day(connection: psycopg.Connection) -> None:
    """Let no local day begin during a run: the first activity of a day does more work."""
    hour = datetime.now(UTC).hour
    start = 12 if hour >= 18 or hour < 6 else 0
    connection.execute("SELECT hg_set_setting('day_start_hour', %s)", [json.dumps(start)])


def add_learners(connection: psycopg.Connection, ids: range) -> None:
    connection.execute(
        f"INSERT INTO users ({COLUMNS}) {PROFILE} FROM generate_series(%s::bigint, %s) AS n",
        [ids.start, ids.stop - 1],
    )


def ledger_columns(connection: psycopg.Connection) -> sql.Composable:
    """Every column of a ledger row that a copy shares with its original."""
    rows = connection.execute(
        "SELECT a.attname FROM pg_attribute AS a WHERE a.attrelid = 'hg_ledger'::regclass "
        "AND a.attnum > 0 AND NOT a.attisdropped "
        "AND a.attname NOT IN ('ledger_id', 'user_id', 'id') ORDER BY a.attnum"
    )
    return sql.SQL(", ").join(sql.Identifier(row[0]) for row in rows)


def copy_learners(connection: psycopg.Connection, originals: range, copies: range) -> None:
    """Make learners with the documents and ledgers of the originals in turn.

    The triggers of users would look at each document and begin each ledger: these are whole.
    """
    columns = ledger_columns(connection)
    span = {
        "original": originals.start,
        "size": len(originals),
        "first": copies.start,
        "last": copies.stop - 1,
    }
    source = (
        "FROM generate_series(%(first)s::bigint, %(last)s) AS n "
        "JOIN {} AS o ON o.{} = %(original)s + (n - %(original)s) %% %(size)s ORDER BY n"
    )
    with connection.transaction():
        connection.execute("ALTER TABLE users DISABLE TRIGGER USER")
        connection.execute(
            f"INSERT INTO users ({COLUMNS}, hidden_grade_asset) {PROFILE}, o.hidden_grade_asset "
            + source.format("users", "id"),
            span,
        )
        connection.execute(
            sql.SQL(
                "INSERT INTO hg_ledger (user_id, id, {columns}) "
                "SELECT n, gen_random_uuid(), {columns} "
                + source.format("hg_ledger", "user_id")
                + ", o.ledger_id"
            ).format(columns=columns),
            span,
        )
        connection.execute("ALTER TABLE users ENABLE TRIGGER USER")


@dataclass(frozen=True)
class Sample:
    """How many learners of which kind to make."""

    learners: int
    # Distinct ones, really recorded; the other learners have copies.
    histories: int
    veterans: int = 0
    returning: int = 0
    # Activities in a history, on average; a veteran has as many in each module.
    sessions: int = 40


@dataclass(frozen=True)
class Population:
    """Who there is.

    The many are ids 1 ... learners, all but the originals copies. The veterans have played longest,
    eight modules or all of them; the returning have not played today.
    """

    learners: int
    originals: range
    veterans: range
    veterans_of_all: range
    returning: range
    catalog: list[Module]


def plan_population(catalog: list[Module], sample: Sample) -> Population:
    """The ids of all.

    Which modules a learner plays goes by the id, so originals are whole turns of the catalog.
    """
    turn = len(catalog)
    originals = range(1, 1 + max(1, sample.histories // turn) * turn)
    total = max(1, sample.learners // len(originals)) * len(originals)
    veterans = range(total + 1, total + 1 + sample.veterans)
    whole = range(veterans.stop, veterans.stop + sample.veterans)
    returning = range(whole.stop, whole.stop + sample.returning // turn * turn)
    return Population(total, originals, veterans, whole, returning, catalog)


def grow(
    connection: psycopg.Connection, found: Population, learners: int, tell: Tell
) -> Population:
    """Copies until there are so many learners, or a turn of the originals fewer."""
    size = len(found.originals)
    grown = replace(found, learners=max(found.learners, learners // size * size))
    for first in range(found.learners + 1, grown.learners + 1, CHUNK):
        chunk = range(first, min(first + CHUNK, grown.learners + 1))
        tell(f"{chunk.stop - 1:,} of {grown.learners:,} learners")
        copy_learners(connection, found.originals, chunk)
    tell("VACUUM ANALYZE")
    connection.execute("VACUUM (ANALYZE)")
    return grown


def populate(dsn: str, sample: Sample, tell: Tell) -> Population:
    """Make the learners."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("SET synchronous_commit = off")
        keep_the_day(connection)
        catalog = read_catalog(connection)
        found = plan_population(catalog, sample)
        returned = found.returning[: len(catalog)]

        def history(learner: int, count: int, sessions: int, ago: timedelta = UNTIL_NOW) -> None:
            with connection.transaction():
                play(connection, learner, played_by(learner, catalog, count), sessions, ago)

        tell(f"{len(found.originals)} histories")
        add_learners(connection, found.originals)
        for learner in found.originals:
            length = sample.sessions // 2 + learner % (sample.sessions + 1)
            history(learner, PLAYED, max(length, PLAYED))
        tell("veterans")
        add_learners(connection, range(found.veterans.start, returned.stop))
        for learner in found.veterans:
            history(learner, PLAYED, sample.sessions * PLAYED)
        for learner in found.veterans_of_all:
            history(learner, len(catalog), sample.sessions * len(catalog))
        for learner in returned:
            history(learner, PLAYED, max(sample.sessions, PLAYED), UNTIL_YESTERDAY)
        if found.returning.stop > returned.stop:
            copy_learners(connection, returned, range(returned.stop, found.returning.stop))
        return grow(
            connection, replace(found, learners=found.originals.stop - 1), found.learners, tell
        )
