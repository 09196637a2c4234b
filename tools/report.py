"""Write a learner's page, or a class's, to a file, and open it in a browser where there is one.

    LEARNER=1 python -m tools.report
    CLASS='{"grades": ["3"]}' python -m tools.report

OUT names the file; without it one is made in a folder that only this account can read. OPEN=no
opens nothing.
"""

import contextlib
import json
import os
import re
import sys
import tempfile
import webbrowser
from pathlib import Path

import psycopg

from tools import database
from tools.migrate import exit_status, find_schema, say
from tools.session import Refused, connect, use_schema


def asked() -> tuple[str, str, str]:
    """The statement, its argument, and what the file is called."""
    learner, group = os.environ.get("LEARNER"), os.environ.get("CLASS")
    if bool(learner) == bool(group):
        raise Refused('say whose page: LEARNER=1, or CLASS=\'{"grades": ["3"]}\'', 2)
    if learner:
        return "SELECT hg_report(%s)", learner, f"learner-{re.sub('[^A-Za-z0-9-]', '_', learner)}"
    try:
        json.loads(group)
    except ValueError as error:
        raise Refused(f"CLASS is a filter in JSON, not {group!r}: {error}", 2) from error
    return "SELECT hg_class_report(%s)", group, "class"


def read_page(url: str | None, statement: str, argument: str) -> str:
    if url is None:
        raise Refused(
            "no database: no server of this checkout runs (make demo starts one), and "
            "DATABASE_URL is not set"
        )
    with contextlib.closing(connect(url)) as connection:
        use_schema(connection, find_schema(connection))
        try:
            return connection.execute(statement, [argument]).fetchone()[0]
        except psycopg.errors.UndefinedFunction as error:
            raise Refused("hg_report is not installed here: run make migrate") from error
        except psycopg.errors.InvalidTextRepresentation as error:
            raise Refused(f"LEARNER is a users.id, not {argument!r}", 2) from error


def write_page(page: str, name: str) -> Path:
    """The file holds a child's record: it is this account's alone."""
    given = os.environ.get("OUT")
    path = Path(given) if given else Path(tempfile.mkdtemp(prefix="hg-report-"), f"{name}.html")
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(handle, "w", encoding="utf-8") as file:
            file.write(page)
    except OSError as error:
        raise Refused(f"the page cannot be written: {error}") from error
    return path.absolute()


def can_open() -> bool:
    """Whether a person sits before a screen: a browser in the terminal would take it over."""
    if os.environ.get("OPEN") == "no":
        return False
    named = ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY")
    return sys.platform == "darwin" or any(os.environ.get(name) for name in named)


def run(url: str | None) -> None:
    statement, argument, name = asked()
    path = write_page(read_page(url, statement, argument), name)
    say(f"written: {path}")
    if can_open():
        with contextlib.suppress(webbrowser.Error):
            webbrowser.open(path.as_uri())


def main() -> int:
    return exit_status(
        lambda: run(database.running_database_url()), "interrupted; nothing has been changed"
    )


if __name__ == "__main__":
    sys.exit(main())
