"""The leaderboard's streaks end at each learner's own midnight, without a write by anybody."""

from datetime import datetime

import pytest

from tests.leaderboard.support import (
    assert_true,
    board,
    kept,
    percentile,
    read_everybody,
    refresh,
    written,
)
from tests.record.support import SECOND, set_setting

ZONES = ("Pacific/Kiritimati", "Asia/Kolkata", "UTC", "America/New_York", "Pacific/Midway")


@pytest.mark.parametrize("hour", [0, 5])
def test_each_streak_ends_at_its_own_midnight(clock, committing, hour):
    """In New York the 10th has 23 hours."""
    learners = [committing(zone) for zone in ZONES]
    db = learners[0].db
    set_setting(db, "day_start_hour", hour)
    for learner in learners:
        learner.plays("2024-03-08 15:30", "2024-03-09 15:30")
    refresh(db)
    wrote = written(db)
    ends = {datetime.fromisoformat(one.call("hg_streak")["expires_at"]): one for one in learners}
    learners = [ends[end] for end in sorted(ends)]
    for place, end in enumerate(sorted(ends)):
        for at, broken in [(end - SECOND / 1_000_000, place), (end, place + 1)]:
            clock.set(at.replace(tzinfo=None).isoformat())
            assert refresh(db) == at
            streaks = {user: value for _, user, value in board(db, "streak_days")}
            assert [streaks[one.id] for one in learners] == [0] * broken + [2] * (5 - broken)
            assert percentile(db, learners[-1].id, "streak_days") == 25 * broken % 125
    assert_true(db, max(ends))
    # Nobody was read again for it.
    assert written(db) == wrote
    before = kept(db)
    read_everybody(db)
    assert kept(db) == before
