"""The pages in which a SQLite file keeps a table's rows: what shows which rows of a file are still the same.

Rows of a table lie in its leaf pages, in the order of their numbers. Where the first leaves of a file are the
same pages with the same bytes as before, so are their rows: docs/decisions/lazy-store.md.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import numpy as np

Bytes: TypeAlias = "np.ndarray[Any, np.dtype[np.uint8]]"
Numbers: TypeAlias = "np.ndarray[Any, np.dtype[np.int64]]"

_INTERIOR, _LEAF = 5, 13
_FILE_HEADER, _RESERVED = 100, 20
_AT_ONCE = 2_048  # pages
#: A longer row goes on in pages of its own, which nothing here looks at: page less this, and a header.
_LOCAL, _CELL_HEADER = 35, 256
_UTF_8 = 1


class Leaf(NamedTuple):
    """One page of rows."""

    page: int
    last: int | None  # number of its last row at most; None: the table's last page
    digest: int  # of its bytes


def leaves(path: Path, root: int) -> list[Leaf] | None:
    """Return the pages that hold the rows of a table, in order; None where it is not stored like that.

    Parameters
    ----------
    path
        A file whose log is empty.
    root
        The table's first page.
    """
    content = np.memmap(path, np.uint8, "r")
    size = page_size(content[:_FILE_HEADER].tobytes())
    n_pages = len(content) // size
    level: list[tuple[int, int | None]] = [(root, None)]
    n_seen = 0
    while True:
        pages = np.array([page for page, _ in level])
        n_seen += len(pages)
        if n_seen > n_pages or len(np.unique(pages)) < len(pages) or pages.min() < 1 or pages.max() > n_pages:
            return None
        heads = (pages - 1) * size + np.where(pages == 1, _FILE_HEADER, 0)
        if np.all(content[heads] == _LEAF):
            return _leaves(content[: n_pages * size], size, pages, [last for _, last in level])
        if not np.all(content[heads] == _INTERIOR):
            return None
        level = [
            child
            for (page, last), head in zip(level, heads.tolist(), strict=True)
            for child in _children(content[(page - 1) * size : page * size].tobytes(), head % size, last)
        ]


def _leaves(content: Bytes, size: int, pages: Numbers, lasts: list[int | None]) -> list[Leaf]:
    words = content.view(np.uint64).reshape(-1, size // 8)
    # A sum with odd weights: no change of one word goes unseen, others with a chance of one in 2 ** 64.
    weights = np.random.default_rng(1).integers(0, 2**63, size // 8, dtype=np.uint64) * 2 + 1
    digests: list[int] = []
    for start in range(0, len(pages), _AT_ONCE):
        chosen = words[pages[start : start + _AT_ONCE] - 1]
        digests += (chosen * weights).sum(axis=1, dtype=np.uint64).tolist()
    return [
        Leaf(page, last, digest) for page, last, digest in zip(pages.tolist(), lasts, digests, strict=True)
    ]


def packed(found: list[Leaf]) -> str:
    """Return pages as one text; `unpacked` gives them back."""
    return " ".join(f"{leaf.page},{'' if leaf.last is None else leaf.last},{leaf.digest}" for leaf in found)


def unpacked(text: str) -> list[Leaf]:
    """Return the pages that were packed."""
    cells = [one.split(",") for one in text.split()]
    return [Leaf(int(page), int(last) if last else None, int(digest)) for page, last, digest in cells]


def page_size(header: bytes) -> int:
    """Return the size of a file's pages."""
    size = int.from_bytes(header[16:18], "big")
    return 65536 if size == 1 else size


def is_in_leaves(widest: int, header: bytes) -> bool:
    """Say whether rows whose texts take `widest` bytes at most lie in the leaves alone."""
    is_measured = int.from_bytes(header[56:60], "big") == _UTF_8
    return is_measured and widest + _CELL_HEADER <= page_size(header) - header[_RESERVED] - _LOCAL


def hold_whole_rows(path: Path, found: list[Leaf]) -> bool:
    """Say whether no row of these pages goes on in others, as their heads tell: none is longer than a page.

    Rows that go on may share what they go on with: of a small file they then fill any memory.
    """
    content = np.memmap(path, np.uint8, "r")
    size, left_out = page_size(content[:_FILE_HEADER].tobytes()), int(content[_RESERVED])
    begins = (np.array([leaf.page for leaf in found]) - 1) * size
    heads = begins + np.where(begins == 0, _FILE_HEADER, 0)
    n_rows = _words(content, heads + 3)
    if n_rows.max() > size // 2:
        return False
    for row in range(int(n_rows.max())):
        has_it = n_rows > row
        at = begins[has_it] + _words(content, heads[has_it] + 8 + 2 * row)
        if at.max() + 2 > len(content):
            return False
        first, second = content[at].astype(np.int64), content[at + 1].astype(np.int64)
        # A length of three bytes and more may be one of a large page's: not looked at.
        length = np.where(first < 128, first, np.where(second < 128, (first & 127) << 7 | second, size))
        if length.max() > size - left_out - _LOCAL:
            return False
    return True


def _words(content: Bytes, at: Numbers) -> Numbers:
    return content[at].astype(np.int64) << 8 | content[at + 1]


def n_same(before: list[Leaf], now: list[Leaf]) -> int:
    """Count the first leaves that are the same; the last one of a table never is: rows are added to it."""
    n = 0
    for one, other in zip(before, now, strict=False):
        if one != other or one.last is None:
            break
        n += 1
    return n


def _children(page: bytes, head: int, last: int | None) -> list[tuple[int, int | None]]:
    n = int.from_bytes(page[head + 3 : head + 5], "big")
    found: list[tuple[int, int | None]] = []
    for place in range(head + 12, head + 12 + 2 * n, 2):
        cell = int.from_bytes(page[place : place + 2], "big")
        found.append((int.from_bytes(page[cell : cell + 4], "big"), _number(page, cell + 4)))
    found.append((int.from_bytes(page[head + 8 : head + 12], "big"), last))
    return found


def _number(page: bytes, place: int) -> int:
    """Read a number of SQLite's variable length, of 64 bits with a sign."""
    value = 0
    for n, byte in enumerate(page[place : place + 9]):
        if n == 8:
            value = value << 8 | byte
            break
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            break
    return value - (1 << 64) if value >= 1 << 63 else value
