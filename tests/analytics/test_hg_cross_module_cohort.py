"""hg_cross_module_cohort: a group across modules, and no child to be singled out of it."""

import json
import random
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from psycopg import errors
from psycopg.types.json import Jsonb

from tests.record.support import HOUR, MINUTE, Learner, instant, set_setting
from tests.support.database import as_role, new_learner
from tests.support.users import NO_IDS, NOBODIES

from . import cross_model

MODULES = ["addition_facts", "algebra", "math_rush_addition", "measurement"]


def cohort(db: psycopg.Connection, **given: Any) -> dict:
    return db.execute("SELECT hg_cross_module_cohort(%s)", [Jsonb(given)]).fetchone()[0]


def play(learner: Learner, chance: random.Random, sessions: int, modules=MODULES) -> Learner:
    learner_call = [
        learner.item(
            chance.choice(modules), 10, chance.randint(0, 10),
            at=learner.noon(5) + n * MINUTE,
        )
        for n in range(sessions)
    ]  # fmt: skip
    learner.db.execute("SELECT FROM hg_record_activities(%s)", [Jsonb(learner_call)])
    return learner


@pytest.fixture
def group(db: psycopg.Connection) -> list[Learner]:
    """Fourteen learners of grades K to 3, of different zeal."""
    chance = random.Random(3)
    return [play(Learner(db, "K123"[n % 4]), chance, 10 + n) for n in range(14)]


def ids(learners: list[Learner]) -> list:
    return [learner.id for learner in learners]


def rounded(shares: list[int]) -> int:
    """The nearest multiple of the first of 5, 10, 20, 50 ... that is no less than any share."""
    step, factors = 5, [2, 2, 2.5]
    while step < max(shares):
        step = int(step * factors[0])
        factors = factors[1:] + factors[:1]
    return int((sum(shares) / step) // 1 + ((sum(shares) / step) % 1 >= 0.5)) * step


def by(key: str, found: list[dict]) -> dict:
    return {item[key]: item for item in found}


# ---------------------------------------------------------------- the figures


def test_it_is_the_sum_over_the_learners_rounded(group):
    answer = cohort(group[0].db, user_ids=ids(group))
    wholes = [cross_model.whole(learner.db, learner.id) for learner in group]
    assert answer["learners"] == 15
    assert answer["sessions"] == rounded([sum(m[0] for m in w.modules.values()) for w in wholes])
    assert answer["moves"] == rounded([sum(p[0] for p in w.pairs.values()) for w in wholes])
    shown = by("pair", answer["pairs"])
    for name in {name for whole in wholes for name in whole.pairs}:
        shares = [whole.pairs[name] for whole in wholes if name in whole.pairs]
        assert (name in shown) == (len(shares) >= 10)
        if name in shown:
            pair = shown[name]
            for n, key in enumerate(("count", "good", "questions", "correct")):
                assert pair[key] == rounded([share[n] for share in shares]), (name, key)
            assert pair["learners"] == rounded([1] * len(shares))
            count, good, questions, correct = map(sum, zip(*shares, strict=True))
            module = [sum(w.modules.get(pair["to"], [0] * 4)[n] for w in wholes) for n in (2, 3, 0)]
            low, high = cross_model.interval(
                correct, questions, count, module[1], module[0], module[2]
            )
            assert pair["success_rate"] == cross_model.rounded(good / count, 2)
            assert pair["accuracy"] == cross_model.rounded(correct / questions, 2)
            lift = correct / questions - module[1] / module[0]
            assert pair["lift"] == cross_model.rounded(lift, 2)
            assert pair["lift_low"] == cross_model.rounded(low, 2)
            assert pair["lift_high"] == cross_model.rounded(high, 2)
    assert shown
    counts = [(-pair["count"], pair["pair"]) for pair in answer["pairs"]]
    assert counts == sorted(counts)


def test_modules_and_bridges(group):
    for learner in group[:9]:
        learner.set_mastery("math_rush_addition", True)
    answer = cohort(group[0].db, user_ids=ids(group))
    blocks = [{m: learner.progress(m) for m in MODULES} for learner in group]
    shares = [block["algebra"]["total_questions_answered"] for block in blocks]
    correct = [block["algebra"]["correct_answers"] for block in blocks]
    sessions = [block["algebra"]["sessions_completed"] for block in blocks]
    assert by("module", answer["modules"])["algebra"] == {
        "module": "algebra", "learners": 5 * round(len([n for n in shares if n]) / 5),
        "sessions": rounded(sessions), "questions": rounded(shares), "correct": rounded(correct),
        "accuracy": cross_model.rounded(sum(correct) / sum(shares), 2), "mastered": 0,
    }  # fmt: skip
    assert by("module", answer["modules"])["math_rush_addition"]["mastered"] == 10
    [bridge] = answer["bridge_concepts"]
    both = ("addition_facts", "math_rush_addition")
    shares = [sum(block[m]["total_questions_answered"] for m in both) for block in blocks]
    correct = [sum(block[m]["correct_answers"] for m in both) for block in blocks]
    assert bridge == {
        "concept": "addition", "modules": list(both), "learners": 15,
        "questions": rounded(shares), "correct": rounded(correct), "mastered": 0,
        "accuracy": cross_model.rounded(sum(correct) / sum(shares), 2),
    }  # fmt: skip
    assert answer["learning_sequence"][0] == max(
        answer["modules"], key=lambda module: module["sessions"]
    )["module"]  # fmt: skip


def test_a_pattern_of_the_group(db):
    learners = [Learner(db) for _ in range(10)]
    for learner in learners:
        for n, (module, correct) in enumerate(
            [("algebra", 9), ("measurement", 10), ("measurement", 3), ("measurement", 4)] * 2
        ):
            learner.run(module, 10, correct, at=learner.noon(2) + n * MINUTE)
    pairs = by("pair", cohort(db)["pairs"])
    assert pairs["algebra>measurement"]["pattern"] == "helps"
    assert pairs["measurement>algebra"]["pattern"] is None


def test_retention_changes_nothing(group):
    db = group[0].db
    before = cohort(db)
    for learner in group:
        assert db.execute(
            "SELECT hg__prune_learner(%s, clock_timestamp())", [learner.id]
        ).fetchone() != (0,)  # fmt: skip
    assert cohort(db) == before


def test_nobody_who_asks_sees_an_exact_figure_or_an_id(group):
    text = json.dumps(cohort(group[0].db))
    assert "exact" not in text
    assert "user" not in text


# ---------------------------------------------------------------- no child is singled out


def test_a_small_group_is_refused_and_does_not_say_how_small(group):
    db = group[0].db
    assert cohort(db, user_ids=ids(group[:10]))
    # Who never played makes no group larger.
    for few in (group[:9], group[:2], [], [*group[:9], *(Learner(db) for _ in range(5))]):
        with pytest.raises(errors.InvalidParameterValue) as caught, db.transaction():
            cohort(db, user_ids=ids(few))
        diagnostic = caught.value.diag
        assert diagnostic.message_primary == "the group is too small"
        assert diagnostic.message_detail == "Fewer than 10 learners of it have completed a session."
        assert (
            diagnostic.message_hint
            == "Take a larger group; the setting cohort_min_learners says how large."
        )


def test_the_setting_says_how_small(group):
    set_setting(group[0].db, "cohort_min_learners", 14)
    assert cohort(group[0].db, user_ids=ids(group))["learners"] == 15
    with pytest.raises(errors.InvalidParameterValue):
        cohort(group[0].db, user_ids=ids(group[:13]))


def test_a_repeated_id_is_one_learner(group):
    with pytest.raises(errors.InvalidParameterValue):
        cohort(group[0].db, user_ids=ids(group[:5]) * 3)


def test_what_few_learners_add_to_is_left_out(group):
    # Nine of them, and none else, play word_race, which teaches with algebra what a new one does.
    for n, learner in enumerate(group[:10]):
        if n == 9:
            answer = cohort(learner.db)
            assert "word_race" not in json.dumps(answer)
        learner.run("word_race", 10, 5, at=learner.noon(1))
    answer = cohort(group[0].db)
    assert by("module", answer["modules"])["word_race"]["learners"] == 10
    assert not [pair for pair in answer["pairs"] if pair["to"] == "word_race"]


def test_what_one_learner_makes_most_of_is_left_out(group):
    for learner in group:
        learner.run("word_race", 1, 1, at=learner.noon(1))
    assert "word_race" in json.dumps(cohort(group[0].db))
    group[0].run("word_race", 13, 1, at=group[0].noon(1) + HOUR)
    # 14 of 27 answers are theirs.
    assert "word_race" not in json.dumps(cohort(group[0].db))


def test_one_learner_more_or_less_moves_a_count_by_one_step_at_most(group):
    db = group[0].db
    group[3].run("algebra", 1000, 1, at=group[3].noon(1))
    for learner in group:
        for n in range(4):
            learner.run("algebra", 90 + n, 40, at=learner.noon(2) + n * HOUR)
    modules = by("module", cohort(db)["modules"])
    whole = modules["algebra"]
    # The step is at least as large as the 1,000 answers of the one.
    assert whole["questions"] % 2000 == 0
    for learner in group:
        others = [other for other in group if other is not learner]
        less = by("module", cohort(db, user_ids=ids(others))["modules"])["algebra"]
        if learner is not group[3]:
            assert abs(whole["questions"] - less["questions"]) in (0, 2000)
            assert abs(whole["sessions"] - less["sessions"]) in (0, 10, 20)


@pytest.mark.parametrize(
    ("total", "most", "shown"),
    [(0, 0, 0), (12, 1, 10), (13, 1, 15), (12, 5, 10), (14, 6, 10), (15, 6, 20), (29, 11, 20),
     (30, 11, 40), (74, 21, 50), (75, 50, 100), (149, 51, 100), (2**32, 2**31, 5 * 10**9)],
)  # fmt: skip
def test_the_steps(db, total, most, shown):
    assert db.execute("SELECT hg__cross_rounded(%s, %s)", [total, most]).fetchone() == (shown,)


# ---------------------------------------------------------------- the filter


def test_every_key_narrows(group):
    db = group[0].db
    set_setting(db, "cohort_min_learners", 5)
    others = [play(Learner(db, "7"), random.Random(1), 12) for _ in range(5)]
    assert cohort(db)["learners"] == 20
    assert cohort(db, grades=["7"]) == cohort(db, user_ids=ids(others))
    assert cohort(db, grades=["K", " 1 ", "0", "9"]) == cohort(
        db, user_ids=[learner.id for n, learner in enumerate(group) if n % 4 < 2]
    )
    with pytest.raises(errors.InvalidParameterValue), db.transaction():
        cohort(db, grades=["7"], user_ids=ids(group))
    for learner in group[:6]:
        learner.run("algebra", 10, 5, at=learner.noon(1))
    since = group[0].noon(1) - timedelta(milliseconds=1)
    assert cohort(db, active_since=since.isoformat()) == cohort(db, user_ids=ids(group[:6]))
    with pytest.raises(errors.InvalidParameterValue), db.transaction():
        cohort(db, active_since=instant(group[0].clock))


def test_ids_that_nobody_has_add_nothing(group):
    some = ids(group)
    assert cohort(group[0].db, user_ids=[*some, *NOBODIES]) == cohort(group[0].db, user_ids=some)
    assert cohort(group[0].db, user_ids=[str(id) for id in some]) == cohort(group[0].db)


BAD = [
    None, [], "all", 5,
    {"school": 1}, {"user_ids": None}, {"user_ids": 1}, {"user_ids": [None]},
    *({"user_ids": [value]} for value in NO_IDS), {"user_ids": [[1]]},
    {"user_ids": [True]}, {"user_ids": {}}, {"grades": "3"}, {"grades": [3]}, {"grades": [None]},
    {"grades": None}, {"active_since": None}, {"active_since": 5}, {"active_since": "yesterdayish"},
    {"active_since": "infinity"}, {"active_since": "-infinity"}, {"active_since": "0001-01-01 BC"},
    {"active_since": "10000-01-01"}, {"grades": ["3"], "user_id": 1},
]  # fmt: skip


@pytest.mark.parametrize("given", BAD, ids=repr)
def test_bad_filters(group, given):
    with pytest.raises(errors.InvalidParameterValue) as caught:
        group[0].db.execute(
            "SELECT hg_cross_module_cohort(%s)", [None if given is None else Jsonb(given)]
        )
    diagnostic = caught.value.diag
    assert diagnostic.message_primary == "invalid argument p_filter"
    assert diagnostic.message_detail.startswith("p_filter is ")
    if isinstance(given, dict):
        assert diagnostic.message_hint == (
            "The keys are user_ids (an array of users.id), grades (an array of strings, as in "
            "users.grade) and active_since (an instant of the years 1 to 9999)."
        )
    else:
        assert diagnostic.message_hint == "Give an object; an empty one means every learner."


def test_json_null_is_no_filter(db):
    with pytest.raises(errors.InvalidParameterValue) as caught:
        db.execute("SELECT hg_cross_module_cohort('null')")
    assert caught.value.diag.message_hint == "Give an object; an empty one means every learner."


# ---------------------------------------------------------------- who asks, and when it cannot


def test_it_is_the_owner_s_to_grant(group):
    db = group[0].db
    for role in ("hg_app", "hg_reader", "hg_ai_worker"):
        with pytest.raises(errors.InsufficientPrivilege), db.transaction(), as_role(db, role):
            cohort(db)
    db.execute("GRANT EXECUTE ON FUNCTION hg_cross_module_cohort TO hg_reader")
    with as_role(db, "hg_reader"):
        assert cohort(db)["learners"] == 15


def test_while_an_import_is_pending(group):
    group[0].db.execute("UPDATE hg_installation SET state = 'importing'")
    with pytest.raises(errors.ObjectNotInPrerequisiteState) as caught:
        cohort(group[0].db)
    assert caught.value.diag.message_primary == "a legacy import is pending"


def test_one_damaged_document_does_not_stop_a_group(group):
    before = cohort(group[0].db)
    group[0].tamper({"modules": {"algebra": 5}, "global_stats": []})
    assert cohort(group[0].db)["pairs"] == before["pairs"]
    assert cohort(group[0].db, active_since="2001-01-01")["learners"] == 15


def test_a_new_learner_is_nobody_yet(group):
    before = cohort(group[0].db)
    new_learner(group[0].db)
    assert cohort(group[0].db) == before
