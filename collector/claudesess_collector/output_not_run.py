"""Read whether what was called has run: a program is not there, does not understand, breaks off, finds nothing to do.

Loaded only for failures, and where a status is hidden.
"""

from claudesess_collector import light_re as re
from claudesess_collector import output_usage
from claudesess_collector.command_split import name_of
from claudesess_collector.output_lines import stripped
from claudesess_collector.system import last_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable

# Characters of a message: what is said of the run as a whole comes early, what a tool refuses at once.
_BEGINNING, _FIRST_WORDS, _FIRST = 8192, 4000, 2000
_OF_A_SCRIPT = 20  # lines in which it is said that a script is not there

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
    r"|(?:error: externally-managed-environment|hint: See PEP 668)"
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


# How shells say that they could not read a command.
_UNREAD = (
    r"(?:(?:\S*/)?(?:ba|z|da|k)?sh(?:\.exe)?|\(eval\)): ?.{0,40}?(?:unexpected EOF while looking|parse error near"
    r"|syntax error near unexpected token|[Ss]yntax error: (?:Unterminated quoted|unexpected end of file"
    r"|.{1,20} unexpected)|unmatched [\"'`]$)|.*\bCategoryInfo\b.*\bParserError:|ParserError:"
)


def is_unread(output: str) -> bool:
    """Say whether a shell says that it could not read the command: where it says so first, nothing ran."""
    return any(re.matches(_UNREAD, stripped(output)))


# How installers of packages say that they could not.
_INSTALLERS = (
    r"(?:× |error: )?(?:externally-managed-environment|This environment is externally managed)|hint: See PEP 668"
    r"|ERROR: (?:Could not (?:find a version|build wheels|install packages|open requirements)|No matching distribution)"
    r"|npm (?:ERR!|error) (?:code E(?:RESOLVE|40[134]|TARGET|INTEGRITY|BADENGINE)$|404 Not Found - )"
    r"|.*\bERR_PNPM_(?!RECURSIVE)"
    r"|error: subprocess-exited-with-error"
    r"|E: (?:Unable to locate package|Package .* has no installation candidate)|error: failed to select a version"
)


def is_installers(message: str) -> bool:
    """Say whether a line is that of an installer of packages which could not."""
    return any(re.matches(_INSTALLERS, stripped(message)))


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


def complaining(message: str) -> "set[str]":
    """Return the programs in whose name a line of the message speaks: `cat: x: No such file`."""
    pattern = re.compile(r"(?:/?(?:[\w.+-]+/)*(?:bash|zsh|sh|dash): )?(?:line \d+: |\d+: )?([\w./-]+): ")
    found = [match[1] for match in map(pattern.match, stripped(message)) if match is not None]
    return {name_of(name) for name in found}


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
    r"|\S*python[\d.]*(?:\.exe)?: No module named \S+$|.*\bUnable to delete (?:directory|file) "
    r"|.*Could not delete path |.*shell-snapshots/\S+"
    r"|Fatal error: cannot open file |.*\bcommand \"[^\"]+\" not found$|command timed out after "
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
    r"|.*\bFailed to resolve import \"(?:@\w|\w)[^\"]*\" from"
    r"|.*\b[A-Z][A-Z\d]*_[A-Z\d_]+ (?:environment variable )?(?:is not set|is not defined|is required|must be set)\b"
)
_SAYS_NOTHING = r"error: script |error: Command failed|error: Recipe |error Command failed|npm (?:ERR!|error) "


def _lacks_only(lines: re.Lines) -> bool:
    """Say whether all lines that say why name a variable that is not set, or a package that is not there."""
    if not any(re.matches(_LACKS, lines)):
        return False
    from claudesess_collector.output_findings import reasons_among

    says_nothing = re.compile(_SAYS_NOTHING).match
    reasons = [line for line in reasons_among(lines) if not says_nothing(line)]
    return bool(reasons) and all(map(re.compile(_LACKS).match, reasons))


def unmatched(message: str) -> "set[str]":
    """Return what a shell found no file for, as the parts of a command are known by it."""
    from claudesess_collector.part import file_name
    from claudesess_collector.payload import short_hash

    pattern = re.compile(r"(?:\(eval\):\d+|zsh(?:: line \d+)?): no matches found: (.+)")
    return {short_hash(file_name(match[1])) for match in map(pattern.match, stripped(message)) if match is not None}
