"""The checks of lint see what they are for: a good project passes, each bad sample does not."""

from pathlib import Path

import pytest

from tests.support.project import change, edit
from tools.check_sql import check
from tools.sqltext import statements

GOOD_FUNCTION = """\
-- Says hello.
-- Writes: nothing. Calls: nothing. Raises: 22023.
CREATE OR REPLACE FUNCTION hg_say_hello(p_name text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg_say_hello$
BEGIN
    -- EXECUTE and WHEN OTHERS in a comment are words; 'RAISE EXCEPTION' in a string is text.
    IF p_name IS NULL THEN
        RAISE EXCEPTION 'no name' USING
            ERRCODE = 'invalid_parameter_value',
            DETAIL = 'EXECUTE; WHEN OTHERS; it''s null.',
            HINT = 'Say who.';
    END IF;
    RETURN 'hello ' || p_name;
END
$hg_say_hello$;

COMMENT ON FUNCTION hg_say_hello(text) IS 'Says hello.';
REVOKE ALL ON FUNCTION hg_say_hello(text) FROM public;
GRANT EXECUTE ON FUNCTION hg_say_hello(text) TO hg_reader;
"""

GOOD_ATOMIC = """\
-- Twice a number.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__twice(p_number integer) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
BEGIN ATOMIC
    SELECT CASE WHEN p_number > 0 THEN p_number * 2 ELSE 0 END;
    SELECT p_number * 2;
END;

REVOKE ALL ON FUNCTION hg__twice FROM public;
"""

GOOD_TRIGGER = """\
-- Does nothing.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__nothing() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__nothing$
BEGIN
    RETURN NEW;
END
$hg__nothing$;

REVOKE ALL ON FUNCTION hg__nothing FROM public;
CREATE OR REPLACE TRIGGER hg_nothing BEFORE INSERT ON hg_notes
FOR EACH ROW EXECUTE FUNCTION hg__nothing();
"""

GOOD_MIGRATION = """\
-- Notes; a semicolon in a comment; and one in 'quotes;'.
CREATE TABLE IF NOT EXISTS hg_notes (
    note_id bigint GENERATED ALWAYS AS IDENTITY,
    price numeric(10, 2) NOT NULL DEFAULT 0,
    CONSTRAINT hg_notes_pkey PRIMARY KEY (note_id)
);
COMMENT ON TABLE hg_notes IS 'Notes; each is one.';
COMMENT ON COLUMN hg_notes.note_id IS 'Its number.';
COMMENT ON COLUMN hg_notes.price IS 'Its price.';
CREATE TABLE IF NOT EXISTS hg_copies AS
SELECT n.note_id, NULL::text AS copy FROM hg_notes AS n WITH NO DATA;
COMMENT ON TABLE hg_copies IS 'Copies.';
COMMENT ON COLUMN hg_copies.note_id IS 'Of which.';
COMMENT ON COLUMN hg_copies.copy IS 'The text.';
"""

FUNCTION = "functions/read/hg_say_hello.sql"
ATOMIC = "functions/read/hg__twice.sql"
TRIGGER = "triggers/hg__nothing.sql"
MIGRATION = "migrations/0001_notes.sql"


@pytest.fixture
def good(tmp_path: Path) -> Path:
    files = {
        FUNCTION: GOOD_FUNCTION,
        ATOMIC: GOOD_ATOMIC,
        TRIGGER: GOOD_TRIGGER,
        MIGRATION: GOOD_MIGRATION,
        "migrations/0001_notes.rollback.sql": "DROP TABLE IF EXISTS hg_copies, hg_notes;\n",
        "sql/manifest.sql": f"\\ir ../{FUNCTION}\n\\ir ../{ATOMIC}\n\\ir ../{TRIGGER}\n",
        "sql/uninstall.sql": "DROP TRIGGER IF EXISTS hg_nothing ON hg_notes;\n",
        "tests/read/test_hg_say_hello.py": "",
    }
    for name, text in files.items():
        change(tmp_path, name, text)
    return tmp_path


def test_a_good_project_has_no_findings(good: Path) -> None:
    assert check(good) == []


BAD = {
    "execute": (FUNCTION, "RETURN 'hello '", "EXECUTE 'x';\n    RETURN 'hello '", "EXECUTE:"),
    "execute without a reason": (
        FUNCTION,
        "RETURN 'hello '",
        "EXECUTE 'x'; -- dynamic:\n    RETURN 'hello '",
        "EXECUTE:",
    ),
    "when others": (
        FUNCTION,
        "END\n$hg",
        "EXCEPTION\n    WHEN OTHERS THEN NULL;\nEND\n$hg",
        "WHEN OTHERS",
    ),
    "definer without path": (
        ATOMIC,
        "SECURITY INVOKER",
        "SECURITY DEFINER",
        "SECURITY DEFINER without SET search_path",
    ),
    "plpgsql without path": (
        FUNCTION,
        "SET search_path FROM CURRENT\n",
        "",
        "PL/pgSQL without SET search_path",
    ),
    "security not stated": (FUNCTION, " SECURITY INVOKER", "", "SECURITY INVOKER or DEFINER"),
    "volatility": (FUNCTION, " STABLE", "", "volatility is not stated"),
    "parallel safety": (FUNCTION, " PARALLEL SAFE", "", "parallel safety is not stated"),
    "language": (ATOMIC, "LANGUAGE sql ", "", "LANGUAGE is not stated"),
    "sql as a string": (
        ATOMIC,
        "BEGIN ATOMIC\n    SELECT CASE WHEN p_number > 0 THEN p_number * 2 ELSE 0 END;\n"
        "    SELECT p_number * 2;\nEND;",
        "AS $hg__twice$ SELECT 2 $hg__twice$;",
        "RETURN or BEGIN ATOMIC",
    ),
    "function in a migration": (
        MIGRATION,
        "-- Notes",
        "CREATE FUNCTION hg__x() RETURNS int LANGUAGE sql RETURN 1;\n-- Notes",
        "functions live in functions/",
    ),
    "call in a migration": (
        MIGRATION,
        "-- Notes",
        "DO $$ BEGIN PERFORM hg__settle(); END $$;\n-- Notes",
        "a migration calls no function of ours: hg__settle",
    ),
    "migration outside a transaction": (
        MIGRATION,
        "-- Notes",
        "-- transactional: false\n-- Notes",
        "one transaction",
    ),
    "grant to public": (FUNCTION, "TO hg_reader", "TO hg_reader, public", "GRANT to public"),
    "revoke": (
        FUNCTION,
        "REVOKE ALL ON FUNCTION hg_say_hello(text) FROM public;\n",
        "",
        "REVOKE ALL ... FROM public is missing",
    ),
    "helper granted": (
        ATOMIC,
        "REVOKE",
        "GRANT EXECUTE ON FUNCTION hg__twice TO hg_app;\nREVOKE",
        "a helper is granted to nobody",
    ),
    "comment": (
        FUNCTION,
        "COMMENT ON FUNCTION hg_say_hello(text) IS 'Says hello.';\n",
        "",
        "a public function needs a COMMENT",
    ),
    "dollar tag": (TRIGGER, "$hg__nothing$", "$body$", "the dollar tag is $body$"),
    "function name": (FUNCTION, "hg_say_hello", "hg_say_hullo", "has to be called hg_say_hullo"),
    "helper's file name": (ATOMIC, "hg__twice", "hg__thrice", "is named after its function"),
    "head": (ATOMIC, " Raises: nothing.", "", "does not say Raises:"),
    "width": (ATOMIC, "-- Twice a number.", "-- " + "Twice " * 20, "columns, at most 100"),
    "end of line": (ATOMIC, "-- Twice a number.", "-- Twice a number. ", "white space at the end"),
    "errcode": (
        FUNCTION,
        "            ERRCODE = 'invalid_parameter_value',\n",
        "",
        "RAISE without ERRCODE",
    ),
    "detail": (
        FUNCTION,
        "            DETAIL = 'EXECUTE; WHEN OTHERS; it''s null.',\n",
        "",
        "RAISE without DETAIL",
    ),
    "hint": (FUNCTION, ",\n            HINT = 'Say who.'", "", "RAISE without HINT"),
    "condition": (
        FUNCTION,
        "RETURN 'hello '",
        "RAISE unique_violation;\n    RETURN 'hello '",
        "RAISE without DETAIL, HINT",
    ),
    "table comment": (
        MIGRATION,
        "COMMENT ON TABLE hg_copies IS 'Copies.';\n",
        "",
        "hg_copies has no COMMENT",
    ),
    "column comment": (
        MIGRATION,
        "COMMENT ON COLUMN hg_notes.price IS 'Its price.';\n",
        "",
        "hg_notes.price has no COMMENT",
    ),
    "column of a query": (
        MIGRATION,
        "COMMENT ON COLUMN hg_copies.copy IS 'The text.';\n",
        "",
        "hg_copies.copy has no COMMENT",
    ),
    "added column": (
        MIGRATION,
        "-- Notes",
        "ALTER TABLE hg_notes ADD COLUMN IF NOT EXISTS colour text;\n-- Notes",
        "hg_notes.colour has no COMMENT",
    ),
    "manifest": ("sql/manifest.sql", f"\\ir ../{ATOMIC}\n", "", "is not in sql/manifest.sql"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_sample_is_found(good: Path, name: str) -> None:
    file, old, new, message = BAD[name]
    edit(good, file, old, new)
    found = [str(finding) for finding in check(good)]
    assert any(message in finding for finding in found), found


PROCEDURE = """\
-- Says hello again and again.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE PROCEDURE hg__greet() LANGUAGE plpgsql SECURITY INVOKER
AS $hg__greet$
BEGIN
    -- COMMIT; in a comment is none.
    COMMIT;
END
$hg__greet$;
REVOKE ALL ON PROCEDURE hg__greet FROM public;
"""


def test_a_procedure_that_commits_can_have_no_path(good: Path) -> None:
    change(good, "functions/read/hg__greet.sql", PROCEDURE)
    edit(good, "sql/manifest.sql", "\\ir", "\\ir ../functions/read/hg__greet.sql\n\\ir")
    assert check(good) == []
    edit(good, "functions/read/hg__greet.sql", "    COMMIT;\n", "")
    assert "hg__greet: PL/pgSQL without SET search_path" in str(check(good)[0])


def test_a_function_has_a_path_whatever_it_does(good: Path) -> None:
    edit(good, FUNCTION, "SET search_path FROM CURRENT\n", "")
    edit(good, FUNCTION, "RETURN 'hello '", "COMMIT;\n    RETURN 'hello '")
    assert any("PL/pgSQL without SET search_path" in str(finding) for finding in check(good))


def test_a_reason_makes_execute_possible(good: Path) -> None:
    line = "EXECUTE 'x'; -- dynamic: the table's name is the caller's\n    RETURN 'hello '"
    edit(good, FUNCTION, "RETURN 'hello '", line)
    assert check(good) == []


def test_line_numbers_are_those_of_the_file(good: Path) -> None:
    edit(good, FUNCTION, "RETURN 'hello '", "EXECUTE 'x';\n    RETURN 'hello '")
    line = (good / FUNCTION).read_text().split("EXECUTE 'x'")[0].count("\n") + 1
    assert [finding.line for finding in check(good)] == [line]


def test_a_public_function_without_tests(good: Path) -> None:
    (good / "tests/read/test_hg_say_hello.py").unlink()
    assert "there is no tests/**/test_hg_say_hello.py" in str(check(good)[0])


def test_a_migration_without_its_undoing(good: Path) -> None:
    (good / "migrations/0001_notes.rollback.sql").unlink()
    assert "there is no 0001_notes.rollback.sql" in str(check(good)[0])


def test_a_number_given_twice(good: Path) -> None:
    change(good, "migrations/0001_other.sql", "SELECT 1;\n")
    change(good, "migrations/0001_other.rollback.sql", "SELECT 1;\n")
    assert "the number 0001 is taken by 0001_notes" in str(check(good)[0])


def test_the_same_function_in_two_files(good: Path) -> None:
    change(good, "functions/other/hg__twice.sql", GOOD_ATOMIC)
    found = [str(finding) for finding in check(good)]
    assert any("is made in functions/other/hg__twice.sql too" in finding for finding in found)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("SELECT 1; SELECT 2;", 2),
        ("SELECT 1", 1),
        ("-- only; a comment\n", 0),
        ("SELECT ';', $$;$$, $a$ ; $b$ ; $a$, \";\"; SELECT E'\\';';", 2),
        ("/* ; */ SELECT 1;", 1),
        (GOOD_ATOMIC, 2),
        (GOOD_FUNCTION, 4),
    ],
)
def test_statements_are_told_apart(text: str, count: int) -> None:
    assert len(statements(text)) == count
