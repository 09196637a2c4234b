"""The import, batch by batch: every document is what the oracle says, whatever happens."""

import json
from collections import Counter, defaultdict
from datetime import datetime
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from tests.legacy import expected, shapes
from tests.legacy.reading import plain
from tests.legacy.schema import Legacy, create
from tests.support.database import Database, migrate

LEARNERS = 300


def canonical(text: str) -> str:
    """A JSON text in the one form that equal values share."""
    return json.dumps(plain(json.loads(text, parse_float=Decimal)), sort_keys=True)


class Import:
    """An installation over a legacy database, and its import."""

    def __init__(self, database: Database, legacy: Legacy, learners: int = LEARNERS) -> None:
        self.database, self.legacy = database, legacy
        self.db = database.connect()
        create(self.db, legacy)
        shapes.load(self.db, learners, 0, legacy)
        migrate(database.dsn)

    @property
    def state(self) -> str:
        return self.db.execute("SELECT i.state FROM hg_installation AS i").fetchone()[0]

    def batch(self, connection: psycopg.Connection | None = None) -> dict:
        return (connection or self.db).execute("SELECT hg_legacy_import_step()").fetchone()[0]

    def finish(self) -> list[str]:
        """All batches to the end; their steps."""
        steps = []
        while True:
            answer = self.batch()
            steps.append(answer["step"])
            if not answer["more"]:
                return steps

    @property
    def instant(self) -> datetime:
        return self.db.execute("SELECT r.started_at FROM hg_legacy_run AS r").fetchone()[0]

    def expected(self) -> dict[str, expected.Expected]:
        """What the oracle makes of the sources as they are now."""
        rows = self.db.execute(
            "SELECT s.o_user_id::text, s.o_source - 'document', u.hidden_grade_asset::text"
            " FROM hg__legacy_sources(ARRAY(SELECT u.id::text FROM users AS u)) AS s"
            " JOIN users AS u ON u.id = s.o_user_id"
        ).fetchall()
        return {user: expected.of_text(source, text, self.instant) for user, source, text in rows}

    def archived(self) -> dict[str, Counter]:
        """What was archived of each learner: (source, id, reason, data) with their numbers."""
        found: dict[str, Counter] = defaultdict(Counter)
        for user, *entry, data in self.db.execute(
            "SELECT a.user_id, a.source, a.source_id, a.reason, a.row_data "
            "FROM hg_legacy_archive AS a, hg_legacy_run AS r"
            " WHERE a.reason <> 'orphan' AND a.archived_at >= r.started_at"
        ):
            found[user][(*entry, canonical(data))] += 1
        return found

    def stored(self, query: str) -> dict[str, Any]:
        return dict(self.db.execute(query).fetchall())

    def check(self) -> None:
        """Staged documents, checkpoints and quarantine are what the oracle says."""
        wanted = self.expected()
        staged = self.stored("SELECT u.id::text, u.hidden_grade_asset_next FROM users AS u")
        checkpoints = self.stored(
            "SELECT l.user_id::text, l.document FROM hg_ledger AS l WHERE l.kind = 'import'"
        )
        quarantine = self.stored(
            "SELECT q.user_id::text, q.reason_code FROM hg_legacy_quarantine AS q"
        )
        assert staged == {user: one.document for user, one in wanted.items()}
        assert checkpoints == {u: one.document for u, one in wanted.items() if one.document}
        assert quarantine == {
            user: "unreadable_json" for user, one in wanted.items() if one.quarantined
        }
        archived = self.archived()
        for user, one in wanted.items():
            entries = Counter(
                (e.source, e.source_id, e.reason, canonical(json.dumps(e.data, default=str)))
                for e in one.archive
            )
            assert not entries - archived[user], user
            # What stood in a column before the cutover stays archived, whatever stands there now.
            assert {reason for _, _, reason, _ in archived[user] - entries} <= {"earlier"}, user


@pytest.fixture(params=["json", "jsonb"])
def imported(empty_database: Database, request: pytest.FixtureRequest) -> Import:
    return Import(empty_database, Legacy(document=request.param))


def test_every_learner_is_what_the_oracle_says(imported):
    assert imported.state == "pending"
    steps = imported.finish()
    assert imported.state == "imported"
    assert steps[-1] == "changed learners"
    imported.check()
    assert imported.finish() == ["changed learners"]


def test_every_row_is_in_the_archive_once(imported):
    imported.finish()
    for table in ("concept_mastery", "subject_mastery", "user_progress", "ai_analytics"):
        rows = imported.db.execute(f"SELECT t.id::text FROM {table} AS t ORDER BY 1").fetchall()
        archived = imported.db.execute(
            "SELECT a.source_id FROM hg_legacy_archive AS a WHERE a.source = %s ORDER BY 1", [table]
        ).fetchall()
        held = imported.db.execute(
            f"SELECT t.id::text FROM {table} AS t JOIN hg_legacy_quarantine AS q"
            " ON q.user_id::text = t.user_id::text"
        ).fetchall()
        assert set(archived) == set(rows) - set(held)
