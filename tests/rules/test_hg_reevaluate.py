"""hg_reevaluate: mastery judged anew by the rules in force, learner by learner."""

from datetime import datetime

import pytest

from tests.concurrency.support import Waiting, together
from tests.errors.support import check_words, dump, refused
from tests.record.support import (
    Learner,
    bulk,
    call,
    change_module,
    changed,
    instant,
    learners_in_order,
    rows,
    server_clock,
    uid,
)
from tests.support.database import as_role, wait_for_lock

EASY, HARD = {"score": {"percent": 60}}, {"score": {"percent": 100}}


@pytest.fixture
def learners(db):
    """Best scores in algebra of 0, 40, 60, 80, 100, and none; HARD is the rule in force."""
    change_module(db, "algebra", mastery_rule=HARD)
    made = learners_in_order(db, 6)
    for learner, correct in zip(made, (0, 2, 3, 4, 5), strict=False):
        learner.run("algebra", 5, correct, at=learner.noon(2))
    return made


def reevaluate(db, module="algebra", **options):
    """What it returns: learner, before, after."""
    named = {f"p_{name}": value for name, value in options.items()}
    found = rows(db, "hg_reevaluate", p_module=module, **named)
    assert all(
        row.keys() == {"user_id", "mastery_before", "mastery_after"} for row in found
    )  # fmt: skip
    return [(row["user_id"], row["mastery_before"], row["mastery_after"]) for row in found]


def mastered(learners, module="algebra"):
    return [learner.progress(module)["mastery_level"] for learner in learners]


def gains(*learners):
    return [(learner.id, False, True) for learner in learners]


def losses(*learners):
    return [(learner.id, True, False) for learner in learners]


def verified(db):
    return rows(db, "hg_verify") == []


# ---------------------------------------------------------------- what flips


def test_a_dry_run_which_is_the_default_writes_nothing(db, learners):
    change_module(db, "algebra", mastery_rule=EASY)
    before = dump(db)
    assert reevaluate(db) == reevaluate(db, dry_run=True) == gains(*learners[2:4])
    assert dump(db) == before


def test_nothing_flips_where_no_rule_has_changed(db, learners):
    before = dump(db)
    assert reevaluate(db, dry_run=False) == []
    assert dump(db) == before


def test_an_easier_rule_makes_masters(db, learners):
    change_module(db, "algebra", mastery_rule=EASY)
    others = [learners[n].document for n in (0, 1, 4, 5)]
    started = server_clock(db).replace(microsecond=0)
    assert reevaluate(db, dry_run=False) == gains(*learners[2:4])
    assert mastered(learners) == [False, False, True, True, True, False]
    assert [learners[n].document for n in (0, 1, 4, 5)] == others
    for learner in learners[2:4]:
        (entry,) = learner.entries("reevaluation")
        at = datetime.fromisoformat(entry["occurred_at"])
        assert started <= at <= server_clock(db)
        assert learner.progress("algebra")["mastered_at"] == instant(at)
    assert verified(db)
    assert reevaluate(db, dry_run=False) == []


def test_it_changes_mastery_level_and_mastered_at_alone(db, learners):
    change_module(db, "algebra", mastery_rule=EASY)
    before = learners[2].document
    reevaluate(db, dry_run=False)
    progress = learners[2].progress("algebra")
    path = "modules.algebra.progress"
    assert learners[2].document == changed(before, {
        f"{path}.mastery_level": True, f"{path}.mastered_at": progress["mastered_at"],
    })  # fmt: skip


def test_under_latched_a_harder_rule_takes_nothing_away(db, learners):
    change_module(db, "algebra", mastery_rule=EASY)
    reevaluate(db, dry_run=False)
    change_module(db, "algebra", mastery_rule=HARD)
    before = dump(db)
    assert reevaluate(db, dry_run=False) == []
    assert dump(db) == before
    assert mastered(learners) == [False, False, True, True, True, False]


def test_under_live_it_goes_both_ways(db, learners):
    change_module(db, "algebra", mastery_rule=EASY, mastery_policy="live")
    reevaluate(db, dry_run=False)
    since = [learner.progress("algebra")["mastered_at"] for learner in learners]
    # Bad at it is a master now, good at it is none.
    rule = {"jsonpath": {"expr": "$.progress.best_score < 70"}}
    change_module(db, "algebra", mastery_rule=rule)
    flips = sorted(gains(*learners[:2]) + losses(*learners[3:5]))
    assert reevaluate(db) == reevaluate(db, dry_run=False) == flips
    assert mastered(learners) == [True, True, True, False, False, False]
    # mastered_at stays once it is set.
    assert [learner.progress("algebra")["mastered_at"] for learner in learners][2:] == since[2:]
    assert all(learner.progress("algebra")["mastered_at"] for learner in learners[:2])
    assert verified(db)


def test_another_policy_flips_too(db, learners):
    change_module(db, "algebra", mastery_rule=EASY)
    reevaluate(db, dry_run=False)
    change_module(db, "algebra", mastery_rule=HARD, mastery_policy="live")
    assert reevaluate(db, dry_run=False) == losses(*learners[2:4])
    change_module(db, "algebra", mastery_policy="latched")
    assert reevaluate(db, dry_run=False) == gains(*learners[2:4])
    assert verified(db)


def test_a_master_again_keeps_when_it_was_reached_first(db, learners):
    change_module(db, "algebra", mastery_policy="live", mastery_rule={"in_a_row": {"n": 2}})
    assert reevaluate(db, dry_run=False) == losses(learners[4])
    change_module(db, "algebra", mastery_rule=HARD)
    assert reevaluate(db, dry_run=False) == gains(learners[4])
    assert learners[4].progress("algebra")["mastered_at"] == instant(learners[4].noon(2))


@pytest.mark.parametrize("policy", ["latched", "live"])
def test_overrides_stay_both_ways(db, learners, policy):
    change_module(db, "algebra", mastery_policy=policy)
    learners[2].set_mastery("algebra", False)
    learners[4].set_mastery("algebra", True)
    change_module(db, "algebra", mastery_rule=EASY)
    assert reevaluate(db, dry_run=False) == gains(learners[3])
    change_module(db, "algebra", mastery_rule={"in_a_row": {"n": 9}})
    reevaluate(db, dry_run=False)
    assert mastered(learners)[2:5] == [False, policy == "latched", True]
    assert learners[4].progress("algebra")["mastery_override"]["value"] is True
    # Lifted, the rule in force speaks as if it had never been.
    learners[2].set_mastery("algebra", None)
    assert mastered(learners[2:3]) == [False]
    assert verified(db)


def test_never_without_a_session(db, learners):
    everything = {"jsonpath": {"expr": "1 == 1"}}
    change_module(db, "algebra", mastery_rule=everything)
    assert reevaluate(db, dry_run=False) == gains(*learners[:4])
    assert mastered(learners)[5] is False


def test_a_list_looks_at_the_learners_grade_of_today(db):
    """What is skipped above grade 5 counts as complete."""
    types = db.execute(
        "SELECT m.fact_types FROM hg_modules AS m WHERE m.module = 'math_rush_division'"
    ).fetchone()[0]
    learner = Learner(db, "3")
    learner.test("math_rush_division", 24, 24, types_correct=types[1:])
    assert reevaluate(db, "math_rush_division") == []
    db.execute("UPDATE users SET grade = '6' WHERE id = %s", [learner.id])
    assert reevaluate(db, "math_rush_division", dry_run=False) == gains(learner)
    assert verified(db)


def test_other_modules_are_left_alone(db, learners):
    learners[0].run("word_race", 30, 29)
    change_module(db, "algebra", mastery_rule=EASY)
    change_module(db, "word_race", mastery_rule=HARD, mastery_policy="live")
    assert reevaluate(db, dry_run=False) == gains(*learners[2:4])
    assert mastered(learners[:1], "word_race") == [True]
    assert reevaluate(db, "word_race", dry_run=False) == losses(learners[0])


# ---------------------------------------------------------------- rows, and what comes after


def test_each_flip_is_a_row_of_its_own(db, learners):
    change_module(db, "algebra", mastery_rule=EASY)
    version = db.execute("SELECT i.rules_version FROM hg_installation AS i").fetchone()[0]
    reevaluate(db, dry_run=False)
    (entry,) = learners[3].entries("reevaluation")
    assert (entry["module"], entry["rules_version"]) == ("algebra", version)
    assert entry["recorded_by"] == db.execute("SELECT session_user::text").fetchone()[0]
    assert entry["occurred_at"] == entry["recorded_at"]
    assert entry["receipt"] == {
        "id": entry["id"], "replayed": False, "kind": "reevaluation", "module": "algebra",
        "mastery_level": True, "tokens": 5, "total_tokens_earned": 5,
    }  # fmt: skip


def test_it_is_folded_as_it_was_recorded(db, learners):
    change_module(db, "algebra", mastery_rule=EASY, mastery_policy="live")
    reevaluate(db, dry_run=False)
    change_module(db, "algebra", mastery_rule=HARD)
    reevaluate(db, dry_run=False)
    for learner in learners:
        learner.assert_folds()
        learner.run("word_race", 1, 1, at=learner.noon(9))
        learner.assert_folds()
    assert verified(db)


def test_a_session_afterwards_goes_on_from_it(db, learners):
    change_module(db, "algebra", mastery_rule=EASY)
    reevaluate(db, dry_run=False)
    since = learners[2].progress("algebra")["mastered_at"]
    receipt = learners[2].run("algebra", 5, 0)
    assert (receipt["mastery_level"], receipt["mastery_changed"]) == (True, False)
    assert learners[2].progress("algebra")["mastered_at"] == since
    # Without a reevaluation it is the session that changes it.
    change_module(db, "algebra", mastery_rule={"score": {"percent": 40}})
    receipt = learners[1].run("algebra", 5, 0)
    assert (receipt["mastery_level"], receipt["mastery_changed"]) == (True, True)
    assert verified(db)


def test_what_arrives_late_stands_before_it(db, learners):
    change_module(db, "algebra", mastery_rule={"score": {"percent": 80}}, mastery_policy="live")
    reevaluate(db, dry_run=False)
    learners[2].run("algebra", 5, 5, at=learners[2].noon(1))
    assert learners[2].progress("algebra")["mastered_at"] == instant(learners[2].noon(1))
    learners[3].run("algebra", 5, 0, at=learners[3].noon(1))
    assert mastered(learners) == [False, False, True, True, True, False]
    assert verified(db)


def test_what_it_was_made_of_can_be_reversed(db, learners):
    """Judged again in its place, on what is left."""
    learner = learners[3]
    learner.run("algebra", 5, 1, at=learner.noon(1), id=uid(1))
    learner.run("algebra", 5, 5, at=learner.noon(1), id=uid(2))
    change_module(db, "algebra", mastery_rule={"accuracy": {"min_questions": 15, "percent": 60}},
                  mastery_policy="live")  # fmt: skip
    assert learner.id not in [user_id for user_id, *_ in reevaluate(db, dry_run=False)]
    change_module(db, "algebra", mastery_rule={"accuracy": {"min_questions": 15, "percent": 90}})
    assert (learner.id, True, False) in reevaluate(db, dry_run=False)
    learner.reverse(uid(1))
    assert mastered([learner]) == [False]
    assert verified(db)


# ---------------------------------------------------------------- batches


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
@pytest.mark.parametrize("dry_run", [True, False])
def test_the_caller_loops_over_batches(db, limit, dry_run):
    learners = learners_in_order(db, 7)
    bulk(db, [learner.item("algebra", 5, 5 if n != 3 else 0)
              for n, learner in enumerate(learners)])  # fmt: skip
    change_module(db, "algebra", mastery_rule=EASY)
    found, after, sizes = [], None, [limit]
    while sizes[-1] == limit and len(found) <= len(learners):
        batch = reevaluate(db, dry_run=dry_run, after=after, limit=limit)
        sizes.append(len(batch))
        found += batch
        after = batch[-1][0] if batch else after
    assert found == gains(*learners[:3], *learners[4:])
    assert sizes[1:] == [limit] * (6 // limit) + [6 % limit]
    assert mastered(learners) == [(not dry_run) and n != 3 for n in range(7)]
    assert verified(db)


def test_p_after_leaves_out_that_learner_and_those_before(db, learners):
    change_module(db, "algebra", mastery_rule=EASY)
    assert reevaluate(db, after=learners[2].id, dry_run=False) == gains(learners[3])
    assert reevaluate(db, after=learners[5].id) == []
    assert reevaluate(db, after=learners[0].id, limit=1) == gains(learners[2])


def test_the_limit_counts_flips_not_learners_looked_at(db, learners):
    change_module(db, "algebra", mastery_rule=EASY)
    assert reevaluate(db, limit=2) == gains(*learners[2:4])


def test_a_flip_that_another_session_made_is_not_made_twice(database):
    """Both see the same learners; each flip is returned and recorded once."""
    owner = database.connect()
    learners = [Learner(owner) for _ in range(40)]
    bulk(owner, [learner.item("algebra", 5, 5) for learner in learners])
    change_module(owner, "algebra", mastery_rule=EASY)
    parts = together(database, lambda c, _: reevaluate(c, dry_run=False), 4)
    assert sorted(row for part in parts for row in part) == sorted(gains(*learners))
    assert all(len(learner.entries("reevaluation")) == 1 for learner in learners)
    assert verified(owner)


def test_a_batch_is_short_only_when_nothing_is_left(database):
    """Although another session has meanwhile settled one of those that were to flip."""
    owner, first, second, monitor = (database.connect() for _ in range(4))
    learners = learners_in_order(owner, 5)
    bulk(owner, [learner.item("algebra", 5, 5) for learner in learners])
    change_module(owner, "algebra", mastery_rule=EASY)
    with first.transaction():
        call(first, "hg_set_mastery", p_user_id=learners[0].id, p_module="algebra",
             p_mastery=False, p_reason="seen")  # fmt: skip
        waiting = Waiting(lambda: reevaluate(second, dry_run=False, limit=2))
        wait_for_lock(monitor, second.info.backend_pid)
    batch = waiting.result()
    assert batch == gains(*learners[1:3])


# ---------------------------------------------------------------- errors


def refuse(db, sqlstate, **arguments):
    before = dump(db)
    arguments = {"p_module": "algebra", "p_dry_run": False, **arguments}
    diagnostic = refused(db, lambda: rows(db, "hg_reevaluate", **arguments))
    assert diagnostic.sqlstate == sqlstate, diagnostic.message_primary
    check_words(diagnostic)
    assert dump(db) == before
    return diagnostic


BAD = [("p_module", None), ("p_dry_run", None), ("p_limit", None), ("p_limit", 0), ("p_limit", -1),
       ("p_limit", 100_001), ("p_limit", 2**31 - 1)]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), BAD)
def test_an_argument_out_of_its_domain_is_22023(db, learners, name, value):
    diagnostic = refuse(db, "22023", **{name: value})
    assert diagnostic.message_primary == f"invalid argument {name}"
    refuse(db, "22023", **{"p_module": "no_such_module", name: value})


@pytest.mark.parametrize("module", ["no_such_module", "", "math_facts_addition", "Algebra"])
def test_an_unknown_module_is_lg405(db, learners, module):
    for dry_run in (True, False):
        diagnostic = refuse(db, "LG405", p_module=module, p_dry_run=dry_run)
        assert diagnostic.message_primary == "unknown or inactive module"


def test_an_inactive_module_is_lg405(db, learners):
    change_module(db, "algebra", mastery_rule=EASY, active=False)
    refuse(db, "LG405")


@pytest.mark.parametrize("state", ["pending", "importing", "imported"])
def test_while_a_legacy_import_is_pending_it_is_55000(db, learners, state):
    db.execute("UPDATE hg_installation SET state = %s", [state])
    assert refuse(db, "55000").message_primary == "a legacy import is pending"


@pytest.mark.parametrize(
    "damage",
    [{"modules.algebra.progress.mastery_level": "x"}, {"modules.algebra.progress.best_score": "x"},
     {"global_stats": []}, {"modules.word_race.progress": 5}],
    ids=str,
)  # fmt: skip
def test_a_malformed_document_is_lg422_and_nothing_is_flipped(db, learners, damage):
    change_module(db, "algebra", mastery_rule=EASY)
    learners[3].tamper(changed(learners[3].document, damage))
    diagnostic = refuse(db, "LG422")
    assert diagnostic.message_primary == "malformed document"
    assert next(iter(damage)) in diagnostic.message_detail
    # Once it is mended all go on.
    call(db, "hg_rebuild", p_user_id=learners[3].id)
    assert reevaluate(db, dry_run=False) == gains(*learners[2:4])


@pytest.mark.parametrize("role", ["hg_app", "hg_reader", "hg_ai_worker"])
def test_it_is_the_owners(db, learners, role):
    with as_role(db, role):
        assert refused(db, lambda: reevaluate(db)).sqlstate == "42501"


def test_whoever_is_granted_it_needs_no_right_on_the_tables(db, learners):
    change_module(db, "algebra", mastery_rule=EASY)
    db.execute("GRANT EXECUTE ON FUNCTION hg_reevaluate TO hg_reader")
    with as_role(db, "hg_reader"):
        assert reevaluate(db, dry_run=False) == gains(*learners[2:4])
    assert verified(db)
