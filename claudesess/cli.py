"""The command line: each command stands beside its thing, and is only gathered here."""

from __future__ import annotations

import click

import claudesess
from claudesess.doctor.command import doctor
from claudesess.importing.command import import_
from claudesess.install.command import install, uninstall
from claudesess.keeping.command import cache
from claudesess.listing.command import ls
from claudesess.prune.command import prune
from claudesess.report.command import report


@click.group()
@click.version_option(claudesess.__version__, prog_name="claudesess")
def main() -> None:
    """Look back at what coding agents did."""


for command in (install, import_, doctor, ls, report, prune, cache, uninstall):
    main.add_command(command)
