"""Load functions and triggers as sql/manifest.sql lists them, whole or not at all."""

import hashlib
import json
import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import psycopg
from psycopg import sql

from tools.session import Refused, Say, retried, set_lock_timeout

INCLUDE = re.compile(r"\\ir\s+(\S+)")

# What the bundle of tools/dist.py asks as well; {functions} are the signatures loaded before.

# The loaded functions on which nothing but other droppable functions depends. The rest (a
# trigger's function, one in a CHECK or in a view) is replaced in place.
DROPPABLE = """
WITH RECURSIVE loaded AS (
    SELECT to_regprocedure(f.name)::oid AS oid FROM unnest({functions}) AS f (name)
), kept AS (
    SELECT d.refobjid AS oid FROM pg_depend AS d
    WHERE d.refclassid = 'pg_proc'::regclass
    AND d.refobjid IN (SELECT l.oid FROM loaded AS l)
    AND NOT (d.classid = 'pg_proc'::regclass AND d.objid IN (SELECT l.oid FROM loaded AS l))
    UNION
    SELECT d.refobjid FROM pg_depend AS d JOIN kept AS k ON k.oid = d.objid
    WHERE d.classid = 'pg_proc'::regclass AND d.refclassid = 'pg_proc'::regclass
)
SELECT l.oid::regprocedure::text FROM loaded AS l
WHERE l.oid IS NOT NULL AND l.oid NOT IN (SELECT k.oid FROM kept AS k) ORDER BY 1
"""
# Who may execute which of them by name, beside owner and public.
ADDED_GRANTS = """
SELECT DISTINCT p.proname::text, g.grantee::regrole::text, g.is_grantable
FROM unnest({functions}) AS f (name)
JOIN pg_proc AS p ON p.oid = to_regprocedure(f.name)::oid
CROSS JOIN LATERAL aclexplode(p.proacl) AS g
WHERE g.privilege_type = 'EXECUTE' AND g.grantee NOT IN (0, p.proowner)
"""
# The functions of a name that a role may not execute as it could before.
LACKING_GRANT = """
SELECT p.oid::regprocedure::text FROM pg_proc AS p
WHERE p.pronamespace = quote_ident(current_schema())::regnamespace AND p.proname = {name}
AND NOT EXISTS (
    SELECT FROM aclexplode(p.proacl) AS g
    WHERE g.grantee = {role}::regrole AND (g.is_grantable OR NOT {grantable})
)
"""
# The columns that hold a users.id and have not the type it has now. The archive's is a text
# whatever that type is: what a legacy row named as its learner may be no id at all.
OTHERWISE_TYPED = """
SELECT c.relname::text, a.attname::text FROM pg_attribute AS a
JOIN pg_class AS c ON c.oid = a.attrelid
WHERE c.relnamespace = quote_ident(current_schema())::regnamespace AND c.relkind IN ('r', 'p')
AND starts_with(c.relname, 'hg_') AND c.relname <> 'hg_legacy_archive' AND a.attname = 'user_id'
AND format_type(a.atttypid, a.atttypmod) <> {id_type} ORDER BY 1
"""


@dataclass(frozen=True)
class Source:
    """One file of the manifest, named from the project's folder."""

    name: str
    text: str


class Project:
    """The folder that holds migrations/, functions/, triggers/ and sql/."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.migrations = self.root / "migrations"
        self.manifest = self.root / "sql" / "manifest.sql"
        self.uninstall = self.root / "sql" / "uninstall.sql"

    @property
    def version(self) -> str:
        with open(self.root / "pyproject.toml", "rb") as file:
            return tomllib.load(file)["project"]["version"]

    @cached_property
    def sources(self) -> list[Source]:
        """The files the manifest names, in its order."""
        names: dict[str, Source] = {}
        for number, line in enumerate(self.manifest.read_text("utf-8").splitlines(), 1):
            if not line.strip() or line.lstrip().startswith("--"):
                continue
            found = INCLUDE.fullmatch(line.strip())
            if found is None:
                raise Refused(f"sql/manifest.sql:{number}: neither a comment nor \\ir FILE: {line}")
            path = (self.manifest.parent / found[1]).resolve()
            name = path.relative_to(self.root).as_posix()
            if name in names:
                raise Refused(f"sql/manifest.sql:{number}: {name} is listed twice")
            if not path.is_file():
                raise Refused(f"sql/manifest.sql:{number}: there is no file {name}")
            names[name] = Source(name, path.read_text("utf-8"))
        return list(names.values())


@dataclass(frozen=True)
class Installation:
    """What hg_installation remembers of the last load."""

    code_hash: str | None
    functions: list[str]
    user_id_type: str | None


def read_installation(connection: psycopg.Connection) -> Installation:
    row = connection.execute(
        "SELECT i.code_hash, i.functions, i.user_id_type FROM hg_installation AS i"
    ).fetchone()
    if row is None:
        raise Refused("hg_installation has lost its row: restore it from a backup")
    return Installation(row[0], row[1] or [], row[2])


def user_id_type(connection: psycopg.Connection, schema: str) -> str:
    row = connection.execute(
        "SELECT format_type(a.atttypid, a.atttypmod) FROM pg_attribute AS a "
        "JOIN pg_class AS c ON c.oid = a.attrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace "
        "WHERE n.nspname = %s AND c.relname = 'users' AND a.attname = 'id' AND a.attnum > 0",
        [schema],
    ).fetchone()
    if row is None:
        raise Refused(f"the table users of schema {schema} has no column id")
    return row[0]


def sources_hash(sources: list[Source]) -> str:
    """The hash of the code alone."""
    content = [[source.name, source.text] for source in sources]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def code_hash(sources: list[Source], *facts: str) -> str:
    """The hash of the code and of what it is created for; the bundle of tools/dist.py computes it
    from the same lines."""
    return hashlib.sha256("\n".join([sources_hash(sources), *facts]).encode()).hexdigest()


def load(
    connection: psycopg.Connection, project: Project, schema: str, say: Say
) -> list[str] | None:
    """Load the code unless it is loaded; the functions it made, None when it was there."""
    id_type = user_id_type(connection, schema)
    major = str(connection.info.server_version // 10000)
    wanted = code_hash(project.sources, id_type, major, schema)
    before = read_installation(connection)
    if before.code_hash == wanted and all_as_loaded(connection, before.functions):
        return None
    retyped = before.user_id_type not in (None, id_type)
    this = Load(connection, project, before, id_type, wanted)
    try:
        return retried(lambda: this.run(renew=retyped), "loading functions", connection, say)
    except (psycopg.errors.InvalidFunctionDefinition, psycopg.errors.AmbiguousFunction):
        if retyped:
            raise
    # An argument's name or a result type has changed, which CREATE OR REPLACE refuses, or an
    # argument came or went, which makes a second function of the name. Only now are functions
    # dropped: a session that is just calling one would see it vanish.
    return retried(lambda: this.run(renew=True), "loading functions", connection, say)


def all_as_loaded(connection: psycopg.Connection, signatures: list[str]) -> bool:
    """Whether all functions are there, and are what was loaded where that was noted."""
    row = connection.execute(
        "SELECT coalesce(bool_and(to_regprocedure(f.name) IS NOT NULL), true), "
        "to_regprocedure('hg__function_digests(text[])') IS NOT NULL "
        "FROM unnest(%s::text[]) AS f (name)",
        [signatures],
    ).fetchone()
    if row != (True, True):
        return row[0]
    return connection.execute(
        "SELECT coalesce(i.function_digests = hg__function_digests(i.functions), true) "
        "FROM hg_installation AS i"
    ).fetchone()[0]


@dataclass(frozen=True)
class Load:
    """One load: its transaction, and what it needs to know."""

    connection: psycopg.Connection
    project: Project
    before: Installation
    id_type: str
    code_hash: str

    def run(self, renew: bool) -> list[str]:
        """Everything in one transaction; renew: drop what is there first."""
        with self.connection.transaction():
            set_lock_timeout(self.connection)
            grants = self.added_grants()
            if renew:
                self.drop(self.droppable())
                self.retype_user_id()
            for source in self.project.sources:
                execute_source(self.connection, source)
            created = self.created()
            self.drop(self.existing(set(self.before.functions) - set(created)))
            self.grant_again(grants)
            self.connection.execute(
                "UPDATE hg_installation SET code_hash = %s, code_version = %s, functions = %s, "
                "user_id_type = %s",
                [self.code_hash, self.project.version, created, self.id_type],
            )
            if "hg__function_digests(text[])" in created:
                self.connection.execute(
                    "UPDATE hg_installation AS i "
                    "SET function_digests = hg__function_digests(i.functions)"
                )
        return created

    def created(self) -> list[str]:
        """The functions this transaction created or replaced."""
        rows = self.connection.execute(
            "SELECT p.oid::regprocedure::text FROM pg_proc AS p "
            "WHERE p.xmin = pg_current_xact_id()::xid ORDER BY 1"
        )
        return [row[0] for row in rows]

    def existing(self, signatures: set[str]) -> list[str]:
        rows = self.connection.execute(
            "SELECT to_regprocedure(f.name)::text FROM unnest(%s::text[]) AS f (name) "
            "WHERE to_regprocedure(f.name) IS NOT NULL ORDER BY 1",
            [sorted(signatures)],
        )
        return [row[0] for row in rows]

    def droppable(self) -> list[str]:
        rows = self.connection.execute(
            DROPPABLE.format(functions="%s::text[]"), [self.before.functions]
        )
        return [row[0] for row in rows]

    def drop(self, signatures: list[str]) -> None:
        """Drop functions together, in one statement: they may depend on one another."""
        if not signatures:
            return
        try:
            self.connection.execute("DROP ROUTINE " + ", ".join(signatures))
        except psycopg.errors.DependentObjectsStillExist as error:
            raise Refused(
                f"functions of an older version are still in use: {error.diag.message_detail} "
                "Drop or change what uses them, then run make migrate again. Nothing was changed."
            ) from error

    def retype_user_id(self) -> None:
        """Give the columns that hold a users.id the type it has now."""
        rows = self.connection.execute(
            OTHERWISE_TYPED.format(id_type="%s"), [self.id_type]
        ).fetchall()
        for table, column in rows:
            self.connection.execute(
                sql.SQL("ALTER TABLE {} ALTER COLUMN {} TYPE {} USING {}::text::{}").format(
                    sql.Identifier(table),
                    sql.Identifier(column),
                    sql.SQL(self.id_type),
                    sql.Identifier(column),
                    sql.SQL(self.id_type),
                )
            )

    def added_grants(self) -> list[tuple[str, str, bool]]:
        rows = self.connection.execute(
            ADDED_GRANTS.format(functions="%s::text[]"), [self.before.functions]
        )
        return rows.fetchall()

    def grant_again(self, grants: list[tuple[str, str, bool]]) -> None:
        """Give back what a DROP took: grants are by function name, whatever its arguments are."""
        for name, role, grantable in grants:
            rows = self.connection.execute(
                LACKING_GRANT.format(name="%s", role="%s", grantable="%s"), [name, role, grantable]
            ).fetchall()
            for (signature,) in rows:
                option = " WITH GRANT OPTION" if grantable else ""
                self.connection.execute(f"GRANT EXECUTE ON ROUTINE {signature} TO {role}{option}")


def execute_source(connection: psycopg.Connection, source: Source) -> None:
    """Run one file; an error tells file and line."""
    try:
        connection.execute(source.text.encode())
    except psycopg.Error as error:
        position = error.diag.statement_position
        line = source.text.count("\n", 0, int(position) - 1) + 1 if position else 1
        error.add_note(f"{source.name}:{line}")
        raise
