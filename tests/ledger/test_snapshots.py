"""hg_snapshots: a pure cache of the fold, read by late arrivals and reversals only."""

import pytest
from psycopg.types.json import Jsonb

from tests.record.support import HOUR, MINUTE, Learner, bulk, changed, uid
from tests.support.database import as_role

from .support import CROSS, at, forget

EVERY = 256


def sessions(learner, first, last, **others):
    """Sessions a minute apart, numbered from first to last."""
    start = learner.noon(3)
    return [
        learner.item("word_race", 1, n % 3 // 2, at=start + n * MINUTE, id=uid(n), **others)
        for n in range(first, last + 1)
    ]


@pytest.fixture
def learner(db):
    """600 sessions: two snapshots."""
    learner = Learner(db)
    bulk(db, sessions(learner, 1, 600))
    return learner


def places(learner):
    """The ids of the rows that the snapshots stand at."""
    return [snapshot["id"] for snapshot in learner.snapshots()]


def ids(*numbers):
    return [str(uid(number)) for number in numbers]


def add_snapshot(learner, number, document):
    """A snapshot at the place of a session."""
    learner.db.execute(
        "INSERT INTO hg_snapshots (occurred_at, id, user_id, checkpoint_id, document)"
        " SELECT l.occurred_at, l.id, l.user_id, c.ledger_id, %s FROM hg_ledger AS l"
        " JOIN hg_ledger AS c ON c.user_id = l.user_id AND c.kind = 'skeleton'"
        " WHERE l.user_id = %s AND l.id = %s",
        [Jsonb(document), learner.id, uid(number)],
    )


def spoil(learner):
    """Another lesson in every snapshot, to see which one was gone on from."""
    learner.db.execute(
        "UPDATE hg_snapshots AS s SET document = jsonb_set(s.document,"
        " '{modules,word_race,progress,lesson}', to_jsonb(n.n)) FROM (SELECT t.id,"
        " row_number() OVER (ORDER BY t.occurred_at) AS n FROM hg_snapshots AS t"
        " WHERE t.user_id = %(id)s) AS n WHERE s.user_id = %(id)s AND s.id = n.id",
        {"id": learner.id},
    )


def gone_on_from(learner):
    """Which snapshot that was, after `spoil`; None: none."""
    return learner.progress("word_race")["lesson"]


# ---------------------------------------------------------------- when they are taken


def test_one_at_every_256th_session(learner):
    assert places(learner) == ids(EVERY, 2 * EVERY)
    for snapshot, sessions_completed in zip(learner.snapshots(), (EVERY, 2 * EVERY), strict=True):
        stats = snapshot["document"]["global_stats"]
        assert stats["total_sessions_completed"] == sessions_completed
        assert snapshot["checkpoint_id"] == learner.entries("skeleton")[0]["ledger_id"]


def test_one_by_one_as_in_bulk(db):
    learner = Learner(db)
    bulk(db, sessions(learner, 1, EVERY - 1))
    assert places(learner) == []
    learner.run("word_race", 1, 1, id=uid(EVERY), at=learner.noon(1))
    (snapshot,) = learner.snapshots()
    assert snapshot["id"] == str(uid(EVERY))
    assert snapshot["document"] == learner.document


def test_a_practice_takes_none(db):
    learner = Learner(db)
    bulk(db, sessions(learner, 1, EVERY))
    learner.practise("word_race", at=learner.noon(1))
    learner.practise("word_race", at=learner.noon(1) + HOUR)
    assert places(learner) == ids(EVERY)


def test_a_long_refold_leaves_some_on_its_way(db):
    """By rows, from where it began; so the next late arrival is quick."""
    learner = Learner(db)
    bulk(db, sessions(learner, 3, 600))
    learner.run("word_race", 1, 1, at=learner.noon(3), id=uid(2))
    assert places(learner) == ids(EVERY + 1, 2 * EVERY + 1)
    assert learner.verify() == []
    for number, snapshot in zip((EVERY, 2 * EVERY), learner.snapshots(), strict=True):
        assert snapshot["document"]["global_stats"]["total_sessions_completed"] == number


# ---------------------------------------------------------------- what they are for


def test_a_late_arrival_folds_what_stands_after_the_latest_snapshot_before_it(learner):
    """Rows before the snapshot are not looked at: without them nothing is different."""
    place = learner.noon(3) + 550 * MINUTE + MINUTE / 2
    with learner.db.transaction(force_rollback=True):
        receipt = learner.run("word_race", 1, 1, at=place, id=uid(9000))
        document = learner.document
        assert learner.verify() == []
    before = learner.noon(3) + 512 * MINUTE
    assert forget(learner, f"l.kind = 'activity' AND l.occurred_at < '{before}'") == 511
    assert learner.run("word_race", 1, 1, at=place, id=uid(9000)) == receipt
    assert learner.document == document
    # What proves documents is not deceived.
    paths = {path: stored - expected for path, stored, expected in learner.verify()
             if isinstance(stored, int)}  # fmt: skip
    assert paths["global_stats.total_sessions_completed"] == 511


@pytest.mark.parametrize(
    ("minutes", "used"),
    [(0.5, None), (255.5, None), (256, 1), (256.5, 1), (511.5, 1), (512, 2), (599.5, 2)],
)
def test_a_late_arrival_goes_on_from_the_latest_snapshot_before_it(learner, minutes, used):
    """At 256 and 512 the arrival has the instant of the snapshot's row and a greater id."""
    spoil(learner)
    learner.run("word_race", 1, 1, at=learner.noon(3) + minutes * MINUTE, id=uid(9000))
    assert gone_on_from(learner) == used


def test_a_reversal_too(learner):
    spoil(learner)
    learner.reverse(uid(300))
    assert gone_on_from(learner) == 1
    assert places(learner)[0] == str(uid(EVERY))


def test_a_reversal_of_the_snapshots_own_row_does_not(learner):
    spoil(learner)
    learner.reverse(uid(EVERY))
    assert gone_on_from(learner) is None
    assert learner.verify() == []


def test_the_next_session_and_a_grant_do_not_look(learner):
    spoil(learner)
    learner.run("word_race", 1, 1)
    learner.grant(4)
    assert gone_on_from(learner) is None
    assert learner.verify() == []


def add_many_snapshots(learner):
    """True ones at many places; the documents are those of another learner at these places."""
    other = Learner(learner.db)
    other.clock = learner.clock
    first = 1
    for number in (1, 2, 100, 311, 313, 560, 600):
        bulk(learner.db, sessions(other, first, number))
        add_snapshot(learner, number, other.document)
        first = number + 1


@pytest.mark.slow
@pytest.mark.parametrize("minutes", [0.5, 300.5])
def test_with_too_few_or_too_many_of_them_it_is_the_same(learner, minutes):
    place = learner.noon(3) + minutes * MINUTE
    found = []
    for prepare in (
        lambda: None,
        lambda: learner.db.execute("DELETE FROM hg_snapshots"),
        lambda: add_many_snapshots(learner),
    ):
        with learner.db.transaction(force_rollback=True):
            prepare()
            late = learner.run("word_race", 1, 0, at=place, id=uid(9000))
            reversal = learner.reverse(uid(310)) | {"id": None}
            other = learner.run("algebra", 5, 5, at=place - MINUTE / 4, id=uid(9001))
            found.append((late, reversal, other, learner.document))
            assert learner.verify() == []
    assert found[1:] == found[:1] * 2


def assert_beside_the_fold_nothing_is_old(learner, old, new):
    """Paths as they are in the snapshots, and as they are in the document."""
    for snapshot in learner.snapshots():
        learner.db.execute(
            "UPDATE hg_snapshots AS s SET document = %s WHERE s.user_id = %s AND s.id = %s",
            [Jsonb(changed(snapshot["document"], old)), learner.id, snapshot["id"]],
        )
    learner.tamper(changed(learner.document, new))
    learner.run("word_race", 1, 1, at=learner.noon(3) + 599.5 * MINUTE)
    assert {path: at(learner.document, path) for path in new} == new


def test_ai_texts_are_those_of_the_document(learner):
    """Not those that it had when the snapshot was taken."""
    section = learner.document["ai_analytics"]
    paths = ["ai_analytics", "modules.word_race.ai_analytics", f"{CROSS}.ai_analytics"]
    old, new = (
        {path: section | {"strengths": [strength]} for path in paths} for strength in ("old", "new")
    )
    assert_beside_the_fold_nothing_is_old(learner, old, new)


def test_keys_that_nobody_knows_are_those_of_the_document(learner):
    paths = ["mine", "global_stats.mine", "modules.mine", "modules.word_race.mine",
             "modules.word_race.progress.mine", f"{CROSS}.mine"]  # fmt: skip
    old, new = (dict.fromkeys(paths, value) for value in ("old", "new"))
    assert_beside_the_fold_nothing_is_old(learner, old, new)


# ---------------------------------------------------------------- when they go


def test_those_from_the_place_of_a_late_arrival_on_go(learner):
    learner.run("word_race", 1, 1, at=learner.noon(3) + 511.5 * MINUTE, id=uid(9000))
    # It is itself the 256th row after the snapshot that it went on from.
    assert places(learner) == ids(EVERY, 9000)
    assert learner.verify() == []


def test_those_from_the_place_of_a_reversal_on_go(learner):
    learner.reverse(uid(512))
    assert places(learner) == ids(EVERY, 513)
    learner.reverse(uid(1))
    assert places(learner) == ids(EVERY + 1, 514)
    assert learner.verify() == []


def test_a_direct_write_makes_all_of_them_old(learner):
    learner.write(global_stats__longest_streak_days=5)
    spoil(learner)
    learner.run("word_race", 1, 1, at=learner.noon(2))
    assert gone_on_from(learner) is None
    assert places(learner) == []
    assert learner.verify() == []


def test_one_from_before_a_checkpoint_is_not_taken_for_one_after_it(learner):
    """A session ahead of the clock stands after the direct write that was recorded later."""
    ahead = learner.clock + 4 * MINUTE
    learner.run("word_race", 1, 1, at=ahead, id=uid(9000))
    add_snapshot(learner, 9000, changed(learner.document, {"modules.word_race.progress.lesson": 7}))
    learner.write(global_stats__longest_streak_days=5)
    learner.run("word_race", 1, 1, at=ahead + MINUTE / 2)
    learner.run("word_race", 1, 1, at=ahead + MINUTE / 4)
    assert gone_on_from(learner) is None
    assert learner.verify() == []


def test_wrong_ones_are_mended_by_hg_rebuild(learner):
    true = learner.document
    spoil(learner)
    learner.run("word_race", 1, 1, at=learner.noon(3) + 599.5 * MINUTE, id=uid(9000))
    assert gone_on_from(learner) == 2
    assert learner.verify() == [("modules.word_race.progress.lesson", 2, None)]
    learner.call("hg_rebuild")
    assert learner.snapshots() == []
    assert learner.verify() == []
    learner.reverse(uid(9000))
    assert learner.document == true


def test_hg_rebuild_lets_them_go_even_where_the_document_is_right(db, learner):
    other = Learner(db)
    bulk(db, sessions(other, 1, EVERY))
    spoil(learner)
    learner.call("hg_rebuild")
    assert learner.snapshots() == []
    assert places(other) == ids(EVERY)
    learner.run("word_race", 1, 1, at=learner.noon(3) + 599.5 * MINUTE)
    assert learner.verify() == []


def test_they_go_with_the_learner(db, learner):
    other = Learner(db)
    bulk(db, sessions(other, 1, EVERY))
    db.execute("DELETE FROM users AS u WHERE u.id = %s", [learner.id])
    assert learner.snapshots() == []
    assert places(other) == ids(EVERY)


def test_they_go_with_all_learners(db, learner):
    db.execute("TRUNCATE users")
    assert db.execute("SELECT count(*) FROM hg_snapshots").fetchone() == (0,)


def test_a_call_that_fails_takes_none(db):
    learner = Learner(db)
    bulk(db, sessions(learner, 1, EVERY - 1))
    bad = [*sessions(learner, EVERY, EVERY), learner.item("no_such_module", 1, 1)]
    rows = bulk(db, bad, "skip")
    assert [row["error_code"] for row in rows] == [None, "LG405"]
    assert places(learner) == ids(EVERY)


def test_applications_need_no_right_on_them(db, learner):
    with as_role(db, "hg_app"):
        learner.run("word_race", 1, 1, at=learner.noon(3) + 599.5 * MINUTE)
        learner.reverse(uid(1))
    assert learner.verify() == []


@pytest.mark.parametrize("role", ["hg_app", "hg_reader", "hg_ai_worker"])
def test_no_role_has_a_right_on_them(db, role):
    assert db.execute(
        "SELECT has_table_privilege(%s, 'hg_snapshots', 'SELECT, INSERT, UPDATE, DELETE')", [role]
    ).fetchone() == (False,)
