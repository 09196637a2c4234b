"""Every error of the API: its SQLSTATE, its words, the order in which it is looked for, and that
nothing at all has changed after it."""

import json
from datetime import date, timedelta

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.record.support import call, uid
from tests.support.users import NOBODY

from .support import check_words, dump, refused

# A good call of each function; a case changes some of its arguments.
ACTIVITY = {
    "p_activity_id": uid(9), "p_module": "addition_facts", "p_questions": 6, "p_correct": 5,
    "p_seconds": 30, "p_run_type": "token_run", "p_occurred_at": None, "p_details": {},
}  # fmt: skip
GOOD = {
    "hg_record_activity": ACTIVITY,
    "hg_spend_tokens": {"p_spend_id": uid(9), "p_amount": 2, "p_reason": "a hat"},
    "hg_grant_tokens": {"p_grant_id": uid(9), "p_amount": 1, "p_reason": "a gift"},
    "hg_set_preferred_difficulty": {"p_module": "algebra", "p_difficulty": 3},
    "hg_set_time_zone": {"p_time_zone": "Europe/Berlin"},
    "hg_set_mastery": {"p_module": "algebra", "p_mastery": True, "p_reason": "seen"},
    "hg_reset_module": {"p_module": "algebra", "p_reason": "again"},
    "hg_reverse_activity": {"p_activity_id": uid(1), "p_reason": "a mistake"},
    "hg_rebuild": {},
    "hg_document": {},
    "hg_as_of": {"p_at": "2999-01-01 00:00:00+00"},
    "hg_module": {"p_module": "algebra"},
    "hg_streak": {},
    "hg_explain": {"p_module": "algebra"},
    "hg_cross_module": {},
    "hg_export_learner": {},
    "hg_erase_learner": {"p_reason": "asked for"},
    "hg_fill_analytics_by_rules": {"p_scope": "algebra"},
}
# An export answers in every state.
REFUSED_WHILE_PENDING = [name for name in GOOD if name != "hg_export_learner"]
WITH_MODULE = [name for name, arguments in GOOD.items() if "p_module" in arguments]
MESSAGES = {
    "LG404": "unknown learner", "LG405": "unknown or inactive module",
    "LG409": "id reused with other content", "LG402": "not enough tokens",
}  # fmt: skip


def refuse(learner, function, sqlstate, **changes):
    """A call that must fail, the whole database untouched; the diagnostic."""
    arguments = {"p_user_id": learner.id, **GOOD.get(function, {}), **changes}
    before = dump(learner.db)
    diagnostic = refused(learner.db, lambda: call(learner.db, function, **arguments))
    assert diagnostic.sqlstate == sqlstate, diagnostic.message_primary
    check_words(diagnostic)
    if sqlstate in MESSAGES:
        assert diagnostic.message_primary == MESSAGES[sqlstate]
    assert dump(learner.db) == before
    return diagnostic


@pytest.mark.parametrize("function", GOOD)
def test_the_good_calls_are_good(stored, function):
    assert call(stored.db, function, p_user_id=stored.id, **GOOD[function]) is not None


# ---------------------------------------------------------------- 22023

BAD_ARGUMENTS = [
    ("hg_record_activity", "p_activity_id", [None]),
    ("hg_record_activity", "p_module", [None]),
    ("hg_record_activity", "p_questions", [None, 0, -1, 1001, 2147483647, -2147483648]),
    ("hg_record_activity", "p_correct", [None, -1, 7, 1000, 2147483647]),
    ("hg_record_activity", "p_seconds", [-1, 86401, 2147483647]),
    ("hg_record_activity", "p_run_type", [None, "", "Test", "TEST", "quiz", "token_run "]),
    ("hg_record_activity", "p_occurred_at", ["infinity", "-infinity"]),
    ("hg_record_activity", "p_details",
     [None, Jsonb(None), Jsonb([]), Jsonb("x"), Jsonb(1), Jsonb(True), {"note": "x" * 4097},
      {"note": "é" * 2100}]),
    ("hg_spend_tokens", "p_spend_id", [None]),
    ("hg_spend_tokens", "p_amount", [None, 0, -1, 1_000_001, 2147483647, -2147483648]),
    ("hg_spend_tokens", "p_reason", [None]),
    ("hg_grant_tokens", "p_grant_id", [None]),
    ("hg_grant_tokens", "p_amount", [None, 0, -1, -2147483648]),
    ("hg_grant_tokens", "p_reason", [None]),
    ("hg_set_preferred_difficulty", "p_module", [None]),
    ("hg_set_preferred_difficulty", "p_difficulty", [None, 0, 6, -1, 2147483647]),
    ("hg_set_time_zone", "p_time_zone",
     [None, "", "EST", "FOO5", "UTC+8", "utc", "posix/Europe/Berlin", "right/UTC", "Etc/UTC",
      "Europe/Nowhere", "europe/berlin", "GMT"]),
    ("hg_set_mastery", "p_module", [None]),
    ("hg_set_mastery", "p_reason", [None]),
    ("hg_reset_module", "p_module", [None]),
    ("hg_reset_module", "p_reason", [None]),
    ("hg_reverse_activity", "p_activity_id", [None]),
    ("hg_reverse_activity", "p_reason", [None, "", " ", "x" * 501]),
    ("hg_as_of", "p_at", [None]),
    ("hg_erase_learner", "p_reason", [None, "", " ", "x" * 501]),
    ("hg_document", "p_at", [None, "2001-01-01 00:00:00+00"]),
    ("hg_streak", "p_at", [None, "2001-01-01 00:00:00+00"]),
    ("hg_module", "p_module", [None]),
    ("hg_explain", "p_module", [None]),
]  # fmt: skip
CASES = [(function, name, value) for function, name, values in BAD_ARGUMENTS for value in values]


@pytest.mark.parametrize(("function", "name", "value"), CASES)
def test_null_or_out_of_domain_is_22023_and_names_the_argument(stored, function, name, value):
    diagnostic = refuse(stored, function, "22023", **{name: value})
    assert name in diagnostic.message_primary
    assert name in diagnostic.message_detail


@pytest.mark.parametrize("function", GOOD)
def test_a_null_learner_is_22023(stored, function):
    diagnostic = refuse(stored, function, "22023", p_user_id=None)
    assert diagnostic.message_primary == "invalid argument p_user_id"


RUSH = {"p_module": "math_rush_addition", "p_questions": 24, "p_correct": 24}
BAD_DETAILS = [
    (RUSH, "token_run", {"time_limit": value})
    for value in (75, 0, -60, 60.5, "60 s", "x", None, True, [], {}, [60], 1e300)
] + [
    (RUSH, "token_run", {"fact_type": value})
    for value in ("", "adding 2", "Adding 2 ", "Divide by 2", 1, None, ["Adding 2"], {}, True)
] + [
    (RUSH, "test", {key: value})
    for key in ("types_correct", "types_wrong")
    for value in ("Adding 2", 1, {}, True, ["Divide by 2"], [None], [1], [["Adding 2"]], [{}],
                  ["Adding 2", "x"])
] + [
    ({"p_module": "division_facts"}, "test", details)
    for details in ({}, {"grade_level": None}, {"grade_level": 7}, {"grade_level": -1},
                    {"grade_level": 1.5}, {"grade_level": "x"}, {"grade_level": True},
                    {"grade_level": []}, {"grade_level": {}}, {"grade_level": [3]},
                    {"grade_level": 1e300}, {"types_correct": []})
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "run_type", "details"), BAD_DETAILS, ids=str)
def test_details_that_a_rule_reads_and_refuses_are_22023(stored, arguments, run_type, details):
    diagnostic = refuse(
        stored, "hg_record_activity", "22023",
        **arguments, p_run_type=run_type, p_details=details,
    )  # fmt: skip
    assert diagnostic.message_primary == "invalid argument p_details"


@pytest.mark.parametrize("details", [b'{"grade_level": 2e3000}', b'{"grade_level": 2e-3000}'])
def test_numbers_beyond_all_types_are_22023_too(stored, details):
    before = dump(stored.db)
    diagnostic = refused(
        stored.db,
        lambda: stored.db.execute(
            "SELECT hg_record_activity(%s, %s, 'division_facts', 6, 5, NULL, 'test', NULL,"
            " %s::jsonb)",
            [stored.id, uid(9), details.decode()],
        ),
    )
    assert diagnostic.sqlstate == "22023"
    assert dump(stored.db) == before


TODAY = date.today()
BAD_PAUSES = [
    {"p_from": None, "p_to": TODAY + timedelta(days=40)},
    {"p_from": TODAY + timedelta(days=40), "p_to": None},
    {"p_from": TODAY + timedelta(days=40), "p_to": TODAY + timedelta(days=39)},
    {"p_from": TODAY - timedelta(days=3), "p_to": TODAY + timedelta(days=40)},
    {"p_from": "-infinity", "p_to": TODAY + timedelta(days=40)},
    {"p_from": TODAY + timedelta(days=40), "p_to": "infinity"},
    {"p_from": "infinity", "p_to": "infinity"},
]


@pytest.mark.parametrize("days", BAD_PAUSES, ids=str)
@pytest.mark.parametrize("for_all", [True, False])
def test_bad_pauses_are_22023(stored, days, for_all):
    learner = {"p_user_id": None} if for_all else {}
    refuse(stored, "hg_set_pause", "22023", **days, **learner)


BAD_SETTINGS = {
    "default_time_zone": [None, "EST", "utc", "default", "", 1, [], "Etc/UTC", "posix/UTC"],
    "day_start_hour": [None, -1, 13, 1.5, "3", [], {}, True],
    "daily_token_cap": [-1, "x", [], {}, 1.5, True, 99999999999],
    "late_window_days": [None, -1, 366, "x", 1.5, []],
    "streak_weekdays": [None, [], [0], [8], [None], ["x"], {}, 1, [1.5], "1"],
    "streak_freeze_initial": [None, -1, 1, "x", [], 99999999999],
    "streak_freeze_every_days": [None, -1, "x", 1.5, [], 99999999999],
    "streak_freeze_max": [None, -1, "x", 1.5, {}, 99999999999],
    "ai_enabled": [None, 1, [], "x", "true"],
    "ai_model": [None, 1, [], "", "x" * 101],
    "ai_temperature": [-1, 2.5, "1", [], True],
    "ai_instructions": [1, [], "", "x" * 4001],
    "ai_max_completion_tokens": [None, 0, 199, 16001, "x"],
    "ai_daily_calls": [-1, 1.5, "x", 99999999999],
    "cohort_min_learners": [None, 1, 4, 1001],
    "leaderboard_exclude_column": [1, True, [], "", "grade", "no_such_column"],
    "no_such_setting": [1],
    "": [1],
    "DAY_START_HOUR": [1],
}
SETTING_CASES = [(name, value) for name, values in BAD_SETTINGS.items() for value in values]


@pytest.mark.parametrize(("name", "value"), SETTING_CASES)
def test_a_setting_out_of_its_domain_or_unknown_is_22023(db, name, value):
    before = dump(db)
    diagnostic = refused(db, lambda: call(db, "hg_set_setting", p_name=name, p_value=Jsonb(value)))
    assert diagnostic.sqlstate == "22023"
    check_words(diagnostic)
    assert dump(db) == before


@pytest.mark.parametrize(
    ("name", "value"), [(None, Jsonb(1)), ("day_start_hour", None), (None, None)]
)
def test_null_for_a_settings_name_or_value_is_22023(db, name, value):
    before = dump(db)
    diagnostic = refused(db, lambda: call(db, "hg_set_setting", p_name=name, p_value=value))
    assert diagnostic.sqlstate == "22023"
    check_words(diagnostic)
    assert dump(db) == before


def test_freeze_max_below_freeze_initial_is_22023(db):
    call(db, "hg_set_setting", p_name="streak_freeze_max", p_value=Jsonb(3))
    call(db, "hg_set_setting", p_name="streak_freeze_initial", p_value=Jsonb(2))
    before = dump(db)
    diagnostic = refused(
        db, lambda: call(db, "hg_set_setting", p_name="streak_freeze_max", p_value=Jsonb(1))
    )
    assert diagnostic.sqlstate == "22023"
    assert dump(db) == before


# ---------------------------------------------------------------- LG404, LG405, LG409, LG402


@pytest.mark.parametrize("function", GOOD)
def test_an_unknown_learner_is_lg404(stored, function):
    diagnostic = refuse(stored, function, "LG404", p_user_id=NOBODY)
    assert str(NOBODY) in diagnostic.message_detail


def test_a_pause_of_an_unknown_learner_is_lg404(stored):
    days = {"p_from": TODAY + timedelta(days=40), "p_to": TODAY + timedelta(days=41)}
    refuse(stored, "hg_set_pause", "LG404", p_user_id=NOBODY, **days)


@pytest.mark.parametrize("function", WITH_MODULE)
@pytest.mark.parametrize(
    "module", ["no_such_module", "", "math_facts_addition", "Algebra", "algebra ", "math-rush",
               "decimal_defender_rounding", "measurement_mastery", "x" * 300]
)  # fmt: skip
def test_an_unknown_module_or_an_alias_is_lg405(stored, function, module):
    refuse(stored, function, "LG405", p_module=module)


@pytest.mark.parametrize(
    "function", [name for name in WITH_MODULE if name not in ("hg_module", "hg_explain")]
)
def test_an_inactive_module_is_lg405(stored, function):
    refuse(stored, function, "LG405", p_module="word_race")


@pytest.mark.parametrize(
    ("function", "argument", "taken"),
    [
        ("hg_record_activity", "p_activity_id", [1, 2, 3]),
        ("hg_spend_tokens", "p_spend_id", [1, 2, 3]),
        ("hg_grant_tokens", "p_grant_id", [1, 2, 3]),
    ],
)
def test_an_id_in_use_for_other_content_is_lg409(stored, function, argument, taken):
    for number in taken:
        diagnostic = refuse(stored, function, "LG409", **{argument: uid(number)})
        assert str(uid(number)) in diagnostic.message_detail


@pytest.mark.parametrize("amount", [20, 1_000_000])
def test_too_little_is_lg402(stored, amount):
    diagnostic = refuse(stored, "hg_spend_tokens", "LG402", p_amount=amount)
    assert str(amount) in diagnostic.message_detail


# ---------------------------------------------------------------- the order

# Each fault with its place in the order 22023, LG404, LG409, LG405 (and the balance after them).
FAULTS = {
    "hg_record_activity": [
        ("22023", {"p_questions": 0}), ("22023", {"p_details": None}),
        ("LG404", {"p_user_id": NOBODY}), ("LG409", {"p_activity_id": uid(1)}),
        ("LG405", {"p_module": "word_race"}),
    ],
    "hg_spend_tokens": [
        ("22023", {"p_reason": None}), ("LG404", {"p_user_id": NOBODY}),
        ("LG409", {"p_spend_id": uid(1)}), ("LG402", {"p_amount": 999999}),
    ],
    "hg_grant_tokens": [
        ("22023", {"p_reason": None}), ("LG404", {"p_user_id": NOBODY}),
        ("LG409", {"p_grant_id": uid(1)}),
    ],
    "hg_set_preferred_difficulty": [
        ("22023", {"p_difficulty": 9}), ("LG404", {"p_user_id": NOBODY}),
        ("LG405", {"p_module": "word_race"}),
    ],
    "hg_set_time_zone": [("22023", {"p_time_zone": "EST"}), ("LG404", {"p_user_id": NOBODY})],
    "hg_set_mastery": [
        ("22023", {"p_reason": None}), ("LG404", {"p_user_id": NOBODY}),
        ("LG405", {"p_module": "no_such_module"}),
    ],
    "hg_reset_module": [
        ("22023", {"p_reason": None}), ("LG404", {"p_user_id": NOBODY}),
        ("LG405", {"p_module": "no_such_module"}),
    ],
    "hg_reverse_activity": [
        ("22023", {"p_reason": None}), ("22023", {"p_activity_id": None}),
        ("LG404", {"p_user_id": NOBODY}),
    ],
    "hg_as_of": [("22023", {"p_at": None}), ("LG404", {"p_user_id": NOBODY})],
    "hg_document": [("22023", {"p_at": None}), ("LG404", {"p_user_id": NOBODY})],
    "hg_streak": [("22023", {"p_at": None}), ("LG404", {"p_user_id": NOBODY})],
    "hg_module": [("LG404", {"p_user_id": NOBODY}), ("LG405", {"p_module": "no_such_module"})],
    "hg_explain": [("LG404", {"p_user_id": NOBODY}), ("LG405", {"p_module": "no_such_module"})],
}  # fmt: skip
ORDER = ["22023", "LG404", "LG409", "LG405", "LG402"]
COMBINATIONS = [
    (function, [faults[n] for n in range(len(faults)) if mask >> n & 1])
    for function, faults in FAULTS.items()
    for mask in range(1, 2 ** len(faults))
]


@pytest.mark.parametrize(("function", "faults"), COMBINATIONS)
def test_the_order_is_22023_lg404_lg409_lg405(stored, function, faults):
    arguments = {}
    for _, changes in faults:
        arguments |= changes
    refuse(stored, function, min((state for state, _ in faults), key=ORDER.index), **arguments)


def test_an_unknown_learner_comes_before_an_unknown_module_with_details(stored):
    refuse(
        stored, "hg_record_activity", "LG404", p_user_id=NOBODY, p_module="no_such_module",
        p_details={"fact_type": "no such type"},
    )  # fmt: skip


def test_bad_details_come_before_an_unknown_learner(stored):
    refuse(
        stored, "hg_record_activity", "22023", p_user_id=NOBODY, **RUSH,
        p_details={"fact_type": "no such type"},
    )  # fmt: skip


def test_bad_details_come_before_an_id_in_use(stored):
    refuse(
        stored, "hg_record_activity", "22023", p_activity_id=uid(1), **RUSH,
        p_details={"time_limit": 75},
    )  # fmt: skip


# ---------------------------------------------------------------- LG422

BROKEN = [
    ("{}", "version"), ("[]", None), ("5", None), ('"x"', None), ("null", None),
    ('{"version": 1}', "global_stats"),
]  # fmt: skip


@pytest.mark.parametrize(("document", "path"), BROKEN)
def test_a_malformed_direct_write_is_lg422_and_names_the_path(stored, document, path):
    before = dump(stored.db)
    diagnostic = refused(
        stored.db,
        lambda: stored.db.execute(
            "UPDATE users SET hidden_grade_asset = %s::jsonb WHERE id = %s", [document, stored.id]
        ),
    )
    assert diagnostic.sqlstate == "LG422"
    assert diagnostic.message_primary == "malformed document"
    check_words(diagnostic)
    assert path is None or path in diagnostic.message_detail
    assert dump(stored.db) == before


@pytest.mark.parametrize("document", [text for text, _ in BROKEN])
def test_a_malformed_document_in_the_insert_is_lg422(stored, document):
    before = dump(stored.db)
    diagnostic = refused(
        stored.db,
        lambda: stored.db.execute(
            "INSERT INTO users (hidden_grade_asset) VALUES (%s::jsonb)", [document]
        ),
    )
    assert diagnostic.sqlstate == "LG422"
    check_words(diagnostic)
    assert dump(stored.db) == before


BALANCES = ["{global_stats}", "{global_stats,total_tokens_earned}"]
BLOCKS = ["{modules}", "{modules,addition_facts}", "{modules,addition_facts,progress}"]
CROSS = ["{cross_module_analytics}"]
# The paths that a writer reads or writes.
TOUCHED = {
    "hg_record_activity": BALANCES + BLOCKS + CROSS,
    "hg_spend_tokens": BALANCES,
    "hg_grant_tokens": BALANCES,
    "hg_set_time_zone": BALANCES[:1],
    "hg_set_preferred_difficulty": BALANCES[:1] + BLOCKS,
    "hg_set_mastery": BALANCES[:1] + BLOCKS,
    "hg_reset_module": BALANCES[:1] + BLOCKS,
    "hg_reverse_activity": BALANCES + BLOCKS + CROSS,
}
DAMAGES = ['"x"', "[]", "null", "7"]


def damage(stored, path, value):
    """Behind the triggers, as by a restore of half a dump."""
    stored.db.execute("ALTER TABLE users DISABLE TRIGGER USER")
    stored.db.execute(
        "UPDATE users SET hidden_grade_asset = jsonb_set(hidden_grade_asset, %s, %s::jsonb)"
        " WHERE id = %s",
        [path, value, stored.id],
    )


@pytest.mark.parametrize("value", DAMAGES)
@pytest.mark.parametrize(
    ("function", "path"), [(function, path) for function in TOUCHED for path in TOUCHED[function]]
)
def test_a_writer_refuses_a_document_that_is_damaged_where_it_writes(stored, function, path, value):
    if path == "{global_stats,total_tokens_earned}" and value == "7":
        value = "-7"
    damage(stored, path, value)
    changes = {"p_module": "addition_facts"} if function in WITH_MODULE else {}
    refuse(stored, function, "LG422", **changes)


def outcome(db, function, **arguments):
    """The SQLSTATE that a call fails with, None where it does not."""
    try:
        with db.transaction():
            call(db, function, **arguments)
    except psycopg.Error as error:
        return error.sqlstate
    return None


@pytest.mark.parametrize("value", DAMAGES)
@pytest.mark.parametrize(
    ("function", "path"),
    [(function, path) for function in TOUCHED for path in BALANCES + BLOCKS + CROSS
     if path not in TOUCHED[function]],
)  # fmt: skip
def test_no_writer_makes_a_damage_elsewhere_worse(stored, function, path, value):
    damage(stored, path, value)
    db = stored.db
    changes = {"p_module": "addition_facts"} if function in WITH_MODULE else {}
    arguments = {"p_user_id": stored.id, **GOOD[function], **changes}
    assert outcome(db, function, **arguments) in (None, "LG422")
    found = db.execute(
        "SELECT u.hidden_grade_asset #> %s FROM users AS u WHERE u.id = %s", [path, stored.id]
    ).fetchone()[0]
    assert found == json.loads(value)


# ---------------------------------------------------------------- 55000


@pytest.mark.parametrize("state", ["pending", "importing", "imported"])
@pytest.mark.parametrize("function", [*REFUSED_WHILE_PENDING, "hg_set_pause"])
def test_while_a_legacy_import_is_pending_everything_is_55000(stored, state, function):
    stored.db.execute("UPDATE hg_installation SET state = %s", [state])
    changes = {}
    if function == "hg_set_pause":
        changes = {"p_from": TODAY + timedelta(days=40), "p_to": TODAY + timedelta(days=41)}
    diagnostic = refuse(stored, function, "55000", **changes)
    assert diagnostic.message_primary == "a legacy import is pending"


def test_before_the_installation_has_finished_everything_is_55000(stored):
    stored.db.execute("UPDATE hg_installation SET state = NULL")
    diagnostic = refuse(stored, "hg_record_activity", "55000")
    assert diagnostic.message_primary == "the installation has not finished"


@pytest.mark.parametrize("state", ["none", "cut_over", "finalized"])
def test_the_other_states_are_live(stored, state):
    stored.db.execute("UPDATE hg_installation SET state = %s", [state])
    assert call(stored.db, "hg_record_activity", p_user_id=stored.id, **ACTIVITY)


# ---------------------------------------------------------------- what is never rewritten


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("UPDATE hg_ledger SET correct = 1", "the ledger is append-only"),
        ("TRUNCATE hg_ledger", "the ledger is append-only"),
        ("DELETE FROM hg_modules WHERE module = 'algebra'", "rows of hg_modules are not removed"),
        ("TRUNCATE hg_modules", "rows of hg_modules are not removed"),
        ("DELETE FROM hg_settings", "rows of hg_settings are not removed"),
        ("TRUNCATE hg_settings", "rows of hg_settings are not removed"),
        ("UPDATE hg_modules SET module = 'algebra_2' WHERE module = 'algebra'",
         "a module cannot be renamed"),
        ("UPDATE hg_settings SET name = 'x' WHERE name = 'ai_enabled'",
         "a setting cannot be renamed"),
    ],
)  # fmt: skip
def test_what_others_refer_to_is_not_rewritten(stored, statement, message):
    before = dump(stored.db)
    diagnostic = refused(stored.db, lambda: stored.db.execute(statement))
    assert (diagnostic.sqlstate, diagnostic.message_primary) == ("23001", message)
    check_words(diagnostic)
    assert dump(stored.db) == before


def test_a_catalog_row_out_of_its_domain_says_which_column(stored):
    before = dump(stored.db)
    diagnostic = refused(
        stored.db, lambda: stored.db.execute("UPDATE hg_modules SET good_percent = 101")
    )
    assert diagnostic.sqlstate == "22023"
    assert diagnostic.message_primary == "hg_modules.good_percent is out of its domain"
    check_words(diagnostic)
    assert dump(stored.db) == before
