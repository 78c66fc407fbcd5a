"""A report as a table for people."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from claudesess import text
from claudesess.doctor.findings import Report

_SIGNS = {"ok": ("ok", "green"), "note": ("note", "yellow"), "action": ("ACTION", "bold red")}


def show(report: Report, console: Console) -> None:
    """Print the findings, each with its fix below it."""
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for finding in report.findings:
        sign, style = _SIGNS[finding.level]
        said = Text(text.plain(finding.message))
        if finding.fix:
            said.append(f"\n-> {text.plain(finding.fix)}", style="italic")
        table.add_row(Text(sign, style=style), said)
    console.print(table)
    n = sum(finding.level == "action" for finding in report.findings)
    console.print(f"{n} to be done." if n else "Nothing to be done.")
