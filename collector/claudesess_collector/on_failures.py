"""Calls that failed, openly or behind a pipe: a row in error_log, and what their chain tries from now on."""

from claudesess_collector import (
    aims,
    approaches,
    chain_matching,
    chains,
    command_parts,
    on_tasks,
    outcomes,
    outcomes_judged,
    output_names,
    output_not_run,
    payload,
    tries,
    vocabulary,
    words,
)
from claudesess_collector.command_programs import TASK_RUNNERS
from claudesess_collector.failure import REASON, Failure, reader_of_refusals
from claudesess_collector.system import (
    is_file,
    is_folder,
    joined,
    kind_of,
    last_name,
    native,
    normal,
    posix,
    posix_name,
)
from claudesess_collector.vocabulary import CHECK, RUN, VCS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

    from claudesess_collector.chains import Chain
    from claudesess_collector.event import Event
    from claudesess_collector.part import Part

_MAX_CASES, _MAX_TARGETS, _MAX_FAMILIES = 24, 40, 8
_SHOWN = 6
_PUTS_AWAY = ("git stash", "git stash push")
_TIMED_OUT = "Command timed out"  # at the client's limit


def prepare(event: "Event") -> None:
    """Read a PostToolUseFailure; what did not run did not fail."""
    event.call = event.named_call()
    message = event.text("error") or ""
    if not_run(event) is None:
        event.failure = read(event, message, exit_status(message))


def read(event: "Event", message: str, status: "Optional[int]") -> Failure:
    """Read a failure that the client reports, and say which part of the call failed."""
    failure = Failure(event, message, status)
    event.outcome = outcomes_judged.of_failure(event.call, failure.output, status)
    return failure


def read_hidden(event: "Event", printed: str) -> None:
    """Read a check that the client reports as a success, since a pipe or a `;` hid its exit status."""
    event.failure = Failure(event, f"{vocabulary.HIDDEN}\n{printed}", None)


def failed(event: "Event") -> None:
    """PostToolUseFailure."""
    event.summary["path"] = event.file_path
    if event.outcome is None:  # no try of its aim
        event.summary["ok"] = None
        # An event that waited since before this was told has no reason.
        family, reason = event.fact("not_run", not_run) or (vocabulary.CANCELLED, None)
        event.summary["not_run"] = True if family != vocabulary.CANCELLED else None
        if family == vocabulary.REFUSED:
            event.metric("tool_refused", event.tool, reason)
        elif family == vocabulary.TOOL_ERROR:
            event.metric("tool_error", event.tool, reason)
        else:
            event.metric("tool_cancelled", event.tool, event.tool_use_id)
        if event.agent_id is None:
            from claudesess_collector import ladder

            ladder.went_on(event, chains.open_chains(event))
        return
    transcript = event.text("transcript_path")
    is_there = transcript is not None and kind_of(event.place.disk(transcript)) is not None
    if is_there and event.outcome.kind in (CHECK, VCS):
        from claudesess_collector import gates

        gates.read(event)
    tries.settle(event)


def add(event: "Event", open_chains: "list[Chain]", named: "Optional[list[str]]" = None) -> None:
    """Add the failed try to its chain, and what it rejected; `named` are the checks that a gate named."""
    failure, outcome = event.failure, event.outcome
    part = outcome.failed
    event.call.make_safe(event.text("tool_input", "command"))
    part.make_safe()
    chain = chain_matching.of_failure(event, open_chains, part, outcome.category)
    path = _file(event, part, failure)
    before = chain.spec if chain is not None else chains.Spec()
    spec = before.copy() if before.is_gate else _tried_now(event, before, is_first=chain is None)
    _describe(event, spec, before, named, path)
    row = {
        "task_id": _task_in_progress(event),
        "file_path": path,
        "error_category": outcome.category,
        "error_message": failure.message,
    }
    error_id, attempt, key = chains.add_try(event, chain, spec, row)
    event.summary.update(error_id=error_id, chain=key, aim=spec.aim, kind=outcome.kind)
    if outcome.kind == RUN and _served_too_long(failure):
        chains.leave(event, next(one for one in chains.open_chains(event) if one.key == key))
    if not _is_of_before(event, part):
        approaches.add(event, failure, part, spec.aim, attempt, before.ran_at)


def _served_too_long(failure: Failure) -> bool:
    """Say whether the client ended a server that it waited for: it was up, so that nobody starts it to see it run."""
    output = vocabulary.bare_error(failure.output)
    return output.startswith(_TIMED_OUT) and output_not_run.is_up(output)


def _tried_now(event: "Event", before: "chains.Spec", is_first: bool) -> "chains.Spec":
    """Return what a try is of, with what its chain tried before."""
    failure, outcome = event.failure, event.outcome
    part = outcome.failed
    spec = chains.Spec()
    spec.aim, spec.kind, spec.category = part.aim, outcome.kind, outcome.category
    # To ask git how things stand is no other way to what it refused.
    is_asked = part.families == ["git status"] and bool(before.families)
    spec.families = before.families if is_asked else _joined(before.families, part.families)
    spec.targets = sorted(part.targets)
    spec.cases = [*part.cases, *(case for case in before.cases if case not in part.cases)][:_MAX_CASES]
    spec.via, spec.is_whole, spec.is_of_before = before.via or part.via, part.is_whole, before.is_of_before
    if is_first:
        spec.is_of_before = _is_of_before(event, part)
    else:
        spec.aim = before.aim
        if before.astray is None:
            spec.targets = sorted({*before.targets, *part.targets})[:_MAX_TARGETS] if part.targets else []
    if (is_first or before.astray is not None) and failure.is_astray(part):
        found = _astray(failure, part)
        spec.astray = found if found != "runtime" or before.astray is None else before.astray
    return spec


def _describe(
    event: "Event", spec: "chains.Spec", before: "chains.Spec", named: "Optional[list[str]]", path: "Optional[str]"
) -> None:
    """Add what each try changes: how it was made, when, and the words that tell it from others."""
    failure, outcome = event.failure, event.outcome
    spec.filter, spec.sketch, spec.purpose = outcome.failed.filter, event.call.sketch, event.call.purpose
    spec.failed, spec.is_silent = failure.failed_words(), failure.is_silent(outcome.failed)
    if outcome.kind == RUN and outcome.failed.program in TASK_RUNNERS:
        spec.families = _joined(spec.families, _shown(failure, outcome.failed))
    if outcome.kind == RUN:  # another way to the same
        ways = [other.families[0] for other in event.call.parts if other.is_fallback and other.kind == RUN]
        spec.families = _joined(spec.families, ways)
    spec.ran_at = event.run_began if failure.status not in outcomes.NOT_RUN else before.ran_at
    if named is not None:
        spec.is_gate, spec.checks = True, named
    base = words.hashes([last_name(posix(path or ""))])
    names = [*base, *failure.names(outcome.failed), *words.hashes(named or ())]
    own = [*words.hashes([failure.tried]), *base, *failure.words()]
    spec.words = list(dict.fromkeys([*own, *before.words]))[: words.MAX_WORDS]
    spec.names = list(dict.fromkeys([*names, *before.names]))[: words.MAX_WORDS]


def _joined(families: "list[str]", more: "list[str]") -> "list[str]":
    return list(dict.fromkeys([*families, *more]))[:_MAX_FAMILIES]


def _is_of_before(event: "Event", part: "Part") -> bool:
    """Say whether a check ran on the code as it was before: the same command put the work away first."""
    before = event.call.parts[: event.call.parts.index(event.call.main)]
    return part.kind == CHECK and any(other.families[0] in _PUTS_AWAY for other in before)


def _shown(failure: Failure, part: "Part") -> "list[str]":
    """Return what a task runner shows that it ran, as far as that is told by its program alone."""
    lines = [line.strip() for line in vocabulary.output_of(failure.message).split("\n")]
    shown = [line[2:] for line in lines if line.startswith(("> ", "$ "))][:_SHOWN]
    parts = [found for line in shown for found in command_parts.of_command(line, part.folder or "/")]
    return [found.families[0] for found in parts if found.kind == RUN and not found.targets]


def _astray(failure: Failure, part: "Part") -> str:
    """Return what was not there, or refused."""
    if part.program in vocabulary.AGENT_TOOLS:
        return chains.LACKING
    return part.category if reader_of_refusals(part) is None else chains.ARGUMENTS


def exit_status(message: str) -> "Optional[int]":
    """Return N of a message that begins with `Exit code N`."""
    head = message[:24].split("\n", 1)[0]
    digits = head[len(vocabulary.EXIT_CODE) :].strip() if head.startswith(vocabulary.EXIT_CODE) else ""
    return int(digits) if digits.isdecimal() else None


def not_run(event: "Event") -> "Optional[tuple[str, Optional[str]]]":
    """Return why a call did not run, or not to its end: the family of session_metrics, and the reason as it is kept.

    None where it failed by itself.
    """
    message = event.text("error") or ""
    family = vocabulary.why_not_run(message, event.tool)
    if family is None:
        is_stopped = payload.field(event.payload, "is_interrupt") is True
        return (vocabulary.CANCELLED, None) if is_stopped else None
    return family, event.line(vocabulary.bare_error(message), REASON)


def _task_in_progress(event: "Event") -> "Optional[str]":
    """Return the task in progress when there is exactly one."""
    running = [task for task, _, status in on_tasks.states(event) if status == "in_progress"]
    return running[0] if len(running) == 1 else None


def _file(event: "Event", part: "Part", failure: Failure) -> "Optional[str]":
    """Return the tool's own file; for a command the first file of the project that its output, else its text, names.

    A file is the project's when it is there, or when the session itself has read or written it: the project of a
    transcript may have gone.
    """
    if not event.call.is_shell:
        return event.file_path
    base = posix(event.project_dir)
    is_there = is_folder(event.place.disk(event.project_dir))
    folders = dict.fromkeys((part.folder or base, joined(base, event.call.folder), base))
    touched: "Optional[dict[str, str]]" = None
    for names in (failure.paths(), output_names.named_paths(failure.tried)):
        for name in names:
            for folder in folders:
                path = normal(joined(folder, posix_name(name, base)))
                inside = aims.relative(path, base)
                if inside == path or vocabulary.is_nobodys(inside):
                    continue
                own = native(path, event.project_dir)
                is_here = is_there and is_file(event.place.disk(own))
                if is_here and own == path:
                    return path
                if touched is None:
                    touched = {
                        posix(path): path for path in sorted(_touched(event, is_there))
                    }  # spelled in one of its ways
                if is_here or path in touched:
                    return touched.get(path, own)
    return None


def _touched(event: "Event", is_there: bool) -> "set[str]":
    """Return the files that the session has written; where the project has gone, those that it read, too."""
    rows = event.db.rows("SELECT DISTINCT file_path FROM file_claims WHERE session_id = ?", (event.session_id,))
    found = {path for (path,) in rows}
    return found if is_there else found | _named_by_calls(event)


def _named_by_calls(event: "Event") -> "set[str]":
    """Return the files that the session's calls name; who reads on reads only what was added since he last asked."""
    last, found = event.db.paths.get(event.session_id, (0, set()))
    rows = event.db.each(
        "SELECT id, payload_summary FROM hook_events WHERE session_id = ? AND id > ?"
        " AND instr(payload_summary, '\"path\": ') ORDER BY id",
        (event.session_id, last),
    )
    for number, summary in rows:
        path = payload.text(payload.parse(summary.encode()), "path")
        if path is not None:
            found.add(path)
        last = number
    event.db.paths[event.session_id] = last, found
    return found
