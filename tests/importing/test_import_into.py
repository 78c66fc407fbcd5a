"""Into which file an import writes, and what it does with what it finds there."""

import shutil

import pytest
from click.testing import CliRunner
from made_transcripts import CWD, ended, story

from claudesess import samples
from claudesess.cli import main
from claudesess.importing import plan, recorded, workers
from claudesess.transcripts import find


def test_per_project_writes_into_the_projects_own_database(past, tmp_path):
    project = tmp_path / "project"
    project.mkdir()
    ended(story(cwd=str(project))).write(past.folder)
    ended(story("88888888-0000-4000-8000-000000000008", prefix="x", cwd="/gone")).write(past.folder)
    done = CliRunner().invoke(main, ["import", str(past.folder), "--per-project", "--check"])
    assert "/gone: the project's folder is not there" in done.output
    assert (project / ".claude-session.db").stat().st_mode & 0o777 == 0o600
    assert "Read: 1 session, 0 agents, 3 tool calls, 1 marked failed" in done.output


def test_a_database_that_is_none_is_named_and_left_alone(past):
    ended(story()).write(past.folder)
    other = "88888888-0000-4000-8000-000000000008"
    ended(story(other, prefix="x", cwd="/home/dev/other")).write(past.folder)
    broken = recorded.database_of(CWD, past.into)
    broken.parent.mkdir(parents=True)
    broken.write_text("no database" * 100)
    outcomes = past.load()
    assert broken.read_text() == "no database" * 100
    assert [str(broken) in fault for fault in past.faults] == [True]
    assert sorted(one.n_new for one in outcomes)[0] == 0
    assert (past.into / "home/dev/other/.claude-session.db").is_file()


@pytest.mark.parametrize("there", ["nothing yet", "another writer's"])
def test_a_file_without_our_tables_is_completed(past, there):
    """Two that import at once find the file that the other is just making."""
    ended(story()).write(past.folder)
    (job,) = plan.plan(find.sessions([past.folder])[0], past.into).jobs
    job.database.parent.mkdir(parents=True)
    job.database.touch()
    kept = []
    if there == "another writer's":
        shutil.copy(samples.sample_path("other-writer"), job.database)
        kept = past.rows("SELECT id, payload_summary FROM hook_events ORDER BY id")
    past.load()
    assert past.faults == []
    rows = past.rows("SELECT id, payload_summary FROM hook_events ORDER BY id")
    assert rows[: len(kept)] == kept
    assert len(rows) > len(kept)
    assert past.rows("SELECT count(*) FROM claudesess_edits") == [(1,)]


@pytest.mark.slow
def test_processes_that_start_while_transcripts_are_looked_for_write_the_same(past, monkeypatch):
    ended(story()).write(past.folder)
    past.load()
    alone = past.rows("SELECT event_type, payload_summary FROM hook_events ORDER BY id")
    shutil.rmtree(past.into)
    monkeypatch.setattr(plan, "MUCH", 1)
    done = CliRunner().invoke(main, ["import", str(past.folder), "--into", str(past.into)])
    assert "Read: 1 session, 0 agents, 3 tool calls, 1 marked failed" in done.output
    assert past.rows("SELECT event_type, payload_summary FROM hook_events ORDER BY id") == alone
    nobody = CliRunner().invoke(main, ["import", str(past.folder / "gone"), "--into", str(past.into / "new")])
    assert "does not exist" in nobody.output


def test_a_project_that_was_not_begun_when_the_import_was_stopped_gets_no_database(past):
    ended(story()).write(past.folder)
    todo = plan.plan(find.sessions([past.folder])[0], past.into)
    with workers.Crew({}) as crew:
        assert list(workers.alone(todo.jobs, todo.databases, crew, lambda: True)) == []
    assert list(past.into.rglob("*.db")) == []
