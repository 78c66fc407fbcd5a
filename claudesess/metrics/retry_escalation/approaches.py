"""Approaches that came back: rejected in a session, and rejected again in it."""

import pandas as pd

from claudesess import stats
from claudesess.relations.approaches import rejections


def came_back(failed_paths: pd.DataFrame) -> pd.DataFrame:
    """List the approaches rejected more than once in a session, most often first, below a row that sums up.

    Parameters
    ----------
    failed_paths : DataFrame
        As `claudesess.relations.approaches.rejections` takes it.

    Returns
    -------
    DataFrame
        n (rejections again) of n_total (rejections). First the row of all approaches, whose share has the
        limits of `claudesess.stats.clustered_share` over sessions: share, share_low, share_high, n_effective;
        then db, session_id, file_path and approach. No rows when nothing can be compared.
    """
    every = rejections(failed_paths).rename(columns={"n": "n_total"})
    if every.empty:
        return every
    every = every.assign(n=every["n_total"] - 1)
    sessions = every.groupby(["db", "session_id"], dropna=False)[["n", "n_total"]].sum()
    share = stats.clustered_share(sessions["n"], sessions["n_total"])
    limits = {"share": share.share, "share_low": share.low, "share_high": share.high}
    whole = sessions.sum().to_frame().T.assign(**limits, n_effective=share.n_effective)
    again = every[every["n"] > 0].sort_values("n", ascending=False, kind="stable")
    return pd.concat([whole, again], ignore_index=True)
