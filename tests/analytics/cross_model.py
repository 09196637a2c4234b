"""The moves between modules counted once more: in Python, row by row over the ledger."""

import math
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import psycopg

CHECKPOINTS = {"skeleton", "direct_write", "import", "retention"}
PAIRS = ("cross_module_analytics", "learning_patterns_between_modules")
KEYS = ("count", "good", "questions", "correct")
Z = 2.5758293035489004
LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass
class Whole:
    """Counters by pair, and all sessions by module: [count, good, questions, correct]."""

    pairs: dict[str, list[int]] = field(default_factory=dict)
    modules: dict[str, list[int]] = field(default_factory=dict)

    def learn(self, other: "Whole") -> None:
        """What a checkpoint knows counts where it is more."""
        for mine, theirs in ((self.pairs, other.pairs), (self.modules, other.modules)):
            for name, counters in theirs.items():
                if counters[0] > mine.get(name, [0])[0]:
                    mine[name] = list(counters)

    def add(self, before: str | None, row: dict) -> None:
        session = [1, int(row["good"] is True), row["questions"], row["correct"]]
        names = [(self.modules, row["module"])]
        if before not in (None, row["module"]):
            names.append((self.pairs, f"{before}>{row['module']}"))
        for counters, name in names:
            old = counters.get(name, [0, 0, 0, 0])
            counters[name] = [a + b for a, b in zip(old, session, strict=True)]


def known(row: dict, catalog: set[str]) -> Whole:
    """What a checkpoint knows: what it carries, or what its document kept."""
    document = row["document"] or {}
    carried = (row["details"] or {}).get("cross_module")
    pairs = carried["pairs"] if carried else document.get(PAIRS[0], {}).get(PAIRS[1], {})
    blocks = carried["modules"] if carried else document.get("modules", {})
    whole = Whole()
    for pair, figures in pairs.items():
        if figures["count"] and set(pair.split(">")) <= catalog:
            whole.pairs[pair] = [figures[key] for key in KEYS]
    for module, block in blocks.items():
        progress = block["progress"]
        if module in catalog and progress["sessions_completed"]:
            whole.modules[module] = [
                progress["sessions_completed"], 0,
                progress["total_questions_answered"], progress["correct_answers"],
            ]  # fmt: skip
    return whole


def ledger(connection: psycopg.Connection, learner: Any) -> list[dict]:
    """The rows of a learner in the order of recording."""
    connection = connection.cursor(row_factory=psycopg.rows.dict_row)
    return connection.execute(
        "SELECT l.ledger_id, l.id, l.kind::text, l.run_type::text, l.module, l.good, l.questions,"
        " l.correct, l.too_late, l.details, l.document,"
        " nullif(l.occurred_at, '-infinity') AS occurred_at"
        " FROM hg_ledger AS l WHERE l.user_id = %s ORDER BY l.ledger_id",
        [learner],
    ).fetchall()


def whole(connection: psycopg.Connection, learner: Any) -> Whole:
    """All moves that the ledger tells of."""
    catalog = {name for (name,) in connection.execute("SELECT module FROM hg_modules")}
    rows = ledger(connection, learner)
    reversed_ids = {row["details"]["activity_id"] for row in rows if row["kind"] == "reversal"}
    segments: list[tuple[dict, list[dict]]] = []
    for row in rows:
        if row["kind"] in CHECKPOINTS:
            segments.append((row, []))
        elif (
            row["kind"] == "activity" and row["run_type"] != "practice"
            and str(row["id"]) not in reversed_ids
        ):  # fmt: skip
            segments[-1][1].append(row)

    result = Whole()
    for checkpoint, sessions in segments:
        result.learn(known(checkpoint, catalog))
        begin = checkpoint["occurred_at"] or LONG_AGO
        last = ((checkpoint["document"] or {}).get("global_stats") or {}).get("last_module")
        sessions.sort(key=lambda s: (max(s["occurred_at"], begin), s["occurred_at"], s["id"]))
        for session in sessions:
            if session["too_late"]:
                result.add(None, session)
                continue
            result.add(last if last in catalog else None, session)
            last = session["module"]
    return result


# ---------------------------------------------------------------- what follows from the counters


def rounded(value: float, decimals: int = 4) -> float:
    step = Decimal(1).scaleb(-decimals)
    return float(Decimal(f"{value:.15g}").quantize(step, ROUND_HALF_UP)) + 0.0


def wilson(share: float, number: float) -> tuple[float, float]:
    middle = share + Z * Z / (2 * number)
    half = Z * math.sqrt(share * (1 - share) / number + Z * Z / (4 * number**2))
    scale = 1 + Z * Z / number
    return (middle - half) / scale, (middle + half) / scale


def interval(
    correct: int, questions: int, count: int, all_correct: int, all_questions: int, all_count: int
) -> Any:
    """Newcombe's interval of the part less the rest, times the share of the rest; or None."""
    rest, rest_correct = all_questions - questions, all_correct - correct
    others = all_count - count
    if not (questions > 0 and rest > 0 and count > 0 and others > 0 and 0 <= rest_correct <= rest):
        return None
    part, other = correct / questions, rest_correct / rest
    (low, high), (other_low, other_high) = wilson(part, count), wilson(other, others)
    weight = rest / all_questions
    return (
        weight * (part - other - math.hypot(part - low, other_high - other)),
        weight * (part - other + math.hypot(high - part, other - other_low)),
    )
