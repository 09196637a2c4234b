"""hg__ai_verdict on random responses: it never raises, takes what is good and nothing else."""

import json
import re
from decimal import ROUND_HALF_UP, Decimal

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from .answers import (
    FIGURES,
    FINDINGS,
    GLOBAL,
    INPUTS,
    NAMES,
    answer,
    at_path,
    breaks_storage,
    changed,
    numbers,
    problem,
    resolved,
    response,
    schema_of,
    shares,
    verdict,
)

PROPERTY = settings(
    max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
MANY = settings(PROPERTY, max_examples=400)

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
KEYWORDS = st.sampled_from(
    ["choices", "message", "content", "refusal", "finish_reason", "usage", "prompt_tokens", "model",
     "error", "stop", "learning_patterns", "summary", "figures", "name", "value", "strengths",
     "totals.accuracy", "addition", "measurement", "{}", "[]", "0", '{"strengths": []}']
)  # fmt: skip
LEAF = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT | KEYWORDS
)  # fmt: skip
ANY_JSON = st.recursive(
    LEAF,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT | KEYWORDS, inner, max_size=5),
    max_leaves=12,
)


def places(value, path=()):
    """The paths of everything in a JSON value."""
    yield path
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(item, (*path, key))


def replaced(value, path, new):
    """A copy with another value at a path."""
    if not path:
        return new
    copied = value.copy()
    copied[path[0]] = replaced(value[path[0]], path[1:], new)
    return copied


def check_sound(db, scope, body):
    """It did not raise, and what it let through, or said, keeps its form."""
    made = verdict(db, scope, INPUTS[scope], body)
    if made["problem"] is None:
        assert breaks_storage(made["answer"]) is None
    else:
        assert made["answer"] is None
        assert re.match(
            "(refusal|truncated|invalid_json|schema|number|name|text|response): ", made["problem"]
        )
        assert len(made["problem"]) < 500
    return made


@MANY
@given(scope=st.sampled_from(list(INPUTS)), body=ANY_JSON)
def test_nothing_that_is_handed_in_makes_it_raise(db, scope, body):
    assert check_sound(db, scope, body)["problem"] is not None


@MANY
@given(data=st.data(), scope=st.sampled_from(list(INPUTS)), new=ANY_JSON)
def test_nothing_in_any_place_of_a_response_makes_it_raise(db, data, scope, new):
    body = response(answer(scope))
    path = data.draw(st.sampled_from(list(places(body))))
    check_sound(db, scope, replaced(body, path, new))


@MANY
@given(data=st.data(), scope=st.sampled_from(list(INPUTS)), new=ANY_JSON)
def test_nothing_in_any_place_of_an_answer_makes_it_raise(db, data, scope, new):
    content = answer(scope)
    path = data.draw(st.sampled_from(list(places(content))))
    check_sound(db, scope, response(replaced(content, path, new)))


@MANY
@given(
    scope=st.sampled_from(list(INPUTS)), content=TEXT | st.text(st.sampled_from('{}[]":,\\u0d8\n'))
)
def test_no_content_makes_it_raise(db, scope, content):
    body = response("")
    body["choices"][0]["message"]["content"] = content.replace("\0", "")
    assert check_sound(db, scope, body)["problem"] is not None


WORDS = ["Good", "work", "in", "the", "evening", "goes", "on", "well", "with", "short", "runs"]


def forms(given):
    """The ways a text may write the numbers of an input."""
    plain = {str(abs(number)) for number in numbers(given)}
    percents = {f"{abs(share * 100):f}%" for share in shares(given)}
    return sorted(plain | percents)


@st.composite
def sentences(draw, given, names, longest):
    """A text of words, names and numbers of the input."""
    said = draw(st.lists(
        st.sampled_from(WORDS) | st.sampled_from(names) | st.sampled_from(forms(given)),
        min_size=1, max_size=30,
    ))  # fmt: skip
    while len(" ".join(said)) >= longest:
        said.pop()
    return " ".join(said or ["Good"]) + "."


@st.composite
def generated(draw, given, schema, most, shared, key=""):
    """A value that keeps a schema, its figures those of the input."""
    schema = resolved(schema, shared)
    kind = schema["type"]
    if kind == "object":
        made = {
            name: draw(generated(given, part, most, shared, name))
            for name, part in schema["properties"].items()
        }
        if set(made) == {"name", "value"}:
            figure = Decimal(str(at_path(given, made["name"])))
            as_percent = draw(st.booleans()) and made["name"].rpartition(".")[2] in (
                "accuracy", "success_rate", "morning", "lift",
            )  # fmt: skip
            made["value"] = float(figure * 100) if as_percent else float(figure)
        return made
    if kind == "array":
        limit = most["figures" if key == "figures" else "entries"]
        unique = str if key in ("strengths", "weaknesses") else None
        item = generated(given, schema["items"], most, shared, key)
        return draw(st.lists(item, max_size=limit, unique_by=unique))
    if "enum" in schema:
        return draw(st.sampled_from(schema["enum"]))
    if kind == "number":
        return 0
    names = shared["name"]["enum"] + shared["module"]["enum"]
    return draw(sentences(given, names, most["summary" if key == "summary" else "text"]))


def good_answer(data, db, scope):
    """One of the answers that have to be taken."""
    schema = schema_of(db, scope, INPUTS[scope])
    keys = ("figures", "entries", "summary", "text")
    most = dict(
        zip(keys, (6, 3, 240, 160) if scope == "measurement" else (10, 5, 400, 160), strict=True)
    )
    made = data.draw(generated(INPUTS[scope], schema, most, schema["$defs"]))
    made["weaknesses"] = [name for name in made["weaknesses"] if name not in made["strengths"]]
    return made


@PROPERTY
@given(data=st.data(), scope=st.sampled_from(list(INPUTS)))
def test_every_answer_of_the_schema_with_the_inputs_figures_is_taken(db, data, scope):
    made = check_sound(db, scope, response(good_answer(data, db, scope)))
    assert made["problem"] is None


@PROPERTY
@given(
    data=st.data(),
    scope=st.sampled_from(list(INPUTS)),
    number=st.decimals(min_value=0, max_value=10**6, places=4) | st.integers(0, 2000).map(Decimal),
)
def test_one_invented_number_is_enough(db, data, scope, number):
    given_ = INPUTS[scope]
    percents = {share * 100 for share in shares(given_)}
    # A percent may be told as a whole one: 22.22 % as 22 %.
    whole = {percent.quantize(Decimal(1), ROUND_HALF_UP) for percent in percents}
    taken = numbers(given_) | percents | whole
    taken |= {Decimal("0.552083"), Decimal("0.85")}  # the percents of a condition, as shares
    if any(number == abs(other) for other in taken):
        return
    content = good_answer(data, db, scope)
    key = data.draw(st.sampled_from(FINDINGS))
    text = f"There are {number:f} of them."
    refused = problem(db, changed(content, f"{key}.summary", text), scope)
    assert refused.startswith(f"number: {key}.summary")


@PROPERTY
@given(
    data=st.data(),
    scope=st.sampled_from(list(INPUTS)),
    by=st.decimals(min_value="0.0001", max_value=1000, places=4),
    down=st.booleans(),
)
def test_one_changed_figure_is_enough(db, data, scope, by, down):
    content = good_answer(data, db, scope)
    key = data.draw(st.sampled_from(FINDINGS))
    name, figure = FIGURES[scope][:2]
    figures = content[key]["figures"] or [{"name": name, "value": figure}]
    place = data.draw(st.integers(0, len(figures) - 1))
    old = Decimal(str(at_path(INPUTS[scope], figures[place]["name"])))
    new = Decimal(str(figures[place]["value"])) + (-by if down else by)
    if new in (old, old * 100, old / 100):
        return
    figures[place] = {"name": figures[place]["name"], "value": float(new)}
    refused = problem(db, changed(content, f"{key}.figures", figures), scope)
    assert refused.startswith(f"number: {key}.figures[{place}].value is ")


@PROPERTY
@given(
    data=st.data(),
    scope=st.sampled_from(list(INPUTS)),
    name=TEXT
    | st.sampled_from(
        ["algebra", "Addition", "addition ", "decimals", "", "chess", "modules.addition_facts"]
    ),
)
def test_one_changed_name_is_enough(db, data, scope, name):
    defined = schema_of(db, scope, INPUTS[scope])["$defs"].values()
    assume(not any(name in part.get("enum", ()) for part in defined))
    content = good_answer(data, db, scope)
    path = data.draw(st.sampled_from(
        [place for place in places(content) if place[-1:] in (("name",), ("module",))
         or (len(place) == 2 and place[0] in ("strengths", "weaknesses"))] or [("strengths", 0)]
    ))  # fmt: skip
    content["strengths"] = content["strengths"] or [NAMES[scope][0]]
    content["weaknesses"] = [n for n in content["weaknesses"] if n not in content["strengths"]]
    if path[0] == "weaknesses" and len(content["weaknesses"]) <= path[1]:
        path = ("strengths", 0)
    refused = problem(db, replaced(content, path, name), scope)
    assert refused.startswith("name: ")


@PROPERTY
@given(
    data=st.data(), scope=st.sampled_from(list(INPUTS)), mark=st.sampled_from("<>`*#|\n\t\u200b€")
)
def test_one_mark_is_enough(db, data, scope, mark):
    content = good_answer(data, db, scope)
    paths = [path for path in places(content) if path[-1:] in (
        ("summary",), ("text",), ("activity",), ("reason",))]  # fmt: skip
    path = data.draw(st.sampled_from(paths))
    text = f"Good {mark} work."
    assert problem(db, replaced(content, path, text), scope).startswith("text: ")


def test_it_says_the_same_each_time(db):
    bad = answer("global", strengths=["x"], weaknesses=["y"])
    bad["learning_patterns"]["summary"] = "1 < 77"
    found = {
        db.execute(
            "SELECT (hg__ai_verdict('global', %s, %s)).o_problem",
            [Jsonb(json.loads(json.dumps(GLOBAL, sort_keys=order))), Jsonb(response(bad))],
        ).fetchone()[0]
        for order in (True, False)
    }
    assert found == {'name: strengths[0]: "x" is none of those the input has'}
