"""The picture of the answers in README: the first page of the sample's report, as Chromium shows it.

`python -m claudesess_docs.picture` makes it anew; CLAUDESESS_CHROMIUM names a browser that has another name.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from claudesess.charts.offline import packed
from claudesess_docs import ROOT

PICTURE = ROOT / "docs" / "images" / "answers.png"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_SIZE = (1000, 960)  # down to the legend


def taken(page: Path, size: tuple[int, int] = _SIZE) -> bytes:
    """Return a page as a PNG of this size."""
    program = os.environ.get("CLAUDESESS_CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    if program is None:
        sys.exit("There is no Chromium. CLAUDESESS_CHROMIUM names one.")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "page.png")
        quiet = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--run-all-compositor-stages-before-draw",  # else a tile may be missing
            "--hide-scrollbars",
            f"--user-data-dir={folder}/profile",
        ]
        view = [f"--window-size={size[0]},{size[1]}", "--virtual-time-budget=10000", f"--screenshot={file}"]
        subprocess.run([program, *quiet, *view, page.as_uri()], check=True, capture_output=True)
        return file.read_bytes()


def main() -> None:
    """Write the sample's report, and keep a picture of its first page."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "claudesess", "report", "--sample", "--utc", "--sessions", "0"]
        subprocess.run([*command, "--out", folder], check=True, cwd=ROOT)
        PICTURE.write_bytes(packed(taken(Path(folder, "index.html"))))
    print(PICTURE.relative_to(ROOT), f"{PICTURE.stat().st_size / 1000:.0f} KB")


if __name__ == "__main__":
    main()
