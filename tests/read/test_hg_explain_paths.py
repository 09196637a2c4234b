"""hg_explain of a path: which ledger rows made a place of the document what it is."""

import psycopg
import pytest
from psycopg import errors

from tests.record.support import DAY, Learner, bulk, uid
from tests.support.database import as_role
from tests.support.users import NOBODY


def explained(learner: Learner, path: str) -> dict:
    return learner.call("hg_explain", p_module=path)


def steps(learner: Learner, path: str) -> list[tuple]:
    """Kind, before and after of the rows, the oldest first."""
    rows = explained(learner, path)["rows"]
    return [(row["kind"], row["before"], row["after"]) for row in reversed(rows)]


@pytest.fixture
def learner(db) -> Learner:
    learner = Learner(db)
    learner.run("addition_facts", 6, 6, at=learner.noon(3), id=uid(1))
    learner.run("algebra", 5, 4, at=learner.noon(2), id=uid(2))
    return learner


def test_the_balance(learner):
    learner.grant(20, id=uid(3))
    learner.spend(4, id=uid(4), reason="a hat")
    answer = explained(learner, "global_stats.tokens")
    assert list(answer) == ["path", "rows", "since", "value", "proven", "changes"]
    assert (answer["path"], answer["value"], answer["proven"]) == ("global_stats.tokens", 31, True)
    assert answer["changes"] == 4
    assert (answer["since"]["kind"], answer["since"]["value"]) == ("skeleton", 0)
    assert steps(learner, "global_stats.tokens") == [
        ("activity", 0, 10), ("activity", 10, 15), ("grant", 15, 35), ("spend", 35, 31),
    ]  # fmt: skip
    newest = answer["rows"][0]
    entry = learner.entries("spend")[0]
    assert newest["ledger_id"] == entry["ledger_id"]
    assert (newest["id"], newest["reason"]) == (str(uid(4)), "a hat")
    assert (newest["module"], newest["recorded_by"]) == (None, "postgres")


def test_only_the_rows_that_changed_it(learner):
    path = "modules.algebra.progress.sessions_completed"
    assert steps(learner, path) == [("activity", 0, 1)]
    assert explained(learner, path)["rows"][0]["id"] == str(uid(2))


def test_a_late_arrival_stands_at_its_place(learner):
    learner.run("word_race", 5, 5, at=learner.noon(5), id=uid(3))
    rows = explained(learner, "global_stats.total_questions_answered")["rows"]
    assert [row["id"] for row in rows] == [str(uid(n)) for n in (2, 1, 3)]
    assert [row["after"] for row in rows] == [16, 11, 5]


def test_a_reversed_activity_made_nothing(learner):
    learner.reverse(uid(1))
    assert steps(learner, "global_stats.tokens") == [("activity", 0, 5)]


def test_a_whole_section_is_a_path_too(learner):
    assert explained(learner, "modules.algebra")["changes"] == 1
    assert explained(learner, "modules")["changes"] == 2
    assert explained(learner, "version") == {
        "path": "version", "value": 1, "proven": True, "changes": 0, "rows": [],
        "since": explained(learner, "version")["since"],
    }  # fmt: skip


def test_a_pair_by_its_name(learner):
    path = "cross_module_analytics.learning_patterns_between_modules.addition_facts>algebra.count"
    assert steps(learner, path) == [("activity", None, 1)]


def test_a_direct_write_is_where_it_begins(learner):
    learner.write(global_stats__streak_freezes=3)
    answer = explained(learner, "global_stats.streak_freezes")
    assert (answer["value"], answer["changes"]) == (3, 0)
    assert (answer["since"]["kind"], answer["since"]["value"]) == ("direct_write", 3)


def test_a_tampered_value_is_not_proven(learner):
    learner.db.execute("SET LOCAL session_replication_role = replica")
    learner.write(global_stats__tokens=99)
    learner.db.execute("SET LOCAL session_replication_role = origin")
    answer = explained(learner, "global_stats.tokens")
    assert (answer["value"], answer["proven"]) == (99, False)
    assert answer["rows"][0]["after"] == 15


def test_the_newest_hundred(db):
    learner = Learner(db)
    items = [
        learner.item("word_race", 1, 1, at=learner.ago(days=20) + n * DAY / 10) for n in range(150)
    ]
    bulk(db, items)
    answer = explained(learner, "global_stats.total_correct_answers")
    assert (answer["changes"], len(answer["rows"])) == (150, 100)
    assert [row["after"] for row in answer["rows"]] == list(range(150, 50, -1))


@pytest.mark.parametrize(
    "path", ["global_stats.nothing", "modules.", "modules.chess", "ai_analytics.x.y"]
)
def test_a_path_that_is_none(learner, path):
    with pytest.raises(errors.InvalidParameterValue) as caught:
        explained(learner, path)
    diag = caught.value.diag
    assert diag.message_primary == "invalid argument p_module"
    assert diag.message_detail == f"p_module is '{path}'."
    assert diag.message_hint == "Give a module, or the path of a key that the document has."


def test_what_is_neither_module_nor_section(learner):
    with pytest.raises(psycopg.DatabaseError) as caught:
        explained(learner, "chess.progress")
    assert caught.value.sqlstate == "LG405"


def test_an_unknown_learner(db):
    with pytest.raises(psycopg.DatabaseError) as caught:
        db.execute("SELECT hg_explain(%s, 'global_stats.tokens')", [NOBODY])
    assert caught.value.sqlstate == "LG404"


def test_a_module_of_such_a_name_is_the_module(db):
    db.execute(
        "INSERT INTO hg_modules (module, start_difficulty, mastery_rule)"
        " VALUES ('version', 1, '{\"score\": {\"percent\": 90}}')"
    )
    assert "mastery_level" in explained(Learner(db), "version")


def test_readers_may_ask(learner):
    with as_role(learner.db, "hg_reader"):
        assert explained(learner, "global_stats.tokens")["proven"] is True
