"""Which look answers another that failed in the same turn. Loaded where one failed."""

from claudesess_collector import vocabulary, words
from claudesess_collector.command_programs import searches_deep
from claudesess_collector.output_not_run import is_unread
from claudesess_collector.part import folder_of_pattern
from claudesess_collector.system import joined, last_name, normal, posix

TYPE_CHECKING = False
if TYPE_CHECKING:
    from claudesess_collector.aims import Call
    from claudesess_collector.part import Part

_OF_WHAT_WAS_SOUGHT = 1 / 3
_LISTS = ("ls", "find", "Glob", "LS", "tree", "dir")
_CHANGES = ("-delete", "-exec", "-execdir", "-ok")
# Looks that say nothing where what they are for is not there, and nothing else: `grep` finds nothing, too.
_OPENS = ("ls", "cat", "head", "tail", "stat", "file", "wc", "find", "Read")
_NOT_THERE = ("No such file", "does not exist", "cannot access", "cannot open", "EISDIR", "ENOENT")
_SEARCH = ("grep", "egrep", "fgrep")
_SHOWS = ("ls", "find", "stat", "du", "Get-ChildItem")
_SAYS_NOT = (*_NOT_THERE, "not found", "no matches found", "ermission denied")
_NOT_LOOKED = ("timed out", "command not found", "Traceback (", "--help' for more")
_KEYWORDS = frozenset(
    "export default public private protected static async await interface struct enum func impl extends void begin"
    " create select where include exclude maxdepth iname regex".split()
)


def is_for_the_same(tried: str, again: str) -> bool:
    """Say whether a look is for a third of the telling words of one that failed: a file counts by its whole name.

    What is searched for in files that are named is no file.
    """
    sought = _sought(tried)
    if tried.partition(" ")[0] in _OPENS:
        again = _without_pattern(again)
    n_shared = _n_shared(sought, again)
    return n_shared > 0 and n_shared >= _OF_WHAT_WAS_SOUGHT * len(sought)


def is_for_any(tried: str, again: str) -> bool:
    """Say whether looks have a telling word in common."""
    return _n_shared(_sought(tried), again) > 0


def left_to_find(failure: str) -> str:
    """Return a look that failed without what it found, where lines say what was not there; else the whole of it."""
    tried, printed = vocabulary.tried_of(failure) or "", vocabulary.output_of(failure)
    says_not = [line for line in printed.split("\n") if any(map(line.__contains__, _NOT_THERE))]
    asked = tried.split()
    paths = [word for word in asked[1:] if "/" in word or "." in word]
    not_there = [word for word in paths if any(word.strip("'\";)") in line for line in says_not)]
    return " ".join([*asked[:1], *not_there]) if not_there else tried


def _without_pattern(tried: str) -> str:
    """Return a search through files that are named without the pattern it is for, any other look as it is."""
    asked = tried.split()
    if not asked or asked[0] not in _SEARCH or searches_deep(asked):
        return tried
    paths = [word for word in asked[1:] if "/" in word or "." in word.strip("'\"")[1:]]
    return " ".join([asked[0], *paths]) if paths else tried


def _n_shared(sought: "set[str]", again: str) -> int:
    anew = _sought(again)
    return sum(not anew.isdisjoint((word, f"{word}s", word.rstrip("s"))) for word in sought)


def _sought(tried: str) -> "set[str]":
    operands = [_named(posix(word)) for word in tried.split()[1:] if not word.startswith("-")]
    telling = set(words.telling([" ".join(operands)])) - _KEYWORDS
    parts = {word for word in telling for whole in telling if word != whole and _is_part(word, whole)}
    return telling - parts


def _named(word: str) -> str:
    """Return a pattern of paths without what any name fits at its end."""
    while last_name(word).strip("'\"*") == "" and "*" in word:
        word = word.rpartition("/")[0]
    return word


def _is_part(word: str, whole: str) -> bool:
    return whole.startswith((f"{word}.", f"{word}_")) or whole.endswith(f"_{word}")


def lists_where(call: "Call", part: "Part", tried: str, printed: str) -> bool:
    """Say whether a call lists the folder in which something was looked for that is not there, or is no file."""
    if part.program not in _LISTS:
        return False
    asked = _unquoted(call.tried)
    is_silent = not printed.partition("\n")[2].strip() and tried.partition(" ")[0] in _OPENS
    if any(word in _CHANGES for word in asked) or not (is_silent or any(word in printed for word in _NOT_THERE)):
        return False
    paths = [word for word in _unquoted(tried)[1:] if "/" in word]
    lacking = [path for path in paths if path.rstrip("/") in printed] or paths
    names = [word for before, word in zip(asked, asked[1:]) if before in ("-name", "-iname")]
    if any(not _may_be(name, path) for name in names for path in lacking):
        return False
    folders = {normal(path.rstrip("/").rpartition("/")[0]) for path in lacking} - {""}
    listed = [_folder(word) for word in asked[1:] if not word.startswith("-")] or [part.folder]
    listed = [normal(joined(part.folder, path) if part.folder else path) for path in listed if path]
    return any(_is_same(folder, path) for folder in folders for path in listed)


def shows_some(failure: str) -> bool:
    """Say whether a look for several things showed some of them: it was answered, though one is not there."""
    tried, printed = vocabulary.tried_of(failure) or "", vocabulary.output_of(failure)
    program = tried.partition(" ")[0]
    if program not in _SHOWS or any(map(printed.__contains__, _NOT_LOOKED)) or is_unread(printed):
        return False
    says_not = (f"{program}: ", *_SAYS_NOT)
    shown = [line for line in printed.split("\n")[1:] if not any(map(line.__contains__, says_not))]
    return any(line.strip() not in tried and any(map(str.isalpha, line)) for line in shown)


def _unquoted(tried: str) -> "list[str]":
    return [word.strip("'\"") for word in tried.split()]


def _may_be(name: str, path: str) -> bool:
    """Say whether files of a name's kind are listed where one of that kind was sought."""
    return "." not in name or name.rpartition(".")[2] == path.rpartition(".")[2]


def _folder(path: str) -> str:
    return folder_of_pattern(path) if "*" in path else path.rstrip("/")


def _is_same(folder: str, path: str) -> bool:
    """Say whether two paths may be of one folder, where one of them is not told from the root."""
    if folder.startswith("/") == path.startswith("/"):
        return folder == path
    return f"/{folder}".endswith(f"/{path}") if folder.startswith("/") else path.endswith(f"/{folder}")
