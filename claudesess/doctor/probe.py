"""Send events of our own through the registered command, to a project that is thrown away; time them."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from claudesess_collector.vocabulary import SESSION_FILE

from claudesess.doctor.registered import Running
from claudesess.doctor.remarks import Report
from claudesess.errors import ClaudesessError
from claudesess.install import interpreter
from claudesess.store.read import ReadError, SqliteFile

RUNS = 7
_TIMEOUT_S = 20
_SLOW_RATIO = 2.0  # a shim costs several times the interpreter that it finds


@dataclass(frozen=True)
class Probe:
    """How events fared.

    Attributes
    ----------
    n_sent, n_arrived
        Events sent, and rows found.
    output
        What the hook printed: it must print nothing.
    statuses
        Its exit statuses.
    hook_ms, interpreter_ms
        Medians of the wall time of a hook, and of the interpreter doing nothing.
    """

    n_sent: int
    n_arrived: int
    output: str
    statuses: list[int]
    hook_ms: float
    interpreter_ms: float


def look(report: Report, running: list[Running], environ: Mapping[str, str]) -> None:
    """Look at interpreter and script of each registration, and try it."""
    for one in running:
        python = shutil.which(one.python, path=environ.get("PATH"))
        if python is None:
            fix = "Run `claudesess install`; for the plugin: put a python3 on PATH."
            report.action("interpreter", f"{one.python}: no such interpreter.", fix)
        elif not one.script.is_file():
            fix = "Run `claudesess install` again; for the plugin: install it again in /plugin."
            report.action("script", f"{one.script} has gone: hooks do nothing.", fix)
        else:
            _look_at_python(report, one, python)
            _try(report, one, python, environ)


def _look_at_python(report: Report, one: Running, python: str) -> None:
    try:
        asked = interpreter.ask(python)
    except ClaudesessError as error:
        report.action("interpreter", str(error), "Run `claudesess install`.")
        return
    version = ".".join(map(str, asked.version))
    report.facts["interpreter"] = {"path": python, "real": asked.real, "version": version}
    # Timed only where it can differ: on a busy machine the same program takes twice as long once in a while.
    is_same = os.path.realpath(python) == os.path.realpath(asked.real)
    shim_ms, real_ms = (
        0.0 if is_same else _median_ms([path, "-I", "-S", "-c", "pass"], None, RUNS)
        for path in (python, asked.real)
    )
    if asked.is_shim or shim_ms > _SLOW_RATIO * real_ms:
        cost = f"It takes {shim_ms:.0f} ms to start; the interpreter that it finds, {real_ms:.0f} ms."
        fix = (
            "Run `claudesess install` and disable the plugin, or put the interpreter itself first on PATH."
            if one.plugin_root
            else "Run `claudesess install` again."
        )
        report.action("shim", f"{python} is not the interpreter {asked.real} itself. {cost}", fix)
    else:
        report.ok("interpreter", f"{python} is Python {version}.")


def _try(report: Report, one: Running, python: str, environ: Mapping[str, str]) -> None:
    try:
        probe = send([python, *one.arguments], environ)
    except subprocess.TimeoutExpired:
        report.action("probe", f"The hook did not end within {_TIMEOUT_S} s.", "Report this.")
        return
    report.facts["probe"] = {
        "sent": probe.n_sent,
        "arrived": probe.n_arrived,
        "hook_ms": round(probe.hook_ms, 1),
        "interpreter_ms": round(probe.interpreter_ms, 1),
    }
    if probe.n_arrived < probe.n_sent:
        message = f"{probe.n_sent - probe.n_arrived} of {probe.n_sent} probe events did not arrive."
        fix = f"Try `{python} -I -S {one.script} < /dev/null`, and report what it says."
        report.action("probe", message, fix)
    elif probe.output or any(probe.statuses):
        fix = "Report this: a hook must be silent and exit with 0."
        report.action("probe", f"The hook printed {probe.output[:80]!r}, statuses {probe.statuses}.", fix)
    else:
        share = f"a hook takes {probe.hook_ms:.0f} ms here ({probe.interpreter_ms:.0f} ms of it Python)"
        report.ok("probe", f"{probe.n_arrived} probe events arrived; {share}.")


def send(command: list[str], environ: Mapping[str, str]) -> Probe:
    """Send calls that succeeded to a new project in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="claudesess-probe-") as folder:
        surroundings = {**environ, "CLAUDE_PROJECT_DIR": folder}
        times, statuses, output = [], [], ""
        for n in range(RUNS + 1):  # the first makes the database: it is not timed
            started = time.perf_counter()
            done = subprocess.run(
                command, input=_payload(n, folder), env=surroundings, capture_output=True, timeout=_TIMEOUT_S
            )
            times.append(time.perf_counter() - started)
            statuses.append(done.returncode)
            output += (done.stdout + done.stderr).decode("utf-8", "replace")
        alone = _median_ms([*command[:3], "-c", "pass"], surroundings, RUNS)
        median = statistics.median(times[1:]) * 1000
        return Probe(RUNS + 1, _arrived(Path(folder) / SESSION_FILE), output, statuses, median, alone)


def _payload(n: int, folder: str) -> bytes:
    payload = {
        "session_id": "00000000-0000-4000-8000-000000000000",
        "transcript_path": os.devnull,
        "cwd": folder,
        "hook_event_name": "PostToolUse",
        "tool_name": "Read",
        "tool_input": {"file_path": f"{folder}/probe.txt"},
        "tool_response": {"type": "text"},
        "tool_use_id": f"toolu_probe_{n}",
        "duration_ms": 1,
    }
    return json.dumps(payload).encode()


def _arrived(database: Path) -> int:
    try:
        with SqliteFile(database) as reader:
            return int(reader.rows("SELECT count(*) FROM hook_events WHERE exit_code = 0")[0][0])
    except ReadError:
        return 0


def _median_ms(command: list[str], environ: Mapping[str, str] | None, runs: int) -> float:
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, env=environ, timeout=_TIMEOUT_S
        )
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1000
