"""House style: what a colour means, and what intervals, axes and empty charts are made of."""

import struct
import zlib

import altair as alt
import pandas as pd
import pytest
from altair.utils import schemapi
from tables import each_row

from claudesess import charts
from claudesess.charts import answers, offline, timeline
from claudesess.contracts import RELATIONS

ROWS = pd.DataFrame(
    {
        "name": ["both limits", "no upper limit", "no limits"],
        "value": [3.0, None, 2.0],
        "low": [1.0, 4.0, None],
        "high": [5.0, None, None],
        "n": ["n = 9", "n = 2", "n = 1"],
        "is_small": [False, True, True],
    }
)


def interval(rows=ROWS, **options):
    y = alt.Y("name:N", title=None)
    return charts.interval(rows, y=y, x="value", low="low", high="high", title="Time", **options).to_dict()


def drawn(spec, mark):
    """Names of the rows that layers of a mark draw."""
    data = spec.get("datasets", {})
    layers = [layer for layer in spec["layer"] if layer["mark"]["type"] == mark]
    return [[row["name"] for row in data[layer.get("data", spec.get("data"))["name"]]] for layer in layers]


@pytest.mark.parametrize(
    ("meanings", "relation", "column"),
    [(charts.STATUS, "agent_runs", "status"), (charts.OUTCOME, "error_chains", "outcome")],
)
def test_every_known_value_has_a_colour_of_its_own(meanings, relation, column):
    assert set(meanings) == set(RELATIONS[relation].column(column).values)
    assert len(set(meanings.values())) == len(meanings)


def test_colour_follows_the_meaning_not_the_data():
    scale = charts.colour("status", charts.STATUS, ["failed", "completed"]).to_dict()["scale"]
    assert scale == {"domain": ["completed", "failed"], "range": [charts.GREEN, charts.VERMILLION]}


def test_an_unknown_value_is_drawn_too():
    scale = charts.colour("status", charts.STATUS, ["paused", "failed"]).to_dict()["scale"]
    assert scale == {"domain": ["failed", "paused"], "range": [charts.VERMILLION, charts.PURPLE]}


def test_series_keep_their_order():
    scale = charts.series("db", ["shop", "calc", "shop"]).to_dict()["scale"]
    assert scale == {"domain": ["shop", "calc"], "range": [charts.BLUE, charts.ORANGE]}


def test_heading_breaks_lines_and_leaves_out_empty_ones():
    title = charts.heading("a b c d", "one two", "", "three", width=3)
    assert title.text == ["a b", "c d"]
    assert title.subtitle == ["one", "two", "thr", "ee"]


def test_time_axis_is_utc():
    x = charts.utc_x("at").to_dict()
    assert x["scale"] == {"type": "utc"}
    assert x["title"] == "Time (UTC)"
    assert x["axis"]["labelExpr"].startswith("utcFormat(")


def test_an_interval_without_upper_limit_ends_in_an_arrow_at_the_edge():
    spec = interval()
    assert drawn(spec, "rule") == [["both limits"], ["no upper limit"]]
    arrow = next(layer for layer in spec["layer"] if layer["mark"].get("shape") == "triangle-right")
    assert arrow["encoding"]["x"] == {"value": "width"}


def test_an_interval_is_hollow_where_the_sample_is_small():
    fill = interval(small="is_small")["layer"][-1]["encoding"]["fill"]
    assert fill == {"condition": {"test": "datum['is_small']", "value": "white"}, "value": charts.BLUE}


def test_an_interval_prints_a_column_to_the_right():
    layer = interval(text="n")["layer"][-1]
    assert layer["encoding"]["text"]["field"] == "n"
    assert layer["encoding"]["x"] == {"value": "width"}


def estimates(*rows):
    """Shares of groups, of so many sessions each, with limits from three on."""
    return pd.DataFrame(
        [
            {"group_by": by, "group": group, "group_2": None, "outcome": "failed", "statistic": "share",
             "estimate": 0.5, "low": 0.2 if n > 2 else None, "high": 0.8 if n > 2 else None, "n_units": n,
             "n_sessions": n, "n_events": n, "exposure": 2.0 * n, "n_censored": 0, "is_small": False,
             "note": None if n > 2 else "fewer than 3 sessions: no limits"}
            for by, group, n in rows
        ]
    )  # fmt: skip


@pytest.mark.slow
@each_row(
    ("by", "sessions", "n_drawn", "says"),
    [
        ("agent_type", [9, 3, 2, 1], 2, "Left out: 2 groups of fewer than 3 sessions."),
        ("agent_type", [9, 3], 2, "how"),
        ("day", [9, 2, 1], 3, "how"),  # a day left out would look like a day on which nothing happened
        ("file_path", [2] * 12, 10, "The first 10 of 12."),  # where no group has enough, a few stand for all
    ],
)
def test_groups_of_too_few_sessions_are_not_drawn_beside_others(by, sessions, n_drawn, says):
    rows = estimates(*((by, f"g{place}", n) for place, n in enumerate(sessions)))
    panel = answers.forest(rows, question="Which?", how="how", title="Share", form=str)
    drawn = {row["name"] for own in panel.to_dict()["datasets"].values() for row in own}
    assert len(drawn) == n_drawn
    assert " ".join(panel.title.subtitle).endswith(says)


def test_an_axis_of_nothing_but_zeros_still_starts_at_zero():
    zeros = ROWS.assign(value=0.0, low=0.0, high=float("nan"))
    assert interval(zeros)["layer"][-1]["encoding"]["x"]["scale"] == {"domain": [0, 1]}
    assert interval()["layer"][-1]["encoding"]["x"]["scale"] == {"zero": True, "nice": True}


def test_the_axis_names_the_unit():
    assert interval(unit="min")["layer"][-1]["encoding"]["x"]["title"] == "Time (min)"


def test_counts_have_whole_numbers_only():
    assert charts.COUNT.labelExpr == "datum.value % 1 === 0 ? datum.label : ''"


def test_an_empty_chart_says_why():
    spec = charts.house(charts.empty("No agent ran.", title="Who ran?")).to_dict()
    assert list(spec["datasets"].values()) == [[{"message": "No agent ran."}]]
    assert spec["title"]["text"] == ["Who ran?"]


def test_the_style_travels_in_the_chart_and_bounds_labels():
    spec = charts.page(charts.empty("x"), title="Finding", lines=["n = 0"]).to_dict()
    assert spec["config"]["axis"]["labelLimit"] == charts.LABEL
    assert spec["title"]["text"] == ["Finding"]
    assert spec["title"]["subtitle"] == ["n = 0"]


def test_a_staircase_holds_each_value_until_the_next():
    rows = pd.DataFrame({"at": pd.to_datetime(["2026-03-02T10:00Z", "2026-03-02T11:00Z"]), "n": [1, 0]})
    spec = charts.step(rows, at="at", y="n", title="Agents").to_dict()
    assert spec["mark"]["interpolate"] == "step-after"
    assert spec["encoding"]["x"]["scale"] == {"type": "utc"}


def test_a_timeline_comes_down_at_its_end():
    at = pd.to_datetime(["2026-03-02T10:00Z", "2026-03-02T11:00Z"])
    bars = pd.DataFrame(
        {
            "agent_id": ["x"],
            "text": ["x"],
            "status": ["running"],
            "start_at": at[:1],
            "end_at": at[1:],
            "is_open": True,
        }
    )
    steps = pd.DataFrame({"start_at": at[:1], "end_at": at[1:], "value": [1]})
    spec = timeline.timeline(bars.assign(status="aborted_stale"), steps).to_dict()
    assert spec["vconcat"][0]["layer"][0]["encoding"]["color"]["scale"]["domain"] == ["given up"]
    spec = timeline.timeline(bars, steps).to_dict()
    staircase = spec["datasets"][spec["vconcat"][1]["data"]["name"]]
    assert [(row["start_at"][11:16], row["value"]) for row in staircase] == [("10:00", 1), ("11:00", 0)]


def test_a_timeline_of_agents_of_which_only_the_start_was_seen_has_no_staircase():
    at = pd.to_datetime(["2026-03-02T10:00Z"])
    bars = pd.DataFrame(
        {"agent_id": ["x"], "text": ["x"], "status": [None], "start_at": at, "end_at": at, "is_open": True}
    )
    steps = pd.DataFrame({"start_at": at[:0], "end_at": at[:0], "value": []})
    spec = timeline.timeline(bars, steps).to_dict()
    assert spec["datasets"][spec["vconcat"][1]["data"]["name"]] == []


def test_shares_draw_two_or_more_on_top_of_one_or_more():
    rows = pd.DataFrame({"name": "s", "level": [1, 2], "value": [0.5, 0.25], "text": "2 agents"})
    bars = timeline.shares(rows).to_dict()["layer"][0]["encoding"]
    assert bars["x"]["stack"] is None
    assert bars["order"]["field"] == "level"
    assert bars["color"]["scale"]["domain"] == ["1 or more", "2 or more"]


def test_a_picture_packed_has_the_same_pixels_in_fewer_bytes():
    lines = (b"\x00" + bytes([0, 114, 178]) * 200) * 50  # of 200 pixels each, no filter
    header, loose = struct.pack(">IIBBBBB", 200, 50, 8, 2, 0, 0, 0), zlib.compress(lines, 0)
    parts = [(b"IHDR", header), (b"IDAT", loose[:9000]), (b"IDAT", loose[9000:]), (b"IEND", b"")]
    png = offline.png(parts)
    small = offline.packed(png)
    assert len(png) > 30_000 > 300 > len(small)
    named = dict(offline.chunks(small))
    assert list(named) == [b"IHDR", b"IDAT", b"IEND"]
    assert (named[b"IHDR"], zlib.decompress(named[b"IDAT"])) == (header, lines)
    assert offline.png(list(offline.chunks(png))) == png


def test_altair_guesses_nothing_of_what_is_drawn(monkeypatch):
    guessed = []
    monkeypatch.setattr(
        schemapi._FromDict, "from_dict", lambda self, given, **_: guessed.append(given) or alt.Undefined
    )
    rows = pd.DataFrame(
        {
            "name": ["a", "b"],
            "x": [0.1, 0.2],
            "low": [0.0, 0.1],
            "high": [0.3, None],
            "text": ["n", "m"],
            "is_few": [True, False],
        }
    )
    y = alt.Y("name:N")
    charts.interval(rows, y=y, x="x", low="low", high="high", title="x", text="text", small="is_few")
    assert guessed == []
