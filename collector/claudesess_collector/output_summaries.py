"""Judge a check of which no table knows the lines, by how tools sum up: so many errors, failed, succeeded, is valid."""

from claudesess_collector import light_re as re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

# What is counted: a word that is part of another, or of a name of something, counts nothing.
_FAULTS = (
    r"(?<![-\w/])(?:errors?(?:\(s\))?(?= ?[^\w ]| (?:found|in|and|across|were|was|detected|generated|emitted)\b|$)"
    r"(?![-=/])|violations?(?:\(s\))?|offen[cs]es|failures?|findings?|mismatch(?:es)?|vulnerabilit(?:y|ies)|leaks?"
    r"|broken(?: links?(?:\(s\))?)?|dead links?(?:\(s\))?)\b"
)
_WORKED_ON = r"(?<![-\w/])(?:problems?|issues?)\b"  # what a program may work on, too
_WORK = r"(?:build|compil\w+|check\w*|lint\w*|valid\w+|generat\w+|bundl\w+|analysis|pipeline|documentation)"
_NO_NAME = r"(?![\w./-]*\.\w|[-_/])"  # no file, nor part of one
# That none was found, or that the whole of it went well.
_NONE_FOUND = (
    rf"(?:.*[^\w.,])?(?:0|no|zero) (?:[\w-]+ ){{0,2}}(?:{_FAULTS}|{_WORKED_ON})"
    rf"|.*(?:{_FAULTS}|{_WORKED_ON})(?: found)?[ \t]*[:=][ \t]*0\b|.*\bfailed(?: \w+)?[:=][ \t]*0\b(?! of)"
)
_WELL = (
    r"(?!.*\b(?:not|cannot|could ?n.t|did ?n.t|never|unable|success\W{1,4}false)\b)(?:"
    rf"(?:.*\W)?{_WORK}\b.{{0,40}}\b(?:succe(?:eded|ssful|ssfully)|completed?|finished|passed|built in)\b"
    r"(?!.*\b(?:problem|[1-9]\d* (?!warning|m?s\b|sec|min|jobs?\b|modules?\b|files?\b)[a-z]))"
    r"|\W{0,4}(?:success(?:ful(?:ly)?)?|passed|ok|done|all set|all good)\b\W{0,4}$|\W{0,2}success\b\W*$"
    r"|\W{0,2}\[?success\]? \D*$|.*\bsuccessfully\b"
    r"|(?:.*\W)?all (?:[\w-]+ ){0,4}(?:pass(?:ed)?|set|valid|ok|clean)\b|.*\bis (?:valid|successful)\b"
    r"|.*: passed$|.*\bpassed (?:validation|all|every)\b|.*\bsyntax (?:is )?ok\b)"
)
# That something was found, or that the whole of it failed.
_FOUND = (
    rf"(?:.*[^\w.,/])?[1-9][\d,]* (?:[\w-]+ ){{0,2}}{_FAULTS}|.*{_FAULTS}(?: found)?[ \t]*[:=][ \t]*[1-9]"
    rf"|(?:.*\b(?:found|with|has|have|detected):? |\W*)[1-9][\d,]* (?:[\w-]+ ){{0,2}}{_WORKED_ON}"
    rf"|.*{_WORKED_ON}(?: found)[ \t]*[:=][ \t]*[1-9]"
    rf"|(?:.*[^\w/._-])?(?:{_WORK}|tests?)\b.{{0,40}}(?<![0o] )(?<![/._-])\b(?:failed|failure|aborted|unsuccessful)\b"
    rf"{_NO_NAME}(?![:=]? ?0\b)"
    r"|aborted with \d+ warnings?\b|.*\b(?:is|are|was|were) (?:invalid|not valid|not formatted|unformatted)\b"
    r"|.*\bwould (?:be |have been )?(?:reformat|change)|.*\b(?:(?:had|has|with) (?:\w+ )?errors|treated as errors?)\b"
    rf"|.*\bfailed to (?:{_WORK}|compile|parse|render|resolve)\b"
    rf"|.*(?<!0 )(?<![\w/-])(?-i:FAIL(?:ED)?)\b{_NO_NAME}(?!\W{{0,3}}0\b)"
)
# The same, whatever else the line counts none of.
_CERTAIN = (
    r"(?:.*[^\w.,/-])?[1-9]\d* (?:errors?|failures?)\b(?= ?[^\w ]| (?:found|in|and)\b|$)(?![-=/])"
    r"|.*(?<![-\w])(?:errors?|failures?|failed(?: \w+)?|invalid)[:=][ \t]*[1-9]"
)
# What a tool says of one fault, before it sums up.
_OF_ONE = (
    r"[\w.\[\]-]{0,20}[ \t]{0,4}\W{0,4}(?:errors?|fatal|failed)\b(?:[:!\]]|[ \t]+\W)"
    r"|[ \t]*[✗✘✖❌⨯🥊🚫][ \t]|[\w.]{1,80}(?:error|exception): |.*exception: "
    r"|(?:.*\W)?error (?:compil|pars|build|runn|process|load|render|read|resolv|generat|evaluat)ing\b"
    r"|.*: failed$|(?:\[\w+\] )?problem \w+ing\b|[\w ]{1,20} error:$"
    r"|.*[ \t](?:syntax )?error[ \t]?(?:in|at|on) .*\bline \d|.*\b(?:syntax|parse) error\b"
)
# What was found and is no more, or does not count: what npm says of packages that it installs, too.
_SETTLED = (
    r".*\b(?:fixed|suppressed|resolved|retry\w*|expected)\b|.*\bwarnings? (?:only|found)\b"
    rf"|.*(?:{_FAULTS}|{_WORKED_ON}) (?:were )?(?:ignored|skipped)\b|.*\bscan also found\b"
    r"|(?:found )?\d+ (?:[\w-]+ severity )?vulnerabilities(?: \(|$)"
)
_CROSSED = r"[ \t]*[✗✘✖❌][ \t](?!0 )"
_TICKED = r"[ \t]*[✓✔✅][ \t]|.*\bis valid\.?$"
_ILL = r"\b(?:errors?|problems?|invalid|fail\w*|nothing|not found)\b"


def marked(lines: re.Lines) -> "Optional[bool]":
    """Return False where a line is crossed, True where one is ticked and none speaks of trouble."""
    if any(re.matches(_CROSSED, lines)):
        return False
    return True if any(re.matches(_TICKED, lines)) and not speaks_ill(lines) else None


def speaks_ill(lines: re.Lines) -> bool:
    """Say whether any line speaks of trouble."""
    return any(map(re.compile(_ILL, re.IGNORECASE).search, lines))


def verdict(lines: re.Lines) -> "Optional[bool]":
    """Return False where lines sum up that something was found or failed, True that all is well, None where none does.

    Of one fault it is said before the tool sums up: that decides only where nothing says that all was well.
    """
    none_found = {match.string for match in re.matches(_NONE_FOUND, lines, re.IGNORECASE)}
    counted = {match.string for match in re.matches(_FOUND, lines, re.IGNORECASE)} - none_found
    counted.update(match.string for match in re.matches(_CERTAIN, lines, re.IGNORECASE))
    if not all(map(re.compile(_SETTLED, re.IGNORECASE).match, counted)):
        return False
    well = (match.string for match in re.matches(_WELL, lines, re.IGNORECASE))
    if none_found or any(line not in counted for line in well):
        return True
    return False if any(re.matches(_OF_ONE, lines, re.IGNORECASE)) else None
