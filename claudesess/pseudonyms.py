"""Texts that may be shared: each is a pseudonym under a key of the user's, but for what is nobody's."""

from __future__ import annotations

import functools
import hashlib
import hmac
import json
import os
import re
import secrets
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from claudesess_collector import vocabulary, vocabulary_keys

from claudesess import files
from claudesess.contracts.derived import FIRST_EVENTS, HAPPENINGS
from claudesess.errors import ClaudesessError
from claudesess.estimating.sums import NOT_KNOWN

if TYPE_CHECKING:
    import pyarrow as pa

Level = Literal["equal", "dropped"]
"""Of prose, texts of several words: are equal ones told as equal, or nothing of them at all?"""

#: What says nothing of anybody: numbers, dates and times, versions, the models of the client's maker.
_PUBLIC = re.compile(
    r"|\d{1,6}|\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|\+00(:00)?)?)?|\d{1,6}(\.\d{1,6}){1,2}"
    r"|claudesess/[\d.]{1,20}|claude-[a-z]+-[\d-]{1,20}|claude-[\d-]{1,12}[a-z]+[\d-]{0,12}"
)
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{20,}|[0-9a-f]{12,}|toolu_\w+")
_PATH = re.compile(r"[^\s]*[/\\][^\n]*")
#: A worktree is told as one of its repository, as the relations do.
_WORKTREE = re.compile(r"(.+?)(/(?:\.claude/worktrees|\.worktrees)/)(.+)", re.DOTALL)
_LINES = re.compile(r"\d{1,7}-\d{1,7}")
_APPROACH = re.compile(rf"({'|'.join(vocabulary.OPERATIONS)}) ([^\n]*?)(?:: (.*))?", re.DOTALL)
#: What older writers wrote as a text with a line for each item.
_LISTS = frozenset({"agents", "chains", "failed_paths", "files", "tasks"})
_ITEM = re.compile(r"\s*(?:[-*•]|\d{1,4}[.)])\s+")
_DIGITS = 12  # of a digest: a million texts, and no two of them alike but once in 500 times
_LEAST_KEY = 16
_PROSE = "text"
_AGENTS = ("main thread", "general-purpose", "Explore", "Plan", "statusline-setup", "output-style-setup")
_TOOLS = (
    "Glob", "Grep", "LS", "NotebookRead", "TodoWrite", "TodoRead", "KillShell", "BashOutput", "ExitPlanMode",
    "EnterPlanMode", "ToolSearch", "TaskList", "TaskGet", "TaskOutput",
)  # fmt: skip
_FACTS = (
    "language", "framework", "tools_available", "tools_missing", "session_id", "project_dir", "project_root",
    "schema_writer", "rules_since", "start_time", "end_time", "source", "model", "reason", "duration_seconds",
    "agent_count", "error_count", "file_count", "hook_count", "tool_count", "prompt_count", "version",
    "compaction_count", "seconds_since_last_response", "context_tokens", "git_branch",
    "estimated_cache_write_usd",
)  # fmt: skip


class Pseudonyms:
    """Pseudonyms under one key: of equal texts they are equal, at every time and place.

    Parameters
    ----------
    key
        Without it nobody can say whether a text is behind a pseudonym.
    level
        ``"dropped"``: all texts of several words read alike.

    Examples
    --------
    >>> told = Pseudonyms(b"a key of sixteen or more")
    >>> told.text("general-purpose"), told.text("12"), told.text("/home/jane/plan.py")
    ('general-purpose', '12', 'path-8e03e6422249')
    """

    def __init__(self, key: bytes, level: Level = "equal") -> None:
        self.level = level
        self._key = key
        self._words, self._keys = _words(), _keys()
        self.text = functools.lru_cache(maxsize=None)(self._text)

    def __reduce__(self) -> tuple[type[Pseudonyms], tuple[bytes, Level]]:
        """Go to another process with the key alone: what was told is told there again."""
        return Pseudonyms, (self._key, self.level)

    def mark(self) -> str:
        """Tell two keys apart, without a word of either."""
        return self._digest("claudesess")

    def table(self, table: pa.Table) -> pa.Table:
        """Return a table all of whose texts may be shared."""
        import pyarrow as pa

        columns = []
        for column in table.columns:
            if pa.types.is_string(column.type):
                found = column.combine_chunks().dictionary_encode()
                shown = pa.array(map(self.text, found.dictionary.to_pylist()), pa.string())
                column = shown.take(found.indices)
            columns.append(column)
        return pa.table(columns, schema=table.schema)

    def _text(self, value: Any) -> str:
        """Return a text as it may be shown."""
        text = str(value)
        if text in self._words or _PUBLIC.fullmatch(text):
            return text
        if text.startswith(vocabulary.TRIED):
            return self._message(text)
        if text.startswith(("{", "[")):
            return self._json(text)
        approach = _APPROACH.fullmatch(text)
        if approach is not None:
            operation, file, line = approach.groups()
            return vocabulary.approach(operation, self.text(file), None if line is None else self.text(line))
        return self._name(text)

    def _name(self, text: str) -> str:
        if _ID.fullmatch(text):
            return self._digest(text)
        if not _PATH.fullmatch(text):
            is_dropped = self.level == "dropped" and len(text.split(None, 1)) > 1
            return _PROSE if is_dropped else f"text-{self._digest(text)}"
        worktree = _WORKTREE.fullmatch(text)
        if worktree is not None:
            return f"{self._name(worktree[1])}{worktree[2]}{self._name(worktree[3])}"
        return f"path-{self._digest(text)}"

    def _message(self, text: str) -> str:
        """Return a message of a failure: what was tried apart from the rest, so that it is still known."""
        tried, *lines = text[len(vocabulary.TRIED) :].split("\n")
        rest = "\n".join(line for line in lines if line != vocabulary.HIDDEN)
        lines_shown = [vocabulary.TRIED + self.text(tried)]
        lines_shown += [vocabulary.HIDDEN] * (vocabulary.HIDDEN in lines)
        return "\n".join([*lines_shown, self.text(rest)] if rest else lines_shown)

    def _json(self, text: str) -> str:
        try:
            return json.dumps(self._value(json.loads(text), None), ensure_ascii=False)
        except (ValueError, RecursionError):
            return self._name(text)

    def _value(self, value: Any, key: str | None) -> Any:
        """Return a value of a JSON text; a number says something of its own where its key is not ours.

        What a summary names cannot be told of its pseudonym: it is left out, and not taken to name nothing.
        """
        if key == "compact_summary":
            return None
        if isinstance(value, dict):
            return {
                name if name in self._keys else self.text(name): self._value(item, name)
                for name, item in value.items()
            }
        if isinstance(value, list):
            return [self._value(item, key) for item in value]
        if isinstance(value, str) and key in _LISTS:
            return "\n".join(self._item(line) for line in value.split("\n"))
        if isinstance(value, str):
            return value if key == "range" and _LINES.fullmatch(value) else self.text(value)
        return value if key in self._keys or isinstance(value, bool) else None

    def _item(self, line: str) -> str:
        start = _ITEM.match(line)
        n = start.end() if start else 0
        return line[:n] + self.text(line[n:])

    def _digest(self, text: str) -> str:
        return hmac.new(self._key, text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:_DIGITS]


def key(path: Path | None = None) -> bytes:
    """Return the key in a file, or the user's own, so that pseudonyms stay the same; made at the first time.

    Raises
    ------
    ClaudesessError
        The file cannot be read or made, or holds too little.
    """
    if path is None:
        from claudesess import my_data

        path = my_data.pseudonyms_key()
    try:
        if not path.is_file():
            _make(path)
        found = files.read_regular(path)
    except OSError as error:
        raise ClaudesessError(f"The key {path} cannot be used ({error.strerror or error}).") from error
    if len(found) < _LEAST_KEY:
        raise ClaudesessError(f"The key {path} has fewer than {_LEAST_KEY} bytes; name another file.")
    return found


def _make(path: Path) -> None:
    """Make a key that nobody else may read; of two who do so at once, one's counts for both."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, fresh = tempfile.mkstemp(dir=path.parent)  # of mode 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(32))
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        Path(fresh).unlink()


def _words() -> frozenset[str]:
    """Return the words of the field itself, which are nobody's."""
    own = {
        word
        for name, value in vars(vocabulary).items()
        if name.isupper()
        for word in (value if isinstance(value, tuple) else (value,))
        if isinstance(word, str)
    }
    others = ("verified", "all", "retried", "other", "clear", "logout", "prompt_input_exit", NOT_KNOWN)
    return frozenset(
        {
            *own,
            *vocabulary_keys.METRICS,
            *FIRST_EVENTS,
            *HAPPENINGS,
            *_AGENTS,
            *_TOOLS,
            *_FACTS,
            *_LISTS,
            *others,
        }
    )


def _keys() -> frozenset[str]:
    """Return the keys of JSON texts that are ours."""
    return frozenset(
        word for keys in vocabulary_keys.KEYS.values() for key in keys for word in key.split(".")
    )
