"""A database on its way from the older tables to the document, step by step."""

from typing import Any

import psycopg

from tests.legacy.schema import Legacy
from tests.legacy.test_import import Import
from tests.support.database import Database

MIRRORED = {
    "tokens": "tokens",
    "streak_days": "streak_days",
    "daily_tokens_earned": "daily_tokens",
    "questions_answered": "total_questions_answered",
    "correct_answers": "total_correct_answers",
    "daily_engagement_minutes": "daily_engagement_minutes",
    "fastest_category": "fastest_category",
    "highest_score_category": "highest_score_category",
    "last_active": "last_active",
}


class Move(Import):
    """The whole way: import, verify, cut over, roll back, finalize."""

    def __init__(self, database: Database, legacy: Legacy, learners: int = 60) -> None:
        super().__init__(database, legacy, learners)

    @classmethod
    def opened(cls, database: Database, legacy: Legacy) -> "Move":
        """A database that is on its way already."""
        move = cls.__new__(cls)
        move.database, move.legacy, move.db = database, legacy, database.connect()
        return move

    def steps(self, function: str, *arguments: object) -> list[dict]:
        """The answers of a step function, called until it has no more to do."""
        answers = []
        call = f"SELECT {function}({', '.join(['%s'] * len(arguments))})"
        while True:
            answers.append(self.db.execute(call, arguments).fetchone()[0])
            if not answers[-1]["more"]:
                return answers

    def verify(self) -> dict:
        """Verify all; the last answer."""
        return self.steps("hg_legacy_verify_step")[-1]

    def cut_over(self, allow_quarantine: bool = True) -> list[dict]:
        """Import, verify and cut over."""
        self.finish()
        answer = self.verify()
        assert answer["differences"] == 0, self.differences()
        return self.steps("hg_legacy_cutover_step", allow_quarantine)

    def roll_back(self) -> list[dict]:
        return self.steps("hg_legacy_rollback_step")

    def known(self, documents: dict[str, Any]) -> dict[str, Any]:
        """Without those in quarantine: what came back of them can be read, and begins anew."""
        quarantined = self.stored("SELECT q.user_id::text, q.detail FROM hg_legacy_quarantine AS q")
        return {user: one for user, one in documents.items() if user not in quarantined}

    def differences(self) -> list[tuple]:
        return self.db.execute("SELECT d.* FROM hg_legacy_differences AS d LIMIT 20").fetchall()

    def documents(self, column: str = "hidden_grade_asset") -> dict[str, Any]:
        return self.stored(f"SELECT u.id::text, u.{column} FROM users AS u")

    def proven(self) -> None:
        """Every document is what its ledger says."""
        assert self.db.execute("SELECT v.* FROM hg_verify() AS v LIMIT 5").fetchall() == []

    def columns_agree(self) -> None:
        """The older columns of every learner are the document's figures."""
        present = {
            name
            for (name,) in self.db.execute(
                "SELECT a.attname FROM pg_attribute AS a WHERE a.attrelid = 'users'::regclass"
                " AND NOT a.attisdropped"
            )
        }
        pairs = [
            f"u.{column} IS NOT DISTINCT FROM "
            + (
                f"((u.hidden_grade_asset #>> '{{global_stats,{key}}}')::timestamptz"
                " AT TIME ZONE 'UTC')"
                if column == "last_active"
                else f"(u.hidden_grade_asset #>> '{{global_stats,{key}}}')"
                + ("" if column.endswith("category") else "::integer")
            )
            for column, key in MIRRORED.items()
            if column in present
        ]
        odd = self.db.execute(
            f"SELECT u.id FROM users AS u WHERE NOT ({' AND '.join(pairs)})"
        ).fetchall()
        assert odd == []

    def refused(self, call: str, *arguments: object) -> psycopg.errors.Diagnostic:
        """What a refused call says."""
        try:
            self.db.execute(call, arguments)
        except psycopg.Error as error:
            return error.diag
        raise AssertionError(f"{call} was not refused")


def differing(one: Any, other: Any, path: str = "") -> list[str]:
    """The paths at which two JSON values differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        return [
            found
            for key in sorted({*one, *other})
            for found in differing(one.get(key), other.get(key), f"{path}.{key}" if path else key)
        ]
    return [] if one == other else [path]
