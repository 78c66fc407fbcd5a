"""The words that who writes rows and who reads them share, each said once.

Names and the grammars of short texts. Every event loads this file, so it imports nothing and holds no prose; the keys
of JSON texts and the families of `session_metrics`, with what they mean, are in `vocabulary_keys`.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

# Files
OURS = ".claude-session."  # how the names of all of them begin
SESSION_FILE = ".claude-session.db"
SPOOL_FILE = ".claude-session.spool"
SECRETS_FILE = ".claude-session-secrets"  # patterns of secrets that a project or a user adds
LOST_FILE = ".claude-session.lost"  # how many events found no room
OWN_PREFIX = "claudesess_"  # tables that are not of the schema

# Tools of the client
SHELLS = ("Bash", "PowerShell")
EDIT_TOOLS = ("Write", "Edit", "MultiEdit", "NotebookEdit")
AGENT_TOOLS = ("Agent", "Task")  # older clients say Task
WEB_TOOLS = ("WebSearch", "WebFetch")
RESEARCH_TOOLS = (*WEB_TOOLS, *AGENT_TOOLS)
READ_TOOL = "Read"
ASKING_TOOL = "AskUserQuestion"
TOOLS_OF_AGENTS = ("Skill", "SendMessage", "TaskStop")  # others that may set an agent to work, or stop it
BACKGROUND_TOOLS = ("TaskOutput", "BashOutput")  # tell how a call in the background goes; older clients: BashOutput
TASK_TOOLS = ("TaskCreate", "TaskUpdate")
BOOKKEEPING = (*TASK_TOOLS, "TaskList", "TaskGet", "TodoWrite")  # keep a list of what is to be done
SHELL_EDIT = "Bash"  # what a file that a command changed is claimed under, whatever the shell
OPERATIONS = (*EDIT_TOOLS, SHELL_EDIT)

GATED = ("git commit", "git push")  # steps of git before which somebody's hook may run checks
TAKE_PATHS = ("git add", "git rm", "git mv")  # steps of git that name files
TOKENS = ("input", "output", "cache_read", "cache_write")  # kinds of tokens

# Values of columns, in the order in which people read them
EVENTS = (
    "session_start", "user_prompt_submit", "pre_tool_use", "permission_request", "permission_denied", "post_tool_use",
    "post_tool_use_failure", "post_tool_batch", "subagent_start", "subagent_stop", "task_created", "task_completed",
    "instructions_loaded", "config_change", "cwd_changed", "notification", "pre_compact", "post_compact", "stop",
    "stop_failure", "session_end", "unparsed",
)  # fmt: skip
AGENT_STATUSES = ("running", "completed", "failed", "aborted_stale")
TASK_STATUSES = ("pending", "in_progress", "completed", "deleted")
CATEGORIES = ("lint", "type", "test", "build", "runtime")
CHECK, VCS, RUN, PROBE = "check", "vcs", "run", "probe"
KINDS = (CHECK, VCS, RUN, PROBE)
RESOLUTIONS = ("auto_fixed", "escalated_research", "escalated_user", "abandoned")
SNAPSHOT_TYPES = ("pre_compact", "post_compact", "session_end")
DECISIONS = ("allow", "block")
SOURCES = ("startup", "resume", "clear", "compact", "fork")
TRIGGERS = ("manual", "auto")
PROMPTS = ("human", "machine")

# Columns that hold times, of each table whose rows name a session
TIMES = {
    "agent_registry": ("spawn_time", "end_time"),
    "context_snapshots": ("timestamp",),
    "error_log": ("timestamp",),
    "failed_paths": ("timestamp",),
    "file_claims": ("timestamp",),
    "hook_events": ("timestamp",),
    "llm_verdicts": ("timestamp",),
    "session_metrics": ("timestamp",),
}

# Families of session_metrics that say why a call did not run
CANCELLED, REFUSED, TOOL_ERROR = "tool_cancelled", "tool_refused", "tool_error"
# The last line of a call that the user stopped, or the first one below its status; all that some clients say of one
INTERRUPTED = ("[Request interrupted by user]", "[Request interrupted by user for tool use]")
_INTERRUPTED_BARE = "Interrupted by user"
# How a message begins of a call that was torn down with a sibling, and of one that somebody or some rule refused
CASCADES = ("Sibling tool call errored", "Cancelled: parallel tool call")
REFUSALS = (
    "The user doesn't want to proceed with this tool use",
    "The user doesn't want to take this action",
    "Permission to use ",
    "Claude requested permissions to ",
    "User rejected ",
    "User refused ",
    "User declined ",
    "Tool use was rejected",
    "Bash operation blocked by hook",
    "Hook PreToolUse",
    "PreToolUse:",
    "Error checking permissions",
    "Tool use is not allowed during compaction",
)
_BLOCKED = (
    ("cd to '", "ERROR: cd to '"),
    " was blocked. For security",
)  # how the client refuses a folder: its beginning, and what follows
# Of one in which the tool found an error before it did anything, and the tag that most clients put around it
TOOL_ERRORS = (
    "File has not been read yet",
    "File has been modified since read",
    "File has been unexpectedly modified",
    "No changes to make: old_string",
    "String to replace not found in file",
    "String not found in file",
    "Output does not match required schema",
    "InputValidationError: ",
)
_ON_DISK = (
    "EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT", "EISDIR", "ENOTDIR", "ENOENT", "EEXIST", "EBUSY", "EMFILE", "EIO",
    "ELOOP", "ENAMETOOLONG",
)  # fmt: skip
_TAG, _TAG_END = "<tool_use_error>", "</tool_use_error>"
_TOLD_AS_ERROR = "Error: "
ABSORBED = "absorbed"  # the source of a prompt that came while the agent worked, and was taken into its turn
EXIT_CODE = "Exit code "  # how a shell's failure begins
HIDDEN = "exit status hidden"  # a line of error_message: the failure was read from the output

# Folders of programs, by the thousand files: nobody has edited what a command changes there, and no project lies there
_PROGRAMS_FOLDERS = (
    ".git", ".venv", "venv", "node_modules", "__pycache__", ".cache", ".tox", ".nox", ".mypy_cache", ".pytest_cache",
    ".ruff_cache",
)  # fmt: skip
SKIPPED_FOLDERS = {*_PROGRAMS_FOLDERS, ".hg", ".svn", "site-packages", ".Trash", ".ipynb_checkpoints"}
CACHES = {
    *_PROGRAMS_FOLDERS, ".hypothesis", ".next", ".nuxt", ".turbo", ".parcel-cache", ".gradle", ".idea", ".eggs",
    ".nyc_output", "htmlcov", ".coverage", ".DS_Store",
}  # fmt: skip


def is_nobodys(path: str) -> bool:
    """Say whether a changed file is a cache, a temporary name or one of our own."""
    parts = path.replace("\\", "/").split("/")
    name = parts[-1]
    if not CACHES.isdisjoint(parts) or name.startswith(OURS) or name.endswith((".pyc", ".swp", "~")):
        return True
    pieces = name.rsplit(".", 3)  # NAME.tmp.<pid>.<hex>
    return len(pieces) == 4 and pieces[1] == "tmp" and pieces[2].isdigit()


def why_not_run(error: str, tool: "Optional[str]" = None) -> "Optional[str]":
    """Return the family that says why a call did not run, or not to its end; None where its error does not say so."""
    bare = bare_error(error)
    if tool in EDIT_TOOLS and bare.startswith("File does not exist"):  # to look into it is to try
        return TOOL_ERROR
    if bare.startswith(CASCADES) or _is_interrupted(bare):
        return CANCELLED
    if bare.startswith(REFUSALS) or (bare.startswith(_BLOCKED[0]) and _BLOCKED[1] in bare):
        return REFUSED
    is_tagged = error.lstrip().startswith((_TAG, _TOLD_AS_ERROR + _TAG))
    if is_tagged or bare.startswith(TOOL_ERRORS):
        return TOOL_ERROR
    # What an edit met on the disk has a name; else somebody's hook refused it, in its own words.
    is_hooks = tool in EDIT_TOOLS and bare and not any(map(bare[:200].__contains__, _ON_DISK))
    return REFUSED if is_hooks else None


def _is_interrupted(bare: str) -> bool:
    below = bare.partition("\n")[2] if bare.startswith(EXIT_CODE) else bare
    ends = (below.partition("\n")[0].rstrip(), bare.rpartition("\n")[2])
    return bare == _INTERRUPTED_BARE or not set(ends).isdisjoint(INTERRUPTED)


def bare_error(error: str) -> str:
    """Return an error without what clients put around it."""
    bare = error.strip()
    for start, end in ((_TOLD_AS_ERROR, ""), (_TAG, _TAG_END)):
        if bare.startswith(start):
            bare = bare[len(start) : -len(end) if end and bare.endswith(end) else None].strip()
    return bare


TRIED = "$ "


def message(tried: str, output: str) -> str:
    """Write an error_message: what was tried, and below it what came of it."""
    return f"{TRIED}{tried}\n{output}"


def tried_of(message: "Optional[str]") -> "Optional[str]":
    """Return what was tried; None where a message does not begin with it."""
    if message is None or not message.startswith(TRIED):
        return None
    return message[len(TRIED) :].split("\n", 1)[0]


def output_of(message: "Optional[str]") -> str:
    """Return what stands below what was tried."""
    return (message or "").partition("\n")[2]


def approach(operation: str, file: str, line: "Optional[str]") -> str:
    """Write an approach: the operation, the file, and the first added line of an edit that added one."""
    return f"{operation} {file}: {line}" if line else f"{operation} {file}"
