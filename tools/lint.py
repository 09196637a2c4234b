"""All checks of style and safety; each runs, and one that fails makes the whole fail.

python -m tools.lint
"""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SQL_FOLDERS = ("functions", "triggers", "sql", "migrations")
PYTHON_FOLDERS = ("tools", "tests", "bench", "examples")

# What squawk warns of and why it does not hold here.
SQUAWK_EXCLUDED = {
    "require-lock-timeout": "tools.migrate sets one for every migration, and tries again",
    "require-statement-timeout": "tools.migrate switches it off: a migration is not cut short",
    "prefer-bigint-over-int": "the types of counters are part of the document's contract",
    "prefer-bigint-over-smallint": "the types of counters are part of the document's contract",
}


def run(*command: str, cwd: Path = ROOT) -> tuple[int, str]:
    done = subprocess.run(
        command, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    return done.returncode, (done.stdout + done.stderr).strip()


def module(name: str, *arguments: str, cwd: Path = ROOT) -> tuple[int, str]:
    return run(sys.executable, "-m", name, *arguments, cwd=cwd)


def python_folders() -> list[str]:
    return [name for name in PYTHON_FOLDERS if any((ROOT / name).rglob("*.py"))]


def sqlfluff(root: Path = ROOT) -> tuple[int, str]:
    names = [
        str(path.relative_to(root))
        for top in SQL_FOLDERS
        for path in sorted((root / top).rglob("*.sql"))
        # The manifest is psql's: \ir lines and comments.
        if path != root / "sql" / "manifest.sql"
    ]
    if not names:
        return 1, "there is no SQL to lint"
    config = str(ROOT / ".sqlfluff")
    return module(
        "sqlfluff",
        *("lint", "--config", config, "--nocolor", "--processes", "0", *names),
        cwd=root,
    )


def squawk() -> tuple[int, str]:
    migrations = sorted((ROOT / "migrations").glob("*.sql"))
    names = [str(path.relative_to(ROOT)) for path in migrations if ".rollback." not in path.name]
    if not names:
        return 1, "there are no migrations to lint"
    program = str(Path(sys.executable).parent / "squawk")
    return run(
        program,
        *("--assume-in-transaction", "--pg-version", "14", "--reporter", "gcc"),
        f"--exclude={','.join(SQUAWK_EXCLUDED)}",
        *names,
    )


CHECKS = {
    "ruff": lambda: module("ruff", "check", *python_folders()),
    "ruff format": lambda: module("ruff", "format", "--check", *python_folders()),
    "sqlfluff": sqlfluff,
    "squawk": squawk,
    "bodies, grants, comments, tests": lambda: module("tools.check_sql"),
    "released migrations": lambda: module("tools.frozen", "check"),
    "version": lambda: module("tools.checkver"),
    "docs/reference.md": lambda: module("tools.reference", "check"),
    "plpgsql_check": lambda: module("tools.check_bodies"),
}


def main() -> int:
    failed = []
    for name, check in CHECKS.items():
        begun = time.monotonic()
        status, output = check()
        if status != 0:
            failed.append(name)
        print(f"{'FAILED' if status else 'ok':6} {name} ({time.monotonic() - begun:.1f} s)")
        if output and (status != 0 or name == "plpgsql_check"):
            print(output)
        sys.stdout.flush()
    if failed:
        print(f"lint: {len(failed)} of {len(CHECKS)} checks failed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
