"""hg_simulate_rule: who would flip if a mastery rule were in force; nothing is written."""

import pytest
from psycopg.types.json import Jsonb

from tests.errors.support import check_words, dump, refused
from tests.record.support import (
    Learner,
    bulk,
    call,
    change_module,
    changed,
    learners_in_order,
    rows,
)
from tests.support.database import as_role

EASY, HARD = {"score": {"percent": 60}}, {"score": {"percent": 100}}


@pytest.fixture
def learners(db):
    """Best scores in algebra of 0, 40, 60, 80, 100, and none; HARD is the rule in force."""
    change_module(db, "algebra", mastery_rule=HARD)
    made = learners_in_order(db, 6)
    for learner, correct in zip(made, (0, 2, 3, 4, 5), strict=False):
        learner.run("algebra", 5, correct, at=learner.noon(2))
    return made


def simulate(db, rule, module="algebra"):
    return call(db, "hg_simulate_rule", p_module=module, p_rule=rule)


def ids(*learners):
    return [learner.id for learner in learners]


def test_it_has_exactly_its_keys(db, learners):
    assert simulate(db, EASY) == {
        "module": "algebra", "rule": EASY, "policy": "latched", "learners": 6,
        "gain": 2, "gain_user_ids": ids(*learners[2:4]), "lose": 0, "lose_user_ids": [],
    }  # fmt: skip


def test_the_rule_in_force_flips_nobody(db, learners):
    found = simulate(db, HARD)
    assert (found["gain"], found["lose"]) == (0, 0)
    assert found["gain_user_ids"] == found["lose_user_ids"] == []


def test_both_ways_under_live(db, learners):
    change_module(db, "algebra", mastery_policy="live")
    found = simulate(db, {"jsonpath": {"expr": "$.progress.best_score < 70"}})
    assert (found["policy"], found["gain"], found["lose"]) == ("live", 3, 1)
    assert found["gain_user_ids"] == ids(*learners[:3])
    assert found["lose_user_ids"] == ids(learners[4])


def test_under_latched_what_was_reached_stays(db, learners):
    found = simulate(db, {"in_a_row": {"n": 9}})
    assert (found["gain"], found["lose"]) == (0, 0)


def test_overrides_stay(db, learners):
    change_module(db, "algebra", mastery_policy="live")
    learners[2].set_mastery("algebra", False)
    learners[4].set_mastery("algebra", True)
    assert simulate(db, EASY)["gain_user_ids"] == ids(learners[3])
    assert simulate(db, {"in_a_row": {"n": 9}})["lose"] == 0


def test_never_without_a_session(db, learners):
    assert simulate(db, {"jsonpath": {"expr": "1 == 1"}})["gain_user_ids"] == ids(*learners[:4])


RULES = [
    EASY,
    {"accuracy": {"min_questions": 5, "percent": 60}},
    {"in_a_row": {"n": 1}},
    {"m_of_n": {"m": 1, "n": 2}},
    {"top_level": {}},
    {"jsonpath": {"expr": "$.progress.best_score <= 40 && $size == 5"}},
    {"all": [EASY, {"jsonpath": {"expr": "$.progress.best_score < 100"}}]},
    {"any": [HARD, {"jsonpath": {"expr": "$.progress.best_score == 40"}}]},
]


@pytest.mark.parametrize("policy", ["latched", "live"])
@pytest.mark.parametrize("rule", RULES, ids=str)
def test_activating_the_rule_flips_exactly_those(db, learners, policy, rule):
    change_module(db, "algebra", mastery_policy=policy)
    found = simulate(db, rule)
    change_module(db, "algebra", mastery_rule=rule)
    flips = rows(db, "hg_reevaluate", p_module="algebra", p_dry_run=False)
    by_way = [[row["user_id"] for row in flips if row["mastery_after"] is way]
              for way in (True, False)]  # fmt: skip
    assert by_way == [found["gain_user_ids"], found["lose_user_ids"]]
    assert [len(way) for way in by_way] == [found["gain"], found["lose"]]
    again = simulate(db, rule)
    assert (again["gain"], again["lose"]) == (0, 0)


def test_a_list_of_types_is_judged_by_the_learners_grade(db):
    types = db.execute(
        "SELECT m.fact_types FROM hg_modules AS m WHERE m.module = 'math_rush_division'"
    ).fetchone()[0]
    change_module(db, "math_rush_division", mastery_rule=HARD)
    third, sixth = Learner(db, "3"), Learner(db, "6")
    for learner in (third, sixth):
        learner.test("math_rush_division", 24, 20, types_correct=types[1:])
    found = simulate(db, {"list_complete": {}}, "math_rush_division")
    assert (found["gain"], found["gain_user_ids"]) == (1, [sixth.id])


def test_the_ids_are_the_first_1000_ascending_and_the_count_is_whole(db):
    learners = [Learner(db) for _ in range(5)]
    bulk(db, [learner.item("algebra", 5, 4) for learner in learners])
    db.execute("SET LOCAL session_replication_role TO replica")
    db.execute(
        "INSERT INTO users (hidden_grade_asset) SELECT %s FROM generate_series(1, 1003)",
        [Jsonb(learners[0].document)],
    )
    every = [id for (id,) in db.execute("SELECT to_jsonb(u.id) FROM users AS u ORDER BY u.id")]
    change_module(db, "algebra", mastery_rule=HARD)
    found = simulate(db, EASY)
    assert (found["learners"], found["gain"]) == (1008, 1008)
    assert found["gain_user_ids"] == every[:1000]


def test_it_writes_nothing_and_may_not(db, learners):
    before = dump(db)
    with db.transaction():
        db.execute("SET TRANSACTION READ ONLY")
        simulate(db, EASY)
    assert dump(db) == before


# ---------------------------------------------------------------- errors

# What is wrong, and where the message says so.
BAD_RULES = [
    ({}, "$"), ([], "$"), ("x", "$"), (5, "$"), (None, "$"), (True, "$"),
    ({"no_such_form": {}}, "$"), ({"score": {"percent": 5}, "top_level": {}}, "$"),
    ({"score": {}}, "$.score"), ({"score": {"percent": 0}}, "$.score.percent"),
    ({"score": {"percent": 101}}, "$.score.percent"), ({"score": {"percent": "80"}}, "percent"),
    ({"score": {"percent": 80.5}}, "$.score.percent"),
    ({"score": {"percent": 80, "more": 1}}, "$.score"),
    ({"accuracy": {"percent": 80}}, "$.accuracy"), ({"in_a_row": {"n": 0}}, "$.in_a_row.n"),
    ({"m_of_n": {"m": 3, "n": 2}}, "$.m_of_n.m"), ({"m_of_n": {"m": 1, "n": 11}}, "$.m_of_n.n"),
    ({"list_complete": {}}, "$.list_complete"), ({"top_level": {"n": 1}}, "$.top_level"),
    ({"jsonpath": {"expr": "$["}}, "$.jsonpath.expr"), ({"jsonpath": {"expr": 5}}, "expr"),
    ({"jsonpath": {"expr": "$.progress.best_score"}}, "$.jsonpath.expr"),
    ({"all": []}, "$.all"), ({"any": {}}, "$.any"), ({"all": [EASY, {"score": {}}]}, "$.all[1]"),
    ({"all": [{"any": [{"all": [{"any": [{"all": [EASY]}]}]}]}]}, "$.all[0].any[0]"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "where"), BAD_RULES, ids=str)
def test_what_is_no_such_rule_is_22023(db, learners, rule, where):
    before = dump(db)
    diagnostic = refused(db, lambda: simulate(db, Jsonb(rule)))
    assert diagnostic.sqlstate == "22023"
    assert diagnostic.message_primary == "hg_modules.mastery_rule is out of its domain"
    assert where in diagnostic.message_detail
    check_words(diagnostic)
    assert dump(db) == before
    # As the catalog refuses it.
    other = refused(db, lambda: change_module(db, "algebra", mastery_rule=Jsonb(rule)))
    assert other.message_detail == "mastery_rule" + diagnostic.message_detail.removeprefix("$")


@pytest.mark.parametrize("name", ["p_module", "p_rule"])
def test_null_is_22023(db, learners, name):
    arguments = {"p_module": "no_such_module", "p_rule": EASY, name: None}
    diagnostic = refused(db, lambda: call(db, "hg_simulate_rule", **arguments))
    assert diagnostic.sqlstate == "22023"
    assert diagnostic.message_primary == f"invalid argument {name}"
    check_words(diagnostic)


@pytest.mark.parametrize("rule", [{}, {"no_such_form": {}}, {"score": {"percent": 500}}], ids=str)
def test_a_bad_rule_comes_before_an_unknown_module(db, rule):
    assert refused(db, lambda: simulate(db, rule, "no_such_module")).sqlstate == "22023"


@pytest.mark.parametrize("module", ["no_such_module", "", "math_facts_addition", "Algebra"])
def test_an_unknown_module_is_lg405(db, module):
    diagnostic = refused(db, lambda: simulate(db, EASY, module))
    assert diagnostic.sqlstate == "LG405"
    assert diagnostic.message_primary == "unknown or inactive module"
    check_words(diagnostic)


def test_an_inactive_module_is_lg405(db, learners):
    change_module(db, "algebra", active=False)
    assert refused(db, lambda: simulate(db, EASY)).sqlstate == "LG405"


@pytest.mark.parametrize("state", ["pending", "importing", "imported"])
def test_while_a_legacy_import_is_pending_it_is_55000(db, learners, state):
    db.execute("UPDATE hg_installation SET state = %s", [state])
    diagnostic = refused(db, lambda: simulate(db, EASY))
    assert diagnostic.sqlstate == "55000"
    assert diagnostic.message_primary == "a legacy import is pending"


@pytest.mark.parametrize(
    "damage",
    [{"modules.algebra.progress.mastery_level": "x"}, {"modules.algebra.progress.best_score": "x"}],
    ids=str,
)
def test_a_malformed_document_is_lg422(db, learners, damage):
    """Not an error of PostgreSQL's own, of which nobody can tell where it comes from."""
    learners[3].tamper(changed(learners[3].document, damage))
    diagnostic = refused(db, lambda: simulate(db, EASY))
    assert (diagnostic.sqlstate, diagnostic.message_primary) == ("LG422", "malformed document")
    check_words(diagnostic)


@pytest.mark.parametrize("role", ["hg_app", "hg_reader", "hg_ai_worker"])
def test_it_is_the_owners(db, learners, role):
    with as_role(db, role):
        assert refused(db, lambda: simulate(db, EASY)).sqlstate == "42501"


def test_whoever_is_granted_it_needs_no_right_on_the_tables(db, learners):
    db.execute("GRANT EXECUTE ON FUNCTION hg_simulate_rule TO hg_reader")
    with as_role(db, "hg_reader"):
        assert simulate(db, EASY)["gain"] == 2
