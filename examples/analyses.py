"""The demo's last part: one learner's analysis by rules, and by OpenAI where there is a key."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from rich.padding import Padding

from examples import school
from examples.show import ask, heading, out

WORKER = Path(__file__).with_name("openai_worker.py")


def show_analyses(url: str, connection: psycopg.Connection, learner: school.Learner) -> None:
    user_id = ask(connection, "SELECT u.id FROM users AS u WHERE u.username = %s", learner.username)
    heading(f"The analysis of {learner.username}, by rules")
    section = ask(connection, "SELECT hg_fill_analytics_by_rules(%s)", user_id)
    show_section(section)
    if section["source"] != "rules":
        out.print("That is OpenAI's: it stays until a new one is due.", style="dim")
    if not (os.environ.get("OPENAI_API_KEY") or os.environ.get("OPENAI_BASE_URL")):
        out.print("With OPENAI_API_KEY set, a worker has it written by OpenAI.", style="dim")
        return
    heading(f"The analysis of {learner.username}, by the worker")
    job_id = ask_openai(url, connection, user_id)
    if job_id is None:
        out.print("Nothing has changed since OpenAI's last answer: it is not asked again.")
    else:
        show_job(connection, job_id)
    show_section(ask(connection, "SELECT hg_document(%s) -> 'ai_analytics'", user_id))


def show_section(section: dict) -> None:
    """The section in few lines; the figures behind the summaries are left out."""
    out.print(f"source {section['source']}, model {section['model']}", style="dim")
    for key in ("learning_patterns", "engagement_analysis"):
        if section[key]:
            out.print(f"{key}: {section[key]['summary']}")
    for key in ("strengths", "weaknesses"):
        out.print(f"{key}: {', '.join(section[key]) or 'none'}")
    for key in ("areas_for_improvement", "suggested_activities"):
        out.print(f"{key}:")
        for text in section[key]:
            out.print(Padding(f"- {text}", (0, 0, 0, 2)))


def ask_openai(url: str, connection: psycopg.Connection, user_id: int) -> int | None:
    """Make one job and run a worker until nothing is ready; the job, None where none is needed."""
    connection.execute("SELECT hg_set_setting('ai_enabled', 'true')")
    try:
        job_id = ask(connection, "SELECT hg_request_ai_analytics(%s)", user_id)
        if job_id is not None:
            run_worker(worker_url(url, connection))
        return job_id
    finally:
        # Or the sessions of the demo's next run would make jobs for the whole school.
        connection.execute("SELECT hg_set_setting('ai_enabled', 'false')")


def worker_url(url: str, connection: psycopg.Connection) -> str:
    """The same database, with the search_path that this session has."""
    path = ask(connection, "SHOW search_path").replace("\\", "\\\\").replace(" ", "\\ ")
    options = conninfo_to_dict(url).get("options") or ""
    return make_conninfo(url, options=f"{options} -c search_path={path}".strip())


def run_worker(url: str) -> None:
    """The program that applications copy, as a process of its own; its log is shown."""
    done = subprocess.run(
        [sys.executable, str(WORKER), "--once"],
        env=os.environ | {"DATABASE_URL": url},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    out.print(done.stderr.rstrip(), style="dim", soft_wrap=True)


def show_job(connection: psycopg.Connection, job_id: int) -> None:
    """How it ended, and what the answers cost."""
    state, problem, tokens = connection.execute(
        "SELECT j.state, j.problem, (SELECT sum(u.prompt_tokens + u.completion_tokens) "
        "FROM hg_ai_usage AS u WHERE u.user_id = j.user_id AND u.job_id = j.job_id) "
        "FROM hg_ai_jobs AS j WHERE j.job_id = %s",
        [job_id],
    ).fetchone()
    out.print(
        f"Job {job_id} is {state}{f' ({problem})' if problem else ''}; tokens: {tokens or 0:,}",
        soft_wrap=True,
    )
