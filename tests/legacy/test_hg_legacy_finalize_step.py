"""Letting go of what is behind the cutover: only that, and nothing of it unarchived."""

import psycopg
import pytest

from tests.legacy.moving import Move
from tests.legacy.schema import Legacy
from tests.support.database import as_role

STEP = "SELECT hg_legacy_finalize_step()"
STAY = {"last_active", "last_grade_advancement", "grade", "username", "learning_style"}


def columns(move):
    return {
        name
        for (name,) in move.db.execute(
            "SELECT a.attname FROM pg_attribute AS a WHERE a.attrelid = 'users'::regclass"
            " AND a.attnum > 0 AND NOT a.attisdropped"
        )
    }


def relations(move):
    return {
        name
        for (name,) in move.db.execute(
            "SELECT c.relname FROM pg_class AS c WHERE c.relnamespace = 'public'::regnamespace"
            " AND c.relkind IN ('r', 'v')"
        )
    }


def recorded(move):
    learner = move.db.execute("SELECT min(u.id) FROM users AS u").fetchone()[0]
    return move.db.execute(
        "SELECT hg_record_activity(%s, gen_random_uuid(), 'algebra', 5, 5, 60)", [learner]
    ).fetchone()[0]


def test_tables_views_and_the_older_document_go(moved):
    move = moved("cut_over")
    documents, before = move.documents(), columns(move)
    steps = move.steps("hg_legacy_finalize_step")
    assert steps[-1] == {"step": "dropped the older document column", "learners": 0, "more": False}
    assert move.state == "finalized"
    left = relations(move)
    assert not left & {"concept_mastery", "subject_mastery", "ai_analytics", "user_progress"}
    assert not {name for name in left if name.endswith("_set_aside")}
    assert {"module_history", "leaderboard", "recommendations"} <= left
    assert before - columns(move) == {"hidden_grade_asset_old"}
    assert move.documents() == documents
    assert recorded(move)["tokens_awarded"] > 0
    move.columns_agree()
    move.proven()
    assert move.steps("hg_legacy_finalize_step")[-1]["step"] == "finalized"


def test_columns_go_when_asked_for_now_or_later(moved):
    for later in (False, True):
        move = moved("cut_over")
        if later:
            move.steps("hg_legacy_finalize_step")
        before = columns(move)
        assert move.steps("hg_legacy_finalize_step", True)[-1]["step"] == "dropped columns"
        gone = before - columns(move) - {"hidden_grade_asset_old"}
        assert gone == {
            "tokens", "streak_days", "daily_tokens_earned", "questions_answered",
            "correct_answers", "daily_engagement_minutes", "fastest_category",
            "highest_score_category", "preferred_difficulty",
        }  # fmt: skip
        assert columns(move) >= STAY
        receipt = recorded(move)
        move.proven()
        assert move.db.execute(
            'SELECT to_char(u.last_active, \'YYYY-MM-DD"T"HH24:MI:SS"Z"\')'
            " FROM users AS u WHERE u.id = (SELECT min(v.id) FROM users AS v)"
        ).fetchone() == (receipt["occurred_at"][:19] + "Z",)
        assert move.steps("hg_legacy_finalize_step", True)[-1]["step"] == "dropped columns"


def test_rows_written_after_the_cutover_are_archived(moved):
    move = moved("cut_over")
    learner = move.db.execute("SELECT min(u.id) FROM users AS u").fetchone()[0]
    row = move.db.execute(
        "INSERT INTO user_progress (user_id, category, level) VALUES (%s, 'maps', 3) RETURNING id",
        [learner],
    ).fetchone()[0]
    before = move.db.execute("SELECT count(*) FROM hg_legacy_archive").fetchone()[0]
    move.steps("hg_legacy_finalize_step")
    assert move.db.execute(
        "SELECT a.user_id, a.source_id, a.row_data::jsonb ->> 'category'"
        " FROM hg_legacy_archive AS a WHERE a.reason = 'finalized' AND a.source = 'user_progress'"
    ).fetchall() == [(str(learner), str(row), "maps")]
    after = move.db.execute(
        "SELECT count(*) FROM hg_legacy_archive AS a WHERE a.reason <> 'finalized'"
    ).fetchone()[0]
    assert after == before


@pytest.mark.parametrize(
    ("create", "what"),
    [
        ("CREATE VIEW of_theirs AS SELECT u.id FROM user_progress AS u", "view of_theirs"),
        (
            "CREATE VIEW of_theirs AS SELECT u.id FROM ai_analytics_set_aside AS u",
            "view of_theirs",
        ),
        (
            "CREATE VIEW of_theirs AS SELECT u.hidden_grade_asset_old AS old FROM users AS u",
            "view of_theirs",
        ),
    ],
)
def test_what_depends_on_it_stops_it_before_anything_is_dropped(moved, create, what):
    move = moved("cut_over")
    before = relations(move)
    move.db.execute(create)
    with pytest.raises(psycopg.errors.DependentObjectsStillExist) as caught:
        move.steps("hg_legacy_finalize_step")
    diag = caught.value.diag
    assert diag.message_primary == "other objects depend on what would be dropped"
    assert what in diag.message_detail
    assert diag.message_hint == (
        "Drop them or make them anew without it, then finalize again. Nothing has been dropped."
    )
    assert relations(move) == before | {"of_theirs"}
    move.db.execute("DROP VIEW of_theirs")
    move.steps("hg_legacy_finalize_step")
    assert move.state == "finalized"


@pytest.mark.parametrize("missing", ["user_progress.user_id", "user_progress"])
def test_a_table_that_was_not_set_aside_is_left_alone(empty_database, missing):
    """One without user_id is no source; one that was missing may be made after the cutover."""
    move = Move(empty_database, Legacy(without=frozenset({missing})), 10)
    move.cut_over()
    move.roll_back()
    move.cut_over()
    move.db.execute("CREATE TABLE IF NOT EXISTS user_progress (user_id integer, score integer)")
    rows = "SELECT count(*) FROM user_progress"
    move.db.execute("INSERT INTO user_progress (score) VALUES (1)")
    before = move.db.execute(rows).fetchone()
    move.steps("hg_legacy_finalize_step")
    assert move.state == "finalized"
    assert move.db.execute(rows).fetchone() == before


def test_refused_without_a_cutover(moved):
    move = moved("verified")
    diag = move.refused(STEP)
    assert (diag.sqlstate, diag.message_primary, diag.message_detail, diag.message_hint) == (
        "55000", "this cannot be done now", "The state of the installation is imported.",
        "To finalize is for after the cutover.",
    )  # fmt: skip
    move.steps("hg_legacy_cutover_step", True)
    move.db.execute("SELECT hg_legacy_rollback_step()")
    diag = move.refused(STEP)
    assert diag.message_detail == "A rollback has begun and not finished."


def test_only_the_owner_may(moved):
    move = moved("cut_over")
    with as_role(move.db, "hg_app"):
        assert move.refused(STEP).sqlstate == "42501"
