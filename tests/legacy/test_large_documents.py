"""What the old application stored beside our keys may be larger than a document may grow to."""

import psycopg
import pytest

LARGE = 100_000


@pytest.fixture
def move(moved):
    """Cut over, with a learner whose document has a large key that is not ours."""
    move = moved("pending")
    move.db.execute(
        "UPDATE users SET hidden_grade_asset = json_build_object('notes', repeat('x', %s),"
        " 'modules', '{}'::json) WHERE id = (SELECT min(u.id) FROM users AS u)",
        [LARGE],
    )
    move.cut_over()
    return move


@pytest.fixture
def learner(move):
    return move.db.execute("SELECT min(u.id) FROM users AS u").fetchone()[0]


def test_it_is_kept_and_written_on(move, learner):
    move.db.execute(
        "SELECT hg_record_activity(%s, gen_random_uuid(), 'algebra', 5, 5, 60)", [learner]
    )
    move.db.execute("SELECT hg_grant_tokens(%s, gen_random_uuid(), 5, 'quiz')", [learner])
    document = move.documents()[str(learner)]
    assert len(document["notes"]) == LARGE
    assert document["modules"]["algebra"]["progress"]["sessions_completed"] == 1
    move.proven()


def test_a_direct_write_may_not_make_it_larger(move, learner):
    write = (
        "UPDATE users SET hidden_grade_asset = hidden_grade_asset || jsonb_build_object("
        "'notes', repeat('y', %s)) WHERE id = %s"
    )
    move.db.execute(write, [LARGE, learner])
    with pytest.raises(psycopg.Error) as caught:
        move.db.execute(write, [LARGE + 1000, learner])
    assert caught.value.diag.sqlstate == "LG422"
    assert "must not be larger than" in caught.value.diag.message_detail
    move.db.execute(write, [70_000, learner])
    with pytest.raises(psycopg.Error):
        move.db.execute(write, [LARGE, learner])
    move.proven()


def test_others_keep_their_limit(move, learner):
    with pytest.raises(psycopg.Error) as caught:
        move.db.execute(
            "UPDATE users SET hidden_grade_asset = hidden_grade_asset || jsonb_build_object("
            "'notes', repeat('y', 70000)) WHERE id = (SELECT max(u.id) FROM users AS u)"
        )
    assert "must not be larger than 65536 bytes as text" in caught.value.diag.message_detail
