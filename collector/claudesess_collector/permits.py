"""Which entry of an allow-list would let a command pass: of few commands one is ever proposed.

A test runner, a linter or a type checker, alone on its line: whatever stands behind these words, it checks. No build,
and nothing that installs, publishes, deploys, deletes or runs code that it is given. Runners that take several targets
(`make test deploy`) pass word for word only. Words of the user's are in no entry: it is one of those below, or none.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

_TARGETS = ("test", "lint", "check", "typecheck", "type-check")
_SCRIPTS = tuple(f"{runner} {word}" for runner in ("npm run", "pnpm", "pnpm run", "yarn", "yarn run", "bun run")
                 for word in _TARGETS)  # fmt: skip
_MODULES = tuple(f"{python} -m {module}" for python in ("python", "python3", "uv run python")
                 for module in ("pytest", "unittest", "mypy", "flake8"))  # fmt: skip
_ALONE = (
    "pytest", "mypy", "pyright", "flake8", "ruff check", "eslint", "tsc", "jest", "vitest", "rspec", "phpunit",
    "phpstan", "shellcheck",
)  # fmt: skip
_STARTED = tuple(f"{starter} {program}" for starter, programs in (
    ("npx", ("eslint", "tsc", "jest", "vitest")), ("uv run", ("pytest", "mypy", "ruff check", "pyright")),
    ("poetry run", ("pytest", "mypy")), ("bundle exec", ("rspec",)),
) for program in programs)  # fmt: skip
CHECKS = (
    "npm test", "bun test", *_SCRIPTS, *_MODULES, *_ALONE, *_STARTED,
    "cargo test", "cargo check", "cargo clippy", "go test", "go vet", "dotnet test", "swift test", "mix test",
)  # fmt: skip
WHOLE = tuple(f"{runner} {word}" for runner in ("make", "just", "mvn", "./mvnw", "gradle", "./gradlew")
              for word in ("test", "lint", "check"))  # fmt: skip
# What may stand behind: no sign by which a shell does something else, or writes somewhere.
_PLAIN = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 _./:=@,+-'\"[]")


def entry(tool: "Optional[str]", command: "Optional[str]") -> "Optional[str]":
    """Return the entry that would let a command of the shell pass; None where none is to be proposed."""
    if tool != "Bash" or command is None or not _PLAIN.issuperset(command):
        return None
    words = " ".join(command.split())
    if words in WHOLE:
        return f"Bash({words})"
    found = [begin for begin in CHECKS if f"{words} ".startswith(f"{begin} ")]
    return f"Bash({max(found, key=len)}:*)" if found else None
