"""The same file in two worktrees of a repository: what a check says of one says nothing of the other."""

from tables import each_row

ONE, TWO = ".claude/worktrees/one", ".claude/worktrees/two"
FAILED = "Exit code 1\ntest_calc.py:5: AssertionError\nFAILED test_calc.py::test_mean - assert 6 == 2\n1 failed in 0.43s"
CHECKS = ["pytest", "pytest test_calc.py", "pytest ."]


def at(project, place):
    return f"{project.folder}/{place}".rstrip("/")


@each_row("fails", CHECKS)
@each_row("passes", CHECKS)
@each_row(
    ("failed_in", "passed_in", "resolution"),
    [(ONE, ONE, "auto_fixed"), (ONE, "", None), (ONE, TWO, None), ("", ONE, None), ("", "", "auto_fixed")],
)
def test_a_pass_closes_what_failed_in_its_own_worktree(
    project, fails, passes, failed_in, passed_in, resolution
):
    if fails != passes and "test_calc.py" in passes:
        return  # a narrower run is another matter
    project.fails(fails, FAILED, cwd=at(project, failed_in))
    project.passes(passes, "2 passed in 0.1s", cwd=at(project, passed_in))
    assert project.column("SELECT resolution FROM error_log") == [resolution]


@each_row("passes", CHECKS)
@each_row(
    ("passed_in", "blamed"), [(ONE, []), ("", ["Edit .claude/worktrees/one/calc.py: return 1"]), (TWO, ["Edit .claude/worktrees/one/calc.py: return 1"])]
)  # fmt: skip
def test_a_pass_clears_the_edits_of_its_own_worktree(project, passes, passed_in, blamed):
    project.edits(f"{ONE}/calc.py", "return 1")
    project.passes(passes, "2 passed in 0.1s", cwd=at(project, passed_in))
    project.fails("pytest test_calc.py", FAILED, cwd=at(project, ONE))
    assert project.column("SELECT approach FROM failed_paths") == blamed


@each_row("fails", CHECKS)
@each_row(
    ("edited_in", "failed_in", "n"), [(ONE, ONE, 1), (ONE, "", 0), (ONE, TWO, 0), ("", ONE, 0), ("", "", 1)]
)
def test_a_failure_blames_the_edits_of_its_own_worktree(project, fails, edited_in, failed_in, n):
    project.edits(f"{edited_in}/calc.py".lstrip("/"), "return 1")
    project.fails(fails, FAILED, cwd=at(project, failed_in))
    assert project.column("SELECT count(*) FROM failed_paths") == [n]


@each_row(("edited_in", "n"), [("", 1), (ONE, 1), (TWO, 0)])
def test_a_run_over_a_target_of_a_worktree_blames_the_edits_of_either(project, edited_in, n):
    project.edits(f"{edited_in}/calc.py".lstrip("/"), "return 1")
    project.fails(f"pytest {ONE}/test_calc.py", FAILED)
    assert project.column("SELECT count(*) FROM failed_paths") == [n]


def test_a_child_in_a_worktree_is_not_blamed_for_what_fails_in_the_main_one(project):
    project.feed("SubagentStart", agent_id="a1", agent_type="x")
    project.tool("Agent", {"description": "d", "prompt": "p"}, {"agentId": "a1", "status": "async_launched"})
    project.edits(f"{ONE}/calc.py", "return 1", agent_id="a1", agent_type="x")
    project.fails("pytest", f"{FAILED}\ncalc.py:2: x")
    assert project.column("SELECT count(*) FROM failed_paths") == [0]
