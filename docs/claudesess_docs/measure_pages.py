"""A page for every measure, out of its contract, its docstrings, and what it says of the sample."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from datetime import UTC
from typing import Any

from claudesess import samples
from claudesess.asking import listing, options
from claudesess.asking.answer import Answer, ask
from claudesess.asking.listing import Measure
from claudesess.contracts import Units
from claudesess.report import questions
from claudesess.report.reader import Reader
from claudesess_docs import markup

SAMPLE = "workshop"
CANNOT_SAY = "What it cannot say:"
"""Begins the paragraph of a measure's docstring that says what nobody may read out of its number."""

NOTHING = "The sample holds nothing that can be shown of this."

Page = tuple[str, list[str]]
"""Markdown, and the charts for which ``<!-- chart N -->`` stands."""


def pages() -> dict[str, Page]:
    """Return a page for every measure and view, and the one that lists them, by address."""
    made: dict[str, Page] = {"measures/index.md": (_index(), [])}
    with samples.open_sample(SAMPLE) as store:
        for question in listing.questions():
            for name in listing.names(question):
                made[f"measures/{name}.md"] = _page(ask(store, name))
    return made


def cannot_say(measure: Measure) -> str:
    """Return what a measure cannot say, in the words of its docstring; empty: it does not say."""
    doc = inspect.getdoc(measure.module) or ""
    found = [block for block in doc.split("\n\n") if block.startswith(CANNOT_SAY)]
    return " ".join(found[0].removeprefix(CANNOT_SAY).split()) if found else ""


def _index() -> str:
    parts = [
        "# Measures",
        "What can be asked. `claudesess.measures()` gives this list as a frame, `claudesess.ask(store, "
        "name)` asks one. Every page says what is counted, what is not, and what the number cannot say.",
    ]
    for question in listing.questions():
        folder = listing.question(question)
        rows = [
            (
                f"[`{name.partition('.')[2]}`]({name}.md)",
                markup.plain(one.asks),
                markup.plain(one.units.grain),
            )
            for name in listing.names(question)
            for one in [listing.measure(name)]
        ]
        parts += [f"## {folder.TITLE}", folder.QUESTION, markup.table(["measure", "asks", "a unit is"], rows)]
    return "\n\n".join(parts) + "\n"


def _page(answer: Answer) -> Page:
    measure = answer.measure
    reader = Reader(UTC)
    told = questions.shown(answer, questions.seen(answer, reader), questions.drawn(answer, reader), reader)
    drawn = markup.figure(told.drawn.drawings, measure.name.replace(".", "-"))
    drawn += markup.quotes(told.drawn.quoted)
    charts = [drawn] if drawn else []
    parts = [
        f"---\ntitle: {measure.name}\n---",
        f"# {measure.asks}",
        f"`{measure.name}`, {'a view' if measure.is_view else 'a measure'} of "
        f"[{listing.question(measure.units.question).TITLE}](index.md)",
        f'```python\nanswer = claudesess.ask(store, "{measure.name}")\n```',
        "## What the sample says",
        *_finding(told, charts),
        "## What is counted, and what is not",
        f"A unit is **{markup.plain(measure.units.grain)}**.",
        *_said(measure, "units"),
        *_number(measure, told),
        *([] if measure.is_view else ["## Control", *_control(answer, told)]),
        "## What it cannot say",
        markup.plain(cannot_say(measure)),
        *(f"- {markup.plain(one)}" for one in told.limits),
        *_numbers(told),
        "## Columns of a unit",
        _columns(measure.units),
        *_asked(measure),
    ]
    return "\n\n".join(parts) + "\n", charts


def _finding(told: questions.Shown, charts: list[str]) -> list[str]:
    if not told.seen.n or not charts:
        return [NOTHING]
    said = [f"> {markup.plain(told.seen.statement)}"] if told.seen.statement else []
    of = f"Of the made-up sample project, {told.seen.n:,} units in {told.seen.n_sessions} sessions."
    return [*said, *("<!-- chart 0 -->" for _ in charts), of]


def _said(measure: Measure, part: str) -> list[str]:
    doc = inspect.getdoc(getattr(measure.module, part)) if hasattr(measure.module, part) else None
    return [markup.prose(doc)] if doc else []


def _number(measure: Measure, told: questions.Shown) -> list[str]:
    if measure.is_view:
        return []
    methods = [one for one in told.method if one.startswith("Number and limits:")]
    parts = [*_said(measure, "sums"), *_said(measure, "estimate"), *map(markup.plain, methods)]
    return ["## How the number is come by", *parts]


def _control(answer: Answer, told: questions.Shown) -> list[str]:
    control = answer.measure.module.control
    if isinstance(control, str):
        return [markup.plain(control)]
    shown = [
        f"- {block.caption}: {markup.plain(one.name)}, {one.control_value}"
        for block in told.seen.blocks
        for one in block.strips[:4]
        if one.control_value
    ]
    doc = inspect.getdoc(control.draw)
    return [
        f"**{control.at}.** {markup.prose(doc) if doc else ''}",
        *(["Of the sample:", "\n".join(shown)] if shown else []),
    ]


def _numbers(told: questions.Shown) -> list[str]:
    if not told.drawn.rows:
        return []
    rows = [
        (markup.plain(r.name), r.statistic, r.value, r.limits or "–", f"{r.n:,}", r.n_sessions)
        for r in told.drawn.rows[:20]
    ]
    heads = [told.seen.by or "what", "kind", "number", "95 % limits", "n", "sessions"]
    first = f"The first {len(rows)} of {told.drawn.n_rows}." if told.drawn.n_rows > len(rows) else ""
    return ["## Numbers of the sample", markup.table(heads, rows), *([first] if first else [])]


def _columns(contract: Units) -> str:
    rows = [
        (
            f"`{one.name}`",
            one.dtype,
            one.unit,
            markup.plain(one.doc) + _values(one.values),
            _use(contract, one.name),
        )
        for one in contract.columns
    ]
    return markup.table(["column", "type", "unit", "meaning", ""], rows)


def _values(values: tuple[str, ...]) -> str:
    return f" ({', '.join(values)})" if values else ""


def _use(contract: Units, name: str) -> str:
    uses = [("its time", name == contract.at), ("group by it", name in contract.covariates)]
    return "; ".join(word for word, is_so in uses if is_so)


def _asked(measure: Measure) -> list[str]:
    given: Mapping[str, tuple[Any, Any]] = options.of(measure.module.units)
    rows = [f"`{name}={default!r}`" for name, (_, default) in given.items()]
    links = ", ".join(f"[`{name}`](../relations/{name}.md)" for name in measure.relations)
    covariates = ", ".join(f"`{name}`" for name in measure.covariates)
    return [
        "## How it can be asked",
        f"Options: {', '.join(rows) if rows else 'none'}.",
        f"{'Filter by' if measure.is_view else 'Group and filter by'} {covariates}.",
        f"It is made of {links}.",
    ]
