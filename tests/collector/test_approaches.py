"""Which edits a failed check rejects: those that it put to the test, of files that its output blames."""

import pytest
from tables import each_row

PYTEST = "pytest -q"
APPROACHES = "SELECT approach FROM failed_paths ORDER BY id"


def changes(project, name, removed, added, **fields):
    """Edit a file: lines go, lines come."""
    patch = [{"lines": [f"-{line}" for line in removed] + [f"+{line}" for line in added]}]
    path = f"{project.folder}/{name}"
    project.tool(
        "Edit",
        {"file_path": path, "new_string": "\n".join(added)},
        {"structuredPatch": patch},
        ms=10,
        **fields,
    )


@each_row(
    ("line", "is_imported"),
    [
        ("from calc import mean", True),
        ("import calc", True),
        ("use calc::mean;", True),
        ("const { mean } = require('./calc')", True),
        ("{alias calc}", True),
        ("mean = calc  # no line that imports", False),
        ("from calculus import mean", False),
        ("", False),
    ],
)
def test_a_file_is_blamed_that_the_named_file_imports(project, line, is_imported):
    project.file("checks.py", f"\n{line}\n")
    project.edits("calc.py", "x = 1")
    project.fails(PYTEST, "Exit code 1\nchecks.py:3: AssertionError")
    assert project.column(APPROACHES) == (["Edit calc.py: x = 1"] if is_imported else [])


def test_where_no_named_file_can_be_read_what_was_edited_since_any_run_is_blamed(project):
    project.edits("a.py", "x = 1")
    project.passes("ruff check other.py")
    project.edits("b.py", "x = 2")
    project.fails(PYTEST, "Exit code 1\ngone.py:3: AssertionError")
    assert project.column(APPROACHES) == ["Edit b.py: x = 2"]


def test_of_what_was_edited_as_another_check_ran_none_is_blamed_for_a_file_that_cannot_be_read(project):
    project.edits("a.py", "x = 1")
    project.passes("ruff check other.py", after=0, ms=0)
    project.fails(PYTEST, "Exit code 1\ngone.py:3: AssertionError")
    assert project.column(APPROACHES) == []


def test_a_run_that_nobody_saw_the_end_of_put_the_edits_before_it_to_the_test_too(project):
    project.edits("a.py", "x = 1")
    project.passes(f"{PYTEST} | tail -1", "…")
    project.edits("a.py", "x = 2")
    project.fails(PYTEST, "Exit code 1\na.py:1: E")
    assert project.column(APPROACHES) == ["Edit a.py: x = 2"]


def test_an_edit_at_the_very_moment_of_a_run_was_put_to_the_test_by_it_and_by_no_later_one(project):
    project.edits("a.py", "x = 1")
    project.fails(PYTEST, "Exit code 1\na.py:1: E", after=0, ms=0)
    project.fails(PYTEST, "Exit code 1\na.py:1: E")
    assert project.column(APPROACHES) == ["Edit a.py: x = 1"]


def test_what_was_undone_before_the_run_is_not_rejected_and_neither_is_the_undoing(project):
    changes(project, "a.py", ["x = 0"], ["x = 1"])
    changes(project, "a.py", ["x = 1"], ["x = 0"])
    changes(project, "a.py", ["y = 0"], ["y = 1"])
    project.fails(PYTEST)
    assert project.column(APPROACHES) == ["Edit a.py: y = 1"]


def test_an_edit_that_only_removes_is_not_rejected(project):
    changes(project, "a.py", ["x = 0"], [])
    project.fails(PYTEST)
    assert project.column(APPROACHES) == []


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("b.py", {}),  # in another file
        ("a.py", {"session": "other"}),  # in another session
    ],
)
def test_lines_that_go_elsewhere_undo_nothing(project, name, fields):
    changes(project, "a.py", ["x = 0"], ["x = 1"])
    changes(project, name, ["x = 1"], ["z = 1"], **fields)
    changes(project, "a.py", ["w = 1"], [])
    project.fails(PYTEST, "Exit code 1\na.py:1: E")
    assert project.column(APPROACHES) == ["Edit a.py: x = 1"]


@each_row(("ms", "rejected"), [(999, []), (1000, []), (1500, ["Edit a.py: x = 1"])])
def test_what_is_undone_once_the_run_has_begun_was_put_to_the_test(project, ms, rejected):
    changes(project, "a.py", ["x = 0"], ["x = 1"])
    changes(project, "a.py", ["x = 1"], ["x = 0"])
    project.fails(PYTEST, after=1.0, ms=ms)
    assert project.column(APPROACHES) == rejected


def test_what_is_restored_and_undone_again_was_not_put_to_the_test(project):
    changes(project, "a.py", ["x = 0"], ["x = 1"])
    project.fails(PYTEST)  # rejects it
    for removed, added in (("x = 1", "x = 0"), ("x = 0", "x = 1"), ("x = 1", "x = 0")):
        changes(project, "a.py", [removed], [added])
    changes(project, "a.py", ["y = 0"], ["y = 1"])
    project.fails(PYTEST)
    assert project.column(APPROACHES) == ["Edit a.py: x = 1", "Edit a.py: y = 1"]


def test_lines_that_an_edit_moves_are_of_that_edit(project):
    changes(project, "a.py", ["x = 1", "y = 1"], ["y = 1", "x = 1"])
    project.fails(PYTEST)
    assert project.column(APPROACHES) == ["Edit a.py: y = 1"]


@each_row(("n", "rejected"), [(60, []), (61, ["Edit a.py: x = 1"])])
def test_of_an_edit_of_too_many_lines_nobody_can_say_that_it_was_undone(project, n, rejected):
    lines = [f"x = {line}" for line in range(1, n + 1)]
    changes(project, "a.py", ["x = 0"], lines)
    changes(project, "a.py", lines, [])
    project.fails(PYTEST)
    assert project.column(APPROACHES) == rejected


def test_what_was_rejected_in_another_session_may_be_restored_in_this_one(project):
    changes(project, "a.py", ["x = 0"], ["x = 1"], session="other")
    project.fails(PYTEST, session="other")
    for removed, added in (("x = 1", "x = 0"), ("x = 0", "x = 1")):
        changes(project, "a.py", [removed], [added])
    project.passes("git status")
    project.fails(PYTEST)
    assert project.column(APPROACHES) == ["Edit a.py: x = 1"]


def test_what_is_restored_is_rejected_where_it_was_rejected_before(project):
    changes(project, "a.py", ["x = 0"], ["x = 1"])
    project.fails(PYTEST)
    changes(project, "a.py", ["x = 1"], ["x = 0"])
    project.passes(PYTEST)
    changes(project, "a.py", ["x = 0"], ["x = 1"])
    project.fails(PYTEST)
    assert project.column(APPROACHES) == ["Edit a.py: x = 1"] * 2


@pytest.mark.parametrize(("ms", "rejected"), [(1000, []), (1001, ["Edit a.py: x = 1"])])
def test_a_run_that_passes_clears_the_edits_up_to_its_beginning(project, ms, rejected):
    project.edits("a.py", "x = 1")
    project.passes("ruff check a.py", after=1.0, ms=ms)
    project.fails(PYTEST, "Exit code 1\na.py:1: E")
    assert project.column(APPROACHES) == rejected


@each_row(
    ("message", "n_rejected"),
    [
        ("E   assert 1 == 2\nFAILED test_a.py::test_a", 1),
        # Nothing was put to the test.
        ("(eval):cd:1: no such file or directory: api", 0),
        ("/usr/bin/python3: No module named pytest", 0),
        ("error: Could not find a pyproject.toml file in /home/dev", 0),
        ("error: Missing DATABASE_URL or DATABASE_HOST", 0),
        ("RuntimeError: SHOP_TOKEN is not set", 0),
        ("error: Cannot find package 'zod' from '/home/dev/app/a.py'", 0),
        # A file of one's own is no package, and where something else is wrong too, that is what was found.
        ("error: Cannot find module './prices' from '/home/dev/app/a.py'", 1),
        ("error: Cannot find package 'zod' from '/home/dev/app/b.py'\nTypeError: x is no number (a.py:3)", 1),
    ],
)
def test_what_the_surroundings_lack_rejects_no_edit(project, message, n_rejected):
    project.edits("a.py", "x = 1")
    project.fails("python3 -m pytest -q", "Exit code 1\n" + message)
    assert project.column("SELECT count(*) FROM failed_paths") == [n_rejected]


def test_a_file_that_the_output_says_has_passed_is_not_blamed(project):
    project.edits("a.py", "x = 1")
    project.edits("b.py", "x = 1")
    project.fails(
        "python3 -m pytest -q", "Exit code 1\na.py::test_a PASSED\nFAILED b.py::test_b - assert 1 == 2"
    )
    assert project.column("SELECT approach FROM failed_paths") == ["Edit b.py: x = 1"]


def test_a_run_of_the_code_as_it_was_before_rejects_nothing(project):
    project.edits("calc.py", "return sum(xs) / 1")
    project.passes(
        "git stash && pytest -q test_calc.py 2>&1 | tail -3", "calc.py:3: AssertionError\n1 failed in 0.10s"
    )
    assert project.column("SELECT attempt_number FROM error_log") == [1]
    assert project.rows("SELECT approach FROM failed_paths") == []


def blamed(project, *, edits=("calc.py",), command=PYTEST, said="Exit code 1\n{}:3: E", **how):
    """Edit files, one after the other, and let a check fail; return which of them it blames."""
    for name in edits:
        project.edits(name, "x = 1")
    project.fails(command, said.format(*edits), **how)
    return [text.split()[1].rstrip(":") for text in project.column(APPROACHES)]


@each_row(
    ("named", "is_blamed"),
    [
        ("calc.py", True), ("./calc.py", True), ("/home/dev/app/calc.py", True), ("alc.py", False), ("other/calc.py", True), ("other/calculus.py", False),
        ("/usr/lib/python3/calc.py", False), ("site-packages/calc.py", False),
    ],
)  # fmt: skip
def test_a_file_is_named_by_its_path_or_the_end_of_it(project, named, is_blamed):
    project.file("unlike.py", "pass\n")
    found = blamed(project, said=f"Exit code 1\n{named}:3: E\nunlike.py:1: E")
    assert found == (["calc.py"] if is_blamed else [])


@each_row(
    ("test", "is_blamed"),
    [
        ("test_calc.py", True), ("calc_test.go", True), ("calc.test.ts", True), ("calcTest.java", True), ("calc_spec.rb", True), ("CalcSpec.js", False), ("calcTests.swift", True), ("test_calculus.py", False),
        ("mycalc.py", False), ("calc", False),
    ],
)  # fmt: skip
def test_a_test_is_named_after_the_file_that_it_is_about(project, test, is_blamed):
    project.file("unlike.py", "pass\n")
    found = blamed(project, command=f"pytest tests/{test}", said="Exit code 1\nunlike.py:1: E")
    assert found == (["calc.py"] if is_blamed else [])


@each_row(
    ("command", "code", "n"),
    [
        (PYTEST, 1, 1), (PYTEST, 4, 0), (PYTEST, 5, 0), (PYTEST, 2, 1), (PYTEST, 126, 0), (PYTEST, 127, 0), ("npm test", 4, 1), ("npm test", 127, 0), ("py.test", 3, 1), ("py.test", 4, 0), ("py.test", 5, 0), ("py.test", 6, 1), ("./deploy.sh", 1, 0),
    ],
)  # fmt: skip
def test_what_ran_no_check_rejects_nothing(project, command, code, n):
    assert len(blamed(project, command=command, said=f"Exit code {code}\ncalc.py:3: E")) == n


@each_row("n", [19, 20, 21])
def test_of_many_edits_the_last_twenty_are_rejected(project, n):
    names = [f"a{at}.py" for at in range(n)]
    said = "Exit code 1\n" + "\n".join(f"{name}:1: E" for name in names)
    assert blamed(project, edits=names, said=said.replace("{", "{{")) == names[-20:]


@each_row(("n", "is_blamed"), [(1, True), (199, True), (200, False)])
def test_so_many_edits_before_a_run_are_looked_at(project, n, is_blamed):
    project.file("unlike.py", "pass\n")
    edits = ["calc.py", *["other.py"] * n]
    found = blamed(project, edits=edits, said="Exit code 1\n{}:3: E\nunlike.py:1: E")
    assert found == (["calc.py"] if is_blamed else [])


@each_row(("n", "is_blamed"), [(100, True), (65536, True), (65537, False)])
def test_imports_are_looked_for_at_the_beginning_of_a_file(project, n, is_blamed):
    project.file("checks.py", f"{'import calc':>{n}}")  # the line ends with so many bytes
    assert blamed(project, said="Exit code 1\nchecks.py:1: E") == (["calc.py"] if is_blamed else [])


@each_row(
    ("n", "way", "is_blamed"),
    [(1, "output", True), (8, "output", True), (9, "output", False), (1, "command", True), (4, "command", True), (5, "command", False)],
)  # fmt: skip
def test_imports_are_looked_for_in_the_first_files_that_are_named(project, n, way, is_blamed):
    names = [f"checks{at}.py" for at in range(n)]
    for name in names:
        project.file(name, "import calc\n" if name == names[-1] else "pass\n")
    told = "\n".join(f"{name}:1: E" for name in names) if way == "output" else "1 failed in 0.10s"
    command = PYTEST if way == "output" else f"{PYTEST} {' '.join(names)}"
    found = blamed(project, command=command, said=f"Exit code 1\n{told}")
    assert found == (["calc.py"] if is_blamed else [])


@each_row(("place", "is_read"), [("sub/checks.py", True), ("checks.py", True), ("other/checks.py", False)])
def test_a_named_file_is_looked_for_where_the_check_ran_and_in_the_project(project, place, is_read):
    project.file("unlike.py", "pass\n")
    project.file(place, "import calc\n")
    told = "Exit code 1\nchecks.py:1: E\nunlike.py:1: E"
    assert blamed(project, command=f"cd sub && {PYTEST}", said=told) == (["calc.py"] if is_read else [])


@each_row(
    ("target", "is_cleared"),
    [
        ("calc.py", True), (".", True), ("other.py", False), ("tests/test_calc.py", True), ("tests/test_other.py", False), ("cal.py", False), ("src", False), ("-k one calc.py", False), ("-k one tests/test_calc.py", True),
        ("tests/test_other.py tests/test_calc.py", True), ("other.py tests/test_calc.py", True),
    ],
)  # fmt: skip
def test_a_run_that_passes_clears_the_files_that_it_says_something_of(project, target, is_cleared):
    project.edits("calc.py", "x = 1")
    project.passes(f"pytest -q {target}", "1 passed in 0.1s")
    project.fails("ruff check", "Exit code 1\ncalc.py:1:1: F401 x\nFound 1 error.")
    assert project.column(APPROACHES) == ([] if is_cleared else ["Edit calc.py: x = 1"])


def test_a_run_that_fails_clears_nothing(project):
    project.file("unlike.py", "pass\n")
    assert blamed(project, command="pytest -q calc.py", said="Exit code 1\nunlike.py:1: E") == []
    project.fails("ruff check", "Exit code 1\ncalc.py:1:1: F401 x\nFound 1 error.")
    assert project.column(APPROACHES) == ["Edit calc.py: x = 1"]


def test_a_check_leaves_by_products_that_are_nobodys_edits(project):
    report = {"changedFiles": [f"{project.folder}/report.xml"]}
    project.tool("Bash", {"command": "ruff check ."}, {"stdout": "", "bashEditDiff": report})
    assert project.column("SELECT file_path FROM file_claims") == [f"{project.folder}/report.xml"]
    assert blamed(project, said="Exit code 1\nreport.xml:1: E\ncalc.py:1: E") == ["calc.py"]


@each_row(
    ("agent", "launched_in", "named", "is_blamed"),
    [
        (None, "", True, True), ("child", "own", True, True),
        ("child", "own", False, False),  # of another's edit the output has to name the file
        ("child", "other", True, False), ("stranger", "own", True, False),
    ],
)  # fmt: skip
def test_whose_edits_a_check_may_blame(project, agent, launched_in, named, is_blamed):
    if agent == "child":
        session = {} if launched_in == "own" else {"session": "other"}
        project.tool(
            "Agent", {"description": "Look"}, {"status": "async_launched", "agentId": agent}, **session
        )
    project.edits("calc.py", "x = 1", agent_id=agent)
    project.fails(PYTEST, f"Exit code 1\n{'calc.py:3: E' if named else '1 failed in 0.10s'}")
    assert project.column(APPROACHES) == (["Edit calc.py: x = 1"] if is_blamed else [])


def test_a_test_that_is_edited_is_blamed_where_the_message_blames_it_itself(project):
    project.edits("test_calc.py", "x = 1")
    project.fails("pytest test_calc.py", "Exit code 1\ntest_calc.py:3: assert 1 == 2\n1 failed in 0.1s")
    assert project.column(APPROACHES) == []
    project.edits("test_calc.py", "x = 2")
    project.fails(
        "pytest test_calc.py",
        'Exit code 2\nE     File "test_calc.py", line 3\nE   SyntaxError: invalid syntax\n1 error in 0.1s',
    )
    assert project.column(APPROACHES) == ["Edit test_calc.py: x = 2"]


def test_what_is_kept_of_a_rejected_edit(project):
    project.edits("src/calc.py", "x = 1")
    project.fails(PYTEST, "Exit code 1\nsrc/calc.py:3: AssertionError")
    [(path, approach, reason, context, is_relevant)] = project.rows(
        "SELECT file_path, approach, reason_failed, context, still_relevant FROM failed_paths"
    )
    assert (path, approach, is_relevant) == (f"{project.folder}/src/calc.py", "Edit src/calc.py: x = 1", 1)
    assert reason == "pytest -q: src/calc.py:3: AssertionError"
    assert '"attempt": 1' in context and '"category": "test"' in context


@each_row(
    ("then", "rejected"),
    [
        # what stands as it was made when its check passes was not at fault
        ([], []),
        ([("a.py", [], ["import math"])], []),
        ([("a.py", ["x = 0"], ["x = 9"])], []),
        ([("b.py", ["x = 1"], ["x = 2"])], []),
        # what was changed since was
        ([("a.py", ["x = 1"], ["x = 2"])], ["Edit a.py: x = 1"]),
        ([("a.py", ["y = 1"], ["y = 2"])], ["Edit a.py: x = 1"]),
    ],
)
def test_an_edit_that_stands_when_its_check_passes_was_never_rejected(project, then, rejected):
    changes(project, "a.py", [], ["x = 1", "y = 1"])
    project.fails(PYTEST)
    assert project.column(APPROACHES) == ["Edit a.py: x = 1"]
    for change in then:
        changes(project, *change)
    project.passes("ruff check .")
    assert project.column(APPROACHES) == ["Edit a.py: x = 1"]
    project.passes(PYTEST)
    assert project.column(APPROACHES) == rejected


@each_row(
    ("command", "response", "is_kept"),
    [
        ("sed -i 's/x = 1/x = 2/' a.py", {}, True),
        ('rm "./a.py"', {}, True),
        ("git checkout HEAD~1 -- src/a.py", {}, True),
        ("git stash", {}, True),
        ("sed -i 's/x = 1/x = 2/' b.py", {}, False),
        ("grep -n x a.py", {}, False),
        ("git checkout -- a.py", {"bashEditDiff": {}}, False),
        # by a pattern, a variable, a folder or a step of git that names no file it may be any
        ("sed -i 's/1/2/' *.py", {}, True),
        ("git checkout v1.2.0 -- src", {}, True),
        ("git reset --hard v1.0.0", {}, True),
        ("git apply fix.patch", {}, True),
        ("git pull", {}, True),
        ("rm -rf src && ls notes.txt", {}, True),
        ("sed -i 's/a.b/c/' $FILE", {}, True),
        ("python3 fix.py", {}, True),
        ("ruff check --fix .", {}, True),
        ("cat > a.py <<'E'\nx = 2\nE", {}, True),
        ("black .", {}, True),
        ("cp b.py a.py", {}, True),
        # what it writes is another
        ("echo x > b.py", {}, False),
        ("rm b.py c.py", {}, False),
        ("black --check .", {}, False),
        ("ls src", {}, False),
        ("npm install x", {}, False),
    ],
)
def test_a_command_may_have_changed_a_file_where_the_client_does_not_tell(
    project, command, response, is_kept
):
    project.edits("a.py", "x = 1")
    project.fails(PYTEST)
    project.tool("Bash", {"command": command}, {"stdout": "", **response}, ms=10)
    project.passes(PYTEST)
    assert project.column(APPROACHES) == (["Edit a.py: x = 1"] if is_kept else [])


def test_of_an_edit_whose_lines_nobody_knows_any_later_one_of_its_file_may_have_taken_them(project):
    changes(project, "a.py", [], [f"x = {n}" for n in range(5000)])
    project.fails(PYTEST)
    assert len(project.column(APPROACHES)) == 1
    changes(project, "a.py", ["z"], ["x = 2"])
    project.passes(PYTEST)
    assert len(project.column(APPROACHES)) == 1


def test_what_another_check_rejected_is_not_taken_back(project):
    project.edits("a.py", "x = 1")
    project.fails(PYTEST)
    project.fails("mypy .")
    project.passes("mypy .")
    assert project.column("SELECT approach || ' ' || reason_failed FROM failed_paths") != []


@each_row(
    ("stem", "n_blamed"),
    [("calc", 1), ("__init__", 0), ("index", 0), ("mod", 0)],
)
def test_a_name_that_every_folder_has_names_no_file_elsewhere(project, stem, n_blamed):
    project.file(f"tests/test_{stem}.py", f"import {stem}\n")
    project.edits(f"pkg/{stem}.py", "x = 1")
    project.fails(PYTEST, f"Exit code 1\ntests/test_{stem}.py:3: AssertionError")
    assert len(project.column(APPROACHES)) == n_blamed


COVERED = "Name   Stmts   Miss  Cover\n------\nother.py   100   81   19%\nTOTAL  100  81  19%"


@each_row(
    "table",
    [
        COVERED,
        "other.py |   80.5 |      70 |      60 |   55.1 | 3-5",
        "other.py            12      2     4      1    83%   7-9",
    ],
)
def test_a_file_in_the_table_of_what_was_covered_is_not_blamed(project, table):
    project.edits("other.py", "x = 1")
    project.edits("calc.py", "x = 2")
    project.fails(PYTEST, f"Exit code 1\ncalc.py:3: AssertionError\n{table}")
    assert project.column(APPROACHES) == ["Edit calc.py: x = 2"]


def test_what_a_check_of_one_agent_passed_says_nothing_of_another_agents_edits(project):
    for agent in ("a", "b"):
        project.edits(f"{agent}.py", "x = 1", agent_id=agent)
        project.fails(PYTEST, agent_id=agent)
    project.passes(PYTEST, agent_id="b")
    assert project.column(APPROACHES) == ["Edit a.py: x = 1"]


@each_row("tool", ["Write", "MultiEdit"])
def test_a_file_that_is_written_anew_without_a_patch_may_have_lost_any_line(project, tool):
    project.edits("a.py", "x = 1")
    project.fails(PYTEST)
    project.tool(
        tool, {"file_path": f"{project.folder}/a.py", "content": "x = 2"}, {"structuredPatch": []}, ms=10
    )
    project.passes(PYTEST)
    assert len(project.column(APPROACHES)) == 1
