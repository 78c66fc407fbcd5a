"""What a failure says, read out of its text before the write lock is taken: the text itself is kept nowhere."""

from claudesess_collector import (
    aims,
    outcomes,
    output_findings,
    output_names,
    output_not_run,
    payload,
    vocabulary,
    words,
)
from claudesess_collector.command_programs import TASK_RUNNERS
from claudesess_collector.part import is_unknown
from claudesess_collector.privacy_redact import clean, head_and_tail, is_secret_file, one_line, redact
from claudesess_collector.system import last_name, posix
from claudesess_collector.vocabulary import PROBE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional

    from claudesess_collector.event import Event
    from claudesess_collector.part import Part

MESSAGE = 2048  # characters of a message, its beginning and its end
REASON = 300  # characters of the line that says why
_TRIED = 300  # characters of what was tried
_LOOKED_AT = 4096  # characters of a command
_ERROR_LINES, _LINE, _ERRORS, _BEGINNING = 400, 400, 2000, 500  # lines, and characters of each, of all, without any
_WORDS_OF_ERRORS, _MOST_THROWN = 400, 60  # words that are looked at, and names of errors among them
_STARTS_ANY = TASK_RUNNERS - {"npm", "pnpm", "yarn", "bun", "composer", "bundle"}  # tools of any language
_BLAMES_ITSELF = (
    "SyntaxError", "IndentationError", "ImportError", "ModuleNotFoundError", "NameError", "CompileError", "undefined",
    "cannot compile", "not found", "ERROR collecting", "unresolved", "UndefinedFunctionError", "is not defined",
)  # fmt: skip
_SPEAK_OF_ERRORS = (
    "error", "fail", "not found", "cannot", "no such", "denied", "exception", "warning", "missing", "refused",
)  # fmt: skip


class Failure:
    """What is read out of the text of a failure."""

    __slots__ = (
        "_keeps_text", "_mentioned", "_paths", "_project", "_spoken", "message", "output", "status", "tried",
    )  # fmt: skip

    def __init__(self, event: "Event", message: str, status: "Optional[int]") -> None:
        self._mentioned: "Optional[set[str]]" = None
        self._paths: "Optional[list[str]]" = None
        self._spoken: "Optional[str]" = None
        self.output = redact(clean(message)).strip()
        self.status = status
        self._project = posix(event.project_dir)
        self.tried = one_line(aims.shown_of(event), _TRIED) or event.tool or ""
        self.message = head_and_tail(vocabulary.message(self.tried, self.output), MESSAGE)
        self._keeps_text = event.place.keeps_content and not _shows_secret_file(event)
        if not event.place.keeps_content:  # which program, and its status, are no content
            self.tried = " ".join(part.program for part in event.call.checks()) or event.tool or ""
        if not self._keeps_text:
            outcome = vocabulary.HIDDEN if status is None else f"{vocabulary.EXIT_CODE}{status}"
            self.message = vocabulary.message(self.tried, outcome)

    def facts(self, event: "Event", part: "Part") -> "dict[str, Any]":
        """Return what can be kept of a failure whose text is not: the row's texts, names of files, hashes of words."""
        return {
            "message": self.message,
            "tried": self.tried,
            "status": self.status,
            "reason": self.reason(event),
            "paths": self.paths(),
            "mentioned": sorted(payload.short_hash(name) for name in self._names_mentioned()),
            "blames_itself": self.blames_itself(),
            "is_astray": self.is_astray(part),
            "words": self.words(),
            "names": self.names(part),
            "failed": self.failed_words(),
            "is_silent": self.is_silent(part),
        }

    def reason(self, event: "Event") -> "Optional[str]":
        """Return the line that says why."""
        return event.line(output_findings.first_reason(self.output), REASON) if self._keeps_text else None

    def paths(self) -> "list[str]":
        """Return what looks like a file in it, in the order of its naming; what has passed is not spoken of."""
        if self._paths is None:
            self._paths = output_names.named_paths(output_names.spoken_of(self.output))
        return self._paths

    def mentions(self, name: str) -> bool:
        """Say whether it names a file or a folder."""
        pieces = output_names.name_pieces(name)
        return bool(pieces) and pieces <= self._names_mentioned()

    def _names_mentioned(self) -> "set[str]":
        if self._mentioned is None:
            self._mentioned = output_names.mentioned_names(self.output)
        return self._mentioned

    def blames_itself(self) -> bool:
        """Say whether it speaks of a file that could not be read or run at all."""
        return any(word in self.output for word in _BLAMES_ITSELF)

    def is_astray(self, part: "Part") -> bool:
        """Say whether what was to run was not there (another folder, no such program or script), or asked wrongly."""
        refuses = reader_of_refusals(part)
        if refuses is not None:
            return refuses(self.output)
        if part.via is not None and output_not_run.was_not_there(self.output, part.program):
            return False  # its runner was there, in the right folder, and knew the task
        return self.status in outcomes.NOT_RUN or output_not_run.is_astray(self.output, _names_of_paths(part.targets))

    def words(self) -> "list[str]":
        """Return hashes of the telling words of the lines that speak of errors."""
        return words.hashes([self._errors()])

    def names(self, part: "Part") -> "list[str]":
        """Return hashes of what names the failed part and its error: program, files, classes, cases."""
        families = [family for family in part.families if not is_unknown(family)]
        targets = [target for target in part.targets if target != self._project]  # it tells no failure from another
        return words.hashes(
            [
                part.program,
                *families,
                " ".join(_names_of_paths(targets)),
                *_thrown(self._errors()),
                *_quoted_as_lacking(self._errors()),
            ]
        )

    def failed_words(self) -> "list[str]":
        """Return hashes of the words of what it says has failed, and of the paths that lead there."""
        return output_findings.words_of_failed(self.output)

    def is_silent(self, part: "Part") -> bool:
        """Say whether a task runner says that it failed, and no more."""
        return part.program in _STARTS_ANY and output_findings.says_no_more(self.output)

    def _errors(self) -> str:
        """Return the lines that speak of errors; where none does, how the text begins."""
        if self._spoken is None:
            errors = [line for line in self.output.split("\n")[:_ERROR_LINES] if _is_error(line)]
            self._spoken = "\n".join(errors)[:_ERRORS] or self.output[:_BEGINNING]
        return self._spoken


class KeptFailure:
    """The same of an event that had to wait: what `Failure.facts` returned when it came."""

    __slots__ = ("_facts", "_mentioned", "message", "output", "status", "tried")

    def __init__(self, facts: "dict[str, Any]") -> None:
        self._facts = facts
        self._mentioned = set(payload.texts(facts, "mentioned"))
        self.output = ""
        self.message, self.tried, self.status = facts["message"], facts["tried"], facts["status"]

    def reason(self, event: "Event") -> "Optional[str]":
        """Return the line that says why."""
        return payload.text(self._facts, "reason")

    def paths(self) -> "list[str]":
        """Return what looks like a file in it."""
        return payload.texts(self._facts, "paths")

    def mentions(self, name: str) -> bool:
        """Say whether it names a file or a folder."""
        pieces = {payload.short_hash(piece) for piece in output_names.name_pieces(name)}
        return bool(pieces) and pieces <= self._mentioned

    def blames_itself(self) -> bool:
        """Say whether it speaks of a file that could not be read or run at all."""
        return self._facts["blames_itself"] is True

    def is_astray(self, part: "Part") -> bool:
        """Say whether what was to run was not there, or asked wrongly."""
        return self._facts["is_astray"] is True

    def words(self) -> "list[str]":
        """Return hashes of the telling words of the lines that speak of errors."""
        return payload.texts(self._facts, "words")

    def names(self, part: "Part") -> "list[str]":
        """Return hashes of what names the failed part and its error."""
        return payload.texts(self._facts, "names")

    def failed_words(self) -> "list[str]":
        """Return hashes of the words of what it says has failed."""
        return payload.texts(self._facts, "failed")

    def is_silent(self, part: "Part") -> bool:
        """Say whether a task runner says that it failed, and no more."""
        return self._facts["is_silent"] is True


def reader_of_refusals(part: "Part") -> "Optional[Callable[[str], bool]]":
    """Return what reads that a tool, git or a look refused its arguments; None of others, which may not be there."""
    if part.program.startswith("mcp__"):
        is_of_a_page = aims.is_of_a_page(part.program)
        return output_not_run.misses_element if is_of_a_page else output_not_run.refuses_arguments
    if part.program in vocabulary.AGENT_TOOLS:
        return output_not_run.knows_no_such_agent
    return output_not_run.refuses_options if part.program in ("git", "gh") or part.kind == PROBE else None


def _shows_secret_file(event: "Event") -> bool:
    """Say whether what failed may show lines of a file made for secrets: it was to change one, or to look into one."""
    path = event.file_path
    if path is not None:
        return is_secret_file(path)
    if all(part.kind != PROBE for part in event.call.parts):
        return False
    command = event.text("tool_input", "command") or ""
    return any(is_secret_file(word.strip("'\"();&|<>")) for word in command[:_LOOKED_AT].split())


def _names_of_paths(targets: "list[str]") -> "list[str]":
    return [last_name(target) for target in targets if "/" in target]


def _is_error(line: str) -> bool:
    return any(map(line[:_LINE].lower().__contains__, _SPEAK_OF_ERRORS))


_NOT_THERE = (" not found", " was not found", " is not found", " does not exist")


def _quoted_as_lacking(text: str) -> "list[str]":
    """Return what is said in quotes not to be there: `'minor' not found`."""
    pieces = text.replace('"', "'").replace("`", "'").split("'")
    return [name for name, behind in zip(pieces[1:], pieces[2:]) if behind.startswith(_NOT_THERE) and " " not in name]


def _thrown(text: str) -> "list[str]":
    """Return what names an error: its class, the files and cases that it stands in."""
    found = []
    for word in text.replace("::", " ").replace("(", " ").split()[:_WORDS_OF_ERRORS]:
        bare = word.strip(".,:;'\"`[]{}()<>")
        tail = last_name(bare).partition(":")[0]
        if bare.endswith(("Error", "Exception")) or "_" in bare or ("." in tail and tail.rpartition(".")[2].isalpha()):
            found.append(tail)
    return found[:_MOST_THROWN]
