"""`claudesess install` and `claudesess uninstall`: the collector in the client's settings."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from claudesess.terminal import say

if TYPE_CHECKING:
    from claudesess.install import Target

_FOLDER = click.Path(path_type=Path, file_okay=False, resolve_path=True)
_USER = click.option("--user", "is_user", is_flag=True, help="For all your projects (the default).")
_PROJECT = click.option(
    "--project", type=_FOLDER, help="For one project alone: its .claude/settings.local.json, not shared."
)


_TAKE_OUT = "Mend it and run claudesess uninstall again, or take out the hooks that run collect.py by hand."


@click.command()
@_USER
@_PROJECT
@click.option("--python", help="The interpreter that runs the hooks [default: this one's].")
def install(is_user: bool, project: Path | None, python: str | None) -> None:
    """Register the collector with Claude Code."""
    from claudesess import install as installing

    target = _target(is_user, project)
    wanted = installing.registration(python)
    try:
        done = installing.install(target, wanted)
    except installing.SettingsError as error:
        click.echo(json.dumps({"hooks": wanted.hooks()}, indent=2))
        raise click.ClickException(f"{error}\nTo register by hand, put in what is printed above.") from error
    change = done.change
    say(f"{'Registered in' if change.is_changed else 'Already registered in'} {change.path}")
    if change.backup is not None:
        say(f"Before: {change.backup}")
    if done.ignored_in is not None:
        say(f"Kept out of git by {done.ignored_in}")
    if not change.is_strict:
        say(
            f"{change.path} holds comments or trailing commas. They were kept, but Claude Code leaves out"
            " such a file as a whole: no hook of it runs until they are gone.",
            err=True,
        )
    _say_what_is_recorded()
    if done.problem is not None:
        raise click.ClickException(done.problem)


def _say_what_is_recorded() -> None:
    """Promise no more than the client that is here keeps."""
    from claudesess.install import client

    found = client.found(os.environ)
    if found is None:
        sentence = f"Sessions that start now are recorded, where Claude Code is {client.oldest()} or newer."
    elif found.knows_hooks:
        sentence = "Sessions that start now are recorded."
    else:
        say(
            f"Nothing is recorded yet: Claude Code is {found.version} here and does not run these hooks."
            f" Update it to {client.oldest()} or newer: claude update",
            err=True,
        )
        return
    say(f"{sentence} Try: claudesess doctor")


@click.command()
@_USER
@_PROJECT
def uninstall(is_user: bool, project: Path | None) -> None:
    """Take the collector out of the settings again.

    Out of git's ignore file, too; databases stay.

    Neither --user nor --project: out of the user's settings, and those of the project one is in.
    """
    from claudesess import install as installing

    targets = [_target(is_user, project)]
    here = installing.project_of(Path.cwd()) if not is_user and project is None else None
    if here is not None:
        targets.append(_target(False, here))
    problems = []
    for target in targets:
        try:
            done = installing.uninstall(target)
        except installing.SettingsError as error:  # the others are done all the same
            problems.append(f"{error} {_TAKE_OUT}")
            continue
        change = done.change
        say(f"{'Taken out of' if change.is_changed else 'Was not registered in'} {change.path}")
        if done.not_ignored_in is not None:
            say(f"Taken out of {done.not_ignored_in}")
        problems += [done.problem] if done.problem is not None else []
    if problems:
        raise click.ClickException("\n".join(problems))


def _target(is_user: bool, project: Path | None) -> Target:
    from claudesess.install import Target

    if is_user and project is not None:
        raise click.UsageError("Say --user or --project, not both.")
    return Target(project, os.environ, Path.home())
