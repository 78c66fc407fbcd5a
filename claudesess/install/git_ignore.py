"""Keep session databases out of git: one line in an ignore file that is never committed itself."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Mapping
from itertools import combinations, product
from pathlib import Path

from claudesess import files

#: The database, its log, and what the collector keeps beside it when it cannot write.
PATTERN = ".claude-session.*"
LOCAL_SETTINGS = "**/.claude/settings.local.json"
#: Why a file cannot be replaced, but may be written: it is another user's, or mounted by itself.
_IN_THE_WAY = (errno.EPERM, errno.EACCES, errno.EBUSY, errno.EXDEV)
_MARK = "# claudesess"
#: The mark where the file ended without a line's end, or was empty: `remove` leaves it so again.
_MARK_OF_OPEN_END = "# claudesess (no line's end before)"
#: The mark in a file that was made in a folder which was there before: `remove` leaves that folder.
_MARK_OF_OLD_FOLDER = "# claudesess (the folder was there before)"
_MARKS = (_MARK, _MARK_OF_OPEN_END, _MARK_OF_OLD_FOLDER)


def exclude_file(project: Path) -> Path | None:
    """Return `info/exclude` of the repository that holds a folder, or None outside a repository.

    A worktree shares the file of its main repository; a submodule has its own.
    """
    for folder in [project, *project.parents]:
        git = folder / ".git"
        if git.is_dir():
            return git / "info" / "exclude"
        if git.is_file():
            return _linked(git)
    return None


def user_file(environ: Mapping[str, str], home: Path) -> Path:
    """Return the file of patterns that git ignores in all repositories of this user."""
    command = ["git", "config", "--global", "--type=path", "--get", "core.excludesFile"]
    try:
        asked = subprocess.run(command, capture_output=True, text=True, env=dict(environ), timeout=10)
        named = asked.stdout.strip() if asked.returncode == 0 else ""
    except (OSError, subprocess.SubprocessError):  # no git here: its default place serves the next one
        named = ""
    config = environ.get("XDG_CONFIG_HOME") or home / ".config"
    return Path(named) if named else Path(config) / "git" / "ignore"


def add(file: Path, patterns: list[str]) -> bool:
    """Add patterns to an ignore file where they are missing; say whether anything was added.

    Raises
    ------
    OSError
        The file cannot be read or written.
    """
    text = files.read_regular(file) if file.exists() else None
    lines = [line.strip() for line in (text or b"").splitlines()]
    missing = [pattern for pattern in patterns if pattern.encode() not in lines]
    if not missing:
        return False
    is_old_folder = text is None and file.parent.is_dir()
    file.parent.mkdir(parents=True, exist_ok=True)
    # Our last line has an end, whatever the file had: what a user appends is on a line of its own.
    is_open_ended = text is not None and not text.endswith(b"\n")
    gap = b"\n" if text and is_open_ended else b""
    mark = _MARK_OF_OPEN_END if is_open_ended else _MARK_OF_OLD_FOLDER if is_old_folder else _MARK
    ours = gap + _block(mark, missing)
    if text is None:  # as everybody may read it who works in the repository
        file.write_bytes(ours)
        return True
    try:
        files.replace(file, text + ours)
    except OSError as error:
        if error.errno not in _IN_THE_WAY:
            raise
        with file.open("ab") as out:
            out.write(ours)
    return True


def remove(file: Path, patterns: list[str]) -> bool:
    """Take out what `add` added of these patterns, file and folder if it made them; say if there was any.

    Raises
    ------
    OSError
        The file cannot be read or written.
    """
    if not file.is_file():
        return False
    text = files.read_regular(file)
    for number in range(len(patterns), 0, -1):
        for some, mark in product(combinations(patterns, number), _MARKS):
            head, ours, tail = (b"\n" + text).partition(b"\n" + _block(mark, list(some)))
            if not ours:
                continue
            before = head[1:] + b"\n" if head else b""
            if mark == _MARK_OF_OPEN_END and not tail:
                before = before.removesuffix(b"\n")
            if before or tail or mark == _MARK_OF_OPEN_END:
                files.replace(file, before + tail)
            else:
                file.unlink()
                if mark == _MARK:
                    files.remove_empty(file.parent)
            return True
    return False


def _block(mark: str, patterns: list[str]) -> bytes:
    """Return patterns below a line that says whose they are."""
    return "".join(f"{line}\n" for line in (mark, *patterns)).encode()


def _linked(git: Path) -> Path | None:
    """Follow the `.git` file of a worktree or a submodule."""
    kind, _, target = files.read_regular(git).decode("utf-8", "replace").partition(":")
    if kind != "gitdir" or not target.strip():
        return None
    folder = Path(os.path.normpath(git.parent / target.strip()))
    common = folder / "commondir"
    if common.is_file():
        folder = Path(
            os.path.normpath(folder / files.read_regular(common).decode("utf-8", "replace").strip())
        )
    return folder / "info" / "exclude" if folder.is_dir() else None
