"""A measure by day or week, with what it is over the days around; and whether it changed at a date."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from claudesess import extras, text
from claudesess.asking.answer import ask
from claudesess.errors import QuestionError

if TYPE_CHECKING:
    from claudesess.store import Store

_STEPS = {"1d": 1, "1w": 7}
_MOVING = {"1d": 7, "1w": 4}
_LEAST_DAYS = 8


def trend(
    store: Store,
    measure: str,
    *,
    every: Literal["1d", "1w"] = "1d",
    where: Mapping[str, Any] | None = None,
    **given: Any,
) -> pd.DataFrame:
    """Estimate a measure by day or by week (from Monday on), and as a moving mean over several.

    Parameters
    ----------
    store
        An open store.
    measure
        ``question.measure``.
    every
        ``"1d"`` or ``"1w"``.
    where, **given
        As for `ask`.

    Returns
    -------
    DataFrame
        `claudesess.contracts.ESTIMATES` by ``day``; `group_2_by` is ``over`` and `group_2` says how many days
        the number is of: those of one step, or the moving mean, which pools the seven days (four weeks) that
        end with it. Units without a time are left out. Steps without units have no row of their own.

    Examples
    --------
    >>> from claudesess import samples
    >>> store = samples.open_sample("workshop")
    >>> weeks = trend(store, "retry_escalation.outcome_by_attempt", every="1w")
    >>> fixed = weeks.query("outcome == 'fixed' and horizon == 1 and group_2 == '7 days'")
    >>> fixed[["group", "n_units"]].values.tolist()
    [['2026-10-05', 58], ['2026-10-12', 48], ['2026-10-19', 58]]
    """
    if every not in _STEPS:
        raise QuestionError(f"every is {every!r}; it must be one of '1d', '1w'")
    answer = ask(store, measure, by=None, where=where, **given)
    units = answer.units[answer.units["day"].notna()].reset_index(drop=True)
    day = pd.to_datetime(units["day"])
    step, n = _STEPS[every], _MOVING[every]
    first = day - pd.to_timedelta(day.dt.day_of_week, unit="D") if step == 7 else day
    moved = np.tile(np.arange(n), len(units))
    each = units.iloc[np.repeat(np.arange(len(units)), n)].reset_index(drop=True)
    at = first.repeat(n).reset_index(drop=True) + pd.to_timedelta(moved * step, unit="D")
    pooled = each.assign(day=_spelled(at), over=text.count(n * step, "day"))[
        (at <= first.max()).to_numpy(bool)
    ]
    alone = units.assign(day=_spelled(first), over=text.count(step, "day"))
    both = pd.concat([alone, pooled], ignore_index=True)
    sums, estimate = answer.measure.module.sums, answer.measure.module.estimate
    found: pd.DataFrame = estimate(sums(both, by=("day", "over")))
    return found


def _spelled(days: pd.Series) -> pd.Series:
    spelled: pd.Series = days.dt.strftime("%Y-%m-%d").astype("string")
    return spelled


def segmented(days: pd.DataFrame, at: str) -> pd.DataFrame:
    """Fit a line before a date and one from it on (Newey–West standard errors).

    Parameters
    ----------
    days
        One row per day, in order: `day`, `estimate`, and `weight` (what the estimate is divided by).
    at
        The first day of the second line.

    Returns
    -------
    DataFrame
        One row per term (`level at the start`, `slope per day before`, `step at the date`, `change of slope
        per day`) with estimate, low, high and p.

    Raises
    ------
    QuestionError
        Fewer than eight days, or none on one side.
    MissingExtraError
        Extra `stats` is not installed.
    """
    estimated = days[days["estimate"].notna() & (days["weight"] > 0)]
    day = pd.to_datetime(estimated["day"])
    is_after = (day >= pd.Timestamp(at)).to_numpy(bool)
    if len(estimated) < _LEAST_DAYS or is_after.sum() < 3 or (~is_after).sum() < 3:
        raise QuestionError(
            f"A trend around {at} needs {_LEAST_DAYS} days with numbers, three on either side; there are "
            f"{int((~is_after).sum())} before and {int(is_after.sum())} from then on."
        )
    with extras.needed("stats", "A trend around a date"):
        from statsmodels.regression.linear_model import WLS
    passed = (day - day.min()).dt.days.to_numpy(float)
    since = np.where(is_after, passed - passed[is_after].min(), 0.0)
    design = np.column_stack([np.ones(len(estimated)), passed, is_after.astype(float), since])
    lags = int(np.floor(4 * (len(estimated) / 100) ** (2 / 9)))
    fitted = WLS(
        estimated["estimate"].to_numpy(float), design, weights=estimated["weight"].to_numpy(float)
    ).fit(cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True}, use_t=True)
    limits = fitted.conf_int()
    terms = ["level at the start", "slope per day before", "step at the date", "change of slope per day"]
    return pd.DataFrame(
        {
            "term": terms,
            "estimate": fitted.params,
            "low": limits[:, 0],
            "high": limits[:, 1],
            "p": fitted.pvalues,
        }
    )
