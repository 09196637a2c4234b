"""hg__ai_verdict on the texts of answers: they are plain, and each number is one of the input's."""

import pytest

from .answers import GLOBAL, answer, changed, problem, response, verdict


def said(db, text, scope="global"):
    """Why a text is refused as a summary; None: it is not."""
    return problem(db, changed(answer(scope), "learning_patterns.summary", text), scope)


# ---------------------------------------------------------------- texts

PLAIN = [
    "Good.", "Well done; go on: it's fine!", 'So-called "quick" runs (short ones) help.',
    "Addition & measurement, and/or both + more?",
    "Caf\u00e9 work \u2013 \u2018calm\u2019 and \u201csteady\u201d \u2014 goes on\u2026",
    "He practises e.g. in the evening, i.e. late.", "One run a day is enough, once more.",
    "First addition, second measurement.", "Every second question, at 41 sessions.",
]  # fmt: skip
MARKED = [
    "a <b>good</b> run", "<script>", "1 < 2", "**Good**", "`good`", "# Good", "[good](x)", "~good~",
    "good | bad", "https://example.org", "http:good", "see www.example.org", "example.com",
    "mailto:me", "javascript:good()", "me@good", "//good", "good &amp; bad", "&#60;", "&lt;b&gt;",
    "- good", "  + good", "1. good", "good\nbad", "good\tbad", "good\r", "\u0085", "good -- bad",
    "\u200bgood", "go\u00adod", "\u202egood", "\u2028", "good\u00a0bad", "good \U0001f600",
    "хорошо", "好", "g\u043e\u043ed", "\uff11\uff12", "\u0663", "\u00bd", "x\u00b2", "\u2163",
    "good \\ bad", "{good}", "good = bad", "good^", "\u001b[1m", "\x7f", "\ufeffgood", "\U000e0041",
    "$",
]  # fmt: skip


@pytest.mark.parametrize("text", PLAIN)
def test_plain_text_is_taken_as_it_is(db, text):
    content = changed(answer("global"), "learning_patterns.summary", text)
    made = verdict(db, "global", GLOBAL, response(content))
    assert made["problem"] is None
    assert made["answer"]["learning_patterns"]["summary"] == text


@pytest.mark.parametrize("text", MARKED)
def test_text_that_is_not_plain_is_refused(db, text):
    assert said(db, text).startswith("text: learning_patterns.summary ")


@pytest.mark.parametrize(
    ("path", "longest"),
    [
        ("learning_patterns.summary", 400), ("engagement_analysis.summary", 400),
        ("areas_for_improvement.0.text", 160), ("suggested_activities.0.activity", 160),
        ("suggested_activities.0.reason", 160),
    ],
)  # fmt: skip
def test_every_text_has_its_length(db, path, longest):
    for text in ["e" * longest, "é" * longest]:
        assert problem(db, changed(answer("global"), path, text)) is None
    shown = path.replace(".0.", "[0].")
    assert problem(db, changed(answer("global"), path, "é" * longest + "e")) == (
        f"text: {shown} has {longest + 1} characters, at most {longest} are allowed"
    )
    for text in ["", " ", "   "]:
        assert problem(db, changed(answer("global"), path, text)) == f"text: {shown} is empty"
    for text, prefix in [("a\nb", "text: "), ("a_b", "name: "), ("7", "number: ")]:
        assert problem(db, changed(answer("global"), path, text)).startswith(prefix + shown)


# ---------------------------------------------------------------- names in texts


@pytest.mark.parametrize(
    "text",
    [
        "Practise algebra_basics soon.", "The questions_per_session are many.", "addition_fact",
        "More of addition_facts_2.", "_addition_facts_", "Addition __facts__.", "x_",
    ],
)  # fmt: skip
def test_an_identifier_that_is_no_name_of_the_input(db, text):
    assert said(db, text).startswith("name: learning_patterns.summary: ")


@pytest.mark.parametrize(
    "text",
    [
        "More of addition_facts, then word_race.", "Addition_facts goes well.", "(measurement)",
        "In math rush addition, and in data analysis.", "A child in grades 3-5 can do it.",
    ],
)  # fmt: skip
def test_names_of_the_input_may_be_said(db, text):
    assert said(db, text) is None


def test_what_is_said_in_a_name_is_no_claim(db):
    names = {"a_2x": "a_2x", "ten frames": "ten frames", "50 % *off*": "50 % *off*", "ε-δ": "ε-δ"}
    given = GLOBAL | {"concepts": dict.fromkeys(names, GLOBAL["concepts"]["speed"])}
    content = answer("global", strengths=list(names), weaknesses=[])
    content["learning_patterns"]["summary"] = "Good: a_2x, a 2x, ten frames, 50 % *off* and ε-δ."
    assert verdict(db, "global", given, response(content))["problem"] is None
    for text in ["a_2", "2x", "ten", "50 %", "xa_2x", "ten framesets", "ε"]:
        content["learning_patterns"]["summary"] = text
        assert verdict(db, "global", given, response(content))["problem"] is not None, text


def test_pairs_may_be_said_across_modules(db):
    text = "The pair addition_facts>measurement helps, word_race next to nothing."
    assert said(db, text, "cross_module") is None
    text = "The pair measurement>word_race helps."
    assert said(db, text, "cross_module").startswith("text: ")


# ---------------------------------------------------------------- numbers in texts

ALLOWED = [
    "41", "There were 41 sessions.", "467 questions, 389 correct", "0.833", "83.3%", "83.30 %",
    "83.3 percent", "83.3 per cent", "83.3 points", "(83.3%)", "70%", "83%", "83 percent",
    "77.78%", "11.3333", "5.4 seconds", "0 in the evening", "the 9th session", "the 41st",
    "100%", "041.0", "28-day",
    "It rose from 68.33% to 80%, over 28 days.", "68.33-80%", "63 minutes; 3, 6 and 4.", ".833",
]  # fmt: skip
INVENTED = [
    "42", "There were 42 sessions.", "0.8331", "84%", "83.4 %", "83.3.1", "1,041", "41,467",
    "41%", "11.3333%", "0.833%", "41x", "x41", "41th5", "1e1", "0x29", "K41", "-41", "+42",
    "(-41)", "2026", "10:30", "3/5", "389 / 467", "41st3", "1133.33%", "41.0.0", "the 42nd",
    "9.9", ".41", "12 %", "forty-one", "Twelve sessions", "TWENTY", "ten", "two-digit sums",
    "a hundred", "thousands", "three times", "half of them", "a third", "a quarter", "twice",
    "a dozen", "zero", "doubled", "tripled", "a couple of runs", "the fourth", "twentieth",
    "millions", "twofold",
]  # fmt: skip


@pytest.mark.parametrize("text", ALLOWED)
def test_numbers_of_the_input_may_be_said(db, text):
    assert said(db, text) is None


@pytest.mark.parametrize("text", INVENTED)
def test_other_numbers_may_not(db, text):
    assert said(db, text).startswith("number: learning_patterns.summary")


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("lift of -0.0301", True), ("-3.01%", True), ("3.01% lower", True), ("+3.01%", False),
        ("+11.98%", True), ("11.98% higher", True), ("-11.98%", False), ("by +0.1198", True),
        ("\u20133.01%", True), ("a rise (+11.98%)", True), ("8 moves, 6 good: 75%", True),
        ("8 moves, 15 good", False), ("8 moves, 74%", False),
    ],
)  # fmt: skip
def test_a_sign_that_is_written_must_be_the_inputs(db, text, good):
    found = said(db, text, "cross_module")
    assert found is None if good else found.startswith("number: ")


def test_words_with_number_words_in_them_are_words(db):
    for text in ["Often weighty, attentive, sixthly", "someone stone tender network", "tenths"]:
        assert said(db, text) is None, text
