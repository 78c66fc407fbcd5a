"""`claudesess sql`: a question in SQL, and its answer."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from claudesess import text
from claudesess.chosen import Named, databases_named

if TYPE_CHECKING:
    import pandas as pd

_NAMES = (
    "`claudesess sql` alone lists the tables; "
    '`claudesess sql "SELECT * FROM sessions LIMIT 3"` shows the columns of one.'
)


@click.command()
@click.argument("query", required=False)
@databases_named
@click.option("--csv", "as_csv", is_flag=True, help="Comma-separated lines, all rows.")
@click.option("--json", "as_json", is_flag=True, help="For scripts: an object per line, all rows.")
@click.option(
    "--parquet", type=click.Path(path_type=Path, dir_okay=False), help="Into this file, with its types."
)
def sql(query: str | None, named: Named, as_csv: bool, as_json: bool, parquet: Path | None) -> None:
    """Answer QUERY, one statement in DuckDB's SQL that reads.

    As a QUERY - reads it from standard input.

    Without QUERY: the tables that can be asked. Times are in UTC. DATABASES are files, folders (searched for
    .claude-session.db) or globs; none: my data, the project here or what was imported.
    """
    if as_csv + as_json + (parquet is not None) > 1:
        raise click.UsageError("Say one of --csv, --json and --parquet.")
    from claudesess import terminal
    from claudesess.querying import answers

    if query is None:
        terminal.print_table(answers.relations(), terminal.console())
        return
    asked = sys.stdin.read() if query == "-" else query
    answer = _answer(asked, named)
    if parquet is not None:
        answers.parquet(answer, parquet)
    elif as_csv or as_json:
        _write(answers.csv(answer) if as_csv else answers.json_lines(answer))
    else:
        _show(answer)


def _answer(query: str, named: Named) -> pd.DataFrame:
    from claudesess import open_store
    from claudesess.errors import QueryError

    if not query.strip():
        raise QueryError('There is no query: claudesess sql "SELECT * FROM sessions".')
    with open_store(*named.find().paths) as store:
        try:
            return store.sql(query)
        except QueryError as error:
            if not str(error).startswith(("Catalog Error", "Binder Error")):
                raise
            raise QueryError(f"{error}\n{_NAMES}") from error


def _write(written: str) -> None:
    """Write what scripts read; where people look, nothing in it does anything to their terminal."""
    sys.stdout.write(text.plain_lines(written) if sys.stdout.isatty() else written)


def _show(answer: pd.DataFrame) -> None:
    from claudesess import terminal
    from claudesess.querying import answers

    console, drawn = terminal.console(), answers.table(answer)
    # A narrower terminal breaks the lines itself, and nothing is left out.
    console.width = max(
        console.width, console.measure(drawn, options=console.options.update(width=9_999)).maximum
    )
    terminal.print_table(drawn, console)
    if len(answer) > answers.MOST_ROWS:
        more = f"{len(answer) - answers.MOST_ROWS:,} more rows; --csv, --json and --parquet give all."
        terminal.console(err=True).print(more)
