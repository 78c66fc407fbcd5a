"""Placebo moments: random ones of the same sessions stand in for compactions, under the same SQL."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from claudesess.contracts import Units
from claudesess.estimating import Relation
from claudesess.estimating.controls import files_of
from claudesess.estimating.relation import query_of, rows

_QUESTION = "compaction_continuity"
_JUST_BEFORE = 10
"""Of the calls before a moment, those of which the failures are matched."""
MOST = 10_000
"""Moments of all draws together: of very many compactions there are fewer draws."""


def placebo(
    contract: Units,
    shape: Callable[..., pd.DataFrame],
    compactions: Relation,
    tool_calls: Relation,
    *others: Relation,
    seed: int,
    draws: int,
    moments: str = "_placebo_moments",
    is_matched: bool = False,
) -> pd.DataFrame:
    """Shape the units of a measure where nothing happened.

    Parameters
    ----------
    contract, shape
        The units of the measure, and the function that shapes them, of `compactions`, `tool_calls`, `others`.
    compactions, tool_calls, *others
        The relations of the measure.
    seed, draws
        Each compaction gets so many placebos of its own database (`claudesess.stats.placebo_cuts`), or none.
    moments
        The file of SQL that makes placebo moments look like compactions.
    is_matched
        Whether as many of the ten calls before a placebo failed as before its compaction.

    Returns
    -------
    DataFrame
        The units, with the ``draw`` that each is of, and the compaction for which it stands (``for_db`` and
        ``for_compaction_id``). A placebo is a unit of the session in which it lies, and has the trigger of
        the compaction for which it stands.
    """
    drawn = _drawn(compactions, tool_calls, seed, draws, is_matched)
    stand_in = compactions.replaced(query_of(_QUESTION, moments), **drawn.bound)
    units = shape(stand_in, tool_calls, *others).drop(columns="trigger")
    merged = drawn.table.merge(units, on="compaction_id", how="inner")
    extra = merged[["draw", "for_db", "for_compaction_id"]]
    return pd.concat([contract.cast(merged), extra], axis=1)


class Drawn(NamedTuple):
    """Placebo moments, each once, bound to the SQL that makes them look like compactions; and for which."""

    bound: dict[str, list[Any]]
    table: pd.DataFrame


def _drawn(compactions: Relation, tool_calls: Relation, seed: int, draws: int, is_matched: bool) -> Drawn:
    """Draw placebo moments; of the relations of a store as they are, once for all measures."""

    def draw() -> Drawn:
        return _draw(compactions, tool_calls, seed, draws, is_matched)

    if compactions.query or tool_calls.query:
        return draw()
    return compactions.store.once(("placebo moments", seed, draws, is_matched), draw)


def _draw(compactions: Relation, tool_calls: Relation, seed: int, draws: int, is_matched: bool) -> Drawn:
    from claudesess.stats import placebo_cuts

    calls = rows(_QUESTION, "_placebo_calls", compactions, tool_calls)
    cuts = rows(_QUESTION, "_placebo_cuts", compactions, tool_calls)
    sessions = pd.MultiIndex.from_frame(calls[["db", "session_id"]])
    owner, each = pd.factorize(sessions)
    n_calls = np.bincount(owner, minlength=len(each))
    begin = np.cumsum(n_calls) - n_calls
    state = np.zeros(len(owner), dtype=np.int64)
    if is_matched:
        state = _failed_before(calls["is_failed"].to_numpy(bool), begin[owner])
    # A placebo has the state of its compaction, and is of its database.
    file = pd.factorize(calls["db"])[0].astype(np.int64)
    drawn = placebo_cuts(
        each.get_indexer(pd.MultiIndex.from_frame(cuts[["db", "session_id"]])),
        cuts["n_before"].to_numpy(np.int64),
        n_calls,
        seed=seed,
        draws=draws,
        state=state + file * (_JUST_BEFORE + 1),
        of=files_of(cuts),
    )
    place = begin[drawn.session] + drawn.at
    # Several placebos may lie at one moment: each moment is looked at once.
    (first, n_after), moment = np.unique(np.stack([place, drawn.n_after]), axis=1, return_inverse=True)
    at = calls["ended_at"].dt.tz_localize(None).astype("datetime64[us]").astype("int64").to_numpy()
    bound = {
        "placebo_db": calls["db"].to_numpy(object)[first - 1].tolist(),
        "placebo_session": calls["session_id"].to_numpy(object)[first - 1].tolist(),
        "placebo_id": list(range(len(first))),
        "placebo_at": at[first - 1].tolist(),
        "placebo_until": at[first + n_after - 1].tolist(),
    }
    table = pd.DataFrame(
        {
            "draw": drawn.draw,
            "compaction_id": moment.reshape(-1),
            "trigger": cuts["trigger"].to_numpy()[drawn.cut],
            "for_db": cuts["db"].array[drawn.cut],
            "for_compaction_id": cuts["compaction_id"].array[drawn.cut],
        }
    )
    return Drawn(bound, table)


def _failed_before(is_failed: np.ndarray, begin: np.ndarray) -> np.ndarray:
    """Count failures of the last ten calls before each call, within its session.

    Examples
    --------
    >>> _failed_before(np.array([True, False, True, False]), np.array([0, 0, 0, 3])).tolist()
    [0, 1, 1, 0]
    """
    total = np.concatenate([[0], np.cumsum(is_failed)])
    here = np.arange(len(is_failed))
    failed: np.ndarray = total[here] - total[np.maximum(here - _JUST_BEFORE, begin)]
    return failed
