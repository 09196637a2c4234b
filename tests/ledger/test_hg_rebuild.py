"""hg_rebuild: the document that the ledger gives, stored; what stands beside the fold stays."""

import pytest

from tests.concurrency.support import Waiting, outcome
from tests.errors.support import check_words, dump, refused
from tests.record.support import Learner, add_module, call, changed, rows, uid
from tests.support.database import as_role, wait_for_lock
from tests.support.users import NOBODY

from .support import (
    CHECKPOINTS,
    DAMAGES,
    FIRST,
    UNFOLDABLE,
    WHOLES,
    add_checkpoint,
    damaged,
    forget,
    play,
    store_nothing,
)


@pytest.fixture
def learner(db):
    return play(Learner(db, "3"))


def rebuild(learner):
    return learner.call("hg_rebuild")


def row_version(learner):
    """Another one after every UPDATE of the row."""
    return learner.db.execute(
        "SELECT u.ctid::text FROM users AS u WHERE u.id = %s", [learner.id]
    ).fetchone()[0]


def with_ai_texts(document):
    """AI texts in every place, and keys that nobody knows."""
    section = document["ai_analytics"] | {"strengths": ["adding"], "stale": True, "source": "rules"}
    return changed(document, {
        "ai_analytics": section, "modules.algebra.ai_analytics": section,
        "cross_module_analytics.ai_analytics": section, "mine": {"a": [1]},
        "global_stats.mine": 1, "modules.mine": [], "modules.algebra.mine": None,
        "modules.algebra.progress.mine": "x", "cross_module_analytics.mine": True,
        "ai_analytics.mine": 2,
    })  # fmt: skip


# ---------------------------------------------------------------- what it stores


def test_it_mends_a_document_to_exactly_what_it_was(learner):
    true = learner.document
    for path, value in DAMAGES:
        learner.tamper(damaged(true, path, value))
        assert rebuild(learner) == true, (path, value)
        assert learner.document == true, (path, value)
        assert learner.verify() == []


def test_it_mends_a_document_that_is_none(learner):
    true = learner.document
    for whole in [*WHOLES, {}]:
        learner.tamper(whole)
        assert rebuild(learner) == learner.document == true, whole
    store_nothing(learner)
    assert rebuild(learner) == learner.document == true


def test_ai_texts_and_keys_that_nobody_knows_stay(learner):
    true = with_ai_texts(learner.document)
    learner.tamper(changed(true, {"global_stats.tokens": 1, "modules.algebra.grade_level": 8}))
    assert rebuild(learner) == learner.document == true


def test_they_stay_where_another_section_is_gone(learner):
    true = with_ai_texts(learner.document)
    broken = changed(true, {"global_stats": 7, "modules.algebra.progress": []})
    learner.tamper(broken)
    rebuild(learner)
    del true["global_stats"]["mine"], true["modules"]["algebra"]["progress"]["mine"]
    assert learner.document == true


def test_the_learner_goes_on_as_if_nothing_had_been(db):
    left_alone, mended = play(Learner(db, "3")), play(Learner(db, "3"))
    mended.tamper(changed(mended.document, {"global_stats.tokens": 5000, "modules": {}}))
    rebuild(mended)
    receipts = [
        [learner.run("algebra", 5, 5, id=uid(50)), learner.spend(3, id=uid(51))]
        for learner in (left_alone, mended)
    ]
    for (run, spend), (other_run, other_spend) in [receipts]:
        assert {**run, "occurred_at": None} == {**other_run, "occurred_at": None}
        assert spend == other_spend
    assert mended.verify() == []


def test_a_learner_who_could_not_write_any_more_can_again(learner):
    learner.tamper(changed(learner.document, {"global_stats": []}))
    assert refused(learner.db, lambda: learner.run("algebra", 5, 5)).sqlstate == "LG422"
    rebuild(learner)
    assert learner.run("algebra", 5, 5)["tokens_awarded"] == 8


def test_a_removed_ledger_row_is_lost_with_what_it_made(learner):
    before = learner.stats
    forget(learner, f"l.id = '{FIRST}'")
    after = rebuild(learner)["global_stats"]
    assert after["total_tokens_earned"] == before["total_tokens_earned"] - 10
    assert learner.verify() == []


# ---------------------------------------------------------------- what it leaves alone


def test_a_document_that_is_right_is_not_written(learner):
    before = row_version(learner), dump(learner.db)
    assert rebuild(learner) == learner.document
    assert (row_version(learner), dump(learner.db)) == before


def test_it_writes_no_ledger_row(learner):
    before = learner.entries()
    learner.tamper(changed(learner.document, {"global_stats.tokens": 1}))
    rebuild(learner)
    assert learner.entries() == before


def test_it_is_no_write_of_the_learners_so_no_module_joins(db, learner):
    add_module(db, "spelling")
    true = learner.document
    learner.tamper(changed(true, {"global_stats.tokens": 1}))
    assert rebuild(learner) == true
    assert "spelling" not in learner.document["modules"]


def test_it_touches_no_other_learner(db, learner):
    other = play(Learner(db))
    other.tamper(changed(other.document, {"global_stats.tokens": 1}))
    before = other.document, row_version(other)
    learner.tamper({})
    rebuild(learner)
    assert (other.document, row_version(other)) == before


# ---------------------------------------------------------------- errors


def nothing_to_rebuild_from(learner):
    """The refusal; nothing has changed, snapshots included."""
    before = dump(learner.db)
    diagnostic = refused(learner.db, lambda: rebuild(learner))
    assert diagnostic.sqlstate == "55000"
    assert diagnostic.message_primary == "there is no ledger to rebuild from"
    assert str(learner.id) in diagnostic.message_detail
    check_words(diagnostic)
    assert dump(learner.db) == before


def test_without_a_checkpoint_it_is_55000(learner):
    forget(learner, CHECKPOINTS)
    nothing_to_rebuild_from(learner)


@pytest.mark.parametrize("document", UNFOLDABLE, ids=str)
def test_with_a_checkpoint_that_cannot_be_folded_it_is_55000(learner, document):
    add_checkpoint(learner, document)
    nothing_to_rebuild_from(learner)


def test_a_direct_write_begins_a_ledger_anew(learner):
    """What the HINT says."""
    forget(learner)
    learner.write(global_stats__longest_streak_days=9)
    assert learner.verify() == []
    assert rebuild(learner) == learner.document


def test_without_a_document_and_without_a_ledger_there_is_nothing(learner):
    store_nothing(learner)
    forget(learner)
    assert rebuild(learner) is None
    assert learner.document is None


def test_null_is_22023(db):
    before = dump(db)
    diagnostic = refused(db, lambda: call(db, "hg_rebuild", p_user_id=None))
    assert diagnostic.sqlstate == "22023"
    assert diagnostic.message_primary == "invalid argument p_user_id"
    check_words(diagnostic)
    assert dump(db) == before


def test_an_unknown_learner_is_lg404(db):
    diagnostic = refused(db, lambda: call(db, "hg_rebuild", p_user_id=NOBODY))
    assert (diagnostic.sqlstate, diagnostic.message_primary) == ("LG404", "unknown learner")
    check_words(diagnostic)


@pytest.mark.parametrize("state", ["pending", "importing", "imported"])
def test_while_a_legacy_import_is_pending_it_is_55000(db, learner, state):
    learner.tamper({})
    db.execute("UPDATE hg_installation SET state = %s", [state])
    before = dump(db)
    diagnostic = refused(db, lambda: rebuild(learner))
    assert diagnostic.sqlstate == "55000"
    assert diagnostic.message_primary == "a legacy import is pending"
    assert dump(db) == before


@pytest.mark.parametrize("role", ["hg_app", "hg_reader", "hg_ai_worker"])
def test_it_is_the_owners(db, learner, role):
    with as_role(db, role):
        assert refused(db, lambda: rebuild(learner)).sqlstate == "42501"


def test_whoever_is_granted_it_needs_no_right_on_the_tables(db, learner):
    true = learner.document
    learner.tamper({})
    db.execute("GRANT EXECUTE ON FUNCTION hg_rebuild TO hg_reader")
    with as_role(db, "hg_reader"):
        assert rebuild(learner) == true
    assert learner.document == true


# ---------------------------------------------------------------- several sessions


def test_it_waits_for_whoever_holds_the_learner_and_folds_what_that_one_wrote(database):
    owner, first, second, monitor = (database.connect() for _ in range(4))
    learner = Learner(owner)
    learner.run("algebra", 5, 5)
    learner.tamper(changed(learner.document, {"global_stats.streak_days": 77}))
    query = "SELECT hg_record_activity(%s, %s, 'algebra', 5, 5)"
    with first.transaction():
        first.execute(query, [learner.id, uid(7)])
        waiting = Waiting(lambda: call(second, "hg_rebuild", p_user_id=learner.id))
        wait_for_lock(monitor, second.info.backend_pid)
    document = waiting.result()
    assert document == learner.document
    assert document["global_stats"]["total_tokens_earned"] == 16
    assert rows(owner, "hg_verify") == []


def test_an_older_snapshot_is_40001(database):
    owner, second = database.connect(), database.connect()
    learner = Learner(owner)
    second.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
    second.execute("SELECT count(*) FROM users")
    learner.run("algebra", 5, 5)
    assert outcome(call, second, "hg_rebuild", p_user_id=learner.id) == "40001"
