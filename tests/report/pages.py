"""Pages as data: what a page may hold at all, and the figures on it by their place."""

import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import psycopg
from psycopg.types.json import Jsonb

HTML = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"
# Every element a page may have, with its attributes beside class and id.
ALLOWED = {
    HTML: {
        "html": {"lang"}, "head": set(), "title": set(), "style": set(), "body": set(),
        "meta": {"charset", "name", "content", "http-equiv"}, "header": set(), "main": set(),
        "footer": set(), "section": {"aria-labelledby"}, "div": set(), "p": set(), "h1": set(),
        "h2": set(), "h3": set(), "bdi": set(), "b": {"aria-hidden"}, "br": set(),
        "span": {"aria-hidden", "data-missing", "data-cell"}, "data": {"value", "data-path"},
        "dl": set(), "dt": set(), "dd": set(), "ul": set(), "li": set(), "caption": set(),
        "table": {"role"}, "thead": {"role"}, "tbody": {"role"}, "th": {"role", "scope"},
        "tr": {"role", "data-module", "data-learner", "data-pair"},
        "td": {"role", "data-label", "data-day", "data-state"},
    },
    SVG: {
        "svg": {"viewBox", "role", "aria-labelledby", "aria-hidden", "preserveAspectRatio"},
        "title": set(), "desc": set(), "g": set(), "path": {"d", "stroke-width"},
        "rect": {"x", "y", "width", "height", "rx"}, "circle": {"cx", "cy", "r"},
        "text": {"x", "y", "text-anchor", "textLength", "lengthAdjust"},
    },
}  # fmt: skip
ANYWHERE = {"class", "id"}
# The only attributes that hold what people wrote; all others are of this project's making.
FREE = {"value", "data-missing", "data-label", "data-module", "data-learner", "data-pair",
        "data-cell", "content"}  # fmt: skip
TAME = re.compile(r"[\w ,.:/>#%*()+-]*", re.ASCII)


def report(connection: psycopg.Connection, id: Any) -> str:
    return connection.execute("SELECT hg_report(%s)", [id]).fetchone()[0]


def class_report(connection: psycopg.Connection, **given: Any) -> str:
    return connection.execute("SELECT hg_class_report(%s)", [Jsonb(given)]).fetchone()[0]


def parse(page: str) -> ElementTree.Element:
    """The page as XML, which proves that all is balanced and quoted; nothing on it is foreign."""
    root = ElementTree.fromstring(page)
    for element in root.iter():
        space, _, name = element.tag.rpartition("}")
        attributes = set(element.attrib) - ANYWHERE
        assert attributes <= ALLOWED[space + "}"][name], (element.tag, attributes)
        for attribute, value in element.attrib.items():
            assert attribute in FREE or TAME.fullmatch(value), (attribute, value)
    policy = page.split('http-equiv="Content-Security-Policy" content="')[1].split('"')[0]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    return root


def text(element: ElementTree.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def section(root: ElementTree.Element, name: str) -> ElementTree.Element | None:
    return root.find(f".//{HTML}section[@aria-labelledby='{name}']")


def rows(root: ElementTree.Element, attribute: str) -> dict[str, ElementTree.Element]:
    return {row.get(attribute): row for row in root.iter(f"{HTML}tr") if row.get(attribute)}


def figures(element: ElementTree.Element) -> dict[str, tuple[str, str]]:
    """(value, text) of each figure by its path."""
    found = {}
    for data in element.iter(f"{HTML}data"):
        pair = data.get("value"), text(data)
        assert found.setdefault(data.get("data-path"), pair) == pair
    return found


def outside_rows(root: ElementTree.Element) -> Iterator[tuple[str, str, str]]:
    """(path, value, text) of the figures that stand in no row of a module, a pair or a learner."""
    inside = {
        data
        for attribute in ("data-module", "data-pair", "data-learner")
        for row in rows(root, attribute).values()
        for data in row.iter(f"{HTML}data")
    }
    for data in root.iter(f"{HTML}data"):
        if data not in inside:
            yield data.get("data-path"), data.get("value"), text(data)


def at(document: dict, path: str) -> Any:
    for key in path.split("."):
        document = document[key]
    return document


def percent(part: int, whole: int) -> str:
    """Halves up; nothing of nothing."""
    return str((200 * part + whole) // (2 * whole)) if whole else ""


def written(path: str, value: str) -> str:
    """How a page writes the figure of a path, by the path and the value alone."""
    last = path.rpartition(".")[2]
    if value == "":
        return "-"
    if "/" in path or last == "accuracy":
        return f"{value}%"
    if last == "total_time_spent":
        seconds = int(value)
        if seconds < 60:
            return f"{seconds} s"
        hours, minutes = divmod(seconds // 60, 60)
        return f"{hours:,} h {minutes:02} min" if hours else f"{minutes} min"
    if last == "grade_level":
        return "K" if value == "0" else value
    if last == "preferred_difficulty":
        return f"{value} of 5"
    return f"{int(value):,}"
