"""Record one hook event of the client: payload on standard input, rows in the project's `.claude-session.db`.

    CLAUDE_PROJECT_DIR=… python3 -I -S collect.py < payload.json

Whatever happens, the exit status is 0 and nothing is printed: a hook that speaks or fails is felt by the user.
`--at EPOCH_MS` and `--root DIR` are for replays: the event's clock, and a folder below which every path is looked up.
`collect.py add …` records by hand what no event says; see `collect.py add --help`.
"""

from time import perf_counter_ns

STARTED_NS = perf_counter_ns()
LARGE = 1 << 20  # bytes of a payload that are taken in as they are
MOST = 1 << 28  # bytes that are read at all: what has more, or lasts longer, has no end
LONGEST_S = 5  # half of what the client gives a hook
REST_S = 2  # for what is read and not kept
PIECE = 1 << 16  # bytes of a file or a pipe that are read at once

import _signal  # type: ignore[import-not-found]  # `signal` would load `enum`
import gc
import marshal
import sys

gc.disable()  # the process ends before it could pay
if __name__ == "__main__" and sys.argv[1:2] != ["add"]:
    # A key is pressed, or the terminal closes: the event is written to its end, and nothing is said of that.
    for _sent in ("SIGINT", "SIGHUP"):
        if hasattr(_signal, _sent):
            _signal.signal(getattr(_signal, _sent), _signal.SIG_IGN)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable


class Compiled:
    """Finds our modules by what Python compiled of them; its own search takes longer than most of them run."""

    def __init__(self, folder: str) -> None:
        from _frozen_importlib import ModuleSpec
        from _frozen_importlib_external import MAGIC_NUMBER

        self._folder = folder
        self._spec: "Any" = ModuleSpec
        self._begin = MAGIC_NUMBER + bytes(4)  # of code that holds for one time and size of its source
        self._end = f".{sys.implementation.cache_tag}.pyc"

    def find_spec(self, name: str, *about: object) -> "Any":
        """Return a module's code; None where it is not ours, or is to be compiled: then Python itself looks."""
        package, _, module = name.partition(".")
        if package != PACKAGE:
            return None
        file = module or "__init__"
        source = f"{self._folder}/{file}.py"
        try:
            found = stat(source)
            dated = int(found.st_mtime).to_bytes(4, "little") + found.st_size.to_bytes(4, "little")
            code = read_whole(f"{self._folder}/__pycache__/{file}{self._end}")
        except (OSError, OverflowError):
            return None
        if code[:16] != self._begin + dated:
            return None
        return self._spec(name, self, origin=source, loader_state=code, is_package=not module)

    def create_module(self, spec: object) -> None:
        """Leave it to Python."""

    def exec_module(self, module: "Any") -> None:
        """Run what was found."""
        spec = module.__spec__
        module.__file__ = spec.origin
        if not spec.name.count("."):
            module.__path__.append(self._folder)
        code = marshal.loads(memoryview(spec.loader_state)[16:])
        spec.loader_state = None  # the next one is read into its memory
        exec(code, module.__dict__)


def read_whole(path: str) -> bytes:
    """Return what a small file holds, read into memory that was used before: to touch new pages costs more."""
    file = open(path, O_RDONLY)
    try:
        whole = part = read(file, PIECE)
        while len(part) == PIECE:
            part = read(file, PIECE)
            whole += part
        return whole
    finally:
        close(file)


# The package lies beside this file; in an installed wheel around it. -I leaves the script's own folder out; at the end
# of the path nothing of ours, and nothing that lies beside it, stands before the standard library.
PACKAGE = "claudesess_collector"
_FOLDER = __file__[: -len("/collect.py")]
if PACKAGE not in sys.modules:
    _ROOT = _FOLDER.removesuffix(f"/{PACKAGE}")
    sys.path.append(_ROOT)
    try:
        from posix import O_RDONLY, close, open, read, stat

        sys.meta_path.insert(0, Compiled(f"{_ROOT}/{PACKAGE}"))
    except ImportError:  # another system, another Python: its own search
        pass

from claudesess_collector.record import record
from claudesess_collector.system import leave, read, variable


def main(arguments: "list[str]") -> None:
    """Record the event on standard input."""
    if arguments[:1] == ["add"]:
        from claudesess_collector.manual import add

        sys.exit(add(arguments[1:], project_dir(None)))
    options = dict(zip(arguments[::2], arguments[1::2]))
    at, root = options.get("--at", ""), options.get("--root", "").rstrip("/")

    def keep(raw: bytes, is_whole: bool) -> None:
        record(
            raw,
            lambda cwd: project_dir(cwd, root),
            at_ms=int(at) if at.isdigit() else None,
            root=root,
            started_ns=STARTED_NS,
            size=payload.size,
            is_whole=is_whole,
        )

    payload = Payload()
    try:
        if not _works(lambda: keep(payload.read_all(), True)):
            from claudesess_collector.payload_large import names

            payload.leave_rest()
            if not _works(lambda: keep(names(payload.head), False)):
                from claudesess_collector.spool import count_lost

                count_lost(f"{root}{project_dir(None, root)}/.claude-session.lost")
    finally:
        # No clean-up: closing the last connection would empty the WAL into the file at every single event.
        leave(0)


def _works(work: "Callable[[], None]") -> bool:
    """Do something; say whether it came to its end: mostly it is memory that lacks, for the payload or for a module."""
    try:
        work()
    except Exception:
        return False
    return True


class EndlessError(Exception):
    """Of a payload no end was seen."""


class Payload:
    """Standard input, read once."""

    def __init__(self) -> None:
        self.head = b""  # its first piece
        self.size = 0
        self._is_endless = False

    def read_all(self) -> bytes:
        """Read it to its end; return it, without the middle of very long texts."""
        return self._within(LONGEST_S, self._read_all)

    def _read_all(self) -> bytes:
        parts = []
        while True:
            part = self._read()
            parts.append(part)
            if not part:
                return b"".join(parts)
            if self.size >= LARGE:
                from claudesess_collector.payload_large import Reader

                return Reader(b"".join(parts), self._read).read_all()

    def leave_rest(self) -> None:
        """Read it to its end, so that who writes it is not stopped, and keep none of it."""
        try:
            if not self._is_endless:
                self._within(REST_S, self._read_rest)
        except EndlessError:
            pass

    def _read_rest(self) -> bytes:
        while part := self._read():
            pass
        return part

    def _within(self, seconds: int, work: "Callable[[], bytes]") -> bytes:
        """Read, but no longer than so: who writes may have stopped, and then the client would end the hook."""
        if not hasattr(_signal, "alarm"):
            return work()
        _signal.signal(_signal.SIGALRM, self._end)
        _signal.alarm(seconds)
        try:
            return work()
        finally:
            _signal.alarm(0)

    def _end(self, *_: object) -> None:
        self._is_endless = True
        raise EndlessError

    def _read(self) -> bytes:
        """Read a piece: one as large as a pipe holds, so that its memory is used again at once."""
        try:
            part = read(0, PIECE)
        except OSError:  # closed, or a folder
            return b""
        self.head = self.head or part
        self.size += len(part)
        if self.size > MOST:
            self._end()
        return part


def project_dir(cwd: "str | None", root: str = "") -> str:
    """Return the project's folder: the client's variable, else the git top level above `cwd`, else `cwd`."""
    given = variable("CLAUDE_PROJECT_DIR")
    if given:
        return given
    import os

    start = cwd or os.getcwd()
    folder = start
    while True:
        if os.path.exists(root + os.path.join(folder, ".git")):
            return folder
        parent = os.path.dirname(folder)
        if parent == folder:
            return start
        folder = parent


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Exception:  # nothing that goes wrong in here is the client's concern
        leave(0)
