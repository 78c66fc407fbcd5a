"""Competing events: what becomes of chains of failures, attempt by attempt, while some are still open."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from claudesess.stats.intervals import LEVEL, Floats
from claudesess.stats.proportions import wilson


def cumulative_incidence(
    attempt: ArrayLike, event: Sequence[str], causes: Sequence[str], *, level: float = LEVEL
) -> pd.DataFrame:
    """Aalen–Johansen: the share that a cause has ended by each attempt, in the presence of the other causes.

    Parameters
    ----------
    attempt : array_like of int
        Attempt, from 1, at which a chain's first event was seen, or up to which a chain without one was seen.
    event : sequence of str
        That first event; whatever is not in `causes` is censored: at risk up to and including its attempt.
    causes : sequence of str
        The competing events. Their shares and the share still free of any add up to 1.
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    DataFrame
        One row per cause and attempt from 1 to the last: attempt, event, n_at_risk, n_events and n_censored
        (at this attempt), share (by this attempt), std_error, n_effective (chains of known end that the share
        is worth), share_low, share_high. No rows for no chains.

    Notes
    -----
    F(t) = Σ S(j-1) dⱼ/nⱼ over j ≤ t, S being the Kaplan–Meier share free of any event. (1 - Kaplan–Meier per
    cause would overstate every cause.) Variance: the delta method on multinomial hazards (Dinse & Larson
    1986, Biometrika 73(2)); without censoring it is F(1-F)/n. Limits: Wilson with the size
    F(1-F)/variance (Dorey & Korn 1987, Statistics in Medicine 6(6)), at a share of 0 or 1 the number whose
    state is known, and at most n(t)/S(t-1) (Peto et al. 1977, British Journal of Cancer 35(1)), so that two
    chains at risk are never taken for twenty. They stay within 0–1, and are plain Wilson limits when nothing
    is censored.

    Examples
    --------
    Three chains: fixed after attempt 1, given up after 2, still open after 2.

    >>> cumulative_incidence([1, 2, 2], ["fixed", "abandoned", "open"], ["fixed", "abandoned"])[
    ...     ["event", "attempt", "n_at_risk", "n_events", "share"]].round(3)
           event  attempt  n_at_risk  n_events  share
    0      fixed        1          3         1  0.333
    1      fixed        2          2         0  0.333
    2  abandoned        1          3         0  0.000
    3  abandoned        2          2         1  0.333
    """
    time, kind = np.asarray(attempt, dtype=int), np.asarray(event, dtype=object)
    last = int(time.max()) if len(time) else 0

    def per_attempt(rows: NDArray[np.bool_]) -> Floats:
        return np.bincount(time[rows], minlength=last + 1)[1:].astype(float)

    left, any_cause = per_attempt(time > 0), per_attempt(np.isin(kind, list(causes)))
    censored = left - any_cause
    at_risk = len(time) - _before(left)
    hazard = any_cause / at_risk
    free = np.concatenate([[1.0], np.cumprod(1 - hazard)])[:last]
    n_known = len(time) - _before(censored)
    parts = []
    for cause in causes:
        events = per_attempt(kind == cause)
        share = np.cumsum(free * events / at_risk)
        variance = _incidence_variance(share, free, events, any_cause, at_risk)
        open_share = share * (1 - share)
        size = np.where(open_share > 1e-12, open_share / np.where(variance > 0, variance, np.inf), n_known)
        size = np.minimum(size, at_risk / free)
        low, high = wilson(share, size, level=level)
        columns = (at_risk, events, censored, share, np.sqrt(variance), size, low, high)
        parts.append(pd.DataFrame(dict(zip(_INCIDENCE, columns, strict=True))).assign(event=cause))
    frame = pd.concat(parts, ignore_index=True)
    frame.insert(0, "attempt", np.tile(np.arange(1, last + 1), len(causes)))
    frame.insert(1, "event", frame.pop("event"))
    return frame.astype(dict.fromkeys(_INCIDENCE[:3], "int64"))


_INCIDENCE = (
    "n_at_risk",
    "n_events",
    "n_censored",
    "share",
    "std_error",
    "n_effective",
    "share_low",
    "share_high",
)


def _before(values: Floats) -> Floats:
    """Sum of all earlier values, for every value."""
    return np.cumsum(values) - values


def _incidence_variance(
    share: Floats, free: Floats, events: Floats, any_cause: Floats, at_risk: Floats
) -> Floats:
    """Variance of the cumulative incidence at every attempt; see Notes of `cumulative_incidence`."""
    later = np.tril(share[:, None] - share[None, :])  # [t, j]: what attempts j+1..t added
    survivors = np.where(at_risk > any_cause, at_risk - any_cause, 1)  # none left: nothing is added later
    total = (later**2 * any_cause / (at_risk * survivors)).sum(axis=1)
    own = np.cumsum(free**2 * events * (at_risk - events) / at_risk**3)
    cross = 2 * (later * free * events / at_risk**2).sum(axis=1)
    variance: Floats = np.maximum(total + own - cross, 0)
    return variance
