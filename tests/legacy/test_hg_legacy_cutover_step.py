"""The cutover: it loses nothing, it refuses what could, and nobody waits for it long."""

import psycopg
import pytest

from tests.legacy.schema import Legacy
from tests.support.database import as_role, wait_for_lock

STEP = "SELECT hg_legacy_cutover_step()"
NOT_NOW = ("55000", "this cannot be done now")


def told(diag):
    return diag.sqlstate, diag.message_primary


@pytest.mark.parametrize("document", ["json", "jsonb"])
def test_the_documents_become_the_truth(moved, document):
    move = moved("verified", document)
    staged = move.documents("hidden_grade_asset_next")
    old = move.stored("SELECT u.id::text, u.hidden_grade_asset::text FROM users AS u")
    steps = [answer["step"] for answer in move.steps("hg_legacy_cutover_step", True)]
    assert steps[-1] == "settled" and "cut over" in steps
    assert move.state == "cut_over"
    documents = move.documents()
    assert {u: d for u, d in documents.items() if staged[u]} == {
        u: d for u, d in staged.items() if d
    }
    assert all(documents.values())
    assert move.stored("SELECT u.id::text, u.hidden_grade_asset_old::text FROM users AS u") == old
    move.columns_agree()
    move.proven()
    (learner,) = move.db.execute("SELECT min(u.id) FROM users AS u").fetchone()
    receipt = move.db.execute(
        "SELECT hg_record_activity(%s, gen_random_uuid(), 'algebra', 5, 5, 60)", [learner]
    ).fetchone()[0]
    assert receipt["good"]
    move.columns_agree()


def test_again_it_has_nothing_to_do(moved):
    move = moved("cut_over")
    before = move.documents()
    assert move.steps("hg_legacy_cutover_step") == [
        {"step": "settled", "learners": 0, "more": False}
    ]
    assert move.documents() == before


def test_who_is_in_quarantine_begins_with_the_columns(moved):
    move = moved("verified")
    quarantined = move.stored(
        "SELECT q.user_id::text, u.hidden_grade_asset::text FROM hg_legacy_quarantine AS q"
        " JOIN users AS u ON u.id = q.user_id"
    )
    assert quarantined
    move.db.execute(
        "UPDATE users SET tokens = 12, questions_answered = 40, correct_answers = 30,"
        " streak_days = 3, daily_tokens_earned = 2 WHERE id::text = ANY (%s)",
        [list(quarantined)],
    )
    diag = move.refused(STEP)
    assert told(diag) == NOT_NOW
    assert diag.message_detail == f"{len(quarantined)} learners are in quarantine."
    assert "hg_legacy_retry" in diag.message_hint
    move.steps("hg_legacy_cutover_step", True)
    for user, text in quarantined.items():
        stats = move.documents()[user]["global_stats"]
        assert (stats["tokens"], stats["total_tokens_earned"]) == (12, 12)
        assert (stats["total_questions_answered"], stats["total_correct_answers"]) == (40, 30)
        assert (stats["streak_days"], stats["daily_tokens"]) == (3, 2)
        assert move.db.execute(
            "SELECT a.row_data, a.reason FROM hg_legacy_archive AS a"
            " WHERE a.user_id = %s AND a.source = 'users.hidden_grade_asset'",
            [user],
        ).fetchall() == [(text, "unreadable_json")]
    move.proven()


def test_refused_before_the_import_has_finished(moved):
    move = moved("pending")
    diag = move.refused(STEP)
    assert told(diag) == NOT_NOW
    assert (
        diag.message_detail
        == "The state of the installation is pending, the import has not finished."
    )
    assert diag.message_hint.startswith("Run make import")


def test_refused_unverified_and_with_differences(moved):
    move = moved("imported")
    diag = move.refused(STEP)
    assert (told(diag), diag.message_detail, diag.message_hint) == (
        NOT_NOW, "The import has not been verified.", "Run make verify.",
    )  # fmt: skip
    move.db.execute(
        "UPDATE users SET hidden_grade_asset_next = jsonb_set(hidden_grade_asset_next,"
        " '{global_stats,tokens}', '77') WHERE id = (SELECT min(u.id) FROM users AS u)"
    )
    differences = move.verify()["differences"]
    assert differences > 0
    diag = move.refused(STEP)
    assert told(diag) == NOT_NOW
    assert diag.message_detail == f"The verification found {differences} differences."
    assert move.state == "imported"


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE subject_mastery ADD COLUMN more text DEFAULT 'x'",
        "ALTER TABLE subject_mastery DROP COLUMN difficulty_level",
        "DROP TABLE ai_analytics",
    ],
)
def test_what_was_altered_since_the_import_is_taken_in_by_another(moved, change):
    """Nothing marks it; the verification finds it, and the HINT says what helps."""
    move = moved("imported", "jsonb")
    move.db.execute(change)
    assert move.verify()["differences"] > 0
    diag = move.refused(STEP)
    assert told(diag) == NOT_NOW
    assert diag.message_hint == (
        "Look at hg_legacy_differences; make verify again when they are mended. Where an older"
        " table or column was altered or dropped since the import, make rollback and make import"
        " take it in as it is now."
    )
    move.roll_back()
    move.cut_over()
    move.proven()
    assert move.verify()["differences"] == 0


def test_refused_where_nothing_is_legacy(database):
    with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState) as caught:
        database.connect().execute(STEP)
    assert caught.value.diag.message_detail == "The state of the installation is none."
    assert caught.value.diag.message_hint == "A cutover is for an installation that is imported."


def test_what_changes_after_the_verification_is_taken(moved):
    move = moved("verified")
    learner, tokens = move.db.execute(
        "UPDATE users SET tokens = 4321 WHERE id = (SELECT min(u.id) FROM users AS u)"
        " RETURNING id, tokens"
    ).fetchone()
    new = move.db.execute(
        "INSERT INTO users (username, tokens) VALUES ('late', 7) RETURNING id"
    ).fetchone()[0]
    (gone,) = move.db.execute(
        "DELETE FROM users WHERE id = (SELECT max(u.id) FROM users AS u WHERE u.id < %s)"
        " RETURNING id",
        [new],
    ).fetchone()
    move.steps("hg_legacy_cutover_step", True)
    documents = move.documents()
    assert documents[str(learner)]["global_stats"]["tokens"] == tokens
    assert documents[str(new)]["global_stats"]["tokens"] == 7
    assert str(gone) not in documents
    assert move.db.execute(
        "SELECT count(*) FROM hg_ledger AS l WHERE l.user_id = %s", [gone]
    ).fetchone() == (0,)
    move.columns_agree()
    move.proven()


def test_columns_written_between_a_broken_off_cutover_and_the_next(moved):
    """A verification in between has looked at the learner, but has made no columns equal."""
    move = moved("verified")
    while not move.db.execute("SELECT r.equalised FROM hg_legacy_run AS r").fetchone()[0]:
        move.db.execute("SELECT hg_legacy_cutover_step(true)")
    move.db.execute(
        "UPDATE users SET fastest_category = 'nothing we know', correct_answers = 0,"
        " streak_days = NULL WHERE id = (SELECT min(u.id) FROM users AS u)"
    )
    assert move.verify()["differences"] == 0, move.differences()
    move.steps("hg_legacy_cutover_step", True)
    move.columns_agree()
    move.proven()


def test_a_difference_of_a_late_change_stops_it(moved):
    """The verification of learners built again is looked at, too, with everything locked."""
    move = moved("verified")
    move.db.execute(
        "INSERT INTO hg_legacy_unverified (user_id) SELECT min(u.id) FROM users AS u;"
        "UPDATE users SET hidden_grade_asset_next = hidden_grade_asset_next || '{\"odd\": 1}'"
        " WHERE id = (SELECT min(u.id) FROM users AS u)"
    )
    with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState):
        move.steps("hg_legacy_cutover_step", True)
    assert move.state == "imported"


def test_it_gives_way_to_whoever_is_there(moved):
    """A session in the way makes it try again; nobody queues behind it meanwhile."""
    move = moved("verified")
    while not move.db.execute("SELECT r.equalised FROM hg_legacy_run AS r").fetchone()[0]:
        move.db.execute("SELECT hg_legacy_cutover_step(true)")
    blocker, probe = move.database.connect(), move.database.connect()
    blocker.execute("BEGIN; SELECT count(*) FROM subject_mastery")
    with pytest.raises(psycopg.errors.LockNotAvailable):
        move.db.execute("SET lock_timeout = '50ms'; SELECT hg_legacy_cutover_step(true)")
    probe.execute("UPDATE users SET tokens = tokens WHERE id = (SELECT min(u.id) FROM users AS u)")
    assert move.state == "imported"
    blocker.execute("COMMIT")
    move.steps("hg_legacy_cutover_step", True)
    assert move.state == "cut_over"


def test_a_statement_that_waits_goes_on_after_it(moved):
    """What came while everything was locked finds the new names when it goes on."""
    move = moved("verified")
    while not move.db.execute("SELECT r.equalised FROM hg_legacy_run AS r").fetchone()[0]:
        move.db.execute("SELECT hg_legacy_cutover_step(true)")
    waiting = move.database.connect()
    waiting.prepare_threshold = 0
    add = "UPDATE users SET tokens = tokens + %s WHERE id = %s RETURNING tokens"
    learner, before = move.db.execute(
        "SELECT u.id, u.tokens FROM users AS u WHERE u.tokens BETWEEN 0 AND 1000 LIMIT 1"
    ).fetchone()
    assert waiting.execute(add, [0, learner]).fetchone() == (before,)
    move.db.execute("BEGIN; SELECT hg_legacy_cutover_step(true)")
    waiting.pgconn.send_query_params(
        b"UPDATE users SET tokens = tokens + 5 WHERE id = $1 RETURNING tokens",
        [str(learner).encode()],
    )
    wait_for_lock(move.database.connect(), waiting.info.backend_pid)
    move.db.execute("COMMIT")
    result = waiting.pgconn.get_result()
    assert result.get_value(0, 0) == str(before + 5).encode()
    while waiting.pgconn.get_result() is not None:
        pass
    move.proven()
    move.columns_agree()


def test_rights_on_the_column_are_carried_over(moved):
    move = moved("verified")
    move.db.execute(
        "CREATE ROLE hg_test_reads_column; GRANT SELECT (id, hidden_grade_asset),"
        " UPDATE (hidden_grade_asset) ON users TO hg_test_reads_column"
    )
    try:
        move.steps("hg_legacy_cutover_step", True)
        with as_role(move.db, "hg_test_reads_column"):
            assert move.documents()
            diag = move.refused("UPDATE users SET hidden_grade_asset = '{\"modules\": {}}'")
            assert diag.sqlstate == "LG422"
            assert "hg_record_activity" in diag.message_hint
    finally:
        move.db.execute("DROP OWNED BY hg_test_reads_column; DROP ROLE hg_test_reads_column")


def test_only_the_owner_may(moved):
    move = moved("verified")
    with as_role(move.db, "hg_app"):
        assert move.refused(STEP).sqlstate == "42501"


def test_without_the_older_tables_and_columns(empty_database):
    """Whatever is missing, the rest moves."""
    from tests.legacy.moving import Move

    move = Move(
        empty_database,
        Legacy(
            without=frozenset(
                {"concept_mastery", "ai_analytics", "user_progress", "users.tokens",
                 "users.last_active", "users.fastest_category"}
            ),
            backups=frozenset({"subject_mastery"}),
            users_id="uuid",
        ),
        40,
    )  # fmt: skip
    move.cut_over()
    move.columns_agree()
    move.proven()
    relations = {name for (name,) in move.db.execute(
        "SELECT c.relname FROM pg_class AS c WHERE c.relname LIKE '%\\_set\\_aside'"
    )}  # fmt: skip
    assert relations == {"subject_difficulty_history_set_aside"}
