"""What README and docs show is what happens: every block is run on a fresh installation."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg import sql

from tests.docs.pages import (
    PAGES,
    ROOT,
    Block,
    anchors,
    as_expected,
    links,
    mask,
    run_psql,
    sql_blocks,
)
from tests.support.database import Database
from tests.support.users import numbered

CREATE_ROLE = re.compile(r"^CREATE ROLE (\w+)", re.MULTILINE)


@pytest.fixture
def roles_dropped(database: Database) -> Iterator[None]:
    """Roles are the cluster's, so those that a page makes would stay."""
    names = {
        name
        for page in PAGES
        for block in sql_blocks(page)
        for name in CREATE_ROLE.findall(block.sql)
    }

    def drop() -> None:
        connection = database.connect()
        for name in sorted(names):
            if connection.execute("SELECT to_regrole(%s)", [name]).fetchone()[0] is not None:
                identifier = sql.Identifier(name)
                connection.execute(sql.SQL("DROP OWNED BY {}").format(identifier))
                connection.execute(sql.SQL("DROP ROLE {}").format(identifier))
        connection.close()

    drop()
    yield
    drop()


@numbered
@pytest.mark.parametrize(
    "page",
    # That page begins where nothing is installed: tests/docs/test_migrating.py.
    [page for page in PAGES if page.name != "migrating.md"],
    ids=lambda page: page.name,
)
def test_blocks_print_what_the_page_shows(
    page: Path, database: Database, roles_dropped: None
) -> None:
    for block in sql_blocks(page):
        printed = run_psql(block, database.dsn)
        if block.result is not None:
            expected, actual = as_expected(block, printed)
            assert actual == expected, f"{block} prints\n{printed}"


def test_every_page_has_blocks() -> None:
    without = {page.name for page in PAGES if not sql_blocks(page)}
    assert without == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for link in links(page):
        assert not link.startswith("http"), f"{page.name}: {link}: pages link to the project only"
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.is_relative_to(ROOT) and target.exists(), f"{page.name}: {link}"
        if anchor:
            assert anchor in anchors(target), f"{page.name}: {link}"


def test_readme_links_to_every_page() -> None:
    readme = PAGES[0]
    linked = {(readme.parent / link).resolve() for link in links(readme)}
    assert set(PAGES[1:]) <= linked


def as_block(result: str, is_json: bool) -> Block:
    return Block(PAGES[0], 1, "SELECT 1;", result, is_json)


def test_masking_keeps_everything_else() -> None:
    text = 'at 2026-11-22T09:03:31Z or 2026-11-22 on, "by": "somebody", count 3 \n'
    assert mask(text) == 'at <instant> or <day> on, "by": "<role>", count 3'
    assert mask("0b0f4f0e-51a1-4a53-8f2c-6f0d3c1f9a11") == "<uuid>"


@pytest.mark.parametrize(
    ("shown", "printed", "is_json", "same"),
    [
        (" a\n---\n 1\n", " a \n---\n 1\n\n", False, True),
        (" a\n---\n 1\n", " a \n---\n 2\n\n", False, False),
        ('{"a": 1, "b": 2}', '{"b": 2,\n"a": 1}', True, True),
        ('{"a": 1}', '{"a": 1.5}', True, False),
        ('{"a": null}', "{}", True, False),
    ],
)
def test_a_difference_is_seen(shown: str, printed: str, is_json: bool, same: bool) -> None:
    expected, actual = as_expected(as_block(shown, is_json), printed)
    assert (expected == actual) is same
