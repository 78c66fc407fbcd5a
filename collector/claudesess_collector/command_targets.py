"""To what a check, a script or code of one line does what it does: files, packages, cases. Looks have no need of it."""

from claudesess_collector.command_programs import VALUED_BEFORE, program
from claudesess_collector.command_split import operands
from claudesess_collector.payload import short_hash
from claudesess_collector.system import joined, last_name, normal
from claudesess_collector.vocabulary import TAKE_PATHS, VCS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from claudesess_collector.command_programs import Program
    from claudesess_collector.command_split import Segment
    from claudesess_collector.part import Part

_MAX_CASES, _MAX_WORDS = 12, 12


def of_check(runs: "Program", folder: str) -> "tuple[list[str], bool]":
    """Return what a check looks at, and whether that is all that there is in its folder."""
    if runs.family == "script":
        named = _paths(runs.operands, folder) or runs.operands[:]
        return named + ([f"?{short_hash(runs.subcommand)}"] if runs.subcommand else []), False
    targets = _paths(_without_settings(runs.operands, _options_of_parts(runs.name, runs.runner)), folder)
    is_from_root = runs.subcommand.startswith("//")
    return targets or [normal("/" if is_from_root else folder or "/")], not targets


def choose(part: "Part", words: "list[str]") -> None:
    """Note which cases and packages a check is told to take, and which to leave out; marks of them are targets."""
    part.packages = list(map(short_hash, _packages(words, part.runner)))
    chosen = _chosen(words, part.packages)
    part.targets += [f"?{mark}" for mark in [*map(short_hash, chosen), *part.packages]]
    part.cases = [hashes for cases in chosen for hashes in words_of_cases(cases)][:_MAX_CASES]
    part.cases = part.cases or [[package] for package in part.packages]
    part.left_out = _left_out(words)


def of_run(runs: "Program", segment: "Segment", pipe: "list[Segment]", folder: str) -> "list[str]":
    """Return what a script, code of one line, git or any other program works with."""
    if runs.family == "script":
        return [normal(joined(folder, runs.operands[0]))] if runs.operands else []
    if runs.family.endswith(" -c"):
        return _of_code(" ".join(segment.words), runs.operands, pipe, folder)
    if runs.kind == VCS:
        return _paths(runs.operands, folder, is_any=True) if runs.family in TAKE_PATHS else runs.operands
    return [short_hash(word if "://" in word else last_name(word)) for word in runs.operands]


def _chosen(words: "list[str]", packages: "list[str]") -> "list[str]":
    """Return which of its cases a check is told to run (`-k`, `-t`, `--grep` …), as written, but no packages."""
    found = []
    for option, value in zip(words, words[1:]):
        if option in _CHOICES and short_hash(value) not in packages:
            found += [one for one in value.split(" and ") if not one.startswith("not ")]
    return found + (_filters(words[2:]) if words[0] == "cargo" and words[1:2] and words[1] in _CARGO_TESTS else [])


_CHOICES = ("-k", "-t", "--grep", "-g", "-run", "--testNamePattern", "--tests", "--filter", "-f", "--only")
_CHOOSE_NOTHING = set(
    "-f -I -W -o --file --makefile -T -s -gs -P -rf -b -c -x --tests --init-script --console --exclude-task".split()
)


_TAKE_OPTIONS_FIRST = ("npm", "pnpm", "yarn", "bun")


_BY_PACKAGE = ("-p", "--package")
_PARTS_OF_CARGO = (*_BY_PACKAGE, "--test", "--bin", "--example", "--bench")


def _options_of_parts(name: str, runner: str) -> "tuple[str, ...]":
    """Return the options by which cargo, or a project's own program, is told a part of what there is."""
    return _PARTS_OF_CARGO if name in ("cargo", "cross") else _BY_PACKAGE if runner == "?" else ()


def _packages(words: "list[str]", runner: str) -> "list[str]":
    """Return the packages and folders, a part of what there is, that a runner is told to take."""
    takes = {*VALUED_BEFORE.get(words[0], ()), *_options_of_parts(words[0], runner)} - _CHOOSE_NOTHING
    if words[0] in _TAKE_OPTIONS_FIRST:  # what stands behind the script is the script's
        words = words[: len(words) - len(operands(words[1:], valued=VALUED_BEFORE[words[0]]))]
    parted = [word.partition("=")[::2] for word in words if "=" in word]
    return [value for option, value in [*parted, *zip(words, words[1:])] if option in takes]


_LEAVE_OUT = frozenset(
    "--skip -skip --deselect --grep-invert --ignore --ignore-glob --ignore-pattern --testPathIgnorePatterns --exclude"
    " --extend-exclude --force-exclude --exclude-pattern --exclude-dir --skip-files --skip-dirs --excludeFiles".split()
)
#: What stands for all tests, where a build is told to leave them out.
ALL_TESTS = ["all tests"]
_SKIP_TESTS = ("-DskipTests", "-DskipITs", "-Dmaven.test.skip")


def _left_out(words: "list[str]") -> "list[list[str]]":
    """Return which of its cases a check is told to leave out: hashes of their words, or of a path."""
    if any(word.startswith(_SKIP_TESTS) and not word.endswith("=false") for word in words):
        return [ALL_TESTS]
    pairs = [word.partition("=")[::2] for word in words if "=" in word] + list(zip(words, words[1:]))
    found = []
    for option, value in pairs:
        if option in _LEAVE_OUT:
            for one in value.split(","):
                found += [[path_mark(one)], *([] if _is_path(one) else words_of_cases(one))]
        elif option in _MAY_NEGATE and value[:1] == "!":
            found += words_of_cases(value)
        elif option in ("-x", "--exclude-task") and words[0].startswith("gradle") and "test" in value.lower():
            found.append(ALL_TESTS)
        elif option == "-k":
            for one in value.split(" and "):
                found += words_of_cases(one[4:]) if one.startswith("not ") else []
    return found[:_MAX_CASES]


_MAY_NEGATE = ("--filter", "-F", "-Dtest")


def _is_path(word: str) -> bool:
    return "::" not in word and ("/" in word or _looks_like_a_file(word))


def path_mark(path: str) -> str:
    """Return the hash by which a path that is left out is known among those of what has failed."""
    return short_hash(f"/{path.strip('*').removeprefix('./').strip('/')}")


_CARGO_TESTS = ("test", "t", "nextest")
_CARGO_VALUED = set(
    "-p --package --test --bin --example --bench --features -F --manifest-path --target --profile -j --jobs --color"
    " --exclude --target-dir --test-threads --skip --message-format -E".split()
)


def _filters(words: "list[str]") -> "list[str]":
    """Return the words by which cargo is told which tests to run: each that is no option, nor the value of one."""
    return [
        word
        for before, word in zip(["", *words], words)
        if word[:1] not in ("-", "<", "$") and before not in _CARGO_VALUED and word != "run"
    ]


def words_of_cases(cases: str) -> "list[list[str]]":
    """Return hashes of the words of each of the cases that a pattern names, long names and their pieces."""
    found = []
    for case in cases.replace(" or ", "|").split("|"):
        names = "".join(char if char.isalnum() or char == "_" else " " for char in case).split()
        words = dict.fromkeys(word.lower() for name in names for word in (name, *name.split("_")) if len(word) > 2)
        if words:
            found.append([short_hash(word) for word in list(words)[:_MAX_WORDS]])
    return found


# Options of checks whose values are where something is written, and tell nothing of what is checked.
_SETTINGS = set(
    "--rootdir --junit-xml --junitxml -o --output --output-file --outputFile --out-file --reporter --reporters --format"
    " --formatter -coverprofile --coverprofile --cov-report --basetemp --log-file --cache-dir --cache-location"
    " --target-dir --results-directory --report-file".split()
)


def _without_settings(words: "list[str]", parts: "tuple[str, ...]") -> "list[str]":
    pairs = zip(["", *words], words)
    return [
        word for before, word in pairs if before not in _SETTINGS and before not in _LEAVE_OUT and before not in parts
    ]


def _paths(words: "list[str]", folder: str, is_any: bool = False) -> "list[str]":
    """Return the files and folders among a program's arguments, as told from the root."""
    found = []
    for word in words:
        if not word or word.startswith(("-", "<", "$")) or "://" in word:
            continue
        if "=" in word and "/" not in word.partition("=")[0] and not is_any:
            continue  # a setting, as in `make BUILD=out/x`; a path may hold a `=` further on
        path = word.split("::", 1)[0]
        head, _, line = path.rpartition(":")
        if head and line.isdigit():
            path = head
        if path.endswith("/...") or path == "...":
            path = path[:-3]
        if "*" in path:
            path = path[: path.index("*")].rpartition("/")[0] or "."
        if is_any or "/" in path or path == "." or _looks_like_a_file(path) or path in _FOLDERS:
            found.append(normal(joined(folder or "/", path or ".")))
    return found


_FOLDERS = set("test tests spec src lib app packages cmd pkg internal docs scripts".split())


def _looks_like_a_file(word: str) -> bool:
    _, dot, ending = word.rpartition(".")
    return bool(dot) and ending.isalnum() and len(ending) <= 6 and not ending.isdigit()


def _of_code(text: str, operands: "list[str]", pipe: "list[Segment]", folder: str) -> "list[str]":
    """Return what a line of code works with: the files that it names or gets, its own modules; else itself."""
    names = []
    before = [segment for segment in pipe[:-1] if segment.after == "|"]
    for segment in before:
        source = program(segment)
        names += [last_name(word) for word in source.operands if _looks_like_a_file(word)]
        names += [word for word in source.operands if source.family in ("look", "curl") and "/" in word]
    for quote in "'\"":
        for word in text.split(quote)[1::2]:
            if len(word) < 200 and _looks_like_a_file(word) and " " not in word:
                names.append(last_name(word))
    code = operands[0] if operands else text
    for line in code.replace(";", "\n").split("\n"):
        words = line.split()
        if words and words[0] in ("import", "from", "require"):
            names += [word.strip(",").split(".", 1)[0] for word in words[1:2]]
    names = [name for name in names if name and name not in _PLAIN_MODULES]
    if names:
        return [short_hash(name) for name in dict.fromkeys(names)]
    return ["=" + short_hash(" ".join(code.split()))]


_PLAIN_MODULES = set(
    "json sys os re fs path time math io pathlib collections itertools subprocess datetime csv".split()
)
