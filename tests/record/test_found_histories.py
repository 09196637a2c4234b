"""Histories that random tests found: which zone an activity of the past is in."""

from datetime import timedelta


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
