"""Worktrees of one repository are one project, each with a name of its own."""

import subprocess

import pytest
from claudesess_collector import worktrees
from made_transcripts import SESSION, Transcript

from claudesess.importing import recorded
from claudesess.store import find

OTHER = "88888888-0000-4000-8000-000000000008"


def git(*arguments):
    subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@b", *arguments], check=True, capture_output=True
    )


@pytest.fixture
def repository(tmp_path):
    """A repository with a worktree beside it and one below it."""
    main = tmp_path / "calc"
    git("init", "--quiet", str(main))
    git("-C", str(main), "commit", "--allow-empty", "-m", "first")
    git("-C", str(main), "worktree", "add", "-b", "a", str(tmp_path / "elsewhere"))
    git("-C", str(main), "worktree", "add", "-b", "b", str(main / ".claude/worktrees/fix"))
    (tmp_path / "elsewhere/sub").mkdir()
    (main / "sub").mkdir()
    return main


def test_the_disk_says_whose_worktree_a_folder_is(repository):
    main, beside = str(repository), str(repository.parent / "elsewhere")
    assert worktrees.owner(main) == (main, None)
    assert worktrees.owner(f"{main}/sub") == (main, None)
    assert worktrees.owner(beside) == (main, "elsewhere")
    assert worktrees.owner(f"{beside}/sub") == (main, "elsewhere")
    assert worktrees.owner(f"{main}/.claude/worktrees/fix") == (main, "fix")
    assert worktrees.owner(f"{main}/gone") == (f"{main}/gone", None)  # of what is gone its path says it


@pytest.mark.parametrize("root", ["", "home", "elsewhere"])
def test_a_main_folder_is_named_as_it_is_seen_below_the_root(tmp_path, root):
    main, own = tmp_path / "home/calc", tmp_path / f"{root or 'home'}/tree"
    kept = main / ".git/worktrees/tree"
    for folder in (kept, own):
        folder.mkdir(parents=True)
    (own / ".git").write_text(f"gitdir: {kept}\n")
    (kept / "commondir").write_text("../..\n")
    above = str(tmp_path / root) if root else ""
    expected = str(main) if root != "home" else "/calc"
    assert worktrees.owner(str(own)[len(above) :], above) == (expected, "tree")


def test_a_worktree_of_a_bare_repository_and_a_submodule(repository):
    bare, tree = repository.parent / "bare/.bare", repository.parent / "bare/main"
    git("clone", "--quiet", "--bare", str(repository), str(bare))
    git("-C", str(bare), "worktree", "add", str(tree), "a")
    assert worktrees.owner(str(tree)) == (str(repository.parent / "bare"), "main")
    module = repository / "lib"
    module.mkdir()
    (module / ".git").write_text("gitdir: ../.git/modules/lib\n")
    assert worktrees.owner(str(module)) == (str(module), None)


@pytest.mark.parametrize(
    ("folder", "root", "name"),
    [
        ("/gone/calc", "/gone/calc", None),
        ("/gone/calc/.claude/worktrees/fix", "/gone/calc", "fix"),
        ("/gone/calc/.claude/worktrees/fix/sub", "/gone/calc", "fix"),
        ("/gone/calc/.worktrees/fix", "/gone/calc", "fix"),
        ("/gone/calc.worktrees/fix", "/gone/calc", "fix"),
        ("/gone/calc-worktrees/fix", "/gone/calc", "fix"),
        ("C:\\gone\\calc\\.worktrees\\fix", "C:\\gone\\calc", "fix"),
        ("/gone/worktrees", "/gone/worktrees", None),
        ("/gone/.worktrees", "/gone/.worktrees", None),
    ],
)
def test_the_path_says_it_where_the_folder_is_gone(folder, root, name):
    assert worktrees.owner(folder) == (root, name)


def test_names_tell_worktrees_of_one_project_apart(past):
    made = {SESSION: "/gone/calc", OTHER: "/gone/calc/.claude/worktrees/fix"}
    for session, cwd in made.items():
        Transcript(session, prefix=session[0], cwd=cwd).prompt().answer().write(past.folder)
    past.load()
    files, _ = find.databases(past.into)
    assert find.labels(files) == ["calc", "calc@fix"]
    facts = [dict(past.rows("SELECT key, value FROM project_state", database=file)) for file in files]
    assert [(fact["project_dir"], fact["project_root"], fact.get("worktree")) for fact in facts] == [
        ("/gone/calc", "/gone/calc", None),
        ("/gone/calc/.claude/worktrees/fix", "/gone/calc", "fix"),
    ]


def test_a_worktree_that_goes_keeps_its_database(past, repository):
    beside = repository.parent / "elsewhere"
    made = Transcript(cwd=str(beside)).prompt().answer()
    made.write(past.folder)
    past.load()
    before = past.database
    assert before.parent.name == "calc@elsewhere"
    git("-C", str(repository), "worktree", "remove", "--force", str(beside))
    assert recorded.database_of(str(beside), past.into) != before
    made.prompt().answer().write(past.folder)
    past.load()
    assert past.database == before
    assert len(past.metrics("prompt")) == 2
