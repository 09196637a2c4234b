"""The installer is tested on a small project of its own, in a database of its own."""

from pathlib import Path

import pytest

from tests.support.project import write_project


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The folder of a small project, free to be changed."""
    return write_project(tmp_path / "a project")
