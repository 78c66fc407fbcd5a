"""Bytes from the client to a plain dict, and typed looks into it.

The `json` package costs as much to import as the interpreter itself (it pulls in `re`), so its C scanner is used alone.
"""

from _blake2 import blake2b

from claudesess_collector import system
from claudesess_collector.handlers import HANDLERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

SHORTEST_SECRET = 8  # characters, together with what gives it away
ID_CHARS = 200  # ids and names longer than this are not the client's
_KNOWN_NAMES = 4096
_CALL = "toolu_"
_ID = "id "
_HEX_AND_DASHES = "0123456789abcdef-"
_names: "dict[str, str]" = {}  # the same few are asked for again and again


_encode: "Any"
try:
    from _json import encode_basestring, make_encoder  # type: ignore[attr-defined, unused-ignore]
except ImportError:  # an interpreter without the C accelerator
    from json import JSONEncoder

    _encode = JSONEncoder(ensure_ascii=False, default=str, check_circular=False).iterencode
else:
    _encode = make_encoder(None, str, encode_basestring, None, ": ", ", ", False, False, True)


class _ScannerOptions:
    """What the C scanner asks of its decoder: every hook off, lenient about control characters."""

    strict = False
    object_hook = None
    object_pairs_hook = None
    memo: "dict[str, str]" = {}

    @staticmethod
    def parse_constant(name: str) -> None:
        """NaN and the infinities are unknown numbers."""

    @staticmethod
    def parse_int(digits: str) -> "Optional[int]":
        """Digits to int; a number no column can hold is unknown (and may be too long for `int`)."""
        return int(digits) if len(digits) < 19 else None

    parse_float = float


try:
    from _json import make_scanner
except ImportError:  # an interpreter without the C accelerator
    from json.scanner import make_scanner

_scan: "Any" = make_scanner(_ScannerOptions)  # type: ignore[arg-type]


def parse(raw: bytes) -> "Optional[dict[str, Any]]":
    """Return the payload object, or None when the bytes are no JSON object."""
    text = raw.decode("utf-8", "replace").strip(" \t\r\n\ufeff")
    if not text.startswith("{"):
        return None
    try:
        value, end = _scan(text, 0)
    except (ValueError, StopIteration, RecursionError, SystemError):
        return None  # SystemError: up to Python 3.11 the scanner cannot raise its own error without the json package
    return value if isinstance(value, dict) and end == len(text) else None


def parse_list(text: "Optional[str]") -> "list[str]":
    """Return the texts of a JSON list, none where it is no list."""
    return texts(parse(f'{{"list": {text}}}'.encode()), "list") if text else []


def tagged(prompt: str, tag: str) -> "Optional[str]":
    """Return what stands between a tag and its end."""
    start = prompt.find(f"<{tag}>")
    stop = prompt.find(f"</{tag}>", start)
    return prompt[start + len(tag) + 2 : stop].strip() if 0 <= start < stop else None


def field(value: "Any", *keys: str) -> "Any":
    """Follow keys through nested objects; None as soon as something is missing or of another type."""
    for key in keys:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def text(value: "Any", *keys: str) -> "Optional[str]":
    """Return a non-empty string without lone surrogates, else None."""
    found = field(value, *keys)
    return whole(found) if isinstance(found, str) and found else None


def texts(value: "Any", *keys: str) -> "list[str]":
    """Return the texts of a list."""
    found = field(value, *keys)
    return [item for item in found if isinstance(item, str)] if isinstance(found, list) else []


def name(value: "Any", *keys: str) -> "Optional[str]":
    """Return an id, a tool's name or the like: one short line, free of secrets, else None."""
    return as_name(field(value, *keys))


def as_name(found: "Any") -> "Optional[str]":
    """Return what may be an id or a name as `name` does."""
    if not found or not isinstance(found, str):  # mostly there is nothing
        return None
    safe = _names.get(found)
    if safe is None:
        name = whole(found)
        if len(name) > ID_CHARS or not name.isprintable():
            return None
        if name.startswith(_CALL) and name[len(_CALL) :].isalnum():
            return name  # one word, and the client's: no secret begins in the middle of it
        if len(_names) >= _KNOWN_NAMES:
            _names.clear()
        safe = _names[found] = name if _is_the_clients(name) else _redacted(name)
    return safe


def _is_the_clients(name: str) -> bool:
    """Say whether it is a short name, an event's, or a UUID as of sessions: by itself, no secret looks like that."""
    is_uuid = len(name) == 36 and name[8:24:5] == "----" and not name.strip(_HEX_AND_DASHES)
    return len(name) < SHORTEST_SECRET or name in HANDLERS or (is_uuid and not system.own_secrets)


def _redacted(name: str) -> str:
    """Redact a name as what is called an id: many look like keys, and rows are joined by them."""
    from claudesess_collector.privacy_redact import redact

    return redact(_ID + name)[len(_ID) :]


def forget_names() -> None:
    """Forget which names are safe: other patterns of secrets hold from now on."""
    _names.clear()


def number(value: "Any", *keys: str) -> "Optional[int]":
    """Return a whole number that a column can hold, else None."""
    return as_number(field(value, *keys))


def as_number(found: "Any") -> "Optional[int]":
    """Return what may be a number as `number` does."""
    if isinstance(found, bool) or not isinstance(found, (int, float)) or not abs(found) < 2**62:
        return None
    return int(found)


def whole(value: str) -> str:
    """Lone surrogates cannot be stored as UTF-8: they become U+FFFD, pairs become their character."""
    if value.isascii():
        return value
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return value


def to_json(value: "Any") -> str:
    """Write JSON; what it does not know becomes text."""
    return whole("".join(_encode(value, 0)))


def short_hash(value: "str | bytes") -> str:
    """Return 12 hexadecimal digits that stand for a text."""
    data = value.encode("utf-8", "replace") if isinstance(value, str) else value
    return blake2b(data, digest_size=6).hexdigest()
