"""hg_fill_analytics_by_rules: the shell. What the figures say: test_by_rules.py."""

import pytest
from psycopg import errors

from tests.record.support import Learner, difference
from tests.support.database import as_role
from tests.support.users import NOBODY

from . import queue

SCOPES = ["global", "algebra", "cross_module"]


@pytest.fixture
def learner(db) -> Learner:
    return queue.played(db)


def fill(learner: Learner, scope: str = "global") -> dict:
    return learner.call("hg_fill_analytics_by_rules", p_scope=scope)


def answered(learner: Learner, scope: str = "global") -> dict:
    """The section after an answer of OpenAI's."""
    queue.enable(learner.db)
    queue.request(learner, scope)
    (job,) = queue.claim(learner.db)
    assert queue.complete(learner.db, job, queue.answer(job))["state"] == "done"
    return queue.section(learner, scope)


@pytest.mark.parametrize("scope", SCOPES)
def test_it_fills_its_section_and_nothing_else(learner, scope):
    before = learner.document
    section = fill(learner, scope)
    assert section == queue.section(learner, scope)
    assert section.keys() == queue.SECTION_KEYS
    assert (section["source"], section["model"], section["stale"]) == ("rules", None, False)
    place = {
        "global": "ai_analytics",
        "algebra": "modules.algebra.ai_analytics",
        "cross_module": "cross_module_analytics.ai_analytics",
    }[scope]
    assert all(path.startswith(place) for path in difference(before, learner.document))
    assert queue.verified(learner)
    assert queue.jobs(learner) == []


@pytest.mark.parametrize("scope", SCOPES)
def test_before_the_first_session_it_is_empty(db, scope):
    learner = Learner(db)
    section = fill(learner, scope)
    assert section.keys() == queue.SECTION_KEYS
    assert all(not section[key] for key in queue.ANALYTIC_KEYS)
    assert section["source"] == "rules"
    assert queue.verified(learner)


def test_nothing_is_written_where_it_says_what_is_there(learner):
    fill(learner)
    where = "SELECT ctid FROM users WHERE id = %s"
    before = learner.db.execute(where, [learner.id]).fetchone()
    fill(learner)
    assert learner.db.execute(where, [learner.id]).fetchone() == before
    learner.run("algebra", 5, 5, 40)
    assert fill(learner) == queue.section(learner)


def test_an_answer_of_openai_s_stays_until_a_new_one_is_due(learner):
    section = answered(learner)
    assert fill(learner) == section
    learner.run("algebra", 5, 5, 40)
    assert fill(learner) == section
    queue.later(learner.db, days=8)
    assert fill(learner)["source"] == "rules"


def test_an_answer_that_is_stale_is_replaced(learner):
    queue.enable(learner.db, every_sessions=2)
    answered(learner)
    learner.run("algebra", 5, 5, 40)
    learner.run("algebra", 5, 5, 40)
    assert queue.section(learner)["stale"] is True
    assert fill(learner)["source"] == "rules"


def test_what_was_migrated_is_replaced(learner):
    document = learner.document
    document["ai_analytics"] |= {"source": "legacy", "stale": True, "strengths": ["counting"]}
    learner.db.execute(
        "UPDATE users SET hidden_grade_asset = %s WHERE id = %s",
        [queue.Jsonb(document), learner.id],
    )
    section = fill(learner)
    assert (section["source"], section["stale"]) == ("rules", False)
    assert "counting" not in section["strengths"]


def test_a_module_that_joined_the_catalog_later(learner):
    learner.db.execute(
        "INSERT INTO hg_modules (module, start_difficulty, mastery_rule)"
        " VALUES ('geometry', 3, '{\"score\": {\"percent\": 90}}')"
    )
    before = learner.document
    section = fill(learner, "geometry")
    assert section.keys() == queue.SECTION_KEYS
    assert section["strengths"] == []
    # It joins with the next session, not by this.
    assert learner.document == before
    assert queue.verified(learner)
    learner.run("geometry", 5, 5, 40)
    assert fill(learner, "geometry") == queue.section(learner, "geometry")
    assert queue.verified(learner)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"p_user_id": None}, "22023"),
        ({"p_scope": None}, "22023"),
        ({"p_user_id": NOBODY, "p_scope": "no_module"}, "LG404"),
        ({"p_scope": "no_module"}, "LG405"),
    ],
)
def test_refusals(learner, arguments, code):
    arguments = {"p_user_id": learner.id, "p_scope": "global"} | arguments
    with pytest.raises(errors.DatabaseError) as caught:
        learner.db.execute(
            "SELECT hg_fill_analytics_by_rules(%(p_user_id)s, %(p_scope)s)", arguments
        )
    assert caught.value.sqlstate == code


def test_not_while_a_move_is_pending(learner):
    learner.db.execute("UPDATE hg_installation SET state = 'pending'")
    with pytest.raises(errors.ObjectNotInPrerequisiteState):
        fill(learner)


def test_with_the_rights_of_an_application(learner):
    with as_role(learner.db, "hg_app"):
        assert fill(learner)["source"] == "rules"


@pytest.mark.parametrize("role", ["hg_reader", "hg_ai_worker"])
def test_applications_only(learner, role):
    with as_role(learner.db, role), pytest.raises(errors.InsufficientPrivilege):
        fill(learner)
