"""A made-up school: who its learners are and which sessions they completed, the same every time.

What a session is worth is the database's to say; here is only what happened.
"""

import random
import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

SEED = "hidden-grade-asset, a made-up school"
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, SEED)
GRADES = ("K", "1", "2", "3", "4", "5", "6", "7", "8")
# None: the zone of the installation.
TIME_ZONES = (
    None,
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
    "Europe/London",
    "Asia/Kolkata",
    "Pacific/Auckland",
)
# The grade in which the school begins with a module.
TAUGHT_FROM = {
    "addition_facts": 0,
    "subtraction_facts": 0,
    "math_rush_addition": 1,
    "math_rush_subtraction": 1,
    "measurement": 2,
    "multiplication_facts": 2,
    "word_race": 2,
    "division_facts": 3,
    "math_rush_multiplication": 3,
    "math_rush_division": 3,
    "fractions_puzzle": 3,
    "decimal_defender": 4,
    "ratios_proportions": 5,
    "algebra": 6,
}
USERNAME = "^demo-learner-[0-9]{3}$"
ANY_SIZE = 12  # questions of a session in a module that sets no size


@dataclass(frozen=True)
class Module:
    """What the school needs to know of a row of the catalog."""

    name: str
    full_questions: int | None
    grade_bottom: int | None
    grade_top: int | None
    fact_types: list[str]
    test_kind: str


@dataclass(frozen=True)
class Learner:
    number: int
    grade: str
    time_zone: str | None
    skill: float  # the share of right answers it tends to, in a module of its grade
    diligence: float  # the share of days it practises on

    @property
    def username(self) -> str:
        return f"demo-learner-{self.number:03}"


@dataclass(frozen=True)
class Session:
    id: uuid.UUID
    module: str
    questions: int
    correct: int
    seconds: int
    run_type: str
    at: datetime  # local to the learner
    details: dict = field(default_factory=dict)


def made_id(*parts: object) -> uuid.UUID:
    """The id of something that happened in the school: the same for the same parts."""
    return uuid.uuid5(NAMESPACE, "/".join(map(str, parts)))


def enrol(count: int) -> list[Learner]:
    """The learners. The first is the one that is shown: diligent, with a streak worth a look."""
    learners = [Learner(1, "5", "America/Chicago", 0.84, 0.93)]
    for number in range(2, count + 1):
        chance = random.Random(f"{SEED}/{number}")
        learners.append(
            Learner(
                number,
                grade=GRADES[number % len(GRADES)],
                time_zone=TIME_ZONES[number // len(GRADES) % len(TIME_ZONES)],
                skill=0.55 + 0.4 * chance.random(),
                diligence=0.2 + 0.5 * chance.random(),
            )
        )
    return learners


def sessions(learner: Learner, modules: list[Module], days: int, today: date) -> list[Session]:
    """What the learner completed on the days before today, oldest first."""
    chance = random.Random(f"{SEED}/{learner.username}")
    grade = GRADES.index(learner.grade)
    known = [m for m in modules if TAUGHT_FROM.get(m.name, len(GRADES)) <= grade]
    favourites = sorted(known, key=lambda m: chance.random())[: 4 + chance.randrange(7)]
    done: list[Session] = []
    tested: set[str] = set()
    for days_ago in range(days, 0, -1):
        if chance.random() > learner.diligence:
            continue
        minute = 8 * 60 + chance.randrange(8 * 60)
        for _ in range(1 + chance.randrange(3)):
            module = favourites[int(len(favourites) * chance.random() ** 1.5)]
            at = datetime.combine(today - timedelta(days_ago), time()) + timedelta(minutes=minute)
            is_test = module.name not in tested and chance.random() < 0.3
            tested.add(module.name)
            share = learner.skill + 0.1 * (1 - days_ago / days)
            done.append(
                one_session(
                    made_id(learner.username, days_ago, minute), module, at, share, is_test, chance
                )
            )
            minute += 5 + chance.randrange(40)
    return done


def one_session(
    session_id: uuid.UUID,
    module: Module,
    at: datetime,
    share: float,
    is_test: bool,
    chance: random.Random,
) -> Session:
    questions = module.full_questions or ANY_SIZE
    correct = sum(chance.random() < share for _ in range(questions))
    seconds = int(questions * (2.2 + 6 * chance.random() * (1.2 - share)))
    practice = not is_test and chance.random() < 0.08
    run_type = "test" if is_test else "practice" if practice else "token_run"
    details = assessment(module, correct / questions) if is_test else {}
    return Session(session_id, module.name, questions, correct, seconds, run_type, at, details)


def assessment(module: Module, share: float) -> dict:
    """What a test found out."""
    if module.test_kind == "grade":
        span = module.grade_top - module.grade_bottom
        return {"grade_level": module.grade_bottom + round(share * span / 2)}
    if module.test_kind == "types":
        known = module.fact_types[: round(share * len(module.fact_types) / 2)]
        return {"types_correct": known}
    return {}
