"""hg_document: the document as true at an instant."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from psycopg import errors
from psycopg.types.json import Jsonb

from tests.record.support import Learner
from tests.support.database import Database, as_role

from .learners import (
    NOBODY,
    change_block,
    change_document,
    change_stats,
    new_learner,
    session,
    stored,
    value,
)


def read(db: psycopg.Connection, learner: object, at: object = None) -> dict:
    if at is None:
        return value(db, "SELECT hg_document(%s)", learner)
    return value(db, "SELECT hg_document(%s, %s)", learner, at)


def test_new_learner_reads_as_stored(db):
    learner = new_learner(db)
    assert read(db, learner) == stored(db, learner)


@pytest.fixture
def played(db):
    """A learner of a week in May 2024 with tokens and time on the last day."""
    learner = new_learner(db)
    change_stats(
        db, learner,
        streak_days=5, longest_streak_days=9, activity_date="2024-05-10",
        last_active="2024-05-10T18:00:00Z", daily_tokens=30, daily_time_spent=700,
        daily_engagement_minutes=11, tokens=50, total_tokens_earned=50,
    )  # fmt: skip
    return learner


def test_on_activity_date_everything_is_as_stored(db, played):
    stats = read(db, played, "2024-05-10T23:59:59Z")["global_stats"]
    assert stats == stored(db, played)["global_stats"]


def test_on_the_next_day_the_daily_keys_read_zero(db, played):
    before = stored(db, played)
    stats = read(db, played, "2024-05-11T00:00:00Z")["global_stats"]
    assert stats == before["global_stats"] | {
        "daily_tokens": 0, "daily_time_spent": 0, "daily_engagement_minutes": 0,
    }  # fmt: skip
    assert stored(db, played) == before


@pytest.mark.parametrize(
    ("changes", "settings", "at", "streak"),
    [
        ({}, {}, "2024-05-11T23:59:59Z", 5),
        ({}, {}, "2024-05-12T00:00:00Z", 0),
        ({"streak_freezes": 1}, {}, "2024-05-12T12:00:00Z", 5),
        ({"streak_freezes": 1}, {}, "2024-05-13T00:00:00Z", 0),
        ({"streak_freezes": 2147483647}, {}, "2027-01-01T00:00:00Z", 5),
        # 2024-05-10 is a Friday: the week-end is not missed
        ({}, {"streak_weekdays": [1, 2, 3, 4, 5]}, "2024-05-13T23:59:59Z", 5),
        ({}, {"streak_weekdays": [1, 2, 3, 4, 5]}, "2024-05-14T00:00:00Z", 0),
        ({}, {"day_start_hour": 4}, "2024-05-12T03:59:59Z", 5),
        ({}, {"day_start_hour": 4}, "2024-05-12T04:00:00Z", 0),
        ({"time_zone": "America/New_York"}, {}, "2024-05-12T03:59:59Z", 5),
        ({"time_zone": "America/New_York"}, {}, "2024-05-12T04:00:00Z", 0),
        ({}, {"default_time_zone": "America/New_York"}, "2024-05-12T03:59:59Z", 5),
        ({}, {"default_time_zone": "America/New_York"}, "2024-05-12T04:00:00Z", 0),
        # A zone that waits is in force from its instant on.
        (
            {
                "time_zone_next": "Asia/Tokyo",
                "time_zone_next_from": "2024-05-11T00:00:00Z",
            },
            {}, "2024-05-11T14:59:59Z", 5,
        ),
        (
            {
                "time_zone_next": "Asia/Tokyo",
                "time_zone_next_from": "2024-05-11T00:00:00Z",
            },
            {}, "2024-05-11T15:00:00Z", 0,
        ),
        (
            {
                "time_zone": "Asia/Tokyo", "time_zone_next": None,
                "time_zone_next_from": "2024-05-11T00:00:00Z",
            },
            {}, "2024-05-11T15:00:00Z", 5,
        ),
    ],
)  # fmt: skip
def test_streak_reads_zero_from_the_end_of_the_missed_day_on(
    db, played, changes, settings, at, streak
):
    change_stats(db, played, **changes)
    for name, setting in settings.items():
        db.execute("SELECT hg_set_setting(%s, %s)", [name, Jsonb(setting)])
    stats = read(db, played, at)["global_stats"]
    assert stats["streak_days"] == streak
    assert stats["activity_date"] == "2024-05-10"
    assert stats["streak_freezes"] == changes.get("streak_freezes", 0)
    assert stats["longest_streak_days"] == 9


@pytest.mark.parametrize("for_all", [True, False])
def test_paused_days_are_not_missed(db, for_all):
    learner, other = new_learner(db), new_learner(db)
    today = value(db, "SELECT (now() AT TIME ZONE 'UTC')::date")
    for each in (learner, other):
        session(db, each, "algebra")
    db.execute(
        "SELECT hg_set_pause(%s, %s, %s)",
        [today + timedelta(days=1), today + timedelta(days=400), None if for_all else learner],
    )
    at = datetime(today.year, today.month, today.day, tzinfo=UTC)
    assert read(db, learner, at + timedelta(days=401))["global_stats"]["streak_days"] == 1
    assert read(db, learner, at + timedelta(days=402))["global_stats"]["streak_days"] == 0
    assert read(db, other, at + timedelta(days=401))["global_stats"]["streak_days"] == for_all


def test_years_of_absence_are_no_burden(db, played):
    assert read(db, played, "9999-12-31T23:59:59Z")["global_stats"]["streak_days"] == 0


def test_a_later_day_than_the_instants_own_stays(db, played):
    """In a zone further west it is still the day before: activity_date is today all the same."""
    change_stats(db, played, time_zone="Pacific/Honolulu", last_active="2024-05-10T01:00:00Z")
    stats = read(db, played, "2024-05-10T01:00:00Z")["global_stats"]
    assert (stats["streak_days"], stats["daily_tokens"]) == (5, 30)


def test_default_instant_is_never_before_the_last_activity(db):
    """An activity a little ahead of the clock, or later in the same transaction."""
    learner = new_learner(db)
    ahead = value(db, "SELECT now() + interval '4 minutes'")
    session(db, learner, "algebra", occurred_at=ahead)
    assert read(db, learner)["global_stats"]["daily_tokens"] > 0
    with pytest.raises(errors.InvalidParameterValue), db.transaction():
        read(db, learner, ahead - timedelta(minutes=1))


def test_instant_at_last_active_is_taken_one_before_refused(db, played):
    assert read(db, played, "2024-05-10T18:00:00Z")
    with pytest.raises(errors.InvalidParameterValue) as refused:
        read(db, played, "2024-05-10T17:59:59Z")
    assert "p_at" in refused.value.diag.message_primary
    assert refused.value.diag.message_detail
    assert "last_active" in refused.value.diag.message_hint


@pytest.mark.parametrize(
    "at", [None, "infinity", "-infinity", "10000-01-01T00:00:00Z", "0001-12-31T23:59:59Z BC"]
)
def test_instant_that_is_none_is_refused(db, at):
    learner = new_learner(db)
    with pytest.raises(errors.InvalidParameterValue):
        value(db, "SELECT hg_document(%s, %s::timestamptz)", learner, at)


def test_null_learner_is_refused_before_the_unknown(db):
    with pytest.raises(errors.InvalidParameterValue):
        value(db, "SELECT hg_document(NULL)")


def test_unknown_learner(db):
    with pytest.raises(psycopg.Error) as refused:
        read(db, NOBODY)
    assert refused.value.sqlstate == "LG404"


def test_while_an_import_is_pending_nothing_is_read(db):
    learner = new_learner(db)
    db.execute("UPDATE hg_installation SET state = 'pending'")
    with pytest.raises(errors.ObjectNotInPrerequisiteState):
        read(db, learner)


def test_module_added_later_is_there(db):
    learner = new_learner(db)
    db.execute(
        """
        INSERT INTO hg_modules (module, start_difficulty, mastery_rule)
        VALUES ('sudoku', 2, '{"accuracy": {"min_questions": 1, "percent": 1}}')
        """
    )
    assert "sudoku" not in stored(db, learner)["modules"]
    modules = read(db, learner)["modules"]
    assert modules["sudoku"]["progress"].keys() == modules["algebra"]["progress"].keys()
    assert modules["sudoku"]["progress"]["preferred_difficulty"] == 2


def test_deactivated_modules_block_stays(db):
    learner = new_learner(db)
    db.execute("UPDATE hg_modules SET active = false WHERE module = 'algebra'")
    assert "algebra" in read(db, learner)["modules"]


def test_unknown_keys_are_kept(db, played):
    for path in (["mine"], ["global_stats", "mine"], ["modules", "mine"],
                 ["modules", "algebra", "mine"], ["cross_module_analytics", "mine"]):  # fmt: skip
        change_document(db, played, path, {"anything": [1]})
    document = read(db, played, "2024-06-01T00:00:00Z")
    assert document["mine"] == document["global_stats"]["mine"] == {"anything": [1]}
    assert (
        document["modules"]["mine"] == document["modules"]["algebra"]["mine"] == {"anything": [1]}
    )
    assert document["cross_module_analytics"]["mine"] == {"anything": [1]}


def pair(count: int, good: int, questions: int, correct: int) -> dict:
    return {"count": count, "good": good, "questions": questions, "correct": correct}


def test_cross_module_figures_are_live(db, played):
    change_block(
        db, played, "algebra", sessions_completed=4, total_questions_answered=30,
        correct_answers=20,
    )  # fmt: skip
    change_block(
        db, played, "decimal_defender", sessions_completed=2, total_questions_answered=3,
        correct_answers=1,
    )  # fmt: skip
    change_document(
        db, played, ["cross_module_analytics", "learning_patterns_between_modules"],
        {
            "algebra>decimal_defender": pair(3, 2, 7, 5),
            "decimal_defender>algebra": pair(1, 0, 5, 0),
            "algebra>word_race": pair(2, 1, 4, 4),
            "word_race>algebra": pair(2, 1, 0, 0),
            "algebra>gone": pair(1, 1, 4, 4),
        },
    )  # fmt: skip
    cross = read(db, played, "2024-05-10T18:00:00Z")["cross_module_analytics"]
    assert cross["module_transition_success_rate"] == {
        "algebra>decimal_defender": 0.6667, "decimal_defender>algebra": 0,
        "algebra>word_race": 0.5, "word_race>algebra": 0.5, "algebra>gone": 1,
    }  # fmt: skip
    assert cross["preferred_learning_sequence"] == ["algebra", "decimal_defender"]
    assert cross["cross_concept_mastery"] == {
        "algebra": {"accuracy": 0.6667, "mastered": False},
        "exponents": {"accuracy": 0.6667, "mastered": False},
        "decimals": {"accuracy": 0.3333, "mastered": False},
    }
    lifts = {k: v["lift"] for k, v in cross["learning_patterns_between_modules"].items()}
    assert lifts == {
        "algebra>decimal_defender": 0.381,
        "decimal_defender>algebra": -0.6667,
        "algebra>word_race": None,
        "word_race>algebra": None,
        "algebra>gone": None,
    }
    assert cross["learning_patterns_between_modules"]["algebra>gone"] == pair(1, 1, 4, 4) | {
        "lift": None
    }
    assert "lift" not in str(stored(db, played))


def test_lift_is_one_fraction_rounded_once(db, played):
    """1/3 - 1/6 is 0.1667; the difference of the rounded ones is 0.1666."""
    change_block(db, played, "algebra", total_questions_answered=6, correct_answers=1)
    change_document(
        db, played, ["cross_module_analytics", "learning_patterns_between_modules"],
        {"word_race>algebra": pair(1, 1, 3, 1)},
    )  # fmt: skip
    document = read(db, played, "2024-05-10T18:00:00Z")
    pairs = document["cross_module_analytics"]["learning_patterns_between_modules"]
    assert pairs["word_race>algebra"]["lift"] == 0.1667


def test_lift_of_the_largest_counters(db, played):
    most = 2147483647
    change_block(db, played, "algebra", total_questions_answered=most, correct_answers=0)
    change_document(
        db, played, ["cross_module_analytics", "learning_patterns_between_modules"],
        {"word_race>algebra": pair(most, most, most, most)},
    )  # fmt: skip
    document = read(db, played, "2024-05-10T18:00:00Z")
    pairs = document["cross_module_analytics"]["learning_patterns_between_modules"]
    assert pairs["word_race>algebra"]["lift"] == 1


def test_answer_does_not_depend_on_the_session(db, played):
    change_stats(db, played, time_zone="Europe/Berlin")
    plain = read(db, played, "2024-05-11T21:00:00Z")
    for setting in ("TimeZone = 'Pacific/Auckland'", "DateStyle = 'German'", "search_path = ''"):
        db.execute(f"SET LOCAL {setting}")
    assert value(db, "SELECT public.hg_document(%s, '2024-05-11T21:00:00Z')", played) == plain


def unguarded(db: psycopg.Connection, learner: object, path: list[str], new: object) -> None:
    """What only somebody who disables triggers can do."""
    db.execute("ALTER TABLE users DISABLE TRIGGER USER")
    change_document(db, learner, path, new)
    db.execute("ALTER TABLE users ENABLE TRIGGER USER")


@pytest.mark.parametrize(
    ("path", "new", "named"),
    [
        (["global_stats"], [], "global_stats"),
        (["modules"], "x", "modules"),
        (["cross_module_analytics"], None, "cross_module_analytics"),
        (["global_stats", "activity_date"], "2024-02-31", "global_stats.activity_date"),
        (["global_stats", "streak_freezes"], "one", "global_stats.streak_freezes"),
        (["global_stats", "time_zone"], "Mars/Olympus", "global_stats.time_zone"),
        (
            ["modules", "algebra", "progress", "sessions_completed"], "many",
            "modules.algebra.progress.sessions_completed",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_called_malformed(db, played, path, new, named):
    unguarded(db, played, path, new)
    with pytest.raises(psycopg.Error) as refused:
        read(db, played, "2024-05-12T00:00:00Z")
    assert refused.value.sqlstate == "LG422"
    assert refused.value.diag.message_detail.startswith(named + ":")


def test_what_reading_does_not_need_does_not_matter(db, played):
    unguarded(db, played, ["modules", "algebra", "progress", "lesson"], "seven")
    assert read(db, played, "2024-05-12T00:00:00Z")["global_stats"]["streak_days"] == 0


def test_learner_without_a_document_reads_as_new(db):
    learner = new_learner(db, "7")
    fresh = stored(db, learner)
    db.execute("ALTER TABLE users ALTER COLUMN hidden_grade_asset DROP NOT NULL")
    db.execute("ALTER TABLE users DISABLE TRIGGER USER")
    db.execute("UPDATE users SET hidden_grade_asset = NULL WHERE id = %s", [learner])
    assert read(db, learner) == fresh


@pytest.mark.parametrize("role", ["hg_app", "hg_reader"])
def test_who_may_call_it(db, role):
    learner = new_learner(db)
    with as_role(db, role):
        assert read(db, learner)["version"] == 1


def test_reader_gets_no_more_than_the_function(db):
    learner = new_learner(db)
    with as_role(db, "hg_reader"):
        for table in ("users", "hg_ledger", "hg_rules", "hg_settings"):
            with pytest.raises(errors.InsufficientPrivilege), db.transaction():
                db.execute(f"SELECT FROM {table}")
        with pytest.raises(errors.InsufficientPrivilege), db.transaction():
            value(db, "SELECT hg__learner(%s)", learner)


def test_nobody_else_may_call_it(db):
    learner = new_learner(db)
    with as_role(db, "hg_ai_worker"), pytest.raises(errors.InsufficientPrivilege):
        read(db, learner)


def test_reads_in_a_read_only_transaction(database: Database):
    with database.connect() as writer:
        learner = new_learner(writer)
        session(writer, learner, "algebra")
    reader = database.connect(options="-c default_transaction_read_only=on")
    assert read(reader, learner)["global_stats"]["total_sessions_completed"] == 1


def test_what_the_older_application_left_among_the_modules_counts_in_nothing(db):
    learner = Learner(db)
    left = {"progress": {"sessions_completed": 2.5, "correct_answers": "x", "concepts": ["a"]}}
    learner.write(modules__math_rush=left)
    learner.run("addition_facts", 12, 12)
    document = learner.call("hg_document")
    assert document["modules"]["math_rush"] == left
    assert document["global_stats"]["highest_score_category"] == "addition_facts"
    derived = document["cross_module_analytics"]
    assert derived["preferred_learning_sequence"] == ["addition_facts"]
    assert list(derived["cross_concept_mastery"]) == ["addition"]
