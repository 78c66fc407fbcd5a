"""Across projects: each database by itself, what is too little is named, one project is not compared."""

import shutil

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from claudesess import across, charts, frames, open_store, samples
from claudesess.metrics import agent_throughput, compaction_continuity, retry_escalation

METRICS = ("agent_throughput", "retry_escalation", "compaction_continuity")


@pytest.fixture(scope="module")
def store():
    with open_store(*map(samples.sample_path, samples.names())) as opened:
        yield opened


@pytest.fixture(scope="module")
def results(store):
    return {metric: across.compute(metric, store) for metric in METRICS}


def made(n, **columns):
    """Rates of `n` projects, the first with the largest n."""
    rows = {"db": [f"p{place:02}" for place in range(n)], "n": range(40, 40 - n, -1), "extent": 7200.0}
    return across.RESULT.cast(
        pd.DataFrame(
            {"metric": "agent_throughput", "value": 9.0, "low": 5.0, "high": 14.0, "is_small": False}
            | rows
            | columns
        )
    )


def title(spec):
    return " ".join(spec["title"]["text"])


def subtitle(spec):
    return " ".join(spec["title"]["subtitle"])


def marks(spec):
    """Return what the dots draw, and the panel."""
    (panel,) = spec["vconcat"]
    return spec["datasets"][panel["data"]["name"] if "data" in panel else panel["layer"][1]["data"]["name"]]


def agree(rows, ours, theirs):
    """Compare rows of ours, by project, with rows of a metric that is grouped by project."""
    ours = ours.set_index("db")[["value", "low", "high", "n", "is_small"]].dropna(subset="value")
    wanted = rows.set_index("group")[theirs].set_axis(ours.columns, axis=1)
    assert len(ours) > 1
    assert_frame_equal(ours.sort_index(), wanted.sort_index(), check_names=False)


@pytest.mark.slow
def test_every_database_has_a_row_the_largest_n_first(store, results):
    for metric, result in results.items():
        assert_frame_equal(across.RESULT.cast(result), result)
        assert set(result["metric"]) == {metric}
        assert sorted(result["db"]) == sorted(store.databases["db"])
        assert result["n"].is_monotonic_decreasing


@pytest.mark.slow
def test_rates_are_those_of_the_metric_by_database(store, results):
    relations = (frames.agent_runs(store), frames.agent_spans(store), frames.session_windows(store))
    rows = agent_throughput.compute(*relations, by="db").query("panel == 'rate' and group != 'all'")
    agree(rows, results["agent_throughput"], ["value", "low", "high", "n", "is_small"])


@pytest.mark.slow
def test_shares_fixed_are_those_of_the_metric_by_database(store, results):
    rows = retry_escalation.compute(frames.error_chains(store), by="db")
    rows = rows.query("panel == 'incidence' and event == 'fixed' and group != 'all'").groupby("group").tail(1)
    columns = ["share", "share_low", "share_high", "n_total", "is_small"]
    agree(rows, results["retry_escalation"], columns)


@pytest.mark.slow
def test_reads_again_are_those_of_the_metric_of_one_database(results):
    with samples.open_sample("workshop") as alone:
        relations = ("compactions", "tool_calls", "file_claims", "failed_paths", "session_windows")
        whole = compaction_continuity.compute(*(frames.load(alone, name) for name in relations))
    (row,) = whole[whole["compaction_id"].isna() & (whole["measure"] == "rereads")].to_dict("records")
    found = results["compaction_continuity"].set_index("db").loc["workshop"]
    for ours, theirs in (("value", "share"), ("n", "n_total"), ("extent", "n_compactions"), ("low", "low")):
        assert found[ours] == row[theirs]
    assert found["is_small"] == row["is_small"]


def test_a_project_called_all_is_one_like_any_other(tmp_path):
    files = [tmp_path / "all.db", tmp_path / "other.db"]
    for file, sample in zip(files, ("retry", "edges"), strict=True):
        shutil.copy(samples.sample_path(sample), file)
    with open_store(*files) as store:
        result = across.compute("retry_escalation", store)
    assert result[["db", "n"]].values.tolist() == [["other", 5], ["all", 2]]


def test_an_unknown_metric_is_refused(store):
    with pytest.raises(ValueError, match="agent_throughput, retry_escalation, compaction_continuity"):
        across.compute("nothing", store)


@pytest.mark.slow
@pytest.mark.parametrize("metric", METRICS)
def test_one_project_is_shown_and_not_compared(metric):
    with samples.open_sample("workshop") as store:
        spec = across.chart(across.compute(metric, store)).to_dict()
    assert title(spec) == "One project: nothing to compare"
    assert [row["db"] for row in marks(spec)] == ["workshop"]
    assert "n = " in marks(spec)[0]["text"]
    assert subtitle(spec).startswith(across._KEYS[metric].question)


@pytest.mark.parametrize("metric", METRICS)
def test_one_project_without_anything_to_count_says_so(metric):
    with samples.open_sample("crash") as store:
        spec = across.chart(across.compute(metric, store)).to_dict()
    assert title(spec) == "One project: nothing to compare"
    assert spec["vconcat"][0]["mark"]["type"] == "text"


@pytest.mark.slow
def test_many_projects_are_compared_and_those_with_nothing_named(results):
    spec = across.chart(results["retry_escalation"]).to_dict()
    assert title(spec) == "Which share of failing checks is fixed unaided in each project?"
    assert "Not drawn, no failing check recorded (1 of 8): crash." in subtitle(spec)
    assert "Hollow: a small sample" in subtitle(spec)
    drawn = marks(spec)
    assert [row["db"] for row in drawn][:2] == ["workshop", "edges"]
    assert drawn[0]["text"] == "59 % (52 %–66 %) · n = 204, by attempt 6"
    assert [row["is_small"] for row in drawn] == [False, False, True, True, True, True, True]


@pytest.mark.slow
def test_less_than_ten_minutes_are_too_little_for_a_rate(results):
    spec = across.chart(results["agent_throughput"]).to_dict()
    assert [row["db"] for row in marks(spec)] == ["workshop", "other-writer"]
    assert "less than ten minutes recorded (6 of 8): compaction, crash, edges, piped" in subtitle(spec)


def test_one_of_several_with_enough_is_not_compared():
    spec = across.chart(made(3, extent=[7200.0, 60.0, None])).to_dict()
    assert title(spec) == "1 of 3 projects has enough recorded: nothing to compare"
    spec = across.chart(made(3, extent=60.0)).to_dict()
    assert title(spec) == "None of 3 projects has enough recorded: nothing to compare"
    assert "Less than ten minutes recorded." in str(spec)


@pytest.mark.parametrize("n", [2, 12])
def test_there_is_a_row_per_project_in_the_order_of_the_result(n):
    spec = across.chart(made(n)).to_dict()
    (panel,) = spec["vconcat"]
    names = [f"p{place:02}" for place in range(n)]
    assert panel["layer"][0]["encoding"]["y"]["sort"] == names
    assert panel["height"] == {"step": charts.ROW}
    assert panel["layer"][1]["encoding"]["x"]["title"] == "Agents finished (per hour of wall time)"
    assert spec["config"]["axis"]["labelLimit"] == 0
    assert marks(spec)[0]["text"] == "9 (5–14) · n = 40 in 2.0 h"
    assert "Hollow" not in subtitle(spec)
    assert "aggregate" not in str(spec)


def test_of_very_many_projects_the_largest_are_drawn_and_the_rest_counted():
    spec = across.chart(made(35)).to_dict()
    assert len(marks(spec)) == 30
    assert "The 30 of 35 projects with the largest n" in subtitle(spec)
    spec = across.chart(made(35, value=[9.0] * 20 + [None] * 15)).to_dict()
    assert "(15 of 35): p20, p21, p22, p23, p24, p25 and 9 more." in subtitle(spec)
