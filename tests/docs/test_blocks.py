"""Every block of README and docs is run by a test, or stands here with what proves it.

```sql and what it prints: test_pages.py; docs/migrating.md: test_migrating.py; signatures of
docs/api.md: test_reference.py. What is left is Python, which is run here, and what needs another
machine, a key or half an hour.
"""

import re
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tests.docs.pages import PAGES, ROOT, sql_blocks
from tests.support.database import Database
from tests.support.users import numbered

ANY_FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
WALKED = {"migrating.md", "api.md", "reference.md"}
RUN_HERE = {"getting-started.md", "errors.md"}

# Page, how the block begins, and the test that what it says rests on.
PROVEN_ELSEWHERE = {
    ("README.md", "$ make demo"): "tests/demo/test_demo.py",
    ("README.md", "$ make test"): "tests/house/test_make.py",
    ("ai-analytics.md", "$ export DATABASE_URL="): "tests/worker/test_openai_worker.py",
    ("clients.md", "$ export DATABASE_URL="): "tests/clients/test_page.py",
    ("clients.md", "def may_retry("): "tests/clients/test_page.py",
    ("clients.md", "hidden_grade_asset: Mapped"): "tests/clients/test_page.py",
    ("clients.md", "const RETRY"): "tests/clients/test_page.py",
    ("clients.md", "hiddenGradeAsset: jsonb"): "tests/clients/test_page.py",
    ("clients.md", "POST /rpc/record_activity"): "tests/clients/test_page.py",
    ("clients.md", "$ pgbench "): "tests/clients/test_page.py",
    ("operating.md", "$ make migrate"): "tests/house/test_make.py",
    ("operating.md", "school = host=db.internal"): "tests/places/test_pgbouncer.py",
    ("operating.md", "$ make rollback-schema"): "tests/house/test_make.py",
    ("operating.md", "SELECT hg_set_setting('leaderboard_"): "tests/leaderboard/"
    "test_hg_refresh_leaderboard.py",
    ("operating.md", "createdb school"): "tests/reliability/test_dump_restore.py",
    ("operating.md", "SET LOCAL session_replication_role"): "tests/reliability/"
    "test_dump_restore.py",
    ("operating.md", "CREATE ROLE hg_app;"): "tests/reliability/test_logical_replication.py",
    ("operating.md", "installation  OK"): "tests/ops/test_make_status.py",
    ("reports.md", "make demo "): "tests/report/test_make_report.py",
    ("upgrading.md", "psql --no-psqlrc"): "tests/release/test_bundle.py",
    ("upgrading.md", "DO $hg$ DECLARE"): "tests/release/test_bundle.py",
    ("privacy.md", '{"event" : "hg_access"'): "tests/privacy/test_access_log.py",
    ("scaling.md", "CREATE TABLE users ("): "tests/docs/test_scaling.py",
    ("scaling.md", "SET citus.shard_count"): "tests/docs/test_scaling.py",
    ("security.md", "REVOKE CREATE ON SCHEMA"): "tests/read/test_hg_status.py",
}


def blocks(page: Path) -> list[tuple[str, str]]:
    """Language and text of each block that no other test of docs runs."""
    text = page.read_text("utf-8")
    compared = {block.result for block in sql_blocks(page)}
    return [
        (fence[2], fence[3])
        for fence in ANY_FENCE.finditer(text)
        if not (fence[2] == "sql" and not fence[1]) and fence[3] not in compared
    ]


def proof_of(page: Path, text: str) -> str | None:
    return next(
        (
            proof
            for (name, beginning), proof in PROVEN_ELSEWHERE.items()
            if name == page.name and text.lstrip().startswith(beginning)
        ),
        None,
    )


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.name not in WALKED], ids=lambda page: page.name
)
def test_every_block_is_run_or_has_its_proof(page: Path) -> None:
    for language, text in blocks(page):
        if language == "sh" and re.match(r"(\w+=\S+ )?make ", text):
            continue  # that its targets exist: test_reference.py
        if language == "python" and proof_of(page, text) is None:
            compile(text, page.name, "exec")
            assert page.name in RUN_HERE, f"{page.name}: {text[:60]!r} is run by no test"
            continue
        proof = proof_of(page, text)
        assert proof is not None, f"{page.name}: {text[:60]!r} is run by no test"
        assert (ROOT / proof).is_file(), proof


def test_every_proof_is_of_a_block_that_is_there() -> None:
    found = {
        (page.name, beginning)
        for page in PAGES
        for _, text in blocks(page)
        for name, beginning in PROVEN_ELSEWHERE
        if name == page.name and text.lstrip().startswith(beginning)
    }
    assert found == PROVEN_ELSEWHERE.keys()


def python_of(page: str) -> str:
    """The one block of Python on a page."""
    (text,) = [text for language, text in blocks(ROOT / "docs" / page) if language == "python"]
    return text


@numbered
def test_the_first_call_from_python(
    database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    connection = database.connect()
    connection.execute("INSERT INTO users (grade) VALUES ('3')")
    connect, asked = psycopg.connect, []

    def to_the_test(dsn: str) -> psycopg.Connection:
        asked.append(dsn)
        opened = connect(make_conninfo(database.dsn))
        opened.execute("SET ROLE hg_app")
        return opened

    monkeypatch.setattr(psycopg, "connect", to_the_test)
    exec(compile(python_of("getting-started.md"), "getting-started.md", "exec"), {})
    assert asked == ["dbname=school user=docs_game"]
    assert capsys.readouterr().out == "5 1\n"


@numbered
def test_errors_are_told_apart_as_shown(database: Database) -> None:
    connection = database.connect()
    connection.execute("INSERT INTO users (grade) VALUES ('3')")
    code = compile(python_of("errors.md"), "errors.md", "exec")
    told: list[str] = []

    def spend(learner: int) -> None:
        call = [learner, "6a1f7c52-58a5-4c0e-8f57-6b7a3c1d9e10", 500, "a hat"]
        exec(code, {"connection": connection, "call": call, "tell_the_learner": told.append})

    spend(1)
    assert told == ["The balance is 0, the amount 500."]
    with pytest.raises(psycopg.Error) as raised:
        spend(2)
    assert raised.value.sqlstate == "LG404" and len(told) == 1
