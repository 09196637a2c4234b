"""Servers that are thrown away: made for a test run, gone with whoever started them."""

import contextlib
import os
import secrets
import shlex
import signal
import stat
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from tools import server
from tools.database import Cluster, wait_until_ready

# The server's parent. When whoever started it ends, in whatever way, the pipe on its standard
# input closes, and it stops the server and removes the data.
WATCHDOG = """
trap : HUP INT QUIT TERM
folder=$1 make_data=$2; shift 2
umask 077; mkdir "$folder" || exit 1
(eval "$make_data" && exec "$@") >"$folder/log" 2>&1 </dev/null &
server=$!
# A line asks for the server again, which has been killed.
while IFS= read -r _; do
    wait "$server"
    (exec "$@") >>"$folder/log" 2>&1 </dev/null &
    server=$!
done
# Again and again: initdb does not heed it at every moment. What was stopped has to go on first.
while kill -0 "$server" 2>/dev/null; do kill -QUIT 0; kill -CONT 0; sleep 0.05; done
until rm -rf "$folder" 2>/dev/null; do sleep 0.1; done
"""

SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "100",
    "plpgsql.extra_errors": "all",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


def short_folder(account: server.Account) -> str:
    """A folder for temporary files which the account may write and a socket's path has room in."""
    wanted = tempfile.gettempdir()
    open_to_all = os.stat(wanted).st_mode & stat.S_IWOTH
    if len(wanted) > 40 or (account.uid is not None and not open_to_all):
        return "/tmp"
    return wanted


class Throwaway:
    """One running server; close() ends it, and so does the end of this process.

    Its data are new, or with standby_of those of another server, which it then follows. What is
    set here cannot be set otherwise: a setting of None is left to the server and ALTER SYSTEM.
    """

    def __init__(
        self,
        settings: Mapping[str, str | None] | None = None,
        binaries: Path | None = None,
        standby_of: Cluster | None = None,
    ) -> None:
        account = server.server_account()
        self.binaries = binaries or server.find_binaries(account)
        self.folder = Path(short_folder(account), f"hg-test-{secrets.token_hex(6)}")
        make_data = shlex.join(map(str, self.data_command(standby_of)))
        command = [self.binaries / "postgres", "-D", self.data, "-k", self.folder]
        for name, value in (SETTINGS | dict(settings or {})).items():
            command += [] if value is None else ["-c", f"{name}={value}"]
        self.watchdog = subprocess.Popen(
            ["/bin/sh", "-c", WATCHDOG, "watchdog", *map(str, [self.folder, make_data, *command])],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env=server.clean_environment(),
            # Of its own, or Ctrl-C would reach the server before the tests have let go of it.
            start_new_session=True,
            **account.popen,
        )
        self.cluster = Cluster(host=str(self.folder))
        self.wait_until_ready()

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def server_pid(self) -> int:
        return int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])

    def data_command(self, standby_of: Cluster | None) -> list:
        """What makes the data."""
        if standby_of is None:
            return [*server.initdb_command(self.binaries, self.data), "--no-sync"]
        return [
            *(self.binaries / "pg_basebackup", "-D", self.data, "--dbname", standby_of.dsn()),
            *("--write-recovery-conf", "--checkpoint=fast", "--no-sync"),
        ]

    def wait_until_ready(self) -> None:
        wait_until_ready(self.cluster.dsn(), self.folder / "log", self.watchdog)

    def start_again(self) -> None:
        """Start a server that was killed on the same data."""
        self.watchdog.stdin.write(b"\n")
        self.watchdog.stdin.flush()
        self.wait_until_ready()

    def close(self) -> None:
        self.watchdog.stdin.close()
        try:
            self.watchdog.wait(server.START_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self.watchdog.pid, signal.SIGKILL)
            raise


@contextlib.contextmanager
def throwaway(
    settings: Mapping[str, str] | None = None,
    binaries: Path | None = None,
    standby_of: Cluster | None = None,
) -> Iterator[Throwaway]:
    """A server for as long as the block runs."""
    made = Throwaway(settings, binaries, standby_of)
    try:
        yield made
    finally:
        made.close()
