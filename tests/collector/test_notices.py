"""What is kept of a notice that the client writes as a prompt: whose end it tells, how that went, and no word more."""

from claudesess_collector import background, on_sessions, payload
from claudesess_collector.event import Event, Place
from tables import each_row


def notice(**tags):
    return "".join(
        f"<{name.replace('_', '-')}>{text}</{name.replace('_', '-')}>" for name, text in tags.items()
    )


@each_row(
    ("said", "code"),
    [
        ("failed with exit code 3)", 3), ("exit code 0)", 0), ("exit code 137)", 137), ("exit code 1<x", 1), ("exit code 12 x", 12), ("exit code 12345", 1234), ("exit code x", None), ("no code", None),
        ("exit code ", None), ("exit code 7) exit code 9)", 7),
    ],
)  # fmt: skip
def test_the_exit_code_that_a_notice_tells(said, code):
    assert background._exit_code(said) == code


@each_row(
    ("given", "kept"),
    [
        (notice(task_id="t", tool_use_id="u", status="completed"), notice(task_id="t", tool_use_id="u", status="completed")), (notice(status="odd"), notice(status="other")), (notice(status="killed"), notice(status="killed")),
        (notice(output_file="/a"), notice(output_file="/a")), (notice(output_file="/" + "a" * 4095), notice(output_file="/" + "a" * 4095)), (notice(output_file="/" + "a" * 4096), ""), (notice(output_file="/a\x07"), ""),
        (notice(summary="secret words"), ""), (notice(task_id="t") + "exit code 3)", notice(task_id="t") + "exit code 3)"), (notice(task_id="x" * 201), ""), (notice(task_id="t") + "exit code 0)", notice(task_id="t") + "exit code 0)"),
    ],
)  # fmt: skip
def test_what_counts_of_a_notice(given, kept):
    assert background.told_of_end(given) == kept


@each_row(
    ("prompt", "told"),
    [
        ("fix it", None), ("<task-notification>" + notice(status="failed", summary="x"), "<task-notification>" + notice(status="failed")), (" " * 10 + "<task-notification>", "<task-notification>"),
        (" " * 45 + "<task-notification>", "<task-notification>"), (" " * 46 + "<task-notification>", "<task-notification"), (" " * 47 + "<task-notification>", None), ("see <task-notification>", None), ("", None),
        ("<task-notification>" + notice(status="failed") + "<task-notification>" + notice(status="completed"), "<task-notification>" + notice(status="failed") + "<task-notification>" + notice(status="completed")),
    ],
)  # fmt: skip
def test_a_prompt_that_no_human_typed_is_told_by_how_it_begins(prompt, told):
    said = {"session_id": "s", "hook_event_name": "UserPromptSubmit", "prompt": prompt}
    found = Event(payload.to_json(said).encode(), said, 1_000_000, Place("/p"))
    assert on_sessions.machine_made(found) == told
    assert on_sessions.writer_of(found) == ("human" if told is None else "machine")
