"""The catalog as data: what a row may be, and the versions its changes make."""

from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.types.json import Jsonb

from tests.support.database import Database, new_learner, wait_for_lock

# Complete and plain; what a test gives comes on top.
NEW_MODULE = {
    "module": "geometry",
    "start_difficulty": 2,
    "mastery_rule": Jsonb({"score": {"percent": 90}}),
}
ACCURACY = {"accuracy": {"min_questions": 30, "percent": 80}}


def insert(db: psycopg.Connection, **columns: Any) -> None:
    row = {**NEW_MODULE, **columns}
    db.execute(
        sql.SQL("INSERT INTO hg_modules ({}) VALUES ({})").format(
            sql.SQL(", ").join(map(sql.Identifier, row)),
            sql.SQL(", ").join(sql.Placeholder() * len(row)),
        ),
        list(row.values()),
    )


def change(db: psycopg.Connection, module: str, **columns: Any) -> None:
    db.execute(
        sql.SQL("UPDATE hg_modules SET {} WHERE module = {}").format(
            sql.SQL(", ").join(
                sql.SQL("{} = {}").format(sql.Identifier(name), sql.Literal(value))
                for name, value in columns.items()
            ),
            sql.Literal(module),
        )
    )


def head(db: psycopg.Connection) -> int:
    return db.execute("SELECT i.rules_version FROM hg_installation AS i").fetchone()[0]


def last_change(db: psycopg.Connection) -> Any:
    return db.execute(
        "SELECT v.change FROM hg_rule_versions AS v ORDER BY v.version DESC LIMIT 1"
    ).fetchone()[0]


def assert_refused(caught: pytest.ExceptionInfo, column: str, path: str) -> None:
    error = caught.value.diag
    assert error.message_primary == f"hg_modules.{column} is out of its domain"
    assert error.message_detail.startswith(f"{path} is "), error.message_detail
    assert error.message_hint.startswith("The domain: ")


TOKENS = (
    "tokens_per_unit",
    "tokens_perfect_bonus",
    "tokens_when_good",
    "tokens_when_perfect",
    "test_first_tokens",
    "test_mastery_bonus",
)
RANGES = {
    "full_questions": (1, 1000),
    "min_questions": (1, 1000),
    "good_percent": (1, 100),
    "correct_per_unit": (1, 1000),
    **dict.fromkeys(TOKENS, (0, 1000000)),
    "up_after": (1, 100),
    "down_after": (1, 100),
    "start_difficulty": (1, 5),
    "difficulty_up_questions": (1, 1000),
    "difficulty_down_questions": (1, 1000),
    "difficulty_reset_questions": (1, 10000),
    "auto_skip_above_grade": (0, 12),
    "test_correct_per_token": (1, 1000),
}


@pytest.mark.parametrize("column", RANGES)
def test_numbers_have_ranges(db: psycopg.Connection, column: str) -> None:
    lowest, highest = RANGES[column]
    room = {"full_questions": 1000} if column == "min_questions" else {}
    for value in (lowest - 1, highest + 1):
        with pytest.raises(psycopg.errors.InvalidParameterValue) as caught, db.transaction():
            insert(db, **{**room, column: value})
        assert_refused(caught, column, column)
        assert caught.value.diag.message_detail == f"{column} is {value}."
    for value in (lowest, highest):
        with db.transaction(force_rollback=True):
            insert(db, **{**room, column: value})


GRADES = {"grade_start": 2, "grade_bottom": 1, "grade_top": 5}
BANDS = {
    "fast_seconds": 60,
    "slow_seconds": 90,
    "slow_tokens_per_unit": 1,
    "slow_perfect_bonus": 2,
}
LIST = {"fact_types": ["Halves", "Thirds"]}

GOOD_ROWS = [
    {},
    GRADES,
    {"grade_start": 0, "grade_bottom": 0, "grade_top": 12},
    BANDS,
    {"start_lesson": 0},
    {"module": "a"},
    {"module": "a" + "b" * 62},
    {"level_moves": "grade", "up_after": 1, "down_after": 100},
    {"level_moves": "grade", "up_after": 3, "down_after": 3, **GRADES, "test_kind": "grade"},
    {"level_moves": "progression", "up_after": 2, **LIST, "test_kind": "types"},
    {**LIST, "auto_skip_types": ["Thirds"], "auto_skip_above_grade": 5},
    {"fact_types": [f"{i:060}" for i in range(40)]},
    {"concepts": ""},
    {"concepts": "shapes"},
    {"concepts": "shapes, data analysis, angles"},
    {"aliases": ["geo", "geo_*", "Geo-2"]},
    {"mastery_policy": "live"},
    {"difficulty_up_percent": 100, "difficulty_down_percent": 99},
    {"difficulty_up_percent": 1, "difficulty_down_percent": 0},
]


@pytest.mark.parametrize("columns", GOOD_ROWS)
def test_good_rows(db: psycopg.Connection, columns: dict) -> None:
    before = head(db)
    insert(db, **columns)
    name = columns.get("module", "geometry")
    assert last_change(db) == {"modules": [name]}
    row = db.execute("SELECT m.version FROM hg_modules AS m WHERE m.module = %s", [name])
    assert row.fetchone()[0] == head(db) == before + 1
    document = db.execute(
        "SELECT u.hidden_grade_asset FROM users AS u WHERE u.id = %s", [new_learner(db)]
    ).fetchone()[0]
    assert document["modules"][name]["progress"]["concepts"] == columns.get("concepts", "")


BAD_ROWS = [
    ({"module": "Geometry"}, "module", "module"),
    ({"module": "geo>metry"}, "module", "module"),
    ({"module": "geo-metry"}, "module", "module"),
    ({"module": "1st"}, "module", "module"),
    ({"module": ""}, "module", "module"),
    ({"module": "a" * 64}, "module", "module"),
    ({"module": "geometry\n"}, "module", "module"),
    # They are scopes of analyses.
    ({"module": "global"}, "module", "module"),
    ({"module": "cross_module"}, "module", "module"),
    ({"full_questions": 5, "min_questions": 6}, "min_questions", "min_questions"),
    ({"level_moves": "up"}, "level_moves", "level_moves"),
    ({"test_kind": "exam"}, "test_kind", "test_kind"),
    ({"mastery_policy": "Latched"}, "mastery_policy", "mastery_policy"),
    ({"start_lesson": -1}, "start_lesson", "start_lesson"),
    ({"difficulty_up_percent": 101}, "difficulty_up_percent", "difficulty_up_percent"),
    ({"difficulty_down_percent": -1}, "difficulty_down_percent", "difficulty_down_percent"),
    ({"difficulty_down_percent": 80}, "difficulty_down_percent", "difficulty_down_percent"),
    # Bands: all or none, the fast one shorter.
    ({"fast_seconds": 60}, "fast_seconds", "fast_seconds"),
    ({**BANDS, "slow_perfect_bonus": None}, "fast_seconds", "fast_seconds"),
    ({**BANDS, "fast_seconds": None}, "fast_seconds", "fast_seconds"),
    ({**BANDS, "slow_seconds": 60}, "slow_seconds", "slow_seconds"),
    ({**BANDS, "fast_seconds": 0}, "fast_seconds", "fast_seconds"),
    ({**BANDS, "slow_seconds": 0}, "slow_seconds", "slow_seconds"),
    ({**BANDS, "slow_tokens_per_unit": -1}, "slow_tokens_per_unit", "slow_tokens_per_unit"),
    ({**BANDS, "slow_perfect_bonus": 1000001}, "slow_perfect_bonus", "slow_perfect_bonus"),
    # Grades: all or none, in order.
    ({"grade_start": 3}, "grade_start", "grade_start"),
    ({**GRADES, "grade_top": None}, "grade_start", "grade_start"),
    ({**GRADES, "grade_start": 0}, "grade_start", "grade_start"),
    ({**GRADES, "grade_start": 6}, "grade_start", "grade_start"),
    ({**GRADES, "grade_top": 13}, "grade_top", "grade_top"),
    ({**GRADES, "grade_bottom": -1}, "grade_bottom", "grade_bottom"),
    ({**GRADES, "grade_start": 13}, "grade_start", "grade_start"),
    # What a kind of level, test or rule needs.
    ({"level_moves": "grade", "down_after": 3}, "up_after", "up_after"),
    ({"level_moves": "grade", "up_after": 3}, "down_after", "down_after"),
    ({"level_moves": "progression", **LIST}, "up_after", "up_after"),
    ({"level_moves": "progression", "up_after": 2}, "fact_types", "fact_types"),
    ({"test_kind": "types"}, "fact_types", "fact_types"),
    ({"test_kind": "grade"}, "grade_top", "grade_top"),
    # Lists.
    ({"fact_types": ["Halves", "Halves"]}, "fact_types", "fact_types[2]"),
    ({"fact_types": [""]}, "fact_types", "fact_types[1]"),
    ({"fact_types": ["Halves", " Thirds"]}, "fact_types", "fact_types[2]"),
    ({"fact_types": ["Halves "]}, "fact_types", "fact_types[1]"),
    ({"fact_types": ["Hal\tves"]}, "fact_types", "fact_types[1]"),
    ({"fact_types": ["Halves", None]}, "fact_types", "fact_types[2]"),
    ({"fact_types": ["x" * 61]}, "fact_types", "fact_types[1]"),
    ({"fact_types": [str(i) for i in range(41)]}, "fact_types", "fact_types"),
    ({"fact_types": [["Halves"], ["Thirds"]]}, "fact_types", "fact_types"),
    ({**LIST, "auto_skip_types": ["Fifths"]}, "auto_skip_types", "auto_skip_types[1]"),
    ({"auto_skip_types": ["Halves"]}, "auto_skip_types", "auto_skip_types[1]"),
    ({**LIST, "auto_skip_types": ["Halves"] * 2}, "auto_skip_types", "auto_skip_types[2]"),
    ({"aliases": ["geo", "geo"]}, "aliases", "aliases[2]"),
    ({"aliases": ["*geo"]}, "aliases", "aliases[1]"),
    ({"aliases": ["ge o"]}, "aliases", "aliases[1]"),
    ({"aliases": ["*"]}, "aliases", "aliases[1]"),
    ({"aliases": ["x" * 101]}, "aliases", "aliases[1]"),
    ({"aliases": [str(i) for i in range(21)]}, "aliases", "aliases"),
    ({"aliases": ["geometry"]}, "aliases", "aliases of geometry"),
    ({"aliases": ["algebra"]}, "aliases", "aliases of geometry"),
    ({"aliases": ["word-race"]}, "aliases", "aliases of geometry"),
    ({"module": "measurement_mastery"}, "aliases", "aliases of measurement"),
    ({"concepts": "shapes,angles"}, "concepts", "concepts[1]"),
    ({"concepts": "shapes, "}, "concepts", "concepts[2]"),
    ({"concepts": " shapes"}, "concepts", "concepts[1]"),
    ({"concepts": "shapes,  angles"}, "concepts", "concepts[2]"),
    ({"concepts": "shapes, angles, shapes"}, "concepts", "concepts[3]"),
    ({"concepts": "x" * 41}, "concepts", "concepts[1]"),
    ({"concepts": ", ".join(map(str, range(11)))}, "concepts", "concepts"),
]


@pytest.mark.parametrize(("columns", "column", "path"), BAD_ROWS)
def test_bad_rows(db: psycopg.Connection, columns: dict, column: str, path: str) -> None:
    before = head(db)
    with pytest.raises(psycopg.errors.InvalidParameterValue) as caught, db.transaction():
        insert(db, **columns)
    assert_refused(caught, column, path)
    assert head(db) == before


def test_a_list_that_does_not_begin_at_one(db: psycopg.Connection) -> None:
    with pytest.raises(psycopg.errors.InvalidParameterValue) as caught, db.transaction():
        insert(db, fact_types="[0:1]={Halves,Thirds}")
    assert_refused(caught, "fact_types", "fact_types")


def test_what_must_be_given_is_the_tables_own_refusal(db: psycopg.Connection) -> None:
    for column in ("mastery_rule", "start_difficulty", "module", "concepts", "fact_types"):
        with pytest.raises(psycopg.errors.NotNullViolation) as caught, db.transaction():
            insert(db, **{column: None})
        assert caught.value.diag.column_name == column


def predicate(expr: Any) -> dict:
    return {"jsonpath": {"expr": expr}}


def nested(depth: int) -> dict:
    rule = ACCURACY
    for _ in range(depth - 1):
        rule = {"all": [rule]}
    return rule


GOOD_RULES = [
    ACCURACY,
    {"accuracy": {"min_questions": 1000000, "percent": 1}},
    {"top_level": {}},
    {"list_complete": {}},
    {"in_a_row": {"n": 1}},
    {"m_of_n": {"m": 10, "n": 10}},
    {"score": {"percent": 100}},
    {"all": [ACCURACY, {"any": [{"top_level": {}}, {"score": {"percent": 90}}]}]},
    {"any": [ACCURACY] * 16},
    nested(5),
    predicate("$.progress.best_score >= 90"),
    predicate("strict $.grade_level == $top && $.progress.attempt_good >= $up"),
    predicate('exists ($.progress.types_complete[*] ? (@ starts with "Mixed"))'),
    predicate("$.progress.total_questions_answered > $size * 10"),
    predicate('$.progress.concepts == "a \\"$foo\\" in it"'),
    predicate('!($.progress.recent_results like_regex "0")'),
    predicate('$.progress.last_played > "2026-01-01T00:00:00Z"'),
    predicate("$.no.such.key / 0 > 1"),
    predicate("$.progress.best_score > 1 " + " " * 972),
]


@pytest.mark.parametrize("rule", GOOD_RULES)
def test_good_rules(db: psycopg.Connection, rule: dict) -> None:
    """They are taken, and the fold can evaluate them on a new learner's block."""
    insert(
        db, mastery_rule=Jsonb(rule), up_after=3, **GRADES, fact_types=["Halves"], full_questions=5
    )
    row = db.execute(
        "SELECT hg__mastery_level(r, hg__start_block(r, NULL), NULL) FROM hg_rules AS r "
        "JOIN hg_installation AS i ON i.rules_version = r.rules_version "
        "WHERE r.module = 'geometry'"
    ).fetchone()
    assert row == (False,)


ACCURACY_PATH = "mastery_rule.accuracy"
EXPR_PATH = "mastery_rule.jsonpath.expr"
BAD_RULES = [
    (None, "mastery_rule"),
    ({}, "mastery_rule"),
    ([], "mastery_rule"),
    ("accuracy", "mastery_rule"),
    (80, "mastery_rule"),
    ({"perfect": {}}, "mastery_rule"),
    ({**ACCURACY, "top_level": {}}, "mastery_rule"),
    ({"accuracy": None}, ACCURACY_PATH),
    ({"accuracy": 80}, ACCURACY_PATH),
    ({"accuracy": []}, ACCURACY_PATH),
    ({"accuracy": {}}, ACCURACY_PATH),
    ({"accuracy": {"percent": 80}}, ACCURACY_PATH),
    ({"accuracy": {"min_questions": 1, "percent": 80, "n": 1}}, ACCURACY_PATH),
    ({"accuracy": {"min_questions": 0, "percent": 80}}, f"{ACCURACY_PATH}.min_questions"),
    ({"accuracy": {"min_questions": 1000001, "percent": 80}}, f"{ACCURACY_PATH}.min_questions"),
    ({"accuracy": {"min_questions": 30, "percent": 0}}, f"{ACCURACY_PATH}.percent"),
    ({"accuracy": {"min_questions": 30, "percent": 101}}, f"{ACCURACY_PATH}.percent"),
    ({"accuracy": {"min_questions": 30, "percent": 80.5}}, f"{ACCURACY_PATH}.percent"),
    ({"accuracy": {"min_questions": 30, "percent": "80"}}, f"{ACCURACY_PATH}.percent"),
    ({"accuracy": {"min_questions": 30, "percent": None}}, f"{ACCURACY_PATH}.percent"),
    ({"top_level": {"n": 1}}, "mastery_rule.top_level"),
    ({"top_level": True}, "mastery_rule.top_level"),
    ({"top_level": {}}, "mastery_rule.top_level"),
    ({"list_complete": {}}, "mastery_rule.list_complete"),
    ({"in_a_row": {"n": 0}}, "mastery_rule.in_a_row.n"),
    ({"in_a_row": {"m": 3}}, "mastery_rule.in_a_row"),
    ({"m_of_n": {"m": 3}}, "mastery_rule.m_of_n"),
    ({"m_of_n": {"m": 4, "n": 3}}, "mastery_rule.m_of_n.m"),
    ({"m_of_n": {"m": 0, "n": 3}}, "mastery_rule.m_of_n.m"),
    ({"m_of_n": {"m": 1, "n": 11}}, "mastery_rule.m_of_n.n"),
    ({"score": {"percent": -1}}, "mastery_rule.score.percent"),
    ({"all": []}, "mastery_rule.all"),
    ({"any": {}}, "mastery_rule.any"),
    ({"all": None}, "mastery_rule.all"),
    ({"any": [ACCURACY] * 17}, "mastery_rule.any"),
    ({"all": [ACCURACY, {"score": {"percent": 101}}]}, "mastery_rule.all[1].score.percent"),
    ({"any": [{"all": [ACCURACY, "x"]}]}, "mastery_rule.any[0].all[1]"),
    (nested(6), "mastery_rule.all[0].all[0].all[0].all[0].all[0]"),
    ({"all": [{"any": [predicate("$.a > 1" + " " * 990)] * 9}] * 2}, "mastery_rule"),
    (predicate(None), EXPR_PATH),
    (predicate(1), EXPR_PATH),
    (predicate(""), EXPR_PATH),
    (predicate("x" * 1001), EXPR_PATH),
    (predicate("$.a >"), EXPR_PATH),
    (predicate("$.a == 1) || ($.b == 1"), EXPR_PATH),
    (predicate("@.a == 1"), EXPR_PATH),
    (predicate("$.progress.best_score"), EXPR_PATH),
    (predicate("$.progress.mastery_level"), EXPR_PATH),
    (predicate("$.progress.best_time"), EXPR_PATH),
    (predicate("$.progress.best_score + 1"), EXPR_PATH),
    (predicate("$.progress ? (@.best_score > 1)"), EXPR_PATH),
    (predicate("$.progress.best_score > $limit"), EXPR_PATH),
    # Not evaluated on this block, but it could be on another.
    (predicate("$.grade_level == 5 && $.progress.best_score > $limit"), EXPR_PATH),
    (predicate('$.a == "$top" || $"Top" == 1'), EXPR_PATH),
    (predicate('$.progress.last_played.datetime("XX") > "2026".datetime()'), EXPR_PATH),
    (predicate('$.a like_regex "("'), EXPR_PATH),
    (predicate('$.a like_regex "a" flag "x"'), EXPR_PATH),
    (predicate('$.a like_regex "a" flag "z"'), EXPR_PATH),
    (predicate('$.a == "\\u0000"'), EXPR_PATH),
    (predicate('$.a == "\\ud800"'), EXPR_PATH),
    (predicate("$.a == 1e999999999"), EXPR_PATH),
    ({"jsonpath": {"expr": "$.a == 1", "vars": {}}}, "mastery_rule.jsonpath"),
]


@pytest.mark.parametrize(("rule", "path"), BAD_RULES)
def test_bad_rules(db: psycopg.Connection, rule: Any, path: str) -> None:
    with pytest.raises(psycopg.errors.InvalidParameterValue) as caught, db.transaction():
        insert(db, mastery_rule=Jsonb(rule))
    assert_refused(caught, "mastery_rule", path)


def test_a_refusal_quotes_no_more_than_it_must(db: psycopg.Connection) -> None:
    with pytest.raises(psycopg.errors.InvalidParameterValue) as caught, db.transaction():
        insert(db, mastery_rule=Jsonb({"x" * 5000: {}}))
    assert len(caught.value.diag.message_detail) < 300


def test_a_change_makes_one_version_for_a_statement(db: psycopg.Connection) -> None:
    before = head(db)
    db.execute("UPDATE hg_modules SET tokens_per_unit = 2 WHERE module LIKE '%_facts'")
    assert head(db) == before + 1
    facts = ["addition_facts", "division_facts", "multiplication_facts", "subtraction_facts"]
    assert last_change(db) == {"modules": facts}
    rows = db.execute(
        "SELECT m.module FROM hg_modules AS m WHERE m.version = %s ORDER BY 1", [head(db)]
    ).fetchall()
    assert [row[0] for row in rows] == facts


def test_both_tables_in_one_statement_are_one_version(db: psycopg.Connection) -> None:
    before = head(db)
    db.execute(
        "WITH m AS (UPDATE hg_modules SET good_percent = 70 WHERE module = 'algebra') "
        "UPDATE hg_settings SET value = '50' WHERE name = 'daily_token_cap'"
    )
    assert head(db) == before + 1
    assert last_change(db) == {"modules": ["algebra"], "settings": {"daily_token_cap": 50}}


def test_what_does_not_change_makes_no_version(db: psycopg.Connection) -> None:
    before = head(db)
    db.execute("UPDATE hg_modules SET active = active, version = 99")
    db.execute("UPDATE hg_settings SET value = value, version = 99")
    db.execute("UPDATE hg_modules SET active = false WHERE module = 'nobody'")
    db.execute(
        "INSERT INTO hg_modules (module, start_difficulty, mastery_rule) "
        "VALUES ('algebra', 1, '{\"score\": {\"percent\": 1}}') ON CONFLICT DO NOTHING"
    )
    assert head(db) == before
    stamps = db.execute(
        "SELECT max(m.version), (SELECT max(s.version) FROM hg_settings AS s) FROM hg_modules AS m"
    ).fetchone()
    assert stamps == (1, 1)


def test_an_upsert_counts_once(db: psycopg.Connection) -> None:
    before = head(db)
    db.execute(
        "INSERT INTO hg_modules AS m (module, start_difficulty, mastery_rule) "
        "VALUES ('algebra', 4, '{\"score\": {\"percent\": 1}}') "
        "ON CONFLICT (module) DO UPDATE SET start_difficulty = EXCLUDED.start_difficulty"
    )
    assert head(db) == before + 1
    assert last_change(db) == {"modules": ["algebra"]}


def test_a_version_holds_every_module_whole(db: psycopg.Connection) -> None:
    change(db, "algebra", active=False)
    change(db, "measurement", aliases=["old"], start_lesson=7)
    rows = db.execute(
        "SELECT to_jsonb(m), to_jsonb(r), v.modules FROM hg_modules AS m "
        "CROSS JOIN hg_installation AS i "
        "JOIN hg_rule_versions AS v ON v.version = i.rules_version "
        "JOIN hg_rules AS r ON r.rules_version = i.rules_version AND r.module = m.module"
    ).fetchall()
    assert len(rows) == 14
    for row, rules, active in rows:
        assert {key: rules[key] for key in row} == row
        assert rules["modules"] == active
        assert active == sorted(set(active)) and "algebra" not in active
        assert len(active) == 13


def test_an_earlier_version_stays_as_it_was(db: psycopg.Connection) -> None:
    version = head(db)

    def rules() -> list:
        return db.execute(
            "SELECT to_jsonb(r) FROM hg_rules AS r WHERE r.rules_version = %s ORDER BY r.module",
            [version],
        ).fetchall()

    before = rules()
    change(db, "algebra", good_percent=50)
    insert(db)
    db.execute("SELECT hg_set_setting('daily_token_cap', '1')")
    assert rules() == before


def test_aliases_may_be_swapped_in_one_statement(db: psycopg.Connection) -> None:
    db.execute(
        "UPDATE hg_modules AS m SET aliases = o.aliases FROM hg_modules AS o "
        "WHERE (m.module, o.module) IN "
        "(('word_race', 'decimal_defender'), ('decimal_defender', 'word_race'))"
    )
    row = db.execute("SELECT m.aliases FROM hg_modules AS m WHERE m.module = 'word_race'")
    assert row.fetchone()[0] == ["decimal-defender", "decimal_defender_*"]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM hg_modules WHERE module = 'algebra'",
        "TRUNCATE hg_modules",
        "UPDATE hg_modules SET module = 'algebra_2' WHERE module = 'algebra'",
    ],
)
def test_modules_are_neither_removed_nor_renamed(db: psycopg.Connection, statement: str) -> None:
    with pytest.raises(psycopg.errors.RestrictViolation) as caught, db.transaction():
        db.execute(statement)
    assert caught.value.diag.message_detail
    assert "active = false" in caught.value.diag.message_hint


@pytest.mark.parametrize(
    "statement",
    ["UPDATE hg_ledger SET tokens = 0", "TRUNCATE hg_ledger", "TRUNCATE hg_ledger, users"],
)
def test_the_ledger_is_append_only(db: psycopg.Connection, statement: str) -> None:
    new_learner(db)
    with pytest.raises(psycopg.errors.RestrictViolation) as caught, db.transaction():
        db.execute(statement)
    assert caught.value.diag.message_primary == "the ledger is append-only"
    assert caught.value.diag.message_detail
    assert caught.value.diag.message_hint


def test_only_the_owner_deletes_from_the_ledger(db: psycopg.Connection) -> None:
    learner = new_learner(db)
    for role in ("hg_app", "hg_reader", "hg_ai_worker"):
        with db.transaction(force_rollback=True):
            db.execute(f"SET LOCAL ROLE {role}")
            with pytest.raises(psycopg.errors.InsufficientPrivilege), db.transaction():
                db.execute("DELETE FROM hg_ledger WHERE user_id = %s", [learner])
    gone = db.execute("DELETE FROM hg_ledger WHERE user_id = %s", [learner])
    assert gone.rowcount == 1


CHANGES = [
    "UPDATE hg_modules SET good_percent = good_percent - 1 WHERE module = 'algebra'",
    "UPDATE hg_modules SET good_percent = good_percent - 1 WHERE module = 'word_race'",
    "SELECT hg_set_setting('daily_token_cap', '7')",
    "SELECT hg_set_pause('2999-01-01', '2999-01-02')",
]


@pytest.mark.slow
@pytest.mark.parametrize("first", CHANGES)
@pytest.mark.parametrize("second", CHANGES)
def test_changes_at_once_follow_one_another(database: Database, first: str, second: str) -> None:
    """The second waits for the first, whatever each is; no version is lost, none is skipped."""
    here, there, watch = (database.connect() for _ in range(3))
    before = head(watch)
    here.execute("BEGIN")
    here.execute(first)
    there.pgconn.send_query(second.encode())
    wait_for_lock(watch, there.info.backend_pid)
    # Whoever waits holds no row the first could want: no deadlock.
    here.execute("UPDATE hg_modules SET tokens_when_good = 1 WHERE module = 'word_race'")
    here.execute("UPDATE hg_modules SET tokens_when_good = 1 WHERE module = 'algebra'")
    here.execute("COMMIT")
    while (result := there.pgconn.get_result()) is not None:
        assert result.error_message == b""
    # The same setting twice is no change.
    made = 3 if first == second == CHANGES[2] else 4
    versions = watch.execute(
        "SELECT v.version FROM hg_rule_versions AS v WHERE v.version > %s ORDER BY 1", [before]
    ).fetchall()
    assert [row[0] for row in versions] == list(range(before + 1, before + made + 1))
    assert head(watch) == before + made
    stale = watch.execute(
        "SELECT count(*) FROM hg_modules AS m JOIN hg_rules AS r ON r.module = m.module "
        "WHERE r.rules_version = %s AND (r.good_percent, r.tokens_when_good, r.version) "
        "IS DISTINCT FROM (m.good_percent, m.tokens_when_good, m.version)",
        [before + made],
    ).fetchone()
    assert stale == (0,)


def test_a_change_that_fails_leaves_no_version(db: psycopg.Connection) -> None:
    before = head(db)
    # The second row of the statement is bad, once the first has been stamped.
    with pytest.raises(psycopg.errors.InvalidParameterValue), db.transaction():
        db.execute(
            "UPDATE hg_modules SET good_percent = CASE module WHEN 'algebra' THEN 70 ELSE 0 END "
            "WHERE module IN ('algebra', 'word_race')"
        )
    assert head(db) == before
    change(db, "algebra", good_percent=60)
    assert head(db) == before + 1


def test_learners_are_not_held_up_by_a_change_of_the_rules(database: Database) -> None:
    here, there = database.connect(), database.connect(options="-c lock_timeout=2s")
    learner = new_learner(here)
    here.execute("BEGIN")
    here.execute("UPDATE hg_modules SET tokens_per_unit = 9 WHERE module = 'algebra'")
    receipt = there.execute(
        "SELECT hg_record_activity(%s, gen_random_uuid(), 'algebra', 5, 5)", [learner]
    ).fetchone()[0]
    assert receipt["tokens_awarded"] == 8
    here.execute("COMMIT")
    receipt = there.execute(
        "SELECT hg_record_activity(%s, gen_random_uuid(), 'algebra', 5, 5)", [learner]
    ).fetchone()[0]
    assert receipt["tokens_awarded"] == 8 + 45
