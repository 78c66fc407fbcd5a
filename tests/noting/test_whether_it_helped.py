"""Whether it helped: planted effects, none, too few sessions, several notes, several looks."""

import json
from collections import Counter
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from counts import by_run
from metrics.compacted import relation
from rejections import EVEN, WORSE, at, rejected

from claudesess import Store, findings, my_data, samples
from claudesess.asking import listing
from claudesess.cli import main
from claudesess.noting import notes, verdicts
from claudesess.noting.notes import Note

BETTER = WORSE[::-1]
REPEATS = "retry_escalation.repeats"


def noted(day, measure=REPEATS, project=None):
    """A note of the day of session `day`, which is the first after it."""
    return Note("a1b2c3", "Wrote it down", date(2026, 1, 1) + timedelta(days=day), measure, project)


def judged(again, day, **given):
    (one,) = verdicts.verdicts(rejected(again), [noted(day, **given)])
    return one


def test_what_fell_helped():
    one = judged(BETTER, 8)
    assert (one.judgement, one.n_a_side) == ("helped", None)
    assert one.line == (
        "“Wrote it down” (2026-01-09): helped. Which rejected approaches came back? Again (share): 0.5 in 8 sessions "
        "before, 0.12 in 8 sessions from then on: -0.38 (95 % limits -0.50 to -0.25, p < 0.001). Whatever else changed "
        "with that day is in it."
    )


@pytest.mark.slow
def test_what_rose_did_not():
    one = judged(WORSE, 8)
    assert (one.judgement, one.why.endswith("it became worse.")) == ("did not help", True)


@pytest.mark.slow
def test_what_cannot_have_fallen_by_half_did_not():
    one = judged([3, 4] * 15, 14)  # of ten rejections, before and after
    assert (one.judgement, one.why.endswith("better by half is outside the limits.")) == (
        "did not help",
        True,
    )


def test_between_them_it_says_how_many_sessions_would_tell():
    one = judged(EVEN, 8)
    assert (one.judgement, one.n_a_side) == ("cannot tell yet", 86)
    assert one.why.endswith("About 86 sessions a side would tell.")


@pytest.mark.parametrize(("day", "sides"), [(9, "9 sessions before"), (7, "7 sessions before")])
def test_fewer_than_eight_on_a_side_say_nothing(day, sides):
    one = judged(BETTER, day)
    assert (one.judgement, one.n_a_side, sides in one.why) == ("cannot tell yet", 8, True)


@pytest.mark.slow
def test_what_never_happened_cannot_have_become_better():
    one = judged([0] * 20, 10)
    assert (one.judgement, one.n_a_side) == ("cannot tell yet", None)


@pytest.mark.slow
def test_what_cannot_be_compared_says_why():
    assert judged(BETTER, 8, measure=None).why == "It names no finding that it was to mend (--finding)."
    assert judged(BETTER, 8, measure="checks.recurring").why == "Nothing of it was recorded."
    assert judged(BETTER, 8, measure="checks.gone").why == "No finding has that name."


def after_compactions(n_fixed):
    """Return a store of a session a day, compacted once with ten checks failing, of which so many pass later."""
    days = [{"session_id": f"s{day}", "day": day, "fixed": n} for day, n in enumerate(n_fixed)]
    calls = [
        {"session_id": one["session_id"], "ended_at": at(one["day"], 60 + k), "tool": "Bash", "aim": f"a{k}",
         "is_ok": k < one["fixed"]}
        for one in days for k in range(10)
    ]  # fmt: skip
    cuts = [
        {"session_id": one["session_id"], "compaction_id": one["day"], "started_at": at(one["day"], 50),
         "ended_at": at(one["day"], 51), "chains": [{"aim": f"a{k}"} for k in range(10)]}
        for one in days
    ]  # fmt: skip
    starts = [
        {"session_id": one["session_id"], "event_type": "session_start", "key": "source", "value": "startup",
         "timestamp": at(one["day"])}
        for one in days
    ]  # fmt: skip
    return Store.from_frames(
        tool_calls=relation("tool_calls", pd.DataFrame(calls).assign(db="a", call_id=range(len(calls)))),
        compactions=relation("compactions", pd.DataFrame(cuts).assign(db="a")),
        session_metrics=pd.DataFrame(starts).assign(db="a", id=range(len(starts))),
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("n_fixed", "said"),
    [
        ([3, 4] * 5 + [9, 8] * 5, "helped"),
        ([9, 8] * 5 + [3, 4] * 5, "did not help"),
        ([3, 4] * 10, "did not help"),
    ],
)
def test_of_a_number_that_is_to_rise_the_better_is_more(n_fixed, said):
    (one,) = verdicts.verdicts(after_compactions(n_fixed), [noted(10, "compaction_continuity.fixed")])
    assert one.judgement == said


@pytest.mark.slow
def test_the_test_that_deals_sessions_out_has_to_agree_also_with_many(monkeypatch):
    assert judged([5] * 30 + [1, 2] * 15, 30).judgement == "helped"
    monkeypatch.setattr("claudesess.stats.compare.permutation_test", lambda *_, **__: 0.2)
    assert judged([5] * 30 + [1, 2] * 15, 30).judgement == "cannot tell yet"


@pytest.mark.slow
def test_several_notes_and_several_looks_raise_p(monkeypatch):
    """p is 0.02: enough for one note at the first look, not for three, nor at the fourth."""
    monkeypatch.setattr("claudesess.stats.compare.permutation_test", lambda *_, **__: 0.02)
    assert judged(BETTER, 8).judgement == "helped"
    seen = verdicts.verdicts(rejected(BETTER), [noted(8)] * 3)
    assert [one.judgement for one in seen] == ["cannot tell yet"] * 3
    assert judged([6, 7] * 8 + [1, 2] * 8, 16).judgement == "helped"  # sixteen sessions: the second look
    assert judged([6, 7] * 8 + [1, 2] * 32, 16).judgement == "cannot tell yet"


@pytest.mark.slow
def test_a_project_s_note_is_of_its_sessions_and_not_told_elsewhere():
    store = rejected(BETTER)
    tables = {name: store.sql(f"SELECT * FROM {name}") for name in ("failed_paths", "session_metrics")}
    both = {
        name: pd.concat([rows.assign(db="shop"), rows.assign(db="bank")]).assign(id=range(2 * len(rows)))
        for name, rows in tables.items()
    }
    with Store.from_frames(**both) as store:
        (one,) = verdicts.verdicts(store, [noted(8, project="shop"), noted(8, project="elsewhere")])
        (of_all,) = verdicts.verdicts(store, [noted(8)])
    assert "8 sessions before" in one.why
    assert "16 sessions before" in of_all.why


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".claude-session.db").write_bytes(samples.sample_path("retry").read_bytes())
    notes.add(my_data.notes(), "Wrote <it> down", date(2026, 10, 12), REPEATS)
    return tmp_path


@pytest.mark.slow
def test_findings_say_it_to_people_and_to_scripts_and_not_of_the_sample(home, monkeypatch):
    with Store.from_frames() as store:
        nothing = findings(store, {})  # what else they say is asked elsewhere
    monkeypatch.setattr("claudesess.report.ranking.found", lambda store: nothing)
    monkeypatch.setattr(
        "claudesess.report.ranking.ask_all", lambda store, pool: None
    )  # whose answers they are made of
    said = CliRunner().invoke(main, ["findings"]).output
    assert "What you changed:\n   “Wrote <it> down” (2026-10-12): cannot tell yet. " in said
    every = CliRunner().invoke(main, ["findings", "--json"]).output.splitlines()
    (one,) = [told for told in map(json.loads, every) if told["kind"] == "note"]
    assert (one["text"], one["at"], one["measure"]) == ("Wrote <it> down", "2026-10-12", REPEATS)
    assert (one["judgement"], one["n_a_side"]) == ("cannot tell yet", 8)
    assert '"note"' not in CliRunner().invoke(main, ["findings", "--sample", "--json"]).output


@pytest.mark.slow
def test_the_report_says_it_but_not_to_strangers(home, monkeypatch):
    monkeypatch.setattr(
        listing, "questions", lambda: ["retry_escalation"]
    )  # what else there is, is told elsewhere

    def page(*options):
        CliRunner().invoke(main, ["report", "--out", "pages", "--sessions", "0", *options])
        return (home / "pages" / "index.html").read_text(encoding="utf-8")

    assert "Wrote &lt;it&gt; down” (2026-10-12): <strong>cannot tell yet</strong>" in page()
    assert "What you changed" not in page("--anonymise")


def drawn(seed, before, after, n=(24, 24)):
    """Draw sessions of ten rejections each; chances of a repeat differ from session to session."""
    luck = np.random.default_rng(seed)
    chances = [
        luck.beta(8 * share, 8 * (1 - share), size) for share, size in zip((before, after), n, strict=True)
    ]
    return [int(one) for one in luck.binomial(9, np.concatenate(chances))]


STORES = by_run(few=3, full=12)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("before", "after", "n", "told"),
    [
        (0.4, 0.1, (24, 24), {"helped": STORES}),
        (0.1, 0.4, (24, 24), {"did not help": STORES}),
        (0.25, 0.25, (24, 24), by_run(few={"cannot tell yet": 2, "did not help": 1}, full={"cannot tell yet": 5, "did not help": 7})),
        (0.4, 0.1, (24, 7), {"cannot tell yet": STORES}),
    ],
)  # fmt: skip
def test_simulated_stores_with_an_effect_without_and_with_too_few(before, after, n, told):
    seen = [judged(drawn(seed, before, after, n), n[0]) for seed in range(STORES)]
    assert Counter(one.judgement for one in seen) == told
