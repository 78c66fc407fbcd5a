"""Where commands print: what databases and folders are called reaches a terminal as text alone."""

from __future__ import annotations

import errno
import gc
import json
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from claudesess import text
from claudesess.errors import INTERRUPTED, ClaudesessError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress
    from rich.table import Table
    from rich.text import Text

    from claudesess.store.load import Problem

_WIDEST = 100  # columns; longer lines are hard to read
_TIME = re.compile(r" *[\d:]{8}  ")  # of an event of a session, in front of its words


def say(message: str, *, err: bool = False) -> None:
    """Print a line."""
    click.echo(text.plain(message), err=err)


def say_each(printed: Iterable[str | Mapping[str, Any]]) -> None:
    """Print lines for people, or for scripts an object a line."""
    for one in printed:
        if isinstance(one, str):
            say(one)
        else:
            click.echo(text.ascii_json(json.dumps(one)))


def warn_of(problems: Iterable[Problem]) -> list[str]:
    """Say which databases, or which of their tables, could not be read; return it, a sentence each."""
    lost = [
        f"{one.path}{'' if one.table is None else f', {one.table}'}: {one.problem}"
        for one in problems
        if one.severity == "error"
    ]
    for each in lost:
        say(f"Warning: {each}", err=True)
    return lost


def width() -> int:
    """Return how wide a printed line may be: as the terminal, at most `_WIDEST`."""
    is_seen = sys.stdout is not None and sys.stdout.isatty()
    return min(_WIDEST, shutil.get_terminal_size().columns) if is_seen else _WIDEST


def console(*, err: bool = False) -> Console:
    """Return where tables and lanes are printed: plain where nobody looks, `?` for what a terminal lacks."""
    from rich.console import Console

    reconfigure = getattr(sys.stderr if err else sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")
    return Console(stderr=err, highlight=False)


def print_hung(line: Text, where: Console) -> None:
    """Print a line; where a terminal is narrower further ones are indented, below the words of an event.

    Where nobody looks it stays one line.
    """
    from rich.text import Text

    if not where.is_terminal or line.cell_len <= where.width:
        where.print(line, soft_wrap=True)
        return
    blanks = len(line.plain) - len(line.plain.lstrip())
    time = _TIME.match(line.plain)
    place, behind = (time.end(), time.end()) if time else (blanks, blanks + 2 if blanks else 0)
    for number, part in enumerate(line[place:].wrap(where, where.width - behind)):
        part.rstrip()
        where.print(Text.assemble(" " * behind if number else line[:place], part), soft_wrap=True)


def print_table(drawn: Table, where: Console) -> None:
    """Print a table without the blanks that fill its lines: who copies a line would take them along."""
    from rich.text import Text

    for segments in where.render_lines(drawn, pad=False):
        line = Text.assemble(*((one.text, one.style or "") for one in segments))
        line.rstrip()
        where.print(line, soft_wrap=True)


@contextmanager
def progress(
    what: str, total: int, *, done: int = 0, is_shown: bool | None = None
) -> Iterator[Callable[[], object]]:
    """Show on stderr how far long work is: where a terminal is there, or as `is_shown` says."""
    if not (sys.stderr.isatty() if is_shown is None else is_shown):
        yield lambda: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with shown(Progress(*columns, console=console(err=True))) as bar:
        task = bar.add_task(what, total=total, completed=done)
        yield lambda: bar.advance(task)


@contextmanager
def shown(bar: Progress) -> Iterator[Progress]:
    """Show a bar as long as the context lasts; a Ctrl-C while its thread comes up is heard after that.

    Python waits for a thread to begin in a way that an interrupt breaks, with a traceback of its own.
    """
    from claudesess.processes import interrupts_wait

    with interrupts_wait():
        bar.start()
    try:
        yield bar
    finally:
        bar.stop()


class Commands(click.Group):
    """Commands in the order in which they are needed; errors are printed like all else that they say."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List commands as they were added: what one begins with stands in front."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; what it refuses to do is said as text, whose further lines are indented."""
        gc.set_threshold(50_000)  # frames come and go by the thousand, and few of them are in a cycle
        try:
            return super().invoke(ctx)
        except ClaudesessError as error:
            raise click.ClickException(_indented(str(error))) from error
        except RuntimeError as error:
            if str(error) == INTERRUPTED:
                raise click.Abort from error
            raise
        except OSError as error:
            if error.errno == errno.EPIPE:  # who read it has enough
                raise
            place = "" if error.filename is None else f"{os.fsdecode(error.filename)}: "
            raise click.ClickException(_indented(f"{place}{error.strerror or error}")) from error
        except click.ClickException as error:
            error.message = _indented(error.message)  # type: ignore[misc]  # before anybody reads it
            raise


def _indented(message: str) -> str:
    return text.plain_lines(message).replace("\n", "\n  ")
