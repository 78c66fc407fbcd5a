"""What tries are after: whether the targets of one lie within those of another, and whether a failure names them."""

from claudesess_collector import checkouts, vocabulary
from claudesess_collector.system import last_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from claudesess_collector.failure import Failure, KeptFailure

_LOOKED_AT = 8192  # characters of a message


def paths(targets: "list[str]") -> "list[str]":
    """Return the targets that are paths: the others are marks, which begin with `?`."""
    return [target for target in targets if not target.startswith("?")]


def base_names(targets: "list[str]") -> "set[str]":
    """Return the last names of the paths among targets."""
    return set(map(last_name, paths(targets)))


def read_either_way(targets: "list[str]") -> "set[str]":
    """Return the paths among targets without what their endings say of the way in which a script is to be read."""
    found = set()
    for path in paths(targets):
        stem, _, ending = path.rpartition(".")
        found.add(f"{stem}.{_READ_AS[ending]}" if ending in _READ_AS else path)
    return found


_READ_AS = {"cjs": "js", "mjs": "js", "cts": "ts", "mts": "ts"}


def marks(targets: "list[str]") -> "set[str]":
    """Return the targets that are marks: of cases, of packages, of what a script is told to do."""
    return {target for target in targets if target.startswith("?")}


def cover(wide: "list[str]", narrow: "list[str]") -> bool:
    """Say whether all targets of one run lie within those of another.

    Marks choose among what lies at the paths: a run without any is wider than one with some.
    """
    if marks(wide) and not marks(narrow):
        return False
    return all(_lies_within(target, wide) for target in narrow)


def _lies_within(target: str, wide: "list[str]") -> bool:
    if target.startswith("?"):
        return target in wide or not marks(wide)
    return any(lies_below(target, path) for path in paths(wide))


def lies_below(target: str, path: str) -> bool:
    """Say whether a run over a path reaches a target: another checkout of the same files is none of its own."""
    if target == path:
        return True
    return target.startswith(path.rstrip("/") + "/") and not checkouts.is_in_another(target, path)


def mentions_any(failure: "Failure | KeptFailure", targets: "list[str]") -> bool:
    """Say whether the failure of now names one of some targets."""
    return any(map(failure.mentions, base_names(targets)))


def names_any(message: str, targets: "list[str]") -> bool:
    """Say whether the message of a failure before names one of some targets, and not as passed."""
    from claudesess_collector.output_names import without_passed

    output = without_passed(_printed(message))
    return any(base in output for base in base_names(targets))


def names_all(message: str, narrower: "list[str]", tried: "list[str]") -> bool:
    """Say whether what failed is what the narrower run was about: the message names it, and no other target."""
    output = vocabulary.output_of(message)
    others = [path for path in paths(tried) if path not in narrower and "." in last_name(path)]
    return names_any(message, narrower) and not any(_tail(other, narrower) in output for other in others)


def _tail(path: str, others: "list[str]") -> str:
    """Return as much of the end of a path as others do not end with."""
    folder, _, tail = path.rpartition("/")
    while folder and any(f"/{other}".endswith(f"/{tail}") for other in others):
        folder, _, before = folder.rpartition("/")
        tail = f"{before}/{tail}"
    return tail


def names_files(message: str) -> bool:
    """Say whether a message names any file."""
    from claudesess_collector.output_names import named_paths

    return bool(named_paths(_printed(message)[:_LOOKED_AT]))


def _printed(message: str) -> str:
    """Return what a command printed; a message of error_log has what was tried in front, another is all of it."""
    return vocabulary.output_of(message) if message.startswith(vocabulary.TRIED) else message
