"""Read a failure's message: its category, the line that says why, the files that it names. Loaded only for failures."""

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, Optional

_LINE_LOOKED_AT = 400
# The category that a message alone gives away, for programs that the table does not know; anchored to a line.
_CATEGORIES = [
    ("type", r".*(?:^|: |- )error TS\d+: |\S+:\d+: error: .*\[[a-z-]+\]$|[1-9]\d* errors?, \d+ warnings?, \d+ info"),
    ("test", r"FAILED \S*::|=+ FAILURES =+|--- FAIL: |test result: FAILED|not ok \d+ |FAILED \((?:failures|errors)"
             r"|Tests?:[ \t]+.*\d+ failed|.*\d+ (?:tests?|doctests?)\b.*, [1-9]\d* failures?"
             r"|=* ?(?:.*\D)?[1-9]\d* failed.* in [\d.]+s"),
    ("build", r"error\[E\d+\]: |\w*make(?:\[\d+\])?: \*\*\* |Failed to compile|(?:✗ )?Build failed|BUILD FAILED"),
    ("lint", r"✖ \d+ problems? |[^\s:]+:\d+:\d+: [A-Z]{1,4}\d{3,4} "),
]  # fmt: skip


def category(message: str) -> "Optional[str]":
    """Return the category that a message's own lines give away, else None."""
    lines = list(_lines(message))
    for name, pattern in _CATEGORIES:
        if any(re.match(pattern, line) for line in lines):
            return name
    return None


_REASON = (
    r"E  +\S|FAILED |ERROR |FAIL\b|not ok |AssertionError|\w*(?:Error|Exception)\b|thread '.*' panicked|error\b"
    r"|.*\berror(?:\[\w+\])?:|.*error TS\d+|\S+:\d+(?::\d+)?: "
)
_DECORATION = r"Exit code \d+$|exit status hidden$|[\s.=_\-*#FsxXE]*(?:\[ *\d+%\])?$|=+ .* =+$|_+ .* _+$"


def first_reason(message: str) -> "Optional[str]":
    """Return the first line that says why a check failed, else its first line that says anything."""
    decoration, reason = re.compile(_DECORATION), re.compile(_REASON)
    lines = [line for line in _lines(message) if not decoration.match(line)]
    return next((line for line in lines if reason.match(line)), lines[0] if lines else None)


def _lines(message: str) -> "Iterator[str]":
    for line in message.split("\n"):
        if line.strip():
            yield line.strip()[:_LINE_LOOKED_AT]


_WORDS = r"File \"([^\"\n]{1,512})\"|((?:(?!File \")[\w./\\()\[\]@+~-]){2,})"
_NAMES = (
    r"([\w./\\()\[\]@+~-]{0,240}[\w)\]]\.[A-Za-z]\w{0,9})(?!\w|\.\w)"
    r"|\b((?:[\w.-]{1,80}/){0,9}(?:Makefile|Dockerfile|Rakefile|Gemfile|Justfile|Procfile))\b"
)


def named_paths(text: str) -> "list[str]":
    """Return what looks like a file, in the order of its naming, each once; brackets before a name are tried away."""
    found: "dict[str, None]" = {}
    names = re.compile(_NAMES)
    for quoted, word in re.findall(_WORDS, text):
        if quoted:
            _add_name(found, quoted)
        elif "." in word or "file" in word:
            for match in names.finditer(word):
                _add_name(found, match.group())
        if len(found) >= 200:
            break
    return list(found)


def _add_name(found: "dict[str, None]", name: str) -> None:
    for spelling in (name, name.lstrip("([@")):
        found.setdefault(spelling[2:] if spelling.startswith("./") else spelling)
