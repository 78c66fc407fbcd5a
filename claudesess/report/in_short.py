"""One session in short: what it was about, what was done, what went wrong and what became of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from claudesess import text

if TYPE_CHECKING:
    from claudesess.report.reader import Reader, Rows
    from claudesess.report.story import Item

_FEW = 3  # tasks, commits and agents are named, the others counted
_FILES = 5
_FILE = 48  # characters of a file's name
_WRONG = 5  # failures that are named where so many were not mended
_WORDS = 90  # characters of a task, of a summary's first words twice as many
_BECAME = {
    "fixed": "fixed",
    "escalated_user": "put to the user",
    "escalated_research": "looked into",
    "abandoned": "left",
    "open": "with no end seen",
}
_ALSO = {
    "call": ("other call failed", "other calls failed"),
    "refused": ("call was refused", "calls were refused"),
    "tool_error": ("tool error",),
    "interrupt": ("interruption by the user", "interruptions by the user"),
    "client_error": ("error of the client", "errors of the client"),
    "verdict": ("no of a judge", "times a judge said no"),
    "agent": ("agent failed or was given up", "agents failed or were given up"),
}
_CONTINUED = "This session is being continued"  # how the client begins every summary
_ASKED = re.compile(r"Primary Request and Intent\W*\n?\s*(.+)", re.IGNORECASE)


class Line(NamedTuple):
    """A sentence, and where the page tells more of it."""

    words: str
    anchor: str = ""


class Part(NamedTuple):
    """A heading of a word, lines, and what is added in one."""

    title: str
    lines: list[Line]
    also: list[Line]


def in_short(events: Rows, chains: Rows, claims: Rows, items: Sequence[Item], reader: Reader) -> list[Part]:
    """Tell a session in a few lines.

    Parameters
    ----------
    events
        Rows of `session_events` of one session of one file, in order.
    chains
        Its rows of `error_chains`.
    claims
        Its rows of `file_claims`.
    items
        Its story, whose lines say what became of each chain.
    reader
        To strangers nothing is said of what it was about: they know words as pseudonyms.
    """
    about = [] if reader.is_stranger else _about(events)
    wrong, also = _wrong(events, chains, items)
    parts = [
        Part("About", about, []),
        Part("Done", _done(events, claims), []),
        Part("Went wrong", wrong or ([] if also else [Line("Nothing that was seen.")]), also),
    ]
    return [part for part in parts if part.lines or part.also]


def _about(events: Rows) -> list[Line]:
    subjects = _texts(_of(events, "task"))
    agents = _texts(_each_agent(_of(events, "agent")))
    lines = [
        Line(f"{title}: {_named(names, _FEW)}")
        for title, names in (("Tasks", subjects), ("Agents were sent to", agents))
        if names
    ]
    summaries = _texts(_of(events, "compaction"))
    asked = next(filter(None, map(_first_words, summaries)), "")
    if asked:
        lines.insert(0, Line(f"Its summary begins: “{text.shortened(asked, 2 * _WORDS)}”"))
    return lines or [Line("Not known: prompts are not recorded, and it names no task.")]


def in_a_line(events: Rows, files: Sequence[str]) -> str:
    """Say in a line what a session was about: its tasks, its summary, where it sent agents, or its files.

    Parameters
    ----------
    events
        Rows of `session_events` of one session of one file, in order.
    files
        What it edited, in front what it edited most.
    """
    summaries = map(_first_words, _texts(_of(events, "compaction")))
    words = [
        _named(_texts(_of(events, "task")), 1),
        next(filter(None, summaries), ""),
        _named(_texts(_each_agent(_of(events, "agent"))), 1),
        _named(files, 2, ", "),
    ]
    return text.shortened(next(filter(None, words), ""), _WORDS)


def _first_words(summary: str) -> str:
    r"""Return what a summary says first of what was asked for: headings, and how all begin, say nothing.

    Examples
    --------
    >>> _first_words("Analysis:\n1. **Request**: Mend the *cart*.\n2. Done")
    'Request: Mend the cart.'
    """
    answer = summary.partition("<summary>")[2] or summary  # what stands before it was thought aloud
    own_words = re.sub(r"<system-reminder>.*?(</system-reminder>|$)", "\n", answer, flags=re.DOTALL)
    lines = [line.strip() for line in re.sub(r"</?[\w-]+>", "\n", own_words).splitlines()]
    saying = [line for line in lines if line and not line.startswith(_CONTINUED) and not line.endswith(":")]
    asked = _ASKED.search(own_words)
    first = asked[1] if asked else saying[0] if saying else ""
    return re.sub(r"[*`#]|^\W*\d+[.)]\s*", "", first).strip()


def _done(events: Rows, claims: Rows) -> list[Line]:
    edits = Counter(row["file_path"] for row in claims if row["file_path"] is not None)
    names = text.apart(edits, _FILE)
    lines = []
    if edits:
        files = [f"{names[path]}{f' ({n})' if n > 1 else ''}" for path, n in edits.most_common()]
        counts = f"{text.count(edits.total(), 'edit')} of {text.count(len(edits), 'file')}"
        lines.append(Line(f"{counts}: {_named(files, _FILES, ', ')}"))
    if commits := _of(events, "commit"):
        shas = [one.partition(" ")[0] for one in _texts(commits)]
        lines.append(
            Line(
                f"{text.count(len(commits), 'commit')}: {_named(shas, _FEW, ', ')}",
                f"e{commits[0]['place']}",
            )
        )
    n_tasks, n_done = (len(_of(events, one)) for one in ("task", "task_done"))
    if n_tasks or n_done:
        lines.append(Line(f"{n_done} of {text.count(max(n_tasks, n_done), 'task')} completed"))
    return lines or [Line("No file was edited, as far as was seen.")]


def _wrong(events: Rows, chains: Rows, items: Sequence[Item]) -> tuple[list[Line], list[Line]]:
    """Name what was not mended first, then what took most tries; what else did not go well is counted."""
    of_chain = {one.anchor: one for one in items if one.kind == "chain"}
    order = sorted(
        (row for row in chains if f"c{row['chain_id']}" in of_chain),
        key=lambda row: (row["outcome"] == "fixed", -row["n_attempts"], row["chain_id"]),
    )
    lines = []
    if len(order) > 1:
        ends = Counter(row["outcome"] for row in order)
        became = [
            f"{'all' if len(ends) == 1 else ends[one]} {word}" for one, word in _BECAME.items() if one in ends
        ]
        lines.append(Line(f"{len(order)} things failed: {', '.join(became)}"))
    n_left = sum(row["outcome"] != "fixed" for row in order)
    for row in order[: min(max(n_left, _FEW), _WRONG)]:
        one = of_chain[f"c{row['chain_id']}"]
        lines.append(Line(f"{one.who}: {one.sentence}" if one.who else one.sentence, one.anchor))
    if rest := order[len(lines) - (len(order) > 1) :]:
        lines.append(Line(f"and {len(rest)} more, below", f"c{rest[0]['chain_id']}"))
    kinds = {kind: _of(events, kind) for kind in _ALSO}
    for kind in ("call", "verdict", "agent"):
        kinds[kind] = [row for row in kinds[kind] if row["is_ok"] is False]
    for kind in ("call", "refused"):
        kinds[kind] = [row for row in kinds[kind] if row["chain_id"] is None]
    kinds["agent"] = _each_agent(kinds["agent"])
    also = [
        Line(f"{len(rows)} {text.named(len(rows), *_ALSO[kind])}", f"e{rows[0]['place']}")
        for kind, rows in kinds.items()
        if rows
    ]
    return lines, also


def _of(events: Rows, kind: str) -> list[Mapping[str, Any]]:
    return [row for row in events if row["event"] == kind]


def _each_agent(rows: Rows) -> list[Mapping[str, Any]]:
    """Return the first row of each agent."""
    first: dict[str | None, Mapping[str, Any]] = {}
    for row in rows:
        first.setdefault(row["agent_id"], row)
    return list(first.values())


def _texts(rows: Rows) -> list[str]:
    return list(dict.fromkeys(row["text"] for row in rows if row["text"] is not None))


def _named(names: Iterable[str], most: int, between: str = "; ") -> str:
    every = [text.shortened(" ".join(one.split()), _WORDS) for one in names]
    more = [f"and {len(every) - most} more"] if len(every) > most else []
    return between.join([*every[:most], *more])
