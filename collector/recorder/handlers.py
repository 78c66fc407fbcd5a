"""Which function reads which event. Events that are not named here leave their hook_events row only."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Optional

    from recorder.event import Event

    Handler = Callable[[Event], None]

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
_loaded: "dict[str, tuple[Optional[Handler], Optional[Handler]]]" = {}


def handler_of(event_name: "Optional[str]") -> "tuple[Optional[Handler], Optional[Handler]]":
    """Return (prepare, handle) for an event, the module loaded; None where there is nothing to do.

    `prepare` runs before the write lock is taken: other hooks do not wait for what only reads.
    """
    if event_name not in HANDLERS:
        return None, None
    if event_name not in _loaded:
        name, function = HANDLERS[event_name or ""]
        module = __import__(f"recorder.{name}", fromlist=["*"])
        _loaded[event_name or ""] = getattr(module, "prepare", None), getattr(module, function)
    return _loaded[event_name or ""]
