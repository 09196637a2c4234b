"""Histories that random tests, or the model they are held against, found."""

from datetime import timedelta

from .support import MINUTE, add_module, change_module, server_clock, uid


def test_a_zone_set_at_once_replaces_one_that_the_document_was_written_with(learner):
    """The written change had begun, but nobody had played: "at once" has no start."""
    document = learner.document
    document["global_stats"] |= {
        "time_zone_next": "America/New_York",
        "time_zone_next_from": f"{(learner.clock - timedelta(days=1)).date()}T00:00:00Z",
    }
    learner.write_document(document)
    learner.set_zone("Pacific/Kiritimati")
    # 13:00 UTC is the next day already in Kiritimati (+14).
    at = (learner.clock - timedelta(days=20)).replace(hour=13, minute=0, second=0)
    receipt = learner.run("addition_facts", 6, 6, at=at)
    assert receipt["local_day"] == (at + timedelta(days=1)).date().isoformat()


def test_a_pause_is_a_write_and_modules_join_at_it(learner, db):
    db.execute(
        "INSERT INTO hg_modules (module, start_difficulty, mastery_rule) "
        """VALUES ('spelling_bee', 2, '{"score": {"percent": 90}}')"""
    )
    assert "spelling_bee" not in learner.document["modules"]
    today = learner.clock.date()
    learner.pause(today + timedelta(days=2), today + timedelta(days=3))
    assert learner.document["modules"]["spelling_bee"]["progress"]["preferred_difficulty"] == 2


def test_a_difficulty_set_by_hand_does_not_apply_a_new_mastery_rule(learner, db):
    learner.run("math_rush_addition", 24, 24, 50)
    db.execute(
        """UPDATE hg_modules SET mastery_rule = '{"accuracy": {"min_questions": 20, "percent": 50}}'
        WHERE module = 'math_rush_addition'"""
    )
    learner.set_difficulty("math_rush_addition", 1)
    assert learner.block("math_rush_addition")["progress"]["mastery_level"] is False
    assert learner.run("math_rush_addition", 24, 24, 50)["mastery_changed"] is True


def test_a_block_that_only_a_reversed_activity_had_made_join_goes_with_it(learner, db):
    """By the time of the reversal the module is inactive, so nothing else makes it join."""
    add_module(db, "spelling_bee")
    learner.run("spelling_bee", 6, 6, id=uid(1))
    change_module(db, "spelling_bee", active=False)
    receipt = learner.reverse(uid(1))
    assert (receipt["mastery_level"], receipt["grade_level"]) == (None, None)
    assert "spelling_bee" not in learner.document["modules"]


def test_a_zone_set_at_once_after_a_reversal_ends_the_one_that_waits(learner):
    """Without an activity a zone is set at once, and it governs the past, too."""
    learner.run("word_race", 1, 1, id=uid(1))
    learner.set_zone("Asia/Tokyo")
    learner.reverse(uid(1))
    receipt = learner.set_zone("Pacific/Kiritimati")
    assert (receipt["time_zone"], receipt["time_zone_next"]) == ("Pacific/Kiritimati", None)
    at = (learner.clock - timedelta(days=20)).replace(hour=13, minute=0, second=0)
    late = learner.run("word_race", 1, 1, at=at)
    assert late["local_day"] == (at + timedelta(days=1)).date().isoformat()


def test_a_verdict_holds_though_an_activity_lies_ahead_of_the_clock(learner, db):
    """What hg_reevaluate says of a learner is what the document says then."""
    learner.run("word_race", 6, 6, at=server_clock(db) + 4 * MINUTE)
    change_module(db, "word_race", mastery_rule={"score": {"percent": 90}})
    flips = db.execute("SELECT r.mastery_after FROM hg_reevaluate('word_race', false) AS r")
    assert flips.fetchall() == [(True,)]
    assert learner.progress("word_race")["mastery_level"] is True
