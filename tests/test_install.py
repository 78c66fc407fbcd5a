"""Registering the collector: settings files, backups, git's ignore files, the interpreter, the commands."""

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from tables import each_row

from claudesess import cli, install
from claudesess.errors import ClaudesessError
from claudesess.install import git_ignore, interpreter, settings_file
from claudesess.install.registration import EVENTS, Registration

OURS = Registration("/usr/bin/python3", "/opt/claudesess/collector/collect.py")

OTHER = Registration("/usr/bin/python3.12", "/home/dev/claudesess/collector/collect.py")


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def settings(text):
    """Read a text without the help of what is tested, comments and trailing commas aside."""
    return json.loads(text.removeprefix("\ufeff") or "{}")


def test_a_file_that_was_not_there_goes_again(tmp_path):
    path = tmp_path / ".claude" / "settings.json"
    settings_file.register(path, OURS)
    assert settings(path.read_text()) == {"hooks": OURS.hooks()}
    settings_file.unregister(path)
    assert names(tmp_path) == []


@pytest.mark.parametrize("n_times", [1, 2])
def test_a_folder_that_was_there_before_stays(tmp_path, n_times):
    for path in (tmp_path / ".claude" / "settings.json", tmp_path / "git" / "ignore"):
        path.parent.mkdir()
    for _ in range(n_times):
        settings_file.register(tmp_path / ".claude" / "settings.json", OURS)
        git_ignore.add(tmp_path / "git" / "ignore", ["*.db"])
    settings_file.unregister(tmp_path / ".claude" / "settings.json")
    git_ignore.remove(tmp_path / "git" / "ignore", ["*.db"])
    assert [*map(names, tmp_path.iterdir())] == [[], []]


def test_what_others_did_meanwhile_stays(tmp_path):
    path = tmp_path / "settings.json"
    path.write_text('{\n  "model": "opus"\n}\n')
    settings_file.register(path, OURS)
    said = settings(path.read_text())
    said["model"] = "sonnet"
    mine = {"type": "command", "command": "say done"}
    said["hooks"]["Stop"][0]["hooks"].append(mine)
    said["hooks"]["Stop"].append({"hooks": [mine]})
    said["hooks"]["Notification"] = [{"hooks": [mine]}]
    path.write_text(json.dumps(said))
    settings_file.unregister(path)
    hooks = {"Stop": [{"hooks": [mine]}, {"hooks": [mine]}], "Notification": [{"hooks": [mine]}]}
    assert settings(path.read_text()) == {"model": "sonnet", "hooks": hooks}


def test_files_that_are_not_to_be_written_are_refused(tmp_path):
    path = tmp_path / "settings.json"
    path.write_bytes(b'{"a": "\xff"}')
    with pytest.raises(install.SettingsError, match="not written in UTF-8"):
        settings_file.register(path, OURS)
    path.write_text("{}")
    path.chmod(0o444)
    with pytest.raises(install.SettingsError, match="is read-only"):
        settings_file.register(path, OURS)
    path.chmod(0o644)
    (tmp_path / "twin.json").hardlink_to(path)
    with pytest.raises(install.SettingsError, match="hard links"):
        settings_file.register(path, OURS)
    dangling = tmp_path / "dangling.json"
    dangling.symlink_to(tmp_path / "nowhere")
    with pytest.raises(install.SettingsError, match="link to a file that does not exist"):
        settings_file.register(dangling, OURS)
    folder = tmp_path / "folder.json"
    folder.mkdir()
    with pytest.raises(install.SettingsError, match="cannot be read"):
        settings_file.register(folder, OURS)
    assert path.read_text() == "{}"


def test_a_link_stays_a_link_and_permissions_stay(tmp_path):
    real, link = tmp_path / "dotfiles.json", tmp_path / "settings.json"
    real.write_text('{"a": 1}')
    real.chmod(0o640)
    link.symlink_to(real)
    change = settings_file.register(link, OURS)
    assert link.is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert settings(real.read_text())["a"] == 1
    assert change.backup == tmp_path / "settings.json.claudesess-backup"
    assert change.backup.read_text() == '{"a": 1}'
    assert stat.S_IMODE(change.backup.stat().st_mode) == 0o640
    settings_file.unregister(link)
    assert (link.is_symlink(), real.read_text()) == (True, '{"a": 1}')


def test_the_backup_holds_the_file_before_the_last_change_of_ours(tmp_path):
    path, backup = tmp_path / "settings.json", tmp_path / "settings.json.claudesess-backup"
    path.write_text('{"a": 1}')
    settings_file.register(path, OURS)
    settings_file.register(path, OTHER)
    assert backup.read_text() == '{"a": 1}'  # only our own entries have changed since
    changed = path.read_text().replace('"a": 1', '"a": 2')
    path.write_text(changed)
    settings_file.register(path, OURS)
    assert backup.read_text() == changed
    settings_file.unregister(path)
    assert path.read_text() == '{"a": 2}'


@pytest.fixture
def home(tmp_path, monkeypatch):
    folder = tmp_path / "home"
    folder.mkdir()
    for name in ("CLAUDE_CONFIG_DIR", "XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(folder))
    return folder


def command(*words):
    return CliRunner().invoke(cli.main, list(words))


def test_install_for_the_user(home):
    done = command("install")
    assert done.exit_code == 0, done.output
    path = home / ".claude" / "settings.json"
    assert done.output.splitlines()[:2] == [
        f"Registered in {path}",
        f"Kept out of git by {home}/.config/git/ignore",
    ]
    handler = settings(path.read_text())["hooks"]["Stop"][0]["hooks"][0]
    assert Path(handler["command"]).is_absolute()
    assert not Path(handler["command"]).is_relative_to(sys.prefix)  # the environment may go, Python stays
    assert Path(handler["args"][-1]).is_file()
    ignore = home / ".config" / "git" / "ignore"
    assert ignore.read_text() == "# claudesess\n.claude-session.*\n"
    assert command("install").output.startswith(f"Already registered in {path}")
    assert ignore.read_text() == "# claudesess\n.claude-session.*\n"
    assert command("uninstall").output == f"Taken out of {path}\nTaken out of {ignore}\n"
    assert command("uninstall").output == f"Was not registered in {path}\n"
    assert [str(one.relative_to(home)) for one in home.rglob("*")] == [".config"]  # nobody knows who made it


def test_uninstall_looks_into_the_project_one_is_in(home, tmp_path, monkeypatch):
    project = tmp_path / "project"
    (project / "src").mkdir(parents=True)
    subprocess.run(["git", "init", "--quiet", project], check=True)
    exclude = project / ".git" / "info" / "exclude"
    before = exclude.read_bytes()
    monkeypatch.chdir(project / "src")
    assert command("install", "--project", str(project)).exit_code == 0
    assert command("uninstall", "--user").output == f"Was not registered in {home}/.claude/settings.json\n"
    local = project / ".claude" / "settings.local.json"
    assert local.is_file()
    assert command("uninstall").output.splitlines()[1:] == [
        f"Taken out of {local}",
        f"Taken out of {exclude}",
    ]
    assert (names(project), exclude.read_bytes()) == ([".git", "src"], before)


def test_settings_that_are_broken_leave_nothing_else_undone(home, tmp_path, monkeypatch):
    project = tmp_path / "project"
    project.mkdir()
    monkeypatch.chdir(project)
    assert command("install", "--project", str(project)).exit_code == 0
    (home / ".claude").mkdir()
    (home / ".claude" / "settings.json").write_text("{no json")
    done = command("uninstall")
    assert done.exit_code == 1
    assert f"Taken out of {project}/.claude/settings.local.json" in done.output
    assert f"Error: {home}/.claude/settings.json " in done.output
    assert "run claudesess uninstall again" in done.output
    assert names(project) == []


@each_row("before", [None, b"", b"*.log", b"*.log\n", b"a\r\nb\r\n", b"\n", b".claude-session.*\n"])
@each_row("after", [b"", b"later\n"])
def test_an_ignore_file_is_as_it_was_to_the_last_byte(before, after, tmp_path):
    file = tmp_path / "ignore"
    if before is not None:
        file.write_bytes(before)
    git_ignore.add(file, [git_ignore.PATTERN, git_ignore.LOCAL_SETTINGS])
    file.write_bytes(file.read_bytes() + after)  # as `echo >>` does
    assert git_ignore.remove(file, [git_ignore.PATTERN, git_ignore.LOCAL_SETTINGS])
    gap = b"\n" if after and before and not before.endswith(b"\n") else b""
    expected = None if before is None and not after else (before or b"") + gap + after
    assert (file.read_bytes() if file.exists() else None) == expected


def test_a_line_that_somebody_else_wrote_stays(tmp_path):
    file = tmp_path / "ignore"
    file.write_bytes(b".claude-session.*\n")
    assert not git_ignore.add(file, [git_ignore.PATTERN])
    assert not git_ignore.remove(file, [git_ignore.PATTERN])
    assert file.read_bytes() == b".claude-session.*\n"


def test_the_clients_folder_and_gits_file_are_looked_up(home, monkeypatch, tmp_path):
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(tmp_path / "elsewhere"))
    (home / ".gitconfig").write_text("[core]\n\texcludesFile = ~/my-ignores\n")
    (home / "my-ignores").write_text("*.log")
    assert command("install").exit_code == 0
    assert (tmp_path / "elsewhere" / "settings.json").is_file()
    assert (
        home / "my-ignores"
    ).read_text() == "*.log\n# claudesess (no line's end before)\n.claude-session.*\n"


@pytest.mark.parametrize(
    ("said", "recorded"),
    [
        ("2.1.139 (Claude Code)", "Sessions that start now are recorded. Try"),
        ("3.0.0 (Claude Code)", "Sessions that start now are recorded. Try"),
        ("2.1.138 (Claude Code)", "Nothing is recorded yet: Claude Code is 2.1.138 here"),
        ("1.9.200 (Claude Code)", "Nothing is recorded yet: Claude Code is 1.9.200 here"),
        ("what", "recorded, where Claude Code is 2.1.139 or newer. Try"),
        (None, "recorded, where Claude Code is 2.1.139 or newer. Try"),
    ],
)
def test_no_more_is_promised_than_the_client_keeps(home, monkeypatch, tmp_path, said, recorded):
    folder = tmp_path / "clients"
    folder.mkdir()
    if said:
        client = folder / "claude"
        client.write_text(f"#!/bin/sh\necho '{said}'\n")
        client.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    done = command("install")
    assert done.exit_code == 0
    assert recorded in done.output
    assert ("Sessions that start now" in done.output) == (not recorded.startswith("Nothing"))


def test_install_for_a_project(home, tmp_path):
    project = tmp_path / "project"
    project.mkdir()
    subprocess.run(["git", "init", "--quiet", project], check=True)
    database = project / ".claude-session.db"
    database.write_bytes(b"")
    database.chmod(0o644)
    done = command("install", "--project", str(project))
    assert done.exit_code == 0, done.output
    assert [path.name for path in (project / ".claude").iterdir()] == ["settings.local.json"]
    assert stat.S_IMODE(database.stat().st_mode) == 0o600
    untracked = ["git", "-C", str(project), "status", "--porcelain", "--untracked-files=all"]
    assert subprocess.run(untracked, capture_output=True, text=True).stdout == ""
    assert list(home.iterdir()) == []
    assert command("uninstall", "--project", str(project)).exit_code == 0
    assert names(project) == [".claude-session.db", ".git"]
    assert (
        subprocess.run(untracked, capture_output=True, text=True).stdout == ""
    )  # the database stays, unseen


def test_a_refusal_prints_what_to_put_in(home):
    (home / ".claude").mkdir()
    (home / ".claude" / "settings.json").write_text("[1]")
    done = command("install")
    assert done.exit_code == 1
    assert "settings.json holds no JSON object. It was left as it is." in done.output
    assert list(json.loads(done.stdout)["hooks"]) == list(EVENTS)
    assert not (home / ".config").exists()


def test_comments_are_kept_with_a_warning(home):
    (home / ".claude").mkdir()
    path = home / ".claude" / "settings.json"
    path.write_text('{\n  "model": "opus" // the best\n}\n')
    done = command("install")
    assert done.exit_code == 0
    assert "leaves out such a file as a whole" in done.stderr
    assert path.read_text().startswith('{\n  "model": "opus", // the best\n  "hooks": {\n')


def test_what_cannot_be_is_said(home, tmp_path):
    assert command("install", "--user", "--project", str(tmp_path)).exit_code == 2
    nowhere = command("install", "--project", str(tmp_path / "nowhere"))
    assert (nowhere.exit_code, "is no folder" in nowhere.output) == (1, True)
    no_python = command("install", "--python", str(tmp_path / "python9"))
    assert (no_python.exit_code, "no Python with SQLite answers there" in no_python.output) == (1, True)
    (home / ".config").write_text("in the way")
    blocked = command("install")
    assert (blocked.exit_code, "Ignore .claude-session.* in git yourself" in blocked.output) == (1, True)
    assert "Registered in" in blocked.output
    assert "by hand" not in blocked.output


@pytest.mark.parametrize("way", ["a name too long", "a folder in its place", "a common folder too long"])
def test_where_git_cannot_be_told_the_rest_is_done_and_said(home, tmp_path, way):
    """Neither a file of git's own kind nor what it names stops more than what it is for."""
    project, git = tmp_path / "shop", tmp_path / "git"
    (git / "info" / "exclude").mkdir(parents=True)
    project.mkdir()
    (project / ".git").write_text(f"gitdir: {'/a' * 4000 if way == 'a name too long' else git}\n")
    if way == "a common folder too long":
        (git / "commondir").write_text("/b" * 4000)
    local = project / ".claude" / "settings.local.json"
    done = command("install", "--project", str(project))
    assert (done.exit_code, f"Registered in {local}" in done.output) == (1, True)
    assert "cannot be written" in done.output
    assert "Ignore .claude-session.* in git yourself" in done.output
    assert max(map(len, done.output.splitlines())) < 400
    undone = command("uninstall", "--project", str(project))
    assert f"Taken out of {local}" in undone.output
    assert not local.exists()


@pytest.mark.parametrize("is_added", [False, True])
def test_an_ignore_file_is_whole_and_named_where_there_is_no_room_for_it(tmp_path, is_added):
    file = tmp_path / ".git" / "info" / "exclude"
    file.parent.mkdir(parents=True)
    file.write_text("# somebody's\n" * 3000)
    if is_added:
        git_ignore.add(file, [git_ignore.PATTERN, git_ignore.LOCAL_SETTINGS])
    before = file.read_bytes()
    program = f"""import resource, signal
from claudesess import cli
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (32768, 32768))
cli.main(["{"uninstall" if is_added else "install"}", "--project", {str(tmp_path)!r}])"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert f"{file} cannot be written (File too large)" in done.stdout + done.stderr
    assert file.read_bytes() == before
    assert list(file.parent.iterdir()) == [file]


def test_a_shim_is_seen_through(tmp_path):
    shim = tmp_path / "python3"
    shim.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    shim.chmod(0o755)
    assert interpreter.ask(str(shim)).is_shim
    assert interpreter.chosen(str(shim)) == interpreter.ask(sys.executable).real
    assert not interpreter.ask(interpreter.chosen()).is_shim
    old = tmp_path / "old"
    old.write_text("#!/bin/sh\necho '[\"/old\", [3, 8, 1]]'\n")
    old.chmod(0o755)
    with pytest.raises(ClaudesessError, match=r"is Python 3\.8\.1; the collector wants 3\.9"):
        interpreter.ask(str(old))


def test_the_exclude_file_of_every_kind_of_repository(tmp_path):
    run = lambda *words: subprocess.run(["git", *map(str, words)], check=True, capture_output=True)  # noqa: E731
    main, tree = tmp_path / "main", tmp_path / "tree"
    run("init", "--quiet", main)
    run("-C", main, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "--allow-empty", "-m", "x")
    run("-C", main, "worktree", "add", "--quiet", tree)
    (main / "deep" / "er").mkdir(parents=True)
    exclude = main / ".git" / "info" / "exclude"
    assert git_ignore.exclude_file(main) == exclude
    assert git_ignore.exclude_file(main / "deep" / "er") == exclude
    assert git_ignore.exclude_file(tree) == exclude
    assert git_ignore.exclude_file(tmp_path) is None
    for broken in ("", "gitdir: ", "gitdir: /nowhere/at/all", "something: else"):
        (tmp_path / "broken").mkdir(exist_ok=True)
        (tmp_path / "broken" / ".git").write_text(broken)
        assert git_ignore.exclude_file(tmp_path / "broken") is None


def test_what_keeps_other_projects_of_a_repository_out_of_git_stays(home, tmp_path):
    exclude = tmp_path / "repository" / ".git" / "info" / "exclude"
    exclude.parent.mkdir(parents=True)
    for name in ("repository", "repository/one", "repository/other"):
        (tmp_path / name).mkdir(exist_ok=True)
        assert command("install", "--project", str(tmp_path / name)).exit_code == 0
    assert command("uninstall", "--project", str(tmp_path / "repository" / "one")).exit_code == 0
    assert git_ignore.PATTERN in exclude.read_text()
    assert command("uninstall", "--project", str(tmp_path / "repository")).exit_code == 0
    assert not exclude.exists() or git_ignore.PATTERN not in exclude.read_text()


def test_patterns_are_added_where_they_are_missing(tmp_path):
    file = tmp_path / "info" / "exclude"
    assert git_ignore.add(file, ["a", "b"])
    assert not git_ignore.add(file, ["a", "b"])
    file.write_bytes(b"# mine\r\na\r\n*.log")
    assert git_ignore.add(file, ["a", "b"])
    assert file.read_bytes() == b"# mine\r\na\r\n*.log\n# claudesess (no line's end before)\nb\n"


def test_without_git_its_default_file_is_named(tmp_path):
    assert git_ignore.user_file({"PATH": ""}, tmp_path) == tmp_path / ".config" / "git" / "ignore"
    elsewhere = {"PATH": "", "XDG_CONFIG_HOME": str(tmp_path / "x")}
    assert git_ignore.user_file(elsewhere, tmp_path) == tmp_path / "x" / "git" / "ignore"
