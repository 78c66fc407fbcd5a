"""Record one hook event of the client: payload on standard input, rows in the project's `.claude-session.db`.

    CLAUDE_PROJECT_DIR=… python3 -I -S collect.py < payload.json

Whatever happens, the exit status is 0 and nothing is printed: a hook that speaks or fails is felt by the user.
`--at EPOCH_MS` and `--root DIR` are for replays: the event's clock, and a folder below which every path is looked up.
`collect.py add …` records by hand what no event says; see `collect.py add --help`.
"""

from time import perf_counter_ns

STARTED_NS = perf_counter_ns()

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))  # -I leaves the script's own folder out

from recorder.record import record


def main(arguments: "list[str]") -> None:
    """Record the event on standard input."""
    if arguments[:1] == ["add"]:
        from recorder.manual import add

        sys.exit(add(arguments[1:], project_dir(None)))
    options = dict(zip(arguments[::2], arguments[1::2]))
    at, root = options.get("--at", ""), options.get("--root", "").rstrip("/")
    try:
        record(
            read_all(),
            lambda cwd: project_dir(cwd, root),
            environ=os.environ,
            at_ms=int(at) if at.isdigit() else None,
            root=root,
            started_ns=STARTED_NS,
        )
    finally:
        # No clean-up: closing the last connection would empty the WAL into the file at every single event.
        os._exit(0)


def read_all() -> bytes:
    """Read standard input to its end."""
    parts = []
    try:
        while True:
            part = os.read(0, 1 << 20)
            if not part:
                break
            parts.append(part)
    except OSError:  # closed, or a folder
        pass
    return b"".join(parts)


def project_dir(cwd: "str | None", root: str = "") -> str:
    """Return the project's folder: the client's variable, else the git top level above `cwd`, else `cwd`."""
    given = os.environ.get("CLAUDE_PROJECT_DIR")
    if given:
        return given
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
        os._exit(0)
