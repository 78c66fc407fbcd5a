"""A call that somebody's hook refused with what a check found: only the transcript tells it."""

import json

from claudesess_collector import gates
from claudesess_collector.database import Database
from claudesess_collector.event import Event, Place
from tables import each_row


def refused(project, content):
    """Write a transcript in which a commit was refused."""
    blocks = [
        {"type": "tool_use", "id": "c1", "name": "Bash", "input": {"command": "git commit -m x"}},
        {"type": "tool_result", "tool_use_id": "c1", "is_error": True, "content": content},
    ]
    told = [{"timestamp": "2027-01-15T08:00:00.500Z", "message": {"content": [block]}} for block in blocks]
    return project.file("../t.jsonl", "".join(json.dumps(line) + "\n" for line in told))


FOUND = "eslint: 2 errors found"


@each_row(
    ("message", "is_gates"),
    [
        (FOUND, True), (f"\n {FOUND}", True), ("Commits are not allowed here.", False), ("", False),
        # the command ran, and says how it went itself
        (f"Exit code 1\n{FOUND}", False), (f"Error: Exit code 1\n{FOUND}", False), (f"{FOUND}\nfatal: no", False), (f"fatal: no\n{FOUND}", False),
    ],
)  # fmt: skip
def test_a_gate_s_refusal_holds_findings(message, is_gates):
    assert gates.is_gates(message) is is_gates


@each_row(
    ("tool", "call_id", "command", "message", "is_refused"),
    [
        ("Bash", "c1", "git commit -m x", FOUND, True), ("PowerShell", "c1", "git push", FOUND, True),
        ("Write", "c1", "git commit -m x", FOUND, False), ("Bash", None, "git commit -m x", FOUND, False), ("Bash", "c1", "ls", FOUND, False),
        ("Bash", "c1", "git commit -m x", "Commits are not allowed here.", False),
    ],
)  # fmt: skip
def test_a_call_that_a_gate_refused_is_noted_once(project, tool, call_id, command, message, is_refused):
    project.feed("SessionStart", source="startup")
    fields = {
        "session_id": project.session,
        "hook_event_name": "refused",
        "tool_name": tool,
        "tool_input": {"command": command},
    }
    place = Place(project.folder, project.environ, str(project.root))
    database = Database(str(project.database))
    for _ in range(2):
        event = Event(b"", fields | ({"tool_use_id": call_id} if call_id else {}), project.now, place, None)
        event.db = database
        gates.refused(event, message)
    database.close()
    assert (
        len(project.column("SELECT key FROM session_metrics WHERE event_type = 'tool_gated'")) == is_refused
    )


@each_row(
    ("command", "noted"),
    [("git commit -m y", ["c1"]), ("git push", ["c1"]), ("ls", []), ("git status", [])],
)
def test_a_refused_commit_is_noted_at_the_next_commit_or_push(project, command, noted):
    project.passes(command, transcript_path=refused(project, "eslint: 2 errors found"))
    assert project.column("SELECT key FROM session_metrics WHERE event_type = 'tool_gated'") == noted


@each_row(
    ("command", "attempts"),
    [
        ("mypy .", [1, 2]),
        ("pyright .", [1, 1]),  # of the same category, but the gate did not run it
        ("ruff check .", [1, 1]),
    ],
)
def test_a_direct_run_of_a_check_that_the_gate_named_is_another_try_of_the_gate(project, command, attempts):
    path = refused(project, "mypy....Failed\na.py:1: error: x [misc]\nFound 1 error in 1 file")
    project.fails(command, "Exit code 1\na.py:1: error: x", transcript_path=path)
    assert project.column("SELECT attempt_number FROM error_log ORDER BY id") == attempts


TESTED = "FAILED test_calc.py::test_mean - assert 6 == 2\n1 failed in 0.43s"
NOT_PUSHED = "error: failed to push some refs to 'origin'"


@each_row(
    ("command", "said", "told"),
    [
        # a hook that lies in the repository itself, and that names no program
        ("git push", f"{TESTED}\n{NOT_PUSHED}", ("check", "test")),
        (
            "git push",
            f"a.py:1:8: F401 `os` imported but unused\nFound 1 error.\n{NOT_PUSHED}",
            ("check", "lint"),
        ),
        ("git commit -m x", TESTED, ("check", "test")),
        (
            "git add . && git commit -m x && git push",
            f"[main 1a2b3c4] x\n{TESTED}\n{NOT_PUSHED}",
            ("check", "test"),
        ),
        ("ruff check . && git push", f"All checks passed!\n{TESTED}\n{NOT_PUSHED}", ("check", "test")),
        # git itself, or the other side
        ("git push", NOT_PUSHED, ("vcs", "runtime")),
        ("git push", f" ! [rejected] main -> main (fetch first)\n{NOT_PUSHED}", ("vcs", "runtime")),
        (
            "git push",
            f"remote: 1 failed in 2.0s\n ! [remote rejected] main -> main\n{NOT_PUSHED}",
            ("vcs", "runtime"),
        ),
        ("git push", f"{TESTED}\nfatal: unable to access 'x'\n{NOT_PUSHED}", ("vcs", "runtime")),
        (
            "git commit -m 'lint' && git push",
            f"[main 1a2b3c4] Make lint pass\n{NOT_PUSHED}",
            ("vcs", "runtime"),
        ),
    ],
)
def test_a_hook_of_gits_refuses_with_what_a_check_found(project, command, said, told):
    project.fails(command, f"Exit code 1\n{said}")
    (category,) = project.column("SELECT error_category FROM error_log")
    (kind,) = project.column(
        "SELECT payload_summary ->> 'kind' FROM hook_events WHERE event_type = 'post_tool_use_failure'"
    )
    assert (kind, category) == told


def test_a_push_that_a_hook_refused_rejects_the_edits_that_it_tested_until_the_push_succeeds(project):
    project.edits("calc.py", "return sum(xs) / 3")
    project.fails("git push", f"Exit code 1\ntest_calc.py:5: AssertionError\n{TESTED}\n{NOT_PUSHED}")
    assert project.column("SELECT approach FROM failed_paths WHERE still_relevant") == [
        "Edit calc.py: return sum(xs) / 3"
    ]
    project.passes("python -m pytest -q test_other.py", "1 passed in 0.1s")
    assert project.column("SELECT count(*) FROM failed_paths WHERE still_relevant") == [1]
    project.passes("git push", "main -> main")
    assert project.column("SELECT count(*) FROM failed_paths WHERE still_relevant") == [0]
