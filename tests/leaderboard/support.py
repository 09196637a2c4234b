"""The leaderboard in short words, and a second reckoning of it, from hg_document."""

from collections.abc import Iterable
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import psycopg

from tests.record.support import call

METRICS = ("tokens", "total_tokens_earned", "streak_days", "total_correct_answers")
TENTH = Decimal("0.1")
# Of what the refresh keeps, all but who wrote it when.
KEPT = (
    "SELECT to_jsonb(s) - 'written' FROM hg_standings AS s ORDER BY s.user_id",
    "SELECT to_jsonb(t) FROM hg_standings_top AS t ORDER BY t.metric, t.place",
    "SELECT to_jsonb(c) FROM hg_standings_spread AS c ORDER BY c.metric, c.first_figure",
)


def refresh(connection: psycopg.Connection) -> datetime | None:
    """hg_refresh_leaderboard."""
    return call(connection, "hg_refresh_leaderboard")


def board(
    connection: psycopg.Connection, metric: str = "tokens", limit: int = 1000
) -> list[tuple[int, Any, int]]:
    """hg_leaderboard, without the instant: rank, user_id, value."""
    return connection.execute(
        "SELECT b.rank, to_jsonb(b.user_id), b.value FROM hg_leaderboard(%s, %s) AS b",
        [limit, metric],
    ).fetchall()


def percentile(
    connection: psycopg.Connection, user_id: Any, metric: str = "tokens"
) -> Decimal | None:
    """hg_percentile."""
    return call(connection, "hg_percentile", p_user_id=user_id, p_metric=metric)


def read_everybody(connection: psycopg.Connection) -> datetime:
    """A refresh that knows of none before."""
    connection.execute("DELETE FROM hg_standings_marks")
    return refresh(connection)


def kept(connection: psycopg.Connection) -> list[list[dict]]:
    """What the refresh keeps."""
    return [[row for (row,) in connection.execute(query)] for query in KEPT]


def written(connection: psycopg.Connection) -> dict[Any, int]:
    """Which refresh wrote each learner's figures, by the number of the ledger's last row then."""
    return dict(
        connection.execute(
            "SELECT to_jsonb(s.user_id), s.written FROM hg_standings AS s"
        ).fetchall()
    )


def figures(
    connection: psycopg.Connection, at: datetime, excluded: Iterable[Any] = ()
) -> dict[Any, dict[str, int]]:
    """The global_stats of everybody who has a rank as hg_document has them at an instant."""
    rows = connection.execute(
        "SELECT to_jsonb(u.id), hg_document(u.id, %s) -> 'global_stats' FROM users AS u", [at]
    )
    return {user_id: stats for user_id, stats in rows if user_id not in set(excluded)}


def assert_true(connection: psycopg.Connection, at: datetime, excluded: Iterable[Any] = ()) -> None:
    """Ranks and percentiles are those that the documents give."""
    excluded = set(excluded)
    stats = figures(connection, at, excluded)
    for metric in METRICS:
        values = {user_id: of_one[metric] for user_id, of_one in stats.items()}
        expected = [
            (1 + sum(other > value for other in values.values()), user_id, value)
            for user_id, value in values.items()
        ]
        assert board(connection, metric) == sorted(expected)
        for user_id, value in values.items():
            below = sum(other < value for other in values.values())
            share = Decimal(100 * below) / (len(values) - 1) if len(values) > 1 else None
            assert percentile(connection, user_id, metric) == (
                share if share is None else share.quantize(TENTH, ROUND_HALF_UP)
            )
        for user_id in excluded:
            assert percentile(connection, user_id, metric) is None
