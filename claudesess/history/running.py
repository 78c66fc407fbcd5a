"""Import many sessions: several processes, a database per project, whole sessions or none."""

from __future__ import annotations

import re
import signal
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from claudesess.history import importing, workers
from claudesess.history.find import Session
from claudesess.history.importing import Outcome
from claudesess.history.workers import Crew, Task
from claudesess.locations import SESSION_FILE, SKIPPED_FOLDERS

MUCH = 16 << 20  # bytes; less is read before another process has started


@dataclass(frozen=True)
class Plan:
    """What is to be done.

    Attributes
    ----------
    tasks : tuple of Task
        The largest first.
    n_unchanged : int
        Sessions of which nothing new was written since the last import.
    faults : tuple of str
        Sessions that cannot be imported, and why.
    """

    tasks: tuple[Task, ...]
    n_unchanged: int
    faults: tuple[str, ...]


def database_of(project_dir: str, into: Path | None) -> Path:
    r"""Return a project's database: in the project itself, or below `into`, in the folders of its path.

    So a project is called by its own folder's name, and by more only where two have the same. A folder that
    no search for databases would look into gets another name.

    Examples
    --------
    >>> str(database_of("/home/dev/calc", Path("past")))
    'past/home/dev/calc/.claude-session.db'
    >>> str(database_of("C:\\work\\.cache", Path("past")))
    'past/C/work/.cache_/.claude-session.db'
    """
    if into is None:
        return Path(project_dir) / SESSION_FILE
    parts = [part.strip(":") for part in re.split(r"[\\/]+", project_dir)]
    named = [f"{part}_" if part in SKIPPED_FOLDERS else part for part in parts if part not in ("", ".", "..")]
    return into.joinpath(*named) / SESSION_FILE


def plan(sessions: Iterable[Session], into: Path | None) -> Plan:
    """Order the work: what is new, by the files that may tell of the same lines.

    Parameters
    ----------
    sessions
        What was found.
    into
        Folder for the databases; None: each project's own.
    """
    faults = []
    groups: dict[tuple[Path, str], list[Session]] = defaultdict(list)
    for session in sessions:
        database = database_of(session.project_dir, into)
        if into is None and not Path(session.project_dir).is_dir():
            where = f"{session.project_dir}: the project's folder is not there"
            faults.append(f"{where}; --into keeps session {session.session_id} elsewhere")
        else:
            groups[database, session.first_uuid or session.session_id].append(session)
    sizes = {database: remembered(database) for database, _ in groups}
    tasks, n_unchanged = [], 0
    for (database, _), group in groups.items():
        if all(importing.is_unchanged(session, sizes[database]) for session in group):
            n_unchanged += len(group)
        else:
            tasks.append(Task(tuple(sorted(group, key=lambda one: one.changed_at)), database))
    return Plan(tuple(sorted(tasks, key=lambda task: -task.n_bytes)), n_unchanged, tuple(faults))


def remembered(database: Path) -> dict[str, int]:
    """Return how many bytes of each transcript a database was made from."""
    if not database.is_file():
        return {}
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            return dict(connection.execute("SELECT path, size FROM claudesess_imported"))
    except sqlite3.Error:
        return {}


def run(todo: Plan, crew: Crew, advance: Callable[[int], None]) -> Iterator[Outcome]:
    """Do it; yield what became of each session as it is done.

    Parameters
    ----------
    todo
        The plan.
    crew
        The processes; they are only used when there is much to do.
    advance
        Told the number of bytes that are done with.

    Notes
    -----
    At an interrupt (Ctrl-C) the sessions that are being read are finished and no other is begun; the next
    import goes on from there.
    """
    for database in {task.database for task in todo.tasks}:
        database.parent.mkdir(parents=True, exist_ok=True)
    n_bytes = sum(task.n_bytes for task in todo.tasks)
    work = workers.alone if n_bytes < MUCH else workers.side_by_side
    with _interruptible() as is_stopped:
        for task, outcomes in work(todo.tasks, crew, is_stopped):
            advance(task.n_bytes)
            yield from outcomes


@contextmanager
def _interruptible() -> Iterator[Callable[[], bool]]:
    """Turn the first Ctrl-C into a wish to stop; a second one interrupts."""
    stopped = False

    def note(number: int, frame: FrameType | None) -> None:
        nonlocal stopped
        if stopped:
            raise KeyboardInterrupt
        stopped = True

    before = signal.signal(signal.SIGINT, note)
    try:
        yield lambda: stopped
    finally:
        signal.signal(signal.SIGINT, before)
