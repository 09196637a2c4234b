"""Answers to a request: a good one, made from its own schema and figures, and bad ones."""

import copy
import json
from typing import Any

SENTENCE = "The learner works steadily."


def sent_input(request: dict) -> dict:
    """The metrics that the request's last message holds."""
    return json.loads(request["messages"][-1]["content"])


def schema_of(request: dict) -> dict:
    return request["response_format"]["json_schema"]["schema"]


def figure(figures: dict, path: str) -> Any:
    """The value at a path like totals.accuracy."""
    found: Any = figures
    for key in path.split("."):
        found = found[key]
    return found


def filled(schema: dict, figures: dict, shared: dict) -> Any:
    """A value that the schema allows; of an enum the first."""
    schema = shared.get(schema.get("$ref"), schema)
    if "enum" in schema:
        return schema["enum"][0]
    match schema["type"]:
        case "object":
            parts = dict(schema["properties"])
            number = parts.pop("value", None)
            made = {name: filled(part, figures, shared) for name, part in parts.items()}
            return made | ({"value": figure(figures, made["name"])} if number else {})
        case "array":
            return [filled(schema["items"], figures, shared)]
        case "string":
            return SENTENCE
    raise AssertionError(f"no value is known for {schema}")


def good(request: dict) -> dict:
    """An answer in which every figure is the input's; nothing is a strength and a weakness."""
    schema = schema_of(request)
    shared = {f"#/$defs/{name}": part for name, part in schema.get("$defs", {}).items()}
    return filled(schema, sent_input(request), shared) | {"weaknesses": []}


def invented_figure(request: dict) -> dict:
    answer = copy.deepcopy(good(request))
    answer["learning_patterns"]["figures"][0]["value"] += 0.4711
    return answer


def invented_text(request: dict) -> dict:
    return good(request) | {
        "learning_patterns": {"summary": "It takes 4711 attempts.", "figures": []}
    }


def wrong_schema(request: dict) -> dict:
    return good(request) | {"strengths": "all of them"}


def completion(request: dict, content: str | None, **choice: Any) -> dict:
    """A body as the API sends it."""
    refusal = choice.pop("refusal", None)
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1790000000,
        "model": request["model"] + "-2024-07-18",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": content, "refusal": refusal},
                "logprobs": None,
                "finish_reason": "stop",
            }
            | choice
        ],
        "usage": {"prompt_tokens": 900, "completion_tokens": 210, "total_tokens": 1110},
    }
