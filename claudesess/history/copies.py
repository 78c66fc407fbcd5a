"""Sessions that began as copies of others: by a fork, a branch, or a resume by an old client.

A copy begins with lines of the other, mostly under their own ids. They are told once: by the first session
of a family.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from itertools import islice
from pathlib import Path

from claudesess.history import heads
from claudesess.history.find import Session
from claudesess.history.heads import Head
from claudesess.history.known import Known
from claudesess.history.lines import Reading, moment_ms
from claudesess.history.searching import held
from claudesess.history.told import field

_BEGINNING = 200  # lines in which a copy names the session that was copied
_NEVER = float("inf")


def families(sessions: Iterable[Session], known: Known, of: Set[str]) -> list[tuple[Session, ...]]:
    """Put sessions together that may have lines in common; of each, the one that tells them comes first.

    Parameters
    ----------
    sessions
        All that were found.
    known
        What databases know: who told a line once goes on to be the one.
    of
        Sessions whose families matter; others may not be told their copies.

    Returns
    -------
    list of tuple of Session
        Every session is in one of them; most are alone.
    """
    found = list(sessions)
    by_name: dict[str, list[Session]] = {}
    for session in found:
        _unite(by_name, session, {session.session_id, *session.head.ids})
    for session, other in _continued(found, by_name, of):
        _unite(by_name, session, {session.session_id, other.session_id})
    together = {id(family): family for family in by_name.values()}
    return [_ranked(family, known) for family in together.values()]


def _unite(by_name: dict[str, list[Session]], session: Session, names: set[str]) -> None:
    """Make one family of those that go by any of the names."""
    families = {id(by_name[name]): by_name[name] for name in names if name in by_name}
    members = {one.session_id: one for family in families.values() for one in family}
    family = list((members | {session.session_id: session}).values())
    for one in family:
        names |= {one.session_id, *one.head.ids}
    by_name.update(dict.fromkeys(names, family))


def _continued(
    found: list[Session], by_name: dict[str, list[Session]], of: Set[str]
) -> Iterator[tuple[Session, Session]]:
    """Yield sessions whose first line stands further down in another's transcript, with that one.

    Such a line says that something was before it: a copy of a session that had been compacted begins there.
    """
    looked_for: set[frozenset[str]] = set()
    for session in found:
        if session.head.is_continued and session.main is not None and session.head.ids not in looked_for:
            looked_for.add(session.head.ids)
            for other in _going_on(found, session, session.main.parent):
                matters = session.session_id in of or other.session_id in of
                if matters and other not in by_name[session.session_id] and _holds(other, session.head):
                    yield session, other


def _going_on(found: list[Session], session: Session, folder: Path) -> Iterator[Session]:
    """Yield the sessions of a folder that were going on when a session's first line was written."""
    at_ms = moment_ms(session.head.at)
    for other in found:
        if at_ms is not None and other.main is not None and other.main.parent == folder:
            began_ms = moment_ms(other.head.at)
            if began_ms is not None and began_ms <= at_ms <= other.main.stat().st_mtime * 1000:
                yield other


def _holds(session: Session, head: Head) -> bool:
    words = {f'"uuid":"{name}"': head.at for name in head.ids}
    return session.main is not None and bool(held(session.main, words))


def _ranked(family: list[Session], known: Known) -> tuple[Session, ...]:
    """Return a family with its copies after what they were copied from.

    Who told the first line that was copied goes on to be the one that tells it. Otherwise a copy may name
    what it was copied from, or tell of its own start first; and hooks knew the sessions in their order. Where
    nothing says so, the one that was written to last is the copy: that is so with old clients.
    """
    if len(family) == 1:
        return tuple(family)

    copied = max(session.head.at or "" for session in family)

    def rank(session: Session) -> tuple[bool | float, ...]:
        began = moment_ms(session.head.began_at)
        moments = [_NEVER if moment is None else moment for moment in (began, known.first_hook_ms(session))]
        return not known.has_told(session, copied), _names_another(session), *moments, session.changed_at

    return tuple(sorted(family, key=rank))


def _names_another(session: Session) -> bool:
    """Say whether the first lines of a session name another one as theirs."""
    if session.main is None:
        return False
    for _, line in islice(Reading(session.main).lines(), _BEGINNING):
        origin = field(line, "forkedFrom", "sessionId") or line.get("requestSessionId")
        if origin is not None and origin != session.session_id:
            return True
    return False


def line_ids(session: Session) -> set[str]:
    """Return the ids of all lines of a session's own transcript, and of those that they were copied from."""
    if session.main is None:
        return set()
    return {name for _, line in Reading(session.main).lines() for name in heads.ids(line)}
