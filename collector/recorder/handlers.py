"""Which function reads which event. Events that are not named here leave their hook_events row only."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Optional

    from recorder.event import Event

# Event -> module, function. A module is loaded when its event comes: the common event does not pay for the rare.
HANDLERS = {
    "PostToolUse": ("calls", "succeeded"),
    "PostToolUseFailure": ("failures", "failed"),
    "PreToolUse": ("calls", "announced"),
    "PermissionRequest": ("sessions", "permission_requested"),
    "PermissionDenied": ("sessions", "permission_denied"),
    "SessionStart": ("sessions", "started"),
    "SessionEnd": ("sessions", "ended"),
    "UserPromptSubmit": ("sessions", "prompted"),
    "Stop": ("sessions", "stopped"),
    "StopFailure": ("sessions", "stop_failed"),
    "SubagentStart": ("agents", "started"),
    "SubagentStop": ("agents", "stopped"),
    "TaskCreated": ("tasks", "created"),
    "PreCompact": ("snapshots", "before_compaction"),
    "PostCompact": ("snapshots", "after_compaction"),
}


def handler_of(event_name: "Optional[str]") -> "Optional[Callable[[Event], None]]":
    """Return the function for an event, its module loaded; None for an event that says nothing to us."""
    if event_name not in HANDLERS:
        return None
    module, function = HANDLERS[event_name or ""]
    handler: "Callable[[Event], None]" = getattr(__import__(f"recorder.{module}", fromlist=["*"]), function)
    return handler
