"""Tool calls of one transcript: what was asked for in one line, and how it went in a later one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from claudesess_collector import vocabulary

from claudesess.transcripts.lines import text_of
from claudesess.transcripts.parse import told
from claudesess.transcripts.parse.told import Call, Change, field


class Calls:
    """The calls that have no result yet.

    Parameters
    ----------
    links
        Which agent a call launched, from the side files.

    Attributes
    ----------
    pending : dict of str to Call
        By the call's id.
    inline : set of str
        Agents, called by their calls, of which the same file tells (old clients).
    """

    def __init__(self, links: Mapping[str, str]) -> None:
        self.pending: dict[str, Call] = {}
        self.inline: set[str] = set()
        self._links = links

    def ask(self, block: dict[str, Any], at_ms: int) -> None:
        """Take note of a call."""
        given = block.get("input")
        arguments = given if isinstance(given, dict) else {}
        self.pending[str(block.get("id"))] = Call(str(block.get("name")), arguments, at_ms)

    def answer(self, line: dict[str, Any], block: dict[str, Any], at_ms: int) -> list[Change]:
        """Return how a call went, and what it set off itself."""
        call_id = str(block.get("tool_use_id"))
        call = self.pending.pop(call_id, None)
        if call is None:
            return []
        text = text_of(block.get("content"))
        said: dict[str, Any] = {
            "tool_name": call.tool,
            "tool_input": call.arguments,
            "tool_use_id": call_id,
            "duration_ms": max(at_ms - call.at_ms, 0),
        }
        if block.get("is_error") is not True:
            said["tool_response"] = told.response(call, line, block, self._links.get(call_id))
            before = self._before(call, call_id, said["tool_response"], at_ms)
            return [*before, Change("PostToolUse", call_id, at_ms, said)]
        if told.is_refused(call, line, text):
            refused: dict[str, Any] = {"tool_name": call.tool, "tool_use_id": call_id, "reason": text}
            if call.tool in vocabulary.SHELLS:  # a gate may have refused a commit
                refused["tool_input"] = call.arguments
            return [Change("refused", call_id, at_ms, refused)]
        return [Change("PostToolUseFailure", call_id, at_ms, said | {"error": text})]

    def _before(self, call: Call, call_id: str, response: Any, at_ms: int) -> list[Change]:
        """Return the events that a call fires itself: of the task list, or of an agent without a file."""
        if call.tool in vocabulary.AGENT_TOOLS:
            if not response.get("agentId"):
                response["agentId"] = call_id  # the oldest clients give an agent no name
            if response["agentId"] == call_id and call_id not in self.inline:
                kind = call.arguments.get("subagent_type")
                start = {"agent_id": call_id, "agent_type": kind}
                return [Change("SubagentStart", call_id, call.at_ms, start)]
        elif call.tool == "TaskCreate":
            task = {"task_id": field(response, "task", "id"), "task_subject": call.arguments.get("subject")}
            return [Change("TaskCreated", call_id, at_ms, task)]
        elif call.tool == "TaskUpdate" and call.arguments.get("status") == "completed":
            return [Change("TaskCompleted", call_id, at_ms, {"task_id": call.arguments.get("taskId")})]
        return []
