"""Which folder a program is told to work in by an option of its own: that is a `cd` for it alone."""

from claudesess_collector.command_split import Segment, bare, led_to

_IN = ("-C", "--directory")
#: Options that name a folder, by program, and those that name the file in it that says what there is.
_FOLDERS = {
    "npm": ("-C", "--prefix"),
    "pnpm": ("-C", "--dir", "--prefix"),
    "yarn": ("--cwd",),
    "bun": ("--cwd",),
    **dict.fromkeys(("make", "gmake", "poetry"), _IN),
    "uv": ("--directory",),
    **dict.fromkeys(("gradle", "gradlew"), ("-p", "--project-dir")),
    **dict.fromkeys(("go", "cargo", "ninja", "meson", "mise"), ("-C",)),
    "just": ("-d", "--working-directory"),
    "task": ("-d", "--dir"),
    "composer": ("-d", "--working-dir"),
}
_FILES = {
    "cargo": ("--manifest-path",),
    **dict.fromkeys(("mvn", "mvnw"), ("-f", "--file")),
}
_ONLY_SHELL_KNOWS = ("$", "`", "%", "{")
_ELSEWHERE = ("docker", "docker-compose", "podman", "kubectl", "ssh", "vagrant")  # where folders are others


def led(segment: Segment, name: str, folder: str) -> "tuple[Segment, str]":
    """Return what a program is told beside the folder that it is to work in, and that folder.

    It may be told by who starts it, too: `uv run --directory web pytest`.
    """
    words = [bare(word) for word in segment.words]
    head = words[0].rpartition("/")[2]
    name = name.rpartition("/")[2]
    starter = head if head != name and (head in _FOLDERS or head in _FILES) else name
    places = [at for at, word in enumerate(words) if word.rpartition("/")[2] == starter]
    begin = places[0] + 1 if places else len(words)
    if head in _ELSEWHERE:
        return segment, folder
    stops = [at for at, word in enumerate(words) if word == "--" or (starter != name and word == name)]
    end = next((at for at in stops if at >= begin), len(words))
    files = _FILES.get(starter, ())
    options = _FOLDERS.get(starter, ()) + files
    for at in range(begin, end if options else begin):
        option, is_joined, value = words[at].partition("=")
        after = at + 1 if is_joined else at + 2
        path = value if is_joined else "".join(words[at + 1 : min(after, end)])
        if option not in options or not path or path.startswith(_ONLY_SHELL_KNOWS):
            continue
        is_file = option in files and "." in path.rpartition("/")[2][1:]
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
