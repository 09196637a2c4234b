"""What the triggers of users do: new learners, given documents, learners who leave."""

import copy
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.support.database import new_learner
from tests.support.users import ID, SEQUENCE, given_id


def skeleton(db: psycopg.Connection, grade: int | None = None) -> dict:
    return db.execute(
        "SELECT hg__skeleton(i.rules_version, %s::smallint) FROM hg_installation AS i", [grade]
    ).fetchone()[0]


def document(db: psycopg.Connection, learner: Any) -> dict:
    return db.execute(
        "SELECT u.hidden_grade_asset FROM users AS u WHERE u.id = %s", [learner]
    ).fetchone()[0]


def ledger(db: psycopg.Connection, learner: Any) -> list[tuple]:
    return db.execute(
        "SELECT l.kind::text, l.occurred_at::text, l.user_grade, l.document FROM hg_ledger AS l "
        "WHERE l.user_id = %s ORDER BY l.ledger_id",
        [learner],
    ).fetchall()


def insert(db: psycopg.Connection, given: Any) -> Any:
    return db.execute(
        "INSERT INTO users (grade, hidden_grade_asset) VALUES ('3', %s) RETURNING id",
        [Jsonb(given)],
    ).fetchone()[0]


@pytest.mark.parametrize(
    ("grade", "number"), [("K", 0), ("3", 3), ("7", 7), (None, None), ("later", None)]
)
def test_a_new_learner_has_the_skeleton(
    db: psycopg.Connection, grade: str | None, number: int | None
) -> None:
    learner = new_learner(db, grade)
    assert document(db, learner) == skeleton(db, number)
    assert ledger(db, learner) == [("skeleton", "-infinity", number, None)]
    row = db.execute(
        "SELECT l.rules_version = i.rules_version, l.recorded_by = session_user, "
        "l.recorded_at > now(), num_nonnulls(l.module, l.details, l.receipt) "
        "FROM hg_ledger AS l CROSS JOIN hg_installation AS i WHERE l.user_id = %s",
        [learner],
    ).fetchone()
    assert row == (True, True, True, 0)


def test_many_rows_in_one_statement(db: psycopg.Connection) -> None:
    rows = db.execute(
        "INSERT INTO users (grade) SELECT (i %% 8)::text FROM generate_series(1, %s) AS i "
        "RETURNING id, grade",
        [30],
    ).fetchall()
    for learner, grade in rows:
        assert document(db, learner) == skeleton(db, int(grade))
        assert [entry[0] for entry in ledger(db, learner)] == ["skeleton"]


def test_copy(db: psycopg.Connection) -> None:
    with db.cursor().copy("COPY users (id, grade) FROM STDIN") as copying:
        for number in range(20):
            copying.write_row((given_id(number), "K"))
    for number in range(20):
        assert ledger(db, given_id(number)) == [("skeleton", "-infinity", 0, None)]


def test_on_conflict(db: psycopg.Connection) -> None:
    """Who is there already keeps document and ledger; who is not begins."""
    learner = new_learner(db, "3")
    db.execute("SELECT hg_grant_tokens(%s, gen_random_uuid(), 5, 'a start')", [learner])
    before = (document(db, learner), ledger(db, learner))
    for action in ("NOTHING", "UPDATE SET username = EXCLUDED.username"):
        db.execute(
            "INSERT INTO users (id, username) VALUES (%s, 'again'), (%s, 'new') "
            f"ON CONFLICT (id) DO {action}",
            [learner, given_id(1)],
        )
        assert (document(db, learner), ledger(db, learner)) == before
        assert len(ledger(db, given_id(1))) == 1


def test_a_failed_insert_leaves_nothing(db: psycopg.Connection) -> None:
    learner = new_learner(db)
    before = db.execute("SELECT count(*) FROM hg_ledger").fetchone()
    with pytest.raises(psycopg.errors.UniqueViolation), db.transaction():
        db.execute("INSERT INTO users (id) VALUES (%s), (%s)", [given_id(1), learner])
    assert db.execute("SELECT count(*) FROM hg_ledger").fetchone() == before


def test_a_given_document_is_a_checkpoint(db: psycopg.Connection) -> None:
    given = skeleton(db, 3)
    given["global_stats"] |= {"tokens": 70, "total_tokens_earned": 100, "total_tokens_spent": 30}
    given["favourite"] = {"colour": "blue"}
    learner = insert(db, given)
    assert document(db, learner) == given
    assert ledger(db, learner) == [("direct_write", "-infinity", 3, given)]
    # Folding goes on from there.
    receipt = db.execute(
        "SELECT hg_grant_tokens(%s, gen_random_uuid(), 5, 'more')", [learner]
    ).fetchone()[0]
    assert receipt["tokens"] == 75


def test_a_given_skeleton_is_a_skeleton(db: psycopg.Connection) -> None:
    learner = insert(db, skeleton(db, 3))
    assert ledger(db, learner) == [("skeleton", "-infinity", 3, None)]


def test_missing_blocks_of_active_modules_join(db: psycopg.Connection) -> None:
    db.execute("UPDATE hg_modules SET active = false WHERE module = 'word_race'")
    given = skeleton(db, 3)
    del given["modules"]["algebra"]
    assert "word_race" not in given["modules"]
    learner = insert(db, given)
    stored = document(db, learner)
    assert stored == skeleton(db, 3)
    assert "word_race" not in stored["modules"]


def test_mastery_is_computed_not_believed(db: psycopg.Connection) -> None:
    given = skeleton(db, 3)
    mastered = given["modules"]["fractions_puzzle"]["progress"]
    mastered |= {"sessions_completed": 4, "total_questions_answered": 40, "correct_answers": 32}
    claimed = given["modules"]["algebra"]["progress"]
    claimed["mastery_level"] = True
    overridden = given["modules"]["measurement"]["progress"]
    overridden["mastery_override"] = {
        "value": True,
        "by": "teacher",
        "at": "2026-01-01T00:00:00Z",
        "reason": "seen",
    }
    given["modules"]["retired"] = copy.deepcopy(given["modules"]["algebra"])
    stored = document(db, insert(db, given))["modules"]
    levels = {name: block["progress"]["mastery_level"] for name, block in stored.items()}
    assert {name for name, level in levels.items() if level} == {
        "fractions_puzzle",
        "measurement",
        # A module that the catalog does not know has no rule.
        "retired",
    }


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("{}", {}),
        ("{}", []),
        ("{}", None),
        ("{}", "text"),
        ("{modules}", []),
        ("{modules,algebra}", "beginner"),
        ("{modules,algebra,progress,mastery_level}", "true"),
        ("{modules,algebra,progress,best_score}", 101),
        ("{global_stats,tokens}", -1),
        ("{global_stats,tokens}", "5"),
        ("{global_stats,time_zone}", "europe/berlin"),
    ],
)
def test_a_malformed_document_is_refused(db: psycopg.Connection, path: str, value: Any) -> None:
    given = db.execute(
        "SELECT CASE WHEN %(path)s = '{}' THEN %(value)s "
        "ELSE jsonb_set(%(whole)s, %(path)s::text[], %(value)s) END",
        {"path": path, "value": Jsonb(value), "whole": Jsonb(skeleton(db))},
    ).fetchone()[0]
    before = db.execute("SELECT count(*) FROM users").fetchone()
    with pytest.raises(psycopg.Error) as caught, db.transaction():
        insert(db, given)
    assert caught.value.sqlstate == "LG422"
    detail = caught.value.diag.message_detail
    if path != "{}":
        assert detail.startswith(path.strip("{}").replace(",", ".") + ": ")
    assert caught.value.diag.message_hint
    assert db.execute("SELECT count(*) FROM users").fetchone() == before


def test_who_inserts_learners_needs_no_other_right(db: psycopg.Connection) -> None:
    db.execute("CREATE ROLE hg_test_clerk; GRANT INSERT, SELECT, DELETE ON users TO hg_test_clerk")
    if ID == "text":
        # Their default asks for it, no trigger does.
        db.execute(f"GRANT USAGE ON SEQUENCE {SEQUENCE} TO hg_test_clerk")
    db.execute("SET LOCAL ROLE hg_test_clerk")
    learner = new_learner(db, "3")
    with pytest.raises(psycopg.errors.InsufficientPrivilege), db.transaction():
        db.execute("SELECT FROM hg_ledger")
    # Saying that one is the API does not make it so.
    db.execute("SET LOCAL hg.writing = 'on'")
    other = new_learner(db, "7")
    db.execute("DELETE FROM users WHERE id = %s", [other])
    db.execute("RESET ROLE")
    assert ledger(db, learner) == [("skeleton", "-infinity", 3, None)]
    assert ledger(db, other) == []


def test_the_setting_alone_does_not_open_the_document(db: psycopg.Connection) -> None:
    learner = new_learner(db)
    db.execute("CREATE ROLE hg_test_clerk; GRANT UPDATE, SELECT ON users TO hg_test_clerk")
    db.execute("SET LOCAL ROLE hg_test_clerk")
    db.execute("SET LOCAL hg.writing = 'on'")
    with pytest.raises(psycopg.Error) as caught, db.transaction():
        db.execute("UPDATE users SET hidden_grade_asset = '{}' WHERE id = %s", [learner])
    assert caught.value.sqlstate == "LG422"
    db.execute("RESET ROLE")
    assert document(db, learner) == skeleton(db)


def test_a_deleted_learner_leaves_the_ledger(db: psycopg.Connection) -> None:
    stays, goes = new_learner(db), new_learner(db)
    for learner in (stays, goes):
        db.execute("SELECT hg_grant_tokens(%s, gen_random_uuid(), 5, 'a start')", [learner])
    db.execute("DELETE FROM users WHERE id = %s", [goes])
    assert ledger(db, goes) == []
    assert len(ledger(db, stays)) == 2
    # The id may come again, and begins anew.
    db.execute("INSERT INTO users (id) VALUES (%s)", [goes])
    assert [entry[0] for entry in ledger(db, goes)] == ["skeleton"]


def test_all_learners_at_once(db: psycopg.Connection) -> None:
    new_learner(db)
    db.execute("TRUNCATE users")
    assert db.execute("SELECT count(*) FROM hg_ledger").fetchone() == (0,)


def test_other_columns_are_nobodys_business(db: psycopg.Connection) -> None:
    learner = new_learner(db, "3")
    before = (document(db, learner), ledger(db, learner))
    db.execute("UPDATE users SET username = 'x', grade = '9' WHERE id = %s", [learner])
    assert (document(db, learner), ledger(db, learner)) == before
