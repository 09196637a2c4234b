"""Who may execute what: exactly what the API page says, and PUBLIC nothing."""

import psycopg
import pytest
from psycopg import sql

from tests.record.support import Learner, bulk, uid
from tests.support.database import as_role

READING = {
    "hg_document", "hg_module", "hg_streak", "hg_explain", "hg_as_of", "hg_leaderboard",
    "hg_percentile", "hg_report",
}  # fmt: skip
WRITING = {
    "hg_record_activity", "hg_record_activities", "hg_spend_tokens", "hg_grant_tokens",
    "hg_set_preferred_difficulty", "hg_set_time_zone", "hg_set_mastery", "hg_set_pause",
    "hg_reset_module", "hg_reverse_activity",
}  # fmt: skip
GRANTED = {
    "hg_app": WRITING | READING | {"hg_request_ai_analytics", "hg_fill_analytics_by_rules"},
    "hg_reader": READING,
    "hg_ai_worker": {"hg_claim_ai_jobs", "hg_complete_ai_job", "hg_fail_ai_job"},
}
ROLES = [*GRANTED, "an outsider"]
NOW = {"hg_record_activity", "hg_spend_tokens", "hg_grant_tokens", "hg_set_preferred_difficulty",
       "hg_set_time_zone", "hg_set_mastery", "hg_set_pause", "hg_reset_module", "hg_document",
       "hg_module", "hg_streak", "hg_explain", "hg_record_activities", "hg_reverse_activity",
       "hg_as_of", "hg_verify", "hg_rebuild", "hg_reevaluate", "hg_simulate_rule",
       "hg_prune", "hg_leaderboard", "hg_percentile", "hg_refresh_leaderboard",
       "hg_report", "hg_class_report",
       "hg_export_learner", "hg_erase_learner"}  # fmt: skip

FUNCTIONS = """
SELECT p.oid::regprocedure::text, p.proname, p.prorettype = 'trigger'::regtype,
    (SELECT array_agg(format_type(t.oid, NULL) ORDER BY t.place)
     FROM unnest(p.proargtypes) WITH ORDINALITY AS t (oid, place))
FROM pg_proc AS p
WHERE p.proname LIKE 'hg\\_%' AND p.pronamespace = (
    SELECT c.relnamespace FROM pg_class AS c WHERE c.oid = 'users'::regclass
)
ORDER BY p.proname
"""


@pytest.fixture
def outsider(db):
    """A role of nobody, gone with the transaction."""
    db.execute("CREATE ROLE hg_test_outsider")
    return "hg_test_outsider"


@pytest.fixture(params=ROLES)
def role(request, outsider):
    return outsider if request.param == "an outsider" else request.param


def functions(db) -> list[tuple]:
    found = db.execute(FUNCTIONS).fetchall()
    assert {name for _, name, _, _ in found} >= NOW
    return found


def fails(db, statement) -> str | None:
    """The SQLSTATE of a statement in a savepoint, None where it succeeds."""
    try:
        with db.transaction(force_rollback=True):
            db.execute(statement)
    except psycopg.Error as error:
        return error.sqlstate
    return None


# ---------------------------------------------------------------- functions


def test_execute_is_granted_exactly_as_documented(db):
    rows = db.execute(
        "SELECT p.proname, CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END"
        " FROM pg_proc AS p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a"
        " WHERE p.proname LIKE 'hg\\_%' AND a.grantee <> p.proowner"
    ).fetchall()
    present = {name for _, name, _, _ in functions(db)}
    expected = {(name, role) for role, names in GRANTED.items() for name in names & present}
    assert set(rows) == expected


def test_nobody_may_pass_the_grants_on(db):
    assert db.execute(
        "SELECT count(*) FROM pg_proc AS p, aclexplode(p.proacl) AS a"
        " WHERE p.proname LIKE 'hg\\_%' AND a.is_grantable AND a.grantee <> p.proowner"
    ).fetchone() == (0,)


def test_without_the_grant_every_function_is_42501(db, role):
    procedures = {
        name for (name,) in db.execute("SELECT p.proname FROM pg_proc AS p WHERE p.prokind = 'p'")
    }
    calls = [
        (name, sql.SQL("CALL {}({})" if name in procedures else "SELECT * FROM {}({})").format(
            sql.Identifier(name),
            sql.SQL(", ").join(sql.SQL("NULL::{}").format(sql.SQL(t)) for t in types or []),
        ))
        for _, name, is_trigger, types in functions(db)
        if not is_trigger and name not in GRANTED.get(role, set())
    ]  # fmt: skip
    assert len(calls) > 50
    with as_role(db, role):
        states = {name: fails(db, statement) for name, statement in calls}
    assert {name: state for name, state in states.items() if state != "42501"} == {}


def test_with_the_grant_every_function_can_be_called(db, role):
    """Arguments of NULL are refused by the function itself, or answered."""
    with as_role(db, role):
        for _, name, _, types in functions(db):
            if name in GRANTED.get(role, set()):
                arguments = sql.SQL(", ").join(
                    sql.SQL("NULL::{}").format(sql.SQL(t)) for t in types or []
                )
                state = fails(
                    db, sql.SQL("SELECT * FROM {}({})").format(sql.Identifier(name), arguments)
                )
                assert state in (None, "22023"), name


def test_hg_app_does_its_work_with_these_grants_alone(db):
    learner = Learner(db)
    with as_role(db, "hg_app"):
        learner.run("addition_facts", 6, 6)
        learner.run("addition_facts", 6, 6, at=learner.noon(2))
        bulk(db, [learner.item("algebra", 5, 5, at=learner.noon(1), id=uid(7))])
        learner.reverse(uid(7))
        learner.grant(5)
        learner.spend(3)
        learner.set_difficulty("algebra", 2)
        learner.set_zone("Europe/Berlin")
        learner.set_mastery("algebra", True)
        learner.pause(learner.clock.date(), learner.clock.date())
        learner.reset("algebra")
        assert learner.call("hg_document")["global_stats"]["tokens"] == 22
        assert learner.call("hg_module", p_module="algebra")
        assert learner.call("hg_streak")
        assert learner.call("hg_explain", p_module="algebra")
        assert learner.call("hg_explain", p_module="global_stats.tokens")
        assert learner.call("hg_as_of", p_at=learner.ago(days=1)) is None


def test_hg_reader_reads(db):
    learner = Learner(db)
    learner.run("addition_facts", 6, 6)
    with as_role(db, "hg_reader"):
        assert learner.call("hg_document")["global_stats"]["tokens"] == 10
        assert learner.call("hg_module", p_module="addition_facts")
        assert learner.call("hg_streak")["streak_days"] == 1
        assert learner.call("hg_explain", p_module="addition_facts")
        assert learner.call("hg_explain", p_module="global_stats.tokens")["value"] == 10
        assert learner.call("hg_as_of", p_at=learner.ago(days=1)) is None


# ---------------------------------------------------------------- tables

TABLES = """
SELECT c.relname, c.relkind::text
FROM pg_class AS c
WHERE c.relkind IN ('r', 'p', 'm', 'v', 'S') AND c.relnamespace = (
    SELECT u.relnamespace FROM pg_class AS u WHERE u.oid = 'users'::regclass
)
"""


def test_no_role_and_not_public_has_any_right_on_tables_or_sequences(db):
    rows = db.execute(
        "SELECT c.relname, a.grantee::regrole::text, a.privilege_type FROM pg_class AS c,"
        " aclexplode(c.relacl) AS a"
        " WHERE (c.relname LIKE 'hg\\_%' OR c.relname LIKE 'users%')"
        " AND a.grantee <> c.relowner"
    ).fetchall()
    assert rows == []
    columns = db.execute(
        "SELECT t.attrelid::regclass, t.attname FROM pg_attribute AS t"
        " WHERE t.attacl IS NOT NULL AND t.attrelid IN (SELECT c.oid FROM pg_class AS c"
        " WHERE c.relname LIKE 'hg\\_%' OR c.relname = 'users')"
    ).fetchall()
    assert columns == []


def test_no_role_reads_or_writes_a_table_directly(db, role):
    tables = db.execute(TABLES).fetchall()
    assert {name for name, _ in tables} >= {"users", "hg_ledger", "hg_modules", "hg_settings",
                                            "hg_rules", "hg_installation"}  # fmt: skip
    with as_role(db, role):
        for name, kind in tables:
            table = sql.Identifier(name)
            statements = [sql.SQL("SELECT * FROM {}").format(table)]
            if kind in ("r", "p"):
                statements += [
                    sql.SQL("DELETE FROM {}").format(table),
                    sql.SQL("TRUNCATE {}").format(table),
                    sql.SQL("INSERT INTO {} DEFAULT VALUES").format(table),
                    sql.SQL("LOCK TABLE {}").format(table),
                ]
            for statement in statements:
                assert fails(db, statement) == "42501", statement.as_string(db)
        for statement in (
            "UPDATE users SET hidden_grade_asset = '{}'", "UPDATE users SET grade = '6'",
            "UPDATE hg_ledger SET correct = 0", "UPDATE hg_modules SET active = false",
            "UPDATE hg_settings SET value = '1'", "UPDATE hg_installation SET state = 'none'",
        ):  # fmt: skip
            assert fails(db, statement) == "42501", statement


# ---------------------------------------------------------------- how functions are made


def test_definers_are_the_public_functions_and_triggers_only(db):
    definers = {
        name for (name,) in db.execute(
            "SELECT p.proname FROM pg_proc AS p WHERE p.prosecdef AND p.proname LIKE 'hg\\_%'"
            " AND p.prorettype <> 'trigger'::regtype"
        )
    }  # fmt: skip
    assert {name for name in definers if name.startswith("hg__")} == set()
    assert definers >= NOW


def test_every_function_has_its_search_path_pinned_or_is_bound_when_created(db):
    # A procedure that commits can have none; it is the owner's, in the owner's session.
    unpinned = db.execute(
        "SELECT p.proname FROM pg_proc AS p WHERE p.proname LIKE 'hg\\_%' AND p.prosqlbody IS NULL"
        " AND NOT (p.prokind = 'p' AND p.prosrc LIKE '%COMMIT;%' AND NOT p.prosecdef)"
        " AND NOT EXISTS (SELECT FROM unnest(p.proconfig) AS c (setting)"
        " WHERE c.setting LIKE 'search_path=%pg_temp')"
    ).fetchall()
    assert unpinned == []


def test_session_user_not_the_role_is_who_did_it(db):
    learner = Learner(db)
    with as_role(db, "hg_app"):
        learner.grant(5, id=uid(1))
        learner.set_mastery("algebra", True)
    who = db.execute("SELECT session_user::text").fetchone()[0]
    assert {e["recorded_by"] for e in learner.entries() if e["kind"] in ("grant", "mastery")} == {
        who
    }
    assert learner.progress("algebra")["mastery_override"]["by"] == who
