"""Check what sqlfluff does not look into: bodies, grants, comments, migrations, tests.

    python -m tools.check_sql [FOLDER]

Findings are FILE:LINE: text, one a line; exit 1 when there are any.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tools.sqltext import Body, Statement, code_of, in_brackets, split_list, statements

WIDTH = 100
FOLDERS = ("functions", "triggers", "sql", "migrations")
ROUTINE = re.compile(
    r"CREATE (?:OR REPLACE )?(FUNCTION|PROCEDURE|AGGREGATE) ([\w.\"]+)", re.IGNORECASE
)
TABLE = re.compile(r"CREATE (?:UNLOGGED )?TABLE (?:IF NOT EXISTS )?(hg_\w+) ", re.IGNORECASE)
NOT_A_COLUMN = re.compile(
    r"(CONSTRAINT|PRIMARY|UNIQUE|CHECK|FOREIGN|EXCLUDE|LIKE)\b", re.IGNORECASE
)
MIGRATION_NAME = re.compile(r"\d{4}_[a-z0-9_]+")
SEARCH_PATH = re.compile(r"\bSET search_path\b", re.IGNORECASE)
EXECUTE = re.compile(r"\bEXECUTE\b(?!\s+(?:FUNCTION|PROCEDURE)\b)", re.IGNORECASE)
RAISE = re.compile(r"\bRAISE\b([^;]*)", re.IGNORECASE)
QUIET_RAISE = re.compile(r"\s*(?:DEBUG|LOG|INFO|NOTICE|WARNING)\b|\s*$", re.IGNORECASE)
RAISE_BY_CONDITION = re.compile(r"\s*(?:SQLSTATE\b|(?!EXCEPTION\b|USING\b)[a-z_]+)", re.IGNORECASE)


@dataclass(frozen=True, order=True)
class Finding:
    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


class File:
    """One SQL file and what it holds."""

    def __init__(self, root: Path, path: Path) -> None:
        self.path = path
        self.name = path.relative_to(root).as_posix()
        self.folder = self.name.split("/")[0]
        self.text = path.read_text("utf-8")

    @cached_property
    def statements(self) -> list[Statement]:
        return statements(self.text)

    @cached_property
    def routines(self) -> list[tuple[str, str, Statement]]:
        """(kind, name, statement) of each function, procedure and aggregate created here."""
        found = []
        for statement in self.statements:
            match = ROUTINE.match(statement.words)
            if match:
                found.append((match[1].upper(), match[2], statement))
        return found

    def finding(self, line: int, text: str) -> Finding:
        return Finding(self.name, line, text)


def has(statement: Statement, pattern: str) -> bool:
    return re.search(pattern, statement.words, re.IGNORECASE) is not None


# --- One file ------------------------------------------------------------------------------


def check_lines(file: File) -> Iterator[Finding]:
    for number, line in enumerate(file.text.splitlines(), 1):
        if len(line) > WIDTH:
            yield file.finding(number, f"{len(line)} columns, at most {WIDTH}")
        if line != line.rstrip():
            yield file.finding(number, "white space at the end of the line")
    if file.text and not file.text.endswith("\n"):
        yield file.finding(file.text.count("\n") + 1, "no newline at the end of the file")


def check_grants(file: File) -> Iterator[Finding]:
    for statement in file.statements:
        if has(statement, r"^GRANT .* TO .*\bpublic\b"):
            yield file.finding(statement.line, "GRANT to public: grant to a role")


def check_bodies(file: File) -> Iterator[Finding]:
    """PL/pgSQL: functions' bodies and those of DO."""
    for statement in file.statements:
        if has(statement, r"LANGUAGE (?!plpgsql)\w+"):
            continue
        for body in statement.bodies:
            yield from check_body(file, body)


def check_body(file: File, body: Body) -> Iterator[Finding]:
    code, _ = code_of(body.text)
    lines = body.text.split("\n")

    def line_of(position: int) -> int:
        return code.count("\n", 0, position)

    for match in EXECUTE.finditer(code):
        line = line_of(match.start())
        if not re.search(r"--\s*dynamic:\s*\S", lines[line]):
            text = "EXECUTE: write the statement out, or say why on the line: -- dynamic: <reason>"
            yield file.finding(body.line + line, text)
    for match in re.finditer(r"\bWHEN\s+OTHERS\b", code, re.IGNORECASE):
        text = "WHEN OTHERS hides errors: name the conditions"
        yield file.finding(body.line + line_of(match.start()), text)
    for match in RAISE.finditer(code):
        if QUIET_RAISE.match(match[1]):
            continue
        missing = [
            word
            for word in ("ERRCODE", "DETAIL", "HINT")
            if not re.search(rf"\b{word}\b", match[1], re.IGNORECASE)
            and not (word == "ERRCODE" and RAISE_BY_CONDITION.match(match[1]))
        ]
        if missing:
            text = f"RAISE without {', '.join(missing)}"
            yield file.finding(body.line + line_of(match.start()), text)


def check_routine(file: File, kind: str, name: str, statement: Statement) -> Iterator[Finding]:
    """What every CREATE has to state."""
    if kind == "AGGREGATE":
        if not has(statement, r"\bPARALLEL ?= ?(SAFE|RESTRICTED|UNSAFE)\b"):
            yield file.finding(statement.line, f"{name}: parallel safety is not stated")
        return
    language = re.search(r"\bLANGUAGE (\w+)", statement.words, re.IGNORECASE)
    plpgsql = language is not None and language[1].lower() == "plpgsql"
    if language is None:
        yield file.finding(statement.line, f"{name}: LANGUAGE is not stated")
    if kind == "FUNCTION":
        if not has(statement, r"\b(IMMUTABLE|STABLE|VOLATILE)\b"):
            yield file.finding(statement.line, f"{name}: volatility is not stated")
        if not has(statement, r"\bPARALLEL (SAFE|RESTRICTED|UNSAFE)\b"):
            yield file.finding(statement.line, f"{name}: parallel safety is not stated")
    if not has(statement, r"\bSECURITY (INVOKER|DEFINER)\b"):
        yield file.finding(statement.line, f"{name}: SECURITY INVOKER or DEFINER is not stated")
    if not SEARCH_PATH.search(statement.words):
        if has(statement, r"\bSECURITY DEFINER\b"):
            yield file.finding(statement.line, f"{name}: SECURITY DEFINER without SET search_path")
        elif plpgsql and not (kind == "PROCEDURE" and commits(statement)):
            yield file.finding(statement.line, f"{name}: PL/pgSQL without SET search_path")
    if not plpgsql and statement.bodies:
        text = f"{name}: an SQL function is RETURN or BEGIN ATOMIC, not a string"
        yield file.finding(statement.line, text)
    for body in statement.bodies:
        if body.tag != name:
            yield file.finding(body.line, f"{name}: the dollar tag is ${body.tag}$, not ${name}$")


def commits(statement: Statement) -> bool:
    """Whether a body has COMMIT: with a SET clause, such a procedure would fail there."""
    return any(re.search(r"\bCOMMIT\s*;", code_of(body.text)[0]) for body in statement.bodies)


def check_around(file: File, kind: str, name: str, line: int) -> Iterator[Finding]:
    """What has to stand in the file beside the CREATE."""
    words = [statement.words for statement in file.statements]
    noun = rf"(?:{kind}|ROUTINE|FUNCTION)"

    def any_statement(pattern: str) -> bool:
        return any(re.match(pattern, text, re.IGNORECASE) for text in words)

    end = re.escape(name) + r"\b"
    if not any_statement(rf"REVOKE ALL ON {noun} (?:.*, ?)?{end}.* FROM public\b"):
        yield file.finding(line, f"{name}: REVOKE ALL ... FROM public is missing")
    if is_public(name) and not any_statement(rf"COMMENT ON {noun} {end}"):
        yield file.finding(line, f"{name}: a public function needs a COMMENT")
    if is_public(name) and file.path.stem != name:
        yield file.finding(line, f"{name}: the file has to be called {name}.sql")
    if not is_public(name) and any_statement(rf"GRANT .* ON {noun} {end}"):
        yield file.finding(line, f"{name}: a helper is granted to nobody")


def is_public(name: str) -> bool:
    return re.match(r"hg_[^_]", name) is not None


def check_code_file(file: File) -> Iterator[Finding]:
    """A file of functions/ or triggers/, or one of sql/ that creates functions."""
    for kind, name, statement in file.routines:
        if not re.fullmatch(r"hg__?[a-z][a-z0-9_]*", name):
            yield file.finding(statement.line, f"{name}: names are hg_verb_noun or hg__name")
        yield from check_routine(file, kind, name, statement)
        yield from check_around(file, kind, name, statement.line)
    if file.folder == "sql":
        return
    names = [name for _, name, _ in file.routines]
    if file.path.stem not in names:
        made = ", ".join(names) or "no function"
        yield file.finding(1, f"a file is named after its function; this one makes {made}")
    head = re.match(r"(?:--[^\n]*\n)+", file.text)
    for word in ("Writes:", "Calls:", "Raises:"):
        if head is None or word not in head[0]:
            yield file.finding(1, f"the comment at the head does not say {word}")


def check_migration(file: File) -> Iterator[Finding]:
    for _, name, statement in file.routines:
        yield file.finding(statement.line, f"{name}: functions live in functions/, not here")
    for statement in file.statements:
        texts = [statement.code, *(code_of(body.text)[0] for body in statement.bodies)]
        for text in texts:
            for match in re.finditer(r"\bhg__\w+(?=\s*\()", text):
                yield file.finding(
                    statement.line, f"a migration calls no function of ours: {match[0]}"
                )
    if re.search(r"^\s*--\s*transactional\s*:\s*false", file.text, re.MULTILINE):
        yield file.finding(1, "a migration has to be one transaction")


# --- The project as a whole ----------------------------------------------------------------


def check_migration_files(root: Path, files: list[File]) -> Iterator[Finding]:
    names = {file.path.name for file in files}
    numbers: dict[str, str] = {}
    for file in files:
        stem = file.path.name.removesuffix(".sql").removesuffix(".rollback")
        if not MIGRATION_NAME.fullmatch(stem):
            yield file.finding(1, "a migration is called NNNN_what.sql")
        if file.path.name.endswith(".rollback.sql"):
            if f"{stem}.sql" not in names:
                yield file.finding(1, f"there is no {stem}.sql that this undoes")
            continue
        if f"{stem}.rollback.sql" not in names:
            yield file.finding(1, f"there is no {stem}.rollback.sql")
        other = numbers.setdefault(stem[:4], stem)
        if other != stem:
            yield file.finding(1, f"the number {stem[:4]} is taken by {other}")


def check_table_comments(files: list[File]) -> Iterator[Finding]:
    """Every table of ours and every column of it has its COMMENT somewhere in migrations/."""
    comments = set()
    for file in files:
        for statement in file.statements:
            match = re.match(
                r"COMMENT ON (?:TABLE|COLUMN) ([\w.]+)", statement.words, re.IGNORECASE
            )
            if match:
                comments.add(match[1].lower())
    for file in files:
        for statement in file.statements:
            for name in created_columns(statement):
                if name not in comments:
                    yield file.finding(statement.line, f"{name} has no COMMENT")


def created_columns(statement: Statement) -> list[str]:
    """The table and the table.column names that a statement brings into being."""
    words = statement.words
    added = re.match(r"ALTER TABLE (?:IF EXISTS )?(?:ONLY )?(hg_\w+) (.*)", words, re.IGNORECASE)
    if added:
        found = re.findall(r"\bADD COLUMN (?:IF NOT EXISTS )?(\w+)", added[2], flags=re.IGNORECASE)
        return [f"{added[1]}.{column}" for column in found]
    created = TABLE.match(words)
    if created is None:
        return []
    table, rest = created[1], words[created.end() :]
    if rest.startswith("("):
        items = split_list(in_brackets(rest, 0))
        columns = [item.split()[0] for item in items if not NOT_A_COLUMN.match(item)]
    else:
        selected = re.match(r"AS SELECT (.*?) FROM\b", rest, re.IGNORECASE)
        columns = [item.split()[-1].split(".")[-1] for item in split_list(selected[1])]
    return [table, *(f"{table}.{column}" for column in columns)]


def check_manifest(root: Path, files: list[File]) -> Iterator[Finding]:
    """Every function and trigger is loaded."""
    manifest = root / "sql" / "manifest.sql"
    if not manifest.is_file():
        yield Finding("sql/manifest.sql", 1, "is missing")
        return
    listed = set(re.findall(r"^\s*\\ir\s+\.\./(\S+)", manifest.read_text("utf-8"), re.MULTILINE))
    for file in files:
        if file.name not in listed:
            yield file.finding(1, "is not in sql/manifest.sql")


def check_tests(root: Path, files: list[File]) -> Iterator[Finding]:
    """Every public function has a test file of its own."""
    tests = {path.name for path in (root / "tests").rglob("test_*.py")}
    for file in files:
        for _, name, statement in file.routines:
            if is_public(name) and f"test_{name}.py" not in tests:
                yield file.finding(statement.line, f"{name}: there is no tests/**/test_{name}.py")


def check_unique(files: list[File]) -> Iterator[Finding]:
    """One function, one file."""
    first: dict[str, str] = {}
    for file in files:
        for _, name, statement in file.routines:
            other = first.setdefault(name, file.name)
            if other != file.name:
                yield file.finding(statement.line, f"{name} is made in {other} too")


def check(root: Path) -> list[Finding]:
    """All findings of a project."""
    files = [
        File(root, path) for folder in FOLDERS for path in sorted((root / folder).rglob("*.sql"))
    ]
    code = [file for file in files if file.folder in ("functions", "triggers")]
    migrations = [file for file in files if file.folder == "migrations"]
    # The manifest is psql's: \ir lines and comments.
    files = [file for file in files if file.name != "sql/manifest.sql"]
    found: list[Finding] = []
    for file in files:
        for each in (check_lines, check_grants, check_bodies):
            found += each(file)
        found += check_migration(file) if file.folder == "migrations" else check_code_file(file)
    found += check_migration_files(root, migrations)
    found += check_table_comments(migrations)
    found += check_manifest(root, code)
    found += check_tests(root, code)
    found += check_unique(code)
    return sorted(set(found))


def main(arguments: list[str]) -> int:
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parent.parent
    found = check(root)
    for finding in found:
        print(finding)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
