"""What calls changed in files: the lines that they added and removed, by hashes, and who claims which file."""

from claudesess_collector import payload, vocabulary
from claudesess_collector.system import last_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

    from claudesess_collector.aims import Call
    from claudesess_collector.event import Event

    Parts = tuple[str, Optional[str], Optional[str], Optional[str]]  # what a Change is made of

_LOOKED_AT, _FIRST_LINES = 16384, 8192  # characters of a text that an edit put there, and of its beginning
_HASHED = 60  # lines of an edit; of a longer one nobody can say that all were taken back
SNIPPET = 120


class Change:
    """What a call did to a file: the first added line, hashes of the lines that it added and removed."""

    __slots__ = ("added", "path", "removed", "snippet")

    def __init__(self, path: str, snippet: "Optional[str]", added: "Optional[str]", removed: "Optional[str]") -> None:
        self.path, self.snippet, self.added, self.removed = path, snippet, added, removed


def changes(event: "Event") -> "list[Parts]":
    """Return what a call changed, file by file."""
    if event.tool in vocabulary.SHELLS:
        return _changed_by_command(event)
    path = event.file_path
    if path is None or event.tool not in vocabulary.EDIT_TOOLS:
        return []
    if payload.field(event.payload, "tool_response", "staged") is True:
        return []
    return [(path, _snippet(event, path, _added_line(event)), *_changed_lines(event))]


def _changes(event: "Event") -> "list[Change]":
    return [Change(*parts) for parts in event.fact("changes", changes) or ()]


def claim_edit(event: "Event") -> None:
    """Claim the file that an edit tool changed."""
    for change in _changes(event):
        if not last_name(change.path.replace("\\", "/")).startswith(vocabulary.OURS):
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
    return None if new is None else _hashes(new[:_LOOKED_AT].split("\n")), _hashes(old[:_LOOKED_AT].split("\n"))


def lines_of(hunks: "list[object]", sign: str) -> "Optional[str]":
    """Return hashes of the lines of a patch that bear a sign."""
    found: "list[str]" = []
    for hunk in hunks:
        lines = payload.field(hunk, "lines")
        texts = [line for line in (lines if isinstance(lines, list) else ()) if isinstance(line, str)]
        found += [line[1:] for line in texts if line[:1] == sign]
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
    return _telling((new or "")[:_FIRST_LINES].splitlines())


def first_added(hunks: object) -> "Optional[str]":
    """Return the first `+` line of a patch that is not blank."""
    for hunk in hunks if isinstance(hunks, list) else ():
        lines = payload.field(hunk, "lines")
        texts = [line for line in (lines if isinstance(lines, list) else ()) if isinstance(line, str)]
        found = _telling([line[1 : _FIRST_LINES + 1] for line in texts if line.startswith("+")])
        if found is not None:
            return payload.whole(found)
    return None


def _telling(lines: "list[str]") -> "Optional[str]":
    """Return the first line that says something; of a private key the one that says so, for the others say nothing."""
    for line in lines:
        if "PRIVATE KEY" in line:
            return line
    return next((line for line in lines if line.strip()), None)


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
        if path and not vocabulary.is_nobodys(path):
            patch = hunks.get(path)
            added, removed = (lines_of(patch, "+"), lines_of(patch, "-")) if isinstance(patch, list) else (None, None)
            found.append((path, _snippet(event, path, first_added(patch)), added, removed))
    return found


def claim_changed(event: "Event", call: "Call") -> None:
    """Claim the files that a command changed; the first of them stands in the summary."""
    for change in _changes(event):
        if _is_claimed(event, change.path):
            continue
        _claim(event, change, is_edit=change.snippet is not None or not call.only_checks)
        if event.summary.get("path") is None:
            event.summary["path"] = change.path
            event.summary["snippet"] = change.snippet


def _is_claimed(event: "Event", path: str) -> bool:
    """Say whether an edit tool claimed the file while the command ran."""
    return bool(
        event.db.value(
            "SELECT 1 FROM file_claims WHERE session_id = ? AND timestamp BETWEEN ? AND ? AND file_path = ?"
            " AND operation <> ?",
            (event.session_id, event.began_at, event.stamp, path, vocabulary.SHELL_EDIT),
        )
    )
