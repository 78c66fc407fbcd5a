"""Open a page where somebody can see it, without waiting for anything."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path


def is_seen(environ: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Say whether there is a display to open a page on.

    Examples
    --------
    >>> is_seen({"DISPLAY": ":0"}, "linux"), is_seen({}, "linux"), is_seen({}, "darwin")
    (True, False, True)
    >>> is_seen({"SSH_CONNECTION": "10.0.0.1 50000 10.0.0.2 22"}, "darwin")
    False
    """
    if environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"):
        return True
    return platform in ("darwin", "win32") and not environ.get("SSH_CONNECTION")


def show(page: Path) -> subprocess.Popen[bytes]:
    """Have the user's browser open a page; return the process that does it.

    It has no terminal: a browser that stays in the foreground, or wants to be typed to,
    holds nobody up.
    """
    return subprocess.Popen(
        [sys.executable, "-I", "-m", "webbrowser", page.absolute().as_uri()],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
