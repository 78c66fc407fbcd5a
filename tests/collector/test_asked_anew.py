"""What was not there, left out or asked in a wrong way: which later try of another spelling is one of the same aim."""

import pytest
from claudesess_collector import output_not_run, words
from tables import each_row

CARGO = (
    "Exit code 101\nrunning 9 tests\nfailures:\n    config::tests::no_file\n\ntest result: FAILED. 8 passed; 1 failed;"
    " 0 ignored\nerror: test failed, to rerun pass `--lib`"
)
CARGO_OK = "test result: ok. 8 passed; 0 failed; 0 ignored; 0 measured; 1 filtered out; finished in 0.00s"
PYTEST = "Exit code 1\nFAILED tests/test_cart.py::test_total - assert 1 == 2\n1 failed, 9 passed in 0.10s"


@each_row(
    "message",
    [
        'Usage Error: Couldn\'t find a script named "test:web".',
        'error Command "verify" not found.',
        "error: Task not found: verify",
        'Command "verify" is not defined.',
        "Task 'verify' not found in root project 'shop'.",
        'Unknown lifecycle phase "verfy".',
        "Don't know how to build task 'verify'",
        '** (Mix) The task "verify" could not be found',
        'task: Task "verify" does not exist',
        "could not find task `verify` in project",
        "'verify' is not a task. See 'lein help'.",
        "[error] Not a valid command: verify",
        "Error: No such command 'verify'.",
        "No idea what 'verify' is!",
        "npm error could not determine executable to run",
        "No projects matched the filters in \"/shop\"",
        "error: package ID specification `shop-core` did not match any packages",
        "ninja: error: unknown target 'verify'",
        ' ERR_PNPM_RECURSIVE_EXEC_FIRST_FAIL  Command "vitest" not found',
    ],
)  # fmt: skip
def test_a_runner_that_has_no_such_task_has_checked_nothing(message):
    assert output_not_run.found_nothing(message) and output_not_run.never_began(message)


@each_row(
    "message",
    [
        "(eval):1: command not found: golangci-lint",  # the shell's word, not a runner's
        "E       assert 0 == 2\nError: No such command 'add'.\nFAILED tests/test_cli.py::test_add\n1 failed in 0.1s",
        "Traceback (most recent call last):\n  File \"/src/cart.py\", line 3\ncart: unknown command 'pay'",
        "Error: target 'web' not found in build.config\n    at build (build.mjs:3:1)",
        "E       AssertionError: assert 'Command \"verify\" not found' in ''",
        "✗ says that the command 'verify' was not found",
        "\n".join(
            [
                "FAILED tests/test_cli.py::test_verify",
                *["  at line 3"] * 30,
                'error: Command "verify" not found',
            ]
        ),
        "Error: user 'verify' not found",
        "src/a.ts(3,4): error TS2304: Cannot find name 'verify'.",
    ],
)
def test_what_a_test_expects_of_a_runner_is_no_word_of_one(message):
    assert not output_not_run.found_nothing(message)


def test_another_task_of_a_runner_is_what_was_meant(project):
    project.fails("yarn test:web", 'Exit code 1\nUsage Error: Couldn\'t find a script named "test:web".')
    project.passes("yarn test", "Tests:       3 passed, 3 total")
    assert project.resolutions() == [(1, "auto_fixed")]


JEST = "Exit code 1\nFAIL tests/cart.test.ts\n  ✕ adds up\n\nTests: 1 failed, 9 passed, 10 total"
RUFF = "Exit code 1\nsrc/cart.py:1:1: F401 `os` imported but unused\nFound 1 error."
MAVEN = "Exit code 1\n[ERROR] CartTest.total:12 expected 3\nTests run: 4, Failures: 1, Errors: 0\n[INFO] BUILD FAILURE"


@each_row(
    ("command", "error", "then", "printed", "became"),
    [
        ("cargo test", CARGO, "cargo test -- --skip config::tests", CARGO_OK, None),
        ("cargo test", CARGO, "cargo test", CARGO_OK, "auto_fixed"),
        ("pytest", PYTEST, "pytest --deselect tests/test_cart.py::test_total", "9 passed in 0.10s", None),
        ("pytest", PYTEST, "pytest -k 'not cart'", "9 passed in 0.10s", None),
        ("pytest", PYTEST, "pytest --ignore=tests/test_cart.py", "9 passed in 0.10s", None),
        ("pytest", PYTEST, "pytest --ignore=tests/browser", "10 passed in 0.10s", "auto_fixed"),
        ("pytest", PYTEST, "pytest --ignore=tests/cart", "10 passed in 0.10s", "auto_fixed"),
        ("pytest", PYTEST, "pytest --ignore=tests", "10 passed in 0.10s", None),
        ("npx jest", JEST, "npx jest --testPathIgnorePatterns cart", "Tests: 9 passed, 9 total", None),
        ("npx vitest run", JEST, 'npx vitest run --exclude "**/cart.test.ts"', "Tests  9 passed (9)", None),
        (
            "npx vitest run",
            JEST,
            "npx vitest run --exclude tests/list.test.ts",
            "Tests  9 passed (9)",
            "auto_fixed",
        ),
        ("ruff check", RUFF, "ruff check --exclude src/cart.py,src/b.py", "All checks passed!", None),
        ("ruff check", RUFF, "ruff check --exclude src/b.py", "All checks passed!", "auto_fixed"),
        ("flake8", RUFF, "flake8 --exclude=cart.py --count", "0", None),
        ("mvn test", MAVEN, "mvn test -Dtest=!CartTest", "Tests run: 3, Failures: 0, Errors: 0", None),
        ("pytest", PYTEST, "pytest -k 'not cart and not browser'", "9 passed in 0.10s", None),
        ("pytest", PYTEST, "pytest -m 'not cart'", "10 passed in 0.10s", "auto_fixed"),
        (
            "pytest --ignore=tests/test_cart.py",
            PYTEST,
            "pytest --ignore=tests/test_cart.py",
            "9 passed in 0.10s",
            "auto_fixed",
        ),
        (
            "mvn package",
            "Exit code 1\nTests run: 4, Failures: 1\nThere are test failures.\n[INFO] BUILD FAILURE",
            "mvn package -DskipTests",
            "[INFO] BUILD SUCCESS",
            None,
        ),
    ],
)
def test_a_run_that_leaves_out_what_failed_says_nothing_of_it(project, command, error, then, printed, became):
    project.fails(command, error)
    project.passes(f"{then} 2>&1 | tail -3", printed)
    assert project.resolutions() == [(1, became)]


def refused(project, tool, error, **arguments):
    project.calls += 1
    project.feed(
        "PostToolUseFailure", tool_name=tool, tool_use_id=f"toolu_{project.calls:04d}", tool_input=arguments,
        error=error, duration_ms=100,
    )  # fmt: skip


def test_how_much_of_an_answer_is_wanted_makes_no_other_call(project):
    refused(
        project,
        "mcp__shop__list_orders",
        "ERROR: column customer.name does not exist",
        customer="ann",
        limit=5,
    )
    project.edits("orders.go", "customer.title")
    project.tool("mcp__shop__list_orders", {"customer": "ann", "limit": 10}, [{"type": "text", "text": "10"}])
    assert project.resolutions() == [(1, "auto_fixed")]


@pytest.mark.parametrize("page", [("Roadmap", "Journal"), (9, 1)])
def test_which_page_is_wanted_does(project, page):
    refused(project, "mcp__notes__update", "out of reach", page=page[0])
    project.tool("mcp__notes__update", {"page": page[1]}, [{"type": "text", "text": "ok"}])
    assert project.resolutions() == [(1, None)]


def test_refused_arguments_are_asked_anew_after_looks(project):
    refused(project, "mcp__db__query", "parameter 'sql' is required", query="x")
    for at in range(5):
        project.passes(f"ls src/{at}")
    project.tool("mcp__db__query", {"sql": "x"}, [{"type": "text", "text": "1"}])
    assert project.resolutions() == [(1, "auto_fixed")]


@pytest.mark.parametrize(
    ("tool", "tried", "then"),
    [
        (
            "mcp__browser__click",
            {"element": "Pay button", "ref": "e1"},
            {"element": "Cancel button", "ref": "e2"},
        ),
        ("mcp__k8s__get_node", {"name": "web-1"}, {"name": "db-2"}),
    ],
)
def test_another_thing_is_not_what_was_meant(project, tool, tried, then):
    refused(project, tool, "node web-1 not found: locator.click: Timeout", **tried)
    project.tool(tool, then, [{"type": "text", "text": "ok"}])
    assert project.resolutions() == [(1, None)]


def test_of_whom_the_answer_is_does(project):
    refused(project, "mcp__shop__list_orders", "ERROR: column customer.name does not exist", customer="ann")
    project.tool("mcp__shop__list_orders", {"customer": "ben"}, [{"type": "text", "text": "10"}])
    assert project.resolutions() == [(1, None)]


STALE = "### Error\nTimeoutError: locator.click: Timeout 5000ms exceeded.\n  - waiting for locator('aria-ref=e82')"


@each_row(
    ("error", "n_between", "became"),
    [
        (STALE, 0, "auto_fixed"),
        (STALE, 4, None),
        ("Element with uid 7_3 not found in the snapshot", 0, "auto_fixed"),
        ("net::ERR_CONNECTION_REFUSED", 0, None),
    ],
)
def test_what_was_to_be_clicked_is_clicked_by_another_name_at_once(project, error, n_between, became):
    refused(project, "mcp__browser__click", error, element="Source", ref="e82")
    for at in range(n_between):
        project.edits(f"{at}.py", "x = 1")
    project.tool(
        "mcp__browser__click", {"element": "Source picker", "ref": "e79"}, [{"type": "text", "text": "ok"}]
    )
    assert project.resolutions() == [(1, became)]


SLOW = "Ripgrep search timed out after 20 seconds. The search may have matched files."


@each_row(
    ("pattern", "command", "became"),
    [
        ("**/backups/**", 'find api -name "*backup*" -type f', "auto_fixed"),
        ("**/backup*.ts", 'find api -name "*backup*" -type f', "auto_fixed"),
        ("**/backups/**", 'find api -name "*invoice*" -type f', None),
        ("**", "find api -name '*.ts'", None),
    ],
)
def test_a_pattern_of_folders_is_for_the_one_that_it_names(project, pattern, command, became):
    refused(project, "Glob", SLOW, pattern=pattern)
    project.passes(command, "api/x.ts\n")
    assert project.resolutions() == [(1, became)]


LINT = "Hint: run with --verbose.\n\n[//api:lint] ERROR task failed"


@pytest.mark.parametrize("content", ["on", "off"])
def test_a_runner_that_shows_nothing_is_not_of_another_folders_checks(project, content):
    project.environ["CLAUDESESS_CONTENT"] = content
    project.fails("npm test --silent", "Exit code 1")
    project.fails("cd backend && pytest -q", "Exit code 1\nFAILED test_a.py::test_a\n1 failed in 0.1s")
    project.passes("cd backend && pytest -q", "9 passed in 0.1s")
    assert project.resolutions() == [(1, None), (1, "auto_fixed")]


@pytest.mark.parametrize("content", ["on", "off"])
def test_what_is_left_out_is_known_without_content_too(project, content):
    project.environ["CLAUDESESS_CONTENT"] = content
    project.fails("cargo test", CARGO)
    project.passes("cargo test -- --skip config::tests 2>&1 | tail -3", CARGO_OK)
    project.passes("mise run //api:lint 2>&1 | tail -3", LINT)
    project.fails(
        "ruff check lib tests", "Exit code 1\nlib/b.py:9:1: F821 Undefined name `x`\nFound 1 error."
    )
    assert project.resolutions() == [(1, None), (1, None), (2, None)]


def test_which_of_several_solutions_is_built_was_to_be_told(project):
    project.fails("dotnet build", "MSBUILD : error MSB1011: Specify which project or solution file to use.")
    project.fails(
        "dotnet build Cloud.sln", "MSBUILD : error MSB1009: Project file does not exist.\nSwitch: Cloud.sln"
    )
    project.passes("dotnet build Gateway.sln", "Build succeeded.\n    0 Error(s)")
    assert project.resolutions() == [(1, None), (2, "auto_fixed")]


@each_row(
    ("command", "then"),
    [
        ("yarn --cwd web test", "yarn --cwd api test"),
        ("mvn -pl core test", "mvn -pl web test"),
        ("pnpm --filter @shop/api lint", "pnpm --filter @shop/web lint"),
        ("turbo lint --filter=@shop/api", "turbo lint --filter=@shop/web"),
        ("make -C a -j 4", "make -C b -j 4"),
        ("npx ginkgo", "ginkgo generate cart"),
        ("npx jasmine", "npx jasmine init"),
        ("detox test", "detox build"),
    ],
)
def test_another_package_or_another_task_reaches_nothing(project, command, then):
    project.fails(command, "Exit code 1\nno")
    project.passes(then)
    assert project.resolutions() == [(1, None)]


def test_a_check_of_another_kind_that_a_script_starts_is_of_its_package(project):
    red = "Exit code 2\n$ tsc --noEmit\nsrc/a.ts(5,40): error TS2304: Cannot find name 'x'."
    project.fails("pnpm --filter @shop/api lint", red)
    project.fails("pnpm --filter @shop/web lint", red)
    project.passes("pnpm --filter @shop/api lint", "$ tsc --noEmit")
    assert project.resolutions() == [(1, "auto_fixed"), (1, None)]


@pytest.mark.parametrize(
    ("printed", "attempts"),
    [
        (LINT, [1, 2]),
        (f"src/a.py:3:1: E501 line too long\n{LINT}", [1, 1]),  # it shows what it was
    ],
)
def test_a_check_by_itself_is_to_show_what_its_runner_did_not(project, printed, attempts):
    project.passes("mise run //api:lint 2>&1 | tail -3", printed)
    project.fails(
        "ruff check lib tests", "Exit code 1\nlib/b.py:9:1: F821 Undefined name `x`\nFound 1 error."
    )
    assert [attempt for attempt, _ in project.resolutions()] == attempts


def test_the_runner_reaches_what_was_shown_by_itself(project):
    project.passes("mise run //api:lint 2>&1 | tail -3", LINT)
    project.fails(
        "ruff check lib tests", "Exit code 1\nlib/b.py:9:1: F821 Undefined name `x`\nFound 1 error."
    )
    project.edits("lib/b.py", "y = 1")
    project.passes("mise run //api:lint", "All checks passed!")
    assert project.resolutions() == [(1, None), (2, "auto_fixed")]


def test_the_folder_of_the_project_names_no_failure(project):
    """Its name is a word like others, and stands in many closing words."""
    project.folder = "/home/dev/outcome"
    project.disk = project.root / "home/dev/outcome"
    project.disk.mkdir(parents=True)
    project.fails("npm run build", 'Exit code 1\nnpm error Missing script: "build"')
    project.edits("a.ts", "x")
    closing = "All is built, so that the outcome of an agent with bad settings is a blocked call."
    project.feed("Stop", last_assistant_message=closing, stop_hook_active=False)
    assert project.resolutions() == [(1, None)]


def test_a_kind_of_program_names_no_failure(project):
    project.fails("./validate.sh", "Exit code 1\n✗ FAILED memory")
    for name in "abcd":
        project.edits(f"{name}.sh", "x")
    closing = "Each script now runs by itself, so that no conflict of two ports is left."
    project.feed("Stop", last_assistant_message=closing, stop_hook_active=False)
    assert project.resolutions() == [(1, None)]


@pytest.mark.parametrize("command", ["python -m outcome --month 3", "./outcome.sh"])
def test_the_program_names_it_though_the_project_is_called_alike(project, command):
    project.folder = "/home/dev/outcome"
    project.disk = project.root / "home/dev/outcome"
    project.disk.mkdir(parents=True)
    project.fails(command, "Exit code 1\nKeyError: 3")
    project.feed(
        "Stop", last_assistant_message="The outcome still crashes, for want of data.", stop_hook_active=False
    )
    assert project.resolutions() == [(1, "escalated_user")]


@each_row(
    ("closing", "is_told"),
    [
        ("Modules run one by one to avoid conflicts.", False),
        ("There is no conflict between the modules.", False),
        ("The suite caught a failure.", True),
        ("None of this resolved the failure.", True),
        ("I could avoid the failing test only by skipping it.", True),
        ("I have not fixed the failing test.", True),
        ("I couldn't resolve the errors of the parser.", True),
        ("The failing test has yet to be fixed.", True),
        ("Uploads still fail.", True),
    ],
)
def test_what_is_prevented_is_no_failure(closing, is_told):
    assert bool(words.failing(words.Spoken(f"{closing[:-1]}: see the parser."))) == is_told


HUSKY = "Exit code 1\n.husky/pre-commit: line 5: .husky/_/husky.sh: No such file or directory"
REFUSED = "Exit code 1\nhusky - pre-commit hook exited with code 1\nsubject may not be empty [subject-empty]"


@pytest.mark.parametrize(("error", "became"), [(HUSKY, "auto_fixed"), (REFUSED, "abandoned")])
def test_a_commit_goes_round_a_hook_that_checks_and_past_one_that_cannot_run(project, error, became):
    project.fails("git commit -m 'Sell shoes'", error)
    project.passes("git commit --no-verify -m 'Sell shoes'", "[main a1b2c3d] Sell shoes")
    assert project.resolutions() == [(1, became)]


TTS = {"text": "The server speaks to the one who has asked", "language": "en"}
STEP = "Step 2: how far we have come with the benchmarks so far, what the oracle says of each of them, and what is left to do"
LOST = {"step": STEP, "continuation_id": "4f59dbfc-6081"}


@each_row(
    ("error", "tried", "then", "became"),
    [
        ("Unknown voice 'rachel'. Available: adam, alice", TTS, {**TTS, "voice": "alice"}, "auto_fixed"),
        ("Thread was not found or has expired.", LOST, {"step": f"{STEP} now"}, "auto_fixed"),
        (
            "Error: /home/me/out/cart.png is outside of the output directory", {"filename": "/home/me/out/cart.png"},
            {"filename": "cart.png"}, "auto_fixed",
        ),
        # other issues, other pages, other texts
        ("Not Found", {"owner": "me", "number": 12}, {"owner": "me", "number": 13}, None),
        ("net::ERR_FAILED", {"url": "https://example.org/a"}, {"url": "https://example.org/b"}, None),
        ("Unknown voice", TTS, {"text": "Something else is said now", "language": "en"}, None),
        ("Not Found", {"owner": "me"}, {"path": "me"}, None),
        ("ENOENT", {"path": "/srv/shop/src/cart.ts"}, {"path": "/srv/shop/src/list.ts"}, None),
        ("no such column", {"query": "select count(*) from carts"}, {"query": "select count(*) from users"}, None),
        ("Not Found", {"limit": 10, "q": "cart"}, {"limit": 10, "of": "list"}, None),
        ("refused", {"of": "", "file": "a"}, {"of": "", "file": "b"}, None),
        ("refused", {"file": "stack.yml"}, {"file": "stack.yml", "dry_run": True}, None),
    ],
)  # fmt: skip
def test_a_servers_tool_is_asked_otherwise_by_the_very_next_call(project, error, tried, then, became):
    refused(project, "mcp__studio__make", error, **tried)
    project.tool("mcp__studio__make", then, [{"type": "text", "text": "ok"}])
    assert project.resolutions() == [(1, became)]


@pytest.mark.parametrize("between", ["ok", "refused"])
def test_only_the_very_next_call_is_the_same_asked_otherwise(project, between):
    refused(project, "mcp__studio__make", "Unknown voice 'rachel'", **TTS)
    if between == "ok":
        project.edits("a.py", "x = 1")
    else:
        refused(project, "mcp__studio__list", "Not Found", of="voices")
    project.tool("mcp__studio__make", {**TTS, "voice": "alice"}, [{"type": "text", "text": "ok"}])
    assert project.resolutions()[0] == (1, None)


@pytest.mark.parametrize("content", ["on", "off"])
def test_of_what_a_tool_is_told_nothing_is_kept_that_could_be_guessed(project, content):
    project.environ["CLAUDESESS_CONTENT"] = content
    refused(
        project,
        "mcp__shop__login",
        "Locked",
        user="ann",
        password="hunter2pass",
        pin="4711",
        token="ghp_" + "a1B2" * 9,
    )
    from claudesess_collector.payload import short_hash

    kept = "".join(str(row) for row in project.column("SELECT spec FROM claudesess_chains"))
    for word in ("hunter2pass", "4711", "ghp_" + "a1B2" * 9):
        assert word not in kept
        assert short_hash(word)[:6] not in kept


@each_row(
    ("command", "became"),
    [
        ("curl -sL https://docs.example.org/a/b | head -50", "auto_fixed"), ("defuddle parse 'https://docs.example.org/a/b/' --md", "auto_fixed"),
        ("curl -sL https://docs.example.org/a | head -50", None), ("ls docs", None),
    ],
)  # fmt: skip
def test_a_page_that_the_client_cannot_fetch_is_fetched_by_another_program(project, command, became):
    page = {"url": "https://docs.example.org/a/b", "prompt": "read"}
    project.feed(
        "PostToolUseFailure", tool_name="WebFetch", tool_input=page, tool_use_id="w", error="socket hang up"
    )
    project.passes(command, "# B\ntext")
    assert project.resolutions() == [(1, became)]


LONG = "for name in cart shop order stock price total basket customer; do wc -l src/$name.py; grep -c def src/$name.py; done"
OTHER = (
    "python3 - <<'PY'\nfor name in 'cart shop order stock price total basket'.split():\n    print(open(f'src/{name}.py').read())\nPY",
    "for name in page form menu; do wc -l web/$name.ts; done",
)


@each_row(
    ("then", "became"),
    [(OTHER[0], "auto_fixed"), (OTHER[1], None), (LONG.replace("do wc", "do cat"), "auto_fixed")],
)
def test_a_long_command_is_told_anew_by_most_of_its_words(project, then, became):
    project.fails(LONG, "Exit code 1\n(eval):1: parse error near `)'")
    project.passes(then, "cart 3")
    assert project.resolutions() == [(1, became)]


def test_a_long_command_is_told_anew_at_once_and_by_the_same_thread(project):
    project.fails(LONG, "Exit code 1\n(eval):1: parse error near `)'")
    for name in "abcd":
        project.passes(f"touch {name}")
    project.passes(OTHER[0], "cart 3")
    assert project.resolutions() == [(1, None)]


CODE = "python3 -c \"print(sum(open('x').read()))\""
BROKEN = 'Exit code 1\n  File "<string>", line 1\nSyntaxError: unterminated string literal'


@each_row(
    ("between", "run", "became"),
    [
        ([], "python3 tool.py", "auto_fixed"),
        (["ls"], "python3 tool.py", "auto_fixed"),
        (["touch y"], "python3 tool.py", None),  # other work
        ([], "python3 other.py", None),  # nobody wrote it
    ],
)
def test_code_of_one_line_is_written_to_a_file_and_run(project, between, run, became):
    project.fails(CODE, BROKEN)
    path = f"{project.folder}/tool.py"
    project.tool("Write", {"file_path": path, "content": "print(1)"}, {"filePath": path, "type": "create"})
    for command in between:
        project.passes(command)
    project.passes(run, "1")
    assert project.resolutions() == [(1, became)]


@each_row(
    ("lacking", "described", "became"),
    [
        (
            "Agent type 'auditor' not found. Available agents: general-purpose",
            "Review the cart's code",
            "auto_fixed",
        ),
        ("Agent type 'auditor' not found. Available agents: general-purpose", "Write release notes", None),
        ("API Error: 529 overloaded", "Review the cart's code", None),
    ],
)
def test_what_an_agent_of_a_lacking_kind_was_for_another_does(project, lacking, described, became):
    told = {
        "subagent_type": "auditor",
        "description": "Review the cart's code",
        "prompt": "Look for slips in cart.py",
    }
    project.feed("PostToolUseFailure", tool_name="Agent", tool_use_id="t1", tool_input=told, error=lacking)
    again = {
        "subagent_type": "general-purpose",
        "description": described,
        "prompt": "You are careful. Say what is wrong",
    }
    project.tool("Agent", again, {"agentId": "a1"})
    assert project.resolutions() == [(1, became)]


@each_row(
    ("tried", "error", "then", "became"),
    [
        ("grep -rn 'cart(' src", "grep: Unmatched ( or \\(", "grep -rn 'cart' src", "auto_fixed"),
        ("rg 'cart(' src", "rg: regex parse error:\n    (?:cart()\n         ^", "rg -F 'cart(' src", "auto_fixed"),
        ("rg 'cart(' src", "rg: regex parse error:\n    (?:cart()\n         ^", "rg 'shop' web", None),
        ("gh pr checks 3 --json conclusion", 'Unknown JSON field: "conclusion"', "gh pr view 3 --json state", "auto_fixed"),
        ("gh api x --jq '.[] | a !'", "failed to parse jq expression (line 1, column 8)", "gh api x --jq '.[]'", "auto_fixed"),
        ("find src -name cart.py -maxdept 1", "find: unknown predicate `-maxdept'", "find src -name cart.py -maxdepth 1", "auto_fixed"),
    ],
)  # fmt: skip
def test_a_pattern_or_a_field_that_was_refused_is_asked_otherwise(project, tried, error, then, became):
    project.fails(tried, f"Exit code 2\n{error}")
    project.passes(then, "cart.py:3: cart")
    assert project.resolutions() == [(1, became)]


@each_row(
    ("tried", "printed", "became"),
    [
        ("ls docs src", "ls: cannot access 'docs': No such file or directory\nsrc:\ncart.py", None),
        ("ls docs src", "ls: cannot access 'docs': No such file or directory", "auto_fixed"),
        ("ls docs src", "ls: cannot access 'docs': No such file or directory\nzsh: command not found: head\na", "auto_fixed"),
        ("cat docs/a src/b", "cat: docs/a: No such file or directory\nimport cart", "auto_fixed"),  # it was to be read
    ],
)  # fmt: skip
def test_a_look_that_showed_some_of_what_it_was_for_was_answered(project, tried, printed, became):
    project.fails(tried, f"Exit code 2\n{printed}")
    project.passes("ls docs/a docs", "a")
    assert project.resolutions() == [(1, became)]


def test_a_look_in_the_same_words_is_more_than_its_answer(project):
    project.fails(
        "ls docs src", "Exit code 2\nls: cannot access 'docs': No such file or directory\nsrc:\ncart.py"
    )
    project.passes("ls docs src", "docs:\na\nsrc:\ncart.py")
    assert project.resolutions() == [(1, "auto_fixed")]


@pytest.mark.parametrize(
    ("message", "became"),
    [("docs: say how carts are emptied for good", None), ("cart: round the total up", "auto_fixed")],
)
def test_where_there_was_nothing_to_commit_another_commit_is_of_other_work(project, message, became):
    project.fails(
        "git commit -m 'cart: round the total'", "Exit code 1\nnothing to commit, working tree clean"
    )
    project.passes(f"git commit -m '{message}'", "[main 1] x")
    assert project.resolutions() == [(1, became)]


@each_row(
    ("url", "became"),
    [
        ("https://raw.example.com/b/main/src/cart.ts", "auto_fixed"),
        ("https://raw.example.com/a/main/src/shop.ts", None),
        ("https://raw.example.com/b", None),
    ],
)
def test_a_page_that_was_not_there_is_fetched_by_its_name_elsewhere(project, url, became):
    told = {"url": "https://raw.example.com/a/main/src/cart.ts", "prompt": "What does it export?"}
    error = "Request failed with status code 404"
    project.feed("PostToolUseFailure", tool_name="WebFetch", tool_use_id="t1", tool_input=told, error=error)
    project.tool("WebFetch", {"url": url, "prompt": "What does it export?"}, {"code": 200, "result": "cart"})
    assert project.resolutions() == [(1, became)]


@each_row(
    ("tried", "between", "became"),
    [
        ("tail -5 /tmp/tasks/b1.output", [], "auto_fixed"),
        ("tail -5 /tmp/tasks/b1.output", ["touch x"], None),
        ("cat notes.md", [], None),
    ],
)
def test_what_a_command_in_the_background_printed_the_client_tells(project, tried, between, became):
    project.fails(tried, "Exit code 1\ntail: cannot open it: No such file or directory")
    for command in between:
        project.passes(command)
    project.tool(
        "TaskOutput", {"task_id": "b1", "block": True}, {"task": {"task_id": "b1", "status": "running"}}
    )
    assert project.resolutions() == [(1, became)]


@each_row(
    ("tried", "name", "became"),
    [
        ("sed -i '' 's/a/b/' src/tables.sql", "tables.sql", "auto_fixed"),
        ("sed -i '' 's/a/b/' src/tables.sql", "views.sql", None),
        ("psql -f src/tables.sql", "tables.sql", None),  # it was to be run
    ],
)
def test_a_file_that_a_command_was_to_write_a_tool_writes(project, tried, name, became):
    project.fails(tried, "Exit code 2\nsed: can't read it")
    path = f"{project.folder}/src/{name}"
    project.tool("Write", {"file_path": path, "content": "select 1"}, {"filePath": path, "type": "create"})
    assert project.resolutions() == [(1, became)]


def test_a_look_that_the_user_was_asked_about_may_be_looked_once_more(project):
    project.fails("aws ec2 describe-vpcs", "Exit code 254\nUnauthorizedOperation: you are not authorized")
    project.passes("aws configure list-profiles", "admin")
    project.feed("Stop", last_assistant_message="There is one other profile, `admin`. Shall I try that one?")
    assert project.resolutions() == [(1, "escalated_user")]
    project.feed("UserPromptSubmit", prompt="I have logged in")
    project.passes("aws ec2 describe-vpcs", "vpc-1")
    assert project.last_summary()["closes"]


@each_row(
    ("since", "said", "became"),
    [
        ("ls", "There is no such file. Which one do you mean?", "escalated_user"),
        ("ls", "There is no such file. Please send me the right one and I go on.", "escalated_user"),
        ("ls", "There is no such file, so I wrote it down for you.", None),
        ("touch b", "There is no such file. Which one do you mean?", None),  # went on with other work
    ],
)
def test_a_turn_that_did_but_look_since_a_look_had_failed_and_ends_with_a_question(
    project, since, said, became
):
    project.fails("cat a", "Exit code 1\ncat: a: No such file or directory")
    project.passes(since)
    project.passes("git log -1", "b")
    project.feed("Stop", last_assistant_message=said)
    assert project.resolutions() == [(1, became)]


@each_row("content", ["on", "off"])
@each_row(
    ("failed", "error", "then", "became"),
    [
        ("cargo test -p app", "Exit code 101\ntest result: FAILED. 1 passed; 1 failed", "tool test -p app", "auto_fixed"),
        ("cargo test -p app", "Exit code 101\ntest result: FAILED. 1 passed; 1 failed", "cargo run -- test -p app", "auto_fixed"),
        ("tool fmt --check", "Exit code 1\nError: cargo fmt failed", "cargo fmt --check", "auto_fixed"),
        # another package, another verb, and what two programs build
        ("cargo test -p app", "Exit code 101\ntest result: FAILED. 1 passed; 1 failed", "tool test -p web", None),
        ("cargo test -p app", "Exit code 101\ntest result: FAILED. 1 passed; 1 failed", "tool fmt --check", None),
        ("tool build", "Exit code 1\nno such profile", "docker build .", None),
        ("npm test", "Exit code 1\n1 failed", "cargo test", None),
        ("tool lint", "Exit code 1\nno good", "pytest -q", None),
        ("tool test", "Exit code 1\nno good", "eslint .", None),
        ("pytest -q", "Exit code 1\n1 failed", "tool lint", None),
        # one package of all: where it is the one that failed
        ("cargo test", "Exit code 101\nerror: test failed, to rerun pass `-p app --lib`", "cargo test -p app", "auto_fixed"),
        ("cargo test", "Exit code 101\nerror: test failed, to rerun pass `-p app --lib`", "cargo test -p web", None),
        ("cargo test -p app", "Exit code 101\n1 failed", "cargo test -p web", None),
        ("cargo test -p app", "Exit code 101\n1 failed", "cargo test", "auto_fixed"),
        ("cargo test -p app one", "Exit code 101\n1 failed", "cargo test -p app two", None),
    ],
)  # fmt: skip
def test_a_check_by_another_program_or_of_a_part_is_of_what_failed(
    project, content, failed, error, then, became
):
    project.environ["CLAUDESESS_CONTENT"] = content
    project.fails(failed, error)
    project.edits("a.rs", "x")
    project.passes(then, "")
    assert project.resolutions() == [(1, became)]


@each_row(
    ("tool", "response", "became"),
    [
        ("Glob", {"filenames": [], "numFiles": 0}, None),
        ("Glob", "No files found", None),
        ("Glob", {"filenames": ["src/cart.py"], "numFiles": 1}, "auto_fixed"),
        ("Grep", {"mode": "content", "numFiles": 0, "content": "1: def", "numLines": 1}, "auto_fixed"),
    ],
)
def test_a_search_that_found_nothing_does_not_show_what_was_not_there(project, tool, response, became):
    project.fails("cat lib/cart.py", "Exit code 1\ncat: lib/cart.py: No such file or directory")
    project.tool(tool, {"pattern": "**/cart.py"}, response)
    assert project.resolutions() == [(1, became)]


def test_a_look_whose_fallback_was_printed_shows_nothing(project):
    described = {"description": "Show the log of the task"}
    project.fails(
        "cat out/b39a33f.log", "Exit code 1\ncat: out/b39a33f.log: No such file or directory", **described
    )
    project.passes('cat out/b39a33f.log 2>/dev/null || echo "none"', "none", **described)
    assert project.resolutions() == [(1, None)]


@each_row(
    ("failed", "then", "tool", "became"),
    [
        ('ls "C:\\app\\models\\"', {"command": 'Get-ChildItem "C:\\app\\models\\" -Filter "*.py"'}, "PowerShell", "auto_fixed"),
        ('ls "C:\\app\\models\\"', {"command": 'Get-ChildItem "D:\\shop\\other\\"'}, "PowerShell", None),
    ],
)  # fmt: skip
def test_a_look_that_the_shell_could_not_read_was_not_answered(project, failed, then, tool, became):
    project.fails(
        failed, "Exit code 2\n/usr/bin/bash: eval: line 1: unexpected EOF while looking for matching `\"'"
    )
    project.tool(tool, then, {"stdout": "a.py\nb.py"})
    assert project.resolutions() == [(1, became)]


@each_row(
    ("first", "then", "became"),
    [
        ("node fix.js", "node fix.cjs", "auto_fixed"),
        ("node fix.js", "node fix.py", None),
        ('powershell.exe -Command "& \'setup.ps1\' -Force"', "powershell.exe -NoProfile -File setup.ps1 -Force", "auto_fixed"),
        ('Rscript -e "testthat::test_file(\'tests/test-a.R\')"', 'Rscript -e "testthat::test_file(\'tests/test-b.R\')"', None),
        ('Rscript -e "testthat::test_file(\'tests/test-a.R\')"', 'Rscript -e "testthat::test_file(\'tests/test-a.R\', x = 1)"', "auto_fixed"),
        ("cd web && npx tsc", "pnpm --filter api exec tsc", None),
    ],
)  # fmt: skip
def test_the_same_script_or_check_told_by_another_way(project, first, then, became):
    project.fails(first, "Exit code 1\nError: x")
    project.passes(then, "done")
    assert project.resolutions() == [(1, became)]


@each_row(
    ("ends", "became"), [("stopping after 1 failures", None), ("1 failed, 9 passed in 1s", "auto_fixed")]
)
def test_a_run_that_stopped_at_its_first_failure_is_not_passed_by_that_case(project, ends, became):
    project.fails(
        "pytest -x tests/test_a.py",
        f"Exit code 1\nFAILED tests/test_a.py::test_adds - assert 1\n!!! {ends} !!!",
    )
    project.passes("pytest tests/test_a.py::test_adds -k test_adds", "1 passed in 0.1s")
    assert project.resolutions() == [(1, became)]
