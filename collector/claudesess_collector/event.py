"""One hook event on its way into the database: what it says, when, and where."""

from _blake2 import blake2b

from claudesess_collector import clock, payload, system
from claudesess_collector.system import joined, kind_of, variable
from claudesess_collector.vocabulary import SECRETS_FILE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Mapping, Optional

    from claudesess_collector.database import Database

DOUBLED_WITHIN_MS = 2000
EXPECTED_WITHIN_MS = 5000  # a transcript's time of an event and its hook's
#: A call is noted under a number of its own: where it came from and its id, whether an import noted it, what it says.
CALL_BITS, FROM_IMPORT = 11, 1 << 10
_SUMMARY_BYTES = 1024
_TEXTS, _ENDS, _DEPTH = 32, 256, 8  # of what a call says, so many texts, so much of either end of each, so deep
TELL_NOT_RUN = ("PermissionDenied", "PostToolUseFailure")  # the events of a call that did not run
NOT_RUN_WITHIN_MS = 60_000  # a hook's time of such a call and its result's: other hooks run in between
TASK_EVENTS = ("TaskCreated", "TaskCompleted")
_event_types: "dict[str, str]" = {}
_sessions: "dict[bytes, bytes]" = {}
# What a summary that is too long goes without, one after the other; nothing, at first.
_DROPPED_FIRST = ("", "snippet", "range", "reason", "source", "trigger", "path", "agent_type", "prompt_id")


class Place:
    """Where things are: the project, and the folder below which every path is looked up (only replays set it)."""

    __slots__ = ("_environ", "project_dir", "root")

    def __init__(self, project_dir: str, environ: "Optional[Mapping[str, str]]" = None, root: str = "") -> None:
        self.project_dir = project_dir
        self._environ = environ
        self.root = root
        files = (f"{self.disk(project_dir)}/{SECRETS_FILE}", f"{self.disk(self.config_dir)}/{SECRETS_FILE}")
        own = tuple(path for path in files if kind_of(path) is not None)
        if own != system.own_secrets:  # another project, in one process
            system.own_secrets = own
            payload.forget_names()

    def variable(self, name: str) -> str:
        """Return a variable of the process's own environment, or of the one that was given; '' when it is not set."""
        return variable(name) if self._environ is None else self._environ.get(name) or ""

    def disk(self, path: str) -> str:
        """Return where a path of the event lies on this machine."""
        return self.root + path if self.root else path

    @property
    def keeps_content(self) -> bool:
        """Whether text of files, commands, outputs and messages may be stored, cut and redacted."""
        return self.variable("CLAUDESESS_CONTENT") != "off"

    @property
    def config_dir(self) -> str:
        """The client's own folder for the user."""
        return self.variable("CLAUDE_CONFIG_DIR") or joined(self.variable("HOME") or "/nonexistent", ".claude")


class Event:
    """The payload, read once, with the database that it goes into."""

    # What a handler's `prepare` reads out of the payload before the write lock is taken.
    call: "Any" = None  # what a tool call tries
    waited: "Optional[Mapping[str, Any]]" = None  # of an event that had to wait: what was read out of its texts
    is_whole = True  # there was memory for all of it
    outcome: "Any" = None  # how the call's parts went; None where it did not run to its end
    since: "Optional[str]" = None  # when a call began that was in the background until now
    failure: "Any" = None
    git: "Optional[dict[str, Any]]" = None
    project: "Mapping[str, Optional[str]]" = {}
    transcript: "Any" = None
    file_hash: "Optional[str]" = None

    def __init__(
        self, raw: bytes, fields: "Optional[dict[str, Any]]", at_ms: int, place: Place, size: "Optional[int]" = None
    ) -> None:
        self.payload: "dict[str, Any]" = fields or {}
        if not place.keeps_content:
            from claudesess_collector.privacy_names import plain

            self.payload = plain(self.payload)
        self.is_readable = fields is not None
        self.at_ms = at_ms
        self.stamp = clock.stamp(at_ms)
        self.place = place
        self.db: "Database"
        # The oldest logs call the event's name `event`.
        find = self.payload.get
        self.name = payload.as_name(find("hook_event_name")) or payload.as_name(find("event"))
        self.session_id = payload.as_name(find("session_id"))
        self.agent_id = payload.as_name(find("agent_id"))
        self.tool = payload.as_name(find("tool_name"))
        self.tool_use_id = payload.as_name(find("tool_use_id"))
        self.tool_ms = payload.as_number(find("duration_ms"))
        self.size: "Optional[int]" = len(raw) if size is None else size
        self.digest: "Optional[str]" = None
        if not (self.tool_use_id and self.tool):
            self.digest = payload.short_hash(raw if self.size == len(raw) else raw + b"%d" % self.size)
        self.summary: "dict[str, Any]" = {}
        self.spooled_number: "Optional[int]" = None  # of a call that had to wait: its number as it was when it came

    def line(self, text: "Optional[str]", limit: int) -> "Optional[str]":
        """Return a text of the user's as one line fit to be stored; None where no content is to be kept."""
        if text is None or not self.place.keeps_content:
            return None
        from claudesess_collector.privacy_redact import one_line

        return one_line(text, limit)

    def fact(self, key: str, read: "Callable[[Event], Any]") -> "Any":
        """Return what `read` makes of the event's texts; of one that had to wait, what it made of them then."""
        return read(self) if self.waited is None else self.waited.get(key)

    def named_call(self) -> "Any":
        """Return what the tool call tries."""
        from claudesess_collector.aims import of_call

        return of_call(self.payload, self.tool or "", self.project_dir)

    @property
    def project_dir(self) -> str:
        """The project that the database belongs to."""
        return self.place.project_dir

    @property
    def event_type(self) -> "Optional[str]":
        """The event's name in snake case; `unparsed` when the payload is no JSON object."""
        if not self.is_readable:
            return "unparsed"
        if self.name is None:
            return None
        if self.name not in _event_types:
            words = ("_" + c.lower() if c.isupper() and i else c.lower() for i, c in enumerate(self.name))
            _event_types[self.name] = "".join(words)
        return _event_types[self.name]

    @property
    def began_at(self) -> str:
        """When the tool call began: its duration before its end."""
        return clock.stamp(self.at_ms - (self.tool_ms or 0))

    @property
    def run_began(self) -> str:
        """When the run began that is judged now."""
        return self.since or self.began_at

    def text(self, *keys: str) -> "Optional[str]":
        """Return a text of the payload, else None."""
        return payload.text(self.payload, *keys)

    def named(self, *keys: str) -> "Optional[str]":
        """Return an id or name of the payload, else None."""
        return payload.name(self.payload, *keys)

    @property
    def file_path(self) -> "Optional[str]":
        """The file that a tool was given, a notebook too."""
        arguments = self.payload.get("tool_input")
        if not isinstance(arguments, dict) or not ("file_path" in arguments or "notebook_path" in arguments):
            return None
        return payload.text(arguments, "file_path") or payload.text(arguments, "notebook_path")

    @property
    def call_number(self) -> int:
        """The number of a tool call: by its event and id, and by what it says, for gateways repeat ids."""
        if self.spooled_number is not None:
            return self.spooled_number
        number = number_of(self.session_id, f"{self.name or ''}\0{self.tool_use_id}")
        return number >> CALL_BITS << CALL_BITS | _what_is_said(self.payload)

    def is_doubled(self) -> bool:
        """Note the event, and say whether it was noted before (plugin and settings both registered, say)."""
        if self.digest is None:
            return not self.note(self.call_number) or self._is_imported_call() or self._is_told_not_run()
        name = self.name or ""
        # Two seconds to a slot: the same bytes may only stand in this slot or in a neighbour's.
        key = number_of(self.session_id, f"{name}\0{self.digest}") + self.at_ms // DOUBLED_WITHIN_MS
        near = self.db.value(
            "SELECT at_ms FROM claudesess_seen WHERE id BETWEEN ? AND ? AND abs(at_ms - ?) <= ?"
            " ORDER BY at_ms DESC LIMIT 1",
            (key - 1, key + 1, self.at_ms, DOUBLED_WITHIN_MS),
        )
        if (near is not None and not self._was_answered(near)) or self._was_imported():
            return True
        self.db.run("INSERT OR REPLACE INTO claudesess_seen (id, at_ms) VALUES (?, ?)", (key, self.at_ms))
        return False

    def noted_calls(self, name: "Optional[str]" = None) -> "tuple[dict[int, int], dict[int, int]]":
        """Return the calls noted with this one's id and an event, this one's own unless another is named.

        Those of hooks and those of imports: what each says, and when.
        """
        number = self.call_number if name is None else number_of(self.session_id, f"{name}\0{self.tool_use_id}")
        first = number >> CALL_BITS << CALL_BITS
        rows = self.db.rows(
            "SELECT id - ?, at_ms FROM claudesess_seen WHERE id BETWEEN ? AND ?",
            (first, first, first + (1 << CALL_BITS) - 1),
        )
        by_imports = {number - FROM_IMPORT: at_ms for number, at_ms in rows if number >= FROM_IMPORT}
        return {number: at_ms for number, at_ms in rows if number < FROM_IMPORT}, by_imports

    def _is_imported_call(self) -> bool:
        """Say whether an import told of the call, which may know less of its result than the hook."""
        by_hooks, by_imports = self.noted_calls()
        if self.call_number % FROM_IMPORT in by_imports:
            return True
        near = [at_ms for at_ms in by_imports.values() if abs(at_ms - self.at_ms) <= EXPECTED_WITHIN_MS]
        return bool(near) and len(by_imports) >= len(by_hooks)  # each stands for one, and this one is among the hooks'

    def _is_told_not_run(self) -> bool:
        """Say whether an import told why the call did not run."""
        if self.name not in TELL_NOT_RUN:
            return False
        now = told_not_run(self) + self.at_ms
        near = (now - NOT_RUN_WITHIN_MS, now + NOT_RUN_WITHIN_MS)
        return self.db.value("SELECT 1 FROM claudesess_seen WHERE id BETWEEN ? AND ? LIMIT 1", near) is not None

    def note_answered(self, task_id: "Optional[str]") -> None:
        """Note that a change of a task came to its end: the same words again ask for another one."""
        if task_id is None:
            return
        key = number_of(self.session_id, f"answered\0{task_id}")
        self.db.run("INSERT OR REPLACE INTO claudesess_seen (id, at_ms) VALUES (?, ?)", (key, self.at_ms))

    def _was_answered(self, at_ms: int) -> bool:
        """Say whether the change of a task that was asked for at a time is done with: refused, say."""
        if self.name not in TASK_EVENTS:
            return False
        key = number_of(self.session_id, f"answered\0{self.named('task_id')}")
        answered = self.db.value("SELECT at_ms FROM claudesess_seen WHERE id = ?", (key,))
        return answered is not None and bool(answered >= at_ms)

    def _was_imported(self) -> bool:
        """Say whether the transcript told of it first: each event that was imported stands for one hook."""
        key = expected(self)
        found = self.db.value(
            "SELECT id FROM claudesess_seen WHERE id BETWEEN ? AND ? ORDER BY abs(id - ?) LIMIT 1",
            (key - EXPECTED_WITHIN_MS, key + EXPECTED_WITHIN_MS, key),
        )
        return found is not None and bool(self.db.run("DELETE FROM claudesess_seen WHERE id = ?", (found,)))

    def note(self, key: int) -> bool:
        """Note that something was seen; say whether it is new. The time is that of the event: `prune` goes by it."""
        values = (key, self.at_ms)
        return bool(self.db.run("INSERT OR IGNORE INTO claudesess_seen (id, at_ms) VALUES (?, ?)", values))

    def metric(self, event_type: str, key: "Optional[str]", value: "Any", session_id: "Optional[str]" = None) -> int:
        """Add a row to session_metrics, for the event's own session unless another is named."""
        return self.db.insert(
            "session_metrics",
            session_id=session_id or self.session_id,
            event_type=event_type,
            key=key,
            value=None if value is None else str(value),
            timestamp=self.stamp,
        )

    def summary_json(self) -> str:
        """Return payload_summary: valid JSON of at most 1 KiB, without what is not known."""
        kept = {key: value for key, value in self.summary.items() if value is not None or key == "ok"}
        for dropped in _DROPPED_FIRST:
            kept.pop(dropped, None)
            written = payload.to_json(kept)
            size = len(written) if written.isascii() else len(written.encode("utf-8", "replace"))
            if size <= _SUMMARY_BYTES:
                return written
        return payload.to_json({"bytes": self.size} if self.size is not None else {})


def _what_is_said(fields: "dict[str, Any]") -> int:
    """Return a number below FROM_IMPORT for what a call asks and is answered: by hook and by import the same."""
    texts: "list[str]" = []
    _gather([fields.get(key) for key in ("tool_name", "tool_input", "tool_response", "error")], texts, 0)
    digest = blake2b("\0".join(texts).encode("utf-8", "replace"), digest_size=2).digest()
    return int.from_bytes(digest, "big") % FROM_IMPORT


def _gather(values: "list[Any]", texts: "list[str]", depth: int) -> None:
    """Add texts and numbers, those of objects in the order of their keys, of long ones the ends."""
    for value in values:
        if len(texts) >= _TEXTS:
            return
        kind = type(value)
        if kind is str:
            texts.append(value if len(value) <= 2 * _ENDS else value[:_ENDS] + value[-_ENDS:])
        elif kind is dict or kind is list:
            if depth < _DEPTH:
                inside = [value[key] for key in sorted(value)] if kind is dict else value[:_TEXTS]
                _gather(inside, texts, depth + 1)
        elif value is not None:
            texts.append(str(value))


def expected(event: Event) -> int:
    """Return the number under which an import notes an event without an id of its own: its kind's, and the time."""
    kind = number_of(event.session_id, f"expected\0{event.name or ''}\0{event.agent_id or ''}")
    return kind + event.at_ms


def told_not_run(event: Event) -> int:
    """Return the number under which an import notes that a call did not run, but for the time."""
    return number_of(event.session_id, f"not run\0{event.tool_use_id}")


def number_of(session_id: "Optional[str]", value: str) -> int:
    """Return a positive integer that stands for a text of a session, with room above it for a slot's number.

    Those of a session lie together in claudesess_seen: to note one changes a page that was changed before.
    """
    session = (session_id or "").encode("utf-8", "replace")
    if session not in _sessions:
        _sessions.clear()  # one at a time is asked for, mostly
        _sessions[session] = blake2b(session, digest_size=2).digest()
    digest = blake2b(session + b"\0" + value.encode("utf-8", "replace"), digest_size=6).digest()
    return int.from_bytes(_sessions[session] + digest, "big") >> 2
