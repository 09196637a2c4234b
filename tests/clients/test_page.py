"""docs/clients.md shows the examples as they are."""

import json

import pytest

from tests.clients.conftest import CLIENTS
from tests.clients.test_clients import SAID
from tests.docs.pages import FENCE, links
from tests.support.database import ROOT

PAGE = ROOT / "docs" / "clients.md"
FILES = [
    path for path in sorted(CLIENTS.iterdir())
    if path.is_file() and path.suffix not in (".json", "")
]  # fmt: skip
SHOWN = [fence[2] for fence in FENCE.finditer(PAGE.read_text("utf-8"))]
CODE = [
    fence[2] for fence in FENCE.finditer(PAGE.read_text("utf-8"))
    if fence[1] in ("python", "js", "ts")
]  # fmt: skip


@pytest.mark.parametrize("code", CODE, ids=range(len(CODE)))
def test_code_is_that_of_a_file(code: str) -> None:
    assert any(code in path.read_text("utf-8") for path in FILES)


def test_every_file_is_linked() -> None:
    linked = {(PAGE.parent / link).resolve() for link in links(PAGE)}
    assert set(FILES) <= linked


def test_the_run_that_is_shown_is_the_one_that_is_tested() -> None:
    run = next(block for block in SHOWN if "with_psycopg.py" in block)
    said = [json.loads(line) for line in run.splitlines() if line.startswith("{")]
    assert said == SAID
