"""Install into a database, show the installation, undo it.

    python -m tools.migrate [--project FOLDER] up | status | rollback

The database is DATABASE_URL, else one on this checkout's own server. The schema is the one in
which the connection finds the table users, else HG_SCHEMA, else the first of its search_path.
Everything can be run again after any interruption: it goes on where it was.
"""

import argparse
import contextlib
import json
import os
import pwd
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
from psycopg import sql
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from tools import database, migrations, server
from tools import status as screen
from tools.loader import Project, execute_source, load, read_installation
from tools.loader import Source as File
from tools.session import (
    Refused,
    connect,
    only_installer,
    retried,
    set_lock_timeout,
    use_schema,
    worker,
)

ROLES = ("hg_app", "hg_reader", "hg_ai_worker")
OLDEST_SERVER = 14

out = Console(highlight=False, soft_wrap=True, markup=False)


def say(text: str) -> None:
    out.print(text)


def find_schema(connection: psycopg.Connection) -> str:
    """The schema of users, as the connection sees it."""
    asked = os.environ.get("HG_SCHEMA")
    row = connection.execute(
        "SELECT n.nspname, c.relkind FROM pg_catalog.pg_class AS c "
        "JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace "
        "WHERE c.oid = to_regclass('users')"
    ).fetchone()
    if row is not None:
        found, kind = row
        if kind not in ("r", "p"):
            raise Refused(f"{found}.users is not a table")
        if asked not in (None, "", found):
            raise Refused(
                f"HG_SCHEMA is {asked}, but the search_path of this connection finds users in "
                f"{found}. Change one of them.",
                2,
            )
        return found
    here = connection.execute("SELECT current_schema()").fetchone()[0]
    schema = asked or here or "public"
    row = connection.execute(
        "SELECT has_schema_privilege(n.oid, 'CREATE') FROM pg_catalog.pg_namespace AS n "
        "WHERE n.nspname = %s",
        [schema],
    ).fetchone()
    if row is None:
        raise Refused(f"there is no schema {schema}: CREATE SCHEMA it, or set HG_SCHEMA")
    return schema


def check_server(connection: psycopg.Connection) -> None:
    major = connection.info.server_version // 10000
    if major < OLDEST_SERVER:
        raise Refused(f"PostgreSQL {OLDEST_SERVER} or newer is needed; this is {major}")
    if connection.execute("SELECT pg_catalog.pg_is_in_recovery()").fetchone()[0]:
        raise Refused("this server is a standby: connect to the primary")


def check_privileges(connection: psycopg.Connection, schema: str) -> None:
    """Refuse early, before anything has been changed."""
    creates, owns, role, owner = connection.execute(
        "SELECT has_schema_privilege(n.oid, 'CREATE'), "
        "coalesce(pg_has_role(c.relowner, 'USAGE'), true), current_user, c.relowner::regrole::text "
        "FROM pg_catalog.pg_namespace AS n "
        "LEFT JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = 'users' "
        "WHERE n.nspname = %s",
        [schema],
    ).fetchone()
    if not creates:
        raise Refused(
            f"role {role} may not create objects in schema {schema}. Somebody who may has to run:\n"
            f"  GRANT USAGE, CREATE ON SCHEMA {schema} TO {role};\nNothing has been changed."
        )
    if not owns:
        raise Refused(
            f"role {role} does not own the table {schema}.users, {owner} does. Run this as "
            f"{owner} or a member of it. Nothing has been changed."
        )


def ensure_roles(connection: psycopg.Connection) -> None:
    """Make the roles that functions are granted to, or say who has to make which."""
    rows = connection.execute(
        "SELECT r.name FROM unnest(%s::text[]) AS r (name) "
        "WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles AS p WHERE p.rolname = r.name)",
        [list(ROLES)],
    ).fetchall()
    missing = [row[0] for row in rows]
    if not missing:
        return
    role, may = connection.execute(
        "SELECT current_user, r.rolsuper OR r.rolcreaterole FROM pg_catalog.pg_roles AS r "
        "WHERE r.rolname = current_user"
    ).fetchone()
    if not may:
        statements = "\n".join(f"  CREATE ROLE {name} NOLOGIN;" for name in missing)
        raise Refused(
            f"roles are missing, and {role} may not create roles. Somebody who may has to run:\n"
            f"{statements}\nNothing has been changed."
        )
    for name in missing:
        # Roles are the cluster's: an installer in another database may make them just now.
        with contextlib.suppress(psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
            connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(name)))
            say(f"created role {name}")


def up(url: str, project: Project) -> None:
    """Install, or bring an installation up to this version."""
    with only_installer(url, say) as connection:
        check_server(connection)
        schema = find_schema(connection)
        check_privileges(connection, schema)
        ensure_roles(connection)
        with migrations.open_backend(url, schema) as backend:
            applied = migrations.apply_all(backend, project, say)
        if applied == 0:
            say("migrations: nothing to apply")
        with contextlib.closing(worker(url, schema)) as connection:
            loaded = load(connection, project, schema, say)
            if loaded is None:
                say("functions and triggers: already loaded")
            else:
                say(f"functions and triggers: loaded, {len(loaded)} functions")
            settle(connection)
    say(f"{project.version} is installed in schema {schema}")


def settle(connection: psycopg.Connection) -> None:
    """Let the database finish what takes several transactions, step by step."""

    def attempt() -> tuple[str, int, bool]:
        with connection.transaction():
            set_lock_timeout(connection)
            return connection.execute(
                "SELECT s.step, s.rows_done, s.more FROM hg__settle() AS s"
            ).fetchone()

    with progress_of_steps() as show:
        more = True
        while more:
            step, rows, more = retried(attempt, "settling", connection, say)
            show(step, rows or 0)


@contextlib.contextmanager
def progress_of_steps() -> Iterator:
    """Show steps and their rows: a moving line on a terminal, else a line for each step."""
    done: dict[str, int] = {}
    if out.is_terminal:
        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        with Progress(*columns, console=out, transient=True) as progress:
            task = progress.add_task("settling", total=None)

            def move(step: str, rows: int) -> None:
                done[step] = done.get(step, 0) + rows
                progress.update(task, description=f"{step}: {done[step]:,} rows")

            yield move
    else:

        def move(step: str, rows: int) -> None:
            done[step] = done.get(step, 0) + rows

        yield move
    for step, rows in done.items():
        say(f"{step}: {rows:,} rows" if rows else step)


def exists(connection: psycopg.Connection, kind: str, name: str) -> bool:
    row = connection.execute(f"SELECT to_{kind}(%s) IS NOT NULL", [name]).fetchone()
    return row[0]


def status(url: str | None, project: Project) -> None:
    """Show what hg_status() says; changes nothing and starts nothing.

    With FORMAT=json it is printed as it is. Where something is bad the exit status is 1.
    """
    if url is None:
        say("not installed: no server of this checkout runs (make migrate starts one)")
        return
    with contextlib.closing(connect(url)) as connection:
        use_schema(connection, find_schema(connection))
        waiting = migrations.pending(connection, project)
        if not exists(connection, "regclass", "hg_installation"):
            say("not installed (make migrate installs)")
            return
        facts = {}
        if exists(connection, "regprocedure", "hg_status()"):
            facts = connection.execute("SELECT hg_status()").fetchone()[0]
        if facts and os.environ.get("FORMAT") == "json":
            say(json.dumps(facts | {"pending_migrations": waiting}, indent=2))
        elif "concerns" in facts:
            screen.show(out, facts, waiting)
        else:
            if facts:
                say(f"version {facts['code_version']} is installed: make migrate brings it up")
            else:
                say("the installation has not finished: run make migrate")
            for name in waiting:
                say(f"pending migration: {name}")
        if screen.is_bad(facts):
            raise Refused("something is bad: see above")


def rollback(url: str, project: Project) -> None:
    """Undo the installation."""
    with only_installer(url, say) as connection:
        schema = find_schema(connection)
        use_schema(connection, schema)
        if not migrations.applied_ids(connection) & {m.id for m in migrations.read_all(project)}:
            say("nothing to undo: not installed")
            return
        check_privileges(connection, schema)
        refuse_half_moved(connection)
        confirm(connection)
        with contextlib.closing(worker(url, schema)) as working:
            retried(lambda: unload(working, project), "removing functions", working, say)
        with migrations.open_backend(url, schema) as backend:
            migrations.rollback_all(backend, project, say)
            migrations.drop_yoyo_tables(backend, project, say)
    say(
        "the installation is undone. The roles belong to the whole cluster and stay; when no "
        f"other database uses them: DROP ROLE {', '.join(ROLES)};"
    )


def losses(connection: psycopg.Connection) -> list[str]:
    """What undoing the installation would destroy, counted."""
    lost = []
    if exists(connection, "regclass", "hg_ledger"):
        rows = connection.execute(
            "SELECT count(*) FROM hg_ledger AS l WHERE l.kind::text <> 'skeleton'"
        ).fetchone()[0]
        if rows:
            lost.append(f"{rows:,} rows of the ledger")
    if not exists(connection, "regclass", "hg_installation"):
        return lost
    row = connection.execute(
        "SELECT i.created_users, i.added_document FROM hg_installation AS i"
    ).fetchone()
    if row is None or not exists(connection, "regclass", "users"):
        return lost
    created_users, added_document = row
    if created_users:
        rows = connection.execute("SELECT count(*) FROM users").fetchone()[0]
        if rows:
            lost.append(f"{rows:,} rows of users, which the installation created")
    elif added_document:
        # A document of which nothing was ever recorded has no last activity.
        rows = connection.execute(
            "SELECT count(*) FROM users AS u "
            "WHERE jsonb_path_exists(u.hidden_grade_asset, '$.**.last_active ? (@ != null)')"
        ).fetchone()[0]
        if rows:
            lost.append(f"{rows:,} documents of learners")
    return lost


def refuse_half_moved(connection: psycopg.Connection) -> None:
    """Between two truths there is nothing to undo to: first the move has to end, or go back."""
    if exists(connection, "regclass", "hg_installation"):
        row = connection.execute(
            "SELECT to_jsonb(i) ->> 'state' FROM hg_installation AS i"
        ).fetchone()
        if row is not None and row[0] in ("importing", "imported", "cut_over"):
            raise Refused(
                f"the move from the older tables is {row[0]}. Run make rollback first, until the "
                "state is pending, or make finalize. Nothing has been changed."
            )


def confirm(connection: psycopg.Connection) -> None:
    lost = losses(connection)
    if lost and os.environ.get("CONFIRM") != "yes":
        raise Refused(
            "undoing the installation would destroy " + " and ".join(lost) + ", with the rules as "
            "they were edited. Make a backup, then say CONFIRM=yes. Nothing has been changed.",
            2,
        )


def unload(connection: psycopg.Connection, project: Project) -> None:
    """Remove functions and triggers, and remember that they are gone."""
    if not exists(connection, "regclass", "hg_installation"):
        return
    loaded = read_installation(connection)
    if loaded.code_hash is None:
        return
    with connection.transaction():
        set_lock_timeout(connection)
        name = project.uninstall.relative_to(project.root).as_posix()
        execute_source(connection, File(name, project.uninstall.read_text("utf-8")))
        rows = connection.execute(
            "SELECT to_regprocedure(f.name)::text FROM unnest(%s::text[]) AS f (name) "
            "WHERE to_regprocedure(f.name) IS NOT NULL",
            [loaded.functions],
        ).fetchall()
        if rows:
            connection.execute("DROP ROUTINE " + ", ".join(row[0] for row in rows))
        connection.execute(
            "UPDATE hg_installation SET code_hash = NULL, code_version = NULL, functions = '{}'"
        )


def explain(error: psycopg.Error) -> str:
    """An error of the database as a person reads it."""
    parts = [*getattr(error, "__notes__", []), error.diag.message_primary or str(error).strip()]
    if error.diag.message_detail:
        parts.append(f"DETAIL: {error.diag.message_detail}")
    if error.diag.message_hint:
        parts.append(f"HINT: {error.diag.message_hint}")
    if error.sqlstate:
        parts.append(f"SQLSTATE: {error.sqlstate}")
    return "\n  ".join(parts)


def name_this_account() -> None:
    """yoyo logs who applied a migration; a container's account may have no name."""
    try:
        pwd.getpwuid(os.getuid())
    except KeyError:
        os.environ.setdefault("LOGNAME", str(os.getuid()))


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="tools.migrate", description=__doc__.split("\n")[0])
    parser.add_argument("--project", type=Path, default=server.ROOT, help="another project folder")
    parser.add_argument("action", choices=["up", "status", "rollback"])
    given = parser.parse_args(arguments)
    project = Project(given.project)
    name_this_account()

    def act() -> None:
        if given.action == "up":
            up(database.database_url(), project)
        elif given.action == "status":
            status(database.running_database_url(), project)
        elif database.running_database_url() is None and not server.lasting_servers():
            say("nothing to undo: not installed")
        else:
            rollback(database.database_url(), project)

    return exit_status(act, "interrupted; run it again to go on")


def exit_status(work: Callable[[], None], interrupted: str) -> int:
    """Do the work; say what stopped it, if anything did, and with which exit status."""
    try:
        work()
    except Refused as refused:
        print(f"error: {refused}", file=sys.stderr)
        return refused.status
    except server.ServerError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except psycopg.Error as error:
        print(f"error: {explain(error)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(interrupted, file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
