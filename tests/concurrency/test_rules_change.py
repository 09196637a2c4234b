"""Sessions are recorded while the rules change: each by one version, whole."""

import threading
import uuid

from psycopg.types.json import Jsonb

from tests.record.support import Learner, change_module, set_setting

from .support import outcome, together


def test_every_session_is_of_one_version_while_the_catalog_changes(database):
    owner = database.connect()
    ids = [Learner(owner).id for _ in range(7)]
    stop = threading.Event()

    def change(connection):
        for n in range(1, 41):
            change_module(connection, "decimal_defender", tokens_per_unit=n)
            set_setting(connection, "late_window_days", n)
        stop.set()

    def record(connection, number):
        receipts = []
        while not stop.is_set() or len(receipts) < 20:
            receipts.append(
                connection.execute(
                    "SELECT hg_record_activity(%s, %s, 'decimal_defender', 5, 4)",
                    [ids[number], uuid.uuid4()],
                ).fetchone()[0]
            )
        return receipts

    def work(connection, number):
        if number == 7:
            return change(connection)
        return record(connection, number)

    parts = [receipts for receipts in together(database, work) if receipts]
    paid = owner.execute(
        "SELECT to_jsonb(l.user_id), count(*), bool_and(l.tokens_awarded = 4 * r.tokens_per_unit),"
        " count(DISTINCT l.rules_version), sum(l.tokens_awarded)"
        " FROM hg_ledger AS l JOIN hg_rules AS r"
        " ON r.rules_version = l.rules_version AND r.module = l.module"
        " WHERE l.kind = 'activity' GROUP BY l.user_id"
    ).fetchall()
    assert len(paid) == len(parts) == 7
    for learner_id, count, by_version, _, tokens in paid:
        receipts = parts[ids.index(learner_id)]
        assert by_version
        assert count == len(receipts)
        assert tokens == sum(receipt["tokens_awarded"] for receipt in receipts)
        stored, folded = owner.execute(
            "SELECT u.hidden_grade_asset, f.o_document FROM users AS u,"
            " hg__fold_ledger(u.id) AS f WHERE u.id = %s",
            [learner_id],
        ).fetchone()
        assert stored == folded
        assert stored["global_stats"]["tokens"] == tokens
    assert sum(versions for *_, versions, _ in paid) > 7, "no change came in between"


def test_versions_count_without_gaps_when_many_change_the_rules(database):
    owner = database.connect()
    before = owner.execute("SELECT i.rules_version FROM hg_installation AS i").fetchone()[0]

    def work(connection, number):
        results = []
        for n in range(10):
            if number % 2:
                results.append(outcome(set_setting, connection, "day_start_hour", n + 1))
            else:
                module = ("algebra", "measurement", "word_race", "decimal_defender")[number // 2]
                results.append(outcome(change_module, connection, module, good_percent=50 + n))
        return results

    failures = [r for part in together(database, work) for r in part if isinstance(r, str)]
    assert failures == []
    versions = [v for (v,) in owner.execute(
        "SELECT v.version FROM hg_rule_versions AS v ORDER BY v.version"
    )]  # fmt: skip
    assert versions == list(range(1, versions[-1] + 1))
    assert versions[-1] >= before + 40
    complete = owner.execute(
        "SELECT bool_and(n.modules = 14) FROM (SELECT count(*) FROM hg_rules AS r"
        " GROUP BY r.rules_version) AS n (modules)"
    ).fetchone()[0]
    assert complete


def test_a_module_taken_out_meanwhile_is_lg405_or_recorded(database):
    owner = database.connect()
    ids = [Learner(owner).id for _ in range(7)]

    def work(connection, number):
        if number == 7:
            change_module(connection, "word_race", active=False)
            return []
        return [
            outcome(
                lambda: connection.execute(
                    "SELECT hg_record_activity(%s, %s, 'word_race', 1, 1, p_details => %s)",
                    [ids[number], uuid.uuid4(), Jsonb({})],
                ).fetchone()[0]["replayed"]
            )
            for _ in range(50)
        ]

    for number, results in enumerate(together(database, work)[:7]):
        recorded = results.count(False)
        assert recorded + results.count("LG405") == 50
        assert results == [False] * recorded + ["LG405"] * (50 - recorded)
        found = owner.execute(
            "SELECT count(*) FROM hg_ledger AS l WHERE l.user_id = %s AND l.kind = 'activity'",
            [ids[number]],
        ).fetchone()[0]
        assert found == recorded
