"""Read a failure's message: its category, the line that says why, the files that it names. Loaded only for failures."""

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

_LINE_LOOKED_AT = 400
# The category that a message alone gives away, for programs that the table does not know; anchored to a line. The words
# before a pattern: no message without one of them matches it.
_CATEGORIES = [
    ("type", ("error",),
     r".*(?:^|: |- )error TS\d+: |\S+:\d+: error: .*\[[a-z-]+\]$|[1-9]\d* errors?, \d+ warnings?, \d+ info"),
    ("test", ("FAIL", "fail", "not ok"),
     r"FAILED \S*::|=+ FAILURES =+|--- FAIL: |test result: FAILED|not ok \d+ |FAILED \((?:failures|errors)"
     r"|Tests?:[ \t]+.*\d+ failed|.*\d+ (?:tests?|doctests?)\b.*, [1-9]\d* failures?"
     r"|=* ?(?:.*\D)?[1-9]\d* failed.* in [\d.]+s"),
    ("build", ("error[", "make", "ompile", "uild", "BUILD"),
     r"error\[E\d+\]: |\w*make(?:\[\d+\])?: \*\*\* |Failed to compile|(?:✗ )?Build failed|BUILD FAILED"),
    ("lint", ("✖", ":"), r"✖ \d+ problems? |[^\s:]+:\d+:\d+: [A-Z]{1,4}\d{3,4} "),
]  # fmt: skip


def category(message: str) -> "Optional[str]":
    """Return the category that a message's own lines give away, else None."""
    lines = _lines(message)
    for name, words, pattern in _CATEGORIES:
        if any(word in message for word in words) and any(map(re.compile(pattern).match, lines)):
            return name
    return None


_REASON = (
    r"E  +\S|FAILED |ERROR |FAIL\b|not ok |AssertionError|\w*(?:Error|Exception)\b|thread '.*' panicked|error\b"
    r"|.*\berror(?:\[\w+\])?:|.*error TS\d+|\S+:\d+(?::\d+)?: "
)
_DECORATION = r"Exit code \d+$|exit status hidden$|[\s.=_\-*#FsxXE]*(?:\[ *\d+%\])?$|=+ .* =+$|_+ .* _+$"


def first_reason(message: str) -> "Optional[str]":
    """Return the first line that says why a check failed, else its first line that says anything."""
    decorates, says_why = re.compile(_DECORATION).match, re.compile(_REASON).match
    lines = [line for line in _lines(message) if not decorates(line)]
    return next(filter(says_why, lines), lines[0] if lines else None)


def _lines(message: str) -> "list[str]":
    lines = [line.strip() for line in message.split("\n")]
    return [line[:_LINE_LOOKED_AT] for line in lines if line]


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
