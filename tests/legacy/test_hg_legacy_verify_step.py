"""hg_legacy_verify_step: everybody is verified step by step, whatever happens between the steps."""

from typing import Any

import psycopg
import pytest

from tests.legacy.moving import Move


@pytest.fixture
def move(moved: Any) -> Move:
    return moved("imported", "jsonb")


def step(move: Move, limit: int = 7) -> dict:
    return move.db.execute("SELECT hg_legacy_verify_step(%s)", [limit]).fetchone()[0]


def rest(move: Move, limit: int = 7) -> list[dict]:
    """The answers of all steps to the end."""
    answers = [step(move, limit)]
    while answers[-1]["more"]:
        answers.append(step(move, limit))
    return answers


def learners(move: Move) -> list[Any]:
    """Those that are not in quarantine, by id."""
    rows = move.db.execute(
        "SELECT u.id FROM users AS u WHERE u.hidden_grade_asset_next IS NOT NULL ORDER BY u.id"
    )
    return [row[0] for row in rows]


def tamper(move: Move, learner: Any, tokens: int = 999999) -> None:
    move.db.execute(
        "UPDATE users SET hidden_grade_asset_next = jsonb_set(hidden_grade_asset_next,"
        " '{global_stats,total_tokens_spent}', to_jsonb(%s)) WHERE id = %s",
        [tokens, learner],
    )


def found(move: Move) -> list[tuple]:
    """(learner, path) of every difference."""
    return move.db.execute(
        "SELECT d.user_id, d.path FROM hg_legacy_differences AS d ORDER BY 1, 2"
    ).fetchall()


def run(move: Move) -> tuple:
    """What the run's row says: verified, its digest, where it is."""
    return move.db.execute(
        "SELECT r.verified_at IS NOT NULL, r.verified_digest, r.verify_after"
        " FROM hg_legacy_run AS r"
    ).fetchone()


def test_it_walks_everybody_once_and_ends_with_the_digest(move):
    total = move.db.execute("SELECT count(*) FROM users").fetchone()[0]
    answers = rest(move)
    assert [answer["done"] for answer in answers] == [
        min(done, total) for done in range(7, total + 7, 7)
    ]
    assert sum(answer["learners"] for answer in answers) == total
    digest = move.db.execute("SELECT hg_legacy_digest()").fetchone()[0]
    assert answers[-1] == {
        "step": "verify", "learners": total % 7, "done": total, "total": total,
        "differences": 0, "dirty": 0, "more": False, "digest": digest,
    }  # fmt: skip
    assert run(move) == (True, digest, None)


def test_a_limit_that_the_learners_fill_exactly(move):
    total = move.db.execute("SELECT count(*) FROM users").fetchone()[0]
    answers = rest(move, total)
    assert [(a["learners"], a["more"]) for a in answers] == [(total, True), (0, False)]


def test_differences_stay_until_they_are_mended_and_looked_at_again(move):
    first, second = learners(move)[0], learners(move)[-1]
    tamper(move, first)
    tamper(move, second)
    assert rest(move)[-1]["differences"] == 2
    paths = [(user, "global_stats.total_tokens_spent") for user in (first, second)]
    assert found(move) == paths
    assert rest(move)[-1]["differences"] == 2
    move.db.execute(
        "UPDATE users AS u SET hidden_grade_asset_next = l.document FROM hg_ledger AS l"
        " WHERE l.user_id = u.id AND l.kind = 'import' AND u.id = %s",
        [first],
    )
    assert rest(move)[-1]["differences"] == 1
    assert found(move) == paths[1:]


def test_what_was_found_of_somebody_who_is_gone_goes(move):
    last = learners(move)[-1]
    tamper(move, last)
    assert rest(move)[-1]["differences"] == 1
    move.db.execute("DELETE FROM users WHERE id = %s", [last])
    assert rest(move)[-1]["differences"] == 0


def test_it_goes_on_after_a_step_that_was_lost(move):
    tamper(move, learners(move)[0])
    assert step(move)["more"]
    other = move.database.connect(autocommit=False)
    other.execute("SELECT hg_legacy_verify_step(7)")
    other.close()
    assert step(move)["done"] == 14
    assert rest(move)[-1]["differences"] == 1


def test_while_it_is_under_way_nothing_is_verified(move):
    rest(move)
    step(move)
    assert run(move)[:2] == (False, None)


def test_changed_learners_are_built_first_and_told(move):
    some = learners(move)[:3]
    move.db.execute("UPDATE users SET tokens = tokens + 5 WHERE id = ANY (%s)", [some])
    answers = rest(move, 1000)
    assert [a["step"] for a in answers] == ["changed learners", "verify"]
    assert answers[0]["learners"] == 3
    assert (answers[-1]["differences"], answers[-1]["dirty"]) == (0, 0)


def test_who_changes_on_the_way_is_verified_when_built(move):
    first = learners(move)[0]
    step(move)
    move.db.execute("UPDATE users SET tokens = tokens + 5 WHERE id = %s", [first])
    move.finish()
    tamper(move, first)
    assert rest(move)[-1]["differences"] == 1
    assert found(move) == [(first, "global_stats.total_tokens_spent")]


def test_a_learner_whom_another_session_holds_is_told_and_comes_later(move):
    held = learners(move)[0]
    move.db.execute("UPDATE users SET tokens = tokens + 5 WHERE id = %s", [held])
    blocker = move.database.connect(autocommit=False)
    blocker.execute("SELECT FROM users AS u WHERE u.id = %s FOR UPDATE", [held])
    last = rest(move)[-1]
    assert (last["differences"], last["dirty"]) == (0, 1)
    blocker.rollback()
    last = rest(move)[-1]
    assert (last["differences"], last["dirty"]) == (0, 0)


def test_after_a_truncate_everybody_is_built_first(move):
    move.db.execute("TRUNCATE subject_mastery")
    steps = [answer["step"] for answer in rest(move)]
    assert steps[0] == "changed learners"
    assert "sweep" in steps and steps[-1] == "verify"
    assert found(move) == []


def test_a_learner_who_gets_another_id_is_built_again(move):
    move.db.execute("UPDATE users SET id = id + 1000 WHERE id < 5")
    last = rest(move)[-1]
    assert (last["differences"], last["dirty"]) == (0, 0)
    move.steps("hg_legacy_cutover_step", True)
    move.proven()


def test_while_paused_it_builds_nothing(move):
    move.db.execute("UPDATE users SET tokens = tokens + 5 WHERE id = %s", [learners(move)[0]])
    move.db.execute("SELECT hg_legacy_pause()")
    last = rest(move)[-1]
    assert (last["step"], last["differences"], last["dirty"]) == ("verify", 0, 1)


def test_paused_with_everybody_to_build_it_waits(move):
    move.db.execute("TRUNCATE subject_mastery")
    step(move)
    move.db.execute("SELECT hg_legacy_pause()")
    answer = step(move)
    assert (answer["step"], answer["more"], answer["wait_ms"]) == ("paused", True, 1000)
    assert answer["reason"] == "paused, until make resume or hg_legacy_resume()"
    move.db.execute("SELECT hg_legacy_resume()")
    assert rest(move)[-1]["differences"] == 0


def test_paused_after_a_rollback_it_waits(moved):
    """Everybody is to be built again, and what nobody owns is to be archived again."""
    move = moved("cut_over")
    move.roll_back()
    move.db.execute("SELECT hg_legacy_pause()")
    assert step(move)["step"] == "paused"
    assert move.db.execute("SELECT FROM hg_legacy_differences").fetchall() == []
    move.db.execute("SELECT hg_legacy_resume()")
    assert rest(move)[-1]["differences"] == 0


def test_a_run_that_is_older_than_the_documents_begins_anew(move):
    tamper(move, learners(move)[-1])
    step(move)
    move.db.execute("TRUNCATE subject_mastery")
    move.finish()
    tamper(move, learners(move)[0])
    assert rest(move)[-1]["differences"] == 1
    assert found(move) == [(learners(move)[0], "global_stats.total_tokens_spent")]


def test_orphans_belong_to_it(move):
    move.db.execute("DELETE FROM hg_legacy_archive WHERE reason = 'orphan'")
    rows = rest(move)[-1]["differences"]
    assert rows > 0
    assert {user for user, _ in found(move)} == {None}
    move.db.execute("SELECT hg__legacy_take_orphans(now())")
    assert rest(move)[-1]["differences"] == 0


def test_only_who_was_built_again_is_verified_by_name(move):
    rest(move)
    first, second = learners(move)[:2]
    tamper(move, first)
    tamper(move, second)
    move.db.execute("INSERT INTO hg_legacy_unverified (user_id) VALUES (%s), (%s)", [first] * 2)
    changed = "SELECT hg__legacy_verify_changed()"
    assert move.db.execute(changed).fetchone() == (1,)
    assert found(move) == [(first, "global_stats.total_tokens_spent")]
    assert move.db.execute("SELECT count(*) FROM hg_legacy_unverified").fetchone() == (0,)
    assert move.db.execute(changed).fetchone() == (1,)


def test_it_works_after_the_cutover_too(moved):
    move = moved("cut_over", "jsonb")
    answers = rest(move)
    assert {answer["step"] for answer in answers} == {"verify"}
    assert (answers[-1]["differences"], answers[-1]["dirty"]) == (0, 0)


def test_two_at_once_take_turns(move):
    other = move.database.connect(autocommit=False)
    other.execute("SELECT hg_legacy_verify_step(7)")
    move.db.execute("SET lock_timeout = '50ms'")
    with pytest.raises(psycopg.errors.LockNotAvailable):
        step(move)
    other.commit()
    assert step(move)["done"] == 14


@pytest.mark.parametrize("limit", [0, 10001, None])
def test_a_limit_out_of_its_domain_is_refused(move, limit):
    said = move.refused("SELECT hg_legacy_verify_step(%s)", limit)
    assert (said.sqlstate, said.message_primary) == ("22023", "invalid argument p_limit")
    assert said.message_hint == "A limit is 1 to 10,000 learners."


def test_without_an_import_it_is_refused(moved):
    said = moved("pending", "jsonb").refused("SELECT hg_legacy_verify_step()")
    assert (said.sqlstate, said.message_detail) == (
        "55000", "The state of the installation is pending."
    )  # fmt: skip


def test_it_is_the_owner_s(move):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        move.database.connect(role="hg_app").execute("SELECT hg_legacy_verify_step()")
