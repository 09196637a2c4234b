"""What the demo prints: the school in figures, and one learner up close."""

import json
from collections.abc import Iterator

import psycopg
from rich.console import Console
from rich.highlighter import JSONHighlighter
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from examples import school
from tools import database

out = Console(highlight=False, markup=False)
WIDEST = 96
INDENT = 2

# How a day of the calendar is drawn: letter, style, meaning.
DAYS = {
    "active": ("#", "bold green", "practised"),
    "frozen": ("*", "bold cyan", "missed, covered by a freeze"),
    "missed": (".", "red", "missed"),
    "paused": ("=", "blue", "paused"),
    "unscheduled": ("~", "blue", "not scheduled"),
    "open": ("?", "yellow", "today, still open"),
    "before": ("_", "dim", "before the first session"),
}


def heading(text: str) -> None:
    out.print()
    out.print(Rule(Text(text, style="bold"), align="left", characters="-"))


def width() -> int:
    return min(out.width, WIDEST)


def json_lines(value: object, indent: int = 0, name: str = "", tail: str = "") -> Iterator[str]:
    """JSON in few lines: short parts stand side by side."""
    lead = " " * indent + (f"{json.dumps(name)}: " if name else "")
    flat = lead + json.dumps(value, ensure_ascii=False) + tail
    if len(flat) <= width() or not value or not isinstance(value, dict | list):
        yield flat
        return
    if isinstance(value, dict):
        opened, closed, parts = "{", "}", list(value.items())
    else:
        opened, closed, parts = "[", "]", [("", part) for part in value]
    yield lead + opened
    line = ""
    for place, (key, part) in enumerate(parts, 1):
        lines = list(json_lines(part, indent + INDENT, key, "," if place < len(parts) else ""))
        if line and (len(lines) > 1 or len(line) + len(lines[0]) - indent > width()):
            yield line
            line = ""
        if len(lines) > 1:
            yield from lines
        else:
            line = f"{line} {lines[0].lstrip()}" if line else lines[0]
    if line:
        yield line
    yield " " * indent + closed + tail


def print_json(value: object) -> None:
    text = Text("\n".join(json_lines(value)))
    JSONHighlighter().highlight(text)
    out.print(text, soft_wrap=True)


def ask(connection: psycopg.Connection, query: str, *parameters: object):
    """The first column of the first row."""
    return connection.execute(query, parameters).fetchone()[0]


def show_school(connection: psycopg.Connection, settings: dict[str, int]) -> None:
    heading("The school")
    row = connection.execute(
        """
        SELECT count(*), sum((s.stats ->> 'total_questions_answered')::integer),
            sum((s.stats ->> 'total_tokens_earned')::integer), sum(m.mastered),
            max((s.stats ->> 'longest_streak_days')::integer)
        FROM users AS u
        CROSS JOIN LATERAL (SELECT u.hidden_grade_asset -> 'global_stats' AS stats) AS s
        CROSS JOIN LATERAL (
            SELECT count(*) AS mastered FROM jsonb_each(u.hidden_grade_asset -> 'modules') AS b
            WHERE (b.value #>> '{progress,mastery_level}')::boolean
        ) AS m
        WHERE u.username ~ %s
        """,
        [school.USERNAME],
    ).fetchone()
    names = ("learners", "questions", "tokens earned", "modules mastered", "longest streak, days")
    table = Table(*names, box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="dim")
    table.add_row(*(f"{figure:,}" for figure in row))
    out.print(table)
    kinds = connection.execute(
        "SELECT l.kind::text, count(*) FROM hg_ledger AS l JOIN users AS u ON u.id = l.user_id "
        "WHERE u.username ~ %s GROUP BY l.kind ORDER BY count(*) DESC, l.kind",
        [school.USERNAME],
    )
    recorded = ", ".join(f"{kind} {count:,}" for kind, count in kinds)
    out.print(f"rows of the ledger: {recorded}", style="dim")
    changed = ", ".join(f"{name} = {value}" for name, value in settings.items())
    out.print(f"settings of this database, changed by hg_set_setting: {changed}", style="dim")


def show_learner(connection: psycopg.Connection, learner: school.Learner) -> None:
    user_id, module = focus(connection, learner)
    show_receipt(connection, user_id, learner)
    document = ask(connection, "SELECT hg_document(%s)", user_id)
    show_document(document, learner, module)
    show_streak(ask(connection, "SELECT hg_streak(%s)", user_id))
    show_explanation(ask(connection, "SELECT hg_explain(%s, %s)", user_id, module), module)


def focus(connection: psycopg.Connection, learner: school.Learner) -> tuple[int, str]:
    """The learner's id, and the module that is looked at."""
    user_id, document = connection.execute(
        "SELECT u.id, hg_document(u.id) FROM users AS u WHERE u.username = %s", [learner.username]
    ).fetchone()
    return user_id, unmastered(document)


def unmastered(document: dict) -> str:
    """The module with the most sessions that is not mastered; else the one with the most."""
    progress = {name: block["progress"] for name, block in document["modules"].items()}
    return min(
        progress,
        key=lambda name: (
            progress[name]["mastery_level"],
            -progress[name]["sessions_completed"],
            name,
        ),
    )


def show_receipt(connection: psycopg.Connection, user_id: int, learner: school.Learner) -> None:
    """One session now, and the same call once more."""
    heading(f"A session of {learner.username}, and its receipt")
    activity_id = school.made_id(learner.username, "now")
    call = "SELECT hg_record_activity(%s, %s, 'addition_facts', 6, 6, 41)"
    receipt = ask(connection, call, user_id, activity_id)
    text = call.replace("%s", "{}").format(user_id, f"'{activity_id}'")
    out.print(text, style="dim", soft_wrap=True)
    print_json(receipt)
    again = ask(connection, call, user_id, activity_id)
    out.print(
        f"The same call again: replayed {json.dumps(again['replayed'])}, "
        f"tokens {again['tokens']}; nothing was paid twice."
    )


def show_document(document: dict, learner: school.Learner, module: str) -> None:
    heading(f"The document of {learner.username} (grade {learner.grade}), shortened")
    played = [n for n, b in document["modules"].items() if b["progress"]["sessions_completed"]]
    print_json(
        {
            "global_stats": document["global_stats"],
            "modules": {module: document["modules"][module]},
            "cross_module_analytics": document["cross_module_analytics"],
        }
    )
    rest = [name for name in played if name != module]
    out.print(
        f"Left out: ai_analytics, {len(rest)} more modules with sessions ({', '.join(rest)}) and "
        f"{len(document['modules']) - len(played)} without."
    )


def show_streak(streak: dict) -> None:
    heading("The streak, and the last 60 days of it")
    calendar = Text()
    for day in streak["days"]:
        letter, style, _ = DAYS[day["state"]]
        calendar.append(letter, style)
    first, last = streak["days"][0]["day"], streak["days"][-1]["day"]
    out.print(Text(f"{first}{' ' * (len(calendar) - len(first) - len(last))}{last}", style="dim"))
    out.print(calendar)
    seen = {day["state"] for day in streak["days"]}
    out.print(
        "   ".join(f"{letter} {text}" for s, (letter, _, text) in DAYS.items() if s in seen),
        style="dim",
    )
    out.print(
        f"{streak['streak_days']} days in a row ({streak['status']}), longest "
        f"{streak['longest_streak_days']}, {streak['freezes']} freezes held, reads 0 from "
        f"{streak['expires_at']} on"
        if streak["expires_at"]
        else f"no streak ({streak['status']}), longest {streak['longest_streak_days']} days"
    )


def show_explanation(explained: dict, module: str) -> None:
    state = "is" if explained["mastery_level"] else "is not"
    heading(f"Why {module} {state} mastered")
    out.print(f"rule {json.dumps(explained['rule'])}, decided by: {explained['because']}")
    table = Table(
        "condition", "value", "needed", "holds", box=None, pad_edge=False, header_style="dim"
    )
    for condition in explained["conditions"]:
        figures = (json.dumps(condition[key]) for key in ("value", "needed", "holds"))
        table.add_row(condition["name"], *figures)
    out.print(table)
    for text in explained["missing"]:
        out.print(f"missing: {text}", style="bold")


def show_next(connection: psycopg.Connection, learner: school.Learner) -> None:
    """Statements to copy, as they are."""
    user_id, module = focus(connection, learner)
    heading("Try it")
    where = "" if database.given_url() is None else "  (DATABASE_URL stays set)"
    out.print(f"make psql{where}", style="bold")
    for statement in (
        f"SELECT hg_record_activity({user_id}, gen_random_uuid(), 'addition_facts', 6, 5, 48);",
        f"SELECT jsonb_pretty(hg_document({user_id}) -> 'global_stats');",
        f"SELECT hg_explain({user_id}, '{module}') -> 'missing';",
        f"SELECT hg_streak({user_id}) ->> 'status';",
        f"SELECT jsonb_pretty(hg_fill_analytics_by_rules({user_id}, '{module}'));",
        f"SELECT hg_spend_tokens({user_id}, gen_random_uuid(), 10, 'a pencil');",
        "SELECT module, tokens_per_unit, mastery_rule FROM hg_modules ORDER BY module;",
    ):
        out.print(statement, soft_wrap=True)
