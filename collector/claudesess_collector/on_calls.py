"""Tool calls that ended well: the common event, so everything here is cheap or asked for by the payload."""

from claudesess_collector import payload, vocabulary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

    from claudesess_collector.checks import Check
    from claudesess_collector.event import Event

SNIPPET = 120
_MAKES_REPOSITORIES = ("init", " new ", "create")  # `git init`, `cargo new`, `npm create …`: the next call may add all


def prepare(event: "Event") -> None:
    """Do what takes time before the write lock is taken: name the check, read its output if its status is hidden."""
    if event.name == "PreToolUse":
        return
    event.check = event.named_check()
    event.passed = _verdict(event, event.check)
    if event.passed is False and event.check.categories:
        from claudesess_collector import on_failures

        on_failures.prepare_hidden(event)


def announced(event: "Event") -> None:
    """PreToolUse: nothing is known yet but what is about to be tried."""
    event.summary["path"] = path_of(event)


def succeeded(event: "Event") -> None:
    """PostToolUse."""
    check = event.check
    event.summary["path"] = path_of(event)
    event.summary["check"] = check.id
    passed = _against_chain(event, check)
    event.summary["ok"] = passed
    if passed is False and check.categories:
        from claudesess_collector import on_failures

        on_failures.add(event)
    _record_tool(event, passed, check)


def _against_chain(event: "Event", check: "Check") -> "Optional[bool]":
    """Hold the call against the check's open chain, if it has one; return whether the check passed."""
    failed = event.open_chain(event.summary["check"])
    passed = event.passed
    if failed is None or passed is False:
        return passed
    if passed and check.is_hidden and not check.categories:
        passed = None  # the pipe was well; whether the program that failed before it is, nobody saw
    from claudesess_collector import chains

    if passed:
        chains.close(event, check.id, failed)
    elif check.is_shell:
        chains.tried_again(event, check.id, failed)
    return passed


def _record_tool(event: "Event", passed: "Optional[bool]", check: "Check") -> None:
    """Record what only some tools say."""
    tool = event.tool or ""
    if tool in vocabulary.EDIT_TOOLS:
        if passed:
            _claim_edit(event)
    elif tool == vocabulary.READ_TOOL:
        event.summary["range"] = _read_range(event)
    elif tool in vocabulary.SHELLS:
        _record_shell(event, check)
    elif tool in vocabulary.AGENT_TOOLS:
        from claudesess_collector import on_agents

        on_agents.launched(event)
    elif tool in vocabulary.TOOLS_OF_AGENTS:
        from claudesess_collector import on_agents

        on_agents.told_of(event)
    elif tool in vocabulary.TASK_TOOLS:
        from claudesess_collector import on_tasks

        on_tasks.changed(event)
    if tool in vocabulary.RESEARCH_TOOLS or tool == vocabulary.ASKING_TOOL:
        from claudesess_collector import chains

        chains.escalate_latest(event, "escalated_user" if tool == vocabulary.ASKING_TOOL else "escalated_research")


def _verdict(event: "Event", check: "Check") -> "Optional[bool]":
    """Return whether the call did what it was for; None when nobody can tell."""
    response = payload.field(event.payload, "tool_response")
    said = response if isinstance(response, dict) else {}
    if said.get("success") is False or payload.text(said, "error"):
        return False
    if not check.is_shell:
        return True
    is_unfinished = said.get("backgroundTaskId") is not None or said.get("timedOutAfterMs") is not None
    if is_unfinished or said.get("interrupted") is True:
        return None
    if not check.is_hidden or not check.categories:
        return True
    from claudesess_collector.command_summaries import judge

    return judge(output(event), check.runners)


def output(event: "Event") -> str:
    """Return what a command printed."""
    response = payload.field(event.payload, "tool_response")
    return "\n".join(filter(None, (payload.text(response, "stdout"), payload.text(response, "stderr"))))


def path_of(event: "Event") -> "Optional[str]":
    """Return the file that a tool was given, a notebook too."""
    arguments = event.payload.get("tool_input")
    return payload.text(arguments, "file_path") or payload.text(arguments, "notebook_path")


def _claim_edit(event: "Event") -> None:
    path = path_of(event)
    if path is None or payload.field(event.payload, "tool_response", "staged") is True:
        return
    if path.replace("\\", "/").rpartition("/")[2].startswith(vocabulary.OURS):
        return
    event.summary["snippet"] = _snippet(event, path, _added_line(event))
    _claim(event, path, event.summary["snippet"])


def _snippet(event: "Event", path: str, line: "Optional[str]") -> "Optional[str]":
    from claudesess_collector.privacy_redact import is_secret_file

    return None if is_secret_file(path) else event.line(line, SNIPPET)


def _claim(event: "Event", path: str, snippet: "Optional[str]", is_edit: bool = True) -> None:
    """Claim a file; an edit's first added line is kept at hand for the check that may reject it."""
    claim_id = event.db.insert(
        "file_claims",
        session_id=event.session_id,
        agent_id=event.agent_id,
        file_path=path,
        operation=event.tool if event.tool in vocabulary.EDIT_TOOLS else vocabulary.SHELL_EDIT,
        timestamp=event.stamp,
    )
    if is_edit:
        event.db.insert("claudesess_edits", claim_id=claim_id, snippet=snippet)


def _added_line(event: "Event") -> "Optional[str]":
    """Return the first line that an edit added and that says something."""
    found = first_added(payload.field(event.payload, "tool_response", "structuredPatch"))
    if found is not None:
        return found
    arguments = payload.field(event.payload, "tool_input")
    edits = payload.field(arguments, "edits")
    first = edits[0] if isinstance(edits, list) and edits else None
    new = (
        payload.text(arguments, "new_string")
        or payload.text(arguments, "content")
        or payload.text(arguments, "new_source")
        or payload.text(first, "new_string")
    )
    return _telling((new or "")[:8192].splitlines())


def first_added(hunks: object) -> "Optional[str]":
    """Return the first `+` line of a patch that is not blank."""
    for hunk in hunks if isinstance(hunks, list) else ():
        lines = payload.field(hunk, "lines")
        texts = [line for line in (lines if isinstance(lines, list) else ()) if isinstance(line, str)]
        found = _telling([line[1:8193] for line in texts if line.startswith("+")])
        if found is not None:
            return payload.whole(found)
    return None


def _telling(lines: "list[str]") -> "Optional[str]":
    """Return the first line that says something; of a private key the one that says so, for the others say nothing."""
    for line in lines:
        if "PRIVATE KEY" in line:
            return line
    return next((line for line in lines if line.strip()), None)


def _read_range(event: "Event") -> "Optional[str]":
    """Return the lines of a read, `first-last`."""
    start = payload.number(event.payload, "tool_response", "file", "startLine")
    count = payload.number(event.payload, "tool_response", "file", "numLines")
    if start is None or count is None or count < 1:
        return None
    return f"{start}-{start + count - 1}"


def _record_shell(event: "Event", check: "Check") -> None:
    command = payload.text(event.payload, "tool_input", "command") or ""
    if any(word in command for word in _MAKES_REPOSITORIES):
        from claudesess_collector.git_exclude import keep_out

        keep_out(event.place.disk(event.project_dir), event.place.root)
    diff = payload.field(event.payload, "tool_response", "bashEditDiff")
    if isinstance(diff, dict):
        _claim_changed(event, check, diff)
    commit = payload.field(event.payload, "tool_response", "gitOperation", "commit")
    sha = payload.name(commit, "sha")
    if sha is not None:
        event.metric("commit", sha, payload.name(commit, "branch"))


def _claim_changed(event: "Event", check: "Check", diff: "dict[str, object]") -> None:
    """Claim the files that a command changed; the first of them stands in the summary."""
    changed = payload.field(diff, "changedFiles")
    files = payload.field(diff, "files")
    hunks = {
        payload.text(file, "filePath"): payload.field(file, "hunks")
        for file in (files if isinstance(files, list) else ())
    }
    paths = [payload.whole(path) for path in changed if isinstance(path, str)] if isinstance(changed, list) else []
    for path in dict.fromkeys(paths):
        if not path or is_nobodys(path) or _is_claimed(event, path):
            continue
        snippet = _snippet(event, path, first_added(hunks.get(path)))
        _claim(event, path, snippet, is_edit=snippet is not None or not check.only_checks)
        if event.summary.get("path") is None:
            event.summary["path"] = path
            event.summary["snippet"] = snippet


def is_nobodys(path: str) -> bool:
    """Say whether a changed file is a cache, a temporary name or one of our own."""
    parts = path.replace("\\", "/").split("/")
    name = parts[-1]
    if (
        not vocabulary.CACHES.isdisjoint(parts)
        or name.startswith(vocabulary.OURS)
        or name.endswith((".pyc", ".swp", "~"))
    ):
        return True
    pieces = name.rsplit(".", 3)  # NAME.tmp.<pid>.<hex>
    return len(pieces) == 4 and pieces[1] == "tmp" and pieces[2].isdigit()


def _is_claimed(event: "Event", path: str) -> bool:
    """Say whether an edit tool claimed the file while the command ran."""
    return bool(
        event.db.value(
            "SELECT 1 FROM file_claims WHERE session_id = ? AND timestamp BETWEEN ? AND ? AND file_path = ?"
            " AND operation <> ?",
            (event.session_id, event.began_at, event.stamp, path, vocabulary.SHELL_EDIT),
        )
    )
