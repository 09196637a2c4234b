"""make import, pause, resume and the other commands of the move, as processes."""

import signal
import subprocess
import sys

import pytest

from tests.legacy.commands import environment, run, sessions, start
from tests.support.database import ROOT, wait_for, wait_for_lock
from tools import legacy

CONFIRMED = ("finalize", "purge")


def test_it_imports_and_says_what_comes_next(pending):
    done = run("import", pending.database.dsn)
    assert (done.returncode, done.stderr) == (0, "")
    assert "CREATE INDEX CONCURRENTLY hg_legacy_concept_mastery_user_id" in done.stdout
    last = done.stdout.strip().splitlines()[-1]
    assert last.startswith("imported: 60 learners built, ") and last.endswith("Next: make verify")
    assert pending.state == "imported"
    pending.check()
    again = run("import", pending.database.dsn)
    assert again.returncode == 0
    assert again.stdout.startswith("imported: 0 learners built, ")


def test_make_itself(pending):
    def make(*arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            ["make", f"PYTHON={sys.executable}", f"DATABASE_URL={pending.database.dsn}",
             *arguments],
            cwd=ROOT, env=environment(""), stdin=subprocess.DEVNULL, capture_output=True,
            text=True, timeout=300,
        )  # fmt: skip

    wrong = make("import", "BATCH=0")
    assert wrong.returncode == 2 and "Error 2" in wrong.stderr
    done = make("import", "BATCH=25")
    assert done.returncode == 0, done.stderr
    assert "Next: make verify" in done.stdout
    assert pending.db.execute("SELECT batch FROM hg_legacy_run").fetchone() == (10,)
    pending.check()


# ---------------------------------------------------------------- indexes


def indexes(pending) -> list[str]:
    rows = pending.db.execute(
        "SELECT c.relname FROM pg_class AS c JOIN pg_index AS i ON i.indexrelid = c.oid "
        "WHERE c.relname LIKE 'hg\\_legacy\\_%\\_user\\_id' AND i.indisvalid ORDER BY 1"
    ).fetchall()
    return [name for (name,) in rows]


def statements(pending) -> list[str]:
    rows = pending.db.execute("SELECT hg__legacy_index_statements()").fetchall()
    return [statement for (statement,) in rows]


def test_only_tables_without_one_get_an_index(pending):
    pending.db.execute("CREATE INDEX own ON user_progress (user_id, category)")
    pending.db.execute("CREATE INDEX partial ON ai_analytics (user_id) WHERE user_id > 5")
    pending.db.execute("CREATE INDEX second ON concept_mastery (concept, user_id)")
    run("import", pending.database.dsn)
    assert indexes(pending) == [
        f"hg_legacy_{table}_user_id"
        for table in ("ai_analytics", "concept_mastery", "module_history",
                      "subject_difficulty_history", "subject_mastery")
    ]  # fmt: skip
    assert statements(pending) == []


def test_a_half_built_index_is_built_again(pending):
    name = "hg_legacy_user_progress_user_id"
    pending.db.execute(f"CREATE INDEX {name} ON user_progress (user_id)")
    pending.db.execute(
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = %s::regclass", [name]
    )
    done = run("import", pending.database.dsn)
    assert f"DROP INDEX CONCURRENTLY public.{name}" in done.stdout
    assert name in indexes(pending)


def test_text_that_is_read_as_a_number_gets_one_of_what_is_read(pending):
    pending.db.execute("ALTER TABLE user_progress ALTER user_id TYPE text")
    asked = [statement for statement in statements(pending) if "user_progress" in statement]
    assert len(asked) == 1 and asked[0].endswith("(hg__legacy_user_id(user_id::text))")
    pending.db.execute(asked[0])
    assert not any("user_progress" in statement for statement in statements(pending))
    pending.db.execute("ANALYZE user_progress; SET enable_seqscan = off")
    plan = pending.db.execute(
        "EXPLAIN SELECT FROM user_progress AS t"
        " WHERE hg__legacy_user_id(t.user_id::text) = ANY (ARRAY['1', '2']::integer[])"
    ).fetchall()
    assert any("hg_legacy_user_progress_user_id" in line for (line,) in plan)
    pending.db.execute("ALTER TABLE ai_analytics ALTER user_id TYPE bigint")
    assert any("ai_analytics" in statement for statement in statements(pending))


def test_an_index_that_cannot_be_had_is_done_without(pending):
    other = pending.database.connect(autocommit=False)
    other.execute("LOCK TABLE user_progress IN SHARE UPDATE EXCLUSIVE MODE")
    process = start("import", pending.database.dsn, HG_LOCK_PATIENCE="2")
    for line in process.stdout:
        if line.startswith("given up after 2 s of other sessions' transactions"):
            break
    # The triggers need the same lock.
    other.rollback()
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert "hg_legacy_subject_mastery_user_id" in indexes(pending)
    assert "hg_legacy_user_progress_user_id" not in indexes(pending)
    pending.check()


# ---------------------------------------------------------------- pause, resume, Ctrl-C


def test_a_paused_import_waits_and_goes_on(pending):
    dsn = pending.database.dsn
    paused = run("pause", dsn)
    assert paused.returncode == 0
    assert paused.stdout.startswith("paused in state pending: ")
    assert paused.stdout.strip().endswith("Next: make resume")
    process = start("import", dsn)
    assert "concurrently" in process.stdout.readline().lower()
    for line in process.stdout:
        if line.startswith("paused: paused, until make resume"):
            break
    assert pending.state == "pending"
    resumed = run("resume", dsn)
    assert resumed.stdout.startswith("resumed in state pending: ")
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0 and "imported: 60 learners" in said
    pending.check()


def test_ctrl_c_ends_after_the_step_and_says_how_to_go_on(pending):
    pending.db.execute("SELECT hg_legacy_pause()")
    process = start("import", pending.database.dsn)
    for line in process.stdout:
        if line.startswith("paused: "):
            break
    process.send_signal(signal.SIGINT)
    _, wrong = process.communicate(timeout=30)
    assert process.returncode == 130
    assert wrong.strip() == (
        "interrupted after a step. What is done stays; make import goes on from there"
    )
    pending.db.execute("SELECT hg_legacy_resume()")
    assert run("import", pending.database.dsn).returncode == 0
    pending.check()


def test_ctrl_c_while_a_step_waits_lets_the_step_end(pending):
    pending.begin()
    run_row = pending.database.connect(autocommit=False)
    # A lock that the step waits for: its statement is under way when the signal comes.
    run_row.execute("LOCK TABLE hg_legacy_quarantine IN ACCESS EXCLUSIVE MODE")
    process = start("import", pending.database.dsn)
    (pid,) = wait_for(lambda: sessions(pending.db))
    wait_for_lock(pending.db, pid)
    process.send_signal(signal.SIGINT)
    run_row.rollback()
    _, wrong = process.communicate(timeout=30)
    assert process.returncode == 130 and "make import goes on from there" in wrong
    assert run("import", pending.database.dsn).returncode == 0
    pending.check()


def test_two_at_once_come_to_the_same_end(pending):
    both = [start("import", pending.database.dsn, BATCH="2") for _ in range(2)]
    for process in both:
        process.communicate(timeout=120)
    assert [process.returncode for process in both] == [0, 0]
    assert pending.state == "imported"
    pending.check()


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize("batch", ["0", "-1", "x", "1.5", "٣", "10001"])
def test_a_batch_that_is_none_is_usage(pending, batch):
    done = run("import", pending.database.dsn, BATCH=batch)
    assert done.returncode == 2
    assert "batch" in done.stderr.lower()
    assert pending.state == "pending"


@pytest.mark.parametrize("command", CONFIRMED)
def test_without_confirm_nothing_is_done(pending, command):
    for variables in ({}, {"CONFIRM": "no"}, {"CONFIRM": "true"}):
        done = run(command, pending.database.dsn, **variables)
        assert done.returncode == 2
        assert "CONFIRM" in done.stderr


@pytest.mark.parametrize(
    ("command", "variable"), [("cutover", "ALLOW_QUARANTINE"), ("finalize", "COLUMNS")]
)
def test_yes_is_yes(pending, command, variable):
    done = run(command, pending.database.dsn, CONFIRM="yes", **{variable: "maybe"})
    assert done.returncode == 2
    assert f"{variable} is yes or not given, not 'maybe'" in done.stderr


def test_the_width_of_a_terminal_is_not_meant(monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    assert legacy.says_yes("COLUMNS") is False
    monkeypatch.setenv("COLUMNS", "yes")
    assert legacy.says_yes("COLUMNS") is True


@pytest.mark.parametrize("arguments", [[], ["imp"], ["import", "now"]])
def test_other_commands_are_usage(arguments, capsys):
    assert legacy.main(arguments) == 2
    assert "python -m tools.legacy" in capsys.readouterr().err


@pytest.mark.parametrize("command", legacy.COMMANDS)
def test_before_migrate(empty_database, command):
    done = run(command, empty_database.dsn, CONFIRM="yes")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "error: not installed (make migrate installs)\n"


def test_nothing_to_import(database):
    done = run("import", database.dsn)
    assert done.returncode == 1
    assert "there is nothing to import" in done.stderr
    assert "HINT: " in done.stderr


def test_no_database(tmp_path):
    done = run("import", f"host={tmp_path} dbname=nowhere")
    assert done.returncode == 1
    assert "cannot connect" in done.stderr


# ---------------------------------------------------------------- what is lost on the way


def test_a_lost_connection_is_told(pending):
    pending.db.execute("SELECT hg_legacy_pause()")
    process = start("import", pending.database.dsn)
    for line in process.stdout:
        if line.startswith("paused: "):
            break
    for pid in sessions(pending.db):
        pending.db.execute("SELECT pg_terminate_backend(%s)", [pid])
    _, wrong = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "the connection to the database was lost: " in wrong
    assert "run it again, it goes on where it was" in wrong


def test_locks_that_are_not_to_be_had(pending):
    other = pending.database.connect(autocommit=False)
    other.execute("UPDATE users SET tokens = 1 WHERE id = 1")
    done = run("import", pending.database.dsn, HG_LOCK_PATIENCE="0.3")
    assert done.returncode == 1
    assert "other sessions held the locks" in done.stderr
    other.rollback()
    assert run("import", pending.database.dsn).returncode == 0
    pending.check()


# ---------------------------------------------------------------- the whole way


def test_the_whole_way_there_and_back(pending):
    dsn = pending.database.dsn

    def last_line(command: str, status: int = 0, **variables: str) -> str:
        done = run(command, dsn, **variables)
        assert done.returncode == status, done.stdout + done.stderr
        return (done.stdout + done.stderr).strip().splitlines()[-1]

    assert "SQLSTATE: 55000" in last_line("verify", 1)
    last_line("import")
    pending.db.execute("UPDATE users SET tokens = 4 WHERE id = %s", [pending.learner()])
    verified = last_line("verify")
    assert verified.startswith("clean: 60 learners verified, digest ")
    assert verified.endswith("Next: make cutover")
    assert "SQLSTATE: 55000" in last_line("cutover", 1)
    assert last_line("cutover", ALLOW_QUARANTINE="yes").startswith("cut_over: ")
    assert "Next: make finalize CONFIRM=yes" in last_line("verify")
    assert last_line("rollback").endswith("Next: make import")
    last_line("import")
    last_line("verify")
    last_line("cutover", ALLOW_QUARANTINE="yes")
    assert last_line("finalize", CONFIRM="yes", COLUMNS="yes").startswith("finalized: ")
    purged = last_line("purge", CONFIRM="yes")
    assert purged.startswith("purged: rows ") and purged.endswith("the move is over")
    assert "SQLSTATE: 55000" in last_line("rollback", 1)


def test_differences_are_shown_and_end_with_1(imported):
    learners = imported.db.execute(
        "UPDATE users SET hidden_grade_asset_next = jsonb_set(hidden_grade_asset_next,"
        " '{global_stats,tokens}', '987654321') WHERE hidden_grade_asset_next IS NOT NULL"
        " RETURNING id"
    ).fetchall()
    done = run("verify", imported.database.dsn)
    assert done.returncode == 1
    assert done.stdout.count("987654321") == 20
    assert "global_stats.tokens" in done.stdout
    more = len(learners) - 20
    assert f"... and {more} more: SELECT * FROM hg_legacy_differences" in done.stdout
    *_, hint, last = done.stdout.strip().splitlines()
    assert hint.endswith("Then make rollback and make import take it in as it is now.")
    assert last.startswith("unclean: 60 learners verified, ")
