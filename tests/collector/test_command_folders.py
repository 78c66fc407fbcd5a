"""A folder that a program is told to work in by an option is one that it was led to by `cd`."""

from claudesess_collector.aims import of_command
from tables import each_row

HOME = "/home/dev/app"


def main_of(command):
    return of_command(command, HOME, HOME, is_after=False).main


@each_row(
    ("option", "led"),
    [
        ("npm --prefix web test", "npm test"), ("npm test --prefix=web", "npm test"), ("npm -C ./web test", "npm test"),
        ("pnpm -C web test", "pnpm test"), ("pnpm --dir web lint", "pnpm lint"), ("yarn --cwd web test", "yarn test"), ("bun --cwd web test", "bun test"),
        ("make -C web test", "make test"), (f"make -C {HOME}/web test", "make test"), ("timeout 60 make --directory=web test", "make test"),
        ("cargo test --manifest-path web/Cargo.toml a_case", "cargo test a_case"), ("cargo -C web clippy", "cargo clippy"), ("go -C web test ./...", "go test ./..."),
        ("./gradlew -p web test", "./gradlew test"), ("mvn -f web/pom.xml test", "mvn test"), ("mvn -f 'web' test", "mvn test"),
        ("just -d web test", "just test"), ("task -d web test", "task test"),
        ("uv run --directory web pytest tests/a.py", "pytest tests/a.py"), ("poetry -C web run mypy .", "mypy ."),
    ],
)  # fmt: skip
def test_told_or_led_is_one_aim(option, led):
    told, known = main_of(option), main_of(f"cd web && {led}")
    assert (told.families, told.targets, told.folder) == (known.families, known.targets, known.folder)
    assert told.folder == f"{HOME}/web"


@each_row(
    "command",
    [
        "npm test -- --prefix web",  # the script's
        "uv run pytest --directory web",  # the program's
        'make -C "$WHERE" test',  # only the shell knows
        "make test -C",
        "npm test --prefix=",
        "cargo test -p web",  # a package
    ],
)
def test_other_options_lead_nowhere(command):
    assert main_of(command).folder == HOME


def test_a_check_that_was_told_where_to_work_reaches_one_that_was_led_there(project):
    command = {"command": "cd web && npm test"}
    project.feed(
        "PostToolUseFailure",
        tool_name="Bash",
        tool_input=command,
        error="Exit code 1\nTests: 1 failed, 1 total",
    )
    project.tool("Bash", {"command": "npm --prefix web test"}, {"stdout": "Tests: 1 passed, 1 total"})
    assert project.resolutions() == [(1, "auto_fixed")]
