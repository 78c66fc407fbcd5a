"""Chains whose tries come in another order: what is left where every try of a session has the same chance."""

from __future__ import annotations

import numpy as np
import pandas as pd

from claudesess.estimating.controls import dealt_again, files_of, repeated


def shuffled(chains: pd.DataFrame, *, seed: int, draws: int) -> pd.DataFrame:
    """Put the tries of each session into another order: as many chains, as many tries, the same events.

    Parameters
    ----------
    chains
        One row per chain: `db`, `session_id`, `first_event` and `first_event_attempt`.
    seed, draws
        Of the control.

    Returns
    -------
    DataFrame
        The chains once per ``draw``: their events dealt out again within their session, and the tries that
        failed again dealt out before these, all orders being alike.
    """
    drawn = repeated(chains, draws)
    keys = ["draw", "db", "session_id"]
    dealt = dealt_again(drawn, keys, seed)
    session = drawn.groupby(keys, dropna=False, sort=False).ngroup().to_numpy()
    again = drawn["first_event_attempt"].fillna(1).astype(int).to_numpy() - 1
    file = files_of(drawn)[np.unique(session, return_index=True)[1]]
    return drawn.assign(
        first_event=drawn["first_event"].array[dealt],
        first_event_attempt=1 + _spread(session, again, file, seed),
    )


def _spread(session: np.ndarray, again: np.ndarray, file: np.ndarray, seed: int) -> np.ndarray:
    """Deal the tries of each session that failed again out to its chains: all orders of tries are alike.

    Examples
    --------
    Two tries that failed again, of the first of two chains; and a session of one chain.

    >>> _spread(np.array([0, 0, 1]), np.array([2, 0, 1]), np.array(["c", "c"]), seed=1).tolist()
    [1, 1, 1]
    """
    from claudesess.stats import luck

    n_chains, n_again = np.bincount(session), np.bincount(session, again).astype(np.int64)
    # A session is a row of failures and events in any order, of which an event is the last.
    n_free = n_chains - 1 + n_again
    owner = np.repeat(np.arange(len(n_chains)), n_free)
    begin = np.cumsum(n_free) - n_free
    is_event = np.arange(len(owner)) - begin[owner] < (n_chains - 1)[owner]
    [by] = luck(file[owner], seed=seed)
    is_event = is_event[np.lexsort((by, owner))]
    # Each failure goes to the chain whose event comes next: as many events as lie before it in its session.
    total = np.concatenate([[0], np.cumsum(is_event)])
    before = total[1:] - total[begin[owner]]
    first = np.cumsum(n_chains) - n_chains
    dealt = np.bincount((first[owner] + before)[~is_event], minlength=len(session))
    out = np.empty(len(session), dtype=np.int64)
    out[np.argsort(session, kind="stable")] = dealt
    return out
