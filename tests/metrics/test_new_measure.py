"""A new measure is one file and its SQL: nothing else is edited, and everything finds it."""

import importlib
import sys

import pandas as pd
import pytest

import claudesess
from claudesess import Store, ask, overview
from claudesess.asking import listing
from claudesess.metrics import agent_throughput

SQL = """
-- One row: one call that ended.
-- Reads: tool_calls.
SELECT db, session_id, call_id, ended_at, tool, NOT is_ok AS is_failed FROM tool_calls ORDER BY db, call_id
"""

PYTHON = '''
"""Which share of calls fails?"""

import pandas as pd

from claudesess.contracts import FLAG, INT, TEXT, TIME, Column, Units
from claudesess.contracts.estimates import SESSION
from claudesess.contracts.raw import DB
from claudesess.estimating import By, Part, Relation, drawn, shaped, shares, summed, words
from claudesess.estimating.controls import repeated

UNITS = Units(
    "agent_throughput.failing_calls", "one call that ended",
    (DB, SESSION, Column("call_id", INT, "The call"), Column("ended_at", TIME, "Its end", unit="UTC"),
     Column("tool", TEXT, "Its tool"), Column("is_failed", FLAG, "It failed; NA where that is not known")),
    ("db", "call_id"), at="ended_at", covariates=("tool",),
)

CAPTIONS = {"failed": "Share of calls"}

def units(tool_calls: Relation) -> pd.DataFrame:
    return shaped(UNITS, tool_calls)

def sums(units: pd.DataFrame, *, by: By = None) -> pd.DataFrame:
    return summed(units, by, Part("failed", "is_failed"))

def estimate(sums: pd.DataFrame) -> pd.DataFrame:
    return shares(UNITS, sums)

@drawn("If nothing failed", outcome="failed")
def control(tool_calls: Relation, *, seed: int, draws: int) -> pd.DataFrame:
    passed = tool_calls.replaced("SELECT * REPLACE ($is_ok AS is_ok) FROM tool_calls", is_ok=True)
    return repeated(shaped(UNITS, passed), draws)

def chart(estimates: pd.DataFrame, units: pd.DataFrame):
    from claudesess.charts import answers

    return answers.forest(estimates, question="Which share of calls fails?", how="95 % limits.", title="Share")

def finding(estimates: pd.DataFrame) -> words.Statement:
    return words.statement(estimates, lambda row: words.share_of(row, "calls") + " failed")
'''

CALLS = pd.DataFrame(
    {"session_id": ["s", "s", "t", "t", "t"], "call_id": [1, 2, 3, 4, 5], "tool": ["Read", "Bash", "Bash", "Bash", None],
     "ended_at": "2026-01-01T10:00Z", "is_ok": [True, False, False, True, None]}
)  # fmt: skip

CONTROL = "If nothing failed: too few sessions to show a difference."


@pytest.fixture
def added(tmp_path, monkeypatch):
    (tmp_path / "failing_calls.py").write_text(PYTHON.lstrip(), encoding="utf-8")
    (tmp_path / "failing_calls.sql").write_text(SQL, encoding="utf-8")
    monkeypatch.setattr(agent_throughput, "__path__", [*agent_throughput.__path__, str(tmp_path)])
    importlib.invalidate_caches()
    yield "agent_throughput.failing_calls"
    sys.modules.pop("claudesess.metrics.agent_throughput.failing_calls", None)


def test_it_is_asked_grouped_filtered_and_controlled(added):
    store = Store.from_frames(tool_calls=CALLS)
    answer = ask(store, added)
    assert answer.finding() == "2 of 4 calls failed. In 2 sessions. " + CONTROL
    assert (
        answer.again(by="tool").finding()
        == "Bash: 2 of 3 calls failed. By tool, Read: 0 of 1 call failed; not known: 0 of 0 calls failed. "
        "Bash: in 2 sessions; Read: in 1 session; not known: in 0 sessions. " + CONTROL
    )
    assert (
        answer.again(where={"session_id": "t"}).finding() == "1 of 2 calls failed. In 1 session. " + CONTROL
    )
    # five calls, fifty times; two of four less none
    assert answer.control[["role", "estimate", "n_events", "exposure"]].fillna(-1).values.tolist() == [
        ["control", 0.0, 0, 250.0],
        ["difference", 0.5, -1, 4.0],
    ]


@pytest.mark.slow
def test_it_is_listed_overviewed_and_explored(added):
    store = Store.from_frames(tool_calls=CALLS)
    assert listing.names("agent_throughput")[-1] == added
    row = claudesess.measures().set_index("measure").loc[added]
    assert (row["asks"], row["unit"], row["covariates"]) == (
        "Which share of calls fails?",
        "one call that ended",
        "tool",
    )
    assert "2 of 4 calls failed. In 2 sessions. " + CONTROL in overview(store, "agent_throughput").findings()
    explorer = claudesess.explore(store)
    explorer.question.value = added
    assert explorer.answer.estimates["n_events"].tolist() == [2]
