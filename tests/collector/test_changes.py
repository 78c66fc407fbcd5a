"""What a call changed in a file: the first line that it added, and hashes of the lines that it added and removed."""

from claudesess_collector import changes
from claudesess_collector.payload import short_hash
from tables import each_row


def edit(project, tool, arguments, response=None):
    """Let a tool edit a file; return what is kept of it: the first line, hashes of what was added and removed."""
    path = {"notebook_path" if tool == "NotebookEdit" else "file_path": f"{project.folder}/a.py"}
    project.tool(tool, {**path, **arguments}, response or {})
    (kept,) = project.rows("SELECT snippet, added, removed FROM claudesess_edits")
    return kept


def hashed(*lines):
    return " ".join(map(short_hash, lines))


def patch(*lines):
    return {"structuredPatch": [{"lines": list(lines)}]}


@each_row(
    ("tool", "arguments", "response", "first"),
    [
        ("Edit", {"new_string": "\n  \nx = 1\ny = 2"}, None, "x = 1"),
        ("Write", {"content": "x = 1"}, None, "x = 1"),
        ("NotebookEdit", {"new_source": "x = 1"}, None, "x = 1"),
        ("MultiEdit", {"edits": [{"new_string": "x = 1"}, {"new_string": "y = 2"}]}, None, "x = 1"),
        ("MultiEdit", {"edits": []}, None, None),
        ("MultiEdit", {"edits": {"new_string": "x = 1"}}, None, None),
        ("Edit", {"new_string": "  \n"}, None, None),
        ("Edit", {}, None, None),
        ("Edit", {"new_string": "y = 2"}, patch(" a", "-b", "+", "+x = 1"), "x = 1"),
        ("Edit", {"new_string": "y = 2"}, patch(" a", "-b"), "y = 2"),
        ("Edit", {"new_string": "y = 2"}, {"structuredPatch": []}, "y = 2"),
        ("Edit", {"new_string": "y = 2"}, {"structuredPatch": [{"lines": [None]}, {"lines": ["+x = 1"]}]}, "x = 1"),
        ("Edit", {"new_string": "x" * 121}, None, f"{'x' * 119}…"),
        ("Edit", {"new_string": "x" * 120}, None, "x" * 120),
    ],
)  # fmt: skip
def test_the_first_line_of_an_edit(project, tool, arguments, response, first):
    assert edit(project, tool, arguments, response)[0] == first


@each_row(("n", "is_seen"), [(8191, True), (8192, False)])
def test_the_first_line_stands_among_so_many_characters(n, is_seen):
    text = " " * n + "x"
    assert changes.first_added([{"lines": [f"+{text}"]}]) == (text if is_seen else None)
    assert changes.first_added([{"lines": ["+", f"-{text}", " x"]}]) is None


@each_row(("n", "is_seen"), [(8191, True), (8192, False)])
def test_also_where_no_patch_is_given(project, n, is_seen):
    assert edit(project, "Write", {"content": "\n" * n + "x"})[0] == ("x" if is_seen else None)


@each_row(
    ("lines", "telling"),
    [
        (["x", "y"], "x"), (["", " ", "y"], "y"), (["", " "], None), ([], None),
        (["x", "-----BEGIN PRIVATE KEY-----", "y"], "-----BEGIN PRIVATE KEY-----"),  # the others would say nothing
    ],
)  # fmt: skip
def test_a_line_that_says_something(lines, telling):
    assert changes._telling(lines) == telling


@each_row(
    ("tool", "arguments", "response", "added", "removed"),
    [
        ("Edit", {"old_string": "c\n\n d", "new_string": "a\n\nb "}, None, hashed("a", "b"), hashed("c", "d")),
        ("Write", {"content": "a"}, None, hashed("a"), ""),
        ("Edit", {"old_string": "c", "new_string": ""}, None, None, hashed("c")),
        ("NotebookEdit", {"new_source": "a"}, None, None, ""),  # of a cell nobody says what stood there
        ("Edit", {"new_string": "z"}, patch(" x", "+a", "-c", "+b"), hashed("a", "b"), hashed("c")),
        ("Edit", {"old_string": "c", "new_string": "a"}, {"structuredPatch": []}, hashed("a"), hashed("c")),
        ("Edit", {"old_string": "c", "new_string": "a"}, {"structuredPatch": {"lines": ["+b"]}}, hashed("a"), hashed("c")),
        ("Write", {"content": "x" * 16384}, None, hashed("x" * 16384), ""),
        ("Write", {"content": "x" * 16385}, None, hashed("x" * 16384), ""),
        ("Edit", {"old_string": "x" * 16385, "new_string": "a"}, None, hashed("a"), hashed("x" * 16384)),
    ],
)  # fmt: skip
def test_lines_that_an_edit_added_and_removed(project, tool, arguments, response, added, removed):
    assert edit(project, tool, arguments, response)[1:] == (added, removed)


@each_row(
    ("n", "line", "is_told"),
    [(60, "x", True), (61, "x", False), (61, " ", True), (120, " ", True), (121, " ", False)],
)
def test_of_too_many_lines_none_is_told(n, line, is_told):
    hunks = [{"lines": [f"+{line}"] * n}, {"lines": ["-y"]}]
    assert changes.lines_of(hunks, "+") == (hashed(*[line] * n if line.strip() else []) if is_told else None)


def test_what_a_command_changed_is_named_by_its_first_file(project):
    files = [f"{project.folder}/{name}" for name in ("a.py", "b.py")]
    hunks = [{"filePath": path, "hunks": [{"lines": ["+x = 1"]}]} for path in files]
    diff = {"changedFiles": files, "files": hunks}
    project.tool("Bash", {"command": "sed -i s/0/1/ *.py"}, {"stdout": "", "bashEditDiff": diff})
    said = project.last_summary()
    assert (said["path"], said["snippet"]) == (files[0], "x = 1")
    assert project.column("SELECT file_path FROM file_claims") == files


@each_row("tool", ["Read", "Grep", "mcp__files__write"])
def test_who_edits_nothing_claims_nothing(project, tool):
    project.tool(tool, {"file_path": f"{project.folder}/a.py", "content": "x = 1"}, {})
    assert project.column("SELECT count(*) FROM file_claims") == [0]


@each_row("tool", ["Edit", "Write", "MultiEdit", "NotebookEdit"])
def test_an_edit_of_no_file_claims_nothing_and_is_told(project, tool):
    project.tool(tool, {"content": "x = 1", "new_string": "x = 1"}, {})
    assert project.column("SELECT count(*) FROM file_claims") == [0]
    assert project.column("SELECT exit_code FROM hook_events") == [0]
