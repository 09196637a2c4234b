"""Write the whole installation as one SQL file, for psql alone, a console or another tool.

    python -m tools.dist [--project FOLDER] [--output FILE]

The file does in one transaction what make migrate does in several, keeps the same books, and can
be run again and beside it: docs/upgrading.md. The same sources give the same bytes.
"""

import argparse
import hashlib
import re
import sys
from pathlib import Path

from tools import loader, migrate, migrations, session
from tools.loader import Project, Source
from tools.server import ROOT
from tools.session import Refused

PARTS = ROOT / "sql" / "bundle"
ROUTINE = re.compile(r"^CREATE OR REPLACE (?:FUNCTION|PROCEDURE) (\w+)", re.MULTILINE)

HEAD = """\
-- hidden-grade-asset {version}: the whole installation, and the way up from every earlier version.
--
--     psql --no-psqlrc --set ON_ERROR_STOP=1 --file hidden-grade-asset-{version}.sql
--
-- One transaction: an error leaves nothing behind. It can be run again, and where all is as it
-- should be it changes nothing. As the owner of the table users, or where there is none as a role
-- that may create one. The schema is the one in which the search_path finds users, else the
-- setting hg.schema, else the first of the search_path. docs/upgrading.md says what it locks.
"""


def quoted(text: str, tag: str = "hg_text") -> str:
    """The text between dollar quotes that do not occur in it."""
    while f"${tag}$" in text:
        tag += "_"
    return f"${tag}${text}${tag}$"


def part(name: str, **values: object) -> str:
    """One of the parts in sql/bundle, its @names@ filled in."""
    return re.sub(
        r"@(\w+)@", lambda found: str(values[found[1]]), (PARTS / name).read_text("utf-8")
    )


def file_digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def migration_parts(project: Project) -> list[str]:
    """Each migration, with the digest of its file as migrations/released.sha256 has it."""
    texts = []
    for one in migrations.read_all(project):
        path = Path(one.path)
        head = f"-- migration {file_digest(path)} {path.name}\n"
        text = quoted(path.read_text("utf-8"))
        texts.append(head + part("migration.sql", id=one.id, hash=one.hash, text=text))
    return texts


def load_part(project: Project) -> str:
    sources = project.sources
    return part(
        "load.sql",
        files=",".join(f"\n-- {source.name}\n{quoted(source.text)}" for source in sources),
        names=",".join(sorted(names_of(sources))),
        hash=loader.sources_hash(sources),
        version=project.version,
        added_grants=loader.ADDED_GRANTS.format(functions="v_loaded"),
        droppable=loader.DROPPABLE.format(functions="v_loaded"),
        otherwise_typed=loader.OTHERWISE_TYPED.format(id_type="v_id_type"),
        lacking_grant=loader.LACKING_GRANT.format(
            name="v_grant ->> 'proname'",
            role="(v_grant ->> 'grantee')",
            grantable="(v_grant -> 'is_grantable')::boolean",
        ),
    )


def names_of(sources: list[Source]) -> set[str]:
    """The functions and procedures that the sources create."""
    return {name for source in sources for name in ROUTINE.findall(source.text)}


def bundle(project: Project) -> str:
    """The text of the file."""
    begin = part(
        "begin.sql",
        version=project.version,
        migrations=",".join(one.id for one in migrations.read_all(project)),
        roles=",".join(migrate.ROLES),
        server=migrate.OLDEST_SERVER,
        installer_key=session.INSTALLER_KEY,
        worker_key=session.WORKER_KEY,
    )
    settle = part("settle.sql", version=project.version)
    head = HEAD.format(version=project.version)
    return "\n".join([head + begin, *migration_parts(project), load_part(project), settle])


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="tools.dist", description=__doc__.split("\n")[0])
    parser.add_argument("--project", type=Path, default=ROOT, help="another project folder")
    parser.add_argument("--output", type=Path, help="dist/hidden-grade-asset-VERSION.sql")
    given = parser.parse_args(arguments)
    project = Project(given.project)
    path = given.output or ROOT / "dist" / f"hidden-grade-asset-{project.version}.sql"
    try:
        text = bundle(project)
    except Refused as refused:
        print(f"error: {refused}", file=sys.stderr)
        return refused.status
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8", newline="\n")
    print(f"{path}: {len(text.encode()):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
