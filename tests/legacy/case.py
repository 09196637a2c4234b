"""One learner in the import's hands, and what all decisions need."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from tests.model import document as model
from tests.model.catalog import MODULES, Module

from .reading import INT_MAX, Entry, Reader, exact_number, instant_of

DOCUMENT = "users.hidden_grade_asset"
SETTINGS = {"default_time_zone": "UTC", "day_start_hour": 0, "streak_freeze_initial": 0}
OPERATIONS = ("addition", "subtraction", "multiplication", "division")
EARLIEST = datetime.min.replace(tzinfo=UTC)

EVENT_COUNTERS = (
    "sessions_completed", "total_questions_answered", "correct_answers", "tokens_earned"
)  # fmt: skip


class Session(NamedTuple):
    """A row of module_history that has a place in it; module None: not in the catalog."""

    at: datetime
    module: str | None
    run_type: str | None
    questions: int
    correct: int

    @property
    def counts(self) -> bool:
        """A token_run or test in a module of the catalog."""
        return self.module is not None and self.run_type in ("token_run", "test")


@dataclass
class Case:
    """One learner in the import's hands: sources, rules, and what was archived so far."""

    source: dict
    at: datetime
    settings: dict
    catalog: dict[str, Module]
    archive: list[Entry] = field(default_factory=list)
    reader: Reader = field(init=False)
    sessions: list[Session] = field(init=False)

    def __post_init__(self) -> None:
        self.reader = Reader(DOCUMENT, self.user_id, self.archive)
        self.sessions = sessions_of(self)

    @property
    def user(self) -> dict:
        return self.source["user"]

    @property
    def ours(self) -> bool:
        """Says whether the document has been of the new shape."""
        document = self.source.get("document")
        return isinstance(document, dict) and was_ours(document)

    @property
    def user_id(self) -> str:
        return str(self.user["id"])

    @property
    def grade(self) -> str | None:
        """users.grade, of whatever type the column is."""
        grade = self.user.get("grade")
        return None if grade is None else str(grade)

    def rows(self, table: str) -> list[dict]:
        return self.source.get(table, [])

    def column_reader(self, column: str) -> Reader:
        # The column may be of type text: then a number is a text in every row.
        return Reader(f"users.{column}", self.user_id, self.archive, texts_are_odd=False)

    def column(self, column: str) -> int | None:
        """A number in a column of users; None: NULL, unreadable, or no such column."""
        return self.column_reader(column).number(self.user.get(column))


def sessions_of(case: Case) -> list[Session]:
    """The rows of module_history in their order."""
    # Choice: a row without completed_at has no place in the history.
    rows = [
        (at, number_of_id(row), row)
        for row in case.rows("module_history")
        if (at := instant_of(row.get("completed_at"))) is not None
    ]
    reader = Reader("", "")
    result = []
    for at, _, row in sorted(rows, key=lambda item: item[:2]):
        questions = reader.number(row.get("questions_total")) or 0
        correct = reader.number(row.get("questions_correct")) or 0
        module = module_named(row.get("module_name"))
        result.append(Session(at, module, row.get("run_type"), questions, min(correct, questions)))
    return result


def section_of(case: Case, old: dict, name: str) -> dict:
    """A section of the document; what is no object counts as missing."""
    return case.reader.object(old.get(name), name) or {}


def unknown_keys(section: dict, known: Iterable[str]) -> dict:
    """Every other unknown key stays where it is."""
    known = set(known)
    return {key: value for key, value in section.items() if key not in known}


def was_ours(old: dict) -> bool:
    """Says whether the document has been of the new shape: a rollback leaves its keys."""
    return type(old.get("version")) is int and old["version"] == 1


def text_of(instant: datetime | None) -> str | None:
    return None if instant is None else model.instant_text(instant)


def latest(*instants: datetime | None) -> datetime | None:
    """The latest of the instants that are known."""
    return max((instant for instant in instants if instant is not None), default=None)


def capped(value: int) -> int:
    return min(value, INT_MAX)


def id_of(row: dict) -> str | None:
    return None if row.get("id") is None else str(row["id"])


def number_of_id(row: dict) -> int:
    """The id as a number; 0 where the table has none."""
    return int(exact_number(row.get("id")) or 0)


def _names() -> dict[str, str]:
    names = {name.replace("_", "-"): name for name in MODULES}
    for operation in OPERATIONS:
        for old_name in (f"math_facts_{operation}", f"math-facts-{operation}"):
            names[old_name] = f"{operation}_facts"
    names["measurement_mastery"] = names["measurement-mastery"] = "measurement"
    return names | {name: name for name in MODULES}


NAMES = _names()


def module_named(name: object) -> str | None:
    """The catalog's name of a module; None for one it does not know."""
    # Choice: "the hyphened history names" are the catalog's and math_facts_<op> with hyphens, and
    # measurement-mastery; all aliases hold in documents and in module_history.
    if isinstance(name, str) and name.startswith("decimal_defender_"):
        return "decimal_defender"
    return NAMES.get(name) if isinstance(name, str) else None


def blocks_of(case: Case, modules: dict, module: str) -> list[tuple[str, dict]]:
    """The blocks of one module by name, the one that serves first.

    That is the block under the catalog's name; else the first alphabetically.
    """
    # Choice: a block that is no object is missing, so one under another name takes its place.
    named = [
        (name, block)
        for name, block in sorted(modules.items())
        if module_named(name) == module and case.reader.object(block, f"modules.{name}") is not None
    ]
    return sorted(named, key=lambda pair: pair[0] != module)
