"""hg_legacy_verify: no rows prove the import by a second reading, a row says where it is wrong."""

from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.legacy.moving import Move
from tests.legacy.schema import Legacy
from tests.legacy.shapes import shapes_that_fit

FIVE = (
    "concept_mastery", "subject_mastery", "subject_difficulty_history", "user_progress",
    "ai_analytics",
)  # fmt: skip


def verified(connection: psycopg.Connection, *arguments: object) -> list[tuple]:
    """(learner, path, staged, expected) of every difference."""
    mark = "%s" if arguments else ""
    rows = connection.execute(f"SELECT v.* FROM hg_legacy_verify({mark}) AS v", arguments)
    return rows.fetchall()


@pytest.fixture(params=["json", "jsonb"])
def move(request: pytest.FixtureRequest, moved: Any) -> Move:
    return moved("imported", request.param)


@pytest.fixture
def jsonb(moved: Any) -> Move:
    return moved("imported", "jsonb")


def some_learner(move: Move, condition: str = "true") -> Any:
    """The first learner who has a staged document, under a condition on it (d)."""
    return move.db.execute(
        "SELECT u.id FROM users AS u CROSS JOIN LATERAL (SELECT u.hidden_grade_asset_next AS d)"
        f" AS s WHERE s.d IS NOT NULL AND {condition} ORDER BY u.id LIMIT 1"
    ).fetchone()[0]


def rewrite(move: Move, *statements: tuple) -> None:
    """Statements on the ledger as somebody runs them who switches its guard off."""
    with move.db.transaction():
        move.db.execute("SET LOCAL session_replication_role = replica")
        for statement, learner in statements:
            move.db.execute(statement, [learner])


def staged(move: Move, learner: Any, path: str) -> Any:
    return move.db.execute(
        "SELECT u.hidden_grade_asset_next #> string_to_array(%s, '.') FROM users AS u"
        " WHERE u.id = %s",
        [path, learner],
    ).fetchone()[0]


def tamper(move: Move, learner: Any, path: str, value: object) -> None:
    """A key of the staged document has another value, or is new."""
    move.db.execute(
        "UPDATE users SET hidden_grade_asset_next ="
        " jsonb_set(hidden_grade_asset_next, string_to_array(%s, '.'), %s) WHERE id = %s",
        [path, Jsonb(value), learner],
    )


# ---------------------------------------------------------------- a true import


@pytest.mark.parametrize("document", ["json", "jsonb"])
def test_an_import_of_every_shape_is_true(empty_database, document):
    legacy = Legacy(document=document)
    move = Move(empty_database, legacy, len(shapes_that_fit(legacy)) + 60)
    move.finish()
    assert verified(move.db) == []


@pytest.mark.parametrize(
    "legacy",
    [
        Legacy(users_id="uuid", user_id="text", document="jsonb"),
        Legacy(users_id="text"),
        Legacy(users_id="bigint", document=None),
        Legacy(user_id="text"),
        Legacy(without=frozenset({"ai_analytics", "module_history", "users.tokens"})),
        Legacy(
            without=frozenset({"users.streak_days", "users.last_active", "concept_mastery.id"}),
            backups=frozenset({"subject_mastery", "ai_analytics"}),
        ),
        Legacy(types={"users.tokens": "text", "subject_mastery.difficulty_level": "text"}),
    ],
    ids=["uuid", "text", "bigint", "references of text", "parts missing", "backups", "types"],
)
def test_so_is_one_of_any_schema(empty_database, legacy):
    move = Move(empty_database, legacy, 100)
    move.finish()
    assert verified(move.db) == []


def test_it_knows_the_time_zone_of_nobody(jsonb):
    jsonb.db.execute("SET TimeZone = 'Pacific/Kiritimati'; SET DateStyle = 'SQL, DMY'")
    assert verified(jsonb.db) == []


def test_the_rules_are_those_of_the_import(jsonb):
    jsonb.db.execute("UPDATE hg_modules SET concepts = 'other', start_difficulty = 5")
    assert verified(jsonb.db) == []


def test_figures_written_at_length_are_read(jsonb):
    learner = some_learner(jsonb)
    jsonb.db.execute(
        "UPDATE users SET hidden_grade_asset = %s WHERE id = %s",
        [Jsonb({"global_stats": {"streak_freezes": "00005." + "0" * 300}}), learner],
    )
    jsonb.finish()
    assert staged(jsonb, learner, "global_stats.streak_freezes") == 5
    assert verified(jsonb.db) == []


# ---------------------------------------------------------------- what is not


def test_it_finds_every_figure_and_text_of_a_document(jsonb):
    learner = some_learner(jsonb, "d #> '{modules,algebra,progress}' IS NOT NULL")
    changed = {
        "global_stats.tokens": 12345,
        "global_stats.last_active": "1999-01-01T00:00:00Z",
        "global_stats.activity_date": "1999-01-01",
        "global_stats.last_module": "nowhere",
        "global_stats.highest_score_category": "nowhere",
        "modules.algebra.grade_level": 77,
        "modules.algebra.progress.concepts": "shoes, ships",
        "modules.algebra.progress.correct_answers": 1234567,
        "modules.algebra.progress.mastered_at": "1999-01-01T00:00:00Z",
        "modules.algebra.progress.best_time": 12345,
        "modules.algebra.ai_analytics": {"strengths": []},
        "ai_analytics.weaknesses": ["sealing wax"],
        "ai_analytics.learning_patterns": {"peak": "noon"},
        "cross_module_analytics.learning_patterns_between_modules": {"a>b": {"count": 1}},
        "cross_module_analytics.preferred_learning_sequence": ["nowhere"],
        "theme_of_nobody": "dark",
    }
    before = {path: staged(jsonb, learner, path) for path in changed}
    for path, value in changed.items():
        tamper(jsonb, learner, path, value)
    found = {path: (there, wanted) for _, path, there, wanted in verified(jsonb.db)}
    for path, value in changed.items():
        if isinstance(value, dict) and isinstance(before[path], dict):
            assert any(name.startswith(path) for name in found), path
        else:
            assert found[path] == (value, before[path]), path
    assert {user for user, *_ in verified(jsonb.db)} == {learner}
    assert verified(jsonb.db, learner) == verified(jsonb.db)


@pytest.mark.parametrize(
    "path",
    [
        "global_stats.total_questions_answered", "modules.word_race.progress.sessions_completed",
        "modules.math_rush_division.progress.types_complete", "ai_analytics.strengths",
        "modules.measurement.progress.timestamp", "cross_module_analytics.cross_concept_mastery",
    ],
)  # fmt: skip
def test_it_finds_a_key_that_is_lost(jsonb, path):
    learner = some_learner(jsonb)
    wanted = staged(jsonb, learner, path)
    jsonb.db.execute(
        "UPDATE users SET hidden_grade_asset_next = hidden_grade_asset_next"
        " #- string_to_array(%s, '.') WHERE id = %s",
        [path, learner],
    )
    assert verified(jsonb.db) == [(learner, path, None, wanted)]


@pytest.mark.parametrize(
    "path", ["theme", "global_stats.theme", "modules.theme", "modules.algebra.progress.theme"]
)
def test_it_finds_an_unknown_key_that_is_lost(jsonb, path):
    learner = some_learner(jsonb)
    jsonb.db.execute(
        "UPDATE users SET hidden_grade_asset = %s WHERE id = %s",
        [
            Jsonb(
                {
                    "theme": "a", "global_stats": {"theme": "b"},
                    "modules": {"theme": "c", "algebra": {"progress": {"theme": "d"}}},
                }
            ),
            learner,
        ],
    )  # fmt: skip
    jsonb.finish()
    assert verified(jsonb.db) == []
    wanted = staged(jsonb, learner, path)
    assert wanted in ("a", "b", "c", "d")
    jsonb.db.execute(
        "UPDATE users SET hidden_grade_asset_next = hidden_grade_asset_next"
        " #- string_to_array(%s, '.') WHERE id = %s",
        [path, learner],
    )
    assert verified(jsonb.db) == [(learner, path, None, wanted)]


def test_it_finds_a_document_that_is_not_there(jsonb):
    learner = some_learner(jsonb)
    wanted = jsonb.documents("hidden_grade_asset_next")[str(learner)]
    jsonb.db.execute("UPDATE users SET hidden_grade_asset_next = NULL WHERE id = %s", [learner])
    assert verified(jsonb.db) == [(learner, "", None, wanted)]


def test_it_finds_what_is_wrong_with_a_checkpoint(jsonb):
    first = some_learner(jsonb)
    second = some_learner(jsonb, f"u.id > {first}")
    third = some_learner(jsonb, f"u.id > {second}")
    fourth = some_learner(jsonb, f"u.id > {third}")
    rewrite(
        jsonb,
        (
            "UPDATE hg_ledger"
            " SET document = jsonb_set(document, '{global_stats,streak_days}', '777')"
            " WHERE user_id = %s AND kind = 'import'",
            first,
        ),
        ("DELETE FROM hg_ledger WHERE user_id = %s AND kind = 'import'", second),
        (
            "INSERT INTO hg_ledger (occurred_at, recorded_at, user_id, id, rules_version, kind,"
            " user_grade, document) SELECT l.occurred_at, l.recorded_at, l.user_id,"
            " gen_random_uuid(), l.rules_version, l.kind, l.user_grade, l.document"
            " FROM hg_ledger AS l WHERE l.user_id = %s AND l.kind = 'import'",
            third,
        ),
        ("UPDATE hg_ledger SET user_grade = 77 WHERE user_id = %s AND kind = 'import'", fourth),
    )
    streak = staged(jsonb, first, "global_stats.streak_days")
    grade = jsonb.db.execute(
        "SELECT hg__grade_number(u.grade) FROM users AS u WHERE u.id = %s", [fourth]
    ).fetchone()[0]
    assert verified(jsonb.db) == [
        (first, "checkpoint.global_stats.streak_days", 777, streak),
        (second, "checkpoint", 0, 1),
        (third, "checkpoint", 2, 1),
        (fourth, "checkpoint.user_grade", 77, grade),
    ]


@pytest.mark.parametrize("table", FIVE)
def test_it_finds_a_row_that_is_not_archived(jsonb, table):
    archived, learner, row = jsonb.db.execute(
        "SELECT a.source_id, a.user_id, a.row_data::jsonb FROM hg_legacy_archive AS a"
        " WHERE a.source = %s AND a.reason NOT LIKE '%%:%%' AND a.reason <> 'orphan'"
        " ORDER BY a.archive_id LIMIT 1",
        [table],
    ).fetchone()
    jsonb.db.execute(
        "DELETE FROM hg_legacy_archive WHERE source = %s AND source_id = %s"
        " AND reason NOT LIKE '%%:%%'",
        [table, archived],
    )
    assert verified(jsonb.db) == [(int(learner), f"archive.{table}.{archived}", None, row)]


def test_it_finds_a_row_that_is_archived_otherwise_or_twice(jsonb):
    (first, user, row), (second, other, also) = jsonb.db.execute(
        "SELECT a.source_id, a.user_id::integer, a.row_data::jsonb FROM hg_legacy_archive AS a"
        " WHERE a.source = 'user_progress' AND a.reason <> 'orphan' ORDER BY 2, 1 LIMIT 2"
    ).fetchall()
    jsonb.db.execute(
        "UPDATE hg_legacy_archive SET row_data = '{broken' WHERE source = 'user_progress'"
        " AND source_id = %s",
        [first],
    )
    jsonb.db.execute(
        "INSERT INTO hg_legacy_archive (archived_at, user_id, source, source_id, row_data, reason)"
        " SELECT a.archived_at, a.user_id, a.source, a.source_id, a.row_data, a.reason"
        " FROM hg_legacy_archive AS a WHERE a.source = 'user_progress' AND a.source_id = %s",
        [second],
    )
    assert sorted(verified(jsonb.db), key=str) == sorted(
        [
            (user, f"archive.user_progress.{first}", "{broken", row),
            (other, f"archive.user_progress.{second}", [also, also], also),
        ],
        key=str,
    )


def test_it_finds_an_old_document_that_is_not_archived_whole(move):
    learner, old = move.db.execute(
        "SELECT u.id, u.hidden_grade_asset::jsonb FROM users AS u"
        " WHERE u.hidden_grade_asset IS NOT NULL AND u.hidden_grade_asset_next IS NOT NULL"
        " ORDER BY u.id LIMIT 1"
    ).fetchone()
    move.db.execute(
        "DELETE FROM hg_legacy_archive WHERE user_id = %s AND reason IN ('replaced', 'no_object')",
        [str(learner)],
    )
    assert verified(move.db) == [(learner, "archive.users.hidden_grade_asset", None, old)]


@pytest.mark.parametrize("table", FIVE)
def test_it_finds_an_orphan_that_is_not_archived(jsonb, table):
    archived, row = jsonb.db.execute(
        "SELECT a.source_id, a.row_data::jsonb FROM hg_legacy_archive AS a"
        " WHERE a.source = %s AND a.reason = 'orphan' ORDER BY a.archive_id LIMIT 1",
        [table],
    ).fetchone()
    jsonb.db.execute(
        "DELETE FROM hg_legacy_archive WHERE source = %s AND source_id = %s", [table, archived]
    )
    assert verified(jsonb.db) == [(None, f"archive.{table}.{archived}", None, row)]


def test_it_finds_a_learner_who_is_wrongly_in_quarantine_or_not(moved):
    move = moved("imported", "json")
    quarantined = move.db.execute(
        "SELECT q.user_id FROM hg_legacy_quarantine AS q ORDER BY 1 LIMIT 1"
    ).fetchone()[0]
    learner = some_learner(move)
    move.db.execute("DELETE FROM hg_legacy_quarantine WHERE user_id = %s", [quarantined])
    move.db.execute(
        "INSERT INTO hg_legacy_quarantine VALUES (%s, now(), 'unreadable_json', 'no')", [learner]
    )
    assert sorted(verified(move.db)) == sorted(
        [
            (quarantined, "quarantine", None, "unreadable_json"),
            (learner, "quarantine", "unreadable_json", None),
        ]
    )


def test_it_finds_a_document_of_a_learner_in_quarantine(moved):
    move = moved("imported", "json")
    quarantined = move.db.execute(
        "SELECT q.user_id FROM hg_legacy_quarantine AS q ORDER BY 1 LIMIT 1"
    ).fetchone()[0]
    move.db.execute("UPDATE users SET hidden_grade_asset_next = '{}' WHERE id = %s", [quarantined])
    assert verified(move.db) == [(quarantined, "", {}, None)]


# ---------------------------------------------------------------- the old application goes on


def test_a_changed_learner_is_passed_over_but_not_when_asked_for(jsonb):
    learner = some_learner(jsonb)
    tokens = staged(jsonb, learner, "global_stats.tokens")
    jsonb.db.execute("UPDATE users SET tokens = %s WHERE id = %s", [tokens + 5, learner])
    assert verified(jsonb.db) == []
    found = {path: (there, wanted) for _, path, there, wanted in verified(jsonb.db, learner)}
    assert found["global_stats.tokens"] == (tokens, tokens + 5)
    jsonb.finish()
    assert verified(jsonb.db, learner) == []


def test_nobody_is_compared_after_a_truncate_until_all_are_built(jsonb):
    jsonb.db.execute("TRUNCATE subject_mastery")
    tamper(jsonb, some_learner(jsonb), "global_stats.tokens", 999999)
    assert [row for row in verified(jsonb.db) if row[0] is not None] == []
    jsonb.finish()
    assert verified(jsonb.db) == []


# ---------------------------------------------------------------- after the cutover


@pytest.fixture(params=["json", "jsonb"])
def cut_over(request: pytest.FixtureRequest, moved: Any) -> Move:
    return moved("cut_over", request.param)


def test_after_the_cutover_frozen_sources_and_checkpoints_agree(cut_over):
    assert cut_over.state == "cut_over"
    assert verified(cut_over.db) == []


def test_new_activities_do_not_touch_the_proof(cut_over):
    learner = cut_over.db.execute("SELECT min(u.id) FROM users AS u").fetchone()[0]
    cut_over.db.execute("UPDATE users SET tokens = tokens + 5 WHERE id = %s", [learner])
    cut_over.db.execute(
        "SELECT hg_record_activity(%s, gen_random_uuid(), 'algebra', 5, 5)", [learner]
    )
    cut_over.db.execute("INSERT INTO users (username) VALUES ('who came later')")
    assert verified(cut_over.db) == []


def test_a_checkpoint_that_is_wrong_is_found_after_the_cutover(cut_over):
    learner, score = cut_over.db.execute(
        "SELECT l.user_id, l.document #> '{modules,algebra,progress,best_score}'"
        " FROM hg_ledger AS l WHERE l.kind = 'import' ORDER BY 1 LIMIT 1"
    ).fetchone()
    rewrite(
        cut_over,
        (
            "UPDATE hg_ledger SET document ="
            " jsonb_set(document, '{modules,algebra,progress,best_score}', '101')"
            " WHERE user_id = %s AND kind = 'import'",
            learner,
        ),
    )
    wanted = [(learner, "modules.algebra.progress.best_score", 101, score)]
    assert verified(cut_over.db) == wanted
    assert verified(cut_over.db, learner) == wanted


HISTORY = (
    "INSERT INTO module_history (user_id, module_name, run_type, questions_total,"
    " questions_correct, completed_at) SELECT u.id, 'algebra', 'token_run', 5, 5, {}"
    " FROM users AS u"
)


@pytest.mark.parametrize(
    "change",
    [
        HISTORY.format("'2020-01-01'"),
        HISTORY.format("now()"),
        "UPDATE module_history SET module_name = 'measurement', completed_at = '2026-01-01'",
        "DELETE FROM module_history WHERE id % 2 = 0",
        "TRUNCATE module_history",
        "DROP TABLE module_history",
    ],
)
def test_what_becomes_of_the_history_does_not_touch_the_proof(moved, change):
    """It is kept by the older application, and pruned; after the cutover it is no source."""
    move = moved("cut_over", "jsonb")
    move.db.execute(change)
    assert verified(move.db) == []
    assert move.verify()["differences"] == 0


def test_what_came_of_the_history_is_still_proven(moved):
    move = moved("cut_over", "jsonb")
    learner, module = move.db.execute(
        "SELECT l.user_id, l.document #>> '{global_stats,last_module}' FROM hg_ledger AS l"
        " WHERE l.kind = 'import' AND l.document #>> '{global_stats,last_module}' <> 'algebra'"
        " ORDER BY 1 LIMIT 1"
    ).fetchone()
    rewrite(
        move,
        (
            "UPDATE hg_ledger SET document ="
            " jsonb_set(document, '{global_stats,last_module}', '\"algebra\"')"
            " WHERE user_id = %s AND kind = 'import'",
            learner,
        ),
    )
    assert verified(move.db) == [(learner, "global_stats.last_module", "algebra", module)]


def test_a_session_of_the_last_moment_is_of_the_history(moved):
    """Between the step that keeps a learner's history and the cutover itself."""
    move = moved("verified", "jsonb")
    while not move.db.execute("SELECT r.equalised FROM hg_legacy_run AS r").fetchone()[0]:
        move.db.execute("SELECT hg_legacy_cutover_step(true)")
    move.db.execute(HISTORY.format("'2030-01-01'") + " ORDER BY u.id LIMIT 3")
    move.steps("hg_legacy_cutover_step", True)
    assert move.db.execute(
        "SELECT count(*) FROM users AS u WHERE u.hidden_grade_asset"
        " #>> '{modules,algebra,progress,last_played}' = '2030-01-01T00:00:00Z'"
    ).fetchone() == (3,)
    assert verified(move.db) == []


# ---------------------------------------------------------------- refusals


def test_without_an_import_there_is_nothing_to_verify(moved):
    move = moved("pending", "jsonb")
    said = move.refused("SELECT hg_legacy_verify()")
    assert (said.sqlstate, said.message_primary, said.message_detail, said.message_hint) == (
        "55000", "there is no import to verify", "The state of the installation is pending.",
        "Run make import, or CALL hg_legacy_import().",
    )  # fmt: skip


def test_while_a_rollback_goes_on_there_is_nothing_to_compare(moved):
    """The older documents are written over meanwhile: all that differs would be false."""
    move = moved("cut_over")
    for _ in range(2):
        move.db.execute("SELECT hg_legacy_rollback_step()")
    for call in ("hg_legacy_verify()", "hg_legacy_verify_step()", "hg_legacy_digest()"):
        diag = move.refused(f"SELECT * FROM {call}")
        assert (diag.sqlstate, diag.message_detail, diag.message_hint) == (
            "55000", "A rollback has begun and not finished.",
            "Run make rollback to its end; hg_verify() proves the documents against their ledgers.",
        )  # fmt: skip
    move.proven()
    move.roll_back()
    assert move.verify()["differences"] == 0


def test_a_database_that_had_nothing_has_nothing_to_verify(db):
    with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState) as refused:
        db.execute("SELECT hg_legacy_verify()")
    said = refused.value.diag
    assert said.message_detail == "The state of the installation is none."
    assert said.message_hint == "hg_verify() proves the documents against their ledgers."


def test_an_unknown_learner_is_refused(jsonb):
    assert jsonb.refused("SELECT hg_legacy_verify(-1)").sqlstate == "LG404"


@pytest.mark.parametrize("role", ["hg_app", "hg_reader", "hg_ai_worker"])
def test_it_is_the_owner_s(jsonb, role):
    connection = jsonb.database.connect(role=role)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        verified(connection)


def test_it_changes_nothing(jsonb):
    jsonb.db.execute("SET default_transaction_read_only = on")
    assert verified(jsonb.db) == []
