"""Look back at what coding agents did: parallel work, retry escalation, what compaction lost.

Four lines lead from a session database to a chart::

    store = claudesess.open_store("~/projects")        # files, folders, globs; the files stay untouched
    chains = claudesess.frames.error_chains(store)     # one function per relation; frames.describe()
    result = retry_escalation.compute(chains)          # from claudesess.metrics import retry_escalation
    retry_escalation.chart(result)

Without a database of your own: ``claudesess.samples.open_sample("retry")``.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from claudesess import collector as _collector

if TYPE_CHECKING:
    from claudesess import across, charts, contracts, frames, metrics, samples, stats
    from claudesess.errors import ClaudesessError
    from claudesess.explore import explore
    from claudesess.store import Store, open_store

__version__ = "0.1.0"

__all__ = [
    "ClaudesessError",
    "Store",
    "across",
    "charts",
    "contracts",
    "explore",
    "frames",
    "metrics",
    "open_store",
    "samples",
    "stats",
]

# Looked up on first use: importing claudesess loads neither pandas nor duckdb nor altair.
_HOMES = {"ClaudesessError": "errors", "Store": "store", "explore": "explore", "open_store": "store"}


class _Package(ModuleType):
    """The package itself, on which the function `explore` wins over the submodule of the same name."""

    def __setattr__(self, name: str, value: object) -> None:
        # Importing claudesess.explore sets the module as an attribute here; people mean the function.
        if name == "explore" and isinstance(value, ModuleType):
            value = value.explore
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
_collector.load()


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = importlib.import_module(f"{__name__}.{_HOMES.get(name, name)}")
    value = getattr(home, name) if name in _HOMES else home
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
