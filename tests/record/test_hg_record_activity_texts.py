"""hg_record_activity: what is stored does not depend on the session's settings."""

import json
import re

import pytest

from .support import HOUR, MINUTE, UTC, Learner, instant, uid

SETTINGS = [
    {"TimeZone": "Pacific/Kiritimati"},
    {"TimeZone": "America/New_York", "DateStyle": "SQL, DMY"},
    {"TimeZone": "FOO-7:30", "DateStyle": "German"},
    {"DateStyle": "Postgres, MDY", "IntervalStyle": "sql_standard"},
    {"IntervalStyle": "iso_8601", "extra_float_digits": "-15"},
    {"IntervalStyle": "postgres_verbose", "extra_float_digits": "3", "bytea_output": "escape"},
    {"lc_messages": "C", "xmlbinary": "hex", "standard_conforming_strings": "on"},
    {"transform_null_equals": "on", "array_nulls": "off"},
    {"plpgsql.variable_conflict": "use_variable"},
    {"lc_numeric": "C", "lc_monetary": "C", "client_encoding": "UTF8"},
    {"default_text_search_config": "pg_catalog.simple", "quote_all_identifiers": "on"},
    {"hg.writing": "off"},
]

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
INSTANT_KEYS = {"timestamp", "last_played", "last_active", "mastered_at", "at",
                "time_zone_next_from"}  # fmt: skip


def story(learner: Learner, start) -> list[dict]:
    """Some sessions and changes at fixed instants with microseconds; the receipts."""
    learner.set_zone("America/New_York")
    return [
        learner.run("word_race", 30, 24, 60, at=start, id=uid(1)),
        learner.run("algebra", 7, 3, 13, at=start + HOUR, id=uid(2)),
        learner.run("word_race", 3, 1, at=start + 20 * HOUR, id=uid(3)),
        learner.run("algebra", 5, 5, 40, at=start - HOUR, id=uid(4), note="é\\ü"),
        learner.run("algebra", 5, 5, 40, at=start - HOUR, id=uid(4), note="é\\ü"),
        learner.test("math_rush_division", 24, 20, at=start + 2 * MINUTE, id=uid(5)),
        learner.practise("algebra", seconds=61, at=start + 3 * HOUR, id=uid(6)),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("settings", SETTINGS, ids=lambda settings: " ".join(settings))
def test_documents_and_receipts_are_the_same_under_any_settings(db, new, settings):
    plain, odd = new("6"), new("6")
    start = plain.noon(5).replace(second=59, microsecond=999_999)
    expected = story(plain, start)
    for name, value in settings.items():
        db.execute("SELECT set_config(%s, %s, true)", [name, value])
    found = story(odd, start)
    found_document = odd.document
    db.execute("RESET ALL")
    assert found == expected
    assert json.dumps(found_document) == json.dumps(plain.document)


def instants(value, key=None):
    """The values at keys that hold instants."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from instants(inner, name)
    elif key in INSTANT_KEYS and value is not None:
        yield key, value


def test_instants_are_utc_whole_seconds_cut_with_a_z(db, learner):
    db.execute("SET LOCAL TimeZone TO 'Asia/Kathmandu'")
    at = learner.noon(3).replace(second=59, microsecond=999_999)
    learner.run("word_race", 30, 30, at=at)
    learner.set_mastery("algebra", True)
    learner.set_zone("Europe/Berlin")
    found = list(instants(learner.document))
    assert {key for key, _ in found} == INSTANT_KEYS
    assert all(INSTANT.fullmatch(value) for _, value in found)
    assert learner.stats["last_active"] == instant(at) == at.strftime("%Y-%m-%dT12:00:59Z")


def test_days_are_iso_whatever_the_datestyle(db, learner):
    db.execute("SET LOCAL DateStyle TO 'SQL, DMY'")
    receipt = learner.run("word_race", 1, 1, at=learner.noon(3))
    assert receipt["local_day"] == learner.noon(3).date().isoformat()
    assert learner.stats["activity_date"] == receipt["local_day"]


def test_the_receipts_instant_is_utc_with_microseconds(db, learner):
    db.execute("SET LOCAL TimeZone TO 'America/New_York'")
    at = learner.noon(3).replace(microsecond=123_456).astimezone(UTC)
    receipt = learner.run("word_race", 1, 1, at=at)
    assert receipt["occurred_at"].endswith("Z")
    assert receipt["occurred_at"].startswith(at.strftime("%Y-%m-%dT12:00:00.123456"))
