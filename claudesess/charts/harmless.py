"""Texts of others in a chart: a character that no picture can hold ends the process that draws it."""

from __future__ import annotations

from typing import Any, TypeVar

import altair as alt
import pandas as pd

from claudesess import text

Drawn = TypeVar("Drawn")

LONGEST = 2000
"""Characters of a text; labels end much earlier (`labelLimit`), and tooltips show all of it."""


def harmless(chart: Drawn) -> Drawn:
    """Return a chart or its specification; in data, scales and titles all texts are plain and bounded."""
    cleaned: Drawn = _cleaned(chart)
    return cleaned


def bounded(value: str, longest: int = LONGEST) -> str:
    r"""Return a text of others as it may stand in a chart.

    Examples
    --------
    >>> bounded("a\x1bb"), bounded("abcdef", 4)
    ('a�b', 'abc…')
    """
    plain = text.plain_lines(value)
    return plain if len(plain) <= longest else f"{plain[: longest - 1]}…"


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return bounded(value)
    if isinstance(value, pd.DataFrame):
        return _frame(value)
    if isinstance(value, alt.SchemaBase):
        copied = object.__new__(type(value))
        copied.__dict__.update(value.__dict__)
        copied.__dict__["_args"] = tuple(map(_cleaned, value._args))
        copied.__dict__["_kwds"] = {name: _cleaned(item) for name, item in value._kwds.items()}
        return copied
    if isinstance(value, dict):
        return {key: _cleaned(item) for key, item in value.items()}
    return type(value)(map(_cleaned, value)) if isinstance(value, (list, tuple)) else value


def _frame(frame: pd.DataFrame) -> pd.DataFrame:
    changed = {}
    for name, column in frame.items():
        if not (pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column)):
            words = {word: bounded(word) for word in column.dropna().unique() if isinstance(word, str)}
            other = {word: plain for word, plain in words.items() if plain != word}
            if other:
                changed[str(name)] = column.astype("object").map(
                    lambda word, other=other: other.get(word, word)
                )
    return frame.assign(**changed) if changed else frame
