"""Judge a check of which no table knows the lines, by how tools sum up: so many errors, failed, succeeded, is valid."""

from claudesess_collector import light_re as re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

_FINDINGS = (
    r"(?:errors?|problems?|issues?|violations?|offen[cs]es|failures?|vulnerabilit(?:y|ies)|leaks?"
    r"|(?:dead|broken) link(?:s|\(s\))?)"
)
_WORK = r"(?:build|compil\w+|check\w*|lint\w*|valid\w+|generat\w+|bundl\w+|analysis|pipeline|documentation)"
# That none was found, or that the whole of it went well.
_NONE_FOUND = (
    rf"(?:.*[^\w.,])?(?:0|no|zero) (?:[\w-]+ ){{0,2}}{_FINDINGS}\b|.*\b{_FINDINGS}(?: found)?[ \t]*[:=][ \t]*0\b"
    r"|.*\bfailed(?: \w+)?[:=][ \t]*0\b"
)
_WELL = (
    rf"(?:.*\W)?{_WORK}\b.{{0,40}}\b(?:succe(?:eded|ssful|ssfully)|completed?|finished|passed|built in)\b"
    r"(?!.*\bproblem)|\W{0,4}(?:success(?:ful(?:ly)?)?|passed|ok|done|all set|all good)\b\W{0,4}$"
    r"|\W{0,2}success\b|.*\bsuccessfully\b"
    r"|(?:.*\W)?all (?:[\w-]+ ){0,4}(?:pass(?:ed)?|set|valid|ok|clean)\b|.*\bis (?:valid|successful)\b"
    r"|.*: passed$|.*\bpassed (?:validation|all|every)\b|.*\bsyntax (?:is )?ok\b"
)
# That something was found, or that the whole of it failed.
_FOUND = (
    rf"(?:.*[^\w.,/])?[1-9][\d,]* (?:[\w-]+ ){{0,2}}{_FINDINGS}\b|.*\b{_FINDINGS}(?: found)?[ \t]*[:=][ \t]*[1-9]"
    rf"|(?:.*\W)?(?:{_WORK}|tests?)\b.{{0,40}}(?<![0o] )\b(?:failed|failure|aborted|unsuccessful)\b(?![:=]? ?0\b)"
    r"|aborted with \d+ warnings?\b|.*\b(?:is|are|was|were) (?:invalid|not valid|not formatted|unformatted)\b"
    r"|.*\bwould (?:be |have been )?(?:reformat|change)|.*\b(?:(?:had|has|with) (?:\w+ )?errors|treated as errors?)\b"
    rf"|.*\bfailed to (?:{_WORK}|compile|parse|render|resolve)\b"
)
# The same, whatever else the line counts none of.
_CERTAIN = (
    r"(?:.*[^\w.,/])?[1-9]\d* (?:errors?|failures?)\b"
    r"|.*\b(?:errors?|failures?|failed(?: \w+)?|invalid)[:=][ \t]*[1-9]"
)
# What a tool says of one fault, before it sums up.
_OF_ONE = (
    r"[\w.\[\]-]{0,20}[ \t]{0,4}\W{0,4}(?:errors?|fatal|failed)\b(?:[:!\]]|[ \t]+\W)"
    r"|[ \t]*[✗✘✖❌⨯🥊🚫][ \t]|[\w.]{1,80}(?:error|exception): |.*exception: "
    r"|(?:.*\W)?error (?:compil|pars|build|runn|process|load|render|read|resolv|generat|evaluat)ing\b"
    r"|.*: failed$|(?:\[\w+\] )?problem \w+ing\b|[\w ]{1,20} error:$"
    r"|.*[ \t](?:syntax )?error[ \t]?(?:in|at|on) .*\bline \d|.*\b(?:syntax|parse) error\b"
)
# What was found and is no more, or does not count.
_SETTLED = (
    r".*\b(?:fixed|suppressed|resolved|retry\w*|expected)\b|.*\bwarnings? (?:only|found)\b"
    rf"|.*\b{_FINDINGS} (?:were )?(?:ignored|skipped)\b"
)


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
