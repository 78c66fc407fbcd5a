"""Which function reads which event. Events that are not named here leave their hook_events row only."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Optional

    from claudesess_collector.event import Event

    Handler = Callable[[Event], None]

# Event -> module, function. A module is loaded when its event comes: the common event does not pay for the rare.
HANDLERS = {
    "PostToolUse": ("on_calls", "succeeded"),
    "PostToolUseFailure": ("on_failures", "failed"),
    "PreToolUse": ("on_calls", "announced"),
    "PermissionRequest": ("on_sessions", "permission_requested"),
    "PermissionDenied": ("on_sessions", "permission_denied"),
    "SessionStart": ("on_sessions", "started"),
    "SessionEnd": ("on_sessions", "ended"),
    "UserPromptSubmit": ("on_sessions", "prompted"),
    "Stop": ("on_sessions", "stopped"),
    "StopFailure": ("on_sessions", "stop_failed"),
    "SubagentStart": ("on_agents", "started"),
    "SubagentStop": ("on_agents", "stopped"),
    "TaskCreated": ("on_tasks", "created"),
    "PreCompact": ("on_compactions", "before_compaction"),
    "PostCompact": ("on_compactions", "after_compaction"),
    "InstructionsLoaded": ("on_instructions", "loaded"),
    "ConfigChange": ("on_instructions", "changed"),
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
        module = __import__(f"claudesess_collector.{name}", fromlist=["*"])
        _loaded[event_name or ""] = getattr(module, "prepare", None), getattr(module, function)
    return _loaded[event_name or ""]
