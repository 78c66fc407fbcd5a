"""The explorer: controls from the metrics' own signatures, result and chart for what is chosen."""

import inspect

import ipywidgets as widgets
import pandas as pd
import pytest

import claudesess
from claudesess import contracts, explore, samples

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def store():
    with samples.open_sample("workshop") as opened:
        yield opened


@pytest.fixture
def explorer(store):
    return claudesess.explore(store)


def test_it_offers_every_metric_and_answers_at_once(explorer):
    assert {value for _, value in explorer.question.options} >= {
        "agent_throughput", "retry_escalation", "compaction_continuity",
    }  # fmt: skip
    assert len(explorer.result) > 0
    assert explorer.chart.to_dict()


def test_every_question_has_an_answer(explorer):
    for _, name in explorer.question.options:
        explorer.question.value = name
        assert len(explorer.result) > 0, name
        assert explorer.chart.to_dict(), name


def test_options_come_from_the_signature_and_act(explorer):
    explorer.question.value = "retry_escalation"
    assert isinstance(explorer.options["by"], widgets.Dropdown)
    assert isinstance(explorer.options["max_attempt"], widgets.BoundedIntText)
    explorer.options["by"].value = "none"
    assert set(explorer.result["group"]) == {"all"}
    explorer.options["max_attempt"].value = 2
    assert explorer.result["attempt"].max() == 2


def test_a_choice_of_sessions_narrows_the_result(explorer):
    explorer.question.value = "retry_escalation"
    everything = explorer.result
    explorer.sessions.value = explorer.sessions.options[0][1:]
    assert 0 <= len(explorer.result) < len(everything)
    explorer.sessions.value = ()
    pd.testing.assert_frame_equal(explorer.result, everything)


def test_a_choice_of_agents_keeps_the_chosen_alone_and_the_main_thread_only_if_it_is(explorer):
    explorer.question.value = "retry_escalation"
    chains = {}
    for chosen in ((), ("general-purpose",), ("(main thread)",)):
        explorer.agent_types.value = chosen
        chains[chosen] = explorer.result.loc[explorer.result["panel"] == "incidence", "n_total"].max()
    assert list(chains.values()) == [204, 91, 113]
    explorer.question.value = "agent_throughput"
    explorer.agent_types.value = ("Explore",)
    types = explorer.result.loc[explorer.result["panel"] == "duration", "group"]
    assert set(types) == {"all", "Explore"}


def test_a_choice_of_projects_is_answered_once(explorer, monkeypatch):
    explorer.sessions.value = explorer.sessions.options[0][1:]
    asked = []
    metric = explorer._metrics[explorer.question.value]
    compute = metric.compute
    monkeypatch.setattr(
        explorer,
        "_chosen",
        lambda relation: asked.append(relation) or type(explorer)._chosen(explorer, relation),
    )
    explorer.projects.value = ("workshop",)
    relations = [
        name for name, p in inspect.signature(compute).parameters.items() if p.kind is not p.KEYWORD_ONLY
    ]
    assert asked == relations
    assert explorer.sessions.value == ()


def test_options_begin_at_one(explorer):
    for _, name in explorer.question.options:
        explorer.question.value = name
        assert {c.min for c in explorer.options.values() if isinstance(c, widgets.BoundedIntText)} == {1}


def test_a_refused_option_is_a_sentence(explorer):
    explorer.question.value = "retry_escalation"
    before = explorer.result
    explorer._metrics["retry_escalation"] = _Refusing
    explorer._answer()
    assert "no &lt;b&gt; please" in explorer._message.value
    assert explorer.result is before


class _Refusing:
    @staticmethod
    def compute(error_chains, *, by=None, max_attempt=0, min_n=0):
        raise ValueError("no <b> please")


def test_an_empty_store_is_explored_without_a_traceback(tmp_path):
    import sqlite3
    from pathlib import Path

    schema = Path(__file__).parents[1] / "collector" / "schema.sql"
    with sqlite3.connect(tmp_path / "empty.db") as connection:
        connection.executescript(schema.read_text(encoding="utf-8"))
    with claudesess.open_store(tmp_path / "empty.db") as store:
        explorer = claudesess.explore(store)
        for _, name in explorer.question.options:
            explorer.question.value = name
            assert explorer.chart.to_dict()


def test_the_name_is_the_function_however_it_is_imported():
    assert callable(claudesess.explore)
    assert callable(explore)
    assert contracts.RELATIONS
