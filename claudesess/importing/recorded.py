"""What databases hold of sessions already; they are only read."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from claudesess_collector import payload, worktrees
from claudesess_collector.project import RULES
from claudesess_collector.system import strange_part
from claudesess_collector.vocabulary import SESSION_FILE, SKIPPED_FOLDERS

from claudesess import files, text
from claudesess.transcripts.find import SessionFiles
from claudesess.transcripts.lines import moment_ms

_LONG_NAME = 200  # bytes
_FIRST_EVENT = "SELECT min(timestamp) FROM hook_events WHERE session_id = ?"
_EVENT_AT = "SELECT 1 FROM hook_events WHERE session_id = ? AND timestamp = ? LIMIT 1"
_BY_HOOKS = "NOT instr(payload_summary, '\"imported\": true')"
_PROJECT = "SELECT value FROM project_state WHERE key = 'project_dir'"


def database_of(project_dir: str, into: Path | None) -> Path:
    r"""Return a project's database: in the project itself, or below `into`, in the folders of its path.

    So a project is called by its own folder's name, and by more only where two have the same; a worktree by
    its repository's and its own. A folder that no search for databases would look into gets another name.

    Examples
    --------
    >>> str(database_of("/home/dev/calc", Path("past")))
    'past/home/dev/calc/.claude-session.db'
    >>> str(database_of("/home/dev/calc/.claude/worktrees/fix", Path("past")))
    'past/home/dev/calc@fix/.claude-session.db'
    >>> str(database_of("C:\\work\\.cache", Path("past")))
    'past/C/work/.cache_/.claude-session.db'
    """
    if into is None:
        return Path(project_dir) / SESSION_FILE
    root, worktree = worktrees.owner(project_dir)
    folder = root if worktree is None else f"{root}@{worktree}"
    parts = [_on_disk(part.strip(":")) for part in re.split(r"[\\/]+", folder)]
    named = [f"{part}_" if part in SKIPPED_FOLDERS else part for part in parts if part not in ("", ".", "..")]
    return into.joinpath(*named) / SESSION_FILE


def _on_disk(part: str) -> str:
    """Return a folder's name, or another one where it is too long or no plain text."""
    plain = text.plain(part).encode()[:_LONG_NAME].decode("utf-8", "ignore")
    return part if plain == part else f"{plain}~{payload.short_hash(part)}"


class Recorded:
    """What the databases below a folder hold, or each project's own.

    Parameters
    ----------
    into
        Folder of the databases; None: each project's own.
    """

    def __init__(self, into: Path | None) -> None:
        self._into = into
        self._sizes = cache(self._read_sizes)
        self._database = cache(self._find_database)

    def database(self, session: SessionFiles) -> Path:
        """Return the database that a session belongs into."""
        return self._database(session.project_dir)

    def is_unchanged(self, session: SessionFiles) -> bool:
        """Say whether all files of a session were read to their end, and judged by the rules of today."""
        sizes = self._sizes(self.database(session))
        return all(sizes.get(files.key(path)) == (files.size(path), RULES) for path in session.paths)

    def is_imported(self, session: SessionFiles) -> bool:
        """Say whether a session's own transcript was read before."""
        main = session.main
        return main is not None and files.key(main) in self._sizes(self.database(session))

    def has_recorded(self, session: SessionFiles, moment: str) -> bool:
        """Say whether hooks, or an import, told of a session what a line of that moment tells."""
        at_ms = moment_ms(moment)
        if session.head.at == moment:  # its first line: what tells it tells of its start
            first = self._first(session, _FIRST_EVENT)
            return first is not None and at_ms is not None and first <= at_ms
        at = moment.replace("T", " ").rstrip("Z")
        return bool(_rows(self.database(session), _EVENT_AT, session.session_id, at))

    def first_hook_ms(self, session: SessionFiles) -> int | None:
        """Return the time of the first event that hooks told of a session."""
        return self._first(session, f"{_FIRST_EVENT} AND {_BY_HOOKS}")

    def _first(self, session: SessionFiles, sql: str) -> int | None:
        ((first,),) = _rows(self.database(session), sql, session.session_id) or [(None,)]
        return None if first is None else moment_ms(f"{first}Z")

    def _find_database(self, project_dir: str) -> Path:
        """Return the database by its name, or the one that the project got before its worktree was gone."""
        named = database_of(project_dir, self._into)
        return (
            named
            if self._into is None or files.is_regular(named)
            else self._by_project.get(project_dir, named)
        )

    @cached_property
    def _by_project(self) -> dict[str, Path]:
        files = sorted(self._into.rglob(SESSION_FILE)) if self._into is not None else []
        return {project: file for file in files for (project,) in _rows(file, _PROJECT)}

    @staticmethod
    def _read_sizes(database: Path) -> dict[str, tuple[int, int]]:
        """Return how many bytes of each transcript a database was made from, and by which rules."""
        rows = _rows(database, "SELECT path, size, rules FROM claudesess_imported") or _rows(
            database, "SELECT path, size, 0 FROM claudesess_imported"
        )
        return {path: (size, rules) for path, size, rules in rows}


def _rows(database: Path, sql: str, *values: str) -> list[tuple[Any, ...]]:
    """Ask a database that may not be there, or be none; an import says so later."""
    if not files.is_regular(database) or strange_part(str(database)) is not None:
        return []
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            return connection.execute(sql, values).fetchall()
    except sqlite3.Error:
        return []
