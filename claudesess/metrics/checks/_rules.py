"""A line for CLAUDE.md out of what failed, what was said, and what mended it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

import pandas as pd
from claudesess_collector import vocabulary

from claudesess.metrics.checks._again import THING

_SAME = (
    2  # first words by which two messages are taken for one; more than so many that all differ say nothing
)
_SHORT = 100
# What is advised as a command of at least two words, and no page to read or advice to silence.
_COMMAND = re.compile(r"(?!.*(?:--help|--explain|\badvice\.))(?:[a-z][\w.+-]* \S.*|[Dd]id you mean.*)")


def rules(units: pd.DataFrame) -> pd.Series:
    """Propose a line per aim, of its failures in all sessions.

    Parameters
    ----------
    units
        Of ``checks.recurring``, those that failed and have words.

    Returns
    -------
    Series
        By aim. What the tool itself advises comes first, else the file in which it was mended; what was said
        most often stands behind it, words in which sessions differ as ``…``.
    """
    failed = units[units["is_failed"].fillna(False).to_numpy(bool) & units["tried"].notna().to_numpy(bool)]
    of_aims: dict[str, list[tuple[str | None, ...]]] = {}
    parts = (failed[name] for name in (THING, "tried", "message", "remedy", "mended_in"))
    for aim, *words in zip(*parts, strict=True):
        if pd.notna(aim):
            of_aims.setdefault(aim, []).append(tuple(None if pd.isna(one) else one for one in words))
    lines = {aim: _line_of(of_aims[aim]) for aim in sorted(of_aims)}
    return pd.Series(lines.values(), index=pd.Index(lines, dtype=failed[THING].dtype), dtype=object)


def _line_of(failures: list[tuple[Any, ...]]) -> str:
    """Propose a line of what was tried, and what was said of it: that with the fewest words in front."""
    tried, *others = zip(*sorted(failures, key=lambda words: len(words[0])), strict=True)
    return _line(tried[0], *map(common, others))


def common(texts: Iterable[str | None]) -> str:
    """Return what most texts say, their differing words as ``…``; nothing where of several no two are alike.

    Examples
    --------
    >>> common(["fatal: no upstream", "expected ;", "[lint] two errors"])
    ''
    >>> common(["fatal: branch one has no upstream", "fatal: branch two has no upstream", None])
    'fatal: branch … has no upstream'
    """
    split = [text.split() for text in texts if text is not None]
    if not split:
        return ""
    alike = [" ".join(words[:_SAME]) for words in split]
    times = Counter(alike)
    if len(split) > _SAME and len(times) == len(split):
        return ""
    first = min(times, key=lambda one: (-times[one], one))
    most = [words for words, one in zip(split, alike, strict=True) if one == first]
    if len({len(words) for words in most}) > 1:
        return " ".join(most[-1])
    columns = zip(*most, strict=True)
    return " ".join(words[0] if len(set(words)) == 1 else "…" for words in columns)


def _line(tried: str, message: str, remedy: str, mended_in: str) -> str:
    """Say what to do.

    Examples
    --------
    >>> _line("git commit", "[FORMAT] Code is not formatted.", "mix format", "")
    'Before `git commit`: `mix format` (else: “[FORMAT] Code is not formatted”)'
    >>> _line("git push", "fatal: no upstream branch", "git push --set-upstream origin …", "")
    'Instead of `git push`: `git push --set-upstream origin …` (else: “fatal: no upstream branch”)'
    >>> _line("pytest tests/test_a.py", "E  assert 1 == 7", "", "shop/a.py")
    'After each edit of shop/a.py: run `pytest tests/test_a.py` (failed with: “E assert 1 == 7”)'
    >>> _line("git commit", "", "", "shop/a.py")
    'Before `git commit`: run the checks that its hooks run'
    >>> _line("npm test", "", "--help", "")
    'Before relying on `npm test`: run it once, and mend what fails first'
    """
    command = f"`{_short(tried)}`"
    quoted = f"“{_short(message)}”" if message else ""
    otherwise = f" (else: {quoted})" if quoted else ""
    if _COMMAND.match(remedy):
        is_same = remedy.split()[:2] == tried.split()[:2]
        return f"{'Instead of' if is_same else 'Before'} {command}: `{_short(remedy)}`{otherwise}"
    if tried.startswith(vocabulary.GATED):
        return f"Before {command}: run the checks that its hooks run{otherwise}"
    if mended_in:
        failed = f" (failed with: {quoted})" if quoted else ""
        return f"After each edit of {_short(mended_in)}: run {command}{failed}"
    return f"Before relying on {command}: run it once, and mend {quoted or 'what fails'} first"


def _short(text: str) -> str:
    """Return a text on one line, without a full stop inside or at its end, cut where it is long."""
    plain = " ".join(text.replace("`", "'").split()).replace(". ", "; ").rstrip(".")
    return plain if len(plain) <= _SHORT else f"{plain[: _SHORT - 1]}…"
