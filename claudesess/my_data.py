"""My data: what every command looks at where nothing is named."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from claudesess_collector.vocabulary import SESSION_FILE

from claudesess.errors import NothingFoundError

Origin = Literal["given", "project", "imported", "sample"]

_WITHOUT_ROWS = 128 << 10  # bytes of a database whose tables hold nothing, or a row or two
_NONE = "There is no data yet: no {file} in {folder} or above, and nothing was imported."


class MyData(NamedTuple):
    """What a command looks at.

    Attributes
    ----------
    paths
        As `open_store` takes them.
    origin
        How they were come by: given, the project one is in, imported, or the sample that is made up.
    """

    paths: tuple[str, ...]
    origin: Origin

    @property
    def is_next_to_nothing(self) -> bool:
        """Whether its files are no larger than tables without rows: a folder may hold more than it seems.

        Examples
        --------
        >>> find(is_sample=True).is_next_to_nothing, find(["."]).is_next_to_nothing
        (False, False)
        """
        files = [Path(path).expanduser() for path in self.paths]
        if not all(file.is_file() for file in files):
            return False
        logs = [file.with_name(f"{file.name}-wal") for file in files]
        return sum(file.stat().st_size for file in (*files, *logs) if file.is_file()) <= _WITHOUT_ROWS


def find(given: Sequence[str | Path] = (), *, is_sample: bool = False, folder: Path | None = None) -> MyData:
    """Say which databases are meant.

    Parameters
    ----------
    given
        Paths that were named: they are meant, whatever else there is.
    is_sample
        The made-up sample is asked for.
    folder
        Where one is; the working folder when None.

    Returns
    -------
    MyData
        What is given; else the database of the project one is in, its own folder or one above it; else the
        folder that `claudesess import` fills.

    Raises
    ------
    NothingFoundError
        Nothing is given, and nothing is there; the message says what to do.

    Examples
    --------
    >>> find(["shop/.claude-session.db"])
    MyData(paths=('shop/.claude-session.db',), origin='given')
    """
    if given:
        return MyData(tuple(map(str, given)), "given")
    if is_sample:
        from claudesess import samples

        return MyData((str(samples.sample_path("workshop")),), "sample")
    here = (folder or Path()).absolute()
    for above in (here, *here.parents):
        if (above / SESSION_FILE).is_file():
            return MyData((str(above / SESSION_FILE),), "project")
    transcribed = imported()
    if next(transcribed.rglob(SESSION_FILE), None) is not None:
        return MyData((str(transcribed),), "imported")
    from claudesess.beginning import beginning

    raise NothingFoundError(beginning(here).error_text(_NONE.format(file=SESSION_FILE, folder=here)))


def imported() -> Path:
    """Return the folder that `claudesess import` fills: the user's data, not any project."""
    return _kept() / "past"


def pages(*, is_sample: bool = False) -> Path:
    """Return the folder in which `claudesess start` leaves its pages."""
    return _kept() / ("report-of-sample" if is_sample else "report")


def notes() -> Path:
    """Return the file in which `claudesess note` keeps what was changed."""
    return _kept() / "notes.jsonl"


def notebooks() -> Path:
    """Return the folder in which `claudesess lab` lays out the notebooks."""
    return _kept() / "notebooks"


def pseudonyms_key() -> Path:
    """Return the file that holds the key of the user's pseudonyms."""
    return _kept() / "pseudonyms.key"


def _kept() -> Path:
    """Return the folder of the user's data."""
    import platformdirs

    return platformdirs.user_data_path("claudesess")
