"""Do limits that say 95 % hold in 95 of 100 projects? Writes docs/recovery.md.

``make recovery``, or ``python benchmarks/recovery.py [--projects 1000]``. Projects with planted truth are
drawn (`claudesess.simulate.units`); the measures' own ``estimate(sums(units))`` is asked; the table says how
often its limits held the truth, and how far off it was on the whole. Seeds were set before the first run.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats as st

from claudesess.simulate import units
from claudesess.simulate.units import Plan
from claudesess.stats import compare, competing_risks, placebo, proportions, shrinkage
from claudesess.stats.intervals import Estimates

Floats = NDArray[np.float64]
SEED = 15_000
NOT_TOLD = 0.25  # more projects without a number than this: those that have one are not like the others
SESSIONS = (5, 20, 50)
HIDDEN = (0.0, 0.3, 0.6)
EVENTS = ("fixed", "escalated_research", "escalated_user", "abandoned")  # as units.CAUSES

USUAL = Plan()
UNEVEN = replace(USUAL, hours_spread=1.1, rate_spread=1.1)
INFORMATIVE = replace(USUAL, is_informative=True)
WHALES = replace(USUAL, size_spread=1.6, hard_is_long=0.8)


class Cell(NamedTuple):
    """What came of one estimate in many projects of one kind.

    Attributes
    ----------
    coverage, by_rows
        Share of projects whose limits held the truth; of limits that take every row for independent.
    bias
        Mean error in points, or as a share of the truth for rates. For a time: how much more or less than
        the wanted share has truly ended by the time that stands in the middle of all projects' estimates.
    told
        Share of projects in which there was an estimate; of the others limits count where there are any.
    n
        Projects with limits.
    """

    estimate: str
    process: str
    sessions: int
    hidden: float
    coverage: float
    by_rows: float
    bias: float
    bias_error: float
    told: float
    n: int

    @property
    def verdict(self) -> str:
        """Say whether the target is met, missed by more than 1,000 projects can be wrong, or exceeded."""
        said = judge(self.coverage, self.n, *target(self.estimate, self.process, self.sessions))
        is_off = abs(self.bias) - 2.58 * self.bias_error > 0.02
        return said if not is_off else "off" if said == "ok" else f"{said}, off"


def target(estimate: str, process: str, sessions: int) -> tuple[float, float]:
    """Return the coverage that is asked for: from, to."""
    if sessions >= 20:
        return 0.92, 0.98
    return (0.85 if "rate" in estimate and process == "uneven" else 0.90), 1.0


def judge(coverage: float, n: int, low: float, high: float) -> str:
    """Return ``ok``, ``short`` or ``wide``, allowing for what `n` projects cannot tell (binomial, 99 %)."""
    if not n:
        return "-"
    limits = st.binomtest(round(coverage * n), n).proportion_ci(0.99)
    return "short" if limits.high < low else "wide" if limits.low > high else "ok"


class Limits(NamedTuple):
    """An estimate per project, between its limits."""

    estimate: Floats
    low: Floats
    high: Floats


def asked(measure: str, seen: pd.DataFrame, n_projects: int, **which: Any) -> Limits:
    """Return what a measure says of each project: one of the numbers that it makes of sums of its units."""
    module = import_module(f"claudesess.metrics.{measure}")
    rows = module.estimate(module.sums(seen, by="db"))
    for column, value in which.items():
        rows = rows[(rows[column] == value).fillna(False)]
    each = rows.set_index("group").reindex(_names(np.arange(n_projects)))
    return Limits(*(each[name].to_numpy(float, na_value=np.nan) for name in Limits._fields))


def _names(numbers: NDArray[np.int64]) -> list[str]:
    return [f"p{number}" for number in numbers]


def _frame(project: NDArray[np.int64], session: NDArray[np.int64], **columns: Any) -> pd.DataFrame:
    """Return units of projects, each a database, and sessions."""
    names = pd.array(_names(np.arange(project.max(initial=0) + 1)), dtype="string")
    return pd.DataFrame({"db": names.take(project), "session_id": session.astype(str), **columns})


def held(seen: Limits, true: float) -> tuple[float, int]:
    """Return how often limits held the truth, and in how many projects there were limits."""
    has = ~np.isnan(seen.low) | ~np.isnan(seen.high)
    low, high = np.nan_to_num(seen.low, nan=-np.inf), np.nan_to_num(seen.high, nan=np.inf)
    inside = (low <= true) & (true <= high)
    return (float(inside[has].mean()) if has.any() else float("nan")), int(has.sum())


# One function per estimate: (plan, projects, sessions, seed) -> the measure's, by rows, truth, bias.

Result = tuple[Limits, Limits, float, tuple[float, float]]


def off(estimates: Floats, true: float, *, relative: bool = False) -> tuple[float, float]:
    """Return the mean error, as a share of the truth if `relative`, and its standard error."""
    if np.isnan(estimates).mean() > NOT_TOLD:
        return np.nan, np.nan
    errors = (estimates[~np.isnan(estimates)] - true) / (true if relative else 1.0)
    return float(errors.mean()), float(errors.std() / max(len(errors), 1) ** 0.5)


@cache
def _truth(plan: Plan, process: str) -> Any:
    return units.truth(replace(plan, is_informative=False), getattr(units, process))


def share(plan: Plan, n_projects: int, n_sessions: int, seed: int) -> Result:
    """Share of reads after a compaction that are repeated ones."""
    seen, whole = units.counts(plan, n_projects, n_sessions, seed), _truth(plan, "counts")
    true = float(whole.events.sum() / whole.n.sum())
    # Two compactions a session: what is alike within a session is so across them.
    first_n = (seen.n // 2).astype(int)
    lost = (seen.n - seen.events).astype(int)
    first = np.random.default_rng(seed).hypergeometric(seen.events.astype(int), lost, first_n)
    n, k = np.concatenate([first_n, seen.n - first_n]), np.concatenate([first, seen.events - first])
    frame = _frame(
        np.tile(seen.project, 2), np.tile(np.arange(len(seen.n)), 2), n_reads=n, n_same_lines=k, n_same_file=k
    )
    ours = asked("compaction_continuity.rereads", frame, n_projects, outcome="same lines")
    by_rows = proportions.wilson(ours.estimate, np.bincount(seen.project, seen.n))
    return ours, Limits(ours.estimate, *by_rows), true, off(ours.estimate, true)


def rate(plan: Plan, n_projects: int, n_sessions: int, seed: int) -> Result:
    """Agents per active hour."""
    drawn, hours, project = units.agents(plan, n_projects, n_sessions, seed)
    whole, all_hours, _ = _truth(plan, "agents")
    true = float(len(whole.seconds) / all_hours.sum())
    n = np.bincount(drawn.session, minlength=len(hours))
    counts = dict.fromkeys(("n_started", "n_finished", "n_completed", "n_failed"), n)
    frame = _frame(project, np.arange(len(hours)), active_h=hours, open_h=hours, n_open=0, **counts)
    ours = asked("agent_throughput.rate", frame, n_projects, outcome="started", unit="per active hour")
    k, exposure = np.bincount(project, n), np.bincount(project, hours)
    low = st.chi2.ppf(0.025, 2 * np.maximum(k, 1)) / 2 * (k > 0) / exposure
    high = st.chi2.ppf(0.975, 2 * k + 2) / 2 / exposure
    return ours, Limits(ours.estimate, low, high), true, off(ours.estimate, true, relative=True)


def _chains(seen: units.Chains) -> pd.DataFrame:
    events = np.array([*EVENTS, "open"], dtype=object)[seen.event]
    return _frame(
        seen.project, seen.session, first_event=events, first_event_attempt=seen.attempt, kind="check"
    )


def fixed_by(horizon: int) -> Callable[[Plan, int, int, int], Result]:
    """Share of chains that are fixed by an attempt."""

    def estimate(plan: Plan, n_projects: int, n_sessions: int, seed: int) -> Result:
        seen, whole = units.chains(plan, n_projects, n_sessions, seed), _truth(plan, "chains")
        true = float(((whole.event == 0) & (whole.attempt <= horizon)).mean())
        ours = asked(
            "retry_escalation.outcome_by_attempt", _chains(seen), n_projects, outcome="fixed", horizon=horizon
        )
        # By rows: an open chain is taken for one that survived its last attempt.
        project = np.repeat(np.arange(n_projects), n_sessions)
        table = competing_risks.attempt_sums(
            seen.attempt, seen.event, seen.session, n_rows=len(project), n_causes=len(units.CAUSES)
        )
        table[:, 1, :-1], table[:, 1] = 0, 0
        at = competing_risks.HORIZONS.index(horizon)
        each = competing_risks.incidence(table, project, n_groups=n_projects)
        shares, n = each.estimate[:, 0, at], each.n_units[:, 0, at].astype(float)
        return ours, Limits(shares, *proportions.wilson(shares, n)), true, off(ours.estimate, true)

    return estimate


def mean_attempts(plan: Plan, n_projects: int, n_sessions: int, seed: int) -> Result:
    """Count attempts until a chain's event, up to five."""
    seen, whole = units.chains(plan, n_projects, n_sessions, seed), _truth(plan, "chains")
    most = max(competing_risks.HORIZONS)
    true = float(np.minimum(whole.attempt, most).mean())
    ours = asked("retry_escalation.outcome_by_attempt", _chains(seen), n_projects, statistic="mean")
    n = np.bincount(seen.project, minlength=n_projects)
    cut = np.minimum(seen.attempt, most)
    mean = np.bincount(seen.project, cut, n_projects) / n
    error = np.sqrt((np.bincount(seen.project, cut**2, n_projects) / n - mean**2) / n)
    rows = Limits(mean, mean - 1.96 * error, mean + 1.96 * error)
    return ours, rows, true, off(ours.estimate, true, relative=True)


FEW = 100  # projects, where an estimate by rows would take longer than all others together


def _agents(seen: units.Agents, session: NDArray[np.int64]) -> pd.DataFrame:
    status = np.array(["running", "completed", "failed"], dtype=object)[seen.end]
    return _frame(
        seen.project, session, observed_s=seen.seconds, status=status, is_ended=pd.array(seen.end > 0)
    )


def _durations(seen: units.Agents, n_projects: int, **which: Any) -> tuple[Limits, Limits]:
    """Return what the measure says, and what it says of the first projects with each agent a session."""
    ours = asked("agent_throughput.duration", _agents(seen, seen.session), n_projects, **which)
    keep = seen.project < FEW
    few = units.Agents(seen.project[keep], seen.session[keep], seen.seconds[keep], seen.end[keep])
    alone = _agents(few, np.arange(len(few.session)))
    return ours, asked("agent_throughput.duration", alone, min(FEW, n_projects), **which)


def seconds_to_end(quantile: float) -> Callable[[Plan, int, int, int], Result]:
    """Time by which a share of agents has completed, failed ones competing."""

    def estimate(plan: Plan, n_projects: int, n_sessions: int, seed: int) -> Result:
        seen, _, _ = units.agents(plan, n_projects, n_sessions, seed)
        whole = _truth(plan, "agents")[0]
        times = np.sort(np.where(whole.end == 1, whole.seconds, np.inf))
        true = float(times[int(np.ceil(quantile * len(times))) - 1])
        ours, rows = _durations(seen, n_projects, statistic=f"p{100 * quantile:.0f}")
        if np.isnan(ours.estimate).mean() > NOT_TOLD:
            return ours, rows, true, (np.nan, np.nan)
        # What is not reached lies beyond everything: the middle one is unmoved by how far.
        ended = np.searchsorted(times, np.nan_to_num(ours.estimate, nan=np.inf), "right") / len(times)
        error = 1.25 * float(ended.std()) / n_projects**0.5
        middle = float(np.median(ended)) - quantile
        return ours, rows, true, (middle, error)

    return estimate


def ended_by(seconds: float) -> Callable[[Plan, int, int, int], Result]:
    """Share of agents that have completed by a time, failed ones competing."""

    def estimate(plan: Plan, n_projects: int, n_sessions: int, seed: int) -> Result:
        seen, _, _ = units.agents(plan, n_projects, n_sessions, seed)
        whole = _truth(plan, "agents")[0]
        true = float(((whole.end == 1) & (whole.seconds <= seconds)).mean())
        ours, rows = _durations(seen, n_projects, horizon=seconds)
        return ours, rows, true, off(ours.estimate, true)

    return estimate


NEVER, ALWAYS = (0.0,), HIDDEN
ESTIMATES: dict[str, tuple[Callable[[Plan, int, int, int], Result], tuple[float, ...], dict[str, Plan]]] = {
    "share": (share, NEVER, {"usual": USUAL, "a few huge, bad sessions": WHALES}),
    "rate per hour": (rate, NEVER, {"usual": USUAL, "uneven": UNEVEN}),
    "fixed by attempt 1": (fixed_by(1), ALWAYS, {"usual": USUAL, "hidden where it goes badly": INFORMATIVE}),
    "fixed by attempt 2": (fixed_by(2), ALWAYS, {"usual": USUAL}),
    "fixed by attempt 3": (fixed_by(3), ALWAYS, {"usual": USUAL}),
    "attempts, up to 5": (mean_attempts, ALWAYS, {"usual": USUAL}),
    "completed by 300 s": (ended_by(300.0), ALWAYS, {"usual": USUAL}),
    "median seconds": (
        seconds_to_end(0.5),
        ALWAYS,
        {"usual": USUAL, "silent because it takes long": INFORMATIVE},
    ),
    "90 % done, seconds": (seconds_to_end(0.9), ALWAYS, {"usual": USUAL}),
}


def cells(n_projects: int) -> Iterator[Cell]:
    """Draw and judge every cell."""
    number = 0
    for name, (estimate, hidden_shares, processes) in ESTIMATES.items():
        for process, plan in processes.items():
            for hidden in hidden_shares:
                if plan.is_informative and not hidden:
                    continue
                for n_sessions in SESSIONS:
                    number += 1
                    drawn = replace(plan, open_share=hidden)
                    ours, rows, true, bias = estimate(drawn, n_projects, n_sessions, SEED + number)
                    coverage, n = held(ours, true)
                    told = float((~np.isnan(ours.estimate)).mean())
                    yield Cell(
                        name, process, n_sessions, hidden, coverage, held(rows, true)[0], *bias, told, n
                    )


PLANTED = (
    ("nothing", 0.3, 0.0),
    ("30 % against 50 %", 0.5, 0.0),
    ("nothing, but it gets worse with time", 0.3, 2.0),
)


class Alarm(NamedTuple):
    """How often a difference was called where there is none (or one was planted)."""

    question: str
    planted: str
    sides: str
    by_rows: float
    called: float
    n: int


def comparisons(n_projects: int) -> Iterator[Alarm]:
    """Compare two sets of sessions of the same process, and of processes that differ."""
    for first, second in ((8, 8), (8, 30), (20, 20), (50, 50)):
        for planted, worse, drift in (
            ("nothing", 0.3, 0.0),
            ("30 % against 50 %", 0.5, 0.0),
            ("nothing, but it gets worse with time", 0.3, 2.0),
        ):
            if drift and first != 20:
                continue
            called, by_rows = [], []
            plans = (replace(USUAL, drift=drift), replace(USUAL, share=worse, drift=drift))
            if drift:
                whole = units.counts(plans[0], n_projects, first + second, SEED + 900)
                table = np.stack([whole.events, whole.n], axis=1).reshape(n_projects, -1, 2)
            else:
                parts = [
                    units.counts(plan, n_projects, n, SEED + 901 + at + 10 * first + second)
                    for at, (plan, n) in enumerate(zip(plans, (first, second), strict=True))
                ]
                table = np.concatenate(
                    [np.stack([part.events, part.n], axis=1).reshape(n_projects, -1, 2) for part in parts],
                    axis=1,
                )
            sides = np.arange(first + second) >= first
            for sums in table:
                seen = compare.compare(sums, sides, rows="share", draws=499)
                called.append((seen.low > 0 or seen.high < 0) and not seen.p >= 0.05)
                by_rows.append(seen.p_rows < 0.05)
            yield Alarm(
                "share, two sets of sessions", planted, f"{first} and {second}",
                float(np.mean(by_rows)), float(np.mean(called)), n_projects,
            )  # fmt: skip


def controls(n_projects: int) -> Iterator[Alarm]:
    """Ask whether calls fail more often after a compaction than before it, and than after placebos."""
    processes = {
        "nothing": USUAL,
        "odds of failing times 2": replace(USUAL, effect=0.7),
        "nothing, compactions by what no call shows": replace(USUAL, cuts_by_failures=0.0, cuts_in_hard=0.8),
    }
    for planted, plan in processes.items():
        called: dict[str, list[bool]] = {}
        for at in range(n_projects):
            for name, gap in _gaps(units.calls(plan, 1, 20, SEED + 2_000 + at), at).items():
                called.setdefault(name, []).append(bool(gap.low[0] > 0 or gap.high[0] < 0))
        for name, calls in called.items():
            yield Alarm(f"failures {name}", planted, "20", np.nan, float(np.mean(calls)), n_projects)


def _gaps(seen: units.Calls, seed: int) -> dict[str, Estimates]:
    """Compare failures after compactions with those before them, and with those after placebos."""
    length = np.bincount(seen.session, minlength=20)
    begin = np.cumsum(length) - length
    total = np.concatenate([[0], np.cumsum(seen.counts)])
    place = np.flatnonzero(seen.is_cut)
    session, index = seen.session[place], seen.at[place]
    recent = total[:-1] - total[np.maximum(np.arange(len(seen.at)) - 10, begin[seen.session])]
    n_after = placebo._calls_after(session, index, length, placebo.WINDOW)
    n_both = np.minimum(n_after, index)

    def failed(start: Any, n: Any) -> Any:
        return total[start + n] - total[start]

    def by_session(of: Any, k: Any, n: Any) -> tuple[Any, Any]:
        return np.bincount(of, k, 20), np.bincount(of, n, 20)

    gaps = {
        "after against before": compare.differences(
            *by_session(session, failed(place, n_both), n_both),
            *by_session(session, failed(place - n_both, n_both), n_both),
        )
    }
    for name, state in (("placebos", None), ("placebos with as many failures just before", recent)):
        cuts = placebo.placebo_cuts(session, index, length, seed=seed, state=state)
        kept = np.unique(cuts.cut)
        # A placebo counts for the session of the moment that it stands for.
        where, of = begin[cuts.session] + cuts.at, session[cuts.cut]
        control = by_session(of, failed(where, cuts.n_after), cuts.n_after)
        result = by_session(session[kept], failed(place[kept], n_after[kept]), n_after[kept])
        gaps[f"after against {name}"] = compare.differences(
            *result, *(part / placebo.DRAWS for part in control)
        )
    n = np.minimum(n_both[cuts.cut], cuts.at)
    change = by_session(of, failed(where, n) - failed(where - n, n), n)
    here, m = place[kept], n_both[kept]
    own = by_session(session[kept], failed(here, m) - failed(here - m, m), m)
    gaps["change against change at those"] = compare.differences(
        *own, *(part / placebo.DRAWS for part in change)
    )
    return gaps


class Groups(NamedTuple):
    """How limits of many small groups hold."""

    n_groups: int
    coverage: float
    raw_coverage: float
    worst_is_right: float
    raw_worst_is_right: float


def small_groups(n_projects: int) -> Iterator[Groups]:
    """Draw projects of many small groups; ask if limits hold, and if the first is among the highest."""
    for n_groups in (10, 50, 200):
        plan = replace(USUAL, size=5.0)
        k, n, true = units.many_groups(plan, n_projects, n_groups, SEED + 4_000 + n_groups)
        inside, raw_inside, right, raw_right = [], [], [], []
        for events, size, share_of in zip(k, n, true, strict=True):
            seen = shrinkage.shrink(events, size)
            inside.append(((seen.low <= share_of) & (share_of <= seen.high)).mean())
            low, high = proportions.wilson(events / size, size)
            raw_inside.append(((low <= share_of) & (share_of <= high)).mean())
            high_ones = share_of >= np.quantile(share_of, 0.8)
            right.append(high_ones[seen.order[0]])
            raw_right.append(high_ones[np.argmax(events / size)])
        means = [float(np.mean(part)) for part in (inside, raw_inside, right, raw_right)]
        yield Groups(n_groups, *means)


def page(n_projects: int) -> str:
    """Draw everything and write the page."""
    lines = [HEAD.format(n=f"{n_projects:,}", seed=f"{SEED:,}", truth=f"{units.TRUTH_SESSIONS:,}")]
    lines += ["| estimate | process | sessions | hidden | coverage | by rows | bias | told | |"]
    lines += ["|---|---|---|---|---|---|---|---|---|"]
    for cell in cells(n_projects):
        lines.append(
            f"| {cell.estimate} | {cell.process} | {cell.sessions} | {cell.hidden:.0%} "
            f"| {_two(cell.coverage)} | {_two(cell.by_rows)} | {_signed(cell.bias)} | {cell.told:.0%} "
            f"| {cell.verdict} |"
        )
    fewer = max(n_projects // 2, 50)
    lines += [
        ALARMS.format(n=fewer),
        "| question | planted | sessions | by rows | called |",
        "|---|---|---|---|---|",
    ]
    for alarm in (*comparisons(fewer), *controls(fewer)):
        by_rows = "" if np.isnan(alarm.by_rows) else _two(alarm.by_rows)
        lines.append(
            f"| {alarm.question} | {alarm.planted} | {alarm.sides} | {by_rows} | {_two(alarm.called)} |"
        )
    lines += [GROUPS, "| groups | coverage | alone | first is high | alone |", "|---|---|---|---|---|"]
    for groups in small_groups(fewer):
        lines.append(f"| {groups.n_groups} | " + " | ".join(_two(part) for part in groups[1:]) + " |")
    return "\n".join([*lines, TAIL])


def _signed(bias: float) -> str:
    return "–" if np.isnan(bias) else f"{bias:+.1%}"


def _two(share_of: float) -> str:
    return "–" if np.isnan(share_of) else f"{share_of:.3f}".lstrip("0") if share_of < 1 else "1"


HEAD = """# Do the limits hold?

Written by `make recovery`: {n} made-up projects a row, seeds from {seed} on; what is judged are the
measures themselves, asked for sums of made-up units (`retry_escalation.outcome_by_attempt`,
`agent_throughput.rate` and `.duration`, `compaction_continuity.rereads`). In every project sessions
differ: in size, in how well things go, in how long they take. Limits that say 95 % should hold the truth in
92 to 98 of 100 projects with twenty sessions or more, and in at least 90 with five (85 for rates of uneven
sessions).

- **hidden**: chains that are still open, agents whose end was not seen. The truth counts them as they would
  have ended: it is counted on a run of {truth} sessions in which nothing is hidden.
- **by rows**: coverage of the usual limits, which take every call, chain or agent for independent (Wilson,
  Poisson, Kaplan–Meier; an open chain is taken for one that survived its last attempt); for times of 100
  projects.
- **bias**: in points for shares, relative for rates and attempts; for times, how much more (or less) than the
  wanted share has truly ended by the estimate in the middle of all. Only where three projects in four have a
  number: those that have one where most have not are not like the others.
  **told**: projects in which there was an estimate; in the others nobody was watched so long (for nine in
  ten: one agent in twelve fails, and never completes), and that is said instead of a number.
- **short** or **wide**: outside of the target by more than chance allows (binomial, 99 %); **off**: a bias
  of more than two points, or 2 %.

Rows of a process other than *usual* break what the estimate takes for granted; they show what happens then.
"""

ALARMS = """
## Alarms

{n} projects a row. How often a difference is called at 5 %: where nothing is planted it should be 5 in 100
or less, where something is, as often as possible. Compactions come in hard stretches here: the more often,
the more of the last ten calls failed. So more calls fail after them than at other times although they do
nothing; placebos with as many failures just before them are the control that holds. A change against the
change at those does not: they stand out of calmer surroundings, and so fall further back.
"""

GROUPS = """
## Many small groups

Six units a group or so. *Alone* is Wilson's interval and the highest raw share. *First is high*: how often
the group that is put first belongs to the highest fifth.
"""

TAIL = """
## What stays short, and why

- **Hidden for a reason.** No method sees what the reason took away. Where agents fall silent because they
  take long, or chains stay open in sessions that go badly, estimates are off by what the rows say, and
  their limits do not know.
- **A few huge sessions.** Where sessions are of very different size the result is that of the largest ones,
  and few projects hold one that is as large as they can be: limits are too narrow, most of all where the
  large ones are the bad ones.
- **Rates of very uneven sessions** (a session in six is three times as long as the middle one, or longer, and
  rates differ as much) need more than fifty sessions.
- **A split by date is no experiment.** What drifts with time is called a difference between before and after,
  and is one; that the date is why is another matter.
- **Compactions by what no call shows.** Placebos are matched on what was seen.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--projects", type=int, default=1_000)
    parser.add_argument("--out", type=Path, default=Path(__file__).parents[1] / "docs/recovery.md")
    asked = parser.parse_args()
    asked.out.write_text(page(asked.projects), encoding="utf-8")
    sys.stdout.write(f"{asked.out}\n")


if __name__ == "__main__":
    main()
