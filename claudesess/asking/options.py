"""Options of measures: what their annotations allow is what is taken, and what the explorer offers."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Literal, get_args, get_origin, get_type_hints

from claudesess.errors import QuestionError

LEAST = 1
"""Least value of every option that is a whole number."""


@cache
def of(function: Callable[..., Any]) -> Mapping[str, tuple[Any, Any]]:
    """Return the options of a function: its keyword-only parameters, as annotation and default by name.

    Examples
    --------
    >>> def units(compactions, *, k: int = 20): ...
    >>> of(units)
    {'k': (<class 'int'>, 20)}
    """
    hints = get_type_hints(function)
    parameters = inspect.signature(function).parameters.values()
    return {p.name: (hints[p.name], p.default) for p in parameters if p.kind is p.KEYWORD_ONLY}


def require(function: Callable[..., Any], given: Mapping[str, object]) -> None:
    """Refuse options that a function does not have, or that its annotations do not allow.

    Raises
    ------
    QuestionError
        There is no such option, or a value is none of the choices, no text, or no whole number from `LEAST`
        on.

    Examples
    --------
    >>> def units(compactions, *, kind: Literal["check", "all"] = "check", k: int = 20): ...
    >>> require(units, {"kind": "all", "k": 0})
    Traceback (most recent call last):
        ...
    claudesess.errors.QuestionError: k is 0; it must be a whole number, 1 or more
    """
    options = of(function)
    for name, value in given.items():
        if name not in options:
            offered = f"its options are {', '.join(options)}" if options else "it has none"
            raise QuestionError(f"there is no option {name!r}; {offered}")
        hint = options[name][0]
        choices = get_args(hint) if get_origin(hint) is Literal else ()
        if choices and value not in choices:
            raise QuestionError(f"{name} is {value!r}; it must be one of {', '.join(map(repr, choices))}")
        if hint is int and (not isinstance(value, int) or isinstance(value, bool) or value < LEAST):
            raise QuestionError(f"{name} is {value!r}; it must be a whole number, {LEAST} or more")
        if hint is str and not isinstance(value, str):
            raise QuestionError(f"{name} is {value!r}; it must be a text")
