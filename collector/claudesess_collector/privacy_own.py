"""Patterns of secrets that a project or a user adds: one regular expression a line. They only add to what is known.

A hook tries them, so none may take long, whatever the text: see `problem_of`.
"""

import re

from claudesess_collector import files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MAX_PATTERNS = 50  # of a file
MAX_LENGTH = 200  # of a pattern
MAX_STEPS = 1024  # at each place where its plain beginning stands
PLAIN = 3  # characters with which a pattern begins
_MAX_BYTES = 65536

_read: "dict[tuple[str, ...], list[re.Pattern[str]]]" = {}


def lines_of(path: str) -> "list[tuple[int, str]]":
    """Return the patterns of a file with the numbers of their lines: no comments, nothing where there is no file."""
    try:
        lines = files.head_of(path, _MAX_BYTES).decode("utf-8", "replace").split("\n")
    except OSError:
        return []
    return [(n, line.strip()) for n, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")]


def problem_of(pattern: str) -> str:
    """Return why a pattern is not used; empty when it is.

    It begins with plain characters, no repeat is without an end or within another, and all its repeats together take
    few steps: then a text of any kind is gone through in as many steps for each of its characters, at most.
    """
    if len(pattern) > MAX_LENGTH:
        return f"is longer than {MAX_LENGTH} characters"
    try:
        re.compile(pattern)
        parsed = list(_parse(pattern))
    except (re.error, RecursionError, OverflowError) as error:
        return f"is no regular expression: {error}"
    plain = [str(op) for op, _ in parsed if str(op) != "AT"][:PLAIN]
    if plain != ["LITERAL"] * PLAIN:
        return f"does not begin with {PLAIN} plain characters"
    try:
        steps = _steps(parsed, False)
    except ValueError as error:
        return str(error)
    return "" if steps <= MAX_STEPS else "may take too long: make its repeats shorter or fewer"


def replace_own(text: str, paths: "tuple[str, ...]") -> str:
    """Replace what the patterns of these files find by `[redacted:own]`."""
    if paths not in _read:
        _read[paths] = [
            re.compile(pattern)
            for path in paths
            for _, pattern in lines_of(path)[:MAX_PATTERNS]
            if not problem_of(pattern)
        ]
    for pattern in _read[paths]:
        text = pattern.sub("[redacted:own]", text)
    return text


def _parse(pattern: str) -> "Any":
    try:
        from re import _parser as parser  # type: ignore[attr-defined]
    except ImportError:  # before Python 3.11
        import sre_parse as parser
    return parser.parse(pattern)


def _steps(parsed: "Any", is_repeated: bool) -> int:
    """Return in how many ways a part of a pattern can go on; ValueError where nothing bounds them."""
    steps = 1
    for op, value in parsed:
        name = str(op)
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            low, high, inner = value
            if high != low or is_repeated:
                if is_repeated:
                    raise ValueError("has a repeat within a repeat")
                if high > MAX_STEPS:
                    raise ValueError("has a repeat without an end: say how long at most, as in {8,64}")
                steps *= int(high) - int(low) + 1
            steps *= max(1, int(high) if low == high else 1) if len(inner) > 1 else 1
            steps *= _steps(inner, True)
        elif name == "BRANCH":
            steps *= sum(_steps(branch, is_repeated) for branch in value[1])
        elif name in ("SUBPATTERN", "ATOMIC_GROUP"):
            steps *= _steps(value[3] if name == "SUBPATTERN" else value, is_repeated)
        elif name not in ("LITERAL", "NOT_LITERAL", "ANY", "IN", "AT"):
            raise ValueError("has what looks ahead, behind or back")
    return steps
