"""What a program is to bring about, packages or a server, whoever does it. Loaded where a command says so."""

from claudesess_collector.command_programs import TASK_RUNNERS, Program
from claudesess_collector.command_runs import SERVERS
from claudesess_collector.vocabulary import RUN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

_INSTALLERS = set(
    "pip pipx conda mamba npm pnpm yarn bun uv poetry brew apt apt-get dnf yum apk pacman gem cargo go composer".split()
)
_INSTALLS = {"install", "add", "i", "ci", "require", "get"}
_MAY_SERVE = TASK_RUNNERS | set(
    "astro next nuxt vite ng remix gatsby wrangler expo flask rails artisan manage.py streamlit hugo jekyll"
    " mkdocs".split()
)
_SERVES = {"dev", "start", "serve", "server", "preview", "runserver"}
_FILES = (".txt", ".toml", ".yml", ".yaml", ".whl")


def installed(name: str, words: "list[str]") -> "Optional[Program]":
    """Return the program that fetches packages, told by them; None where it does something else."""
    if name not in _INSTALLERS or words[:1] == [] or words[0] not in _INSTALLS:
        return None
    return Program(name, RUN, "install", list(dict.fromkeys(filter(None, map(_package, words[1:])))))


def _package(word: str) -> str:
    """Return the name of a package without its version and extras; "" of a path or a link."""
    if word.startswith((".", "/", "~", "$")) or "://" in word or word.endswith(_FILES):
        return ""
    name = word[:1] + word[1:].partition("@")[0]
    for mark in "=<>!~[;":
        name = name.partition(mark)[0]
    return name.lower().replace("_", "-")


def serves(name: str, words: "list[str]") -> bool:
    """Say whether a program starts the project's server."""
    verb = words[1] if words[:1] == ["run"] and len(words) > 1 else (words[:1] or [""])[0]
    return name in SERVERS or (verb.partition(":")[0] in _SERVES and name in _MAY_SERVE)
