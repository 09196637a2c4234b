"""examples/pg_cron.sql: what it schedules runs, without pg_cron itself."""

import subprocess

import psycopg
import pytest
from psycopg import sql
from psycopg.types.json import Jsonb

from tests.support.database import ROOT, Database
from tests.worker.support import School
from tools.database import find_psql

FILE = ROOT / "examples" / "pg_cron.sql"
# pg_cron's function, and its table without what only pg_cron needs. An entry replaces its namesake.
CRON = """
CREATE SCHEMA cron;
CREATE TABLE cron.job (jobname text PRIMARY KEY, schedule text, command text);
CREATE FUNCTION cron.schedule(job_name text, schedule text, command text) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO cron.job VALUES ($1, $2, $3)
    ON CONFLICT (jobname) DO UPDATE SET schedule = $2, command = $3
$$;
"""


class Cron:
    """The entries that the file makes."""

    def __init__(self, database: Database) -> None:
        self.db = database.connect()
        self.db.execute(CRON)
        for _ in range(2):
            subprocess.run(
                [find_psql(), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--file", FILE,
                 "--dbname", database.dsn],
                check=True,
                capture_output=True,
            )  # fmt: skip
        self.jobs = dict(self.db.execute("SELECT j.jobname, j.command FROM cron.job AS j"))

    def run(self, name: str) -> list[str]:
        """What pg_cron would run, in a session of its own; its warnings."""
        warnings: list[str] = []
        self.db.add_notice_handler(lambda notice: warnings.append(notice.message_primary))
        self.db.execute(self.jobs[name])
        return warnings


@pytest.fixture
def cron(database: Database) -> Cron:
    return Cron(database)


def sources(school: School) -> list[str | None]:
    """Of the school's learners in their order, then of all others."""
    rows = school.db.execute(
        "SELECT to_jsonb(u.id), u.hidden_grade_asset #>> '{ai_analytics,source}' FROM users AS u"
    )
    found = dict(rows)
    return [found.pop(learner) for learner in school.learners] + list(found.values())


def commits(connection: psycopg.Connection, name: str) -> int:
    """How many transactions wrote the rows of a table."""
    query = sql.SQL("SELECT count(DISTINCT t.xmin::text) FROM {} AS t").format(sql.Identifier(name))
    return connection.execute(query).fetchone()[0]


def test_every_entry_is_run_here(cron: Cron) -> None:
    assert cron.jobs.keys() == {"hg-request-analyses", "hg-fill-analytics-by-rules", "hg-prune"}


def test_learners_of_the_week_are_requested_once(database: Database, cron: Cron) -> None:
    school = School(database, learners=3)
    school.db.execute("INSERT INTO users (grade) VALUES ('3')")
    long_ago = school.db.execute("INSERT INTO users (grade) VALUES ('3') RETURNING id").fetchone()
    school.db.execute(
        "SELECT hg_record_activity(%s, gen_random_uuid(), 'addition_facts', 12, 9, 80, "
        "p_occurred_at => now() - interval '8 days')",
        long_ago,
    )
    for _ in range(2):
        assert cron.run("hg-request-analyses") == []
        assert [job["user_id"] for job in school.jobs()] == school.learners
    assert commits(school.db, "hg_ai_jobs") == 3


def test_learners_without_consent_are_not_requested(database: Database, cron: Cron) -> None:
    school = School(database, learners=2)
    school.db.execute("ALTER TABLE users ADD COLUMN agrees boolean")
    school.set("ai_consent_column", "agrees")
    school.db.execute("UPDATE users SET agrees = true WHERE id = %s", [school.learners[1]])
    cron.run("hg-request-analyses")
    assert [job["user_id"] for job in school.jobs()] == school.learners[1:]


def test_the_rules_fill_the_learners_of_the_day(database: Database, cron: Cron) -> None:
    school = School(database, learners=3)
    school.db.execute("INSERT INTO users (grade) VALUES ('3')")
    assert cron.run("hg-fill-analytics-by-rules") == []
    assert sources(school) == ["rules", "rules", "rules", None]
    assert commits(school.db, "hg_ai_analyses") == 3


@pytest.mark.parametrize("name", ["hg-request-analyses", "hg-fill-analytics-by-rules"])
def test_one_document_that_cannot_be_read_stops_nobody(
    name: str, database: Database, cron: Cron
) -> None:
    school = School(database, learners=3)
    first, broken, last = school.learners
    with school.db.transaction():
        school.db.execute("SET LOCAL session_replication_role TO replica")
        school.db.execute(
            "UPDATE users AS u SET hidden_grade_asset = jsonb_set(u.hidden_grade_asset, "
            "'{modules,multiplication_facts,progress,correct_answers}', %s) WHERE u.id = %s",
            [Jsonb("a text"), broken],
        )
    (warning,) = cron.run(name)
    assert warning.startswith(f"learner {broken}: ")
    if name == "hg-request-analyses":
        assert [job["user_id"] for job in school.jobs()] == [first, last]
    else:
        assert sources(school) == ["rules", None, "rules"]


def test_jobs_that_ended_long_ago_go(database: Database, cron: Cron) -> None:
    school = School(database, learners=3)
    school.request("global")
    school.db.execute(
        "UPDATE hg_ai_jobs AS j SET state = 'skipped', "
        "finished_at = clock_timestamp() - interval '91 days' WHERE j.user_id <> %s",
        [school.learners[0]],
    )
    cron.run("hg-prune")
    assert [job["user_id"] for job in school.jobs()] == school.learners[:1]
