"""The shapes that documents come in."""

import functools
import json
from random import Random

from tests.model.catalog import MODULES

from .drafts import (
    COUNTERS,
    FACTS,
    LEVELLED,
    OPERATIONS,
    OTHERS,
    RUSH,
    Declined,
    Draft,
    add_analysis,
    ordinary_block,
    ordinary_document,
    session_counters,
)
from .shape import shape, variants, whole_document

# Documents that are none, or hold none of the sections.


@whole_document()
def document_null(draft: Draft) -> None:
    draft.document = None


@variants(
    "document",
    {
        "empty_object": "{}", "empty_array": "[]", "array": '[{"modules": {}}]',
        "string": '"progress"', "empty_string": '""', "number": "17", "fraction": "0.5",
        "true": "true", "json_null": "null",
    },
    whole=True,
)  # fmt: skip
def document_of(draft: Draft, text: object) -> None:
    draft.text = text


@whole_document()
def without_modules(draft: Draft) -> None:
    del draft.document["modules"]


@whole_document()
def without_sections(draft: Draft) -> None:
    for name in draft.rng.sample(list(draft.document), draft.rng.randint(1, 3)):
        del draft.document[name]


# Values at the places of sections, blocks and progress that are no objects.
NO_OBJECTS = {"array": [1], "string": "none", "number": 5, "false": False, "null": None}


@variants("modules_are", NO_OBJECTS, whole=True)
def modules_are(draft: Draft, value: object) -> None:
    draft.document["modules"] = value


@variants("sections_are", NO_OBJECTS, whole=True)
def sections_are(draft: Draft, value: object) -> None:
    names = ["global_stats", "ai_analytics", "cross_module_analytics"]
    for name in draft.rng.sample(names, draft.rng.randint(1, 3)):
        draft.document[name] = value


@variants("blocks_are", NO_OBJECTS)
def blocks_are(draft: Draft, value: object) -> None:
    for _ in range(draft.rng.randint(1, 2)):
        draft.modules[draft.claim()] = value


@variants("progress_is", NO_OBJECTS)
def progress_is(draft: Draft, value: object) -> None:
    draft.block()["progress"] = value


@shape
def blocks_missing(draft: Draft) -> None:
    for _ in range(3):
        del draft.modules[draft.claim()]


@shape
def progress_missing(draft: Draft) -> None:
    del draft.block()["progress"]


@shape
def progress_empty(draft: Draft) -> None:
    draft.block()["progress"] = {}


# JSON that jsonb cannot hold: quarantine.


@variants(
    "unreadable",
    {
        "null_character": "a\0b", "high_surrogate": "x\ud800", "low_surrogate": "\udc00x",
        "two_high_surrogates": "\ud83d\ud83d",
    },
    whole=True, json_only=True,
)  # fmt: skip
def unreadable_text(draft: Draft, text: object) -> None:
    draft.rng.choice([draft.document, draft.stats, draft.progress()])["note"] = text


@whole_document(json_only=True)
def unreadable_key(draft: Draft) -> None:
    draft.block()["\0"] = 1


@variants(
    "unreadable", {"huge_number": "1e200000", "tiny_number": "1e-20000"},
    whole=True, json_only=True,
)  # fmt: skip
def unreadable_number(draft: Draft, number: object) -> None:
    draft.progress()["note"] = "a number"
    draft.pieces["a number"] = number


@whole_document(json_only=True)
def unreadable_in_a_double_key(draft: Draft) -> None:
    draft.document["note"] = "twice"
    draft.pieces["twice"] = r'"\u0000", "note": "once"'


@shape(json_only=True)
def double_keys(draft: Draft) -> None:
    draft.progress()["streak_best"] = "twice best"
    draft.pieces["twice best"] = '3, "streak_best": 4'


# Names of modules.


def renamed(draft: Draft, name: str, old_name: str) -> None:
    draft.modules[old_name] = draft.modules.pop(name)


@shape
def facts_by_their_old_names(draft: Draft) -> None:
    for operation in draft.rng.sample(OPERATIONS, draft.rng.randint(1, 4)):
        renamed(draft, draft.claim(f"{operation}_facts"), f"math_facts_{operation}")


@shape
def modules_by_hyphened_names(draft: Draft) -> None:
    name = draft.claim("word_race", "fractions_puzzle", "math_rush_addition")
    renamed(draft, name, name.replace("_", "-"))


@shape
def measurement_mastery(draft: Draft) -> None:
    renamed(draft, draft.claim("measurement"), "measurement_mastery")


@shape
def decimal_defender_by_skills(draft: Draft) -> None:
    name = draft.claim("decimal_defender")
    for skill in draft.rng.sample(["rounding", "comparing", "adding"], 2):
        draft.modules[f"decimal_defender_{skill}"] = ordinary_block(draft.rng, name)
    if draft.rng.random() < 0.5:
        del draft.modules[name]


@shape
def both_names_of_a_module(draft: Draft) -> None:
    operation = draft.rng.choice(OPERATIONS)
    name = draft.claim(f"{operation}_facts")
    for old_name in draft.rng.choice(
        [["math_facts_{}"], ["math-facts-{}"], ["math_facts_{}", "{}-facts"]]
    ):
        block = ordinary_block(draft.rng, name) | session_counters(draft.rng)
        block["old"] = True
        draft.modules[old_name.format(operation)] = block


@shape
def both_names_and_no_object(draft: Draft) -> None:
    operation = draft.rng.choice(OPERATIONS)
    name = draft.claim(f"{operation}_facts")
    draft.modules[f"math_facts_{operation}"] = draft.modules[name]
    draft.modules[name] = draft.rng.choice(["", [], None])


@shape
def both_names_and_no_object_in_the_other(draft: Draft) -> None:
    operation = draft.rng.choice(OPERATIONS)
    draft.claim(f"{operation}_facts")
    draft.modules[f"math_facts_{operation}"] = draft.rng.choice(["", [], None, 3])


def math_rush(rng: Random) -> dict:
    """The block from before there were four."""
    block = ordinary_block(rng, "fractions_puzzle")
    block["progress"]["concepts"] = ["speed", "memorization", "pattern recognition"]
    return block


@shape
def math_rush_beside_the_four(draft: Draft) -> None:
    for name in RUSH:
        draft.modules.setdefault(name, ordinary_block(draft.rng, name))
    draft.modules["math_rush"] = math_rush(draft.rng)


@shape
def math_rush_instead_of_the_four(draft: Draft) -> None:
    if draft.claimed.intersection(RUSH):
        raise Declined
    for name in RUSH:
        draft.claimed.add(name)
        draft.modules.pop(name, None)
    draft.modules["math_rush"] = math_rush(draft.rng) | session_counters(draft.rng)


@shape
def unknown_modules_with_odd_figures(draft: Draft) -> None:
    odd = draft.rng.choice(["4", "x", 2.5, -1, 10**15, None, []])
    draft.modules["geometry"] = {
        "progress": dict.fromkeys(NUMBERS_OF_PROGRESS, odd) | {"tokens_earned": -3},
        "tokens_earned": 2.5, "total_questions_answered": "x",
    }  # fmt: skip
    draft.modules["logic"] = draft.rng.choice(["soon", [], None, {"progress": "none"}])


# Grades, attempts, dates of the two copies.


def two_copies(draft: Draft, session: object, assessment: object) -> dict:
    """A block with both grades and both pairs of attempts, all different."""
    block = draft.block(*LEVELLED)
    module = 6 if block["grade_level"] in (6, 7, 8) else 2
    block |= session_counters(draft.rng) | {
        "grade_level": module, "last_session_date": session, "attempt_good": 1, "attempt_bad": 0,
    }  # fmt: skip
    block["progress"] |= {
        "grade_level": module + 1, "assessment_completed_date": assessment, "attempt_good": 0,
        "attempt_bad": 2,
    }  # fmt: skip
    return block


EARLY, LATE = "2025-02-01T09:00:00.000Z", "2025-02-01T09:00:00.001Z"


@variants(
    "grades_with",
    {
        "the_session_later": (LATE, EARLY), "the_assessment_later": (EARLY, LATE),
        "equal_dates": (EARLY, EARLY), "a_session_only": (EARLY, None),
        "an_assessment_only": (None, EARLY), "no_dates": (None, None),
        "an_unreadable_session": ("yesterday", EARLY),
        "an_unreadable_assessment": (EARLY, 1749890847218),
        "two_unreadable_dates": ("", "2025-13-01T00:00:00Z"),
        "zones": ("2025-02-01T10:00:00+02:00", "2025-02-01T08:30:00"),
    },
)  # fmt: skip
def grades_with(draft: Draft, dates: object) -> None:
    two_copies(draft, *dates)


@variants("session_grade", {"missing": None, "unreadable": "third"})
def session_grade_is(draft: Draft, value: object) -> None:
    two_copies_of = draft.rng.choice([(LATE, EARLY), (EARLY, LATE)])
    block = draft.block("addition_facts", "subtraction_facts")
    block |= {"grade_level": value, "last_session_date": two_copies_of[0], "attempt_good": 1}
    block["progress"] |= {
        "grade_level": 4, "assessment_completed_date": two_copies_of[1], "attempt_good": 3,
    }  # fmt: skip


@shape
def no_grade_at_all(draft: Draft) -> None:
    block = draft.block(*LEVELLED)
    block.pop("grade_level")
    block["progress"].pop("grade_level", None)


@variants(
    "grade_of",
    {"K": "K", "small_k": "k", "text": "3", "twelve": 12, "minus_one": -1, "fraction": 2.5,
     "seven": 7},
)  # fmt: skip
def grade_of(draft: Draft, grade: object) -> None:
    block = draft.block()
    block["grade_level"] = grade
    block["progress"].pop("grade_level", None)


@shape
def rush_with_a_grade(draft: Draft) -> None:
    block = draft.block(*RUSH)
    block["grade_level"] = draft.rng.choice([3, "K", "x"])
    block["progress"]["grade_level"] = draft.rng.choice([None, 2])


@shape
def attempts_in_one_copy_only(draft: Draft) -> None:
    block = two_copies(draft, *draft.rng.choice([(LATE, EARLY), (EARLY, LATE)]))
    place = draft.rng.choice([block, block["progress"]])
    for key in draft.rng.choice([["attempt_good", "attempt_bad"], ["attempt_good"]]):
        place.pop(key, None)


@shape
def rush_attempts_beside_each_other(draft: Draft) -> None:
    draft.progress(*RUSH).update(good_attempt=1, bad_attempt=0, attempt_good=0, attempt_bad=2)


@shape
def rush_attempts_by_one_name(draft: Draft) -> None:
    progress = draft.progress(*RUSH)
    for key in draft.rng.choice(
        [["good_attempt", "bad_attempt"], ["attempt_good", "attempt_bad"], ["bad_attempt"]]
    ):
        progress.pop(key, None)


@shape
def counters_at_both_places(draft: Draft) -> None:
    for _ in range(2):
        draft.block().update(session_counters(draft.rng))


@shape
def counters_at_the_module_level_only(draft: Draft) -> None:
    block = draft.block()
    block |= session_counters(draft.rng)
    for key in COUNTERS:
        del block["progress"][key]


@variants(
    "date",
    {
        "with_an_offset": "2025-03-01T23:30:00-05:00", "with_a_short_offset": "2025-03-01T10:00+01",
        "without_a_zone": "2025-03-01T10:00:00.5", "of_a_day": "2025-03-01",
        "with_a_space": "2025-03-01 10:00:00", "with_many_digits": "2025-03-01T10:00:59.9999999Z",
        "of_no_calendar": "2025-02-30T10:00:00Z", "in_words": "Sat Mar 01 2025",
        "as_a_number": 1740823200000, "that_is_empty": "", "that_is_true": True,
        "of_another_style": "03/01/2025",
    },
)  # fmt: skip
def date_of(draft: Draft, value: object) -> None:
    block = draft.block()
    keys = ["timestamp", "last_played", "assessment_completed_date"]
    block["progress"].update(dict.fromkeys(draft.rng.sample(keys, 2), value))
    if draft.rng.random() < 0.5:
        block["last_session_date"] = value
    if draft.rng.random() < 0.3:
        draft.stats["last_active"] = value


@shape
def last_played_later_than_the_session(draft: Draft) -> None:
    block = draft.block()
    block["last_session_date"] = EARLY
    block["progress"] |= {"last_played": LATE, "timestamp": None}


@shape
def no_timestamp(draft: Draft) -> None:
    block = draft.block()
    block["last_session_date"] = draft.rng.choice([None, EARLY])
    block["progress"] |= {
        "timestamp": None, "assessment_completed_date": draft.rng.choice([None, LATE]),
    }  # fmt: skip


@variants("test_taken", {"true": True, "text": "true", "number": 1, "null": None})
def test_taken_is(draft: Draft, value: object) -> None:
    progress = draft.progress()
    progress["test_taken"] = value
    progress.pop("assessment_completed_date", None)


# Mastery, concepts, fact types, difficulty.


@variants(
    "mastery",
    {
        "beginner": "beginner", "text_true": "true", "mastered": "mastered", "True": "True",
        "text_false": "false", "empty": "", "one": 1, "null": None, "true": True,
        "object": {"level": "mastered"},
    },
)  # fmt: skip
def mastery_is(draft: Draft, value: object) -> None:
    progress = draft.progress()
    progress |= {"mastery_level": value, "sessions_completed": 3, "last_played": EARLY}


@shape
def mastered_and_never_dated(draft: Draft) -> None:
    progress = draft.progress("algebra", "word_race", "decimal_defender")
    progress |= {"mastery_level": "mastered", "sessions_completed": 2, "last_played": None}


@shape
def mastered_and_never_played(draft: Draft) -> None:
    progress = draft.progress("fractions_puzzle", "ratios_proportions")
    progress |= {"mastery_level": True, "types_complete": []} | dict.fromkeys(COUNTERS, 0)


@shape
def mastered_by_the_rule(draft: Draft) -> None:
    name = draft.claim()
    block, module = draft.modules[name], MODULES[name]
    block["progress"] |= {
        "mastery_level": draft.rng.choice([False, "beginner"]), "sessions_completed": 9,
        "total_questions_answered": 40, "correct_answers": 32, "types_complete": [*module.types],
        "last_played": draft.rng.choice([None, EARLY]), "attempt_good": 4, "grade_level": None,
    }  # fmt: skip
    block |= {"grade_level": module.grade_max, "last_session_date": None}
    for key in (*COUNTERS, "attempt_good", "attempt_bad"):
        block.pop(key, None)


@variants(
    "concepts",
    {
        "string": "fractions, ratios", "string_without_blanks": "fractions,ratios", "empty": "",
        "blank": " ", "empty_array": [], "array": ["speed", "", " memorization "], "null": None,
        "number": 7, "object": {"a": "b"}, "array_of_all": ["speed", 3, None, ["x"]],
    },
)  # fmt: skip
def concepts_are(draft: Draft, value: object) -> None:
    draft.progress()["concepts"] = value


@shape
def concepts_missing(draft: Draft) -> None:
    del draft.progress()["concepts"]


def types_of(draft: Draft) -> tuple[dict, list[str]]:
    name = draft.claim(*RUSH)
    return draft.modules[name]["progress"], list(MODULES[name].types)


@variants("types_with", {"en_dashes": "–", "minus_signs": "−", "hard_hyphens": "‑"})  # noqa: RUF001
def types_with_odd_dashes(draft: Draft, dash: object) -> None:
    progress, types = types_of(draft)
    progress["types_complete"] = [name.replace("-", dash) for name in types]


@shape
def types_twice(draft: Draft) -> None:
    progress, types = types_of(draft)
    mixed = next(name for name in types if "-" in name)
    progress["types_complete"] = [types[1], types[0], types[1], mixed, mixed.replace("-", "—")]


@shape
def types_in_any_order(draft: Draft) -> None:
    progress, types = types_of(draft)
    progress["types_complete"] = draft.rng.sample(types, 5)


@shape
def types_unknown(draft: Draft) -> None:
    progress, types = types_of(draft)
    progress["types_complete"] = [types[0], "Square roots", types[2].lower(), None, 4, "Mixed 0–9"]  # noqa: RUF001


@variants("types_are", {"null": None, "string": "Adding 2", "object": {}, "number": 2})
def types_are(draft: Draft, value: object) -> None:
    progress, _ = types_of(draft)
    progress["types_complete"] = value


@shape
def types_where_there_is_no_list(draft: Draft) -> None:
    draft.progress(*FACTS, *OTHERS)["types_complete"] = draft.rng.choice([[], ["Adding 2"]])


@variants("difficulty", {"zero": 0, "nine": 9, "minus": -2, "text": "4", "null": None, "five": 5})
def difficulty_is(draft: Draft, value: object) -> None:
    draft.progress()["preferred_difficulty"] = value


# Numbers.

ODD_NUMBERS = {
    "as_texts": ["12", " 7 ", "+3", "0012", "8.9", "-4", "99999999999"],
    "with_fractions": [2.5, 0.9, 7.0, 1e-7, 3.9999, 59.5],
    "negative": [-1, -2147483649, -0.5, -1e20, -2.5],
    "huge": [2147483647, 2147483648, 10**15, 10**30, 1e21, 10**400, 2147483647.9],
    "unreadable": [
        "abc", "", "1e3", "12,5", "0x10", "1_000", True, [], {}, "NaN", "-", "١٢", [5], "1 2",
    ],
}  # fmt: skip
NUMBERS_OF_PROGRESS = (
    *COUNTERS, "time_spent_total", "best_score", "best_time", "attempt_good", "attempt_bad",
    "streak_current", "streak_best", "preferred_difficulty", "lesson",
)  # fmt: skip
NUMBERS_OF_STATS = (
    "total_tokens_earned", "total_questions_answered", "total_correct_answers",
    "total_time_spent", "streak_days", "daily_tokens_earned", "daily_engagement_minutes",
    "longest_streak_days",
)  # fmt: skip


@variants("numbers", ODD_NUMBERS)
def numbers(draft: Draft, values: object) -> None:
    rng, block = draft.rng, draft.block()
    for key in rng.sample(NUMBERS_OF_PROGRESS, 5):
        block["progress"][key] = rng.choice(values)
    for key in rng.sample([*COUNTERS, "attempt_good", "grade_level"], 2):
        block[key] = rng.choice(values)
    for key in rng.sample(NUMBERS_OF_STATS, 2):
        draft.stats[key] = rng.choice(values)


@variants("best_score", {"above_100": 101, "text_above_100": "250", "huge": 10**12})
def best_score_is(draft: Draft, value: object) -> None:
    draft.progress()["best_score"] = value


@shape
def more_correct_than_questions(draft: Draft) -> None:
    draft.progress().update(total_questions_answered=10, correct_answers=14)


@shape
def more_correct_at_one_place(draft: Draft) -> None:
    block = draft.block()
    block |= session_counters(draft.rng) | {"total_questions_answered": 9, "correct_answers": 2}
    block["progress"] |= {"total_questions_answered": 4, "correct_answers": 6}


# Totals.


@variants(
    "totals",
    {
        "below_the_sums": (0.8, 1), "above_the_sums": (1.2, 1), "below_the_columns": (1, 1.3),
        "above_the_columns": (1, 0.5), "beside_both": (0.77, 1.31),
    },
)  # fmt: skip
def totals(draft: Draft, factors: object) -> None:
    """The document's totals, then the columns, that much of the sums."""
    in_document, in_columns = factors
    keys = ("total_tokens_earned", "total_questions_answered", "total_correct_answers")
    # Another shape may have made them odd.
    if any(not isinstance(draft.stats[key], int) or draft.stats[key] > 10**9 for key in keys):
        raise Declined
    for key in keys:
        draft.stats[key] = int(draft.stats[key] * in_document)
    for column in ("tokens", "questions_answered", "correct_answers"):
        draft.user[column] = int(draft.user[column] * in_columns)


@shape
def more_correct_in_the_totals(draft: Draft) -> None:
    draft.stats.update(total_questions_answered=10**6, total_correct_answers=10**6 + 500)


@shape
def totals_missing(draft: Draft) -> None:
    for key in ("total_tokens_earned", "total_questions_answered", "total_time_spent"):
        del draft.stats[key]


@shape
def balance_in_the_document(draft: Draft) -> None:
    draft.stats["tokens"] = draft.rng.choice([0, 474, "619"])


@shape
def longest_streak_in_the_document(draft: Draft) -> None:
    draft.stats.update(longest_streak_days=12, streak_days=9)


# Tables that crept back in.
CREPT_BACK = {
    "id": 1749938115202, "grade": "3", "userId": 14, "concept": "fractions-addSub",
    "needsReview": True, "masteryLevel": 0, "lastPracticed": "2025-06-14T21:55:15.202Z",
}  # fmt: skip


@variants(
    "root_concept_mastery",
    {"array": [CREPT_BACK, CREPT_BACK], "object": {"fractions-addSub": CREPT_BACK}, "empty": []},
)
def root_concept_mastery(draft: Draft, value: object) -> None:
    draft.document["concept_mastery"] = value


@shape
def root_subject_mastery(draft: Draft) -> None:
    draft.document["subject_mastery"] = {"addition": {"difficultyLevel": 4}}


@shape
def root_user_progress(draft: Draft) -> None:
    draft.document["user_progress"] = [{"category": "addition", "level": 2}]


# Unknown keys, blocks of other learners, documents that were ours.


@shape
def unknown_keys(draft: Draft) -> None:
    unknown = {"theme": "dark", "ownNotes": [1, 2.5, {"a": None}], "größe": 10**30, "": 0}
    places = [draft.document, draft.stats, draft.modules, draft.document["ai_analytics"],
              draft.document["cross_module_analytics"]]  # fmt: skip
    block = draft.block()
    for place in (*places, block, block["progress"]):
        place |= {key: unknown[key] for key in draft.rng.sample(list(unknown), 2)}


@shape
def unknown_keys_of_more_than_64_kb(draft: Draft) -> None:
    draft.document["diary"] = "dear diary, " * 6000


@functools.cache
def template(seed: object, number: int) -> str:
    return json.dumps(ordinary_document(Random(f"{seed}/template/{number}")))


@whole_document()
def template_document(draft: Draft) -> None:
    """A script once used one learner's document as everybody's template."""
    draft.text = template(draft.seed, draft.rng.randrange(3))


@shape
def template_block(draft: Draft) -> None:
    name = draft.claim("algebra")
    draft.modules[name] = json.loads(template(draft.seed, 0))["modules"][name]


@shape
def rolled_back(draft: Draft) -> None:
    """The old shape, counters in one place, with the new keys beside it."""
    rng = draft.rng
    stats = {
        "tokens": 200, "total_tokens_spent": 35, "daily_tokens": 3, "longest_streak_days": 31,
        "streak_freezes": 2, "activity_date": rng.choice(["2025-06-20", "2023-01-02"]),
        "time_zone": rng.choice([None, "Europe/Berlin", "Pacific/Auckland"]),
        "time_zone_next": "America/New_York", "time_zone_next_from": "2025-06-21T04:00:00Z",
        "total_sessions_completed": 4, "daily_time_spent": 1530, "last_module": "algebra",
        "last_active": "2025-06-20T10:00:00Z",
    }  # fmt: skip
    draft.document |= {"version": 1, "global_stats": draft.stats | stats}
    draft.user["daily_engagement_minutes"] = rng.choice([25, 26])
    draft.document["cross_module_analytics"] |= {
        "learning_patterns_between_modules": rng.choice(
            [{}, {"algebra>word_race": {"count": 3, "good": 2, "questions": 30, "correct": 25}}]
        ),
        "ai_analytics": None,
    }
    for name in ("algebra", "addition_facts"):
        if name in draft.claimed:
            continue
        override = {"value": True, "by": "teacher", "at": "2025-06-19T08:00:00Z", "reason": "seen"}
        draft.claimed.add(name)
        progress = draft.modules[name]["progress"]
        progress |= {
            "mastered_at": rng.choice([None, "2025-06-18T08:00:00Z"]),
            "mastery_override": rng.choice([None, override]), "mastery_level": True,
            "test_rewarded": True, "recent_results": "0110", "recent_questions": 20,
            "recent_correct": 15, "sessions_completed": 4, "total_questions_answered": 20,
            "correct_answers": 15,
        }  # fmt: skip
        draft.modules[name]["ai_analytics"] = rng.choice([None, SECTION | {"stale": False}])


@variants(
    "new_keys",
    {
        "of_other_types": {
            "time_zone": "EST", "time_zone_next": 3, "time_zone_next_from": "soon",
            "activity_date": "2025-6-1", "last_module": "geometry", "streak_freezes": -1,
        },
        "half_a_zone_change": {"time_zone_next": "Europe/Paris", "time_zone": "UTC"},
    },
)  # fmt: skip
def new_keys(draft: Draft, stats: object) -> None:
    draft.document["version"] = draft.rng.choice([1, "1", 2, None])
    draft.stats.update(stats)
    draft.progress().update(
        mastery_override={"value": "yes"}, recent_results="012", recent_questions=3,
        recent_correct=5, test_rewarded="no", mastered_at="soon",
    )  # fmt: skip
    draft.document["cross_module_analytics"]["learning_patterns_between_modules"] = {
        "algebra>word_race": 0.5, "algebra": {}
    }  # fmt: skip


# AI texts in documents.
SECTION = {
    "analysis_date": "2025-05-01T08:00:00.000Z",
    "learning_patterns": {
        "averageScore": 81, "average_score": 80, "timeOfDay": {"bestHour": 9, "worstHour": None},
        "Monday": 3, "perModule": [{"moduleName": "algebra", "module_name": "word_race"}],
        "userID": 5, "parseHTMLPage": [[{"deepKey": 1}]], "plain": True, "two words": 2,
    },
    "strengths": ["addition"], "areas_for_improvement": [],
    "engagement_analysis": {"sessionsPerWeek": {"lastFour": [1, 2]}, "IDs": [1]},
    "suggested_activities": ["Algebra"], "weaknesses": ["fractions"],
    "datetime_generated": "2025-05-01T08:00:01.000Z",
}  # fmt: skip


@variants(
    "section",
    {
        "alone": None, "newer_than_the_row": "2025-04-30T00:00:00",
        "older_than_the_row": "2025-05-02T00:00:00", "as_old_as_the_row": "2025-05-01T08:00:01",
    },
)  # fmt: skip
def section_and_row(draft: Draft, generated_at: object) -> None:
    draft.document["ai_analytics"] |= SECTION
    draft.rows["ai_analytics"].clear()
    if generated_at is not None:
        add_analysis(draft, generated_at=generated_at)


@shape
def section_without_dates(draft: Draft) -> None:
    draft.document["ai_analytics"] |= SECTION | {"analysis_date": None, "datetime_generated": "x"}


@shape
def section_with_one_date(draft: Draft) -> None:
    draft.document["ai_analytics"] |= SECTION | {"datetime_generated": None}


@shape
def section_of_odd_values(draft: Draft) -> None:
    draft.rows["ai_analytics"].clear()
    draft.document["ai_analytics"] |= {
        "strengths": "addition", "learning_patterns": [1], "weaknesses": {}, "stale": "yes",
        "engagement_analysis": "high", "source": "a script", "model": 4, "analysis_date": 5,
        "suggested_activities": None, "datetime_generated": "2025-05-01",
    }  # fmt: skip


@variants("block_section", {"full": SECTION, "empty": {}, "short": {"note": 1}, "array": ["a"]})
def block_section(draft: Draft, value: object) -> None:
    draft.block()["ai_analytics"] = value
    draft.document["cross_module_analytics"]["ai_analytics"] = value


@shape
def cross_module_of_odd_values(draft: Draft) -> None:
    draft.document["cross_module_analytics"] |= {
        "cross_concept_mastery": [], "preferred_learning_sequence": "algebra",
        "module_transition_success_rate": None, "learning_patterns_between_modules": ["x"],
    }  # fmt: skip
