"""The control of a measure: its units drawn again where its number must come out empty."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from claudesess.estimating.relation import Relation

DRAWS = 50
"""Times that a control is drawn, unless somebody asks for another number."""

MOST_ROWS, FEWEST_DRAWS = 300_000, 10
"""Units of all draws together: of very many units there are fewer draws, but for these."""


@dataclass(frozen=True)
class Control:
    """A function from relations to units of draws, and which claim of the measure it is held against.

    Parameters
    ----------
    draw
        Relations in, `seed`, `draws` and options of the measure by name; the measure's units out, with the
        ``draw`` of each, from 0. Where it stands for one unit of the result, columns ``for_...`` name this.
    at
        What is looked at instead, in words that begin a sentence.
    claim
        Columns of `claudesess.contracts.ESTIMATES`, and the values of the row that the measure's finding is
        about.
    most
        Units of all draws together, where a unit is dear to draw.
    """

    draw: Callable[..., pd.DataFrame]
    at: str
    claim: Mapping[str, Any]
    most: int = MOST_ROWS

    def __call__(
        self, *relations: Relation, seed: int = 1, draws: int = DRAWS, **options: Any
    ) -> pd.DataFrame:
        """Draw the units."""
        return self.draw(*relations, seed=seed, draws=draws, **options)

    def taken(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """Return those options of the measure that the control has, too."""
        parameters = inspect.signature(self.draw).parameters
        return {name: value for name, value in options.items() if name in parameters}

    def draws_of(self, n_units: int) -> int:
        """Return how often it is drawn of a store that holds so many units of the result.

        Examples
        --------
        >>> control = drawn("If nothing failed")(lambda: None)
        >>> [control.draws_of(n) for n in (0, 6_000, 10_000, 30_000, 1_000_000)]
        [50, 50, 30, 10, 10]
        """
        return min(DRAWS, max(FEWEST_DRAWS, self.most // max(n_units, 1)))

    @property
    def relations(self) -> tuple[str, ...]:
        """The relations that it is drawn from."""
        given = inspect.signature(self.draw).parameters.values()
        return tuple(p.name for p in given if p.kind is not p.KEYWORD_ONLY)


def rows_with(rows: pd.DataFrame, values: Mapping[str, Any]) -> pd.DataFrame:
    """Keep the rows of estimates that have these values, such as those that a claim is about.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"outcome": ["fixed", "fixed", "open"], "horizon": [1.0, None, 1.0]})
    >>> rows_with(rows, {"outcome": "fixed", "horizon": 1.0}).index.tolist()
    [0]
    """
    has_all = np.ones(len(rows), dtype=bool)
    for name, value in values.items():
        has_all &= (rows[name] == value).to_numpy(bool, na_value=False)
    return rows[has_all]


def drawn(
    at: str, *, most: int = MOST_ROWS, **claim: Any
) -> Callable[[Callable[..., pd.DataFrame]], Control]:
    """Make a `Control` of a function; for the claim of the row that has these values."""
    return lambda draw: Control(draw, at, claim, most)


def repeated(units: pd.DataFrame, draws: int) -> pd.DataFrame:
    """Repeat units once per draw, with its number; text as categories, since it is repeated many times.

    Examples
    --------
    >>> import pandas as pd
    >>> repeated(pd.DataFrame({"n": [1, 2]}), 2).values.tolist()
    [[1, 0], [2, 0], [1, 1], [2, 1]]
    """
    import pandas as pd

    every = np.tile(np.arange(len(units)), draws)
    columns = {
        name: column.array.astype("category" if column.dtype == "string" else column.dtype, copy=False)
        for name, column in units.items()
    }
    repeated = {name: array.take(every) for name, array in columns.items()}
    return pd.DataFrame(repeated | {"draw": np.repeat(np.arange(draws), len(units))})


def files_of(things: pd.DataFrame) -> np.ndarray:
    """Return for every thing the file it is of, by the first of its sessions, whatever the file is called.

    So a control is the same wherever a database lies, and whatever its folder is called.

    Examples
    --------
    >>> import pandas as pd
    >>> files_of(pd.DataFrame({"db": ["x", "x", "y"], "session_id": ["b", "a", "c"]})).tolist()
    ['a', 'a', 'c']
    """
    from claudesess.estimating.sums import group_numbers

    session, sessions = group_numbers(things, ["db", "session_id"])
    file, files = group_numbers(sessions, ["db"])
    first = sessions["session_id"].astype("string").groupby(file).min().reindex(range(len(files)))
    called: np.ndarray = first.to_numpy(object)[file][session]
    return called


def dealt_again(things: pd.DataFrame, within: Sequence[str], seed: int) -> np.ndarray:
    """Return for every row the row whose part it gets: dealt out at random among those alike in some columns.

    One of these is `db`: how the rows of a database are dealt out depends on no other.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"db": "c", "session_id": ["a", "b", "a", "b", "a"]})
    >>> dealt_again(rows, ["db", "session_id"], seed=1).tolist()
    [2, 3, 0, 1, 4]
    """
    from claudesess.stats import luck

    owner = things.groupby(list(within), dropna=False, sort=False).ngroup().to_numpy()
    [by] = luck(files_of(things), seed=seed)
    dealt = np.empty(len(things), dtype=np.int64)
    dealt[np.argsort(owner, kind="stable")] = np.lexsort((by, owner))
    return dealt
