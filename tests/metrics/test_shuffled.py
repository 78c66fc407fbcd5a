"""Tries in another order: as many of each session, and of chains that no session is known of."""

import pandas as pd
from tables import each_row

from claudesess.estimating.shuffled import shuffled

CHAINS = pd.DataFrame(
    {
        "db": ["a", "a", "a", "b", "b"],
        "session_id": ["s", "s", pd.NA, pd.NA, pd.NA],
        "first_event": ["fixed", "open", "open", "fixed", "abandoned"],
        "first_event_attempt": [3, 1, 2, 1, 4],
    }
)


@each_row("seed", range(4))
def test_of_each_session_as_many_chains_tries_and_events_are_left(seed):
    found = shuffled(CHAINS, seed=seed, draws=3)
    for _, drawn in found.groupby("draw"):
        assert drawn["first_event_attempt"].min() >= 1
        for (before, own), (_, after) in zip(
            CHAINS.groupby(["db", "session_id"], dropna=False),
            drawn.groupby(["db", "session_id"], dropna=False),
            strict=True,
        ):
            assert sorted(after["first_event"]) == sorted(own["first_event"]), before
            assert after["first_event_attempt"].sum() == own["first_event_attempt"].sum(), before


def test_a_file_that_is_called_otherwise_is_drawn_alike():
    called = CHAINS.assign(db=CHAINS["db"].replace({"a": "shop", "b": "workshop"}))
    one, other = (shuffled(chains, seed=1, draws=20).drop(columns="db") for chains in (CHAINS, called))
    pd.testing.assert_frame_equal(one, other)
