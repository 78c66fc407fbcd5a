"""A table of cases as one test: a thousand rows cost a thousand calls, and not a thousand tests."""

from collections.abc import Callable, Iterable
from functools import wraps
from inspect import signature
from itertools import islice

import pytest
from _pytest.outcomes import OutcomeException

_SHOWN = 20  # wrong rows: who breaks what every row rests on has seen enough
_LINES = 12  # of what is wrong with one


def each_row(names: str | tuple[str, ...], table: Iterable) -> Callable:
    """Try a test on each row, as `parametrize` does, but as one test; which of the rows are wrong, and why, is said of all at once.

    A row has a folder of its own (`tmp_path`, `project`), and what it patches is as it was for the next. Two tables, one
    above the other, are each row of the one with each of the other. A row may not skip: nobody would see it.
    """
    is_one = isinstance(names, str) and "," not in names
    columns = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
    rows = [(row,) if is_one else tuple(row) for row in table]
    assert rows and all(len(row) == len(columns) for row in rows), "a table has rows, and these its columns"

    def decorated(test: Callable) -> Callable:
        @wraps(test)
        def tried(**given):
            __tracebackhide__ = True
            wrong = []
            for n, row in enumerate(rows):
                try:
                    _once(test, n, given, dict(zip(columns, row, strict=True)))
                except (Exception, OutcomeException) as error:
                    wrong.append((n, row, error))
            if wrong:
                told = [
                    f"row {n} ({', '.join(map(_short, row))}):\n{_why(error)}"
                    for n, row, error in islice(wrong, _SHOWN)
                ]
                more = [f"… and {len(wrong) - _SHOWN} more"] * (len(wrong) > _SHOWN)
                heading = f"{len(wrong)} of {len(rows)} rows are wrong:"
                raise AssertionError("\n".join([heading, *told, *more])) from wrong[0][2]

        asked = signature(test)
        assert {*columns} <= {*asked.parameters}, f"{test.__name__} takes no such columns"
        tried.__signature__ = asked.replace(
            parameters=[one for name, one in asked.parameters.items() if name not in columns]
        )
        tried.n_rows = len(rows) * getattr(test, "n_rows", 1)
        return tried

    return decorated


def _once(test: Callable, n: int, given: dict, row: dict) -> None:
    """Try one row, with what it may change made for it alone."""
    own = dict(given)
    if "tmp_path" in given:
        own["tmp_path"] = given["tmp_path"] / str(n)
        own["tmp_path"].mkdir()
    if "project" in given:  # lies in the folder of the test, too
        own["project"] = given["project"].beside(str(n))
    if "monkeypatch" not in given:
        return test(**own, **row)
    with given["monkeypatch"].context() as own["monkeypatch"]:
        return test(**own, **row)


def _short(value: object, most: int = 200) -> str:
    text = repr(value)
    return text if len(text) <= most else f"{text[:most]}…"


def _why(error: BaseException) -> str:
    """Return what is wrong with a row, and where that was noticed."""
    found = pytest.ExceptionInfo.from_exception(error)
    lines = found.exconly().splitlines()
    at = found.traceback[-1]
    return "\n".join(f"    {line}" for line in [*lines[:_LINES], f"{at.path.name}:{at.lineno + 1}"])
