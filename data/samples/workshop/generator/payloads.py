"""Payloads in the shape in which the client sends them (2.1.330), key for key and in its order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .shop import PROJECT_DIR

if TYPE_CHECKING:
    from .threads import Thread

Payload = dict[str, Any]
TRANSCRIPTS = "/home/dev/.claude/projects/-home-dev-shop"
MODEL = "claude-opus-5-5"


def head(
    thread: Thread, event: str, *, mode: bool = False, effort: bool = False, agent: bool = False
) -> Payload:
    """Return the fields that open every payload; the optional ones depend on the event."""
    session = thread.session
    opened: Payload = {
        "session_id": session.id,
        "transcript_path": f"{TRANSCRIPTS}/{session.id}.jsonl",
        "cwd": f"{PROJECT_DIR}/{thread.folder}".rstrip("/"),
    }
    if session.prompt_id:
        opened["prompt_id"] = session.prompt_id
    if mode:
        opened["permission_mode"] = session.mode
    if agent and thread.agent:
        opened |= {"agent_id": thread.agent, "agent_type": thread.agent_type}
    if effort:
        opened["effort"] = {"level": "medium"}
    return opened | {"hook_event_name": event}


def tool_done(thread: Thread, tool: str, given: Payload, response: Any, took_ms: int, use_id: str) -> Payload:
    """Return the PostToolUse of a call."""
    return head(thread, "PostToolUse", mode=True, effort=True, agent=True) | {
        "tool_name": tool,
        "tool_input": given,
        "tool_response": response,
        "tool_use_id": use_id,
        "duration_ms": took_ms,
    }


def tool_failed(
    thread: Thread, tool: str, given: Payload, error: str, took_ms: int, use_id: str, is_interrupt: bool
) -> Payload:
    """Return the PostToolUseFailure of a call."""
    return head(thread, "PostToolUseFailure", mode=True, effort=True, agent=True) | {
        "tool_name": tool,
        "tool_input": given,
        "tool_use_id": use_id,
        "error": error,
        "is_interrupt": is_interrupt,
        "duration_ms": took_ms,
    }


def shell_response(stdout: str, **more: Any) -> Payload:
    """Return what a shell command that ended gives."""
    return {
        "stdout": stdout,
        "stderr": "",
        "interrupted": False,
        "isImage": False,
        "noOutputExpected": False,
    } | more


def read_response(path: str, first: int, count: int, total: int) -> Payload:
    """Return what reading a part of a file gives; the text itself is left short."""
    text = {"filePath": path, "content": "…\n", "numLines": count, "startLine": first, "totalLines": total}
    return {"type": "text", "file": text}


def edit_input(path: str, old: str, new: str) -> Payload:
    """Return the arguments of an edit."""
    return {"file_path": path, "old_string": old, "new_string": new, "replace_all": False}


def edit_response(path: str, old: str, new: str) -> Payload:
    """Return what an edit gives; the file as it was is left out (the client may send null)."""
    hunk = {
        "oldStart": 12,
        "oldLines": 1,
        "newStart": 12,
        "newLines": 1,
        "lines": [f"-    {old}", f"+    {new}"],
    }
    return {
        "filePath": path,
        "oldString": old,
        "newString": new,
        "originalFile": None,
        "structuredPatch": [hunk],
        "userModified": False,
        "replaceAll": False,
    }


def write_response(path: str, content: str) -> Payload:
    """Return what writing a new file gives."""
    return {
        "type": "create",
        "filePath": path,
        "content": content,
        "structuredPatch": [],
        "originalFile": None,
        "userModified": False,
    }


def launched_response(thread: Thread, agent: str, given: Payload) -> Payload:
    """Return what the Agent tool gives for an agent in the background."""
    return {
        "isAsync": True,
        "status": "async_launched",
        "agentId": agent,
        "description": given["description"],
        "resolvedModel": MODEL,
        "prompt": given["prompt"],
        "outputFile": _output_file(thread, agent),
        "canReadOutputFile": True,
        "canContinueAgent": True,
    }


def returned_response(agent: str, given: Payload, took_ms: int, calls: int) -> Payload:
    """Return what the Agent tool gives for an agent that was waited for."""
    return {
        "status": "completed",
        "prompt": given["prompt"],
        "agentId": agent,
        "agentType": given["subagent_type"],
        "content": [{"type": "text", "text": "Report."}],
        "resolvedModel": MODEL,
        "totalDurationMs": took_ms,
        "totalTokens": 30_000 + 400 * calls,
        "totalToolUseCount": calls,
        "canContinueAgent": True,
    }


def agent_stop(thread: Thread, running: list[Payload], said: str) -> Payload:
    """Return the SubagentStop of an agent, or of the summariser of a compaction (whose type is empty)."""
    return head(thread, "SubagentStop", mode=True, agent=True, effort=True) | {
        "stop_hook_active": False,
        "agent_transcript_path": f"{TRANSCRIPTS}/{thread.session.id}/subagents/agent-{thread.agent}.jsonl",
        "last_assistant_message": said,
        "background_tasks": running,
        "session_crons": [],
    }


def background_task(agent: str, agent_type: str, description: str) -> Payload:
    """Return an agent's line in the list of what runs in the background."""
    return {
        "id": agent,
        "type": "subagent",
        "status": "running",
        "description": description,
        "agent_type": agent_type,
    }


def notification(thread: Thread, agent: str, use_id: str, status: str, description: str) -> str:
    """Return the prompt that the client writes itself when an agent in the background ends."""
    ending = "finished" if status == "completed" else "failed: API Error: 529 Overloaded"
    return (
        f"<task-notification>\n<task-id>{agent}</task-id>\n<tool-use-id>{use_id}</tool-use-id>\n"
        f"<output-file>{_output_file(thread, agent)}</output-file>\n<status>{status}</status>\n"
        f'<summary>Agent "{description}" {ending}</summary>\n</task-notification>'
    )


def _output_file(thread: Thread, agent: str) -> str:
    return f"/run/user/1000/claude/-home-dev-shop/{thread.session.id}/tasks/{agent}.output"
