"""The database is kept out of git by whoever makes it: by `info/exclude` of the repository that holds it."""

import json
import os
import stat
import subprocess

import pytest
from claudesess_collector import git_exclude
from claudesess_collector.git_exclude import keep_out
from claudesess_collector.record import record
from tables import each_row

PATTERN = ".claude-session.*"


def git(folder, *words):
    command = ["git", "-c", "user.name=n", "-c", "user.email=e@x", "-c", "protocol.file.allow=always", *words]
    folder.mkdir(parents=True, exist_ok=True)
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


def committed(folder):
    """Return what `git add -A` takes of the folder's own."""
    git(folder, "add", "-A", ".")
    return [name for name in git(folder, "diff", "--cached", "--name-only").split() if "claude" in name]


def excluded(folder):
    path = git(folder, "rev-parse", "--git-path", "info/exclude").strip()
    return [line for line in (folder / path).read_text().splitlines() if line and not line.startswith("#")]


def start(folder, project):
    """Let a hook of the collector make the database of a folder."""
    told = {"session_id": "s", "hook_event_name": "Stop", "cwd": str(folder)}
    done = project.process(json.dumps(told).encode(), CLAUDE_PROJECT_DIR=str(folder))
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert (folder / ".claude-session.db").exists()


def main(root):
    git(root / "main", "init", "-q")
    git(root / "main", "commit", "-q", "--allow-empty", "-m", "one")
    return root / "main"


def nested(root):
    folder = main(root) / "packages" / "app"
    folder.mkdir(parents=True)
    return folder


def worktree(root):
    git(main(root), "worktree", "add", "-q", str(root / "tree"))
    return root / "tree"


def nested_in_worktree(root):
    folder = worktree(root) / "packages" / "app"
    folder.mkdir(parents=True)
    return folder


def submodule(root):
    git(root / "lib", "init", "-q")
    git(root / "lib", "commit", "-q", "--allow-empty", "-m", "one")
    git(main(root), "submodule", "add", "-q", str(root / "lib"), "lib")
    return root / "main" / "lib"


def own_git_dir(root):
    git(root / "apart", "init", "-q", "--separate-git-dir", str(root / "elsewhere"))
    return root / "apart"


@pytest.mark.slow
@each_row("place", [main, nested, worktree, nested_in_worktree, submodule, own_git_dir])
def test_nobody_commits_it(project, tmp_path, place):
    folder = place(tmp_path / "repositories")
    start(folder, project)
    assert excluded(folder) == [PATTERN]
    assert committed(folder) == []


@each_row(
    ("there", "after"),
    [
        ("", f"{PATTERN}\n"),
        ("*.log", f"*.log\n{PATTERN}\n"),
        ("*.log\r\n", f"*.log\r\n{PATTERN}\n"),
        ("# .claude-session.db\n", f"# .claude-session.db\n{PATTERN}\n"),
        (f"{PATTERN}\n", f"{PATTERN}\n"),
        ("/.claude-session.db*\n", "/.claude-session.db*\n"),
        ("!.claude-session.db\n", "!.claude-session.db\n"),  # it is wanted in
        (".claude-sessio?.db\n", f".claude-sessio?.db\n{PATTERN}\n"),
        (None, f"{PATTERN}\n"),
    ],
)
def test_what_stands_there_stays_and_is_said_once(project, there, after):
    git(project.disk, "init", "-q")
    exclude = project.disk / ".git" / "info" / "exclude"
    exclude.write_bytes((there or "").encode())
    if there is None:
        exclude.unlink()
        exclude.parent.rmdir()
    for _ in range(2):
        project.feed("SessionStart", after=5, source="startup")
    assert exclude.read_bytes() == after.encode()


def test_a_database_that_stays_open_is_kept_out_once(project, monkeypatch):
    folders, kept = [], {}
    monkeypatch.setattr(git_exclude, "keep_out", lambda folder, root: folders.append(folder))
    for n in range(3):
        said = {"session_id": "s", "hook_event_name": "UserPromptSubmit", "prompt": f"go {n}"}
        record(
            json.dumps(said).encode(),
            lambda cwd: project.folder,
            {},
            project.now + n,
            str(project.root),
            keep_open=kept,
        )
    for database in kept.values():
        database.close()
    assert folders == [str(project.disk)]


def test_a_repository_that_is_made_later(project):
    project.feed("SessionStart", source="startup")
    git(project.disk, "init", "-q")
    project.passes("git init && git status")
    assert excluded(project.disk) == [PATTERN]


@each_row(("n", "is_added"), [((1 << 20) - 1, True), (1 << 20, False)])
def test_what_is_too_long_for_a_list_of_patterns_stays_as_it_is(project, n, is_added):
    git(project.disk, "init", "-q")
    exclude = project.disk / ".git" / "info" / "exclude"
    exclude.write_bytes(b"#" * (n - 1) + b"\n")
    project.feed("SessionStart", source="startup")
    assert exclude.stat().st_size == n + is_added * len(f"{PATTERN}\n")


def repository(folder, *, without=()):
    """Make what git takes for a repository, by hand; return its list of what is excluded."""
    for name in {"objects", "info"} - {*without}:
        (folder / name).mkdir(parents=True)
    if "HEAD" not in without:
        (folder / "HEAD").write_text("ref: refs/heads/main\n")
    return folder / "info" / "exclude"


@each_row(("without", "is_one"), [((), True), (("HEAD",), False), (("objects",), False), (("info",), True)])
def test_what_git_takes_for_a_repository(tmp_path, without, is_one):
    exclude = repository(tmp_path / "shop" / ".git", without=without)
    keep_out(str(tmp_path / "shop"))
    assert exclude.exists() is is_one


@each_row(("mask", "mode"), [(0o000, 0o644), (0o022, 0o644), (0o077, 0o600)])
def test_a_list_that_is_made_is_everybodys_to_read_as_git_makes_it(tmp_path, mask, mode):
    exclude = repository(tmp_path / ".git")
    before = os.umask(mask)
    try:
        keep_out(str(tmp_path))
    finally:
        os.umask(before)
    assert stat.S_IMODE(exclude.stat().st_mode) == mode


@each_row(
    ("root", "is_found"), [("", True), ("home", True), ("home/shop", True), ("home/shop/packages", False)]
)
def test_a_repository_is_looked_for_up_to_the_root_itself(tmp_path, root, is_found):
    exclude = repository(tmp_path / "home" / "shop" / ".git")
    (tmp_path / "home" / "shop" / "packages").mkdir()
    keep_out(str(tmp_path / "home" / "shop" / "packages"), str(tmp_path / root))
    assert exclude.exists() is is_found


@each_row(("n", "is_found"), [(100, True), (4096, True), (4097, False)])
def test_so_much_of_a_file_of_git_is_read(tmp_path, n, is_found):
    exclude = repository(tmp_path / "apart")
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / ".git").write_text(f"gitdir:{'../apart':>{n - 7}}")
    keep_out(str(tmp_path / "shop"))
    assert exclude.exists() is is_found


def a_link(exclude, elsewhere):
    exclude.unlink()
    exclude.symlink_to(elsewhere)


def a_hard_link(exclude, elsewhere):
    exclude.unlink()
    os.link(elsewhere, exclude)


def a_linked_folder(exclude, elsewhere):
    exclude.unlink()
    exclude.parent.rmdir()
    exclude.parent.symlink_to(elsewhere.parent)


def a_pipe(exclude, elsewhere):
    exclude.unlink()
    os.mkfifo(exclude)


def a_folder(exclude, elsewhere):
    exclude.unlink()
    exclude.mkdir()


@each_row("trap", [a_link, a_hard_link, a_linked_folder, a_pipe, a_folder])
def test_nothing_is_written_through_links(project, tmp_path, trap):
    git(project.disk, "init", "-q")
    (tmp_path / "mine").mkdir()
    mine = tmp_path / "mine" / "exclude"
    mine.write_text("precious\n")
    trap(project.disk / ".git" / "info" / "exclude", mine)
    start(project.disk, project)
    assert mine.read_text() == "precious\n"


def test_a_link_that_comes_after_the_look_is_not_followed(tmp_path, monkeypatch):
    exclude = repository(tmp_path / ".git")
    (tmp_path / "mine").write_text("precious\n")
    exclude.symlink_to(tmp_path / "mine")
    monkeypatch.setattr(os.path, "islink", lambda path: False)
    keep_out(str(tmp_path))
    assert (tmp_path / "mine").read_text() == "precious\n"


@each_row("said", ["gitdir: ../nowhere\n", "gitdir:\n", "what\n", "", "gitdir: /etc\n"])
def test_what_only_looks_like_a_repository(project, said):
    (project.disk / ".git").write_text(said)
    start(project.disk, project)


def test_no_repository_above_the_root_of_a_replay(project, tmp_path):
    git(tmp_path, "init", "-q")
    project.root = project.disk.parent  # the repository lies above it
    project.folder = f"/{project.disk.name}"
    project.feed("SessionStart", source="startup")
    assert project.rows("SELECT count(*) FROM hook_events") == [(1,)]
    assert excluded(tmp_path) == []


def test_ours_are_neither_claimed_nor_named_in_snapshots(project):
    git(project.disk, "init", "-q")
    ours = [".claude-session.db", ".claude-session.db-wal", ".claude-session.spool", "sub/.claude-session.db"]
    for name in ours:
        project.tool("Write", {"file_path": f"{project.folder}/{name}", "content": "x"}, {})
    diff = {"changedFiles": [f"{project.folder}/{name}" for name in [*ours, "a.py"]]}
    project.tool("Bash", {"command": "x"}, {"stdout": "", "bashEditDiff": diff})
    (project.disk / ".git" / "info" / "exclude").write_text("")
    project.file("a.py")
    project.feed("PreCompact", trigger="manual")
    assert project.column("SELECT file_path FROM file_claims") == [f"{project.folder}/a.py"]
    (content,) = project.column("SELECT content FROM context_snapshots")
    assert json.loads(content)["git"]["changed"] == ["a.py"]
