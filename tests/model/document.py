"""The shape of a document: its skeleton, its instants, and what is derived from it alone."""

from datetime import UTC, datetime
from fractions import Fraction

from .catalog import Module
from .mastery import current_step, mastery_level

INT_MAX = 2147483647
LEAST_QUESTIONS_OF_A_CATEGORY = 10


def copied(value: object) -> object:
    """A copy of a JSON value that shares nothing with it."""
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    if isinstance(value, list):
        return [copied(item) for item in value]
    return value


def instant_text(instant: datetime) -> str:
    """An instant in UTC, cut to whole seconds, with a Z."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def instant_of(text: str) -> datetime:
    """The instant that a document's text stands for."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def round4(ratio: Fraction) -> float:
    """Four decimals, halves away from zero."""
    ten_thousandths = abs(ratio) * 10000
    nearest = (ten_thousandths + Fraction(1, 2)).__floor__()
    return float(Fraction(nearest if ratio >= 0 else -nearest, 10000))


def empty_analytics() -> dict:
    """The section that AI texts go into."""
    return {
        "analysis_date": None, "learning_patterns": {}, "strengths": [],
        "areas_for_improvement": [], "engagement_analysis": {}, "suggested_activities": [],
        "weaknesses": [], "datetime_generated": None, "source": None, "model": None,
        "stale": False,
    }  # fmt: skip


def new_block(module: Module, grade: str | None) -> dict:
    """A module's block at its start."""
    block = {
        "grade_level": module.grade_start,
        "progress": {
            "timestamp": None, "concepts": module.concepts,
            "preferred_difficulty": module.difficulty,
            "mastery_level": False, "mastered_at": None, "mastery_override": None,
            "sessions_completed": 0, "total_questions_answered": 0, "correct_answers": 0,
            "tokens_earned": 0, "time_spent_total": 0,
            "best_score": 0, "best_time": None, "last_played": None,
            "test_taken": False, "test_rewarded": False,
            "attempt_good": 0, "attempt_bad": 0, "lesson": module.lesson,
            "streak_current": 0, "streak_best": 0, "recent_results": "",
            "recent_questions": 0, "recent_correct": 0,
            "types_complete": [], "current_step": current_step(module, grade, []),
        },
        "ai_analytics": None,
    }  # fmt: skip
    block["progress"]["mastery_level"] = mastery_level(block, module, grade)
    return block


def skeleton(catalog: dict[str, Module], settings: dict, grade: str | None) -> dict:
    """The document of a learner who has done nothing."""
    document = {
        "version": 1,
        "global_stats": {
            "tokens": 0, "total_tokens_earned": 0, "total_tokens_spent": 0, "daily_tokens": 0,
            "streak_days": 0, "longest_streak_days": 0,
            "streak_freezes": settings["streak_freeze_initial"],
            "activity_date": None,
            "time_zone": None, "time_zone_next": None, "time_zone_next_from": None,
            "total_questions_answered": 0, "total_correct_answers": 0,
            "total_sessions_completed": 0,
            "total_time_spent": 0, "daily_time_spent": 0, "daily_engagement_minutes": 0,
            "fastest_category": None, "highest_score_category": None,
            "last_active": None, "last_module": None,
        },
        "modules": {},
        "ai_analytics": empty_analytics(),
        "cross_module_analytics": {
            "learning_patterns_between_modules": {},
            "module_transition_success_rate": {},
            "preferred_learning_sequence": [],
            "cross_concept_mastery": {},
            "ai_analytics": None,
        },
    }  # fmt: skip
    join_modules(document, catalog, grade)
    return document


def join_modules(document: dict, catalog: dict[str, Module], grade: str | None) -> None:
    """Gives the document a block for every active module it does not know yet."""
    for module in catalog.values():
        if module.active and module.name not in document["modules"]:
            document["modules"][module.name] = new_block(module, grade)


def progress_of_modules(document: dict) -> dict[str, dict]:
    """Each block's progress; blocks this product does not know are passed over."""
    return {
        name: block["progress"]
        for name, block in sorted(document["modules"].items())
        if isinstance(block, dict) and "sessions_completed" in block.get("progress", {})
    }


def set_categories(document: dict) -> None:
    """The quickest and the most accurate module, of those with enough questions."""
    speed, accuracy = {}, {}
    for name, progress in progress_of_modules(document).items():
        questions = progress["total_questions_answered"]
        if questions >= LEAST_QUESTIONS_OF_A_CATEGORY:
            accuracy[name] = Fraction(progress["correct_answers"], questions)
            if progress["time_spent_total"] > 0:
                speed[name] = Fraction(progress["time_spent_total"], questions)
    stats = document["global_stats"]
    # The names come in order, so the first of equals is the alphabetically first.
    stats["fastest_category"] = min(speed, key=speed.get, default=None)
    stats["highest_score_category"] = max(accuracy, key=accuracy.get, default=None)


def transition_success_rate(pairs: dict) -> dict:
    """good / count of each kept pair."""
    return {name: round4(Fraction(pair["good"], pair["count"])) for name, pair in pairs.items()}


def learning_sequence(document: dict) -> list[str]:
    """From the module played most, along the kept transition taken most, without returning."""
    sessions = {
        name: progress["sessions_completed"]
        for name, progress in progress_of_modules(document).items()
        if progress["sessions_completed"] > 0
    }
    if not sessions:
        return []
    pairs = document["cross_module_analytics"]["learning_patterns_between_modules"]
    sequence = [max(sessions, key=sessions.get)]
    while True:
        onward = {}
        for name, pair in sorted(pairs.items()):
            before, after = name.split(">")
            if before == sequence[-1] and after not in sequence:
                onward[after] = pair["count"]
        if not onward:
            return sequence
        sequence.append(max(onward, key=onward.get))


def concept_mastery(document: dict) -> dict:
    """Accuracy and mastery of each concept, over the played modules that teach it."""
    taught: dict[str, list[dict]] = {}
    for progress in progress_of_modules(document).values():
        if progress["sessions_completed"] > 0:
            for concept in progress["concepts"].split(", "):
                if concept:
                    taught.setdefault(concept, []).append(progress)
    result = {}
    for concept, group in taught.items():
        questions = sum(progress["total_questions_answered"] for progress in group)
        correct = sum(progress["correct_answers"] for progress in group)
        result[concept] = {
            "accuracy": round4(Fraction(correct, questions)) if questions else None,
            "mastered": all(progress["mastery_level"] for progress in group),
        }
    return result


def set_derived(document: dict) -> None:
    """The three cross-module figures that follow from the counters."""
    section = document["cross_module_analytics"]
    section["module_transition_success_rate"] = transition_success_rate(
        section["learning_patterns_between_modules"]
    )
    section["preferred_learning_sequence"] = learning_sequence(document)
    section["cross_concept_mastery"] = concept_mastery(document)


def add_lift(document: dict) -> None:
    """To each pair: its accuracy less the overall accuracy of the module it leads to."""
    progress_of = progress_of_modules(document)
    section = document["cross_module_analytics"]
    for name, pair in section["learning_patterns_between_modules"].items():
        progress = progress_of.get(name.split(">")[1])
        # Choice: no lift where either side has no questions (a module that was reset).
        if not progress or not progress["total_questions_answered"] or not pair["questions"]:
            pair["lift"] = None
            continue
        overall = Fraction(progress["correct_answers"], progress["total_questions_answered"])
        pair["lift"] = round4(Fraction(pair["correct"], pair["questions"]) - overall)
