"""The archive goes when somebody says so, and not before the cutover."""

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


def test_only_the_owner_may(moved):
    move = moved("cut_over")
    with as_role(move.db, "hg_app"):
        assert move.refused("SELECT hg_legacy_purge()").sqlstate == "42501"
