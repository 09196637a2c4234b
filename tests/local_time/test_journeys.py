"""The local day where the calendar hurts: lived through, looked back at, and read."""

import pytest

from tests.local_time.journeys import JOURNEYS, Journey
from tests.local_time.support import utc
from tests.record.support import set_setting, uid


@pytest.fixture(params=JOURNEYS.values(), ids=list(JOURNEYS))
def journey(request: pytest.FixtureRequest) -> Journey:
    return request.param


def test_lived_through_day_by_day(world, living, journey):
    set_setting(world, "day_start_hour", journey.hour)
    learner = living(journey.zone)
    assert learner.plays(*journey.moments) == journey.told
    assert learner.stats["activity_date"] == max(journey.days)
    assert learner.stats["longest_streak_days"] == max(step[-1] for step in journey.steps)


def test_arriving_backward_gives_the_same_document(world, clock, living, journey):
    """An offline tablet: all on the last day, the latest first."""
    set_setting(world, "day_start_hour", journey.hour)
    online, offline = living(journey.zone), living(journey.zone)
    for number, moment in enumerate(journey.moments):
        clock.set(moment)
        online.run("addition_facts", 6, 6, id=uid(number))
    for number, moment in reversed(list(enumerate(journey.moments))):
        receipt = offline.run("addition_facts", 6, 6, id=uid(number), at=utc(moment))
        assert receipt["local_day"] == journey.days[number]
    assert offline.document == online.document


def test_looked_back_at(db, new, journey):
    """What counts for no day any more has an own day all the same; hg_streak's today is that."""
    set_setting(db, "day_start_hour", journey.hour)
    learner = new(journey.zone)
    for moment, day, _, _ in journey.steps:
        receipt = learner.run("word_race", 1, 1, at=utc(moment))
        assert (receipt["local_day"], receipt["streak"]) == (day, "unchanged")
        assert receipt["warnings"] == ["too_late"]
        days = learner.call("hg_streak", p_at=utc(moment))["days"]
        assert days[-1] == {"day": day, "state": "open"}
    assert learner.stats["activity_date"] is None
