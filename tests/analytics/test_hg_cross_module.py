"""hg_cross_module: the exact whole of a learner's moves between modules, and what it says."""

import math
from datetime import datetime, timedelta

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import errors

from tests.record.support import (
    HOUR,
    MINUTE,
    Learner,
    add_module,
    change_module,
    changed,
    server_clock,
    uid,
)  # fmt: skip
from tests.support.database import as_role
from tests.support.users import NOBODY

from . import cross_model

KEYS = cross_model.KEYS
MODULES = ["algebra", "addition_facts", "math_rush_addition"]
MANY = [*MODULES, "word_race", "measurement", "decimal_defender"]


def cross(learner: Learner) -> dict:
    return learner.call("hg_cross_module")


def counters(answer: dict) -> dict:
    return {pair["pair"]: [pair[key] for key in KEYS] for pair in answer["pairs"]}


def kept(learner: Learner) -> dict:
    """The pairs of the document."""
    pairs = learner.document["cross_module_analytics"]["learning_patterns_between_modules"]
    return {pair: [figures[key] for key in KEYS] for pair, figures in pairs.items()}


def of(learner: Learner, name: str) -> dict:
    return next(pair for pair in cross(learner)["pairs"] if pair["pair"] == name)


def go(learner: Learner, steps: str, at: datetime | None = None, questions: int = 10) -> None:
    """Sessions a minute apart: 'a8 b3' is 8 correct answers in algebra, then 3 in addition."""
    at = at or learner.noon(3)
    for n, step in enumerate(steps.split()):
        module = {name[0]: name for name in ("algebra", "word_race", "measurement")} | {
            "b": "addition_facts", "r": "math_rush_addition"
        }  # fmt: skip
        learner.run(module[step[0]], questions, int(step[1:]), at=at + n * MINUTE)


def prune(learner: Learner, horizon: datetime | None = None) -> int:
    """All that was recorded by the horizon (now) may go."""
    return learner.db.execute(
        "SELECT hg__prune_learner(%s, %s)", [learner.id, horizon or server_clock(learner.db)]
    ).fetchone()[0]


@pytest.fixture
def learner(db: psycopg.Connection) -> Learner:
    return Learner(db, "4")


# ---------------------------------------------------------------- the counters


def test_of_a_new_learner_there_is_nothing_to_tell(learner):
    answer = cross(learner)
    assert answer.pop("next_module")["reason"] == "new"
    assert answer == {
        "sessions": 0, "moves": 0, "pairs": [], "bridge_concepts": [], "learning_sequence": []
    }  # fmt: skip


def test_a_pair_and_its_figures(learner):
    go(learner, "a9 b8 b10 a4 b6")
    answer = cross(learner)
    assert (answer["sessions"], answer["moves"]) == (5, 3)
    assert [pair["pair"] for pair in answer["pairs"]] == [
        "algebra>addition_facts", "addition_facts>algebra"
    ]  # fmt: skip
    assert answer["pairs"][0] == {
        "pair": "algebra>addition_facts", "from": "algebra", "to": "addition_facts",
        "count": 2, "good": 1, "questions": 20, "correct": 14,
        "success_rate": 0.5, "accuracy": 0.7, "lift": -0.1,
        "lift_low": -0.2946, "lift_high": 0.204, "pattern": None,
    }  # fmt: skip


def test_more_than_the_eight_that_the_document_keeps(learner):
    for n in range(40):
        module = MANY[(n * n + n // 6) % len(MANY)]
        learner.run(module, 10, n % 11, at=learner.noon(3) + n * MINUTE)
    assert len(kept(learner)) == 8
    found = counters(cross(learner))
    assert len(found) > 8
    assert found == cross_model.whole(learner.db, learner.id).pairs
    assert found.items() >= {k: v for k, v in kept(learner).items() if v == found[k]}.items()


def test_what_makes_no_move(learner):
    go(learner, "a9 b8")
    learner.practise("measurement", at=learner.noon(2))
    learner.run("word_race", 5, 5, at=learner.ago(days=40))
    go(learner, "b8", learner.noon(1))
    learner.run("measurement", 5, 5, at=learner.noon(1) + HOUR, id=uid(7))
    learner.run("measurement", 5, 5, at=learner.noon(1) + HOUR, id=uid(7))
    learner.reverse(uid(7))
    answer = cross(learner)
    assert (answer["sessions"], counters(answer)) == (4, kept(learner))
    assert list(counters(answer)) == ["algebra>addition_facts"]


def test_the_first_after_a_checkpoint_follows_the_last_module_of_its_document(learner):
    go(learner, "a9 b8")
    learner.write(global_stats__streak_freezes=1)
    go(learner, "a9", learner.noon(1))
    assert counters(cross(learner)) == kept(learner)
    assert set(kept(learner)) == {"algebra>addition_facts", "addition_facts>algebra"}


def test_a_late_arrival_from_before_a_checkpoint_follows_it(learner):
    go(learner, "a9 b8")
    learner.write(global_stats__streak_freezes=1)
    go(learner, "w9", learner.noon(6))
    assert counters(cross(learner)) == kept(learner)
    assert "addition_facts>word_race" in kept(learner)


def test_at_one_instant_the_smaller_id_is_first(learner):
    at = learner.noon(3)
    for number, module in ((9, "algebra"), (5, "word_race"), (7, "measurement")):
        learner.run(module, 5, 5, at=at, id=uid(number))
    assert list(counters(cross(learner))) == ["measurement>algebra", "word_race>measurement"]
    assert counters(cross(learner)) == kept(learner)


# ---------------------------------------------------------------- nothing is taken away


def test_a_direct_write_takes_no_pair_away(learner):
    go(learner, "a9 b8 a7 b9")
    before = counters(cross(learner))
    learner.write(cross_module_analytics__learning_patterns_between_modules={})
    assert (kept(learner), counters(cross(learner))) == ({}, before)
    go(learner, "a9 b9", learner.noon(1))
    after = counters(cross(learner))
    assert after["addition_facts>algebra"] == [2, 1, 20, 16]
    assert after["algebra>addition_facts"] == [3, 3, 30, 26]


def test_a_direct_write_that_knows_of_more_adds_it(learner):
    go(learner, "a9 b8")
    learner.write(cross_module_analytics__learning_patterns_between_modules={
        "algebra>addition_facts": dict(zip(KEYS, [7, 5, 60, 50], strict=True)),
        "word_race>algebra": dict(zip(KEYS, [2, 1, 20, 9], strict=True)),
    })  # fmt: skip
    go(learner, "a9 b9", learner.noon(1))
    assert counters(cross(learner)) == kept(learner)
    assert kept(learner)["algebra>addition_facts"] == [8, 6, 70, 59]


def test_a_direct_write_that_knows_as_much_changes_nothing(learner):
    go(learner, "a9 b8")
    before = counters(cross(learner))
    learner.write(cross_module_analytics__learning_patterns_between_modules={
        "algebra>addition_facts": dict(zip(KEYS, [1, 0, 60, 0], strict=True)),
    })  # fmt: skip
    assert counters(cross(learner)) == before


def test_a_reset_takes_no_pair_away_but_its_lift_is_no_pattern(learner):
    go(learner, " ".join(["a9 b10", "b2 b2"] * 6))
    before = of(learner, "algebra>addition_facts")
    assert before["pattern"] == "helps"
    learner.reset("addition_facts")
    after = of(learner, "algebra>addition_facts")
    assert [after[key] for key in KEYS] == [before[key] for key in KEYS]
    assert after["lift"] is None
    # They would do for a rest that the pair beats, but they are other sessions.
    for _ in range(12):
        learner.run("addition_facts", 10, 8)
    after = of(learner, "algebra>addition_facts")
    assert after["lift"] is not None
    assert (after["lift_low"], after["lift_high"], after["pattern"]) == (None, None, None)


def test_a_document_that_was_given_begins_the_count(db):
    other = Learner(db)
    go(other, "a9 b8 a9")
    given = Learner(db, document=other.document)
    assert counters(cross(given)) == counters(cross(other))
    go(given, "b9", given.noon(1))
    assert counters(cross(given)) == kept(given)


def test_retention_keeps_the_whole(learner):
    for n in range(40):
        learner.run(MANY[(n * n + n // 6) % 6], 10, n % 11, at=learner.noon(3) + n * MINUTE)
    before = cross(learner)
    assert len(before["pairs"]) > 8
    assert prune(learner) == 40
    assert cross(learner) == before
    go(learner, "w9 a9", learner.noon(1))
    assert cross(learner)["sessions"] == 42
    after = cross(learner)
    # And once more over a checkpoint that carries it.
    assert prune(learner) == 2
    assert cross(learner) == after


def test_retention_keeps_what_stands_before_a_direct_write(learner):
    go(learner, "a9 b8 a7 w9")
    learner.write(cross_module_analytics__learning_patterns_between_modules={})
    before = cross(learner)
    # Nothing to fold upon the write, but the rows before it go.
    assert prune(learner) == 5
    [entry] = learner.entries()
    assert (entry["kind"], cross(learner)) == ("direct_write", before)
    assert learner.verify() == []
    assert prune(learner) == 0
    assert [entry] == learner.entries()


def test_a_ledger_without_a_checkpoint_leaves_the_document(learner):
    go(learner, "a9 b8 a7")
    before = counters(cross(learner))
    learner.db.execute("DELETE FROM hg_ledger WHERE user_id = %s", [learner.id])
    assert counters(cross(learner)) == before == kept(learner)


def test_names_come_from_the_catalog_alone(learner):
    go(learner, "a9 b8")
    document = changed(learner.document, {"global_stats.last_module": "CANARY"})
    document["modules"]["CANARY"] = document["modules"]["algebra"]
    document["modules"]["algebra"]["progress"]["concepts"] = "CANARY, addition"
    document["cross_module_analytics"]["learning_patterns_between_modules"] = {
        "CANARY>algebra": dict(zip(KEYS, [9, 9, 90, 90], strict=True)),
        "algebra>CANARY": dict(zip(KEYS, [9, 9, 90, 90], strict=True)),
    }
    learner.write_document(document)
    go(learner, "w9 a9", learner.noon(1))
    assert "CANARY>word_race" in kept(learner)
    assert "CANARY" not in str(cross(learner))
    before = cross(learner)
    prune(learner)
    assert cross(learner) == before


# ---------------------------------------------------------------- random histories


@st.composite
def operations(draw: st.DrawFn) -> list[tuple]:
    modules = draw(st.sampled_from([MODULES, MODULES, MANY]))
    record = st.tuples(
        st.just("run"), st.sampled_from(modules), st.integers(0, 12),
        st.sampled_from(["token_run"] * 4 + ["test", "practice"]),
        st.sampled_from([0, 0, 0, 1, 5, 24, 60, 24 * 10, 24 * 29, 24 * 31, 24 * 50]),
        st.integers(0, 3),
    )  # fmt: skip
    others = st.tuples(
        st.sampled_from(["again", "reverse", "reverse", "prune", "reset", "write", "forget"]),
        st.integers(0, 30),
    )
    return draw(st.lists(st.one_of(record, record, record, others), min_size=5, max_size=30))


def perform(learner: Learner, number: int, operation: tuple, recorded: dict) -> None:
    """One operation; ids grow against the order of recording, as clients' ids may."""
    kind, *what = operation
    if kind == "run":
        module, correct, run_type, hours, ties = what
        call = {
            "module": module, "questions": 12, "correct": correct, "run_type": run_type,
            "at": learner.clock - hours * HOUR - ties * timedelta(microseconds=1),
            "id": uid(10_000 - number),
        }  # fmt: skip
        if run_type == "test" and module == "addition_facts":
            call["grade_level"] = 2
        learner.run(**call)
        recorded[number] = call
    elif kind in ("again", "reverse") and recorded:
        call = list(recorded.values())[what[0] % len(recorded)]
        if kind == "again":
            learner.run(**call)
            return
        rows = learner.entries()
        begin = max(n for n, row in enumerate(rows) if row["kind"] in cross_model.CHECKPOINTS)
        # What is part of a checkpoint cannot be reversed any more.
        if str(call["id"]) in {row["id"] for row in rows[begin:]}:
            learner.reverse(call["id"])
    elif kind == "reset":
        learner.reset("algebra")
    elif kind == "write":
        learner.write(global_stats__streak_freezes=what[0])
    elif kind == "forget":
        learner.write(cross_module_analytics__learning_patterns_between_modules={})
    elif kind == "prune":
        # As of now, or of an earlier row: what was recorded since then stays.
        rows = learner.entries()
        horizon = datetime.fromisoformat(rows[-1 - what[0] // 2 % len(rows)]["recorded_at"])
        before = cross(learner)
        prune(learner, horizon)
        assert cross(learner) == before


def lifts(learner: Learner, pairs: list[dict], modules: dict) -> None:
    """Lift, interval and pattern of each pair, by floats."""
    for pair in pairs:
        progress = learner.progress(pair["to"])
        correct, questions = progress["correct_answers"], progress["total_questions_answered"]
        assert pair["accuracy"] == cross_model.rounded(pair["correct"] / pair["questions"])
        assert pair["success_rate"] == cross_model.rounded(pair["good"] / pair["count"])
        bounds = None
        if questions:
            lift = pair["correct"] / pair["questions"] - correct / questions
            assert math.isclose(pair["lift"], lift, abs_tol=0.000051)
            if [progress["sessions_completed"], questions, correct] == [
                modules[pair["to"]][n] for n in (0, 2, 3)
            ]:
                bounds = cross_model.interval(
                    pair["correct"], pair["questions"], pair["count"],
                    correct, questions, progress["sessions_completed"],
                )  # fmt: skip
        else:
            assert pair["lift"] is None
        pattern = None
        if bounds is None:
            assert (pair["lift_low"], pair["lift_high"]) == (None, None)
        else:
            assert math.isclose(pair["lift_low"], bounds[0], abs_tol=0.000051)
            assert math.isclose(pair["lift_high"], bounds[1], abs_tol=0.000051)
            assert pair["lift_low"] <= pair["lift"] <= pair["lift_high"]
            if pair["count"] >= 5 and pair["lift_low"] > 0:
                pattern = "helps"
            if pair["count"] >= 5 and pair["lift_high"] < 0:
                pattern = "hinders"
        assert pair["pattern"] == pattern


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(history=operations())
def test_random_histories_equal_a_count_over_the_ledger(db, history):
    with db.transaction(force_rollback=True):
        learner = Learner(db, "4")
        recorded: dict[int, dict] = {}
        for number, operation in enumerate(history):
            perform(learner, number, operation, recorded)
        answer = cross(learner)
        model = cross_model.whole(db, learner.id)
        assert counters(answer) == model.pairs
        assert answer["sessions"] == sum(figures[0] for figures in model.modules.values())
        assert answer["moves"] == sum(figures[0] for figures in model.pairs.values())
        lifts(learner, answer["pairs"], model.modules)
        order = sorted(model.pairs, key=lambda name: (-model.pairs[name][0], name))
        assert [pair["pair"] for pair in answer["pairs"]] == order

        written = {operation[0] for operation in history} & {"write", "forget", "reset"}
        if not written and len(model.pairs) <= 8:
            assert counters(answer) == kept(learner)
            stats = learner.stats
            assert answer["sessions"] == stats["total_sessions_completed"]
            live = learner.call("hg_document")["cross_module_analytics"]
            assert answer["learning_sequence"] == live["preferred_learning_sequence"]
            for pair in answer["pairs"]:
                stored = live["learning_patterns_between_modules"][pair["pair"]]
                assert pair["lift"] == stored["lift"]
        for name, figures in kept(learner).items():
            assert figures[0] <= model.pairs[name][0]


# ---------------------------------------------------------------- patterns


def test_five_moves_make_a_pattern_four_do_not(learner):
    go(learner, " ".join(["a9 b10 b2 b2"] * 4))
    assert of(learner, "algebra>addition_facts")["pattern"] is None
    assert of(learner, "algebra>addition_facts")["lift_low"] > 0
    go(learner, "a9 b10 b2 b2", learner.noon(1))
    assert of(learner, "algebra>addition_facts")["pattern"] == "helps"


def test_what_goes_worse_hinders(learner):
    go(learner, " ".join(["a9 b2 b10 b10"] * 6))
    assert of(learner, "algebra>addition_facts")["pattern"] == "hinders"


def test_an_interval_around_nothing_is_no_pattern(learner):
    go(learner, " ".join(["a9 b8 b7 b8"] * 12))
    pair = of(learner, "algebra>addition_facts")
    assert pair["lift_low"] < 0 < pair["lift"] < pair["lift_high"]
    assert pair["pattern"] is None


def test_without_a_rest_there_is_no_interval(learner):
    go(learner, " ".join(["a9 b10"] * 6))
    pair = of(learner, "algebra>addition_facts")
    assert (pair["count"], pair["lift"], pair["pattern"]) == (6, 0, None)
    assert (pair["lift_low"], pair["lift_high"]) == (None, None)


# ---------------------------------------------------------------- bridges, sequence, next


def test_bridges_are_taught_by_two_modules_that_were_tried(learner):
    go(learner, "b8")
    assert cross(learner)["bridge_concepts"] == []
    go(learner, "r6 r7", learner.noon(1))
    assert cross(learner)["bridge_concepts"] == [{
        "concept": "addition", "modules": ["addition_facts", "math_rush_addition"],
        "questions": 30, "correct": 21, "accuracy": 0.7, "mastered": False,
    }]  # fmt: skip
    for module in ("addition_facts", "math_rush_addition"):
        assert cross(learner)["bridge_concepts"][0]["mastered"] is False
        learner.set_mastery(module, True)
    assert cross(learner)["bridge_concepts"][0]["mastered"] is True


def test_the_sequence_follows_all_pairs(learner):
    go(learner, "a9 b8 a7 b9 w9 a9")
    assert cross(learner)["learning_sequence"] == ["algebra", "addition_facts", "word_race"]


def only(learner: Learner, *modules: str) -> None:
    """No other module is active."""
    learner.db.execute("UPDATE hg_modules SET active = module = ANY (%s)", [list(modules)])


def test_next_is_what_goes_better_after_the_last_one(learner):
    go(learner, " ".join(["a9 b10 b2 b2"] * 6) + " a9")
    assert cross(learner)["next_module"] == {
        "module": "addition_facts", "reason": "helps",
        "because":
            "100 % correct in 6 sessions after algebra, 46.67 % in all 180 questions.",
    }  # fmt: skip
    # Not once it is mastered.
    learner.set_mastery("addition_facts", True)
    assert cross(learner)["next_module"]["module"] != "addition_facts"


def test_next_is_what_is_nearly_finished(learner):
    learner.run("decimal_defender", 20, 20, at=learner.noon(2))
    learner.run("algebra", 5, 5, at=learner.noon(1))
    assert cross(learner)["next_module"] == {
        "module": "decimal_defender", "reason": "finish",
        "because": "20 of 20 answers were correct; mastered with about 10 more correct answers.",
    }  # fmt: skip
    # A person said that it is not mastered: no session would change that.
    learner.set_mastery("decimal_defender", False)
    assert cross(learner)["next_module"]["module"] != "decimal_defender"


def test_next_is_a_mastered_one_that_went_badly(learner):
    learner.run("decimal_defender", 40, 40, at=learner.noon(3))
    learner.run("algebra", 5, 5, at=learner.noon(1))
    assert cross(learner)["next_module"]["reason"] != "review"
    for n in range(5):
        learner.run("decimal_defender", 5, 5 * (n > 2), at=learner.noon(2) + n * HOUR)
    assert cross(learner)["next_module"] == {
        "module": "decimal_defender", "reason": "review",
        "because": "Mastered, but only 2 of the latest 5 sessions were good.",
    }  # fmt: skip


def test_next_is_what_was_begun_however_far(learner):
    learner.run("algebra", 5, 5, at=learner.noon(1))
    answer = cross(learner)["next_module"]
    assert (answer["module"], answer["reason"]) == ("algebra", "finish")


def test_next_is_a_new_one_for_the_grade_with_a_concept_of_the_others(learner):
    learner.run("addition_facts", 6, 6, at=learner.noon(1))
    learner.set_mastery("addition_facts", True)
    assert cross(learner)["next_module"] == {
        "module": "math_rush_addition", "reason": "new",
        "because":
            "Not tried yet; difficulty 2 of 5; teaches addition, like 1 of the tried modules.",
    }  # fmt: skip
    only(learner, "addition_facts", "ratios_proportions", "word_race")
    # The one is for grade 6, the other for grade 3; the learner is in 4.
    assert cross(learner)["next_module"] == {
        "module": "word_race", "reason": "new", "because": "Not tried yet; difficulty 3 of 5.",
    }  # fmt: skip


def test_next_is_nothing_where_all_is_done(learner):
    only(learner, "addition_facts")
    learner.run("addition_facts", 6, 6, at=learner.noon(1))
    learner.set_mastery("addition_facts", True)
    assert cross(learner)["next_module"] is None


def test_next_is_never_an_inactive_module(learner):
    learner.run("decimal_defender", 20, 20, at=learner.noon(2))
    change_module(learner.db, "decimal_defender", active=False)
    assert cross(learner)["next_module"]["module"] != "decimal_defender"


def test_modules_that_were_added_join(learner):
    go(learner, "a9")
    add_module(learner.db, "spelling_bee", concepts="algebra")
    learner.run("spelling_bee", 5, 5, at=learner.noon(1))
    answer = cross(learner)
    assert counters(answer) == {"algebra>spelling_bee": [1, 1, 5, 5]}
    assert answer["bridge_concepts"][0]["modules"] == ["algebra", "spelling_bee"]


# ---------------------------------------------------------------- who asks, and when it cannot


def test_it_is_the_owner_s_to_grant_and_nothing_is_written(learner):
    go(learner, "a9 b8")
    before = (learner.document, learner.entries())
    for role in ("hg_app", "hg_reader", "hg_ai_worker"):
        with (
            as_role(learner.db, role),
            pytest.raises(errors.InsufficientPrivilege),
            learner.db.transaction(),
        ):
            cross(learner)
    learner.db.execute("GRANT EXECUTE ON FUNCTION hg_cross_module TO hg_reader")
    with as_role(learner.db, "hg_reader"):
        assert cross(learner)["moves"] == 1
    assert (learner.document, learner.entries()) == before


def test_no_learner_given(db):
    with pytest.raises(errors.InvalidParameterValue) as caught:
        db.execute("SELECT hg_cross_module(NULL)")
    assert caught.value.diag.message_primary == "invalid argument p_user_id"
    assert caught.value.diag.message_detail == "p_user_id is null."
    assert caught.value.diag.message_hint == "Give the learner's users.id."


def test_unknown_learner(db):
    with pytest.raises(psycopg.DatabaseError) as caught:
        db.execute("SELECT hg_cross_module(%s)", [NOBODY])
    assert caught.value.sqlstate == "LG404"


def test_malformed_document(learner):
    go(learner, "a9")
    learner.tamper(changed(learner.document, {"modules.algebra.progress.best_score": "high"}))
    with pytest.raises(psycopg.DatabaseError) as caught:
        cross(learner)
    assert caught.value.sqlstate == "LG422"
    assert "modules.algebra.progress.best_score" in caught.value.diag.message_detail


def test_while_an_import_is_pending(learner):
    learner.db.execute("UPDATE hg_installation SET state = 'importing'")
    with pytest.raises(errors.ObjectNotInPrerequisiteState) as caught:
        cross(learner)
    assert caught.value.diag.message_primary == "a legacy import is pending"


def test_the_session_s_settings_change_nothing(learner):
    go(learner, " ".join(["a9 b10 b2 b2"] * 6))
    before = cross(learner)
    for name, value in [("TimeZone", "Asia/Tokyo"), ("DateStyle", "SQL, DMY"),
                        ("extra_float_digits", "-15")]:  # fmt: skip
        learner.db.execute("SELECT set_config(%s, %s, true)", [name, value])
        assert cross(learner) == before
