"""Read a transcript line by line, from where the last reading ended, and leave out what tells nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

_PIECE = 4 << 20
_NEWLINE = ord("\n")
_OPENING = 640  # bytes in which a line says its kind; one that does so later is parsed
_NEXT = 160  # and in which its data begins
#: Lines that are many, long, and tell nothing that is imported; they are not parsed.
_PROGRESS = b'"type":"progress","data":{'
_SESSION_START = b'"hookEvent":"SessionStart"'
_SNAPSHOTS = (b'{"type":"file-history-', b'{"type":"prompt-snapshot')


@dataclass
class Reading:
    """How far a file was read, and what could not be.

    Attributes
    ----------
    path : Path
        The file.
    offset : int
        Where to begin; after reading, the end of the last whole line.
    n_lines : int
        Whole lines seen.
    faults : list of str
        What was wrong with a line, each naming the file and the place.
    """

    path: Path
    offset: int = 0
    n_lines: int = 0
    faults: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield (offset, object) of each line that may tell something.

        A last line that is only half written is left for the next reading; a line that is no JSON object
        is named in `faults` and left out.
        """
        with self.path.open("rb", buffering=_PIECE) as file:
            file.seek(self.offset)
            for line in file:
                if line[-1] != _NEWLINE and not _is_whole(line):
                    return
                start = self.offset
                self.offset += len(line)
                self.n_lines += 1
                at = line.find(_PROGRESS, 0, _OPENING)
                if at >= 0:
                    if line.find(_SESSION_START, at, at + _NEXT) < 0:
                        continue
                elif line.startswith(_SNAPSHOTS):
                    continue
                said = self._parse(start, line)
                if said is not None:
                    yield start, said

    def _parse(self, start: int, line: bytes) -> dict[str, Any] | None:
        try:
            said = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            if line.strip():
                self.faults.append(f"{self.path}: byte {start:,}: no JSON ({error})")
            return None
        if not isinstance(said, dict):
            self.faults.append(f"{self.path}: byte {start:,}: no JSON object")
            return None
        return said


def _is_whole(line: bytes) -> bool:
    """Say whether a last line without a newline is whole all the same."""
    try:
        orjson.loads(line)
    except orjson.JSONDecodeError:
        return False
    return True


def time_ms(line: dict[str, Any]) -> int | None:
    """Return a line's time in milliseconds since the epoch, None where it has none.

    Examples
    --------
    >>> time_ms({"timestamp": "2026-11-23T03:08:42.740Z"})
    1795403322740
    >>> time_ms({"timestamp": "yesterday"})
    """
    return moment_ms(line.get("timestamp"))


def moment_ms(written: object) -> int | None:
    """Return a moment in milliseconds since the epoch, None for what is none.

    Examples
    --------
    >>> moment_ms("1970-01-01 00:00:01.500Z")
    1500
    """
    if not isinstance(written, str):
        return None
    try:
        return round(datetime.fromisoformat(written).timestamp() * 1000)
    except ValueError:
        return None


def text_of(content: object) -> str:
    r"""Return the text of a message or a tool result: a string, or the text blocks of a list.

    Examples
    --------
    >>> text_of([{"type": "text", "text": "a"}, {"type": "image"}, {"type": "text", "text": "b"}])
    'a\nb'
    """
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""
    parts = [block.get("text") for block in content if isinstance(block, dict)]
    return "\n".join(part for part in parts if isinstance(part, str))
