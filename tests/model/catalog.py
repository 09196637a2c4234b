"""The catalog that ships, typed out from the rules page a second time."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Tokens:
    """What a token_run pays.

    each: pays `pay` for every `every` correct answers, and `perfect` more for a perfect session.
    bands: the same with (pay, perfect) by time band.
    result: pays `good` for a good session, `perfect` instead for a perfect one.
    none: pays nothing.
    """

    kind: str
    every: int = 1
    pay: int = 0
    perfect: int = 0
    good: int = 0
    bands: tuple[tuple[int, int, int], ...] = ()


@dataclass(frozen=True)
class Module:
    """One row of the catalog."""

    name: str
    size: int | None
    min_questions: int
    tokens: Tokens
    good_percent: int
    up: int | None
    down: int | None
    grade_min: int | None
    grade_max: int | None
    grade_start: int | None
    difficulty: int
    lesson: int | None
    concepts: str
    assessment: str
    mastery: dict = field(hash=False)
    types: tuple[str, ...] = ()
    skipped_types: tuple[str, ...] = ()
    policy: str = "latched"
    active: bool = True
    # A type is complete at this many points; a good session is one, a perfect one two.
    type_points: int = 2
    # Difficulty: up at 30 questions with 80 %, down at 20 with 50 %, start anew at 60.
    up_questions: int = 30
    up_percent: int = 80
    down_questions: int = 20
    down_percent: int = 50
    reset_questions: int = 60


# The learner's grade above which a rush module skips its first types.
SKIP_ABOVE_GRADE = 5
TEST_REWARD = 15
MASTERING_TEST_REWARD = 50
CORRECT_PER_TEST_TOKEN = 3

PROGRESSIONS = {
    "addition": (
        "Adding 0 and 1", "Adding 2", "Adding 3", "Adding 4", "Adding 5", "Mixed 0-5",
        "Adding 6", "Adding 7", "Adding 8", "Adding 9", "Adding 10", "Doubles to 20",
        "Mixed 6-10",
    ),
    "subtraction": (
        "Subtract From 0-3", "Subtract From 4", "Subtract From 5", "Subtraction Mixed 0-5",
        "Subtract From 6", "Subtract From 7", "Subtract From 8", "Subtract From 9",
        "Subtract From 10", "Subtraction Half of a Double", "Subtraction Mixed 6-10",
        "Subtraction Odd Balls",
    ),
    "multiplication": (
        "Multiply by 0 and 1", "Multiply by 2", "Multiply by 3", "Multiply by 4",
        "Multiply by 5", "Mixed 0-5", "Multiply by 6", "Multiply by 7", "Multiply by 8",
        "Multiply by 9", "Multiply by 10", "Multiply by 11", "Multiply by 12",
        "Multiply Doubles", "Mixed 6-12",
    ),
    "division": (
        "Divide by 2", "Divide by 3", "Divide by 4", "Divide by 5", "Divide by 6", "Mixed 2-6",
        "Divide by 7", "Divide by 8", "Divide by 9", "Divide by 10", "Divide by 11",
        "Divide by 12", "Mixed 7-12",
    ),
}  # fmt: skip

SKIPPED = {
    "multiplication": ("Multiply by 0 and 1", "Multiply by 2"),
    "division": ("Divide by 2",),
}

ACCURACY = {"accuracy": {"min_questions": 30, "percent": 80}}


def _facts(operation: str, grade_start: int, difficulty: int) -> Module:
    return Module(
        name=f"{operation}_facts", size=6, min_questions=6,
        tokens=Tokens("each", every=1, pay=1, perfect=4), good_percent=80, up=4, down=4,
        grade_min=0, grade_max=6, grade_start=grade_start, difficulty=difficulty, lesson=None,
        concepts=operation, assessment="grade", mastery={"top_level": {}},
    )  # fmt: skip


def _rush(operation: str) -> Module:
    return Module(
        name=f"math_rush_{operation}", size=24, min_questions=12,
        tokens=Tokens("bands", every=5, bands=((60, 3, 20), (90, 2, 15))), good_percent=80,
        up=None, down=None, grade_min=None, grade_max=None, grade_start=None, difficulty=2,
        lesson=None, concepts=f"{operation}, speed, memorization", assessment="types",
        mastery={"list_complete": {}}, types=PROGRESSIONS[operation],
        skipped_types=SKIPPED.get(operation, ()),
    )  # fmt: skip


def _fixed(name: str, size: int | None, tokens: Tokens, grade: int, concepts: str) -> Module:
    return Module(
        name=name, size=size, min_questions=1 if size is None else size, tokens=tokens,
        good_percent=80, up=None, down=None, grade_min=grade, grade_max=grade,
        grade_start=grade, difficulty=3, lesson=None, concepts=concepts, assessment="taken",
        mastery=ACCURACY,
    )  # fmt: skip


def _lessons(name: str, grades: tuple[int, int, int], concepts: str) -> Module:
    grade_min, grade_max, grade_start = grades
    return Module(
        name=name, size=5, min_questions=5, tokens=Tokens("result", good=5, perfect=8),
        good_percent=80, up=3, down=3, grade_min=grade_min, grade_max=grade_max,
        grade_start=grade_start, difficulty=3, lesson=1, concepts=concepts,
        assessment="taken", mastery={"top_level": {}},
    )  # fmt: skip


MODULES: dict[str, Module] = {
    module.name: module
    for module in (
        _facts("addition", 1, 1),
        _facts("subtraction", 1, 1),
        _facts("multiplication", 2, 2),
        _facts("division", 3, 3),
        _rush("addition"),
        _rush("subtraction"),
        _rush("multiplication"),
        _rush("division"),
        _fixed("fractions_puzzle", 10, Tokens("each", every=5, pay=3, perfect=10), 3,
               "fractions, ratios"),
        _fixed("decimal_defender", 5, Tokens("each", every=1, pay=4, perfect=15), 4,
               "decimals"),
        _fixed("ratios_proportions", 5, Tokens("each", every=1, pay=5), 6,
               "ratios, proportions"),
        _lessons("measurement", (2, 5, 2), "measurement, data analysis"),
        _lessons("algebra", (6, 8, 6), "exponents, algebra"),
        _fixed("word_race", None, Tokens("none"), 3, ""),
    )
}  # fmt: skip
