"""What programs print of a call that they do not understand: an option that they do not have, or one without its value.

Such a call did nothing: what it was to check or to show was not looked at.
"""

from claudesess_collector import light_re as re

# What stands before it: the program's name, the word error, a code, a mark; no exception of a program under test.
_BEFORE = r"(?-i:(?!CAC)(?!\w+(?:Error|Exception): )|(?=CAC))\W{0,4}(?:[\w.() -]{1,50}: ){0,2}(?:error:? )?"
_OPTION = r"(?:cli |command[- ]?line |compiler )?(?:option|switch|argument|flag|shorthand flag|parameter)s?\b"
_REFUSED = (
    rf"(?i){_BEFORE}(?:"
    rf"(?:unknown|unrecogni[sz]ed) (?:{_OPTION}|command or argument\b)"
    rf"|(?:invalid|illegal|unexpected|bad) {_OPTION}:? ?['\"`]?-{{1,2}} ?\w"
    r"|no such option: |flag provided but not defined: |could not find an option named "
    rf"|(?:{_OPTION} |the )?['\"`]?-{{1,2}}\w[\w-]*['\"`]?:? (?:: unknown option\b|is not expected in this context"
    r"|option does not exist|is not (?:a )?(?:known|valid|recognized|supported)\b"
    r"|(?:expects|requires|needs) (?:an|one|a value)\b)"
    r"|argument [\w/-]+: (?:expected|invalid)\b|option requires an argument\b|compiler option '\w+' expects "
    r"|the following arguments are required: )"
)
# What is printed where something ran; of a program under test, too, whose usage may be among what it prints.
_RAN = (
    r"(?:.*\b(?:[1-9]\d* (?:tests? )?(?:passed|failed|passing|failing)\b|AssertionError\b)|FAILED |E   "
    r"|Traceback \(|\d+\) |ok \d|not ok \d|---? (?:PASS|FAIL)|[✓✔✗✘●] .*\d ?ms)"
)
_FIRST_LINES = 15


def is_refused(lines: re.Lines) -> bool:
    """Say whether a program says that it does not understand its call, and nothing was done."""
    return any(re.matches(_REFUSED, re.Lines(lines[:_FIRST_LINES]))) and not any(re.matches(_RAN, lines))
