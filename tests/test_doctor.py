"""Each thing that can be wrong is found, with its fix, and looking changes nothing."""

import json
import os
import shutil
import sqlite3
import sys
from contextlib import closing
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner
from handmade import ROOT, SCHEMA

from claudesess import cli
from claudesess.doctor.examine import examine, probe
from claudesess.install import SettingsError, Target, install, interpreter, registration, uninstall
from claudesess.install.registration import EVENTS, Registration

PYTHON = registration().python
ASKED = cache(interpreter.ask)


@pytest.fixture
def place(tmp_path):
    home, project = tmp_path / "home", tmp_path / "project"
    home.mkdir()
    project.mkdir()
    environ = {"HOME": str(home), "PATH": "/usr/bin:/bin", "CLAUDESESS_CACHE": str(home / "cache")}
    return Target(None, environ, home), project


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(probe, "RUNS", 1)
    monkeypatch.setattr(interpreter, "ask", ASKED)


def look(place, project, **environ):
    return examine(project, {**place.environ, **environ}, place.home)


def said(report, about):
    return [(remark.level, remark.message) for remark in report.remarks if remark.about == about]


def fixes(report):
    return {remark.about: remark.fix for remark in report.remarks if remark.level == "action"}


def written(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value if isinstance(value, str) else json.dumps(value))
    return path


def database(project, script=""):
    path = project / ".claude-session.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(SCHEMA + script)
    path.chmod(0o600)
    return path


def test_all_is_well(place):
    place, project = place
    install(place, registration())
    times = "('2026-06-01 10:00:00'), ('2026-06-01 11:00:00'), ('2026-06-03 09:00:00')"
    path = database(project, f"INSERT INTO hook_events (timestamp) VALUES {times};")
    before = path.read_bytes()
    report = look(place, project)
    assert not report.needs_action
    assert [remark.about for remark in report.remarks] == ["registered", "interpreter", "probe", "events"]
    assert said(report, "registered") == [
        ("ok", f"Registered for all 17 events in user settings ({place.settings}).")
    ]
    ((level, message),) = said(report, "events")
    assert (level, message.partition(" UTC")[0]) == (
        "ok", "3 events, 2 a day on the last 2 days that had any; the last at 2026-06-03 09:00",
    )  # fmt: skip
    assert report.facts["database"]["events_per_day"] == {"2026-06-01": 2, "2026-06-03": 1}
    assert (report.facts["probe"]["sent"], report.facts["probe"]["arrived"]) == (2, 2)
    assert report.facts["probe"]["hook_ms"] > 0
    assert path.read_bytes() == before
    assert sorted(file.name for file in project.iterdir()) == [".claude-session.db"]


def test_nothing_is_registered_and_nothing_recorded(place):
    place, project = place
    report = look(place, project)
    assert said(report, "registered") == [("action", "The collector is not registered.")]
    assert fixes(report) == {"registered": "Run `claudesess install`."}
    assert [level for level, _ in said(report, "database")] == ["note"]
    assert list(project.iterdir()) == []
    assert list(place.home.iterdir()) == []


def test_some_events_are_missing_and_some_are_of_an_earlier_form(place):
    place, project = place
    hooks = registration().hooks()
    del hooks["Stop"], hooks["PreCompact"]
    hooks["PostToolUse"][0]["hooks"][0]["timeout"] = 600
    written(place.settings, {"hooks": hooks})
    report = look(place, project)
    assert report.facts["events"] == {"registered": 15, "missing": ["Stop", "PreCompact"], "twice": []}
    assert fixes(report)["registered"] == "Run `claudesess install`."
    assert said(report, "form") == [("action", "Registered otherwise than this version would: PostToolUse.")]


@pytest.mark.slow
def test_twice_in_settings_counts_only_when_the_command_differs(place):
    place, project = place
    install(place, registration())
    local = Target(project, place.environ, place.home)
    install(local, registration())
    assert said(look(place, project), "twice") == []
    install(local, Registration("/usr/bin/python3", registration().script))
    report = look(place, project)
    assert len(report.facts["events"]["twice"]) == len(EVENTS)
    assert fixes(report)["twice"].endswith("run `claudesess uninstall --project .`.")
    uninstall(local)
    assert said(look(place, project), "twice") == []


def with_plugin(home, source):
    """Leave the files that the client leaves when the plugin is installed."""
    written(home / ".claude" / "settings.json", {"enabledPlugins": {"claudesess@claudesess": True}})
    plugins = home / ".claude" / "plugins"
    copy = plugins / "cache" / "claudesess" / "claudesess" / "0.1.0"
    shutil.copytree(ROOT / "collector", copy, ignore=shutil.ignore_patterns("__pycache__"))
    written(
        plugins / "installed_plugins.json",
        {"version": 2, "plugins": {"claudesess@claudesess": [{"scope": "user", "installPath": str(copy)}]}},
    )
    written(
        plugins / "known_marketplaces.json",
        {"claudesess": {"source": {"source": source}, "installLocation": str(ROOT)}},
    )
    return copy


@pytest.mark.parametrize(("source", "in_place"), [("directory", True), ("github", False)])
def test_the_plugin_is_found_where_the_client_reads_it(place, source, in_place):
    place, project = place
    copy = with_plugin(place.home, source)
    report = look(place, project)
    root = ROOT / "collector" if in_place else copy
    assert said(report, "registered") == [
        ("ok", f"Registered for all 17 events in plugin ({root / 'hooks' / 'hooks.json'}).")
    ]
    assert report.facts["registered"] == [
        {"in": "plugin", "python": "python3", "script": str(root / "collect.py")}
    ]
    assert [level for level, _ in said(report, "probe")] == ["ok"]


def test_a_plugin_that_is_off_or_in_the_skills_folder(place):
    place, project = place
    copy = with_plugin(place.home, "github")
    written(project / ".claude" / "settings.local.json", {"enabledPlugins": {"claudesess@claudesess": False}})
    assert said(look(place, project), "registered") == [("action", "The collector is not registered.")]
    shutil.copytree(copy, place.home / ".claude" / "skills" / "mine")
    assert [level for level, _ in said(look(place, project), "registered")] == ["ok"]


def test_plugin_and_settings_together_are_twice(place):
    place, project = place
    copy = with_plugin(place.home, "github")
    install(place, registration())
    report = look(place, project)
    assert fixes(report)["twice"].endswith("run `claudesess uninstall`, or disable the plugin.")
    shutil.rmtree(copy)
    report = look(place, project)
    assert said(report, "plugin") == [("action", f"The plugin's {copy / 'hooks' / 'hooks.json'} is missing.")]
    assert said(report, "twice") == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "is no JSON (line 1: a key in double quotes is missing)"),
        ("[]", "holds no JSON object"),
        ('{"a": 1,}', "holds comments or trailing commas, and is ignored as a whole"),
        ('{"a": 1} // x', "holds comments or trailing commas, and is ignored as a whole"),
    ],
)
def test_settings_that_the_client_leaves_out(place, text, problem):
    place, project = place
    install(place, registration())
    path = written(project / ".claude" / "settings.json", text)
    report = look(place, project)
    assert said(report, "settings") == [("action", f"{path} {problem}.")]
    assert [level for level, _ in said(report, "registered")] == ["ok"]


def test_our_entries_in_a_file_that_is_left_out_do_not_count(place):
    place, project = place
    install(place, registration())
    place.settings.write_text(place.settings.read_text() + "// mine\n")
    report = look(place, project)
    assert set(fixes(report)) == {"settings", "registered"}


def test_hooks_are_switched_off(place, tmp_path, monkeypatch):
    place, project = place
    install(place, registration())
    written(project / ".claude" / "settings.json", {"disableAllHooks": True})
    managed = written(tmp_path / "managed.json", {"allowManagedHooksOnly": True})
    monkeypatch.setattr("claudesess.doctor.sources._MANAGED_ELSEWHERE", managed)
    monkeypatch.setattr("claudesess.doctor.sources._MANAGED", {})
    messages = [message for _, message in said(look(place, project), "disabled")]
    assert messages == [
        f"{managed} allows managed hooks only.",
        f"{project / '.claude' / 'settings.json'} sets disableAllHooks: no hook runs.",
    ]


def test_interpreter_or_script_has_gone(place, tmp_path):
    place, project = place
    script = tmp_path / "collector" / "collect.py"
    install(place, Registration(str(tmp_path / "python3"), str(script)))
    assert said(look(place, project), "interpreter") == [
        ("action", f"{tmp_path}/python3: no such interpreter.")
    ]
    install(place, Registration(PYTHON, str(script)))
    report = look(place, project)
    assert said(report, "script") == [("action", f"{script} has gone: hooks do nothing.")]
    written(script, "raise SystemExit('broken')")
    report = look(place, project)
    assert said(report, "probe") == [("action", "2 of 2 probe events did not arrive.")]
    real = ROOT / "collector" / "collect.py"
    talking = f"import sys; sys.path.insert(0, {str(real.parent)!r}); print('hello', flush=True)\n"
    written(
        script,
        talking
        + real.read_text().replace("os.path.dirname(os.path.abspath(__file__))", repr(str(real.parent))),
    )
    report = look(place, project)
    ((_, message),) = said(report, "probe")
    assert message.startswith("The hook printed 'hello")


def test_a_shim_is_named_with_its_cost(place, tmp_path):
    place, project = place
    shim = written(tmp_path / "bin" / "python3", f'#!/bin/sh\nsleep 0.05\nexec {PYTHON} "$@"\n')
    shim.chmod(0o755)
    with_plugin(place.home, "github")
    report = look(place, project, PATH=f"{shim.parent}:/usr/bin:/bin")
    ((level, message),) = said(report, "shim")
    assert level == "action"
    assert message.startswith(f"{shim} is not the interpreter {PYTHON.rpartition('/')[0]}")
    assert " ms to start; the interpreter that it finds, " in message
    assert [level for level, _ in said(report, "probe")] == ["ok"]


def test_an_old_client(place, tmp_path):
    place, project = place
    client = written(tmp_path / "bin" / "claude", "#!/bin/sh\necho '2.1.138 (Claude Code)'\n")
    client.chmod(0o755)
    path = f"{client.parent}:/usr/bin:/bin"
    assert said(look(place, project, PATH=path), "client") == [
        ("action", "The client 2.1.138 does not know hooks with `args`: it records nothing.")
    ]
    client.write_text("#!/bin/sh\necho '2.1.139 (Claude Code)'\n")
    report = look(place, project, PATH=path)
    assert (said(report, "client"), report.facts["client"]) == ([], "2.1.139")
    client.write_text("#!/bin/sh\necho what\n")
    assert "client" not in look(place, project, PATH=path).facts


@pytest.fixture
def command(place, monkeypatch):
    place, project = place
    for name in ("CLAUDE_CONFIG_DIR", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(place.home))
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}/usr/bin:/bin")
    monkeypatch.chdir(project)
    return lambda *words: CliRunner().invoke(cli.main, list(words))


def test_the_command_for_people(command):
    done = command("doctor")
    assert done.exit_code == 1
    lines = [line.strip() for line in done.output.splitlines()]
    assert lines[:2] == ["ACTION  The collector is not registered.", "-> Run `claudesess install`."]
    assert lines[-1] == "1 to be done."
    assert command("install").exit_code == 0
    done = command("doctor")
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "Nothing to be done.")


def test_the_command_for_scripts(command, place):
    done = command("doctor", "--json")
    report = json.loads(done.stdout)
    assert (done.exit_code, report["needs_action"], report["project"]) == (1, True, str(place[1]))
    assert report["remarks"][0] == {
        "about": "registered",
        "level": "action",
        "message": "The collector is not registered.",
        "fix": "Run `claudesess install`.",
    }
    command("install")
    assert command("doctor", "--json", "--project", str(place[1])).exit_code == 0


@pytest.mark.parametrize(
    "lay", [os.mkfifo, lambda path: path.symlink_to("/dev/zero"), lambda path: path.symlink_to(path.name)]
)
def test_settings_that_are_no_file_are_named_and_not_waited_for(place, lay):
    at, project = place
    at.settings.parent.mkdir(parents=True)
    lay(at.settings)
    said = {one.about: one.message for one in examine(project, at.environ, at.home).remarks}
    assert f"{at.settings} cannot be read" in said["settings"]
    with pytest.raises(SettingsError, match="cannot be read"):
        uninstall(at)
