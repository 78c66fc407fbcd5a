"""Read a shell command just far enough to say which check it is: segments, operators, words, redirections."""

from claudesess_collector.part import bare
from claudesess_collector.system import joined, last_name, normal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable, Optional

PARSED = 8192  # characters of a command that are looked at; the rest goes into the hash as it is
_OPERATORS = ("&&", "||", "|&", ";;", "|", ";", "&", "\n")
_OPERATING = "&|;\n"
_REDIRECTING = "0123456789&<>"
_BLANK = " \t\r"
_ENDING = _BLANK + "|;\n"
SHELL_PROGRAMS = {"bash", "sh", "zsh", "dash"}
#: Programs that start another one somewhere else; `command_elsewhere`, loaded for them alone, knows how.
STARTERS = frozenset(
    "docker podman nerdctl docker-compose podman-compose wsl devcontainer nvm fnm asdf volta rbenv pyenv flock unbuffer"
    " strace chroot apptainer singularity toolbox srun limactl lima systemd-run kubectl oc doppler op infisical"
    " aws-vault chamber dotenvx multipass distrobox teller watchexec envchain nix-shell nix su script vagrant fly"
    " flyctl pwsh powershell cmd eval direnv dotenv heroku railway foreman ddev taskset ionice valgrind".split()
)
#: Programs that may be told several tasks at once; `command_several`, loaded for them alone, writes them out.
SEVERAL = frozenset(
    "make gmake just task rake grunt gulp invoke inv turbo nx gradle gradlew sbt ant concurrently conc run-s run-p"
    " npm-run-all npm-run-all2".split()
)
_BEFORE_SEVERAL = frozenset("npx bunx pnpx pnpm yarn bun bundle exec dlx x -y --yes -- run".split())
_BEFORE = frozenset("sudo time timeout gtimeout nohup env command exec nice stdbuf setsid xvfb-run".split())
#: Options of wrappers and runners that take a value.
VALUED = frozenset(
    "--with --python -p --package -n --group --extra --project --directory -e -k -s --signal --kill-after -u --prefix"
    " -C --dir --filter -w --workspace --import -r --require --loader --env --name".split()
)
_NESTED = 3  # shells within shells that are looked into
_last: "dict[str, list[Segment]]" = {}
_SPECIAL = {ord(char): "\0" for char in "\0\\'\"`()|;<>&\n" + _BLANK}


class Segment:
    """A simple command: its words as written, and the operator that follows it (`''` at the end)."""

    __slots__ = (
        "after",
        "drops_errors",
        "is_means",
        "last_of_group",
        "program",
        "several",
        "words",
        "writes",
        "written",
    )

    def __init__(self) -> None:
        self.program: "Any" = None  # what it runs, once somebody has asked
        self.words: "list[str]" = []
        self.after = ""
        self.writes = False  # its output goes into a file
        self.written = ""  # that file
        self.several: "Optional[list[bool]]" = None  # the command that told it with others: whether in order
        self.is_means = False  # its output goes into a variable
        self.drops_errors = False  # what it says of errors is thrown away
        self.last_of_group: "Optional[Segment]" = None  # whose pipe takes what this one prints, too: `(a && b) | tail`


def split(command: str) -> "list[Segment]":
    """Split a command at its top-level operators; output redirections and comments are dropped."""
    return _Reader(command[:PARSED]).segments()


class _Reader:
    """One pass over the text, no backtracking."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.end = text, 0, len(text)
        self.special = text.translate(_SPECIAL)  # \0 where a word may end, or go on in another way
        self.current = Segment()
        self.heredocs: "list[tuple[str, Segment]]" = []  # delimiter, and the command that reads it

    def segments(self) -> "list[Segment]":
        found: "list[Segment]" = []
        while self.at < self.end:
            char = self.text[self.at]
            if char in _BLANK:
                self.at += 1
            elif char in _OPERATING and (operator := self._operator()):
                self.at += len(operator)
                if operator == "\n":
                    self._read_heredocs()
                if self.current.words:
                    self.current.after = "|" if operator == "|&" else operator
                    found.append(self.current)
                    self.current = Segment()
            elif char == "#":
                self._skip_to("\n")
            elif char not in _REDIRECTING or not self._redirection():
                word = self._word()
                if word:
                    self.current.words.append(word)
        if self.current.words:
            found.append(self.current)
        elif found:
            found[-1].after = found[-1].after if found[-1].after == "&" else ""
        return found

    def _operator(self) -> str:
        if self.text.startswith("&>", self.at):
            return ""
        for operator in _OPERATORS:
            if self.text.startswith(operator, self.at):
                return operator
        return ""

    def _redirection(self) -> bool:
        """Skip an output redirection; take a here-document's delimiter; leave input redirections as words."""
        start = self.at
        while self.at < self.end and self.text[self.at].isdigit():
            self.at += 1
        if self.text.startswith("&>", self.at):
            self.at += 1
        char = self.text[self.at : self.at + 1]
        if char == ">" and self.text[self.at + 1 : self.at + 2] != "(":
            while self.at < self.end and self.text[self.at] in ">|&":
                self.at += 1
            self._skip_blanks()
            target = self._word()
            if self.text[start] not in "2" and not target.isdigit() and target not in ("/dev/null", "-"):
                self.current.writes, self.current.written = True, target
            if self.text[start] in "2&" and target == "/dev/null":
                self.current.drops_errors = True
            return True
        if self.text.startswith("<<", self.at) and not self.text.startswith("<<<", self.at):
            self.at += 3 if self.text.startswith("<<-", self.at) else 2
            self._skip_blanks()
            self.heredocs.append((self._word().strip("'\"\\"), self.current))
            return True
        self.at = start
        return False

    def _read_heredocs(self) -> None:
        """Give each command the here-document that it reads: the text is part of what is being tried."""
        for delimiter, reader in self.heredocs:
            body = []
            while self.at < self.end:
                line_end = self.text.find("\n", self.at)
                line_end = self.end if line_end < 0 else line_end
                line = self.text[self.at : line_end]
                self.at = line_end + 1
                if line.strip() == delimiter:
                    break
                body.append(line)
            reader.words.append("<<" + "\n".join(body))
        self.heredocs = []

    def _skip_blanks(self) -> None:
        while self.at < self.end and self.text[self.at] in _BLANK:
            self.at += 1

    def _skip_to(self, stop: str) -> None:
        found = self.text.find(stop, self.at)
        self.at = self.end if found < 0 else found

    def _word(self) -> str:
        start, depth = self.at, 0
        end = self.special.find("\0", start)
        if end > start and self.text[end] in _ENDING:  # a word without quotes, as most are
            self.at = end
            return self.text[start:end]
        while self.at < self.end:
            self.at = self.special.find("\0", self.at)
            if self.at < 0:
                self.at = self.end
                break
            char = self.text[self.at]
            if char == "\\":
                self.at += 2
                continue
            if char in "'\"`":
                self._quoted(char)
                continue
            if char == "(":
                depth += 1
            elif char == ")":
                depth -= 1
            elif depth <= 0 and (char in _ENDING or self._ends_word(char, start)):
                break
            self.at += 1
        self.at = min(self.at, self.end)
        if self.at == start:  # a character that starts nothing: step over it
            self.at += 1
        return self.text[start : self.at].replace("\\\n", "")

    def _ends_word(self, char: str, start: int) -> bool:
        if char == ">":
            return True
        if char == "<":
            return self.at > start or not self.text.startswith("<(", self.at)
        return char == "&"

    def _quoted(self, quote: str) -> None:
        self.at += 1
        while True:
            close = self.text.find(quote, self.at)
            close = self.end if close < 0 else close
            escape = -1 if quote == "'" else self.text.find("\\", self.at, close)
            if escape < 0:
                break
            self.at = escape + 2
        self.at = close + 1


def is_assignment(word: str) -> bool:
    """Say whether a word is `NAME=value`."""
    variable, equals, _ = word.partition("=")
    return bool(equals) and variable.isidentifier()


def status_options(segments: "list[Segment]") -> "tuple[bool, bool]":
    """Return whether a pipe keeps the status of its parts, and whether the shell stops at the first failure."""
    options = " ".join(" ".join(segment.words) for segment in segments if segment.words[0] == "set")
    keeps_pipe = "pipefail" in options or any(
        "PIPESTATUS" in " ".join(segment.words) and hands_on(segment) for segment in segments
    )
    return keeps_pipe, " -e" in options or "errexit" in options


def hands_on(segment: Segment) -> bool:
    """Say whether `exit $r` ends the command with a status that was kept."""
    return segment.words[0] in ("exit", "return") and "$" in " ".join(segment.words[1:])


def stays_failed(fallback: Segment) -> bool:
    """Say whether what stands behind `||` leaves the failure as it is: `|| exit 1`."""
    words = [bare(word) for word in fallback.words]
    return words[0] in ("exit", "return", "false") and words[1:] != ["0"]


def flat(command: str) -> "list[Segment]":
    """Split a command, what stands in `( … )`, `{ …; }` and `bash -c '…'` included, as if it stood there by itself.

    Asked for again, it is at hand: one asks for the spelling, another for the parts. Nobody changes what is returned.
    """
    if command not in _last:
        _last.clear()
        _last[command] = _flat(command, 0)
    return _last[command]


def as_typed(command: str) -> "list[Segment]":
    """Return the same, but what is told several tasks at once as it stands there."""
    segments = flat(command)
    return segments if all(segment.several is None for segment in segments) else _flat(command, 0, False)


def _flat(command: str, depth: int, is_written_out: bool = True) -> "list[Segment]":
    found: "list[Segment]" = []
    begun: "list[int]" = []  # where a group in braces begins
    for segment in split(command):
        if segment.words == ["}"]:
            _end_group(found[begun.pop() if begun else 0 :], segment)
            continue
        if segment.words[0] == "{" and len(segment.words) > 1:
            segment.words = segment.words[1:]
            begun.append(len(found))
        several = _several(segment.words) if is_written_out and depth < _NESTED else None
        inside = None if depth >= _NESTED else several[0] if several is not None else _inside(segment.words)
        parts = _flat(inside, depth + 1, is_written_out) if inside is not None else []
        if several is not None:
            told_with = [several[1]]
            for part in parts:
                part.several = told_with
        if inside is not None and is_assignment(_without_wrappers(segment.words)[0]):
            for part in parts:
                part.is_means = True
        _end_group(parts, segment)
        found.extend(parts or [segment])
    return found


def _several(words: "list[str]") -> "Optional[tuple[str, bool]]":
    """Return the commands that a program runs which is told several tasks at once, and whether in order; else None."""
    words = _without_wrappers(words)
    at = next((at for at, word in enumerate(words[:4]) if word not in _BEFORE_SEVERAL), 0)
    if len(words) < 3 or name_of(bare(words[at])) not in SEVERAL:
        return None
    from claudesess_collector.command_several import written_out

    return written_out(words[at:])


def _end_group(parts: "list[Segment]", end: Segment) -> None:
    """Let what stands behind a group stand behind its last part, and all of it print where the group does."""
    if not parts:
        return
    parts[-1].after = end.after
    for part in parts:
        part.writes, part.drops_errors = part.writes or end.writes, part.drops_errors or end.drops_errors
        if end.after == "|" and part is not parts[-1] and part.last_of_group is None:
            part.last_of_group = parts[-1]


def _inside(words: "list[str]") -> "Optional[str]":
    """Return the command that a subshell, an assignment or a `bash -c` runs, here or elsewhere, else None."""
    words = _without_wrappers(words)
    if len(words) == 1 and words[0].endswith(")"):
        return words[0][1:-1] if words[0].startswith("(") else _assigned(words[0])
    if len(words) == 1 and words[0].endswith(')"'):
        return _assigned(words[0])
    while (head := name_of(bare(words[0]))) in STARTERS:
        elsewhere = started(head, words)
        if not elsewhere:
            return None
        words = elsewhere
    if head in SHELL_PROGRAMS:
        for option, script in zip(words[1:], words[2:]):
            if option.startswith("-") and "c" in option and script[:1] in "'\"":
                return script[1:-1]
            if not option.startswith("-"):
                break
    return None


def name_of(word: str) -> str:
    """Return a program's own name, without its folders and what Windows adds; one's own script keeps its ending."""
    name = last_name(word)
    stem, dot, ending = name.rpartition(".")
    return stem if dot and ending.lower() in _ENDINGS and (ending.lower() != "bat" or stem in _BATCHES) else name


_ENDINGS = ("exe", "cmd", "bat")
_BATCHES = frozenset("gradlew mvnw npm npx yarn pnpm flutter dart make sbt mill activate".split())


def _assigned(word: str) -> "Optional[str]":
    """Return the command whose output a variable is to hold, `NAME=$(…)`, else None."""
    value = word.partition("=")[2].strip('"') if is_assignment(word) else ""
    return value[2:-1] if value.startswith("$(") and not value.startswith("$((") else None


def _without_wrappers(words: "list[str]") -> "list[str]":
    """Leave out assignments and what only times, limits or lifts a command, with its options and numbers."""
    rest = words
    while len(rest) > 1 and (rest[0] in _BEFORE or is_assignment(rest[0])):
        rest = operands(rest[1:], numbers=False) if rest[0] in _BEFORE else rest[1:]
    return rest or words


def operands(
    words: "list[str]", keep: "Iterable[str]" = (), numbers: bool = True, valued: "Iterable[str]" = VALUED
) -> "list[str]":
    """Skip leading options (those that are `valued` with their values) and assignments; what `keep` names stays."""
    at = 0
    while at < len(words):
        word = words[at]
        if word in keep and word:
            break
        if word in valued:
            at += 2
        elif (word.startswith("-") and word != "--") or is_assignment(word) or (not numbers and word[:1].isdigit()):
            at += 1
        else:
            break
    return words[at:]


def led_to(folder: str, target: str) -> str:
    """Return the folder that a `cd` leads to; where only the shell knows that, the one that it began in."""
    if target.startswith("~/"):
        home = _home_of(folder)
        return normal(joined(home, target[2:])) if home else folder
    again = target.strip("/")
    if "/" in again and not target.startswith((".", "/")) and folder.endswith(f"/{again}"):
        return folder  # it was there already, and meant no other
    return folder if target.startswith(("~", "$", "`", "-")) else normal(joined(folder, target))


_HOMES = ("home", "Users")


def _home_of(folder: str) -> str:
    """Return the home that a folder lies in, "" where it shows none."""
    names = folder.split("/")
    for at, name in enumerate(names[:6]):
        if name in _HOMES and at < 3 and len(names) > at + 1:
            return "/".join(names[: at + 2])
        if (name == "root" and at == 1) or (name == "home" and names[at - 1] == "files"):
            return "/".join(names[: at + 1])
    return ""


def started(head: str, words: "list[str]") -> "Optional[list[str]]":
    """Return the words of the command that one of `STARTERS` starts, None where it starts none."""
    from claudesess_collector.command_elsewhere import words_of

    return words_of(head, words)
