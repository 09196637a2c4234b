"""hg_set_time_zone: which names, and from when on."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import psycopg
import pytest

from .support import UTC, difference, instant, server_clock, set_setting

ZONES = ["America/New_York", "Pacific/Kiritimati", "Pacific/Honolulu", "Asia/Kathmandu", "UTC",
         "America/Argentina/Buenos_Aires"]  # fmt: skip


def zones(learner) -> tuple:
    stats = learner.stats
    return stats["time_zone"], stats["time_zone_next"], stats["time_zone_next_from"]


def next_day(at: datetime, zone: str, hour: int = 0) -> datetime:
    """When the next local day of a zone starts; where clocks skip that, the first instant after."""
    local = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) - timedelta(hours=hour)
    start = datetime.combine(local.date() + timedelta(days=1), time(hour))
    return start.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def expected_from(learner, call, old: str, new: str, hour: int = 0) -> tuple[dict, set[str]]:
    """A call's receipt, and the instants that are right: two if midnight passed meanwhile."""
    before = server_clock(learner.db)
    receipt = call()
    moments = {max(next_day(at, old, hour), next_day(at, new, hour))
               for at in (before, server_clock(learner.db))}  # fmt: skip
    return receipt, {instant(moment) for moment in moments}


# ---------------------------------------------------------------- names


@pytest.mark.parametrize("zone", ZONES)
def test_names_with_a_slash_and_utc_are_taken(learner, zone):
    learner.set_zone(zone)
    assert learner.stats["time_zone"] == zone


@pytest.mark.parametrize(
    "zone",
    [
        "FOO5", "EST", "UTC+8", "EST5EDT", "GMT", "CET", "Japan", "Zulu", "utc", "Utc", "", " UTC",
        "UTC ", "europe/berlin", "EUROPE/BERLIN", "Europe/Nowhere", "Etc/UTC", "Etc/GMT+5",
        "posix/Europe/Berlin", "right/Europe/Berlin", "posixrules", "localtime", "Factory",
        "Default", "DEFAULT", "null", "-07", "+05:30", "<+07>-7", "America/New_York ", "America/",
        "/", "../Europe/Berlin", "Europe/Berlin;", "x" * 1000,
    ],
)  # fmt: skip
def test_everything_else_is_refused(db, learner, zone):
    before = learner.document, learner.entries()
    with pytest.raises(psycopg.Error) as error, db.transaction():
        learner.set_zone(zone)
    assert error.value.sqlstate == "22023"
    assert (learner.document, learner.entries()) == before


# ---------------------------------------------------------------- from when on


@pytest.mark.parametrize("zone", ZONES)
def test_at_once_for_a_learner_without_an_activity(learner, zone):
    before = learner.document
    receipt = learner.set_zone(zone)
    assert zones(learner) == (zone, None, None)
    assert receipt["time_zone"] == zone
    assert (receipt["time_zone_next"], receipt["time_zone_next_from"]) == (None, None)
    assert difference(before, learner.document) == {"global_stats.time_zone"}
    learner.set_zone("default")
    assert zones(learner) == (None, None, None)


def test_at_once_also_after_grants_which_are_no_activities(learner):
    learner.grant(5)
    learner.set_zone("Asia/Kathmandu")
    assert zones(learner) == ("Asia/Kathmandu", None, None)


@pytest.mark.parametrize("zone", [zone for zone in ZONES if zone != "UTC"])
@pytest.mark.parametrize("hour", [0, 4])
def test_from_the_start_of_the_later_of_the_two_zones_next_local_days(db, learner, zone, hour):
    set_setting(db, "day_start_hour", hour)
    learner.run("word_race", 1, 1)
    receipt, moments = expected_from(learner, lambda: learner.set_zone(zone), "UTC", zone, hour)
    assert zones(learner)[:2] == (None, zone)
    assert zones(learner)[2] in moments
    assert receipt["time_zone_next"] == zone
    assert receipt["time_zone_next_from"] == zones(learner)[2]


@pytest.mark.parametrize("run_type", ["practice", "test", "token_run"])
def test_any_activity_is_one(learner, run_type):
    learner.run("word_race", 1, 1, run_type=run_type)
    learner.set_zone("Asia/Kathmandu")
    assert zones(learner)[1] == "Asia/Kathmandu"


def test_a_second_change_replaces_one_that_waits(learner):
    learner.run("word_race", 1, 1)
    learner.set_zone("Pacific/Kiritimati")
    _, moments = expected_from(
        learner, lambda: learner.set_zone("Pacific/Honolulu"), "UTC", "Pacific/Honolulu"
    )
    assert zones(learner)[:2] == (None, "Pacific/Honolulu")
    assert zones(learner)[2] in moments


def test_default_returns_to_the_installations(db, learner):
    learner.set_zone("Pacific/Kiritimati")
    learner.run("word_race", 1, 1)
    _, moments = expected_from(
        learner, lambda: learner.set_zone("default"), "Pacific/Kiritimati", "UTC"
    )
    assert zones(learner)[:2] == ("Pacific/Kiritimati", None)
    assert zones(learner)[2] in moments


def test_a_change_that_waits_is_not_in_force(learner):
    learner.run("word_race", 1, 1)
    learner.set_zone("Pacific/Kiritimati")
    receipt = learner.run("word_race", 1, 1)
    assert receipt["local_day"] == learner.stats["activity_date"]
    assert zones(learner)[:2] == (None, "Pacific/Kiritimati")


def test_an_activity_that_waited_is_in_the_zone_it_was_set_in(learner):
    """At once: the learner's first activity is in the zone set just before."""
    learner.set_zone("Pacific/Kiritimati")
    receipt = learner.run("word_race", 1, 1)
    local = datetime.fromisoformat(receipt["occurred_at"]).astimezone(
        ZoneInfo("Pacific/Kiritimati")
    )
    assert receipt["local_day"] == local.date().isoformat()


def test_the_ledger_has_who_and_when(learner):
    learner.set_zone("Asia/Kathmandu")
    (entry,) = learner.entries("time_zone")
    assert entry["recorded_by"]
    assert entry["occurred_at"] == entry["recorded_at"]


def test_a_late_arrival_leaves_the_waiting_change(learner):
    learner.run("word_race", 1, 1)
    learner.set_zone("Pacific/Kiritimati")
    before = zones(learner)
    learner.run("word_race", 1, 1, at=learner.noon(3))
    assert zones(learner) == before


def test_the_receipt_has_the_common_keys(learner):
    receipt = learner.set_zone("UTC")
    assert receipt.keys() >= {"id", "replayed", "kind", "tokens", "total_tokens_earned"}
    assert (receipt["replayed"], receipt["kind"]) == (False, "time_zone")
