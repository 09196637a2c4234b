"""Where the bench runs: a server of its own, thrown away at the end, or DATABASE_URL's."""

import contextlib
import os
import platform
import secrets
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tools import database, migrate, server
from tools.loader import Project
from tools.throwaway import throwaway

GIB = 1024**3

# What a server that is looked after runs with. There is no checkpoint during a run: what a first
# write after a checkpoint costs would fall on whoever comes first.
SETTINGS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": None,  # on, but for without_full_pages
    "max_wal_size": "64GB",
    "checkpoint_timeout": "1d",
    "autovacuum": "off",
    "plpgsql.extra_errors": "none",
}
SHOWN = (
    "fsync",
    "full_page_writes",
    "wal_level",
    "shared_buffers",
    "max_wal_size",
    "checkpoint_timeout",
    "autovacuum",
    "data_checksums",
    "jit",
)


@dataclass(frozen=True)
class Target:
    """The migrated database that is measured, and the programs that measure it."""

    dsn: str
    pgbench: Path
    # Only on a server of the bench's own: the folder of the WAL and the program that reads it.
    wal: Path | None = None
    waldump: Path | None = None


def memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def shared_buffers() -> str:
    """A quarter of the memory, as the manual advises, up to 4 GB: the data are smaller."""
    return f"{max(128, min(4 * GIB, memory() // 4) // 1024**2)}MB"


def has_lz4(folder: Path) -> bool:
    """Whether the server was built with lz4, which the layout of the document asks for."""
    program = folder / "pg_config"
    if not program.exists():
        return False
    return "--with-lz4" in server.run([program, "--configure"], server.Account()).stdout


def choose_binaries() -> Path:
    """The first server with lz4 in the order of tools.server, else the first one."""
    account = server.server_account()
    for folder, _ in server.binary_folders():
        if server.installed(folder) and has_lz4(folder) and server.starts(folder, account):
            return folder
    return server.find_binaries(account)


def program(folder: Path, name: str) -> Path:
    if not (folder / name).exists():
        raise server.ServerError(
            f"{folder} has no {name}: set PG_BINDIR to the programs of a server that has it"
        )
    return folder / name


def install(dsn: str) -> None:
    """The application's table first, as it would be there, then what make migrate does."""
    with psycopg.connect(dsn) as connection:
        connection.execute((Path(__file__).parent / "users.sql").read_text("utf-8"))
    # What it says is of no interest here, but for an error, and that is raised.
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
        migrate.up(dsn, Project(server.ROOT))


@contextlib.contextmanager
def new_database(dsn: str, template: str = "template0") -> Iterator[str]:
    """A database of the bench's own on the server, dropped at the end of the block."""
    name = f"hg_bench_{secrets.token_hex(4)}"
    identifier = sql.Identifier(name)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(identifier, sql.Identifier(template))
        )
        try:
            yield make_conninfo(dsn, dbname=name)
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(identifier))


def find_pgbench() -> Path:
    """The first pgbench there is: among the servers known here, then on the PATH."""
    found = next(
        (f / "pgbench" for f, _ in server.binary_folders() if (f / "pgbench").exists()), None
    )
    found = found or shutil.which("pgbench")
    if found is None:
        raise server.ServerError("no pgbench found: set PG_BINDIR to where it is")
    return Path(found)


@contextlib.contextmanager
def given_target(url: str) -> Iterator[Target]:
    """A database on DATABASE_URL's server; its WAL is out of reach."""
    pgbench = find_pgbench()
    with new_database(url) as dsn:
        install(dsn)
        yield Target(dsn, pgbench)


@contextlib.contextmanager
def own_target(settings: dict[str, str | None] | None = None) -> Iterator[Target]:
    """A database on a server that lives as long as the block."""
    binaries = choose_binaries()
    pgbench, waldump = program(binaries, "pgbench"), program(binaries, "pg_waldump")
    wanted = SETTINGS | {"shared_buffers": shared_buffers()} | (settings or {})
    with throwaway(wanted, binaries) as made, new_database(made.cluster.dsn()) as dsn:
        install(dsn)
        yield Target(dsn, pgbench, made.folder / "data" / "pg_wal", waldump)


@contextlib.contextmanager
def without_full_pages(target: Target) -> Iterator[None]:
    """Without full pages in the WAL until the block ends, on a server of the bench's own."""

    def switch(statement: str, wanted: str) -> None:
        with psycopg.connect(target.dsn, autocommit=True) as connection:
            connection.execute(statement)
            connection.execute("SELECT pg_reload_conf()")
            while connection.execute("SHOW full_page_writes").fetchone()[0] != wanted:
                time.sleep(0.01)

    if target.wal is None:
        yield
        return
    switch("ALTER SYSTEM SET full_page_writes = off", "off")
    try:
        yield
    finally:
        switch("ALTER SYSTEM RESET full_page_writes", "on")


def open_target(
    settings: dict[str, str | None] | None = None,
) -> contextlib.AbstractContextManager[Target]:
    """The settings are those of a server of the bench's own."""
    url = database.given_url()
    return own_target(settings) if url is None else given_target(url)


def first_match(path: str, start: str) -> str | None:
    """What follows the first colon of the first line that starts so."""
    with contextlib.suppress(OSError), open(path, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if line.startswith(start):
                return line.split(":", 1)[1].strip()
    return None


def file_system(path: Path) -> str | None:
    """The kind of file system of a path, where the system tells."""
    best = ("", None)
    with contextlib.suppress(OSError), open("/proc/mounts", encoding="utf-8") as mounts:
        for line in mounts:
            _, point, kind = line.split(" ")[:3]
            if path.is_relative_to(point) and len(point) > len(best[0]):
                best = (point, kind)
    return best[1]


def facts(target: Target) -> dict[str, str]:
    """Machine, version and settings: what a figure is worthless without."""
    with psycopg.connect(target.dsn) as connection:
        version = connection.execute("SELECT version()").fetchone()[0]
        settings = dict(
            connection.execute(
                "SELECT s.name, current_setting(s.name) FROM pg_settings AS s "
                "WHERE s.name = ANY (%s)",
                [list(SHOWN)],
            ).fetchall()
        )
    found = {
        "product": Project(server.ROOT).version,
        "server": version.split(" on ")[0],
        "connection": "unix socket" if over_socket(target.dsn) else "network",
        "document compression": compression(target),
        "processor": first_match("/proc/cpuinfo", "model name") or platform.machine(),
        "processors": str(os.cpu_count()),
        "memory": f"{memory() / GIB:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "python": f"{platform.python_version()}, psycopg {psycopg.__version__}",
    }
    if target.wal is not None and file_system(target.wal):
        found["file system of the data"] = file_system(target.wal)
    if hasattr(os, "getloadavg"):
        found["load at the start"] = f"{os.getloadavg()[0]:.1f}"
    return found | {name: settings[name] for name in SHOWN if name in settings}


def over_socket(dsn: str) -> bool:
    host = conninfo_to_dict(dsn).get("host") or "/"
    return str(host).startswith("/")


def compression(target: Target) -> str:
    """How this server compresses the document as the migration laid it out."""
    with psycopg.connect(target.dsn) as connection:
        method, default = connection.execute(
            "SELECT a.attcompression::text, current_setting('default_toast_compression') "
            "FROM pg_attribute AS a "
            "WHERE a.attrelid = 'users'::regclass AND a.attname = 'hidden_grade_asset'"
        ).fetchone()
    return {"l": "lz4", "p": "pglz"}.get(method, default)
