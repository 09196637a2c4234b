"""The shapes that rows of the tables and columns of users come in."""

from tests.model.catalog import MODULES

from .document_shapes import SECTION
from .drafts import (
    FACTS,
    SUBJECTS,
    Declined,
    Draft,
    add_analysis,
    add_concept,
    add_session,
    add_subject,
)
from .schema import REPLACED
from .shape import of_tables, variants


@of_tables
def difficulties_of_a_subject(draft: Draft) -> None:
    for subject in draft.rng.sample(SUBJECTS, 3):
        for level in draft.rng.sample([1, 2, 3, 4, 5, None, 0, 6], 4):
            add_subject(draft, subject, level)


@of_tables
def difficulties_of_one_instant(draft: Draft) -> None:
    at = draft.rng.choice([None, draft.instant()])
    for level in draft.rng.sample([2, 3, 4, 5], 3):
        add_subject(draft, "algebra", level, last_practiced=at)


@of_tables
def difficulties_without_instants(draft: Draft) -> None:
    add_subject(draft, "fractions", 5, last_practiced=None)
    add_subject(draft, "fractions", 2)
    add_subject(draft, "fractions", 1)


@of_tables
def difficulties_of_unknown_subjects(draft: Draft) -> None:
    for subject in ("geometry", "addition_facts", "Addition", None):
        add_subject(draft, subject, 4)


@of_tables
def subject_rows_that_differ_from_their_defaults(draft: Draft) -> None:
    add_subject(
        draft, "ratios", 3, is_unlocked=False, next_grade_unlocked=True, downgraded=True,
        recent_30_attempts=0, recent_30_correct=None, recent_20_attempts=20,
    )  # fmt: skip


@of_tables
def rows_of_nulls(draft: Draft) -> None:
    for table in REPLACED:
        draft.add(table)


@of_tables
def many_analyses(draft: Draft) -> None:
    for _ in range(4):
        generated = draft.rng.choice([None, draft.instant()])
        add_analysis(draft, generated_at=generated, strengths=[str(draft.rng.random())])


@of_tables
def analyses_of_one_instant(draft: Draft) -> None:
    at = draft.instant()
    for dates in ((at, at), (at, None), (None, at), (None, None)):
        add_analysis(
            draft, analysis_date=dates[0], generated_at=dates[1], strengths=[f"{dates}"]
        )  # fmt: skip


@of_tables
def analyses_without_dates(draft: Draft) -> None:
    for _ in range(2):
        add_analysis(draft, analysis_date=None, generated_at=None)


@variants(
    "analysis_with",
    {
        "empty_arrays": {"strengths": [], "suggested_activities": []},
        "null_arrays": {"strengths": None, "suggested_activities": None, "weakness_concepts": None},
        "null_elements": {"strengths": [None], "areas_for_improvement": ["fractions", None]},
        "no_else": {"strengths": [], "strength_concepts": [], "recommended_activities": None},
        "no_objects": {"learning_patterns": [1], "engagement_analysis": "high"},
        "null_objects": {"learning_patterns": None, "engagement_analysis": {}},
        "keys_at_depth": {
            "learning_patterns": SECTION["learning_patterns"],
            "engagement_analysis": [SECTION["engagement_analysis"]],
        },
        "unreadable_json": {"learning_patterns": {"a": "\0"}, "engagement_analysis": ["\ud800"]},
    },
    of_document=False,
)  # fmt: skip
def analysis_with(draft: Draft, columns: object) -> None:
    add_analysis(draft, **{"generated_at": "2025-06-14T23:30:00", **columns})


@of_tables
def history_of_unknown_modules(draft: Draft) -> None:
    for name in ("math-rush", "math_rush", "geometry", None, "", "Algebra"):
        add_session(draft, name)
    if draft.rng.random() < 0.5:
        add_session(draft, "geometry", completed_at="2025-06-14T23:40:00")


@of_tables
def history_of_aliases(draft: Draft) -> None:
    for name in (
        "math_facts_addition", "math-facts-division", "addition-facts", "measurement_mastery",
        "decimal_defender_rounding", "math-rush-addition", "fractions-puzzle", "word-race",
    ):  # fmt: skip
        add_session(draft, name)


@of_tables
def history_with_nulls(draft: Draft) -> None:
    for column in (
        "final_score", "questions_total", "questions_correct", "time_spent_seconds",
        "completed_at", "grade_level", "tokens_earned",
    ):  # fmt: skip
        add_session(draft, draft.rng.choice(list(MODULES)), **{column: None})


@of_tables
def history_with_odd_figures(draft: Draft) -> None:
    for total, correct in ((5, 9), (-3, 2), (0, 0), (1, 1), (24, 24)):
        add_session(
            draft, draft.rng.choice(FACTS), questions_total=total, questions_correct=correct
        )


@of_tables
def history_of_one_instant(draft: Draft) -> None:
    at = "2025-06-14T23:20:00"
    for module in draft.rng.sample(list(MODULES), 4):
        add_session(draft, module, completed_at=at)


@of_tables
def history_of_many_pairs(draft: Draft) -> None:
    for module in draft.rng.choices(list(MODULES), k=40):
        add_session(draft, module)


@of_tables
def history_without_instants(draft: Draft) -> None:
    draft.rows["module_history"].clear()
    for _ in range(2):
        add_session(draft, "algebra", completed_at=None)


@of_tables
def user_ids_written_otherwise(draft: Draft) -> None:
    """Texts that are the learner's id once they are read as users.id's type."""
    if draft.legacy.user_id != "text" or draft.legacy.users_id == "text":
        raise Declined
    key = draft.legacy.reference(draft.number)
    other = key.upper() if draft.legacy.users_id == "uuid" else f" 00{key}"
    add_subject(draft, "algebra", 5, user_id=other)
    add_concept(draft, user_id=other)


# Columns of users.


@variants(
    "column",
    {
        "tokens_null": {"tokens": None}, "tokens_negative": {"tokens": -50},
        "tokens_many": {"tokens": 2147483647},
        "figures_negative": {
            "streak_days": -1, "daily_tokens_earned": -5, "questions_answered": -9,
            "correct_answers": -2, "daily_engagement_minutes": -3,
        },
        "figures_null": {
            "streak_days": None, "daily_tokens_earned": None, "questions_answered": None,
            "correct_answers": None, "daily_engagement_minutes": None, "last_active": None,
        },
        "correct_above_questions": {"questions_answered": 100000, "correct_answers": 100100},
        "minutes_huge": {"daily_engagement_minutes": 2147483647},
        "categories": {"fastest_category": "addition", "highest_score_category": ""},
        "categories_of_modules": {"fastest_category": "algebra", "highest_score_category": "x"},
        "preferred_difficulty": {"preferred_difficulty": 4},
        "preferred_difficulty_null": {"preferred_difficulty": None},
        "grade_k": {"grade": "K"}, "grade_none": {"grade": None}, "grade_7": {"grade": "7"},
        "grade_word": {"grade": "seventh"}, "grade_empty": {"grade": ""},
        "learning_style": {"learning_style": "visual", "strength_concepts": ["addition"]},
        "avatar_unreadable": {"avatar_items": {"hat": "\0"}, "story_progress": "\ud800"},
        "last_active_after_the_history": {"last_active": "2025-07-01T00:00:00.75"},
        "streak": {"streak_days": 40},
    },
    of_document=False,
)  # fmt: skip
def columns(draft: Draft, values: object) -> None:
    draft.user |= values
