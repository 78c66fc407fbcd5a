"""Sessions that were judged by other rules than today's: judged again, where their transcripts are left."""

from claudesess_collector import payload, project

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable, Optional

    from claudesess_collector.batch_staged import Staged
    from claudesess_collector.database import Database

WHOLE, DERIVED = "whole", "derived"
_OURS = "claudesess/"
_TABLES = (
    "agent_registry", "file_claims", "session_metrics", "failed_paths", "error_log", "context_snapshots",
    "hook_events", "llm_verdicts",
)  # fmt: skip
_JUDGED = ("error_log", "failed_paths")
# What payload_summary says by rules; all else in it was seen.
_BY_RULES = ("ok", "check", "aim", "kind", "spelling", "chain", "closes", "leaves", "error_id")
_CALLS = "event_type IN ('post_tool_use', 'post_tool_use_failure') AND NOT instr(payload_summary, '\"dup\": true')"
_OWN = "SELECT name FROM {}.sqlite_master WHERE type = 'table' AND name LIKE 'claudesess\\_%' ESCAPE '\\'"


def extent(db: "Database", session_id: str, paths: "Iterable[str]") -> "Optional[str]":
    """Return what of a session is to be judged again: all of it, what rules made of what hooks saw, or nothing."""
    rules = [db.value("SELECT rules FROM claudesess_imported WHERE path = ?", (path,)) for path in paths]
    read = [number for number in rules if number is not None]
    is_old = any(number != project.RULES for number in read) if read else _was_judged_before(db, session_id)
    if not is_old:
        return None
    return DERIVED if _has_hooks(db, session_id) else WHOLE


def _was_judged_before(db: "Database", session_id: str) -> bool:
    """Say whether hooks recorded a session before the file was written by the rules of today."""
    facts = dict(db.rows("SELECT key, value FROM project_state WHERE key IN ('schema_writer', 'rules_since')"))
    writer = facts.get("schema_writer") or ""
    if writer != project.WRITER:
        return writer.startswith(_OURS)
    first = db.value("SELECT min(timestamp) FROM hook_events WHERE session_id = ?", (session_id,))
    return first is not None and first < facts.get("rules_since", "")


def _has_hooks(db: "Database", session_id: str, where: str = "main") -> bool:
    by_hooks = f"SELECT 1 FROM {where}.hook_events WHERE session_id = ? AND NOT instr(payload_summary, ?) LIMIT 1"
    return bool(db.value(by_hooks, (session_id, '"imported": true')))


def forget(db: "Staged", session_id: str) -> bool:
    """Delete all that an import wrote of a session into the file beside; False when hooks tell of it by now."""
    if _has_hooks(db, session_id, "target"):
        return False
    claims = "SELECT id FROM target.file_claims WHERE session_id = ?"
    db.run(f"DELETE FROM target.claudesess_edits WHERE claim_id IN ({claims})", (session_id,))
    for table in (*_TABLES, *_own_tables(db)):
        db.run(f"DELETE FROM target.{table} WHERE session_id = ?", (session_id,))
    return True


def replace(db: "Staged", session_id: str) -> bool:
    """Put what was judged now in the place of what was judged then; False where the transcript lacks a failure."""
    judged: "dict[tuple[str, object], list[dict[str, Any]]]" = {}
    for kind, summary in db.rows(f"SELECT event_type, payload_summary FROM main.hook_events WHERE {_CALLS}"):
        keys: "dict[str, Any]" = payload.parse(summary.encode()) or {}
        judged.setdefault((kind, keys.get("tool_use_id")), []).append(keys)
    changes: "list[tuple[int, dict[str, Any], dict[str, Any]]]" = []
    events = f"SELECT id, event_type, payload_summary FROM target.hook_events WHERE session_id = ? AND {_CALLS}"
    for row_id, kind, summary in db.rows(f"{events} ORDER BY id", (session_id,)):
        keys = payload.parse((summary or "").encode()) or {}
        found = judged.get((kind, keys.get("tool_use_id")))
        if found:
            changes.append((row_id, keys, found.pop(0) if len(found) > 1 else found[0]))
        elif keys.get("error_id") is not None:
            return False
    first = {table: _next_id(db, table) for table in _JUDGED}
    for table in _JUDGED:
        db.run(f"DELETE FROM target.{table} WHERE session_id = ?", (session_id,))
        columns = [name for _, name, *_ in db.rows(f"PRAGMA main.table_info({table})") if name != "id"]
        names = ", ".join(columns)
        db.run(
            f"INSERT INTO target.{table} (id, {names}) SELECT id + ?, {names} FROM main.{table} ORDER BY id",
            (first[table],),
        )
    for row_id, keys, now in changes:
        merged = {key: value for key, value in keys.items() if key not in _BY_RULES}
        merged.update({key: now[key] for key in _BY_RULES if key in now})
        if merged.get("error_id") is not None:
            merged["error_id"] += first["error_log"]
        db.run("UPDATE target.hook_events SET payload_summary = ? WHERE id = ?", (payload.to_json(merged), row_id))
    for table in _own_tables(db):
        db.run(f"DELETE FROM target.{table} WHERE session_id = ?", (session_id,))
        columns = [name for _, name, *_ in db.rows(f"PRAGMA main.table_info({table})")]
        chosen = ", ".join(f"error_id + {first['error_log']}" if name == "error_id" else name for name in columns)
        db.run(f"INSERT OR REPLACE INTO target.{table} ({', '.join(columns)}) SELECT {chosen} FROM main.{table}")
    return True


def _next_id(db: "Staged", table: str) -> int:
    return db.value("SELECT seq FROM target.sqlite_sequence WHERE name = ?", (table,)) or 0


def _own_tables(db: "Staged") -> "list[str]":
    """Return our tables that are by session: those of open chains, say."""
    names = [name for (name,) in db.rows(_OWN.format("main"))]
    return [name for name in names if any(c[1] == "session_id" for c in db.rows(f"PRAGMA main.table_info({name})"))]


def fit(file: "Database", fresh: "Database") -> None:
    """Make our tables in a file those of today: other rules kept other things in them while a session went on."""
    for (table,) in fresh.rows(_OWN.format("main")):
        today = [name for _, name, *_ in fresh.rows(f"PRAGMA table_info({table})")]
        there = [name for _, name, *_ in file.rows(f"PRAGMA table_info({table})")]
        if there and there != today:
            file.run(f"DROP TABLE {table}")
    if "rules" not in [name for _, name, *_ in file.rows("PRAGMA table_info(claudesess_imported)")]:
        file.run("ALTER TABLE claudesess_imported ADD COLUMN rules INTEGER NOT NULL DEFAULT 0")
