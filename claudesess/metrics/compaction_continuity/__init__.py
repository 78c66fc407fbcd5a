"""Compaction continuity: what does a summary still name, and what did the session do again after it?"""

TITLE = "After compactions"
QUESTION = (
    "When the context is summarised to make room, what of the open work survives, and what happens next?"
)
ORDER = ("named", "rereads", "repeats", "fixed", "time_to_recover", "failures_around", "context_size")
KINDS = {
    "chains": "Open chains of failures",
    "failed_paths": "Failed approaches",
    "files": "Edited files",
    "agents": "Running agents",
    "tasks": "Open tasks",
}
"""What a snapshot lists, in the order in which people read it."""
