"""What a tool call tries: its aim, whatever its spelling, and the exact spelling beside it."""

from claudesess_collector import payload
from claudesess_collector.part import Part, bare, file_name, folder_of_pattern, is_unknown, looked_at, restored
from claudesess_collector.payload import short_hash
from claudesess_collector.system import last_name, normal, posix
from claudesess_collector.vocabulary import AGENT_TOOLS, CHECK, PROBE, RUN, SHELLS, WEB_TOOLS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

    from claudesess_collector.event import Event

LOOK_TOOLS = ("Read", "Grep", "Glob", "LS", "NotebookRead")
_TARGETS = ("file_path", "notebook_path", "url", "query", "pattern", "path")
# What differs between tries of one thing.
_INCIDENTAL = set(
    "answers annotations description timeout run_in_background limit offset pages prompt old_string new_string content"
    " new_source edits replace_all model isolation cell_type edit_mode max_results head_limit output_mode args".split()
)
_HOW_MUCH = set("limit page_size per_page pageSize perPage max_results maxResults timeout".split())
# What is said of many things on a page.
_OF_ANY_ELEMENT = set("button field input link selector element icon menu tab option item text box the".split())
# Of these tools the transcript holds keys that the hook does not see, or a text that differs between tries.
_NAMED_BY = {
    "Agent": ("subagent_type", "description"), "Task": ("subagent_type", "description"),
    "SendMessage": ("to", "message"),
}  # fmt: skip
_OF_WINDOWS = (":/", ":\\")  # where a drive is named
_SKETCHED, _MAX_SKETCH = 2000, 60  # characters of a command, and words
LONG = 20  # words of a text of which each is kept
_MAX_WORDS = 40  # of it at most
_OF_WORDS = "_./:-@"
_DESCRIBED = 300  # characters of what a command is for
#: What is said of another try of the same, or of any command.
_OF_ANY_TRY = frozenset(
    "a an the of to in on at by for from and as via with using use again now try trying retry retrying run running re"
    " rerun check verify full explicit directly instead command syntax approach correct corrected correctly proper"
    " properly different fixed new updated absolute path paths bash powershell".split()
)


class Call:
    """What one tool call tries: how it is spelled, and the parts of it that can succeed and fail by themselves."""

    __slots__ = (
        "_id", "_purpose", "_shown", "_sketch", "arguments", "asks", "described", "folder", "is_hidden", "is_shell",
        "only_checks", "parts", "tried",
    )  # fmt: skip

    def __init__(self, tried: str, folder: str = "") -> None:
        self._id: "Optional[str]" = None
        self._purpose: "Optional[list[str]]" = None
        self._shown: "Optional[str]" = None  # the command without its secrets, once it is known
        self._sketch: "Optional[list[str]]" = None
        self.tried = tried  # normalised, on one line
        self.asks = ""  # what an agent is told to do
        self.arguments: "Optional[dict[str, Any]]" = None  # of a server's tool
        self.described = ""  # what a command is for, in the words of who gave it
        self.folder = folder  # relative to the project where possible
        self.parts: "list[Part]" = []
        self.is_hidden = False  # some part's exit status is not the call's
        self.is_shell = False
        self.only_checks = False  # nothing but known checks runs

    @property
    def spelling(self) -> str:
        """Short hash of the exact spelling and its folder."""
        if self._id is None:
            self._id = short_hash(f"{self.tried}\0{self.folder}")
        return self._id

    @property
    def sketch(self) -> "list[str]":
        """Short hashes of the words of a command, or of what an agent is told: by them it is known when it is repeated.

        Of what a server's tool is told with the names of it: `name=word`. Of another tool there are none.
        """
        if self._sketch is None:
            if self.arguments is not None:
                self._sketch = _sketch_of(self.arguments)
            elif self.is_shell:
                self._sketch = sketched(self.tried, self._shown)
            else:
                self._sketch = sketched(_safe(self.asks[:_SKETCHED]))
        return self._sketch

    @property
    def purpose(self) -> "list[str]":
        """Short hashes of the words that say what a command is for, but for what is said of any."""
        if self._purpose is None:
            described = _safe(self.described[:_DESCRIBED])
            words = [word for word in dict.fromkeys(_words(described)) if word not in _OF_ANY_TRY]
            if any(map(_is_sign, words)):  # one sign of many may be another thing
                words = ["", "".join(words)]
            self._purpose = [short_hash(word)[:6] for word in words]
        return self._purpose

    @property
    def main(self) -> "Part":
        """The part that the call is for: its first check, else the last of its parts that does something."""
        for part in self.parts:
            if part.kind == CHECK:
                return part
        for part in reversed(self.parts):
            if part.kind != PROBE:
                return part
        return self.parts[-1]

    @property
    def kind(self) -> str:
        """The kind of its main part; to ask git for its status is but to look."""
        return PROBE if all(part.is_look for part in self.parts) else self.main.kind

    def checks(self) -> "list[Part]":
        """The known checks among the parts."""
        return [part for part in self.parts if part.kind == CHECK]

    @property
    def is_safe(self) -> bool:
        """Whether secrets were left out already."""
        return bool(self.parts) and self.parts[0].is_safe

    def make_safe(self, command: "Optional[str]") -> None:
        """Leave secrets out of the words that are kept and compared, also out of their hashes: a weak one is guessed.

        A word by itself does not show that it is a line of a secret: the command as a whole does.
        """
        if self.is_safe:
            return
        from claudesess_collector.privacy_redact import clean, redact

        shown = None if command is None else redact(clean(command))
        self._shown = None if shown == command else shown
        for part in self.parts:
            part.make_safe(command, self._shown)

    def facts(self, command: "Optional[str]", keeps_content: bool = True) -> "dict[str, Any]":
        """Return what can be kept of a call whose texts are cut, redacted or left out."""
        from claudesess_collector.privacy_redact import redact

        self.make_safe(command)
        parts = []
        for part in self.parts:
            fact = part.facts()
            is_known = not is_unknown(part.families[0])
            fact["program"] = redact(part.program) if is_known or keeps_content else ""
            if part.starter and keeps_content:
                fact["starter"] = redact(part.starter)
            parts.append(fact)
        flags = {flag: getattr(self, flag) for flag in ("is_hidden", "is_shell", "only_checks")}
        words = {"sketch": self.sketch, "purpose": self.purpose}
        return {"spelling": self.spelling, "folder": self.folder, "parts": parts, **words, **flags}

    def restore(self, facts: "Any") -> "Call":
        """Take on what `facts` returned of the call as it was."""
        spelling, parts = payload.name(facts, "spelling"), payload.field(facts, "parts")
        if spelling is not None and isinstance(parts, list):
            kept = [part for part in map(restored, parts) if part is not None]
            self._id = spelling
            self._sketch = payload.texts(facts, "sketch")
            self._purpose = payload.texts(facts, "purpose")
            self.folder = payload.text(facts, "folder") or ""
            self.parts = kept or self.parts
            for flag in ("is_hidden", "is_shell", "only_checks"):
                setattr(self, flag, payload.field(facts, flag) is True)
        return self


def _safe(described: str) -> str:
    from claudesess_collector.privacy_redact import clean, redact

    return redact(clean(described))


def _words(described: str) -> "list[str]":
    """Return the words of a text, small, but for remarks in brackets: they say how it is done.

    Where a language has no blanks between them, each sign is one, without those that only join words.
    """
    depth, spaced = 0, []
    for char in described.lower():
        depth += (char in "(（") - (char in ")）" and depth > 0)
        spaced.append(_spaced(char) if not depth else " ")
    return "".join(spaced).split()


def _spaced(char: str) -> str:
    if not char.isalnum() or "\u3040" <= char <= "\u309f":
        return " "
    return f" {char} " if _is_sign(char) else char


def _is_sign(word: str) -> bool:
    return "\u3400" <= word[:1] <= "\u9fff"


_PAGES = ("browser", "playwright", "puppeteer", "selenium", "chrome")
_ACTS = ("click", "fill", "type", "hover", "select", "press", "drag", "check")


def is_of_a_page(tool: str) -> bool:
    """Say whether a tool does something with what a page in a browser shows."""
    lowered = tool.lower()
    return (
        lowered.startswith("mcp__") and any(map(lowered.__contains__, _PAGES)) and any(map(lowered.__contains__, _ACTS))
    )


def of_call(call: "dict[str, Any]", tool: str, project_dir: str) -> Call:
    """Return what a tool call tries."""
    arguments = payload.field(call, "tool_input")
    if tool in SHELLS:
        command = payload.text(arguments, "command")
        if command is not None:
            is_after = (
                payload.field(call, "hook_event_name") == "PostToolUse" and payload.text(call, "agent_id") is None
            )
            found = of_command(command, payload.text(call, "cwd") or project_dir, project_dir, is_after)
            found.described = payload.text(arguments, "description") or ""
            return found
    return _of_tool(tool, arguments)


def shown_of(event: "Event") -> str:
    """Return what a call tries, of a command free of secrets: its parts might not look like one any more."""
    command = event.text("tool_input", "command")
    tried: str = event.call.tried
    if command is not None and event.call.is_shell:
        safe = _safe(command)
        if safe != command:
            tried = of_command(safe, event.text("cwd") or event.project_dir, event.project_dir).tried
    return tried


def of_command(command: str, cwd: str, project_dir: str, is_after: bool = True) -> Call:
    """Return what a shell command tries in a folder; `is_after` where its own `cd` led to that folder."""
    from claudesess_collector import command_parts, command_spelling

    plain = command
    if any(map(command.__contains__, _OF_WINDOWS)) or "-location" in command.lower():
        from claudesess_collector import command_windows

        plain = command_windows.rewritten(command)
    start = command_parts.start_folder(plain, posix(cwd), is_after)
    tried, folder, is_hidden = command_spelling.spell(command, start)
    if plain != command:
        folder = command_spelling.spell(plain, start)[1]
    call = Call(tried, relative(folder, project_dir))
    call.is_shell = True
    call.parts = command_parts.of_command(plain, start)
    checks = call.checks()
    call.is_hidden = any(part.is_hidden for part in call.parts if part.kind in (CHECK, RUN))
    call.is_hidden = call.is_hidden or (is_hidden and not checks)
    call.only_checks = bool(checks) and len(checks) == len(call.parts)
    if not call.parts:
        call.parts = [command_parts.whole(call.tried)]
    return call


def _of_tool(tool: str, arguments: "Any") -> Call:
    """Return what another tool tries: itself, and its input less what differs between tries of one thing."""
    key = next((target for target in (payload.text(arguments, key) for key in _TARGETS) if target is not None), None)
    call = Call(f"{tool} {key}" if key is not None else tool)
    if tool in LOOK_TOOLS:
        targets, shown = looked_at([bare(posix(key or ""))])
        targets += [short_hash(name) for name in _looked_through(tool, arguments)]
        part = Part(PROBE, ["look"], list(dict.fromkeys(targets)))
        part.shown = shown
    else:
        part = Part(PROBE if tool in WEB_TOOLS else RUN, [tool], _input_of(tool, arguments))
        if is_of_a_page(tool):
            words = (payload.text(arguments, "element") or "").lower().split()
            call.described = " ".join([word for word in words if word not in _OF_ANY_ELEMENT])
        if tool.startswith("mcp__") and isinstance(arguments, dict):
            call.arguments = arguments
        if tool in AGENT_TOOLS:
            call.described = payload.text(arguments, "description") or ""
            call.asks = f"{call.described} {payload.text(arguments, 'prompt') or ''}"
    part.program, part.is_last = tool, True
    part.filter = ""
    call.parts = [part]
    return call


def sketched(words: str, shown: "Optional[str]" = None) -> "list[str]":
    """Return hashes of the words of a text, but for those that are not shown of a command."""
    plain = "".join([char if char.isalnum() or char in _OF_WORDS else " " for char in words[:_SKETCHED]])
    kept = [word for word in dict.fromkeys(plain.split()) if shown is None or word in shown]
    return [short_hash(word)[:6] for word in kept[:_MAX_SKETCH]]


def _sketch_of(arguments: "dict[str, Any]") -> "list[str]":
    """Return hashes of what a server's tool is told, each with its name: of a long text its words, else one.

    Of a path the last name counts; a switch has a `!`, a number a `#`. What could be guessed is not kept: what holds a
    secret, and of a number more than tells it from most others.
    """
    from claudesess_collector.privacy_redact import redact

    found: "list[str]" = []
    for key, value in arguments.items():
        text_of = value if isinstance(value, str) else payload.to_json(value)
        if not text_of or redact(line := f"{key}={text_of[:_SKETCHED]}") != line:
            continue
        is_number = not any(map(str.isalpha, text_of))
        words = sketched(text_of) if len(text_of.split()) >= LONG else [short_hash(_without_folders(text_of))[:6]]
        mark = "!" if isinstance(value, bool) else "#" if is_number else ""
        of_each = 2 if is_number else None
        found += [f"{short_hash(str(key))[:4]}={mark}{word[:of_each]}" for word in words[:_MAX_WORDS]]
    return found[: 2 * _MAX_SKETCH]


def _without_folders(word: str) -> str:
    """Return the last name of a path, any other text as it is."""
    is_path = "/" in word and "://" not in word and not any(map(str.isspace, word))
    return last_name(word) if is_path else word


def _looked_through(tool: str, arguments: "Any") -> "list[str]":
    """Return the names of the folders whose files a tool is told to list."""
    if tool != "Glob":
        return []
    folder = folder_of_pattern(payload.text(arguments, "pattern") or "")
    return [file_name(posix(path)) for path in (folder, payload.text(arguments, "path")) if path and path != "."]


def _input_of(tool: str, arguments: "Any") -> "list[str]":
    if tool in _NAMED_BY:
        keys = _NAMED_BY[tool]
        return [short_hash("\0".join(payload.text(arguments, key) or "" for key in keys))]
    path = payload.text(arguments, "file_path") or payload.text(arguments, "notebook_path")
    if path is not None:
        return [path]
    if not isinstance(arguments, dict) or not arguments:
        return []
    is_mcp = tool.startswith("mcp__")
    kept = {key: value for key, value in arguments.items() if _tells_what(key, value, is_mcp)}
    return [short_hash(payload.to_json(dict(sorted(kept.items(), key=lambda item: str(item[0])))))] if kept else []


def _tells_what(key: str, value: object, is_mcp: bool) -> bool:
    """Say whether another value makes it another call; of a server's keys only how many are wanted is known."""
    if is_mcp:
        return key not in _HOW_MUCH or not isinstance(value, (int, float))
    return key not in _INCIDENTAL


def relative(path: str, project_dir: str) -> str:
    """Spell a path relative to the project when it lies inside, else leave it absolute."""
    path, project_dir = normal(posix(path)), normal(posix(project_dir))
    if path == project_dir:
        return "."
    return path[len(project_dir) + 1 :] if path.startswith(project_dir.rstrip("/") + "/") else path
