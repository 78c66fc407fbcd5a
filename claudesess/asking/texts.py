"""Where the frames of a command hold their texts."""

from __future__ import annotations

import sys


def keep_in_python() -> None:
    """Have pandas hold texts as Python's own, not in Arrow's memory; to be called before anything asks.

    The frames of a measure are small and cut up often: Arrow takes several times as long for each such step,
    and no less for large ones. Where pandas is loaded already, the process is somebody else's, and so are its
    options.
    """
    if "pandas" not in sys.modules:
        keep("python")


def keep(storage: str) -> None:
    """Have pandas hold texts in a storage."""
    import pandas as pd

    pd.set_option("mode.string_storage", storage)


def storage() -> str:
    """Return where pandas holds them."""
    import pandas as pd

    held_in: str = pd.get_option("mode.string_storage")
    return held_in
