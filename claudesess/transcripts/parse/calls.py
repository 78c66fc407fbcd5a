"""Tool calls of one transcript: what was asked for in one line, and how it went in another one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from typing import Any, NamedTuple

from claudesess_collector import vocabulary

from claudesess.transcripts.lines import text_of
from claudesess.transcripts.parse import events
from claudesess.transcripts.parse.events import Call, Change, field

_DAY_MS = 86_400_000
_CLOCK_MS = 100  # a result's line may be stamped so much before its call's
_WAITED_MS = 5_000  # an agent that ran so much less than its call took had to wait for leave


class _Result(NamedTuple):
    """A result whose call was not read yet."""

    line: dict[str, Any]
    block: dict[str, Any]
    at_ms: int
    offset: int


class Calls:
    """The calls that have no result yet, and the results that have no call yet: lines stand in any order.

    An id is none by itself: gateways give the same one to one call after the other. A result belongs to the
    call whose line it names as its parent, else to the one of this turn, else to the last one.

    Parameters
    ----------
    links
        Which agent a call launched, from the side files.
    own_file
        Agents that have a transcript of their own.

    Attributes
    ----------
    inline : set of str
        Agents, called by their calls, of which the same file tells (old clients).
    """

    def __init__(self, links: Mapping[str, str], own_file: Set[str] = frozenset()) -> None:
        self.inline: set[str] = set()
        self._open: dict[str, list[Call]] = {}
        self._early: dict[str, list[_Result]] = {}
        self._links = links
        self._own_file = own_file
        self._turn = 0

    @property
    def is_waiting(self) -> bool:
        """Whether a call of this turn has no result yet."""
        return any(call.turn == self._turn for calls in self._open.values() for call in calls)

    def next_turn(self) -> None:
        """Begin a turn: what is still open goes on, and is none of it."""
        self._turn += 1

    def launches(self) -> Iterator[Call]:
        """Yield the calls without a result that ask for an agent."""
        yield from (
            call for calls in self._open.values() for call in calls if call.tool in vocabulary.AGENT_TOOLS
        )

    def resume_at(self, offset: int, at_ms: int) -> int:
        """Return where the next reading has to begin to find what is open; after a day nobody waits."""
        marks = [(call.at_ms, call.offset) for calls in self._open.values() for call in calls]
        marks += [(early.at_ms, early.offset) for results in self._early.values() for early in results]
        return min([offset, *(mark for since_ms, mark in marks if abs(at_ms - since_ms) < _DAY_MS)])

    def ask(self, line: dict[str, Any], block: dict[str, Any], at_ms: int, offset: int) -> list[Change]:
        """Take note of a call; return how it went, where its result was read before."""
        given = block.get("input")
        arguments = given if isinstance(given, dict) else {}
        call_id, name = str(block.get("id")), str(block.get("name"))
        call = Call(call_id, name, arguments, at_ms, line.get("uuid"), self._turn, offset)
        results = self._early.get(call_id, [])
        for result in results:
            if _is_of(result.line, call) or result.at_ms >= at_ms:
                results.remove(result)
                return self._changes(call, result.line, result.block, result.at_ms)
        same = [one for one in self._open.get(call_id, ()) if one.line_id == call.line_id and call.line_id]
        if not same:  # else the line was copied
            self._open.setdefault(call_id, []).append(call)
        return []

    def answer(self, line: dict[str, Any], block: dict[str, Any], at_ms: int, offset: int) -> list[Change]:
        """Return how a call went, and what it set off itself; nothing where the call is still to come."""
        call_id = str(block.get("tool_use_id"))
        call = self._asked(call_id, line, at_ms)
        if call is None:
            self._early.setdefault(call_id, []).append(_Result(line, block, at_ms, offset))
            return []
        self._open[call_id].remove(call)
        if not self._open[call_id]:
            del self._open[call_id]
        return self._changes(call, line, block, at_ms)

    def _asked(self, call_id: str, line: dict[str, Any], at_ms: int) -> Call | None:
        """Return the call that a result belongs to."""
        calls = self._open.get(call_id, ())
        named = [call for call in calls if _is_of(line, call)]
        before = [call for call in calls if call.at_ms <= at_ms + _CLOCK_MS]
        in_turn = [call for call in before if call.turn == self._turn]
        return next(iter((*named, *in_turn, *before[::-1])), None)

    def _changes(self, call: Call, line: dict[str, Any], block: dict[str, Any], at_ms: int) -> list[Change]:
        key = f"{call.id}\0{line.get('uuid') or at_ms}"
        text = text_of(block.get("content"))
        given: dict[str, Any] = {
            "tool_name": call.tool,
            "tool_input": call.arguments,
            "tool_use_id": call.id,
            "duration_ms": max(at_ms - call.at_ms, 0),
        }
        if block.get("is_error") is not True:
            given["tool_response"] = events.response(call, line, block, self._links.get(call.id))
            before = self._before(call, key, given["tool_response"], at_ms)
            return [*before, Change("PostToolUse", key, at_ms, given)]
        turned_down = events.turned_down(call, line, text)
        if turned_down is not None:
            reason = vocabulary.bare_error(text)
            why: dict[str, Any] = {"tool_name": call.tool, "tool_use_id": call.id, "reason": reason}
            if call.tool in vocabulary.SHELLS:  # a gate may have refused a commit
                why["tool_input"] = call.arguments
            return [Change(turned_down, key, at_ms, why)]
        return [Change("PostToolUseFailure", key, at_ms, given | {"error": text})]

    def _before(self, call: Call, key: str, response: Any, at_ms: int) -> list[Change]:
        """Return the events that a call fires itself: of the task list, or of an agent without a file."""
        if call.tool in vocabulary.AGENT_TOOLS:
            if not response.get("agentId"):
                response["agentId"] = call.id  # the oldest clients give an agent no name
            agent_id = response["agentId"]
            if agent_id not in self._own_file and agent_id not in self.inline:
                kind = response.get("agentType") or call.arguments.get("subagent_type")
                start = {"agent_id": agent_id, "agent_type": kind}
                return [Change("SubagentStart", key, _started_ms(call, response, at_ms), start)]
        elif call.tool == "TaskCreate":
            task = {"task_id": field(response, "task", "id"), "task_subject": call.arguments.get("subject")}
            return [Change("TaskCreated", key, at_ms, task)]
        elif call.tool == "TaskUpdate" and call.arguments.get("status") == "completed":
            return [Change("TaskCompleted", key, at_ms, {"task_id": call.arguments.get("taskId")})]
        return []


def _is_of(line: dict[str, Any], call: Call) -> bool:
    """Say whether a result's line names the line of a call."""
    return call.line_id is not None and call.line_id in (
        line.get("sourceToolAssistantUUID"),
        line.get("parentUuid"),
    )


def _started_ms(call: Call, response: dict[str, Any], at_ms: int) -> int:
    """Return when an agent began of which no other file tells: at its launch, unless it ran for much less."""
    took = response.get("totalDurationMs")
    if (
        isinstance(took, (int, float))
        and not isinstance(took, bool)
        and 0 <= took < at_ms - call.at_ms - _WAITED_MS
    ):
        return at_ms - int(took)
    return call.at_ms
