"""Which lines were read, and whether reads cover others; the rest is tested through the metric that asks."""

import pytest

from claudesess.metrics.compaction_continuity import aftermath


@pytest.mark.parametrize(
    ("ranges", "lines", "expected"),
    [
        ([(1, 10)], (1, 10), True),
        ([(1, 10)], (3, 5), True),
        ([(1, 10)], (5, 11), False),
        ([(1, 5), (6, 10)], (2, 9), True),
        ([(6, 10), (1, 4)], (2, 9), False),
        ([(1, 3), (2, 8), (8, 12)], (1, 12), True),
        ([(20, 30)], (1, 2), False),
        ([], (1, 1), False),
    ],
)
def test_ranges_cover_lines(ranges, lines, expected):
    assert aftermath.covers(ranges, lines) is expected
