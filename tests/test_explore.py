"""The explorer: controls from the measures themselves, answer and chart for what is chosen."""

import ipywidgets as widgets
import pandas as pd
import pytest
from handmade import store_of

import claudesess
from claudesess import contracts, explore, samples
from claudesess.asking import listing

NAMES = [name for question in listing.questions() for name in listing.names(question)]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def store():
    with samples.open_sample("workshop") as opened:
        yield opened


@pytest.fixture
def explorer(store):
    return claudesess.explore(store)


def test_it_offers_every_measure_and_each_has_an_answer(explorer):
    assert [value for _, value in explorer.question.options] == NAMES
    for name in NAMES:
        explorer.question.value = name
        assert explorer.answer.measure.name == name
        assert len(explorer.result) > 0, name
        assert explorer.chart.to_dict(), name


def test_options_and_groups_come_from_the_measure_and_act(explorer):
    explorer.question.value = "compaction_continuity.failures_around"
    assert isinstance(explorer.options["k"], widgets.BoundedIntText)
    assert explorer.options["k"].min == 1
    before = explorer.result["exposure"].max()
    explorer.options["k"].value = 2
    assert explorer.result["exposure"].max() < before
    explorer.by.value = "trigger"
    assert set(explorer.result["group"]) == {"auto", "manual"}
    explorer.question.value = "retry_escalation.outcome_by_attempt"
    assert isinstance(explorer.options["kind"], widgets.Dropdown)
    assert explorer.result["group"].isna().all()


def test_a_choice_of_sessions_narrows_every_part_of_the_answer(explorer):
    explorer.question.value = "retry_escalation.repeats"
    everything = explorer.result
    explorer.sessions.value = explorer.sessions.options[0][1:]
    assert set(explorer.answer.units["session_id"]) <= set(explorer.sessions.value)
    assert explorer.result["n_units"].sum() < everything["n_units"].sum()
    explorer.sessions.value = ()
    pd.testing.assert_frame_equal(explorer.result, everything)


def test_a_choice_of_agents_reaches_the_answer_or_is_refused_in_words(explorer):
    explorer.question.value = "retry_escalation.outcome_by_attempt"
    chains = []
    for chosen in ((), ("general-purpose",), ("main thread",)):
        explorer.agent_types.value = chosen
        chains.append(explorer.result["n_units"].max())
    whole, by_agents, by_main = chains
    assert 0 < by_agents < whole
    assert by_agents + by_main == whole
    before = explorer.result
    explorer.question.value = "retry_escalation.repeats"
    assert (
        "Not possible:</b> retry_escalation.repeats cannot be grouped or filtered by &#x27;agent_type&#x27;"
        in (explorer._message.value)
    )
    assert explorer.result is before
    explorer.agent_types.value = ()
    assert explorer.answer.measure.name == "retry_escalation.repeats"


def test_a_choice_of_projects_is_answered_once_and_reads_nothing_anew(explorer, monkeypatch):
    explorer.sessions.value = explorer.sessions.options[0][1:]
    asked = []
    again = type(explorer.answer).again
    monkeypatch.setattr(
        type(explorer.answer), "again", lambda self, **how: asked.append(how) or again(self, **how)
    )
    explorer.projects.value = ("/home/dev/shop",)
    assert [how["where"] for how in asked] == [{"project": ["/home/dev/shop"]}]
    assert explorer.sessions.value == ()


def test_an_empty_store_is_explored_without_a_traceback(tmp_path):
    with store_of(tmp_path, "") as store:
        explorer = claudesess.explore(store)
        for name in NAMES:
            explorer.question.value = name
            assert explorer.chart.to_dict()


def test_the_name_is_the_function_however_it_is_imported():
    assert callable(claudesess.explore)
    assert callable(explore)
    assert contracts.RELATIONS
