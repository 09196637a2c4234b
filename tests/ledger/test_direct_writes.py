"""Whoever may still write the column: guarded, made whole, and a checkpoint in the ledger."""

from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import errors
from psycopg.types.json import Jsonb

from tests.support.database import Database, as_role, new_learner


def stored(connection: psycopg.Connection, learner: Any) -> Any:
    query = "SELECT hidden_grade_asset FROM users WHERE id = %s"
    return connection.execute(query, [learner]).fetchone()[0]


def write(connection: psycopg.Connection, learner: Any, document: object) -> None:
    connection.execute(
        "UPDATE users SET hidden_grade_asset = %s WHERE id = %s", [Jsonb(document), learner]
    )


def checkpoints(connection: psycopg.Connection, learner: Any) -> list[tuple]:
    return connection.execute(
        "SELECT kind::text, document FROM hg_ledger WHERE user_id = %s AND kind <> 'activity' "
        "ORDER BY ledger_id",
        [learner],
    ).fetchall()


def record(connection: psycopg.Connection, learner: Any, **arguments: Any) -> dict:
    names = "".join(f", p_{name} => %({name})s" for name in arguments)
    return connection.execute(
        "SELECT hg_record_activity(%(learner)s, %(id)s, 'algebra', 5, 5" + names + ")",
        arguments | {"learner": learner, "id": uuid4()},
    ).fetchone()[0]


def test_a_direct_write_is_a_checkpoint(db):
    learner = new_learner(db)
    document = stored(db, learner)
    document["global_stats"]["longest_streak_days"] = 12
    write(db, learner, document)
    assert stored(db, learner) == document
    assert checkpoints(db, learner) == [("skeleton", None), ("direct_write", document)]
    row = db.execute(
        """
        SELECT l.occurred_at = l.recorded_at, l.recorded_at > now(),
            l.recorded_by = session_user, l.rules_version = i.rules_version
        FROM hg_ledger AS l CROSS JOIN hg_installation AS i
        WHERE l.user_id = %s AND l.kind = 'direct_write'
        """,
        [learner],
    ).fetchone()
    assert row == (True, True, True, True)


def test_folding_goes_on_from_it(db):
    learner = new_learner(db)
    record(db, learner)
    document = stored(db, learner)
    document["global_stats"] |= {"tokens": 1000, "total_tokens_earned": 1000}
    write(db, learner, document)
    assert record(db, learner)["tokens"] == 1008
    # A late activity makes the history fold again, from the checkpoint on.
    late = db.execute("SELECT now() - interval '2 days'").fetchone()[0]
    assert record(db, learner, occurred_at=late)["tokens"] == 1016


def test_an_unchanged_document_is_no_write(db):
    learner = new_learner(db)
    write(db, learner, stored(db, learner))
    db.execute("UPDATE users SET username = 'x' WHERE id = %s", [learner])
    assert checkpoints(db, learner) == [("skeleton", None)]


def test_what_is_only_recomputed_back_is_no_write(db):
    """mastery_level is computed: writing it by hand changes nothing."""
    learner = new_learner(db)
    document = stored(db, learner)
    document["modules"]["algebra"]["progress"]["mastery_level"] = True
    write(db, learner, document)
    assert stored(db, learner)["modules"]["algebra"]["progress"]["mastery_level"] is False
    assert checkpoints(db, learner) == [("skeleton", None)]


def test_mastery_is_computed_and_all_else_stays(db):
    learner = new_learner(db, "7")
    document = stored(db, learner)
    modules = document["modules"]
    played = {"sessions_completed": 3, "total_questions_answered": 30, "correct_answers": 24}
    modules["decimal_defender"]["progress"] |= played | {"time_spent_total": 90}
    modules["word_race"]["progress"] |= played | {"correct_answers": 25, "time_spent_total": 60}
    modules["algebra"]["progress"] |= {
        "mastery_override": {
            "value": True, "by": "me", "at": "2024-05-10T12:00:00Z", "reason": "exam",
        },
    }  # fmt: skip
    # Divide by 2 is skipped above grade 5: that is a complete type, so "nothing done" is not true.
    modules["math_rush_division"]["progress"]["types_complete"] = db.execute(
        "SELECT to_jsonb(fact_types[2:]) FROM hg_modules WHERE module = 'math_rush_division'"
    ).fetchone()[0]
    write(db, learner, document)
    after = stored(db, learner)
    assert {
        name for name, block in after["modules"].items() if block["progress"]["mastery_level"]
    } == {"decimal_defender", "word_race", "algebra", "math_rush_division"}
    # All else stays as it was written.
    for name in ("decimal_defender", "word_race", "algebra", "math_rush_division"):
        modules[name]["progress"]["mastery_level"] = True
    assert after == document
    assert checkpoints(db, learner)[-1] == ("direct_write", after)


def test_mastery_follows_the_rules_in_force(db):
    learner = new_learner(db)
    db.execute(
        """UPDATE hg_modules SET mastery_rule = '{"score": {"percent": 50}}'
        WHERE module = 'algebra'"""
    )
    document = stored(db, learner)
    document["modules"]["algebra"]["progress"] |= {"best_score": 50, "sessions_completed": 1}
    write(db, learner, document)
    assert stored(db, learner)["modules"]["algebra"]["progress"]["mastery_level"] is True


def test_missing_blocks_join(db):
    learner = new_learner(db)
    document = stored(db, learner)
    block = document["modules"].pop("algebra")
    write(db, learner, document)
    assert stored(db, learner)["modules"]["algebra"] == block


def test_unknown_keys_stay(db):
    learner = new_learner(db)
    document = stored(db, learner)
    document["mine"] = document["modules"]["mine"] = {"a": [1]}
    write(db, learner, document)
    assert stored(db, learner) == document


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda d: d["global_stats"].pop("tokens"), "global_stats.tokens"),
        (lambda d: d["global_stats"].update(tokens=-1), "global_stats.tokens"),
        (lambda d: d["modules"].update(algebra=[]), "modules.algebra"),
        (lambda d: d.update(version=2), "version"),
        (lambda d: d.update(mine="x" * 65536), "hidden_grade_asset"),
    ],
)
def test_malformed_documents_are_refused(db, change, path):
    learner = new_learner(db)
    before = stored(db, learner)
    document = stored(db, learner)
    change(document)
    with pytest.raises(psycopg.Error) as refused, db.transaction():
        write(db, learner, document)
    assert refused.value.sqlstate == "LG422"
    assert refused.value.diag.message_detail.startswith(f"{path}: ")
    assert "hg_record_activity" in refused.value.diag.message_hint
    assert stored(db, learner) == before
    assert checkpoints(db, learner) == [("skeleton", None)]


def test_null_is_refused(db):
    learner = new_learner(db)
    with pytest.raises(psycopg.Error) as refused:
        db.execute("UPDATE users SET hidden_grade_asset = NULL WHERE id = %s", [learner])
    assert refused.value.sqlstate == "LG422"


def test_many_learners_in_one_statement(db):
    learners = [new_learner(db) for _ in range(3)]
    db.execute(
        "UPDATE users SET hidden_grade_asset = "
        "jsonb_set(hidden_grade_asset, '{global_stats,tokens}', to_jsonb(length(id::text)))"
    )
    for learner in learners:
        assert len(checkpoints(db, learner)) == 2


def test_while_an_import_is_pending_the_column_is_the_old_applications(db):
    learner = new_learner(db)
    db.execute("UPDATE hg_installation SET state = 'pending'")
    write(db, learner, {"modules": {"old": "shape"}})
    assert stored(db, learner) == {"modules": {"old": "shape"}}
    assert checkpoints(db, learner) == [("skeleton", None)]


@pytest.fixture
def clerk(db):
    """A role that may update users, and nothing else."""
    db.execute("CREATE ROLE hg_test_clerk")
    db.execute("GRANT SELECT, UPDATE ON users TO hg_test_clerk")
    return "hg_test_clerk"


def test_who_may_write_the_column_needs_no_right_on_the_ledger(db, clerk):
    learner = new_learner(db)
    document = stored(db, learner)
    document["global_stats"]["longest_streak_days"] = 3
    with as_role(db, clerk):
        write(db, learner, document)
    assert checkpoints(db, learner)[-1] == ("direct_write", document)


def test_the_writers_own_setting_opens_no_door(db, clerk):
    learner = new_learner(db)
    with as_role(db, clerk):
        db.execute("SET LOCAL hg.writing = 'on'")
        with pytest.raises(psycopg.Error) as refused, db.transaction():
            write(db, learner, {})
        assert refused.value.sqlstate == "LG422"
        document = stored(db, learner)
        document["global_stats"]["longest_streak_days"] = 3
        write(db, learner, document)
    assert checkpoints(db, learner)[-1] == ("direct_write", document)


@pytest.mark.parametrize("role", ["hg_app", "hg_reader", "hg_ai_worker"])
def test_roles_of_the_api_write_nothing(db, role):
    learner = new_learner(db)
    for statement in (
        "UPDATE users SET hidden_grade_asset = '{}'",
        "INSERT INTO hg_ledger DEFAULT VALUES",
        "DELETE FROM hg_ledger",
    ):
        with (
            as_role(db, role), pytest.raises(errors.InsufficientPrivilege), db.transaction()
        ):  # fmt: skip
            db.execute(statement)
    assert checkpoints(db, learner) == [("skeleton", None)]


def test_sessions_make_no_checkpoint(db):
    learner = new_learner(db)
    record(db, learner)
    assert checkpoints(db, learner) == [("skeleton", None)]


def test_two_writers_one_after_the_other(database: Database):
    """The second sees the first's document, and each is a checkpoint."""
    one, other = database.connect(), database.connect()
    learner = new_learner(one)
    for connection, days in ((one, 1), (other, 2)):
        document = stored(connection, learner)
        document["global_stats"]["longest_streak_days"] = days
        write(connection, learner, document)
    assert [
        document["global_stats"]["longest_streak_days"]
        for kind, document in checkpoints(one, learner)
        if kind == "direct_write"
    ] == [1, 2]
