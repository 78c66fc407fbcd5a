"""Register the collector with the client, and take it out again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from claudesess_collector.vocabulary import SESSION_FILE

from claudesess import paths
from claudesess.install import git_ignore, interpreter, settings_file
from claudesess.install.registration import EVENTS, Registration
from claudesess.install.settings_file import Change, SettingsError
from claudesess.text import tail

__all__ = ["EVENTS", "Change", "Registration", "SettingsError", "Target", "install", "uninstall"]


@dataclass(frozen=True)
class Target:
    """Where to register: for the user, or for one project.

    Attributes
    ----------
    project
        The project's folder; None for all projects of the user.
    environ, home
        The environment and the user's folder, which say where the settings are.
    """

    project: Path | None
    environ: Mapping[str, str]
    home: Path

    @property
    def settings(self) -> Path:
        """The settings file.

        A project's is the personal one: an interpreter's absolute path in the file that a team shares would
        fail on everybody else's machine.
        """
        if self.project is not None:
            return self.project / ".claude" / "settings.local.json"
        return config_dir(self.environ, self.home) / "settings.json"

    @property
    def ignore_file(self) -> Path | None:
        """The ignore file of git that covers the target; None where there is no repository."""
        if self.project is not None:
            return git_ignore.exclude_file(self.project)
        return git_ignore.user_file(self.environ, self.home)

    @property
    def patterns(self) -> list[str]:
        """What git is to ignore."""
        return [git_ignore.PATTERN] + [git_ignore.LOCAL_SETTINGS] * (self.project is not None)


def config_dir(environ: Mapping[str, str], home: Path) -> Path:
    """Return the client's own folder of this user."""
    named = environ.get("CLAUDE_CONFIG_DIR")
    return Path(named) if named else home / ".claude"


@dataclass(frozen=True)
class Installed:
    """What `install` did.

    Attributes
    ----------
    change
        What became of the settings.
    registration
        What is registered now.
    ignored_in
        The ignore file that keeps the database out of git; None where there is none, or it cannot be written.
    problem
        Why it cannot be written, and what to do; None where it could.
    """

    change: Change
    registration: Registration
    ignored_in: Path | None
    problem: str | None


def registration(python: str | None = None) -> Registration:
    """Return what would be registered: an interpreter, named or this one's, and this package's collector.

    Raises
    ------
    ClaudesessError
        The interpreter does not serve, or the collector is missing.
    """
    return Registration(interpreter.chosen(python), str(paths.collector_dir() / "collect.py"))


def install(target: Target, wanted: Registration) -> Installed:
    """Register the collector, keep its database out of git and for its owner alone; doing it again is fine.

    Raises
    ------
    SettingsError
        The settings are not understood or cannot be written. They are as they were.
    """
    if target.project is not None and not target.project.is_dir():
        raise SettingsError(f"{target.project} is no folder. Name the project's.")
    change = settings_file.register(target.settings, wanted)
    ignored_in = problem = None
    try:
        ignored_in = target.ignore_file
        if ignored_in is not None:
            git_ignore.add(ignored_in, target.patterns)
    except OSError as error:
        problem = f"{_not_written(error, ignored_in)} Ignore {git_ignore.PATTERN} in git yourself."
        ignored_in = None
    if target.project is not None:
        _close_to_others(target.project / SESSION_FILE)
    return Installed(change, wanted, ignored_in, problem)


@dataclass(frozen=True)
class Uninstalled:
    """What `uninstall` did.

    Attributes
    ----------
    change
        What became of the settings.
    not_ignored_in
        The ignore file that our lines were taken out of; None where they stay, or there were none.
    problem
        Why it cannot be written, and what to do; None where it could.
    """

    change: Change
    not_ignored_in: Path | None
    problem: str | None


def uninstall(target: Target) -> Uninstalled:
    """Take out what `install` put in, and nothing else; databases stay, and what keeps them out of git.

    A project with a database keeps the lines of its ignore file. Those of the user go: where hooks made a
    database, they wrote into the project's own file that git is to ignore it.

    Raises
    ------
    SettingsError
        The settings are not understood or cannot be written. They are as they were.
    """
    change = settings_file.unregister(target.settings)
    has_database = target.project is not None and any(target.project.glob(git_ignore.PATTERN))
    ignored_in = None
    try:
        ignored_in = target.ignore_file
        is_removed = (
            ignored_in is not None
            and not has_database
            and not _is_shared(target, ignored_in)
            and git_ignore.remove(ignored_in, target.patterns)
        )
    except OSError as error:
        problem = f"{_not_written(error, ignored_in)} Take out the line {git_ignore.PATTERN} yourself."
        return Uninstalled(change, None, problem)
    return Uninstalled(change, ignored_in if is_removed else None, None)


def _not_written(error: OSError, ignored_in: Path | None) -> str:
    """Say of an ignore file that it cannot be written; a file of git's may name one of any length.

    What a full disk raises names no file, or the one that was to take its place.
    """
    return f"{tail(str(ignored_in or error.filename), 200)} cannot be written ({error.strerror})."


def _is_shared(target: Target, ignored_in: Path) -> bool:
    """Say whether others rely on a project's ignore file: projects of its repository, or worktrees."""
    if target.project is None:
        return False
    git = ignored_in.parent.parent
    return git.parent.resolve() != target.project.resolve() or any((git / "worktrees").glob("*"))


def project_of(folder: Path) -> Path | None:
    """Return the folder, or the nearest above it, in whose settings `install --project` put our entries."""
    return next(
        (
            above
            for above in (folder, *folder.parents)
            if settings_file.holds_ours(above / ".claude" / "settings.local.json")
        ),
        None,
    )


def _close_to_others(database: Path) -> None:
    """Take a database that is already there from everybody but its owner."""
    if database.is_file() and not database.is_symlink() and database.stat().st_mode & 0o077:
        database.chmod(0o600)
