"""Find names in what a call printed, or a message says: files and folders."""

from claudesess_collector import light_re as re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator


_QUOTED = r"File \"([^\"\n]{1,512})\""
_AT_A_WORD = r"(?<=[\w./\\()\[\]@+~-])File (?=\")"
_WORDS = r"[\w./\\()\[\]@+~-]{2,}"
_MAY_NAME = r"\.[A-Za-z]|file"
_NAMES = (
    r"([\w./\\()\[\]@+~-]{0,240}[\w)\]]\.[A-Za-z]\w{0,9})(?!\w|\.\w)"
    r"|\b((?:[\w.-]{1,80}/){0,9}(?:Makefile|Dockerfile|Rakefile|Gemfile|Justfile|Procfile))\b"
)
_KNOWN_TOKENS, _MOST_NAMES = 4096, 200
_names_by_token: "dict[str, list[list[str]]]" = {}  # one message after the other names the same files


def named_paths(text: str) -> "list[str]":
    """Return what looks like a file, in the order of its naming, each once; brackets before a name are tried away."""
    found: "dict[str, None]" = {}
    pieces = [text]
    if 'File "' in text:
        text = re.compile(_AT_A_WORD).sub(" File ", text)  # what is quoted is no part of the word before it
        pieces = re.compile(_QUOTED).split(text)
    for names in _names_by_word(pieces):
        for name in names:
            _add_name(found, name)
        if len(found) >= _MOST_NAMES:
            break
    return list(found)


def _names_by_word(pieces: "list[str]") -> "Iterator[list[str]]":
    """Yield what looks like a file, word by word; every second piece is a name that was quoted."""
    for at, piece in enumerate(pieces):
        if at % 2:
            yield [piece]
            continue
        for token in piece.split():
            if "." in token or "file" in token:
                yield from _names_of(token)


def _names_of(token: str) -> "list[list[str]]":
    """Return what looks like a file in each word of what stands between blanks."""
    found = _names_by_token.get(token)
    if found is None:
        if len(_names_by_token) >= _KNOWN_TOKENS:
            _names_by_token.clear()
        names, may_name = re.compile(_NAMES), re.compile(_MAY_NAME).search
        words = [word for word in re.compile(_WORDS).findall(token) if may_name(word) is not None]
        found = _names_by_token[token] = [[match.group() for match in names.finditer(word)] for word in words]
    return found


def _add_name(found: "dict[str, None]", name: str) -> None:
    for spelling in (name, name.lstrip("([@")):
        found.setdefault(spelling[2:] if spelling.startswith("./") else spelling)


_NAME_PIECES = r"[\w+~@-]+(?:\.[\w+~@-]+)*"


_PASS_MARKS = ("✓", "✔", "√", "PASS", "ok ")
_PASSED = r"(?m)^(?:\x1b\[[\d;]*m|[ \t])*(?:[✓✔√]|PASS\b|ok ).*$|^.* PASSED\b.*$"


def mentioned_names(text: str) -> "set[str]":
    """Return what may be the name of a file or a folder: pieces of words that prose does not have.

    What a line says has passed is not what the message speaks of.
    """
    pieces = re.compile(_NAME_PIECES)
    found: "set[str]" = set()
    for word in set(without_passed(text).split()):
        if "/" in word or "." in word or "_" in word or "\\" in word:
            for piece in pieces.findall(word):
                found.add(piece)
                found.update(piece.split("."))
    return found


def without_passed(text: str) -> str:
    """Leave out the lines that say of something that it has passed."""
    return re.compile(_PASSED).sub("", text) if any(map(text.__contains__, _PASS_MARKS)) else text


# A row of the table of what tests have covered: it names every file there is.
_COVERED = (
    r"(?m)^(?:[^\s|]\S* +\d+ +\d+ +(?:\d+ +\d+ +)?\d+(?:\.\d+)?%|[^|\n]{1,200}\|(?: +[\d.]+ \|){3}"
    r"|\S+\t+\S+\t+\d+\.\d%$).*$"
)


def spoken_of(text: str) -> str:
    """Leave out the lines that name files and say nothing of what went wrong in them: what passed, what was covered."""
    text = without_passed(text)
    return re.compile(_COVERED).sub("", text) if "%" in text or "|" in text else text


def name_pieces(name: str) -> "set[str]":
    """Return the pieces of a name as `mentioned_names` has them."""
    return set(re.compile(_NAME_PIECES).findall(name))
