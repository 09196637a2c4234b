"""hg_record_activity: rules are data, pinned by version; modules come and go; unknown keys stay."""

import pytest

from .skeleton import SKELETON, block
from .support import HOUR, Learner, add_module, change_module, changed, set_setting, uid

# ---------------------------------------------------------------- versions


def version(db) -> int:
    return db.execute("SELECT i.rules_version FROM hg_installation AS i").fetchone()[0]


def test_every_change_of_a_row_or_a_setting_makes_a_version(db):
    before = version(db)
    change_module(db, "word_race", good_percent=70)
    assert version(db) == before + 1
    set_setting(db, "day_start_hour", 3)
    assert version(db) == before + 2
    add_module(db, "new_module")
    assert version(db) == before + 3


def test_a_ledger_row_keeps_the_version_in_force(db, learner):
    learner.run("word_race", 1, 1)
    change_module(db, "word_race", good_percent=70)
    learner.run("word_race", 1, 1)
    learner.grant(1)
    rows = [entry for entry in learner.entries() if entry["kind"] != "skeleton"]
    versions = [entry["rules_version"] for entry in rows]
    assert versions == [version(db) - 1, version(db), version(db)]


def test_a_change_is_in_force_at_the_next_session(db, learner):
    assert learner.run("addition_facts", 6, 6)["tokens_awarded"] == 10
    change_module(db, "addition_facts", tokens_per_unit=3, tokens_perfect_bonus=0)
    assert learner.run("addition_facts", 6, 6)["tokens_awarded"] == 18


def test_what_was_recorded_is_folded_again_by_its_own_version(db, learner):
    at = learner.noon(3)
    learner.run("addition_facts", 6, 6, at=at)
    learner.run("addition_facts", 6, 4, at=at + 2 * HOUR)
    assert learner.progress("addition_facts")["recent_results"] == "10"
    change_module(db, "addition_facts", tokens_per_unit=100, good_percent=50)
    receipt = learner.run("addition_facts", 6, 4, at=at + HOUR)
    assert (receipt["tokens_awarded"], receipt["good"]) == (400, True)
    assert learner.stats["total_tokens_earned"] == 10 + 4 + 400
    assert learner.progress("addition_facts")["recent_results"] == "110"


def test_the_cap_of_each_activitys_own_version(db, learner):
    at = learner.noon(3)
    set_setting(db, "daily_token_cap", 15)
    learner.run("addition_facts", 6, 6, at=at)
    learner.run("addition_facts", 6, 6, at=at + HOUR)
    set_setting(db, "daily_token_cap", None)
    receipt = learner.run("subtraction_facts", 6, 6, at=at - HOUR)
    assert (receipt["tokens_awarded"], receipt["capped_by"]) == (10, None)
    # Of the two capped ones the first gets 5, the second nothing.
    assert learner.progress("addition_facts")["tokens_earned"] == 5
    assert learner.stats["tokens"] == 15


def test_a_changed_mastery_rule_speaks_at_the_next_activity(db, learner):
    learner.run("word_race", 5, 5)
    change_module(db, "word_race", mastery_rule={"in_a_row": {"n": 1}})
    assert learner.progress("word_race")["mastery_level"] is False
    receipt = learner.run("word_race", 5, 5)
    assert (receipt["mastery_level"], receipt["mastery_changed"]) == (True, True)


# ---------------------------------------------------------------- modules come and go


def test_a_module_added_later_joins_at_the_learners_next_write(db, learner):
    learner.run("word_race", 1, 1)
    add_module(db, "spelling", grade_start=3, grade_bottom=3, grade_top=3, concepts="letters")
    assert "spelling" not in learner.document["modules"]
    learner.run("word_race", 1, 1)
    joined = block("word_race")
    joined["progress"]["concepts"] = "letters"
    assert learner.block("spelling") == joined


@pytest.mark.parametrize(
    "write",
    [
        lambda learner: learner.grant(1),
        lambda learner: learner.set_zone("Europe/Berlin"),
        lambda learner: learner.set_difficulty("algebra", 2),
        lambda learner: learner.set_mastery("algebra", True),
        lambda learner: learner.reset("algebra"),
        lambda learner: learner.run("spelling", 5, 5),
        lambda learner: learner.run("word_race", 1, 1, at=learner.noon(5)),
        lambda learner: learner.write(note="by hand"),
    ],
    ids=["grant", "zone", "difficulty", "mastery", "reset", "its own session", "late", "direct"],
)
def test_any_write_brings_it(db, learner, write):
    learner.run("word_race", 1, 1)
    add_module(db, "spelling")
    write(learner)
    assert learner.block("spelling")["progress"].keys() == block("algebra")["progress"].keys()


def test_a_new_learner_has_it_from_the_start(db, new):
    add_module(db, "spelling")
    assert "spelling" in new().document["modules"]


def test_a_module_added_later_pays_and_levels_as_its_row_says(db, learner):
    add_module(
        db, "spelling", full_questions=4, min_questions=2, good_percent=50, tokens_per_unit=2,
        correct_per_unit=2, tokens_perfect_bonus=7, level_moves="grade", up_after=1, down_after=2,
        grade_start=4, grade_bottom=3, grade_top=5, start_difficulty=1, start_lesson=9,
        mastery_rule={"top_level": {}},
    )  # fmt: skip
    receipt = learner.run("spelling", 4, 4)
    assert (receipt["tokens_awarded"], receipt["grade_level"], receipt["level_change"]) == (
        11, 5, 1,
    )  # fmt: skip
    assert learner.run("spelling", 2, 1)["mastery_level"] is True
    assert learner.progress("spelling")["lesson"] == 9


def test_a_deactivated_modules_block_stays(db, learner):
    learner.run("word_race", 10, 10)
    before = learner.block("word_race")
    change_module(db, "word_race", active=False)
    learner.run("algebra", 5, 5)
    assert learner.block("word_race") == before
    learner.run("algebra", 5, 5, at=learner.noon(3))
    assert learner.block("word_race") == before


def test_a_new_learner_lacks_the_deactivated_module(db, new):
    change_module(db, "word_race", active=False)
    assert new().document["modules"].keys() == SKELETON["modules"].keys() - {"word_race"}


def test_a_module_back_in_the_catalog_goes_on_where_it_was(db, learner):
    learner.run("word_race", 10, 10)
    change_module(db, "word_race", active=False)
    change_module(db, "word_race", active=True)
    learner.run("word_race", 10, 10)
    assert learner.progress("word_race")["sessions_completed"] == 2


# ---------------------------------------------------------------- unknown keys

UNKNOWN = {
    "note": {"deep": [1, None, "é"]},
    "global_stats.note": "kept",
    "modules.addition_facts.note": [True],
    "modules.addition_facts.progress.note": 1.50,
    "modules.word_race.progress.note": {"a": None},
    "modules.future_module": block("algebra"),
    "ai_analytics.note": 5,
    "ai_analytics.strengths": ["counting"],
    "cross_module_analytics.note": "kept too",
    "modules.algebra.ai_analytics": {**SKELETON["ai_analytics"], "weaknesses": ["x"]},
}


def unknown_keys(document: dict) -> dict:
    found = {}
    for path in UNKNOWN:
        value = document
        for key in path.split("."):
            value = value[key]
        found[path] = value
    return found


WRITES = {
    "first session": lambda learner: learner.run("word_race", 1, 1),
    "session": lambda learner: learner.run("addition_facts", 6, 6),
    "test": lambda learner: learner.test("addition_facts", 6, 6, grade_level=2),
    "practice": lambda learner: learner.practise("addition_facts"),
    "late": lambda learner: learner.run("addition_facts", 6, 6, at=learner.noon(4)),
    "too late": lambda learner: learner.run("addition_facts", 6, 6, at=learner.ago(days=50)),
    "grant": lambda learner: learner.grant(50),
    "spend": lambda learner: learner.spend(1),
    "zone": lambda learner: learner.set_zone("Europe/Berlin"),
    "difficulty": lambda learner: learner.set_difficulty("addition_facts", 2),
    "mastery": lambda learner: learner.set_mastery("addition_facts", True),
    "reset": lambda learner: learner.reset("addition_facts"),
    "pause": lambda learner: learner.pause(learner.clock.date(), learner.clock.date()),
}


def test_unknown_keys_are_kept_by_every_function(new):
    learner = new()
    learner.write_document(changed(learner.document, UNKNOWN))
    for name, write in WRITES.items():
        write(learner)
        assert unknown_keys(learner.document) == UNKNOWN, name
    assert unknown_keys(learner.folded()) == UNKNOWN


def test_unknown_keys_of_a_document_given_in_the_insert(new):
    learner = new(document=changed(SKELETON, UNKNOWN))
    for name, write in WRITES.items():
        write(learner)
        assert unknown_keys(learner.document) == UNKNOWN, name


def test_a_module_that_no_catalog_knows_is_an_unknown_key(new):
    """Unknown keys are allowed, whatever they hold, and kept."""
    learner = new()
    learner.write_document(changed(learner.document, {"modules.future_module": {"level": 3}}))
    for name, write in WRITES.items():
        write(learner)
        assert learner.document["modules"]["future_module"] == {"level": 3}, name


# ---------------------------------------------------------------- the direct write


def test_a_direct_write_recomputes_mastery_level(learner):
    learner.write(
        modules__word_race__progress__mastery_level=True,
        modules__decimal_defender__progress__total_questions_answered=30,
        modules__decimal_defender__progress__correct_answers=30,
        modules__decimal_defender__progress__sessions_completed=1,
    )
    assert learner.progress("word_race")["mastery_level"] is False
    assert learner.progress("decimal_defender")["mastery_level"] is True


def test_a_missing_block_of_an_active_module_joins_at_a_direct_write(learner):
    document = learner.document
    del document["modules"]["algebra"]
    learner.write_document(document)
    assert learner.block("algebra") == block("algebra")


def test_a_write_of_the_same_document_makes_no_checkpoint(learner):
    learner.write_document(learner.document)
    assert learner.entries("direct_write") == []


def test_two_learners_are_apart(new):
    one, other = new(), new()
    before = other.document
    one.run("addition_facts", 6, 6, id=uid(1))
    assert other.document == before
    assert isinstance(other, Learner)
    assert other.run("addition_facts", 6, 6, id=uid(1))["replayed"] is False
