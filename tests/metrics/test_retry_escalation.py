"""Retry escalation on chains small enough to count by eye."""

from io import StringIO

import pandas as pd
import pytest

from claudesess.contracts import RELATIONS
from claudesess.metrics.retry_escalation import RESULT, chart, compute

# Six chains of two files. At risk 6, 4, 2; free of any event 4/6 after attempt 1 and 1/2 after 2.
CHAINS = """
db,chain_id,error_category,first_event,first_event_attempt,closed_at,outcome
a,1,test,fixed,1,2026-01-01T10:01Z,fixed
a,2,test,escalated_research,1,2026-01-01T10:09Z,fixed
a,3,lint,fixed,2,2026-01-01T10:03Z,fixed
b,1,test,open,2,,open
b,2,test,fixed,3,2026-01-01T10:05Z,fixed
b,3,,abandoned,3,,abandoned
"""

# `/ 1` is rejected at 10:00 and 10:02 by test t; the lint l rejects the edit of 10:00 too, which is no second try.
FAILED = """
db,session_id,timestamp,file_path,approach,check
a,s,2026-01-01T10:00Z,/p/calc.py,Edit calc.py: return sum(xs) / 1,t
a,s,2026-01-01T10:00:30Z,/p/calc.py,Edit calc.py: return sum(xs) / 1,l
a,s,2026-01-01T10:01Z,/p/calc.py,Edit calc.py: return sum(xs) / 7,t
a,s,2026-01-01T10:02Z,/p/calc.py,Edit calc.py: return sum(xs) / 1,t
a,s,2026-01-01T10:03Z,/p/calc.py,Bash calc.py,t
a,s,2026-01-01T10:04Z,/p/calc.py,Bash calc.py,t
a,other,2026-01-01T10:05Z,/p/calc.py,Edit calc.py: return sum(xs) / 7,t
b,s,2026-01-01T10:06Z,/p/calc.py,Edit calc.py: return sum(xs) / 7,t
"""


def chains(text: str = CHAINS) -> pd.DataFrame:
    rows = pd.read_csv(StringIO(text))
    rows["closed_at"] = pd.to_datetime(rows["closed_at"], utc=True)
    return rows


def failed(text: str = FAILED) -> pd.DataFrame:
    rows = pd.read_csv(StringIO(text))
    rows["timestamp"] = pd.to_datetime(rows["timestamp"], format="ISO8601", utc=True)
    rows["context"] = [{"check": check} for check in rows["check"]]
    return rows


def panel(result: pd.DataFrame, name: str, group: str = "all") -> pd.DataFrame:
    return result[(result["panel"] == name) & (result["group"] == group)].reset_index(drop=True)


def table(rows: pd.DataFrame, *columns: str) -> list[list[object]]:
    return rows[list(columns)].round(3).astype(object).values.tolist()


def test_incidence_of_the_first_event_by_attempt():
    rows = panel(compute(chains()), "incidence")
    # fixed: 1/6, + 4/6 * 1/4 = 2/6, + 1/2 * 1/2 = 7/12
    fixed = rows[rows["event"] == "fixed"]
    assert table(fixed, "attempt", "n_at_risk", "n") == [[1, 6, 1], [2, 4, 1], [3, 2, 1]]
    assert fixed["share"].tolist() == pytest.approx([1 / 6, 2 / 6, 7 / 12])
    assert ((fixed["share_low"] < fixed["share"]) & (fixed["share"] < fixed["share_high"])).all()
    assert rows[rows["event"] == "abandoned"]["share"].tolist() == pytest.approx([0, 0, 1 / 4])
    assert rows[rows["event"] == "escalated_research"]["share"].tolist() == pytest.approx([1 / 6] * 3)
    assert rows[rows["event"] == "escalated_user"]["share"].tolist() == [0, 0, 0]
    assert set(rows["n_total"]) == {6}


def test_an_open_chain_is_neither_dropped_nor_a_success():
    as_open = panel(compute(chains()), "incidence").query("event == 'fixed'")["share"].iloc[-1]
    dropped = panel(compute(chains().drop(index=3)), "incidence").query("event == 'fixed'")["share"].iloc[-1]
    as_fixed = panel(compute(chains().replace("open", "fixed")), "incidence").query("event == 'fixed'")[
        "share"
    ]
    assert (round(dropped, 3), round(as_open, 3), round(as_fixed.iloc[-1], 3)) == (0.6, 0.583, 0.667)
    assert panel(compute(chains()), "attempts").query("event == 'open'")["n"].tolist() == [1]


def test_what_came_after_each_attempt_adds_up_to_the_chains_at_risk():
    rows = panel(compute(chains()), "attempts").sort_values(["attempt", "event"])
    assert table(rows, "attempt", "event", "n", "n_at_risk", "share") == [
        [1, "fixed", 1, 6, 0.167],
        [1, "escalated_research", 1, 6, 0.167],
        [1, "retried", 4, 6, 0.667],
        [2, "fixed", 1, 4, 0.25],
        [2, "open", 1, 4, 0.25],
        [2, "retried", 2, 4, 0.5],
        [3, "fixed", 1, 2, 0.5],
        [3, "abandoned", 1, 2, 0.5],
    ]
    assert rows["is_small"].tolist() == [False] * 3 + [True] * 5


def test_escalated_chains_that_were_fixed_later():
    rows = panel(compute(chains()), "afterwards")
    assert table(rows, "event", "n", "n_total", "share") == [["escalated_research", 1, 1, 1.0]]
    unfixed = chains().assign(closed_at=pd.NaT, outcome="open")
    assert table(panel(compute(unfixed), "afterwards"), "event", "n", "n_total") == [
        ["escalated_research", 0, 1]
    ]


def test_fixed_later_is_told_by_the_outcome_alone_where_no_success_was_recorded():
    marked = chains().assign(closed_at=pd.NaT)  # research was marked first, the outcome is `fixed`
    assert table(panel(compute(marked), "afterwards"), "event", "n", "n_total") == [
        ["escalated_research", 1, 1]
    ]
    passed = chains().assign(outcome="open")
    assert table(panel(compute(passed), "afterwards"), "event", "n", "n_total") == [
        ["escalated_research", 1, 1]
    ]


@pytest.mark.parametrize(
    ("by", "groups"),
    [("category", {"all": 6, "lint": 1, "not known": 1, "test": 4}), ("db", {"all": 6, "a": 3, "b": 3}),
     ("none", {"all": 6})],
)  # fmt: skip
def test_groups(by, groups):
    rows = compute(chains(), by=by).query("panel == 'incidence'")
    assert dict(zip(rows["group"], rows["n_total"], strict=True)) == groups


def test_no_group_is_pooled_into_the_last_attempt_shown():
    rows = panel(compute(chains(), max_attempt=2), "incidence").query("event == 'fixed'")
    assert table(rows, "attempt", "n_at_risk", "n") == [[1, 6, 1], [2, 4, 1]]


def test_an_approach_rejected_again_in_the_same_session_is_a_repeat():
    rows = panel(compute(chains(), failed()), "repeats")
    # rejected: / 1 twice and / 7 once in a/s, / 7 once in a/other and in b/s: 5 in all, 1 of them a repeat
    assert table(rows, "n", "n_total") == [[1, 5], [1, 2]]
    assert rows["share"].iloc[0] == pytest.approx(1 / 5)
    assert pd.isna(rows["session_id"].iloc[0])
    assert table(rows.iloc[1:], "db", "session_id", "file_path", "approach") == [
        ["a", "s", "/p/calc.py", "Edit calc.py: return sum(xs) / 1"]
    ]


def test_no_comparable_approach_is_no_row_and_not_a_share_of_zero():
    only_shell = failed().query("approach == 'Bash calc.py'")
    assert panel(compute(chains(), only_shell), "repeats").empty


def test_a_first_event_that_is_not_known_yet_competes_like_the_others():
    rows = panel(compute(chains().replace("abandoned", "handed_over")), "incidence")
    assert rows[rows["event"] == "handed_over"]["share"].tolist() == pytest.approx([0, 0, 1 / 4])


def test_nothing_recorded_is_an_empty_result_that_can_be_drawn():
    nothing = compute(RELATIONS["error_chains"].empty(), RELATIONS["failed_paths"].empty())
    assert nothing.equals(RESULT.empty())
    assert chart(nothing).to_dict()["title"]["text"] == ["No failing checks were recorded"]


def test_compute_changes_none_of_its_frames():
    before, paths = chains(), failed()
    compute(before, paths)
    assert before.equals(chains())
    assert paths.equals(failed())


def test_the_chart_says_finding_n_and_limits():
    drawn = chart(compute(chains(), failed())).to_dict()
    finding = "Of 6 failing checks, 3 fixed unaided, 1 escalated; 1 still open"
    assert drawn["title"]["text"] == [finding]
    assert drawn["title"]["subtitle"][0] == "n = 6 chains."
    titles = [" ".join(part["title"]["text"]) for part in drawn["vconcat"]]
    assert titles == [
        "What is seen first, by attempt?",
        "What came right after each failed attempt?",
        "Does it differ by group?",
        "Were escalated checks fixed later?",
        "1 of 5 rejections were of an approach already rejected in that session",
    ]


def many(*kinds):
    """Chains by (number, first event, attempt)."""
    one = chains().head(1)
    return pd.concat(
        [
            one.assign(first_event=event, first_event_attempt=attempt)
            for n, event, attempt in kinds
            for _ in range(n)
        ]
    )


@pytest.mark.parametrize(
    ("kinds", "finding"),
    [
        # One seen end of ten: an estimate of 100 % would rest on it alone.
        ([(9, "open", 1), (1, "escalated_user", 2)], "Of 10 failing checks, 0 fixed unaided, 1 escalated; 9 still open"),
        ([(5, "escalated_user", 1)], "Of 5 failing checks, 0 fixed unaided, 5 escalated"),
        ([(30, "fixed", 1), (10, "escalated_user", 2)], "By attempt 2, 75 % of failing checks were fixed unaided, 25 % escalated"),
        # 30 of 50 at the first attempt, all ten at risk at the second.
        ([(30, "fixed", 1), (10, "open", 1), (10, "escalated_user", 2)],
         "By attempt 2, an estimated 60 % of failing checks were fixed unaided, 40 % escalated; 10 still open"),
        # At attempt 9 two chains stand for 42: the sentence stops where what it says is sound.
        ([(30, "fixed", 1), (40, "open", 2), (2, "escalated_user", 9), (30, "escalated_user", 1)],
         "By attempt 2, an estimated 29 % of failing checks were fixed unaided, 29 % escalated; 40 still open"),
    ],
)  # fmt: skip
def test_the_finding_is_a_count_where_a_share_would_mislead(kinds, finding):
    result = compute(many(*kinds), by="none")
    assert " ".join(chart(result).to_dict()["title"]["text"]) == finding


def test_a_share_worth_few_chains_is_small_however_many_there_are():
    rows = panel(compute(many((9, "open", 1), (1, "escalated_user", 2)), by="none"), "incidence")
    rows = rows[rows["event"] == "escalated_user"]
    assert rows["share"].tolist() == [0, 1]
    assert rows["n_effective"].tolist() == [10, 1]
    assert rows["is_small"].tolist() == [False, True]


def test_the_chart_calls_a_small_sample_small():
    drawn = chart(compute(chains().head(2), by="none")).to_dict()
    assert drawn["title"]["subtitle"][0] == "n = 2 chains, a small sample: an anecdote."
    assert "Does it differ by group?" not in str(drawn)


def test_the_chart_draws_what_the_result_holds_and_adds_nothing_up():
    assert "aggregate" not in str(chart(compute(chains(), failed())).to_dict())
