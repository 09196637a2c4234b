"""A PgBouncer in transaction mode in front of a server of the tests; gone with whoever began it."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Mapping

import psycopg
from psycopg.conninfo import make_conninfo

from tools import server
from tools.database import wait_until_ready
from tools.throwaway import Throwaway

PORT = 6432
# When whoever began it ends, in whatever way, the pipe on its standard input closes.
WATCHDOG = """
trap : HUP INT QUIT TERM
"$@" </dev/null >/dev/null 2>&1 &
read -r _
kill -KILL $!
wait
"""


def program() -> str | None:
    """Where it is installed; distributions have it where only root looks."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/local/sbin", "/usr/sbin"])
    return shutil.which("pgbouncer", path=path)


def version() -> tuple[int, int]:
    """Of the program that is installed, (1, 18); (0, 0) where there is none."""
    if program() is None:
        return (0, 0)
    told = server.run([program(), "--version"], server.Account()).stdout
    found = re.search(r"(\d+)\.(\d+)", told)
    return int(found[1]), int(found[2])


class Bouncer:
    """It serves a server's database under names, each with options of its own, to some users."""

    def __init__(
        self, made: Throwaway, users: list[str], databases: Mapping[str, str], **settings: object
    ) -> None:
        account = server.server_account()
        # A folder of the server's: only the account can enter it, and it goes with the server.
        self.folder = made.folder / "bouncer"
        self.log = self.folder / "log"
        self.folder.mkdir(mode=0o700)
        self.write("users", "".join(f'"{name}" ""\n' for name in users))
        self.write("ini", self.configuration(made, databases, settings))
        account.own(self.folder)
        self.watchdog = subprocess.Popen(
            ["/bin/sh", "-c", WATCHDOG, "watchdog", program(), str(self.folder / "ini")],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env=server.clean_environment(),
            start_new_session=True,
            **account.popen,
        )
        self.users = users
        for name in databases:
            wait_until_ready(self.dsn(name, users[0]), self.log, self.watchdog)

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.write_text(text)
        server.server_account().own(path)

    def configuration(
        self, made: Throwaway, databases: Mapping[str, str], settings: Mapping[str, object]
    ) -> str:
        cluster = made.cluster
        target = f"host={cluster.host} port={cluster.port} dbname={cluster.maintenance_dbname}"
        lines = ["[databases]"]
        lines += [f"{name} = {target} {options}" for name, options in databases.items()]
        lines.append("[pgbouncer]")
        every = {
            "pool_mode": "transaction", "unix_socket_dir": self.folder, "listen_port": PORT,
            "auth_type": "trust", "auth_file": self.folder / "users", "logfile": self.log,
            "max_client_conn": 200, **settings,
        }  # fmt: skip
        lines += [f"{name} = {value}" for name, value in every.items()]
        return "\n".join(lines) + "\n"

    def dsn(self, name: str, user: str) -> str:
        return make_conninfo(host=str(self.folder), port=PORT, user=user, dbname=name)

    def connect(self, name: str, user: str, **options: object) -> psycopg.Connection:
        """A client; without prepared statements unless something else is said."""
        options = {"autocommit": True, "prepare_threshold": None, **options}
        return psycopg.connect(self.dsn(name, user), **options)

    def close(self) -> None:
        self.watchdog.stdin.close()
        try:
            self.watchdog.wait(server.START_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self.watchdog.pid, signal.SIGKILL)
            raise
