"""Every message that a function or a trigger can raise is looked at by some test."""

import re

import pytest

from tests.support.database import ROOT

RAISED = re.compile(r"RAISE(?: EXCEPTION)? '((?:[^']|'')*)'(.*?);", re.DOTALL)
FILES = sorted([*ROOT.glob("functions/**/*.sql"), *ROOT.glob("triggers/**/*.sql")])


def raises() -> list[tuple[str, str, str]]:
    """File, message and the options after it, of every RAISE."""
    return [
        (str(path.relative_to(ROOT)), message.replace("''", "'"), options)
        for path in FILES
        for message, options in RAISED.findall(path.read_text())
    ]


def longest_words(message: str) -> str:
    """What stands between the placeholders, the longest piece of it."""
    return max((piece.strip() for piece in message.split("%")), key=len)


def test_there_are_messages_to_look_for():
    assert len(raises()) >= 10


@pytest.mark.parametrize(("path", "message", "options"), raises())
def test_every_message_is_in_some_test(path, message, options):
    tests = [test.read_text() for test in ROOT.glob("tests/**/test_*.py")]
    assert any(longest_words(message) in text for text in tests), f"{path}: {message}"


@pytest.mark.parametrize(("path", "message", "options"), raises())
def test_every_raise_has_a_code_a_detail_and_a_hint(path, message, options):
    for option in ("ERRCODE = ", "DETAIL = ", "HINT = "):
        assert option in options, f"{path}: {message}"
    assert message[0].islower() or message[0] == "%"
