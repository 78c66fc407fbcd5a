"""Sessions as other tools are told of them: who ran when, which calls, what else; times in microseconds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import pandas as pd

from claudesess import text

if TYPE_CHECKING:
    from claudesess.store import Store

Word = Callable[[str], str]
"""Says what a text of the data is told as."""
Row = TypeVar("Row")

MAIN = "main thread"


class Run(NamedTuple):
    """One time during which an agent ran."""

    agent_id: str
    start: int
    end: int


class Agent(NamedTuple):
    """One spawned agent; `parent_id` None is the main thread, or not known."""

    agent_id: str
    kind: str | None
    task: str | None
    parent_id: str | None
    status: str | None
    is_ended: bool


class Call(NamedTuple):
    """One tool call that ended; where its length is not known it begins when it ends.

    Of one that is imported the length is of tools or permission.
    """

    call_id: int
    agent_id: str | None
    tool: str | None
    tool_use_id: str | None
    start: int
    end: int
    is_ok: bool | None
    file_path: str | None
    category: str | None
    message: str | None
    is_imported: bool

    @property
    def time(self) -> str | None:
        """What its length is made of, where that is not the tool alone."""
        return text.TOOLS_OR_PERMISSION if self.is_imported and self.end > self.start else None


class Moment(NamedTuple):
    """What else happened; `kind` is one of `claudesess.contracts.derived.HAPPENINGS`."""

    place: int
    kind: str
    at: int
    what: str | None
    text: str | None


class Answer(NamedTuple):
    """One answer of the model, with its tokens."""

    answer_id: int
    message_id: str | None
    at: int
    model: str | None
    agent_id: str | None
    input_tokens: int | None
    output_tokens: int | None
    cache_read_tokens: int | None
    cache_write_tokens: int | None

    @property
    def read_tokens(self) -> int | None:
        """All tokens that were read, from the cache and kept in it too; None where none is known."""
        counts = (self.input_tokens, self.cache_read_tokens, self.cache_write_tokens)
        return None if counts == (None, None, None) else sum(one or 0 for one in counts)


class About(NamedTuple):
    """What a session is."""

    db: str
    session_id: str
    project: str | None
    model: str | None
    client_version: str | None
    start: int | None
    end: int | None
    is_open: bool


class Session(NamedTuple):
    """One session; all lists in the order of their beginning. What no time is known of is left out."""

    about: About
    agents: dict[str, Agent]
    runs: list[Run]
    calls: list[Call]
    moments: list[Moment]
    answers: list[Answer]

    @property
    def span(self) -> tuple[int, int] | None:
        """From the first moment of anything to the last; None where no time is known."""
        times = [time for run in self.runs for time in (run.start, run.end)]
        times += [time for call in self.calls for time in (call.start, call.end)]
        times += [one.at for one in self.moments] + [one.at for one in self.answers]
        times += [time for time in (self.about.start, self.about.end) if time is not None]
        return (min(times), max(times)) if times else None


FULLEST = """
SELECT db, session_id FROM sessions
QUALIFY row_number() OVER (PARTITION BY session_id ORDER BY n_tool_calls DESC, n_hook_events DESC, db) = 1"""
"""Of each session the copy with the most calls: several databases may tell of it."""

_ABOUT = f"""
SELECT s.db, s.session_id, c.project, s.model, c.client_version, epoch_us(s.started_at) AS start,
    epoch_us(coalesce(s.ended_at, s.last_seen_at)) AS "end", s.is_open
FROM sessions AS s JOIN ({FULLEST}) USING (db, session_id) JOIN session_covariates AS c USING (db, session_id)
ORDER BY s.db, s.started_at NULLS LAST, s.session_id"""
#: Each begins with the id of the session; what is made of the rest is the tuple of the same order.
_PARTS = {
    Agent: """
SELECT session_id, agent_id, agent_type, task_description, parent_id, status, is_ended
FROM agent_runs WHERE db = $db ORDER BY spawned_at NULLS LAST, agent_id""",
    Run: """
SELECT session_id, agent_id, epoch_us(start_at), epoch_us(end_at)
FROM agent_spans WHERE db = $db ORDER BY start_at, end_at, agent_id""",
    Call: """
SELECT c.session_id, c.call_id, c.agent_id, c.tool, c.tool_use_id,
    epoch_us(least(coalesce(c.began_at, c.ended_at), c.ended_at)) AS start, epoch_us(c.ended_at), c.is_ok,
    coalesce(c.file_path, e.file_path), e.error_category, e.error_message,
    c.is_imported
FROM tool_calls AS c LEFT JOIN error_log AS e ON e.db = c.db AND e.id = c.error_id
WHERE c.db = $db AND c.ended_at IS NOT NULL AND NOT c.is_refused ORDER BY start, c.call_id""",
    Moment: """
SELECT session_id, place, "event", epoch_us(happened_at), what, "text"
FROM session_events WHERE db = $db AND happened_at IS NOT NULL AND "event" NOT IN ('call', 'agent', 'wait')
ORDER BY session_id, place""",
    Answer: """
SELECT session_id, answer_id, message_id, epoch_us(answered_at), model, agent_id, input_tokens, output_tokens,
    cache_read_tokens, cache_write_tokens
FROM model_answers WHERE db = $db AND answered_at IS NOT NULL ORDER BY answered_at, answer_id""",
}


def sessions(store: Store, session_id: str | None = None, *, word: Word = str) -> Iterator[Session]:
    """Tell the sessions of a store, each once: of a session in several databases the fullest.

    Parameters
    ----------
    store
        An open store.
    session_id
        Only this one: the client's id, or how it begins.
    word
        Says what texts of the data are told as, such as pseudonyms: names, paths, ids and all else that is
        text. What kind of thing something is stays as it is.

    Yields
    ------
    Told
        By database, then by time. One database is held at a time.

    Raises
    ------
    ClaudesessError
        No session begins so, or several do: the message lists them.
    """
    about = store.sql(_ABOUT)
    if session_id is not None:
        about = about[about["session_id"] == store.session(session_id)["session_id"].iloc[0]]
    for db, sessions in about.groupby("db", sort=False):
        parts = {
            kind: _by_session(kind, store.sql(query, {"db": db}), word) for kind, query in _PARTS.items()
        }
        for row in _rows(sessions):
            own = row[1]
            yield Session(
                About._make(_worded(row, word)),
                {one.agent_id: one for one in parts[Agent].get(own, [])},
                *(parts[kind].get(own, []) for kind in (Run, Call, Moment, Answer)),
            )


def _by_session(kind: Any, frame: pd.DataFrame, word: Word) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = {}
    kept = kind._fields.index("kind") if kind is Moment else -1  # a word of ours
    for session, *cells in _rows(frame):
        found.setdefault(session, []).append(kind._make(_worded(cells, word, kept)))
    return found


def _rows(frame: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    """Yield rows whose missing cells are None, and whose numbers are Python's own."""
    columns = [frame.iloc[:, place] for place in range(frame.shape[1])]
    return zip(
        *(column.astype(object).where(column.notna(), None).tolist() for column in columns), strict=True
    )


def _worded(cells: Any, word: Word, kept: int = -1) -> list[Any]:
    return [
        word(cell) if isinstance(cell, str) and place != kept else cell for place, cell in enumerate(cells)
    ]
