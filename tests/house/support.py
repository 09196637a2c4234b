"""Running the installer as people do: as a process."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg

from tests.support.database import ROOT, Database


def command(project: Path, action: str) -> list[str]:
    return [sys.executable, "-m", "tools.migrate", "--project", str(project), action]


def environment(dsn: str, **extra: str) -> dict[str, str]:
    return os.environ | {"DATABASE_URL": dsn, "PYTHONPATH": str(ROOT)} | extra


def run(project: Path, action: str, dsn: str, **extra: str) -> subprocess.CompletedProcess:
    """Run the installer to its end."""
    return subprocess.run(
        command(project, action),
        env=environment(dsn, **extra),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )


def start(project: Path, action: str, dsn: str, **extra: str) -> subprocess.Popen:
    """Start the installer and go on."""
    return subprocess.Popen(
        command(project, action),
        env=environment(dsn, **extra),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def schema_of(connection: psycopg.Connection) -> list[tuple]:
    """What is in the database: relations with columns, functions, types, triggers."""
    return connection.execute(
        """
        SELECT 'column', a.attrelid::regclass::text, a.attname::text,
            format_type(a.atttypid, a.atttypmod)
        FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
        WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
        UNION ALL
        SELECT 'function', p.oid::regprocedure::text, md5(p.prosrc), p.proacl::text
        FROM pg_proc AS p WHERE p.pronamespace = 'public'::regnamespace
        UNION ALL
        SELECT 'trigger', t.tgrelid::regclass::text, t.tgname::text, t.tgfoid::regproc::text
        FROM pg_trigger AS t
        UNION ALL
        SELECT 'type', t.oid::regtype::text, t.typtype::text, NULL
        FROM pg_type AS t WHERE t.typnamespace = 'public'::regnamespace
        ORDER BY 1, 2, 3, 4
        """
    ).fetchall()


def installation(database: Database) -> tuple:
    """code_hash, functions, user_id_type of the installation."""
    return (
        database.connect()
        .execute("SELECT code_hash, functions, user_id_type FROM hg_installation")
        .fetchone()
    )
