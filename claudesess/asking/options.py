"""Options of metrics: what their annotations allow is what `compute` takes and what the explorer offers."""

from collections.abc import Callable
from typing import Any, Literal, get_args, get_origin, get_type_hints

LEAST = 1
"""Least value of every option that is a whole number."""


def check(compute: Callable[..., Any], **options: object) -> None:
    """Refuse options that a metric's annotations do not allow.

    Parameters
    ----------
    compute
        The metric's function; its keyword-only parameters are annotated ``Literal[...]`` or ``int``.
    **options
        Values by name.

    Raises
    ------
    ValueError
        A value is none of the choices, or is no whole number from `LEAST` on.

    Examples
    --------
    >>> def compute(*, by: Literal["db", "none"] = "db", k: int = 20): ...
    >>> check(compute, by="db", k=0)
    Traceback (most recent call last):
        ...
    ValueError: k is 0; it must be a whole number, 1 or more
    """
    hints = get_type_hints(compute)
    for name, value in options.items():
        choices = get_args(hints[name]) if get_origin(hints[name]) is Literal else ()
        if choices and value not in choices:
            raise ValueError(f"{name} is {value!r}; it must be one of {', '.join(map(repr, choices))}")
        if hints[name] is int and (not isinstance(value, int) or value < LEAST):
            raise ValueError(f"{name} is {value!r}; it must be a whole number, {LEAST} or more")
