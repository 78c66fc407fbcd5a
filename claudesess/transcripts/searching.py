"""Look for lines in a transcript without parsing all of it: first where they should stand by their time."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from claudesess import files
from claudesess.transcripts.lines import parsed, whole_lines

_PIECE = 256 << 10
_WRITTEN_AT = re.compile(rb'"timestamp": ?"([^"]+)"')

Names = Callable[[dict[str, Any], str], bool]


def named(path: Path, words: Mapping[str, str | None], names: Names) -> set[str]:
    """Return those words that a line of a transcript names.

    Parameters
    ----------
    path
        The transcript.
    words
        Ids, each with the time of the line, or of one shortly before it; None where that is not known.
    names
        Says whether a line's object names a word; it is asked of those lines only whose bytes hold the word.
    """
    found = set()
    try:
        with files.open_regular(path) as file:
            for word, moment in words.items():
                if moment is not None:
                    file.seek(_place(file, moment.encode("utf-8", "replace")))
                    if _among(_near(file), [word], names):
                        found.add(word)
            missing = [word for word in words if word not in found]
            if missing:
                file.seek(0)
                found |= _among((line for _, line in whole_lines(file)), missing, names)
    except OSError:  # whoever reads all of it says so
        pass
    return found


def _near(file: BinaryIO) -> Iterator[bytes]:
    """Yield the lines of the piece that begins here."""
    n_bytes = 0
    for length, line in whole_lines(file):
        yield line
        n_bytes += length
        if n_bytes > _PIECE:
            break


def _among(lines: Iterable[bytes], words: Iterable[str], names: Names) -> set[str]:
    """Return the words that some lines name; no more are read than are needed for that."""
    missing = {word.encode("utf-8", "replace"): word for word in words}
    found: set[str] = set()
    for line in lines:
        for written in [written for written in missing if written in line]:
            parts = parsed(line)
            if parts is not None and names(parts, missing[written]):
                found.add(missing.pop(written))
        if not missing:
            break
    return found


def _place(file: BinaryIO, moment: bytes) -> int:
    """Return a place in a transcript shortly before a moment; its lines follow each other in time, mostly."""
    low, high = 0, file.seek(0, os.SEEK_END)
    while high - low > _PIECE // 4:
        middle = (low + high) // 2
        file.seek(middle)
        file.readline(_PIECE)
        stamp = _WRITTEN_AT.search(file.readline(_PIECE))
        if stamp is not None and stamp[1] < moment:
            low = middle
        else:
            high = middle
    return low
