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
        import pandas as pd

        pd.set_option("mode.string_storage", "python")
