"""Approaches: how an edit is written down as tried and rejected, and when two of them are the same.

The collector writes ``Edit calc.py: return sum(xs) / 1``: tool, path within the project, first added line.
Edits that differ only below the same first line cannot be told apart; edits without an added line (deletions,
changes made by the shell) cannot be compared at all. What people wrote by hand is compared as it stands.
"""

import pandas as pd
from claudesess_collector import vocabulary

_WITHOUT_LINE = rf"(?:{'|'.join(vocabulary.OPERATIONS)}) [^:]*"
_KEYS = ["db", "session_id", "file_path", "approach"]


def comparable(approach: pd.Series) -> pd.Series:
    """Tell which approaches say enough to be recognised when they come back.

    Examples
    --------
    >>> comparable(pd.Series(["Edit a.py: x = 1", "Edit a.py", "Bash a.py", "my idea", None])).tolist()
    [True, False, False, True, False]
    """
    text = approach.astype("string")
    return (text.notna() & ~text.str.fullmatch(_WITHOUT_LINE)).fillna(False).astype(bool)


def is_same(approach: str, tool: str, path: str, line: str) -> bool:
    """Tell whether an edit (tool, absolute path, first added line) is what `approach` describes.

    Examples
    --------
    >>> is_same("Edit src/a.py: x = 1", "Edit", "/home/dev/p/src/a.py", "x = 1")
    True
    >>> is_same("Edit a.py: x = 1", "Edit", "/home/dev/p/src/aa.py", "x = 1")
    False
    """
    file = vocabulary.file_of(approach, tool, line)
    return file is not None and (path == file or path.endswith(f"/{file}"))


def rejections(failed_paths: pd.DataFrame) -> pd.DataFrame:
    """Count how often each comparable approach was rejected.

    Parameters
    ----------
    failed_paths : DataFrame
        Relation `failed_paths`; reads db, session_id, timestamp, file_path, approach, context.

    Returns
    -------
    DataFrame
        One row per file, session, edited file and approach: db, session_id, file_path, approach, n (1 or
        more).

    Notes
    -----
    One run of a check rejects all edits made since its previous run at one moment, so moments are counted. An
    edit that several checks rejected was made once: they are counted per check, and the largest count is
    taken.

    Examples
    --------
    >>> day = pd.to_datetime(["2026-01-01", "2026-01-02", "2026-01-02"], utc=True)
    >>> failed_paths = pd.DataFrame({
    ...     "db": "a", "session_id": "s", "timestamp": day, "file_path": "/a.py", "approach": "Edit a.py: x",
    ...     "context": [{"check": "A"}, {"check": "A"}, {"check": "B"}]})
    >>> rejections(failed_paths)["n"].tolist()
    [2]
    """
    rows = failed_paths[comparable(failed_paths["approach"])]
    check = rows["context"].map(
        lambda context: context.get("aim") or context.get("check") if isinstance(context, dict) else None
    )
    by_check = rows.assign(check=check.astype("string")).groupby([*_KEYS, "check"], dropna=False)
    return by_check["timestamp"].nunique().groupby(level=_KEYS, dropna=False).max().reset_index(name="n")
