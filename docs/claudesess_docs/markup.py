"""Parts of pages as Markdown."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence

from claudesess.report.drawing import Drawing, Quoted


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    r"""Return a table; cells are Markdown.

    Examples
    --------
    >>> print(table(["a", "b"], [[1, "x | y"], [None, "two\nlines"]]))
    | a | b |
    |---|---|
    | 1 | x \| y |
    |  | two lines |
    """
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    lines += ["| " + " | ".join(map(_cell, row)) + " |" for row in rows]
    return "\n".join(lines)


def _cell(value: object) -> str:
    return "" if value is None else " ".join(str(value).split()).replace("|", "\\|")


def plain(text: object) -> str:
    r"""Return text of the data or of docstrings as Markdown that shows it as it stands.

    Examples
    --------
    >>> plain("<b> of `a_b` * 2")
    '&lt;b&gt; of `a_b` \\* 2'
    """
    parts = re.split(r"(``?[^`]+``?)", str(text))
    return "".join(
        f"`{part.strip('`')}`"
        if part.startswith("`")
        else re.sub(r"([*\[\]])", r"\\\1", html.escape(part, quote=False))
        for part in parts
    )


def prose(doc: str) -> str:
    r"""Return what a docstring says: its sentences and its notes, no tables of parameters.

    Examples
    --------
    >>> print(prose("Count.\n\nParameters\n----------\na\n    The a.\n\nNotes\n-----\nBy y."))
    Count.
    <BLANKLINE>
    By y.
    """
    said, section = [], ""
    for block in doc.split("\n\n"):
        lines = block.strip().split("\n")
        if len(lines) > 1 and set(lines[1].strip()) == {"-"}:
            section, lines = lines[0].strip(), lines[2:]
        if section in ("", "Notes") and lines:
            said.append(_paragraph(lines))
    return "\n\n".join(said)


def _paragraph(lines: list[str]) -> str:
    """Return a list and a table of a docstring as they stand, all else as one line."""
    if lines[0].startswith(("- ", "* ")):
        return "\n".join(map(plain, lines))
    if any(re.match(r"\S+ {3,}\S", line) for line in lines):
        return "\n".join(["```text", *lines, "```"])
    return plain(" ".join(line.strip() for line in lines))


def figure(drawings: Iterable[Drawing], begins: str) -> str:
    """Return charts that `charts.js` draws; `begins` is what the ids of their specifications begin with."""
    return "\n".join(
        f'<figure class="chart"><div class="draw" role="img" aria-label="{html.escape(one.title)}" '
        f'data-spec="{begins}-{number}"></div>'
        f"<figcaption>{html.escape(' '.join(filter(None, (_ended(one.title), one.how))))}</figcaption>"
        f'<script type="application/json" id="{begins}-{number}">{one.spec}</script></figure>'
        for number, one in enumerate(drawings)
    )


def quotes(quoted: Quoted) -> str:
    """Return the texts that a chart would have shown, as a list below what is said of them."""
    items = "".join(
        f"<li><b>{html.escape(one.mark)}</b> <q>{html.escape(one.text)}</q></li>" for one in quoted.quotations
    )
    how = f"<p>{html.escape(quoted.how)}</p>" if quoted.how else ""
    return f"{how}<ul>{items}</ul>" if items else ""


def _ended(title: str) -> str:
    return title if not title or title[-1] in ".?!" else f"{title}."
