"""Look for words in a transcript without reading it: first where they should stand by their time."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from io import BufferedReader
from pathlib import Path

_PIECE = 256 << 10
_WRITTEN_AT = re.compile(rb'"timestamp":"([^"]+)"')


def held(path: Path, words: Mapping[str, str | None]) -> set[str]:
    """Return those words that a transcript holds.

    Parameters
    ----------
    path
        The transcript.
    words
        Each with the time of the line, or of one shortly before it; None where that is not known.
    """
    missing = {word.encode(): word for word in words}
    found = set()
    with path.open("rb") as file:
        for word, moment in words.items():
            if moment is not None:
                file.seek(_place(file, moment.encode()))
                if word.encode() in file.read(_PIECE):
                    found.add(missing.pop(word.encode()))
        return found | {missing[word] for word in _anywhere(file, set(missing))}


def _anywhere(file: BufferedReader, words: set[bytes]) -> set[bytes]:
    """Return those words that a file holds; it is read as far as is needed for that."""
    longest = max(map(len, words), default=0)  # what a piece lacks of a word is kept before the next one
    piece = bytearray(longest + _PIECE)
    missing = set(words)
    file.seek(0)
    while missing and (n_bytes := file.readinto(memoryview(piece)[longest:])):
        end = longest + n_bytes
        missing -= {word for word in missing if piece.find(word, 0, end) >= 0}
        piece[:longest] = piece[end - longest : end]
    return words - missing


def _place(file: BufferedReader, moment: bytes) -> int:
    """Return a place in a transcript shortly before a moment; its lines follow each other in time, mostly."""
    low, high = 0, file.seek(0, os.SEEK_END)
    while high - low > _PIECE // 4:
        middle = (low + high) // 2
        file.seek(middle)
        file.readline(_PIECE)
        told = _WRITTEN_AT.search(file.readline(_PIECE))
        if told is not None and told[1] < moment:
            low = middle
        else:
            high = middle
    return low
