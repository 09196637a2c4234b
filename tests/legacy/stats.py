"""The oracle of global_stats."""

import re
from collections.abc import Callable
from datetime import datetime

from tests.model import document as model
from tests.model.days import local_day, zone_is_valid

from .case import EVENT_COUNTERS, Case, capped, module_named, text_of, unknown_keys, was_ours
from .reading import Reader, instant_of

CONSUMED_OF_STATS = {"daily_tokens_earned", "last_sync"}


def sum_over_modules(case: Case, modules: dict, blocks: dict, key: str) -> int:
    """The sum of a counter: new blocks, and those of unknown modules as they are."""
    total = 0
    for name, block in blocks.items():
        if name in case.catalog:
            total += block["progress"][key]
        else:
            total += unknown_counter(modules[name], key)
    return capped(total)


def unknown_counter(block: object, key: str) -> int:
    """A counter of an untouched block, both places together."""
    # Choice: odd figures of an unknown module are read as everywhere, but stay and are not noted.
    reader = Reader("", "")
    total = 0
    if isinstance(block, dict):
        if key in EVENT_COUNTERS:
            total += reader.number(block.get(key)) or 0
        if isinstance(block.get("progress"), dict):
            total += reader.number(block["progress"].get(key)) or 0
    return total


def new_stats(case: Case, stats: dict, blocks: dict, modules: dict, old: dict) -> dict:
    start = model.skeleton({}, case.settings, None)["global_stats"]
    result = unknown_keys(stats, {*start, *CONSUMED_OF_STATS})

    def number(key: str) -> int | None:
        return case.reader.number(stats.get(key), f"global_stats.{key}")

    def total(key: str) -> int:
        return sum_over_modules(case, modules, blocks, key)

    result |= tokens(case, number, total)
    result |= answers(case, number, total)
    # Choice: a module that was reset has no sessions any more; a document of ours counts them.
    ours = number("total_sessions_completed") if was_ours(old) else None
    result["total_sessions_completed"] = max(ours or 0, total("sessions_completed"))
    result["total_time_spent"] = max(number("total_time_spent") or 0, total("time_spent_total"))
    result |= streak(case, number)
    result |= daily_figures(case, number)
    result |= time_zones(case, stats)
    active = last_active(case, stats)
    result["last_active"] = text_of(active)
    result["activity_date"] = activity_date(case, stats, result["time_zone"], active)
    result["last_module"] = last_module(case, stats, old)
    return start | result


def tokens(case: Case, number: Callable, total: Callable) -> dict:
    """Balance = users.tokens (NULL: 0; no column: the document's); earned the greatest known."""
    documents = number("tokens")
    balance = (case.column("tokens") if "tokens" in case.user else documents) or 0
    # Choice: of the document's totals this one is of tokens earned; total_tokens_spent is not read.
    earned = max(balance, number("total_tokens_earned") or 0, total("tokens_earned"))
    return {
        "tokens": balance,
        "total_tokens_earned": earned,
        "total_tokens_spent": earned - balance,
    }


def answers(case: Case, number: Callable, total: Callable) -> dict:
    """The greatest of column, document total, sum over modules."""
    result = {
        key: max(case.column(column) or 0, number(key) or 0, total(counter))
        for key, column, counter in (
            ("total_questions_answered", "questions_answered", "total_questions_answered"),
            ("total_correct_answers", "correct_answers", "correct_answers"),
        )
    }
    result["total_correct_answers"] = case.reader.at_most(
        result["total_correct_answers"], result["total_questions_answered"],
        "global_stats.total_correct_answers",
    )  # fmt: skip
    return result


def column_or(case: Case, column: str, *others: int | None) -> int:
    """A column's figure; where it is missing or NULL the document's."""
    # Choice: only of tokens does the page say that NULL is 0.
    return next((value for value in (case.column(column), *others) if value is not None), 0)


def streak(case: Case, number: Callable) -> dict:
    """streak_days; longest = the greater of it and the document's."""
    days = column_or(case, "streak_days", number("streak_days"))
    freezes = number("streak_freezes")
    return {
        "streak_days": days,
        "longest_streak_days": max(days, number("longest_streak_days") or 0),
        "streak_freezes": case.settings["streak_freeze_initial"] if freezes is None else freezes,
    }


def daily_figures(case: Case, number: Callable) -> dict:
    """daily_tokens_earned -> daily_tokens, daily_engagement_minutes, and their seconds."""
    minutes = column_or(case, "daily_engagement_minutes", number("daily_engagement_minutes"))
    seconds = number("daily_time_spent") or 0
    # Choice: daily_engagement_minutes is defined by daily_time_spent, so that follows the column.
    if seconds // 60 != minutes:
        seconds = capped(minutes * 60)
    return {
        "daily_tokens": column_or(
            case, "daily_tokens_earned", number("daily_tokens"), number("daily_tokens_earned")
        ),
        "daily_engagement_minutes": minutes,
        "daily_time_spent": seconds,
    }


def time_zones(case: Case, stats: dict) -> dict:
    """Zones come back after a rollback only."""

    def zone(key: str) -> str | None:
        name, path = stats.get(key), f"global_stats.{key}"
        if name is None or zone_is_valid(name):
            return name
        case.reader.note("unreadable", path, name)
        return None

    starts = case.reader.instant(
        stats.get("time_zone_next_from"), "global_stats.time_zone_next_from"
    )
    # Choice: a change of zone needs both, the zone and the instant.
    waiting = zone("time_zone_next") if starts else None
    return {
        "time_zone": zone("time_zone"),
        "time_zone_next": waiting,
        "time_zone_next_from": text_of(starts) if waiting else None,
    }


def last_active(case: Case, stats: dict) -> datetime | None:
    """The column's; where it is missing or NULL the document's."""
    own = case.reader.instant(stats.get("last_active"), "global_stats.last_active")
    return case.column_reader("last_active").instant(case.user.get("last_active")) or own


def activity_date(case: Case, stats: dict, zone: str | None, active: datetime | None) -> str | None:
    """Local day of the last module_history row, else of last_active."""
    # Choice: rows of unknown modules are activities, too; rows without completed_at are not.
    at = case.sessions[-1].at if case.sessions else active
    zone = zone or case.settings["default_time_zone"]
    days = [local_day(at, zone, case.settings["day_start_hour"]).isoformat()] if at else []
    # Choice: the document's own, which a rollback leaves, stays if it is later.
    own = stats.get("activity_date")
    if isinstance(own, str) and is_day(own):
        days.append(own)
    elif own is not None:
        case.reader.note("no_date", "global_stats.activity_date", own)
    return max(days, default=None)


def is_day(text: str) -> bool:
    return bool(re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text)) and instant_of(text) is not None


def last_module(case: Case, stats: dict, old: dict) -> str | None:
    """The module of the last session in module_history."""
    own = module_named(stats.get("last_module"))
    # Choice: here and for the pairs a document that was ours stands, where it says anything: it
    # knows sessions that module_history does not. Otherwise module_history alone is believed.
    if was_ours(old) and own:
        return own
    return next((s.module for s in reversed(case.sessions) if s.counts), None)
