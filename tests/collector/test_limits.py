"""How long a text is kept: so many characters, the last of which says that there was more."""

from tables import each_row

LONG = "word " * 900


def reason(project):
    project.edits("a.py", "x = 1")
    project.fails("pytest -q", f"Exit code 1\na.py:3: AssertionError: {LONG}")
    return project.column("SELECT reason_failed FROM failed_paths")[0].removeprefix("pytest -q: ")


def tried(project):
    project.fails(f"tool {LONG}", "Exit code 1\nno data")
    return project.column("SELECT error_message FROM error_log")[0].split("\n")[0].removeprefix("$ ")


def message(project):
    project.fails("pytest -q", f"Exit code 1\n{LONG}")
    return project.column("SELECT error_message FROM error_log")[0]


def approach(project):
    project.edits("a.py", LONG)
    project.fails("pytest -q", "Exit code 1\na.py:3: AssertionError")
    return project.column("SELECT approach FROM failed_paths")[0].removeprefix("Edit a.py: ")


def subject(project):
    project.feed("TaskCreated", task_id="1", task_subject=LONG)
    return project.column("SELECT value FROM session_metrics WHERE event_type = 'task_created'")[0]


def task(project):
    project.tool("Agent", {"description": LONG}, {"agentId": "a1"})
    return project.column("SELECT task_description FROM agent_registry")[0]


def client_error(project):
    project.feed("StopFailure", error="x", last_assistant_message=LONG)
    return project.column("SELECT value FROM session_metrics WHERE event_type = 'stop_failure'")[0]


@each_row(
    ("told", "length"),
    [(reason, 300), (tried, 300), (message, 2048), (approach, 120), (subject, 200), (task, 500), (client_error, 300)],
)  # fmt: skip
def test_a_text_is_kept_up_to_so_many_characters(project, told, length):
    assert len(told(project)) == length
