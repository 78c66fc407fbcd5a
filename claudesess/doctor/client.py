"""The client: whether its version runs the hooks that are registered."""

from __future__ import annotations

from collections.abc import Mapping

from claudesess.doctor.remarks import Report
from claudesess.install import client


def look(report: Report, environ: Mapping[str, str]) -> None:
    """Look at the client on PATH; without one there is nothing to say."""
    found = client.found(environ)
    if found is None:
        return
    report.facts["client"] = found.version
    if not found.knows_hooks:
        message = f"The client {found.version} does not know hooks with `args`: it records nothing."
        report.action("client", message, f"Update it to {client.oldest()} or newer: `claude update`.")
