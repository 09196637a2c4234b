"""The oracle: what the import must make of one learner, decision by decision, in plain Python.

It shares nothing with the SQL: names of modules, fact types and start values come from the model.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from tests.model.catalog import MODULES, Module

from .analytics import analytics_row, global_analytics
from .blocks import SUBJECTS, difficulty_row, new_modules
from .case import DOCUMENT, SETTINGS, Case, id_of, section_of, unknown_keys
from .cross_module import cross_module, set_categories
from .reading import Entry, exact_number, jsonb_can_hold, plain
from .stats import new_stats

SECTIONS = ("global_stats", "modules", "ai_analytics", "cross_module_analytics")
CONSUMED_OF_ROOT = {"concept_mastery", "subject_mastery", "user_progress"}

# Tables of which nothing is taken.
NO_HOME = ("concept_mastery", "subject_difficulty_history", "user_progress")
# The columns that have a key, and those that have none.
MIRRORED = {
    "tokens": "tokens", "streak_days": "streak_days", "daily_tokens_earned": "daily_tokens",
    "questions_answered": "total_questions_answered", "correct_answers": "total_correct_answers",
    "daily_engagement_minutes": "daily_engagement_minutes",
}  # fmt: skip
COMPUTED = ("fastest_category", "highest_score_category")


class Expected(NamedTuple):
    """What must be staged; document is None for a learner in quarantine."""

    document: dict | None
    archive: list[Entry]
    quarantined: bool


def of_text(
    source: dict, document: str | None, at: datetime, settings: dict = SETTINGS
) -> Expected:
    """What the import makes of a learner whose document is this JSON text (None: NULL)."""
    if document is None:
        return Expected(*build(source, at, settings), quarantined=False)
    if not is_readable(document):
        return Expected(None, [], quarantined=True)
    source = source | {"document": json.loads(document, parse_float=Decimal)}
    return Expected(*build(source, at, settings), quarantined=False)


def is_readable(document: str) -> bool:
    """Says whether a document can become jsonb."""
    return jsonb_can_hold(json.loads(document, parse_float=Decimal, object_pairs_hook=list))


def of_quarantined(source: dict, at: datetime, settings: dict = SETTINGS) -> dict:
    """What ALLOW_QUARANTINE gives: the skeleton with the figures of the columns."""
    # Choice: that is what the import makes of the columns alone, last_active included.
    return build({"user": source["user"]}, at, settings)[0]


def of_orphans(orphans: Iterable[tuple[str, dict]]) -> list[Entry]:
    """The archive of (table, row) that belong to nobody."""
    return [Entry(table, id_of(row), "orphan", row) for table, row in orphans]


def build(
    source: dict, at: datetime, settings: dict = SETTINGS, catalog: dict[str, Module] = MODULES
) -> tuple[dict, list[Entry]]:
    """The new document and the archive of a learner, from what hg__legacy_sources says."""
    case = Case(source, at, settings, catalog)
    old = stored_document(case)
    modules = section_of(case, old, "modules")
    stats = section_of(case, old, "global_stats")
    cross = section_of(case, old, "cross_module_analytics")
    document = unknown_keys(old, {"version", *SECTIONS, *CONSUMED_OF_ROOT})
    document["version"] = 1
    document["modules"] = new_modules(case, modules)
    document["global_stats"] = new_stats(case, stats, document["modules"], modules, old)
    document["ai_analytics"] = global_analytics(case, old)
    document["cross_module_analytics"] = cross_module(case, cross, document, old)
    set_categories(case, document)
    archive_rows(case)
    archive_columns(case, document["global_stats"])
    return plain(document), case.archive


def stored_document(case: Case) -> dict:
    """The old document, archived whole, once."""
    if "document" not in case.source:
        return {}
    old = case.source["document"]
    # Choice: beside the whole document only these have entries of their own: repaired values,
    # what is no object, unknown fact types, and blocks under another name. What is consumed or
    # lost to another value is in the whole. A repair is noted of every value that a decision looks
    # at, also where another one wins.
    # Choice: a document that is no object (JSON's null too) has the one entry, for that reason.
    reason = "replaced" if isinstance(old, dict) else "no_object"
    case.archive.append(Entry(DOCUMENT, case.user_id, reason, plain(old)))
    return old if isinstance(old, dict) else {}


def archive_rows(case: Case) -> None:
    """Every row of the five tables: none of them has a whole home."""
    for table in NO_HOME:
        for row in case.rows(table):
            case.archive.append(Entry(table, id_of(row), "no_home", row))
    taken = [difficulty_row(case, module) for module in SUBJECTS.values()]
    for row in case.rows("subject_mastery"):
        reason = "merged" if any(row is other for other in taken) else "no_home"
        case.archive.append(Entry("subject_mastery", id_of(row), reason, row))
    newest = analytics_row(case)
    for row in case.rows("ai_analytics"):
        # Choice: the newest row counts as merged also where a newer section of the document won.
        reason = "merged" if row is newest else "older"
        case.archive.append(Entry("ai_analytics", id_of(row), reason, row))


def archive_columns(case: Case, stats: dict) -> None:
    """Values of columns that lost to others, are computed now, or have no home."""
    noted = {entry.source for entry in case.archive}
    for column, key in MIRRORED.items():
        value = case.user.get(column)
        lost = value is not None and exact_number(value) != stats[key]
        if lost and f"users.{column}" not in noted:
            case.column_reader(column).note("merged", "", value)
    for column in COMPUTED:
        if case.user.get(column) is not None:
            case.column_reader(column).note("computed", "", case.user[column])
    # Choice: preferred_difficulty of users has no home; 1 is its untouched default.
    difficulty = case.user.get("preferred_difficulty")
    if difficulty is not None and exact_number(difficulty) != 1:
        case.column_reader("preferred_difficulty").note("no_home", "", difficulty)
