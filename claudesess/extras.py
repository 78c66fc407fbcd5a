"""What the base install leaves out: whoever needs it is told the name of the extra that brings it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from claudesess.errors import ClaudesessError


class MissingExtraError(ClaudesessError, ImportError):
    """A package is needed that the base install leaves out; the message says how to get it."""


@contextmanager
def needed(extra: str, what: str) -> Iterator[None]:
    """Import packages of an extra inside this.

    Parameters
    ----------
    extra
        Its name in `pyproject.toml`.
    what
        What needs it, as the sentence begins.

    Raises
    ------
    MissingExtraError
        A package that is not ours is missing.

    Examples
    --------
    >>> with needed("stats", "A trend around a date"):
    ...     import no_such_package
    Traceback (most recent call last):
    claudesess.extras.MissingExtraError: A trend around a date needs more: pip install 'claudesess[stats]'
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == __package__:
            raise
        raise MissingExtraError(f"{what} needs more: pip install 'claudesess[{extra}]'") from error


def stand_in(name: str, error: MissingExtraError) -> Callable[..., NoReturn]:
    """Return a function in place of one that cannot be imported: it says why when it is called."""

    def refuse(*_: Any, **__: Any) -> NoReturn:
        raise error

    refuse.__name__ = refuse.__qualname__ = name
    refuse.__doc__ = str(error)
    return refuse
