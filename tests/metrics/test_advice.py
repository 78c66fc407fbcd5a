"""What measures advise: found where its cause was planted, silent where not; the cost is that of the thing named."""

import re

import planted
import pytest

from claudesess import ask, findings
from claudesess.asking import listing

PLANTED = {
    "checks.flapping": (
        lambda projects: planted.runs(projects, flaps=0.1),
        lambda projects: planted.runs(projects, flaps=0.3, flaky=0.25),
        r"Run `pytest c\d+` again before mending anything, and make it steady\.",
    ),
    "files.hot": (
        lambda projects: planted.hot_files(0.15, projects, n_sessions=40),
        lambda projects: planted.hot_files(0.9, projects, n_sessions=40),
        r"/p/hot\d+\.py breaks often: .*",  # what is to be written down
    ),
    "files.overwritten": (
        lambda projects: planted.crowds(0.0, projects)[0],
        lambda projects: planted.crowds(0.2, projects)[0],
        r"Give agents that work side by side worktrees or files of their own\.",
    ),
    "agents.looked_again": (
        lambda projects: planted.looked_again(0.0, projects)[0],
        lambda projects: planted.looked_again(0.4, projects)[0],
        r"Let agents quote the lines that matter, and look again only at what is edited\.",
    ),
}
PROJECTS = 3


def found(name, draw):
    """Return the findings of each project, judged by itself."""
    with draw(PROJECTS) as store:
        whole = ask(store, name)
        return [findings(store, {name: whole.again(where={"db": f"p{n}"})}) for n in range(PROJECTS)]


@pytest.mark.slow
@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_cause_is_found_with_its_next_step(name):
    null, effect, step = PLANTED[name]
    seen = [each for each in found(name, effect) if len(each)]
    assert len(seen) >= 0.6 * PROJECTS
    told = [one.proposal.text if name == "files.hot" else one.step for each in seen for one in each]
    assert [one for one in told if not re.fullmatch(step, one)] == []
    assert sum(len(each) > 0 for each in found(name, null)) <= 1


@pytest.mark.slow
def test_a_hidden_failure_costs_a_failed_call_and_its_step_can_be_copied():
    with planted.runs(1, hidden_fails=0.6) as store:
        answer = ask(store, "checks.hidden_status")
        (one,) = findings(store, {"checks.hidden_status": answer})
        n_red = int(answer.units["is_red"].sum())
    assert len(one.rows) == n_red
    assert one.step == "Run checks without a pipe, or after `set -o pipefail`."
    assert (
        one.proposal.text
        == "Run checks without a pipe, or after `set -o pipefail`; no `;` or `|| true` behind them."
    )
    assert 0 < one.amount <= n_red
    assert one.statement.title.startswith(f"{n_red / len(answer.units):.0%}".replace("%", " %"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "thing", "event"),
    [("checks.flapping", "aim", "is_again"), ("files.hot", "file_path", "is_failed_again")],
)
def test_where_one_thing_is_named_only_its_own_events_are_counted(name, thing, event):
    with PLANTED[name][1](1) as store:
        answer = ask(store, name)
        advice = listing.measure(name).module.advice(answer.estimates, answer.units)
        [own] = answer.units.loc[advice.events > 0, thing].unique()
        events = answer.units[event].fillna(False)
    is_own = answer.units[thing] == own
    assert advice.events.sum() == events[is_own].sum() == pytest.approx(advice.each * events.sum())
    assert events[is_own].sum() < events.sum()
