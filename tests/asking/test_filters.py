"""Covariates of sessions beside units."""

from claudesess import ask, frames, samples


def test_covariates_are_read_once_for_a_store(monkeypatch):
    asked, load = [], frames.load
    monkeypatch.setattr(frames, "load", lambda store, name: asked.append(name) or load(store, name))
    with samples.open_sample("retry") as store:
        for name in ("retry_escalation.failures", "retry_escalation.next_step"):
            assert set(ask(store, name).units["source"]) == {"startup"}
    assert asked == ["session_covariates"]
