"""What makes a document malformed."""

import re
from collections.abc import Callable
from datetime import date

from .days import zone_is_valid
from .document import INT_MAX, instant_of

Check = Callable[[object], bool]
LARGEST_TEXT = 64 * 1024


def _integer(low: int, high: int) -> Check:
    return lambda value: type(value) is int and low <= value <= high


def _nullable(check: Check) -> Check:
    return lambda value: value is None or check(value)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_boolean(value: object) -> bool:
    return isinstance(value, bool)


def _is_object(value: object) -> bool:
    return isinstance(value, dict)


def _is_array(value: object) -> bool:
    return isinstance(value, list)


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _parses(parse: Callable[[str], object]) -> Check:
    def check(value: object) -> bool:
        if not isinstance(value, str):
            return False
        try:
            parse(value)
        except ValueError:
            return False
        return True

    return check


COUNTER = _integer(0, INT_MAX)
DAY = _nullable(_parses(date.fromisoformat))
INSTANT = _nullable(_parses(instant_of))
ZONE = _nullable(zone_is_valid)

GLOBAL: dict[str, Check] = {
    **dict.fromkeys(
        (
            "tokens", "total_tokens_earned", "total_tokens_spent", "daily_tokens",
            "streak_days", "longest_streak_days", "streak_freezes",
            "total_questions_answered", "total_correct_answers", "total_sessions_completed",
            "total_time_spent", "daily_time_spent", "daily_engagement_minutes",
        ),
        COUNTER,
    ),
    "activity_date": DAY, "time_zone": ZONE, "time_zone_next": ZONE,
    "time_zone_next_from": INSTANT, "fastest_category": _nullable(_is_text),
    "highest_score_category": _nullable(_is_text), "last_active": INSTANT,
    "last_module": _nullable(_is_text),
}  # fmt: skip

PROGRESS: dict[str, Check] = {
    **dict.fromkeys(
        (
            "sessions_completed", "total_questions_answered", "correct_answers",
            "tokens_earned", "time_spent_total", "attempt_good", "attempt_bad",
            "streak_current", "streak_best", "recent_questions", "recent_correct",
        ),
        COUNTER,
    ),
    **dict.fromkeys(("timestamp", "mastered_at", "last_played"), INSTANT),
    **dict.fromkeys(("mastery_level", "test_taken", "test_rewarded"), _is_boolean),
    "concepts": _is_text, "preferred_difficulty": _integer(1, 5),
    "mastery_override": _nullable(_is_object), "best_score": _integer(0, 100),
    "best_time": _nullable(COUNTER), "lesson": _nullable(_integer(0, INT_MAX)),
    "recent_results": lambda value: _is_text(value) and bool(re.fullmatch("[01]{0,10}", value)),
    "types_complete": _is_texts, "current_step": _nullable(COUNTER),
}  # fmt: skip

ANALYTICS: dict[str, Check] = {
    "analysis_date": INSTANT, "learning_patterns": _is_object, "strengths": _is_array,
    "areas_for_improvement": _is_array, "engagement_analysis": _is_object,
    "suggested_activities": _is_array, "weaknesses": _is_array, "datetime_generated": INSTANT,
    "source": lambda value: value in (None, "openai", "rules", "legacy"),
    "model": _nullable(_is_text), "stale": _is_boolean,
}  # fmt: skip

CROSS_MODULE: dict[str, Check] = {
    "learning_patterns_between_modules": _is_object,
    "module_transition_success_rate": _is_object,
    "preferred_learning_sequence": _is_texts,
    "cross_concept_mastery": _is_object,
    "ai_analytics": _nullable(_is_object),
}

BLOCK: dict[str, Check] = {
    "grade_level": _nullable(_integer(0, 12)),
    "progress": _is_object,
    "ai_analytics": _nullable(_is_object),
}


def _section_is_well(section: object, checks: dict[str, Check]) -> bool:
    return isinstance(section, dict) and all(
        key in section and check(section[key]) for key, check in checks.items()
    )


def _block_is_well(block: object) -> bool:
    if not _section_is_well(block, BLOCK) or not _section_is_well(block["progress"], PROGRESS):
        return False
    progress = block["progress"]
    return (
        progress["correct_answers"] <= progress["total_questions_answered"]
        and progress["recent_correct"] <= progress["recent_questions"]
        and (block["ai_analytics"] is None or _section_is_well(block["ai_analytics"], ANALYTICS))
    )


def is_well_formed(document: object, modules: set[str]) -> bool:
    """Says whether a document may stand; `modules` are those the catalog knows."""
    if not isinstance(document, dict) or document.get("version") != 1:
        return False
    stats = document.get("global_stats")
    return (
        _section_is_well(stats, GLOBAL)
        and stats["total_correct_answers"] <= stats["total_questions_answered"]
        and _section_is_well(document.get("ai_analytics"), ANALYTICS)
        and _section_is_well(document.get("cross_module_analytics"), CROSS_MODULE)
        and _is_object(document.get("modules"))
        and all(
            _block_is_well(block) for name, block in document["modules"].items() if name in modules
        )
    )
