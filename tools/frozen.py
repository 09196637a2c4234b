"""Released migrations never change: a database that has applied one would not see the change.

python -m tools.frozen check | add    [FOLDER]
"""

import hashlib
import sys
from pathlib import Path

LIST = "released.sha256"


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def released(folder: Path) -> dict[str, str]:
    """File name to digest, from the list."""
    path = folder / LIST
    lines = path.read_text("utf-8").splitlines() if path.is_file() else []
    pairs = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    return {name: value for value, name in pairs}


def check(folder: Path) -> list[str]:
    """What is not as it was released."""
    problems = []
    listed = released(folder)
    for name, value in sorted(listed.items()):
        path = folder / name
        if not path.is_file():
            problems.append(f"migrations/{name}: is released and must not be removed")
        elif digest(path) != value:
            problems.append(
                f"migrations/{name}: is released and must not change; write a new migration"
            )
    forward = [name for name in listed if not name.endswith(".rollback.sql")]
    last = max(forward, default="")
    problems += [
        f"migrations/{path.name}: comes before {last}, which is released"
        for path in sorted(folder.glob("*.sql"))
        if path.name not in listed and path.name[:4] <= last[:4]
    ]
    return problems


def add(folder: Path) -> list[str]:
    """Put every migration that is not listed yet on the list."""
    listed = released(folder)
    new = [path for path in sorted(folder.glob("*.sql")) if path.name not in listed]
    with open(folder / LIST, "a", encoding="utf-8") as file:
        file.writelines(f"{digest(path)}  {path.name}\n" for path in new)
    return [path.name for path in new]


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0] not in ("check", "add"):
        print(__doc__, file=sys.stderr)
        return 2
    root = Path(arguments[1]) if arguments[1:] else Path(__file__).resolve().parent.parent
    problems = check(root / "migrations")
    for problem in problems:
        print(problem)
    if not problems and arguments[0] == "add":
        for name in add(root / "migrations"):
            print(f"released: {name}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
