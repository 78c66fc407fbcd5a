"""Record one hook event of the client: payload on standard input, rows in the project's `.claude-session.db`.

    CLAUDE_PROJECT_DIR=… python3 -I -S collect.py < payload.json

Whatever happens, the exit status is 0 and nothing is printed: a hook that speaks or fails is felt by the user.
`--at EPOCH_MS` and `--root DIR` are for replays: the event's clock, and a folder below which every path is looked up.
`collect.py add …` records by hand what no event says; see `collect.py add --help`.
"""

from time import perf_counter_ns

STARTED_NS = perf_counter_ns()
LARGE = 1 << 20  # bytes of a payload that are taken in as they are

import gc
import sys

# The package lies beside this file; in an installed wheel around it. -I leaves the script's own folder out; at the end
# of the path nothing of ours, and nothing that lies beside it, stands before the standard library.
_FOLDER = __file__[: -len("/collect.py")]
if "claudesess_collector" not in sys.modules:
    sys.path.append(_FOLDER.removesuffix("/claudesess_collector"))

from claudesess_collector.record import record
from claudesess_collector.system import leave, read, variable


def main(arguments: "list[str]") -> None:
    """Record the event on standard input."""
    if arguments[:1] == ["add"]:
        from claudesess_collector.manual import add

        sys.exit(add(arguments[1:], project_dir(None)))
    gc.disable()  # the process ends before it could pay
    options = dict(zip(arguments[::2], arguments[1::2]))
    at, root = options.get("--at", ""), options.get("--root", "").rstrip("/")
    try:
        raw, size = read_all()
        record(
            raw,
            lambda cwd: project_dir(cwd, root),
            at_ms=int(at) if at.isdigit() else None,
            root=root,
            started_ns=STARTED_NS,
            size=size,
        )
    finally:
        # No clean-up: closing the last connection would empty the WAL into the file at every single event.
        leave(0)


def read_all() -> "tuple[bytes, int]":
    """Read standard input to its end; return it, without the middle of very long texts, and its size."""
    parts, size = [], 0
    while True:
        part = _read()
        parts.append(part)
        size += len(part)
        if not part:
            return b"".join(parts), size
        if size >= LARGE:
            from claudesess_collector.payload_large import Reader

            reader = Reader(b"".join(parts), _read)
            return reader.read_all(), reader.size


def _read() -> bytes:
    """Read a piece: one as large as a pipe holds, so that its memory is used again at once."""
    try:
        return read(0, 1 << 16)
    except OSError:  # closed, or a folder
        return b""


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
