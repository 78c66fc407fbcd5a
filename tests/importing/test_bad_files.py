"""Whatever lies among transcripts, and wherever a line says that it was: what is good is imported, the rest is named."""

import os
import signal
import socket

import pytest
from click.testing import CliRunner
from made_transcripts import SESSION, Transcript, ended, story

from claudesess import text
from claudesess.cli import main
from claudesess.transcripts import lines

BAD = "66666666-0000-4000-8000-000000000006"
SUB = f"{SESSION}/subagents/agent-a6"

pytestmark = pytest.mark.skipif(not hasattr(signal, "alarm"), reason="needs signals")


@pytest.fixture(autouse=True)
def limit():
    """End a test that waits for a pipe."""
    signal.alarm(30)
    yield
    signal.alarm(0)


def made(session=BAD, **fields):
    other = Transcript(session, prefix="q", **fields).prompt().call("x", "Read", file_path="/a")
    return other.result("x").answer()


def link(target, name=f"{BAD}.jsonl"):
    return lambda past: (past.folder / name).symlink_to(target)


def pipe(name):
    def lay(past):
        path = past.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        os.mkfifo(path)

    return lay


def bind(past, name="s.jsonl"):
    here = os.getcwd()
    os.chdir(past.folder)  # a socket's name is short
    try:
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(name)
    finally:
        os.chdir(here)


def written(name, content=None, **fields):
    def lay(past):
        path = past.folder / os.fsdecode(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(made(**fields).text().encode() if content is None else content)

    return lay


def where(cwd, database=None):
    """A session somewhere else, whose database cannot be written."""

    def lay(past):
        made(cwd=cwd).write(past.folder)
        if database is not None:
            place = past.into / cwd.lstrip("/") / ".claude-session.db"
            place.parent.parent.mkdir(parents=True, exist_ok=True)
            database(place)

    return lay


def with_parent(make):
    def lay(place):
        place.parent.mkdir()
        make(place)

    return lay


META = written(f"{SUB}.jsonl".encode(), agent="a6")
#: What is laid there, and what is said of it; None: it is imported.
CASES = {
    "a dangling link": (link("/nowhere/at/all"), "No such file"),
    "a link to itself": (link(f"{BAD}.jsonl"), "symbolic links"),
    "a link to the folder above": (link("..", "again"), None),
    "a folder": (lambda past: (past.folder / f"{BAD}.jsonl").mkdir(), None),
    "a pipe": (pipe(f"{BAD}.jsonl"), "no regular file"),
    "a socket": (bind, "no regular file"),
    "an endless device": (link("/dev/zero"), "no regular file"),
    "a file that cannot be read": (link("/proc/self/mem"), "cannot be read"),
    "an agent's pipe": (pipe(f"{SUB}.jsonl"), "no regular file"),
    "an agent's side file that is a pipe": (lambda past: (META(past), pipe(f"{SUB}.meta.json")(past)), None),
    "an agent's side file that is a folder": (lambda past: (META(past), (past.folder / f"{SUB}.meta.json").mkdir()), None),
    "an agent's name that is no UTF-8": (written(f"{SESSION}/subagents/agent-\udcff.jsonl".encode("utf-8", "surrogateescape"), agent="a6"), None),
    "a name that is no UTF-8": (written(b"\xff\xfe.jsonl"), None),
    "a folder's name that is no UTF-8": (written(b"\xff\xfe/" + BAD.encode() + b".jsonl"), None),
    "a name that writes to the terminal": (written(b"\x1b]52;c;QQ==\x07\n.jsonl", b"{}\n"), "tells of no session"),
    "zeros": (written(b"z.jsonl", b"\0" * 100_000), "tells of no session"),
    "a folder with a zero": (where("/home/dev/a\0b"), "names no folder"),
    "a folder with a long name": (where("/home/" + "x" * 300), None),
    "a folder longer than any": (where("/home/" + "x" * 100_000), "names no folder"),
    "a folder that is no whole path": (where("../../up"), "names no folder"),
    "a folder that writes to the terminal": (where("/home/dev/\x1b]52;c;QQ==\x07\u202e"), None),
    "a folder with the signs of an address": (where("/home/dev/a?b#c%41"), None),
    "a session's name that is none": (written(b"a.jsonl", session="a\0b\x1b[2J"), None),
    "a session's name that is long": (written(b"a.jsonl", session="x" * 100_000), None),
    "a database that is a pipe": (where("/home/dev/o", with_parent(os.mkfifo)), "nothing was written"),
    "a database with a pipe beside it": (
        where("/home/dev/o", with_parent(lambda place: os.mkfifo(f"{place}-journal"))), "nothing was written"
    ),
    "a database that is a folder": (where("/home/dev/o", with_parent(lambda place: place.mkdir())), "nothing was written"),
    "a database that is a link": (where("/home/dev/o", with_parent(lambda place: place.symlink_to("/no"))), "nothing was written"),
    "a database that is none": (where("/home/dev/o", with_parent(lambda place: place.write_bytes(b"x" * 9000))), "nothing was written"),
    "a file in the folder's place": (where("/home/dev/o", lambda place: place.parent.write_text("")), "nothing was written"),
    "the first year": (written(b"a.jsonl", made().text().replace("2026-03-02", "0001-01-01").encode()), None),
    "no year": (written(b"a.jsonl", made().text().replace("2026-03-02", "0000-01-01").encode()), None),
    "the last year": (written(b"a.jsonl", made().text().replace("2026-03-02", "9999-12-31").encode()), None),
    "brackets without end": (written(b"a.jsonl", made().text().encode() + b'{"type":"user","a":' + b"[" * 100_000 + b"\n"), "no JSON object"),
    "a long line": (written(b"a.jsonl", made().text().encode() + b'{"a":"' + b"x" * 300_000 + b'"}\n{}\n'), "a line of 300,"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_is_bad_costs_nothing_else(past, name, monkeypatch):
    lay, said = CASES[name]
    monkeypatch.setattr(lines, "_LONGEST", 200_000)
    ended(story()).write(past.folder)
    lay(past)
    done = CliRunner().invoke(main, ["import", str(past.folder), "--into", str(past.into), "--check"])
    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert text.plain_lines(done.output) == done.output
    assert ("Left out:" in done.output) == (said is not None), done.output
    assert said is None or said in done.output
    good = past.into / "home/dev/made-up/.claude-session.db"
    calls = past.rows(
        "SELECT count(*) FROM hook_events WHERE session_id = ? AND event_type LIKE 'post_tool_use%'",
        SESSION,
        database=good,
    )
    assert calls == [(3,)]
    again = CliRunner().invoke(main, ["import", str(past.folder), "--into", str(past.into)])
    assert "New in the databases: 0 events" in again.output


def test_a_file_that_goes_while_it_is_imported_costs_nothing_else(past):
    from claudesess.importing import plan, workers
    from claudesess.transcripts import find

    ended(story()).write(past.folder)
    gone = made().write(past.folder)
    found, _ = find.sessions([past.folder])
    gone.unlink()
    with workers.Crew({}) as crew:
        outcomes = list(plan.run(plan.plan(found, past.into), crew, lambda n: None))
    assert [f"{gone}: byte 0: cannot be read (No such file or directory)"] == [
        fault for one in outcomes for fault in one.faults
    ]
    assert past.rows("SELECT DISTINCT session_id FROM hook_events") == [(SESSION,)]


def test_of_a_file_of_bad_lines_a_hundred_are_named_and_the_others_counted(tmp_path, monkeypatch):
    file = tmp_path / "a.jsonl"
    file.write_bytes(b"x\n" * 150 + b"\n \r\n" * 50 + b'{"type": "user"}\n' + b'{"a\n' * 101)
    tried = []
    monkeypatch.setattr(lines, "parsed", tried.append)
    reading = lines.Reading(file)
    assert [line for _, line in reading.lines()] == [{"type": "user"}]
    assert (len(reading.faults), reading.n_lines) == (101, 352)
    assert reading.faults[99:] == [f"{file}: byte 198: no JSON object", f"{file}: 151 more lines"]
    assert tried == [b'{"a\n'] * 101  # what holds no object is not tried to be read as one
    assert reading.offset == file.stat().st_size
