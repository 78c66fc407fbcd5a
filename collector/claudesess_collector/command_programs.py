"""What a program is for: a check (and of what), git, a look, or a run. Tables, easy to extend."""

from claudesess_collector.command_split import (
    SHELL_PROGRAMS,
    STARTERS,
    VALUED,
    is_assignment,
    name_of,
    operands,
    started,
)
from claudesess_collector.part import bare, words_of_name
from claudesess_collector.vocabulary import CHECK, PROBE, RUN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

    from claudesess_collector.command_split import Segment

SETUP = "setup"  # of what only sets the shell up: no kind of try
MIXED = "check"  # a category that only the message can tell: `make check`, `npm run ci`
# Programs that are one kind of check whatever their arguments.
_PLAIN = {
    "lint": "ruff flake8 pylint black isort eslint prettier biome oxlint stylelint shellcheck hadolint yamllint"
    " markdownlint markdownlint-cli2 golangci-lint staticcheck rubocop standardrb standard ktlint phpcs php-cs-fixer"
    " pint pre-commit lefthook clang-tidy clang-format sqlfluff bandit actionlint codespell swiftlint dprint gofmt"
    " goimports rustfmt tflint ansible-lint detekt checkstyle spotbugs vale knip brakeman credo htmlhint xo"
    " swiftformat swift-format ktfmt ameba phpmd cspell textlint proselint taplo djlint pydocstyle pycodestyle pyflakes"
    " vulture yapf autopep8 semgrep gosec revive errcheck cpplint cppcheck stylua luacheck selene zizmor kube-linter"
    " kubeconform cfn-lint checkov commitlint publint attw depcheck lint-staged mdl interrogate prek overcommit rumdl"
    " treefmt typos editorconfig-checker golines deadcode unparam nilaway hlint fourmolu ormolu statix deadnix"
    " alejandra nixfmt protolint erb_lint erblint haml-lint slim-lint reek slither solhint jshint jscs gitlint gitleaks"
    " detect-secrets tfsec html-validate curlylint squawk sqruff check-jsonschema jsonlint pa11y clj-kondo lychee"
    " markuplint oxfmt pip-audit expo-doctor shfmt standardx phan dartanalyzer tidy xmllint kubeval mega-linter-runner"
    " govulncheck ocamlformat size-limit rector depcruise",
    "type": "mypy dmypy pyright basedpyright ty tsd pyrefly pyre pytype tsc tsgo vue-tsc svelte-check flow phpstan"
    " psalm dialyzer srb steep zuban tsc-files glint",
    "test": "pytest py.test unittest tox nox nose2 jest vitest mocha ava karma cypress playwright rspec phpunit pest"
    " ctest bats gotestsum behave doctest busted cucumber robot newman k6 elm-test jasmine tap tape ava prove codecept"
    " behat ginkgo qunit wtr web-test-runner shellspec kaocha pg_prove testcafe wdio codeceptjs nightwatch schemathesis"
    " green ward stestr zunit",
    "build": "webpack rollup esbuild tsup parcel ninja cmake gcc g++ clang clang++ cc javac rustc kotlinc"
    " elixirc py_compile compileall build xcodebuild msbuild MSBuild swiftc ghc mkdocs hugo sphinx-build protoc"
    " scons nvcc emcc gfortran tectonic pdflatex xelatex lualatex latexmk docusaurus jekyll eleventy electron-builder"
    " unbuild tsdown bunchee pkgroll ncc rolldown verilator iverilog nasm ocamlc ocamlopt fpc zola coqc",
}
PROGRAMS = {name: kind for kind, names in _PLAIN.items() for name in names.split()}
_BUILD_TOOLS = {
    "test": "test", "build": "build", "compile": "build", "check": "test", "assemble": "build", "package": "build",
    "verify": "test", "lint": "lint", "classes": "build", "test-compile": "build", "spotlessCheck": "lint",
    "ktlintCheck": "lint", "detekt": "lint",
}  # fmt: skip
_OF_GRADLE = {**_BUILD_TOOLS, "jar": "build", "bundle": "build", "connected": "test", "integration": "test"}
#: How the names of compilers for other machines end.
COMPILERS = ("-gcc", "-g++", "-clang", "-clang++", "-cc", "-c++")
# Programs whose first argument decides. Where "" stands, the words of that argument may name a script or a target
# (see _WORDS), and "" says what any other means.
COMMANDS = {
    "cargo": {"test": "test", "t": "test", "nextest": "test", "build": "build", "b": "build", "check": "build",
              "c": "build", "clippy": "lint", "fmt": "lint", "doc": "build", "deny": "lint", "audit": "lint",
              "machete": "lint", "shear": "lint", "hack": MIXED, "semver-checks": "lint", "miri": "test",
              "tarpaulin": "test", "llvm-cov": "test", "udeps": "lint"},
    "go": {"test": "test", "build": "build", "vet": "lint", "fmt": "lint", "install": "build"},
    "mix": {"test": "test", "compile": "build", "format": "lint", "credo": "lint", "dialyzer": "type",
            "precommit": MIXED, "quality": MIXED, "check": MIXED, "ci": MIXED},
    "node": {"--test": "test", "--check": "build"},
    # what only reads a script, and runs nothing of it
    **{name: {"-n": "lint"} for name in "bash sh zsh dash".split()},
    **{name: {"-c": "lint"} for name in "perl ruby".split()},
    "php": {"-l": "lint"},
    "luac": {"-p": "lint"},
    "nginx": {"-t": "lint"},
    "ansible-playbook": {"--syntax-check": "lint"},
    "R": {"CMD check": "test", "CMD build": "build"},
    **{name: {"-M:test": "test", "-X:test": "test", "-T:build": "build"} for name in "clj clojure".split()},
    "mill": {"": ""},
    "tsx": {"--test": "test"},
    "deno": {"test": "test", "lint": "lint", "check": "type", "fmt": "lint", "task": ""},
    "dotnet": {"test": "test", "build": "build", "publish": "build", "format": "lint"},
    "swift": {"test": "test", "build": "build"},
    "zig": {"test": "test", "build": "build"},
    "dart": {"test": "test", "analyze": "lint", "format": "lint", "compile": "build"},
    "flutter": {"test": "test", "analyze": "lint", "build": "build"},
    "next": {"build": "build", "lint": "lint"},
    "vite": {"build": "build"},
    "nuxt": {"build": "build", "typecheck": "type"},
    "nuxi": {"build": "build", "typecheck": "type"},
    "astro": {"build": "build", "check": "type"},
    "ng": {"build": "build", "test": "test", "lint": "lint"},
    "docker": {"build": "build", "buildx build": "build"},
    "docker-compose": {"build": "build"},
    "podman": {"build": "build"},
    "rails": {"test": "test", "spec": "test", "zeitwerk:check": "lint"},
    "artisan": {"test": "test"},
    "stack": {"test": "test", "build": "build"},
    "cabal": {"test": "test", "build": "build"},
    "dune": {"test": "test", "runtest": "test", "build": "build"},
    "sbt": {"test": "test", "testOnly": "test", "testQuick": "test", "compile": "build", "assembly": "build"},
    "terraform": {"validate": "build", "fmt": "lint"},
    "tofu": {"validate": "build", "fmt": "lint"},
    "helm": {"lint": "lint"},
    "manage.py": {"test": "test", "check": "lint"},
    "gh": {"pr checks": "test", "run watch": "test"},
    "glab": {"ci status": "test"},
    "hk": {"check": "lint", "fix": "lint", "run": "lint"},
    "trunk": {"check": "lint", "fmt": "lint", "build": "build"},
    "dagger": {f"call {verb}": kind for verb, kind in _BUILD_TOOLS.items()},
    "ultracite": {"check": "lint", "fix": "lint", "lint": "lint", "format": "lint"},
    "vp": {"test": "test", "check": MIXED, "lint": "lint", "build": "build"},
    **{name: {"build": "build"} for name in "rsbuild rspack tauri buildah nerdctl west idf.py uv vercel".split()},
    "poetry": {"build": "build", "check": "lint"},
    "supabase": {"test db": "test", "db lint": "lint"},
    "expo": {"export": "build"},
    "fastlane": {"test": "test"},
    "wasm-pack": {"test": "test", "build": "build"},
    "dbt": {"test": "test", "build": "test", "compile": "build"},
    "sqlmesh": {"test": "test", "lint": "lint"},
    "opa": {"test": "test", "check": "lint"},
    "conftest": {"test": "test"},
    "prisma": {"validate": "lint"},
    "sqlc": {"vet": "lint", "compile": "build"},
    "rush": {"test": "test", "build": "build", "rebuild": "build"},
    "scarb": {"test": "test", "build": "build", "lint": "lint", "fmt": "lint"},
    "snforge": {"test": "test"},
    "nargo": {"test": "test", "check": "build", "compile": "build"},
    "clarinet": {"test": "test", "check": "build"},
    **{name: {"move test": "test", "move build": "build"} for name in ("sui", "aptos")},
    "maestro": {"test": "test"},
    "hurl": {"--test": "test"},
    "stryker": {"run": "test"},
    "mutmut": {"run": "test"},
    "arduino-cli": {"compile": "build"},
    "esphome": {"compile": "build", "config": "lint"},
    "bloop": {"test": "test", "compile": "build"},
    "scala-cli": {"test": "test", "compile": "build"},
    "pod": {"lib lint": "lint", "spec lint": "lint"},
    "tuist": {"test": "test", "build": "build"},
    "nimble": {"test": "test", "build": "build", "check": "lint"},
    "pants": {"test": "test", "lint": "lint", "fmt": "lint", "check": "type", "package": "build"},
    "buck2": {"test": "test", "build": "build"},
    "bazel": {"test": "test", "build": "build"},
    "bazelisk": {"test": "test", "build": "build"},
    "cross": {"test": "test", "build": "build", "check": "build", "clippy": "lint"},
    "meson": {"test": "test", "setup": "build", "": "build"},
    "lein": {"test": "test", "check": "build", "compile": "build"},
    "gleam": {"test": "test", "build": "build", "check": "build", "format": "lint"},
    "rebar3": {"eunit": "test", "ct": "test", "proper": "test", "compile": "build", "dialyzer": "type"},
    "crystal": {"spec": "test", "build": "build"},
    "react-scripts": {"test": "test", "build": "build"},
    "vue-cli-service": {"lint": "lint", "build": "build", "test:unit": "test", "test:e2e": "test"},
    "elm": {"make": "build"},
    "forge": {"test": "test", "build": "build", "fmt": "lint"},
    "hardhat": {"test": "test", "compile": "build", "coverage": "test"},
    "truffle": {"test": "test", "compile": "build"},
    "buf": {"lint": "lint", "build": "build"},
    "pio": {"run": "build", "test": "test", "check": "lint"},
    "detox": {"test": "test", "build": "build"},
    "anchor": {"test": "test", "build": "build"},
    "xmake": {"build": "build", "test": "test"},
    "ant": {"test": "test", "compile": "build", "build": "build"},
    "nix": {"flake check": MIXED, "build": "build"},
    **{name: {**_BUILD_TOOLS, "install": "build"} for name in "mvn mvnw".split()},
    **dict.fromkeys(("gradle", "gradlew"), _OF_GRADLE),
    **{name: {"": ""} for name in "npm yarn pnpm bun turbo nx just task invoke inv rake bundle composer mise poe lerna"
       " mage grunt gulp moon hatch rye pdm pixi devbox earthly wsrun".split()},
    **{name: {"": "build"} for name in "make gmake".split()},
}  # fmt: skip
#: Programs that run what a target or a script says: judged by the tools behind.
TASK_RUNNERS = set(
    "npm yarn pnpm bun turbo nx just task invoke inv rake bundle make gmake tox nox composer mise poe lerna mage grunt"
    " gulp moon pre-commit prek lefthook hk hatch rye pdm pixi devbox deno earthly wsrun".split()
)
# Words of a script's or a target's name (`test:unit`, `type-check`), most telling first.
_WORDS = {
    "t": "test", "tst": "test",
    "typecheck": "type", "types": "type", "type": "type", "tsc": "type", "mypy": "type", "pyright": "type",
    "dialyzer": "type",
    "test": "test", "tests": "test", "spec": "test", "specs": "test", "e2e": "test", "jest": "test", "vitest": "test",
    "pytest": "test", "coverage": "test", "unittest": "test",
    "lint": "lint", "eslint": "lint", "format": "lint", "fmt": "lint", "ruff": "lint", "linter": "lint",
    "style": "lint", "prettier": "lint", "stylelint": "lint", "credo": "lint", "clippy": "lint",
    "build": "build", "compile": "build", "package": "build", "bundle": "build", "dist": "build",
    "check": MIXED, "checks": MIXED, "ci": MIXED, "verify": MIXED, "validate": MIXED, "precommit": MIXED,
    "quality": MIXED, "qa": MIXED, "preflight": MIXED,
}  # fmt: skip
_NO_CHECKS = set(
    "clean install ci-install i add remove run dev start serve help deps setup up down deploy watch publish release"
    " audit outdated update upgrade init create link ls list use trust install-deps migrate seed".split()
)
_PACKAGES = ("--filter", "-F", "-w", "--workspace")
_SCRIPT_RUNNERS = {"run", "run-script", "exec", "x", "dlx", "r"}
_WRAPPERS = set(
    "sudo time nice nohup env command exec stdbuf xvfb-run timeout gtimeout npx bunx pnpx uvx pipx setsid caffeinate"
    " winpty ! if then else elif do while until xargs".split()
)
# Programs that run another one, and the words that say so; `pnpm run` and `yarn run` name a script instead.
_RUNNERS = {
    name: {"run", "exec", "dlx"}
    for name in "uv poetry pipenv hatch pdm rye conda mamba micromamba pixi bundle dotenv devbox flox".split()
}
_RUNNERS.update(pnpm={"exec", "dlx"}, yarn={"exec", "dlx"}, npm={"exec", "x"}, bun={"x"}, mise={"exec", "x"})
# Those that run a program of the project by its bare name, too.
_RUN_PROGRAMS = ("pnpm", "yarn", "bun")
_TAKE_SEVERAL = ("mvn", "mvnw", "gradle", "gradlew", "make", "gmake", "sbt", "ant")
# What such programs are told that make ready, or put away, what they check.
_MAKE_READY = set(
    "init install clean config f create new generate bootstrap setup show list update autoupdate auto-update uninstall"
    " --list --install --uninstall --init".split()
)
_SERVE = set("serve server start dev deploy --serve".split())  # what programs do that build sites, beside
#: Runners of the projects in one repository: they are such programs, too, and take targets by options.
_OF_WORKSPACES = ("nx", "turbo", "lerna", "moon", "wsrun")
_MANY = ("run-many", "affected", "affected:test", "affected:lint", "affected:build")
# Those that run scripts of the project as well as programs: by its name it is known which.
_RUN_EITHER = ("hatch", "pdm", "rye", "pixi", "devbox")
# Options with values that stand before a runner's target.
VALUED_BEFORE = {
    **dict.fromkeys(
        ("pnpm", "yarn", "bun", "turbo", "lerna"), "--filter -F -C --dir --cwd --prefix --project --scope".split()
    ),
    "npm": "-w --workspace --prefix -C".split(),
    **dict.fromkeys(("mvn", "mvnw"), "-pl --projects -f --file -P -rf -T -s -gs".split()),
    **dict.fromkeys(("gradle", "gradlew"), "-p -b -c -I -x --tests --init-script --console --exclude-task".split()),
    **dict.fromkeys(("make", "gmake"), "-C -f -I -W -o --directory --file --makefile".split()),
}
#: Options that name the folder to work in, by program, and those that name the file in it that says what there is.
FOLDERS = {
    "npm": ("-C", "--prefix"),
    "pnpm": ("-C", "--dir", "--prefix"),
    "yarn": ("--cwd",),
    "bun": ("--cwd",),
    **dict.fromkeys(("make", "gmake", "poetry"), ("-C", "--directory")),
    "uv": ("--directory",),
    **dict.fromkeys(("gradle", "gradlew"), ("-p", "--project-dir")),
    **dict.fromkeys(("go", "cargo", "ninja", "meson", "mise"), ("-C",)),
    "just": ("-d", "--working-directory"),
    "task": ("-d", "--dir"),
    "composer": ("-d", "--working-dir"),
}
FILES_OF_FOLDERS = {
    "cargo": ("--manifest-path",),
    **dict.fromkeys(("mvn", "mvnw"), ("-f", "--file")),
}
#: Programs that may be told where to work, or tell it those that they start.
LED = frozenset((*FOLDERS, *FILES_OF_FOLDERS))
_PYTHON = ("python", "pypy")
INTERPRETERS = set(
    "python pypy py node ruby perl bash sh zsh dash tsx ts-node php elixir lua osascript Rscript julia deno bun"
    " pwsh".split()
)
_SCRIPT_ENDS = tuple(".py .sh .js .mjs .cjs .ts .rb .exs .pl .php .lua .bash .R .jl .ps1".split())
_SETUP = set(
    "cd pushd popd echo export set source . sleep true false : printf unset shopt ulimit trap alias umask wait exit"
    " return local declare readonly test [ [[ read shift eval for case esac function in done fi".split()
)
_LOOKS = set(
    "ls dir cat find grep egrep fgrep rg ag head tail jq yq wc stat file which whereis type tree du df ps pwd env"
    " printenv awk gawk diff cmp sort uniq cut xxd hexdump od strings readlink realpath basename dirname less more lsof"
    " pgrep id uname man tldr whatis ss netstat journalctl dmesg free uptime dig nslookup nproc lscpu lsblk whoami"
    " hostname nl column tr md5 md5sum sha1sum sha256sum shasum cksum fd date bat pidof fuser findstr where tasklist"
    " Get-Content Get-ChildItem Select-String Get-Process Get-NetTCPConnection".split()
)
# Looks at what runs: one answers the other
_PROCESSES = "what runs\n"  # what no path is called
_SHOW_PROCESSES = set("ps pgrep pidof lsof fuser ss netstat tasklist Get-Process Get-NetTCPConnection".split())
_DATABASES = set("psql mysql mariadb sqlite3 duckdb".split())
#: Programs whose names are verbs of others, too: `eas build` is no `build`.
ALSO_VERBS = set("build flow standard robot make task just rake node pest behave parcel phx".split())
_OF_COMPOSE = (
    "-p",
    "--project-name",
    "-f",
    "--file",
    "--profile",
    "--env-file",
    "--project-directory",
    "--progress",
    "--ansi",
    "--parallel",
)
_FIRST_IS_PATTERN = ("grep", "egrep", "fgrep")
_FIRST_IS_CODE = {"sed", "awk", "gawk", "jq", "yq"}


class Program:
    """What one simple command runs."""

    __slots__ = ("category", "family", "kind", "name", "operands", "runner", "serves", "starter", "subcommand")

    def __init__(self, name: str, kind: str, family: str, operands: "list[str]", category: str = "runtime") -> None:
        self.name = name
        self.kind = kind
        self.family = family  # what it does, without what it does it to
        self.operands = operands  # what it does it to, as written
        self.category = category
        self.runner = ""  # whose summary it prints
        self.subcommand = ""
        self.starter = ""  # the program that starts it, of which no table knows what it does
        self.serves = False  # it starts the project's server


def program(segment: "Segment") -> Program:
    """Return what a simple command runs; asked for again, it is at hand."""
    if segment.program is None:
        segment.program = _program(segment)
    found: Program = segment.program
    return found


def _program(segment: "Segment") -> Program:
    """Return what a segment runs: what a table knows first, then what only the words behind a name tell."""
    words = unwrapped(segment.words)
    if not words:
        return Program("", SETUP, "", [])
    name, rest = words[0], words[1:]
    if name == "git":
        from claudesess_collector import command_runs

        return command_runs.of_git(rest)
    if _asks_how(rest):
        asked = [word for word in rest if is_plain(word) and word[:1] != "-" and word not in ("help", "version")]
        return Program(name, PROBE, "look", [" ".join([name, *asked])])
    found = known_check(name, rest) or _of_shell(name, rest)
    if found is not None:
        return found
    if name in INTERPRETERS or name.endswith(_SCRIPT_ENDS) or name.startswith("./"):
        from claudesess_collector import command_runs

        return command_runs.of_interpreter(name, rest, segment)
    if name in _LOOKS or is_looking_cmdlet(name) or (name == "sed" and not any(word.startswith("-i") for word in rest)):
        return _look(name, rest, segment)
    if name == "ssh" or name in _DATABASES:
        from claudesess_collector import command_asked

        return command_asked.elsewhere(rest) if name == "ssh" else command_asked.of_database(name, rest)
    if name == "uv" and rest[:1] == ["pip"]:
        name, rest = "pip", rest[1:]
    from claudesess_collector import command_runs

    return command_runs.of_program(name, rest)


def _of_shell(name: str, rest: "list[str]") -> "Optional[Program]":
    """Return what a word of the shell itself does, or one that only sets it up; None of any other program."""
    if name in (".", "source") and rest:
        # An environment that is made ready is not what is tried.
        is_ready = rest[0].endswith(("activate", ".env", "rc", "profile", ".envrc", "nvm.sh", "asdf.sh"))
        return Program(name, SETUP if is_ready else RUN, "script", rest[:1])
    # `$env:Path += ";C:\\bin"`, `"--- tests ---"` and `Write-Host x` of PowerShell
    is_set = name[:1] == "$" and (rest[:1] in (["="], ["+="]) or "=" in name)
    if is_set or (" " in name and not rest and "/" not in name) or name in ("Write-Host", "Write-Output"):
        return Program(name, SETUP, name, [])
    # `kill $!` and `kill %1` end what the command has started itself.
    ends_its_own = name == "kill" and rest[-1:] and rest[-1][:1] in "$%" and not rest[-1].startswith("$(")
    return Program(name, SETUP, name, []) if name in _SETUP or ends_its_own else None


_CMDLETS_THAT_LOOK = frozenset("Get Select Where Sort Measure Out Group ConvertTo ConvertFrom Resolve Compare".split())
_LOOK_TOO = frozenset(
    "Test-Path Test-Connection Test-NetConnection Format-Table Format-List Format-Wide Format-Hex".split()
)


def is_looking_cmdlet(name: str) -> bool:
    """Say whether a command of PowerShell only shows something, or chooses among what it gets: `Select-Object`."""
    verb, joins, noun = name.partition("-")
    is_one = bool(joins) and noun[:1].isupper() and verb in _CMDLETS_THAT_LOOK and name != "Out-File"
    return is_one or name in _LOOK_TOO


def searches_deep(words: "list[str]") -> bool:
    """Say whether a search goes through all files of a folder: by `-r` or `-R`, alone or among other letters."""
    return any(
        word == "--recursive" or (word[:1] == "-" and word[1:].isalpha() and ("r" in word or "R" in word))
        for word in words
    )


def _asks_how(rest: "list[str]") -> bool:
    """Say whether a program is asked how it is used, or which one it is."""
    return rest[-1:] == ["--help"] or rest[:1] in (["--version"], ["version"]) or rest == ["help"]


def known_check(name: str, rest: "list[str]") -> "Optional[Program]":
    """Return the check that a program is, as it is told; None where no table knows one."""
    category, at = None, 0
    subcommand = ""
    if name == "docker" and rest[:1] == ["compose"]:
        name, rest = "docker-compose", operands(rest[1:], valued=_OF_COMPOSE)
    if name in COMMANDS:
        category, subcommand, at = _by_argument(name, COMMANDS[name], rest)
    elif name.endswith(COMPILERS):
        category = "build"
    elif name in PROGRAMS:
        category = PROGRAMS[name]
        others = _MAKE_READY | _SERVE if category == "build" else _MAKE_READY
        if any(word.partition(":")[0] in others for word in rest[:1]) or rest[:2] == ["run", "--list"]:
            return None
        if rest[:1] and rest[0] in ("check", "format", "run", "lint", "test"):
            subcommand, at = (rest[0] if rest[0] == "format" else ""), 1
    if category is None or (subcommand == "run watch" and "--exit-status" not in rest):
        return None
    found = Program(name, CHECK, f"{name} {subcommand}".strip(), rest[at:], category)
    found.subcommand = subcommand
    # `cargo test` prints another summary than the rest of cargo, as `go test` does.
    found.runner = f"{name} test" if name in ("cargo", "go") and category == "test" else name
    if name == "mix" and subcommand in ("credo", "dialyzer", "format"):
        found.runner = subcommand
    return found


_SHORT_FOR = {"t": "test", "b": "build", "c": "check", "--test": "test"}


def _by_argument(name: str, table: "dict[str, str]", words: "list[str]") -> "tuple[Optional[str], str, int]":
    """Return (category, subcommand, how many words are done with) of a program whose argument decides."""
    if name in _TAKE_SEVERAL:
        return _of_targets(name, table, words)
    arguments = operands(words, keep=table, valued=VALUED_BEFORE.get(name, VALUED))
    if arguments[:1] and arguments[0] in _MANY and name == "nx":
        return _of_many(words)
    if name == "cargo" and arguments and arguments[0].startswith("+"):  # cargo +nightly test
        arguments = arguments[1:]
    n_before = len(words) - len(arguments)
    two = " ".join(arguments[:2])
    if " " in two and two in table:
        return table[two], two, n_before + 2
    first = arguments[0] if arguments else ""
    if first and table.get(first):
        return table[first], _SHORT_FOR.get(first, first), n_before + 1
    if "" not in table and not (arguments and first in table):
        return None, "", 0
    return _of_script(name, table.get("") or None, words, arguments)


def _of_script(
    name: str, default: "Optional[str]", words: "list[str]", arguments: "list[str]"
) -> "tuple[Optional[str], str, int]":
    """Return the same of a program that runs a script or a target of the project: its name tells what it is for."""
    valued = VALUED_BEFORE.get(name, VALUED)
    while arguments and (arguments[0] in _SCRIPT_RUNNERS or arguments[0] == "task"):
        arguments = operands(arguments[1:], valued=valued)
    if arguments[:1] == ["workspace"]:
        arguments = arguments[2:]
    elif arguments[:2] == ["workspaces", "foreach"]:
        arguments = operands(arguments[2:], valued=("--from", "--include", "--exclude"))
    while arguments and arguments[0] in _SCRIPT_RUNNERS:
        arguments = operands(arguments[1:])
    target = arguments[0] if arguments else ""
    if name == "nx" and arguments[1:2] and is_plain(arguments[1]) and not arguments[1].startswith("-"):
        target = f"{arguments[1]}:{target}"  # as `nx run` is told it
    parts = split_name(target)
    begins_as_none = parts[:1] and parts[0] in _NO_CHECKS
    installs = name in ("npm", "pnpm", "yarn") and target == "ci" and "run" not in words  # `npm ci`
    runs_file = name in ("bun", "deno") and target.endswith(_SCRIPT_ENDS)
    if begins_as_none or installs or runs_file:
        return None, "", 0
    found = by_name(target)
    if found is None and not _NO_CHECKS.isdisjoint(parts):
        return None, "", 0
    found = found or default
    done = len(words) - len(arguments) + (1 if arguments else 0)
    return found, _without_mending(target) if found == "lint" else target, done


def _of_targets(name: str, table: "dict[str, str]", words: "list[str]") -> "tuple[Optional[str], str, int]":
    """Return the same of a program that is told several targets: `mvn clean install`; the first that checks counts."""
    valued = VALUED_BEFORE.get(name, ())
    is_value, is_told = False, False
    for at, word in enumerate(words):
        if is_value or word in valued or word.startswith(("-", "<")) or is_assignment(word) or word.isdigit():
            is_value = not is_value and word in valued
            continue
        is_told = True
        category = _of_target(name, table, word)
        if category is not None:
            done = at + 1 if name in ("make", "gmake") else len(words)  # to others no file is told
            return category, _without_mending(word) if category == "lint" else word, done
    if "" in table and not is_told:
        return table[""], "", len(words)
    return None, "", 0


def _of_target(name: str, table: "dict[str, str]", target: str) -> "Optional[str]":
    """Return what kind of check a target is, by its own name or by the words of it; None of one that checks nothing."""
    last = target.rpartition(":")[2] if name.startswith("gradle") else target
    if table.get(last):
        return table[last]
    parts = split_name(last)
    if name.startswith("gradle"):
        return (table.get(parts[0]) or (None if parts[0] in _NO_CHECKS else by_name(last))) if parts else None
    if not parts or parts[0] in _NO_CHECKS:
        return None
    return "build" if target == "all" and "" in table else by_name(target)


def _of_many(words: "list[str]") -> "tuple[Optional[str], str, int]":
    """Return what `nx run-many` and `nx affected` run: their target is an option's value."""
    pairs = [
        (*word.split("=", 1), "")[:2] if "=" in word else (word, value) for word, value in zip(words, [*words[1:], ""])
    ]
    target = next((value for option, value in pairs if option in ("-t", "--target", "--targets")), "")
    target = target or next((word.partition(":")[2] for word in words if word in _MANY), "")
    return by_name(target), target, len(words)


def _without_mending(target: str) -> str:
    """Return what a script is for, whether it looks or mends: `lint:fix` is `lint`, `format:check` is `format`."""
    for end in (":fix", "-fix", "_fix", ":check", "-check", "_check", ":write"):
        target = target.removesuffix(end)
    for begin in ("fix:", "fix-", "check:", "check-", "check_"):
        target = target.removeprefix(begin)
    return target


def by_name(name: str) -> "Optional[str]":
    """Return the category that a script's or a target's name tells, by whole words."""
    parts = split_name(name)
    return next((found for word, found in _WORDS.items() if word in parts), None)


def split_name(name: str) -> "list[str]":
    """Return the words of a name in lower case; `type-check` is one."""
    spaced = "".join(
        f" {char}" if char.isupper() and before.islower() else char for before, char in zip(" " + name, name)
    )
    one = (
        spaced.lower()
        .replace("type-check", "typecheck")
        .replace("check-types", "typecheck")
        .replace("pre-commit", "precommit")
    )
    return "".join(char if char.isalnum() else " " for char in one).split()


def _look(name: str, words: "list[str]", segment: "Segment") -> Program:
    if segment.writes or any(word.startswith("<<") for word in words):
        return Program(name, RUN, name, [])
    operands = [word for word in words if not word.startswith(("-", "<")) and len(word) > 1 and not word.isdigit()]
    if name in _FIRST_IS_CODE and len(operands) > 1:
        operands = operands[1:]
    if name in _FIRST_IS_PATTERN and len(operands) > 1 and "/" not in operands[0] and not searches_deep(words):
        operands[0] = f"word {operands[0]}"  # that it is in a file is not asked of a file of that name
    return Program(name, PROBE, "look", [*operands, _PROCESSES] if name in _SHOW_PROCESSES else operands)


def is_plain(word: str) -> bool:
    """Say whether it is a word of letters, digits and what joins them."""
    return all(char.isalnum() or char in ":.@_-" for char in word)


def unwrapped(words: "list[str]") -> "list[str]":
    """Return the program's own name and its arguments, without wrappers, runners, interpreters and assignments."""
    named = next((at for at, word in enumerate(words) if not is_assignment(word)), None)
    quoted = words[-1][:1] in "'\"" if words else False
    words = [
        bare(_slashed(word) if at == named else word) if not word.startswith("<<") else word
        for at, word in enumerate(words)
    ]
    while words:
        head = name_of(words[0])
        if is_assignment(words[0]):
            words = words[1:]
        elif head == "xargs":
            words = operands(words[1:], numbers=False, valued=("-n", "-P", "-I", "-L", "-d", "-s", "-a"))
        elif head in _WRAPPERS:
            words = operands(words[1:], numbers=False)
        elif head in _RUNNERS and words[1:] and (behind := _behind_runner(head, words)):
            words = behind
        elif head.startswith(_PYTHON) or head in ("py", "coverage"):
            module = _module(words)
            if module is None:
                return ["python" if head.startswith("python") else head, *words[1:]]
            words = module
        elif head == "php" and words[1:2] == ["artisan"]:
            words = words[1:]
        elif head in STARTERS and (elsewhere := started(head, words)) and elsewhere[0] not in SHELL_PROGRAMS:
            words = elsewhere
        elif quoted and (given := _given_to(head, words[1:])):
            words = given
        else:
            name = head if "/" in words[0] and not words[0].startswith("./") else words[0]
            return [_plain_head(words[0], head, name), *words[1:]]
    return []


# Parts of names of scripts that run what they are given: `in_docker.sh "make lib"`; others are told a text.
_RUN_WHAT_IS_GIVEN = frozenset("run exec docker podman container chroot env with".split())
_TAKE_TEXTS = frozenset("agent agents claude codex llm notify say ask prompt commit".split())
_JOINS = set("&|;<>$`")


def _given_to(head: str, words: "list[str]") -> "Optional[list[str]]":
    """Return the words of the command that a script is given as one text, None where that is none."""
    given = words[0].split() if len(words) == 1 and head.endswith(_SCRIPT_ENDS) else []
    named = words_of_name(head.lower().partition(".")[0])
    if not given or not _RUN_WHAT_IS_GIVEN & named or _TAKE_TEXTS & named or _JOINS & set(words[0]):
        return None
    is_check = (given[0] in COMMANDS or given[0] in PROGRAMS) and known_check(given[0], given[1:]) is not None
    return given if is_check or given[0] in ("make", "git") else None


def _behind_runner(head: str, words: "list[str]") -> "Optional[list[str]]":
    """Return the words of the command that a runner runs, None where it runs a script, or none."""
    rest = operands(words[1:], valued=VALUED_BEFORE.get(head, VALUED))
    if rest and rest[0] in _RUNNERS[head]:
        behind = operands(rest[1:])
        if head in _RUN_EITHER and behind and not _is_program(behind[0]) and by_name(behind[0]) is not None:
            return None
        behind = behind[1:] if behind[:1] == ["--"] else behind
        return behind + _of_packages(head, words[1 : words.index(rest[0])]) if behind else behind
    if head not in _RUN_PROGRAMS or not rest or rest[0] in ALSO_VERBS:
        return None
    is_check = rest[0] in PROGRAMS or bool(rest[1:] and COMMANDS.get(rest[0], {}).get(rest[1]))
    is_check = is_check or (rest[0] in _OF_WORKSPACES and known_check(rest[0], rest[1:]) is not None)
    return rest if is_check else None


def _of_packages(head: str, options: "list[str]") -> "list[str]":
    """Return the options by which a package manager is told in which packages to run a program."""
    takes = VALUED_BEFORE.get(head, ())
    return [word for pair in zip(options, options[1:]) if pair[0] in takes and pair[0] in _PACKAGES for word in pair]


def _is_program(name: str) -> bool:
    return name in PROGRAMS or name in COMMANDS or name in INTERPRETERS or "/" in name


def _slashed(word: str) -> str:
    r"""Return a program's path with slashes: `.venv\Scripts\pytest.exe` is one, `\rm` and `a\ b` are none."""
    return word.lstrip("\\").replace("\\ ", " ").replace("\\\\", "/").replace("\\", "/")


def _plain_head(word: str, head: str, name: str) -> str:
    """Return a program's name: known ones by their name alone, a script by its path."""
    if head in PROGRAMS or head in COMMANDS or head in INTERPRETERS or head in _LOOKS:
        return head
    if head.endswith(COMPILERS):
        return head
    if head.endswith(_SCRIPT_ENDS) or word.startswith("./"):
        return word
    trimmed = head.rstrip("0123456789.")
    return trimmed if trimmed in ("pip", "ruby", "node") else name.removesuffix(".exe").removesuffix(".cmd")


def _module(words: "list[str]") -> "Optional[list[str]]":
    """Return what follows `python -m` (or `coverage run -m`)."""
    for at, word in enumerate(words[1:], 1):
        if word == "-m" and at + 1 < len(words):
            return words[at + 1 :]
        if not word.startswith("-") and not (at == 1 and word == "run") and words[at - 1] not in ("-X", "-W"):
            return None
    return None
