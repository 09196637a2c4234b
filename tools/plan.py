"""Say what moving in from the older tables, columns and documents would mean; changes nothing.

    python -m tools.plan

What hg_legacy_plan() tells: for people in tables, with FORMAT=json as one JSON object. Each part is
a transaction of its own that is rolled back, so no lock is held from one to the next. Where it is
not installed, each transaction first makes the plan's functions and the catalog of this checkout as
temporary objects: they are gone with it.
Exit status: 0 done, 1 refused, 2 usage, 130 interrupted.
"""

import contextlib
import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
from psycopg.types.json import Jsonb
from rich import box
from rich.console import Console
from rich.table import Table

from tools import database, server
from tools.loader import Project, Source, execute_source
from tools.migrate import OLDEST_SERVER, exists, exit_status, find_schema, out, say
from tools.session import Refused, Say, connect, retried, set_lock_timeout, use_schema

FUNCTION = "hg_legacy_plan"
# The migrations that make and fill the catalog: the plan reads names of modules there.
CATALOG = ("0003_catalog.sql", "0004_catalog_seed.sql")
# A file or a pipe has no width of its own.
page = out if out.is_terminal else Console(highlight=False, markup=False, width=110)
CALL = re.compile(r"\b(hg__?\w+)(?=\()")

Prepare = Callable[[psycopg.Connection], None]


# --- What is asked ---------------------------------------------------------------------------


def needed(project: Project, name: str) -> list[Source]:
    """The files of a function and of all it calls, those that are called first."""
    sources = {Path(source.name).stem: source for source in project.sources}
    found: dict[str, Source] = {}

    def visit(name: str) -> None:
        code = re.sub(r"^\s*--.*$", "", sources[name].text, flags=re.MULTILINE)
        for called in sorted(set(CALL.findall(code))):
            if called in sources and called not in found and called != name:
                visit(called)
        found[name] = sources[name]

    visit(name)
    return list(found.values())


def temporary(sources: list[Source]) -> list[Source]:
    """The same functions, made and called in the session's own temporary schema.

    That schema is never searched for functions, so each name is qualified; dollar tags are not.
    """
    names = "|".join(Path(source.name).stem for source in sources)
    pattern = re.compile(rf"(?<![\w$.])({names})(?![\w$])")
    return [Source(source.name, pattern.sub(r"pg_temp.\1", source.text)) for source in sources]


def stand_in(project: Project, schema: str, installed: bool) -> Prepare:
    """What makes the plan's functions for one transaction."""
    functions = temporary(needed(project, FUNCTION))
    catalog = []
    if not installed:
        files = [project.migrations / name for name in CATALOG]
        catalog = [Source(path.name, path.read_text("utf-8")) for path in files]

    def prepare(connection: psycopg.Connection) -> None:
        connection.execute("SET LOCAL search_path = pg_temp")
        for source in catalog:
            execute_source(connection, source)
        use_schema(connection, schema)
        for source in functions:
            execute_source(connection, source)

    return prepare


def ask(connection: psycopg.Connection, tell: Say, show: Say) -> dict:
    """The whole plan, part by part."""
    schema = find_schema(connection)
    use_schema(connection, schema)
    prefix, prepare = "", None
    if not exists(connection, "regprocedure", f"{FUNCTION}()"):
        check_stand_in(connection)
        prefix = "pg_temp."
        prepare = stand_in(
            Project(server.ROOT), schema, exists(connection, "regclass", "hg_modules")
        )

    def one(query: str, *values: object) -> list[tuple]:
        def attempt() -> list[tuple]:
            with connection.transaction(force_rollback=True):
                set_lock_timeout(connection)
                if prepare is not None:
                    prepare(connection)
                return connection.execute(query.encode(), values).fetchall()

        return retried(attempt, "plan", connection, tell)

    plan: dict = {}
    for part, key in one(f"SELECT p.part, p.key FROM {prefix}hg__legacy_plan_parts() AS p"):
        show(part)
        rows = one(f"SELECT {prefix}hg__legacy_plan_part(%s, %s)", part, Jsonb(plan))
        plan[key] = rows[0][0]
    return plan


def check_stand_in(connection: psycopg.Connection) -> None:
    """Refuse where temporary functions cannot be made."""
    major = connection.info.server_version // 10000
    if major < OLDEST_SERVER:
        raise Refused(f"PostgreSQL {OLDEST_SERVER} or newer is needed; this is {major}")
    standby, may = connection.execute(
        "SELECT pg_is_in_recovery(), has_database_privilege(current_database(), 'TEMPORARY')"
    ).fetchone()
    if standby:
        raise Refused(
            "this server is a standby and nothing is installed: connect to the primary, or run "
            "make migrate there first"
        )
    if not may:
        role, name = connection.execute("SELECT current_user, current_database()").fetchone()
        raise Refused(
            f"role {role} may not make temporary objects here, which the plan needs as long as "
            f"nothing is installed. Somebody who may has to run:\n"
            f'  GRANT TEMPORARY ON DATABASE "{name}" TO {role};\nor run make migrate first.'
        )


# --- What is shown ---------------------------------------------------------------------------


def show_plan(plan: dict) -> None:
    """The plan for people."""
    state, users = plan["state"], plan["users"]
    say(
        f"Moving in: database {state['database']}, schema {state['schema']}, PostgreSQL "
        f"{state['server_version']}. Nothing has been changed."
    )
    say(state_line(plan))
    say(
        f"users: {users['rows']:,} learners, {size(users['bytes'])}, id of type {users['id_type']}"
        if users["found"]
        else "There is no table users: make migrate would create it."
    )
    show_tables(plan["tables"])
    if users["found"]:
        show_documents(users["document"])
    rows = [
        [m["source"], number(m.get("learners")), number(m.get("rows")), m["note"]]
        for m in plan["merges"]
    ]
    show_table("What merges", ["what", "learners", "rows", "how"], rows)
    rows = [[n["source"], number(n["rows"]), number(n["differ"])] for n in plan["no_home"]]
    show_table("No home in a document: archived only", ["what", "rows", "not the default"], rows)
    show_columns(users["columns"])
    show_texts("Warnings", [warning["text"] for warning in plan["warnings"]])
    show_texts(
        "Limits of views, and what depends on the tables and the document",
        [f"{limit['object']}: {limit['text']}." for limit in plan["limits"]],
    )
    show_costs(plan)
    following = plan["next"]
    say(f"\nNext: {following['command'] or 'nothing'}. {sentence(following['note'])}")


def state_line(plan: dict) -> str:
    state, following = plan["state"], plan["next"]
    if state["state"] is None:
        return f"Not installed; the state would be: {following['state']}."
    line = f"State: {state['state']}."
    run = state["import"]
    if run and run["learners"]:
        line += (
            f" The import has built {run['learners']:,} learners; {run['changed']:,} marks of "
            f"changes wait, {run['quarantined']:,} learners are in quarantine."
        )
    return line


def show_tables(tables: list[dict]) -> None:
    found = [table for table in tables if table["found"]]
    missing = [table["table"] for table in tables if not table["found"]]
    rows = [
        [
            table["relation"],
            "read" if table["serves"] else "left alone",
            number(table["rows"]),
            size(table["bytes"]),
            table["user_id_type"] or "none",
            number(table.get("orphans")),
            number(table.get("without_user")),
        ]
        for table in found
    ]
    heads = ["table", "import", "rows", "size", "user_id", "orphans", "nobody's"]
    show_table("Tables of the older application", heads, rows)
    if missing:
        say(f"Not found: {', '.join(missing)}.")


def show_documents(document: dict) -> None:
    if document["column"] is None:
        say("\nThere is no document column: documents are built from tables and columns alone.")
        return
    say(f"\nDocuments: column {document['column']} of type {document['type']}")
    rows = [
        [shape["shape"], number(shape["learners"]), shape["becomes"], shape["note"]]
        for shape in document["shapes"]
        if shape["learners"]
    ]
    show_table("Shapes of documents", ["shape", "learners", "becomes", "how"], rows)


def show_columns(columns: list[dict]) -> None:
    texts = {
        "all_null": "unused: NULL in every row",
        "all_default": "unused: NULL or its default in every row",
        "equals_document": "redundant: equal to the document in {equal:,} of {in_document:,}",
        "differs": "equal to the document in {equal:,} of {in_document:,} learners, differs in "
        "{differs:,}",
    }
    rows = []
    for column in columns:
        if column["verdict"] in texts:
            differs = column["in_document"] - column["equal"]
            text = texts[column["verdict"]].format(**column, differs=differs)
            dropped = "with COLUMNS=yes" if column["finalize_may_drop"] else "no"
            rows.append([column["column"], text, dropped])
    show_table("Columns of users", ["column", "evidence", "finalize drops it"], rows)


def show_costs(plan: dict) -> None:
    rows = [
        [
            lock["step"],
            lock["takes"],
            "no promise" if lock["longest_wait_ms"] is None else f"{lock['longest_wait_ms']} ms",
            lock["note"],
        ]
        for lock in plan["locks"]
    ]
    show_table("Locks", ["step", "takes", "an UPDATE of users waits at most", "how"], rows)
    rows = [
        [
            time["step"],
            duration(time["seconds_low"], time["seconds_high"]),
            {"measured": "by the import here", "estimate": "an estimate"}[time["basis"]],
        ]
        for time in plan["time"]
    ]
    show_table("Time expected", ["step", "time", "known by"], rows)
    space = plan["space"]
    say(
        f"Disk the import needs, an estimate: {size(space['total'])} (staging "
        f"{size(space['staging'])}, ledger {size(space['ledger'])}, archive "
        f"{size(space['archive'])})"
    )


def show_table(title: str, heads: list[str], rows: list[list[str]]) -> None:
    """A table, unless it is empty."""
    if not rows:
        return
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for place, head in enumerate(heads):
        numeric = all(row[place][:1].isdigit() or not row[place] for row in rows)
        table.add_column(
            head, justify="right" if numeric else "left", overflow="fold", no_wrap=place == 0
        )
    for row in rows:
        table.add_row(*row)
    say("")
    page.print(table, soft_wrap=False)


def show_texts(title: str, texts: list[str]) -> None:
    if texts:
        say(f"\n{title}")
    for text in texts:
        say(f"  - {text}")


def number(value: int | None) -> str:
    return "" if value is None else f"{value:,}"


def size(count: int) -> str:
    """Bytes, in the unit that leaves a number people can read."""
    amount, unit = float(count), "bytes"
    for larger in ("kB", "MB", "GB", "TB"):
        if amount < 1024:
            break
        amount, unit = amount / 1024, larger
    return f"{amount:,.0f} {unit}" if amount >= 10 or unit == "bytes" else f"{amount:.1f} {unit}"


def duration(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return ""
    first, last = seconds(low), seconds(high)
    return first if first == last else f"{first} to {last}"


def seconds(value: float) -> str:
    if value < 120:
        return f"{value:.0f} s"
    return f"{value / 60:.0f} min" if value < 7200 else f"{value / 3600:.1f} h"


def sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


# --- The command -----------------------------------------------------------------------------


def run(url: str | None) -> None:
    wanted = os.environ.get("FORMAT", "")
    if wanted not in ("", "table", "json"):
        raise Refused(f"FORMAT is json or table, not {wanted!r}", 2)
    if url is None:
        raise Refused("no database: no server of this checkout runs, and DATABASE_URL is not set")
    with contextlib.closing(connect(url)) as connection:
        if wanted == "json":
            plan = ask(connection, lambda text: print(text, file=sys.stderr), lambda part: None)
            print(json.dumps(plan, indent=2, ensure_ascii=False))
            return
        with out.status("reading") as shown:
            plan = ask(connection, say, lambda part: shown.update(f"reading: {part}"))
        show_plan(plan)


def main() -> int:
    return exit_status(
        lambda: run(database.running_database_url()), "interrupted; nothing has been changed"
    )


if __name__ == "__main__":
    sys.exit(main())
