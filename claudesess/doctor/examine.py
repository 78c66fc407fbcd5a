"""Look whether recording works here, and say what to do where it does not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from claudesess.doctor import client, database, probe, registered
from claudesess.doctor.remarks import Remark, Report
from claudesess.install import config_dir
from claudesess.store import cache

__all__ = ["Remark", "Report", "examine"]


def examine(project: Path, environ: Mapping[str, str], home: Path) -> Report:
    """Look at registration, interpreter, a probe event, and the project's database.

    Nothing of the project or the user is written: the probe goes to a temporary project.

    Parameters
    ----------
    project
        The project's folder.
    environ, home
        The environment and the user's folder, which say where the client's settings are.

    Returns
    -------
    Report
        Findings in the order of the way that an event takes.
    """
    report = Report(str(project))
    running = registered.look(report, project, environ, home)
    client.look(report, environ)
    probe.look(report, running, environ)
    database.look(report, project, config_dir(environ, home))
    _look_at_cache(report, environ)
    return report


def _look_at_cache(report: Report, environ: Mapping[str, str]) -> None:
    found = cache.of_user(environ)
    if found is not None:
        n, size = found.size()
        report.facts["cache"] = {"path": str(found.folder), "n_databases": n, "bytes": size}
