"""Where commands print: what databases and folders are called reaches a terminal as text alone."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from claudesess import text
from claudesess.errors import ClaudesessError

if TYPE_CHECKING:
    from rich.console import Console

    from claudesess.store.load import Problem


def say(message: str, *, err: bool = False) -> None:
    """Print a line."""
    click.echo(text.plain(message), err=err)


def warn_of(problems: Iterable[Problem]) -> None:
    """Say which databases, or which of their tables, could not be read."""
    for one in problems:
        if one.severity == "error":
            say(f"Warning: {one.path}: {one.problem}", err=True)


def console(*, err: bool = False) -> Console:
    """Return where tables and lanes are printed: plain where nobody looks, `?` for what a terminal lacks."""
    from rich.console import Console

    reconfigure = getattr(sys.stderr if err else sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")
    return Console(stderr=err, highlight=False)


class Commands(click.Group):
    """Commands whose errors are printed like all else that they say."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; what it refuses to do is said as text, whose further lines are indented."""
        gc.set_threshold(50_000)  # frames come and go by the thousand, and few of them are in a cycle
        try:
            return super().invoke(ctx)
        except ClaudesessError as error:
            raise click.ClickException(_indented(str(error))) from error
        except click.ClickException as error:
            error.message = _indented(error.message)  # type: ignore[misc]  # before anybody reads it
            raise


def _indented(message: str) -> str:
    return text.plain_lines(message).replace("\n", "\n  ")
