"""sql/citus_prepare.sql and sql/citus.sql against a stand-in that checks what Citus documents.

The stand-in distributes nothing: see stand_in.sql. tests/citus/test_citus.py is for a real server.
"""

import psycopg
import pytest
from psycopg import errors

from tests.record.support import Learner, bulk, set_setting, uid
from tests.support.database import ROOT, Database, as_role, migrate
from tests.support.users import NOBODY, SQL_TYPE

from .support import (
    DISTRIBUTED,
    REFERENCE,
    delegated,
    distribute,
    recorded_calls,
    stand_in,
)


@pytest.fixture
def ready(db: psycopg.Connection) -> psycopg.Connection:
    """A database that looks as if it had Citus."""
    stand_in(db)
    return db


def test_rules_to_every_node_then_users_then_what_is_colocated(ready: psycopg.Connection) -> None:
    distribute(ready)
    references = [argument for argument, _, _ in recorded_calls(ready, "create_reference_table")]
    assert set(references) == REFERENCE and len(references) == len(REFERENCE)
    tables = recorded_calls(ready, "create_distributed_table")
    assert tables[0] == ("users", "id", "none")
    assert {argument for argument, _, _ in tables} == DISTRIBUTED
    assert {one[1:] for one in tables[1:]} == {("user_id", "users")}


def test_functions_come_after_the_tables_they_are_made_for(ready: psycopg.Connection) -> None:
    distribute(ready)
    order = [
        name
        for (name,) in ready.execute("SELECT c.function FROM citus_calls AS c ORDER BY c.place")
    ]
    assert "create_distributed_table" not in order[order.index("create_distributed_function") :]
    assert "hg_record_activity" in delegated(ready)


def test_it_can_be_run_again(ready: psycopg.Connection) -> None:
    distribute(ready)
    functions = recorded_calls(ready, "create_distributed_function")
    tables = recorded_calls(ready, "create_distributed_table")
    ready.execute("DELETE FROM citus_calls")
    distribute(ready)
    assert recorded_calls(ready, "create_distributed_table") == []
    assert recorded_calls(ready, "create_reference_table") == []
    assert recorded_calls(ready, "create_distributed_function") == functions
    assert len(tables) == len(DISTRIBUTED)


def test_what_was_distributed_online_stays(ready: psycopg.Connection) -> None:
    for name in (
        "users_fill_document", "users_record_start", "users_forget", "users_forget_all",
        "users_guard_document", "users_record_direct_write",
    ):  # fmt: skip
        ready.execute(f"DROP TRIGGER {name} ON users")
    ready.execute("SELECT create_distributed_table('users', 'id')")
    distribute(ready)
    tables = [argument for argument, _, _ in recorded_calls(ready, "create_distributed_table")]
    assert tables.count("users") == 1 and set(tables) == DISTRIBUTED


def test_make_migrate_afterwards_attaches_nothing(database: Database) -> None:
    connection = database.connect()
    stand_in(connection)
    distribute(connection)
    connection.execute("UPDATE hg_installation SET code_hash = 'of another version'")
    # Before 15 everybody may create there, which is warned of.
    connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    migrate(database.dsn)
    triggers = connection.execute(
        "SELECT t.tgname FROM pg_trigger AS t "
        "WHERE t.tgrelid IN ('users'::regclass, 'hg_ledger'::regclass) AND NOT t.tgisinternal"
    ).fetchall()
    assert triggers == []
    (warnings,) = connection.execute("SELECT hg_status() -> 'warnings'").fetchone()
    assert warnings == []


def test_a_change_of_the_rules_still_makes_a_version(ready: psycopg.Connection) -> None:
    distribute(ready)
    before = ready.execute("SELECT i.rules_version FROM hg_installation AS i").fetchone()[0]
    assert set_setting(ready, "daily_token_cap", 150)["version"] == before + 1
    ready.execute("UPDATE hg_modules SET good_percent = 70 WHERE module = 'algebra'")
    assert ready.execute(
        "SELECT r.rules_version, r.good_percent, r.daily_token_cap FROM hg_rules AS r "
        "INNER JOIN hg_installation AS i ON i.rules_version = r.rules_version "
        "WHERE r.module = 'algebra'"
    ).fetchone() == (before + 2, 70, 150)


def test_a_new_learner_without_triggers_begins_with_the_first_write(
    ready: psycopg.Connection,
) -> None:
    distribute(ready)
    learner = Learner(ready, "5")
    assert learner.document is None
    shown = ready.execute("SELECT hg_document(%s)", [learner.id]).fetchone()[0]
    assert shown["global_stats"]["tokens"] == 0
    learner.grant(5)
    assert learner.stats["tokens"] == 5
    assert [entry["kind"] for entry in learner.entries()] == ["skeleton", "grant"]
    assert learner.verify() == []


def test_rows_of_one_learner_keep_the_order_of_recording(ready: psycopg.Connection) -> None:
    """The clock's numbers are above those of the sequence, and grow."""
    before = Learner(ready)
    before.grant(1)
    distribute(ready)
    for amount in (2, 3, 4):
        before.grant(amount)
    amounts = [entry["details"]["amount"] for entry in before.entries("grant")]
    assert amounts == [1, 2, 3, 4]
    before.set_zone("Asia/Tokyo")
    before.reset("algebra")
    assert before.verify() == []


def test_what_is_for_one_machine_is_taken_back(ready: psycopg.Connection) -> None:
    distribute(ready)
    with (
        pytest.raises(errors.InsufficientPrivilege),
        ready.transaction(),
        as_role(ready, "hg_ai_worker"),
    ):
        ready.execute("SELECT * FROM hg_claim_ai_jobs('w')")
    with pytest.raises(errors.InvalidParameterValue) as caught, ready.transaction():
        set_setting(ready, "ai_enabled", True)
    assert "one machine" in caught.value.diag.message_hint


def refused(connection: psycopg.Connection, error: type[psycopg.Error]) -> psycopg.Error:
    with pytest.raises(error) as caught, connection.transaction():
        distribute(connection)
    assert caught.value.diag.message_detail and caught.value.diag.message_hint
    return caught.value


def test_without_citus_it_is_refused(db: psycopg.Connection) -> None:
    caught = refused(db, errors.FeatureNotSupported)
    assert caught.diag.message_primary == "this database has no Citus"


@pytest.mark.parametrize("state", ["settled = false", "state = 'cut_over'", "state = 'pending'"])
def test_an_unfinished_installation_is_refused(ready: psycopg.Connection, state: str) -> None:
    ready.execute(f"UPDATE hg_installation SET {state}")
    caught = refused(ready, errors.ObjectNotInPrerequisiteState)
    assert caught.diag.message_primary == "the installation cannot be distributed yet"


def test_analyses_have_to_be_off(ready: psycopg.Connection) -> None:
    set_setting(ready, "ai_enabled", True)
    caught = refused(ready, errors.ObjectNotInPrerequisiteState)
    assert caught.diag.message_primary == "analyses are switched on"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("CREATE UNIQUE INDEX users_name ON users (username)", "the unique index users_name"),
        (
            "CREATE UNIQUE INDEX users_name ON users (username) INCLUDE (id)",
            "the unique index users_name",
        ),
        (
            f"CREATE TABLE pets (owner {SQL_TYPE} CONSTRAINT pets_owner REFERENCES users)",
            "the foreign key pets_owner of pets",
        ),
        (
            "CREATE TRIGGER noisy BEFORE UPDATE ON users FOR EACH ROW "
            "EXECUTE FUNCTION suppress_redundant_updates_trigger()",
            "the trigger noisy",
        ),
        (
            "ALTER TABLE users ADD number integer GENERATED ALWAYS AS IDENTITY",
            "the identity column number, which is not bigint",
        ),
    ],
)
def test_what_is_in_the_way_is_named(ready: psycopg.Connection, change: str, named: str) -> None:
    ready.execute(change)
    caught = refused(ready, errors.ObjectNotInPrerequisiteState)
    assert caught.diag.message_detail == f"In the way: {named}."
    triggers = ready.execute(
        "SELECT count(*) FROM pg_trigger AS t WHERE t.tgname LIKE 'users\\_%'"
    ).fetchone()[0]
    assert triggers == 6


def test_a_forgotten_table_is_refused(ready: psycopg.Connection) -> None:
    ready.execute("CREATE TABLE hg_forgotten (user_id bigint)")
    caught = refused(ready, errors.InvalidTableDefinition)
    assert "hg_forgotten" in caught.diag.message_detail


def test_the_second_script_wants_the_first(ready: psycopg.Connection) -> None:
    text = (ROOT / "sql" / "citus.sql").read_text("utf-8")
    with pytest.raises(errors.ObjectNotInPrerequisiteState) as caught, ready.transaction():
        ready.execute(text.encode())
    assert "citus_prepare.sql" in caught.value.diag.message_hint


def test_sessions_are_recorded_as_ever(ready: psycopg.Connection) -> None:
    before = Learner(ready, "3")
    before.run("algebra", 6, 6, at=before.ago(hours=5))
    distribute(ready)
    for learner in (before, Learner(ready, "3")):
        first = learner.run("algebra", 6, 6, at=learner.ago(hours=3))
        again = learner.run("algebra", 6, 6, id=first["activity_id"])
        assert again == first | {"replayed": True}
        assert "late" in learner.run("word_race", 5, 5, at=learner.ago(hours=4))["warnings"]
        learner.reverse(first["activity_id"])
        learner.test("addition_facts", 10, 10, grade_level=2)
        learner.spend(1)
        learner.assert_folds()
        assert learner.verify() == []
        numbers = [entry["ledger_id"] for entry in learner.entries()]
        assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("distributing", [False, True])
def test_many_learners_answer_alike(ready: psycopg.Connection, distributing: bool) -> None:
    """Learner by learner or all together: the same receipts, errors and documents."""
    learners = [Learner(ready, "3") for _ in range(6)]
    items = [learner.item("algebra", 6, 6, id=uid(7)) for learner in learners]
    at = learners[0].ago(hours=2)
    items += [learners[0].item("word_race", 5, 5, at=at), learners[1].item("no_module", 5, 5)]
    items += [dict(items[0]), learners[2].item("algebra", 5, 9)]
    items += [dict(items[0], user_id=NOBODY, activity_id=str(uid(8)))]
    if distributing:
        distribute(ready)
    answers = bulk(ready, items, "skip")
    assert [answer["ordinal"] for answer in answers] == list(range(1, len(items) + 1))
    assert [answer["error_code"] for answer in answers[6:]] == [
        None, "LG405", None, "22023", "LG404",
    ]  # fmt: skip
    assert answers[8]["receipt"]["replayed"] is True
    for learner in learners:
        learner.assert_folds()
        assert learner.verify() == []
    with pytest.raises(psycopg.Error) as caught, ready.transaction():
        bulk(ready, [learners[3].item("algebra", 6, 6), learners[4].item("no_module", 5, 5)])
    assert caught.value.sqlstate == "LG405"
    assert learners[3].stats["total_sessions_completed"] == 1
