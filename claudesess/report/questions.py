"""One measure as its reader meets it: finding, chart, groups, examples, method, limits, data."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from claudesess import text
from claudesess.asking import listing
from claudesess.asking.answer import said_beside
from claudesess.contracts import CATEGORY, FLAG, FLOAT, INT, Column, Units
from claudesess.contracts.estimates import GROUPING
from claudesess.estimating.advice import PLACES
from claudesess.estimating.enough import enough
from claudesess.estimating.estimators import ALL_RECORDED
from claudesess.estimating.sums import floats, numbered, taken
from claudesess.estimating.words import Statement, fewest
from claudesess.report import drawing, strips
from claudesess.report.reader import Reader

if TYPE_CHECKING:
    from claudesess.asking.answer import Answer
    from claudesess.asking.findings import Finding

_MOST_GROUPS = 8  # values of a covariate that are set side by side
_MOST_STRIPS = 12  # rows of a small chart; pages show fewer of them
_MOST_GROUPINGS = 1
_MOST_ROWS = 60  # of the table behind a chart; the file has all
_EXAMPLES = 5
_FILE = 24  # characters of a file's name behind it
_LABEL = 60  # characters of what was tried
_OF_CODE = re.compile(r"`claudesess[\w.]*`(?:, )?")
_SHORT = 16  # characters of a cell that needs no room of its own
_EXAMPLE_COLUMNS = 6  # with fewer the last ones, which say how it went, would be cut off
_LENGTHS = ("s", "min", "h", "ms")
_ORDINALS = ("number", "place", "stretch")  # they tell rows apart, and nothing to a reader


class Step(NamedTuple):
    """What to do, what it costs not to, where to put what word for word, and of what else than the title."""

    costs: str
    title: str
    step: str
    place: str
    change: str


class Grouping(NamedTuple):
    """The same measure by one covariate, and how many groups are left out: too small, or without a number."""

    by: str
    blocks: list[strips.Block]
    n_too_few: int
    n_bare: int


class Example(NamedTuple):
    """One unit, with the session that it is of."""

    at: str
    db: str
    session_id: str
    cells: list[str]


class Head(NamedTuple):
    """What a column of examples holds: in a word, in a sentence, and whether it is numbers, or long texts."""

    word: str
    means: str
    is_number: bool
    is_long: bool


class Examples(NamedTuple):
    """Units that stand for others; what all of them have alike is said once."""

    title: str
    alike: list[str]
    heads: list[Head]
    rows: list[Example]


class Seen(NamedTuple):
    """An answer as its reader may see it: what its estimates say, and what is told of it."""

    name: str
    question: str
    asks: str
    nothing: str
    is_view: bool
    statement: Statement
    by: str
    estimates: pd.DataFrame | None
    units: pd.DataFrame
    blocks: list[strips.Block]
    n_too_few: int
    control: str
    n: int
    n_sessions: int
    unit: str
    notes: list[str]
    steps: list[Step]

    @property
    def has_limits(self) -> bool:
        """Whether any number that is shown has limits."""
        return any(strip.limits for block in self.blocks for strip in block.strips)

    @property
    def is_census(self) -> bool:
        """Whether all that was recorded is described, so that nothing has limits however much there is."""
        return self.estimates is None or any(ALL_RECORDED in note for note in self.notes)

    @property
    def interval(self) -> str:
        """Say what the limits of the numbers that are shown are, or why there are none."""
        if self.has_limits:
            return "95 % confidence limits, the session being the unit of sampling."
        return f"None: {'all that was recorded is counted' if self.is_census else 'too few sessions'}."

    @property
    def anchor(self) -> str:
        """Where its page tells of it."""
        return self.name.partition(".")[2].replace("_", "-")


class Drawn(NamedTuple):
    """What is drawn of an answer, and listed, whatever is found of others."""

    drawings: list[drawing.Drawing]
    quoted: drawing.Quoted
    groups: list[Grouping]
    rows: list[strips.Row]
    n_rows: int
    csv: str


class Shown(NamedTuple):
    """All that a question's page says of one measure."""

    seen: Seen
    drawn: Drawn
    examples: Examples
    method: list[str]
    limits: list[str]


def seen(answer: Answer, reader: Reader, found: Sequence[Finding] = ()) -> Seen:
    """Return an answer as its reader may see it.

    Parameters
    ----------
    answer
        Of a measure or a view.
    reader
        May or may not know names.
    found
        The findings of the measure.
    """
    measure, contract = answer.measure, answer.measure.units
    units, estimates, wording = _as_seen(answer, reader)
    beside, control = _control(answer, reader)
    if reader.is_stranger:
        statement = wording
        if beside is not None and estimates is not None:
            statement = said_beside(measure, wording, beside, estimates)
    else:
        statement = found[0].statement if found else answer.statement
    return Seen(
        measure.name,
        contract.question,
        measure.asks,
        measure.nothing,
        measure.is_view,
        statement,
        ""
        if not answer.by
        else listing.in_words(answer.by if isinstance(answer.by, str) else " and ".join(answer.by)),
        estimates,
        units,
        _blocks(answer, estimates, statement, _names(answer, units), beside),
        _n_too_few(estimates),
        control,
        len(units),
        int(units[["db", "session_id"]].drop_duplicates().shape[0]),
        contract.grain,
        [] if estimates is None else _notes(estimates),
        [
            _step(one, statement, reader)
            for each in found
            for one in (each, *each.also)
            if _is_for(one, reader)
        ],
    )


def _n_too_few(estimates: pd.DataFrame | None) -> int:
    """Count the groups that are left out; of what was tried a measure says itself what it names."""
    if estimates is None or estimates["group_by"].eq("aim").fillna(False).any():
        return 0
    return enough(estimates)[1]


def _blocks(
    answer: Answer,
    estimates: pd.DataFrame | None,
    statement: Statement,
    names: Mapping[str, str],
    control: pd.DataFrame | None = None,
) -> list[strips.Block]:
    """Return small charts of estimates."""
    if estimates is None:
        return []
    return strips.blocks(
        enough(_worded(estimates, names))[0],
        statement,
        names,
        answer.measure.captions,
        control=control,
        most=_MOST_STRIPS,
    )


def _as_seen(answer: Answer, reader: Reader) -> tuple[pd.DataFrame, pd.DataFrame | None, Statement]:
    """Return units, estimates and these in words as the reader may see them."""
    measure = answer.measure
    units = reader.frame(answer.units, measure.units)
    estimates = None if measure.is_view else reader.estimates(answer.estimates, answer.units)
    return units, estimates, measure.says(estimates, units) if reader.is_stranger else answer.wording


def drawn(answer: Answer, reader: Reader) -> Drawn:
    """Return what is drawn of an answer, and listed; nothing that was not read is asked for."""
    units, estimates, wording = _as_seen(answer, reader)
    if len(units) and (estimates is None or bool((estimates["n_units"] > 0).any())):
        drawings, quoted = drawing.drawings(answer.measure, estimates, units, wording, reader)
        groups = [] if estimates is None else _groups(answer, units, wording, reader)
    else:
        drawings, quoted, groups = [], drawing.Quoted("", []), []
    if estimates is None:
        return Drawn(drawings, quoted, groups, [], 0, "")
    names = _names(answer, units)
    rows, n_rows = strips.table(_worded(estimates, names), names, _MOST_ROWS)
    csv = estimates.to_csv(index=False, lineterminator="\n")
    return Drawn(drawings, quoted, groups, rows, n_rows, csv)


def shown(answer: Answer, one: Seen, drawn: Drawn, reader: Reader, events: pd.Series | None = None) -> Shown:
    """Return all that a page says of a measure; `events` is how much each unit counts for what is advised."""
    examples = _examples(one.units, answer.measure.units, reader, _names(answer, one.units), events)
    return Shown(one, drawn, examples, _method(answer), _limits(one))


def _names(answer: Answer, units: pd.DataFrame) -> Mapping[str, str]:
    """Return what a question calls its groups and outcomes, and in which words each aim was tried."""
    return {**answer.measure.names, **_tried(units)}


def _worded(estimates: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Leave out what was tried and never failed: only its hash is known, which nobody reads."""
    is_hash = estimates["group_by"].eq("aim").fillna(False) & ~estimates["group"].isin(list(names))
    return estimates[~is_hash]


def _control(answer: Answer, reader: Reader) -> tuple[pd.DataFrame | None, str]:
    """Return the control's estimates as the reader may see them, and in words what stands in their place."""
    if answer.measure.is_view:
        return None, ""
    control = answer.control
    if isinstance(control, str):
        return None, control
    drawn_control = answer.measure.module.control
    # one that is claimed of a horizon says so first; what is shown is of the title's
    at = drawn_control.at
    at = at.partition(", ")[2] if "horizon" in drawn_control.claim else at
    return reader.estimates(control, answer.units), f"{at[:1].lower()}{at[1:]}"


def _tried(units: pd.DataFrame) -> dict[str, str]:
    """Return in which words each aim was tried, the fewest, where units say it: nobody reads its hash.

    Of aims in the same words, which are of several folders, also the file that mends each, where it is known.
    """
    if not {"aim", "tried"} <= set(units):
        return {}
    worded = fewest(units)
    names = {
        aim: text.shortened(tried, _LABEL)
        for aim, tried in zip(worded.index.astype(str), worded.astype(str), strict=True)
    }
    alike = {aim for aim, name in names.items() if list(names.values()).count(name) > 1}
    if not alike or "mended_in" not in units:
        return names
    mended = units.loc[units["aim"].isin(alike), ["aim", "mended_in"]].dropna().astype(str)
    files = {aim: str(own.mode().iloc[0]) for aim, own in mended.groupby("aim")["mended_in"]}
    ends = text.apart(files.values(), _FILE)
    return names | {aim: f"{names[aim]} · {ends[path]}" for aim, path in files.items()}


def _is_for(one: Finding, reader: Reader) -> bool:
    """Whether a reader may see a step: to strangers only one that names nothing of the data is shown."""
    return isinstance(one.advice.step, str) or not reader.is_stranger


def _step(one: Finding, statement: Statement, reader: Reader) -> Step:
    is_told = one.statement.title == statement.title or reader.is_stranger
    is_named = callable(one.advice.proposal) and reader.is_stranger
    proposal = None if is_named else one.proposal
    return Step(
        one.costs,
        "" if is_told else f"{one.statement.title}.",
        one.step,
        "" if proposal is None else PLACES[proposal.kind],
        "" if proposal is None else proposal.text,
    )


def _notes(estimates: pd.DataFrame) -> list[str]:
    rows = estimates[estimates["n_units"] > 0]
    return [str(note) for note in rows["note"].dropna().unique()]


def _groups(answer: Answer, units: pd.DataFrame, whole: Statement, reader: Reader) -> list[Grouping]:
    """Ask the same number, that of the title, by covariates that have a few values each."""
    names = _names(answer, units)
    found: list[Grouping] = []
    for name in answer.measure.covariates:
        values = answer.units[name].nunique()
        if name in ("day", "session_id", answer.by) or not 2 <= values <= _MOST_GROUPS:
            continue
        if _n_with_limits(answer.units, name) < 2:
            continue
        again = answer.again(by=name)
        every = reader.estimates(again.estimates, answer.units)
        n_large = _with_limits(every)["group"].nunique()
        if n_large < 2:  # one group beside none says what is said of all
            continue
        rows = _side_by_side(every)
        blocks = _blocks(answer, rows, whole, names)
        shown = [block for block in blocks if len({_group_of(strip) for strip in block.strips}) > 1]
        # What is decided by the outcome itself (all or none of each group) sets nothing side by side.
        if shown and not _is_all_or_none(shown[0]):
            n_shown = len({_group_of(strip) for block in shown for strip in block.strips})
            n_few = every["group"].nunique() - n_large
            found.append(Grouping(listing.in_words(name), shown, n_few, n_large - n_shown))
        if len(found) == _MOST_GROUPINGS:
            break
    return found


def _group_of(strip: strips.Strip) -> str:
    """Return what the group of a row is called."""
    return strip.name.partition(" · ")[0]


def _n_with_limits(units: pd.DataFrame, name: str) -> int:
    """Return how many groups may have limits at most: counted before anything is estimated of them."""
    from claudesess.stats.intervals import FEWEST_SESSIONS

    columns = {one: units[one].array for one in ("db", "session_id", name)}
    _, first = numbered(columns, len(units))
    group, _ = numbered({name: columns[name].take(first)}, len(first))
    return int((np.bincount(group) >= FEWEST_SESSIONS).sum())


def _with_limits(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of groups that are told of enough sessions to have limits."""
    from claudesess.stats.intervals import FEWEST_SESSIONS  # the estimates have loaded it

    return rows[rows["group"].notna() & (rows["n_sessions"] >= FEWEST_SESSIONS)]


def _side_by_side(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that have limits, of what is estimated of two groups or more."""
    rows = _with_limits(rows)
    alike = rows.groupby(["outcome", "statistic", "horizon", "unit"], dropna=False, observed=True)
    return rows[alike["group"].transform("nunique") > 1]


def _is_all_or_none(block: strips.Block) -> bool:
    return all(strip.value in ("0 %", "100 %") for strip in block.strips)


def _examples(
    units: pd.DataFrame,
    contract: Units,
    reader: Reader,
    names: Mapping[str, str],
    events: pd.Series | None,
) -> Examples:
    """Return the latest units, of those that count as something the latest of these, in words."""
    timed = units[units[contract.at].notna()]
    named = timed[timed["tried"].notna()] if "tried" in timed else timed  # a hash alone is nobody's example
    if events is not None and events.reindex(timed.index).gt(0).any():
        chosen = timed[events.reindex(timed.index).fillna(0).gt(0).to_numpy(bool)]
        that = " that cost something" if len(chosen) < len(timed) else ""
    elif 0 < len(named) < len(timed):
        chosen, that = named, " of which is known what was tried"
    else:
        chosen, that = timed, ""
    latest = chosen.sort_values(contract.at, ascending=False, kind="stable").head(_EXAMPLES)
    of_all = f" of {len(chosen):,}" if len(latest) < len(chosen) else ""
    columns = [
        one
        for one in contract.columns[2:]
        if one.name not in (contract.at, "aim", *_ORDINALS)
        and not one.name.endswith(("_id", "_at"))
        and latest[one.name].notna().any()
    ]
    columns = [one for one in columns if _tells_apart(one, units)] or columns
    columns = _without_denials(columns, latest)
    paths: list[str] = latest["file_path"].dropna().astype(str).tolist() if "file_path" in latest else []
    files = text.apart(paths, _LABEL)
    records = latest.to_dict("records")
    cells = {
        one: [files.get(row[one.name]) or _cell(row[one.name], one, names) for row in records]
        for one in columns
    }
    alike = {one: own[0] for one, own in cells.items() if len(records) > 1 and len(set(own)) == 1}
    worded = {one: cell for one, cell in alike.items() if not (that and one.dtype == FLAG)}  # `that` says it
    shown = _each_once({one: own for one, own in cells.items() if one not in alike})
    rows = [
        Example(
            reader.clock(row[contract.at]),
            str(row["db"]),
            "" if pd.isna(row["session_id"]) else str(row["session_id"]),
            [own[place] for own in shown.values()],
        )
        for place, row in enumerate(records)
    ]
    heads = [_head(one, any(len(cell) > _SHORT for cell in own)) for one, own in shown.items()]
    return Examples(
        f"The latest {len(rows)}{of_all}{that}" if len(rows) > 1 else f"The only one{that}",
        [f"{_head(one, False).word.lower()}: {cell}" for one, cell in worded.items()],
        heads,
        rows,
    )


def _each_once(cells: Mapping[Column, list[str]]) -> dict[Column, list[str]]:
    """Return the first columns; of lengths that are the same in every row one."""
    shown: dict[Column, list[str]] = {}
    for one, own in cells.items():
        if not (one.unit in _LENGTHS and own in shown.values()):
            shown[one] = own
    return dict(list(shown.items())[:_EXAMPLE_COLUMNS])


def _tells_apart(column: Column, units: pd.DataFrame) -> bool:
    """Whether a column says more than that all units are alike; whether something happened is told of all."""
    return column.dtype == FLAG or len(units) < 2 or units[column.name].nunique(dropna=False) > 1


def _without_denials(columns: list[Column], latest: pd.DataFrame) -> list[Column]:
    """Leave out all that happened to none of the examples, where it is told what happened to some."""
    flags = {one.name for one in columns if one.dtype == FLAG}
    some = {name for name in flags if latest[name].fillna(False).any()}
    return (
        columns
        if not some or len(flags - some) == 1
        else [one for one in columns if one.name not in flags - some]
    )


_HEADS = {
    "open_h": "Time open", "n_open": "Still open", "is_open": "No end seen",
    "n_in_stretch": "Agents of that stretch", "some_share": "With agents", "several_share": "With several",
    "observed_s": "Lasted", "observed_min": "Lasted", "span_h": "Took", "work_h": "One by one",
    "longest_h": "Not less than", "n_looks": "Looked at", "n_again": "Again", "n_watched": "Calls after",
    "was_ok": "Passed before", "is_ok": "Passed", "is_flip": "Changed", "wait_min": "Until the next",
    "asking_min": "Asking takes", "edit_calls": "Calls to an edit", "edit_s": "Time to an edit",
    "is_edit_seen": "Edit seen", "pass_calls": "Calls to a success", "pass_s": "Time to a success",
    "is_pass_seen": "Success seen", "is_met": "After another", "is_red": "Had failed", "is_failed": "Failed",
    "first_event": "What came first", "first_event_attempt": "At try", "outcome": "In the end",
    "later": "By", "earlier": "After", "permit": "Entry that would allow it",
}  # fmt: skip


def _head(column: Column, is_long: bool) -> Head:
    bare = re.sub(r"^(n|is)_", "", re.sub(r"_(s|min|h|ms|share)$", "", column.name))
    word = _HEADS.get(column.name) or listing.in_words(bare)
    return Head(word, column.doc.replace("`", ""), column.dtype in (INT, FLOAT), is_long)


def _cell(value: Any, column: Column, names: Mapping[str, str]) -> str:
    if pd.isna(value):
        return "–"
    if column.dtype == FLAG:
        return "yes" if value else "no"
    forms: dict[str | None, Callable[[float], str]] = {
        "s": text.clock,
        "min": lambda minutes: text.clock(minutes * 60),
        "h": lambda hours: text.clock(hours * 3600),
        "ms": lambda ms: text.clock(ms / 1000),
        "share": text.percent,
    }
    if isinstance(value, str):
        is_path = "/" in value and " " not in value
        shown = text.tail(value, _LABEL) if is_path else text.shortened(value, 80)
        return strips.word(value, names) if column.dtype == CATEGORY else shown
    return forms.get(column.unit, text.number)(value)


def _method(answer: Answer) -> list[str]:
    """Return what the measure's own documentation says: what is counted, how the number is come by."""
    module = answer.measure.module
    parts = [getattr(module, name) for name in ("units", "estimate") if hasattr(module, name)]
    paragraphs = [paragraph for part in parts for paragraph in _prose(inspect.getdoc(part) or "")]
    if answer.measure.is_view:
        return paragraphs
    methods = [str(one) for one in answer.estimates["method"].unique()]
    return [*paragraphs, f"Number and limits: {'; '.join(methods)}."] if methods else paragraphs


def _prose(doc: str) -> list[str]:
    """Return the sentences of a docstring for readers: no parameters, nothing that points to code."""
    found: list[str] = []
    section = ""
    for block in doc.split("\n\n"):
        lines = block.strip().split("\n")
        if len(lines) > 1 and set(lines[1]) == {"-"}:
            section, lines = lines[0], lines[2:]
        if section in ("", "Notes"):
            plain = _OF_CODE.sub("", " ".join(line.strip() for line in lines))
            plain = plain.replace(" ()", "").replace(", )", ")").replace(": .", ".")
            plain = re.sub(r"`+([^`]*)`+", lambda match: match[1].replace("_", " "), plain).rstrip(":; ")
            if plain:
                found.append(f"{plain[0].upper()}{plain[1:]}")
    return found


def _limits(one: Seen) -> list[str]:
    lines = [f"{note[:1].upper()}{note[1:]}." for note in one.notes]
    if one.estimates is not None:
        rows = one.estimates[one.estimates["n_units"] > 0]
        if rows["is_small"].any():
            lines.append("Some numbers rest on few observations: an anecdote, shown hollow.")
        pending, censored = (_unseen(rows, name) for name in ("n_pending", "n_censored"))
        if pending:
            are, count = ("is", "counts") if pending == 1 else ("are", "count")
            lines.append(f"{pending:,} {are} not decided yet, and {count} as such.")
        if censored:
            they, were = ("it", "was") if censored == 1 else ("they", "were")
            lasted = f"{they} lasted at least as long as {they} {were} watched"
            lines.append(f"{censored:,} {were} not seen to end: {lasted}.")
    return lines


def _unseen(rows: pd.DataFrame, name: str) -> int:
    """Count what was not seen of all groups together: of each once, whatever is estimated of it.

    Where the same units are grouped in several ways, or as a whole, too, one of these counts them all.
    """
    n = np.nan_to_num(floats(rows[name]))
    if not n.any():
        return 0
    number, first = numbered({one: rows[one].array for one in GROUPING}, len(rows))
    most = np.zeros(len(first))
    np.maximum.at(most, number, n)
    ways = taken({one: rows[one].array for one in ("group_by", "group_2_by")}, first)
    return int(np.bincount(numbered(ways, len(first))[0], most).max())
