"""Numbers for people, as titles and labels print them; what is not known is a question mark."""

from collections.abc import Callable

import pandas as pd


def clock(seconds: float) -> str:
    """Print a length of time, as precisely as people read it.

    Examples
    --------
    >>> clock(4.25), clock(185), clock(1560), clock(9000), clock(float("nan"))
    ('4.2 s', '3 min 05 s', '26 min', '2.5 h', '?')
    """
    if pd.isna(seconds):
        return "?"
    if seconds < 59.5:
        return f"{seconds:.2g} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 10:
        return f"{minutes} min {rest:02} s"
    return f"{seconds / 60:.0f} min" if seconds < 3570 else f"{seconds / 3600:.1f} h"


def number(value: float) -> str:
    """Print a number of any size, to two decimals at most.

    Examples
    --------
    >>> number(0.1234), number(7), number(20.24), number(1234.5), number(float("nan"))
    ('0.12', '7', '20.2', '1,234', '?')
    """
    if pd.isna(value):
        return "?"
    if value >= 99.5:
        return f"{value:,.0f}"
    return f"{value:.{1 if value >= 9.995 else 2}f}".rstrip("0").rstrip(".")


def percent(share: float) -> str:
    """Print a share (0–1) in percent; a small one is not printed as none.

    Examples
    --------
    >>> percent(0.4321), percent(0.054), percent(0.0002), percent(0), percent(1)
    ('43 %', '5.4 %', '< 0.1 %', '0 %', '100 %')
    """
    if 0 < share < 0.0005:
        return "< 0.1 %"
    return f"{share * 100:.{1 if 0 < share < 0.0995 else 0}f} %"


def limits(low: float, high: float, form: Callable[[float], str]) -> str:
    """Print an interval, or what is known of it.

    Examples
    --------
    >>> limits(1, 2.5, number), limits(1, float("nan"), number), limits(float("nan"), float("nan"), number)
    ('1–2.5', '1 or more', 'no limits')
    """
    if pd.isna(low):
        return "no limits" if pd.isna(high) else f"{form(high)} or less"
    return f"{form(low)} or more" if pd.isna(high) else f"{form(low)}–{form(high)}"


def count(n: int, noun: str) -> str:
    """Print a number of things.

    Examples
    --------
    >>> count(1, "agent"), count(0, "agent")
    ('1 agent', '0 agents')
    """
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def shortened(words: str, most: int) -> str:
    r"""Cut a text to one line of so many characters.

    Examples
    --------
    >>> shortened("pytest -q\n tests", 30), shortened("pytest -q tests/test_a.py", 12)
    ('pytest -q tests', 'pytest -q t…')
    """
    line = " ".join(words.split())
    return line if len(line) <= most else line[: most - 1] + "…"
