"""How a shell command is spelled: normalised on one line, the folder it runs in, whether its exit status is seen."""

from claudesess_collector.command_parts import CHOOSING, LEAVING_LINES
from claudesess_collector.command_programs import program
from claudesess_collector.command_split import (
    PARSED,
    Segment,
    as_typed,
    flat,
    hands_on,
    is_assignment,
    led_to,
    status_options,
    stays_failed,
)
from claudesess_collector.part import bare
from claudesess_collector.vocabulary import CHECK

_FILTERS = CHOOSING | LEAVING_LINES
_SAY_SO = {"exit", "return", "true", ":"}
_PRINT = {"echo", "printf"}  # after a check they only report on it
_SETTERS = {"export", "set", "source", ".", "unset", "ulimit", "shopt"}
_TELL_NOTHING = _FILTERS | _SAY_SO | _PRINT | _SETTERS | {"cd", "pushd", "popd"}


def spell(command: str, start: str) -> "tuple[str, str, bool]":
    """Return (the command on one line, the folder that its leading `cd` leads to, whether a status gets lost)."""
    segments = as_typed(command)
    kept, folder = _leave_out_cd(_without_setters(segments), start)
    tried = _joined(_essence(kept)) or _joined(segments) or " ".join(command[:PARSED].split())
    return tried + command[PARSED:], folder, _is_hidden(flat(command))


def _without_setters(segments: "list[Segment]") -> "list[Segment]":
    """Leave out assignments and what only sets the shell up, unless nothing else is there."""
    kept = [_without_assignments(segment) for segment in segments]
    return [segment for segment in kept if segment.words and bare(segment.words[0]) not in _SETTERS] or segments


def _leave_out_cd(segments: "list[Segment]", folder: str) -> "tuple[list[Segment], str]":
    """Drop leading `cd … &&` and return the folder that they lead to."""
    while (
        len(segments) > 1 and bare(segments[0].words[0]) in ("cd", "pushd") and segments[0].after in ("&&", ";", "\n")
    ):
        target = bare(segments[0].words[-1]) if len(segments[0].words) > 1 else "~"
        segments = segments[1:]
        folder = led_to(folder, target)
    return segments, folder


def _essence(segments: "list[Segment]") -> "list[Segment]":
    """Leave out filters at the end of a pipe, and a tail that only reports."""
    kept = list(segments)
    while len(kept) > 1 and kept[-2].after != "|":
        last = bare(kept[-1].words[0])
        if last not in _SAY_SO and not (last in _PRINT and any(_is_check(segment) for segment in kept)):
            break
        kept.pop()
    found: "list[Segment]" = []
    for segment in kept:
        if found and found[-1].after == "|" and bare(segment.words[0]) in _FILTERS:
            found[-1] = _copy(found[-1].words, segment.after)
        else:
            found.append(segment)
    return found


def _without_assignments(segment: Segment) -> Segment:
    at = 0
    while at < len(segment.words) and is_assignment(segment.words[at]):
        at += 1
    return _copy(segment.words[at:], segment.after) if at else segment


def _copy(words: "list[str]", after: str) -> Segment:
    segment = Segment()
    segment.words, segment.after = words, after
    return segment


def _joined(segments: "list[Segment]") -> str:
    parts: "list[str]" = []
    for at, segment in enumerate(segments):
        parts.extend(segment.words)
        if at + 1 < len(segments):
            parts.append(";" if segment.after == "\n" else segment.after)
    return " ".join(parts)


def _is_hidden(segments: "list[Segment]") -> bool:
    """Say whether the exit status of a program that could tell something gets lost."""
    if not segments or (len(segments) == 1 and segments[0].after != "&"):
        return False
    if hands_on(segments[-1]):
        return False
    keeps_pipe, keeps_going = status_options(segments)
    asked = [at for at, segment in enumerate(segments) if _is_check(segment)]
    asked = asked or [at for at, segment in enumerate(segments) if _could_tell(segment)]
    return any(_loses(segments, at, keeps_pipe, keeps_going) for at in asked)


def _is_check(segment: Segment) -> bool:
    return program(segment).kind == CHECK


def _could_tell(segment: Segment) -> bool:
    """Say whether the exit status of what a segment runs could tell anything."""
    words = _without_assignments(segment).words
    return bool(words) and bare(words[0]) not in _TELL_NOTHING


def _loses(segments: "list[Segment]", at: int, keeps_pipe: bool, keeps_going: bool) -> bool:
    """Follow the operators after a segment to the command's end."""
    if segments[-1].after == "&":
        return True
    for segment, following in zip(segments[at:], segments[at + 1 :]):
        if segment.after == "|" and not keeps_pipe:
            return True
        if segment.after in (";", "\n", ";;") and not keeps_going:
            return True
        if segment.after == "&":
            return True
        if segment.after == "||":
            return not stays_failed(following)
    return False
