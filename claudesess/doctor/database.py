"""The project's database: whether it is sound, private and out of git, and what comes in."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from claudesess_collector.privacy_own import MAX_PATTERNS, lines_of, problem_of
from claudesess_collector.spool import n_lost
from claudesess_collector.vocabulary import LOST_FILE, SECRETS_FILE, SESSION_FILE

from claudesess import text
from claudesess.contracts import RAW
from claudesess.doctor.remarks import Report
from claudesess.errors import DatabaseError
from claudesess.store import copy
from claudesess.store.read import ReadError, SqliteFile, plain

DAYS = 14
_RECENT = timedelta(days=1)
_LEAST_FREE = 1 << 20  # bytes
_OURS = ".claude-session.*"
_SPOOL = ".claude-session.spool*"
_REPLACE = "Move the file away: the collector makes a new one at the next event."
#: git reads the repository's own configuration, which may name programs; these two are not to run.
_GIT = ["git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"]


@dataclass
class Contents:
    """What a database holds: what is wrong with it, and its events."""

    integrity: list[str]
    foreign: list[str]
    missing: list[str]
    n_events: int = 0
    n_failed: int = 0
    first_event: str | None = None
    last_event: str | None = None
    events_per_day: dict[str, int] = field(default_factory=dict)


def look(report: Report, project: Path, client_dir: Path) -> None:
    """Look at the project's database, which is only read, and at what lies beside it."""
    path = project / SESSION_FILE
    _look_at_place(report, project)
    spooled = [found for found in sorted(project.glob(_SPOOL)) if found.is_file() and not found.is_symlink()]
    report.facts["spool"] = {found.name: found.stat().st_size for found in spooled}
    if spooled:
        size = sum(report.facts["spool"].values())
        fix = "They are taken up by the next event that can write; if they stay, see what the database lacks."
        report.action("spool", f"{_bytes(size)} of events wait in {spooled[0].name}: not written yet.", fix)
    lost = report.facts["n_lost"] = n_lost(str(project / LOST_FILE))
    if lost:
        fix = "There was no room for them, not even to wait. See what is said of the folder and the disk."
        report.action("lost", f"{lost:,} events were lost: {LOST_FILE} counts them.", fix)
    _look_at_patterns(report, (project / SECRETS_FILE, client_dir / SECRETS_FILE))
    strange = _look_for_strange(report, project)
    if path in strange:
        pass  # said already
    elif not path.exists():
        report.note(
            "database", f"No {SESSION_FILE} here: nothing was recorded in {project} yet.", "Start a session."
        )
    else:
        _look_at_file(report, path)
        _look_inside(report, path)
    _look_at_git(report, project)


def _look_at_patterns(report: Report, paths: tuple[Path, ...]) -> None:
    """Say which patterns of secrets that somebody added are not used, and why."""
    for path in paths:
        lines = lines_of(str(path))
        bad = [(n, problem) for n, pattern in lines if (problem := problem_of(pattern))]
        bad += [(n, f"is beyond the first {MAX_PATTERNS}") for n, _ in lines[MAX_PATTERNS:]]
        for n, problem in bad:
            report.action("secrets", f"Line {n} of {path} is not used: it {problem}.", "See docs/secrets.md.")
        if lines and not bad:
            report.ok("secrets", f"{len(lines)} patterns of secrets of your own: {path}.")


def _look_at_place(report: Report, project: Path) -> None:
    """Look whether there is a place for events at all, at least for those kept for later."""
    if not os.access(project, os.W_OK):
        message = f"{project} cannot be written: events are lost there, none can even be kept for later."
        report.action("folder", message, "Make it writable for whoever runs the client.")
    elif shutil.disk_usage(project).free < _LEAST_FREE:
        message = f"The disk of {project} is full: events cannot be written, nor kept for later."
        report.action("disk", message, "Free some room; `claudesess prune` makes the database smaller.")


def _look_for_strange(report: Report, project: Path) -> list[Path]:
    """Name what stands where the collector keeps a file and is none: a link out of the project, a folder."""
    strange = []
    for path in sorted(project.glob(_OURS)):
        if path.is_symlink():
            strange.append(path)
            message = f"{path} is a symbolic link: the collector writes through none."
            report.action("database", message, "Remove the link.")
        elif not path.is_file():
            strange.append(path)
            message = f"{path} is no regular file: the collector cannot use it."
            report.action("database", message, "Move it away.")
    return strange


def _look_at_file(report: Report, path: Path) -> None:
    mode = path.stat().st_mode & 0o777
    size = sum(file.stat().st_size for file in (path, path.with_name(path.name + "-wal")) if file.exists())
    report.facts["database"] = {"path": str(path), "bytes": size, "mode": f"{mode:o}"}
    if mode & 0o077:
        message = f"Others on this machine may open {path} (mode {mode:o})."
        report.action("mode", message, f"Run `chmod 600 {path}*`.")


def _look_inside(report: Report, path: Path) -> None:
    try:
        with tempfile.TemporaryDirectory(prefix="claudesess-") as folder:
            taken = copy.take(path, Path(folder))
            with SqliteFile(taken) as reader:
                contents = _contents(reader)
    except DatabaseError as error:
        report.action("database", f"{error.path} {error.problem}.", error.fix)
        return
    except ReadError as error:
        report.action("database", f"{path} is damaged ({plain(error)}).", _REPLACE)
        return
    report.facts["database"] |= asdict(contents)
    if contents.integrity:
        report.action("database", f"{path} is damaged: {contents.integrity[0]}.", _REPLACE)
    if contents.foreign:
        message = f"{path} holds {', '.join(contents.foreign)}: the collector does not write to it."
        report.action("database", message, _REPLACE)
    if contents.missing:
        fix = "The collector makes missing tables at the next event."
        report.note("database", f"{path} lacks {', '.join(contents.missing)}.", fix)
    if contents.n_failed:
        fix = "Only the event itself was kept of each. Report this, with the kind of event."
        report.action("failed", f"The collector failed inside at {contents.n_failed} events.", fix)
    _look_at_events(report, contents)


def _look_at_events(report: Report, contents: Contents) -> None:
    per_day = contents.events_per_day
    size = _bytes(report.facts["database"]["bytes"])
    if not contents.n_events:
        report.note("events", f"The database ({size}) holds no event yet.", "Start a session.")
        return
    mean = sum(per_day.values()) / len(per_day) if per_day else 0
    last_days = text.named(len(per_day), "the last day", f"the last {len(per_day)} days")
    days = f"{mean:,.0f} a day on {last_days} that had any"
    last = str(contents.last_event)[:16]
    message = f"{contents.n_events:,} events, {days}; the last at {last} UTC; {size}."
    report.ok("events", message)
    since = f"{datetime.now(UTC) - _RECENT:%Y-%m-%d %H:%M:%S}"
    if str(contents.last_event or "") > since and not report.facts.get("events", {}).get("registered"):
        message = "Events arrive although neither settings nor an installed plugin register the collector."
        fix = "All is well where sessions are started with `--plugin-dir`, or by another user."
        report.note("unregistered", message, fix)


def _contents(reader: SqliteFile) -> Contents:
    objects = reader.rows("SELECT type, name FROM sqlite_master")
    tables = reader.tables
    contents = Contents(
        integrity=reader.integrity(),
        foreign=sorted(f"the {kind} {name}" for kind, name in objects if kind in ("trigger", "view")),
        missing=sorted(set(RAW) - tables),
    )
    if "hook_events" in tables:
        counts = "SELECT count(*), count(CASE WHEN exit_code = 1 THEN 1 END), min(timestamp), max(timestamp)"
        found = reader.rows(f"{counts} FROM hook_events")[0]
        contents.n_events, contents.n_failed, contents.first_event, contents.last_event = found
        days = reader.rows(
            "SELECT substr(timestamp, 1, 10), count(*) FROM hook_events WHERE timestamp IS NOT NULL"
            f" GROUP BY 1 ORDER BY 1 DESC LIMIT {DAYS}"
        )
        contents.events_per_day = {str(day): int(count) for day, count in reversed(days)}
    return contents


def _look_at_git(report: Report, project: Path) -> None:
    tracked = _git(project, "ls-files", "--error-unmatch", "--", SESSION_FILE)
    ignored = _git(project, "check-ignore", "--quiet", "--", SESSION_FILE)
    report.facts["git"] = {"tracked": tracked == 0, "ignored": ignored == 0}
    if tracked == 0:
        fix = f"Run `git rm --cached {SESSION_FILE}`, commit, and think of what was pushed."
        report.action("git", f"git tracks {SESSION_FILE}: it goes to everybody who clones.", fix)
    elif ignored == 1:
        message = f"git does not ignore {SESSION_FILE}: `git add .` would take it."
        report.action(
            "git", message, f"Run `claudesess install --project {project}`, or add it to .gitignore."
        )
    elif ignored == 0:
        report.ok("git", f"git ignores {SESSION_FILE}.")


def _git(project: Path, *arguments: str) -> int | None:
    try:
        return subprocess.run([*_GIT, *arguments], cwd=project, capture_output=True, timeout=10).returncode
    except (OSError, subprocess.SubprocessError):
        return None


def _bytes(n: int) -> str:
    if n < 1000:
        return f"{n} bytes"
    return f"{n / 1000:,.0f} kB" if n < 1_000_000 else f"{n / 1e6:,.1f} MB"
