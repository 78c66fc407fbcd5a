"""What the measures cost on one database and on many: CPU and memory of each, and how they grow.

Run it with ``make bench-fleet``. Databases are made by `claudesess.simulate`, each project of its own seed;
every size is read in a process of its own, from a cache that is warm. The exponent is that of the growth of
CPU from the first size to the last: 1 is linear. A measure is its units and estimates, and by project; its
chart is said of the last size, with the bytes of what describes it. Below stand three measures of the last
size beside their cores by hand (`fleet_by_hand`).

``--compactions 36 3000 30000`` asks instead made-up relations of so many compactions what is told of these,
the controls too, and says of how many units that was: how much work there is to do.
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


def compacted(n_compactions: int) -> dict[str, Any]:
    """Draw relations of sessions of one database with about so many compactions, 170 calls each."""
    from claudesess.simulate import frames, units

    few = units.calls(units.Plan(), 1, 100, 1)
    n_sessions = max(round(100 * n_compactions / int(few.is_cut.sum())), 3)
    return frames.of_work(units.calls(units.Plan(), 1, n_sessions, 1), frames.Projects(n_sessions), 1)


def measured(files: list[str], n_compactions: int | None) -> dict[str, Any]:
    """Ask every measure of some databases; return CPU seconds of each, by project too, and what it was of.

    Instead of files, of so many compactions: those that are about these, and controls instead of projects.
    """
    import altair  # noqa: F401  no chart pays for it
    import fleet_by_hand

    import claudesess
    from claudesess.asking import listing

    question = "compaction_continuity" if n_compactions else None
    found: dict[str, Any] = {}
    n_units: dict[str, Any] = {"(relations)": [0, 0]}
    opened_as = (
        claudesess.Store.from_frames(**compacted(n_compactions))
        if n_compactions
        else claudesess.open_store(*files)
    )
    with opened_as as store:
        start = time.process_time()
        opened = store.sql("SELECT count(*) AS n FROM compactions")
        found["(relations)"] = [time.process_time() - start, 0.0, 0.0, 0]
        questions = [question] if question else listing.questions()
        for name in (name for one in questions for name in listing.names(one)):
            start = time.process_time()
            answer = claudesess.ask(store, name)
            is_view = answer.measure.is_view
            answer.units if is_view else answer.estimates  # noqa: B018
            asked = time.process_time()
            if not is_view:
                answer.control if question else answer.again(by="project").estimates
            again = time.process_time()
            described = json.dumps(answer.panel().to_dict(), default=str)
            drawn = time.process_time()
            found[name] = [asked - start, again - asked, drawn - again, len(described)]
            is_drawn = question and not is_view and not isinstance(answer.control, str)
            n_units[name] = [len(answer.units), len(answer._drawn) if is_drawn else 0]
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        by_hand = {} if question else fleet_by_hand.compared(store)
    told = {"compactions": int(opened.n[0]), "mb": peak // 1024}
    return told | {"measures": found, "units": n_units, "by_hand": by_hand}


def main() -> None:
    """Print a line per measure: CPU seconds of each size, the exponent, and by project."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[10, 30, 100], help="databases, from few to many"
    )
    parser.add_argument("--sessions", type=int, default=40, help="of each database")
    parser.add_argument(
        "--compactions", type=int, nargs="+", help="of one database each, instead of databases"
    )
    parser.add_argument("--of", nargs="*", help=argparse.SUPPRESS)
    parser.add_argument("--of-compactions", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.of or given.of_compactions:
        print(json.dumps(measured(given.of or [], given.of_compactions)))
        return
    told = []
    for size in given.compactions or given.sizes:
        of = ["--of-compactions", str(size)] if given.compactions else ["--of", *make(size, given.sessions)]
        command = [sys.executable, __file__, *of]
        for _ in range(1 if given.compactions else 2):  # the first time fills the cache
            ran = subprocess.run(
                command, env=os.environ | {"CLAUDESESS_CACHE": str(BUILD / "cache")},
                capture_output=True, text=True, check=True,
            )  # fmt: skip
        told.append(json.loads(ran.stdout))
    print(
        "databases  ",
        *(given.sizes if not given.compactions else [1] * len(told)),
        " compactions",
        *(one["compactions"] for one in told),
        " MB",
        *(one["mb"] for one in told),
    )
    growth = told[-1]["compactions"] / max(told[0]["compactions"], 1)
    for name in told[0]["measures"]:
        each = [one["measures"][name] for one in told]
        said = "  ".join(f"{one[0]:7.2f}" for one in each)
        line = f"{name:45}{said}  exponent {_exponent([one[0] for one in each], growth):4.2f}"
        if not given.compactions:
            by_project, chart, n_bytes = each[-1][1:]
            print(f"{line}  by project {by_project:6.2f}  chart {chart:5.2f}  {n_bytes / 1000:6.1f} kB")
            continue
        drawn, n_units = [one[1] for one in each], [tuple(one["units"][name]) for one in told]
        control = "  ".join(f"{one:7.2f}" for one in drawn)
        print(f"{line}  control {control}  exponent {_exponent(drawn, growth):4.2f}  units, drawn {n_units}")
    for name, seconds in told[-1]["by_hand"].items():
        ratios = "  ".join(f"{way} {one:6.3f} ({one / seconds['SQL']:4.1f})" for way, one in seconds.items())
        print(f"{name:45}{ratios}")


def _exponent(seconds: list[float], growth: float) -> float:
    """Return the power of the size by which time grew from the first to the last."""
    ratio = max(seconds[-1], 1e-9) / max(seconds[0], 1e-9)
    return math.log(ratio) / math.log(growth) if growth > 1 else math.nan


if __name__ == "__main__":
    main()
