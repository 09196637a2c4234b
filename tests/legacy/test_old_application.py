"""The old application's own statements give the same answers at every stage of the move."""

import json
from collections.abc import Callable

import pytest

from tests.legacy import old_application
from tests.legacy.moving import Move
from tests.legacy.schema import Legacy, create
from tests.support.database import Database, migrate

LEARNERS = 30
ROLE = "hg_test_old_statements"
DOCUMENT = {
    "global_stats": {"total_tokens_earned": 100},
    "modules": {
        "algebra": {
            "grade_level": 7,
            "progress": {"sessions_completed": 4, "total_questions_answered": 20,
                         "correct_answers": 15, "mastery_level": False,
                         "last_played": "2026-03-01T10:00:00Z"},
        }
    },
}  # fmt: skip
ROWS = f"""
INSERT INTO users (username, grade, tokens, questions_answered, correct_answers, last_active,
    hidden_grade_asset, display_name, streak_days)
SELECT 'learner ' || n, (n % 12)::text, 10 + n, 20 + n, 15 + n, '2026-03-01 10:00:00',
    %(document)s, 'Name ' || n, 0
FROM generate_series(1, {LEARNERS}) AS g (n);

INSERT INTO subject_mastery (user_id, subject, grade, total_attempts, correct_attempts,
    last_practiced, mastery_level, is_unlocked, difficulty_level)
SELECT n, s.subject, '3', 10 * n, 5 * n, '2026-02-01', 40, n % 2 = 0, 2 + (n + s.place) % 4
FROM generate_series(1, {LEARNERS}) AS g (n),
    unnest('{{algebra,geometry,history}}'::text[])
    WITH ORDINALITY AS s (subject, place);

INSERT INTO concept_mastery (user_id, concept, grade, total_attempts, correct_attempts,
    last_practiced, mastery_level, needs_review)
SELECT n, c.concept, '3', 8, 4 + n % 4, '2026-02-02', 50, n % 3 = 0
FROM generate_series(1, {LEARNERS}) AS g (n), unnest('{{addition,ratios}}'::text[]) AS c (concept);

INSERT INTO subject_difficulty_history (user_id, subject, grade, is_correct, "timestamp",
    difficulty_level, question_id)
SELECT n, 'algebra', '3', k % 2 = 0, '2026-01-01'::timestamp + k * interval '1 day', 2, k
FROM generate_series(1, {LEARNERS}) AS g (n), generate_series(1, 3) AS h (k);

INSERT INTO user_progress (user_id, category, level, score, completed_questions)
SELECT n, 'numbers', n % 5, 7 * n, 30 FROM generate_series(1, {LEARNERS}) AS g (n);

INSERT INTO ai_analytics (user_id, analysis_date, learning_patterns, recommendations, strengths,
    areas_for_improvement, engagement_analysis, suggested_activities, learning_style,
    weakness_concepts, generated_at)
SELECT n, '2026-01-01'::timestamp + k * interval '1 day', '{{"average_score": 80}}', 'more of it',
    '{{addition}}', '{{ratios}}', '{{"sessions": 3}}', '{{"play"}}', 'visual', '{{ratios}}',
    '2026-01-01'::timestamp + k * interval '1 day'
FROM generate_series(1, {LEARNERS}) AS g (n), generate_series(1, 2) AS h (k);
"""


@pytest.fixture
def move(empty_database: Database):
    """A school whose older figures agree with each other, and the role of its application."""
    move = Move.__new__(Move)
    move.database, move.legacy = empty_database, Legacy(document="json")
    move.db = empty_database.connect()
    create(move.db, move.legacy)
    move.db.execute(ROWS.replace("%(document)s", "'" + json.dumps(DOCUMENT) + "'"))
    with old_application.a_role(move.db, ROLE):
        migrate(empty_database.dsn)
        yield move


def answers(move: Move) -> dict:
    """All statements of the old application, and nothing of what they wrote."""
    move.db.execute("BEGIN")
    one, two = 3, 8
    found = old_application.run(move.db, ROLE, one, two)
    found |= {
        f"users: {name}": answer
        for name, answer in old_application.run(
            move.db, ROLE, one, two, old_application.USERS, ()
        ).items()
    }
    move.db.execute("ROLLBACK")
    return found


def staged_agree(move: Move) -> None:
    """Before the cutover: what is staged says what the columns say."""
    assert move.db.execute(
        "SELECT u.id FROM users AS u WHERE (u.tokens, u.questions_answered, u.correct_answers,"
        " u.streak_days) IS DISTINCT FROM ("
        "(u.hidden_grade_asset_next #>> '{global_stats,tokens}')::integer,"
        "(u.hidden_grade_asset_next #>> '{global_stats,total_questions_answered}')::integer,"
        "(u.hidden_grade_asset_next #>> '{global_stats,total_correct_answers}')::integer,"
        "(u.hidden_grade_asset_next #>> '{global_stats,streak_days}')::integer)"
    ).fetchall() == []  # fmt: skip


def test_the_same_answers_at_every_stage(move):
    def compare(stage: str, agree: Callable[[], None]) -> None:
        found = answers(move)
        unlike = {name: (found[name], first[name]) for name in first if found[name] != first[name]}
        assert unlike == {}, stage
        agree()

    first = answers(move)
    assert len(first) > 60
    assert not [name for name, answer in first.items() if isinstance(answer, str)]
    move.finish()
    compare("after the import", lambda: staged_agree(move))
    assert move.verify()["differences"] == 0, move.differences()
    move.steps("hg_legacy_cutover_step")
    compare("after the cutover", move.columns_agree)
    move.proven()
    move.roll_back()
    compare("after the rollback", lambda: None)
    move.finish()
    compare("after the second import", lambda: staged_agree(move))
    move.cut_over()
    compare("after the second cutover", move.columns_agree)


def test_what_it_writes_after_the_cutover_is_proven(move):
    move.cut_over()
    before = move.documents()
    for statements in (old_application.STATEMENTS, old_application.USERS):
        old_application.run(move.db, ROLE, 3, 8, statements)
    assert move.documents() != before
    move.columns_agree()
    move.proven()
    move.roll_back()
    move.finish()
    move.check()
