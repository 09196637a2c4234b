"""An installation that has seen much, and whether a copy of it is as good as the original."""

import re
from collections import Counter
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from tests.errors.support import dump
from tests.leaderboard.support import METRICS, assert_true, board, percentile, refresh
from tests.record.skeleton import SKELETON
from tests.record.support import (
    DAY,
    Learner,
    add_module,
    call,
    change_module,
    changed,
    server_clock,
    set_setting,
    uid,
)
from tests.support.users import goes_on

SNAPSHOT = 256
AI_TEXTS = {
    "ai_analytics.strengths": ["Brüche: „gut“", "算数", "a\\b\"c'd\t"],
    "ai_analytics.source": "openai",
    "ai_analytics.model": "a-model",
    "ai_analytics.analysis_date": "2026-01-31",
}
UNKNOWN_KEYS = {
    "house": {"colour": "blue", "figures": [1, 2.50, 1e-7, 12345678901234567890]},
    "modules.algebra.progress.badge": "😀",
}
MODULES = ("addition_facts", "decimal_defender", "algebra", "word_race", "measurement")


class History:
    """Learners and what becomes of them: a first part when it is made, go_on() the rest.

    `calls` are some of what was called, with the receipts: a repetition must give them again.
    """

    def __init__(self, connection: psycopg.Connection) -> None:
        self.db = connection
        self.learners: list[Learner] = []
        self.calls: list[tuple[str, dict, dict]] = []
        self._ids = 0
        self.under_the_first_rules()

    def next_id(self) -> UUID:
        self._ids += 1
        return uid(self._ids)

    def learner(self, *arguments: Any) -> Learner:
        self.learners.append(Learner(self.db, *arguments))
        return self.learners[-1]

    def keep(self, learner: Learner, function: str, **arguments: Any) -> None:
        """A call that will be repeated."""
        arguments = {"p_user_id": learner.id, **arguments}
        self.calls.append((function, arguments, call(self.db, function, **arguments)))

    def session(self, learner: Learner, module: str, at: datetime | None = None) -> UUID:
        """A session that will be repeated; its id."""
        activity = self.next_id()
        self.keep(
            learner, "hg_record_activity", p_activity_id=activity, p_module=module,
            p_questions=10, p_correct=9, p_seconds=40, p_occurred_at=at,
            p_details={"note": "zurück, ünïcode"},
        )  # fmt: skip
        return activity

    def batch(self, count: int, *learners: Learner) -> None:
        """Many sessions at once, the learners in turn."""
        items = [
            {
                "user_id": learners[n % len(learners)].id, "activity_id": str(self.next_id()),
                "module": MODULES[n // 3 % 5], "questions": 10, "correct": 10 - n % 4,
                "seconds": 20 + n % 50,
            }
            for n in range(count)
        ]  # fmt: skip
        rows = self.db.execute(
            "SELECT b.receipt FROM hg_record_activities(%s) AS b", [Jsonb(items)]
        ).fetchall()
        for item, (receipt,) in list(zip(items, rows, strict=True))[:2]:
            arguments = {f"p_{name}": value for name, value in item.items()}
            self.calls.append(("hg_record_activity", arguments, receipt))

    # ------------------------------------------------------------ what happened

    def go_on(self) -> "History":
        self.the_rules_change()
        self.under_the_new_rules()
        self.taken_back()
        refresh(self.db)
        return self

    def under_the_first_rules(self) -> None:
        veteran, traveller, given = self.learner("3"), self.learner("K"), self.given()
        self.batch(2 * SNAPSHOT + 20, veteran)
        self.batch(30, traveller, given)
        for days in (3, 1, 2, 45):
            self.session(traveller, "algebra", traveller.noon(days))
        traveller.set_zone("Pacific/Auckland")
        traveller.set_zone("America/New_York")
        traveller.set_difficulty("measurement", 5)
        traveller.set_mastery("algebra", True, "sé sûr")
        today = traveller.clock.date()
        traveller.pause(today + 2 * DAY, today + 9 * DAY)
        self.keep(traveller, "hg_grant_tokens", p_grant_id=self.next_id(), p_amount=500,
                  p_reason="a prize")  # fmt: skip

    def given(self) -> Learner:
        """A learner who came with a document."""
        return self.learner("7", changed(SKELETON, {"global_stats.time_zone": "Asia/Kolkata"}))

    def the_rules_change(self) -> None:
        set_setting(self.db, "daily_token_cap", 120)
        set_setting(self.db, "streak_freeze_max", 3)
        set_setting(self.db, "cohort_min_learners", 5)
        set_setting(self.db, "streak_freeze_every_days", 2)
        set_setting(self.db, "default_time_zone", "Europe/Berlin")
        change_module(self.db, "algebra", mastery_rule={"accuracy": {"min_questions": 20,
                      "percent": 50}})  # fmt: skip
        add_module(self.db, "geometry", tokens_per_unit=2, concepts="shapes, Maße")
        change_module(self.db, "word_race", active=False)
        self.db.execute("SELECT count(*) FROM hg_reevaluate('algebra', false)")
        first = (server_clock(self.db) + 3 * DAY).date()
        call(self.db, "hg_set_pause", p_from=first, p_to=first + 20 * DAY)

    def under_the_new_rules(self) -> None:
        written, fresh = self.learner("5"), self.learner()
        veteran, traveller = self.learners[:2]
        change_module(self.db, "word_race", active=True)
        self.batch(60, written, veteran, traveller)
        written.write_document(changed(written.document, {**AI_TEXTS, **UNKNOWN_KEYS}))
        self.session(written, "geometry")
        self.session(written, "geometry", written.noon(4))
        self.session(veteran, "addition_facts", veteran.noon(2))
        written.reset("measurement")
        assert fresh.entries("activity") == []

    def taken_back(self) -> None:
        """Reversed: the latest, one in the middle of a long history, one whose tokens are gone."""
        veteran, spender = self.learners[0], self.learner("2")
        for _ in range(3):
            paid = self.session(spender, "decimal_defender")
        self.keep(spender, "hg_spend_tokens", p_spend_id=self.next_id(), p_reason="a hat",
                  p_amount=spender.stats["tokens"])  # fmt: skip
        for learner, activity in (
            (spender, paid),
            (veteran, veteran.entries("activity")[SNAPSHOT + 30]["id"]),
            (veteran, veteran.entries("activity")[-1]["id"]),
        ):
            learner.call("hg_reverse_activity", p_activity_id=activity, p_reason="wrong child")
        assert spender.stats["total_tokens_spent"] > spender.stats["total_tokens_earned"]
        assert len(self.db.execute("SELECT FROM hg_snapshots").fetchall()) > 0


# ---------------------------------------------------------------- what a copy must be


def documents(connection: psycopg.Connection) -> list[tuple]:
    """Every document as text, byte for byte."""
    return connection.execute(
        "SELECT u.id, u.hidden_grade_asset::text FROM users AS u ORDER BY u.id"
    ).fetchall()


def contents(connection: psycopg.Connection) -> dict[str, Counter[str]]:
    """The rows of each table, those aside in which the installer remembers what it did."""
    return {table: rows for table, rows in dump(connection).items() if "yoyo" not in table}


def verify(connection: psycopg.Connection) -> list[tuple]:
    """Where documents differ from their ledgers."""
    return connection.execute("SELECT v.* FROM hg_verify() AS v").fetchall()


def page(text: str) -> str:
    """A report without the minute it was made in."""
    return re.sub(r"<p>As of [^.]*\.", "<p>", text)


def readings(connection: psycopg.Connection, at: datetime) -> dict[tuple, Any]:
    """What every reading function says of every learner at an instant, and hg_verify."""
    said: dict[tuple, Any] = {("hg_verify",): verify(connection)}
    for metric in METRICS:
        said["hg_leaderboard", metric] = board(connection, metric)
    said["hg_version",] = call(connection, "hg_version")
    # Its figures are the server's own.
    said["hg_status",] = call(connection, "hg_status").keys()
    said["hg_simulate_rule",] = call(
        connection, "hg_simulate_rule", p_module="algebra", p_rule={"score": {"percent": 90}}
    )
    said["hg_cross_module_cohort",] = call(connection, "hg_cross_module_cohort", p_filter={})
    said["hg_class_report",] = page(call(connection, "hg_class_report", p_filter={}))
    for function in ("hg_daily_figures", "hg_module_figures"):
        rows = connection.execute(f"SELECT to_jsonb(f) FROM {function}() AS f")
        said[function,] = [row for (row,) in rows.fetchall()]
    modules = [m for (m,) in connection.execute("SELECT m.module FROM hg_modules AS m")]
    ids = [i for (i,) in connection.execute("SELECT u.id FROM users AS u ORDER BY u.id")]
    for user_id in ids:
        for function in ("hg_document", "hg_streak"):
            said[function, user_id] = call(connection, function, p_user_id=user_id, p_at=at)
        said["hg_percentile", user_id] = percentile(connection, user_id)
        said["hg_report", user_id] = page(call(connection, "hg_report", p_user_id=user_id))
        said["hg_cross_module", user_id] = call(connection, "hg_cross_module", p_user_id=user_id)
        exported = call(connection, "hg_export_learner", p_user_id=user_id)
        # These two are of the moment they are asked for.
        said["hg_export_learner", user_id] = {
            part: value for part, value in exported.items()
            if part not in ("exported_at", "document_now")
        }  # fmt: skip
        for module in modules:
            for function in ("hg_module", "hg_explain"):
                said[function, user_id, module] = call(
                    connection, function, p_user_id=user_id, p_module=module
                )
        moments = connection.execute(
            "SELECT l.recorded_at FROM hg_ledger AS l WHERE l.user_id = %s"
            " ORDER BY l.ledger_id DESC LIMIT 5",
            [user_id],
        ).fetchall()
        for (moment,) in moments:
            said["hg_as_of", user_id, moment] = call(
                connection, "hg_as_of", p_user_id=user_id, p_at=moment
            )
    return said


def assert_goes_on(connection: psycopg.Connection, history: History) -> None:
    """Repeated calls replay; new ones are recorded, as the newest; all documents are true."""
    rows = "SELECT count(*), max(l.ledger_id) FROM hg_ledger AS l"
    before = connection.execute(rows).fetchone()
    for function, arguments, receipt in history.calls:
        again = call(connection, function, **arguments)
        assert again.pop("reversed", True) is True
        assert again == receipt | {"replayed": True}
    assert connection.execute(rows).fetchone() == before

    ids = [i for (i,) in connection.execute("SELECT u.id FROM users AS u ORDER BY u.id")]
    for learner_id in ids:
        call(
            connection, "hg_record_activity", p_user_id=learner_id,
            p_activity_id=history.next_id(), p_module="geometry", p_questions=5, p_correct=5,
        )  # fmt: skip
        call(
            connection, "hg_record_activity", p_user_id=learner_id,
            p_activity_id=history.next_id(), p_module="algebra", p_questions=5, p_correct=5,
            p_occurred_at=history.learners[0].noon(1),
        )  # fmt: skip
    (fresh,) = connection.execute("INSERT INTO users DEFAULT VALUES RETURNING id").fetchone()
    assert goes_on(fresh, ids)
    added, lowest = connection.execute(
        "SELECT count(*), min(l.ledger_id) FROM hg_ledger AS l WHERE l.ledger_id > %s", [before[1]]
    ).fetchone()
    assert connection.execute(rows).fetchone()[0] == before[0] + added
    assert added == 2 * len(ids) + 1 and lowest > before[1]
    assert verify(connection) == []
    assert_true(connection, refresh(connection))
