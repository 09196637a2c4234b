"""A learner of whom every table of the installation has something, and a look for traces.

Tables are found in the catalog. One that is added stands in none of the lists here, and the tests
fail until somebody has said whose it is and how a learner gets into it.
"""

import json
import uuid

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from tests.ai import queue
from tests.leaderboard.support import refresh
from tests.record.support import Learner, bulk, changed
from tests.support.users import ID

# What says nothing of any learner, and why.
NOBODYS = {
    "hg_installation": "one row on the installation",
    "hg_modules": "the catalog",
    "hg_settings": "the settings",
    "hg_rule_versions": "the catalog's history; who changed it is staff",
    "hg_rules": "the catalog's history",
    "hg_legacy_run": "one row on the move",
    "hg_ai_days": "calls of a day",
    "hg_ai_spent": "tokens of a day",
    "hg_standings_spread": "figures without names",
    "hg_standings_marks": "when refreshes were",
    "hg_tombstones": "that somebody was erased, never who",
}


def tables(db: psycopg.Connection) -> set[str]:
    """Every table of ours; of a partitioned one the whole."""
    rows = db.execute(
        "SELECT c.relname FROM pg_class AS u INNER JOIN pg_class AS c"
        " ON u.relnamespace = c.relnamespace AND c.relkind IN ('r', 'p', 'm')"
        " WHERE u.oid = 'users'::regclass AND NOT c.relispartition AND c.relname ~ '^hg_'"
    )
    return {name for (name,) in rows}


class Everywhere:
    """The learner, and the words that are only this learner's."""

    def __init__(self, db: psycopg.Connection) -> None:
        self.db = db
        self.word = f"zq{uuid.uuid4().hex}"
        self.activity = uuid.uuid4()
        self.spend = uuid.uuid4()
        db.execute("ALTER TABLE users ADD COLUMN IF NOT EXISTS may_analyse boolean")
        queue.enable(db, consent_column="may_analyse")
        self.learner = self._inserted()
        self.id = self.learner.id
        self._play()
        self._analyse()
        self._move_in()
        refresh(db)
        # Built anew, the document is due at the next refresh.
        self.learner.tamper(changed(self.learner.document, {"global_stats.tokens": 1}))
        self.learner.call("hg_rebuild")
        # So many that a snapshot is taken.
        bulk(db, [self.learner.item("algebra", 5, 4, id=uuid.uuid4()) for _ in range(256)])

    def _inserted(self) -> Learner:
        """With an id that stands in no other row by chance."""
        given = {"int": 1999777331, None: 1999777331222, "bigint": 1999777331222}.get(ID)
        columns = {"grade": "3", "may_analyse": True} | ({"id": given} if given else {})
        query = sql.SQL("INSERT INTO users ({}) VALUES ({}) RETURNING to_jsonb(id)").format(
            sql.SQL(", ").join(map(sql.Identifier, columns)),
            sql.SQL(", ").join([sql.Placeholder()] * len(columns)),
        )
        (id,) = self.db.execute(query, list(columns.values())).fetchone()
        return Learner.known(self.db, id)

    def _play(self) -> None:
        learner = self.learner
        learner.run("algebra", 5, 4, 60, id=uuid.uuid4())
        learner.run("measurement", 5, 5, 60, id=self.activity, note=self.word)
        learner.grant(1000, id=uuid.uuid4(), reason=f"grant {self.word}")
        learner.spend(3, id=self.spend, reason=f"spend {self.word}")
        learner.set_mastery("measurement", True, f"override {self.word}")
        learner.set_zone("Antarctica/Troll")
        learner.pause(learner.clock.date(), learner.clock.date())
        learner.write(nickname=self.word)

    def _analyse(self) -> None:
        """An analysis that was answered, and a job that waits."""
        queue.request(self.learner)
        (job,) = queue.claim(self.db)
        assert queue.complete(self.db, job, queue.answer(job))["state"] == "done"
        assert queue.request(self.learner, "algebra") is not None

    def _move_in(self) -> None:
        """What a move from older tables leaves."""
        for table, columns in {
            "hg_legacy_archive": {
                "archived_at": "now", "source": "user_progress", "source_id": "1",
                "row_data": json.dumps({"name": self.word}), "reason": "dropped",
            },
            "hg_legacy_quarantine": {
                "quarantined_at": "now", "reason_code": "unreadable_json", "detail": self.word,
            },
            "hg_legacy_dirty": {"everybody": False},
            "hg_legacy_unverified": {},
            "hg_legacy_differences": {"path": self.word, "staged": Jsonb(1), "expected": Jsonb(2)},
        }.items():  # fmt: skip
            row = {"user_id": str(self.id)} | columns
            self.db.execute(
                sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
                    sql.Identifier(table),
                    sql.SQL(", ").join(map(sql.Identifier, row)),
                    sql.SQL(", ").join([sql.Placeholder()] * len(row)),
                ),
                list(row.values()),
            )

    def marks(self) -> list[str]:
        """Texts that lead to the learner."""
        return [str(self.id), self.word, str(self.activity), str(self.spend), "Antarctica/Troll"]

    def traces(self) -> dict[str, set[str]]:
        """The tables in whose rows one of the marks stands, and which."""
        found: dict[str, set[str]] = {}
        for table in tables(self.db):
            for mark in self.marks():
                # As PostgreSQL writes a row, and as JSON has it.
                rows = self.db.execute(
                    sql.SQL(
                        "SELECT count(*) FROM {} AS t WHERE strpos(t::text, %(mark)s) > 0"
                        " OR strpos(to_jsonb(t)::text, %(json)s) > 0"
                    ).format(sql.Identifier(table)),
                    {"mark": mark, "json": json.dumps(mark)[1:-1]},
                ).fetchone()
                if rows != (0,):
                    found.setdefault(table, set()).add(mark)
        return found
