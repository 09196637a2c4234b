"""The pages in a browser: nobody is kept out, nothing sticks out, and nothing is fetched."""

import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.record.support import Learner

from .learners import busy, hostile, name, play
from .pages import class_report, report

CHROMIUM = shutil.which("chromium")
if CHROMIUM is None:
    pytest.skip(
        "chromium is not installed (Debian, Ubuntu: apt-get install chromium)",
        allow_module_level=True,
    )

from axe_playwright_python.sync_playwright import Axe  # noqa: E402
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
KINDS = ("busy", "new", "hostile", "class")
# Paper: A4 less the margins of the page, upright and across, in CSS pixels.
PAPER = {"class": 1031}
WIDE, NARROW, UPRIGHT = 820, 375, 702
LOOKS = {"light": {"color_scheme": "light"}, "dark": {"color_scheme": "dark"},
         "paper": {"media": "print"}}  # fmt: skip

# What is painted beyond its section, or cut off by a box that hides what does not fit.
STICKING_OUT = """() => [...document.querySelectorAll('body *')].filter(e => {
    const box = e.getBoundingClientRect();
    if (e.closest('.sr, thead') || !box.width) return false;
    const style = getComputedStyle(e), cut = style.overflowX !== 'visible';
    const holder = e.parentElement.closest('section, header, footer') || document.body;
    const frame = holder.getBoundingClientRect();
    return box.right > frame.right + 0.5 || box.left < frame.left - 0.5
        || (cut && !e.closest('svg') && e.scrollWidth > e.clientWidth + 1);
}).map(e => `${e.tagName}.${e.className} ${e.textContent.slice(0, 40)}`)"""
# Each text of each drawing: what it says, its box, and the box of the drawing.
TEXTS = """() => [...document.querySelectorAll('svg')].map(svg =>
    [svg, ...svg.querySelectorAll('text')].map(e => {
        const b = e.getBoundingClientRect();
        return [e.textContent, b.left, b.top, b.right, b.bottom];
    }))"""
# Cells whose text reaches into the next one.
CROWDED = """() => [...document.querySelectorAll('td, th, dd, li')].filter(e =>
    !e.closest('thead') && e.clientWidth > 0 && e.scrollWidth > e.clientWidth + 1
).map(e => e.textContent.slice(0, 40))"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


def write(db: psycopg.Connection, kind: str, path: Path) -> str:
    """A page of that kind as a file; its address."""
    if kind == "class":
        group = [play(Learner(db), n, [9, 2, 1], skill=3 + n % 8) for n in range(12)]
        group += [hostile(db), Learner(db)]
        page = class_report(db, user_ids=[learner.id for learner in group])
    else:
        learner = {"busy": busy, "new": Learner, "hostile": hostile}[kind](db)
        if kind == "busy":
            name(learner, display_name="Amélie Müller-Lüdenscheidt")
        page = report(db, learner.id)
    file = path / f"{kind}.html"
    file.write_text(page, "utf-8")
    return file.as_uri()


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def address(db: psycopg.Connection, kind: str, tmp_path: Path) -> str:
    return write(db, kind, tmp_path)


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": WIDE, "height": 900})
    opened = context.new_page()
    opened.goto(address)
    yield opened
    context.close()


def show(page: Page, kind: str, look: str, width: int = WIDE) -> None:
    page.emulate_media(**LOOKS[look])
    page.set_viewport_size(
        {"width": PAPER.get(kind, UPRIGHT) if look == "paper" else width, "height": 900}
    )


def test_nobody_is_kept_out(page: Page, kind: str) -> None:
    """axe finds nothing: contrast, headings, tables, names, landmarks."""
    for look in LOOKS:
        for width in (NARROW, WIDE):
            show(page, kind, look, width)
            found = Axe().run(page).response
            assert len(found["passes"]) > 10
            problems = [
                (v["id"], [node["html"] for node in v["nodes"]]) for v in found["violations"]
            ]
            assert problems == [], (look, width)
            # Left open are a drawing's texts, which lie over lines, and marks of one letter; both
            # have the colours of other texts.
            unsure = [node["html"] for v in found["incomplete"] for node in v["nodes"]]
            left_open = ("<text", "<span aria-hidden", "<b ")
            assert [html for html in unsure if not html.startswith(left_open)] == [], (look, width)


def test_nothing_sticks_out_or_is_cut_off(page: Page, kind: str) -> None:
    for look, width in (("light", NARROW), ("light", WIDE), ("light", 1280), ("paper", 0)):
        show(page, kind, look, width)
        scrolled, shown = page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert scrolled <= shown, (look, width)
        assert page.evaluate(STICKING_OUT) == [], (look, width)
        assert page.evaluate(CROWDED) == [], (look, width)


def test_no_text_of_a_drawing_is_cut_or_covers_another(page: Page, kind: str) -> None:
    for look, width in (("light", NARROW), ("light", 1280), ("paper", 0)):
        show(page, kind, look, width)
        for (_, *frame), *texts in page.evaluate(TEXTS):
            for text, left, top, right, bottom in texts:
                assert frame[0] <= left + 0.5 and right <= frame[2] + 0.5, (text, look, width)
                assert frame[1] <= top + 0.5 and bottom <= frame[3] + 0.5, (text, look, width)
            for one, other in itertools.combinations(texts, 2):
                apart = (
                    one[3] <= other[1] or other[3] <= one[1]
                    or one[4] <= other[2] + 1 or other[4] <= one[2] + 1
                )  # fmt: skip
                assert apart, (one[0], other[0], look, width)


def test_it_loads_nothing_and_the_policy_lets_its_style_through(
    browser: Browser, address: str
) -> None:
    context = browser.new_context()
    opened = context.new_page()
    asked, said = [], []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda message: said.append(message.text))
    opened.on("dialog", lambda dialog: said.append(dialog.message))
    opened.goto(address)
    radius = "getComputedStyle(document.querySelector('section')).borderRadius"
    assert opened.evaluate(radius) == "12px"
    assert (asked, said) == ([address], [])
    # Whatever came in all the same would neither run nor load.
    opened.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.ran = 1';"
        " document.body.append(s); const i = document.createElement('img');"
        " i.src = 'https://localhost/x.png'; document.body.append(i); }"
    )
    assert opened.evaluate("window.ran") is None
    assert [
        url for url in asked if url != address and not url.startswith("https://localhost")
    ] == []
    assert len(said) == 2 and all("Content Security Policy" in text for text in said)
    context.close()


def test_dark_is_dark_and_paper_is_white(page: Page, kind: str) -> None:
    def back() -> str:
        return page.evaluate("getComputedStyle(document.body).backgroundColor")

    show(page, kind, "dark")
    assert back() == "rgb(17, 22, 28)"
    page.emulate_media(media="print", color_scheme="dark")
    assert back() == "rgb(255, 255, 255)"


def test_on_paper_no_row_and_no_drawing_is_torn(page: Page, kind: str) -> None:
    show(page, kind, "paper")
    torn = "e => getComputedStyle(e).breakInside !== 'avoid'"
    assert (
        page.evaluate(f"[...document.querySelectorAll('tr, svg, li')].filter({torn}).length") == 0
    )
    repeated = "e => getComputedStyle(e).display === 'table-header-group'"
    assert page.evaluate(f"[...document.querySelectorAll('thead')].every({repeated})")
    paper = page.pdf(prefer_css_page_size=True, print_background=True)
    sheets = paper.count(b"/Type /Page\n")
    assert {"new": 1, "busy": 3}.get(kind, sheets) >= sheets >= 1
    across = b"/MediaBox [0 0 841.91998 594.95996]" in paper
    assert across == (kind == "class")
