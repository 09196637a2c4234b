"""The way back: before the cutover nothing is left of us, after it the day's effects are there."""

import json

import psycopg
import pytest

from tests.legacy import schema
from tests.legacy.moving import differing
from tests.support.database import as_role

STEP = "SELECT hg_legacy_rollback_step()"
# These are of the day's first activity in a document, of now after an import.
DERIVED = ("cross_concept_mastery", "module_transition_success_rate", "preferred_learning")
CATALOG = """
SELECT c.relname, c.relkind::text, c.relacl::text, a.attname, a.attnum, a.attnotnull,
    format_type(a.atttypid, a.atttypmod), a.attacl::text, pg_get_expr(d.adbin, d.adrelid)
FROM pg_class AS c
LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND NOT a.attisdropped AND a.attnum > 0
LEFT JOIN pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relnamespace = 'public'::regnamespace AND c.relname !~ '^(pg_|_?yoyo|hg_)'
UNION ALL
SELECT c.relname, t.tgname, pg_get_triggerdef(t.oid), NULL, NULL, NULL, NULL, NULL, NULL
FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal
AND c.relname !~ '^hg_'
ORDER BY 1, 2, 5, 3
"""


def rows_of_all(move):
    """All that the older application has, as text."""
    return {
        table: sorted(
            row
            for (row,) in move.db.execute(
                f"SELECT to_jsonb(t)::text FROM (SELECT * FROM {table}) AS t"
                if table != "users"
                else "SELECT to_json(u)::text FROM users AS u"
            )
        )
        for table in ("users", *(t for t in schema.REPLACED if t != "ai_analytics"))
    }


@pytest.mark.parametrize("document", ["json", "jsonb"])
def test_before_the_cutover_nothing_is_left(moved, document):
    move = moved("pending", document)
    catalog, rows = move.db.execute(CATALOG).fetchall(), rows_of_all(move)
    move.finish()
    move.verify()
    assert move.db.execute(CATALOG).fetchall() != catalog
    steps = move.roll_back()
    assert steps[-1] == {"step": "import let go", "learners": 0, "more": False}
    assert move.state == "pending"
    assert move.db.execute(CATALOG).fetchall() == catalog
    assert rows_of_all(move) == rows
    for table in ("archive", "quarantine", "dirty", "unverified", "differences"):
        assert move.db.execute(f"SELECT count(*) FROM hg_legacy_{table}").fetchone() == (0,)
    assert move.db.execute("SELECT count(*) FROM hg_ledger").fetchone() == (0,)
    move.finish()
    move.check()


def test_in_the_middle_of_an_import(moved):
    move = moved("pending")
    while move.state != "importing":
        move.batch()
    move.roll_back()
    assert move.state == "pending"
    move.finish()
    move.check()


@pytest.mark.parametrize("document", ["json", "jsonb"])
def test_after_the_cutover_all_comes_back(moved, document):
    """The catalog is as it was at the end of the import, and so is every document."""
    move = moved("verified", document)
    catalog = move.db.execute(CATALOG).fetchall()
    staged = move.documents("hidden_grade_asset_next")
    move.steps("hg_legacy_cutover_step", True)
    documents = move.known(move.documents())
    move.roll_back()
    assert move.state == "imported"
    assert [row for row in move.db.execute(CATALOG).fetchall() if row[3] != "hidden_grade_asset"] \
        == [row for row in catalog if row[3] != "hidden_grade_asset"]  # fmt: skip
    assert move.db.execute(
        "SELECT format_type(a.atttypid, NULL), a.attnotnull FROM pg_attribute AS a"
        " WHERE a.attrelid = 'users'::regclass AND a.attname = 'hidden_grade_asset'"
    ).fetchone() == (document, False)
    move.finish()
    move.check()
    again = move.documents("hidden_grade_asset_next")
    assert {user: again[user] for user in documents} == documents
    assert {u: d for u, d in again.items() if staged[u]} == {u: d for u, d in staged.items() if d}


def test_a_day_of_activity_is_in_what_comes_back(moved):
    move = moved("cut_over")
    learner = move.db.execute(
        "SELECT s.user_id FROM subject_mastery AS s JOIN users AS u ON u.id = s.user_id"
        " WHERE s.subject = 'algebra' LIMIT 1"
    ).fetchone()[0]
    for correct in (5, 5, 2):
        move.db.execute(
            "SELECT hg_record_activity(%s, gen_random_uuid(), 'algebra', 5, %s, 60)",
            [learner, correct],
        )
    move.db.execute("SELECT hg_grant_tokens(%s, gen_random_uuid(), 30, 'quiz')", [learner])
    move.db.execute("SELECT hg_set_preferred_difficulty(%s, 'algebra', 5)", [learner])
    new = move.db.execute("INSERT INTO users (username) VALUES ('new') RETURNING id").fetchone()[0]
    move.db.execute(
        "SELECT hg_record_activity(%s, gen_random_uuid(), 'math_rush_addition', 24, 20, 60,"
        " 'token_run', NULL, '{\"fact_type\": \"Adding 0 and 1\"}')",
        [new],
    )
    documents = move.documents()
    known = move.known(documents)
    move.roll_back()

    stats = documents[str(learner)]["global_stats"]
    assert move.db.execute(
        "SELECT u.tokens, u.questions_answered, u.streak_days FROM users AS u WHERE u.id = %s",
        [learner],
    ).fetchone() == (
        stats["tokens"], stats["total_questions_answered"], stats["streak_days"],
    )  # fmt: skip
    levels = move.db.execute(
        "SELECT DISTINCT s.difficulty_level FROM subject_mastery AS s"
        " WHERE s.user_id = %s AND s.subject = 'algebra'",
        [learner],
    ).fetchall()
    assert levels == [(5,)]
    old = move.documents()
    block = old[str(learner)]["modules"]["algebra"]
    assert block["grade_level"] == block["progress"]["grade_level"]
    assert block["progress"]["concepts"] == ["exponents", "algebra"]
    assert "sessions_completed" not in block
    rush = old[str(new)]["modules"]["math_rush_addition"]["progress"]
    assert (rush["good_attempt"], rush["bad_attempt"]) == (
        rush["attempt_good"], rush["attempt_bad"],
    )  # fmt: skip

    move.finish()
    move.check()
    again = move.documents("hidden_grade_asset_next")
    changed = differing({user: again[user] for user in known}, known)
    assert [path for path in changed if not any(name in path for name in DERIVED)] == []
    staged = again
    assert move.verify()["differences"] == 0, move.differences()
    move.steps("hg_legacy_cutover_step", True)
    assert move.documents() == staged
    move.proven()
    move.columns_agree()


def test_an_activity_recorded_before_the_rollback_stays_a_replay(moved):
    """Its effect is in the document that comes back; a retry later adds nothing."""
    move = moved("cut_over")
    call = (
        "SELECT hg_record_activity((SELECT min(u.id) FROM users AS u),"
        " '5bd34ac0-91c5-4f9e-8d3a-3f6b04c5f7ab', 'algebra', 5, 5, 60)"
    )
    first = move.db.execute(call).fetchone()[0]
    move.roll_back()
    move.cut_over()
    again = move.db.execute(call).fetchone()[0]
    assert again == first | {"replayed": True}
    move.proven()


def test_what_was_reset_stays_reset(moved):
    """The learner's sessions still count; the module is as new, whatever the history says."""
    move = moved("cut_over")
    learner, module = move.db.execute(
        "SELECT u.id, b.key FROM users AS u"
        " CROSS JOIN jsonb_each(u.hidden_grade_asset -> 'modules') AS b"
        " JOIN module_history AS h ON h.user_id = u.id AND h.module_name = b.key"
        " WHERE (b.value #> '{progress,sessions_completed}')::integer > 0"
        " AND u.id NOT IN (SELECT q.user_id FROM hg_legacy_quarantine AS q) ORDER BY 1, 2 LIMIT 1"
    ).fetchone()
    before = move.documents()[str(learner)]["global_stats"]["total_sessions_completed"]
    move.db.execute("SELECT hg_reset_module(%s, %s, 'asked for')", [learner, module])
    document = move.documents()[str(learner)]
    assert document["global_stats"]["total_sessions_completed"] == before
    progress = document["modules"][module]["progress"]
    assert (progress["sessions_completed"], progress["last_played"]) == (0, None)
    move.roll_back()
    move.cut_over()
    changed = differing(move.documents()[str(learner)], document)
    assert [path for path in changed if not any(name in path for name in DERIVED)] == []
    move.proven()


def test_a_test_that_was_not_rewarded_stays_so(moved):
    move = moved("cut_over")
    (learner,) = move.db.execute(
        "INSERT INTO users (username) VALUES ('n') RETURNING id"
    ).fetchone()
    for module, details in (("algebra", "{}"), ("addition_facts", '{"grade_level": 3}')):
        move.db.execute(
            "SELECT hg_record_activity(%s, gen_random_uuid(), %s, 5, 5, 60, 'test', NULL, %s)",
            [learner, module, details],
        )
    document = move.documents()[str(learner)]
    flags = {
        (block["progress"]["test_taken"], block["progress"]["test_rewarded"])
        for block in document["modules"].values()
    }
    assert (True, False) in flags, flags
    move.roll_back()
    move.finish()
    move.check()
    again = move.documents("hidden_grade_asset_next")[str(learner)]
    for module, block in document["modules"].items():
        assert again["modules"][module]["progress"] == block["progress"], module


def test_sessions_and_tests_of_the_older_application_after_it_count(moved):
    """In the shapes that it writes, beside what was ours."""
    move = moved("cut_over")
    learner = move.db.execute("SELECT min(u.id) FROM users AS u").fetchone()[0]
    move.db.execute(
        "SELECT hg_record_activity(%s, gen_random_uuid(), 'algebra', 5, 5, 60)", [learner]
    )
    move.roll_back()
    document = move.documents()[str(learner)]
    stats = document["global_stats"]
    sessions = stats["total_sessions_completed"] = stats["total_sessions_completed"] + 50
    algebra = document["modules"]["algebra"]
    algebra |= {"sessions_completed": 2, "last_session_date": "2031-01-01T10:00:00Z"}
    algebra["progress"]["assessment_completed_date"] = "2031-01-02"
    algebra["progress"]["test_rewarded"] = False
    move.db.execute(
        "UPDATE users SET hidden_grade_asset = %s WHERE id = %s", [json.dumps(document), learner]
    )
    move.finish()
    move.check()
    assert move.verify()["differences"] == 0, move.differences()
    new = move.documents("hidden_grade_asset_next")[str(learner)]
    assert new["global_stats"]["total_sessions_completed"] == sessions
    progress = new["modules"]["algebra"]["progress"]
    assert progress["last_played"] == "2031-01-01T10:00:00Z"
    assert progress["test_rewarded"] is True


def test_what_changes_while_it_goes_on_is_written_back(moved):
    move = moved("cut_over")
    learner = move.db.execute("SELECT min(u.id) FROM users AS u").fetchone()[0]
    grant = "SELECT hg_grant_tokens(%s, gen_random_uuid(), 11, 'meanwhile')"
    writes = 3
    while True:
        answer = move.db.execute(STEP).fetchone()[0]
        if answer["step"] == "documents written back" and writes:
            writes -= 1
            move.db.execute(grant, [learner])
            move.db.execute("INSERT INTO users (username) VALUES (gen_random_uuid())")
        if not answer["more"]:
            break
    assert move.state == "imported"
    stats = move.documents()[str(learner)]["global_stats"]
    tokens = move.db.execute("SELECT u.tokens FROM users AS u WHERE u.id = %s", [learner])
    assert tokens.fetchone() == (stats["tokens"],)
    assert None not in move.documents().values()
    move.finish()
    move.check()


def test_it_gives_way_to_whoever_is_there(moved):
    move = moved("cut_over")
    while not move.db.execute(
        "SELECT r.rolling_back AND r.swept FROM hg_legacy_run AS r"
    ).fetchone()[0]:
        move.db.execute(STEP)
    blocker = move.database.connect()
    blocker.execute("BEGIN; SELECT count(*) FROM subject_mastery")
    with pytest.raises(psycopg.errors.LockNotAvailable):
        move.db.execute("SET lock_timeout = '50ms'; SELECT hg_legacy_rollback_step()")
    assert move.state == "cut_over"
    blocker.execute("COMMIT")
    move.roll_back()
    assert move.state == "imported"


def test_refused_where_there_is_no_way_back(moved, database):
    with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState) as caught:
        database.connect().execute(STEP)
    assert caught.value.diag.message_detail == "The state of the installation is none."
    move = moved("cut_over")
    move.steps("hg_legacy_finalize_step")
    diag = move.refused(STEP)
    assert (diag.sqlstate, diag.message_primary) == ("55000", "this cannot be done now")
    assert diag.message_detail == "The state of the installation is finalized."
    assert diag.message_hint == "There is a way back until make finalize drops what it leads to."


def test_refused_once_finalize_has_begun(moved):
    move = moved("cut_over")
    assert move.db.execute("SELECT hg_legacy_finalize_step()").fetchone()[0]["step"] == "begun"
    diag = move.refused(STEP)
    assert (diag.sqlstate, diag.message_detail) == ("55000", "Finalize has begun to drop.")


KEPT = "SELECT a.archive_id, a.row_data, a.reason FROM hg_legacy_archive AS a ORDER BY 1"


def test_what_an_earlier_import_archived_stays(moved):
    """The older documents were overwritten: only the archive has them."""
    move = moved("cut_over")
    before = move.db.execute(KEPT).fetchall()
    move.roll_back()
    move.finish()
    after = move.db.execute(KEPT).fetchall()
    assert after[: len(before)] == before and len(after) > len(before)
    move.check()
    assert move.verify()["differences"] == 0, move.differences()
    move.roll_back()
    assert move.state == "pending"
    assert move.db.execute(KEPT).fetchall() == before


def test_a_cutover_that_was_not_finished_leaves_what_stood_in_the_columns(moved):
    move = moved("verified")
    while not move.db.execute("SELECT r.equalised FROM hg_legacy_run AS r").fetchone()[0]:
        move.db.execute("SELECT hg_legacy_cutover_step(true)")
    before = [row for row in move.db.execute(KEPT).fetchall() if row[2] == "equalised"]
    assert before
    move.roll_back()
    assert move.db.execute(KEPT).fetchall() == before


def test_only_the_owner_may(moved):
    move = moved("cut_over")
    with as_role(move.db, "hg_app"):
        assert move.refused(STEP).sqlstate == "42501"
