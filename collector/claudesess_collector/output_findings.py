"""Read a failure's message: its category, the line that says why, the checks and files that it names.

Loaded only for failures.
"""

from claudesess_collector import light_re as re
from claudesess_collector import output_usage
from claudesess_collector.output_lines import stripped
from claudesess_collector.system import last_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable, Iterator, Optional

# Characters of a message: what is said of the run as a whole comes early, what a tool refuses at once.
_BEGINNING, _FIRST_WORDS, _FIRST = 8192, 4000, 2000
_NAMES_LOOKED_AT = 16384
_OF_A_SCRIPT = 20  # lines in which it is said that a script is not there
# The category that a message alone gives away, for programs that the table does not know; anchored to a line.
_CATEGORIES = [
    ("type",
     r".*(?:^|: |- )error TS\d+: |\S+:\d+: error: .*\[[a-z-]+\]$|[1-9]\d* errors?, \d+ warnings?, \d+ info"),
    ("test",
     r"FAILED \S*::|=+ FAILURES =+|--- FAIL: |test result: FAILED|not ok \d+ |FAILED \((?:failures|errors)"
     r"|Tests?:[ \t]+.*\d+ failed|.*\d+ (?:tests?|doctests?)\b.*, [1-9]\d* failures?"
     r"|=* ?(?:.*\D)?[1-9]\d* failed.* in [\d.]+s"
     r"|(?:\[ERROR\] )?Tests run: .*(?:Failures|Errors): [1-9]|.*There (?:are test failures|were failing tests)"),
    ("build",
     r"error\[E\d+\]: |\w*make(?:\[\d+\])?: \*\*\* |Failed to compile|(?:✗ )?Build failed|BUILD FAILED"),
    ("lint", r"✖ \d+ problems? |[^\s:]+:\d+:\d+: [A-Z]{1,4}\d{3,4} "),
]  # fmt: skip


def category(message: str) -> "Optional[str]":
    """Return the category that a message's own lines give away, else None."""
    lines = stripped(message)
    for name, pattern in _CATEGORIES:
        if any(re.matches(pattern, lines)):
            return name
    return None


# The checks that a message names, by the words that only they (or a gate that runs them) print.
_NAMED = {
    "credo": "lint", "format": "lint", "eslint": "lint", "prettier": "lint", "ruff": "lint", "black": "lint",
    "flake8": "lint", "pylint": "lint", "isort": "lint", "rubocop": "lint", "clippy": "lint", "golangci-lint": "lint",
    "gofmt": "lint", "rustfmt": "lint", "stylelint": "lint", "biome": "lint", "lint": "lint", "shellcheck": "lint",
    "ktlint": "lint", "formatted": "lint", "reformat": "lint", "dialyzer": "type", "mypy": "type", "pyright": "type",
    "tsc": "type", "typecheck": "type", "phpstan": "type", "pytest": "test", "jest": "test", "vitest": "test",
    "mocha": "test", "rspec": "test", "phpunit": "test", "tests": "test", "failed::": "test", "compile": "build",
    "compilation": "build", "build": "build", "cargo": "build",
}  # fmt: skip
_WORD = r"[A-Za-z][\w-]*"


def named_checks(message: str) -> "list[str]":
    """Return the checks that a message names, in order, as whole words."""
    found: "dict[str, None]" = {}
    for word in re.compile(_WORD).findall(message[:_NAMES_LOOKED_AT]):
        lowered = word.lower()
        if lowered in _NAMED and lowered not in found:
            found[lowered] = None
    return list(found)


def first_category(message: str) -> "Optional[str]":
    """Return the category of the first check that a message names."""
    named = named_checks(message)
    return _NAMED[named[0]] if named else None


def failed_category(message: str) -> "Optional[str]":
    """Return the category of the check that a message shows to have failed, where several may have run."""
    from claudesess_collector.output_runners import RUNNERS
    from claudesess_collector.output_verdict import judge

    named = named_checks(message)
    for name in named:
        if name in RUNNERS and judge(message, name) is False:
            return _NAMED[name]
    return category(message)


def has_findings(message: str) -> bool:
    """Say whether a message holds what a check found."""
    if not named_checks(message):
        return False
    from claudesess_collector.output_verdict import judge

    lowered = message.lower()
    return judge(message, "?") is False or any(
        word in lowered for word in ("not formatted", "would reformat", "failed", "found", "error", "warning", "issues")
    )


_UP = (
    r"\b(?:listening|running|started|ready|serving|served|available|live)\b.{0,200}"  # bounded: linear
    r"(?:\bport\b|https?://|localhost|:\d{4,5}\b)"
    r"|\bready in [\d.]+ ?m?s\b|https?://(?:localhost|127\.0\.0\.1|0\.0\.0\.0)[:/]"
    r"|\bwatching for (?:file )?changes\b|\bstarted successfully\b"
)
_BROKEN = r"EADDRINUSE|address already in use|Traceback \(most|\bpanic: |(?m:^\s*(?:throw |\w*(?:Error|Exception)\b))"


def is_up(message: str) -> bool:
    """Say whether a server says that it serves, and nothing broke."""
    if not re.may_be_in(_UP, message, re.IGNORECASE) or re.compile(_UP, re.IGNORECASE).search(message) is None:
        return False
    return re.compile(_BROKEN).search(message) is None


_BROKE_OFF = (
    r"(?:[\w./-]+: )*(?:[\w ]{1,20}: )?(?:unknown|unrecogni[sz]ed|invalid|no such|bad|illegal)"
    r" (?:shorthand )?(?:option|flag|argument|command|subcommand)s?\b"
    r"|(?:[Ee]rror|ERROR): (?:[Uu]nknown|unexpected argument|[Ff]ailed to |[Cc]ould not |[Uu]nable to )"
    r"|[Cc]ould not find (?:an? )?(?:option|package|command|subcommand|task)\b"
    r"|(?:[\w./-]+: |\(eval\):|(?:stat|open|lstat|chdir|fork/exec) \S+: )(?:line )?(?:\d+: ?)?.*"
    r"(?:command not found|[Nn]o such file or directory|[Nn]ot a directory|no matches found|[Pp]ermission denied"
    r"|parse error|unbound variable)"
    r"|sudo: (?:a (?:terminal|password) is required|\d+ incorrect password)"
    r"|fatal: |npm (?:ERR!|error) |(?:ERROR|FATAL)\b[^:\d]{0,40}: \S|[1-9]\d* (?:checks?|tests?|tasks?|steps?) failed\b"
)
#: What says on any line that a program did not get up.
_NOT_UP = r"(?:error|fatal)\b.{0,40}\bfailed to (?:start|launch|boot|initiali[sz]e|listen|bind)\b"
_TRACEBACK = "Traceback (most recent call last):"
_SPEAKS_OF_ERRORS = r"(?i:error|fatal|failed)\b"
_RAISED = r"[\w.]+(?:Error|Exception|Interrupt|Exit)\b"


def broke_off(output: str) -> bool:
    """Say whether what a program printed begins or ends with why it did not run, or with an uncaught exception."""
    if "ailed to" in output and re.compile(_NOT_UP, re.IGNORECASE).search(output[:65536]) is not None:
        return True
    lines = stripped(output)
    if not lines:
        return False
    if _TRACEBACK in lines and _is_uncaught(output):
        return True
    if any(line.startswith("Error: ") and after.startswith("Usage:") for line, after in zip(lines, lines[1:])):
        return True
    return any(map(re.compile(_BROKE_OFF).match, {lines[0], lines[-1]}))


def _is_uncaught(output: str) -> bool:
    """Say whether nobody caught the last exception that is shown: it is the last thing printed, or left the module.

    Where what a program prints is piped, it comes behind what it says of its end. Or the program tells of the exception
    as its error.
    """
    lines = [line.rstrip() for line in output.rpartition(_TRACEBACK)[2].split("\n") if line.strip()]
    frames = [line for line in lines if line[:1] in " \t"]
    others = [line for line in lines if line[:1] not in " \t"]
    if not frames or not others or re.compile(_RAISED).match(others[0]) is None:
        return False
    why = others[0].partition(": ")[2]
    is_told = any(why in line for line in others[1:] if re.compile(_SPEAKS_OF_ERRORS).match(line) is not None)
    return len(others) == 1 or frames[0].endswith(" in <module>") or (bool(why) and is_told)


_NO_PROGRAM = (
    r".*The term '([^']+)' is not recognized as (?:a|the) name of a cmdlet|"
    r"(?:\S*sh|\(eval\)): (?:line \d+: )?(?:\d+: ?)?(\S+): (?:[Nn]o such file or directory|(?:command )?not found)$"
    r"|(?:\S*sh|\(eval\)):(?:\d+:)? (?:command not found|no such file or directory): (\S+)$"
    r"|error: Failed to spawn: `([^`]+)`"
    r"|.*can't open file '([^']+)'|Error: Cannot find module '([^']+)'"
)


def was_not_there(output: str, program: str) -> bool:
    """Say whether a line says of a program or a script that it is not there."""
    return program in lacking(output)


def lacking(output: str) -> "set[str]":
    """Return the programs and scripts of which a line says that they are not there."""
    found = re.matches(_NO_PROGRAM, stripped(output))
    return {last_name(next(filter(None, match.groups()))) for match in found}


_HEADERS = 40  # lines that may stand before a program's own: what it got is shown first


def complains_first(output: str, program: str) -> bool:
    """Say whether the first line that is no answer to a request is a program's own: `curl: (6) Could not …`."""
    return any(
        line.startswith((f"{program}: (", f"{program}: option", f"{program}: try "))
        for line in stripped(output)[:_HEADERS]
    )


_GITS = (
    r"fatal: |error: |hint: |On branch |nothing to commit|nothing added to commit|no changes added"
    r"|The following paths are ignored|.*\[(?:remote )?rejected\]|CONFLICT |Automatic merge failed"
    r"|warning: adding embedded"
)


#: What git says where it stopped, in whatever else was printed.
_STOPPED = (
    r"fatal: |CONFLICT \(|(?:error: )?[Cc]ould not apply [0-9a-f]{7}|Automatic merge failed"
    r"|The following paths are ignored by one of"
    r"|(?:failed to run git: )?error: (?:Your local changes|failed to push|cannot (?:pull|rebase|merge))"
    # What is left of a push that was rejected, where only its last lines are shown.
    r"|hint: (?:Updates were rejected|.*before pushing again|See the 'Note about fast-forwards')"
)


def git_stopped(output: str) -> bool:
    """Say whether a line is git's own of why it went no further."""
    return any(re.matches(_STOPPED, stripped(output)))


_SCRIPTS = (
    r"error: script \"([^\"]+)\" exited with|npm (?:ERR!|error) Lifecycle script `([^`]+)` failed"
    r"|[ \t]*Failed:[ \t]+\S+#(\S+)$"
    r"|[Ee]rror: [`'\"]?(?:[\w./-]+ )?([\w:-]+)[`'\"]? failed\b"
    r"|error: Recipe `([^`]+)` failed|\S*make(?:\[\d+\])?: \*\*\* \[(?:[^\]]*: )?([\w.:-]+)\]"
)


def failed_script(message: str) -> "Optional[str]":
    """Return the script or the target that a task runner says has failed, the last that it names."""
    found = list(re.matches(_SCRIPTS, stripped(message)))
    return next(filter(None, found[-1].groups()), None) if found else None


_CASES = (
    r"--- FAIL: (\S+)|(?:FAILED|ERROR) \S+?::(\S+)|not ok \d+ (?:- )?(\S.*)|(?:[✗✕×✖] |● )(\S.*?)(?: \([\d.]+ ?m?s\))?$"
    r"|test (\S+) \.\.\. FAILED$|\(fail\) (\S.*?)(?: \[[\d.]+ ?m?s\])?$|FAIL +\S+ > (\S.*)"
    r"|(\w+(?:::\w+)+)$|\[ERROR\] +(\w+(?:\.\w+)+):\d+ |(\w+ > \S.*) FAILED$|Failed (\w+(?:\.\w+)+)"
    r"|rspec \S+ # (\S.*)|\d+\) (?:test )?(\w+(?:::|#)\w+|\S.* \([\w.]+\))$|(\w+#\w+) \["
)


def failed_cases(message: str) -> "list[str]":
    """Return the cases that a message says have failed, as its runner names them."""
    found = re.matches(_CASES, stripped(message))
    return list(dict.fromkeys(next(filter(None, match.groups())) for match in found))


_IN_FILE = ("FAIL ", "❯ ")  # how a runner names the file of what has failed
_MOST_FAILED = 200  # words of what has failed that are kept


_PACKAGES = r".*\bto rerun pass `[^`]*?-p ([\w-]+)|.*\bcould not compile `([\w-]+)`"


def words_of_failed(message: str) -> "list[str]":
    """Return hashes of the words of the lines that name what has failed, of the paths that lead there, of packages."""
    from claudesess_collector.command_targets import path_mark, words_of_cases
    from claudesess_collector.payload import short_hash

    cases = failed_cases(message)
    if not cases:
        from claudesess_collector.output_verdict import has_finding

    packages = re.matches(_PACKAGES, stripped(message))
    found = dict.fromkeys(short_hash(name)[:8] for match in packages for name in match.groups() if name)
    for line in stripped(message):
        is_of_case = any(map(line.__contains__, cases)) or line.lstrip().startswith(_IN_FILE)
        if is_of_case or (not cases and has_finding(line)):
            # What a linter says of a place is said of many; its path tells where it is.
            of_case = words_of_cases(line) if is_of_case else []
            found.update(dict.fromkeys(word[:8] for words in of_case for word in words))
            for name in named_paths(line):
                parts = name.split("/")
                paths = ["/".join(parts[: at + 1]) for at in range(len(parts))]
                found.update(dict.fromkeys(path_mark(path)[:8] for path in (*paths, parts[-1])))
    return list(found)[:_MOST_FAILED]


_SHORT = 300  # characters in which a runner says no more than that it failed
_SAYS_SO = (
    r".*\b(?:task|target|command|script|lifecycle|recipe)s?\b.*\bfailed\b|Failed tasks:|.*ELIFECYCLE|.*\berror: script "
)


def says_no_more(message: str) -> bool:
    """Say whether a task runner says that what it started has failed, and shows nothing of it."""
    return (
        len(message) < _SHORT
        and any(re.matches(_SAYS_SO, stripped(message), re.IGNORECASE))
        and not named_paths(message)
    )


def is_gits(message: str) -> bool:
    """Say whether git itself refused."""
    return any(re.matches(_GITS, stripped(message)))


#: How a push ends that a hook refused, and any other that failed.
_NOT_PUSHED = "error: failed to push some refs"


def category_of_a_hook(message: str, is_of_a_hook: bool = True) -> "Optional[str]":
    """Return the category of the check by which a hook of git's refused, None where git itself did or none is shown.

    What is found may be the finding of a check that ran before a push, unless `is_of_a_hook`.
    """
    lines = stripped(message)
    others = re.Lines(line for line in lines if not line.startswith(_NOT_PUSHED))
    if any(re.matches(_GITS, others)):
        return None
    if len(others) < len(lines):  # a word is no evidence: a commit before the push may be about any check
        return failed_category(message) if is_of_a_hook else None
    return category(message) or first_category(message)


def complaining(message: str) -> "set[str]":
    """Return the programs in whose name a line of the message speaks: `cat: x: No such file`."""
    pattern = re.compile(r"(?:/?(?:[\w.+-]+/)*(?:bash|zsh|sh|dash): )?(?:line \d+: |\d+: )?([\w./-]+): ")
    found = [match[1] for match in map(pattern.match, stripped(message)) if match is not None]
    return {last_name(name) for name in found}


_WRONG_FOLDER = (
    r"(?:.*[: ])?cd:(?:\d+:| |$).*(?:[Nn]o such file or directory|[Nn]ot a directory|too many arguments|can't cd to)"
    r"|(?:go: )?no Go files in "
    r"|(?:pattern .*: |go: )?(?:main module .*|directory .*)does not contain (?:main module|package |modules )"
    r"|go: (?:cannot find main module|go\.mod file not found)|.*failed to read dockerfile|.*Can't find a root directory"
    r"|.*no configuration file provided|.*[Ss]pecify (?:a|which) project or solution file"
    r"|.*error MSB10(?:03|09|11): |.*\bthere is no POM in this directory"
    r"|Invalid project directory provided"
    r"|\w*make: \*\*\* No (?:targets specified|rule to make target)|npm (?:ERR!|error) .*package\.json"
    r"|.*\b(?:[Nn]o|(?:[Cc]ould(?: not|n't)|[Cc]an(?:not|'t)) (?:find|read|locate)) (?:an? |any |the )?[`'\"]?(?:\S*/)?"
    r"(?:package\.json|Cargo\.toml|go\.mod|pyproject\.toml|pubspec\.yaml|mix\.exs|Mix\.Project|Package\.swift"
    r"|pom\.xml|Gemfile|composer\.json|tsconfig\.json|[Mm]akefile|[Jj]ustfile|Taskfile\.yml)\b"
)


# What a test is called, or expected, and what only warns.
_OF_A_TEST = (
    r"(?:FAIL(?:ED)?\b|PASS(?:ED)?\b|[✓✔√✗✘×❯]|(?:not )?ok \d|E  |(?i:warn(?:ing)?|note)\b)|.*\bAssertionError\b"
)


def is_wrong_folder(message: str) -> bool:
    """Say whether a message says that it ran in a folder that is none of the project, or could not get into one."""
    return _is_said_of_no_test(re.matches(_WRONG_FOLDER, stripped(message[:_BEGINNING])))


def _is_said_of_no_test(found: "Iterable[re.Match[str]]") -> bool:
    """Say whether a line that was found is neither a test's name, nor what one expected."""
    return any(re.compile(_OF_A_TEST).match(match.string) is None for match in found)


_NOT_THERE = ("can't open file", "Cannot find module", "o such file or directory", "not found")


def is_astray(message: str, bases: "list[str]") -> bool:
    """Say whether a message says that what was to run is not there: its script, task, folder or option."""
    lines = stripped(message[:_BEGINNING])
    if (
        output_usage.did_nothing(lines)
        or lacking(message[:_BEGINNING])
        or is_wrong_folder(message)
        or found_nothing(message)
        or any("[setup failed]" in line or line.endswith(" are not trusted.") for line in lines)
    ):
        return True
    return any(
        base in line and any(word in line for word in _NOT_THERE) for base in bases for line in lines[:_OF_A_SCRIPT]
    )


_ARGUMENTS = (
    r"-32602\b|\b(?:invalid|unknown|unexpected|missing|unrecognized) (?:required )?"
    r"(?:argument|parameter|input|param|propert|field|value)"
    r"|\bvalidation error|\bdoes not match (?:the )?schema|\boutside (?:of )?(?:the )?allowed"
    r"|\bnot (?:an )?allowed (?:path|root|director)"
    r"|\b(?:argument|parameter|field|property)s? .{1,60}\b(?:is|are) (?:required|missing|invalid|not allowed)"
)
# What was to be clicked or filled is not there any more, is covered, or does not answer.
_ELEMENTS = (
    r"\blocator\.\w+: |\b(?:stale|no) (?:element|ref|node)|\b(?:element|ref|uid|node|selector)\b .{0,60}"
    r"\b(?:not (?:found|visible|attached|clickable)|no longer|intercepts?|is stale)"
)


def refuses_arguments(message: str) -> bool:
    """Say whether a tool speaks of the arguments that it was given."""
    return _speaks_of(_ARGUMENTS, message)


def misses_element(message: str) -> bool:
    """Say whether a browser speaks of what was to be clicked or filled: it is gone, covered, or does not answer."""
    return _speaks_of(_ARGUMENTS, message) or _speaks_of(_ELEMENTS, message)


def _speaks_of(pattern: str, message: str) -> bool:
    return re.compile(pattern, re.IGNORECASE).search(message[:_FIRST]) is not None


def knows_no_such_agent(message: str) -> bool:
    """Say whether the client knows no agent of the kind that was asked for."""
    return message[:_FIRST].lstrip().startswith("Agent type ") and " not found" in message[:300]


_TAKES_NO_MORE = r"usage: git |accepts (?:at most )?\d+ arg"
# What is said of a pattern, a filter or a field that it cannot be read, or is not there.
_UNREADABLE = (
    r"(?i)(?:Search failed|(?:\S{0,9}: )?(?:regex|pattern) parse error|(?:e|f|z)?grep: (?:unmatched |invalid |unknown )"
    r"|unknown JSON field|failed to parse jq|jq: (?:error: syntax|\d+ compile error|error: .*compile)"
    r"|find: (?:paths must precede|unknown (?:predicate|primary)|missing argument|invalid (?:argument|predicate))"
    r"|sed: (?:-e|-f|1: )|g?awk: .*(?:syntax error|nonterminated|unexpected))"
)


def refuses_options(message: str) -> bool:
    """Say whether git or another program says that it has no such option, or takes no more words."""
    lines = stripped(message[:_FIRST])
    is_unreadable = any(re.matches(_UNREADABLE, lines))
    return is_unreadable or output_usage.is_refused(lines) or any(re.matches(_TAKES_NO_MORE, lines))


_NOTHING = (
    "is not a file", "invalidconfigerror", "no configuration", "config file not found", "couldn't find a configuration",
    "could not find a configuration", "couldn't find an eslint.config", "could not find an eslint.config",
    "missing script", "no rule to make target", "unknown task", "could not find `cargo.toml`", "no such task",
    "no task named", "is not a mise task", "no tasks", "does not contain recipe", "no task ", "script not found",
    "run_no_script", "did not match any test files", "no test files found", "no tests found",
    "project is configured to use",
)  # fmt: skip


# What runners say of a task that they do not have, in a line of its own, behind their own name at most.
_NO_SUCH_TASK = (
    r"(?i)(?:[^'\"`]{0,50}[:\])] ?|\W*(?:(?:npm )?(?:error|ERR!)|ERR_PNPM_\w+)? +)?(?:"
    r"(?:could(?: not|n['’]t)|can(?:not|['’]t)) find (?:an? |the )?(?:script|task|command|target|recipe|goal) "
    r"(?:named )?['\"`]"
    r"|(?:the )?(?:command|script|task|target|recipe|goal) ['\"`][\w:@/.-]+['\"`] (?:(?:is|was|could) )?"
    r"(?:not (?:found|defined|be found|a valid)|does not exist)"
    r"|(?:(?-i:Command)|script|task|target|recipe) not found: \S+$"
    r"|(?:no such|unknown) (?:command|task|target|subcommand|recipe|goal|lifecycle phase)s?:? ['\"`]"
    r"|['\"`][\w:@/.-]+['\"`] is not a (?:valid )?(?:task|command|subcommand|target|recipe|script)\b"
    r"|don['’]t know how to (?:build|make) |no idea what ['\"`]|not a valid command: "
    r"|no (?:projects|packages) matched the filters|package ID specification .* did not match"
    r"|could not (?:determine executable to run|execute because the specified command or file was not found))"
)
_FEW_LINES = 25  # what a runner says that has begun nothing
# What is printed where something ran: of a program under test, too, which may speak like a runner.
_RAN = rf"(?:{output_usage.RAN}|.*\bcannot find symbol|[ \t]*at .*[:(]\S+:\d+)"


def found_nothing(message: str) -> bool:
    """Say whether a check had no configuration, or a runner no such task: nothing was checked."""
    lowered = message[:_FIRST_WORDS].lower()
    if any(word in lowered for word in _NOTHING):
        return True
    lines = stripped(message[:_FIRST_WORDS])
    says_so = len(lines) <= _FEW_LINES and _is_said_of_no_test(re.matches(_NO_SUCH_TASK, lines))
    return says_so and not any(re.matches(_RAN, lines))


_NEVER_BEGAN = (
    r"(?i)(?:.*\berror: )?(?:unrecognized|unknown|unexpected) (?:subcommand|command)\b|mise ERROR "
    r"|.*Could not locate executable|.*This is not the tsc command|.*: command not found$"
    r"|\S*python[\d.]*(?:\.exe)?: No module named \S+$"
)


def never_began(message: str) -> bool:
    """Say whether nothing was checked.

    The runner or what it was to run was not there, it was asked in a wrong way, or all that it complains of is what
    its surroundings lack: no edit is to blame for that.
    """
    if found_nothing(message) or is_wrong_folder(message):
        return True
    lines = stripped(message)
    return any(re.matches(_NEVER_BEGAN, lines)) or output_usage.did_nothing(lines) or _lacks_only(lines)


_LACKS = (
    r"(?:.*\berror: |.*Error: )(?:[Mm]issing (?:required )?(?:env\w* (?:variables?:? )?)?[A-Z][A-Z\d]*_[A-Z\d_]+\b"
    r"|.*\b[Cc]annot find (?:module|package) ['\"](?:@\w|\w)[^'\"]*['\"])"
    r"|.*\berror TS2307: Cannot find module '(?:@\w|\w)"
    r"|.*\b[A-Z][A-Z\d]*_[A-Z\d_]+ (?:environment variable )?(?:is not set|is not defined|is required|must be set)\b"
)
_SAYS_NOTHING = r"error: script |error: Command failed|error: Recipe |error Command failed|npm (?:ERR!|error) "


def _lacks_only(lines: re.Lines) -> bool:
    """Say whether all lines that say why name a variable that is not set, or a package that is not there."""
    if not any(re.matches(_LACKS, lines)):
        return False
    says_nothing = re.compile(_SAYS_NOTHING).match
    reasons = [found.string for found in re.matches(_REASON, lines) if not says_nothing(found.string)]
    return bool(reasons) and all(map(re.compile(_LACKS).match, reasons))


def unmatched(message: str) -> "set[str]":
    """Return what a shell found no file for, as the parts of a command are known by it."""
    from claudesess_collector.part import file_name
    from claudesess_collector.payload import short_hash

    pattern = re.compile(r"(?:\(eval\):\d+|zsh(?:: line \d+)?): no matches found: (.+)")
    return {short_hash(file_name(match[1])) for match in map(pattern.match, stripped(message)) if match is not None}


_REASON = (
    r"E  +\S|FAILED |ERROR |FAIL\b|not ok |AssertionError|\w*(?:Error|Exception)\b|thread '.*' panicked|error\b"
    r"|.*\berror(?:\[\w+\])?:|.*error TS\d+|\S+:\d+(?::\d+)?: "
)
_DECORATION = r"Exit code \d+$|exit status hidden$|[\s.=_\-*#FsxXE]*(?:\[ *\d+%\])?$|=+ .* =+$|_+ .* _+$"


def first_reason(message: str) -> "Optional[str]":
    """Return the first line that says why a check failed, else its first line that says anything."""
    decorates, says_why = re.compile(_DECORATION).match, re.compile(_REASON).match
    lines = [line for line in stripped(message) if not decorates(line)]
    return next(filter(says_why, lines), lines[0] if lines else None)


_QUOTED = r"File \"([^\"\n]{1,512})\""
_AT_A_WORD = r"(?<=[\w./\\()\[\]@+~-])File (?=\")"
_WORDS = r"[\w./\\()\[\]@+~-]{2,}"
_MAY_NAME = r"\.[A-Za-z]|file"
_NAMES = (
    r"([\w./\\()\[\]@+~-]{0,240}[\w)\]]\.[A-Za-z]\w{0,9})(?!\w|\.\w)"
    r"|\b((?:[\w.-]{1,80}/){0,9}(?:Makefile|Dockerfile|Rakefile|Gemfile|Justfile|Procfile))\b"
)
_KNOWN_TOKENS, _MOST_NAMES = 4096, 200
_names_by_token: "dict[str, list[list[str]]]" = {}  # one message after the other names the same files


def named_paths(text: str) -> "list[str]":
    """Return what looks like a file, in the order of its naming, each once; brackets before a name are tried away."""
    found: "dict[str, None]" = {}
    pieces = [text]
    if 'File "' in text:
        text = re.compile(_AT_A_WORD).sub(" File ", text)  # what is quoted is no part of the word before it
        pieces = re.compile(_QUOTED).split(text)
    for names in _names_by_word(pieces):
        for name in names:
            _add_name(found, name)
        if len(found) >= _MOST_NAMES:
            break
    return list(found)


def _names_by_word(pieces: "list[str]") -> "Iterator[list[str]]":
    """Yield what looks like a file, word by word; every second piece is a name that was quoted."""
    for at, piece in enumerate(pieces):
        if at % 2:
            yield [piece]
            continue
        for token in piece.split():
            if "." in token or "file" in token:
                yield from _names_of(token)


def _names_of(token: str) -> "list[list[str]]":
    """Return what looks like a file in each word of what stands between blanks."""
    found = _names_by_token.get(token)
    if found is None:
        if len(_names_by_token) >= _KNOWN_TOKENS:
            _names_by_token.clear()
        names, may_name = re.compile(_NAMES), re.compile(_MAY_NAME).search
        words = [word for word in re.compile(_WORDS).findall(token) if may_name(word) is not None]
        found = _names_by_token[token] = [[match.group() for match in names.finditer(word)] for word in words]
    return found


def _add_name(found: "dict[str, None]", name: str) -> None:
    for spelling in (name, name.lstrip("([@")):
        found.setdefault(spelling[2:] if spelling.startswith("./") else spelling)


_NAME_PIECES = r"[\w+~@-]+(?:\.[\w+~@-]+)*"


_PASS_MARKS = ("✓", "✔", "√", "PASS", "ok ")
_PASSED = r"(?m)^(?:\x1b\[[\d;]*m|[ \t])*(?:[✓✔√]|PASS\b|ok ).*$|^.* PASSED\b.*$"


def mentioned_names(text: str) -> "set[str]":
    """Return what may be the name of a file or a folder: pieces of words that prose does not have.

    What a line says has passed is not what the message speaks of.
    """
    pieces = re.compile(_NAME_PIECES)
    found: "set[str]" = set()
    for word in set(without_passed(text).split()):
        if "/" in word or "." in word or "_" in word or "\\" in word:
            for piece in pieces.findall(word):
                found.add(piece)
                found.update(piece.split("."))
    return found


def without_passed(text: str) -> str:
    """Leave out the lines that say of something that it has passed."""
    return re.compile(_PASSED).sub("", text) if any(map(text.__contains__, _PASS_MARKS)) else text


def name_pieces(name: str) -> "set[str]":
    """Return the pieces of a name as `mentioned_names` has them."""
    return set(re.compile(_NAME_PIECES).findall(name))
