"""Stores of a session a day, in each of which edits are rejected, some of them again."""

import pandas as pd

from claudesess import Store

# Of 80 rejections 10 again before the ninth day, 40 from then on.
WORSE = [1, 2, 0, 1, 3, 1, 0, 2, 4, 6, 5, 3, 7, 4, 5, 6]
EVEN = [1, 2, 0, 1, 3, 1, 0, 2, 1, 1, 2, 0, 1, 3, 0, 2]


def at(day, second=0):
    return pd.Timestamp("2026-01-01T10:00Z") + pd.Timedelta(days=day, seconds=second)


def rejected(again, *, per=10):
    """Return a store of a session a day; of `per` rejections `again[day]` are not the first of their approach."""
    rows, metrics = [], []
    for day, n in enumerate(again):
        session = f"s{day:02}"
        names = [f"a{place}" for place in range(per - n)] + ["a0"] * n
        rows += [
            {
                "session_id": session,
                "file_path": "/a.py",
                "approach": f"Edit a.py: {name}",
                "timestamp": at(day, second),
            }
            for second, name in enumerate(names)
        ]
        model = "old" if day < len(again) / 2 else "new"
        metrics += [
            {
                "session_id": session,
                "event_type": "session_start",
                "key": key,
                "value": value,
                "timestamp": at(day),
            }
            for key, value in (("source", "startup"), ("model", model))
        ]
    failed, started = pd.DataFrame(rows), pd.DataFrame(metrics)
    return Store.from_frames(
        failed_paths=failed.assign(id=range(len(failed))),
        session_metrics=started.assign(id=range(len(started))),
    )
