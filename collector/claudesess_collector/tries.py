"""Hold a call against the open chains: what it tried again, what it reached, what failed anew."""

from claudesess_collector.part import SERVE
from claudesess_collector.vocabulary import CHECK, RUN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from claudesess_collector.chains import Chain
    from claudesess_collector.event import Event

_IS_ANY = "SELECT 1 FROM claudesess_chains WHERE session_id = ? LIMIT 1"


def settle(event: "Event") -> None:
    """Close what the call reached, add what it failed at, note what nobody saw."""
    call, outcome = event.call, event.outcome
    open_chains = _open(event)
    if event.agent_id is None and any(chain.is_provisional or chain.is_left for chain in open_chains):
        from claudesess_collector import ladder

        ladder.went_on(event, open_chains)
    checks = call.checks() if call.is_shell else []
    if any(part.is_hidden for part in checks) and _is_told_well(event):
        event.summary["hidden"] = True
    event.summary.update(spelling=call.spelling, aim=call.main.aim, kind=call.kind)
    if outcome is None:
        event.summary["ok"] = None
        return
    event.summary["ok"] = outcome.ok
    is_check = bool(checks) or (call.is_shell and outcome.kind == CHECK)
    if open_chains or outcome.failed is not None or is_check:
        if not call.is_safe:
            call.make_safe(event.text("tool_input", "command"))
        for part in (*outcome.passed, *outcome.quiet, *outcome.unseen):
            part.make_safe()
    if open_chains:
        if any(chain.is_check for chain in open_chains) and call.is_shell:
            from claudesess_collector import approaches

            approaches.note_what_may_have_changed(event)
        _hold(event, open_chains)
    if outcome.failed is not None:
        from claudesess_collector import on_failures

        on_failures.add(event, [chain for chain in open_chains if chain.key not in event.summary.get("closes", ())])
    if is_check:
        from claudesess_collector import approaches

        approaches.after_run(event)


def started(event: "Event") -> None:
    """A server was started in the background: that it runs is all it was to do; of its death its notice tells."""
    part = event.call.main
    open_chains = _open(event) if part.families[1:] == [SERVE] else []
    if open_chains:
        from claudesess_collector import chain_matching, chains

        part.make_safe()
        chains.close(event, chain_matching.of_success(event, open_chains, [part]))


def _is_told_well(event: "Event") -> bool:
    """Say whether the client reports a success, whatever the output says."""
    return event.name != "PostToolUseFailure" and (event.failure is None or not event.failure.status)


def _open(event: "Event") -> "list[Chain]":
    """Return the session's open chains; mostly there are none, and nothing is loaded for them."""
    if not event.db.kept("claudesess_chains", _IS_ANY, (event.session_id,)):
        return []
    from claudesess_collector.chains import open_chains

    return open_chains(event)


def _hold(event: "Event", open_chains: "list[Chain]") -> None:
    from claudesess_collector import chain_matching, chains

    outcome = event.outcome
    passed = list(outcome.passed)
    for part in outcome.quiet:
        # Nothing came through the filter that showed findings before: there are none any more.
        showed = [chain for chain in open_chains if chain.spec.filter == part.filter]
        (passed if chain_matching.of_success(event, showed, [part]) else outcome.unseen).append(part)
    if outcome.quiet and outcome.failed is None:
        outcome.quiet = []
        event.summary["ok"] = outcome.ok
    reached = chain_matching.of_success(event, open_chains, passed)
    if outcome.failed is None and outcome.passed and all(part.kind != RUN for part in outcome.unseen):
        reached += chain_matching.repeated(event, [chain for chain in open_chains if chain not in reached])
        reached += chain_matching.for_the_same(event, [chain for chain in open_chains if chain not in reached])
    if reached:
        chains.close(event, reached)
    for chain in chain_matching.gone_round(event, open_chains, passed):
        chains.leave(event, chain)
    for part in outcome.unseen:
        others = [chain for chain in open_chains if chain not in reached]
        for chain in chain_matching.of_success(event, others, [part]):
            chains.tried_unseen(event, chain)
