"""By which times shares are told: of things that took a little less and a little more than each, half are within it."""

import pandas as pd
import pytest
from tables import each_row

from claudesess.asking import listing

SECONDS = (60, 300, 900, 3600)
#: Measure, what it takes time to, its unit, the column of it, what says that it was seen, and the times told.
TOLD = [
    ("agent_throughput.duration", "completed", "s", "observed_s", {"status": "completed", "is_ended": True}, SECONDS),
    ("retry_escalation.time_to_fix", "fixed", "s", "observed_s", {"first_event": "fixed"}, SECONDS),
    ("compaction_continuity.time_to_recover", "first edit", "s", "edit_s", {"is_edit_seen": True}, SECONDS[:3]),
    ("compaction_continuity.time_to_recover", "first edit", "calls", "edit_calls", {"is_edit_seen": True}, (5, 10, 20)),
    ("compaction_continuity.time_to_recover", "first success", "s", "pass_s", {"is_pass_seen": True}, SECONDS[:3]),
    ("compaction_continuity.time_to_recover", "first success", "calls", "pass_calls", {"is_pass_seen": True}, (5, 10, 20)),
]  # fmt: skip


@each_row(("name", "outcome", "unit", "column", "seen", "horizons"), TOLD)
def test_the_times_within_which_shares_are_told(name, outcome, unit, column, seen, horizons):
    measure = listing.measure(name).module
    values = [time + by for time in horizons for by in (0, 1)]  # just within, and just beyond
    rows = pd.DataFrame({column: values, **seen}).assign(db="a", session_id="s")
    estimates = measure.estimate(measure.sums(measure.UNITS.filled(rows), by=None))
    told = estimates[(estimates["outcome"] == outcome) & (estimates["statistic"] == "share")]
    told = told[told["horizon"].notna() & (told["n_units"] > 0)]
    found = dict(zip(told["horizon"], told["estimate"], strict=True))
    expected = {time: (2 * place + 1) / len(values) for place, time in enumerate(horizons)}
    assert found == pytest.approx(expected)
