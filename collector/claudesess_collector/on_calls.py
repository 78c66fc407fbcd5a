"""Tool calls that ended well: the common event, so everything here is cheap or asked for by the payload."""

from claudesess_collector import outcomes, payload, tries, vocabulary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

    from claudesess_collector.aims import Call
    from claudesess_collector.event import Event
    from claudesess_collector.part import Part

_LOOKED_AT = 16384
_ASKING = (*vocabulary.RESEARCH_TOOLS, vocabulary.ASKING_TOOL)
_REMARK = "Shell cwd was reset to "
_MAKES_REPOSITORIES = ("init", " new ", "create")  # `git init`, `cargo new`, `npm create …`: the next call may add all


def prepare(event: "Event") -> None:
    """Before the write lock is taken: say what is tried, read the output where a status is hidden."""
    if event.name == "PreToolUse":
        return
    event.call = event.named_call()
    if event.call.is_shell:
        _keep_out_of_git(event)
    if not is_refused(event) and (not event.call.is_shell or _is_finished(event)):
        read_success(event, None)


def is_refused(event: "Event") -> bool:
    """Say whether the tool did not do what it was asked for, though nothing failed: a judge refused it."""
    response = payload.field(event.payload, "tool_response")
    if not isinstance(response, dict):
        return False
    return response.get("success") is False or (bool(error := response.get("error")) and isinstance(error, str))


def _is_finished(event: "Event") -> bool:
    response = payload.field(event.payload, "tool_response")
    fields = response if isinstance(response, dict) else {}
    is_unfinished = fields.get("backgroundTaskId") is not None or fields.get("timedOutAfterMs") is not None
    return not is_unfinished and fields.get("interrupted") is not True


def read_success(event: "Event", printed: "Optional[str]") -> None:
    """Say how the parts of a call went that the client reports as a success."""
    call = event.call
    text = None
    if call.is_hidden or any(map(_may_tell_otherwise, call.parts)):
        text = _looked_at(output(event) if printed is None else printed)
        if call.checks():
            text += _end_of_kept(event)
    event.outcome = outcomes.of_success(call, text)
    if event.outcome.failed is not None:
        from claudesess_collector import on_failures

        on_failures.read_hidden(event, text or "")


def _may_tell_otherwise(part: "Part") -> bool:
    """Say whether what was printed may say that a part did not do what it was to, though its call ended well."""
    return part.is_own_test or outcomes.is_chosen(part) or part.instead is not None


def _looked_at(text: str) -> str:
    """Return the beginning and the end of a long output: what counts stands there."""
    return text if len(text) <= 2 * _LOOKED_AT else f"{text[:_LOOKED_AT]}\n{text[-_LOOKED_AT:]}"


def _end_of_kept(event: "Event") -> str:
    """Return the end of an output that was too long for the client, from the file in which it keeps it."""
    path = payload.text(event.payload, "tool_response", "persistedOutputPath")
    if path is None:
        return ""
    from claudesess_collector.background import end_of

    return "\n" + (end_of(event, path) or "")


def announced(event: "Event") -> None:
    """PreToolUse: nothing is known yet but what is about to be tried."""
    event.summary["path"] = event.file_path


def succeeded(event: "Event") -> None:
    """PostToolUse."""
    event.summary["path"] = event.file_path
    call = event.call
    if call.is_shell:
        if _may_be_gated(call):
            from claudesess_collector import gates

            gates.read(event)
        if event.outcome is None:
            from claudesess_collector import background

            if background.note(event):
                tries.started(event)
    tries.settle(event)
    passed = event.summary["ok"] = False if event.fact("is_refused", is_refused) else event.summary["ok"]
    _record_tool(event, passed, call)


def _may_be_gated(call: "Call") -> bool:
    return any(part.families[0] in ("git commit", "git push") for part in call.parts)


def _record_tool(event: "Event", passed: "Optional[bool]", call: "Call") -> None:
    """Record what only some tools say."""
    tool = event.tool or ""
    if tool in vocabulary.EDIT_TOOLS:
        if passed:
            from claudesess_collector import changes

            changes.claim_edit(event)
    elif tool == vocabulary.READ_TOOL:
        event.summary["range"] = _read_range(event)
    elif tool in vocabulary.SHELLS:
        _record_shell(event, call)
    elif tool in vocabulary.AGENT_TOOLS:
        from claudesess_collector import on_agents

        on_agents.launched(event)
    elif tool in vocabulary.TOOLS_OF_AGENTS:
        from claudesess_collector import on_agents

        on_agents.told_of(event)
    elif tool in vocabulary.BACKGROUND_TOOLS:
        from claudesess_collector import background

        background.answered(event)
    elif tool in vocabulary.TASK_TOOLS:
        from claudesess_collector import on_tasks

        on_tasks.changed(event)
    if tool in _ASKING and passed:
        from claudesess_collector import chains, ladder

        open_chains = chains.open_chains(event)
        if open_chains:
            ladder.asked(event, open_chains)


def output(event: "Event") -> str:
    """Return what a command printed, without what the client adds."""
    response = payload.field(event.payload, "tool_response")
    errors = (payload.text(response, "stderr") or "").split(_REMARK, 1)[0]
    return "\n".join(filter(None, (payload.text(response, "stdout"), errors.rstrip("\n"))))


_NONE_FOUND = ("No files found", "No matches found")


def finds_none(event: "Event") -> bool:
    """Say whether a search found nothing."""
    response = payload.field(event.payload, "tool_response")
    if isinstance(response, str):
        return response.startswith(_NONE_FOUND)
    found = [payload.field(response, key) for key in ("numFiles", "numMatches", "numLines")]
    return found[0] == 0 and not any(found) and not payload.text(response, "content")


def _read_range(event: "Event") -> "Optional[str]":
    """Return the lines of a read, `first-last`."""
    start = payload.number(event.payload, "tool_response", "file", "startLine")
    count = payload.number(event.payload, "tool_response", "file", "numLines")
    if start is None or count is None or count < 1:
        return None
    return f"{start}-{start + count - 1}"


def _record_shell(event: "Event", call: "Call") -> None:
    if event.waited is not None or payload.field(event.payload, "tool_response", "bashEditDiff") is not None:
        from claudesess_collector import changes

        changes.claim_changed(event, call)
    commit = payload.field(event.payload, "tool_response", "gitOperation", "commit")
    sha = payload.name(commit, "sha")
    if sha is not None:
        event.metric("commit", sha, payload.name(commit, "branch"))


def _keep_out_of_git(event: "Event") -> None:
    """Keep the database out of a repository that a command may have made."""
    command = payload.text(event.payload, "tool_input", "command") or ""
    if any(word in command for word in _MAKES_REPOSITORIES):
        from claudesess_collector.git_exclude import keep_out

        keep_out(event.place.disk(event.project_dir), event.place.root)
