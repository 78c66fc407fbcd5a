"""Which programs are checks, and of what category. One table, easy to extend."""

from claudesess_collector.command_split import bare, is_assignment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

    from claudesess_collector.command_split import Segment

# Programs that are one kind of check whatever their arguments.
_PLAIN = {
    "lint": "ruff flake8 pylint black isort eslint prettier biome oxlint stylelint shellcheck hadolint yamllint"
    " markdownlint golangci-lint staticcheck rubocop ktlint phpcs pre-commit clang-tidy sqlfluff bandit",
    "type": "mypy dmypy pyright basedpyright ty pyre pytype tsc vue-tsc svelte-check flow phpstan dialyzer",
    "test": "pytest py.test unittest tox nox nose2 jest vitest mocha ava karma cypress playwright rspec phpunit pest"
    " ctest bats gotestsum behave doctest",
    "build": "webpack rollup esbuild tsup parcel ninja cmake meson bazel gcc g++ clang clang++ cc javac rustc"
    " py_compile compileall build xcodebuild msbuild",
}
PROGRAMS = {name: kind for kind, names in _PLAIN.items() for name in names.split()}
# Programs whose first argument decides. Where "" stands, the words of that argument may name a script or a target
# (see _WORDS), and "" says what any other means.
COMMANDS = {
    "cargo": {"test": "test", "t": "test", "nextest": "test", "build": "build", "b": "build", "check": "build",
              "clippy": "lint", "fmt": "lint", "doc": "build"},
    "go": {"test": "test", "build": "build", "vet": "lint", "fmt": "lint"},
    "mix": {"test": "test", "compile": "build", "format": "lint", "credo": "lint", "dialyzer": "type"},
    "node": {"--test": "test", "--check": "build"},
    "tsx": {"--test": "test"},
    "deno": {"test": "test", "lint": "lint", "check": "type", "fmt": "lint"},
    "dotnet": {"test": "test", "build": "build", "publish": "build", "format": "lint"},
    "swift": {"test": "test", "build": "build"},
    "next": {"build": "build", "lint": "lint"},
    "vite": {"build": "build"},
    "nuxt": {"build": "build"},
    "astro": {"build": "build", "check": "type"},
    "ng": {"build": "build", "test": "test", "lint": "lint"},
    "docker": {"build": "build"},
    "rails": {"test": "test"},
    **{name: {"": ""} for name in "npm yarn pnpm bun turbo nx just task invoke rake bundle composer".split()},
    **{name: {"": "build"} for name in "make gmake mvn gradle gradlew".split()},
}  # fmt: skip
# Words of a script's or a target's name (`test:unit`, `type-check`), most telling first.
_WORDS = {
    "t": "test", "tst": "test",
    "typecheck": "type", "types": "type", "type": "type", "tsc": "type", "mypy": "type", "pyright": "type",
    "test": "test", "tests": "test", "spec": "test", "e2e": "test", "jest": "test", "vitest": "test", "pytest": "test",
    "lint": "lint", "eslint": "lint", "format": "lint", "fmt": "lint", "ruff": "lint",
    "build": "build", "compile": "build", "package": "build",
}  # fmt: skip
_NO_CHECKS = set("clean install run dev start serve help deps setup up down deploy watch".split())
_SCRIPT_RUNNERS = {"run", "run-script", "exec", "x", "dlx"}
_WRAPPERS = set(
    "sudo time nice nohup env command exec stdbuf xvfb-run timeout gtimeout npx bunx uvx pipx"
    " ! if then else elif do while until xargs".split()
)
# Programs that run another one, and the words that say so; `pnpm run` and `yarn run` name a script instead.
_RUNNERS = {name: {"run", "exec", "dlx"} for name in "uv poetry pipenv hatch pdm rye conda pixi mise bundle".split()}
_RUNNERS.update(pnpm={"exec", "dlx"}, yarn={"exec", "dlx"})
# Options of wrappers and runners that take a value.
_VALUED = set(
    "--with --python -p --package -n --group --extra --project --directory -e -k -s --signal --kill-after -u --prefix"
    " -C --dir --filter -w --workspace --import -r --require --loader".split()
)


_PYTHON = ("python", "pypy")
_LOOKED_AT = {*PROGRAMS, *COMMANDS, *_WRAPPERS, *_RUNNERS, "py", "coverage"}


def known_check(segment: "Segment") -> "Optional[tuple[str, str]]":
    """Return (runner, category) of a known check, None for any other program."""
    if segment.known == ():
        segment.known = _known_check(segment)
    known: "Optional[tuple[str, str]]" = segment.known
    return known


def _known_check(segment: "Segment") -> "Optional[tuple[str, str]]":
    words = _program_words(segment)
    if not words:
        return None
    name = words[0]
    if name in COMMANDS:
        found = _by_argument(COMMANDS[name], words[1:])
        # `cargo test` prints another summary than the rest of cargo.
        runner = "cargo test" if name == "cargo" and found == "test" else name
        return None if found is None else (runner, found)
    return (name, PROGRAMS[name]) if name in PROGRAMS else None


def _by_argument(table: "dict[str, str]", words: "list[str]") -> "Optional[str]":
    arguments = _operands(words, keep=table)
    if arguments and arguments[0].startswith("+"):  # cargo +nightly test
        arguments = arguments[1:]
    if arguments and arguments[0] in table:
        return table[arguments[0]]
    if "" not in table:
        return None
    while arguments and arguments[0] in _SCRIPT_RUNNERS:
        arguments = _operands(arguments[1:])
    if arguments[:1] == ["workspace"]:
        arguments = arguments[2:]
    parts = set(_split_words(arguments[0])) if arguments else set()
    for word, found in _WORDS.items():
        if word in parts:
            return found
    return None if parts & _NO_CHECKS else table[""] or None


def _program_words(segment: "Segment") -> "list[str]":
    """Return the program's own name and its arguments, without wrappers, runners, interpreters and assignments.

    Of a program that no table knows, nothing.
    """
    words = segment.words
    while words and is_assignment(words[0]):
        words = words[1:]
    first, *rest = words or [""]
    first = bare(first.replace("\\", "/"))  # a path on Windows keeps its steps
    head = _head(first)
    if head not in _LOOKED_AT and "=" not in first and not head.startswith(_PYTHON):
        return []
    words = [first, *map(bare, rest)]
    while words:
        head = _head(words[0])
        if is_assignment(words[0]):
            words = words[1:]
        elif head in _WRAPPERS:
            words = _operands(words[1:], numbers=False)
        elif head in _RUNNERS and words[1:2] and words[1] in _RUNNERS[head]:
            words = _operands(words[2:])
        elif head.startswith(_PYTHON) or head in ("py", "coverage"):
            module = _module(words)
            if module is None:
                return [head, *words[1:]]
            words = module
        else:
            return [head, *words[1:]]
    return []


def _head(word: str) -> str:
    return word.rsplit("/", 1)[-1].removesuffix(".exe").removesuffix(".cmd")


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
