"""Mentions: which of the things that were open a compaction's summary still names.

A summary is free prose, so only what it repeats word for word can be found: a file by its path, or by its
name where no other open file has that name; a task or an agent by its description; a failed approach by the
line that it added; a chain of failures by its command, or by a test that the command names. Counts err both
ways: what is said in other words is not found, and a text found may stand there for something else (the file
named may be that of another item).
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any

KINDS = ("chains", "failed_paths", "files", "agents", "tasks")
"""What a snapshot lists, in the order in which people read it."""

_NAME = {"chains": "tried", "failed_paths": "approach", "files": "path", "agents": "task", "tasks": "subject"}
_FEWEST = 4  # characters that are no spaces: a shorter text (`}`, `x`) is in any summary


def named(summary: str, kind: str, items: Sequence[Mapping[str, Any]]) -> list[bool]:
    """Tell for every item of a snapshot's list whether the summary names it.

    Parameters
    ----------
    summary : str
        The whole text; what a draft (``<analysis>``) says does not count.
    kind : str
        One of `KINDS`.
    items : sequence of mapping
        The list as relation `compactions` has it.

    Returns
    -------
    list of bool
        One per item, in the same order.

    Examples
    --------
    >>> named("Goal: mend calc.py", "files", [{"path": "/p/calc.py"}, {"path": "/p/test_calc.py"}])
    [True, False]
    >>> named("I tried  `sum(xs)/7`.", "failed_paths", [{"approach": "Edit calc.py: sum(xs) / 7"}])
    [True]
    """
    text, labels = kept(summary), [label(kind, item) for item in items]
    names = Counter(PurePosixPath(said).name for said in labels)
    return [any(says(text, phrase) for phrase in _phrases(kind, said, names)) for said in labels]


def label(kind: str, item: Mapping[str, Any]) -> str:
    """Name an item of a snapshot's list for people; empty when it says nothing.

    Examples
    --------
    >>> label("tasks", {"id": "3", "subject": "Write tests", "status": "pending"})
    'Write tests'
    """
    return str(item.get(_NAME[kind]) or "")


def kept(summary: str) -> str:
    """Return the part of a summary that goes on as context: what is in ``<summary>``, else all but the draft.

    Examples
    --------
    >>> kept("<analysis>calc.py?</analysis><summary>Goal: mean()</summary>")
    'Goal: mean()'
    """
    _, mark, inside = summary.partition("<summary>")
    if mark:
        return inside.partition("</summary>")[0]
    return re.sub(r"<analysis>.*?</analysis>", "", summary, flags=re.DOTALL)


def says(text: str, phrase: str) -> bool:
    """Tell whether a text contains a phrase as whole words, whatever the case and the spaces around signs.

    Examples
    --------
    >>> says("see test_calc.py", "calc.py"), says("see src/calc.py.", "calc.py"), says("x / 10", "x / 1")
    (False, True, False)
    """
    pattern = _pattern(phrase)
    return pattern is not None and pattern.search(text) is not None


@lru_cache(maxsize=4096)
def _pattern(phrase: str) -> re.Pattern[str] | None:
    tokens = re.findall(r"\w+|[^\w\s]", phrase.rstrip(" .,;:!"))
    if sum(map(len, tokens)) < _FEWEST:
        return None
    parts = [re.escape(tokens[0])]
    for before, token in pairwise(tokens):
        words = re.match(r"\w", before) and re.match(r"\w", token)
        parts += [r"\s+" if words else r"\s*", re.escape(token)]
    first = r"(?<![\w.-])" if re.match(r"\w", tokens[0]) else ""
    last = r"(?!\w|[.-]\w)" if re.match(r"\w", tokens[-1]) else ""
    return re.compile(first + "".join(parts) + last, re.IGNORECASE)


def _phrases(kind: str, text: str, names: Mapping[str, int]) -> list[str]:
    """Say which phrases give an item away."""
    if kind == "files":
        path = PurePosixPath(text)
        return [path.name if names[path.name] == 1 else "/".join(path.parts[-2:])]
    if kind == "failed_paths":
        _, mark, line = text.partition(": ")
        return [line if mark else text]
    if kind == "chains":
        return [text, *_tests(text)]
    return [text]


def _tests(command: str) -> list[str]:
    """List the test files and tests that a command names: both names in `pytest test_calc.py::test_mean`.

    Other files do not count: to name `calc.py` is not to name `ruff check calc.py`.
    """
    names = re.findall(r"(?<![\w.-])\w[\w.-]*", command)
    return [name for name in names if re.search(r"(?:^|[_.-])(?:test|spec)s?[_.-]\w|\w_test\b", name)]
