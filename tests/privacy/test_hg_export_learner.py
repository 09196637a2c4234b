"""hg_export_learner: all that is stored of a learner, in words, in every state."""

import json

import psycopg
import pytest

from tests.record.support import Learner, call, set_setting, uid
from tests.support.users import NOBODY

ROWS = 20_000


def export(learner: Learner) -> dict:
    return learner.call("hg_export_learner")


@pytest.fixture
def learner(db) -> Learner:
    learner = Learner(db, "5")
    learner.run("addition_facts", 6, 6, 30, at=learner.noon(2), id=uid(1), note="kept")
    learner.run("algebra", 5, 5, 40, at=learner.noon(1), id=uid(2))
    learner.spend(3, id=uid(3), reason="a hat")
    return learner


def test_it_has_these_parts_and_explains_each(learner):
    exported = export(learner)
    about = exported["about"]
    assert exported.keys() - {"about"} == about.keys() - {"this_file", "columns_of"}
    assert all(isinstance(text, str) and text.endswith(".") for name, text in about.items()
               if name != "columns_of")  # fmt: skip


def test_the_head_says_what_it_is(learner):
    exported = export(learner)
    assert exported["export_version"] == 1
    assert exported["product_version"] == call(learner.db, "hg_version")
    assert exported["state"] == "none"
    assert exported["learner"] == learner.id
    assert learner.db.execute(
        "SELECT %s::timestamptz = now()", [exported["exported_at"]]
    ).fetchone() == (True,)


def test_the_document_is_as_stored_and_as_true_now(learner):
    exported = export(learner)
    assert exported["document"] == learner.document
    assert exported["document_now"] == learner.call("hg_document")
    assert exported["document_problem"] is None


def test_the_history_has_every_row_in_words(learner):
    learner.reverse(uid(2), "a mistake")
    start, session, other, purchase, reversal = export(learner)["history"]
    assert (start["what"], start["occurred_at"], start["recorded_by"]) == (
        "skeleton", None, "postgres",
    )  # fmt: skip
    assert session["what"] == "activity"
    assert session["given"] == {"note": "kept"}
    assert (session["questions"], session["correct"], session["seconds"]) == (6, 6, 30)
    assert session["receipt"]["tokens_awarded"] == 10
    assert session["receipt"] == learner.call(
        "hg_record_activity", p_activity_id=uid(1), p_module="addition_facts", p_questions=6,
        p_correct=6, p_seconds=30, p_details={"note": "kept"},
    ) | {"replayed": False}  # fmt: skip
    assert session["grade_then"] == 5
    assert other["id"] == str(uid(2))
    assert purchase["given"] == {"amount": 3, "reason": "a hat"}
    assert purchase["receipt"]["tokens"] == 15
    assert purchase["recorded_by"] == "postgres"
    assert reversal["given"]["reason"] == "a mistake"


def test_a_checkpoint_is_told_with_its_document(learner):
    learner.write(nickname="Zaphod")
    assert export(learner)["history"][-1]["document"]["nickname"] == "Zaphod"


def test_pauses_of_the_learner_and_of_all(learner):
    day = learner.clock.date()
    learner.pause(day, day)
    call(learner.db, "hg_set_pause", p_from=day, p_to=day)
    days = {"from": day.isoformat(), "to": day.isoformat()}
    assert export(learner)["pauses"] == {"own": [days], "everybody": [days]}


def test_of_users_it_has_what_is_read_and_no_password(learner):
    learner.db.execute(
        "ALTER TABLE users ADD COLUMN password text, ADD COLUMN may_analyse boolean,"
        " ADD COLUMN is_test boolean"
    )
    learner.db.execute("UPDATE users SET password = 'secret', may_analyse = true")
    assert export(learner)["profile"] == {"id": learner.id, "grade": "5", "username": None}
    set_setting(learner.db, "ai_consent_column", "may_analyse")
    set_setting(learner.db, "leaderboard_exclude_column", "is_test")
    exported = export(learner)
    assert exported["profile"] == {
        "id": learner.id, "grade": "5", "username": None, "may_analyse": True, "is_test": None,
    }  # fmt: skip
    assert "secret" not in json.dumps(exported)


def test_nothing_of_another_learner_is_in_it(learner):
    other = Learner(learner.db)
    other.run("algebra", 5, 5, id=uid(77), note="somebody else")
    text = json.dumps(export(learner))
    assert str(uid(77)) not in text
    assert "somebody else" not in text


def test_the_same_data_give_the_same_answer_whatever_the_session(learner):
    first = export(learner)
    learner.db.execute("SET LOCAL TimeZone TO 'Asia/Tokyo'")
    learner.db.execute("SET LOCAL DateStyle TO 'SQL, DMY'")
    learner.db.execute("SET LOCAL extra_float_digits TO -5")
    assert export(learner) == first


def test_a_malformed_document_is_told_as_it_stands(learner):
    learner.tamper({"version": 1, "global_stats": [], "mine": "own words"})
    exported = export(learner)
    assert exported["document"]["mine"] == "own words"
    assert exported["document_now"] is None
    assert exported["document_problem"] == "malformed document"
    assert len(exported["history"]) == 4


@pytest.mark.parametrize("state", ["pending", "importing", "imported"])
def test_it_answers_while_a_move_is_under_way(learner, state):
    learner.db.execute("UPDATE hg_installation SET state = %s", [state])
    exported = export(learner)
    assert exported["state"] == state
    assert exported["document"] == learner.document
    assert exported["document_now"] is None
    assert exported["document_problem"] == "a legacy import is pending"


def test_it_writes_nothing_and_runs_in_a_read_only_transaction(learner):
    learner.db.execute("SET TRANSACTION READ ONLY")
    assert export(learner)["learner"] == learner.id


def test_a_long_history_is_exported_whole(database):
    learner = Learner(database.connect(), "3")
    learner.run("algebra", 5, 4, 60)
    learner.db.execute(
        "INSERT INTO hg_ledger (occurred_at, recorded_at, user_id, id, rules_version, local_day,"
        " seconds, tokens_requested, tokens_awarded, tokens, daily_tokens, streak_days, kind,"
        " run_type, streak, questions, correct, level_change, preferred_difficulty, good,"
        " mastery_level, mastery_changed, late, too_late, clock_ahead, module)"
        " SELECT l.occurred_at + n * interval '1 second', l.recorded_at, l.user_id,"
        " gen_random_uuid(), l.rules_version, l.local_day, l.seconds, 5, 5, n, n, 1, l.kind,"
        " l.run_type, l.streak, 5, 4, 0, 3, true, false, false, false, false, false, l.module"
        " FROM hg_ledger AS l, generate_series(1, %s) AS n WHERE l.kind = 'activity'",
        [ROWS],
    )
    history = export(learner)["history"]
    assert len(history) == ROWS + 2
    assert [row["receipt"]["tokens"] for row in history[2:]] == list(range(1, ROWS + 1))


@pytest.mark.parametrize(("user_id", "code"), [(None, "22023"), (NOBODY, "LG404")])
def test_null_and_unknown_are_refused(db, user_id, code):
    with pytest.raises(psycopg.Error) as error, db.transaction():
        call(db, "hg_export_learner", p_user_id=user_id)
    assert error.value.sqlstate == code
