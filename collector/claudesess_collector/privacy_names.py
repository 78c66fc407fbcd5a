"""Names where no content may be kept: a name that somebody may have put into words is kept as its hash.

Loaded only under `CLAUDESESS_CONTENT=off`. Codes, ids and names of tools, agents, models and branches are single plain
words; what stands in their place and is a sentence tells the same things apart by its hash, and nothing else.
"""

from claudesess_collector.payload import short_hash

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Under these keys the handlers look for names.
_KEYS = {
    "session_id", "hook_event_name", "event", "tool_name", "tool_use_id", "agent_id", "agent_type", "prompt_id",
    "source", "reason", "trigger", "model", "agentId", "agentType", "subagent_type", "status", "task_id", "taskId",
    "id", "to", "type", "commandName", "resumedAgentId", "task_type", "backgroundTaskId", "sha", "branch", "what",
    "value", "uuid",
}  # fmt: skip
_PUNCTUATION = "-_.:/@#+~=[]()"
_DEPTH = 12
_LIST = 1000


def plain(fields: "dict[str, Any]") -> "dict[str, Any]":
    """Return a payload whose names are single plain words or hashes."""
    kept: "dict[str, Any]" = _plain(fields, 0)
    if kept.get("hook_event_name") == "StopFailure" and isinstance(kept.get("error"), str):
        kept["error"] = plain_name(kept["error"])
    return kept


def _plain(value: "Any", depth: int) -> "Any":
    if depth > _DEPTH:
        return value
    if isinstance(value, dict):
        return {
            key: plain_name(item) if key in _KEYS and isinstance(item, str) else _plain(item, depth + 1)
            for key, item in value.items()
        }
    if isinstance(value, list) and len(value) <= _LIST:
        return [_plain(item, depth + 1) for item in value]
    return value


def plain_name(name: str) -> str:
    """Return a name that is a single plain word, else its hash."""
    is_plain = name.isascii() and all(char.isalnum() or char in _PUNCTUATION for char in name)
    return name if is_plain else f"#{short_hash(name)}"
