"""Approaches that were tried and rejected: the edits that a failing check put to the test, on evidence."""

from claudesess_collector import aims, chain_targets, checkouts, payload, vocabulary
from claudesess_collector.outcomes import NOT_RUN
from claudesess_collector.part import bare
from claudesess_collector.system import joined, last_name, native, posix, posix_name
from claudesess_collector.vocabulary import CHECK, PROBE, RUN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

    from claudesess_collector.command_programs import Program
    from claudesess_collector.event import Event
    from claudesess_collector.failure import Failure, KeptFailure
    from claudesess_collector.part import Part

MAX_APPROACHES = 20
_NOTHING_PUT_TO_THE_TEST = {"pytest": (4, 5), "py.test": (4, 5)}
# What is called so in every folder: only its whole path names it.
_OF_ANY_FOLDER = frozenset("__init__ index mod lib main route page layout conftest package".split())
_READ = 65536  # bytes of a file in which its imports are looked for
_MOST_EDITS = 200  # the last ones before a run
_EDITS = (
    "SELECT c.id, c.file_path, c.operation, e.snippet, c.agent_id, c.timestamp, e.added, e.removed"
    " FROM file_claims c JOIN claudesess_edits e ON e.claim_id = c.id WHERE c.session_id = ?"
)
_NAMED, _TARGETS = 8, 4  # files of a message, and of a command, that are read


def after_run(event: "Event") -> None:
    """Note when the call's checks ran, and which passed."""
    outcome, failure = event.outcome, event.failure
    runs = [(part, part in outcome.passed) for part in (*outcome.passed, *outcome.unseen)]
    if outcome.failed is not None and outcome.kind == CHECK and (failure is None or failure.status not in NOT_RUN):
        runs.append((outcome.failed, False))
    began = event.run_began
    for part, passed in runs:
        if part.kind == CHECK:
            part.make_safe()
            targets = payload.to_json(part.targets)
            event.db.run(
                "INSERT INTO claudesess_checks (session_id, aim, targets, ran_at, passed_at) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (session_id, aim) DO UPDATE SET ran_at = excluded.ran_at,"
                " passed_at = coalesce(excluded.passed_at, passed_at)",
                (event.session_id, part.aim, targets, began, began if passed else None),
            )


def add(event: "Event", failure: "Failure | KeptFailure", part: "Part", aim: str, attempt: int, ran_at: str) -> None:
    """Add the approaches that a failed try rejected; `ran_at` is when its chain was tried last."""
    program_codes = _NOTHING_PUT_TO_THE_TEST.get(part.program, ())
    is_check = event.outcome.kind == CHECK and event.outcome.category != "runtime"
    if not is_check or failure.status in NOT_RUN or failure.status in program_codes:
        return
    from claudesess_collector import output_not_run

    if output_not_run.never_began(vocabulary.output_of(failure.message)):
        return
    edits = _blamed(event, failure, part, ran_at)
    if not edits:
        return
    reason = failure.reason(event)
    facts = {"spelling": event.call.spelling, "aim": aim, "attempt": attempt, "agent_id": event.agent_id}
    context = payload.to_json({**facts, "category": event.outcome.category})
    for edit in edits[-MAX_APPROACHES:]:
        event.db.insert(
            "failed_paths",
            session_id=event.session_id,
            timestamp=event.stamp,
            file_path=edit.path,
            approach=_approach(event, edit),
            reason_failed=f"{failure.tried}: {reason}" if reason else failure.tried,
            context=context,
            still_relevant=1,
        )


# Programs that change files which they name, and such as change any.
_CHANGE_NAMED = frozenset("sed gsed mv rm cp truncate unlink tee Remove-Item Move-Item Copy-Item Set-Content".split())
_CHANGE_ANY = frozenset("perl patch rsync unzip tar dos2unix rename".split())
_CHANGE_BY_GIT = frozenset(
    "git checkout|git restore|git stash|git stash pop|git stash apply|git reset|git revert|git apply|git am|git clean"
    "|git rm|git mv|git pull|git merge|git rebase|git cherry-pick|git read-tree".split("|")
)
_MEND = frozenset("--fix --write -w -i --in-place fmt format fix --unsafe-fixes".split())
_CHANGED = "changed: "  # in the place of an aim: what may have changed, by the hash of a name, or anything
_ANYTHING = "*"
_MOST_NAMES = 20
_OF_PATTERNS = frozenset("*?[{$` ")


def may_have_changed(event: "Event") -> "list[str]":
    """Return hashes of the names of what a command may have changed and the client does not tell; `*` is anything."""
    if payload.field(event.payload, "tool_response", "bashEditDiff") is not None:
        return []
    from claudesess_collector.command_programs import program
    from claudesess_collector.command_split import flat

    names: "dict[str, None]" = {}
    for segment in flat(event.text("tool_input", "command") or ""):
        runs = program(segment)
        words = [bare(word) for word in segment.words[1:] if not word.startswith(("-", "<"))]
        if runs.name in _CHANGE_NAMED and runs.kind != PROBE:
            found = words[1:] if runs.name in ("sed", "gsed") else words
        elif runs.family in _CHANGE_BY_GIT:
            found = words[words.index("--") + 1 :] if "--" in words else []
        elif segment.writes and runs.name not in _CHANGE_ANY:
            found = [segment.written]
        elif runs.name in _CHANGE_ANY or _runs_anything(runs) or (runs.kind == CHECK and _mends(segment.words)):
            found = []
        else:
            continue
        if not found or any("." not in word.strip("./") or not _OF_PATTERNS.isdisjoint(word) for word in found):
            return [_ANYTHING]
        names.update(dict.fromkeys(payload.short_hash(last_name(posix(word))) for word in found))
    return list(names) if len(names) <= _MOST_NAMES else [_ANYTHING]


def _runs_anything(runs: "Program") -> bool:
    """Say whether a script, or code of one line that does more than look, runs: it may change any file."""
    return runs.kind == RUN and (runs.family == "script" or runs.family.endswith(" -c"))


def _mends(words: "list[str]") -> bool:
    """Say whether a check is told to mend what it finds, or is one that always does."""
    return not _MEND.isdisjoint(words) or ("black" in words and "--check" not in words)


def note_what_may_have_changed(event: "Event") -> None:
    """Note what a command may have changed while its session has something to mend."""
    for name in event.fact("may_have_changed", may_have_changed) or ():
        event.db.run(
            "INSERT INTO claudesess_checks (session_id, aim, targets, ran_at) VALUES (?, ?, '[]', ?)"
            " ON CONFLICT (session_id, aim) DO UPDATE SET ran_at = excluded.ran_at",
            (event.session_id, f"{_CHANGED}{name}", event.stamp),
        )


def _may_have_changed(event: "Event", path: str, since: str) -> bool:
    """Say whether a command may have changed a file since, of which an old client does not tell."""
    names = (_CHANGED + payload.short_hash(last_name(posix(path))), _CHANGED + _ANYTHING)
    later = "SELECT 1 FROM claudesess_checks WHERE session_id = ? AND aim IN (?, ?) AND ran_at > ? LIMIT 1"
    return event.db.value(later, (event.session_id, *names, since)) is not None


def acquit(event: "Event", aim: str, agent_id: "Optional[str]") -> None:
    """Its check passed: take back what was said of edits that stand as they were made, for they were not at fault.

    Those that were held against the edits of whom it had failed last.
    """
    rejected = event.db.rows(
        "SELECT id, file_path, approach, timestamp FROM failed_paths WHERE session_id = ? AND still_relevant = 1"
        " AND instr(context, ?) AND instr(context, ?)",
        (event.session_id, f'"aim": "{aim}"', f'"agent_id": {payload.to_json(agent_id)}'),
    )
    made = _made(event, {path for _, path, _, _ in rejected})
    for row_id, path, approach, at in rejected:
        edits = made.get(path, [])
        own = [edit for edit in edits if edit.at <= at and _approach(event, edit) == approach]
        if not own or any(_touches(later, own[-1]) for later in edits if later.claim_id > own[-1].claim_id):
            continue
        if not _may_have_changed(event, path, at):
            event.db.run("DELETE FROM failed_paths WHERE id = ?", (row_id,))


def _made(event: "Event", paths: "set[str]") -> "dict[str, list[Edit]]":
    """Return the session's edits of some files, in their order, by file."""
    found: "dict[str, list[Edit]]" = {}
    for path in paths:
        rows = event.db.rows(f"{_EDITS} AND c.file_path = ? ORDER BY c.id", (event.session_id, path))
        found[path] = [Edit(row) for row in rows]
    return found


_MAY_REPLACE = ("Write", "MultiEdit", "NotebookEdit")  # whose patch does not always tell


def _touches(later: "Edit", edit: "Edit") -> bool:
    """Say whether an edit removed lines that an earlier one had added, or may have: of some nobody knows the lines."""
    is_unknown = not later.removed and later.operation in _MAY_REPLACE
    if edit.added is None or later.removed is None or is_unknown:
        return True
    return not set(edit.added.split()).isdisjoint(later.removed.split())


def _approach(event: "Event", edit: "Edit") -> str:
    return vocabulary.approach(edit.operation, aims.relative(edit.path, event.project_dir), edit.snippet)


def _blamed(event: "Event", failure: "Failure | KeptFailure", part: "Part", ran_at: str) -> "list[Edit]":
    runs = event.db.rows(
        "SELECT aim, targets, ran_at, passed_at FROM claudesess_checks WHERE session_id = ? AND aim NOT LIKE ?",
        (event.session_id, f"{_CHANGED}%"),
    )
    after = max([ran_at, *(ran for aim, _, ran, _ in runs if aim == part.aim)])
    tested = [part.folder or event.project_dir, *chain_targets.paths(part.targets)]
    edits = [edit for edit in _edits(event, after) if not all(checkouts.is_in_another(edit.plain, at) for at in tested)]
    if not edits:
        return []
    names = [posix_name(name, posix(event.project_dir)) for name in failure.paths()]
    edits = [edit for edit in edits if _is_from_here(event, edit, names)]
    passes = [(payload.parse_list(targets), at) for _, targets, _, at in runs if at is not None]
    edits = [
        edit for edit in edits if not any(at >= edit.at and _passes_over(targets, edit.plain) for targets, at in passes)
    ]
    removals = _removals(event, edits)
    edits = [edit for edit in edits if not _is_taken_back(event, edit, removals.get(edit.path, []))]
    edits = [
        edit for edit in edits if edit.plain not in part.targets or part.category != "test" or _blames(failure, edit)
    ]
    about = _about(event, failure, part, edits, names)
    if about is None:
        last = max([after, *(ran for _, _, ran, _ in runs)])
        return [edit for edit in edits if edit.at > last]
    return about


def _edits(event: "Event", after: str) -> "list[Edit]":
    rows = event.db.rows(
        f"{_EDITS} AND c.timestamp > ? AND c.timestamp <= ? ORDER BY c.id DESC LIMIT {_MOST_EDITS}",
        (event.session_id, after, event.run_began),
    )
    return [Edit(row) for row in reversed(rows)]


class Edit:
    """An edit, as the claim of its file and what is kept at hand of it tell."""

    __slots__ = ("added", "agent_id", "at", "claim_id", "operation", "path", "plain", "removed", "snippet")

    def __init__(self, row: "tuple[Any, ...]") -> None:
        self.claim_id: int = row[0]
        self.path: str = row[1]
        self.plain = posix(self.path)
        self.operation: str = row[2]
        self.snippet: "Optional[str]" = row[3]
        self.agent_id: "Optional[str]" = row[4]
        self.at: str = row[5]
        self.added: "Optional[str]" = row[6]  # hashes of lines
        self.removed: "Optional[str]" = row[7]


def _is_from_here(event: "Event", edit: "Edit", names: "list[str]") -> bool:
    """Say whether an edit was made by who ran the check, or by a child whose file the output names."""
    if edit.agent_id == event.agent_id:
        return True
    if not any(_is_file(edit.plain, name) for name in names):
        return False
    return edit.agent_id in _family(event)


def _family(event: "Event") -> "set[Optional[str]]":
    """Return who ran the check, and the agents below."""
    parents = event.db.rows(
        "SELECT key, value FROM session_metrics WHERE session_id = ? AND event_type = 'subagent_parent'",
        (event.session_id,),
    )
    family = {event.agent_id}
    while True:
        more = {child for child, parent in parents if parent in family} - family
        if not more:
            return family
        family |= more


def _is_file(path: str, name: str) -> bool:
    return path == name or path.endswith("/" + name.lstrip("./"))


def _passes_over(targets: "list[str]", path: str) -> bool:
    """Say whether a run over its targets says something of a file: it lies there, or a test is named after it."""
    for target in targets:
        if chain_targets.lies_below(path, target):
            return not any(target.startswith("?") for target in targets)
    own = [target for target in chain_targets.paths(targets) if not checkouts.is_in_another(target, path)]
    return any(_stem(path) in _parts(target) for target in own)


def _stem(path: str) -> str:
    return last_name(path).partition(".")[0]


def _parts(target: str) -> "set[str]":
    """Return what a test's name says it is about: `test_calc.py` and `calc.test.ts` are about `calc`."""
    stem = _stem(target)
    found = {stem}
    for mark in ("test_", "_test", "Test", "_spec", "Spec", "Tests"):
        found.add(stem.removeprefix(mark).removesuffix(mark))
    return found


def _removals(event: "Event", edits: "list[Edit]") -> "dict[str, list[tuple[int, set[str]]]]":
    """Return which lines the session's edits removed from the files of some, by file: (claim, hashes of lines)."""
    paths = list({edit.path for edit in edits if edit.added})
    if not paths:
        return {}
    rows = event.db.rows(
        "SELECT c.file_path, c.id, e.removed FROM file_claims c JOIN claudesess_edits e ON e.claim_id = c.id"
        " WHERE c.session_id = ? AND c.timestamp <= ? AND e.removed IS NOT NULL"
        f" AND c.file_path IN ({', '.join('?' * len(paths))})",
        (event.session_id, event.run_began, *paths),
    )
    found: "dict[str, list[tuple[int, set[str]]]]" = {}
    for path, claim_id, removed in rows:
        found.setdefault(path, []).append((claim_id, set(removed.split())))
    return found


def _is_taken_back(event: "Event", edit: "Edit", removals: "list[tuple[int, set[str]]]") -> bool:
    """Say whether nothing of an edit was tested: it only removed, only restored, or was undone before the run."""
    if edit.added is None:
        return False
    added = set(edit.added.split())
    if not added:
        return True
    claims = [claim_id for claim_id, lines in removals if claim_id != edit.claim_id and added <= lines]
    if any(claim_id > edit.claim_id for claim_id in claims):
        return True  # undone
    # What had been there before is restored, unless that was rejected itself.
    return bool(claims) and not event.db.value(
        "SELECT 1 FROM failed_paths WHERE session_id = ? AND approach = ? LIMIT 1",
        (event.session_id, _approach(event, edit)),
    )


def _blames(failure: "Failure | KeptFailure", edit: "Edit") -> bool:
    """Say whether the message blames the test file itself."""
    return failure.blames_itself() and failure.mentions(last_name(edit.plain))


def _about(
    event: "Event", failure: "Failure | KeptFailure", part: "Part", edits: "list[Edit]", names: "list[str]"
) -> "Optional[list[Edit]]":
    """Return the edits of files that the output names, or that those import by name; None where it names none."""
    paths = {edit.plain for edit in edits}
    named = [name for name in names if "/usr/lib/" not in name and "site-packages" not in name]
    targets = [target for target in part.targets if _stem(target) and "." in last_name(target)]
    if not named and not targets:
        return None
    direct = {path for path in paths if any(_is_file(path, name) for name in named)}
    imported, is_read = set(), False
    folders = list(dict.fromkeys([part.folder or event.project_dir, event.project_dir]))
    for name in [*named[:_NAMED], *targets[:_TARGETS]]:
        text = _text(event, name, folders)
        is_read = is_read or text is not None
        for path in paths - direct:
            stem = _stem(path)
            if stem in _OF_ANY_FOLDER:
                continue
            if (text is not None and _imports(text, stem)) or stem in _parts(name):
                imported.add(path)
    if direct | imported:
        return [edit for edit in edits if edit.plain in direct or edit.plain in imported]
    return [] if is_read else None


def _text(event: "Event", name: str, folders: "list[str]") -> "Optional[str]":
    from claudesess_collector import files

    for folder in folders:
        try:
            path = native(joined(folder, name), event.project_dir)
            text = files.head_of(event.place.disk(path), _READ)
        except OSError:
            continue
        return text.decode("utf-8", "replace")
    return None


def _imports(text: str, stem: str) -> bool:
    """Say whether a line that imports names a module."""
    for line in text.split("\n"):
        words = line.split(None, 1)
        if (
            words and words[0].strip("({#") in ("import", "from", "use", "require", "include", "alias", "const", "mod")
        ) or "require" in line:
            cleaned = "".join(char if char.isalnum() or char == "_" else " " for char in line)
            if stem in cleaned.split():
                return True
    return False
