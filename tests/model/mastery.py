"""The mastery forms, and the verdict on a block."""

from collections.abc import Callable

from .catalog import SKIP_ABOVE_GRADE, Module

# The few jsonpath predicates the model can evaluate, each by hand.
JSONPATHS: dict[str, Callable[[dict, Module], bool]] = {
    "$.progress.sessions_completed >= 3": lambda block, module: (
        block["progress"]["sessions_completed"] >= 3
    ),
    "$.grade_level == $top && $.progress.attempt_good >= $up": lambda block, module: (
        block["grade_level"] == module.grade_max
        and block["grade_level"] is not None
        and module.up is not None
        and block["progress"]["attempt_good"] >= module.up
    ),
    "$.progress.best_score >= 90 || $.progress.total_questions_answered > $size": (
        lambda block, module: (
            block["progress"]["best_score"] >= 90
            or (
                module.size is not None
                and block["progress"]["total_questions_answered"] > module.size
            )
        )
    ),
    '$.progress.recent_results starts with "11"': lambda block, module: block["progress"][
        "recent_results"
    ].startswith("11"),
}


def skipped_types(module: Module, grade: str | None) -> tuple[str, ...]:
    """The types a learner of this grade need not do; K and what is no number skip none."""
    if grade is not None and grade.isdecimal() and int(grade) > SKIP_ABOVE_GRADE:
        return module.skipped_types
    return ()


def complete_types(module: Module, grade: str | None, stored: list[str]) -> tuple[str, ...]:
    """The stored and the skipped types in the order of the list."""
    skipped = skipped_types(module, grade)
    return tuple(name for name in module.types if name in stored or name in skipped)


def current_step(module: Module, grade: str | None, stored: list[str]) -> int | None:
    """The index of the first type still to do, None when there is none."""
    complete = complete_types(module, grade, stored)
    for index, name in enumerate(module.types):
        if name not in complete:
            return index
    return None


def _holds(form: str, parameters: object, block: dict, module: Module, grade: str | None) -> bool:
    progress = block["progress"]
    match form:
        case "accuracy":
            questions = progress["total_questions_answered"]
            return (
                questions >= parameters["min_questions"]
                and progress["correct_answers"] * 100 >= parameters["percent"] * questions
            )
        case "top_level":
            return (
                block["grade_level"] is not None
                and block["grade_level"] == module.grade_max
                and module.up is not None
                and progress["attempt_good"] >= module.up
            )
        case "list_complete":
            complete = complete_types(module, grade, progress["types_complete"])
            return bool(module.types) and complete == module.types
        case "in_a_row":
            return max(progress["streak_current"], progress["streak_best"]) >= parameters["n"]
        case "m_of_n":
            return progress["recent_results"][-parameters["n"] :].count("1") >= parameters["m"]
        case "score":
            return progress["best_score"] >= parameters["percent"]
        case "jsonpath":
            return JSONPATHS[parameters["expr"]](block, module)
        case "all":
            return all(rule_holds(rule, block, module, grade) for rule in parameters)
        case "any":
            return any(rule_holds(rule, block, module, grade) for rule in parameters)
    raise ValueError(f"no such form: {form}")


def rule_holds(rule: dict, block: dict, module: Module, grade: str | None) -> bool:
    """Evaluates a rule, a form with its parameters, on the module's own block."""
    ((form, parameters),) = rule.items()
    return _holds(form, parameters, block, module, grade)


def is_untouched(block: dict, module: Module, grade: str | None) -> bool:
    """Zero sessions, zero questions and no type complete: never mastered."""
    progress = block["progress"]
    # Choice: "a skipped type counts as complete everywhere" is taken to the letter, here too.
    return (
        progress["sessions_completed"] == 0
        and progress["total_questions_answered"] == 0
        and not progress["types_complete"]
        and not skipped_types(module, grade)
    )


def rule_is_true(block: dict, module: Module, grade: str | None) -> bool:
    """The module's rule, never true of a block nothing was done in."""
    return not is_untouched(block, module, grade) and rule_holds(
        module.mastery, block, module, grade
    )


def mastery_level(block: dict, module: Module, grade: str | None) -> bool:
    """The override if there is one, else the rule, else under `latched` what was once true."""
    progress = block["progress"]
    if progress["mastery_override"] is not None:
        return progress["mastery_override"]["value"]
    if is_untouched(block, module, grade):
        return False
    latched = module.policy == "latched" and progress["mastered_at"] is not None
    return latched or rule_holds(module.mastery, block, module, grade)
