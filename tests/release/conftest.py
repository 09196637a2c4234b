"""A second database, to compare with."""

from collections.abc import Iterator

import pytest

from tests.conftest import PREFIX, new_database
from tests.support.database import Database
from tools.database import Cluster


@pytest.fixture
def other_database(cluster: Cluster) -> Iterator[Database]:
    """Another fresh database without an installation."""
    with new_database(cluster, f"{PREFIX}other", None) as made:
        yield made
