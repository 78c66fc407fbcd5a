"""What a hook loads: seconds are asserted nowhere, so this is what says that the common event stays cheap."""

import json
import os
import shutil
import subprocess
import sys

import pytest
from stage import COLLECT
from tables import each_row

# Each of these costs a hook as much as all that it does itself, or nearly.
DEAR = ("re", "enum", "functools", "collections", "os", "json", "hashlib", "sqlite3", "typing", "subprocess")
FAILURE = "claudesess_collector.on_failures"
PATTERNS = "claudesess_collector.privacy_secrets"
JUDGES = "claudesess_collector.privacy_values"
NOT_OF_A_FAILED_TEST = ("ladder", "changes", "output_verdict", "output_runners", "command_runs")
OF_COMMANDS = ("command_parts", "command_programs", "command_split", "command_spelling")
NOT_OF_A_LOOK = ("command_targets", "command_runs", "light_re")


def loaded(project, event, **fields):
    """Return the modules that stand at the end of a hook in a process of its own."""
    script = (
        "import sys; sys.path.insert(0, sys.argv.pop()); import collect;"
        " held = lambda: ('HELD' for module in sys.modules.values() if isinstance(getattr(module.__spec__,"
        " 'loader_state', None), bytes));"
        " collect.leave = lambda status: print(*sys.modules, *held()); collect.main([])"
    )
    payload = {
        "session_id": "1c0de8aa-96f9-4a7b-8a63-0b9f1d8d2f11",
        "prompt_id": "b0aaa6f9-64d7-4296-a7ba-a434246e6d09",
        "hook_event_name": event,
        "cwd": project.folder,
        "tool_use_id": "toolu_01AbCdEfGhIjKlMnOpQrStUv",
        **fields,
    }
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", script, str(COLLECT.parent)],
        input=json.dumps(payload),
        env={"CLAUDE_PROJECT_DIR": str(project.disk), "HOME": str(project.disk.parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


@each_row(
    ("event", "fields", "loads", "does_not"),
    [
        (
            "PostToolUse",
            {
                "tool_name": "Bash",
                "tool_input": {"command": "grep -rn mean ."},
                "tool_response": {"stdout": "calc.py:1:mean"},
            },
            ("claudesess_collector.on_calls",),
            (
                *DEAR,
                FAILURE,
                PATTERNS,
                "claudesess_collector.privacy_redact",
                "claudesess_collector.chains",
                *map("claudesess_collector.{}".format, NOT_OF_A_LOOK),
            ),
        ),
        (
            "PostToolUse",
            {"tool_name": "Read", "tool_input": {"file_path": "/home/dev/app/calc.py"}, "tool_response": {}},
            ("claudesess_collector.on_calls",),
            (*DEAR, *map("claudesess_collector.{}".format, OF_COMMANDS)),
        ),
        (
            "PostToolUse",
            {
                "tool_name": "Bash",
                "tool_input": {"command": "./test.sh"},
                "tool_response": {"stdout": "adds: ok"},
            },
            ("claudesess_collector.on_calls",),
            (
                FAILURE,
                PATTERNS,
                "claudesess_collector.outcomes_judged",
                "claudesess_collector.output_verdict",
            ),
        ),
        (
            "PostToolUseFailure",
            {
                "tool_name": "Bash",
                "tool_input": {"command": "pytest -q"},
                "error": "Exit code 1\nFAILED test_calc.py::test_mean - assert 5 == 2\n1 failed in 0.06s",
            },
            (FAILURE,),
            (*DEAR, PATTERNS, *map("claudesess_collector.{}".format, NOT_OF_A_FAILED_TEST)),
        ),
        (
            "PostToolUseFailure",
            {
                "tool_name": "Bash",
                "tool_input": {"command": "pytest -q"},
                "error": "Exit code 1\nFAILED test_calc.py::test_mean\n1 failed, 3 passed in 0.06s",
            },
            (PATTERNS,),  # `pass` may begin a password's name
            ("re", "enum", "functools", JUDGES),
        ),
        (
            "PostToolUseFailure",
            {
                "tool_name": "Bash",
                "tool_input": {"command": "env"},
                "error": "Exit code 1\nAPI_TOKEN=abcdef0123456789",
            },
            (PATTERNS, JUDGES),
            ("re", "enum"),
        ),
    ],
)
def test_a_hook_loads_what_its_event_needs(project, event, fields, loads, does_not):
    project.feed("SessionStart", source="startup")  # the database is there
    found = loaded(project, event, **fields)
    assert set(loads) - set(found) == set()
    assert set(does_not) & set(found) == set()
    assert "HELD" not in found  # what was read of one module makes room for the next


SECRET = (
    "Exit code 1\nFAILED test_calc.py::test_mean\nAPI_TOKEN=abcdef0123456789\n1 failed, 3 passed in 0.06s"
)


def test_a_failing_hook_compiles_no_pattern_that_one_before_it_has_compiled(project):
    project.feed("SessionStart", source="startup")
    fields = {"tool_name": "Bash", "tool_input": {"command": "pytest -q"}, "error": SECRET}
    for _ in range(2):  # of the second try in a row more is asked
        loaded(project, "PostToolUseFailure", **fields)
    assert "re._compiler" not in loaded(project, "PostToolUseFailure", **fields)


@pytest.mark.parametrize(("stops", "loads_ladder"), [(False, False), (True, True)])
def test_a_success_loads_the_ladder_where_a_turn_ended_with_an_open_chain(project, stops, loads_ladder):
    project.feed("SessionStart", source="startup", session="s1")
    project.fails("pytest -q", "Exit code 1\n1 failed in 0.06s", session="s1")
    if stops:
        project.feed("Stop", last_assistant_message="The test still fails.", session="s1")
    found = loaded(
        project,
        "PostToolUse",
        session_id="s1",
        tool_name="Bash",
        tool_input={"command": "ls"},
        tool_response={"stdout": "calc.py"},
    )
    assert "claudesess_collector.chains" in found
    assert ("claudesess_collector.ladder" in found) == loads_ladder


def copied(folder, project, *, is_compiled=True):
    """Copy the collector, run it once so that Python compiles it, and return its package's folder."""
    shutil.copytree(COLLECT.parent, folder, ignore=shutil.ignore_patterns("__pycache__"))
    if is_compiled:
        found_by(folder, project)
    return folder / "claudesess_collector"


def found_by(folder, project):
    """Return by what each module of the package was found in a process of its own."""
    script = (
        "import sys; sys.path.insert(0, sys.argv.pop()); import collect; collect.leave = lambda status:"
        " print(*(f'{name}={type(module.__spec__.loader).__name__}' for name, module in sys.modules.items()"
        " if name.startswith('claudesess_collector'))); collect.main([])"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", script, str(folder)],
        input=json.dumps({"session_id": "s1", "hook_event_name": "PostToolUse", "tool_name": "Read"}),
        env={"CLAUDE_PROJECT_DIR": str(project.disk), "HOME": str(project.disk.parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(one.split("=") for one in done.stdout.split())


@pytest.mark.skipif(sys.platform == "win32", reason="Python's own search does it there")
def test_what_is_compiled_is_found_without_pythons_search(tmp_path, project):
    folder = copied(tmp_path / "installed", project).parent
    assert set(found_by(folder, project).values()) == {"Compiled"}


@pytest.mark.skipif(sys.platform == "win32", reason="Python's own search does it there")
def test_a_module_that_was_changed_or_is_not_compiled_is_left_to_python(tmp_path, project):
    package = copied(tmp_path / "installed", project)
    record, clock = package / "record.py", package / "clock.py"
    record.write_text(record.read_text() + "# longer\n")
    os.utime(clock, (1, 1))
    for compiled in package.glob("__pycache__/event.*"):
        compiled.write_bytes(compiled.read_bytes()[:10])
    for compiled in package.glob("__pycache__/payload.*"):
        compiled.unlink()
    found = found_by(package.parent, project)
    by_python = {name.partition(".")[2] for name, loader in found.items() if loader == "SourceFileLoader"}
    assert by_python == {"record", "clock", "event", "payload"}
    assert set(found_by(package.parent, project).values()) == {"Compiled"}  # compiled anew
