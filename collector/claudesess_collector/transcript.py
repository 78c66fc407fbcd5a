"""What the client's transcript gained since somebody here read it last; each reader has a place of its own in it."""

from claudesess_collector import files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

    from claudesess_collector.event import Event

_READ = 4 << 20  # of a transcript that grew by more since the last look, only so much is read


def place(event: "Event", key: str) -> int:
    """Return how far a reader has read."""
    return event.db.value("SELECT offset FROM claudesess_offsets WHERE path = ?", (key,)) or 0


def gained(event: "Event", path: str, at: int) -> "Optional[tuple[int, bytes]]":
    """Return where what comes after a place begins, and its bytes; None where no file can be read."""
    try:
        return files.rest_of(event.place.disk(path), at, _READ)
    except OSError:
        return None


def note(event: "Event", key: str, offset: int) -> None:
    """Note how far a reader has read."""
    event.db.run("INSERT OR REPLACE INTO claudesess_offsets (path, offset) VALUES (?, ?)", (key, offset))
