"""One session for a terminal, line by line: what it was, its lanes, what happened in order."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pandas as pd
from rich.text import Text

from claudesess import spending, text
from claudesess.report import lanes as drawing
from claudesess.report.in_short import Part, in_short
from claudesess.report.reader import Reader, Rows
from claudesess.report.story import CLIENT_WORDS, Item, story
from claudesess.showing import lanes

if TYPE_CHECKING:
    from claudesess.store import Store

_STYLES = {
    "failure": "red", "chain": "red", "grave": "red", "rejected": "yellow", "compaction": "magenta",
    "prompt": "bold green", "agent": "cyan", "commit": "bold", "wait": "dim", "calls": "blue", "call": "blue",
}  # fmt: skip
_TITLE = 13  # columns of the titles of what is told in short
_DAY = "%a %-d %b %Y"
_COUNTS = {
    "n_prompts": "prompt", "n_agents": "agent", "n_compactions": "compaction", "n_files": "file",
}  # fmt: skip


def lines(
    store: Store,
    events: Rows,
    reader: Reader,
    width: int,
    *,
    prices: spending.Prices | None = None,
    is_whole: bool = False,
    is_ascii: bool = False,
) -> Iterator[Text]:
    """Tell one session of one database.

    Parameters
    ----------
    store
        An open store.
    events
        Its rows of `session_events`, in order.
    reader
        Says the clock.
    width
        Columns of the terminal.
    prices
        A price table, for what it cost.
    is_whole
        Every call and every text, nothing folded.
    is_ascii
        The terminal has no other characters.
    """
    key = {"db": events[0]["db"], "id": events[0]["session_id"]}
    chains, claims = (
        store.rows(f"SELECT * FROM {name} WHERE db = $db AND session_id = $id", key)
        for name in ("error_chains", "file_claims")
    )
    items = story(events, chains, reader)
    yield from _head(store, key, reader, prices)
    yield Text()
    yield from _short(in_short(events, chains, claims, items, reader), width)
    picture = drawing.picture(events, reader)
    if picture is not None:
        yield Text()
        yield Text(picture.summary)
        yield from lanes.lines(picture, width, is_ascii=is_ascii)
    yield Text()
    yield from _lines(items, is_whole)


def _short(parts: list[Part], width: int) -> Iterator[Text]:
    """Tell it in short: below each title its lines, and what else there was in one more."""
    for part in parts:
        title = f"{part.title}:"
        also = "; ".join(line.words for line in part.also)
        for words in filter(None, (*(line.words for line in part.lines), also)):
            plain = text.plain(_uncoded(words))
            for line in textwrap.wrap(plain, max(width - _TITLE, _TITLE), break_on_hyphens=False):
                yield Text(f"{title:<{_TITLE}}{line}")
                title = ""


def _head(
    store: Store, key: dict[str, Any], reader: Reader, prices: spending.Prices | None
) -> Iterator[Text]:
    of = "WHERE db = $db AND session_id = $id"
    (row,) = store.sql(f"SELECT * FROM sessions {of}", key).to_dict("records")
    about = store.sql(f"SELECT project, client_version FROM session_covariates {of}", key)
    project = text.at_home(str(about["project"].iloc[0]))
    yield Text.assemble((text.plain(key["id"]), "bold"), "  ", text.plain(project))
    first, last = row["started_at"], row["last_seen_at"]
    end = "no end was seen" if row["is_open"] else _ended(row["end_reason"])
    if pd.notna(first) and pd.notna(last):
        is_one_day = reader.clock(first, _DAY) == reader.clock(last, _DAY)
        until = reader.clock(last, "%H:%M" if is_one_day else f"{_DAY} %H:%M")
        span = f"{reader.clock(first, f'{_DAY} %H:%M')} – {until}, {reader.zone_name(first)}"
        yield Text(text.plain(f"{span}; {text.clock((last - first).total_seconds())}; {end}"))
    else:
        yield Text(text.plain(f"its times are not known; {end}"))
    calls = text.calls(row["n_tool_calls"], row["n_failed_calls"], row["n_refused_calls"])
    prompts, *others = (text.count(int(row[name]), noun) for name, noun in _COUNTS.items())
    counts = ", ".join((prompts, calls, *others))
    yield Text(text.plain(f"Model {text.stated(row['model'])}; {counts}"))
    answers = store.sql(f"SELECT * FROM model_answers {of}", key)
    for place, line in enumerate(spending.lines(answers, prices)):
        yield Text(text.plain(f"Tokens: {line}" if place == 0 else f"        {line}"))


def _lines(items: list[Item], is_whole: bool) -> Iterator[Text]:
    day = ""
    for before, item in pairwise([None, *items]):
        if item is None:
            continue
        if item.iso[:10] not in ("", day):
            day = item.iso[:10]
            yield Text(f"{'' if before is None else chr(10)}{pd.Timestamp(day):{_DAY}}", "bold")
        yield from _item(item, is_whole, "")


def _item(item: Item, is_whole: bool, indent: str) -> Iterator[Text]:
    line = Text.assemble((f"{indent}{item.clock:8}  ", "dim"))  # a style of the Text would be of all words
    line.append(_one_line(item.who) + ": " if item.who else "", "cyan")
    line.append(_one_line(_uncoded(item.sentence)), _STYLES.get(item.kind, ""))
    if item.length:
        line.append(f"  {item.length}", "dim")
    inner = f"{indent}          "
    is_apart = item.kind == "rejected"  # what rejected it is an event of its own
    if item.text and not is_whole and not indent and not is_apart:
        line.append(f"  {text.plain(text.shortened(item.text, 100))}", "dim")
    yield line
    if item.text and is_apart and not is_whole and not indent:
        yield Text(f"{inner}{_one_line(item.text)}", "dim")
    if is_whole:
        for part in text.plain_lines(item.text).splitlines():
            yield Text(f"{inner}{part}", "dim")
        for one in item.parts:
            yield from _item(one, is_whole, f"{indent}  ")


def _ended(reason: Any) -> str:
    if pd.isna(reason):
        return "ended: why is not known"
    how = CLIENT_WORDS.get(("session_end", str(reason)), str(reason))
    return f"ended: {how}" if how else "ended"


def _uncoded(words: str) -> str:
    return text.coded(words, str)


def _one_line(words: str) -> str:
    return text.plain(" ".join(words.split()))
