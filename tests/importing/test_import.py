"""Importing as a whole: what is new is read, what is broken is named, and nobody's file is changed."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from made_transcripts import CWD, RUN, SESSION, Transcript, ended, story

from claudesess.cli import main
from claudesess.importing import plan
from claudesess.prune import pruning
from claudesess.transcripts import find, header, lines


def test_a_second_import_reads_nothing(past):
    ended(story()).write(past.folder)
    assert len(past.load()) == 1
    before = past.everything()
    assert past.load() == []
    assert past.everything() == before


def test_what_was_added_is_read_from_the_turn_that_was_open(past):
    made = story()
    path = made.write(past.folder)
    past.load()
    first_lines = len(made.lines)
    ended(made).prompt("Thanks.", promptId="p2").write(past.folder)
    (outcome,) = past.load()
    assert past.rows("SELECT attempt_number, resolution FROM error_log") == [(1, "auto_fixed")]
    assert outcome.n_lines == len(made.lines)  # the first turn was still open
    made.answer().write(past.folder)
    (outcome,) = past.load()
    assert outcome.n_lines == 2 < first_lines
    assert len(past.metrics("prompt")) == 2
    whole = without_ids(past.everything())
    past.database.unlink()
    past.load()
    assert without_ids(past.everything()) == whole
    assert path.stat().st_size == len(made.text().encode())


@pytest.mark.parametrize("cut", range(1, 9))
def test_in_whatever_pieces_a_transcript_comes_the_rows_are_the_same(past, cut):
    made = ended(
        ended(story()).prompt("More.").call("c1b", **RUN).failed("c1b").answer().compacted(preTokens=9)
    )
    path = made.write(past.folder)
    past.load()
    whole = without_ids(past.everything())
    past.database.unlink()
    text = path.read_bytes()
    for end in (len(text) * cut // 9, len(text)):
        path.write_bytes(text[:end])
        past.load()
    assert without_ids(past.everything()) == whole


@pytest.mark.parametrize("is_cut_off", [True, False])
def test_a_turn_in_which_a_call_was_cut_off_by_a_compaction_ends_with_its_closing_words(past, is_cut_off):
    made = Transcript().prompt("Fix it.").call("c0", "Read", file_path=f"{CWD}/a.py")
    if is_cut_off:
        made.compacted()
    made.call("c1", **RUN).failed("c1").answer("The test still fails.").prompt("Go on.").write(past.folder)
    past.load()
    resolutions = past.rows("SELECT resolution FROM error_log WHERE error_category = 'test'")
    assert resolutions == [
        ("escalated_user" if is_cut_off else "abandoned",)
    ]  # a call under way: no end was seen


def without_ids(tables):
    found = {}
    for name, rows in tables.items():
        kept = [row if name in ("agent_registry", "project_state") else row[1:] for row in rows]
        found[name] = sorted(re.sub(r'"error_id": \d+', "", repr(row)) for row in kept)
    return found


def test_a_transcript_that_became_another_is_read_from_its_beginning(past):
    ended(story()).prompt("More.").write(past.folder)
    past.load()
    made = Transcript(prefix="n").prompt("Anew.")
    made.write(past.folder)
    past.load()
    assert len(past.metrics("prompt")) == 3


def test_bad_lines_are_named_and_left_out(past):
    made = story()
    made.raw('{"type": "user", "message": ').raw("[1, 2]").raw("").raw("\x00\x00")
    ended(made).write(past.folder)
    (outcome,) = past.load()
    assert len(past.faults) == 3
    assert all(f"{SESSION}.jsonl: byte " in fault for fault in past.faults)
    assert outcome.n_tool_calls == 3
    assert past.rows("SELECT resolution FROM error_log") == [("auto_fixed",)]


def test_half_a_last_line_waits_for_its_other_half(past):
    made = ended(story())
    path = made.write(past.folder)
    text = path.read_text()
    path.write_text(text[:-40])
    past.load()
    assert not past.faults
    assert "stop" not in past.kinds()
    path.write_text(text)
    past.load()
    assert past.kinds().count("stop") == 1


def test_other_files_are_named_and_an_unknown_place_is_an_error(past, tmp_path):
    (past.folder / "hooks.jsonl").write_text('{"t_ns": 1, "payload": {}}\n')
    (past.folder / "empty.jsonl").write_text("")
    assert past.load() == []
    assert len(past.faults) == 2
    done = CliRunner().invoke(main, ["import", str(tmp_path / "missing")])
    assert done.exit_code == 1
    assert "does not exist" in done.output


def test_who_has_not_used_the_client_is_told_what_to_do(tmp_path):
    done = CliRunner().invoke(main, ["import"], env={"CLAUDE_CONFIG_DIR": str(tmp_path)})
    assert done.exit_code == 1
    assert f"{tmp_path}/projects does not exist: the client has kept no transcript yet." in done.output
    assert [line.split()[:2] for line in done.output.splitlines()[1:]] == [
        ["claudesess", "install"],
        ["claudesess", "import"],
        ["claudesess", "start"],
    ]


def test_the_project_is_the_folder_that_the_transcripts_folder_is_called_by(past):
    made = Transcript(cwd="/home/dev/made-up/sub").prompt("x").answer()
    made.lines[-1] = made.lines[-1].replace("/home/dev/made-up/sub", CWD)
    made.write(past.folder / header.slug(CWD))
    past.load()
    assert past.rows("SELECT value FROM project_state WHERE key = 'project_dir'") == [(CWD,)]


def test_since_leaves_out_what_is_older(past, tmp_path):
    path = ended(story()).write(past.folder)
    os.utime(path, (0, 0))
    arguments = ["import", str(past.folder), "--into", str(tmp_path / "db"), "--since"]
    assert "Read: 0 sessions" in CliRunner().invoke(main, [*arguments, "90d"]).output
    assert "Read: 0 sessions" in CliRunner().invoke(main, [*arguments, "2026-08-31"]).output
    assert "neither an age" in CliRunner().invoke(main, [*arguments, "lately"]).output
    assert "Read: 1 session" in CliRunner().invoke(main, arguments[:-1]).output


def test_the_check_closes_and_says_when_it_does_not(past, tmp_path):
    ended(story()).write(past.folder)
    into = tmp_path / "past"
    arguments = ["import", str(past.folder), "--into", str(into), "--check"]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    assert "not explained" not in done.output
    (database,) = into.rglob(".claude-session.db")
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("DELETE FROM hook_events WHERE instr(payload_summary, '\"c2\"')")
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 1
    assert "-1: not explained" in done.output


def test_no_content_where_none_is_wanted(past):
    made = story()
    made.call("c9", "Edit", file_path="/x", old_string="SECRETPLAN", new_string="SECRETPLAN2")
    made.failed("c9", "<tool_use_error>SECRETPLAN not found</tool_use_error>").write(past.folder)
    past.load(CLAUDESESS_CONTENT="off")
    raw = b"".join(path.read_bytes() for path in past.database.parent.iterdir())
    assert b"SECRETPLAN" not in raw
    assert b"pytest -q" not in raw
    assert past.rows("SELECT count(*) FROM error_log") == [(1,)]


def test_what_is_pruned_of_the_notes_doubles_no_answer(past):
    made = ended(story())
    made.write(past.folder)
    past.load()
    n_answers = len(past.metrics("tokens"))
    with closing(sqlite3.connect(past.database)) as connection:
        connection.execute("DELETE FROM claudesess_seen")
        connection.execute("UPDATE claudesess_imported SET offset = 0")
        connection.commit()
    made.answer(message_id="m9").write(past.folder)
    past.load()
    assert len(past.metrics("tokens")) == n_answers + 1


@pytest.mark.slow
def test_several_processes_write_what_one_writes(past, monkeypatch):
    for n in range(12):
        session = f"9999999{n % 10}-{n:04}-4000-8000-000000000009"
        ended(story(session, prefix=f"s{n}-", at=n * 100)).write(past.folder)
    past.load()
    alone = without_ids(past.everything())
    for file in past.database.parent.iterdir():
        file.unlink()
    monkeypatch.setattr(plan, "MUCH", 0)
    past.load()
    assert without_ids(past.everything()) == alone


@pytest.mark.slow
def test_an_interrupt_leaves_whole_sessions(past, tmp_path):
    """Ctrl-C while thousands of small sessions are read."""
    for n in range(1500):
        session = f"{n:08}-0000-4000-8000-000000000009"
        ended(story(session, prefix=f"s{n}-", at=n)).write(past.folder)
    script = "from claudesess.cli import main; main()"
    command = [sys.executable, "-c", script, "import", str(past.folder), "--into", str(past.into)]
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    with subprocess.Popen(
        command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        while process.poll() is None and not list(past.into.rglob(".claude-session.db")):
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert "sessions are left for the next import" in err
    counts = past.rows("SELECT count(*) FROM hook_events GROUP BY session_id")
    assert 0 < len(counts) < 1500
    assert set(counts) == {(6,)}
    past.load()
    assert len(past.rows("SELECT DISTINCT session_id FROM hook_events")) == 1500


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file(past):
    made = story()
    made.call("c4", "Read", file_path="/big")
    big = Transcript(prefix="b").prompt("x")
    for n in range(40):
        big.call(f"b{n}", "Read", file_path="/big").result(
            f"b{n}", "x" * 100, told={"file": {"content": "y" * 500_000}}
        )
    big.write(past.folder)
    reading = lines.Reading(past.folder / f"{SESSION}.jsonl")
    assert sum(1 for _ in reading.lines()) == 81
    past.load()
    assert len(past.rows("SELECT 1 FROM hook_events WHERE event_type = 'post_tool_use'")) == 40


def test_default_places(tmp_path):
    assert find.default_folder({}, tmp_path) == tmp_path / ".claude/projects"
    assert find.default_folder({"CLAUDE_CONFIG_DIR": "/c"}, tmp_path).as_posix() == "/c/projects"


def test_an_event_whose_handler_fails_is_kept_and_the_others_too(past, monkeypatch):
    from claudesess_collector import changes

    ended(story()).write(past.folder)

    def fail(event):
        raise RuntimeError("made to fail")

    monkeypatch.setattr(changes, "claim_edit", fail)
    past.load()
    assert past.rows("SELECT exit_code, count(*) FROM hook_events GROUP BY 1") == [(0, 5), (1, 1)]
    assert past.rows("SELECT resolution FROM error_log") == [("auto_fixed",)]


def test_counts_of_an_outcome(past):
    ended(story()).write(past.folder)
    (outcome,) = past.load()
    assert (outcome.n_tool_calls, outcome.n_failures, outcome.n_new) == (3, 1, 6)
    assert outcome.last_ms - outcome.first_ms == 7000
    assert json.loads(Transcript().prompt().lines[0])["type"] == "user"


def test_what_was_pruned_does_not_come_back(past):
    ended(story()).write(past.folder)
    past.load()
    pruning.prune(past.database, timedelta(days=1), datetime(2030, 1, 1, tzinfo=UTC), do=True)
    assert past.rows("SELECT count(*) FROM hook_events") == [(0,)]
    assert past.load() == []
    assert past.rows("SELECT count(*) FROM hook_events") == [(0,)]
