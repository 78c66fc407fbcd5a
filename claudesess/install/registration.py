"""What is registered with the client: which events, and the one command that serves them all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

#: Event of the client -> seconds that its hook may take. The collector waits up to 5 s for a locked
#: database; at a session's end 1 s, for there the client gives all hooks together 1.5 s, and waits.
EVENTS = {
    "SessionStart": 10,
    "SessionEnd": 2,
    "UserPromptSubmit": 10,
    "PostToolUse": 10,
    "PostToolUseFailure": 10,
    "PermissionRequest": 10,
    "PermissionDenied": 10,
    "SubagentStart": 10,
    "SubagentStop": 10,
    "Stop": 10,
    "StopFailure": 10,
    "PreCompact": 10,
    "PostCompact": 10,
    "TaskCreated": 10,
    "TaskCompleted": 10,
    "InstructionsLoaded": 10,
    "ConfigChange": 10,
}

#: Python exits with 2 when its script is missing, which to the client means "block this". So these lines
#: start the script, and do nothing when it has gone or is broken (docs/decisions/how-hooks-start.md). As an
#: import it is compiled once, not at every event; its folder is the path without `/collect.py`.
GUARD = (
    "import sys\ntry:\n sys.path.insert(0,sys.argv.pop()[:-11])\n import collect\n"
    " collect.main(sys.argv[1:])\nexcept Exception:pass"
)
SCRIPT = "collector/collect.py"
PLUGIN = "claudesess"


@dataclass(frozen=True)
class Registration:
    """The command of every hook.

    Attributes
    ----------
    python
        The interpreter: an absolute path, or a name for PATH.
    script
        The path of ``collect.py``.
    """

    python: str
    script: str

    def handler(self, event: str) -> dict[str, Any]:
        """Return the client's entry for one event: exec form, so that no shell is between."""
        arguments = ["-I", "-S", "-c", GUARD, self.script]
        return {"type": "command", "command": self.python, "args": arguments, "timeout": EVENTS[event]}

    def hooks(self) -> dict[str, Any]:
        """Return the whole `hooks` object, as settings and plugins spell it."""
        return {event: [{"hooks": [self.handler(event)]}] for event in EVENTS}


def of_handler(handler: object) -> Registration | None:
    """Return the registration that a handler found in settings belongs to; None when it is not ours."""
    if not isinstance(handler, dict) or handler.get("type") != "command":
        return None
    command, arguments = handler.get("command"), handler.get("args")
    if not isinstance(command, str) or not isinstance(arguments, list) or not arguments:
        return None
    script = arguments[-1]
    if not isinstance(script, str) or arguments[:2] != ["-I", "-S"]:
        return None
    if script.replace("\\", "/").endswith((SCRIPT, "${CLAUDE_PLUGIN_ROOT}/collect.py")):
        return Registration(command, script)
    return None


def is_by_hand(handler: object) -> bool:
    """Say whether a handler runs the collector in some other way than the installer would write it."""
    if of_handler(handler) is not None or not isinstance(handler, dict):
        return False
    arguments = handler.get("args")
    words = [handler.get("command"), *(arguments if isinstance(arguments, list) else [])]
    return any(isinstance(word, str) and SCRIPT in word.replace("\\", "/") for word in words)
