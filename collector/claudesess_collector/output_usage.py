"""What programs print of a call that could do nothing: they do not understand it, or find nothing to do it to.

What it was to check or to show was not looked at.
"""

from claudesess_collector import light_re as re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable

# What stands before it: the program's name, the word error, a code, a mark.
_BEFORE = r"\W{0,4}(?:[\w.() -]{1,50}: ){0,2}(?:\[?error\]?:? )?"
_OPTION = r"(?:cli |command[- ]?line |compiler )?(?:option|switch|argument|flag|shorthand flag|parameter)s?\b"
_REFUSED = (
    rf"(?i){_BEFORE}(?:"
    rf"(?:unknown|unrecogni[sz]ed) (?:{_OPTION}|command or argument\b)"
    rf"|(?:invalid|illegal|unexpected|bad) {_OPTION}:? ?['\"`]?-{{1,2}} ?\w"
    r"|unexpected argument ['\"]|no such option: |flag provided but not defined: |could not find an option named "
    rf"|(?:{_OPTION} |the )?['\"`]?-{{1,2}}\w[\w-]*['\"`]?:? (?:: unknown option\b|is not expected in this context"
    r"|option does not exist|is not (?:a )?(?:known|valid|recognized|supported)\b"
    r"|(?:expects|requires|needs) (?:an|one|a value)\b)"
    r"|argument [\w/-]+: (?:expected|invalid)\b|option requires an argument\b|compiler option '\w+' expects "
    r"|the following arguments are required: )"
)
_NOTHING_THERE = (
    rf"(?i)(?!.*\bcode 0\b){_BEFORE}['\"`]?(?:"
    r"no tests? (?:files? |modules? )?(?:were )?(?:found|ran)\b|0 test files matching |.*\bno spec files were found"
    r"|no (?:test|bin|example|bench) target named |no packages to test$|no go files in |.*\bno go files to analyze\b"
    r"|no required module provides package |no (?:python )?files matching (?:the )?(?:pattern|glob)"
    r"|no inputs were found in config file|there are no \.py\S* files in |paths given to .* did not match any "
    r"|.*\bno tests matching pattern .* were executed|=+ (?:\d+ deselected|no tests ran) in "
    r"|file or directory not found: |file not found: |can't read file '|e902 no such file |no input files$"
    r"|the specified path does not exist: |could not find '/"
    r"|(?:test |project |source |the )*(?:file|directory) ['\"`]?[^'\"`]+['\"`]? (?:(?:is |was )?not found"
    r"|does not exist|does not (?:appear to )?contain )|stat \S+: (?:directory not found|no such file)"
    r"|/\S+ is not a directory$|couldn['’]t find any `pages` or `app` directory"
    r"|tsc: The TypeScript Compiler - |\S+: openBinaryFile: does not exist "
    r"|couldn['’]t find a (?:script|package\.json)|could not resolve entry module )"
)
#: What is printed where something ran: ways to go on with in a group.
RAN = (
    r".*\b(?:[1-9]\d* (?:tests? )?(?:passed|failed|passing|failing)\b|AssertionError\b)|FAILED |E   "
    r"|Traceback \(|\d+\) "
)
# Of a program under test, too, whose usage may be among what it prints.
_RAN = rf"(?:{RAN}|ok \d|not ok \d|---? (?:PASS|FAIL)|[✓✔✗✘●] .*\d ?ms)"
_FIRST_LINES = 15
# What a runner of tests says that was told which to run, and has none of that name; and where there were some.
_NONE_RAN = (
    r"test result: ok\. 0 passed; 0 failed; \d+ ignored; 0 measured; [1-9]\d* filtered"
    r"|testing: warning: no tests to run|.*\[no tests to run\]|Ran 0 tests|No tests executed!|0 examples, 0 failures"
    r"|[ \t]*Executed 0 tests"
    r"|.*No matching test cases were run|No test matches the given testcase filter|No tests were found!!!"
    r"|ok \| 0 passed \| 0 failed .*filtered out|(?:# |ℹ )pass 0$|[ \t]*0 passing\b"
    r"|[ \t]*Tests:?[ \t]+[1-9]\d* skipped(?:, \d+ total| \(\d+\))"
)
_SOME_RAN = (
    r"test result: ok\. [1-9]|ok[ \t]+\S+[ \t]+(?:\(cached\)|[\d.]+m?s)(?!.*\[no tests to run\])"
    r"|--- PASS|Ran [1-9]|[1-9]\d* examples?, "
    r"|[ \t]*Executed [1-9]|.*\b[1-9]\d* (?:passed|passing)\b|(?:# |ℹ )pass [1-9]|Passed! |OK \("
)


def ran_none(lines: re.Lines) -> bool:
    """Say whether tests that were chosen by name were none."""
    return any(re.matches(_NONE_RAN, lines)) and not any(re.matches(_SOME_RAN, lines))


def is_refused(lines: re.Lines) -> bool:
    """Say whether a program says that it does not understand its call, and nothing was done."""
    return _is_said(re.matches(_REFUSED, _first(lines)), lines)


def did_nothing(lines: re.Lines) -> bool:
    """Say whether a check did not understand its call, or found nothing to check."""
    return is_refused(lines) or _is_said(re.matches(_NOTHING_THERE, _first(lines)), lines)


def _first(lines: re.Lines) -> re.Lines:
    return re.Lines(lines[:_FIRST_LINES])


def _is_said(found: "Iterable[re.Match[str]]", lines: re.Lines) -> bool:
    """Say whether one of the lines that were found is a program's own, and nothing tells that something ran."""
    return any(not _is_thrown(match.string) for match in found) and not any(re.matches(_RAN, lines))


def _is_thrown(line: str) -> bool:
    """Say whether a line is an exception, of a program under test, and not the one with which a runner ends."""
    name = line.partition(":")[0]
    return name.isidentifier() and name.endswith(("Error", "Exception")) and name not in ("Error", "CACError")
