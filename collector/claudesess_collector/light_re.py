"""The part of `re` that hooks need: the rest of it, `enum` above all, costs four times as much to import.

Imported as `re`. Where the whole of it is loaded already (an import, a replay), it is used.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from re import Match as Match
    from re import Pattern as Pattern
    from typing import Callable, Optional

IGNORECASE = 2  # as in `re`
_patterns: "dict[tuple[str, int], Pattern[str]]" = {}


def compile(pattern: str, flags: int = 0) -> "Pattern[str]":
    """Return a pattern compiled; asked for again, it is at hand. Patterns are constants, so they are few."""
    found = _patterns.get((pattern, flags))
    if found is None:
        found = _patterns[pattern, flags] = _compiler()(pattern, flags)
    return found


def search(pattern: str, text: str) -> "Optional[Match[str]]":
    """Return where a pattern first matches, else None."""
    return compile(pattern).search(text)


def fullmatch(pattern: str, text: str) -> "Optional[Match[str]]":
    """Return the match of a whole text, else None."""
    return compile(pattern).fullmatch(text)


def sub(pattern: str, replacement: str, text: str) -> str:
    """Return a text with every match replaced."""
    return compile(pattern).sub(replacement, text)


def _compiler() -> "Callable[[str, int], Pattern[str]]":
    if "re" not in sys.modules:
        try:
            return _compiler_alone()
        except Exception:  # an interpreter that is made otherwise
            pass
    import re

    return re.compile


def _compiler_alone() -> "Callable[[str, int], Pattern[str]]":
    """Load what compiles patterns without the module that it stands in."""
    if sys.version_info < (3, 11):
        from sre_compile import compile as alone

        return alone
    import encodings

    stand_in = type(sys)("re")
    stand_in.__path__ = [encodings.__path__[0].removesuffix("encodings") + "re"]
    sys.modules["re"] = stand_in
    try:
        found: "Callable[[str, int], Pattern[str]]" = __import__("re._compiler", fromlist=["compile"]).compile
    finally:
        del sys.modules["re"]
    return found
