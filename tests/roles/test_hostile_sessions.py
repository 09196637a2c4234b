"""A caller who shadows names, or says that it is the API: it changes nothing."""

import psycopg
import pytest
from psycopg import sql
from psycopg.types.json import Jsonb

from tests.record.support import Learner, changed, uid
from tests.support.database import as_role
from tests.support.users import SQL_TYPE

ATTACKER = "hg_test_attacker"
# The other type whose = is shadowed.
KEY = "bigint" if SQL_TYPE == "integer" else SQL_TYPE

# What a caller can put before the names that the functions use. Every function raises.
SHADOWS = f"""
CREATE SCHEMA evil AUTHORIZATION hg_test_attacker;
SET ROLE hg_test_attacker;
CREATE FUNCTION evil.trap() RETURNS void LANGUAGE plpgsql AS
    $$BEGIN RAISE EXCEPTION 'hijacked as %', current_user USING ERRCODE = 'ZZ999'; END$$;
CREATE FUNCTION evil.clock_timestamp() RETURNS timestamptz LANGUAGE plpgsql AS
    $$BEGIN PERFORM evil.trap(); RETURN NULL; END$$;
CREATE FUNCTION evil.to_jsonb(anyelement) RETURNS jsonb LANGUAGE plpgsql AS
    $$BEGIN PERFORM evil.trap(); RETURN NULL; END$$;
CREATE FUNCTION evil.jsonb_set(jsonb, text[], jsonb) RETURNS jsonb LANGUAGE plpgsql AS
    $$BEGIN PERFORM evil.trap(); RETURN NULL; END$$;
CREATE FUNCTION evil.format(text, text) RETURNS text LANGUAGE plpgsql AS
    $$BEGIN PERFORM evil.trap(); RETURN NULL; END$$;
CREATE FUNCTION evil.hg__grade_number(text) RETURNS smallint LANGUAGE plpgsql AS
    $$BEGIN PERFORM evil.trap(); RETURN 12; END$$;
CREATE FUNCTION evil.hg__instant_text(timestamptz) RETURNS text LANGUAGE plpgsql AS
    $$BEGIN PERFORM evil.trap(); RETURN NULL; END$$;
CREATE FUNCTION evil.hg__require_live() RETURNS void LANGUAGE plpgsql AS
    $$BEGIN PERFORM evil.trap(); END$$;
CREATE FUNCTION evil.equals(integer, integer) RETURNS boolean LANGUAGE plpgsql AS
    $$BEGIN PERFORM evil.trap(); RETURN true; END$$;
CREATE OPERATOR evil.= (FUNCTION = evil.equals, LEFTARG = integer, RIGHTARG = integer);
CREATE FUNCTION evil.same({KEY}, {KEY}) RETURNS boolean LANGUAGE plpgsql AS
    $$BEGIN PERFORM evil.trap(); RETURN true; END$$;
CREATE OPERATOR evil.= (FUNCTION = evil.same, LEFTARG = {KEY}, RIGHTARG = {KEY});
CREATE FUNCTION evil.less(bigint, bigint) RETURNS boolean LANGUAGE plpgsql AS
    $$BEGIN PERFORM evil.trap(); RETURN true; END$$;
CREATE OPERATOR evil.< (FUNCTION = evil.less, LEFTARG = bigint, RIGHTARG = bigint);
CREATE FUNCTION evil.arrow(jsonb, text) RETURNS jsonb LANGUAGE plpgsql AS
    $$BEGIN PERFORM evil.trap(); RETURN NULL; END$$;
CREATE OPERATOR evil.-> (FUNCTION = evil.arrow, LEFTARG = jsonb, RIGHTARG = text);
CREATE FUNCTION evil.joined(jsonb, jsonb) RETURNS jsonb LANGUAGE plpgsql AS
    $$BEGIN PERFORM evil.trap(); RETURN NULL; END$$;
CREATE OPERATOR evil.|| (FUNCTION = evil.joined, LEFTARG = jsonb, RIGHTARG = jsonb);
CREATE DOMAIN evil.text AS pg_catalog.text CHECK (false);
CREATE DOMAIN evil.jsonb AS pg_catalog.jsonb CHECK (false);
CREATE TABLE evil.users (id {SQL_TYPE}, grade pg_catalog.text, hidden_grade_asset pg_catalog.jsonb);
CREATE TABLE evil.hg_ledger (user_id {SQL_TYPE}, id uuid);
CREATE TABLE evil.hg_installation (live boolean, rules_version integer);
CREATE TABLE evil.hg_rules (rules_version integer, module pg_catalog.text);
CREATE TEMPORARY TABLE users (LIKE evil.users);
CREATE TEMPORARY TABLE hg_ledger (user_id {SQL_TYPE}, id uuid);
CREATE TEMPORARY TABLE hg_installation (live boolean, rules_version integer);
CREATE TEMPORARY TABLE hg_rules (rules_version integer, module pg_catalog.text);
"""
PATHS = [
    "evil, pg_temp, public, pg_catalog",
    "pg_temp, evil, pg_catalog, public",
    "evil",
    "pg_temp",
    "''",
]
CALLS = [
    "public.hg_record_activity({id}, '{one}', 'addition_facts', 6, 6, 30)",
    "public.hg_record_activity({id}, '{two}', 'math_rush_division', 24, 24, 60, 'token_run',"
    " pg_catalog.now() OPERATOR(pg_catalog.-) interval '3 days', '{{\"time_limit\": 60}}')",
    "public.hg_record_activity({id}, '{one}', 'addition_facts', 6, 6, 30)",
    "public.hg_record_activities(pg_catalog.jsonb_build_array(pg_catalog.jsonb_build_object("
    "'user_id', {id}, 'activity_id', '{five}', 'module', 'algebra', 'questions', 5,"
    " 'correct', 5)))",
    "public.hg_reverse_activity({id}, '{five}', 'a mistake')",
    "public.hg_grant_tokens({id}, '{three}', 50, 'a gift')",
    "public.hg_spend_tokens({id}, '{four}', 5, 'a hat')",
    "public.hg_set_preferred_difficulty({id}, 'algebra', 5)",
    "public.hg_set_time_zone({id}, 'Europe/Berlin')",
    "public.hg_set_mastery({id}, 'algebra', true, 'seen')",
    "public.hg_reset_module({id}, 'measurement', 'again')",
    "public.hg_set_pause('2999-01-01', '2999-01-02', {id})",
    "public.hg_document({id})",
    "public.hg_module({id}, 'algebra')",
    "public.hg_streak({id})",
    "public.hg_explain({id}, 'algebra')",
    "public.hg_explain({id}, 'global_stats.tokens')",
    "public.hg_as_of({id}, pg_catalog.clock_timestamp())",
    "(SELECT pg_catalog.count(*) FROM public.hg_leaderboard())",
    "pg_catalog.num_nulls(public.hg_percentile({id}))",
    "pg_catalog.left(public.hg_report({id}), 15)",
]


@pytest.fixture
def attacker(db):
    """A role that may call the API and make objects of its own."""
    db.execute(f"CREATE ROLE {ATTACKER} IN ROLE hg_app")
    learner = Learner(db, "3")
    db.execute("SELECT hg_refresh_leaderboard()")
    db.execute(SHADOWS)
    db.execute("RESET ROLE")
    return learner


@pytest.mark.parametrize(
    "expression",
    [
        "to_jsonb(1)",
        "clock_timestamp()",
        "1 = 1",
        "'{}'::pg_catalog.jsonb || '{}'",
        "hg__require_live()",
    ],
)
def test_the_traps_are_set(db, attacker, expression):
    """Without a search_path of one's own these are what is called."""
    with as_role(db, ATTACKER):
        db.execute("SET LOCAL search_path TO evil, pg_temp, public, pg_catalog")
        with pytest.raises(psycopg.Error) as error, db.transaction():
            db.execute(f"SELECT {expression}")
    assert error.value.sqlstate == "ZZ999"


@pytest.mark.parametrize("path", PATHS)
def test_shadowed_names_are_never_used(db, attacker, path):
    ids = {name: uid(n) for n, name in enumerate(("one", "two", "three", "four", "five"), 1)}
    names = {"id": sql.Literal(attacker.id).as_string(db), **ids}
    with as_role(db, ATTACKER):
        db.execute(f"SET LOCAL search_path TO {path}")
        for call in CALLS:
            answer = db.execute(f"SELECT {call.format(**names)}").fetchone()[0]
            assert answer is not None
        db.execute("SET LOCAL search_path TO public")
    db.execute("SET LOCAL search_path TO public, pg_catalog, pg_temp")
    stats = db.execute(
        "SELECT u.hidden_grade_asset -> 'global_stats' FROM public.users AS u WHERE u.id = %s",
        [attacker.id],
    ).fetchone()[0]
    assert (stats["total_tokens_earned"], stats["total_tokens_spent"]) == (10 + 32 + 50, 5)
    for table in ("users", "hg_ledger", "hg_installation", "hg_rules"):
        for schema in ("evil", "pg_temp"):
            rows = db.execute(f"SELECT count(*) FROM {schema}.{table}").fetchone()
            assert rows == (0,), f"{schema}.{table}"
    assert db.execute(
        "SELECT u.hidden_grade_asset = f.o_document FROM public.users AS u,"
        " public.hg__fold_ledger(u.id) AS f WHERE u.id = %s",
        [attacker.id],
    ).fetchone() == (True,)


def test_an_error_is_the_functions_own_with_names_shadowed(db, attacker):
    with as_role(db, ATTACKER):
        db.execute("SET LOCAL search_path TO evil, pg_temp, public, pg_catalog")
        with pytest.raises(psycopg.Error) as error, db.transaction():
            db.execute("SELECT public.hg_spend_tokens(%s, %s, 9, 'a hat')", [attacker.id, uid(1)])
    assert error.value.sqlstate == "LG402"


# ---------------------------------------------------------------- the guard of the column


@pytest.fixture
def writer(db):
    """A role that was granted the column, and a learner with a past."""
    db.execute(f"CREATE ROLE {ATTACKER} IN ROLE hg_app")
    db.execute(f"GRANT SELECT, UPDATE (hidden_grade_asset) ON users TO {ATTACKER}")
    learner = Learner(db, "3")
    learner.run("addition_facts", 6, 6)
    return learner


SWITCHES = [
    "SET hg.writing TO 'on'", "SET LOCAL hg.writing TO 'on'",
    "SELECT set_config('hg.writing', 'on', false)", "SELECT set_config('hg.writing', 'on', true)",
    "SELECT 1",
]  # fmt: skip


def update(learner, document):
    learner.db.execute(
        "UPDATE users SET hidden_grade_asset = %s WHERE id = %s", [Jsonb(document), learner.id]
    )


@pytest.mark.parametrize("switch", SWITCHES)
def test_hg_writing_set_by_hand_does_not_pass_a_malformed_document(db, writer, switch):
    before = writer.document
    with as_role(db, ATTACKER):
        db.execute(switch)
        with pytest.raises(psycopg.Error) as error, db.transaction():
            update(writer, {"version": 1})
    assert error.value.sqlstate == "LG422"
    assert writer.document == before


@pytest.mark.parametrize("switch", SWITCHES)
def test_hg_writing_set_by_hand_does_not_pass_the_checkpoint(db, writer, switch):
    document = changed(
        writer.document,
        {
            "global_stats.total_tokens_earned": 5000, "global_stats.tokens": 5000,
            "modules.algebra.progress.mastery_level": True,
        },
    )  # fmt: skip
    with as_role(db, ATTACKER):
        db.execute(switch)
        update(writer, document)
    (entry,) = writer.entries("direct_write")
    assert entry["recorded_by"] == db.execute("SELECT session_user::text").fetchone()[0]
    assert writer.progress("algebra")["mastery_level"] is False
    assert entry["document"] == writer.document
    writer.assert_folds()


def test_a_writer_of_the_column_has_no_right_on_the_ledger(db, writer):
    with as_role(db, ATTACKER), pytest.raises(psycopg.Error) as error, db.transaction():
        db.execute("SELECT * FROM hg_ledger")
    assert error.value.sqlstate == "42501"


def test_the_functions_leave_hg_writing_as_it_was(db):
    learner = Learner(db)
    learner.run("addition_facts", 6, 6)
    learner.grant(5)
    assert db.execute("SELECT current_setting('hg.writing', true)").fetchone()[0] in (None, "")
    learner.write(global_stats__longest_streak_days=7)
    assert len(learner.entries("direct_write")) == 1


def test_an_update_beside_a_call_is_guarded_too(db):
    """In one statement: the function's write is its own, the caller's is a direct one."""
    learner = Learner(db)
    learner.run("addition_facts", 6, 6)
    with pytest.raises(psycopg.Error) as error, db.transaction():
        db.execute(
            "WITH call AS MATERIALIZED (SELECT hg_grant_tokens(%s, %s, 5, 'a gift'))"
            " UPDATE users AS u SET hidden_grade_asset = '{}' FROM call WHERE u.id = %s",
            [learner.id, uid(1), learner.id],
        )
    assert error.value.sqlstate in ("LG422", "27000")
