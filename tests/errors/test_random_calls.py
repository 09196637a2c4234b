"""Ten thousand calls with random arguments, most of them bad: the right error, nothing changed."""

import os
import random
import uuid
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.types.json import Jsonb

from tests.record.support import uid
from tests.support.users import NOBODIES, NOBODY

from .support import dump

CALLS = 10_000
BATCH = 500
SEED = int(os.environ.get("HG_TEST_SEED", random.randrange(10**9)))
ORDER = ["22023", "LG404", "LG409", "LG405", "LG402"]


@dataclass(frozen=True)
class Value:
    """An argument's value, and the error it alone leads to."""

    value: Any
    error: str | None = None


def good(*values: Any) -> list[Value]:
    return [Value(value) for value in values]


def bad(*values: Any, error: str = "22023") -> list[Value]:
    return [Value(value, error) for value in values]


LEARNER = "<the learner>"
USER = good(LEARNER, LEARNER, LEARNER) + bad(None) + bad(*NOBODIES, error="LG404")
MODULE = (
    good("addition_facts", "algebra", "measurement", "math_rush_addition")
    + bad(None)
    + bad("", "word_race", "math_facts_addition", "Algebra", "x" * 500, "é", "'; --", error="LG405")
)
REASON = good("a reason", "é", "'; DROP TABLE users; --") + bad(None)
ZONE = good("Europe/Berlin", "UTC", "default", "Pacific/Kiritimati") + bad(
    None, "", "EST", "utc", "FOO5", "UTC+8", "Etc/UTC", "posix/Europe/Berlin", "Europe/", "/",
    "x" * 500, "America/New_York\n", "%", "..",
)  # fmt: skip
FRESH = [Value(uuid.UUID("5c0d3cfb-5b2e-4f0e-9c3e-bb4a3a1c6a10"))]
IDS = FRESH * 3 + bad(None) + bad(uid(1), uid(2), uid(3), error="LG409")
DETAILS = good({}, {"note": "é" * 100}, {"level": [[[[{}]]]]}) + bad(
    None, Jsonb(None), Jsonb([]), Jsonb("x"), Jsonb(1.5), Jsonb(False), {"note": "x" * 5000}
)
ITEM = {"user_id": LEARNER, "activity_id": str(uid(9)), "module": "algebra", "questions": 5,
        "correct": 4}  # fmt: skip


def items(*changes: dict) -> list[dict]:
    """A good item, and others that differ in something."""
    return [ITEM, *({**ITEM, "activity_id": str(uid(10)), **change} for change in changes)]


ACTIVITIES = (
    good([], items(), items({}), items({"seconds": None, "details": {"x": 1}}), [ITEM, ITEM])
    + bad(None, Jsonb(None), {}, Jsonb("x"), [None], [[]], [{}], items({"questions": 6.5}),
          items({"correct": 6}), items({"user_id": None}), items({"occurred_at": "x"}),
          items({"details": []}), items({"run_type": None}), items({"p_module": "algebra"}))
    + bad(items({"user_id": NOBODY}), error="LG404")
    + bad(items({"activity_id": str(uid(1))}),
          items({"activity_id": str(uid(9)), "correct": 3}), error="LG409")
    + bad(items({"module": "word_race"}), items({"module": 5}), error="LG405")
)  # fmt: skip

FUNCTIONS: dict[str, dict[str, list[Value]]] = {
    "hg_record_activity": {
        "p_user_id": USER, "p_activity_id": IDS, "p_module": MODULE,
        "p_questions": good(6, 24, 1000) + bad(None, 0, -1, 1001, 2**31 - 1, -(2**31)),
        "p_correct": good(0, 5, 6) + bad(None, -1, 1001, 2**31 - 1, -(2**31)),
        "p_seconds": good(None, 0, 86400) + bad(-1, 86401, 2**31 - 1, -(2**31)),
        "p_run_type": good("token_run", "practice") + bad(None, "", "Test", "TOKEN_RUN", "x" * 99),
        "p_occurred_at": good(None, "2001-02-03 04:05:06+07", "2999-01-01 00:00:00+00")
        + bad("infinity", "-infinity"),
        "p_details": DETAILS,
    },
    "hg_spend_tokens": {
        "p_user_id": USER, "p_spend_id": IDS, "p_reason": REASON,
        "p_amount": good(1, 2) + bad(None, 0, -1, 1_000_001, 2**31 - 1, -(2**31))
        + bad(1_000_000, error="LG402"),
    },
    "hg_grant_tokens": {
        "p_user_id": USER, "p_grant_id": IDS, "p_reason": REASON,
        "p_amount": good(1, 1_000_000) + bad(None, 0, -1, -(2**31)),
    },
    "hg_set_preferred_difficulty": {
        "p_user_id": USER, "p_module": MODULE,
        "p_difficulty": good(1, 5) + bad(None, 0, 6, -1, 2**31 - 1, -(2**31)),
    },
    "hg_set_time_zone": {"p_user_id": USER, "p_time_zone": ZONE},
    "hg_set_mastery": {
        "p_user_id": USER, "p_module": MODULE, "p_reason": REASON,
        "p_mastery": good(True, False, None),
    },
    "hg_reset_module": {"p_user_id": USER, "p_module": MODULE, "p_reason": REASON},
    "hg_set_pause": {
        "p_user_id": good(LEARNER, None) + bad(*NOBODIES, error="LG404"),
        "p_from": good("2999-01-01") + bad(None, "2001-01-01", "infinity", "-infinity"),
        "p_to": good("2999-01-01", "2999-12-31") + bad(None, "2001-01-01", "-infinity", "infinity"),
    },
    "hg_set_setting": {
        "p_name": good("day_start_hour", "late_window_days")
        + bad(None, "", "x", "DAY_START_HOUR"),
        "p_value": [Value(Jsonb(n)) for n in (0, 12)]
        + bad(None, Jsonb(None), Jsonb(-1), Jsonb(1.5), Jsonb("1"), Jsonb([]), Jsonb({}),
              Jsonb(True), Jsonb(10**30), Jsonb(366)),
    },
    "hg_record_activities": {
        "p_activities": ACTIVITIES, "p_on_error": good("abort") + bad(None, "", "ABORT", "x"),
    },
    "hg_reverse_activity": {
        "p_user_id": USER, "p_reason": REASON,
        "p_activity_id": good(uid(1), uid(1)) + bad(None)
        + bad(uid(2), uid(3), uid(99), error="LG404"),
    },
    "hg_verify": {"p_user_id": good(LEARNER, None) + bad(*NOBODIES, error="LG404")},
    "hg_rebuild": {"p_user_id": USER},
    "hg_as_of": {
        "p_user_id": USER,
        "p_at": good("2999-01-01 00:00:00+00", "2001-01-01 00:00:00+00", "-infinity") + bad(None),
    },
    "hg_reevaluate": {
        "p_module": MODULE, "p_dry_run": good(True, False) + bad(None),
        "p_after": good(None, LEARNER, *NOBODIES),
        "p_limit": good(1, 100_000) + bad(None, 0, -1, 100_001, 2**31 - 1, -(2**31)),
    },
    "hg_simulate_rule": {
        "p_module": MODULE,
        "p_rule": good({"score": {"percent": 50}}, {"in_a_row": {"n": 1}}) + bad(None),
    },
    "hg_document": {"p_user_id": USER, "p_at": good("2999-01-01 00:00:00+00")
                    + bad(None, "2001-01-01 00:00:00+00")},
    "hg_streak": {"p_user_id": USER, "p_at": good("2999-01-01 00:00:00+00")
                  + bad(None, "2001-01-01 00:00:00+00")},
}  # fmt: skip
# Reading looks at the learner before it can tell that an instant is too early for that learner.
AFTER_THE_LEARNER = {("hg_document", "p_at"), ("hg_streak", "p_at")}


def draw(random_: random.Random) -> tuple[str, dict[str, Value]]:
    """A function and its arguments: mostly one or two of them are bad."""
    function = random_.choice(sorted(FUNCTIONS))
    pools = FUNCTIONS[function]
    wrong = set(random_.sample(sorted(pools), k=min(len(pools), random_.choice([0, 1, 1, 2, 3]))))
    return function, {
        name: random_.choice(
            [value for value in values if (value.error is not None) == (name in wrong)] or values
        )
        for name, values in pools.items()
    }


def expected(function: str, arguments: dict[str, Value]) -> str | None:
    """The error that is looked for first; None: the call is good."""
    errors = [value.error for value in arguments.values() if value.error is not None]
    if function == "hg_record_activity":
        questions, correct = (arguments[name].value for name in ("p_questions", "p_correct"))
        if None not in (questions, correct) and correct > questions:
            errors.append("22023")
    if function == "hg_set_pause":
        days = [arguments[name].value for name in ("p_from", "p_to")]
        if None not in days and days[0] > days[1]:
            errors.append("22023")
    early = [
        value for name, value in arguments.items()
        if (function, name) in AFTER_THE_LEARNER and value.value == "2001-01-01 00:00:00+00"
    ]  # fmt: skip
    if early and "LG404" in errors and arguments["p_user_id"].error == "LG404":
        errors.remove("22023")
    return min(errors, key=ORDER.index, default=None)


def filled(value: Any, learner: Any) -> Any:
    """The learner in its places, and as jsonb what is none of PostgreSQL's own."""
    if isinstance(value, list):
        return Jsonb([
            item | {"user_id": learner} if item and item.get("user_id") == LEARNER else item
            for item in value
        ])  # fmt: skip
    if isinstance(value, dict):
        return Jsonb(value)
    return learner if value == LEARNER else value


def attempt(db: psycopg.Connection, learner: Any, function: str, arguments: dict[str, Value]):
    """The SQLSTATE, or None; whatever the call did is taken back."""
    values = [filled(value.value, learner) for value in arguments.values()]
    query = sql.SQL("SELECT {}({})").format(
        sql.Identifier(function),
        sql.SQL(", ").join(sql.SQL("{} => %s").format(sql.Identifier(name)) for name in arguments),
    )
    try:
        with db.transaction(force_rollback=True):
            db.execute(query, values)
    except psycopg.Error as error:
        diagnostic = error.diag
        assert diagnostic.message_primary and diagnostic.message_detail and diagnostic.message_hint
        return diagnostic.sqlstate
    return None


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(CALLS // BATCH))
def test_random_calls_fail_as_documented_and_change_nothing(stored, batch):
    random_ = random.Random(SEED + batch)
    before = dump(stored.db)
    for _ in range(BATCH):
        function, arguments = draw(random_)
        found = attempt(stored.db, stored.id, function, arguments)
        wanted = expected(function, arguments)
        assert found == wanted, (SEED + batch, function, arguments)
    assert dump(stored.db) == before
