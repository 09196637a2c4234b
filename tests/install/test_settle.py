"""Settling: from loaded code to documents for all, in short steps that can stop anywhere."""

import threading
import time

import psycopg
import pytest

from tests.install.support import (
    ID_TYPES,
    assert_settled,
    install,
    old_users,
    session,
    settle,
    state,
    step,
    steps,
    table_of_users,
)
from tests.support.database import Database, wait_for_lock
from tools.throwaway import throwaway

LEGACY_TABLES = [
    "concept_mastery",
    "subject_mastery",
    "subject_difficulty_history",
    "user_progress",
    "ai_analytics",
]
LEGACY_COLUMNS = (
    ", email text, is_admin boolean DEFAULT false, tokens integer DEFAULT 0"
    ", streak_days integer DEFAULT 0, last_active timestamp DEFAULT now()"
    ", daily_tokens_earned text DEFAULT '0', questions_answered integer DEFAULT 0"
    ", correct_answers bigint DEFAULT 0, daily_engagement_minutes integer DEFAULT 0"
    ", avatar_items json, fastest_category text, highest_score_category text"
    ", learning_style text, strength_concepts text [], weakness_concepts text []"
    ", preferred_difficulty integer DEFAULT 1"
)
DOCUMENT = ", hidden_grade_asset jsonb"


class Prober(threading.Thread):
    """Updates one row after another, and remembers the longest wait."""

    def __init__(self, connection: psycopg.Connection) -> None:
        super().__init__()
        self.connection = connection
        self.ids = [row[0] for row in connection.execute("SELECT u.id FROM users AS u").fetchall()]
        self.done = threading.Event()
        self.updates = 0
        self.longest = 0.0
        self.whole = 0.0

    def run(self) -> None:
        started = time.perf_counter()
        while not self.done.is_set():
            learner = self.ids[self.updates * 7919 % len(self.ids)]
            began = time.perf_counter()
            self.connection.execute("UPDATE users SET note = note + 1 WHERE id = %s", [learner])
            self.longest = max(self.longest, time.perf_counter() - began)
            self.updates += 1
        self.whole = time.perf_counter() - started

    def stop(self) -> None:
        self.done.set()
        self.join()


@pytest.mark.parametrize("id_type", ID_TYPES)
def test_every_type_of_key_while_others_write(empty_database: Database, id_type: str) -> None:
    with empty_database.connect() as connection:
        old_users(connection, 5000, id_type)
    connection = install(empty_database, settle=False)
    prober = Prober(empty_database.connect())
    prober.start()
    try:
        batches = [rows for name, rows in steps(connection) if name == "documents made"]
    finally:
        prober.stop()
    assert_settled(connection)
    assert sum(batches) == 5000
    # All in one step would have kept the prober waiting for nearly the whole time.
    assert len(batches) > 5
    assert prober.longest < prober.whole / 2
    notes = connection.execute("SELECT sum(u.note) FROM users AS u").fetchone()[0]
    assert notes == prober.updates


def test_an_empty_database(empty_database: Database) -> None:
    connection = install(empty_database)
    assert_settled(connection)
    versions = connection.execute(
        "SELECT v.version, cardinality(v.modules), v.recorded_by = session_user "
        "FROM hg_rule_versions AS v"
    ).fetchall()
    assert versions == [(1, 14, True)]
    stamps = connection.execute(
        "SELECT m.version FROM hg_modules AS m UNION SELECT s.version FROM hg_settings AS s"
    ).fetchall()
    assert stamps == [(1,)]
    assert connection.execute("SELECT count(*) FROM hg_rules").fetchone() == (14,)


def test_a_settled_installation_is_left_alone(empty_database: Database) -> None:
    with empty_database.connect() as connection:
        old_users(connection, 10)
    connection = install(empty_database)

    def everything() -> list[tuple]:
        triggers = connection.execute(
            "SELECT t.oid, t.xmin::text, t.tgname FROM pg_trigger AS t ORDER BY 1"
        ).fetchall()
        row = connection.execute(
            "SELECT i::text, i.xmin::text FROM hg_installation AS i"
        ).fetchall()
        return [*table_of_users(connection), *triggers, *row]

    before = everything()
    assert step(connection) == ("settled", 0, False)
    assert everything() == before


@pytest.mark.parametrize("columns", [DOCUMENT, ", hidden_grade_asset json"])
def test_killed_in_every_step(empty_database: Database, columns: str) -> None:
    """Each step is done, lost with its session before its commit, and done again."""
    with empty_database.connect() as connection:
        old_users(connection, 300, columns=columns)
    connection = install(empty_database, settle=False)
    more = True
    while more:
        victim = session(empty_database)
        victim.execute("BEGIN")
        lost = step(victim)
        connection.execute("SELECT pg_terminate_backend(%s, 10000)", [victim.info.backend_pid])
        with pytest.raises(psycopg.OperationalError):
            victim.execute("COMMIT")
        name, rows, more = step(connection)
        assert lost[0] == name
        assert (lost[1] > 0) == (rows > 0)
    assert_settled(connection)


def test_settling_twice_at_once(empty_database: Database) -> None:
    """One step at a time: the second waits for the first's commit and does the next."""
    with empty_database.connect() as connection:
        old_users(connection, 100)
    here = install(empty_database, settle=False)
    there, watch = session(empty_database), empty_database.connect()
    more = True
    while more:
        here.execute("BEGIN")
        _, _, more = step(here)
        there.pgconn.send_query(b"SELECT s.more FROM hg__settle() AS s")
        wait_for_lock(watch, there.info.backend_pid)
        here.execute("COMMIT")
        while (result := there.pgconn.get_result()) is not None:
            assert result.error_message == b""
            more = result.get_value(0, 0) == b"t"
    assert_settled(here)


def test_locked_rows_are_taken_at_the_end(empty_database: Database) -> None:
    with empty_database.connect() as connection:
        old_users(connection, 500)
    connection = install(empty_database, settle=False)
    holder = empty_database.connect()
    connection.execute("SET lock_timeout = '50ms'")
    while step(connection)[0] != "storage laid out":
        pass
    holder.execute("BEGIN")
    holder.execute("SELECT FROM users WHERE id IN (1, 250, 500) FOR NO KEY UPDATE")
    with pytest.raises(psycopg.errors.LockNotAvailable):
        settle(connection)
    left = connection.execute(
        "SELECT u.id FROM users AS u WHERE u.hidden_grade_asset IS NULL ORDER BY 1"
    ).fetchall()
    assert left == [(1,), (250,), (500,)]
    # The API serves them meanwhile.
    holder.execute("COMMIT")
    connection.execute("SELECT hg_record_activity(250, gen_random_uuid(), 'algebra', 5, 5)")
    settle(connection)
    kinds = connection.execute(
        "SELECT l.user_id, array_agg(l.kind::text ORDER BY l.ledger_id) FROM hg_ledger AS l "
        "WHERE l.user_id IN (1, 250, 500) GROUP BY 1 ORDER BY 1"
    ).fetchall()
    assert kinds == [(1, ["skeleton"]), (250, ["skeleton", "activity"]), (500, ["skeleton"])]
    assert state(connection) == ("none", True, True)


def test_learners_who_come_while_it_settles(empty_database: Database) -> None:
    with empty_database.connect() as connection:
        old_users(connection, 200)
    connection = install(empty_database, settle=False)
    newcomer = 1000
    for _ in steps(connection):
        newcomer += 1
        connection.execute("INSERT INTO users (id, username) VALUES (%s, 'new')", [newcomer])
    assert_settled(connection)


@pytest.mark.parametrize("rows", [0, 40])
def test_a_json_column_becomes_jsonb(empty_database: Database, rows: int) -> None:
    with empty_database.connect() as connection:
        old_users(connection, rows, columns=", hidden_grade_asset json, city text DEFAULT 'x'")
    connection = install(empty_database)
    assert_settled(connection)
    comment = connection.execute(
        "SELECT col_description(a.attrelid, a.attnum) FROM pg_attribute AS a "
        "WHERE a.attrelid = 'users'::regclass AND a.attname = 'hidden_grade_asset'"
    ).fetchone()[0]
    assert comment.startswith("The learner's whole progress")


def test_a_json_column_that_comes_into_use(empty_database: Database) -> None:
    """Stored while it is being closed, and between closing and proof: the application wins."""
    with empty_database.connect() as connection:
        old_users(connection, 5, columns=", hidden_grade_asset json")
    connection = install(empty_database, settle=False)
    while step(connection)[0] != "closing the empty json column":
        pass
    # As a writer who began before the CHECK was there.
    connection.execute(
        "ALTER TABLE users DROP CONSTRAINT users_hidden_grade_asset_unused; "
        "UPDATE users SET hidden_grade_asset = '{}' WHERE id = 3; "
        "ALTER TABLE users ADD CONSTRAINT users_hidden_grade_asset_unused "
        "CHECK (hidden_grade_asset IS NULL) NOT VALID"
    )
    with connection.transaction():
        assert connection.execute("SELECT hg__install_jsonb_column()").fetchone() == (
            "the json column is in use",
        )
    assert settle(connection) == ["legacy data found", "legacy data waits for its import"]
    # Nothing is left that would refuse the application's writes.
    connection.execute("UPDATE users SET hidden_grade_asset = '[]'")


def test_pending_takes_the_closing_of_a_json_column_back(empty_database: Database) -> None:
    with empty_database.connect() as connection:
        old_users(connection, 5, columns=", hidden_grade_asset json")
    connection = install(empty_database, settle=False)
    while step(connection)[0] != "closing the empty json column":
        pass
    connection.execute("CREATE TABLE user_progress (user_id integer)")
    assert settle(connection) == ["legacy data found", "legacy data waits for its import"]
    connection.execute("UPDATE users SET hidden_grade_asset = '{}'")


LEGACY = {
    **{name: f"CREATE TABLE {name} (user_id integer)" for name in LEGACY_TABLES},
    **{f"{name}_backup": f"CREATE TABLE {name}_backup (user_id integer)" for name in LEGACY_TABLES},
    "a document": "UPDATE users SET hidden_grade_asset = '{\"modules\": {}}' WHERE id = 3",
    "an empty document": "UPDATE users SET hidden_grade_asset = '{}' WHERE id = 3",
    "a null document": "UPDATE users SET hidden_grade_asset = 'null' WHERE id = 3",
    "tokens": "UPDATE users SET tokens = 5 WHERE id = 3",
    "a debt": "UPDATE users SET tokens = -5 WHERE id = 3",
    "streak_days": "UPDATE users SET streak_days = 1 WHERE id = 3",
    "daily_tokens_earned": "UPDATE users SET daily_tokens_earned = '7' WHERE id = 3",
    "questions_answered": "UPDATE users SET questions_answered = 1 WHERE id = 3",
    "correct_answers": "UPDATE users SET correct_answers = 1 WHERE id = 3",
    "minutes": "UPDATE users SET daily_engagement_minutes = 1 WHERE id = 3",
    "difficulty": "UPDATE users SET preferred_difficulty = 2 WHERE id = 3",
    "fastest": "UPDATE users SET fastest_category = 'algebra' WHERE id = 3",
    "highest": "UPDATE users SET highest_score_category = 'algebra' WHERE id = 3",
    "style": "UPDATE users SET learning_style = 'visual' WHERE id = 3",
    "strengths": "UPDATE users SET strength_concepts = '{addition}' WHERE id = 3",
    "weaknesses": "UPDATE users SET weakness_concepts = '{addition}' WHERE id = 3",
}


@pytest.mark.parametrize(
    ("what", "document_type"),
    [(what, ("json", "jsonb")[place % 2]) for place, what in enumerate(LEGACY)]
    + [("a document", "json"), ("an empty document", "jsonb"), ("a null document", "json")],
)
def test_legacy_data_is_found_and_users_is_not_touched(
    empty_database: Database, what: str, document_type: str
) -> None:
    with empty_database.connect() as connection:
        old_users(connection, 5, columns=f"{LEGACY_COLUMNS}, hidden_grade_asset {document_type}")
        connection.execute(LEGACY[what])
        # Text that jsonb cannot hold.
        connection.execute('UPDATE users SET avatar_items = \'{"hat": "\\u0000"}\' WHERE id = 2')
        before = table_of_users(connection)
    connection = install(empty_database)
    assert state(connection) == ("pending", False, False)
    assert table_of_users(connection) == before
    assert step(connection) == ("legacy data waits for its import", 0, False)
    with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState) as caught:
        connection.execute("SELECT hg_record_activity(3, gen_random_uuid(), 'algebra', 5, 5)")
    assert "cutover" in caught.value.diag.message_hint
    # The old application goes on as ever.
    connection.execute("UPDATE users SET hidden_grade_asset = '[]' WHERE id = 3")
    connection.execute("INSERT INTO users (id, username) VALUES (99, 'new')")
    connection.execute("DELETE FROM users WHERE id = 3")
    assert connection.execute("SELECT count(*) FROM hg_ledger").fetchone() == (0,)


def test_legacy_columns_at_their_defaults_are_nothing(empty_database: Database) -> None:
    with empty_database.connect() as connection:
        old_users(connection, 5, columns=LEGACY_COLUMNS + DOCUMENT)
        connection.execute(
            "UPDATE users SET tokens = NULL, fastest_category = '', strength_concepts = '{}', "
            "last_active = '2020-01-01', avatar_items = '{\"hat\": \"\\ud800\"}' WHERE id = 2"
        )
    assert_settled(install(empty_database))


def test_without_learners_legacy_tables_are_nothing(empty_database: Database) -> None:
    with empty_database.connect() as connection:
        old_users(connection, 0, columns=LEGACY_COLUMNS + DOCUMENT)
        for name in LEGACY_TABLES:
            connection.execute(f"CREATE TABLE {name} (user_id integer)")
    assert_settled(install(empty_database))


def test_legacy_tables_of_other_schemas_are_nothing(empty_database: Database) -> None:
    with empty_database.connect() as connection:
        old_users(connection, 5)
        connection.execute(
            "CREATE SCHEMA elsewhere; CREATE TABLE elsewhere.user_progress (user_id integer)"
        )
    assert_settled(install(empty_database))


def test_a_document_stored_while_it_looks(empty_database: Database) -> None:
    """Written, not committed, when the look sees nothing; committed when the triggers are there."""
    with empty_database.connect() as connection:
        old_users(connection, 5, columns=DOCUMENT)
    connection = install(empty_database, settle=False)
    assert step(connection)[0] == "first version of the rules"
    writer, watch = empty_database.connect(), empty_database.connect()
    writer.execute("BEGIN")
    writer.execute("UPDATE users SET hidden_grade_asset = '{}' WHERE id = 3")
    connection.pgconn.send_query(b"SELECT hg__settle()")
    wait_for_lock(watch, connection.info.backend_pid)
    writer.execute("COMMIT")
    result = connection.pgconn.get_result()
    assert result.status == psycopg.pq.ExecStatus.TUPLES_OK
    assert b"triggers attached" in result.get_value(0, 0)
    assert connection.pgconn.get_result() is None
    # The second look sees it, and takes the triggers off again.
    assert settle(connection) == ["legacy data found", "legacy data waits for its import"]
    triggers = connection.execute(
        "SELECT FROM pg_trigger AS t WHERE t.tgrelid = 'users'::regclass AND NOT t.tgisinternal"
    ).fetchall()
    assert triggers == []
    # Nothing of ours stands in the old application's way.
    connection.execute("UPDATE users SET hidden_grade_asset = '[]' WHERE id = 3")
    connection.execute("INSERT INTO users (id, username) VALUES (99, 'new')")
    assert connection.execute("SELECT count(*) FROM hg_ledger").fetchone() == (0,)


def test_it_holds_nobody_up_who_holds_a_row(empty_database: Database) -> None:
    """A table lock that is not to be had in time is given up, not waited for."""
    with empty_database.connect() as connection:
        old_users(connection, 5, columns=DOCUMENT)
    connection = install(empty_database, settle=False)
    step(connection)
    writer = empty_database.connect()
    writer.execute("BEGIN")
    writer.execute("UPDATE users SET note = 1")
    connection.execute("SET lock_timeout = '50ms'")
    with pytest.raises(psycopg.errors.LockNotAvailable):
        step(connection)
    writer.execute("COMMIT")
    settle(connection)
    assert_settled(connection)


def options(connection: psycopg.Connection) -> tuple:
    return connection.execute(
        "SELECT c.reloptions, a.attcompression::text FROM pg_class AS c "
        "JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'hidden_grade_asset' "
        "WHERE c.oid = 'users'::regclass"
    ).fetchone()


def has_lz4(connection: psycopg.Connection) -> bool:
    return connection.execute(
        "SELECT 'lz4' = ANY (s.enumvals) FROM pg_settings AS s "
        "WHERE s.name = 'default_toast_compression'"
    ).fetchone()[0]


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ("", ["fillfactor=50", "toast_tuple_target=4080"]),
        ("fillfactor = 80", ["fillfactor=80", "toast_tuple_target=4080"]),
        ("toast_tuple_target = 512", ["fillfactor=50", "toast_tuple_target=512"]),
        (
            "autovacuum_enabled = false",
            ["autovacuum_enabled=false", "fillfactor=50", "toast_tuple_target=4080"],
        ),
    ],
)
def test_the_storage_layout(empty_database: Database, chosen: str, expected: list) -> None:
    with empty_database.connect() as connection:
        old_users(connection, 5)
        if chosen:
            connection.execute(f"ALTER TABLE users SET ({chosen})")
    connection = install(empty_database)
    found, compression = options(connection)
    assert sorted(found) == sorted(expected)
    assert compression == ("l" if has_lz4(connection) else "")


def test_an_owners_choice_of_compression_stays(empty_database: Database) -> None:
    with empty_database.connect() as connection:
        old_users(connection, 5, columns=DOCUMENT)
        connection.execute("ALTER TABLE users ALTER COLUMN hidden_grade_asset SET COMPRESSION pglz")
    assert options(install(empty_database))[1] == "p"


def test_a_partitioned_table_itself_has_no_layout(empty_database: Database) -> None:
    with empty_database.connect() as connection:
        connection.execute(
            "CREATE TABLE users (id integer PRIMARY KEY, grade text, hidden_grade_asset jsonb) "
            "PARTITION BY HASH (id); "
            "CREATE TABLE users_0 PARTITION OF users FOR VALUES WITH (MODULUS 2, REMAINDER 0); "
            "CREATE TABLE users_1 PARTITION OF users FOR VALUES WITH (MODULUS 2, REMAINDER 1); "
            "INSERT INTO users SELECT generate_series(1, 50)"
        )
    connection = install(empty_database)
    assert_settled(connection)
    # Its partitions have: tests/citus/test_partitioned_users.py.
    assert options(connection)[0] is None


def test_logical_decoding_keeps_the_layout() -> None:
    with throwaway({"wal_level": "logical"}) as server:
        database = Database(server.cluster.dsn(), server.cluster.maintenance_dbname)
        try:
            connection = install(database)
            assert_settled(connection)
            assert options(connection)[0] is None
        finally:
            database.close()


def test_triggers_that_are_missing_or_off_come_back(empty_database: Database) -> None:
    connection = install(empty_database)
    for damage in (
        "DROP TRIGGER users_record_start ON users",
        "ALTER TABLE users DISABLE TRIGGER users_guard_document",
        # As another version of the function would have left it.
        "COMMENT ON TRIGGER users_fill_document ON users IS 'hidden-grade-asset, another'",
    ):
        connection.execute(damage)
        assert step(connection) == ("triggers attached", 0, True)
        assert step(connection) == ("settled", 0, False)
        assert_settled(connection)


def up_to_the_triggers(database: Database) -> psycopg.Connection:
    """The first look has found nothing legacy; the second is still to come."""
    connection = install(database, settle=False)
    while step(connection)[0] != "triggers attached":
        pass
    assert state(connection) == (None, False, False)
    return connection


def test_a_learner_who_comes_between_the_two_looks_is_ours(empty_database: Database) -> None:
    with empty_database.connect() as connection:
        old_users(connection, 5)
    connection = up_to_the_triggers(empty_database)
    connection.execute("INSERT INTO users (id, username) VALUES (99, 'new')")
    assert step(connection) == ("nothing legacy found", 0, True)
    settle(connection)
    assert_settled(connection)


def test_nobody_may_call_it(empty_database: Database) -> None:
    connection = install(empty_database)
    for role in ("hg_app", "hg_reader", "hg_ai_worker"):
        connection.execute(f"SET ROLE {role}")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            step(connection)
        connection.execute("RESET ROLE")
