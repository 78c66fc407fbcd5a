"""Judge a check by what it prints, when its exit status is hidden or one of several failed. Loaded only then."""

from claudesess_collector import light_re as re
from claudesess_collector import output_usage
from claudesess_collector.command_programs import COMPILERS, TASK_RUNNERS
from claudesess_collector.output_runners import ALIASES, ASKED_BY_NAME, RUNNERS
from claudesess_collector.part import is_unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable, Iterator, Optional

    from claudesess_collector.part import Part

_ANYTHING = TASK_RUNNERS | {"?", "docker", "docker-compose", "ng"}
_TEXT_LOOKED_AT = 16384
_LINE_LOOKED_AT = 400


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
}
_CROSSED = r"[ \t]*[✗✘✖❌][ \t](?!0 )"
_TICKED = r"[ \t]*[✓✔✅][ \t]|.*\bis valid\.?$"
_WENT_WELL = r"[ \t]*(?:[✓✔✅][ \t]|ok \d|PASS\b|\[(?:PASS(?:ED)?|OK)\])"
# How a script ends that nobody caught an exception of.
_UNCAUGHT = r"(?:Uncaught )?[\w.]{0,60}(?:Error|Exception)(?: \[\w+\])?: |Node\.js v\d+\.\d+\.\d+$"
_ILL = r"\b(?:errors?|problems?|invalid|fail\w*|nothing|not found)\b"
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
    judged = None if "Linting: 0 file" in output else _judged(lines, part.runner)  # it found nothing to look at
    if judged is not None:
        return judged
    weak = _WEAK.get(part.runner)
    if any(map(part.is_instead, lines)) or (weak is not None and any(re.matches(weak, lines))):
        return False
    if part.counts and len(lines) == 1 and lines[0].strip().isdigit():
        return _counted_lines(part, int(lines[0]))
    matches = re.matches(_STATUS, lines, re.IGNORECASE)
    if any(match["n"] != "0" for match in matches) or any(re.matches(_START_UP, lines)):
        return False
    from claudesess_collector.output_findings import is_wrong_folder

    if output_usage.did_nothing(lines) or is_wrong_folder(output):
        return False
    if is_unknown(part.families[0]):  # no table knows what its own lines look like
        if any(re.matches(_CROSSED, lines)):
            return False
        is_well = any(re.matches(_TICKED, lines)) and not any(map(re.compile(_ILL, re.IGNORECASE).search, lines))
        return is_well or _summed_up(part, lines)
    if part.category in _FOUND_BY and part.runner != "go" and _has_finding(lines):  # the line may be a test's
        return False
    sums = _sums(lines) if part.runner == "?" and part.category == "test" else []
    if sums:
        return not any(sums)
    if part.is_own_test and _fails_by_itself(lines):
        return False
    if part.category == "test":
        went = _counted(lines) if part.filter is None else _tallied(lines)
    else:
        went = _summed_up(part, lines)
    if went is None and lines and part.shows_end and part.runner in _FAIL_AT_THE_END:
        return True if not any(map(re.compile(_ILL, re.IGNORECASE).search, lines)) else None
    return went


#: Runners whose last line says so where what they ran has failed: behind `tail` nothing else says that all was well.
_FAIL_AT_THE_END = frozenset("make gmake just task pnpm".split())


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


_COUNTED = r"(?:.*\W)?fail(?:ed|ures?|s)?\W{1,3}(\d+)\b|(?:.*\W)?(\d+) (?:tests? )?fail(?:ed|ures?|s)?\b"


def _counted(lines: re.Lines) -> "Optional[bool]":
    """Return what somebody's own filter counted: that some failed, or that none did."""
    counts = list(re.matches(_COUNTED, lines, re.IGNORECASE))
    return all(int(match[1] or match[2]) == 0 for match in counts) if counts else None


# How a test script of one's own sums up: a count that stands beside one of those that passed, or begins its line.
_SUMMED = (
    r"\W*(?:(?:tests?|results?|summary|total)\W+(?:.*\W)?)?(?:(?P<first>\d{1,6}) fail(?:ed|ures?|ing)?\b"
    r"|fail(?:ed|ures?)?[ \t]*[:=][ \t]*(?P<named>\d{1,6})\b)"
    r"|.*\b(?:\d+ (?:tests? )?pass(?:ed|ing)?|pass(?:ed)?[ \t]*[:=][ \t]*\d+)\b.*?\W"
    r"(?:(?P<beside>\d{1,6}) fail(?:ed|ures?|ing)?\b|fail(?:ed|ures?)?[ \t]*[:=][ \t]*(?P<after>\d{1,6})\b)"
)
_OF_A_CASE = (
    r"[ \t]*(?:\[FAIL(?:ED)?\]|FAIL(?:ED)?:|FAIL)[ \t]{1,4}(?!(?i:none|false|no|0|to|expected|as expected)\b)[\w\"'`]"
    r"|not ok \d+\b(?!.*#[ \t]*(?i:todo|skip))"
)
_SAYS_IT_IS_WELL = (
    r"\W*(?:(?:all|every)\b[\w \t]{0,20}\b(?:pass(?:es|ed)?|ok|green|succeed(?:s|ed)?)\b"
    r"|(?:ok|pass(?:ed)?|success)\W*$)"
)


def own_test_failed(output: str) -> bool:
    """Say whether a test script of one's own, whose status is 0 whatever it finds, printed that some failed.

    A line that sums up decides; without one a line that says so of a case, where none says that all is well.
    """
    lines = lines_of(output)
    sums = _sums(lines)
    return any(sums) if sums else _says_so_of_a_case(lines)


def _says_so_of_a_case(lines: re.Lines) -> bool:
    return any(re.matches(_OF_A_CASE, lines)) and not any(re.matches(_SAYS_IT_IS_WELL, lines, re.IGNORECASE))


def _fails_by_itself(lines: re.Lines) -> bool:
    """Say whether a test script of one's own says of a case that it failed, or ended with what nobody caught."""
    if _says_so_of_a_case(lines):
        return True
    is_well = any(re.matches(_WENT_WELL, lines)) or any(re.matches(_SAYS_IT_IS_WELL, lines, re.IGNORECASE))
    return not is_well and any(re.matches(_UNCAUGHT, lines))


def _sums(lines: re.Lines) -> "list[int]":
    """Return how many failed, by each line that sums up."""
    return [int(next(filter(None, match.groups()))) for match in re.matches(_SUMMED, lines, re.IGNORECASE)]


# So many of so many that passed, as somebody's own runner sums up; what goes on counts up, or counts something else.
_TALLIED = (
    r".*?(?<![\d./])(?P<some>\d{1,5}) ?/ ?(?P<all>\d{1,5})(?![\d./])[ \t]*(?:tests?[ \t]*)?"
    r"(?:pass(?:ed|ing)?\b(?! \d)|succeeded|ok\b|통과|成功|合格|通过).*"
    r"|.*?\b(?:pass(?:ed)?|passing)[: \t]{1,4}(?P<first>\d{1,5}) ?/ ?(?P<last>\d{1,5})(?![\d./]).*"
)
_TELLS_OF_MORE = (
    r".*\b(?:skip\w*|todo|pending|ignored|attempt|retry|retries|step|stage|phase|batch|worker|shard|succeeded|ok)\b"
)


def _tallied(lines: re.Lines) -> "Optional[bool]":
    """Return what the last line says that counts how many of all have passed: that all did, or fewer."""
    found = [
        (int(one["some"] or one["first"]), int(one["all"] or one["last"]), one[0])
        for one in re.matches(_TALLIED, lines, re.IGNORECASE)
    ]
    if not found:
        return None
    some, every, line = found[-1]
    if some >= every > 0:
        return True
    is_progress = [all_ for _, all_, _ in found].count(every) > 1
    return None if is_progress or re.compile(_TELLS_OF_MORE).match(line.lower()) else False


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


def lines_of(output: str) -> re.Lines:
    """Return the lines that say anything, without escape sequences, of the beginning and the end of a long text."""
    if len(output) > 2 * _TEXT_LOOKED_AT:
        output = output[:_TEXT_LOOKED_AT] + "\n" + output[-_TEXT_LOOKED_AT:]
    from claudesess_collector.privacy_redact import without_sequences

    lines = without_sequences(output.replace("\r", "\n")).split("\n")
    return re.Lines(line[:_LINE_LOOKED_AT].rstrip() for line in lines if line.strip())
