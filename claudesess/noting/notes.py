"""Notes: what was changed, when, and because of which finding; a file of the user, a line each."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from claudesess import files
from claudesess.errors import ClaudesessError

_MODE = 0o600


class Note(NamedTuple):
    """Something that was changed.

    Attributes
    ----------
    note_id
        Six characters that no other note has.
    text
        What was changed, on one line.
    at
        Sessions that began on this day (UTC) or later are those after it.
    measure
        ``question.measure`` of the finding that it was meant to mend; None: of none.
    project
        The project in which it was changed; None: everywhere.
    """

    note_id: str
    text: str
    at: date
    measure: str | None = None
    project: str | None = None


def add(file: Path, text: str, at: date, measure: str | None = None, project: str | None = None) -> Note:
    """Keep a note.

    Parameters
    ----------
    file
        Where notes are kept; made when missing, for its owner alone.
    text, at, measure, project
        As in `Note`; line breaks of the text become blanks.

    Raises
    ------
    ClaudesessError
        The text is empty.
    """
    line = " ".join(text.split())
    if not line:
        raise ClaudesessError('Say what you changed: claudesess note "a line of CLAUDE.md for …"')
    note = Note(secrets.token_hex(3), line, at, measure, project)
    file.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, _MODE), "r+b") as kept:
        file.chmod(_MODE)
        is_cut = bool(kept.seek(0, os.SEEK_END)) and _last_byte(kept.fileno()) != b"\n"
        kept.write(b"\n" * is_cut + _line(note))
    return note


def read(file: Path) -> tuple[list[Note], list[str]]:
    """Return the notes in the order in which they were made, and a sentence per line that is none.

    Raises
    ------
    ClaudesessError
        The file is there, but cannot be read.
    """
    try:
        lines = files.read_regular(file).decode("utf-8", "replace").splitlines()
    except FileNotFoundError:
        return [], []
    except OSError as error:
        raise ClaudesessError(f"{file} {files.reason(error)}.") from error
    notes, faults = [], []
    for place, line in enumerate(lines, start=1):
        note = _note(line)
        if note is not None:
            notes.append(note)
        elif line.strip():
            faults.append(f"{file}, line {place}: no note")
    return notes, faults


def remove(file: Path, note_id: str) -> Note:
    """Take a note out of the file; every other line of it stays as it is.

    Raises
    ------
    ClaudesessError
        No note has this id.
    """
    note = next((one for one in read(file)[0] if one.note_id == note_id), None)
    if note is None:
        raise ClaudesessError(f"No note is {note_id!r}; claudesess note lists them.")
    lines = files.read_regular(file).splitlines(keepends=True)
    read_as = [_note(line.decode("utf-8", "replace")) for line in lines]
    kept = [line for line, one in zip(lines, read_as, strict=True) if one is None or one.note_id != note_id]
    fresh = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE), "wb") as new:
            new.writelines(kept)
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)
    return note


def _last_byte(descriptor: int) -> bytes:
    os.lseek(descriptor, -1, os.SEEK_END)
    return os.read(descriptor, 1)


def _line(note: Note) -> bytes:
    fields = {"id": note.note_id, "at": f"{note.at:%Y-%m-%d}", "text": note.text}
    fields |= {name: value for name in ("measure", "project") if (value := getattr(note, name)) is not None}
    return (json.dumps(fields) + "\n").encode()


def _note(line: str) -> Note | None:
    """Return the note that a line holds; None where it holds none."""
    with contextlib.suppress(ValueError, TypeError, KeyError, RecursionError):
        fields: dict[str, Any] = json.loads(line)
        texts = (fields["id"], fields["text"], fields.get("measure", ""), fields.get("project", ""))
        if all(isinstance(one, str) for one in texts):
            at = date.fromisoformat(fields["at"])
            return Note(fields["id"], fields["text"], at, fields.get("measure"), fields.get("project"))
    return None
