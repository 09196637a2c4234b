"""hg_record_activities: each item as hg_record_activity would record it, all or the good ones."""

import random
from datetime import datetime
from functools import partial

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.concurrency.support import Waiting, outcome, together
from tests.errors.support import check_words, dump, refused
from tests.model.catalog import PROGRESSIONS
from tests.support.database import as_role, wait_for_lock
from tests.support.users import NO_IDS, NOBODY

from .support import (
    HOUR,
    MINUTE,
    SECOND,
    UTC,
    Learner,
    add_module,
    bulk,
    call,
    change_module,
    changed,
    rows,
    server_clock,
    set_setting,
    uid,
)
from .test_hg_record_activity_streaks import pause_earlier

COLUMNS = {"ordinal", "user_id", "activity_id", "receipt", "error_code", "error_message"}
TYPES = list(PROGRESSIONS["addition"])


def one(db, item):
    """The same by hg_record_activity."""
    arguments = {f"p_{key}": value for key, value in item.items()}
    return call(db, "hg_record_activity", **arguments)


def refusal(db, items, on_error="abort"):
    """What the call fails with."""
    return refused(db, lambda: bulk(db, items, on_error))


def own_refusal(db, item):
    """What the single call fails with."""
    return refused(db, lambda: one(db, item))


def receipts(found):
    """Of rows without an error."""
    assert all(row["error_code"] is row["error_message"] is None for row in found)
    return [row["receipt"] for row in found]


def codes(found):
    return [row["error_code"] for row in found]


def twin(learner, new):
    """Another learner with the same clock, for whom the same items can be made."""
    other = new("3")
    other.clock = learner.clock
    return other


def of(learner, item):
    return item | {"user_id": learner.id}


def ledger(learner):
    """The learner's activities, without what is another's by nature."""
    own = {"ledger_id", "recorded_at", "user_id"}
    return [
        {key: value for key, value in entry.items() if key not in own}
        for entry in learner.entries("activity")
    ]


# ---------------------------------------------------------------- rows and receipts


def test_a_row_for_each_item_in_their_order(db, new):
    learners = [new() for _ in range(3)]
    items = [learners[n % 3].item("algebra", 5, n % 6, id=uid(50 - n)) for n in range(9)]
    found = bulk(db, items[::-1])
    assert all(row.keys() == COLUMNS for row in found)
    assert [row["ordinal"] for row in found] == list(range(1, 10))
    for row, item in zip(found, items[::-1], strict=True):
        assert (row["user_id"], row["activity_id"]) == (item["user_id"], item["activity_id"])
        assert row["receipt"]["activity_id"] == item["activity_id"]
        assert row["receipt"]["replayed"] is False
        assert (row["error_code"], row["error_message"]) == (None, None)


def test_an_empty_array_is_no_rows_and_writes_nothing(db):
    before = dump(db)
    assert bulk(db, []) == bulk(db, [], "skip") == []
    assert dump(db) == before


def test_without_occurred_at_it_is_the_clock_and_as_many_microseconds_as_the_ordinal(db, new):
    learners = [new() for _ in range(2)]
    items = [learners[n % 2].item("word_race", 1, 1) for n in range(7)]
    for item in items[2:]:
        del item["occurred_at"]
    items[4] = learners[0].item("word_race", 1, 1, at=learners[0].noon(2))
    started = server_clock(db)
    bulk(db, items)
    ended = server_clock(db)
    entries = db.execute(
        "SELECT to_jsonb(l.user_id), l.id, l.occurred_at - l.recorded_at, l.recorded_at"
        " FROM hg_ledger AS l WHERE l.kind = 'activity'"
    ).fetchall()
    assert len({recorded_at for *_, recorded_at in entries}) == 1
    assert started < entries[0][3] < ended
    after = {(learner, str(id)): difference for learner, id, difference, _ in entries}
    for ordinal, item in enumerate(items, 1):
        if ordinal != 5:
            difference = after[item["user_id"], item["activity_id"]]
            assert difference == ordinal * SECOND / 1_000_000


def test_ledger_rows_stand_in_the_order_of_the_items(db, learner):
    items = [learner.item("word_race", 1, 1, at=learner.noon(9 - n % 5), id=uid(90 - n))
             for n in range(12)]  # fmt: skip
    bulk(db, items)
    assert [entry["id"] for entry in learner.entries("activity")] == [
        item["activity_id"] for item in items
    ]


def test_each_document_is_written_once(db, new):
    def updates():
        query = "SELECT pg_stat_get_xact_tuples_updated('users'::regclass)"
        return db.execute(query).fetchone()[0]

    learners = [new() for _ in range(4)]
    items = [learners[n % 3].item("algebra", 5, 5, at=learners[0].noon(1 + n % 4))
             for n in range(30)]  # fmt: skip
    before = updates()
    bulk(db, items)
    assert updates() == before + 3
    # What is only repeated, or refused, writes no document.
    bulk(db, items)
    bulk(db, [learners[3].item("no_such_module", 1, 1)], "skip")
    assert updates() == before + 3


# ---------------------------------------------------------------- as one by one


def assert_as_one_by_one(db, new, learner, items, on_error="abort"):
    """Receipts, ledger rows and document are the same for a learner who gets them singly."""
    other = twin(learner, new)
    found = receipts(bulk(db, items, on_error))
    assert found == [one(db, of(other, item)) for item in items]
    assert learner.document == other.document
    assert ledger(learner) == ledger(other)
    assert learner.verify() == other.verify() == []


@pytest.mark.parametrize("seed", range(8))
def test_it_is_as_one_by_one(db, new, seed):
    """Any modules, runs, instants and ids, some of them twice."""
    random_ = random.Random(seed)
    set_setting(db, "streak_freeze_max", 2)
    set_setting(db, "streak_freeze_initial", 1)
    if seed % 2:
        set_setting(db, "daily_token_cap", 40)
    learner = new("3")
    items, at = [], learner.noon(20)
    for number in range(1, 31):
        at += random_.choice([0, 0, 1, 3, 20, 30]) * HOUR
        late = random_.random() < 0.15
        module = random_.choice(["addition_facts", "algebra", "word_race", "math_rush_addition"])
        item = learner.item(
            module, 24, random_.choice([0, 12, 20, 24]), random_.choice([None, 40, 80]),
            run_type=random_.choice(["token_run"] * 4 + ["test", "practice"]), id=uid(number),
            at=learner.noon(random_.randint(1, 60)) if late else min(at, learner.ago(minutes=5)),
            fact_type=random_.choice(TYPES[:3]), grade_level=random_.randint(0, 6),
            types_correct=random_.sample(TYPES, 4),
        )  # fmt: skip
        items.append(item)
        if random_.random() < 0.1:
            items.append(random_.choice(items))
    assert_as_one_by_one(db, new, learner, items)


def test_late_items_take_their_place_among_the_others(db, new):
    learner = new("3")
    at = learner.noon(3)
    items = [learner.item("addition_facts", 6, correct, at=at + hour * HOUR, id=uid(n))
             for n, (hour, correct) in enumerate([(0, 6), (1, 6), (2, 6), (4, 6), (3, 0), (5, 6),
                                                  (-1, 6)], 1)]  # fmt: skip
    assert_as_one_by_one(db, new, learner, items)
    assert learner.progress("addition_facts")["recent_results"] == "1111011"


def test_after_and_before_what_is_recorded_already(db, new):
    learner = new("3")
    other = twin(learner, new)
    for each in (learner, other):
        each.run("addition_facts", 6, 6, at=each.noon(4), id=uid(91))
        each.run("algebra", 5, 5, at=each.noon(2), id=uid(92))
    items = [learner.item("addition_facts", 6, 6, at=learner.noon(n), id=uid(n))
             for n in (5, 3, 1)]  # fmt: skip
    assert receipts(bulk(db, items)) == [one(db, of(other, item)) for item in items]
    assert learner.document == other.document


def test_one_instant_is_ordered_by_the_id(db, new):
    learner = new("3")
    items = [learner.item("addition_facts", 6, correct, at=learner.noon(2), id=uid(n))
             for n, correct in ((2, 0), (1, 6), (4, 6), (3, 6))]  # fmt: skip
    assert_as_one_by_one(db, new, learner, items)
    assert learner.progress("addition_facts")["recent_results"] == "1011"


@pytest.mark.parametrize("days", [30, 0, 365])
def test_at_the_windows_edge(db, new, days):
    set_setting(db, "late_window_days", days)
    learner = new("3")
    instants = [learner.ago(days=days, seconds=60 * n) for n in (-2, 1, -1, 2)]
    items = [learner.item("word_race", 1, 1, at=at, id=uid(n))
             for n, at in enumerate(instants, 1)]  # fmt: skip
    assert_as_one_by_one(db, new, learner, items)
    assert [entry["too_late"] for entry in learner.entries("activity")] == [
        False, True, False, True,
    ]  # fmt: skip


def test_ahead_of_the_clock_is_now(db, learner):
    first, second = receipts(bulk(db, [
        learner.item("word_race", 1, 1, at=learner.clock + 2 * HOUR),
        learner.item("word_race", 1, 1, at=learner.clock + 4 * MINUTE),
    ]))  # fmt: skip
    assert (first["warnings"], second["warnings"]) == (["clock_ahead"], [])
    assert second["occurred_at"] == (learner.clock + 4 * MINUTE).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    (entry, _) = learner.entries("activity")
    assert entry["occurred_at"] == entry["recorded_at"]


def test_a_waiting_zone_comes_into_force_between_the_items(db, new):
    learner = new("3")
    other = twin(learner, new)
    for each in (learner, other):
        each.write(global_stats__time_zone_next="Pacific/Kiritimati",
                   global_stats__time_zone_next_from="2001-01-01T00:00:00Z")  # fmt: skip
    items = [learner.item("word_race", 1, 1, at=at, id=uid(n)) for n, at in enumerate(
        [learner.clock, learner.clock + MINUTE, learner.noon(1)], 1)]  # fmt: skip
    assert receipts(bulk(db, items)) == [one(db, of(other, item)) for item in items]
    assert learner.stats["time_zone"] == "Pacific/Kiritimati"


def test_a_learners_own_pause_counts(db, new):
    learner = new("3")
    other = twin(learner, new)
    for each in (learner, other):
        pause_earlier(each, 6, 5)
    items = [learner.item("word_race", 1, 1, at=learner.noon(n), id=uid(n)) for n in (7, 4, 3)]
    found = receipts(bulk(db, items))
    assert [receipt["streak"] for receipt in found] == ["started", "extended", "extended"]
    assert found == [one(db, of(other, item)) for item in items]
    assert learner.verify() == []


def test_two_learners_interleaved(db, new):
    learners = [new("3"), new("3")]
    others = [twin(learner, new) for learner in learners]
    items = [learners[n % 2].item("addition_facts", 6, n % 7, at=learners[0].noon(1 + n * 5 % 7),
                                  id=uid(n + 1)) for n in range(20)]  # fmt: skip
    assert receipts(bulk(db, items)) == [
        one(db, of(others[n % 2], item)) for n, item in enumerate(items)
    ]
    for learner, other in zip(learners, others, strict=True):
        assert learner.document == other.document


def test_a_module_that_joined_the_catalog_later(db, new):
    learner = new("3")
    learner.run("algebra", 5, 5, at=learner.noon(3))
    add_module(db, "spelling")
    items = [learner.item("algebra", 5, 5, at=learner.noon(2)), learner.item("spelling", 5, 4)]
    assert codes(bulk(db, items)) == [None, None]
    assert learner.progress("spelling")["correct_answers"] == 4
    assert learner.verify() == []


@pytest.mark.parametrize("ledger_too", [False, True])
def test_a_learner_without_a_document(db, ledger_too):
    learner = Learner(db, "3")
    db.execute("ALTER TABLE users ALTER COLUMN hidden_grade_asset DROP NOT NULL")
    db.execute("SET LOCAL session_replication_role TO replica")
    db.execute("UPDATE users SET hidden_grade_asset = NULL WHERE id = %s", [learner.id])
    db.execute("SET LOCAL session_replication_role TO origin")
    if ledger_too:
        db.execute("DELETE FROM hg_ledger AS l WHERE l.user_id = %s", [learner.id])
    items = [learner.item("algebra", 5, 5, at=learner.noon(n)) for n in (1, 3, 2)]
    assert codes(bulk(db, items)) == [None] * 3
    assert learner.stats["total_tokens_earned"] == 24
    assert learner.verify() == []


# ---------------------------------------------------------------- ids


def test_an_id_that_comes_twice_is_a_replay(db, learner):
    item = learner.item("algebra", 5, 5, 30, id=uid(1), at=learner.noon(2), note="x")
    again = item | {"occurred_at": learner.noon(1).isoformat()}
    first, second, third = receipts(bulk(db, [item, again, item]))
    assert second == third == first | {"replayed": True}
    assert first["replayed"] is False
    assert len(learner.entries("activity")) == 1
    before = dump(db)
    assert receipts(bulk(db, [item])) == [first | {"replayed": True}]
    assert dump(db) == before


def test_an_id_that_comes_twice_with_other_content_is_lg409(db, learner):
    item = learner.item("algebra", 5, 5, 30, id=uid(1))
    others = [item | {key: value} for key, value in [
        ("module", "word_race"), ("questions", 6), ("correct", 4), ("seconds", None),
        ("run_type", "test"), ("details", {"note": 1}),
    ]]  # fmt: skip
    found = bulk(db, [item, *others, item], "skip")
    assert codes(found) == [None, *["LG409"] * 6, None]
    assert {row["error_message"] for row in found[1:7]} == {"id reused with other content"}
    assert found[7]["receipt"]["replayed"] is True
    assert learner.stats["total_sessions_completed"] == 1


def test_an_id_of_a_spend_or_a_grant_is_lg409(db, learner):
    learner.grant(5, id=uid(1))
    learner.spend(5, id=uid(2))
    items = [learner.item("algebra", 5, 5, id=uid(n)) for n in (1, 2, 3)]
    assert codes(bulk(db, items, "skip")) == ["LG409", "LG409", None]


def test_ids_are_each_learners_own(db, new):
    items = [new().item("algebra", 5, 5, id=uid(1)) for _ in range(3)]
    assert [receipt["replayed"] for receipt in receipts(bulk(db, items))] == [False] * 3


def test_an_id_whose_first_item_was_refused_is_free(db, learner):
    bad = learner.item("no_such_module", 5, 5, id=uid(1))
    found = bulk(db, [bad, bad | {"module": "algebra"}], "skip")
    assert codes(found) == ["LG405", None]
    assert found[1]["receipt"]["replayed"] is False


def test_a_replay_is_recognised_before_module_and_details_are_looked_at(db, learner):
    details = {"grade_level": 4}
    items = [
        learner.item("algebra", 5, 5, id=uid(1)),
        learner.item("addition_facts", 6, 6, run_type="test", id=uid(2), **details),
    ]
    bulk(db, items)
    change_module(db, "algebra", active=False)
    change_module(db, "addition_facts", grade_top=3)
    fresh = [item | {"activity_id": str(uid(n))} for n, item in enumerate(items, 8)]
    found = bulk(db, [*fresh[:1], *items, *fresh[1:]], "skip")
    assert codes(found) == ["LG405", None, None, "22023"]
    assert [row["receipt"]["replayed"] for row in found[1:3]] == [True, True]


# ---------------------------------------------------------------- each item's own errors


def bad_items(learner):
    """An item with one fault each, that hg_record_activity refuses too."""
    good = learner.item("addition_facts", 6, 6, 30)
    test = {"run_type": "test"}
    return [good | fault for fault in (
        {"questions": 0}, {"questions": 1001}, {"questions": None}, {"correct": 7},
        {"correct": -1}, {"correct": None}, {"seconds": -1}, {"seconds": 86401},
        {"run_type": None}, {"run_type": ""}, {"run_type": "TEST"}, {"module": None},
        {"occurred_at": "infinity"}, {"occurred_at": "-infinity"},
        {"occurred_at": "0044-03-15 BC"}, {"details": {"note": "x" * 5000}},
        {"user_id": None}, {"activity_id": None}, {"user_id": NOBODY}, {"module": "no_such_module"},
        {"module": ""}, {"module": "x" * 300}, {"module": "math_facts_addition"},
        {"activity_id": str(uid(91))}, {"activity_id": str(uid(92))},
        test | {"details": {}}, test | {"details": {"grade_level": 7}},
        {"module": "math_rush_addition", "details": {"time_limit": 75}},
        {"module": "math_rush_addition", "details": {"fact_type": "x"}},
        # In the order in which one is looked for before the other.
        {"questions": 0, "user_id": NOBODY}, {"user_id": NOBODY, "module": "no_such_module"},
        {"user_id": NOBODY, "activity_id": str(uid(91))},
        {"activity_id": str(uid(91)), "module": "no_such_module"},
        test | {"details": {}, "user_id": NOBODY},
        test | {"details": {}, "activity_id": str(uid(91))},
    )]  # fmt: skip


@pytest.fixture
def stored(learner):
    """An activity, 91, and a grant, 92."""
    learner.run("word_race", 1, 1, at=learner.noon(2), id=uid(91))
    learner.grant(5, id=uid(92))
    return learner


def test_abort_raises_the_items_own_error_and_detail_begins_with_its_ordinal(db, stored):
    before = dump(db)
    for n, bad in enumerate(bad_items(stored)):
        ordinal = 1 + n % 4
        own = own_refusal(db, bad)
        items = [stored.item("word_race", 1, 1, at=stored.noon(k)) for k in range(1, ordinal)]
        found = refusal(db, [*items, bad, bad])
        assert found.sqlstate == own.sqlstate, bad
        assert found.message_primary == own.message_primary
        assert found.message_detail == f"Item {ordinal}: {own.message_detail}"
        assert found.message_hint == own.message_hint
        check_words(found)
    assert dump(db) == before


def test_skip_says_the_items_own_error_and_stores_the_others(db, new, stored):
    bad = bad_items(stored)
    good = [stored.item("algebra", 5, n % 6, at=stored.noon(1 + n % 9), id=uid(n + 1))
            for n in range(len(bad))]  # fmt: skip
    own = [own_refusal(db, item) for item in bad]
    found = bulk(db, [item for pair in zip(good, bad, strict=True) for item in pair], "skip")
    for n, (row, item, error) in enumerate(zip(found[1::2], bad, own, strict=True), 1):
        assert (row["ordinal"], row["receipt"]) == (2 * n, None)
        assert (row["error_code"], row["error_message"]) == (error.sqlstate, error.message_primary)
        assert (row["user_id"], row["activity_id"]) == (item["user_id"], item["activity_id"])
    other = twin(stored, new)
    other.run("word_race", 1, 1, at=other.noon(2), id=uid(91))
    other.grant(5, id=uid(92))
    assert receipts(found[::2]) == [one(db, of(other, item)) for item in good]
    assert stored.document == other.document
    assert stored.verify() == []


# What only JSON can hold in an argument's place: the argument that is named.
BAD_JSON = [
    ("questions", [6.5, "6.5", "x", "", True, [], {}, [6], 99999999999, 1e300, "NaN"]),
    ("correct", [1.5, "x", False, {}, "one", 10**40]),
    ("seconds", [1.5, "x", True, [], "1 s", -(10**12)]),
    ("user_id", [*NO_IDS, "", True, [1], {}] if NO_IDS else []),
    ("activity_id", ["x", "", 5, True, [], {}, "5f0c2d1e", [str(uid(1))]]),
    ("occurred_at", ["x", "", 5, True, [], {}, "2024-02-30", "2024-01-01T25:00:00Z",
                     "2024-01-01T00:00:00+99:00", "99999999-01-01",
                     "2024-01-01T00:00:00 Nowhere/Land", "yesterday noon sharp"]),
    ("run_type", [5, True, [], {}, ["test"], "practice "]),
    ("details", ["x", "{}", 5, True, [], [{}], None]),
]  # fmt: skip


@pytest.mark.skipif(bool(NO_IDS), reason="about texts as ids")
@pytest.mark.parametrize("value", ["x", "", 1.5, True, [1], {}], ids=str)
def test_where_ids_are_texts_every_value_is_one(db, learner, value):
    diagnostic = refusal(db, [learner.item("algebra", 5, 5) | {"user_id": value}])
    assert diagnostic.sqlstate == "LG404"


@pytest.mark.parametrize(
    ("key", "value"), [(key, value) for key, values in BAD_JSON for value in values], ids=str
)
def test_what_a_typed_argument_would_not_take_is_22023(db, learner, key, value):
    bad = learner.item("algebra", 5, 5) | {key: value}
    before = dump(db)
    diagnostic = refusal(db, [learner.item("algebra", 5, 5), bad])
    assert diagnostic.sqlstate == "22023"
    assert diagnostic.message_primary == f"invalid argument p_{key}"
    assert diagnostic.message_detail.startswith(f"Item 2: p_{key} is ")
    check_words(diagnostic)
    assert dump(db) == before
    (row,) = bulk(db, [bad], "skip")
    assert (row["error_code"], row["error_message"]) == ("22023", f"invalid argument p_{key}")
    assert dump(db) == before


@pytest.mark.parametrize("value", [5, True, {}, [], "", "word_race "], ids=str)
def test_whatever_is_no_module_is_lg405(db, learner, value):
    item = learner.item("algebra", 5, 5) | {"module": value}
    (row,) = bulk(db, [item], "skip")
    assert (row["error_code"], row["error_message"]) == ("LG405", "unknown or inactive module")


@pytest.mark.parametrize("item", [None, 5, "x", "{}", True, [], [{}], [1]], ids=str)
def test_an_item_that_is_no_object_is_22023(db, learner, item):
    before = dump(db)
    diagnostic = refusal(db, [learner.item("algebra", 5, 5), item])
    assert (diagnostic.sqlstate, diagnostic.message_primary) == (
        "22023", "invalid argument p_activities",
    )  # fmt: skip
    assert diagnostic.message_detail.startswith("Item 2: ")
    assert "user_id, activity_id, module" in diagnostic.message_hint
    check_words(diagnostic)
    assert dump(db) == before
    found = bulk(db, [item, learner.item("algebra", 5, 5), item], "skip")
    assert codes(found) == ["22023", None, "22023"]
    assert (found[0]["user_id"], found[0]["activity_id"]) == (None, None)


@pytest.mark.parametrize("key", ["p_user_id", "id", "Module", "run type", "", "replayed"])
def test_a_key_that_is_no_argument_is_22023(db, learner, key):
    bad = learner.item("algebra", 5, 5) | {key: None}
    diagnostic = refusal(db, [bad])
    assert (diagnostic.sqlstate, diagnostic.message_primary) == (
        "22023", "invalid argument p_activities",
    )  # fmt: skip
    check_words(diagnostic)


@pytest.mark.parametrize("key", ["user_id", "activity_id", "module", "questions", "correct"])
def test_these_keys_must_be_there(db, learner, key):
    item = learner.item("algebra", 5, 5)
    del item[key]
    diagnostic = refusal(db, [item])
    assert (diagnostic.sqlstate, diagnostic.message_primary) == (
        "22023", f"invalid argument p_{key}",
    )  # fmt: skip


def test_the_others_have_the_defaults_of_the_single_call(db, learner):
    item = {key: learner.item("algebra", 5, 5)[key]
            for key in ("user_id", "activity_id", "module", "questions", "correct")}  # fmt: skip
    (receipt,) = receipts(bulk(db, [item]))
    assert (receipt["run_type"], receipt["warnings"]) == ("token_run", [])
    (entry,) = learner.entries("activity")
    assert (entry["seconds"], entry["details"]) == (None, None)
    nulls = item | {"seconds": None, "occurred_at": None, "details": {}, "run_type": "token_run"}
    assert receipts(bulk(db, [nulls])) == [receipt | {"replayed": True}]


ODD_FORMS = [
    {"questions": "5", "correct": " 4 ", "seconds": "60"},
    {"occurred_at": "2001-02-03T04:05:06.789Z"},
    {"occurred_at": "2001-02-03 09:35:06.789+05:30"},
    {"occurred_at": "20010203T040506.789Z"},
    {"occurred_at": "Feb 3 2001 04:05:06.789 UTC"},
    {"occurred_at": "2001-02-03 05:05:06.789 Europe/Berlin"},
    {"activity_id": "{00000000-0000-0000-0000-0000000000AB}"},
    {"activity_id": "000000000000000000000000000000ab"},
]


@pytest.mark.parametrize("odd", ODD_FORMS, ids=str)
def test_what_the_casts_take_is_taken(db, learner, odd):
    item = learner.item("algebra", 5, 4, 60, id=uid(171)) | {
        "occurred_at": "2001-02-03T04:05:06.789Z", **odd, "user_id": str(learner.id),
    }  # fmt: skip
    (row,) = bulk(db, [item])
    assert (row["user_id"], row["activity_id"]) == (learner.id, str(uid(171)))
    assert row["receipt"]["occurred_at"] == "2001-02-03T04:05:06.789000Z"
    (entry,) = learner.entries("activity")
    assert (entry["questions"], entry["correct"], entry["seconds"]) == (5, 4, 60)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Pacific/Kiritimati"])
def test_an_instant_without_a_zone_is_the_sessions_as_in_the_single_call(db, new, zone):
    learner = new("3")
    db.execute("SELECT set_config('TimeZone', %s, true)", [zone])
    item = learner.item("algebra", 5, 5) | {"occurred_at": "2001-02-03 04:05:06"}
    assert receipts(bulk(db, [item])) == [one(db, of(new("3"), item))]


# ---------------------------------------------------------------- abort, skip


def test_a_bad_1000th_item_leaves_nothing_of_the_999_before_it(db):
    learners = [Learner(db, "3") for _ in range(7)]
    for learner in learners:
        learner.run("algebra", 5, 5, at=learner.noon(4))
    items = [
        learners[n % 7].item("word_race", 1, n % 2, at=learners[0].noon(3 if n % 97 else 8)
                             + n * SECOND, id=uid(n + 1))
        for n in range(999)
    ]  # fmt: skip
    bad = learners[3].item("no_such_module", 1, 1, id=uid(1000))
    own = own_refusal(db, bad)
    before = dump(db)
    found = refusal(db, [*items, bad])
    assert (found.sqlstate, found.message_primary) == ("LG405", own.message_primary)
    assert found.message_detail == f"Item 1000: {own.message_detail}"
    assert found.message_hint == own.message_hint
    assert dump(db) == before

    rows_ = bulk(db, [*items, bad], "skip")
    assert [row["ordinal"] for row in rows_ if row["error_code"]] == [1000]
    assert receipts(rows_[:999])
    assert sum(learner.stats["total_sessions_completed"] for learner in learners) == 999 + 7
    assert rows(db, "hg_verify") == []


def test_the_lowest_bad_ordinal_wins_whoever_is_looked_at_first(db, new):
    # They are locked in the order of their ids.
    first, second = sorted((new(), new()), key=lambda learner: learner.id)
    bad = {
        "LG405": second.item("no_such_module", 1, 1), "LG404": of_nobody(first),
        "LG409": first.item("word_race", 1, 0, id=uid(1)),
        "22023": first.item("word_race", 0, 0),
    }  # fmt: skip
    first.run("word_race", 1, 1, id=uid(1))
    for code, item in bad.items():
        others = [other for other in bad.values() if other is not item]
        diagnostic = refusal(db, [item, *others])
        assert diagnostic.sqlstate == code
        assert diagnostic.message_detail.startswith("Item 1: ")


def of_nobody(learner):
    return learner.item("word_race", 1, 1) | {"user_id": NOBODY}


def test_an_unknown_learner_does_not_stop_the_others_under_skip(db, new):
    items = [new().item("algebra", 5, 5), of_nobody(new()), new().item("algebra", 5, 5)]
    found = bulk(db, items, "skip")
    assert codes(found) == [None, "LG404", None]
    assert (found[1]["user_id"], found[1]["error_message"]) == (NOBODY, "unknown learner")


def test_all_bad_is_nothing_written_under_skip(db, learner):
    before = dump(db)
    items = [of_nobody(learner), learner.item("x", 1, 1), learner.item("algebra", 0, 0), 5]
    assert codes(bulk(db, items, "skip")) == ["LG404", "LG405", "22023", "22023"]
    assert dump(db) == before


DAMAGES = [
    {"global_stats": []}, {"global_stats.total_tokens_earned": "x"}, {"modules": 5},
    {"modules.algebra": "x"}, {"modules.algebra.progress": None},
    {"modules.algebra.progress.attempt_good": -1}, {"cross_module_analytics": None}, {},
]  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES, ids=str)
def test_a_malformed_document_stops_its_own_learner_only(db, new, damage):
    first, broken, last = new(), Learner(db), new()
    kept = broken.item("word_race", 1, 1, at=broken.noon(3), id=uid(1))
    bulk(db, [kept])
    broken.tamper(changed(broken.document, damage) if damage else [])
    items = [learner.item("algebra", 5, 5, at=learner.noon(n))
             for n in (2, 1) for learner in (first, broken, last)]  # fmt: skip
    before = dump(db)
    diagnostic = refusal(db, items)
    assert (diagnostic.sqlstate, diagnostic.message_primary) == ("LG422", "malformed document")
    assert diagnostic.message_detail.startswith("Item 2: ")
    check_words(diagnostic)
    assert dump(db) == before

    stored, entries = broken.document, broken.entries()
    found = bulk(db, [*items, kept], "skip")
    assert codes(found) == [None, "LG422", None, None, "LG422", None, None]
    assert found[1]["error_message"] == "malformed document"
    # A replay reads no document.
    assert found[6]["receipt"]["replayed"] is True
    assert (broken.document, broken.entries()) == (stored, entries)
    assert first.stats["tokens"] == last.stats["tokens"] == 16


# ---------------------------------------------------------------- the call's own arguments


@pytest.mark.parametrize(
    "value", [None, Jsonb(None), Jsonb({}), Jsonb("[]"), Jsonb(5), Jsonb(True)], ids=repr
)
def test_what_is_no_array_is_22023(db, value):
    before = dump(db)
    for on_error in ("abort", "skip"):
        arguments = {"p_activities": value, "p_on_error": on_error}
        diagnostic = refused(db, partial(rows, db, "hg_record_activities", **arguments))
        assert (diagnostic.sqlstate, diagnostic.message_primary) == (
            "22023", "invalid argument p_activities",
        )  # fmt: skip
        check_words(diagnostic)
    assert dump(db) == before


@pytest.mark.parametrize("value", [None, "", "Abort", "SKIP", "ignore", "skip "])
def test_on_error_is_abort_or_skip(db, learner, value):
    before = dump(db)
    diagnostic = refusal(db, [learner.item("algebra", 5, 5)], value)
    assert (diagnostic.sqlstate, diagnostic.message_primary) == (
        "22023", "invalid argument p_on_error",
    )  # fmt: skip
    check_words(diagnostic)
    assert dump(db) == before


def test_abort_is_the_default(db, learner):
    bad = Jsonb([learner.item("algebra", 5, 5), learner.item("x", 1, 1)])
    diagnostic = refused(db, lambda: rows(db, "hg_record_activities", p_activities=bad))
    assert diagnostic.sqlstate == "LG405"


@pytest.mark.parametrize("state", ["pending", "importing", "imported"])
@pytest.mark.parametrize("on_error", ["abort", "skip"])
def test_while_a_legacy_import_is_pending_it_is_55000(db, learner, state, on_error):
    db.execute("UPDATE hg_installation SET state = %s", [state])
    before = dump(db)
    for items in ([], [learner.item("algebra", 5, 5)]):
        diagnostic = refusal(db, items, on_error)
        assert diagnostic.sqlstate == "55000"
        assert diagnostic.message_primary == "a legacy import is pending"
    assert dump(db) == before


# ---------------------------------------------------------------- rights


def test_applications_may_with_their_grant_alone(db, learner):
    items = [learner.item("algebra", 5, 5, at=learner.noon(n % 4)) for n in range(5)]
    with as_role(db, "hg_app"):
        assert len(receipts(bulk(db, items))) == 5
        assert codes(bulk(db, [*items, of_nobody(learner)], "skip")) == [None] * 5 + ["LG404"]


@pytest.mark.parametrize("role", ["hg_reader", "hg_ai_worker"])
def test_others_may_not(db, learner, role):
    with as_role(db, role):
        for items in ([], [learner.item("algebra", 5, 5)]):
            assert refusal(db, items).sqlstate == "42501"


# ---------------------------------------------------------------- several sessions

LEARNERS, ROUNDS = 50, 6


@pytest.mark.slow
def test_opposite_calls_never_deadlock_and_lose_nothing(database):
    """8 sessions over the same learners, half of them backwards, with single calls in between."""
    owner = database.connect()
    learners = [Learner(owner) for _ in range(LEARNERS)]

    def work(connection, number):
        order = learners if number % 2 else learners[::-1]
        for n in range(ROUNDS):
            numbers = [1000 * number + 10 * n + k for k in range(2)]
            found = outcome(bulk, connection, [
                learner.item("ratios_proportions", 5, 5, id=uid(numbers[0])) for learner in order
            ], "skip" if n % 2 else "abort")  # fmt: skip
            assert not isinstance(found, str), found
            for learner in order[n :: LEARNERS // 3]:
                one(connection, learner.item("ratios_proportions", 5, 5, id=uid(numbers[1])))
        return ROUNDS

    assert together(database, work) == [ROUNDS] * 8
    extra = sum(len(range(n, LEARNERS, LEARNERS // 3)) for n in range(ROUNDS))
    total = sum(learner.stats["tokens"] for learner in learners)
    assert total == 25 * 8 * (ROUNDS * LEARNERS + extra)
    assert rows(owner, "hg_verify") == []


def test_it_reads_the_clock_and_the_documents_once_it_holds_all_learners(database):
    owner, first, second, monitor = (database.connect() for _ in range(4))
    learners = [Learner(owner) for _ in range(3)]
    items = [learner.item("algebra", 5, 5, id=uid(7)) for learner in learners[::-1]]
    with first.transaction():
        one(first, learners[1].item("algebra", 5, 5, id=uid(1)))
        waiting = Waiting(lambda: bulk(second, items))
        wait_for_lock(monitor, second.info.backend_pid)
        released = server_clock(monitor)
    found = receipts(waiting.result())
    assert [receipt["tokens"] for receipt in found] == [8, 16, 8]
    for receipt in found:
        occurred = datetime.fromisoformat(receipt["occurred_at"]).astimezone(UTC)
        assert occurred > released
    assert rows(owner, "hg_verify") == []


def test_a_retry_waits_and_is_a_replay(database):
    owner, first, second, monitor = (database.connect() for _ in range(4))
    learners = [Learner(owner) for _ in range(3)]
    items = [learner.item("algebra", 5, 5, id=uid(7)) for learner in learners]
    with first.transaction():
        sent = receipts(bulk(first, items))
        waiting = Waiting(lambda: bulk(second, items[::-1]))
        wait_for_lock(monitor, second.info.backend_pid)
    assert receipts(waiting.result())[::-1] == [receipt | {"replayed": True} for receipt in sent]


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_an_older_snapshot_is_40001_under_skip_too(database, level):
    owner, second = database.connect(), database.connect()
    learner = Learner(owner)
    second.execute(f"BEGIN ISOLATION LEVEL {level}")
    second.execute("SELECT count(*) FROM users")
    learner.run("algebra", 5, 5)
    with pytest.raises(psycopg.errors.SerializationFailure):
        bulk(second, [learner.item("algebra", 5, 5)], "skip")
    second.execute("ROLLBACK")
    assert learner.stats["total_sessions_completed"] == 1
