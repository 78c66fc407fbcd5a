"""`claudesess doctor`: does recording work here."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import click

from claudesess import text

_FOLDER = click.Path(path_type=Path, file_okay=False, resolve_path=True)


@click.command()
@click.option("--project", type=_FOLDER, default=Path(), help="The project to look at [default: here].")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
def doctor(project: Path, as_json: bool) -> None:
    """Look whether recording works. Exit status 1 when something is to be done."""
    from rich.console import Console

    from claudesess.doctor import table
    from claudesess.doctor.examine import examine

    report = examine(project, os.environ, Path.home())
    if as_json:
        click.echo(text.ascii_json(json.dumps(report.to_dict(), indent=2)))
    else:
        table.show(report, Console())
    sys.exit(1 if report.needs_action else 0)
