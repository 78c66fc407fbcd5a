"""Count what transcripts say and what the databases hold, side by side: they agree, or the reason has a name.

The transcripts are read by other means than by what imports them (`verify_transcripts`). So neither can hide
what the other lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from rich.table import Table
from rich.text import Text

from claudesess import text
from claudesess.importing.recorded import Recorded
from claudesess.importing.verify_rows import Rows
from claudesess.importing.verify_transcripts import Names, Transcripts
from claudesess.transcripts import copies
from claudesess.transcripts.find import SessionFiles

_HOOKS_ONLY = "hooks alone told of {} (of their own, or the transcript is gone)"


@dataclass
class Count:
    """One quantity of one session on both sides.

    Attributes
    ----------
    by_transcripts, in_database : int
        The quantity.
    explained : dict of str to int
        Parts of the difference, by reason.
    """

    by_transcripts: int = 0
    in_database: int = 0
    explained: dict[str, int] = field(default_factory=dict)

    @property
    def open_difference(self) -> int:
        """What no reason explains."""
        return self.in_database - self.by_transcripts - sum(self.explained.values())


@dataclass
class SessionCounts:
    """The counts of one session."""

    session_id: str
    counts: dict[str, Count]

    @property
    def is_closed(self) -> bool:
        """Whether every difference has a reason."""
        return not any(count.open_difference for count in self.counts.values())


def compare(
    sessions: Iterable[SessionFiles], into: Path | None, among: Iterable[SessionFiles] | None = None
) -> list[SessionCounts]:
    """Compare each session with the database that it was imported into.

    Parameters
    ----------
    sessions
        What was imported.
    into
        As it was imported: a folder of databases, or None for each project's own.
    among
        All that was found, to know what is a copy; None: no more than what was imported.

    Returns
    -------
    list of SessionCounts
        One per session; a session whose database is missing holds nothing.
    """
    wanted = {session.session_id: session for session in sessions}
    recorded = Recorded(into)
    found = []
    counted: set[int] = set()  # results, whichever session they were counted for
    for family in copies.families(among or wanted.values(), recorded, wanted.keys()):
        names = Names(family)
        for session in family:
            if session.session_id in wanted:
                transcripts = Transcripts(session, names, counted)
                rows = Rows.read(recorded.database(session), session.session_id)
                found.append(SessionCounts(session.session_id, _counts(transcripts, rows)))
            names.add(session)
    return found


def _counts(transcripts: Transcripts, rows: Rows) -> dict[str, Count]:
    ended, orphans = transcripts.paired()
    call_ids = {result.call_id for result in transcripts.results}
    hooks_only = [row for row in rows.calls if not row.is_imported and row.call_id not in call_ids]
    failed = sum(result.is_error for result in ended)
    found = {
        "calls, run or not": Count(
            len(ended) + len(orphans),
            len(rows.calls) + rows.n_not_run,
            {
                "its call is not in the transcript": -len(orphans),
                _HOOKS_ONLY.format("a call"): len(hooks_only),
            },
        ),
        "marked failed, or not run": Count(
            failed,
            sum(row.is_failed for row in rows.calls) + rows.n_not_run,
            {_HOOKS_ONLY.format("a failure"): sum(row.is_failed for row in hooks_only)},
        ),
        "edits": Count(
            len(transcripts.edits()),
            rows.n_edits,
            {_HOOKS_ONLY.format("an edit"): sum(row.is_edit for row in hooks_only)},
        ),
        "agents": Count(
            len(transcripts.agents),
            len(rows.agents),
            {_HOOKS_ONLY.format("an agent"): len(rows.agents_by_hooks - transcripts.agents)},
        ),
        "compactions": Count(
            transcripts.n_summaries,
            rows.n_compactions,
            {_HOOKS_ONLY.format("a compaction"): rows.n_compactions_alone(transcripts.n_summaries)},
        ),
        "tokens": Count(sum(transcripts.tokens.values()), rows.n_tokens),
    }
    for count in found.values():
        count.explained = {reason: n for reason, n in count.explained.items() if n}
    return found


def table(found: list[SessionCounts]) -> Table:
    """Return the totals, and the sessions in which something differs, as a table to print."""
    title = "What the transcripts say, and what the databases hold"
    shown = Table(title=title, box=None, title_justify="left")
    for name, justify in (
        ("session", "left"),
        ("what", "left"),
        ("transcripts", "right"),
        ("database", "right"),
    ):
        shown.add_column(name, justify=justify)  # type: ignore[arg-type]
    shown.add_column("difference")
    for name in found[0].counts if found else ():
        counts = [one.counts[name] for one in found]
        reasons: Counter[str] = Counter()
        for count in counts:
            reasons.update(count.explained)
        by_transcripts = sum(count.by_transcripts for count in counts)
        total = Count(by_transcripts, sum(count.in_database for count in counts), dict(reasons))
        _add(shown, f"{len(found):,} together", name, total)
    for one in found:
        for name, count in one.counts.items():
            if count.open_difference or count.explained:
                _add(shown, one.session_id, name, count)
    return shown


def _add(shown: Table, whose: str, name: str, count: Count) -> None:
    parts = [f"{n:+,}: {reason}" for reason, n in count.explained.items()]
    if count.open_difference:
        parts.append(f"{count.open_difference:+,}: not explained")
    difference = "; ".join(parts) or "none"
    cells = (whose, name, f"{count.by_transcripts:,}", f"{count.in_database:,}", difference)
    shown.add_row(*(Text(text.plain(cell)) for cell in cells))
