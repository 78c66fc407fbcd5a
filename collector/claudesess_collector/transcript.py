"""What the client's transcript gained since somebody here read it last; each reader has a place of its own in it."""

import os

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
    if not os.path.isfile(event.place.disk(path)):  # nor anything that would not end, a pipe say
        return None
    try:
        with open(event.place.disk(path), "rb") as file:
            size = file.seek(0, os.SEEK_END)
            start = at if at <= size else 0  # it shrank: another file
            file.seek(max(start, size - _READ))
            return file.tell(), file.read(_READ)
    except OSError:
        return None


def note(event: "Event", key: str, offset: int) -> None:
    """Note how far a reader has read."""
    event.db.run("INSERT OR REPLACE INTO claudesess_offsets (path, offset) VALUES (?, ?)", (key, offset))
