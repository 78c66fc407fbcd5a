"""Sessions as a trace in Chrome's JSON, which Perfetto opens: a process each, a track per agent."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count
from typing import Any

from claudesess.export.sessions import MAIN, Agent, Call, Run, Session

_NO_NAME = "of unknown kind"
_WAS = {True: "ok", False: "failed", None: "not known"}


def trace(sessions: Iterable[Session]) -> dict[str, Any]:
    """Return sessions as a trace.

    Parameters
    ----------
    sessions
        As `claudesess.export.sessions.sessions` yields them.

    Returns
    -------
    dict
        The JSON object format: `traceEvents`, times in microseconds since 1970 in UTC. A session is a
        process; the main thread and each agent are a track, calls that ran beside others of the same thread
        are on further tracks of it, so that what is drawn inside a slice did happen inside it. A spawn is a
        flow from the one who spawned to the agent's first slice. Failures, prompts, compactions and what else
        happened are instants; how many agents ran, and how large the context was, are counters.
    """
    flows = count(1)
    events: list[dict[str, Any]] = []
    for pid, session in enumerate(sessions, start=1):
        events += _Process(pid, session, flows).events()
    return {"displayTimeUnit": "ms", "traceEvents": events}


class _Process:
    """One session: which tracks it has, and what is on them."""

    def __init__(self, pid: int, session: Session, flows: count[int]) -> None:
        self._pid, self._session, self._flows = pid, session, flows
        self._tracks: dict[tuple[str | None, int], int] = {(None, 0): 1}
        self._runs_of: dict[str | None, list[Run]] = {}
        for run in session.runs:
            self._tid(run.agent_id)
            self._runs_of.setdefault(run.agent_id, []).append(run)

    def events(self) -> list[dict[str, Any]]:
        """Return all that there is to draw, names first, then in the order of time."""
        drawn = [*self._runs(), *self._calls(), *self._spawns(), *self._instants(), *self._counters()]
        # of slices that begin at once the longest first: the others are inside it
        drawn.sort(key=lambda one: (one["ts"], -one.get("dur", 0)))
        return [*self._names(), *drawn]

    def _tid(self, agent_id: str | None, row: int = 0) -> int:
        return self._tracks.setdefault((agent_id, row), len(self._tracks) + 1)

    def _event(self, ph: str, name: str, ts: int, tid: int, **more: Any) -> dict[str, Any]:
        return {"ph": ph, "name": name, "ts": ts, "pid": self._pid, "tid": tid, **more}

    def _names(self) -> list[dict[str, Any]]:
        about = self._session.about
        name = f"Session {about.session_id[:8]}" + (f" of {about.project}" if about.project else "")
        found = [self._event("M", "process_name", 0, 0, args={"name": name})]
        for place, ((agent_id, row), tid) in enumerate(sorted(self._tracks.items(), key=self._place)):
            named = _name(self._session.agents.get(agent_id or ""), agent_id)
            named += f", beside {row}" if row else ""
            found.append(self._event("M", "thread_name", 0, tid, args={"name": named}))
            found.append(self._event("M", "thread_sort_index", 0, tid, args={"sort_index": place}))
        return found

    def _place(self, track: tuple[tuple[str | None, int], int]) -> tuple[int, int]:
        (agent_id, row), _ = track
        return self._tracks[agent_id, 0], row

    def _runs(self) -> list[dict[str, Any]]:
        found = []
        for run in self._session.runs:
            agent = self._session.agents.get(run.agent_id)
            args = _given(task=agent and agent.task, status=agent and agent.status, agent_id=run.agent_id)
            found.append(
                self._event("X", _name(agent, run.agent_id), run.start, self._tid(run.agent_id),
                            dur=run.end - run.start, cat="agent", args=args)
            )  # fmt: skip
        return found

    def _calls(self) -> list[dict[str, Any]]:
        found = []
        free: dict[tuple[str | None, int], int] = {}  # from when on a track holds no call
        for call in self._session.calls:
            row = 0 if self._fits(call) else 1
            while free.get((call.agent_id, row), call.start) > call.start:
                row += 1
            free[call.agent_id, row] = call.end
            tid = self._tid(call.agent_id) if row == 0 else self._tid(call.agent_id, row)
            args = _given(was=_WAS[call.is_ok], file=call.file_path, category=call.category,
                          message=call.message, tool_use_id=call.tool_use_id, time=call.time)  # fmt: skip
            name = call.tool or "call"
            found.append(
                self._event("X", name, call.start, tid, dur=call.end - call.start, cat="call", args=args)
            )
            if call.is_ok is False:
                args = _given(category=call.category)
                found.append(
                    self._event("i", f"{name} failed", call.end, tid, s="t", cat="failure", args=args)
                )
        return found

    def _fits(self, call: Call) -> bool:
        """Whether a call is inside one run of its agent, or outside all: else it would cut a slice."""
        runs = self._runs_of.get(call.agent_id, [])
        return any(run.start <= call.start and call.end <= run.end for run in runs) or all(
            call.end <= run.start or run.end <= call.start for run in runs
        )

    def _spawns(self) -> list[dict[str, Any]]:
        """Return a flow per agent, out of a slice of its own: which call spawned it is not known."""
        found: list[dict[str, Any]] = []
        seen: set[str] = set()
        for run in self._session.runs:
            agent = self._session.agents.get(run.agent_id)
            if agent is None or run.agent_id in seen:
                continue
            seen.add(run.agent_id)
            flow = {"id": next(self._flows), "cat": "spawn"}
            parent = self._tid(agent.parent_id)
            name = f"spawn {agent.kind or _NO_NAME}"
            found += [
                self._event("X", name, run.start, parent, dur=1, cat="spawn"),
                self._event("s", "spawn", run.start, parent, **flow),
                self._event("f", "spawn", run.start, self._tid(run.agent_id), bp="e", **flow),
            ]
        return found

    def _instants(self) -> list[dict[str, Any]]:
        return [
            self._event("i", one.kind.replace("_", " "), one.at, 1, s="t", cat=one.kind,
                        args=_given(what=one.what, text=one.text))
            for one in self._session.moments
        ]  # fmt: skip

    def _counters(self) -> list[dict[str, Any]]:
        changes: dict[int, int] = {}
        for run in self._session.runs:
            changes[run.start] = changes.get(run.start, 0) + 1
            changes[run.end] = changes.get(run.end, 0) - 1
        found, n = [], 0
        for at, change in sorted(changes.items()):
            n += change
            found.append(self._event("C", "agents at once", at, 0, args={"agents": n}))
        for answer in self._session.answers:
            tokens = answer.read_tokens
            if answer.agent_id is None and tokens is not None:
                found.append(self._event("C", "context tokens", answer.at, 0, args={"tokens": tokens}))
        return found


def _name(agent: Agent | None, agent_id: str | None) -> str:
    if agent_id is None:
        return MAIN.capitalize()
    kind = (agent.kind if agent else None) or f"agent {_NO_NAME}"
    return f"{kind}: {agent.task}" if agent and agent.task else kind


def _given(**args: Any) -> dict[str, Any]:
    return {name: value for name, value in args.items() if value is not None}
