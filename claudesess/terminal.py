"""Where commands print: what databases and folders are called reaches a terminal as text alone."""

from __future__ import annotations

from typing import Any

import click

from claudesess import text


def say(message: str, *, err: bool = False) -> None:
    """Print a line."""
    click.echo(text.plain(message), err=err)


class Commands(click.Group):
    """Commands whose errors are printed like all else that they say."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; what it refuses to do is said as text, whose further lines are indented."""
        try:
            return super().invoke(ctx)
        except click.ClickException as error:
            error.message = text.plain_lines(error.message).replace("\n", "\n  ")  # type: ignore[misc]  # before anybody reads it
            raise
