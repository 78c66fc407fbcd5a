"""Judge a check by what it prints, when its exit status is hidden or one of several failed. Loaded only then."""

from claudesess_collector import light_re as re
from claudesess_collector import output_usage
from claudesess_collector.command_programs import COMPILERS, TASK_RUNNERS
from claudesess_collector.output_lines import lines_of
from claudesess_collector.output_runners import ALIASES, ASKED_BY_NAME, RUNNERS
from claudesess_collector.part import is_unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable, Iterator, Optional

    from claudesess_collector.part import Part

_ANYTHING = TASK_RUNNERS | {"?", "docker", "docker-compose", "ng"}
_STATUS = r".*\bexit(?:ed)?(?: with)?(?: status| code)?:? (?P<n>\d+)\b|.*\breturned non-zero exit status \d+"
# Nothing was checked: what checks could not even begin.
_START_UP = (
    r"Traceback \(most recent call last\)|.*[Cc]ould not start application"
    r"|\*\* \((?:Mix|exit|EXIT)\)"
    r"|Error: Cannot find module|node:internal/|.*No such file or directory$|.*ModuleNotFoundError: |SyntaxError: "
    r"|mise ERROR |.* is not recognized as (?:a|the) name of a cmdlet"
    r"|.*: (?:permission denied|Permission denied)$|panic: |fatal error: |FATAL ERROR: .* heap |Segmentation fault"
    r"|(?:Killed|Aborted)(?: \(core dumped\))?$|.*No module named "
    r"|[ \t]*This is not the tsc command|npm (?:ERR!|error) could not determine executable to run"
    r"|.*packages? (?:is|are) required for this command to work"
)
_FINDING = (
    r"\W{0,4}[\w./@+-]+\.\w{1,5}(?::\d+(?::\d+)?:?|\(\d+(?:,\d+)?\):?)(?:[ \t]|\w|$)|.*\berror TS\d+: |::error file="
)
_ONLY_FINDINGS = frozenset("tsc vue-tsc tsgo gofmt goimports flake8 pyflakes shellcheck yamllint".split())
# What is printed of a failure, and of one that was tried again or is but shown: it counts where nothing sums up.
_WEAK = {
    "pytest": r"E   \S",
    "mocha": r"[ \t]*at Context\.<anonymous> \(",
    "hardhat": r"[ \t]*(?:at Context\.<anonymous> \(|\d{1,4}\) \S)",
    "vitest": r"[ \t]+× .+ \d+ ?m?s$",
    "cargo test": r"thread '.*' (?:\(\d+\) )?panicked at ",
}
_NOT_OF_ANY = ("hardhat",)  # numbers a list as others do
_FOUND_BY = ("lint", "type", "build")


def verdict(part: "Part", output: str) -> "Optional[bool]":
    """Return how a check whose status is hidden went, by what it prints.

    In this order: a status that the command prints itself, what it prints only where all was well, the tool's own
    count of failures, its pass line, what the command prints instead, another status than 0, an error at its start,
    the crosses and ticks of a tool that no table knows, a finding of a linter, a type checker or a compiler, what a
    test script of one's own says, how tools sum up, the end of a runner that says so where it failed. None: nothing
    shows it.
    """
    lines = lines_of(output)
    status = _printed_status(part, lines)
    if status is not None:
        return status == 0
    if part.proof is not None and part.proof in [line.strip() for line in lines]:
        return True
    judged = _judged(lines, part.runner)
    if judged and ("Linting: 0 file" in output or (part.cases and output_usage.ran_none(lines))):
        return None  # it found nothing to look at
    if judged is not None:
        return judged
    if any(map(part.is_instead, lines)) or _shows_a_failure(part.runner, lines):
        return False
    if part.counts and len(lines) == 1 and lines[0].strip().isdigit():
        return _counted_lines(part, int(lines[0]))
    if _ended_badly(part, lines) or any(re.matches(_START_UP, lines)):
        return False
    from claudesess_collector.output_not_run import is_wrong_folder

    if output_usage.did_nothing(lines) or is_wrong_folder(output):
        return False
    if is_unknown(part.families[0]):  # no table knows what its own lines look like
        from claudesess_collector import output_summaries

        marked = output_summaries.marked(lines)
        return _summed_up(part, lines) if marked is None else marked
    if part.category in _FOUND_BY and part.runner != "go" and _has_finding(lines):  # the line may be a test's
        return False
    went = _tests_counted(part, lines) if part.category == "test" else _summed_up(part, lines)
    if went is None and lines and part.shows_end and part.runner in _FAIL_AT_THE_END:
        from claudesess_collector import output_summaries

        return None if output_summaries.speaks_ill(lines) else True
    return went


def _ended_badly(part: "Part", lines: re.Lines) -> bool:
    """Say whether a line tells of a status that is not 0, but for those that the command itself prints."""
    own = tuple([text[:-1] for text in part.echoed if text[-1] == "$"])
    found = re.matches(_STATUS, lines, re.IGNORECASE)
    return any(match["n"] != "0" and not (own and match.string.startswith(own)) for match in found)


def _shows_a_failure(runner: str, lines: re.Lines) -> bool:
    """Say whether a line is what a runner prints of one failure; of a task runner, what any of them does."""
    own = ALIASES.get(runner, runner)
    patterns = [weak for name, weak in _WEAK.items() if name == own or (is_any(runner) and name not in _NOT_OF_ANY)]
    return any(any(re.matches(weak, lines)) for weak in patterns)


#: Runners whose last line says so where what they ran has failed: behind `tail` nothing else says that all was well.
_FAIL_AT_THE_END = frozenset("make gmake just task pnpm".split())


def _tests_counted(part: "Part", lines: re.Lines) -> "Optional[bool]":
    """Return what tests say that no table knows: how many failed, that one did, or how many of all passed."""
    from claudesess_collector import output_own_tests

    summed = output_own_tests.summed(lines) if part.runner == "?" else None
    if summed is not None:
        return summed
    if part.is_own_test and output_own_tests.broke_off(lines):
        return False
    return output_own_tests.counted(lines) if part.filter is None else output_own_tests.tallied(lines)


def _summed_up(part: "Part", lines: re.Lines) -> "Optional[bool]":
    """Return what lines say that are those of a tool of which no table knows how it speaks."""
    if part.category == "test" or (not is_any(part.runner) and _families(part.runner)):
        return None
    from claudesess_collector import output_summaries

    went = output_summaries.verdict(lines)
    if went and is_any(part.runner):  # what one tool says of itself is not said of the next
        return output_summaries.verdict(re.Lines(lines[-1:])) or None
    return went


def _counted_lines(part: "Part", number: int) -> "Optional[bool]":
    """Return what it tells how many lines a check printed, or how many that speak of errors: one may sum up."""
    if part.runner in _ONLY_FINDINGS:
        return number == 0
    return False if part.counts == "errors" and part.category in _FOUND_BY and number > 1 else None


def has_finding(output: str) -> bool:
    """Say whether a line is the finding of a linter, a type checker or a compiler."""
    return _has_finding(lines_of(output))


def _has_finding(lines: re.Lines) -> bool:
    return any(re.compile(_FINDING).match(line) and not _is_mild(line) for line in lines)


def _is_mild(line: str) -> bool:
    """Say whether a finding only warns, or belongs to another one."""
    lowered = line.lower()
    return "warning" in lowered or " note: " in lowered


def says_otherwise(part: "Part", output: str) -> bool:
    """Say whether a command itself prints that a part failed: its status, or what is to be printed instead."""
    lines = lines_of(output)
    return bool(_printed_status(part, lines)) or any(map(part.is_instead, lines))


def _printed_status(part: "Part", lines: re.Lines) -> "Optional[int]":
    """Return the status that `; echo …$?` printed; that of a pipe says something where it is not 0."""
    if part.echoes is None:
        return None
    before, _, after = part.echoes.lstrip("|").partition("\0")
    for line in reversed(lines):
        if line.startswith(before.rstrip()) and line.endswith(after.rstrip()):
            digits = line[len(before.rstrip()) : len(line) - len(after.rstrip()) or None].strip()
            if digits.isdecimal() and len(digits) < 4:
                return None if part.echoes.startswith("|") and digits == "0" else int(digits)
    return None


def judge(output: str, runner: str) -> "Optional[bool]":
    """Return True when the output shows that a check passed, False when it failed, None when it shows neither."""
    return _judged(lines_of(output), runner)


def _judged(lines: re.Lines, runner: str) -> "Optional[bool]":
    verdict: "Optional[bool]" = None
    is_open = is_any(runner)
    if is_open:  # what a runner puts before each line of a task
        lines = re.Lines(part for line in lines for part in (_of_task(line) if line[:1] == "[" else (line,)))
    chosen = list(_chosen(_families(runner), lines.text))
    for line in lines if chosen else ():
        for failed, passed in chosen:
            if failed is not None and failed.match(line):
                if not is_open or re.compile(_LOGGED).match(line) is None:
                    return False
                verdict = False
            elif verdict is not True and passed is not None and passed.match(line):
                verdict = True
    return verdict


def has_passed(output: str, runner: str) -> bool:
    """Say whether a line says of a runner that what it ran passed, and not of some that others failed."""
    lines = lines_of(output)
    return any(
        passed.match(line) and not (failed and failed.match(line))
        for failed, passed in _chosen(_families(runner), lines.text)
        if passed is not None
        for line in lines
    )


def _of_task(line: str) -> "Iterable[str]":
    return dict.fromkeys((line, re.compile(_TASK).sub("", line)))


#: A program that was tested may have printed it: the tool's own summary behind it counts more.
_LOGGED = r"(?i:error): (?!script |recipe |task |could not |command )"


_TASK = r"^\[[a-z][\w:.@/-]*\] (?!\$ )"


def is_any(runner: str) -> bool:
    """Say whether a runner may print any tool's summary."""
    return runner in _ANYTHING


def _families(runner: str) -> "list[str]":
    if is_any(runner):
        own = (runner, f"{runner} by name")
        return [name for name in RUNNERS if name not in ASKED_BY_NAME or name in own]
    name = "gcc" if runner.endswith(COMPILERS) else ALIASES.get(runner, runner)
    return [one for one in (name, f"{name} by name") if one in RUNNERS]


def _chosen(names: "list[str]", text: str) -> "Iterator[tuple[Optional[re.Pattern[str]], Optional[re.Pattern[str]]]]":
    """Yield the patterns of runners, failed and passed, that may match in a text; None where one cannot."""
    for name in names:
        failed, passed = [re.compile(one) if re.may_be_in(one, text) else None for one in RUNNERS[name]]
        if failed is not None or passed is not None:
            yield failed, passed
