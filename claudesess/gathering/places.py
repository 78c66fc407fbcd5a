"""Where the databases of a fleet are: files, folders, globs, and URLs that fsspec can read."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from claudesess_collector.vocabulary import SESSION_FILE

from claudesess import extras
from claudesess.errors import DatabaseError
from claudesess.files import changed_at
from claudesess.store import find, opening

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+(::|://)")
_MAGIC = re.compile(r"[*?\[]")
_OF_LAKE = "open_store(...) reads it; a fleet is asked of the databases that it was made of."
_FETCH = "Check the address, and that this machine may read it."


class Place(NamedTuple):
    """One database of a fleet: its number, its label among all, its path or URL."""

    number: int
    db: str
    path: str

    @property
    def is_url(self) -> bool:
        """Whether it is copied before it is opened."""
        return is_url(self.path)


def is_url(path: str | Path) -> bool:
    """Whether a path is a URL; a Windows drive is none.

    Examples
    --------
    >>> is_url("s3://team/a.db"), is_url("memory://a.db"), is_url("C:/a.db"), is_url("/home/a.db")
    (True, True, False, False)
    """
    return bool(_URL.match(str(path)))


def places(paths: str | Path | Iterable[str | Path]) -> tuple[list[Place], list[DatabaseError]]:
    """Find the databases of a fleet, each with a label that sets it apart from the others.

    Parameters
    ----------
    paths
        Files, folders (searched at every depth for ``.claude-session.db``), globs; URLs of the same.

    Returns
    -------
    places, faults
        In order of the paths; a fault for every path that holds nothing.

    Raises
    ------
    NothingFoundError
        Nothing is named.
    """
    given = [paths] if isinstance(paths, str | Path) else list(paths)
    files: list[str] = []
    faults: list[DatabaseError] = []
    for path in given or [""]:
        found, unfound = _of_url(str(path)) if is_url(path) else _of_path(path)
        files += found
        faults += unfound
    files = list(dict.fromkeys(files))
    labels = find.labels(Path(re.sub(r"^.*(://|::)", "/", file)) for file in files)
    return [Place(number, *each) for number, each in enumerate(zip(labels, files, strict=True))], faults


def _of_path(path: str | Path) -> tuple[list[str], list[DatabaseError]]:
    files, lakes, faults = opening.found([path] if str(path) else [])
    faults += [DatabaseError(lake.place, "is a lake, not a database", _OF_LAKE) for lake in lakes]
    return [os.path.abspath(file) for file in files], faults  # noqa: PTH100  keeps a link's name


def _of_url(url: str) -> tuple[list[str], list[DatabaseError]]:
    try:
        system, path = _opened(url)
        if _MAGIC.search(path):
            found = [one for one in system.glob(path) if not system.isdir(one)]
        elif system.isdir(path):
            found = [one for one in system.find(path) if posixpath.basename(one) == SESSION_FILE]
        else:
            return [url], []
    except (OSError, ValueError, ImportError) as error:
        return [], [DatabaseError(url, f"cannot be listed ({error})", _FETCH)]
    if not found:
        return [], [DatabaseError(url, f"holds no {SESSION_FILE}", "Check the address.")]
    return [system.unstrip_protocol(one) for one in sorted(found)], []


def _opened(url: str) -> tuple[Any, str]:
    with extras.needed("dask", "A URL"):
        from fsspec.core import url_to_fs
    system, path = url_to_fs(url)
    return system, path


def copied(place: Place, folder: Path) -> Path:
    """Copy the database of a URL, and its log where it has one.

    Raises
    ------
    DatabaseError
        It cannot be fetched.
    """
    try:
        system, path = _opened(place.path)
        file = folder / SESSION_FILE
        system.get_file(path, str(file))
        if system.exists(f"{path}-wal"):
            system.get_file(f"{path}-wal", f"{file}-wal")
    except FileNotFoundError:
        raise DatabaseError(place.path, "does not exist", "Check the address.") from None
    except extras.MissingExtraError:
        raise
    except (OSError, ValueError, ImportError) as error:
        raise DatabaseError(place.path, f"cannot be fetched ({error})", _FETCH) from error
    return file


def written_at(place: Place) -> datetime | None:
    """Return when a database or its log was last written, by the clock of where it lies; None: not known."""
    with suppress(OSError, NotImplementedError, ValueError):
        if place.is_url:
            system, path = _opened(place.path)
            at: datetime = system.modified(path)
            return at if at.tzinfo else at.replace(tzinfo=UTC)
        at_s = max(changed_at(Path(f"{place.path}{end}")) for end in ("", "-wal"))
        return datetime.fromtimestamp(at_s, UTC) if at_s else None
    return None
