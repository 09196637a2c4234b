"""plpgsql_check over every function of ours, where a server on this machine has that extension.

It reads PL/pgSQL as the planner does: unknown columns, unused variables, wrong volatility,
text that could be injected. The wheel's server has no such extension, Debian's can have it.
"""

import contextlib
import io
import sys
from pathlib import Path

import psycopg

from tools import migrate, server
from tools.loader import Project
from tools.throwaway import throwaway

# What it says that is no fault here.
NOT_A_FAULT = (
    # Numbers are cast by assignment on purpose, and text to an enum by its own input function.
    "target type is different type than source type",
    # PL/pgSQL returns a composite beside other OUT arguments as well as alone.
    "composite OUT variable",
    # Less than could be promised is promised: jsonb_build_object and its like are STABLE.
    "should be IMMUTABLE",
    "marked as VOLATILE, should be STABLE",
)

CHECK = """
SELECT p.oid::regprocedure::text, f.lineno, f.level, f.message, f.detail, f.hint
FROM pg_proc AS p
JOIN pg_language AS l ON l.oid = p.prolang
LEFT JOIN LATERAL (
    SELECT t.tgrelid FROM pg_trigger AS t WHERE t.tgfoid = p.oid LIMIT 1
) AS t ON true
CROSS JOIN LATERAL plpgsql_check_function_tb(
    p.oid, coalesce(t.tgrelid, 0), fatal_errors => false, extra_warnings => true,
    performance_warnings => true, security_warnings => true
) AS f
WHERE l.lanname = 'plpgsql' AND p.proname LIKE 'hg\\_%'
AND (p.prorettype <> 'trigger'::regtype OR t.tgrelid IS NOT NULL)
ORDER BY 1, 2
"""


def candidates() -> list[Path]:
    """Servers of this machine other than the wheel's, the newest last."""
    found = [folder for folder, origin in server.binary_folders() if "wheel" not in origin]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return [folder for folder in dict.fromkeys(found) if server.installed(folder)]


def check(url: str, project: Project) -> list[str] | None:
    """The findings; None where the server has no plpgsql_check."""
    with psycopg.connect(url, autocommit=True) as connection:
        offered = connection.execute(
            "SELECT FROM pg_available_extensions AS e WHERE e.name = 'plpgsql_check'"
        )
        if offered.fetchone() is None:
            return None
        with contextlib.redirect_stdout(io.StringIO()):
            migrate.up(url, project)
        connection.execute("CREATE EXTENSION plpgsql_check")
        # What the functions of the move work on while there is one.
        connection.execute(
            "ALTER TABLE users ADD COLUMN hidden_grade_asset_next jsonb, "
            "ADD COLUMN hidden_grade_asset_old jsonb"
        )
        return [
            f"{name}:{line or 0}: {level}: {message}"
            + "".join(f" ({more})" for more in (detail, hint) if more)
            for name, line, level, message, detail, hint in connection.execute(CHECK)
            if not any(text in message for text in NOT_A_FAULT)
        ]


def main() -> int:
    for folder in reversed(candidates()):
        with throwaway(binaries=folder) as made:
            found = check(made.cluster.dsn(), Project(server.ROOT))
        if found is not None:
            for line in found:
                print(line)
            return 1 if found else 0
    print("no server on this machine has plpgsql_check: bodies were not checked by it")
    return 0


if __name__ == "__main__":
    sys.exit(main())
