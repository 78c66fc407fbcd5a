"""The command line: each command stands beside its thing, and is only gathered here."""

from __future__ import annotations

import os
from pathlib import Path

import click

import claudesess
from claudesess import text
from claudesess.asking.command import findings
from claudesess.asking.compare_command import compare
from claudesess.away.command import since
from claudesess.doctor.command import doctor
from claudesess.export.command import export
from claudesess.export.neighbours import otlp, scout, trace
from claudesess.gathering.command import fleet
from claudesess.importing.command import import_
from claudesess.install.command import install, uninstall
from claudesess.keeping.command import cache
from claudesess.lab.command import lab
from claudesess.listing.command import ls
from claudesess.noting.command import note
from claudesess.prune.command import prune
from claudesess.querying.command import sql
from claudesess.report.command import report
from claudesess.showing.command import show
from claudesess.starting.command import start
from claudesess.terminal import Commands, say, width


@click.group(
    cls=Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(claudesess.__version__, prog_name="claudesess")
@click.pass_context
def main(context: click.Context) -> None:
    """Look back at what coding agents did. Without a command: what is there, in five lines.

    Commands look at my data where nothing is named: the project one is in, else what was imported.
    """
    if context.invoked_subcommand is None:
        from claudesess import status

        for line in status.lines(Path.cwd(), os.environ, Path.home()):
            for part in text.wrapped(line, width()):
                say(part)


for command in (
    start,
    findings,
    report,
    show,
    ls,
    since,
    sql,
    compare,
    note,
    import_,
    install,
    doctor,
    fleet,
    export,
    trace,
    otlp,
    scout,
    lab,
    cache,
    prune,
    uninstall,
):
    main.add_command(command)
