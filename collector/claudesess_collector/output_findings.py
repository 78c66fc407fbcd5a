"""Read a failure's message: its category, the line that says why, the checks and files that it names.

Loaded only for failures.
"""

from claudesess_collector import light_re as re
from claudesess_collector.output_lines import stripped
from claudesess_collector.output_names import named_paths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

_NAMES_LOOKED_AT = 16384
# The category that a message alone gives away, for programs that the table does not know; anchored to a line.
_CATEGORIES = [
    ("type",
     r".*(?:^|: |- )error TS\d+: |\S+:\d+: error: .*\[[a-z-]+\]$|[1-9]\d* errors?, \d+ warnings?, \d+ info"),
    ("test",
     r"FAILED \S*::|=+ FAILURES =+|--- FAIL: |test result: FAILED|not ok \d+ |FAILED \((?:failures|errors)"
     r"|Tests?:[ \t]+.*\d+ failed|.*\d+ (?:tests?|doctests?)\b.*, [1-9]\d* failures?"
     r"|=* ?(?:.*\D)?[1-9]\d* failed.* in [\d.]+s"
     r"|(?:\[ERROR\] )?Tests run: .*(?:Failures|Errors): [1-9]|.*There (?:are test failures|were failing tests)"),
    ("build",
     r"error\[E\d+\]: |\w*make(?:\[\d+\])?: \*\*\* |Failed to compile|(?:✗ )?Build failed|BUILD FAILED"),
    ("lint", r"✖ \d+ problems? |[^\s:]+:\d+:\d+: [A-Z]{1,4}\d{3,4} "),
]  # fmt: skip


def category(message: str) -> "Optional[str]":
    """Return the category that a message's own lines give away, else None."""
    lines = stripped(message)
    for name, pattern in _CATEGORIES:
        if any(re.matches(pattern, lines)):
            return name
    return None


# The checks that a message names, by the words that only they (or a gate that runs them) print.
_NAMED = {
    "credo": "lint", "format": "lint", "eslint": "lint", "prettier": "lint", "ruff": "lint", "black": "lint",
    "flake8": "lint", "pylint": "lint", "isort": "lint", "rubocop": "lint", "clippy": "lint", "golangci-lint": "lint",
    "gofmt": "lint", "rustfmt": "lint", "stylelint": "lint", "biome": "lint", "lint": "lint", "shellcheck": "lint",
    "ktlint": "lint", "formatted": "lint", "reformat": "lint", "dialyzer": "type", "mypy": "type", "pyright": "type",
    "tsc": "type", "typecheck": "type", "phpstan": "type", "pytest": "test", "jest": "test", "vitest": "test",
    "mocha": "test", "rspec": "test", "phpunit": "test", "tests": "test", "failed::": "test", "compile": "build",
    "compilation": "build", "build": "build", "cargo": "build",
}  # fmt: skip
_WORD = r"[A-Za-z][\w-]*"


def named_checks(message: str) -> "list[str]":
    """Return the checks that a message names, in order, as whole words."""
    found: "dict[str, None]" = {}
    for word in re.compile(_WORD).findall(message[:_NAMES_LOOKED_AT]):
        lowered = word.lower()
        if lowered in _NAMED and lowered not in found:
            found[lowered] = None
    return list(found)


def first_category(message: str) -> "Optional[str]":
    """Return the category of the first check that a message names."""
    named = named_checks(message)
    return _NAMED[named[0]] if named else None


def failed_category(message: str) -> "Optional[str]":
    """Return the category of the check that a message shows to have failed, where several may have run."""
    from claudesess_collector.output_runners import RUNNERS
    from claudesess_collector.output_verdict import judge

    named = named_checks(message)
    for name in named:
        if name in RUNNERS and judge(message, name) is False:
            return _NAMED[name]
    return category(message)


def has_findings(message: str) -> bool:
    """Say whether a message holds what a check found."""
    if not named_checks(message):
        return False
    from claudesess_collector.output_verdict import judge

    lowered = message.lower()
    return judge(message, "?") is False or any(
        word in lowered for word in ("not formatted", "would reformat", "failed", "found", "error", "warning", "issues")
    )


_GITS = (
    r"fatal: |error: |hint: |On branch |nothing to commit|nothing added to commit|no changes added"
    r"|The following paths are ignored|.*\[(?:remote )?rejected\]|CONFLICT |Automatic merge failed"
    r"|warning: adding embedded"
)


#: What git says where it stopped, in whatever else was printed.
_STOPPED = (
    r"fatal: |CONFLICT \(|(?:error: )?[Cc]ould not apply [0-9a-f]{7}|Automatic merge failed"
    r"|The following paths are ignored by one of"
    r"|(?:failed to run git: )?error: (?:Your local changes|failed to push|cannot (?:pull|rebase|merge))"
    # What is left of a push that was rejected, where only its last lines are shown.
    r"|hint: (?:Updates were rejected|.*before pushing again|See the 'Note about fast-forwards')"
)


def git_stopped(output: str) -> bool:
    """Say whether a line is git's own of why it went no further."""
    return any(re.matches(_STOPPED, stripped(output)))


_SCRIPTS = (
    r"error: script \"([^\"]+)\" exited with|npm (?:ERR!|error) Lifecycle script `([^`]+)` failed"
    r"|[ \t]*Failed:[ \t]+\S+#(\S+)$|(?:\[\w+\] )?(?:npm|pnpm|yarn|bun) run ([\w:-]+) exited with code [1-9]"
    r"|ERROR: \"([\w:-]+)\" exited with [1-9]|[✖×]  ?nx run \S+:([\w-]+)"
    r"|.*\bExecution failed for task '(?::[\w-]+)*:([\w-]+)'"
    r"|[Ee]rror: [`'\"]?(?:[\w./-]+ )?([\w:-]+)[`'\"]? failed\b"
    r"|error: Recipe `([^`]+)` failed|\S*make(?:\[\d+\])?: \*\*\* \[(?:[^\]]*: )?([\w.:-]+)\]"
)


def failed_scripts(message: str) -> "list[str]":
    """Return the scripts and the targets that task runners say have failed, in the order of their lines."""
    return [next(filter(None, match.groups())) for match in re.matches(_SCRIPTS, stripped(message))]


_CASES = (
    r"--- FAIL: (\S+)|(?:FAILED|ERROR) \S+?::(\S+)|not ok \d+ (?:- )?(\S.*)|(?:[✗✕×✖] |● )(\S.*?)(?: \([\d.]+ ?m?s\))?$"
    r"|test (\S+) \.\.\. FAILED$|\(fail\) (\S.*?)(?: \[[\d.]+ ?m?s\])?$|FAIL +\S+ > (\S.*)"
    r"|(\w+(?:::\w+)+)$|\[ERROR\] +(\w+(?:\.\w+)+):\d+ |(\w+ > \S.*) FAILED$|Failed (\w+(?:\.\w+)+)"
    r"|rspec \S+ # (\S.*)|\d+\) (?:test )?(\w+(?:::|#)\w+|\S.* \([\w.]+\))$|(\w+#\w+) \["
)


def failed_cases(message: str) -> "list[str]":
    """Return the cases that a message says have failed, as its runner names them."""
    found = re.matches(_CASES, stripped(message))
    return list(dict.fromkeys(next(filter(None, match.groups())) for match in found))


_IN_FILE = ("FAIL ", "❯ ")  # how a runner names the file of what has failed
_MOST_FAILED = 200  # words of what has failed that are kept


_PACKAGES = r".*\bto rerun pass `[^`]*?-p ([\w-]+)|.*\bcould not compile `([\w-]+)`"


def words_of_failed(message: str) -> "list[str]":
    """Return hashes of the words of the lines that name what has failed, of the paths that lead there, of packages."""
    from claudesess_collector.command_targets import path_mark, words_of_cases
    from claudesess_collector.payload import short_hash

    cases = failed_cases(message)
    if not cases:
        from claudesess_collector.output_verdict import has_finding

    packages = re.matches(_PACKAGES, stripped(message))
    found = dict.fromkeys(short_hash(name)[:8] for match in packages for name in match.groups() if name)
    for line in stripped(message):
        is_of_case = any(map(line.__contains__, cases)) or line.lstrip().startswith(_IN_FILE)
        if is_of_case or (not cases and has_finding(line)):
            # What a linter says of a place is said of many; its path tells where it is.
            of_case = words_of_cases(line) if is_of_case else []
            found.update(dict.fromkeys(word[:8] for words in of_case for word in words))
            for name in named_paths(line):
                parts = name.split("/")
                paths = ["/".join(parts[: at + 1]) for at in range(len(parts))]
                found.update(dict.fromkeys(path_mark(path)[:8] for path in (*paths, parts[-1])))
    return list(found)[:_MOST_FAILED]


_SHORT = 300  # characters in which a runner says no more than that it failed
_SAYS_SO = (
    r".*\b(?:task|target|command|script|lifecycle|recipe)s?\b.*\bfailed\b|Failed tasks:|.*ELIFECYCLE|.*\berror: script "
)


def says_no_more(message: str) -> bool:
    """Say whether a task runner says that what it started has failed, and shows nothing of it."""
    return (
        len(message) < _SHORT
        and any(re.matches(_SAYS_SO, stripped(message), re.IGNORECASE))
        and not named_paths(message)
    )


def is_gits(message: str) -> bool:
    """Say whether git itself refused."""
    return any(re.matches(_GITS, stripped(message)))


#: How a push ends that a hook refused, and any other that failed.
_NOT_PUSHED = "error: failed to push some refs"


def category_of_a_hook(message: str, is_of_a_hook: bool = True) -> "Optional[str]":
    """Return the category of the check by which a hook of git's refused, None where git itself did or none is shown.

    What is found may be the finding of a check that ran before a push, unless `is_of_a_hook`.
    """
    lines = stripped(message)
    others = re.Lines(line for line in lines if not line.startswith(_NOT_PUSHED))
    if any(re.matches(_GITS, others)):
        return None
    if len(others) < len(lines):  # a word is no evidence: a commit before the push may be about any check
        return failed_category(message) if is_of_a_hook else None
    return category(message) or first_category(message)


_REASON = (
    r"E  +\S|FAILED |ERROR |FAIL\b|not ok |AssertionError|\w*(?:Error|Exception)\b|thread '.*' panicked|error\b"
    r"|.*\berror(?:\[\w+\])?:|.*error TS\d+|\S+:\d+(?::\d+)?: |e: \S|FAILURE: |Execution failed for task"
)
_DECORATION = (
    r"Exit code \d+$|exit status hidden$|[\s.=_\-*#FsxXE]*(?:\[ *\d+%\])?$|=+ .* =+$|_+ .* _+$|\d+(?: +\|.*)?$"
    r"|> Task \S+(?: [A-Z-]+)?$|> (?:Run|Get more help) |Configuration on demand |Starting a Gradle Daemon"
    r"|Reusing configuration cache|BUILD SUCCESSFUL|\* What went wrong:|> \S+@\S+ "
    r"|w: |warning: |.*Warning: |Finding: |Linting: \d|markdownlint-cli2 v"
)
# What names a fault, and what only says that there was one.
_FAULT = (
    r"E  +\S|e: |\w*(?:Error|Exception): \S|error(?:\[\w+\])?: (?!could not compile|script |command |recipe )"
    r"|.*\b(?:error TS\d+|error\[\w+\]): |\S+:\d+(?::\d+)?: (?!warning)|Execution failed for task|A problem occurred"
    r"|\d+:\d+ +(?:type )?error\b|thread '.*' panicked"
)
_HEADLINE = (
    r"ImportError while |FAILURE: Build failed with|npm (?:ERR!|error) |Failed to compile|error Command failed|Error$"
    r"|error: (?:could not compile|script |recipe |(?:test|doctest) failed, to rerun)"
    r"|\S+Error: \S* ?Unable to compile|Error: (?:Command failed|Process completed)"
)


def reasons_among(lines: re.Lines) -> "list[str]":
    """Return the lines that say why a check failed."""
    return [found.string for found in re.matches(_REASON, lines)]


def first_reason(message: str) -> "Optional[str]":
    """Return the first line that says why a check failed, else its first line that says anything."""
    decorates, says_why, is_headline = (re.compile(one).match for one in (_DECORATION, _REASON, _HEADLINE))
    lines = [line for line in stripped(message) if not decorates(line)]
    reasons = list(filter(says_why, lines))
    if reasons and is_headline(reasons[0]):
        names_fault = re.compile(_FAULT, re.IGNORECASE).match
        return next((line for line in lines if names_fault(line) and not is_headline(line)), reasons[0])
    return reasons[0] if reasons else lines[0] if lines else None
