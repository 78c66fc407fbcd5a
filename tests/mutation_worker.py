"""Runs tests of a tree for `mutation.py`, each time in a fork of a process that has the libraries in it already.

To load the libraries takes longer than most tests; of the tree itself nothing is loaded before the fork. What is asked
comes as a line of JSON, the answer as another: which test failed first, and of a processor's time how much it took.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import select
import signal
import sys
import time
from pathlib import Path

import pytest

_WAITS = 10  # times as long by the clock: a test that waits for something takes no processor's time
_MOST_BYTES = 8 << 30  # a change may make a loop that fills the memory
ENDED = "(took too long, or ended the process)"


class Chosen:
    """Runs the tests of a list alone, in its order, and keeps which one failed first."""

    def __init__(self, order: list[str]) -> None:
        self._place = {name: n for n, name in enumerate(order)}
        self.failed: str | None = None

    def pytest_configure(self) -> None:
        """What fails is not made smaller: that it fails is enough."""
        from hypothesis import Phase, settings

        settings.register_profile("first", parent=settings(), phases=(Phase.explicit, Phase.generate))
        settings.load_profile("first")

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted(
            (one for one in items if one.nodeid in self._place), key=lambda one: self._place[one.nodeid]
        )

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.failed = self.failed or f"{report.nodeid} (is not loaded)"

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed = self.failed or report.nodeid


class Recorded:
    """Runs all tests that are asked for, and keeps for each how long it took and which lines it ran, and which SQL it read."""

    def __init__(self, root: Path) -> None:
        from coverage import Coverage

        folders = [str(root / name) for name in ("claudesess", "collector", "tests")]
        self._root, self._running = root, ""
        self._coverage = Coverage(data_file=None, config_file=False, source=folders)
        self._seconds: dict[str, float] = {}
        self._passed: dict[str, bool] = {}
        self._read: dict[str, set[str]] = {}
        self._watches_relations = False
        self._coverage.start()
        self._watch_files()

    def _watch_files(self) -> None:
        read_text = Path.read_text

        def noted(path: Path, *options: str, **more: str) -> str:
            if path.suffix == ".sql":
                self._read.setdefault(str(path), set()).add(self._running)
            return read_text(path, *options, **more)

        Path.read_text = noted  # type: ignore[method-assign, assignment]

    def _watch_relations(self) -> None:
        """Note which relations a test makes: the files of all are read once, at the first that any test asks for."""
        engine = sys.modules.get("claudesess.store.engine")
        if engine is None or self._watches_relations:
            return
        self._watches_relations = True
        make, folder = engine.Store._make, Path(str(engine._SQL))

        def noted(store: object, name: str, select: str) -> None:
            self._read.setdefault(str(folder / f"{name}.sql"), set()).add(self._running)
            make(store, name, select)

        engine.Store._make = noted

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item):
        self._watch_relations()
        self._running, began_s = item.nodeid, time.process_time()
        self._coverage.switch_context(item.nodeid)
        yielded = yield
        self._seconds[item.nodeid] = time.process_time() - began_s
        self._running = ""
        self._coverage.switch_context("")
        return yielded

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._passed[report.nodeid] = self._passed.get(report.nodeid, True) and report.passed

    def found(self) -> dict[str, object]:
        """Return `tests` (name, seconds), and for each file of the tree its lines with the numbers of these tests.

        -1 is no test: what runs when a file is loaded. Line 0 is a file of SQL.
        """
        self._coverage.stop()
        data = self._coverage.get_data()
        names = [name for name, has_passed in self._passed.items() if has_passed]
        number = {"": -1} | {name: n for n, name in enumerate(names)}
        lines: dict[str, dict[int, list[int]]] = {}
        for file in data.measured_files():
            by_line = data.contexts_by_lineno(file)
            if by_line:  # coverage names every file of its folders, also those of which nothing was run
                lines[self._name(file)] = {
                    line: sorted(number[one] for one in contexts if one in number)
                    for line, contexts in by_line.items()
                }
        for file, contexts in self._read.items():
            if Path(file).is_relative_to(self._root):
                lines[self._name(file)] = {0: sorted(number[one] for one in contexts if one in number)}
        return {"tests": [(name, round(self._seconds[name], 3)) for name in names], "lines": lines}

    def _name(self, file: str) -> str:
        return Path(file).relative_to(self._root).as_posix()


def _run(task: dict[str, object], answer: int) -> None:
    """Run tests in this process, which ends with it."""
    os.setsid()
    resource.setrlimit(resource.RLIMIT_CPU, (task["limit_s"], task["limit_s"]))
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_BYTES, _MOST_BYTES))
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(silence, stream)
    files = task["files"]
    arguments = [
        "-q",
        "-p",
        "no:cacheprovider",
        *(["--doctest-modules"] if task["has_doctests"] else []),
        *files,
    ]
    if task["order"] is None:
        recorded = Recorded(Path.cwd())
        pytest.main([*arguments, "-m", task["marked"]], plugins=[recorded])
        said: object = recorded.found()
    else:
        sys.dont_write_bytecode = True
        chosen = Chosen(task["order"])
        pytest.main(["-x", *arguments], plugins=[chosen])
        said = chosen.failed
    with open(answer, "w", encoding="utf-8") as file:
        file.write(json.dumps(said) + "\n")
    os._exit(0)


def main() -> None:
    """Answer one line after the other."""
    import altair  # noqa: F401
    import duckdb  # noqa: F401
    import hypothesis  # noqa: F401
    import pandas  # noqa: F401
    import scipy.stats  # noqa: F401

    for line in sys.stdin:
        task = json.loads(line)
        reads, writes = os.pipe()
        child = os.fork()
        if not child:
            os.close(reads)
            _run(task, writes)
        os.close(writes)
        text = b""
        while not text.endswith(b"\n") and select.select([reads], [], [], _WAITS * task["limit_s"])[0]:
            part = os.read(reads, 1 << 20)
            if not part:
                break
            text += part
        os.close(reads)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)  # and what its tests started
        _, _, used = os.wait4(child, 0)
        answer = text.decode() or json.dumps(ENDED)
        print(json.dumps({"used_s": used.ru_utime + used.ru_stime, "said": json.loads(answer)}), flush=True)


if __name__ == "__main__":
    main()
