"""The oracle of AI texts."""

import re
from datetime import datetime

from tests.model import document as model

from .case import EARLIEST, Case, id_of, number_of_id, section_of, text_of, unknown_keys
from .reading import Entry, instant_of, plain

TEXTS = (
    "learning_patterns", "strengths", "areas_for_improvement", "engagement_analysis",
    "suggested_activities", "weaknesses",
)  # fmt: skip
SOURCES = ("openai", "rules", "legacy")


def global_analytics(case: Case, old: dict) -> dict:
    """The newest row as a whole; a newer section in the document wins."""
    section = section_of(case, old, "ai_analytics")
    kept = unknown_keys(section, model.empty_analytics())
    row = analytics_row(case)
    if row is not None:
        row_date = date_of(row, "generated_at")
        # Choice: newer is strictly later; a missing date is the earliest.
        if (date_of(section, "datetime_generated") or EARLIEST) <= (row_date or EARLIEST):
            return kept | analytics_of_row(case, row)
    # Choice: a section in which no text and no date can be read is none.
    read = analytics_of_section(case, section, "ai_analytics")
    if not any(read[key] for key in (*TEXTS, "datetime_generated", "analysis_date")):
        return kept | model.empty_analytics()
    return kept | read


def date_of(analysis: dict, generated: str) -> datetime | None:
    return instant_of(analysis.get(generated)) or instant_of(analysis.get("analysis_date"))


def analytics_row(case: Case) -> dict | None:
    """The newest row by coalesce(generated_at, analysis_date), then id."""
    return max(
        case.rows("ai_analytics"),
        key=lambda row: (date_of(row, "generated_at") or EARLIEST, number_of_id(row)),
        default=None,
    )


def analytics_of_row(case: Case, row: dict) -> dict:
    """A row as a section: source "legacy", stale true; the row is archived as it was."""

    def texts(*names: str) -> list:
        # Choice: NULL elements of an array go; so one of nothing else is empty.
        arrays = (row.get(name) for name in names if isinstance(row.get(name), list))
        filled = ([text for text in array if text is not None] for array in arrays)
        return next((array for array in filled if array), [])

    def patterns(name: str) -> dict:
        value = row.get(name)
        if value is not None and not isinstance(value, dict):
            entry = Entry("ai_analytics", id_of(row), f"no_object: {name}", plain(value))
            case.archive.append(entry)
        return snake_keys(value) if isinstance(value, dict) else {}

    return {
        "analysis_date": text_of(instant_of(row.get("analysis_date"))),
        "learning_patterns": patterns("learning_patterns"),
        "strengths": texts("strengths", "strength_concepts"),
        "areas_for_improvement": texts("areas_for_improvement"),
        "engagement_analysis": patterns("engagement_analysis"),
        "suggested_activities": texts("suggested_activities", "recommended_activities"),
        "weaknesses": texts("weakness_concepts"),
        "datetime_generated": text_of(instant_of(row.get("generated_at"))),
        "source": "legacy", "model": None, "stale": True,
    }  # fmt: skip


def analytics_of_section(case: Case, section: dict, path: str) -> dict:
    """A document's own section, its eleven keys."""
    reader = case.reader
    result = {}
    for key, value in model.empty_analytics().items():
        own, own_path = section.get(key), f"{path}.{key}"
        if isinstance(value, dict):
            result[key] = snake_keys(reader.object(own, own_path) or {})
        elif isinstance(value, list):
            result[key] = reader.array(own, own_path) or []
        elif key in ("analysis_date", "datetime_generated"):
            result[key] = text_of(reader.instant(own, own_path))
    # Choice: what a rollback leaves of source, model and stale is believed.
    result["source"] = reader.string(section.get("source"), f"{path}.source") or "legacy"
    if result["source"] not in SOURCES:
        reader.note("unreadable", f"{path}.source", section["source"])
        result["source"] = "legacy"
    result["model"] = reader.string(section.get("model"), f"{path}.model")
    stale = reader.boolean(section.get("stale"), f"{path}.stale")
    result["stale"] = True if stale is None else stale
    return result


def inner_analytics(case: Case, section: object, path: str) -> dict | None:
    """The section of a module, or of the cross-module part: null, or the eleven keys."""
    section = case.reader.object(section, path)
    # Choice: {} is null.
    if not section:
        return None
    kept = unknown_keys(section, model.empty_analytics())
    return kept | analytics_of_section(case, section, path)


def snake_keys(value: object) -> object:
    """camelCase keys become snake_case at any depth; an existing snake_case key wins."""
    if isinstance(value, list):
        return [snake_keys(item) for item in value]
    if not isinstance(value, dict):
        return value
    result = {}
    # Choice: of two camelCase keys with the same snake_case the alphabetically first wins.
    for key in sorted(value, key=lambda key: (snake(key) != key, key)):
        result.setdefault(snake(key), snake_keys(value[key]))
    return result


def snake(key: str) -> str:
    """averageScore -> average_score, userID -> user_id, parseHTMLPage -> parse_html_page."""
    # Choice: camelCase begins with a small letter and has no blanks; Monday and IDs are names.
    if not re.fullmatch("[a-z][A-Za-z0-9_]*", key):
        return key
    key = re.sub("([A-Z]+)([A-Z][a-z])", r"\1_\2", key)
    return re.sub("([a-z0-9])([A-Z])", r"\1_\2", key).lower()
