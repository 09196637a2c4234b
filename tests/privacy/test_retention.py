"""What is kept goes when its time is over: by hg_prune, as docs/privacy.md says of every table."""

import re

import psycopg
import pytest

from tests.ai import queue
from tests.docs.pages import ROOT, table_rows
from tests.ledger.test_hg_prune import prune
from tests.record.support import Learner, set_setting

from .everywhere import NOBODYS, tables

PAGE = ROOT / "docs" / "privacy.md"
HEADING = "What is kept, and for how long"


def kept() -> dict[str, list[str]]:
    """The page's table: whose and for how long, by the name of the table."""
    return {row[0]: row[1:] for row in table_rows(PAGE, HEADING)}


def test_the_page_names_every_table(db: psycopg.Connection) -> None:
    assert kept().keys() == tables(db) | {"users"}


def test_the_page_says_whose_the_rows_are(db: psycopg.Connection) -> None:
    nobodys = {table for table, (whose, *_) in kept().items() if whose == "nobody's"}
    assert nobodys == NOBODYS.keys()


def test_the_settings_that_the_page_names_are_all_there_are(db: psycopg.Connection) -> None:
    named = set(
        re.findall(r"\w+_retention_days", " ".join(" ".join(row) for row in kept().values()))
    )
    there = db.execute("SELECT s.name FROM hg_settings AS s WHERE s.name ~ '_retention_days$'")
    assert named == {name for (name,) in there}


# ---------------------------------------------------------------- analyses in documents


@pytest.fixture
def analysed(db: psycopg.Connection) -> Learner:
    """One with an analysis of OpenAI's and one by the rules."""
    learner = queue.played(db)
    db.execute("ALTER TABLE users ADD COLUMN may_analyse boolean DEFAULT true")
    queue.enable(db, consent_column="may_analyse")
    queue.request(learner)
    (job,) = queue.claim(db)
    assert queue.complete(db, job, queue.answer(job))["state"] == "done"
    learner.call("hg_fill_analytics_by_rules", p_scope="algebra")
    return learner


def age_texts(learner: Learner, *paths: str) -> None:
    """Those analyses were made three days ago."""
    at = learner.ago(days=3).strftime("%Y-%m-%dT%H:%M:%SZ")
    learner.write(**{path + "__datetime_generated": at for path in paths})


def sources(learner: Learner) -> list[str | None]:
    return [(queue.section(learner, scope) or {}).get("source") for scope in ("global", "algebra")]


def test_analyses_stay_for_ever_unless_the_setting_says_otherwise(analysed):
    age_texts(analysed, "ai_analytics", "modules__algebra__ai_analytics")
    before = analysed.document
    assert prune(analysed.db)["ai_analyses"] == 0
    assert analysed.document == before


def test_analyses_that_are_too_old_leave_the_document(analysed):
    fresh = Learner(analysed.db).document
    age_texts(analysed, "ai_analytics", "modules__algebra__ai_analytics")
    set_setting(analysed.db, "ai_analyses_retention_days", 2)
    assert prune(analysed.db)["ai_analyses"] == 2
    assert analysed.document["ai_analytics"] == fresh["ai_analytics"]
    assert analysed.block("algebra")["ai_analytics"] is None
    left = analysed.db.execute("SELECT count(*) FROM hg_ai_analyses").fetchone()
    assert left == (0,)
    assert analysed.verify() == []
    assert prune(analysed.db)["ai_analyses"] == 0


def test_analyses_that_are_new_enough_stay(analysed):
    age_texts(analysed, "ai_analytics")
    set_setting(analysed.db, "ai_analyses_retention_days", 2)
    assert prune(analysed.db)["ai_analyses"] == 1
    assert sources(analysed) == [None, "rules"]


def test_an_analysis_of_no_known_day_is_too_old(analysed):
    analysed.write(ai_analytics__datetime_generated=None)
    set_setting(analysed.db, "ai_analyses_retention_days", 2)
    assert prune(analysed.db)["ai_analyses"] == 1
    assert sources(analysed) == [None, "rules"]


def test_after_it_has_gone_an_analysis_may_be_asked_for_again(analysed):
    assert queue.request(analysed) is None
    age_texts(analysed, "ai_analytics")
    set_setting(analysed.db, "ai_analyses_retention_days", 2)
    prune(analysed.db)
    assert queue.request(analysed) is not None


# ---------------------------------------------------------------- consent taken back


def withdraw(learner: Learner) -> None:
    learner.db.execute("UPDATE users SET may_analyse = false WHERE id = %s", [learner.id])


def test_without_consent_openais_analyses_leave_the_document(analysed):
    withdraw(analysed)
    assert prune(analysed.db)["ai_analyses"] == 1
    assert sources(analysed) == [None, "rules"]
    assert prune(analysed.db)["ai_analyses"] == 0


def test_with_consent_they_stay(analysed):
    assert prune(analysed.db)["ai_analyses"] == 0
    assert sources(analysed) == ["openai", "rules"]


def test_without_consent_no_job_that_waits_is_handed_out(analysed):
    queue.request(analysed, "measurement")
    withdraw(analysed)
    assert queue.claim(analysed.db, limit=10) == []
    assert queue.jobs(analysed)[-1][1] == "skipped"


def test_without_consent_an_answer_under_way_is_not_stored(analysed):
    queue.request(analysed, "measurement")
    (job,) = queue.claim(analysed.db)
    withdraw(analysed)
    assert queue.complete(analysed.db, job, queue.answer(job))["state"] == "stale"
    assert queue.section(analysed, "measurement") is None
    assert queue.stored(analysed.db, job)["input"] is None


def test_without_consent_no_new_job_is_made(analysed):
    withdraw(analysed)
    assert queue.request(analysed, "measurement", p_force=True) is None


# ---------------------------------------------------------------- jobs nobody will take


@pytest.mark.parametrize(("enabled", "left"), [(True, 1), (False, 0)])
def test_jobs_that_wait_go_where_analyses_are_switched_off(db, enabled, left):
    learner = queue.played(db)
    queue.enable(db)
    queue.request(learner)
    queue.later(db, days=91)
    queue.enable(db, enabled=enabled)
    assert prune(db)["ai_jobs"] == 1 - left
    assert len(queue.jobs(learner)) == left


# ---------------------------------------------------------------- tombstones and the archive


def days_ago(db: psycopg.Connection, table: str, column: str, days: int) -> None:
    db.execute(f"UPDATE {table} SET {column} = {column} - {days} * interval '1 day'")


def test_tombstones_go_after_their_time(db):
    for learner in (Learner(db), Learner(db)):
        learner.run("algebra", 5, 5)
        learner.call("hg_erase_learner", p_reason="asked for")
    days_ago(db, "hg_tombstones", "erased_on", 31)
    assert prune(db)["tombstones"] == 0
    set_setting(db, "tombstone_retention_days", 31)
    assert prune(db)["tombstones"] == 0
    set_setting(db, "tombstone_retention_days", 29)
    assert prune(db)["tombstones"] == 2
    assert db.execute("SELECT count(*) FROM hg_tombstones").fetchone() == (0,)


@pytest.fixture
def archived(db: psycopg.Connection) -> psycopg.Connection:
    """A move long ago, a row of which was archived, and one yesterday."""
    learner = Learner(db)
    for days in (400, 1):
        db.execute(
            "INSERT INTO hg_legacy_archive (archived_at, user_id, source, reason)"
            " VALUES (now() - %s * interval '1 day', %s, 'user_progress', 'dropped')",
            [days, str(learner.id)],
        )
    db.execute(
        "INSERT INTO hg_legacy_quarantine (user_id, quarantined_at, reason_code)"
        " SELECT u.id, now() - interval '400 days', 'unreadable_json' FROM users AS u"
        " ORDER BY u.id LIMIT 1"
    )
    return db


def test_the_archive_of_a_finished_move_goes_after_its_time(archived):
    archived.execute("UPDATE hg_installation SET state = 'finalized'")
    assert prune(archived)["archive_rows"] == 0
    set_setting(archived, "archive_retention_days", 365)
    assert prune(archived)["archive_rows"] == 2
    assert archived.execute("SELECT count(*) FROM hg_legacy_archive").fetchone() == (1,)
    assert archived.execute("SELECT count(*) FROM hg_legacy_quarantine").fetchone() == (0,)


def test_before_finalize_it_stays_as_the_way_back_needs_it(archived):
    archived.execute("UPDATE hg_installation SET state = 'cut_over'")
    set_setting(archived, "archive_retention_days", 365)
    assert prune(archived)["archive_rows"] == 0
    assert archived.execute("SELECT count(*) FROM hg_legacy_archive").fetchone() == (2,)


def test_later_calls_of_a_round_leave_them_alone(db):
    learner = Learner(db)
    learner.run("algebra", 5, 5)
    learner.call("hg_erase_learner", p_reason="asked for")
    days_ago(db, "hg_tombstones", "erased_on", 31)
    set_setting(db, "tombstone_retention_days", 29)
    assert db.execute("SELECT hg_prune(%s)", [learner.id]).fetchone()[0]["tombstones"] == 0
    assert db.execute("SELECT hg_prune()").fetchone()[0]["tombstones"] == 1
