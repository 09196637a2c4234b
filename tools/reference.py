"""docs/reference.md, made from the catalog of a fresh installation: its comments are the text.

python -m tools.reference           write it, from a server of its own
python -m tools.reference check     say whether it is what the sources give; exit 1 if not
"""

import contextlib
import io
import re
import sys
from collections.abc import Iterable, Iterator

import psycopg
from psycopg.rows import namedtuple_row

from tools import migrate, server
from tools.loader import Project
from tools.throwaway import throwaway

PAGE = server.ROOT / "docs" / "reference.md"
ERRORS = server.ROOT / "docs" / "errors.md"
ID_TYPE = "type of users.id"
CODE = re.compile(r"\b(?:LG\d{3}|(?=\w*\d)[0-9][0-9A-Z]{4})\b(?! characters)")

HEAD = """\
# Reference

Made by `make docs` from what a fresh installation says of itself. The same texts are in the
database, and `\\df+ hg_spend_tokens` or `\\d+ hg_ledger` in psql shows them:

```sql
SELECT obj_description('hg_ledger'::regclass) LIKE 'Append-only: %' AS told;
```

```text
 told
------
 t
(1 row)
```

[The API](api.md) has an example with its answer for each function, and [words](words.md) says what
the terms mean. *Type of users.id* is `integer`, `bigint`, `uuid` or `text`, whatever the
application's table has.

"""

# A code that so many functions name is told as their number.
MANY = 15

# What a caller may expect.
VOLATILITY = {"v": "may change data", "s": "reads only", "i": "computes only"}

FUNCTIONS = """
SELECT p.oid, p.proname AS name, p.prokind = 'p' AS is_procedure, p.provolatile AS volatility,
    obj_description(p.oid, 'pg_proc') AS comment,
    ARRAY(
        SELECT g.rolname::text
        FROM aclexplode(p.proacl) AS a
        JOIN pg_roles AS g ON g.oid = a.grantee
        WHERE g.oid <> p.proowner
        ORDER BY g.rolname
    ) AS roles,
    format_type(p.prorettype, NULL) AS result, p.proretset AS is_set
FROM pg_proc AS p
WHERE p.pronamespace = quote_ident(current_schema())::regnamespace AND p.proname ~ '^hg_[^_]'
ORDER BY p.proname COLLATE "C"
"""

ARGUMENTS = """
SELECT a.mode, a.name, format_type(a.type, NULL) AS type,
    CASE WHEN a.mode IN ('i', 'b')
        THEN pg_get_function_arg_default(p.oid, a.place::integer) END AS default
FROM pg_proc AS p
CROSS JOIN LATERAL ROWS FROM (
    unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])),
    unnest(p.proargnames),
    unnest(coalesce(p.proargmodes, array_fill('i'::"char", ARRAY[p.pronargs::integer])))
) WITH ORDINALITY AS a (type, name, mode, place)
WHERE p.oid = %s
ORDER BY a.place
"""

RELATIONS = """
SELECT c.oid, c.relname AS name, obj_description(c.oid, 'pg_class') AS comment
FROM pg_class AS c
WHERE c.relkind = ANY (%s) AND NOT c.relispartition
AND c.relnamespace = quote_ident(current_schema())::regnamespace AND c.relname ~ '^(hg_.*|users)$'
ORDER BY c.relname COLLATE "C"
"""

COLUMNS = """
SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS required,
    col_description(a.attrelid, a.attnum) AS comment
FROM pg_attribute AS a
WHERE a.attrelid = %s AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attname COLLATE "C"
"""

TYPES = """
SELECT t.typname AS name, t.typrelid AS relation, obj_description(t.oid, 'pg_type') AS comment,
    ARRAY(
        SELECT e.enumlabel::text FROM pg_enum AS e WHERE e.enumtypid = t.oid
        ORDER BY e.enumsortorder
    ) AS labels
FROM pg_type AS t
LEFT JOIN pg_class AS c ON c.oid = t.typrelid
WHERE t.typnamespace = quote_ident(current_schema())::regnamespace AND t.typname ~ '^hg_'
AND (t.typtype IN ('e', 'd') OR t.typtype = 'c' AND c.relkind = 'c')
ORDER BY t.typname COLLATE "C"
"""

SETTINGS = """
SELECT s.name, s.value::text, s.comment FROM hg_settings AS s ORDER BY s.name COLLATE "C"
"""

# Of the application's own table only what every installation has.
OF_USERS = ("id", "grade", "hidden_grade_asset")


class Incomplete(Exception):
    """Something that has no comment; the text says what."""


class Reference:
    """The page, from a connection to an installation."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection
        self.functions = self.rows(FUNCTIONS)
        self.tables = self.rows(RELATIONS, [["r", "p"]])
        self.views = self.rows(RELATIONS, [["v", "m"]])
        self.types = self.rows(TYPES)
        self.known = {one.name for one in (*self.functions, *self.tables, *self.views, *self.types)}

    def rows(self, query: str, parameters: Iterable = ()) -> list:
        with self.connection.cursor(row_factory=namedtuple_row) as cursor:
            return cursor.execute(query, list(parameters)).fetchall()

    def without_comment(self) -> list[str]:
        """What ought to have one and has none."""
        things = [*self.functions, *self.tables, *self.views, *self.types, *self.rows(SETTINGS)]
        missing = [one.name for one in things if not one.comment and one.name != "users"]
        for relation in (*self.tables, *self.views):
            if relation.name != "users":
                columns = self.rows(COLUMNS, [relation.oid])
                missing += [f"{relation.name}.{one.name}" for one in columns if not one.comment]
        return missing

    def page(self) -> str:
        missing = self.without_comment()
        if missing:
            raise Incomplete(f"these have no comment: {', '.join(missing)}")
        parts = [HEAD, *self.function_section(), *self.relation_section("Tables", self.tables)]
        parts += [*self.relation_section("Views", self.views), *self.type_section()]
        parts += [*self.setting_section(), *self.role_section(), *self.code_section()]
        return "".join(parts).rstrip("\n") + "\n"

    # --- Functions -------------------------------------------------------------------------

    def function_section(self) -> Iterator[str]:
        yield "## Functions\n\n"
        for function in self.functions:
            yield f"### {function.name}\n\n```text\n{self.signature(function)}\n```\n\n"
            yield self.prose(function.comment)
            roles = ", ".join(f"`{role}`" for role in function.roles) or "the owner alone"
            facts = [f"Called by: {roles}", VOLATILITY[function.volatility]]
            yield f"{'; '.join(facts)}.\n\n"

    def signature(self, function: object) -> str:
        """As it is called: each argument on a line where one line would be long."""
        arguments = self.rows(ARGUMENTS, [function.oid])
        given = [self.argument(one) for one in arguments if one.mode in ("i", "b", "v")]
        columns = [f"{one.name} {self.type(one)}" for one in arguments if one.mode in ("t", "o")]
        if function.is_procedure:
            result = ""
        elif columns:
            result = f" RETURNS TABLE ({', '.join(columns)})"
        else:
            result = f" RETURNS {'SETOF ' if function.is_set else ''}{function.result}"
        line = f"{function.name}({', '.join(given)}){result}"
        if len(line) <= 96:
            return line
        shown = f"{function.name}(\n" + ",\n".join(f"    {one}" for one in given) + f"\n){result}"
        if not given:
            shown = f"{function.name}(){result}"
        if len(shown.splitlines()[-1]) > 96:
            table = ",\n".join(f"    {one}" for one in columns)
            shown = shown.replace(result, f" RETURNS TABLE (\n{table}\n)")
        return shown

    def argument(self, argument: object) -> str:
        default = f" DEFAULT {argument.default}" if argument.default is not None else ""
        # A cast of a default says nothing that its argument does not.
        return f"{argument.name} {self.type(argument)}{re.sub(r'::[a-z ]+$', '', default)}"

    def type(self, column: object) -> str:
        """The type, and of an id of learners that it is the application's."""
        if column.name in ("user_id", "p_user_id", "p_after"):
            return ID_TYPE
        return column.type.replace("timestamp with time zone", "timestamptz")

    # --- Text ------------------------------------------------------------------------------

    def prose(self, comment: str) -> str:
        """A comment as paragraphs: what begins a line with one of its words begins one here."""
        lines = []
        for line in comment.splitlines():
            if re.match(r"(Arguments|Receipt|Errors|Example|Rules|More|Returns)\b", line):
                lines.append("")
            lines.append(line)
        paragraphs = re.split(r"\n\s*\n", "\n".join(lines).strip())
        return "".join(f"{self.paragraph(' '.join(one.split()))}\n\n" for one in paragraphs)

    def paragraph(self, text: str) -> str:
        example = re.fullmatch(r"Example: (.*)", text)
        if example:
            return f"**Example:** `{example[1]}`"
        return re.sub(r"^(Arguments|Receipt|Errors):", r"**\1:**", self.words(text))

    def words(self, text: str) -> str:
        """Plain text as Markdown, names of the product as links."""
        text = re.sub(r"([\\`*<\[\]|])", r"\\\1", text)
        text = re.sub(r"\bdocs/(\w[\w-]*)\.md\b", r"[\1](\1.md)", text)
        text = re.sub(r"(?<![\w(/])make [a-z-]+\b(?= |[.,:;]|$)", self.command, text)
        text = re.sub(r"\b(?:p_|ai_)[a-z_]+\b(?!\\)", r"`\g<0>`", text)
        return re.sub(r"\bhg_\w+(?:\(\))?", self.link, text)

    def command(self, found: re.Match) -> str:
        target = found[0].removeprefix("make ")
        makefile = (server.ROOT / "Makefile").read_text("utf-8")
        return f"`{found[0]}`" if re.search(rf"^{target}:", makefile, re.M) else found[0]

    def link(self, found: re.Match) -> str:
        name = found[0].removesuffix("()")
        return f"[`{name}`](#{name})" if name in self.known else f"`{name}`"

    # --- Tables, views, types --------------------------------------------------------------

    def relation_section(self, title: str, relations: list) -> Iterator[str]:
        yield f"## {title}\n\n"
        for relation in relations:
            yield f"### {relation.name}\n\n"
            yield self.prose(relation.comment or "The application's own table of learners.")
            yield "| column | type | null | meaning |\n|---|---|---|---|\n"
            for column in self.rows(COLUMNS, [relation.oid]):
                yield from self.column_row(relation, column)
            yield "\n"

    def column_row(self, relation: object, column: object) -> Iterator[str]:
        type_name, comment = self.type(column), column.comment or ""
        if relation.name == "users":
            if column.name not in OF_USERS:
                return
            if column.name != "hidden_grade_asset":
                type_name, comment = {
                    "id": (ID_TYPE, "The key."),
                    "grade": ("text", "The grade of the school; what is no number counts as none."),
                }[column.name]
        nullable = "" if column.required or relation.name.startswith("hg_v_") else "yes"
        meaning = self.words(" ".join(comment.split()))
        yield f"| `{column.name}` | {type_name} | {nullable} | {meaning} |\n"

    def type_section(self) -> Iterator[str]:
        yield "## Types\n\n"
        for one in self.types:
            yield f"### {one.name}\n\n{self.prose(one.comment)}"
            if one.labels:
                yield f"One of {', '.join(f'`{label}`' for label in one.labels)}.\n\n"
            elif one.relation:
                columns = self.rows(COLUMNS, [one.relation])
                fields = ", ".join(f"`{each.name}` {self.type(each)}" for each in columns)
                yield f"Fields: {fields}.\n\n"

    # --- The rest --------------------------------------------------------------------------

    def setting_section(self) -> Iterator[str]:
        yield "## Settings\n\nRows of [`hg_settings`](#hg_settings), changed by "
        yield "[`hg_set_setting`](#hg_set_setting).\n\n"
        yield "| setting | shipped | meaning |\n|---|---|---|\n"
        for name, value, comment in self.rows(SETTINGS):
            yield f"| `{name}` | `{value}` | {self.words(' '.join(comment.split()))} |\n"
        yield "\n"

    def role_section(self) -> Iterator[str]:
        yield "## Roles\n\nNone of them can log in or touch a table of learners: they are granted "
        yield "to those who can. What nobody is named for is the owner's.\n\n"
        yield "| role | may call |\n|---|---|\n"
        for role in sorted({role for one in self.functions for role in one.roles}):
            called = [f"[{one.name}](#{one.name})" for one in self.functions if role in one.roles]
            yield f"| `{role}` | {', '.join(called)} |\n"
        yield "\n"

    def code_section(self) -> Iterator[str]:
        yield "## Error codes\n\n[Errors](errors.md) says what to do about each.\n\n"
        yield "| code | meaning | named by |\n|---|---|---|\n"
        by_code = {}
        for one in self.functions:
            for text in re.findall(r"^Errors: (.*?)(?:\n\n|\Z)", one.comment, re.M | re.S):
                for code in set(CODE.findall(text)):
                    by_code.setdefault(code, []).append(f"[{one.name}](#{one.name})")
        for code, meaning in meanings():
            named = by_code.pop(code, [])
            called = ", ".join(named) if len(named) < MANY else f"{len(named)} functions"
            yield f"| `{code}` | {meaning} | {called or 'none'} |\n"
        if by_code:
            raise Incomplete(f"docs/errors.md says nothing of {', '.join(sorted(by_code))}")


def meanings() -> list[tuple[str, str]]:
    """Codes and what they mean, from the page about errors."""
    return re.findall(r"^\| `(\w{5})` \| (.*?) \| .* \|$", ERRORS.read_text("utf-8"), re.M)


def render(connection: psycopg.Connection) -> str:
    return Reference(connection).page()


def from_a_fresh_installation() -> str:
    with throwaway() as made:
        url = made.cluster.dsn()
        with contextlib.redirect_stdout(io.StringIO()):
            migrate.up(url, Project(server.ROOT))
        with psycopg.connect(url) as connection:
            return render(connection)


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["check"]):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        text = from_a_fresh_installation()
    except Incomplete as incomplete:
        print(f"error: {incomplete}", file=sys.stderr)
        return 1
    if not arguments:
        PAGE.write_text(text, "utf-8")
        return 0
    if not PAGE.is_file() or PAGE.read_text("utf-8") != text:
        print("docs/reference.md is not what the sources give: make docs")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
