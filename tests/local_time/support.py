"""A server whose clock is the test's own, and learners who live by it."""

import contextlib
import glob
import shlex
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

from tests.record.skeleton import SKELETON
from tests.record.support import UTC, Learner, changed
from tools import server
from tools.database import Cluster
from tools.throwaway import short_folder, throwaway

# Where distributions put libfaketime.
LIBRARIES = (
    "/usr/lib/*/faketime/libfaketime.so.1",
    "/usr/lib*/faketime/libfaketime.so.1",
    "/usr/local/lib/faketime/libfaketime.so.1",
)


def clock_library() -> str | None:
    """The library that a server takes its clock from; None where it is not installed."""
    return next((path for pattern in LIBRARIES for path in sorted(glob.glob(pattern))), None)


def utc(text: str) -> datetime:
    """An instant written without its zone, which is UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def in_zone(zone: str | None, **stats: Any) -> dict:
    """The document of a learner who has had a zone from the beginning."""
    wanted = {"time_zone": zone} | stats
    return changed(SKELETON, {f"global_stats.{key}": value for key, value in wanted.items()})


class Clock:
    """The clock of a server: it stands still until it is set."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def set(self, when: str) -> datetime:
        """Set it to an instant, UTC."""
        at = utc(when)
        # Moved there whole: every reading of the clock reads the file.
        fresh = self.file.with_name("clock.new")
        fresh.write_text(at.strftime("%Y-%m-%d %H:%M:%S.%f"))
        fresh.chmod(0o644)
        fresh.rename(self.file)
        return at


@contextlib.contextmanager
def server_with_clock(library: str) -> Iterator[tuple[Cluster, Clock]]:
    """A server that takes the time from a file.

    Only the server itself runs with the library, not what starts it. Nothing may wait by the
    clock there, as pg_sleep() does: no time passes.
    """
    account = server.server_account()
    binaries = server.find_binaries(account)
    with tempfile.TemporaryDirectory(prefix="hg-clock-", dir=short_folder(account)) as name:
        folder = Path(name)
        folder.chmod(0o755)
        clock = Clock(folder / "clock")
        clock.set("2000-01-01")
        environment = {
            "LD_PRELOAD": library, "FAKETIME_TIMESTAMP_FILE": str(clock.file),
            "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1",
            "TZ": "UTC",
        }  # fmt: skip
        words = [f"{key}={value}" for key, value in environment.items()]
        command = shlex.join(["exec", "env", *words, str(binaries / "postgres")])
        (folder / "postgres").write_text(f'#!/bin/sh\n{command} "$@"\n')
        (folder / "postgres").chmod(0o755)
        (folder / "initdb").symlink_to(binaries / "initdb")
        with throwaway({"autovacuum": "off"}, folder) as made:
            yield made.cluster, clock


class Living(Learner):
    """A learner on a server with a clock of its own: what it does, it does at that time."""

    def __init__(self, connection: psycopg.Connection, clock: Clock, **others: Any) -> None:
        super().__init__(connection, **others)
        self.server_clock = clock

    def plays(self, *moments: str) -> list[tuple[str, str, int]]:
        """A session at each of these instants; the receipts' days, words and streaks."""
        told = []
        for moment in moments:
            self.server_clock.set(moment)
            receipt = self.run("word_race", 1, 1)
            assert receipt["warnings"] == []
            told.append((receipt["local_day"], receipt["streak"], receipt["streak_days"]))
        return told

    def earns(self, moment: str) -> tuple[int, int]:
        """A session worth ten tokens at this instant; those awarded, and the day's."""
        self.server_clock.set(moment)
        receipt = self.run("addition_facts", 6, 6)
        assert (receipt["warnings"], receipt["tokens_requested"]) == ([], 10)
        return receipt["tokens_awarded"], receipt["daily_tokens"]

    def moves(self, moment: str, zone: str) -> str | None:
        """A change of zone at this instant; from when on it is in force."""
        self.server_clock.set(moment)
        return self.set_zone(zone)["time_zone_next_from"]
