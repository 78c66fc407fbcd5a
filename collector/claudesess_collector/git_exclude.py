"""Keep the database, and what lies beside it, out of git, whichever way the collector was installed.

One line in the repository's own `info/exclude`, which is never committed itself and serves all of its worktrees. Where
that file says anything of the database already, it stays as it is: somebody decided.
"""

import os

from claudesess_collector import files
from claudesess_collector.vocabulary import OURS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

_LINE = f"{OURS}*\n".encode()
_MAX = 1 << 20  # bytes of an exclude file that are looked at; a longer one is nobody's list of patterns


def keep_out(folder: str, root: str = "") -> None:
    """Exclude our files in the repository that holds a folder, if there is one; what goes wrong is left as it is."""
    try:
        git = _repository(folder, root)
        if git is not None:
            _exclude(os.path.join(git, "info"))
    except (OSError, ValueError):
        pass


def top(folder: str, root: str) -> "Optional[str]":
    """Return the folder at or above a folder, but not above the root, that holds `.git`."""
    while not os.path.exists(os.path.join(folder, ".git")):
        parent = os.path.dirname(folder)
        if parent == folder or len(parent) < len(root):
            return None
        folder = parent
    return folder


def _repository(folder: str, root: str) -> "Optional[str]":
    """Return the folder in which a repository keeps what its worktrees share."""
    holder = top(folder, root)
    if holder is None:
        return None
    git = os.path.join(holder, ".git")
    if os.path.isfile(git):  # a worktree, a submodule
        git = _named_in(git, "gitdir:", holder)
    common = os.path.join(git, "commondir")
    if os.path.isfile(common):
        git = _named_in(common, "", git)
    is_one = os.path.isfile(os.path.join(git, "HEAD")) and os.path.isdir(os.path.join(git, "objects"))
    return git if is_one else None


def _named_in(file: str, label: str, start: str) -> str:
    """Return the folder that a file of git names."""
    content = files.head_of(file, 4096).decode("utf-8", "surrogateescape")
    if not content.startswith(label):
        raise ValueError("no file of git's")
    return os.path.normpath(os.path.join(start, content[len(label) :].strip()))


def _exclude(folder: str) -> None:
    path = os.path.join(folder, "exclude")
    if os.path.islink(folder) or os.path.islink(path):
        return
    os.makedirs(folder, exist_ok=True)
    no_link = getattr(os, "O_NOFOLLOW", 0)
    descriptor = files.open_regular(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | no_link, 0o644)
    try:
        if os.fstat(descriptor).st_nlink > 1:  # another name for somebody's file
            return
        there = os.read(descriptor, _MAX)
        patterns = [line for line in there.splitlines() if not line.lstrip().startswith(b"#")]
        if len(there) < _MAX and not any(OURS[:-1].encode() in pattern for pattern in patterns):
            gap = b"\n" if there and not there.endswith(b"\n") else b""
            os.write(descriptor, gap + _LINE)
    finally:
        os.close(descriptor)
