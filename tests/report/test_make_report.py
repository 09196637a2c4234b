"""make report: a page in a file of one's own, and errors in a sentence."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.record.support import Learner
from tests.support.database import ROOT, Database
from tests.support.users import NOBODY, numbered

from .learners import name, play
from .pages import HTML, parse, text


def run(database: Database | None, folder: Path, **variables: str) -> subprocess.CompletedProcess:
    kept = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "BROWSER")}
    url = {"DATABASE_URL": database.dsn} if database else {}
    return subprocess.run(
        [sys.executable, "-m", "tools.report"],
        env=kept | url | {"PYTHONPATH": str(ROOT), "TMPDIR": str(folder)} | variables,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )


@pytest.fixture
def learner(database: Database) -> Learner:
    made = play(Learner(database.connect(), "3"), 1, [3, 2, 1])
    name(made, display_name="Zoë & Ömer")
    return made


def written(done: subprocess.CompletedProcess) -> Path:
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.strip().removeprefix("written: "))


def test_a_learner_s_page_is_the_account_s_alone(learner, database, tmp_path):
    path = written(run(database, tmp_path, LEARNER=str(learner.id)))
    assert path.is_relative_to(tmp_path) and path.suffix == ".html"
    assert path.stat().st_mode & 0o077 == 0 and path.parent.stat().st_mode & 0o077 == 0
    root = parse(path.read_text("utf-8"))
    assert text(root.find(f".//{HTML}h1")) == "Progress of Zoë & Ömer"


def test_a_class_goes_to_the_file_that_is_named(learner, database, tmp_path):
    wanted = tmp_path / "class 3.html"
    done = run(database, tmp_path, CLASS=json.dumps({"grades": ["3"]}), OUT=str(wanted))
    assert written(done) == wanted
    assert text(parse(wanted.read_text("utf-8")).find(f".//{HTML}h1")) == "Class report"


def test_a_browser_is_opened_where_there_is_one(learner, database, tmp_path):
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {tmp_path}/opened\n')
    browser.chmod(0o755)
    given = {"LEARNER": str(learner.id), "BROWSER": f"{browser} %s"}
    path = written(run(database, tmp_path, **given))
    assert (tmp_path / "opened").read_text().strip() == path.as_uri()
    (tmp_path / "opened").unlink()
    written(run(database, tmp_path, OPEN="no", **given))
    assert not (tmp_path / "opened").exists()


REFUSED = [
    ({}, 2, "say whose page"),
    ({"LEARNER": "1", "CLASS": "{}"}, 2, "say whose page"),
    ({"CLASS": "grade 3"}, 2, "CLASS is a filter in JSON, not 'grade 3'"),
    ({"CLASS": '{"school": 1}'}, 1, "invalid argument p_filter"),
    ({"LEARNER": str(NOBODY)}, 1, "unknown learner"),
    ({"CLASS": "{}", "OUT": "/nowhere/page.html"}, 1, "the page cannot be written"),
]


@pytest.mark.parametrize(("given", "status", "words"), REFUSED)
def test_what_cannot_be_is_said_in_a_sentence(learner, database, tmp_path, given, status, words):
    done = run(database, tmp_path, **given)
    assert done.returncode == status and done.stderr.startswith("error: ")
    assert words in done.stderr and "Traceback" not in done.stderr and done.stdout == ""


@numbered
def test_a_learner_that_no_id_can_be(database, tmp_path):
    done = run(database, tmp_path, LEARNER="ada")
    assert (done.returncode, done.stderr) == (2, "error: LEARNER is a users.id, not 'ada'\n")


def test_where_nothing_is_installed(empty_database, tmp_path):
    done = run(empty_database, tmp_path, LEARNER="1")
    assert done.returncode == 1 and "run make migrate" in done.stderr
