"""What is to be done, and who does what of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from claudesess.transcripts.find import SessionFiles

_SHARE = 8 << 20  # bytes that a process is given at once: what is asked for one by one is waited for
_SHARE_JOBS = 20


@dataclass(frozen=True)
class Job:
    """Sessions that one process reads, one after the other, into one database.

    Attributes
    ----------
    family : tuple of SessionFiles
        Those that may have lines in common, the one that tells them first; mostly a single one.
    todo : frozenset of str
        Those to read, all of one project; of the others only the ids of their lines matter.
    database : Path
        The project's.
    """

    family: tuple[SessionFiles, ...]
    todo: frozenset[str]
    database: Path

    @property
    def sessions(self) -> list[SessionFiles]:
        """Those to read."""
        return [session for session in self.family if session.session_id in self.todo]

    @property
    def project_dir(self) -> str:
        """The project that the database is of."""
        return self.sessions[0].project_dir

    @property
    def n_bytes(self) -> int:
        """Size of their files."""
        return sum(session.n_bytes for session in self.sessions)


class JobQueue:
    """Tasks that nobody has begun, by database."""

    def __init__(self, jobs: Iterable[Job]) -> None:
        self._jobs: dict[Path, deque[Job]] = {}
        for job in jobs:
            self._jobs.setdefault(job.database, deque()).append(job)
        self._databases: dict[int, Path] = {}

    def share(self, worker: int) -> list[Job]:
        """Take jobs of one database for a process; none when nothing waits any more."""
        if not self._jobs:
            return []
        database = self._databases[worker] = self._database_for(worker)
        jobs, n_bytes = self._jobs[database], 0
        share: list[Job] = []
        while jobs and n_bytes < _SHARE and len(share) < _SHARE_JOBS:
            share.append(jobs.popleft())
            n_bytes += share[-1].n_bytes
        if not jobs:
            del self._jobs[database]
        return share

    def _database_for(self, worker: int) -> Path:
        """Return the process's own database, the next that nobody holds, or the one with the most to do.

        Two that write to one file wait for each other, and read again what the other has changed.
        """
        own = self._databases.get(worker)
        if own in self._jobs:
            return own
        free = [database for database in self._jobs if database not in self._databases.values()]
        return free[0] if free else max(self._jobs, key=lambda database: len(self._jobs[database]))
