"""The database is kept out of git by whoever makes it: by `info/exclude` of the repository that holds it."""

import json
import os
import subprocess

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


def test_a_repository_that_is_made_later(project):
    project.feed("SessionStart", source="startup")
    git(project.disk, "init", "-q")
    project.passes("git init && git status")
    assert excluded(project.disk) == [PATTERN]


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
