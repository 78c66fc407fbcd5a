"""All measures of one question, asked at once."""

import pandas as pd

from claudesess import Store, overview

AT = pd.Timestamp("2026-03-02T10:00Z")


def test_the_estimates_are_those_of_the_measures_and_none_of_a_view():
    agents = pd.DataFrame({"session_id": ["s"], "agent_id": ["x"], "agent_type": ["Plan"], "status": ["completed"], "is_ended": [True], "spawned_at": [AT], "ended_at": [AT], "observed_s": [60.0], "n_files_changed": [1], "n_tool_calls": [2]})  # fmt: skip
    windows = pd.DataFrame({"session_id": ["s"], "start_at": [AT], "end_at": [AT + pd.Timedelta(hours=1)]})
    with Store.from_frames(agent_runs=agents, session_windows=windows) as store:
        seen = overview(store, "agent_throughput")
        estimates = seen.estimates
        views = [name for name, one in seen.answers.items() if one.measure.is_view]
        findings = seen.findings()
    assert views == ["agent_throughput.timeline"]
    measures = dict.fromkeys(estimates["question"] + "." + estimates["measure"])
    assert list(measures) == [name for name in seen.answers if name not in views]
    assert len(seen.answers) == len(measures) + len(views) and all(findings)
