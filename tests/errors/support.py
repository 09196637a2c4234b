"""What a refusal says, and that nothing at all changed."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from psycopg import sql


def dump(connection: psycopg.Connection) -> dict[str, str]:
    """A digest of every table of the installation's schema, rows as sorted text; no sequences."""
    tables = connection.execute(
        "SELECT c.relname FROM pg_class AS c WHERE c.relkind IN ('r', 'p', 'm')"
        " AND c.relnamespace = (SELECT u.relnamespace FROM pg_class AS u"
        " WHERE u.oid = 'users'::regclass)"
    ).fetchall()
    digests = sql.SQL(" UNION ALL ").join(
        sql.SQL(
            "SELECT {}, md5(coalesce(string_agg(t::text, E'\\n' ORDER BY t::text COLLATE \"C\"),"
            " '')) FROM {} AS t"
        ).format(sql.Literal(table), sql.Identifier(table))
        for (table,) in tables
    )
    return dict(connection.execute(digests).fetchall())


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
