"""A new learner's document, word by word."""

import pytest

from tests.model.catalog import PROGRESSIONS
from tests.support.database import new_learner

from .skeleton import SKELETON, STARTS
from .support import Learner, changed, set_setting


def test_a_new_learner_has_the_skeleton_from_the_first_insert(learner):
    assert learner.document == SKELETON


def test_all_blocks_have_the_identical_key_set_before_and_after_play(new):
    learner = new()
    for _ in range(2):
        blocks = learner.document["modules"].values()
        assert {frozenset(block) for block in blocks} == {frozenset(block_keys())}
        assert {frozenset(block["progress"]) for block in blocks} == {
            frozenset(SKELETON["modules"]["algebra"]["progress"])
        }
        for module in STARTS:
            learner.run(module, 24, 24, 60)
            learner.practise(module)
        learner.reset("algebra")


def block_keys() -> set[str]:
    return {"grade_level", "progress", "ai_analytics"}


@pytest.mark.parametrize(
    ("grade", "multiplication", "division"),
    [
        ("6", 2, 1), ("7", 2, 1), ("12", 2, 1), ("5", 0, 0), ("1", 0, 0), ("K", 0, 0),
        ("x", 0, 0), ("", 0, 0), (None, 0, 0),
    ],
)  # fmt: skip
def test_the_skeleton_steps_over_the_types_skipped_above_grade_5(
    new, grade, multiplication, division
):
    expected = changed(
        SKELETON,
        {
            "modules.math_rush_multiplication.progress.current_step": multiplication,
            "modules.math_rush_division.progress.current_step": division,
        },
    )
    assert new(grade).document == expected


def test_the_progression_lists_that_ship(db):
    lists = dict(
        db.execute(
            "SELECT m.module, m.fact_types FROM hg_modules AS m WHERE m.fact_types <> '{}'"
        ).fetchall()
    )
    assert lists == {
        f"math_rush_{operation}": list(types) for operation, types in PROGRESSIONS.items()
    }


def test_streak_freezes_begin_at_the_setting(db, new):
    set_setting(db, "streak_freeze_max", 3)
    set_setting(db, "streak_freeze_initial", 2)
    assert new().document == changed(SKELETON, {"global_stats.streak_freezes": 2})


def test_a_document_given_in_the_insert_stays_and_gets_what_it_lacks(db, new):
    given = changed(SKELETON, {"global_stats.longest_streak_days": 9, "note": "kept"})
    del given["modules"]["algebra"]
    learner = new(document=given)
    assert learner.document == {**SKELETON, **given, "modules": SKELETON["modules"]}


def test_without_the_trigger_the_first_write_makes_the_skeleton(db):
    db.execute("ALTER TABLE users ALTER COLUMN hidden_grade_asset DROP NOT NULL")
    db.execute("ALTER TABLE users DROP CONSTRAINT IF EXISTS hg_users_document_present")
    db.execute("ALTER TABLE users DISABLE TRIGGER USER")
    learner = Learner.__new__(Learner)
    learner.db, learner.id, learner._ids = db, new_learner(db, "6"), 0
    assert learner.document is None
    learner.run("math_rush_division", 24, 24, 60)
    document = learner.document
    assert document["global_stats"]["total_tokens_earned"] == 32
    assert document["modules"]["math_rush_multiplication"]["progress"]["current_step"] == 2
    assert document["modules"].keys() == STARTS.keys()
