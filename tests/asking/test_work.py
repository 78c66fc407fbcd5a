"""How much is done for an answer and for pages: queries, frames, copies, limits; never seconds."""

from collections import Counter
from datetime import UTC

import pandas as pd
import pytest
from altair.utils.schemapi import SchemaBase
from counts import first

from claudesess import ask, frames, open_store, samples
from claudesess.asking import filters, listing
from claudesess.charts import answers
from claudesess.contracts import RELATIONS, casting
from claudesess.report.pages import Report, Source
from claudesess.report.reader import Reader
from claudesess.stats import shrinkage
from claudesess.store import Store


@pytest.fixture
def count(monkeypatch):
    """Count the calls of a function, by what is told of each."""

    def counted(owner, name, told=lambda *given, **named: "calls"):
        calls, function = Counter(), getattr(owner, name)

        def counting(*given, **named):
            calls[told(*given, **named)] += 1
            return function(*given, **named)

        monkeypatch.setattr(owner, name, counting)
        return calls

    return counted


@pytest.mark.parametrize("name", first(["retry_escalation.next_step", "checks.recurring", "files.hot"]))
def test_a_control_does_not_ask_again_for_the_units(count, name):
    with samples.open_sample("retry") as store:
        queries = count(Store, "_answered", lambda store, query, params, shaped: query)
        assert ask(store, name).control is not None
    assert set(queries.values()) == {1}


def test_what_measures_share_is_made_once_for_all_and_once_for_their_controls():
    """The windows after compactions: six measures look at them, and take no longer for what they do there."""
    of_question = [ask_of for ask_of in listing.names("compaction_continuity") if "named" not in ask_of]
    with samples.open_sample("compaction") as store:
        answers = [ask(store, name) for name in of_question]
        n_tables = "SELECT count(*) AS n FROM duckdb_tables() WHERE temporary"
        for answer in answers:
            _ = answer.units
        assert store.rows(n_tables) == [{"n": 1}]
        for answer in answers:
            answer.read()
        placebos = {"as they are", "matched", "matched, with chains"}
        assert store.rows(n_tables) == [{"n": 1 + len(placebos)}]


def test_all_that_is_odd_is_looked_for_in_one_query(count):
    """A query that finds nothing takes as long as one of many rows, and there are 25 kinds of issues."""
    with samples.open_sample("retry") as store:
        frames.session_covariates(store)
        queries = count(Store, "_answered", lambda store, query, params, shaped: "calls")
        frames.audit(store)
        assert queries == {"calls": 1}
        frames.coverage(store)
        assert queries == {"calls": 2}


def test_sums_are_one_frame_and_estimates_are_one(count):
    with samples.open_sample("compaction") as store:
        answer = ask(store, "compaction_continuity.rereads")
        _ = answer.units
        made = count(casting, "made", lambda columns, n, contract: contract.name)
        _ = answer.sums
        assert made == {"sums": 1}
        _ = answer.estimates
        assert made == {"sums": 1, "estimates": 1}


def test_a_result_is_estimated_once_for_itself_and_beside_its_control(count):
    with samples.open_sample("retry") as store:
        answer = ask(store, "retry_escalation.next_step")
        estimated = count(answer.measure.module, "estimate")
        _ = answer.estimates, answer.control
    assert estimated == {"calls": 3}  # the result, all draws together, and each draw for its number


@pytest.mark.slow
def test_of_draws_the_limits_are_not_looked_for(count):
    with samples.open_sample("retry") as store:
        answer = ask(store, "checks.recurring")
        quantiles = count(shrinkage, "_quantile")
        _ = answer.estimates
        n_result = quantiles["calls"]
        assert n_result == 2
        quantiles.clear()
        rows = answer.control
    # of all draws together there are limits, of each there are none
    assert quantiles["calls"] == n_result
    assert rows.loc[rows["role"] == "difference", "note"].str.contains("of 50 draws").any()


def test_what_is_not_known_and_sessions_without_a_row_have_no_covariate():
    with samples.open_sample("retry") as store:
        units = ask(store, "retry_escalation.next_step").units
        others = units.assign(session_id="not there").drop(columns=["day", "source", "project"])
        measure = listing.measure("retry_escalation.next_step")
        own = filters.joined(units[measure.units.names], measure.units, store, listing.ALWAYS)
        assert own["source"].tolist() == units["source"].tolist() == ["startup"] * len(units)
        none = filters.joined(others[measure.units.names], measure.units, store, listing.ALWAYS)
    assert none["source"].isna().all()
    assert none["project"].isna().all()
    assert none["day"].tolist() == units["day"].tolist()


@pytest.fixture(scope="module")
def workshop():
    with samples.open_sample("workshop") as store:
        yield store


@pytest.mark.slow
def test_pages_of_sessions_ask_three_relations_once_and_cut_no_frame_for_each(count):
    with open_store(*(samples.sample_path(name) for name in ("retry", "compaction"))) as store:
        report = Report(store, Reader(UTC), Source("made", False))
        wanted = list(report._pages_of_sessions)
        queries, cut = count(Store, "_answered"), count(pd.DataFrame, "__getitem__")
        assert len(report._told_sessions) == len(wanted) > 1
    assert (queries, cut) == ({"calls": 3}, {})


@pytest.mark.slow
def test_what_each_database_holds_is_one_query(count):
    with samples.open_sample("retry") as store:
        queries = count(Store, "_answered", lambda store, query, params, shaped: query)
        _ = frames.coverage(store)
    assert sum("AS n_without_agent" in query for query in queries) == 1
    assert next(query for query in queries if "AS n_without_agent" in query).count("GROUP BY") == len(
        RELATIONS
    )


@pytest.mark.slow
def test_no_chart_is_copied_as_a_whole_to_draw_estimates(count):
    with samples.open_sample("retry") as store:
        estimates = ask(store, "retry_escalation.failures").estimates
    copies = count(SchemaBase, "copy", lambda chart, deep=True, **_: deep is True)
    _ = answers.forest(estimates, question="Which?", how="Limits.", title="Share")
    assert copies[False] and not copies[True]


def test_the_sessions_of_draws_are_numbered_by_the_categories_that_they_stand_in():
    with samples.open_sample("retry") as store:
        answer = ask(store, "retry_escalation.next_step")
        drawn = answer.control_sums(answer.drawn(3)).drawn
    assert isinstance(drawn["session_id"].dtype, pd.CategoricalDtype)
    assert drawn["session_id"].cat.categories.size < len(drawn)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["rereads", "repeats", "fixed", "time_to_recover", "failures_around"])
def test_no_placebo_is_looked_for_in_all_calls(name, monkeypatch, workshop):
    plans, sql = [], Store.sql

    def planned(store, query, params=None):
        if params and "placebo_at" in params:
            plans.append(store._engine.execute(f"EXPLAIN {query}", params).fetchall()[0][1])
        return sql(store, query, params)

    monkeypatch.setattr(Store, "sql", planned)
    _ = ask(workshop, f"compaction_continuity.{name}").control
    assert plans
    assert not any("nested" in plan.lower() for plan in plans)
