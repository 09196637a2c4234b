"""An ordinary learner of the replaced schema, to be given shapes."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from tests.model.catalog import MODULES

from .reading import jsonb_can_hold
from .schema import REPLACED, TABLES, Legacy

OPERATIONS = ("addition", "subtraction", "multiplication", "division")
FACTS = tuple(f"{operation}_facts" for operation in OPERATIONS)
RUSH = tuple(f"math_rush_{operation}" for operation in OPERATIONS)
OTHERS = tuple(name for name in MODULES if name not in (*FACTS, *RUSH))
LEVELLED = (*FACTS, "measurement", "algebra")
SUBJECTS = (
    "addition", "subtraction", "multiplication", "division", "fractions", "decimals", "ratios",
    "measurement", "algebra",
)  # fmt: skip
COUNTERS = (
    "sessions_completed", "total_questions_answered", "correct_answers", "tokens_earned"
)  # fmt: skip
FIRST_DAY = datetime(2024, 9, 2, 6)
LAST_DAY = datetime(2025, 6, 14, 23)
NOT_SHOWN = {"password", "reset_password_token", "reset_password_expires", "hidden_grade_asset"}
ROWS_OF_A_LEARNER = 100


class Declined(Exception):
    """The draft cannot take the shape; it goes without."""


@dataclass
class Learner:
    """A row of users and all that hangs on it.

    document: the JSON text of hidden_grade_asset, None for NULL.
    """

    number: int
    shapes: frozenset[str]
    user: dict
    document: str | None
    rows: dict[str, list[dict]]

    def source(self, legacy: Legacy) -> dict:
        """What is known of the learner, without the document, as hg__legacy_sources tells it."""
        user = legacy.stored("users", self.user)
        source = {"user": readable({k: v for k, v in user.items() if k not in NOT_SHOWN})}
        for table in (*REPLACED, "module_history"):
            if legacy.has(table):
                source[table] = [readable(legacy.stored(table, row)) for row in self.rows[table]]
        return source


def readable(row: dict) -> dict:
    """A row as jsonb: JSON that jsonb cannot hold is left out."""
    return {name: value if jsonb_can_hold(value) else None for name, value in row.items()}


@dataclass
class Draft:
    """A learner in the making; `text` stands for a document that is written already."""

    number: int
    legacy: Legacy
    seed: object
    rng: Random
    user: dict = field(default_factory=dict)
    document: object = field(default_factory=dict)
    text: str | None = None
    rows: dict[str, list[dict]] = field(default_factory=lambda: {table: [] for table in TABLES})
    claimed: set[str] = field(default_factory=set)
    # Pieces of JSON that json.dumps would not write, by the text that stands for them.
    pieces: dict[str, str] = field(default_factory=dict)

    @property
    def modules(self) -> dict:
        return self.document["modules"]

    @property
    def stats(self) -> dict:
        return self.document["global_stats"]

    def claim(self, *names: str) -> str:
        """The name of a block that no other shape of the learner has touched, so far."""
        free = [name for name in names or MODULES if name not in self.claimed]
        if not free:
            raise Declined
        name = self.rng.choice(free)
        self.claimed.add(name)
        if name not in self.modules:
            self.modules[name] = ordinary_block(self.rng, name)
        return name

    def block(self, *names: str) -> dict:
        return self.modules[self.claim(*names)]

    def progress(self, *names: str) -> dict:
        return self.block(*names)["progress"]

    def add(self, table: str, **columns: object) -> dict:
        """A row of a table."""
        rows = self.rows[table]
        row = {
            "id": self.number * ROWS_OF_A_LEARNER + len(rows),
            "user_id": self.legacy.reference(self.number),
            **columns,
        }
        rows.append(row)
        return row

    def instant(self) -> str:
        """A timestamp of a column."""
        return stored(moment(self.rng))

    def finished(self, shapes: frozenset[str]) -> Learner:
        text = self.text
        if text is None and self.document is not None:
            text = json.dumps(self.document)
            for name, piece in self.pieces.items():
                text = text.replace(json.dumps(name), piece)
        # In order of completed_at, NULL last, then id.
        self.rows["module_history"].sort(key=lambda row: (row["completed_at"] or "9", row["id"]))
        return Learner(self.number, shapes, self.user, text, self.rows)


def moment(rng: Random) -> datetime:
    """An instant in the school year, with milliseconds."""
    span = int((LAST_DAY - FIRST_DAY).total_seconds() * 1000)
    return FIRST_DAY + timedelta(milliseconds=rng.randrange(span))


def stored(instant: datetime) -> str:
    """A timestamp as to_jsonb shows it."""
    text = instant.isoformat()
    return text.rstrip("0") if "." in text else text


def iso(instant: datetime) -> str:
    """An instant as JavaScript writes it."""
    return f"{instant.isoformat(timespec='milliseconds')}Z"


def ordinary_block(rng: Random, name: str) -> dict:
    """A block as the old application wrote it."""
    module = MODULES[name]
    questions = rng.choice([0, 0, rng.randint(1, 300)])
    progress = {
        "lesson": module.lesson,
        "concepts": [concept for concept in module.concepts.split(", ") if concept] or "",
        "best_time": rng.choice([None, rng.randint(20, 400)]) if questions else None,
        "timestamp": iso(moment(rng)) if questions else None,
        "best_score": rng.randint(0, 100) if questions else 0,
        "test_taken": False,
        "attempt_bad": 0,
        "last_played": iso(moment(rng)) if questions and rng.random() < 0.5 else None,
        "streak_best": rng.randint(0, 9) if questions else 0,
        "attempt_good": rng.randint(0, 3) if questions else 0,
        "mastery_level": False,
        "tokens_earned": rng.randint(0, questions) if questions else 0,
        "streak_current": 0,
        "correct_answers": rng.randint(questions // 2, questions),
        "time_spent_total": rng.choice([0, questions * rng.randint(2, 20)]),
        "sessions_completed": -(-questions // 6),
        "preferred_difficulty": module.difficulty,
        "total_questions_answered": questions,
    }
    block = {"progress": progress, "grade_level": module.grade_start}
    if module.types:
        block["grade_level"] = None
        progress["types_complete"] = list(module.types[: rng.choice([0, 0, 1, 3, 6])])
        progress["current_step"] = len(progress["types_complete"])
        progress["good_attempt"], progress["bad_attempt"] = rng.choice([(0, 0), (1, 0), (0, 2)])
    elif module.assessment == "grade" and rng.random() < 0.5:
        grade = rng.randint(0, 6)
        progress |= {
            "test_taken": True, "grade_level": grade,
            "assessment_completed_date": iso(moment(rng)),
        }  # fmt: skip
        block["grade_level"] = grade
        if rng.random() < 0.5:
            block |= session_counters(rng)
    return block


def session_counters(rng: Random) -> dict:
    """What the sessions of the old application counted at the module level."""
    sessions = rng.randint(1, 40)
    return {
        "attempt_bad": 0, "attempt_good": rng.randint(0, 3), "tokens_earned": sessions * 10,
        "correct_answers": sessions * 5, "last_session_date": iso(moment(rng)),
        "sessions_completed": sessions, "total_questions_answered": sessions * 6,
    }  # fmt: skip


def ordinary_document(rng: Random) -> dict:
    """A document of the old application, many blocks of which were never played."""
    modules = {
        name: ordinary_block(rng, name)
        for name in MODULES
        if name not in RUSH or rng.random() < 0.6
    }  # fmt: skip

    def total(key: str) -> int:
        return sum(block.get(key, 0) + block["progress"].get(key, 0) for block in modules.values())

    return {
        "modules": modules,
        "ai_analytics": {
            "strengths": [], "weaknesses": [], "analysis_date": None, "learning_patterns": {},
            "datetime_generated": None, "engagement_analysis": {}, "suggested_activities": [],
            "areas_for_improvement": [],
        },
        "global_stats": {
            "last_sync": iso(moment(rng)), "last_active": None, "streak_days": 0,
            "fastest_category": None, "total_time_spent": total("time_spent_total"),
            "daily_tokens_earned": 0, "total_tokens_earned": total("tokens_earned"),
            "total_correct_answers": total("correct_answers"), "highest_score_category": None,
            "daily_engagement_minutes": 0,
            "total_questions_answered": total("total_questions_answered"),
        },
        "cross_module_analytics": {
            "cross_concept_mastery": {}, "preferred_learning_sequence": [],
            "module_transition_success_rate": {}, "learning_patterns_between_modules": {},
        },
    }  # fmt: skip


def ordinary_user(draft: Draft) -> dict:
    """A row of users in which nothing is odd."""
    rng, stats = draft.rng, draft.stats
    earned = stats["total_tokens_earned"]
    return {
        "id": draft.legacy.key(draft.number), "username": f"learner{draft.number}",
        "password": "x" * 60, "email": f"learner{draft.number}@example.org", "is_admin": False,
        "grade": rng.choice(["K", *map(str, range(1, 13)), None]),
        "last_grade_advancement": rng.choice([None, "2024-08-01T00:00:00"]),
        "tokens": rng.randint(earned // 2, earned), "streak_days": rng.choice([0, 1, 5]),
        "last_active": draft.instant(), "display_name": f"Learner {draft.number}",
        "initials": "L", "student_id": str(draft.number),
        "daily_tokens_earned": rng.choice([0, 14]),
        "questions_answered": stats["total_questions_answered"],
        "correct_answers": stats["total_correct_answers"],
        "daily_engagement_minutes": rng.choice([0, 25]), "avatar_items": {"hat": "red"},
        "last_daily_challenge": None, "daily_challenge_streak": rng.choice([None, 2]),
        "completed_challenges": rng.choice([None, [], ["first steps"]]),
        "story_progress": None, "fastest_category": None, "highest_score_category": None,
        "learning_style": None, "strength_concepts": None, "weakness_concepts": [],
        "interests": ["dinosaurs"], "reset_password_token": None,
        "reset_password_expires": None, "preferred_difficulty": 1,
    }  # fmt: skip


def ordinary_rows(draft: Draft) -> None:
    """Some rows in every table."""
    rng = draft.rng
    for _ in range(rng.choice([0, 0, 1, 2])):
        add_concept(draft)
    for subject in rng.sample(SUBJECTS, rng.choice([0, 0, 1, 3])):
        add_subject(draft, subject, 1)
    for _ in range(rng.choice([0, 0, 4])):
        draft.add(
            "subject_difficulty_history", subject=rng.choice(SUBJECTS), grade="3",
            is_correct=rng.random() < 0.7, timestamp=draft.instant(),
            difficulty_level=rng.randint(1, 5), question_id=rng.choice([None, 77]),
        )  # fmt: skip
    for category in rng.sample(["addition", "fractions", "geometry"], rng.choice([0, 0, 2])):
        draft.add(
            "user_progress", category=category, level=rng.randint(1, 5),
            score=rng.randint(0, 900), completed_questions=rng.randint(0, 90),
        )  # fmt: skip
    for _ in range(rng.choice([0, 0, 0, 1])):
        add_analysis(draft)
    for _ in range(rng.choice([0, 0, 3, 8])):
        add_session(draft, rng.choice(list(MODULES)))
    if rng.random() < 0.3:
        draft.add("leaderboard", score=draft.user["tokens"], updated_at=draft.instant())
        draft.add(
            "recommendations", module_name="algebra", reason="next", created_at=draft.instant()
        )


def add_concept(draft: Draft, **columns: object) -> dict:
    row = {
        "concept": draft.rng.choice(["fractions-addSub", "carrying"]), "grade": "3",
        "total_attempts": 4, "correct_attempts": 3, "last_practiced": draft.instant(),
        "mastery_level": 75, "needs_review": False,
    }  # fmt: skip
    return draft.add("concept_mastery", **row | columns)


def add_subject(draft: Draft, subject: str, level: int | None, **columns: object) -> dict:
    row = {
        "subject": subject, "grade": "3", "total_attempts": 9, "correct_attempts": 7,
        "last_practiced": draft.instant(), "mastery_level": 78, "is_unlocked": True,
        "next_grade_unlocked": False, "downgraded": False, "difficulty_level": level,
        "upgrade_eligible": False, "downgrade_eligible": False, "recent_30_attempts": 9,
        "recent_30_correct": 7, "recent_20_attempts": 9, "recent_20_correct": 7,
    }  # fmt: skip
    return draft.add("subject_mastery", **row | columns)


def add_analysis(draft: Draft, **columns: object) -> dict:
    at = draft.instant()
    row = {
        "analysis_date": at, "learning_patterns": {"averageScore": 71, "bestTimeOfDay": "noon"},
        "recommendations": "Practise fractions.", "strengths": ["addition"],
        "areas_for_improvement": ["fractions"], "engagement_analysis": {"sessionsPerWeek": 3.5},
        "suggested_activities": ["Fractions puzzle"], "learning_style": "visual",
        "strength_concepts": ["addition"], "weakness_concepts": ["fractions"],
        "recommended_activities": ["Algebra"], "generated_at": at,
    }  # fmt: skip
    return draft.add("ai_analytics", **row | columns)


def add_session(draft: Draft, module: str, **columns: object) -> dict:
    rng = draft.rng
    questions = rng.choice([5, 6, 10, 24])
    correct = rng.randint(questions // 2, questions)
    row = {
        "module_name": module, "run_type": rng.choice(["token_run", "token_run", "test"]),
        "final_score": 100 * correct // questions, "questions_total": questions,
        "questions_correct": correct, "time_spent_seconds": rng.randint(20, 300),
        "completed_at": draft.instant(), "difficulty_level": 2, "grade_level": "3",
        "tokens_earned": correct,
    }  # fmt: skip
    return draft.add("module_history", **row | columns)
