"""Tool calls that ended well: the common event, so everything here is cheap or asked for by the payload."""

from claudesess_collector import outcomes, payload, tries, vocabulary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

    from claudesess_collector.aims import Call
    from claudesess_collector.event import Event

    Parts = tuple[str, Optional[str], Optional[str], Optional[str]]  # what a Change is made of

_LOOKED_AT = 16384
_HASHED = 60  # lines of an edit; of a longer one nobody can say that all were taken back
_ASKING = (*vocabulary.RESEARCH_TOOLS, vocabulary.ASKING_TOOL)
SNIPPET = 120
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
    return isinstance(response, dict) and (response.get("success") is False or bool(payload.text(response, "error")))


def _is_finished(event: "Event") -> bool:
    response = payload.field(event.payload, "tool_response")
    fields = response if isinstance(response, dict) else {}
    is_unfinished = fields.get("backgroundTaskId") is not None or fields.get("timedOutAfterMs") is not None
    return not is_unfinished and fields.get("interrupted") is not True


def read_success(event: "Event", printed: "Optional[str]") -> None:
    """Say how the parts of a call went that the client reports as a success."""
    call = event.call
    text = None
    if call.is_hidden:
        text = _looked_at(output(event) if printed is None else printed)
        if call.checks():
            text += _end_of_kept(event)
    event.outcome = outcomes.of_success(call, text)
    if event.outcome.failed is not None:
        from claudesess_collector import on_failures

        on_failures.read_hidden(event, text or "")


def _looked_at(text: str) -> str:
    """Return the beginning and the end of a long output: what counts stands there."""
    return text if len(text) <= 2 * _LOOKED_AT else f"{text[:_LOOKED_AT]}\n{text[-_LOOKED_AT:]}"


def _end_of_kept(event: "Event") -> str:
    """Return the end of an output that was too long for the client, from the file in which it keeps it."""
    path = payload.text(event.payload, "tool_response", "persistedOutputPath")
    if path is None:
        return ""
    from claudesess_collector.background import end_of

    return "\n" + end_of(event, path)


def announced(event: "Event") -> None:
    """PreToolUse: nothing is known yet but what is about to be tried."""
    event.summary["path"] = path_of(event)


def succeeded(event: "Event") -> None:
    """PostToolUse."""
    event.summary["path"] = path_of(event)
    call = event.call
    if call.is_shell:
        if _may_be_gated(call):
            from claudesess_collector import gates

            gates.read(event)
        if event.outcome is None:
            from claudesess_collector import background

            background.note(event)
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
            _claim_edit(event)
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
    elif tool in vocabulary.TASK_TOOLS:
        from claudesess_collector import on_tasks

        on_tasks.changed(event)
    if tool in _ASKING and passed:
        from claudesess_collector import chains, ladder

        open_chains = chains.open_chains(event)
        if open_chains:
            ladder.asked(event, open_chains)


def output(event: "Event") -> str:
    """Return what a command printed."""
    response = payload.field(event.payload, "tool_response")
    return "\n".join(filter(None, (payload.text(response, "stdout"), payload.text(response, "stderr"))))


def path_of(event: "Event") -> "Optional[str]":
    """Return the file that a tool was given, a notebook too."""
    arguments = event.payload.get("tool_input")
    return payload.text(arguments, "file_path") or payload.text(arguments, "notebook_path")


class Change:
    """What a call did to a file: the first added line, hashes of the lines that it added and removed."""

    __slots__ = ("added", "path", "removed", "snippet")

    def __init__(self, path: str, snippet: "Optional[str]", added: "Optional[str]", removed: "Optional[str]") -> None:
        self.path, self.snippet, self.added, self.removed = path, snippet, added, removed


def changes(event: "Event") -> "list[Parts]":
    """Return what a call changed, file by file."""
    if event.tool in vocabulary.SHELLS:
        return _changed_by_command(event)
    path = path_of(event)
    if path is None or event.tool not in vocabulary.EDIT_TOOLS:
        return []
    if payload.field(event.payload, "tool_response", "staged") is True:
        return []
    return [(path, _snippet(event, path, _added_line(event)), *_changed_lines(event))]


def _changes(event: "Event") -> "list[Change]":
    return [Change(*parts) for parts in event.fact("changes", changes) or ()]


def _claim_edit(event: "Event") -> None:
    for change in _changes(event):
        if not change.path.replace("\\", "/").rpartition("/")[2].startswith(vocabulary.OURS):
            event.summary["snippet"] = change.snippet
            _claim(event, change)


def _changed_lines(event: "Event") -> "tuple[Optional[str], Optional[str]]":
    """Return hashes of the lines that an edit added and removed; None where they are not known, or too many."""
    hunks = payload.field(event.payload, "tool_response", "structuredPatch")
    if isinstance(hunks, list) and hunks:
        return lines_of(hunks, "+"), lines_of(hunks, "-")
    arguments = payload.field(event.payload, "tool_input")
    new = payload.text(arguments, "content") or payload.text(arguments, "new_string")
    old = payload.text(arguments, "old_string") or ""
    return None if new is None else _hashes(new[:16384].split("\n")), _hashes(old[:16384].split("\n"))


def lines_of(hunks: "list[object]", sign: str) -> "Optional[str]":
    """Return hashes of the lines of a patch that bear a sign."""
    found: "list[str]" = []
    for hunk in hunks:
        lines = payload.field(hunk, "lines")
        found += [line[1:] for line in (lines if isinstance(lines, list) else ()) if str(line)[:1] == sign]
        if len(found) > 2 * _HASHED:
            return None
    return _hashes(found)


def _hashes(lines: "list[str]") -> "Optional[str]":
    telling = [line.strip() for line in lines if line.strip()]
    return None if len(telling) > _HASHED else " ".join([payload.short_hash(line) for line in telling])


def _snippet(event: "Event", path: str, line: "Optional[str]") -> "Optional[str]":
    from claudesess_collector.privacy_redact import is_secret_file

    return None if is_secret_file(path) else event.line(line, SNIPPET)


def _claim(event: "Event", change: Change, is_edit: bool = True) -> None:
    """Claim a file; an edit's first added line is kept at hand for the check that may reject it."""
    claim_id = event.db.insert(
        "file_claims",
        session_id=event.session_id,
        agent_id=event.agent_id,
        file_path=change.path,
        operation=event.tool if event.tool in vocabulary.EDIT_TOOLS else vocabulary.SHELL_EDIT,
        timestamp=event.stamp,
    )
    if is_edit:
        kept = {"snippet": change.snippet, "added": change.added, "removed": change.removed}
        event.db.insert("claudesess_edits", claim_id=claim_id, **kept)


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


def _record_shell(event: "Event", call: "Call") -> None:
    _claim_changed(event, call)
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


def _changed_by_command(event: "Event") -> "list[Parts]":
    diff = payload.field(event.payload, "tool_response", "bashEditDiff")
    if not isinstance(diff, dict):
        return []
    changed = payload.field(diff, "changedFiles")
    files = payload.field(diff, "files")
    hunks = {
        payload.text(file, "filePath"): payload.field(file, "hunks")
        for file in (files if isinstance(files, list) else ())
    }
    paths = [payload.whole(path) for path in changed if isinstance(path, str)] if isinstance(changed, list) else []
    found = []
    for path in dict.fromkeys(paths):
        if path and not is_nobodys(path):
            patch = hunks.get(path)
            added, removed = (lines_of(patch, "+"), lines_of(patch, "-")) if isinstance(patch, list) else (None, None)
            found.append((path, _snippet(event, path, first_added(patch)), added, removed))
    return found


def _claim_changed(event: "Event", call: "Call") -> None:
    """Claim the files that a command changed; the first of them stands in the summary."""
    for change in _changes(event):
        if _is_claimed(event, change.path):
            continue
        _claim(event, change, is_edit=change.snippet is not None or not call.only_checks)
        if event.summary.get("path") is None:
            event.summary["path"] = change.path
            event.summary["snippet"] = change.snippet


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
