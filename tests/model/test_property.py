"""Random histories and bad calls: the database against the model."""

import os

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from . import operations as op
from . import strategies
from .catalog import MODULES, SKIP_ABOVE_GRADE, Module
from .compare import COLUMNS, Playback, changed_document, differences
from .strategies import BadCall

# With CI=true the examples are the same in every run; a failure prints how to repeat it.
PROFILE = settings(
    derandomize=os.environ.get("CI") == "true",
    database=None,
    deadline=None,
    print_blob=True,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large,
    ],
)  # fmt: skip


def begin(db: psycopg.Connection, *session: str) -> Playback:
    """A fresh transaction of one example; what the last one did is gone."""
    db.rollback()
    return Playback(db, *session)


def play(db: psycopg.Connection, history: op.History) -> None:
    begin(db, history.session_zone, history.date_style).play(history)


@settings(PROFILE, max_examples=700)
@given(history=strategies.histories())
def test_histories(db, history):
    play(db, history)


@settings(PROFILE, max_examples=400)
@given(history=strategies.streaks())
def test_streaks(db, history):
    play(db, history)


@settings(PROFILE, max_examples=350)
@given(history=strategies.climbs())
def test_one_module_for_long(db, history):
    play(db, history)


@settings(PROFILE, max_examples=200)
@given(history=strategies.wanderings())
def test_pairs_between_modules(db, history):
    play(db, history)


@settings(PROFILE, max_examples=150)
@given(data=st.data())
def test_any_order_and_any_duplication_give_the_same_document(db, data):
    # One clock for all arrivals is not to be had, so nothing lies at the edges of the window.
    records = data.draw(
        st.lists(
            strategies.records(
                ("addition_facts", "math_rush_division", "word_race"), strategies.days_ago(20)
            ),
            min_size=2, max_size=8, unique_by=lambda record: record.number,
        )
    )  # fmt: skip
    cap = data.draw(st.sampled_from([None, 5, 20]))
    orders = [
        list(range(len(records))),
        data.draw(st.permutations(range(len(records)))),
        data.draw(st.permutations([*range(len(records)), *range(len(records) // 2)])),
    ]
    playback = begin(db)
    playback.step(op.SetSetting("daily_token_cap", cap))
    clock = playback.clock()
    documents = []
    for order in orders:
        user = db.execute("INSERT INTO users (grade) VALUES ('7') RETURNING id").fetchone()[0]
        for index in order:
            record = records[index]
            details = {
                key: value for key, value in record.details.items() if value != op.CURRENT_STEP
            }
            answer = playback.call(
                "hg_record_activity",
                p_user_id=user, p_activity_id=op.identifier(record.number),
                p_module=record.module, p_questions=record.questions, p_correct=record.correct,
                p_seconds=record.seconds, p_run_type=record.run_type,
                p_occurred_at=op.resolve(record.when, clock, []), p_details=details,
            )  # fmt: skip
            assert answer.sqlstate is None, answer
        playback.user = user
        documents.append(playback.stored_document())
    for document in documents[1:]:
        assert differences(documents[0], document) == []


def learner_of_bad_calls(db: psycopg.Connection) -> Playback:
    playback = begin(db)
    playback.play(op.History([], None, list(strategies.STORED)))
    return playback


@settings(PROFILE, max_examples=60)
@given(calls=st.lists(strategies.bad_calls(), min_size=20, max_size=40))
def test_bad_calls_are_refused(db, calls):
    playback = learner_of_bad_calls(db)
    for call in calls:
        playback.refuses(call)


@settings(PROFILE, max_examples=40)
@given(
    calls=st.lists(strategies.bad_settings() | strategies.bad_details(), min_size=10, max_size=30)
)
def test_bad_settings_and_details_are_refused(db, calls):
    playback = learner_of_bad_calls(db)
    for call in calls:
        playback.refuses(call)


@pytest.mark.parametrize("call", strategies.BAD_FOR_THE_LEARNER)
def test_calls_that_are_bad_for_this_learner(db, call):
    learner_of_bad_calls(db).refuses(call)


@pytest.mark.parametrize("changes", strategies.MALFORMATIONS, ids=str)
def test_malformed_documents_are_refused(db, changes):
    playback = learner_of_bad_calls(db)
    before = playback.state()
    answer = playback.write(changed_document(playback.stored_document(), changes, playback.clock()))
    assert answer.sqlstate == "LG422", answer
    assert playback.state() == before


def test_a_document_of_more_than_64_kb_is_refused(db):
    playback = learner_of_bad_calls(db)
    document = {**playback.stored_document(), "note": "x" * 65536}
    assert playback.write(document).sqlstate == "LG422"


def _pay(module: Module) -> dict:
    """The columns of what a token_run pays."""
    tokens = module.tokens
    row = dict.fromkeys(
        ("fast_seconds", "slow_seconds", "slow_tokens_per_unit", "slow_perfect_bonus",
         "tokens_when_perfect")
    )  # fmt: skip
    row |= {
        "correct_per_unit": tokens.every, "tokens_per_unit": tokens.pay,
        "tokens_perfect_bonus": tokens.perfect, "tokens_when_good": tokens.good,
    }  # fmt: skip
    if tokens.kind == "result":
        row |= {"tokens_when_perfect": tokens.perfect, "tokens_perfect_bonus": 0}
    if tokens.kind == "bands":
        fast, slow = tokens.bands
        row |= {
            "fast_seconds": fast[0], "tokens_per_unit": fast[1], "tokens_perfect_bonus": fast[2],
            "slow_seconds": slow[0], "slow_tokens_per_unit": slow[1],
            "slow_perfect_bonus": slow[2],
        }  # fmt: skip
    return row


def _row(module: Module) -> dict:
    """What the catalog must say of a module."""
    columns = {column: getattr(module, name) for name, column in COLUMNS.items()}
    if module.types:
        columns["up_after"] = module.type_points
    return columns | _pay(module) | {
        "module": module.name, "grade_start": module.grade_start,
        "grade_bottom": module.grade_min, "grade_top": module.grade_max,
        "start_difficulty": module.difficulty, "start_lesson": module.lesson,
        "concepts": module.concepts, "fact_types": list(module.types),
        "auto_skip_types": list(module.skipped_types),
        "auto_skip_above_grade": SKIP_ABOVE_GRADE if module.skipped_types else None,
    }  # fmt: skip


def test_the_catalog_that_ships_is_the_model_s(db):
    rows = db.execute("SELECT to_jsonb(m) FROM hg_modules AS m").fetchall()
    shipped = {row["module"]: row for (row,) in rows}
    assert shipped.keys() == MODULES.keys()
    for name, module in MODULES.items():
        expected = _row(module)
        assert {key: shipped[name][key] for key in expected} == expected


@pytest.mark.parametrize("call", [BadCall("hg_record_activity", {}, "42883")])
def test_an_activity_has_no_default_id(db, call):
    assert begin(db).call(call.function).sqlstate == call.sqlstate
