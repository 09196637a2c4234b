"""What the pages list is all there is: functions, keys, rules, settings, codes, tables, targets."""

import json
import re
from pathlib import Path

import psycopg
import pytest

from tests.docs.pages import PAGES, ROOT, table_rows

DOCS = ROOT / "docs"
NAMES_OF_CODES = {
    "invalid_parameter_value": "22023",
    "object_not_in_prerequisite_state": "55000",
    "restrict_violation": "23001",
    "lock_not_available": "55P03",
    "feature_not_supported": "0A000",
    "serialization_failure": "40001",
    "dependent_objects_still_exist": "2BP01",
}


def public_functions(db: psycopg.Connection) -> dict[str, tuple[list[str], set[str]]]:
    """Each function of the API: the names of its arguments, and the roles granted it."""
    rows = db.execute(
        "SELECT p.proname, coalesce(p.proargnames[:p.pronargs], '{}'), "
        "ARRAY(SELECT a.grantee::regrole::text FROM aclexplode(p.proacl) AS a "
        "WHERE a.grantee <> p.proowner) FROM pg_proc AS p "
        "WHERE p.pronamespace = current_schema()::regnamespace AND p.proname ~ '^hg_[^_]'"
    )
    return {name: (arguments, set(roles)) for name, arguments, roles in rows}


def words(cell: str) -> list[str]:
    return [word.strip() for word in cell.split(",")]


def test_api_lists_every_function_and_who_may_call_it(db: psycopg.Connection) -> None:
    listed = {
        re.fullmatch(r"\[(\w+)\]\(#\1\)", name)[1]: set(words(roles)) - {"the owner"}
        for name, _, roles in table_rows(DOCS / "api.md", "The API")
    }
    assert listed == {name: roles for name, (_, roles) in public_functions(db).items()}


def test_api_shows_every_argument_in_its_order(db: psycopg.Connection) -> None:
    text = (DOCS / "api.md").read_text("utf-8")
    for name, (arguments, _) in public_functions(db).items():
        shown = re.search(rf"^### {name}\n\n```\n{name}\((.*?)\)\n```", text, re.M | re.S)
        assert shown, f"api.md has no signature of {name}"
        assert re.findall(r"\bp_\w+", shown[1]) == arguments, name


def test_document_lists_every_key(db: psycopg.Connection) -> None:
    sections = {
        "The top level": "document",
        "global_stats": "global_stats",
        "modules": "block",
        "progress": "progress",
        "ai_analytics": "ai_analytics",
        "cross_module_analytics": "cross_module_analytics",
    }
    for heading, section in sections.items():
        known = db.execute(
            "SELECT k.key FROM hg__document_keys() AS k WHERE k.section = %s", [section]
        )
        shown = [row[0] for row in table_rows(DOCS / "document.md", heading)]
        assert sorted(shown) == sorted(key for (key,) in known), heading


def test_document_says_where_a_key_may_be_null(db: psycopg.Connection) -> None:
    for heading, section in [("global_stats", "global_stats"), ("progress", "progress")]:
        nullable = {
            key
            for (key,) in db.execute(
                "SELECT k.key FROM hg__document_keys() AS k WHERE k.section = %s AND k.nullable",
                [section],
            )
        }
        rows = table_rows(DOCS / "document.md", heading)
        assert {row[0] for row in rows if "or null" in row[1]} == nullable, heading


def test_rules_list_every_module(db: psycopg.Connection) -> None:
    shown = sorted(table_rows(DOCS / "rules.md", "Modules"))
    known = db.execute(
        "SELECT m.module, coalesce(m.full_questions::text, ''), m.min_questions::text, "
        "m.good_percent::text, coalesce(m.grade_bottom || '-' || m.grade_top, ''), "
        "coalesce(m.grade_start::text, ''), m.start_difficulty::text, m.concepts "
        "FROM hg_modules AS m WHERE m.active"
    )
    assert shown == sorted(list(row) for row in known)


def test_rules_list_every_setting(db: psycopg.Connection) -> None:
    shown = {row[0]: json.loads(row[1]) for row in table_rows(DOCS / "rules.md", "Settings")}
    assert shown == dict(db.execute("SELECT s.name, s.value FROM hg_settings AS s").fetchall())


def test_errors_list_every_code() -> None:
    raised = set()
    for folder in ("functions", "triggers"):
        for path in (ROOT / folder).rglob("*.sql"):
            raised.update(re.findall(r"ERRCODE = '(\w+)'", path.read_text("utf-8")))
    assert raised
    codes = {NAMES_OF_CODES.get(name, name) for name in raised}
    assert codes <= set(re.findall(r"`(\w{5})`", (DOCS / "errors.md").read_text("utf-8")))
    listed = {row[0] for row in table_rows(DOCS / "errors.md", "Errors")}
    # PostgreSQL's own, of which a caller hears all the same.
    assert listed - {"42501", "40P01", "2D000"} == codes


def test_architecture_lists_every_table(db: psycopg.Connection) -> None:
    shown = {row[0] for row in table_rows(DOCS / "architecture.md", "The tables")}
    known = db.execute(
        "SELECT c.relname FROM pg_class AS c WHERE c.relkind IN ('r', 'p') "
        "AND c.relnamespace = current_schema()::regnamespace AND c.relname ~ '^(hg_.*|users)$'"
    )
    assert shown == {name for (name,) in known}


def test_architecture_lists_the_kinds_that_are_written(db: psycopg.Connection) -> None:
    shown = set()
    for kinds, _ in table_rows(DOCS / "architecture.md", "The ledger"):
        shown.update(words(kinds))
    known = {kind for (kind,) in db.execute("SELECT unnest(enum_range(NULL::hg_entry_kind))::text")}
    assert shown == known


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_names_of_the_product_exist(page: Path, db: psycopg.Connection) -> None:
    named = set(re.findall(r"\b(hg__?\w+)(?:\(|`)", page.read_text("utf-8")))
    known = db.execute(
        "SELECT p.proname::text FROM pg_proc AS p UNION SELECT c.relname FROM pg_class AS c "
        "UNION SELECT r.rolname FROM pg_roles AS r UNION SELECT t.typname FROM pg_type AS t"
    )
    # How functions are named, and a schema of examples/clients/postgrest.sql.
    pattern = {"hg_verb_noun", "hg__name", "hg_api"}
    assert named <= {name for (name,) in known} | pattern


def test_make_targets_that_are_named_exist() -> None:
    targets = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    for page in PAGES:
        text = page.read_text("utf-8")
        named = set(re.findall(r"(?:^(?:\$ )?|`)make ([a-z][a-z0-9-]*)", text, re.M))
        assert named <= targets, page.name


def test_variables_that_are_listed_are_read() -> None:
    sources = [ROOT / "Makefile", *(ROOT / "tools").glob("*.py")]
    text = "\n".join(path.read_text("utf-8") for path in sources)
    rows = re.findall(r"^\| `([A-Z_]+)` \|", (DOCS / "operating.md").read_text("utf-8"), re.M)
    assert rows
    assert [name for name in rows if name not in text] == []
