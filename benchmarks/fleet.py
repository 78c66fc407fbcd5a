"""What the measures cost on one database and on many: CPU and memory of each, and how they grow.

Run it with ``make bench-fleet``. Databases are made by `claudesess.simulate`, each project of its own seed;
every size is read in a process of its own, from a cache that is warm. The exponent is that of the growth of
CPU from the first size to the last: 1 is linear. A measure is its units and estimates, and by project.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

BUILD = Path(__file__).resolve().parent.parent / "build" / "fleet"


def make(n_databases: int, n_sessions: int) -> list[str]:
    """Make databases that are not there yet; return so many, of so many sessions each."""
    from claudesess.simulate import rows, story

    files = [
        BUILD / f"{n_sessions}-sessions-{number}" / ".claude-session.db" for number in range(n_databases)
    ]
    for seed, file in enumerate(files):
        if not file.is_file():
            rows.write(story.tell(story.Plan(), n_sessions, seed), file)
    return [str(file) for file in files]


def measured(files: list[str]) -> dict[str, Any]:
    """Ask every measure of some databases; return CPU seconds of each, by project too, and what it was of."""
    import claudesess
    from claudesess.asking import listing

    found: dict[str, Any] = {}
    with claudesess.open_store(*files) as store:
        start = time.process_time()
        opened = store.sql("SELECT count(*) AS n FROM compactions")
        found["(relations)"] = [time.process_time() - start, 0.0]
        for name in (name for question in listing.questions() for name in listing.names(question)):
            start = time.process_time()
            answer = claudesess.ask(store, name)
            is_view = answer.measure.is_view
            answer.units if is_view else answer.estimates  # noqa: B018
            asked = time.process_time()
            if not is_view:
                answer.again(by="project").estimates  # noqa: B018
            found[name] = [asked - start, time.process_time() - asked]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"compactions": int(opened.n[0]), "mb": peak // 1024, "measures": found}


def main() -> None:
    """Print a line per measure: CPU seconds of each size, the exponent, and by project."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[10, 30, 100], help="databases, from few to many"
    )
    parser.add_argument("--sessions", type=int, default=40, help="of each database")
    parser.add_argument("--of", nargs="*", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.of:
        print(json.dumps(measured(given.of)))
        return
    told = []
    for size in given.sizes:
        command = [sys.executable, __file__, "--of", *make(size, given.sessions)]
        for _ in range(2):  # the first time fills the cache
            ran = subprocess.run(
                command, env=os.environ | {"CLAUDESESS_CACHE": str(BUILD / "cache")},
                capture_output=True, text=True, check=True,
            )  # fmt: skip
        told.append(json.loads(ran.stdout))
    print(
        "databases  ",
        *given.sizes,
        " compactions",
        *(one["compactions"] for one in told),
        " MB",
        *(one["mb"] for one in told),
    )
    growth = told[-1]["compactions"] / max(told[0]["compactions"], 1)
    for name in told[0]["measures"]:
        each = [one["measures"][name] for one in told]
        ratio = each[-1][0] / max(each[0][0], 1e-9)
        exponent = math.log(ratio) / math.log(growth) if growth > 1 else math.nan
        said = "  ".join(f"{one[0]:7.2f}" for one in each)
        print(f"{name:45}{said}  exponent {exponent:4.2f}  by project {each[-1][1]:6.2f}")


if __name__ == "__main__":
    main()
