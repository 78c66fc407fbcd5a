"""Which sessions a command is about: options that several commands share, and a store of those sessions."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

if TYPE_CHECKING:
    from claudesess.my_data import MyData
    from claudesess.store import Store


anonymising = click.option(
    "--anonymise", is_flag=True, help="For sharing: paths, ids and texts become pseudonyms."
)
"""Give a command the option --anonymise."""


priced = click.option(
    "--prices",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Price table (TOML): what the tokens cost, too.",
)
"""Give a command the option --prices."""


class Named(NamedTuple):
    """Which databases somebody named, or that it is to be the sample.

    Attributes
    ----------
    paths
        As they were named; none: my data.
    is_sample
        The made-up sample is asked for.
    """

    paths: tuple[str, ...] = ()
    is_sample: bool = False

    def find(self) -> MyData:
        """Say which databases are meant, as `claudesess.my_data.find`."""
        from claudesess import my_data

        return my_data.find(self.paths, is_sample=self.is_sample)


def databases_named(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command that reads data DATABASES and the option --sample, as one argument `named`."""

    @click.argument("databases", nargs=-1)
    @click.option("--sample", "is_sample", is_flag=True, help="Of the made-up sample project.")
    @functools.wraps(command)
    def named(databases: tuple[str, ...], is_sample: bool, **others: Any) -> None:
        if databases and is_sample:
            raise click.UsageError("Name databases or say --sample, not both.")
        command(named=Named(databases, is_sample), **others)

    return named


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


def place_of(name: str, *, is_anonymised: bool = False, is_sample: bool = False) -> Path:
    """Return where something is written if nobody says where.

    What is for others, or made up, never lies where one's own does.

    Examples
    --------
    >>> str(place_of("build/report", is_anonymised=True)), str(place_of("otlp.jsonl", is_sample=True))
    ('build/report-anonymised', 'otlp-of-sample.jsonl')
    """
    path = Path(name)
    kind = f"{'-of-sample' if is_sample else ''}{'-anonymised' if is_anonymised else ''}"
    return path.with_name(f"{path.stem}{kind}{path.suffix}")


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
