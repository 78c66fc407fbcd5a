"""What measures say of made-up projects, beside the truth: what `recovery.py` judges and puts into a table.

Units are drawn (`claudesess.simulate`), or sessions are played and measures find the units themselves; then
the measures' own ``estimate(sums(units))`` is asked. The truth is counted on a run of very many sessions in
which nothing is hidden and nothing breaks what the estimate takes for granted.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache, lru_cache
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats as st

from claudesess import Store, ask
from claudesess.simulate import agents, checks, context, files, frames, units
from claudesess.simulate.units import Plan
from claudesess.stats import competing_risks, proportions, shrinkage

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
NOT_TOLD = 0.25  # more projects without a number than this: those that have one are not like the others
SESSIONS = (5, 20, 50)
HIDDEN = (0.0, 0.3, 0.6)
EVENTS = ("fixed", "escalated_research", "escalated_user", "abandoned")  # as units.CAUSES
FEW = 100  # projects, where an estimate by rows would take longer than all others together
PLAYED_TRUTH = 100_000
"""Sessions on which a truth is counted where every session is played."""
PLAYED_AT_ONCE = 5_000
TRUE_ROWS = 20_000
"""Sessions of the one project on which a truth is counted where each session has many rows."""


class Limits(NamedTuple):
    """An estimate per project, between its limits."""

    estimate: Floats
    low: Floats
    high: Floats


class Seen(NamedTuple):
    """What a measure says of each project, what limits by rows would say, the truth, how far off it is."""

    ours: Limits
    by_rows: Limits | None
    true: float
    bias: tuple[float, float]


Results = dict[str, Seen]
Drawn = Callable[[Any, int, int, int], Results]
"""Of a plan, so many projects, sessions of each and a seed: what is seen, by the name of the estimate."""


def asked(
    measure: str, seen: pd.DataFrame, n_projects: int, *which: dict[str, Any], by: Any = "db"
) -> list[Limits]:
    """Return what a measure says of each project: some of the numbers that it makes of sums of its units."""
    module = import_module(f"claudesess.metrics.{measure}")
    every = module.estimate(module.sums(seen, by=by))
    found = []
    for wanted in which:
        rows = every
        for column, value in wanted.items():
            rows = rows[(rows[column] == value).fillna(False)]
        each = rows.set_index("group").reindex(names(np.arange(n_projects)))
        found.append(Limits(*(each[name].to_numpy(float, na_value=np.nan) for name in Limits._fields)))
    return found


def names(numbers: NDArray[Any], kind: str = "p") -> pd.api.extensions.ExtensionArray:
    """Name projects, or what else there is many of."""
    last = int(numbers.max(initial=-1)) + 1
    return pd.array([f"{kind}{one}" for one in range(last)], dtype="string").take(numbers)


def units_of(project: Ints, session: Ints, **columns: Any) -> pd.DataFrame:
    """Return units of projects, each a database, and sessions."""
    return pd.DataFrame({"db": names(project), "session_id": names(session, ""), **columns})


def held(seen: Limits, true: float) -> tuple[float, int]:
    """Return how often limits held the truth, and in how many projects there were limits."""
    has = ~np.isnan(seen.low) | ~np.isnan(seen.high)
    low, high = np.nan_to_num(seen.low, nan=-np.inf), np.nan_to_num(seen.high, nan=np.inf)
    inside = (low <= true) & (true <= high)
    return (float(inside[has].mean()) if has.any() else float("nan")), int(has.sum())


def off(estimates: Floats, true: float, *, of: float = 1.0) -> tuple[float, float]:
    """Return the mean error, as a share of something, and its standard error."""
    if np.isnan(estimates).mean() > NOT_TOLD:
        return np.nan, np.nan
    errors = (estimates[~np.isnan(estimates)] - true) / of
    return float(errors.mean()), float(errors.std() / max(len(errors), 1) ** 0.5)


def share_of(ours: Limits, n: ArrayLike, true: float) -> Seen:
    """Return what is seen of a share, beside Wilson's limits of as many independent units."""
    return Seen(
        ours, Limits(ours.estimate, *proportions.wilson(ours.estimate, n)), true, off(ours.estimate, true)
    )


# Sessions that differ


@cache
def _truth(plan: Plan, process: str) -> Any:
    return units.truth(replace(plan, is_informative=False, open_share=0.0), getattr(units, process))


def share(plan: Plan, n_projects: int, n_sessions: int, seed: int) -> Results:
    """Share of reads after a compaction that are repeated ones."""
    seen, whole = units.counts(plan, n_projects, n_sessions, seed), _truth(plan, "counts")
    # Two compactions a session: what is alike within a session is so across them.
    first_n = (seen.n // 2).astype(int)
    lost = (seen.n - seen.events).astype(int)
    first = np.random.default_rng(seed).hypergeometric(seen.events.astype(int), lost, first_n)
    n, k = np.concatenate([first_n, seen.n - first_n]), np.concatenate([first, seen.events - first])
    frame = units_of(
        np.tile(seen.project, 2), np.tile(np.arange(len(seen.n)), 2), n_reads=n, n_same_lines=k, n_same_file=k
    )
    [ours] = asked("compaction_continuity.rereads", frame, n_projects, {"outcome": "same lines"})
    n_rows = np.bincount(seen.project, seen.n)
    return {"share": share_of(ours, n_rows, float(whole.events.sum() / whole.n.sum()))}


def rate(plan: Plan, n_projects: int, n_sessions: int, seed: int) -> Results:
    """Agents per active hour."""
    drawn, hours, project = units.agents(plan, n_projects, n_sessions, seed)
    whole, all_hours, _ = _truth(plan, "agents")
    true = float(len(whole.seconds) / all_hours.sum())
    n = np.bincount(drawn.session, minlength=len(hours))
    counts = dict.fromkeys(("n_started", "n_finished", "n_completed", "n_failed"), n)
    frame = units_of(project, np.arange(len(hours)), active_h=hours, open_h=hours, n_open=0, **counts)
    which = {"outcome": "started", "unit": "per active hour"}
    [ours] = asked("agent_throughput.rate", frame, n_projects, which)
    by_rows = Limits(ours.estimate, *_garwood(np.bincount(project, n), np.bincount(project, hours)))
    return {"rate per hour": Seen(ours, by_rows, true, off(ours.estimate, true, of=true))}


def _garwood(events: NDArray[Any], exposure: NDArray[Any]) -> tuple[Floats, Floats]:
    """Return limits of rates of counts that come one by one."""
    low = st.chi2.ppf(0.025, 2 * np.maximum(events, 1)) / 2 * (events > 0) / exposure
    return low, st.chi2.ppf(0.975, 2 * events + 2) / 2 / exposure


def chains(plan: Plan, n_projects: int, n_sessions: int, seed: int) -> Results:
    """Share of chains that are fixed by some attempts, and attempts until the first event."""
    seen, whole = units.chains(plan, n_projects, n_sessions, seed), _truth(plan, "chains")
    frame = units_of(
        seen.project, seen.session, first_event=np.array([*EVENTS, "open"], dtype=object)[seen.event],
        first_event_attempt=seen.attempt, kind="check",
    )  # fmt: skip
    by = [{"outcome": "fixed", "horizon": horizon} for horizon in (1, 2, 3)]
    *fixed, mean = asked("retry_escalation.outcome_by_attempt", frame, n_projects, *by, {"statistic": "mean"})
    # By rows: an open chain is taken for one that survived its last attempt.
    project = np.repeat(np.arange(n_projects), n_sessions)
    table = competing_risks.attempt_sums(
        seen.attempt, seen.event, seen.session, n_rows=len(project), n_causes=len(units.CAUSES)
    )
    table[:, 1, :-1], table[:, 1] = 0, 0
    each = competing_risks.incidence(table, project, n_groups=n_projects)
    found = {}
    for horizon, ours in zip((1, 2, 3), fixed, strict=True):
        true = float(((whole.event == 0) & (whole.attempt <= horizon)).mean())
        at = competing_risks.HORIZONS.index(horizon)
        shares, n = each.estimate[:, 0, at], each.n_units[:, 0, at].astype(float)
        by_rows = Limits(shares, *proportions.wilson(shares, n))
        found[f"fixed by attempt {horizon}"] = Seen(ours, by_rows, true, off(ours.estimate, true))
    return found | {"attempts, up to 5": _mean_attempts(mean, seen, whole, n_projects)}


def _mean_attempts(ours: Limits, seen: units.Chains, whole: units.Chains, n_projects: int) -> Seen:
    most = max(competing_risks.HORIZONS)
    true = float(np.minimum(whole.attempt, most).mean())
    n = np.bincount(seen.project, minlength=n_projects)
    cut = np.minimum(seen.attempt, most)
    mean = np.bincount(seen.project, cut, n_projects) / n
    error = np.sqrt((np.bincount(seen.project, cut**2, n_projects) / n - mean**2) / n)
    by_rows = Limits(mean, mean - 1.96 * error, mean + 1.96 * error)
    return Seen(ours, by_rows, true, off(ours.estimate, true, of=true))


def lengths(plan: Plan, n_projects: int, n_sessions: int, seed: int) -> Results:
    """Time by which a half of the agents, and nine in ten, have completed, failed ones competing."""
    seen, _, _ = units.agents(plan, n_projects, n_sessions, seed)
    whole = _truth(plan, "agents")[0]
    which = ({"horizon": 300.0}, {"statistic": "p50"}, {"statistic": "p90"})
    ours = asked("agent_throughput.duration", _lasting(seen, seen.session), n_projects, *which)
    keep = seen.project < FEW
    few = units.Agents(seen.project[keep], seen.session[keep], seen.seconds[keep], seen.end[keep])
    alone = _lasting(few, np.arange(len(few.session)))
    rows = asked("agent_throughput.duration", alone, min(FEW, n_projects), *which)
    times = np.sort(np.where(whole.end == 1, whole.seconds, np.inf))
    by_then = float((times <= 300).mean())
    found = {"completed by 300 s": Seen(ours[0], rows[0], by_then, off(ours[0].estimate, by_then))}
    for name, quantile, own, each in zip(
        ("median seconds", "90 % done, seconds"), (0.5, 0.9), ours[1:], rows[1:], strict=True
    ):
        true = float(times[int(np.ceil(quantile * len(times))) - 1])
        found[name] = Seen(own, each, true, _off_in_shares(own.estimate, times, quantile))
    return found


def _lasting(seen: units.Agents, session: Ints) -> pd.DataFrame:
    status = np.array(["running", "completed", "failed"], dtype=object)[seen.end]
    return units_of(
        seen.project, session, observed_s=seen.seconds, status=status, is_ended=pd.array(seen.end > 0)
    )


def _off_in_shares(estimates: Floats, times: Floats, quantile: float) -> tuple[float, float]:
    """Return how much more than a share has truly ended by the middle one of estimated times."""
    if np.isnan(estimates).mean() > NOT_TOLD:
        return np.nan, np.nan
    # What is not reached lies beyond everything: the middle one is unmoved by how far.
    ended = np.searchsorted(times, np.nan_to_num(estimates, nan=np.inf), "right") / len(times)
    return float(np.median(ended)) - quantile, 1.25 * float(ended.std()) / len(estimates) ** 0.5


# Checks


@cache
def _true_runs(plan: checks.Plan) -> checks.Runs:
    return checks.runs(replace(plan, untold=0.0, by_hand=0.0), 1, TRUE_ROWS, 20_261_127)


def hidden_checks(plan: checks.Plan, n_projects: int, n_sessions: int, seed: int) -> Results:
    """Share of checks with a hidden status that failed, and of those reported as passed."""
    seen, whole = checks.runs(plan, n_projects, n_sessions, seed), _true_runs(plan)
    is_told = seen.is_told | ~seen.is_hidden
    frame = units_of(
        seen.project, seen.session, is_failed=_flags(seen.fails & is_told, seen.is_hidden),
        is_passed=_flags(~seen.fails, seen.is_hidden), is_unknown=_flags(~is_told, seen.is_hidden),
        is_red=_flags(seen.is_hidden & seen.fails & is_told, seen.is_hidden | ~seen.fails),
    )  # fmt: skip
    which = [{"outcome": outcome} for outcome in ("failed", "red")]
    failed, red = asked("checks.hidden_status", frame, n_projects, *which)
    n_hidden = np.bincount(seen.project, seen.is_hidden, n_projects)
    n_green = np.bincount(seen.project, seen.is_hidden | ~seen.fails, n_projects)
    is_green = whole.is_hidden | ~whole.fails
    return {
        "hidden checks that failed": share_of(failed, n_hidden, float(whole.fails[whole.is_hidden].mean())),
        "green checks that were red": share_of(red, n_green, float(whole.fails[is_green].mean())),
    }


def _flags(values: NDArray[np.bool_], is_known: NDArray[np.bool_]) -> Any:
    flags = pd.array(values, dtype="boolean")
    flags[~is_known] = pd.NA
    return flags


def reruns(plan: checks.Plan, n_projects: int, n_sessions: int, seed: int) -> Results:
    """Share of reruns without an edit that answer otherwise, of all checks."""
    seen = checks.runs(plan, n_projects, n_sessions, seed)
    [ours] = asked("checks.flapping", _reruns(seen), n_projects, {"outcome": "flipped"})
    again = _is_rerun(seen)
    whole = _true_runs(plan)
    n = np.bincount(seen.project[again], minlength=n_projects).astype(float)
    return {"reruns that flip": share_of(ours, n, float(_flips(whole)[_is_rerun(whole)].mean()))}


def _is_rerun(seen: checks.Runs) -> NDArray[np.bool_]:
    return (seen.at > 0) & ~seen.is_edited


def _flips(seen: checks.Runs) -> NDArray[np.bool_]:
    return np.diff(seen.fails, prepend=False)


def _reruns(seen: checks.Runs) -> pd.DataFrame:
    again = _is_rerun(seen)
    flips, fails = _flips(seen)[again], seen.fails[again]
    return units_of(
        seen.project[again], seen.session[again], aim=names(seen.check[again], "c"),
        is_flip=pd.array(flips), is_broken=pd.array(flips & fails), is_again=_flags(flips, flips & ~flips),
    )  # fmt: skip


ASKING = 10.0
"""Minutes until an answer comes."""
_STEPS = 6


class Tries(NamedTuple):
    """Chains of failures with the minutes that each of their tries takes, a row of as many a chain."""

    chains: units.Chains
    wait: Floats


def tries(plan: Plan, n_projects: int, n_sessions: int, seed: int) -> Tries:
    """Draw chains and the times of their tries: sessions differ in pace, too."""
    seen = units.chains(plan, n_projects, n_sessions, seed)
    draw = np.random.default_rng(seed + 1)
    pace = np.exp(0.4 * draw.normal(size=n_projects * n_sessions))[seen.session]
    return Tries(seen, draw.gamma(4.0, 0.5, size=(len(pace), _STEPS)) * pace[:, None])


@cache
def true_savings(plan: Plan) -> Floats:
    """Count what asking at each failure would have saved where everybody goes on: minutes per chain."""
    plan = replace(plan, open_share=0.0, is_informative=False)
    whole = tries(plan, 1, TRUE_ROWS, 20_261_127)
    failures = whole.chains.attempt
    spent = np.cumsum(whole.wait * (np.arange(1, _STEPS + 1) <= failures[:, None]), axis=1).mean(axis=0)
    cost = [
        (spent[at - 1] if at else 0.0) + ASKING * float((failures > at).mean()) for at in range(_STEPS + 1)
    ]
    return np.asarray(cost[-1] - np.array(cost[:-1]), dtype=float)


def asking(plan: Plan, n_projects: int, n_sessions: int, seed: int) -> Results:
    """Minutes that asking at a failure saves, against going on."""
    frame, true = _tried(tries(plan, n_projects, n_sessions, seed)), true_savings(plan)
    which: list[dict[str, Any]] = [{"outcome": "saved", "horizon": float(at)} for at in (1, 2, 3)]
    seen = asked("checks.when_to_ask", frame, n_projects, *which, {"outcome": "saved at best"})
    of = [*true[:3], true.max()]
    called = [*(f"min saved, asked at failure {at}" for at in (1, 2, 3)), "min saved at best"]
    return {
        name: Seen(ours, None, float(one), off(ours.estimate, float(one), of=ASKING))
        for name, ours, one in zip(called, seen, of, strict=True)
    }


def _tried(drawn: Tries) -> pd.DataFrame:
    """Return failed tries up to the first event: what the next one brought and took."""
    seen = drawn.chains
    of = np.repeat(np.arange(len(seen.attempt)), seen.attempt)
    at = np.arange(len(of)) - np.repeat(np.cumsum(seen.attempt) - seen.attempt, seen.attempt)
    is_last = at + 1 == seen.attempt[of]
    is_fixed = is_last & (seen.event[of] == 0)
    is_known = ~is_last | is_fixed
    wait = np.where(is_known, drawn.wait[of, np.minimum(at, _STEPS - 1)], np.nan)
    return units_of(
        seen.project[of], seen.session[of], attempt=at + 1, is_fixed=_flags(is_fixed, is_known),
        wait_min=wait, asking_min=ASKING,
    )  # fmt: skip


# Sessions that are played


@lru_cache(maxsize=1)
def _played(measure: str, plan: Any, n_projects: int) -> pd.DataFrame:
    """Play the most sessions that any row asks for, and let a measure find its units in them."""
    most, found = max(SESSIONS), []
    each = max(1, PLAYED_AT_ONCE // most)
    for first in range(0, n_projects, each):
        n = min(each, n_projects - first)
        own = PLAYED[measure].units(plan, n * most, 7 + first)
        project = own["db"].astype("string").str[1:].astype(int) + first
        session = own["session_id"].astype("string").str[1:].astype(int) + first * most
        found.append(own.assign(db=names(project.to_numpy()), session=session))
    rows = pd.concat(found, ignore_index=True)
    return rows.assign(session_id=names(rows["session"].to_numpy(), ""))


def _first_sessions(measure: str, plan: Any, n_projects: int, n_sessions: int) -> pd.DataFrame:
    rows = _played(measure, plan, n_projects)
    return rows[rows["session"] % max(SESSIONS) < n_sessions].reset_index(drop=True)


class Played(NamedTuple):
    """How a measure finds units in sessions, and what is true of a run of them (a share, or a ratio)."""

    units: Callable[[Any, int, int], pd.DataFrame]
    truth: Callable[[Any, int, int], tuple[float, float]]


@cache
def _played_truth(measure: str, plan: Any) -> float:
    parts = [
        PLAYED[measure].truth(plan, min(PLAYED_AT_ONCE, PLAYED_TRUTH), 90_000 + first)
        for first in range(0, PLAYED_TRUTH, PLAYED_AT_ONCE)
    ]
    top, bottom = np.sum(parts, axis=0)
    return float(top / bottom)


def _ask_units(measure: str, given: frames.Frames, **kept: Any) -> pd.DataFrame:
    with Store.from_frames(**given) as store:
        found = ask(store, measure).units
    return found.assign(**{name: found[key].map(values) for name, (key, values) in kept.items()})


def _crowd_units(plan: files.Crowd, n: int, seed: int) -> pd.DataFrame:
    given, edits = frames.of_crowds(files.crowds(plan, n, seed), frames.Projects(max(SESSIONS), 86_400.0))
    true = edits.set_index("id")["dropped"].astype(bool)
    return _ask_units("files.overwritten", given, is_dropped=("claim_id", true))


def _crowd_truth(plan: files.Crowd, n: int, seed: int) -> tuple[float, float]:
    edits = files.crowds(plan, n, seed).edits
    return float(sum(one[-1] for one in edits)), float(sum(one[-2] for one in edits))


def overwrites(plan: files.Crowd, n_projects: int, n_sessions: int, seed: int) -> Results:
    """Share of edits soon after another thread's that drop what that one did."""
    seen = _first_sessions("files.overwritten", plan, n_projects, n_sessions)
    [ours] = asked("files.overwritten", seen, n_projects, {"outcome": "lost"})
    n = seen["is_met"].astype(float).groupby(seen["db"]).sum().reindex(names(np.arange(n_projects)))
    true = _played_truth("files.overwritten", replace(plan, checked=1.0))
    return {"edits that drop another's": share_of(ours, n.to_numpy(float), true)}


def _look_units(plan: agents.Looks, n: int, seed: int) -> pd.DataFrame:
    made = agents.looked(plan, n, seed)
    return _ask_units("agents.looked_again", frames.of_looked(made, frames.Projects(max(SESSIONS), 1_000.0)))


def _look_truth(plan: agents.Looks, n: int, seed: int) -> tuple[float, float]:
    made = agents.looked(replace(plan, own=0.0, calls=31 + plan.soon), n, seed)  # a shorter session
    return float(sum(made.again.values())), float(plan.looks * len(made.again))


def looks(plan: agents.Looks, n_projects: int, n_sessions: int, seed: int) -> Results:
    """Share of what agents looked at that their sender had to look at again."""
    seen = _first_sessions("agents.looked_again", plan, n_projects, n_sessions)
    [ours] = asked("agents.looked_again", seen, n_projects, {"outcome": "looked at again"})
    n = seen["n_looks"].astype(float).groupby(seen["db"]).sum().reindex(names(np.arange(n_projects)))
    return {"looked at again": share_of(ours, n.to_numpy(float), _played_truth("agents.looked_again", plan))}


def _sent_units(plan: agents.Plan, n: int, seed: int) -> pd.DataFrame:
    made = agents.sent(plan, n, seed)
    return _ask_units("agents.parallel_gain", frames.of_sent(made, frames.Projects(max(SESSIONS))))


def _sent_truth(plan: agents.Plan, n: int, seed: int) -> tuple[float, float]:
    """Return the work of all agents, and the time in which any of their session is there."""
    made = agents.sent(plan, n, seed)
    times = np.array([(one[0], one[3], one[4]) for one in made.agents])
    session, start, end = times[np.lexsort((times[:, 1], times[:, 0]))].T
    far = float(end.max()) + 1  # sessions one behind the other
    start, end = start + session * far, end + session * far
    reached = np.maximum.accumulate(np.concatenate([[0.0], end[:-1]]))
    return sum(made.work.values()), float(np.maximum(end - np.maximum(start, reached), 0).sum())


def gain(plan: agents.Plan, n_projects: int, n_sessions: int, seed: int) -> Results:
    """Work of agents over the time that it took."""
    seen = _first_sessions("agents.parallel_gain", plan, n_projects, n_sessions)
    [ours] = asked("agents.parallel_gain", seen, n_projects, {"outcome": "gain"})
    true = _played_truth("agents.parallel_gain", plan)
    return {"work over time": Seen(ours, None, true, off(ours.estimate, true, of=true))}


PLAYED = {
    "files.overwritten": Played(_crowd_units, _crowd_truth),
    "agents.looked_again": Played(_look_units, _look_truth),
    "agents.parallel_gain": Played(_sent_units, _sent_truth),
}

USUAL = Plan()
UNEVEN = replace(USUAL, hours_spread=1.1, rate_spread=1.1)
INFORMATIVE = replace(USUAL, is_informative=True)
WHALES = replace(USUAL, size_spread=1.6, hard_is_long=0.8)
RUN = checks.Plan(checks=4, session_spread=0.6)
TRIED = replace(USUAL, fixed=(0.5, 0.3, 0.1, 0.05), other=(0.0, 0.0, 0.0), hazard_spread=0.5)
CROWD = files.Crowd(collides=0.1)
LOOKS = agents.Looks(again=0.3, again_spread=0.6, own=0.0, sends=1)


class Family(NamedTuple):
    """Estimates of the same draws, the processes that are tried, the field of a plan that hides outcomes."""

    draw: Drawn
    processes: dict[str, Any]
    hidden: tuple[float, ...] = (0.0,)
    hides: str = "open_share"


FAMILIES = (
    Family(share, {"usual": USUAL, "a few huge, bad sessions": WHALES}),
    Family(rate, {"usual": USUAL, "uneven": UNEVEN}),
    Family(chains, {"usual": USUAL, "hidden where it goes badly": INFORMATIVE}, HIDDEN),
    Family(lengths, {"usual": USUAL, "silent because it takes long": INFORMATIVE}, HIDDEN),
    Family(
        hidden_checks,
        {"usual": RUN, "half of the failures print nothing": replace(RUN, untold=0.5)},
        (0.3, 0.6),
        "hidden",
    ),
    Family(reruns, {"usual": RUN, "a tenth of the edits by hand": replace(RUN, by_hand=0.1)}),
    Family(
        asking,
        {
            "usual": TRIED,
            "hidden where it goes badly": replace(TRIED, is_informative=True),
        },
        HIDDEN,
    ),
    Family(overwrites, {"usual": CROWD, "most checks are not run": replace(CROWD, checked=0.3)}),
    Family(looks, {"usual": LOOKS, "its sender looks for itself, too": replace(LOOKS, own=0.5, sends=4)}),
    Family(
        gain,
        {
            "usual": agents.Plan(),
            "half of the senders work on unseen": agents.Plan(nested=0.6, in_background=0.5, quiet=True),
        },
    ),
)


# Many small groups


class Many(NamedTuple):
    """Groups of projects that have limits: the truth of each, its limits, and what stands alone."""

    project: Ints
    true: Floats
    low: Floats
    high: Floats
    raw: Floats
    alone: tuple[Floats, Floats]


ManyDrawn = Callable[[Any, int, int, int], Many]


def by_group(
    measure: str, seen: pd.DataFrame, covariate: str, outcome: str, truth: Any, *, is_rate: bool = False
) -> Many:
    """Ask a measure of all groups of each project; `truth` is a Series by project and group."""
    module = import_module(f"claudesess.metrics.{measure}")
    rows = module.estimate(module.sums(seen, by=(covariate, "db")))
    rows = rows[(rows["outcome"] == outcome) & (rows["group_by"] == covariate).fillna(False)]
    rows = rows[(rows["statistic"] == "mean").fillna(False)] if (rows["statistic"] == "mean").any() else rows
    rows = rows[rows["low"].notna()]
    k, n = rows["n_events"].to_numpy(float), rows["exposure"].to_numpy(float)
    true = truth.reindex(pd.MultiIndex.from_frame(rows[["group_2", "group"]].astype(str))).to_numpy(float)
    alone = _garwood(k, n) if is_rate else proportions.wilson(k / n, n)
    project = rows["group_2"].astype(str).str[1:].to_numpy(int)
    return Many(project, true, rows["low"].to_numpy(float), rows["high"].to_numpy(float), k / n, alone)


def _by_number(project: Ints, group: Ints, true: Floats, kind: str) -> pd.Series:
    index = pd.MultiIndex.from_arrays([names(project).astype(str), names(group, kind).astype(str)])
    values = pd.Series(true, index=index)
    return values[~index.duplicated()]


def plain_groups(plan: Plan, n_projects: int, n_groups: int, seed: int) -> Many:
    """Shares of so many groups of six units or so, drawn as the estimate takes for granted."""
    k, n, true = units.many_groups(plan, n_projects, n_groups, seed)
    found = [shrinkage.shrink(events, size) for events, size in zip(k, n, strict=True)]
    low, high = (np.concatenate([getattr(one, name) for one in found]) for name in ("low", "high"))
    project = np.repeat(np.arange(n_projects), n_groups)
    raw, size = (k / n).ravel(), n.ravel()
    return Many(project, true.ravel(), low, high, raw, proportions.wilson(raw, size))


def recurring(plan: checks.Plan, n_projects: int, n_sessions: int, seed: int) -> Many:
    """Failures of each thing per session in which it is tried."""
    seen = checks.failures(plan, n_projects, n_sessions, seed)
    frame = units_of(
        seen.project, seen.session, aim=names(seen.check, "c"), n_failures=seen.n, lost_min=0.0,
        is_failed=pd.array(seen.n > 0), is_again=_flags(seen.n > 0, seen.n < 0),
    )  # fmt: skip
    true = _by_number(seen.project, seen.check, seen.rate, "c")
    return by_group("checks.recurring", frame, "aim", "failures", true, is_rate=True)


def flapping(plan: checks.Plan, n_projects: int, n_sessions: int, seed: int) -> Many:
    """Share of reruns that flip of each check."""
    seen = checks.runs(plan, n_projects, n_sessions, seed)
    again = _is_rerun(seen)
    true = _over_sessions(seen.own_flaps[again], plan.session_spread)
    whole = _by_number(seen.project[again], seen.check[again], true, "c")
    return by_group("checks.flapping", _reruns(seen), "aim", "flipped", whole)


def _over_sessions(share: Floats, spread: float) -> Floats:
    """Return what shares are in very many sessions, which move them on the logit scale."""
    moves = np.exp(spread * st.norm.ppf((np.arange(200) + 0.5) / 200))
    each, which = np.unique(share, return_inverse=True)
    odds = (each / (1 - each))[:, None] * moves
    return np.asarray((odds / (1 + odds)).mean(axis=1)[which], dtype=float)


def hot(plan: files.Plan, n_projects: int, n_sessions: int, seed: int) -> Many:
    """Share of rounds of edits of each file that fail the next check."""
    seen = files.rounds(plan, n_projects, n_sessions, seed)
    frame = units_of(
        seen.project, seen.session, file_path=names(seen.file, "f"), is_failed=pd.array(seen.failed),
        is_failed_again=_flags(seen.failed, seen.failed & ~seen.failed),
    )  # fmt: skip
    share = np.where(seen.is_hot, plan.hot_share, plan.cold_share)
    odds = share / (1 - share) * np.exp(seen.level)
    true = _over_sessions(odds / (1 + odds), plan.session_spread)
    whole = _by_number(seen.project, seen.file, true, "f")
    return by_group("files.hot", frame, "file_path", "failed", whole)


@cache
def _true_lost(plan: agents.Kinds) -> Floats:
    whole = agents.ended(replace(plan, unseen=0.0), 400_000, 20_261_127)
    return np.bincount(whole.kind, whole.is_lost) / np.bincount(whole.kind)


def lost(plan: agents.Kinds, n_projects: int, n_sessions: int, seed: int) -> Many:
    """Share of agents of each type that end without a result."""
    seen = agents.ended(plan, n_projects * n_sessions, seed)
    project = seen.session // n_sessions
    frame = units_of(
        project, seen.session, agent_type=names(seen.kind, "t"), is_lost=pd.array(seen.is_lost),
        n_failed_calls=0, n_tool_calls=10, tokens=pd.array([pd.NA] * len(project), dtype="Int64"),
    )  # fmt: skip
    true = _by_number(project, seen.kind, _true_lost(plan)[seen.kind], "t")
    return by_group("agents.per_agent", frame, "agent_type", "no result", true)


TYPES = agents.Kinds(lost=(0.05, 0.1, 0.15, 0.2, 0.3, 0.5))
FAILS = checks.Plan(session_spread=0.6)
FLAPS = checks.Plan(session_spread=0.6, flaps=0.1, flap_spread=1.0)
FILES = files.Plan(hot=0, cold_share=0.25, file_spread=0.8)
GROUPS: tuple[tuple[str, ManyDrawn, dict[str, Any], tuple[int, ...]], ...] = (
    ("shares of so many groups", plain_groups, {"usual": replace(USUAL, size=5.0)}, (10, 50, 200)),
    (
        "failures per session, by check",
        recurring,
        {"usual": FAILS, "three at once or none": replace(FAILS, bursts=3.0)},
        SESSIONS,
    ),
    (
        "reruns that flip, by check",
        flapping,
        {"usual": FLAPS, "a tenth of the edits by hand": replace(FLAPS, by_hand=0.1)},
        SESSIONS,
    ),
    (
        "rounds that fail, by file",
        hot,
        {
            "usual": FILES,
            "ten of sixty are hot, the others alike": files.Plan(),
            "one failure brings the next": replace(FILES, sticks=0.3),
        },
        (20, 50),
    ),
    (
        "agents without a result, by type",
        lost,
        {"usual": TYPES, "half of these not seen to end": replace(TYPES, unseen=0.5)},
        SESSIONS,
    ),
)


# What is found, or named


class Found(NamedTuple):
    """How often what was planted is found, and how often something is named that was not (NaN: cannot be)."""

    question: str
    planted: str
    sessions: int
    found: float
    falsely: float
    n: int


KNEE = context.Plan()
KNEES = {
    "nothing": KNEE,
    "more fail from 115,000 tokens on": replace(KNEE, effect=1.0, knee=115_000.0),
    "more and more fail, without a step": replace(KNEE, slope=1.5),
    "more fail the longer the session": replace(KNEE, tires=1.0),
}


def knees(planted: str, n_projects: int, n_sessions: int, seed: int) -> Found:
    """From which size of the context on more fails: named within a tenth, or named elsewhere."""
    plan, at_once, found = KNEES[planted], 50, []
    for first in range(0, n_projects, at_once):
        n = min(at_once, n_projects - first)
        seen = context.calls(plan, n * n_sessions, seed + first)
        step = seen.tokens // 10_000
        low = names(step, "").astype("string")
        level = pd.Series(low) + "0–" + pd.Series(names(step + 1, "")).astype("string") + "0 k"
        frame = units_of(
            seen.session // n_sessions, seen.session, context=level.str.replace("^00", "0", regex=True),
            is_failed=pd.array(seen.failed), is_read_again=_flags(seen.failed, seen.failed & ~seen.failed),
            is_full=pd.array(seen.tokens > 90_000),
        )  # fmt: skip
        module = import_module("claudesess.metrics.compaction_continuity.context_size")
        rows = module.estimate(module.sums(frame, by=("context", "db")))
        rows = rows[(rows["statistic"] == "knee") & (rows["outcome"] == "failed")]
        found.append(rows["estimate"].to_numpy(float, na_value=np.nan))
    at = np.concatenate(found)
    is_near = np.abs(at / plan.knee - 1) <= 0.1 if plan.effect else np.zeros(len(at), dtype=bool)
    near = float(is_near.mean()) if plan.effect else np.nan
    name = "a knee in the context, within a tenth"
    return Found(name, planted, n_sessions, near, float((~np.isnan(at) & ~is_near).mean()), len(at))


ASKED = {
    "it pays at the third failure": TRIED,
    "it pays at the fourth": replace(TRIED, fixed=(0.6, 0.5, 0.4, 0.05)),
    "it pays at once": replace(TRIED, fixed=(0.1, 0.05)),
    "going on always pays": replace(TRIED, fixed=(0.5, 0.5)),
}


def best(planted: str, n_projects: int, n_sessions: int, seed: int) -> Found:
    """At which failure asking saves most: within one; and said to save something where nothing is saved."""
    plan = ASKED[planted]
    frame, true = _tried(tries(plan, n_projects, n_sessions, seed)), true_savings(plan)
    module = import_module("claudesess.metrics.checks.when_to_ask")
    rows = module.estimate(module.sums(frame, by="db"))
    each = rows[(rows["outcome"] == "saved") & rows["estimate"].notna()]
    at = each.loc[each.groupby("group", sort=False)["estimate"].idxmax(), "horizon"].to_numpy(float)
    said = (rows.loc[rows["outcome"] == "saved at best", "low"] > 0).fillna(False)
    is_never = bool(true.max() <= 0.05)
    near = np.nan if is_never else float((np.abs(at - 1 - true.argmax()) <= 1).mean())
    name = "when to ask, within one failure"
    return Found(name, planted, n_sessions, near, float(said.mean()) if is_never else np.nan, n_projects)


def dropped(planted: str, n_projects: int, n_sessions: int, seed: int) -> Found:
    """Edits that drop another thread's: those that are found, and those said to be and are none."""
    plan = {"usual": CROWD, "most checks are not run": replace(CROWD, checked=0.3)}[planted]
    seen = _first_sessions("files.overwritten", plan, n_projects, n_sessions)
    said, true = (seen[name].fillna(False).to_numpy(bool) for name in ("is_lost", "is_dropped"))
    found, falsely = float(said[true].mean()), float((~true)[said].mean())
    return Found("edits that drop another's", planted, n_sessions, found, falsely, n_projects)


FINDS: tuple[tuple[Callable[[str, int, int, int], Found], tuple[str, ...], tuple[int, ...]], ...] = (
    (knees, tuple(KNEES), (20, 40)),
    (best, tuple(ASKED), (20, 50)),
    (dropped, ("usual", "most checks are not run"), (20,)),
)


def first_is_high(seen: Many, value: ArrayLike) -> float:
    """Return in which share of projects the group of the highest value belongs to the truly highest fifth."""
    rows = pd.DataFrame({"project": seen.project, "true": seen.true, "value": value})
    first = rows.loc[rows.groupby("project")["value"].idxmax()].set_index("project")["true"]
    high = rows.groupby("project")["true"].quantile(0.8)
    return float((first >= high.reindex(first.index)).mean())
