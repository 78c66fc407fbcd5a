"""The terminal that commands print tables and lanes to."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


def console(*, is_error: bool = False) -> Console:
    """Return the terminal: no colour where nobody looks, no error for characters that it does not have."""
    from rich.console import Console

    stream = sys.stderr if is_error else sys.stdout
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")
    return Console(stderr=is_error, highlight=False)
