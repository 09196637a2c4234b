"""Random histories and bad calls: the database against the model."""

import os
from dataclasses import replace

import psycopg
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from . import operations as op
from . import strategies
from .bulk import Several
from .catalog import MODULES, SKIP_ABOVE_GRADE, Module
from .compare import COLUMNS, Playback, changed_document, differences, without_clock
from .strategies import BadCall, Bulk

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


@settings(PROFILE, max_examples=280)
@given(history=strategies.histories())
def test_histories(db, history):
    play(db, history)


def test_what_is_said_after_a_judgement_that_an_activity_ahead_has_pushed_there(db):
    """Found by test_histories: the difficulty is set after both, and so after the activity."""
    done = {
        "module": "addition_facts", "questions": 6, "correct": 6, "seconds": None,
        "run_type": "token_run", "details": {},
    }  # fmt: skip
    records = [op.Record(number=number, when=op.Now(), **done) for number in (0, 2, 3)]
    records.append(op.Record(number=1, when=op.Ago(-300_000_000), **done))
    rule = {"mastery": {"accuracy": {"min_questions": 20, "percent": 50}}}
    play(
        db,
        op.History(
            operations=[
                *records,
                op.Reevaluate(module="addition_facts", changes=rule),
                op.SetDifficulty("addition_facts", 1),
            ],
            setup=[], grade=None, session_zone="UTC", date_style="ISO", start={},
        ),
    )  # fmt: skip


@settings(PROFILE, max_examples=200)
@given(history=strategies.streaks())
def test_streaks(db, history):
    play(db, history)


@settings(PROFILE, max_examples=150)
@given(history=strategies.climbs())
def test_one_module_for_long(db, history):
    play(db, history)


@settings(PROFILE, max_examples=110)
@given(history=strategies.wanderings())
def test_pairs_between_modules(db, history):
    play(db, history)


def play_all(playback: Playback, operations: list[op.Operation]) -> dict:
    """The operations, and back again; the document that they led to."""
    with playback.branch():
        for operation in operations:
            answer = playback.step(operation)
            if isinstance(operation, op.Spend):
                assert answer.sqlstate is None, "LARGE_GRANT pays for all"
        playback.verify()
        return without_clock(playback.stored_document())


@settings(PROFILE, max_examples=55)
@given(crowd=strategies.crowds(), data=st.data())
def test_any_order_and_any_duplication_give_the_same_document(db, crowd, data):
    playback = begin(db)
    playback.begin(crowd)
    playback.step(strategies.LARGE_GRANT)
    clock = playback.clock()
    operations = [strategies.fixed(operation, clock) for operation in crowd.operations]
    document = play_all(playback, operations)
    for _ in range(2):
        order = data.draw(strategies.orders(operations))
        assert differences(document, play_all(playback, order)) == []


@settings(PROFILE, max_examples=8)
@given(fill=strategies.fills(), crowd=strategies.crowds(strategies.ACROSS), data=st.data())
def test_any_order_across_a_snapshot_gives_the_same_document(db, fill, crowd, data):
    playback = begin(db)
    # One proof at the end of each order: it folds all of the history.
    playback.verifying = False
    playback.begin(replace(crowd, start={}))
    playback.step(fill)
    assert playback.snapshots() == len(fill.items) // 256
    playback.step(strategies.LARGE_GRANT)
    clock = playback.clock()
    operations = [strategies.fixed(operation, clock) for operation in crowd.operations]
    document = play_all(playback, operations)
    order = data.draw(strategies.orders([*operations, op.ForgetSnapshots(rebuild=False)]))
    assert differences(document, play_all(playback, order)) == []


@settings(PROFILE, max_examples=70)
@given(life=strategies.lives(), data=st.data())
def test_a_reversal_equals_never_having_recorded(db, life, data):
    playback = begin(db)
    playback.begin(life)
    clock = playback.clock()
    operations = [strategies.fixed(operation, clock) for operation in life.operations]
    places = [n for n, operation in enumerate(operations) if isinstance(operation, op.Record)]
    assume(places)
    place = data.draw(st.sampled_from(places))
    reversal = op.Reverse(operations[place].number, "numbered")
    later = data.draw(st.integers(place + 1, len(operations)))
    documents, spent = [], []
    for story in (
        [*operations[:later], reversal, *operations[later:]],
        [*operations[:place], *operations[place + 1 :]],
    ):
        with playback.branch():
            answers = [(operation, playback.step(operation)) for operation in story]
            documents.append(without_clock(playback.stored_document()))
        spent.append([a.sqlstate for operation, a in answers if isinstance(operation, op.Spend)])
    # A spend that only the activity paid for is another history.
    assume(spent[0] == spent[1])
    assert differences(*documents) == []


@settings(PROFILE, max_examples=90)
@given(history=strategies.histories(most=10), every_step=st.sampled_from([False, False, True]))
def test_what_was_stored_at_an_instant_can_be_read_ever_after(db, history, every_step):
    playback = begin(db, history.session_zone, history.date_style)
    playback.keeping = True
    playback.begin(history)
    for operation in history.operations:
        playback.step(operation)
        if every_step:
            playback.check_past()
    playback.check_past()


@settings(PROFILE, max_examples=70)
@given(life=strategies.veterans())
def test_snapshots_are_a_cache_and_nothing_else(db, life):
    playback = begin(db)
    playback.begin(life)
    clock = playback.clock()
    operations = [strategies.fixed(operation, clock) for operation in life.operations]
    documents: list[list[dict]] = []
    for forgets in (True, False):
        documents.append([])
        with playback.branch():
            for operation in operations:
                if forgets or not isinstance(operation, op.ForgetSnapshots):
                    playback.step(operation)
                documents[-1].append(without_clock(playback.stored_document()))
    assert differences(*documents) == []


@settings(PROFILE, max_examples=80)
@given(bulk=strategies.bulks())
def test_many_in_one_call_are_the_same_as_one_by_one(db, bulk):
    playback = begin(db)
    bulk = strategies.fixed_bulk(bulk, playback.clock())
    for setting in bulk.setup:
        playback.step(setting)
    several = Several(playback, bulk.learners)
    several.prepare(bulk.prelude)
    said, stored = several.together(bulk)
    said_one_by_one, stored_one_by_one = several.one_by_one(bulk)
    assert said == said_one_by_one
    assert stored == stored_one_by_one
    assert stored[-1] is None


def test_many_in_one_call_that_come_by_the_place_of_a_snapshot(db):
    """Found by the test above: the call takes it after the last of them, not after the second."""
    playback = begin(db)
    many = [
        (0, op.Record(number, "addition_facts", 6, 6, None, "token_run", op.Ago(-number), {}))
        for number in range(3)
    ]
    bulk = strategies.fixed_bulk(
        Bulk([], [(None, {"global_stats.total_sessions_completed": 254})], [], many, "abort"),
        playback.clock(),
    )
    several = Several(playback, bulk.learners)
    for call in (several.together, several.one_by_one):
        _, (documents, _, misleading) = call(bulk)
        assert documents[0]["global_stats"]["total_sessions_completed"] == 257
        assert (several.snapshots, misleading) == (1, None)
    assert several.together(bulk) == several.one_by_one(bulk)


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
