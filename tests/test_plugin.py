"""The collector is a plugin of the client, and the repository its own marketplace."""

import json
import os
import subprocess
import sys
from pathlib import Path

import claudesess
from claudesess.install.registration import EVENTS, Registration

ROOT = Path(__file__).parents[1]
PLUGIN = ROOT / "collector"
HOOKS = PLUGIN / "hooks" / "hooks.json"
NEVER = {
    "WorktreeCreate", "WorktreeRemove", "MessageDisplay", "PreModelSwitch", "PreToolUse", "PostToolBatch",
}  # fmt: skip


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def test_the_manifest_names_the_package_and_does_not_load_the_hooks_twice():
    manifest = read(PLUGIN / ".claude-plugin" / "plugin.json")
    assert (manifest["name"], manifest["version"]) == ("claudesess", claudesess.__version__)
    assert "hooks" not in manifest  # hooks/hooks.json is loaded by itself; named here it would run twice


def test_the_repository_is_its_own_marketplace():
    market = read(ROOT / ".claude-plugin" / "marketplace.json")
    (plugin,) = market["plugins"]
    assert (market["name"], plugin["name"]) == ("claudesess", "claudesess")
    assert (ROOT / plugin["source"]).resolve() == PLUGIN


def test_plugin_and_installer_register_the_same():
    in_plugin = Registration("python3", "${CLAUDE_PLUGIN_ROOT}/collect.py")
    assert read(HOOKS)["hooks"] == in_plugin.hooks()


def test_every_event_that_says_something_is_registered_and_no_other():
    handled = "import claudesess_collector.handlers as h; print(*h.HANDLERS)"
    known = subprocess.run(
        [sys.executable, "-c", handled], cwd=PLUGIN, capture_output=True, text=True, check=True
    ).stdout.split()
    # PreToolUse would run before every call for nothing; a completed task is read from the call that follows.
    assert sorted(EVENTS) == sorted({*known, "TaskCompleted"} - {"PreToolUse"})
    assert NEVER.isdisjoint(EVENTS)


def test_a_handler_is_in_exec_form_isolated_bounded_and_for_every_matcher():
    for event, groups in read(HOOKS)["hooks"].items():
        ((handler,),) = [group["hooks"] for group in groups]
        assert [list(group) for group in groups] == [["hooks"]]
        assert (handler["type"], handler["command"], handler["args"][:3]) == (
            "command", "python3", ["-I", "-S", "-c"],
        )  # fmt: skip
        assert handler["timeout"] == (2 if event == "SessionEnd" else 10)


def run(handler, root, project, payload):
    arguments = [word.replace("${CLAUDE_PLUGIN_ROOT}", str(root)) for word in handler["args"]]
    environ = {"PATH": os.environ["PATH"], "HOME": str(project), "CLAUDE_PROJECT_DIR": str(project)}
    return subprocess.run([sys.executable, *arguments], input=payload, env=environ, capture_output=True)


def test_the_handler_records_an_event(tmp_path):
    (handler,) = read(HOOKS)["hooks"]["Stop"][0]["hooks"]
    done = run(handler, PLUGIN, tmp_path, b'{"session_id": "s", "hook_event_name": "Stop"}')
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    with claudesess.open_store(tmp_path) as store:
        assert store.sql("SELECT session_id, event_type FROM hook_events").values.tolist() == [["s", "stop"]]


def test_a_handler_whose_script_has_gone_or_is_broken_blocks_nothing(tmp_path):
    """A missing script alone ends Python with 2: the client would block every prompt and every stop."""
    (handler,) = read(HOOKS)["hooks"]["UserPromptSubmit"][0]["hooks"]
    gone = tmp_path / "collect.py"
    assert subprocess.run([sys.executable, gone], capture_output=True).returncode == 2
    for script in (None, "import no_such_module", "def (", "1 / 0"):
        if script is not None:
            gone.write_text(script)
        done = run(handler, tmp_path, tmp_path, b"{}")
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b""), script
