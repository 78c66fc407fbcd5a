"""What `claudesess scout` writes, opened by inspect_scout itself: it wants another DuckDB, so it has its own Python."""

import json
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner
from handmade import ROOT

from claudesess import open_store, samples
from claudesess.cli import main
from claudesess.export import scout

PROGRAMS = ROOT / "build" / "neighbours" / "scout" / "bin"

#: What a user of inspect_scout would do: all transcripts, and those that a filter on a count leaves.
READ = """
import asyncio, json, sys
from inspect_scout import columns as c, transcripts_from

async def listed(transcripts):
    async with transcripts.reader() as reader:
        return [one.model_dump() async for one in reader.index()]

async def main():
    every = transcripts_from(sys.argv[1])
    hard = await listed(every.where(c.most_attempts >= 4))
    print(json.dumps({"every": await listed(every), "hard": [one["transcript_id"] for one in hard]}, default=str))

asyncio.run(main())
"""


@pytest.fixture(scope="module")
def programs():
    if not (PROGRAMS / "scout").exists():
        pytest.skip("inspect_scout could not be installed: no package index within reach?")
    return PROGRAMS


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    out = tmp_path_factory.mktemp("scout") / "transcripts"
    done = CliRunner().invoke(main, ["scout", str(samples.sample_path("workshop")), "--out", str(out)])
    assert done.exit_code == 0, done.output
    return out


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A user who has nothing: what another tool keeps is kept there."""
    return {"HOME": str(tmp_path_factory.mktemp("home")), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}


def run(program: Path, *arguments, home, cwd):
    return subprocess.run(
        [program, *arguments], env=home, cwd=cwd, capture_output=True, text=True, timeout=600
    )


def test_its_own_check_passes(programs, written, home):
    done = run(programs / "scout", "db", "validate", str(written), home=home, cwd=written.parent)
    assert (done.returncode, "Schema validation passed" in done.stdout) == (0, True), (
        done.stdout + done.stderr
    )


def test_it_refuses_what_lacks_a_column(programs, written, home, tmp_path):
    """So that the test above can fail."""
    pq = pytest.importorskip("pyarrow.parquet")
    table = pq.read_table(written / "claudesess.parquet").drop_columns("transcript_id")
    pq.write_table(table, tmp_path / "lame.parquet")
    done = run(programs / "scout", "db", "validate", str(tmp_path), home=home, cwd=tmp_path)
    assert "transcript_id" in done.stdout + done.stderr
    assert "Schema validation passed" not in done.stdout


def test_it_lists_the_sessions_with_their_counts_and_filters_by_them(programs, written, home):
    done = run(programs / "python", "-c", READ, str(written), home=home, cwd=written.parent)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    with open_store(samples.sample_path("workshop")) as store:
        wanted = scout.transcripts(store).set_index("transcript_id")
    rows = {one["transcript_id"]: one for one in found["every"]}
    assert sorted(rows) == sorted(wanted.index)
    assert set(found["hard"]) == set(wanted.index[(wanted["most_attempts"] >= 4).fillna(False)])
    assert 0 < len(found["hard"]) < len(rows)
    for name, row in rows.items():
        assert row["task_set"] == wanted.at[name, "task_set"]
        assert row["total_time"] == pytest.approx(wanted.at[name, "total_time"])
        for count in ("n_tool_calls", "n_failed_calls", "n_agents", "n_compactions"):
            assert row["metadata"][count] == wanted.at[name, count]
