"""What a measure is asked where nobody says otherwise: its options, the same for its control."""

from tables import each_row

from claudesess.asking import listing

NAMES = [name for question in listing.questions() for name in listing.names(question)]
KIND = {"kind": "check"}
DEFAULTS = {
    "agent_throughput.rate": {"agent_type": ""}, "agent_throughput.timeline": {"pause_minutes": 30}, "agents.looked_again": {"calls": 20},
    "checks.recurring": {"kind": "all"}, "checks.when_to_ask": KIND | {"minutes": 10}, "compaction_continuity.failures_around": {"k": 20},
    "files.overwritten": {"minutes": 30},
    **{f"retry_escalation.{name}": KIND for name in ("outcome_by_attempt", "time_to_fix", "next_step", "after_an_escalation", "failures")},
}  # fmt: skip


@each_row("name", NAMES)
def test_options_have_the_values_that_pages_tell(name):
    module = listing.measure(name).module
    assert (module.units.__kwdefaults__ or {}) == DEFAULTS.get(name, {})
    control = getattr(module, "control", "")
    if not isinstance(control, str):
        assert (control.draw.__kwdefaults__ or {}) == DEFAULTS.get(name, {})
