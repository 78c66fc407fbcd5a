"""What was read of a database is kept for the next time, in the user's cache folder.

Layout: ``<folder>/<format>/<hash of the database's path>/``: ``entry.json``, whose first line is the digest
of the rest, and the Parquet files that it names, each by the digest of its bytes. Nothing in it is believed
unseen: docs/decisions/lazy-store.md.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from hashlib import blake2b
from pathlib import Path
from stat import S_ISREG
from typing import Any

from claudesess import files
from claudesess.contracts import RAW
from claudesess.store.load import Part, Problem, TableFacts

VARIABLE = "CLAUDESESS_CACHE"
OFF = "off"
#: The least recently used goes first.
MOST_BYTES = 2 << 30
#: All that is kept is measured when the bound may be passed, or after a day.
_MEASURED_FOR = 24 * 3600

_ENTRY = "entry.json"
_OPEN = "open"  # folders of stores that are open now
_IN_USE = "held"
_BYTES = "bytes"  # in the folder of a format: how many it held when it was measured, and what came since
#: Rules of reading: a change of what a cell or the digest of a page becomes is another format; so are other
#: columns.
_RULES = 3
_COLUMNS = [(name, [(c.name, c.dtype) for c in contract.columns]) for name, contract in RAW.items()]


@dataclass(frozen=True)
class Entry:
    """What is kept of one database as it was at one moment."""

    moment: str
    bytes: int
    writer: str | None
    others: tuple[Problem, ...] = ()  # what is said of the file beside its tables
    damage: Mapping[str, str] = field(default_factory=dict)  # by table
    tables: Mapping[str, TableFacts] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        """Whether every table is kept of this moment: then the file itself need not be read."""
        return self.of_moment.keys() >= RAW.keys()

    @property
    def of_moment(self) -> dict[str, TableFacts]:
        """The tables that were read of this moment; the others are of moments before."""
        return {name: facts for name, facts in self.tables.items() if facts.moment == self.moment}


class Cache:
    """The folder, which is made when there is something to keep."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._places: dict[Path, Path] = {}  # to find one looks at each folder above a database

    def working_folder(self) -> Path:
        """Make a folder for a store that opens, on the disk of the cache: what it uses is linked into it.

        Raises
        ------
        OSError
            The cache cannot be used.
        """
        _make(self.folder)
        if not _is_private(self.folder):
            raise PermissionError(f"{self.folder} is not only the user's own")
        _make(self.folder / _OPEN)
        self._forget_left_behind()
        return Path(tempfile.mkdtemp(dir=self.folder / _OPEN))

    def entry(self, path: Path) -> Entry | None:
        """Return what is kept of a database; None for nothing, or for what is not as it was written."""
        place = self._place(path) / _ENTRY
        try:
            summed, _, text = place.read_text(encoding="utf-8").partition("\n")
            if summed != digest(text.encode()):
                return None
            found = _read(json.loads(text))
            os.utime(place)
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None
        return found

    def take(self, path: Path, part: Part, folder: Path) -> bool:
        """Link a part into the folder of a store; False where it is gone, or not as it was written."""
        source, target = (os.path.join(place, part.digest) for place in (self._place(path), folder))  # noqa: PTH118  a path takes longer than a link
        try:
            if not os.path.lexists(target):
                if not (part.digest.isalnum() and S_ISREG(os.lstat(source).st_mode)):
                    return False
                _linked(source, target)
        except OSError:
            return False
        return True

    def keep(self, path: Path, entry: Entry, folder: Path) -> int:
        """Keep an entry and its parts, which lie in `folder`; where that cannot be done, nothing is kept.

        Returns how many bytes more than before that takes.
        """
        place = self._place(path)
        before = _size(_stats(place))
        with contextlib.suppress(OSError):
            _make(self.folder / _format())
            _make(place)
            tables = {}
            for name, facts in entry.tables.items():
                with contextlib.suppress(FileNotFoundError):  # another process has read it anew meanwhile
                    tables[name] = replace(facts, parts=_kept(facts.parts, folder, place))
            text = json.dumps(asdict(replace(entry, tables=tables)), separators=(",", ":"))
            _write(place / _ENTRY, f"{digest(text.encode())}\n{text}".encode())
            named = {part.digest for facts in tables.values() for part in facts.parts}
            for file in place.iterdir():
                if file.name != _ENTRY and file.name not in named:
                    file.unlink()
        return _size(_stats(place)) - before

    def forget(self, path: Path) -> None:
        """Forget a database."""
        shutil.rmtree(self._place(path), ignore_errors=True)

    def grew(self, taken: int) -> None:
        """Count bytes that were kept; trim where the bound may be passed.

        To measure all that is kept looks at every file: with thousands of databases that costs more than
        to open one, so what came since is added to what was measured. Two processes may miss each other's:
        hence the day.
        """
        file = self.folder / _format() / _BYTES
        with contextlib.suppress(OSError, ValueError):
            measured_at = file.stat().st_mtime
            total = int(file.read_text()) + taken
            if 0 <= time.time() - measured_at < _MEASURED_FOR and 0 <= total <= MOST_BYTES:
                _write(file, str(total).encode(), measured_at)
                return
        self.trim()

    def trim(self, most: int | None = None) -> None:
        """Forget the least recently used, and all of other formats, until `most` bytes are left."""
        most = MOST_BYTES if most is None else most
        entries = sorted(self._entries(), key=lambda one: (one[0].parent.name == _format(), one[1]))
        total = sum(size for _, _, size in entries)
        for place, _, size in entries:
            if total <= most and place.parent.name == _format():
                break
            shutil.rmtree(place, ignore_errors=True)
            total -= size
        with contextlib.suppress(OSError):
            _write(self.folder / _format() / _BYTES, str(total).encode())

    def size(self) -> tuple[int, int]:
        """Return how many databases are kept, and how many bytes they take."""
        sizes = [size for _, _, size in self._entries()]
        return len(sizes), sum(sizes)

    def clear(self) -> int:
        """Forget all; return how many bytes that gives back. Open stores keep what they hold."""
        freed = self.size()[1]
        self.trim(-1)
        with contextlib.suppress(OSError):
            self._forget_left_behind()
        return freed

    def _place(self, path: Path) -> Path:
        if path not in self._places:
            self._places[path] = self.folder / _format() / digest(os.fsencode(files.real(path)))
        return self._places[path]

    def _entries(self) -> Iterator[tuple[Path, float, int]]:
        for place in _folders(self.folder):
            for one in _folders(place) if place.name != _OPEN else ():
                files = _stats(one)
                used = max((stat.st_mtime for name, stat in files if name == _ENTRY), default=0.0)
                yield one, used, _size(files)

    def _forget_left_behind(self) -> None:
        """Remove the folders of stores whose process died."""
        for place in _folders(self.folder / _OPEN):
            if _is_left(place):
                shutil.rmtree(place, ignore_errors=True)


def of_user(environ: Mapping[str, str]) -> Cache | None:
    """Return the cache that the environment asks for; None where it is switched off."""
    setting = environ.get(VARIABLE, "")
    if setting.lower() == OFF:
        return None
    if setting:
        return Cache(Path(setting).expanduser().absolute())
    from platformdirs import user_cache_path

    return Cache(user_cache_path("claudesess", appauthor=False))


def hold(folder: Path) -> int | None:
    """Mark the folder of a store as in use, until the file that is returned is closed or the process ends."""
    if sys.platform == "win32":
        return None
    fresh = folder / f"{_IN_USE}.fresh"  # locked before it has its name: a mark without a lock is of the dead
    descriptor = os.open(fresh, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    with contextlib.suppress(OSError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    fresh.replace(folder / _IN_USE)
    return descriptor


def digest_of(path: Path) -> str:
    """Return the digest of a file's bytes."""
    with path.open("rb") as file:
        summed = blake2b(digest_size=16)
        while block := file.read(1 << 20):
            summed.update(block)
    return summed.hexdigest()


if sys.platform != "win32":
    import fcntl


def _is_left(place: Path) -> bool:
    if sys.platform == "win32":
        return False  # a folder in use cannot be removed there; the others go with the temporary files
    try:
        descriptor = os.open(place / _IN_USE, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False  # it is being made
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    else:
        return True
    finally:
        os.close(descriptor)


def _format() -> str:
    return f"v{_RULES}-{digest(repr(_COLUMNS).encode())[:12]}"


def digest(content: bytes) -> str:
    """Return the digest of bytes as text."""
    return blake2b(content, digest_size=16).hexdigest()


def _make(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)


def _is_private(folder: Path) -> bool:
    """Say whether nobody else may write into a folder; ours is for us alone."""
    if sys.platform == "win32":
        return True
    with contextlib.suppress(OSError):
        folder.chmod(0o700)
    stat = folder.stat()
    return stat.st_uid == os.geteuid() and not stat.st_mode & 0o077


def _kept(parts: tuple[Part, ...], folder: Path, place: Path) -> tuple[Part, ...]:
    kept = []
    for part in parts:
        summed = part.digest or digest_of(folder / part.name)
        target = place / summed
        if not target.exists():
            fresh = place / f"{summed}.{secrets.token_hex(4)}"
            try:
                _linked(folder / part.name, fresh)
                fresh.chmod(0o600)
                fresh.replace(target)
            finally:
                fresh.unlink(missing_ok=True)
        kept.append(part._replace(digest=summed))
    return tuple(kept)


def _linked(source: str | Path, target: str | Path) -> None:
    """Give a file that nobody changes a second name, or a copy where that cannot be."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _write(target: Path, content: bytes, written_at: float | None = None) -> None:
    """Put a file in the place of another at once, with its time where that says something of its own."""
    fresh = target.with_name(f"{target.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        if written_at is not None:
            os.utime(fresh, (written_at, written_at))
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)


def _read(entry: dict[str, Any]) -> Entry:
    return Entry(
        entry["moment"],
        entry["bytes"],
        entry["writer"],
        tuple(Problem(**one) for one in entry["others"]),
        entry["damage"],
        {name: _table(entry["tables"][name]) for name in entry["tables"]},
    )


def _table(facts: dict[str, Any]) -> TableFacts:
    return TableFacts(
        facts["rows"],
        tuple(Problem(**one) for one in facts["problems"]),
        tuple(Part(*one) for one in facts["parts"]),
        facts["layout"],
        facts["leaves"],
        facts["moment"],
    )


def _folders(folder: Path) -> list[Path]:
    try:
        return [one for one in folder.iterdir() if one.is_dir() and not one.is_symlink()]
    except OSError:
        return []


def _size(files: list[tuple[str, os.stat_result]]) -> int:
    return sum(stat.st_size for _, stat in files)


def _stats(folder: Path) -> list[tuple[str, os.stat_result]]:
    found = []
    with contextlib.suppress(OSError):
        for one in folder.iterdir():
            with contextlib.suppress(OSError):
                found.append((one.name, one.stat()))
    return found
