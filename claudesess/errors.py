"""The errors of claudesess: each message names the file, what is wrong with it, and what to do."""

from __future__ import annotations

from pathlib import Path

from claudesess import text

#: The engine's word for Ctrl-C while it works.
INTERRUPTED = "Query interrupted"


class ClaudesessError(Exception):
    """Anything that claudesess refuses to do; the message is meant for people."""


class NothingFoundError(ClaudesessError):
    """No session database at the places that were named."""


class DatabaseError(ClaudesessError):
    """One database file cannot be read.

    Parameters
    ----------
    path
        The file.
    problem
        What is wrong with it, as a clause: ``"is empty"``.
    fix
        What the reader of the message can do about it, as a sentence.
    """

    def __init__(self, path: str | Path, problem: str, fix: str) -> None:
        super().__init__(text.plain(f"{path} {problem}. {fix}"))
        self.path = Path(path)
        self.problem = problem
        self.fix = fix


class QueryError(ClaudesessError):
    """A question to the store that cannot be answered; the message is the engine's own."""


class ContractError(ClaudesessError):
    """A frame does not hold what its contract promises, or a relation has no such column."""


class QuestionError(ClaudesessError, ValueError):
    """A question that cannot be asked: a name that is not there, an option that is out of range."""
