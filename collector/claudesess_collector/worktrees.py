"""Which repository a project's folder belongs to: worktrees of one repository are one project."""

import os

from claudesess_collector import files
from claudesess_collector.checkouts import by_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

    from claudesess_collector.checkouts import Owner


def owner(folder: str, root: str = "") -> "Owner":
    """Return the repository's main folder, and the worktree's name; None for the main folder itself.

    What the disk says counts; where the folder is gone, its path may say it. A folder of no repository is its own.
    `root` is the folder below which paths are looked up; only replays set it.
    """
    return _by_disk(folder, root) or by_path(folder)


def _by_disk(folder: str, root: str) -> "Optional[Owner]":
    """Return what the `.git` at or above the folder says."""
    top = folder
    while not os.path.lexists(os.path.join(root + top, ".git")):
        parent = os.path.dirname(top)
        if parent == top or not os.path.isdir(root + folder):
            return None
        top = parent
    git = os.path.join(root + top, ".git")
    if os.path.isdir(git):
        return top, None
    try:
        own = _named(git, "gitdir:")
        common = _named(os.path.join(own, "commondir"), "")
    except OSError:  # no worktree: a submodule, say
        return top, None
    main = os.path.dirname(common) if os.path.basename(common) in (".git", ".bare") else common
    main = main[len(root) :] if root and main.startswith(root) else main
    return (main, os.path.basename(own)) if main != top else (top, None)


def _named(file: str, word: str) -> str:
    """Return the path that a file of git's names, seen from the file's folder."""
    found = files.head_of(file, 4096).decode("utf-8", "surrogateescape")
    found = found.partition(word)[2] if word else found
    return os.path.normpath(os.path.join(os.path.dirname(file), found.strip()))
