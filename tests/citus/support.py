"""What is common to the tests of several machines: the code as text, tables, the way there."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import psycopg

from tests.support.database import ROOT
from tools.citus import run_scripts
from tools.session import use_schema

STAND_IN = Path(__file__).with_name("stand_in.sql")
DISTRIBUTED = {"users", "hg_ledger", "hg_snapshots", "hg_ai_analyses", "hg_ai_jobs", "hg_ai_usage"}
REFERENCE = {"hg_installation", "hg_rule_versions", "hg_rules"}

TABLES_OF = re.compile(r"\b(?:FROM|JOIN|UPDATE|INTO)\s+(users|hg_\w+)\b(?!\s*\()")
TEXT = re.compile(r"'(?:[^']|'')*'")
BODY = re.compile(r"AS (\$\w+\$)(.*)\1", re.DOTALL)


@cache
def code() -> dict[str, str]:
    """The code of each function, comments and grants left out, by its name."""
    files = [*(ROOT / "functions").rglob("*.sql"), *(ROOT / "triggers").glob("*.sql")]
    return {
        path.stem: re.sub(r"--[^\n]*", "", path.read_text("utf-8").split("\nREVOKE ALL")[0])
        for path in files
    }


def calls(name: str, text: str | None = None) -> set[str]:
    """The functions of ours that a function, or a part of its text, calls."""
    found = set(re.findall(r"\b(hg__?\w+)\s*\(", code()[name] if text is None else text))
    return {call for call in found if call in code() and call != name}


@cache
def reached(name: str, *, but: frozenset[str] = frozenset()) -> frozenset[str]:
    """A function and all that it can come to call."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        one = waiting.pop()
        if one not in seen and one not in but:
            seen.add(one)
            waiting.extend(calls(one))
    return frozenset(seen)


def statements(name: str) -> Iterator[str]:
    """The statements of a function, roughly: what stands between the words that part them."""
    body = BODY.search(code()[name])
    text = body[2] if body else code()[name].partition("BEGIN ATOMIC")[2]
    yield from re.split(r";|\bTHEN\b|\bLOOP\b|\bELSE\b", text)


def tables_of(text: str) -> set[str]:
    """The tables that a statement reads or writes; a hint may name others."""
    return set(TABLES_OF.findall(TEXT.sub("''", text)))


def distribute(connection: psycopg.Connection) -> None:
    """What make citus does, in the connection's transaction or one of its own."""
    use_schema(connection, "public")
    run_scripts(connection)


def stand_in(connection: psycopg.Connection) -> None:
    connection.execute(STAND_IN.read_text("utf-8").encode())


def recorded_calls(connection: psycopg.Connection, function: str) -> list[tuple]:
    """(argument, distribution, colocated with) of each call of a function of the stand-in."""
    return connection.execute(
        "SELECT c.argument, c.distribution, c.colocated_with FROM citus_calls AS c "
        "WHERE c.function = %s ORDER BY c.place",
        [function],
    ).fetchall()


def delegated(connection: psycopg.Connection) -> set[str]:
    """The functions that run where their learner is."""
    return {
        argument.partition("(")[0]
        for argument, distribution, _ in recorded_calls(connection, "create_distributed_function")
        if distribution is not None
    }
