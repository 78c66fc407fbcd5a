"""Measures of retries on chains small enough to count by eye."""

from functools import cache
from io import StringIO

import pandas as pd
import pytest
from asked import told
from tables import each_row

from claudesess import Store, ask
from claudesess.asking import listing
from claudesess.estimating import Relation
from claudesess.estimating.relation import rows
from claudesess.estimating.sums import stacked
from claudesess.metrics.retry_escalation import outcome_by_attempt

# Six chains of two files. At risk 6, 4, 2; free of any event 4/6 after attempt 1 and 1/2 after 2.
CHAINS = """
db,session_id,chain_id,error_category,first_event,first_event_attempt,closed_at,outcome,agent_id
a,s,1,test,fixed,1,2026-01-01T10:01Z,fixed,
a,s,2,test,escalated_research,1,2026-01-01T10:09Z,fixed,x
a,s,3,lint,fixed,2,2026-01-01T10:03Z,fixed,
b,s,1,test,open,2,,open,
b,s,2,test,fixed,3,2026-01-01T10:05Z,fixed,y
b,s,3,,abandoned,3,,abandoned,
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


def chains(text=CHAINS):
    return pd.read_csv(StringIO(text))


def store(rows=None, **more):
    agents = pd.DataFrame({"db": ["a", "b"], "id": ["x", "y"], "agent_type": ["Plan", None]})
    return Store.from_frames(error_chains=chains() if rows is None else rows, agent_registry=agents, **more)


@cache
def usual():
    return store()


def failed(text=FAILED):
    rows = pd.read_csv(StringIO(text))
    return rows.assign(id=range(len(rows)), context=[{"check": check} for check in rows["check"]])


def estimates(measure, *, of=None, **how):
    return ask(usual() if of is None else of, f"retry_escalation.{measure}", **how).estimates


def incidence(*, of=None, **how):
    return estimates("outcome_by_attempt", of=None if of is None else store(of), **how)


def listed(rows, *columns):
    loose = rows[list(columns)].round(3).astype(object)
    return loose.where(loose.notna(), None).values.tolist()


def test_incidence_of_the_first_event_by_attempt():
    rows = incidence()
    # fixed: 1/6, + 4/6 * 1/3 = 7/18, + 4/9 * 1/2 = 11/18; nobody is left for attempt 5
    fixed = rows[rows["outcome"] == "fixed"]
    columns = ("horizon", "exposure", "n_events", "n_pending", "estimate")
    assert listed(fixed, *columns) == [
        [1, 6, 1, 0, 0.167], [2, 3, 2, 1, 0.389], [3, 2, 3, 1, 0.611], [5, 0, 3, 1, 0.611],
    ]  # fmt: skip
    assert rows[rows["outcome"] == "abandoned"]["estimate"].tolist() == pytest.approx([0, 0, 2 / 9, 2 / 9])
    assert rows[rows["outcome"] == "escalated_research"]["estimate"].tolist() == pytest.approx([1 / 6] * 4)
    assert rows[rows["outcome"] == "escalated_user"]["estimate"].tolist() == [0, 0, 0, 0]
    assert set(rows["n_units"]) == {6}
    assert set(rows["n_sessions"]) == {2}
    # attempts: 1 + 4/6 + 4/9
    mean = rows[rows["statistic"] == "mean"]
    assert listed(mean, "outcome", "horizon", "estimate", "unit") == [["any", 5, 2.111, "attempts"]]


def test_two_sessions_have_no_limits_and_three_have():
    rows = incidence().query("outcome == 'fixed'")
    assert rows[["low", "high"]].isna().all(axis=None)
    assert set(rows["note"]) == {"fewer than 3 sessions: no limits"}
    third = chains().assign(session_id=["s", "t", "u"] * 2)
    fixed = incidence(of=third).query("outcome == 'fixed' and horizon == 1")
    assert ((fixed["low"] < fixed["estimate"]) & (fixed["estimate"] < fixed["high"])).all()


def test_ten_chains_five_fixed_at_once_and_five_open_are_five_of_five():
    rows = incidence(of=many((5, "fixed", 1), (5, "open", 1))).query("outcome == 'fixed'")
    assert listed(rows.head(1), "estimate", "n_events", "exposure", "n_pending", "n_units") == [
        [1, 5, 5, 5, 10]
    ]


def test_an_open_chain_is_neither_dropped_nor_a_success():
    def last(rows):
        found = incidence(of=rows)
        return round(float(found[found["outcome"] == "fixed"]["estimate"].iloc[-1]), 3)

    every = chains()
    assert (last(every.drop(index=3)), last(every), last(every.replace("open", "fixed"))) == (
        0.6,
        0.611,
        0.667,
    )


def test_what_came_after_each_attempt_adds_up_to_the_chains_at_risk():
    rows = estimates("next_step")
    seen = rows[rows["n_events"] > 0].sort_values(["group", "outcome"])
    assert listed(seen, "group", "outcome", "n_events", "n_units", "estimate") == [
        ["1", "escalated_research", 1, 6, 0.167],
        ["1", "fixed", 1, 6, 0.167],
        ["1", "retried", 4, 6, 0.667],
        ["2", "fixed", 1, 4, 0.25],
        ["2", "open", 1, 4, 0.25],
        ["2", "retried", 2, 4, 0.5],
        ["3", "abandoned", 1, 2, 0.5],
        ["3", "fixed", 1, 2, 0.5],
    ]
    assert rows.groupby("group")["n_events"].sum().tolist() == [6, 4, 2]
    assert seen["is_small"].all()


def test_escalated_chains_that_were_fixed_later():
    assert listed(estimates("after_an_escalation"), "group", "n_events", "n_units") == [
        ["escalated_research", 1, 1]
    ]
    unfixed = store(chains().assign(closed_at=None, outcome="open"))
    assert listed(estimates("after_an_escalation", of=unfixed), "n_events", "n_units") == [[0, 1]]
    only_marked = store(chains().assign(closed_at=None))  # a writer that marks the outcome and no time
    assert listed(estimates("after_an_escalation", of=only_marked), "n_events", "n_units") == [[1, 1]]


@each_row(
    ("measure", "said"),
    [
        ("after_an_escalation", "Escalated to research: 1 of 1 check was fixed later. In 1 session."),
        ("next_step", "After 4 of 6 first failures of checks the next try failed, too. In 2 sessions."),
        ("outcome_by_attempt",
         "Of 6 failing checks, 3 fixed unaided by attempt 5, 1 escalated. 1 still open. In 2 sessions."),
    ],
)  # fmt: skip
def test_what_is_said(measure, said):
    assert told(ask(usual(), f"retry_escalation.{measure}")) == (said, None)


def test_which_tries_stand_in_for_an_escalated_one():
    given = store(
        chains().assign(outcome=["fixed", "fixed", "fixed", "open", None, "abandoned"], closed_at=None)
    )
    both = (Relation(given, name) for name in ("error_chains", "agent_registry"))
    found = rows("retry_escalation", "_not_escalated", *both, kind="all")
    assert listed(found, "db", "chain_id", "attempt", "is_escalated", "is_fixed") == [
        ["a", 1, 1, False, True], ["a", 2, 1, True, True], ["a", 3, 1, False, True], ["a", 3, 2, False, True],
        ["b", 1, 1, False, False], ["b", 1, 2, False, False],
        *(["b", chain, attempt, False, False] for chain in (2, 3) for attempt in (1, 2, 3)),
    ]  # fmt: skip


def test_fixed_later_is_told_by_the_outcome_alone_where_no_success_was_recorded():
    passed = store(chains().assign(outcome="open"))  # a success was seen, the outcome was not marked
    assert listed(estimates("after_an_escalation", of=passed), "n_events", "n_units") == [[1, 1]]


@each_row(
    ("by", "groups"),
    [("error_category", {"test": 4, "lint": 1, "not known": 1}), ("db", {"a": 3, "b": 3}),
     ("agent_type", {"main thread": 4, "Plan": 1, "not known": 1})],
)  # fmt: skip
def test_groups(by, groups):
    rows = incidence(by=by)
    assert dict(zip(rows["group"], rows["n_units"], strict=True)) == groups


def test_only_checks_count_where_kinds_are_told_unless_others_are_asked_for(monkeypatch):
    # a writer that tells kinds: the relation then has the column
    told = chains().assign(kind=["check", "probe", "check", "vcs", "check", None])
    given = Store.from_frames(error_chains=told)
    engine = given._engine
    engine.execute("ALTER TABLE error_chains ADD COLUMN IF NOT EXISTS kind VARCHAR")
    engine.register("told", told[["db", "chain_id", "kind"]].astype(object).where(told.notna(), None))
    engine.execute(
        "UPDATE error_chains AS c SET kind = t.kind FROM told AS t WHERE t.db = c.db AND t.chain_id = c.chain_id"
    )
    sizes = {
        kind: int(ask(given, "retry_escalation.outcome_by_attempt", kind=kind).estimates["n_units"].max())
        for kind in ("check", "probe", "vcs", "all")
    }
    assert sizes == {
        "check": 4,
        "probe": 2,
        "vcs": 2,
        "all": 6,
    }  # a chain of which it is not told counts everywhere


def test_later_attempts_are_not_pooled_into_the_last_one_shown():
    long = chains().assign(first_event_attempt=[1, 1, 2, 2, 30, 30])
    rows = incidence(of=long)
    fixed = rows[rows["outcome"] == "fixed"]
    assert listed(fixed, "horizon", "exposure", "n_events")[-1] == [5, 2, 2]
    assert rows["n_units"].unique().tolist() == [6]


def test_an_approach_rejected_again_in_the_same_session_is_a_repeat():
    answer = ask(store(failed_paths=failed()), "retry_escalation.repeats")
    # rejected: / 1 twice and / 7 once in a/s, / 7 once in a/other and in b/s: 5 in all, 1 of them a repeat
    assert listed(answer.estimates, "n_events", "exposure", "estimate", "n_units") == [[1, 5, 0.2, 4]]
    said = "1 of 5 rejections was of an approach that the session had rejected before. In 3 sessions."
    assert told(answer) == (said, (1, "calls", 1.0, False))
    again = answer.units[answer.units["n_again"] > 0]
    assert listed(again, "db", "session_id", "approach", "n_rejections") == [
        ["a", "s", "Edit calc.py: return sum(xs) / 1", 2]
    ]


def test_two_edits_rejected_by_one_run_are_one_rejection():
    rows = failed().head(2).assign(timestamp="2026-01-01T10:00Z", context=[{"check": "t"}] * 2)
    assert listed(ask(store(failed_paths=rows), "retry_escalation.repeats").units, "n_rejections") == [[1]]


def test_rows_of_a_writer_without_context_session_or_file_count_too():
    rows = failed().head(2).assign(context=None, session_id=None, file_path=None, approach="my idea")
    assert listed(ask(store(failed_paths=rows), "retry_escalation.repeats").units, "n_rejections") == [[2]]


def test_no_comparable_approach_is_no_row_and_not_a_share_of_zero():
    only_shell = failed().query("approach == 'Bash calc.py'")
    assert estimates("repeats", of=store(failed_paths=only_shell)).empty


def test_a_first_event_that_is_not_known_yet_competes_like_the_others():
    rows = incidence(of=chains().replace("abandoned", "handed_over"))
    assert rows[rows["outcome"] == "handed_over"]["estimate"].tolist() == pytest.approx([0, 0, 2 / 9, 2 / 9])


def test_failed_tries_by_day_and_hour_and_days_without_any():
    tries = pd.DataFrame(
        {"chain_id": [1, 1, 1, 2], "error_id": [1, 2, 3, 4], "attempt": [1, 1, 2, 1],
         "failed_at": ["2026-01-01T10:00Z", "2026-01-01T10:00Z", "2026-01-02T00:30Z", None]}
    )  # fmt: skip
    open_ = pd.DataFrame({"session_id": ["s"] * 2, "start_at": ["2026-01-01T22:00Z", "2026-01-05T10:00Z"],
                          "end_at": ["2026-01-02T01:00Z", "2026-01-05T11:00Z"]})  # fmt: skip
    rows = pd.DataFrame(
        {"session_id": "s", "chain_id": [1, 2], "first_event": "open", "first_event_attempt": 1}
    )
    given = Store.from_frames(error_chains=rows, error_attempts=tries, session_windows=open_)
    units = ask(given, "retry_escalation.failures").units
    assert listed(units, "day", "open_h", "n_failures") == [
        ["2026-01-01", 2, 1], ["2026-01-02", 1, 1], ["2026-01-05", 1, 0], [None, 0, 1],
    ]  # fmt: skip
    answer = ask(given, "retry_escalation.failures")
    assert told(answer) == ("", None)  # nothing tells of activity
    active = answer.estimates.replace({"unit": {"per open hour": "per active hour"}})
    said = str(answer.measure.says(active[active["exposure"] > 0], answer.units))
    assert said == "3 tries of checks failed in 4 h of activity, 0.75 per active hour. In 1 session."
    rows = answer.estimates.query("unit == 'per open hour'")
    assert listed(rows, "n_events", "exposure", "estimate") == [[3, 4, 0.75]]


def many(*kinds, n_sessions=1):
    """Chains by (number, first event, attempt), dealt out to sessions."""
    rows = [(event, attempt) for n, event, attempt in kinds for _ in range(n)]
    frame = pd.DataFrame(rows, columns=["first_event", "first_event_attempt"])
    return frame.assign(
        chain_id=range(len(frame)), session_id=[f"s{place % n_sessions}" for place in range(len(frame))]
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kinds", "finding"),
    [
        # One seen end of ten: an estimate of 100 % would rest on it alone.
        ([(9, "open", 1), (1, "escalated_user", 2)],
         "Of 10 failing checks, 0 fixed unaided by attempt 5, 1 escalated. 9 still open. In 5 sessions."),
        ([(5, "escalated_user", 1)], "Of 5 failing checks, 0 fixed unaided by attempt 5, 5 escalated. In 5 sessions."),
        ([(15, "fixed", 1)], "15 of 15 failing checks were fixed unaided by attempt 1. In 5 sessions."),
        ([(30, "fixed", 1), (10, "escalated_user", 2)],
         "75 % of 40 failing checks were fixed unaided by attempt 2. In 5 sessions, 95 % limits 34 %–95 %."),
        # 30 of the 40 that are not pending at the first attempt, all ten at risk at the second.
        ([(30, "fixed", 1), (10, "open", 1), (10, "escalated_user", 2)],
         "An estimated 75 % of 50 failing checks were fixed unaided by attempt 2. 10 still open. "
         "In 5 sessions, 95 % limits 34 %–95 %."),
    ],
)  # fmt: skip
def test_the_finding_is_a_count_where_a_share_would_mislead(kinds, finding):
    given = Store.from_frames(error_chains=many(*kinds, n_sessions=5))
    assert ask(given, "retry_escalation.outcome_by_attempt").finding().startswith(finding)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "said"),
    [("check", "checks"), ("vcs", "git commands"), ("probe", "looks"), ("all", "things tried")],
)
def test_only_checks_are_called_checks(kind, said):
    given = Store.from_frames(error_chains=many((9, "open", 1), (1, "escalated_user", 2)))
    answer = ask(given, "retry_escalation.outcome_by_attempt", kind=kind)
    assert answer.finding().startswith(f"Of 10 failing {said}, 0 fixed")
    asked = set() if kind == "check" else {f"asked with kind={kind}"}
    assert {note.rpartition("; ")[2] for note in answer.estimates["note"]} & {
        f"asked with kind={kind}"
    } == asked
    assert f"first failures of {said} the" in ask(given, "retry_escalation.next_step", kind=kind).finding()


@pytest.mark.slow
def test_groups_are_compared_at_one_attempt_at_which_each_has_ten_at_risk():
    rows = [
        many((20, "fixed", 1), (12, "fixed", 3), n_sessions=5).assign(error_category="test"),
        many((10, "fixed", 1), (11, "fixed", 2), n_sessions=5).assign(error_category="lint"),
        many((9, "fixed", 1), n_sessions=5).assign(error_category="build"),
    ]
    whole = pd.concat(rows, ignore_index=True).assign(chain_id=range(62))
    answer = ask(
        Store.from_frames(error_chains=whole), "retry_escalation.outcome_by_attempt", by="error_category"
    )
    said = answer.finding()
    assert said.startswith(
        "test: 62 % of 32 failing checks were fixed unaided by attempt 2. Left out, with fewer than ten at"
        " risk: 1 group. By error category, "
    )
    assert "lint: 100 % of 21 failing checks were fixed unaided by attempt 2" in said
    assert "test: in 5 sessions" in said
    drawn = str(answer.chart().to_dict())
    assert "By attempt 2, the last at which each group has ten chains at risk." in drawn
    assert "'name': 'build'" not in drawn


@each_row(
    ("n_sessions", "outcome", "is_small"),
    [
        (7, "fixed", True),
        (9, "fixed", False),
        (9, "abandoned", True),  # none of ninety: a session counts once
    ],
)
def test_small_is_of_few_sessions_or_worth_few_chains(n_sessions, outcome, is_small):
    rows = incidence(of=many((40, "fixed", 1), (50, "escalated_user", 1), n_sessions=n_sessions))
    first = rows[(rows["outcome"] == outcome) & (rows["horizon"] == 1)]
    assert first["is_small"].tolist() == [is_small]


TIMES = """
session_id,chain_id,first_event,first_event_attempt,started_at,closed_at
s,1,fixed,2,10:00,10:04
s,2,open,1,10:05,
s,3,escalated_user,2,10:06,10:30
s,4,abandoned,1,10:07,
t,5,fixed,1,10:00,12:04
t,6,fixed,1,10:00,
"""


def test_time_to_a_fix_is_time_in_which_the_session_was_open():
    def at(times):
        return pd.to_datetime("2026-01-01T" + times + "Z", utc=True)

    rows = pd.read_csv(StringIO(TIMES))
    rows = rows.assign(
        started_at=at(rows["started_at"]), closed_at=at(rows["closed_at"]), last_failed_at=None
    )
    tries = pd.DataFrame(
        {"chain_id": [3, 3, 4], "attempt": [1, 2, 1], "failed_at": at(pd.Series(["10:06", "10:09", "10:07"]))}
    )
    # t was left from 10:03 to 12:03
    windows = pd.DataFrame({"session_id": ["s", "t", "t"], "start_at": at(pd.Series(["10:00", "10:00", "12:03"])),
                            "end_at": at(pd.Series(["10:40", "10:03", "12:10"]))})  # fmt: skip
    answer = ask(Store.from_frames(error_chains=rows, error_attempts=tries, session_windows=windows),
                 "retry_escalation.time_to_fix")  # fmt: skip
    assert listed(answer.units, "chain_id", "first_event", "observed_s") == [
        [1, "fixed", 240],
        [2, "open", 2100],  # watched to 10:40
        [3, "escalated_user", 180],  # at the try after which it was put to the user
        [4, "abandoned", 0],
        [5, "fixed", 240],  # 10:00-10:03 and 12:03-12:04
        [6, "fixed", None],  # its success has no time
    ]
    found = answer.estimates.query("horizon == 300")
    assert listed(found, "estimate", "n_events", "n_units", "n_pending") == [[0.4, 2, 5, 0]]
    assert listed(answer.estimates.head(1), "statistic", "estimate", "note") == [
        ["p50", None, "not reached: an estimated 40 % by the end of what was watched"]
    ]


def test_units_are_shaped_from_five_rows():
    given = Store.from_frames(error_chains=chains().head(5))
    units = ask(given, "retry_escalation.outcome_by_attempt").units
    assert list(units[outcome_by_attempt.UNITS.names]) == outcome_by_attempt.UNITS.names
    assert len(units) == 5


def test_a_step_that_never_came_is_a_share_of_0_of_the_tries():
    measure = listing.measure("retry_escalation.next_step").module
    tries = pd.DataFrame({"session_id": ["s", "s"], "chain_id": [1, 1], "attempt": [1, 2], "next_step": ["retried", "fixed"]})  # fmt: skip
    estimates = measure.estimate(measure.sums(measure.UNITS.filled(tries.assign(db="a")), by=None))
    found = {row["outcome"]: (row["n_events"], row["exposure"]) for row in estimates.to_dict("records")}
    steps = ["fixed", "abandoned", "escalated_user", "escalated_research", "retried", "open"]
    assert found == dict.fromkeys(steps, (0, 2)) | {"fixed": (1, 2), "retried": (1, 2)}


def test_a_step_that_another_writer_knows_came_nowhere_else():
    measure = listing.measure("retry_escalation.next_step").module
    tries = pd.DataFrame({"db": ["a", "a", "b"], "session_id": "s", "chain_id": [1, 2, 1], "attempt": 1, "next_step": ["retried", "slept", "fixed"]})  # fmt: skip
    each = [
        measure.sums(measure.UNITS.filled(part.reset_index(drop=True)), by=None)
        for _, part in tries.groupby("db")
    ]
    found = measure.estimate(stacked(*each)).set_index("outcome")
    assert found.loc[["retried", "fixed", "slept", "open"], "n_events"].tolist() == [1, 1, 1, 0]
    assert found["exposure"].unique().tolist() == [3]


@each_row(
    ("n_units", "low", "n_pending", "said", "is_sure"),
    [
        (19, 0.1, 0, "5 of 19 failing checks were fixed unaided by attempt 3", False), (20, 0.1, 0, "25 % of 20 failing checks were fixed unaided by attempt 3", True),
        (20, None, 0, "5 of 20 failing checks were fixed unaided by attempt 3", False), (2_000, 0.1, 4, "an estimated 25 % of 2,000 failing checks were fixed unaided by attempt 3", True),
        (19, 0.1, 4, "5 of 19 failing checks were fixed unaided by attempt 3", False), (1, None, 0, "5 of 1 failing check was fixed unaided by attempt 3", False),
    ],
)  # fmt: skip
def test_a_share_of_chains_is_told_in_percent_from_twenty_on_where_it_has_limits(n_units, low, n_pending, said, is_sure):  # fmt: skip
    module = outcome_by_attempt
    row = pd.Series({
        "n_units": n_units, "n_events": 5, "estimate": 0.25, "low": low, "high": 0.5 if low else None, "n_pending": n_pending, "horizon": 3.0, "note": None, "n_sessions": 4, "n_escalated": 2,
    }, dtype=object)  # fmt: skip
    assert module._share(row) == said
    assert ("limits" in module._sure(row)) is is_sure
    assert module._pending(row) == (f"{n_pending} still open" if n_pending else "")
    assert module._counts(row).endswith("5 fixed unaided by attempt 3, 2 escalated")
