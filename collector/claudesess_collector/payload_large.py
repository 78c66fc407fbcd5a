"""A payload too large to be kept whole: the middle of its long texts is left out while it comes in.

Loaded only for such a payload. Nothing looks further into a long text than a few thousand characters from either end,
except for the texts of `WHOLE`. Which bytes stay depends on the payload alone, not on the pieces in which it comes.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable

SIDE = 200_000  # bytes that stay on either side: at least 16,384 characters, since none takes more than 12 bytes
LONG = 450_000  # bytes; a longer text is cut
TEXTS = 5_000  # after so many texts the rest is kept: walking through small things is slower than parsing them
FEW = 50  # quotes in a piece
MARK = b"\\n[cut]\\n"
# Keys, ids, and texts of which all counts: their hash, their length, or something in their middle.
WHOLE = {
    b"agent_transcript_path", b"command", b"compact_summary", b"cwd", b"error", b"filePath", b"file_path",
    b"notebook_path", b"path", b"pattern", b"prompt", b"query", b"transcript_path", b"url",
}  # fmt: skip


_NAMES = ("session_id", "cwd", "hook_event_name", "tool_name", "tool_use_id", "agent_id", "agent_type", "prompt_id")
_LONGEST = 4096


def names(head: bytes) -> bytes:
    """Return of a payload that there is no memory for what its beginning names, as a payload."""
    from claudesess_collector.payload import parse, text, to_json

    found = {}
    for key in _NAMES:
        start = head.find(b'"%s"' % key.encode())
        stop = head.find(b'"', head.find(b'"', start + len(key) + 2) + 1)
        fields = parse(b"{" + head[start : stop + 1] + b"}") if 0 <= start < stop < start + _LONGEST else None
        found[key] = text(fields, key)
    return to_json({key: value for key, value in found.items() if value is not None}).encode()


class Reader:
    """Walks from text to text of a JSON document that is still coming in."""

    def __init__(self, begun: bytes, read: "Callable[[], bytes]") -> None:
        self.kept = bytearray(begun)
        self._read = read

    def read_all(self) -> bytes:
        """Return the payload without the middle of its long texts."""
        at, key = 0, b""
        for _ in range(TEXTS):
            start = self._find(at) + 1
            if not start:
                return bytes(self.kept)
            is_value = start - at < 100 and self.kept[at : start - 1].strip() == b":"
            at = self._skip(start, is_value and key not in WHOLE)
            key = bytes(self.kept[start : at - 1]) if at - start < 100 else b""
        while self._more():
            pass
        return bytes(self.kept)

    def _more(self) -> bool:
        """Take in the next piece."""
        piece = self._read()
        self.kept += piece
        return bool(piece)

    def _find(self, at: int) -> int:
        """Return where the next quote stands, -1 when there is none."""
        while True:
            found = self.kept.find(b'"', at)
            at = len(self.kept)
            if found >= 0 or not self._more():
                return found

    def _skip(self, start: int, may_cut: bool) -> int:
        """Return the place after the text that starts here."""
        at = start
        while True:
            found = self.kept.find(b'"', at)
            reached = found if found >= 0 else len(self.kept)
            if may_cut and reached - start > LONG:
                return self._cut(start)
            if found >= 0 and not _is_escaped(self.kept, found, start):
                return found + 1
            at = reached + (found >= 0)
            if found < 0 and not self._more():
                return at

    def _cut(self, start: int) -> int:
        """Leave out the middle of the long text that starts here; return the place after its end."""
        head = _between(self.kept, start + SIDE, start)
        value = _Value(bytes(self.kept[head:]))
        del self.kept[head:]
        while not value.has_ended():
            piece = self._read()
            if not piece:
                return len(self.kept)  # torn off: no JSON, whatever is kept
            value.add(piece)
        tail, end = value.tail()
        self.kept += MARK
        after = len(self.kept) + end + 1
        self.kept += tail
        return after


class _Value:
    """The last pieces of a long text: enough for its end. Not one buffer, whose memory would come and go."""

    def __init__(self, piece: bytes) -> None:
        self._pieces = [piece]
        self._is_escaped = [False]  # for each piece, whether its first byte belongs to an escape
        self._size = len(piece)
        self._end = -1  # in the last piece

    def add(self, piece: bytes) -> None:
        """Take in what follows the last piece, which did not end the text; let go what is too far from it."""
        last, was_escaped = self._pieces[-1], self._is_escaped[-1]
        self._is_escaped.append(_is_escaped(last, len(last), int(was_escaped)))
        self._pieces.append(piece)
        while self._size - len(self._pieces[0]) > SIDE + 16:
            self._size -= len(self._pieces.pop(0))
            self._is_escaped.pop(0)
        self._size += len(piece)

    def has_ended(self) -> bool:
        """Say whether the text ends in the last piece."""
        self._end = _end(self._pieces[-1], self._is_escaped[-1])
        return self._end >= 0

    def tail(self) -> "tuple[bytes, int]":
        """Return what stays, from `SIDE` bytes before the end on, and where in it the end is."""
        end = self._size - len(self._pieces[-1]) + self._end
        whole = b"".join(self._pieces)
        start = _between(whole, end - SIDE, int(self._is_escaped[0]))
        return whole[start:], end - start


def _end(piece: bytes, is_escaped: bool) -> int:
    """Return where the text ends that this is a piece of, -1 when it goes on."""
    n_quotes = 0 if b'"' not in piece else piece.count(b'"')
    # A quote within a text has a backslash before it, one that opens the next text has none. So when all have one, only
    # the last can be the end (`\\\\"`). Counting is several times faster than a look at each of many.
    if n_quotes > FEW and n_quotes == piece.count(b'\\"') and _is_escaped(piece, piece.rfind(b'"'), int(is_escaped)):
        return -1
    found = -1
    for _ in range(n_quotes):
        found = piece.find(b'"', found + 1)
        if not (_is_escaped(piece, found, int(is_escaped)) or (is_escaped and found == 0)):
            return found
    return -1


def _is_escaped(text: "bytes | bytearray", at: int, floor: int) -> bool:
    """Say whether an odd number of backslashes, none of them before `floor`, comes right before a place."""
    first = at
    while first > floor and text[first - 1] == 0x5C:
        first -= 1
    return (at - first) % 2 == 1


def _between(text: "bytes | bytearray", at: int, floor: int) -> int:
    """Return the last place up to `at` that is not within an escape."""
    while at > floor:
        if not _is_escaped(text, at, floor):
            slash = text.rfind(b"\\", max(at - 5, floor), at)
            if slash < 0 or text[slash + 1 : slash + 2] != b"u" or _is_escaped(text, slash, floor):
                return at
        at -= 1
    return floor
