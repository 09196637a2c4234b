"""Writes on the views reach the documents, and the tables that were set aside."""

import threading

import psycopg
import pytest

from tests.support.database import Database, wait_for_lock

from .schema import Legacy
from .views import ONE, TWO, CutOver

EMPTY = {
    "analysis_date": None, "learning_patterns": {}, "strengths": [], "areas_for_improvement": [],
    "engagement_analysis": {}, "suggested_activities": [], "weaknesses": [],
    "datetime_generated": None, "source": None, "model": None, "stale": False,
}  # fmt: skip


@pytest.fixture
def cut(empty_database: Database) -> CutOver:
    made = CutOver(empty_database, Legacy(), 10)
    made.cut()
    return made


def entries(cut: CutOver, number: int) -> int:
    return cut.db.execute(
        "SELECT count(*) FROM hg_ledger AS l WHERE l.user_id = %s"
        " AND l.kind = 'preferred_difficulty'",
        [number],
    ).fetchone()[0]


def stored_levels(cut: CutOver, number: int, subject: str) -> list:
    return [level for (level,) in cut.db.execute(
        "SELECT t.difficulty_level FROM subject_mastery_set_aside AS t"
        " WHERE t.user_id = %s AND t.subject = %s ORDER BY t.id",
        [number, subject],
    )]  # fmt: skip


def shown_levels(cut: CutOver, number: int, subject: str) -> list:
    return [level for (level,) in cut.db.execute(
        "SELECT t.difficulty_level FROM subject_mastery AS t"
        " WHERE t.user_id = %s AND t.subject = %s ORDER BY t.id",
        [number, subject],
    )]  # fmt: skip


# ---------------------------------------------------------------- subject_mastery


def test_a_level_goes_through_the_ledger_into_the_document(cut):
    cut.db.execute("SELECT hg_record_activity(%s, gen_random_uuid(), 'algebra', 6, 5, 30)", [ONE])
    assert cut.document(ONE)["modules"]["algebra"]["progress"]["recent_questions"] == 6
    rows = cut.db.execute(
        "UPDATE subject_mastery SET difficulty_level = 4 WHERE user_id = %s AND grade = '3'"
        " RETURNING subject, difficulty_level",
        [ONE],
    ).fetchall()
    assert sorted(rows) == [("algebra", 4), ("geometry", 4)]
    progress = cut.document(ONE)["modules"]["algebra"]["progress"]
    assert (progress["preferred_difficulty"], progress["recent_questions"]) == (4, 0)
    assert entries(cut, ONE) == 1
    assert shown_levels(cut, ONE, "algebra") == [4, 4]
    assert stored_levels(cut, ONE, "algebra") == [4, 2]
    assert cut.verified()


def test_the_documents_level_is_on_every_row_of_the_subject(cut):
    cut.db.execute("SELECT hg_set_preferred_difficulty(%s, 'ratios_proportions', 5)", [TWO])
    assert shown_levels(cut, TWO, "ratios") == [5, 5]
    assert stored_levels(cut, TWO, "ratios") == [3, 1]


@pytest.mark.parametrize("level", [0, 6, 9, -1, None])
def test_other_levels_are_stored_and_set_nothing(cut, level):
    cut.db.execute(
        "UPDATE subject_mastery SET difficulty_level = %s WHERE user_id = %s", [level, ONE]
    )
    assert cut.db.execute(
        "INSERT INTO subject_mastery (user_id, subject, difficulty_level)"
        " VALUES (%s, 'algebra', %s) RETURNING difficulty_level",
        [ONE, level],
    ).fetchone() == (2,)
    assert stored_levels(cut, ONE, "algebra") == [level] * 3
    assert stored_levels(cut, ONE, "geometry") == [level] == shown_levels(cut, ONE, "geometry")
    assert cut.difficulty(ONE) == 2
    assert entries(cut, ONE) == 0


def test_inserted_levels_set_the_document_and_omitted_ones_do_not(cut):
    cut.db.execute(
        "INSERT INTO subject_mastery (user_id, subject, difficulty_level) VALUES"
        " (%s, 'addition', 1), (%s, 'measurement', 5), (%s, 'poetry', 3), (77777, 'algebra', 3)",
        [ONE, TWO, ONE],
    )
    cut.db.execute("INSERT INTO subject_mastery (user_id, subject) VALUES (%s, 'algebra')", [ONE])
    assert cut.difficulty(ONE, "addition_facts") == 1
    assert cut.difficulty(TWO, "measurement") == 5
    assert cut.difficulty(ONE) == 2
    assert (entries(cut, ONE), entries(cut, TWO)) == (1, 1)
    assert shown_levels(cut, ONE, "poetry") == [3]
    assert shown_levels(cut, 77777, "algebra") == [3]
    assert cut.verified()


def test_a_level_of_a_module_that_is_no_longer_active_is_refused(cut):
    cut.db.execute("UPDATE hg_modules SET active = false WHERE module = 'algebra'")
    with pytest.raises(psycopg.Error) as caught:
        cut.db.execute("UPDATE subject_mastery SET difficulty_level = 5 WHERE user_id = %s", [ONE])
    assert caught.value.sqlstate == "LG405"
    assert stored_levels(cut, ONE, "geometry") == [4]


def test_a_subject_that_moves_shows_the_level_of_where_it_went(cut):
    rows = cut.db.execute(
        "UPDATE subject_mastery SET user_id = %s, subject = 'ratios'"
        " WHERE user_id = %s AND subject = 'algebra' AND grade = '4' RETURNING difficulty_level",
        [TWO, ONE],
    ).fetchall()
    assert rows == [(3,)]
    assert (cut.difficulty(ONE), cut.difficulty(TWO, "ratios_proportions")) == (2, 3)
    cut.db.execute(
        "UPDATE subject_mastery SET user_id = %s, subject = 'algebra', difficulty_level = 5"
        " WHERE user_id = %s AND grade = '3'",
        [TWO, ONE],
    )
    assert (cut.difficulty(ONE), cut.difficulty(TWO)) == (2, 5)
    assert cut.verified()


# ---------------------------------------------------------------- ai_analytics


def test_a_newer_analysis_becomes_the_section(cut):
    cut.db.execute("UPDATE users SET hidden_grade_asset = jsonb_set(hidden_grade_asset,"
                   " '{ai_analytics,ours}', '7') WHERE id = %s", [ONE])  # fmt: skip
    row = cut.db.execute(
        "INSERT INTO ai_analytics (user_id, generated_at, strengths, strength_concepts,"
        " learning_patterns, weakness_concepts) VALUES (%s, '2026-01-01 10:00:00.9', '{}', '{s}',"
        """ '{"bestTime": {"ofDay": 1}}', '{w,NULL}')"""
        " RETURNING strengths, strength_concepts, learning_patterns, weakness_concepts",
        [ONE],
    ).fetchone()
    assert row == ([], ["s"], {"best_time": {"of_day": 1}}, ["w", None])
    assert cut.section(ONE) == EMPTY | {
        "strengths": ["s"], "weaknesses": ["w"], "learning_patterns": {"best_time": {"of_day": 1}},
        "datetime_generated": "2026-01-01T10:00:00Z", "source": "legacy", "stale": True, "ours": 7,
    }  # fmt: skip
    assert cut.verified()


def test_an_older_analysis_stays_in_the_table(cut):
    before = cut.section(ONE)
    cut.db.execute(
        "INSERT INTO ai_analytics (user_id, generated_at, strengths) VALUES"
        " (%s, '2020-01-01', '{x}'), (%s, NULL, '{y}'), (77777, '2029-01-01', '{z}'),"
        " (NULL, '2029-01-01', '{z}')",
        [ONE, ONE],
    )
    cut.db.execute(
        "UPDATE ai_analytics SET strengths = '{z}' WHERE user_id = %s AND strengths = '{x}'", [ONE]
    )
    cut.db.execute("DELETE FROM ai_analytics WHERE user_id = %s AND strengths = '{y}'", [ONE])
    assert cut.section(ONE) == before
    assert cut.db.execute(
        "SELECT count(*) FROM ai_analytics AS t WHERE t.strengths = '{z}'"
    ).fetchone() == (3,)


def test_changing_the_newest_analysis_changes_the_section(cut):
    before = cut.section(ONE)
    cut.db.execute("UPDATE ai_analytics SET recommendations = 'Rest.' WHERE user_id = %s", [ONE])
    assert cut.section(ONE) == before
    cut.db.execute(
        "UPDATE ai_analytics SET suggested_activities = '{Rest}', strengths = '{}'"
        " WHERE user_id = %s AND generated_at = '2025-05-01 10:00'",
        [ONE],
    )
    assert cut.section(ONE) == before | {"suggested_activities": ["Rest"], "strengths": ["sums"]}


def test_what_the_worker_wrote_is_shown_and_kept_where_it_is_not_written(cut):
    section = EMPTY | {
        "strengths": ["logic"], "datetime_generated": "2026-02-02T02:02:02Z", "source": "openai",
        "model": "m", "learning_patterns": {"new": 1},
    }  # fmt: skip
    cut.db.execute(
        "UPDATE users SET hidden_grade_asset = jsonb_set(hidden_grade_asset, '{ai_analytics}', %s)"
        " WHERE id = %s",
        [psycopg.types.json.Jsonb(section), ONE],
    )
    shown = cut.db.execute(
        "SELECT t.strengths, t.learning_patterns, t.generated_at::text, t.areas_for_improvement"
        " FROM ai_analytics AS t WHERE t.user_id = %s ORDER BY t.id",
        [ONE],
    ).fetchall()
    assert shown[0] == (["logic"], {"new": 1}, "2026-02-02 02:02:02", [])
    assert shown[1][0] == ["older"]
    cut.db.execute(
        "UPDATE ai_analytics SET weakness_concepts = '{time}' WHERE user_id = %s"
        " AND strengths = '{logic}'",
        [ONE],
    )
    assert cut.section(ONE) == section | {
        "weaknesses": ["time"], "source": "legacy", "model": None, "stale": True
    }  # fmt: skip
    assert cut.push_back() > 0
    assert cut.db.execute(
        "SELECT t.strengths, t.weakness_concepts, t.learning_patterns::text"
        " FROM ai_analytics_set_aside AS t WHERE t.user_id = %s ORDER BY t.id LIMIT 1",
        [ONE],
    ).fetchone() == (["logic"], ["time"], '{"new": 1}')


def test_without_the_newest_analysis_the_next_one_is_the_section(cut):
    cut.db.execute(
        "DELETE FROM ai_analytics WHERE user_id = %s AND generated_at = '2025-05-01 10:00'", [ONE]
    )
    assert cut.section(ONE)["strengths"] == ["older"]
    cut.db.execute("DELETE FROM ai_analytics WHERE user_id = %s", [ONE])
    assert cut.section(ONE) == EMPTY
    assert cut.verified()


@pytest.mark.parametrize("savepoint", [False, True])
def test_all_analyses_of_a_learner_may_go_at_once(cut, savepoint):
    cut.db.execute(
        "INSERT INTO ai_analytics (user_id, generated_at, learning_patterns)"
        """ SELECT %s, '2026-01-01'::timestamp + n * interval '1 day', '{"camelCase": 1}'"""
        " FROM generate_series(1, 5) AS n",
        [ONE],
    )
    with cut.db.transaction():
        if savepoint:
            with cut.db.transaction():
                gone = cut.db.execute("DELETE FROM ai_analytics WHERE user_id = %s", [ONE])
        else:
            gone = cut.db.execute("DELETE FROM ai_analytics WHERE user_id = %s", [ONE])
    assert gone.rowcount == 7
    assert cut.section(ONE) == EMPTY


def test_another_row_that_becomes_the_newest_is_the_section(cut):
    cut.db.execute(
        "UPDATE ai_analytics SET generated_at = '2026-01-01' WHERE user_id = %s"
        " AND strengths = '{older}'",
        [ONE],
    )
    assert cut.section(ONE)["strengths"] == ["older"]
    cut.db.execute(
        "UPDATE ai_analytics SET generated_at = NULL WHERE user_id = %s AND strengths = '{older}'",
        [ONE],
    )
    assert cut.section(ONE)["strengths"] == ["addition"]


def test_an_analysis_that_moves_is_right_for_both_learners(cut):
    cut.db.execute(
        "UPDATE ai_analytics SET user_id = %s WHERE user_id = %s AND strengths = '{addition}'",
        [TWO, ONE],
    )
    assert cut.section(ONE)["strengths"] == ["older"]
    assert cut.section(TWO)["strengths"] == ["addition"]
    cut.db.execute("UPDATE ai_analytics SET user_id = 77777 WHERE user_id = %s", [TWO])
    assert cut.section(TWO) == EMPTY
    assert cut.verified()


def test_texts_that_no_document_can_hold_are_refused(cut):
    before = cut.document(ONE)
    with pytest.raises(psycopg.Error) as caught:
        cut.db.execute(
            "INSERT INTO ai_analytics (user_id, generated_at, strengths)"
            " VALUES (%s, '2026-01-01', ARRAY[repeat('x', 70000)])",
            [ONE],
        )
    assert caught.value.sqlstate == "LG422"
    assert cut.document(ONE) == before


# ---------------------------------------------------------------- which row, and whose


def test_rows_without_an_id_are_known_by_what_they_say(empty_database):
    without = {f"{table}.id" for table in ("subject_mastery", "ai_analytics")}
    cut = CutOver(empty_database, Legacy(without=frozenset(without)), 5)
    cut.cut()
    for _ in range(2):
        cut.db.execute(
            "INSERT INTO subject_mastery (user_id, subject, difficulty_level)"
            " VALUES (%s, 'twice', 1)",
            [ONE],
        )
    cut.db.execute("UPDATE subject_mastery SET total_attempts = 1 WHERE subject = 'twice'")
    assert cut.db.execute(
        "SELECT t.total_attempts FROM subject_mastery AS t WHERE t.subject = 'twice'"
    ).fetchall() == [(1,), (1,)]
    cut.db.execute("UPDATE subject_mastery SET difficulty_level = 4 WHERE user_id = %s", [ONE])
    assert cut.difficulty(ONE) == 4
    cut.db.execute("DELETE FROM ai_analytics WHERE strengths = '{addition}'")
    assert cut.section(ONE)["strengths"] == ["older"]
    gone = cut.db.execute("DELETE FROM subject_mastery WHERE user_id = %s", [ONE])
    assert gone.rowcount == 5
    assert cut.verified()


def test_a_row_joined_twice_is_changed_once_as_in_a_table(cut):
    done = cut.db.execute(
        "UPDATE subject_mastery AS t SET total_attempts = t.total_attempts + n.n"
        " FROM (VALUES (1), (1)) AS n (n) WHERE t.user_id = %s AND t.subject = 'geometry'"
        " RETURNING total_attempts",
        [ONE],
    )
    assert done.fetchall() == [(6,)]


def test_generated_and_identity_columns_are_the_tables(empty_database):
    cut = CutOver(empty_database, Legacy(), 5)
    cut.db.execute("""
        ALTER TABLE subject_mastery ALTER id DROP DEFAULT;
        ALTER TABLE subject_mastery ALTER id ADD GENERATED ALWAYS AS IDENTITY (START 3000);
        ALTER TABLE subject_mastery ADD share numeric
            GENERATED ALWAYS AS (correct_attempts / nullif(total_attempts, 0)::numeric) STORED""")
    cut.cut()
    rows = cut.db.execute(
        "INSERT INTO subject_mastery (user_id, subject, total_attempts, correct_attempts)"
        " VALUES (%s, 'geometry', 4, 1), (%s, 'geometry', 4, 2) RETURNING id, share::float",
        [ONE, TWO],
    ).fetchall()
    assert rows == [(3000, 0.25), (3001, 0.5)]
    assert cut.db.execute(
        "UPDATE subject_mastery SET correct_attempts = 4 WHERE id = 3000 RETURNING share::float"
    ).fetchone() == (1.0,)


def test_the_tables_own_triggers_fire(cut):
    cut.db.execute("""
        CREATE FUNCTION upper_subject() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN IF NEW.subject = ''nothing'' THEN RETURN NULL; END IF;
         NEW.subject := upper(NEW.subject); RETURN NEW; END';
        CREATE TRIGGER upper_subject BEFORE INSERT ON subject_mastery_set_aside
        FOR EACH ROW EXECUTE FUNCTION upper_subject()""")
    done = cut.db.execute(
        "INSERT INTO subject_mastery (user_id, subject) VALUES (1, 'art'), (1, 'nothing')"
        " RETURNING subject"
    )
    assert done.fetchall() == [("ART",)]


# ---------------------------------------------------------------- two sessions


@pytest.mark.parametrize("write", [
    "UPDATE subject_mastery SET total_attempts = total_attempts + 1 WHERE user_id = 50001",
    "UPDATE subject_mastery SET difficulty_level = difficulty_level + 1 WHERE user_id = 50001"
    " AND subject = 'algebra' AND grade = '3'",
    "UPDATE ai_analytics SET strengths = strengths || '{x}'::text[] WHERE user_id = 50001",
    "DELETE FROM subject_mastery WHERE user_id = 50001 AND total_attempts = 5",
])  # fmt: skip
def test_what_another_session_changed_meanwhile_is_not_overwritten(cut, write):
    first, second = (cut.database.connect(autocommit=False) for _ in range(2))
    first.execute(
        "UPDATE subject_mastery SET total_attempts = total_attempts + 1,"
        " difficulty_level = difficulty_level + 1 WHERE user_id = 50001 AND grade = '3';"
        " UPDATE ai_analytics SET strengths = strengths || '{y}'::text[] WHERE user_id = 50001"
    )
    pid = second.info.backend_pid
    with Beside(second, write) as result:
        wait_for_lock(cut.db, pid)
        first.commit()
    error = result.get()
    assert error.sqlstate == "40001"
    assert error.diag.message_primary == "the row was changed by another session"
    assert error.diag.message_detail.endswith("is not as the statement saw it.")
    assert error.diag.message_hint.startswith("Run the transaction again")
    second.rollback()
    second.execute(write)
    second.commit()
    assert cut.verified()


class Beside:
    """A statement in a session of its own, beside the test; get() is the error it met."""

    def __init__(self, connection: psycopg.Connection, statement: str) -> None:
        self.error: psycopg.Error | None = None
        self.thread = threading.Thread(target=self.work, args=(connection, statement))

    def work(self, connection: psycopg.Connection, statement: str) -> None:
        try:
            connection.execute(statement)
        except psycopg.Error as error:
            self.error = error

    def __enter__(self) -> "Beside":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.thread.join(60)

    def get(self) -> psycopg.Error:
        assert self.error is not None
        return self.error


def test_a_row_that_another_session_deleted_is_gone(cut):
    first, second = (cut.database.connect(autocommit=False) for _ in range(2))
    first.execute("DELETE FROM user_progress WHERE user_id = 50001")
    first.execute("DELETE FROM subject_mastery WHERE user_id = 50001 AND subject = 'geometry'")
    statement = "UPDATE subject_mastery SET total_attempts = 1 WHERE subject = 'geometry'"
    statement += " AND user_id = 50001"
    with Beside(second, statement) as result:
        wait_for_lock(cut.db, second.info.backend_pid)
        first.commit()
    assert result.error is None
    second.commit()
    assert shown_levels(cut, ONE, "geometry") == []


# ---------------------------------------------------------------- what a view cannot do


@pytest.mark.parametrize(("statement", "state"), [
    ("INSERT INTO subject_mastery (id, user_id) VALUES (1, 1) ON CONFLICT (id) DO NOTHING",
     "42P10"),
    ("INSERT INTO ai_analytics (id, user_id) SELECT t.id, 1 FROM ai_analytics AS t LIMIT 1"
     " ON CONFLICT DO NOTHING", "23505"),
    ("INSERT INTO concept_mastery (id) VALUES (1) ON CONFLICT ON CONSTRAINT concept_mastery_pkey"
     " DO NOTHING", "42704"),
    ("TRUNCATE subject_mastery", "42809"),
    ("TRUNCATE concept_mastery", "42809"),
    ("COPY concept_mastery FROM STDIN", "42809"),
    ("COPY concept_mastery TO STDOUT", "42809"),
    ("SELECT t.id, t.concept FROM concept_mastery AS t GROUP BY t.id", "42803"),
    ("SELECT t.ctid FROM concept_mastery AS t", "42703"),
    ("CREATE INDEX ON concept_mastery (user_id)", "42809"),
    ("ALTER TABLE concept_mastery ADD COLUMN more integer", "42809"),
    ("CREATE TABLE z (a integer REFERENCES concept_mastery (id))", "42809"),
])  # fmt: skip
def test_what_a_view_cannot_do_is_refused(cut, statement, state):
    with pytest.raises(psycopg.Error) as caught:
        attempt(cut.db, statement)
    assert caught.value.sqlstate == state


def attempt(db: psycopg.Connection, statement: str) -> None:
    with db.cursor() as cursor:
        if statement.startswith("COPY"):
            with cursor.copy(statement) as copy:
                copy.write("")
        else:
            cursor.execute(statement)


def test_copy_into_a_view_with_triggers_writes_document_and_table(cut):
    statement = "COPY subject_mastery (user_id, subject, difficulty_level) FROM STDIN"
    with cut.db.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write_row([ONE, "algebra", 5])
    assert cut.difficulty(ONE) == 5
    assert stored_levels(cut, ONE, "algebra") == [2, 2, 5]


# ---------------------------------------------------------------- the way back


def test_an_empty_section_leaves_the_newest_row_its_date(cut):
    cut.db.execute(
        "UPDATE users SET hidden_grade_asset = jsonb_set(hidden_grade_asset, '{ai_analytics}', %s)"
        " WHERE id = %s",
        [psycopg.types.json.Jsonb(EMPTY), ONE],
    )
    cut.push_back()
    assert cut.push_back() == 0
    assert cut.db.execute(
        "SELECT t.strengths, t.generated_at::text FROM ai_analytics_set_aside AS t"
        " WHERE t.user_id = %s ORDER BY t.id",
        [ONE],
    ).fetchall() == [([], "2025-05-01 10:00:00"), (["older"], "2025-04-01 10:00:00")]


def test_pushing_back_writes_only_what_differs(cut):
    cut.push_back()
    assert cut.push_back() == 0
    cut.db.execute("SELECT hg_set_preferred_difficulty(%s, 'algebra', 5)", [ONE])
    assert cut.db.execute(
        "SELECT hg__legacy_push_back(%s)", [[str(TWO), "no id", str(ONE)]]
    ).fetchone() == (2,)
    assert stored_levels(cut, ONE, "algebra") == [5, 5]
