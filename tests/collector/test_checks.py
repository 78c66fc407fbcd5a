"""The check behind a command: one spelling for all that differs in nothing, and what its output says when its status is hidden."""

from claudesess_collector.aims import of_command
from claudesess_collector.command_parts import of_command as parts_of
from claudesess_collector.command_spelling import spell
from claudesess_collector.command_split import split
from claudesess_collector.output_findings import first_reason
from tables import each_row

HOME = "/home/dev/app"


@each_row(
    "spelling",
    [
        "cd /home/dev/app && pytest -q",
        "cd /home/dev/app/; pytest -q 2>&1 | tail -20",
        "CI=1 pytest   -q",
        "export CI=1 && pytest -q > out.txt 2>&1",
        "pytest -q || true",
        'pytest -q; echo "exit $?"',
        "pytest -q | grep -E 'passed|failed' | head -3; exit ${PIPESTATUS[0]}",
        "set -o pipefail; pytest -q 2>&1 | tee log | tail",
        "(cd /home/dev/app && pytest -q)",
        "pytest \\\n  -q  # again",
        "(pytest -q) 2>&1 | tail -3",
        "{ pytest -q; } | tail",
        "bash -c 'pytest -q | tail -3'",
        "set -e; cd /home/dev/app; pytest -q",
        "export A=1 && cd /home/dev/app && pytest -q | Select-Object -Last 20",
    ],
)
def test_spellings_of_one_check(spelling):
    assert of_command(spelling, HOME, HOME).spelling == of_command("pytest -q", HOME, HOME).spelling


@each_row(
    "other", ["pytest -q tests", "pytest", "python -m pytest -q", "cd sub && pytest -q", "pytest -q && ls"]
)
def test_other_spellings(other):
    assert of_command(other, HOME, HOME).spelling != of_command("pytest -q", HOME, HOME).spelling


def test_printing_is_left_out_only_behind_a_check():
    assert of_command("make; echo done", HOME, HOME).tried == "make"
    assert of_command("echo a; echo b; exit 3", HOME, HOME).tried == "echo a ; echo b"


@each_row(
    ("command", "cwd", "folder"),
    [
        ("npm test", "/home/dev/app/web", "web"),  # the main thread: cwd follows its cd
        ("cd web && npm test", "/home/dev/app/web", "web"),
        ("cd web && npm test", "/home/dev/app", "web"),  # an agent: cwd was put back
        ("cd /elsewhere && npm test", "/elsewhere", "/elsewhere"),
        ("npm test", "/home/dev/app", "."),
        ("cd web && cd sub && npm test", "/home/dev/app/web/sub", "web/sub"),
        ("(cd web && npm test) | tail", "/home/dev/app", "web"),
        ("cd web && pytest", "/home/dev/app", "web"),
        ("cd && pytest", "/home/dev/app", "."),
        ("npm test", "/home/dev/app2", "/home/dev/app2"),
    ],
)
def test_the_folder_is_part_of_the_check(command, cwd, folder):
    assert of_command(command, cwd, HOME).folder == folder


@each_row(
    ("command", "is_hidden"),
    [
        ("pytest", False),
        ("pytest && echo ok", False),
        ("ls | head; pytest", False),
        ("pytest | tail", True),
        ("pytest; ls", True),
        ("pytest\nls", True),
        ("pytest || true", True),
        ("pytest || exit 1", False),
        ("pytest || exit 0", True),
        ("pytest | tail; exit ${PIPESTATUS[0]}", False),
        ("set -o pipefail; pytest | tail", False),
        ("set -e\npytest\nls", False),
        ("pytest &", True),
        ("cat log | tail", False),  # nothing that could tell anything
        ("python repro.py | tail", True),
        ("(cd sub && pytest) 2>&1 | tail -3", True),
        ("bash -c 'pytest | tail -3'", True),
        ("bash -lc 'pytest'", False),
        ("if pytest; then echo ok; fi", True),
    ],
)
def test_whether_the_exit_status_is_hidden(command, is_hidden):
    assert spell(command, HOME)[2] is is_hidden


PASSED, FAILED, UNKNOWN = True, False, None


@each_row(
    ("output", "resolutions", "ok"),
    [
        ("1 failed in 0.04s", [(1, None)], False),
        ("1 passed in 0.04s", [], True),
        ("0", [], None),
    ],
)
def test_a_hidden_check_in_the_stream(project, output, resolutions, ok):
    project.passes("pytest -q 2>&1 | tail -5", output)
    assert project.resolutions() == resolutions
    assert project.last_summary()["ok"] is ok
    assert project.last_summary()["hidden"] is True


def test_a_check_that_says_how_it_went_is_not_hidden(project):
    project.passes("pytest -q", "1 passed in 0.04s")
    assert "hidden" not in project.last_summary()
    project.passes("ls | tail -5", "a.py")
    assert "hidden" not in project.last_summary()


def test_a_hidden_failure_says_so_and_two_spellings_are_one_chain(project):
    project.passes("cd /home/dev/app && pytest -q 2>&1 | tail -20", "1 failed in 0.04s")
    project.passes("pytest -q 2>&1 | tail -5", "1 failed in 0.04s")
    project.passes("pytest -q | grep -c x || true", "0")
    project.passes("pytest -q")
    assert project.resolutions() == [(1, None), (2, "auto_fixed")]
    assert (
        project.column("SELECT error_message FROM error_log")[0]
        == "$ pytest -q\nexit status hidden\n1 failed in 0.04s"
    )


@each_row("unfinished", [{"interrupted": True}, {"backgroundTaskId": "b1"}, {"timedOutAfterMs": 120000}])
def test_a_check_that_did_not_finish_says_nothing(project, unfinished):
    project.tool("Bash", {"command": "pytest -q | tail"}, {"stdout": "1 failed in 0.04s", **unfinished})
    assert project.resolutions() == []
    assert project.last_summary()["ok"] is None


def test_a_hidden_rerun_of_an_unknown_program_says_nothing_about_its_chain(project):
    project.fails("python3 repro.py")
    project.passes("python3 repro.py 2>&1 | tail -5", "Traceback (most recent call last):")
    assert (project.resolutions(), project.last_summary()["ok"]) == ([(1, None)], None)
    project.passes("ls | head", "a.py")
    assert project.last_summary()["ok"] is True


def test_a_rerun_that_nobody_saw_takes_back_an_abandonment_and_ends_the_time_for_research(project):
    project.feed("SubagentStart", agent_id="a1", agent_type="Explore")
    project.fails("pytest -q", agent_id="a1")
    project.feed("SubagentStop", agent_id="a1", agent_type="Explore")
    project.passes("pytest -q | grep -c x", "0")
    assert project.resolutions() == [(1, None)]
    project.tool("WebSearch", {"query": "why"}, agent_id="a1")
    assert project.resolutions() == [(1, None)]


@each_row(
    ("command", "found"),
    [
        ("npm t", ("npm", "test")),
        ("npm run --silent build", ("npm", "build")),
        ("npm run -w web lint", ("npm", "lint")),
        ("yarn workspace web build", ("yarn", "build")),
        ("cargo +nightly test", ("cargo test", "test")),
        ("node --import tsx --test", ("node", "test")),
        ("git ls-files | xargs ruff check", ("ruff", "lint")),
        (r".venv\\Scripts\\pytest.exe -q", ("pytest", "test")),
        (r"CI=1 .venv\\Scripts\\pytest.exe -q", ("pytest", "test")),
        ("make clean", None),
        ("npm run dev", None),
        ("rm -rf build", None),
    ],
)
def test_known_checks_in_their_disguises(command, found):
    known = [
        (part.runner, part.category) if part.kind == "check" else None for part in parts_of(command, HOME)
    ]
    assert known[-1] == found


def test_the_line_that_says_why():
    assert (
        first_reason("Exit code 1\nF   [100%]\n=== FAILURES ===\nE   assert 5 == 2\nx.py:5: X")
        == "E   assert 5 == 2"
    )
    assert (
        first_reason("Exit code 127\n/bin/bash: line 1: nope: command not found")
        == "/bin/bash: line 1: nope: command not found"
    )
    assert first_reason("Exit code 1") is None


def test_the_shell_is_read_without_being_run_away_with():
    assert [s.words for s in split("python - <<'EOF' | tail\nprint(1); x\nEOF\nls")] == [
        ["python", "-", "<<print(1); x"],
        ["tail"],
        ["ls"],
    ]
    for odd in ("'open", "foo(", "2>&1", ">", "$((", "a &&& b", "`", "\\", "<<", "<<EOF", ";;;", "|"):
        split(odd)
    assert len(split("a;" * 100_000)) < 5000
