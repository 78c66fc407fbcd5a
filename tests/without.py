"""A process of its own in which some packages are not installed."""

import subprocess
import sys

from handmade import ROOT


def run(code, folder, *without, arguments=()):
    """Run code in a folder, which is the user's home, too, with an environment from nothing."""
    hidden = f"import sys; sys.modules.update(dict.fromkeys({without!r}))\n"
    return subprocess.run(
        [sys.executable, "-c", hidden + code, *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "HOME": str(folder)},
    )
