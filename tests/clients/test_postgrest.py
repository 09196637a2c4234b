"""The statements that PostgREST sends, in its transaction, with the roles of the example."""

import json
import secrets
import subprocess
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.clients.conftest import CLIENTS
from tests.support.database import Database, new_learner
from tests.support.users import numbered
from tools.database import find_psql

pytestmark = numbered

PLAYED = {
    "p_activity_id": "a7a2b3b0-5c43-4a8e-9d5b-0d5f5f0c7d01", "p_module": "addition_facts",
    "p_questions": 6, "p_correct": 6, "p_seconds": 41,
}  # fmt: skip
# How a function's arguments arrive: the body's keys as a record, each given by its name.
CALL = """
WITH pgrst_source AS (
    SELECT pgrst_call.pgrst_scalar
    FROM (SELECT %s::json AS json_data) AS pgrst_payload,
    LATERAL (
        SELECT * FROM json_to_record(pgrst_payload.json_data) AS _ ({columns}) LIMIT 1
    ) AS pgrst_body,
    LATERAL (SELECT hg_api.{function}({arguments}) AS pgrst_scalar) AS pgrst_call
)
SELECT coalesce(json_agg(s.pgrst_scalar) -> 0, 'null') FROM pgrst_source AS s
"""
TYPES = {
    "p_activity_id": "uuid", "p_spend_id": "uuid", "p_module": "text", "p_reason": "text",
    "p_questions": "integer", "p_correct": "integer", "p_seconds": "integer", "p_amount": "integer",
}  # fmt: skip


class Web:
    """What stands between browsers and the database."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection

    def request(
        self, function: str, claims: dict | None, body: dict | None = None, get: bool = False
    ) -> Any:
        """POST to /rpc/function, or GET: a transaction that only reads."""
        body = body or {}
        call = sql.SQL(CALL).format(
            function=sql.Identifier(function),
            columns=sql.SQL(", ".join(f'"{name}" {TYPES[name]}' for name in body) or '"x" text'),
            arguments=sql.SQL(", ".join(f'"{n}" := pgrst_body."{n}"' for n in body)),
        )
        with self.connection.transaction():
            self.connection.execute(
                "SET TRANSACTION ISOLATION LEVEL READ COMMITTED READ "
                + ("ONLY" if get else "WRITE")
            )
            self.connection.execute(
                "SELECT set_config('search_path', 'hg_api, public', true), "
                "set_config('role', 'hg_web_user', true), "
                "set_config('request.jwt.claims', %s, true), "
                "set_config('request.method', %s, true)",
                [json.dumps(claims) if claims is not None else "", "GET" if get else "POST"],
            )
            return self.connection.execute(call, [json.dumps(body)]).fetchone()[0]


@pytest.fixture
def web(database: Database) -> Iterator[Web]:
    """The example set up as its head says, and PostgREST logged in as its authenticator."""
    owner, name = database.connect(), f"authenticator_{secrets.token_hex(4)}"
    owner.execute(sql.SQL("CREATE ROLE {} LOGIN NOINHERIT").format(sql.Identifier(name)))
    subprocess.run(
        [find_psql(), "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--dbname",
         database.dsn, "--set", f"authenticator={name}", "--file", CLIENTS / "postgrest.sql"],
        check=True,
    )  # fmt: skip
    yield Web(database.connect(user=name))
    owner.execute("DROP SCHEMA hg_api CASCADE")
    for role in ("hg_web_gate", "hg_web_user", name):
        owner.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(role)))
        owner.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


@pytest.fixture
def child(database: Database) -> dict:
    """The claims of a learner's token."""
    return {"role": "hg_web_user", "sub": str(new_learner(database.connect(), "3"))}


def test_a_session_is_the_tokens_learners(web: Web, child: dict, database: Database) -> None:
    other = new_learner(database.connect(), "3")
    receipt = web.request("record_activity", child, PLAYED)
    assert receipt["tokens"] == 10 and not receipt["replayed"]
    assert web.request("record_activity", child, PLAYED)["replayed"]
    rows = database.connect().execute(
        "SELECT l.user_id::text FROM hg_ledger AS l WHERE l.kind = 'activity'"
    )
    assert rows.fetchall() == [(child["sub"],)] and child["sub"] != str(other)


def test_reading_in_a_transaction_that_only_reads(web: Web, child: dict) -> None:
    web.request("record_activity", child, PLAYED)
    assert web.request("progress", child, get=True)["global_stats"]["tokens"] == 10
    assert web.request("streak", child, get=True)["streak_days"] == 1


def test_spending(web: Web, child: dict) -> None:
    web.request("record_activity", child, PLAYED)
    bought = {"p_spend_id": PLAYED["p_activity_id"].replace("a7", "b8"), "p_amount": 4}
    assert web.request("spend_tokens", child, bought | {"p_reason": "a hat"})["tokens"] == 6
    dear = bought | {"p_spend_id": PLAYED["p_activity_id"].replace("a7", "c9"), "p_amount": 400}
    with pytest.raises(psycopg.DatabaseError) as raised:
        web.request("spend_tokens", child, dear | {"p_reason": "a castle"})
    assert raised.value.sqlstate == "LG402"


@pytest.mark.parametrize("claims", [None, {}, {"role": "hg_web_user"}])
def test_without_a_learner_in_the_token_there_is_nothing(web: Web, claims: dict | None) -> None:
    for function, body in (("record_activity", PLAYED), ("progress", {}), ("streak", {})):
        with pytest.raises(psycopg.Error) as raised:
            web.request(function, claims, body)
        assert raised.value.sqlstate == "22023"


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT hg_record_activity(1, gen_random_uuid(), 'addition_facts', 6, 6, 41)",
        "SELECT hg_document(1)",
        "SELECT hg_grant_tokens(1, gen_random_uuid(), 1000, 'mine')",
        "SELECT hidden_grade_asset FROM users",
        "SELECT * FROM hg_ledger",
        "SELECT hg_api.hg__me()",
        "UPDATE users SET hidden_grade_asset = '{}'",
    ],
)
def test_a_browsers_role_reaches_nothing_else(web: Web, child: dict, statement: str) -> None:
    web.connection.execute("SET ROLE hg_web_user")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        web.connection.execute(statement)
