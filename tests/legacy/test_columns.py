"""The older application's columns of users after the cutover: written by it, kept by the ledger."""

from datetime import datetime

import psycopg
import pytest

from tests.support.database import as_role

OLD_APPLICATION = "hg_test_old_application"


@pytest.fixture
def move(moved):
    """After the cutover, with a role that may do what the older application could."""
    move = moved("cut_over")
    move.db.execute(
        f"CREATE ROLE {OLD_APPLICATION};"
        f" GRANT SELECT, INSERT, UPDATE, DELETE ON users TO {OLD_APPLICATION};"
        f" GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {OLD_APPLICATION}"
    )
    yield move
    move.db.execute("ROLLBACK; RESET ROLE")
    move.db.execute(f"DROP OWNED BY {OLD_APPLICATION}; DROP ROLE {OLD_APPLICATION}")


@pytest.fixture
def old(move):
    """A session of the older application."""
    with as_role(move.database.connect(), OLD_APPLICATION) as connection:
        yield connection


@pytest.fixture
def learner(move):
    """One whose figures are known."""
    return move.db.execute(
        "INSERT INTO users (username, tokens, questions_answered, correct_answers, last_active)"
        " VALUES ('known', 20, 10, 6, '2026-01-01 10:00:00') RETURNING id"
    ).fetchone()[0]


def stats(move, learner):
    return move.documents()[str(learner)]["global_stats"]


def entries(move, learner):
    return move.db.execute(
        "SELECT l.kind::text, l.details, l.recorded_by FROM hg_ledger AS l WHERE l.user_id = %s"
        " ORDER BY l.ledger_id",
        [learner],
    ).fetchall()


def whole(move):
    move.columns_agree()
    move.proven()


def test_a_learner_inserted_with_figures(move, learner):
    found = stats(move, learner)
    assert (found["tokens"], found["total_tokens_earned"]) == (20, 20)
    assert (found["total_questions_answered"], found["total_correct_answers"]) == (10, 6)
    assert found["last_active"] == "2026-01-01T10:00:00Z"
    assert [(kind, details) for kind, details, _ in entries(move, learner)] == [
        ("skeleton", None),
        ("grant", {"amount": 20, "reason": "users.tokens was written"}),
        ("adjustment", {"questions": 10, "correct": 6, "last_active": "2026-01-01T10:00:00Z"}),
    ]
    whole(move)


def test_a_learner_inserted_by_the_older_application(move, old):
    new, tokens, streak = old.execute(
        "INSERT INTO users (username, tokens, streak_days, grade) VALUES ('a', 5, 9, '3')"
        " RETURNING id, tokens, streak_days"
    ).fetchone()
    assert (tokens, streak) == (5, 9)
    assert old.execute(
        "SELECT u.tokens, u.streak_days FROM users AS u WHERE u.id = %s", [new]
    ).fetchone() == (5, 0)
    whole(move)


def test_tokens_up_are_a_grant_and_down_a_spend(move, old, learner):
    up = "UPDATE users SET tokens = tokens + 5 WHERE id = %s RETURNING tokens"
    assert old.execute(up, [learner]).fetchone() == (25,)
    down = "UPDATE users SET tokens = tokens - 15 WHERE id = %s RETURNING tokens"
    assert old.execute(down, [learner]).fetchone() == (10,)
    found = stats(move, learner)
    assert (found["tokens"], found["total_tokens_earned"], found["total_tokens_spent"]) == (
        10, 25, 15,
    )  # fmt: skip
    reason = "users.tokens was written"
    assert [(kind, details) for kind, details, _ in entries(move, learner)[-2:]] == [
        ("grant", {"amount": 5, "reason": reason}),
        ("spend", {"amount": 15, "reason": reason}),
    ]
    assert found["daily_tokens"] == 0
    whole(move)


def test_questions_and_correct_answers_only_go_up(move, old, learner):
    old.execute(
        "UPDATE users SET questions_answered = questions_answered + 4,"
        " correct_answers = correct_answers + 9 WHERE id = %s",
        [learner],
    )
    found = stats(move, learner)
    # Correct answers are cut to the questions.
    assert (found["total_questions_answered"], found["total_correct_answers"]) == (14, 14)
    row = old.execute(
        "UPDATE users SET questions_answered = 1, correct_answers = 0 WHERE id = %s"
        " RETURNING questions_answered, correct_answers",
        [learner],
    ).fetchone()
    assert row == (14, 14)
    whole(move)


def test_the_later_last_active_wins(move, old, learner):
    update = "UPDATE users SET last_active = %s WHERE id = %s RETURNING last_active"
    at = datetime(2026, 1, 2, 8, 30, 15, 999999)
    assert old.execute(update, [at, learner]).fetchone() == (at.replace(microsecond=0),)
    assert old.execute(update, [datetime(2025, 5, 5), learner]).fetchone() == (
        at.replace(microsecond=0),
    )
    assert stats(move, learner)["last_active"] == "2026-01-02T08:30:15Z"
    assert old.execute(update, ["infinity", learner]).fetchone() == (at.replace(microsecond=0),)
    whole(move)


def test_what_only_mirrors_is_ignored_and_counted(move, old, learner):
    counted = "SELECT hg_status() #>> '{legacy,ignored_writes}'"
    before = int(move.db.execute(counted).fetchone()[0])
    rows = len(entries(move, learner))
    row = old.execute(
        "UPDATE users SET streak_days = 50, daily_tokens_earned = 7, daily_engagement_minutes = 9,"
        " fastest_category = 'algebra', highest_score_category = 'algebra' WHERE id = %s"
        " RETURNING streak_days, daily_tokens_earned, daily_engagement_minutes, fastest_category",
        [learner],
    ).fetchone()
    assert row == (0, 0, 0, None)
    assert int(move.db.execute(counted).fetchone()[0]) == before + 1
    old.execute("UPDATE users SET tokens = tokens, streak_days = 0 WHERE id = %s", [learner])
    assert int(move.db.execute(counted).fetchone()[0]) == before + 1
    assert len(entries(move, learner)) == rows
    whole(move)


def test_null_is_ignored(move, old, learner):
    before = stats(move, learner)
    row = old.execute(
        "UPDATE users SET tokens = NULL, questions_answered = NULL, correct_answers = NULL,"
        " streak_days = NULL, last_active = NULL WHERE id = %s"
        " RETURNING tokens, questions_answered, streak_days",
        [learner],
    ).fetchone()
    assert row == (20, 10, 0)
    assert stats(move, learner) == before
    whole(move)


def test_a_balance_below_nothing_is_refused(move, old, learner):
    before = entries(move, learner)
    with pytest.raises(psycopg.Error) as caught:
        old.execute("UPDATE users SET tokens = tokens - 21 WHERE id = %s", [learner])
    diag = caught.value.diag
    assert (diag.sqlstate, diag.message_primary, diag.message_detail, diag.message_hint) == (
        "LG402", "not enough tokens", "The balance is 20, users.tokens would become -1.",
        "Nothing was written; a balance is 0 or more.",
    )  # fmt: skip
    assert entries(move, learner) == before
    whole(move)


def test_one_statement_for_many(move, old):
    (learners,) = move.db.execute("SELECT count(*) FROM users AS u WHERE u.tokens < 999").fetchone()
    assert learners > 9
    done = old.execute("UPDATE users SET tokens = tokens + 1 WHERE tokens < 999")
    assert done.rowcount == learners
    whole(move)


def test_writes_of_two_sessions_add_up(move, learner):
    """The second waits for the first, and takes its difference from what that left."""
    first, second = move.database.connect(), move.database.connect()
    first.execute("BEGIN")
    first.execute("UPDATE users SET tokens = tokens + 5 WHERE id = %s", [learner])
    second.pgconn.send_query(f"UPDATE users SET tokens = tokens + 7 WHERE id = {learner}".encode())
    first.execute("COMMIT")
    while second.pgconn.get_result() is not None:
        pass
    assert stats(move, learner)["tokens"] == 32
    whole(move)


def test_a_rolled_back_write_leaves_nothing(move, learner):
    before = entries(move, learner), stats(move, learner)
    move.db.execute("BEGIN")
    move.db.execute("UPDATE users SET tokens = tokens + 5 WHERE id = %s", [learner])
    move.db.execute("ROLLBACK")
    assert (entries(move, learner), stats(move, learner)) == before


def test_functions_of_ours_move_the_columns(move, learner):
    move.db.execute("SELECT hg_record_activity(%s, gen_random_uuid(), 'algebra', 5, 5, 60)",
                    [learner])  # fmt: skip
    move.db.execute("SELECT hg_spend_tokens(%s, gen_random_uuid(), 3, 'hat')", [learner])
    found = stats(move, learner)
    assert found["tokens"] == 25
    assert move.db.execute(
        "SELECT u.tokens, u.streak_days, u.daily_tokens_earned, u.questions_answered"
        " FROM users AS u WHERE u.id = %s",
        [learner],
    ).fetchone() == (25, 1, 8, 15)
    whole(move)


def test_other_columns_are_none_of_our_business(move, old, learner):
    before = entries(move, learner)
    old.execute(
        "UPDATE users SET display_name = 'x', grade = '4', story_progress = '{\"a\": 1}',"
        " preferred_difficulty = 3 WHERE id = %s",
        [learner],
    )
    assert entries(move, learner) == before


def test_an_old_document_written_whole_is_refused(move, old, learner):
    old.execute("SELECT 1")
    with pytest.raises(psycopg.Error) as caught:
        old.execute(
            'UPDATE users SET hidden_grade_asset = \'{"global_stats": {"tokens": 5}}\''
            " WHERE id = %s",
            [learner],
        )
    assert caught.value.diag.sqlstate == "LG422"
    assert "hg_record_activity" in caught.value.diag.message_hint
    whole(move)


def test_a_document_and_a_column_in_one_statement(move, learner):
    """Who writes the document has said there what is to be."""
    move.db.execute(
        "UPDATE users SET tokens = 999, hidden_grade_asset = jsonb_set(jsonb_set("
        "hidden_grade_asset, '{global_stats,total_tokens_earned}', '40'),"
        " '{global_stats,tokens}', '40') WHERE id = %s",
        [learner],
    )
    assert stats(move, learner)["tokens"] == 40
    whole(move)


def test_a_reversal_of_an_activity_leaves_what_was_written(move, learner):
    move.db.execute(
        "SELECT hg_record_activity(%s, 'f0d4a1c4-3a0d-4dcb-9a4a-50a8b6e1b3f1', 'algebra', 5, 5)",
        [learner],
    )
    move.db.execute("UPDATE users SET tokens = tokens + 5 WHERE id = %s", [learner])
    move.db.execute(
        "SELECT hg_reverse_activity(%s, 'f0d4a1c4-3a0d-4dcb-9a4a-50a8b6e1b3f1', 'mistake')",
        [learner],
    )
    assert stats(move, learner)["tokens"] == 25
    whole(move)


@pytest.mark.parametrize("document", ['{"modules": {}}', "[]", '{"version": 1}'])
def test_an_insert_with_an_older_document_says_what_to_call(move, old, document):
    with pytest.raises(psycopg.Error) as refused:
        old.execute(
            "INSERT INTO users (username, hidden_grade_asset) VALUES ('with it', %s)", [document]
        )
    diag = refused.value.diag
    assert (diag.sqlstate, diag.message_primary) == ("LG422", "malformed document")
    assert diag.message_hint == (
        "Leave hidden_grade_asset out: a new learner gets a new document, which hg_record_activity,"
        " hg_grant_tokens, hg_set_mastery, hg_set_preferred_difficulty and hg_set_time_zone then"
        " fill; one that is given must have every key that docs/document.md names."
    )
