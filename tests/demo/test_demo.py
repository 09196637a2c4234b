"""The demo, small: what it prints is there, twice in a row, and after it was killed."""

import os
import re
import signal
import subprocess
import sys
from datetime import date

import psycopg
import pytest

from examples import school
from examples.demo import read_modules
from tests.support.database import ROOT, Database, wait_for
from tests.support.users import own_table
from tests.worker.openai_server import serving

SMALL = ("--learners", "5", "--weeks", "1")
HEADINGS = (
    "The school",
    "A session of demo-learner-001, and its receipt",
    "The document of demo-learner-001 (grade 5), shortened",
    "The streak, and the last 60 days of it",
    "The analysis of demo-learner-001, by rules",
    "Try it",
)
BY_WORKER = "The analysis of demo-learner-001, by the worker"


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "examples.demo", *arguments]


def environment(database: Database) -> dict[str, str]:
    return os.environ | {"DATABASE_URL": database.dsn, "COLUMNS": "80", "PYTHONPATH": str(ROOT)}


def run_demo(database: Database, *arguments: str, **variables: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        command(*arguments),
        env=environment(database) | variables,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )


def shown_by(database: Database, *arguments: str, **variables: str) -> str:
    done = run_demo(database, *arguments, **variables)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def sections(printed: str) -> dict[str, str]:
    """What stands under each heading."""
    parts = re.split(r"^(\S.*?) -{3,}$", printed, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def recorded(connection: psycopg.Connection) -> list[tuple]:
    """The ledger without what was made when it was recorded."""
    return connection.execute(
        "SELECT u.username, l.kind, l.id, l.occurred_at::text, l.receipt FROM hg_ledger AS l "
        "JOIN users AS u ON u.id = l.user_id ORDER BY l.ledger_id"
    ).fetchall()


@own_table
def test_it_shows_the_school_and_one_learner(database: Database) -> None:
    printed = shown_by(database, *SMALL)
    under = sections(printed)
    assert set(HEADINGS) <= set(under)
    assert any(re.fullmatch(r"Why \w+ is not mastered", heading) for heading in under)
    assert max(map(len, printed.splitlines())) <= 100

    connection = database.connect()
    tokens, streak = connection.execute(
        "SELECT s.stats ->> 'tokens', s.stats ->> 'streak_days' FROM users AS u "
        "CROSS JOIN LATERAL (SELECT hg_document(u.id) -> 'global_stats' AS stats) AS s "
        "WHERE u.username = 'demo-learner-001'"
    ).fetchone()
    assert f'"tokens": {tokens},' in under[HEADINGS[1]]
    assert f"replayed true, tokens {tokens};" in under[HEADINGS[1]]
    assert f'"tokens": {tokens},' in under[HEADINGS[2]]
    assert f"{streak} days in a row (done_today)" in under[HEADINGS[3]]
    calendar = re.search(r"^[#*.=~?_]{60}$", under[HEADINGS[3]], re.MULTILINE)
    assert calendar and calendar[0].endswith("#") and calendar[0].startswith("_")
    assert connection.execute(
        "SELECT count(*) FROM hg_ledger AS l WHERE l.too_late OR l.late OR l.clock_ahead"
    ).fetchone() == (0,)


@own_table
def test_the_second_run_adds_nothing(database: Database) -> None:
    connection = database.connect()
    first = sections(shown_by(database, *SMALL))
    before = recorded(connection)
    version = connection.execute("SELECT i.rules_version FROM hg_installation AS i").fetchone()

    printed = shown_by(database, *SMALL)
    second = sections(printed)
    assert "the learners and their sessions are there already" in printed
    assert recorded(connection) == before
    assert connection.execute("SELECT i.rules_version FROM hg_installation AS i").fetchone() == (
        version
    )
    for heading in HEADINGS[2:]:
        assert second[heading] == first[heading]
    assert '"replayed": false' in first[HEADINGS[1]] and '"replayed": true' in second[HEADINGS[1]]


def analysis(connection: psycopg.Connection) -> dict:
    return connection.execute(
        "SELECT u.hidden_grade_asset -> 'ai_analytics' FROM users AS u "
        "WHERE u.username = 'demo-learner-001'"
    ).fetchone()[0]


@own_table
def test_it_ends_with_an_analysis_by_rules(database: Database) -> None:
    under = sections(shown_by(database, *SMALL))
    stored = analysis(database.connect())
    assert stored["source"] == "rules" and stored["learning_patterns"]["summary"]
    shown = " ".join(under[HEADINGS[4]].split())
    for key in ("learning_patterns", "engagement_analysis"):
        assert f"{key}: {stored[key]['summary']}" in shown
    for text in stored["areas_for_improvement"] + stored["suggested_activities"]:
        assert f"- {text}" in shown
    assert BY_WORKER not in under


@own_table
def test_where_there_is_a_server_the_worker_fills_it(database: Database) -> None:
    with serving() as server:
        first, second = (
            sections(shown_by(database, *SMALL, OPENAI_BASE_URL=server.url)) for _ in range(2)
        )
        assert len(server.received) == 1
    connection = database.connect()
    assert analysis(connection)["source"] == "openai"
    assert re.search(r"^Job \d+ is done; tokens: 1,110$", first[BY_WORKER], re.MULTILINE)
    assert "it is not asked again" in second[BY_WORKER]
    for under in (first, second):
        assert "source openai, model gpt-4o-mini-2024-07-18" in under[BY_WORKER]
    # What is recorded after the demo makes no jobs.
    assert connection.execute(
        "SELECT s.value FROM hg_settings AS s WHERE s.name = 'ai_enabled'"
    ).fetchone() == (False,)


@own_table
def test_a_server_in_trouble_leaves_the_rules(database: Database) -> None:
    with serving() as server:
        server.then("401")
        under = sections(shown_by(database, *SMALL, OPENAI_BASE_URL=server.url))
    assert "is pending (http 401 invalid_api_key)" in under[BY_WORKER]
    assert analysis(database.connect())["source"] == "rules"


@own_table
def test_a_larger_run_adds_what_is_missing(database: Database) -> None:
    connection = database.connect()
    shown_by(database, *SMALL)
    before = recorded(connection)
    shown_by(database, "--learners", "7", "--weeks", "1")
    after = recorded(connection)
    assert after[: len(before)] == before
    assert {row[0] for row in after[len(before) :]} == {"demo-learner-006", "demo-learner-007"}


def start_demo(database: Database, *arguments: str) -> subprocess.Popen:
    return subprocess.Popen(
        command(*arguments),
        env=environment(database),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )


def assert_whole(connection: psycopg.Connection, learners: int, weeks: int) -> None:
    """Every session of every learner is there once, and the one that is shown."""
    modules = read_modules(connection)
    planned = {
        learner.username: len(school.sessions(learner, modules, 7 * weeks, date(2027, 1, 1)))
        for learner in school.enrol(learners)
    }
    planned["demo-learner-001"] += 1
    counted = connection.execute(
        "SELECT u.username, count(*) FROM hg_ledger AS l JOIN users AS u ON u.id = l.user_id "
        "WHERE l.kind = 'activity' GROUP BY u.username"
    )
    assert dict(counted.fetchall()) == planned


@own_table
def test_killed_it_goes_on(database: Database) -> None:
    arguments = ("--learners", "40", "--weeks", "6")
    connection = database.connect()
    running = start_demo(database, *arguments)
    try:
        wait_for(
            lambda: (
                connection.execute(
                    "SELECT FROM hg_ledger AS l WHERE l.kind = 'activity' LIMIT 1"
                ).fetchone()
                is not None
            )
        )
    finally:
        running.kill()
    assert running.wait() == -signal.SIGKILL
    shown_by(database, *arguments)
    assert_whole(connection, learners=40, weeks=6)


@own_table
def test_two_at_once_make_one_school(database: Database) -> None:
    both = [start_demo(database, "--learners", "12", "--weeks", "2") for _ in range(2)]
    assert [running.wait() for running in both] == [0, 0]
    assert_whole(database.connect(), learners=12, weeks=2)


@own_table
def test_statements_to_try_run(database: Database) -> None:
    printed = shown_by(database, *SMALL)
    lines = sections(printed)["Try it"].strip().splitlines()
    assert lines[0].startswith("make psql")
    connection = database.connect(autocommit=False)
    for statement in lines[1:]:
        assert connection.execute(statement).fetchone() is not None, statement
    assert len(lines) > 3


def test_an_empty_database_will_do(empty_database: Database) -> None:
    printed = shown_by(empty_database, *SMALL)
    assert "is installed in schema public" in printed
    assert set(HEADINGS) <= set(sections(printed))


def test_an_applications_database_is_left_alone(empty_database: Database) -> None:
    connection = empty_database.connect()
    connection.execute("CREATE TABLE users (id integer PRIMARY KEY, email text)")
    done = run_demo(empty_database, *SMALL)
    assert done.returncode == 1
    assert "is an application's" in done.stderr and "Nothing has been changed" in done.stderr
    assert connection.execute("SELECT to_regclass('hg_installation')").fetchone() == (None,)


@own_table
def test_learners_of_somebody_else_are_left_alone(database: Database) -> None:
    connection = database.connect()
    connection.execute("INSERT INTO users (username) VALUES ('somebody'), (NULL)")
    before = recorded(connection)
    done = run_demo(database, *SMALL)
    assert done.returncode == 1
    assert "has 2 learners of its own" in done.stderr
    assert recorded(connection) == before
    assert connection.execute("SELECT max(v.version) FROM hg_rule_versions AS v").fetchone() == (1,)


@pytest.mark.parametrize("weeks", ["0", "17", "many"])
def test_sizes_out_of_range_are_refused(weeks: str, empty_database: Database) -> None:
    done = run_demo(empty_database, "--weeks", weeks)
    assert done.returncode == 2
    assert "--weeks" in done.stderr


def test_the_school_is_the_same_every_time(db: psycopg.Connection) -> None:
    modules = read_modules(db)
    for learner in school.enrol(12):
        history = school.sessions(learner, modules, 30, date(2027, 1, 1))
        assert history == school.sessions(learner, modules, 30, date(2027, 1, 1))
        assert [s.at for s in history] == sorted(s.at for s in history)
        assert len({s.id for s in history}) == len(history)
        assert all(s.at.date() < date(2027, 1, 1) for s in history)


def test_every_module_is_taught(db: psycopg.Connection) -> None:
    names = {module.name for module in read_modules(db)}
    assert names == set(school.TAUGHT_FROM)


def test_readme_tells_the_size_of_the_school(db: psycopg.Connection) -> None:
    modules = read_modules(db)
    learners = school.enrol(300)
    count = sum(len(school.sessions(each, modules, 91, date(2027, 1, 1))) for each in learners)
    readme = (ROOT / "README.md").read_text("utf-8")
    assert f"{count:,} sessions of {len(learners)} learners recorded" in readme
