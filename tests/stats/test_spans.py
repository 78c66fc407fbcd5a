"""Arithmetic of time spans, on a morning of a few minutes."""

import pandas as pd
import pytest

from claudesess.stats import spans


def made(*minutes, **columns):
    """Make spans from pairs of minutes after ten."""
    times = [[pd.Timestamp(f"2026-03-02T10:{minute:02}Z") for minute in pair] for pair in minutes]
    frame = pd.DataFrame(times, columns=["start", "end"], dtype="datetime64[us, UTC]")
    return frame.assign(**columns)


def minutes(frame):
    return [tuple(pair) for pair in zip(frame["start"].dt.minute, frame["end"].dt.minute, strict=True)]


@pytest.mark.parametrize(
    ("given", "merged"),
    [
        ([(0, 2), (5, 6)], [(0, 2), (5, 6)]),
        ([(5, 6), (0, 5)], [(0, 6)]),
        ([(0, 9), (1, 2), (3, 4)], [(0, 9)]),
        ([(3, 3)], [(3, 3)]),
        ([], []),
    ],
)
def test_union_merges_what_overlaps_or_touches(given, merged):
    assert minutes(spans.union(made(*given))) == merged


def test_islands_keep_the_index_and_bridge_short_pauses():
    given = made((10, 12), (0, 2), (15, 16)).set_axis([7, 8, 9])
    assert spans.islands(given).to_dict() == {7: 1, 8: 0, 9: 2}
    assert spans.islands(given, 180).to_dict() == {7: 1, 8: 0, 9: 1}
    assert spans.islands(given, 480).to_dict() == {7: 0, 8: 0, 9: 0}


@pytest.mark.parametrize(
    ("given", "steps"),
    [
        ([(0, 4), (2, 6)], [(0, 2, 1), (2, 4, 2), (4, 6, 1)]),
        ([(0, 1), (3, 4)], [(0, 1, 1), (1, 3, 0), (3, 4, 1)]),
        ([(0, 2), (2, 4)], [(0, 4, 1)]),  # one begins as the other ends: never two at once
        ([(1, 1)], []),
        ([], []),
    ],
)
def test_levels_count_what_overlaps(given, steps):
    found = spans.levels(made(*given))
    assert [(*pair, level) for pair, level in zip(minutes(found), found["level"], strict=True)] == steps


def test_clip_cuts_to_the_windows_of_the_same_group_only():
    given = made((0, 9), (0, 9), (8, 9), group=["a", "b", "a"], name=["x", "y", "z"])
    windows = made((1, 2), (5, 7), group=["a", "a"])
    found = spans.clip(given, windows, ["group"])
    assert found["name"].tolist() == ["x", "x"]
    assert minutes(found) == [(1, 2), (5, 7)]


def test_seconds_add_up():
    assert spans.seconds(made((0, 2), (1, 2))) == 180
    assert spans.seconds(made()) == 0


def test_clip_keeps_a_moment_and_what_only_touches_a_window():
    given = made((3, 3), (9, 9), (0, 1), (4, 5), group="a", name=["in", "at its end", "before", "touches"])
    found = spans.clip(given, made((3, 4), (9, 9), group="a"), ["group"])
    assert found["name"].tolist() == ["in", "at its end", "touches"]
    assert minutes(found) == [(3, 3), (9, 9), (4, 4)]


def test_a_union_has_a_start_and_an_end_and_nothing_else():
    assert list(spans.union(made((0, 2), (1, 3), name="x")).columns) == ["start", "end"]
