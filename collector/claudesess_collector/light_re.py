"""The part of `re` that hooks need: the rest of it, `enum` above all, costs four times as much to import.

Imported as `re`. Where the whole of it is loaded already (an import, a replay), it is used.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from re import Match as Match
    from re import Pattern as Pattern
    from typing import Any, Iterable, Optional

IGNORECASE = 2  # as in `re`
_patterns: "dict[tuple[str, int], Pattern[str]]" = {}
_words: "dict[tuple[str, int], Optional[tuple[str, ...]]]" = {}


def compile(pattern: str, flags: int = 0) -> "Pattern[str]":
    """Return a pattern compiled; asked for again, it is at hand. Patterns are constants, so they are few."""
    found = _patterns.get((pattern, flags))
    if found is None:
        found = _patterns[pattern, flags] = _kept_or_compiled(pattern, flags)
    return found


def may_be_in(pattern: str, text: str, flags: int = 0) -> bool:
    """Say whether a pattern may match anywhere in a text, by words of which any match holds one, where some are known.

    Most texts hold none of them: there the pattern need not be tried, and by a hook not be compiled, which costs more.
    """
    words = _words_of(pattern, flags)
    if words is None:
        return True
    if flags & IGNORECASE or pattern.startswith("(?i)"):
        from claudesess_collector.privacy_redact import lowered

        text = lowered(text)
    return any(map(text.__contains__, words))


class Lines(list[str]):
    """The lines of a text that are looked at, joined once for all patterns that are tried on them."""

    __slots__ = ("_text",)

    def __init__(self, lines: "Iterable[str]") -> None:
        super().__init__(lines)
        self._text: "Optional[str]" = None

    @property
    def text(self) -> str:
        """All of them."""
        if self._text is None:
            self._text = "\n".join(self)
        return self._text


def matches(pattern: str, lines: Lines, flags: int = 0) -> "Iterable[Match[str]]":
    """Return the matches of a pattern that begin where lines do, at most one a line."""
    if not may_be_in(pattern, lines.text, flags):
        return ()
    return filter(None, map(compile(pattern, flags).match, lines))


def key_of(pattern: str, flags: int) -> str:
    """Return what a pattern is called in `pattern_words`."""
    from claudesess_collector.payload import short_hash

    return short_hash(f"{flags} {pattern}")


def _words_of(pattern: str, flags: int) -> "Optional[tuple[str, ...]]":
    if (pattern, flags) not in _words:
        from claudesess_collector.pattern_words import WORDS

        _words[pattern, flags] = WORDS.get(key_of(pattern, flags))
    return _words[pattern, flags]


def search(pattern: str, text: str) -> "Optional[Match[str]]":
    """Return where a pattern first matches, else None."""
    return compile(pattern).search(text)


def fullmatch(pattern: str, text: str) -> "Optional[Match[str]]":
    """Return the match of a whole text, else None."""
    return compile(pattern).fullmatch(text)


def sub(pattern: str, replacement: str, text: str) -> str:
    """Return a text with every match replaced."""
    return compile(pattern).sub(replacement, text)


def _kept_or_compiled(pattern: str, flags: int) -> "Pattern[str]":
    if "re" not in sys.modules:
        try:
            from claudesess_collector.kept_patterns import kept

            return kept(pattern, flags) or _compiled_alone(pattern, flags)
        except Exception:  # an interpreter that is made otherwise
            pass
    import re

    return re.compile(pattern, flags)


def _compiled_alone(pattern: str, flags: int) -> "Pattern[str]":
    """Compile a pattern without the module that its compiler stands in, and keep it."""
    from claudesess_collector.kept_patterns import Keeping

    compiler = _compiler_alone()
    makes = compiler._sre
    compiler._sre = Keeping(makes, pattern, flags)
    try:
        found: "Pattern[str]" = compiler.compile(pattern, flags)
    finally:
        compiler._sre = makes  # `re` may come later, with patterns of others
    return found


def _compiler_alone() -> "Any":
    """Load what compiles patterns without the module that it stands in."""
    if sys.version_info < (3, 11):
        import sre_compile

        return sre_compile
    import encodings

    stand_in = type(sys)("re")
    stand_in.__path__ = [encodings.__path__[0].removesuffix("encodings") + "re"]
    sys.modules["re"] = stand_in
    try:
        return __import__("re._compiler", fromlist=["compile"])
    finally:
        del sys.modules["re"]
