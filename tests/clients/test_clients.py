"""Each client does the same: a session, the same once more, a purchase, one that is too dear."""

import importlib.util
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bench.machine import find_pgbench
from tests.clients.conftest import CLIENTS, Run, recorded
from tests.support.database import Database
from tests.support.users import numbered

NODE = shutil.which("node")
needs_node = pytest.mark.skipif(
    NODE is None or not (CLIENTS / "node_modules" / "pg").is_dir(),
    reason="needs node, and npm ci --prefix examples/clients",
)
SAID = [
    {"replayed": False, "tokens_awarded": 10, "tokens": 10},
    {"replayed": True, "tokens_awarded": 10, "tokens": 10},
    {"paid": 4, "tokens": 6},
    {"refused": "not enough tokens", "why": "The balance is 6, the amount 1000."},
    {"streak_days": 1, "status": "done_today"},
]
RECORDED = [("activity", "addition_facts", 6, 6, 41), ("spend", None, None, None, None)]


def check(database: Database, said: str) -> None:
    assert [json.loads(line) for line in said.splitlines()] == SAID
    assert recorded(database.connect()) == RECORDED


def compiled(run: Run, folder: Path, *files: str) -> None:
    """Compile with the project's own compiler and options; errors are the test's."""
    settings = json.loads((CLIENTS / "tsconfig.json").read_text("utf-8"))
    settings["compilerOptions"] |= {
        "outDir": str(folder / "build"), "rootDir": "/",
        "typeRoots": [str(CLIENTS / "node_modules" / "@types")],
    }  # fmt: skip
    settings["include"] = [str(CLIENTS / "*.ts"), *files]
    (folder / "tsconfig.json").write_text(json.dumps(settings), "utf-8")
    run(CLIENTS / "node_modules" / ".bin" / "tsc", "--project", folder, "--noEmit")


@pytest.mark.parametrize("name", ["with_psycopg.py", "with_sqlalchemy.py"])
@numbered
def test_from_python(name: str, database: Database, learner: Any, run: Run) -> None:
    check(database, run(sys.executable, CLIENTS / name, learner).stdout)


@needs_node
def test_from_node(database: Database, learner: Any, run: Run) -> None:
    check(database, run(NODE, CLIENTS / "with-node-postgres.mjs", learner).stdout)


@needs_node
@numbered
def test_from_drizzle(database: Database, learner: Any, run: Run) -> None:
    run("npm", "--prefix", CLIENTS, "run", "build")
    check(database, run(NODE, CLIENTS / "build" / "with-drizzle.js", learner).stdout)


@numbered
def test_a_load_by_pgbench(database: Database, run: Run) -> None:
    owner = database.connect()
    owner.execute("INSERT INTO users (grade) SELECT '3' FROM generate_series(1, 3)")
    run(
        find_pgbench(), "--no-vacuum", "--protocol=prepared", "--client=2", "--transactions=5",
        "--define=learners=3", "--file", CLIENTS / "sessions.pgbench", database.dsn,
    )  # fmt: skip
    assert len(recorded(owner)) == 10


def loaded(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, CLIENTS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("sqlstate", "again"),
    [
        (None, True), ("08006", True), ("40001", True), ("40P01", True), ("57P01", True),
        ("55P03", True), ("55000", False), ("57014", False), ("LG402", False), ("22023", False),
    ],
)  # fmt: skip
def test_what_is_sent_again(sqlstate: str | None, again: bool) -> None:
    error = psycopg.OperationalError("no answer")
    error.sqlstate = sqlstate
    assert loaded("with_psycopg").may_retry(error) is again


@needs_node
def test_the_types_are_those_of_real_documents(
    database: Database, learner: Any, run: Run, tmp_path: Path
) -> None:
    owner = database.connect()
    run(sys.executable, CLIENTS / "with_psycopg.py", learner)
    owner.execute(
        "SELECT hg_record_activity(%s, gen_random_uuid(), 'measurement', 5, 4, 60)", [learner]
    )
    owner.execute("SELECT hg_set_mastery(%s, 'algebra', true, 'by a test')", [learner])
    owner.execute("SELECT hg_fill_analytics_by_rules(%s)", [learner])
    values = {
        "HiddenGradeAsset": "hg_document(%(id)s)",
        "Streak": "hg_streak(%(id)s)",
        "Paid": "hg_spend_tokens(%(id)s, gen_random_uuid(), 1, 'a hat')",
        "Receipt": "hg_record_activity(%(id)s, gen_random_uuid(), 'algebra', 5, 4, 60)",
    }
    lines = [f'import type {{ {", ".join(values)} }} from "{CLIENTS}/hidden-grade-asset.js";']
    for name, expression in values.items():
        made = owner.execute(f"SELECT {expression}", {"id": learner}).fetchone()[0]
        lines.append(f"export const a{name}: {name} = {json.dumps(made)};")
    sample = tmp_path / "sample.ts"
    sample.write_text("\n".join(lines), "utf-8")
    compiled(run, tmp_path, str(sample))


@needs_node
def test_a_wrong_type_is_noticed(run: Run, tmp_path: Path) -> None:
    sample = tmp_path / "sample.ts"
    sample.write_text(
        f'import type {{ Paid }} from "{CLIENTS}/hidden-grade-asset.js";\n'
        'export const paid: Partial<Paid> = { amount: "4" };\n',
        "utf-8",
    )
    with pytest.raises(AssertionError, match="'string' is not assignable to type 'number'"):
        compiled(run, tmp_path, str(sample))
