"""Feed a recorded stream of hook payloads to the collector, each at its recorded time.

The collector looks up every path below a root folder (as ``DESTDIR`` does), so a story that happened in
``/home/dev/calc`` is replayed in a temporary folder with the stored paths unchanged. What it would find
on that machine (manifests, programs, transcripts) is stated by a :class:`Scene` and by nothing else.
"""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from claudesess_collector.record import record
from claudesess_collector.vocabulary import SESSION_FILE

from claudesess import paths
from claudesess.errors import ClaudesessError

if TYPE_CHECKING:
    from claudesess_collector.database import Database

HOME = "/home/dev"


@dataclass(frozen=True)
class Firing:
    """One hook firing: what the hook got on standard input, and when.

    Attributes
    ----------
    at_ms : int
        Wall clock of the firing, milliseconds since the epoch.
    raw : bytes
        The payload as UTF-8 JSON.
    """

    at_ms: int
    raw: bytes


@dataclass(frozen=True)
class Scene:
    """The machine as a story found it.

    Attributes
    ----------
    project_dir : str
        Where the session was started, an absolute path.
    files : Mapping[str, str]
        Text of the files that exist, by absolute path.
    programs : tuple of str
        Names of the programs on PATH.
    transcripts : Path or None
        Folder with the sessions' transcripts, laid where the client keeps them.
    """

    project_dir: str
    files: Mapping[str, str] = field(default_factory=dict)
    programs: tuple[str, ...] = ()
    transcripts: Path | None = None


def firing(event: Mapping[str, Any]) -> Firing:
    r"""Turn one recorded event into the bytes and the clock that the hook saw.

    Parameters
    ----------
    event : Mapping
        ``{"t_ns": nanoseconds since the epoch, "payload": object}``.

    Returns
    -------
    Firing
        Its payload written as the client writes it: no spaces, characters not escaped.

    Examples
    --------
    >>> firing({"t_ns": 1_700_000_000_123_456_789, "payload": {"hook_event_name": "Stop", "x": "é"}})
    Firing(at_ms=1700000000123, raw=b'{"hook_event_name":"Stop","x":"\xc3\xa9"}')
    """
    text = json.dumps(event["payload"], ensure_ascii=False, separators=(",", ":"))
    return Firing(event["t_ns"] // 1_000_000, text.encode())


def read_firings(path: Path) -> list[Firing]:
    """Read a stream of hook firings, one JSON object a line.

    Parameters
    ----------
    path : Path
        A ``hooks.jsonl``.

    Returns
    -------
    list of Firing
        In the order of the file, which is the order in which the hooks fired.

    Raises
    ------
    ClaudesessError
        A line is no JSON, or has no ``t_ns`` or ``payload``.
    """
    firings = []
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                firings.append(firing(json.loads(line)))
            except (ValueError, KeyError, TypeError) as error:
                fix = 'a line is {"t_ns": …, "payload": {…}}'
                raise ClaudesessError(
                    f"{path}, line {number}: not a hook firing ({error!r}); {fix}"
                ) from error
    return firings


def read_scene(folder: Path) -> Scene:
    """Read the scene of a story from its ``project.json`` and ``transcripts/``.

    Parameters
    ----------
    folder : Path
        The story's folder.

    Returns
    -------
    Scene
        File names of ``project.json`` are relative to its ``project_dir``.
    """
    stated = json.loads((folder / "project.json").read_text(encoding="utf-8"))
    project_dir = stated["project_dir"]
    files = {f"{project_dir}/{name}": text for name, text in stated["files"].items()}
    transcripts = folder / "transcripts"
    return Scene(project_dir, files, tuple(stated["programs"]), transcripts if transcripts.is_dir() else None)


def replay(firings: Iterable[Firing], scene: Scene, destination: Path, *, in_process: bool = False) -> Path:
    """Write the database that the collector makes of a stream.

    Parameters
    ----------
    firings : iterable of Firing
        In the order in which they happened.
    scene : Scene
        The machine as the collector finds it.
    destination : Path
        The database to write; one that is there is replaced.
    in_process : bool
        Call the collector's function instead of starting a process for each firing, as the client does.
        Both give the same rows; this is for long streams.

    Returns
    -------
    Path
        ``destination``: a single plain file, no ``-wal`` beside it.

    Raises
    ------
    ClaudesessError
        The collector wrote no database, or one of its processes failed or printed something.

    Notes
    -----
    A given stream and scene lead to the same rows on any machine: the collector's clock is the firing's
    (so that ``hook_events.duration_ms`` is NULL), and nothing outside of the scene is looked at.
    """
    with tempfile.TemporaryDirectory(prefix="claudesess-replay-") as temporary:
        root = Path(temporary)
        _lay(scene, root)
        feed = _feed_in_process if in_process else _feed_processes
        feed(firings, scene.project_dir, root)
        made = _below(root, f"{scene.project_dir}/{SESSION_FILE}")
        if not made.is_file():
            raise ClaudesessError(f"{destination}: the collector wrote no database; is the stream empty?")
        _settle(made)
        destination.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(made, destination)
    return destination


def _below(root: Path, path: str) -> Path:
    return root / path.lstrip("/")


def _lay(scene: Scene, root: Path) -> None:
    """Put under `root` what the scene says, and nothing else."""
    _below(root, scene.project_dir).mkdir(parents=True)
    for path, text in scene.files.items():
        place = _below(root, path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    bin_dir = root / "usr/bin"
    bin_dir.mkdir(parents=True)
    for program in scene.programs:
        (bin_dir / program).write_text("#!/bin/sh\n", encoding="utf-8")
        (bin_dir / program).chmod(0o755)
    if scene.transcripts is not None:
        slug = re.sub(r"[^A-Za-z0-9]", "-", scene.project_dir)
        shutil.copytree(scene.transcripts, _below(root, f"{HOME}/.claude/projects/{slug}"))


def _environment(project_dir: str) -> dict[str, str]:
    return {"CLAUDE_PROJECT_DIR": project_dir, "HOME": HOME, "PATH": "/usr/bin"}


def _feed_processes(firings: Iterable[Firing], project_dir: str, root: Path) -> None:
    command = [sys.executable, "-I", "-S", str(paths.collector_dir() / "collect.py")]
    for one in firings:
        ended = subprocess.run(
            [*command, "--at", str(one.at_ms), "--root", str(root)],
            input=one.raw,
            env=_environment(project_dir),
            capture_output=True,
            check=False,
        )
        if ended.returncode or ended.stdout or ended.stderr:
            printed = (ended.stdout + ended.stderr).decode(errors="replace").strip()
            raise ClaudesessError(
                f"collect.py ended with {ended.returncode} and printed: {printed or 'nothing'}"
            )


def _feed_in_process(firings: Iterable[Firing], project_dir: str, root: Path) -> None:
    connections: dict[str, Database] = {}
    try:
        for one in firings:
            record(
                one.raw,
                lambda cwd: project_dir,
                environ=_environment(project_dir),
                at_ms=one.at_ms,
                root=str(root),
                keep_open=connections,
            )
    finally:
        for connection in connections.values():
            connection.close()


def _settle(database: Path) -> None:
    """Fold the write-ahead log into the file, leave WAL mode (a read-only copy opens anywhere), pack it."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("VACUUM")
