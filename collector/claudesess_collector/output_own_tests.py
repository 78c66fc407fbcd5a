"""How tests of no known runner say what became of them: a script counts, marks its cases, or breaks off."""

from claudesess_collector import light_re as re
from claudesess_collector.output_lines import lines_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

# How many failed: a count that stands beside one of those that passed, or begins its line.
_SUMMED = (
    r"\W*(?:(?:tests?|results?|summary|total)\W+(?:.*\W)?)?(?:(?P<first>\d{1,6}) fail(?:ed|ures?|ing)?\b"
    r"|fail(?:ed|ures?)?[ \t]*[:=][ \t]*(?P<named>\d{1,6})\b)"
    r"|.*\b(?:\d+ (?:tests? )?pass(?:ed|ing)?|pass(?:ed)?[ \t]*[:=][ \t]*\d+)\b.*?\W"
    r"(?:(?P<beside>\d{1,6}) fail(?:ed|ures?|ing)?\b|fail(?:ed|ures?)?[ \t]*[:=][ \t]*(?P<after>\d{1,6})\b)"
)
# The same, wherever a line says it: what a filter of one's own has made of what was printed.
_COUNTED = r"(?:.*\W)?fail(?:ed|ures?|s)?\W{1,3}(\d+)\b|(?:.*\W)?(\d+) (?:tests? )?fail(?:ed|ures?|s)?\b"
# So many of so many that passed; what goes on counts up, or counts something else.
_TALLIED = (
    r".*?(?<![\d./])(?P<some>\d{1,5}) ?/ ?(?P<all>\d{1,5})(?![\d./])[ \t]*(?:tests?[ \t]*)?"
    r"(?:pass(?:ed|ing)?\b(?! \d)|succeeded|ok\b|통과|成功|合格|通过).*"
    r"|.*?\b(?:pass(?:ed)?|passing)[: \t]{1,4}(?P<first>\d{1,5}) ?/ ?(?P<last>\d{1,5})(?![\d./]).*"
)
_TELLS_OF_MORE = (
    r".*\b(?:skip\w*|todo|pending|ignored|attempt|retry|retries|step|stage|phase|batch|worker|shard|succeeded|ok)\b"
)
_CASE_FAILED = (
    r"[ \t]*(?:\[FAIL(?:ED)?\]|FAIL(?:ED)?:|FAIL)[ \t]{1,4}(?!(?i:none|false|no|0|to|expected|as expected)\b)[\w\"'`]"
    r"|not ok \d+\b(?!.*#[ \t]*(?i:todo|skip))"
)
_CASE_PASSED = r"[ \t]*(?:[✓✔✅][ \t]|ok \d|PASS\b|\[(?:PASS(?:ED)?|OK)\])"
_ALL_PASSED = (
    r"\W*(?:(?:all|every)\b[\w \t]{0,20}\b(?:pass(?:es|ed)?|ok|green|succeed(?:s|ed)?)\b"
    r"|(?:ok|pass(?:ed)?|success)\W*$)"
)
# How a script ends that nobody caught an exception of.
_UNCAUGHT = r"(?:Uncaught )?[\w.]{0,60}(?:Error|Exception)(?: \[\w+\])?: |Node\.js v\d+\.\d+\.\d+$"


def failed(output: str) -> bool:
    """Say whether a script whose status is 0, whatever it finds, printed that some failed.

    A line that sums up decides; without one a line that says so of a case, where none says that all is well.
    """
    lines = lines_of(output)
    went = summed(lines)
    return _has_failed_case(lines) if went is None else not went


def summed(lines: re.Lines) -> "Optional[bool]":
    """Return what the lines say that sum up: that some failed, or that none did."""
    sums = [int(next(filter(None, match.groups()))) for match in re.matches(_SUMMED, lines, re.IGNORECASE)]
    return not any(sums) if sums else None


def broke_off(lines: re.Lines) -> bool:
    """Say whether a script says of a case that it failed, or ended with what nobody caught."""
    if _has_failed_case(lines):
        return True
    is_well = any(re.matches(_CASE_PASSED, lines)) or any(re.matches(_ALL_PASSED, lines, re.IGNORECASE))
    return not is_well and any(re.matches(_UNCAUGHT, lines))


def _has_failed_case(lines: re.Lines) -> bool:
    return any(re.matches(_CASE_FAILED, lines)) and not any(re.matches(_ALL_PASSED, lines, re.IGNORECASE))


def counted(lines: re.Lines) -> "Optional[bool]":
    """Return what somebody's own filter counted: that some failed, or that none did."""
    counts = list(re.matches(_COUNTED, lines, re.IGNORECASE))
    return all(int(match[1] or match[2]) == 0 for match in counts) if counts else None


def tallied(lines: re.Lines) -> "Optional[bool]":
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
