"""hg__ai_verdict: which of OpenAI's answers may reach a document, and why the others may not."""

import json

import pytest
from psycopg.types.json import Jsonb

from tests.record.support import Learner

from .answers import (
    FINDINGS,
    GLOBAL,
    INPUTS,
    MODULE,
    READ,
    answer,
    at_path,
    breaks_storage,
    changed,
    problem,
    response,
    schema_of,
    verdict,
    widest,
)

SCOPES = pytest.mark.parametrize("scope", list(INPUTS))


# ---------------------------------------------------------------- good answers


def test_a_good_answer_is_stored_like_one_of_the_rules(db):
    made = verdict(db, "global", GLOBAL, response(answer("global")))
    assert made == {
        "problem": None,
        **READ,
        "answer": {
            "learning_patterns": {
                "summary": "Steady work in addition, with 83.30% in the last weeks.",
                "figures": {"totals.accuracy": 0.833},
            },
            "engagement_analysis": {
                "summary": "There were 9 sessions, some of them short.",
                "figures": {"habits.sessions": 9},
            },
            "strengths": ["addition"],
            "weaknesses": ["measurement"],
            "areas_for_improvement": ["measurement: Accuracy is 55.21% in 96 questions."],
            "suggested_activities": [
                "measurement: Play a short run. Reason: 53 of 96 answers were correct."
            ],
        },
    }


@SCOPES
def test_every_scope_has_good_answers(db, scope):
    assert problem(db, answer(scope), scope) is None


def test_an_answer_may_have_nothing_to_list(db):
    bare = answer("global", strengths=[], weaknesses=[], areas_for_improvement=[],
                  suggested_activities=[])  # fmt: skip
    for key in FINDINGS:
        bare[key]["figures"] = []
    made = verdict(db, "global", GLOBAL, response(bare))["answer"]
    assert breaks_storage(made) is None
    assert [made[key] for key in ("strengths", "areas_for_improvement")] == [[], []]
    assert made["learning_patterns"]["figures"] == {}


@pytest.mark.parametrize(
    ("scope", "name", "value", "stored"),
    [
        ("global", "totals.accuracy", 0.833, 0.833),
        ("global", "totals.accuracy", 83.3, 0.833),
        ("global", "habits.night", 0, 0),
        ("global", "habits.afternoon", 77.78, 0.7778),
        ("global", "concepts.data analysis.accuracy", 55.21, 0.5521),
        ("global", "modules.word_race.accuracy", 100, 1),
        ("measurement", "module.conditions.accuracy.percent.value", 0.552083, 55.2083),
        ("measurement", "module.conditions.accuracy.percent.needed", 85, 85),
        ("measurement", "module.grade_level", 2, 2),
        ("cross_module", "pairs.measurement>addition_facts.lift", -3.01, -0.0301),
    ],
)  # fmt: skip
def test_a_figure_may_be_a_share_or_its_percent_and_is_stored_as_the_input_has_it(
    db, scope, name, value, stored
):
    content = changed(
        answer(scope), "engagement_analysis.figures", [{"name": name, "value": value}]
    )
    made = verdict(db, scope, INPUTS[scope], response(content))
    assert made["problem"] is None
    assert made["answer"]["engagement_analysis"]["figures"] == {name: stored}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("totals.accuracy", 0.8331), ("totals.accuracy", 83), ("totals.accuracy", 8.33),
        ("totals.accuracy", 467), ("totals.sessions", 4100), ("totals.sessions", 0.41),
        ("totals.sessions", -41), ("habits.questions_per_session", 1133.33),
        ("habits.night", 1e-300), ("concepts.speed.strength", 0.74),
        ("concepts.speed.strength", 7400),
    ],
)  # fmt: skip
def test_any_other_figure_is_refused(db, name, value):
    content = changed(answer("global"), "learning_patterns.figures.0",
                      {"name": name, "value": value})  # fmt: skip
    assert problem(db, content).startswith("number: learning_patterns.figures[0].value is ")


# ---------------------------------------------------------------- responses without an answer

MESSAGE = "choices.0.message"
FINISH = "choices.0.finish_reason"
BODIES = [
    (f"{MESSAGE}.refusal", "I cannot help with that.", 'refusal: "I cannot help with that."'),
    (f"{MESSAGE}.refusal", "no\n" * 500, "refusal: "),
    (FINISH, "length", "truncated: finish_reason length"),
    (FINISH, "content_filter", "refusal: finish_reason content_filter"),
    (FINISH, "tool_calls", 'response: finish_reason "tool_calls"'),
    (FINISH, None, "response: finish_reason is missing"),
    (FINISH, {"stop": 1}, "response: finish_reason "),
    (f"{MESSAGE}.content", None, "response: there is no content"),
    (f"{MESSAGE}.content", "", "response: there is no content"),
    (f"{MESSAGE}.content", answer("global"), "response: there is no content"),
    (f"{MESSAGE}.content", "x" * 20_001, "response: the content has 20001 characters"),
    (MESSAGE, "hello", "response: there is no message"),
    ("choices", [], "response: there is no message"),
    ("choices", None, "response: there is no message"),
    ("choices", "stop", "response: there is no message"),
    ("error", {"message": "rate limit", "code": 429}, 'response: an error, "rate limit"'),
    ("error", "broken", 'response: an error, "broken"'),
    ("error", [], "response: an error, "),
]


@pytest.mark.parametrize(("path", "new", "prefix"), BODIES)
def test_a_response_without_an_answer_costs_all_the_same(db, path, new, prefix):
    made = verdict(db, "global", GLOBAL, changed(response(answer("global")), path, new))
    assert made.pop("problem").startswith(prefix)
    assert made == {"answer": None, **READ}


@pytest.mark.parametrize("body", [None, 5, "x", [], {}, True, [response(answer("global"))]])
def test_what_is_no_response_at_all(db, body):
    assert verdict(db, "global", GLOBAL, body) == {
        "problem": "response: there is no message", **dict.fromkeys(["answer", *READ]),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("usage", "tokens"),
    [
        ({"prompt_tokens": 0, "completion_tokens": 2**31 - 1}, (0, 2**31 - 1)),
        ({"prompt_tokens": 7.0, "completion_tokens": "7"}, (7, None)),
        ({"prompt_tokens": -1, "completion_tokens": 2**31}, (None, None)),
        ({"prompt_tokens": 0.5, "completion_tokens": 10**300}, (None, None)),
        ({"prompt_tokens": None, "completion_tokens": [1]}, (None, None)),
        ([], (None, None)), (None, (None, None)), ("many", (None, None)),
    ],
)  # fmt: skip
def test_tokens_are_read_where_they_are_counts(db, usage, tokens):
    made = verdict(db, "global", GLOBAL, response(answer("global"), usage=usage))
    assert (made["prompt_tokens"], made["completion_tokens"]) == tokens
    assert made["problem"] is None


@pytest.mark.parametrize(
    ("model", "read"),
    [
        ("gpt-4o-mini", "gpt-4o-mini"), ("ft:gpt-4o:org::a_b/c@1", "ft:gpt-4o:org::a_b/c@1"),
        ("m" * 100, "m" * 100), ("m" * 101, None), ("", None), ("a b", None), ("a\n", None),
        ("<b>", None), (5, "5"), (None, None), ({}, None),
    ],
)  # fmt: skip
def test_the_model_is_read_where_it_is_a_plain_name(db, model, read):
    assert verdict(db, "global", GLOBAL, response("", model=model))["model"] == read


@pytest.mark.parametrize(
    "content",
    [
        "Sure! Here is it: {}", "{", "{'a': 1}", '{"a": NaN}', '{"a": 1,}', "",
        "```json\n{}\n```", '"\\u0000"', '"\\ud800"', '"\\udc00\\ud800"', '"\\x"',
        '{"a": 1e9999999}', '{"a": "\t"}', "[" * 20_000, '{"a":' * 4_000, " ", "\ufeff{}",
    ],
)  # fmt: skip
def test_content_that_is_no_json(db, content):
    wanted = "response: there is no content" if content == "" else "invalid_json: "
    assert problem(db, content).startswith(wanted)


def test_json_cut_off_anywhere_is_refused(db):
    text = json.dumps(answer("global"))
    for length in range(0, len(text), 7):
        assert problem(db, text[:length]).startswith(("invalid_json: ", "response: "))


# ---------------------------------------------------------------- the schema

AREA = {"module": "measurement", "text": "Practise more."}
STEP = {"module": "measurement", "activity": "Play on.", "reason": "There is little practice."}
SHAPES = [
    ("strengths", "addition", "schema: strengths must be of type array"),
    ("strengths", None, "schema: strengths must be of type array"),
    ("strengths", [5], "schema: strengths[0] must be of type string"),
    ("strengths", [["addition"]], "schema: strengths[0] must be of type string"),
    ("learning_patterns", [], "schema: learning_patterns must be of type object"),
    ("learning_patterns", {}, "schema: learning_patterns.figures is missing"),
    ("learning_patterns.summary", 5, "schema: learning_patterns.summary must be of type string"),
    ("learning_patterns.summary", None, "schema: learning_patterns.summary must be of type string"),
    ("learning_patterns.more", 1, 'schema: learning_patterns has the unknown key "more"'),
    ("engagement_analysis.figures", {}, "schema: engagement_analysis.figures must be of type"),
    ("engagement_analysis.figures.0.value", "9", "schema: engagement_analysis.figures[0].value"),
    ("engagement_analysis.figures.0.value", None, "schema: engagement_analysis.figures[0].value"),
    ("engagement_analysis.figures.0", {"name": "totals.sessions"}, "schema: engagement_analysis."),
    ("areas_for_improvement", ["Practise."], "schema: areas_for_improvement[0] must be of type"),
    ("areas_for_improvement", [AREA, {}], "schema: areas_for_improvement[1].text is missing"),
    ("suggested_activities.0.steps", [], 'schema: suggested_activities[0] has the unknown key "st'),
    ("analysis_date", "2026-11-22", 'schema: $ has the unknown key "analysis_date"'),
    ("source", "openai", 'schema: $ has the unknown key "source"'),
    ("strengths", ["addition", "speed"] * 3, "schema: strengths has 6 entries, at most 5"),
    ("areas_for_improvement", [AREA] * 6, "schema: areas_for_improvement has 6 entries, at most 5"),
    ("suggested_activities", [STEP] * 6, "schema: suggested_activities has 6 entries, at most 5"),
    ("learning_patterns.figures", [{"name": "totals.sessions", "value": 41}] * 11,
     "schema: learning_patterns.figures has 11 entries, at most 10 are allowed"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "new", "prefix"), SHAPES)
def test_an_answer_of_another_shape(db, path, new, prefix):
    assert problem(db, changed(answer("global"), path, new)).startswith(prefix)


@pytest.mark.parametrize("key", sorted(answer("global")))
def test_every_key_is_needed(db, key):
    content = answer("global")
    del content[key]
    assert problem(db, content) == f"schema: {key} is missing"


@pytest.mark.parametrize("content", [None, [], "x", 5, True, [answer("global")]])
def test_an_answer_that_is_no_object(db, content):
    assert problem(db, json.dumps(content)) == "schema: $ must be of type object"


def test_a_module_gets_less_room(db):
    figures = [{"name": "habits.sessions", "value": 9}] * 7
    for path, new, prefix in [
        ("learning_patterns.figures", figures, "schema: learning_patterns.figures has 7 entries"),
        ("areas_for_improvement", [AREA] * 4, "schema: areas_for_improvement has 4 entries"),
        ("learning_patterns.summary", "so " * 81, "text: learning_patterns.summary has 243"),
    ]:
        content = changed(answer("measurement"), path, new)
        assert problem(db, content, "measurement").startswith(prefix)


# ---------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("path", "new", "prefix"),
    [
        ("strengths.0", "algebra", 'name: strengths[0]: "algebra" is none of those'),
        ("strengths.0", "Addition", "name: strengths[0]: "),
        ("weaknesses.0", "addition_facts", "name: weaknesses[0]: "),
        ("weaknesses", ["addition"], 'name: weaknesses[0]: "addition" stands there already'),
        ("strengths", ["speed", "speed"], 'name: strengths[1]: "speed" stands there already'),
        ("areas_for_improvement.0.module", "chess", "name: areas_for_improvement[0].module: "),
        ("suggested_activities.0.module", "algebra", "name: suggested_activities[0].module: "),
        ("learning_patterns.figures.0.name", "totals", "name: learning_patterns.figures[0].name"),
        ("learning_patterns.figures.0.name", "habits.trend", "name: learning_patterns.figures[0]"),
    ],
)
def test_a_name_that_the_input_does_not_have(db, path, new, prefix):
    assert problem(db, changed(answer("global"), path, new)).startswith(prefix)


# ---------------------------------------------------------------- what a problem says


@pytest.mark.parametrize("length", [1, 250, 15_000])
def test_a_problem_quotes_at_most_200_characters(db, length):
    letters = "q" * length
    bodies = [
        response(letters),
        response(changed(answer("global"), "strengths.0", letters)),
        response(changed(answer("global"), f"x{letters}", 1)),
        response(changed(answer("global"), "learning_patterns.summary", letters[:300] + "_")),
        response(changed(answer("global"), "learning_patterns.summary", "7" * min(length, 390))),
        response(
            changed(
                answer("global"), "learning_patterns.figures.0.value", 10 ** min(length, 4000) - 1
            )
        ),
        response(changed(answer("global"), "learning_patterns.figures.0.name", letters)),
        changed(response(""), f"{MESSAGE}.refusal", letters),
        changed(response(""), FINISH, letters),
        changed(response(""), "error", {"message": letters}),
    ]
    for body in bodies:
        found = verdict(db, "global", GLOBAL, body)["problem"]
        assert found is not None
        assert found.count("q") + found.count("9") + found.count("7") <= 205 and len(found) < 300, (
            found
        )


def test_a_problem_is_one_line(db):
    odd = "a\nb\x1b\x00c"
    for path in ["strengths.0", "learning_patterns.summary", "areas_for_improvement.0.module"]:
        found = problem(db, changed(answer("global"), path, odd.replace("\x00", "")))
        assert found.isprintable()
    refusal = changed(response(""), f"{MESSAGE}.refusal", odd.replace("\x00", ""))
    assert verdict(db, "global", GLOBAL, refusal)["problem"].isprintable()


# ---------------------------------------------------------------- room in the document


def largest(schema, metrics, scope):
    """An answer of which everything is as long as it may be."""
    figures = schema["$defs"]["figure"]["properties"]["name"]["enum"]
    figures = sorted(figures, key=len, reverse=True)
    names = [schema["$defs"][key]["enum"] for key in ("name", "module")]
    most, entries, longest = (10, 5, 400) if scope in ("global", "cross_module") else (6, 3, 240)
    finding = {
        "summary": "e" * longest,
        "figures": [{"name": name, "value": at_path(metrics, name)} for name in figures[:most]],
    }
    module, name = (max(listed, key=len) for listed in reversed(names))
    area = {"module": module, "text": "e" * 160}
    step = {"module": module, "activity": "e" * 160, "reason": "e" * 160}
    return {
        "learning_patterns": finding, "engagement_analysis": finding,
        "strengths": [name], "weaknesses": names[0][:entries],
        "areas_for_improvement": [area] * entries, "suggested_activities": [step] * entries,
    } | ({"weaknesses": []} if name in names[0][:entries] else {})  # fmt: skip


def test_the_largest_answers_about_all_modules_fit_into_a_document(db):
    """64 kB hold one for each of the 14 modules, the global one and the one across modules."""
    document = Learner(db).document
    inputs = INPUTS | {
        module: MODULE
        | {
            "scope": module,
            "concepts": dict.fromkeys(
                filter(None, block["progress"]["concepts"].split(", ")), GLOBAL["concepts"]["speed"]
            )
            or {module: GLOBAL["concepts"]["speed"]},
        }
        for module, block in document["modules"].items()
    }
    assert len(inputs) == 16
    for scope, metrics in inputs.items():
        content = largest(schema_of(db, scope, metrics), metrics, scope)
        made = verdict(db, scope, metrics, response(content))
        assert made["problem"] is None
        section = document["ai_analytics"] | made["answer"]
        if scope == "global":
            document["ai_analytics"] = section
        elif scope == "cross_module":
            document["cross_module_analytics"]["ai_analytics"] = section
        else:
            document["modules"][scope]["ai_analytics"] = section
    assert len(json.dumps(document)) > 50_000
    assert db.execute("SELECT hg__document_problem(%s)", [Jsonb(document)]).fetchone()[0] is None


def test_the_largest_answers_about_the_largest_inputs_are_read(db):
    for scope, metrics in widest().items():
        content = largest(schema_of(db, scope, metrics), metrics, scope)
        assert verdict(db, scope, metrics, response(content))["problem"] is None


def test_what_the_rules_say_would_be_taken(db):
    """An answer in the words of hg__ai_by_rules, to the input they had."""
    learner = Learner(db, "4")
    for number in range(8):
        module = ("fractions_puzzle", "ratios_proportions", "word_race")[number % 3]
        learner.run(module, 10, 10 - number, 70 + number, at=learner.ago(hours=9 * (20 - number)))
    for scope in ("global", "cross_module", "ratios_proportions"):
        metrics, ruled = db.execute(
            "SELECT m.metrics, hg__ai_by_rules(%(scope)s, m.metrics) FROM users AS u"
            " CROSS JOIN LATERAL hg__ai_metrics(u.id, %(scope)s, u.hidden_grade_asset)"
            " AS m (metrics) WHERE u.id = %(id)s",
            {"scope": scope, "id": learner.id},
        ).fetchone()
        module = schema_of(db, scope, metrics)["$defs"]["module"]["enum"][0]
        content = {
            key: {
                "summary": ruled[key]["summary"],
                "figures": [
                    {"name": name, "value": figure}
                    for name, figure in ruled[key]["figures"].items()
                ],
            }
            for key in FINDINGS
        } | {
            "strengths": ruled["strengths"],
            "weaknesses": ruled["weaknesses"],
            "areas_for_improvement": [
                {"module": module, "text": text} for text in ruled["areas_for_improvement"]
            ],
            "suggested_activities": [
                {"module": module, "activity": "Practise.", "reason": text}
                for text in ruled["suggested_activities"]
            ],
        }
        made = verdict(db, scope, metrics, response(content))
        assert made["problem"] is None
        assert made["answer"]["learning_patterns"] == ruled["learning_patterns"]
        assert made["answer"]["engagement_analysis"] == ruled["engagement_analysis"]
        assert made["answer"].keys() == ruled.keys()
