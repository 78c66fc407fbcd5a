"""Which function reads which event. Events that are not named here leave their hook_events row only."""

from recorder import calls

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable

    from recorder.event import Event


def _later(module: str, function: str) -> "Callable[[Event], None]":
    """Return a handler whose module is loaded when its event comes: the common event does not pay for the rare."""

    def handler(event: "Event") -> None:
        getattr(__import__("recorder." + module, fromlist=["x"]), function)(event)

    return handler


HANDLERS = {
    "PostToolUse": calls.succeeded,
    "PostToolUseFailure": _later("failures", "failed"),
    "PreToolUse": calls.announced,
    "PermissionRequest": _later("sessions", "permission_requested"),
    "PermissionDenied": _later("sessions", "permission_denied"),
    "SessionStart": _later("sessions", "started"),
    "SessionEnd": _later("sessions", "ended"),
    "UserPromptSubmit": _later("sessions", "prompted"),
    "Stop": _later("sessions", "stopped"),
    "StopFailure": _later("sessions", "stop_failed"),
    "SubagentStart": _later("agents", "started"),
    "SubagentStop": _later("agents", "stopped"),
    "TaskCreated": _later("tasks", "created"),
    "PreCompact": _later("snapshots", "before_compaction"),
    "PostCompact": _later("snapshots", "after_compaction"),
}
