"""Controls beside their results, counted once more without frames: draw by draw, unit by unit."""

from __future__ import annotations

from collections import defaultdict

import pandas as pd
import pytest
from tables import each_row

from claudesess import Store, ask
from claudesess.estimating import controls

DRAWS = 7
MEASURE = "retry_escalation.repeats"
#: Rejections of two databases whose sessions have the same ids: of a session the places of its approaches, one by one.
REJECTED = {"a": ("0010", "112", "20", "333"), "b": ("00", "0120", "4", "")}


def rejected():
    """Return the rejections as rows."""
    for db, sessions in REJECTED.items():
        for session, places in enumerate(sessions):
            for place in map(int, places):
                path = f"/p/{place % 2}.py"
                yield {"db": db, "session_id": f"s{session}", "file_path": path, "approach": f"Edit {path[3:]}: {place}"}  # fmt: skip


@pytest.fixture(scope="module")
def store():
    moment = pd.Timestamp("2026-05-04T09:00Z")
    rows = pd.DataFrame(rejected())
    rows = rows.assign(id=rows.index, timestamp=moment + pd.to_timedelta(rows.index, unit="s"))
    with pytest.MonkeyPatch.context() as patch, Store.from_frames(failed_paths=rows) as opened:
        patch.setattr(controls, "DRAWS", DRAWS)
        yield opened


def shares(units, by):
    """Return events and exposure of each group, by plain addition."""
    found = defaultdict(lambda: [0, 0])
    for row in units.to_dict("records"):
        one = found[tuple(str(row[name]) for name in by)]
        one[0] += row["n_again"]
        one[1] += row["n_rejections"]
    return found


def group_of(row, by):
    return tuple(str(row[name]) for name in ("group", "group_2")[: len(by)])


@each_row("by", [(), ("db",), ("session_id",), ("db", "file_path"), ("session_id", "db")])
def test_a_control_is_all_draws_together_and_a_difference_is_what_it_leaves(store, by):
    answer = ask(store, MEASURE, by=by or None)
    drawn = answer.again(by=("db", "session_id")).drawn(DRAWS)
    own, theirs = shares(answer.units, by), shares(drawn, by)
    each = [shares(drawn[drawn["draw"] == draw], by) for draw in range(DRAWS)]
    control = answer.control
    rows = control[control["role"] == "control"].to_dict("records")
    assert {group_of(row, by): (row["n_events"], row["exposure"]) for row in rows} == {
        group: tuple(numbers) for group, numbers in theirs.items()
    }
    assert {row["note"] for row in rows} == {f"{DRAWS} draws"}
    gaps = control[control["role"] == "difference"].to_dict("records")
    assert {group_of(row, by) for row in gaps} == set(own) & set(theirs)
    for row in gaps:
        group = group_of(row, by)
        share, other = (events / exposure for events, exposure in (own[group], theirs[group]))
        assert row["estimate"] == pytest.approx(share - other)
        below = [share - one[group][0] / one[group][1] for one in each if group in one and one[group][1] > 0]
        less = sum(1 if gap > 1e-12 else 0.5 if abs(gap) <= 1e-12 else 0 for gap in below) / len(below)
        said = row["note"].removeprefix("more than ").split(" % of ")
        assert (float(said[0]), said[1]) == (pytest.approx(100 * less, abs=0.5), f"{len(below)} draws")
        assert row["n_events"] is None or str(row["n_events"]) == "<NA>"
    assert sum(abs(row["estimate"]) > 0 for row in gaps) >= 1


def test_sessions_are_kept_apart_by_their_database(store):
    [row] = ask(store, MEASURE, by=None).control.query("role == 'difference'").to_dict("records")
    n_sessions = sum(bool(places) for rows in REJECTED.values() for places in rows)
    assert row["n_sessions"] == n_sessions
    assert row["low"] <= row["estimate"] <= row["high"]
