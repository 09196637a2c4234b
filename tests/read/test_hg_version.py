"""hg_version: what was loaded."""

import tomllib

import pytest
from psycopg import errors

from tests.support.database import ROOT, as_role

from .learners import value


def test_it_is_the_projects_version(db):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert value(db, "SELECT hg_version()") == project["version"]


@pytest.mark.parametrize("role", ["hg_app", "hg_reader", "hg_ai_worker"])
def test_it_is_the_owners_to_grant(db, role):
    with as_role(db, role), pytest.raises(errors.InsufficientPrivilege), db.transaction():
        db.execute("SELECT hg_version()")
    db.execute(f"GRANT EXECUTE ON FUNCTION hg_version TO {role}")
    with as_role(db, role):
        assert value(db, "SELECT hg_version()")
