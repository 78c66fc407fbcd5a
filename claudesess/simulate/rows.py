"""A story, straight to the rows of the nine tables: what the collector makes of a block is learnt once.

The real collector plays every block that a story has once, in a session of its own; its rows are kept as a
template, in which ids and times are marked. A session's rows are the templates of its blocks, one after the
other, with its own ids and times. So nothing that the collector judges is judged here a second time. That
blocks do not change each other's rows is held by a test against the collector's own database of the same
story.

Sessions follow each other in time, and those that are cut off lie in the project's last day: what a later
start makes of a session that has been silent for a day is not played.
"""

import json
import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from claudesess import paths
from claudesess.samples import replay
from claudesess.simulate import scripts
from claudesess.simulate.scripts import Block, Ids
from claudesess.simulate.story import DAY_MS, Planned, firings

TABLES = (
    "project_state",
    "agent_registry",
    "file_claims",
    "failed_paths",
    "error_log",
    "context_snapshots",
    "session_metrics",
    "hook_events",
    "llm_verdicts",
)
"""In an order in which rows name only rows of tables before them."""

Row = dict[str, Any]
Lists = dict[str, list[Any]]

_LEARNT_MS = 1_767_225_600_000  # 2026-01-01
_RELEVANT_MS = 7 * DAY_MS
_LISTED = 50
_AGENTS = (0, 1, 2, 3, 99)  # of a block, and the helper of a compaction
_HASHED = ("digest", "chain", "closes", "leaves")  # named after the session by a hash, in summaries of events
_ERROR_ID = re.compile(r'("error_id": )(\d+)')
_SNAPSHOT_ID = re.compile(r'("pre_snapshot_id": )(\d+)')


class _Key(NamedTuple):
    """What is learnt by itself: a block at its place, in a session that is cut off or not; or no block."""

    block: Block | None
    slot: int
    is_cut: bool


class _Template(NamedTuple):
    """What the collector makes of a block.

    `head`, `rows`, `late` and `tail` are JSON lists of [table, event, row]: of the session's start, of the
    block itself, of the block but written when the session ends, of the end. `open` is what it leaves open
    in a snapshot there, `counts` what it adds to the totals, `leaves` what it adds to lists in the tail's
    summaries, by "event key". `words` are those that stand for this session alone.
    """

    head: str
    rows: str
    late: str
    tail: str
    stamps: tuple[str, ...]
    open: str
    counts: dict[str, int]
    leaves: str
    words: tuple[str, ...]
    ids: Ids
    pattern: re.Pattern[str]


def scene() -> replay.Scene:
    """Return the machine on which the story happens."""
    files = {f"{scripts.PROJECT_DIR}/{name}": text for name, text in scripts.files().items()}
    return replay.Scene(scripts.PROJECT_DIR, files, scripts.PROGRAMS)


def collect(sessions: list[Planned], destination: Path) -> Path:
    """Write the database that the real collector makes of a story: for a sample, not for volume."""
    stream = [replay.Firing(at_ms, payload) for at_ms, payload in firings(sessions)]
    return replay.replay(stream, scene(), destination, in_process=True)


def write(sessions: list[Planned], destination: Path) -> Path:
    """Write the rows of a story straight into a database of the collector's schema.

    Parameters
    ----------
    sessions : list of Planned
        In order of time.
    destination : Path
        The database to write; one that is there is replaced.

    Returns
    -------
    Path
        ``destination``. The collector's own bookkeeping (tables named ``claudesess_…``) is not in it.
    """
    templates, state = _learn(sessions)
    destination.parent.mkdir(parents=True, exist_ok=True)
    destination.unlink(missing_ok=True)
    with closing(sqlite3.connect(destination)) as connection:
        connection.executescript((paths.collector_dir() / "schema.sql").read_text(encoding="utf-8"))
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA synchronous = OFF")
        writer = _Writer(templates)
        for one in sessions:
            for table, rows in writer.session(one).items():
                marks = ", ".join("?" * len(rows[0]))
                connection.executemany(
                    f"INSERT INTO {table} VALUES ({marks})", [tuple(row.values()) for row in rows]
                )
        for row in state if sessions else ():
            # A value that stays as it is keeps its first time.
            last, first = sessions[-1], sessions[0]
            is_session = row["key"] == "session_id"
            value = last.ids.session if is_session else row["value"]
            at_ms = last.at_ms[0] if is_session else first.at_ms[0]
            connection.execute(
                "INSERT INTO project_state VALUES (?, ?, ?)", (row["key"], value, _stamp(at_ms))
            )
        if sessions:
            limit = _stamp(sessions[-1].at_ms[0] - _RELEVANT_MS)
            connection.execute("UPDATE failed_paths SET still_relevant = 0 WHERE timestamp < ?", (limit,))
        connection.commit()
    return destination


class _Writer:
    """Makes the rows of sessions, and numbers them."""

    def __init__(self, templates: dict[_Key, _Template]) -> None:
        self._templates = templates
        self._last = dict.fromkeys(TABLES, 0)

    def session(self, one: Planned) -> dict[str, list[Row]]:
        """Return the rows of a session by table."""
        rows: dict[str, list[Row]] = {}
        frame = self._templates[_Key(None, 0, False)]
        n_head = len(scripts.head(one.ids))
        fill = _Filling(frame, one, -1, one.at_ms[:n_head])
        self._add(rows, json.loads(fill.text(frame.head)), {})
        at = n_head
        open_: Lists = {}
        leaves: Lists = {}
        counts: dict[str, int] = {}
        late: list[tuple[str, int, Row]] = []
        n_tail = len(scripts.tail(one.ids))
        for slot, what in enumerate(one.blocks):
            made = self._templates[_Key(what, slot, one.is_cut)]
            ended = self._templates[_Key(what, slot, False)]
            n_events = len(ended.stamps) - n_head - n_tail
            fill = _Filling(made, one, slot, one.at_ms[at : at + n_events], skip=n_head)
            numbers = self._add(rows, json.loads(fill.text(made.rows)), open_)
            own = _Filling(ended, one, slot, one.at_ms[at : at + n_events], skip=n_head)
            left: Lists = json.loads(own.text(ended.open))
            _renumber(left, numbers if ended is made else _shifted(numbers, ended))
            # What is open now comes before what was open earlier: newest first.
            open_ = {name: [*items, *open_.get(name, [])] for name, items in left.items()}
            if not one.is_cut:
                end = _Filling(made, one, slot, one.at_ms[-n_tail:], skip=len(made.stamps) - n_tail)
                late += json.loads(end.text(made.late))
            for place, items in json.loads(own.text(ended.leaves)).items():
                leaves[place] = [*leaves.get(place, []), *items]
            for key, more in ended.counts.items():
                counts[key] = counts.get(key, 0) + more
            at += n_events
        if not one.is_cut:
            fill = _Filling(frame, one, -1, one.at_ms[at:], skip=n_head)
            tail = json.loads(fill.text(frame.tail))
            for table, event, row in tail:
                _add_up(table, event, row, counts, leaves, one)
            self._add(rows, [*late, *tail], open_)
        return rows

    def _add(
        self, rows: dict[str, list[Row]], made: list[tuple[str, int, Row]], open_: Lists
    ) -> dict[str, dict[int, int]]:
        """Add rows, with numbers of their own; return these by the numbers that they had."""
        numbers: dict[str, dict[int, int]] = {table: {} for table in TABLES}
        for table, _, row in made:
            if table == "hook_events":
                row["payload_summary"] = _numbered(_ERROR_ID, row["payload_summary"], numbers["error_log"])
            elif table == "context_snapshots":
                row["content"] = _numbered(_SNAPSHOT_ID, row["content"], numbers["context_snapshots"])
                if row["snapshot_type"] != "post_compact":
                    row["content"] = _with_lists(row["content"], numbers, open_)
            elif table == "session_metrics" and row["event_type"] == "compaction":
                row["value"] = str(numbers["context_snapshots"][int(row["value"])])
            if table != "agent_registry":
                self._last[table] += 1
                numbers[table][row["id"]] = row["id"] = self._last[table]
            rows.setdefault(table, []).append(row)
        return numbers


class _Filling:
    """Puts a session's own ids and times in the place of those of a template."""

    def __init__(
        self, template: _Template, one: Planned, slot: int, times: tuple[int, ...], skip: int = 0
    ) -> None:
        learnt, own = template.ids, one.ids
        words = dict(zip(template.stamps[skip:], map(_stamp, times), strict=False))
        words |= {learnt.session: own.session, learnt.prompt(): own.prompt()}
        words |= {learnt.agent(slot, number): own.agent(slot, number) for number in _AGENTS}
        head = learnt.call(0, 0)[: -len("000000")]
        for word in template.words:
            if word.startswith(head):
                words[word] = own.call(0, 0)[: -len("000000")] + word[len(head) :]
            else:
                named = blake2b(f"{own.session} {word}".encode(), digest_size=6).hexdigest()
                words.setdefault(word, named)
        self._words = words
        self._pattern = template.pattern

    def text(self, text: str) -> str:
        """Fill in."""
        return self._pattern.sub(lambda found: self._words.get(found[0], found[0]), text)


def _numbered(where: re.Pattern[str], text: str, numbers: dict[int, int]) -> str:
    return where.sub(lambda found: f"{found[1]}{numbers[int(found[2])]}", text)


def _with_lists(content: str, numbers: dict[str, dict[int, int]], open_: Lists) -> str:
    """Add to a snapshot what earlier blocks left open."""
    lists = json.loads(content)
    _renumber(lists, numbers)
    for name, items in open_.items():
        lists[name] = [*lists[name], *items][:_LISTED]
    return json.dumps(lists, ensure_ascii=False)


def _renumber(lists: Row, numbers: dict[str, dict[int, int]]) -> None:
    """Give the rejected approaches that a snapshot lists the numbers of their rows."""
    for item in lists.get("failed_paths", ()):
        item["id"] = numbers["failed_paths"][item["id"]]


def _shifted(numbers: dict[str, dict[int, int]], ended: _Template) -> dict[str, dict[int, int]]:
    """Return numbers by those of the ended variant of a template: the same rows, in the same order."""
    old = [row["id"] for table, _, row in json.loads(ended.rows) if table == "failed_paths"]
    return {"failed_paths": dict(zip(old, numbers["failed_paths"].values(), strict=True))}


def _add_up(table: str, event: int, row: Row, counts: dict[str, int], leaves: Lists, one: Planned) -> None:
    """Put into a row of the session's end what all its blocks come to."""
    if table == "session_metrics" and row["event_type"] == "session_end":
        if row["key"] == "duration_seconds":
            row["value"] = str((one.at_ms[-1] - one.at_ms[0]) / 1000)
        elif row["key"] in counts:
            row["value"] = str(int(row["value"]) + counts[row["key"]])
    for place, items in leaves.items():
        number, _, key = place.partition(" ")
        if table == "hook_events" and int(number) == event and items:
            summary = json.loads(row["payload_summary"])
            summary[key] = [*summary.get(key, []), *items]
            row["payload_summary"] = json.dumps(summary, ensure_ascii=False)


_templates: dict[_Key, _Template] = {}
_state: list[Row] = []


def _learn(planned: Iterable[Planned]) -> tuple[dict[_Key, _Template], list[Row]]:
    """Have the collector play what is not known yet; return all that is known, and the project's state."""
    wanted = {_Key(None, 0, False): None}
    for one in planned:
        for slot, what in enumerate(one.blocks):
            wanted |= {_Key(what, slot, is_cut): None for is_cut in {False, one.is_cut}}
    new = [key for key in wanted if key not in _templates]
    if new:
        sessions: list[tuple[_Key, Ids, tuple[int, ...], list[scripts.Step]]] = []
        now_ms = _LEARNT_MS
        for key in new:
            ids = Ids(f"{len(_templates) + len(sessions):08x}-0000-4000-8000-000000000000")
            blocks = [] if key.block is None else scripts.block(ids, key.slot, key.block)
            steps = [*scripts.head(ids), *blocks, *([] if key.is_cut else scripts.tail(ids))]
            sessions.append((key, ids, tuple(now_ms + 1_000 * at for at in range(1, len(steps) + 1)), steps))
            now_ms = sessions[-1][2][-1]
        with TemporaryDirectory(prefix="claudesess-simulate-") as folder:
            stream = [
                replay.Firing(at_ms, scripts.raw(step.payload))
                for _, _, times, steps in sessions
                for at_ms, step in zip(times, steps, strict=True)
            ]
            made = replay.replay(stream, scene(), Path(folder) / "learnt.db", in_process=True)
            with closing(sqlite3.connect(made)) as connection:
                connection.row_factory = sqlite3.Row
                _state[:] = [dict(row) for row in connection.execute("SELECT * FROM project_state")]
                for key, ids, times, _ in sessions:
                    _templates[key] = _template(connection, key, ids, tuple(map(_stamp, times)))
    return _templates, _state


def _template(connection: sqlite3.Connection, key: _Key, ids: Ids, stamps: tuple[str, ...]) -> _Template:
    """Take the rows of one learnt session apart."""
    event_of = {stamp: number for number, stamp in enumerate(stamps)}
    n_head = len(scripts.head(ids))
    n_tail = 0 if key.is_cut else len(scripts.tail(ids))
    parts: dict[str, list[tuple[str, int, Row]]] = {"head": [], "rows": [], "late": [], "tail": []}
    for table in TABLES[1:]:
        query = f"SELECT * FROM {table} WHERE session_id = ? ORDER BY rowid"
        for found in connection.execute(query, (ids.session,)):
            row = dict(found)
            event = event_of[row.get("timestamp") or row["spawn_time"]]
            is_tail = event >= len(stamps) - n_tail
            is_late = is_tail and row.get("event_type") == "subagent_stop"
            part = "head" if event < n_head else "late" if is_late else "tail" if is_tail else "rows"
            parts[part].append((table, event, row))
    text = {name: json.dumps(rows, ensure_ascii=False) for name, rows in parts.items()}
    open_, counts, leaves = _end_of(
        parts["tail"], None if key.block is None else _templates.get(_Key(None, 0, False))
    )
    words = set(re.findall(r"toolu_\w+", "".join(text.values())))
    for rows in parts.values():
        for table, _, row in rows:
            if table == "hook_events":
                summary = json.loads(row["payload_summary"])
                for name in _HASHED:
                    value = summary.get(name)
                    words |= {word for word in (value if isinstance(value, list) else [value]) if word}
    marked = [*stamps, ids.session, ids.prompt(), *words, *(ids.agent(key.slot, at) for at in _AGENTS)]
    return _Template(
        head=text["head"],
        rows=text["rows"],
        late=text["late"],
        tail=text["tail"],
        stamps=stamps,
        open=json.dumps(open_, ensure_ascii=False),
        counts=counts,
        leaves=json.dumps(leaves),
        words=tuple(sorted(words)),
        ids=ids,
        pattern=re.compile("|".join(map(re.escape, marked))),
    )


def _end_of(tail: list[tuple[str, int, Row]], base: _Template | None) -> tuple[Lists, dict[str, int], Lists]:
    """Return what a block leaves for the end of its session: open things, counts, and lists of summaries."""
    open_: Lists = {}
    counts: dict[str, int] = {}
    leaves: Lists = {}
    if base is None or not tail:
        return open_, counts, leaves
    plain = {
        row["key"]: row["value"] for table, _, row in json.loads(base.tail) if table == "session_metrics"
    }
    n_events = max(event for _, event, _ in tail)
    for table, event, row in tail:
        if table == "context_snapshots":
            open_ = {
                name: items for name, items in json.loads(row["content"]).items() if isinstance(items, list)
            }
        elif table == "session_metrics" and str(row["value"]).isdigit() and row["key"] in plain:
            counts[row["key"]] = int(row["value"]) - int(plain[row["key"]])
        elif table == "hook_events":
            for name, value in json.loads(row["payload_summary"]).items():
                if isinstance(value, list):
                    # The tail of a session without blocks has other numbers: told from the end.
                    leaves[f"{event - n_events + len(base.stamps) - 1} {name}"] = value
    return open_, counts, leaves


def _stamp(at_ms: int) -> str:
    moment = datetime.fromtimestamp(at_ms // 1000, UTC)
    return f"{moment:%Y-%m-%d %H:%M:%S}.{at_ms % 1000:03d}"
