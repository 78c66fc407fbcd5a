"""What this data cannot say, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudesess.contracts import RAW

if TYPE_CHECKING:
    from claudesess.store import Store

_LIMITS = (
    "Calls refused before they ran, and what the user interrupted, are known from transcripts alone: other"
    " counts are lower bounds.",
    "Nothing here was assigned at random: a difference between groups is no effect of what sets them apart.",
)
_TOKENS = "No tokens are known: only imported transcripts tell of them."


def gaps(store: Store) -> list[str]:
    """Return what is missing or odd, as sentences; what all databases have is not mentioned."""
    from claudesess.relations import frames

    coverage = frames.coverage(store)
    n = len(store.databases)
    notes = coverage[coverage["note"].notna() & coverage["relation"].isin(RAW)]
    lines = []
    for note, rows in notes.groupby("note", sort=False):
        where = "" if rows["db"].nunique() == n else f" ({rows['db'].nunique()} of {n} databases)"
        if note not in ("nothing recorded", "the table is missing"):
            lines.append(f"{str(note)[:1].upper()}{str(note)[1:]}{where}.")
    if not coverage.loc[coverage["relation"] == "model_answers", "is_answerable"].any():
        lines.append(_TOKENS)
    issues = frames.audit(store)
    issues = issues[issues["issue"] != "not_loaded"]
    for meaning, rows in issues[issues["severity"] != "info"].groupby("meaning", sort=False):
        lines.append(f"{meaning} ({int(rows['count'].sum()):,})")
    return [*lines, *_LIMITS]
