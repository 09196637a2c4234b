"""hg_reverse_activity: the document as if the activity had never been; the ledger keeps both."""

import random

import pytest
from psycopg import errors

from tests.concurrency.support import Waiting, outcome, together
from tests.errors.support import check_words, dump, refused
from tests.model.catalog import PROGRESSIONS
from tests.support.database import as_role, wait_for_lock
from tests.support.users import NOBODY

from .support import (
    DAY,
    HOUR,
    MINUTE,
    Learner,
    add_module,
    bulk,
    call,
    change_module,
    changed,
    difference,
    instant,
    rows,
    server_clock,
    set_setting,
    uid,
)

RECEIPT = {
    "id", "replayed", "kind", "tokens", "total_tokens_earned", "activity_id", "reason", "module",
    "tokens_reversed", "streak_days", "grade_level", "mastery_level", "preferred_difficulty",
}  # fmt: skip
TYPES = list(PROGRESSIONS["addition"])


@pytest.fixture
def played(learner):
    """Three sessions on three days, 1 to 3."""
    learner.run("addition_facts", 6, 6, 30, at=learner.noon(3), id=uid(1))
    learner.run("algebra", 5, 5, 50, at=learner.noon(2), id=uid(2))
    learner.run("addition_facts", 6, 5, 40, at=learner.noon(1), id=uid(3))
    return learner


# ---------------------------------------------------------------- the receipt, and what is stored


def test_the_receipt_has_exactly_its_keys_and_the_documents_figures(played):
    receipt = played.reverse(uid(2), "wrong learner")
    stats, block = played.stats, played.block("algebra")
    assert receipt == {
        "id": played.entries("reversal")[0]["id"], "replayed": False, "kind": "reversal",
        "tokens": 15, "total_tokens_earned": 15, "activity_id": str(uid(2)),
        "reason": "wrong learner", "module": "algebra", "tokens_reversed": 8,
        "streak_days": 1, "grade_level": 6, "mastery_level": False, "preferred_difficulty": 3,
    }  # fmt: skip
    assert receipt.keys() == RECEIPT
    assert (stats["tokens"], stats["total_tokens_earned"], stats["streak_days"]) == (15, 15, 1)
    assert block["progress"]["sessions_completed"] == 0


def test_its_figures_are_those_after_the_call(learner):
    for n in range(1, 5):
        learner.run("addition_facts", 10, 10, at=learner.noon(n), id=uid(n))
    learner.set_mastery("addition_facts", True)
    assert learner.block("addition_facts")["grade_level"] == 2
    receipt = learner.reverse(uid(4))
    assert (receipt["grade_level"], receipt["mastery_level"]) == (1, True)
    assert (receipt["preferred_difficulty"], receipt["streak_days"]) == (2, 3)
    receipt = learner.reverse(uid(2))
    assert (receipt["preferred_difficulty"], receipt["streak_days"]) == (1, 1)
    assert (receipt["tokens"], receipt["tokens_reversed"]) == (28, 14)


def test_it_is_a_row_with_who_when_and_why_and_the_activity_stays(played):
    before, started = played.entries(), server_clock(played.db)
    receipt = played.reverse(uid(2), "wrong learner")
    *others, entry = played.entries()
    assert others == before
    assert (entry["kind"], entry["module"]) == ("reversal", "algebra")
    assert entry["details"] == {"activity_id": str(uid(2)), "reason": "wrong learner"}
    assert entry["recorded_by"] == played.db.execute("SELECT session_user::text").fetchone()[0]
    assert entry["receipt"] == receipt
    assert entry["occurred_at"] == entry["recorded_at"] >= started.isoformat()[:19]
    assert entry["document"] is None


@pytest.mark.parametrize("reason", ["x", "é" * 500, "'; DROP TABLE users; --", " why "])
def test_a_reason_is_1_to_500_characters(played, reason):
    assert played.reverse(uid(1), reason)["reason"] == reason


# ---------------------------------------------------------------- as if it had never been


def test_the_only_activity_leaves_the_document_a_new_learner_has(new):
    for module, run in [
        ("addition_facts", {}), ("math_rush_addition", {"fact_type": TYPES[0], "time_limit": 60}),
        ("decimal_defender", {}),
    ]:  # fmt: skip
        learner = new("3")
        before = learner.document
        learner.run(module, 30, 30, 20, id=uid(1), **run)
        learner.reverse(uid(1))
        assert learner.document == before == new("3").document


@pytest.mark.parametrize("run_type", ["token_run", "test", "practice"])
@pytest.mark.parametrize("days", [1, 90], ids=["in the window", "too late"])
def test_every_kind_of_run_can_be_taken_back(played, run_type, days):
    before = played.document
    played.run(
        "math_rush_addition", 24, 24, 60, run_type=run_type, at=played.ago(days=days), id=uid(9)
    )
    assert difference(before, played.document)
    receipt = played.reverse(uid(9))
    assert played.document == before
    assert receipt["tokens_reversed"] == {"token_run": 32, "test": 8, "practice": 0}[run_type]


def facts(correct=6, questions=6, **others):
    return lambda learner, at, id: learner.run(
        "addition_facts", questions, correct, 30, at=at, id=id, **others
    )


def run(module, questions=5, correct=5, **others):
    return lambda learner, at, id: learner.run(module, questions, correct, at=at, id=id, **others)


# Sessions by their numbers: at which hour of the history, and what. The number that is reversed.
HISTORIES = {
    "levelled up": ({4: (4, facts()), 1: (1, facts()), 2: (2, facts()), 3: (3, facts()),
                     5: (5, facts())}, 4),
    "was one of four": ({n: (n, facts()) for n in range(1, 6)}, 1),
    "broke a row": ({1: (1, facts()), 2: (2, facts(0)), 3: (3, facts()), 4: (4, facts()),
                     5: (5, facts())}, 2),
    "levelled down": ({n: (n, facts(0)) for n in range(1, 6)}, 4),
    "mastered": ({1: (1, run("word_race", 20, 20)), 2: (2, run("word_race", 10, 10)),
                  3: (3, run("word_race", 1, 0)), 4: (4, run("word_race", 9, 0))}, 2),
    "was best": ({1: (1, run("algebra", seconds=90)), 2: (2, run("algebra", seconds=20)),
                  3: (3, run("algebra", 5, 3, seconds=50))}, 2),
    "was the test paid once": ({1: (1, facts(run_type="test", grade_level=3)),
                                2: (2, facts(run_type="test", grade_level=4)),
                                3: (3, facts())}, 1),
    "was the test that mastered": (
        {1: (1, run("math_rush_addition", 24, 24, run_type="test", types_correct=TYPES)),
         2: (2, run("math_rush_addition", 24, 24, run_type="test", types_correct=TYPES)),
         3: (3, run("math_rush_addition", 24, 12))}, 1),
    "was the test of a rush": (
        {1: (1, run("math_rush_addition", 24, 24, fact_type=TYPES[0])),
         2: (2, run("math_rush_addition", 24, 20, run_type="test", types_correct=TYPES[3:6])),
         3: (3, run("math_rush_addition", 24, 24, fact_type=TYPES[1]))}, 2),
    "completed a type": (
        {n: (n, run("math_rush_addition", 24, 20, fact_type=TYPES[0])) for n in (1, 2, 3)}, 2),
    "moved the difficulty": ({1: (1, run("algebra", 15, 15)), 2: (2, run("algebra", 15, 15)),
                              3: (3, run("algebra", 7, 0))}, 2),
    "used the last of the cap": ({n: (n, facts()) for n in range(1, 6)}, 2),
    "was the first of its day": ({n: (20 * n, facts()) for n in range(1, 6)}, 3),
    "was the last of all": ({n: (30 * n, facts()) for n in range(1, 4)}, 3),
    "was the first of all": ({n: (30 * n, facts()) for n in range(1, 4)}, 1),
    "made the freeze be spent": ({1: (0, facts()), 2: (48, facts()), 3: (72, facts()),
                                  4: (144, facts())}, 2),
    "had kept a freeze from being spent": ({n: (24 * n, facts()) for n in range(6)}, 3),
    "had earned a freeze": ({n: (24 * n, facts()) for n in (0, 1, 2, 4, 5)}, 2),
    "was the last module": ({1: (1, facts()), 2: (2, run("algebra")), 3: (3, run("word_race"))}, 2),
    "made a ninth pair": (
        {n: (n, run(module)) for n, module in enumerate(
            ["algebra", "word_race", "measurement", "decimal_defender", "fractions_puzzle",
             "ratios_proportions", "addition_facts", "division_facts", "subtraction_facts",
             "multiplication_facts", "algebra", "word_race"], 1)}, 10),
    "practice on a day of its own": ({1: (0, facts()), 2: (24, facts(run_type="practice")),
                                      3: (48, facts())}, 2),
    "too late": ({1: (-3000, facts()), 2: (-2900, facts()), 3: (1, facts())}, 1),
}  # fmt: skip


@pytest.fixture
def busy_rules(db):
    """Cap and freezes, so that days matter."""
    set_setting(db, "daily_token_cap", 25)
    set_setting(db, "streak_freeze_max", 2)
    set_setting(db, "streak_freeze_initial", 1)
    set_setting(db, "streak_freeze_every_days", 3)


def place(learner, hour):
    return learner.noon(9) - 11 * HOUR + hour * HOUR


@pytest.mark.parametrize("name", HISTORIES)
def test_a_session_that(busy_rules, new, name):
    """... mattered to the others: they count as they would have without it."""
    sessions, reversed_number = HISTORIES[name]
    learner, without = new(), new()
    without.clock = learner.clock
    for number, (hour, record) in sessions.items():
        record(learner, place(learner, hour), uid(number))
        if number != reversed_number:
            record(without, place(without, hour), uid(number))
    assert difference(learner.document, without.document)
    learner.reverse(uid(reversed_number))
    assert learner.document == without.document
    assert learner.verify() == []


@pytest.mark.parametrize("name", ["levelled up", "used the last of the cap", "made a ninth pair",
                                  "made the freeze be spent"])  # fmt: skip
def test_when_it_is_reversed_does_not_matter(busy_rules, new, name):
    """At once, before what is later arrives, or after all: the same document."""
    sessions, reversed_number = HISTORIES[name]
    documents, clock = [], None
    for wait in range(len(sessions)):
        learner = new()
        learner.clock = clock = clock or learner.clock
        hour, record = sessions[reversed_number]
        record(learner, place(learner, hour), uid(reversed_number))
        others = [number for number in sessions if number != reversed_number]
        for number in others[:wait]:
            sessions[number][1](learner, place(learner, sessions[number][0]), uid(number))
        learner.reverse(uid(reversed_number))
        for number in others[wait:]:
            sessions[number][1](learner, place(learner, sessions[number][0]), uid(number))
        documents.append(learner.document)
    assert documents[1:] == documents[:-1]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_any_sessions_of_any_history_can_be_taken_back(busy_rules, new, seed):
    random_ = random.Random(seed)
    learner, without = new("3"), new("3")
    without.clock = learner.clock
    numbers = list(range(1, 25))
    gone = set(random_.sample(numbers, 8))
    for number in numbers:
        module = random_.choice(["addition_facts", "algebra", "word_race", "math_rush_addition"])
        correct, hour = random_.randint(0, 24), random_.randint(-2500, 200)
        kind = random_.choice(["token_run"] * 3 + ["test", "practice"])
        details = {"fact_type": random_.choice(TYPES[:2]), "grade_level": random_.randint(0, 6)}
        for one in (learner, without):
            if one is learner or number not in gone:
                one.run(module, 24, correct, 60, run_type=kind, at=place(one, hour),
                        id=uid(number), **details)  # fmt: skip
    for number in random_.sample(sorted(gone), len(gone)):
        learner.reverse(uid(number))
    assert learner.document == without.document
    assert learner.verify() == []


# ---------------------------------------------------------------- tokens


def test_others_of_the_day_get_what_the_cap_had_cut(db, learner):
    set_setting(db, "daily_token_cap", 12)
    learner.run("addition_facts", 6, 6, at=learner.noon(1), id=uid(1))
    second = learner.run("addition_facts", 6, 6, at=learner.noon(1) + HOUR, id=uid(2))
    assert (second["tokens_awarded"], second["capped_by"]) == (2, "daily_token_cap")
    receipt = learner.reverse(uid(1))
    assert (receipt["tokens_reversed"], receipt["tokens"]) == (2, 10)
    assert learner.progress("addition_facts")["tokens_earned"] == 10
    # A receipt stays as it was issued.
    again = learner.run("addition_facts", 6, 6, id=uid(2))
    assert again == second | {"replayed": True}


def test_the_next_test_is_the_first_then_and_paid(learner):
    learner.test("addition_facts", 6, 6, at=learner.noon(2), id=uid(1), grade_level=2)
    learner.test("addition_facts", 6, 6, at=learner.noon(1), id=uid(2), grade_level=5)
    assert learner.stats["tokens"] == 15
    assert learner.reverse(uid(1))["tokens_reversed"] == 0
    assert learner.stats["tokens"] == 15
    receipt = learner.reverse(uid(2))
    assert (receipt["tokens_reversed"], receipt["tokens"]) == (15, 0)
    assert learner.progress("addition_facts")["test_rewarded"] is False
    assert learner.test("addition_facts", 6, 6, grade_level=1)["tokens_awarded"] == 15


def test_spent_tokens_become_a_debt_that_later_awards_pay_first(learner):
    learner.run("addition_facts", 6, 6, id=uid(1))
    learner.spend(10)
    receipt = learner.reverse(uid(1))
    assert (receipt["tokens"], receipt["total_tokens_earned"]) == (0, 0)
    assert receipt["tokens_reversed"] == 10
    assert learner.stats["total_tokens_spent"] == 10
    assert learner.run("addition_facts", 6, 6)["tokens"] == 0
    with pytest.raises(errors.DatabaseError) as error, learner.db.transaction():
        learner.spend(1)
    assert error.value.sqlstate == "LG402"
    assert learner.run("addition_facts", 6, 5)["tokens"] == 5
    assert learner.grant(3)["tokens"] == 8


def test_a_part_of_the_balance_can_be_debt(learner):
    learner.run("addition_facts", 6, 6, id=uid(1))
    learner.run("addition_facts", 6, 6, id=uid(2))
    learner.spend(14)
    assert learner.reverse(uid(1))["tokens"] == 0
    assert learner.grant(3)["tokens"] == 0
    assert learner.grant(3)["tokens"] == 2


def test_a_grant_and_a_spend_stay(played):
    played.grant(100)
    played.spend(20)
    receipt = played.reverse(uid(1))
    assert (receipt["tokens"], receipt["total_tokens_earned"]) == (113 - 20, 113)


# ---------------------------------------------------------------- what persons did stays


def test_what_persons_did_stays_in_its_place(learner):
    learner.run("word_race", 30, 30, at=learner.noon(2), id=uid(1))
    learner.set_difficulty("word_race", 5)
    learner.set_mastery("word_race", True)
    learner.set_zone("Europe/Berlin")
    override = learner.progress("word_race")["mastery_override"]
    learner.reverse(uid(1))
    progress = learner.progress("word_race")
    assert (progress["preferred_difficulty"], progress["mastery_level"]) == (5, True)
    assert (progress["mastery_override"], progress["mastered_at"]) == (override, None)
    assert learner.stats["time_zone_next"] == "Europe/Berlin"


def test_one_from_before_a_reset_changes_what_the_reset_kept(learner):
    learner.run("addition_facts", 6, 6, at=learner.noon(2), id=uid(1))
    learner.reset("addition_facts")
    learner.run("addition_facts", 6, 6)
    before = learner.document
    learner.reverse(uid(1))
    assert difference(before, learner.document) == {
        "global_stats.tokens", "global_stats.total_tokens_earned",
        "global_stats.total_correct_answers", "global_stats.total_questions_answered",
        "global_stats.total_sessions_completed", "modules.addition_facts.progress.tokens_earned",
    }  # fmt: skip
    assert learner.progress("addition_facts")["tokens_earned"] == 10


def test_it_is_a_write_so_modules_join(db, played):
    add_module(db, "spelling")
    played.reverse(uid(2))
    assert played.progress("spelling")["sessions_completed"] == 0


def test_the_module_may_be_inactive_by_now(db, played):
    change_module(db, "algebra", active=False)
    assert played.reverse(uid(2))["tokens_reversed"] == 8
    assert played.progress("algebra")["sessions_completed"] == 0


def test_other_rules_by_now_judge_nothing_anew(db, played):
    """Those pinned on the rows fold the others."""
    change_module(db, "addition_facts", tokens_per_unit=100, good_percent=100)
    receipt = played.reverse(uid(2))
    assert (receipt["tokens_reversed"], receipt["tokens"]) == (8, 15)
    assert played.progress("addition_facts")["recent_results"] == "11"


def test_verdicts_on_others_stay(learner):
    """Late without anything left that is later: the receipt and the row stay as they are."""
    learner.run("algebra", 5, 5, at=learner.noon(1), id=uid(1))
    late = learner.run("algebra", 5, 5, at=learner.noon(2), id=uid(2))
    assert late["warnings"] == ["late"]
    learner.reverse(uid(1))
    assert learner.run("algebra", 5, 5, id=uid(2)) == late | {"replayed": True}


def test_what_was_reversed_makes_nothing_late(learner):
    learner.run("algebra", 5, 5, at=learner.noon(1), id=uid(1))
    learner.reverse(uid(1))
    receipt = learner.run("algebra", 5, 5, at=learner.noon(2))
    assert (receipt["warnings"], receipt["streak"]) == ([], "started")


def test_readers_no_longer_see_it(learner):
    learner.days(3, 2)
    learner.test("addition_facts", 6, 6, at=learner.noon(1), id=uid(1), grade_level=4)
    assert len(learner.call("hg_explain", p_module="addition_facts")["last_moves"]) == 1
    learner.reverse(uid(1))
    states = {day["day"]: day["state"] for day in learner.call("hg_streak")["days"]}
    assert states[learner.noon(2).date().isoformat()] == "active"
    assert states[learner.noon(1).date().isoformat()] == "missed"
    assert learner.call("hg_explain", p_module="addition_facts")["last_moves"] == []
    assert learner.stats["last_active"] == instant(learner.noon(2))


def test_ai_texts_and_keys_that_nobody_knows_stay(played):
    section = played.document["ai_analytics"] | {"strengths": ["adding"]}
    beside = {
        "ai_analytics": section, "modules.algebra.ai_analytics": section, "mine": [1],
        "cross_module_analytics.ai_analytics": section, "modules.algebra.progress.mine": 1,
    }  # fmt: skip
    played.tamper(changed(played.document, beside))
    played.reverse(uid(2))
    after = played.document
    assert changed(after, beside) == after
    # The fixture holds the document against the bare fold.
    played.tamper(played.folded())


# ---------------------------------------------------------------- once more


def test_once_more_is_the_first_receipt_replayed(played):
    first = played.reverse(uid(2), "wrong learner")
    played.grant(5)
    before = dump(played.db)
    for reason in ("wrong learner", "something else"):
        assert played.reverse(uid(2), reason) == first | {"replayed": True}
    assert dump(played.db) == before


def test_a_retry_of_the_id_replays_its_receipt_as_reversed(learner):
    first = learner.run("algebra", 5, 5, 40, id=uid(1), note="x")
    assert "reversed" not in learner.run("algebra", 5, 5, 40, id=uid(1), note="x")
    learner.reverse(uid(1))
    before = dump(learner.db)
    again = learner.run("algebra", 5, 5, 40, id=uid(1), note="x", at=learner.noon(2))
    assert again == first | {"replayed": True, "reversed": True}
    (row,) = bulk(learner.db, [learner.item("algebra", 5, 5, 40, id=uid(1), note="x")])
    assert row["receipt"] == again
    assert dump(learner.db) == before


def test_a_retry_with_other_content_is_still_lg409(played):
    played.reverse(uid(2))
    for again in (
        lambda: played.run("algebra", 5, 4, 50, id=uid(2)), lambda: played.grant(5, id=uid(2)),
    ):  # fmt: skip
        assert refused(played.db, again).sqlstate == "LG409"


def test_another_id_records_it_again(played):
    true = played.document
    played.reverse(uid(2))
    played.run("algebra", 5, 5, 50, at=played.noon(2), id=uid(9))
    assert played.document == true


# ---------------------------------------------------------------- errors


def refuse(learner, sqlstate, **changes):
    arguments = {"p_user_id": learner.id, "p_activity_id": uid(1), "p_reason": "a mistake"}
    before = dump(learner.db)
    diagnostic = refused(
        learner.db, lambda: call(learner.db, "hg_reverse_activity", **{**arguments, **changes})
    )
    assert diagnostic.sqlstate == sqlstate, diagnostic.message_primary
    check_words(diagnostic)
    assert dump(learner.db) == before
    return diagnostic


BAD = [("p_user_id", None), ("p_activity_id", None), ("p_reason", None), ("p_reason", ""),
       ("p_reason", "   "), ("p_reason", "x" * 501)]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), BAD)
def test_an_argument_out_of_its_domain_is_22023(played, name, value):
    diagnostic = refuse(played, "22023", **{name: value})
    assert diagnostic.message_primary == f"invalid argument {name}"
    # Before the learner and the activity are looked for.
    refuse(played, "22023", **{"p_user_id": NOBODY, "p_activity_id": uid(99), name: value})


def test_an_unknown_learner_is_lg404(played):
    diagnostic = refuse(played, "LG404", p_user_id=NOBODY, p_activity_id=uid(99))
    assert diagnostic.message_primary == "unknown learner"
    assert str(NOBODY) in diagnostic.message_detail


def test_whatever_is_no_activity_of_the_learner_is_lg404(new, played):
    other = new()
    other.run("algebra", 5, 5, id=uid(50))
    played.spend(1, id=uid(60))
    played.grant(1, id=uid(61))
    reversal = played.reverse(uid(3))["id"]
    (skeleton,) = played.entries("skeleton")
    for id in (uid(99), uid(50), uid(60), uid(61), reversal, skeleton["id"]):
        diagnostic = refuse(played, "LG404", p_activity_id=id)
        assert diagnostic.message_primary == "unknown activity"
        assert str(id) in diagnostic.message_detail
        assert str(played.id) in diagnostic.message_detail
    other.reverse(uid(50))


def test_what_was_recorded_before_a_direct_write_is_part_of_it_55000(played):
    played.reverse(uid(3))
    played.write(global_stats__longest_streak_days=9)
    played.run("algebra", 5, 5, at=played.noon(4), id=uid(8))
    played.run("algebra", 5, 5, id=uid(9))
    diagnostic = refuse(played, "55000", p_activity_id=uid(2))
    assert diagnostic.message_primary == "the activity is part of a checkpoint"
    assert "direct_write" in diagnostic.message_detail
    # What was recorded after it can be taken back, and what was reversed before it is so still.
    assert played.reverse(uid(8))["tokens_reversed"] == 8
    assert played.reverse(uid(9))["tokens_reversed"] == 8
    assert played.reverse(uid(3))["replayed"] is True
    assert played.verify() == []


@pytest.mark.parametrize("state", ["pending", "importing", "imported"])
def test_while_a_legacy_import_is_pending_it_is_55000(played, state):
    played.db.execute("UPDATE hg_installation SET state = %s", [state])
    diagnostic = refuse(played, "55000")
    assert diagnostic.message_primary == "a legacy import is pending"


@pytest.mark.parametrize(
    "damage",
    [{"global_stats": 5}, {"modules": []}, {"modules.addition_facts.progress": None},
     {"cross_module_analytics": "x"}],
    ids=str,
)  # fmt: skip
def test_a_malformed_document_is_lg422(played, damage):
    true = played.document
    played.tamper(changed(true, damage))
    diagnostic = refuse(played, "LG422")
    assert diagnostic.message_primary == "malformed document"
    assert next(iter(damage)) in diagnostic.message_detail
    played.call("hg_rebuild")
    assert played.document == true
    assert played.reverse(uid(1))["tokens_reversed"] == 10


# ---------------------------------------------------------------- rights


def test_applications_may_with_their_grant_alone(played):
    with as_role(played.db, "hg_app"):
        assert played.reverse(uid(1))["tokens_reversed"] == 10


@pytest.mark.parametrize("role", ["hg_reader", "hg_ai_worker"])
def test_others_may_not(played, role):
    before = dump(played.db)
    with as_role(played.db, role):
        assert refused(played.db, lambda: played.reverse(uid(1))).sqlstate == "42501"
    assert dump(played.db) == before


# ---------------------------------------------------------------- several sessions


def test_8_sessions_reverse_one_activity_once(database):
    owner = database.connect()
    learner = Learner(owner)
    learner.run("algebra", 5, 5, id=uid(1))
    learner.run("algebra", 5, 5, id=uid(2))
    arguments = {"p_user_id": learner.id, "p_activity_id": uid(1), "p_reason": "twice"}
    receipts = together(database, lambda c, _: call(c, "hg_reverse_activity", **arguments))
    assert sorted(receipt.pop("replayed") for receipt in receipts) == [False] + [True] * 7
    assert all(receipt == receipts[0] for receipt in receipts)
    assert len(learner.entries("reversal")) == 1
    assert learner.stats["tokens"] == 8
    assert rows(owner, "hg_verify") == []


def test_it_waits_for_whoever_holds_the_learner(database):
    owner, first, second, monitor = (database.connect() for _ in range(4))
    learner = Learner(owner)
    learner.run("algebra", 5, 5, at=learner.noon(2), id=uid(1))
    arguments = {"p_user_id": learner.id, "p_activity_id": uid(1), "p_reason": "why"}
    with first.transaction():
        first.execute(
            "SELECT hg_record_activity(%s, %s, 'algebra', 5, 5, p_occurred_at => %s)",
            [learner.id, uid(2), learner.noon(2) - DAY],
        )
        waiting = Waiting(lambda: call(second, "hg_reverse_activity", **arguments))
        wait_for_lock(monitor, second.info.backend_pid)
        released = server_clock(monitor)
    receipt = waiting.result()
    assert (receipt["tokens"], receipt["tokens_reversed"]) == (8, 8)
    (entry,) = learner.entries("reversal")
    recorded = monitor.execute("SELECT %s::timestamptz", [entry["recorded_at"]]).fetchone()[0]
    assert recorded > released
    assert rows(owner, "hg_verify") == []


def test_an_older_snapshot_is_40001(database):
    owner, second = database.connect(), database.connect()
    learner = Learner(owner)
    learner.run("algebra", 5, 5, id=uid(1))
    second.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
    second.execute("SELECT count(*) FROM users")
    learner.run("algebra", 5, 5, at=learner.clock - 5 * MINUTE)
    arguments = {"p_user_id": learner.id, "p_activity_id": uid(1), "p_reason": "why"}
    assert outcome(call, second, "hg_reverse_activity", **arguments) == "40001"
