"""Branch, head and changed files of the project's repository, which may be anybody's: nothing that it names is run."""

import os

from claudesess_collector import files
from claudesess_collector.git_exclude import top
from claudesess_collector.privacy_redact import redact
from claudesess_collector.system import last_name
from claudesess_collector.vocabulary import OURS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

    from claudesess_collector.event import Place

LISTED = 50
_ANSWER_S = 0.6  # SessionEnd has 1.5 s for all hooks together
# What makes git run a program, or look elsewhere, during `status`. A repository that sets one of these is not asked.
_RISKY = ("fsmonitor", "[filter", "[include", "hookspath", "worktree", "sshcommand")


def state(place: "Place") -> "Optional[dict[str, Any]]":
    """Return branch, head and changed files; None outside a repository, or when git does not answer in time."""
    project = place.disk(place.project_dir)
    folder = top(project, place.root)
    if folder is None or not _is_plain(os.path.join(folder, ".git")):
        return None
    import subprocess

    command = ["git", "--no-optional-locks", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null",
               "status", "--porcelain=v2", "--branch", "-z", "--ignore-submodules=all"]  # fmt: skip
    try:
        done = subprocess.run(
            command,
            cwd=project,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_ANSWER_S,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return _read_status(done.stdout.decode("utf-8", "replace").split("\0")) if done.returncode == 0 else None


def _is_plain(git: str) -> bool:
    """Say whether a repository is an ordinary one whose own configuration runs nothing."""
    try:
        if os.path.isfile(git):  # a worktree or a submodule: its folder lies in the `.git` of an ordinary repository
            target = files.head_of(git, 4096).decode("utf-8", "surrogateescape").partition("gitdir:")[2].strip()
            target = os.path.normpath(os.path.join(os.path.dirname(git), target))
            main, found, _ = target.rpartition("/.git/")
            if not found or not os.path.isdir(main):
                return False
            git = f"{main}/.git"
        config = files.head_of(os.path.join(git, "config"), 65536).decode("utf-8", "replace").lower()
    except OSError:
        return False
    return not any(word in config for word in _RISKY)


def _read_status(entries: "list[str]") -> "dict[str, Any]":
    """Read `git status --porcelain=v2 --branch -z`."""
    found: "dict[str, Any]" = {"branch": None, "head": None, "changed": []}
    fields = {"1": 8, "2": 9, "u": 10, "?": 1}
    skip = False
    for entry in entries:
        if skip:
            skip = False
        elif entry.startswith("# branch.oid ") and "(initial)" not in entry:
            found["head"] = entry[13:]
        elif entry.startswith("# branch.head ") and "(detached)" not in entry:
            found["branch"] = redact(entry[14:])
        elif entry[:1] in fields:
            path = entry.split(" ", fields[entry[0]])[-1]
            if not last_name(path).startswith(OURS):
                found["changed"].append(path)
            skip = entry[0] == "2"  # a rename is followed by its old name
    found["changed"] = found["changed"][:LISTED]
    return found
