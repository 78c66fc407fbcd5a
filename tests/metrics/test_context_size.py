"""Calls by the size of their context, worked out by hand; a planted knee is found, and none where there is none."""

import io

import pandas as pd
import planted
import pytest
from compacted import relation
from counts import by_run

from claudesess import Store, ask
from claudesess.metrics.compaction_continuity import context_size

START = pd.Timestamp("2026-03-02T10:00Z")

# Compacted at :20; a.py is edited at :13, agent x has a context of its own.
CALLS = """
second,agent_id,tool,file_path,lines,is_ok
2,,Read,/p/a.py,1-40,true
4,,Read,/p/a.py,3-9,true
6,,Bash,,,false
12,,Read,/p/a.py,30-50,true
13,,Edit,/p/a.py,,true
14,,Read,/p/a.py,1-40,true
15,x,Read,/p/a.py,1-40,true
20,,Read,/p/a.py,1-40,true
22,,Read,/p/a.py,1-40,true
24,,Bash,,,
"""
ANSWERS = "second,agent_id,input_tokens,cache_read_tokens,cache_write_tokens\n1,,5000,3000,1999\n5,,1000,,9000\n11,,10,20000,0\n14.5,x,1,,\n21,,700,,"


def table(name, text, key, **more):
    rows = pd.read_csv(io.StringIO(text.strip()), dtype="string")
    at = START + pd.to_timedelta(pd.to_numeric(rows["second"]).astype(float), unit="s")
    rows = rows.assign(**{key: range(1, len(rows) + 1), "ended_at": at, "answered_at": at, "timestamp": at})
    if "lines" in rows:
        rows[["read_start", "read_end"]] = rows["lines"].str.split("-", expand=True).astype("Int64")
        rows["is_ok"] = rows["is_ok"].map({"true": True, "false": False})
    return relation(name, rows, **more)


def store():
    cut = START + pd.Timedelta(seconds=20)
    cuts = pd.DataFrame({"compaction_id": [1], "started_at": [cut], "ended_at": [cut]})
    return Store.from_frames(
        tool_calls=table("tool_calls", CALLS, "call_id"),
        model_answers=table("model_answers", ANSWERS, "answer_id"),
        file_claims=table("file_claims", "second,file_path\n13,/p/a.py", "id"),
        compactions=relation("compactions", cuts),
    )


def test_calls_with_their_context_and_reads_of_what_is_still_in_it():
    rows = ask(store(), "compaction_continuity.context_size").units
    told = rows[["tokens", "context", "is_failed", "is_read_again"]].astype(object)
    assert told.where(told.notna(), None).values.tolist() == [
        [9_999, "0–10 k", False, False],
        [9_999, "0–10 k", False, True],  # lines 3-9 of 1-40
        [10_000, "10–20 k", True, None],
        [20_010, "20–30 k", False, False],  # line 50 is new
        [20_010, "20–30 k", False, None],
        [20_010, "20–30 k", False, False],  # changed since
        [20_010, "20–30 k", False, False],  # summarised at that moment
        [700, "0–10 k", False, False],  # summarised since
        [700, "0–10 k", None, None],
    ]  # fmt: skip
    assert rows["is_full"].tolist() == [False, False, False, True, True, True, True, False, False]


@pytest.mark.slow
def test_shares_stand_in_order_of_size_and_the_knee_behind_them():
    answer = ask(store(), "compaction_continuity.context_size")
    rows = answer.estimates
    failed = rows[(rows["outcome"] == "failed") & (rows["statistic"] == "share")]
    assert failed[["group", "n_events", "exposure"]].values.tolist() == [
        ["0–10 k", 0, 3], ["10–20 k", 1, 1], ["20–30 k", 0, 4]]  # fmt: skip
    knees = rows[rows["statistic"] == "knee"]
    assert knees["note"].tolist() == ["no value is seen from which on there are more"] * 2
    assert answer.finding().startswith(
        "No size of the context is seen from which on more fails, up to 30 thousand tokens. Nor one from which on more reads repeat. "
        "In the fuller half of each session 0 of 4 calls failed (in 1 session). "
    )
    assert answer.again(by=None).finding().startswith("1 of 8 calls failed. In the fuller half")


def test_a_context_whose_size_is_not_known_is_no_unit():
    calls = table("tool_calls", CALLS, "call_id")
    assert ask(Store.from_frames(tool_calls=calls), "compaction_continuity.context_size").units.empty


#: Projects, and how many of them may show a knee where none is: this or fewer in 98 of 100, if 5 % are wrong.
PROJECTS, MOST_ALARMS = by_run(few=(6, 1), full=(20, 3))


@pytest.mark.slow
@pytest.mark.parametrize("at", [60_000, 115_000])
def test_a_planted_knee_is_found_within_a_tenth_and_none_where_there_is_none(at):
    found = {}
    for effect in (0.0, 1.0):
        with planted.filling(effect, PROJECTS, n_sessions=40, knee=at) as given:
            rows = ask(given, "compaction_continuity.context_size", by=("context", "db")).estimates
        rows = rows[(rows["statistic"] == "knee") & (rows["outcome"] == "failed")]
        found[effect] = rows["estimate"].dropna().astype(float)
        assert len(rows) == PROJECTS
    assert len(found[0.0]) <= MOST_ALARMS
    assert len(found[1.0]) >= PROJECTS - 1
    assert (found[1.0] / at - 1).abs().max() <= 0.1


@pytest.mark.slow
def test_a_knee_is_said_and_what_to_do():
    with planted.filling(1.5, 1, n_sessions=30) as given:
        said = ask(given, "compaction_continuity.context_size").finding()
    assert said.startswith(
        "From 110 thousand tokens of context on more calls fail. It pays to compact before. "
    )
    assert "95 % limits 110–110 thousand tokens." in said


@pytest.mark.parametrize(
    ("outcome", "said"),
    [("failed", "more calls fail"), ("read again", "more reads repeat what is still there")],
)
def test_a_knee_is_said_of_what_it_is(outcome, said):
    row = pd.DataFrame({"estimate": [60_000.0], "low": [50_000.0], "high": [70_000.0]})
    title, limits = context_size._knee(row, outcome)
    assert title == f"From 60 thousand tokens of context on {said}"
    assert limits == "95 % limits 50–70 thousand tokens"
