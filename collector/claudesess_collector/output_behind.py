"""What stood behind a task runner: the commands that it prints before it runs them, and how each went."""

from claudesess_collector import command_parts, output_verdict
from claudesess_collector import light_re as re
from claudesess_collector.command_programs import TASK_RUNNERS
from claudesess_collector.output_lines import lines_of
from claudesess_collector.part import verb_of
from claudesess_collector.vocabulary import CHECK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

    from claudesess_collector.outcomes import Outcome
    from claudesess_collector.part import Part

_BARE = ("make", "gmake", "just", "rake")  # print the command itself
_ECHO = re.compile(
    r"(?:>|\$|\+) (?P<plain>\S.*)$|task: \[[^\]]+\] (?P<task>.*)$|\[[^\]]+\] \$ (?P<mise>.*)$"
    r"|\S+: commands\[\d+\]> (?P<tox>.*)$|nox > (?P<nox>.*)$"
)
_NAMED = re.compile(r"\[([^\]\s]+)\] \$ |task: \[([^\]\s]+)\] |> (?:\S+@\S+ )?([\w:.-]+)$")
_HEADS = re.compile(r"> \S+@\S+ [\w:.-]+$")  # a package's task, and no command
_MAX = 12
_TASK_FILES = "/mise-tasks/"


def split(outcome: "Outcome", part: "Part", output: str, went: "Optional[bool]", parts: "list[Part]") -> bool:
    """Judge a task runner by the checks that it started; say whether it printed any.

    `parts` are all parts of the call: what is printed may be another task's of the same command.
    """
    found = _started(part, output, parts)
    if not found:
        return False
    last = len(found) - 1
    for at, (behind, text) in enumerate(found):
        seen = output_verdict.judge(text, behind.runner)
        if seen is None:  # the next one began, so it was well
            seen = True if at < last else went
        if seen is False and outcome.failed is None:
            outcome.failed, outcome.kind, outcome.category = behind, behind.kind, behind.category
        elif seen:
            outcome.passed.append(behind)
    if outcome.failed is None:
        if went is False:
            return False
        is_well = went or output_verdict.judge(found[-1][1], found[-1][0].runner)
        (outcome.passed if is_well else outcome.unseen).append(part)
    return True


def _started(part: "Part", output: str, parts: "list[Part]") -> "list[tuple[Part, str]]":
    """Return the known checks that a runner started, each with what was printed until the next one."""
    found: "list[tuple[Part, list[str]]]" = []
    by_task = {verb_of(other.families[0]): other for other in parts if other.runner == part.runner}
    task = part
    for line in lines_of(output):
        task = by_task.get(_task(line.strip()), task)
        command = _command(part, line.strip())
        if command is not None and _TASK_FILES in command.partition(" ")[0]:
            continue  # a task's own script, by whatever name
        checks = [] if command is None else [
            behind for behind in command_parts.of_command(command, part.folder or "/") if behind.kind == CHECK
        ]  # fmt: skip
        if len(checks) == 1 and len(found) < _MAX and checks[0].runner not in TASK_RUNNERS:
            behind = checks[0]
            behind.via, behind.filter = task.families[0], part.filter
            if behind.category == task.category:  # what the runner was told to choose, it chooses
                behind.cases = behind.cases or task.cases
                narrowed = [target for target in task.targets if target.startswith("?")]
                behind.targets += [target for target in narrowed if target not in behind.targets]
            behind.targets += [f"?{one}" for one in task.packages if f"?{one}" not in behind.targets]
            behind.cases += [[one] for one in task.packages if [one] not in behind.cases]
            found.append((behind, []))
        elif found:
            found[-1][1].append(line)
    return [(behind, "\n".join(lines)) for behind, lines in found]


def _task(line: str) -> str:
    """Return the name of the task that a line says has begun, "" where it says of none."""
    match = _NAMED.match(line)
    return "" if match is None else next(name for name in match.groups() if name is not None)


def _command(part: "Part", line: str) -> "Optional[str]":
    match = _ECHO.match(line)
    if match is not None:
        return None if _HEADS.match(line) else next(text for text in match.groups() if text is not None)
    is_prose = line.endswith((".", ":", "!")) and not line.endswith((" .", "/.", "..."))  # a folder, or all below it
    if part.runner not in _BARE or is_prose or len(line) > 300:
        return None
    words = line.split()
    # A line of prose may begin with a tool's name, too; a command names an option, a file or a command of the tool.
    tells = [word for word in words[1:] if word.startswith("-") or "/" in word or "." in word or word in _COMMANDS]
    return line if tells or len(words) == 1 else None


_COMMANDS = {"check", "test", "lint", "build", "vet", "run", "credo", "dialyzer", "format", "compile", "clippy", "fmt"}
