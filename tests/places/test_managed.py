"""As on managed services: an owner who is no superuser and may create neither roles nor databases.

Such a service has the three roles made by whoever may; tests/house/test_migrate.py has what is
said when they are missing.
"""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from psycopg.types.json import Jsonb

from tests.install.support import ID_TYPES, assert_settled, install, old_users
from tests.legacy.moving import Move
from tests.legacy.schema import Legacy
from tests.record.support import Learner, rows
from tests.support.database import ROOT, Database
from tools import migrate as installer
from tools.loader import Project

ROLES = ("hg_app", "hg_reader", "hg_ai_worker")
DAY = "2999-01-01"


@pytest.fixture
def owned(empty_database: Database) -> Iterator[Database]:
    """A database whose owner has no attribute but LOGIN; it is who connects."""
    owner = f"{empty_database.name}_owner"
    with empty_database.connect() as superuser:
        for name in ROLES:
            superuser.execute(
                f"DO $$ BEGIN CREATE ROLE {name}; EXCEPTION WHEN duplicate_object THEN NULL; END $$"
            )
        superuser.execute(f"CREATE ROLE {owner} LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB")
        superuser.execute(f"ALTER DATABASE {empty_database.name} OWNER TO {owner}")
        superuser.execute(f"GRANT CREATE ON SCHEMA public TO {owner}")
    database = Database(make_conninfo(empty_database.dsn, user=owner), empty_database.name)
    yield database
    database.close()
    with empty_database.connect() as superuser:
        superuser.execute(f"ALTER DATABASE {empty_database.name} OWNER TO CURRENT_USER")
        superuser.execute(f"DROP OWNED BY {owner} CASCADE; DROP ROLE {owner}")


def as_owner(database: Database) -> psycopg.Connection:
    connection = database.connect()
    assert connection.execute(
        "SELECT r.rolsuper OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication"
        " OR r.rolbypassrls FROM pg_roles AS r WHERE r.rolname = session_user"
    ).fetchone() == (False,)
    return connection


def play(learner: Learner) -> set[str]:
    """A good call of every function; their names."""
    db, one = learner.db, {"p_user_id": learner.id}
    here = {**one, "p_module": "algebra", "p_reason": "why"}
    ids = (f"00000000-0000-4000-8000-{n:012}" for n in range(99))
    session = {**one, "p_module": "algebra", "p_questions": 5, "p_correct": 5}
    first = next(ids)
    everybody = [
        learner.item("word_race", 1, 1) | {"user_id": id}
        for (id,) in db.execute("SELECT to_jsonb(u.id) FROM users AS u")
    ]
    calls: list[tuple[str, dict]] = [
        ("hg_set_setting", {"p_name": "ai_enabled", "p_value": Jsonb(True)}),
        ("hg_record_activity", session | {"p_activity_id": first}),
        ("hg_record_activity", session | {"p_activity_id": next(ids),
                                          "p_occurred_at": learner.noon(2)}),
        ("hg_record_activities", {"p_activities": Jsonb(everybody)}),
        ("hg_grant_tokens", {**one, "p_grant_id": next(ids), "p_amount": 5, "p_reason": "why"}),
        ("hg_spend_tokens", {**one, "p_spend_id": next(ids), "p_amount": 5, "p_reason": "why"}),
        ("hg_set_preferred_difficulty", {**one, "p_module": "algebra", "p_difficulty": 2}),
        ("hg_set_time_zone", {**one, "p_time_zone": "Europe/Berlin"}),
        ("hg_set_mastery", {**here, "p_mastery": True}),
        ("hg_set_pause", {**one, "p_from": DAY, "p_to": DAY}),
        ("hg_set_pause", {"p_from": DAY, "p_to": DAY}),
        ("hg_reset_module", here),
        ("hg_reverse_activity", {**one, "p_activity_id": first, "p_reason": "why"}),
        ("hg_fill_analytics_by_rules", one),
        ("hg_request_ai_analytics", {**one, "p_force": True}),
        ("hg_document", one), ("hg_module", {**one, "p_module": "algebra"}), ("hg_streak", one),
        ("hg_explain", {**one, "p_module": "algebra"}),
        ("hg_as_of", {**one, "p_at": learner.clock}), ("hg_cross_module", one),
        ("hg_cross_module_cohort", {"p_filter": Jsonb({})}),
        ("hg_report", one), ("hg_class_report", {"p_filter": Jsonb({})}),
        ("hg_refresh_leaderboard", {}), ("hg_leaderboard", {}), ("hg_percentile", one),
        ("hg_simulate_rule", {"p_module": "algebra", "p_rule": {"score": {"percent": 1}}}),
        ("hg_reevaluate", {"p_module": "algebra", "p_dry_run": False}),
        ("hg_rebuild", one), ("hg_prune", {}), ("hg_verify", {}), ("hg_status", {}),
        ("hg_version", {}), ("hg_export_learner", one),
        ("hg_daily_figures", {}), ("hg_module_figures", {}),
    ]  # fmt: skip
    there = functions(db)
    for function, arguments in calls:
        if function in there:
            rows(db, function, **arguments)
    played = {function for function, _ in calls} & there
    return played | play_a_worker(db) | erase(learner, there)


def play_a_worker(db: psycopg.Connection) -> set[str]:
    """Jobs that are taken, given back, ended, and asked for again."""
    db.execute("SELECT hg_set_setting('ai_max_attempts', '1')")
    jobs = [job["job_id"] for job in rows(db, "hg_claim_ai_jobs", p_worker="w", p_limit=9)]
    ended = [rows(db, "hg_fail_ai_job", p_job_id=jobs[0], p_error="no", p_worker="w")[0]]
    db.execute("SELECT hg_requeue_ai_job(%s)", jobs[:1])
    (again,) = rows(db, "hg_claim_ai_jobs", p_worker="w")
    ended += rows(db, "hg_complete_ai_job", p_job_id=again["job_id"], p_response=Jsonb({}),
                  p_worker="w")  # fmt: skip
    assert [one["state"] for one in ended] == ["dead", "dead"]
    return {"hg_claim_ai_jobs", "hg_fail_ai_job", "hg_complete_ai_job", "hg_requeue_ai_job"}


def erase(learner: Learner, there: set[str]) -> set[str]:
    if "hg_erase_learner" not in there:
        return set()
    learner.call("hg_erase_learner", p_reason="asked for")
    return {"hg_erase_learner"}


def functions(db: psycopg.Connection) -> set[str]:
    """The public ones; those that move in have a test of their own."""
    return {
        name for (name,) in db.execute(
            "SELECT p.proname FROM pg_proc AS p"
            " WHERE p.proname ~ '^hg_[a-z]' AND p.proname !~ '^hg_legacy_'"
        )
    }  # fmt: skip


@pytest.mark.parametrize("id_type", ID_TYPES)
def test_an_ordinary_owner_installs_plays_and_undoes(
    owned: Database, id_type: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = as_owner(owned)
    old_users(connection, 12, id_type)
    install(owned)
    assert_settled(connection)
    (id,) = connection.execute("SELECT to_jsonb(u.id) FROM users AS u LIMIT 1").fetchone()
    learner = Learner.known(connection, id)
    assert play(learner) == functions(connection)
    assert rows(connection, "hg_verify") == []
    assert learner.entries("direct_write") == []
    # The owner's own writes still meet the guard.
    with pytest.raises(psycopg.Error) as refused:
        learner.write_document({})
    assert refused.value.sqlstate == "LG422"

    install(owned)
    assert rows(connection, "hg_verify") == []
    monkeypatch.setenv("CONFIRM", "yes")
    installer.rollback(owned.dsn, Project(ROOT))
    assert functions(connection) == set()
    assert connection.execute("SELECT count(*) FROM users").fetchone() == (12,)


@pytest.mark.parametrize("users_id", ["integer", "uuid"])
def test_an_ordinary_owner_moves_in(owned: Database, users_id: str) -> None:
    move = Move(owned, Legacy(users_id=users_id), 60)
    assert as_owner(owned).info.user == move.db.info.user
    move.cut_over()
    move.proven()
    move.roll_back()
    move.cut_over()
    move.columns_agree()
    move.steps("hg_legacy_finalize_step", True)
    move.proven()
