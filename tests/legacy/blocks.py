"""The oracle of a module's block."""

import re
from dataclasses import dataclass
from datetime import datetime

from tests.model import document as model
from tests.model.catalog import Module
from tests.model.mastery import current_step, mastery_level, rule_is_true

from .analytics import inner_analytics
from .case import (
    EARLIEST,
    EVENT_COUNTERS,
    OPERATIONS,
    Case,
    blocks_of,
    capped,
    latest,
    module_named,
    number_of_id,
    text_of,
    unknown_keys,
)
from .reading import INT_MAX, exact_number, instant_of, is_mastered

ATTEMPTS = ("attempt_good", "attempt_bad")
# Choice: read, and consumed, at both places like attempt_good and attempt_bad.
RUSH_ATTEMPTS = ("good_attempt", "bad_attempt")
CONSUMED_OF_BLOCK = {*EVENT_COUNTERS, *ATTEMPTS, *RUSH_ATTEMPTS, "last_session_date"}
# Choice: consumed in every block of the catalog, also where the module has no use for them.
CONSUMED_OF_PROGRESS = {"grade_level", "assessment_completed_date", *RUSH_ATTEMPTS}

# subject_mastery.subject -> module
SUBJECTS = {
    **{operation: f"{operation}_facts" for operation in OPERATIONS},
    "fractions": "fractions_puzzle", "decimals": "decimal_defender",
    "ratios": "ratios_proportions", "measurement": "measurement", "algebra": "algebra",
}  # fmt: skip


@dataclass
class Old:
    """What the old document says of one module, read once."""

    module: Module
    path: str
    block: dict
    progress: dict
    last_session: datetime | None
    assessment: datetime | None
    grades: tuple[int | None, int | None]

    def path_of(self, key: str) -> str:
        return f"{self.path}.progress.{key}"

    def progress_first(self) -> bool:
        """Says whether the grade comes from progress, not from the module level."""
        level, progress = self.grades
        if (level is None) != (progress is None):
            return progress is not None
        return (self.last_session or EARLIEST) <= (self.assessment or EARLIEST)


def new_modules(case: Case, modules: dict) -> dict:
    """A block for every module of the catalog; unknown modules stay untouched."""
    result = {name: block for name, block in modules.items() if module_named(name) is None}
    for module in case.catalog.values():
        blocks = blocks_of(case, modules, module.name)
        archive_other_names(case, blocks[1:])
        result[module.name] = new_block(case, module, blocks)
    return result


def archive_other_names(case: Case, blocks: list[tuple[str, dict]]) -> None:
    """Two names of one module: the other block is archived."""
    for name, block in blocks:
        case.reader.note("other_name", f"modules.{name}", block)


def progress_of(case: Case, name: str, block: dict) -> dict:
    return case.reader.object(block.get("progress"), f"modules.{name}.progress") or {}


def old_of(case: Case, module: Module, blocks: list[tuple[str, dict]]) -> Old:
    name, block = blocks[0] if blocks else (module.name, {})
    progress = progress_of(case, name, block)
    path = f"modules.{name}"
    reader = case.reader
    return Old(
        module, path, block, progress,
        reader.instant(block.get("last_session_date"), f"{path}.last_session_date"),
        reader.instant(
            progress.get("assessment_completed_date"), f"{path}.progress.assessment_completed_date"
        ),
        (
            grade_read(case, module, block.get("grade_level"), f"{path}.grade_level"),
            grade_read(case, module, progress.get("grade_level"), f"{path}.progress.grade_level"),
        ),
    )  # fmt: skip


def new_block(case: Case, module: Module, blocks: list[tuple[str, dict]]) -> dict:
    old = old_of(case, module, blocks)
    start = model.new_block(module, case.grade)
    block = unknown_keys(old.block, {*start, *CONSUMED_OF_BLOCK})
    progress = unknown_keys(old.progress, {*start["progress"], *CONSUMED_OF_PROGRESS})
    progress |= event_counters(case, blocks)
    progress |= figures(case, old)
    progress |= attempts(case, old)
    progress |= flags_of_tests(case, old)
    played = last_played(case, old)
    progress["last_played"] = text_of(played)
    progress["timestamp"] = text_of(timestamp(case, old, played))
    progress["concepts"] = concepts(case, old)
    progress["preferred_difficulty"] = preferred_difficulty(case, old)
    progress["types_complete"] = types_complete(case, old)
    progress["current_step"] = current_step(module, case.grade, progress["types_complete"])
    progress["mastery_override"] = mastery_override(case, old)
    block["grade_level"] = grade_level(old)
    block["progress"] = progress
    block["ai_analytics"] = inner_analytics(
        case, old.block.get("ai_analytics"), f"{old.path}.ai_analytics"
    )
    set_mastery(case, old, block, played)
    return block


def event_counters(case: Case, blocks: list[tuple[str, dict]]) -> dict:
    """The four event counters of both places, and of both names, add up."""
    sums = dict.fromkeys(EVENT_COUNTERS, 0)
    for name, block in blocks:
        for key in EVENT_COUNTERS:
            for place, path in (
                (block, f"modules.{name}.{key}"),
                (progress_of(case, name, block), f"modules.{name}.progress.{key}"),
            ):
                sums[key] += case.reader.number(place.get(key), path) or 0
    sums = {key: capped(value) for key, value in sums.items()}
    # Choice: correct answers are cut to the questions in the sum, not at each place.
    name = blocks[0][0] if blocks else ""
    sums["correct_answers"] = case.reader.at_most(
        sums["correct_answers"], sums["total_questions_answered"],
        f"modules.{name}.progress.correct_answers",
    )  # fmt: skip
    return sums


def figures(case: Case, old: Old) -> dict:
    """The figures that come from progress as they are."""

    def number(key: str, high: int = INT_MAX) -> int | None:
        return case.reader.number(old.progress.get(key), old.path_of(key), high=high)

    result = {
        key: number(key) or 0
        for key in ("time_spent_total", "streak_current", "streak_best", "recent_questions")
    }
    result["recent_correct"] = case.reader.at_most(
        number("recent_correct") or 0, result["recent_questions"], old.path_of("recent_correct")
    )
    result["best_score"] = number("best_score", 100) or 0
    result["best_time"] = number("best_time")
    # Choice: no lesson, null too, is the catalog's.
    lesson = number("lesson")
    result["lesson"] = old.module.lesson if lesson is None else lesson
    result["recent_results"] = recent_results(case, old)
    return result


def recent_results(case: Case, old: Old) -> str:
    path = old.path_of("recent_results")
    results = case.reader.string(old.progress.get("recent_results"), path) or ""
    if re.fullmatch("[01]{0,10}", results):
        return results
    case.reader.note("unreadable", path, results)
    return ""


def grade_read(case: Case, module: Module, value: object, path: str) -> int | None:
    """A grade, K = 0, clamped to the module's range."""
    # Choice: the range of a module with a fixed grade is that grade.
    low, high = module.grade_min or 0, INT_MAX if module.grade_max is None else module.grade_max
    if isinstance(value, str) and value.strip(" ").upper() == "K":
        # Choice: K is a grade and no odd value, unless the range has none.
        if low > 0:
            case.reader.note("range", path, value)
        return low
    return case.reader.number(value, path, low, high)


def grade_level(old: Old) -> int | None:
    """Of the module level if a session is later than the assessment, of progress if not, of the
    only one there is otherwise; rush null."""
    if old.module.grade_min is None:
        return None
    level, progress = old.grades
    if level is None and progress is None:
        return old.module.grade_start
    return progress if old.progress_first() else level


def attempts(case: Case, old: Old) -> dict:
    """Attempts from the copy the grade came from, where that has none from the other."""
    # Choice: rush learners have such a copy, too, although their grade becomes null; without any
    # grade the dates alone decide.
    places = [(old.block, old.path), (old.progress, f"{old.path}.progress")]
    if old.progress_first():
        places.reverse()
    # Choice: where a rush module has neither good_attempt nor bad_attempt anywhere, the pair of
    # the other modules serves.
    keys = [RUSH_ATTEMPTS, ATTEMPTS] if old.module.types else [ATTEMPTS]
    copies = [
        tuple(case.reader.number(place.get(key), f"{path}.{key}") for key in pair)
        for pair in keys
        for place, path in places
    ]
    # Choice: the two counters stay together; of a copy that has one of them the other is 0.
    good, bad = next((copy for copy in copies if copy != (None, None)), (0, 0))
    return {"attempt_good": good or 0, "attempt_bad": bad or 0}


def flags_of_tests(case: Case, old: Old) -> dict:
    """test_rewarded = test_taken or an assessment date."""
    taken = case.reader.boolean(old.progress.get("test_taken"), old.path_of("test_taken"))
    # Choice: test_rewarded itself, which a rollback leaves, is never taken back.
    rewarded = case.reader.boolean(old.progress.get("test_rewarded"), old.path_of("test_rewarded"))
    if case.ours and rewarded is not None:
        # Choice: ours says it by itself; not in every module is a test rewarded.
        return {"test_taken": bool(taken), "test_rewarded": rewarded or bool(old.assessment)}
    return {
        "test_taken": bool(taken),
        "test_rewarded": bool(taken or rewarded or old.assessment),
    }


def last_played(case: Case, old: Old) -> datetime | None:
    """The later of last_played and last_session_date, and of the module's history."""
    own = case.reader.instant(old.progress.get("last_played"), old.path_of("last_played"))
    if case.ours and "last_played" in old.progress and (own or old.progress["last_played"] is None):
        # Choice: ours knows more than the history: a module that was reset was never played.
        return latest(own, old.last_session)
    history = latest(*(s.at for s in case.sessions if s.module == old.module.name))
    return latest(own, old.last_session, history)


def timestamp(case: Case, old: Old, played: datetime | None) -> datetime | None:
    """Its own, else the latest date known."""
    own = case.reader.instant(old.progress.get("timestamp"), old.path_of("timestamp"))
    # Choice: known dates are those of play and of the assessment.
    return own or latest(played, old.assessment)


def concepts(case: Case, old: Old) -> str:
    """The document's strings joined, if any, else the catalog's."""
    stored, path = old.progress.get("concepts"), old.path_of("concepts")
    if isinstance(stored, str):
        stored = [stored]
    stored = case.reader.array(stored, path) or []
    texts = [text for text in stored if isinstance(text, str)]
    if len(texts) < len(stored):
        case.reader.note("unreadable", path, stored)
    # Choice: commas separate within a string as between strings, blanks around concepts go.
    names = [name.strip(" ") for text in texts for name in text.split(",")]
    return ", ".join(name for name in names if name) or old.module.concepts


def preferred_difficulty(case: Case, old: Old) -> int:
    """Of subject_mastery where it is 2-5, else the document's cut to 1-5, else the catalog's."""
    own = case.reader.number(
        old.progress.get("preferred_difficulty"), old.path_of("preferred_difficulty"), 1, 5
    )
    row = difficulty_row(case, old.module.name)
    if row is not None:
        return int(exact_number(row["difficulty_level"]))
    return old.module.difficulty if own is None else own


def difficulty_row(case: Case, module: str) -> dict | None:
    """The newest of the module's rows with a difficulty of 2-5, by last_practiced, then id."""
    rows = []
    for row in case.rows("subject_mastery"):
        level = exact_number(row.get("difficulty_level"))
        if SUBJECTS.get(row.get("subject")) == module and level is not None and 2 <= level <= 5:
            rows.append(row)
    # Choice: a row without last_practiced is the oldest.
    return max(rows, key=lambda row: (instant_of(row.get("last_practiced")) or EARLIEST,
                                      number_of_id(row)), default=None)  # fmt: skip


DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")  # noqa: RUF001


def types_complete(case: Case, old: Old) -> list[str]:
    """Dashes normalised, doubles dropped, list order, unknown ones archived."""
    path = old.path_of("types_complete")
    stored = case.reader.array(old.progress.get("types_complete"), path) or []
    known = set()
    for item in stored:
        name = item.translate(DASHES) if isinstance(item, str) else None
        if name in old.module.types:
            known.add(name)
        else:
            case.reader.note("unknown_type", path, item)
    return [name for name in old.module.types if name in known]


def mastery_override(case: Case, old: Old) -> dict | None:
    """An override comes back after a rollback only."""
    path = old.path_of("mastery_override")
    override = case.reader.object(old.progress.get("mastery_override"), path)
    if override is None:
        return None
    at = instant_of(override.get("at"))
    texts = (override.get("by"), override.get("reason"))
    if (
        isinstance(override.get("value"), bool)
        and at is not None
        and all(isinstance(text, str) for text in texts)
    ):
        return override | {"at": text_of(at)}
    # Choice: an override that says too little is none.
    case.reader.note("unreadable", path, override)
    return None


def set_mastery(case: Case, old: Old, block: dict, played: datetime | None) -> None:
    """A legacy true stays; other texts and false leave it to the module's rule."""
    progress = block["progress"]
    own = case.reader.instant(old.progress.get("mastered_at"), old.path_of("mastered_at"))
    # Choice: beside an override mastery_level is the override's, not a legacy true.
    legacy = progress["mastery_override"] is None and is_mastered(old.progress.get("mastery_level"))
    if own is None and (legacy or rule_is_true(block, old.module, case.grade)):
        own = played or case.at
    progress["mastered_at"] = text_of(own)
    # Choice: the rules page wins: nothing done is never mastered, so a legacy true with zero
    # sessions, questions and types has mastered_at only, and counts from the first session on.
    progress["mastery_level"] = mastery_level(block, old.module, case.grade)
