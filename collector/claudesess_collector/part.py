"""One part of what a call tries, and by what it is known: a program of a command, or a tool. Every call has one."""

from claudesess_collector.payload import short_hash
from claudesess_collector.system import last_name
from claudesess_collector.vocabulary import PROBE, TAKE_PATHS, VCS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

SERVE = "serve"  # the family of whatever starts the project's server
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
        "leads_on",
        "left_out",
        "packages",
        "program",
        "proof",
        "runner",
        "several",
        "shown",
        "shows_end",
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
        self.leads_on = False  # what stands behind it runs only where it succeeds
        self.several: "Optional[list[bool]]" = None  # the command that told it with other tasks: whether in order
        self.is_idle = False  # it never runs: a pipe that cannot fail stands before it
        # What is printed, of it and around it.
        self.filter: "Optional[str]" = None  # hash of what chooses among its lines; "" if all are shown
        self.shows_end = False  # the end of all that it prints is seen, and what it says of errors
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


def is_unknown(family: str) -> bool:
    """Say whether a family is of a program that no table knows: a hash stands for its name."""
    return family.startswith("#")


def verb_of(family: str) -> str:
    """Return what a program was told, by its family: of `mix credo` it is `credo`, of one without it is the program."""
    return family.rpartition(" ")[2]


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


def bare(word: str) -> str:
    """Return a word without its quotes (good enough to recognise a program or an option)."""
    return word.replace("'", "").replace('"', "").replace("\\", "")


def words_of_name(name: str) -> "set[str]":
    """Return the words of a file's name, which `-` and `_` part."""
    return set(name.replace("-", "_").split("_"))


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
