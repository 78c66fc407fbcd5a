"""Read a transcript line by line, from where the last reading ended, and leave out what tells nothing."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import orjson
from claudesess_collector import payload

from claudesess import files

_PIECE = 4 << 20
_NEWLINE = ord("\n")
_LONGEST = 64 << 20  # bytes; a longer line is none of the client's, and is not held in memory
_OPENING = 640  # bytes in which a line says its kind; one that does so later is parsed
_TRIED = 100  # beginnings of an object in a broken line
_NO_OBJECT = "no JSON object"
_NAMED = 100  # lines of a file; what is no transcript may have millions
_BEGINS = re.compile(r'\{\s*"')
_DECODER = json.JSONDecoder(strict=False)
#: Lines that are many, long, and tell nothing that is imported; they are not parsed. Only what the client
#: writes byte for byte is passed over: single values alone before the kind, which is the line's own then.
_PROGRESS = b'"type":"progress","data":{'
_NESTED = b"{[\\"  # another value begins, or a text in which quotes may stand
_SESSION_START = b"SessionStart"
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
        What was wrong with a line, each naming the file and the place; behind a hundred how many more.
    """

    path: Path
    offset: int = 0
    n_lines: int = 0
    faults: list[str] = field(default_factory=list)
    _n_faults: int = 0

    def left_out(self, start: int, why: str) -> None:
        """Name what is wrong with a line, or count it."""
        self._n_faults += 1
        if self._n_faults <= _NAMED:
            self.faults.append(f"{self.path}: byte {start:,}: {why}")
        else:
            self.faults[_NAMED:] = [f"{self.path}: {self._n_faults - _NAMED:,} more lines"]

    def lines(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield (offset, object) of each line that may tell something.

        A last line that is only half written is left for the next reading; a line that is no JSON object
        is named in `faults`, and of it only whole objects that stand in it are read. So is a file that cannot
        be read, or not to its end.
        """
        try:
            with files.open_regular(self.path, _PIECE) as file:
                file.seek(self.offset)
                yield from self._lines(_each_line(file))
        except OSError as error:
            self.left_out(self.offset, files.reason(error))

    def _lines(self, lines: Iterable[bytes | int]) -> Iterator[tuple[int, dict[str, Any]]]:
        for line in lines:
            start = self.offset
            if isinstance(line, int):
                self.offset += line
                self.n_lines += 1
                self.left_out(start, f"a line of {line:,} bytes")
                continue
            if line[-1] != _NEWLINE and parsed(line) is None:
                return
            self.offset += len(line)
            self.n_lines += 1
            if b"{" not in line:
                if not line.isspace():
                    self.left_out(start, _NO_OBJECT)
                continue
            if _is_progress(line) or line.startswith(_SNAPSHOTS):
                continue
            try:
                found = orjson.loads(line)
            except orjson.JSONDecodeError:
                found = None
            if isinstance(found, dict):
                yield start, found
            else:
                yield from ((start, one) for one in self._mended(start, line))

    def _mended(self, start: int, line: bytes) -> list[dict[str, Any]]:
        """Return what can be read of a line that the quick parser refused; name it, if not all of it can."""
        whole = parsed(line)
        if whole is not None:
            return [whole]
        found = _salvaged(line)
        left = f"; {len(found)} whole in it read" if found else ""
        self.left_out(start, f"{_NO_OBJECT}{left}")
        return found


def _each_line(file: BinaryIO) -> Iterable[bytes | int]:
    """Return the lines of a file; of one that is too long to be a line its length."""
    if os.fstat(file.fileno()).st_size < _LONGEST:
        return file  # no line of it is: then nobody has to look
    return (line or n_bytes for n_bytes, line in whole_lines(file))


def whole_lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield each line with its length; of one that is too long to be a line nothing but that."""
    for line in iter(partial(file.readline, _LONGEST), b""):
        n_bytes = len(line)
        if n_bytes < _LONGEST:
            yield n_bytes, line
            continue
        while line and line[-1] != _NEWLINE:
            line = file.readline(_LONGEST)
            n_bytes += len(line)
        yield n_bytes, b""


def parsed(line: bytes) -> dict[str, Any] | None:
    r"""Return a line's object as tolerantly as hooks read theirs; None where it is none.

    Half a character, bytes that are no UTF-8, a mark or zeros before it are no reason to lose a line.

    Examples
    --------
    >>> parsed(b'{"a": "\\ud83d"}')
    {'a': '\ufffd'}
    >>> parsed(b'[1]')
    """
    try:
        found = orjson.loads(line)
    except orjson.JSONDecodeError:
        found = _whole(payload.parse(line.strip(b"\0 \t\r\n")))
    return found if isinstance(found, dict) else None


def _is_progress(line: bytes) -> bool:
    """Say whether a line tells of progress, and not of a start."""
    place = line.find(_PROGRESS, 0, _OPENING)
    if place < 0 or not line.startswith(b'{"'):
        return False
    before = line[1:place]
    return len(before.translate(None, _NESTED)) == len(before) and line.find(_SESSION_START, place) < 0


def _salvaged(line: bytes) -> list[dict[str, Any]]:
    """Return the lines that stand whole in a broken one: one process was killed, another went on."""
    text = line.decode("utf-8", "replace")
    found: list[dict[str, Any]] = []
    end = 0
    for start in [match.start() for match in _BEGINS.finditer(text)][:_TRIED]:
        if start < end:
            continue
        try:
            one, stop = _DECODER.raw_decode(text, start)
        except (ValueError, RecursionError):
            continue
        if isinstance(one.get("type"), str) and {"uuid", "sessionId"} & one.keys():
            found.append(_whole(one))
            end = stop
    return found


def _whole(value: Any) -> Any:
    """Make every half character in a value a whole one, as the collector stores it."""
    if isinstance(value, str):
        return payload.whole(value)
    if isinstance(value, dict):
        return {payload.whole(key): _whole(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return value


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
