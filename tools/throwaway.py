"""Servers that are thrown away: made for a test run, gone with whoever started them."""

import contextlib
import os
import secrets
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
folder=$1 programs=$2 locale=$3; shift 3
umask 077; mkdir "$folder" || exit 1
(
    "$programs/initdb" -D "$folder/data" -U postgres --auth=trust --no-sync \
        --encoding=UTF8 --locale="$locale" &&
    exec "$programs/postgres" -D "$folder/data" -k "$folder" "$@"
) >"$folder/log" 2>&1 </dev/null &
server=$!
IFS= read -r _
# Again and again: initdb does not heed it at every moment.
while kill -0 "$server" 2>/dev/null; do kill -QUIT 0; sleep 0.05; done
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
    """One running server; close() ends it, and so does the end of this process."""

    def __init__(
        self, settings: Mapping[str, str] | None = None, binaries: Path | None = None
    ) -> None:
        account = server.server_account()
        self.binaries = binaries or server.find_binaries(account)
        self.folder = Path(short_folder(account), f"hg-test-{secrets.token_hex(6)}")
        options = []
        for name, value in (SETTINGS | dict(settings or {})).items():
            options += ["-c", f"{name}={value}"]
        arguments = [self.folder, self.binaries, server.server_locale(), *options]
        self.watchdog = subprocess.Popen(
            ["/bin/sh", "-c", WATCHDOG, "watchdog", *map(str, arguments)],
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
        wait_until_ready(self.cluster.dsn(), self.folder / "log", self.watchdog)

    @property
    def server_pid(self) -> int:
        return int((self.folder / "data" / "postmaster.pid").read_text().split("\n", 1)[0])

    def close(self) -> None:
        self.watchdog.stdin.close()
        try:
            self.watchdog.wait(server.START_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self.watchdog.pid, signal.SIGKILL)
            raise


@contextlib.contextmanager
def throwaway(
    settings: Mapping[str, str] | None = None, binaries: Path | None = None
) -> Iterator[Throwaway]:
    """A server for as long as the block runs."""
    made = Throwaway(settings, binaries)
    try:
        yield made
    finally:
        made.close()
