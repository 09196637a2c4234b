"""The site: built strictly, whole, and loading nothing from elsewhere."""

import html
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import psycopg
import pytest

from tests.docs.pages import PAGES, ROOT

PICTURES = ROOT / "docs" / "pictures"
needs_mkdocs = pytest.mark.skipif(
    importlib.util.find_spec("mkdocs") is None or importlib.util.find_spec("material") is None,
    reason="mkdocs-material is not installed",
)


def build(top: Path, site: Path) -> subprocess.CompletedProcess:
    command = [
        "build",
        "--strict",
        "--config-file",
        str(top / "mkdocs.yml"),
        "--site-dir",
        str(site),
    ]
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", *command],
        cwd=top,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the pages as they are."""
    if needs_mkdocs.args[0]:
        pytest.skip(needs_mkdocs.kwargs["reason"])
    folder = tmp_path_factory.mktemp("site")
    done = build(ROOT, folder)
    assert done.returncode == 0, done.stdout
    return folder


def pages(site: Path) -> list[Path]:
    return [path for path in sorted(site.glob("*.html")) if path.name != "404.html"]


def article(page: Path) -> str:
    """What the page itself says, as HTML."""
    return re.search(r"<article.*?</article>", page.read_text("utf-8"), re.DOTALL)[0]


def test_every_page_is_there(site: Path) -> None:
    names = {path.stem for path in pages(site)}
    assert names == {page.stem for page in PAGES if page.name != "README.md"} | {"CHANGELOG"}


def test_every_link_and_anchor_leads_somewhere(site: Path) -> None:
    ids = {
        path: set(re.findall(r'\bid="([^"]+)"', path.read_text("utf-8"))) for path in pages(site)
    }
    checked = 0
    for page in pages(site):
        for link in re.findall(r'(?:href|src)="([^"]+)"', article(page)):
            name, _, anchor = html.unescape(link).partition("#")
            target = (page.parent / name).resolve() if name else page
            assert target.is_file(), f"{page.name}: {link}"
            assert not anchor or anchor in ids[target], f"{page.name}: {link}"
            checked += 1
    assert checked > 300


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    for path in site.rglob("*.html"):
        text = path.read_text("utf-8")
        assert re.findall(r'(?:href|src|content)="(?:https?:)?//[^"]*"', text) == [], path.name
        # What the theme would fetch a program for.
        assert 'class="mermaid"' not in text, path.name
    for path in site.rglob("*.css"):
        assert re.findall(r"url\(['\"]?https?:", path.read_text("utf-8")) == [], path.name


def test_no_markup_is_left_as_text(site: Path) -> None:
    """Lists, tables and fences that another reading of Markdown would not have seen."""
    for page in pages(site):
        plain = re.sub(r"<pre.*?</pre>|<code.*?</code>", "", article(page), flags=re.DOTALL)
        left = r"^(?:[-*] \w.*|\|.*\||.*```.*|.*\]\(.*)$"
        assert re.findall(left, re.sub(r"<[^>]+>", "", plain), re.MULTILINE) == [], page.name


def test_sql_is_coloured_and_pages_can_be_searched(site: Path) -> None:
    assert '<span class="k">SELECT</span>' in (site / "getting-started.html").read_text("utf-8")
    assert "hg_spend_tokens" in (site / "search" / "search_index.json").read_text("utf-8")


@needs_mkdocs
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("[nowhere](nowhere.md)", "nowhere.md"),
        ("[nowhere](rules.md#nowhere)", "nowhere"),
        ("[nowhere](../NOWHERE.md)", "NOWHERE.md"),
        (None, "nobody.md"),
    ],
)
def test_what_is_wrong_stops_the_build(wrong: str | None, said: str, tmp_path: Path) -> None:
    top = tmp_path / "top"
    for name in ("docs", "examples"):
        shutil.copytree(ROOT / name, top / name, ignore=shutil.ignore_patterns("node_modules"))
    for name in ("mkdocs.yml", "CHANGELOG.md", "tools/website.py"):
        (top / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, top / name)
    if wrong is None:
        (top / "docs" / "nobody.md").write_text("# A page that is in no menu\n", "utf-8")
    else:
        with (top / "docs" / "words.md").open("a", encoding="utf-8") as page:
            page.write(f"\n{wrong}\n")
    done = build(top, tmp_path / "site")
    assert done.returncode != 0 and said in done.stdout, done.stdout


def test_links_out_of_the_folder_are_taken_along(site: Path) -> None:
    assert (site / "examples" / "openai_worker.py").read_bytes() == (
        ROOT / "examples" / "openai_worker.py"
    ).read_bytes()


# --- Pictures and blocks -------------------------------------------------------------------


@pytest.mark.parametrize("picture", sorted(PICTURES.glob("*.svg")), ids=lambda path: path.name)
def test_pictures_are_used_and_say_what_they_show(picture: Path) -> None:
    places = [page for page in PAGES if f"pictures/{picture.name})" in page.read_text("utf-8")]
    assert places
    for page in places:
        alternative = re.search(
            rf"!\[([^\]]*)\]\([\w/]*pictures/{picture.name}\)", page.read_text()
        )
        assert alternative and len(alternative[1]) > 20, page.name
    text = picture.read_text("utf-8")
    assert ElementTree.fromstring(text).tag == "{http://www.w3.org/2000/svg}svg"
    assert "<script" not in text
    assert re.findall(r'(?:href|src)="(?!#)', text) == []


@pytest.mark.parametrize("name", ["flow", "tables", "moving", "queue"])
def test_drawn_pictures_can_be_read_in_the_dark_and_by_a_reader(name: str) -> None:
    text = (PICTURES / f"{name}.svg").read_text("utf-8")
    assert "prefers-color-scheme: dark" in text
    assert "<title" in text and "<desc" in text and 'role="img"' in text


def test_the_picture_of_the_tables_names_them_all(db: psycopg.Connection) -> None:
    known = db.execute(
        "SELECT c.relname FROM pg_class AS c WHERE c.relkind IN ('r', 'p') "
        "AND NOT c.relispartition AND c.relname ~ '^(hg_.*|users)$' "
        "AND c.relnamespace = current_schema()::regnamespace"
    )
    text = (PICTURES / "tables.svg").read_text("utf-8")
    shown = set(re.findall(r">(users|hg_\w+)\b", text))
    assert shown == {name for (name,) in known}
