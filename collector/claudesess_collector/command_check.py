"""The check that a shell command runs, whatever its spelling, and whether its exit status can be seen."""

from claudesess_collector.checks import Check, relative
from claudesess_collector.command_programs import known_check
from claudesess_collector.command_split import PARSED, Segment, bare, flat, is_assignment
from claudesess_collector.system import joined, normal

_FILTERS = set(
    "head tail grep egrep fgrep rg less more cat tee wc sort uniq"
    " Select-Object Select-String Out-String Out-Host".split()
)
_SAY_SO = {"exit", "return", "true", ":"}
_PRINT = {"echo", "printf"}  # after a check they only report on it
_SETTERS = {"export", "set", "source", ".", "unset", "ulimit", "shopt"}
_TELL_NOTHING = _FILTERS | _SAY_SO | _PRINT | _SETTERS | {"cd", "pushd", "popd"}


def of_command(command: str, cwd: str, project_dir: str, is_agent: bool = False) -> Check:
    """Name the check that a shell command runs in a folder."""
    segments = flat(command)
    kept, run_dir = _leave_out_cd(_without_setters(segments), cwd, is_agent)
    kept = _essence(kept)
    tried = _joined(kept) or _joined(segments) or " ".join(command[:PARSED].split())
    check = Check(tried + command[PARSED:], relative(run_dir, project_dir))
    check.is_shell = True
    known = [known_check(segment) for segment in kept]
    check.runners = [found[0] for found in known if found]
    check.categories = [found[1] for found in known if found]
    check.only_checks = bool(known) and None not in known
    check.is_hidden = _is_hidden(segments)
    return check


def _without_setters(segments: "list[Segment]") -> "list[Segment]":
    """Leave out assignments and what only sets the shell up, unless nothing else is there."""
    kept = [_without_assignments(segment) for segment in segments]
    return [segment for segment in kept if segment.words and bare(segment.words[0]) not in _SETTERS] or segments


def _leave_out_cd(segments: "list[Segment]", cwd: str, is_agent: bool) -> "tuple[list[Segment], str]":
    """Drop leading `cd … &&` and return the folder that they lead to.

    `cwd` is the folder after the main thread's own `cd`; an agent's may have been put back to where it began.
    """
    steps = ""
    while (
        len(segments) > 1 and bare(segments[0].words[0]) in ("cd", "pushd") and segments[0].after in ("&&", ";", "\n")
    ):
        target = bare(segments[0].words[-1]) if len(segments[0].words) > 1 else "~"
        segments = segments[1:]
        if target.startswith(("~", "-", "$", "`")):
            return _leave_out_cd(segments, cwd, is_agent)[0], cwd  # only the shell knows where that is
        steps = joined(steps, target)
    steps = normal(steps) if steps else ""
    if not steps or steps == ".":
        return segments, cwd
    if steps.startswith("/"):
        return segments, steps
    if steps.startswith(".."):
        return segments, normal(joined(cwd, steps)) if is_agent else cwd
    return segments, cwd if cwd == steps or cwd.endswith("/" + steps) else joined(cwd, steps)


def _essence(segments: "list[Segment]") -> "list[Segment]":
    """Leave out filters at the end of a pipe, and a tail that only reports."""
    kept = list(segments)
    while len(kept) > 1 and kept[-2].after != "|":
        last = bare(kept[-1].words[0])
        if last not in _SAY_SO and not (last in _PRINT and any(known_check(segment) for segment in kept)):
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
    options = " ".join(" ".join(segment.words) for segment in segments if segment.words[0] == "set")
    keeps_pipe = "pipefail" in options
    keeps_going = " -e" in options or "errexit" in options
    last = segments[-1]
    if last.words[0] in ("exit", "return") and "$" in " ".join(last.words[1:]):
        return False  # `…; exit ${PIPESTATUS[0]}` hands the status on
    asked = [at for at, segment in enumerate(segments) if known_check(segment)]
    asked = asked or [at for at, segment in enumerate(segments) if _tells(segment)]
    return any(_loses(segments, at, keeps_pipe, keeps_going) for at in asked)


def _tells(segment: "Segment") -> bool:
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
            words = [bare(word) for word in following.words]
            return not (words[0] in ("exit", "return", "false") and words[1:] != ["0"])
    return False
