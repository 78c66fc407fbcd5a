"""The parts of a shell command: what each of its programs is for, to what it does it, and whether its end is seen."""

from claudesess_collector.command_programs import LED, SETUP, program, unwrapped
from claudesess_collector.command_split import (
    Segment,
    bare,
    flat,
    hands_on,
    is_assignment,
    led_to,
    status_options,
    stays_failed,
    words_of_name,
)
from claudesess_collector.payload import short_hash
from claudesess_collector.system import joined, last_name, normal
from claudesess_collector.vocabulary import CHECK, PROBE, RUN, TAKE_PATHS, VCS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator, Optional

#: Filters behind a pipe that show what they get, and those that choose.
LEAVING_LINES = set("head tail less more cat tee sort uniq Select-Object Out-String Out-Host".split())
SHOWING = LEAVING_LINES | set("nl cut tr column sed awk".split())  # these rewrite them
CHOOSING = set("grep egrep fgrep rg ag Select-String jq wc".split())
_HOOK_SWITCHES = {"HUSKY", "HUSKY_SKIP_HOOKS", "LEFTHOOK", "OVERCOMMIT_DISABLE"}
SERVE = "serve"  # the family of whatever starts the project's server
_ENDS_LIST = (";", "\n", ";;", "&", "")
_MAX_PARTS = 40
_FACTS = (
    "aim", "via", "program", "runner", "filter", "folder", "is_hidden", "is_last", "is_whole", "group",
    "skips_hooks", "cases", "left_out", "shown", "is_fallback",
)  # fmt: skip


# What stands between the pieces of a word, and how long those are that may be a secret.
_APART = dict.fromkeys(map(ord, "/\"'`(){}[]<>:@,;=|"), " ")
_SHORTEST_PIECE = 6
_HIDDEN = "[redacted]"


class Part:
    """One program of a command, with what identifies what it tries."""

    __slots__ = (
        "_aim",
        "between",
        "cases",
        "category",
        "counts",
        "echoed",
        "echoes",
        "families",
        "filter",
        "folder",
        "group",
        "instead",
        "is_fallback",
        "is_hidden",
        "is_idle",
        "is_last",
        "is_means",
        "is_whole",
        "kind",
        "left_out",
        "packages",
        "program",
        "proof",
        "runner",
        "shown",
        "skips_hooks",
        "starter",
        "targets",
        "via",
    )  # fmt: skip

    def __init__(self, kind: str, families: "list[str]", targets: "list[str]", category: str = "runtime") -> None:
        # What it tries.
        self._aim: "Optional[str]" = None
        self.kind = kind
        self.category = category
        self.families = families
        self.targets = targets
        self.folder = ""
        self.program = ""
        self.runner = ""  # whose summary it prints
        self.starter = ""  # the program that starts it, if no table knows that one
        self.via: "Optional[str]" = None  # the task runner that started it
        self.skips_hooks = False  # git is told not to run the checks before it
        self.shown: "list[str]" = []  # hashes of what a look shows beside what it looks at
        # What it is told to choose, by hashes.
        self.is_whole = False  # nothing: it takes all that there is in its folder
        self.cases: "list[list[str]]" = []  # the cases to run: of each the words
        self.left_out: "list[list[str]]" = []  # the cases not to run: of each the words
        self.packages: "list[str]" = []  # the packages that a runner is to take
        # What its place in the command says of its status.
        self.group = 0  # the list in which it stands
        self.is_last = False  # that list's status is the command's
        self.is_hidden = False  # its own status is not the command's
        self.is_means = False  # its output only serves what comes after it
        self.is_fallback = False  # it runs where what stands before it fails
        self.is_idle = False  # it never runs: a pipe that cannot fail stands before it
        # What is printed, of it and around it.
        self.filter: "Optional[str]" = None  # hash of what chooses among its lines; "" if all are shown
        self.counts = ""  # what the pipe counts of its lines: "errors", "lines"; "" if it shows them
        self.echoes: "Optional[str]" = None  # what is printed around its exit status, a NUL in its place
        self.instead: "Optional[str]" = None  # what is printed if it fails
        self.proof: "Optional[str]" = None  # what is printed only if it succeeds
        self.echoed: "list[str]" = []  # lines that the command itself prints
        self.between = ("", "")  # of these, the last one always printed before it, and the first one after it

    @property
    def aim(self) -> str:
        """Short hash of what is tried."""
        if self._aim is not None:
            return self._aim
        return short_hash("\0".join([self.kind, *self.families, "", *sorted(self.targets)]))

    @property
    def is_safe(self) -> bool:
        """Whether secrets were left out of its words."""
        return self._aim is not None

    @property
    def is_look(self) -> bool:
        """Whether it only looks."""
        return self.kind == PROBE or self.families == ["git status"]

    @property
    def is_own_test(self) -> bool:
        """Whether it is a test script of one's own: its status may be 0 whatever it finds."""
        if self.runner != "?" or self.category != "test" or self.families[0] != "script":
            return False
        stem = _last_word(self.targets[0]).lower().partition(".")[0] if self.targets else ""
        return _HELP_TESTS.isdisjoint(words_of_name(stem))

    def is_instead(self, line: str) -> bool:
        """Say whether a line is what is printed where it fails, or ends with it: its own need not end a line."""
        if self.instead is None:
            return False
        before, found, after = line.rstrip().rpartition(self.instead)
        is_anothers = before[-1:].isspace() or (before[-1:].isdigit() and self.instead[0].isdigit())
        return bool(found) and not after and not is_anothers

    def make_safe(self, command: "Optional[str]" = None, shown: "Optional[str]" = None) -> None:
        """Leave secrets out of the words that are kept and compared; what is tried stays the same.

        `shown` is the command without its secrets, where it has any: a word that it lacks is part of one.
        """
        if self._aim is None:
            from claudesess_collector.privacy_redact import redact, window

            self._aim = self.aim
            self.families = [redact(window(family)) for family in self.families]
            self.targets = [redact(window(target)) for target in self.targets]
            if command is not None and shown is not None:
                hashes = _hashes_of_hidden(command, shown)
                self.families = [_unless_hidden(word, command, shown) for word in self.families]
                self.targets = [
                    _HIDDEN if target.lstrip("?") in hashes else _unless_hidden(target, command, shown)
                    for target in self.targets
                ]
                self.program = self.program if self.program in shown else ""
            if self.kind == VCS and self.families[0] not in TAKE_PATHS:
                # A branch or a commit, but also what somebody searches the log for.
                self.targets = [
                    target if "/" in target and " " not in target else short_hash(target) for target in self.targets
                ]

    def facts(self) -> "dict[str, Any]":
        """Return the part as JSON can hold it, free of secrets but for its program."""
        self.make_safe()
        always = {"kind": self.kind, "category": self.category, "families": self.families, "targets": self.targets}
        facts = {fact: getattr(self, fact) for fact in _FACTS}
        return {**always, **{fact: value for fact, value in facts.items() if value or value in ("", 0)}}


# Words in names of scripts that are no tests: they make ready what tests need.
_HELP_TESTS = frozenset(
    "setup data gen generate make create clean cleanup teardown helper helpers util utils server env install fixture"
    " fixtures mock mocks seed start stop".split()
)


def _unless_hidden(word: str, command: str, shown: str) -> str:
    """Return a word, or a mark for one that holds what is in a command and is not shown of it.

    Its quotes are gone, so it need not look like a secret, and may be the middle of what looks like a path.
    """
    pieces = [piece for piece in word.translate(_APART).split() if len(piece) >= _SHORTEST_PIECE]
    is_hidden = any(piece in command and piece not in shown for piece in [_last_word(word), *pieces])
    return _HIDDEN if is_hidden else word


def _hashes_of_hidden(command: str, shown: str) -> "set[str]":
    """Return what stands in a part for an argument that is a secret: a weak one is guessed by its hash."""
    words = {*command.split(), *command.translate(_APART).split()}
    return {short_hash(word.strip("\"'")) for word in words if word not in shown}


def _last_word(text: str) -> str:
    """Return the last word of a family, or of the last name of a path."""
    return last_name(text).rpartition(" ")[2]


def restored(facts: "Any") -> "Optional[Part]":
    """Return the part that `facts` described, None where it is none."""
    try:
        part = Part(facts["kind"], list(facts["families"]), list(facts["targets"]), facts["category"])
        part._aim = facts["aim"]
        part.starter = facts.get("starter") or ""
        for fact in _FACTS[1:]:
            setattr(part, fact, facts.get(fact, getattr(part, fact)))
    except (KeyError, TypeError):
        return None
    return part


def of_command(command: str, folder: str) -> "list[Part]":
    """Return the parts of a command that begins in a folder, those that only set the shell up left out."""
    line = _Line(command)
    return [
        _placed(line, number, at, its_folder)
        for number, at, its_folder in _in_folders(line.groups, folder)
        if program(line.groups[number][at]).kind != SETUP and not _is_filter(line.groups[number], at)
    ]


class _Line:
    """A command as its lists, joined by `&&`, `||` and pipes within, and what holds for all of them."""

    __slots__ = ("deciding", "echoed", "groups", "is_in_background", "keeps_going", "keeps_pipe", "marks")

    def __init__(self, command: str) -> None:
        segments = flat(command)[:_MAX_PARTS]
        self.groups = _groups(segments)
        self.keeps_pipe, self.keeps_going = status_options(segments)
        self.deciding = _deciding(self.groups)
        self.is_in_background = bool(segments) and segments[-1].after == "&"
        self.echoed = _echoed(segments)
        self.marks = _marks(self.groups, self.echoed) if self.echoed else []

    def marks_around(self, number: int, at: int) -> "tuple[str, str]":
        """Return which lines the command always prints last before a part and first behind it, "" for none.

        Nobody knows where they stand when the output goes into a file or a variable, or comes from the background.
        """
        is_elsewhere = any(segment.writes or segment.is_means for segment in self.groups[number])
        if not self.marks or self.is_in_background or is_elsewhere:
            return "", ""
        before = self.marks[: number + 1] if at else self.marks[:number]
        return next(filter(None, reversed(before)), ""), next(filter(None, self.marks[number + 1 :]), "")


def _in_folders(groups: "list[list[Segment]]", folder: str) -> "Iterator[tuple[int, int, str]]":
    """Yield the place of each segment, its list's and its own, with the folder that it runs in."""
    left: "list[str]" = []  # folders that `popd` leads back to
    for number, group in enumerate(groups):
        for at, segment in enumerate(group):
            name = program(segment).name
            if name == "pushd":
                left.append(folder)
            if name in ("cd", "pushd"):
                folder = _step(folder, segment)
            elif name == "popd" and left:
                folder = left.pop()
            yield number, at, folder


def _is_filter(group: "list[Segment]", at: int) -> bool:
    """Say whether a segment only shows, or chooses among, what comes through the pipe before it."""
    runs = program(group[at])
    is_look = (runs.kind == PROBE and runs.family == "look") or runs.name == "tee"
    return is_look and at > 0 and group[at - 1].after == "|"


def _placed(line: _Line, number: int, at: int, folder: str) -> Part:
    """Return a part, with what its place in the command says of its status and its output."""
    group = line.groups[number]
    segment, folder = _led(group[at], folder)
    part = _part(segment, group, at, folder)
    part.group, part.is_last = number, number == line.deciding
    is_lost = number < line.deciding and not line.keeps_going
    part.is_hidden = is_lost or _is_lost(group, at, line.keeps_pipe) or line.is_in_background
    part.filter, part.counts = _filter(group, at), _counts(group, at)
    part.echoes = _status_echo(line.groups, number, at)
    part.instead, part.proof = _printed_behind(group, at, "||"), _printed_behind(group, at, "&&")
    part.echoed, part.between = line.echoed, line.marks_around(number, at)
    part.is_fallback = at > 0 and group[at - 1].after == "||"
    part.is_idle = part.is_fallback and not line.keeps_pipe and _cannot_fail(group, at - 1)
    return part


def _led(segment: Segment, folder: str) -> "tuple[Segment, str]":
    """Return a segment without the option that names the folder to work in, and that folder."""
    runs = program(segment)
    if runs.kind in (PROBE, VCS) or not _may_be_led(segment, runs.name):
        return segment, folder
    from claudesess_collector import command_folders

    return command_folders.led(segment, runs.name, folder)


def _may_be_led(segment: Segment, name: str) -> bool:
    """Say whether an option may tell a program, or who starts it, the folder to work in."""
    programs = [last_name(name), last_name(bare(segment.words[0]))]
    return not LED.isdisjoint(programs) and any(word[:1] == "-" for word in segment.words)


def whole(tried: str) -> Part:
    """Return the one part of a command of which no program is known to do anything: the command itself."""
    part = Part(RUN, ["shell"], ["=" + short_hash(tried)])
    part.is_last = True
    part.filter = ""
    return part


def _groups(segments: "list[Segment]") -> "list[list[Segment]]":
    """Return the lists of commands joined by `&&`, `||` and pipes."""
    groups: "list[list[Segment]]" = [[]]
    for segment in segments:
        groups[-1].append(segment)
        if segment.after in _ENDS_LIST:
            groups.append([])
    return [group for group in groups if group]


def _deciding(groups: "list[list[Segment]]") -> int:
    """Return the number of the list whose status is the command's: tails that only hand it on do not count."""
    real = [at for at, group in enumerate(groups) if any(program(segment).kind != SETUP for segment in group)]
    if not real:
        return 0  # whichever: there is no part whose status it could be
    tail = groups[real[-1] + 1 :]
    prints = any(program(segment).name in ("echo", "printf", "true", ":") for group in tail for segment in group)
    is_handed_on = any(hands_on(segment) for group in tail for segment in group)
    return real[-1] if is_handed_on or not prints else len(groups)  # none of a part


def _is_lost(group: "list[Segment]", at: int, keeps_pipe: bool) -> bool:
    """Say whether the status of a part gets lost in its own list."""
    is_own_pipe = True
    for segment, following in zip(group[at:], group[at + 1 :]):
        if segment.after == "|" and is_own_pipe and not keeps_pipe:
            return True
        is_own_pipe = is_own_pipe and segment.after == "|"
        if segment.after == "||":
            return not stays_failed(following)
    return False


def _filter(group: "list[Segment]", at: int) -> "Optional[str]":
    """Return the hash of what chooses among a part's lines behind the pipe, "" where all are shown."""
    chooses = []
    while group[at].after == "|" and at + 1 < len(group):
        at += 1
        words = [bare(word) for word in group[at].words]
        name = last_name(words[0])
        if name in CHOOSING:
            chooses.append(" ".join(words))
        elif name not in SHOWING:
            return None if not chooses else short_hash(" | ".join(chooses))
    return short_hash(" | ".join(chooses)) if chooses else ""


_SPEAKS_OF_ERRORS = ("error", "fail", "✗", "✖")


def _counts(group: "list[Segment]", at: int) -> str:
    """Return what is counted of a part's lines at the end of the pipe: those that speak of errors, or all."""
    behind = []
    while group[at].after == "|" and at + 1 < len(group):
        at += 1
        behind.append([bare(word) for word in group[at].words])
    if not behind:
        return ""
    is_counted = behind[-1][:2] == ["wc", "-l"] or (behind[-1][0] == "grep" and _is_counting(behind[-1]))
    if not is_counted:
        return ""
    choosing = [words for words in behind if words[0] in CHOOSING and words[:2] != ["wc", "-l"]]
    chosen = " ".join(word for words in choosing for word in words[1:]).lower()
    if any(word.startswith("-") and "v" in word for words in behind for word in words[1:]):
        return ""
    speaks_of_errors = len(choosing) == 1 and any(map(chosen.__contains__, _SPEAKS_OF_ERRORS))
    return "errors" if speaks_of_errors else "" if choosing else "lines"


def _is_counting(words: "list[str]") -> bool:
    return any(word == "--count" or (word[:1] == "-" and word[1:2] != "-" and "c" in word) for word in words[1:])


def _cannot_fail(group: "list[Segment]", at: int) -> bool:
    """Say whether a segment is the end of a pipe that only shows what it gets, and nothing stands before the pipe."""
    name = last_name(bare(group[at].words[0]))
    is_behind = at > 0 and all(segment.after == "|" for segment in group[:at])
    return is_behind and name in ("head", "tail", "cat", "less")


def _printed_behind(group: "list[Segment]", at: int, operator: str) -> "Optional[str]":
    """Return what `|| echo …` or `&& echo …` behind a part prints, None where only the shell knows.

    Of `&& echo well || echo bad` the second is printed where the part fails.
    """
    prints = ("echo", "printf")
    if operator == "||" and group[at].after == "&&" and at + 1 < len(group) and bare(group[at + 1].words[0]) in prints:
        at += 1
    if group[at].after != operator or at + 1 >= len(group) or bare(group[at + 1].words[0]) not in prints:
        return None
    words = [word.replace("\\n", "") for word in group[at + 1].words[1:] if word not in ("-n", "-e")]
    text = " ".join(map(bare, words)).strip()
    return text if text and "$" not in text and "`" not in text else None


def _echoed(segments: "list[Segment]") -> "list[str]":
    """Return the lines that `echo` prints; a `$` at the end stands for what only the shell knows."""
    found = []
    for segment in segments:
        if bare(segment.words[0]) == "echo":
            text, variable, _ = " ".join(map(bare, segment.words[1:])).replace("`", "$").partition("$")
            text = text.replace("\\n", "").removeprefix("-n ").removeprefix("-e ").strip()
            found += [text + variable] if text else []
    return found


def _marks(groups: "list[list[Segment]]", echoed: "list[str]") -> "list[str]":
    """Return of each list the line that it always prints first, "" where it prints none, or one that others print."""
    firsts = [_echoed(group[:1]) if group[0].after != "|" else [] for group in groups]
    return [
        first[0] if first and echoed.count(first[0]) == 1 and _is_like_no_other(first[0]) else "" for first in firsts
    ]


def _is_like_no_other(line: str) -> bool:
    """Say whether a line that a command prints is like no other: where only its beginning is known, by a letter."""
    return len(line) > 2 and (line[-1] != "$" or any(map(str.isalpha, line)))


def _status_echo(groups: "list[list[Segment]]", number: int, at: int) -> "Optional[str]":
    """Return what `; echo …$?` prints around the status, a NUL in its place; behind a pipe it is the pipe's."""
    group = groups[number]
    if number + 1 >= len(groups) or (at + 1 < len(group) and "|" not in [segment.after for segment in group[at:]]):
        return None
    echo = groups[number + 1][0]
    text = " ".join(bare(word) for word in echo.words[1:])
    for variable in ("${PIPESTATUS[0]}", "$PIPESTATUS", "${?}", "$?"):
        before, found, after = text.partition(variable)
        if found and echo.words[0] in ("echo", "printf") and "$" not in before:
            is_the_pipes = group[at].after == "|" and variable.strip("${}") == "?"
            before = before.removeprefix("-n ").removeprefix("-e ")
            return ("|" if is_the_pipes else "") + f"{before}\0{after.replace(chr(92) + 'n', '')}"
    return None


def _step(folder: str, segment: Segment) -> str:
    words = [bare(word) for word in segment.words]
    return led_to(folder, next((word for word in words[1:] if not word.startswith("-") or word == "-"), "~"))


def _part(segment: Segment, group: "list[Segment]", at: int, folder: str) -> Part:
    """Return what a segment tries, whatever stands around it but for the pipe before it."""
    runs = program(segment)
    part = Part(runs.kind, [runs.family, SERVE] if runs.serves else [runs.family], [], runs.category)
    part.program = last_name(runs.name)
    part.runner, part.starter = runs.runner, runs.starter
    part.folder, part.is_means = folder, segment.is_means
    part.skips_hooks = runs.kind == VCS and _skips_hooks(segment.words, runs.subcommand)
    if runs.kind == CHECK:
        from claudesess_collector import command_targets

        part.targets, part.is_whole = command_targets.of_check(runs, folder)
        if runs.name not in ("docker", "docker-compose"):
            command_targets.choose(part, unwrapped(segment.words))
    elif runs.kind == PROBE and runs.family != "script" and not runs.family.endswith(" -c"):
        part.targets, part.shown = looked_at(runs.operands)
    else:
        from claudesess_collector import command_targets

        part.targets = command_targets.of_run(runs, segment, group[: at + 1], folder)
    part.targets = list(dict.fromkeys(part.targets))
    return part


def _skips_hooks(words: "list[str]", verb: str) -> bool:
    """Say whether git is told not to run its hooks, or to leave some out."""
    before = [word.partition("=") for word in words if is_assignment(word)]
    return (
        "--no-verify" in words
        or (verb == "commit" and "-n" in words)
        or any(word.startswith("core.hooksPath=") for word in words)
        or any(name == "SKIP" or (name in _HOOK_SWITCHES and value in ("0", "1")) for name, _, value in before)
    )


def file_name(path: str) -> str:
    """Return by what a file is known wherever it is looked for: its name, with its folder's where many have that."""
    folder, _, name = path.rstrip("/").rpartition("/")
    is_common = name.partition(".")[0].lower() in _COMMON
    return f"{folder.rpartition('/')[2]}/{name}" if is_common and folder else name


def folder_of_pattern(pattern: str) -> str:
    """Return the folder in which a pattern of files begins."""
    return pattern.partition("*")[0].rpartition("/")[0]


def looked_at(paths: "list[str]") -> "tuple[list[str], list[str]]":
    """Return hashes of what a look is for, and of what it shows beside that.

    A pattern is for what is left of its name, and shows its folder; a file shows what its name begins with.
    """
    names, shown = [], []
    for path in paths:
        names.append(file_name(path))
        base = last_name(path)
        if "*" in path:
            shown += [file_name(folder_of_pattern(path))]
            names += [piece for piece in [max(base.split("*"), key=len)] if len(piece) >= _LETTERS_THAT_TELL]
        else:
            shown.append(base.partition(".")[0])
    return [short_hash(name) for name in names if name], [
        short_hash(name) for name in shown if len(name) >= _LETTERS_THAT_TELL
    ]


_LETTERS_THAT_TELL = 5  # letters of a name that tell it from others
_COMMON = set(
    "index main mod lib page layout route init __init__ __main__ readme package cargo go pyproject setup conftest types"
    " utils config makefile dockerfile tsconfig app test tests style styles schema models views urls".split()
)


def start_folder(command: str, cwd: str, is_after: bool) -> str:
    """Return the folder in which a command began; `is_after` where `cwd` is the one that its own `cd` led to."""
    if not is_after or not ("cd " in command or "pushd" in command):
        return cwd
    steps, back = "", 0
    for segment in flat(command):
        if segment.words[0] == "popd":
            return cwd
        if segment.words[0] not in ("cd", "pushd") or len(segment.words) < 2:
            continue
        target = bare(segment.words[-1])
        if target.startswith(("/", "~", "$", "-", "`")):
            return cwd  # where it led from there does not matter
        steps = joined(steps, target)
    steps = normal(steps) if steps else ""
    if not steps or steps == ".":
        return cwd
    if not steps.startswith(".."):
        # a subshell's `cd`, or an agent's, led nowhere
        return cwd[: -len(steps) - 1] or "/" if cwd.endswith("/" + steps) else cwd
    while steps.startswith(".."):
        steps, back = steps[3:], back + 1
    if steps and not cwd.endswith("/" + steps):
        return cwd
    # `cd ../b` from wherever it was: any folder that far above leads there again
    above = cwd[: -len(steps) - 1] if steps else cwd
    return joined(above, "/".join(["_"] * back))
