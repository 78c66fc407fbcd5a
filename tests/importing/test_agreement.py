"""Each recorded session twice: as its hooks told it, and as its transcript does; alone, and in either order."""

import json
import sqlite3
from collections import Counter
from contextlib import closing
from functools import cache
from pathlib import Path

import pytest
from tables import each_row

from claudesess import paths
from claudesess.importing import writing
from claudesess.samples import replay
from claudesess.transcripts import find

STORIES = sorted(
    folder.name
    for folder in paths.samples_dir().iterdir()
    if (folder / "hooks.jsonl").is_file() and (folder / "transcripts").is_dir()
)
TABLES = (
    "agent_registry", "file_claims", "session_metrics", "failed_paths", "error_log", "context_snapshots", "hook_events",
    "llm_verdicts",
)  # fmt: skip
#: Events of which a transcript has no line, and which carry nothing into the other tables but a request's row.
HOOKS_ONLY = {"pre_tool_use", "post_tool_batch", "permission_request", "notification", "cwd_changed"}
#: Facts that no hook tells.
TRANSCRIPT_ONLY = {
    "tokens",
    "client",
    "stop_hook",
    "tool_refused",
    "tool_error",
    "compaction_tokens",
    "interrupt",
}
TIMES = {"timestamp", "updated_at", "spawn_time", "end_time"}


@pytest.fixture
def story(tmp_path, request):
    return Story(tmp_path, request.param)


class Story:
    def __init__(self, root, name):
        self.folder = paths.samples_dir() / name
        self.scene = replay.read_scene(self.folder)
        self.root = root
        replay._lay(self.scene, root)
        self.database = root / self.scene.project_dir.lstrip("/") / ".claude-session.db"

    def tell(self, order):
        for source in order:
            if source == "h":
                firings = replay.read_firings(self.folder / "hooks.jsonl")
                replay._feed_in_process(firings, self.scene.project_dir, self.root)
            else:
                sessions, faults = find.sessions([self.folder / "transcripts"])
                assert not faults
                for session in sessions:
                    writing.import_session(session, self.database, {"HOME": replay.HOME}, root=str(self.root))
        return {table: self.rows(table) for table in TABLES}

    def rows(self, table):
        with closing(sqlite3.connect(self.database)) as connection:
            connection.row_factory = sqlite3.Row
            found = [dict(row) for row in connection.execute(f"SELECT * FROM {table} ORDER BY rowid")]
        return Counter(said for said in map(PLAIN.get(table, plain), found) if said is not None)


def plain(row):
    return tuple((key, value) for key, value in row.items() if key not in TIMES and key != "id")


def plain_agent(row):
    return tuple((key, value) for key, value in row.items() if key not in TIMES)


def plain_metric(row):
    kind, key, value = row["event_type"], row["key"], row["value"]
    if kind in TRANSCRIPT_ONLY or (kind, key) == (
        "session_end",
        "reason",
    ):  # why it ended is in no transcript
        return None
    if kind == "session_end" and key in ("end_time", "duration_seconds", "hook_count"):
        return kind, key
    if (kind, key) == ("session_start", "start_time") or kind in ("task_completed", "subagent_resume"):
        return kind, key
    return row["session_id"], kind, key, value


def plain_event(row):
    said = json.loads(row["payload_summary"])
    if said.get("dup") or row["event_type"] in HOOKS_ONLY:
        return None
    kept = (
        "tool",
        "tool_use_id",
        "prompt_id",
        "agent_id",
        "agent_type",
        "path",
        "range",
        "ok",
        "spelling",
        "aim",
        "kind",
        "chain",
        "closes",
        "leaves",
        "snippet",
    )
    return row["session_id"], row["event_type"], json.dumps({key: said.get(key) for key in kept})


def plain_snapshot(row):
    said = json.loads(row["content"])
    files = [(file["path"], file["n"]) for file in said.get("files") or ()]
    chains = [list(chain.values()) for chain in said.get("chains") or ()]
    approaches = [(one["file"], one["approach"]) for one in said.get("failed_paths") or ()]
    agents = [(one["id"], one["type"], one["task"]) for one in said.get("agents") or ()]
    told = (files, chains, approaches, agents, said.get("tasks"), said.get("trigger"))
    return row["session_id"], row["snapshot_type"], json.dumps(told)


PLAIN = {
    "agent_registry": plain_agent,
    "session_metrics": plain_metric,
    "hook_events": plain_event,
    "context_snapshots": plain_snapshot,
}
#: What the transcript alone cannot know, or knows otherwise: story -> table -> (rows less, rows more).
KNOWN = {
    # The stops of the client's own summariser.
    "compaction": {"hook_events": (2, 0)},
    # ... and what goes on in the background while the main thread waits.
    "stopblock": {"hook_events": (1, 0), "session_metrics": (1, 0)},
    # Requests for permission leave no line.
    "crash": {"session_metrics": (3, 0)},
    # What goes on in the background while the main thread waits.
    "edges": {"session_metrics": (1, 0)},
}


@pytest.fixture(scope="module")
def told_by(tmp_path_factory):
    """Return a function that has each story told once by hooks (h), and once by its transcript (t)."""
    return cache(lambda name, source: Story(tmp_path_factory.mktemp(source), name).tell(source))


@pytest.mark.parametrize("name", STORIES)
def test_a_transcript_alone_tells_what_the_hooks_told(name, told_by):
    by_hooks, by_transcript = told_by(name, "h"), told_by(name, "t")
    for table in TABLES:
        less, more = by_hooks[table] - by_transcript[table], by_transcript[table] - by_hooks[table]
        expected = KNOWN.get(name, {}).get(table, (0, 0))
        assert (less.total(), more.total()) == expected, (table, less, more)


@pytest.mark.parametrize("story", STORIES, indirect=True)
def test_after_the_hooks_a_transcript_adds_what_only_it_knows(story, told_by):
    by_hooks = told_by(story.folder.name, "h")
    assert story.tell("ht") == by_hooks
    assert story.tell("t") == by_hooks


@pytest.mark.parametrize("order", ["tt", "th"])
@pytest.mark.parametrize("story", STORIES, indirect=True)
def test_after_the_transcript_nothing_doubles(story, order, told_by):
    once = told_by(story.folder.name, "t")
    twice = story.tell(order)
    for table in TABLES:
        assert not once[table] - twice[table], table
        more = twice[table] - once[table]
        # What the hooks alone know is added: requests for permission, the summariser's stop.
        name = story.folder.name
        expected = (
            {
                ("crash", "session_metrics"): 3,
                ("compaction", "hook_events"): 2,
                ("stopblock", "hook_events"): 1,
            }
            if order == "th"
            else {}
        )
        assert more.total() == expected.get((name, table), 0), (table, more)


@pytest.mark.parametrize("story", ["retry"], indirect=True)
def test_half_a_session_by_hooks_and_all_of_it_by_the_transcript(story):
    """The collector was installed, or taken out, in the middle."""
    firings = replay.read_firings(story.folder / "hooks.jsonl")
    replay._feed_in_process(firings[: len(firings) // 2], story.scene.project_dir, story.root)
    (session,), _ = find.sessions([story.folder / "transcripts"])
    writing.import_session(session, story.database, {"HOME": replay.HOME}, root=str(story.root))
    with closing(sqlite3.connect(story.database)) as connection:
        chains = connection.execute(
            "SELECT attempt_number, resolution FROM error_log WHERE agent_id IS NULL ORDER BY id"
        )
        assert chains.fetchall() == [(1, None), (2, None), (3, "escalated_research")]
        calls = connection.execute(
            "SELECT payload_summary FROM hook_events WHERE event_type IN ('post_tool_use', 'post_tool_use_failure')"
        )
        ids = [json.loads(summary)["tool_use_id"] for (summary,) in calls]
    assert len(ids) == len(set(ids)) == 21


@each_row(
    "before", [(), ("background",), ("stopblock",)]
)  # nothing is there; rows, but none that are referred to; such rows
def test_numbers_inside_of_texts_are_those_of_their_rows(tmp_path, before):
    database = tmp_path / ".claude-session.db"
    for name in (*before, "compaction"):
        for session in find.sessions([paths.samples_dir() / name / "transcripts"])[0]:
            writing.import_session(session, database, {"HOME": replay.HOME})
    with closing(sqlite3.connect(database)) as connection:
        own = "WHERE session_id = (SELECT session_id FROM context_snapshots ORDER BY id DESC LIMIT 1) ORDER BY id"
        rejected = dict(connection.execute(f"SELECT id, approach FROM failed_paths {own}"))
        rows = list(connection.execute(f"SELECT id, snapshot_type, content FROM context_snapshots {own}"))
    said = [(number, kind, json.loads(content)) for number, kind, content in rows]
    named = [
        (one["id"], one["approach"]) for _, _, content in said for one in content.get("failed_paths") or ()
    ]
    assert len(named) == 2 and all(rejected[number] == approach for number, approach in named)
    before_of = {
        number: content.get("pre_snapshot_id") for number, kind, content in said if kind == "post_compact"
    }
    assert before_of == {number: number - 1 for number in before_of} and len(before_of) == 2


def test_the_transcripts_stay_as_they_are(tmp_path):
    before = {path: path.read_bytes() for path in Path(paths.samples_dir()).rglob("transcripts/**/*.jsonl")}
    assert len(before) > 10
    sessions, _ = find.sessions(list(before))
    for session in sessions:
        writing.import_session(session, tmp_path / ".claude-session.db", {"HOME": replay.HOME})
    assert {path: path.read_bytes() for path in before} == before
