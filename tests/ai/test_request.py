"""hg__ai_request: what is sent to OpenAI, and that it tells nothing but figures."""

import json
from collections.abc import Iterator
from uuid import UUID

import pytest
from psycopg.types.json import Jsonb

from tests.record.support import set_setting

from .answers import INPUTS, KEYS, MODULE, at_path, numbers, resolved, schema_of, widest

PSEUDONYM = UUID("5c0d3cfb-5b2e-4f0e-9c3e-bb4a3a1c6a10")
SCOPES = pytest.mark.parametrize("scope", list(INPUTS))
ALL = [*INPUTS.items(), *widest().items()]
EVERY_INPUT = pytest.mark.parametrize(
    ("scope", "given"), ALL, ids=[*INPUTS, *(f"widest {scope[:12]}" for scope in widest())]
)


def request(db, scope, given):
    return db.execute(
        "SELECT hg__ai_request(%s, %s, %s)", [scope, Jsonb(given), PSEUDONYM]
    ).fetchone()[0]


@SCOPES
def test_it_is_a_whole_body_for_chat_completions(db, scope):
    body = request(db, scope, INPUTS[scope])
    assert set(body) == {
        "model", "messages", "response_format", "temperature", "max_completion_tokens", "user",
    }  # fmt: skip
    assert (body["model"], body["temperature"], body["max_completion_tokens"]) == (
        "gpt-4o-mini", 0.2, 1200,
    )  # fmt: skip
    assert body["user"] == str(PSEUDONYM)
    assert [message["role"] for message in body["messages"]] == ["system", "user"]
    assert all(set(message) == {"role", "content"} for message in body["messages"])
    assert json.loads(body["messages"][1]["content"]) == INPUTS[scope]
    asked = body["response_format"]
    assert asked["type"] == "json_schema"
    assert asked["json_schema"] == {
        "name": "analysis", "strict": True, "schema": schema_of(db, scope, INPUTS[scope]),
    }  # fmt: skip


def test_each_kind_of_scope_has_its_instructions(db):
    said = {request(db, scope, given)["messages"][0]["content"] for scope, given in INPUTS.items()}
    assert len(said) == 3
    assert all(text.isascii() and len(text) < 3000 for text in said)


def test_the_settings_are_followed(db):
    for name, value in [
        ("ai_model", "some/model-5"), ("ai_temperature", 0), ("ai_max_completion_tokens", 999),
        ("ai_instructions", 'Say "little".\nOr nothing.'),
    ]:  # fmt: skip
        set_setting(db, name, value)
    body = request(db, "global", INPUTS["global"])
    assert (body["model"], body["temperature"], body["max_completion_tokens"]) == (
        "some/model-5", 0, 999,
    )  # fmt: skip
    assert body["messages"][0] == {"role": "system", "content": 'Say "little".\nOr nothing.'}


def test_a_temperature_of_null_is_left_out(db):
    set_setting(db, "ai_temperature", None)
    assert "temperature" not in request(db, "global", INPUTS["global"])


@EVERY_INPUT
def test_the_same_input_makes_the_same_request(db, scope, given):
    other_order = json.loads(json.dumps(given, sort_keys=True))
    assert request(db, scope, given) == request(db, scope, other_order)


@pytest.mark.parametrize("letter", ["m", "é"])
def test_the_largest_input_makes_at_most_40_000_characters(db, letter):
    sizes = [len(json.dumps(request(db, scope, given), ensure_ascii=False))
             for scope, given in widest(letter).items()]  # fmt: skip
    assert 30_000 < max(sizes) <= 40_000


# ---------------------------------------------------------------- the schema


def parts(schema: dict) -> Iterator[dict]:
    """Every schema in it, itself first."""
    yield schema
    for inner in [*schema.get("properties", {}).values(), *schema.get("$defs", {}).values()]:
        yield from parts(inner)
    if "items" in schema:
        yield from parts(schema["items"])


def depth(schema: dict, shared: dict) -> int:
    """How many objects and arrays stand in each other."""
    schema = resolved(schema, shared)
    inner = [*schema.get("properties", {}).values(), *filter(None, [schema.get("items")])]
    return 1 + max((depth(part, shared) for part in inner), default=-1)


@EVERY_INPUT
def test_the_schema_is_what_strict_mode_takes(db, scope, given):
    schema = schema_of(db, scope, given)
    assert schema["type"] == "object"
    for part in parts(schema):
        if "$ref" in part:
            assert set(part) == {"$ref"} and resolved(part, schema["$defs"])
            continue
        assert set(part) <= {"type", "properties", "required", "additionalProperties", "items",
                             "enum", "description", "$defs"}  # fmt: skip
        assert ("$defs" in part) == (part is schema)
        assert part["type"] in ("object", "array", "string", "number")
        if part["type"] == "object":
            assert part["additionalProperties"] is False
            assert sorted(part["required"]) == sorted(part["properties"])
        if "enum" in part:
            assert part["enum"] and len(set(part["enum"])) == len(part["enum"])


@EVERY_INPUT
def test_the_schema_keeps_within_openais_limits(db, scope, given):
    """Those of strict mode's beginning, which were the narrowest."""
    schema = schema_of(db, scope, given)
    assert depth(schema, schema["$defs"]) <= 5
    assert sum(len(part.get("properties", {})) for part in parts(schema)) <= 100
    values = [value for part in parts(schema) for value in part.get("enum", [])]
    assert len(values) <= 500
    names = [name for part in parts(schema) for name in part.get("properties", {})]
    assert sum(map(len, [*values, *names, *schema["$defs"]])) <= 15_000


@EVERY_INPUT
def test_the_figures_that_can_be_given_are_figures_of_the_input(db, scope, given):
    schema = schema_of(db, scope, given)
    assert set(schema["properties"]) == KEYS
    for name in schema["$defs"]["figure"]["properties"]["name"]["enum"]:
        assert numbers(at_path(given, name)), name


@pytest.mark.parametrize(
    ("scope", "names"),
    [
        ("global", {"totals.accuracy", "habits.active_days", "modules.word_race.accuracy",
                    "concepts.data analysis.strength"}),
        ("measurement", {"module.accuracy", "habits.trend", "concepts.measurement.questions",
                         "module.conditions.accuracy.percent.needed"}),
        ("cross_module", {"totals.minutes", "pairs.addition_facts>measurement.lift",
                          "bridge_concepts.addition.accuracy", "modules.word_race.questions"}),
    ],
)  # fmt: skip
def test_what_has_no_figure_is_not_offered(db, scope, names):
    offered = set(
        schema_of(db, scope, INPUTS[scope])["$defs"]["figure"]["properties"]["name"]["enum"]
    )
    assert names - offered == names & {"habits.trend"}
    assert ("habits.seconds_per_question" in offered) == (scope == "global")


def test_two_figures_of_one_path_are_not_offered(db):
    twice = [{"name": "score", "value": n, "needed": 80, "holds": False} for n in (40, 50)]
    given = MODULE | {
        "module": {"accuracy": 0.5, "conditions": [*twice, {"name": "n", "value": 1}]}
    }
    offered = schema_of(db, "measurement", given)["$defs"]["figure"]["properties"]["name"]["enum"]
    assert {name for name in offered if name.startswith("module.")} == {
        "module.accuracy", "module.conditions.n.value",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("scope", "modules", "names"),
    [
        (
            "global",
            {"addition_facts", "measurement", "math_rush_addition", "word_race"},
            {"addition", "speed", "measurement", "data analysis", "word_race"},
        ),
        ("measurement", {"measurement"}, {"measurement", "data analysis"}),
        (
            "cross_module",
            {"addition_facts", "measurement", "math_rush_addition", "word_race",
             "fractions_puzzle"},
            {"addition_facts", "measurement", "math_rush_addition", "word_race", "addition",
             "addition_facts>measurement", "measurement>addition_facts"},
        ),
    ],
)  # fmt: skip
def test_the_names_that_can_be_given(db, scope, modules, names):
    shared = schema_of(db, scope, INPUTS[scope])["$defs"]
    assert set(shared["module"]["enum"]) == modules
    assert set(shared["name"]["enum"]) == names
