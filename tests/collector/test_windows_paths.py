"""On Windows a folder has three spellings: the one of its own shells, with slashes, and the one of the Unix shells there."""

from pathlib import Path

from claudesess_collector import aims, command_windows, system
from tables import each_row

HOME = r"c:\Users\dev\shop"


def main(command, cwd=HOME):
    return aims.of_command(command, cwd, HOME, is_after=False).main


@each_row(
    ("path", "spelled"),
    [
        (r"C:\Users\dev", "/c/Users/dev"),
        ("c:/Users/dev", "/c/Users/dev"),
        (r"E:\\work\\a", "/e/work/a"),
        ("C:", "/c"),
        ("/c/Users/dev", "/c/Users/dev"),
        ("src/a:b.py", "src/a:b.py"),
        ("", ""),
        ("https://example.org/x", "https://example.org/x"),
    ],
)
def test_a_path_is_spelled_as_on_unix(path, spelled):
    assert system.posix(path) == spelled


@each_row(
    ("command", "rewritten"),
    [
        (r"cd C:\Users\dev; npm test", "cd /c/Users/dev; npm test"),
        (r'cd "C:\Program Files\shop" && npm test', 'cd "/c/Program Files/shop" && npm test'),
        (r'Set-Location "C:\a\b"; npm run build', 'cd "/c/a/b"; npm run build'),
        ("Push-Location -Path C:\\a\nnpm test\nPop-Location", "pushd /c/a\nnpm test\npopd"),
        ("curl https://example.org/x", "curl https://example.org/x"),
        ("docker run -v C:/x:/y image", "docker run -v /c/x:/y image"),
        ("echo 'say C: no path'", "echo 'say C: no path'"),
    ],
)
def test_so_are_the_paths_of_a_command(command, rewritten):
    assert command_windows.rewritten(command) == rewritten


@each_row(
    "command",
    [
        "./gradlew build",
        r'cd "c:/Users/dev/shop" && ./gradlew build',
        r"cd C:\Users\dev\shop; ./gradlew build",
        "cd /c/Users/dev/shop && ./gradlew build 2>&1",
        r"Set-Location C:\Users\dev\shop; ./gradlew build",
    ],
)
def test_a_check_is_one_from_whatever_spelling_of_its_folder(command):
    assert main(command).aim == main("./gradlew build").aim


def test_what_was_tried_stays_as_it_was_written():
    assert aims.of_command(r"python C:\a\run.py", HOME, HOME).tried == r"python C:\a\run.py"


def test_a_file_is_looked_at_by_its_name():
    read = aims.of_call({"tool_input": {"file_path": r"C:\Users\dev\shop\src\cart.ts"}}, "Read", HOME)
    shown = aims.of_command("cat /c/Users/dev/shop/src/cart.ts", HOME, HOME)
    assert read.main.targets == shown.main.targets


def test_a_failing_build_rejects_the_edit_of_the_file_that_it_names(project):
    project.folder, project.disk = HOME, Path(f"{project.root}{HOME}")
    project.disk.mkdir()
    path = HOME + r"\src\main\Cart.java"
    patch = [{"oldStart": 1, "oldLines": 0, "newStart": 1, "newLines": 1, "lines": ["+return total / 0;"]}]
    project.tool("Edit", {"file_path": path, "new_string": "x"}, {"structuredPatch": patch}, ms=10)
    project.fails(
        "./gradlew build", f"Exit code 1\n{path}:5: error: cannot find symbol\n1 error\n\nBUILD FAILED in 1s"
    )
    assert project.rows("SELECT file_path, approach FROM failed_paths") == [
        (path, "Edit src/main/Cart.java: return total / 0;")
    ]
    assert project.column("SELECT file_path FROM error_log") == [path]
    project.passes('cd "c:/Users/dev/shop" && ./gradlew build', "BUILD SUCCESSFUL in 8s")
    assert project.resolutions() == [(1, "auto_fixed")]


def on_windows(project):
    project.folder, project.disk = HOME, Path(f"{project.root}{HOME}")
    project.disk.mkdir()


def test_a_file_that_is_there_is_named_though_nobody_touched_it(project):
    on_windows(project)
    (project.disk / "src").mkdir()
    (project.disk / "src" / "cart.ts").write_text("x")
    project.fails("npx tsc --noEmit", "Exit code 2\nsrc/cart.ts(3,4): error TS2304: Cannot find name 'x'.")
    assert project.column("SELECT file_path FROM error_log") == [f"{HOME}/src/cart.ts"]


def test_of_two_spellings_of_a_file_the_same_is_taken_each_time(project):
    on_windows(project)
    spellings = [rf"{HOME}\src\{name}.ts" for name in "abcdef"]
    for path in (*spellings, *(one.replace("\\", "/") for one in spellings)):
        patch = [{"oldStart": 1, "oldLines": 0, "newStart": 1, "newLines": 1, "lines": ["+return 1;"]}]
        project.tool("Edit", {"file_path": path, "new_string": "x"}, {"structuredPatch": patch}, ms=10)
    for name in "abcdef":
        project.fails(f"npx eslint src/{name}.ts", f"Exit code 1\nsrc/{name}.ts:1:1: error x")
    assert project.column("SELECT file_path FROM error_log ORDER BY id") == spellings


def test_only_what_the_test_imports_is_blamed(project):
    on_windows(project)
    (project.disk / "web" / "tests").mkdir(parents=True)
    (project.disk / "web" / "tests" / "user.test.ts").write_text("import { total } from '../src/cart'\n")
    for name in ("cart", "other"):
        path = rf"{HOME}\web\src\{name}.ts"
        patch = [{"oldStart": 1, "oldLines": 0, "newStart": 1, "newLines": 1, "lines": ["+return 1;"]}]
        project.tool("Edit", {"file_path": path, "new_string": "x"}, {"structuredPatch": patch}, ms=10)
    project.fails(
        "cd web && npx vitest run tests/user.test.ts",
        "Exit code 1\n FAIL  tests/user.test.ts > adds\nTests  1 failed (1)",
    )
    assert project.column("SELECT file_path FROM failed_paths") == [rf"{HOME}\web\src\cart.ts"]


def test_two_files_that_are_not_there_are_two_looks(project):
    for name in (r"src\config.ts", "package.json"):
        project.feed(
            "PostToolUseFailure", tool_name="Read", tool_use_id=name, error="File does not exist.",
            tool_input={"file_path": rf"{HOME}\{name}"}, duration_ms=1,
        )  # fmt: skip
    assert [attempt for attempt, _ in project.resolutions()] == [1, 1]


def test_who_went_into_a_folder_comes_back():
    command = "Push-Location web; npm run build; Pop-Location; npm test"
    assert main(command.replace("npm run build", "ls")).aim == main("npm test").aim
    assert main("pushd web; ls; popd; npm test").aim == main("npm test").aim


@each_row(
    ("path", "project", "spelled"),
    [
        ("/c/p/a.py", "C:\\p", "C:\\p/a.py"), ("/c/p", "C:\\p", "/c/p"), ("/c/pq/a.py", "C:\\p", "/c/pq/a.py"), ("/d/p/a.py", "C:\\p", "/d/p/a.py"), ("/p/a.py", "/p", "/p/a.py"), ("a.py", "C:\\p", "a.py"), ("a.py", "/p", "a.py"),
    ],
)  # fmt: skip
def test_a_path_of_the_project_is_spelled_as_the_machine_spells_it(path, project, spelled):
    assert system.native(path, project) == spelled
