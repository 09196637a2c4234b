"""What hg_status() says, on one screen: a line for each concern, then what to do."""

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

MARKS = {
    "ok": Text("OK", "green"), "look": Text("LOOK", "yellow"), "bad": Text("BAD", "bold red"),
}  # fmt: skip
SIZES = ("bytes", "kB", "MB", "GB", "TB")


def size(count: float) -> str:
    """Bytes as a person reads them."""
    for unit in SIZES:
        if count < 10_000 or unit == SIZES[-1]:
            return f"{count:,.0f} {unit}"
        count /= 1000
    raise AssertionError("unreachable")


def age(seconds: float | None) -> str:
    """A span of time as a person reads it."""
    if seconds is None:
        return "never"
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"


def share(part: float | None) -> str:
    return "-" if part is None else f"{100 * part:.1f} %"


def listed(items: list[str], most: int = 3) -> str:
    """The first few, and how many more there are."""
    more = f" and {len(items) - most} more" if len(items) > most else ""
    return ", ".join(items[:most]) + more


def installation(facts: dict) -> str:
    return (
        f"{facts['code_version'] or '-'}, state {facts['state'] or 'unfinished'}, rules "
        f"{facts['rules_version']}, {facts['modules']} modules, "
        f"PostgreSQL {facts['server_version'].split()[0]}"
    )


def functions(facts: dict) -> str:
    found = facts["functions"]
    wrong = len(found["gone"]) + len(found["changed"])
    return f"{found['loaded']:,} loaded, {wrong or 'none'} gone or changed since"


def documents(facts: dict) -> str:
    users, verified = facts["users"], facts["verified"]
    about = "" if users["exact"] else "about "
    return (
        f"{about}{users['learners'] or 0:,} learners, {users['without_document'] or 0:,} without "
        f"a document; {verified['sampled']} compared with their ledgers, "
        f"{verified['differing']} of them differ"
    )


def users(facts: dict) -> str:
    oldest = facts["oldest_transaction"]
    return (
        f"{size(facts['users']['bytes'])}, HOT {share(facts['users']['hot_share'])}, "
        f"dead rows {share(facts['users']['vacuum']['dead_share'])}, "
        f"oldest transaction {age(oldest['seconds']) if oldest else '-'}"
    )


def ledger(facts: dict) -> str:
    rows, days = facts["ledger"]["rows"], facts["ledger"]["retention_days"]
    count = "not counted yet" if rows is None else f"about {rows:,} rows"
    kept = "for ever" if days is None else f"{days} days"
    return (
        f"{count}, {size(facts['ledger']['bytes'])}, since "
        f"{(facts['ledger']['oldest'] or '-')[:10]}, kept {kept}"
    )


def leaderboard(facts: dict) -> str:
    found = facts["leaderboard"]
    if found is None:
        return "never refreshed"
    return f"{age(found['age_seconds'])} old, {found['learners']:,} learners"


def analyses(facts: dict) -> str:
    found = facts["ai"]
    if not found["enabled"]:
        return "switched off"
    return (
        f"{found['ready']:,} ready, {found['claimed']:,} out, {found['dead']:,} given up; "
        f"{found['calls_today']:,} calls today"
    )


def move(facts: dict) -> str:
    found = facts["legacy"]
    if found is None:
        return "nothing to move"
    return (
        f"{facts['state']}: {found['learners'] or 0:,} built, {found['dirty']:,} to do, "
        f"{found['quarantined']:,} in quarantine, {found['differences']:,} differences"
    )


LINES = {
    "installation": installation, "functions": functions, "documents": documents, "users": users,
    "ledger": ledger, "leaderboard": leaderboard, "analyses": analyses, "move": move,
}  # fmt: skip


def settings(facts: dict) -> str:
    """What was set otherwise than it was shipped."""
    shipped = facts["settings_shipped"]
    changed = [
        f"{name} {value} ({shipped[name]})"
        for name, value in sorted(facts["settings_changed"].items())
        if value != shipped[name]
    ]
    return listed(changed, 6) or "as shipped"


def screen(facts: dict, waiting: list[str]) -> Group:
    """The screen; waiting are migrations that have not been applied."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column()
    for concern, line in LINES.items():
        table.add_row(concern, MARKS[facts["concerns"][concern]], line(facts))
    table.add_row("settings", "", settings(facts))
    todo = [*facts["warnings"], *(f"pending migration: {name}: make migrate" for name in waiting)]
    if not todo:
        return Group(table)
    said = Table.grid(padding=(0, 1))
    for text in todo:
        said.add_row("-", Text(text))
    return Group(table, Text("\nWhat to do:", "bold"), said)


def show(console: Console, facts: dict, waiting: list[str]) -> None:
    """Print the screen; lines are wrapped where it is narrow."""
    console.print(screen(facts, waiting), soft_wrap=False)


def is_bad(facts: dict) -> bool:
    """Whether something cannot wait until daytime."""
    return "bad" in facts.get("concerns", {}).values()
