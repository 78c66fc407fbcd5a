"""A report as a table for people."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from claudesess import text
from claudesess.doctor.remarks import Report
from claudesess.terminal import print_table

_SIGNS = {"ok": ("ok", "green"), "note": ("note", "yellow"), "action": ("ACTION", "bold red")}


def show(report: Report, console: Console) -> None:
    """Print the remarks, each with its fix below it."""
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for remark in report.remarks:
        sign, style = _SIGNS[remark.level]
        line = Text(text.plain(remark.message))
        if remark.fix:
            line.append(f"\n-> {text.plain(remark.fix)}", style="italic")
        table.add_row(Text(sign, style=style), line)
    print_table(table, console)
    n = sum(remark.level == "action" for remark in report.remarks)
    console.print(f"{n} to be done." if n else "Nothing to be done.")
