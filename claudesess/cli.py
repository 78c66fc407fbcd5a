"""The command line: `claudesess install`, `import`, `doctor`, `ls`, `report`, `prune`, `uninstall`."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

import claudesess
from claudesess.errors import ClaudesessError
from claudesess.history.command import import_

if TYPE_CHECKING:
    from claudesess.install import Place
    from claudesess.prune import Pruning


@click.group()
@click.version_option(claudesess.__version__, prog_name="claudesess")
def main() -> None:
    """Look back at what coding agents did."""


main.add_command(import_)


@main.command()
@click.argument("databases", nargs=-1)
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=Path("build/report"), show_default=True
)
def report(databases: tuple[str, ...], out: Path) -> None:
    """Write the three analyses of DATABASES as pages that open offline.

    DATABASES are files, folders (searched for .claude-session.db) or globs; none: the sample project.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from claudesess import report as pages

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    try:
        # A wrong path is said at once, not from inside a notebook.
        lost = pages.faults(databases) if databases else []
        for fault in lost:
            click.echo(f"Warning: {fault}", err=True)
        with Progress(*columns, console=console) as progress:
            task = progress.add_task("Running the notebooks", total=len(pages.notebooks()))
            for page in pages.write(databases, out, lost):
                progress.update(task, advance=1, description=page.title)
    except ClaudesessError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Open {(out / 'index.html').absolute()}")


@main.command()
@click.argument("databases", nargs=-1)
@click.option("--sessions", "by_session", is_flag=True, help="A line per session.")
@click.option("--json", "as_json", is_flag=True, help="For scripts: an object per line.")
def ls(databases: tuple[str, ...], by_session: bool, as_json: bool) -> None:
    """List what DATABASES hold: projects, or sessions; who wrote them, when, how much.

    DATABASES are files, folders (searched for .claude-session.db) or globs; none: the folder here.
    """
    from rich.console import Console

    from claudesess import listing

    try:
        with claudesess.open_store(*databases or (".",)) as store:
            lost = store.problems[store.problems["severity"] == "error"]
            found = listing.sessions(store) if by_session else listing.projects(store)
    except ClaudesessError as error:
        raise click.ClickException(str(error)) from error
    for place, problem in zip(lost["path"], lost["problem"], strict=True):
        click.echo(f"Warning: {place}: {problem}", err=True)
    if as_json:
        click.echo(found.to_json(orient="records", lines=True, date_format="iso"), nl=False)
    else:
        console = Console()
        console.width = max(console.width, _LINE)
        console.print(listing.table(found))


_LINE = 180  # a narrower terminal breaks the lines of a list itself, and nothing is left out
_FOLDER = click.Path(path_type=Path, file_okay=False, resolve_path=True)
_USER = click.option("--user", "is_user", is_flag=True, help="For all your projects (the default).")
_PROJECT = click.option(
    "--project", type=_FOLDER, help="For one project alone: its .claude/settings.local.json, not shared."
)


@main.command()
@_USER
@_PROJECT
@click.option("--python", help="The interpreter that runs the hooks [default: this one's].")
def install(is_user: bool, project: Path | None, python: str | None) -> None:
    """Register the collector with Claude Code."""
    from claudesess import install as installing

    place = _place(is_user, project)
    try:
        wanted = installing.registration(python)
    except ClaudesessError as error:
        raise click.ClickException(str(error)) from error
    try:
        done = installing.install(place, wanted)
    except installing.SettingsError as error:
        click.echo(json.dumps({"hooks": wanted.hooks()}, indent=2))
        raise click.ClickException(f"{error}\nTo register by hand, put in what is printed above.") from error
    change = done.change
    click.echo(f"{'Registered in' if change.is_changed else 'Already registered in'} {change.path}")
    if change.backup is not None:
        click.echo(f"Before: {change.backup}")
    if done.ignored_in is not None:
        click.echo(f"Kept out of git by {done.ignored_in}")
    if not change.is_strict:
        click.echo(
            f"{change.path} holds comments or trailing commas. They were kept, but Claude Code leaves out"
            " such a file as a whole: no hook of it runs until they are gone.",
            err=True,
        )
    _say_what_is_recorded()


def _say_what_is_recorded() -> None:
    """Promise no more than the client that is here keeps."""
    from claudesess.install import client

    found = client.found(os.environ)
    if found is None:
        known = f"Sessions that start now are recorded, where Claude Code is {client.oldest()} or newer."
    elif found.knows_hooks:
        known = "Sessions that start now are recorded."
    else:
        click.echo(
            f"Nothing is recorded yet: Claude Code is {found.version} here and does not run these hooks."
            f" Update it to {client.oldest()} or newer: claude update",
            err=True,
        )
        return
    click.echo(f"{known} Try: claudesess doctor")


@main.command()
@_USER
@_PROJECT
def uninstall(is_user: bool, project: Path | None) -> None:
    """Take the collector out of the settings again; databases stay."""
    from claudesess import install as installing

    try:
        change = installing.uninstall(_place(is_user, project))
    except ClaudesessError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{'Taken out of' if change.is_changed else 'Was not registered in'} {change.path}")


def _place(is_user: bool, project: Path | None) -> Place:
    from claudesess.install import Place

    if is_user and project is not None:
        raise click.UsageError("Say --user or --project, not both.")
    return Place(project, os.environ, Path.home())


@main.command()
@click.option("--project", type=_FOLDER, default=Path(), help="The project to look at [default: here].")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
def doctor(project: Path, as_json: bool) -> None:
    """Look whether recording works; exit status 1 when something is to be done."""
    from rich.console import Console

    from claudesess.doctor import display, examine

    report = examine(project, os.environ, Path.home())
    if as_json:
        click.echo(json.dumps(report.to_dict(), indent=2, ensure_ascii=False))
    else:
        display.show(report, Console())
    sys.exit(1 if report.needs_action else 0)


@main.command()
@click.argument("databases", nargs=-1)
@click.option("--older-than", required=True, help="Age of a session's last sign of life: 36h, 90d, 12w, 1y.")
@click.option("--yes", is_flag=True, help="Do it; without this, it is only counted.")
def prune(databases: tuple[str, ...], older_than: str, yes: bool) -> None:
    """Delete old sessions from DATABASES and give back their room.

    DATABASES are files, folders (searched for .claude-session.db) or globs; none: the project here.
    """
    from claudesess import prune as pruning
    from claudesess.locations import SESSION_FILE
    from claudesess.store import places

    try:
        limit = pruning.age(older_than)
        faults: list[ClaudesessError] = []
        paths: dict[Path, None] = {}
        for place in databases or (SESSION_FILE,):
            found, unfound = places.find(place)
            faults += unfound
            paths |= dict.fromkeys(found)
        for path in paths:
            try:
                _say(pruning.prune(path, limit, datetime.now(UTC), do=yes))
            except ClaudesessError as error:
                faults.append(error)
    except ClaudesessError as error:
        raise click.ClickException(str(error)) from error
    if faults:
        raise click.ClickException("\n".join(map(str, faults)))


def _say(done: Pruning) -> None:
    sessions = f"{done.n_sessions:,} of {done.n_sessions + done.n_kept:,} sessions"
    click.echo(f"{done.path}: {sessions} {'deleted' if done.is_done else 'would go'}")
    for table, n in done.rows.items():
        click.echo(f"  {n:>9,}  {table}")
    if not done.is_done:
        click.echo(f"Nothing was deleted ({done.bytes_before:,} bytes). Do it with --yes.")
    elif done.left:
        click.echo(f"The room was not given back yet ({done.left}): run this again later.")
    else:
        click.echo(f"{done.bytes_before:,} bytes before, {done.bytes_after:,} after.")
