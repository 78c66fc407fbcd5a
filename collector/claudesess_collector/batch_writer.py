"""Events as a transcript tells of them: the same handlers, at the transcript's times, many in one transaction.

An event that a hook told of already is left alone, and a hook that comes later is doubled.
"""

from claudesess_collector import batch_again, on_sessions, payload, project
from claudesess_collector.aims import of_call
from claudesess_collector.batch_facts import COMPACTION_MS, FACTS, tokens_json
from claudesess_collector.batch_staged import BUSY_S, FURTHER, Staged, knows
from claudesess_collector.clock import stamp
from claudesess_collector.database import Database
from claudesess_collector.event import EXPECTED_WITHIN_MS, FROM_IMPORT, Event, Place, expected, number_of
from claudesess_collector.handlers import handler_of
from claudesess_collector.privacy_names import plain
from claudesess_collector.record import add_hook_event, basics
from claudesess_collector.vocabulary import SHELLS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Iterable, Optional

    from claudesess_collector.batch_staged import Row

OWN_TABLES = """
CREATE TABLE IF NOT EXISTS claudesess_imported (
  path TEXT PRIMARY KEY, size INTEGER NOT NULL, offset INTEGER NOT NULL, rules INTEGER NOT NULL
) WITHOUT ROWID;
"""
_KNOWN_CALLS = 1000
_calls: "dict[tuple[object, ...], Any]" = {}
_AT_MS = "strftime('%s', timestamp) * 1000 + substr(timestamp, -3)"
_LOG_BYTES = 16 << 20  # each emptying of the log waits for the disk


class ByHook:
    """An event without an id of its own as a hook told of it: when, and of whose prompt, where that is known."""

    def __init__(self, at_ms: int, prompt_id: "Optional[str]", writer: "Optional[str]") -> None:
        self.at_ms = at_ms
        self.prompt_id = prompt_id
        self.writer = writer

    def may_be(self, prompt_id: "Optional[str]", writer: str) -> bool:
        """Say whether it may be the prompt of this id and this writer: a machine's has the id of the human's before."""
        is_its = None in (self.prompt_id, prompt_id) or self.prompt_id == prompt_id
        return is_its and self.writer in (None, writer)


class Imported(Event):
    """An event, or a fact that has no event, with what identifies it in its transcript."""

    def __init__(self, fields: "dict[str, Any]", at_ms: int, place: Place, key: str) -> None:
        super().__init__(b"", fields, at_ms, place)
        self.digest = None
        self.size = None
        self.key = key
        self.seen: "Optional[dict[int, int]]" = None  # where it is noted until it is in the file

    @property
    def is_fact(self) -> bool:
        """Whether no hook tells of it."""
        return self.name in FACTS

    @property
    def identity(self) -> int:
        """The number that stands for the event: a tool call's is the one that its hook notes, marked as an import's."""
        if self.tool_use_id is not None:
            return self.call_number + FROM_IMPORT
        return number_of(self.session_id, f"past\0{self.name}\0{self.key}")

    def is_hooks_call(self) -> bool:
        """Say whether a hook told of the call: one with the same words, else one of its id that no import stands for.

        The result may have come in other words: an agent's transcript holds only what the model was told.
        """
        by_hooks, by_imports = self.noted_calls()
        return self.call_number % FROM_IMPORT in by_hooks or len(by_hooks) >= len(by_imports)

    def note(self, key: int) -> bool:
        """Note that something was seen, at hand or in the file."""
        if self.seen is None:
            return super().note(key)
        is_new = key not in self.seen
        self.seen.setdefault(key, self.at_ms)
        return is_new

    def named_call(self) -> "Any":
        """Return what the tool call tries; a command that is run again and again is read once."""
        command = self.text("tool_input", "command") if self.tool in SHELLS else None
        if command is None:
            return of_call(self.payload, self.tool or "", self.project_dir)
        run = (command, self.text("cwd"), self.project_dir, self.agent_id is None, self.name == "PostToolUse")
        if run not in _calls:
            if len(_calls) >= _KNOWN_CALLS:
                _calls.clear()
            _calls[run] = of_call(self.payload, self.tool or "", self.project_dir)
        return _calls[run]


class Writer:
    """Writes the past of one session into a project's database.

    A session that the database does not know is written aside and moved there as a whole. One that it knows,
    from hooks or from an import before, is added to where it is; one that was judged by other rules is judged again.
    `files` are its transcripts.
    """

    def __init__(self, path: str, place: Place, session_id: str, files: "Iterable[str]" = ()) -> None:
        self._path = path
        self._place = place
        self._session_id = session_id
        self._file = _opened(path)
        if self._file.is_new:
            self._file.keep_out_of_git(place.root)
        is_known = knows(self._file, session_id)
        self._again = batch_again.extent(self._file, session_id, files) if is_known else None
        self._aside = _emptied() if self._again or not is_known else None
        self._db: Database = self._aside or self._file
        self._by_hooks = {} if self._again else self._read_hooks()
        self._seen: "dict[int, int]" = {}
        self._answers: "dict[str, Row]" = {}

    def write(self, lines: "Iterable[tuple[int, str, dict[str, Any]]]") -> int:
        """Write events (time, key, payload) in their order, in one transaction; return how many were new."""
        events = []
        for at_ms, key, fields in lines:
            events.append(Imported(fields, at_ms, self._place, key))
            self._prepare(events[-1])
        by_hooks = {kind: list(every) for kind, every in self._by_hooks.items()}
        n_seen = len(self._seen)
        try:
            return self._write_together(events, self._write)
        except Exception as error:
            if self._db.is_out_of_reach(error):
                raise
        self._by_hooks = by_hooks
        self._forget_all_but(n_seen)
        return sum([self._write_alone(event) for event in events])

    def _forget_all_but(self, n_seen: int) -> None:
        while len(self._seen) > n_seen:
            self._seen.popitem()  # the last one first

    def answered(self, answers: "Iterable[tuple[int, str, dict[str, Any]]]") -> None:
        """Take the tokens of answers (time, the answer's id, counts); they are written at the end."""
        session_id = payload.as_name(self._session_id)
        for at_ms, key, fields in answers:
            tokens = tokens_json(fields if self._place.keeps_content else plain(fields))
            self._answers[key] = (session_id, key, tokens, stamp(at_ms))

    def _prepare(self, event: Imported) -> None:
        """Do what needs no lock: say what is tried, read the failure."""
        event.db = self._db
        event.seen = None if self._aside is None else self._seen
        if event.is_fact:
            return
        event.summary = basics(event)
        event.summary["imported"] = True
        if event.tool_use_id is not None:
            prepare = handler_of(event.name)[0]
            if prepare is not None:
                prepare(event)

    def _write_together(self, events: "list[Imported]", write: "Callable[[Imported], bool]") -> int:
        try:
            self._db.begin()
            written = sum([write(event) for event in events])
            self._db.commit()
        except BaseException:
            self._db.rollback()
            raise
        return written

    def _write_alone(self, event: Imported) -> int:
        """Write one event; where its handler fails, the event alone, and the fact, as of a hook."""
        n_seen = len(self._seen)
        try:
            return self._write_together([event], self._write)
        except Exception as error:
            if self._db.is_out_of_reach(error) or event.is_fact:
                raise
        self._forget_all_but(n_seen)
        event.summary = basics(event)
        event.summary["imported"] = True
        return self._write_together([event], self._write_failed)

    def _write_failed(self, event: Imported) -> bool:
        if not event.note(event.identity):
            return False
        add_hook_event(event, 1, None)
        return True

    def _write(self, event: Imported) -> bool:
        if event.is_fact:
            FACTS[event.name or ""](event)
            return False
        # Asked also of what was noted before: an import that was killed goes on with the hooks that are left.
        is_told = event.tool_use_id is None and self._takes_hook(event)
        if not event.note(event.identity) or is_told or self._is_hooks_call(event):
            return False
        handle = handler_of(event.name)[1]
        if handle is not None:
            handle(event)
        add_hook_event(event, 0, None)
        if event.tool_use_id is None:
            event.note(expected(event))
        return True

    def _read_hooks(self) -> "dict[tuple[str, str], list[ByHook]]":
        """Return the events that hooks told of and that carry no id, by name and agent."""
        rows = self._file.rows(
            f"SELECT event_type, payload_summary, {_AT_MS}"
            " FROM hook_events WHERE session_id = ? AND NOT instr(payload_summary, '\"imported\": true')"
            " AND NOT instr(payload_summary, '\"tool_use_id\"')"
            " AND NOT instr(payload_summary, '\"dup\": true')",
            (self._session_id,),
        )
        prompts = self._file.rows(
            f"SELECT {_AT_MS}, key FROM session_metrics WHERE session_id = ? AND event_type = 'prompt'",
            (self._session_id,),
        )
        writers: "dict[int, str]" = dict(prompts)
        found: "dict[tuple[str, str], list[ByHook]]" = {}
        for kind, summary, at_ms in rows:
            keys = payload.parse((summary or "").encode())
            event = ByHook(at_ms, payload.name(keys, "prompt_id"), writers.get(at_ms))
            found.setdefault((kind, payload.name(keys, "agent_id") or ""), []).append(event)
        return found

    @staticmethod
    def _is_hooks_call(event: Imported) -> bool:
        """Say whether the event is a call, and a hook told of it."""
        return event.tool_use_id is not None and event.seen is None and event.is_hooks_call()

    def _takes_hook(self, event: Imported) -> bool:
        """Say whether a hook told of an event without an id: the nearest one of its kind, each taken once."""
        near = self._hooks_near(event)
        if not near:
            return False
        self._by_hooks[_kind_of(event)].remove(min(near, key=lambda one: abs(one.at_ms - event.at_ms)))
        return True

    def _hooks_near(self, event: Imported) -> "list[ByHook]":
        """Return what hooks told that may be the event."""
        every = self._by_hooks.get(_kind_of(event), [])
        earlier = later = EXPECTED_WITHIN_MS
        if event.name in ("PreCompact", "PostCompact"):
            earlier = later = COMPACTION_MS
        elif event.named("source") in ("startup", "resume", "fork"):  # the first line may come long after the start
            earlier = event.at_ms
        prompt_id = event.named("prompt_id")
        if event.name != "UserPromptSubmit":
            return [one for one in every if -earlier <= one.at_ms - event.at_ms <= later]
        writer = on_sessions.writer_of(event)
        # No hook tells of some prompts; those of others are not theirs. What waits while a tool runs, as a notice does,
        # has the time at which it came, its hook that at which it was read.
        return [
            one
            for one in every
            if one.may_be(prompt_id, writer)
            and -earlier <= one.at_ms - event.at_ms
            and (one.at_ms - event.at_ms <= later or (prompt_id is not None and one.prompt_id == prompt_id))
        ]

    def remembered(self, path: str) -> "tuple[int, int]":
        """Return how many bytes of a file were read, and where to read on."""
        row = self._file.row("SELECT size, offset FROM claudesess_imported WHERE path = ?", (path,))
        return (0, 0) if row is None or self._again else (row[0], row[1])

    def finish(self, read: "Iterable[tuple[str, int, int]]") -> bool:
        """Move what was written aside, and note how far each file was read: (path, size, where to read on).

        False when it is to be read once more, and added to what is there: hooks began to tell of the session in the
        meantime, or what they recorded was judged again.
        """
        rows: "list[Row]" = [(*row, project.RULES) for row in read]
        if self._aside is None:
            self._add_answers(rows)
            return True
        if self._again == batch_again.DERIVED:
            self._aside.judge_again(self._path, self._session_id, [(row[0], 0, 0, row[3]) for row in rows])
            return False
        seen = sorted(self._seen.items())  # those of a session lie together
        further: "dict[str, Iterable[Row]]" = {"tokens": self._answers.values(), "seen": seen, "imported": rows}
        is_moved = self._aside.move(self._path, self._session_id, further, bool(self._again))
        self._file.bound_log()
        return is_moved

    def _add_answers(self, read: "Iterable[Row]") -> None:
        """Write the tokens of new answers into the file, and those that are known better by now."""
        session_id = payload.as_name(self._session_id)
        is_the_answers = "session_id = ? AND event_type = 'tokens'"
        try:
            self._file.begin()
            query = f"SELECT key, value FROM session_metrics WHERE {is_the_answers}"
            there = dict(self._file.rows(query, (session_id,)))
            change = f"UPDATE session_metrics SET value = ? WHERE {is_the_answers} AND key = ?"
            for _, key, value, _ in self._answers.values():
                if there.get(key, value) != value:
                    self._file.run(change, (value, session_id, key))
            new = [row for key, row in self._answers.items() if key not in there]
            self._file.many(FURTHER["tokens"].format("main"), new)
            self._file.many(FURTHER["imported"].format("main"), read)
            self._file.commit()
        except BaseException:
            self._file.rollback()
            raise


def _kind_of(event: Imported) -> "tuple[str, str]":
    """Return what an event without an id is of: its name, and its agent."""
    return event.event_type or "", event.agent_id or ""


_open: "dict[str, Database]" = {}


def _opened(path: str) -> Database:
    """Return the connection to a file; it is kept for the next session."""
    if path not in _open:
        file = Database(path, BUSY_S)
        file.complete(BUSY_S, OWN_TABLES)  # who made it may still be at it, or know fewer tables
        batch_again.fit(file, _emptied())
        file.complete(BUSY_S, OWN_TABLES)
        file.log_limit, file.emptying = _LOG_BYTES, "PASSIVE"
        _open[path] = file
    return _open[path]


def _emptied() -> Staged:
    """Return the database in memory, with nothing of the last session in it."""
    aside = _open.pop(Staged.PATH, None)
    if not isinstance(aside, Staged):
        aside = Staged()
    aside.rollback()
    aside.clear()
    _open[Staged.PATH] = aside
    return aside


def close_all() -> None:
    """Close the connections that were kept."""
    while _open:
        _open.popitem()[1].close()


def settle(path: str, place: Place, at_ms: int) -> None:
    """After an import: close what is long silent, as the start of a session would, and fold the log into the file."""
    db = Database(path, BUSY_S)
    event = Imported({"hook_event_name": "SessionStart"}, at_ms, place, "")
    event.db = db
    event.project = {
        "session_id": db.value(
            "SELECT session_id FROM session_metrics WHERE event_type = 'session_start' AND key = 'start_time'"
            " ORDER BY value DESC LIMIT 1"
        ),
        **project.whereabouts(place),
        "schema_writer": project.WRITER,
    }
    db.begin()
    on_sessions.close_silent(event)
    project.note(event)
    db.commit()
    db.row("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
