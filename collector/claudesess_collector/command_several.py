"""Programs that are told several tasks at once, written out one by one: `make lint test`, `run-p lint test`.

Loaded only for those (`command_split.SEVERAL`) and for more than one word.
"""

from claudesess_collector.command_programs import VALUED_BEFORE, by_name
from claudesess_collector.command_split import is_assignment, name_of, operands
from claudesess_collector.part import bare

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

_RUN_SCRIPTS = ("run-s", "run-p", "npm-run-all", "npm-run-all2")
_VALUED_OF_COMMANDS = (
    "-n --names -c --prefix-colors -p --prefix -l --prefix-length -m --max-processes -s --success --restart-tries"
    " --restart-after --kill-signal --handle-input --default-input-target --hide -t --timestamp-format --cwd -i"
).split()
_VALUED_OF_SCRIPTS = ("--max-parallel", "--npm-path")
_MANAGERS = ("npm", "pnpm", "yarn", "bun")
_MANY = ("run-many", "affected")
_TARGETS = ("-t", "--target", "--targets")


def written_out(words: "list[str]") -> "Optional[tuple[str, bool]]":
    """Return the commands that a program of several tasks runs, joined by `&&`, and whether it runs them in order.

    None where it is told one.
    """
    head = name_of(bare(words[0]))
    if head in ("concurrently", "conc"):
        found = [_of_text(bare(text)) for text in _among_options(words[1:], _VALUED_OF_COMMANDS)]
    elif head in _RUN_SCRIPTS:
        found = [f"npm run {bare(script)}" for script in _among_options(words[1:], _VALUED_OF_SCRIPTS)]
    elif head == "nx":
        found = _each_target_of_nx(words) if words[1] in _MANY else []
    else:
        found = _each_target(head, words)
    text = " && ".join(filter(None, found[:_MOST]))
    is_in_order = head in _IN_ORDER and not any(word.startswith(_AT_ONCE) for word in words)
    return (text, is_in_order) if text else None


_MOST = 20
_IN_ORDER = frozenset("make gmake just task rake invoke inv grunt sbt ant run-s npm-run-all npm-run-all2".split())
_AT_ONCE = ("-j", "--jobs", "--parallel", "-p", "-l", "--multitask")


def _among_options(words: "list[str]", valued: "list[str] | tuple[str, ...]") -> "list[str]":
    """Return what stands among options: those behind `--` are given to each task."""
    found: "list[str]" = []
    left = operands(words, valued=valued)
    while left and left[0] != "--":
        found.append(left[0])
        left = operands(left[1:], valued=valued)
    return found


def _of_text(text: str) -> str:
    """Return a command of `concurrently`, of which `npm:lint` is short for `npm run lint`."""
    manager, joins, script = text.partition(":")
    return f"{manager} run {script}" if joins and manager in _MANAGERS and script else text


def _each_target_of_nx(words: "list[str]") -> "list[str]":
    """Return a command for each value of the option that takes targets, by commas or as words; none where it is one."""
    for at, word in enumerate(words):
        option, joins, value = word.partition("=")
        if option not in _TARGETS:
            continue
        end = at + 1
        while not joins and end < len(words) and not words[end].startswith("-"):
            end += 1
        values = value.split(",") if joins else [one for several in words[at + 1 : end] for one in several.split(",")]
        return [" ".join([*words[:at], option, one, *words[end:]]) for one in values if one] if values[1:] else []
    return []


def _each_target(head: str, words: "list[str]") -> "list[str]":
    """Return a command for each target that is a check by its name; none where fewer than two are."""
    valued = VALUED_BEFORE.get(head, ())
    checks: "dict[int, None]" = {}
    for at, word in enumerate(words[1:], 1):
        if word == "--" or len(checks) >= _MOST:
            break
        is_value = words[at - 1] in valued and at > 1
        if is_value or word.startswith(("-", "<", "$")) or is_assignment(word) or "/" in word or "." in word:
            continue
        if by_name(bare(word)) is not None:
            checks[at] = None
    if len(checks) < 2 or not _are_targets(head, words, checks):
        return []
    return [" ".join(word for place, word in enumerate(words) if place == at or place not in checks) for at in checks]


_TELL_ARGUMENTS = ("just", "invoke", "inv", "poe", "mise")  # to these a word behind a target may be its argument


def _are_targets(head: str, words: "list[str]", checks: "dict[int, None]") -> bool:
    """Say whether checks that are named are all targets: nothing but them and switches stands behind the first."""
    if head not in _TELL_ARGUMENTS:
        return True
    behind = range(next(iter(checks)) + 1, len(words))
    return all(words[at].startswith("-") or (at in checks and not words[at - 1].startswith("--")) for at in behind)
