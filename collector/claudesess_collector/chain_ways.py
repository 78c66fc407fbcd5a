"""Another way to what failed: by other means, in another place, by another tool. Loaded where chains are open."""

from claudesess_collector import vocabulary
from claudesess_collector.aims import LONG
from claudesess_collector.chain_targets import base_names, cover, paths
from claudesess_collector.chains import (
    A_LOOK,
    LAST_TRY_AT,
    Chain,
    is_done_since,
    is_next,
    made_by,
    message,
    n_done_since,
)
from claudesess_collector.part import words_of_name
from claudesess_collector.system import last_name, posix
from claudesess_collector.vocabulary import BOOKKEEPING, RUN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from claudesess_collector.event import Event
    from claudesess_collector.part import Part

SOON = 3  # calls at most after which what may be done to many things is the failed try's
PART_SHARED = 2 / 3  # of all words, where a command or a long text is one that failed, told otherwise
_END_PROCESSES = frozenset(("kill", "pkill", "killall", "taskkill", "Stop-Process"))
_KEEPS_OUTPUT = (".output", ".log", "/tasks/", "\\tasks\\")  # files in which a command's output may be sought
_WRITES = ("tee ", "sed -i", "perl -pi", "perl -i", "Set-Content", "Out-File")  # what a command writes a file with


def is_done_otherwise(event: "Event", chain: Chain, part: "Part") -> bool:
    """Say whether a part does in another way what was tried: by another name, file by file, with another argument."""
    return (
        _is_rewritten(event, chain, part)
        or _is_written_down(event, chain, part)
        or _is_added_otherwise(chain, part)
        or _ends_processes(event, chain, part)
        or _is_asked_otherwise(event, chain, part)
        or _is_written_by_a_tool(event, chain, part)
    )


def _is_rewritten(event: "Event", chain: Chain, part: "Part") -> bool:
    """Say whether a script is the one that failed, written anew under a longer or a shorter name."""
    tried = chain.spec.targets
    if part.families != ["script"] or part.kind != RUN or chain.spec.families[:1] != ["script"]:
        return False
    new = [target for target in part.targets if "/" in target and target not in tried]
    near = [target for target in new if any(_is_named_after(last_name(target), base) for base in base_names(tried))]
    return _is_written_since(event, chain, near)


def _is_written_down(event: "Event", chain: Chain, part: "Part") -> bool:
    """Say whether a script is what code of one line was to do: written to a file since, and run at once."""
    is_code = any(family.endswith(" -c") for family in chain.spec.families)
    if not is_code or part.families != ["script"] or chain.is_check:
        return False
    no_work = [A_LOOK, *made_by(*vocabulary.EDIT_TOOLS, *BOOKKEEPING)]
    return _is_written_since(event, chain, paths(part.targets)) and not is_done_since(event, chain, no_work)


def _is_written_since(event: "Event", chain: Chain, files: "list[str]") -> bool:
    """Say whether one of some files was written since a chain's last try."""
    written = f"SELECT 1 FROM file_claims WHERE session_id = ? AND file_path = ? AND timestamp >= {LAST_TRY_AT} LIMIT 1"
    return any(event.db.value(written, (event.session_id, file, chain.error_id)) for file in files)


def _is_named_after(name: str, other: str) -> bool:
    """Say whether one name has all words of another, two at least, and the same ending."""
    stem, _, ending = name.rpartition(".")
    words, others = words_of_name(stem), words_of_name(other.rpartition(".")[0])
    is_more = words >= others or words <= others
    return is_more and min(len(words), len(others)) > 1 and ending == other.rpartition(".")[2]


def _is_added_otherwise(chain: Chain, part: "Part") -> bool:
    """Say whether all that there is was to be added, and now some files by their names, or the other way round."""
    tried, targets = chain.spec.targets, part.targets
    is_add = chain.spec.families[:1] == part.families[:1] == ["git add"]
    return is_add and (not tried or not targets or cover(tried, targets) or cover(targets, tried))


def _ends_processes(event: "Event", chain: Chain, part: "Part") -> bool:
    """Say whether processes are ended in another way, at once."""
    tried, again = chain.spec.families[:1], part.families[:1]
    if _END_PROCESSES.isdisjoint(tried) or _END_PROCESSES.isdisjoint(again):
        return False
    is_another_way = tried != again or not set(chain.spec.targets).isdisjoint(part.targets)
    return is_another_way and n_done_since(event, chain) <= SOON


def _is_asked_otherwise(event: "Event", chain: Chain, part: "Part") -> bool:
    """Say whether the very next call asks a server's tool for the same, with an argument more or less."""
    if chain.spec.families != part.families or not part.program.startswith("mcp__"):
        return False
    tried, again = _by_name(chain.spec.sketch), _by_name(event.call.sketch)
    shared = tried.keys() & again.keys()
    others = [value for name in tried.keys() ^ again.keys() for value in (*tried.get(name, ()), *again.get(name, ()))]
    says_what = any(value[:1] not in ("!", "#") for name in shared for value in again[name])
    if not says_what or any(value[:1] == "!" for value in others):  # a switch makes it do something else
        return False
    return all(_is_alike(tried[name], again[name]) for name in shared) and is_next(event, chain)


def _is_alike(tried: "set[str]", again: "set[str]") -> bool:
    """Say whether a value is the same, or a long text that says much the same."""
    is_long = min(len(tried), len(again)) >= LONG
    return tried == again or (is_long and len(tried & again) >= PART_SHARED * min(len(tried), len(again)))


def _by_name(sketch: "list[str]") -> "dict[str, set[str]]":
    """Return what a server's tool is told, by the names of it."""
    found: "dict[str, set[str]]" = {}
    for word in sketch:
        name, _, value = word.partition("=")
        found.setdefault(name, set()).add(value)
    return found


def is_fetched(event: "Event", chain: Chain, part: "Part") -> bool:
    """Say whether a page that the client could not fetch is fetched by whatever program, or at once from elsewhere."""
    address = (vocabulary.tried_of(message(event, chain)) or "").partition(" ")[2].strip().rstrip("/")
    if "://" not in address:
        return False
    name = last_name(address)
    is_elsewhere = part.program == "WebFetch" and "." in name and last_name(event.call.tried.rstrip("/")) == name
    return address in event.call.tried or (is_elsewhere and n_done_since(event, chain) <= SOON)


def is_asked_of_the_client(event: "Event", chain: Chain, part: "Part") -> bool:
    """Say whether the client tells what a command in the background printed, whose output was not there to look at."""
    if part.program not in vocabulary.BACKGROUND_TOOLS or not is_next(event, chain):
        return False
    tried = vocabulary.tried_of(message(event, chain)) or ""
    return any(map(tried.__contains__, _KEEPS_OUTPUT))


def _is_written_by_a_tool(event: "Event", chain: Chain, part: "Part") -> bool:
    """Say whether a tool of the client writes at once the file that a command was to write."""
    name = last_name(posix(event.file_path or ""))
    if chain.spec.kind != RUN or not name or part.program not in vocabulary.EDIT_TOOLS:
        return False
    tried = vocabulary.tried_of(message(event, chain)) or ""
    names_it = f"/{name}" in tried or f" {name}" in tried
    return names_it and any(map(tried.__contains__, _WRITES)) and n_done_since(event, chain) <= SOON
