"""hg_as_of: the document as it was stored at an instant."""

from datetime import UTC, datetime
from functools import partial

import pytest

from tests.errors.support import check_words, dump, refused
from tests.record.support import (
    HOUR,
    SECOND,
    Learner,
    add_module,
    call,
    change_module,
    changed,
    server_clock,
    set_setting,
    uid,
)
from tests.support.database import as_role
from tests.support.users import NOBODY

from .support import FIRST, TAKEN_BACK, UNFOLDABLE, add_checkpoint, forget, play

MICROSECOND = SECOND / 1_000_000
# Before every learner's first and after every learner's last.
EARLY, LATE = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)


@pytest.fixture
def learner(db):
    return play(Learner(db, "3"))


def as_of(learner, instant):
    return learner.call("hg_as_of", p_at=instant)


def recorded_at(entry):
    return datetime.fromisoformat(entry["recorded_at"])


def deeds(learner):
    """What changes a document: one function a step."""
    db, at = learner.db, learner.noon
    return [
        lambda: learner.run("addition_facts", 6, 6, 30, at=at(4), id=uid(1)),
        lambda: learner.run("word_race", 30, 30, at=at(2), id=uid(2)),
        lambda: learner.run("addition_facts", 6, 0, at=at(3)),
        lambda: learner.run("algebra", 5, 5, at=learner.ago(days=90)),
        lambda: learner.practise("algebra", seconds=60, at=at(3) + HOUR),
        lambda: learner.set_zone("Pacific/Kiritimati"),
        lambda: learner.grant(30, id=uid(5)),
        lambda: learner.spend(7),
        lambda: learner.reverse(uid(2)),
        lambda: add_module(db, "spelling"),
        lambda: learner.run("spelling", 5, 4),
        lambda: learner.set_mastery("spelling", True),
        lambda: change_module(db, "algebra", mastery_rule={"score": {"percent": 50}}),
        lambda: call(db, "hg_reevaluate", p_module="algebra", p_dry_run=False),
        lambda: learner.set_difficulty("algebra", 4),
        lambda: learner.reset("addition_facts"),
        lambda: learner.write(global_stats__longest_streak_days=40, mine=[1]),
        lambda: set_setting(db, "daily_token_cap", 3),
        lambda: learner.run("addition_facts", 6, 6, at=at(5)),
        lambda: learner.pause(learner.clock.date(), learner.clock.date()),
        lambda: learner.run("decimal_defender", 5, 5, id=uid(8)),
        lambda: learner.write(global_stats__longest_streak_days=41),
        lambda: learner.run("decimal_defender", 5, 5, id=uid(9)),
        lambda: learner.reverse(uid(9)),
    ]


def test_every_document_that_was_ever_stored_comes_back(db):
    learner = Learner(db, "3")
    stored = []
    for deed in deeds(learner):
        stored.append((server_clock(db), learner.document))
        deed()
    stored.append((server_clock(db), learner.document))
    # Four deeds change no document, and the last one brings an earlier document back.
    assert len({str(document) for _, document in stored}) == len(stored) - 5
    for n, (instant, document) in enumerate(stored):
        assert as_of(learner, instant) == document, n


def test_the_instant_of_a_recording_is_included(db):
    learner = Learner(db)
    before = learner.document
    learner.run("algebra", 5, 5)
    at = recorded_at(learner.entries("activity")[0])
    assert as_of(learner, at) == learner.document
    assert as_of(learner, at - MICROSECOND) == before


def test_what_arrived_late_was_not_there_before_it_arrived(learner):
    before, instant = learner.document, server_clock(learner.db)
    learner.run("algebra", 5, 5, at=learner.noon(6))
    assert as_of(learner, instant) == before
    assert as_of(learner, learner.noon(6) + HOUR) is None


def test_what_was_reversed_since_was_there(learner):
    (entry,) = learner.entries("reversal")
    past = as_of(learner, recorded_at(entry) - MICROSECOND)
    assert past["modules"]["decimal_defender"]["progress"]["tokens_earned"] == 35
    assert as_of(learner, recorded_at(entry)) == learner.document
    assert learner.progress("decimal_defender")["tokens_earned"] == 0


def test_before_the_first_there_is_nothing(db):
    learner = Learner(db)
    (skeleton,) = learner.entries()
    assert as_of(learner, recorded_at(skeleton)) == learner.document
    assert as_of(learner, recorded_at(skeleton) - MICROSECOND) is None
    assert as_of(learner, EARLY) is None
    assert as_of(learner, "-infinity") is None


def test_from_the_last_recording_on_it_is_the_stored_document(learner):
    """Whatever that is: it was stored."""
    learner.tamper(changed(learner.document, {"global_stats.tokens": 1, "mine": 2}))
    last = max(recorded_at(entry) for entry in learner.entries())
    for instant in (last, server_clock(learner.db), LATE, "infinity"):
        assert as_of(learner, instant) == learner.document
    assert as_of(learner, last - MICROSECOND)["global_stats"]["tokens"] != 1


def test_ai_texts_of_the_past_are_those_of_its_checkpoint(learner):
    first = learner.document["ai_analytics"] | {"strengths": ["first"]}
    learner.write(ai_analytics=first)
    written = learner.document, server_clock(learner.db)
    learner.tamper(changed(learner.document, {"ai_analytics.strengths": ["second"]}))
    learner.run("algebra", 5, 5)
    assert as_of(learner, LATE)["ai_analytics"]["strengths"] == ["second"]
    assert as_of(learner, written[1]) == written[0]


def test_snapshots_are_not_looked_at(db, learner):
    before, instant = learner.document, server_clock(db)
    db.execute(
        "INSERT INTO hg_snapshots (occurred_at, id, user_id, checkpoint_id, document)"
        " SELECT l.occurred_at, l.id, l.user_id, c.ledger_id, '{}'"
        " FROM hg_ledger AS l, hg_ledger AS c WHERE l.user_id = %(id)s AND c.user_id = %(id)s"
        " AND l.kind = 'activity' AND c.kind = 'skeleton'",
        {"id": learner.id},
    )
    learner.grant(1)
    assert as_of(learner, instant) == before


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/New_York"])
def test_it_does_not_depend_on_the_session(db, learner, zone):
    instant = recorded_at(learner.entries("activity")[2])
    before = as_of(learner, instant)
    db.execute("SELECT set_config('TimeZone', %s, true), set_config('DateStyle', 'German', true)",
               [zone])  # fmt: skip
    assert as_of(learner, instant) == before


def test_each_learner_has_a_past_of_its_own(db, learner):
    instant = server_clock(db)
    other = Learner(db)
    assert as_of(other, instant) is None
    learner.grant(5)
    assert as_of(other, LATE) == other.document


# ---------------------------------------------------------------- errors, rights, effects


@pytest.mark.parametrize("name", ["p_user_id", "p_at"])
def test_null_is_22023(db, learner, name):
    arguments = {"p_user_id": learner.id, "p_at": LATE, name: None}
    before = dump(db)
    diagnostic = refused(db, lambda: call(db, "hg_as_of", **arguments))
    assert diagnostic.sqlstate == "22023"
    assert diagnostic.message_primary == f"invalid argument {name}"
    check_words(diagnostic)
    assert dump(db) == before


def test_22023_comes_before_an_unknown_learner(db):
    diagnostic = refused(db, lambda: call(db, "hg_as_of", p_user_id=NOBODY, p_at=None))
    assert diagnostic.sqlstate == "22023"


def test_an_unknown_learner_is_lg404(db):
    diagnostic = refused(db, lambda: call(db, "hg_as_of", p_user_id=NOBODY, p_at=EARLY))
    assert (diagnostic.sqlstate, diagnostic.message_primary) == ("LG404", "unknown learner")
    check_words(diagnostic)


@pytest.mark.parametrize("state", ["pending", "importing", "imported"])
def test_while_a_legacy_import_is_pending_it_is_55000(db, learner, state):
    db.execute("UPDATE hg_installation SET state = %s", [state])
    for instant in (EARLY, LATE):
        diagnostic = refused(db, partial(as_of, learner, instant))
        assert diagnostic.sqlstate == "55000"
        assert diagnostic.message_primary == "a legacy import is pending"


def test_before_what_retention_has_kept_it_is_22023(db):
    learner = Learner(db)
    learner.run("algebra", 5, 5, id=FIRST)
    add_checkpoint(learner, learner.document, kind="retention")
    forget(learner, "l.kind <> 'retention'")
    learner.run("algebra", 5, 5, id=TAKEN_BACK)
    kept_since = recorded_at(learner.entries("retention")[0])
    past = as_of(learner, kept_since)
    assert past["global_stats"]["tokens"] == 8
    diagnostic = refused(db, lambda: as_of(learner, kept_since - MICROSECOND))
    assert diagnostic.sqlstate == "22023"
    assert diagnostic.message_primary == "invalid argument p_at"
    assert "The ledger tells of this learner since" in diagnostic.message_hint
    check_words(diagnostic)
    assert as_of(learner, LATE) == learner.document


@pytest.mark.parametrize("document", UNFOLDABLE, ids=str)
def test_a_malformed_checkpoint_is_lg422_for_its_time_only(db, learner, document):
    before, instant = learner.document, server_clock(db)
    add_checkpoint(learner, document)
    db.execute(
        "INSERT INTO hg_ledger OVERRIDING USER VALUE SELECT (jsonb_populate_record(l,"
        " jsonb_build_object('id', gen_random_uuid(), 'recorded_at', c.at, 'occurred_at', c.at"
        "))).* FROM hg_ledger AS l, clock_timestamp() AS c (at) WHERE l.user_id = %s AND l.id = %s",
        [learner.id, FIRST],
    )
    bad = server_clock(db)
    add_checkpoint(learner, before)
    diagnostic = refused(db, lambda: as_of(learner, bad))
    assert (diagnostic.sqlstate, diagnostic.message_primary) == ("LG422", "malformed document")
    check_words(diagnostic)
    assert as_of(learner, instant) == before
    assert as_of(learner, LATE) == before


@pytest.mark.parametrize("role", ["hg_app", "hg_reader"])
def test_applications_and_readers_may_in_a_read_only_transaction(db, learner, role):
    first = recorded_at(learner.entries("activity")[0])
    before = dump(db)
    with db.transaction(), as_role(db, role):
        db.execute("SET TRANSACTION READ ONLY")
        assert as_of(learner, first)["global_stats"]["tokens"] == 10
        assert as_of(learner, LATE)
    assert dump(db) == before


def test_the_worker_of_ai_jobs_may_not(db, learner):
    with as_role(db, "hg_ai_worker"):
        assert refused(db, lambda: as_of(learner, LATE)).sqlstate == "42501"
