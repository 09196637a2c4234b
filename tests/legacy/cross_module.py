"""The oracle of the cross-module section, and of the categories."""

from fractions import Fraction

from tests.model import document as model

from .analytics import inner_analytics
from .case import Case, Session, capped, module_named, unknown_keys, was_ours
from .reading import INT_MAX

KEPT_PAIRS = 8


def is_good(case: Case, session: Session) -> bool:
    """At or above the module's threshold, given its least questions."""
    # Choice: without questions a row is neither good nor bad, whatever its final_score.
    module = case.catalog[session.module]
    return (
        session.questions >= module.min_questions
        and session.correct * 100 >= module.good_percent * session.questions
    )


def pairs_of_history(case: Case) -> dict:
    """The pairs of modules played one after the other; a ninth drives one of eight out."""
    pairs: dict[str, dict] = {}
    before = None
    for session in case.sessions:
        if not session.counts:
            continue
        if before not in (None, session.module):
            count_pair(pairs, f"{before}>{session.module}", session, is_good(case, session))
        before = session.module
    return pairs


def count_pair(pairs: dict, name: str, session: Session, good: bool) -> None:
    if name not in pairs and len(pairs) == KEPT_PAIRS:
        least = min(pair["count"] for pair in pairs.values())
        del pairs[max(key for key, pair in pairs.items() if pair["count"] == least)]
    pair = pairs.setdefault(name, {"count": 0, "good": 0, "questions": 0, "correct": 0})
    for key, step in (
        ("count", 1), ("good", int(good)), ("questions", session.questions),
        ("correct", session.correct),
    ):  # fmt: skip
        pair[key] = capped(pair[key] + step)


def pairs_of_document(case: Case, cross: dict, old: dict) -> dict:
    """The pairs a rollback left."""
    path = "cross_module_analytics.learning_patterns_between_modules"
    pairs = case.reader.object(cross.get("learning_patterns_between_modules"), path)
    if not was_ours(old) or not pairs:
        return {}
    # Choice: all of them or none; only a rollback writes them, and it writes them well.
    if len(pairs) <= KEPT_PAIRS and all(is_pair(*item) for item in pairs.items()):
        return pairs
    case.reader.note("unreadable", path, pairs)
    return {}


def is_pair(name: str, pair: object) -> bool:
    modules = [module_named(module) == module for module in name.split(">")]
    return (
        modules == [True, True]
        and isinstance(pair, dict)
        and all(
            type(pair.get(key)) is int and 0 <= pair[key] <= INT_MAX
            for key in ("count", "good", "questions", "correct")
        )
        and pair["count"] > 0
        and pair["correct"] <= pair["questions"]
    )


def cross_module(case: Case, cross: dict, document: dict, old: dict) -> dict:
    """All keys by definition."""
    start = model.skeleton({}, case.settings, None)["cross_module_analytics"]
    section = start | unknown_keys(cross, start)
    pairs = pairs_of_document(case, cross, old) or pairs_of_history(case)
    section["learning_patterns_between_modules"] = pairs
    section["module_transition_success_rate"] = model.transition_success_rate(pairs)
    known = known_modules(case, document)
    section["preferred_learning_sequence"] = model.learning_sequence(
        {"modules": known, "cross_module_analytics": section}
    )
    section["cross_concept_mastery"] = concept_mastery(known)
    section["ai_analytics"] = inner_analytics(
        case, cross.get("ai_analytics"), "cross_module_analytics.ai_analytics"
    )
    return section


def known_modules(case: Case, document: dict) -> dict:
    """The blocks of the catalog's modules."""
    # Choice: an unknown module counts in sums only, not in categories, sequence and concepts.
    return {name: block for name, block in document["modules"].items() if name in case.catalog}


def concept_mastery(modules: dict) -> dict:
    """correct / questions of each concept, pooled over the modules with sessions that teach it."""
    taught: dict[str, list[dict]] = {}
    for _, block in sorted(modules.items()):
        progress = block["progress"]
        if progress["sessions_completed"] > 0:
            for concept in filter(None, progress["concepts"].split(", ")):
                taught.setdefault(concept, []).append(progress)
    result = {}
    for concept, group in taught.items():
        questions = sum(progress["total_questions_answered"] for progress in group)
        correct = sum(progress["correct_answers"] for progress in group)
        result[concept] = {
            # Choice: sessions without a question have no accuracy.
            "accuracy": model.round4(Fraction(correct, questions)) if questions else None,
            "mastered": all(progress["mastery_level"] for progress in group),
        }
    return result


def set_categories(case: Case, document: dict) -> None:
    """fastest_category and highest_score_category are computed."""
    known = {"modules": known_modules(case, document), "global_stats": document["global_stats"]}
    model.set_categories(known)
