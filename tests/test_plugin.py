"""The collector is a plugin of the client, and the repository its own marketplace."""

import json
import subprocess
import sys
from pathlib import Path

import claudesess

ROOT = Path(__file__).parents[1]
PLUGIN = ROOT / "collector"


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def handlers():
    for event, groups in read(PLUGIN / "hooks" / "hooks.json")["hooks"].items():
        for group in groups:
            for handler in group["hooks"]:
                yield event, group, handler


def test_the_manifest_names_the_package_and_does_not_load_the_hooks_twice():
    manifest = read(PLUGIN / ".claude-plugin" / "plugin.json")
    assert (manifest["name"], manifest["version"]) == ("claudesess", claudesess.__version__)
    assert "hooks" not in manifest  # hooks/hooks.json is loaded by itself; named here it would run twice


def test_the_repository_is_its_own_marketplace():
    market = read(ROOT / ".claude-plugin" / "marketplace.json")
    (plugin,) = market["plugins"]
    assert (ROOT / plugin["source"]).resolve() == PLUGIN


def test_every_event_that_says_something_is_registered_once_and_no_other():
    handled = "import recorder.handlers as h; print(*h.HANDLERS)"
    known = subprocess.run(
        [sys.executable, "-c", handled], cwd=PLUGIN, capture_output=True, text=True
    ).stdout.split()
    # PreToolUse would block calls for nothing; a completed task is read from the call that follows its event.
    assert sorted(event for event, _, _ in handlers()) == sorted({*known, "TaskCompleted"} - {"PreToolUse"})
    never = {
        "WorktreeCreate",
        "WorktreeRemove",
        "MessageDisplay",
        "PreModelSwitch",
        "PreToolUse",
        "PostToolBatch",
    }
    assert never.isdisjoint(event for event, _, _ in handlers())


def test_handlers_are_in_exec_form_isolated_and_bounded():
    for event, group, handler in handlers():
        assert "matcher" not in group
        assert handler == {
            "type": "command",
            "command": "python3",
            "args": ["-I", "-S", "${CLAUDE_PLUGIN_ROOT}/collect.py"],
            "timeout": 1 if event == "SessionEnd" else 10,
        }
