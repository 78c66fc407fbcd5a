"""Open databases: find them, and hold each as it is now until its tables are asked for."""

from __future__ import annotations

import os
from pathlib import Path

from claudesess.errors import ClaudesessError, DatabaseError, NothingFoundError
from claudesess.store import cache, find
from claudesess.store.engine import Store
from claudesess.store.shelf import Shelf


def open_store(*paths: str | Path) -> Store:
    """Open session databases as one store; the files stay untouched, and may be in use.

    Parameters
    ----------
    *paths
        Files, folders (searched at every depth for ``.claude-session.db``) and globs.

    Returns
    -------
    Store
        All rows committed at the moment of opening, each with `db`, the label of its file; a table is read
        when it is first asked for, and kept in the user's cache folder unless ``CLAUDESESS_CACHE=off``. What
        could not be read is in `Store.problems`; a file that cannot be read does not lose the others.

    Raises
    ------
    NothingFoundError
        No database at any of the places, or none was named.
    DatabaseError
        None of the databases could be read; the message says which, why, and what to do.

    Examples
    --------
    >>> from claudesess import open_store, samples
    >>> open_store(samples.sample_path("other-writer")).databases.db.tolist()
    ['other-writer']
    """
    files, unfound = _found(paths)
    shelf = Shelf(cache.of_user(os.environ))
    try:
        faults = shelf.open(list(zip(find.labels(files), files, strict=True)), unfound)
        if not shelf.sources:
            raise _nothing_opened(files, [*unfound, *faults])
        return Store(shelf)
    except BaseException:
        shelf.close()
        raise


def _found(paths: tuple[str | Path, ...]) -> tuple[list[Path], list[DatabaseError]]:
    if not paths:
        raise NothingFoundError(
            "No path was given. Name a file, a folder or a glob: open_store('~/projects')."
        )
    files: dict[Path, Path] = {}
    faults: list[DatabaseError] = []
    for path in paths:
        if not isinstance(path, str | Path) or not str(path):
            raise NothingFoundError(
                f"{path!r} is no path. Name each as text: open_store('a.db', '~/projects')."
            )
        found, unfound = find.databases(path)
        faults += unfound
        for file in found:
            files.setdefault(file.resolve(), file)
    return list(files.values()), faults


def _nothing_opened(files: list[Path], faults: list[DatabaseError]) -> ClaudesessError:
    message = "\n".join(str(fault) for fault in faults)
    if not files:
        return NothingFoundError(message)
    return faults[0] if len(faults) == 1 else ClaudesessError(f"No database could be read:\n{message}")
