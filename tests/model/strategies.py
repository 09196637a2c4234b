"""Hypothesis strategies: histories that keep near the edges of the rules, and bad calls."""

import functools
from dataclasses import dataclass, replace
from datetime import datetime

from hypothesis import strategies as st

from tests.support import users

from . import operations as op
from .catalog import MODULES, Module
from .days import ONE_DAY
from .product import INVALID, MODULE, REUSED, UNKNOWN

SECOND = 1_000_000
HOUR = 3600 * SECOND
A_DAY = 24 * HOUR

ZONES = (
    "America/New_York", "Europe/Berlin", "America/Santiago", "Asia/Kathmandu",
    "Pacific/Kiritimati", "Pacific/Pago_Pago", "Australia/Lord_Howe", "UTC",
)  # fmt: skip

DATE_STYLES = st.sampled_from(["ISO", "SQL, DMY", "Postgres, MDY", "German"])
NUMBERS = st.integers(0, 4000)
GRADES = st.sampled_from([None, "K", "3", "5", "6", "7", "12", "x", ""])
MICROSECONDS = st.sampled_from([0, 0, 0, 1, -1, 999_999, SECOND, -SECOND, 7 * HOUR])


# ---------------------------------------------------------------- when


def ahead_or_ago() -> st.SearchStrategy[op.When]:
    """From six minutes ahead over the same second to beyond the window."""
    return st.sampled_from(
        [
            -6 * 60 * SECOND, -5 * 60 * SECOND, -4 * 60 * SECOND, -SECOND, 0, 1, SECOND // 2,
            SECOND, 60 * SECOND, 3 * HOUR, 30 * A_DAY - SECOND, 30 * A_DAY, 30 * A_DAY + SECOND,
            31 * A_DAY, 200 * A_DAY,
        ]
    ).map(op.Ago)  # fmt: skip


def days_ago(most: int = 12) -> st.SearchStrategy[op.When]:
    """Some whole days and some hours before: the history of a streak."""
    return st.builds(
        lambda days, hours: op.Ago(days * A_DAY + hours * HOUR),
        st.integers(0, most),
        st.sampled_from([0, 0, 1, 5, 11, 23]),
    )


def in_order() -> st.SearchStrategy[op.When]:
    """After the latest activity: at once, hours or days later."""
    hours = st.sampled_from([0, 0, 1, 7, 20, 23, 24, 25, 30, 48, 49, 72])
    return hours.map(lambda hours: op.After(hours * HOUR + SECOND // 3))


@functools.cache
def whens(zone: str) -> st.SearchStrategy[op.When]:
    """When an activity occurred; mostly some days ago."""
    return st.one_of(
        st.just(op.Now()),
        in_order(),
        in_order(),
        in_order(),
        days_ago(),
        days_ago(28),
        ahead_or_ago(),
        st.builds(op.SameAs, st.integers(0, 20), MICROSECONDS),
        st.builds(
            op.DayStart,
            st.sampled_from([zone, "UTC"]),
            st.integers(0, 9),
            st.sampled_from([0, 0, 0, 4]),
            st.sampled_from([0, -1, 1, HOUR, -HOUR]),
        ),
        st.builds(
            op.ClockChange, st.just(zone), st.sampled_from([-3601, -1, 0, 1, 3599, 3600, 7200])
        ),
    )


# ---------------------------------------------------------------- sessions


@functools.cache
def results(name: str, mood: str) -> st.SearchStrategy[tuple[int, int]]:
    """Questions and correct answers around the module's thresholds.

    The mood makes runs of good or of bad sessions long enough to move something.
    """
    module = MODULES[name]
    full = module.size or module.min_questions
    odd = {1, max(1, module.min_questions - 1), module.min_questions, full + 1, 20, 30, 60, 1000}

    def answers(questions: int) -> st.SearchStrategy[tuple[int, int]]:
        threshold = -(-module.good_percent * questions // 100)
        corrects = {
            "good": [questions, threshold],
            "bad": [max(threshold - 1, 0), questions // 2, 0],
            "mixed": [questions, questions - 1, threshold, threshold - 1, questions // 2, 0],
        }
        return st.sampled_from(corrects[mood]).map(lambda correct: (questions, max(correct, 0)))

    return st.one_of(st.just(full), st.sampled_from(sorted(odd))).flatmap(answers)


SECONDS = st.sampled_from([None, 0, 1, 45, 59, 60, 61, 89, 90, 91, 600, 86400])
NOTES = st.sampled_from([{}, {}, {}, {"note": "é", "level": {"a": [1, None, True]}}])


@functools.cache
def types_of(module: Module) -> st.SearchStrategy[list[str]]:
    """Some types of the module's list: none, the first ones, all, any."""
    return st.one_of(
        st.just([]),
        st.just(list(module.types)),
        st.just(list(module.types[2:])),
        st.lists(st.sampled_from(module.types), max_size=4),
    )


@functools.cache
def details_of(module: Module, run_type: str) -> st.SearchStrategy[dict]:
    """Details in their domains."""
    if run_type == "test" and module.assessment == "grade":
        grades = st.integers(module.grade_min, module.grade_max)
        return st.fixed_dictionaries({"grade_level": grades})
    if run_type == "test" and module.types:
        return st.fixed_dictionaries(
            {}, optional={"types_correct": types_of(module), "types_wrong": types_of(module)}
        )
    if run_type == "token_run" and module.types:
        fact_types = st.one_of(
            st.just(op.CURRENT_STEP), st.just(op.CURRENT_STEP), st.sampled_from(module.types[:4])
        )
        return st.fixed_dictionaries(
            {}, optional={"fact_type": fact_types, "time_limit": st.sampled_from([60, 90])}
        )
    return NOTES


RUN_TYPES = st.sampled_from(["token_run"] * 6 + ["test"] * 2 + ["practice"])
MOODS = st.sampled_from(["good", "bad", "mixed"])


@st.composite
def records(
    draw: st.DrawFn,
    names: tuple[str, ...],
    when: st.SearchStrategy[op.When],
    mood: str = "mixed",
) -> op.Record:
    """A session of one of the modules."""
    module = MODULES[draw(st.sampled_from(names))]
    run_type = draw(RUN_TYPES)
    questions, correct = draw(results(module.name, mood))
    return op.Record(
        number=draw(NUMBERS),
        module=module.name,
        questions=questions,
        correct=correct,
        seconds=draw(SECONDS),
        run_type=run_type,
        when=draw(when),
        details=draw(details_of(module, run_type)),
    )


# What spoils an item of a batch: keys no item has, values out of their domains or of no type.
SPOILING = st.sampled_from(
    [
        {"module": "no_such_module"}, {"module": None}, {"module": op.REMOVED},
        {"questions": 0}, {"questions": 1001}, {"questions": "many"}, {"questions": 2**40},
        {"questions": 5.5}, {"correct": -1}, {"correct": 1001}, {"correct": None},
        {"seconds": 86401}, {"seconds": [1]}, {"seconds": True},
        {"run_type": "quiz"}, {"run_type": None},
        {"occurred_at": "yesterday noon"}, {"occurred_at": {}},
        {"details": []}, {"details": None}, {"details": {"note": "x" * 5000}},
        {"activity_id": None}, {"activity_id": "x"}, {"activity_id": op.REMOVED},
        {"user_id": None}, {"user_id": users.NOBODY}, {"user_id": "x"}, {"user_id": op.REMOVED},
        {"p_module": "algebra"}, {"recorded_at": None},
    ]
)  # fmt: skip
BATCH_SIZES = st.sampled_from([2, 2, 2, 3, 3, 4, 5, 8, 12])


@st.composite
def batches(
    draw: st.DrawFn,
    names: tuple[str, ...],
    when: st.SearchStrategy[op.When],
    mood: str = "mixed",
) -> op.Batch:
    """Sessions in one call; some are sent twice, and in some batches there are bad ones."""
    record = records(names, when, mood)
    again = st.builds(op.Again, st.integers(0, 20), st.sampled_from([False, False, True]), when)
    spoilt = st.builds(op.Spoilt, record, SPOILING)
    item = draw(
        st.sampled_from(
            [record, st.one_of(*[record] * 4, again), st.one_of(*[record] * 4, again, spoilt)]
        )
    )
    size = draw(BATCH_SIZES)
    items = draw(st.lists(item, min_size=size, max_size=size))
    return op.Batch(tuple(items), draw(st.sampled_from(["abort", "skip", "skip"])))


# ---------------------------------------------------------------- rules and settings

SETTINGS = st.one_of(
    st.builds(op.SetSetting, st.just("daily_token_cap"), st.sampled_from([0, 1, 10, 33, None])),
    st.builds(op.SetSetting, st.just("late_window_days"), st.sampled_from([0, 1, 7, 30, 365])),
    st.builds(op.SetSetting, st.just("day_start_hour"), st.sampled_from([0, 1, 3, 4, 12])),
    st.builds(op.SetSetting, st.just("default_time_zone"), st.sampled_from(ZONES)),
    st.builds(
        op.SetSetting,
        st.just("streak_weekdays"),
        st.sampled_from([[1, 2, 3, 4, 5], [6, 7], [3], [1, 2, 3, 4, 5, 6, 7]]),
    ),
    st.builds(op.SetSetting, st.just("streak_freeze_every_days"), st.sampled_from([0, 1, 2, 3])),
    st.builds(op.SetSetting, st.just("streak_freeze_max"), st.sampled_from([0, 1, 3])),
    st.builds(op.SetSetting, st.just("streak_freeze_initial"), st.sampled_from([0, 1, 2])),
)

RULES = st.recursive(
    st.sampled_from(
        [
            {"accuracy": {"min_questions": 20, "percent": 50}},
            {"accuracy": {"min_questions": 30, "percent": 80}},
            {"in_a_row": {"n": 2}},
            {"m_of_n": {"m": 2, "n": 3}},
            {"score": {"percent": 90}},
            {"jsonpath": {"expr": "$.progress.sessions_completed >= 3"}},
            {"jsonpath": {"expr": '$.progress.recent_results starts with "11"'}},
        ]
    ),
    lambda rules: st.builds(
        lambda name, group: {name: group},
        st.sampled_from(["all", "any"]),
        st.lists(rules, min_size=1, max_size=3),
    ),
    max_leaves=4,
)


@st.composite
def module_changes(draw: st.DrawFn, names: tuple[str, ...]) -> op.ChangeModule:
    """A change of one module's row."""
    name = draw(st.sampled_from(names))
    module = MODULES[name]
    possible = [
        st.fixed_dictionaries({"good_percent": st.sampled_from([50, 80, 90])}),
        st.fixed_dictionaries({"mastery": RULES}),
        st.fixed_dictionaries({"policy": st.sampled_from(["live", "latched"])}),
        st.fixed_dictionaries({"active": st.sampled_from([True, True, False])}),
        st.fixed_dictionaries({"down_questions": st.sampled_from([6, 10])}),
        st.fixed_dictionaries({"up_questions": st.sampled_from([6, 12])}),
        st.fixed_dictionaries({"reset_questions": st.sampled_from([40, 70])}),
    ]
    if module.up is not None:
        possible.append(st.fixed_dictionaries({"up": st.sampled_from([1, 2, 5])}))
        possible.append(st.fixed_dictionaries({"down": st.sampled_from([1, 2, 5])}))
        possible.append(
            st.just({"mastery": {"jsonpath": {
                "expr": "$.grade_level == $top && $.progress.attempt_good >= $up"}}})
        )  # fmt: skip
    if module.size is not None:
        possible.append(st.fixed_dictionaries({"size": st.just(module.size + 1)}))
    return op.ChangeModule(name, draw(st.one_of(possible)))


@st.composite
def reevaluations(draw: st.DrawFn, names: tuple[str, ...]) -> op.Reevaluate:
    """A new rule or policy, mostly, and the module judged anew."""
    changes = st.one_of(
        st.fixed_dictionaries({"mastery": RULES}),
        st.fixed_dictionaries({"mastery": RULES}),
        st.fixed_dictionaries({"policy": st.sampled_from(["live", "latched"])}),
        st.fixed_dictionaries({"mastery": RULES, "policy": st.just("live")}),
        st.just({}),
    )
    return op.Reevaluate(draw(st.sampled_from(names)), draw(changes))


REVERSALS = st.builds(
    op.Reverse,
    st.integers(0, 20),
    st.sampled_from(["earlier"] * 9 + ["tokens", "tokens", "numbered"]),
)
FORGETTING = st.builds(op.ForgetSnapshots, st.booleans())


# ---------------------------------------------------------------- direct writes


def _write(**changes: object) -> op.WriteDocument:
    return op.WriteDocument({key.replace("__", "."): value for key, value in changes.items()})


@st.composite
def writes(draw: st.DrawFn, names: tuple[str, ...]) -> op.WriteDocument:
    """A well-formed direct write."""
    name = draw(st.sampled_from(names))
    block = f"modules__{name}"
    progress = f"{block}__progress"
    day = draw(st.integers(1, 6))
    possible = [
        _write(global_stats__total_tokens_earned=100, global_stats__tokens=60,
               global_stats__total_tokens_spent=40),
        _write(global_stats__total_tokens_earned=2147483640, global_stats__tokens=2147483640,
               global_stats__total_tokens_spent=0),
        _write(global_stats__streak_days=5, global_stats__longest_streak_days=9,
               global_stats__activity_date=op.DaysAgo(day), global_stats__streak_freezes=2),
        _write(global_stats__time_zone=draw(st.sampled_from([None, *ZONES])),
               global_stats__time_zone_next=draw(st.sampled_from(ZONES)),
               global_stats__time_zone_next_from=op.DaysAgo(day, "%Y-%m-%dT00:00:00Z")),
        _write(global_stats__total_sessions_completed=draw(st.sampled_from([254, 255, 511]))),
        _write(unknown={"kept": [1, 2]}, **{f"{progress}__unknown": "kept"}),
        _write(**{f"{progress}__attempt_good": 3, f"{progress}__attempt_bad": 2}),
        _write(**{f"{progress}__lesson": 7, f"{progress}__preferred_difficulty": 5}),
        _write(**{f"{progress}__streak_best": 4, f"{progress}__recent_results": "1101111111"}),
        _write(**{f"{progress}__total_questions_answered": 2147483640,
                  f"{progress}__correct_answers": 5}),
    ]  # fmt: skip
    return draw(st.sampled_from(possible))


# ---------------------------------------------------------------- histories


@functools.cache
def _others(names: tuple[str, ...], zone: str) -> dict[str, st.SearchStrategy[op.Operation]]:
    """What happens beside sessions, by kind."""
    module = st.sampled_from(names)
    amounts = st.sampled_from([1, 5, 20, 1000])
    return {
        "again": st.builds(
            op.Again, st.integers(0, 20), st.booleans(),
            st.sampled_from([op.Now(), op.Ago(A_DAY)]),
        ),
        "reverse": REVERSALS,
        "reevaluate": reevaluations(names),
        "tokens": st.builds(op.Spend, NUMBERS, amounts) | st.builds(op.Grant, NUMBERS, amounts),
        "people": st.one_of(
            st.builds(op.SetDifficulty, module, st.integers(1, 5)),
            st.builds(op.SetMastery, module, st.sampled_from([True, False, None])),
            st.builds(op.ResetModule, module),
            st.builds(op.SetZone, st.sampled_from([zone, zone, "UTC", "default", ZONES[0]])),
            st.builds(op.SetGrade, GRADES),
            st.builds(op.SetPause, st.integers(-1, 2), st.integers(0, 9), st.booleans()),
        ),
        "read": st.builds(op.Read, st.sampled_from([0, -3600, 86400, 172800, 432000, 777599])),
        "rules": st.one_of(
            SETTINGS,
            module_changes(names),
            module.map(lambda name: op.AddModule("spelling_bee", name)),
        ),
        "write": writes(names),
    }  # fmt: skip


KINDS = st.sampled_from(
    ["record"] * 12
    + ["reverse", "reverse", "batch", "again", "tokens", "people", "people", "read", "rules"]
    + ["reevaluate", "write"]
)

# How a learner begins: mostly with nothing, some with nearly as many sessions as a snapshot takes.
STARTS = st.sampled_from(
    [{}] * 3 + [{"global_stats.total_sessions_completed": n} for n in (250, 253, 254, 255, 510)]
)


@st.composite
def histories(draw: st.DrawFn, most: int = 18) -> op.History:
    """A few modules, one zone, and what happens to one learner."""
    names = tuple(
        draw(st.lists(st.sampled_from(sorted(MODULES)), min_size=1, max_size=4, unique=True))
    )
    zone = draw(st.sampled_from(ZONES))
    mood = draw(MOODS)
    record, batch = (make(names, whens(zone), mood) for make in (records, batches))
    others = {**_others(names, zone), "batch": batch}
    kinds = draw(st.integers(1, most).flatmap(lambda n: st.lists(KINDS, min_size=n, max_size=n)))
    return op.History(
        setup=draw(st.lists(others["rules"], max_size=2)),
        grade=draw(GRADES),
        operations=[draw(others.get(kind, record)) for kind in kinds],
        session_zone=draw(st.sampled_from(ZONES)),
        date_style=draw(DATE_STYLES),
        start=draw(STARTS),
    )


@st.composite
def climbs(draw: st.DrawFn) -> op.History:
    """One module for long, mostly well or mostly badly: levels, lists, mastery, difficulty."""
    name = draw(st.sampled_from(sorted(MODULES)))
    mood = draw(MOODS)
    strategies = {
        **_others((name,), "UTC"),
        "record": records((name,), in_order(), mood),
        "late": records((name,), days_ago(25), mood),
        "other": records((name,), in_order()),
        "batch": batches((name,), in_order(), mood),
    }
    kinds = st.sampled_from(
        ["record"] * 16
        + ["late", "late", "other", "reverse", "reverse", "batch", "reevaluate"]
        + ["people", "rules", "write", "read"]
    )
    wanted = st.integers(6, 24).flatmap(lambda n: st.lists(kinds, min_size=n, max_size=n))
    return op.History(
        setup=draw(st.lists(module_changes((name,)), max_size=2)),
        grade=draw(GRADES),
        operations=[draw(strategies[kind]) for kind in draw(wanted)],
    )


@functools.cache
def _short_session(zone: str) -> st.SearchStrategy[op.Record]:
    return st.builds(
        op.Record,
        number=NUMBERS,
        module=st.sampled_from(["addition_facts", "word_race"]),
        questions=st.just(6),
        correct=st.sampled_from([6, 4]),
        seconds=st.sampled_from([None, 50]),
        run_type=st.sampled_from(["token_run", "token_run", "practice"]),
        when=st.one_of(in_order(), days_ago(14), days_ago(14), whens(zone)),
    )


@st.composite
def streaks(draw: st.DrawFn, most: int = 16) -> op.History:
    """Short sessions on many days, in any order, with rest days and freezes."""
    zone = draw(st.sampled_from(ZONES))
    strategies = {
        "record": _short_session(zone),
        "read": st.builds(op.Read, st.integers(0, 12 * 24).map(lambda hours: hours * 3600)),
        "zone": st.builds(op.SetZone, st.just(zone)),
        "pause": st.builds(op.SetPause, st.integers(0, 2), st.integers(0, 9), st.booleans()),
        "write": writes(("addition_facts",)),
        "reverse": REVERSALS,
    }
    kinds = st.sampled_from(
        ["record"] * 12 + ["read"] * 3 + ["reverse"] * 2 + ["zone", "pause", "write"]
    )
    wanted = st.integers(3, most).flatmap(lambda n: st.lists(kinds, min_size=n, max_size=n))
    return op.History(
        setup=[
            op.SetSetting("streak_freeze_max", draw(st.sampled_from([1, 3]))),
            op.SetSetting("streak_freeze_initial", draw(st.sampled_from([0, 1]))),
            op.SetSetting("streak_freeze_every_days", draw(st.sampled_from([0, 2, 3]))),
            *draw(st.lists(SETTINGS, max_size=2)),
        ],
        grade=None,
        operations=[draw(strategies[kind]) for kind in draw(wanted)],
        session_zone=draw(st.sampled_from(ZONES)),
        date_style=draw(DATE_STYLES),
    )


@st.composite
def wanderings(draw: st.DrawFn) -> op.History:
    """Sessions in many modules: pairs, their eviction, and what is derived of them."""
    names = draw(st.lists(st.sampled_from(sorted(MODULES)), min_size=4, max_size=7, unique=True))
    record = records(tuple(names), whens("UTC"), draw(MOODS))
    strategies = [record] * 8 + [st.just(op.Read(0))] * 2 + [REVERSALS]
    chosen = draw(st.lists(st.sampled_from(strategies), min_size=8, max_size=26))
    return op.History([], None, [draw(strategy) for strategy in chosen], start=draw(STARTS))


# ---------------------------------------------------------------- the same in other ways

# When something occurred whose verdicts are the same whenever it arrives within a minute or so.
SAFE_WHENS = st.one_of(
    days_ago(28), days_ago(9), days_ago(3), st.sampled_from([-240 * SECOND, 40 * A_DAY]).map(op.Ago)
)
# The same on both sides of the snapshot that fills() leave, which is less than four days old.
ACROSS = st.one_of(
    days_ago(25), st.integers(0, 150).map(lambda hours: op.Ago(hours * HOUR + SECOND // 2))
)
LARGE_GRANT = op.Grant(100_000, 1_000_000)


def fixed(operation: op.Operation, clock: datetime) -> op.Operation:
    """An operation that is the same whatever came before it: what it leaves open is decided."""
    match operation:
        case op.Record():
            details = dict(operation.details)
            if details.get("fact_type") == op.CURRENT_STEP:
                types = MODULES[operation.module].types
                details["fact_type"] = types[operation.number % 3]
            occurred_at = op.resolve(operation.when, clock, []) or clock
            return replace(operation, when=op.At(occurred_at), details=details)
        case op.SetPause():
            first, last = (clock.date() + n * ONE_DAY for n in (operation.first, operation.last))
            return replace(operation, first=first, last=last)
    return operation


@functools.cache
def _safe_settings() -> st.SearchStrategy[op.SetSetting]:
    return SETTINGS.filter(lambda setting: setting.name != "late_window_days")


@st.composite
def numbered(draw: st.DrawFn, record: st.SearchStrategy[op.Record], most: int) -> list[op.Record]:
    """Some sessions, each with a number of its own; their ids come in any order."""
    found = draw(st.lists(record, min_size=2, max_size=most))
    numbers = draw(st.permutations(range(len(found))))
    return [replace(one, number=number) for one, number in zip(found, numbers, strict=True)]


@st.composite
def crowds(draw: st.DrawFn, when: st.SearchStrategy[op.When] = SAFE_WHENS) -> op.History:
    """Sessions, tokens, overrides and reversals that may arrive in any order.

    Spends are small, and the learner is expected to have LARGE_GRANT first.
    """
    names = tuple(
        draw(st.lists(st.sampled_from(sorted(MODULES)), min_size=1, max_size=3, unique=True))
    )
    sessions = draw(numbered(records(names, when, draw(MOODS)), 7))
    amounts = st.sampled_from([1, 20, 1000])
    tokens = draw(st.lists(st.tuples(st.sampled_from([op.Spend, op.Grant]), amounts), max_size=3))
    overridden = draw(st.lists(st.sampled_from(names), max_size=2, unique=True))
    reversed_ = draw(st.lists(st.sampled_from(sessions), max_size=3, unique_by=id))
    return op.History(
        setup=draw(st.lists(_safe_settings(), max_size=2)),
        grade=draw(GRADES),
        operations=[
            *sessions,
            *(kind(5000 + n, amount) for n, (kind, amount) in enumerate(tokens)),
            *(op.SetMastery(name, draw(st.sampled_from([True, False]))) for name in overridden),
            *(op.Reverse(session.number, "numbered") for session in reversed_),
        ],
        start=draw(STARTS),
    )


@st.composite
def orders(draw: st.DrawFn, operations: list[op.Operation]) -> list[op.Operation]:
    """The operations in any order, some of them twice; a reversal waits for its activity."""
    some = draw(st.lists(st.sampled_from(operations), max_size=len(operations)))
    arranged, seen, waiting = [], set(), []
    for operation in draw(st.permutations([*operations, *some])):
        if isinstance(operation, op.Reverse) and operation.number not in seen:
            waiting.append(operation)
            continue
        arranged.append(operation)
        if isinstance(operation, op.Record):
            seen.add(operation.number)
            arranged += [reversal for reversal in waiting if reversal.number in seen]
            waiting = [reversal for reversal in waiting if reversal.number not in seen]
    return arranged


@st.composite
def _lives(draw: st.DrawFn, most: int, *more: st.SearchStrategy[op.Operation]) -> op.History:
    """What may happen to a learner without a new zone, module or document."""
    names = tuple(
        draw(st.lists(st.sampled_from(sorted(MODULES)), min_size=1, max_size=3, unique=True))
    )
    kinds = _others(names, "UTC")
    record = records(names, SAFE_WHENS, draw(MOODS))
    changes = module_changes(names).filter(lambda change: "active" not in change.changes)
    people = st.one_of(
        st.builds(op.SetDifficulty, st.sampled_from(names), st.integers(1, 5)),
        st.builds(op.SetMastery, st.sampled_from(names), st.sampled_from([True, False, None])),
        st.builds(op.ResetModule, st.sampled_from(names)),
        st.builds(op.SetGrade, GRADES),
        st.builds(op.SetPause, st.integers(1, 2), st.integers(2, 9), st.booleans()),
    )
    others = [kinds["tokens"], people, people, _safe_settings(), changes, REVERSALS, *more]
    chosen = draw(st.lists(st.sampled_from([record] * 10 + others), min_size=2, max_size=most))
    operations, sessions = [], []
    # Each id stands for one thing only, and a reversal means what it means wherever it stands.
    for number, operation in enumerate(draw(strategy) for strategy in chosen):
        match operation:
            case op.Record():
                sessions.append(number)
                operations.append(replace(operation, number=number))
            case op.Spend() | op.Grant():
                operations.append(replace(operation, number=number))
            case op.Reverse(index):
                reversed_ = sessions[index % len(sessions)] if sessions else number
                operations.append(op.Reverse(reversed_, "numbered"))
            case _:
                operations.append(operation)
    return op.History(
        setup=draw(st.lists(st.one_of(_safe_settings(), changes), max_size=2)),
        grade=draw(GRADES),
        operations=operations,
        start=draw(STARTS),
    )


def lives() -> st.SearchStrategy[op.History]:
    """Histories whose activities can be left out."""
    return _lives(12)


def veterans() -> st.SearchStrategy[op.History]:
    """Histories in which snapshots are forgotten."""
    return _lives(14, FORGETTING, FORGETTING)


@dataclass(frozen=True)
class Bulk:
    """One call for several learners, by their places; and what they had done before."""

    setup: list[op.SetSetting]
    learners: list[tuple[str | None, dict]]
    prelude: list[tuple[int, op.Record | op.Reverse]]
    items: list[tuple[int, op.Record | op.Spoilt]]
    on_error: str


# What a single call can be given, too.
SPOILING_A_CALL = st.sampled_from(
    [
        {"module": "no_such_module"}, {"module": None}, {"module": "word_race"},
        {"questions": 0}, {"questions": None}, {"correct": 1001}, {"seconds": -1},
        {"run_type": "quiz"}, {"run_type": None}, {"details": {"note": "x" * 5000}},
        {"details": {"time_limit": 1, "grade_level": 99, "types_wrong": 5}},
        {"user_id": users.NOBODY},
    ]
)  # fmt: skip


@st.composite
def bulks(draw: st.DrawFn) -> Bulk:
    """Sessions of up to three learners with few ids, so that some come again."""
    names = tuple(
        draw(st.lists(st.sampled_from(sorted(MODULES)), min_size=1, max_size=3, unique=True))
    )
    learners = draw(st.lists(st.tuples(GRADES, STARTS), min_size=1, max_size=3))
    owners = st.integers(0, len(learners) - 1)
    # Few contents, so that an id that comes again often has the same.
    pool = draw(st.lists(records(names, SAFE_WHENS, draw(MOODS)), min_size=1, max_size=8))
    session = st.builds(
        lambda one, number: replace(one, number=number if number < 4 else pool.index(one) + 10),
        st.sampled_from(pool), st.integers(0, 15),
    )  # fmt: skip
    item = st.one_of(session, session, session, session)
    if draw(st.booleans()):
        item = st.one_of(*[session] * 5, st.builds(op.Spoilt, session, SPOILING_A_CALL))
    reversal = st.integers(0, 18).map(lambda number: op.Reverse(number, "numbered"))
    before = st.one_of(session, session, reversal)
    return Bulk(
        setup=draw(st.lists(_safe_settings(), max_size=2)),
        learners=learners,
        prelude=draw(st.lists(st.tuples(owners, before), max_size=8)),
        items=draw(st.lists(st.tuples(owners, item), min_size=1, max_size=12)),
        on_error=draw(st.sampled_from(["abort", "skip", "skip"])),
    )


def fixed_bulk(bulk: Bulk, clock: datetime) -> Bulk:
    """With all instants decided."""

    def decided(item: op.Record | op.Spoilt | op.Reverse) -> op.Record | op.Spoilt | op.Reverse:
        if isinstance(item, op.Spoilt):
            return replace(item, record=fixed(item.record, clock))
        return fixed(item, clock)

    return replace(
        bulk,
        prelude=[(owner, decided(item)) for owner, item in bulk.prelude],
        items=[(owner, decided(item)) for owner, item in bulk.items],
    )


@st.composite
def fills(draw: st.DrawFn) -> op.Batch:
    """Some 250 to 300 sessions in their order, two hours one from the other, until now."""
    names = draw(st.lists(st.sampled_from(sorted(MODULES)), min_size=1, max_size=4, unique=True))
    size = draw(st.sampled_from([250, 255, 256, 257, 280, 300]))
    rhythm = draw(st.lists(st.integers(0, 3), min_size=2, max_size=7))
    items = []
    for n in range(size):
        module = MODULES[names[n % len(names)]]
        questions = module.size or 10
        correct = max(0, questions - rhythm[n % len(rhythm)])
        ago = op.Ago((size - n) * 2 * HOUR)
        items.append(op.Record(10_000 + n, module.name, questions, correct, 40, when=ago))
    return op.Batch(tuple(items), "abort")


# ---------------------------------------------------------------- bad calls


@dataclass(frozen=True)
class BadCall:
    """A call that must fail: the function, its arguments by name, and with what."""

    function: str
    arguments: dict
    sqlstate: str


# What the learner of the bad calls has recorded before them.
STORED = (op.Record(1, "addition_facts", 6, 6, 30), op.Grant(3, 10), op.Spend(2, 1))

THE_LEARNER, NOBODY = "<the learner>", "<nobody>"
ORDER = (INVALID, UNKNOWN, REUSED, MODULE)

_FRESH = str(op.identifier(9))
_GOOD_ACTIVITY = {
    "p_user_id": THE_LEARNER, "p_activity_id": _FRESH, "p_module": "addition_facts",
    "p_questions": 6, "p_correct": 5, "p_seconds": 30, "p_run_type": "token_run",
    "p_occurred_at": None, "p_details": {},
}  # fmt: skip

# Faults by function: an argument, its bad values, and the error. None is an SQL NULL.
_USER = [("p_user_id", [None], INVALID), ("p_user_id", [NOBODY], UNKNOWN)]
_NO_MODULES = ["", "math_facts_addition", "Algebra", "math_rush", "algebra "]
_MODULE = [("p_module", [None], INVALID), ("p_module", _NO_MODULES, MODULE)]
_AMOUNT = [("p_amount", [None, 0, -1, -2147483648], INVALID), ("p_reason", [None], INVALID)]

FAULTS = {
    "hg_record_activity": (
        _GOOD_ACTIVITY,
        [
            *_USER, *_MODULE,
            ("p_activity_id", [None], INVALID),
            ("p_activity_id", [str(op.identifier(n)) for n in (1, 2, 3)], REUSED),
            ("p_questions", [None, 0, -1, 1001, 2147483647], INVALID),
            ("p_correct", [None, -1, 7, 1000], INVALID),
            ("p_seconds", [-1, 86401, 2147483647], INVALID),
            ("p_run_type", [None, "", "Test", "quiz"], INVALID),
            ("p_occurred_at", ["infinity", "-infinity"], INVALID),
            ("p_details", [None, "null", "[]", '"x"', "1", "true", {"note": "x" * 5000}], INVALID),
        ],
    ),
    "hg_spend_tokens": (
        {"p_user_id": THE_LEARNER, "p_spend_id": _FRESH, "p_amount": 1, "p_reason": "hat"},
        [
            *_USER, *_AMOUNT,
            ("p_amount", [1_000_001], INVALID),
            ("p_amount", [1_000_000], "LG402"),
            ("p_spend_id", [None], INVALID),
            ("p_spend_id", [str(op.identifier(n)) for n in (1, 3)], REUSED),
        ],
    ),
    "hg_grant_tokens": (
        {"p_user_id": THE_LEARNER, "p_grant_id": _FRESH, "p_amount": 1, "p_reason": "gift"},
        [
            *_USER, *_AMOUNT,
            ("p_grant_id", [None], INVALID),
            ("p_grant_id", [str(op.identifier(n)) for n in (1, 2)], REUSED),
        ],
    ),
    "hg_set_preferred_difficulty": (
        {"p_user_id": THE_LEARNER, "p_module": "algebra", "p_difficulty": 3},
        [*_USER, *_MODULE, ("p_difficulty", [None, 0, 6, -1], INVALID)],
    ),
    "hg_set_time_zone": (
        {"p_user_id": THE_LEARNER, "p_time_zone": "Europe/Berlin"},
        [*_USER, ("p_time_zone", [None, "", "EST", "FOO5", "UTC+8", "utc", "europe/berlin",
                                  "Etc/UTC", "posix/Europe/Berlin", "Europe/Nowhere", "GMT",
                                  "right/Europe/Berlin", " UTC", "null"], INVALID)],
    ),
    "hg_set_mastery": (
        {"p_user_id": THE_LEARNER, "p_module": "algebra", "p_mastery": True, "p_reason": "seen"},
        [*_USER, *_MODULE, ("p_reason", [None], INVALID)],
    ),
    "hg_reset_module": (
        {"p_user_id": THE_LEARNER, "p_module": "algebra", "p_reason": "again"},
        [*_USER, *_MODULE, ("p_reason", [None], INVALID)],
    ),
    "hg_reverse_activity": (
        {"p_user_id": THE_LEARNER, "p_activity_id": str(op.identifier(1)), "p_reason": "why"},
        [
            *_USER,
            ("p_activity_id", [None], INVALID),
            ("p_activity_id", [_FRESH, *(str(op.identifier(n)) for n in (2, 3))], UNKNOWN),
            ("p_reason", [None, "", " ", "x" * 501], INVALID),
        ],
    ),
    "hg_record_activities": (
        {"p_activities": [], "p_on_error": "abort"},
        [
            ("p_activities", [None, "null", {}, '"x"', "1", [{}], [None], [[]]], INVALID),
            ("p_on_error", [None, "", "Abort", "stop"], INVALID),
        ],
    ),
    "hg_reevaluate": (
        {"p_module": "algebra", "p_dry_run": False},
        [
            *_MODULE,
            ("p_dry_run", [None], INVALID),
            ("p_limit", [None, 0, -1, 100_001], INVALID),
        ],
    ),
    "hg_rebuild": ({"p_user_id": THE_LEARNER}, _USER),
    "hg_verify": ({"p_user_id": THE_LEARNER}, _USER[1:]),
    "hg_as_of": (
        {"p_user_id": THE_LEARNER, "p_at": "2026-01-01Z"},
        [*_USER, ("p_at", [None], INVALID)],
    ),
    "hg_document": (
        {"p_user_id": THE_LEARNER},
        [*_USER, ("p_at", [None], INVALID)],
    ),
    "hg_streak": (
        {"p_user_id": THE_LEARNER},
        [*_USER, ("p_at", [None], INVALID)],
    ),
    "hg_set_pause": (
        {"p_from": "2999-01-01", "p_to": "2999-01-02", "p_user_id": THE_LEARNER},
        [
            ("p_user_id", [NOBODY], UNKNOWN),
            ("p_from", [None, "2999-01-03", "infinity", "-infinity"], INVALID),
            ("p_to", [None, "2998-12-31", "-infinity", "infinity"], INVALID),
        ],
    ),
    "hg_set_setting": (
        {"p_name": "day_start_hour", "p_value": 3},
        [
            ("p_name", [None, "", "no_such_setting", "DAY_START_HOUR"], INVALID),
            ("p_value", [None, "null", -1, 13, 1.5, '"x"', "[]", "{}", "true"], INVALID),
        ],
    ),
}  # fmt: skip

# Refused for what is stored of the learner.
BAD_FOR_THE_LEARNER = [
    BadCall("hg_document", {"p_user_id": THE_LEARNER, "p_at": "2001-01-01Z"}, INVALID),
    BadCall("hg_streak", {"p_user_id": THE_LEARNER, "p_at": "2001-01-01Z"}, INVALID),
    BadCall(
        "hg_set_pause",
        {"p_from": "2001-01-01", "p_to": "2999-01-01", "p_user_id": THE_LEARNER},
        INVALID,
    ),
    BadCall("hg_set_pause", {"p_from": "2001-01-01", "p_to": "2999-01-01"}, INVALID),
]

# Values of one setting at a time that are out of its domain, as JSON texts.
BAD_SETTINGS = {
    "default_time_zone": ["null", '"EST"', '"utc"', '"default"', '""', "1", "[]"],
    "daily_token_cap": ["-1", '"x"', "[]", "{}", "1.5", "true", "99999999999"],
    "late_window_days": ["null", "-1", "366", '"x"', "1.5", "[]"],
    "streak_weekdays": ["null", "[]", "[0]", "[8]", "[null]", '["x"]', "{}", "1", "[1.5]"],
    "streak_freeze_initial": ["null", "-1", "1", '"x"', "[]"],
    "streak_freeze_every_days": ["null", "-1", '"x"', "1.5", "[]"],
    "streak_freeze_max": ["null", "-1", '"x"', "1.5", "{}"],
    "ai_enabled": ["null", "1", "[]", '"x"'],
}

# Details that a rule of the module reads and refuses.
BAD_DETAILS = {
    ("math_rush_addition", "token_run"): [
        {"time_limit": 75}, {"time_limit": 0}, {"time_limit": "x"}, {"time_limit": []},
        {"time_limit": True}, {"time_limit": 60.5}, {"fact_type": ""},
        {"fact_type": "adding 2"}, {"fact_type": "Divide by 2"}, {"fact_type": 1},
        {"fact_type": ["Adding 2"]}, {"fact_type": {}},
    ],
    ("math_rush_division", "test"): [
        {"types_correct": "Divide by 2"}, {"types_correct": {}}, {"types_correct": 1},
        {"types_correct": ["Adding 2"]}, {"types_correct": [None]}, {"types_correct": [1]},
        {"types_wrong": "Divide by 2"}, {"types_wrong": [[]]}, {"types_wrong": ["Divide by 0"]},
        {"types_wrong": True},
    ],
    ("division_facts", "test"): [
        {}, {"grade_level": None}, {"grade_level": 7}, {"grade_level": -1},
        {"grade_level": 1.5}, {"grade_level": "x"}, {"grade_level": True},
        {"grade_level": []}, {"grade_level": {}}, {"types_correct": []},
    ],
}  # fmt: skip


@st.composite
def bad_calls(draw: st.DrawFn) -> BadCall:
    """One fault, or several: the error that is looked at first."""
    function = draw(st.sampled_from(sorted(FAULTS)))
    good, faults = FAULTS[function]
    arguments, errors = dict(good), []
    wanted = draw(st.lists(st.integers(0, len(faults) - 1), min_size=1, max_size=3, unique=True))
    for index in wanted:
        name, values, error = faults[index]
        # A second fault of one argument would take the place of the first.
        if arguments.get(name) == good.get(name):
            arguments[name] = draw(st.sampled_from(values))
            errors.append(error)
    order = {error: place for place, error in enumerate((*ORDER, "LG402"))}
    return BadCall(function, arguments, min(errors, key=order.__getitem__))


@st.composite
def bad_settings(draw: st.DrawFn) -> BadCall:
    """A setting out of its domain."""
    name = draw(st.sampled_from(sorted(BAD_SETTINGS)))
    value = draw(st.sampled_from(BAD_SETTINGS[name]))
    return BadCall("hg_set_setting", {"p_name": name, "p_value": value}, INVALID)


@st.composite
def bad_details(draw: st.DrawFn) -> BadCall:
    """Details that the module's rules refuse, whoever the learner is."""
    module, run_type = draw(st.sampled_from(sorted(BAD_DETAILS)))
    arguments = {
        **_GOOD_ACTIVITY,
        "p_module": module,
        "p_run_type": run_type,
        "p_details": draw(st.sampled_from(BAD_DETAILS[module, run_type])),
        "p_user_id": draw(st.sampled_from([THE_LEARNER, THE_LEARNER, NOBODY])),
        "p_activity_id": draw(st.sampled_from([_FRESH, _FRESH, str(op.identifier(1))])),
    }
    return BadCall("hg_record_activity", arguments, INVALID)


# Changes that make a document malformed, by path.
MALFORMATIONS = [
    {"version": 2}, {"version": op.REMOVED}, {"global_stats": []}, {"global_stats": op.REMOVED},
    {"global_stats.tokens": op.REMOVED}, {"global_stats.tokens": -1}, {"global_stats.tokens": "5"},
    {"global_stats.total_tokens_earned": 2147483648}, {"global_stats.tokens": 1.5},
    {"global_stats.streak_days": None}, {"global_stats.activity_date": "2026-02-30"},
    {"global_stats.activity_date": "yesterday"}, {"global_stats.time_zone": "FOO5"},
    {"global_stats.last_active": "now"}, {"global_stats.last_active": 1},
    {"global_stats.total_correct_answers": 2147483647}, {"global_stats.last_module": 5},
    {"modules": []}, {"modules": op.REMOVED}, {"modules.algebra": []},
    {"modules.algebra.progress": op.REMOVED}, {"modules.algebra.progress": "x"},
    {"modules.algebra.grade_level": "6"}, {"modules.algebra.grade_level": op.REMOVED},
    {"modules.algebra.progress.mastery_level": "true"},
    {"modules.algebra.progress.preferred_difficulty": 0},
    {"modules.algebra.progress.preferred_difficulty": 6},
    {"modules.algebra.progress.correct_answers": 1},
    {"modules.algebra.progress.best_score": 101}, {"modules.algebra.progress.best_time": -1},
    {"modules.algebra.progress.types_complete": {}},
    {"modules.algebra.progress.timestamp": "2026-13-01T00:00:00Z"},
    {"modules.algebra.progress.mastered_at": True},
    {"modules.algebra.progress.concepts": []},
    {"modules.algebra.progress.attempt_good": op.REMOVED},
    {"modules.algebra.progress.recent_results": 11},
    {"modules.algebra.ai_analytics": "x"}, {"ai_analytics": None},
    {"ai_analytics.strengths": op.REMOVED}, {"ai_analytics.stale": "no"},
    {"cross_module_analytics": []},
    {"cross_module_analytics.learning_patterns_between_modules": []},
    {"cross_module_analytics.preferred_learning_sequence": {}},
]  # fmt: skip
