"""The parts of a shell command: what each of its programs is for, to what it does it, and whether its end is seen."""

from claudesess_collector.command_programs import LED, SETUP, program, unwrapped
from claudesess_collector.command_split import (
    Segment,
    flat,
    hands_on,
    is_assignment,
    led_to,
    status_options,
    stays_failed,
)
from claudesess_collector.part import SERVE, Part, bare, looked_at
from claudesess_collector.payload import short_hash
from claudesess_collector.system import joined, last_name, normal
from claudesess_collector.vocabulary import CHECK, PROBE, RUN, VCS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, Optional

#: Filters behind a pipe that show what they get, and those that choose.
LEAVING_LINES = set("head tail less more cat tee sort uniq Select-Object Out-String Out-Host".split())
SHOWING = LEAVING_LINES | set("nl cut tr column sed awk".split())  # these rewrite them
CHOOSING = set("grep egrep fgrep rg ag Select-String jq wc".split())
_HOOK_SWITCHES = {"HUSKY", "HUSKY_SKIP_HOOKS", "LEFTHOOK", "OVERCOMMIT_DISABLE"}
_TELL_BY_STATUS = CHOOSING | {"diff", "cmp"}  # at a pipe's end: whether there was such a line, or a difference
_ENDS_LIST = (";", "\n", ";;", "&", "")
_MAX_PARTS = 40


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
    behind = _behind(group, at)
    part.filter, part.counts = _filter(behind), _counts(behind)
    part.shows_end = not line.is_in_background and _shows_end(group[at:], behind)
    part.echoes = _status_echo(line.groups, number, at)
    part.instead, part.proof = _printed_behind(group, at, "||"), _printed_behind(group, at, "&&")
    part.echoed, part.between = line.echoed, line.marks_around(number, at)
    part.several, part.leads_on = group[at].several, group[at].after == "&&"
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
    if group[at].last_of_group is not None and not keeps_pipe:
        return True
    is_own_pipe = True
    for segment, following in zip(group[at:], group[at + 1 :]):
        if segment.after == "|" and is_own_pipe and not keeps_pipe:
            return True
        is_own_pipe = is_own_pipe and segment.after == "|"
        if segment.after == "||":
            return not stays_failed(following)
    return False


def _behind(group: "list[Segment]", at: int) -> "list[list[str]]":
    """Return the words of each command that a part's output goes through."""
    behind = []
    while True:
        last = group[at].last_of_group
        if group[at].after == "|" and at + 1 < len(group):
            at += 1
            behind.append([bare(word) for word in group[at].words])
        elif last is not None and last in group[at + 1 :]:
            at = group.index(last)
        else:
            return behind


def _filter(behind: "list[list[str]]") -> "Optional[str]":
    """Return the hash of what chooses among a part's lines behind the pipe, "" where all are shown."""
    chooses = []
    for words in behind:
        name = last_name(words[0])
        if name in CHOOSING:
            chooses.append(" ".join(words))
        elif name not in SHOWING:
            return None if not chooses else short_hash(" | ".join(chooses))
    return short_hash(" | ".join(chooses)) if chooses else ""


_SAY_LITTLE = frozenset("-s --silent -q --quiet -n --dry-run --just-print --recon".split())


def _shows_end(segments: "list[Segment]", behind: "list[list[str]]") -> bool:
    """Say whether all of a program that nothing else starts, and that says something, is seen to its end."""
    words = [word for word in segments[0].words if not is_assignment(word)]
    is_alone = bool(words) and last_name(bare(words[0])) == program(segments[0]).name
    if not is_alone or not _SAY_LITTLE.isdisjoint(words) or segments[0].drops_errors:
        return False
    if any(segment.writes or segment.is_means for segment in segments):
        return False
    return all(last_name(words[0]) in ("tail", "cat", "tee") for words in behind)


_SPEAKS_OF_ERRORS = ("error", "fail", "✗", "✖")


def _counts(behind: "list[list[str]]") -> str:
    """Return what is counted of a part's lines at the end of the pipe: those that speak of errors, or all."""
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
            is_last = variable.strip("${}") == "?"
            is_the_pipes = group[at].after == "|" and is_last
            if is_last and at + 1 < len(group) and bare(group[-1].words[0]) in _TELL_BY_STATUS:
                return None
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
