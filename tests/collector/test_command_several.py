"""Several tasks told at once, and a group whose output goes through one pipe: each part is known, and what is seen of it."""

from claudesess_collector import outcomes_judged
from claudesess_collector.aims import of_command as of_whole
from claudesess_collector.command_parts import of_command
from claudesess_collector.outcomes import of_success
from tables import each_row

HOME = "/home/dev/app"


@each_row(
    ("command", "families"),
    [
        # what starts commands, and what starts scripts of the project
        ('npx concurrently "npm:lint" "npm:test"', ["npm lint", "npm test"]), ('concurrently -n a,b --kill-others-on-fail "npm run lint" "vitest run"', ["npm lint", "vitest"]), ('conc "pnpm:build"  "tsc"', ["pnpm build", "tsc"]),
        ('concurrently "npm test"  -- x', ["npm test"]), ("npm-run-all lint test", ["npm lint", "npm test"]), ("npm-run-all --parallel --max-parallel 2 lint test", ["npm lint", "npm test"]),
        ("pnpm exec run-p lint build", ["npm lint", "npm build"]), ("run-s lint test build", ["npm lint", "npm test", "npm build"]), ("run-s lint -- --fix", ["npm lint"]),
        # targets that are checks by their names
        ("make -j4 lint test", ["make lint", "make test"]), ("make clean lint test", ["make lint", "make test"]), ("make lint", ["make lint"]), ("make test FILE=lint", ["make test"]), ("make -f lint test", ["make test"]), ("make clean test", ["make test"]),
        ("turbo run lint test --filter=web", ["turbo lint", "turbo test"]), ("yarn turbo run build test", ["turbo build", "turbo test"]), ("rake lint test", ["rake lint", "rake test"]), ("task lint test -- -v", ["task lint", "task test"]),
        ("./gradlew ktlintCheck :app:testDebug", ["gradlew ktlintCheck", "gradlew :app:testDebug"]), ("gradle clean build test", ["gradle build", "gradle test"]), ("gradle test -x lint", ["gradle test"]), ("sbt compile test", ["sbt compile", "sbt test"]),
        ("CI=1 timeout 60 make lint test", ["make lint", "make test"]),
        # a word behind a target may be what it is told
        ("just lint test", ["just lint", "just test"]), ("just test lint auth", ["just test"]), ("just lint test -v", ["just lint", "just test"]), ("make lint test auth", ["make lint", "make test"]), ("just test tests/lint.py", ["just test"]),
        # targets of all projects of a workspace; otherwise a target and its project
        ("nx run-many -t lint test --parallel=3", ["nx lint", "nx test"]), ("nx affected --target=lint,test", ["nx lint", "nx test"]), ("nx run-many -t lint", ["nx lint"]), ("nx run-many --all", []), ("nx test web", ["nx web:test"]),
        ("nx run-many --skip -t lint,test", ["nx lint", "nx test"]),
    ],
)  # fmt: skip
def test_each_of_several_tasks_is_a_part(command, families):
    assert [part.families[0] for part in of_command(command, HOME) if part.kind == "check"] == families


@each_row(
    ("command", "hidden"),
    [
        ("make lint test | tail", [True, True]), ("make lint test", [False, False]), ("(make lint && make test) | tail", [True, True]), ("{ make lint && make test; } 2>&1 | tail -5", [True, True]), ("bash -c 'make lint && make test' | tail", [True, True]),
        ("make lint && make test | tail", [False, True]), ("set -o pipefail; (make lint && make test) | tail", [False, False]), ("(make lint && make test) && ls", [False, False]), ("((make lint && make test) | tail && make build) | head", [True, True, True]),
        ("make build && { make lint && make test; } | tail", [False, True, True]), ("make lint } && make test | tail", [False, True]), ("{ make lint && make test; } && make build | tail", [False, False, True]),
    ],
)  # fmt: skip
def test_the_pipe_behind_a_group_hides_how_each_of_it_went(command, hidden):
    assert [part.is_hidden for part in of_command(command, HOME) if part.kind == "check"] == hidden


@each_row(
    ("command", "filters"),
    [
        ("(make lint && make test) | tail", ["", ""]), ("(make lint && make test) | python x.py", [None, None]), ("(make lint | cat && make test) | python x.py", [None, None]), ("make lint && make test | python x.py", ["", None]),
    ],
)  # fmt: skip
def test_what_each_of_a_group_prints_goes_through_the_pipe_behind_it(command, filters):
    assert [part.filter for part in of_command(command, HOME) if part.kind == "check"] == filters


@each_row(
    ("command", "is_elsewhere"),
    [("(make lint && make test) > x.log", True), ("{ make lint && make test; } > x.log", True), ("(make lint && make test)", False)],
)  # fmt: skip
def test_what_each_of_a_group_prints_goes_where_that_of_all_goes(command, is_elsewhere):
    around = [part.between for part in of_command(f"echo '== checks'; {command}; echo '== end'", HOME)]
    assert all(marks == (("", "") if is_elsewhere else ("== checks", "== end")) for marks in around)


@each_row(
    ("command", "message", "failed"),
    [
        ("make lint test", "make: *** [Makefile:3: test] Error 1", 1), ("make lint test", "make: *** [Makefile:3: lint] Error 1", 0), ("turbo run lint test", " Failed:    web#lint\n Failed:    web#test", 0), ("turbo run lint test", " Failed:    web#test", 1),
        ('concurrently "npm:lint" "npm:test"', "[1] npm run test exited with code 1", 1), ("run-p lint test", 'ERROR: "test" exited with 1.', 1), ("gradle ktlintCheck :app:test", "> Execution failed for task ':app:test'.", 1),
        ("gradle ktlintCheck test", "> Execution failed for task ':app:test'.", 1),
    ],
)  # fmt: skip
def test_of_several_tasks_the_one_that_the_message_names_failed(command, message, failed):
    parts = of_command(command, HOME)
    assert parts.index(outcomes_judged._picked(parts, message)) == failed


@each_row(
    ("command", "message", "passed"),
    [
        # in order, and the one that is named failed: those before it passed
        ("make lint test", "make: *** [Makefile:3: test] Error 1", ["make lint"]), ("run-s lint test", 'ERROR: "test" exited with 1.', ["npm lint"]),
        # at once, or what failed is none of them
        ("make -j2 lint test", "make: *** [Makefile:3: test] Error 1", []), ("make lint test", "make: *** [Makefile:9: deps] Error 1", []), ("turbo run lint test", " Failed:    web#test", []), ("run-p lint test", 'ERROR: "test" exited with 1.', []),
        ('concurrently -k "npm:lint" "npm:test"', "npm run lint exited with code SIGTERM\nnpm run test exited with code 1", []), ("gradle lint test", "> Execution failed for task ':compileJava'.", []),
    ],
)  # fmt: skip
def test_of_several_tasks_only_those_that_their_order_proves_passed(command, message, passed):
    call = of_whole(command, HOME, HOME, is_after=False)
    outcome = outcomes_judged.of_failure(call, message, 1)
    assert [part.families[0] for part in outcome.passed] == passed


@each_row(
    "command",
    [
        "make lint test",
        "turbo run lint test --filter=web",
        'concurrently "npm:lint" "npm:test"',
        "cd web && run-p lint test | tail",
    ],
)
def test_a_command_of_several_tasks_is_kept_as_it_was_typed(command):
    tried = command.removeprefix("cd web && ").removesuffix(" | tail")
    assert of_whole(command, HOME, HOME, is_after=False).tried == tried


@each_row(
    ("command", "output", "passed"),
    [
        ("(ruff check . && pytest -q) | tail -1", "3 passed in 0.1s", ["ruff", "pytest"]), ("(ruff check . && pytest -q) | tail -1", "1 failed in 0.1s", ["ruff"]), ("(ruff check . ; pytest -q) | tail -1", "3 passed in 0.1s", ["pytest"]),
        ("(ruff check . || pytest -q) | tail -1", "3 passed in 0.1s", ["pytest"]), ("turbo run lint test | tail -1", "3 passed in 0.1s", ["turbo lint", "turbo test"]),
    ],
)  # fmt: skip
def test_what_runs_behind_and_proves_what_stands_before_it(command, output, passed):
    outcome = of_success(of_whole(command, HOME, HOME, is_after=False), output)
    assert [part.families[0] for part in outcome.passed if part.kind == "check"] == passed or sorted(
        part.families[0] for part in outcome.passed
    ) == sorted(passed)


def test_many_tasks_are_told_in_little_time():
    parts = of_command("make" + " test" * 1600, HOME)
    assert len(parts) <= 40


@each_row(
    ("command", "output", "failed"),
    [
        ("turbo run lint test | tail", " Failed:    web#test", "turbo test"), ("turbo run lint test | tail", " Failed:    web#lint", "turbo lint"), ("make lint test | tail -3", "1 failed, 2 passed in 0.1s", "make test"),
        ("make lint test | tail -3", "make: *** [Makefile:3: test] Error 1", "make test"), ("make lint test | tail -3", "make: *** [Makefile:3: lint] Error 1", "make lint"), ("make lint test | tail -3", "make: *** [Makefile:9: deps] Error 1", None),
        ("run-p lint build | tail", "error[E0001]: x", "npm build"), ("make lint test | tail -3", "3 passed in 0.1s", None),
    ],
)  # fmt: skip
def test_of_hidden_tasks_the_one_of_which_a_failure_is_shown_failed(command, output, failed):
    outcome = of_success(of_whole(command, HOME, HOME, is_after=False), output)
    assert (outcome.failed.families[0] if outcome.failed else None) == failed
