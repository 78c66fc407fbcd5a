"""Every sample's chains and rejected edits, held against what is true of them, call by call (`truth.json`)."""

import json
import sqlite3
from contextlib import closing

import pytest

from claudesess import open_store, paths, samples
from claudesess.importing import writing
from claudesess.samples import replay
from claudesess.transcripts import find

TOLD = sorted(
    path.parent.name
    for path in paths.samples_dir().glob("*/truth.json")
    if "chains" in json.loads(path.read_text(encoding="utf-8"))
)
CHAINS = """
    SELECT a.chain_id, t.tool_use_id, a.error_category::VARCHAR AS category, a.kind::VARCHAR AS kind,
        c.first_event::VARCHAR AS first_event, c.outcome::VARCHAR AS outcome, s.tool_use_id AS fixed_by
    FROM error_attempts AS a
    JOIN error_chains AS c ON c.db = a.db AND c.chain_id = a.chain_id
    LEFT JOIN tool_calls AS t ON t.db = a.db AND t.error_id = a.error_id
    LEFT JOIN tool_calls AS s ON s.db = c.db AND s.session_id = c.session_id AND s.ended_at = c.closed_at
    ORDER BY a.error_id
"""


def truth(name):
    return json.loads((paths.samples_dir() / name / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture(params=["hooks", "transcripts"])
def database(name, request, tmp_path):
    """A sample as its hooks told it, and as its transcripts alone do."""
    folder = paths.samples_dir() / name
    if request.param == "hooks":
        return samples.sample_path(name)
    scene = replay.read_scene(folder)
    replay._lay(scene, tmp_path)
    made = tmp_path / scene.project_dir.lstrip("/") / ".claude-session.db"
    sessions, faults = find.sessions([folder / "transcripts"])
    assert not faults
    for session in sessions:
        writing.import_session(session, made, {"HOME": replay.HOME}, root=str(tmp_path))
    return made


def chains(database):
    with open_store(database) as store:
        rows = store.sql(CHAINS, [])
    found = {}
    for row in rows.itertuples():
        end = (row.category, row.kind, row.first_event, row.outcome)
        by = row.fixed_by if isinstance(row.fixed_by, str) else None
        tries = found.setdefault(row.chain_id, ([], None))[0]
        found[row.chain_id] = ([*tries, row.tool_use_id], (*end, by))
    return sorted(found.values(), key=str)


@pytest.mark.slow
@pytest.mark.parametrize("name", TOLD)
def test_every_chain_is_the_one_that_happened(name, database):
    keys = ("category", "kind", "first_event", "outcome", "fixed_by")
    true = [(chain["tries"], tuple(chain[key] for key in keys)) for chain in truth(name)["chains"]]
    assert chains(database) == sorted(true, key=str)


EDITS = """
    SELECT payload_summary ->> 'tool_use_id', payload_summary ->> 'tool', payload_summary ->> 'path',
        payload_summary ->> 'snippet', timestamp
    FROM hook_events WHERE event_type = 'post_tool_use' AND payload_summary ->> 'tool' IN ('Edit', 'Write', 'NotebookEdit')
"""


@pytest.mark.parametrize("name", TOLD)
def test_the_edits_that_checks_rejected_and_no_others(name, database):
    with closing(sqlite3.connect(database)) as connection:
        edits = connection.execute(EDITS).fetchall()
        rows = connection.execute("SELECT approach, file_path, timestamp FROM failed_paths").fetchall()
    rejected = truth(name)["rejected"]
    blamed = set()
    for approach, path, at in rows:
        same = [
            call
            for call, tool, edited, snippet, made in edits
            if edited == path
            and approach.startswith(f"{tool} ")
            and approach.endswith(snippet or "")
            and made < at
        ]
        assert set(same) & set(rejected), (approach, same)
        blamed |= set(same)
    assert set(rejected) <= blamed


def test_there_are_samples_with_their_truth():
    assert len(TOLD) == 11
