"""Events as a transcript tells of them: the same handlers, at the transcript's times, many in one transaction.

What only transcripts know (calls refused before they ran, interrupts, tokens, the client's version) goes to
session_metrics. An event that a hook told of already is left alone, and a hook that comes later is doubled.
"""

from recorder import clock, payload
from recorder.database import Database
from recorder.event import EXPECTED_WITHIN_MS, Event, Place, expected, number_of
from recorder.handlers import handler_of
from recorder.record import add_hook_event, known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

OWN_TABLES = """
CREATE TABLE IF NOT EXISTS claudesess_imported (
  path TEXT PRIMARY KEY, size INTEGER NOT NULL, offset INTEGER NOT NULL
) WITHOUT ROWID;
"""
_LOG_BYTES = 64 << 20
_COMMAND = 200
_REASON = 300
_COMPACTION_MS = 180_000  # old transcripts do not say how long one took
_TOKENS = ("input", "output", "cache_read", "cache_write")


class Past(Event):
    """An event, or a fact that has no event, with what identifies it in its transcript."""

    def __init__(self, said: "dict[str, Any]", at_ms: int, place: Place, key: str) -> None:
        super().__init__(b"", said, at_ms, place)
        self.digest = None
        self.size = None
        self.key = key

    @property
    def is_fact(self) -> bool:
        """Whether no hook tells of it."""
        return self.name in FACTS


class Writer:
    """Writes the past of one session into a project's database."""

    def __init__(self, path: str, place: Place, session_id: str) -> None:
        self.db = Database(path, 30.0)
        self.db.log_limit = _LOG_BYTES  # each emptying waits for the disk
        self.db.script(OWN_TABLES)
        self.place = place
        self.session_id = session_id
        self._told_by_hooks = self._read_hooks()

    def prepare(self, events: "list[Past]") -> None:
        """Do what needs no lock: name the checks, read the failures."""
        for event in events:
            event.db = self.db
            event.summary = known(event)
            event.summary["imported"] = True
            if event.tool_use_id is not None and not event.is_fact:
                prepare = handler_of(event.name)[0]
                if prepare is not None:
                    prepare(event)

    def write(self, events: "list[Past]") -> int:
        """Write prepared events in their order, in one transaction; return how many were new."""
        told_by_hooks = {kind: list(times) for kind, times in self._told_by_hooks.items()}
        try:
            return self._write_together(events, self._write)
        except Exception as error:
            if self.db.is_out_of_reach(error):
                raise
            self._told_by_hooks = told_by_hooks
        return sum(self._write_alone(event) for event in events)

    def _write_together(self, events: "list[Past]", write: "Callable[[Past], bool]") -> int:
        try:
            self.db.begin()
            written = sum([write(event) for event in events])
            self.db.commit()
        except BaseException:
            self.db.rollback()
            raise
        return written

    def _write_alone(self, event: Past) -> int:
        """Write one event; where its handler fails, the event alone, and the fact, as of a hook."""
        try:
            return self._write_together([event], self._write)
        except Exception as error:
            if self.db.is_out_of_reach(error) or event.is_fact:
                raise
        event.summary = known(event)
        event.summary["imported"] = True
        return self._write_together([event], self._write_failed)

    def _write_failed(self, event: Past) -> bool:
        if not event.note(_identity(event)):
            return False
        add_hook_event(event, 1, None)
        return True

    def _write(self, event: Past) -> bool:
        if event.is_fact:
            FACTS[event.name or ""](event)
            return False
        if not event.note(_identity(event)) or self._is_told(event):
            return False
        handle = handler_of(event.name)[1]
        if handle is not None:
            handle(event)
        add_hook_event(event, 0, None)
        if event.tool_use_id is None:
            event.note(expected(event))
        return True

    def _read_hooks(self) -> "dict[tuple[str, str], list[int]]":
        """Return the times of the events that hooks told of and that carry no id, by name and agent."""
        rows = self.db.rows(
            "SELECT event_type, payload_summary, strftime('%s', timestamp) * 1000 + substr(timestamp, -3)"
            " FROM hook_events WHERE session_id = ? AND NOT instr(payload_summary, '\"imported\": true')"
            " AND NOT instr(payload_summary, '\"tool_use_id\"') AND NOT instr(payload_summary, '\"dup\": true')",
            (self.session_id,),
        )
        found: "dict[tuple[str, str], list[int]]" = {}
        for kind, summary, at_ms in rows:
            said = payload.parse((summary or "").encode())
            found.setdefault((kind, payload.name(said, "agent_id") or ""), []).append(at_ms)
        return found

    def _is_told(self, event: Past) -> bool:
        """Say whether a hook told of the event: the nearest one of its kind, each taken once."""
        times = self._told_by_hooks.get((event.event_type or "", event.agent_id or ""))
        if not times:
            return False
        earlier = later = EXPECTED_WITHIN_MS
        if event.name in ("PreCompact", "PostCompact"):
            earlier = later = _COMPACTION_MS
        elif event.named("source") in ("startup", "resume"):  # the first line may come long after the start
            earlier = event.at_ms
        near = [at_ms for at_ms in times if -earlier <= at_ms - event.at_ms <= later]
        if not near:
            return False
        nearest = min(near, key=lambda at_ms: abs(at_ms - event.at_ms))
        times.remove(nearest)
        return True

    def remembered(self, path: str) -> "tuple[int, int]":
        """Return how many bytes of a file were read, and where to read on."""
        row = self.db.row("SELECT size, offset FROM claudesess_imported WHERE path = ?", (path,))
        return (0, 0) if row is None else (row[0], row[1])

    def remember(self, path: str, size: int, offset: int) -> None:
        """Note how far a file was read."""
        self.db.run(
            "INSERT OR REPLACE INTO claudesess_imported (path, size, offset) VALUES (?, ?, ?)", (path, size, offset)
        )

    def close(self) -> None:
        """Close the connection."""
        self.db.close()


def _identity(event: Past) -> int:
    """Return the number that stands for the event: a tool call's is the one that its hook noted."""
    if event.tool_use_id is not None:
        return number_of(f"{event.session_id or ''}\0{event.name or ''}\0{event.tool_use_id}")
    return number_of(f"past\0{event.session_id}\0{event.name}\0{event.key}")


def settle(path: str, place: Place, at_ms: int) -> None:
    """After an import: close what is long silent, as the start of a session would, and fold the log into the file."""
    from recorder import project, sessions

    db = Database(path, 30.0)
    event = Past({"hook_event_name": "SessionStart"}, at_ms, place, "")
    event.db = db
    event.project = {
        "session_id": db.value(
            "SELECT session_id FROM session_metrics WHERE event_type = 'session_start' AND key = 'start_time'"
            " ORDER BY value DESC LIMIT 1"
        ),
        "project_dir": place.project_dir,
        "schema_writer": f"claudesess/{project.VERSION}",
    }
    db.begin()
    sessions.close_silent(event)
    project.note(event)
    db.commit()
    db.row("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


def _is_new(event: Past) -> bool:
    return event.note(number_of(f"fact\0{event.session_id}\0{event.name}\0{event.key}"))


def _tokens(event: Past) -> None:
    """Tokens of one answer of the model; of its lines the last one counts."""
    said = {
        "model": event.named("model"),
        "prompt_id": event.named("prompt_id"),
        "agent_id": event.agent_id,
        **{kind: payload.number(event.payload, kind) for kind in _TOKENS},
    }
    value = payload.to_json({key: told for key, told in said.items() if told is not None})
    message = event.named("message_id")
    if _is_new(event):
        event.metric("tokens", message, value)
    else:
        event.db.run(
            "UPDATE session_metrics SET value = ? WHERE session_id = ? AND event_type = 'tokens' AND key = ?"
            " AND value <> ?",
            (value, event.session_id, message, value),
        )


def _refused(event: Past) -> None:
    """A call that was refused before it ran."""
    if _is_new(event):
        event.metric("tool_refused", event.tool, event.line(event.text("reason"), _REASON))


def _interrupted(event: Past) -> None:
    """The user stopped a turn, or a tool."""
    if _is_new(event):
        event.metric("interrupt", event.named("what"), None)


def _client(event: Past) -> None:
    """The client's version, or the branch, as soon as a line names another."""
    if _is_new(event):
        event.metric("client", event.named("what"), event.named("value"))


def _stop_hooks(event: Past) -> None:
    """What the client noted of the hooks that ran at a stop: their run times, and what judges said."""
    from recorder import verdicts

    line = event.payload["line"]
    if _is_new(event):
        hooks = payload.field(line, "hookInfos")
        for hook in hooks if isinstance(hooks, list) else ():
            took = payload.number(hook, "durationMs")
            if took is not None:
                event.metric("stop_hook", event.line(payload.text(hook, "command"), _COMMAND), took)
    verdicts.note_line(event, line)


def _compacted(event: Past) -> None:
    """Tokens before and after a compaction, tied to its last snapshot."""
    said = {kind: payload.number(event.payload, kind) for kind in ("before", "after", "ms")}
    if not _is_new(event):
        return
    snapshot = event.db.value(
        "SELECT id FROM context_snapshots WHERE session_id = ? AND snapshot_type = 'post_compact'"
        " AND timestamp BETWEEN ? AND ? ORDER BY abs(julianday(timestamp) - julianday(?)) LIMIT 1",
        (
            event.session_id,
            clock.stamp(event.at_ms - _COMPACTION_MS),
            clock.stamp(event.at_ms + _COMPACTION_MS),
            event.stamp,
        ),
    )
    known_numbers = {kind: value for kind, value in said.items() if value is not None}
    event.metric("compaction_tokens", None if snapshot is None else str(snapshot), payload.to_json(known_numbers))


FACTS = {
    "tokens": _tokens,
    "refused": _refused,
    "interrupted": _interrupted,
    "client": _client,
    "stop_hooks": _stop_hooks,
    "compacted": _compacted,
}
