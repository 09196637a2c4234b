"""The API of the product over the fold: arguments, errors, receipts, reading."""

import copy
import dataclasses
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from tests.support.users import read_id

from . import fold as folding
from .catalog import MODULES, Module
from .days import (
    ONE_DAY,
    Calendar,
    Pause,
    day_start,
    is_paused,
    is_scheduled,
    local_day,
    zone_is_valid,
)
from .document import INT_MAX, add_lift, copied, instant_of, join_modules, set_derived, skeleton
from .mastery import mastery_level
from .wellformed import LARGEST_TEXT, is_well_formed

INVALID, UNKNOWN, MODULE, REUSED = "22023", "LG404", "LG405", "LG409"
TOO_LITTLE, MALFORMED, PART_OF_A_CHECKPOINT = "LG402", "LG422", "55000"

CLOCK_TOLERANCE = timedelta(minutes=5)
MICROSECOND = timedelta(microseconds=1)
LARGEST_DETAILS = 4096
LARGEST_SPEND = 1_000_000
LARGEST_REASON = 500
DAYS_SHOWN = 60
MOVES_SHOWN = 5
NO_DETAILS: dict = {}

SETTINGS = {
    "default_time_zone": "UTC",
    "day_start_hour": 0,
    "daily_token_cap": None,
    "late_window_days": 30,
    "streak_weekdays": [1, 2, 3, 4, 5, 6, 7],
    "streak_freeze_initial": 0,
    "streak_freeze_every_days": 0,
    "streak_freeze_max": 0,
    "ai_enabled": False,
}


class ModelError(Exception):
    """A refusal, by its SQLSTATE; of many activities, by the ordinal of the one refused, too."""

    def __init__(self, sqlstate: str, ordinal: int | None = None) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate
        self.ordinal = ordinal


def _require(holds: bool, sqlstate: str = INVALID) -> None:
    if not holds:
        raise ModelError(sqlstate)


def _is_integer(value: object, low: int, high: int) -> bool:
    return type(value) is int and low <= value <= high


def json_equal(one: object, other: object) -> bool:
    """Equality of JSON values: Python's, but for true, which is not 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(json_equal(one[k], other[k]) for k in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(json_equal, one, other))
    return one == other


def json_within(value: object, domain: Sequence[object]) -> bool:
    """Says whether one of the domain's values is this one."""
    return any(json_equal(value, member) for member in domain)


@dataclass
class Learner:
    """A learner's history, and the receipts that were issued."""

    user: object
    grade: str | None
    baseline: dict
    checkpoint: datetime | None = None
    entries: list = field(default_factory=list)
    # What the checkpoint has taken in.
    past: list = field(default_factory=list)
    # When each activity occurred, those aside that were reversed; a checkpoint forgets none.
    occurred: dict[UUID, datetime] = field(default_factory=dict)
    receipts: dict = field(default_factory=dict)
    # The receipts of reversals, by the activity.
    reversals: dict[UUID, dict] = field(default_factory=dict)
    active_days: set = field(default_factory=set)
    frozen_days: set = field(default_factory=set)
    folded: folding.State | None = None

    def add(self, entry: folding.Entry) -> None:
        """One more entry; unless it is the last of all, the whole history is folded anew."""
        if not isinstance(entry, folding.Activity | folding.Reevaluation):
            # Choice: what people say is heard in the order they said it, also after a judgement
            # that an activity ahead of the clock has pushed there.
            said = [
                earlier.occurred_at
                for earlier in (*self.past, *self.entries)
                if not isinstance(earlier, folding.Activity)
                and earlier.occurred_at >= entry.occurred_at
            ]
            if said:
                entry = dataclasses.replace(entry, occurred_at=max(said) + MICROSECOND)
        if isinstance(entry, folding.ZoneChange) and entry.applies_from is None:
            # It has no start, so whatever change of zone came before it is void.
            self.entries = [_without_zone(earlier) for earlier in self.entries]
            self.folded = None
        elif self.folded is not None and self._is_last(self._place(entry)):
            folding.fold_next(self.folded, self.checkpoint, entry)
        else:
            self.folded = None
        self.entries.append(entry)

    def remove(self, entry_id: UUID) -> None:
        """The history without an entry."""
        self.entries = [entry for entry in self.entries if entry.id != entry_id]
        self.folded = None
        del self.occurred[entry_id]

    def copied(self) -> "Learner":
        """The learner as of now, to come back to."""
        return dataclasses.replace(
            self, entries=list(self.entries), occurred=dict(self.occurred),
            receipts=dict(self.receipts), reversals=dict(self.reversals), folded=None,
        )  # fmt: skip

    def _place(self, entry: "folding.Entry | _Place") -> tuple:
        return folding.place_of(entry, self.checkpoint)

    def _is_last(self, place: tuple) -> bool:
        return all(self._place(entry) < place for entry in self.entries)

    def begin_at(self, checkpoint: datetime, document: dict) -> None:
        """From here on the history begins with this document."""
        state = self.state()
        self.active_days, self.frozen_days = state.active_days, state.frozen_days
        self.baseline, self.checkpoint = document, checkpoint
        self.past = [*self.past, *self.entries]
        self.entries, self.folded = [], None

    def state(self) -> folding.State:
        """The fold of the whole history; whoever changes it takes a copy."""
        if self.folded is None:
            self.folded = folding.fold(self.baseline, self.checkpoint, self.entries)
            self.folded.active_days |= self.active_days
            self.folded.frozen_days |= self.frozen_days
        return self.folded

    def document(self) -> dict:
        """The document as it is stored."""
        return copied(self.state().document)

    def document_before(self, occurred_at: datetime, entry_id: UUID) -> dict:
        """The document at the place that an entry would take."""
        place = self._place(_Place(occurred_at, entry_id))
        if self._is_last(place):
            return self.document()
        earlier = [entry for entry in self.entries if self._place(entry) < place]
        return folding.fold(self.baseline, self.checkpoint, earlier).document


def _without_zone(entry: folding.Entry) -> folding.Entry:
    """The entry, or the mere write that is left of a change of zone."""
    if not isinstance(entry, folding.ZoneChange):
        return entry
    kept = {key: getattr(entry, key) for key in folding.Write.__dataclass_fields__}
    return folding.Write(**kept)


@dataclass(frozen=True)
class _Place:
    occurred_at: datetime
    id: UUID


class Product:
    """One installation: its catalog, its settings, its learners."""

    def __init__(self) -> None:
        self.catalog: dict[str, Module] = dict(MODULES)
        self.settings: dict = copied(SETTINGS)
        self.pauses: tuple[Pause, ...] = ()
        self.learners: dict[object, Learner] = {}

    # ------------------------------------------------------------ rules are data

    def change_module(self, name: str, **changes: object) -> None:
        """An UPDATE of a catalog row; a new version, the old one stays with its entries."""
        self.catalog = {
            **self.catalog,
            name: dataclasses.replace(self.catalog[name], **changes),
        }

    def add_module(self, module: Module) -> None:
        """An INSERT into the catalog."""
        self.catalog = {**self.catalog, module.name: module}

    def set_setting(self, name: object, value: object) -> None:
        """hg_set_setting."""
        changed = {**self.settings, name: value} if isinstance(name, str) else {}
        _require(name in SETTINGS)
        _require(_SETTING_CHECKS[name](value))
        _require(changed["streak_freeze_initial"] <= changed["streak_freeze_max"])
        self.settings = changed

    def set_pause(self, now: datetime, first: object, last: object, user: object = None) -> None:
        """hg_set_pause; user None is for all learners."""
        _require(isinstance(first, date) and isinstance(last, date) and first <= last)
        if user is None:
            zone = self.settings["default_time_zone"]
            today = local_day(now, zone, self.settings["day_start_hour"])
        else:
            _require(user in self.learners, UNKNOWN)
            today = self._today(self.learners[user].document(), now)
        _require(first >= today)
        self.pauses = (*self.pauses, Pause(first, last, user))
        if user is not None:
            learner = self.learners[user]
            learner.add(folding.Write(**self._pins(learner, now), occurred_at=now))

    # ------------------------------------------------------------ learners

    def copied(self) -> "Product":
        """The installation as of now, to come back to: the rest of it is never changed in place."""
        product = copy.copy(self)
        product.learners = {user: learner.copied() for user, learner in self.learners.items()}
        return product

    def skeleton(self, grade: str | None) -> dict:
        """The document of a new learner."""
        return skeleton(self.catalog, self.settings, grade)

    def add_learner(
        self, user: object, grade: str | None = None, document: dict | None = None
    ) -> None:
        """An INSERT into users: the skeleton, or a document that is as old as time."""
        given = document is not None
        baseline = self._completed(document, grade) if given else self.skeleton(grade)
        self.learners[user] = Learner(user, grade, baseline)

    def _completed(self, document: object, grade: str | None) -> dict:
        """A document from outside as it is stored, or a refusal."""
        _require(is_well_formed(document, set(self.catalog)), MALFORMED)
        _require(len(json.dumps(document).encode()) <= LARGEST_TEXT, MALFORMED)
        completed = copied(document)
        join_modules(completed, self.catalog, grade)
        folding.recompute_mastery(completed, self.catalog, grade)
        return completed

    def write_document(self, user: object, now: datetime, document: object) -> None:
        """A direct UPDATE of the column: a checkpoint, or a refusal."""
        learner = self.learners[user]
        learner.begin_at(now, self._completed(document, learner.grade))

    def _learner(self, user: object) -> Learner:
        _require(user in self.learners, UNKNOWN)
        return self.learners[user]

    def _pins(self, learner: Learner, now: datetime, entry_id: UUID | None = None) -> dict:
        return {
            "id": entry_id or uuid4(),
            "recorded_at": now,
            "user": learner.user,
            "grade": learner.grade,
            "catalog": self.catalog,
            "settings": self.settings,
            # Choice: like settings, the pauses known when an activity was recorded.
            "pauses": self.pauses,
        }

    def _module(self, name: str) -> Module:
        _require(name in self.catalog and self.catalog[name].active, MODULE)
        return self.catalog[name]

    def _zone(self, stats: dict, instant: datetime) -> str:
        return folding.zone_in_force(stats, instant) or self.settings["default_time_zone"]

    def _own_day(self, document: dict, instant: datetime) -> date:
        zone = self._zone(document["global_stats"], instant)
        return local_day(instant, zone, self.settings["day_start_hour"])

    def _today(self, document: dict, instant: datetime) -> date:
        own, stored = self._own_day(document, instant), document["global_stats"]["activity_date"]
        return own if stored is None else max(own, date.fromisoformat(stored))

    # ------------------------------------------------------------ activities

    def record_activity(
        self,
        now: datetime,
        user: object,
        activity_id: object,
        module: object,
        questions: object,
        correct: object,
        seconds: object = None,
        run_type: object = "token_run",
        occurred_at: datetime | None = None,
        details: object = NO_DETAILS,
    ) -> dict:
        """hg_record_activity."""
        _check_arguments(user, activity_id, module, questions, correct, seconds, run_type, details)
        details_are_known = self._details_are_known(module, run_type, details)
        content = ("activity", module, questions, correct, seconds, run_type, details)
        stored = None
        if user in self.learners:
            stored = self.learners[user].receipts.get(activity_id)
        if stored is not None and json_equal(list(stored[0]), list(content)):
            reversed_ = {"reversed": True} if activity_id in self.learners[user].reversals else {}
            return {**stored[1], "replayed": True, **reversed_}
        # Choice: what the module's rules refuse in the details is out of domain like anything
        # else, hence before LG404; only a replay "is recognised before the module".
        _require(details_are_known)
        learner = self._learner(user)
        _require(stored is None, REUSED)
        self._module(module)

        receipt = self._record(
            learner, now, activity_id, occurred_at,
            {"module": module, "questions": questions, "correct": correct,
             "seconds": seconds, "run_type": run_type, "details": copied(details)},
        )  # fmt: skip
        learner.receipts[activity_id] = (copied(content), receipt)
        return receipt

    def _record(
        self,
        learner: Learner,
        now: datetime,
        activity_id: UUID,
        occurred_at: datetime | None,
        facts: dict,
    ) -> dict:
        occurred_at, warnings = self._judge_instant(learner, now, occurred_at)
        before = learner.document_before(occurred_at, activity_id)
        join_modules(before, self.catalog, learner.grade)
        activity = folding.Activity(
            **self._pins(learner, now, activity_id),
            occurred_at=occurred_at,
            own_day=self._own_day(before, occurred_at),
            too_late="too_late" in warnings,
            **facts,
        )
        learner.add(activity)
        learner.occurred[activity_id] = occurred_at
        return _receipt(activity, learner.state(), warnings)

    def record_activities(
        self, now: datetime, activities: object, on_error: object = "abort"
    ) -> list[dict]:
        """hg_record_activities: the calls that the items stand for, one after the other.

        Learners and activities are there as far as they could be read.
        """
        _require(isinstance(activities, list) and on_error in ("abort", "skip"))
        before = self.copied()
        rows = []
        for ordinal, item in enumerate(activities, 1):
            row = dict.fromkeys(("user_id", "activity_id", "receipt", "error_code"))
            try:
                arguments = _read_item(item, row)
                if arguments["occurred_at"] is None:
                    arguments["occurred_at"] = now + ordinal * MICROSECOND
                row["receipt"] = self.record_activity(now, **arguments)
            except ModelError as error:
                if on_error == "abort":
                    self.learners = before.learners
                    raise ModelError(error.sqlstate, ordinal) from error
                row["error_code"] = error.sqlstate
            rows.append({"ordinal": ordinal, **row})
        return rows

    def reverse_activity(
        self, now: datetime, user: object, activity_id: object, reason: object
    ) -> dict:
        """hg_reverse_activity: the entry goes, a write stays at the call's instant."""
        _require(user is not None and isinstance(activity_id, UUID) and isinstance(reason, str))
        _require(reason.strip() != "" and len(reason) <= LARGEST_REASON)
        learner = self._learner(user)
        if activity_id in learner.reversals:
            return {**learner.reversals[activity_id], "replayed": True}
        content, receipt = learner.receipts.get(activity_id, (("nothing",), None))
        _require(content[0] == "activity", UNKNOWN)
        _require(any(entry.id == activity_id for entry in learner.entries), PART_OF_A_CHECKPOINT)

        earned = learner.document()["global_stats"]["total_tokens_earned"]
        learner.remove(activity_id)
        learner.add(folding.Write(**self._pins(learner, now), occurred_at=now))
        document, module = learner.document(), receipt["module"]
        stats = document["global_stats"]
        # Choice: a block that only the activity had made join is none any more.
        block = document["modules"].get(module, {"progress": {}})
        learner.reversals[activity_id] = {
            "replayed": False, "kind": "reversal", "tokens": stats["tokens"],
            "total_tokens_earned": stats["total_tokens_earned"],
            "activity_id": str(activity_id), "reason": reason, "module": module,
            "tokens_reversed": earned - stats["total_tokens_earned"],
            "streak_days": stats["streak_days"],
            "grade_level": block.get("grade_level"),
            "mastery_level": block["progress"].get("mastery_level"),
            "preferred_difficulty": block["progress"].get("preferred_difficulty"),
        }  # fmt: skip
        return learner.reversals[activity_id]

    def _judge_instant(
        self, learner: Learner, now: datetime, occurred_at: datetime | None
    ) -> tuple[datetime, list[str]]:
        warnings = []
        if occurred_at is None:
            occurred_at = now
        elif occurred_at > now + CLOCK_TOLERANCE:
            occurred_at = now
            warnings.append("clock_ahead")
        # Choice: days of the window are 24 hours each, whatever the session's zone.
        if occurred_at < now - timedelta(days=self.settings["late_window_days"]):
            return occurred_at, ["too_late"]
        # Choice: an equal instant is not "earlier", even where the id puts it before.
        if any(occurred_at < other for other in learner.occurred.values()):
            warnings.append("late")
        return occurred_at, warnings

    def _details_are_known(self, name: str, run_type: str, details: dict) -> bool:
        """Says whether the details that a rule of this module reads are in their domains."""
        module = self.catalog.get(name)
        # Choice: a key is looked at only where a rule reads it; null is a value like others.
        if module is None or not module.active or run_type == "practice":
            return True
        if run_type == "token_run":
            limits = [band for band, _, _ in module.tokens.bands]
            domains = {"time_limit": limits, "fact_type": module.types}
            return all(
                json_within(details[key], domain)
                for key, domain in domains.items()
                if domain and key in details
            )
        if module.assessment == "grade":
            return _is_integer(details.get("grade_level"), module.grade_min, module.grade_max)
        if module.assessment == "types":
            lists = [details.get(key, []) for key in ("types_correct", "types_wrong")]
            return all(
                isinstance(names, list) and all(name in module.types for name in names)
                for names in lists
            )
        return True

    # ------------------------------------------------------------ tokens

    def spend_tokens(
        self, now: datetime, user: object, spend_id: object, amount: object, reason: object
    ) -> dict:
        """hg_spend_tokens."""
        return self._move_tokens(now, user, spend_id, amount, reason, folding.Spend)

    def grant_tokens(
        self, now: datetime, user: object, grant_id: object, amount: object, reason: object
    ) -> dict:
        """hg_grant_tokens."""
        return self._move_tokens(now, user, grant_id, amount, reason, folding.Grant)

    def _move_tokens(self, now, user, entry_id, amount, reason, entry_type) -> dict:
        _require(user is not None and isinstance(entry_id, UUID) and isinstance(reason, str))
        # Choice: the range of a spend is a grant's too.
        _require(_is_integer(amount, 1, LARGEST_SPEND))
        learner = self._learner(user)
        content = (entry_type.__name__, amount, reason)
        stored = learner.receipts.get(entry_id)
        if stored is not None:
            _require(stored[0] == content, REUSED)
            return {**stored[1], "replayed": True}
        if entry_type is folding.Spend:
            balance = learner.document()["global_stats"]["tokens"]
            _require(balance >= amount, TOO_LITTLE)
        learner.add(
            entry_type(**self._pins(learner, now, entry_id), occurred_at=now, amount=amount)
        )
        receipt = _short_receipt(entry_id, learner.document())
        learner.receipts[entry_id] = (content, receipt)
        return receipt

    # ------------------------------------------------------------ what people set

    def set_preferred_difficulty(
        self, now: datetime, user: object, module: object, difficulty: object
    ) -> None:
        """hg_set_preferred_difficulty."""
        _require(user is not None and isinstance(module, str))
        _require(_is_integer(difficulty, 1, 5))
        learner = self._learner(user)
        self._module(module)
        learner.add(
            folding.Difficulty(
                **self._pins(learner, now), occurred_at=now, module=module, difficulty=difficulty
            )
        )

    def set_time_zone(self, now: datetime, user: object, zone: object) -> None:
        """hg_set_time_zone; "default" returns to the installation's."""
        _require(user is not None and (zone == "default" or zone_is_valid(zone)))
        learner = self._learner(user)
        own = None if zone == "default" else zone
        stats = learner.document()["global_stats"]
        applies_from = None
        if stats["last_active"] is not None:
            hour = self.settings["day_start_hour"]
            zones = (self._zone(stats, now), own or self.settings["default_time_zone"])
            applies_from = max(
                day_start(local_day(now, name, hour) + ONE_DAY, name, hour) for name in zones
            )
        learner.add(
            folding.ZoneChange(
                **self._pins(learner, now), occurred_at=now, zone=own, applies_from=applies_from
            )
        )

    def set_mastery(
        self, now: datetime, user: object, module: object, value: object, reason: object, by: str
    ) -> None:
        """hg_set_mastery; value None lifts the override."""
        _require(user is not None and isinstance(module, str) and isinstance(reason, str))
        learner = self._learner(user)
        self._module(module)
        learner.add(
            folding.Override(
                **self._pins(learner, now), occurred_at=now,
                module=module, value=value, by=by, reason=reason,
            )
        )  # fmt: skip

    def reset_module(self, now: datetime, user: object, module: object, reason: object) -> None:
        """hg_reset_module."""
        _require(user is not None and isinstance(module, str) and isinstance(reason, str))
        learner = self._learner(user)
        self._module(module)
        learner.add(folding.Reset(**self._pins(learner, now), occurred_at=now, module=module))

    def reevaluate(self, now: datetime, name: object, dry_run: bool = True) -> list[tuple]:
        """hg_reevaluate, for all learners: whose mastery flips, from what to what."""
        _require(isinstance(name, str))
        module, flips = self._module(name), []
        for user, learner in self.learners.items():
            block = learner.document()["modules"].get(name)
            if block is None:
                continue
            before, after = (
                block["progress"]["mastery_level"], mastery_level(block, module, learner.grade)
            )  # fmt: skip
            if before != after:
                flips.append((user, before, after))
                if not dry_run:
                    # Choice: after all there is, or an activity ahead would have the last word.
                    ahead = [entry.occurred_at for entry in (*learner.past, *learner.entries)]
                    after = max([now, *(occurred_at + MICROSECOND for occurred_at in ahead)])
                    learner.add(
                        folding.Reevaluation(
                            **self._pins(learner, now), occurred_at=after, module=name
                        )
                    )
        return flips

    # ------------------------------------------------------------ reading

    def _document_at(self, user: object, at: datetime | None) -> dict:
        """The stored document, if it can be read at that instant."""
        _require(user is not None and at is not None)
        learner = self._learner(user)
        document = learner.document()
        last_active = document["global_stats"]["last_active"]
        _require(last_active is None or at >= instant_of(last_active))
        join_modules(document, self.catalog, learner.grade)
        return document

    def _calendar(self, user: object) -> Calendar:
        return Calendar(self.settings, self.pauses, user)

    def _missed_since(self, user: object, stats: dict, day: date) -> list[date]:
        """The missed days between the last active one and a day."""
        if stats["activity_date"] is None:
            return []
        return self._calendar(user).missed(date.fromisoformat(stats["activity_date"]), day)

    def read_document(self, user: object, at: datetime | None) -> dict:
        """hg_document: the document as true at an instant."""
        document = self._document_at(user, at)
        stats, today = document["global_stats"], self._today(document, at)
        if len(self._missed_since(user, stats, today)) > stats["streak_freezes"]:
            stats["streak_days"] = 0
        if stats["activity_date"] != today.isoformat():
            for key in ("daily_tokens", "daily_time_spent", "daily_engagement_minutes"):
                stats[key] = 0
        set_derived(document)
        add_lift(document)
        return document

    def read_streak(self, user: object, at: datetime | None) -> dict:
        """hg_streak: the streak as true at an instant; expires_at is a datetime."""
        document = self._document_at(user, at)
        stats, today = document["global_stats"], self._today(document, at)
        missed = self._missed_since(user, stats, today)
        broken = len(missed) > stats["streak_freezes"]
        covered = set() if broken else set(missed)
        if stats["activity_date"] is None:
            status = "none"
        elif stats["activity_date"] == today.isoformat():
            status = "done_today"
        elif broken:
            status = "broken"
        elif missed:
            status = "frozen"
        else:
            status = "resting" if self._calendar(user).rests(today) else "at_risk"
        return {
            "streak_days": 0 if broken else stats["streak_days"],
            "longest_streak_days": stats["longest_streak_days"],
            "status": status,
            "expires_at": (
                None if status in ("none", "broken") else self._expires_at(user, stats, today)
            ),
            "freezes": stats["streak_freezes"],
            "days": self._days(user, today, covered),
        }

    def explain(self, user: object, name: str) -> dict:
        """Of hg_explain: the verdict by the rules in force, and the newest moves of the grade."""
        learner = self._learner(user)
        block = learner.document()["modules"][name]
        module = self.catalog[name]
        moves = [
            {
                "activity_id": receipt["activity_id"],
                "occurred_at": receipt["occurred_at"],
                "level_change": receipt["level_change"],
                "grade_level": receipt["grade_level"],
            }
            for activity_id, (content, receipt) in learner.receipts.items()
            if activity_id in learner.occurred
            and receipt["module"] == name
            and "too_late" not in receipt["warnings"]
            and (
                receipt["level_change"] != 0
                or (receipt["run_type"] == "test" and module.assessment == "grade")
            )
        ]
        moves.sort(key=lambda move: (move["occurred_at"], move["activity_id"]), reverse=True)
        return {
            "mastery_level": mastery_level(block, module, learner.grade),
            "last_moves": moves[:MOVES_SHOWN],
        }

    def _expires_at(self, user: object, stats: dict, today: date) -> datetime:
        """When the first day begins that would see an uncovered missed day behind it."""
        day = today
        while len(self._missed_since(user, stats, day)) <= stats["streak_freezes"]:
            day += ONE_DAY
        hour, default = self.settings["day_start_hour"], self.settings["default_time_zone"]
        begins = day_start(day, stats["time_zone"] or default, hour)
        if stats["time_zone_next_from"] is None:
            return begins
        change = instant_of(stats["time_zone_next_from"])
        if begins < change:
            return begins
        return max(change, day_start(day, stats["time_zone_next"] or default, hour))

    def _days(self, user: object, today: date, covered: set[date]) -> list[dict]:
        """The last days and what each was; `covered` are missed days that freezes would save."""
        state = self.learners[user].state()
        active, last = set(state.active_days), state.document["global_stats"]["activity_date"]
        if last is not None:
            # "last local day with a completed activity", a direct write's word included.
            active.add(date.fromisoformat(last))
        first = min(active, default=today)
        days = [today - n * ONE_DAY for n in reversed(range(DAYS_SHOWN))]

        def name(day: date) -> str:
            if day in active:
                return "active"
            if day < first:
                return "before"
            if day in state.frozen_days or day in covered:
                return "frozen"
            # Choice: a paused or unscheduled today is that, not open.
            if is_paused(day, self.pauses, user):
                return "paused"
            if not is_scheduled(day, self.settings):
                return "unscheduled"
            return "open" if day == today else "missed"

        return [{"day": day.isoformat(), "state": name(day)} for day in days]


def _check_arguments(
    user: object, activity_id: object, module: object, questions: object, correct: object,
    seconds: object, run_type: object, details: object,
) -> None:  # fmt: skip
    """The domains that need no module."""
    _require(user is not None and isinstance(activity_id, UUID) and isinstance(module, str))
    _require(_is_integer(questions, 1, 1000) and _is_integer(correct, 0, questions))
    _require(seconds is None or _is_integer(seconds, 0, 86400))
    _require(run_type in ("token_run", "test", "practice"))
    # Choice: 4 kB are 4,096 bytes of the text PostgreSQL prints.
    _require(isinstance(details, dict))
    _require(len(json.dumps(details, ensure_ascii=False).encode()) <= LARGEST_DETAILS)


ITEM_KEYS = {
    "user_id", "activity_id", "module", "questions", "correct", "seconds", "run_type",
    "occurred_at", "details",
}  # fmt: skip


def _read_item(item: object, row: dict) -> dict:
    """The arguments that an item stands for; what could be read of whose it is, into the row.

    Choice: a number is a JSON number, though what PostgreSQL casts from a text would do.
    """
    _require(isinstance(item, dict) and item.keys() <= ITEM_KEYS)
    user = _read(item, "user_id", object, read_id)
    row["user_id"] = user
    activity_id = _read(item, "activity_id", str, UUID)
    row["activity_id"] = activity_id and str(activity_id)
    return {
        "user": user,
        "activity_id": activity_id,
        "module": item.get("module"),
        **{name: _read(item, name, int) for name in ("questions", "correct", "seconds")},
        "run_type": item.get("run_type", "token_run"),
        "occurred_at": _read(item, "occurred_at", str, datetime.fromisoformat),
        "details": item.get("details", {}),
    }


def _read(item: dict, name: str, kind: type, parse: Callable = lambda value: value) -> object:
    value = item.get(name)
    if value is None:
        return None
    _require(kind is object or type(value) is kind)
    try:
        return parse(value)
    except ValueError as error:
        raise ModelError(INVALID) from error


def _receipt(activity: folding.Activity, state: folding.State, warnings: list[str]) -> dict:
    """What the caller of hg_record_activity is told; instants are datetimes."""
    outcome = state.outcomes[activity.id]
    stats = state.document["global_stats"]
    block = state.document["modules"][activity.module]
    return {
        "activity_id": str(activity.id),
        "replayed": False,
        "module": activity.module,
        "run_type": activity.run_type,
        "occurred_at": activity.occurred_at,
        "local_day": activity.own_day.isoformat(),
        "score": folding.score(activity),
        "good": folding.verdict(activity),
        "tokens_awarded": outcome.tokens_awarded,
        "tokens_requested": outcome.tokens_requested,
        "capped_by": outcome.capped_by,
        "tokens": stats["tokens"],
        "daily_tokens": stats["daily_tokens"],
        "streak_days": stats["streak_days"],
        "streak": outcome.streak,
        "grade_level": block["grade_level"],
        "level_change": outcome.level_change,
        "mastery_level": block["progress"]["mastery_level"],
        "mastery_changed": outcome.mastery_changed,
        "preferred_difficulty": block["progress"]["preferred_difficulty"],
        "warnings": warnings,
    }


def _short_receipt(entry_id: UUID, document: dict) -> dict:
    """What is common to the other writers' receipts."""
    stats = document["global_stats"]
    return {
        "id": str(entry_id),
        "replayed": False,
        "tokens": stats["tokens"],
        "total_tokens_earned": stats["total_tokens_earned"],
    }


def _is_weekdays(value: object) -> bool:
    return (
        isinstance(value, list) and len(value) > 0 and all(_is_integer(day, 1, 7) for day in value)
    )


def _is_count(value: object) -> bool:
    return _is_integer(value, 0, INT_MAX)


_SETTING_CHECKS = {
    "default_time_zone": zone_is_valid,
    "day_start_hour": lambda value: _is_integer(value, 0, 12),
    "daily_token_cap": lambda value: value is None or _is_count(value),
    "late_window_days": lambda value: _is_integer(value, 0, 365),
    "streak_weekdays": _is_weekdays,
    "streak_freeze_initial": _is_count,
    "streak_freeze_every_days": _is_count,
    "streak_freeze_max": _is_count,
    "ai_enabled": lambda value: isinstance(value, bool),
}
