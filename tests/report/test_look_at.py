"""What needs a person: in which words a long chain is told."""

import json
from datetime import UTC

import pytest
from handmade import database
from script import Script, at
from tables import each_row

from claudesess import open_store
from claudesess.report.look_at import look_at
from claudesess.report.reader import Reader


def commits(*refused: bool) -> Script:
    """Return a chain of commits that failed, or were refused by a gate before they ran."""
    script = Script()
    for number, is_refused in enumerate(refused, start=1):
        clock = f"09:0{number}:00"
        script.row(
            "error_log",
            session_id="s",
            timestamp=at(clock),
            attempt_number=number,
            error_message="$ git commit\nE501",
        )
        summary = {
            "tool": "Bash",
            "error_id": number,
            "ok": False,
            "aim": "c",
            "spelling": "c",
            "kind": "vcs",
            "chain": 1,
        }
        script.row(
            "session_metrics" if is_refused else "hook_events", session_id="s", timestamp=at(clock),
            **({"event_type": "tool_gated", "key": f"u{number}", "value": json.dumps(summary)} if is_refused
               else {"event_type": "post_tool_use_failure", "payload_summary": json.dumps(summary)}),
        )  # fmt: skip
    return script


@each_row(
    ("refused", "reason"),
    [
        ((False, False), "Failed 2 times in a row, and no end was seen"),
        (
            (True, False, True),
            "Failed 3 times in a row, 2 of them refused, and no end was seen",
        ),
        ((True, True), "Refused 2 times in a row, and no end was seen"),
    ],
)
def test_what_was_refused_before_it_ran_is_told_apart(tmp_path, refused, reason):
    made = database(tmp_path / "made.db", "".join(commits(*refused).sql))
    with open_store(made) as store:
        assert look_at(store, Reader(UTC))[0].reason == reason


@pytest.mark.slow
@each_row(
    ("folders", "reasons"),
    [
        (
            ("/w", "/w/.worktrees/a"),
            ["The check that fails most: 5 times in 5 sessions"],
        ),
        (
            ("/w", "/v"),
            ["The check that fails most: 3 times in 3 sessions", "A check that failed 2 times in 2 sessions"],
        ),
        (
            (None, None),
            ["The check that fails most: 3 times in 3 sessions", "A check that failed 2 times in 2 sessions"],
        ),
    ],
)
def test_a_check_is_the_same_in_every_database_of_a_project(tmp_path, folders, reasons):
    def fails(name: str, folder: str | None, *sessions: str) -> str:
        script = Script()
        if folder is not None:
            script.row("project_state", key="project_dir", value=folder)
        for number, session in enumerate(sessions, start=1):
            script.row("error_log", session_id=session, timestamp=at(f"09:0{number}:00"), attempt_number=1,
                       error_message="$ pytest -q\nE1")  # fmt: skip
            summary = {"tool": "Bash", "error_id": number, "ok": False, "aim": "c", "spelling": "c", "kind": "check",
                       "chain": 1}  # fmt: skip
            script.row("hook_events", session_id=session, timestamp=at(f"09:0{number}:00"),
                       event_type="post_tool_use_failure", payload_summary=json.dumps(summary))  # fmt: skip
        return database(tmp_path / name / "made.db", "".join(script.sql))

    made = [fails("one", folders[0], "s", "t"), fails("two", folders[1], "s", "t", "u")]
    with open_store(*made) as store:
        assert [look.reason for look in look_at(store, Reader(UTC)) if "check" in look.reason] == reasons
