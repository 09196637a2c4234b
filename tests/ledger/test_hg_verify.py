"""hg_verify: no rows prove that documents are the fold of their ledgers, a row says where not."""

import threading
from functools import partial

import pytest

from tests.concurrency.support import together
from tests.errors.support import check_words, dump, refused
from tests.record.support import Learner, add_module, change_module, changed, rows, uid
from tests.support.database import as_role
from tests.support.users import NOBODY

from .support import (
    CHECKPOINTS,
    DAMAGES,
    FIRST,
    MISSING,
    UNFOLDABLE,
    WHOLES,
    add_checkpoint,
    at,
    damaged,
    forget,
    play,
    store_nothing,
)


@pytest.fixture
def learner(db):
    return play(Learner(db, "3"))


def verified(db) -> dict:
    """The paths that differ, by learner."""
    found = {}
    for row in rows(db, "hg_verify"):
        found.setdefault(row["user_id"], []).append(row["path"])
    return found


# ---------------------------------------------------------------- nothing is wrong


def test_no_rows_after_writes_of_every_kind(learner):
    assert learner.verify() == []


def test_no_rows_for_a_new_learner(db):
    assert Learner(db).verify() == []


def test_no_rows_for_a_learner_without_a_document_and_without_a_ledger(db):
    learner = Learner(db)
    store_nothing(learner)
    forget(learner)
    assert learner.verify() == []


def test_no_rows_after_a_direct_write(learner):
    learner.write(global_stats__tokens=40, global_stats__total_tokens_earned=45)
    assert learner.verify() == []
    learner.run("algebra", 5, 5, at=learner.noon(5))
    assert learner.verify() == []


def test_no_rows_for_a_document_given_in_the_insert(db, learner):
    other = Learner(db, document=learner.document)
    other.run("algebra", 5, 5)
    assert other.verify() == []


def test_no_rows_where_a_module_has_joined_the_catalog(db, learner):
    add_module(db, "spelling")
    assert learner.verify() == []
    learner.run("spelling", 5, 5)
    assert learner.verify() == []


def test_no_rows_after_the_rules_have_changed(db, learner):
    change_module(db, "algebra", good_percent=10, mastery_rule={"score": {"percent": 1}})
    assert learner.verify() == []
    learner.run("algebra", 5, 5)
    change_module(db, "algebra", active=False)
    assert learner.verify() == []


def test_ai_texts_are_not_looked_at(learner):
    section = learner.document["ai_analytics"] | {"strengths": ["adding"], "stale": True}
    learner.tamper(changed(learner.document, {
        "ai_analytics": section, "modules.algebra.ai_analytics": section,
        "cross_module_analytics.ai_analytics": section,
    }))  # fmt: skip
    assert learner.verify() == []


def test_keys_that_nobody_knows_are_not_looked_at(learner):
    learner.tamper(changed(learner.document, {
        "mine": {"a": 1}, "global_stats.mine": 1, "modules.mine": [], "modules.algebra.mine": None,
        "modules.algebra.progress.mine": "x", "cross_module_analytics.mine": True,
    }))  # fmt: skip
    assert learner.verify() == []


def test_keys_that_a_direct_write_brought_are_looked_for(learner):
    learner.write(mine={"a": 1}, modules__algebra__mine=2)
    # Whose values they have is not ours to say.
    learner.tamper(damaged(learner.document, "mine.a", 5))
    assert learner.verify() == []
    learner.tamper(damaged(learner.document, "modules.algebra.mine", MISSING))
    assert learner.verify() == [("modules.algebra.mine", None, 2)]


# ---------------------------------------------------------------- what is wrong, and where


@pytest.mark.parametrize(("path", "value"), DAMAGES, ids=str)
def test_it_names_the_path_and_both_values(learner, path, value):
    true = learner.document
    learner.tamper(damaged(true, path, value))
    stored = None if value == MISSING else value
    assert learner.verify() == [(path, stored, at(true, path))]


@pytest.mark.parametrize("whole", WHOLES, ids=str)
def test_a_document_that_is_no_object_differs_as_a_whole(learner, whole):
    true = learner.document
    learner.tamper(whole)
    ((path, stored, expected),) = learner.verify()
    assert (path, stored) == ("", whole)
    # Its AI texts went with it.
    assert expected == true


def test_null_for_a_document_differs_as_a_whole(learner):
    true = learner.document
    store_nothing(learner)
    assert learner.verify() == [("", None, true)]


def test_an_empty_object_lacks_every_section(learner):
    true = learner.document
    learner.tamper({})
    assert learner.verify() == [(key, None, true[key]) for key in sorted(true)]


def test_null_and_a_missing_key_can_be_told_apart(db, learner):
    """In SQL: JSON null is a value, NULL is none."""
    learner.tamper(changed(learner.document, {"global_stats.tokens": None}))
    query = "SELECT v.stored::text FROM hg_verify(%s) AS v"
    assert db.execute(query, [learner.id]).fetchall() == [("null",)]
    learner.tamper(damaged(learner.document, "global_stats.tokens", MISSING))
    assert db.execute(query, [learner.id]).fetchall() == [(None,)]


def test_every_place_is_a_row_in_the_order_of_the_paths(learner):
    true = learner.document
    changes = {
        "version": 2, "modules.word_race.grade_level": 1, "global_stats.tokens": 1,
        "modules.algebra.progress.lesson": 9, "modules.algebra.progress.best_time": 1,
    }  # fmt: skip
    learner.tamper(changed(true, changes))
    assert learner.verify() == [
        (path, value, at(true, path)) for path, value in sorted(changes.items())
    ]


def test_a_removed_ledger_row_shows_in_the_figures_it_made(learner):
    assert forget(learner, f"l.id = '{FIRST}'") == 1
    paths = {path: (stored, expected) for path, stored, expected in learner.verify()}
    tokens = learner.stats["total_tokens_earned"]
    assert paths["global_stats.total_tokens_earned"] == (tokens, tokens - 10)
    assert paths["modules.addition_facts.progress.correct_answers"] == (6, 0)


def test_a_module_that_the_ledger_does_not_know_is_wrong(db, learner):
    """A block that never joined would be a start that nobody recorded."""
    add_module(db, "spelling")
    joined = Learner(db).document["modules"]["spelling"]
    joined["progress"]["tokens_earned"] = 1000
    learner.tamper(damaged(learner.document, "modules.spelling", joined))
    assert learner.verify() == [("modules.spelling", joined, None)]


# ---------------------------------------------------------------- a ledger that proves nothing


def test_without_a_checkpoint_nothing_is_expected(learner):
    assert forget(learner, CHECKPOINTS) == 1
    assert learner.verify() == [("", learner.document, None)]


def test_without_any_ledger_nothing_is_expected(learner):
    forget(learner)
    assert learner.verify() == [("", learner.document, None)]


@pytest.mark.parametrize("later", [False, True])
@pytest.mark.parametrize("document", UNFOLDABLE, ids=str)
def test_a_checkpoint_that_cannot_be_folded_proves_nothing(db, learner, document, later):
    before = learner.document
    add_checkpoint(learner, document)
    if later:
        db.execute(
            "INSERT INTO hg_ledger OVERRIDING USER VALUE SELECT (jsonb_populate_record(l,"
            " jsonb_build_object('id', gen_random_uuid(), 'occurred_at', clock_timestamp()))).*"
            " FROM hg_ledger AS l WHERE l.user_id = %s AND l.id = %s",
            [learner.id, FIRST],
        )
    assert learner.verify() == [("", before, None)]


def test_snapshots_are_not_looked_at(db, learner):
    db.execute(
        "INSERT INTO hg_snapshots (occurred_at, id, user_id, checkpoint_id, document)"
        " SELECT l.occurred_at, l.id, l.user_id, c.ledger_id, '{}'"
        " FROM hg_ledger AS l, hg_ledger AS c WHERE l.user_id = %(id)s AND c.user_id = %(id)s"
        " AND l.kind = 'activity' AND c.kind = 'skeleton'",
        {"id": learner.id},
    )
    assert learner.verify() == []


# ---------------------------------------------------------------- one learner, or all


def test_null_is_all_learners_in_the_order_of_their_ids(db):
    learners = [Learner(db) for _ in range(6)]
    for learner in learners:
        learner.run("algebra", 5, 5)
    wrong = [learners[n] for n in (4, 0, 3)]
    for learner in wrong:
        learner.tamper(changed(learner.document, {"version": 9, "global_stats.tokens": 9}))
    found = verified(db)
    assert list(found) == sorted(learner.id for learner in wrong)
    assert all(paths == ["global_stats.tokens", "version"] for paths in found.values())


def test_one_whose_ledger_is_gone_does_not_hide_the_others(db):
    first, gone, last = (Learner(db) for _ in range(3))
    for learner in (first, last):
        learner.tamper(changed(learner.document, {"version": 9}))
    forget(gone)
    assert verified(db) == {first.id: ["version"], gone.id: [""], last.id: ["version"]}


def test_it_looks_at_no_other_learner_than_asked(db):
    right, wrong = Learner(db), Learner(db)
    wrong.tamper({})
    assert right.verify() == []


# ---------------------------------------------------------------- errors, rights, effects


def test_an_unknown_learner_is_lg404(db):
    diagnostic = refused(db, lambda: rows(db, "hg_verify", p_user_id=NOBODY))
    assert (diagnostic.sqlstate, diagnostic.message_primary) == ("LG404", "unknown learner")
    check_words(diagnostic)


@pytest.mark.parametrize("state", ["pending", "importing", "imported"])
def test_while_a_legacy_import_is_pending_it_is_55000(db, learner, state):
    db.execute("UPDATE hg_installation SET state = %s", [state])
    for user_id in (None, learner.id, NOBODY):
        diagnostic = refused(db, partial(rows, db, "hg_verify", p_user_id=user_id))
        assert diagnostic.sqlstate == "55000"
        assert diagnostic.message_primary == "a legacy import is pending"
        check_words(diagnostic)


@pytest.mark.parametrize("role", ["hg_app", "hg_reader", "hg_ai_worker"])
def test_it_is_the_owners(db, learner, role):
    with as_role(db, role):
        assert refused(db, learner.verify).sqlstate == "42501"


def test_whoever_is_granted_it_needs_no_right_on_the_tables(db, learner):
    db.execute("GRANT EXECUTE ON FUNCTION hg_verify TO hg_reader")
    learner.tamper(changed(learner.document, {"version": 9}))
    with as_role(db, "hg_reader"):
        assert learner.verify() == [("version", 9, 1)]


def test_it_writes_nothing_and_may_not(db, learner):
    learner.tamper({})
    forget(Learner(db))
    before = dump(db)
    with db.transaction():
        db.execute("SET TRANSACTION READ ONLY")
        assert len(rows(db, "hg_verify")) == 6
    assert dump(db) == before


@pytest.mark.slow
def test_it_runs_beside_the_writers(database):
    """Documents and ledgers are of one instant: what others record meanwhile is no difference."""
    owner = database.connect()
    learners = [Learner(owner) for _ in range(3)]
    stop = threading.Event()

    def work(connection, number):
        if number == 0:
            looks = 0
            while not stop.is_set() or looks < 5:
                assert rows(connection, "hg_verify") == []
                looks += 1
            return looks
        try:
            for n in range(60):
                learner = learners[n % 3]
                connection.execute(
                    "SELECT hg_record_activity(%s, %s, 'algebra', 5, 5, p_occurred_at => %s)",
                    [learner.id, uid(100 * number + n), learner.ago(hours=(7 * n) % 50)],
                )
        finally:
            stop.set()
        return 60

    assert together(database, work, 3)[1:] == [60, 60]
    assert sum(learner.stats["total_sessions_completed"] for learner in learners) == 120
