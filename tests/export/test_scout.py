"""`claudesess scout`: a transcript database of inspect_scout, held against the types of its schema."""

from __future__ import annotations

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from handmade import database, lines, shown
from one_session import session

from claudesess import open_store, samples
from claudesess.cli import main
from claudesess.export import scout

pytestmark = pytest.mark.slow

#: Of inspect_scout 0.6: `scout db schema --format pyarrow`, the columns that are written here.
SCHEMA = {
    "transcript_id": "string", "source_type": "string", "source_id": "string", "date": "string", "task_set": "string",
    "task_id": "string", "agent": "string", "model": "string", "total_time": "double", "total_tokens": "int64",
}  # fmt: skip


def test_a_row_value_by_value(tmp_path):
    with open_store(session(tmp_path)) as store:
        found = scout.transcripts(store)
    standard = shown(found, ",".join(SCHEMA))
    assert standard == lines("""
        transcript_id,source_type,source_id,date,task_set,task_id,agent,model,total_time,total_tokens
        s,claudesess,s,2026-05-04T09:00:00.000Z,/home/me/shop,s,claude-code,m-1,60.0,9149
    """)
    counts = "started_by,end_reason,is_open,n_prompts,n_tool_calls,n_failed_calls,n_errors,n_chains,n_agents,n_compactions"
    assert shown(found, counts) == lines(f"""
        {counts}
        startup,other,False,1,5,1,1,1,2,1
    """)


def test_types_are_those_of_its_schema_also_where_nothing_is_known(tmp_path):
    for path in (session(tmp_path), database(tmp_path / "empty.db"), samples.sample_path("workshop")):
        out = tmp_path / path.stem
        done = CliRunner().invoke(main, ["scout", str(path), "--out", str(out)])
        assert done.exit_code == 0, done.output
        written = pq.read_schema(out / "claudesess.parquet")
        types = {name: str(written.field(name).type).removeprefix("large_") for name in SCHEMA}
        assert types == SCHEMA


def test_a_session_has_one_row(tmp_path):
    for name in ("a", "b"):
        session(tmp_path / name).rename(tmp_path / name / ".claude-session.db")
    with open_store(tmp_path) as store:
        assert scout.transcripts(store)["transcript_id"].tolist() == ["s"]
