"""Judge a check by the summary that it prints, when its exit status is hidden. Loaded only then."""

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

# What a failed and a passed run of each runner prints. All are anchored to a line, so that prose does not match.
_FAILED = [
    r"^(?:=+ |FAILED |\S.*\b)?.*\b[1-9]\d* (?:failed|errors?)\b.* in [\d.]+s",  # pytest
    r"^(?:FAILED|ERROR) \S+(?:::| - )",
    r"^FAILED \((?:failures|errors|unexpected)",  # unittest
    r"^(?:# |ℹ )fail [1-9]\d*\s*$",  # node --test
    r"^\s*Tests:?\s+(?:.*\D)?[1-9]\d* failed",  # jest, vitest
    r"^\s*(?:Test Suites:|Test Files)\s+(?:.*\D)?[1-9]\d* failed",
    r"^\s*[1-9]\d* failing\s*$",  # mocha
    r"^test result: FAILED",  # cargo test
    r"^error(?:\[E\d+\])?: \S",  # rustc, cargo, clippy
    r"^(?:--- FAIL: |FAIL\s*$|FAIL\t)",  # go test
    r"^\s*\d+ (?:tests?|doctests?|examples?|properties|runs)\b.*, [1-9]\d* (?:failures?|errors?)",  # mix, rspec
    r"^(?:FAILURES|ERRORS)!\s*$",  # phpunit
    r"^\d+% tests passed, [1-9]\d* tests? failed",  # ctest
    r"^Found [1-9]\d* errors?\b(?! \(\d+ fixed, 0 remaining\))",  # ruff, mypy, tsc --pretty
    r"^(?:Would reformat|would reformat)[: ]",  # ruff format, black
    r"^(?:\d+ files? would be reformatted)",
    r"^✖ \d+ problems? \([1-9]\d* errors?",  # eslint
    r"^[1-9]\d* errors?, \d+ warnings?",  # pyright
    r"(?:^|: |- )error TS\d+: ",  # tsc
    r"^make(?:\[\d+\])?: \*\*\* ",
    r"^(?:npm ERR!|npm error) ",
    r"^ ?(?:ELIFECYCLE|ERR_PNPM_\w+)",
    r"^(?:Failed to compile|Build failed|error during build)",
    r"^webpack .*compiled with [1-9]\d* errors?",
    r"^(?:BUILD FAILED|\[INFO\] BUILD FAILURE|Build FAILED)",  # gradle, maven, dotnet
    r"^Failed!\s+- Failed:",  # dotnet test
    r"^ninja: build stopped",
    r"^[^\s:]+:\d+:\d+: (?:fatal )?error: ",  # gcc, clang
]
_PASSED = [
    r"^(?:=+ )?(?:.*\D)?[1-9]\d* passed\b.* in [\d.]+s",
    r"^OK(?: \(.*\))?\s*$",
    r"^(?:# |ℹ )fail 0\s*$",
    r"^\s*(?:Tests|Test Files|Test Suites):?\s+(?:.*\D)?[1-9]\d* passed",
    r"^\s*[1-9]\d* passing\b",
    r"^test result: ok\.",
    r"^ok\s+\S+\s",
    r"^\s*\d+ (?:tests?|doctests?|examples?|properties|runs)\b.*, 0 failures",
    r"^100% tests passed",
    r"^All checks passed!",
    r"^Found \d+ errors? \(\d+ fixed, 0 remaining\)",
    r"^\d+ files? (?:already formatted|left unchanged)|^All done! ✨",
    r"^All matched files use Prettier code style!",
    r"^Success: no issues found",
    r"^0 errors, ",
    r"^Found 0 errors",
    r"^\s*Finished .*(?:profile|target)",
    r"^✓ built in |^\s*✓ Compiled successfully|^Compiled successfully|^webpack .*compiled successfully",
    r"^(?:BUILD SUCCESSFUL|\[INFO\] BUILD SUCCESS|Build succeeded)",
    r"^Passed!\s+- Failed:\s+0",
]
_ANY_FAILED = re.compile("|".join(f"(?:{pattern})" for pattern in _FAILED), re.MULTILINE)
_ANY_PASSED = re.compile("|".join(f"(?:{pattern})" for pattern in _PASSED), re.MULTILINE)
_TEXT_LOOKED_AT = 16384
_LINE_LOOKED_AT = 400  # keeps the patterns linear on a line of a megabyte


def judge(output: str) -> "Optional[bool]":
    """Return True when the output shows a passed check, False when a failed one, None when it shows neither."""
    if len(output) > 2 * _TEXT_LOOKED_AT:
        output = output[:_TEXT_LOOKED_AT] + "\n" + output[-_TEXT_LOOKED_AT:]
    from recorder.secrets import strip_sequences

    lines = "\n".join(line[:_LINE_LOOKED_AT] for line in strip_sequences(output).replace("\r", "\n").split("\n"))
    if _ANY_FAILED.search(lines):
        return False
    return True if _ANY_PASSED.search(lines) else None


# The category that a message alone gives away, for programs that the table does not know.
_MESSAGE_CATEGORIES = [
    ("type", re.compile(r"(?:^|: |- )error TS\d+: |^\S+:\d+: error: .*\[[a-z-]+\]\s*$", re.MULTILINE)),
    ("test", re.compile(r"^(?:FAILED \S+::|=+ FAILURES =+|--- FAIL: |test result: FAILED|not ok \d+ )", re.MULTILINE)),
    ("build", re.compile(r"^(?:error\[E\d+\]: |make(?:\[\d+\])?: \*\*\* |Failed to compile)", re.MULTILINE)),
    ("lint", re.compile(r"^✖ \d+ problems? |^[^\s:]+:\d+:\d+: [A-Z]{1,4}\d{3,4} ", re.MULTILINE)),
]  # fmt: skip


def category_of_message(message: str) -> str:
    """Return the category by anchored patterns of the message, else `runtime`."""
    for category, pattern in _MESSAGE_CATEGORIES:
        if pattern.search(message):
            return category
    return "runtime"


_REASONS = re.compile(
    r"^(?:E  +\S|FAILED |ERROR |FAIL|not ok |AssertionError|\w*(?:Error|Exception)\b|thread '.*' panicked|error\b)"
    r"|\berror(?:\[\w+\])?:|error TS\d+|^\S+:\d+(?::\d+)?: ",
    re.MULTILINE,
)
_DECORATION = re.compile(r"^(?:Exit code \d+|exit status hidden|[\s.=_\-*#FsxXE]*(?:\[ *\d+%\])?|=+ .* =+|_+ .* _+)$")


def first_reason(message: str) -> "Optional[str]":
    """Return the first line that says why a check failed, else its first line that says anything."""
    lines = [line.strip() for line in message.split("\n")]
    lines = [line for line in lines if line and not _DECORATION.match(line)]
    for line in lines:
        if _REASONS.search(line[:_LINE_LOOKED_AT]):
            return line
    return lines[0] if lines else None


_PATHS = re.compile(r"File \"([^\"\n]{1,512})\"|([\w./\\()\[\]@+~-]{0,240}[\w)\]]\.[A-Za-z]\w{0,9})(?!\w|\.\w)")


def named_paths(output: str) -> "list[str]":
    """Return what looks like a file with an extension, in the order of its naming, each once."""
    found: "dict[str, None]" = {}
    for match in _PATHS.finditer(output):
        found.setdefault((match.group(1) or match.group(2)).removeprefix("./"))
        if len(found) >= 200:
            break
    return list(found)
