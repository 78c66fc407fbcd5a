"""Lanes of one session as lines of characters: the picture of the report, at the width of a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from claudesess import text
from claudesess.report.lanes import Lane, Picture

_NARROW = 64  # columns: below, a name stands above its lane
_NAMES = 30  # columns for names, at most


class Sign(NamedTuple):
    """How something is drawn; `plain` is for terminals that have ASCII only."""

    mark: str
    plain: str
    style: str
    words: str


#: What is later here is drawn over what is earlier.
_SIGNS = {
    "pause": Sign("┊", ":", "dim", "pause cut short"),
    "wait": Sign("·", ".", "dim", "waited for the user"),
    "ran": Sign("─", "-", "cyan", "agent ran"),
    "work": Sign("█", "=", "blue", "calls"),
    "prompt": Sign("▸", ">", "bold green", "prompt"),
    "compaction": Sign("◆", "C", "bold magenta", "compaction"),
    "failure": Sign("✗", "x", "bold red", "failed or refused"),
}


def lines(picture: Picture, width: int, *, is_ascii: bool = False) -> Iterator[Text]:
    """Draw lanes, the axis below them, and what the signs mean.

    Parameters
    ----------
    picture
        What `claudesess.report.lanes.picture` made of a session.
    width
        Columns of the terminal; below 64 the name of a lane stands above it.
    is_ascii
        The terminal has no other characters.
    """
    is_narrow = width < _NARROW
    names = [text.plain(" ".join(lane.name.split())) for lane in picture.lanes]
    beside = 0 if is_narrow else min(max(map(cell_len, names)), _NAMES, width // 3) + 2
    room = max(width - beside, 10)
    pauses = [_column(tick.at, room) for tick in picture.ticks if tick.is_pause]
    used: set[str] = {"pause"} if pauses else set()
    for name, lane in zip(names, picture.lanes, strict=True):
        drawn = _lane(lane, room, pauses)
        used.update(filter(None, drawn))
        bar = Text()
        for kind in drawn:
            bar.append(*_sign(kind, is_ascii)) if kind else bar.append(" ")
        if is_narrow:
            yield Text(_cut(name, width, is_ascii).rstrip(), "bold")
            yield bar
        else:
            yield Text.assemble((_cut(name, beside - 2, is_ascii), "bold"), "  ", bar)
    yield Text(" " * beside + _axis(picture, room), "dim")
    if picture.n_hidden:
        yield Text(f"{text.count(picture.n_hidden, 'more agent')} without a lane here.", "dim")
    legend = Text()
    for kind, sign in _SIGNS.items():
        if kind in used:
            words = picture.calls if kind == "work" else sign.words
            legend.append("  " if legend else "").append(*_sign(kind, is_ascii)).append(f" {words}")
    yield legend


def _lane(lane: Lane, room: int, pauses: list[int]) -> list[str]:
    """Say what stands in each column; of two things that which matters more."""
    drawn = [""] * room
    order = list(_SIGNS)
    for column in pauses:
        drawn[column] = "pause"
    for block in sorted(lane.blocks, key=lambda one: order.index(one.kind)):
        first, last = _column(block.left, room), _column(block.left + block.width, room)
        for column in range(first, max(last, first + 1)):
            drawn[column] = block.kind
    for mark in sorted(
        (one for one in lane.marks if one.kind in _SIGNS), key=lambda one: order.index(one.kind)
    ):
        drawn[_column(mark.at, room)] = mark.kind
    return drawn


def _column(place: float, room: int) -> int:
    return min(max(int(place / 100 * room), 0), room - 1)


def _axis(picture: Picture, room: int) -> str:
    """Write the times that have room, each where it begins."""
    line = ""
    for tick in picture.ticks:
        start = _column(tick.at, room)
        if not tick.is_pause and (not line or start > len(line)) and start + len(tick.name) <= room:
            line = line.ljust(start) + tick.name
    return line


def _cut(name: str, width: int, is_ascii: bool) -> str:
    shown = name.encode("ascii", "replace").decode() if is_ascii else name
    if cell_len(shown) > width:
        end = "..." if is_ascii else "…"
        shown = set_cell_size(shown, max(width - len(end), 0)) + end
    return set_cell_size(shown, width)


def _sign(kind: str, is_ascii: bool) -> tuple[str, str]:
    sign = _SIGNS[kind]
    return (sign.plain if is_ascii else sign.mark), sign.style
