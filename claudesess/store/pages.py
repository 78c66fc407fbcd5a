"""The pages in which a SQLite file keeps a table's rows: what shows which rows of a file are still the same.

Rows of a table lie in its leaf pages, in the order of their numbers. Where the first leaves of a file are the
same pages with the same bytes as before, so are their rows: docs/decisions/lazy-store.md.
"""

from __future__ import annotations

import base64
import mmap
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

Bytes: TypeAlias = "np.ndarray[Any, np.dtype[np.uint8]]"
Numbers: TypeAlias = "np.ndarray[Any, np.dtype[np.int64]]"
Words: TypeAlias = "np.ndarray[Any, np.dtype[np.uint64]]"

_INTERIOR, _LEAF = 5, 13
_FILE_HEADER, _RESERVED = 100, 20
#: Pages: what is looked at of them stays near the processor.
_AT_ONCE, _HEADS_AT_ONCE = 64, 4_096
#: A longer row goes on in pages of its own, which nothing here looks at: page less this.
_LOCAL = 35


@dataclass(frozen=True)
class Leaves:
    """The pages that hold the rows of a table, in their order."""

    pages: Numbers
    lasts: Numbers  # number of the last row at most, of each but the last page, which has no bound
    digests: Words  # of the bytes of each, two words a page

    def __len__(self) -> int:
        return len(self.pages)


def leaves(path: Path, root: int) -> Leaves | None:
    """Return the pages that hold the rows of a table; None where it is not stored like that.

    Parameters
    ----------
    path
        A file whose log is empty.
    root
        The table's first page.
    """
    content = _content(path)
    size = page_size(content[:_FILE_HEADER].tobytes())
    n_pages = len(content) // size
    pages, lasts = np.array([root]), np.array([], np.int64)
    n_seen = 0
    while True:
        n_seen += len(pages)
        if n_seen > n_pages or len(np.unique(pages)) < len(pages) or pages.min() < 1 or pages.max() > n_pages:
            return None
        heads = (pages - 1) * size + np.where(pages == 1, _FILE_HEADER, 0)
        if np.all(content[heads] == _LEAF):
            return Leaves(pages, lasts, _digests(content[: n_pages * size], size, pages))
        if not np.all(content[heads] == _INTERIOR):
            return None
        below = _children(content, size, pages, heads, lasts)
        if below is None:
            return None
        pages, lasts = below


def _content(path: Path) -> Bytes:
    """Return the bytes of a file without reading them; numpy's own way makes each look at them slower."""
    with path.open("rb") as file:
        return np.frombuffer(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), np.uint8)


def _digests(content: Bytes, size: int, pages: Numbers) -> Words:
    """Return two sums of each page's words and of their upper halves, each with a weight of its own.

    A sum of 64 bits sees in the upper bits of a word little: a difference of 2 ** 62 counts modulo 4. What
    differs in the halves is below 2 ** 32, so for weights that nobody chose a changed page keeps a sum by a
    chance of one in 2 ** 33 at most, and both by one in 2 ** 66, whatever bytes of it changed.
    """
    words = content.view(np.uint64).reshape(-1, size // 8)
    weights = np.random.default_rng(1).integers(0, 2**64, (2, 2, size // 8), dtype=np.uint64)
    sums = np.zeros((len(pages), 2), np.uint64)
    for start in range(0, len(pages), _AT_ONCE):
        here = words[pages[start : start + _AT_ONCE] - 1]
        for part, of_part in zip((here, here >> 32), weights, strict=True):
            for place, own in enumerate(of_part):
                sums[start : start + _AT_ONCE, place] += np.einsum("pw,w->p", part, own)
    return sums


def _children(
    content: Bytes, size: int, pages: Numbers, heads: Numbers, lasts: Numbers
) -> tuple[Numbers, Numbers] | None:
    """Return the pages below some, and the bounds of their rows; None where they name more than they hold."""
    n_below = _words(content, heads + 3) + 1  # each cell has one, and the page's head the last
    if n_below.sum() > len(content) // size:
        return None
    ends = np.cumsum(n_below)
    of_page = np.repeat(np.arange(len(pages)), n_below)
    place = np.arange(ends[-1]) - np.repeat(ends - n_below, n_below)
    is_cell = place < n_below[of_page] - 1
    at = heads[of_page] + 8  # where a page's head names the last one
    pointers = heads[of_page[is_cell]] + 12 + 2 * place[is_cell]
    if pointers.max(initial=0) + 2 > len(content):
        return None
    at[is_cell] = (pages[of_page[is_cell]] - 1) * size + _words(content, pointers)
    if at.max() + 4 > len(content):
        return None
    below = _words(content, at) << 16 | _words(content, at + 2)
    bounds = np.zeros(len(below), np.int64)
    bounds[is_cell] = _numbers(content, at[is_cell] + 4)
    bounds[ends[:-1] - 1] = lasts
    return below, bounds[:-1]


def _numbers(content: Bytes, at: Numbers) -> Numbers:
    """Read numbers of SQLite's variable length, of 64 bits with a sign."""
    value = np.zeros(len(at), np.uint64)
    goes_on = np.ones(len(at), bool)
    for n in range(9):
        byte = content[np.minimum(at + n, len(content) - 1)].astype(np.uint64)
        longer = value << 8 | byte if n == 8 else value << 7 | byte & 0x7F
        value = np.where(goes_on, longer, value)
        goes_on &= byte >= 0x80
    return value.view(np.int64)


def packed(found: Leaves) -> str:
    """Return pages as one text; `unpacked` gives them back."""
    cells = (found.pages.astype(np.int64), found.lasts, found.digests)
    return base64.b64encode(b"".join(one.tobytes() for one in cells)).decode()


def unpacked(text: str) -> Leaves | None:
    """Return the pages that were packed; None where there were none."""
    cells = np.frombuffer(base64.b64decode(text), np.int64)
    n = (len(cells) + 1) // 4
    digests = cells[2 * n - 1 :].view(np.uint64).reshape(-1, 2)
    return Leaves(cells[:n], cells[n : 2 * n - 1], digests) if n else None


def page_size(header: bytes) -> int:
    """Return the size of a file's pages."""
    size = int.from_bytes(header[16:18], "big")
    return 65536 if size == 1 else size


def hold_whole_rows(path: Path, chosen: Numbers) -> bool:
    """Say whether no row of these pages goes on in others, as their heads tell: none is longer than a page.

    Rows that go on may share what they go on with: of a small file they then fill any memory.
    """
    content = _content(path)
    size, left_out = page_size(content[:_FILE_HEADER].tobytes()), int(content[_RESERVED])
    starts = range(0, len(chosen), _HEADS_AT_ONCE)
    return all(
        _are_whole(content, size, size - left_out - _LOCAL, chosen[start : start + _HEADS_AT_ONCE])
        for start in starts
    )


def _are_whole(content: Bytes, size: int, longest: int, pages: Numbers) -> bool:
    begins = (pages - 1) * size
    heads = begins + np.where(begins == 0, _FILE_HEADER, 0)
    n_rows = _words(content, heads + 3)
    if (heads - begins + 8 + 2 * n_rows).max() > size:  # where their cells lie is said within the page
        return False
    for row in range(int(n_rows.max())):
        has_it = n_rows > row
        at = begins[has_it] + _words(content, heads[has_it] + 8 + 2 * row)
        if at.max() + 2 > len(content):
            return False
        first, second = content[at].astype(np.int64), content[at + 1].astype(np.int64)
        # A length of three bytes and more may be one of a large page's: not looked at.
        length = np.where(first < 128, first, np.where(second < 128, (first & 127) << 7 | second, size))
        if length.max() > longest:
            return False
    return True


def _words(content: Bytes, at: Numbers) -> Numbers:
    return content[at].astype(np.int64) << 8 | content[at + 1]


def n_same(before: Leaves, now: Leaves) -> int:
    """Count the first leaves that are the same; the last one of a table never is: rows are added to it."""
    n = min(len(before.lasts), len(now.lasts))
    is_same = (
        (before.pages[:n] == now.pages[:n])
        & (before.lasts[:n] == now.lasts[:n])
        & (before.digests[:n] == now.digests[:n]).all(axis=1)
    )
    return n if is_same.all() else int(is_same.argmin())
