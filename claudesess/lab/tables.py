"""Frames as a notebook shows them: so many rows, times to the minute, and a line for what is not seen."""

import pandas as pd

ROWS = 60
"""Rows that `table` shows."""


def table(frame: pd.DataFrame, rows: int = ROWS, what: str = "rows") -> pd.DataFrame | None:
    """Return the first rows of a frame for a notebook to show, and print what a look at them would not tell.

    Parameters
    ----------
    frame
        What is to be shown.
    rows
        How many of its rows at most.
    what
        What they are, in the plural.

    Returns
    -------
    DataFrame or None
        At most `rows` rows; a line is printed where there are more. None, with a line, where there are none.

    Examples
    --------
    >>> table(pd.DataFrame({"x": range(3)}), rows=1)
    The first 1 of 3 rows:
       x
    0  0
    >>> table(pd.DataFrame({"x": []}), what="findings")
    No findings.
    """
    if frame.empty:
        print(f"No {what}.")
        return None
    if len(frame) > rows:
        print(f"The first {rows} of {len(frame):,} {what}:")
    return frame.head(rows)


def minutes(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """Return a frame whose times in some columns are printed to the minute, in UTC: narrow for a table.

    Examples
    --------
    >>> minutes(pd.DataFrame({"at": pd.to_datetime(["2026-05-04T09:00:59Z", None])}), "at")["at"].tolist()
    ['2026-05-04 09:00', '']
    """
    told = {name: frame[name].dt.tz_convert("UTC").dt.strftime("%Y-%m-%d %H:%M") for name in columns}
    return frame.assign(**{name: text.astype("string").fillna("") for name, text in told.items()})
