"""docs/reference.md is what the catalog says of itself, whole, on every server and type of id."""

import psycopg
import pytest

from tools import reference


def test_the_page_is_what_the_catalog_gives(db: psycopg.Connection) -> None:
    made = reference.render(db)
    # Line by line, so that what differs is seen; `make docs` writes it anew.
    assert reference.PAGE.read_text("utf-8").splitlines() == made.splitlines()


def test_everything_has_its_heading(db: psycopg.Connection) -> None:
    text = reference.PAGE.read_text("utf-8")
    named = db.execute(
        "SELECT p.proname::text FROM pg_proc AS p "
        "WHERE p.pronamespace = current_schema()::regnamespace AND p.proname ~ '^hg_[^_]' "
        "UNION SELECT c.relname FROM pg_class AS c WHERE c.relkind IN ('r', 'p', 'v', 'c') "
        "AND c.relnamespace = current_schema()::regnamespace AND c.relname ~ '^(hg_.*|users)$' "
        "UNION SELECT t.typname FROM pg_type AS t WHERE t.typtype = 'e' "
        "AND t.typnamespace = current_schema()::regnamespace AND t.typname ~ '^hg_'"
    ).fetchall()
    assert len(named) > 80
    assert [name for (name,) in named if f"\n### {name}\n" not in text] == []
    settings = db.execute("SELECT s.name FROM hg_settings AS s").fetchall()
    assert settings and [name for (name,) in settings if f"\n| `{name}` | `" not in text] == []


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("COMMENT ON FUNCTION hg_version() IS NULL", "hg_version"),
        ("COMMENT ON TABLE hg_ledger IS NULL", "hg_ledger"),
        ("COMMENT ON COLUMN hg_ledger.kind IS NULL", "hg_ledger.kind"),
        ("COMMENT ON COLUMN hg_v_ai_queue.dead IS NULL", "hg_v_ai_queue.dead"),
        ("COMMENT ON TYPE hg_run_type IS NULL", "hg_run_type"),
        ("UPDATE hg_settings SET comment = '' WHERE name = 'ai_model'", "ai_model"),
    ],
)
def test_nothing_may_be_without_a_comment(
    db: psycopg.Connection, statement: str, name: str
) -> None:
    db.execute(statement)
    with pytest.raises(reference.Incomplete, match=rf"\b{name}\b"):
        reference.render(db)


def test_a_comment_is_the_text(db: psycopg.Connection) -> None:
    db.execute("COMMENT ON COLUMN hg_ledger.kind IS 'What a * or hg_ledger [is] | was.'")
    shown = "| What a \\* or [`hg_ledger`](#hg_ledger) \\[is\\] \\| was. |"
    assert shown in reference.render(db)


def test_a_code_that_the_page_of_errors_lacks_is_noticed(db: psycopg.Connection) -> None:
    db.execute("COMMENT ON FUNCTION hg_version() IS $$Nothing.\n\nErrors: LG499 never.$$")
    with pytest.raises(reference.Incomplete, match="LG499"):
        reference.render(db)
