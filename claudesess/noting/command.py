"""`claudesess note`: remember what was changed, and have later reports say whether it helped."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from claudesess import my_data
from claudesess import text as plain
from claudesess.terminal import say


@click.command()
@click.argument("text", required=False)
@click.option(
    "--at",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day on which it was changed, such as 2026-10-12 [default: today].",
)
@click.option(
    "--finding",
    metavar="ID",
    help="The finding that it was to mend: the ID that `claudesess findings` gives.",
)
@click.option(
    "--project",
    type=click.Path(path_type=Path, file_okay=False),
    help="Changed in this project alone; its sessions alone are looked at.",
)
@click.option("--remove", "removed", metavar="NOTE", help="Forget a note.")
def note(
    text: str | None, at: datetime | None, finding: str | None, project: Path | None, removed: str | None
) -> None:
    """Remember TEXT: what you changed. Without it, list the notes.

    Reports and `claudesess findings` then say whether it helped, did not, or how many sessions would tell:
    the finding's number in sessions before the day against those from it on. Notes are kept in the user's
    data folder; no database is touched.
    """
    from claudesess.noting import notes

    file = my_data.notes()
    if removed is not None:
        if text is not None:
            raise click.UsageError("Say TEXT or --remove, not both.")
        gone = notes.remove(file, removed)
        say(f"Forgotten: {gone.text}")
    elif text is not None:
        where = None if project is None else str(project.expanduser().absolute())
        day = date.today() if at is None else at.date()
        kept = notes.add(file, text, day, _checked(finding), where)
        say(f"Noted as {kept.note_id}: {kept.text}")
        if finding is not None and not _is_shown(finding):
            say(
                f"Your data do not show {finding} now; claudesess findings lists what they show."
                " The note is kept, and judged by its number all the same."
                f" To forget it: claudesess note --remove {kept.note_id}",
                err=True,
            )
    else:
        _list(file)


def _checked(finding: str | None) -> str | None:
    """Return the measure of a finding; refuse what can be none."""
    from claudesess.errors import QuestionError
    from claudesess.noting.verdicts import can_be_noted

    if finding is not None and finding not in (possible := can_be_noted()):
        near = plain.near(finding, possible)
        meant = f" Did you mean {plain.any_of(near)}?" if near else f" There may be: {', '.join(possible)}."
        raise QuestionError(f"No finding is {finding!r}.{meant}")
    return finding


def _is_shown(finding: str) -> bool:
    """Say whether a finding, or one told with another, is shown by the user's data."""
    from claudesess import open_store
    from claudesess.errors import ClaudesessError
    from claudesess.report import ranking

    try:
        with open_store(*my_data.find().paths) as store:
            return any(
                finding in (one.measure, *(also.measure for also in one.also)) for one in ranking.found(store)
            )
    except ClaudesessError:  # there are no data, or none that can be read
        return False


def _list(file: Path) -> None:
    from claudesess.noting import notes

    kept, faults = notes.read(file)
    for one in kept:
        about = ", ".join(filter(None, (one.measure, one.project)))
        say(f"{one.note_id}  {one.at:%Y-%m-%d}  {one.text}" + (f" ({about})" if about else ""))
    if not kept:
        say('Nothing is noted. Note what you change: claudesess note "…" --finding ID')
    for fault in faults:
        say(f"Left out: {fault}", err=True)
