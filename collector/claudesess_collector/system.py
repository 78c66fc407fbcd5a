"""What every event asks of the operating system, without `os`: to import that costs a tenth of a bare interpreter."""

import sys

try:
    from posix import _exit as leave
    from posix import environ, lstat, read, stat
except ImportError:  # another system: the same, dearer
    from os import _exit as leave
    from os import environ, lstat, read, stat  # type: ignore[assignment]

__all__ = [
    "REGULAR",
    "is_file",
    "is_folder",
    "joined",
    "kind_of",
    "last_name",
    "leave",
    "normal",
    "read",
    "size_of",
    "strange_part",
    "variable",
]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional

REGULAR = 0o100000
_FOLDER = 0o040000
_KIND = 0o170000
_ENVIRON: "Any" = environ
_IN_BYTES = isinstance(next(iter(_ENVIRON), b""), bytes)


#: The files with patterns of secrets of their own that the project and the user at work have.
own_secrets: "tuple[str, ...]" = ()


def variable(name: str) -> str:
    """Return an environment variable, '' when it is not set."""
    found = _ENVIRON.get(name.encode() if _IN_BYTES else name) or ""
    return found if isinstance(found, str) else found.decode(sys.getfilesystemencoding(), "surrogateescape")


def kind_of(path: str, look: "Callable[[str], Any]" = lstat) -> "Optional[int]":
    """Return what stands at a path itself (`REGULAR`, or another kind), None when nothing does."""
    try:
        kind: int = look(path).st_mode & _KIND
    except (OSError, ValueError):
        return None
    return kind


def is_file(path: str) -> bool:
    """Return `os.path.isfile(path)`."""
    return kind_of(path, stat) == REGULAR


def is_folder(path: str) -> bool:
    """Return `os.path.isdir(path)`."""
    return kind_of(path, stat) == _FOLDER


def strange_part(path: str) -> "Optional[str]":
    """Return what of a database, its file or one beside it, is there and no regular file; None where nothing is.

    SQLite would wait for a pipe there, whatever its timeout, and write to a device.
    """
    for part in (path, path + "-journal", path + "-wal", path + "-shm"):
        if kind_of(part) not in (None, REGULAR):
            return part
    return None


def size_of(path: str) -> int:
    """Return a file's size in bytes, 0 when there is none."""
    try:
        return lstat(path).st_size
    except (OSError, ValueError):
        return 0


def posix(path: str) -> str:
    r"""Return a path of Windows as the shells of Unix spell it there: `C:\a` is `/c/a`; any other as it is."""
    if path[1:2] == ":" and path[2:3] in ("\\", "/", "") and path[0].isalpha():
        rest = path[2:].replace("\\", "/")
        while "//" in rest:
            rest = rest.replace("//", "/")
        return f"/{path[0].lower()}{rest}"
    return path


def native(path: str, project_dir: str) -> str:
    """Return a path that is spelled as on Unix as this machine spells it, by the folder of the project."""
    base = posix(project_dir)
    return project_dir + path[len(base) :] if base != project_dir and path.startswith(f"{base}/") else path


def posix_name(name: str, base: str) -> str:
    """Return the name of a file that a program of Windows printed, maybe without the drive that `base` is on."""
    if "\\" not in name:
        return name
    spelled = posix(name).replace("\\", "/")
    is_bare = spelled.startswith("/") and name.startswith("\\") and base[:1] == "/" and base[2:3] == "/"
    return f"{base[:2]}{spelled}" if is_bare else spelled


def last_name(path: str) -> str:
    """Return the last name of a path; a slash at its end is none."""
    return path.rstrip("/").rpartition("/")[2]


def joined(folder: str, path: str) -> str:
    """Return `os.path.join(folder, path)`."""
    if path.startswith("/"):
        return path
    return folder + path if not folder or folder.endswith("/") else f"{folder}/{path}"


def normal(path: str) -> str:
    """Return `os.path.normpath(path)`; most paths are normal already."""
    if path and path[0] != "." and path[-1] != "/" and "//" not in path and "/." not in path:
        return path
    import os.path

    return os.path.normpath(path)
