"""A legacy database after its cutover, and what the tests of the views ask of it."""

from typing import Any

from tests.support.database import Database

from .schema import REPLACED, Legacy, copy_rows
from .test_import import Import

ONE, TWO = 50_001, 50_002
ANALYSES = {
    ONE: [
        {"generated_at": "2025-05-01T10:00:00", "analysis_date": "2025-05-01T09:00:00.25",
         "learning_patterns": {"average_score": 70}, "engagement_analysis": {},
         "strengths": ["addition"], "areas_for_improvement": ["fractions", None],
         "suggested_activities": [], "recommended_activities": ["Algebra"],
         "strength_concepts": ["sums"], "weakness_concepts": ["time"]},
        {"generated_at": "2025-04-01T10:00:00", "strengths": ["older"]},
    ],
    TWO: [
        {"generated_at": "2025-02-01T10:00:00", "strengths": ["two"], "learning_patterns": {}},
        {"generated_at": "2025-03-01T10:00:00.75", "strengths": [], "strength_concepts": ["b"]},
    ],
}  # fmt: skip
SUBJECTS = {
    ONE: [("algebra", "3", 2), ("algebra", "4", 2), ("geometry", "3", 4)],
    TWO: [("ratios", "3", 3), ("ratios", "4", 1), ("addition", None, None)],
}


class CutOver(Import):
    """A legacy database with some hundred learners and two that are known, cut over."""

    def __init__(self, database: Database, legacy: Legacy, learners: int = 120) -> None:
        super().__init__(database, legacy, learners)
        self.one, self.two = legacy.reference(ONE), legacy.reference(TWO)
        for number in (ONE, TWO):
            self.add_learner(number)

    def add_learner(self, number: int) -> None:
        """A learner with rows in every table."""
        user = {"id": self.legacy.key(number), "username": f"known {number}", "tokens": 50}
        rows: dict[str, list[dict[str, Any]]] = {
            "concept_mastery": [{"concept": "sums", "mastery_level": 80, "needs_review": True}],
            "subject_mastery": [
                {"subject": s, "grade": g, "difficulty_level": n, "total_attempts": 5}
                for s, g, n in SUBJECTS[number]
            ],
            "subject_difficulty_history": [{"subject": "algebra", "is_correct": True}],
            "user_progress": [{"category": "addition", "score": 3}],
            "ai_analytics": ANALYSES[number],
        }
        copy_rows(self.db, self.legacy, "users", [self.legacy.stored("users", user)])
        for table, some in rows.items():
            if self.legacy.has(table):
                copy_rows(self.db, self.legacy, table, [
                    self.legacy.stored(table, {
                        **row, "id": self.key_of_row(number, place),
                        "user_id": self.legacy.reference(number),
                    })
                    for place, row in enumerate(some)
                ])  # fmt: skip

    def key_of_row(self, number: int, place: int) -> int:
        return 1_000_000_000 + 10 * number + place

    def cut(self) -> None:
        """Imports everything and cuts over, without the proofs that come before it."""
        self.finish()
        with self.db.transaction():
            for relation, trigger in self.db.execute(
                "SELECT t.tgrelid::regclass::text, t.tgname FROM pg_trigger AS t"
                " WHERE starts_with(t.tgname, 'hg_legacy_') AND t.tgparentid = 0"
            ).fetchall():
                self.db.execute(f"DROP TRIGGER {trigger} ON {relation}")
            self.db.execute("ALTER TABLE users RENAME hidden_grade_asset TO hidden_grade_asset_old")
            self.db.execute(
                "ALTER TABLE users RENAME hidden_grade_asset_next TO hidden_grade_asset"
            )
            self.db.execute("UPDATE hg_installation SET state = 'cut_over'")
            self.db.execute("SELECT hg__attach_users_triggers()")
            self.set_aside()

    def set_aside(self) -> None:
        for table in REPLACED:
            self.db.execute("SELECT hg__legacy_set_aside(%s)", [table])

    def bring_back(self) -> None:
        for table in REPLACED:
            self.db.execute("SELECT hg__legacy_bring_back(%s)", [table])

    def push_back(self) -> int:
        """All learners' values into the tables that were set aside; rows written."""
        return self.db.execute(
            "SELECT hg__legacy_push_back(ARRAY(SELECT u.id::text FROM users AS u))"
        ).fetchone()[0]

    def document(self, number: int) -> dict:
        return self.db.execute(
            "SELECT u.hidden_grade_asset FROM users AS u WHERE u.id = %s",
            [self.legacy.key(number)],
        ).fetchone()[0]

    def difficulty(self, number: int, module: str = "algebra") -> int:
        return self.document(number)["modules"][module]["progress"]["preferred_difficulty"]

    def section(self, number: int) -> dict:
        return self.document(number)["ai_analytics"]

    def verified(self) -> bool:
        return self.db.execute("SELECT FROM hg_verify()").fetchall() == []
