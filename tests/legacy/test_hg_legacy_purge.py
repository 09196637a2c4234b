"""The archive goes when somebody says so, and not before the cutover."""

from tests.legacy.commands import run
from tests.support.database import as_role


def test_the_archive_is_emptied(moved):
    move = moved("cut_over")
    rows = move.db.execute("SELECT count(*) FROM hg_legacy_archive").fetchone()[0]
    assert rows > 0
    assert move.db.execute("SELECT hg_legacy_purge()").fetchone()[0] == {"rows": rows}
    assert move.db.execute("SELECT count(*) FROM hg_legacy_archive").fetchone()[0] == 0
    assert move.db.execute("SELECT count(*) FROM hg_legacy_quarantine").fetchone()[0] == 0
    assert move.db.execute("SELECT hg_legacy_purge()").fetchone()[0] == {"rows": 0}


def test_refused_before_the_cutover(moved):
    move = moved("verified")
    diag = move.refused("SELECT hg_legacy_purge()")
    assert (diag.sqlstate, diag.message_primary, diag.message_detail, diag.message_hint) == (
        "55000", "this cannot be done now", "The state of the installation is imported.",
        "The archive goes after the cutover; before it make rollback lets go of all of it.",
    )  # fmt: skip


def test_refused_in_the_middle_of_a_rollback(moved):
    """The archive is the next import's, too."""
    move = moved("cut_over")
    move.db.execute("SELECT hg_legacy_rollback_step()")
    diag = move.refused("SELECT hg_legacy_purge()")
    assert (diag.sqlstate, diag.message_detail, diag.message_hint) == (
        "55000", "A rollback has begun and not finished.",
        "Run make rollback to its end; the archive is the next import's, too.",
    )  # fmt: skip


def test_before_finalize_verify_says_why_it_cannot_compare(moved):
    """And finalize does not fill the archive again."""
    move = moved("cut_over")
    digest = move.db.execute("SELECT hg_legacy_digest()").fetchone()
    move.db.execute("SELECT hg_legacy_purge()")
    for call in ("hg_legacy_verify()", "hg_legacy_verify(1)", "hg_legacy_verify_step()"):
        diag = move.refused(f"SELECT {call}")
        assert (diag.sqlstate, diag.message_detail, diag.message_hint) == (
            "55000", "The archive was purged: what the import read is no longer known.",
            "hg_verify() proves the documents against their ledgers.",
        )  # fmt: skip
    assert move.db.execute("SELECT hg_legacy_digest()").fetchone() == digest
    move.steps("hg_legacy_finalize_step")
    assert move.db.execute("SELECT count(*) FROM hg_legacy_archive").fetchone() == (0,)


def test_make_purge_before_finalize_does_not_say_that_the_move_is_over(moved):
    move = moved("cut_over")
    done = run("purge", move.database.dsn, CONFIRM="yes")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().endswith("Next: make finalize CONFIRM=yes")


def test_a_rollback_after_it_leads_to_an_import_that_can_be_verified(moved):
    move = moved("cut_over")
    move.db.execute("SELECT hg_legacy_purge()")
    move.roll_back()
    move.cut_over()
    assert move.verify()["differences"] == 0


def test_only_the_owner_may(moved):
    move = moved("cut_over")
    with as_role(move.db, "hg_app"):
        assert move.refused("SELECT hg_legacy_purge()").sqlstate == "42501"
