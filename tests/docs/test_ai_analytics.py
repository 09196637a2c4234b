"""The page about analyses: its tables are whole, its costs add up, its facts have their tests."""

import json
import re

import psycopg
import pytest
from psycopg import sql

from examples import openai_worker
from tests.docs.pages import ROOT, table_rows

PAGE = ROOT / "docs" / "ai-analytics.md"
TEST = re.compile(r"(tests/[\w/]+\.py)::(test_\w+)")


def column(heading: str, place: int = 0) -> list[str]:
    return [row[place] for row in table_rows(PAGE, heading)]


def test_every_setting_is_listed(db: psycopg.Connection) -> None:
    shown = {row[0]: json.loads(row[1]) for row in table_rows(PAGE, "Settings")}
    known = db.execute("SELECT s.name, s.value FROM hg_settings AS s WHERE s.name ~ '^ai_'")
    assert shown == dict(known.fetchall())


def test_every_state_is_listed(db: psycopg.Connection) -> None:
    (known,) = db.execute("SELECT enum_range(NULL::hg_ai_job_state)::text[]").fetchone()
    assert column("States") == known


def test_every_problem_is_listed() -> None:
    folder = ROOT / "functions" / "ai"
    sources = [*folder.glob("hg__ai_check_*.sql"), *folder.glob("hg__ai_verdict*.sql")]
    text = "\n".join(path.read_text("utf-8") for path in sources)
    # What an answer is refused with: a word, a colon, and what about it.
    assert set(re.findall(r"(?<!')'([a-z_]+): ", text)) == set(column("Answers"))


def test_every_option_of_the_worker_is_listed(capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit):
        openai_worker.read_options(["--help"])
    known = set(re.findall(r"(--[a-z]+)", capsys.readouterr().out)) - {"--help"}
    listed = dict(zip(column("Options"), column("Options", 1), strict=True))
    assert listed.keys() == known
    options = openai_worker.read_options([])
    for name, shown in listed.items():
        value = getattr(options, name.removeprefix("--"))
        if isinstance(value, float | int) and not isinstance(value, bool):
            assert float(shown) == value, name


def test_every_variable_of_the_worker_is_listed() -> None:
    source = (ROOT / "examples" / "openai_worker.py").read_text("utf-8")
    assert set(column("Variables")) == set(re.findall(r'environ\.get\("(\w+)"\)', source))


def test_every_fact_about_privacy_has_its_tests() -> None:
    facts = list(table_rows(PAGE, "Privacy"))
    assert len(facts) > 8
    for fact, proofs in facts:
        named = TEST.findall(proofs)
        assert named, fact
        for file, test in named:
            assert f"\ndef {test}(" in (ROOT / file).read_text("utf-8"), f"{file}::{test}"


def test_columns_of_the_queue_that_are_named_exist(db: psycopg.Connection) -> None:
    section = PAGE.read_text("utf-8").split("## Watching it")[1].split("##")[0]
    query = sql.SQL("SELECT * FROM hg_v_ai_queue")
    known = {column.name for column in db.execute(query).description}
    assert {"pending", "ready", "expired", "dead", "oldest_ready_seconds"} <= known
    named = set(re.findall(r"`(\w+)`", section)) - {"hg_v_ai_queue"}
    assert named <= known
