"""Take AI jobs from the database to OpenAI, and bring the answers back.

    python examples/openai_worker.py [--once] [--concurrency N]

A file to copy: it needs psycopg 3, the openai client, and nothing else of this project. From the
environment come DATABASE_URL (a login with the role hg_ai_worker and no other), OPENAI_API_KEY,
and OPENAI_BASE_URL where the server is another one that speaks chat completions.

The database decides: which job is next, what is asked, whether an answer is good, when a failed job
is tried again. Here is only the way there and back, so any number of these may run, and one that
is killed loses nothing: what it held is another's as soon as its lease is over.
"""

import argparse
import asyncio
import contextlib
import email.utils
import logging
import math
import os
import random
import secrets
import signal
import socket
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import openai
import psycopg

OPENAI = "https://api.openai.com/v1"
LARGEST_ANSWER = 1_000_000  # bytes; ours are a few thousand
LONGEST_ERROR = 300  # characters
STATEMENT_SECONDS = 30.0
# A lease is this much longer than a call may take: time to bring the answer back.
LEASE_MARGIN = 60.0
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 300.0
LONGEST_WAIT = 86_400.0  # that a job is made to wait because the API says so
ONCE_PATIENCE = 60.0  # a pause that --once waits for
LONGEST_RETRY = 10.0  # between attempts to reach the database
NOT_HELD, NO_SUCH_JOB = "LG423", "LG404"

CLAIM = "SELECT c.job_id, c.scope, c.attempt, c.request FROM hg_claim_ai_jobs(%s, %s, %s) AS c"
COMPLETE = "SELECT hg_complete_ai_job(%s, %s::jsonb, %s)"
FAIL = "SELECT hg_fail_ai_job(%s, %s, %s, %s)"

log = logging.getLogger("openai_worker")


@dataclass(frozen=True)
class Options:
    """What the command line says; times are in seconds."""

    name: str
    concurrency: int
    once: bool
    timeout: float
    grace: float
    poll: float

    @property
    def lease(self) -> float:
        return self.timeout + LEASE_MARGIN


@dataclass(frozen=True)
class Job:
    """A job that this worker holds until its lease ends."""

    id: int
    scope: str
    attempt: int
    request: dict[str, Any]
    held_until: float

    def __str__(self) -> str:
        return f"job {self.id} ({self.scope}, attempt {self.attempt})"


class Failed(Exception):
    """A call without an answer.

    slow: the fault is not this job's, so the next calls had better wait. hopeless: none will
    succeed before this process is started anew, with another key.
    """

    def __init__(
        self,
        text: str,
        retry_after: float | None = None,
        slow: bool = False,
        hopeless: bool = False,
    ) -> None:
        super().__init__(" ".join(text.split())[:LONGEST_ERROR])
        self.retry_after = retry_after
        self.slow = slow
        self.hopeless = hopeless


# --- OpenAI --------------------------------------------------------------------------------


def told_to_wait(headers: Mapping[str, str]) -> float | None:
    """The seconds of retry-after, which is a number or a date; None where it is neither."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            seconds = float(headers[name]) * unit
        except (KeyError, ValueError):
            continue
        if math.isfinite(seconds):
            return max(0.0, seconds)
    try:
        moment = email.utils.parsedate_to_datetime(headers["retry-after"])
    except (KeyError, ValueError):
        return None
    return max(0.0, moment.timestamp() - time.time())


def failed_status(error: openai.APIStatusError) -> Failed:
    """What an answer that is not 200 means."""
    status = error.status_code
    text = f"http {status}"
    if error.code or error.type:
        text += f" {error.code or error.type}"
    if status in (401, 403):
        # Its message shows parts of the key.
        return Failed(text, slow=True, hopeless=True)
    message = error.body.get("message") if isinstance(error.body, dict) else None
    if isinstance(message, str):
        text += f": {message}"
    told = told_to_wait(error.response.headers)
    # Everything else from 400 to 499 is about this request alone.
    return Failed(text, told, slow=status in (408, 409, 429) or status >= 500)


async def fetch_answer(client: openai.AsyncOpenAI, request: dict[str, Any]) -> str:
    """The raw body of the answer, up to a size."""
    body = bytearray()
    create = client.chat.completions.with_streaming_response.create
    async with create(**request) as response:
        async for part in response.iter_bytes():
            body += part
            if len(body) > LARGEST_ANSWER:
                raise Failed(f"response: more than {LARGEST_ANSWER} bytes")
    return body.decode("utf-8", errors="replace")


async def call_model(client: openai.AsyncOpenAI, request: dict[str, Any], seconds: float) -> str:
    """The answer, or Failed: in so many seconds, whatever the server does."""
    try:
        async with asyncio.timeout(seconds):
            return await fetch_answer(client, request)
    except Failed:
        raise
    except (TimeoutError, openai.APITimeoutError) as error:
        raise Failed(f"timeout: no answer within {seconds:g} s", slow=True) from error
    except openai.APIStatusError as error:
        raise failed_status(error) from error
    except Exception as error:
        # The client wraps only some of what its transport raises.
        cause = type(error.__cause__ or error).__name__
        raise Failed(f"connection: {cause}", slow=True) from error


class Pace:
    """How many calls at a time: fewer, after a pause, when the API is in trouble; then more."""

    def __init__(self, widest: int) -> None:
        self.widest = self.width = widest
        self.pause = 0.0
        self.resume_at = 0.0

    def seconds_to_wait(self) -> float:
        return max(0.0, self.resume_at - time.monotonic())

    def slow_down(self, told: float | None) -> None:
        waiting = self.seconds_to_wait()
        if waiting == 0:
            # Of calls that fail together the first counts.
            self.width = max(1, self.width // 2)
            self.pause = min(LONGEST_PAUSE, max(FIRST_PAUSE, 2 * self.pause))
        wanted = self.pause if told is None else min(told, LONGEST_PAUSE)
        if wanted > waiting:
            # Workers that were stopped together do not come back together.
            self.resume_at = time.monotonic() + wanted * random.uniform(1.0, 1.2)

    def speed_up(self) -> None:
        self.pause = 0.0
        self.width = min(self.widest, self.width + 1)


# --- The database --------------------------------------------------------------------------


class Queue:
    """The functions of the role hg_ai_worker, over as many sessions as it takes at a time.

    Every statement is a transaction of its own, so none is ever open during a call; and one that
    waits for a learner whom the application holds keeps no other waiting.
    """

    def __init__(self, url: str, options: Options) -> None:
        self.url = url
        self.options = options
        self.idle: list[psycopg.AsyncConnection] = []

    async def connect(self) -> psycopg.AsyncConnection:
        return await psycopg.AsyncConnection.connect(
            self.url,
            autocommit=True,
            # Statements prepared in the session do not go with every pooler.
            prepare_threshold=None,
            connect_timeout=10,
            fallback_application_name="openai_worker",
        )

    async def execute(self, query: str, *parameters: object) -> list[tuple]:
        async with asyncio.timeout(STATEMENT_SECONDS):
            connection = self.idle.pop() if self.idle else await self.connect()
            try:
                cursor = await connection.execute(query, parameters)
                rows = await cursor.fetchall()
            except BaseException:
                # Whatever it was: those that are idle may have been lost together with this one.
                await self.aclose(connection)
                raise
            self.idle.append(connection)
            return rows

    async def aclose(self, *others: psycopg.AsyncConnection) -> None:
        """End these sessions, and those that are idle."""
        ending, self.idle = [*others, *self.idle], []
        for connection in ending:
            await connection.close()

    async def execute_until(self, moment: float, query: str, *parameters: object) -> list[tuple]:
        """Try again while the database is away: the answer in hand has been paid for."""
        pause = 0.1
        while True:
            try:
                return await self.execute(query, *parameters)
            except (psycopg.OperationalError, TimeoutError) as error:
                if time.monotonic() + pause > moment:
                    raise
                log.warning("database: %s; trying again", first_line(error))
            await asyncio.sleep(pause)
            pause = min(LONGEST_RETRY, 2 * pause)

    async def claim(self, limit: int) -> list[Job]:
        lease = timedelta(seconds=self.options.lease)
        held_until = time.monotonic() + self.options.lease
        rows = await self.execute(CLAIM, self.options.name, limit, lease)
        return [Job(*row, held_until) for row in rows]

    async def complete(self, job: Job, body: str) -> dict:
        name = self.options.name
        rows = await self.execute_until(job.held_until, COMPLETE, job.id, body, name)
        return rows[0][0]

    async def fail(self, job: Job, error: str, retry_after: float | None) -> dict:
        name = self.options.name
        wait = None if retry_after is None else timedelta(seconds=min(retry_after, LONGEST_WAIT))
        rows = await self.execute_until(job.held_until, FAIL, job.id, error, name, wait)
        return rows[0][0]


def first_line(error: BaseException) -> str:
    """What went wrong, without the values in its detail."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]


# --- The worker ----------------------------------------------------------------------------


class Worker:
    """Claims as many jobs as it has room for, and carries each on its own."""

    def __init__(self, options: Options, queue: Queue, client: openai.AsyncOpenAI) -> None:
        self.options = options
        self.queue = queue
        self.client = client
        self.pace = Pace(options.concurrency)
        self.running: set[asyncio.Task] = set()
        self.calls: set[asyncio.Task] = set()
        self.stopping = asyncio.Event()
        self.hurried = asyncio.Event()
        self.status = 0

    def stop(self) -> None:
        """Begin nothing more; asked a second time, give back at once what is held."""
        if self.stopping.is_set():
            self.hurried.set()
        self.stopping.set()

    async def run(self) -> int:
        log.info("%s: begun, %d calls at a time", self.options.name, self.options.concurrency)
        while not self.stopping.is_set():
            found_nothing = await self.begin()
            enough = found_nothing or self.pace.seconds_to_wait() > ONCE_PATIENCE
            if self.options.once and enough and not self.running:
                break
            await self.wait()
        await self.finish()
        log.info("%s: ended", self.options.name)
        return self.status

    async def begin(self) -> bool:
        """Begin what there is room for; True when no job is ready, or none can be had."""
        room = self.pace.width - len(self.running)
        if room <= 0 or self.pace.seconds_to_wait() > 0:
            return False
        try:
            jobs = await self.queue.claim(room)
        except (psycopg.Error, TimeoutError) as error:
            log.error("no jobs can be had: %s", first_line(error))
            self.status = 1 if self.options.once else 0
            return True
        for job in jobs:
            call = asyncio.create_task(call_model(self.client, job.request, self.options.timeout))
            task = asyncio.create_task(self.carry(job, call))
            for of_its_kind, each in ((self.calls, call), (self.running, task)):
                of_its_kind.add(each)
                each.add_done_callback(of_its_kind.discard)
        return not jobs

    async def wait(self) -> None:
        """Until a job ends, a pause is over, it is time to look again, or it is to stop."""
        seconds = self.pace.seconds_to_wait() or self.options.poll * random.uniform(0.8, 1.2)
        stop = asyncio.create_task(self.stopping.wait())
        await asyncio.wait(
            {stop, *self.running}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
        )
        stop.cancel()

    async def finish(self) -> None:
        """Let the calls come to their end for a while, then give their jobs back."""
        if self.running:
            log.info("stopping: %d calls are under way", len(self.running))
            hurried = asyncio.create_task(self.hurried.wait())
            finished = asyncio.create_task(asyncio.wait(set(self.running)))
            await asyncio.wait(
                {hurried, finished},
                timeout=self.options.grace,
                return_when=asyncio.FIRST_COMPLETED,
            )
            hurried.cancel()
            for call in self.calls:
                call.cancel()
            await finished

    async def carry(self, job: Job, call: asyncio.Task) -> None:
        """One job, there and back. Whatever happens to it, the worker goes on."""
        begun = time.monotonic()
        try:
            answer = await self.deliver(job, call)
        except (psycopg.Error, TimeoutError) as error:
            if getattr(error, "sqlstate", None) in (NOT_HELD, NO_SUCH_JOB):
                log.info("%s: not ours any more", job)
            else:
                log.error("%s: left to its lease: %s", job, first_line(error))
            return
        except Exception:
            log.exception("%s: left to its lease", job)
            return
        seconds = time.monotonic() - begun
        reason = f": {answer['reason']}" if answer.get("reason") else ""
        log.info("%s: %s in %.1f s%s", job, answer["state"], seconds, reason)

    async def deliver(self, job: Job, call: asyncio.Task) -> dict:
        """Tell the database what came of the call; its answer."""
        try:
            body = await call
        except asyncio.CancelledError:
            return await self.queue.fail(job, "the worker was stopped", None)
        except Failed as failed:
            if failed.slow:
                self.pace.slow_down(failed.retry_after)
            if failed.hopeless:
                log.error("stopping: %s. Is OPENAI_API_KEY right?", failed)
                self.status = 1
                self.stopping.set()
            return await self.queue.fail(job, str(failed), failed.retry_after)
        self.pace.speed_up()
        try:
            return await self.queue.complete(job, body)
        except psycopg.DataError as error:
            # No JSON, or none that jsonb can hold: the database did not even see it.
            return await self.queue.fail(job, f"invalid_json: {first_line(error)}", None)


# --- The program ---------------------------------------------------------------------------


async def work(url: str, options: Options) -> int:
    queue = Queue(url, options)
    client = openai.AsyncOpenAI(
        # A server of one's own may want none.
        api_key=os.environ.get("OPENAI_API_KEY") or "none",
        base_url=os.environ.get("OPENAI_BASE_URL") or OPENAI,
        # The database counts the attempts, and says when the next one is.
        max_retries=0,
        timeout=openai.Timeout(options.timeout, connect=min(10.0, options.timeout)),
    )
    async with client, contextlib.aclosing(queue):
        worker = Worker(options, queue, client)
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, worker.stop)
        return await worker.run()


def between(lowest: float, highest: float, kind: type = float):
    """An argument that is a number of a range."""

    def read(text: str) -> float:
        number = kind(text)
        if not lowest <= number <= highest:
            raise argparse.ArgumentTypeError(f"from {lowest:g} to {highest:g}, not {text}")
        return number

    return read


def unique_name() -> str:
    """Who holds a job, for people who look at the queue."""
    return f"{socket.gethostname()[:32]}-{os.getpid()}-{secrets.token_hex(3)}"


def read_options(arguments: list[str]) -> Options:
    parser = argparse.ArgumentParser(
        prog="openai_worker", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--once", action="store_true", help="end when no job is ready")
    parser.add_argument(
        "--concurrency", type=between(1, 64, int), default=4, help="calls at a time (4)"
    )
    parser.add_argument(
        "--timeout", type=between(0.1, 900), default=60.0, help="seconds for a call (60)"
    )
    parser.add_argument(
        "--grace", type=between(0, 900), default=20.0,
        help="seconds that SIGTERM leaves the calls under way (20)",
    )  # fmt: skip
    parser.add_argument(
        "--poll", type=between(0.05, 300), default=5.0,
        help="seconds between looks at an empty queue (5)",
    )  # fmt: skip
    parser.add_argument("--name", default=unique_name(), help="who holds the jobs (host and pid)")
    return Options(**vars(parser.parse_args(arguments)))


def main(arguments: list[str]) -> int:
    options = read_options(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    for noisy in ("httpx", "httpx2", "openai"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    url = os.environ.get("DATABASE_URL")
    if not url:
        log.error("DATABASE_URL is not set: the database, as a role with hg_ai_worker")
        return 2
    if not (os.environ.get("OPENAI_API_KEY") or os.environ.get("OPENAI_BASE_URL")):
        log.error("neither OPENAI_API_KEY nor OPENAI_BASE_URL is set")
        return 2
    return asyncio.run(work(url, options))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
