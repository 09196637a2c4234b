"""The old application goes on during the import: nothing of it is lost, and it never waits."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator

import psycopg
import pytest

from tests.legacy import shapes
from tests.legacy.commands import old_application, run, start
from tests.legacy.importing import Importing
from tests.legacy.schema import REPLACED, copy_rows
from tests.support.database import wait_for

TOUCHED = (*REPLACED, "module_history")


class Application(threading.Thread):
    """One session of the old application: a small transaction after the other, until told."""

    def __init__(self, pending: Importing, role: str, seed: int) -> None:
        super().__init__(daemon=True)
        self.connection = pending.database.connect(role=role)
        self.legacy = pending.legacy
        self.random = random.Random(seed)
        self.seed = seed
        self.stop = threading.Event()
        self.done: Counter[str] = Counter()
        self.error: Exception | None = None

    def run(self) -> None:
        acts = [self.columns, self.document, self.insert, self.insert, self.update, self.delete,
                self.move, self.create, self.leave]  # fmt: skip
        try:
            # As fast as it can it would starve the import of the machine, not of locks.
            while not self.stop.wait(0.01):
                act = self.random.choice(acts)
                with self.connection.transaction():
                    act()
                self.done[act.__name__] += 1
        except Exception as error:
            self.error = error

    def finish(self) -> None:
        self.stop.set()
        self.join(30)
        assert not self.is_alive() and self.error is None, self.error

    # What it does.

    def learner(self) -> int:
        rows = self.connection.execute("SELECT u.id FROM users AS u").fetchall()
        return self.random.choice(rows)[0]

    def columns(self) -> None:
        self.connection.execute(
            "UPDATE users SET tokens = %s, streak_days = %s, last_active = now(),"
            " questions_answered = 5 WHERE id = %s",
            [self.random.randint(0, 900), self.random.randint(0, 9), self.learner()],
        )

    def document(self) -> None:
        other = shapes.learner(self.random.randint(1, 200), self.seed)
        self.connection.execute(
            "UPDATE users SET hidden_grade_asset = %s WHERE id = %s",
            [other.document, self.learner()],
        )

    def insert(self) -> None:
        table = self.random.choice(TOUCHED)
        for row in shapes.learner(self.random.randint(1, 200), self.seed).rows[table][:2]:
            (number,) = self.connection.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [table]
            ).fetchone()
            row = self.legacy.stored(table, row | {"id": number, "user_id": self.learner()})
            copy_rows(self.connection, self.legacy, table, [row])

    def one_row(self, change: str) -> None:
        """Changes some row of some table."""
        table = self.random.choice(TOUCHED)
        self.connection.execute(
            f"{change.format(table)} WHERE id = (SELECT t.id FROM {table} AS t"
            " ORDER BY md5(t.id::text || %s) LIMIT 1)",
            [str(self.random.random())],
        )

    def update(self) -> None:
        self.one_row("UPDATE {} SET user_id = user_id")

    def move(self) -> None:
        self.one_row("UPDATE {} SET user_id = " + str(self.learner()))

    def delete(self) -> None:
        self.one_row("DELETE FROM {}")

    def create(self) -> None:
        self.connection.execute(
            "INSERT INTO users (username, grade, tokens) VALUES (%s, '4', 7)",
            [f"new {self.seed} {self.random.random()}"],
        )

    def leave(self) -> None:
        self.connection.execute("DELETE FROM users WHERE id = %s", [self.learner()])

    @property
    def all_done(self) -> bool:
        """Each kind of change more than once."""
        return len(self.done) == 8 and min(self.done.values()) > 1


@pytest.fixture
def application(pending: Importing) -> Iterator[str]:
    with old_application(pending.database) as role:
        yield role


def assert_true(pending: Importing) -> None:
    """All is as the oracle says of the sources as they are now, orphans included."""
    pending.check()
    (dirty,) = pending.db.execute("SELECT count(*) FROM hg_legacy_dirty").fetchone()
    assert dirty == 0
    orphans = Counter()
    for table in REPLACED:
        rows = pending.db.execute(
            f"SELECT t.id::text FROM {table} AS t WHERE NOT EXISTS"
            " (SELECT FROM users AS u WHERE u.id = t.user_id)"
        )
        orphans.update((table, row_id) for (row_id,) in rows)
    archived = pending.db.execute(
        "SELECT a.source, a.source_id FROM hg_legacy_archive AS a WHERE a.reason = 'orphan'"
    )
    assert Counter(archived.fetchall()) == orphans
    gone = pending.db.execute(
        "SELECT a.user_id FROM hg_legacy_archive AS a WHERE a.reason <> 'orphan'"
        " AND NOT EXISTS (SELECT FROM users AS u WHERE u.id::text = a.user_id)"
    )
    assert gone.fetchall() == []


def test_no_change_is_lost_and_none_is_doubled(pending, application):
    sessions = [Application(pending, application, seed) for seed in (1, 2)]
    for session in sessions:
        session.start()
    # Small batches: many changes come between them.
    assert run("import", pending.database.dsn, BATCH="4").returncode == 0
    wait_for(lambda: all(session.all_done or session.error for session in sessions))
    # Once more beside the writers, then without them.
    assert run("import", pending.database.dsn).returncode == 0
    for session in sessions:
        session.finish()
    pending.steps()
    assert_true(pending)


def test_the_application_needs_no_right_on_our_tables(imported):
    with old_application(imported.database) as role:
        connection = imported.database.connect(role=role)
        for table in ("hg_legacy_dirty", "hg_ledger", "hg_legacy_run"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"SELECT FROM {table}")
        connection.execute("UPDATE users SET tokens = 9 WHERE id = 1")
        connection.execute("INSERT INTO user_progress (user_id, category) VALUES (1, 'x')")
        assert imported.step()["learners"] == 1
        connection.close()
    imported.check()


# ---------------------------------------------------------------- who waits for whom


class Probe(threading.Thread):
    """UPDATEs of one row of users, one after the other, and the longest of them."""

    def __init__(self, pending: Importing, role: str) -> None:
        super().__init__(daemon=True)
        self.connection = pending.database.connect(role=role)
        rows = self.connection.execute("SELECT u.id FROM users AS u ORDER BY u.id").fetchall()
        self.learners = [user for (user,) in rows if user != 1]
        self.stop = threading.Event()
        self.times: list[float] = []

    def run(self) -> None:
        chance = random.Random(0)
        while not self.stop.wait(0.001):
            begun = time.monotonic()
            self.connection.execute(
                "UPDATE users SET tokens = %s WHERE id = %s",
                [chance.randrange(100), chance.choice(self.learners)],
            )
            self.times.append(time.monotonic() - begun)

    def finish(self) -> None:
        self.stop.set()
        self.join(30)
        assert not self.is_alive()


def goes_on(probe: Probe, updates: int = 20) -> None:
    """Wait until it has made so many more, and one of them after another step of the import."""
    so_far = len(probe.times)
    wait_for(lambda: len(probe.times) >= so_far + updates)


BLOCKERS = {
    "a writer of users": "UPDATE users SET tokens = 1 WHERE id = 1",
    "a writer of a table": "INSERT INTO concept_mastery (user_id, concept) VALUES (1, 'x')",
    "an idle transaction": "SELECT count(*) FROM users",
    "a table locked": "LOCK TABLE user_progress IN SHARE MODE",
}


@pytest.mark.parametrize("blocker", BLOCKERS)
def test_nobody_waits_for_the_import_while_it_waits_for_somebody(pending, application, blocker):
    pending.make_indexes()
    other = pending.database.connect(autocommit=False)
    other.execute(BLOCKERS[blocker])
    probe = Probe(pending, application)
    probe.start()
    process = start("import", pending.database.dsn)
    for line in process.stdout:
        if "a table is in use; trying again" in line:
            break
    # The blocker goes on blocking all the while.
    for _ in range(5):
        goes_on(probe)
    assert pending.state == "pending"
    other.rollback()
    _, wrong = process.communicate(timeout=120)
    assert process.returncode == 0, wrong
    probe.finish()
    print(f"{blocker}: longest of {len(probe.times)} UPDATEs {max(probe.times) * 1000:.0f} ms")
    pending.steps()
    pending.check()
