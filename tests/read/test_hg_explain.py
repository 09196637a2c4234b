"""hg_explain: why mastered or not, and what is missing."""

from datetime import timedelta

import psycopg
import pytest
from psycopg import errors
from psycopg.types.json import Jsonb

from tests.support.database import Database, as_role

from .learners import NOBODY, change_block, change_document, new_learner, session, value


def explain(db: psycopg.Connection, learner: object, module: str | None) -> dict:
    return value(db, "SELECT hg_explain(%s, %s)", learner, module)


def rule(db: psycopg.Connection, module: str, form: dict, policy: str = "latched") -> None:
    db.execute(
        "UPDATE hg_modules SET mastery_rule = %s, mastery_policy = %s WHERE module = %s",
        [Jsonb(form), policy, module],
    )


def condition(name: str, has: object, needed: object, holds: bool) -> dict:
    return {"name": name, "value": has, "needed": needed, "holds": holds}


def test_new_learner(db):
    learner = new_learner(db)
    assert explain(db, learner, "decimal_defender") == {
        "mastery_level": False,
        "because": "rule",
        "rule": {"accuracy": {"min_questions": 30, "percent": 80}},
        "conditions": [
            condition("accuracy.questions", 0, 30, False),
            condition("accuracy.percent", None, 80, False),
        ],
        "missing": ["30 more correct answers"],
        "last_moves": [],
    }


@pytest.mark.parametrize(
    ("correct", "questions", "percent", "missing"),
    [
        (26, 26, 80, ["4 more correct answers"]),
        (29, 29, 100, ["1 more correct answer"]),
        (0, 1, 80, ["29 more correct answers"]),
        (20, 30, 80, ["20 more correct answers"]),
        (23, 30, 80, ["5 more correct answers"]),
        (23, 30, 77, ["1 more correct answer"]),
        (0, 30, 99, ["2970 more correct answers"]),
        (24, 30, 80, []),
        (29, 30, 100, ["accuracy cannot be reached by this module's counters"]),
        (0, 2147483647, 99, ["212600881053 more correct answers"]),
    ],
)
def test_accuracy(db, correct, questions, percent, missing):
    learner = new_learner(db)
    rule(db, "algebra", {"accuracy": {"min_questions": 30, "percent": percent}}, "live")
    change_block(
        db, learner, "algebra", total_questions_answered=questions, correct_answers=correct
    )
    answer = explain(db, learner, "algebra")
    assert answer["missing"] == missing
    assert answer["mastery_level"] == (missing == [])
    named = {each["name"]: each for each in answer["conditions"]}
    assert named["accuracy.percent"]["value"] == round(100 * correct / questions, 4)
    assert named["accuracy.percent"]["holds"] == (correct * 100 >= percent * questions)
    assert named["accuracy.questions"]["holds"] == (questions >= 30)


def changed_and_mastered(db, learner, **changes: object) -> bool:
    change_block(db, learner, "algebra", **changes)
    return explain(db, learner, "algebra")["mastery_level"]


@pytest.mark.parametrize("percent", [1, 50, 66, 80, 99])
@pytest.mark.parametrize(("correct", "questions"), [(0, 0), (0, 7), (11, 29), (19, 30), (40, 77)])
def test_accuracy_names_the_smallest_number_that_does(db, percent, correct, questions):
    learner = new_learner(db)
    rule(db, "algebra", {"accuracy": {"min_questions": 30, "percent": percent}}, "live")
    change_block(
        db, learner, "algebra", total_questions_answered=questions, correct_answers=correct
    )
    missing = explain(db, learner, "algebra")["missing"]
    more = int(missing[0].split()[0]) if missing else 0
    for by, mastered in ((more, True), (more - 1, False)):
        if by >= 0:
            assert mastered == changed_and_mastered(
                db, learner, total_questions_answered=questions + by, correct_answers=correct + by
            )


@pytest.mark.parametrize(
    ("grade", "good", "missing"),
    [
        (6, 0, ["9 more good sessions in a row"]),
        (6, 2, ["7 more good sessions in a row"]),
        (7, 0, ["6 more good sessions in a row"]),
        (7, 5, ["4 more good sessions in a row"]),
        (8, 2, ["1 more good session in a row"]),
        (8, 3, []),
        (9, 0, ["top_level cannot be reached by this module's counters"]),
    ],
)
def test_top_level(db, grade, good, missing):
    learner = new_learner(db)
    change_block(db, learner, "algebra", grade_level=grade, attempt_good=good, sessions_completed=1)
    answer = explain(db, learner, "algebra")
    assert answer["missing"] == missing
    assert answer["conditions"] == [
        condition("top_level.grade_level", grade, 8, grade == 8),
        condition("top_level.attempt_good", good, 3, good >= 3),
    ]


def test_top_level_by_as_many_sessions_as_it_says(db):
    learner = new_learner(db)
    session(db, learner, "algebra")
    for more in (8, 7, 6, 5, 4, 3, 2):
        assert explain(db, learner, "algebra")["missing"] == [f"{more} more good sessions in a row"]
        session(db, learner, "algebra")
    assert explain(db, learner, "algebra")["missing"] == ["1 more good session in a row"]
    assert session(db, learner, "algebra")["mastery_level"]
    answer = explain(db, learner, "algebra")
    assert (answer["mastery_level"], answer["because"], answer["missing"]) == (True, "rule", [])


def test_list_complete(db):
    learner, older = new_learner(db, "3"), new_learner(db, "7")
    types = value(db, "SELECT fact_types FROM hg_modules WHERE module = 'math_rush_division'")
    answer = explain(db, learner, "math_rush_division")
    assert answer["missing"] == [f"13 more fact types: {', '.join(types)}"]
    assert answer["conditions"] == [condition("list_complete", 0, 13, False)]
    change_block(db, learner, "math_rush_division", types_complete=types[:5] + types[6:])
    answer = explain(db, learner, "math_rush_division")
    assert answer["missing"] == [f"1 more fact type: {types[5]}"]
    # Divide by 2 is skipped above grade 5.
    assert explain(db, older, "math_rush_division")["conditions"] == [
        condition("list_complete", 1, 13, False)
    ]


@pytest.mark.parametrize(
    ("form", "progress", "expected", "missing"),
    [
        (
            {"in_a_row": {"n": 5}}, {"streak_current": 2, "streak_best": 4},
            condition("in_a_row", 4, 5, False), ["3 more good sessions in a row"],
        ),
        (
            {"in_a_row": {"n": 5}}, {"streak_current": 0, "streak_best": 5},
            condition("in_a_row", 5, 5, True), [],
        ),
        (
            {"m_of_n": {"m": 3, "n": 4}}, {"recent_results": "1110100"},
            condition("m_of_n", 1, 3, False), ["3 more good sessions"],
        ),
        (
            {"m_of_n": {"m": 3, "n": 4}}, {"recent_results": "0110"},
            condition("m_of_n", 2, 3, False), ["1 more good session"],
        ),
        (
            {"m_of_n": {"m": 3, "n": 4}}, {"recent_results": ""},
            condition("m_of_n", 0, 3, False), ["3 more good sessions"],
        ),
        (
            {"m_of_n": {"m": 10, "n": 10}}, {"recent_results": "0111111111"},
            condition("m_of_n", 9, 10, False), ["1 more good session"],
        ),
        (
            {"score": {"percent": 90}}, {"best_score": 89},
            condition("score", 89, 90, False), ["a full session with a score of 90 or more"],
        ),
        (
            {"jsonpath": {"expr": "$.progress.lesson > 3"}}, {"lesson": 3},
            condition("jsonpath", None, "$.progress.lesson > 3", False),
            ["what the rule asks for: $.progress.lesson > 3"],
        ),
        (
            {"jsonpath": {"expr": "$.progress.lesson > 3"}}, {"lesson": 4},
            condition("jsonpath", None, "$.progress.lesson > 3", True), [],
        ),
    ],
)  # fmt: skip
def test_every_other_form(db, form, progress, expected, missing):
    learner = new_learner(db)
    rule(db, "algebra", form, "live")
    change_block(db, learner, "algebra", sessions_completed=1, **progress)
    answer = explain(db, learner, "algebra")
    assert (answer["conditions"], answer["missing"]) == ([expected], missing)
    assert answer["mastery_level"] == (missing == [])
    assert answer["rule"] == form


ACCURACY = {"accuracy": {"min_questions": 30, "percent": 80}}
FIVE = {"in_a_row": {"n": 5}}
NEVER = {"accuracy": {"min_questions": 1, "percent": 100}}
PATH = {"jsonpath": {"expr": "$.progress.lesson > 3"}}
PATH_MISSING = "what the rule asks for: $.progress.lesson > 3"
NEVER_MISSING = "accuracy cannot be reached by this module's counters"


@pytest.mark.parametrize(
    ("form", "missing"),
    [
        ({"all": [ACCURACY, FIVE]}, ["10 more correct answers", "3 more good sessions in a row"]),
        # 10 answers are nearer than 3 sessions of 5
        ({"any": [FIVE, ACCURACY]}, ["10 more correct answers"]),
        ({"any": [FIVE, NEVER]}, ["3 more good sessions in a row"]),
        ({"any": [NEVER]}, [NEVER_MISSING]),
        ({"any": [FIVE, PATH]}, [f"3 more good sessions in a row or {PATH_MISSING}"]),
        (
            {"any": [{"all": [ACCURACY, FIVE]}, {"all": [PATH, {"score": {"percent": 90}}]}]},
            [
                "10 more correct answers and 3 more good sessions in a row"
                f" or {PATH_MISSING} and a full session with a score of 90 or more"
            ],
        ),
        (
            {"all": [{"any": [FIVE, ACCURACY]}, {"score": {"percent": 90}}]},
            ["10 more correct answers", "a full session with a score of 90 or more"],
        ),
        ({"all": [{"score": {"percent": 10}}, FIVE]}, ["3 more good sessions in a row"]),
        # Two ways equally near: both are told.
        (
            {"any": [ACCURACY, {"accuracy": {"min_questions": 30, "percent": 50}}]},
            ["10 more correct answers or 10 more correct answers"],
        ),
    ],
)
def test_combined_forms(db, form, missing):
    learner = new_learner(db)
    rule(db, "algebra", form)
    change_block(
        db, learner, "algebra", sessions_completed=4, total_questions_answered=20,
        correct_answers=19, streak_current=2, streak_best=2, best_score=20,
    )  # fmt: skip
    answer = explain(db, learner, "algebra")
    assert (answer["mastery_level"], answer["missing"]) == (False, missing)


def test_conditions_stand_in_the_order_of_the_rule(db):
    learner = new_learner(db)
    rule(db, "algebra", {"any": [FIVE, {"all": [{"top_level": {}}, ACCURACY]}, PATH]})
    assert [each["name"] for each in explain(db, learner, "algebra")["conditions"]] == [
        "in_a_row", "top_level.grade_level", "top_level.attempt_good", "accuracy.questions",
        "accuracy.percent", "jsonpath",
    ]  # fmt: skip


def test_a_rule_that_holds_on_nothing_still_needs_a_session(db):
    learner = new_learner(db)
    rule(db, "algebra", {"jsonpath": {"expr": "$.progress.sessions_completed >= 0"}})
    answer = explain(db, learner, "algebra")
    assert (answer["mastery_level"], answer["missing"]) == (False, ["1 session"])


def test_latched(db):
    learner = new_learner(db)
    rule(db, "algebra", FIVE)
    change_block(db, learner, "algebra", sessions_completed=9, mastered_at="2024-01-01T00:00:00Z")
    answer = explain(db, learner, "algebra")
    assert (answer["mastery_level"], answer["because"], answer["missing"]) == (True, "latched", [])
    assert answer["conditions"] == [condition("in_a_row", 0, 5, False)]
    rule(db, "algebra", FIVE, "live")
    answer = explain(db, learner, "algebra")
    assert (answer["mastery_level"], answer["because"]) == (False, "rule")
    assert answer["missing"] == ["5 more good sessions in a row"]


def test_override(db):
    learner = new_learner(db)
    db.execute("SELECT hg_set_mastery(%s, 'algebra', true, 'oral exam')", [learner])
    answer = explain(db, learner, "algebra")
    assert (answer["mastery_level"], answer["because"]) == (True, "override")
    assert answer["missing"] == []
    db.execute("SELECT hg_set_mastery(%s, 'algebra', false, 'copied')", [learner])
    answer = explain(db, learner, "algebra")
    assert (answer["mastery_level"], answer["because"]) == (False, "override")
    who = value(db, "SELECT session_user")
    assert answer["missing"] == ["9 more good sessions in a row", f"the override by {who} lifted"]
    db.execute("SELECT hg_set_mastery(%s, 'algebra', NULL, 'mistake')", [learner])
    assert explain(db, learner, "algebra")["because"] == "rule"


def test_last_moves(db):
    learner = new_learner(db)
    now = value(db, "SELECT now()")
    receipts = [
        session(
            db, learner, "addition_facts", occurred_at=now - timedelta(minutes=60 - n),
            **arguments,
        )
        for n, arguments in enumerate(
            [{}] * 4 + [{"run_type": "test", "details": {"grade_level": 3}}] + [{}] * 20
        )
    ]  # fmt: skip
    session(db, learner, "subtraction_facts", run_type="test", details={"grade_level": 2})
    session(db, learner, "algebra", run_type="test")
    moved = [
        {
            "activity_id": receipt["activity_id"],
            "occurred_at": receipt["occurred_at"],
            "level_change": receipt["level_change"],
            "grade_level": receipt["grade_level"],
        }
        for receipt in reversed(receipts)
        if receipt["level_change"] != 0 or receipt["run_type"] == "test"
    ]
    assert explain(db, learner, "addition_facts")["last_moves"] == moved
    assert [each["grade_level"] for each in moved] == [6, 5, 4, 3, 2]
    assert explain(db, learner, "algebra")["last_moves"] == []


def test_no_more_than_five_moves(db):
    learner = new_learner(db)
    for grade in (1, 2, 3, 4, 5, 6, 0):
        session(db, learner, "addition_facts", run_type="test", details={"grade_level": grade})
    moves = explain(db, learner, "addition_facts")["last_moves"]
    assert [each["grade_level"] for each in moves] == [0, 6, 5, 4, 3]


def refused(db: psycopg.Connection, learner: object, module: str | None) -> psycopg.Error:
    with pytest.raises(psycopg.Error) as error, db.transaction():
        explain(db, learner, module)
    return error.value


def test_order_of_the_errors(db):
    learner = new_learner(db)
    assert refused(db, None, "chess").sqlstate == "22023"
    assert refused(db, NOBODY, None).sqlstate == "22023"
    assert refused(db, NOBODY, "chess").sqlstate == "LG404"
    assert refused(db, learner, "chess").sqlstate == "LG405"
    db.execute("UPDATE hg_installation SET state = 'importing'")
    assert refused(db, learner, "algebra").sqlstate == "55000"


def test_malformed_block(db):
    learner = new_learner(db)
    db.execute("ALTER TABLE users DISABLE TRIGGER USER")
    change_document(db, learner, ["modules", "algebra", "progress", "types_complete"], "all")
    error = refused(db, learner, "algebra")
    assert error.sqlstate == "LG422"
    assert error.diag.message_detail.startswith("modules.algebra.progress.types_complete:")
    assert explain(db, learner, "decimal_defender")["mastery_level"] is False


@pytest.mark.parametrize("role", ["hg_app", "hg_reader"])
def test_who_may_call_it(db, role):
    learner = new_learner(db)
    with as_role(db, role):
        assert explain(db, learner, "algebra")["rule"] == {"top_level": {}}


def test_nobody_else_may_call_it(db):
    learner = new_learner(db)
    with as_role(db, "hg_ai_worker"), pytest.raises(errors.InsufficientPrivilege):
        explain(db, learner, "algebra")


def test_reads_in_a_read_only_transaction(database: Database):
    learner = new_learner(database.connect())
    reader = database.connect(options="-c default_transaction_read_only=on")
    assert explain(reader, learner, "algebra")["because"] == "rule"
