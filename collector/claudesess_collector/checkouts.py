"""Which checkout of a repository a path lies in, by the path alone: loaded where a check is judged."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

    Owner = tuple[str, Optional[str]]

# Where worktrees are put by those who make them: below the repository, or beside it.
_BELOW = ("/.claude/worktrees/", "/.worktrees/")
_BESIDE = (".worktrees/", "-worktrees/")


def by_path(folder: str) -> "Owner":
    """Return the repository's main folder, and the worktree's name; None where no worktree shows in the path."""
    path = folder.replace("\\", "/")
    for mark in (*_BELOW, *_BESIDE):
        before, found, rest = path.partition(mark)
        name = rest.split("/", 1)[0]
        if found and name and before.strip("/"):
            return folder[: len(before)], name
    return folder, None


def is_in_another(path: str, other: str) -> bool:
    """Say whether one of two paths lies in a worktree in which the other does not."""
    (folder, name), (other_folder, other_name) = by_path(path), by_path(other)
    return name != other_name or (name is not None and folder != other_folder)
