"""The setting access_log: who reads one learner stands in the server's log, and nowhere else."""

import contextlib
import json
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.errors.support import dump
from tests.record.support import Learner, call, rows, set_setting
from tests.support.database import Database, migrate, wait_for
from tests.support.users import NOBODY
from tools.throwaway import Throwaway, throwaway

LINE = re.compile(r"LOG:  hg_access (\{.*\})$", re.MULTILINE)
READER = "hg_test_reader"
# Every function that tells of one learner's document or history, with its other arguments.
READINGS: dict[str, dict[str, Any]] = {
    "hg_document": {},
    "hg_module": {"p_module": "algebra"},
    "hg_streak": {},
    "hg_explain": {"p_module": "algebra"},
    "hg_as_of": {"p_at": "2999-01-01 00:00:00+00"},
    "hg_cross_module": {},
    "hg_export_learner": {},
    "hg_report": {},
}


class Logged:
    """A session of an installation, and what the server's log says of it."""

    def __init__(self, database: Database, log: Path, **parameters: Any) -> None:
        self.name = f"reader-{secrets.token_hex(6)}"
        self.log = log
        self.db = database.connect(application_name=self.name, **parameters)

    def lines(self) -> list[dict]:
        """The entries of this session; the server writes them before a call returns."""
        found = map(json.loads, LINE.findall(self.log.read_text("utf-8")))
        return [entry for entry in found if entry["application_name"] == self.name]

    def read(self, learner: Learner, function: str = "hg_document", **arguments: Any) -> Any:
        return call(self.db, function, p_user_id=learner.id, **arguments)


@pytest.fixture(scope="module")
def server() -> Iterator[Throwaway]:
    with throwaway() as made:
        migrate(made.cluster.dsn())
        yield made


@pytest.fixture
def school(server: Throwaway) -> Iterator[Database]:
    with contextlib.closing(Database(server.cluster.dsn(), "")) as database:
        set_setting(database.connect(), "access_log", True)
        yield database


@pytest.fixture
def learner(school: Database) -> Learner:
    learner = Learner(school.connect(), "3")
    learner.run("algebra", 5, 5)
    return learner


@pytest.fixture
def session(school: Database, server: Throwaway, learner: Learner) -> Logged:
    return Logged(school, server.folder / "log")


@pytest.mark.parametrize("function", READINGS)
def test_a_reading_of_one_learner_is_one_line(session, learner, function):
    session.read(learner, function, **READINGS[function])
    assert session.lines() == [{
        "event": "hg_access", "function": function, "user_id": learner.id, "reader": "postgres",
        "role": None, "application_name": session.name, "client": None,
    }]  # fmt: skip


def test_the_other_way_of_hg_explain_is_one_line_too(session, learner):
    session.read(learner, "hg_explain", p_module="global_stats.tokens")
    assert [entry["function"] for entry in session.lines()] == ["hg_explain"]


def test_a_document_out_of_the_ordinary_is_one_line_too(session, learner):
    """Where a module has not joined yet, the document is read another way."""
    document = learner.document
    del document["modules"]["algebra"]
    learner.tamper(document)
    session.read(learner)
    session.read(learner, "hg_streak")
    assert [entry["function"] for entry in session.lines()] == ["hg_document", "hg_streak"]


def test_it_outlives_a_rollback_and_works_in_a_read_only_transaction(session, learner):
    session.db.execute("BEGIN READ ONLY")
    session.read(learner)
    session.db.execute("ROLLBACK")
    assert len(session.lines()) == 1


def test_who_logged_in_and_as_whom_is_told(school, server, learner):
    owner = school.connect()
    owner.execute(f"CREATE ROLE {READER} LOGIN IN ROLE hg_reader")
    try:
        session = Logged(school, server.folder / "log", user=READER)
        session.read(learner)
        session.db.execute("SET ROLE hg_reader")
        session.read(learner)
        assert [(entry["reader"], entry["role"]) for entry in session.lines()] == [
            (READER, None), (READER, "hg_reader"),
        ]  # fmt: skip
        session.db.close()
    finally:
        owner.execute(f"DROP ROLE {READER}")


def test_a_reader_cannot_switch_it_off_in_the_session(school, server, learner):
    owner = school.connect()
    owner.execute(f"CREATE ROLE {READER} LOGIN IN ROLE hg_reader")
    try:
        session = Logged(school, server.folder / "log", user=READER)
        for statement in (
            "SET log_min_messages TO panic",
            "SELECT hg_set_setting('access_log', 'false')",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                session.db.execute(statement)
        session.db.execute("SET client_min_messages TO error")
        session.read(learner)
        assert len(session.lines()) == 1
        session.db.close()
    finally:
        owner.execute(f"DROP ROLE {READER}")


def test_a_name_cannot_forge_a_second_entry(school, server, learner):
    session = Logged(school, server.folder / "log")
    session.name = 'x"}\\n{"event": "hg_access'
    session.db.execute("SELECT set_config('application_name', %s, false)", [session.name])
    session.read(learner)
    assert len(session.lines()) == 1


def test_who_is_not_there_is_not_read(session, learner):
    with pytest.raises(psycopg.Error):
        call(session.db, "hg_document", p_user_id=NOBODY)
    assert session.lines() == []


def test_figures_of_many_learners_are_no_reading_of_one(session, learner):
    session.db.execute("SELECT hg_refresh_leaderboard()")
    rows(session.db, "hg_leaderboard")
    call(session.db, "hg_status")
    call(session.db, "hg_cross_module_cohort", p_filter={})
    rows(session.db, "hg_verify")
    session.read(learner, "hg_percentile")
    assert session.lines() == []


def test_without_the_setting_nothing_is_logged(session, learner):
    set_setting(learner.db, "access_log", False)
    for function, arguments in READINGS.items():
        session.read(learner, function, **arguments)
    assert session.lines() == []


def test_the_database_does_not_change(session, learner):
    before = dump(learner.db)
    session.read(learner)
    assert dump(learner.db) == before


def test_a_standby_has_a_log_of_its_own(server, learner):
    if not (server.binaries / "pg_basebackup").exists():
        pytest.skip(f"{server.binaries} has no pg_basebackup: set PG_BINDIR")
    with (
        throwaway(standby_of=server.cluster) as made,
        contextlib.closing(Database(made.cluster.dsn(), "")) as standby,
    ):
        session = Logged(standby, made.folder / "log")
        wait_for(lambda: session.db.execute("SELECT pg_is_in_recovery()").fetchone()[0])
        session.read(learner)
        assert [entry["user_id"] for entry in session.lines()] == [learner.id]


def test_every_function_that_reads_a_learner_is_said_to_be_logged_or_not(school):
    """A new one has to be put here, or into READINGS."""
    aside = {
        "hg_percentile": "a place among others, from what the leaderboard keeps",
        "hg_verify": "the owner's proof of everybody",
        "hg_legacy_document": "the owner's, before the cutover",
        "hg_legacy_verify": "the owner's proof, before the cutover",
    }
    found = school.connect().execute(
        "SELECT DISTINCT p.proname FROM pg_proc AS p WHERE p.proname ~ '^hg_[a-z]'"
        " AND p.provolatile <> 'v' AND 'p_user_id' = ANY (p.proargnames)"
    )
    assert {name for (name,) in found} == READINGS.keys() | aside.keys()
