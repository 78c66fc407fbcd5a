"""Which programs are checks, and of what category. One table, easy to extend."""

from recorder.shell import bare, is_assignment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

    from recorder.shell import Segment

# Program -> category. A program with subcommands or scripts maps to a table; its "" entry is what any other word means.
_SCRIPTS = {"": ""}  # npm run …, make …: the words of the script's name decide (see _WORDS)
PROGRAMS: "dict[str, str | dict[str, str]]" = {
    # lint
    "ruff": "lint", "flake8": "lint", "pylint": "lint", "black": "lint", "isort": "lint", "eslint": "lint",
    "prettier": "lint", "biome": "lint", "oxlint": "lint", "stylelint": "lint", "shellcheck": "lint", "hadolint": "lint",
    "yamllint": "lint", "markdownlint": "lint", "golangci-lint": "lint", "staticcheck": "lint", "rubocop": "lint",
    "ktlint": "lint", "phpcs": "lint", "pre-commit": "lint", "clang-tidy": "lint", "sqlfluff": "lint", "bandit": "lint",
    # type
    "mypy": "type", "dmypy": "type", "pyright": "type", "basedpyright": "type", "ty": "type", "pyre": "type",
    "pytype": "type", "tsc": "type", "vue-tsc": "type", "svelte-check": "type", "flow": "type", "phpstan": "type",
    "dialyzer": "type",
    # test
    "pytest": "test", "py.test": "test", "unittest": "test", "tox": "test", "nox": "test", "nose2": "test", "jest": "test",
    "vitest": "test", "mocha": "test", "ava": "test", "karma": "test", "cypress": "test", "playwright": "test",
    "rspec": "test", "phpunit": "test", "pest": "test", "ctest": "test", "bats": "test", "gotestsum": "test",
    "behave": "test", "doctest": "test",
    # build
    "webpack": "build", "rollup": "build", "esbuild": "build", "tsup": "build", "parcel": "build", "ninja": "build",
    "cmake": "build", "meson": "build", "bazel": "build", "gcc": "build", "g++": "build", "clang": "build",
    "clang++": "build", "cc": "build", "javac": "build", "rustc": "build", "py_compile": "build", "compileall": "build",
    "build": "build", "xcodebuild": "build", "msbuild": "build",
    # programs whose first word decides
    "cargo": {"test": "test", "t": "test", "nextest": "test", "build": "build", "b": "build", "check": "build",
              "clippy": "lint", "fmt": "lint", "doc": "build"},
    "go": {"test": "test", "build": "build", "vet": "lint", "fmt": "lint"},
    "mix": {"test": "test", "compile": "build", "format": "lint", "credo": "lint", "dialyzer": "type"},
    "node": {"--test": "test", "--check": "build"},
    "deno": {"test": "test", "lint": "lint", "check": "type", "fmt": "lint"},
    "dotnet": {"test": "test", "build": "build", "publish": "build", "format": "lint"},
    "swift": {"test": "test", "build": "build"},
    "next": {"build": "build", "lint": "lint"}, "vite": {"build": "build"}, "nuxt": {"build": "build"},
    "astro": {"build": "build", "check": "type"}, "ng": {"build": "build", "test": "test", "lint": "lint"},
    "turbo": _SCRIPTS, "nx": _SCRIPTS, "npm": _SCRIPTS, "yarn": _SCRIPTS, "pnpm": _SCRIPTS, "bun": _SCRIPTS,
    "just": _SCRIPTS, "task": _SCRIPTS, "invoke": _SCRIPTS, "rake": _SCRIPTS, "bundle": _SCRIPTS,
    "make": {"": "build"}, "gmake": {"": "build"}, "mvn": {"": "build"}, "gradle": {"": "build"}, "gradlew": {"": "build"},
    "docker": {"build": "build"},
}  # fmt: skip
# Words of a script's or a target's name (`test:unit`, `type-check`), most telling first.
_WORDS = {
    "typecheck": "type", "types": "type", "type": "type", "tsc": "type", "mypy": "type", "pyright": "type",
    "test": "test", "tests": "test", "spec": "test", "e2e": "test", "jest": "test", "vitest": "test", "pytest": "test",
    "lint": "lint", "eslint": "lint", "format": "lint", "fmt": "lint", "ruff": "lint",
    "build": "build", "compile": "build", "package": "build",
}  # fmt: skip
_SCRIPT_RUNNERS = {"run", "run-script", "exec", "x", "dlx"}
_WRAPPERS = {"sudo", "time", "nice", "nohup", "env", "command", "exec", "stdbuf", "xvfb-run", "timeout", "gtimeout", "!", "{",
             "if", "then", "else", "elif", "do", "while", "until", "npx", "bunx", "uvx", "pipx"}  # fmt: skip
_RUNNERS = {
    "uv",
    "poetry",
    "pipenv",
    "hatch",
    "pdm",
    "rye",
    "conda",
    "pipx",
    "pixi",
    "mise",
    "bundle",
    "pnpm",
    "yarn",
}
_VALUED = {"--with", "--python", "-p", "--package", "-n", "--group", "--extra", "--project", "--directory", "-e", "-k", "-s",
           "--signal", "--kill-after", "-u", "--prefix", "-C", "--dir", "--filter", "-w", "--workspace"}  # fmt: skip


def category(segment: "Segment") -> "Optional[str]":
    """Return the category of a known check, None for any other program."""
    words = _program_words(segment)
    if not words:
        return None
    table = PROGRAMS.get(words[0])
    if table is None or isinstance(table, str):
        return table
    return _by_argument(table, words[1:])


def _by_argument(table: "dict[str, str]", words: "list[str]") -> "Optional[str]":
    arguments = _operands(words, keep=table)
    if arguments and arguments[0] in table:
        return table[arguments[0]]
    if "" not in table:
        return None
    if arguments and arguments[0] in _SCRIPT_RUNNERS:
        arguments = arguments[1:]
    parts = set(_split_words(arguments[0])) if arguments else set()
    for word, found in _WORDS.items():
        if word in parts:
            return found
    return table[""] or None


def _program_words(segment: "Segment") -> "list[str]":
    """Return the program's own name and its arguments, without wrappers, runners, interpreters and assignments."""
    words = [bare(word) for word in segment.words]
    while words:
        head = words[0].replace("\\", "/").rsplit("/", 1)[-1]
        if is_assignment(words[0]):
            words = words[1:]
        elif head in _WRAPPERS:
            words = _operands(words[1:], numbers=False)
        elif (
            head in _RUNNERS
            and len(words) > 1
            and words[1] in ("run", "exec", "dlx")
            and head not in ("pnpm", "yarn")
        ) or (head in ("pnpm", "yarn") and len(words) > 1 and words[1] in ("exec", "dlx")):
            words = _operands(words[2:])
        elif head.startswith(("python", "pypy")) or head in ("py", "coverage"):
            module = _module(words)
            if module is None:
                return [head, *words[1:]]
            words = module
        else:
            return [head.removesuffix(".exe").removesuffix(".cmd"), *words[1:]]
    return []


def _module(words: "list[str]") -> "Optional[list[str]]":
    """Return what follows `python -m` (or `coverage run -m`)."""
    for at, word in enumerate(words[1:], 1):
        if word == "-m" and at + 1 < len(words):
            return words[at + 1 :]
        if not word.startswith("-") and not (at == 1 and word == "run") and words[at - 1] not in ("-X", "-W"):
            return None
    return None


def _operands(words: "list[str]", keep: "dict[str, str]" = {}, numbers: bool = True) -> "list[str]":  # noqa: B006
    """Skip leading options (with their values) and assignments; what `keep` names stays."""
    at = 0
    while at < len(words):
        word = words[at]
        if word in keep and word:
            break
        if word in _VALUED:
            at += 2
        elif word.startswith("-") or is_assignment(word) or (not numbers and word[:1].isdigit()):
            at += 1
        else:
            break
    return words[at:]


def _split_words(name: str) -> "list[str]":
    joined = name.lower().replace("type-check", "typecheck").replace("check-types", "typecheck")
    return "".join(char if char.isalnum() else " " for char in joined).split()
