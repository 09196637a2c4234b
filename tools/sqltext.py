"""SQL text as the checks need it: statements, with comments, strings and bodies told apart."""

import re
from dataclasses import dataclass, field

TOKEN = re.compile(
    r"""
    (?P<line_comment>--[^\n]*)
    | (?P<block_comment>/\*.*?\*/)
    | (?P<escape_string>\b[eE]'(?:[^'\\]|\\.|'')*')
    | (?P<string>'(?:[^']|'')*')
    | (?P<quoted>"(?:[^"]|"")*")
    | (?P<body>\$(?P<tag>[A-Za-z_]\w*)?\$(?P<inside>.*?)\$(?P=tag)\$|\$\$(?P<plain>.*?)\$\$)
    """,
    re.VERBOSE | re.DOTALL,
)
ATOMIC = re.compile(r"\bBEGIN\s+ATOMIC\b", re.IGNORECASE)
ATOMIC_WORD = re.compile(r"\b(CASE|END)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Body:
    """What stands between dollar quotes."""

    tag: str
    text: str
    line: int


@dataclass
class Statement:
    """One statement: its code, without comments and with strings emptied, and its bodies."""

    code: str
    line: int
    bodies: list[Body] = field(default_factory=list)

    @property
    def words(self) -> str:
        """The code on one line, for patterns."""
        return " ".join(self.code.split())


def blank(text: str) -> str:
    """Spaces of the same shape: positions and lines stay."""
    return re.sub(r"[^\n]", " ", text)


def code_of(text: str) -> tuple[str, list[tuple[int, Body]]]:
    """The text with comments and bodies blanked and strings emptied; the bodies by position."""
    bodies = []

    def replace(match: re.Match) -> str:
        found = match[0]
        if match["body"] is not None:
            inside = match["inside"] if match["tag"] else match["plain"]
            start = match.start() + found.index("$", 1) + 1
            line = text.count("\n", 0, start) + 1
            bodies.append((match.start(), Body(match["tag"] or "", inside, line)))
            return blank(found)
        if match["string"] is not None or match["escape_string"] is not None:
            return "'" + blank(found[1:-1]) + "'"
        if match["quoted"] is not None:
            return found.replace(";", "_")
        return blank(found)

    # $$ has no tag to come back to; give it an empty one.
    return TOKEN.sub(replace, text), bodies


def statement_ends(code: str) -> list[int]:
    """Where each statement's semicolon is; those inside BEGIN ATOMIC ... END are not ends."""
    ends = []
    position = 0
    while True:
        semicolon = code.find(";", position)
        if semicolon < 0:
            return ends
        atomic = ATOMIC.search(code, position, semicolon)
        if atomic:
            semicolon = code.find(";", atomic_end(code, atomic.end()))
            if semicolon < 0:
                return ends
        ends.append(semicolon)
        position = semicolon + 1


def atomic_end(code: str, position: int) -> int:
    """The position after the END that belongs to a BEGIN ATOMIC."""
    depth = 1
    for word in ATOMIC_WORD.finditer(code, position):
        depth += 1 if word[0].upper() == "CASE" else -1
        if depth == 0:
            return word.end()
    return len(code)


def statements(text: str) -> list[Statement]:
    """The statements of a script."""
    code, bodies = code_of(text)
    found = []
    start = 0
    for end in [*statement_ends(code), len(code)]:
        part = code[start:end]
        inside = [body for position, body in bodies if start <= position < end]
        if part.strip() or inside:
            lead = len(part) - len(part.lstrip())
            found.append(Statement(part.strip(), code.count("\n", 0, start + lead) + 1, inside))
        start = end + 1
    return found


def split_list(text: str) -> list[str]:
    """The items between the commas that are in no brackets."""
    items, depth, current = [], 0, ""
    for character in text:
        depth += (character in "([") - (character in ")]")
        if character == "," and depth == 0:
            items.append(current.strip())
            current = ""
        else:
            current += character
    return [item for item in [*items, current.strip()] if item]


def in_brackets(text: str, start: int) -> str:
    """What stands between the bracket at start and the one that closes it."""
    depth = 0
    for position in range(start, len(text)):
        depth += (text[position] == "(") - (text[position] == ")")
        if depth == 0:
            return text[start + 1 : position]
    return text[start + 1 :]
