"""The ways in which the collector gets registered with the client: those that a user has."""

import sys
from pathlib import Path

from client import ROOT, Place, install

WAYS = ("settings", "plugin", "marketplace", "both")
CLAUDESESS = str(Path(sys.executable).with_name("claudesess"))


def register(place: Place, way: str) -> list[str]:
    """Register the collector; return the options that the client needs for it.

    `both` is everything at once: the plugin, the user's settings and the project's. The client runs the same
    hook of two settings files once, and a plugin's beside it, so that every event comes twice.
    """
    if way in ("settings", "both"):
        place.run(CLAUDESESS, "install")
    if way == "both":
        place.run(CLAUDESESS, "install", "--project", str(place.project))
    if way == "marketplace":
        place.apart(str(install()), "plugin", "marketplace", "add", str(ROOT))
        place.apart(str(install()), "plugin", "install", "claudesess@claudesess")
    return ["--plugin-dir", str(ROOT / "collector")] if way in ("plugin", "both") else []
