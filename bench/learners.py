"""The learners that are measured: histories that were really recorded, copied to many learners."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import psycopg
from psycopg import sql

PLAYED = 8
CHUNK = 10_000
# Histories stay within the window in which an activity counts in full, and end today.
HISTORY_DAYS = 25
UNTIL_NOW = timedelta(minutes=30)

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
        "m.test_kind, m.grade_top FROM hg_modules AS m WHERE m.active ORDER BY m.module"
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


def test(module: Module, chance: random.Random) -> Session:
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
    connection: psycopg.Connection, learner: int, modules: list[Module], sessions: int
) -> None:
    """Record a history: a test in every third module, then sessions in all of them."""
    chance = random.Random(learner)
    gap = timedelta(days=HISTORY_DAYS) / sessions
    now = datetime.now(UTC)
    for number in range(sessions):
        module = modules[number] if number < len(modules) else chance.choice(modules)
        if number < len(modules) and number % 3 == 0:
            session = test(module, chance)
        else:
            step = current_step(connection, learner, module) if module.fact_types else 0
            session = token_run(module, step, chance)
        record(connection, learner, session, now - UNTIL_NOW - gap * (sessions - 1 - number))


def keep_the_day(connection: psycopg.Connection) -> None:
    """Let no local day begin during a run: the first activity of a day does more work."""
    hour = datetime.now(UTC).hour
    start = 12 if hour >= 18 or hour < 6 else 0
    connection.execute("SELECT hg_set_setting('day_start_hour', %s)", [json.dumps(start)])


def add_learners(connection: psycopg.Connection, first: int, last: int) -> None:
    connection.execute(
        f"INSERT INTO users ({COLUMNS}) {PROFILE} FROM generate_series(%s::bigint, %s) AS n",
        [first, last],
    )


def ledger_columns(connection: psycopg.Connection) -> sql.Composable:
    """Every column of a ledger row that a copy shares with its original."""
    rows = connection.execute(
        "SELECT a.attname FROM pg_attribute AS a WHERE a.attrelid = 'hg_ledger'::regclass "
        "AND a.attnum > 0 AND NOT a.attisdropped "
        "AND a.attname NOT IN ('ledger_id', 'user_id', 'id') ORDER BY a.attnum"
    )
    return sql.SQL(", ").join(sql.Identifier(row[0]) for row in rows)


def copy_learners(connection: psycopg.Connection, originals: int, first: int, last: int) -> None:
    """Give learners first ... last the documents and ledgers of learners 1 ... originals in turn.

    The triggers of users would look at each document and begin each ledger: these are whole.
    """
    columns = ledger_columns(connection)
    span = {"originals": originals, "first": first, "last": last}
    with connection.transaction():
        connection.execute("ALTER TABLE users DISABLE TRIGGER USER")
        connection.execute(
            f"INSERT INTO users ({COLUMNS}, hidden_grade_asset) {PROFILE}, o.hidden_grade_asset "
            "FROM generate_series(%(first)s::bigint, %(last)s) AS n "
            "JOIN users AS o ON o.id = 1 + (n - 1) %% %(originals)s ORDER BY n",
            span,
        )
        connection.execute(
            sql.SQL(
                "INSERT INTO hg_ledger (user_id, id, {columns}) "
                "SELECT n, gen_random_uuid(), {columns} "
                "FROM generate_series(%(first)s::bigint, %(last)s) AS n "
                "JOIN hg_ledger AS o ON o.user_id = 1 + (n - 1) %% %(originals)s "
                "ORDER BY n, o.ledger_id"
            ).format(columns=columns),
            span,
        )
        connection.execute("ALTER TABLE users ENABLE TRIGGER USER")


@dataclass(frozen=True)
class Population:
    """Who there is: ids 1 ... learners are the many, those after them have played longest."""

    learners: int
    veterans: range
    veterans_of_all: range
    catalog: list[Module]


def populate(dsn: str, learners: int, histories: int, veterans: int, tell: Tell) -> Population:
    """Make the learners; histories and learners are rounded to whole turns of the catalog."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("SET synchronous_commit = off")
        keep_the_day(connection)
        catalog = read_catalog(connection)
        originals = max(1, histories // len(catalog)) * len(catalog)
        total = max(1, learners // originals) * originals
        some = range(total + 1, total + veterans + 1)
        whole = range(some.stop, some.stop + veterans)

        tell(f"{originals} histories")
        add_learners(connection, 1, originals)
        for learner in range(1, originals + 1):
            with connection.transaction():
                play(connection, learner, played_by(learner, catalog), 20 + learner % 41)
        add_learners(connection, some.start, whole.stop - 1)
        for learner in [*some, *whole]:
            count = PLAYED if learner in some else len(catalog)
            with connection.transaction():
                play(connection, learner, played_by(learner, catalog, count), 40 * count)
        for first in range(originals + 1, total + 1, CHUNK):
            last = min(first + CHUNK - 1, total)
            tell(f"{last:,} of {total:,} learners")
            copy_learners(connection, originals, first, last)
        tell("VACUUM ANALYZE")
        connection.execute("VACUUM (ANALYZE) users")
        connection.execute("VACUUM (ANALYZE) hg_ledger")
        connection.execute("ANALYZE")
    return Population(total, some, whole, catalog)
