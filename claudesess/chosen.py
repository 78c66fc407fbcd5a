"""Which sessions a command is about: options that several commands share, and a store of those sessions."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Any, NamedTuple

import click

if TYPE_CHECKING:
    from claudesess.store import Store


anonymising = click.option(
    "--anonymise", is_flag=True, help="For sharing: paths, ids and texts become pseudonyms."
)
"""Give a command the option --anonymise."""


def require_one_source(databases: Sequence[str], *, is_sample: bool) -> None:
    """Refuse databases beside the sample.

    Raises
    ------
    UsageError
        Both are asked for.
    """
    if databases and is_sample:
        raise click.UsageError("Name databases or say --sample, not both.")


class Chosen(NamedTuple):
    """What the options said.

    Attributes
    ----------
    since, until
        As somebody wrote them; see `claudesess.away.when.moment`.
    projects
        Names of projects; none: all.
    is_utc
        Times and days are of UTC, not of the zone here.
    """

    since: str | None = None
    until: str | None = None
    projects: tuple[str, ...] = ()
    is_utc: bool = False

    @property
    def zone(self) -> tzinfo:
        """Where times are told and days are cut."""
        from claudesess.zones import zone_here

        return UTC if self.is_utc else zone_here()

    def open(self, paths: Sequence[str]) -> Store:
        """Open databases as a store of these sessions alone."""
        from claudesess import open_store
        from claudesess.away import when

        now, zone = datetime.now(UTC), self.zone
        since = None if self.since is None else when.moment(self.since, now, zone)
        until = None if self.until is None else when.moment(self.until, now, zone, may_come=True)
        return open_store(*paths, since=since, until=until, projects=self.projects or None, zone=zone)


def sessions_chosen(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options --since, --until, --project and --utc, as one argument `chosen`."""

    @click.option(
        "--since", metavar="TIME", help="Only sessions that began then or later: 2026-10-12, 3d, monday."
    )
    @click.option("--until", metavar="TIME", help="Only sessions that began before.")
    @click.option("--project", "projects", metavar="NAME", multiple=True, help="Only of this project.")
    @click.option("--utc", "is_utc", is_flag=True, help="Times and days in UTC instead of the zone here.")
    @functools.wraps(command)
    def chosen(
        since: str | None, until: str | None, projects: tuple[str, ...], is_utc: bool, **others: Any
    ) -> None:
        command(chosen=Chosen(since, until, projects, is_utc), **others)

    return chosen
