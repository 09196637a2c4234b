"""hg_module_figures and hg_v_modules: how each module is doing over all learners."""

import psycopg

from tests.ops.support import execute_as_monitor, school
from tests.support.database import Database


def test_modules(db: psycopg.Connection) -> None:
    school(db)
    rows = {row.pop("module"): row for row in execute_as_monitor(db, "SELECT * FROM hg_v_modules")}
    assert len(rows) == 14
    assert rows["algebra"] == {
        "active": True, "learners": 2, "sessions": 8, "questions": 80, "correct": 66,
        "mastered": rows["algebra"]["mastered"], "exact": True, "accuracy_percent": 82.5,
    }  # fmt: skip
    documents = (
        "SELECT count(*) FROM users AS u WHERE (u.hidden_grade_asset #>> "
        "'{modules,algebra,progress,mastery_level}')::boolean"
    )
    assert (rows["algebra"]["mastered"],) == db.execute(documents).fetchone()
    assert rows["measurement"]["correct"] == 5
    assert rows["word_race"]["sessions"] == 0
    assert rows["word_race"]["accuracy_percent"] is None


def test_modules_of_a_large_table_are_estimated(database: Database) -> None:
    db = database.connect()
    db.execute("ALTER TABLE users DISABLE TRIGGER USER")
    db.execute("ALTER TABLE users SET (fillfactor = 10)")
    # A page for each: 94 MB.
    db.execute(
        """
        INSERT INTO users (username, hidden_grade_asset)
        SELECT repeat('x', 1000), jsonb_build_object('modules', jsonb_build_object(
            'algebra', jsonb_build_object('progress', jsonb_build_object(
                'sessions_completed', 2, 'total_questions_answered', 20, 'correct_answers', 10,
                'mastery_level', n % 2 = 0
            ))
        ))
        FROM generate_series(1, 12000) AS n
        """
    )
    row = db.execute(
        "SELECT m.exact, m.learners, m.sessions, m.accuracy_percent, m.mastered "
        "FROM hg_v_modules AS m WHERE m.module = 'algebra'"
    ).fetchone()
    assert row[0] is False
    assert 11000 < row[1] < 13000
    assert abs(row[2] - 2 * row[1]) <= 2
    assert row[3] == 50
    assert 5000 < row[4] < 7000
