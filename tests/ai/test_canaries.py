"""No request tells whose figures it holds: canaries in every place that could sing are not heard.

A twin of the learner, who has played the same and has no canaries, gets the same requests.
"""

import json
import re
from typing import Any
from uuid import UUID

import pytest
from psycopg import sql
from psycopg.types.json import Jsonb

from tests.record.support import Learner, set_setting, uid
from tests.support.database import as_role
from tests.support.users import ID

SCOPES = ("global", "cross_module", "addition_facts", "math_rush_addition", "measurement")
COLUMNS = {
    "email": "text", "full_name": "text", "date_of_birth": "date", "notes": "jsonb",
    "seen_at": "timestamptz", "phone": "bigint", "tags": "text[]", "photo": "bytea",
    "school_id": "uuid", "ratio": "numeric",
}  # fmt: skip


class Aviary:
    """Makes canaries: words and numbers that stand nowhere else."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def word(self, place: str = "") -> str:
        self.made.append(f"canary{len(self.made):04}x")
        return f"{place}{self.made[-1]}"

    def number(self) -> int:
        self.made.append(str(2_077_000_000 + len(self.made)))
        return int(self.made[-1])

    def uuid(self) -> UUID:
        self.made.append(f"{0xCA0A0000 + len(self.made):08x}-0000-4000-8000-00000000ca0a")
        return UUID(self.made[-1])

    def id(self) -> Any:
        """What an application may have made an id of."""
        return {"uuid": self.uuid, "text": self.word}.get(ID, self.number)()

    def found(self, text: str) -> list[str]:
        return [canary for canary in self.made if canary in text.lower()]


@pytest.fixture
def aviary() -> Aviary:
    return Aviary()


def play(learner: Learner, aviary: Aviary | None) -> None:
    """The same sessions for everybody; with an aviary, canaries in all that is not a figure."""

    def word() -> str:
        return aviary.word() if aviary else "x"

    def details() -> dict:
        return {"note": aviary.word(), aviary.word(): {"score": aviary.number()}} if aviary else {}

    def name() -> UUID | None:
        return aviary.uuid() if aviary else None

    runs = [
        ("addition_facts", 10, 9), ("math_rush_addition", 24, 20), ("measurement", 10, 4),
        ("addition_facts", 10, 10), ("measurement", 10, 6), ("math_rush_addition", 24, 24),
    ]  # fmt: skip
    for day in range(12, 0, -1):
        module, questions, correct = runs[day % len(runs)]
        learner.run(
            module, questions, correct, 60 + day, at=learner.noon(day), id=name(), **details()
        )
    wrong = aviary.uuid() if aviary else uid(5)
    learner.run("algebra", 7, 7, 33, at=learner.noon(14), id=wrong, **details())
    learner.reverse(wrong, word())
    learner.grant(7, id=name(), reason=word())
    learner.spend(2, id=name(), reason=word())
    learner.set_mastery("measurement", True, word())
    learner.reset("fractions_puzzle", word())


def planted(value: Any, aviary: Aviary, path: tuple = ()) -> Any:
    """A copy of a document with unknown keys in every object, and canaries in its free texts."""
    if isinstance(value, dict):
        made = {key: planted(inner, aviary, (*path, key)) for key, inner in value.items()}
        # Of a map every key is a known one: a module's or a pair's name.
        if path[-1:] in (("modules",), ("learning_patterns_between_modules",)):
            return made
        return made | {
            aviary.word("own_"): aviary.word(), aviary.word(): aviary.number(),
            aviary.word(): {aviary.word(): [aviary.word(), aviary.number()]},
        }  # fmt: skip
    if path[-1:] in (("concepts",), ("by",), ("reason",)):
        return f"{aviary.word()}, {aviary.word()}"
    if path[-1:] in (
        ("types_complete",), ("strengths",), ("weaknesses",), ("suggested_activities",),
        ("areas_for_improvement",), ("preferred_learning_sequence",),
    ):  # fmt: skip
        return [aviary.word(), *value]
    if path[-1:] in (("fastest_category",), ("highest_score_category",), ("model",)):
        return aviary.word()
    return value


def plant(learner: Learner, aviary: Aviary) -> None:
    """Canaries in the document, by the hands of a DBA, and a block of no module we know."""
    document = planted(learner.document, aviary)
    document["modules"][aviary.word()] = {"progress": {aviary.word(): aviary.word()}}
    document["modules"][aviary.word()] = planted(document["modules"]["addition_facts"], aviary)
    learner.write_document(document)


@pytest.fixture
def learner(db, aviary) -> Learner:
    """With canaries everywhere; id, user name and grade are some as well."""
    for column, kind in COLUMNS.items():
        db.execute(
            sql.SQL("ALTER TABLE users ADD COLUMN {} {}").format(
                sql.Identifier(column), sql.SQL(kind)
            )
        )
    made = Learner(db)
    one = aviary.id()
    db.execute(
        "INSERT INTO users (id, username, grade, email, full_name, date_of_birth, notes, seen_at,"
        " phone, tags, photo, school_id, ratio) VALUES"
        " (%s, %s, %s, %s, %s, '1987-06-05', %s, '1987-06-05 04:03:02Z', %s, %s, %s, %s, %s)",
        [
            one, aviary.word(), aviary.word(), aviary.word() + "@example.org", aviary.word(),
            Jsonb({aviary.word(): aviary.word()}), aviary.number(), [aviary.word()],
            aviary.word().encode(), aviary.uuid(), aviary.number(),
        ],
    )  # fmt: skip
    made.id = one if isinstance(one, int) else str(one)
    aviary.made.append("1987-06-05")
    play(made, aviary)
    plant(made, aviary)
    return made


@pytest.fixture
def twin(db, learner) -> Learner:
    made = Learner(db)
    made.clock = learner.clock
    play(made, None)
    made.write_document(made.document | {"own": 1})
    return made


def requests(learner: Learner) -> dict[str, dict]:
    """What would be sent about a learner now, by scope."""
    found = learner.db.execute(
        "SELECT s.scope, hg__ai_request(s.scope, m.metrics, gen_random_uuid())"
        " FROM users AS u"
        " CROSS JOIN (SELECT unnest(%s::text[]) UNION ALL SELECT module FROM hg_modules)"
        " AS s (scope)"
        " CROSS JOIN LATERAL hg__ai_metrics(u.id, s.scope, u.hidden_grade_asset) AS m (metrics)"
        " WHERE u.id = %s AND m.metrics IS NOT NULL",
        [["global", "cross_module"], learner.id],
    )
    return dict(found.fetchall())


def check_silent(learner: Learner, aviary: Aviary, sent: Any) -> None:
    """Nothing of the learner but figures: no canary, no instant, no day, no id."""
    text = json.dumps(sent, ensure_ascii=False)
    assert aviary.found(text) == []
    assert re.search(r"\d{4}-\d\d-\d\d|\d\d:\d\d", text) is None
    assert str(learner.id) not in text


def test_the_canaries_are_there(learner, aviary):
    """Or nothing else here would prove anything."""
    row = learner.db.execute(
        "SELECT to_jsonb(u)::text FROM users AS u WHERE u.id = %s", [learner.id]
    ).fetchone()[0]
    document = json.dumps(learner.document)
    ledger = json.dumps(learner.entries())
    heard = set(aviary.found(row) + aviary.found(ledger))
    photo = [canary for canary in aviary.made if canary.encode().hex() in row]
    assert set(aviary.made) - heard == set(photo) and len(photo) == 1
    assert len(aviary.found(document)) > 200
    assert len(aviary.found(ledger)) > 50


def test_no_canary_is_in_any_request(learner, aviary):
    sent = requests(learner)
    assert set(sent) == set(SCOPES)
    check_silent(learner, aviary, sent)


def test_a_twin_without_canaries_gets_the_same_requests(learner, twin):
    sent, sent_about_twin = requests(learner), requests(twin)
    assert sent_about_twin.keys() == sent.keys()
    for scope in SCOPES:
        assert sent[scope].pop("user") != sent_about_twin[scope].pop("user")
        assert sent[scope] == sent_about_twin[scope]


def test_no_canary_is_in_what_a_worker_gets(learner, twin, aviary):
    set_setting(learner.db, "ai_enabled", True)
    for somebody in (learner, twin):
        for scope in SCOPES:
            with as_role(learner.db, "hg_app"):
                assert somebody.call("hg_request_ai_analytics", p_scope=scope) is not None
    with as_role(learner.db, "hg_ai_worker"):
        jobs = learner.db.execute("SELECT * FROM hg_claim_ai_jobs('w', 100)").fetchall()
    assert sorted(job[1] for job in jobs) == sorted(SCOPES * 2)
    check_silent(learner, aviary, [job[1:] for job in jobs])
    pseudonyms = {job[3]["user"] for job in jobs}
    assert len(pseudonyms) == len(jobs)
    everything = learner.db.execute(
        "SELECT string_agg(to_jsonb(l)::text, '') FROM hg_ledger AS l"
    ).fetchone()[0]
    assert not [name for name in pseudonyms if name in everything]
