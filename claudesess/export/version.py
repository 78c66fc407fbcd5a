"""A folder that becomes the lake all at once: whoever reads finds the export before, or this one, no half."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from claudesess import files
from claudesess.errors import ClaudesessError
from claudesess.store.lake import CURRENT, MANIFEST, VERSIONS, LakeFile

if sys.platform != "win32":
    import fcntl

_LOCK = "lock"


@contextmanager
def alone(place: Path) -> Iterator[None]:
    """Make the folder of a lake, and be the only one who writes into it.

    Raises
    ------
    ClaudesessError
        The folder holds other things, another export is writing into it, or it cannot be written.
    """
    versions = place / VERSIONS
    with _said_of(place):
        _check_ours(place)
        versions.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(versions / _LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        _lock(descriptor, place)
        yield
    finally:
        os.close(descriptor)


class Version:
    """One export while it is written; nobody sees it before `commit`."""

    def __init__(self, place: Path) -> None:
        self.n_written = 0
        self._place = place
        self._folder = place / VERSIONS / f"export-{secrets.token_hex(6)}"
        self._before = files.real(place / VERSIONS / CURRENT)
        self._kept: list[str] = []

    def put(self, path: str, content: bytes) -> None:
        """Write a file; one that the export before has, too, is taken over."""
        if self._content_before(path) == content:
            self.keep(path)
        else:
            self._put(path, content)
            self.n_written += 1

    def is_sound(self, file: LakeFile) -> bool:
        """Say whether a file of the export before is as it was written."""
        content = self._content_before(file.path)
        return content is not None and hashlib.sha256(content).hexdigest() == file.sha256

    def keep(self, path: str) -> None:
        """Take over a file of the export before, which nobody changes."""
        self._kept.append(path)

    def commit(self, manifest: str, names: Iterable[str]) -> None:
        """Put it in force, under `names` too, and remove the export before."""
        for path in self._kept:
            self._take(path)
        self._put(MANIFEST, manifest.encode())
        versions = self._place / VERSIONS
        for name in (*names, MANIFEST):
            with suppress(FileExistsError):
                (self._place / name).symlink_to(Path(VERSIONS, CURRENT, name))
        link = versions / f"{self._folder.name}.link"
        link.symlink_to(self._folder.name)
        link.replace(versions / CURRENT)
        self.leave()

    def leave(self) -> None:
        """Remove all that is not in force, of exports that were killed too."""
        versions = self._place / VERSIONS
        in_force = files.real(versions / CURRENT).name
        for left in versions.iterdir():
            if left.is_symlink():
                if left.name != CURRENT:
                    left.unlink()
            elif left.is_dir() and left.name != in_force:
                shutil.rmtree(left, ignore_errors=True)

    def _content_before(self, path: str) -> bytes | None:
        try:
            return files.read_regular(self._before / path, sys.maxsize)
        except OSError:
            return None

    def _put(self, path: str, content: bytes) -> None:
        self._in_its_folder(path, lambda target: target.write_bytes(content))

    def _take(self, path: str) -> None:
        source = self._before / path

        def taken(target: Path) -> None:
            try:
                os.link(source, target)
            except OSError:
                shutil.copyfile(source, target)

        self._in_its_folder(path, taken)

    def _in_its_folder(self, path: str, write: Callable[[Path], object]) -> None:
        target = self._folder / path
        try:
            write(target)
        except FileNotFoundError:
            target.parent.mkdir(parents=True, exist_ok=True)
            write(target)


@contextmanager
def written(place: Path) -> Iterator[Version]:
    """Return a version to write; what goes wrong leaves the export before in force.

    Raises
    ------
    ClaudesessError
        It cannot be written.
    """
    version = Version(place)
    with _said_of(place):
        try:
            yield version
        finally:
            version.leave()


@contextmanager
def _said_of(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ClaudesessError(f"{place} cannot be written ({error.strerror or error}).") from error


def _check_ours(place: Path) -> None:
    if place.is_dir() and not (place / VERSIONS).is_dir():
        if any(place.iterdir()):
            raise ClaudesessError(f"{place} holds other things. Name a new folder, or a lake of before.")
    elif (place / VERSIONS / CURRENT).exists() and not (place / VERSIONS / CURRENT).is_symlink():
        raise ClaudesessError(f"{place} is a copy of a lake: it is for reading. Name a new folder.")


def _lock(descriptor: int, place: Path) -> None:
    if sys.platform != "win32":
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ClaudesessError(f"Another export is writing into {place}. Wait for it.") from None
