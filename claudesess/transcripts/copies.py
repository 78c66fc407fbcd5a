"""Sessions that began as copies of others: by a fork, a branch, or a resume by an old client.

A copy begins with lines of the other, mostly under their own ids. They are told once: by the first session
of a family.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import islice
from pathlib import Path
from typing import Any

from claudesess import files
from claudesess.importing.recorded import Recorded
from claudesess.transcripts import header
from claudesess.transcripts.find import SessionFiles
from claudesess.transcripts.header import Head
from claudesess.transcripts.lines import Reading, moment_ms
from claudesess.transcripts.parse.events import field
from claudesess.transcripts.searching import named

_BEGINNING = 200  # lines in which a copy names the session that was copied
_NEVER = float("inf")


def families(
    sessions: Iterable[SessionFiles], recorded: Recorded, of: Set[str]
) -> list[tuple[SessionFiles, ...]]:
    """Put sessions together that may have lines in common; of each, the one that tells them comes first.

    Parameters
    ----------
    sessions
        All that were found.
    recorded
        What databases know: who told a line once goes on to be the one.
    of
        Sessions whose families matter; others may not be told their copies.

    Returns
    -------
    list of tuple of SessionFiles
        Every session is in one of them; most are alone.
    """
    found = list(sessions)
    by_name: dict[str, list[SessionFiles]] = {}
    for session in found:
        _unite(by_name, session, {session.session_id, *session.head.ids})
    for session, other in _continued(found, by_name, of):
        _unite(by_name, session, {session.session_id, other.session_id})
    together = {id(family): family for family in by_name.values()}
    return [_ranked(family, recorded) for family in together.values()]


def _unite(by_name: dict[str, list[SessionFiles]], session: SessionFiles, names: set[str]) -> None:
    """Make one family of those that go by any of the names."""
    families = {id(by_name[name]): by_name[name] for name in names if name in by_name}
    members = {one.session_id: one for family in families.values() for one in family}
    family = list((members | {session.session_id: session}).values())
    for one in family:
        names |= {one.session_id, *one.head.ids}
    by_name.update(dict.fromkeys(names, family))


def _continued(
    found: list[SessionFiles], by_name: dict[str, list[SessionFiles]], of: Set[str]
) -> Iterator[tuple[SessionFiles, SessionFiles]]:
    """Yield sessions whose first line stands further down in another's transcript, with that one.

    Such a line says that something was before it: a copy of a session that had been compacted begins there.
    """
    looked_for: set[frozenset[str]] = set()
    for session in found:
        if session.head.is_continued and session.main is not None and session.head.ids not in looked_for:
            looked_for.add(session.head.ids)
            family = by_name[session.session_id]
            for other in _going_on(found, session, session.main.parent):
                matters = any(one.session_id in of for one in (*family, other))
                if matters and other not in family and _holds(other, session.head):
                    yield session, other
                    break


def _going_on(found: list[SessionFiles], session: SessionFiles, folder: Path) -> Iterator[SessionFiles]:
    """Yield the sessions of a folder that were going on when a session's first line was written."""
    at_ms = moment_ms(session.head.at)
    for other in found:
        if at_ms is not None and other.main is not None and other.main.parent == folder:
            began_ms = moment_ms(other.head.at)
            if began_ms is not None and began_ms <= at_ms <= files.changed_at(other.main) * 1000:
                yield other


def _holds(session: SessionFiles, head: Head) -> bool:
    words = dict.fromkeys(head.ids, head.at)
    return session.main is not None and bool(named(session.main, words, _is_called))


def _is_called(line: dict[str, Any], name: str) -> bool:
    return name in header.ids(line)


def _ranked(family: list[SessionFiles], recorded: Recorded) -> tuple[SessionFiles, ...]:
    """Return a family with its copies after what they were copied from.

    Who told a line at which a copy begins goes on to be the one that tells it, and who was read before comes
    before those that were not. Otherwise a copy may name what it was copied from, or tell of its own start
    first; and hooks knew the sessions in their order. Where nothing says so, the one that was written to last
    is the copy: that is so with old clients.
    """
    if len(family) == 1:
        return tuple(family)
    begin = Counter(session.head.at or "" for session in family)
    copied = [at for at in begin if begin[at] > 1 or at == max(begin)]
    recorded_by = {one.session_id for one in family if any(recorded.has_recorded(one, at) for at in copied)}
    origins = {session.session_id: _origin(session) for session in family}

    def rank(session: SessionFiles) -> tuple[float, ...]:
        is_new = bool(recorded_by) and not recorded.is_imported(session)
        began = moment_ms(session.head.began_at)
        moments = [
            _NEVER if moment is None else moment for moment in (began, recorded.first_hook_ms(session))
        ]
        is_told = session.session_id in recorded_by
        return not is_told, is_new, _depth(session.session_id, origins), *moments, session.changed_at

    return tuple(sorted(family, key=rank))


def _origin(session: SessionFiles) -> str | None:
    """Return the session that the first lines of another name as theirs."""
    if session.main is None:
        return None
    for _, line in islice(Reading(session.main).lines(), _BEGINNING):
        origin = field(line, "forkedFrom", "sessionId") or line.get("requestSessionId")
        if isinstance(origin, str) and origin != session.session_id:
            return origin
    return None


def _depth(session_id: str | None, origins: Mapping[str, str | None]) -> int:
    """Return how many copies lie between a session and the first one."""
    passed: set[str] = set()
    while session_id is not None and session_id not in passed:
        passed.add(session_id)
        session_id = origins.get(session_id)
    return len(passed)


class EarlierLines:
    """Lines of a family that its first sessions tell.

    Attributes
    ----------
    ids : set of str
        Theirs, those of their copies too where copies were given ids of their own.
    """

    def __init__(self, family: Sequence[SessionFiles]) -> None:
        self.ids: set[str] = set()
        self._same: dict[str, set[str]] = {}
        for session in family:
            if len(session.head.ids) > 1 and len(family) > 1:
                for ids in _ids_of_lines(session):
                    for name in ids:
                        self._same.setdefault(name, set()).update(ids)

    def add(self, session: SessionFiles) -> None:
        """Add those of a session's own transcript."""
        for ids in _ids_of_lines(session):
            more = set(ids) - self.ids
            while more:
                self.ids |= more
                more = {same for name in more for same in self._same.get(name, ())} - self.ids


def _ids_of_lines(session: SessionFiles) -> Iterator[frozenset[str]]:
    if session.main is not None:
        for _, line in Reading(session.main).lines():
            yield header.ids(line)
