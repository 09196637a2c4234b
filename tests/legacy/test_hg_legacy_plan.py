"""hg_legacy_plan: its figures are those of the generator, in every schema that occurs."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest
from psycopg import errors

from tests.legacy import plan_shapes, shapes
from tests.legacy.drafts import Learner
from tests.legacy.schema import REPLACED, TABLES, Legacy, copy_rows, create
from tests.support.database import Database, as_role, migrate

LEARNERS = 320
AT = datetime(2025, 7, 1, tzinfo=UTC)
SCHEMAS = {
    "json": Legacy(),
    "jsonb": Legacy(document="jsonb"),
    "uuid": Legacy(users_id="uuid", user_id="text", backups=frozenset({"subject_mastery"})),
    "text": Legacy(users_id="text", document=None),
    "half": Legacy(
        users_id="bigint",
        without=frozenset(
            {
                "concept_mastery", "ai_analytics", "recommendations", "users.tokens",
                "users.last_grade_advancement", "user_progress.user_id",
                "subject_mastery.is_unlocked", "subject_mastery.difficulty_level",
            }
        ),
    ),
    "numbers as texts": Legacy(
        user_id="text",
        types={"users.tokens": "text", "subject_mastery.difficulty_level": "text"},
    ),
}  # fmt: skip


class Planned:
    """An installation over a legacy database, its plan, and what the generator knows."""

    def __init__(self, database: Database, legacy: Legacy) -> None:
        self.legacy, self.database = legacy, database
        self.db = database.connect()
        create(self.db, legacy)
        shapes.load(self.db, LEARNERS, 0, legacy)
        migrate(database.dsn)
        self.learners = list(self.generated())
        self.plan = plan_of(self.db)

    def generated(self) -> Iterator[Learner]:
        return shapes.learners(LEARNERS, 0, self.legacy)

    def rows(self, table: str) -> list[dict]:
        """The rows of a table, those of nobody among them."""
        own = [row for one in self.learners for row in one.rows[table]]
        return own + [row for name, row in shapes.orphans(self.legacy) if name == table]

    def table(self, name: str) -> dict:
        return next(table for table in self.plan["tables"] if table["table"] == name)

    def column(self, name: str) -> dict:
        return next(c for c in self.plan["users"]["columns"] if c["column"] == name)

    def shapes(self) -> dict[str, int]:
        """The learners of each shape that occurs."""
        listed = self.plan["users"]["document"]["shapes"]
        return {shape["shape"]: shape["learners"] for shape in listed if shape["learners"]}


def plan_of(db: psycopg.Connection) -> dict:
    return db.execute("SELECT hg_legacy_plan()").fetchone()[0]


def codes(plan: dict, key: str) -> Counter:
    return Counter(item["code"] for item in plan[key])


@pytest.fixture(params=SCHEMAS)
def planned(empty_database: Database, request: pytest.FixtureRequest) -> Planned:
    return Planned(empty_database, SCHEMAS[request.param])


@pytest.fixture
def ordinary(empty_database: Database) -> Planned:
    return Planned(empty_database, Legacy())


def test_figures_are_the_generators(planned):
    legacy, plan = planned.legacy, planned.plan
    assert plan["state"]["state"] == plan["next"]["state"] == "pending"
    assert plan["users"]["rows"] == LEARNERS
    assert plan["users"]["id_type"] == legacy.users_id
    assert [table["table"] for table in plan["tables"]] == list(TABLES)
    for name in TABLES:
        table = planned.table(name)
        assert table["found"] is legacy.has(name)
        if not legacy.has(name):
            continue
        rows = planned.rows(name)
        assert table["rows"] == len(rows)
        assert table["relation"] == legacy.stored_name(name)
        assert table["stored_as"] == ("backup" if name in legacy.backups else "table")
        if f"{name}.user_id" in legacy.without:
            assert (table["user_id_type"], table["serves"]) == (None, False)
            continue
        assert table["user_id_type"] == (legacy.user_id or legacy.users_id)
        assert table["without_user"] == sum(row["user_id"] is None for row in rows)
        strangers = [row for place, row in shapes.orphans(legacy) if place == name]
        assert table["orphans"] == sum(row["user_id"] is not None for row in strangers)
        assert table["serves"] is (name in REPLACED or name == "module_history")


def test_shapes_are_the_generators(planned):
    document = planned.plan["users"]["document"]
    if planned.legacy.document is None:
        assert document["column"] == "hidden_grade_asset"
        assert planned.shapes() == {"null": LEARNERS}
        return
    assert (document["column"], document["type"]) == (
        "hidden_grade_asset", planned.legacy.document,
    )  # fmt: skip
    wanted = Counter(
        shape for one in planned.learners for shape in plan_shapes.shapes_of(one.document)
    )
    values = set(plan_shapes.REPAIRS.values()) | {"totals_against_columns"}
    assert {s: n for s, n in planned.shapes().items() if s not in values} == wanted
    blocks = Counter(
        block for one in planned.learners for block in plan_shapes.blocks_in_use(one.document)
    )
    copies = {block for block, times in blocks.items() if times > 1}
    assert document["same_blocks"] == {
        "blocks": len(copies),
        "most": max(blocks[block] for block in copies),
        "learners": sum(
            bool(copies.intersection(plan_shapes.blocks_in_use(one.document)))
            for one in planned.learners
        ),
    }


def test_odd_values_are_those_the_import_mends(empty_database):
    legacy = Legacy()
    db = empty_database.connect()
    create(db, legacy)
    # Of a module by two names the import reads one; the plan looks at both.
    learners = [
        one
        for one in shapes.learners(LEARNERS, 0, legacy)
        if "two_names" not in plan_shapes.shapes_of(one.document)
    ]
    copy_rows(db, legacy, "users", (shapes.user_row(one, legacy) for one in learners))
    migrate(empty_database.dsn)
    listed = plan_of(db)["users"]["document"]["shapes"]
    found = {s["shape"]: s["learners"] for s in listed}
    wanted = Counter(
        value
        for one in learners
        for value in plan_shapes.odd_values(one.source(legacy), one.document, AT)
    )
    assert {s: found[s] for s in plan_shapes.REPAIRS.values()} == wanted


def test_what_has_no_home_is_counted(planned):
    found = {item["source"]: item for item in planned.plan["no_home"]}
    legacy = planned.legacy
    for name in ("concept_mastery", "subject_difficulty_history", "user_progress"):
        serves = legacy.has(name) and f"{name}.user_id" not in legacy.without
        assert (name in found) is serves
        if serves:
            assert found[name]["differ"] == len(planned.rows(name))
    columns = ["is_unlocked", "next_grade_unlocked", "downgraded"]
    columns += [f"recent_{n}_{what}" for n in (20, 30) for what in ("attempts", "correct")]
    for column in columns:
        source = f"subject_mastery.{column}"
        assert (source in found) is (source not in legacy.without)
        if source in found:
            differ = [row for row in planned.rows("subject_mastery") if row.get(column)]
            assert found[source]["differ"] == len(differ)
    own = [one.user.get("preferred_difficulty") for one in planned.learners]
    assert found["users.preferred_difficulty"]["rows"] == LEARNERS
    differ = sum(level not in (None, 1) for level in own)
    assert found["users.preferred_difficulty"]["differ"] == differ > 0


def test_a_default_of_the_column_does_not_differ(ordinary):
    db = ordinary.db
    db.execute("ALTER TABLE subject_mastery ALTER COLUMN is_unlocked SET DEFAULT true")
    db.execute("ALTER TABLE subject_mastery ALTER COLUMN recent_20_attempts SET DEFAULT 9")
    found = {item["source"]: item["differ"] for item in plan_of(db)["no_home"]}
    rows = ordinary.rows("subject_mastery")
    assert found["subject_mastery.is_unlocked"] == sum(r.get("is_unlocked") is False for r in rows)
    assert found["subject_mastery.recent_20_attempts"] == sum(
        r.get("recent_20_attempts") not in (None, 9) for r in rows
    )


def test_columns_of_users_with_their_evidence(planned):
    for name in planned.legacy.columns("users"):
        if name in ("id", "hidden_grade_asset"):
            continue
        column = planned.column(name)
        nulls = sum(one.user.get(name) is None for one in planned.learners)
        assert column["null"] == nulls, name
        assert column["null"] + column["default"] + column["other"] == LEARNERS
        assert (column["verdict"] == "all_null") is (nulls == LEARNERS)
    assert planned.column("reset_password_token")["verdict"] == "all_null"
    assert planned.column("is_admin")["verdict"] == "all_default"
    assert planned.column("weakness_concepts")["verdict"] == "all_default"
    for name in ("streak_days", "preferred_difficulty", "fastest_category"):
        assert planned.column(name)["finalize_may_drop"] is True
    for name in ("last_active", "grade", "learning_style"):
        assert planned.column(name)["finalize_may_drop"] is False


def test_a_column_that_equals_the_document(empty_database):
    db = empty_database.connect()
    create(db, Legacy())
    db.execute(
        "INSERT INTO users (username, streak_days, tokens, last_active, hidden_grade_asset) "
        "VALUES ('a', 3, 5, '2025-06-01 10:00:00.5', '{\"global_stats\": "
        '{"streak_days": 3, "tokens": 474, "last_active": "2025-06-01T10:00:00.000Z"}}\'), '
        '(\'b\', 1, 7, NULL, \'{"global_stats": {"tokens": 7, "streak_days": 1}}\'), '
        "('c', 9, 0, NULL, NULL)"
    )
    migrate(empty_database.dsn)
    columns = {c["column"]: c for c in plan_of(db)["users"]["columns"]}
    told = {
        name: tuple(columns[name][key] for key in ("in_document", "equal", "verdict"))
        for name in ("streak_days", "tokens", "last_active", "questions_answered")
    }
    assert told == {
        "streak_days": (2, 2, "equals_document"),
        "tokens": (2, 1, "differs"),
        "last_active": (1, 1, "equals_document"),
        "questions_answered": (0, 0, "all_default"),
    }


def test_totals_that_disagree_with_columns(empty_database):
    db = empty_database.connect()
    create(db, Legacy())
    db.execute(
        "INSERT INTO users (username, questions_answered, correct_answers, hidden_grade_asset) "
        "VALUES ('a', 30, 20, '{\"global_stats\": {\"total_questions_answered\": 30}}'), "
        "('b', 30, 20, '{\"global_stats\": {\"total_questions_answered\": 31}}'), "
        "('c', 30, 20, '{\"global_stats\": {\"total_correct_answers\": 19}}'), "
        "('d', 30, 20, NULL)"
    )
    migrate(empty_database.dsn)
    listed = plan_of(db)["users"]["document"]["shapes"]
    assert {"totals_against_columns": 2}.items() <= {
        s["shape"]: s["learners"] for s in listed
    }.items()


def test_what_merges(ordinary):
    merges = {item["source"]: item for item in ordinary.plan["merges"]}
    twice = [
        one for one in ordinary.learners
        if "counters_twice" in plan_shapes.shapes_of(one.document)
    ]  # fmt: skip
    assert merges["document: counters_twice"]["learners"] == len(twice) > 0
    assert merges["document: two_names"]["learners"] > 0
    gives = [
        r for r in ordinary.rows("subject_mastery") if r.get("difficulty_level") in range(2, 6)
    ]
    assert merges["subject_mastery"]["rows"] == len(gives) > 0
    analysed = sum(bool(one.rows["ai_analytics"]) for one in ordinary.learners)
    assert merges["ai_analytics"]["learners"] == analysed > 0


def test_warnings(planned):
    plan, legacy = planned.plan, planned.legacy
    told = {warning["code"]: warning["text"] for warning in plan["warnings"]}
    has_guard = "users.last_grade_advancement" not in legacy.without
    assert ("last_grade_advancement" in told) is has_guard
    if has_guard:
        for words in ("promoting twice", "30 s", "last_active", "never dropped"):
            assert words in told["last_grade_advancement"]
    unreadable = planned.shapes().get("unreadable", 0)
    assert ("quarantine" in told) is (unreadable > 0) is (legacy.document == "json")
    if unreadable:
        assert told["quarantine"].startswith(f"{unreadable} learners")
    assert ("backup_serves" in told) is bool(legacy.backups)
    assert ("no_user_id" in told) is ("user_progress.user_id" in legacy.without)
    assert "geometry (" in told["unknown_modules"]
    assert "index_missing" in told


def test_an_index_on_user_id_is_seen(ordinary):
    def lacking() -> set[str]:
        plan = plan_of(ordinary.db)
        assert {t["index"] for t in plan["tables"]} <= {"there", "missing"}
        return {t["table"] for t in plan["tables"] if t["index"] == "missing"}

    assert lacking() == set(TABLES)
    ordinary.db.execute("CREATE INDEX ON user_progress (user_id, category)")
    ordinary.db.execute("CREATE INDEX ON concept_mastery (user_id) WHERE needs_review")
    ordinary.db.execute("CREATE INDEX ON ai_analytics (generated_at, user_id)")
    assert lacking() == set(TABLES) - {"user_progress"}


def test_backups_that_do_not_serve_are_told(ordinary):
    ordinary.db.execute("CREATE TABLE user_progress_backup AS SELECT * FROM user_progress")
    plan = plan_of(ordinary.db)
    table = next(t for t in plan["tables"] if t["table"] == "user_progress")
    assert (table["relation"], table["stored_as"]) == ("user_progress", "table")
    assert [other["relation"] for other in table["others"]] == ["user_progress_backup"]
    assert codes(plan, "warnings")["backup_ignored"] == 1


def test_quarantine_is_what_the_import_finds(ordinary):
    db = ordinary.db
    while db.execute("SELECT hg_legacy_import_step()").fetchone()[0]["more"]:
        pass
    plan = plan_of(db)
    assert plan["state"]["import"]["quarantined"] == ordinary.shapes()["unreadable"]
    assert (plan["state"]["state"], plan["next"]["command"]) == ("imported", "make verify")
    # Then the time expected is the time it took.
    times = {item["step"]: item for item in plan["time"]}
    assert times["import"]["basis"] == "measured"
    busy = db.execute("SELECT extract(EPOCH FROM r.busy) FROM hg_legacy_run AS r").fetchone()[0]
    assert times["import"]["seconds_high"] == pytest.approx(float(busy), rel=0.1, abs=0.1)


def test_between_cutover_and_finalize(ordinary):
    db = ordinary.db
    for step in ("hg_legacy_import_step()", "hg_legacy_verify_step()"):
        while db.execute(f"SELECT {step}").fetchone()[0]["more"]:
            pass
    db.execute("CALL hg_legacy_cutover(true)")
    plan = plan_of(db)
    assert (plan["state"]["state"], plan["next"]["command"]) == (
        "cut_over", "make finalize CONFIRM=yes",
    )  # fmt: skip
    assert plan["users"]["document"]["column"] == "hidden_grade_asset_old"
    for name in REPLACED:
        table = next(t for t in plan["tables"] if t["table"] == name)
        assert (table["relation"], table["stored_as"]) == (f"{name}_set_aside", "set aside")
        assert table["rows"] == len(ordinary.rows(name))


def test_what_comes_next_once_something_has_begun(moved):
    move = moved("cut_over")
    move.db.execute("SELECT hg_legacy_rollback_step()")
    assert plan_of(move.db)["next"] == {
        "state": "cut_over", "command": "make rollback",
        "note": "a rollback has begun: this goes on to its end",
    }  # fmt: skip
    move.roll_back()
    move.cut_over()
    move.db.execute("SELECT hg_legacy_finalize_step()")
    assert plan_of(move.db)["next"] == {
        "state": "cut_over", "command": "make finalize CONFIRM=yes",
        "note": "finalize has begun to drop: this goes on; there is no way back",
    }  # fmt: skip


def test_after_finalize_nothing_is_told_of_an_import(moved):
    move = moved("cut_over")
    move.steps("hg_legacy_finalize_step")
    plan = plan_of(move.db)
    assert codes(plan, "warnings").keys() <= {"last_grade_advancement", "same_blocks"}
    assert plan["next"] == {
        "state": "finalized", "command": None,
        "note": "the move is over; make purge CONFIRM=yes empties the archive",
    }  # fmt: skip


def told_of(plan: dict, code: str) -> list[str]:
    return [warning["text"] for warning in plan["warnings"] if warning["code"] == code]


def test_columns_that_cannot_follow_the_document_are_told(ordinary):
    assert told_of(ordinary.plan, "narrow_column") == []
    ordinary.db.execute(
        "ALTER TABLE users ALTER COLUMN streak_days TYPE smallint,"
        " ALTER COLUMN fastest_category TYPE varchar(10)"
    )
    first, second = told_of(plan_of(ordinary.db), "narrow_column")
    assert first.startswith("users.fastest_category is of type character varying(10)")
    assert second == (
        "users.streak_days is of type smallint, and cannot hold numbers to 2147483647: after the"
        " cutover sessions would fail on it, so make import refuses."
        " ALTER TABLE users ALTER COLUMN streak_days TYPE integer."
    )


def test_a_document_of_another_type_is_told(ordinary):
    assert told_of(ordinary.plan, "document_type") == []
    ordinary.db.execute("ALTER TABLE users ALTER COLUMN hidden_grade_asset TYPE text")
    (told,) = told_of(plan_of(ordinary.db), "document_type")
    assert told.startswith("users.hidden_grade_asset is of type text: only json and jsonb")


def test_time_and_space_are_estimates_before(ordinary):
    times = {item["step"]: item for item in ordinary.plan["time"]}
    assert {item["basis"] for item in times.values()} == {"estimate"}
    assert times.keys() == {"plan", "import", "verify", "cutover", "rollback"}
    for item in times.values():
        assert 0 < item["ms_per_learner_low"] < item["ms_per_learner_high"]
    low, high = times["import"]["seconds_low"], times["import"]["seconds_high"]
    assert 0 < low <= high
    space = ordinary.plan["space"]
    parts = ("staging", "ledger", "archive")
    assert space["total"] == sum(space[part] for part in parts)
    assert all(space[part] > 0 for part in parts)


def test_locks_of_every_step(ordinary):
    waits = {lock["step"]: lock["longest_wait_ms"] for lock in ordinary.plan["locks"]}
    assert waits == {
        "plan": 0, "migrate": 100, "import": 100, "verify": 100, "cutover": 1000,
        "rollback": 1000, "finalize": None,
    }  # fmt: skip


DEPENDENTS = """
CREATE TABLE places (id integer PRIMARY KEY, row_id integer REFERENCES user_progress);
ALTER TABLE user_progress ADD CONSTRAINT of_a_user FOREIGN KEY (user_id) REFERENCES users NOT VALID;
CREATE INDEX progress_by_category ON user_progress (category);
CREATE VIEW best AS SELECT user_id, max(score) AS score FROM user_progress GROUP BY user_id;
CREATE MATERIALIZED VIEW kept_best AS SELECT * FROM user_progress;
CREATE VIEW texts AS SELECT id, hidden_grade_asset -> 'global_stats' AS stats FROM users;
CREATE FUNCTION count_progress() RETURNS bigint LANGUAGE sql
AS 'SELECT count(*) FROM user_progress';
CREATE FUNCTION read_asset(p integer) RETURNS json LANGUAGE plpgsql
AS 'BEGIN RETURN (SELECT u.hidden_grade_asset FROM users AS u WHERE u.id = p); END';
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER noted AFTER INSERT ON user_progress FOR EACH ROW EXECUTE FUNCTION note();
CREATE POLICY own_rows ON user_progress USING (true);
CREATE POLICY by_document ON users USING (hidden_grade_asset IS NULL);
CREATE POLICY by_progress ON leaderboard
USING (EXISTS (SELECT FROM user_progress AS p WHERE p.user_id = leaderboard.user_id));
CREATE PUBLICATION changes FOR TABLE user_progress;
CREATE INDEX users_by_tokens ON users (tokens);
CREATE INDEX users_by_streak ON users ((streak_days + 1)) WHERE streak_days > 0;
CREATE INDEX users_by_grade ON users (grade);
ALTER TABLE users ADD CONSTRAINT some_document CHECK (hidden_grade_asset::text <> '0') NOT VALID;
"""


def test_what_depends_on_tables_and_document_is_named(ordinary):
    db = ordinary.db
    before = codes(ordinary.plan, "limits")
    assert before == {
        "truncate": 1, "on_conflict": 1, "copy": 1, "serial_sequence": 1, "positional_insert": 1,
        "unique_index": 5,
    }  # fmt: skip
    known = {(item["code"], item["object"]) for item in ordinary.plan["limits"]}
    db.execute(DEPENDENTS)
    found = {(item["code"], item["object"]) for item in plan_of(db)["limits"]} - known
    assert found == {
        ("foreign_key", "places_row_id_fkey on places"),
        ("foreign_key", "of_a_user on user_progress"),
        ("index", "progress_by_category on user_progress"),
        ("view", "best"), ("materialized_view", "kept_best"), ("view", "texts"),
        ("function", "count_progress()"), ("function", "read_asset(integer)"),
        ("trigger", "noted on user_progress"),
        ("policy", "own_rows on user_progress"), ("policy", "by_document on users"),
        ("policy", "by_progress on leaderboard"),
        ("publication", "changes of user_progress"),
        ("index_on_users", "users_by_tokens"), ("index_on_users", "users_by_streak"),
        ("constraint_on_document", "some_document on users"),
    }  # fmt: skip


def test_nothing_legacy_at_all(database):
    db = database.connect()
    plan = plan_of(db)
    assert plan["next"] == {
        "state": "none", "command": None, "note": "there is nothing to move",
    }  # fmt: skip
    assert {table["found"] for table in plan["tables"]} == {False}
    assert [plan[key] for key in ("merges", "no_home", "warnings", "limits")] == [[], [], [], []]
    assert plan["users"]["rows"] == 0


def test_learners_that_are_ours_are_nothing_to_move(database):
    db = database.connect()
    db.execute("INSERT INTO users (grade) VALUES ('3'), ('4')")
    plan = plan_of(db)
    listed = {s["shape"]: s["learners"] for s in plan["users"]["document"]["shapes"]}
    assert (listed["ours"], plan["next"]["state"]) == (2, "none")


def test_users_of_many_columns(empty_database):
    db = empty_database.connect()
    create(db, Legacy())
    db.execute("ALTER TABLE users " + ", ".join(f"ADD COLUMN more_{n} text" for n in range(150)))
    migrate(empty_database.dsn)
    assert len(plan_of(db)["users"]["columns"]) > 150


def test_it_changes_nothing_and_needs_no_writable_transaction(ordinary):
    db = ordinary.database.connect(autocommit=False)
    db.read_only = True
    assert plan_of(db) == ordinary.plan


def test_only_the_owner_may_call_it(db):
    for role in ("hg_app", "hg_reader", "hg_ai_worker"):
        with (
            db.transaction(force_rollback=True),
            pytest.raises(errors.InsufficientPrivilege),
            db.transaction(),
            as_role(db, role),
        ):
            db.execute("SELECT hg_legacy_plan()")
