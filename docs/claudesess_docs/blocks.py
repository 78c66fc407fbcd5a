r"""Code blocks of pages are run, and what they print stands below them.

`python -m claudesess_docs.blocks [PAGE…]` puts it there. Run are blocks of ``console`` (lines that begin with
``$``, and go on with ``>`` after a ``\``, each before its output) and of ``python`` (one program per page;
its output is the block of ``text`` right after it, a chart has none). Not run are those below a comment that
says ``not run:`` and why, blocks of anything else, and pages that need a package which is not there:
``needs: polars``.
"""

from __future__ import annotations

import ast
import contextlib
import importlib.util
import io
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd

from claudesess_docs import ROOT
from claudesess_docs.stage import Stage, stage

BLOCK = re.compile(
    r"(?P<above><!-- not run: [^>]*-->\n)?"
    r"^```(?P<kind>console|python)\n(?P<code>.*?)^```\n(?P<output>\n```text\n.*?^```\n)?",
    flags=re.MULTILINE | re.DOTALL,
)

Shown = Callable[[alt.TopLevelMixin], str]


def pages() -> list[Path]:
    """Return the pages with blocks that are run."""
    written = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [path for path in written if is_run(path.read_text(encoding="utf-8"))]


def is_run(page: str) -> bool:
    """Whether a page has a block that is run."""
    return any(not block["above"] for block in BLOCK.finditer(page))


def missing(page: str) -> list[str]:
    r"""Return the packages that a page needs and that are not there.

    Examples
    --------
    >>> missing("<!-- needs: json -->\n<!-- needs: no_such_package -->")
    ['no_such_package']
    """
    needed = re.findall(r"<!-- needs: (\w+) -->", page)
    return [name for name in needed if importlib.util.find_spec(name) is None]


def rewritten(page: str) -> str:
    r"""Run the blocks of a page in order; return it with what they print now.

    Examples
    --------
    >>> print(rewritten("```python\n1 + 1\n```\n"))
    ```python
    1 + 1
    ```
    <BLANKLINE>
    ```text
    2
    ```
    <BLANKLINE>
    """
    names: dict[str, Any] = {"__name__": "__main__"}

    def one(block: re.Match[str], here: Stage) -> str:
        if block["kind"] == "console":
            return f"```console\n{_console(block['code'], here)}```\n" + (block["output"] or "")
        printed, _ = _python(block["code"], names, here)
        return f"```python\n{block['code']}```\n" + (f"\n```text\n{printed}\n```\n" if printed else "")

    return _each(page, one)


def drawn(page: str, shown: Shown) -> str:
    """Run the blocks of Python; return the page with their charts, as `shown` says, below them."""
    names: dict[str, Any] = {"__name__": "__main__"}

    def one(block: re.Match[str], here: Stage) -> str:
        _, chart = ("", None) if block["kind"] == "console" else _python(block["code"], names, here)
        return block[0] + ("" if chart is None else f"\n{shown(chart)}\n")

    return _each(page, one)


def _each(page: str, one: Callable[[re.Match[str], Stage], str]) -> str:
    with stage() as here:
        return BLOCK.sub(lambda block: block[0] if block["above"] else one(block, here), page)


def _console(code: str, here: Stage) -> str:
    said = ""
    for command in re.findall(r"^\$ ((?:.*\\\n> )*.*)$", code, flags=re.MULTILINE):
        printed = here.run(command.replace("\\\n> ", ""))
        if "Traceback (most recent call last)" in printed:  # no page shows one
            raise RuntimeError(f"$ {command}\n{printed}")
        said += f"$ {command}\n" + (f"{printed}\n" if printed else "")
    return said


def _python(code: str, names: dict[str, Any], here: Stage) -> tuple[str, alt.TopLevelMixin | None]:
    """Run a block as a notebook does: what it prints, and what its last line is."""
    tree = ast.parse(code)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    printed, value = io.StringIO(), None
    wide = pd.option_context("display.width", 100, "display.max_columns", 12, "display.max_colwidth", 60)
    with here.entered(), contextlib.redirect_stdout(printed), wide:
        exec(compile(tree, "<page>", "exec"), names)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), "<page>", "eval"), names)
        if isinstance(value, alt.TopLevelMixin):
            return here.told(printed.getvalue()), value
        if value is not None:
            print(value if isinstance(value, pd.DataFrame) else repr(value))
    return here.told(printed.getvalue()), None


def main() -> None:
    """Put what blocks print now into the pages named, or all."""
    for path in [Path(name).resolve() for name in sys.argv[1:]] or pages():
        before = path.read_text(encoding="utf-8")
        if lacks := missing(before):
            print(path.relative_to(ROOT), f"left as it was: needs {', '.join(lacks)}")
            continue
        after = rewritten(before)
        path.write_text(after, encoding="utf-8", newline="\n")
        print(path.relative_to(ROOT), "as it was" if after == before else "rewritten")


if __name__ == "__main__":
    main()
