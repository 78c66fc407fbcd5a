"""Which instructions and settings were in force: each file that the client says it loaded or saw changed, by its hash.

The hash is that of the text without white space around it: so the client's transcript quotes it.
"""

from claudesess_collector import files, payload

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

    from claudesess_collector.event import Event

_MAX = 1 << 20  # bytes of a file that its hash stands for


def prepare(event: "Event") -> None:
    """Read the file before the write lock is taken."""
    path = event.text("file_path")
    if path is not None:
        event.file_hash = _hash(event.place.disk(path))


def loaded(event: "Event") -> None:
    """InstructionsLoaded: at the start, after a compaction, and when a folder with instructions of its own is met."""
    _note_instructions(event, event.text("file_path"), event.file_hash)


def quoted(event: "Event", line: "dict[str, Any]") -> None:
    """A line of the transcript with what was put before the model; a plugin's hooks may come too late for the event."""
    files = payload.field(line, "attachment", "files")
    for file in files if isinstance(files, list) else ():
        text = payload.text(file, "content")
        if text is not None:
            _note_instructions(event, payload.text(file, "path"), short_hash(text.encode("utf-8", "replace")))


def changed(event: "Event") -> None:
    """ConfigChange: a settings file, or a skill; where no file is named, the kind of settings."""
    source = event.text("file_path") or event.named("source")
    if _is_news(event, "config", source, event.file_hash):
        event.metric("config", source, event.file_hash)


def _note_instructions(event: "Event", path: "Optional[str]", file_hash: "Optional[str]") -> None:
    if _is_news(event, "instructions", path, file_hash):
        event.metric("instructions", path, file_hash)


def _is_news(event: "Event", family: str, key: "Optional[str]", file_hash: "Optional[str]") -> bool:
    """Say whether a file's hash is another one than was noted last."""
    if key is None:
        return False
    last = event.db.row(
        "SELECT value FROM session_metrics WHERE session_id = ? AND event_type = ? AND key = ?"
        " ORDER BY id DESC LIMIT 1",
        (event.session_id, family, key),
    )
    return last is None or last[0] != file_hash


def short_hash(text: bytes) -> str:
    """Return the hash of a file's text."""
    return payload.short_hash(text.strip())


def _hash(path: str) -> "Optional[str]":
    try:
        return short_hash(files.head_of(path, _MAX))
    except OSError:
        return None
