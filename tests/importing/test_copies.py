"""Sessions that began as copies of others: each line is told once, whoever comes first and whatever is there."""

import json
import os
import subprocess
import sys
from collections import Counter

import pytest
from click.testing import CliRunner
from made_transcripts import CWD, RUN, SESSION, Transcript, ended, story

from claudesess.cli import main
from claudesess.importing import verify
from claudesess.transcripts import find

FORK = "88888888-0000-4000-8000-000000000008"
LATER = "99999999-0000-4000-8000-000000000009"
BRANCH = {"forkedFrom": {"sessionId": SESSION}}


def fork(original, session=FORK, *, prefix="f", at=60, begin=0, version="2.1.330", **marks):
    """Copy a session's lines as the client does: under the same ids, as the new session's."""
    made = Transcript(session, prefix=prefix, at=at, version=version)
    for line in original.lines[begin:]:
        said = json.loads(line) | {"sessionId": session} | marks
        if "forkedFrom" in marks:
            said["forkedFrom"] = marks["forkedFrom"] | {"messageUuid": said["uuid"]}
        made.lines.append(json.dumps(said, separators=(",", ":")))
    return made


def new_ids(made):
    """Give every line an id of its own, as the client's library does, which says where it is from."""
    made.lines = [json.dumps(json.loads(line) | {"uuid": f"new-{n}"}) for n, line in enumerate(made.lines)]
    return made


def goes_on(made, call_id):
    return made.prompt(f"Go on with {call_id}.").call(call_id, **RUN).failed(call_id).answer()


def calls(past):
    """Tool calls by session, over all databases of the folder."""
    found = Counter()
    for path in past.into.rglob(".claude-session.db"):
        sql = "SELECT session_id, payload_summary FROM hook_events WHERE event_type LIKE 'post_tool_use%'"
        for session_id, summary in past.rows(sql, database=path):
            found[session_id[0], json.loads(summary)["tool_use_id"]] += 1
    return found


def sources(past, session):
    sql = "SELECT value FROM session_metrics WHERE event_type = 'session_start' AND key = 'source'"
    return [value for (value,) in past.rows(f"{sql} AND session_id = ? ORDER BY id", session)]


def once(**owners):
    """Expect each of the calls once, by the session that is named by its first digit."""
    return Counter({(owner, call_id): 1 for call_id, owner in owners.items()})


def closes(past):
    sessions, _ = find.sessions([past.folder])
    return [line for line in verify.compare(sessions, past.into) if not line.is_closed] == []


@pytest.fixture
def original():
    return goes_on(Transcript(prefix="p"), "c1")


def test_a_copy_that_comes_with_a_later_import(past, original):
    original.write(past.folder)
    past.load()
    goes_on(fork(original), "c2").write(past.folder)
    assert [one.n_new for one in past.load()] == [4]
    assert calls(past) == once(c1="7", c2="8")
    assert past.rows("SELECT session_id, attempt_number FROM error_log ORDER BY id") == [
        (SESSION, 1),
        (FORK, 1),
    ]
    assert len(past.metrics("tokens")) == 4
    assert (sources(past, SESSION), sources(past, FORK)) == (["startup"], ["fork"])
    assert closes(past)


@pytest.mark.parametrize(
    ("marks", "is_led"),
    [({}, True), ({"requestSessionId": SESSION}, False), (BRANCH, False)],
    ids=["its own first line is earlier in the file", "named by answers", "named by each line"],
)
@pytest.mark.parametrize("at_once", [True, False])
def test_an_original_that_goes_on_after_its_copy(past, original, marks, is_led, at_once):
    copy = goes_on(fork(original, **marks), "c2")
    if is_led:
        led = {"type": "queue-operation", "operation": "dequeue", "timestamp": "2026-03-02T09:00:59.000Z"}
        copy.lines.insert(0, json.dumps(led | {"sessionId": FORK}))
    written = copy.write(past.folder)
    if not at_once:
        original.write(past.folder)
        past.load()
    goes_on(original.wait(600), "c3").write(past.folder)
    os.utime(written, (1, 1))
    past.load()
    assert calls(past) == once(c1="7", c2="8", c3="7")
    assert closes(past)


@pytest.mark.parametrize("first", ["copy", "original", "both"])
def test_a_copy_of_a_compacted_session_begins_in_the_middle_of_it(past, original, first):
    n_before = len(original.lines)
    goes_on(original.compacted(preTokens=9, postTokens=3), "c2")
    copy = goes_on(fork(original, begin=n_before), "c3")
    if first != "copy":
        original.write(past.folder)
    if first == "original":
        past.load()
    copy.write(past.folder)
    past.load()
    original.write(past.folder)
    past.load()
    told = calls(past)
    assert told == once(c1="7", c2="8" if first == "copy" else "7", c3="8")
    assert past.rows("SELECT count(*) FROM session_metrics WHERE event_type = 'compaction'") == [(1,)]
    assert closes(past)


def test_a_copy_with_ids_of_its_own(past, original):
    original.write(past.folder)
    past.load()
    copy = goes_on(new_ids(fork(original, **BRANCH)), "c2")
    copy.write(past.folder)
    goes_on(new_ids(fork(copy, LATER, prefix="l", at=120, forkedFrom={"sessionId": FORK})), "c3").write(
        past.folder
    )
    past.load()
    assert calls(past) == once(c1="7", c2="8", c3="9")
    assert closes(past)


def test_a_copy_without_its_original_tells_all_of_it(past, original):
    copy = goes_on(fork(original, **BRANCH), "c2")
    copy.write(past.folder)
    past.load()
    assert calls(past) == once(c1="8", c2="8")
    goes_on(original, "c3").write(past.folder)
    past.load()
    goes_on(copy, "c4").write(past.folder)
    goes_on(original, "c5").write(past.folder)
    past.load()
    assert calls(past) == once(c1="8", c2="8", c3="7", c4="8", c5="7")
    assert closes(past)


def test_a_copy_that_is_not_written_to_its_end_yet(past, original):
    goes_on(original, "c2").write(past.folder)
    copy = goes_on(fork(original), "c3")
    for n_lines in (1, 3, 6, len(copy.lines)):
        (past.folder / f"{FORK}.jsonl").write_text("".join(f"{line}\n" for line in copy.lines[:n_lines]))
        past.load()
    assert calls(past) == once(c1="7", c2="7", c3="8")
    assert sources(past, FORK) == ["fork"]


def test_copied_lines_that_are_written_a_second_time(past, original):
    """The client does so where it copies a large session that was compacted."""
    original.write(past.folder)
    copy = fork(original, **BRANCH)
    copy.lines += [line.replace('"forkedFrom"', '"was"') for line in copy.lines]
    goes_on(copy, "c2").write(past.folder)
    past.load()
    assert calls(past) == once(c1="7", c2="8")


def test_a_copy_in_another_project(past, original):
    original.write(past.folder)
    copy = goes_on(fork(original, cwd="/home/dev/worktree"), "c2")
    copy.write(past.folder)
    past.load()
    assert calls(past) == once(c1="7", c2="8")
    (database,) = past.into.rglob("worktree/.claude-session.db")
    assert past.rows("SELECT count(*) FROM hook_events", database=database) == [(4,)]
    assert closes(past)


def test_a_copy_whose_original_was_not_asked_for(past, original):
    os.utime(original.write(past.folder), (1, 1))
    goes_on(fork(original), "c2").write(past.folder)
    since = ["--since", "2020-01-01", "--check"]
    done = CliRunner().invoke(main, ["import", str(past.folder), "--into", str(past.into), *since])
    assert done.exit_code == 0, done.output
    assert calls(past) == once(c2="8")
    past.load()
    assert calls(past) == once(c1="7", c2="8")


def test_a_copy_that_is_imported_by_its_own_name(past, original):
    original.write(past.folder)
    past.load()
    path = goes_on(fork(original), "c2").write(past.folder)
    done = CliRunner().invoke(main, ["import", str(path), "--into", str(past.into), "--check"])
    assert done.exit_code == 0, done.output
    assert "Read: 1 session" in done.output
    assert calls(past) == once(c1="7", c2="8")


@pytest.mark.parametrize(("version", "source"), [("2.1.213", "resume"), ("2.1.214", "fork")])
def test_a_copy_began_as_the_clients_hooks_say(past, original, version, source):
    original.write(past.folder)
    goes_on(fork(original, version=version), "c2").write(past.folder)
    past.load()
    assert sources(past, FORK) == [source]


def test_sessions_that_only_follow_a_compaction_are_no_copies(past):
    for n in range(3):
        made = Transcript(f"{n}7777777-0000-4000-8000-000000000007", prefix=f"s{n}", at=n)
        ended(story_after(made.compacted())).write(past.folder)
    past.load()
    assert [n for (_, call), n in calls(past).items() if call == "c3"] == [1, 1, 1]
    assert closes(past)


def story_after(made):
    told = story(made.session, prefix=made.prefix, at=30)
    told.lines = made.lines + told.lines
    return told


@pytest.mark.slow
def test_two_imports_at_once(past):
    """Each plans by itself what is a copy of what."""
    for n in range(12):
        digits = f"{n:08}-0000-4000-8000-00000000000"
        first = goes_on(goes_on(Transcript(f"{digits}0", prefix=f"p{n}-", at=n * 900), f"c{n}a"), f"c{n}b")
        first.write(past.folder)
        for k in (1, 2, 3):
            copy = fork(first, f"{digits}{k}", prefix=f"f{n}-{k}", at=n * 900 + k * 60)
            goes_on(copy, f"c{n}-{k}").write(past.folder)
    command = [
        sys.executable,
        "-c",
        "from claudesess.cli import main; main()",
        "import",
        str(past.folder),
        "--into",
        str(past.into),
    ]
    both = [subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(2)]
    for one in both:
        assert one.communicate(timeout=120)[1].count(b"Left out") == 0
    told = calls(past)
    assert set(told.values()) == {1}
    assert len(told) == 12 * 5
    assert closes(past)


def test_the_folder_of_a_copy_is_its_projects(past, original):
    original.write(past.folder)
    goes_on(fork(original), "c2").write(past.folder)
    past.load()
    assert past.rows("SELECT value FROM project_state WHERE key = 'project_dir'") == [(CWD,)]
