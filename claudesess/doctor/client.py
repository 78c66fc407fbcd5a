"""The client's version: whether it knows the form in which hooks are registered."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping

from claudesess.doctor.findings import Report

#: The first version that starts a hook from `command` and `args`, without a shell.
OLDEST = (2, 1, 139)


def look(report: Report, environ: Mapping[str, str]) -> None:
    """Ask the client on PATH for its version; without one there is nothing to say."""
    program = shutil.which("claude", path=environ.get("PATH"))
    if program is None:
        return
    try:
        said = subprocess.run(
            [program, "--version"], capture_output=True, text=True, timeout=20, env=dict(environ)
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return
    match = re.match(r"(\d+)\.(\d+)\.(\d+)", said)
    if match is None:
        return
    report.facts["client"] = match.group()
    if tuple(map(int, match.groups())) < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        message = f"The client {match.group()} does not know hooks with `args`."
        report.action("client", message, f"Update it to {oldest} or newer: `claude update`.")
