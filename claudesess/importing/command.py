"""`claudesess import`: the user's past sessions, out of the client's transcripts."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from claudesess import my_data, text
from claudesess.beginning import beginning
from claudesess.errors import ClaudesessError, NothingFoundError
from claudesess.terminal import print_table, say, shown

if TYPE_CHECKING:
    from claudesess.importing.plan import Plan
    from claudesess.importing.workers import Crew
    from claudesess.importing.writing import Outcome
    from claudesess.transcripts.find import SessionFiles


class Import(NamedTuple):
    """What was found, what was to be done of it, what was done, and what was left out."""

    wanted: list[SessionFiles]
    among: list[SessionFiles]
    todo: Plan
    outcomes: list[Outcome]
    faults: list[str]


_NAMED = 20  # faults that are printed; the others are counted


_NONE = "{folder} does not exist: the client has kept no transcript yet."


@click.command("import")
@click.argument("places", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path))
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the databases, one per project [default: the user's data folder].",
)
@click.option("--per-project", is_flag=True, help="Into each project's own database, where hooks write too.")
@click.option("--since", help="Only what was written to since: 90d, 12w, or a date such as 2026-08-31.")
@click.option(
    "--check", "is_checked", is_flag=True, help="Count both sides afterwards; exit 1 on a difference."
)
def import_(
    places: tuple[Path, ...], into: Path | None, per_project: bool, since: str | None, is_checked: bool
) -> None:
    """Read past sessions out of the client's transcripts.

    PATHs are transcripts or folders of them; none: all of the client's. Transcripts are only read. What
    was imported before is not read again.
    """
    if per_project and into is not None:
        raise click.UsageError("Say --into or --per-project, not both.")
    target = None if per_project else (into or my_data.imported()).expanduser().absolute()
    done = read([place.expanduser().absolute() for place in places], target, since)
    if done.outcomes or done.todo.n_unchanged:
        _next_step(done.wanted, target)
    if is_checked and not _verify(done.wanted, target, done.among):
        sys.exit(1)


def read(folders: list[Path], target: Path | None, since: str | None = None) -> Import:
    """Write past sessions into databases, and say what was read and what was left out.

    Parameters
    ----------
    folders
        Transcripts or folders of them; none: all of the client's.
    target
        Folder for the databases; None: each project's own.
    since
        Only what was written to since, as people write it.
    """
    from claudesess.importing import plan
    from claudesess.importing.workers import Crew
    from claudesess.transcripts import find

    with Crew(os.environ) as crew:
        found, faults = _find(folders, target, since, crew)
        wanted = _since(found, since)
        among = find.with_neighbours(found, folders)
        todo = plan.plan(wanted, target, among)
        outcomes = _run(todo, crew)
    faults += [*todo.faults, *(fault for outcome in outcomes for fault in outcome.faults)]
    _say(outcomes, todo, faults)
    return Import(wanted, among, todo, outcomes, faults)


def _find(
    folders: list[Path], target: Path | None, since: str | None, crew: Crew
) -> tuple[list[SessionFiles], list[str]]:
    """Find all sessions, and say what is no transcript; where much is to be read, have the crew begin."""
    from claudesess.importing import plan
    from claudesess.transcripts import find

    own = find.default_folder(os.environ, Path.home())
    if not folders and not os.path.lexists(own):
        raise NothingFoundError(beginning().error_text(_NONE.format(folder=own)))
    places = folders or [own]
    is_first = target is not None and not target.exists()
    if is_first and since is None and find.hold(places, plan.MUCH):
        crew.start()  # all of it is to be read
    return find.sessions(places)


def _since(found: list[SessionFiles], since: str | None) -> list[SessionFiles]:
    if since is None:
        return found
    from claudesess.prune.pruning import age

    try:
        limit = datetime.fromisoformat(since).astimezone(UTC)
    except ValueError:
        try:
            limit = datetime.now(UTC) - age(since)
        except ClaudesessError as error:
            message = f"{since!r} is neither an age (36h, 90d, 12w, 1y) nor a date."
            raise click.ClickException(message) from error
    return [session for session in found if session.changed_at >= limit.timestamp()]


def _run(todo: Plan, crew: Crew) -> list[Outcome]:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    from claudesess.importing import plan

    if not todo.jobs:
        return list(plan.run(todo, crew, lambda n: None))
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with shown(Progress(*columns, console=Console(stderr=True))) as progress:
        task = progress.add_task("Reading transcripts", total=sum(one.n_bytes for one in todo.jobs))
        return list(plan.run(todo, crew, lambda n: progress.advance(task, n)))


def _say(outcomes: list[Outcome], todo: Plan, faults: list[str]) -> None:
    """Say what was read and what was left out."""
    n_planned = sum(len(job.sessions) for job in todo.jobs)
    total = {
        "sessions": len(outcomes),
        "agents": sum(len(one.agents) for one in outcomes),
        "tool calls": sum(one.n_tool_calls for one in outcomes),
        "marked failed": sum(one.n_failures for one in outcomes),
        "refused before they ran": sum(one.n_refused for one in outcomes),
        "tool errors": sum(one.n_tool_errors for one in outcomes),
        "compactions": sum(one.n_compactions for one in outcomes),
    }
    say(
        "Read: " + ", ".join(f"{n:,} {text.named(n, text.singular(what), what)}" for what, n in total.items())
    )
    times = [ms for one in outcomes for ms in (one.first_ms, one.last_ms) if ms is not None]
    if times:
        first, last = (datetime.fromtimestamp(ms / 1000, UTC) for ms in (min(times), max(times)))
        say(f"From {first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} UTC")
    new = sum(one.n_new for one in outcomes)
    say(f"New in the databases: {new:,} events; {todo.n_unchanged:,} sessions had nothing new")
    if len(outcomes) < n_planned:
        say(f"Stopped: {n_planned - len(outcomes):,} sessions are left for the next import.", err=True)
    for fault in faults[:_NAMED]:
        say(f"Left out: {fault}", err=True)
    if len(faults) > _NAMED:
        say(f"Left out: {len(faults) - _NAMED:,} more", err=True)


def _next_step(wanted: list[SessionFiles], target: Path | None) -> None:
    if target is not None:
        # where nothing else is meant, the folder needs no name
        named = "" if target == my_data.imported() else f" {target}"
        say(f"Look at it: claudesess report{named}")
        return
    projects = sorted({session.project_dir for session in wanted if Path(session.project_dir).is_dir()})
    say(f"Look at it: claudesess report {' '.join(projects)}")


def _verify(wanted: list[SessionFiles], target: Path | None, among: list[SessionFiles]) -> bool:
    from rich.console import Console

    from claudesess.importing import verify

    counts = verify.compare(wanted, target, among)
    console = Console()
    console.width = max(console.width, 130)
    print_table(verify.table(counts), console)
    return all(line.is_closed for line in counts)
