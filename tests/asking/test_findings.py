"""Findings: ranked at the lower limit, judged together, each with a next step, one incident once."""

from __future__ import annotations

import json
import re
import sys
from functools import cache
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from counts import by_run
from handmade import database
from tables import each_row

from claudesess import Store, findings, samples, stats
from claudesess.asking.findings import MOST, Pace
from claudesess.beginning import beginning
from claudesess.cli import main
from claudesess.contracts import ESTIMATES
from claudesess.estimating import Advice, Proposal
from claudesess.estimating.words import Statement
from claudesess.simulate import units as units_of

STEP = "Do something."


def claim(**given):
    """A share of 30 % of 100 things in 20 sessions, at least 20 %, where there should be none."""
    told = {
        "question": "q", "measure": "m", "role": "estimate", "outcome": "bad", "statistic": "share", "unit": "share",
        "estimate": 0.3, "low": 0.2, "high": 0.4, "method": "", "exposure": 100.0, "n_units": 100,
        "n_sessions": 20, "is_small": False,
    }  # fmt: skip
    return {**told, **given}


def units(**given):
    """Four units of four sessions, that each have one event."""
    rows = pd.DataFrame({"db": "a", "session_id": [f"s{i}" for i in range(4)], "n": 1})
    return rows.assign(**given)


def answer(name="q.m", claims=None, step=STEP, rows=None, **more):
    """An answer whose measure gives advice; its control is a sentence."""
    frame = ESTIMATES.cast(pd.DataFrame(claims or [claim()]).reindex(columns=ESTIMATES.names))
    own = units() if rows is None else rows
    given = {
        "cost": "min",
        "claims": frame,
        "says": lambda row: Statement(f"{row['estimate']:.0%} are bad", "That is much.", "In 20 sessions."),
        **more,
    }
    module = SimpleNamespace(advice=lambda estimates, units: Advice(step=step, events=own["n"], **given))
    measure = SimpleNamespace(name=name, asks=f"Is {name} bad?", module=module)
    return SimpleNamespace(measure=measure, estimates=frame, units=own, control="A count.")


@cache
def of_nothing():
    """A store without rows, made once: to find how long a call takes there costs what a relation does."""
    return Store.from_frames()


def found(*answers):
    """Findings of answers, in a store that holds nothing else."""
    return found_in(of_nothing(), *answers)


def found_in(store, *answers):
    return findings(store, {one.measure.name: one for one in answers})


def apart(i):
    return units(file_path=[f"{i}{k}" for k in range(4)])


def test_a_finding_costs_what_its_lower_limit_comes_to_per_week():
    (one,) = found(answer(each=3.0))
    assert one.amount == pytest.approx(0.2 * 100 * 3)
    assert one.lines == [
        "30% are bad", "At least 1 h a week. That is much.", "Next:  Do something.", "Sure?  In 20 sessions.",
        'Done?  claudesess note "…" --finding q.m',
    ]  # fmt: skip
    assert one.rows["session_id"].tolist() == ["s0", "s1", "s2", "s3"]


@pytest.mark.parametrize(("n", "n_lines"), [(47, 1), (48, 2)])  # 100 columns and 101
def test_findings_are_shown_in_a_hundred_columns(n, n_lines):
    title = f"{'x' * 49} {'y' * n}"
    shown = repr(found(answer(says=lambda row: Statement(title, "", "")))).splitlines()
    assert shown[:2][-1].startswith("   ") and (shown[0] == f"1. {title}") is (n_lines == 1)


@each_row(
    ("each", "cost", "costs", "is_headline"),
    [
        (1 / 20, "calls", "At least 1 call a week.", True),  # how long a call takes is not known
        (1 / 40, "calls", "At least one call in 2 weeks.", True),
        (1 / 180, "failed calls", "At least one failed call in 9 weeks.", True),
        (1 / 20, "min", "At least 1 min a week.", True),
        (1 / 600, "min", "At least 2 s a week.", False),
    ],
)
def test_what_costs_less_than_a_minute_a_week_is_told_but_no_headline(each, cost, costs, is_headline):
    (one,) = found(answer(each=each, cost=cost))
    assert (one.costs, one.is_worth_a_headline) == (costs, is_headline)


def test_calls_are_turned_into_minutes_by_the_pace_of_the_store():
    pace = Pace(weeks=2, min_per_call=0.5)
    assert (pace.minutes(10, "min"), pace.minutes(10, "calls"), pace.minutes(10, "failed calls")) == (
        10,
        5,
        5,
    )


@pytest.mark.slow
def test_the_dearest_comes_first_and_at_most_twelve_are_told():
    every = [answer(f"q.m{i}", rows=apart(i), each=float(i)) for i in range(1, 15)]
    seen = found(*every)
    assert [one.measure for one in seen] == [f"q.m{i}" for i in range(14, 2, -1)]
    assert (len(seen), seen.n_judged) == (MOST, 14)


RULE = Proposal("rule", "Run it first.")


@each_row(
    ("step", "proposal", "told"),
    [
        ("Write it down.", RULE, ["For CLAUDE.md: Run it first."]),
        ("Write it down.", lambda row: RULE, ["For CLAUDE.md: Run it first."]),
        ("Allow it.", Proposal("permission", "Bash(npm test:*)"), ["For permissions.allow of the settings: Bash(npm test:*)"]),
        ("Do something.", None, []),
    ],
)  # fmt: skip
def test_a_change_is_told_word_for_word_behind_the_step(step, proposal, told):
    (one,) = found(answer(step=step, proposal=proposal))
    assert [line.strip() for line in one.lines[3:-2]] == told


@pytest.mark.parametrize("step", ["", lambda row: ""])
def test_without_a_next_step_there_is_no_finding(step):
    assert list(found(answer(step=step))) == []


@each_row(
    ("given", "said"),
    [
        ({"n_sessions": 7}, "Is q.m bad? (7 of the 8 sessions needed)"),
        ({"n_sessions": 8, "is_small": True}, "Is q.m bad? (too few observations)"),
        ({"n_sessions": None}, "Is q.m bad? (0 of the 8 sessions needed)"),
        ({"is_small": True}, "Is q.m bad? (too few observations)"),
        ({"low": None}, "Is q.m bad? (too few observations)"),
    ],
)
def test_what_rests_on_little_is_not_judged_and_said_to_lack_data(given, said):
    seen = found(answer(claims=[claim(**given)]))
    assert (list(seen), seen.not_enough, seen.n_judged) == ([], [said], 0)


def test_of_one_number_it_is_not_said_that_it_was_judged_together():
    assert (found(answer()).n_judged, found(answer()).judged) == (1, "")


def test_where_there_is_no_number_there_is_no_session_to_judge_by():
    none = answer(claims=[claim()])
    none.measure.module.advice = lambda estimates, units: Advice(
        step=STEP, events=units["n"], cost="min", claims=ESTIMATES.empty()
    )
    assert found(none).not_enough == ["Is q.m bad? (0 of the 8 sessions needed)"]


def test_an_open_limit_below_what_is_usual_is_no_finding():
    assert [one.measure for one in found(answer(above=0.1))] == ["q.m"]
    assert list(found(answer(above=0.2))) == []
    assert list(found(answer(above=0.25))) == []


def test_what_costs_nothing_is_no_finding():
    assert list(found(answer(each=0.0))) == []


def test_what_is_too_low_is_found_by_its_upper_limit():
    low = claim(estimate=-0.3, low=-0.5, high=-0.1)
    (one,) = found(answer(claims=[low], is_less=True))
    assert one.amount == pytest.approx(0.1 * 100)
    assert list(found(answer(claims=[low]))) == []


# Limits of 0.3 that end at 0.005 stand for p = 0.0466 (t of 19).
def test_of_many_numbers_judged_together_one_that_just_stands_out_is_chance():
    one = claim(low=0.005)
    dull = [claim(group_by="kind", group=f"g{i}", estimate=0.0, low=-0.1) for i in range(9)]
    assert [each.p for each in found(answer(claims=[one]))] == [pytest.approx(0.0466, abs=0.0001)]
    seen = found(answer(claims=[one, *dull], rows=units(kind="g0")))
    assert (list(seen), seen.n_judged) == ([], 10)
    assert "Judged together: 10 numbers; of those shown, at most 5 % are expected to be wrong" in seen.judged


@each_row(("share", "n"), [(0.99, 0), (1.0, 1), (1.01, 1)])
def test_a_number_is_shown_whose_chance_to_be_wrong_is_at_most_so_much(monkeypatch, share, n):
    (one,) = found(answer())
    monkeypatch.setattr(sys.modules["claudesess.asking.findings"], "WRONG", one.p * share)
    assert len(found(answer())) == n


def test_numbers_of_all_measures_are_judged_together():
    dull = [answer(f"q.dull{i}", claims=[claim(estimate=0.0, low=-0.1)]) for i in range(9)]
    assert len(found(answer(claims=[claim(low=0.005)]))) == 1
    assert len(found(answer(claims=[claim(low=0.005)]), *dull)) == 0


def test_a_group_has_its_own_rows_and_words():
    rows = units(kind=["x", "x", "y", None], n=[1, 3, 1, 1])
    claims = [claim(group_by="kind", group=name) for name in ("x", "not known")]
    seen = found(answer(claims=claims, rows=rows, step=lambda row: f"Mend {row['group']}."))
    assert [one.step for one in seen] == ["Mend x.", "Mend not known."]
    assert [one.rows["session_id"].tolist() for one in seen] == [["s1", "s0"], ["s3"]]


@each_row(
    ("rows", "n"),
    [
        ((units(compaction_id=[1, 2, 3, 4]), units(compaction_id=[1, 2, 3, 4])), 1),
        ((units(compaction_id=[1, 2, 3, 4]), units(compaction_id=[1, 2, 8, 9])), 1),  # a half
        ((units(compaction_id=[1, 2, 3, 4]), units(compaction_id=[1, 7, 8, 9])), 2),
        ((units(compaction_id=[1, 2, 3, 4], n=[1, 1, 0, 0]), units(compaction_id=[1, 2, 3, 4], n=[0, 0, 1, 1])), 2),
        ((units(chain_id=[1, 2, 3, 4]), units(agent_id=["a", "b", "c", "d"])), 2),  # nothing to tell them by
        ((units(n=[9, 1, 1, 1]), units(n=[8, 1, 1, 1])), 1),  # most of both in one session
        ((units(n=[9, 1, 1, 1]), units(n=[1, 8, 1, 1])), 2),
    ],
)  # fmt: skip
def test_one_incident_is_told_once_with_what_else_was_found_of_it(rows, n):
    dear, other = answer("q.dear", rows=rows[0], each=2.0), answer("q.other", rows=rows[1])
    seen = found(other, dear)
    assert [one.measure for one in seen] == ["q.dear", "q.other"][:n]
    assert [one.measure for one in seen[0].also] == ["q.other"][: 2 - n]
    assert [line for line in seen[0].lines if line.startswith("Also: ")] == [
        "Also: 30% are bad. Do something."
    ] * (2 - n)


@pytest.mark.slow
def test_nothing_recorded_is_no_finding_and_not_enough_data():
    with Store.from_frames() as store:
        seen = findings(store)
    assert seen.judgements == [
        "No finding yet: no number rests on 8 sessions that can be held against a control."
    ]
    assert seen.judged == ""
    assert all(line.endswith("(0 of the 8 sessions needed)") for line in seen.not_enough)
    assert len(seen.not_enough) >= 6


SAMPLE = """
1. `python -m pytest -q tests/test_receipts.py` failed in 8 of 12 sessions that tried it
   At least 2 min 05 s a week. 9 min 04 s were lost in sessions after the first, in /home/dev/shop.
   20 other things come back, too.
   Next:  Put it where every session reads it.
          For CLAUDE.md: After each edit of shop/mailer.py: run `python -m pytest -q
          tests/test_receipts.py` (failed with: “assert 1 == 7”)
   Sure?  Named is what failed in 3 sessions or more, and more often than things tried do. 70 % of
          192 things tried that had failed before failed again (in 31 sessions, 95 % limits
          63 %–77 %). If failures were dealt out at random to all that was tried: 16 %, +54 points
          (in 31 sessions, 95 % limits +48 to +60).
   Done?  claudesess note "…" --finding checks.recurring
2. 17 % of 239 checks reported as passed had failed
   At least 10.2 failed calls a week (1 min 31 s). Of 72 with a hidden exit status 41 failed, 31
   passed.
   Next:  Run checks without a pipe, or after `set -o pipefail`.
          For CLAUDE.md: Run checks without a pipe, or after `set -o pipefail`; no `;` or `|| true`
          behind them.
   Sure?  In 31 sessions, 95 % limits 13 %–23 %. In checks of the same sessions whose exit status
          was seen: 66 %, a difference is not shown (in 24 sessions, 95 % limits −24 to
          +6.8 points).
   Done?  claudesess note "…" --finding checks.hidden_status
3. 8.1 % of 235 rejections were of an approach that the session had rejected before
   At least 2.05 calls a week (18 s).
   Next:  Write into CLAUDE.md what was rejected and why, what came back most often first.
          For CLAUDE.md: Do not try again what a check rejected: “Edit admin/src/stocktable.tsx:
          import { part16 } from './parts/16'” was, 3 times.
   Sure?  In 29 sessions, 95 % limits 4.9 %–13 %. If rejections were dealt out to the sessions of
          their database at random: 1.3 %, +6.8 points (in 29 sessions, 95 % limits +2.6 to +11).
   Done?  claudesess note "…" --finding retry_escalation.repeats
Judged together: 8 numbers; of those shown, at most 5 % are expected to be wrong
(Benjamini–Yekutieli).
Look at this:
   - Failed 6 times in a row, and the user was asked: “python -m pytest -q tests/test_totals.py”
     (session d19b91d2)
"""

LACKING = """
7 questions cannot be held against chance yet:
   - Which checks are flaky? (0 of the 8 sessions needed)
   - Which reads after a compaction are of unchanged lines that were read before it? (4 of the 8
     sessions needed)
   - Which edits after a compaction repeat an approach that was rejected before it? (5 of the 8
     sessions needed)
   - Is what was failing at a compaction fixed after it? (4 of the 8 sessions needed)
   - Does more fail after a compaction than before it? (4 of the 8 sessions needed)
   - Who overwrote whom: which edits, soon after another agent's of the same file, drop what that
     one did? (4 of the 8 sessions needed)
   - How long does a call wait until somebody lets it run? (0 of the 8 sessions needed)
"""


@pytest.mark.slow
@pytest.mark.xdist_group("workshop")
def test_the_command_says_it_to_people_and_to_scripts(opened_once, workshop, monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    done = CliRunner().invoke(main, ["findings", "--sample"])
    assert done.exit_code == 0
    folded = "7 questions cannot be held against chance yet: claudesess findings --all lists them.\n"
    assert done.output.startswith(SAMPLE.lstrip("\n")) and done.output.endswith(folded)
    every = CliRunner().invoke(main, ["findings", "--sample", "--all"]).output
    assert every.startswith(SAMPLE.lstrip("\n")) and every.endswith(LACKING)
    assert max(map(len, done.output.splitlines())) <= 100
    lines = CliRunner().invoke(main, ["findings", "--sample", "--json"]).output.splitlines()
    first, second, third, *others = map(json.loads, lines)
    assert (first["measure"], first["n_rows"], first["cost"]) == ("checks.recurring", 7, "min")
    assert first["proposal"]["kind"] == "rule"
    assert (first["title"], first["costs"]) == (
        "`python -m pytest -q tests/test_receipts.py` failed in 8 of 12 sessions that tried it",
        "At least 2 min 05 s a week.",
    )
    assert first["detail"].startswith("9 min 04 s were lost") and "95 % limits 63 %–77 %" in first["sure"]
    assert first["proposal"]["text"].startswith("After each edit of shop/mailer.py: run `python -m pytest")
    assert (second["measure"], second["n_rows"], second["cost"]) == (
        "checks.hidden_status",
        41,
        "failed calls",
    )
    assert (third["measure"], third["n_rows"], len(third["sessions"])) == ("retry_escalation.repeats", 17, 5)
    assert third["amount"] == pytest.approx(2.050, abs=0.001)
    # t = 3.32 of 28: 0.0025, the third of eight: times 8, times 1 + 1/2 + … + 1/8, over 3
    assert third["p"] == pytest.approx(0.0180, abs=0.0001)
    assert {one["kind"] for one in others} == {"not_enough_data", "look"}


@pytest.mark.slow
@pytest.mark.xdist_group("workshop")
def test_the_sample_s_finding_stands_on_the_rows_behind_it(of_sample):
    rows = of_sample[2].rows
    assert of_sample.table[["place", "measure", "n_sessions", "also"]].values.tolist() == [
        [1, "checks.recurring", 31, []],
        [2, "checks.hidden_status", 31, []],
        [3, "retry_escalation.repeats", 29, []],
    ]
    assert (rows["n_again"] > 0).all()
    assert rows["n_again"].sum() == 19


FLEETS, NUMBERS, PLANTED = by_run(few=50, full=200), 20, 3


def fleets(effect, seed=3):
    """Draw fleets of twenty shares, each held against its control over 16 sessions; three have an effect.

    Returns the claims of each fleet.
    """
    plan = units_of.Plan(share=0.2, size=20.0)
    drawn = units_of.counts(plan, FLEETS * NUMBERS, 16, seed)
    control = units_of.counts(plan, FLEETS * NUMBERS, 16, seed + 1)
    is_planted = drawn.project % NUMBERS < PLANTED
    luck = np.random.default_rng(seed)
    more = luck.binomial((drawn.n - drawn.events).astype(int), np.where(is_planted, effect, 0.0))
    gap = stats.differences(
        drawn.events + more, drawn.n, control.events, control.n, drawn.project, n_groups=FLEETS * NUMBERS
    )
    rows = [
        claim(
            estimate=gap.estimate[i], low=gap.low[i], high=gap.high[i], n_sessions=gap.n_sessions[i],
            group_by="file_path", group=f"f{i % NUMBERS}",
        )
        for i in range(FLEETS * NUMBERS)
    ]  # fmt: skip
    return [rows[i : i + NUMBERS] for i in range(0, len(rows), NUMBERS)]


@pytest.mark.slow
def test_of_many_fleets_planted_numbers_are_named_and_few_others():
    rows = pd.DataFrame(
        {"db": "a", "session_id": "s", "file_path": [f"f{i}" for i in range(NUMBERS)], "n": 1}
    )
    planted = {f"f{i}" for i in range(PLANTED)}
    named = {}
    with Store.from_frames() as store:
        for effect in (0.0, 0.6):
            every = [found_in(store, answer(claims=one, rows=rows)) for one in fleets(effect)]
            named[effect] = [{one.claim["group"] for one in seen} for seen in every]
    alarms = sum(bool(one) for one in named[0.0])
    right = sum(len(one & planted) for one in named[0.6])
    wrong = sum(len(one - planted) for one in named[0.6])
    print(
        f"null fleets with an alarm: {alarms} of {FLEETS}; planted named: {right} of {PLANTED * FLEETS}; wrong: {wrong}"
    )
    assert alarms <= 0.05 * FLEETS
    assert right >= 0.95 * PLANTED * FLEETS
    assert wrong <= 0.05 * (right + wrong)


def test_of_an_empty_database_it_says_how_to_fill_it(tmp_path):
    database(tmp_path / "empty.db")
    done = CliRunner().invoke(main, ["findings", str(tmp_path / "empty.db")])
    now = beginning()
    assert (done.exit_code, done.output) == (0, "\n".join((now.state, *now.lines)) + "\n")


@pytest.mark.slow
def test_what_has_too_few_sessions_is_one_line_unless_all_is_asked_for(opened_once):
    of_retry = ["findings", str(samples.sample_path("retry"))]
    short, whole = (CliRunner().invoke(main, [*of_retry, *more]).output for more in ([], ["--all"]))
    last = short.splitlines()[-1]
    assert re.fullmatch(
        r"\d+ questions cannot be held against chance yet: claudesess findings --all lists them.", last
    )
    n = int(last.split()[0])
    assert (short.count("of the 8 sessions needed"), whole.count("\n   - ") - short.count("\n   - ")) == (
        0,
        n,
    )
    assert "\nNext:  Read in session " in short
