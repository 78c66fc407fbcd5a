"""What cannot be written is kept beside the database and taken up by the next event that can write."""

import json
import sqlite3
import threading
import time

import pytest
from claudesess_collector import spool, spool_take_up, vocabulary
from claudesess_collector.database import Database
from claudesess_collector.event import Event, Place
from counts import first
from handmade import ROOT
from tables import each_row

SPOOL = ".claude-session.spool"
PLACE = Place("/home/dev/app", {})


def event(at_ms, said):
    return Event(json.dumps(said).encode(), said, at_ms, PLACE)


def payload(n, **fields):
    call = {
        "tool_name": "Bash",
        "tool_input": {"command": "pytest -q"},
        "tool_use_id": f"t{n}",
        "error": "Exit code 1",
    }
    return json.dumps(
        {"session_id": "s1", "hook_event_name": "PostToolUseFailure", **call, **fields}
    ).encode()


@pytest.mark.slow
def test_a_locked_database_loses_nothing_and_keeps_the_times(project):
    project.process(payload(0))
    lock = sqlite3.connect(project.database, isolation_level=None, check_same_thread=False)
    lock.execute("BEGIN IMMEDIATE")
    started = time.time()
    done = []
    threads = [threading.Thread(target=lambda n=n: done.append(project.process(payload(n)))) for n in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lock.execute("ROLLBACK")
    lock.close()
    assert [(d.returncode, d.stdout, d.stderr) for d in done] == [(0, b"", b"")] * 2
    assert time.time() - started < 30
    assert len(kept(project)) == 2
    project.process(payload(3))
    assert not list(project.disk.glob(SPOOL + "*"))
    assert project.column("SELECT attempt_number FROM error_log ORDER BY id") == [1, 2, 3, 4]
    times = project.column("SELECT timestamp FROM hook_events ORDER BY id")
    assert times == sorted(times)
    assert project.rows("SELECT count(*), sum(exit_code) FROM hook_events") == [(4, 0)]


def kept(project):
    """The events of the spool; its first line is its name."""
    return (project.disk / SPOOL).read_bytes().splitlines()[1:]


def lost(folder):
    return spool.n_lost(str(folder / vocabulary.LOST_FILE))


def test_the_spool_is_taken_up_in_order_of_time(project):
    for after in (30, 10, 20):
        one = json.loads(payload(after))
        spool.keep(str(project.disk / SPOOL), event(project.now + after, one))
    project.raw(payload(40))
    assert project.column("SELECT payload_summary ->> 'tool_use_id' FROM hook_events ORDER BY id") == [
        "t10",
        "t20",
        "t30",
        "t40",
    ]
    assert not (project.disk / SPOOL).exists()


@pytest.mark.parametrize(("n", "sizes"), [(32, [32]), (33, [32, 1])])
def test_a_transaction_takes_up_thirty_two_events(project, monkeypatch, n, sizes):
    for one in range(n):
        spool.keep(str(project.disk / SPOOL), event(project.now + one, json.loads(payload(one))))
    monkeypatch.setattr(spool_take_up, "LIMIT_NS", 10**12)  # however busy the machine is
    commits, commit = [], spool.Spool.commit
    monkeypatch.setattr(
        spool.Spool, "commit", lambda waiting, db: (commits.append(len(waiting.batch)), commit(waiting, db))
    )
    project.raw(payload(900))
    assert commits == sizes


@pytest.mark.parametrize(("n_later", "is_left"), [(0, False), (1, True)])
def test_a_spool_is_removed_only_when_nothing_came_after_what_was_taken_up(project, n_later, is_left):
    project.raw(payload(0))
    path = project.disk / SPOOL
    spool.keep(str(path), event(project.now, json.loads(payload(1))))
    taken = spool.Spool(str(path), PLACE)
    opened = Database(str(project.database))
    try:
        assert taken.read(opened) and taken.begin(opened)
        taken.commit(opened)
        for n in range(n_later):
            spool.keep(str(path), event(project.now, json.loads(payload(2 + n))))
        assert taken.remove(opened) == 0
    finally:
        taken.close()
        opened.close()
    assert path.exists() is is_left


def test_a_batch_that_breaks_off_is_undone_as_a_whole_and_stays(project, monkeypatch):
    from claudesess_collector import record

    for n in (1, 2, 3):
        spool.keep(str(project.disk / SPOOL), event(project.now + n, json.loads(payload(n))))
    apply, applied = record.apply, []

    def apply_one(event, started_ns):
        if applied:
            raise sqlite3.OperationalError("database or disk is full")
        applied.append(event.tool_use_id)
        apply(event, started_ns)

    monkeypatch.setattr(record, "apply", apply_one)
    project.raw(payload(4))
    assert applied == ["t1"]
    assert project.column("SELECT count(*) FROM error_log") == [0]
    assert [json.loads(line)["payload"]["tool_use_id"] for line in kept(project)] == ["t1", "t2", "t3", "t4"]
    monkeypatch.undo()
    project.raw(payload(5))
    assert project.column("SELECT attempt_number FROM error_log ORDER BY id") == [1, 2, 3, 4, 5]
    assert not list(project.disk.glob(SPOOL + "*"))


def test_a_waiting_event_whose_handler_fails_loses_itself_alone(project, monkeypatch):
    from claudesess_collector import on_failures

    for n in (1, 2, 3):
        spool.keep(str(project.disk / SPOOL), event(project.now + n, json.loads(payload(n))))
    add = on_failures.add
    monkeypatch.setattr(
        on_failures,
        "add",
        lambda one, *more, **named: 1 / 0 if one.tool_use_id == "t2" else add(one, *more, **named),
    )
    project.raw(payload(4))
    assert project.column("SELECT attempt_number FROM error_log ORDER BY id") == [1, 2, 3]
    assert project.column("SELECT exit_code FROM hook_events ORDER BY id") == [0, 1, 0, 0]


def test_a_hook_takes_up_what_a_moment_allows_and_waits_behind_the_rest(project, monkeypatch):
    monkeypatch.setattr(spool_take_up, "LIMIT_NS", 0)
    for n in range(spool.BATCH + 5):
        spool.keep(str(project.disk / SPOOL), event(project.now - 1000 + n, json.loads(payload(n))))
    project.raw(payload(900))
    assert project.column("SELECT count(*) FROM hook_events") == [spool.BATCH]
    assert len(kept(project)) == spool.BATCH + 6
    project.raw(payload(901))
    project.raw(payload(902))
    project.raw(payload(903))
    found = project.column("SELECT payload_summary ->> 'tool_use_id' FROM hook_events ORDER BY id")
    assert found == [f"t{n}" for n in (*range(spool.BATCH + 5), 900, 901, 902, 903)]


def test_what_another_hook_took_up_meanwhile_is_not_written_twice(project, monkeypatch):
    for n in (1, 2, 3):
        spool.keep(str(project.disk / SPOOL), event(project.now + n, json.loads(payload(n))))
    begin, others = spool.Spool.begin, []

    def other_first(waiting, db):
        if not others:
            others.append("came")
            project.raw(payload(4))
        return begin(waiting, db)

    monkeypatch.setattr(spool.Spool, "begin", other_first)
    project.raw(payload(5))
    assert project.column("SELECT attempt_number FROM error_log ORDER BY id") == [1, 2, 3, 4, 5]


def test_what_another_hook_took_up_and_removed_meanwhile_is_not_written_twice(project, monkeypatch):
    for n in (1, 2, 3):
        spool.keep(str(project.disk / SPOOL), event(project.now + n, json.loads(payload(n))))
    read, others = spool.Spool.read, []

    def removed_first(waiting, db):
        if not others:
            others.append("came")
            project.raw(payload(4))
            assert not (project.disk / SPOOL).exists()
        return read(waiting, db)

    monkeypatch.setattr(spool.Spool, "read", removed_first)
    project.raw(payload(5))
    assert project.column("SELECT attempt_number FROM error_log ORDER BY id") == [1, 2, 3, 4, 5]


def test_who_appends_while_the_spool_is_removed_appends_to_a_new_one(project, monkeypatch):
    place = project.disk / SPOOL
    spool.keep(str(place), event(project.now, json.loads(payload(1))))
    lock, removed = spool._lock, []

    def removed_first(descriptor, tries=50):
        if not removed:
            removed.append(place.unlink())
        return lock(descriptor, tries)

    monkeypatch.setattr(spool, "_lock", removed_first)
    spool.keep(str(place), event(project.now, json.loads(payload(2))))
    assert [json.loads(line)["payload"]["tool_use_id"] for line in kept(project)] == ["t2"]


def test_what_there_is_no_room_for_is_counted_and_told_once(project, monkeypatch):
    project.process(payload(0))
    assert (project.disk / vocabulary.LOST_FILE).read_bytes() == b"00000000000000000000\n"
    assert (project.disk / vocabulary.LOST_FILE).stat().st_mode & 0o777 == 0o600
    spool.keep(str(project.disk / SPOOL), event(project.now, json.loads(payload(1))))
    monkeypatch.setattr(spool, "MAX_BYTES", 10)
    for n in (2, 3):
        spool.keep(str(project.disk / SPOOL), event(project.now, json.loads(payload(n))))
    assert lost(project.disk) == 2
    monkeypatch.undo()
    project.raw(payload(4))
    spool.keep(str(project.disk / SPOOL), event(project.now, json.loads(payload(5))))
    project.raw(payload(6))
    assert project.rows("SELECT key, value FROM session_metrics WHERE event_type = 'lost'") == [
        ("events", "2")
    ]


def test_half_a_line_does_not_stay(project, monkeypatch):
    import os

    place = project.disk / SPOOL
    spool.keep(str(place), event(project.now, json.loads(payload(1))))
    before, write = place.read_bytes(), os.write
    monkeypatch.setattr(os, "write", lambda fd, data: write(fd, data[:100]))  # as on a full disk
    assert not spool._append(str(place), b"x" * 500, spool.MAX_BYTES)
    assert place.read_bytes() == before


@pytest.mark.parametrize("fault", ["not a database", "truncated"])
def test_a_damaged_file_is_left_alone_and_its_events_are_kept(project, fault):
    if fault == "not a database":
        project.database.write_bytes(b"hello " * 1000)
    else:
        project.process(payload(0))
        with sqlite3.connect(project.database) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        project.database.write_bytes(project.database.read_bytes()[:5000])
    before = project.database.read_bytes()
    done = project.process(payload(1))
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert project.database.read_bytes() == before
    assert len(kept(project)) == 1
    for path in project.disk.glob(".claude-session.db*"):
        path.unlink()
    project.process(payload(2))
    assert project.column("SELECT attempt_number FROM error_log ORDER BY id") == [1, 2]


def test_no_secret_and_no_long_text_is_kept_in_the_spool_and_it_is_bounded(tmp_path, monkeypatch):
    path = str(tmp_path / SPOOL)
    said = {
        "hook_event_name": "PostToolUseFailure",
        "tool_name": "Edit",
        "tool_use_id": "t1",
        "error": "password=hunter2 " + "x" * 100_000,
        "tool_input": {"file_path": "/a/password=1", "deep": [[["sk-ant-api03-EXAMPLEEXAMPLE"]]]},
    }
    spool.keep(path, event(1, said))
    raw = (tmp_path / SPOOL).read_bytes()
    assert b"hunter2" not in raw
    assert b"EXAMPLEEXAMPLE" not in raw
    assert len(raw) < 4_000
    assert (tmp_path / SPOOL).stat().st_mode & 0o777 == 0o600
    monkeypatch.setattr(spool, "MAX_BYTES", len(raw) + 10)
    spool.keep(path, event(2, said))
    assert (tmp_path / SPOOL).read_bytes() == raw
    assert lost(tmp_path) == 1
    assert b"/a/password=1" in raw


def test_a_spool_that_is_a_link_is_not_followed(tmp_path):
    outside = tmp_path / "outside"
    (tmp_path / SPOOL).symlink_to(outside)
    spool.keep(str(tmp_path / SPOOL), event(1, {"a": 1}))
    assert lost(tmp_path) == 1
    assert not outside.exists()


def test_a_pipe_in_the_spools_place_holds_nobody_up(project):
    import os

    os.mkfifo(project.disk / SPOOL)
    started = time.time()
    project.process(payload(1))
    assert time.time() - started < 5
    assert project.column("SELECT count(*) FROM hook_events") == [1]


def waiting(project, *payloads, **environ):
    """Send events while the database cannot be used, then one more that takes them up."""
    project.process(json.dumps(said("SessionStart", source="startup")).encode(), **environ)
    aside = project.disk / "aside"
    project.database.rename(aside)
    project.database.mkdir()
    for one in payloads:
        project.process(one if isinstance(one, bytes) else json.dumps(one).encode(), **environ)
    project.database.rmdir()
    aside.rename(project.database)
    project.process(json.dumps(said("Stop")).encode(), **environ)
    assert not list(project.disk.glob(SPOOL + "*"))


def said(name, **fields):
    return {"session_id": "s1", "cwd": "/home/dev/app", "hook_event_name": name, **fields}


def failing(n, command):
    call = {"tool_name": "Bash", "tool_use_id": f"t{n}", "tool_input": {"command": command}, "duration_ms": 1}
    return said("PostToolUseFailure", **call, error="Exit code 1\n1 failed in 0.1s")


@pytest.mark.parametrize("content", first(["", "off"]))
@pytest.mark.parametrize("command", ["pytest -q tests/a.py", "pytest -q --token=a1b2c3d4e5f6g7h8"])
def test_an_event_that_had_to_wait_is_of_the_check_that_it_was_of(project, content, command):
    """Though its command is kept without secrets, or not at all."""
    environ = {"CLAUDESESS_CONTENT": content}
    project.process(json.dumps(failing(0, command)).encode(), **environ)
    waiting(project, failing(1, command), failing(2, "ruff check ."), failing(3, command), **environ)
    rows = project.rows("SELECT error_category, attempt_number, error_message FROM error_log ORDER BY id")
    assert [row[:2] for row in rows] == [("test", 1), ("test", 2), ("lint", 1), ("test", 3)]
    assert len({row[2] for row in rows}) == 2
    checks = project.rows(
        "SELECT payload_summary ->> 'aim', count(*) FROM hook_events WHERE event_type = 'post_tool_use_failure'"
        " GROUP BY 1 ORDER BY 2"
    )
    assert [n for _, n in checks] == [1, 3]


def test_what_had_to_wait_counts_once_though_its_second_delivery_did_not_wait(project):
    prompt = said("UserPromptSubmit", prompt="the password=hunter2hunter2 is wrong", prompt_id="p1")
    data = json.dumps(prompt).encode()
    project.database.mkdir()
    project.raw(data)
    project.database.rmdir()
    project.raw(data)  # at the same moment, by the project's own clock
    assert project.column("SELECT value FROM session_metrics WHERE event_type = 'prompt'") == ["p1"]
    sizes = "SELECT payload_summary ->> 'bytes', payload_summary ->> 'dup' FROM hook_events ORDER BY id"
    assert project.rows(sizes) == [(len(data), None), (len(data), 1)]


def test_a_machines_prompt_stays_one_without_its_text(project):
    ended = (
        "<task-notification>\n<task-id>a1</task-id>\n<status>failed</status>\n<result>zebrafalcon</result>"
    )
    launch = said("SubagentStart", agent_id="a1", agent_type="Explore")
    human = said("UserPromptSubmit", prompt="<div>zebrafalcon</div>")
    machine = said("UserPromptSubmit", prompt=ended + "</task-notification>")
    waiting(project, launch, machine, human, CLAUDESESS_CONTENT="off")
    assert project.rows("SELECT id, status FROM agent_registry") == [("a1", "failed")]
    kinds = project.column("SELECT key FROM session_metrics WHERE event_type = 'prompt' ORDER BY key")
    assert kinds == ["human", "machine"]


def test_what_could_not_be_read_stays_so(project):
    waiting(project, b"no json")
    rows = project.rows("SELECT event_type, payload_summary ->> 'bytes' FROM hook_events ORDER BY id")
    assert ("unparsed", 7) in rows


def test_what_waited_is_written_into_a_database_of_earlier_rules_at_once(project):
    """Its own tables are made anew by the batch that meets them, and the same hook goes on."""
    project.database.write_bytes((ROOT / "tests" / "fixtures" / "first_rules" / "retry.db").read_bytes())
    (before,) = project.column("SELECT count(*) FROM hook_events")
    for n in (1, 2, 3):
        spool.keep(str(project.disk / SPOOL), event(project.now - 10 + n, json.loads(payload(n))))
    project.raw(payload(4))
    assert project.column("SELECT count(*) FROM hook_events") == [before + 4]
    assert project.column("SELECT exit_code FROM hook_events ORDER BY id")[-4:] == [0, 0, 0, 0]
    assert not (project.disk / SPOOL).exists()


def test_no_prompt_no_content_and_no_output_waits_that_no_row_stores(project):
    """An agent writes, reads, runs and asks; of all that only the first added line is a row's."""
    mark = "zebrafalcon"
    told = [
        said("UserPromptSubmit", prompt=f"please {mark} 1"),
        said(
            "UserPromptSubmit",
            prompt=f"<task-notification>\n<task-id>a</task-id>{mark} 2</task-notification>",
        ),
        said("Stop", last_assistant_message=f"It fails: {mark} 3"),
        call("Write", {"file_path": "/a.py", "content": f"first line\n{mark} 4"}),
        call("Write", {"file_path": "/.env", "content": f"{mark} 5"}),
        call(
            "Read", {"file_path": "/a.py"}, {"file": {"content": f"{mark} 6", "startLine": 1, "numLines": 1}}
        ),
        call("Bash", {"command": f"cat {mark}"}, {"stdout": f"{mark} 7"}),
        call("Bash", {"command": "pytest -q | tail"}, {"stdout": f"{mark} 8\n1 passed in 0.1s"}),
        call("WebSearch", {"query": f"{mark} 9"}, {"results": [mark]}),
        call("mcp__notes__add", {"text": f"{mark} 10"}, mark),
        said("PostToolBatch", tool_calls=[{"tool_response": mark}]),
        said("Notification", message=mark, title=mark),
    ]
    project.database.mkdir()
    for one in told:
        project.raw(json.dumps(one).encode())
    raw = (project.disk / SPOOL).read_bytes()
    assert len(kept(project)) == len(told)
    assert mark.encode() not in raw
    assert b"first line" in raw


def call(tool, arguments, response=None):
    n = f"{tool}-{len(json.dumps([arguments, response]))}"
    return said(
        "PostToolUse",
        tool_name=tool,
        tool_use_id=n,
        tool_input=arguments,
        tool_response=response,
        duration_ms=1,
    )


def test_a_line_that_a_kill_left_torn_costs_itself_alone_and_is_counted(project):
    place = project.disk / SPOOL
    project.raw(payload(0))
    for n in (1, 2):
        spool.keep(str(place), event(project.now + n, json.loads(payload(n))))
    whole = place.read_bytes()
    place.write_bytes(whole[:-100])  # t2 was not written to its end
    spool.keep(str(place), event(project.now + 3, json.loads(payload(3))))
    project.raw(payload(4))
    found = project.column("SELECT payload_summary ->> 'tool_use_id' FROM hook_events ORDER BY id")
    assert found == ["t0", "t1", "t3", "t4"]
    assert project.column("SELECT value FROM session_metrics WHERE event_type = 'lost'") == ["1"]
    assert not place.exists()


@pytest.mark.parametrize("left", [1, 40])
def test_a_torn_end_that_nobody_writes_behind_is_counted_and_goes(project, left):
    place = project.disk / SPOOL
    project.raw(payload(0))
    spool.keep(str(place), event(project.now + 1, json.loads(payload(1))))
    whole = place.read_bytes()
    spool.keep(str(place), event(project.now + 2, json.loads(payload(2))))
    place.write_bytes(place.read_bytes()[: len(whole) + left])
    project.raw(payload(3))
    assert project.column("SELECT count(*) FROM hook_events") == [3]
    assert project.column("SELECT value FROM session_metrics WHERE event_type = 'lost'") == ["1"]
    assert not place.exists()


def test_a_torn_first_line_is_begun_anew(project):
    place = project.disk / SPOOL
    place.write_bytes(b'{"spool": "ab')
    spool.keep(str(place), event(project.now, json.loads(payload(1))))
    assert place.read_bytes().startswith(b'{"spool": "') and len(kept(project)) == 1
    project.raw(payload(2))
    assert project.column("SELECT attempt_number FROM error_log ORDER BY id") == [1, 2]


def test_an_event_that_cannot_be_read_stops_none_behind_it(project, monkeypatch):
    """Reading comes before writing: where it fails for one of a batch, the others are written all the same."""
    from claudesess_collector import on_compactions

    for n in (1, 2, 3):
        one = said("SessionEnd", reason="other") if n == 2 else json.loads(payload(n))
        spool.keep(str(project.disk / SPOOL), event(project.now + n, one))
    monkeypatch.setattr(on_compactions, "prepare", lambda event: 1 / 0)
    project.raw(payload(4))
    assert project.rows("SELECT event_type, exit_code FROM hook_events ORDER BY id") == [
        ("post_tool_use_failure", 0),
        ("session_end", 1),
        ("post_tool_use_failure", 0),
        ("post_tool_use_failure", 0),
    ]
    assert not (project.disk / SPOOL).exists()


@each_row("fact", ["call", "outcome", "failure", "message", "families", "payload", "number"])
@each_row("value", ["", "null", "7", '"x"', "[]", "{}", '{"failed": 9}'])
def test_a_line_of_another_shape_stops_none_behind_it(project, fact, value):
    """A spool may be of another version, or somebody's own."""
    for n in (1, 2):
        spool.keep(str(project.disk / SPOOL), event(project.now + n, json.loads(payload(n))))
    name, first, *rest = (project.disk / SPOOL).read_bytes().splitlines(keepends=True)
    other = first.replace(
        f'"{fact}": '.encode(), f'"{fact}": {value}{", " if value else ""}"was": '.encode(), 1
    )
    assert other != first
    (project.disk / SPOOL).write_bytes(b"".join([name, other, *rest]))
    project.raw(payload(3))
    found = project.column("SELECT payload_summary ->> 'tool_use_id' FROM hook_events ORDER BY id")
    assert found[-2:] == ["t2", "t3"]
    assert project.column("SELECT count(*) FROM error_log") in ([2], [3])
    assert not (project.disk / SPOOL).exists()


def test_an_event_whose_texts_cannot_be_read_waits_as_its_name(project, monkeypatch):
    from claudesess_collector import on_failures

    monkeypatch.setattr(on_failures, "read", lambda *of: 1 / 0)
    spool.keep(str(project.disk / SPOOL), event(project.now, json.loads(payload(1))))
    monkeypatch.undo()
    project.raw(payload(2))
    assert project.column("SELECT exit_code FROM hook_events ORDER BY id") == [1, 0]


def test_what_was_lost_is_told_though_nothing_waits(project):
    """As on a full disk, on which there was no room for a spool."""
    project.raw(payload(0))
    spool.count_lost(str(project.disk / vocabulary.LOST_FILE), 7)
    for _ in range(2):
        project.now += 10_000
        project.raw(json.dumps(said("Stop")).encode())
    assert project.column("SELECT value FROM session_metrics WHERE event_type = 'lost'") == ["7"]


def test_a_turn_that_had_to_wait_reads_the_transcript_up_to_its_own_time(project):
    """A gate's refusal that came after it is a later event's to note."""
    lines = [
        {"tool_use": {"id": "c1", "name": "Bash", "input": {"command": "git commit -m x"}}},
        {"tool_result": {"tool_use_id": "c1", "is_error": True, "content": "eslint: 2 errors found"}},
    ]
    text = "".join(
        json.dumps(
            {
                "timestamp": "2027-01-15T08:10:00.000Z",
                "message": {"content": [{"type": kind, **block} for kind, block in one.items()]},
            }
        )
        + "\n"
        for one in lines
    )
    transcript = project.root / "home/dev/t.jsonl"
    transcript.write_text(text)
    for minute in (5, 15):
        one = said("Stop", transcript_path="/home/dev/t.jsonl")
        place = Place(project.folder, {}, str(project.root))
        late = Event(json.dumps(one).encode(), one, project.now + minute * 60_000, place)
        spool.keep(str(project.disk / SPOOL), late)
    project.now += 20 * 60_000
    project.raw(json.dumps(said("Notification")).encode())
    assert project.column("SELECT key FROM session_metrics WHERE event_type = 'tool_gated'") == ["c1"]
    assert project.column("SELECT timestamp FROM error_log") == ["2027-01-15 08:10:00.000"]


def test_the_counter_is_there_before_it_is_needed(project):
    """Also beside a database that an import made, or that was made before there was one."""
    place = project.disk / vocabulary.LOST_FILE
    project.raw(payload(0))
    place.unlink()
    project.feed("SessionStart", source="startup")
    assert place.read_bytes() == b"%020d\n" % 0


@pytest.mark.parametrize("name", ["PostToolUse", "PostToolUseFailure"])
def test_what_a_command_that_waited_may_have_changed_is_not_forgotten(project, name):
    project.edits("a.py", "x = 1")
    project.fails("pytest -q")
    waiting = {
        "hook_event_name": name,
        "session_id": project.column("SELECT session_id FROM error_log")[0],
        "cwd": project.folder,
        "tool_name": "Bash",
        "tool_use_id": "t9",
        "tool_input": {"command": "git checkout -- a.py"},
        **({"tool_response": {"stdout": ""}} if name == "PostToolUse" else {"error": "Exit code 1\nno"}),
    }
    project.now += 1000
    spool.keep(str(project.disk / SPOOL), event(project.now, waiting))
    project.passes("pytest -q")
    assert project.column("SELECT approach FROM failed_paths") == ["Edit a.py: x = 1"]
