"""hg__document_problem: what makes a document malformed."""

import copy
from collections.abc import Iterator

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from tests.support.database import new_learner

LARGEST = 2147483647
CROSS = "cross_module_analytics"
PAIRS = f"{CROSS}.learning_patterns_between_modules"
PROGRESS = "modules.algebra.progress"
ANALYTICS = {
    "analysis_date": "2024-05-10T12:00:00Z", "learning_patterns": {}, "strengths": [],
    "areas_for_improvement": [], "engagement_analysis": {}, "suggested_activities": [],
    "weaknesses": [], "datetime_generated": None, "source": "rules", "model": "m", "stale": True,
}  # fmt: skip
OVERRIDE = {"value": True, "by": "a teacher", "at": "2024-05-10T12:00:00Z", "reason": "exam"}
PAIR = {"count": 2, "good": 1, "questions": 10, "correct": 10}


def problem(db: psycopg.Connection, document: object) -> str | None:
    return db.execute("SELECT hg__document_problem(%s)", [Jsonb(document)]).fetchone()[0]


def skeleton(db: psycopg.Connection) -> dict:
    query = "SELECT hidden_grade_asset FROM users WHERE id = %s"
    return db.execute(query, [new_learner(db)]).fetchone()[0]


def changed(document: dict, path: str, value: object = None, remove: bool = False) -> dict:
    """A copy with one place changed; the path is that of the problem's text."""
    copied = copy.deepcopy(document)
    place = copied
    *parents, key = path.split(".")
    for parent in parents:
        place = place[parent]
    if remove:
        del place[key]
    else:
        place[key] = value
    return copied


@pytest.fixture
def rich(db):
    """A document in which every key that may be null or empty has a value."""
    document = skeleton(db)
    document["global_stats"] |= {
        "activity_date": "2024-02-29", "time_zone": "UTC", "time_zone_next": "UTC",
        "time_zone_next_from": "2024-05-10T22:00:00Z", "fastest_category": "algebra",
        "highest_score_category": "algebra", "last_active": "2024-05-10T12:00:00Z",
        "last_module": "algebra",
    }  # fmt: skip
    document["ai_analytics"] = dict(ANALYTICS)
    document["modules"]["algebra"]["ai_analytics"] = dict(ANALYTICS)
    document["modules"]["algebra"]["progress"] |= {
        "timestamp": "2024-05-10T12:00:00Z", "mastered_at": "2024-05-10T12:00:00Z",
        "mastery_override": OVERRIDE, "best_time": 40, "last_played": "2024-05-10T12:00:00Z",
        "recent_results": "0110110111", "types_complete": ["one"], "current_step": 3,
    }  # fmt: skip
    document[CROSS] |= {
        "learning_patterns_between_modules": {"algebra>word_race": PAIR},
        "module_transition_success_rate": {"algebra>word_race": 0.5},
        "preferred_learning_sequence": ["algebra"],
        "cross_concept_mastery": {"algebra": {"accuracy": 0.5, "mastered": False}},
        "ai_analytics": {},
    }
    return document


def known_paths(document: dict) -> Iterator[str]:
    """Every key that document.md names, by the path of one example."""
    yield from ("version", "global_stats", "modules", "ai_analytics", CROSS)
    for section in (
        "global_stats", "ai_analytics", CROSS, f"{PAIRS}.algebra>word_race", "modules.algebra",
        PROGRESS, f"{PROGRESS}.mastery_override", "modules.algebra.ai_analytics",
    ):  # fmt: skip
        place = document
        for key in section.split("."):
            place = place[key]
        for key in place:
            yield f"{section}.{key}"


def test_a_good_document_has_none(db, rich):
    assert problem(db, skeleton(db)) is None
    assert problem(db, rich) is None


def test_every_known_key_must_be_there_and_of_its_type(db, rich):
    paths = list(known_paths(rich))
    assert len(paths) == 5 + 21 + 11 + 5 + 4 + 3 + 26 + 4 + 11
    for path in paths:
        assert problem(db, changed(rich, path, remove=True)) == f"{path}: is missing"
        # No key takes both of these.
        refused = [
            problem(db, changed(rich, path, wrong)) for wrong in (12.5, ["x", 1], {"a": None})
        ]
        for said in refused:
            assert said is None or said.startswith(f"{path}"), said
        assert refused[0] is not None, path


NULLABLE = {
    "global_stats.activity_date", "global_stats.time_zone", "global_stats.time_zone_next",
    "global_stats.time_zone_next_from", "global_stats.fastest_category",
    "global_stats.highest_score_category", "global_stats.last_active", "global_stats.last_module",
    "modules.algebra.grade_level", "modules.algebra.ai_analytics", f"{PROGRESS}.timestamp",
    f"{PROGRESS}.mastered_at", f"{PROGRESS}.mastery_override", f"{PROGRESS}.best_time",
    f"{PROGRESS}.last_played", f"{PROGRESS}.lesson", f"{PROGRESS}.current_step",
    f"{CROSS}.ai_analytics",
} | {
    f"{section}.{key}"
    for section in ("ai_analytics", "modules.algebra.ai_analytics")
    for key in ("analysis_date", "datetime_generated", "source", "model")
}  # fmt: skip


def test_which_keys_may_be_null(db, rich):
    for path in known_paths(rich):
        assert (problem(db, changed(rich, path, None)) is None) == (path in NULLABLE), path


RANGES = {
    "version": (1, 1),
    "modules.algebra.grade_level": (0, 12),
    f"{PROGRESS}.preferred_difficulty": (1, 5),
    f"{PROGRESS}.best_score": (0, 100),
}


def test_the_range_of_every_integer(db, rich):
    most = {
        "global_stats.total_questions_answered", f"{PROGRESS}.total_questions_answered",
        f"{PROGRESS}.recent_questions", f"{PAIRS}.algebra>word_race.questions",
    }  # fmt: skip
    roomy = rich
    for path in most:
        roomy = changed(roomy, path, LARGEST)
    integers = 0
    for path in known_paths(rich):
        said = problem(db, changed(roomy, path, -1)) or ""
        if "integer" not in said:
            continue
        integers += 1
        low, high = RANGES.get(path, (0, LARGEST))
        if path not in most and not path.endswith(">word_race.questions"):
            assert problem(db, changed(roomy, path, low)) is None, path
        assert problem(db, changed(roomy, path, high)) is None, path
        for wrong in (low - 1, high + 1, float(low), 10**400, str(low), True):
            assert problem(db, changed(roomy, path, wrong)).startswith(f"{path}: must be"), path
    assert integers == 1 + 13 + 4 + 1 + 16


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("global_stats.activity_date", "2024-12-31"),
        ("global_stats.activity_date", "2000-02-29"),
        ("global_stats.activity_date", "0001-01-01"),
        ("global_stats.activity_date", "9999-12-31"),
        ("global_stats.last_active", "2024-02-29T23:59:59Z"),
        ("global_stats.time_zone", "UTC"),
        ("global_stats.time_zone", "America/Argentina/Buenos_Aires"),
        ("ai_analytics.analysis_date", "2024-05-10"),
        ("ai_analytics.source", "openai"),
        ("ai_analytics.source", "legacy"),
        (f"{PROGRESS}.recent_results", ""),
        (f"{PROGRESS}.types_complete", []),
        (f"{PROGRESS}.concepts", ""),
        (f"{CROSS}.learning_patterns_between_modules", {}),
        ("global_stats.mine", [1, None]),
        ("modules.algebra.mine", 1.5),
        ("modules.chess", {"anything": "at all"}),
        ("modules.chess", None),
        ("modules.chess", {"progress": {"sessions_completed": "many"}}),
        ("modules.chess", {"progress": 1}),
    ],
)
def test_good_values(db, rich, path, value):
    assert problem(db, changed(rich, path, value)) is None


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("global_stats.activity_date", "2023-02-29"),
        ("global_stats.activity_date", "1900-02-29"),
        ("global_stats.activity_date", "2024-04-31"),
        ("global_stats.activity_date", "2024-13-01"),
        ("global_stats.activity_date", "2024-00-10"),
        ("global_stats.activity_date", "2024-01-00"),
        ("global_stats.activity_date", "0000-01-01"),
        ("global_stats.activity_date", "2024-5-10"),
        ("global_stats.activity_date", "2024-05-10\n"),
        ("global_stats.activity_date", "2024-05-10T00:00:00Z"),
        ("global_stats.activity_date", "today"),
        ("global_stats.activity_date", "\u0662\u0660\u0662\u0664-\u0660\u0665-\u0661\u0660"),
        ("global_stats.last_active", "2024-05-10"),
        ("global_stats.last_active", "2024-05-10T12:00:00"),
        ("global_stats.last_active", "2024-05-10T12:00:00.5Z"),
        ("global_stats.last_active", "2024-05-10T12:00:00+00:00"),
        ("global_stats.last_active", "2024-05-10 12:00:00Z"),
        ("global_stats.last_active", "2024-05-10T24:00:00Z"),
        ("global_stats.last_active", "2024-05-10T12:60:00Z"),
        ("global_stats.last_active", "2024-05-10T12:00:60Z"),
        ("global_stats.last_active", "2024-02-30T12:00:00Z"),
        ("global_stats.last_active", "infinity"),
        ("global_stats.time_zone", "EST"),
        ("global_stats.time_zone", "europe/berlin"),
        ("global_stats.time_zone", "Etc/UTC"),
        ("global_stats.time_zone", "posix/Europe/Berlin"),
        ("global_stats.time_zone", "UTC+8"),
        ("global_stats.time_zone_next", ""),
        ("ai_analytics.source", "somebody"),
        ("ai_analytics.analysis_date", "May"),
        (f"{PROGRESS}.recent_results", "01101101111"),
        (f"{PROGRESS}.recent_results", "012"),
        (f"{PROGRESS}.types_complete", ["one", 2]),
        (f"{CROSS}.preferred_learning_sequence", [["algebra"]]),
        (f"{PROGRESS}.mastery_override", {}),
        (f"{PROGRESS}.mastery_override", True),
        (f"{PAIRS}.algebra>word_race", [1, 1, 1, 1]),
        (f"{PAIRS}.algebra", PAIR),
        (f"{PAIRS}.a>b>c", PAIR),
        ("modules.decimal_defender", "x"),
        ("modules.chess", {"progress": {"recent_results": "01"}}),
    ],
)
def test_bad_values(db, rich, path, value):
    assert problem(db, changed(rich, path, value)).startswith(path)


@pytest.mark.parametrize(
    ("correct", "questions"),
    [
        ("global_stats.total_correct_answers", "global_stats.total_questions_answered"),
        (f"{PROGRESS}.correct_answers", f"{PROGRESS}.total_questions_answered"),
        (f"{PROGRESS}.recent_correct", f"{PROGRESS}.recent_questions"),
        (f"{PAIRS}.algebra>word_race.correct", f"{PAIRS}.algebra>word_race.questions"),
    ],
)
def test_no_more_correct_than_questions(db, rich, correct, questions):
    document = changed(changed(rich, questions, 7), correct, 7)
    assert problem(db, document) is None
    name = questions.rpartition(".")[2]
    said = problem(db, changed(document, correct, 8))
    assert said == f"{correct}: must not exceed {name}"


def test_eight_pairs_at_most(db, rich):
    pairs = {f"algebra>m{n}": PAIR for n in range(8)}
    assert problem(db, changed(rich, PAIRS, pairs)) is None
    said = problem(db, changed(rich, PAIRS, pairs | {"a>b": PAIR}))
    assert said == f"{PAIRS}: must hold at most 8 pairs"


def test_no_larger_than_64_kb_as_text(db, rich):
    size = "SELECT octet_length(%s::jsonb::text)"
    used = db.execute(size, [Jsonb(rich | {"mine": ""})]).fetchone()[0]
    # Characters of two bytes: bytes count.
    room = 65536 - used
    mine = "é" * (room // 2) + "x" * (room % 2)
    assert problem(db, rich | {"mine": mine}) is None
    said = problem(db, rich | {"mine": mine + "x"})
    assert said == "hidden_grade_asset: must not be larger than 65536 bytes as text"


def test_a_missing_block_is_no_problem(db, rich):
    assert problem(db, changed(rich, "modules.algebra", remove=True)) is None
    assert problem(db, changed(rich, "modules", {})) is None


def test_null_is_no_document(db):
    assert db.execute("SELECT hg__document_problem(NULL)").fetchone()[0] == (
        "hidden_grade_asset: must be an object"
    )


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)
    | st.sampled_from(["2024-02-30", "2024-05-10T12:00:00Z", "Europe/Berlin", "0101", "NaN"]),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(["progress", "modules", "global_stats", "value", "a>b", "count", "mine"]),
        inner, max_size=4,
    ),
    max_leaves=8,
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(document=ANY_JSON)
def test_nothing_makes_it_raise(db, document):
    assert problem(db, document).startswith(("hidden_grade_asset: ", "version: ", "global_stats: "))


@settings(
    max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(data=st.data(), value=ANY_JSON)
def test_nothing_in_any_place_makes_it_raise(db, rich, data, value):
    path = data.draw(st.sampled_from(sorted(known_paths(rich))))
    said = problem(db, changed(rich, path, value))
    # The place itself, something inside of what was put there, or a sum with its neighbour.
    assert said is None or said.startswith((path, path.rpartition(".")[0]))
