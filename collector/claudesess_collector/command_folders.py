"""Which folder a program is told to work in by an option of its own: that is a `cd` for it alone."""

from claudesess_collector.command_programs import FILES_OF_FOLDERS, FOLDERS, LED
from claudesess_collector.command_split import Segment, led_to
from claudesess_collector.part import bare
from claudesess_collector.system import last_name

_ONLY_SHELL_KNOWS = ("$", "`", "%", "{")
_ELSEWHERE = ("docker", "docker-compose", "podman", "kubectl", "ssh", "vagrant")  # where folders are others


def led(segment: Segment, name: str, folder: str) -> "tuple[Segment, str]":
    """Return what a program is told beside the folder that it is to work in, and that folder.

    It may be told by who starts it, too: `uv run --directory web pytest`.
    """
    words = [bare(word) for word in segment.words]
    head, name = last_name(words[0]), last_name(name)
    if head in _ELSEWHERE:
        return segment, folder
    starter = head if head in LED else name
    begin = next((at + 1 for at, word in enumerate(words) if last_name(word) == starter), len(words))
    stops = ("--", name) if starter != name else ("--",)
    end = next((at for at in range(begin, len(words)) if words[at] in stops), len(words))
    files = FILES_OF_FOLDERS.get(starter, ())
    options = FOLDERS.get(starter, ()) + files
    for at in range(begin, end if options else begin):
        option, is_joined, value = words[at].partition("=")
        after = at + 1 if is_joined else at + 2
        path = value if is_joined else "".join(words[at + 1 : min(after, end)])
        if option not in options or not path or path.startswith(_ONLY_SHELL_KNOWS):
            continue
        is_file = option in files and "." in last_name(path)[1:]
        folder = led_to(folder, _folder_of(path) if is_file else path)
        return led(_without(segment, at, after), name, folder)
    return segment, folder


def _folder_of(file: str) -> str:
    return file.rpartition("/")[0] or "."


def _without(segment: Segment, begin: int, end: int) -> Segment:
    rest = Segment()
    rest.words = segment.words[:begin] + segment.words[end:]
    rest.after, rest.writes, rest.is_means = segment.after, segment.writes, segment.is_means
    return rest
