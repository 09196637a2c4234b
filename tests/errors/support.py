"""What a refusal says, and that nothing at all changed."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from psycopg import sql


def dump(connection: psycopg.Connection) -> dict[str, Counter[str]]:
    """The rows of every table of the installation's schema, as text; no sequences. Counted here:
    to sort them in SQL takes 7 times as long."""
    tables = connection.execute(
        "SELECT c.relname FROM pg_class AS c WHERE c.relkind IN ('r', 'p', 'm')"
        " AND c.relnamespace = (SELECT u.relnamespace FROM pg_class AS u"
        " WHERE u.oid = 'users'::regclass)"
    ).fetchall()
    rows = sql.SQL(" UNION ALL ").join(
        sql.SQL("SELECT {}, t::text FROM {} AS t").format(sql.Literal(table), sql.Identifier(table))
        for (table,) in tables
    )
    found: dict[str, Counter[str]] = {table: Counter() for (table,) in tables}
    for table, row in connection.execute(rows):
        found[table][row] += 1
    return found


def refused(connection: psycopg.Connection, action: Callable[[], Any]) -> psycopg.errors.Diagnostic:
    """What an action fails with, in a savepoint."""
    with pytest.raises(psycopg.Error) as error, connection.transaction():
        action()
    return error.value.diag


def check_words(diagnostic: psycopg.errors.Diagnostic) -> None:
    """MESSAGE, DETAIL and HINT are all there; the message begins in lower case, without a stop."""
    message = diagnostic.message_primary
    assert message and message[0].islower() and not message.endswith(".")
    assert diagnostic.message_detail
    assert diagnostic.message_hint
