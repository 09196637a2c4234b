"""The fold: a document, one entry of the learner's history, the next document."""

from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

from .catalog import (
    CORRECT_PER_TEST_TOKEN,
    MASTERING_TEST_REWARD,
    TEST_REWARD,
    Module,
)
from .days import Calendar, Pause
from .document import (
    INT_MAX,
    copied,
    instant_of,
    instant_text,
    join_modules,
    new_block,
    set_categories,
    set_derived,
)
from .mastery import (
    complete_types,
    current_step,
    mastery_level,
    rule_is_true,
)

KEPT_PAIRS = 8
RECENT_RESULTS = 10


@dataclass(frozen=True)
class Entry:
    """One row of a history with all that was pinned to it when it was recorded."""

    id: UUID
    occurred_at: datetime
    recorded_at: datetime
    user: object
    grade: str | None
    catalog: dict[str, Module]
    settings: dict
    pauses: tuple[Pause, ...]


@dataclass(frozen=True)
class Activity(Entry):
    """A session, an assessment or a practice."""

    module: str
    questions: int
    correct: int
    seconds: int | None
    run_type: str
    details: dict
    own_day: date
    too_late: bool


@dataclass(frozen=True)
class Spend(Entry):
    """Tokens spent."""

    amount: int


@dataclass(frozen=True)
class Grant(Entry):
    """Tokens given."""

    amount: int


@dataclass(frozen=True)
class Difficulty(Entry):
    """A difficulty that a person set."""

    module: str
    difficulty: int


@dataclass(frozen=True)
class Write(Entry):
    """A write that changes nothing itself, but modules join: a pause of this learner's, a reversal,
    a change of zone that one without a start has made void.
    """


@dataclass(frozen=True)
class ZoneChange(Entry):
    """A zone (None: the installation's) and when it applies (None: at once)."""

    zone: str | None
    applies_from: datetime | None


@dataclass(frozen=True)
class Override(Entry):
    """A teacher's verdict on mastery; value None lifts it."""

    module: str
    value: bool | None
    by: str
    reason: str


@dataclass(frozen=True)
class Reset(Entry):
    """A module set back to its start."""

    module: str


@dataclass(frozen=True)
class Reevaluation(Entry):
    """A module's mastery judged anew, by the rules pinned here."""

    module: str


@dataclass
class Outcome:
    """What an activity did at its place in the history."""

    streak: str = "unchanged"
    level_change: int = 0
    mastery_changed: bool = False
    tokens_requested: int = 0
    tokens_awarded: int = 0
    capped_by: str | None = None


@dataclass
class State:
    """A document while it is folded, and a log of what the document does not tell."""

    document: dict
    outcomes: dict[UUID, Outcome] = field(default_factory=dict)
    active_days: set[date] = field(default_factory=set)
    frozen_days: set[date] = field(default_factory=set)


# ---------------------------------------------------------------- facts about a session


def score(activity: Activity) -> int:
    """Percent of correct answers, halves up."""
    return (200 * activity.correct + activity.questions) // (2 * activity.questions)


def is_full(activity: Activity) -> bool:
    """At least as many questions as the module's size."""
    size = activity.catalog[activity.module].size
    return size is None or activity.questions >= size


def is_perfect(activity: Activity) -> bool:
    """Full, and nothing wrong."""
    return is_full(activity) and activity.correct == activity.questions


def verdict(activity: Activity) -> bool | None:
    """Good, bad, or neither: too few questions, or a practice."""
    module = activity.catalog[activity.module]
    if activity.run_type == "practice" or activity.questions < module.min_questions:
        return None
    return activity.correct * 100 >= module.good_percent * activity.questions


def rush_band(activity: Activity) -> int:
    """The time band: what the details say, else what the seconds say."""
    limit = activity.details.get("time_limit")
    if limit is not None:
        return limit
    return 60 if activity.seconds is not None and activity.seconds <= 60 else 90


def run_tokens(activity: Activity) -> int:
    """What a token_run pays before any cap."""
    tokens = activity.catalog[activity.module].tokens
    match tokens.kind:
        case "none":
            return 0
        case "each":
            reward = activity.correct // tokens.every * tokens.pay
            return reward + (tokens.perfect if is_perfect(activity) else 0)
        case "bands":
            (pay, perfect) = next(
                (pay, perfect) for band, pay, perfect in tokens.bands if band == rush_band(activity)
            )
            reward = activity.correct // tokens.every * pay
            return reward + (perfect if is_perfect(activity) else 0)
        case "result":
            if is_perfect(activity):
                return tokens.perfect
            return tokens.good if verdict(activity) else 0
    raise ValueError(f"no such token rule: {tokens.kind}")


# ---------------------------------------------------------------- small steps


def _raise_counter(section: dict, key: str, amount: int) -> None:
    section[key] = min(INT_MAX, section[key] + amount)


def _later(text: str | None, instant: datetime) -> str:
    new = instant_text(instant)
    return new if text is None else max(text, new)


def _activity_date(stats: dict) -> date | None:
    text = stats["activity_date"]
    return None if text is None else date.fromisoformat(text)


def _balance(stats: dict) -> None:
    stats["tokens"] = max(0, stats["total_tokens_earned"] - stats["total_tokens_spent"])


def _earn(stats: dict, amount: int) -> int:
    """Adds to what was earned in a lifetime; returns what the range left of the amount."""
    earned = min(amount, INT_MAX - stats["total_tokens_earned"])
    stats["total_tokens_earned"] += earned
    _balance(stats)
    return earned


def zone_in_force(stats: dict, instant: datetime) -> str | None:
    """The learner's own zone at an instant; None is the installation's."""
    applies_from = stats["time_zone_next_from"]
    if applies_from is not None and instant >= instant_of(applies_from):
        return stats["time_zone_next"]
    return stats["time_zone"]


def _settle_zone(stats: dict, instant: datetime) -> None:
    """A change that waited becomes the zone once it is in force."""
    applies_from = stats["time_zone_next_from"]
    if applies_from is not None and instant >= instant_of(applies_from):
        stats["time_zone"] = stats["time_zone_next"]
        stats["time_zone_next"] = stats["time_zone_next_from"] = None


# ---------------------------------------------------------------- days and streaks


def _gain_freeze(stats: dict, settings: dict) -> None:
    every = settings["streak_freeze_every_days"]
    reached = every > 0 and stats["streak_days"] % every == 0
    if reached and stats["streak_freezes"] < settings["streak_freeze_max"]:
        stats["streak_freezes"] += 1


def _begin_day(state: State, activity: Activity, day: date) -> str:
    """The first activity of a local day: the streak moves, the daily figures start anew."""
    stats = state.document["global_stats"]
    calendar = Calendar(activity.settings, activity.pauses, activity.user)
    last_day, before = _activity_date(stats), stats["streak_days"]
    adds = 0 if calendar.rests(day) else 1
    if last_day is None:
        word, stats["streak_days"] = "started", 1
    else:
        missed = calendar.missed(last_day, day)
        if len(missed) > stats["streak_freezes"]:
            word, stats["streak_days"] = "restarted", 1
        else:
            stats["streak_freezes"] -= len(missed)
            state.frozen_days.update(missed)
            stats["streak_days"] = min(INT_MAX, max(1, before + adds))
            # Choice: a rest day that adds nothing leaves the streak "unchanged".
            extended = "extended" if stats["streak_days"] > before else "unchanged"
            word = "frozen" if missed else extended
    # Choice: a streak that begins again reaches 1 anew; one that stands still reaches nothing.
    if word in ("started", "restarted") or stats["streak_days"] > before:
        _gain_freeze(stats, activity.settings)
    stats["longest_streak_days"] = max(stats["longest_streak_days"], stats["streak_days"])
    stats["activity_date"] = day.isoformat()
    stats["daily_tokens"] = 0
    stats["daily_time_spent"] = 0
    stats["daily_engagement_minutes"] = 0
    state.active_days.add(day)
    return word


# ---------------------------------------------------------------- what a session moves


def _move_level(block: dict, activity: Activity) -> int:
    """Attempts up or down, and the grade with them; returns the change of the grade."""
    module, progress = activity.catalog[activity.module], block["progress"]
    good = verdict(activity)
    if good is None or module.up is None:
        return 0
    progress["attempt_good"] = min(INT_MAX, progress["attempt_good"] + 1) if good else 0
    progress["attempt_bad"] = 0 if good else min(INT_MAX, progress["attempt_bad"] + 1)
    grade = block["grade_level"]
    if grade is None:
        return 0
    if progress["attempt_good"] >= module.up and good and grade < module.grade_max:
        change = 1
    elif progress["attempt_bad"] >= module.down and not good and grade > module.grade_min:
        change = -1
    else:
        return 0
    block["grade_level"] = grade + change
    progress["attempt_good"] = progress["attempt_bad"] = 0
    return change


def _progress_in_list(block: dict, activity: Activity) -> None:
    """A rush session in the type at the current step brings it nearer to completion."""
    module, progress = activity.catalog[activity.module], block["progress"]
    good = verdict(activity)
    step = current_step(module, activity.grade, progress["types_complete"])
    fact_type = activity.details.get("fact_type")
    if good is None or step is None or fact_type != module.types[step]:
        return
    if not good:
        progress["attempt_good"] = 0
        progress["attempt_bad"] = min(INT_MAX, progress["attempt_bad"] + 1)
        return
    progress["attempt_bad"] = 0
    progress["attempt_good"] += 2 if is_perfect(activity) else 1
    if progress["attempt_good"] >= module.type_points:
        stored = [*progress["types_complete"], fact_type]
        progress["types_complete"] = [name for name in module.types if name in stored]
        progress["attempt_good"] = progress["attempt_bad"] = 0


def _assess(block: dict, activity: Activity) -> None:
    """What an assessment decides, beside its tokens."""
    module, progress = activity.catalog[activity.module], block["progress"]
    progress["test_taken"] = True
    if activity.too_late or module.assessment == "taken":
        return
    progress["attempt_good"] = progress["attempt_bad"] = 0
    if module.assessment == "grade":
        block["grade_level"] = activity.details["grade_level"]
        return
    right = activity.details.get("types_correct", [])
    wrong = activity.details.get("types_wrong", [])
    shown = [name for name in right if name not in wrong]
    progress["types_complete"] = list(complete_types(module, activity.grade, shown))


def _set_step(block: dict, activity: Activity) -> None:
    module, progress = activity.catalog[activity.module], block["progress"]
    if module.types:
        progress["current_step"] = current_step(module, activity.grade, progress["types_complete"])


def _count_session(stats: dict, block: dict, activity: Activity) -> None:
    """The counters every session and assessment raises, however late."""
    progress, seconds = block["progress"], activity.seconds or 0
    _raise_counter(stats, "total_questions_answered", activity.questions)
    _raise_counter(stats, "total_correct_answers", activity.correct)
    _raise_counter(stats, "total_sessions_completed", 1)
    _raise_counter(progress, "sessions_completed", 1)
    _raise_counter(progress, "total_questions_answered", activity.questions)
    _raise_counter(progress, "correct_answers", activity.correct)
    _raise_counter(progress, "time_spent_total", seconds)
    if is_full(activity):
        progress["best_score"] = max(progress["best_score"], score(activity))
        if verdict(activity) and activity.seconds is not None:
            best = progress["best_time"]
            progress["best_time"] = (
                activity.seconds if best is None else min(best, activity.seconds)
            )


def _count_results(block: dict, activity: Activity) -> None:
    """Good sessions in a row, and the last ten verdicts."""
    progress, good = block["progress"], verdict(activity)
    if good is None:
        return
    progress["streak_current"] = min(INT_MAX, progress["streak_current"] + 1) if good else 0
    progress["streak_best"] = max(progress["streak_best"], progress["streak_current"])
    results = progress["recent_results"] + ("1" if good else "0")
    progress["recent_results"] = results[-RECENT_RESULTS:]


def _adapt_difficulty(block: dict, activity: Activity) -> None:
    """preferred_difficulty follows the answers given since it last moved."""
    module, progress = activity.catalog[activity.module], block["progress"]
    _raise_counter(progress, "recent_questions", activity.questions)
    _raise_counter(progress, "recent_correct", activity.correct)
    questions, correct = progress["recent_questions"], progress["recent_correct"]
    percent = Fraction(100 * correct, questions)
    if questions >= module.up_questions and percent >= module.up_percent:
        progress["preferred_difficulty"] = min(5, progress["preferred_difficulty"] + 1)
    elif questions >= module.down_questions and percent <= module.down_percent:
        progress["preferred_difficulty"] = max(1, progress["preferred_difficulty"] - 1)
    elif questions < module.reset_questions:
        return
    progress["recent_questions"] = progress["recent_correct"] = 0


def _count_transition(document: dict, activity: Activity) -> None:
    """A session that follows one in another module; the ninth pair drives one of eight out."""
    stats = document["global_stats"]
    before, after = stats["last_module"], activity.module
    stats["last_module"] = after
    if before is None or before == after:
        return
    pairs = document["cross_module_analytics"]["learning_patterns_between_modules"]
    name = f"{before}>{after}"
    if name not in pairs:
        if len(pairs) >= KEPT_PAIRS:
            least = min(pair["count"] for pair in pairs.values())
            del pairs[max(key for key, pair in pairs.items() if pair["count"] == least)]
        pairs[name] = {"count": 0, "good": 0, "questions": 0, "correct": 0}
    pair = pairs[name]
    _raise_counter(pair, "count", 1)
    _raise_counter(pair, "good", 1 if verdict(activity) else 0)
    _raise_counter(pair, "questions", activity.questions)
    _raise_counter(pair, "correct", activity.correct)


def _judge_mastery(block: dict, activity: Activity) -> tuple[bool, bool]:
    """Sets the verdict; returns whether it changed, and whether the rule came true just now."""
    module, progress = activity.catalog[activity.module], block["progress"]
    before = progress["mastery_level"]
    reached = progress["mastered_at"] is None and rule_is_true(block, module, activity.grade)
    if reached:
        progress["mastered_at"] = instant_text(activity.occurred_at)
    progress["mastery_level"] = mastery_level(block, module, activity.grade)
    return progress["mastery_level"] != before, reached


def _test_tokens(progress: dict, activity: Activity, masters: bool) -> int:
    """What an assessment pays; the reward of a facts module once."""
    match activity.catalog[activity.module].assessment:
        case "grade":
            first = not progress["test_rewarded"]
            progress["test_rewarded"] = True
            return TEST_REWARD if first else 0
        case "types":
            reward = activity.correct // CORRECT_PER_TEST_TOKEN
            return reward + (MASTERING_TEST_REWARD if masters else 0)
    return 0


def _pay(document: dict, activity: Activity, outcome: Outcome, on_day: bool, capped: bool) -> None:
    """The award, cut to the day's cap, then to the range."""
    stats = document["global_stats"]
    award, cap = outcome.tokens_requested, activity.settings["daily_token_cap"]
    if capped and cap is not None:
        award = min(award, max(0, cap - stats["daily_tokens"]))
    if award < outcome.tokens_requested:
        outcome.capped_by = "daily_token_cap"
    outcome.tokens_awarded = _earn(stats, award)
    if outcome.tokens_awarded < award:
        outcome.capped_by = "range"
    progress = document["modules"][activity.module]["progress"]
    _raise_counter(progress, "tokens_earned", outcome.tokens_awarded)
    if on_day:
        _raise_counter(stats, "daily_tokens", outcome.tokens_awarded)


# ---------------------------------------------------------------- entries


def _session(
    state: State, activity: Activity, outcome: Outcome, on_day: bool, capped: bool
) -> None:
    """A token_run or a test."""
    document = state.document
    stats, block = document["global_stats"], document["modules"][activity.module]
    _count_session(stats, block, activity)
    _adapt_difficulty(block, activity)
    if activity.run_type == "test":
        _assess(block, activity)
    elif not activity.too_late:
        outcome.level_change = _move_level(block, activity)
        _progress_in_list(block, activity)
    if not activity.too_late:
        _set_step(block, activity)
        _count_results(block, activity)
        _count_transition(document, activity)
    outcome.mastery_changed, reached = _judge_mastery(block, activity)
    if activity.run_type == "test":
        outcome.tokens_requested = _test_tokens(block["progress"], activity, reached)
    else:
        outcome.tokens_requested = run_tokens(activity)
    _pay(document, activity, outcome, on_day, capped)
    set_categories(document)


def apply_activity(state: State, activity: Activity, before_checkpoint: bool) -> None:
    """One activity at its place in the history."""
    document, outcome = state.document, Outcome()
    stats, block = document["global_stats"], document["modules"][activity.module]
    state.outcomes[activity.id] = outcome
    _settle_zone(stats, activity.occurred_at)

    last_day = _activity_date(stats)
    later_day = last_day is None or activity.own_day > last_day
    on_day = not activity.too_late and (later_day or not before_checkpoint)
    if on_day and later_day:
        outcome.streak = _begin_day(state, activity, activity.own_day)
    if on_day:
        state.active_days.add(activity.own_day)

    seconds = activity.seconds or 0
    _raise_counter(stats, "total_time_spent", seconds)
    if on_day:
        _raise_counter(stats, "daily_time_spent", seconds)
        stats["daily_engagement_minutes"] = stats["daily_time_spent"] // 60
    stats["last_active"] = _later(stats["last_active"], activity.occurred_at)
    for key in ("last_played", "timestamp"):
        block["progress"][key] = _later(block["progress"][key], activity.occurred_at)

    if activity.run_type != "practice":
        _session(state, activity, outcome, on_day, on_day and not before_checkpoint)
    if on_day and later_day:
        set_derived(document)


def _apply_zone_change(stats: dict, change: ZoneChange) -> None:
    _settle_zone(stats, change.occurred_at)
    stats["time_zone_next"] = stats["time_zone_next_from"] = None
    if change.applies_from is None:
        stats["time_zone"] = change.zone
    elif change.zone != stats["time_zone"]:
        # Choice: the zone that is in force already is no change; it only ends one that waits.
        stats["time_zone_next"] = change.zone
        stats["time_zone_next_from"] = instant_text(change.applies_from)


def _apply_override(block: dict, override: Override) -> None:
    progress = block["progress"]
    progress["mastery_override"] = (
        None
        if override.value is None
        else {
            "value": override.value,
            "by": override.by,
            "at": instant_text(override.recorded_at),
            "reason": override.reason,
        }
    )
    # Choice: mastered_at is an activity's instant, so only an activity sets it.
    module = override.catalog[override.module]
    progress["mastery_level"] = mastery_level(block, module, override.grade)


def _apply_reevaluation(block: dict, judged: Reevaluation) -> None:
    progress, module = block["progress"], judged.catalog[judged.module]
    if progress["mastered_at"] is None and rule_is_true(block, module, judged.grade):
        progress["mastered_at"] = instant_text(judged.occurred_at)
    progress["mastery_level"] = mastery_level(block, module, judged.grade)


def _apply_reset(document: dict, reset: Reset) -> None:
    module = reset.catalog[reset.module]
    old = document["modules"][reset.module]
    new = new_block(module, reset.grade)
    for key in ("tokens_earned", "test_rewarded", "mastered_at"):
        new["progress"][key] = old["progress"][key]
    unknown = {key: value for key, value in old["progress"].items() if key not in new["progress"]}
    new["progress"].update(unknown)
    new["progress"]["mastery_level"] = mastery_level(new, module, reset.grade)
    document["modules"][reset.module] = {**old, **new}
    set_categories(document)


def apply_entry(state: State, entry: Entry, before_checkpoint: bool) -> None:
    """Any entry at its place in the history."""
    document = state.document
    join_modules(document, entry.catalog, entry.grade)
    stats = document["global_stats"]
    match entry:
        case Activity():
            apply_activity(state, entry, before_checkpoint)
        case Spend():
            _raise_counter(stats, "total_tokens_spent", entry.amount)
            _balance(stats)
        case Grant():
            outcome = Outcome(tokens_requested=entry.amount)
            outcome.tokens_awarded = _earn(stats, entry.amount)
            state.outcomes[entry.id] = outcome
        case Difficulty():
            progress = document["modules"][entry.module]["progress"]
            progress["preferred_difficulty"] = entry.difficulty
            progress["recent_questions"] = progress["recent_correct"] = 0
        case ZoneChange():
            _apply_zone_change(stats, entry)
        case Override():
            _apply_override(document["modules"][entry.module], entry)
        case Reset():
            _apply_reset(document, entry)
        case Reevaluation():
            _apply_reevaluation(document["modules"][entry.module], entry)


def recompute_mastery(document: dict, catalog: dict[str, Module], grade: str | None) -> None:
    """The verdict of every block the catalog knows: what a direct write is followed by."""
    for name, block in document["modules"].items():
        if name in catalog:
            block["progress"]["mastery_level"] = mastery_level(block, catalog[name], grade)


def place_of(entry: Entry, checkpoint: datetime | None) -> tuple:
    """The order of occurrence; what occurred before the checkpoint comes just after it.

    Choice: a zone that applies at once has no start, so it comes before every activity.
    """
    if isinstance(entry, ZoneChange) and entry.applies_from is None:
        rank = 0
    else:
        rank = 1 if checkpoint is not None and entry.occurred_at < checkpoint else 2
    return (rank, entry.occurred_at, entry.id.int)


def fold(baseline: dict, checkpoint: datetime | None, entries: list[Entry]) -> State:
    """The state after all entries, from the checkpoint on."""
    state = State(copied(baseline))
    for entry in sorted(entries, key=lambda entry: place_of(entry, checkpoint)):
        fold_next(state, checkpoint, entry)
    return state


def fold_next(state: State, checkpoint: datetime | None, entry: Entry) -> None:
    """One more entry upon a state, whose place is after all that the state holds."""
    before = checkpoint is not None and entry.occurred_at < checkpoint
    apply_entry(state, entry, before)
