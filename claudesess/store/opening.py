"""Open databases: find them, and hold each as it is now until its tables are asked for."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from datetime import tzinfo
from pathlib import Path
from typing import TypeVar

from claudesess.errors import ClaudesessError, DatabaseError, NothingFoundError
from claudesess.files import real
from claudesess.store import cache, find, lake
from claudesess.store import scope as scoping
from claudesess.store.engine import Store
from claudesess.store.lake import Lake
from claudesess.store.scope import Asked, Moment, Scope
from claudesess.store.shelf import Shelf
from claudesess.zones import zone_of

Seen = TypeVar("Seen")


def open_store(
    *paths: str | Path,
    since: Moment = None,
    until: Moment = None,
    projects: str | Sequence[str] | None = None,
    zone: str | tzinfo | None = None,
) -> Store:
    """Open session databases as one store; the files stay untouched, and may be in use.

    Parameters
    ----------
    *paths
        Files, folders (searched at every depth for ``.claude-session.db``), globs, and lakes: folders that
        `claudesess export` wrote.
    since, until
        Only sessions that began at `since` or later and before `until`: a date (its midnight), a time, or
        ISO text, in `zone` unless it names one. A session is in or out as a whole, so that no chain, agent
        or window is cut. One that began before `since` is out even if it went on (`Store.problems` counts
        those); one that began before `until` is in to its end. So two stores that meet at a moment share no
        session. A session whose times are not known is out. For rows without a session, their own time
        counts.
    projects
        Only databases of this project, or of these: the project's folder (with its worktrees), as
        `session_covariates` names it, or the last part of it.
    zone
        The time zone in which days are cut, for everything that goes by day: a zone's name, ``"local"`` for
        the zone of this machine, None for UTC. Times in frames are UTC all the same.

    Returns
    -------
    Store
        All rows that were committed when it opened, each with `db`, the label of its file. A table is read
        when it is first asked for, and kept in the user's cache folder unless ``CLAUDESESS_CACHE=off``. What
        could not be read is listed in `Store.problems`; a file that cannot be read does not affect the
        others.

    Raises
    ------
    NothingFoundError
        No database at any of the places, or none was named.
    DatabaseError
        None of the databases could be read; the message says which, why, and what to do.
    QuestionError
        `since` or `until` is no time, or there is no such project or zone.

    Examples
    --------
    >>> from claudesess import open_store, samples
    >>> open_store(samples.sample_path("other-writer")).databases.db.tolist()
    ['other-writer']
    >>> store = open_store(samples.sample_path("workshop"), since="2026-10-12", until="2026-10-19")
    >>> int(store.sql("SELECT count(*) AS n FROM sessions").n[0])
    11
    """
    cut_in = zone_of(zone)
    asked = scoping.scope(since, until, projects, cut_in)
    files, lakes, unfound = found(paths)
    shelf = Shelf(cache.of_user(os.environ))
    try:
        labels = find.labels(files)
        faults = shelf.open(list(zip(labels, files, strict=True)), unfound)
        shelf.add(lake.labelled(lakes, labels))
        if not shelf.sources:
            raise _nothing_opened(files, [*unfound, *faults])
        store = _within(shelf, asked, cut_in)
        store.asked = Asked(tuple(str(Path(path).expanduser().absolute()) for path in paths), asked)
        return store
    except BaseException:
        shelf.close()
        raise


def open_labelled(path: Path, db: str, *, is_kept: bool = True) -> Store:
    """Open one database under the label that it has among others.

    Parameters
    ----------
    path
        The file.
    db
        Its label.
    is_kept
        What is read is kept for the next time; not of a file that will be gone by then.

    Raises
    ------
    DatabaseError
        It could not be read.
    """
    shelf = Shelf(cache.of_user(os.environ) if is_kept else None)
    try:
        faults = shelf.open([(db, path)], [])
        if faults:
            raise faults[0]
        return Store(shelf)
    except BaseException:
        shelf.close()
        raise


def _within(shelf: Shelf, asked: Scope, zone: tzinfo) -> Store:
    """Return a store of what is asked for: what that is, is asked of a store of everything."""
    if asked.projects is not None:
        labels = [source.db for source in shelf.sources]
        shelf.only(_seen(shelf, lambda every: scoping.databases_of(every, labels, asked.projects or ())))
    kept = _seen(shelf, lambda every: scoping.kept(every, asked)) if asked.is_of_time else None
    return Store(shelf, kept, zone)


def _seen(shelf: Shelf, look: Callable[[Store], Seen]) -> Seen:
    every = Store(shelf)
    try:
        return look(every)
    finally:
        every.leave()


def found(paths: Iterable[str | Path]) -> tuple[list[Path], list[Lake], list[DatabaseError]]:
    """Find the databases and lakes at all the places, each once, and what stood in the way.

    Raises
    ------
    NothingFoundError
        No place is named, or something is no path.
    """
    if not paths:
        raise NothingFoundError(
            "No path was given. Name a file, a folder or a glob: open_store('~/projects')."
        )
    files: dict[Path, Path] = {}
    lakes: dict[Path, Lake] = {}
    faults: list[DatabaseError] = []
    for path in paths:
        if not isinstance(path, str | Path) or not str(path):
            raise NothingFoundError(
                f"{path!r} is no path. Name each as text: open_store('a.db', '~/projects')."
            )
        place = Path(path).expanduser()
        if lake.is_lake(place):
            try:
                lakes.setdefault(real(place), lake.read(place))
            except DatabaseError as fault:
                faults.append(fault)
            continue
        there, unfound = find.databases(path)
        faults += unfound
        for file in there:
            files.setdefault(real(file), file)
    return list(files.values()), list(lakes.values()), faults


def _nothing_opened(files: list[Path], faults: list[DatabaseError]) -> ClaudesessError:
    message = "\n".join(str(fault) for fault in faults)
    if not files:
        return NothingFoundError(message)
    return faults[0] if len(faults) == 1 else ClaudesessError(f"No database could be read:\n{message}")
