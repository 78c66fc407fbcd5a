"""A planted null leaves a control empty, a planted effect does not; both are said."""

import pandas as pd
import planted
import pytest
from counts import by_run
from tables import each_row

from claudesess import ask, samples
from claudesess.asking import listing
from claudesess.metrics.compaction_continuity import _placebo

PROJECTS = by_run(few=8, full=20)
#: Of so many projects without an effect so many alarms or fewer: in 98 of 100, if 5 % are wrong.
NULLS, MOST_ALARMS = by_run(few=(6, 1), full=(20, 3))

EVEN, FALLING = (0.4, 0.4, 0.4), (0.9, 0.03, 0.03)
PLANTED = {
    "agents.looked_again": (lambda projects: planted.looked_again(0.0, projects)[0], lambda projects: planted.looked_again(0.3, projects)[0]),
    "agents.parallel_gain": (lambda projects: planted.sent_agents(1, projects)[0], lambda projects: planted.sent_agents(3, projects)[0]),
    "compaction_continuity.context_size": (lambda projects: planted.filling(0.0, projects), lambda projects: planted.filling(1.0, projects)),
    "files.hot": (lambda projects: planted.hot_files(0.15, projects, n_sessions=60), lambda projects: planted.hot_files(0.6, projects, n_sessions=60)),
    "files.overwritten": (lambda projects: planted.crowds(0.0, projects)[0], lambda projects: planted.crowds(0.2, projects)[0]),
    "compaction_continuity.rereads": (lambda projects: planted.reads(0.0, projects), lambda projects: planted.reads(2.5, projects)),
    "compaction_continuity.repeats": (lambda projects: planted.edits(0.0, projects), lambda projects: planted.edits(1.5, projects)),
    "compaction_continuity.fixed": (lambda projects: planted.open_chains(0.0, projects), lambda projects: planted.open_chains(3.0, projects)),
    "compaction_continuity.time_to_recover": (
        lambda projects: planted.edits_and_looks(0.0, projects),
        lambda projects: planted.edits_and_looks(3.0, projects),
    ),
    "compaction_continuity.failures_around": (
        lambda projects: planted.commands(0.0, projects, regress=0.2),
        lambda projects: planted.commands(2.0, projects, regress=0.2),
    ),
    "retry_escalation.outcome_by_attempt": (lambda projects: planted.chains(EVEN, projects), lambda projects: planted.chains(FALLING, projects)),
    "retry_escalation.next_step": (lambda projects: planted.chains(EVEN, projects), lambda projects: planted.chains(FALLING, projects)),
    "retry_escalation.after_an_escalation": (lambda projects: planted.chains(EVEN, projects), lambda projects: planted.chains(EVEN, projects, after=0.3)),
    "checks.hidden_status": (lambda projects: planted.runs(projects), lambda projects: planted.runs(projects, hidden_fails=0.6)),
    "checks.recurring": (lambda projects: planted.failures(projects, rate_spread=0.0)[0], lambda projects: planted.failures(projects, rate=0.15, rate_spread=2.0)[0]),
    "checks.when_to_ask": (lambda projects: planted.tries(EVEN, projects), lambda projects: planted.tries((0.6, 0.3, 0.02), projects)),
    "checks.flapping": (lambda projects: planted.runs(projects, flaps=0.1), lambda projects: planted.runs(projects, flaps=0.3, flaky=0.25)),
    "retry_escalation.repeats": (lambda projects: planted.rejections(0.0, projects), lambda projects: planted.rejections(0.6, projects)),
}  # fmt: skip


def gaps(store, name):
    """Return the differences of the measure's claim, by project."""
    answer = ask(store, name, by="db" if "next_step" not in name else ("db", "attempt"))
    rows = answer.control[answer.control["role"] == "difference"]
    for column, value in answer.measure.module.control.claim.items():
        rows = rows[(rows[column] == value).fillna(False)]
    return rows[rows["group_2"].isna() | (rows["group_2"] == "1")]


def shown(rows: pd.DataFrame) -> int:
    return int(((rows["low"] > 0) | (rows["high"] < 0)).fillna(False).sum())


@pytest.mark.slow
@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_null_is_empty(name):
    with PLANTED[name][0](NULLS) as store:
        rows = gaps(store, name)
    assert len(rows) >= 0.9 * NULLS
    assert shown(rows) <= MOST_ALARMS


@pytest.mark.slow
@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_effect_is_shown(name):
    with PLANTED[name][1](PROJECTS) as store:
        rows = gaps(store, name)
    assert shown(rows) >= 0.6 * PROJECTS


@pytest.mark.slow
def test_only_compactions_that_have_a_placebo_are_held_against_it():
    with planted.commands(3.0, 1, regress=0.4) as store:
        answer = ask(store, "compaction_continuity.failures_around")
        rows = answer.control.query("role == 'difference' and outcome == 'failed calls after'")
        held = answer._drawn["for_compaction_id"].nunique()
        own = answer.estimates.query("outcome == 'failed calls after'")
    assert 0 < rows["n_units"].item() <= held < own["n_units"].item()


def test_a_control_says_what_it_is_and_whether_a_difference_is_shown():
    with planted.rejections(0.6, 1) as store:
        answer = ask(store, "retry_escalation.repeats")
        said = answer.finding().split(". ")[2]
        other = ask(store, "retry_escalation.repeats", where={"session_id": ["s1", "s2"]}).finding()
    assert said.startswith("If rejections were dealt out to the sessions of their database at random: ")
    assert " points (in 16 sessions, 95 % limits +" in said
    assert other.endswith("at random: too few sessions to show a difference.")
    note = answer.control.loc[answer.control["role"] == "difference", "note"]
    assert note.tolist() == ["more than 100 % of 50 draws"]


@each_row(
    ("measure", "is_matched"),
    [
        ("failures_around", True),
        ("fixed", True),
        ("repeats", False),
        ("rereads", False),
        ("time_to_recover", False),
    ],
)
def test_where_failures_count_placebos_have_as_many_failures_before_them(monkeypatch, measure, is_matched):
    module, given = listing.measure(f"compaction_continuity.{measure}").module, {}
    monkeypatch.setattr(module, "placebo", lambda *relations, **how: given.update(how))
    n_relations = len(module.control.relations)
    module.control.draw(*[None] * n_relations, seed=1, draws=2)
    assert (given.get("is_matched", False), given["seed"], given["draws"]) == (is_matched, 1, 2)


def test_the_same_seed_draws_the_same_control():
    with planted.rejections(0.0, 1) as store:
        first, again = (ask(store, "retry_escalation.repeats").control for _ in range(2))
    pd.testing.assert_frame_equal(first, again)


def test_every_control_is_tried_with_a_null_and_an_effect():
    every = [listing.measure(name) for question in listing.questions() for name in listing.names(question)]
    measures = [one for one in every if not one.is_view]
    drawn = {one.name for one in measures if not isinstance(one.module.control, str)}
    # Null and effect of types of agents, and of who is asked, are planted in test_per_agent.py and test_asked.py.
    assert set(PLANTED) == drawn - {"agents.per_agent", "permissions.asked"}


@pytest.mark.slow
def test_measures_share_the_moments_that_they_are_held_against(monkeypatch):
    asked = []
    ran = _placebo.rows
    monkeypatch.setattr(_placebo, "rows", lambda *given: asked.append(given[1]) or ran(*given))
    with samples.open_sample("workshop") as store:
        for name in ("rereads", "repeats", "rereads"):
            ask(store, f"compaction_continuity.{name}").control  # noqa: B018
    assert asked == ["_placebo_calls", "_placebo_cuts"]
